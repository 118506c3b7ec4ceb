"""What counts as a right answer in the assignment on regularisers.

Of dropout, what a kept and a dropped entry become is checked exactly; which entries are kept is
checked by tests that refuse independent decisions of the right probability at most once in
fifty million (`statistics.ALPHA`). No check runs more than fifty of them, so a right answer
fails a check by chance at most once in a million submissions:

- the number of dropped entries is compared with the binomial law itself;
- the inner product of one mask, centred, with a fixed vector obeys Hoeffding's inequality, and
  independent masks may be taken for fixed ones;
- that a number of masks all keep equally many has a probability that `_same_count` bounds.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.special import bdtr, bdtrc

from autograder.api import (
    Answer,
    Array,
    Check,
    Curves,
    Generator,
    Raised,
    Refused,
    Student,
    Thing,
    check,
    expect,
    statistics,
)
from solutions import regularisers as reference

Shape = tuple[int, ...]
Ask = Callable[..., Answer]

SHAPES: tuple[Shape, ...] = ((3, 2, 4, 2), (2, 3, 4), (4, 3), (5,), ())
FLOATS = (np.float32, np.float64)
# How far apart honest ways to round come out: sums of a few dozen numbers, a logarithm or two.
ROUNDING = {np.dtype(np.float32): 2e-5, np.dtype(np.float64): 1e-11}


# Fresh inputs.


def _rng(draw: np.random.Generator) -> Generator:
    return Generator(int(draw.integers(1_000_000)))


def _weights(draw: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Return weights of both signs, half of each, none of them near 0 or of size 1."""
    sizes = draw.uniform(1.2, 4.0, shape) ** _signs(draw, shape)
    return np.asarray(sizes * _signs(draw, shape), dtype=dtype)


def _signs(draw: np.random.Generator, shape: Shape) -> Array:
    """Return 1 and -1 in random order, as many of the one as of the other if that can be."""
    signs = np.resize(draw.permutation([-1, 1]), math.prod(shape))
    return np.asarray(draw.permutation(signs).reshape(shape))


def _factor(draw: np.random.Generator) -> float:
    """Return a factor away from the default, and from its own double, half and square."""
    return round(float(draw.uniform(0.15, 0.4)), 3)


def _factors(draw: np.random.Generator, names: Sequence[str]) -> dict[str, float]:
    """Return a factor for each name, no two of them alike."""
    while True:
        factors = [_factor(draw) for _ in names]
        if all(np.diff(sorted(factors)) > 0.05):
            return dict(zip(names, factors, strict=True))


def _exact(draw: np.random.Generator, names: Sequence[str], dtype: Any) -> tuple[Array, Any]:
    """Return weights and factors of which the penalties are exact, in whatever order and dtype.

    So an answer that is wrong in its dtype alone is so to the last digit, however it is written.
    The weights' sizes add up to 39, their squares to 7.5 squared.
    """
    sizes = np.repeat([0.75, 1.5, 2.25], [16, 12, 4])
    weights = draw.permutation(sizes) * draw.permutation(np.resize([1, -1], 32))
    factors = draw.choice([11, 15, 19, 25], len(names), replace=False) / 64
    given = {name: float(factor) for name, factor in zip(names, factors, strict=True)}
    return weights.reshape(8, 4).astype(dtype), given


def _low_rate(draw: np.random.Generator) -> float:
    """Return a rate well below 1/2, so that kept and dropped cannot be exchanged."""
    return round(float(draw.uniform(0.15, 0.35)), 3)


def _high_rate(draw: np.random.Generator) -> float:
    """Return a rate well above 1/2."""
    return round(1 - _low_rate(draw), 3)


def _middling_rate(draw: np.random.Generator) -> float:
    """Return a rate near 1/2: who exchanges kept and dropped is told of it by other checks."""
    return round(float(draw.uniform(0.48, 0.52)), 3)


# What every answer has to keep to.


def _parts(answer: Answer, *names: str) -> list[Answer]:
    """Return the items of a tuple as answers of their own; a tuple of others is told by length."""
    told = f"a tuple of {len(answer.value)}" if type(answer.value) is tuple else ""
    asked = [f"the {name} of {answer.asked}" for name in names]
    return expect.parts(answer, asked, f"a tuple was expected: {', '.join(names)}", told)


def _array(answer: Answer, shape: Shape, dtype: Any = None) -> Array:
    """Return the answer as an array; a NumPy number will do for one without dimensions."""
    answer = expect.as_array(answer) if shape == () else answer
    if type(answer.value) is not np.ndarray:
        raise Refused(f"{expect.returned(answer, 'is')}; a NumPy array was expected")
    return expect.array(answer, shape, dtype)


def _doubles(answer: Answer, shape: Shape) -> Array:
    """Return the answer as an array of double precision, whatever floats it came in."""
    return expect.floats(Answer(_array(answer, shape), answer.asked), shape).astype(np.float64)


def _mask(answer: Answer, shape: Shape) -> Array:
    return _array(answer, shape, np.bool_)


def _values_close(
    answer: Answer, values: Array, expected: Array, dtype: Any = np.float64, atol: float = 0.0
) -> None:
    """Refuse values that differ from what is expected by more than rounding to `dtype`."""
    rtol = ROUNDING[np.dtype(dtype)]
    expect.close(Answer(np.asarray(values), answer.asked), np.asarray(expected), rtol, atol)


def _equal(answer: Answer, values: Array, expected: Array, why: str) -> None:
    """Refuse values that differ from what is expected at all."""
    differing = np.argwhere(values != expected)
    if len(differing):
        place = tuple(map(int, differing[0]))
        where = f" at index {place}" if place else ""
        raise Refused(
            f"{answer.asked} is wrong in {len(differing)} of {values.size} places{where and ';'}"
            f"{where}: {_item(values[place])} came back, {_item(expected[place])} was expected: "
            f"{why}"
        )


def _item(value: Any) -> str:
    return str(bool(value)) if isinstance(value, np.bool_) else f"{value:.6g}"


def _finite_float(answer: Answer) -> float:
    """Return the answer as one float, or refuse it."""
    value = answer.value
    if not isinstance(value, (float, np.floating)):
        raise Refused(
            f"{answer.asked} is {expect.describe(value)}; one number was expected, a float"
        )
    if not math.isfinite(value):
        raise Refused(f"{answer.asked} is {float(value)}; a finite number was expected")
    return float(value)


def _number_close(answer: Answer, value: float, expected: float, dtype: Any = np.float64) -> None:
    if abs(value - expected) > ROUNDING[np.dtype(dtype)] * abs(expected):
        raise Refused(f"{answer.asked} is {value:.6g}; {expected:.6g} was expected")


def _named_ratio(value: float, expected: float, usual: dict[float, str]) -> str:
    """Return what gives an answer that is off by one of the `usual` factors."""
    for ratio, what in usual.items():
        if abs(value - ratio * expected) <= 1e-6 * abs(ratio * expected):
            return f". That is what one gets by {what}"
    return ""


# The penalties: one shape of answer, three formulas.


