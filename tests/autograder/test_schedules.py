"""What is particular to the assignment on schedules; the rest is in `test_quality`."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.assignments.schedules import checks as checks
from autograder.dialogue.pictures import Curves
from autograder.judging.drawing import draw as drawn
from tests.autograder.questioning import exercise, mistake_of, namespace, solutions, verdict

ASSIGNMENT = CONTENT.load("schedules")
REFERENCE = solutions("schedules").read_text(encoding="utf-8")


# Mistakes as somebody else would have written them: (exercise, name, code).
REWRITTEN = [
    (
        "power_schedule",
        "whole-number-division",
        """
        def power_schedule(step, initial_rate, decay_steps, exponent=1.0):
            if decay_steps <= 0:
                raise ValueError("no")
            stairs = 1.0 + np.floor(step / decay_steps)
            return initial_rate * stairs ** (-exponent)
        """,
    ),
    (
        "exponential_schedule",
        "natural-exponential",
        """
        def exponential_schedule(step, initial_rate, decay_steps, factor=0.1, staircase=False):
            if decay_steps <= 0:
                raise ValueError("no")
            power = step // decay_steps if staircase else step / decay_steps
            return initial_rate / math.e ** power
        """,
    ),
    (
        "piecewise_constant",
        "new-value-at-the-boundary",
        """
        def piecewise_constant(step, boundaries, values):
            if len(values) != len(boundaries) + 1 or list(boundaries) != sorted(set(boundaries)):
                raise ValueError("no")
            step = np.asarray(step)
            rate = np.full(step.shape, values[0], dtype=float)
            for boundary, value in zip(boundaries, values[1:]):
                rate = np.where(step >= boundary, value, rate)
            return rate
        """,
    ),
    (
        "PerformanceScheduling",
        "one-epoch-too-patient",
        """
        class PerformanceScheduling:
            def __init__(self, rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0,
                         min_rate=0.0):
                if not 0 < factor < 1 or patience < 1:
                    raise ValueError("no")
                self.__dict__.update(locals())
                self.best, self.history, self.free = np.inf, [], 0
            def update(self, loss):
                if self.best - loss > self.min_delta:
                    self.best, self.history = loss, []
                elif self.free == 0:
                    self.history.append(loss)
                if self.free:
                    self.free -= 1
                if len(self.history) > self.patience:
                    self.history, self.free = [], self.cooldown
                    self.rate = np.maximum(self.rate * self.factor, self.min_rate)
                return self.rate
        """,
    ),
    (
        "PerformanceScheduling",
        "cooldown-one-epoch-short",
        """
        class PerformanceScheduling:
            # Keras's own order of things.
            def __init__(self, initial_rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0,
                         min_rate=0.0):
                if factor >= 1 or factor <= 0 or patience < 1:
                    raise ValueError("no")
                self.lr, self.factor, self.patience = initial_rate, factor, patience
                self.min_delta, self.cooldown, self.min_lr = min_delta, cooldown, min_rate
                self.cooldown_counter, self.wait, self.best = 0, 0, float("inf")
            def in_cooldown(self):
                return self.cooldown_counter > 0
            def update(self, loss):
                if self.in_cooldown():
                    self.cooldown_counter -= 1
                    self.wait = 0
                if loss < self.best - self.min_delta:
                    self.best = loss
                    self.wait = 0
                elif not self.in_cooldown():
                    self.wait += 1
                    if self.wait >= self.patience:
                        self.lr = max(self.lr * self.factor, self.min_lr)
                        self.cooldown_counter = self.cooldown
                        self.wait = 0
                return self.lr
        """,
    ),
    (
        "one_cycle",
        "peaks-late",
        """
        def one_cycle(step, total_steps, max_rate, start_rate=None, final_rate=None,
                      last_fraction=0.1):
            if total_steps < 2 or last_fraction <= 0 or last_fraction >= 1:
                raise ValueError("no")
            start = 0.1 * max_rate if start_rate is None else start_rate
            final = 1e-3 * start if final_rate is None else final_rate
            u = np.minimum(np.asarray(step) / (total_steps - 1), 1.0)
            back = 1 - last_fraction
            peak = min(0.5, back)
            up = start + (max_rate - start) * u / peak
            with np.errstate(divide="ignore", invalid="ignore"):
                down = start + (max_rate - start) * np.divide(back - u, back - peak)
            out = final + (start - final) * (1 - u) / last_fraction
            return np.where(u <= peak, up, np.where(u <= back, down, out))
        """,
    ),
    (
        "one_cycle_momentum",
        "moves-with-the-rate",
        """
        def one_cycle_momentum(step, total_steps, max_momentum=0.95, min_momentum=0.85,
                               last_fraction=0.1):
            share = one_cycle(step, total_steps, 1.0, 0.0, 0.0, last_fraction)
            return min_momentum + share * (max_momentum - min_momentum)
        """,
    ),
    (
        "range_test_rates",
        "linear",
        """
        def range_test_rates(low, high, n):
            if low <= 0 or high <= low or n <= 1:
                raise ValueError("no")
            return low + (high - low) / (n - 1) * np.arange(n)
        """,
    ),
    (
        "pick_rate",
        "bias-not-corrected",
        """
        def pick_rate(rates, losses, beta=0.9, blow_up=4.0):
            if len(rates) != len(losses):
                raise ValueError("no")
            average, best, chosen = 0.0, None, None
            for rate, loss in zip(rates, losses):
                average += (1 - beta) * (loss - average)
                if not np.isfinite(loss) or (best is not None and average > blow_up * best):
                    break
                if best is None or average < best:
                    best, chosen = average, rate
            if chosen is None:
                raise ValueError("no")
            return chosen / 10
        """,
    ),
    (
        "pick_rate",
        "lowest-single-loss-of-all",
        """
        def pick_rate(rates, losses, beta=0.9, blow_up=4.0):
            return float(0.1 * rates[losses.argmin()])
        """,
    ),
    (
        "pick_rate",
        "another-default-beta-0.98",
        """
        right = pick_rate
        def pick_rate(rates, losses, beta=0.98, blow_up=4.0):
            return right(rates, losses, beta, blow_up)
        """,
    ),
    (
        "exponential_schedule",
        "staircase-by-default",
        """
        right = exponential_schedule
        def exponential_schedule(step, initial_rate, decay_steps, factor=0.1, staircase=True):
            return right(step, initial_rate, decay_steps, factor, staircase)
        """,
    ),
    (
        "piecewise_constant",
        "number-of-values-not-checked",
        """
        def piecewise_constant(step, boundaries, values):
            if any(b <= a for a, b in zip(boundaries, boundaries[1:])):
                raise ValueError("no")
            return np.array(values, dtype=float)[np.searchsorted(boundaries, step)]
        """,
    ),
    (
        "piecewise_constant",
        "numbers-only",
        """
        def piecewise_constant(step, boundaries, values):
            if len(values) - 1 != len(boundaries):
                raise ValueError("no")
            for first, second in zip(boundaries, boundaries[1:]):
                if first >= second:
                    raise ValueError("no")
            for boundary, value in zip(boundaries, values):
                if step <= boundary:
                    return value
            return values[-1]
        """,
    ),
]


@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda x: str(x)[:30])
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    names = namespace(REFERENCE + textwrap.dedent(code))
    assert [verdict(asked, names, number).mistake for number in range(5)] == [mistake] * 5


# The Keras schedule as people get it wrong: (mistake, the method that differs).
KERAS = """
import keras
from keras import ops

