"""Recognises a named mistake: the wrong implementation that would have answered the same.

The judge's questions are replayed on every mistake of the exercise. A mistake is recognised
when it answers each question as the student did and the reference does not. Answers that
depend on a random generator are the same when they follow the same law (two-sample tests of
distribution, spread, shares and range) and repeat themselves, or not, in the same places.
"""

from __future__ import annotations

import contextlib
import copy
import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any

import numpy as np
from scipy import stats

from autograder.dialogue.answers import Missing, Raised, Stopped, Unanswered
from autograder.dialogue.remote import Event, changed
from autograder.inside.answering import call
from autograder.inside.probing import probe_called
from autograder.inside.wire import Generator, Opaque, Tensor
from autograder.judging.limit import OutOfTime, at_most
from autograder.judging.mistakes import Mistake, together

_Array = np.ndarray[Any, Any]

# Below this size two samples of different laws cannot be told apart reliably.
SMALLEST_SAMPLE = 400
# Each test takes two samples of one law for different this often; a mistake is then not named.
LAW_P_VALUE = 1e-6
# A hundred times this is how much two answers may differ at most.
LARGEST_EPS = 3e-5
# Two mistakes may loop for ever where neither does alone; all pairs have so much processor time.
PAIR_SECONDS = 2.0


class Raising:
    """Stands for an exception that a replayed call raised."""

    def __init__(self, type_name: str) -> None:
        self.type_name = type_name


def recognise(
    events: list[Event],
    mistakes: Iterable[Mistake],
    reference: Callable[..., Any] | None,
    probes: ModuleType,
) -> Mistake | None:
    """Return the mistake that answers every event as the student did, if there is one.

    Where no single one does, two at once may.

    Parameters
    ----------
    events
        What the judge asked of one exercise and what the student's code answered.
    mistakes
        The candidates; the first that matches is returned.
    reference
        The right implementation, which must *not* match: otherwise nothing is recognised. It
        is asked last. None stands for one that needs Keras, which the judge does not import;
        the mistakes then answer the probes, which need it too, themselves.
    probes
        Those of the assignment.
    """
    own = None if reference is None else probes
    if any(isinstance(event.outcome, Missing) for event in events):
        return None
    asked = [event for event in events if not isinstance(event.outcome, Stopped)]
    singles = tuple(mistakes)
    if not (asked and singles):
        return None

    def alike(implementation: Callable[..., Any], exactly: bool) -> bool:
        return answers_alike(asked, implementation, own, exactly)

    # To the last digit first: who draws as the mistake does is told from one who draws alike.
    for exactly in (True, False):
        for mistake in singles:
            if alike(mistake.implementation, exactly):
                right = reference is not None and alike(reference, exactly)
                return None if right else mistake
    if reference is not None:
        with contextlib.suppress(OutOfTime), at_most(PAIR_SECONDS):
            pairs = _pairs(asked, singles, reference, probes)
            return next((pair for pair in pairs if alike(pair.implementation, True)), None)
    return None


def _pairs(
    events: list[Event],
    mistakes: tuple[Mistake, ...],
    reference: Callable[..., Any],
    probes: ModuleType,
) -> Iterator[Mistake]:
    """Yield who makes two mistakes at once: one of those that alone explain the first wrong answer.

    Where no single one does, both show in it, and it may be any two.
    """
    right = len(list(_alike_so_far(events, reference, probes, True)))
    first = events[: right + 1]
    explaining = {
        one.name
        for one in mistakes
        if len(list(_alike_so_far(first, one.implementation, probes, True))) == len(first)
    }
    for one, other in itertools.combinations(mistakes, 2):
        if not (explaining and explaining.isdisjoint((one.name, other.name))):
            yield from filter(None, [together(one, other)])


