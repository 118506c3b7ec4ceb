"""The reference activations against Keras, SciPy, longer arithmetic and finite differences."""

from __future__ import annotations

import doctest
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from solutions import activations

LONG = np.longdouble

# Each function of single numbers, with arguments, and its derivative.
PAIRS: list[tuple[str, tuple[float, ...]]] = [
    ("leaky_relu", ()),
    ("leaky_relu", (0.3,)),
    ("leaky_relu", (2.5,)),
    ("leaky_relu", (-0.5,)),
    ("elu", ()),
    ("elu", (0.4,)),
    ("elu", (2.5,)),
    ("selu", ()),
    ("gelu", ()),
    ("swish", ()),
    ("swish", (0.0,)),
    ("swish", (0.3,)),
    ("swish", (4.0,)),
    ("swish", (-1.5,)),
    ("mish", ()),
]
NAMES = sorted({name for name, _ in PAIRS} | {f"{name}_derivative" for name, _ in PAIRS})
# (shape of x, shape of alpha)
SHARED = [
    ((4, 3), (3,)),
    ((4, 3), ()),
    ((4, 3), (1,)),
    ((2, 3, 4, 5), (5,)),
    ((2, 3, 4, 5), (1, 1, 5)),
    ((2, 3, 4, 5), (3, 4, 5)),
    ((2, 3, 4, 5), (3, 1, 1)),
    ((2, 3, 4, 5), (2, 3, 4, 5)),
    ((3, 3, 3), (3,)),
    ((6,), (6,)),
    ((6,), ()),
]


