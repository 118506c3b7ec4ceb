"""The assignment on activation functions: what is particular to it."""

from __future__ import annotations

import re
import textwrap
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from autograder.assignments import CONTENT
from autograder.assignments.activations import checks as checks
from autograder.dialogue.pictures import Curves
from autograder.judging import statistics
from autograder.judging.assignment import Exercise
from autograder.judging.verdict import ExerciseVerdict
from solutions import activations
from tests.autograder.questioning import exercise, namespace, solutions, verdict, verdicts

ASSIGNMENT = CONTENT.load("activations")
REFERENCE = solutions("activations").read_text(encoding="utf-8")
FUNCTIONS = {
    f.name: f for f in vars(checks).values() if isinstance(f, checks.Function)
}  # those that work entry by entry
ENTRYWISE = [e for e in ASSIGNMENT.exercises if e.name in FUNCTIONS]


NAIVE = "np.exp(np.minimum(x, 0)) - 1"
NAIVE_SOFTPLUS = "np.where(x > 40, x, np.log(1 + np.exp(np.minimum(x, 40))))"
# The result of an earlier call with such an input, if there was one.
KEPT = "globals().setdefault('_kept', {}).setdefault((x.tobytes(), x.shape, str(x.dtype)), right)"


def judged(name: str, code: str, number: int = 1) -> ExerciseVerdict:
    """Return the verdict on `code` as the answer to one exercise, the rest being right."""
    source = REFERENCE + "\n\n" + textwrap.dedent(code)
    return verdict(exercise(ASSIGNMENT, name), namespace(source), number)


def spoilt(name: str, code: str, number: int = 1) -> ExerciseVerdict:
    """Return the verdict on a right answer whose last line, with it as `right`, is `code`."""
    function = getattr(activations, name)
    count = function.__code__.co_argcount
    names = function.__code__.co_varnames[:count]
    required = count - len(function.__defaults__ or ())
    defaults = dict(zip(names[required:], function.__defaults__ or (), strict=True))
    parameters = ", ".join(f"{n}={defaults[n]!r}" if n in defaults else n for n in names)
    source = REFERENCE.replace(f"def {name}(", f"def right_{name}(")
    source += f"""

def {name}({parameters}):
    right = right_{name}({", ".join(names)})
    {code}
"""
    return verdict(exercise(ASSIGNMENT, name), namespace(source), number)


def test_every_exercise_has_six_mistakes() -> None:
    assert min(len(e.mistakes) for e in ASSIGNMENT.exercises) >= 6


@pytest.mark.parametrize("asked", ENTRYWISE, ids=lambda e: e.name)
def test_a_mistake_is_wrong_in_one_point(asked: Exercise) -> None:
    before = np.linspace(-2.5, 2.5, 10).reshape(2, 5).astype(np.float32)
    for mistake in asked.mistakes:
        x = before.copy()
        y = mistake.implementation(x)
        assert (y.dtype == np.float64) == mistake.name.endswith("double-precision"), mistake.name
        assert np.any(x != before) == (mistake.name == "in-place"), mistake.name
        assert y.shape == x.shape