def answers_alike(
    events: list[Event],
    implementation: Callable[..., Any],
    probes: ModuleType | None,
    exactly: bool = False,
) -> bool:
    """Whether `implementation` would have answered every event as the student's code did.

    Random answers have to follow the same law or, `exactly`, to be the same up to rounding. And
    `exactly`, the kinds of numbers and the order of keys have to be the same.
    """
    pairs = list(_alike_so_far(events, implementation, probes, exactly))
    return len(pairs) == len(events) and all(
        _repeated(first.outcome, second.outcome) == _repeated(first_replayed, second_replayed)
        for (first, first_replayed), (second, second_replayed) in _repeats(pairs)
    )


def _alike_so_far(
    events: list[Event],
    implementation: Callable[..., Any],
    probes: ModuleType | None,
    exactly: bool,
) -> Iterator[tuple[Event, Any]]:
    """Yield the events with what `implementation` answers, up to the first answered otherwise."""
    for event, outcome, touched in replayed(events, implementation, probes):
        if touched != event.touched or not _alike(event, outcome, exactly):
            return
        yield event, outcome


def answered_otherwise(
    events: list[Event], implementation: Callable[..., Any], probes: ModuleType
) -> list[Event]:
    """Return the events that `implementation` would have answered otherwise."""
    return [
        event
        for event, outcome, touched in replayed(events, implementation, probes)
        if touched != event.touched or not _alike(event, outcome, exactly=False)
    ]


def replayed(
    events: list[Event], implementation: Callable[..., Any], probes: ModuleType | None
) -> Iterator[tuple[Event, Any, tuple[int | str, ...]]]:
    """Yield each event, what `implementation` answers, and which arguments it changes."""
    streams: dict[int, np.random.Generator] = {}
    things: dict[int, Any] = {}

    def local(value: Any) -> Any:
        if isinstance(value, Generator):
            return streams.setdefault(id(value), np.random.default_rng(value.seed))
        return copy.deepcopy(value)  # a mistake may change what it is given

    for event in events:
        of = implementation if event.thing is None else things.get(id(event.thing))
        target = _target(event, of, probes)
        args = tuple(map(local, event.args))
        kwargs = {key: local(value) for key, value in event.kwargs.items()}
        touched: tuple[int | str, ...] = ()
        try:
            # What overflows in a wrong answer is its point, and no news to the grader.
            with np.errstate(all="ignore"):
                outcome, left = call(target, args, kwargs)
            touched = changed(event.args, event.kwargs, left)
        except Exception as error:
            outcome = Raising(type(error).__name__)
        things[id(event)] = outcome
        # What is handed out may be changed by a later call.
        yield event, copy.deepcopy(outcome) if _is_data(outcome) else outcome, touched


def _target(event: Event, of: Any, probes: ModuleType | None) -> Any:
    """Return what an event asks: a function, a method, or a probe that looks at one."""
    if event.probe and probes is not None:
        return functools.partial(probe_called(event.name, probes), of)
    return of if event.thing is None else getattr(of, event.name, None)


def _alike(event: Event, replayed: Any, exactly: bool) -> bool:
    said = event.outcome
    if isinstance(said, Raised) or isinstance(replayed, Raising):
        return (
            isinstance(said, Raised)
            and isinstance(replayed, Raising)
            and said.is_a(replayed.type_name)
        )
    if isinstance(said, Unanswered):
        return False
    if event.thing is None and not _is_data(replayed):
        return True  # an instance was made on both sides; its methods are compared, not itself
    if isinstance(said, Opaque):
        return not _is_data(replayed)
    if exactly:
        return _same(said, replayed)
    if _is_random(event):
        return _alike_at_random(said, replayed)
    return _alike_data(said, replayed, _precision([*event.args, *event.kwargs.values()]))


def _alike_at_random(said: Any, replayed: Any) -> bool:
    if isinstance(said, tuple) and isinstance(replayed, tuple):
        return len(said) == len(replayed) and all(map(_alike_at_random, said, replayed))
    x, y = as_array(said), as_array(replayed)
    if x is None or y is None or x.shape != y.shape or x.dtype != y.dtype:
        return x is None and y is None and _alike_data(said, replayed)
    return x.size < SMALLEST_SAMPLE or _same_law(x.ravel(), y.ravel())