def _penalty(name: str, arguments: Sequence[str]) -> tuple[Check, ...]:
    """Return the checks of the function called `name`, whose factors are `arguments`."""
    right: Callable[..., tuple[float, Array]] = getattr(reference, name)

    def ask(student: Student, weights: Array, **factors: float) -> list[Answer]:
        return _parts(student.call(name, weights, **factors), "penalty", "gradient")

    def factors(draw: np.random.Generator) -> dict[str, float]:
        return _factors(draw, arguments)

    @check(name, "penalty", points=1)
    def penalty(student: Student, draw: np.random.Generator) -> None:
        for shape in SHAPES:
            weights, given = _weights(draw, shape), factors(draw)
            answer, _ = ask(student, weights, **given)
            _number_close(answer, _finite_float(answer), right(weights, **given)[0])
        for _ in range(2):
            weights = _weights(draw, (3, 4))
            answer, _ = ask(student, weights)
            _number_close(answer, _finite_float(answer), right(weights)[0])

    @check(name, "gradient", points=1)
    def gradient(student: Student, draw: np.random.Generator) -> None:
        for shape in SHAPES:
            weights, given = _weights(draw, shape), factors(draw)
            _, answer = ask(student, weights, **given)
            _slope(answer, _doubles(answer, shape), weights, right(weights, **given)[1])
        for _ in range(2):
            weights = _weights(draw, (3, 4))
            _, answer = ask(student, weights)
            _values_close(answer, _doubles(answer, (3, 4)), right(weights)[1])

    @check(name, "weights that are 0, tiny, huge or not there", points=0.5)
    def extremes(student: Student, draw: np.random.Generator) -> None:
        given = factors(draw)
        zeros = _weights(draw, (4, 5)) * (draw.random((4, 5)) < 0.5)
        zeros[0, :2] = 0.0, -0.0
        zeros[1, :2] = _weights(draw, (2,))  # one of each sign at least
        for weights in (
            zeros,
            np.zeros((3,)),
            _weights(draw, (7,)) * 10.0 ** np.arange(-96, 99, 30),
        ):
            first, second = ask(student, weights, **given)
            penalty, gradient = right(weights, **given)
            _values_close(second, _doubles(second, weights.shape), gradient)
            _number_close(first, _finite_float(first), penalty)
        for shape in ((0,), (3, 0)):
            first, second = ask(student, np.zeros(shape), **given)
            _number_close(first, _finite_float(first), 0.0)
            _doubles(second, shape)
        for argument in arguments:  # a factor of 0 switches its penalty off
            off = given | {argument: 0.0}
            weights = _weights(draw, (2, 3))
            first, second = ask(student, weights, **off)
            _number_close(first, _finite_float(first), right(weights, **off)[0])
            _values_close(second, _doubles(second, (2, 3)), right(weights, **off)[1])

    @check(name, "dtype, and weights left as they are", points=0.5)
    def dtypes(student: Student, draw: np.random.Generator) -> None:
        for dtype in FLOATS:
            weights, given = _exact(draw, arguments, dtype)
            first, second = ask(student, weights, **given)
            _array(second, weights.shape, dtype)
            penalty, gradient = right(weights.astype(np.float64), **given)
            _number_close(first, _finite_float(first), penalty, np.float32)
            _values_close(second, _doubles(second, weights.shape), gradient, np.float32)
            expect.untouched(second)

    @check(name, "factors that make no sense", points=0.5)
    def arguments_check(student: Student, draw: np.random.Generator) -> None:
        weights = _weights(draw, (2, 3))
        # All of them first: some refuse a negative factor only beside another one.
        every = {argument: -_factor(draw) for argument in arguments}
        expect.raises(student, "ValueError", name, weights, **every)
        with expect.Everything() as everything:
            for argument in arguments:
                for wrong in (-0.001, -2.0):
                    with everything.part():
                        expect.raises(student, "ValueError", name, weights, **{argument: wrong})
        student.call(name, weights)  # must not raise

    return penalty, gradient, extremes, dtypes, arguments_check


def _slope(
    answer: Answer, values: Array, weights: Array, expected: Array, dtype: Any = np.float64
) -> None:
    """Refuse a wrong gradient, with a picture of gradient against weight."""
    try:
        _values_close(answer, values, expected, dtype)
    except Refused as refused:
        order = np.argsort(weights, axis=None)
        x = weights.ravel()[order]
        picture = Curves(
            (x, values.ravel()[order]),
            (x, expected.ravel()[order]),
            "weight",
            "gradient",
            f"The gradient of {x.size} weights against their value; yours goes from "
            f"{values.min():.3g} to {values.max():.3g}, the right one from {expected.min():.3g} "
            f"to {expected.max():.3g}.",
        )
        raise Refused(str(refused), picture if weights.size > 1 else None) from None


penalty_1, gradient_1, extremes_1, dtypes_1, arguments_1 = _penalty("l1_regulariser", ["factor"])
penalty_2, gradient_2, extremes_2, dtypes_2, arguments_2 = _penalty("l2_regulariser", ["factor"])
penalty_3, gradient_3, extremes_3, dtypes_3, arguments_3 = _penalty("elastic_net", ["l1", "l2"])


# Random masks.


def _share(answer: Answer, kept: Array, rate: float) -> None:
    """Refuse a mask with too few or too many dropped entries for independent decisions."""
    dropped = kept.size - int(np.count_nonzero(kept))
    if min(_chance_of_few(dropped, kept.size, rate), _chance_of_many(dropped, kept.size, rate)) >= (
        statistics.ALPHA / 2
    ):
        return
    share = dropped / kept.size
    spread = 6 * math.sqrt(rate * (1 - rate) / kept.size)
    hint = ""
    if abs(share - (1 - rate)) < spread:
        hint = ". That is about what one gets by taking the rate for the probability of being kept"
    raise Refused(
        f"{answer.asked} drops {dropped} of {kept.size} entries, {100 * share:.3g} %; about "
        f"{100 * rate:.3g} % were expected{hint}"
    )


def _chance_of_few(dropped: int, size: int, rate: float) -> float:
    """Return the probability that no more than `dropped` of `size` entries are dropped."""
    return float(bdtr(dropped, size, rate))


def _chance_of_many(dropped: int, size: int, rate: float) -> float:
    """Return the probability that at least `dropped` of `size` entries are dropped."""
    return 1.0 if dropped == 0 else float(bdtrc(dropped - 1, size, rate))


def _unrelated(answer: Answer, one: Array, other: Array, rate: float, what: str) -> None:
    """Refuse decisions `one` that go along with, or against, other decisions."""
    x, y = (mask.ravel() - (1 - rate) for mask in (one, other))
    if abs(float(x @ y)) > _product_tolerance() * float(np.linalg.norm(y)):
        agreeing = float(np.mean(one == other))
        chance = rate**2 + (1 - rate) ** 2
        raise Refused(
            f"{answer.asked} does not decide for every entry by itself: {what} share the same "
            f"fate in {100 * agreeing:.3g} % of the places; {100 * chance:.3g} % would be chance"
        )


def _product_tolerance(alpha: float = statistics.ALPHA) -> float:
    """Return how large the product of a centred mask with a fixed vector of length 1 may be."""
    return math.sqrt(math.log(2 / alpha) / 2)


def _varied(answer: Answer, kept: Array) -> None:
    """Refuse a mask that is all True or all False, with some hundred entries at middling rates."""
    if kept.all() or not kept.any():
        what = "kept" if kept.all() else "dropped"
        raise Refused(
            f"{answer.asked} does not decide for every entry by itself: of an array of shape "
            f"{kept.shape}, all entries are {what}"
        )


def _independent_entries(answer: Answer, kept: Array, rate: float) -> None:
    """Refuse a mask in which neighbours along an axis, or its halves, depend on each other."""
    for axis in range(kept.ndim):
        size = kept.shape[axis] // 2 * 2
        even, odd = (np.take(kept, range(first, size, 2), axis) for first in (0, 1))
        _unrelated(answer, even, odd, rate, f"neighbours along axis {axis}")
    half = kept.size // 2
    flat = kept.ravel()
    _unrelated(answer, flat[:half], flat[-half:], rate, "the first and the second half")


def _same_count(counts: Sequence[int], size: int, rate: float) -> bool:
    """Whether all counts are the same, and that would hardly happen by chance."""
    likeliest = min(max(int((size + 1) * rate), 0), size)
    most = _chance_of_few(likeliest, size, rate) - _chance_of_few(likeliest - 1, size, rate)
    return len(set(counts)) == 1 and most ** (len(counts) - 1) <= statistics.ALPHA


