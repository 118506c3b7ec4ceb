"""What a right answer to `robust` is.

Nothing that is right is refused by chance: the bounds on random answers are seven standard errors
wide, which is exceeded once in four hundred thousand million times.
"""

# ruff: noqa: D103 - a check's title says what it looks at

from __future__ import annotations

import math

import numpy as np

from autograder.api import Answer, Array, Generator, Refused, Student, check, expect
from statistics_course.solutions import robust as reference

RESAMPLES = 4000
MANY = 200_000
ERRORS = 7.0


def _sample(draw: np.random.Generator, size: int) -> Array:
    """Return a sample with a wild number at each end, in no order, and more at the upper end."""
    x = draw.normal(draw.uniform(-3, 3), draw.uniform(1, 4), size)
    x[:3] += [400.0, 100.0, -50.0]
    return draw.permutation(x)


def _number(answer: Answer, expected: float) -> None:
    if type(answer.value) is not float:
        raise Refused(f"{answer.asked} returned {expect.describe(answer.value)}, not a float")
    if not abs(answer.value - expected) <= 1e-9 * (1 + abs(expected)):  # NaN is refused too
        raise Refused(f"{answer.asked} returned {answer.value:.6g}; {expected:.6g} was expected")


@check("trimmed_mean", "values are cut off at each end", points=2)
def trimmed_values(student: Student, draw: np.random.Generator) -> None:
    for size, share in ((20, 0.1), (21, 0.23), (17, 0.499), (9, 0.4)):
        x = _sample(draw, size)
        answer = student.call("trimmed_mean", x, share)
        _number(answer, reference.trimmed_mean(x, share))
        expect.untouched(answer)


@check("trimmed_mean", "nothing is cut off", points=1)
def trimmed_nothing(student: Student, draw: np.random.Generator) -> None:
    for size, share in ((12, 0.0), (8, 0.1)):
        x = _sample(draw, size)
        _number(student.call("trimmed_mean", x, share), reference.trimmed_mean(x, share))


@check("trimmed_mean", "a share that cannot be", points=1)
def trimmed_refuses(student: Student, draw: np.random.Generator) -> None:
    x = _sample(draw, 10)
    for share in (-0.1, 0.5, float(draw.uniform(0.6, 1.0))):
        expect.raises(student, "ValueError", "trimmed_mean", x, share)


def _seed(draw: np.random.Generator) -> Generator:
    return Generator(int(draw.integers(2**31)))


def _interval(answer: Answer) -> tuple[float, float]:
    value = answer.value
    if type(value) is not tuple or [type(end) for end in value] != [float, float]:
        told = expect.describe(value)
        raise Refused(f"{answer.asked} returned {told}; a tuple of two floats was expected")
    if not all(map(math.isfinite, value)):
        raise Refused(f"{answer.asked} returned {value}, which is not finite")
    return value[0], value[1]


@check("bootstrap_interval", "where the interval ends", points=2)
def interval_ends(student: Student, draw: np.random.Generator) -> None:
    for size, level in ((30, 0.9), (60, 0.5)):
        x = draw.exponential(draw.uniform(1, 5), size)
        answer = student.call("bootstrap_interval", x, level, RESAMPLES, _seed(draw))
        found = _interval(answer)
        means = np.mean(draw.choice(x, size=(MANY, size)), axis=1)
        for end, at in zip(found, ((1 - level) / 2, (1 + level) / 2), strict=True):
            # What a quantile of so few resamples may be off, as quantiles beside it tell.
            spread = ERRORS * math.sqrt(at * (1 - at) / RESAMPLES)
            least, most = np.quantile(means, [max(0.0, at - spread), min(1.0, at + spread)])
            if not least <= end <= most:
                raise Refused(
                    f"{answer.asked} has an end at {end:.4g}; the {at:g} quantile of the "
                    f"resamples' means lies between {least:.4g} and {most:.4g}"
                )


@check("bootstrap_interval", "where its chance comes from", points=1)
def interval_chance(student: Student, draw: np.random.Generator) -> None:
    x = draw.normal(size=25)
    first, stream = _seed(draw), _seed(draw)
    again = Generator(first.seed)
    asked = [student.call("bootstrap_interval", x, 0.8, 200, seed) for seed in (first, again)]
    once, twice = map(_interval, asked)
    if once != twice:
        raise Refused(f"{asked[1].asked} gave another interval than before from the same seed")
    ends = [student.call("bootstrap_interval", x, 0.8, 200, stream) for _ in range(2)]
    if _interval(ends[0]) == _interval(ends[1]):
        raise Refused(f"{ends[1].asked} drew the very resamples that the call before it had drawn")
