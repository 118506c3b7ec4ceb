"""Stacks of networks that reuse layers: each is trained as Keras would train it alone."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from book.support import pretraining
from book.support.pretraining import Stack

SIZES = (6, 5, 4, 3)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


@pytest.fixture
def stack(rng: np.random.Generator) -> Stack:
    return pretraining.fresh(3, SIZES, rng)


def in_keras(stack: Stack, which: int) -> keras.Sequential:
    """Return one network of a stack as a Keras model without the softmax."""
    units = [kernel.shape[-1] for kernel in stack.kernels]
    hidden = [keras.layers.Dense(n, activation="relu") for n in units[:-1]]
    model = keras.Sequential(
        [keras.Input((stack.kernels[0].shape[1],)), *hidden, keras.layers.Dense(units[-1])]
    )
    pairs = zip(stack.kernels, stack.offsets, strict=True)
    model.set_weights([array[which] for pair in pairs for array in pair])
    return model


def parameters(stack: Stack, which: int) -> list[np.ndarray]:
    pairs = zip(stack.kernels, stack.offsets, strict=True)
    return [array[which] for pair in pairs for array in pair]


def test_fresh_kernels_have_hes_variance_and_offsets_are_zero(rng: np.random.Generator) -> None:
    stack = pretraining.fresh(40, (50, 80, 10), rng)
    assert len(stack) == 40
    assert [kernel.shape for kernel in stack.kernels] == [(40, 50, 80), (40, 80, 10)]
    for kernel, fan_in in zip(stack.kernels, (50, 80), strict=True):
        assert kernel.dtype == np.float32
        assert np.var(kernel) == pytest.approx(2 / fan_in, rel=0.03)
    assert not any(offset.any() for offset in stack.offsets)


def test_outputs_are_those_of_keras(stack: Stack, rng: np.random.Generator) -> None:
    stack.offsets[0][:] = rng.normal(size=stack.offsets[0].shape)
    shared = rng.normal(size=(7, 6)).astype(np.float32)
    own = rng.normal(size=(3, 7, 6)).astype(np.float32)
    for which in range(3):
        model = in_keras(stack, which)
        for x, rows in ((shared, shared), (own, own[which])):
            ours = pretraining.outputs(stack, x)[which]
            np.testing.assert_allclose(ours, model(rows).numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("frozen", [0, 1, 2])
def test_each_network_is_trained_as_keras_trains_it_alone(
    frozen: int, stack: Stack, rng: np.random.Generator
) -> None:
    # All rows fit in one batch, whose mean gradient does not depend on their order.
    x = rng.normal(size=(30, 6)).astype(np.float32)
    rows = np.array([rng.choice(30, 10, replace=False) for _ in range(3)])
    targets = rng.integers(0, 3, rows.shape)
    rates = np.tile([[0.1]], (3, 3)) * np.array([[1.0], [2.0], [0.5]])
    rates[:, :frozen] = 0
    trained = pretraining.fit(stack, x, targets, rows=rows, rates=rates, steps=6, momentum=0.8)
    for which, rate in enumerate(rates[:, -1]):
        model = in_keras(stack, which)
        for layer in model.layers[:frozen]:
            layer.trainable = False
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(float(rate), momentum=0.8), loss)
        for _ in range(6):
            model.train_on_batch(x[rows[which]], targets[which])
        for ours, theirs in zip(parameters(trained, which), model.get_weights(), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-6)


def test_a_layer_may_be_gentler_than_another(stack: Stack, rng: np.random.Generator) -> None:
    # Without momentum one step moves each layer by its rate times the gradient.
    x = rng.normal(size=(8, 6)).astype(np.float32)
    rows, targets = np.tile(np.arange(8), (3, 1)), rng.integers(0, 3, (3, 8))

    def moved(rates: list[float]) -> list[np.ndarray]:
        after = pretraining.fit(
            stack, x, targets, rows=rows, rates=np.tile(rates, (3, 1)), steps=1, momentum=0.0
        )
        return [b - a for a, b in zip(stack.kernels, after.kernels, strict=True)]

    same, other = moved([0.1, 0.1, 0.1]), moved([0.01, 0.0, 0.1])
    np.testing.assert_allclose(other[0], same[0] / 10, atol=1e-6)
    assert not other[1].any()
    np.testing.assert_allclose(other[2], same[2], atol=1e-6)


def test_squared_error_learns_to_copy_what_it_is_shown(rng: np.random.Generator) -> None:
    x = np.abs(rng.normal(size=(64, 6))).astype(np.float32)
    stack = pretraining.fresh(2, (6, 24, 6), rng)
    rows, rates = np.tile(np.arange(64), (2, 1)), np.full((2, 2), 0.05)
    trained = pretraining.fit(stack, x, x, rows=rows, rates=rates, steps=400)
    before, after = (((pretraining.outputs(s, x) - x) ** 2).mean() for s in (stack, trained))
    assert after < before / 20


def test_dropped_inputs_change_the_training_and_none_dropped_does_not(
    stack: Stack, rng: np.random.Generator
) -> None:
    x = rng.normal(size=(16, 6)).astype(np.float32)
    rows, targets = np.tile(np.arange(16), (3, 1)), rng.integers(0, 3, (3, 16))

    def fitted(dropped: object) -> Stack:
        return pretraining.fit(
            stack, x, targets, rows=rows, rates=np.full((3, 3), 0.1), steps=3,
            dropped=dropped,  # type: ignore[arg-type]
        )  # fmt: skip

    plain, none, some = (fitted(d) for d in (None, np.zeros(3), np.array([0.0, 0.5, 1.0])))
    np.testing.assert_allclose(plain.kernels[0], none.kernels[0], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(plain.kernels[0][0], some.kernels[0][0], rtol=1e-5, atol=1e-7)
    assert not np.allclose(plain.kernels[0][1], some.kernels[0][1])
    # Where no input is left, the first kernel has no gradient.
    np.testing.assert_array_equal(some.kernels[0][2], stack.kernels[0][2])


def test_a_network_does_not_depend_on_its_neighbours(rng: np.random.Generator) -> None:
    stack = pretraining.fresh(2, SIZES, rng)
    x = rng.normal(size=(8, 6)).astype(np.float32)
    rows, targets = np.tile(np.arange(8), (2, 1)), rng.integers(0, 3, (2, 8))
    rates = np.array([[0.1] * 3, [1e9] * 3])  # the second one explodes
    both = pretraining.fit(stack, x, targets, rows=rows, rates=rates, steps=4)
    alone = pretraining.fit(
        stack.pick([0]), x, targets[:1], rows=rows[:1], rates=rates[:1], steps=4
    )
    np.testing.assert_allclose(both.kernels[0][0], alone.kernels[0][0], rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("steps", [0, 3])
def test_nothing_to_train_leaves_copies(steps: int, stack: Stack, rng: np.random.Generator) -> None:
    x = rng.normal(size=(8, 6)).astype(np.float32)
    rows, targets = np.tile(np.arange(8), (3, 1)), np.zeros((3, 8), int)
    rates = np.full((3, 3), 0.1 if steps == 0 else 0.0)
    same = pretraining.fit(stack, x, targets, rows=rows, rates=rates, steps=steps)
    np.testing.assert_array_equal(same.kernels[1], stack.kernels[1])
    same.kernels[1][:] = 0
    assert stack.kernels[1].any()


def test_layers_are_taken_joined_and_put_on_top(stack: Stack, rng: np.random.Generator) -> None:
    x = rng.normal(size=(5, 6)).astype(np.float32)
    whole = stack.part(None, 2).under(stack.part(2, None))
    np.testing.assert_array_equal(pretraining.outputs(whole, x), pretraining.outputs(stack, x))
    again = pretraining.join([stack.pick([2, 2]), stack.pick([0])])
    np.testing.assert_array_equal(again.kernels[0], stack.kernels[0][[2, 2, 0]])
    whole.kernels[0][:] = 0
    assert stack.kernels[0].any()
