"""The reference experiments against finite differences, Keras, SciPy and formulas by hand."""

from __future__ import annotations

import doctest
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import optimize, special

from solutions import review


def slope_of(function: Callable[[Any], float], at: Any) -> Any:
    """Return the gradient of `function` by central differences."""
    gradient = np.zeros_like(at)
    for index in np.ndindex(at.shape):
        nudge = np.zeros_like(at)
        nudge[index] = 1e-6
        gradient[index] = (function(at + nudge) - function(at - nudge)) / 2e-6
    return gradient


def test_examples() -> None:
    assert doctest.testmod(review).failed == 0


# distinct_units


def test_a_step_follows_the_slope_of_the_loss() -> None:
    rng = np.random.default_rng(1)
    hidden, output = rng.normal(0, 1, (3, 4)), rng.normal(0, 1, 4)
    x, y = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, 6)

    def loss(hidden: Any, output: Any) -> float:
        return float(np.mean((np.tanh(x @ hidden) @ output - y) ** 2))

    _, new_hidden, new_output = review.distinct_units(hidden, output, x, y, 0.3, 1)
    by_hidden = slope_of(lambda h: loss(h, output), hidden)
    by_output = slope_of(lambda o: loss(hidden, o), output)
    np.testing.assert_allclose(new_hidden, hidden - 0.3 * by_hidden, rtol=1e-6)
    np.testing.assert_allclose(new_output, output - 0.3 * by_output, rtol=1e-6)


def test_one_value_stays_one_unit_and_eight_values_become_a_fit() -> None:
    rng = np.random.default_rng(4)
    x = np.column_stack([np.linspace(-2, 2, 40), np.ones(40)])
    y = np.sin(2 * x[:, 0])
    losses = []
    for hidden, output, units in (
        (np.full((2, 8), 0.8), np.full(8, 0.4), 1),
        (rng.normal(0, 1, (2, 8)), rng.normal(0, 0.5, 8), 8),
    ):
        count, w, u = review.distinct_units(hidden, output, x, y, 0.1, 3000)
        assert count == units
        losses.append(np.mean((np.tanh(x @ w) @ u - y) ** 2))
    assert losses[1] < losses[0] / 10


# gradient_norms


def test_gradient_norms_are_those_of_finite_differences() -> None:
    rng = np.random.default_rng(2)
    kernels = [rng.normal(0, 0.8, shape) for shape in ((3, 5), (5, 4), (4, 2))]
    biases = [rng.normal(0, 0.5, size) for size in (5, 4, 2)]
    x, y = rng.normal(0, 1, (6, 3)), rng.normal(0, 1, (6, 2))

    def loss(kernels: list[Any], biases: list[Any]) -> float:
        h = np.maximum(x @ kernels[0] + biases[0], 0)
        h = np.maximum(h @ kernels[1] + biases[1], 0)
        return float(np.mean((h @ kernels[2] + biases[2] - y) ** 2))

    def with_one(arrays: list[Any], layer: int, array: Any) -> list[Any]:
        return [*arrays[:layer], array, *arrays[layer + 1 :]]

    norms = review.gradient_norms(kernels, biases, x, y)
    for layer in range(3):
        by_kernel = slope_of(
            lambda k, n=layer: loss(with_one(kernels, n, k), biases), kernels[layer]
        )
        by_bias = slope_of(lambda b, n=layer: loss(kernels, with_one(biases, n, b)), biases[layer])
        expected = [np.linalg.norm(by_kernel), np.linalg.norm(by_bias)]
        np.testing.assert_allclose(norms[layer], expected, rtol=1e-6)


def test_zero_biases_have_a_gradient_and_zero_weights_stop_it() -> None:
    rng = np.random.default_rng(3)
    sizes = [10, 50, 50, 50, 1]
    pairs = list(pairwise(sizes))
    he = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairs]
    x, y = rng.normal(0, 1, (100, 10)), rng.normal(0, 1, (100, 1))
    assert np.all(review.gradient_norms(he, [np.zeros(b) for _, b in pairs], x, y) > 0)
    drawn = [rng.normal(0, 1, b) for _, b in pairs]
    stopped = review.gradient_norms([np.zeros(pair) for pair in pairs], drawn, x, y)
    assert np.all(stopped[:-1] == 0)
    assert np.all(stopped[-1] > 0)


# signal_statistics