def function(name: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(activations, name)
    return found


def theirs(keras: Any, name: str, arguments: tuple[float, ...]) -> Callable[[Any], Any]:
    """Return Keras's function of that name, or what its layers make of it."""
    own = {
        "leaky_relu": lambda x: keras.activations.leaky_relu(x, *(arguments or (0.01,))),
        "elu": lambda x: keras.activations.elu(x, *arguments),
        "selu": keras.activations.selu,
        "gelu": lambda x: keras.activations.gelu(x, approximate=False),
        "mish": keras.activations.mish,
        # Keras knows Swish with beta = 1 only.
        "swish": lambda x: x * keras.ops.sigmoid((arguments or (1.0,))[0] * x),
    }
    if name == "swish" and not arguments:
        return keras.activations.silu  # type: ignore[no-any-return]
    return own[name]


def line() -> np.ndarray[Any, Any]:
    x = np.linspace(-8, 8, 160)
    assert 0 not in x
    return x


# Values and derivatives


@pytest.mark.parametrize(("name", "arguments"), PAIRS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_values_and_derivatives_are_those_of_keras(
    keras: Any, tensorflow: Any, name: str, arguments: tuple[float, ...], dtype: str
) -> None:
    x = line().astype(dtype)
    variable = tensorflow.Variable(x)
    with tensorflow.GradientTape() as tape:
        y = theirs(keras, name, arguments)(variable)
    tolerance = {"float32": 3e-6, "float64": 1e-13}[dtype]
    # In float64 too, TensorFlow keeps the slope of leaky ReLU, and the root in GELU, in float32.
    single = dtype == "float64" and name in ("leaky_relu", "gelu")
    loose = 2e-7 if single else tolerance
    np.testing.assert_allclose(function(name)(x, *arguments), y.numpy(), rtol=loose, atol=loose)
    slope = function(f"{name}_derivative")(x, *arguments)
    np.testing.assert_allclose(
        slope, tape.gradient(y, variable).numpy(), rtol=10 * loose, atol=10 * loose
    )


def test_at_zero_leaky_relu_has_the_slope_of_tensorflow(keras: Any, tensorflow: Any) -> None:
    variable = tensorflow.Variable(np.array([0.0, -0.0]))
    with tensorflow.GradientTape() as tape:
        y = tensorflow.nn.leaky_relu(variable, 0.25)
    slopes = tape.gradient(y, variable).numpy()
    np.testing.assert_array_equal(activations.leaky_relu_derivative(np.zeros(2), 0.25), slopes)


@pytest.mark.parametrize(("name", "arguments"), PAIRS)
def test_derivatives_by_finite_differences(name: str, arguments: tuple[float, ...]) -> None:
    x, h = line(), 1e-5
    f, slope = function(name), function(f"{name}_derivative")
    measured = (f(x + h, *arguments) - f(x - h, *arguments)) / (2 * h)
    np.testing.assert_allclose(slope(x, *arguments), measured, rtol=2e-9, atol=2e-10)


FORMULAS: dict[str, Callable[..., Any]] = {
    "leaky_relu": lambda x, a=0.01: x if x > 0 else a * x,
    "elu": lambda x, a=1.0: x if x > 0 else a * (np.exp(x) - 1),
    "swish": lambda x, b=1.0: x / (1 + np.exp(-b * x)),
    "mish": lambda x: x * np.tanh(np.log1p(np.exp(x))),
    "gelu": lambda x: x * special.ndtr(float(x)),
}


@pytest.mark.parametrize(("name", "arguments"), [p for p in PAIRS if p[0] in FORMULAS])
def test_values_by_the_formula_in_longer_arithmetic(
    name: str, arguments: tuple[float, ...]
) -> None:
    x = line()
    expected = [float(FORMULAS[name](LONG(value), *map(LONG, arguments))) for value in x]
    np.testing.assert_allclose(function(name)(x, *arguments), expected, rtol=2e-13, atol=1e-15)


def test_gelu_derivative_by_scipy() -> None:
    x = line()
    expected = stats.norm.cdf(x) + x * stats.norm.pdf(x)
    np.testing.assert_allclose(activations.gelu_derivative(x), expected, rtol=1e-12, atol=1e-15)


def test_by_hand() -> None:
    x = np.array([-1.0, 0.0, 2.0])
    e = math.e
    np.testing.assert_allclose(activations.elu(x, 0.5), [0.5 * (1 / e - 1), 0, 2])
    np.testing.assert_allclose(activations.elu_derivative(x, 0.5), [0.5 / e, 0.5, 1])
    np.testing.assert_allclose(activations.swish(x), [-1 / (1 + e), 0, 2 * e**2 / (e**2 + 1)])
    # tanh(log(1 + t)) is ((1 + t)² - 1) / ((1 + t)² + 1).
    square = (1 + 1 / e) ** 2
    assert activations.mish(x)[0] == pytest.approx(-(square - 1) / (square + 1))
    assert activations.mish_derivative(x)[1] == pytest.approx(3 / 5)
    np.testing.assert_allclose(activations.gelu(x), [-0.15865525393, 0, 2 * 0.97724986805])
    scale, alpha = activations.selu_constants()
    expected = [scale * alpha / e, scale * alpha, scale]
    np.testing.assert_allclose(activations.selu_derivative(x), expected)


@pytest.mark.parametrize("name", ["elu", "selu"])
def test_tiny_inputs_lose_no_digits(name: str) -> None:
    x = -np.geomspace(1e-300, 1e-3, 50)
    slope = 1.0 if name == "elu" else math.prod(activations.selu_constants())
    expected = [slope * math.expm1(value) for value in x]
    np.testing.assert_allclose(function(name)(x), expected, rtol=1e-15, atol=0)


def test_the_tail_of_mish_loses_no_digits() -> None:
    x = np.linspace(-500, -50, 40)
    # Softplus and tanh differ from exp(x) by less than exp(2 x), relatively exp(x).
    np.testing.assert_allclose(activations.mish(x), x * np.exp(x), rtol=1e-12, atol=0)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_inputs_do_not_overflow(name: str, dtype: Any) -> None:
    x = np.array([-1e4, -1000, -100, 0, 100, 1000, 1e4], dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = function(name)(x)
    assert np.all(np.isfinite(y))
    scale, alpha = activations.selu_constants()
    if name.endswith("_derivative"):
        far = {"selu_derivative": (0, scale), "leaky_relu_derivative": (0.01, 1)}
        low, high = far.get(name, (0, 1))
    else:
        low = {"leaky_relu": -100, "elu": -1, "selu": -scale * alpha}.get(name, 0)
        high = scale * 1e4 if name == "selu" else 1e4
    np.testing.assert_allclose(y[[0, -1]], [low, high], rtol=1e-6, atol=1e-30)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(), (0,), (5,), (2, 0, 3), (2, 3, 4, 5)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shapes_dtypes_and_the_input(name: str, shape: tuple[int, ...], dtype: Any) -> None:
    x = np.asarray(np.random.default_rng(1).normal(0, 2, shape), dtype)
    before = x.copy()
    y = function(name)(x)
    assert (np.shape(y), y.dtype) == (shape, np.dtype(dtype))
    np.testing.assert_array_equal(x, before)
    assert not np.shares_memory(x, y)


# PReLU


def prelu_inputs(shape: tuple[int, ...], shared: tuple[int, ...]) -> tuple[Any, Any, Any]:
    rng = np.random.default_rng(3)
    x = rng.normal(size=shape)
    x[np.abs(x) < 1e-3] = 1.0  # away from the kink, for the differences
    return x, rng.normal(0.3, 1, shared), rng.normal(size=shape)


@pytest.mark.parametrize(("shape", "shared"), SHARED)
def test_prelu_gradients_by_finite_differences(
    shape: tuple[int, ...], shared: tuple[int, ...]
) -> None:
    x, alpha, upstream = prelu_inputs(shape, shared)

    def loss(x: Any, alpha: Any) -> float:
        return float(np.sum(upstream * activations.prelu(x, alpha)))

    of_x, of_alpha = activations.prelu_gradients(x, alpha, upstream)
    assert of_x.shape == x.shape
    assert np.shape(of_alpha) == alpha.shape
    h = 1e-6
    for argument, gradient in ((x, of_x), (alpha, of_alpha)):
        measured = np.zeros(argument.shape)
        for index in np.ndindex(*argument.shape):
            step = np.zeros(argument.shape)
            step[index] = h
            moved = [
                (x + sign * step, alpha) if argument is x else (x, alpha + sign * step)
                for sign in (1, -1)
            ]
            measured[index] = (loss(*moved[0]) - loss(*moved[1])) / (2 * h)
        np.testing.assert_allclose(gradient, measured, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("shared_axes", [None, [1, 2], [1], [1, 2, 3]])
def test_prelu_is_that_of_keras(keras: Any, tensorflow: Any, shared_axes: Any) -> None:
    x, _, upstream = prelu_inputs((2, 3, 4, 5), ())
    layer = keras.layers.PReLU(shared_axes=shared_axes, dtype="float64")
    layer.build(x.shape)
    alpha = np.random.default_rng(4).normal(0.3, 1, layer.alpha.shape)
    layer.alpha.assign(alpha)
    variable = tensorflow.Variable(x)
    with tensorflow.GradientTape() as tape:
        y = layer(variable)
    of_x, of_alpha = tape.gradient(y, [variable, layer.alpha.value], tensorflow.constant(upstream))
    np.testing.assert_allclose(activations.prelu(x, alpha), y.numpy(), rtol=1e-12)
    ours = activations.prelu_gradients(x, alpha, upstream)
    np.testing.assert_allclose(ours[0], of_x.numpy(), rtol=1e-12)
    np.testing.assert_allclose(ours[1], of_alpha.numpy(), rtol=1e-12)


def test_prelu_gradients_at_zero_and_of_nothing() -> None:
    alpha, upstream = np.array([0.25]), np.ones(2)
    of_x, of_alpha = activations.prelu_gradients(np.array([0.0, -0.0]), alpha, upstream)
    assert of_x.tolist() == [0.25, 0.25]
    assert of_alpha.tolist() == [0.0]
    empty = np.zeros((0, 3), np.float32)
    of_x, of_alpha = activations.prelu_gradients(empty, np.ones(3, np.float32), empty)
    assert (of_x.shape, of_x.dtype) == ((0, 3), np.dtype(np.float32))
    assert (of_alpha.tolist(), of_alpha.dtype) == ([0.0, 0.0, 0.0], np.dtype(np.float32))


# RReLU


def test_rrelu_slopes_follow_their_law() -> None:
    x = np.random.default_rng(5).normal(size=(300, 200))
    for bounds in ({}, {"lower": -0.5, "upper": 0.75}):
        slopes = activations.rrelu_slopes(x, np.random.default_rng(6), **bounds, training=True)
        low, high = bounds.get("lower", 1 / 8), bounds.get("upper", 1 / 3)
        assert np.all(slopes[x > 0] == 1)
        assert stats.kstest(slopes[x <= 0], stats.uniform(low, high - low).cdf).pvalue > 1e-3
        mean = activations.rrelu_slopes(x, np.random.default_rng(6), **bounds)
        assert set(mean.ravel()) == {1.0, (low + high) / 2}
        # The network that predicts is the average of the networks that are trained.
        error = abs(np.mean(slopes * x) - np.mean(mean * x))
        assert error < 5 * (high - low) / math.sqrt(12 * x.size)


def test_rrelu_draws_in_training_only_and_from_its_generator() -> None:
    x = -np.ones((20, 30), np.float32)
    rng, twin = np.random.default_rng(7), np.random.default_rng(7)
    activations.rrelu_slopes(x, rng)
    first = activations.rrelu_slopes(x, rng, training=True)
    np.testing.assert_array_equal(first, activations.rrelu_slopes(x, twin, training=True))
    assert not np.any(first == activations.rrelu_slopes(x, twin, training=True))
    assert first.dtype == np.float32
    for training in (True, False):
        with pytest.raises(ValueError, match="lower"):
            activations.rrelu_slopes(x, rng, 0.5, 0.4, training)
        assert activations.rrelu_slopes(np.float64(2.0), rng, training=training) == 1
        assert activations.rrelu_slopes(x[:0], rng, training=training).shape == (0, 30)
    assert set(activations.rrelu_slopes(x, rng, 0.5, 0.5, True).ravel()) == {0.5}


# SELU


@pytest.mark.parametrize("variance", [0.2, 0.5, 1.0, 1.7, 5.0])
def test_selu_constants_by_quadrature(variance: float) -> None:
    scale, alpha = activations.selu_constants(variance)
    density = stats.norm(scale=math.sqrt(variance)).pdf

    def expectation(power: int) -> float:
        def integrand(z: float) -> float:
            return float((scale * (z if z > 0 else alpha * math.expm1(z))) ** power * density(z))

        halves = ((-30.0, 0.0), (0.0, 30.0))
        return sum(
            integrate.quad(integrand, *half, epsabs=1e-13, epsrel=1e-12, limit=200)[0]
            for half in halves
        )

    assert expectation(1) == pytest.approx(0, abs=1e-11)
    assert expectation(2) == pytest.approx(variance, rel=1e-11)


def test_selu_constants_are_those_of_the_paper_and_of_keras(keras: Any) -> None:
    scale, alpha = activations.selu_constants()
    erfc, e = special.erfc, math.e
    one, two = erfc(1 / math.sqrt(2)), erfc(math.sqrt(2))
    # Klambauer et al. (2017), the closed form in their appendix.
    assert alpha == pytest.approx(-math.sqrt(2 / math.pi) / (one * math.sqrt(e) - 1), rel=1e-14)
    bracket = (
        2 * two * e**2 + math.pi * one**2 * e - 2 * (2 + math.pi) * one * math.sqrt(e) + math.pi + 2
    )
    expected = (1 - one * math.sqrt(e)) * math.sqrt(2 * math.pi) / math.sqrt(bracket)
    assert scale == pytest.approx(expected, rel=1e-14)
    y = np.asarray(keras.activations.selu(np.array([-1000.0, 1.0], np.float32)))
    np.testing.assert_allclose(y, [-scale * alpha, scale], rtol=1e-6)


@pytest.mark.parametrize("variance", [0.0, -1.0, -0.0, math.nan])
def test_selu_constants_refuse(variance: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        activations.selu_constants(variance)


def test_selu_keeps_mean_and_variance_through_layers() -> None:
    rng = np.random.default_rng(8)
    x = rng.standard_normal((500, 300))
    for _ in range(30):
        x = activations.selu(x @ rng.normal(0, 1 / math.sqrt(300), (300, 300)))
    assert x.mean() == pytest.approx(0, abs=0.1)
    assert x.var() == pytest.approx(1, abs=0.2)


# Dead units


def test_dead_units_by_hand() -> None:
    derivatives = np.array([[0, 1, 0, -1, 0.25, 1], [0, 0, 0, 0, -0.25, -1]])
    assert activations.dead_unit_fraction(derivatives) == pytest.approx(2 / 6)
    assert activations.dead_unit_fraction(derivatives, 0.25) == pytest.approx(3 / 6)
    assert activations.dead_unit_fraction(derivatives, 0.24) == pytest.approx(2 / 6)
    assert activations.dead_unit_fraction(derivatives, 1.0) == 1.0
    assert type(activations.dead_unit_fraction(derivatives)) is float


def test_dead_units_of_a_convolution_and_of_nothing() -> None:
    derivatives = np.zeros((3, 4, 5, 4))
    derivatives[2, 1, 4, 1] = -1
    derivatives[:, :, :, 3] = 1
    assert activations.dead_unit_fraction(derivatives) == 0.5
    for shape in ((0, 4), (4, 0), (3, 0, 5, 4)):
        with pytest.raises(ValueError, match="share"):
            activations.dead_unit_fraction(np.zeros(shape))


def test_dead_units_of_a_relu_net_with_a_large_negative_bias() -> None:
    rng = np.random.default_rng(9)
    z = rng.standard_normal((50, 40))
    z[:, :10] -= 100
    dead = activations.dead_unit_fraction(activations.leaky_relu_derivative(z, 0.0))
    assert dead == 0.25
    assert activations.dead_unit_fraction(activations.leaky_relu_derivative(z)) == 0


def test_the_examples_in_the_docstrings() -> None:
    results = doctest.testmod(activations)
    assert results.failed == 0
    assert results.attempted > 25
