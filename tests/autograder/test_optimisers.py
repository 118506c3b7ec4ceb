"""The assignment on optimisers: what is particular to it."""

from __future__ import annotations

import textwrap
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.assignments.optimisers import checks as checks
from autograder.assignments.optimisers import in_numpy, probes
from autograder.assignments.optimisers import mistakes as mistakes
from autograder.cli.sample_class import reference_answers
from autograder.dialogue.pictures import Curves
from autograder.dialogue.remote import Event
from autograder.judging.drawing import draw
from autograder.judging.judge import _run, local_ask
from tests.autograder.questioning import (
    ROOT,
    Namespace,
    exercise,
    key,
    namespace,
    solutions,
    verdict,
)

KEYS = 3
ASSIGNMENT = CONTENT.load("optimisers")
NUMPY_EXERCISES = [e for e in ASSIGNMENT.exercises if e.module == "solutions.optimisers"]
NAMES = [e.name for e in NUMPY_EXERCISES]
NADAMW = exercise(ASSIGNMENT, "NadamW")
REFERENCE = solutions("optimisers").read_text(encoding="utf-8")
PROBES = (ROOT / "autograder/assignments/optimisers/probes.py").read_text(encoding="utf-8")
KERAS_CLASS = reference_answers(ASSIGNMENT)["NadamW"]
# A mistake may divide by 0 on its way, and its replay does so again.
pytestmark = pytest.mark.filterwarnings(
    "ignore::RuntimeWarning", "ignore::DeprecationWarning", "ignore::PendingDeprecationWarning"
)


def test_each_exercise_is_asked_and_misunderstood_in_many_ways() -> None:
    for asked in ASSIGNMENT.exercises:
        assert len(asked.checks) >= 6
        assert len(asked.mistakes) >= 15


def questions(name: str, number: int) -> list[list[Event]]:
    """Return what each check of an exercise asks of a right answer."""
    ask = local_ask(namespace(REFERENCE), ASSIGNMENT.probes)
    asked = exercise(ASSIGNMENT, name)
    return [_run(asked, check, ask, key(number)).events for check in asked.checks]


@pytest.mark.parametrize("name", NAMES)
def test_the_first_question_is_asked_once_and_no_two_checks_make_the_same(name: str) -> None:
    # What the named mistakes with a shared state, and the replay, rely on.
    for number in range(KEYS):
        made = [
            {(event.args, *event.kwargs.items()) for event in events if event.thing is None}
            for events in questions(name, number)
        ]
        assert made[0] == {((),)}
        each = [arguments for some in made for arguments in some]
        assert len(each) == len(set(each))


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_asked_in_few_questions(name: str) -> None:
    assert sum(map(len, questions(name, 1))) < 120


# Mistakes stand for a right answer with one thing wrong: without it, they are right.


@pytest.mark.parametrize("name", NAMES)
def test_what_goes_wrong_around_a_step_goes_wrong_around_a_right_one(name: str) -> None:
    right = {"right": namespace(REFERENCE)[name]}
    around = type("Around", (mistakes._Around,), right)
    assert verdict(exercise(ASSIGNMENT, name), {name: around}, 1).messages == []


def test_the_stand_in_for_keras_is_right() -> None:
    for number in range(KEYS):
        assert verdict(NADAMW, {"NadamW": in_numpy.NadamW}, number).messages == []


# Mistakes as somebody else would have written them