def test_activations_are_those_of_keras(keras: Any) -> None:
    z = np.random.default_rng(5).normal(0, 3, (50, 20))
    for name in ("relu", "selu"):
        theirs = np.asarray(getattr(keras.ops, name)(z))
        found = review.signal_statistics(name, z, [np.eye(20)])[0]
        np.testing.assert_allclose(found[:2], [theirs.mean(), theirs.var()], rtol=1e-5)
    assert review.signal_statistics("relu", z, [np.eye(20)])[0, 2] == np.mean(z <= 0)


def test_selu_normalises_itself_and_relu_has_half_of_its_slopes_at_zero() -> None:
    rng = np.random.default_rng(6)
    x = rng.normal(0, 1, (400, 200))
    kernels = [rng.normal(0, 200**-0.5, (200, 200)) for _ in range(30)]
    selu = review.signal_statistics("selu", x, kernels)
    assert np.all(np.abs(selu[:, 0]) < 0.15)
    assert np.all(np.abs(selu[:, 1] - 1) < 0.3)
    assert np.all(selu[:, 2] == 0)
    relu = review.signal_statistics("relu", x, [np.sqrt(2) * kernel for kernel in kernels])
    assert np.all(relu[:, 0] > 0.2)
    assert np.all(np.abs(relu[:, 2] - 0.5) < 0.15)


# fitting_output


def test_outputs_are_those_of_scipy_and_keras(keras: Any) -> None:
    z = np.random.default_rng(7).normal(0, 50, (6, 3))
    targets = {
        "softmax": [[0.2, 0.3, 0.5]],
        "logistic": [[0.2, 0.3, 0.6]],
        "tanh": [[-0.2, 0.3, 0.5]],
        "relu": [[2.0, 0.3, 0.5]],
        "linear": [[-2.0, 0.3, 0.5]],
    }
    functions = {
        "softmax": lambda z: special.softmax(z, axis=1),
        "logistic": special.expit,
        "tanh": np.tanh,
        "relu": lambda z: np.asarray(keras.ops.relu(z)),
        "linear": lambda z: z,
    }
    for name, rows in targets.items():
        chosen, values = review.fitting_output(np.array(rows), z)
        assert chosen == name
        np.testing.assert_allclose(values, functions[name](z), rtol=1e-6, atol=1e-15)


# heavy_ball


def test_the_ball_rolls_as_keras_sgd_does(keras: Any) -> None:
    optimiser = keras.optimizers.SGD(learning_rate=0.2, momentum=0.9)
    x = keras.Variable(3.0)
    path = [3.0]
    for _ in range(25):
        optimiser.apply([keras.ops.convert_to_tensor(0.7 * x)], [x])
        path.append(float(x))
    ours = review.heavy_ball(0.9, 0.2, 0.7, 3.0, 25)[0]
    np.testing.assert_allclose(ours, path, rtol=1e-4, atol=1e-5)


def test_the_amplitude_shrinks_by_the_root_of_the_momentum() -> None:
    for momentum in (0.9, 0.99, 0.99999):
        path, crossings, settled = review.heavy_ball(momentum, 0.01, 1.0, 1.0, 3000)
        # An oscillation of amplitude momentum**(t / 2), over the steps where it is no rounding.
        angle = math.acos((1 + momentum - 0.01) / (2 * math.sqrt(momentum)))
        seen = 3000 if settled is None else settled
        assert abs(crossings - seen * angle / math.pi) < 2
        if settled is not None:
            assert settled < 2 * math.log(100 * 3) / -math.log(momentum) + 1
        else:
            assert momentum == 0.99999
            assert np.max(np.abs(path[-100:])) > 0.9


def test_without_steps_nothing_has_settled() -> None:
    path, crossings, settled = review.heavy_ball(0.9, 0.1, 1.0, -2.0, 0)
    assert (path.tolist(), crossings, settled) == ([-2.0], 0, None)


# sparse_regression


@pytest.fixture
def problem() -> tuple[Any, Any]:
    rng = np.random.default_rng(8)
    x = rng.normal(0, 1, (40, 6))
    return x, x @ np.array([2.0, -1.5, 1.0, 0.1, -0.05, 0.0]) + rng.normal(0, 0.1, 40)


def test_the_proximal_steps_end_in_the_lasso(problem: tuple[Any, Any]) -> None:
    x, y = problem

    def loss(w: Any) -> float:
        # Positive and negative parts, so that the corner is one of the bounds.
        return float(np.mean((x @ (w[:6] - w[6:]) - y) ** 2) + 0.4 * np.sum(w))

    found = optimize.minimize(loss, np.full(12, 0.1), bounds=[(0, None)] * 12, tol=1e-14)
    weights, zeros = review.sparse_regression(x, y, "proximal", 0.1, 2000, strength=0.4)
    np.testing.assert_allclose(weights, found.x[:6] - found.x[6:], atol=1e-4)
    assert zeros == np.sum(np.abs(found.x[:6] - found.x[6:]) < 1e-5) > 0


