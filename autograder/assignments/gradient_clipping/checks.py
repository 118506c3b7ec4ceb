"""What counts as a right answer in the assignment on gradient clipping.

Every gradient is built so that the usual wrong formulas are far off: entries on both sides of
both limits, norms well above or well below the threshold. Whether a call keeps the dtype and
leaves its input alone has checks of its own, so that it costs its own points only.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from autograder.api import Answer, Refused, Student, check, expect
from solutions import gradient_clipping as reference

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]

# Rounding: sums of up to a few hundred terms, in whatever order. An epsilon of 1e-8 beside the
# smallest norm below is a relative error of 1e-7 and more.
TOLERANCES = {np.dtype(np.float64): 1e-10, np.dtype(np.float32): 1e-5}
DEGREES = 1e-4
SHAPES: tuple[Shape, ...] = ((7,), (3, 4), (2, 3, 4), (2, 2, 3, 2))
# Sizes whose squares are not in the range of their dtype, and which leave room for sums.
HUGE = {np.float32: 2.0**93, np.float64: 2.0**664}
TINY = {np.float32: 2.0**-93, np.float64: 2.0**-664}


# Fresh inputs


def _threshold(draw: np.random.Generator) -> float:
    """Return a threshold well away from 1."""
    return round(float(draw.uniform(2.0, 5.0) ** draw.choice([-1, 1])), 3)


def _mixed(draw: np.random.Generator, shape: Shape, threshold: float) -> Array:
    """Return a gradient with entries beyond and within the threshold, of both signs."""
    size = math.prod(shape)
    far = draw.uniform(1.2, 5.0, size)
    near = draw.uniform(0.1, 0.9, size)
    kind = np.arange(size) % 4
    sizes = np.where(kind < 2, far, near) * np.where(kind % 2, 1, -1)
    return np.asarray(threshold * draw.permutation(sizes).reshape(shape))


def _vector(draw: np.random.Generator, shape: Shape, norm: float) -> Array:
    """Return a gradient of that norm, with entries of different sizes."""
    values = draw.uniform(0.3, 1.5, shape) * draw.choice([-1, 1], shape)
    return np.asarray(values * (norm / math.sqrt(float(np.sum(values**2)))))


def _exact(draw: np.random.Generator) -> Array:
    """Return twelve whole numbers of norm 16: whoever computes it, in whatever dtype, is exact.

    So an answer that is wrong in its dtype alone is so to the last digit, however it is written.
    """
    sizes = np.array([10.0, 6, 6, 4, 4, 4, 4, 2, 2, 2, 2, 2])
    return np.asarray(draw.permutation(sizes) * draw.choice([-1, 1], 12))


def _split(together: Array, shapes: Sequence[Shape]) -> list[Array]:
    """Return one long vector as arrays of these shapes."""
    ends = np.cumsum([math.prod(shape) for shape in shapes])
    parts = np.split(together, ends[:-1])
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def _several_layers(draw: np.random.Generator, norm: float) -> list[Array]:
    """Return gradients of different shapes that have that norm together."""
    # The first array is never the longest.
    shapes: list[Shape] = [(), (4, 3), (3,), (2, 2, 3), (3, 1, 2, 2)]
    return _split(_vector(draw, (sum(map(math.prod, shapes)),), norm), shapes)


def _exact_layers(draw: np.random.Generator, dtypes: Sequence[Any]) -> list[Array]:
    """Return four gradients of these dtypes that have the norm 16 together."""
    parts = _split(_exact(draw), [(2, 2), (3,), (), (2, 1, 2)])
    return [part.astype(dtype) for part, dtype in zip(parts, dtypes, strict=True)]


def _long(draw: np.random.Generator, threshold: float) -> float:
    return threshold * float(draw.uniform(1.5, 4.0))


def _short(draw: np.random.Generator, threshold: float) -> float:
    return threshold * float(draw.uniform(0.2, 0.8))


# Comparing


def _in_dtype(answer: Answer, dtype: Any) -> Answer:
    """Return the answer in `dtype` where it is in another: that has a check of its own."""
    value = expect.as_array(answer).value
    if type(value) is np.ndarray and value.dtype.kind == "f":
        value = value.astype(dtype)
    return Answer(value, answer.asked, answer.touched)


def _entries_close(answer: Answer, expected: Array) -> None:
    expect.close(expect.as_array(answer), expected, TOLERANCES[expected.dtype])


def _vector_close(answer: Answer, gradient: Array, expected: Array) -> None:
    """Refuse a wrong vector, and say how long it was, is and should be."""
    try:
        _entries_close(answer, expected)
    except Refused as refused:
        value = expect.as_array(answer).value
        told = ""
        if type(value) is np.ndarray and value.shape == expected.shape and value.dtype.kind == "f":
            was, now, right = (_length([a]) for a in (gradient, value, expected))
            told = f". The gradient has norm {was:.4g}, your result {now:.4g}, not {right:.4g}"
        raise Refused(f"{refused}{told}") from None


def _length(gradients: Sequence[Array]) -> float:
    """Return the global norm; not a number if an entry is none."""
    whole = all(np.all(np.isfinite(g)) for g in gradients)
    return reference.global_norm(gradients) if whole else math.nan


def _number(asked: str, value: object, expected: float, rtol: float) -> None:
    """Refuse anything but one real number close to `expected`."""
    found = expect.number(Answer(value, asked), "is")
    # The first also keeps out what is infinite, not a number, or too large for a float.
    near = bool(abs(found) <= 2 * abs(expected) + 1)
    if not near or abs(float(found) - expected) > rtol * abs(expected):
        raise Refused(f"{asked} is {expect.describe(found)}; {expected:.9g} was expected")


def _clipped_and_norm(answer: Answer, gradients: Sequence[Array]) -> tuple[list[Answer], Answer]:
    """Return the arrays of the clipped list and the norm, or refuse what is not a pair of these."""
    asked = answer.asked, f"{answer.asked}: the norm"
    clipped, norm = expect.parts(answer, asked, "a tuple of a list and the norm was expected")
    arrays = [f"{answer.asked}: array {number} of the list" for number in range(len(gradients))]
    told = f"{expect.describe(clipped.value)} in the first place"
    wanted = f"a list of {len(gradients)} arrays was expected"
    return expect.parts(clipped, arrays, wanted, told, list), norm


def _shortened_alike(answer: Answer, gradients: Sequence[Array], threshold: float) -> None:
    """Refuse a list that is not `gradients` shortened by one factor."""
    clipped, _ = _clipped_and_norm(answer, gradients)
    expected, norm = reference.clip_by_global_norm(gradients, threshold)
    # A norm of float32 arrays may have been added up in float32, and it scales all of them.
    rtol = max((TOLERANCES[g.dtype] for g in gradients), default=0.0)
    for part, right in zip(clipped, expected, strict=True):
        try:
            expect.close(expect.as_array(part), right, rtol)
        except Refused as refused:
            raise Refused(
                f"{refused}. The global norm is {norm:.4g}, so the factor for every array is "
                f"{threshold / max(norm, threshold):.4g}"
            ) from None


def _global(student: Student, gradients: Sequence[Array], threshold: float) -> None:
    answer = student.call("clip_by_global_norm", list(gradients), threshold)
    _shortened_alike(answer, gradients, threshold)


def _bad_thresholds(student: Student, function: str, *gradients: Any) -> None:
    # Also where there is nothing to clip: a threshold is refused for what it is.
    for gradient in gradients:
        for threshold in (-0.5, -3.0, 0.0):
            expect.raises(student, "ValueError", function, gradient, threshold)
        student.call(function, gradient, 0.5)  # must not raise


# clip_by_value


@check("clip_by_value", "entries within and beyond the limits", points=1)
def value_entries(student: Student, draw: np.random.Generator) -> None:
    for shape in SHAPES:
        threshold = _threshold(draw)
        for _ in range(2):
            gradient = _mixed(draw, shape, threshold)
            answer = student.call("clip_by_value", gradient, threshold)
            _entries_close(answer, reference.clip_by_value(gradient, threshold))


@check("clip_by_value", "scalars, arrays without entries, zeros, infinities", points=0.5)
def value_extremes(student: Student, draw: np.random.Generator) -> None:
    threshold = _threshold(draw)
    gradients: list[Array] = [
        np.array(3.0 * threshold),
        np.array(-0.5 * threshold),
        np.zeros((0, 3)),
        np.zeros((2, 3)),
        np.array([1e300, -1e300, 1e-300]),
        np.array([np.inf, -np.inf, 0.1 * threshold]),
    ]
    for gradient in gradients:
        answer = student.call("clip_by_value", gradient, threshold)
        _entries_close(answer, reference.clip_by_value(gradient, threshold))


@check("clip_by_value", "dtype and input are kept, bad thresholds refused", points=0.5)
def value_manners(student: Student, draw: np.random.Generator) -> None:
    for dtype in (np.float32, np.float64):
        threshold = _threshold(draw)
        gradient: Array = _mixed(draw, (3, 4), threshold).astype(dtype)
        answer = student.call("clip_by_value", gradient, threshold)
        _entries_close(answer, reference.clip_by_value(gradient, threshold))
        expect.untouched(answer)
    _bad_thresholds(student, "clip_by_value", np.array([0.25, -2.0]), np.zeros((0, 3)))


# global_norm


@check("global_norm", "one array, and several of different shapes", points=1)
def norm_of_several(student: Student, draw: np.random.Generator) -> None:
    for shape in SHAPES:
        gradient = _vector(draw, shape, float(draw.uniform(0.3, 30.0)))
        answer = student.call("global_norm", [gradient])
        _number(answer.asked, answer.value, reference.global_norm([gradient]), 1e-10)
    for _ in range(3):
        gradients = _several_layers(draw, float(draw.uniform(0.3, 30.0)))
        answer = student.call("global_norm", gradients)
        _number(answer.asked, answer.value, reference.global_norm(gradients), 1e-10)


@check("global_norm", "zeros, arrays without entries, no arrays", points=0.5)
def norm_of_nothing(student: Student, draw: np.random.Generator) -> None:
    some = _vector(draw, (2, 3), 3.0)
    with expect.Everything() as everything:
        for gradients in (
            [np.zeros((2, 3)), np.zeros(4)],
            [some, np.zeros((0, 3))],
            [np.zeros(0)],
            [np.array(-2.5)],
            [],
        ):
            with everything.part():
                answer = student.call("global_norm", gradients)
                _number(answer.asked, answer.value, reference.global_norm(gradients), 1e-10)


@check("global_norm", "squares that are out of range", points=0.5)
def norm_range(student: Student, draw: np.random.Generator) -> None:
    for sizes in (HUGE, TINY):
        for dtype, size in sizes.items():
            # All negative: the largest entry is not the largest magnitude.
            entries = (-size * np.abs(_exact(draw))).astype(dtype)
            answer = student.call("global_norm", _split(entries, [(2, 2), (8,)]))
            told = f"{answer.asked}, with entries of about {size:.0e},"
            _number(told, answer.value, 16 * size, TOLERANCES[entries.dtype])
    # Sizes that differ from array to array: what suits one of them does not suit all.
    huge, tiny = HUGE[np.float64], TINY[np.float64]
    for first, second in ((1.0, huge), (huge, 1.0), (tiny, 1.0), (1.0, tiny), (tiny, huge)):
        gradients = [first * _exact(draw), second * _exact(draw)[:8].reshape(2, 4)]
        answer = student.call("global_norm", gradients)
        told = f"{answer.asked}, with entries of about {first:.0e} and {second:.0e},"
        _number(told, answer.value, reference.global_norm(gradients), 1e-10)


@check("global_norm", "float32, and inputs that are left alone", points=0.5)
def norm_manners(student: Student, draw: np.random.Generator) -> None:
    single, double = np.float32, np.float64
    for dtypes in ((double,) * 4, (single,) * 4, (single, double) * 2):
        answer = student.call("global_norm", _exact_layers(draw, dtypes))
        _number(answer.asked, answer.value, 16.0, 1e-5)
        expect.untouched(answer)


# clip_by_norm


def _by_norm(student: Student, gradient: Array, threshold: float) -> Answer:
    answer = student.call("clip_by_norm", gradient, threshold)
    _vector_close(answer, gradient, reference.clip_by_norm(gradient, threshold))
    return answer


@check("clip_by_norm", "gradients that are too long", points=1)
def norm_long(student: Student, draw: np.random.Generator) -> None:
    for shape in SHAPES:
        threshold = _threshold(draw)
        for _ in range(2):
            _by_norm(student, _vector(draw, shape, _long(draw, threshold)), threshold)
    # Small ones too: what is added to the norm shows beside these.
    _by_norm(student, _vector(draw, (2, 5), 2e-4), 1e-4)
    # Every entry is within the threshold, but the norm is not; and the other way round.
    _by_norm(student, np.full((5, 5), 0.5), 1.0)
    _by_norm(student, np.array(-8.0), 2.0)


@check("clip_by_norm", "gradients that are not too long, and zeros", points=0.5)
def norm_short(student: Student, draw: np.random.Generator) -> None:
    for shape in SHAPES:
        threshold = _threshold(draw)
        _by_norm(student, _vector(draw, shape, _short(draw, threshold)), threshold)
    # The square of the norm is beyond the threshold, the norm is not.
    _by_norm(student, _vector(draw, (2, 5), 4.5), 5.0)
    for gradient in (np.zeros((2, 3)), np.zeros((0, 3)), np.array(0.5)):
        _by_norm(student, gradient, 2.0)


@check("clip_by_norm", "squares that are out of range", points=0.5)
def norm_clipped_range(student: Student, draw: np.random.Generator) -> None:
    for sizes in (HUGE, TINY):
        for dtype, size in sizes.items():
            gradient = (size * _exact(draw)).reshape(3, 4).astype(dtype)
            answer = _in_dtype(student.call("clip_by_norm", gradient, 4 * size), dtype)
            _vector_close(answer, gradient, reference.clip_by_norm(gradient, 4 * size))


@check("clip_by_norm", "dtype and input are kept", points=0.5)
def norm_kept(student: Student, draw: np.random.Generator) -> None:
    for dtype in (np.float32, np.float64):
        for threshold in (64.0, 4.0):  # first one that changes nothing
            gradient = _exact(draw).reshape(3, 4).astype(dtype)
            expect.untouched(_by_norm(student, gradient, threshold))


@check("clip_by_norm", "bad thresholds", points=0.5)
def norm_thresholds(student: Student, draw: np.random.Generator) -> None:
    gradients = np.array([0.25, -2.0]), np.zeros(2), np.zeros((0, 3))
    _bad_thresholds(student, "clip_by_norm", *gradients)


# clip_by_global_norm


@check("clip_by_global_norm", "one factor for all arrays", points=1)
def global_long(student: Student, draw: np.random.Generator) -> None:
    for _ in range(3):
        threshold = _threshold(draw)
        for _ in range(2):
            _global(student, _several_layers(draw, _long(draw, threshold)), threshold)
    _global(student, _several_layers(draw, 2e-4), 1e-4)
    # No array is too long by itself.
    _global(student, [np.full((2, 2), 0.4) for _ in range(6)], 1.0)


@check("clip_by_global_norm", "the norm before clipping", points=0.5)
def global_norm_returned(student: Student, draw: np.random.Generator) -> None:
    for length in (_long, _short):
        threshold = _threshold(draw)
        gradients = _several_layers(draw, length(draw, threshold))
        answer = student.call("clip_by_global_norm", gradients, threshold)
        _, norm = _clipped_and_norm(answer, gradients)
        _number(norm.asked, norm.value, reference.global_norm(gradients), 1e-10)


@check("clip_by_global_norm", "not too long, zeros, no arrays", points=0.5)
def global_short(student: Student, draw: np.random.Generator) -> None:
    for _ in range(2):
        threshold = _threshold(draw)
        _global(student, _several_layers(draw, _short(draw, threshold)), threshold)
    # The norms add up to more than the threshold, and one is more than an equal share of it.
    _global(student, [_vector(draw, (2, 3), 4.0), _vector(draw, (4,), 2.0)], 5.0)
    for gradients in ([np.zeros((2, 3)), np.zeros(4)], [np.zeros((0, 3)), np.array([0.5])], []):
        answer = student.call("clip_by_global_norm", gradients, 2.0)
        _shortened_alike(answer, gradients, 2.0)
        _, norm = _clipped_and_norm(answer, gradients)
        _number(norm.asked, norm.value, reference.global_norm(gradients), 1e-10)


@check("clip_by_global_norm", "squares that are out of range", points=0.5)
def global_range(student: Student, draw: np.random.Generator) -> None:
    for sizes in (HUGE, TINY):
        for dtype, size in sizes.items():
            gradients = [np.asarray(size * g) for g in _exact_layers(draw, (dtype,) * 4)]
            answer = student.call("clip_by_global_norm", gradients, 4 * size)
            arrays, norm = _clipped_and_norm(answer, gradients)
            clipped = [_in_dtype(part, dtype).value for part in arrays]
            _shortened_alike(Answer((clipped, norm.value), answer.asked), gradients, 4 * size)


@check("clip_by_global_norm", "dtypes and inputs are kept", points=0.5)
def global_kept(student: Student, draw: np.random.Generator) -> None:
    for threshold in (64.0, 4.0):  # first one that changes nothing
        gradients = _exact_layers(draw, (np.float32, np.float64, np.float32, np.float32))
        answer = student.call("clip_by_global_norm", gradients, threshold)
        _shortened_alike(answer, gradients, threshold)
        _, norm = _clipped_and_norm(answer, gradients)
        _number(norm.asked, norm.value, 16.0, 1e-5)
        expect.untouched(answer)
    gradients = _exact_layers(draw, (np.float64,) * 4)
    answer = student.probe("list_of_the_caller", "clip_by_global_norm", gradients, 64.0)
    if type(answer.value) is list and len(answer.value) < len(gradients):
        raise Refused(
            "clip_by_global_norm returned the very list that it was given, where nothing was "
            "clipped: whoever takes arrays out of the one finds them gone from the other. A new "
            "list was expected"
        )


@check("clip_by_global_norm", "bad thresholds", points=0.5)
def global_thresholds(student: Student, draw: np.random.Generator) -> None:
    lists: list[list[Array]] = [[np.array([0.25]), np.array([-2.0])], [np.zeros(2)], []]
    _bad_thresholds(student, "clip_by_global_norm", *lists)


# clipping_angles


def _angles(student: Student, gradients: Array, threshold: float) -> Answer:
    answer = student.call("clipping_angles", gradients, threshold)
    right = reference.clipping_angles(gradients, threshold)
    try:
        expect.close(answer, right, 0.0, DEGREES)
    except Refused as refused:
        value = answer.value
        if type(value) is not np.ndarray or value.shape != right.shape or value.dtype != float:
            raise
        with np.errstate(invalid="ignore"):
            wrong = ~(np.abs(value - right) <= DEGREES)
        shown = expect.describe(gradients[int(np.argmax(wrong))])
        raise Refused(f"{refused}. The first gradient that it is wrong for: {shown}") from None
    return answer


@check("clipping_angles", "gradients that are turned", points=1)
def angles_turned(student: Student, draw: np.random.Generator) -> None:
    # The first threshold is below 1: who divides by the norm before clipping clips here as well.
    for size, threshold in ((2, 1 / draw.uniform(2.0, 5.0)), (5, _threshold(draw)), (40, 3.5)):
        for _ in range(2):
            gradients = _mixed(draw, (6, size), threshold)
            gradients[:, 0] = threshold * draw.uniform(20.0, 200.0, 6)  # turns them far
            expect.untouched(_angles(student, gradients, threshold))
    _angles(student, np.zeros((0, 3)), 2.0)


@check("clipping_angles", "gradients that are not turned, and zeros", points=0.5)
def angles_none(student: Student, draw: np.random.Generator) -> None:
    # All in one question: an answer that fails for one kind is seen to be right for the other.
    some = _treacherous(draw)
    # Short ones too: what is added to a norm shows beside these.
    _angles(student, np.concatenate([some, 2.0**-20 * some, np.zeros((1, 6))]), 2.0)
    _angles(student, np.array([[0.0, -100.0, 0.0], [0.0, 0.0, 1.5]]), 2.0)
    _angles(student, np.array([[-8.0], [0.0]]), 2.0)


def _treacherous(draw: np.random.Generator) -> Array:
    """Return vectors that nothing clips and whose quotient, usually, rounds to more than 1."""
    found: list[Array] = []
    while len(found) < 4:
        g = draw.uniform(-1.0, 1.0, 6)
        g /= np.abs(g).max()
        plain = np.array([_square(g) / (root * root) for root in _roots(g)])
        units = np.array([_square(g / root) for root in _roots(g)])
        if np.all(plain > 1) and np.all(units > 1):
            found.append(g)
    return np.stack(found)


def _square(g: Array) -> Array:
    """Return the square of the norm in two ways that round differently."""
    return np.array([g @ g, np.sum(g * g)])


def _roots(g: Array) -> list[float]:
    return [float(np.sqrt(np.sum(g * g))), float(np.linalg.norm(g))]


@check("clipping_angles", "huge entries, bad thresholds", points=0.5)
def angles_extremes(student: Student, draw: np.random.Generator) -> None:
    for size in (1e200, 1e-200):
        gradients = _mixed(draw, (3, 4), 1.0)
        gradients[:, 0] = draw.uniform(20.0, 200.0, 3)
        _angles(student, size * gradients, size)
    gradients_of_no_size = np.zeros((2, 3)), np.zeros((0, 3))
    _bad_thresholds(student, "clipping_angles", np.array([[0.25, -2.0]]), *gradients_of_no_size)
