"""The assignment on regularisers: its points, its messages, its statistics, mistakes rewritten."""

from __future__ import annotations

import dataclasses
import math
import textwrap
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from autograder.assignments import CONTENT
from autograder.assignments.regularisers import checks as checks
from autograder.dialogue.answers import Answer, Refused
from autograder.dialogue.pictures import Curves
from autograder.judging.assignment import Exercise
from autograder.judging.statistics import ALPHA
from tests.autograder.questioning import exercise, namespace, solutions, verdict

ASSIGNMENT = CONTENT.load("regularisers")
NUMPY_EXERCISES = [e for e in ASSIGNMENT.exercises if e.module == "solutions.regularisers"]
REFERENCE = solutions("regularisers").read_text(encoding="utf-8")


def unnamed(name: str) -> Exercise:
    """Return an exercise that knows no mistakes: to recognise none of them takes its time."""
    return dataclasses.replace(exercise(ASSIGNMENT, name), mistakes=())


def test_every_exercise_has_its_mistakes() -> None:
    assert min(len(asked.mistakes) for asked in ASSIGNMENT.exercises) >= 10


# Mistakes as somebody else would have written them: (exercise, name, code).
REWRITTEN = [
    (
        "l1_regulariser",
        "gradient-of-plain-factor",
        """
        def l1_regulariser(weights, factor=0.01):
            if factor < 0:
                raise ValueError("no")
            gradient = weights.copy()
            gradient.fill(factor)
            return factor * np.sum(np.abs(weights)), gradient
        """,
    ),
    (
        "l1_regulariser",
        "pulled-at-zero",
        """
        def l1_regulariser(weights, factor=0.01):
            if factor < 0:
                raise ValueError("no")
            signs = 2 * (weights > 0).astype(weights.dtype) - 1
            return factor * np.sum(np.abs(weights)), signs * factor
        """,
    ),
    (
        "l2_regulariser",
        "two-forgotten-in-the-gradient",
        """
        def l2_regulariser(weights, factor=0.01):
            if not factor >= 0:
                raise ValueError("no")
            return factor * (weights**2).sum(), np.array([w * factor for w in weights.flat],
                                                         weights.dtype).reshape(weights.shape)
        """,
    ),
    (
        "dropout",
        "not-scaled",
        """
        def dropout(x, rate, rng, training=True):
            if rate < 0 or rate >= 1:
                raise ValueError("no")
            keep = np.full(x.shape, True)
            if training:
                keep[rng.uniform(0, 1, x.shape) < rate] = False
            output = x.copy()
            output[~keep] = 0
            return output, keep
        """,
    ),
    (
        "dropout",
        "one-mask-for-all-rows",
        """
        def dropout(x, rate, rng, training=True):
            if rate < 0 or rate >= 1:
                raise ValueError("no")
            keep = np.ones(x.shape, bool)
            if not training:
                return x, keep
            keep &= rng.random(x.shape[1:] if x.ndim > 1 else x.shape) >= rate
            return np.where(keep, x / (1 - rate), 0).astype(x.dtype), keep
        """,
    ),
    (
        "dropout_backward",
        "multiplied-by-the-share-kept",
        """
        def dropout_backward(gradient, mask, rate, training=True):
            if training:
                return np.where(mask, gradient - rate * gradient, 0)
            return gradient
        """,
    ),
    (
        "alpha_dropout",
        "dropped-to-zero",
        """
        def alpha_dropout(x, rate, rng, training=True):
            if rate < 0 or rate >= 1:
                raise ValueError("no")
            if not training:
                return x
            q, low = 1 - rate, -SELU_ALPHA * SELU_LAMBDA
            a = (q + low**2 * q * (1 - q)) ** -0.5
            kept = rng.binomial(1, q, x.shape)
            return np.asarray(a * (x * kept) + -a * (1 - q) * low, dtype=x.dtype)
        """,
    ),
    (
        "mc_prediction",
        "entropies-averaged",
        """
        from scipy.special import entr
        def mc_prediction(probabilities):
            if np.ndim(probabilities) != 3 or probabilities.shape[0] == 0:
                raise ValueError("no")
            mean = np.mean(probabilities, 0)
            each = entr(probabilities).sum(axis=2).mean(axis=0)
            return mean, np.std(probabilities, 0), each, entr(mean).sum(axis=1) - each
        """,
    ),
    (
        "mc_prediction",
        "bits",
        """
        def mc_prediction(probabilities):
            if np.ndim(probabilities) != 3 or probabilities.shape[0] == 0:
                raise ValueError("no")
            def entropy(p):
                return -(p * np.log2(p, where=p > 0, out=np.zeros_like(p))).sum(axis=-1)
            mean = np.mean(probabilities, 0)
            total = entropy(mean)
            return mean, np.std(probabilities, 0), total, total - entropy(probabilities).mean(0)
        """,
    ),
    (
        "max_norm",
        "small-ones-moved-by-epsilon",
        """
        def max_norm(weights, max_value=2.0, axis=0):
            if max_value <= 0:
                raise ValueError("no")
            norms = np.sqrt((weights**2).sum(axis=axis, keepdims=True))
            desired = np.minimum(norms, max_value)
            return weights * desired / (norms + 1e-7)
        """,
    ),
    (
        "max_norm",
        "norm-of-the-whole-array",
        """
        def max_norm(weights, max_value=2.0, axis=0):
            if max_value <= 0:
                raise ValueError("no")
            norm = np.linalg.norm(weights)
            return weights * max_value / norm if norm > max_value else weights
        """,
    ),
    (
        "prune",
        "up-to-the-threshold",
        """
        def prune(weights, sparsity):
            if not 0 <= sparsity <= 1:
                raise ValueError("no")
            k = round(sparsity * weights.size)
            if k == 0:
                return weights, np.ones(weights.shape, bool)
            threshold = np.partition(abs(weights), k - 1, axis=None)[k - 1]
            mask = np.asarray(abs(weights) > threshold)
            return np.asarray(weights * mask), mask
        """,
    ),
    (
        "prune",
        "works-in-place",
        """
        def prune(weights, sparsity):
            if not 0 <= sparsity <= 1:
                raise ValueError("no")
            mask = np.ones(weights.size, bool)
            mask[np.argsort(abs(weights.ravel()), kind="stable")[: round(sparsity * mask.size)]] = 0
            weights *= mask.reshape(weights.shape)
            return weights, mask.reshape(weights.shape)
        """,
    ),
]


