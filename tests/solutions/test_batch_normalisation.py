"""The reference batch normalisation against Keras, the paper's formulas and finite differences."""

from __future__ import annotations

import doctest
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solutions import batch_normalisation as bn

REPEATABLE = settings(deadline=None, derandomize=True, max_examples=50)
SHAPES = [(7, 3), (1, 4), (2, 5, 3), (3, 4, 2, 5), (2, 3, 2, 2, 3)]


def batch(shape: tuple[int, ...], seed: int = 1, dtype: Any = np.float64) -> Any:
    rng = np.random.default_rng(seed)
    features = shape[-1]
    offsets, spreads = rng.normal(0, 3, features), rng.uniform(0.3, 2, features)
    return (offsets + spreads * rng.standard_normal(shape)).astype(dtype)


def vectors(size: int, seed: int = 2, dtype: Any = np.float64) -> list[Any]:
    """Return gamma, beta, moving mean and moving variance."""
    rng = np.random.default_rng(seed)
    return [
        rng.normal(size=size).astype(dtype),
        rng.normal(size=size).astype(dtype),
        rng.normal(size=size).astype(dtype),
        rng.uniform(0.1, 3, size).astype(dtype),
    ]


def keras_layer(keras: Any, weights: list[Any], dimensions: int = 2, **arguments: Any) -> Any:
    layer = keras.layers.BatchNormalization(**arguments, dtype="float64")
    layer.build((*[None] * (dimensions - 1), len(weights[0])))
    layer.set_weights(weights)
    return layer


# Independent statements


def by_the_paper(x: Any, gamma: Any, beta: Any, epsilon: float) -> tuple[Any, ...]:
    """Algorithm 1, one number at a time."""
    rows = x.reshape(-1, x.shape[-1])
    m, features = rows.shape
    x_hat, y = np.empty_like(rows), np.empty_like(rows)
    means, variances = [], []
    for j in range(features):
        mean = math.fsum(rows[:, j]) / m
        variance = math.fsum((value - mean) ** 2 for value in rows[:, j]) / m
        for i in range(m):
            x_hat[i, j] = (rows[i, j] - mean) / math.sqrt(variance + epsilon)
            y[i, j] = gamma[j] * x_hat[i, j] + beta[j]
        means.append(mean)
        variances.append(variance)
    return y.reshape(x.shape), x_hat.reshape(x.shape), np.array(means), np.array(variances)


@pytest.mark.parametrize(
    ("shape", "epsilon"),
    [(shape, epsilon) for shape in SHAPES for epsilon in (1e-3, 0.7)] + [((7, 3), 0.0)],
)
def test_training_is_algorithm_1(shape: tuple[int, ...], epsilon: float) -> None:
    x, (gamma, beta, _, _) = batch(shape), vectors(shape[-1])
    ours = bn.batch_norm_train(x, gamma, beta, epsilon)
    for mine, theirs in zip(ours, by_the_paper(x, gamma, beta, epsilon), strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12, atol=1e-13)


@REPEATABLE
@given(st.lists(st.integers(1, 4), min_size=1, max_size=3), st.integers(1, 5), st.integers(0, 999))
def test_what_normalising_means(leading: list[int], features: int, seed: int) -> None:
    x = batch((*leading, features), seed)
    ones, zeros = np.ones(features), np.zeros(features)
    y, x_hat, mean, variance = bn.batch_norm_train(x, ones, zeros, 1e-3)
    axes = tuple(range(len(leading)))
    np.testing.assert_array_equal(y, x_hat)
    np.testing.assert_allclose(y.mean(axis=axes), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=axes), variance / (variance + 1e-3), atol=1e-12)
    np.testing.assert_allclose(x_hat * np.sqrt(variance + 1e-3) + mean, x, atol=1e-12)
    # Shifting the whole batch changes the mean and nothing else.
    shifted = bn.batch_norm_train(x + 5.0, ones, zeros, 1e-3)
    np.testing.assert_allclose(shifted[0], y, atol=1e-12)
    np.testing.assert_allclose(shifted[2], mean + 5, atol=1e-12)


def test_a_large_mean_costs_no_digits() -> None:
    x = 2.0**30 + np.array([[-3.0], [1.0], [0.0], [2.0]])
    variance = bn.batch_norm_train(x, np.ones(1), np.zeros(1))[3]
    assert variance.tolist() == [3.5]
    assert float(np.mean(x**2) - np.mean(x) ** 2) == 0  # the way that the docstring warns of