# What the answers below have in common, and is right.
COMMON = """
class Checked:
    def __init__(
        self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.004
    ):
        if min(learning_rate, weight_decay, beta_1, beta_2) < 0 or epsilon <= 0:
            raise ValueError("no")
        if max(beta_1, beta_2) >= 1:
            raise ValueError("no")
        self.lr, self.b1, self.b2 = learning_rate, beta_1, beta_2
        self.eps, self.wd = epsilon, weight_decay
        self.m, self.v, self.t = None, None, 0

    def state(self, theta, gradient):
        m = 0 * theta if self.m is None else self.m
        v = 0 * theta if self.v is None else self.v
        if theta.shape != gradient.shape or theta.shape != m.shape:
            raise ValueError("no")
        return m, v
"""
# (exercise, mistake, code)
REWRITTEN = [
    (
        "Momentum",
        "velocity-dampened",
        """
        class Momentum:
            def __init__(self, learning_rate=0.01, momentum=0.9):
                if learning_rate < 0 or momentum < 0 or momentum >= 1:
                    raise ValueError("no")
                self.lr, self.beta, self.buf = learning_rate, momentum, None
            def step(self, theta, gradient):
                shape = theta.shape if self.buf is None else self.buf.shape
                if theta.shape != shape or gradient.shape != shape:
                    raise ValueError("no")
                buf = 0 if self.buf is None else self.buf
                self.buf = buf * self.beta + gradient * (1 - self.beta)
                return theta - self.buf * self.lr
        """,
    ),
    (
        "Momentum",
        "theta-changed-in-place",
        """
        class Momentum:
            def __init__(self, learning_rate=0.01, momentum=0.9):
                if learning_rate < 0 or momentum < 0 or momentum >= 1:
                    raise ValueError("no")
                self.lr, self.beta, self.v = learning_rate, momentum, None
            def step(self, theta, gradient):
                shape = theta.shape if self.v is None else self.v.shape
                if theta.shape != shape or gradient.shape != shape:
                    raise ValueError("no")
                if self.v is None:
                    self.v = np.zeros_like(theta)
                self.v *= self.beta
                self.v += gradient
                theta -= self.lr * self.v
                return theta
        """,
    ),
    (
        "Nesterov",
        "plain-momentum",
        """
        class Nesterov:
            def __init__(self, learning_rate=0.01, momentum=0.9):
                if learning_rate < 0 or momentum < 0 or momentum >= 1:
                    raise ValueError("no")
                self.lr, self.beta, self.v = learning_rate, momentum, None
            def step(self, theta, gradient):
                shape = theta.shape if self.v is None else self.v.shape
                if theta.shape != shape or gradient.shape != shape:
                    raise ValueError("no")
                old = np.zeros_like(theta) if self.v is None else self.v
                self.v = self.beta * old - self.lr * gradient
                return theta + self.beta * old - self.lr * gradient
        """,
    ),
    (
        "AdaGrad",
        "root-forgotten",
        """
        class AdaGrad:
            def __init__(self, learning_rate=0.01, epsilon=1e-7):
                if learning_rate < 0 or epsilon <= 0:
                    raise ValueError("no")
                self.lr, self.eps, self.sum = learning_rate, epsilon, []
            def step(self, theta, gradient):
                if theta.shape != gradient.shape:
                    raise ValueError("no")
                if self.sum and self.sum[-1].shape != theta.shape:
                    raise ValueError("no")
                self.sum.append(np.square(gradient))
                return theta - self.lr / (sum(self.sum) + self.eps) * gradient
        """,
    ),
    (
        "RMSProp",
        "accumulates-like-adagrad",
        """
        class RMSProp:
            def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
                if learning_rate < 0 or epsilon <= 0 or rho < 0 or rho >= 1:
                    raise ValueError("no")
                self.lr, self.eps, self.s = learning_rate, epsilon, None
            def step(self, theta, gradient):
                s = gradient * gradient if self.s is None else self.s + gradient * gradient
                first = theta.shape if self.s is None else self.s.shape
                if theta.shape != gradient.shape or theta.shape != first:
                    raise ValueError("no")
                self.s = s
                return theta - gradient * (self.lr / (s ** 0.5 + self.eps))
        """,
    ),
    (
        "Adam",
        "no-bias-correction",
        """
        class Adam(Checked):
            def step(self, theta, gradient):
                m, v = self.state(theta, gradient)
                self.m = m + (1 - self.b1) * (gradient - m)
                self.v = v + (1 - self.b2) * (gradient * gradient - v)
                return theta - self.lr * self.m / (np.sqrt(self.v) + self.eps)
        """,
    ),
    (
        "Adam",
        "count-from-zero",
        """
        class Adam(Checked):
            def step(self, theta, gradient):
                m, v = self.state(theta, gradient)
                self.m = self.b1 * m + (1 - self.b1) * gradient
                self.v = self.b2 * v + (1 - self.b2) * gradient ** 2
                c1, c2 = 1 - self.b1 ** self.t, 1 - self.b2 ** self.t
                self.t = self.t + 1
                return theta - self.lr * (self.m / c1) / (np.sqrt(self.v / c2) + self.eps)
        """,
    ),
    *(
        (
            "Adam",
            "state-shared-between-instances",
            f"""
        STATE = {{}}

        class Adam(Checked):
            moments = {{}}

            def __init__(self, *args, state={{}}, **kwargs):
                super().__init__(*args, **kwargs)
                self.given = state

            def step(self, theta, gradient):
                state = {state}
                first = state["m"].shape if state else theta.shape
                if theta.shape != gradient.shape or theta.shape != first:
                    raise ValueError("no")
                if not state:
                    state.update(m=np.zeros_like(theta), v=np.zeros_like(theta), t=0)
                state["t"] += 1
                state["m"] = self.b1 * state["m"] + (1 - self.b1) * gradient
                state["v"] = self.b2 * state["v"] + (1 - self.b2) * gradient ** 2
                c1, c2 = 1 - self.b1 ** state["t"], 1 - self.b2 ** state["t"]
                return theta - self.lr * (state["m"] / c1) / (np.sqrt(state["v"] / c2) + self.eps)
        """,
        )
        for state in ("self.moments", "self.given", "STATE")
    ),
    (
        "Adam",
        "state-of-the-class-made-anew",
        """
        class Adam(Checked):
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                del self.m, self.v, self.t
                Adam.m, Adam.v, Adam.t = None, None, 0

            def step(self, theta, gradient):
                m, v = self.state(theta, gradient)
                Adam.t += 1
                Adam.m = self.b1 * m + (1 - self.b1) * gradient
                Adam.v = self.b2 * v + (1 - self.b2) * gradient ** 2
                top = self.lr * (self.m / (1 - self.b1 ** self.t))
                return theta - top / (np.sqrt(self.v / (1 - self.b2 ** self.t)) + self.eps)
        """,
    ),
    (
        "Adam",
        "epsilon-before-the-correction",
        """
        class Adam(Checked):
            def step(self, theta, gradient):
                m, v = self.state(theta, gradient)
                self.t += 1
                self.m = m + (gradient - m) * (1 - self.b1)
                self.v = v + (gradient ** 2 - v) * (1 - self.b2)
                lr = self.lr * (1 - self.b2 ** self.t) ** 0.5 / (1 - self.b1 ** self.t)
                return theta - (self.m * lr) / (self.v ** 0.5 + self.eps)
        """,
    ),
    (
        "Adam",
        "state-in-double-precision",
        """
        class Adam(Checked):
            def step(self, theta, gradient):
                self.state(theta, gradient)
                if self.t == 0:
                    self.m, self.v = np.zeros(theta.shape), np.zeros(theta.shape)
                self.t += 1
                self.m = self.b1 * self.m + (1 - self.b1) * gradient
                self.v = self.b2 * self.v + (1 - self.b2) * gradient ** 2
                top = self.lr * (self.m / (1 - self.b1 ** self.t))
                return theta - top / (np.sqrt(self.v / (1 - self.b2 ** self.t)) + self.eps)
        """,
    ),
    (
        "Adam",
        "theta-of-its-own",
        """
        class Adam(Checked):
            def step(self, theta, gradient):
                m, v = self.state(theta, gradient)
                if self.t == 0:
                    self.theta = theta.copy()
                self.t += 1
                self.m = self.b1 * m + (1 - self.b1) * gradient
                self.v = self.b2 * v + (1 - self.b2) * gradient ** 2
                top = self.lr * (self.m / (1 - self.b1 ** self.t))
                size = np.sqrt(self.v / (1 - self.b2 ** self.t)) + self.eps
                self.theta = self.theta - top / size
                return self.theta
        """,
    ),
    (
        "AdaMax",
        "maximum-never-fades",
        """
        class AdaMax(Checked):
            def step(self, theta, gradient):
                m, u = self.state(theta, gradient)
                size = abs(gradient)
                self.t += 1
                self.m = self.b1 * m + (1 - self.b1) * gradient
                self.v = np.where(size > u, size, u)
                return theta - self.lr * self.m / (1 - self.b1 ** self.t) / (self.v + self.eps)
        """,
    ),
    (
        "Nadam",
        "same-power-for-both",
        """
        class Nadam(Checked):
            def step(self, theta, gradient):
                m, v = self.state(theta, gradient)
                self.t += 1
                self.m = self.b1 * m + (1 - self.b1) * gradient
                self.v = self.b2 * v + (1 - self.b2) * gradient ** 2
                ahead = (self.b1 * self.m + (1 - self.b1) * gradient) / (1 - self.b1 ** self.t)
                size = np.sqrt(self.v / (1 - self.b2 ** self.t)) + self.eps
                return theta - self.lr * ahead / size
        """,
    ),
    *(
        (
            "AdamW",
            mistake,
            f"""
        class AdamW(Checked):
            def step(self, theta, gradient):
                m, v = self.state(theta, gradient)
                g = gradient{coupled}
                self.t += 1
                self.m = self.b1 * m + (1 - self.b1) * g
                self.v = self.b2 * v + (1 - self.b2) * g * g
                root = np.sqrt(self.v / (1 - self.b2 ** self.t)) + self.eps
                moved = theta - self.lr * (self.m / (1 - self.b1 ** self.t)) / root
                return moved{decayed}
        """,
        )
        for mistake, coupled, decayed in (
            ("decay-coupled", " + theta * self.wd", ""),
            ("decay-of-the-updated-parameters", "", " * (1 - self.lr * self.wd)"),
            ("decay-not-scaled", "", " - self.wd * theta"),
            ("decay-forgotten", "", ""),
        )
    ),
]


