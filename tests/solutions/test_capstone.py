"""The capstone's references, against Keras, the papers' formulas and small cases by hand."""

from __future__ import annotations

import doctest
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from solutions import capstone, stacks

SHAPE = (4, 4, 3)


@pytest.fixture(scope="module")
def nets(keras: Any) -> Any:
    from solutions import deep_nets

    return deep_nets


@pytest.fixture(scope="module")
def one_cycle(keras: Any) -> Any:
    from solutions import keras_extensions

    return keras_extensions.OneCycle


def test_the_examples_in_the_docstrings(nets: Any, one_cycle: Any) -> None:
    assert doctest.testmod(capstone).failed == 0
    assert doctest.testmod(nets).failed == 0
    names = {"OneCycle": one_cycle}
    (found,) = doctest.DocTestFinder(recurse=False).find(one_cycle, "OneCycle", globs=names)
    assert doctest.DocTestRunner().run(found).failed == 0


class TestStandardise:
    @pytest.mark.parametrize("dtype", [np.uint8, np.float32, np.float64, np.int64])
    def test_is_the_z_score(self, dtype: Any) -> None:
        train = np.random.default_rng(1).integers(0, 250, size=(30, 4, 3)).astype(dtype)
        (z,) = capstone.standardise(train)
        np.testing.assert_allclose(
            z, stats.zscore(train.astype(float), axis=0), rtol=1e-5, atol=1e-6
        )
        assert z.dtype == np.float32

    def test_is_that_of_keras(self, keras: Any) -> None:
        rng = np.random.default_rng(2)
        train, test = (rng.normal(3, 2, size=(n, 5)).astype(np.float32) for n in (40, 7))
        layer = keras.layers.Normalization()
        layer.adapt(train)
        ours = capstone.standardise(train, test)
        for part, given in zip(ours, (train, test), strict=True):
            np.testing.assert_allclose(part, np.asarray(layer(given)), rtol=1e-3, atol=1e-5)

    def test_by_hand(self) -> None:
        z, other = capstone.standardise(np.array([[1], [3], [5], [7]]), np.array([[9]]))
        np.testing.assert_allclose(z[:, 0], np.array([-3, -1, 1, 3]) / math.sqrt(5), rtol=1e-6)
        np.testing.assert_allclose(other, [[5 / math.sqrt(5)]], rtol=1e-6)

    def test_inputs_that_never_change_are_only_centred(self) -> None:
        train = np.full((7, 2), 0.1)  # whose mean is rounded
        z, other = capstone.standardise(train, np.array([[0.1, 0.6]]))
        np.testing.assert_allclose(z, 0, atol=1e-12)
        np.testing.assert_allclose(other, [[0, 0.5]], atol=1e-7)

    def test_nothing_is_changed_and_nothing_may_come(self) -> None:
        train = np.random.default_rng(3).normal(size=(6, 2)).astype(np.float32)
        before = train.copy()
        _, empty = capstone.standardise(train, train[:0])
        np.testing.assert_array_equal(train, before)
        assert empty.shape == (0, 2)
        assert empty.dtype == np.float32


HISTORIES: dict[str, Any] = {
    "b": {
        "val_loss": [3.0, 1.0, 2.0],
        "val_accuracy": [0.1, 0.2, 0.3],
        "seconds": [9.0, 2.0, 2.0],
    },
    "c": {
        "val_loss": [2.0, 1.0, 0.5, 0.5],
        "val_accuracy": [0.4, 0.3, 0.2, 0.1],
        "seconds": [3.0, 3.0, 3.0, 3.0],
    },
    "d": {"val_loss": [math.nan, 1.5], "val_accuracy": [0.1, 0.4], "seconds": [1.0, 7.0]},
}


