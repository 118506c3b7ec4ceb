"""The reference for pretrained layers: real training in Keras, and the same nets in NumPy."""

from __future__ import annotations

import doctest
import warnings
from typing import Any

import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as some_arrays

from solutions import pretrained_layers as ours

REPEATABLE = settings(deadline=None, derandomize=True, max_examples=60)
Dense, BatchNormalization = keras.layers.Dense, keras.layers.BatchNormalization
LOSS = "sparse_categorical_crossentropy"


def stack(*layers: Any, inputs: int = 3) -> Any:
    """Return a `Sequential` with random weights, positive where they must be."""
    model = keras.Sequential([keras.Input((inputs,)), *layers])
    rng = np.random.default_rng(1)
    model.set_weights([rng.uniform(0.2, 1.2, weight.shape) for weight in model.weights])
    for layer in model.layers:
        if isinstance(layer, Dense):
            kernel = rng.normal(0, 1, layer.kernel.shape)
            layer.set_weights([kernel, rng.normal(0, 1, layer.bias.shape)])
    return model


def small_stack() -> Any:
    return stack(
        Dense(4, activation="relu", name="one"),
        BatchNormalization(name="norm"),
        Dense(5, activation="relu", name="two"),
        Dense(3, activation="softmax", name="head"),
    )


def with_a_skip() -> Any:
    start = keras.Input((3,))
    one = Dense(4, activation="relu", name="one")(start)
    two = keras.layers.Add()([one, Dense(4, activation="tanh", name="two")(one)])
    return keras.Model(start, Dense(3, activation="softmax", name="head")(two))


def batch(rows: int = 8, classes: int = 3, inputs: int = 3) -> tuple[Any, Any]:
    rng = np.random.default_rng(2)
    x = rng.normal(0, 1, (rows, inputs)).astype(np.float32)
    return x, rng.integers(0, classes, rows)


def same(some: list[Any], others: list[Any]) -> bool:
    return all(np.array_equal(a, b) for a, b in zip(some, others, strict=True))


def softmax(z: Any) -> Any:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def test_the_examples_in_the_docstrings() -> None:
    results = doctest.testmod(ours)
    assert results.failed == 0
    assert results.attempted > 15


# rotation_task


@REPEATABLE
@given(
    some_arrays.arrays(
        st.sampled_from([np.uint8, np.float32, np.int64]),
        st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 3)).map(
            lambda s: (s[0], s[1], s[1], s[2]) if s[2] else (s[0], s[1], s[1])
        ),
        elements=st.integers(0, 200),
    )
)
def test_rotations_by_the_definition(images: Any) -> None:
    before = images.copy()
    rotated, labels = ours.rotation_task(images)
    assert rotated.dtype == images.dtype
    assert labels.dtype == np.int64
    assert rotated.shape == (4 * len(images), *images.shape[1:])
    assert np.array_equal(labels, np.arange(4 * len(images)) % 4)
    assert np.array_equal(images, before)
    assert not np.shares_memory(images, rotated)
    side = images.shape[1]
    for i, image in enumerate(images):
        for r in range(side):
            for c in range(side):
                # Anticlockwise: what is at the right edge comes to the top.
                assert np.array_equal(rotated[4 * i][r, c], image[r, c])
                assert np.array_equal(rotated[4 * i + 1][r, c], image[c, side - 1 - r])
                assert np.array_equal(rotated[4 * i + 2][r, c], image[side - 1 - r, side - 1 - c])
                assert np.array_equal(rotated[4 * i + 3][r, c], image[side - 1 - c, r])


def test_four_quarter_turns_are_none() -> None:
    images = np.random.default_rng(1).normal(0, 1, (2, 6, 6, 3))
    turned = images
    for _ in range(4):
        turned = ours.rotation_task(turned)[0][1::4]
    np.testing.assert_array_equal(turned, images)


