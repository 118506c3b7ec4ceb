"""What is particular to the assignment on gradient clipping; the rest is in `test_quality`."""

from __future__ import annotations

import textwrap
from typing import Any

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.assignments.gradient_clipping import checks as checks
from autograder.dialogue.answers import Refused
from tests.autograder.questioning import exercise, namespace, solutions, verdict, verdicts

ASSIGNMENT = CONTENT.load("gradient_clipping")
REFERENCE = solutions("gradient_clipping").read_text(encoding="utf-8")


# Mistakes as somebody else would have written them: (exercise, name, code).
REWRITTEN = [
    (
        "clip_by_value",
        "upper-limit-only",
        """
        def clip_by_value(gradient, threshold):
            if threshold <= 0:
                raise ValueError("no")
            return np.where(gradient > threshold, threshold, gradient).astype(gradient.dtype)[()]
        """,
    ),
    (
        "clip_by_value",
        "in-place",
        """
        def clip_by_value(gradient, threshold):
            if threshold <= 0:
                raise ValueError("no")
            for index in np.ndindex(gradient.shape):
                gradient[index] = min(max(gradient[index], -threshold), threshold)
            return gradient
        """,
    ),
    (
        "global_norm",
        "squares-out-of-range",
        """
        def global_norm(gradients):
            return np.sum([np.vdot(g, g) for g in gradients]) ** 0.5
        """,
    ),
    (
        "global_norm",
        "not-a-number-for-zeros",
        """
        def global_norm(gradients):
            entries = [np.zeros(0), *(np.ravel(g) for g in gradients)]
            whole = np.concatenate(entries).astype(np.float64)
            if whole.size == 0:
                return 0.0
            scale = np.abs(whole).max()
            return np.linalg.norm(whole / scale) * scale
        """,
    ),
    (
        "global_norm",
        "squares-out-of-range",
        """
        def global_norm(gradients):
            total = 0.0
            for g in gradients:
                total = total + float(np.sum(g * g))
            return total**0.5
        """,
    ),
    (
        "clip_by_norm",
        "squares-out-of-range",
        """
        def clip_by_norm(gradient, threshold):
            if threshold <= 0:
                raise ValueError("no")
            norm = np.sqrt((gradient * gradient).sum())
            return gradient * (threshold / norm) if norm > threshold else gradient
        """,
    ),
    (
        "clip_by_norm",
        "epsilon-added",
        """
        def clip_by_norm(gradient, threshold):
            if threshold <= 0:
                raise ValueError("no")
            return gradient * float(np.clip(threshold / (global_norm([gradient]) + 1e-6), 0, 1))
        """,
    ),
    (
        "clip_by_norm",
        "always-scaled-but-zeros",
        """
        def clip_by_norm(gradient, threshold):
            if threshold <= 0:
                raise ValueError("no")
            norm = global_norm([gradient])
            if norm == 0:
                return gradient + 0
            return threshold * (gradient / norm)
        """,
    ),
    (
        "clip_by_norm",
        "each-row-on-its-own",
        """
        def clip_by_norm(gradient, threshold):
            if threshold <= 0:
                raise ValueError("no")
            if gradient.ndim == 0:
                return np.clip(gradient, -threshold, threshold)
            norms = np.linalg.norm(gradient, axis=-1)[..., np.newaxis]
            factor = np.ones_like(norms)
            long = norms > threshold
            factor[long] = threshold / norms[long]
            return gradient * factor
        """,
    ),
    (
        "clip_by_global_norm",
        "threshold-not-checked-for-no-arrays and each-array-on-its-own",
        """
        def clip_by_global_norm(gradients, threshold):
            return [clip_by_norm(g, threshold) for g in gradients], global_norm(gradients)
        """,
    ),
    (
        "clipping_angles",
        "radians",
        """
        def clipping_angles(gradients, threshold):
            clipped = clip_by_value(gradients, threshold)
            angles = []
            for g, c in zip(gradients, clipped):
                if np.all(g == 0):
                    angles.append(0.0)
                    continue
                g, c = g / np.abs(g).max(), c / np.abs(c).max()
                cosine = g @ c / np.linalg.norm(g) / np.linalg.norm(c)
                angles.append(np.arccos(min(cosine, 1.0)))
            return np.array(angles, dtype=float)
        """,
    ),
    (
        "clipping_angles",
        "nothing-guarded",
        """
        def clipping_angles(gradients, threshold):
            c = clip_by_value(gradients, threshold)
            norms = np.linalg.norm(gradients, axis=1) * np.linalg.norm(c, axis=1)
            return np.degrees(np.arccos((gradients * c).sum(axis=1) / norms))
        """,
    ),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda x: str(x)[:30])
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    names = namespace(REFERENCE + textwrap.dedent(code))
    assert [verdict(asked, names, number).mistake for number in range(5)] == [mistake] * 5


