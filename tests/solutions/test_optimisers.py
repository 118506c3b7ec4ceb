"""The reference optimisers against Keras, SciPy and the papers' formulas."""

from __future__ import annotations

import doctest
import math
from collections.abc import Callable, Iterator
from decimal import Decimal, getcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import signal

from solutions import optimisers

REPEATABLE = settings(deadline=None, derandomize=True, max_examples=50)
Array = np.ndarray[Any, Any]

CLASSES = (
    *("Momentum", "Nesterov", "AdaGrad", "RMSProp"),
    *("Adam", "AdaMax", "Nadam", "AdamW"),
)
SHAPES = [(), (1,), (4,), (2, 3), (2, 1, 3), (2, 3, 1, 2), (0,), (3, 0)]
STEPS = 30
# Keras's epsilon counts otherwise in some of them: this small it counts in none.
NO_EPSILON = 1e-12


def made(name: str, **arguments: float) -> Any:
    return getattr(optimisers, name)(**arguments)


def path(optimiser: Any, theta: Any, gradients: Any) -> Array:
    """Return where an optimiser leads, the start included."""
    points = [np.asarray(theta)]
    for gradient in gradients:
        points.append(np.asarray(optimiser.step(points[-1], gradient)))
    return np.array(points)


def drawn(seed: int, shape: tuple[int, ...] = (3,), steps: int = STEPS) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 1, shape), rng.normal(0, 2, (steps, *shape))


def keras_path(keras: Any, optimiser: Any, theta: Array, gradients: Array) -> Array:
    variable = keras.Variable(theta, dtype="float64")
    points = [theta]
    for gradient in gradients:
        optimiser.apply([keras.ops.convert_to_tensor(gradient)], [variable])
        points.append(keras.ops.convert_to_numpy(variable))
    return np.array(points)


# Against Keras. Its learning rate is in single precision, so powers of two are chosen.

BETAS = {"beta_1": 0.75, "beta_2": 0.875}
AGAINST_KERAS: dict[str, tuple[dict[str, float], Callable[[Any], Any]]] = {
    "Momentum": ({"momentum": 0.75}, lambda k: k.SGD(0.125, momentum=0.75)),
    "Nesterov": ({"momentum": 0.75}, lambda k: k.SGD(0.125, momentum=0.75, nesterov=True)),
    "AdaGrad": (
        {"epsilon": NO_EPSILON},
        lambda k: k.Adagrad(0.125, initial_accumulator_value=0.0, epsilon=NO_EPSILON**2),
    ),
    "RMSProp": (
        {"rho": 0.75, "epsilon": NO_EPSILON},
        lambda k: k.RMSprop(0.125, rho=0.75, epsilon=NO_EPSILON**2),
    ),
    "Adam": ({**BETAS, "epsilon": NO_EPSILON}, lambda k: k.Adam(0.125, 0.75, 0.875, NO_EPSILON)),
    "AdaMax": ({**BETAS, "epsilon": 0.5}, lambda k: k.Adamax(0.125, 0.75, 0.875, 0.5)),
    "AdamW": (
        {**BETAS, "epsilon": NO_EPSILON, "weight_decay": 0.5},
        lambda k: k.AdamW(0.125, 0.5, 0.75, 0.875, NO_EPSILON),
    ),
}


@pytest.mark.parametrize("name", AGAINST_KERAS)
def test_optimisers_are_those_of_keras(keras: Any, name: str) -> None:
    arguments, theirs = AGAINST_KERAS[name]
    theta, gradients = drawn(1)
    ours = path(made(name, learning_rate=0.125, **arguments), theta, gradients)
    expected = keras_path(keras, theirs(keras.optimizers), theta, gradients)
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-7)