def test_the_l1_steps_come_near_it_without_a_zero(problem: tuple[Any, Any]) -> None:
    lasso, _ = review.sparse_regression(*problem, "proximal", 0.1, 2000, strength=0.4)
    weights, zeros = review.sparse_regression(*problem, "l1", 0.01, 20000, strength=0.4)
    np.testing.assert_allclose(weights, lasso, atol=0.02)
    assert zeros == 0


def test_pruned_after_training_is_least_squares_without_the_smallest(
    problem: tuple[Any, Any],
) -> None:
    x, y = problem
    expected = np.linalg.lstsq(x, y, rcond=None)[0]
    expected[np.argsort(np.abs(expected))[:3]] = 0
    weights, zeros = review.sparse_regression(x, y, "after", 0.1, 2000, remove=3)
    np.testing.assert_allclose(weights, expected, atol=1e-10)
    assert zeros == 3


@pytest.mark.parametrize("seed", range(10))
def test_pruned_while_training_the_others_make_up_for_it(seed: int) -> None:
    rng = np.random.default_rng(seed)
    truth = np.zeros(40)
    truth[::5] = 2.0, -1.5, 1.0, -1.0, 0.8, -0.8, 0.6, -0.6
    # Features in pairs that resemble each other, as in the student's notebook.
    x = rng.normal(0, 1, (360, 20)).repeat(2, axis=1) + 0.7 * rng.normal(0, 1, (360, 40))
    y = x @ truth + rng.normal(0, 0.5, 360)
    errors = {}
    for method in ("after", "gradual"):
        weights, zeros = review.sparse_regression(x[:60], y[:60], method, 0.05, 200, remove=30)
        assert zeros == 30
        errors[method] = np.mean((x[60:] @ weights - y[60:]) ** 2)
    assert errors["gradual"] < errors["after"]


# dropout_training, mc_dropout


def test_a_step_follows_the_slope_of_the_noisy_loss() -> None:
    rng = np.random.default_rng(9)
    x, y = rng.normal(0, 1, (7, 4)), rng.normal(0, 1, 7)
    masks = rng.random((3, 7, 4)) >= 0.3
    before, _ = review.dropout_training(x, y, masks[:2], 0.3, 0.1)
    after, losses = review.dropout_training(x, y, masks, 0.3, 0.1)

    def noisy(w: Any) -> float:
        return float(np.mean((np.where(masks[2], x / 0.7, 0) @ w - y) ** 2))

    np.testing.assert_allclose(after, before - 0.1 * slope_of(noisy, before), rtol=1e-6)
    np.testing.assert_allclose(losses[2], [noisy(before), np.mean((x @ before - y) ** 2)])


def test_dropout_trains_more_slowly_and_looks_worse_than_it_is() -> None:
    rng = np.random.default_rng(10)
    x = rng.normal(0, 1, (100, 20))
    y = x @ rng.normal(0, 0.5, 20)
    masks = rng.random((60, 100, 20)) >= 0.5
    _, noisy = review.dropout_training(x, y, masks, 0.5, 0.05)
    _, plain = review.dropout_training(x, y, masks | True, 0.0, 0.05)
    assert np.all(noisy[5:, 0] > noisy[5:, 1])
    assert np.all(noisy[20:, 1] > plain[20:, 1])
    np.testing.assert_array_equal(plain[:, 0], plain[:, 1])


def test_mc_samples_one_by_one() -> None:
    rng = np.random.default_rng(11)
    x, kernel, output = rng.normal(0, 1, (3, 4)), rng.normal(0, 1, (4, 5)), rng.normal(0, 1, (5, 2))
    masks = rng.random((6, 3, 5)) >= 0.4
    samples = [np.where(mask, np.maximum(x @ kernel, 0) / 0.6, 0) @ output for mask in masks]
    mean, std, cost = review.mc_dropout(x, kernel, output, masks, 0.4)
    np.testing.assert_allclose(mean, sum(samples) / 6)
    np.testing.assert_allclose(std**2, sum((s - mean) ** 2 for s in samples) / 6)
    assert cost == 3 * 4 * 5 + 6 * 3 * 5 * 2
    mean, std, cost = review.mc_dropout(x, kernel, output, masks[:0], 0.4)
    np.testing.assert_allclose(mean, np.maximum(x @ kernel, 0) @ output)
    assert not std.any()
    assert cost == 3 * 4 * 5 + 3 * 5 * 2