@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda x: str(x)[:30])
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    names = namespace(REFERENCE + textwrap.dedent(code))
    asked = exercise(ASSIGNMENT, name)
    assert [verdict(asked, names, number).mistake for number in range(5)] == [mistake] * 5


# In Keras: what differs from a right answer, as (mistake, what is replaced, by what).

RIGHT_NET = """
import keras
import numpy as np
@keras.saving.register_keras_serializable("student")
class ElasticNet(keras.regularizers.Regularizer):
    def __init__(self, l1=0.0, l2=0.0):
        if l1 < 0 or l2 < 0:
            raise ValueError("no")
        self.l1, self.l2 = l1, l2
    def __call__(self, x):
        first = keras.ops.sum(keras.ops.abs(x))
        second = keras.ops.sum(x * x)
        return self.l1 * first + self.l2 * second
    def get_config(self):
        return {"l1": self.l1, "l2": self.l2}
"""
WRONG_NETS = [
    ("squares-halved", "self.l2 * second", "self.l2 * second / 2"),
    ("averaged", "keras.ops.sum", "keras.ops.mean"),
    ("factors-exchanged", "self.l1 * first + self.l2", "self.l2 * first + self.l1"),
    ("absolute-value-forgotten", "keras.ops.abs(x)", "x + 0"),
    ("norm-not-squared", "* second", "* keras.ops.sqrt(second)"),
    ("root-of-the-square", "keras.ops.abs(x)", "keras.ops.sqrt(x * x)"),
    ("larger-of-both-signs", "keras.ops.abs(x)", "keras.ops.maximum(x, -x)"),
    ("not-differentiable", "(self, x):", "(self, x):\n        x = np.array(x.numpy())"),
    ("factors-not-in-the-configuration", '{"l1": self.l1, "l2": self.l2}', "{}"),
    ("one-factor-in-the-configuration", '"l1": self.l1, "l2": self.l2', '"l1": self.l1'),
    ("negative-factors-accepted", "l1 < 0 or l2 < 0", "False"),
    ("only-l1-checked", "l1 < 0 or l2 < 0", "l1 < 0"),
    ("only-l2-checked", "l1 < 0 or l2 < 0", "l2 < 0"),
    ("negative-together-alone", "l1 < 0 or l2 < 0", "l1 < 0 and l2 < 0"),
    ("zero-factors-refused", "l1 < 0 or l2 < 0", "l1 <= 0 or l2 <= 0"),
    ("nothing-refused-as-well", "l1 < 0 or l2 < 0", "l1 < 0 or l2 < 0 or l1 + l2 == 0"),
    ("not-registered", '@keras.saving.register_keras_serializable("student")', ""),
    (
        "shared-by-all-instances",
        "self.l1, self.l2 = l1, l2",
        "ElasticNet.l1, ElasticNet.l2 = l1, l2",
    ),
    (
        "first-penalty-kept",
        "return self.l1 * first + self.l2 * second",
        """if not hasattr(self, "kept"):
            self.kept = self.l1 * first + self.l2 * second
        return self.kept""",
    ),
    ("smoothed-by-1e-6", "keras.ops.abs(x)", "keras.ops.sqrt(x * x + 1e-6)"),
    ("smoothed-by-1e-7", "keras.ops.abs(x)", "keras.ops.sqrt(keras.config.epsilon() + x * x)"),
    ("smoothed-by-1e-8", "keras.ops.abs(x)", "keras.ops.sqrt(x * x + 1e-8)"),
    ("smoothed-by-1e-12", "keras.ops.abs(x)", "keras.ops.sqrt(x * x + 1e-12)"),
    ("pulled-at-zero", "keras.ops.abs(x)", "keras.ops.where(x > 0, x, -x)"),
    ("no-configuration", "def get_config", "def get"),
    ("matrix-norm", "keras.ops.sum(keras.ops.abs(x))", "keras.ops.norm(x, 1)"),
    ("single-precision", "(self, x):", '(self, x):\n        x = keras.ops.cast(x, "float32")'),
    (
        "factors-exchanged-in-the-configuration",
        '{"l1": self.l1, "l2": self.l2}',
        '{"l1": self.l2, "l2": self.l1}',
    ),
    ("no-subclass", "class ElasticNet(keras.regularizers.Regularizer):", "class ElasticNet:"),
    (
        "no-subclass-of-keras-own",
        "class ElasticNet(keras.regularizers.Regularizer):",
        """class ElasticNet:
    @classmethod
    def from_config(cls, config):
        return cls(**config)""",
    ),
    ("default-l1-of-one-hundredth", "l1=0.0, l2=0.0", "l1=0.01, l2=0.0"),
    ("default-l2-of-one-hundredth", "l1=0.0, l2=0.0", "l1=0.0, l2=0.01"),
    ("defaults-of-one-hundredth", "l1=0.0, l2=0.0", "l1=0.01, l2=0.01"),
]
RIGHT_LIMIT = """
import keras
from keras import ops
@keras.saving.register_keras_serializable("student")
class MaxNorm(keras.constraints.Constraint):
    def __init__(self, max_value=2.0, axis=0):
        if max_value <= 0:
            raise ValueError("no")
        self.max_value, self.axis = max_value, axis
    def __call__(self, w):
        norm = ops.sqrt(ops.sum(ops.square(w), axis=self.axis, keepdims=True))
        return ops.where(norm > self.max_value, w * self.max_value / norm, w)
    def get_config(self):
        return {"max_value": self.max_value, "axis": self.axis}
"""
_WHERE = "ops.where(norm > self.max_value, w * self.max_value / norm, w)"
WRONG_LIMITS = [
    ("second-axis-by-default", "axis=0):", "axis=1):"),
    ("rows-in-place-of-columns", "axis=0):", "axis=-1):"),
    ("rows-whatever-the-axis", "axis=self.axis", "axis=1"),
    ("axis-ignored", "axis=self.axis", "axis=0"),
    ("norm-of-the-whole-array", "axis=self.axis, ", ""),
    ("small-ones-scaled-up", _WHERE, "w * self.max_value / norm"),
    (
        "small-ones-scaled-up-but-zeros",
        _WHERE,
        "w * (self.max_value / ops.where(norm > 0, norm, ops.ones_like(norm)))",
    ),
    ("divided-by-zero", _WHERE, "w * ops.minimum(norm, self.max_value) / norm"),
    (
        "small-ones-moved-by-epsilon",
        _WHERE,
        "w * ops.minimum(norm, self.max_value) / (norm + keras.config.epsilon())",
    ),
    (
        "long-ones-moved-by-epsilon",
        "w * self.max_value / norm, w)",
        "w * (self.max_value / (norm + 1e-7)), w)",
    ),
    ("sum-of-sizes", "ops.sqrt(ops.sum(ops.square(w)", "(ops.sum(ops.abs(w)"),
    ("default-limit-of-one", "max_value=2.0", "max_value=1.0"),
    ("default-limit-of-three", "max_value=2.0", "max_value=3.0"),
    ("single-precision", "(self, w):", '(self, w):\n        w = ops.cast(w, "float32")'),
    ("not-registered", '@keras.saving.register_keras_serializable("student")', ""),
    ("worked-out-in-numpy", "(self, w):", "(self, w):\n        w = ops.convert_to_numpy(w)"),
    (
        "worked-out-in-numpy-without-lists",
        "norm = ops.sqrt(ops.sum(ops.square(w), axis=self.axis, keepdims=True))",
        """w = ops.convert_to_numpy(w)
        norm = ops.sqrt((w**2).sum(axis=self.axis, keepdims=True))""",
    ),
    (
        "shared-by-all-instances",
        "self.max_value, self.axis = max_value, axis",
        "MaxNorm.max_value, MaxNorm.axis = max_value, axis",
    ),
    ("no-subclass", "class MaxNorm(keras.constraints.Constraint):", "class MaxNorm:"),
    (
        "no-subclass-of-keras-own",
        "class MaxNorm(keras.constraints.Constraint):",
        """class MaxNorm:
    @classmethod
    def from_config(cls, config):
        return cls(**config)""",
    ),
    ("zero-limit-accepted", "max_value <= 0", "max_value < 0"),
    ("squared-norm", "ops.sqrt(", "("),
    ("each-weight-clipped", _WHERE, "ops.clip(w, -self.max_value, self.max_value)"),
    ("limit-not-in-the-configuration", '{"max_value": self.max_value, "axis": self.axis}', "{}"),
    ("axis-not-in-the-configuration", ', "axis": self.axis', ""),
    ("any-limit-accepted", "max_value <= 0", "False"),
]