@pytest.mark.parametrize("shape", [(0, 3), (2, 0, 3)])
def test_empty_batches_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="empty"):
        bn.batch_norm_train(np.zeros(shape), np.ones(3), np.zeros(3))


@pytest.mark.parametrize(("gamma", "beta"), [(1, 3), (3, 1), (2, 3), (3, 4)])
def test_misfits_are_refused(gamma: int, beta: int) -> None:
    with pytest.raises(ValueError, match="gamma and beta"):
        bn.batch_norm_train(np.zeros((2, 3)), np.ones(gamma), np.ones(beta))


def test_moving_statistics_are_a_geometric_average() -> None:
    means = np.random.default_rng(3).normal(size=(30, 4))
    variances = np.random.default_rng(4).uniform(0.1, 3, (30, 4))
    start_mean, start_variance = np.full(4, 2.0), np.full(4, 5.0)
    moving = start_mean, start_variance
    for mean, variance in zip(means, variances, strict=True):
        moving = bn.update_moving_statistics(*moving, mean, variance, 0.9)
    weights = 0.1 * 0.9 ** np.arange(29, -1, -1)
    assert weights.sum() + 0.9**30 == pytest.approx(1)
    np.testing.assert_allclose(moving[0], 0.9**30 * start_mean + weights @ means)
    np.testing.assert_allclose(moving[1], 0.9**30 * start_variance + weights @ variances)


@pytest.mark.parametrize("momentum", [-1e-9, 1.0000001, 99.0])
def test_impossible_momentum_is_refused(momentum: float) -> None:
    with pytest.raises(ValueError, match="momentum"):
        bn.update_moving_statistics(*[np.ones(2)] * 4, momentum)


def test_inference_of_nothing_and_of_one() -> None:
    weights = vectors(3)
    assert bn.batch_norm_inference(np.zeros((0, 3)), *weights).shape == (0, 3)
    x = batch((5, 3))
    whole = bn.batch_norm_inference(x, *weights)
    for i in range(5):
        np.testing.assert_array_equal(bn.batch_norm_inference(x[i : i + 1], *weights)[0], whole[i])


# Finite differences


def slopes(f: Callable[[Any], float], at: Any, step: float = 1e-5) -> Any:
    found = np.empty_like(at)
    for place in np.ndindex(*at.shape):
        moved = np.zeros_like(at)
        moved[place] = step
        found[place] = (f(at + moved) - f(at - moved)) / (2 * step)
    return found


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("epsilon", [1e-3, 0.5])
def test_every_gradient_by_finite_differences(shape: tuple[int, ...], epsilon: float) -> None:
    x, (gamma, beta, _, _) = batch(shape), vectors(shape[-1])
    weights = np.random.default_rng(5).normal(1, 1, shape)

    def loss(x: Any, gamma: Any, beta: Any) -> float:
        y = bn.batch_norm_train(x, gamma, beta, epsilon)[0]
        return float(np.sum(weights * y + np.sin(y)))

    y, x_hat, _, variance = bn.batch_norm_train(x, gamma, beta, epsilon)
    upstream = weights + np.cos(y)
    d_x, d_gamma, d_beta = bn.batch_norm_backward(upstream, x_hat, gamma, variance, epsilon)
    rough = {"rtol": 1e-6, "atol": 1e-6}
    np.testing.assert_allclose(d_x, slopes(lambda v: loss(v, gamma, beta), x), **rough)
    np.testing.assert_allclose(d_gamma, slopes(lambda v: loss(x, v, beta), gamma), **rough)
    np.testing.assert_allclose(d_beta, slopes(lambda v: loss(x, gamma, v), beta), **rough)