class TestReport:
    def test_by_hand(self) -> None:
        assert capstone.report(HISTORIES, "b") == {
            "b": {
                "epochs": 3,
                "kept_epoch": 2,
                "val_accuracy": 0.2,
                "catches_up": 2,
                "relative_time": 1.0,
            },
            "c": {
                "epochs": 4,
                "kept_epoch": 3,
                "val_accuracy": 0.2,
                "catches_up": 2,
                "relative_time": 1.5,
            },
            "d": {
                "epochs": 2,
                "kept_epoch": 2,
                "val_accuracy": 0.4,
                "catches_up": None,
                "relative_time": 2.0,
            },
        }

    def test_a_schedule_keeps_its_last_epoch(self) -> None:
        told = capstone.report(HISTORIES, "c", ("b", "c"))
        assert [told[name]["kept_epoch"] for name in "bcd"] == [3, 4, 2]
        assert [told[name]["val_accuracy"] for name in "bcd"] == [0.3, 0.1, 0.4]
        assert [told[name]["catches_up"] for name in "bcd"] == [None, 3, None]

    def test_a_baseline_that_is_not_there(self) -> None:
        with pytest.raises(KeyError):
            capstone.report(HISTORIES, "a")

    def test_it_is_what_keras_keeps(self, keras: Any, nets: Any, tmp_path: Path) -> None:
        rng = np.random.default_rng(4)
        x, y = rng.normal(size=(40, 3)), rng.integers(3, size=40)
        keras.utils.set_random_seed(5)
        model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(3, activation="softmax")])
        model.compile(
            keras.optimizers.SGD(2.0), "sparse_categorical_crossentropy", metrics=["accuracy"]
        )
        history = model.fit(
            x, y, 8, 30, verbose=0, validation_split=0.5,
            callbacks=nets.training_callbacks(str(tmp_path / "best.keras"), 4),
        ).history  # fmt: skip
        told = capstone.report({"a": {**history, "seconds": [1.0]}}, "a")["a"]
        assert told["epochs"] == told["kept_epoch"] + 4 < 30
        _, accuracy = model.evaluate(x[20:], y[20:], verbose=0)
        assert told["val_accuracy"] == pytest.approx(accuracy)
        saved = keras.saving.load_model(tmp_path / "best.keras")
        np.testing.assert_array_equal(saved.predict(x, verbose=0), model.predict(x, verbose=0))


class TestNets:
    def test_kinds_and_sizes(self, keras: Any, nets: Any) -> None:
        dense, norm = 100 * 100 + 100, 400
        first, last = 48 * 100 + 100, 100 * 10 + 10
        assert nets.deep_net(SHAPE).count_params() == first + 19 * dense + last
        assert nets.normalised_net(SHAPE).count_params() == first + 19 * dense + last + 20 * norm
        assert nets.selu_net(SHAPE).count_params() == first + 19 * dense + last

    @pytest.mark.parametrize(
        ("name", "scale"), [("deep_net", 2.0), ("normalised_net", 2.0), ("selu_net", 1.0)]
    )
    def test_start_weights(self, keras: Any, nets: Any, name: str, scale: float) -> None:
        net = getattr(nets, name)(SHAPE)
        kernels = [
            np.asarray(layer.kernel)
            for layer in net.layers
            if isinstance(layer, keras.layers.Dense)
        ]
        assert len(kernels) == 21
        for one, other in itertools.pairwise(kernels[1:-1]):
            assert not np.any(one == other)
        for kernel in kernels[:-1]:
            std = math.sqrt(scale / kernel.shape[0])
            cut = 2 * std / stats.truncnorm(-2, 2).std()  # where Keras cuts the tails off
            law = stats.truncnorm(-2, 2, scale=cut / 2)
            assert stats.kstest(kernel.ravel(), law.cdf).pvalue > 1e-6
            assert np.abs(kernel).max() <= cut * (1 + 1e-6)

    def test_selu_holds_mean_and_variance(self, nets: Any) -> None:
        x = np.random.default_rng(6).standard_normal((500, *SHAPE)).astype(np.float32)
        signal = x
        for layer in nets.selu_net(SHAPE).layers[:-1]:
            signal = layer(signal)
        assert abs(float(np.mean(signal))) < 0.5
        assert 0.5 < float(np.std(signal)) < 1.5

    def test_alpha_dropout_stands_before_the_output(self, keras: Any, nets: Any) -> None:
        net = nets.selu_net(SHAPE, rate=0.25)
        dropout = [n for n, layer in enumerate(net.layers) if hasattr(layer, "rate")]
        assert dropout == [len(net.layers) - 2]
        assert isinstance(net.layers[-2], keras.layers.AlphaDropout)
        assert net.layers[-2].rate == 0.25


