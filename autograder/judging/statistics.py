"""Tests of random answers that practically never refuse a right one.

Every test below refuses a sample of the law it expects with a probability of at most `ALPHA`,
and no check runs more than fifty of them, so a right answer fails a check at most once in a
million submissions. The bounds hold for every sample size; none is an approximation:

- the mean of a *strictly sub-Gaussian* law (the laws here are: symmetric, and their even
  moments are no larger than those of the normal law with the same variance) obeys
  ``P(|mean| > std * sqrt(2 L / n)) <= ALPHA`` with ``L = ln(2 / ALPHA)``;
- the mean square obeys Bernstein's inequality;
- the empirical distribution function obeys the Dvoretzky-Kiefer-Wolfowitz inequality with
  Massart's constant;
- an inner product with an independent vector is sub-Gaussian given that vector.

No test depends on the order in which the student's code draws its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtr

from autograder.dialogue.answers import Answer, Refused
from autograder.dialogue.pictures import Histogram

Array = np.ndarray[Any, Any]

ALPHA = 2e-8
# Truncated normals are cut here, in standard deviations of the parent.
CUT = 2.0


@dataclass(frozen=True)
class Law:
    """A symmetric law with mean 0.

    Attributes
    ----------
    name
        What to call it in a message.
    std
        Its standard deviation.
    bound
        The largest absolute value that occurs.
    kurtosis
        Its fourth moment over the square of its variance.
    distribution, density
        Its distribution function and its density.
    """

    name: str
    std: float
    bound: float
    kurtosis: float
    distribution: Callable[[Array], Array]
    density: Callable[[Array], Array]


def uniform(std: float) -> Law:
    """Return the uniform law with standard deviation `std`."""
    bound = math.sqrt(3) * std
    return Law(
        f"a uniform distribution on [{-bound:.4g}, {bound:.4g}]",
        std,
        bound,
        9 / 5,
        lambda x: np.clip((x / bound + 1) / 2, 0, 1),
        lambda x: np.where(np.abs(x) <= bound, 1 / (2 * bound), 0.0),
    )


def normal(std: float) -> Law:
    """Return the normal law with standard deviation `std`."""
    return Law(
        f"a normal distribution with standard deviation {std:.4g}",
        std,
        math.inf,
        3.0,
        lambda x: ndtr(x / std),
        lambda x: np.exp(-np.square(x / std) / 2) / (math.sqrt(2 * math.pi) * std),
    )


def truncated_normal(std: float) -> Law:
    """Return the normal law cut at `CUT` standard deviations of its parent; its own is `std`."""
    tail = float(ndtr(-CUT))
    mass = 1 - 2 * tail
    edge = 2 * CUT * math.exp(-(CUT**2) / 2) / math.sqrt(2 * math.pi) / mass
    variance = 1 - edge
    fourth = 3 * variance - CUT**2 * edge
    parent = std / math.sqrt(variance)
    bound = CUT * parent
    whole = normal(parent)
    return Law(
        f"a normal distribution with standard deviation {parent:.4g} cut at ±{bound:.4g}",
        std,
        bound,
        fourth / variance**2,
        lambda x: np.clip((whole.distribution(x) - tail) / mass, 0, 1),
        lambda x: np.where(np.abs(x) <= bound, whole.density(x) / mass, 0.0),
    )


def follows(
    answer: Answer,
    values: Array,
    law: Law,
    because: str = "",
    usual: Mapping[str, float] | None = None,
) -> None:
    """Refuse values that are not independent draws from `law`; five of the tests below."""
    spread(answer, values, law, because, usual)
    centred(answer, values, law)
    bounded(answer, values, law)
    distinct(answer, values)
    shaped(answer, values, law)


def centred(answer: Answer, values: Array, law: Law) -> None:
    """Refuse values whose mean is too far from 0."""
    with np.errstate(over="ignore"):
        mean = float(values.mean(dtype=float))
    if abs(mean) > mean_tolerance(law, values.size):
        raise Refused(
            f"{answer.asked} has mean {mean:.4g}; 0 was expected, give or take "
            f"{mean_tolerance(law, values.size):.2g} for {values.size} values",
            picture(values, law),
        )


def spread(
    answer: Answer,
    values: Array,
    law: Law,
    because: str = "",
    usual: Mapping[str, float] | None = None,
) -> None:
    """Refuse values whose standard deviation (about 0) is not that of `law`.

    Parameters
    ----------
    answer, values, law
        What came back, its numbers, and the law that they should follow.
    because
        Where the expected standard deviation comes from.
    usual
        What people usually do wrong, and the standard deviation that they then get.
    """
    with np.errstate(over="ignore"):
        square = float(np.square(values, dtype=float).mean())
    if abs(square / law.std**2 - 1) <= square_tolerance(law, values.size):
        return
    std = math.sqrt(square)
    message = (
        f"{answer.asked} has standard deviation {std:.4g}; {law.std:.4g} was expected"
        f"{': ' if because else ''}{because} ({std / law.std:.3g} times as wide as it should be)"
    )
    misfits = {what: abs(square / other**2 - 1) for what, other in (usual or {}).items()}
    nearest = min(misfits, key=misfits.__getitem__, default="")
    if nearest and misfits[nearest] <= square_tolerance(law, values.size) / 2:
        message += f". That is about what one gets by {nearest}"
    raise Refused(message, picture(values, law))


def bounded(answer: Answer, values: Array, law: Law) -> None:
    """Refuse values beyond the bound of `law`, or none of which comes near it."""
    sizes = np.abs(values)
    largest = float(sizes.max())
    if largest > law.bound * (1 + 4 * float(np.finfo(values.dtype).eps)):
        share = float(np.mean(sizes > law.bound))
        raise Refused(
            f"{answer.asked} has values up to {largest:.4g} in size; {law.name} was expected, "
            f"and {100 * share:.2g} % of the values are beyond ±{law.bound:.4g}",
            picture(values, law),
        )
    if log_chance_of_reach(law, values.size, largest) < math.log(ALPHA):
        beyond = 2 * (1 - float(law.distribution(np.asarray(largest))))
        raise Refused(
            f"{answer.asked} has no value beyond ±{largest:.4g}; {law.name} was expected, and "
            f"of {values.size} values some {beyond * values.size:.0f} should be further out",
            picture(values, law),
        )


def shaped(answer: Answer, values: Array, law: Law) -> None:
    """Refuse values whose distribution function is too far from that of `law`."""
    ordered = np.sort(values, axis=None).astype(float)
    expected = law.distribution(ordered)
    steps = np.arange(values.size + 1) / values.size
    gap = float(max(np.max(steps[1:] - expected), np.max(expected - steps[:-1])))
    if gap > distribution_tolerance(values.size):
        raise Refused(
            f"{answer.asked} does not follow {law.name}: the share of values below some point "
            f"is off by {100 * gap:.3g} % (up to {100 * distribution_tolerance(values.size):.2g} "
            f"% may be chance with {values.size} values)",
            picture(values, law),
        )


def distinct(answer: Answer, values: Array) -> None:
    """Refuse values that repeat: more than one in a hundred equals another one."""
    ordered = np.sort(values, axis=None)
    repeats = int(np.count_nonzero(ordered[1:] == ordered[:-1]))
    if repeats > values.size / 100:
        found, counts = np.unique(ordered, return_counts=True)
        raise Refused(
            f"{answer.asked} has only {found.size} different values among {values.size}; "
            f"{found[np.argmax(counts)]:.4g} alone occurs {np.max(counts)} times. Every entry "
            "should be a draw of its own"
        )


def uncorrelated(answer: Answer, x: Array, y: Array, law: Law, what: str) -> None:
    """Refuse draws `x` from `law` that go along with, or against, other draws `y`."""
    x, y = x.ravel().astype(float), y.ravel().astype(float)
    # Values of the wrong spread are another test's business.
    std = max(law.std, float(x.std()))
    size = float(np.linalg.norm(y))
    if abs(float(x @ y)) > size * std * product_tolerance():
        correlation = float(x @ y) / max(float(np.linalg.norm(x)) * size, 1e-300)
        raise Refused(
            f"{answer.asked} is not independent: {what} have correlation {correlation:.3g}; "
            "0 was expected"
        )


def independent_entries(answer: Answer, values: Array, law: Law) -> None:
    """Refuse a matrix whose neighbours or halves depend on each other; three tests."""
    rows, columns, flat = values.shape[0] // 2 * 2, values.shape[1] // 2 * 2, values.ravel()
    pairs = {
        "neighbours in one row": (values[:, 0:columns:2], values[:, 1:columns:2]),
        "neighbours in one column": (values[0:rows:2], values[1:rows:2]),
        "the first and the second half of the values": (
            flat[: flat.size // 2],
            flat[-(flat.size // 2) :],
        ),
    }
    for what, (x, y) in pairs.items():
        uncorrelated(answer, x, y, law, what)


def mean_tolerance(law: Law, size: int, alpha: float = ALPHA) -> float:
    """Return how far from 0 the mean of `size` values may be."""
    return law.std * math.sqrt(2 * _log_odds(alpha) / size)


def square_tolerance(law: Law, size: int, alpha: float = ALPHA) -> float:
    """Return how far from 1 the mean square of `size` values, over the variance, may be."""
    peak = law.bound / law.std
    # For the normal law, 2 is the scale of chi-squared (Laurent & Massart, 2000, Lemma 1).
    scale = 2.0 if math.isinf(peak) else max(peak**2 - 1, 1.0) / 3
    odds = _log_odds(alpha) / size
    return math.sqrt(2 * (law.kurtosis - 1) * odds) + scale * odds


def distribution_tolerance(size: int, alpha: float = ALPHA) -> float:
    """Return how far the empirical distribution function of `size` values may stray."""
    return math.sqrt(_log_odds(alpha) / (2 * size))


def picture(values: Array, law: Law, label: str = "weight") -> Histogram:
    """Return the histogram of `values` over the density of `law`.

    Values further out than ten standard deviations are counted but not drawn.
    """
    flat = values.ravel().astype(float)
    furthest = max(min(law.bound, 4 * law.std), float(np.abs(flat).max()))
    reach = min(1.1 * furthest, 10 * law.std)
    counts, edges = np.histogram(flat, bins=60, range=(-reach, reach))
    x = np.linspace(-reach, reach, 241)
    with np.errstate(over="ignore"):
        mean, std = flat.mean(), flat.std()
    return Histogram(
        counts / (flat.size * (edges[1] - edges[0])),
        edges,
        x,
        law.density(x),
        label,
        f"Histogram of {flat.size} values from {flat.min():.3g} to {flat.max():.3g} with mean "
        f"{mean:.3g} and standard deviation {std:.3g}; the curve is {law.name}.",
    )


def log_chance_of_reach(law: Law, size: int, reach: float) -> float:
    """Return the logarithm of the chance that none of `size` values is larger than `reach`."""
    inside = 2 * float(law.distribution(np.asarray(reach))) - 1
    return size * math.log(max(inside, 1e-300))


def product_tolerance(alpha: float = ALPHA) -> float:
    """Return how large the product of draws with a fixed vector of length 1 may be, over std."""
    return math.sqrt(2 * _log_odds(alpha))


def _log_odds(alpha: float = ALPHA) -> float:
    return math.log(2 / alpha)