@keras.saving.register_keras_serializable(package="course")
class OneCycleSchedule(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
        if total_steps < 2 or not 0 < last_fraction < 1:
            raise ValueError("no")
        self.T, self.high, self.f = total_steps, max_rate, last_fraction
        self.low = max_rate / 10 if start_rate is None else start_rate
        self.end = self.low / 1000 if final_rate is None else final_rate

    def __call__(self, step):
        u = ops.minimum(ops.cast(step, "float32") / (self.T - 1), 1.0)
        half = (1 - self.f) / 2
        cycle = self.high - (self.high - self.low) * ops.abs(u - half) / half
        out = self.end + (self.low - self.end) * (1 - u) / self.f
        return ops.where(u < 2 * half, cycle, out)

    def get_config(self):
        return {"total_steps": self.T, "max_rate": self.high, "start_rate": self.low,
                "final_rate": self.end, "last_fraction": self.f}
"""
KERAS_WRONG = [
    (
        "value-of-a-tensor-needed",
        """
    def __call__(self, step):
        u = ops.minimum(ops.cast(step, "float32") / (self.T - 1), 1.0)
        half = (1 - self.f) / 2
        if u < 2 * half:
            return self.high - (self.high - self.low) * ops.abs(u - half) / half
        return self.end + (self.low - self.end) * (1 - u) / self.f
        """,
    ),
    (
        "tensor-handed-to-numpy",
        """
    def __call__(self, step):
        import numpy as np
        u = np.asarray(step) / (self.T - 1)
        turns = [0, (1 - self.f) / 2, 1 - self.f, 1]
        rate = np.interp(u, turns, [self.low, self.high, self.low, self.end])
        return ops.convert_to_tensor(rate, dtype="float32")
        """,
    ),
    (
        "whole-number-tensors-not-cast",
        """
    def __call__(self, step):
        last = self.T - 1.0
        back = (1 - self.f) * last
        from_peak = ops.abs(2.0 / back * (0 + step) - 1)
        cycle = self.high - (self.high - self.low) * from_peak
        out = self.end + (self.low - self.end) * ops.maximum(last - step, 0.0) / (last - back)
        return ops.where(step < back, cycle, out)
        """,
    ),
    (
        "only-an-optimisers-own-counter-is-cast",
        """
    def __call__(self, step):
        last = self.T - 1.0
        back = (1 - self.f) * last
        cycle = self.high - (self.high - self.low) * ops.abs(step * (2 / back) - 1)
        out = self.end + (self.low - self.end) * ops.maximum(last - step, 0.0) / (last - back)
        return ops.where(step < back, cycle, out)
        """,
    ),
    (
        "double-precision-for-tensors",
        """
    def __call__(self, step):
        u = ops.minimum(step / (self.T - 1), 1)
        half = (1 - self.f) / 2
        cycle = self.high - (self.high - self.low) * ops.abs(u - half) / half
        out = self.end + (self.low - self.end) * (1 - u) / self.f
        return ops.where(u < 2 * half, cycle, out)
        """,
    ),
    (
        "configuration-incomplete",
        """
    def get_config(self):
        return {"total_steps": self.T, "max_rate": self.high}
        """,
    ),
    ("configuration-missing", "\n    del get_config\n"),
    (
        "last-step-never-reached",
        """
    def __call__(self, step):
        u = ops.minimum(ops.cast(step, "float32") / self.T, 1.0)
        half = (1 - self.f) / 2
        cycle = self.high - (self.high - self.low) * ops.abs(u - half) / half
        out = self.end + (self.low - self.end) * (1 - u) / self.f
        return ops.where(u < 2 * half, cycle, out)
        """,
    ),
    (
        "goes-on-falling",
        """
    def __call__(self, step):
        u = ops.cast(step, "float32") / (self.T - 1)
        half = (1 - self.f) / 2
        cycle = self.high - (self.high - self.low) * ops.abs(u - half) / half
        out = self.end + (self.low - self.end) * (1 - u) / self.f
        return ops.where(u < 2 * half, cycle, out)
        """,
    ),
]


def test_the_keras_schedule_that_the_wrong_ones_are_made_of_is_right() -> None:
    found = verdict(exercise(ASSIGNMENT, "OneCycleSchedule"), namespace(REFERENCE + KERAS), 1)
    assert found.messages == []


@pytest.mark.parametrize(("mistake", "method"), KERAS_WRONG, ids=lambda x: str(x)[:30])
def test_mistakes_in_keras_are_named(mistake: str, method: str) -> None:
    names = namespace(REFERENCE + KERAS + method)
    asked = exercise(ASSIGNMENT, "OneCycleSchedule")
    found = [verdict(asked, names, number) for number in range(2)]
    assert [one.mistake for one in found] == [mistake] * 2, found[0].messages


def test_a_schedule_that_is_none_of_keras_is_told_so() -> None:
    names = namespace(
        REFERENCE + KERAS.replace("(keras.optimizers.schedules.LearningRateSchedule)", "")
    )
    found = verdict(exercise(ASSIGNMENT, "OneCycleSchedule"), names, 1)
    (message,) = found.messages
    assert "not a subclass of keras.optimizers.schedules.LearningRateSchedule" in message


def test_a_class_that_keras_would_not_find_is_named() -> None:
    line = '@keras.saving.register_keras_serializable(package="course")\n'
    asked = exercise(ASSIGNMENT, "OneCycleSchedule")
    found = verdict(asked, namespace(REFERENCE + KERAS.replace(line, "")), 1)
    assert found.mistake == "not-registered"
    failed = [check for check in found.checks if not check.passed]
    assert [check.title for check in failed] == ["in an optimiser, saved and loaded with a model"]
    assert "not registered" in failed[0].message
    other = line.replace("course", "mine")
    assert verdict(asked, namespace(REFERENCE + KERAS.replace(line, other)), 1).passed


def test_schedules_that_share_their_state_are_refused() -> None:
    shared = KERAS.replace("self.T, self.high", "type(self).T, self.high")
    found = verdict(exercise(ASSIGNMENT, "OneCycleSchedule"), namespace(REFERENCE + shared), 1)
    failed = [check.title for check in found.checks if not check.passed]
    assert failed == ["two schedules at once, the order of the arguments"]


def test_a_probe_that_fails_is_told_in_a_students_words() -> None:
    names = namespace(REFERENCE + "\ndef power_schedule(step, *a, **k):\n    return step.shape\n")
    messages = verdict(exercise(ASSIGNMENT, "power_schedule"), names, 1).messages
    assert not any("at_each_step" in message for message in messages)
    assert any("with the numbers 0, 1, " in message for message in messages)


def test_a_method_that_is_still_a_stub_is_told() -> None:
    stub = "\n    def __call__(self, step):\n        raise NotImplementedError()\n"
    found = verdict(
        exercise(ASSIGNMENT, "OneCycleSchedule"), namespace(REFERENCE + KERAS + stub), 1
    )
    assert found.score == 0
    assert "raised NotImplementedError" in found.messages[0]


# Answers that are hardly answers: (exercise, what is returned, what is said).
HARDLY = [
    ("power_schedule", "None", "is a `return` missing?"),
    ("power_schedule", "list(np.ravel(right))", "a NumPy array was expected"),
    ("power_schedule", "np.float32(right)", "has dtype float32"),
    ("power_schedule", "np.ravel(right)[:1]", "has shape"),
    ("power_schedule", "right * np.nan", "NaN or infinity"),
    ("power_schedule", "2 * right", "came back"),
    ("power_schedule", "'0.1'", "a NumPy array was expected"),
    ("exponential_schedule", "right if np.ndim(right) else None", "with a number as step"),
    ("exponential_schedule", "right if np.ndim(right) else [right]", "a float was expected"),
    ("exponential_schedule", "right if np.ndim(right) else bool(right)", "a float was expected"),
    ("exponential_schedule", "right if np.ndim(right) else 10**400", "OverflowError"),
    ("one_cycle", "right if np.ndim(right) else np.array([right])", "a float was expected"),
    ("one_cycle", "right + 0j", "has dtype complex128"),
    ("range_test_rates", "right.tolist()", "a NumPy array was expected"),
    ("range_test_rates", "right[:-1]", "has shape"),
    ("range_test_rates", "-right", "rate number 0"),
    ("pick_rate", "None", "is a `return` missing?"),
    ("pick_rate", "[right]", "a float was expected"),
    ("pick_rate", "True", "a float was expected"),
    ("pick_rate", "10**400", "more than a hundred digits"),
    ("pick_rate", "float('nan')", "is nan"),
    ("pick_rate", "np.array([right, right])", "a float was expected"),
    ("pick_rate", "2 * right", "a tenth of that at step"),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "returned", "said"), HARDLY, ids=lambda x: str(x)[:40])
def test_what_is_said_about_answers_that_are_hardly_answers(
    name: str, returned: str, said: str
) -> None:
    code = f"""
reference = {name}
def {name}(*arguments, **given):
    right = reference(*arguments, **given)
    return {returned}
"""
    found = verdict(exercise(ASSIGNMENT, name), namespace(REFERENCE + code), 1)
    assert any(said in message for message in found.messages), found.messages


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("return None", "is a `return` missing?"),
        ("return [self.rate]", "a float was expected"),
        ("return 'fast'", "a float was expected"),
        ("return float('nan')", "NaN or infinity"),
        ("raise RuntimeError('oops')", "RuntimeError: oops (line"),
        ("return self.rate * (1 + 1e-6)", "is the first that is wrong"),
    ],
)
def test_what_is_said_about_a_scheduling_that_is_hardly_one(body: str, said: str) -> None:
    code = f"""
class PerformanceScheduling(PerformanceScheduling):
    def update(self, loss):
        super().update(loss)
        {body}
"""
    found = verdict(exercise(ASSIGNMENT, "PerformanceScheduling"), namespace(REFERENCE + code), 1)
    assert any(said in message for message in found.messages), found.messages


def test_no_update_at_all() -> None:
    code = "\nclass PerformanceScheduling:\n    def __init__(self, *a, **k):\n        pass\n"
    found = verdict(exercise(ASSIGNMENT, "PerformanceScheduling"), namespace(REFERENCE + code), 1)
    assert "update" in found.messages[0]


# Pictures


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("power_schedule", "exponential"),
        ("piecewise_constant", "new-value-at-the-boundary"),
        ("PerformanceScheduling", "previous-loss-instead-of-the-best"),
        ("one_cycle", "peaks-late"),
        ("one_cycle_momentum", "moves-with-the-rate"),
        ("range_test_rates", "linear"),
        ("OneCycleSchedule", "peaks-late"),
    ],
)
def test_a_wrong_schedule_is_drawn_over_the_right_one(name: str, wrong: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    mistake = mistake_of(asked, wrong)
    found = verdict(asked, namespace(REFERENCE, {name: mistake.implementation}), 1)
    pictures = [check.picture for check in found.checks if check.picture is not None]
    assert pictures
    for picture in pictures:
        assert isinstance(picture, Curves)
        assert picture.yours[0].shape == picture.yours[1].shape == picture.expected[1].shape
        assert np.all(np.diff(picture.expected[0]) >= 0)
        assert drawn(picture).startswith("<svg")
        assert len(picture.alt) > 40


# Inputs


def test_the_boundaries_of_pieces_are_no_rule() -> None:
    for number in range(30):
        boundaries, values = checks._pieces(np.random.default_rng(number), 4)
        assert len(values) == 5
        assert len(set(values)) == 5
        assert min(np.diff([0, *boundaries])) >= 3
        assert boundaries != sorted(np.cumsum(boundaries))


def test_no_turn_of_a_cycle_is_a_whole_step() -> None:
    for number in range(30):
        last = checks._total(np.random.default_rng(number)) - 1
        for share in (0.45, 0.9):
            assert abs(share * last - round(share * last)) > 0.05


def test_a_lucky_batch_is_lower_than_any_smoothed_loss(monkeypatch: Any) -> None:
    for number in range(30):
        rates, losses = checks._decoys(np.random.default_rng(number), 40)
        assert np.argmin(losses) == 8
        picked = checks.reference.pick_rate(rates, losses)
        assert picked != rates[8] / 10