def _same_law(x: _Array, y: _Array) -> bool:
    if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
        return False
    if np.array_equal(x, y):
        return True
    # A value that many entries share may differ in its last digit: two formulas, one number.
    scale = max(float(np.abs(x).max()), float(np.abs(y).max()))
    x, y = (np.round(sample.astype(float) / scale, 7) for sample in (x, y))
    if stats.ks_2samp(x, y, method="asymp").pvalue < LAW_P_VALUE:
        return False
    alike = _same_spread(x, y) and _same_shares(x, y)
    return alike and _same_range(x, y) and _same_range(y, x)


def _same_spread(x: _Array, y: _Array) -> bool:
    """Compare two variances by the normal law of their logarithms' difference."""
    z = float(stats.norm.isf(LAW_P_VALUE / 2))
    variances, errors = [], []
    for sample in (x, y):
        squares = np.square(sample - sample.mean(dtype=float), dtype=float)
        variances.append(squares.mean())
        errors.append(squares.std() / math.sqrt(squares.size))
    if 0.0 in variances:
        return bool(variances[0] == variances[1])
    error = math.hypot(errors[0] / variances[0], errors[1] / variances[1])
    difference = abs(math.log(variances[0] / variances[1]))
    # The means are estimated too, which matters where the squares hardly vary.
    return bool(difference <= z * error + z**2 / min(x.size, y.size))


def _same_shares(x: _Array, y: _Array) -> bool:
    """Compare how many values fall between quantiles of both samples, far into the tails."""
    tail = np.array([0.002, 0.005, 0.01, 0.02])
    tail = tail[tail * min(x.size, y.size) >= 10]
    levels = np.concatenate([tail, np.arange(0.05, 1.0, 0.05), 1 - tail[::-1]])
    edges = np.unique(np.quantile(np.concatenate([x, y]), levels, method="inverted_cdf"))
    first, second = (
        np.bincount(np.searchsorted(edges, sample), minlength=edges.size + 1) for sample in (x, y)
    )
    total = first + second
    weight = math.sqrt(y.size / x.size)
    difference = (weight * first - second / weight)[total > 0] ** 2 / total[total > 0]
    return bool(stats.chi2.sf(difference.sum(), difference.size - 1) >= LAW_P_VALUE)


def _same_range(x: _Array, y: _Array) -> bool:
    """Refuse too many of `x` beyond the extremes of `y`: each is so with a chance of 1/2."""
    beyond = np.count_nonzero((x < y.min()) | (x > y.max()))
    return bool((beyond + 1) * 0.5**beyond >= LAW_P_VALUE)


def _same(said: Any, replayed: Any) -> bool:
    """Whether two answers are the same up to the rounding of numbers of their size."""
    return _compared(said, replayed, _same_arrays) and _keys(said) == _keys(replayed)


def _repeated(first: Any, second: Any) -> bool:
    """Whether two answers of one implementation are the same numbers.

    Two single numbers that were drawn are near each other now and then: only the last digits, in
    which threads may differ, are left out.
    """
    return _compared(first, second, _repeated_arrays)


def _alike_data(said: Any, replayed: Any, precision: float = 0.0) -> bool:
    """Whether two answers say the same, in whatever order of keys and kinds of single numbers.

    What comes from numbers of a `precision` may have been computed in it.
    """
    return _compared(said, replayed, functools.partial(_alike_arrays, precision=precision))


def _compared(said: Any, replayed: Any, arrays: Callable[[_Array, _Array], bool]) -> bool:
    if isinstance(said, (tuple, list)) and type(said) is type(replayed):
        return len(said) == len(replayed) and all(
            _compared(one, other, arrays) for one, other in zip(said, replayed, strict=True)
        )
    if isinstance(said, dict) and isinstance(replayed, dict):
        return set(said) == set(replayed) and all(
            _compared(said[key], replayed[key], arrays) for key in said
        )
    x, y = as_array(said), as_array(replayed)
    if x is None or y is None:
        return type(said) is type(replayed) and bool(said == replayed)
    return x.shape == y.shape and arrays(x, y)


