"""The assignment on initial weights: right answers pass, wrong ones are refused and named."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import integrate, optimize, stats

from autograder.assignments import CONTENT
from autograder.dialogue.answers import Answer, Refused
from autograder.judging import statistics
from autograder.judging.assignment import Exercise
from tests.autograder.questioning import (
    exercise,
    namespace,
    solutions,
    verdict,
)

ASSIGNMENT = CONTENT.load("initialisers")
NUMPY_EXERCISES = [e for e in ASSIGNMENT.exercises if e.module == "solutions.initialisers"]
HE_NORMAL = exercise(ASSIGNMENT, "HeNormal")
REFERENCE = solutions("initialisers").read_text(encoding="utf-8")


# Mistakes as somebody else would have written them: (exercise, name, code).
REWRITTEN = [
    (
        "compute_fans",
        "receptive-field-forgotten",
        """
        def compute_fans(shape):
            if not all(n >= 1 for n in shape):
                raise ValueError(shape)
            *_, fan_in, fan_out = (1, 1) if not shape else (*shape, *shape)[-2:]
            return fan_in, fan_out
        """,
    ),
    (
        "he_normal",
        "he-with-fan-out",
        """
        from scipy.special import ndtri
        def he_normal(shape, rng, dtype=np.float32):
            z = ndtri(rng.uniform(0.02275013, 0.97724987, shape))
            return (np.sqrt(2 / compute_fans(shape)[1]) / 0.8796 * z).astype(dtype)
        """,
    ),
    (
        "truncated_normal",
        "truncation-not-corrected",
        """
        from scipy.stats import truncnorm
        def truncated_normal(shape, stddev, rng, dtype=np.float32):
            if stddev < 0:
                raise ValueError("no")
            return truncnorm.rvs(-2, 2, 0, stddev, shape, random_state=rng).astype(dtype)
        """,
    ),
    (
        "truncated_normal",
        "generator-ignored",
        """
        from scipy.stats import truncnorm
        def truncated_normal(shape, stddev, rng, dtype=np.float32):
            if stddev < 0:
                raise ValueError("no")
            scale = stddev / truncnorm(-2, 2).std()
            return truncnorm.rvs(-2, 2, 0, scale, shape).astype(dtype)
        """,
    ),
    (
        "truncated_normal",
        "fixed-seed",
        """
        from scipy.stats import truncnorm
        def truncated_normal(shape, stddev, rng, dtype=np.float32):
            if stddev < 0:
                raise ValueError("no")
            scale = stddev / truncnorm(-2, 2).std()
            return truncnorm.rvs(-2, 2, 0, scale, shape, random_state=7).astype(dtype)
        """,
    ),
    (
        "lecun_uniform",
        "one-sided",
        """
        def lecun_uniform(shape, rng, dtype=np.float32):
            return (rng.random(shape) * (3 / math.prod(shape[:-1])) ** 0.5).astype(dtype)
        """,
    ),
    (
        "glorot_normal",
        "not-truncated",
        """
        def glorot_normal(shape, rng, dtype=np.float32):
            std = (2 / sum(compute_fans(shape))) ** 0.5
            return (rng.standard_normal(shape[::-1]).T * std).astype(dtype)
        """,
    ),
]
REWRITTEN_HE_NORMAL = [
    ("he-with-fan-out", "math.sqrt(2 / compute_fans(shape)[1]) / 0.87962566", "seed=self.seed"),
    ("truncation-not-corrected", "math.sqrt(2 / compute_fans(shape)[0])", "seed=self.seed"),
    ("seed-ignored", "math.sqrt(2 / compute_fans(shape)[0]) / 0.87962566", ""),
]


@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda x: str(x)[:30])
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    names = namespace(REFERENCE + "\nif True:\n" + code)
    assert [verdict(asked, names, number).mistake for number in range(10)] == [mistake] * 10


@pytest.mark.parametrize(("mistake", "stddev", "seed"), REWRITTEN_HE_NORMAL, ids=lambda x: x[:24])
def test_mistakes_in_keras_are_named(mistake: str, stddev: str, seed: str) -> None:
    names = namespace(
        REFERENCE
        + f"""