def nadam(gradients: Array, betas: Callable[[int], float], beta_2: float, eps: float) -> Array:
    """Return the steps of Dozat's Algorithm 2, over the learning rate, for any schedule of μ."""
    m = v = np.zeros(gradients.shape[1:])
    product, steps = 1.0, []
    for t, g in enumerate(gradients, 1):
        m = betas(0) * m + (1 - betas(0)) * g
        v = beta_2 * v + (1 - beta_2) * g * g
        product *= betas(t)
        ahead = betas(t + 1) * m / (1 - product * betas(t + 1)) + (1 - betas(t)) * g / (1 - product)
        steps.append(ahead / (np.sqrt(v / (1 - beta_2**t)) + eps))
    return np.array(steps)


def test_nadam_is_the_algorithm_that_keras_has_with_another_schedule(keras: Any) -> None:
    theta, gradients = drawn(2)

    def schedule(t: int) -> float:
        return 0.75 * (1 - 0.5 * 0.96**t) if t else 0.75

    keras_steps = nadam(gradients, schedule, 0.875, 0.5)
    theirs = keras.optimizers.Nadam(0.125, 0.75, 0.875, 0.5)
    expected = keras_path(keras, theirs, theta, gradients)
    points = np.concatenate([theta[None], theta - 0.125 * np.cumsum(keras_steps, axis=0)])
    np.testing.assert_allclose(points, expected, rtol=1e-5, atol=1e-6)

    plain = nadam(gradients, lambda t: 0.75, 0.875, 0.5)
    ours = path(made("Nadam", learning_rate=0.125, **BETAS, epsilon=0.5), theta, gradients)
    points = np.concatenate([theta[None], theta - 0.125 * np.cumsum(plain, axis=0)])
    np.testing.assert_allclose(ours, points, rtol=1e-12, atol=1e-13)
    assert np.abs(ours - expected).max() > 0.01


def test_epsilon_is_where_the_docstrings_say_and_not_where_keras_has_it(keras: Any) -> None:
    gradient = np.array([0.5])
    for name in ("AdaGrad", "Adam", "AdaMax", "AdamW"):
        move = made(name, learning_rate=1.0, epsilon=0.25).step(np.zeros(1), gradient)
        assert move[0] == pytest.approx(-0.5 / 0.75)
    move = made("RMSProp", learning_rate=1.0, rho=0.75, epsilon=0.25).step(np.zeros(1), gradient)
    assert move[0] == pytest.approx(-0.5 / 0.5)
    theirs = keras_path(keras, keras.optimizers.Adam(1.0, epsilon=0.25), np.zeros(1), [gradient])
    # m / (√v + ε) · √(1 - β₂) / (1 - β₁)
    assert theirs[1, 0] == pytest.approx(-0.5 * 0.001**0.5 / (0.5 * 0.001**0.5 + 0.25), rel=1e-3)


# Against SciPy: momentum and the averages are recursive filters.


def filtered(share: float, weight: float, values: Array) -> Array:
    return signal.lfilter([weight], [1.0, -share], values, axis=0)


def moves_by_filters(name: str, gradients: Array) -> Array:
    """Return the moves over the learning rate, with the arguments that are tested below."""
    t = np.arange(1, len(gradients) + 1)[:, None]
    if name in ("Momentum", "Nesterov"):
        velocity = filtered(0.6, 1.0, gradients)
        return velocity if name == "Momentum" else 0.6 * velocity + gradients
    if name == "AdaGrad":
        return gradients / (np.sqrt(np.cumsum(gradients**2, axis=0)) + 0.05)
    if name == "RMSProp":
        return gradients / (np.sqrt(filtered(0.7, 0.3, gradients**2)) + 0.05)
    m, v = filtered(0.6, 0.4, gradients), filtered(0.8, 0.2, gradients**2)
    root = np.sqrt(v / (1 - 0.8**t)) + 0.05
    if name == "AdaMax":
        fading = 0.8 ** np.abs(t - t.T)[:, :, None] * np.tri(len(t))[:, :, None]
        return m / (1 - 0.6**t) / (np.max(fading * np.abs(gradients), axis=1) + 0.05)
    if name == "Nadam":
        return (0.6 * m / (1 - 0.6 ** (t + 1)) + 0.4 * gradients / (1 - 0.6**t)) / root
    return m / (1 - 0.6**t) / root