class TestStacks:
    """The lists that the judge goes by say and compute what the Keras nets do."""

    @pytest.mark.parametrize("name", ["swish", "relu", "elu", "selu", "gelu", "mish", "tanh",
                                      "sigmoid", "softmax", "leaky_relu"])  # fmt: skip
    def test_activations_are_those_of_keras(self, keras: Any, name: str) -> None:
        z = np.random.default_rng(7).normal(0, 3, size=(4, 6))
        theirs = keras.activations.get(name)(keras.ops.convert_to_tensor(z))
        exact = special.ndtr(z) * z if name == "gelu" else np.asarray(theirs)
        np.testing.assert_allclose(stacks.ACTIVATIONS[name](z), exact, rtol=1e-6, atol=1e-12)
        assert stacks.name_of(stacks.activation(name)["values"]) == name

    def test_an_unknown_activation_has_no_name(self) -> None:
        assert stacks.name_of(np.sin(stacks.GRID)) is None

    @pytest.mark.parametrize(
        ("name", "args"),
        [
            ("deep_net", (4, "tanh")),
            ("deep_net", ()),
            ("normalised_net", (3, "elu", 0.7)),
            ("selu_net", (6,)),
            ("selu_net", (6, 0.2)),
        ],
    )
    def test_nets_are_told_and_computed_alike(self, nets: Any, name: str, args: Any) -> None:
        from autograder.assignments.capstone import probes

        x = np.random.default_rng(8).normal(size=(3, *SHAPE)).astype(np.float32)
        told = probes.built_net(getattr(nets, name), SHAPE, *args, x=x, seed=9)
        layers = getattr(stacks, name)(*args)
        assert told["input"] == SHAPE
        assert told["different"] == 21
        assert len(told["layers"]) == len(layers)
        for ours, theirs in zip(layers, told["layers"], strict=True):
            assert ours.keys() == theirs.keys()
            for key, value in ours.items():
                if key == "values":
                    np.testing.assert_allclose(theirs[key], value, 1e-5, 1e-6)
                else:
                    assert theirs[key] == value
        np.testing.assert_allclose(told["predictions"], stacks.predictions(layers, x, 9), atol=1e-5)