import keras
@keras.saving.register_keras_serializable("mine")
class HeNormal(keras.initializers.Initializer):
    def __init__(self, seed=None):
        self.seed = seed
    def __call__(self, shape, dtype=None):
        return keras.random.truncated_normal(shape, stddev={stddev}, dtype=dtype, {seed})
    def get_config(self):
        return {{"seed": self.seed}}
"""
    )
    assert [verdict(HE_NORMAL, names, number).mistake for number in range(5)] == [mistake] * 5


@pytest.mark.parametrize("decorator", ["", '@keras.saving.register_keras_serializable("x", "y")'])
def test_a_class_has_to_be_registered_under_whatever_name(decorator: str) -> None:
    source = solutions("keras_extensions").read_text(encoding="utf-8")
    before = '@keras.saving.register_keras_serializable(package="course")\nclass HeNormal'
    assert before in source
    names = namespace(REFERENCE + source.replace(before, f"{decorator}\nclass HeNormal"))
    found = verdict(HE_NORMAL, names, 1)
    assert found.passed == bool(decorator)
    if not decorator:
        assert found.mistake == "not-registered"
        assert any("did not find your class by its name" in text for text in found.messages)


def test_a_failure_in_a_layer_names_the_layer_not_our_probe() -> None:
    source = solutions("keras_extensions").read_text(encoding="utf-8")
    names = namespace(REFERENCE + source.replace("dtype: str | None = None) -> Any", "dt=None)"))
    found = verdict(HE_NORMAL, names, 1)
    told = next(c.message for c in found.checks if c.title.startswith("in a layer"))
    assert "Keras could not build a dense layer with kernel_initializer=HeNormal(seed=" in told
    assert "in_a_layer" not in told


def test_a_class_that_is_no_initialiser_is_told_so() -> None:
    names = namespace("class HeNormal:\n    def __init__(self, seed=None):\n        pass")
    found = verdict(HE_NORMAL, names, 1)
    assert found.score == 0
    assert any("subclass of keras.initializers.Initializer" in text for text in found.messages)


# Answers that are hardly answers

STUBS: list[tuple[str, str, str]] = [
    ("nothing", "return None", "is a `return` missing?"),
    ("a list", "return right.tolist()", "a NumPy array was expected"),
    ("NaN", "return right * np.float32(np.nan)", "NaN or infinity"),
    ("one NaN", "right.flat[-1] = np.nan; return right", "NaN or infinity"),
    ("infinity", "return right / np.float32(0)", "NaN or infinity"),
    ("a matrix", "return np.asmatrix(right.reshape(shape[0], -1))", "numpy.matrix"),
    ("a masked array", "return np.ma.array(right)", "MaskedArray"),
    ("a scalar", "return np.float32(0.1)", "a NumPy array was expected"),
    ("a 0-d array", "return np.array(0.1, dtype)", "has shape ()"),
    ("one value repeated", "return np.full(shape, 0.1, dtype)", "standard deviation"),
    ("zeros", "return np.zeros(shape, dtype)", "standard deviation 0;"),
    ("whole numbers", "return right.astype(int)", "dtype"),
    ("complex numbers", "return right.astype(complex)", "dtype"),
    ("the transpose", "return right.T", "has shape"),
    ("a subclass", "return right.view(type('Array', (np.ndarray,), {}))", "Array"),
    ("object dtype", "return right.astype(object)", "object"),
    ("huge values", "return right.astype(np.float64) * 1e300", "standard deviation inf"),
    ("an exception", "raise RuntimeError('oops')", "RuntimeError: oops (line"),
    ("exit", "raise SystemExit", "SystemExit"),
    ("a tuple", "return (right,)", "a NumPy array was expected"),
    ("one row repeated", "return np.broadcast_to(right[:1], shape).copy()", "different values"),
    ("less its mean", "return right - right.mean()", "different sizes"),
    (
        "of spread 1",
        "s = right.std(); return right / s * (right.std() if right.size > 1 else 1)",
        "divided by the spread",
    ),
    (
        "mirrored halves",
        "h = right.ravel(); k = h.size // 2; h[-k:] = -h[:k]; return right",
        "half",
    ),
]


@pytest.mark.parametrize("name", ["truncated_normal", "variance_scaling", "he_normal"])
@pytest.mark.parametrize(("code", "message"), [s[1:] for s in STUBS], ids=[s[0] for s in STUBS])
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::PendingDeprecationWarning")
def test_wrong_kinds_of_answers(name: str, code: str, message: str) -> None:
    arguments = {
        "truncated_normal": "shape, stddev, rng",
        "variance_scaling": "shape, rng, scale=1.0, mode='fan_in', distribution='truncated_normal'",
        "he_normal": "shape, rng",
    }[name]
    passed = ", ".join(part.split("=")[0].strip() for part in arguments.split(","))
    source = REFERENCE.replace(f"def {name}(", f"def right_{name}(")
    source += f"""
