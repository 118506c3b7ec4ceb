"""Wrong learning-rate schedules that people really write.

Those for the Keras schedule are stand-ins without Keras: they bring the methods that the probes
would call. An argument that is not checked has a condition that never holds: ``if False``.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does

from __future__ import annotations

import inspect
from functools import partial
from typing import Any

import numpy as np

from autograder.api import Mistake, edited, mistake
from solutions.schedules import (
    PerformanceScheduling,
    exponential_schedule,
    one_cycle,
    one_cycle_momentum,
    pick_rate,
    piecewise_constant,
    power_schedule,
    range_test_rates,
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
NOT_CAST = (
    "It works with Python numbers, but a step comes as a tensor of whole numbers, and TensorFlow "
    "does not multiply those by your floats (a Keras *variable* forgives it at times). Cast first: "
    '`keras.ops.cast(step, "float32")`.'
)


# power_schedule

_power = partial(edited, power_schedule)

power_whole = _power(
    "whole-number-division", {"step) / decay_steps": "step) // decay_steps"}, WHOLE
)
power_late = _power("first-step-is-one", {"np.asarray(step)": "(np.asarray(step) + 1)"}, LATE)
power_exponent_ignored = _power(
    "exponent-ignored",
    {" ** exponent": ""},
    "Your rate does not depend on `exponent`. With c = 0.5 it should fall more slowly than with "
    "1, with c = 2 faster: raise the whole of 1 + t / s to that power.",
)
power_inside = _power(
    "exponent-inside",
    {"1 + np": "1 + (np", ") ** exponent": ") ** exponent)"},
    "You raise t / s alone to the power c. It belongs outside the brackets: (1 + t / s)^c. For "
    "c = 1 the two are the same.",
)
power_factor = _power(
    "exponent-as-factor",
    {"1 + ": "1 + exponent * ", " ** exponent": ""},
    "You multiply by the exponent, as Keras's InverseTimeDecay multiplies by its decay rate. "
    "Here c is a power: (1 + t / s)^c.",
)
power_grows = _power(
    "rate-grows",
    {"initial_rate / (": "initial_rate * ("},
    "Your rate grows: you multiply by (1 + t / s)^c instead of dividing by it. Training would "
    "diverge sooner or later, whatever the initial rate.",
)
power_exponential = _power(
    "exponential",
    {"/ (1 + np": "* 0.1 ** (exponent * np", ") ** exponent": ")"},
    "This is exponential scheduling: the rate is a tenth after s steps. Power scheduling is a "
    "half after s steps, a third after 2 s: it falls ever more slowly, and never dies out.",
)
power_without_one = _power(
    "without-the-one",
    {"(1 + ": "("},
    "The 1 is missing from 1 + t / s: at step 0 you divide by zero, and the first rates are far "
    "too large.",
)
power_unchecked = _power("decay-steps-not-checked", {"decay_steps <= 0": "False"}, SPAN)
power_zero = _power(
    "decay-steps-zero-let-through", {"decay_steps <= 0": "decay_steps < 0"}, NEGATIVE_SPAN
)


# exponential_schedule

_exponential = partial(edited, exponential_schedule)

exponential_whole = _exponential(
    "whole-number-division",
    {"step) / decay_steps": "step) // decay_steps"},
    WHOLE + " (With `staircase` it is right to round down.)",
)
exponential_natural = _exponential(
    "natural-exponential",
    {"factor ** (": "math.e ** -("},
    "You use the natural exponential: after s steps yours is initial_rate / e, 37 % of it. Here "
    "it is a tenth after s steps, `factor ** (step / decay_steps)`, so that one can read off when.",
)
exponential_late = _exponential(
    "first-step-is-one", {"np.asarray(step)": "(np.asarray(step) + 1)"}, LATE
)
exponential_every_step = _exponential(
    "factor-at-every-step",
    {"np.asarray(step) / decay_steps": "np.asarray(step)"},
    "You multiply by the factor at *every* step: after ten steps the rate is 1e-10 of what it "
    "was, and training has stopped. It should take `decay_steps` steps for one factor: factor^(t "
    "/ s).",
)
exponential_unbracketed = _exponential(
    "division-after-the-power",
    {
        "np.asarray(step) / decay_steps": "np.asarray(step)",
        "else progress)": "else progress) / decay_steps",
    },
    "`factor ** step / decay_steps` is (factor^t) / s: the power binds more tightly than the "
    "division. Put t / s in brackets.",
)
exponential_factor_ignored = _exponential(
    "factor-ignored",
    {"factor ** (": "0.1 ** ("},
    "You always fall to a tenth: `factor` is not used. Where there is a parameter, use it in "
    "place of 0.1.",
)
exponential_grows = _exponential(
    "rate-grows",
    {"factor ** (": "factor ** -("},
    "Your rate grows tenfold every s steps: the exponent should be +t / s with the factor 0.1, or "
    "-t / s with 10.",
)
exponential_staircase_ignored = _exponential(
    "staircase-ignored",
    {"(np.floor(progress) if staircase else progress)": "progress"},
    "The smooth schedule is right; `staircase` is not used. With it, t / s is rounded down, so "
    "that the rate stays constant for s steps and then drops at once.",
)
exponential_nearest = _exponential(
    "staircase-rounded-to-nearest",
    {"np.floor": "np.round"},
    "Your stairs drop half a stair too early: you round t / s to the *nearest* whole number. Round "
    "*down*, with `np.floor`: the first drop is at step s.",
)
exponential_ceiling = _exponential(
    "staircase-rounded-up",
    {"np.floor": "np.ceil"},
    "You round t / s up, so the first stair is over after step 0. Round *down*, with `np.floor`: "
    "the first drop is at step s.",
)
exponential_unchecked = _exponential("decay-steps-not-checked", {"decay_steps <= 0": "False"}, SPAN)
exponential_zero = _exponential(
    "decay-steps-zero-let-through", {"decay_steps <= 0": "decay_steps < 0"}, NEGATIVE_SPAN
)


# piecewise_constant

_pieces = partial(edited, piecewise_constant)

pieces_right = _pieces(
    "new-value-at-the-boundary",
    {"(boundaries, step)": '(boundaries, step, side="right")'},
    "You change the rate one step too early: *at* a boundary the old value still holds (t <= b), "
    'and the new one from the next step on. `np.searchsorted` does that with `side="left"`.',
)
pieces_late = _pieces(
    "one-step-late",
    {"(boundaries, step)": "(boundaries, np.asarray(step) - 1)"},
    "You change the rate one step too late: the new value holds from the step after the boundary "
    "on, t > b, and you wait one more.",
)
pieces_lengths = _pieces(
    "boundaries-as-lengths",
    {"(boundaries, step)": "(np.cumsum(boundaries), step)"},
    "You take the boundaries for the lengths of the pieces, and add them up. They are steps, "
    "counted from the beginning: [10, 20] are pieces up to step 10 and up to step 20.",
)
pieces_products = _pieces(
    "values-multiplied-up",
    {"np.asarray(values": "np.cumprod(values"},
    "You multiply the values with each other, as if each were a factor for the one before. They "
    "are the rates themselves.",
)
pieces_lines = _pieces(
    "straight-lines-between",
    {"rates[np.searchsorted(boundaries, step)]": "np.interp(step, [0, *boundaries], rates)"},
    "Your rate slides from one value to the next. It should stay constant and change at once.",
)
pieces_last = _pieces(
    "last-value-never-reached",
    {"(boundaries, step)": "(boundaries[:-1], step)"},
    "After the last boundary the value before it goes on. There is one value more than there are "
    "boundaries: the last one holds from there to the end.",
)
pieces_first = _pieces(
    "first-value-skipped",
    {"np.asarray(values": "np.asarray([*values[1:], values[-1]]"},
    "Your rates are all one piece ahead: before the first boundary it is `values[0]`, not "
    "`values[1]`.",
)
pieces_numbers = _pieces(
    "numbers-only",
    {"np.searchsorted(boundaries, step)": "sum(1 for b in boundaries if step > b)"},
    NUMBERS,
)
pieces_unchecked = _pieces(
    "fit-not-checked",
    {"len(values) != len(boundaries) + 1": "False", "np.any(np.diff(boundaries) <= 0)": "False"},
    "The rates are right, but boundaries and values that do not fit go through, and a piece is "
    "silently lost or made up. Raise ValueError unless there is one value more than boundaries, "
    "and unless the boundaries increase.",
)
pieces_unordered = _pieces(
    "order-not-checked",
    {"np.any(np.diff(boundaries) <= 0)": "False"},
    "The rates are right, and so is the number of values; but boundaries out of order go through. "
    "Keras accepts them, and some of the pieces are then never used. Raise ValueError.",
)
pieces_equal = _pieces(
    "equal-boundaries-let-through",
    {"np.diff(boundaries) <= 0": "np.diff(boundaries) < 0"},
    "Boundaries out of order are refused, but two equal ones are not: the value between them would "
    "never be used. Each boundary has to be larger than the one before.",
)


# PerformanceScheduling

_performance = partial(edited, PerformanceScheduling)

one_epoch_too_patient = _performance(
    "one-epoch-too-patient",
    {"if not self.patience_left": "if self.patience_left < 0"},
    "You wait one bad epoch too many: the rate falls when the count *reaches* `patience` (>=), "
    "not when it exceeds it (>). With a patience of 1, one bad epoch is enough.",
)
one_epoch_too_impatient = _performance(
    "one-epoch-too-impatient",
    {"if not self.patience_left": "if self.patience_left <= min(1, self.patience - 1)"},
    "The rate falls one bad epoch too early: the count starts at 0 after an improvement, and each "
    "bad epoch adds one *before* it is compared with `patience`.",
)
previous_loss = _performance(
    "previous-loss-instead-of-the-best",
    {"return self.rate": "self.best = loss\n        return self.rate"},
    "You compare with the loss of the epoch before, so a loss that jumps up and slides down again "
    "looks like progress for ever. Keep the *best* loss, and compare with that.",
)
min_delta_ignored = _performance(
    "min-delta-ignored",
    {"self.best - self.min_delta": "self.best"},
    "Any loss below the best counts, however little: `min_delta` is not used. Noise in the last "
    "digit then keeps the rate up. An improvement is a loss below best - min_delta.",
)
min_delta_reversed = _performance(
    "min-delta-reversed",
    {"self.best - self.min_delta": "self.best + self.min_delta"},
    "You accept losses up to best + min_delta: a loss that *rises* a little counts as an "
    "improvement. It has to be smaller than best - min_delta.",
)
exactly_min_delta = _performance(
    "exactly-min-delta-counts",
    {"loss < self.best": "loss <= self.best"},
    "A loss that is smaller by exactly `min_delta` counts as an improvement for you (<=). It has "
    "to be smaller than best - min_delta (<); with min_delta = 0, a loss that stays the same "
    "would otherwise be progress for ever.",
)
min_delta_share = _performance(
    "min-delta-as-a-share",
    {"self.best - self.min_delta": "self.best * (1 - self.min_delta)"},
    "You take `min_delta` for a share of the best loss, as PyTorch does by default. Here, as in "
    "Keras, it is a difference: loss < best - min_delta.",
)
best_follows = _performance(
    "best-follows-every-small-step",
    {"return self.rate": "self.best = min(self.best, loss)\n        return self.rate"},
    "Your best loss follows every new minimum, even one that is not smaller by `min_delta`. A "
    "loss that creeps down in steps below min_delta then never counts, although together the "
    "steps are progress. The best is the last loss that *was* an improvement.",
)
count_not_restarted = _performance(
    "count-not-restarted-by-an-improvement",
    {"self.best = loss\n            self.patience_left = self.patience": "self.best = loss"},
    "You add up bad epochs from the beginning: an improvement does not set the count back to 0. "
    "`patience` is about bad epochs in a row.",
)
count_not_restarted_by_a_reduction = _performance(
    "count-not-restarted-by-a-reduction",
    {
        # The count goes on, below 0.
        "if not self.patience_left": "if self.patience_left <= 0",
        "self.patience_left = self.patience\n            self.resting": "self.resting",
    },
    "After the first reduction the rate falls again at every bad epoch: the count has to start "
    "again at 0 when the rate is lowered, so that the new rate gets its chance.",
)
best_forgotten = _performance(
    "best-forgotten-after-a-reduction",
    {"self.resting = self.cooldown": "self.resting, self.best = self.cooldown, math.inf"},
    "You forget the best loss when the rate is lowered, so the next loss counts as an improvement "
    "whatever it is. The best stays: what the lower rate has to beat is what was reached before.",
)
reduced_only_once = _performance(
    "reduced-only-once",
    {
        "self.rate = initial_rate": "self.rate = self.initial_rate = initial_rate",
        "self.rate * self.factor": "self.initial_rate * self.factor",
    },
    "The rate falls once and never again. A plateau can come again at the lower rate: multiply the "
    "*current* rate by the factor each time.",
)
factor_subtracted = _performance(
    "factor-subtracted",
    {"self.rate * self.factor": "self.rate * (1 - self.factor)"},
    "You lower the rate *by* the share `factor`: with 0.1 yours loses a tenth. It should be "
    "multiplied by the factor, and with 0.1 *become* a tenth.",
)
cooldown_ignored = _performance(
    "cooldown-ignored",
    {"elif not self.resting:": "else:"},
    "The cooldown is not used: bad epochs right after a reduction are counted like all others. For "
    "`cooldown` epochs they should not be, so that the loss can settle at the new rate.",
)
cooldown_short = _performance(
    "cooldown-one-epoch-short",
    {"self.resting = self.cooldown": "self.resting = max(self.cooldown - 1, 0)"},
    "Your cooldown is one epoch short, as Keras's is: you take one off *before* you look, so the "
    "last of its epochs is counted. All `cooldown` epochs after a reduction are free here.",
)
cooldown_long = _performance(
    "cooldown-one-epoch-long",
    {"self.resting = self.cooldown": "self.resting = self.cooldown + (self.cooldown > 0)"},
    "Your cooldown is one epoch too long. The epochs right *after* the reduction are free, "
    "`cooldown` of them; the next one counts.",
)
improvements_ignored = _performance(
    "improvements-ignored-during-cooldown",
    {"if loss < self.best": "if not self.resting and loss < self.best"},
    "During the cooldown you look at nothing. Bad epochs are free then, but a new best is a new "
    "best: otherwise later epochs are compared with one that has been beaten.",
)
cooldown_from_the_start = _performance(
    "cooldown-from-the-start",
    {"self.resting = 0": "self.resting = cooldown"},
    "Your scheduling begins with a cooldown: the first bad epochs are not counted. There is "
    "nothing to cool down from before the first reduction.",
)
smallest_rate_ignored = _performance(
    "smallest-rate-ignored",
    {"max(self.rate * self.factor, self.min_rate)": "self.rate * self.factor"},
    "The rate falls below `min_rate`. It should stop there: `max(rate * factor, min_rate)`.",
)
reduction_left_out = _performance(
    "reduction-left-out-at-the-smallest-rate",
    {
        "self.rate = max(self.rate * self.factor, self.min_rate)": (
            "if self.rate * self.factor >= self.min_rate:\n                self.rate *= self.factor"
        )
    },
    "Where the next rate would be below `min_rate` you leave the rate as it is. It should go *to* "
    "min_rate: `max(rate * factor, min_rate)`.",
)
first_loss_must_beat_zero = _performance(
    "first-loss-must-beat-zero",
    {"self.best = math.inf": "self.best = 0.0"},
    "Your best loss starts at 0, so nothing is ever an improvement. Before the first epoch the "
    "best is infinity: whatever comes is better.",
)
arguments_not_checked = _performance(
    "arguments-not-checked",
    {"not 0 < factor < 1": "False", "patience < 1": "False"},
    "The rates are right, but a `factor` that does not lower the rate, or a `patience` of less "
    "than one epoch, goes through. Raise ValueError unless 0 < factor < 1 and patience >= 1.",
)
patience_not_checked = _performance(
    "patience-not-checked",
    {"patience < 1": "False"},
    "A bad factor is refused, but a `patience` of 0 goes through. Raise ValueError for anything "
    "below 1: it takes at least one bad epoch to lower the rate.",
)


# one_cycle

_cycle = partial(edited, one_cycle)

cycle_late = _cycle(
    "peaks-late", {"(1 - last_fraction) / 2": "min(0.5, 1 - last_fraction)"}, PEAKS_LATE
)
cycle_early = _cycle(
    "peaks-early",
    {"(1 - last_fraction) / 2": "min(0.3, 1 - last_fraction)"},
    "Your cycle peaks at 30 % of the run, as PyTorch's OneCycleLR does by default. In Smith's and "
    "Géron's form the way up and the way back are equally long: the peak is at (1 - "
    "last_fraction) / 2.",
)
cycle_no_stretch = _cycle(
    "last-stretch-missing",
    {"(1 - last_fraction) / 2, 1 - last_fraction, 1]": "0.5, 1]", "start, final]": "start]"},
    "The last stretch is missing: your cycle takes the whole run to go up and come back to where "
    "it started. It should be back at (1 - last_fraction) of the run; the rest takes the rate "
    "down by orders of magnitude, which is where the loss finally settles.",
)
cycle_flat = _cycle(
    "last-stretch-flat",
    {"start, final]": "start, start]"},
    "During the last stretch your rate stays at `start_rate`. It should go on falling, to "
    "`final_rate` at the last step, orders of magnitude lower.",
)
cycle_straight_down = _cycle(
    "straight-down-to-the-end",
    {"/ 2, 1 - last_fraction, 1]": "/ 2, 1]", "start, final]": "final]"},
    "From the peak you go straight down to `final_rate`. The way back ends at `start_rate` and "
    "takes as long as the way up; only then comes the last stretch.",
)
cycle_geometric = _cycle(
    "last-stretch-geometric",
    {
        "start, final])": "start, start]) * np.divide(final, start) ** np.interp("
        "np.asarray(step) / (total_steps - 1), turns, [0, 0, 0, 1])"
    },
    "In the last stretch your rate falls by a constant *factor* from step to step. It goes down "
    "by orders of magnitude, but along a straight line, as everywhere in the cycle.",
)
cycle_cosine = _cycle(
    "cosine",
    {
        "return np.interp(": "third = np.interp(",
        "turns, [start": "turns, range(4))\n"
        "    eased = third // 1 + (1 - np.cos(np.pi * (third % 1))) / 2\n"
        "    return np.interp(eased, range(4), [start",
    },
    "Your rate goes along a cosine. Many libraries (PyTorch, fastai) ease in and out like that, "
    "but 1cycle as it is described here is made of straight lines.",
)
cycle_last_step = _cycle(
    "last-step-never-reached", {"/ (total_steps - 1)": "/ total_steps"}, LAST_STEP
)
cycle_first_step = _cycle(
    "first-step-is-one",
    {"np.asarray(step)": "(np.asarray(step) + 1)"},
    "You count the steps from 1: at the first one, step 0, the rate is `start_rate`; yours is one "
    "step ahead all the way.",
)
cycle_beyond = _cycle(
    "goes-on-falling",
    {
        "start, final])": "start, final]) + (final - start) / last_fraction * np.maximum("
        "np.asarray(step) / (total_steps - 1) - 1, 0)"
    },
    "After the last step your schedule goes on falling, and below zero: a negative rate climbs "
    "*up* the loss. Training is often a few steps longer than planned; keep the last value, for "
    "example with `np.minimum`.",
)
cycle_repeats = _cycle(
    "cycle-repeats",
    {"np.asarray(step)": "np.asarray(step) % total_steps"},
    "After the last step your cycle begins anew. It is *one* cycle: after it the rate stays at "
    "`final_rate`.",
)
cycle_zero = _cycle(
    "starts-at-zero",
    {"[start, max_rate": "[0, max_rate"},
    "Your warm-up starts at 0, so the first step does nothing. It starts at `start_rate`, a tenth "
    "of the peak if nothing else is given, and comes back to it.",
)
cycle_final_from_peak = _cycle(
    "final-rate-from-the-peak",
    {"start / 1000": "max_rate / 1000"},
    "Your final rate is a thousandth of `max_rate`. The default is a thousandth of the *start* "
    "rate, a ten-thousandth of the peak.",
)
cycle_library = _cycle(
    "start-rate-of-a-library",
    {"max_rate / 10 ": "max_rate / 25 "},
    "Your warm-up starts at max_rate / 25, the default of PyTorch and fastai. Here, as with "
    "Géron, it is a tenth.",
)
cycle_zero_is_none = _cycle(
    "zero-taken-for-none",
    {
        "max_rate / 10 if start_rate is None else start_rate": "start_rate or max_rate / 10",
        "start / 1000 if final_rate is None else final_rate": "final_rate or start / 1000",
    },
    "A rate of 0 that is given is replaced by the default: `final_rate or ...` takes 0 for "
    "nothing. Ask `is None`.",
)
cycle_fraction_ignored = _cycle(
    "fraction-ignored",
    {"(1 - last_fraction) / 2, 1 - last_fraction, 1]": "0.45, 0.9, 1]"},
    "Your last stretch is always a tenth of the run: `last_fraction` is not used.",
)
cycle_rounded = _cycle(
    "turns-rounded-to-whole-steps",
    {
        "turns = [0, (1 - last_fraction) / 2, 1 - last_fraction, 1]": (
            "half = int((1 - last_fraction) * (total_steps - 1)) // 2\n"
            "    turns = [0, half, 2 * half, total_steps - 1]"
        ),
        "np.asarray(step) / (total_steps - 1)": "step",
    },
    "You round the steps at which the cycle turns to whole numbers, as Géron's callback does. "
    "Here the turns are where the formula says, between two steps if need be: no `int`, no `//`.",
)
cycle_numbers = _cycle(
    "numbers-only", {"return ": "return final if step >= total_steps - 1 else "}, NUMBERS
)
cycle_unchecked = _cycle(
    "arguments-not-checked",
    {"total_steps < 2": "False", "not 0 < last_fraction < 1": "False"},
    CYCLE_BAD,
)
cycle_fraction_unchecked = _cycle(
    "fraction-not-checked", {"not 0 < last_fraction < 1": "False"}, CYCLE_FRACTION_BAD
)
cycle_limits = _cycle(
    "fraction-at-its-limits-let-through",
    {"0 < last_fraction < 1": "0 <= last_fraction <= 1"},
    "A `last_fraction` outside of 0 to 1 is refused, but 0 and 1 themselves go through. Then one "
    "part of the cycle has no length, and you divide by it. The condition is 0 < last_fraction < "
    "1.",
)


# one_cycle_momentum

_momentum = partial(edited, one_cycle_momentum)

TURNS = "[0, (1 - last_fraction) / 2, 1 - last_fraction, 1]"
CHECKS = "one_cycle(step, total_steps, *turned, last_fraction)"


def _lines(turns: str, momenta: str, checks: str = CHECKS) -> dict[str, str]:
    """Return the edit that draws lines of its own, and calls `one_cycle` for its checks alone."""
    return {
        f"return {CHECKS}": f"{checks}\n"
        "    low, high = min_momentum, max_momentum\n"
        f"    return np.interp(np.asarray(step) / (total_steps - 1), {turns}, {momenta})"
    }


momentum_with_rate = _momentum(
    "moves-with-the-rate",
    {"(min_momentum, max_momentum, max_momentum)": "(max_momentum, min_momentum, min_momentum)"},
    "Your momentum goes up with the learning rate. It should go the other way: large steps with a "
    "heavy momentum would run away. Start at `max_momentum`, and be at `min_momentum` at the peak.",
)
momentum_late = _momentum(
    "lowest-late",
    _lines("[0, min(0.5, 1 - last_fraction), 1 - last_fraction, 1]", "[high, low, high, high]"),
    PEAKS_LATE.replace("peaks", "turns", 1),
)
momentum_slow = _momentum(
    "back-only-at-the-end",
    _lines("[0, (1 - last_fraction) / 2, 1]", "[high, low, high]"),
    "Your momentum is back at `max_momentum` only at the very end. It should be back when the "
    "rate is, at 1 - last_fraction of the run, and stay there during the last stretch.",
)
momentum_no_stretch = _momentum(
    "half-way-of-the-whole-run",
    _lines("[0, 0.5, 1]", "[high, low, high]"),
    "Your momentum is lowest half-way through the whole run, and back at the very end. The last "
    "stretch is missing: it should be lowest where the rate peaks, at (1 - last_fraction) / 2, "
    "and back at 1 - last_fraction.",
)
momentum_falls = _momentum(
    "falls-in-the-last-stretch",
    {"max_momentum, max_momentum)": "max_momentum, min_momentum)"},
    "In the last stretch your momentum falls again, as the rate does. It stays at `max_momentum`: "
    "there the steps are tiny, and the momentum is welcome.",
)
momentum_stays_low = _momentum(
    "stays-low",
    _lines(TURNS, "[high, low, low, low]"),
    "After the peak your momentum stays at `min_momentum`. It comes back as the learning rate "
    "goes down.",
)
momentum_last_step = _momentum(
    "last-step-never-reached",
    {"one_cycle(step": "one_cycle(np.asarray(step) * (total_steps - 1) / total_steps"},
    LAST_STEP,
)
momentum_beyond = _momentum(
    "goes-on-rising",
    {
        "last_fraction)": "last_fraction) + (max_momentum - min_momentum) * 2 / (1 - last_fraction)"
        " * np.maximum(np.asarray(step) / (total_steps - 1) - 1, 0)"
    },
    "After the last step your momentum goes on, past `max_momentum`: from 1 on, nothing ever "
    "slows down again. Keep the last value.",
)
momentum_unchecked = _momentum(
    "arguments-not-checked", _lines(TURNS, "[high, low, high, high]", checks=""), CYCLE_BAD
)
momentum_fraction_unchecked = _momentum(
    "fraction-not-checked",
    _lines(TURNS, "[high, low, high, high]", checks="one_cycle(step, total_steps, *turned, 0.5)"),
    CYCLE_FRACTION_BAD,
)


# range_test_rates

_range = partial(edited, range_test_rates)

ANY_RANGE = {"low <= 0": "False", "high <= low": "False", "n < 2": "False"}
range_linear = _range(
    "linear",
    {"low * (high / low) **": "low + (high - low) *"},
    "Your rates are evenly spaced: from 1e-5 to 10, nine tenths of them would be larger than 1, "
    "and the orders of magnitude below get a handful. Multiply by a constant factor instead of "
    "adding a constant.",
)
range_linear_unchecked = _range(
    "linear-and-not-checked",
    {"low * (high / low) **": "low + (high - low) *"} | ANY_RANGE,
    "Your rates are evenly spaced: from 1e-5 to 10, nine tenths of them would be larger than 1. "
    "Multiply by a constant factor instead of adding a constant. And raise ValueError for a range "
    "that makes no sense.",
)
range_short = _range(
    "last-rate-missing",
    {"/ (n - 1)": "/ n"},
    "Your last rate is one factor short of `high`: from n rates there are n - 1 steps, so the "
    "exponent is i / (n - 1).",
)
range_late = _range(
    "first-rate-missing",
    {"np.arange(n) / (n - 1)": "np.arange(1, n + 1) / n"},
    "Your first rate is one factor above `low`: the exponents start at 0, i = 0, 1, ..., n - 1.",
)
range_exponents = _range(
    "rates-as-exponents",
    {"low * (high / low) ** (np.arange(n) / (n - 1))": "np.logspace(low, high, n)"},
    "`np.logspace` wants the *exponents* of ten, and you gave it the rates: from 0.001 to 10 "
    "yours go from 1.002 to ten thousand million. Take `np.log10` of both first.",
)
range_many = _range(
    "one-rate-too-many",
    {"np.arange(n) / (n - 1)": "np.arange(n + 1) / n"},
    "You return n + 1 rates. `n` is the number of rates, both ends included.",
)
range_down = _range(
    "downwards",
    {"low * (high / low)": "high * (low / high)"},
    "Your rates fall. A range test starts low, where nothing can go wrong, and raises the rate "
    "until the loss blows up.",
)
range_tens = _range(
    "one-at-a-time-factor-ten",
    {"(high / low) ** (np.arange(n) / (n - 1))": "10.0 ** np.arange(n)"},
    "Each of your rates is ten times the one before, so you leave the range. The factor has to "
    "take n - 1 steps from `low` to `high`: (high / low)^(1 / (n - 1)).",
)
range_unchecked = _range(
    "arguments-not-checked",
    ANY_RANGE,
    "The rates are right, but a range that makes no sense goes through. A geometric one needs "
    "0 < low < high, and two rates at least: raise ValueError otherwise.",
)
range_order = _range(
    "order-not-checked",
    {"high <= low": "False"},
    "The rates are right, but `high` may be as low as `low`, or lower. The test would then not "
    "raise the rate at all: raise ValueError unless high > low.",
)


# pick_rate

_pick = partial(edited, pick_rate)

pick_no_tenth = _pick(
    "rate-at-the-lowest-loss",
    {"picked / 10": "picked"},
    "You return the rate at the lowest loss itself. There the loss is about to blow up: training "
    "at that rate would hardly hold. Take a tenth of it.",
)
pick_raw = _pick(
    "not-smoothed",
    {"smooth = average / (1 - beta ** (i + 1))": "smooth = loss"},
    "You take the lowest single loss, which is one lucky batch. Smooth the losses first; what "
    "`beta` is for shows when you plot both.",
)
pick_biased = _pick(
    "bias-not-corrected",
    {"average / (1 - beta ** (i + 1))": "average"},
    "Your moving average starts at 0 and is not corrected for that, so the smoothed losses start "
    "far too low: the first step looks best, and the rise after it like a blow-up. Divide by 1 - "
    "beta^(i+1).",
)
pick_late_correction = _pick(
    "bias-correction-one-step-behind",
    {"beta ** (i + 1)": "beta ** i"},
    "The bias is corrected by 1 - beta^i, and i starts at 0: at the first step you divide by "
    "zero. After i + 1 losses the weights add up to 1 - beta^(i+1).",
)
pick_first_loss = _pick(
    "average-starts-at-the-first-loss",
    {
        "(1 - beta) * (loss - average)": "(1 - beta if i else 1) * (loss - average)",
        "average / (1 - beta ** (i + 1))": "average",
    },
    "Your moving average starts with the first loss in place of a bias correction. That gives the "
    "first loss, a single batch, a weight that it keeps for long. Start at 0 and divide by 1 - "
    "beta^(i+1).",
)
pick_reversed = _pick(
    "beta-the-wrong-way-round",
    {"(1 - beta) * (loss - average)": "beta * (loss - average)"},
    "You keep 1 - beta of the average and take beta of the new loss: with 0.9 almost nothing is "
    "smoothed. It is m = beta * m + (1 - beta) * loss.",
)
pick_all = _pick(
    "blow-up-ignored",
    {" or smooth > blow_up * best": ""},
    "You look at all of the losses. Once the loss has blown up the network is broken, and what it "
    "does afterwards (it may settle on a low, useless value) says nothing about rates. Stop "
    "before the first step at which the smoothed loss is more than `blow_up` times its lowest "
    "value.",
)
pick_first = _pick(
    "compared-with-the-first-loss",
    {"blow_up * best": "blow_up * losses[0]"},
    "You end the test when the loss is `blow_up` times the *first* one. The loss has fallen "
    "since; compare with the smallest smoothed loss so far.",
)
pick_single = _pick(
    "single-loss-ends-the-test",
    {"smooth > blow_up": "loss > blow_up"},
    "You end the test when a *single* loss is too large. One bad batch would do that; it is the "
    "smoothed loss that counts.",
)
pick_equal = _pick(
    "exactly-blow-up-ends-the-test",
    {"smooth > blow_up": "smooth >= blow_up"},
    "You end the test when the smoothed loss is exactly `blow_up` times the smallest (>=). It has "
    "to be more than that (>).",
)
pick_last = _pick(
    "last-of-the-lowest",
    {"smooth < best": "smooth <= best"},
    "Of two steps that are equally low you take the last. The first has the smaller rate, and is "
    "safer: take that, as `np.argmin` does.",
)
pick_end = _pick(
    "end-of-the-test",
    {
        "if smooth < best:\n            best, picked = smooth, rates[i]": (
            "best, picked = min(best, smooth), rates[i]"
        )
    },
    "You return a tenth of the last rate before the test ends. There the loss has long been "
    "rising: take the step at which the smoothed loss was lowest.",
)
pick_steepest = _pick(
    "steepest-descent",
    {
        "average, best, picked = ": "curve, average, best, picked = [], ",
        "if smooth < best:\n            best, picked = smooth, rates[i]": (
            "curve.append(smooth)\n"
            "        best = min(best, smooth)\n"
            "        picked = rates[np.argmin(np.diff(curve, prepend=curve[0]))]"
        ),
        "picked / 10": "picked",
    },
    "You return the rate at which the loss falls fastest, another well-known rule (fastai's). "
    "Here a tenth of the rate with the lowest smoothed loss is asked for.",
)
pick_nan = _pick(
    "not-a-number-is-lowest",
    {
        "math.isfinite(loss)": "math.isfinite(losses[0])",
        "smooth < best": "np.argmin([best, smooth]) == 1",
    },
    "A loss that is not a number gets through: `np.argmin` takes it for the lowest. The test ends "
    "before the first loss that is not finite; look with `np.isfinite`.",
)
pick_unchecked = _pick(
    "arguments-not-checked",
    {"len(rates) != len(losses)": "False", "math.isnan(picked)": "False"},
    "The rate is right, but rates and losses of different lengths go through, or losses of which "
    "none can be used. Raise ValueError for them.",
)


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
    """A right one, with what the probes would do with it, in parts that a mistake can replace."""

    fails: tuple[str, ...] = ()  # asked in these ways, it raises `error`
    error: type[Exception] = TypeError

    def __init__(self, *arguments: Any, **given: Any) -> None:
        bound = inspect.signature(one_cycle).bind(0, *arguments, **given)
        bound.apply_defaults()
        self.config: dict[str, Any] = dict(bound.arguments)
        del self.config["step"]
        self.check()
        if self.config["start_rate"] is None:
            self.config["start_rate"] = self.config["max_rate"] / 10
        if self.config["final_rate"] is None:
            self.config["final_rate"] = self.config["start_rate"] / 1000

    def check(self) -> None:
        one_cycle(0, **self.config)

    def rates(self, steps: Array) -> Array:
        return np.asarray(one_cycle(steps, **self.config))

    def schedule_rates(self, steps: list[int], way: str) -> Any:
        if way in self.fails:
            raise self.error
        return self.rates(np.array(steps)).astype(np.float32)

    def schedule_in_training(self, steps: int) -> Any:
        twin = type(self)(**self.configuration())
        first = self.schedule_rates(list(range(steps)), "tensors")
        return np.r_[first, twin.schedule_rates(list(range(steps, 2 * steps)), "tensors")]

    def configuration(self) -> Any:
        return self.config


class _RightInTraining(_Schedule):
    """Right where Keras asks with the variable in which an optimiser counts its steps."""

    def schedule_in_training(self, steps: int) -> Any:
        return self.rates(np.arange(2 * steps)).astype(np.float32)


@mistake(
    "OneCycleSchedule",
    "value-of-a-tensor-needed",
    "It works with Python numbers, but not in a compiled graph, which is where training runs: "
    "there a step has no value yet, so `if step < ...`, `float(step)` and NumPy's functions fail, "
    "or are decided once and for all. Compute all pieces and choose with `keras.ops.where`.",
)
class ValueNeeded(_Schedule):
    fails = ("graph",)
    # What TensorFlow raises; the judge knows an exception by its name alone.
    error = type("OperatorNotAllowedInGraphError", (TypeError,), {})


@mistake(
    "OneCycleSchedule",
    "tensor-handed-to-numpy",
    "It works with Python numbers and with tensors that have a value, but not in a compiled "
    "graph, which is where training runs: NumPy cannot look into a tensor that has no value yet. "
    "Use `keras.ops` in place of `np`.",
)
class HandedToNumPy(_Schedule):
    fails = ("graph",)
    error = RuntimeError


@mistake("OneCycleSchedule", "whole-number-tensors-not-cast", NOT_CAST)
class NotCast(_Schedule):
    fails = ("tensors", "graph")


@mistake("OneCycleSchedule", "only-an-optimisers-own-counter-is-cast", NOT_CAST)
class NotCastButInTraining(_RightInTraining):
    fails = ("tensors", "graph")


@mistake(
    "OneCycleSchedule",
    "double-precision-for-tensors",
    "For tensors your rates are float64: a whole-number tensor divided by a Python number is. "
    'Keras computes in float32. Cast the step first: `keras.ops.cast(step, "float32")`.',
)
class DoublePrecision(_RightInTraining):
    def schedule_rates(self, steps: list[int], way: str) -> Any:
        return self.rates(np.array(steps)).astype(np.float32 if way == "numbers" else np.float64)


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


def _wrong_cycle(wrong: Mistake) -> Mistake:
    """Return a Keras schedule that goes wrong as `wrong`, a wrong `one_cycle`, does."""

    class Wrong(_Schedule):
        def rates(self, steps: Array) -> Array:
            return np.asarray(wrong.implementation(steps, **self.config))

    return mistake("OneCycleSchedule", wrong.name, wrong.explanation)(Wrong)


keras_late = _wrong_cycle(cycle_late)
keras_no_stretch = _wrong_cycle(cycle_no_stretch)
keras_flat = _wrong_cycle(cycle_flat)
keras_straight_down = _wrong_cycle(cycle_straight_down)
keras_last_step = _wrong_cycle(cycle_last_step)
keras_beyond = _wrong_cycle(cycle_beyond)
keras_cosine = _wrong_cycle(cycle_cosine)
keras_fraction_ignored = _wrong_cycle(cycle_fraction_ignored)
keras_rounded = _wrong_cycle(cycle_rounded)


@mistake(
    "OneCycleSchedule",
    "zero-taken-for-none",
    "A rate of 0 that is given is replaced by the default: `final_rate or ...` takes 0 for "
    "nothing. Ask `is None`.",
)
class ZeroTakenForNone(_Schedule):
    def check(self) -> None:
        super().check()
        # The defaults take the place of None, afterwards.
        for name in ("start_rate", "final_rate"):
            self.config[name] = self.config[name] or None


@mistake("OneCycleSchedule", "arguments-not-checked", CYCLE_BAD)
class ScheduleArgumentsNotChecked(_Schedule):
    def check(self) -> None:
        pass
