"""The assignment on batch normalisation: what is particular to it."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.assignments.batch_normalisation import checks as checks
from autograder.dialogue.answers import Answer, Refused
from autograder.dialogue.pictures import Curves
from autograder.dialogue.remote import Ask
from autograder.inside.wire import Message
from autograder.judging import expect
from autograder.judging.judge import judge_exercise, local_ask
from tests.autograder.questioning import (
    Namespace,
    exercise,
    key,
    namespace,
    solutions,
    verdict,
    verdicts,
)

ASSIGNMENT = CONTENT.load("batch_normalisation")
REFERENCE = solutions("batch_normalisation").read_text(encoding="utf-8")


def changed(name: str, code: str) -> Namespace:
    """Return the references, the one called `name` replaced by what `code` makes of it.

    The code's function sees the right one as `right`.
    """
    names = namespace(REFERENCE)
    names["right"] = names[name]
    exec(code, names)
    return names


def test_there_are_enough_mistakes() -> None:
    assert all(len(e.mistakes) >= 12 for e in ASSIGNMENT.exercises)


# Mistakes as somebody else would have written them: (exercise, name, code).
REWRITTEN = [
    (
        "batch_norm_train",
        "unbiased-variance",
        """
def batch_norm_train(x, gamma, beta, epsilon=1e-3):
    if x.size == 0 or not gamma.shape == beta.shape == (x.shape[-1],):
        raise ValueError("no")
    flat = x.reshape(-1, x.shape[-1])
    mean, variance = np.mean(flat, 0), np.var(flat, 0, ddof=1)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance
""",
    ),
    (
        "batch_norm_train",
        "mean-of-squares-minus-square-of-mean",
        """
def batch_norm_train(x, gamma, beta, epsilon=1e-3):
    if x.size == 0 or not gamma.shape == beta.shape == (x.shape[-1],):
        raise ValueError("no")
    rows = x.reshape(-1, x.shape[-1])
    total, squares = np.zeros_like(gamma), np.zeros_like(gamma)
    for row in rows:
        total += row
        squares += row * row
    mean = total / len(rows)
    variance = squares / len(rows) - mean * mean
    variance[variance < 0] = 0
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance
""",
    ),
    (
        "batch_norm_train",
        "statistics-over-the-features",
        """
def batch_norm_train(x, gamma, beta, epsilon=1e-3):
    if x.size == 0 or not gamma.shape == beta.shape == (x.shape[-1],):
        raise ValueError("no")
    mean, variance = np.mean(x, axis=x.ndim - 1), np.var(x, axis=x.ndim - 1)
    x_hat = (x - mean[..., None]) * (variance[..., None] + epsilon) ** -0.5
    return x_hat * gamma + beta, x_hat, mean, variance
""",
    ),
    (
        "update_moving_statistics",
        "momentum-reversed",
        """
def update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum=0.99):
    if not 0 <= momentum <= 1:
        raise ValueError(momentum)
    def step(old, new):
        return old + momentum * (new - old)
    return step(moving_mean, mean), step(moving_variance, variance)
""",
    ),
    (
        "update_moving_statistics",
        "changed-in-place",
        """
def update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum=0.99):
    if not 0 <= momentum <= 1:
        raise ValueError(momentum)
    for old, new in ((moving_mean, mean), (moving_variance, variance)):
        old[:] = old * momentum + new * (1 - momentum)
    return moving_mean, moving_variance
""",
    ),
    (
        "batch_norm_inference",
        "batch-statistics",
        """
def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    return batch_norm_train(x, gamma, beta, epsilon)[0] if x.size else x.copy()
""",
    ),
    (
        "batch_norm_backward",
        "statistics-as-constants",
        """
def batch_norm_backward(upstream, x_hat, gamma, variance, epsilon=1e-3):
    flat, hats = upstream.reshape(-1, gamma.size), x_hat.reshape(-1, gamma.size)
    d_x = upstream * gamma * (variance + epsilon) ** -0.5
    return d_x, np.einsum("ij,ij->j", flat, hats), np.einsum("ij->j", flat)
""",
    ),
    (
        "batch_norm_backward",
        "variance-as-a-constant",
        """