@pytest.mark.parametrize(
    ("name", "right", "wrong"), [("ElasticNet", RIGHT_NET, WRONG_NETS),
                                 ("MaxNorm", RIGHT_LIMIT, WRONG_LIMITS)]
)  # fmt: skip
def test_every_mistake_is_named_in_real_keras(
    name: str, right: str, wrong: list[tuple[str, str, str]]
) -> None:
    asked = exercise(ASSIGNMENT, name)
    assert verdict(asked, namespace(right), 1).passed
    found = {}
    for mistake, before, after in wrong:
        assert before in right, mistake
        found[mistake] = verdict(asked, namespace(right.replace(before, after)), 1).mistake
    assert found == {mistake: mistake for mistake in (m.name for m in asked.mistakes)}


@pytest.mark.parametrize("name", ["ElasticNet", "MaxNorm"])
def test_a_class_of_ones_own_is_told_where_to_inherit(name: str) -> None:
    code = RIGHT_NET if name == "ElasticNet" else RIGHT_LIMIT
    for base in ("keras.regularizers.Regularizer", "keras.constraints.Constraint"):
        code = code.replace(f"({base})", "")
    found = verdict(exercise(ASSIGNMENT, name), namespace(code), 1)
    assert any(f"{name} is not a subclass of keras." in text for text in found.messages)
    assert found.mistake == "no-subclass"