@pytest.mark.parametrize("shape", [(2, 3, 4), (2, 3, 4, 3), (2, 3, 5, 5), (4, 4), (1, 2, 2, 1, 1)])
def test_what_cannot_be_turned(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        ours.rotation_task(np.zeros(shape))


# trainable_parameters


def test_counts_by_hand() -> None:
    model = small_stack()
    assert ours.trainable_parameters(model) == (3 * 4 + 4 + 8 + 4 * 5 + 5 + 5 * 3 + 3, 8)
    model.get_layer("one").trainable = False
    model.get_layer("norm").trainable = False
    assert ours.trainable_parameters(model) == (4 * 5 + 5 + 5 * 3 + 3, 16 + 16)
    model.trainable = False
    assert ours.trainable_parameters(model) == (0, 75)
    assert [type(n) for n in ours.trainable_parameters(model)] == [int, int]


def test_counts_of_models_in_models_and_of_shared_layers() -> None:
    inner = keras.Sequential([keras.Input((3,)), Dense(3), keras.layers.Dropout(0.5), Dense(3)])
    inner.layers[0].trainable = False
    twice = inner(inner(start := keras.Input((3,))))
    model = keras.Model(start, Dense(2)(twice))
    assert ours.trainable_parameters(model) == (12 + 8, 12)
    assert sum(ours.trainable_parameters(model)) == model.count_params()


# clone_with_weights


@pytest.mark.parametrize("make", [small_stack, with_a_skip])
def test_a_copy_predicts_the_same_and_trains_alone(make: Any) -> None:
    model, (x, y) = make(), batch()
    model.layers[-2].trainable = False
    before = model.get_weights()
    copy = ours.clone_with_weights(model)
    np.testing.assert_array_equal(copy(x), model(x))
    assert [layer.trainable for layer in copy.layers] == [layer.trainable for layer in model.layers]
    assert [layer.name for layer in copy.layers][1:] == [layer.name for layer in model.layers][1:]
    copy.compile(keras.optimizers.SGD(0.5), LOSS)
    copy.fit(x, y, epochs=3, verbose=0)
    assert not same(copy.get_weights(), before)
    assert same(model.get_weights(), before)
    after = copy.get_weights()
    model.compile(keras.optimizers.SGD(0.5), LOSS)
    model.fit(x, y, epochs=3, verbose=0)
    assert same(copy.get_weights(), after)


def test_a_model_without_weights_cannot_be_copied() -> None:
    with pytest.raises(ValueError, match="no weights yet"):
        ours.clone_with_weights(keras.Sequential([Dense(4), Dense(3)]))


def test_the_trap_that_the_exercise_is_about() -> None:
    model, (x, _) = small_stack(), batch()
    assert not np.allclose(keras.models.clone_model(model)(x), model(x))


# replace_head


def test_a_new_head_sees_what_the_old_one_saw() -> None:
    donor, (x, _) = with_a_skip(), batch()
    rng = np.random.default_rng(3)
    donor.set_weights([rng.normal(0, 1, weight.shape) for weight in donor.weights])
    kernel, bias = rng.normal(0, 1, (4, 5)), rng.normal(0, 1, 5)
    new = ours.replace_head(donor, 5)
    new.layers[-1].set_weights([kernel, bias])
    one, c, two, d = (weight.astype(float) for weight in donor.get_weights()[:4])
    first = np.maximum(x @ one + c, 0)
    expected = softmax((first + np.tanh(first @ two + d)) @ kernel + bias)
    np.testing.assert_allclose(new(x), expected, atol=1e-5)


@pytest.mark.parametrize("make", [small_stack, with_a_skip])
def test_the_donor_is_as_it_was_after_the_new_model_has_been_trained(make: Any) -> None:
    donor, (x, y) = make(), batch()
    donor.layers[1].trainable = False
    before, predictions = donor.get_weights(), np.asarray(donor(x))
    new = ours.replace_head(donor, 3)
    assert [layer.trainable for layer in new.layers if layer.name == donor.layers[1].name] == [
        False
    ]
    # The head is fresh, though the classes are as many: Glorot's limits, and no bias.
    kernel, bias = new.layers[-1].get_weights()
    assert np.abs(kernel).max() <= np.sqrt(6 / sum(kernel.shape))
    assert np.unique(kernel).size == kernel.size
    assert not bias.any()
    new.compile(keras.optimizers.SGD(0.5), LOSS)
    new.fit(x, y, epochs=3, verbose=0)
    assert same(donor.get_weights(), before)
    np.testing.assert_array_equal(donor(x), predictions)
    assert not same(new.get_weights()[:-2], before[:-2])


def test_a_donor_from_a_file_may_have_any_name_for_its_layers(tmp_path: Any) -> None:
    keras.backend.clear_session()  # as in the session that made the donor: "dense", "dense_1"
    stack(Dense(4), Dense(3, activation="softmax")).save(tmp_path / "donor.keras")
    keras.backend.clear_session()
    donor = keras.models.load_model(tmp_path / "donor.keras")
    new = ours.replace_head(donor, 4)
    assert len({layer.name for layer in new.layers}) == len(new.layers)
    assert ours.replace_head(ours.replace_head(new, 4), 4).output_shape == (None, 4)


@pytest.mark.parametrize("classes", [1, 0, -3])
def test_too_few_classes(classes: int) -> None:
    with pytest.raises(ValueError, match="at least 2"):
        ours.replace_head(small_stack(), classes)
    with pytest.raises(ValueError, match="at least 2"):
        ours.encoder_from_autoencoder(small_stack(), classes)


# freeze and unfreeze. Training is real here, in a graph: that is where flags that are set after
# `compile` have no effect.


def slopes(model: Any, x: Any, y: Any, training: bool) -> list[Any]:
    """Return the gradients of the loss by finite differences, in double precision."""
    weights = [weight.astype(float) for weight in model.get_weights()]
    found = []
    for weight in weights:
        slope = np.zeros_like(weight)
        for place in np.ndindex(weight.shape):
            value, losses = weight[place], []
            for step in (1e-6, -1e-6):
                weight[place] = value + step
                losses.append(loss_of(model, weights, x, y, training))
            weight[place] = value
            slope[place] = (losses[0] - losses[1]) / 2e-6
        found.append(slope)
    return found


def loss_of(model: Any, weights: list[Any], x: Any, y: Any, training: bool) -> float:
    """Return the cross-entropy of `small_stack` in NumPy; its normalisation may go by batch."""
    k1, b1, gamma, beta, mean, variance, k2, b2, k3, b3 = weights
    a = np.maximum(x @ k1 + b1, 0)
    if training:
        mean, variance = a.mean(axis=0), a.var(axis=0)
    a = gamma * (a - mean) / np.sqrt(variance + model.get_layer("norm").epsilon) + beta
    p = softmax(np.maximum(a @ k2 + b2, 0) @ k3 + b3)
    return float(-np.log(p[np.arange(len(y)), y]).mean())


@pytest.mark.parametrize("trained_before", [False, True])
@pytest.mark.parametrize("last", [0, 1, 2, 3, 4])
def test_one_step_after_freezing(last: int, trained_before: bool) -> None:
    model, (x, y) = small_stack(), batch()
    if trained_before:
        model.compile("adam", LOSS)
        model.fit(x, y, verbose=0)
    names = ["one", "norm", "two", "head"]
    assert ours.freeze(model, last, 0.25) == names[4 - last :]
    assert type(model.optimizer) is keras.optimizers.SGD
    before = model.get_weights()
    gradients = slopes(model, x, y, training=last >= 3)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "The model does not have any trainable weights")
        model.fit(x, y, batch_size=len(x), verbose=0)
    of_layer = [0, 0, 1, 1, None, None, 2, 2, 3, 3]
    for layer, old, new, slope in zip(
        of_layer, before, model.get_weights(), gradients, strict=True
    ):
        if layer is None:
            assert (last >= 3) == (not np.array_equal(old, new))  # moving statistics
        elif layer >= 4 - last:
            np.testing.assert_allclose(new, old - 0.25 * slope, atol=2e-5)
        else:
            np.testing.assert_array_equal(new, old)