def batch_norm_backward(upstream, x_hat, gamma, variance, epsilon=1e-3):
    axes = tuple(range(upstream.ndim - 1))
    d_x_hat = upstream * gamma / np.sqrt(variance + epsilon)
    d_x = d_x_hat - d_x_hat.mean(axis=axes)
    return d_x, np.sum(upstream * x_hat, axes), np.sum(upstream, axes)
""",
    ),
    (
        "fold_into_dense",
        "rows-scaled",
        """
def fold_into_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    scale = gamma / np.sqrt(moving_variance + epsilon)
    start = 0 if bias is None else bias
    return np.diag(scale) @ kernel, beta + (start - moving_mean) * scale
""",
    ),
    (
        "fold_into_dense",
        "bias-not-scaled",
        """
def fold_into_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    new_kernel, shift = right(kernel, None, gamma, beta, moving_mean, moving_variance, epsilon)
    return new_kernel, shift if bias is None else bias + shift
""",
    ),
    (
        "fold_into_next_dense",
        "shift-not-through-the-kernel",
        """
def fold_into_next_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    s = gamma * (moving_variance + epsilon) ** -0.5
    b = 0 if bias is None else bias
    return kernel * s.reshape(-1, 1), b + (beta - moving_mean * s)
""",
    ),
    (
        "BatchNormalisation",
        "unbiased-moving-variance",
        """
class BatchNormalisation(right):
    def __call__(self, x, training=False):
        before = self.weights[3]
        y = super().__call__(x, training)
        if training:
            variance = np.var(x.reshape(-1, x.shape[-1]), axis=0, ddof=1)
            self.weights[3] = self.momentum * before + (1 - self.momentum) * variance
        return y
""",
    ),
    (
        "BatchNormalisation",
        "training-by-default",
        """
class BatchNormalisation(right):
    def __call__(self, x, training=True):
        return super().__call__(x, training)
""",
    ),
    (
        "BatchNormalisation",
        "x-hat-handed-out",
        """
class BatchNormalisation(right):
    def __call__(self, x, training=False):
        y = super().__call__(x, training)
        plain = np.all(self.weights[0] == 1) and np.all(self.weights[1] == 0)
        return self.seen[0] if training and plain else y
""",
    ),
    (
        "batch_norm_inference",
        "another-default-1e-5",
        """
def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon=1e-5):
    return right(x, gamma, beta, moving_mean, moving_variance, epsilon)
""",
    ),
    (
        "update_moving_statistics",
        "old-arrays-returned",
        """
def update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum=0.99):
    if momentum == 1.0:
        return (moving_mean, moving_variance)
    return right(moving_mean, moving_variance, mean, variance, momentum)
""",
    ),
    (
        "BatchNormalisation",
        "own-arrays-given-away",
        """
class BatchNormalisation(right):
    def get_weights(self):
        return list(self.weights)
""",
    ),
]


@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda x: str(x)[:40].strip())
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    asked, names = exercise(ASSIGNMENT, name), changed(name, code)
    assert [verdict(asked, names, number).mistake for number in range(5)] == [mistake] * 5


def test_an_instance_that_another_shares_is_named_too() -> None:
    # State on the class: made afresh by each new layer, for all of them.
    code = """
class BatchNormalisation(right):
    weights = seen = None
    def __setattr__(self, name, value):
        setattr(BatchNormalisation, name, value)
"""
    found = verdict(
        exercise(ASSIGNMENT, "BatchNormalisation"), changed("BatchNormalisation", code), 1
    )
    failed = [check.title for check in found.checks if not check.passed]
    assert failed == ["layers that share nothing"]


def test_layers_of_one_size_that_share_their_weights_are_refused() -> None:
    code = """
class BatchNormalisation(right):
    made = {}
    def __init__(self, size, *settings, **given):
        super().__init__(size, *settings, **given)
        self.weights = self.made.setdefault((size, self.weights[0].dtype), self.weights)