# Answers that are hardly answers: (exercise, what is returned in place of `right`, what is said).

KINDS = [
    ("l1_regulariser", "None", "is a `return` missing?"),
    ("l1_regulariser", "right[0]", "a tuple was expected: penalty, gradient"),
    ("l1_regulariser", "list(right)", "a tuple was expected"),
    ("l1_regulariser", "(*right, 1)", "returned a tuple of 3"),
    ("l1_regulariser", "(np.array(right[0]), right[1])", "one number was expected, a float"),
    ("l1_regulariser", "(int(right[0]), right[1])", "one number was expected, a float"),
    ("l1_regulariser", "(True, right[1])", "one number was expected, a float"),
    ("l1_regulariser", "(float('nan'), right[1])", "a finite number was expected"),
    ("l1_regulariser", "(right[0], right[1].tolist())", "a NumPy array was expected"),
    ("l1_regulariser", "(right[0], None)", "a NumPy array was expected"),
    ("l1_regulariser", "(right[0], right[1] * np.nan)", "NaN or infinity"),
    ("l1_regulariser", "(right[0], np.resize(right[1], 7))", "has shape (7,)"),
    ("l1_regulariser", "(right[0], right[1].astype(complex))", "a floating dtype was expected"),
    ("l1_regulariser", "(right[0], right[1].astype(np.float16))", "dtype float16"),
    ("l1_regulariser", "(-right[0], right[1])", "is -"),
    ("dropout", "right[0]", "a tuple was expected: output, mask"),
    ("dropout", "right[::-1]", "has dtype bool"),
    ("dropout", "(right[0], right[1].astype(int))", "has dtype int64; bool was expected"),
    ("dropout", "(right[0], None)", "a NumPy array was expected"),
    ("dropout", "(right[0], right[1].T)", "has shape"),
    ("dropout", "(right[0] * np.nan, right[1])", "NaN or infinity"),
    ("dropout", "(right[0], ~right[1])", "True is for what is kept"),
    ("dropout", "(right[0] + 0.1, right[1])", "0 was expected there"),
    ("dropout", "(np.zeros_like(x), np.zeros(x.shape, bool))", "drops 18000 of 18000"),
    ("dropout", "(x, np.ones(x.shape, bool))", "drops 0 of 18000"),
    ("dropout", "1 / 0", "ZeroDivisionError"),
    ("dropout_backward", "None", "is a `return` missing?"),
    ("dropout_backward", "right.astype(int)", "a floating dtype was expected"),
    ("dropout_backward", "right + rng.random()", "called twice with the same arguments"),
    ("alpha_dropout", "None", "is a `return` missing?"),
    ("alpha_dropout", "(right, right)", "a NumPy array was expected"),
    ("alpha_dropout", "right * 0", "What you drop becomes 0"),
    ("alpha_dropout", "x", "an entry that is kept"),
    ("alpha_dropout", "right.astype(np.longdouble)", "NumPy array"),
    ("mc_prediction", "right[:3]", "returned a tuple of 3"),
    ("mc_prediction", "(right[0].T, *right[1:])", "has shape (3, 4)"),
    ("mc_prediction", "(*right[:2], right[2][:, None], right[3])", "has shape (4, 1)"),
    ("mc_prediction", "(*right[:3], right[3] * np.nan)", "NaN or infinity"),
    ("max_norm", "right.tolist()", "a NumPy array was expected"),
    ("max_norm", "right.view(type('Array', (np.ndarray,), {}))", "Array"),
    ("max_norm", "np.ma.array(right)", "MaskedArray"),
    ("prune", "right[0]", "a tuple was expected: pruned array, mask"),
    ("prune", "(right[0], right[1].astype(float))", "bool was expected"),
    ("prune", "(right[0].astype(np.float32), right[1])", "float64 was expected"),
    ("prune", "(np.where(right[1], right[0], 1e-9), right[1])", "0 was expected"),
    ("prune", "(weights, right[1])", "0 was expected"),
    ("prune", "(right[0] * 0, right[1])", "-"),
]