@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda text: text[:40])
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    for number in range(KEYS):
        # Defined anew each time, as in a process of its own: a shared state starts empty.
        names = namespace(REFERENCE + COMMON + textwrap.dedent(code))
        assert verdict(asked, names, number).mistake == mistake


# Real Keras code with the mistakes that the stand-ins stand for: (mistake, old line, new line)

KERAS_MISTAKES = [
    ("decay-not-passed-on", ", weight_decay=weight_decay, **kwargs", ", **kwargs"),
    (
        "further-arguments-swallowed",
        ", weight_decay=weight_decay, **kwargs",
        ", weight_decay=weight_decay",
    ),
    (
        "decay-applied-twice",
        "rate * (kept + fresh) / (root + self.epsilon)",
        "rate * ((kept + fresh) / (root + self.epsilon) + (self.weight_decay or 0.0) * variable)",
    ),
    (
        "steps-counted-in-python",
        "t = keras.ops.cast(self.iterations + 1, dtype)",
        "self.t = getattr(self, 't', 0) + 1; t = float(self.t)",
    ),
    ("steps-counted-from-zero", "self.iterations + 1, dtype", "self.iterations, dtype"),
    ("one-state-for-all-variables", "state[self._get_variable_index(variable)]", "state[0]"),
    ("learning-rate-frozen", "keras.ops.cast(learning_rate, dtype)", "self.first_rate"),
    ("betas-not-in-the-configuration", "{**super().get_config(), **own}", "super().get_config()"),
    (
        "state-not-saved",
        'self.add_optimizer_variables(variables, ["m", "v"])',
        "[tuple(tf.Variable(np.zeros(v.shape, v.dtype)) for v in variables) for _ in 'mv']",
    ),
    ("not-registered", '@keras.saving.register_keras_serializable(package="course")\n', ""),
    ("same-power-for-both", "(1 - beta_1 ** (t + 1))", "(1 - beta_1**t)"),
    (
        "epsilon-inside-the-root",
        "keras.ops.sqrt(v / (1 - beta_2**t))",
        "keras.ops.sqrt(v / (1 - beta_2**t) + self.epsilon) - self.epsilon",
    ),
    ("adam-in-place-of-nadam", "rate * (kept + fresh)", "rate * m / (1 - beta_1**t)"),
    (
        "state-found-by-shape",
        "self._get_variable_index(variable)",
        "[tuple(each.shape) for each in self.m].index(tuple(variable.shape))",
    ),
    ("steps-counted-one-ahead", "self.iterations + 1, dtype", "self.iterations + 2, dtype"),
    ("no-schedules", "(learning_rate=learning_rate,", "(learning_rate=float(learning_rate),"),
    ("epsilon-of-keras", "(root + self.epsilon)", "(root + keras.config.epsilon())"),
    ("base-class-not-built", "super().build(variables)", "pass"),
    ("epsilon-not-in-the-configuration", ', "epsilon": self.epsilon', ""),
    ("configuration-without-the-base", "{**super().get_config(), **own}", "own"),
    (
        "state-in-single-precision",
        'self.add_optimizer_variables(variables, ["m", "v"])',
        "[[self.add_variable(v.shape) for v in variables] for _ in 'mv']",
    ),
    ("epsilon-1e-8-by-default", "epsilon: float = 1e-7", "epsilon: float = 1e-8"),
    ("beta-2-0.99-by-default", "beta_2: float = 0.999", "beta_2: float = 0.99"),
    ("no-decay-by-default", "float | None = 0.004", "float | None = None"),
]