# Answers that are hardly answers: (exercise, the function's last lines, what is said).
HARDLY = [
    ("clip_by_value", "pass", "is a `return` missing?|NumPy array was expected"),
    ("clip_by_value", "return clipped.tolist()", "a NumPy array was expected"),
    ("clip_by_value", "return clipped.astype(np.float32)", "float64 was expected"),
    ("clip_by_value", "return clipped.ravel()", "has shape"),
    ("clip_by_value", "return clipped * np.nan", "NaN or infinity"),
    ("clip_by_value", "raise RuntimeError('oops')", "RuntimeError: oops (line"),
    ("global_norm", "pass", "is a `return` missing?"),
    ("global_norm", "return [5.0]", "a float was expected"),
    ("global_norm", "return np.array([5.0])", "a float was expected"),
    ("global_norm", "return 5j", "a float was expected"),
    ("global_norm", "return True", "a float was expected"),
    ("global_norm", "return '5.0'", "a float was expected"),
    ("global_norm", "return float('nan')", "is nan"),
    ("global_norm", "return float('inf')", "is inf"),
    ("global_norm", "return 10**400", "more than a hundred digits"),
    ("global_norm", "return -10**400", "more than a hundred digits"),
    ("global_norm", "return np.float32(0.1)", "was expected"),
    ("clip_by_norm", "return 2 * clipped", "The gradient has norm"),
    ("clip_by_norm", "return clipped.astype(np.float16)", "float16"),
    ("clip_by_norm", "return np.ma.array(clipped)", "MaskedArray"),
    ("clip_by_global_norm", "return clipped[0]", "a tuple of a list and the norm was expected"),
    ("clip_by_global_norm", "return clipped", "is off by up to"),
    ("clip_by_global_norm", "return tuple(clipped[0]), clipped[1]", "a list of 5 arrays"),
    ("clip_by_global_norm", "return clipped[0][:2], clipped[1]", "a list of 5 arrays"),
    ("clip_by_global_norm", "return [None] * 5, clipped[1]", "array 0 of the list returned None"),
    ("clip_by_global_norm", "return clipped[0], None", "the norm is None"),
    ("clip_by_global_norm", "return clipped[0], 2 * clipped[1]", "the norm is"),
    ("clipping_angles", "return clipped.tolist()", "a NumPy array was expected"),
    ("clipping_angles", "return clipped[:, None]", "has shape"),
    ("clipping_angles", "return 2 * clipped", "The first gradient that it is wrong for"),
    ("clipping_angles", "return clipped / 0", "NaN or infinity"),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "end", "said"), HARDLY, ids=lambda x: str(x)[:40])
def test_what_is_said_about_answers_that_are_hardly_answers(name: str, end: str, said: str) -> None:
    arguments = "*arguments"
    if end == "return clipped":  # a global norm of nothing: the norm itself is not wrong
        end = "return [2 * c for c in clipped[0]], clipped[1]"
    code = (
        f"right = {name}\ndef {name}({arguments}):\n    clipped = right({arguments})\n    {end}\n"
    )
    found = verdict(exercise(ASSIGNMENT, name), namespace(REFERENCE + "\n" + code), 1)
    assert found.score == 0 or name.startswith("clip")
    assert any(part in text for text in found.messages for part in said.split("|")), found.messages


def test_each_point_is_lost_for_its_own_reason() -> None:
    raised = "def clip_by_norm(g, threshold):\n    return np.float64(1) * right(g, threshold)"
    names = namespace(f"{REFERENCE}\nright = clip_by_norm\n{raised}\n")
    found = verdict(exercise(ASSIGNMENT, "clip_by_norm"), names, 1)
    lost = [check.title for check in found.checks if not check.earned]
    assert lost == ["dtype and input are kept"]
    assert found.mistake == "dtype-raised"


def test_what_uses_a_norm_that_fails_is_told_so() -> None:
    wrong = "def global_norm(gs):\n    return float(np.sqrt(sum(float(np.sum(g**2)) for g in gs)))"
    with np.errstate(all="ignore"):
        found = verdicts(ASSIGNMENT, f"{REFERENCE}\n{wrong}\n")
    assert found["global_norm"].mistake == "squares-out-of-range"
    assert "There may be nothing wrong here" in found["clip_by_norm"].explanation
    assert "global_norm" in found["clip_by_norm"].explanation


@pytest.mark.parametrize("value", [2.0, np.float64(2.0), np.float32(2.0), np.array(2.0), 2])
def test_a_norm_may_be_any_kind_of_real_number(value: Any) -> None:
    checks._number("global_norm(...)", value, 2.0, 1e-10)
    with pytest.raises(Refused, match="3 was expected"):
        checks._number("global_norm(...)", value, 3.0, 1e-10)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_extreme_sizes_are_what_they_are_for(dtype: Any) -> None:
    with np.errstate(over="ignore", under="ignore"):
        assert np.isinf(np.square(dtype(2 * checks.HUGE[dtype])))
        assert np.square(dtype(10 * checks.TINY[dtype])) == 0
    # There is room for what right answers do with them.
    limits = np.finfo(dtype)
    assert checks.HUGE[dtype] * 1e5 < limits.max
    assert checks.TINY[dtype] * 1e-5 > limits.tiny


def test_vectors_whose_quotient_rounds_beyond_one() -> None:
    for number in range(20):
        for g in checks._treacherous(np.random.default_rng(number)):
            assert np.all(np.abs(g) < 2)
            with pytest.raises(FloatingPointError), np.errstate(invalid="raise"):
                np.arccos(g @ g / (np.linalg.norm(g) * np.linalg.norm(g)))