TESTED = {
    "learning_rate": 0.1,
    "momentum": 0.6,
    "rho": 0.7,
    "beta_1": 0.6,
    "beta_2": 0.8,
    "epsilon": 0.05,
}


def accepted(name: str, known: dict[str, float]) -> dict[str, float]:
    code = getattr(optimisers, name).__init__.__code__
    names = code.co_varnames[1 : code.co_argcount]
    return {key: value for key, value in known.items() if key in names}


@pytest.mark.parametrize("name", CLASSES)
def test_optimisers_are_filters(name: str) -> None:
    theta, gradients = drawn(3, (2,))
    optimiser = made(name, **accepted(name, TESTED | {"weight_decay": 0.0}))
    expected = theta - 0.1 * np.cumsum(moves_by_filters(name, gradients), axis=0)
    np.testing.assert_allclose(path(optimiser, theta, gradients)[1:], expected, rtol=1e-11)


# Against the formulas, in fifty decimal digits


def in_decimals(name: str, theta: Decimal, gradients: list[Decimal]) -> Iterator[Decimal]:
    """Yield one parameter after each step, by the papers' formulas, with the defaults of ours."""
    one = Decimal(1)
    rate = {"Momentum": "0.01", "Nesterov": "0.01", "AdaGrad": "0.01"}.get(name, "0.001")
    lr, b1, b2, eps = Decimal(rate), Decimal("0.9"), Decimal("0.999"), Decimal("1e-7")
    decay = Decimal("0.004") if name == "AdamW" else Decimal(0)
    m = v = Decimal(0)
    for t, g in enumerate(gradients, 1):
        if name in ("Momentum", "Nesterov"):
            m = b1 * m - lr * g
            theta += m if name == "Momentum" else b1 * m - lr * g
        elif name in ("AdaGrad", "RMSProp"):
            v = v + g * g if name == "AdaGrad" else b1 * v + (one - b1) * g * g
            theta -= lr * g / (v.sqrt() + eps)
        else:
            m = b1 * m + (one - b1) * g
            v = max(b2 * v, abs(g)) if name == "AdaMax" else b2 * v + (one - b2) * g * g
            size = v if name == "AdaMax" else (v / (one - b2**t)).sqrt()
            top = m / (one - b1**t)
            if name == "Nadam":
                top = b1 * m / (one - b1 ** (t + 1)) + (one - b1) * g / (one - b1**t)
            theta -= lr * (top / (size + eps) + decay * theta)
        yield theta


@REPEATABLE
@given(
    name=st.sampled_from(CLASSES),
    theta=st.floats(-2, 2),
    gradients=st.lists(
        st.floats(-1e15, 1e15).filter(lambda g: g == 0 or abs(g) > 1e-25), min_size=1, max_size=12
    ),
)
def test_defaults_in_fifty_digits(name: str, theta: float, gradients: list[float]) -> None:
    getcontext().prec = 50
    ours = path(made(name), np.array(theta), np.array(gradients))
    expected = list(in_decimals(name, Decimal(theta), [Decimal(g) for g in gradients]))
    largest = max(1.0, *(abs(float(point)) for point in expected))
    for point, right in zip(ours[1:], expected, strict=True):
        assert float(point) == pytest.approx(float(right), rel=1e-9, abs=1e-12 * largest)


# Properties that the papers claim


def test_nesterov_is_the_look_ahead_form_in_other_coordinates() -> None:
    def gradient(theta: float) -> float:
        """The slope of log(cosh(3 θ)), by differences: nothing quadratic, nothing typed."""
        height = 1e-5
        loss = lambda x: math.log(math.cosh(3 * x))  # noqa: E731
        return (loss(theta + height) - loss(theta - height)) / (2 * height)

    phi, velocity = 1.0, 0.0
    optimiser, theta = made("Nesterov", learning_rate=0.05, momentum=0.8), np.array(1.0)
    for _ in range(STEPS):
        velocity = 0.8 * velocity - 0.05 * gradient(phi + 0.8 * velocity)
        phi += velocity
        theta = np.asarray(optimiser.step(theta, np.asarray(gradient(float(theta)))))
        assert float(theta) == pytest.approx(phi + 0.8 * velocity, abs=1e-8)