@pytest.mark.parametrize(("mistake", "old", "new"), KERAS_MISTAKES, ids=lambda text: text[:30])
def test_mistakes_in_keras_are_named(mistake: str, old: str, new: str) -> None:
    source = KERAS_CLASS.replace(
        "self.beta_1 = beta_1", "self.beta_1, self.first_rate = beta_1, learning_rate"
    )
    assert source.count(old) == 1
    wrong = source.replace(old, new)
    imports = "import keras\nimport numpy as np\nimport tensorflow as tf\nfrom typing import Any\n"
    names = namespace(imports + wrong)
    found = verdict(NADAMW, names, 1)
    assert found.mistake == mistake, found.messages


def test_a_class_that_is_no_keras_optimiser_is_told_so() -> None:
    names = namespace("class NadamW:\n    def __init__(self, **kwargs):\n        pass")
    found = verdict(NADAMW, names, 1)
    assert found.score == 0
    assert any("no subclass of keras.optimizers.Optimizer" in text for text in found.messages)


# Answers that are hardly answers

STUBS = [
    ("nothing", "return None", "is a `return` missing?"),
    ("a list", "return right.tolist()", "a NumPy array was expected"),
    ("one NaN", "right.flat[-1:] = np.nan; return right", "NaN or infinity"),
    ("infinity", "return right / np.float64(0)", "NaN or infinity"),
    ("a tuple", "return right, 1", "a NumPy array was expected"),
    ("a matrix", "return np.asmatrix(right)", "matrix"),
    ("a masked array", "return np.ma.array(right)", "MaskedArray"),
    ("a subclass", "return right.view(type('Array', (np.ndarray,), {}))", "Array"),
    ("object dtype", "return right.astype(object)", "object"),
    ("half precision", "return right.astype(np.float16)", "dtype float16; float64 was expected"),
    ("single precision", "return right.astype(np.float32)", "dtype float32; float64 was expected"),
    ("whole numbers", "return right.astype(int)", "dtype int64"),
    ("complex numbers", "return right.astype(complex)", "dtype complex128"),
    ("a row more", "return right[None]", "has shape (1, 4)"),
    ("one entry", "return right[:1]", "has shape (1,)"),
    ("a scalar", "return right.sum()", "a NumPy array was expected"),
    ("theta itself", "return theta", "yours is 0"),
    ("zeros", "return np.zeros_like(theta)", "it came to 0;"),
    ("an exception", "raise RuntimeError('oops')", "RuntimeError: oops (line"),
    ("exit", "raise SystemExit", "SystemExit"),
    ("not attempted", "raise NotImplementedError", "raised NotImplementedError (line"),
]