@pytest.mark.parametrize(("name", "returned", "message"), KINDS)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_kinds_of_answers(name: str, returned: str, message: str) -> None:
    first = {"dropout": "x", "alpha_dropout": "x", "mc_prediction": "probabilities"}
    source = (
        REFERENCE.replace(f"def {name}(", f"def right_{name}(")
        + f"""
rng = np.random.default_rng()
def {name}(*args, **kwargs):
    {first.get(name, "weights")} = args[0]
    right = right_{name}(*args, **kwargs)
    return {returned}
"""
    )
    found = verdict(unnamed(name), namespace(source), 1)
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


def test_a_numpy_number_stands_for_an_array_without_dimensions_alone() -> None:
    answer = Answer(np.float64(1.5), "f(x)")
    assert checks._array(answer, ()).shape == ()
    with pytest.raises(Refused, match="array was expected"):
        checks._array(answer, (1,))


@pytest.mark.parametrize(
    ("name", "code", "label"),
    [
        ("l2_regulariser", "return right[0], right[1] / 2", "gradient"),
        ("max_norm", "return np.clip(args[0], -0.1, 0.1)", "norm after"),
        ("alpha_dropout", "return right * 1.1", "output of kept entries"),
    ],
)
def test_failed_numbers_come_with_a_picture(name: str, code: str, label: str) -> None:
    source = (
        REFERENCE.replace(f"def {name}(", f"def right_{name}(")
        + f"""
def {name}(*args, **kwargs):
    right = right_{name}(*args, **kwargs)
    {code}
"""
    )
    found = verdict(exercise(ASSIGNMENT, name), namespace(source), 1)
    pictures = [check.picture for check in found.checks if check.picture is not None]
    assert pictures
    for picture in pictures:
        assert isinstance(picture, Curves)
        assert picture.y_label == label
        assert [part.shape for part in picture.yours] == [part.shape for part in picture.expected]
        assert len(picture.alt) > 40