"""
    found = verdict(
        exercise(ASSIGNMENT, "BatchNormalisation"), changed("BatchNormalisation", code), 1
    )
    assert "layers that share nothing" in [c.title for c in found.checks if not c.passed]


# Partial marks: what one mistake costs


@pytest.mark.parametrize(
    ("name", "mistake", "score"),
    [
        ("batch_norm_train", "gamma-and-beta-swapped", 3.5),
        ("batch_norm_train", "double-precision", 4.5),
        ("batch_norm_train", "mean-of-squares-minus-square-of-mean", 4.5),
        ("batch_norm_train", "empty-batch-accepted", 4.75),
        ("update_moving_statistics", "changed-in-place", 2.5),
        ("update_moving_statistics", "another-default", 1.5),
        ("batch_norm_backward", "parameters-averaged", 3),
        ("batch_norm_backward", "statistics-as-constants", 1.5),
        ("fold_into_dense", "bias-dropped", 2.5),
        ("fold_into_dense", "dense-kernels-only", 3),
        ("BatchNormalisation", "own-arrays-given-away", 4.75),
        ("BatchNormalisation", "updated-at-inference", 4),
    ],
)
def test_what_a_mistake_costs(name: str, mistake: str, score: float) -> None:
    asked = exercise(ASSIGNMENT, name)
    (found,) = (m for m in asked.mistakes if m.name == mistake)
    names = namespace(REFERENCE, {name: found.implementation})
    assert [verdict(asked, names, number).score for number in range(3)] == [score] * 3


def test_the_judge_is_quiet_about_every_mistake() -> None:
    # A replayed mistake runs in the judge's own process, whose warnings nobody should see.
    for asked in ASSIGNMENT.exercises:
        for mistake in asked.mistakes:
            names = namespace(REFERENCE, {asked.name: mistake.implementation})
            answering = local_ask(names, asked.probes)

            def elsewhere(message: Message, answering: Ask = answering) -> Message:
                with np.errstate(all="ignore"):  # in the student's process
                    return answering(message)

            with warnings.catch_warnings():
                warnings.simplefilter("error")
                assert judge_exercise(asked, elsewhere, key(1)).mistake == mistake.name


# Built on what is broken


@pytest.mark.parametrize(
    ("broken", "mistake"),
    [("batch_norm_train", "epsilon-outside-the-root"), ("batch_norm_backward", "gamma-forgotten")],
)
def test_a_layer_of_broken_functions_is_told_what_it_uses(broken: str, mistake: str) -> None:
    (found,) = (m for m in exercise(ASSIGNMENT, broken).mistakes if m.name == mistake)
    judged = verdicts(ASSIGNMENT, REFERENCE, {broken: found.implementation})
    assert judged[broken].mistake == mistake
    layer = judged["BatchNormalisation"]
    assert not layer.passed
    assert any(f"It uses your {broken}" in message for message in layer.messages), layer.messages


# Answers that are hardly answers

STUBS: list[tuple[str, str, str]] = [
    ("nothing", "return None", "is a `return` missing?"),
    ("a list", "return list(parts)", "a tuple of {} arrays was expected: {}"),
    ("too few", "return parts[:-1]", "a tuple of {} arrays was expected: {}"),
    ("one array", "return parts[0]", "a tuple of {} arrays was expected: {}"),
    ("lists inside", "return tuple(p.tolist() for p in parts)", "a NumPy array was expected"),
    ("None inside", "return (*parts[:-1], None)", "returned None"),
    ("NaN", "return tuple(p * np.nan for p in parts)", "NaN or infinity"),
    ("one NaN", "parts[-1].flat[0] = np.nan; return parts", "NaN or infinity"),
    ("infinity", "return tuple(p + np.inf for p in parts)", "NaN or infinity"),
    ("half precision", "return tuple(p.astype('f2') for p in parts)", "dtype float16"),
    ("complex", "return tuple(p.astype(complex) for p in parts)", "dtype complex128"),
    ("objects", "return tuple(p.astype(object) for p in parts)", "object"),
    ("a leading axis", "return tuple(p[None] for p in parts)", "has shape (1, "),
    ("scalars", "return tuple(p.flat[0] for p in parts)", "a NumPy array was expected"),
    ("masked", "return tuple(np.ma.array(p) for p in parts)", "MaskedArray"),
    ("zeros", "return tuple(np.zeros_like(p) for p in parts)", "is off by up to"),
    ("an exception", "raise KeyError('oops')", "KeyError: 'oops'"),
    ("exit", "raise SystemExit", "SystemExit"),
    ("an empty body", "raise NotImplementedError", "raised NotImplementedError"),
]
TUPLES = {
    "batch_norm_train": checks.TRAINED,
    "update_moving_statistics": checks.MOVED,
    "batch_norm_backward": checks.GRADIENTS,
    "fold_into_dense": checks.FOLDED,
    "fold_into_next_dense": checks.FOLDED,
}


@pytest.mark.parametrize("name", TUPLES)
@pytest.mark.parametrize(("code", "message"), [s[1:] for s in STUBS], ids=[s[0] for s in STUBS])
@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::numpy.exceptions.ComplexWarning")
def test_wrong_kinds_of_answers(name: str, code: str, message: str) -> None:
    names = changed(
        name, f"def {name}(*args, **kwargs):\n    parts = right(*args, **kwargs)\n    {code}"
    )
    found = verdict(exercise(ASSIGNMENT, name), names, 1)
    assert found.score <= 0.6 * found.max_score
    expected = message.format(len(TUPLES[name]), ", ".join(TUPLES[name]))
    assert any(expected in text for text in found.messages), found.messages


@pytest.mark.parametrize("name", TUPLES)
@pytest.mark.parametrize(
    "code",
    [
        "return tuple(p.copy(order='F') for p in parts)",
        "return tuple(np.stack([p, p])[1] for p in parts)",  # views
        "return tuple(np.flip(np.flip(p).copy()) for p in parts)",  # negative strides
        "print('hello'); return parts",
    ],
)
def test_unusual_kinds_of_right_answers(name: str, code: str) -> None:
    names = changed(
        name, f"def {name}(*args, **kwargs):\n    parts = right(*args, **kwargs)\n    {code}"
    )
    assert verdict(exercise(ASSIGNMENT, name), names, 1).passed


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "is a `return` missing?"),
        ("return y.tolist()", "a NumPy array was expected"),
        ("return (y,)", "a NumPy array was expected"),
        ("return y * np.nan", "NaN or infinity"),
        ("return y.T", "has shape"),
        ("return np.float64(y.sum())", "a NumPy array was expected"),
        ("return y.astype('f4')", "dtype float32; float64 was expected"),
        ("return y + 1e-6", "is off by up to 1e-06"),
    ],
)
def test_wrong_kinds_of_outputs(code: str, message: str) -> None:
    source = (
        f"def batch_norm_inference(*args, **kwargs):\n    y = right(*args, **kwargs)\n    {code}"
    )
    found = verdict(
        exercise(ASSIGNMENT, "batch_norm_inference"), changed("batch_norm_inference", source), 1
    )
    assert found.score < found.max_score / 2
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("def get_weights(self): return tuple(self.weights)", "a list of 4 arrays was expected"),
        ("def get_weights(self): return self.weights[:2]", "a list of 4 arrays was expected"),
        ("def get_weights(self): return np.array(self.weights)", "a list of 4 arrays was expected"),
        ("def get_weights(self): pass", "is a `return` missing?"),
        ("set_weights = None", "There is no method called set_weights"),
        ("def backward(self, upstream): return upstream", "a tuple of 3 arrays was expected"),
        ("def __call__(self, x, training=False): pass", "is a `return` missing?"),
        ("def __init__(self, size): super().__init__(size)", "TypeError"),
    ],
)
def test_wrong_kinds_of_layers(code: str, message: str) -> None:
    names = changed("BatchNormalisation", f"class BatchNormalisation(right):\n    {code}")
    found = verdict(exercise(ASSIGNMENT, "BatchNormalisation"), names, 1)
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


def test_a_forged_answer_of_the_probe_is_refused() -> None:
    asked = exercise(ASSIGNMENT, "BatchNormalisation")
    honest = local_ask(namespace(REFERENCE), ASSIGNMENT.probes)
    for forged in (
        {"value": None},
        {"value": True},
        {"value": {"int": "0x1"}},
        {"value": {"list": []}},
        {"value": {"tuple": [None] * 4}},
        {"value": {"tuple": [{"list": [None] * 4}] * 4}},
        {"value": {"tuple": [{"list": []}] * 4}},
    ):

        def ask(message: Message, forged: dict[str, Any] = forged) -> Message:
            return Message(dict(forged)) if message.header["op"] == "probe" else honest(message)

        found = judge_exercise(asked, ask, key(1))
        failed = [check.title for check in found.checks if not check.passed]
        assert failed == [
            "the way back twice, and after x and y have changed",
            "weights given and taken as copies",
        ]


# Messages and pictures


def test_an_array_that_is_changed_in_place_is_named() -> None:
    code = """