def {name}({arguments}, dtype=np.float32):
    right = right_{name}({passed}, dtype)
    {code}
"""
    found = verdict(exercise(ASSIGNMENT, name), namespace(source), 1)
    assert not found.passed
    assert found.mistake is None
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "is a `return` missing?"),
        ("return list(right)", "was expected"),
        ("return np.array(right)", "array([36, 37]); (36, 37)"),
        ("return right[0]", "was expected"),
        ("return (*right, 1)", "was expected"),
        ("return float(right[0]), right[1]", ".0, "),
        ("return np.nan, np.nan", "nan"),
        ("return True, True", "(True, True)"),
        ("return object()", "an object of type builtins.object"),
        ("return right, right", "was expected"),
        ("return np.array(right[0]), right[1]", "was expected"),
        ("raise NotImplementedError", "raised NotImplementedError (line"),
    ],
)
def test_wrong_kinds_of_fans(code: str, message: str) -> None:
    source = REFERENCE.replace("def compute_fans(", "def right_fans(")
    source += f"\ndef compute_fans(shape):\n    right = right_fans(shape)\n    {code}"
    found = verdict(exercise(ASSIGNMENT, "compute_fans"), namespace(source), 1)
    assert found.score < found.max_score
    assert any(message.split(";")[0].split("[")[0] in text for text in found.messages), (
        found.messages
    )


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "is a `return` missing?"),
        ("return np.zeros(shape, dtype or 'float32')", "standard deviation 0;"),
        ("return np.zeros(shape, dtype or 'float32').tolist()", "a tensor was expected"),
        ("return np.full(shape, np.nan, dtype or 'float32')", "NaN"),
        ("raise ValueError('oops')", "ValueError: oops"),
    ],
)
def test_wrong_kinds_of_tensors(code: str, message: str) -> None:
    source = f"""
import numpy as np
class HeNormal:
    def __init__(self, seed=None):
        self.seed = seed
    def __call__(self, shape, dtype=None):
        {code}
    def get_config(self):
        return {{"seed": np.array([self.seed, 2])}}