# Mistakes as somebody else would have written them: (exercise, name, code).
REWRITTEN = [
    (
        "leaky_relu",
        "slope-forgotten",
        """
        def leaky_relu(x, alpha=0.01):
            return x * (x > 0)
        """,
    ),
    (
        "leaky_relu",
        "maximum-of-both",
        """
        def leaky_relu(x, alpha=0.01):
            return np.where(alpha * x > x, alpha * x, x)
        """,
    ),
    (
        "leaky_relu",
        "default-of-keras",
        """
        def leaky_relu(x, alpha=0.2):
            y = x.copy()
            y[y < 0] *= alpha
            return y
        """,
    ),
    (
        "leaky_relu",
        "in-place",
        """
        def leaky_relu(x, alpha=0.01):
            for index in np.ndindex(*x.shape):
                if x[index] < 0:
                    x[index] = alpha * x[index]
            return x
        """,
    ),
    (
        "leaky_relu_derivative",
        "one-at-zero",
        """
        def leaky_relu_derivative(x, alpha=0.01):
            slopes = np.full_like(x, alpha)
            slopes[x >= 0] = 1
            return slopes
        """,
    ),
    (
        "leaky_relu_derivative",
        "double-precision",
        """
        def leaky_relu_derivative(x, alpha=0.01):
            slopes = np.ones(x.shape)
            slopes[x <= 0] = alpha
            return slopes
        """,
    ),
    (
        "prelu",
        "maximum-of-both",
        """
        def prelu(x, alpha):
            scaled = x * alpha
            return np.where(x > scaled, x, scaled)
        """,
    ),
    (
        "prelu_gradients",
        "summed-over-the-batch-only",
        """
        def prelu_gradients(x, alpha, upstream):
            mask = x <= 0
            return np.where(mask, alpha * upstream, upstream), (x * upstream * mask).sum(0)
        """,
    ),
    (
        "prelu_gradients",
        "summed-up-to-the-last-axis",
        """
        def prelu_gradients(x, alpha, upstream):
            terms = np.where(x > 0, 0, x * upstream).astype(x.dtype)
            while terms.ndim > 1:
                terms = terms.sum(axis=0)
            return np.where(x > 0, upstream, alpha * upstream), terms
        """,
    ),
    (
        "prelu_gradients",
        "order-exchanged",
        """
        def prelu_gradients(x, alpha, upstream):
            terms = np.where(x > 0, 0, x * upstream).astype(x.dtype)
            for _ in range(x.ndim - alpha.ndim):
                terms = np.add.reduce(terms)
            for axis in range(alpha.ndim):
                if alpha.shape[axis] == 1:
                    terms = terms.sum(axis, keepdims=True)
            return np.asarray(terms), np.where(x > 0, upstream, alpha * upstream)
        """,
    ),
    (
        "rrelu_slopes",
        "reciprocal-of-a-draw",
        """
        def rrelu_slopes(x, rng, lower=1/8, upper=1/3, training=False):
            if lower > upper:
                raise ValueError
            slopes = np.ones_like(x)
            below = x <= 0
            if training:
                slopes[below] = 1 / rng.uniform(1 / upper, 1 / lower, below.sum())
            else:
                slopes[below] = 2 / (1 / upper + 1 / lower)
            return slopes
        """,
    ),
    (
        "rrelu_slopes",
        "generator-ignored",
        """
        import random
        def rrelu_slopes(x, rng, lower=1/8, upper=1/3, training=False):
            if lower > upper:
                raise ValueError
            slopes = np.full(x.shape, (lower + upper) / 2, x.dtype)
            for index in np.ndindex(*x.shape):
                if training:
                    slopes[index] = random.uniform(lower, upper)
                if x[index] > 0:
                    slopes[index] = 1
            return slopes
        """,
    ),
    (
        "rrelu_slopes",
        "random-at-inference",
        """
        def rrelu_slopes(x, rng, lower=1/8, upper=1/3, training=False):
            if lower > upper:
                raise ValueError
            width = upper - lower
            drawn = lower + width * rng.random(x.shape, dtype=np.float32)
            return (drawn + (1 - drawn) * (x > 0)).astype(x.dtype)
        """,
    ),
    (
        "rrelu_slopes",
        "drawn-at-inference",
        """
        def rrelu_slopes(x, rng, lower=1/8, upper=1/3, training=False):
            if lower > upper:
                raise ValueError
            r = rng.random(x.shape)
            if not training:
                r = 0.5
            return np.asarray(np.where(x > 0, 1, r * upper + (1 - r) * lower), x.dtype)
        """,
    ),
    (
        "elu",
        "digits-lost",
        """
        def elu(x, alpha=1.0):
            y = x.copy()
            y[x <= 0] = alpha * (np.exp(x[x <= 0]) - 1)
            return y
        """,
    ),
    (
        "elu",
        "bracket-missing",
        """
        def elu(x, alpha=1.0):
            y = x.copy()
            for index in np.ndindex(*x.shape):
                if x[index] <= 0:
                    y[index] = -1 + math.exp(x[index]) * alpha
            return y
        """,
    ),
    (
        "elu",
        "masked-by-multiplying",
        """
        def elu(x, alpha=1.0):
            on = np.heaviside(x, 0)
            return on * x + (1 - on) * alpha * np.expm1(x)
        """,
    ),
    (
        "elu_derivative",
        "x-plus-alpha",
        """
        def elu_derivative(x, alpha=1.0):
            d = np.ones_like(x)
            d[x <= 0] = alpha + x[x <= 0]
            return d
        """,
    ),
    (
        "elu_derivative",
        "taken-at-the-output",
        """
        def elu_derivative(x, alpha=1.0):
            y = elu(x, alpha)
            d = np.ones_like(y)
            d[y <= 0] = elu(y[y <= 0], alpha) + alpha
            return d
        """,
    ),
    (
        "selu_constants",
        "typed-in",
        """
        def selu_constants(variance=1.0):
            if not variance > 0:
                raise ValueError
            return (1.0507009873554805, 1.6732632423543772)
        """,
    ),
    (
        "selu",
        "scale-forgotten",
        """
        def selu(x):
            alpha = 1.6732632423543772
            y = np.array(x)
            y[x < 0] = alpha * np.expm1(x[x < 0])
            return y
        """,
    ),
    (
        "selu",
        "double-precision",
        """
        LAMBDA, ALPHA = np.float64(1.0507009873554805), np.float64(1.6732632423543772)
        def selu(x):
            return np.where(x > 0, LAMBDA * x, LAMBDA * ALPHA * np.expm1(np.minimum(x, 0)))
        """,
    ),
    (
        "selu_derivative",
        "output-plus-alpha",
        """
        def selu_derivative(x):
            d = np.full_like(x, 1.0507009873554805)
            d[x <= 0] = selu(x[x <= 0]) + 1.6732632423543772
            return d
        """,
    ),
    (
        "gelu",
        "tanh-approximation",
        """
        def gelu(x):
            inner = np.sqrt(2 / np.pi).astype(x.dtype) * x * (1 + 0.044715 * np.square(x))
            return 0.5 * x * (1.0 + np.tanh(inner))
        """,
    ),
    (
        "gelu",
        "tanh-approximation-in-double-precision",
        """
        def gelu(x):
            cubic = x + 0.044715 * np.power(x, 3)
            return x * (1.0 + np.tanh(np.sqrt(2.0 / np.pi) * cubic)) / 2
        """,
    ),
    (
        "gelu",
        "logistic-approximation",
        """
        from scipy.special import expit
        def gelu(x):
            return x * expit(1.702 * x)
        """,
    ),
    (
        "gelu",
        "empty-arrays-fail",
        """
        def gelu(x):
            def one(t):
                return t / 2 * (1 + math.erf(t / 2**0.5))
            return np.vectorize(one)(x).astype(x.dtype)
        """,
    ),
    (
        "gelu_derivative",
        "gate-only",
        """
        from scipy.special import ndtr
        def gelu_derivative(x):
            return np.array(ndtr(x), x.dtype)
        """,
    ),
    (
        "gelu_derivative",
        "density-not-normalised",
        """
        from scipy.special import ndtr
        def gelu_derivative(x):
            return np.array(ndtr(x) + x * np.exp(-0.5 * x * x), x.dtype)
        """,
    ),
    (
        "swish",
        "beta-outside",
        """
        from scipy.special import expit
        def swish(x, beta=1.0):
            return expit(x) * x * beta
        """,
    ),
    (
        "swish",
        "overflow",
        """
        def swish(x, beta=1.0):
            return x * np.exp(beta * x) / (1 + np.exp(beta * x))
        """,
    ),
    (
        "swish_derivative",
        "chain-rule-forgotten",
        """
        from scipy.special import expit
        def swish_derivative(x, beta=1.0):
            f = swish(x, beta)
            return f + expit(beta * x) * (1 - f)
        """,
    ),
    (
        "mish",
        "softplus-forgotten",
        """
        def mish(x):
            return np.tanh(np.log(np.exp(np.minimum(x, 30))) + np.maximum(x, 30) - 30) * x
        """,
    ),
    (
        "mish",
        "relu-for-softplus",
        """
        def mish(x):
            return np.where(x > 0, x * np.tanh(x), 0).astype(x.dtype)
        """,
    ),
    (
        "mish_derivative",
        "square-forgotten",
        """
        from scipy.special import expit
        def mish_derivative(x):
            t = np.tanh(np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0))
            return t + (1 - t) * expit(x) * x
        """,
    ),
    (
        "dead_unit_fraction",
        "share-of-zeros",
        """
        def dead_unit_fraction(derivatives, threshold=0.0):
            if derivatives.size == 0:
                raise ValueError
            quiet = sum(bool(abs(d) <= threshold) for d in derivatives.flat)
            return quiet / derivatives.size
        """,
    ),
    (
        "dead_unit_fraction",
        "positions-as-units",
        """
        def dead_unit_fraction(derivatives, threshold=0.0):
            if not derivatives.size:
                raise ValueError
            loudest = np.max(np.abs(derivatives), axis=0)
            return float((loudest <= threshold).mean())
        """,
    ),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(
    ("name", "mistake", "code"), REWRITTEN, ids=[f"{name}-{m}" for name, m, _ in REWRITTEN]
)
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    assert [judged(name, code, number).mistake for number in range(3)] == [mistake] * 3


def test_a_mistake_in_elu_is_no_mistake_of_selu() -> None:
    # selu calls elu, here one that forgets the - 1; its own line is right.
    source = REFERENCE.replace(
        "return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))",
        "return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)))",
    )
    found = verdicts(ASSIGNMENT, source)
    assert found["elu"].mistake == "one-forgotten"
    assert found["selu"].mistake is None
    assert "There may be nothing wrong here. It uses your elu" in found["selu"].messages[0]
    assert found["selu_derivative"].passed


# Answers that are hardly answers

STUBS: list[tuple[str, str, str]] = [
    ("nothing", "return None", "is a `return` missing?"),
    ("a list", "return right.tolist()", "a NumPy array was expected"),
    ("a tuple", "return (right,)", "a NumPy array was expected"),
    ("NaN", "return right * x.dtype.type(np.nan)", "is nan where x is"),
    ("infinity", "return np.where(x < 1e9, np.inf, right).astype(x.dtype)", "is inf where x is"),
    ("single precision", "return np.asarray(right, np.float32)", "dtype float32; float64 was"),
    ("double precision", "return np.asarray(right, np.float64)", "dtype float64; float32 was"),
    ("half precision", "return np.asarray(right, np.float16)", "dtype float16"),
    ("whole numbers", "return np.asarray(right, int)", "dtype int64"),
    ("complex numbers", "return np.asarray(right, complex)", "dtype complex128"),
    ("object dtype", "return np.asarray(right, object)", "dtype object"),
    ("flat", "return np.ravel(right)", "has shape"),
    ("transposed", "return np.transpose(right)", "has shape"),
    ("another axis", "return np.asarray(right)[None]", "has shape"),
    ("a number", "return 0.5", "returned 0.5; a NumPy array was expected"),
    ("a masked array", "return np.ma.array(right)", "MaskedArray"),
    ("a subclass", "return np.asarray(right).view(type('A', (np.ndarray,), {}))", "A;"),
    ("in place", "x[...] = right; return x", "changed argument 1 in place"),
    ("one entry off", "y = np.array(right); y.flat[-1:] += 1e-3; return y", "where x is"),
    ("slightly off", "return right * x.dtype.type(1 + 1e-4)", "where x is"),
    ("not implemented", "raise NotImplementedError", "raised NotImplementedError (line"),
    ("exit", "raise SystemExit", "SystemExit"),
    ("an exception", "raise RuntimeError('oops')", "RuntimeError: oops (line"),
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("name", ["leaky_relu", "elu_derivative", "gelu", "swish"])
@pytest.mark.parametrize(("code", "message"), [s[1:] for s in STUBS], ids=[s[0] for s in STUBS])
def test_wrong_kinds_of_answers(name: str, code: str, message: str) -> None:
    found = spoilt(name, code)
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "returned None; a tuple (dL/dx, dL/dalpha)"),
        ("return list(right)", "a tuple (dL/dx, dL/dalpha) was expected"),
        ("return right[0]", "a tuple (dL/dx, dL/dalpha) was expected"),
        ("return (*right, right[0])", "a tuple (dL/dx, dL/dalpha) was expected"),
        ("return right[0], None", "dL/dalpha of prelu_gradients("),
        ("return right[0], right[1].tolist()", "a NumPy array was expected"),
        ("return right[0], right[1] * np.nan", "contains NaN or infinity"),
        ("return right[0], right[1] + 1e-6", "the sum over the"),
        ("return right[0] + 1e-6, right[1]", "and the upstream gradient"),
        ("return right[0], right[1].astype(np.float64)", "dtype float64; float32 was expected"),
        ("alpha *= 2; return right", "changed argument 2 in place"),
    ],
)
def test_wrong_kinds_of_gradients(code: str, message: str) -> None:
    found = spoilt("prelu_gradients", code)
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "a tuple of two floats"),
        ("return list(right)", "a tuple of two floats"),
        ("return np.array(right)", "a tuple of two floats"),
        ("return (*right, 1.0)", "a tuple of two floats"),
        ("return 1, right[1]", "1 is no float"),
        ("return np.nan, np.nan", "nan"),
        ("return np.inf, -np.inf", "inf"),
        ("return right[0], right[1] * 1e200", "1.6"),
        ("return right[0] * (1 + 1e-9), right[1]", "comes out with mean"),
        ("return right[0], right[1] + 0.1", "comes out with mean -0.0"),
        ("return np.float32(right[0]), np.float32(right[1])", "is no float"),
    ],
)
def test_wrong_kinds_of_constants(code: str, message: str) -> None:
    found = spoilt("selu_constants", code)
    assert not found.passed
    named = {"list": "constants-in-a-list", "float32": "single-precision"}
    assert found.mistake == next((name for part, name in named.items() if part in code), None)
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize("code", ["return np.float64(right[0]), right[1]", "return right"])
def test_constants_may_be_numpys_floats(code: str) -> None:
    assert spoilt("selu_constants", code).passed


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "a float was expected"),
        ("return np.array(right)", "a float was expected"),
        ("return [right]", "a float was expected"),
        ("return np.nan", "is nan;"),
        ("return True", "a float was expected"),
        ("return int(right)", "a float was expected"),
        ("return right + 0.01", "of the 17 units have no derivative larger than"),
        ("derivatives *= 1.5; return right", "changed argument 1 in place"),
    ],
)
def test_wrong_kinds_of_shares(code: str, message: str) -> None:
    found = spoilt("dead_unit_fraction", code)
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize("code", ["return np.float64(right)", "return right + 1e-9"])
def test_shares_may_be_numpys_floats(code: str) -> None:
    assert spoilt("dead_unit_fraction", code).passed


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "is a `return` missing?"),
        ("return right.tolist()", "a NumPy array was expected"),
        ("return right * x", "was expected"),
        ("return np.where(x > 0, 1, 0.8 * right)", "standard deviation"),
        ("x += 1; return right", "changed argument 1 in place"),
        ("return np.asarray(right, np.float64)", "dtype float64; float32 was expected"),
    ],
)
def test_wrong_kinds_of_slopes(code: str, message: str) -> None:
    found = spoilt("rrelu_slopes", code)
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize(
    ("code", "title"),
    [
        # The values of training, shuffled along with those of inference: only the law is wrong.
        ("d = right.ravel(); d[1::2] = d[::2][: d[1::2].size]; return right", "law"),
        ("return np.sort(right, axis=None).reshape(x.shape) if training else right", "law"),
        ("return np.where(x > 0, 1, np.float16(right)).astype(x.dtype)", "at inference"),
        ("return np.round(right, 2).astype(x.dtype) if training else right", "law"),
        ("rng.random(); return right", "source"),
    ],
)
def test_subtle_faults_of_random_slopes(code: str, title: str) -> None:
    found = spoilt("rrelu_slopes", code)
    failed = [check.title for check in found.checks if not check.passed]
    assert any(title in text for text in failed), failed


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("leaky_relu", "return x if np.all(x > 0) else right", "passed in, or a part of it"),
        ("elu", "return x[:] if np.all(x == 1) else right", "passed in, or a part of it"),
        ("prelu", "return x if np.all(x > 0) else right", "passed in, or a part of it"),
        ("prelu_gradients", "return upstream if np.all(x > 0) else right[0], right[1]", "a part"),
        ("gelu_derivative", f"return {KEPT}", "called again after its result"),
        ("rrelu_slopes", f"return right if training else {KEPT}", "called again after its result"),
        ("prelu_gradients", f"return {KEPT}", "called again after its result"),
    ],
)
def test_a_result_is_new_every_time(name: str, code: str, message: str) -> None:
    found = spoilt(name, code)
    (failed,) = [check for check in found.checks if not check.passed]
    assert failed.title.startswith("dtype and shape, ")
    assert message in failed.message
    assert "asked_again" not in failed.message


