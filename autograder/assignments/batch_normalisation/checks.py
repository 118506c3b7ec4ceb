"""What counts as a right answer in the assignment on batch normalisation.

Answers are compared with the reference up to rounding: every way to add up a batch is right.
Values are drawn so that rounding stays small (means of a few standard deviations at most)
except in the one check that is about it.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.api import Answer, Curves, Refused, Student, Thing, check, expect
from solutions import batch_normalisation as reference

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

FLOATS = (np.float64, np.float32)
# Right answers of all styles come within a tenth of it; a forgotten epsilon is 1e-4 or more off.
TOLERANCE = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 2e-5}

TRAINED = ("y", "x_hat", "mean", "variance")
MOVED = ("moving_mean", "moving_variance")
GRADIENTS = ("d_x", "d_gamma", "d_beta")
FOLDED = ("new_kernel", "new_bias")
WEIGHTS = ("gamma", "beta", "moving_mean", "moving_variance")


def _raise_all(
    student: Student | Thing, error: str, function: str, all_given: Sequence[Sequence[Any]]
) -> None:
    """Refuse a function that does not raise `error` for everything in `all_given`."""
    with expect.Everything() as everything:
        for given in all_given:
            with everything.part():
                expect.raises(student, error, function, *given)


# Fresh inputs. No batch is as large as its number of features, and nothing is close to 0 or 1
# that a wrong formula might leave out.


def _size(draw: np.random.Generator) -> int:
    return int(draw.integers(7, 10))


def _signed(
    draw: np.random.Generator, low: float, high: float, size: int | Shape, dtype: Any = np.float64
) -> Array:
    """Return numbers whose sizes are between `low` and `high`, of either sign."""
    values = draw.uniform(low, high, size) * draw.choice([-1.0, 1.0], size)
    return np.asarray(np.round(values, 2), dtype=dtype)


def _batch(
    draw: np.random.Generator, shape: Shape, dtype: Any = np.float64, scale: float = 1.0
) -> Array:
    """Return a batch whose features have means and spreads of their own."""
    features = shape[-1]
    offsets, spreads = _signed(draw, 1.0, 3.0, features), draw.uniform(0.5, 2.0, features)
    x = np.round(offsets + spreads * draw.standard_normal(shape), 2) * scale
    return np.asarray(x, dtype=dtype)


def _scale_and_shift(
    draw: np.random.Generator, size: int, dtype: Any = np.float64
) -> tuple[Array, Array]:
    return _signed(draw, 1.2, 2.5, size, dtype), _signed(draw, 0.5, 2.0, size, dtype)


def _vectors(
    draw: np.random.Generator, size: int, dtype: Any = np.float64
) -> tuple[Array, Array, Array, Array]:
    """Return gamma, beta, moving mean and moving variance."""
    variance = np.round(np.exp(draw.uniform(-1.5, 1.5, size)), 2).astype(dtype)
    return *_scale_and_shift(draw, size, dtype), _signed(draw, 1.0, 3.0, size, dtype), variance


def _epsilon(draw: np.random.Generator) -> float:
    return round(float(draw.uniform(0.05, 0.5)), 3)


def _momentum(draw: np.random.Generator) -> float:
    return round(float(draw.uniform(0.6, 0.95)), 3)


def _examples(draw: np.random.Generator) -> int:
    return int(draw.integers(10, 14))


def _leading(draw: np.random.Generator) -> list[Shape]:
    """Return shapes with one, two and three leading axes, none of a size with another.

    The last has a single feature.
    """
    features = _size(draw)
    return [*((*axes, features) for axes in ((11,), (2, 6), (2, 1, 5), (3, 2, 3))), (4, 3, 1)]


# What an answer has to keep to.


@functools.cache
def _names_of(function: str) -> list[str]:
    return list(inspect.signature(getattr(reference, function)).parameters)


def _call(student: Student, function: str, *given: Array | None, **settings: float) -> Answer:
    """Call a function, and write the call down by the names of its arguments."""
    answer = student.call(function, *given, **settings)
    names = _names_of(function)
    words = ["None" if value is None else name for name, value in zip(names, given, strict=False)]
    first = given[0]
    assert first is not None
    asked = (
        f"{expect.written(function, *words, **settings)} with {names[0]} of shape {first.shape} "
        f"and dtype {first.dtype}"
    )
    return dataclasses.replace(answer, asked=asked)


def _by_name(answer: Answer, names: Sequence[str], kind: type[Any] = tuple) -> dict[str, Answer]:
    """Return the values of a tuple (or list) as answers of their own, by name."""
    asked = [f"{name} from {answer.asked}" for name in names]
    wanted = f"a {kind.__name__} of {len(names)} arrays was expected: {', '.join(names)}"
    return dict(zip(names, expect.parts(answer, asked, wanted, kind=kind), strict=True))


def _close_by_size(answer: Answer, expected: Array, size: float = 0.0) -> None:
    """Refuse what is off by more than rounding of numbers as large as the largest expected.

    A `size` is that of the numbers in between, where what is expected is smaller.
    """
    tolerance = TOLERANCE[expected.dtype]
    largest = max(float(np.max(np.abs(expected), initial=0.0)), size)
    expect.close(answer, expected, tolerance, tolerance * largest)


def _parts_close(
    answer: Answer, names: Sequence[str], expected: Sequence[Array], judged: Sequence[str] = ()
) -> None:
    """Refuse a tuple with a wrong part; where only some are `judged`, the others may be wrong.

    One mistake should not cost the points of every check.
    """
    parts = _by_name(answer, names)
    for name, right in zip(names, expected, strict=True):
        if name in (judged or names):
            _close_by_size(parts[name], right)


def _path(answer: Answer, name: str, yours: Sequence[Array], expected: Sequence[Array]) -> None:
    """Refuse a statistic that has not moved as it should, batch after batch."""
    found, right = np.stack(yours), np.stack(expected)
    tolerance = TOLERANCE[right.dtype]
    error = np.abs(found - right)
    wrong = error > tolerance * (np.abs(right) + np.max(np.abs(right)))
    if not wrong.any():
        return
    step, feature = int(np.argmax(wrong.any(axis=1))), int(np.argmax(np.max(error, axis=0)))
    ours, theirs = found[:, feature], right[:, feature]
    message = (
        f"{answer.asked}, the last of {len(found)} calls: {name} is off from batch {step + 1} on. "
        f"Feature {feature} ends at {ours[-1]:.6g}; {theirs[-1]:.6g} was expected"
    )
    batches = np.arange(1, len(found) + 1)
    alt = (
        f"The {name.replace('_', ' ')} of one feature over {len(found)} batches: yours goes from "
        f"{ours[0]:.3g} to {ours[-1]:.3g}, the expected one from {theirs[0]:.3g} to "
        f"{theirs[-1]:.3g}."
    )
    curves = Curves((batches, ours), (batches, theirs), "batch", name.replace("_", " "), alt)
    raise Refused(message, curves)


# batch_norm_train


def _train(
    student: Student,
    x: Array,
    vectors: tuple[Array, Array],
    judged: Sequence[str],
    **settings: Any,
) -> None:
    answer = _call(student, "batch_norm_train", x, *vectors, **settings)
    right = reference.batch_norm_train(x, *vectors, **settings)
    _parts_close(answer, TRAINED, right, judged)


@check("batch_norm_train", "mean and variance of the batch", points=0.5)
def train_statistics(student: Student, draw: np.random.Generator) -> None:
    _at_scales(student, draw, (1.0, 1e6, 1e-6, 1e100), ("mean", "variance"))


def _at_scales(
    student: Student, draw: np.random.Generator, scales: Sequence[float], judged: Sequence[str]
) -> None:
    with expect.Everything() as everything:
        for scale in scales:
            size = _size(draw)
            x = _batch(draw, (_examples(draw), size), scale=scale)
            with everything.part():
                _train(student, x, _scale_and_shift(draw, size), judged)


@check("batch_norm_train", "normalised batch", points=0.5)
def train_normalised(student: Student, draw: np.random.Generator) -> None:
    _at_scales(student, draw, (1.0, 1e6, 1e-3, 1e100), ("x_hat",))


@check("batch_norm_train", "output", points=1)
def train_output(student: Student, draw: np.random.Generator) -> None:
    _at_scales(student, draw, (1.0, 1e6, 1e-3), ("y",))


@check("batch_norm_train", "one leading axis or more", points=1)
def train_leading_axes(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for shape in _leading(draw):
            x, vectors = _batch(draw, shape), _scale_and_shift(draw, shape[-1])
            with everything.part():
                _train(student, x, vectors, TRAINED[1:])


@check("batch_norm_train", "epsilon, and a batch without spread", points=0.5)
def train_epsilon(student: Student, draw: np.random.Generator) -> None:
    size = _size(draw)
    vectors = _scale_and_shift(draw, size)
    narrow = _batch(draw, (_examples(draw), size), scale=0.01)
    # Halves add up without rounding: the spread is 0, however the mean is taken.
    flat = np.tile(draw.integers(-9, 9, size) / 2, (8, 1))
    wide = _batch(draw, (_examples(draw), size))
    with expect.Everything() as everything:
        for x in (wide, narrow, flat, _batch(draw, (1, size))):
            with everything.part():
                _train(student, x, vectors, TRAINED[1:], epsilon=_epsilon(draw))
        with everything.part():
            _train(student, flat, vectors, TRAINED[1:])
        with everything.part():  # an epsilon of 0 is none that has not been given
            _train(student, wide, vectors, TRAINED[1:], epsilon=0.0)


@check("batch_norm_train", "a mean that is large beside the spread", points=0.5)
def train_large_mean(student: Student, draw: np.random.Generator) -> None:
    # Sums of eight or sixteen of these are exact in any order, and so are their deviations,
    # but no square of them is.
    with expect.Everything() as everything:
        for leading in ((8,), (4, 2, 2)):
            size = _size(draw)
            small = draw.integers(-3, 4, (*leading, size))
            small[..., 0] = draw.integers(0, 2, leading)  # so narrow that epsilon shows in it
            small.reshape(-1, size)[:2] = [[-2], [3]]
            x = 2.0**30 * draw.choice([-1, 1], size) + small
            vectors = _scale_and_shift(draw, size)
            with everything.part():
                answer = _call(student, "batch_norm_train", x, *vectors)
                parts = _by_name(answer, TRAINED)
                right = reference.batch_norm_train(x, *vectors)
                for name, expected in zip(TRAINED[1:], right[1:], strict=True):
                    # Some ways to a mean do round, by about 1e-7 here.
                    expect.close(parts[name], expected, 1e-4, 1e-4)


@check("batch_norm_train", "dtype, and arguments left as they are", points=0.5)
def train_dtype(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for dtype in FLOATS:
            for shape in ((_examples(draw), _size(draw)), (2, 3, 2, _size(draw))):
                x, vectors = _batch(draw, shape, dtype), _scale_and_shift(draw, shape[-1], dtype)
                with everything.part():
                    answer = _call(student, "batch_norm_train", x, *vectors)
                    _parts_close(answer, TRAINED, reference.batch_norm_train(x, *vectors))
                    expect.untouched(answer)


@check("batch_norm_train", "empty batches", points=0.25)
def train_empty(student: Student, draw: np.random.Generator) -> None:
    size = _size(draw)
    vectors = _scale_and_shift(draw, size)
    empty = [np.zeros((0, size)), np.zeros((3, 0, size)), np.zeros((0, 2, size))]
    with expect.Everything() as everything:
        with everything.part():
            _raise_all(student, "ValueError", "batch_norm_train", [(x, *vectors) for x in empty])
        with everything.part():
            student.call("batch_norm_train", np.zeros((1, 1, size)), *vectors)  # must not raise


@check("batch_norm_train", "vectors that do not fit", points=0.25)
def train_misfits(student: Student, draw: np.random.Generator) -> None:
    size = _size(draw)
    vectors, one = _scale_and_shift(draw, size), _scale_and_shift(draw, 1)
    x = _batch(draw, (_examples(draw), size))
    gamma, beta = vectors
    misfits = [
        (x, one[0], beta),
        (x, gamma, one[1]),
        (x, *one),
        (x[:, :1], one[0], beta),
        (x[:, :1], gamma, one[1]),
        (x[:, 1:], *vectors),
        # As many numbers as there are features, but no vector.
        (x, gamma[np.newaxis], beta),
        (x, gamma, beta[np.newaxis]),
    ]
    with expect.Everything() as everything:
        with everything.part():
            _raise_all(student, "ValueError", "batch_norm_train", misfits)
        with everything.part():
            student.call("batch_norm_train", x, *vectors)  # must not raise
        with everything.part():
            student.call("batch_norm_train", x[:, :1], *one)  # must not raise


# update_moving_statistics


def _drawn_statistics(
    draw: np.random.Generator, size: int, dtype: Any = np.float64
) -> tuple[Array, Array, Array, Array]:
    """Return moving mean and variance, then a batch's mean and variance."""
    return *_vectors(draw, size, dtype)[2:], *_vectors(draw, size, dtype)[2:]


