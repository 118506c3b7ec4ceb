"""What counts as a right answer in the assignment on learning-rate schedules.

Schedules are asked for many steps in one question, as an array, and once more step by step. A
failed one is drawn over the right one. Numbers are drawn so that the usual wrong formulas are
far off: exponents that are no whole numbers, spans that do not divide one another, rates that
are not each other's tenths.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.api import Answer, Curves, Refused, Student, Thing, check, expect
from solutions import schedules as reference

Array = np.ndarray[Any, Any]

# Double precision; nobody's formula needs more than a few roundings. Where lines meet at 0, they
# are rounded as the largest rate is.
TOLERANCE = 1e-9
OF_LARGEST = 1e-13
# What is asked for where the answer does not matter. An array, because the answer to a number may
# be of several types, which would hide that two codes do the same.
SOME_STEPS = np.array([3, 4])
# Single precision, as a share of the largest rate; the docstring of the schedule promises 5e-7.
SINGLE = 7e-7


# Fresh inputs


def _rate(draw: np.random.Generator) -> float:
    """Return a rate well away from 1."""
    return round(float(np.exp(draw.uniform(np.log(0.02), np.log(0.5)))), 4)


def _large_rate(draw: np.random.Generator) -> float:
    """Return a rate for which a thousandth of a tenth still shows in single precision."""
    return round(10 * _rate(draw), 3)


def _span(draw: np.random.Generator) -> int:
    """Return a number of steps, not a round one."""
    return int(draw.choice([7, 9, 11, 13, 17, 19, 23, 27, 29, 31]))


# Comparing


def _compare_schedules(answer: Answer, asked: str, steps: Array, right: Array, what: str) -> None:
    """Refuse an array that is not `right`, with a picture of both as functions of the step."""
    value = expect.array(Answer(answer.value, asked), right.shape, np.float64)
    allowed = TOLERANCE * np.abs(right) + OF_LARGEST * float(np.abs(right).max())
    error = np.abs(value - right) - allowed
    if np.all(error <= 0):
        return
    worst, first = expect.where_largest(error), expect.where_largest(error > 0)
    places = f"at step {steps[worst]} {value[worst]:.6g} came back, {right[worst]:.6g} was expected"
    if first != worst:
        places += f" (the first step that is wrong is {steps[first]})"
    order = np.argsort(steps, axis=None, kind="stable")
    x = steps.ravel()[order]
    raise Refused(
        f"{asked} is off: {places}",
        Curves(
            (x, value.ravel()[order]),
            (x, right.ravel()[order]),
            "step",
            what,
            f"The {what} over the steps {x[0]} to {x[-1]}: yours goes from "
            f"{value.ravel()[order][0]:.4g} to {value.ravel()[order][-1]:.4g}, the right one from "
            f"{right.ravel()[order][0]:.4g} to {right.ravel()[order][-1]:.4g}; they are furthest "
            f"apart at step {steps[worst]}.",
        ),
    )


def _at_steps(
    student: Student, function: str, steps: Array, *arguments: Any, **given: Any
) -> Answer:
    """Ask for an array of steps, in one question, and refuse what is not the reference's."""
    answer = student.call(function, steps, *arguments, **given)
    right = getattr(reference, function)(steps, *arguments, **given)
    asked = expect.written(function, "steps", *map(expect.describe, arguments), **given)
    _compare_schedules(answer, asked, steps, np.asarray(right), _quantity(function))
    return answer


def _one_by_one(student: Student, function: str, steps: list[int], *arguments: Any) -> None:
    """Ask for one step after another, each a number, and refuse wrong numbers.

    The last of them is NumPy's, as in a loop over `np.arange`.
    """
    numbers = [*steps[:-1], np.int64(steps[-1])]
    asked = expect.written(function, "step", *map(expect.describe, arguments))
    with expect.told_as(f"{asked} with the numbers {', '.join(map(str, steps))} as step"):
        answer = student.probe("at_each_step", function, numbers, *arguments)
    value = answer.value
    if type(value) is not np.ndarray or value.shape != (len(steps),):
        told = Answer(value, f"{asked} with a number as step")
        raise Refused(f"{expect.returned(told)}; a float was expected")
    right = getattr(reference, function)(np.array(steps), *arguments)
    _compare_schedules(answer, asked, np.array(steps), right, _quantity(function))


def _quantity(function: str) -> str:
    return "momentum" if function == "one_cycle_momentum" else "learning rate"


def _many(draw: np.random.Generator, last: int) -> Array:
    """Return the steps from 0 to `last`."""
    return np.arange(last + 1)


def _shuffled(draw: np.random.Generator, last: int) -> Array:
    """Return twelve steps up to `last` in no order, in two dimensions."""
    return draw.choice(last + 1, (3, 4), replace=False).astype(np.int32)


def _alone(draw: np.random.Generator, last: int) -> Array:
    """Return one step in two dimensions."""
    return draw.integers(1, last, (1, 1))


def _of_every_shape(
    student: Student,
    draw: np.random.Generator,
    function: str,
    given: Callable[[], tuple[int, tuple[float, ...]]],
) -> None:
    """Ask for steps in arrays of several shapes.

    `given` returns the last step and the arguments after the steps, new ones each time.
    """
    with expect.Everything() as everything:
        for make in (_many, _shuffled, _alone):
            with everything.part():
                last, arguments = given()
                answer = _at_steps(student, function, make(draw, last), *arguments)
                expect.untouched(answer)


# power_schedule