KeptBy = Callable[[Generator, Array, float], tuple[Answer, Array]]


def _random_share(kept_by: KeptBy, draw: np.random.Generator) -> None:
    """Check how many entries are dropped, at several rates and in several shapes."""
    # Large enough to tell 0.25 from 0.27, for everybody who rounds the rate. One feature, and one
    # instance: a decision for the whole batch, or for a whole instance, drops all or nothing.
    for rate, shape in (
        (_low_rate(draw), (18000, 1)),
        (_high_rate(draw), (1, 60, 300)),
        (0.02, (9000,)),
        (0.98, (9000,)),
    ):
        answer, kept = kept_by(_rng(draw), _entries(draw, shape), rate)
        _share(answer, kept, rate)


def _random_independence(kept_by: KeptBy, draw: np.random.Generator) -> None:
    """Check that every entry has a decision of its own."""
    rate = _middling_rate(draw)
    # A decision for the whole batch shows most when there is one feature alone.
    columns: tuple[Shape, ...] = ((500, 1), (1, 500))
    for shape in columns:
        answer, kept = kept_by(_rng(draw), _entries(draw, shape), rate)
        _varied(answer, kept)
    several: tuple[Shape, ...] = ((40, 30), (6, 8, 6, 8))
    for shape in several:
        answer, kept = kept_by(_rng(draw), _entries(draw, shape), rate)
        _independent_entries(answer, kept, rate)
    rng, size = _rng(draw), 100
    answers = [kept_by(rng, _entries(draw, (10, 10)), rate) for _ in range(9)]
    counts = [int(np.count_nonzero(kept)) for _, kept in answers]
    if _same_count(counts, size, rate):
        raise Refused(
            f"{answers[0][0].asked} and eight calls more kept exactly {counts[0]} of {size} "
            "entries every time: with a decision for each entry by itself, the number varies"
        )


def _random_source(kept_by: KeptBy, draw: np.random.Generator) -> None:
    """Check that decisions come from the generator that is passed, and from it alone."""
    # One axis: whether entries go together along an axis is for other checks.
    rate, x = _middling_rate(draw), _entries(draw, (1200,))
    rng = _rng(draw)
    first, second, again, other = (
        kept_by(generator, x, rate)
        for generator in (rng, rng, Generator(rng.seed), Generator(rng.seed + 1))
    )
    expect.drawn_from_generator(first, second, again, other, "dropped", "entries")
    _unrelated(first[0], first[1], second[1], rate, "two calls with one generator")
    _unrelated(first[0], first[1], other[1], rate, "calls with different seeds")


def _cases(draw: np.random.Generator) -> list[tuple[Shape, float]]:
    """Return shapes and rates, low and high: the largest first, which shows most."""
    shapes: tuple[Shape, ...] = ((20, 30), (30, 20), *SHAPES)
    rates = [_low_rate(draw) if n % 2 == 0 else _high_rate(draw) for n in range(len(shapes))]
    return list(zip(shapes, rates, strict=True))