@check("update_moving_statistics", "one batch", points=1)
def moving_once(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for size in (_size(draw), 1):
            given, momentum = _drawn_statistics(draw, size), _momentum(draw)
            with everything.part():
                answer = _call(student, "update_moving_statistics", *given, momentum=momentum)
                _parts_close(answer, MOVED, reference.update_moving_statistics(*given, momentum))


@check("update_moving_statistics", "many batches, with the default momentum", points=1)
def moving_on(student: Student, draw: np.random.Generator) -> None:
    size = _size(draw)
    mean, variance = np.zeros(size), np.ones(size)
    reached: tuple[Array, Array] = mean, variance
    paths: list[list[Array]] = [[], []]
    right: list[list[Array]] = [[], []]
    _, _, centre, spread = _vectors(draw, size)
    for _ in range(12):
        noise = draw.standard_normal((2, size)) / 4
        batch = centre + noise[0], spread * np.exp(noise[1])
        answer = _call(student, "update_moving_statistics", mean, variance, *batch)
        parts = _by_name(answer, MOVED)
        mean, variance = (expect.array(parts[name], (size,), np.float64) for name in MOVED)
        reached = reference.update_moving_statistics(*reached, *batch)
        for place, (yours, expected) in enumerate(zip((mean, variance), reached, strict=True)):
            paths[place].append(yours)
            right[place].append(expected)
    for place, name in enumerate(MOVED):
        _path(answer, name, paths[place], right[place])


@check("update_moving_statistics", "momentum from 0 to 1, and no further", points=0.5)
def moving_limits(student: Student, draw: np.random.Generator) -> None:
    given = _drawn_statistics(draw, _size(draw))
    with expect.Everything() as everything:
        for momentum in (0.0, 1.0, 0.5):
            with everything.part():
                answer = _call(student, "update_moving_statistics", *given, momentum=momentum)
                _parts_close(answer, MOVED, reference.update_moving_statistics(*given, momentum))
        bad = (-0.25, -1 - _momentum(draw), 1.25, 99.0)
        with everything.part():
            _raise_all(
                student, "ValueError", "update_moving_statistics", [(*given, m) for m in bad]
            )


@check("update_moving_statistics", "dtype, and arguments left as they are", points=0.5)
def moving_dtype(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for dtype in FLOATS:
            given = _drawn_statistics(draw, _size(draw), dtype)
            with everything.part():
                answer = _call(student, "update_moving_statistics", *given)
                _parts_close(answer, MOVED, reference.update_moving_statistics(*given))
                expect.untouched(answer)
        for momentum in (1.0, 0.0):
            given = _drawn_statistics(draw, _size(draw))
            with everything.part():
                _of_its_own(
                    student, "update_moving_statistics", MOVED, given, {"momentum": momentum}
                )


def _of_its_own(
    student: Student,
    function: str,
    names: Sequence[str],
    given: Sequence[Array | None],
    settings: dict[str, float],
) -> None:
    """Refuse what changes when the arrays that it was made from are changed afterwards."""
    asked = expect.written(function, *_names_of(function)[: len(given)], **settings)
    with expect.told_as(asked):
        answer = student.probe("after_changing_the_arguments", function, *given, **settings)
    parts = _by_name(Answer(answer.value, asked), names)
    right = getattr(reference, function)(*given, **settings)
    for name, expected in zip(names, right, strict=True):
        found = expect.array(parts[name], expected.shape, expected.dtype)
        if not np.allclose(found, expected, 1e-9, 1e-9):
            raise Refused(
                f"{asked}: {name} is no new array. When the arrays that the function was given "
                "were changed afterwards, it changed with them"
            )


# batch_norm_inference


@check("batch_norm_inference", "one leading axis", points=1)
def inference_dense(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for scale in (1.0, 1e6, 1e100):
            size = _size(draw)
            x, vectors = _batch(draw, (_examples(draw), size), scale=scale), _vectors(draw, size)
            with everything.part():
                _infer(student, x, vectors)


def _infer(
    student: Student, x: Array, vectors: tuple[Array, Array, Array, Array], **settings: Any
) -> Answer:
    answer = _call(student, "batch_norm_inference", x, *vectors, **settings)
    _close_by_size(answer, reference.batch_norm_inference(x, *vectors, **settings))
    return answer


@check("batch_norm_inference", "more leading axes, one example, none", points=0.5)
def inference_leading_axes(student: Student, draw: np.random.Generator) -> None:
    size = _size(draw)
    with expect.Everything() as everything:
        for shape in (*_leading(draw)[1:], (1, size), (2, 0, 3, size), (0, size)):
            x, vectors = _batch(draw, shape), _vectors(draw, shape[-1])
            with everything.part():
                _infer(student, x, vectors)


@check("batch_norm_inference", "epsilon", points=0.5)
def inference_epsilon(student: Student, draw: np.random.Generator) -> None:
    size = _size(draw)
    x, (gamma, beta, mean, variance) = _batch(draw, (_examples(draw), size)), _vectors(draw, size)
    with expect.Everything() as everything:
        for shrunk in (variance, 1e-4 * variance, np.zeros(size)):
            with everything.part():
                _infer(student, x, (gamma, beta, mean, shrunk), epsilon=_epsilon(draw))
        # The default tells here, and an epsilon of 0 is none that has not been given.
        with everything.part():
            _infer(student, x, (gamma, beta, mean, np.zeros(size)))
        with everything.part():
            _infer(student, x, (gamma, beta, mean, variance), epsilon=0.0)


@check("batch_norm_inference", "an example alone and in company", points=0.5)
def inference_alone(student: Student, draw: np.random.Generator) -> None:
    size, rows = _size(draw), _examples(draw)
    x, vectors = _batch(draw, (rows, size)), _vectors(draw, size)
    whole = expect.floats(_call(student, "batch_norm_inference", x, *vectors), (rows, size))
    with expect.Everything() as everything:
        for row in (0, rows - 1):
            with everything.part():
                answer = _call(student, "batch_norm_inference", x[row : row + 1], *vectors)
                alone = expect.floats(answer, (1, size))
                gap = float(np.max(np.abs(alone - whole[row])))
                if gap > 1e-9 * float(np.max(np.abs(whole))):
                    raise Refused(
                        f"{answer.asked}: an example that is normalised alone comes out different, "
                        f"by up to {gap:.3g}, from the same example in a batch of {rows}. At "
                        "inference only the four vectors may count, not the other examples"
                    )


@check("batch_norm_inference", "dtype, and arguments left as they are", points=0.5)
def inference_dtype(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for dtype in FLOATS:
            size = _size(draw)
            x, vectors = _batch(draw, (_examples(draw), size), dtype), _vectors(draw, size, dtype)
            with everything.part():
                expect.untouched(_infer(student, x, vectors))


# batch_norm_backward


def _way_back(
    draw: np.random.Generator,
    shape: Shape,
    dtype: Any = np.float64,
    epsilon: float = 1e-3,
    scale: float = 1.0,
) -> tuple[Array, Array, Array, Array]:
    """Return an upstream gradient, and what the way forwards has left: x_hat, gamma, variance."""
    gamma, beta = _scale_and_shift(draw, shape[-1], dtype)
    x = _batch(draw, shape, dtype, scale)
    _, x_hat, _, variance = reference.batch_norm_train(x, gamma, beta, epsilon)
    # Not centred: a mean of the gradient that is forgotten must show.
    upstream = _signed(draw, 0.5, 2.0, shape[-1]) + draw.standard_normal(shape)
    return np.round(upstream, 2).astype(dtype), x_hat, gamma, variance


@check("batch_norm_backward", "gradients of gamma and beta", points=1)
def backward_parameters(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for _ in range(2):
            upstream, x_hat, gamma, variance = _way_back(draw, (_examples(draw), _size(draw)))
            gamma[1] = 0.0  # nothing reaches x there, but gamma still has a gradient
            given = upstream, x_hat, gamma, variance
            with everything.part():
                parts = _by_name(_call(student, "batch_norm_backward", *given), GRADIENTS)
                _, d_gamma, d_beta = reference.batch_norm_backward(*given)
                size = float(np.max(np.sum(np.abs(upstream), axis=0)))
                _close_by_size(parts["d_beta"], d_beta, size)
                _close_by_size(parts["d_gamma"], d_gamma, size)


@check("batch_norm_backward", "gradient of x", points=1)
def backward_inputs(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for scale in (1.0, 10.0):
            given = _way_back(draw, (_examples(draw), _size(draw)), scale=scale)
            with everything.part():
                parts = _by_name(_call(student, "batch_norm_backward", *given), GRADIENTS)
                _close_by_size(parts["d_x"], reference.batch_norm_backward(*given)[0])


@check("batch_norm_backward", "changes of x that normalisation takes out again", points=1)
def backward_blind(student: Student, draw: np.random.Generator) -> None:
    rows, size = _examples(draw), _size(draw)
    _, x_hat, gamma, variance = _way_back(draw, (rows, size))
    alike = np.tile(_signed(draw, 0.5, 2.0, size), (rows, 1))
    stretched = x_hat * _signed(draw, 0.5, 2.0, size)
    for upstream, which, why in (
        (
            alike,
            "is the same for every example",
            "shifting a feature of the whole batch shifts its mean too, and changes nothing",
        ),
        (
            stretched,
            "is a multiple of x_hat",
            "stretching a feature of the whole batch stretches its spread too, and changes "
            "nothing (but for epsilon)",
        ),
    ):
        answer = _call(student, "batch_norm_backward", upstream, x_hat, gamma, variance)
        part = _by_name(answer, GRADIENTS)["d_x"]
        right = reference.batch_norm_backward(upstream, x_hat, gamma, variance)[0]
        found = expect.array(part, right.shape, right.dtype)
        error = np.abs(found - right)
        if np.any(error > 1e-9 * np.max(np.abs(gamma * upstream / np.sqrt(variance)))):
            worst = expect.where_largest(error)
            raise Refused(
                f"{part.asked} is off by up to {error[worst]:.3g}: {found[worst]:.3g} came back, "
                f"{round(float(right[worst]), 6) + 0.0:.3g} was expected. The upstream gradient "
                f"here {which}; {why}, so hardly any gradient reaches x"
            )


@check("batch_norm_backward", "one leading axis or more, gamma and beta", points=0.5)
def backward_leading_parameters(student: Student, draw: np.random.Generator) -> None:
    _back_through_axes(student, draw, GRADIENTS[1:])


def _back_through_axes(student: Student, draw: np.random.Generator, judged: Sequence[str]) -> None:
    with expect.Everything() as everything:
        for shape in _leading(draw)[1:]:
            given = _way_back(draw, shape)
            with everything.part():
                answer = _call(student, "batch_norm_backward", *given)
                _parts_close(answer, GRADIENTS, reference.batch_norm_backward(*given), judged)


@check("batch_norm_backward", "one leading axis or more, x", points=0.5)
def backward_leading_inputs(student: Student, draw: np.random.Generator) -> None:
    _back_through_axes(student, draw, ("d_x",))


@check("batch_norm_backward", "epsilon, and a batch without spread", points=0.5)
def backward_epsilon(student: Student, draw: np.random.Generator) -> None:
    size = _size(draw)
    shapes: tuple[tuple[Shape, float], ...] = (
        ((_examples(draw), size), 1.0),
        ((2, 4, size), 0.1),
        ((1, size), 1.0),
    )
    with expect.Everything() as everything:
        for shape, scale in shapes:
            with everything.part():
                _back_with_epsilon(student, draw, shape, scale, _epsilon(draw))
        with everything.part():  # none that has not been given
            _back_with_epsilon(student, draw, shapes[0][0], 1.0, 0.0)


def _back_with_epsilon(
    student: Student, draw: np.random.Generator, shape: Shape, scale: float, epsilon: float
) -> None:
    given = _way_back(draw, shape, epsilon=epsilon, scale=scale)
    parts = _by_name(_call(student, "batch_norm_backward", *given, epsilon=epsilon), GRADIENTS)
    smallest = float(np.sqrt(np.min(given[3]) + epsilon))
    in_between = np.max(np.abs(given[0])) * np.max(np.abs(given[2])) / smallest
    _close_by_size(
        parts["d_x"], reference.batch_norm_backward(*given, epsilon)[0], float(in_between)
    )


@check("batch_norm_backward", "dtype, and arguments left as they are", points=0.5)
def backward_dtype(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for dtype in FLOATS:
            for shape in ((_examples(draw), _size(draw)), (2, 3, 2, _size(draw))):
                given = _way_back(draw, shape, dtype)
                size = float(np.max(np.abs(given[0]).sum(axis=0)))
                with everything.part():
                    answer = _call(student, "batch_norm_backward", *given)
                    parts = _by_name(answer, GRADIENTS)
                    right = reference.batch_norm_backward(*given)
                    for name, expected in zip(GRADIENTS, right, strict=True):
                        _close_by_size(parts[name], expected, size)
                    expect.untouched(answer)


# fold_into_dense and fold_into_next_dense


def _kernel(draw: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    return _signed(draw, 0.2, 2.0, shape, dtype)


def _bias(draw: np.random.Generator, size: int, dtype: Any = np.float64) -> Array:
    return _signed(draw, 0.5, 2.0, size, dtype)


def _dense_shapes(draw: np.random.Generator) -> list[Shape]:
    """Return the shapes of a square kernel, a wide one and a tall one."""
    size = _size(draw)
    return [(size, size), (size, size + 3), (size + 2, size)]


def _fold_each(
    student: Student,
    function: str,
    judged: Sequence[str],
    all_given: Sequence[tuple[Array | None, ...]],
    settings: Sequence[dict[str, float]] = (),
) -> None:
    """Refuse a layer folded wrongly; what is not `judged` may be wrong."""
    with expect.Everything() as everything:
        for number, given in enumerate(all_given):
            with everything.part():
                asked = settings[number] if settings else {}
                parts = _by_name(_call(student, function, *given, **asked), FOLDED)
                right = getattr(reference, function)(*given, **asked)
                for name, expected in zip(FOLDED, right, strict=True):
                    if name in judged:
                        _close_by_size(parts[name], expected, 10.0 if name == "new_bias" else 0.0)


def _layers(
    draw: np.random.Generator, shapes: Sequence[Shape], axis: int, with_bias: bool = True
) -> list[tuple[Array | None, ...]]:
    """Return layers and what normalises them; the features are on `axis` of the kernel."""
    return [
        (
            _kernel(draw, shape),
            _bias(draw, shape[-1]) if with_bias else None,
            *_vectors(draw, shape[axis]),
        )
        for shape in shapes
    ]


@check("fold_into_dense", "kernel", points=1)
def fold_kernel(student: Student, draw: np.random.Generator) -> None:
    layers = _layers(draw, _dense_shapes(draw), -1)
    _fold_each(student, "fold_into_dense", ("new_kernel",), layers)


@check("fold_into_dense", "bias", points=1)
def fold_bias(student: Student, draw: np.random.Generator) -> None:
    layers = _layers(draw, _dense_shapes(draw), -1)
    kernel, bias, *vectors = layers[1]
    assert bias is not None
    zero = (kernel, 0 * bias, *vectors)  # a bias of zeros is a bias
    _fold_each(student, "fold_into_dense", ("new_bias",), [*layers, zero])


def _epsilons(draw: np.random.Generator) -> list[dict[str, float]]:
    """Return an epsilon for each dense shape; 0 is none that has not been given."""
    return [{"epsilon": _epsilon(draw)}, {"epsilon": _epsilon(draw)}, {"epsilon": 0.0}]


@check("fold_into_dense", "a layer without a bias, and epsilon", points=0.5)
def fold_no_bias(student: Student, draw: np.random.Generator) -> None:
    layers = _layers(draw, _dense_shapes(draw), -1, with_bias=False)
    _fold_each(student, "fold_into_dense", FOLDED, layers, _epsilons(draw))


@check("fold_into_dense", "convolutions", points=1)
def fold_convolution(student: Student, draw: np.random.Generator) -> None:
    layers = _layers(draw, ((3, 2, 4, 7), (3, 3, 7, 7), (5, 2, 8)), -1)
    _fold_each(student, "fold_into_dense", ("new_kernel",), layers)


@check("fold_into_dense", "dtype, and arguments left as they are", points=0.5)
def fold_dtype(student: Student, draw: np.random.Generator) -> None:
    _fold_dtype(student, draw, "fold_into_dense", -1)


def _fold_dtype(student: Student, draw: np.random.Generator, function: str, axis: int) -> None:
    """Check what both ways to fold have to keep to; the features are on `axis` of the kernel."""
    shape = _dense_shapes(draw)[0]
    with expect.Everything() as everything:
        for dtype in FLOATS:
            for bias in (_bias(draw, shape[-1], dtype), None):
                given = _kernel(draw, shape, dtype), bias, *_vectors(draw, shape[axis], dtype)
                with everything.part():
                    answer = _call(student, function, *given)
                    parts = _by_name(answer, FOLDED)
                    new_kernel, new_bias = getattr(reference, function)(*given)
                    _close_by_size(parts["new_kernel"], new_kernel)
                    _close_by_size(parts["new_bias"], new_bias, 10.0)
                    expect.untouched(answer)
        # A normalisation that changes nothing: what comes back is equal, and new all the same.
        one, zero = np.ones(shape[axis]), np.zeros(shape[axis])
        nothing = _kernel(draw, shape), _bias(draw, shape[-1]), one, zero, zero.copy(), one.copy()
        with everything.part():
            _of_its_own(student, function, FOLDED, nothing, {"epsilon": 0.0})


@check("fold_into_next_dense", "kernel", points=0.5)
def fold_next_kernel(student: Student, draw: np.random.Generator) -> None:
    layers = _layers(draw, _dense_shapes(draw), 0)
    _fold_each(student, "fold_into_next_dense", ("new_kernel",), layers)


@check("fold_into_next_dense", "bias", points=0.5)
def fold_next_bias(student: Student, draw: np.random.Generator) -> None:
    layers = _layers(draw, _dense_shapes(draw), 0)
    _fold_each(student, "fold_into_next_dense", ("new_bias",), layers)


@check("fold_into_next_dense", "a layer without a bias, and epsilon", points=0.5)
def fold_next_no_bias(student: Student, draw: np.random.Generator) -> None:
    layers = _layers(draw, _dense_shapes(draw), 0, with_bias=False)
    _fold_each(student, "fold_into_next_dense", FOLDED, layers, _epsilons(draw))


@check("fold_into_next_dense", "dtype, and arguments left as they are", points=0.5)
def fold_next_dtype(student: Student, draw: np.random.Generator) -> None:
    _fold_dtype(student, draw, "fold_into_next_dense", 0)


# BatchNormalisation. Every layer has a size of its own, so that no two are made by the same words.


def _own_size(draw: np.random.Generator, place: int) -> int:
    """Return a number of features that no other `place` has."""
    return 7 + 2 * place + int(draw.integers(2))


def _has_weights(thing: Thing, expected: Sequence[Array]) -> None:
    """Refuse a layer that does not have the expected vectors."""
    parts = _by_name(thing.call("get_weights"), WEIGHTS, list)
    for part, right in zip(parts.values(), expected, strict=True):
        _close_by_size(part, right)


def _both_layers(
    student: Student, size: int, dtype: Any = np.float64, **settings: float
) -> tuple[Thing, reference.BatchNormalisation]:
    """Return the student's new layer and the reference's."""
    thing = student.make("BatchNormalisation", size, **settings, dtype=dtype)
    return thing, reference.BatchNormalisation(size, **settings, dtype=dtype)


def _set(thing: Thing, layer: reference.BatchNormalisation, draw: np.random.Generator) -> None:
    """Give both layers the same fresh vectors."""
    weights = list(_vectors(draw, layer.weights[0].size, layer.weights[0].dtype))
    thing.call("set_weights", weights)
    layer.set_weights(weights)


@check("BatchNormalisation", "a new layer", points=0.5)
def layer_new(student: Student, draw: np.random.Generator) -> None:
    size = _own_size(draw, 0)
    with expect.Everything() as everything:
        with everything.part():
            thing = student.make("BatchNormalisation", size)
            with everything.part():
                _has_weights(thing, reference.BatchNormalisation(size).get_weights())
            x = _batch(draw, (_examples(draw), size), np.float32)
            with everything.part():
                _close_by_size(thing.call("__call__", x), reference.BatchNormalisation(size)(x))
        for place, dtype in ((1, np.float64), (14, np.float32)):
            with everything.part():
                other, layer = _both_layers(student, _own_size(draw, place), dtype)
                with everything.part():
                    _has_weights(other, layer.get_weights())
                _set(other, layer, draw)
                _has_weights(other, layer.get_weights())
        # In their order.
        size, momentum, epsilon = _own_size(draw, 15), _momentum(draw), _epsilon(draw)
        x = _batch(draw, (_examples(draw), size))
        with everything.part():
            thing = student.make("BatchNormalisation", size, momentum, epsilon, np.float64)
            layer = reference.BatchNormalisation(size, momentum, epsilon, np.float64)
            thing.call("__call__", x, True)
            layer(x, True)
            _has_weights(thing, layer.get_weights())


def _vectors_of(thing: Thing, size: int, dtype: Any = np.float64) -> list[Array]:
    """Return what the layer says that its four vectors are."""
    parts = _by_name(thing.call("get_weights"), WEIGHTS, list)
    return [expect.array(part, (size,), dtype) for part in parts.values()]


@check("BatchNormalisation", "training", points=0.75)
def layer_training(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for place, settings in (
            (2, {}),
            (3, {"momentum": _momentum(draw), "epsilon": _epsilon(draw)}),
        ):
            size = _own_size(draw, place)
            with everything.part():
                thing, layer = _both_layers(student, size, **settings)
                _set(thing, layer, draw)
                for shape in ((_examples(draw), size), (2, 3, 2, size)):
                    x = _batch(draw, shape)
                    with everything.part():
                        answer = thing.call("__call__", x, training=True)
                        _close_by_size(answer, layer(x, training=True))
                        expect.untouched(answer)


@check("BatchNormalisation", "moving statistics", points=0.75)
def layer_moving(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for place, dtype, settings in (
            (4, np.float64, {}),
            (5, np.float32, {"momentum": _momentum(draw), "epsilon": _epsilon(draw)}),
        ):
            with everything.part():
                _moved(student, draw, _own_size(draw, place), dtype, settings)


def _moved(
    student: Student, draw: np.random.Generator, size: int, dtype: Any, settings: dict[str, float]
) -> None:
    """Refuse a layer whose statistics do not move as they should in four batches."""
    thing, layer = _both_layers(student, size, dtype, **settings)
    _set(thing, layer, draw)
    yours, right = [], []
    for shape in [(_examples(draw), size)] * 3 + [(2, 3, 2, size)]:
        x = _batch(draw, shape, dtype)
        thing.call("__call__", x, training=True)
        layer(x, training=True)
        yours.append(_vectors_of(thing, size, dtype))
        right.append(layer.get_weights())
    answer = thing.call("get_weights")
    for name, found, expected in zip(
        WEIGHTS, zip(*yours, strict=True), zip(*right, strict=True), strict=True
    ):
        _path(answer, name, found, expected)


@check("BatchNormalisation", "inference", points=1)
def layer_inference(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for place, settings in (
            (6, {}),
            (7, {"momentum": _momentum(draw), "epsilon": _epsilon(draw)}),
        ):
            size = _own_size(draw, place)
            with everything.part():
                thing, layer = _both_layers(student, size, **settings)
                _set(thing, layer, draw)
                thing.call("__call__", _batch(draw, (_examples(draw), size)), training=True)
                # By its own statistics, even if training has not moved them as it should.
                weights = _vectors_of(thing, size)
                layer.set_weights(weights)
                for asked, shape in (
                    ({}, (_examples(draw), size)),
                    ({"training": False}, (_examples(draw), size)),
                    ({}, (2, 3, 2, size)),
                ):
                    x = _batch(draw, shape)
                    with everything.part():
                        answer = thing.call("__call__", x, **asked)
                        _close_by_size(answer, layer(x))
                        expect.untouched(answer)
                _has_weights(thing, weights)


def _back_by(answer: Answer, layer: reference.BatchNormalisation, upstream: Array) -> None:
    """Refuse gradients that are not those of the last call in training."""
    parts = _by_name(answer, GRADIENTS)
    size_of_sums = float(np.abs(upstream).sum())
    for name, right in zip(GRADIENTS, layer.backward(upstream), strict=True):
        _close_by_size(parts[name], right, size_of_sums)


@check("BatchNormalisation", "the way back", points=0.75)
def layer_backward(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for place, settings in ((8, {}), (9, {"epsilon": _epsilon(draw)})):
            size = _own_size(draw, place)
            with everything.part():
                thing, layer = _both_layers(student, size, **settings)
                _set(thing, layer, draw)
                for shape in ((_examples(draw), size), (3, 4, size)):
                    x, later = _batch(draw, shape), _batch(draw, (2, size))
                    upstream = np.round(1 + draw.standard_normal(shape), 2)
                    with everything.part():
                        thing.call("__call__", x, training=True)
                        thing.call("__call__", later)
                        layer(x, training=True)
                        _back_by(thing.call("backward", upstream), layer, upstream)


@check("BatchNormalisation", "the way back twice, and after x and y have changed", points=0.25)
def layer_backward_later(student: Student, draw: np.random.Generator) -> None:
    size = _own_size(draw, 16)
    x = _batch(draw, (_examples(draw), size))
    upstreams = [np.round(1 + draw.standard_normal(x.shape), 2) for _ in range(3)]
    with expect.Everything() as everything:
        with everything.part():
            thing, layer = _both_layers(student, size)
            thing.call("__call__", x, training=True)
            layer(x, training=True)
            for upstream in upstreams[:2]:
                with everything.part():
                    _back_by(thing.call("backward", upstream), layer, upstream)
        # A new layer: its y is x_hat, or equal to it.
        with everything.part():
            other, _ = _both_layers(student, size)
            asked = (
                f"BatchNormalisation({size}).backward, after x and y have been changed in place,"
            )
            with expect.told_as(asked):
                answer = other.probe("back_after_changes", x, upstreams[2])
            _back_by(Answer(answer.value, asked), layer, upstreams[2])


@check("BatchNormalisation", "layers that share nothing", points=0.25)
def layer_apart(student: Student, draw: np.random.Generator) -> None:
    size, other_size = _own_size(draw, 10), _own_size(draw, 11)
    thing, layer = _both_layers(student, size)
    _set(thing, layer, draw)
    x = _batch(draw, (_examples(draw), size))
    thing.call("__call__", x, training=True)
    layer(x, training=True)
    weights = _vectors_of(thing, size)
    upstream = np.round(1 + draw.standard_normal(x.shape), 2)
    with expect.Everything() as everything:
        # Layers of one size may share what others do not.
        for of in (other_size, size):
            with everything.part():
                other, other_layer = _both_layers(student, of)
                with everything.part():
                    _has_weights(other, other_layer.get_weights())
                other.call("__call__", _batch(draw, (_examples(draw), of)), training=True)
                with everything.part():
                    _has_weights(thing, weights)
                d_x = _by_name(thing.call("backward", upstream), GRADIENTS)["d_x"]
                _close_by_size(d_x, layer.backward(upstream)[0], float(np.abs(upstream).sum()))
        # Neither has been given weights of its own here.
        with everything.part():
            trained, _ = _both_layers(student, other_size)
            trained.call("__call__", _batch(draw, (_examples(draw), other_size)), training=True)
            fresh, fresh_layer = _both_layers(student, other_size)
            _has_weights(fresh, fresh_layer.get_weights())


@check("BatchNormalisation", "weights given and taken as copies", points=0.25)
def layer_copies(student: Student, draw: np.random.Generator) -> None:
    size = _own_size(draw, 12)
    thing, layer = _both_layers(student, size)
    weights, x = list(_vectors(draw, size)), _batch(draw, (_examples(draw), size))
    with expect.told_as(f"BatchNormalisation({size}), between set_weights and get_weights,"):
        answer = thing.probe("weights_apart", weights, x)
    layer.set_weights(weights)
    layer(x, training=True)
    names = "set", "taken before training", "taken after training", "taken again"
    told = {
        name: [
            expect.array(part, (size,), np.float64)
            for part in _by_name(Answer(taken.value, "get_weights()"), WEIGHTS, list).values()
        ]
        for name, taken in _by_name(answer, names).items()
    }
    copies = "`get_weights` and `set_weights` both work with copies"
    for found, expected, what, hint in (
        (
            told["set"],
            weights,
            "changing the arrays that `set_weights` was given changed the layer",
            copies,
        ),
        (
            told["taken before training"],
            weights,
            "training changed what `get_weights` had returned",
            copies,
        ),
        (
            told["taken again"],
            told["taken after training"],
            "changing what `get_weights` had returned changed the layer",
            copies,
        ),
        # Of one that has not trained it would say nothing that it keeps what it was given.
        (
            told["taken after training"],
            layer.get_weights(),
            "a call in training, after `set_weights`, left other weights than it should",
            "It changes the moving statistics, and nothing else",
        ),
    ):
        for name, vector, right in zip(WEIGHTS, found, expected, strict=True):
            gap = float(np.max(np.abs(vector - right)))
            if gap > 1e-9:
                raise Refused(
                    f"BatchNormalisation({size}): {what}; {name} is off by up to {gap:.3g}. {hint}"
                )


@check("BatchNormalisation", "calls that make no sense", points=0.5)
def layer_refusals(student: Student, draw: np.random.Generator) -> None:
    size = _own_size(draw, 13)
    thing, _ = _both_layers(student, size)
    x, weights = _batch(draw, (_examples(draw), size)), list(_vectors(draw, size))
    one = list(_vectors(draw, 1))
    misfits = (
        weights[:3],
        [*weights, weights[0]],
        [one[0], *weights[1:]],
        [*weights[:3], one[3]],
        one,
    )
    with expect.Everything() as everything:
        with everything.part():
            expect.raises(thing, "RuntimeError", "backward", x)
        with everything.part():
            thing.call("__call__", x)
            expect.raises(thing, "RuntimeError", "backward", x)
        with everything.part():
            _raise_all(thing, "ValueError", "set_weights", [(wrong,) for wrong in misfits])
        with everything.part():
            thing.call("set_weights", weights)  # must not raise
            _has_weights(thing, weights)
