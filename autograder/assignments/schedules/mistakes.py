"""Wrong learning-rate schedules that people really write.

Those for the Keras schedule are stand-ins without Keras: they bring the methods that the probes
would call. An argument that is not checked has a condition that never holds: ``if False``.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does

from __future__ import annotations

import inspect
from collections.abc import Callable
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
WHOLE_SPAN = (
    "You cut `decay_steps` to a whole number. It may be 7.5, if a schedule is counted in epochs of "
    "a few steps; and 0.5 is not 0."
)
BELOW_ONE = (
    "You refuse a `decay_steps` between 0 and 1. It only has to be positive: the condition for "
    "ValueError is `decay_steps <= 0`."
)
CYCLE_TOTAL_BAD = (
    "A `last_fraction` that is not between 0 and 1 is refused, but a `total_steps` that is too "
    "small goes through: with fewer than two steps there is no way from the first to the last. "
    "Raise ValueError for it too."
)
CYCLE_LIMIT = (
    "A `last_fraction` of {} goes through. Then one part of the cycle has no length, and you "
    "divide by it. The condition is 0 < last_fraction < 1."
)
CYCLE_ONE_STEP = (
    "A `total_steps` of 1 goes through, and then you divide by total_steps - 1 = 0. The condition "
    "for ValueError is `total_steps < 2`."
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
power_whole_span = _power(
    "decay-steps-cut-to-a-whole-number",
    {"if decay_steps": "decay_steps = int(decay_steps)\n    if decay_steps"},
    WHOLE_SPAN,
)
power_below_one = _power(
    "decay-steps-below-one-refused", {"decay_steps <= 0": "decay_steps < 1"}, BELOW_ONE
)
power_half_by_default = _power(
    "another-default",
    {"exponent: float = 1.0": "exponent: float = 0.5"},
    "Your rule is right, but your default for `exponent` is 0.5: it should be 1.",
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
exponential_whole_span = _exponential(
    "decay-steps-cut-to-a-whole-number",
    {"if decay_steps": "decay_steps = int(decay_steps)\n    if decay_steps"},
    WHOLE_SPAN,
)
exponential_below_one = _exponential(
    "decay-steps-below-one-refused", {"decay_steps <= 0": "decay_steps < 1"}, BELOW_ONE
)
exponential_stairs_by_default = _exponential(
    "staircase-by-default",
    {"staircase: bool = False": "staircase: bool = True"},
    "With `staircase` given your rates are right, but your default for it is True: where nothing "
    "is said the rate falls a little at every step.",
)
exponential_complement = _exponential(
    "falls-by-the-factor",
    {"factor ** (": "(1 - factor) ** ("},
    "After s steps your rate has fallen *by* the share `factor`: with 0.1 it is 0.9 of what it "
    "was. It should be multiplied by the factor, and with 0.1 *become* a tenth.",
)
exponential_stairs_late = _exponential(
    "stairs-one-step-late",
    {"np.floor(progress)": "np.maximum(np.ceil(progress) - 1, 0)"},
    "Your stairs drop one step too late: *at* step s the first drop has happened already (t / s "
    "rounded down is 1 there). Round down, with `np.floor`.",
)
exponential_stairs_of_numbers = _exponential(
    "staircase-for-numbers-only",
    {"np.floor": "math.floor"},
    "With `staircase` it works for one step, but not for an array of steps: `math.floor` takes "
    "numbers only. `np.floor` takes both.",
)


def _other_factor(factor: float, whose: str = "") -> Mistake:
    return _exponential(
        f"another-default-{factor}",
        {"factor: float = 0.1": f"factor: float = {factor}"},
        f"Your rule is right, but your default for `factor` is {factor}{whose}: it should be a "
        "tenth, 0.1.",
    )


exponential_half = _other_factor(0.5)
exponential_torch = _other_factor(0.9)
exponential_tutorial = _other_factor(0.96, ", that of many a Keras tutorial")


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
COUNTED = (
    "The rates are right, but {} than there should be go through: there has to be exactly one "
    "more than there are boundaries. Raise ValueError otherwise."
)
pieces_uncounted = _pieces(
    "number-of-values-not-checked",
    {"len(values) != len(boundaries) + 1": "False"},
    COUNTED.format("fewer or more values"),
)
pieces_too_many = _pieces(
    "too-many-values-let-through",
    {"len(values) != len": "len(values) < len"},
    COUNTED.format("more values"),
)
pieces_too_few = _pieces(
    "too-few-values-let-through",
    {"len(values) != len": "len(values) > len"},
    COUNTED.format("fewer values"),
)
pieces_whole = _pieces(
    "whole-number-rates-stay-whole",
    {", dtype=np.float64": ""},
    "Where all values are whole numbers, so are your rates. Rates are floats: make the array with "
    "`dtype=float`.",
)
pieces_of_steps_dtype = _pieces(
    "rates-as-whole-numbers",
    {"step)]": "step)].astype(np.asarray(step).dtype)"},
    "Your rates are whole numbers, so 0.1 becomes 0: you write them into an array that has the "
    "dtype of the steps (as `np.zeros_like(step)` has). Make it with `dtype=float`.",
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
    "The rates are right, but neither a `factor` that does not lower the rate nor a `patience` of "
    "less than one epoch is refused. Raise ValueError unless 0 < factor < 1 and patience >= 1.",
)
patience_not_checked = _performance(
    "patience-not-checked",
    {"patience < 1": "False"},
    "A bad factor is refused, but any `patience` goes through. Raise ValueError for anything "
    "below 1: it takes at least one bad epoch to lower the rate.",
)
patience_zero = _performance(
    "patience-zero-let-through",
    {"patience < 1": "patience < 0"},
    "A `patience` of 0 goes through. Raise ValueError for anything below 1: it takes at least one "
    "bad epoch to lower the rate.",
)
FACTORS = "The rates are right, but {} goes through. Raise ValueError unless 0 < factor < 1."
factor_not_checked, factor_one, factor_zero, factor_not_positive, factor_not_below_one = (
    _performance(name, {"0 < factor < 1": condition}, FACTORS.format(what))
    for name, condition, what in (
        ("factor-not-checked", "True", "a `factor` of 0 or less, or of 1 or more,"),
        ("factor-one-let-through", "0 < factor <= 1", "a `factor` of 1, which lowers nothing,"),
        ("factor-zero-let-through", "0 <= factor < 1", "a `factor` of 0"),
        ("factor-zero-or-less-let-through", "factor < 1", "a `factor` of 0 or less"),
        ("factor-one-or-more-let-through", "factor > 0", "a `factor` of 1 or more"),
    )
)
shared_state = _performance(
    "state-shared-between-instances",
    {
        "min_rate: float = 0.0,": "min_rate: float = 0.0,\n        state={},",
        "self.rate = initial_rate": "self.__dict__ = state\n        self.rate = initial_rate",
    },
    "All your instances have the same state, so making or using one changes the others. What an "
    "instance remembers hangs on `self`, and is made in `__init__`: an attribute of the class, or "
    "a default argument like `state={}`, is there only once.",
)
not_a_number_is_an_improvement = _performance(
    "not-a-number-is-an-improvement",
    {"loss < self.best - self.min_delta": "not loss >= self.best - self.min_delta"},
    "A loss that is NaN counts as an improvement, and becomes the best: nothing compares with it "
    "afterwards. NaN is not smaller than anything; ask `loss < best - min_delta`, not the opposite "
    "of `>=`.",
)
zero_is_no_best = _performance(
    "best-of-zero-taken-for-none",
    {
        "self.best = math.inf": "self.best = None",
        "if loss < self": "if not self.best or loss < self",
    },
    "A best loss of exactly 0 is taken for none at all: `not best` is true of 0 too, so whatever "
    "comes next is an improvement. Ask `best is None`, or start with infinity.",
)
rate_of_the_epoch_before = _performance(
    "rate-of-the-epoch-before",
    {
        "if loss < self": "rate = self.rate\n        if loss < self",
        "return self.rate": "return rate",
    },
    "You return the rate that was in force before this loss was told, so each reduction comes one "
    "epoch late. `update` returns the rate for the *next* epoch.",
)
best_replaced_by_a_reduction = _performance(
    "best-replaced-by-a-reduction",
    {"self.resting = self.cooldown": "self.resting, self.best = self.cooldown, loss"},
    "When the rate is lowered you make the loss of that epoch the best, although it is none. The "
    "best stays: what the lower rate has to beat is what was reached before.",
)
factor_taken_off = _performance(
    "factor-taken-off",
    {"self.rate * self.factor": "self.rate - self.factor"},
    "You subtract the factor from the rate. It is a factor: multiply.",
)
cooldown_always_long = _performance(
    "cooldown-one-epoch-more",
    {"self.resting = self.cooldown": "self.resting = self.cooldown + 1"},
    "Your cooldown is one epoch too long, and there is one even where `cooldown` is 0. The epochs "
    "right *after* the reduction are free, `cooldown` of them; the next one counts.",
)
cooldown_ended = _performance(
    "cooldown-ended-by-an-improvement",
    {"self.best = loss": "self.best, self.resting = loss, 0"},
    "An improvement ends your cooldown. It sets the count of bad epochs back, but all `cooldown` "
    "epochs after a reduction stay free.",
)
tiny_reductions = _performance(
    "tiny-reductions-left-out",
    {
        "self.rate = max(self.rate * self.factor, self.min_rate)": (
            "rate = max(self.rate * self.factor, self.min_rate)\n"
            "            if self.rate - rate > 1e-8:\n                self.rate = rate"
        )
    },
    "You leave out reductions of less than 1e-8, as PyTorch does. Here the rate falls by the "
    "factor however small it is, down to `min_rate`.",
)


def _other_default(argument: str, right: str, wrong: str, whose: str = "") -> Mistake:
    return _performance(
        f"another-default-{argument.partition(':')[0].replace('_', '-')}-{wrong}",
        {f"{argument} = {right}": f"{argument} = {wrong}"},
        f"The rules are right, but your default for `{argument.partition(':')[0]}` is "
        f"{wrong}{whose}: it should be {right}.",
    )


default_factor = _other_default("factor: float", "0.1", "0.5")
default_factor_fifth = _other_default("factor: float", "0.1", "0.2")
default_patience = _other_default("patience: int", "10", "5")
default_patience_few = _other_default("patience: int", "10", "3")
default_delta = _other_default("min_delta: float", "1e-4", "0.0")
default_delta_large = _other_default("min_delta: float", "1e-4", "1e-3")
default_cooldown = _other_default("cooldown: int", "0", "1")
default_floor = _other_default("min_rate: float", "0.0", "1e-6")
default_floor_low = _other_default("min_rate: float", "0.0", "1e-8")
default_floor_high = _other_default("min_rate: float", "0.0", "1e-5")


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
GEOMETRIC = (
    "In the last stretch your rate falls by a constant *factor* from step to step. It goes down "
    "by orders of magnitude, but along a straight line, as everywhere in the cycle."
)
cycle_geometric, cycle_geometric_by_python = (
    _cycle(
        name,
        {
            "start, final])": f"start, start]) * {ratio} ** np.interp("
            "np.asarray(step) / (total_steps - 1), turns, [0, 0, 0, 1])"
        },
        GEOMETRIC,
    )
    for name, ratio in (
        ("last-stretch-geometric", "np.divide(final, start)"),
        ("last-stretch-geometric-by-python", "(final / start)"),
    )
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
cycle_final_library = _cycle(
    "final-rate-of-a-library",
    {"start / 1000": "start / 1e4"},
    "Your final rate is a ten-thousandth of the start rate, the default of PyTorch. Here it is a "
    "thousandth of it.",
)
cycle_final_of_default_start = _cycle(
    "final-rate-of-the-default-start",
    {"start / 1000": "max_rate / 10_000"},
    "Your final rate is a ten-thousandth of `max_rate`. That is right as long as no `start_rate` "
    "is given; the default is a thousandth of the start rate, also of one that is given.",
)


def _other_fraction(fraction: float) -> Mistake:
    return _cycle(
        f"another-default-{fraction}",
        {"last_fraction: float = 0.1": f"last_fraction: float = {fraction}"},
        f"Your cycle is right where `last_fraction` is given, but your default for it is "
        f"{fraction}: it should be 0.1.",
    )


cycle_fifth = _other_fraction(0.2)
cycle_third = _other_fraction(0.3)
cycle_zero_is_none = _cycle(
    "zero-taken-for-none",
    {
        "max_rate / 10 if start_rate is None else start_rate": "start_rate or max_rate / 10",
        "start / 1000 if final_rate is None else final_rate": "final_rate or start / 1000",
    },
    "A rate of 0 that is given is replaced by the default: `final_rate or ...` takes 0 for "
    "nothing. Ask `is None`.",
)
cycle_zero_start = _cycle(
    "start-of-zero-taken-for-none",
    {"max_rate / 10 if start_rate is None else start_rate": "start_rate or max_rate / 10"},
    "A `start_rate` of 0 that is given is replaced by the default: `start_rate or ...` takes 0 for "
    "nothing. Ask `is None`.",
)
cycle_zero_final = _cycle(
    "end-of-zero-taken-for-none",
    {"start / 1000 if final_rate is None else final_rate": "final_rate or start / 1000"},
    "A `final_rate` of 0 that is given is replaced by the default: `final_rate or ...` takes 0 for "
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
cycle_rounded_each = _cycle(
    "each-turn-rounded",
    {
        "turns = [0, (1 - last_fraction) / 2, 1 - last_fraction, 1]": (
            "last = total_steps - 1\n"
            "    turns = [0, round((1 - last_fraction) / 2 * last), "
            "round((1 - last_fraction) * last), last]"
        ),
        "np.asarray(step) / (total_steps - 1)": "step",
    },
    "You round the steps at which the cycle turns to whole numbers. Here the turns are where the "
    "formula says, between two steps if need be: no `int`, no `round`.",
)
cycle_peak_fixed = _cycle(
    "peak-fixed",
    {"(1 - last_fraction) / 2": "min(0.45, 1 - last_fraction)"},
    "Your cycle peaks at 45 % of the run whatever `last_fraction` is. The peak is half-way to "
    "where the last stretch begins, at (1 - last_fraction) / 2.",
)
cycle_beyond_to_zero = _cycle(
    "goes-on-falling-to-zero",
    {
        "return np.interp(": "return np.maximum(np.interp(",
        "start, final])": "start, final]) + (final - start) / last_fraction * np.maximum("
        "np.asarray(step) / (total_steps - 1) - 1, 0), 0)",
    },
    "After the last step your rate goes on falling, to 0. Training is often a few steps longer "
    "than planned; keep the last value, for example with `np.minimum` on the step.",
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
cycle_total_unchecked = _cycle("total-not-checked", {"total_steps < 2": "False"}, CYCLE_TOTAL_BAD)
cycle_one_step = _cycle(
    "one-step-let-through", {"total_steps < 2": "total_steps < 1"}, CYCLE_ONE_STEP
)
cycle_fraction_zero = _cycle(
    "fraction-zero-let-through", {"0 < last_fraction": "0 <= last_fraction"}, CYCLE_LIMIT.format(0)
)
cycle_fraction_large = _cycle(
    "fraction-of-one-or-more-let-through",
    {"not 0 < last_fraction < 1": "last_fraction <= 0"},
    "A `last_fraction` of 1 or more goes through. Then nothing is left for the way up and back: "
    "the condition is 0 < last_fraction < 1.",
)
cycle_fraction_one = _cycle(
    "fraction-one-let-through", {"last_fraction < 1": "last_fraction <= 1"}, CYCLE_LIMIT.format(1)
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
momentum_total_unchecked = _momentum(
    "total-not-checked",
    _lines(TURNS, "[high, low, high, high]", checks="one_cycle(step, 2, *turned, last_fraction)"),
    CYCLE_TOTAL_BAD,
)
momentum_one_step = _momentum(
    "one-step-let-through",
    _lines(
        TURNS,
        "[high, low, high, high]",
        checks="one_cycle(step, total_steps + 1, *turned, last_fraction)",
    ),
    CYCLE_ONE_STEP,
)
momentum_fraction_zero, momentum_fraction_one = (
    _momentum(
        f"fraction-{name}-let-through",
        _lines(
            TURNS,
            "[high, low, high, high]",
            checks=f"one_cycle(step, total_steps, *turned, {checked})",
        ),
        CYCLE_LIMIT.format(limit),
    )
    for name, limit, checked in (
        ("zero", 0, "last_fraction or 0.5"),
        ("one", 1, "0.5 if last_fraction == 1 else last_fraction"),
    )
)
momentum_fraction_ignored = _momentum(
    "fraction-ignored",
    _lines("[0, 0.45, 0.9, 1]", "[high, low, high, high]"),
    "Your last stretch is always a tenth of the run: `last_fraction` is not used.",
)
momentum_order = _momentum(
    "arguments-in-another-order",
    {
        "max_momentum: float = 0.95": "min_momentum: float = 0.85",
        "min_momentum: float = 0.85": "max_momentum: float = 0.95",
    },
    "Your momentum is right where its two ends are given by name, but you changed the order of the "
    "arguments: `max_momentum` comes before `min_momentum`.",
)
momentum_cosine = _momentum(
    "cosine",
    {
        f"return {CHECKS}": f"share = {CHECKS.replace('*turned', '1, 0, 0')}\n"
        "    eased = (1 - np.cos(np.pi * share)) / 2\n"
        "    return max_momentum - (max_momentum - min_momentum) * eased"
    },
    "Your momentum goes along a cosine, as PyTorch's and fastai's do. Here it is made of straight "
    "lines.",
)
momentum_v = _momentum(
    "goes-on-rising-in-the-last-stretch",
    {
        f"return {CHECKS}": f"{CHECKS}\n    half = (1 - last_fraction) / 2\n"
        "    away = np.abs(np.asarray(step) / (total_steps - 1) - half) / half\n"
        "    return min_momentum + (max_momentum - min_momentum) * away"
    },
    "In the last stretch your momentum goes on rising, past `max_momentum`. It stays there: from 1 "
    "on, nothing ever slows down again.",
)


def _other_momentum(argument: str, right: float, wrong: float) -> Mistake:
    return _momentum(
        f"another-default-{argument.replace('_', '-')}-{wrong}",
        {f"{argument}: float = {right}": f"{argument}: float = {wrong}"},
        f"Your momentum is right where `{argument}` is given, but your default for it is {wrong}: "
        f"it should be {right}.",
    )


momentum_high = _other_momentum("max_momentum", 0.95, 0.9)
momentum_higher = _other_momentum("max_momentum", 0.95, 0.99)
momentum_low = _other_momentum("min_momentum", 0.85, 0.8)
momentum_fifth = _other_momentum("last_fraction", 0.1, 0.2)
momentum_third = _other_momentum("last_fraction", 0.1, 0.3)


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
range_equal = _range(
    "equal-ends-let-through",
    {"high <= low": "high < low"},
    "A `high` that is as low as `low` goes through. The test would then not raise the rate at all: "
    "raise ValueError unless high > low.",
)
range_low = _range(
    "low-not-checked",
    {"low <= 0": "False"},
    "The rates are right, but a `low` of 0 or less goes through: no factor leads up from there. "
    "Raise ValueError unless low > 0.",
)
range_zero = _range(
    "low-of-zero-let-through",
    {"low <= 0": "low < 0"},
    "A `low` of 0 goes through: no factor leads up from there. Raise ValueError unless low > 0.",
)
range_few = _range(
    "number-not-checked",
    {"n < 2": "False"},
    "The rates are right, but an `n` of less than 2 goes through. Both ends are included, so there "
    "are two rates at least: raise ValueError otherwise.",
)
range_few_by_numpy = _range(
    "number-not-checked-but-by-numpy",
    {
        "n < 2": "False",
        "low * (high / low) ** (np.arange(n) / (n - 1))": "np.geomspace(low, high, n)",
    },
    "The rates are right, but an `n` of less than 2 goes through. Both ends are included, so there "
    "are two rates at least: raise ValueError otherwise.",
)
range_one = _range(
    "one-rate-let-through",
    {"n < 2": "n < 1"},
    "An `n` of 1 goes through. Both ends are included, so there are two rates at least: raise "
    "ValueError otherwise.",
)
range_one_by_numpy = _range(
    "one-rate-let-through-by-numpy",
    {
        "n < 2": "n < 1",
        "low * (high / low) ** (np.arange(n) / (n - 1))": "np.geomspace(low, high, n)",
    },
    "An `n` of 1 goes through. Both ends are included, so there are two rates at least: raise "
    "ValueError otherwise.",
)


# pick_rate

_pick = partial(edited, pick_rate)

NOTHING = (
    "The rate is right, but where no step is left (no loss at all, or the first is not finite) you "
    "do not raise ValueError. "
)

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
    "The rate is right, but rates and losses of different lengths go through, and so do losses of "
    "which none can be used. Raise ValueError for both.",
)
pick_lengths = _pick(
    "lengths-not-checked",
    {"len(rates) != len(losses)": "False"},
    "The rate is right, but rates and losses of different lengths go through. Raise ValueError.",
)
pick_nothing = _pick(
    "nothing-left-not-checked",
    {"math.isnan(picked)": "False"},
    NOTHING + "You return NaN, with which training ends in NaN.",
)
pick_nothing_first = _pick(
    "nothing-left-first-rate",
    {'raise ValueError("the loss was never finite")': "picked = rates[0]"},
    NOTHING + "You return a tenth of the first rate, as if it had been found good; without any "
    "rates you fail by accident.",
)
pick_nothing_none = _pick(
    "nothing-left-fails-by-accident",
    {"math.inf, math.nan": "math.inf, None", "math.isnan(picked)": "False"},
    NOTHING + "Yours fails by accident (nothing cannot be divided by 10), with a TypeError that "
    "tells nobody what was wrong.",
)
pick_goes_on = _pick(
    "skips-what-is-not-finite",
    {
        "average += (1": "if not math.isfinite(loss):\n            continue\n        average += (1",
    },
    "You skip a loss that is not finite, and go on. The network is broken by then: the test ends "
    "before the first such loss, and whatever comes after it is ignored.",
)
pick_minus = _pick(
    "minus-infinity-let-through",
    {"not math.isfinite(loss)": "math.isnan(loss) or loss == math.inf"},
    "A loss of minus infinity gets through, and is the lowest of all. The test ends before the "
    "first loss that is not finite, and -inf is none: look with `np.isfinite`.",
)
pick_bias_late = _pick(
    "bias-correction-one-step-ahead",
    {"beta ** (i + 1)": "beta ** (i + 2)"},
    "You correct the bias by 1 - beta^(i+2), with i from 0. After i + 1 losses the weights add up "
    "to 1 - beta^(i+1).",
)
pick_single_precision = _pick(
    "losses-in-single-precision",
    {"enumerate(losses)": "enumerate(losses.astype(np.float32).astype(float))"},
    "You round the losses to float32: two that differ in the eighth digit become equal, and the "
    "first is taken for the lowest. Keep their float64.",
)


def _other_pick(argument: str, right: float, wrong: float, whose: str = "") -> Mistake:
    return _pick(
        f"another-default-{argument.replace('_', '-')}-{wrong}",
        {f"{argument}: float = {right}": f"{argument}: float = {wrong}"},
        f"Your rule is right, but your default for `{argument}` is {wrong}{whose}: it should be "
        f"{right}.",
    )


pick_fastai = _other_pick("beta", 0.9, 0.98, ", that of fastai")
pick_smoother = _other_pick("beta", 0.9, 0.99)
pick_less_smooth = _other_pick("beta", 0.9, 0.95)
pick_not_smooth = _other_pick("beta", 0.9, 0.0)
pick_three = _other_pick("blow_up", 4.0, 3.0)
pick_five = _other_pick("blow_up", 4.0, 5.0)
pick_ten = _other_pick("blow_up", 4.0, 10.0)


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
    cycle = staticmethod(one_cycle)

    def __init__(self, *arguments: Any, **given: Any) -> None:
        bound = inspect.signature(self.cycle).bind(0, *arguments, **given)
        bound.apply_defaults()
        self.config: dict[str, Any] = dict(bound.arguments)
        del self.config["step"]
        self.check()

    def check(self) -> None:
        one_cycle(0, **self.config)

    def rates(self, steps: Array) -> Array:
        return np.asarray(self.cycle(steps, **self.config))

    def schedule_rates(self, steps: list[int], way: str) -> Any:
        if way in self.fails:
            raise self.error
        return self.rates(np.array(steps)).astype(np.float32)

    def schedule_in_training(self, steps: int) -> Any:
        twin = type(self)(**self.configuration())
        first = self.schedule_rates(list(range(steps)), "tensors")
        return np.r_[first, twin.schedule_rates(list(range(steps, 2 * steps)), "tensors")]

    def configuration(self) -> Any:
        start = self.config["start_rate"]
        if start is None:
            start = self.config["max_rate"] / 10
        final = self.config["final_rate"]
        if final is None:
            final = start / 1000
        return self.config | {"start_rate": start, "final_rate": final}


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
    "number-of-a-tensor-needed",
    "It works with Python numbers and with tensors that have a value, but not in a compiled "
    "graph, which is where training runs: there a step has no value yet, so `float(step)` and "
    "`int(step)` fail. Compute with the tensor itself, and choose with `keras.ops.where`.",
)
class NumberNeeded(_Schedule):
    fails = ("graph",)


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
    "double-precision",
    "Your rates are float64, for Python numbers too. Keras computes in float32: cast the step to "
    'it first, `keras.ops.cast(step, "float32")`.',
)
class AlwaysDoublePrecision(_RightInTraining):
    def schedule_rates(self, steps: list[int], way: str) -> Any:
        return self.rates(np.array(steps))


NO_TENSOR = (
    "What you return is a number, not a tensor, and in a compiled graph, which is where training "
    "runs, there is none to be had: a step has no value yet. "
)


class _Number(_RightInTraining):
    """One that gives a number for the first step that it is asked for, and none in a graph."""

    def schedule_rates(self, steps: list[int], way: str) -> Any:
        if way == "graph":
            raise self.error
        return self.rates(np.array(steps[:1]))[0]


@mistake(
    "OneCycleSchedule",
    "number-by-numpy",
    NO_TENSOR + "Compute with `keras.ops`, not with NumPy.",
)
class NumberByNumPy(_Number):
    error = RuntimeError


@mistake(
    "OneCycleSchedule",
    "number-by-float",
    NO_TENSOR + "Leave out the `float(...)`: Keras wants the tensor.",
)
class NumberByFloat(_Number):
    def rates(self, steps: Array) -> Array:
        return np.asarray(super().rates(steps).astype(np.float32), dtype=np.float64)


def _without(*names: str) -> type[_Schedule]:
    """Return a schedule whose configuration lacks some of the arguments."""

    class Without(_Schedule):
        def configuration(self) -> Any:
            whole = super().configuration()
            return {name: value for name, value in whole.items() if name not in names}

    return Without


configuration_incomplete = mistake(
    "OneCycleSchedule",
    "configuration-incomplete",
    "Your configuration leaves out the rates and the share that are not at their defaults. A "
    "schedule that is loaded with its model then goes another way. Return all five arguments.",
)(_without("start_rate", "final_rate", "last_fraction"))
configuration_without_share, configuration_without_last, configuration_without_start = (
    mistake(
        "OneCycleSchedule",
        f"configuration-without-{name.replace('_', '-')}",
        f"Your configuration leaves out `{name}`. A schedule to which another than the default was "
        "given goes another way when it is loaded with its model. Return all five arguments.",
    )(_without(name))
    for name in ("last_fraction", "final_rate", "start_rate")
)


@mistake(
    "OneCycleSchedule",
    "not-registered",
    "Your schedule is right, but a model that was trained with it cannot be loaded again: Keras "
    "looks for the class by the name under which it was registered, and it was not. Put back the "
    'line above the class, `@keras.saving.register_keras_serializable(package="course")`.',
)
class NotRegistered(_Schedule):
    def schedule_in_training(self, steps: int) -> Any:
        return "unknown"


@mistake(
    "OneCycleSchedule",
    "state-on-the-class",
    "All of your schedules have the same state, so making one changes the others. Hang the "
    "arguments on `self`, in `__init__`, and not on the class.",
)
class StateOnTheClass(_Schedule):
    def __setattr__(self, name: str, value: Any) -> None:
        setattr(type(self), name, value)


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


Rule = Callable[[dict[str, Any]], Any]


def _wrong_cycle(wrong: Mistake, start: Rule | None = None, final: Rule | None = None) -> Mistake:
    """Return a Keras schedule that goes wrong as `wrong`, a wrong `one_cycle`, does.

    `start` and `final` make of the arguments what the configuration then has as these rates;
    without them, it has the right ones.
    """

    class Wrong(_Schedule):
        cycle = staticmethod(wrong.implementation)

        def check(self) -> None:
            self.cycle(0, **self.config)

        def configuration(self) -> Any:
            given = self.config
            for name, rule in (("start_rate", start), ("final_rate", final)):
                if rule is not None:
                    given = given | {name: rule(given)}
            self.config, whole = given, self.config
            try:
                return super().configuration()
            finally:
                self.config = whole

    return mistake("OneCycleSchedule", wrong.name, wrong.explanation)(Wrong)


keras_late = _wrong_cycle(cycle_late)
keras_no_stretch = _wrong_cycle(cycle_no_stretch)
keras_flat = _wrong_cycle(cycle_flat)
keras_straight_down = _wrong_cycle(cycle_straight_down)
keras_last_step = _wrong_cycle(cycle_last_step)
keras_first_step = _wrong_cycle(cycle_first_step)
keras_beyond = _wrong_cycle(cycle_beyond)
keras_cosine = _wrong_cycle(cycle_cosine)
keras_fraction_ignored = _wrong_cycle(cycle_fraction_ignored)
keras_rounded = _wrong_cycle(cycle_rounded)
keras_fifth = _wrong_cycle(cycle_fifth)
keras_third = _wrong_cycle(cycle_third)
keras_library = _wrong_cycle(
    cycle_library,
    lambda given: given["max_rate"] / 25 if given["start_rate"] is None else given["start_rate"],
)


def _start(given: dict[str, Any]) -> float:
    start: float | None = given["start_rate"]
    return given["max_rate"] / 10 if start is None else start


keras_final_library = _wrong_cycle(
    cycle_final_library,
    final=lambda given: _start(given) / 1e4 if given["final_rate"] is None else given["final_rate"],
)
keras_final_from_peak = _wrong_cycle(
    cycle_final_from_peak,
    final=lambda given: (
        given["max_rate"] / 1000 if given["final_rate"] is None else given["final_rate"]
    ),
)
keras_final_of_default_start = _wrong_cycle(
    cycle_final_of_default_start,
    final=lambda given: (
        given["max_rate"] / 10_000 if given["final_rate"] is None else given["final_rate"]
    ),
)
keras_zero_is_none = _wrong_cycle(
    cycle_zero_is_none,
    lambda given: given["start_rate"] or given["max_rate"] / 10,
    lambda given: given["final_rate"] or given["start_rate"] / 1000,
)
keras_zero_start = _wrong_cycle(
    cycle_zero_start, lambda given: given["start_rate"] or given["max_rate"] / 10
)
keras_zero_final = _wrong_cycle(
    cycle_zero_final, final=lambda given: given["final_rate"] or _start(given) / 1000
)
keras_unchecked = _wrong_cycle(cycle_unchecked)
keras_total_unchecked = _wrong_cycle(cycle_total_unchecked)
keras_one_step = _wrong_cycle(cycle_one_step)
keras_fraction_unchecked = _wrong_cycle(cycle_fraction_unchecked)
keras_limits = _wrong_cycle(cycle_limits)
keras_fraction_zero = _wrong_cycle(cycle_fraction_zero)
keras_fraction_one = _wrong_cycle(cycle_fraction_one)