class TestMonteCarlo:
    def _model(self, keras: Any, kind: str, rate: float) -> Any:
        keras.utils.set_random_seed(10)
        layers = keras.layers
        model = keras.Sequential([keras.Input((3,)), layers.Dense(3, activation="tanh")])
        model.add(layers.BatchNormalization())
        model.add(getattr(layers, kind)(rate))
        model.add(layers.Dense(2, activation="softmax"))
        rng = np.random.default_rng(11)
        model.set_weights([rng.uniform(0.5, 1.5, size=w.shape) for w in model.get_weights()])
        return model

    @pytest.mark.parametrize("kind", ["Dropout", "AlphaDropout"])
    def test_the_mean_is_that_over_all_masks(self, keras: Any, nets: Any, kind: str) -> None:
        rate, x = 0.4, np.random.default_rng(12).normal(size=(1, 3)).astype(np.float32)
        model = self._model(keras, kind, rate)
        hidden = np.asarray(model.layers[1](model.layers[0](x)))[0]
        low = -1.6732632423543772 * 1.0507009873554805
        a = ((1 - rate) * (1 + rate * low**2)) ** -0.5
        expected = np.zeros(2)
        for mask in itertools.product((0, 1), repeat=3):
            kept = np.array(mask)
            signal = hidden * kept / (1 - rate)
            if kind == "AlphaDropout":
                signal = a * (np.where(kept, hidden, low)) - a * low * rate
            chance = np.prod(np.where(kept, 1 - rate, rate))
            expected += chance * np.asarray(model.layers[3](signal[None].astype(np.float32)))[0]
        many = nets.mc_predict(model, np.tile(x, (4000, 1)), 5)
        assert many.shape == (4000, 2)
        error = 6 * many.std(axis=0) / math.sqrt(4000)
        assert np.all(np.abs(many.mean(axis=0) - expected) < error)

    def test_it_leaves_the_model_alone(self, keras: Any, nets: Any) -> None:
        model = self._model(keras, "Dropout", 0.5)
        x = np.random.default_rng(13).normal(size=(20, 3)).astype(np.float32)
        weights, plain = model.get_weights(), np.asarray(model(x))
        one, other = nets.mc_predict(model, x, 1), nets.mc_predict(model, x, 1)
        assert one.dtype == np.float32
        assert not np.allclose(one, other)
        for now, before in zip(model.get_weights(), weights, strict=True):
            np.testing.assert_array_equal(now, before)
        np.testing.assert_array_equal(np.asarray(model(x)), plain)

    def test_without_batch_normalisation_it_is_training(self, keras: Any, nets: Any) -> None:
        # Géron's way, model(x, training=True), has the same law where only dropout differs.
        model = self._model(keras, "AlphaDropout", 0.3)
        model = keras.Sequential([keras.Input((3,)), model.layers[0], *model.layers[2:]])
        x = np.tile(np.array([[0.5, -1.0, 2.0]], np.float32), (3000, 1))
        ours = nets.mc_predict(model, x, 1)[:, 0]
        theirs = np.asarray(model(x, training=True))[:, 0]
        assert stats.ks_2samp(ours, theirs).pvalue > 1e-6


class TestOneCycle:
    def test_the_points(self, one_cycle: Any) -> None:
        cycle = one_cycle(41, 0.8)
        t = np.arange(41) / 40
        expected = np.interp(t, [0, 0.45, 0.9, 1], [0.08, 0.8, 0.08, 8e-5])
        np.testing.assert_allclose([cycle.rate(step) for step in range(41)], expected, rtol=1e-9)
        assert cycle.rate(500) == pytest.approx(8e-5)
        ends = one_cycle(41, 0.8, 0.2, 0.0)
        assert (ends.rate(0), ends.rate(18)) == pytest.approx((0.2, 0.8))
        assert ends.rate(40) == pytest.approx(0, abs=1e-12)

    @pytest.mark.parametrize(("steps", "highest"), [(1, 0.1), (0, 0.1), (9, 0.0), (9, -1.0)])
    def test_arguments_that_make_no_sense(self, one_cycle: Any, steps: int, highest: float) -> None:
        with pytest.raises(ValueError, match="cycle"):
            one_cycle(steps, highest)

    def test_fit_follows_it_each_time(self, keras: Any, one_cycle: Any) -> None:
        rates: list[float] = []
        model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
        model.compile(keras.optimizers.SGD(5.0), "mse")
        record = keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: rates.append(
                float(model.optimizer.learning_rate)
            )
        )
        cycle = one_cycle(9, 0.1)
        for _ in range(2):
            model.fit(
                np.ones((6, 1)), np.ones(6), batch_size=2, epochs=3, verbose=0,
                callbacks=[cycle, record],
            )  # fmt: skip
        np.testing.assert_allclose(rates, 2 * [cycle.rate(step) for step in range(9)], rtol=1e-6)
