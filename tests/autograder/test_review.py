"""What is particular to the chapter's questions; the rest is in `test_quality`."""

from __future__ import annotations

import textwrap

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.assignments.review import checks as checks
from solutions import review as reference
from tests.autograder.questioning import exercise, namespace, solutions, verdict

ASSIGNMENT = CONTENT.load("review")
REFERENCE = solutions("review").read_text(encoding="utf-8")


def test_points_of_written_answers() -> None:
    assert [written.points for written in ASSIGNMENT.written] == [3, 3, 4, 4, 3, 4, 3]


# Mistakes as somebody else would have written them: (exercise, name, code).
REWRITTEN = [
    (
        "distinct_units",
        "units-compared-exactly",
        """
        right = distinct_units

        def distinct_units(hidden, output, x, y, rate, steps):
            _, hidden, output = right(hidden, output, x, y, rate, steps)
            units = {(*column, out) for column, out in zip(hidden.T.tolist(), output.tolist())}
            return len(units), hidden, output
        """,
    ),
    (
        "gradient_norms",
        "derivative-one-at-zero",
        """
        def gradient_norms(kernels, biases, x, y):
            hs, zs = [x], []
            for kernel, bias in zip(kernels, biases):
                zs.append(hs[-1] @ kernel + bias)
                hs.append(zs[-1].clip(0))
            d = (zs[-1] - y) / (y.size / 2)
            rows = []
            for n in reversed(range(len(kernels))):
                rows.insert(0, (np.linalg.norm(hs[n].T @ d), np.linalg.norm(d.sum(0))))
                d = d @ kernels[n].T
                if n:
                    d[zs[n - 1] < 0] = 0
            return np.array(rows)
        """,
    ),
    (
        "signal_statistics",
        "selu-without-lambda",
        """
        right = signal_statistics

        def signal_statistics(activation, x, kernels):
            if activation != "selu":
                return right(activation, x, kernels)
            rows = []
            for kernel in kernels:
                x = x @ kernel
                x[x < 0] = SELU_ALPHA * (np.exp(x[x < 0]) - 1)
                rows.append([x.mean(), x.var(), 0])
            return np.array(rows)
        """,
    ),
    (
        "fitting_output",
        "softmax-overflows",
        """
        right = fitting_output

        def fitting_output(targets, z):
            name, values = right(targets, z)
            if name == "softmax":
                powers = np.exp(z)
                values = (powers.T / powers.sum(1)).T
            return name, values
        """,
    ),
    (
        "heavy_ball",
        "crossing-at-zero-missed",
        """
        right = heavy_ball

        def heavy_ball(momentum, rate, curvature, start, steps):
            path, _, settled = right(momentum, rate, curvature, start, steps)
            seen = path if settled is None else path[: settled + 1]
            return path, int((seen[1:] * seen[:-1] < 0).sum()), settled
        """,
    ),
    (
        "heavy_ball",
        "average-of-gradients",
        """
        right = heavy_ball

        def heavy_ball(momentum, rate, curvature, start, steps):
            return right(momentum, rate * (1 - momentum), curvature, start, steps)
        """,
    ),
    (
        "distinct_units",
        "differences-added-up",
        """
        right = distinct_units

        def distinct_units(hidden, output, x, y, rate, steps):
            _, hidden, output = right(hidden, output, x, y, rate, steps)
            kept = []
            for unit in np.vstack([hidden, output]).T:
                if all(np.abs(unit - other).sum() > 1e-6 for other in kept):
                    kept.append(unit)
            return len(kept), hidden, output
        """,
    ),
    (
        "fitting_output",
        "sums-compared-loosely",
        """
        right = fitting_output

        def fitting_output(targets, z):
            if targets.shape[1] > 1 and (targets >= 0).all() and np.allclose(targets.sum(1), 1):
                targets = targets / targets.sum(axis=1, keepdims=True)
            return right(targets, z)
        """,
    ),
    (
        "heavy_ball",
        "zero-taken-for-the-right",
        """
        right = heavy_ball

        def heavy_ball(momentum, rate, curvature, start, steps):
            path, _, settled = right(momentum, rate, curvature, start, steps)
            seen = np.signbit(path if settled is None else path[: settled + 1])
            return path, int((seen[1:] ^ seen[:-1]).sum()), settled
        """,
    ),
    (
        "sparse_regression",
        "tiny-weights-counted",
        """
        right = sparse_regression

        def sparse_regression(*args, **kwargs):
            weights, _ = right(*args, **kwargs)
            return weights, int(np.isclose(weights, 0).sum())
        """,
    ),
    (
        "mc_dropout",
        "mask-of-the-first-instance",
        """
        right = mc_dropout

        def mc_dropout(x, kernel, output, masks, rate):
            return right(x, kernel, output, masks[:, :1] & np.ones_like(masks), rate)
        """,
    ),
    (
        "sparse_regression",
        "almost-zeros-counted",
        """
        right = sparse_regression

        def sparse_regression(*args, **kwargs):
            weights, _ = right(*args, **kwargs)
            return weights, len(weights) - int((abs(weights) >= 0.05).sum())
        """,
    ),
    (
        "dropout_training",
        "not-scaled",
        """
        right = dropout_training

        def dropout_training(x, y, masks, rate, learning_rate):
            return right(x, y, masks, 0.0, learning_rate)
        """,
    ),
    (
        "mc_dropout",
        "whole-network-counted",
        """
        right = mc_dropout

        def mc_dropout(x, kernel, output, masks, rate):
            mean, std, _ = right(x, kernel, output, masks, rate)
            one = len(x) * kernel.shape[1] * (kernel.shape[0] + output.shape[1])
            return mean, std, max(1, len(masks)) * one
        """,
    ),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda x: str(x)[:30])
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    names = namespace(REFERENCE + textwrap.dedent(code))
    assert [verdict(asked, names, number).mistake for number in range(3)] == [mistake] * 3