def test_read_only_results_are_new_arrays_too() -> None:
    code = "right = np.asarray(right); right.flags.writeable = False; return right"
    assert spoilt("swish", code).passed


@pytest.mark.parametrize("asked", ENTRYWISE, ids=lambda e: e.name)
def test_scalars_will_do_for_arrays_without_axes(asked: Exercise) -> None:
    for code in ("return right[()]", "return np.asarray(right)"):
        assert spoilt(asked.name, code).passed


@pytest.mark.parametrize("asked", ENTRYWISE, ids=lambda e: e.name)
def test_a_wrong_curve_is_shown_beside_the_right_one(asked: Exercise) -> None:
    found = spoilt(asked.name, "return right + x.dtype.type(0.1)")
    picture = found.checks[0].picture
    assert isinstance(picture, Curves)
    (x, yours), (_, expected) = picture.yours, picture.expected
    np.testing.assert_allclose(yours, expected + 0.1)
    assert np.all(np.diff(x) > 0)
    assert asked.name in picture.alt
    assert "was expected" in found.checks[0].message


def test_two_numbers_in_a_message_can_be_told_apart() -> None:
    found = spoilt("gelu", "return right * (1 + 1e-12)")
    numbers = re.search(r" is (\S+) where x is \S+; (\S+) was expected", found.checks[0].message)
    assert numbers is not None
    assert numbers[1] != numbers[2]


