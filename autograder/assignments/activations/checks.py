"""What counts as a right answer in the assignment on activation functions.

Expected values come from the references in double precision. A value may be off by the roundings
that a sensible formula makes in the dtype it was asked in; where the exercise asks for more (tiny
inputs of ELU, the tail of Mish), the check allows a relative error alone. NumPy's warnings are
not looked at: an exponential may overflow if nothing comes of it.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from autograder.api import (
    Answer,
    Array,
    Check,
    Curves,
    Generator,
    Refused,
    Student,
    check,
    expect,
    statistics,
)
from solutions import activations as reference

Shape = tuple[int, ...]

# How many units in the last place a right answer may be off: of itself, and of 1.
RELATIVE, ABSOLUTE = 200, 20
# How exact the constants of SELU have to be.
CONSTANTS = 1e-10


@dataclass(frozen=True)
class Function:
    """A function of single numbers, applied to every entry of an array.

    Attributes
    ----------
    name
        What the exercise is called.
    formula
        The reference.
    other
        An argument away from its default, for the checks that are not about it.
    jumps
        Whether it has a jump at 0, which is then a check of its own.
    exact
        The relative error that its constants may have.
    """

    name: str
    formula: Callable[..., Array]
    other: Mapping[str, float] = field(default_factory=dict)
    jumps: bool = False
    exact: float = 0.0

    def ask(
        self,
        student: Student,
        x: Array,
        arguments: Mapping[str, float] | None = None,
        hint: str = "",
        tight: bool = False,
    ) -> Answer:
        """Ask for the values at `x`, refuse wrong ones, and return the answer.

        `tight` allows for no error that is not small beside the value; `hint` is what to look at.
        """
        arguments = arguments or {}
        answer = student.call(self.name, x, **arguments)
        expected = self.formula(x.astype(np.float64), **arguments)
        value = _claimed(answer, x.shape, x.dtype, x)
        eps = float(np.finfo(x.dtype).eps)
        tolerance = (RELATIVE * eps + self.exact) * np.abs(expected)
        worst = _worst(value, expected, tolerance if tight else tolerance + ABSOLUTE * eps)
        if worst is not None:
            told = _wrong_entry(value, expected, worst, f"where x is {x[worst]:.6g}")
            hint = "" if self.jumps and x[worst] != 0 else hint
            raise Refused(f"{answer.asked} is {told}{hint}", self._picture(x, value, expected))
        return answer

    def _picture(self, x: Array, value: Array, expected: Array) -> Curves | None:
        if x.ndim != 1 or x.size < 20:
            return None
        return Curves(
            (x, value),
            (x, expected),
            "x",
            self.name,
            f"Your {self.name} over x from {x[0]:.3g} to {x[-1]:.3g}: it runs from "
            f"{value[0]:.3g} to {value[-1]:.3g}, and the right one from {expected[0]:.3g} to "
            f"{expected[-1]:.3g}.",
        )


# Fresh inputs.


def _line(draw: np.random.Generator) -> Array:
    """Return 40 ordered numbers from about -6.5 to 6.5, none of them 0.

    The outermost are beyond 6, where some think that nothing happens any more.
    """
    return np.linspace(-6.5, 6.5, 40) + draw.uniform(-0.1, 0.1, 40)


def _shape(draw: np.random.Generator, dimensions: int) -> Shape:
    """Return a shape of at most four dimensions, all different."""
    return tuple(map(int, draw.choice(np.arange(2, 6), size=dimensions, replace=False)))


def _normal(draw: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    return draw.normal(0, 2, shape).astype(dtype)


def _tiny(draw: np.random.Generator, smallest: float) -> Array:
    """Return numbers of both signs from `smallest` to 0.001 in size."""
    return draw.choice([-1, 1], 60) * np.exp(draw.uniform(math.log(smallest), math.log(1e-3), 60))


def _with_zeros(draw: np.random.Generator, shape: Shape, zeros: float = 1 / 8) -> Array:
    """Return normal numbers, a share of which are `zeros`, positive and negative ones."""
    x = _normal(draw, shape)
    x[draw.random(shape) < zeros] = 0.0
    flat = x.reshape(-1)
    flat[:2] = 0.0, -0.0
    return x


# What every answer has to keep to.


def _anew(student: Student, name: str, *args: Any, **kwargs: Any) -> None:
    """Refuse a result that shares memory with an argument, or with the result of another call.

    What is asked has been found right before, and leaves nothing to chance.
    """
    first = student.call(name, *args, **kwargs)
    again = student.probe("asked_again", name, *args, **kwargs)
    if again.touched:
        raise Refused(
            f"{first.asked} returned an array that was passed in, or a part of it: whoever "
            "writes into the result changes the input as well. A new array is asked for"
        )
    values = [
        value if isinstance(value, tuple) else (value,) for value in (first.value, again.value)
    ]
    if not all(map(np.array_equal, *values)):
        raise Refused(
            f"{first.asked}, called again after its result had been written into, returned other "
            "values than before: a new array is asked for in every call, not one that is kept"
        )


def _claimed(answer: Answer, shape: Shape, dtype: Any, x: Array | None = None) -> Array:
    """Return the answer as a finite array of that shape and dtype; a scalar is one without axes."""
    answer = expect.as_array(answer) if shape == () else answer
    value = answer.value
    if x is not None and type(value) is np.ndarray and value.shape == shape:
        wrong = np.flatnonzero(~np.isfinite(value))
        if value.dtype == dtype and wrong.size:
            place = x.flat[wrong[0]]
            overflow = " (does an exponential overflow, in a branch that is not even needed?)"
            raise Refused(
                f"{answer.asked} is {value.flat[wrong[0]]} where x is {place:.6g}; a number was "
                f"expected{overflow if abs(place) > 20 else ''}"
            )
    return expect.array(answer, shape, dtype)


def _worst(value: Array, expected: Array, tolerance: Array) -> tuple[int, ...] | None:
    """Return the index of the entry that is off by most, if one is off by more than it may."""
    excess = np.abs(value.astype(np.float64) - expected) - tolerance
    return expect.where_largest(excess) if np.any(excess > 0) else None


def _wrong_entry(value: Array, expected: Array, worst: tuple[int, ...], where: str) -> str:
    found, right = expect.told_apart(value[worst], expected[worst], (6, 10, 17))
    return f"{found} {where}; {right} was expected"


def _rounding(dtype: Any, value: Array, terms: Array) -> Array:
    """Return how far off a `value` may be that is made of `terms` of that size."""
    eps = float(np.finfo(dtype).eps)
    return np.asarray(eps * (RELATIVE * np.abs(value) + ABSOLUTE * np.abs(terms)))


def _values(f: Function, points: float) -> Check:
    @check(f.name, "values", points=points)
    def values(student: Student, draw: np.random.Generator) -> None:
        f.ask(student, _line(draw))
        for dimensions in (2, 4):
            shape = _shape(draw, dimensions)
            f.ask(student, _normal(draw, shape) if f.jumps else _with_zeros(draw, shape))

    return values


def _argument(
    f: Function, name: str, ranges: tuple[tuple[float, float], ...], points: float = 0.5
) -> Check:
    """Return the check of an argument, drawn from each of the `ranges`."""

    @check(f.name, f"other {name}", points=points)
    def argument(student: Student, draw: np.random.Generator) -> None:
        for low, high in ranges:
            value = round(float(draw.uniform(low, high)), 3)
            f.ask(student, _line(draw), {name: value})

    return argument


def _kind(f: Function, points: float = 0.5) -> Check:
    @check(f.name, "dtype and shape, a new array, and the input as it was", points=points)
    def kind(student: Student, draw: np.random.Generator) -> None:
        x = _line(draw).astype(np.float32)
        expect.untouched(f.ask(student, x))
        expect.untouched(f.ask(student, _normal(draw, _shape(draw, 3), np.float32), f.other))
        # Where all of the input passes unchanged, it is tempting to give it back as it is.
        for inputs in (x, np.abs(_normal(draw, (3, 4))) + 1, np.ones((5,), np.float32)):
            _anew(student, f.name, inputs)
        f.ask(student, np.zeros((0,), np.float32))
        f.ask(student, np.zeros((2, 0, 3)))
        # So far left that every right way of writing it gives the very same number.
        for dtype in (np.float32, np.float64):
            f.ask(student, np.asarray(-draw.integers(900, 1100), dtype))

    return kind


def _large(f: Function, points: float = 0.5) -> Check:
    @check(f.name, "large inputs", points=points)
    def large(student: Student, draw: np.random.Generator) -> None:
        for dtype in (np.float64, np.float32):
            sizes = np.array([90.0, 200.0, 1000.0, 1e4]) * draw.uniform(1.0, 1.1, 4)
            x = np.concatenate([-sizes[::-1], sizes]).astype(dtype)
            f.ask(student, x)
            f.ask(student, x, f.other)

    return large


def _jump(f: Function, because: str) -> Check:
    @check(f.name, "at 0", points=0.5)
    def jump(student: Student, draw: np.random.Generator) -> None:
        for shape in ((6,), _shape(draw, 3)):
            f.ask(student, _with_zeros(draw, shape), hint=f": {because}")
            f.ask(student, _with_zeros(draw, shape), f.other, f": {because}")

    return jump


# Leaky ReLU

LEAKY = Function("leaky_relu", reference.leaky_relu, {"alpha": 1.75})
LEAKY_DERIVATIVE = Function(
    "leaky_relu_derivative", reference.leaky_relu_derivative, {"alpha": 0.3}, jumps=True
)
SLOPES = ((0.1, 0.5), (1.5, 3.0), (-1.0, -0.2), (0.0, 0.0))

leaky_values = _values(LEAKY, 0.5)
leaky_alpha = _argument(LEAKY, "alpha", SLOPES)
leaky_kind = _kind(LEAKY)

leaky_derivative_values = _values(LEAKY_DERIVATIVE, 0.25)
leaky_derivative_alpha = _argument(LEAKY_DERIVATIVE, "alpha", SLOPES)
leaky_derivative_jump = _jump(LEAKY_DERIVATIVE, "at 0, and at -0, it is alpha")
leaky_derivative_kind = _kind(LEAKY_DERIVATIVE, 0.25)


# PReLU


def _slopes(draw: np.random.Generator, shape: Shape) -> Array:
    """Return slopes between 0 and 1, all different."""
    return np.asarray(draw.permutation(math.prod(shape)).reshape(shape) + 1.0) / (
        math.prod(shape) + 2.0
    )


def _image(draw: np.random.Generator) -> Shape:
    """Return (examples, height, width, channels), all different."""
    sizes = draw.choice(np.arange(2, 7), size=4, replace=False)
    examples, height, width, channels = map(int, sizes)
    return examples, height, width, channels


def _channelled(draw: np.random.Generator) -> list[Shape]:
    """Return shapes of inputs with channels; in the last, no size tells which axis they are."""
    examples, height, width, channels = _image(draw)
    return [
        (examples, channels),
        (examples, height, width, channels),
        (channels, channels, channels),
    ]


def _sharings(draw: np.random.Generator) -> list[tuple[Shape, Shape]]:
    """Return the shape of an input and of slopes that are not just one per channel."""
    examples, height, width, channels = _image(draw)
    shape = (examples, height, width, channels)
    return [
        (shape, (height, width, channels)),
        (shape, (1, 1, channels)),
        (shape, (height, 1, 1)),
        (shape, ()),
        (shape, (1,)),
        (shape, shape),
        ((channels,), (channels,)),
        ((channels,), ()),
    ]


def _prelu(student: Student, x: Array, alpha: Array) -> Answer:
    """Ask for one forward pass, refuse a wrong one, and return the answer."""
    answer = student.call("prelu", x, alpha)
    expected = reference.prelu(x.astype(float), alpha.astype(float))
    value = _claimed(answer, x.shape, x.dtype)
    worst = _worst(value, expected, _rounding(x.dtype, expected, x))
    if worst is not None:
        slope = np.broadcast_to(alpha, x.shape)[worst]
        where = f"where x is {x[worst]:.6g} and its slope {slope:.6g}"
        raise Refused(f"{answer.asked} is {_wrong_entry(value, expected, worst, where)}")
    return answer


@check("prelu", "a slope per channel", points=0.5)
def prelu_channels(student: Student, draw: np.random.Generator) -> None:
    for shape in _channelled(draw):
        _prelu(student, _normal(draw, shape), _slopes(draw, shape[-1:]))


@check("prelu", "slopes of other shapes", points=0.5)
def prelu_sharings(student: Student, draw: np.random.Generator) -> None:
    for shape, shared in _sharings(draw):
        _prelu(student, _normal(draw, shape), _slopes(draw, shared))


@check("prelu", "negative and large slopes", points=0.5)
def prelu_slopes(student: Student, draw: np.random.Generator) -> None:
    for shape in _channelled(draw)[:2]:
        _prelu(student, _normal(draw, shape), -_slopes(draw, shape[-1:]))
        _prelu(student, _normal(draw, shape), 1 + 2 * _slopes(draw, shape[-1:]))


@check("prelu", "dtype and shape, a new array, and the input as it was", points=0.5)
def prelu_kind(student: Student, draw: np.random.Generator) -> None:
    shape = _image(draw)
    alpha = (1 + _slopes(draw, shape[-1:])).astype(np.float32)
    expect.untouched(_prelu(student, _normal(draw, shape, np.float32), alpha))
    for x in (_normal(draw, shape, np.float32), np.ones(shape, np.float32)):
        _anew(student, "prelu", x, alpha)
    _prelu(student, np.zeros((0, *shape[1:]), np.float32), alpha)
    _prelu(student, np.zeros((3, 0)), np.zeros((0,)))
    _prelu(student, np.asarray(2.5), np.asarray(0.25))


def _both_gradients(
    student: Student, x: Array, alpha: Array, upstream: Array
) -> tuple[Answer, Answer, Answer]:
    """Ask for both gradients; return the whole answer and its two halves."""
    answer = student.call("prelu_gradients", x, alpha, upstream)
    asked = f"dL/dx of {answer.asked}", f"dL/dalpha of {answer.asked}"
    wanted = "a tuple (dL/dx, dL/dalpha) was expected"
    first, second = expect.parts(answer, asked, wanted, expect.describe(answer.value))
    return answer, first, second


def _of_input(answer: Answer, x: Array, alpha: Array, upstream: Array) -> None:
    wide = (a.astype(float) for a in (x, alpha, upstream))
    expected, _ = reference.prelu_gradients(*wide)
    value = _claimed(answer, x.shape, x.dtype)
    worst = _worst(value, expected, _rounding(x.dtype, expected, upstream))
    if worst is not None:
        slope = np.broadcast_to(alpha, x.shape)[worst]
        where = (
            f"where x is {x[worst]:.6g}, its slope {slope:.6g} and the upstream gradient "
            f"{upstream[worst]:.6g}"
        )
        raise Refused(f"{answer.asked} is {_wrong_entry(value, expected, worst, where)}")


def _of_slopes(answer: Answer, x: Array, alpha: Array, upstream: Array) -> None:
    wide = [a.astype(float) for a in (x, alpha, upstream)]
    _, expected = reference.prelu_gradients(*wide)
    # A sum is as exact as its terms are large, which may cancel.
    _, terms = reference.prelu_gradients(wide[0], wide[1], np.abs(wide[2]))
    value = _claimed(answer, alpha.shape, x.dtype)
    worst = _worst(value, expected, _rounding(x.dtype, terms, terms))
    if worst is not None:
        where = f"for the slope at index {worst}" if alpha.ndim else "for the one slope"
        raise Refused(
            f"{answer.asked} is {_wrong_entry(value, expected, worst, where)}, the sum over the "
            f"{x.size // alpha.size} entries that share it"
        )


def _operands(draw: np.random.Generator, shape: Shape, shared: Shape) -> tuple[Array, Array, Array]:
    # Slopes on both sides of 0, and of 1; their place in the formula is then seen.
    slopes = np.asarray(3.1 * _slopes(draw, shared) - 0.7)
    return _normal(draw, shape), slopes, _normal(draw, shape)


@check("prelu_gradients", "with respect to the input", points=0.5)
def gradient_of_input(student: Student, draw: np.random.Generator) -> None:
    for shape in _channelled(draw):
        inputs = _operands(draw, shape, shape[-1:])
        _of_input(_both_gradients(student, *inputs)[1], *inputs)
    for shape, shared in _sharings(draw)[:4]:
        inputs = _operands(draw, shape, shared)
        _of_input(_both_gradients(student, *inputs)[1], *inputs)


@check("prelu_gradients", "with respect to a slope per channel", points=1.5)
def gradient_of_channels(student: Student, draw: np.random.Generator) -> None:
    for shape in _channelled(draw):
        inputs = _operands(draw, shape, shape[-1:])
        _of_slopes(_both_gradients(student, *inputs)[2], *inputs)


@check("prelu_gradients", "with respect to slopes of other shapes", points=1)
def gradient_of_sharings(student: Student, draw: np.random.Generator) -> None:
    for shape, shared in _sharings(draw):
        inputs = _operands(draw, shape, shared)
        _of_slopes(_both_gradients(student, *inputs)[2], *inputs)


@check("prelu_gradients", "at 0", points=0.5)
def gradient_at_zero(student: Student, draw: np.random.Generator) -> None:
    for shape in ((5, 4), (7, 3)):
        _, alpha, upstream = _operands(draw, shape, shape[-1:])
        x = _with_zeros(draw, shape)
        _, of_input, of_slopes = _both_gradients(student, x, alpha, upstream)
        _of_input(of_input, x, alpha, upstream)
        _of_slopes(of_slopes, x, alpha, upstream)


@check("prelu_gradients", "dtype and shape, new arrays, and the inputs as they were", points=0.5)
def gradient_kind(student: Student, draw: np.random.Generator) -> None:
    for shape, shared in (((5, 4), (4,)), ((0, 4), (4,)), ((3, 0), (0,)), ((7, 3), ())):
        x, alpha, upstream = (np.asarray(a, np.float32) for a in _operands(draw, shape, shared))
        answer, of_input, of_slopes = _both_gradients(student, x, alpha, upstream)
        _of_input(of_input, x, alpha, upstream)
        _of_slopes(of_slopes, x, alpha, upstream)
        expect.untouched(answer)
    for inputs in (_normal(draw, (5, 4)), np.ones((5, 4))):
        _anew(student, "prelu_gradients", inputs, *_operands(draw, (5, 4), (4,))[1:])


# Randomised leaky ReLU. Its questions are large, so that a mistake can be recognised by its law.


def _seed(draw: np.random.Generator) -> int:
    return int(draw.integers(1_000_000))


def _bounds(draw: np.random.Generator) -> dict[str, float]:
    """Return bounds below 1, far from the default ones, whose mean has no rounding.

    The lower one is above that of the default, whose draws are then seen to be too low.
    """
    low, width = int(draw.integers(3, 6)), int(draw.integers(6, 11))
    return {"lower": low / 16, "upper": (low + width) / 16}


def _wide_bounds(draw: np.random.Generator) -> list[dict[str, float]]:
    """Return bounds that are negative, on both sides of 0 and 1, and above 1."""
    low, width = (int(n) / 8 for n in draw.integers(2, 7, 2))
    both = {"lower": -low, "upper": 1 + width}
    return [both, {"lower": -low - width, "upper": -low}, {"lower": 1 + low, "upper": 3 + width}]


def _mean_slope(student: Student, x: Array, draw: np.random.Generator, **bounds: float) -> Answer:
    """Ask for the slopes at inference, and refuse wrong ones."""
    # The bounds in their order here, and by name in training.
    answer = student.call("rrelu_slopes", x, Generator(_seed(draw)), *bounds.values())
    value = _claimed(answer, x.shape, x.dtype)
    middle = (bounds.get("lower", 1 / 8) + bounds.get("upper", 1 / 3)) / 2
    expected = np.where(x > 0, 1.0, middle)
    worst = _worst(value, expected, _rounding(x.dtype, expected, np.ones(())))
    if worst is not None:
        where = f"where x is {x[worst]:.6g}"
        raise Refused(
            f"{answer.asked}, at inference, is {_wrong_entry(value, expected, worst, where)}"
        )
    return answer


@check("rrelu_slopes", "at inference", points=1)
def rrelu_inference(student: Student, draw: np.random.Generator) -> None:
    for shape in ((500,), (40, 15), (3, 10, 10, 2)):
        _mean_slope(student, _with_zeros(draw, shape, 1 / 2), draw, **_bounds(draw))
    for bounds in _wide_bounds(draw):
        _mean_slope(student, _with_zeros(draw, (30, 20), 1 / 2), draw, **bounds)
    _mean_slope(student, _with_zeros(draw, (25, 20), 1 / 2).astype(np.float32), draw)


@check("rrelu_slopes", "law of the slopes in training", points=1)
def rrelu_law(student: Student, draw: np.random.Generator) -> None:
    for bounds in ({}, _bounds(draw), _wide_bounds(draw)[0]):
        x = -np.abs(_normal(draw, (120, 100)))
        answer = student.call("rrelu_slopes", x, Generator(_seed(draw)), **bounds, training=True)
        value = _claimed(answer, x.shape, x.dtype)
        lower, upper = bounds.get("lower", 1 / 8), bounds.get("upper", 1 / 3)
        # Single precision does for a draw.
        shifted = (value - (lower + upper) / 2).astype(np.float32)
        told = Answer(None, f"{answer.asked}, less the mean slope {(lower + upper) / 2:.6g},")
        law = statistics.uniform((upper - lower) / math.sqrt(12))
        statistics.distinct(told, shifted)
        statistics.follows(told, shifted, law)
        statistics.independent_entries(told, shifted, law)


@check("rrelu_slopes", "positive inputs and zeros in training", points=0.5)
def rrelu_signs(student: Student, draw: np.random.Generator) -> None:
    for shape in ((600,), (30, 20), (3, 10, 10, 2)):
        x, bounds = _with_zeros(draw, shape, 1 / 2), _bounds(draw)
        answer = student.call("rrelu_slopes", x, Generator(_seed(draw)), **bounds, training=True)
        value = _claimed(answer, x.shape, x.dtype)
        random = (value >= bounds["lower"] - 1e-6) & (value <= bounds["upper"] + 1e-6)
        wrong = np.where(x > 0, value != 1, ~random | (value == 1))
        if np.any(wrong):
            worst = expect.where_largest(wrong)
            wanted = "1" if x[worst] > 0 else f"a draw from U({bounds['lower']}, {bounds['upper']})"
            raise Refused(
                f"{answer.asked} is {value[worst]:.6g} where x is {x[worst]:.6g}; {wanted} was "
                "expected"
            )


@check("rrelu_slopes", "source of randomness", points=0.5)
def rrelu_randomness(student: Student, draw: np.random.Generator) -> None:
    x, seed = -np.abs(_normal(draw, (40, 30))), _seed(draw)

    def call(rng: Generator, training: bool = True) -> Array:
        answer = student.call("rrelu_slopes", x, rng, training=training)
        return _claimed(answer, x.shape, x.dtype)

    rng, evaluated = Generator(seed), Generator(seed)
    first, second, again = call(rng), call(rng), call(Generator(seed))
    call(evaluated, training=False)
    asked = "rrelu_slopes(x, rng, training=True)"
    if not np.array_equal(first, again):
        raise Refused(
            f"{asked} gave other slopes for another generator in the same state: it must take its "
            "random numbers from `rng` alone"
        )
    for other, what in ((second, "a second time"), (call(Generator(seed + 1)), "with a new seed")):
        if np.mean(first == other) > 0.01:
            raise Refused(f"{asked} gave the same slopes again when it was called {what}")
    if not np.array_equal(first, call(evaluated)):
        raise Refused(
            f"{asked} gave other slopes after a call with training=False: at inference nothing may "
            "be drawn from `rng`"
        )


@check("rrelu_slopes", "dtype and shape, a new array, and the input as it was", points=0.25)
def rrelu_kind(student: Student, draw: np.random.Generator) -> None:
    for training in (True, False):
        for dtype in (np.float32, np.float64):
            x = _normal(draw, (30, 20), dtype)
            answer = student.call("rrelu_slopes", x, Generator(_seed(draw)), training=training)
            _claimed(answer, x.shape, dtype)
            expect.untouched(answer)
        for shape in ((0,), (2, 0, 3)):
            x = np.ones(shape, np.float32)
            answer = student.call("rrelu_slopes", x, Generator(_seed(draw)), training=training)
            _claimed(answer, shape, np.float32)
    for inputs in (_normal(draw, (30, 20)), np.ones((30, 20))):
        _anew(student, "rrelu_slopes", inputs, Generator(_seed(draw)))


@check("rrelu_slopes", "bounds", points=0.25)
def rrelu_bounds(student: Student, draw: np.random.Generator) -> None:
    x, bounds = _normal(draw, (30, 20)), _bounds(draw)
    low, high = bounds["lower"], bounds["upper"]

    def exchanged(training: bool) -> None:
        expect.raises(
            student, "ValueError", "rrelu_slopes", x, Generator(_seed(draw)),
            lower=high, upper=low, training=training,
        )  # fmt: skip

    with expect.Everything() as everything:
        for training in (True, False):
            with everything.part():
                exchanged(training)
    answer = student.call(
        "rrelu_slopes", x, Generator(_seed(draw)), lower=low, upper=low, training=True
    )
    error = np.abs(_claimed(answer, x.shape, x.dtype) - np.where(x > 0, 1.0, low))
    if np.any(error > 1e-6):
        raise Refused(f"{answer.asked} is not {low} where x is negative: both bounds are {low}")


# ELU

ELU = Function("elu", reference.elu, {"alpha": 0.4})
ELU_DERIVATIVE = Function("elu_derivative", reference.elu_derivative, {"alpha": 0.4}, jumps=True)
DIGITS = ": exp(x) - 1 loses its digits where exp(x) is nearly 1, and NumPy has a function for it"

elu_values = _values(ELU, 0.5)
ALPHAS = ((0.2, 0.7), (1.5, 3.0), (-1.0, -0.2), (0.0, 0.0))

elu_alpha = _argument(ELU, "alpha", ALPHAS)
elu_large = _large(ELU)
elu_kind = _kind(ELU)


@check("elu", "tiny inputs", points=0.5)
def elu_tiny(student: Student, draw: np.random.Generator) -> None:
    # A large alpha first: what is lost is then large enough for the mistake to be recognised.
    x = -np.exp(draw.uniform(math.log(1e-9), math.log(1e-7), 30))
    alpha = float(draw.integers(1, 9)) * 1e7
    ELU.ask(student, x, {"alpha": alpha}, DIGITS, tight=True)
    for dtype, smallest in ((np.float64, 1e-30), (np.float32, 1e-12)):
        ELU.ask(student, _tiny(draw, smallest).astype(dtype), hint=DIGITS, tight=True)


elu_derivative_values = _values(ELU_DERIVATIVE, 0.5)
elu_derivative_alpha = _argument(ELU_DERIVATIVE, "alpha", ALPHAS, 0.25)
elu_derivative_jump = _jump(ELU_DERIVATIVE, "at 0, and at -0, it is alpha")
elu_derivative_large = _large(ELU_DERIVATIVE)
elu_derivative_kind = _kind(ELU_DERIVATIVE, 0.25)


# SELU


def _moments(scale: float, alpha: float, variance: float) -> tuple[float, float]:
    """Return the mean and the variance of scale · elu(z, alpha), z normal with that variance."""
    once, twice = (
        math.exp(k * k * variance / 2) * math.erfc(k * math.sqrt(variance / 2)) / 2 for k in (1, 2)
    )
    mean = scale * (math.sqrt(variance / (2 * math.pi)) - alpha * (0.5 - once))
    square = scale**2 * (variance / 2 + alpha**2 * (twice - 2 * once + 0.5))
    return mean, square - mean**2


def _constants(student: Student, *variance: float) -> None:
    answer = student.call("selu_constants", *variance)
    value = answer.value
    if type(value) is not tuple or len(value) != 2:
        raise Refused(
            f"{answer.asked} returned {expect.describe(value)}; a tuple of two floats, "
            "(scale, alpha), was expected"
        )
    for number in value:
        if not isinstance(number, float):
            raise Refused(
                f"{answer.asked} returned {expect.describe(value)}; {expect.describe(number)} is "
                "no float"
            )
    found, expected = tuple(map(float, value)), reference.selu_constants(*variance)
    if all(abs(a - b) <= CONSTANTS * b for a, b in zip(found, expected, strict=True)):
        return
    message = (
        f"{answer.asked} returned ({found[0]:.12g}, {found[1]:.12g}); "
        f"({expected[0]:.12g}, {expected[1]:.12g}) was expected, (scale, alpha)"
    )
    v = variance[0] if variance else 1.0
    if all(math.isfinite(number) and abs(number) < 1e100 for number in found):
        mean, spread = _moments(found[0], found[1], v)
        message += (
            f". With yours, a normal input of mean 0 and variance {v:g} comes out with mean "
            f"{mean:.4g} and variance {spread:.10g}"
        )
    raise Refused(message)


@check("selu_constants", "variance 1", points=1)
def constants_of_selu(student: Student, draw: np.random.Generator) -> None:
    _constants(student)
    _constants(student, 1.0)


@check("selu_constants", "other variances", points=2)
def constants_elsewhere(student: Student, draw: np.random.Generator) -> None:
    for low, high in ((0.2, 0.4), (0.5, 0.8), (1.5, 2.0), (3.0, 5.0)):
        _constants(student, round(float(draw.uniform(low, high)), 3))


@check("selu_constants", "a variance that makes no sense", points=0.5)
def constants_of_nothing(student: Student, draw: np.random.Generator) -> None:
    refused = partial(expect.raises, student, "ValueError", "selu_constants")
    wrong = (0.0, -1.0, -float(draw.integers(2, 9)))
    with expect.Everything() as everything:
        for variance in wrong:
            with everything.part():
                refused(variance)
    student.call("selu_constants", 2.0)  # must not raise


# What passes for the constants passes for the functions.
SELU = Function("selu", reference.selu, exact=5 * CONSTANTS)
SELU_DERIVATIVE = Function(
    "selu_derivative", reference.selu_derivative, jumps=True, exact=5 * CONSTANTS
)

selu_values = _values(SELU, 0.5)
selu_large = _large(SELU)
selu_kind = _kind(SELU, 0.25)


@check("selu", "tiny inputs", points=0.25)
def selu_tiny(student: Student, draw: np.random.Generator) -> None:
    for dtype, smallest in ((np.float64, 1e-30), (np.float32, 1e-12)):
        SELU.ask(student, _tiny(draw, smallest).astype(dtype), hint=DIGITS, tight=True)


selu_derivative_values = _values(SELU_DERIVATIVE, 0.5)
selu_derivative_jump = _jump(SELU_DERIVATIVE, "at 0, and at -0, it is scale times alpha")
selu_derivative_large = _large(SELU_DERIVATIVE, 0.25)
selu_derivative_kind = _kind(SELU_DERIVATIVE, 0.25)


# GELU, Swish and Mish

GELU = Function("gelu", reference.gelu)
GELU_DERIVATIVE = Function("gelu_derivative", reference.gelu_derivative)
SWISH = Function("swish", reference.swish, {"beta": 1.75})
SWISH_DERIVATIVE = Function("swish_derivative", reference.swish_derivative, {"beta": 1.75})
MISH = Function("mish", reference.mish)
MISH_DERIVATIVE = Function("mish_derivative", reference.mish_derivative)
GATES = ((0.0, 0.0), (0.2, 0.7), (1.5, 3.0), (-2.0, -0.5), (4.0, 5.0))

gelu_values = _values(GELU, 0.5)
gelu_large = _large(GELU)
gelu_kind = _kind(GELU)

gelu_derivative_values = _values(GELU_DERIVATIVE, 0.5)
gelu_derivative_large = _large(GELU_DERIVATIVE)
gelu_derivative_kind = _kind(GELU_DERIVATIVE)

swish_values = _values(SWISH, 0.5)
swish_beta = _argument(SWISH, "beta", GATES)
swish_large = _large(SWISH)
swish_kind = _kind(SWISH)

swish_derivative_values = _values(SWISH_DERIVATIVE, 0.5)
swish_derivative_beta = _argument(SWISH_DERIVATIVE, "beta", GATES)
swish_derivative_large = _large(SWISH_DERIVATIVE)
swish_derivative_kind = _kind(SWISH_DERIVATIVE)

mish_values = _values(MISH, 0.5)
mish_large = _large(MISH)
mish_kind = _kind(MISH)


@check("mish", "the tail on the left", points=0.5)
def mish_tail(student: Student, draw: np.random.Generator) -> None:
    hint = (
        ": beside the 1 in log(1 + exp(x)), exp(x) vanishes; log1p and logaddexp are made for this"
    )
    for dtype, furthest in ((np.float64, 100.0), (np.float32, 60.0)):
        x = np.linspace(-furthest, -8, 30) + draw.uniform(-0.5, 0.5, 30)
        MISH.ask(student, x.astype(dtype), hint=hint, tight=True)


mish_derivative_values = _values(MISH_DERIVATIVE, 0.5)
mish_derivative_large = _large(MISH_DERIVATIVE)
mish_derivative_kind = _kind(MISH_DERIVATIVE)


# Dead units


def _derivatives(draw: np.random.Generator, shape: Shape, level: float) -> Array:
    """Return the derivatives of 17 units (no share of them is a round number), some of them dead.

    They are so at that `level`. A living unit is quiet on the first example. The gradients of one
    are all negative, those of another one cancel, and a third is alive by a hair's breadth.
    """
    dead = draw.permutation(17) < draw.integers(3, 12)
    signs = draw.choice([-1.0, 1.0], (*shape, 17))
    loud = signs * (level + draw.choice([0.5, 1.0, 2.0], (*shape, 17)))
    quiet = draw.choice([-level, 0.0, level], (*shape, 17))
    derivatives = np.where(dead | (draw.random((*shape, 17)) < 0.6), quiet, loud)
    units = derivatives.reshape(-1, 17)
    negative, cancelling, faint = np.flatnonzero(~dead)[:3]
    units[0, ~dead] = 0.0
    units[:, [negative, cancelling, faint]] = 0.0
    units[2, faint] = level * (1 + 1e-6) + 1e-12
    units[-1, negative] = -0.5 - level
    units[1:3, cancelling] = 0.5 + level, -0.5 - level
    return derivatives


def _dead(student: Student, derivatives: Array, *threshold: float, **named: float) -> None:
    """Ask for the share of dead units, and refuse a wrong one."""
    answer = student.call("dead_unit_fraction", derivatives, *threshold, **named)
    threshold += tuple(named.values())
    expected = reference.dead_unit_fraction(derivatives, *threshold)
    value = answer.value
    if not isinstance(value, float):
        raise Refused(f"{answer.asked} returned {expect.describe(value)}; a float was expected")
    if not abs(value - expected) <= 1e-6:
        units = derivatives.shape[-1]
        level = threshold[0] if threshold else 0.0
        raise Refused(
            f"{answer.asked} is {float(value):.6g}; {expected:.6g} was expected: "
            f"{round(expected * units)} of the {units} units have no derivative larger than "
            f"{level:g} in absolute value, for any example"
        )
    expect.untouched(answer)


@check("dead_unit_fraction", "dense layers", points=1)
def dead_dense(student: Student, draw: np.random.Generator) -> None:
    for dtype in (np.float64, np.float32, np.float64):
        examples = int(draw.integers(5, 12))
        _dead(student, _derivatives(draw, (examples,), 0.0).astype(dtype))


@check("dead_unit_fraction", "convolutional layers", points=0.5)
def dead_convolution(student: Student, draw: np.random.Generator) -> None:
    for dimensions in (2, 3):
        shape = tuple(map(int, draw.integers(3, 6, size=dimensions)))
        _dead(student, _derivatives(draw, shape, 0.0))


@check("dead_unit_fraction", "threshold", points=0.5)
def dead_threshold(student: Student, draw: np.random.Generator) -> None:
    for threshold in (0.125, 0.25):
        examples = int(draw.integers(5, 12))
        _dead(student, _derivatives(draw, (examples,), threshold), threshold)
    _dead(student, _derivatives(draw, (9,), 0.5), threshold=0.5)
    for derivative in (0.5, 0.125):  # nobody is dead, and everybody
        _dead(student, np.full((6, 8), derivative), 0.25)


@check("dead_unit_fraction", "no examples, or no units", points=0.5)
def dead_nothing(student: Student, draw: np.random.Generator) -> None:
    units = int(draw.integers(2, 9))
    refused = partial(expect.raises, student, "ValueError", "dead_unit_fraction")
    empty = ((0, units), (units, 0), (0, 3, 3, units), (3, 0, 3, units))
    with expect.Everything() as everything:
        for shape in empty:
            with everything.part():
                refused(np.zeros(shape))
    student.call("dead_unit_fraction", np.ones((units, units)))  # must not raise