def _keys(value: Any) -> list[Any]:
    """Return the keys of all dictionaries in an answer, in order."""
    if isinstance(value, dict):
        return [*value, *map(_keys, value.values())]
    return list(map(_keys, value)) if isinstance(value, (tuple, list)) else []


def _same_arrays(x: _Array, y: _Array) -> bool:
    return x.dtype == y.dtype and _near(x, y)


def _repeated_arrays(x: _Array, y: _Array) -> bool:
    if x.dtype.kind != "f" or x.dtype != y.dtype:
        return bool(np.array_equal(x, y))
    return bool(np.allclose(x, y, rtol=4 * float(np.finfo(x.dtype).eps), atol=0, equal_nan=True))


def _alike_arrays(x: _Array, y: _Array, precision: float) -> bool:
    if x.ndim == 0 and {x.dtype.kind, y.dtype.kind} <= set("iuf"):
        x, y = x.astype(np.result_type(x, y)), y.astype(np.result_type(x, y))
    # A value next to 0 may be the difference of two near 1.
    return x.dtype == y.dtype and _near(x, y, precision, absolute=100)


def _near(x: _Array, y: _Array, precision: float = 0.0, absolute: int = 0) -> bool:
    """Whether two arrays of one dtype differ by rounding, and by so many units `absolute`."""
    if x.dtype.kind != "f":
        return bool(np.array_equal(x, y))
    # np.allclose says the same, five times as slowly; thousands are asked for one submission.
    # What is rounded to half precision has hardly been computed in it.
    eps = min(max(float(np.finfo(x.dtype).eps), precision), LARGEST_EPS)
    finite = np.isfinite(y)
    with np.errstate(invalid="ignore", over="ignore"):
        size = np.abs(y)
        # Sums in another order, as another processor makes them, differ by the size of the terms,
        # which is that of the whole array rather than of the entry: twenty layers of Keras and of
        # NumPy were 70 eps of it apart, a mistake's answers are thousands.
        largest = np.max(size, where=finite, initial=0)
        near = (np.abs(x - y) <= eps * (absolute + 100 * size + 300 * largest)) & finite
    return bool(np.all(near | (x == y) | ((x != x) & (y != y))))


def _repeats(pairs: list[tuple[Event, Any]]) -> Iterator[tuple[Any, Any]]:
    """Yield the pairs of questions that differ in their random streams at most."""
    by_question: dict[str, list[tuple[Event, Any]]] = {}
    for pair in pairs:
        event = pair[0]
        if event.made:
            continue  # two instances are never the same, whatever they were made with
        given = [*event.args, *sorted(event.kwargs.items())]
        question = [event.name, *map(_without_streams, given)]
        by_question.setdefault("|".join(question), []).append(pair)
    for same_question in by_question.values():
        yield from itertools.combinations(same_question, 2)


def _without_streams(value: Any) -> str:
    if isinstance(value, tuple):
        return f"({', '.join(map(_without_streams, value))})"
    return "a stream" if isinstance(value, Generator) else repr(value)


def _is_random(event: Event) -> bool:
    made = event.thing
    given = [*event.args, *event.kwargs.values()]
    seeded = made is not None and "seed" in made.kwargs
    return seeded or any(isinstance(value, Generator) for value in given)


def _is_data(value: Any) -> bool:
    plain = (type(None), bool, int, float, str, tuple, list, dict, np.ndarray, np.generic)
    return isinstance(value, plain)


def _precision(value: Any) -> float:
    """Return the unit of rounding of the coarsest floats in what was given to a call."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, (tuple, list)):
        return max(map(_precision, value), default=0.0)
    array = as_array(value)
    return 0.0 if array is None or array.dtype.kind != "f" else float(np.finfo(array.dtype).eps)


def as_array(value: Any) -> _Array | None:
    """Return the numbers that an answer is; None for what is no array and no number."""
    if isinstance(value, Tensor):
        return value.array
    if isinstance(value, (int, float, np.generic)):
        return np.asarray(value)
    return value if isinstance(value, np.ndarray) else None