@pytest.mark.parametrize("name", ["Momentum", "Adam"])
@pytest.mark.parametrize(("code", "message"), [s[1:] for s in STUBS], ids=[s[0] for s in STUBS])
def test_wrong_kinds_of_answers(name: str, code: str, message: str) -> None:
    found = verdict(exercise(ASSIGNMENT, name), _with_step(name, code), 1)
    assert not found.passed
    assert found.mistake in (None, "always-single-precision")
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize("code", ["return right.view()", "return right[...]", "return +right"])
def test_views_and_copies_are_answers(code: str) -> None:
    assert verdict(exercise(ASSIGNMENT, "Adam"), _with_step("Adam", code), 1).passed


def _with_step(name: str, code: str) -> Namespace:
    source = f"""
class Right{name}({name}):
    pass

class {name}(Right{name}):
    def step(self, theta, gradient):
        right = super().step(theta, gradient)
        {code}
"""
    return namespace(REFERENCE + source)


def test_the_message_says_at_which_step_the_paths_part() -> None:
    code = "self.n = getattr(self, 'n', 0) + 1; return right if self.n < 4 else 2 * right - theta"
    found = verdict(exercise(ASSIGNMENT, "Adam"), _with_step("Adam", code), 1)
    assert found.mistake is None
    message = found.checks[0].message
    assert "Adam(): your first 3 steps are right, step 4 is off. From theta[" in message
    assert "2 times as far" in message
    for number, told in ((1, "the first step is off"), (2, "your first step is right, the second")):
        found = verdict(
            exercise(ASSIGNMENT, "Adam"), _with_step("Adam", code.replace("< 4", f"< {number}")), 1
        )
        assert told in found.checks[0].message