# Answers that are hardly answers: (exercise, the function's last line, what is said).
HARDLY = [
    ("distinct_units", "pass", "is a `return` missing?"),
    ("distinct_units", "return right[0]", "a tuple of count, hidden and output was expected"),
    ("distinct_units", "return list(right)", "a tuple of count, hidden and output was expected"),
    (
        "distinct_units",
        "return float(right[0]), *right[1:]",
        "count is 5.0; 5, of type int, was expected",
    ),
    ("distinct_units", "return 1, *right[1:]", "no two of them are alike"),
    ("gradient_norms", "return right.tolist()", "a NumPy array was expected"),
    ("gradient_norms", "return right.T", "has shape"),
    ("gradient_norms", "return right * np.nan", "NaN or infinity"),
    ("gradient_norms", "return 2 * right", "the norm by the kernel of layer 1 of 1 is"),
    ("signal_statistics", "return right.astype(int)", "a floating dtype was expected"),
    ("signal_statistics", "return right + [0, 0, 1]", "the share of zero derivatives of layer 1"),
    ("fitting_output", "return right[0]", "a tuple of name and values was expected"),
    ("fitting_output", "return 'sigmoid', right[1]", "name is 'sigmoid'"),
    ("fitting_output", "return right[0], right[1][0]", "has shape"),
    ("heavy_ball", "return list(right[0]), *right[1:]", "a NumPy array was expected"),
    ("heavy_ball", "return right[0][1:], *right[1:]", "has shape"),
    ("heavy_ball", "return *right[:2], right[2] or 0", "None was expected"),
    ("heavy_ball", "return right[0], True, right[2]", "crossings is True"),
    ("sparse_regression", "return right[0], 10**400", "more than a hundred digits"),
    ("sparse_regression", "return right[0].astype('f4'), right[1]", "float64 was expected"),
    ("dropout_training", "return right[0], right[1][:, 0]", "has shape"),
    ("dropout_training", "return right[0], 2 * right[1]", "the noisy one is off by up to"),
    ("mc_dropout", "return *right[:2], right[2] + 1", "samples"),
]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "end", "said"), HARDLY, ids=lambda x: str(x)[:40])
def test_what_is_said_about_answers_that_are_hardly_answers(name: str, end: str, said: str) -> None:
    code = (
        f"reference = {name}\ndef {name}(*arguments, **settings):\n"
        f"    right = reference(*arguments, **settings)\n    {end}\n"
    )
    found = verdict(exercise(ASSIGNMENT, name), namespace(f"{REFERENCE}\n{code}"), 1)
    assert found.score < found.max_score
    assert any(said in text for text in found.messages), found.messages