@pytest.mark.parametrize(
    ("name", "code", "title"),
    [
        # Each is right but for the trap that one check is about.
        ("elu", f"return np.where(x > 0, x, alpha * ({NAIVE}))", "tiny inputs"),
        ("selu", f"return np.where(x > 0, right, 1.7580993408473766 * ({NAIVE}))", "tiny inputs"),
        ("mish", f"return x * np.tanh({NAIVE_SOFTPLUS})", "the tail on the left"),
        (
            "mish_derivative",
            "e = np.exp(x) ** 2; return right * np.where(x > 25, e / e, 1)",
            "large inputs",
        ),
        ("swish", "e = np.exp(beta * x); return x * (e / (1 + e))", "large inputs"),
        (
            "elu_derivative",
            "return (x > 0) + (x <= 0) * np.exp(x) * alpha",
            "large inputs",
        ),
        ("elu_derivative", "return np.where(x >= 0, 1, right).astype(x.dtype)", "at 0"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_a_trap_costs_the_points_of_its_check_alone(name: str, code: str, title: str) -> None:
    found = spoilt(name, code)
    assert [check.title for check in found.checks if not check.passed] == [title]
    assert 0 < found.score < found.max_score


def test_a_warning_costs_nothing() -> None:
    source = "def swish(x, beta=1.0):\n    return x / (1 + np.exp(-beta * x))"
    with pytest.warns(RuntimeWarning, match="overflow"):
        assert judged("swish", source).passed


def test_rounding_is_allowed_for_and_no_more() -> None:
    for name in ("gelu", "swish_derivative", "elu"):
        assert spoilt(
            name, "return right * (1 + 20 * np.finfo(x.dtype).eps).astype(x.dtype)"
        ).passed
        assert not spoilt(name, "return right * (1 + 2000 * np.finfo(x.dtype).eps)").passed


def test_constants_as_exact_as_asked_for_do_for_selu() -> None:
    for name in ("selu", "selu_derivative"):
        assert spoilt(name, "return right * x.dtype.type(1 + 1e-10)").passed
        assert not spoilt(name, "return right * x.dtype.type(1 + 1e-8)").passed


def test_a_check_of_random_slopes_runs_fewer_tests_than_its_rate_allows(
    statistical_tests: Counter[str],
) -> None:
    asked = exercise(ASSIGNMENT, "rrelu_slopes")
    assert verdict(asked, namespace(REFERENCE), 1).passed
    assert 0 < statistical_tests.total() * statistics.ALPHA <= 1e-6


def test_chance_of_equal_slopes_in_the_check_of_their_source() -> None:
    # The coarsest honest draws are 2**24 different numbers, and 12 of 1200 would have to be equal.
    assert stats.binom.sf(12, 1200, 2.0**-24) < 1e-6
    # A draw of exactly 1, which the check of signs takes for a positive input's slope, is
    # beyond all bounds that it asks for.
    rng = np.random.default_rng(1)
    assert max(checks._bounds(rng)["upper"] for _ in range(500)) < 1