def _entries(draw: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Return positive and negative activations away from 0, and from what alpha dropout sets."""
    return np.asarray(draw.uniform(0.3, 1.5, shape) * draw.choice([-1, 1], shape), dtype=dtype)


# dropout


def _dropout(
    student: Student, x: Array, rate: float, rng: Generator, **training: bool
) -> list[Answer]:
    return _parts(student.call("dropout", x, rate, rng, **training), "output", "mask")


def _kept_by_dropout(
    student: Student, rng: Generator, x: Array, rate: float
) -> tuple[Answer, Array]:
    _, answer = _dropout(student, x, rate, rng)
    return answer, _mask(answer, x.shape)


def _dropped_out(answer: Answer, output: Array, x: Array, kept: Array, rate: float) -> None:
    """Refuse an output that is not 0 where dropped and scaled up where kept."""
    if np.any(output[~kept]):
        if not np.any(output[kept]):
            raise Refused(
                f"{answer.asked} is 0 just where its mask says True: True is for what is kept"
            )
        raise Refused(
            f"{answer.asked} is {output[~kept][0]:.6g} at an entry that its mask calls dropped; "
            "0 was expected there"
        )
    expected = np.where(kept, x / (1 - rate), 0.0)
    try:
        _values_close(answer, output, expected, np.float32)
    except Refused as refused:
        value, right = output[kept].ravel()[0], expected[kept].ravel()[0]
        usual = {
            1 - rate: "not scaling what is kept: divide by 1 - rate",
            (1 - rate) ** 2: "multiplying by 1 - rate, which belongs to inference if anywhere",
            (1 - rate) / rate: "dividing by the rate, the probability of being dropped",
        }
        raise Refused(str(refused) + _named_ratio(value, right, usual)) from None


@check("dropout", "what kept and dropped entries become", points=1.5)
def dropout_values(student: Student, draw: np.random.Generator) -> None:
    for shape, rate in _cases(draw):
        x = _entries(draw, shape)
        output, mask = _dropout(student, x, rate, _rng(draw))
        kept = _mask(mask, shape)
        _dropped_out(output, _doubles(output, shape), x, kept, rate)


@check("dropout", "share of entries dropped", points=1)
def dropout_share(student: Student, draw: np.random.Generator) -> None:
    _random_share(functools.partial(_kept_by_dropout, student), draw)
    # After a ReLU many entries are 0: the mask alone says which of them are dropped.
    rate, zeros = _low_rate(draw), np.zeros((100, 90))
    answer, kept = _kept_by_dropout(student, _rng(draw), zeros, rate)
    _share(answer, kept, rate)


@check("dropout", "every entry for itself", points=1)
def dropout_independence(student: Student, draw: np.random.Generator) -> None:
    _random_independence(functools.partial(_kept_by_dropout, student), draw)


@check("dropout", "source of randomness", points=1)
def dropout_source(student: Student, draw: np.random.Generator) -> None:
    _random_source(functools.partial(_kept_by_dropout, student), draw)


@check("dropout", "inference, and a rate of 0", points=1)
def dropout_inference(student: Student, draw: np.random.Generator) -> None:
    for shape in ((20, 30), *SHAPES):
        x = np.asarray(_entries(draw, shape) * (draw.random(shape) < 0.7))
        output, mask = _dropout(student, x, _high_rate(draw), _rng(draw), training=False)
        kept = _mask(mask, shape)
        _equal(output, _doubles(output, shape), x, "at inference nothing is dropped or scaled")
        _equal(mask, kept, np.ones(shape, bool), "at inference everything is kept")
    x, rng = _entries(draw, (20, 30)), _rng(draw)
    _dropout(student, x, 0.5, rng, training=False)
    later = _mask(_dropout(student, x, 0.5, rng)[1], x.shape)
    fresh, again = (
        _mask(_dropout(student, x, 0.5, Generator(rng.seed))[1], x.shape) for _ in range(2)
    )
    # Whoever draws from elsewhere moves nothing on here.
    if np.array_equal(fresh, again) and not np.array_equal(later, fresh):
        raise Refused(
            "dropout(..., training=False) moved the generator on: the next call in training "
            "dropped other entries than without it. At inference nothing is drawn"
        )
    output, mask = _dropout(student, x, 0.0, _rng(draw), training=True)
    _equal(output, _doubles(output, x.shape), x, "with a rate of 0 nothing is dropped")
    _equal(mask, _mask(mask, x.shape), np.ones(x.shape, bool), "with a rate of 0 all are kept")


@check("dropout", "dtype, and x left as it is", points=0.5)
def dropout_dtypes(student: Student, draw: np.random.Generator) -> None:
    for dtype in FLOATS:
        for training in (True, False):
            x, rate = _entries(draw, (6, 5), dtype), _low_rate(draw)
            output, mask = _dropout(student, x, rate, _rng(draw), training=training)
            values = _array(output, (6, 5), dtype).astype(np.float64)
            kept = _mask(mask, (6, 5))
            if training:
                _dropped_out(output, values, x.astype(float), kept, rate)
            else:
                _equal(output, values, x.astype(float), "at inference nothing is scaled")
            expect.untouched(output)
    output, mask = _dropout(student, np.zeros((0, 4)), 0.5, _rng(draw))
    _array(output, (0, 4), np.float64)
    _mask(mask, (0, 4))
    output, mask = _dropout(student, _entries(draw, ()), 0.5, _rng(draw))
    _doubles(output, ())
    _mask(mask, ())


def _bad_rates(student: Student, draw: np.random.Generator, name: str) -> None:
    x = _entries(draw, (3, 4))
    for given in ({}, {"training": False}):  # a rate that makes no sense makes none later either
        for rate in (-_low_rate(draw), 25.0, 1.0):
            expect.raises(student, "ValueError", name, x, rate, _rng(draw), **given)
    for rate in (0.0, 0.999):
        student.call(name, x, rate, _rng(draw))  # must not raise


@check("dropout", "rates that make no sense", points=0.5)
def dropout_arguments(student: Student, draw: np.random.Generator) -> None:
    _bad_rates(student, draw, "dropout")


# dropout_backward


def _went_back(student: Student, *args: Any, **kwargs: Any) -> Answer:
    return student.call("dropout_backward", *args, **kwargs)


@check("dropout_backward", "training", points=1.5)
def backward_training(student: Student, draw: np.random.Generator) -> None:
    for shape, rate in _cases(draw):
        gradient = _weights(draw, shape)
        kept = np.asarray(draw.random(shape) >= rate)
        answer = _went_back(student, gradient, kept, rate)
        values = _doubles(answer, shape)
        if values.size > 100:
            again = _doubles(_went_back(student, gradient, kept, rate), shape)
            if not np.array_equal(values, again):
                raise Refused(
                    f"{answer.asked}, called twice with the same arguments, gave different "
                    "gradients: nothing is drawn on the way back, the mask is that of the way "
                    "forwards"
                )
        _values_close(answer, values, reference.dropout_backward(gradient, kept, rate), np.float32)
    rate = _low_rate(draw)
    for _ in range(2):
        gradient, kept = _weights(draw, (4, 3)), draw.random((4, 3)) >= rate
        answer = _went_back(student, gradient, kept, rate)
        expected = reference.dropout_backward(gradient, kept, rate)
        _values_close(answer, _doubles(answer, (4, 3)), expected, np.float32)


@check("dropout_backward", "inference", points=0.5)
def backward_inference(student: Student, draw: np.random.Generator) -> None:
    for shape in SHAPES:
        gradient, rate = _weights(draw, shape), _high_rate(draw)
        mask = np.asarray(draw.random(shape) >= rate)
        mask.flat[0] = False
        answer = _went_back(student, gradient, mask, rate, training=False)
        why = "at inference dropout does nothing, forwards or back"
        _equal(answer, _doubles(answer, shape), gradient, why)


@check("dropout_backward", "dtype, and arguments left as they are", points=0.5)
def backward_dtypes(student: Student, draw: np.random.Generator) -> None:
    for dtype in FLOATS:
        for training in (True, False):
            gradient, rate = _weights(draw, (6, 5), dtype), _low_rate(draw)
            kept = (draw.random((6, 5)) >= rate) | (not training)
            answer = _went_back(student, gradient, kept, rate, training=training)
            values = _array(answer, (6, 5), dtype).astype(np.float64)
            expected = reference.dropout_backward(gradient.astype(float), kept, rate, training)
            _values_close(answer, values, expected, np.float32)
            expect.untouched(answer)
    answer = _went_back(student, np.zeros((0, 4)), np.zeros((0, 4), bool), 0.5)
    _array(answer, (0, 4), np.float64)


# alpha_dropout

SATURATED = -reference.SELU_LAMBDA * reference.SELU_ALPHA


def _affine(rate: float) -> tuple[float, float]:
    """Return a and b, worked out from the moments: see `alpha_dropout` for the formula."""
    mean = rate * SATURATED
    variance = (1 - rate) + rate * SATURATED**2 - mean**2
    a = 1 / math.sqrt(variance)
    return a, -a * mean


def _kept_by_alpha(student: Student, rng: Generator, x: Array, rate: float) -> tuple[Answer, Array]:
    """Return the answer and what it kept: the entries that did not all become one value.

    The entries of `x` are all different. What value the others become is for another check.
    """
    answer = student.call("alpha_dropout", x, rate, rng)
    output = _doubles(answer, x.shape)
    return answer, output != _commonest(output)[0]


def _commonest(output: Array) -> tuple[float, int]:
    """Return the value that occurs most often, and how often that is."""
    values, counts = np.unique(output, return_counts=True)
    return float(values[np.argmax(counts)]), int(counts.max())


def _alpha_dropped(
    answer: Answer, output: Array, x: Array, rate: float, rounding: float = 1e-7
) -> None:
    """Refuse an output in which some entry is neither as kept nor as dropped.

    Constants of five decimals are off by more than `rounding`, those of eight are not.
    """
    a, b = _affine(rate)
    kept, dropped = a * x + b, a * SATURATED + b
    tolerance = rounding * (1 + np.abs(kept))
    wrong = (np.abs(output - kept) > tolerance) & (np.abs(output - dropped) > tolerance)
    if not wrong.any():
        return
    place = tuple(map(int, np.argwhere(wrong)[0]))
    message = (
        f"{answer.asked} has {output[place]:.6g} where x is {x[place]:.6g}; an entry that is kept "
        f"becomes a x + b = {kept[place]:.6g} there, and one that is dropped "
        f"a α' + b = {dropped:.6g} (a = {a:.6g}, b = {b:.6g}, α' = {SATURATED:.6g})"
    )
    value, count = _commonest(output)
    if count > 2 and abs(value - dropped) > 1e-6:
        message += f". What you drop becomes {value + 0.0:.6g}"
    order = [n for n in np.argsort(x, axis=None) if output.flat[n] != value]
    line = x.ravel()[order]
    picture = Curves(
        (line, output.ravel()[order]),
        (line, kept.ravel()[order]),
        "input",
        "output of kept entries",
        f"Output against input for {len(order)} entries that were kept; "
        f"{a:.3g} x {'+' if b >= 0 else '-'} {abs(b):.3g} was expected.",
    )
    off = len(order) > 2 and bool(np.any(np.abs(output - kept).flat[order] > 1e-6))
    raise Refused(message, picture if off else None)


@check("alpha_dropout", "what kept and dropped entries become", points=1.5)
def alpha_values(student: Student, draw: np.random.Generator) -> None:
    for shape, rate in _cases(draw):
        x = _entries(draw, shape)
        answer = student.call("alpha_dropout", x, rate, _rng(draw))
        _alpha_dropped(answer, _doubles(answer, shape), x, rate)


@check("alpha_dropout", "share of entries dropped", points=0.5)
def alpha_share(student: Student, draw: np.random.Generator) -> None:
    _random_share(functools.partial(_kept_by_alpha, student), draw)


@check("alpha_dropout", "every entry for itself", points=0.5)
def alpha_independence(student: Student, draw: np.random.Generator) -> None:
    _random_independence(functools.partial(_kept_by_alpha, student), draw)


@check("alpha_dropout", "source of randomness", points=0.5)
def alpha_source(student: Student, draw: np.random.Generator) -> None:
    _random_source(functools.partial(_kept_by_alpha, student), draw)


@check("alpha_dropout", "inference, and a rate of 0", points=1)
def alpha_inference(student: Student, draw: np.random.Generator) -> None:
    for shape in ((20, 30), *SHAPES):
        x = _entries(draw, shape)
        answer = student.call("alpha_dropout", x, _high_rate(draw), _rng(draw), training=False)
        _equal(answer, _doubles(answer, shape), x, "at inference nothing is dropped or scaled")
    x, rng = _entries(draw, (20, 30)), _rng(draw)
    student.call("alpha_dropout", x, 0.5, rng, training=False)
    later = _kept_by_alpha(student, rng, x, 0.5)[1]
    fresh, again = (_kept_by_alpha(student, Generator(rng.seed), x, 0.5)[1] for _ in range(2))
    if np.array_equal(fresh, again) and not np.array_equal(later, fresh):
        raise Refused(
            "alpha_dropout(..., training=False) moved the generator on: the next call in "
            "training dropped other entries than without it. At inference nothing is drawn"
        )
    answer = student.call("alpha_dropout", x, 0.0, _rng(draw), training=True)
    _values_close(answer, _doubles(answer, x.shape), x)


@check("alpha_dropout", "dtype, and x left as it is", points=0.5)
def alpha_dtypes(student: Student, draw: np.random.Generator) -> None:
    for dtype in FLOATS:
        for training in (True, False):
            x, rate = _entries(draw, (6, 5), dtype), _low_rate(draw)
            answer = student.call("alpha_dropout", x, rate, _rng(draw), training=training)
            values = _array(answer, (6, 5), dtype).astype(np.float64)
            rounding = 1e-7 if dtype is np.float64 else 1e-5
            _alpha_dropped(answer, values, x.astype(float), rate if training else 0.0, rounding)
            expect.untouched(answer)
    answer = student.call("alpha_dropout", np.zeros((0, 4)), 0.5, _rng(draw))
    _array(answer, (0, 4), np.float64)


@check("alpha_dropout", "rates that make no sense", points=0.5)
def alpha_arguments(student: Student, draw: np.random.Generator) -> None:
    _bad_rates(student, draw, "alpha_dropout")


# mc_prediction

RESULTS = ("mean", "std", "entropy", "information")


def _probabilities(draw: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Return rows that add up to 1, sure of different classes in different samples.

    None is tiny, so that a little more inside a logarithm shows in all entropies alike.
    """
    rows = draw.dirichlet(np.full(shape[-1], 0.7), shape[:-1])
    return np.asarray(0.99 * rows + 0.01 / shape[-1], dtype=dtype)


def _mc_results(student: Student, probabilities: Array) -> dict[str, Answer]:
    answers = _parts(student.call("mc_prediction", probabilities), *RESULTS)
    return dict(zip(RESULTS, answers, strict=True))


def _summary(name: str, points: float) -> Check:
    """Return the check of one of the four results."""

    @check("mc_prediction", name, points)
    def summary(student: Student, draw: np.random.Generator) -> None:
        # No two of the three sizes are the same, so that no axis passes for another.
        shapes = ((7, 4, 3), (7, 4, 3), (2, 1, 4), (30, 5, 2))
        # One that is nearly sure: what is added inside a logarithm shows.
        nearly = np.array([[[1 - 1e-4, 1e-4]], [[0.5, 0.5]]])
        for probabilities in (*(_probabilities(draw, shape) for shape in shapes), nearly):
            answer = _mc_results(student, probabilities)[name]
            right = reference.mc_prediction(probabilities)[RESULTS.index(name)]
            # Some add 1e-12 inside the logarithm: that does no harm here.
            _values_close(answer, _array(answer, right.shape, np.float64), right, atol=1e-8)

    return summary


mc_mean = _summary("mean", 0.5)
mc_std = _summary("std", 1)
mc_entropy = _summary("entropy", 1)
mc_information = _summary("information", 1)


@check("mc_prediction", "probabilities of 0, and a single sample", points=0.5)
def mc_zeros(student: Student, draw: np.random.Generator) -> None:
    classes = int(draw.integers(3, 6))
    sure = np.eye(classes)[draw.integers(classes, size=(6, 4))]
    mixed = _probabilities(draw, (5, 3, 4))
    mixed[:, :, 1] = 0
    mixed[2, 1] = (0, 0, 1, 0)
    mixed /= mixed.sum(axis=-1, keepdims=True)
    tiny = np.array([[[1.0, 1e-300], [1e-12, 1.0]]])
    single = _probabilities(draw, (1, 4, 3))
    for probabilities in (sure, sure[:, :1], mixed, tiny, single):
        answers = _mc_results(student, probabilities)
        right = reference.mc_prediction(probabilities)
        for answer, expected in zip(answers.values(), right, strict=True):
            # The root of E[p²] - E[p]² is off by as much where the two are equal.
            values = _array(answer, expected.shape, np.float64)
            _values_close(answer, values, expected, atol=1e-7)


@check("mc_prediction", "dtype, and probabilities left as they are", points=0.5)
def mc_dtypes(student: Student, draw: np.random.Generator) -> None:
    for dtype in FLOATS:
        probabilities = _probabilities(draw, (6, 4, 3), dtype)
        probabilities[:, 0] = (0, 1, 0)
        answers = _mc_results(student, probabilities)
        right = reference.mc_prediction(probabilities.astype(np.float64))
        for answer, expected in zip(answers.values(), right, strict=True):
            values = _array(answer, expected.shape, dtype).astype(np.float64)
            _values_close(answer, values, expected, np.float32, atol=2e-6)
            expect.untouched(answer)
    for shape in ((6, 0, 3), (6, 4, 1)):
        answers = _mc_results(student, np.ones(shape))
        right = reference.mc_prediction(np.ones(shape))
        for answer, expected in zip(answers.values(), right, strict=True):
            _values_close(answer, _doubles(answer, expected.shape), expected, atol=1e-8)


@check("mc_prediction", "shapes that make no sense", points=0.5)
def mc_arguments(student: Student, draw: np.random.Generator) -> None:
    wrong = [_probabilities(draw, shape) for shape in ((4, 3), (3,), (2, 5, 4, 3))]
    with expect.Everything() as everything:
        for probabilities in (*wrong, np.zeros((0, 4, 3))):
            with everything.part():
                expect.raises(student, "ValueError", "mc_prediction", probabilities)
    student.call("mc_prediction", _probabilities(draw, (1, 1, 2)))  # must not raise


# max_norm


def _beyond_limit(draw: np.random.Generator, shape: Shape, limit: float, axis: Any = 0) -> Array:
    """Return weights of which about half of the units are beyond `limit`, by up to ten times.

    Of the others every second one is a thousand times smaller: there an epsilon shows.
    """
    weights = draw.standard_normal(shape)
    norms = np.sqrt(np.sum(weights**2, axis=axis, keepdims=True))
    kind = np.arange(norms.size).reshape(norms.shape) % 4
    within = draw.uniform(0.1, 0.8, norms.shape) * np.where(kind == 1, 1e-3, 1)
    sizes = np.where(kind % 2 == 0, draw.uniform(1.3, 10, norms.shape), within)
    return np.asarray(weights / norms * sizes * limit)


def _limit(draw: np.random.Generator) -> float:
    """Return a limit away from 1, from the default and from its own square."""
    return round(float(draw.uniform(2.5, 4.0) ** draw.choice([-1, 1])), 3)


def _limited(
    answer: Answer, values: Array, weights: Array, limit: float, axis: Any = 0, dtype: Any = None
) -> None:
    """Refuse weights that are not those of `max_norm`, with a picture of the units' norms."""
    right = reference.max_norm(weights.astype(np.float64), limit, axis)
    try:
        _values_close(answer, values, right, dtype or np.float64)
    except Refused as refused:
        before, after, expected = (
            np.sqrt(np.sum(np.square(w, dtype=float), axis=axis)).ravel()
            for w in (weights, values, right)
        )
        order = np.argsort(before)
        picture = Curves(
            (before[order], after[order]),
            (before[order], expected[order]),
            "norm before",
            "norm after",
            f"The norms of {before.size} units: yours go from {after.min():.3g} to "
            f"{after.max():.3g}; none should be above {limit:.3g}, and those below unchanged.",
        )
        raise Refused(str(refused), picture if before.size > 1 else None) from None


@check("max_norm", "dense kernels", points=1)
def norm_dense(student: Student, draw: np.random.Generator) -> None:
    for shape in ((4, 7), (6, 6), (1, 5), (5, 1), (8,)):
        limit = _limit(draw)
        for _ in range(2):
            weights = _beyond_limit(draw, shape, limit)
            answer = student.call("max_norm", weights, limit)
            _limited(answer, _doubles(answer, shape), weights, limit)
    weights = _beyond_limit(draw, (4, 5), 2.0)
    answer = student.call("max_norm", weights)
    _limited(answer, _doubles(answer, (4, 5)), weights, 2.0)


@check("max_norm", "units within the limit, and units without any weight", points=1)
def norm_within(student: Student, draw: np.random.Generator) -> None:
    limit = _limit(draw)
    weights = _beyond_limit(draw, (5, 8), limit)
    weights[:, 0] = 0
    weights[:, 1] *= 1e-9
    weights[:, 2] *= 1e60
    weights[:, 3] = 0, 0, limit, 0, 0
    answer = student.call("max_norm", weights, limit)
    values = _doubles(answer, weights.shape)
    within = np.sqrt(np.sum(weights**2, axis=0)) <= limit
    for column in np.flatnonzero(within):
        norm = float(np.linalg.norm(weights[:, column]))
        asked = f"column {column} (norm {norm:.3g}, within the limit) of {answer.asked}"
        part = Answer(values, asked)
        _values_close(part, values[:, column], weights[:, column])
    _limited(answer, values, weights, limit)
    # Within the limit nothing is even rounded. Many, since w / norm * norm often is w again.
    many = _beyond_limit(draw, (7, 200), limit)
    answer = student.call("max_norm", many, limit)
    values = _doubles(answer, many.shape)
    _limited(answer, values, many, limit)
    below = np.sqrt(np.sum(many**2, axis=0)) < limit
    why = "weights within the limit come back exactly as they are, so they are not multiplied"
    _equal(answer, values[:, below], many[:, below], why)
    for shape in ((4, 3), (3, 0)):
        answer = student.call("max_norm", np.zeros(shape), limit)
        _values_close(answer, _doubles(answer, shape), np.zeros(shape))


@check("max_norm", "other axes, and convolution kernels", points=1)
def norm_axes(student: Student, draw: np.random.Generator) -> None:
    cases: tuple[tuple[Shape, Any], ...] = (
        ((4, 7), 1),
        ((7, 4), 0),
        ((5, 4), -1),
        ((3, 2, 4, 6), (0, 1, 2)),
        ((2, 3, 4), (0, 2)),
        ((2, 3, 4), (1,)),
        ((4, 5), (0, 1)),
    )
    for shape, axis in cases:
        limit = _limit(draw)
        weights = _beyond_limit(draw, shape, limit, axis)
        answer = student.call("max_norm", weights, limit, axis=axis)
        _limited(answer, _doubles(answer, shape), weights, limit, axis)


@check("max_norm", "dtype, and weights left as they are", points=0.5)
def norm_dtypes(student: Student, draw: np.random.Generator) -> None:
    for dtype in FLOATS:
        limit = _limit(draw)
        weights = _beyond_limit(draw, (6, 5), limit).astype(dtype)
        answer = student.call("max_norm", weights, max_value=limit)
        values = _array(answer, (6, 5), dtype).astype(np.float64)
        _limited(answer, values, weights, limit, 0, dtype)
        expect.untouched(answer)


@check("max_norm", "limits that make no sense", points=0.5)
def norm_arguments(student: Student, draw: np.random.Generator) -> None:
    weights = draw.standard_normal((3, 4))
    for wrong in (-0.001, -_limit(draw), -5.0, 0.0):
        expect.raises(student, "ValueError", "max_norm", weights, wrong)
    student.call("max_norm", weights, 0.25)  # must not raise


# prune


def _distinct(draw: np.random.Generator, shape: Shape, dtype: Any = np.float64) -> Array:
    """Return weights of both signs whose magnitudes are all different, by a good margin."""
    size = math.prod(shape)
    magnitudes = draw.permutation(np.arange(1, size + 1) + draw.uniform(-0.3, 0.3, size))
    signs = draw.choice([-1, 1], size)
    return np.asarray((0.1 * magnitudes * signs).reshape(shape), dtype=dtype)


def _sparsity(draw: np.random.Generator, size: int) -> float:
    """Return a sparsity of a whole number of weights, away from 1/2: nothing is rounded."""
    numbers = [n for n in range(size) if 0.1 < abs(n / size - 0.5) < 0.35 and n / size * size == n]
    return float(draw.choice(numbers)) / size


def _prune(student: Student, weights: Array, sparsity: float) -> tuple[Answer, Answer]:
    pruned, mask = _parts(student.call("prune", weights, sparsity), "pruned array", "mask")
    return pruned, mask


def _pruned(student: Student, weights: Array, sparsity: float) -> None:
    """Check one call against the reference, in every place."""
    pruned, mask = _prune(student, weights, sparsity)
    right, kept = reference.prune(weights, sparsity)
    said = _mask(mask, weights.shape)
    _equal(mask, said, kept, "False is for the weights of smallest magnitude, True for the rest")
    _equal(pruned, _array(pruned, weights.shape, weights.dtype), right, "only some become 0")


@check("prune", "which weights go", points=1)
def prune_which(student: Student, draw: np.random.Generator) -> None:
    for shape in ((12,), (5, 6), (3, 2, 4, 3)):
        sparsity = _sparsity(draw, math.prod(shape))
        for _ in range(2):
            weights = _distinct(draw, shape)
            pruned, _ = _prune(student, weights, sparsity)
            values = _doubles(pruned, shape)
            right = reference.prune(weights, sparsity)[0]
            _equal(pruned, values, right, "the smallest magnitudes of the whole array become 0")


@check("prune", "mask", points=0.5)
def prune_mask(student: Student, draw: np.random.Generator) -> None:
    for shape in ((12,), (5, 6), (3, 2, 4, 3)):
        weights = _distinct(draw, shape)
        sparsity = _sparsity(draw, weights.size)
        _, mask = _prune(student, weights, sparsity)
        kept = reference.prune(weights, sparsity)[1]
        _equal(mask, _mask(mask, shape), kept, "True is for what is kept")


@check("prune", "exact number", points=0.5)
def prune_number(student: Student, draw: np.random.Generator) -> None:
    # 0.29 · 100 is a little less than 29 in binary: rounded, not cut off.
    cases: list[tuple[Shape, float]] = [((10, 10), 0.29), ((10, 10), 0.57), ((3,), 0.3)]
    cases += [((7,), n / 7) for n in (2, 5)] + [((5, 7), 0.62), ((2, 2), 0.7)]
    cases.append(((6, 8), 0.13))  # 6.24, of which a quantile makes 7
    # Halves go to the even number, as Python rounds them.
    cases += [((5,), 0.5), ((10,), 0.25), ((2, 3), 0.75), ((3,), 0.5), ((1,), 0.5)]
    with expect.Everything() as everything:
        for shape, sparsity in cases:
            weights = _distinct(draw, shape)
            pruned, _ = _prune(student, weights, sparsity)
            zeros = int(np.count_nonzero(_doubles(pruned, shape) == 0))
            expected = round(sparsity * weights.size)
            with everything.part():
                if zeros != expected:
                    raise Refused(
                        f"{pruned.asked} has {zeros} zeros among {weights.size} weights; "
                        f"round({sparsity:.4g} · {weights.size}) = {expected} were expected"
                    )


@check("prune", "ties, and weights that are 0 already", points=0.5)
def prune_ties(student: Student, draw: np.random.Generator) -> None:
    sizes = draw.choice([0.5, 1.25, 2.0], (4, 6))
    with expect.Everything() as everything:
        for weights in (
            sizes * draw.choice([-1, 1], (4, 6)),
            np.full((9,), 1.5),
            # Many: NumPy sorts a few stably whatever the `kind`.
            draw.choice([-1.25, 0.5, 1.25], (20, 30)),
            np.where(draw.random((5, 6)) < 0.5, _distinct(draw, (5, 6)), 0.0),
            np.zeros((2, 5)),
        ):
            for sparsity in (0.3, 0.7):
                with everything.part():
                    _pruned(student, weights, sparsity)


@check("prune", "all, nothing, and no weights at all", points=0.5)
def prune_edges(student: Student, draw: np.random.Generator) -> None:
    weights = _distinct(draw, (4, 5)) * 10.0 ** draw.integers(-200, 200, (4, 5))
    for sparsity in (0.0, 1.0, 0.35):
        _pruned(student, weights, sparsity)
    for size in (1e-180, 1e180):  # their squares are 0, or infinite, all of them
        _pruned(student, size * _distinct(draw, (4, 5)), 0.35)
    for empty in (np.zeros((0,)), np.zeros((3, 0))):
        _pruned(student, empty, 0.4)
    for sparsity in (0.2, 0.8):
        pruned, mask = _prune(student, np.asarray(-1.5), sparsity)
        right, kept = reference.prune(np.asarray(-1.5), sparsity)
        _values_close(pruned, _doubles(pruned, ()), right)
        _equal(mask, _mask(mask, ()), kept, "True is for what is kept")


@check("prune", "dtype, and weights left as they are", points=0.5)
def prune_dtypes(student: Student, draw: np.random.Generator) -> None:
    for dtype in FLOATS:
        weights = _distinct(draw, (6, 5), dtype)
        pruned, mask = _prune(student, weights, 0.45)
        values, kept = _array(pruned, (6, 5), dtype), reference.prune(weights, 0.45)[1]
        _equal(mask, _mask(mask, (6, 5)), kept, "True is for what is kept")
        _equal(pruned, values, np.where(kept, weights, 0), "what is kept stays as it is")
        expect.untouched(pruned)


@check("prune", "sparsities that make no sense", points=0.5)
def prune_arguments(student: Student, draw: np.random.Generator) -> None:
    weights = _distinct(draw, (4, 5))
    with expect.Everything() as everything:
        for wrong in (-0.01, -3.0, 1.01, 30.0):
            with everything.part():
                expect.raises(student, "ValueError", "prune", weights, wrong)
    student.call("prune", weights, 0.5)  # must not raise


# ElasticNet and MaxNorm: Keras stays on the student's side, and so do its variables and models.

INHERITED = "it would inherit from Keras: is it a subclass of {}?"


def _settings(answer: Answer, expected: dict[str, Any]) -> None:
    """Refuse a configuration that is not `expected`; 0 and 0.0 are the same."""
    value = answer.value
    if type(value) is not dict or set(value) != set(expected):
        raise Refused(f"{answer.asked} returned {expect.describe(value)}; {expected} was expected")
    for key, right in expected.items():
        if not expect.equals(value[key], right):
            raise Refused(
                f"{answer.asked} has {expect.describe(value[key])} for {key!r}; "
                f"{right!r} was expected"
            )


def _elastic_net(
    student: Student, weights: Array, **factors: float
) -> tuple[Answer, Answer, Array, Array]:
    """Return the student's penalty and gradient as answers, and the right ones."""
    return _penalised(student.make("ElasticNet", **factors), weights, factors)


def _penalised(
    thing: Thing, weights: Array, factors: dict[str, float]
) -> tuple[Answer, Answer, Array, Array]:
    asked = f"{expect.written('ElasticNet', **factors)} of {expect.describe(weights)}"
    try:
        answer = thing.probe("regulariser_slope", weights)
    except Raised as raised:
        raise Refused(f"{asked} raised {str(raised).partition(' raised ')[2]}") from None
    penalty, gradient = _parts(Answer(answer.value, asked), "penalty", "gradient")
    right = reference.elastic_net(
        weights.astype(np.float64), factors.get("l1", 0.0), factors.get("l2", 0.0)
    )
    return penalty, gradient, np.asarray(right[0]), right[1]


def _both(draw: np.random.Generator) -> dict[str, float]:
    return _factors(draw, ["l1", "l2"])


def _inherits(thing: Thing, class_name: str, base: str) -> None:
    """Refuse an instance of a class that has no base class of the name that `base` ends in."""
    answer = thing.probe("is_a", base.rpartition(".")[2])
    if answer.value is not True:
        raise Refused(f"{class_name} is not a subclass of {base}")


def _apart(
    first: Thing, second: Thing, settings: tuple[dict[str, Any], dict[str, Any]], made: str
) -> None:
    """Refuse two instances that do not have each the settings that it was made with."""
    _settings(second.call("get_config"), settings[1])
    try:
        _settings(first.call("get_config"), settings[0])
    except Refused as refused:
        raise Refused(
            f"Of two instances of {made}, the first has changed when the second was made: {refused}"
        ) from None


def _saved(thing: Thing, made: str, probe: str, *given: Any) -> Answer:
    """Return what a probe that saves and loads a model returns."""
    try:
        return thing.probe(probe, *given)
    except Raised as raised:
        what = str(raised).partition(" raised ")[2]
        raise Refused(
            f"A model with {made} could not be used, saved and loaded again with "
            f"`keras.saving.load_model` alone: {what}"
        ) from None


@check("ElasticNet", "penalty", points=1)
def net_penalty(student: Student, draw: np.random.Generator) -> None:
    cases: list[dict[str, float]] = [{}, {"l1": _factor(draw)}, {"l2": _factor(draw)}, _both(draw)]
    for shape, factors in zip(((3, 4), (6,), (5, 2), (2, 3, 2, 4)), cases, strict=True):
        answer, _, right, _ = _elastic_net(student, _weights(draw, shape, np.float32), **factors)
        value = expect.tensor(answer, ()).astype(np.float64)
        _values_close(answer, value, right, np.float32)
    # Small weights, and none but 0: there a smoothed corner shows. And one instance for all.
    factors = _both(draw)
    thing = student.make("ElasticNet", **factors)
    small = 1e-3 * _weights(draw, (4, 3), np.float32) * (draw.random((4, 3)) < 0.5)
    for weights in (small, np.zeros((4, 3)), _weights(draw, (4, 3))):
        answer, _, right, _ = _penalised(thing, weights.astype(np.float32), factors)
        value = expect.tensor(answer, ()).astype(np.float64)
        _values_close(answer, value, right, np.float32)


@check("ElasticNet", "gradient, also at 0", points=0.5)
def net_gradient(student: Student, draw: np.random.Generator) -> None:
    weights = _weights(draw, (5, 4), np.float32)
    weights[1] = 0
    weights[2] *= np.float32(1e-3)
    for factors in (_both(draw), {"l1": _factor(draw)}):
        _, answer, _, right = _elastic_net(student, weights, **factors)
        if answer.value is None:
            raise Refused(
                f"Keras cannot differentiate {answer.asked.partition(' of ')[2]}: work with "
                "`keras.ops` alone, not with NumPy or with numbers taken out of tensors"
            )
        values = _array(answer, weights.shape, np.float32)
        _slope(answer, values.astype(np.float64), weights, right, np.float32)


@check("ElasticNet", "dtype", points=0.5)
def net_dtype(student: Student, draw: np.random.Generator) -> None:
    for dtype in FLOATS:
        weights = _weights(draw, (3, 4), dtype)
        penalty, gradient, *right = _elastic_net(student, weights, **_both(draw))
        for answer, expected in zip((penalty, gradient), right, strict=True):
            values = expect.tensor(answer, expected.shape, dtype)
            _values_close(answer, values.astype(np.float64), expected, np.float32)


@check("ElasticNet", "configuration", points=0.5)
def net_configuration(student: Student, draw: np.random.Generator) -> None:
    factors = _both(draw)
    thing = student.make("ElasticNet", **factors)
    _settings(thing.call("get_config"), factors)
    default = {"l1": 0.0, "l2": 0.0}
    _apart(thing, student.make("ElasticNet"), (factors, default), "ElasticNet")
    for alone in ({"l1": _factor(draw)}, {"l2": _factor(draw)}):
        _settings(student.make("ElasticNet", **alone).call("get_config"), default | alone)
    _inherits(thing, "ElasticNet", "keras.regularizers.Regularizer")
    told = INHERITED.format("keras.regularizers.Regularizer")
    expect.made_from_config(thing, "ElasticNet", factors, told)


@check("ElasticNet", "in a layer, saved with its model and loaded again", points=0.5)
def net_in_a_layer(student: Student, draw: np.random.Generator) -> None:
    factors, kernel = _both(draw), _weights(draw, (4, 3), np.float32)
    made = expect.written("ElasticNet", **factors)
    thing = student.make("ElasticNet", **factors)
    answer = _saved(thing, made, "regulariser_in_a_model", kernel)
    right = np.full(2, reference.elastic_net(kernel.astype(np.float64), **factors)[0])
    asked = f"the loss that {made} adds to a model, before it was saved and after"
    told = Answer(answer.value, asked)
    _values_close(told, _doubles(told, (2,)), right, np.float32)


@check("ElasticNet", "factors that make no sense", points=0.5)
def net_arguments(student: Student, draw: np.random.Generator) -> None:
    with expect.Everything() as everything:
        for wrong in (-0.001, -_factor(draw), -2.0):
            second = {"l2": wrong, "l1": _factor(draw)}
            for given in ({"l1": wrong}, second, {"l1": wrong, "l2": wrong}):
                with everything.part():
                    expect.raises_when_made(student, "ValueError", "ElasticNet", **given)


def _constrain(thing: Thing, weights: Array) -> tuple[Answer, Array]:
    answer = thing.call("__call__", weights)
    return answer, expect.tensor(answer, weights.shape, weights.dtype).astype(np.float64)


@check("MaxNorm", "dense kernels, and units within the limit", points=1)
def constraint_dense(student: Student, draw: np.random.Generator) -> None:
    for shape in ((4, 7), (7, 4), (5, 5)):
        # Keras's `cast` takes a number through float32, so this one is the same there.
        limit = round(64 * _limit(draw)) / 64
        thing = student.make("MaxNorm", limit)
        for _ in range(2):
            weights = _beyond_limit(draw, shape, limit)
            weights[:, 1] *= 1e-9
            weights[:, 3] = 0
            answer, values = _constrain(thing, weights)
            _limited(answer, values, weights, limit)
    weights = _beyond_limit(draw, (4, 5), 2.0)
    answer, values = _constrain(student.make("MaxNorm"), weights)
    _limited(answer, values, weights, 2.0)


@check("MaxNorm", "other axes, and convolution kernels", points=0.5)
def constraint_axes(student: Student, draw: np.random.Generator) -> None:
    for shape, axis in (((4, 7), 1), ((3, 2, 4, 6), [0, 1, 2]), ((2, 3, 4), (0, 2))):
        limit = _limit(draw)
        places = axis if isinstance(axis, int) else tuple(axis)
        weights = _beyond_limit(draw, shape, limit, places).astype(np.float32)
        answer, values = _constrain(student.make("MaxNorm", max_value=limit, axis=axis), weights)
        _limited(answer, values, weights, limit, places, np.float32)


@check("MaxNorm", "configuration", points=0.5)
def constraint_configuration(student: Student, draw: np.random.Generator) -> None:
    limit = _limit(draw)
    thing = student.make("MaxNorm", max_value=limit, axis=1)
    _settings(thing.call("get_config"), {"max_value": limit, "axis": 1})
    several = student.make("MaxNorm", axis=[0, 1, 2]).call("get_config")
    _settings(several, {"max_value": 2.0, "axis": [0, 1, 2]})
    settings = {"max_value": limit, "axis": 1}, {"max_value": 2.0, "axis": 0}
    _apart(thing, student.make("MaxNorm"), settings, "MaxNorm")
    _inherits(thing, "MaxNorm", "keras.constraints.Constraint")
    told = INHERITED.format("keras.constraints.Constraint")
    expect.made_from_config(thing, "MaxNorm", {"max_value": limit, "axis": 1}, told)


@check("MaxNorm", "holds while a model is trained, saved, loaded and trained on", points=1)
def constraint_training(student: Student, draw: np.random.Generator) -> None:
    limit, rate = round(float(draw.uniform(0.6, 0.9)), 3), 0.5
    kernel = draw.uniform(-0.15, 0.15, (4, 3)).astype(np.float32)
    # Orthogonal inputs: every step goes a third of the way. The first unit stays within the
    # limit, the others are beyond it from the second step on at the latest.
    x = (4 * np.linalg.qr(draw.standard_normal((16, 4)))[0]).astype(np.float32)
    y = (x @ (draw.uniform(1.0, 2.0, (4, 3)) * (0.1, 1, 1))).astype(np.float32)
    thing = student.make("MaxNorm", limit)
    answer = _saved(thing, f"MaxNorm({limit})", "constraint_in_training", kernel, x, y, rate)
    asked = f"the kernel of a layer with MaxNorm({limit}), after every step of its training,"
    path = _doubles(Answer(answer.value, asked), (STEPS, 4, 3))
    right = np.asarray(trained(kernel, x, y, rate, lambda w: reference.max_norm(w, limit)))
    norms, expected = (np.sqrt(np.sum(p**2, axis=1)).max(axis=1) for p in (path, right))
    if np.all(np.abs(path - right) <= 1e-4):
        return
    steps = np.arange(1, STEPS + 1)
    raise Refused(
        f"{asked} has columns of norms up to {norms.max():.4g}; {expected.max():.4g} was expected, "
        f"and the weights are off by up to {np.abs(path - right).max():.3g} (the model was saved "
        f"and loaded after step {STEPS // 2})",
        Curves(
            (steps, norms),
            (steps, expected),
            "step",
            "largest norm of a column",
            f"The largest norm over {STEPS} steps of training: yours reaches {norms.max():.3g}, "
            f"the right one stays at or below {limit:.3g}.",
        ),
    )


STEPS = 4


def trained(
    kernel: Array, x: Array, y: Array, rate: float, constrain: Callable[[Array], Array]
) -> list[Array]:
    """Return a linear layer's kernel after each of `STEPS` steps down the mean squared error."""
    path = []
    for _ in range(STEPS):
        error = x.astype(np.float64) @ kernel - y
        kernel = constrain(kernel - rate * 2 * x.T @ error / error.size)
        path.append(kernel)
    return path


@check("MaxNorm", "limits that make no sense", points=0.5)
def constraint_arguments(student: Student, draw: np.random.Generator) -> None:
    for wrong in (-0.001, -_limit(draw), 0.0):
        expect.raises_when_made(student, "ValueError", "MaxNorm", max_value=wrong)