@pytest.mark.parametrize("name", ["heavy_ball", "dropout_training"])
def test_a_wrong_path_is_drawn_beside_the_right_one(name: str) -> None:
    wrong = {
        "heavy_ball": "return 1.1 * right[0], *right[1:]",
        "dropout_training": "return right[0], 1.1 * right[1]",
    }[name]
    code = f"reference = {name}\ndef {name}(*a):\n    right = reference(*a)\n    {wrong}\n"
    found = verdict(exercise(ASSIGNMENT, name), namespace(f"{REFERENCE}\n{code}"), 1)
    assert [check.picture for check in found.checks if check.picture is not None]


def test_counts_are_asked_where_rounding_cannot_decide() -> None:
    for number in range(100):
        draw = np.random.default_rng(number)
        for ball in checks._clear_balls(draw, (0.0, 0.5, 0.9, 0.99999), 150):
            assert checks._clear(ball)
        arguments = (*checks._growing(draw), 0.05)
        assert reference.distinct_units(*arguments, 0)[0] == 1
        count, hidden, output = reference.distinct_units(*arguments, 8)
        gaps = np.max(np.abs(np.diff(np.vstack([hidden, output]), axis=1)), axis=0)
        assert count == 3
        assert np.all(gaps > 1.1e-6)
        # By the weights into them alone all are alike: no chain that two ways of counting part on.
        assert np.max(np.ptp(hidden, axis=1)) < 0.95e-6


def test_units_that_are_alike_are_so_by_the_measure_alone() -> None:
    for number in range(40):
        w, u, x, y, rate, _ = checks._same(np.random.default_rng(number))
        for steps in (0, 15):
            count, hidden, output = reference.distinct_units(w, u, x, y, rate, steps)
            assert count == 1
        units = np.vstack([hidden, output])
        assert len(np.unique(np.round(units, 6), axis=1).T) > 1
        gaps = units[:, :, np.newaxis] - units[:, np.newaxis, :]
        assert np.max(np.linalg.norm(gaps, axis=0)) > 1e-6 > np.max(np.abs(gaps))


def test_a_gradient_that_is_almost_zero_is_refused_where_none_arrives() -> None:
    code = "right = gradient_norms\ndef gradient_norms(*a): return np.hypot(right(*a), 1e-12)"
    found = verdict(exercise(ASSIGNMENT, "gradient_norms"), namespace(f"{REFERENCE}\n{code}"), 1)
    assert [check.passed for check in found.checks] == [True, True, False]
    assert "exactly 0 was expected" in found.checks[2].message


# What an answer gets wrong, however its inputs were drawn: (exercise, its last line).
CHANCES = [
    ("heavy_ball", "return right[0] + 1e-4, *right[1:]"),
    (
        "distinct_units",
        "return len(np.unique(np.vstack(right[1:]).round(6), axis=1).T), *right[1:]",
    ),
    ("dropout_training", "return right[0], right[1] * [arguments[2].any(2).mean(), 1]"),
    ("mc_dropout", "return right[0].squeeze(), *right[1:]"),
    ("fitting_output", "return right[0], right[1] * (1 + 1e-9)"),
]


KEPT = """
reference, kept = {name}, {{}}
def {name}(*arguments, **settings):
    shapes = [getattr(v, "shape", str(v)[:9] if isinstance(v, str) else None) for v in arguments]
    return kept.setdefault(str(shapes), reference(*arguments, **settings))
"""


@pytest.mark.parametrize("name", [asked.name for asked in ASSIGNMENT.exercises])
def test_an_answer_kept_from_one_call_for_the_next_is_refused(name: str) -> None:
    names = namespace(REFERENCE + KEPT.format(name=name))
    found = verdict(exercise(ASSIGNMENT, name), names, 1)
    assert not found.passed
    assert found.mistake is None


@pytest.mark.parametrize(("name", "end"), CHANCES, ids=lambda x: str(x)[:30])
def test_no_mistake_is_worth_more_for_other_inputs(name: str, end: str) -> None:
    code = f"reference = {name}\ndef {name}(*arguments):\n    right = reference(*arguments)\n    "
    names = namespace(f"{REFERENCE}\n{code}{end}\n")
    found = [verdict(exercise(ASSIGNMENT, name), names, number) for number in range(8)]
    assert len({one.score for one in found}) == 1
    assert found[0].score < found[0].max_score


def test_weights_that_are_removed_for_good_are_found_out() -> None:
    draw = np.random.default_rng(1)
    found = [checks._comes_back(*checks._problem(draw, True), 0.1, 10, 6) for _ in range(300)]
    assert 0.03 < np.mean(found) < 0.5  # the check draws until it has one
