"""What counts as a right answer in the assignment on initial weights.

Laws are computed here from the papers' formulas; what the student's code draws is judged by
the tests in `autograder.judging.statistics`, whatever the order in which it draws.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.api import (
    Answer,
    Array,
    Check,
    Generator,
    Refused,
    Student,
    Thing,
    check,
    expect,
    statistics,
)
from solutions import initialisers as reference

Shape = tuple[int, ...]

LAWS = {
    "truncated_normal": statistics.truncated_normal,
    "untruncated_normal": statistics.normal,
    "uniform": statistics.uniform,
}
FLOATS = (np.float16, np.float32, np.float64)


# Fresh inputs. The fans of one shape differ by a factor of four or more, so that no formula
# with the wrong fan, the wrong average or the wrong gain comes close to the right one.


def _seed(draw: np.random.Generator) -> int:
    return int(draw.integers(1_000_000))


def _rng(draw: np.random.Generator) -> Generator:
    return Generator(_seed(draw))


def _wide(draw: np.random.Generator) -> Shape:
    """Return the shape of a dense kernel with many more outputs than inputs."""
    inputs = int(draw.integers(30, 38))
    return inputs, int(inputs * draw.uniform(4.0, 5.0))


def _narrow(draw: np.random.Generator) -> Shape:
    """Return the shape of a dense kernel with many more inputs than outputs."""
    return _wide(draw)[::-1]


def _convolution(draw: np.random.Generator) -> Shape:
    """Return the shape of a convolution kernel in two dimensions, narrow."""
    outputs = int(draw.integers(16, 20))
    spatial = ((2, 3), (3, 2), (4, 2))[int(draw.integers(3))]
    return *spatial, int(outputs * draw.uniform(4.0, 5.0)), outputs


def _kernel_shape(draw: np.random.Generator, spatial: int) -> Shape:
    """Return the shape of any convolution kernel, every dimension different."""
    sizes = draw.choice(np.arange(2, 8), size=spatial, replace=False)
    channels = draw.choice(np.arange(9, 100), size=2, replace=False)
    return *map(int, sizes), *map(int, channels)


# What people usually do wrong, in numbers.


def _scaled(scale: float, mode: str, shape: Shape) -> float:
    """Return the standard deviation that `mode` and `scale` ask for."""
    fan_in, fan_out = reference.compute_fans(shape)
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    return math.sqrt(scale / fans[mode])


def _usual(scale: float, mode: str, shape: Shape, distribution: str) -> dict[str, float]:
    """Return what people do wrong with these arguments, and the spread that comes of it."""
    std = _scaled(scale, mode, shape)
    wrong = {
        f"dividing by {other} instead of {mode}": _scaled(scale, other, shape)
        for other in ("fan_in", "fan_out", "fan_avg")
        if other != mode
    }
    wrong["using the variance scale / n as the standard deviation, its square root"] = std**2
    wrong["taking the root of 1 / n alone and multiplying by the scale"] = (
        std * math.sqrt(scale) if scale != 1 else 0.0
    )
    if distribution == "uniform":
        wrong["drawing from [-std, std]: the limit is sqrt(3) times the standard deviation"] = (
            std / math.sqrt(3)
        )
    if distribution == "truncated_normal":
        wrong["truncating without making up for the spread that this takes away"] = std * _kept()
    if len(shape) > 2:
        forgotten = _scaled(scale, mode, shape[-2:])
        wrong["leaving the receptive field out of the fans"] = forgotten
    if mode == "fan_avg":
        wrong["dividing by the sum of the fans instead of their mean"] = std / math.sqrt(2)
    if scale != 1:
        wrong["leaving the scale out"] = std / math.sqrt(scale)
    return {what: value for what, value in wrong.items() if value > 0}


def _kept() -> float:
    """Return the standard deviation of a standard normal cut at two."""
    return statistics.CUT / statistics.truncated_normal(1.0).bound


# What every random answer has to keep to.


def _dtypes(
    draw: np.random.Generator, call: Callable[..., Answer], shape: Shape
) -> list[Callable[[], object]]:
    """Return the questions whether `call` returns the dtype asked for, and float32 by default."""

    def question(**dtype: Any) -> object:
        return expect.array(call(_rng(draw), **dtype), shape, dtype.get("dtype", np.float32))

    return [question, *(functools.partial(question, dtype=dtype) for dtype in FLOATS)]


def _dtype_in_its_place(
    draw: np.random.Generator, call: Callable[..., Answer], shape: Shape
) -> Callable[[], object]:
    """Return the question whether `call` takes the dtype after the generator."""
    return lambda: expect.array(call(_rng(draw), np.float64), shape, np.float64)


def _randomness(
    draw: np.random.Generator,
    call: Callable[[Generator], Answer],
    law: statistics.Law,
    shape: Shape,
) -> None:
    """Refuse a `call` whose random numbers are not independent and from its generator alone."""
    seed = _seed(draw)
    rng = Generator(seed)
    first, second, again, other = (
        (answer, expect.floats(answer, shape))
        for answer in (call(rng), call(rng), call(Generator(seed)), call(Generator(seed + 1)))
    )
    expect.drawn_from_generator(first, second, again, other, "gave", "weights")
    statistics.uncorrelated(*first, second[1], law, "two calls with one generator")
    statistics.uncorrelated(*first, other[1], law, "calls with different seeds")
    statistics.independent_entries(*first, law)


def _one_alone(answer: Answer) -> float:
    """Return the one value of an answer, or refuse it: it has no spread to be divided by."""
    value = answer.value
    if type(value) is np.ndarray and value.shape == (1, 1) and not np.isfinite(value).all():
        raise Refused(
            f"{answer.asked} is {value[0, 0]}; one value is drawn like any other (is it divided by "
            "the spread that is measured on it?)"
        )
    return float(expect.floats(answer, (1, 1))[0, 0])


def _not_rescaled(
    student: Student, draw: np.random.Generator, name: str, *between: float, **named: Any
) -> None:
    """Refuse draws that are moved or stretched until their own mean or spread is as asked for.

    One alone shows it: it has no spread to be divided by, less its mean it is 0, and scaled by its
    size it is always as large. Of twelve independent draws, six are never equal in size.
    """
    rng = _rng(draw)
    answers = [student.call(name, (1, 1), *between, rng, **named) for _ in range(12)]
    sizes = {abs(_one_alone(answer)) for answer in answers}
    if len(sizes) <= 6:
        raise Refused(
            f"{answers[0].asked}, called 12 times with one generator, gave only {len(sizes)} "
            "different sizes: a value that is drawn alone is random too (is the mean or the spread "
            "that is measured on the values taken out of them?)"
        )


# compute_fans


@check("compute_fans", "dense kernels", points=1)
def dense_fans(student: Student, draw: np.random.Generator) -> None:
    for _ in range(3):
        shape = tuple(map(int, draw.choice(np.arange(2, 1000), size=2, replace=False)))
        expect.equal(student.call("compute_fans", shape), shape)
    expect.equal(student.call("compute_fans", (1, 7)), (1, 7))


@check("compute_fans", "convolution kernels in one, two and three dimensions", points=2)
def convolution_fans(student: Student, draw: np.random.Generator) -> None:
    for spatial in (1, 2, 3, 2):
        shape = _kernel_shape(draw, spatial)
        expect.equal(student.call("compute_fans", shape), reference.compute_fans(shape))
    expect.equal(student.call("compute_fans", (1, 1, 1, 1)), (1, 1))


@check("compute_fans", "vectors and scalars", points=1)
def small_fans(student: Student, draw: np.random.Generator) -> None:
    size = int(draw.integers(2, 1000))
    expect.equal(student.call("compute_fans", (size,)), (size, size))
    expect.equal(student.call("compute_fans", (1,)), (1, 1))
    expect.equal(student.call("compute_fans", ()), (1, 1))


@check("compute_fans", "dimensions that are not positive", points=1)
def bad_fans(student: Student, draw: np.random.Generator) -> None:
    size = int(draw.integers(2, 100))
    wrong = [(-size, 5), (size, 0), (3, 0, size, 5), (-1, size, 7, 5), (-size,), (0,)]
    # Two of them, whose product is positive.
    wrong += [(-size, -5), (size, -3, -1)]
    raises = functools.partial(expect.raises, student, "ValueError", "compute_fans")
    with expect.Everything() as everything:
        for shape in wrong:
            with everything.part():
                raises(shape)
    student.call("compute_fans", (size, 5))  # must not raise


# truncated_normal


def _stddev(draw: np.random.Generator) -> float:
    """Return a standard deviation well away from 1, and so from its own square root."""
    low, high = ((0.02, 0.6), (1.7, 3.0))[int(draw.integers(2))]
    return round(float(np.exp(draw.uniform(np.log(low), np.log(high)))), 3)


@check("truncated_normal", "shape and dtype", points=1)
def truncated_shape(student: Student, draw: np.random.Generator) -> None:
    questions = []
    for shape in (*(tuple(map(int, draw.integers(2, 6, size=n))) for n in (1, 2, 3, 4)), (20, 30)):
        call = functools.partial(student.call, "truncated_normal", shape, _stddev(draw))
        questions += _dtypes(draw, call, shape)[: None if shape == (20, 30) else 1]
    questions.append(_dtype_in_its_place(draw, call, shape))
    with expect.Everything() as everything:
        for ask in questions:
            with everything.part():
                ask()


@check("truncated_normal", "mean and standard deviation", points=1)
def truncated_spread(student: Student, draw: np.random.Generator) -> None:
    # The second is large enough to tell that clipping takes 4 % off the standard deviation.
    for shape in (_convolution(draw), (150, 200)):
        std = _stddev(draw)
        answer = student.call("truncated_normal", shape, std, _rng(draw))
        values = expect.floats(answer, shape)
        law = statistics.truncated_normal(std)
        statistics.spread(answer, values, law, "stddev is that of the result", _misread(std))
        statistics.centred(answer, values, law)
        # Equal values in place of the tails take spread away too, but hardly more than chance may.
        statistics.distinct(answer, values)


def _misread(std: float) -> dict[str, float]:
    kept = _kept()
    return {
        "truncating without making up for the spread that this takes away": std * kept,
        "multiplying by the correction instead of dividing by it": std * kept**2,
        "dividing by the ratio of the variances instead of its square root": std / kept,
        "taking stddev for a variance": math.sqrt(std),
    }


@check("truncated_normal", "where it is cut", points=1)
def truncated_cut(student: Student, draw: np.random.Generator) -> None:
    # So many values come within a third of a percent of the cut: it is seen that sharply.
    shape, std = (150, 200), _stddev(draw)
    answer = student.call("truncated_normal", shape, std, _rng(draw))
    values = expect.floats(answer, shape)
    statistics.bounded(answer, values, statistics.truncated_normal(std))
    _one_alone(student.call("truncated_normal", (1, 1), std, _rng(draw)))


@check("truncated_normal", "distribution", points=1)
def truncated_distribution(student: Student, draw: np.random.Generator) -> None:
    # So many values tell the normal distribution, whole or cut elsewhere: it is off by 1.7 %.
    shape, std = (200, 400), _stddev(draw)
    answer = student.call("truncated_normal", shape, std, _rng(draw))
    values = expect.floats(answer, shape)
    statistics.distinct(answer, values)
    statistics.shaped(answer, values, statistics.truncated_normal(std))


@check("truncated_normal", "source of randomness", points=1)
def truncated_randomness(student: Student, draw: np.random.Generator) -> None:
    shape, std = (40, 30), _stddev(draw)

    def call(rng: Generator) -> Answer:
        return student.call("truncated_normal", shape, std, rng)

    _randomness(draw, call, statistics.truncated_normal(std), shape)
    _not_rescaled(student, draw, "truncated_normal", std)


@check("truncated_normal", "zero and negative stddev", points=1)
def truncated_arguments(student: Student, draw: np.random.Generator) -> None:
    for std in (-0.25, -_stddev(draw), -3.0):
        expect.raises(student, "ValueError", "truncated_normal", (3, 4), std, _rng(draw))
    # What is given back for 0 has the shape and the dtype of any other result.
    answer = student.call("truncated_normal", (3, 4), 0.0, _rng(draw))
    if np.any(expect.floats(answer, (3, 4))):
        raise Refused(f"{answer.asked} is not all zeros: with no spread, every value is the mean")


# variance_scaling


def _variance_scaling(
    student: Student,
    shape: Shape,
    rng: Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    given: tuple[str, ...] | None = None,
) -> None:
    """Check one call that passes the arguments called `given` by name, or all in their order."""
    values = {"scale": scale, "mode": mode, "distribution": distribution}
    ordered = tuple(values.values()) if given is None else ()
    named: dict[str, Any] = {name: values[name] for name in given or ()}
    answer = student.call("variance_scaling", shape, rng, *ordered, **named)
    _follows(answer, shape, scale, mode, distribution)


def _follows(answer: Answer, shape: Shape, scale: float, mode: str, distribution: str) -> None:
    fan_in, fan_out = reference.compute_fans(shape)
    statistics.follows(
        answer,
        expect.floats(answer, shape),
        LAWS[distribution](_scaled(scale, mode, shape)),
        f"sqrt({scale:g} / {mode}) with fan_in = {fan_in} and fan_out = {fan_out}",
        _usual(scale, mode, shape, distribution),
    )


def _scale(draw: np.random.Generator) -> float:
    """Return a scale well away from 1, and from its own square root."""
    return round(float(draw.uniform(2.5, 4.0) ** draw.choice([-1, 1])), 2)


@check("variance_scaling", "default arguments", points=1)
def scaling_defaults(student: Student, draw: np.random.Generator) -> None:
    _variance_scaling(student, _wide(draw), _rng(draw), given=())
    _variance_scaling(student, _convolution(draw), _rng(draw), given=())
    _variance_scaling(student, (int(draw.integers(2000, 3000)),), _rng(draw), given=())


@check("variance_scaling", "scale", points=1)
def scaling_scale(student: Student, draw: np.random.Generator) -> None:
    for shape in (_wide(draw), _narrow(draw)):
        _variance_scaling(student, shape, _rng(draw), _scale(draw), given=("scale",))


@check("variance_scaling", "modes", points=2)
def scaling_modes(student: Student, draw: np.random.Generator) -> None:
    for mode in ("fan_in", "fan_out", "fan_avg"):
        _variance_scaling(student, _narrow(draw), _rng(draw), mode=mode, given=("mode",))
    _variance_scaling(student, _wide(draw), _rng(draw), mode="fan_avg", given=("mode",))
    # With fans 1 and 2 the mean of the fans is no whole number: forty pairs of weights.
    rng = _rng(draw)
    for _ in range(40):
        answer = student.call(
            "variance_scaling", (1, 2), rng, mode="fan_avg", distribution="uniform"
        )
        largest = float(np.abs(expect.floats(answer, (1, 2))).max())
        if largest > math.sqrt(3 / 1.5) * (1 + 1e-6):
            raise Refused(
                f"{answer.asked} has a value of size {largest:.4g}; sqrt(3 / 1.5) = "
                f"{math.sqrt(2):.4g} is the limit, because the fans are 1 and 2 and their mean "
                "is 1.5 (is it rounded to a whole number?)"
            )


def _distribution(student: Student, draw: np.random.Generator, distribution: str) -> None:
    _variance_scaling(
        student, _wide(draw), _rng(draw), distribution=distribution, given=("distribution",)
    )
    for mode in ("fan_in", "fan_out", "fan_avg"):
        shape = _convolution(draw)
        _variance_scaling(student, shape, _rng(draw), _scale(draw), mode, distribution)


@check("variance_scaling", "truncated normal distribution", points=1)
def scaling_truncated(student: Student, draw: np.random.Generator) -> None:
    _distribution(student, draw, "truncated_normal")


@check("variance_scaling", "untruncated normal distribution", points=1)
def scaling_untruncated(student: Student, draw: np.random.Generator) -> None:
    _distribution(student, draw, "untruncated_normal")


@check("variance_scaling", "uniform distribution", points=1)
def scaling_uniform(student: Student, draw: np.random.Generator) -> None:
    _distribution(student, draw, "uniform")


@check("variance_scaling", "dtype", points=0.5)
def scaling_dtype(student: Student, draw: np.random.Generator) -> None:
    shape = (20, 30)
    questions = []
    for distribution in LAWS:
        named = functools.partial(
            student.call, "variance_scaling", shape, distribution=distribution
        )
        questions += _dtypes(draw, named, shape)
    with expect.Everything() as everything:
        for ask in questions:
            with everything.part():
                ask()


@check("variance_scaling", "source of randomness", points=1)
def scaling_randomness(student: Student, draw: np.random.Generator) -> None:
    shape = (40, 30)
    for distribution, law in LAWS.items():
        named = functools.partial(
            student.call, "variance_scaling", shape, distribution=distribution
        )
        _randomness(draw, named, law(_scaled(1.0, "fan_in", shape)), shape)
        _not_rescaled(student, draw, "variance_scaling", distribution=distribution)


@check("variance_scaling", "arguments that make no sense", points=0.5)
def scaling_arguments(student: Student, draw: np.random.Generator) -> None:
    shape = _wide(draw)

    def question(wrong: dict[str, Any]) -> None:
        expect.raises(student, "ValueError", "variance_scaling", shape, _rng(draw), **wrong)

    wrong: tuple[dict[str, Any], ...] = (
        {"scale": 0.0},
        {"scale": -_scale(draw)},
        {"mode": "fan_inn"},
        {"mode": "fan"},
        {"mode": ""},
        {"mode": "FAN_OUT"},
        {"mode": "average", "distribution": "uniform"},
        {"distribution": "normal"},
        {"distribution": "Uniform"},
        {"distribution": ""},
        {"distribution": "gaussian", "mode": "fan_out"},
    )
    with expect.Everything() as everything:
        for arguments in wrong:
            with everything.part():
                question(arguments)
    student.call("variance_scaling", shape, _rng(draw))  # must not raise


# The six named schemes: one formula, three numbers each.


def _named(name: str, scale: float, mode: str, distribution: str) -> tuple[Check, Check, Check]:
    """Return the checks of the initialiser called `name`."""

    @check(name, "dense kernels", points=0.5)
    def dense(student: Student, draw: np.random.Generator) -> None:
        for shape in (_wide(draw), _narrow(draw)):
            _follows(student.call(name, shape, _rng(draw)), shape, scale, mode, distribution)

    @check(name, "convolution kernels", points=0.5)
    def convolution(student: Student, draw: np.random.Generator) -> None:
        shape = _convolution(draw)
        _follows(student.call(name, shape, _rng(draw)), shape, scale, mode, distribution)

    @check(name, "dtype and source of randomness", points=0.5)
    def source(student: Student, draw: np.random.Generator) -> None:
        shape = (40, 30)
        call = functools.partial(student.call, name, shape)
        law = LAWS[distribution](_scaled(scale, mode, shape))
        questions: list[Callable[[], object]] = [
            *_dtypes(draw, call, shape),
            _dtype_in_its_place(draw, call, shape),
            lambda: _randomness(draw, call, law, shape),
            lambda: _not_rescaled(student, draw, name),
        ]
        with expect.Everything() as everything:
            for ask in questions:
                with everything.part():
                    ask()

    return dense, convolution, source


dense_1, convolution_1, source_1 = _named("glorot_uniform", 1.0, "fan_avg", "uniform")
dense_2, convolution_2, source_2 = _named("glorot_normal", 1.0, "fan_avg", "truncated_normal")
dense_3, convolution_3, source_3 = _named("he_uniform", 2.0, "fan_in", "uniform")
dense_4, convolution_4, source_4 = _named("he_normal", 2.0, "fan_in", "truncated_normal")
dense_5, convolution_5, source_5 = _named("lecun_uniform", 1.0, "fan_in", "uniform")
dense_6, convolution_6, source_6 = _named("lecun_normal", 1.0, "fan_in", "truncated_normal")


# HeNormal: the answers are Keras tensors, and Keras itself stays on the student's side.


def _initial_weights(thing: Thing, shape: Shape, *dtype: str) -> tuple[Answer, Array]:
    answer = thing.call("__call__", shape, *dtype)
    return answer, expect.tensor(answer, shape, dtype[0] if dtype else "float32")


def _keras_law(student: Student, draw: np.random.Generator, shape: Shape) -> None:
    answer, values = _initial_weights(student.make("HeNormal", seed=_seed(draw)), shape)
    statistics.follows(
        answer,
        values,
        statistics.truncated_normal(_scaled(2.0, "fan_in", shape)),
        f"sqrt(2 / fan_in) with fan_in = {reference.compute_fans(shape)[0]}",
        _usual(2.0, "fan_in", shape, "truncated_normal"),
    )


@check("HeNormal", "dense kernels", points=1)
def keras_dense(student: Student, draw: np.random.Generator) -> None:
    # The largest, as for truncated_normal, shows the cut sharply.
    for shape in (_wide(draw), _narrow(draw), (150, 200)):
        _keras_law(student, draw, shape)


@check("HeNormal", "convolution kernels and vectors", points=1)
def keras_convolution(student: Student, draw: np.random.Generator) -> None:
    for shape in (_convolution(draw), (int(draw.integers(4000, 6000)),)):
        _keras_law(student, draw, shape)


@check("HeNormal", "dtype", points=0.5)
def keras_dtype(student: Student, draw: np.random.Generator) -> None:
    # One and the same initialiser, which must not keep what it made for another dtype.
    seed = _seed(draw)
    thing = student.make("HeNormal", seed=seed)
    for dtype in ("float16", "float32", "float64"):
        _initial_weights(thing, (20, 30), dtype)
    for dtype in ("float64", "float16"):
        answer = thing.probe("under_floatx", dtype, (20, 30))
        asked = f"HeNormal(seed={seed})((20, 30)), while keras.config.floatx() is {dtype!r},"
        expect.tensor(Answer(answer.value, asked), (20, 30), dtype)


@check("HeNormal", "seed", points=1)
def keras_seed(student: Student, draw: np.random.Generator) -> None:
    shape, seed = (40, 30), _seed(draw)
    # All of them are made before the first is asked: none may change another. And 0 is a seed like
    # any other, though it is not true.
    one, twin, zero, naught, other, *unseeded = (
        student.make("HeNormal", seed=s) for s in (seed, seed, 0, 0, seed + 1, None, None)
    )
    for thing, again in ((one, twin), (zero, naught)):
        answer, first = _initial_weights(thing, shape)
        for same, what in ((again, "another initialiser with that seed"), (thing, "a second call")):
            if not np.array_equal(first, _initial_weights(same, shape)[1]):
                raise Refused(
                    f"{answer.asked} gave other weights than {what}; with a whole number as seed "
                    "they should be the same"
                )
    answer, first = _initial_weights(one, shape)
    second = _initial_weights(other, shape)[1]
    third, fourth = (_initial_weights(thing, shape)[1] for thing in unseeded)
    for x, y, what in (
        (first, second, f"the seeds {seed} and {seed + 1}"),
        (third, fourth, "two initialisers without a seed"),
    ):
        if np.array_equal(x, y):
            raise Refused(f"{answer.asked}: {what} gave the same weights")
        law = statistics.truncated_normal(_scaled(2.0, "fan_in", shape))
        statistics.uncorrelated(answer, x, y, law, what)
    statistics.independent_entries(
        answer, first, statistics.truncated_normal(_scaled(2.0, "fan_in", shape))
    )
    whose = one.probe("disturbed", shape).value
    if not expect.is_exactly(whose, ()):
        named = isinstance(whose, tuple)
        told = expect.series(map(str, whose)) if named else expect.describe(whose)
        raise Refused(
            f"{answer.asked} used or seeded the global generator of {told}: what is drawn after it "
            "is then other than it was, or the same again and again"
        )


@check("HeNormal", "configuration", points=0.5)
def keras_configuration(student: Student, draw: np.random.Generator) -> None:
    expect.equal(student.make("HeNormal").call("get_config"), {"seed": None})
    shape, seed = (40, 30), _seed(draw)
    thing = student.make("HeNormal", seed=seed)
    configuration = thing.call("get_config")
    expect.equal(configuration, {"seed": seed})
    first = _initial_weights(thing, shape)[1]
    answer, second = _initial_weights(student.make("HeNormal", **configuration.value), shape)
    if not np.array_equal(first, second):
        raise Refused(
            f"{answer.asked}, made from the configuration of HeNormal(seed={seed}), gave "
            "other weights"
        )


@check("HeNormal", "in a layer, whose model is made again from its configuration", points=0.5)
def keras_in_a_layer(student: Student, draw: np.random.Generator) -> None:
    seed, (inputs, units) = _seed(draw), _wide(draw)
    thing = student.make("HeNormal", seed=seed)
    answer = thing.probe("in_a_layer", inputs, units)
    asked = f"a dense layer with kernel_initializer=HeNormal(seed={seed})"
    told = (f"the kernel of {asked}", f"the kernel of {asked}, made again", "its class")
    first, second, word = expect.parts(answer, told, "two kernels were expected")
    if first.value is None:
        raise Refused(f"Keras could not build {asked}: it raised {word.value}")
    kernel = expect.tensor(first, (inputs, units), "float32")
    direct = expect.tensor(thing.call("__call__", (inputs, units)), (inputs, units), "float32")
    if not np.array_equal(kernel, direct):
        raise Refused(f"{first.asked} is not what the initialiser gives when it is called")
    if expect.is_exactly(word.value, "unknown"):
        raise Refused(
            f"a model with {asked} could not be made again from its configuration, as from a file: "
            "Keras did not find your class by its name (is the decorator "
            "@keras.saving.register_keras_serializable above it?)"
        )
    if second.value is None:
        raise Refused(
            f"Keras could not make a model with {asked} again from its configuration: it raised "
            f"{word.value} (does from_config(get_config()) work?)"
        )
    if not np.array_equal(kernel, expect.tensor(second, (inputs, units), "float32")):
        raise Refused(f"{second.asked} from the model's configuration, has other initial weights")


@check("HeNormal", "is a Keras initialiser", points=0.5)
def keras_subclass(student: Student, draw: np.random.Generator) -> None:
    thing = student.make("HeNormal", seed=_seed(draw))
    inherited = (
        "every Keras initialiser inherits: is it a subclass of keras.initializers.Initializer?"
    )
    expect.made_from_config(thing, "HeNormal", {"seed": 1}, inherited)