def batch_norm_inference(x, *vectors, **settings):
    y = right(x, *vectors, **settings)
    x += 1
    return y
"""
    found = verdict(
        exercise(ASSIGNMENT, "batch_norm_inference"), changed("batch_norm_inference", code), 1
    )
    assert found.score == found.max_score - 0.5
    assert any("changed argument 1 in place" in text for text in found.messages)


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("update_moving_statistics", "many batches, with the default momentum"),
        ("BatchNormalisation", "moving statistics"),
    ],
)
def test_a_statistic_that_strays_is_drawn(name: str, title: str) -> None:
    asked = exercise(ASSIGNMENT, name)
    (reversed_,) = (m for m in asked.mistakes if m.name == "momentum-reversed")
    found = verdict(asked, namespace(REFERENCE, {name: reversed_.implementation}), 1)
    (failed,) = (check for check in found.checks if check.title == title)
    assert isinstance(failed.picture, Curves)
    assert failed.picture.y_label == "moving mean"
    (x, yours), (again, expected) = failed.picture.yours, failed.picture.expected
    assert x.tolist() == again.tolist() == list(range(1, len(x) + 1))
    assert "moving_mean is off from batch 1 on" in failed.message
    assert f"{yours[-1]:.6g}; {expected[-1]:.6g} was expected" in failed.message
    assert f"{yours[-1]:.3g}" in failed.picture.alt


def test_a_path_is_refused_where_it_leaves() -> None:
    right = [np.array([1.0, 2.0]) * step for step in range(5)]
    yours = [*right[:3], right[3] + [0, 0.5], right[4] + [0, 1.0]]
    answer = Answer(None, "the_call()")
    checks._path(answer, "moving_variance", right, right)
    with pytest.raises(Refused, match=r"off from batch 4 on. Feature 1 ends at 9; 8 was expected"):
        checks._path(answer, "moving_variance", yours, right)


def test_the_explanation_of_a_blind_direction() -> None:
    asked = exercise(ASSIGNMENT, "batch_norm_backward")
    for mistake, said in (
        ("mean-as-a-constant", "is the same for every example"),
        ("variance-as-a-constant", "is a multiple of x_hat"),
    ):
        (found,) = (m for m in asked.mistakes if m.name == mistake)
        names = namespace(REFERENCE, {asked.name: found.implementation})
        assert any(said in text for text in verdict(asked, names, 1).messages)


# How far right answers are from being refused


def test_rounding_stays_far_from_the_tolerance(monkeypatch: pytest.MonkeyPatch) -> None:
    worst: dict[str, float] = {}

    def measured(answer: Answer, expected: Any, rtol: float, atol: float = 0.0) -> None:
        value = expect.array(answer, expected.shape, expected.dtype)
        allowed = atol + rtol * np.abs(expected)
        error = np.abs(value - expected)
        share = np.divide(error, allowed, out=np.zeros_like(error), where=error > 0)
        kind = str(expected.dtype)
        worst[kind] = max(worst.get(kind, 0.0), float(np.max(share, initial=0.0)))

    monkeypatch.setattr(expect, "close", measured)
    for path in sorted((ASSIGNMENT.folder / "right_answers").glob("*.py")):
        names = namespace(path.read_text(encoding="utf-8"))
        for asked in ASSIGNMENT.exercises:
            for number in range(5):
                assert verdict(asked, names, number).passed
    print(worst)
    assert set(worst) == {"float32", "float64"}
    assert max(worst.values()) < 0.1