@pytest.mark.parametrize("name", ["Adam", "AdaMax", "Nadam", "RMSProp", "AdaGrad"])
def test_adaptive_steps_do_not_depend_on_the_scale_of_the_gradients(name: str) -> None:
    theta, gradients = drawn(4)
    paths = [
        path(made(name, epsilon=1e-100), theta, scale * gradients) for scale in (1e-9, 1.0, 1e12)
    ]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-10)
    np.testing.assert_allclose(paths[2], paths[1], rtol=1e-10)


@pytest.mark.parametrize("name", ["Adam", "AdaMax"])
def test_the_first_step_is_the_learning_rate_and_stays_so(name: str) -> None:
    points = path(made(name, learning_rate=0.25), np.zeros(2), np.tile([3.0, -1e-3], (200, 1)))
    np.testing.assert_allclose(np.diff(points, axis=0), [[-0.25, 0.25]] * 200, rtol=2e-4)


def test_momentum_ends_at_its_terminal_velocity() -> None:
    points = path(made("Momentum", learning_rate=0.1, momentum=0.9), np.zeros(1), np.ones((400, 1)))
    assert points[-1] - points[-2] == pytest.approx(-0.1 / (1 - 0.9))


def test_adamw_without_gradients_is_a_geometric_sequence() -> None:
    points = path(made("AdamW", learning_rate=0.5, weight_decay=0.1), np.ones(1), np.zeros((9, 1)))
    np.testing.assert_allclose(points[:, 0], 0.95 ** np.arange(10), rtol=1e-14)


def test_adamw_is_adam_and_a_decay_beside_it() -> None:
    theta, gradients = drawn(5)
    adam = made("Adam", learning_rate=0.1)
    adamw = made("AdamW", learning_rate=0.1, weight_decay=0.3)
    for gradient in gradients:
        expected = adam.step(theta, gradient) - 0.1 * 0.3 * theta
        np.testing.assert_allclose(adamw.step(theta, gradient), expected, rtol=1e-13)


def test_a_share_of_zero_forgets_at_once() -> None:
    theta, gradients = drawn(6)
    plain = theta - 0.1 * np.cumsum(gradients, axis=0)
    for name in ("Momentum", "Nesterov"):
        points = path(made(name, learning_rate=0.1, momentum=0.0), theta, gradients)
        np.testing.assert_allclose(points[1:], plain, rtol=1e-12)
    signs = theta - 0.1 * np.cumsum(np.sign(gradients), axis=0)
    for name, shares in (
        ("RMSProp", {"rho": 0.0}),
        *((adam, {"beta_1": 0.0, "beta_2": 0.0}) for adam in ("Adam", "AdaMax", "Nadam")),
    ):
        points = path(made(name, learning_rate=0.1, epsilon=1e-12, **shares), theta, gradients)
        np.testing.assert_allclose(points[1:], signs, rtol=1e-9)


# What all of them promise


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", CLASSES)
def test_shapes_dtypes_and_arguments_left_alone(
    name: str, shape: tuple[int, ...], dtype: Any
) -> None:
    theta, gradients = (array.astype(dtype) for array in drawn(7, shape, 3))
    kept = theta.copy(), gradients.copy()
    whole = made(name)
    for gradient in gradients:
        moved = whole.step(theta, gradient)
        assert (moved.shape, moved.dtype) == (shape, dtype)
        assert isinstance(moved, np.ndarray if shape else np.generic)
        assert np.array_equal(theta, kept[0])
    assert np.array_equal(gradients, kept[1])


@pytest.mark.parametrize("name", CLASSES)
def test_entries_do_not_know_of_each_other(name: str) -> None:
    theta, gradients = drawn(8, (2, 3))
    together = path(made(name), theta, gradients)
    for index in np.ndindex(2, 3):
        alone = path(made(name), theta[index], gradients[(slice(None), *index)])
        np.testing.assert_array_equal(together[(slice(None), *index)], alone)