def test_freezing_undoes_whatever_was_frozen_before() -> None:
    for before in ("model", "layers", "mixed"):
        model = small_stack()
        if before != "layers":
            model.trainable = False
        for layer in model.layers:
            layer.trainable = before == "mixed"
        assert ours.freeze(model, 2) == ["two", "head"]
        assert len(model.trainable_weights) == 4
        assert float(model.optimizer.learning_rate) == pytest.approx(0.01)


def test_a_frozen_normalisation_runs_in_inference_mode() -> None:
    model, (x, _) = small_stack(), batch()
    ours.freeze(model, 2)
    np.testing.assert_array_equal(model(x, training=True), model(x, training=False))
    ours.freeze(model, 3)
    assert not np.allclose(model(x, training=True), model(x, training=False))


def test_a_flag_without_compile_has_no_effect() -> None:
    model, (x, y) = small_stack(), batch()
    model.compile(keras.optimizers.SGD(0.5), LOSS)
    model.train_on_batch(x, y)
    model.get_layer("one").trainable = False
    before = model.get_layer("one").get_weights()
    model.train_on_batch(x, y)
    assert not same(model.get_layer("one").get_weights(), before)
    ours.freeze(model, 3)
    before = model.get_layer("one").get_weights()
    model.train_on_batch(x, y)
    assert same(model.get_layer("one").get_weights(), before)


