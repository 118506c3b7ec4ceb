"""The helper that trains many networks at once does what Keras does to each."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from book.support import networks

SIZES = [12, 8, 8, 3]


def _net(seed: int, scale: float = 1.0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [
        scale * rng.normal(0, 1 / np.sqrt(i), (i, o)).astype(np.float32) for i, o in pairwise(SIZES)
    ]


@pytest.fixture(scope="module")
def rows() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    return rng.normal(size=(64, 12)).astype(np.float32), rng.integers(0, 3, 64)


def test_prepare_centres_on_the_training_part_and_scales_every_image() -> None:
    rng = np.random.default_rng(0)
    train, test = rng.random((20, 6, 4)), rng.random((5, 6, 4)) + 0.3
    x, x_test = networks.prepare(train, test)
    assert x.shape == (20, 6)
    assert x_test.shape == (5, 6)
    assert x.dtype == x_test.dtype == np.float32
    for part in (x, x_test):
        np.testing.assert_allclose((part**2).mean(axis=1), 1, rtol=1e-5)
    corner = train[:, :2, :2].mean(axis=(1, 2))
    sign = np.sign(corner - corner.mean())
    np.testing.assert_array_equal(np.sign(x[:, 0]), sign)
    assert x_test.mean() > 0.3  # brighter than the training part, whose mean was subtracted


def test_a_network_in_the_stack_is_trained_as_keras_trains_it_alone(
    rows: tuple[np.ndarray, np.ndarray],
) -> None:
    import keras

    x, y = rows
    nets = [_net(1), _net(2)]
    rates = [0.05, 0.2]
    biases = [[np.full(n, 0.1 * k) for n in SIZES[1:]] for k in (1, 2)]
    run = networks.train_side_by_side(
        networks.stack(nets), x, y, x, y, activation="tanh", learning_rate=rates, epochs=2,
        biases=networks.stack(biases), batch_size=16, seed=3,
    )  # fmt: skip
    for k, (net, rate) in enumerate(zip(nets, rates, strict=True)):
        hidden = [keras.layers.Dense(8, activation="tanh") for _ in range(2)]
        model = keras.Sequential([keras.Input((12,)), *hidden, keras.layers.Dense(3)])
        for layer, w, b in zip(model.layers, net, biases[k], strict=True):
            layer.set_weights([w, b])
        model.compile(
            optimizer=keras.optimizers.SGD(rate, momentum=0.9),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        )
        rng = np.random.default_rng(3)
        losses = []
        for _ in range(2):
            order = rng.permutation(64).reshape(4, 16)
            losses.append(np.mean([model.train_on_batch(x[i], y[i]) for i in order]))
            model.reset_metrics()
        for layer, w, b in zip(model.layers, run.weights, run.biases, strict=True):
            kernel, bias = layer.get_weights()
            np.testing.assert_allclose(w[k], kernel, atol=2e-5)
            np.testing.assert_allclose(b[k], bias, atol=2e-5)
        right = model.predict(x, verbose=0).argmax(axis=1) == y
        assert run.accuracy[k] == pytest.approx(right.mean())


def test_networks_do_not_disturb_each_other(rows: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = rows

    def train(nets: list[list[np.ndarray]]) -> networks.TrainedStack:
        return networks.train_side_by_side(
            networks.stack(nets), x, y, x, y, activation="relu", learning_rate=0.1, epochs=3,
            batch_size=16,
        )  # fmt: skip

    alone = train([_net(1)])
    beside = train([_net(1), _net(2, scale=1e15)])  # the second one overflows
    assert np.isnan(beside.loss[-1, 1])
    np.testing.assert_allclose(beside.loss[:, 0], alone.loss[:, 0], rtol=1e-4)


def test_the_same_seed_gives_the_same_run(rows: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = rows
    runs = [
        networks.train_side_by_side(
            networks.stack([_net(1)]), x, y, x, y, activation="selu", learning_rate=0.1, epochs=2,
            batch_size=16, seed=4,
        )
        for _ in range(2)
    ]  # fmt: skip
    np.testing.assert_allclose(runs[0].loss, runs[1].loss, rtol=1e-5)
    assert runs[0].loss.shape == (2, 1)
