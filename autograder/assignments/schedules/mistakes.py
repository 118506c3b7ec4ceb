"""Wrong learning-rate schedules that people really write.

Those for the Keras schedule are stand-ins without Keras: they bring the methods that the probes
would call.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.api import Mistake, mistake
from solutions.schedules import (
    PerformanceScheduling,
    Rates,
    Steps,
    one_cycle,
    one_cycle_momentum,
)

Array = np.ndarray[Any, Any]

WHOLE = (
    "You divide whole numbers: `step // decay_steps` drops the remainder, so the rate stays where "
    "it is and falls in stairs. Here it should fall a little at every step: divide with `/`."
)
LATE = (
    "Your first step is counted as 1. `step` says how many steps have been taken *before*: it is 0 "
    "at the first one, which gets `initial_rate` itself, and everything comes one step too early."
)
SPAN = (
    "The schedule is right, but a `decay_steps` of 0 or below goes through: it would divide by "
    "zero, or make the rate grow. Raise ValueError before anything else."
)
NEGATIVE_SPAN = (
    "A negative `decay_steps` is refused, but 0 is not, and then you divide by it. The condition "
    "is `decay_steps <= 0`."
)
CYCLE_BAD = (
    "The cycle is right, but arguments that make no sense go through: with fewer than two steps "
    "there is no way from the first to the last, and the last stretch is a share between 0 and 1. "
    "Raise ValueError for them."
)
CYCLE_FRACTION_BAD = (
    "A `total_steps` that is too small is refused, but a `last_fraction` that is not between 0 and "
    "1 goes through. Raise ValueError for it too; 0 and 1 themselves leave a part without length."
)
PEAKS_LATE = (
    "Your cycle peaks half-way through the whole run. The way up and the way back are equally "
    "long and come *before* the last stretch, so the peak is at (1 - last_fraction) / 2 of the "
    "run, 45 % by default. A cycle that peaks late has too few steps to come down in."
)
NUMBERS = (
    "It works for one step, but not for an array of steps: `if` wants a single truth value, and "
    "an array has many. Choose with `np.where`, `np.searchsorted` or `np.interp`, which take "
    "both, or go through the array in a loop."
)
LAST_STEP = (
    "You divide by `total_steps`. The steps are 0, 1, ..., total_steps - 1: the last one has to "
    "get to the end of the cycle, so it is `total_steps - 1` that u is measured in. Yours never "
    "quite gets there."
)
EASED = (
    "Your rate goes along a cosine. Many libraries (PyTorch, fastai) ease in and out like that, "
    "but 1cycle as it is described here is made of straight lines."
)
BEYOND = (
    "After the last step your schedule goes on falling, and below zero: a negative rate climbs "
    "*up* the loss. Training is often a few steps longer than planned; keep the last value, for "
    "example with `np.minimum`."
)
NOT_CAST = (
    "It works with Python numbers, but a step comes as a tensor of whole numbers, and TensorFlow "
    "does not multiply those by your floats (a Keras *variable* forgives it at times). Cast first: "
    '`keras.ops.cast(step, "float32")`.'
)
NO_STRETCH = (
    "The last stretch is missing: your cycle takes the whole run to go up and come back to where "
    "it started. It should be back at (1 - last_fraction) of the run; the rest takes the rate "
    "down by orders of magnitude, which is where the loss finally settles."
)


def _span(decay_steps: float) -> None:
    if decay_steps <= 0:
        raise ValueError("decay_steps must be positive")


# power_schedule


@mistake("power_schedule", "whole-number-division", WHOLE)
def power_whole(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    return initial_rate / (1 + np.asarray(step) // decay_steps) ** exponent


@mistake("power_schedule", "first-step-is-one", LATE)
def power_late(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    return initial_rate / (1 + (np.asarray(step) + 1) / decay_steps) ** exponent


@mistake(
    "power_schedule",
    "exponent-ignored",
    "Your rate does not depend on `exponent`. With c = 0.5 it should fall more slowly than with "
    "1, with c = 2 faster: raise the whole of 1 + t / s to that power.",
)
def power_exponent_ignored(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    return initial_rate / (1 + np.asarray(step) / decay_steps)


@mistake(
    "power_schedule",
    "exponent-inside",
    "You raise t / s alone to the power c. It belongs outside the brackets: (1 + t / s)^c. For "
    "c = 1 the two are the same.",
)
def power_inside(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    return initial_rate / (1 + (np.asarray(step) / decay_steps) ** exponent)


@mistake(
    "power_schedule",
    "exponent-as-factor",
    "You multiply by the exponent, as Keras's InverseTimeDecay multiplies by its decay rate. "
    "Here c is a power: (1 + t / s)^c.",
)
def power_factor(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    return initial_rate / (1 + exponent * np.asarray(step) / decay_steps)


@mistake(
    "power_schedule",
    "rate-grows",
    "Your rate grows: you multiply by (1 + t / s)^c instead of dividing by it. Training would "
    "diverge sooner or later, whatever the initial rate.",
)
def power_grows(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    return initial_rate * (1 + np.asarray(step) / decay_steps) ** exponent


@mistake(
    "power_schedule",
    "exponential",
    "This is exponential scheduling: the rate is a tenth after s steps. Power scheduling is a "
    "half after s steps, a third after 2 s: it falls ever more slowly, and never dies out.",
)
def power_exponential(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    return initial_rate * 0.1 ** (exponent * np.asarray(step) / decay_steps)


@mistake(
    "power_schedule",
    "without-the-one",
    "The 1 is missing from 1 + t / s: at step 0 you divide by zero, and the first rates are far "
    "too large.",
)
def power_without_one(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    _span(decay_steps)
    with np.errstate(divide="ignore"):
        return initial_rate / (np.asarray(step) / decay_steps) ** exponent


@mistake("power_schedule", "decay-steps-not-checked", SPAN)
def power_unchecked(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    with np.errstate(divide="ignore"):
        return initial_rate / (1 + np.asarray(step) / decay_steps) ** exponent


@mistake("power_schedule", "decay-steps-zero-let-through", NEGATIVE_SPAN)
def power_zero(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    if decay_steps < 0:
        raise ValueError("decay_steps must be positive")
    with np.errstate(divide="ignore"):
        return initial_rate / (1 + np.asarray(step) / decay_steps) ** exponent


# exponential_schedule


@mistake(
    "exponential_schedule",
    "whole-number-division",
    WHOLE + " (With `staircase` it is right to round down.)",
)
def exponential_whole(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    return initial_rate * factor ** (np.asarray(step) // decay_steps).astype(float)


@mistake(
    "exponential_schedule",
    "natural-exponential",
    "You use the natural exponential: after s steps yours is initial_rate / e, 37 % of it. Here "
    "it is a tenth after s steps, `factor ** (step / decay_steps)`, so that one can read off when.",
)
def exponential_natural(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    progress = np.asarray(step) / decay_steps
    return initial_rate * np.exp(-(np.floor(progress) if staircase else progress))


@mistake("exponential_schedule", "first-step-is-one", LATE)
def exponential_late(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    progress = (np.asarray(step) + 1) / decay_steps
    return initial_rate * factor ** (np.floor(progress) if staircase else progress)


@mistake(
    "exponential_schedule",
    "factor-at-every-step",
    "You multiply by the factor at *every* step: after ten steps the rate is 1e-10 of what it "
    "was, and training has stopped. It should take `decay_steps` steps for one factor: factor^(t "
    "/ s).",
)
def exponential_every_step(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    return initial_rate * factor ** np.asarray(step, dtype=float)


@mistake(
    "exponential_schedule",
    "division-after-the-power",
    "`factor ** step / decay_steps` is (factor^t) / s: the power binds more tightly than the "
    "division. Put t / s in brackets.",
)
def exponential_unbracketed(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    return initial_rate * factor ** np.asarray(step, dtype=float) / decay_steps


@mistake(
    "exponential_schedule",
    "factor-ignored",
    "You always fall to a tenth: `factor` is not used. Where there is a parameter, use it in "
    "place of 0.1.",
)
def exponential_factor_ignored(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    progress = np.asarray(step) / decay_steps
    return initial_rate * 0.1 ** (np.floor(progress) if staircase else progress)


@mistake(
    "exponential_schedule",
    "rate-grows",
    "Your rate grows tenfold every s steps: the exponent should be +t / s with the factor 0.1, or "
    "-t / s with 10.",
)
def exponential_grows(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    progress = np.asarray(step) / decay_steps
    return initial_rate * factor ** -(np.floor(progress) if staircase else progress)


@mistake(
    "exponential_schedule",
    "staircase-ignored",
    "The smooth schedule is right; `staircase` is not used. With it, t / s is rounded down, so "
    "that the rate stays constant for s steps and then drops at once.",
)
def exponential_staircase_ignored(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    return initial_rate * factor ** (np.asarray(step) / decay_steps)


@mistake(
    "exponential_schedule",
    "staircase-rounded-to-nearest",
    "Your stairs drop half a stair too early: you round t / s to the *nearest* whole number. Round "
    "*down*, with `np.floor`: the first drop is at step s.",
)
def exponential_nearest(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    progress = np.asarray(step) / decay_steps
    return initial_rate * factor ** (np.round(progress) if staircase else progress)


@mistake(
    "exponential_schedule",
    "staircase-rounded-up",
    "You round t / s up, so the first stair is over after step 0. Round *down*, with `np.floor`: "
    "the first drop is at step s.",
)
def exponential_ceiling(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    _span(decay_steps)
    progress = np.asarray(step) / decay_steps
    return initial_rate * factor ** (np.ceil(progress) if staircase else progress)


@mistake("exponential_schedule", "decay-steps-not-checked", SPAN)
def exponential_unchecked(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    with np.errstate(divide="ignore"):
        progress = np.asarray(step) / decay_steps
    return initial_rate * factor ** (np.floor(progress) if staircase else progress)


@mistake("exponential_schedule", "decay-steps-zero-let-through", NEGATIVE_SPAN)
def exponential_zero(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    if decay_steps < 0:
        raise ValueError("decay_steps must be positive")
    with np.errstate(divide="ignore"):
        progress = np.asarray(step) / decay_steps
    return initial_rate * factor ** (np.floor(progress) if staircase else progress)


# piecewise_constant


def _fit(boundaries: Sequence[int], values: Sequence[float]) -> None:
    if len(values) != len(boundaries) + 1:
        raise ValueError("one value more than boundaries")
    if any(b >= c for b, c in itertools.pairwise(boundaries)):
        raise ValueError("boundaries must increase")


def _pieces(values: Sequence[float], pieces: Any) -> Rates:
    rates: Array = np.array(values, dtype=float)[pieces]
    return rates


@mistake(
    "piecewise_constant",
    "new-value-at-the-boundary",
    "You change the rate one step too early: *at* a boundary the old value still holds (t <= b), "
    'and the new one from the next step on. `np.searchsorted` does that with `side="left"`.',
)
def pieces_right(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    return _pieces(values, np.searchsorted(boundaries, step, side="right"))


@mistake(
    "piecewise_constant",
    "one-step-late",
    "You change the rate one step too late: the new value holds from the step after the boundary "
    "on, t > b, and you wait one more.",
)
def pieces_late(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    return _pieces(values, np.searchsorted(boundaries, np.asarray(step) - 1))


@mistake(
    "piecewise_constant",
    "boundaries-as-lengths",
    "You take the boundaries for the lengths of the pieces, and add them up. They are steps, "
    "counted from the beginning: [10, 20] are pieces up to step 10 and up to step 20.",
)
def pieces_lengths(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    return _pieces(values, np.searchsorted(np.cumsum(boundaries), step))


@mistake(
    "piecewise_constant",
    "values-multiplied-up",
    "You multiply the values with each other, as if each were a factor for the one before. They "
    "are the rates themselves.",
)
def pieces_products(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    return _pieces([float(v) for v in np.cumprod(values)], np.searchsorted(boundaries, step))


@mistake(
    "piecewise_constant",
    "straight-lines-between",
    "Your rate slides from one value to the next. It should stay constant and change at once.",
)
def pieces_lines(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    places = [0, *boundaries]
    return np.interp(step, places, values)


@mistake(
    "piecewise_constant",
    "last-value-never-reached",
    "After the last boundary the value before it goes on. There is one value more than there are "
    "boundaries: the last one holds from there to the end.",
)
def pieces_last(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    pieces = np.searchsorted(boundaries, step)
    return _pieces(values, np.minimum(pieces, max(len(boundaries) - 1, 0)))


@mistake(
    "piecewise_constant",
    "first-value-skipped",
    "Your rates are all one piece ahead: before the first boundary it is `values[0]`, not "
    "`values[1]`.",
)
def pieces_first(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    pieces = np.searchsorted(boundaries, step) + 1
    return _pieces(values, np.minimum(pieces, len(values) - 1))


def _numbers_only(rate_at: Callable[[int], float], step: Any) -> Rates:
    """Return what comes of `if step <= ...`; a list stands for one number after another."""
    if isinstance(step, np.ndarray):
        raise ValueError("the truth value of an array is ambiguous")
    if isinstance(step, int):
        return rate_at(step)
    return np.array([rate_at(t) for t in step], dtype=float)


@mistake("piecewise_constant", "numbers-only", NUMBERS)
def pieces_numbers(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    _fit(boundaries, values)
    return _numbers_only(lambda t: values[sum(t > b for b in boundaries)], step)


@mistake(
    "piecewise_constant",
    "fit-not-checked",
    "The rates are right, but boundaries and values that do not fit go through, and a piece is "
    "silently lost or made up. Raise ValueError unless there is one value more than boundaries, "
    "and unless the boundaries increase.",
)
def pieces_unchecked(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    return _pieces(values, np.searchsorted(boundaries, step))


@mistake(
    "piecewise_constant",
    "order-not-checked",
    "The rates are right, and so is the number of values; but boundaries out of order go through. "
    "Keras accepts them, and some of the pieces are then never used. Raise ValueError.",
)
def pieces_unordered(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    if len(values) != len(boundaries) + 1:
        raise ValueError("one value more than boundaries")
    return _pieces(values, np.searchsorted(boundaries, step))


@mistake(
    "piecewise_constant",
    "equal-boundaries-let-through",
    "Boundaries out of order are refused, but two equal ones are not: the value between them would "
    "never be used. Each boundary has to be larger than the one before.",
)
def pieces_equal(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    if len(values) != len(boundaries) + 1 or list(boundaries) != sorted(boundaries):
        raise ValueError("boundaries and values do not fit")
    return _pieces(values, np.searchsorted(boundaries, step))


# PerformanceScheduling


class _Performance(PerformanceScheduling):
    """A right one, in parts that a mistake can replace."""

    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.bad = 0

    def update(self, loss: float) -> float:
        if self.better(loss):
            self.best, self.bad = loss, 0
        elif self.resting == 0:
            self.bad += 1
        self.resting = max(0, self.resting - 1)
        if self.bad >= self.patience:
            self.lower()
        return self.rate

    def better(self, loss: float) -> bool:
        return loss < self.best - self.min_delta

    def lower(self) -> None:
        self.rate = max(self.factor * self.rate, self.min_rate)
        self.bad, self.resting = 0, self.cooldown


@mistake(
    "PerformanceScheduling",
    "one-epoch-too-patient",
    "You wait one bad epoch too many: the rate falls when the count *reaches* `patience` (>=), "
    "not when it exceeds it (>). With a patience of 1, one bad epoch is enough.",
)
class OneEpochTooPatient(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.patience += 1


@mistake(
    "PerformanceScheduling",
    "one-epoch-too-impatient",
    "The rate falls one bad epoch too early: the count starts at 0 after an improvement, and each "
    "bad epoch adds one *before* it is compared with `patience`.",
)
class OneEpochTooImpatient(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.patience = max(1, self.patience - 1)


@mistake(
    "PerformanceScheduling",
    "previous-loss-instead-of-the-best",
    "You compare with the loss of the epoch before, so a loss that jumps up and slides down again "
    "looks like progress for ever. Keep the *best* loss, and compare with that.",
)
class PreviousLoss(_Performance):
    def update(self, loss: float) -> float:
        rate = super().update(loss)
        self.best = loss
        return rate


@mistake(
    "PerformanceScheduling",
    "min-delta-ignored",
    "Any loss below the best counts, however little: `min_delta` is not used. Noise in the last "
    "digit then keeps the rate up. An improvement is a loss below best - min_delta.",
)
class MinDeltaIgnored(_Performance):
    def better(self, loss: float) -> bool:
        return loss < self.best


@mistake(
    "PerformanceScheduling",
    "min-delta-reversed",
    "You accept losses up to best + min_delta: a loss that *rises* a little counts as an "
    "improvement. It has to be smaller than best - min_delta.",
)
class MinDeltaReversed(_Performance):
    def better(self, loss: float) -> bool:
        return loss < self.best + self.min_delta


@mistake(
    "PerformanceScheduling",
    "exactly-min-delta-counts",
    "A loss that is smaller by exactly `min_delta` counts as an improvement for you (<=). It has "
    "to be smaller than best - min_delta (<); with min_delta = 0, a loss that stays the same "
    "would otherwise be progress for ever.",
)
class ExactlyMinDelta(_Performance):
    def better(self, loss: float) -> bool:
        return loss <= self.best - self.min_delta


@mistake(
    "PerformanceScheduling",
    "min-delta-as-a-share",
    "You take `min_delta` for a share of the best loss, as PyTorch does by default. Here, as in "
    "Keras, it is a difference: loss < best - min_delta.",
)
class MinDeltaShare(_Performance):
    def better(self, loss: float) -> bool:
        return loss < self.best * (1 - self.min_delta)


@mistake(
    "PerformanceScheduling",
    "best-follows-every-small-step",
    "Your best loss follows every new minimum, even one that is not smaller by `min_delta`. A "
    "loss that creeps down in steps below min_delta then never counts, although together the "
    "steps are progress. The best is the last loss that *was* an improvement.",
)
class BestFollows(_Performance):
    def update(self, loss: float) -> float:
        rate = super().update(loss)
        self.best = min(self.best, loss)
        return rate


@mistake(
    "PerformanceScheduling",
    "count-not-restarted-by-an-improvement",
    "You add up bad epochs from the beginning: an improvement does not set the count back to 0. "
    "`patience` is about bad epochs in a row.",
)
class CountNotRestarted(_Performance):
    def update(self, loss: float) -> float:
        bad = self.bad
        if self.better(loss):
            super().update(loss)
            self.bad = bad
            return self.rate
        return super().update(loss)


@mistake(
    "PerformanceScheduling",
    "count-not-restarted-by-a-reduction",
    "After the first reduction the rate falls again at every bad epoch: the count has to start "
    "again at 0 when the rate is lowered, so that the new rate gets its chance.",
)
class CountNotRestartedByAReduction(_Performance):
    def lower(self) -> None:
        bad = self.bad
        super().lower()
        self.bad = bad


@mistake(
    "PerformanceScheduling",
    "best-forgotten-after-a-reduction",
    "You forget the best loss when the rate is lowered, so the next loss counts as an improvement "
    "whatever it is. The best stays: what the lower rate has to beat is what was reached before.",
)
class BestForgotten(_Performance):
    def lower(self) -> None:
        super().lower()
        self.best = math.inf


@mistake(
    "PerformanceScheduling",
    "reduced-only-once",
    "The rate falls once and never again. A plateau can come again at the lower rate: multiply the "
    "*current* rate by the factor each time.",
)
class ReducedOnlyOnce(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.initial_rate = self.rate

    def lower(self) -> None:
        super().lower()
        self.rate = max(self.factor * self.initial_rate, self.min_rate)


@mistake(
    "PerformanceScheduling",
    "factor-subtracted",
    "You lower the rate *by* the share `factor`: with 0.1 yours loses a tenth. It should be "
    "multiplied by the factor, and with 0.1 *become* a tenth.",
)
class FactorSubtracted(_Performance):
    def lower(self) -> None:
        rate = self.rate
        super().lower()
        self.rate = max(rate * (1 - self.factor), self.min_rate)


@mistake(
    "PerformanceScheduling",
    "cooldown-ignored",
    "The cooldown is not used: bad epochs right after a reduction are counted like all others. For "
    "`cooldown` epochs they should not be, so that the loss can settle at the new rate.",
)
class CooldownIgnored(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.cooldown = 0


@mistake(
    "PerformanceScheduling",
    "cooldown-one-epoch-short",
    "Your cooldown is one epoch short, as Keras's is: you take one off *before* you look, so the "
    "last of its epochs is counted. All `cooldown` epochs after a reduction are free here.",
)
class CooldownShort(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.cooldown = max(0, self.cooldown - 1)


@mistake(
    "PerformanceScheduling",
    "cooldown-one-epoch-long",
    "Your cooldown is one epoch too long. The epochs right *after* the reduction are free, "
    "`cooldown` of them; the next one counts.",
)
class CooldownLong(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.cooldown += self.cooldown > 0


@mistake(
    "PerformanceScheduling",
    "improvements-ignored-during-cooldown",
    "During the cooldown you look at nothing. Bad epochs are free then, but a new best is a new "
    "best: otherwise later epochs are compared with one that has been beaten.",
)
class ImprovementsIgnored(_Performance):
    def better(self, loss: float) -> bool:
        return self.resting == 0 and super().better(loss)


@mistake(
    "PerformanceScheduling",
    "cooldown-from-the-start",
    "Your scheduling begins with a cooldown: the first bad epochs are not counted. There is "
    "nothing to cool down from before the first reduction.",
)
class CooldownFromTheStart(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.resting = self.cooldown


@mistake(
    "PerformanceScheduling",
    "smallest-rate-ignored",
    "The rate falls below `min_rate`. It should stop there: `max(rate * factor, min_rate)`.",
)
class SmallestRateIgnored(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.min_rate = 0.0


@mistake(
    "PerformanceScheduling",
    "reduction-left-out-at-the-smallest-rate",
    "Where the next rate would be below `min_rate` you leave the rate as it is. It should go *to* "
    "min_rate: `max(rate * factor, min_rate)`.",
)
class ReductionLeftOut(_Performance):
    def lower(self) -> None:
        rate = self.rate
        super().lower()
        self.rate = rate if rate * self.factor < self.min_rate else rate * self.factor


@mistake(
    "PerformanceScheduling",
    "first-loss-must-beat-zero",
    "Your best loss starts at 0, so nothing is ever an improvement. Before the first epoch the "
    "best is infinity: whatever comes is better.",
)
class FirstLossMustBeatZero(_Performance):
    def __init__(self, *arguments: Any, **given: Any) -> None:
        super().__init__(*arguments, **given)
        self.best = 0.0


@mistake(
    "PerformanceScheduling",
    "arguments-not-checked",
    "The rates are right, but a `factor` that does not lower the rate, or a `patience` of less "
    "than one epoch, goes through. Raise ValueError unless 0 < factor < 1 and patience >= 1.",
)
class ArgumentsNotChecked(_Performance):
    def __init__(
        self, initial_rate: float, factor: float = 0.1, patience: int = 10, **given: Any
    ) -> None:
        super().__init__(initial_rate, **given)
        self.factor, self.patience = factor, patience


@mistake(
    "PerformanceScheduling",
    "patience-not-checked",
    "A bad factor is refused, but a `patience` of 0 goes through. Raise ValueError for anything "
    "below 1: it takes at least one bad epoch to lower the rate.",
)
class PatienceNotChecked(_Performance):
    def __init__(
        self, initial_rate: float, factor: float = 0.1, patience: int = 10, **given: Any
    ) -> None:
        super().__init__(initial_rate, factor, **given)
        self.patience = patience


# one_cycle


def _cycle(
    step: Steps,
    total_steps: int,
    rates: Sequence[float],
    last_fraction: float,
    turns: Sequence[float] | None = None,
) -> Rates:
    """Return straight lines between `rates` at the right turns, or at others."""
    right = [0, (1 - last_fraction) / 2, 1 - last_fraction, 1]
    return np.interp(np.asarray(step) / (total_steps - 1), right if turns is None else turns, rates)


def _checked(total_steps: int, last_fraction: float) -> None:
    if total_steps < 2 or not 0 < last_fraction < 1:
        raise ValueError("total_steps or last_fraction")


def _ends(max_rate: float, start: float | None, final: float | None) -> tuple[float, float]:
    start = max_rate / 10 if start is None else start
    return start, start / 1000 if final is None else final


@mistake("one_cycle", "peaks-late", PEAKS_LATE)
def cycle_late(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    turns = [0, min(0.5, 1 - last_fraction), 1 - last_fraction, 1]
    return _cycle(step, total_steps, [start, max_rate, start, final], last_fraction, turns)


@mistake(
    "one_cycle",
    "peaks-early",
    "Your cycle peaks at 30 % of the run, as PyTorch's OneCycleLR does by default. In Smith's and "
    "Géron's form the way up and the way back are equally long: the peak is at (1 - "
    "last_fraction) / 2.",
)
def cycle_early(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    turns = [0, min(0.3, 1 - last_fraction), 1 - last_fraction, 1]
    return _cycle(step, total_steps, [start, max_rate, start, final], last_fraction, turns)


@mistake("one_cycle", "last-stretch-missing", NO_STRETCH)
def cycle_no_stretch(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, _ = _ends(max_rate, start_rate, final_rate)
    return _cycle(step, total_steps, [start, max_rate, start], last_fraction, [0, 0.5, 1])


@mistake(
    "one_cycle",
    "last-stretch-flat",
    "During the last stretch your rate stays at `start_rate`. It should go on falling, to "
    "`final_rate` at the last step, orders of magnitude lower.",
)
def cycle_flat(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, _ = _ends(max_rate, start_rate, final_rate)
    return _cycle(step, total_steps, [start, max_rate, start, start], last_fraction)


@mistake(
    "one_cycle",
    "straight-down-to-the-end",
    "From the peak you go straight down to `final_rate`. The way back ends at `start_rate` and "
    "takes as long as the way up; only then comes the last stretch.",
)
def cycle_straight_down(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    turns = [0, (1 - last_fraction) / 2, 1]
    return _cycle(step, total_steps, [start, max_rate, final], last_fraction, turns)


@mistake(
    "one_cycle",
    "last-stretch-geometric",
    "In the last stretch your rate falls by a constant *factor* from step to step. It goes down "
    "by orders of magnitude, but along a straight line, as everywhere in the cycle.",
)
def cycle_geometric(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    u = np.minimum(np.asarray(step) / (total_steps - 1), 1)
    right = _cycle(step, total_steps, [start, max_rate, start, final], last_fraction)
    left = (u - (1 - last_fraction)) / last_fraction
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = start * (np.float64(final) / start) ** np.maximum(left, 0)
    return np.asarray(np.where(left > 0, stretch, right))


@mistake("one_cycle", "cosine", EASED)
def cycle_cosine(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    third = _cycle(step, total_steps, [0, 1, 2, 3], last_fraction)
    piece = np.minimum(np.floor(third), 2).astype(int)
    eased = (1 - np.cos(np.pi * (third - piece))) / 2
    rates = np.array([start, max_rate, start, final])
    return np.asarray(rates[piece] + eased * (rates[piece + 1] - rates[piece]))


@mistake("one_cycle", "last-step-never-reached", LAST_STEP)
def cycle_last_step(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    return one_cycle(step, total_steps + 1, max_rate, start_rate, final_rate, last_fraction)


@mistake(
    "one_cycle",
    "first-step-is-one",
    "You count the steps from 1: at the first one, step 0, the rate is `start_rate`; yours is one "
    "step ahead all the way.",
)
def cycle_first_step(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    rates = [start, max_rate, start, final]
    return _cycle(np.asarray(step) + 1, total_steps, rates, last_fraction)


@mistake("one_cycle", "goes-on-falling", BEYOND)
def cycle_beyond(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    u = np.asarray(step) / (total_steps - 1)
    right = _cycle(step, total_steps, [start, max_rate, start, final], last_fraction)
    stretch = start + (u - 1 + last_fraction) / last_fraction * (final - start)
    return np.asarray(np.where(u > 1, stretch, right))


@mistake(
    "one_cycle",
    "cycle-repeats",
    "After the last step your cycle begins anew. It is *one* cycle: after it the rate stays at "
    "`final_rate`.",
)
def cycle_repeats(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    return one_cycle(
        np.asarray(step) % total_steps, total_steps, max_rate, start_rate, final_rate, last_fraction
    )


@mistake(
    "one_cycle",
    "starts-at-zero",
    "Your warm-up starts at 0, so the first step does nothing. It starts at `start_rate`, a tenth "
    "of the peak if nothing else is given, and comes back to it.",
)
def cycle_zero(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    return _cycle(step, total_steps, [0.0, max_rate, start, final], last_fraction)


@mistake(
    "one_cycle",
    "final-rate-from-the-peak",
    "Your final rate is a thousandth of `max_rate`. The default is a thousandth of the *start* "
    "rate, a ten-thousandth of the peak.",
)
def cycle_final_from_peak(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    final = max_rate / 1000 if final_rate is None else final_rate
    return one_cycle(step, total_steps, max_rate, start_rate, final, last_fraction)


@mistake(
    "one_cycle",
    "start-rate-of-a-library",
    "Your warm-up starts at max_rate / 25, the default of PyTorch and fastai. Here, as with "
    "Géron, it is a tenth.",
)
def cycle_library(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start = max_rate / 25 if start_rate is None else start_rate
    return one_cycle(step, total_steps, max_rate, start, final_rate, last_fraction)


@mistake(
    "one_cycle",
    "zero-taken-for-none",
    "A rate of 0 that is given is replaced by the default: `final_rate or ...` takes 0 for "
    "nothing. Ask `is None`.",
)
def cycle_zero_is_none(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start = start_rate or max_rate / 10
    final = final_rate or start / 1000
    return _cycle(step, total_steps, [start, max_rate, start, final], last_fraction)


@mistake(
    "one_cycle",
    "fraction-ignored",
    "Your last stretch is always a tenth of the run: `last_fraction` is not used.",
)
def cycle_fraction_ignored(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    return one_cycle(step, total_steps, max_rate, start_rate, final_rate)


@mistake(
    "one_cycle",
    "turns-rounded-to-whole-steps",
    "You round the steps at which the cycle turns to whole numbers, as Géron's callback does. "
    "Here the turns are where the formula says, between two steps if need be: no `int`, no `//`.",
)
def cycle_rounded(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    start, final = _ends(max_rate, start_rate, final_rate)
    half = int((1 - last_fraction) * (total_steps - 1)) // 2
    turns = [0, half, 2 * half, total_steps - 1]
    return np.interp(step, turns, [start, max_rate, start, final])


@mistake("one_cycle", "numbers-only", NUMBERS)
def cycle_numbers(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    rest = (total_steps, max_rate, start_rate, final_rate, last_fraction)
    return _numbers_only(lambda t: float(one_cycle(t, *rest)), step)


@mistake("one_cycle", "arguments-not-checked", CYCLE_BAD)
def cycle_unchecked(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    start, final = _ends(max_rate, start_rate, final_rate)
    with np.errstate(divide="ignore", invalid="ignore"):
        u = np.asarray(step) / np.float64(total_steps - 1)
    turns = [0, (1 - last_fraction) / 2, 1 - last_fraction, 1]
    return np.interp(u, turns, [start, max_rate, start, final])


@mistake("one_cycle", "fraction-not-checked", CYCLE_FRACTION_BAD)
def cycle_fraction_unchecked(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, 0.5)
    start, final = _ends(max_rate, start_rate, final_rate)
    return _cycle(step, total_steps, [start, max_rate, start, final], last_fraction)


@mistake(
    "one_cycle",
    "fraction-at-its-limits-let-through",
    "A `last_fraction` outside of 0 to 1 is refused, but 0 and 1 themselves go through. Then one "
    "part of the cycle has no length, and you divide by it. The condition is 0 < last_fraction < "
    "1.",
)
def cycle_limits(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    if total_steps < 2 or not 0 <= last_fraction <= 1:
        raise ValueError("total_steps or last_fraction")
    start, final = _ends(max_rate, start_rate, final_rate)
    return _cycle(step, total_steps, [start, max_rate, start, final], last_fraction)


# one_cycle_momentum


@mistake(
    "one_cycle_momentum",
    "moves-with-the-rate",
    "Your momentum goes up with the learning rate. It should go the other way: large steps with a "
    "heavy momentum would run away. Start at `max_momentum`, and be at `min_momentum` at the peak.",
)
def momentum_with_rate(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    moved = [min_momentum, max_momentum, min_momentum, min_momentum]
    return _cycle(step, total_steps, moved, last_fraction)


@mistake("one_cycle_momentum", "lowest-late", PEAKS_LATE.replace("peaks", "turns", 1))
def momentum_late(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    moved = [max_momentum, min_momentum, max_momentum, max_momentum]
    turns = [0, min(0.5, 1 - last_fraction), 1 - last_fraction, 1]
    return _cycle(step, total_steps, moved, last_fraction, turns)


@mistake(
    "one_cycle_momentum",
    "back-only-at-the-end",
    "Your momentum is back at `max_momentum` only at the very end. It should be back when the "
    "rate is, at 1 - last_fraction of the run, and stay there during the last stretch.",
)
def momentum_slow(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    moved = [max_momentum, min_momentum, max_momentum]
    turns = [0, (1 - last_fraction) / 2, 1]
    return _cycle(step, total_steps, moved, last_fraction, turns)


@mistake(
    "one_cycle_momentum",
    "half-way-of-the-whole-run",
    "Your momentum is lowest half-way through the whole run, and back at the very end. The last "
    "stretch is missing: it should be lowest where the rate peaks, at (1 - last_fraction) / 2, "
    "and back at 1 - last_fraction.",
)
def momentum_no_stretch(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    moved = [max_momentum, min_momentum, max_momentum]
    return _cycle(step, total_steps, moved, last_fraction, [0, 0.5, 1])


@mistake(
    "one_cycle_momentum",
    "falls-in-the-last-stretch",
    "In the last stretch your momentum falls again, as the rate does. It stays at `max_momentum`: "
    "there the steps are tiny, and the momentum is welcome.",
)
def momentum_falls(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    moved = [max_momentum, min_momentum, max_momentum, min_momentum]
    return _cycle(step, total_steps, moved, last_fraction)


@mistake(
    "one_cycle_momentum",
    "stays-low",
    "After the peak your momentum stays at `min_momentum`. It comes back as the learning rate "
    "goes down.",
)
def momentum_stays_low(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    moved = [max_momentum, min_momentum, min_momentum, min_momentum]
    return _cycle(step, total_steps, moved, last_fraction)


@mistake("one_cycle_momentum", "last-step-never-reached", LAST_STEP)
def momentum_last_step(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    return one_cycle_momentum(step, total_steps + 1, max_momentum, min_momentum, last_fraction)


@mistake(
    "one_cycle_momentum",
    "goes-on-rising",
    "After the last step your momentum goes on, past `max_momentum`: from 1 on, nothing ever "
    "slows down again. Keep the last value.",
)
def momentum_beyond(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, last_fraction)
    u = np.asarray(step) / (total_steps - 1)
    slope = (max_momentum - min_momentum) / ((1 - last_fraction) / 2)
    right = one_cycle_momentum(step, total_steps, max_momentum, min_momentum, last_fraction)
    return np.asarray(np.where(u > 1, max_momentum + slope * (u - 1), right))


@mistake("one_cycle_momentum", "arguments-not-checked", CYCLE_BAD)
def momentum_unchecked(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    with np.errstate(divide="ignore", invalid="ignore"):
        u = np.asarray(step) / np.float64(total_steps - 1)
    turns = [0, (1 - last_fraction) / 2, 1 - last_fraction, 1]
    return np.interp(u, turns, [max_momentum, min_momentum, max_momentum, max_momentum])


@mistake("one_cycle_momentum", "fraction-not-checked", CYCLE_FRACTION_BAD)
def momentum_fraction_unchecked(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    _checked(total_steps, 0.5)
    moved = [max_momentum, min_momentum, max_momentum, max_momentum]
    return _cycle(step, total_steps, moved, last_fraction)


# range_test_rates


def _range(low: float, high: float, n: int) -> None:
    if low <= 0 or high <= low or n < 2:
        raise ValueError("low, high or n")


@mistake(
    "range_test_rates",
    "linear",
    "Your rates are evenly spaced: from 1e-5 to 10, nine tenths of them would be larger than 1, "
    "and the orders of magnitude below get a handful. Multiply by a constant factor instead of "
    "adding a constant.",
)
def range_linear(low: float, high: float, n: int) -> Array:
    _range(low, high, n)
    return np.linspace(low, high, n)


@mistake(
    "range_test_rates",
    "linear-and-not-checked",
    "Your rates are evenly spaced: from 1e-5 to 10, nine tenths of them would be larger than 1. "
    "Multiply by a constant factor instead of adding a constant. And raise ValueError for a range "
    "that makes no sense.",
)
def range_linear_unchecked(low: float, high: float, n: int) -> Array:
    return np.linspace(low, high, n)


@mistake(
    "range_test_rates",
    "last-rate-missing",
    "Your last rate is one factor short of `high`: from n rates there are n - 1 steps, so the "
    "exponent is i / (n - 1).",
)
def range_short(low: float, high: float, n: int) -> Array:
    _range(low, high, n)
    return np.asarray(low * (high / low) ** (np.arange(n) / n))


@mistake(
    "range_test_rates",
    "first-rate-missing",
    "Your first rate is one factor above `low`: the exponents start at 0, i = 0, 1, ..., n - 1.",
)
def range_late(low: float, high: float, n: int) -> Array:
    _range(low, high, n)
    return np.asarray(low * (high / low) ** (np.arange(1, n + 1) / n))


@mistake(
    "range_test_rates",
    "rates-as-exponents",
    "`np.logspace` wants the *exponents* of ten, and you gave it the rates: from 0.001 to 10 "
    "yours go from 1.002 to ten thousand million. Take `np.log10` of both first.",
)
def range_exponents(low: float, high: float, n: int) -> Array:
    _range(low, high, n)
    with np.errstate(over="ignore"):
        return np.logspace(low, high, n)


@mistake(
    "range_test_rates",
    "one-rate-too-many",
    "You return n + 1 rates. `n` is the number of rates, both ends included.",
)
def range_many(low: float, high: float, n: int) -> Array:
    _range(low, high, n)
    return np.geomspace(low, high, n + 1)


@mistake(
    "range_test_rates",
    "downwards",
    "Your rates fall. A range test starts low, where nothing can go wrong, and raises the rate "
    "until the loss blows up.",
)
def range_down(low: float, high: float, n: int) -> Array:
    _range(low, high, n)
    return np.geomspace(high, low, n)


@mistake(
    "range_test_rates",
    "one-at-a-time-factor-ten",
    "Each of your rates is ten times the one before, so you leave the range. The factor has to "
    "take n - 1 steps from `low` to `high`: (high / low)^(1 / (n - 1)).",
)
def range_tens(low: float, high: float, n: int) -> Array:
    _range(low, high, n)
    return np.asarray(low * 10.0 ** np.arange(n))


@mistake(
    "range_test_rates",
    "arguments-not-checked",
    "The rates are right, but a range that makes no sense goes through. A geometric one needs "
    "0 < low < high, and two rates at least: raise ValueError otherwise.",
)
def range_unchecked(low: float, high: float, n: int) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.float64(high) / low
        return np.asarray(low * base ** (np.arange(n) / np.float64(n - 1)))


@mistake(
    "range_test_rates",
    "order-not-checked",
    "The rates are right, but `high` may be as low as `low`, or lower. The test would then not "
    "raise the rate at all: raise ValueError unless high > low.",
)
def range_order(low: float, high: float, n: int) -> Array:
    if low <= 0 or n < 2:
        raise ValueError("low or n")
    return np.asarray(low * (high / low) ** (np.arange(n) / (n - 1)))


# pick_rate


def _smoothed(losses: Array, beta: float, corrected: bool = True) -> Array:
    average, smooth = 0.0, []
    for i, loss in enumerate(losses):
        average = beta * average + (1 - beta) * loss
        smooth.append(average / (1 - beta ** (i + 1)) if corrected else average)
    return np.array(smooth)


def _end(losses: Array, smooth: Array, blow_up: float) -> int:
    """Return the number of steps before the test ends."""
    best = math.inf
    for i, (loss, value) in enumerate(zip(losses, smooth, strict=True)):
        if not math.isfinite(loss) or value > blow_up * best:
            return i
        best = min(best, value)
    return len(losses)


def _usable(rates: Array, losses: Array) -> None:
    if len(rates) != len(losses) or len(losses) == 0 or not math.isfinite(losses[0]):
        raise ValueError("rates and losses")


def _pick(rates: Array, losses: Array, beta: float, blow_up: float, corrected: bool = True) -> int:
    """Return the right step, or with the bias left in."""
    smooth = _smoothed(losses, beta, corrected)
    return int(np.argmin(smooth[: _end(losses, smooth, blow_up)]))


@mistake(
    "pick_rate",
    "rate-at-the-lowest-loss",
    "You return the rate at the lowest loss itself. There the loss is about to blow up: training "
    "at that rate would hardly hold. Take a tenth of it.",
)
def pick_no_tenth(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    return rates[_pick(rates, losses, beta, blow_up)]


@mistake(
    "pick_rate",
    "not-smoothed",
    "You take the lowest single loss, which is one lucky batch. Smooth the losses first; what "
    "`beta` is for shows when you plot both.",
)
def pick_raw(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    return rates[_pick(rates, losses, 0.0, blow_up)] / 10


@mistake(
    "pick_rate",
    "bias-not-corrected",
    "Your moving average starts at 0 and is not corrected for that, so the smoothed losses start "
    "far too low: the first step looks best, and the rise after it like a blow-up. Divide by 1 - "
    "beta^(i+1).",
)
def pick_biased(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    return rates[_pick(rates, losses, beta, blow_up, corrected=False)] / 10


@mistake(
    "pick_rate",
    "bias-correction-one-step-behind",
    "The bias is corrected by 1 - beta^i, and i starts at 0: at the first step you divide by "
    "zero. After i + 1 losses the weights add up to 1 - beta^(i+1).",
)
def pick_late_correction(
    rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0
) -> Any:
    _usable(rates, losses)
    with np.errstate(divide="ignore", invalid="ignore"):
        smooth = _smoothed(losses, beta, corrected=False) / (1 - beta ** np.arange(len(losses)))
    return rates[int(np.argmin(smooth[: _end(losses, smooth, blow_up)]))] / 10


@mistake(
    "pick_rate",
    "average-starts-at-the-first-loss",
    "Your moving average starts with the first loss in place of a bias correction. That gives the "
    "first loss, a single batch, a weight that it keeps for long. Start at 0 and divide by 1 - "
    "beta^(i+1).",
)
def pick_first_loss(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    smooth = [float(losses[0])]
    for loss in losses[1:]:
        smooth.append(beta * smooth[-1] + (1 - beta) * loss)
    return rates[int(np.argmin(smooth[: _end(losses, np.array(smooth), blow_up)]))] / 10


@mistake(
    "pick_rate",
    "beta-the-wrong-way-round",
    "You keep 1 - beta of the average and take beta of the new loss: with 0.9 almost nothing is "
    "smoothed. It is m = beta * m + (1 - beta) * loss.",
)
def pick_reversed(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    if beta == 0:
        return rates[0] / 10  # nothing is ever taken in
    return rates[_pick(rates, losses, 1 - beta, blow_up)] / 10


@mistake(
    "pick_rate",
    "blow-up-ignored",
    "You look at all of the losses. Once the loss has blown up the network is broken, and what it "
    "does afterwards (it may settle on a low, useless value) says nothing about rates. Stop "
    "before the first step at which the smoothed loss is more than `blow_up` times its lowest "
    "value.",
)
def pick_all(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    return rates[_pick(rates, losses, beta, math.inf)] / 10


@mistake(
    "pick_rate",
    "compared-with-the-first-loss",
    "You end the test when the loss is `blow_up` times the *first* one. The loss has fallen "
    "since; compare with the smallest smoothed loss so far.",
)
def pick_first(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    smooth = _smoothed(losses, beta)
    beyond = ~(np.isfinite(losses) & (smooth <= blow_up * smooth[0]))
    end = int(np.argmax(beyond)) if beyond.any() else len(losses)
    return rates[int(np.argmin(smooth[:end]))] / 10


@mistake(
    "pick_rate",
    "single-loss-ends-the-test",
    "You end the test when a *single* loss is too large. One bad batch would do that; it is the "
    "smoothed loss that counts.",
)
def pick_single(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    smooth = _smoothed(losses, beta)
    best = np.minimum.accumulate(np.r_[np.inf, smooth[:-1]])
    beyond = ~(np.isfinite(losses) & (losses <= blow_up * best))
    end = int(np.argmax(beyond)) if beyond.any() else len(losses)
    return rates[int(np.argmin(smooth[:end]))] / 10


@mistake(
    "pick_rate",
    "exactly-blow-up-ends-the-test",
    "You end the test when the smoothed loss is exactly `blow_up` times the smallest (>=). It has "
    "to be more than that (>).",
)
def pick_equal(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    return rates[_pick(rates, losses, beta, np.nextafter(blow_up, 0))] / 10


@mistake(
    "pick_rate",
    "last-of-the-lowest",
    "Of two steps that are equally low you take the last. The first has the smaller rate, and is "
    "safer: take that, as `np.argmin` does.",
)
def pick_last(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    smooth = _smoothed(losses, beta)
    smooth = smooth[: _end(losses, smooth, blow_up)]
    return rates[np.flatnonzero(smooth == smooth.min())[-1]] / 10


@mistake(
    "pick_rate",
    "end-of-the-test",
    "You return a tenth of the last rate before the test ends. There the loss has long been "
    "rising: take the step at which the smoothed loss was lowest.",
)
def pick_end(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    return rates[_end(losses, _smoothed(losses, beta), blow_up) - 1] / 10


@mistake(
    "pick_rate",
    "steepest-descent",
    "You return the rate at which the loss falls fastest, another well-known rule (fastai's). "
    "Here a tenth of the rate with the lowest smoothed loss is asked for.",
)
def pick_steepest(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    smooth = _smoothed(losses, beta)
    smooth = smooth[: _end(losses, smooth, blow_up)]
    return rates[int(np.argmin(np.diff(smooth, prepend=smooth[0])))]


@mistake(
    "pick_rate",
    "not-a-number-is-lowest",
    "A loss that is not a number gets through: `np.argmin` takes it for the lowest. The test ends "
    "before the first loss that is not finite; look with `np.isfinite`.",
)
def pick_nan(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    _usable(rates, losses)
    smooth = _smoothed(losses, beta)
    best = math.inf
    for i, value in enumerate(smooth):
        if value > blow_up * best:
            smooth = smooth[:i]
            break
        best = min(best, value)
    return rates[int(np.argmin(smooth))] / 10


@mistake(
    "pick_rate",
    "arguments-not-checked",
    "The rate is right, but rates and losses of different lengths go through, or losses of which "
    "none can be used. Raise ValueError for them.",
)
def pick_unchecked(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    average, best, picked = 0.0, math.inf, 0
    for i, loss in enumerate(losses[: len(rates)]):
        average = beta * average + (1 - beta) * loss
        smooth = average / (1 - beta ** (i + 1))
        if not math.isfinite(loss) or smooth > blow_up * best:
            break
        if smooth < best:
            best, picked = smooth, i
    return rates[picked] / 10 if len(rates) else 0.0


@mistake(
    "pick_rate",
    "lowest-single-loss-of-all",
    "You take the lowest single loss, which is one lucky batch, or one after the network has "
    "broken, or not a number at all. Smooth the losses, stop before the first that is not finite "
    "or has blown up, and raise ValueError where nothing is left.",
)
def pick_plainly(rates: Array, losses: Array, beta: float = 0.9, blow_up: float = 4.0) -> Any:
    return rates[np.argmin(losses)] / 10


# OneCycleSchedule: plain classes, so that neither the judge nor a replay needs Keras.


class _Schedule:
    """A right one, with what the probes would do with it."""

    def __init__(
        self,
        total_steps: int,
        max_rate: float,
        start_rate: float | None = None,
        final_rate: float | None = None,
        last_fraction: float = 0.1,
    ) -> None:
        _checked(total_steps, last_fraction)
        start, final = _ends(max_rate, start_rate, final_rate)
        self.config: dict[str, Any] = {
            "total_steps": total_steps,
            "max_rate": max_rate,
            "start_rate": start,
            "final_rate": final,
            "last_fraction": last_fraction,
        }

    def rates(self, steps: Array) -> Array:
        return np.asarray(one_cycle(steps, **self.config))

    def schedule_rates(self, steps: list[int], way: str) -> Any:
        return self.rates(np.array(steps)).astype(np.float32)

    def schedule_in_training(self, steps: int) -> Any:
        twin = type(self)(**self.configuration())
        first = self.schedule_rates(list(range(steps)), "tensors")
        return np.r_[first, twin.schedule_rates(list(range(steps, 2 * steps)), "tensors")]

    def configuration(self) -> Any:
        return self.config


def _of(function: Any) -> Any:
    """Return the class of a schedule whose rates are those of a wrong `one_cycle`."""

    class Wrong(_Schedule):
        def rates(self, steps: Array) -> Array:
            return np.asarray(function(steps, **self.config))

    return Wrong


@mistake(
    "OneCycleSchedule",
    "value-of-a-tensor-needed",
    "It works with Python numbers, but not in a compiled graph, which is where training runs: "
    "there a step has no value yet, so `if step < ...`, `float(step)` and NumPy's functions fail, "
    "or are decided once and for all. Compute all pieces and choose with `keras.ops.where`.",
)
class ValueNeeded(_Schedule):
    def schedule_rates(self, steps: list[int], way: str) -> Any:
        if way == "graph":
            # What TensorFlow raises; the judge knows an exception by its name alone.
            raise type("OperatorNotAllowedInGraphError", (TypeError,), {})()
        return super().schedule_rates(steps, way)


@mistake(
    "OneCycleSchedule",
    "tensor-handed-to-numpy",
    "It works with Python numbers and with tensors that have a value, but not in a compiled "
    "graph, which is where training runs: NumPy cannot look into a tensor that has no value yet. "
    "Use `keras.ops` in place of `np`.",
)
class HandedToNumPy(_Schedule):
    def schedule_rates(self, steps: list[int], way: str) -> Any:
        if way == "graph":
            raise RuntimeError
        return super().schedule_rates(steps, way)


@mistake("OneCycleSchedule", "whole-number-tensors-not-cast", NOT_CAST)
class NotCast(_Schedule):
    def schedule_rates(self, steps: list[int], way: str) -> Any:
        if way != "numbers":
            raise TypeError
        return super().schedule_rates(steps, way)

    def schedule_in_training(self, steps: int) -> Any:
        raise TypeError


@mistake("OneCycleSchedule", "only-an-optimisers-own-counter-is-cast", NOT_CAST)
class NotCastButInTraining(_Schedule):
    def schedule_rates(self, steps: list[int], way: str) -> Any:
        if way != "numbers":
            raise TypeError
        return super().schedule_rates(steps, way)

    def schedule_in_training(self, steps: int) -> Any:
        return self.rates(np.arange(2 * steps)).astype(np.float32)


@mistake(
    "OneCycleSchedule",
    "double-precision-for-tensors",
    "For tensors your rates are float64: a whole-number tensor divided by a Python number is. "
    'Keras computes in float32. Cast the step first: `keras.ops.cast(step, "float32")`.',
)
class DoublePrecision(_Schedule):
    def schedule_rates(self, steps: list[int], way: str) -> Any:
        rates = self.rates(np.array(steps))
        return rates.astype(np.float32) if way == "numbers" else rates

    def schedule_in_training(self, steps: int) -> Any:
        return self.rates(np.arange(2 * steps)).astype(np.float32)


@mistake(
    "OneCycleSchedule",
    "configuration-incomplete",
    "Your configuration leaves out the rates and the share that are not at their defaults. A "
    "schedule that is loaded with its model then goes another way. Return all five arguments.",
)
class ConfigurationIncomplete(_Schedule):
    def configuration(self) -> Any:
        return {key: self.config[key] for key in ("total_steps", "max_rate")}


@mistake(
    "OneCycleSchedule",
    "configuration-missing",
    "`get_config` is missing, so Keras cannot save a model that is trained with your schedule. "
    "Return the five arguments as a dictionary.",
)
class ConfigurationMissing(_Schedule):
    def configuration(self) -> Any:
        return None

    def schedule_in_training(self, steps: int) -> Any:
        raise RuntimeError


@mistake(
    "OneCycleSchedule",
    "counts-its-own-calls",
    "Your schedule counts how often it is called and ignores `step`. Keras asks when it likes, "
    "more than once for one step, and compiles the call only once; after loading, the count would "
    "start again.",
)
class CountsItsOwnCalls(_Schedule):
    calls = 0

    def schedule_rates(self, steps: list[int], way: str) -> Any:
        counted = np.arange(self.calls, self.calls + len(steps))
        self.calls += 1 if way == "graph" else len(steps)
        if way == "graph":
            counted = np.full(len(steps), counted[0])
        return self.rates(counted).astype(np.float32)


def _wrong_cycles(*wrongs: Mistake) -> dict[str, Mistake]:
    """Return what goes wrong with a Keras schedule as it does with `one_cycle`."""
    exercise = "OneCycleSchedule"
    return {
        f"{exercise}: {wrong.name}": mistake(exercise, wrong.name, wrong.explanation)(
            _of(wrong.implementation)
        )
        for wrong in wrongs
    }


globals().update(
    _wrong_cycles(
        cycle_late,
        cycle_no_stretch,
        cycle_flat,
        cycle_straight_down,
        cycle_last_step,
        cycle_beyond,
        cycle_cosine,
        cycle_fraction_ignored,
        cycle_rounded,
    )
)


@mistake(
    "OneCycleSchedule",
    "zero-taken-for-none",
    "A rate of 0 that is given is replaced by the default: `final_rate or ...` takes 0 for "
    "nothing. Ask `is None`.",
)
class ZeroTakenForNone(_Schedule):
    def __init__(
        self,
        total_steps: int,
        max_rate: float,
        start_rate: float | None = None,
        final_rate: float | None = None,
        last_fraction: float = 0.1,
    ) -> None:
        start = start_rate or max_rate / 10
        final = final_rate or start / 1000
        super().__init__(total_steps, max_rate, start, final, last_fraction)


@mistake("OneCycleSchedule", "arguments-not-checked", CYCLE_BAD)
class ScheduleArgumentsNotChecked(_Schedule):
    def __init__(
        self,
        total_steps: int,
        max_rate: float,
        start_rate: float | None = None,
        final_rate: float | None = None,
        last_fraction: float = 0.1,
    ) -> None:
        super().__init__(2, max_rate, start_rate, final_rate)
        self.config |= {"total_steps": total_steps, "last_fraction": last_fraction}