@pytest.mark.parametrize("last", [-1, 5, 100])
def test_layers_that_are_not_there(last: int) -> None:
    model = small_stack()
    with pytest.raises(ValueError, match="4 layers"):
        ours.freeze(model, last)
    model.compile("sgd", LOSS)
    with pytest.raises(ValueError, match="3 reused layers"):
        ours.unfreeze(model, last)


OPTIMISERS = [
    keras.optimizers.SGD(0.5),
    keras.optimizers.SGD(0.5, momentum=0.7, nesterov=True),
    keras.optimizers.Adam(0.5, beta_1=0.7, epsilon=1e-4),
    keras.optimizers.RMSprop(0.5, rho=0.7, clipnorm=3.0),
    keras.optimizers.Nadam(0.5, weight_decay=0.01),
]


@pytest.mark.parametrize("optimiser", OPTIMISERS, ids=lambda o: o.name)
def test_an_optimiser_keeps_its_settings(optimiser: Any) -> None:
    model, (x, y) = small_stack(), batch()
    ours.freeze(model, 1)
    config = optimiser.get_config()
    optimiser = type(optimiser).from_config(config)
    model.compile(optimiser, LOSS)
    model.train_on_batch(x, y)
    assert ours.unfreeze(model, 1, 0.3) == pytest.approx(0.15)
    assert model.optimizer is not optimiser
    assert type(model.optimizer) is type(optimiser)
    now = model.optimizer.get_config()
    assert now.pop("learning_rate") == pytest.approx(0.15)
    assert now == {key: value for key, value in config.items() if key != "learning_rate"}
    before = model.get_layer("two").get_weights()
    model.train_on_batch(x, y)
    assert not same(model.get_layer("two").get_weights(), before)


def test_the_rate_is_the_one_that_the_optimiser_has_come_down_to() -> None:
    model = small_stack()
    ours.freeze(model, 1, 0.8)
    model.optimizer.learning_rate = 0.2  # as ReduceLROnPlateau does
    assert ours.unfreeze(model, 1) == pytest.approx(0.02)
    assert ours.unfreeze(model, 2) == pytest.approx(0.002)


def test_one_step_after_thawing() -> None:
    model, (x, y) = small_stack(), batch()
    ours.freeze(model, 1, 0.5)
    model.fit(x, y, verbose=0)
    assert ours.unfreeze(model, 2, 0.5) == 0.25
    assert [layer.trainable for layer in model.layers] == [False, False, True, True]
    before = model.get_weights()
    gradients = slopes(model, x, y, training=False)
    model.fit(x, y, batch_size=len(x), verbose=0)
    for place, (old, new, slope) in enumerate(
        zip(before, model.get_weights(), gradients, strict=True)
    ):
        expected = old - 0.25 * slope if place >= 6 else old
        np.testing.assert_allclose(new, expected, atol=2e-5)