def test_the_gradient_is_blind_to_shifts_and_stretches() -> None:
    x, (gamma, beta, _, _) = batch((9, 4)), vectors(4)
    _, x_hat, _, variance = bn.batch_norm_train(x, gamma, beta, 0.0)
    for blind in (np.ones((9, 4)), x_hat):
        d_x = bn.batch_norm_backward(blind, x_hat, gamma, variance, 0.0)[0]
        np.testing.assert_allclose(d_x, 0, atol=1e-12)
    d_x = bn.batch_norm_backward(batch((9, 4), 8), x_hat, gamma, variance, 0.0)[0]
    np.testing.assert_allclose(d_x.sum(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose((d_x * x_hat).sum(axis=0), 0, atol=1e-12)


# Folding: the two layers one after the other


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize("epsilon", [1e-3, 0.3])
def test_folding_into_a_dense_layer(with_bias: bool, epsilon: float) -> None:
    x, kernel, weights = batch((6, 4)), batch((4, 5), 3), vectors(5)
    bias = vectors(5, 9)[0] if with_bias else None
    z = x @ kernel + (0 if bias is None else bias)
    new_kernel, new_bias = bn.fold_into_dense(kernel, bias, *weights, epsilon)
    expected = bn.batch_norm_inference(z, *weights, epsilon)
    np.testing.assert_allclose(x @ new_kernel + new_bias, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("with_bias", [True, False])
@pytest.mark.parametrize("epsilon", [1e-3, 0.3])
def test_folding_into_the_next_dense_layer(with_bias: bool, epsilon: float) -> None:
    x, kernel, weights = batch((6, 4)), batch((4, 5), 3), vectors(4)
    bias = vectors(5, 9)[0] if with_bias else None
    y = bn.batch_norm_inference(x, *weights, epsilon)
    new_kernel, new_bias = bn.fold_into_next_dense(kernel, bias, *weights, epsilon)
    expected = y @ kernel + (0 if bias is None else bias)
    np.testing.assert_allclose(x @ new_kernel + new_bias, expected, rtol=1e-12, atol=1e-12)


# Keras


@pytest.mark.parametrize("shape", SHAPES)
def test_training_and_moving_statistics_are_those_of_keras(
    keras: Any, shape: tuple[int, ...]
) -> None:
    weights = vectors(shape[-1])
    theirs = keras_layer(keras, weights, len(shape), momentum=0.8, epsilon=0.02)
    ours = bn.BatchNormalisation(shape[-1], momentum=0.8, epsilon=0.02, dtype=np.float64)
    ours.set_weights(weights)
    for seed in range(4):
        x = batch(shape, seed)
        np.testing.assert_allclose(ours(x, training=True), theirs(x, training=True), rtol=1e-9)
        for mine, keras_own in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_allclose(mine, keras_own, rtol=1e-9)
    np.testing.assert_allclose(ours(x), theirs(x, training=False), rtol=1e-9)


def test_the_moving_variance_of_keras_is_the_biased_one(keras: Any) -> None:
    # Were it not, the docstring would tell something wrong.
    x = np.array([[0.0], [2.0]])
    layer = keras_layer(keras, [np.ones(1), np.zeros(1), np.zeros(1), np.zeros(1)], momentum=0.0)
    layer(x, training=True)
    assert float(np.asarray(layer.moving_variance)[0]) == pytest.approx(1.0)


def test_the_defaults_are_those_of_keras(keras: Any) -> None:
    theirs = keras.layers.BatchNormalization()
    theirs.build((None, 3))
    ours = bn.BatchNormalisation(3)
    assert (theirs.momentum, theirs.epsilon) == (ours.momentum, ours.epsilon) == (0.99, 1e-3)
    for mine, keras_own in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, keras_own)
        assert mine.dtype == keras_own.dtype


@pytest.mark.parametrize("shape", SHAPES)
def test_gradients_are_those_of_tensorflow(
    keras: Any, tensorflow: Any, shape: tuple[int, ...]
) -> None:
    weights = vectors(shape[-1])
    layer = keras_layer(keras, weights, len(shape), epsilon=0.02)
    x, upstream = tensorflow.constant(batch(shape)), batch(shape, 7)
    with tensorflow.GradientTape() as tape:
        tape.watch(x)
        loss = tensorflow.reduce_sum(upstream * layer(x, training=True))
    theirs = tape.gradient(loss, [x, layer.gamma.value, layer.beta.value])
    ours = bn.BatchNormalisation(shape[-1], epsilon=0.02, dtype=np.float64)
    ours.set_weights(weights)
    ours(x.numpy(), training=True)
    for mine, keras_own in zip(ours.backward(upstream), theirs, strict=True):
        np.testing.assert_allclose(mine, keras_own, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("use_bias", [True, False])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_folded_layers_of_keras(keras: Any, use_bias: bool, padding: str) -> None:
    keras.utils.set_random_seed(1)
    for layer, shape in (
        (keras.layers.Dense(5, use_bias=use_bias, dtype="float64"), (6, 4)),
        (keras.layers.Conv1D(5, 3, padding=padding, use_bias=use_bias, dtype="float64"), (2, 8, 4)),
        (
            keras.layers.Conv2D(5, (3, 2), padding=padding, use_bias=use_bias, dtype="float64"),
            (2, 6, 5, 4),
        ),
    ):
        x = batch(shape)
        layer(x)
        weights = vectors(5)
        if use_bias:
            layer.bias.assign(weights[1])
        expected = keras_layer(keras, weights, len(shape))(layer(x), training=False)
        bias = np.asarray(layer.bias) if use_bias else None
        folded = type(layer).from_config(layer.get_config() | {"use_bias": True})
        folded.build(shape)
        folded.set_weights(bn.fold_into_dense(np.asarray(layer.kernel), bias, *weights))
        np.testing.assert_allclose(folded(x), expected, rtol=1e-9, atol=1e-9)


def test_folding_into_the_next_layer_of_keras(keras: Any) -> None:
    keras.utils.set_random_seed(1)
    x, weights = batch((6, 4)), vectors(4)
    layer = keras.layers.Dense(5, bias_initializer="normal", dtype="float64")
    expected = layer(keras_layer(keras, weights)(x, training=False))
    kernel, bias = bn.fold_into_next_dense(*layer.get_weights(), *weights)
    np.testing.assert_allclose(x @ kernel + bias, expected, rtol=1e-9, atol=1e-9)


# Dtypes, arguments, state


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtypes_are_kept(dtype: Any) -> None:
    x, weights = batch((6, 4), dtype=dtype), vectors(4, dtype=dtype)
    kernel, bias = batch((4, 4), 3, dtype), weights[0]
    trained = bn.batch_norm_train(x, *weights[:2])
    found = [
        *trained,
        *bn.update_moving_statistics(*weights[2:], *trained[2:]),
        bn.batch_norm_inference(x, *weights),
        *bn.batch_norm_backward(x, trained[1], weights[0], trained[3]),
        *bn.fold_into_dense(kernel, bias, *weights),
        *bn.fold_into_next_dense(kernel, None, *weights),
        bn.BatchNormalisation(4, dtype=dtype)(x, training=True),
        *bn.BatchNormalisation(4, dtype=dtype).get_weights(),
    ]
    assert {array.dtype for array in found} == {np.dtype(dtype)}
    assert {type(array) for array in found} == {np.ndarray}


def test_arguments_are_left_alone() -> None:
    given = [batch((6, 4)), *vectors(4), batch((4, 4), 3)]
    for array in given:
        array.flags.writeable = False  # a change would raise an error
    x, gamma, beta, mean, variance, kernel = given
    bn.batch_norm_train(x, gamma, beta)
    bn.update_moving_statistics(mean, variance, beta, gamma)
    bn.batch_norm_inference(x, gamma, beta, mean, variance)
    bn.batch_norm_backward(x, x, gamma, variance)
    bn.fold_into_dense(kernel, beta, gamma, beta, mean, variance)
    bn.fold_into_next_dense(kernel, beta, gamma, beta, mean, variance)


def test_the_layers_state() -> None:
    layer, other = bn.BatchNormalisation(4, dtype=np.float64), bn.BatchNormalisation(4)
    with pytest.raises(RuntimeError, match="training"):
        layer.backward(np.zeros((2, 4)))
    given = vectors(4)
    layer.set_weights(given)
    given[0] += 1
    taken = layer.get_weights()
    assert not np.array_equal(taken[0], given[0])
    layer(batch((6, 4)), training=True)
    np.testing.assert_array_equal(taken[2], given[2])
    assert not np.array_equal(layer.get_weights()[2], taken[2])
    assert other.get_weights()[2].tolist() == [0] * 4
    before = layer.backward(np.ones((6, 4)))
    layer(batch((3, 4), 9))
    for first, second in zip(before, layer.backward(np.ones((6, 4))), strict=True):
        np.testing.assert_array_equal(first, second)
    for wrong in (given[:3], [*given, given[0]], [*given[:3], np.ones(1)]):
        with pytest.raises(ValueError, match="four vectors"):
            layer.set_weights(wrong)


def test_the_examples_in_the_docstrings() -> None:
    results = doctest.testmod(bn)
    assert results.failed == 0
    assert results.attempted >= 15