@check("power_schedule", "arrays of steps", points=1)
def power_steps(student: Student, draw: np.random.Generator) -> None:
    def given() -> tuple[int, tuple[float, ...]]:
        span = _span(draw)
        return 5 * span, (_rate(draw), span)

    _of_every_shape(student, draw, "power_schedule", given)


@check("power_schedule", "single steps", points=0.5)
def power_numbers(student: Student, draw: np.random.Generator) -> None:
    span = _span(draw)
    steps = [0, 1, span - 1, span, span + 1, 3 * span, 1_000_000]
    _one_by_one(student, "power_schedule", steps, _rate(draw), span)


@check("power_schedule", "exponent, and bad arguments", points=0.5)
def power_exponent(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for low, high in ((0.3, 0.7), (1.5, 2.5)):
            span, exponent = _span(draw), round(float(draw.uniform(low, high)), 2)
            steps = _many(draw, 4 * span)
            with everything.part():
                _at_steps(student, "power_schedule", steps, _rate(draw), span, exponent=exponent)
            with everything.part():
                _at_steps(student, "power_schedule", steps, _rate(draw), span, exponent)
        _odd_spans(student, draw, "power_schedule", everything)


def _odd_spans(
    student: Student,
    draw: np.random.Generator,
    function: str,
    everything: expect.Everything,
    **given: Any,
) -> None:
    """Ask with spans that are no whole numbers, and with some that are none at all."""
    # Halves and quarters, so that every way to round down a quotient is exact.
    for span in (_span(draw) + 0.5, 0.25):
        with everything.part():
            _at_steps(student, function, np.arange(12), _rate(draw), span, **given)
    for span in (-5, 0, -0.5):
        with everything.part():
            expect.raises(student, "ValueError", function, SOME_STEPS, 0.1, span, **given)
    with everything.part():
        student.call(function, SOME_STEPS, 0.1, 1, **given)  # must not raise


# exponential_schedule


@check("exponential_schedule", "arrays of steps", points=1)
def exponential_steps(student: Student, draw: np.random.Generator) -> None:
    def given() -> tuple[int, tuple[float, ...]]:
        span = _span(draw)
        return 4 * span, (_rate(draw), span)

    _of_every_shape(student, draw, "exponential_schedule", given)


@check("exponential_schedule", "single steps", points=0.5)
def exponential_numbers(student: Student, draw: np.random.Generator) -> None:
    span = _span(draw)
    steps = [0, 1, span - 1, span, span + 1, 3 * span]
    _one_by_one(student, "exponential_schedule", steps, _rate(draw), span)


@check("exponential_schedule", "staircase", points=0.5)
def exponential_staircase(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for make in (_many, _shuffled):
            for staircase in (True, False):
                span = _span(draw)
                steps, given = make(draw, 4 * span), {"staircase": staircase}
                with everything.part():
                    _at_steps(student, "exponential_schedule", steps, _rate(draw), span, **given)


@check("exponential_schedule", "factor, and bad arguments", points=0.5)
def exponential_factor(student: Student, draw: np.random.Generator) -> None:
    span, factor = _span(draw), round(float(draw.uniform(0.3, 0.9)), 2)
    steps = _many(draw, 3 * span)
    with expect.Everything() as everything:
        for given in ({"factor": factor}, {"factor": factor, "staircase": True}, {"factor": 1.25}):
            with everything.part():
                _at_steps(student, "exponential_schedule", steps, _rate(draw), span, **given)
        for stairs in (False, True):
            with everything.part():
                _at_steps(student, "exponential_schedule", steps, _rate(draw), span, factor, stairs)
            _odd_spans(student, draw, "exponential_schedule", everything, staircase=stairs)


# piecewise_constant


def _pieces(draw: np.random.Generator, number: int) -> tuple[list[int], list[float]]:
    """Return boundaries, all of their gaps different, and values that go up and down."""
    gaps = 3 + draw.permutation(np.arange(number)) * 2 + int(draw.integers(3))
    values = np.round(draw.permutation(np.geomspace(0.01, 0.6, number + 1)), 4)
    return [int(b) for b in np.cumsum(gaps)], [float(v) for v in values]


@check("piecewise_constant", "between the boundaries", points=1)
def pieces_between(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for number in (1, 3, 5):
            boundaries, values = _pieces(draw, number)
            steps = np.setdiff1d(np.arange(boundaries[-1] + 5), boundaries)
            with everything.part():
                answer = _at_steps(student, "piecewise_constant", steps, boundaries, values)
                expect.untouched(answer)
        boundaries, values = _pieces(draw, 300)
        for steps in (np.array(boundaries[::30]) + 1, np.array([[boundaries[100] + 1]], np.int32)):
            with everything.part():
                _at_steps(student, "piecewise_constant", steps, boundaries, values)


@check("piecewise_constant", "at the boundaries", points=0.5)
def pieces_at(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for number in (2, 4):
            boundaries, values = _pieces(draw, number)
            for steps in (np.arange(boundaries[-1] + 4), np.array([boundaries, boundaries])):
                with everything.part():
                    _at_steps(student, "piecewise_constant", steps, boundaries, values)
        # A piece of one step, and a first piece of step 0 alone.
        for boundaries in ([4, 5, 7], [0, 1, 6]):
            values = [0.4, 0.1, 0.3, 0.2]
            with everything.part():
                _at_steps(student, "piecewise_constant", np.arange(10), boundaries, values)


@check("piecewise_constant", "single steps, no boundaries, whole-number rates", points=0.5)
def pieces_numbers(student: Student, draw: np.random.Generator) -> None:
    boundaries, values = _pieces(draw, 3)
    steps = [0, boundaries[0] - 1, boundaries[1] - 1, boundaries[2] - 1, boundaries[2] + 5, 10**6]
    with expect.Everything() as everything:
        with everything.part():
            _one_by_one(student, "piecewise_constant", steps, boundaries, values)
        with everything.part():
            _one_by_one(student, "piecewise_constant", [0, 3, 10**6], [], [_rate(draw)])
        with everything.part():
            _at_steps(student, "piecewise_constant", np.array([0, 3, 40]), [], [_rate(draw)])
        between = np.setdiff1d(np.arange(boundaries[-1] + 5), boundaries)
        with everything.part():
            _at_steps(student, "piecewise_constant", between, boundaries, [3, 1, 4, 2])


@check("piecewise_constant", "boundaries and values that do not fit", points=0.5)
def pieces_bad(student: Student, draw: np.random.Generator) -> None:
    boundaries, values = _pieces(draw, 3)
    one, two, three = boundaries
    with expect.Everything() as everything:
        for wrong, rates in (
            (boundaries, values[:-1]),
            (boundaries, [*values, 0.1]),
            ([], []),
            ([one, three, two], values),
            ([two, one, three], values),
            ([one, two, two], values),
            ([one, one, two], values),
        ):
            with everything.part():
                expect.raises(student, "ValueError", "piecewise_constant", SOME_STEPS, wrong, rates)
        with everything.part():
            student.call("piecewise_constant", SOME_STEPS, boundaries, values)  # must not raise


# PerformanceScheduling


def _follow(
    student: Student, losses: list[float], initial: float, thing: Thing | None = None, **given: Any
) -> None:
    """Tell the student's scheduling one loss after another, and refuse wrong rates."""
    if thing is None:
        thing = student.make("PerformanceScheduling", initial, **given)
    asked = expect.written("PerformanceScheduling", expect.describe(initial), **given)
    with expect.told_as(f"{asked}.update"):
        answer = thing.probe("rates_after", losses)
    scheduling = reference.PerformanceScheduling(initial, **given)
    right = np.array([scheduling.update(loss) for loss in losses])
    told = Answer(answer.value, f"{asked}.update")
    if type(told.value) is not np.ndarray or told.value.shape != right.shape:
        raise Refused(f"{expect.returned(told)}; a float was expected")
    value = expect.array(told, right.shape, np.float64)
    wrong = np.abs(value - right) > TOLERANCE * right
    if not np.any(wrong):
        return
    epoch = int(np.argmax(wrong))
    before = ", ".join(f"{loss:g}" for loss in losses[max(0, epoch - 7) : epoch + 1])
    dots = "..., " if epoch > 7 else ""
    epochs = np.arange(1, len(losses) + 1)
    raise Refused(
        f"{asked}, told the losses {dots}{before}, returned {value[epoch]:.6g} for the next "
        f"epoch; {right[epoch]:.6g} was expected (epoch {epoch + 1} is the first that is wrong)",
        Curves(
            (epochs, value),
            (epochs, right),
            "epochs that have ended",
            "learning rate",
            f"The learning rate after each of {len(losses)} epochs: yours ends at "
            f"{value[-1]:.4g}, the right one at {right[-1]:.4g}; they part after epoch "
            f"{epoch + 1}.",
        ),
    )


def _falling(draw: np.random.Generator, epochs: int, start: float = 4.0) -> list[float]:
    """Return losses each of which is clearly smaller than the one before."""
    drops = draw.integers(2, 9, epochs) / 64
    return [float(loss) for loss in start - np.cumsum(drops)]


def _noisy(draw: np.random.Generator, best: float, epochs: int) -> list[float]:
    """Return losses above `best`, now falling, now rising."""
    return [best + float(extra) / 64 for extra in draw.permutation(np.arange(1, epochs + 1))]


def _follow_each(student: Student, asked: list[tuple[list[float], float, dict[str, Any]]]) -> None:
    """Follow several schedulings, each of an instance of its own."""
    with expect.Everything() as everything:
        for losses, initial, given in asked:
            with everything.part():
                _follow(student, losses, initial, **given)


@check("PerformanceScheduling", "patience", points=0.75)
def performance_patience(student: Student, draw: np.random.Generator) -> None:
    asked: list[tuple[list[float], float, dict[str, Any]]] = []
    for patience in (1, 3, int(draw.integers(4, 7))):
        # Improvements, one bad epoch too few, an improvement, then enough bad ones and more.
        losses = _falling(draw, 4)
        losses += _noisy(draw, losses[-1], patience - 1)
        losses += [min(losses) - 0.25]
        losses += _noisy(draw, losses[-1], 2 * patience + 1)
        losses += _falling(draw, 2, losses[-1] - 2.0)
        asked += [(losses, _rate(draw), {"factor": 0.5, "patience": patience})]
    _follow_each(student, asked)


@check("PerformanceScheduling", "what counts as an improvement", points=1)
def performance_improvement(student: Student, draw: np.random.Generator) -> None:
    delta = 0.25
    # It falls again and again, but never below the best: the loss before is not what counts.
    saw = [3.0, 2.0, *[2.0 + float(x) for x in (0.75, 0.5, 0.25, 0.125)] * 3]
    # Small steps that add up: compared with the best that counted, some of them do.
    creeping = [4.0 - 9 / 64 * i for i in range(12)]
    asked: list[tuple[list[float], dict[str, Any]]] = [
        (saw, {"factor": 0.25, "patience": 4}),
        (creeping, {"factor": 0.5, "patience": 1, "min_delta": delta}),
        # Exactly min_delta smaller is not yet an improvement; a little more is.
        ([4.0, 3.75, 3.75, 4.0], {"patience": 2, "min_delta": delta}),
        ([4.0, 3.625, 3.75, 3.5, 3.25], {"patience": 2, "min_delta": delta}),
        # By default a ten-thousandth: a fifth more is an improvement, a fifth less is none.
        ([1.0, 0.99988, 0.99976, 0.99968, 0.99968], {"patience": 1}),
        # Not a share of the best, but a difference; and losses may be negative, or 0.
        ([8.0, 7.5, 7.0, 6.5, 6.0], {"patience": 1, "min_delta": delta}),
        ([-1.0, -2.0, -1.5, -2.5], {"patience": 1, "min_delta": 0.0}),
        ([1.0, 0.0, 0.5, 0.5, 0.25, 0.25], {"patience": 2}),
        # The first is one, however large.
        ([4e12, 3e12, 2e12, 3e12, 1e12], {"patience": 1}),
    ]
    _follow_each(student, [(losses, _rate(draw), given) for losses, given in asked])


@check("PerformanceScheduling", "several reductions", points=0.75)
def performance_several(student: Student, draw: np.random.Generator) -> None:
    patience = int(draw.integers(2, 5))
    losses = _falling(draw, 3)
    for _ in range(4):
        losses += _noisy(draw, min(losses), patience)
    # After a reduction the best stays: this is better than the last losses, but not than it.
    losses += [min(losses) + 1 / 128] * patience
    losses += [min(losses) - 0.5]
    losses += _noisy(draw, losses[-1], 2 * patience)
    factor = float(draw.choice([0.625, 0.75, 0.875]))
    _follow(student, losses, _rate(draw), factor=factor, patience=patience)


@check("PerformanceScheduling", "the defaults, and the order of the arguments", points=0.5)
def performance_defaults(student: Student, draw: np.random.Generator) -> None:
    # Improvements of half of the smallest that counts, and of ten halves of it.
    small, large = 0.5e-4, 5e-4
    losses = list(1 - np.cumsum([0, small, large - small, small, large - small]))
    # The rate gets very small, but not 0.
    asked: list[tuple[list[float], dict[str, Any]]] = [
        ([1.0] * 25, {}),
        ([1.0] * 30, {"patience": 2}),
        (losses, {"patience": 1}),
    ]
    with expect.Everything() as everything:
        for told, given in asked:
            with everything.part():
                _follow(student, told, _rate(draw), **given)
        initial = _rate(draw)
        names = ("factor", "patience", "min_delta", "cooldown", "min_rate")
        values = (0.5, 2, 0.25, 1, initial / 8)
        with everything.part():
            thing = student.make("PerformanceScheduling", initial, *values)
            told = [2.0, 1.875, 1.5] + [1.75] * 14
            _follow(student, told, initial, thing, **dict(zip(names, values, strict=True)))


@check("PerformanceScheduling", "cooldown", points=1)
def performance_cooldown(student: Student, draw: np.random.Generator) -> None:
    asked: list[tuple[list[float], float, dict[str, Any]]] = [
        ([1.0] * 24, _rate(draw), {"factor": 0.5, "patience": 2, "cooldown": cooldown})
        for cooldown in (int(draw.integers(3, 6)), 2, 1)
    ]
    # A new best during the cooldown is one: what comes next is compared with it.
    losses = [2.0, 2.0, 2.0, 1.0, 1.5, 1.5, 1.5, 1.5, 1.5, 0.5, 0.5, 0.5, 0.5]
    # Before the first reduction there is no cooldown.
    for told, cooldown in ((losses, 2), ([1.0, 1.0, 1.0], 3)):
        asked += [(told, _rate(draw), {"factor": 0.5, "patience": 2, "cooldown": cooldown})]
    _follow_each(student, asked)


@check("PerformanceScheduling", "the smallest rate", points=0.5)
def performance_floor(student: Student, draw: np.random.Generator) -> None:
    initial = _rate(draw)
    asked: list[tuple[list[float], float, dict[str, Any]]] = [
        ([1.0] * 14, initial, {"factor": 0.5, "patience": 2, "min_rate": initial * share})
        for share in (0.3, 1 / 64, 1.0)
    ]
    given = {"factor": 0.5, "patience": 1, "min_rate": initial / 4, "cooldown": 1}
    _follow_each(student, [*asked, ([1.0] * 8, initial, given)])


@check("PerformanceScheduling", "instances of their own, NaN, bad arguments", points=0.5)
def performance_instances(student: Student, draw: np.random.Generator) -> None:
    given = {"factor": 0.5, "patience": 2}
    with expect.Everything() as everything:
        with everything.part():
            first, second = (student.make("PerformanceScheduling", 0.25, **given) for _ in range(2))
            with everything.part():
                _follow(student, [0.5, 1.0, 1.0], 0.25, first, **given)
            with everything.part():
                _follow(student, [2.0, 1.5, 1.25, 1.25, 1.0], 0.25, second, **given)
        with everything.part():
            _follow(student, [2.0, np.nan, 1.0, np.nan, np.nan, 1.5, 1.5], 0.25, None, **given)
        bad: list[dict[str, Any]] = [{"factor": f} for f in (1.0, 0.0, -0.5, 2.0)]
        bad += [{"patience": 0}, {"patience": -1}]
        for wrong in bad:
            with everything.part():
                expect.raises(student, "ValueError", "PerformanceScheduling", 0.25, **wrong)


# one_cycle


def _total(draw: np.random.Generator) -> int:
    """Return a number of steps for which no turn of the cycle is a whole step."""
    return int(draw.choice([37, 53, 68, 87, 94]))


@check("one_cycle", "the default cycle", points=1.5)
def cycle_shape(student: Student, draw: np.random.Generator) -> None:
    def given() -> tuple[int, tuple[float, ...]]:
        total = _total(draw)
        return total - 1, (total, _large_rate(draw))

    with expect.Everything() as everything:
        with everything.part():
            _of_every_shape(student, draw, "one_cycle", given)
        # Every turn is a whole step here.
        with everything.part():
            _at_steps(student, "one_cycle", np.arange(101), 101, _rate(draw))


@check("one_cycle", "rates and last stretch as given", points=1)
def cycle_given(student: Student, draw: np.random.Generator) -> None:
    peak, total = _rate(draw), _total(draw)
    steps = np.arange(total)
    with expect.Everything() as everything:
        for given in (
            {"start_rate": peak / 4},
            {"start_rate": peak / 25, "final_rate": peak / 50},
            {"final_rate": 0.0},
            {"start_rate": 0.0},
            {"start_rate": 0.0, "final_rate": peak / 50},
            {"last_fraction": round(float(draw.uniform(0.2, 0.6)), 2)},
            {"last_fraction": 0.05, "final_rate": peak / 3},
        ):
            with everything.part():
                _at_steps(student, "one_cycle", steps, total, peak, **given)
        with everything.part():
            _at_steps(student, "one_cycle", steps, total, peak, peak / 4, peak / 50, 0.3)


@check("one_cycle", "the ends, and beyond", points=0.5)
def cycle_ends(student: Student, draw: np.random.Generator) -> None:
    total = _total(draw)
    beyond = np.array([0, total - 2, total - 1, total, total + 1, 3 * total])
    with expect.Everything() as everything:
        for steps, all_steps in (
            (np.array([0, total - 1]), total),
            (beyond, total),
            (np.array([0, 1]), 2),
        ):
            with everything.part():
                _at_steps(student, "one_cycle", steps, all_steps, _rate(draw))


@check("one_cycle", "single steps", points=0.5)
def cycle_numbers(student: Student, draw: np.random.Generator) -> None:
    total = _total(draw)
    # The last stretch is the last tenth: one step is within it whatever the total.
    steps = [0, 1, total // 4, total // 2, total - 10, total - 3, total - 1, 2 * total]
    _one_by_one(student, "one_cycle", steps, total, _rate(draw))


@check("one_cycle", "bad arguments", points=0.5)
def cycle_bad(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        _bad_cycles(everything, lambda total, **given: expect.raises(
            student, "ValueError", "one_cycle", SOME_STEPS, total, 0.1, **given
        ))  # fmt: skip
        with everything.part():
            student.call("one_cycle", SOME_STEPS, 10, 0.1)  # must not raise


def _bad_cycles(everything: expect.Everything, refuses: Callable[..., None]) -> None:
    for total in (-3, 0, 1):
        with everything.part():
            refuses(total)
    for fraction in (-0.1, 1.5, 0.0, 1.0):
        with everything.part():
            refuses(10, last_fraction=fraction)


# one_cycle_momentum


@check("one_cycle_momentum", "the default cycle", points=0.5)
def momentum_shape(student: Student, draw: np.random.Generator) -> None:
    def given() -> tuple[int, tuple[float, ...]]:
        total = _total(draw)
        return total - 1, (total,)

    with expect.Everything() as everything:
        with everything.part():
            _of_every_shape(student, draw, "one_cycle_momentum", given)
        with everything.part():
            _at_steps(student, "one_cycle_momentum", np.arange(101), 101)


@check("one_cycle_momentum", "arguments as given", points=0.5)
def momentum_given(student: Student, draw: np.random.Generator) -> None:
    total = _total(draw)
    low, high = round(float(draw.uniform(0.5, 0.8)), 2), round(float(draw.uniform(0.9, 0.99)), 2)
    fraction = round(float(draw.uniform(0.2, 0.6)), 2)
    steps = np.arange(total)
    with expect.Everything() as everything:
        for given in (
            {"max_momentum": high},
            {"min_momentum": low},
            {"max_momentum": high, "min_momentum": low, "last_fraction": fraction},
        ):
            with everything.part():
                _at_steps(student, "one_cycle_momentum", steps, total, **given)
        with everything.part():
            _at_steps(student, "one_cycle_momentum", steps, total, high, low, fraction)


@check("one_cycle_momentum", "single steps, the ends, bad arguments", points=0.5)
def momentum_ends(student: Student, draw: np.random.Generator) -> None:
    total = _total(draw)
    steps = [0, 1, total // 2, total - 1, 3 * total]
    with expect.Everything() as everything:
        with everything.part():
            _one_by_one(student, "one_cycle_momentum", steps, total)
        with everything.part():
            _at_steps(student, "one_cycle_momentum", np.array([0, 1]), 2)
        _bad_cycles(everything, lambda total, **given: expect.raises(
            student, "ValueError", "one_cycle_momentum", SOME_STEPS, total, **given
        ))  # fmt: skip
        with everything.part():
            student.call("one_cycle_momentum", SOME_STEPS, 10)  # must not raise


# range_test_rates


@check("range_test_rates", "the rates", points=1)
def range_rates(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for n, scale in ((int(draw.integers(10, 60)), 1e-3), (2, 1e-3), (3, 1.0)):
            low = round(scale * _rate(draw), 7)
            high = round(low * float(draw.uniform(50, 2000)), 5)
            for arguments in ((low, high, n), (1, int(draw.integers(50, 2000)), n)):
                with everything.part():
                    answer = student.call("range_test_rates", *arguments)
                    _compare_range(answer, *arguments)
        # The rates of an earlier call may have been changed in the meantime.
        with everything.part():
            asked = f"{expect.written('range_test_rates', f'{low}', f'{high}', f'{n}')}, "
            asked += "asked again after its first answer has been changed in place"
            with expect.told_as(asked):
                again = student.probe("after_changing_the_first", "range_test_rates", low, high, n)
            _compare_range(Answer(again.value, asked), low, high, n)


def _compare_range(answer: Answer, low: float, high: float, n: int) -> None:
    """Refuse rates that are not those of the range, with a picture of their logarithms."""
    right = reference.range_test_rates(low, high, n)
    value = expect.array(answer, right.shape, np.float64)
    wrong = np.abs(value / right - 1) > TOLERANCE
    if np.any(wrong):
        i, number = int(np.argmax(wrong)), np.arange(n)
        raise Refused(
            f"{answer.asked}: rate number {i} (of 0 to {n - 1}) is {value[i]:.6g}; "
            f"{right[i]:.6g} was expected",
            Curves(
                (number, np.log10(np.maximum(value, low * 1e-3))),
                (number, np.log10(right)),
                "number of the rate",
                "decimal logarithm of the rate",
                f"The logarithms of {n} rates: yours go from {value[0]:.3g} to "
                f"{value[-1]:.3g}, the right ones, on a straight line, from {low:.3g} to "
                f"{high:.3g}.",
            ),
        )


@check("range_test_rates", "bad arguments", points=0.5)
def range_bad(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for low, high, n in (
            (-0.1, 1.0, 5),
            (0.0, 1.0, 5),
            (1.0, 0.1, 5),
            (0.1, 0.1, 5),
            (0.1, 1.0, 0),
            (0.1, 1.0, 1),
        ):
            with everything.part():
                expect.raises(student, "ValueError", "range_test_rates", low, high, n)
        with everything.part():
            student.call("range_test_rates", 0.1, 1.0, 5)  # must not raise


# pick_rate


def _curve(draw: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Return rates, and a noisy loss that falls to a valley and rises again."""
    rates = (1 + np.arange(n)) / 8  # not geometric, but all far apart from each other
    valley = int(draw.integers(n // 2, 3 * n // 4))
    shape = 1 + 3 * ((np.arange(n) - valley) / n) ** 2
    return rates, shape * np.exp(0.1 * draw.standard_normal(n))


def _picked(student: Student, rates: Array, losses: Array, **given: Any) -> Answer:
    answer = student.call("pick_rate", rates, losses, **given)
    _compare_picked(answer, rates, losses, **given)
    return answer


def _compare_picked(answer: Answer, rates: Array, losses: Array, **given: Any) -> None:
    right = reference.pick_rate(rates, losses, **given)
    value = expect.number(answer)
    # What is too large for a float, or not a number, is as wrong as infinity.
    number = float(value) if abs(value) < 1e300 else np.inf
    if not abs(number / right - 1) <= TOLERANCE:
        nearest = int(np.argmin(np.abs(np.log(rates / 10 / right))))
        told = "; ".join(f"{loss:.3g}" for loss in losses[max(0, nearest - 2) : nearest + 3])
        same = np.flatnonzero(np.abs(10 * number / rates - 1) < TOLERANCE)
        yours = f" (a tenth of that at step {same[0]})" if same.size else ""
        raise Refused(
            f"{answer.asked} is {expect.describe(value)}{yours}; {right:.6g} was expected, a tenth "
            f"of the rate at step {nearest} of {len(rates)}, around which the losses are {told}"
        )


def _decoys(draw: np.random.Generator, n: int) -> tuple[Array, Array]:
    """Return rates and losses whose lowest single loss is not at the lowest smoothed one."""
    rates, losses = _curve(draw, n)
    losses[n // 5] = 0.4  # one lucky batch
    return rates, losses


def _pick_each(student: Student, asked: list[tuple[tuple[Array, Array], dict[str, Any]]]) -> None:
    """Have a rate picked from each of several curves."""
    with expect.Everything() as everything:
        for curve, given in asked:
            with everything.part():
                expect.untouched(_picked(student, *curve, **given))


@check("pick_rate", "the lowest smoothed loss", points=1)
def pick_smoothed(student: Student, draw: np.random.Generator) -> None:
    rates, _ = _curve(draw, 20)
    # A short valley is better than one lucky batch, however little is smoothed.
    valley = np.ones(20)
    valley[8], valley[11:14] = 0.7, 0.75
    # Two that are equally low, and two that are not quite.
    equal = np.array([3.0, 2.0, 1.0, 2.0, 1.0, 3.0, 3.5, 3.75])
    nearly = np.array([3.0, 2.0, 1.0, 2.0, 1.0 - 1e-9, 3.0, 3.5, 3.75])
    asked: list[tuple[tuple[Array, Array], dict[str, Any]]] = [
        ((rates, valley), {"beta": 0.7}),
        *((_decoys(draw, 40), {"beta": beta}) for beta in (0.5, 0.7, 0.95)),
        *((_decoys(draw, n), {}) for n in (30, 45, 300)),
        # Down and up again: the more is smoothed, the later is the lowest.
        (((1 + np.arange(60)) / 8, np.abs(np.linspace(-1, 1, 60)) + 1), {}),
        # The first loss is the best: with the bias corrected, so is the first smoothed one.
        ((rates, 1 + 0.25 * np.arange(20)), {}),
        # The first is by far the worst: the average must not remember it for long.
        ((rates, np.r_[5.0, 1 + 0.2 * np.arange(19)]), {}),
        # The second is lower: less so if the bias is corrected too little, or not at all.
        ((rates[:4], np.array([1.0, 0.6, 3.0, 3.0])), {"beta": 0.5}),
        ((rates[:4], np.array([1.0, 0.8, 3.0, 3.0])), {"beta": 0.5}),
        # Without smoothing.
        ((rates[:8], equal), {"beta": 0.0}),
        ((rates[:8], nearly), {"beta": 0.0}),
    ]
    _pick_each(student, asked)


@check("pick_rate", "what comes after it has blown up", points=1)
def pick_blown(student: Student, draw: np.random.Generator) -> None:
    asked: list[tuple[tuple[Array, Array], dict[str, Any]]] = []
    settings: tuple[dict[str, Any], ...] = ({"beta": 0.9}, {"beta": 0.6})
    for given in settings:
        rates, losses = _curve(draw, 80)
        losses[8] *= 6  # one unlucky batch is no explosion
        losses[35:38] *= 40  # it blows up
        losses[38:] = 1e-3  # and comes back, too late
        asked += [((rates, losses), given)]
    rates, _ = _curve(draw, 7)
    # Exactly four times the lowest is not yet too much; more than the best is what counts, not
    # more than the first; and neither three times nor five times is the default.
    for told in (
        [2.0, 1.0, 4.0, 0.5, 1.0, 1.5, 2.0],
        [2.0, 1.0, 3.75, 0.5, 1.0, 1.5, 2.0],
        [2.0, 1.0, 4.5, 0.5, 1.0, 1.5, 2.0],
        [2.0, 1.0, 9.0, 0.5, 1.0, 1.5, 2.0],
        [8.0, 1.0, 4.5, 0.5, 1.0, 1.5, 2.0],
        [8.0, 1.0, 16.0, 0.5, 1.0, 1.5, 2.0],
        [4.0, 2.0, 9.0, 1.0, 1.0, 1.5, 2.0],
        # The first is the best.
        [1.0, 2.0, 5.0, 0.25, 1.0, 1.5, 2.0],
    ):
        asked += [((rates, np.array(told)), {"beta": 0.0})]
    for blow_up in (2.0, 8.0):
        losses = np.array([2.0, 1.0, 3.0, 0.5, 1.0, 5.0, 0.25])
        asked += [((rates, losses), {"beta": 0.0, "blow_up": blow_up})]
    with expect.Everything() as everything:
        with everything.part():
            _pick_each(student, [*asked, (_first_worst(200.0), {})])
        with everything.part():  # in their order
            answer = student.call("pick_rate", rates, losses, 0.0, 2.0)
            _compare_picked(answer, rates, losses, beta=0.0, blow_up=2.0)


def _first_worst(end: float) -> tuple[Array, Array]:
    """Return rates and losses that rise after the worst of all, which is the first, to the `end`.

    An average that starts with the first loss is lowest far too late.
    """
    losses = np.r_[5.0, 1 + 0.2 * np.arange(19)]
    losses[17:] = end
    return (1 + np.arange(20)) / 8, losses


@check("pick_rate", "losses that are not finite", points=0.5)
def pick_infinite(student: Student, draw: np.random.Generator) -> None:
    asked: list[tuple[tuple[Array, Array], dict[str, Any]]] = []
    for bad in (np.nan, np.inf, -np.inf):
        for place in (1, 30, 39):
            rates, losses = _curve(draw, 40)
            losses[place:] = bad
            asked += [((rates, losses), {})]
        rates, losses = _curve(draw, 40)
        losses[20] = bad
        losses[21:] = 1e-3
        asked += [((rates, losses), {}), (_first_worst(bad), {})]
    _pick_each(student, asked)


@check("pick_rate", "nothing to pick from", points=0.5)
def pick_bad(student: Student, draw: np.random.Generator) -> None:
    rates, losses = _curve(draw, 10)
    with expect.Everything() as everything:
        for wrong in (
            losses[:-1],
            np.r_[losses, 1.0],
            np.full(10, np.nan),
            np.r_[np.inf, losses[1:]],
            np.r_[-np.inf, losses[1:]],
        ):
            with everything.part():
                expect.raises(student, "ValueError", "pick_rate", rates, wrong)
        with everything.part():
            expect.raises(student, "ValueError", "pick_rate", rates[:0], losses[:0])
        with everything.part():
            student.call("pick_rate", rates, losses)  # must not raise


# OneCycleSchedule: Keras stays on the student's side, and so do its tensors.


def _keras_rates(
    student: Student, thing: Thing, asked: str, way: str, steps: list[int], given: dict[str, Any]
) -> None:
    kinds = {"numbers": "", "tensors": " with tensors as steps", "graph": " in a compiled graph"}
    asked += kinds[way]
    with expect.told_as(asked):
        answer = thing.probe("schedule_rates", steps, way)
    _single(answer, asked, np.array(steps), given)


def _single(answer: Answer, asked: str, steps: Array, given: dict[str, Any]) -> None:
    """Refuse single-precision rates that are not those of `reference.one_cycle`."""
    if type(answer.value) is not np.ndarray:
        raise Refused(f"{asked} gave {expect.describe(answer.value)}; a tensor was expected")
    value = expect.array(Answer(answer.value, asked), steps.shape, np.float32)
    right = np.asarray(reference.one_cycle(steps, **given))
    error = np.abs(value - right)
    if np.any(error > SINGLE * given["max_rate"]):
        worst = int(np.argmax(error))
        order = np.argsort(steps)
        raise Refused(
            f"{asked} is off: at step {steps[worst]} {value[worst]:.6g} came back, "
            f"{right[worst]:.6g} was expected",
            Curves(
                (steps[order], value[order]),
                (steps[order], right[order]),
                "step",
                "learning rate",
                f"The learning rate over the steps {steps.min()} to {steps.max()}: yours is "
                f"furthest from the right one at step {steps[worst]}, with {value[worst]:.4g} in "
                f"place of {right[worst]:.4g}.",
            ),
        )


def _given(draw: np.random.Generator, **given: Any) -> dict[str, Any]:
    """Return arguments of a cycle; the rates are large, so that single precision shows them."""
    return {"total_steps": _total(draw), "max_rate": _large_rate(draw), **given}


def _made_schedule(student: Student, given: dict[str, Any]) -> tuple[Thing, str]:
    return student.make("OneCycleSchedule", **given), expect.written("OneCycleSchedule", **given)


@check("OneCycleSchedule", "the cycle", points=0.75)
def keras_cycle(student: Student, draw: np.random.Generator) -> None:
    peak = _large_rate(draw)
    all_given = [
        _given(draw),
        _given(draw, start_rate=0.5, last_fraction=0.3),
        _given(draw, final_rate=0.0, last_fraction=0.55),
        _given(draw, start_rate=0.0, final_rate=0.25),
        _given(draw, max_rate=peak, start_rate=peak),  # the default of the last rate shows here
        _given(draw, total_steps=2),
    ]
    with expect.Everything() as everything:
        for given in all_given:
            with everything.part():
                thing, asked = _made_schedule(student, given)
                steps = [*range(0, given["total_steps"] + 4, 3), given["total_steps"] - 1, 1000]
                _keras_rates(student, thing, asked, "numbers", steps, given)


@check("OneCycleSchedule", "two schedules at once, the order of the arguments", points=0.25)
def keras_two(student: Student, draw: np.random.Generator) -> None:
    peak, total = _large_rate(draw), _total(draw)
    given: dict[str, Any] = {"total_steps": total, "max_rate": peak, "start_rate": peak / 4}
    given |= {"final_rate": peak / 50, "last_fraction": 0.3}
    first = student.make("OneCycleSchedule", *given.values())
    other = _given(draw, total_steps=2 * total, max_rate=2 * peak)
    second, asked = _made_schedule(student, other)
    steps = [*range(0, 2 * total, 5)]
    with expect.Everything() as everything:
        for thing, told, arguments in (
            (first, expect.written("OneCycleSchedule", *map(str, given.values())), given),
            (second, asked, other),
        ):
            with everything.part():
                told += ", made with another one beside it,"
                _keras_rates(student, thing, told, "numbers", steps, arguments)


@check("OneCycleSchedule", "tensors as steps, and compiled graphs", points=1)
def keras_graph(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for way in ("tensors", "graph"):
            given = _given(draw)
            total = given["total_steps"]
            steps = [0, 1, total // 3, total // 2, 4 * total // 5, total - 1, total, 2 * total]
            with everything.part():
                thing, asked = _made_schedule(student, given)
                _keras_rates(student, thing, asked, way, steps, given)


@check("OneCycleSchedule", "configuration and bad arguments", points=0.5)
def keras_configuration(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for given in (
            _given(draw),
            _given(draw, start_rate=0.5, final_rate=0.125, last_fraction=0.3),
            _given(draw, final_rate=0.0),
        ):
            with everything.part():
                _configured(student, given)
        _bad_cycles(everything, lambda total, **given: expect.raises(
            student, "ValueError", "OneCycleSchedule", total, 0.1, **given
        ))  # fmt: skip


def _configured(student: Student, given: dict[str, Any]) -> None:
    """Refuse a schedule whose configuration does not make an equal one."""
    thing, asked = _made_schedule(student, given)
    with expect.told_as(f"{asked}.get_config()"):
        config = thing.probe("configuration").value
    if config is None:
        raise Refused(
            "OneCycleSchedule has no get_config of its own, so a model that is trained with it "
            "cannot be saved"
        )
    plain = (int, float, type(None))
    if type(config) is not dict or not all(isinstance(v, plain) for v in config.values()):
        raise Refused(
            f"{asked}.get_config() returned {expect.describe(config)}; a dictionary of the "
            "arguments was expected"
        )
    lost = [name for name in given if name not in config]
    if lost:
        raise Refused(f"{asked}.get_config() has no {' and no '.join(lost)}")
    twin = student.make("OneCycleSchedule", **config)
    steps = [*range(0, given["total_steps"], 5), given["total_steps"] - 1]
    told = f"OneCycleSchedule(**configuration), made from that of {asked},"
    _keras_rates(student, twin, told, "numbers", steps, given)


@check("OneCycleSchedule", "in an optimiser, saved and loaded with a model", points=1)
def keras_training(student: Student, draw: np.random.Generator) -> None:
    given: dict[str, Any] = {"total_steps": 7, "max_rate": _large_rate(draw), "start_rate": 0.5}
    thing, asked = _made_schedule(student, given)
    told = f"An optimiser with {asked}, saved and loaded after four steps,"
    with expect.told_as(told):
        answer = thing.probe("schedule_in_training", 4)
    if answer.value is None:
        raise Refused(
            "OneCycleSchedule is not a subclass of "
            "keras.optimizers.schedules.LearningRateSchedule, so no optimiser would ask it"
        )
    if isinstance(answer.value, str) and answer.value == "unknown":
        raise Refused(
            "A model that is trained with OneCycleSchedule can be saved, but not loaded: Keras "
            "does not find the class, which is not registered"
        )
    _single(answer, told, np.arange(8), given)