def test_all_but_the_normalisation_and_nothing_else_is_touched() -> None:
    model = small_stack()
    model.compile("sgd", LOSS)
    model.get_layer("head").trainable = False
    ours.unfreeze(model, 3)
    assert [layer.trainable for layer in model.layers] == [True, False, True, False]
    model.get_layer("two").trainable = False
    ours.unfreeze(model, 0)
    assert [layer.trainable for layer in model.layers] == [True, False, False, False]


@pytest.mark.parametrize("loss", ["mse", keras.losses.Huber(delta=0.3), LOSS])
def test_the_loss_is_kept(loss: Any) -> None:
    model = small_stack()
    model.compile("sgd", loss)
    ours.unfreeze(model, 1)
    assert model.loss is loss


def test_a_model_that_was_never_compiled() -> None:
    with pytest.raises(ValueError, match="compiled"):
        ours.unfreeze(small_stack(), 1)


# encoder_from_autoencoder


def dense_autoencoder() -> Any:
    return stack(
        Dense(6, activation="relu", name="wide"),
        Dense(2, name="code"),
        BatchNormalization(name="code_norm"),
        keras.layers.Activation("relu", name="code_relu"),
        Dense(5, name="output"),
        inputs=5,
    )


@pytest.mark.parametrize("cut", [None, "code_relu", "code_norm", "code", "wide"])
def test_an_encoder_is_the_net_up_to_its_cut(cut: str | None) -> None:
    autoencoder, (x, _) = dense_autoencoder(), batch(inputs=5)
    k1, b1, k2, b2, gamma, beta, mean, variance = autoencoder.get_weights()[:8]
    code = {"wide": np.maximum(x @ k1 + b1, 0)}
    code["code"] = code["wide"] @ k2 + b2
    code["code_norm"] = gamma * (code["code"] - mean) / np.sqrt(variance + 1e-3) + beta
    code["code_relu"] = np.maximum(code["code_norm"], 0)
    seen = code[cut or "code_relu"]
    rng = np.random.default_rng(3)
    kernel, bias = rng.normal(0, 1, (seen.shape[1], 4)), rng.normal(0, 1, 4)
    classifier = ours.encoder_from_autoencoder(autoencoder, 4, cut)
    classifier.layers[-1].set_weights([kernel, bias])
    np.testing.assert_allclose(classifier(x), softmax(seen @ kernel + bias), atol=1e-5)


def test_the_encoder_is_frozen_and_the_autoencoder_left_alone() -> None:
    autoencoder, (x, y) = dense_autoencoder(), batch(inputs=5)
    autoencoder.get_layer("wide").trainable = False
    before = autoencoder.get_weights()
    classifier = ours.encoder_from_autoencoder(autoencoder, 3)
    classifier.compile(keras.optimizers.SGD(0.5), LOSS)
    head = classifier.get_weights()[-2]
    classifier.fit(x, y, epochs=3, verbose=0)
    assert same(classifier.get_weights()[:-2], before[:8])
    assert not np.array_equal(classifier.get_weights()[-2], head)
    for layer in classifier.layers:
        layer.trainable = True
    classifier.compile(keras.optimizers.SGD(0.5), LOSS)
    classifier.fit(x, y, epochs=3, verbose=0)
    assert not same(classifier.get_weights()[:-2], before[:8])
    assert same(autoencoder.get_weights(), before)
    flags = [layer.trainable for layer in autoencoder.layers]
    assert flags == [False, True, True, True, True]


def test_the_width_of_a_convolution_is_all_that_it_puts_out() -> None:
    autoencoder = keras.Sequential(
        [
            keras.Input((4, 4, 1)),
            keras.layers.Conv2D(2, 2, strides=2),  # 2 x 2 x 2 numbers
            keras.layers.Flatten(),
            Dense(6, name="code"),
            Dense(16),
            keras.layers.Reshape((4, 4, 1)),
        ]
    )
    classifier = ours.encoder_from_autoencoder(autoencoder, 3)
    assert tuple(classifier.layers[-1].kernel.shape) == (6, 3)


def test_an_unknown_cut() -> None:
    with pytest.raises(ValueError, match="nowhere"):
        ours.encoder_from_autoencoder(dense_autoencoder(), 3, "nowhere")