@pytest.mark.parametrize("name", CLASSES)
def test_optimisers_have_a_state_of_their_own(name: str) -> None:
    theta, gradients = drawn(9)
    one, other = made(name), made(name)
    for gradient in gradients:
        one.step(theta, gradient)
    expected = made(name).step(theta, gradients[0])
    np.testing.assert_array_equal(other.step(theta, gradients[0]), expected)


@pytest.mark.parametrize("name", CLASSES)
def test_no_gradient_no_move_and_no_nan(name: str) -> None:
    theta = np.array([1.0, -2.0])
    points = path(made(name), theta, np.zeros((3, 2)))
    kept = 1 - 0.001 * 0.004 if name == "AdamW" else 1.0
    np.testing.assert_allclose(points[-1], kept**3 * theta, rtol=1e-15)


@pytest.mark.parametrize("size", [1e-20, 1e15])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CLASSES)
def test_tiny_and_huge_gradients(name: str, dtype: Any, size: float) -> None:
    gradients = np.full((3, 1), size, dtype)
    points = path(made(name), np.zeros(1, dtype), gradients)
    assert np.all(np.isfinite(points))
    assert np.all(np.diff(points[:, 0]) < 0)


@pytest.mark.parametrize("name", CLASSES)
def test_shapes_that_do_not_fit_are_refused_and_leave_no_trace(name: str) -> None:
    optimiser, untouched = made(name), made(name)
    theta, gradients = drawn(10)
    for wrong in ((1,), (), (2, 3), (4,)):
        with pytest.raises(ValueError, match="differ"):
            optimiser.step(theta, np.ones(wrong))
        with pytest.raises(ValueError, match="differ"):
            optimiser.step(np.ones(wrong), gradients[0])
    for gradient in gradients[:2]:
        moved = optimiser.step(theta, gradient)
        np.testing.assert_array_equal(moved, untouched.step(theta, gradient))
        for wrong in ((1,), (), (2, 3), (4,)):
            with pytest.raises(ValueError, match="differ"):
                optimiser.step(np.ones(wrong), np.ones(wrong))


@pytest.mark.parametrize("name", CLASSES)
def test_arguments_that_make_no_sense(name: str) -> None:
    wrong = {
        "learning_rate": [-1e-9],
        "weight_decay": [-1e-9],
        "epsilon": [0.0, -1e-9],
        **{key: [-1e-9, 1.0, 1.1, math.nan] for key in ("momentum", "rho", "beta_1", "beta_2")},
    }
    for argument in accepted(name, dict.fromkeys(wrong, 0.0)):
        for value in wrong[argument]:
            with pytest.raises(ValueError, match=r"learning_rate|momentum|rho|beta|epsilon|decay"):
                made(name, **{argument: value})
    made(name, **accepted(name, {**dict.fromkeys(wrong, 0.0), "epsilon": 1e-300}))


def test_the_examples_in_the_docstrings() -> None:
    results = doctest.testmod(optimisers)
    assert results.failed == 0
    assert results.attempted > 2 * len(CLASSES)


ARGUMENTS: dict[str, Any] = {"learning_rate": 0.125, **BETAS, "epsilon": 0.25}