def test_training_with_a_forgetful_constraint_comes_with_a_picture() -> None:
    code = RIGHT_LIMIT.replace('"max_value": self.max_value', '"max_value": 9.0')
    found = verdict(exercise(ASSIGNMENT, "MaxNorm"), namespace(code), 1)
    (picture,) = [check.picture for check in found.checks if isinstance(check.picture, Curves)]
    right, yours = picture.expected[1], picture.yours[1]
    np.testing.assert_allclose(yours[:2], right[:2], rtol=1e-3)
    assert yours[-1] > 1.2 * right[-1]


def test_the_constraint_matters_in_training() -> None:
    # Otherwise a constraint that does nothing would pass.
    seen: list[float] = []
    names = namespace(RIGHT_LIMIT)
    right, register = names["MaxNorm"], names["keras"].saving.register_keras_serializable
    import tensorflow  # type: ignore[import-untyped]

    @register("watching")
    class Watching(right):  # type: ignore[misc, valid-type]
        def __call__(self, w: Any) -> Any:
            def watch(weights: Any) -> Any:
                seen.append(float(np.linalg.norm(weights, axis=0).max()) / self.max_value)
                return weights

            watched = tensorflow.numpy_function(watch, [w], w.dtype)  # it is called in a graph
            return super().__call__(tensorflow.ensure_shape(watched, w.shape))

    asked = exercise(ASSIGNMENT, "MaxNorm")
    (training,) = [check for check in asked.checks if check.title.startswith("holds while")]
    alone = replace(asked, checks=(training,), mistakes=())
    for number in range(5):
        seen.clear()
        assert verdict(alone, {"MaxNorm": Watching}, number).passed
        assert max(seen[-2:]) > 1.05, "after the model was loaded"
        assert max(seen[:2]) > 1.05


# The statistics: how often a right answer is refused. Nothing here is simulated where it can be
# computed.

RATES = (0.02, 0.15, 0.35, 0.5, 0.65, 0.85, 0.98)


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("size", [600, 9000, 18_000])
def test_false_alarms_of_the_share(rate: float, size: int) -> None:
    answer, law, counts = Answer(None, "dropout(...)"), stats.binom(size, rate), np.arange(size + 1)
    few = np.array([checks._chance_of_few(dropped, size, rate) for dropped in counts])
    many = np.array([checks._chance_of_many(dropped, size, rate) for dropped in counts])
    np.testing.assert_allclose(few, law.cdf(counts), rtol=1e-6, atol=1e-300)
    np.testing.assert_allclose(many, law.sf(counts - 1), rtol=1e-6, atol=1e-300)
    refused = np.minimum(few, many) < ALPHA / 2
    assert law.pmf(counts)[refused].sum() <= ALPHA
    # Not needlessly lenient either.
    accepted = counts[~refused]
    assert accepted[-1] - accepted[0] < 13 * math.sqrt(size * rate * (1 - rate)) + 12
    for dropped in (accepted[0], accepted[-1]):
        checks._share(answer, counts[:size] >= dropped, rate)
    for dropped in (accepted[0] - 1, accepted[-1] + 1):
        if 0 <= dropped <= size:
            with pytest.raises(Refused, match="were expected"):
                checks._share(answer, counts[:size] >= dropped, rate)


@pytest.mark.parametrize("rate", RATES)
def test_false_alarms_of_products(rate: float) -> None:
    # Hoeffding's bound, for the worst vector of length 1, is above the best bound of its kind.
    size, tolerance = 600, checks._product_tolerance()

    def exponent(s: float, sign: int) -> float:
        step = sign * s / math.sqrt(size)
        mean = rate * math.exp(-step * (1 - rate)) + (1 - rate) * math.exp(step * rate)
        return size * math.log(mean) - s * tolerance

    chances = [
        math.exp(optimize.minimize_scalar(exponent, bounds=(0, 40), args=(sign,)).fun)
        for sign in (1, -1)
    ]
    assert sum(chances) <= ALPHA * 1.001