"""
    found = verdict(HE_NORMAL, namespace(source), 1)
    assert found.score < 1
    assert any(message in text for text in found.messages), found.messages


def test_a_failed_distribution_comes_with_its_picture() -> None:
    names = namespace(REFERENCE, {"he_normal": _uniform_he})
    failed = [
        check for check in verdict(exercise(ASSIGNMENT, "he_normal"), names, 1).checks
        if not check.passed
    ]  # fmt: skip
    assert failed[0].picture is not None
    widths = np.diff(failed[0].picture.edges)
    assert np.sum(failed[0].picture.counts * widths) == pytest.approx(1)
    assert integrate.trapezoid(failed[0].picture.density, failed[0].picture.x) == pytest.approx(
        1, abs=0.02
    )
    assert "cut at" in failed[0].picture.alt


def _uniform_he(shape: Any, rng: np.random.Generator, dtype: Any = np.float32) -> Any:
    limit = math.sqrt(6 / math.prod(shape[:-1]))
    return rng.uniform(-limit, limit, shape).astype(dtype)


# The statistics: how often a right answer is refused. Nothing here is simulated where it can be
# computed.

LAWS = {
    "uniform": statistics.uniform(0.7),
    "normal": statistics.normal(0.7),
    "truncated normal": statistics.truncated_normal(0.7),
}
SIZES = (1200, 5000, 30_000)


@pytest.fixture(params=LAWS)
def law(request: Any) -> statistics.Law:
    return LAWS[request.param]


def _expectation(law: statistics.Law, f: Callable[[Any], Any]) -> float:
    edge = min(law.bound, 12 * law.std)
    x = np.linspace(-edge, edge, 20_001)
    return float(integrate.simpson(f(x) * law.density(x), x=x))


def test_laws_are_what_they_say(law: statistics.Law) -> None:
    assert _expectation(law, np.ones_like) == pytest.approx(1, abs=1e-9)
    assert _expectation(law, np.square) == pytest.approx(law.std**2, rel=1e-9)
    assert _expectation(law, lambda x: x**4) == pytest.approx(law.kurtosis * law.std**4, rel=1e-9)
    edge = min(law.bound, 5 * law.std)
    x = np.linspace(-edge, edge, 2001)
    areas = integrate.cumulative_simpson(law.density(x), x=x, initial=0)
    np.testing.assert_allclose(law.distribution(x), law.distribution(x[0]) + areas, atol=1e-7)
    assert law.distribution(np.array([-np.inf, np.inf])).tolist() == [0, 1]


def test_the_laws_are_scipys() -> None:
    x = np.linspace(-3, 3, 61)
    parent = 0.7 / stats.truncnorm(-2, 2).std()
    np.testing.assert_allclose(
        LAWS["truncated normal"].distribution(x), stats.truncnorm(-2, 2, scale=parent).cdf(x)
    )
    assert LAWS["truncated normal"].bound == pytest.approx(2 * parent)
    limit = 0.7 * math.sqrt(3)
    np.testing.assert_allclose(
        LAWS["uniform"].distribution(x), stats.uniform(-limit, 2 * limit).cdf(x)
    )


def _chernoff(law: statistics.Law, f: Callable[[Any], Any], threshold: float, size: int) -> float:
    """Return a bound on the chance that the mean of `size` values of f exceeds `threshold`."""
    highest = 0.45 if math.isinf(law.bound) else 3.0  # the mean of exp(s x**2) must exist

    def exponent(s: float) -> float:
        return size * (math.log(_expectation(law, lambda x: np.exp(s * f(x)))) - s * threshold)

    best = optimize.minimize_scalar(exponent, bounds=(0, highest), method="bounded")
    return math.exp(best.fun)


@pytest.mark.parametrize("size", SIZES)
def test_false_alarms_of_the_mean(law: statistics.Law, size: int) -> None:
    tolerance = statistics.mean_tolerance(law, size) / law.std
    chance = 2 * _chernoff(law, lambda x: x / law.std, tolerance, size)
    assert chance <= statistics.ALPHA * 1.001
    # Not needlessly lenient either.
    assert tolerance < 7 / math.sqrt(size)


@pytest.mark.parametrize("size", SIZES)
def test_false_alarms_of_the_spread(law: statistics.Law, size: int) -> None:
    tolerance = statistics.square_tolerance(law, size)
    above = _chernoff(law, lambda x: (x / law.std) ** 2 - 1, tolerance, size)
    below = _chernoff(law, lambda x: 1 - (x / law.std) ** 2, tolerance, size)
    assert above + below <= statistics.ALPHA * 1.001
    assert tolerance < 8 * math.sqrt((law.kurtosis - 1) / size)


@pytest.mark.parametrize("size", SIZES)
def test_false_alarms_of_the_distribution(size: int) -> None:
    chance = stats.kstwo.sf(statistics.distribution_tolerance(size), size)
    assert 0 < chance <= statistics.ALPHA


def test_false_alarms_of_the_reach(law: statistics.Law) -> None:
    edge = law.bound if math.isfinite(law.bound) else 4 * law.std
    for size in SIZES:
        inside = 1 - 2 * law.distribution(np.asarray(-0.95 * edge))
        expected = stats.binom.logpmf(size, size, inside)
        assert statistics.log_chance_of_reach(law, size, 0.95 * edge) == pytest.approx(expected)


def test_false_alarms_of_products(law: statistics.Law) -> None:
    # The worst fixed vector of length 1 is even; a single entry is bounded, or normal.
    size = 600
    threshold = statistics.product_tolerance() / math.sqrt(size)
    assert 2 * _chernoff(law, lambda x: x / law.std, threshold, size) <= statistics.ALPHA * 1.001


def test_false_alarms_of_repeats() -> None:
    # The coarsest honest source: single precision, 2**24 different uniform numbers.
    pairs = 30_000**2 / 2 / 2**24
    assert stats.poisson.sf(30_000 / 100, pairs) < statistics.ALPHA


def test_rates_are_kept_where_they_can_be_seen(law: statistics.Law) -> None:
    rng = np.random.default_rng(1)
    limit = law.bound if math.isfinite(law.bound) else 8 * law.std
    grid = np.linspace(-limit, limit, 20_001)
    draws = np.interp(rng.random((2000, 500)), law.distribution(grid), grid)
    alpha = 0.05
    means = np.abs(draws.mean(axis=1)) > statistics.mean_tolerance(law, 500, alpha)
    squares = np.abs(np.mean(draws**2, axis=1) / law.std**2 - 1)
    spreads = squares > statistics.square_tolerance(law, 500, alpha)
    y = draws[::-1, :]
    products = np.abs(np.sum(draws * y, axis=1)) / np.linalg.norm(y, axis=1) / law.std
    assert means.mean() <= alpha
    assert spreads.mean() <= alpha
    assert np.mean(products > statistics.product_tolerance(alpha)) <= alpha


def test_a_check_runs_fewer_tests_than_its_rate_allows(statistical_tests: Counter[str]) -> None:
    names = namespace(REFERENCE)
    for asked in NUMPY_EXERCISES:
        for check in asked.checks:
            statistical_tests.clear()
            verdict(
                Exercise(asked.assignment, asked.name, asked.module, (check,), (), asked.probes),
                names,
                1,
            )
            assert statistical_tests.total() * statistics.ALPHA <= 1e-6, check.title


@pytest.mark.parametrize(
    ("test", "spoil", "message"),
    [
        (statistics.spread, lambda x: 1.1 * x, "times as wide"),
        (statistics.centred, lambda x: x + 0.1, "mean"),
        (statistics.bounded, lambda x: np.where(x == x.max(), 3.0, x), "beyond"),
        (statistics.bounded, lambda x: 0.9 * x, "further out"),
        (statistics.distinct, lambda x: np.repeat(x[::2], 2), "different values"),
        (statistics.shaped, lambda x: np.sign(x) * x**2, "does not follow"),
    ],
)
def test_each_test_says_what_is_wrong(test: Any, spoil: Any, message: str) -> None:
    values = np.random.default_rng(1).uniform(-1, 1, 10_000) * math.sqrt(3)
    answer, law = Answer(None, "he_uniform(...)"), statistics.uniform(1.0)
    arguments = () if test is statistics.distinct else (law,)
    test(answer, values, *arguments)
    with pytest.raises(Refused, match=message):
        test(answer, spoil(values), *arguments)


def test_dependence_is_seen_between_neighbours_rows_and_halves() -> None:
    law, answer = statistics.uniform(1.0), Answer(None, "he_uniform(...)")
    values = np.random.default_rng(1).uniform(-1, 1, (60, 80)) * math.sqrt(3)
    statistics.independent_entries(answer, values, law)
    halves = values.copy()
    halves[30:] = halves[:30]
    for spoilt, message in (
        (np.repeat(values[:, ::2], 2, axis=1), "row"),
        (np.repeat(values[::2], 2, axis=0), "column"),
        (halves, "half"),
    ):
        with pytest.raises(Refused, match=message):
            statistics.independent_entries(answer, spoilt, law)