class TestNadamW:
    def test_is_nadam_with_a_decay_beside_it(self, keras: Any, extensions: Any) -> None:
        theta, gradients = drawn(11)
        theirs = extensions.NadamW(**ARGUMENTS, weight_decay=0.5)
        points = keras_path(keras, theirs, theta, gradients)
        ours = made("Nadam", **ARGUMENTS)
        expected = [theta]
        for gradient in gradients:
            moved = ours.step(expected[-1], gradient) - 0.125 * 0.5 * expected[-1]
            expected.append(moved)
        np.testing.assert_allclose(points, expected, rtol=1e-6, atol=1e-7)

    def test_is_kerass_adamw_where_there_is_no_momentum(self, keras: Any, extensions: Any) -> None:
        theta, gradients = drawn(12)
        known = {"learning_rate": 0.125, "beta_1": 0.0, "beta_2": 0.875, "epsilon": NO_EPSILON}
        ours = keras_path(keras, extensions.NadamW(**known, weight_decay=0.5), theta, gradients)
        theirs = keras.optimizers.AdamW(**known, weight_decay=0.5)
        np.testing.assert_allclose(
            ours, keras_path(keras, theirs, theta, gradients), rtol=1e-5, atol=1e-6
        )

    def test_does_not_decay_what_is_excluded(self, keras: Any, extensions: Any) -> None:
        optimiser = extensions.NadamW(learning_rate=0.5, weight_decay=0.5)
        weights = [keras.Variable([1.0]), keras.Variable([1.0])]
        optimiser.exclude_from_weight_decay(var_list=weights[1:])
        optimiser.apply([keras.ops.zeros((1,))] * 2, weights)
        assert [float(np.array(weight)[0]) for weight in weights] == [0.75, 1.0]

    def test_trains_a_model_that_is_saved_in_between(
        self, keras: Any, extensions: Any, tmp_path: Any
    ) -> None:
        rng = np.random.default_rng(13)
        x, y = rng.normal(size=(32, 3)), rng.normal(size=(32, 1))
        keras.utils.set_random_seed(14)
        layers = [keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(1)]
        model = keras.Sequential([keras.Input((3,)), *layers])
        start = model.get_weights()
        model.compile(optimizer=extensions.NadamW(learning_rate=0.05), loss="mse")
        fit = {"batch_size": 16, "shuffle": False, "verbose": 0}
        losses = model.fit(x, y, epochs=4, **fit).history["loss"]
        assert losses[-1] < losses[0]
        whole = model.get_weights()

        model.set_weights(start)
        model.compile(optimizer=extensions.NadamW(learning_rate=0.05), loss="mse")
        model.fit(x, y, epochs=2, **fit)
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert type(loaded.optimizer) is extensions.NadamW
        loaded.fit(x, y, epochs=2, **fit)
        for ours, expected in zip(loaded.get_weights(), whole, strict=True):
            np.testing.assert_allclose(ours, expected, rtol=1e-4, atol=1e-5)

    def test_follows_a_schedule_and_clips(self, keras: Any, extensions: Any) -> None:
        rates = keras.optimizers.schedules.PiecewiseConstantDecay([1], [0.5, 0.0])
        optimiser = extensions.NadamW(rates, beta_1=0.5, weight_decay=None, clipnorm=1e-3)
        points = keras_path(keras, optimiser, np.zeros(1), np.full((4, 1), 9.0))[:, 0]
        assert points[1] == pytest.approx(-2 / 3, rel=1e-3)
        assert points[2] < points[1]
        assert points[2] == points[3] == points[4]
        assert float(np.array(optimiser.m[0])[0]) == pytest.approx(1e-3 * (1 - 0.5**4))

    def test_its_configuration_makes_its_like(self, extensions: Any) -> None:
        arguments = {**ARGUMENTS, "weight_decay": 0.5, "clipnorm": 1.0, "name": "mine"}
        configuration = extensions.NadamW(**arguments).get_config()
        assert {key: configuration[key] for key in arguments} == arguments
        assert extensions.NadamW.from_config(configuration).get_config() == configuration
        defaults = extensions.NadamW().get_config()
        assert defaults["weight_decay"] == 0.004
        assert (defaults["beta_1"], defaults["beta_2"], defaults["epsilon"]) == (0.9, 0.999, 1e-7)
        assert defaults["learning_rate"] == pytest.approx(0.001)

    def test_the_example_in_the_docstring(self, extensions: Any) -> None:
        found = doctest.DocTestFinder().find(extensions.NadamW, globs=vars(extensions))
        results = [doctest.DocTestRunner().run(test) for test in found]
        assert sum(result.failed for result in results) == 0
        assert sum(result.attempted for result in results) == 4