def test_a_fault_late_in_the_ravine_is_found_and_drawn() -> None:
    code = "self.n = getattr(self, 'n', 0) + 1; return right if self.n < 150 else theta"
    found = verdict(exercise(ASSIGNMENT, "Adam"), _with_step("Adam", code), 1)
    (failed,) = [check for check in found.checks if not check.passed]
    assert "200 steps" in failed.title
    assert "your first 149 steps are right, step 150 is off" in failed.message
    assert isinstance(failed.picture, Curves)
    assert failed.picture.yours[0].size == failed.picture.expected[0].size == 201
    assert "<svg" in draw(failed.picture)


@pytest.mark.parametrize("name", [*NAMES, "NadamW"])
def test_a_wrong_path_comes_with_its_picture(name: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    names = namespace(REFERENCE) | {name: asked.mistakes[0].implementation}
    found = verdict(asked, names, 1)
    pictures = [check.picture for check in found.checks[:2]]
    for picture in pictures:
        assert isinstance(picture, Curves)
        assert picture.yours[0][0] == picture.expected[0][0] == 0
        assert picture.yours[1][0] == picture.expected[1][0]
        assert "theta" in picture.y_label
        assert "<svg" in draw(picture)


# What an optimiser holds on to

KEEPING = [
    ("the last result", "self.out = right if not hasattr(self, 'out') else self.out\n"
     "        self.out[...] = right\n        return self.out", "overwritten by a later step"),
    ("theta at rate 0", "return theta if self.learning_rate == 0 else right", "shares its memory"),
    ("theta where nothing is new", "return right if gradient.any() else theta",
     ("shares its memory", "step 3 is off")),
    ("a view of the gradient", "gradient[...] = right; return gradient", "in place"),
    ("half of theta", "return right if self.learning_rate else theta[...]", "shares its memory"),
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("code", "message"), [k[1:] for k in KEEPING], ids=[k[0] for k in KEEPING])
def test_arrays_that_are_kept_are_noticed(name: str, code: str, message: str | tuple[str]) -> None:
    found = verdict(exercise(ASSIGNMENT, name), _with_step(name, code), 1)
    assert not found.passed
    wanted = (message,) if isinstance(message, str) else message
    assert any(text in told for told in found.messages for text in wanted), found.messages


@pytest.mark.parametrize(
    "forged", ["None", "()", "([], [], [])", "([None], [], [])", "([], 1, [])", "(1, 2)", "3"]
)
def test_forged_reports_of_what_was_kept_are_refused(forged: str) -> None:
    probes = f"{PROBES}\n\ndef kept(*_, **__):\n    return {forged}\n"
    asked = replace(exercise(ASSIGNMENT, "Adam"), probes=probes)
    found = verdict(asked, namespace(REFERENCE), 1)
    failed = {check.title for check in found.checks if not check.passed}
    assert failed == {"what is passed in is left alone"}


@pytest.mark.parametrize("name", NAMES)
def test_caches_are_noticed(name: str) -> None:
    for where in ("self", "Cache"):
        code = f"""
class Cache:
    known = {{}}

class Right{name}({name}):
    pass

class {name}(Right{name}):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.known = {{}}
    def step(self, theta, gradient):
        right, key = super().step(theta, gradient), (theta.tobytes(), gradient.tobytes())
        return {where}.known.setdefault(key, right).copy()
"""
        assert not verdict(exercise(ASSIGNMENT, name), namespace(REFERENCE + code), 1).passed


def test_a_path_that_explodes_is_refused_in_a_message_of_normal_length() -> None:
    names = _with_step("Momentum", "return 1e30 * right")
    found = verdict(exercise(ASSIGNMENT, "Momentum"), names, 1)
    assert not found.passed
    assert all(len(message) < 900 for message in found.messages)


@pytest.mark.parametrize(
    "forged",
    [
        "None", "3", "'path'", "[]", "[None] * 10", "np.zeros(())", "np.zeros((1000, 4))",
        "np.zeros((10, 2))", "[np.zeros(2)] * 11", "[np.zeros(2)] * 2", "{}", "np.zeros((10, 0))",
    ],
)  # fmt: skip
def test_forged_paths_are_refused(forged: str) -> None:
    probes = f"{PROBES}\n\ndef follow(*_, **__):\n    return {forged}\n"
    asked = replace(exercise(ASSIGNMENT, "Adam"), probes=probes)
    found = verdict(asked, namespace(REFERENCE), 1)
    failed = {check.title for check in found.checks if not check.passed}
    assert {"other arguments", "any shape", "single precision"} <= failed
    assert all(message for message in found.messages)


@pytest.mark.parametrize(
    "forged",
    [
        "None", "[]", "[[]] * 3", "[None] * 3", "[[np.zeros(2)] * 3] * 3", "np.zeros((3, 3))",
        "[[1.0, 2.0, 3.0]] * 3", "[[np.full((3, 2), np.nan), np.zeros(2), np.zeros(())]] * 3",
    ],
)  # fmt: skip
def test_forged_variables_are_refused(forged: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for probe in ("optimiser_path", "optimiser_training", "optimiser_saved", "optimiser_state"):
        monkeypatch.setattr(probes, probe, lambda *args, **kwargs: eval(forged, {"np": np}))
    monkeypatch.setattr(probes, "optimiser_configuration", lambda *args: eval(forged, {"np": np}))
    found = verdict(NADAMW, {"NadamW": _Anything}, 1)
    assert found.score == 0
    assert len(found.messages) == len(NADAMW.checks)


class _Anything:
    """Can be made like an optimiser; the probes are what is forged."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        pass


# The tolerances: what rounding may do, and what a mistake does


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rounding_is_far_within_what_is_tolerated(dtype: Any) -> None:
    rng = np.random.default_rng(1)
    expected = [np.asarray(point, dtype) for point in rng.normal(0, 1, (50, 3)).cumsum(axis=0)]
    noise = (1 + rng.uniform(-1, 1, (50, 3)) * np.finfo(dtype).eps).astype(dtype)
    path = [expected[0], *(p * n for p, n in zip(expected[1:], noise[1:], strict=True))]
    assert not np.any(checks._misses(path, expected))
    moved = [expected[0], *(p + 1e-2 for p in expected[1:])]
    assert np.any(checks._misses(moved, expected)[1])


def test_a_parameter_that_should_not_move_may_not_move_at_all() -> None:
    start = np.array([1.0, 0.0])
    misses = checks._misses([start, start + np.array([1e-12, 1e-300])], [start, start])[1]
    assert misses.tolist() == [pytest.approx(1e-12, rel=1e-3), 1e-300]