def test_products_keep_their_rate_where_it_can_be_seen() -> None:
    rng, alpha, rate = np.random.default_rng(1), 0.05, 0.4
    masks = rng.random((4000, 2, 600)) >= rate
    x, y = masks[:, 0] - (1 - rate), masks[:, 1] - (1 - rate)
    products = np.abs(np.sum(x * y, axis=1)) / np.linalg.norm(y, axis=1)
    assert 0 < np.mean(products > checks._product_tolerance(alpha)) <= alpha


@pytest.mark.parametrize("rate", [0.4, 0.5, 0.6])
def test_false_alarms_of_equal_counts(rate: float) -> None:
    assert checks._same_count([50] * 9, 100, rate)
    assert not checks._same_count([50] * 8 + [51], 100, rate)
    assert not checks._same_count([50] * 4, 100, rate)  # that may be chance
    pmf = stats.binom(100, rate).pmf(np.arange(101))
    assert np.sum(pmf**9) <= ALPHA


def test_false_alarms_of_all_or_nothing() -> None:
    assert ALPHA > 2 * 0.6**500


def test_a_check_runs_fewer_tests_than_its_rate_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0

    def count(name: str) -> None:
        real = getattr(checks, name)

        def counting(*args: Any, **kwargs: Any) -> Any:
            nonlocal counted
            counted += 1
            return real(*args, **kwargs)

        monkeypatch.setattr(checks, name, counting)

    for name in ("_share", "_unrelated", "_same_count", "_varied"):
        count(name)
    names, most = namespace(REFERENCE), 0
    for asked in NUMPY_EXERCISES:
        for check in asked.checks:
            counted = 0
            assert verdict(
                Exercise(asked.assignment, asked.name, asked.module, (check,), (), asked.probes),
                names,
                1,
            ).passed
            assert counted * ALPHA <= 1e-6, check.title
            most = max(most, counted)
    assert most >= 8


def test_dependence_is_seen_along_every_axis() -> None:
    rng, answer, rate = np.random.default_rng(2), Answer(None, "dropout(...)"), 0.5
    mask = rng.random((6, 8, 6, 8)) >= rate
    checks._independent_entries(answer, mask, rate)
    for axis in range(4):
        same = np.repeat(np.take(mask, [0], axis), mask.shape[axis], axis)
        with pytest.raises(Refused, match="does not decide for every entry by itself"):
            checks._independent_entries(answer, same, rate)
    halves = mask.ravel().copy()
    halves[halves.size // 2 :] = ~halves[: halves.size // 2]
    with pytest.raises(Refused, match="half"):
        checks._independent_entries(answer, halves[:, None], rate)


@pytest.mark.parametrize("name", ["dropout", "alpha_dropout"])
@pytest.mark.parametrize(
    ("drawn", "message"),
    [
        ("np.random.default_rng().random(x.shape)", "from `rng` and from nowhere else"),
        ("np.random.default_rng(3).random(x.shape)", "dropped the same entries"),
        ("__import__('copy').deepcopy(rng).random(x.shape)", "so that it moves on"),
        ("rng.random(x.shape[-1:] or ())", "does not decide for every entry"),
        ("rng.random((*x.shape[:-1], 1))", "does not decide for every entry"),
        ("rng.permutation(x.size).reshape(x.shape) / max(x.size, 1)", "kept exactly"),
        ("(rng.random() + np.arange(x.size).reshape(x.shape) * 0.618) % 1", ""),
        ("rng.random(x.shape) ** 1.2", "were expected"),
        ("rng.random(x.shape) * 1.06", "were expected"),
    ],
)
def test_masks_that_look_random_and_are_not(name: str, drawn: str, message: str) -> None:
    source = REFERENCE.replace(
        "mask = np.asarray(rng.random(x.shape) >= rate)",
        f"mask = np.array(np.broadcast_to({drawn} >= rate, x.shape))",
    ).replace("kept = rng.random(x.shape) >= rate", f"kept = {drawn} >= rate")
    for number in range(2):
        found = verdict(unnamed(name), namespace(source), number)
        assert not found.passed
        assert any(message in text for text in found.messages), found.messages
