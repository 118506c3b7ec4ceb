"""Compares claims with the truth: type first, then dtype, shape and finiteness, then value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from autograder.dialogue.answers import Answer, Missing, Raised, Refused, Student, Thing
from autograder.dialogue.describing import describe as describe
from autograder.dialogue.describing import series as series
from autograder.inside.wire import Opaque, Tensor

Array = np.ndarray[Any, Any]


# Kinds of answers


def array(answer: Answer, shape: tuple[int, ...], dtype: Any = None) -> Array:
    """Return the answer as an array once it is one, of `shape`, of `dtype`, and finite."""
    value = answer.value
    if type(value) is not np.ndarray:
        raise Refused(f"{returned(answer)}; a NumPy array was expected")
    return _sound(answer, value, shape, dtype)


def floats(answer: Answer, shape: tuple[int, ...]) -> Array:
    """Return the answer as an array of some floating dtype, or refuse it."""
    value = array(answer, shape)
    if value.dtype.kind != "f":
        raise Refused(f"{answer.asked} has dtype {value.dtype}; a floating dtype was expected")
    return value


def tensor(answer: Answer, shape: tuple[int, ...], dtype: Any = None) -> Array:
    """Return the answer as an array once it is a Keras tensor (or an array) of that kind."""
    value = answer.value.array if isinstance(answer.value, Tensor) else answer.value
    if type(value) is not np.ndarray:
        raise Refused(f"{returned(answer)}; a tensor was expected")
    return _sound(answer, value, shape, dtype)


def as_array(answer: Answer) -> Answer:
    """Return the answer, a NumPy number taken for the array without dimensions that it is."""
    value = answer.value
    if isinstance(value, np.generic):
        value = np.asarray(value)
    return Answer(value, answer.asked, answer.touched)


def number(answer: Answer, verb: str = "returned") -> Any:
    """Return the answer as it came once it is one real number, of whatever type, or refuse it.

    An array without dimensions will do; infinity, NaN and whole numbers of any size are numbers.
    `verb` says how the number came about, as for `returned`.
    """
    value = answer.value[()] if type(answer.value) is np.ndarray else answer.value
    if type(value) is bool or not isinstance(value, int | float | np.integer | np.floating):
        raise Refused(f"{returned(Answer(value, answer.asked), verb)}; a float was expected")
    return value


def parts(
    answer: Answer, asked: Sequence[str], wanted: str, told: str = "", kind: type[Any] = tuple
) -> list[Answer]:
    """Return the items of a tuple as answers of their own, or refuse what is no such tuple.

    Parameters
    ----------
    answer
        What came back.
    asked
        What to call each item in messages. There have to be as many items.
    wanted
        How the message ends: ``"a tuple of count and weights was expected"``.
    told
        How to put what came back, where `returned` would not do.
    kind
        The type: ``tuple`` or ``list``.
    """
    value = answer.value
    if type(value) is not kind or len(value) != len(asked):
        came = f"{answer.asked} returned {told}" if told else returned(answer)
        raise Refused(f"{came}; {wanted}")
    pairs = zip(asked, value, strict=True)
    return [Answer(item, called, answer.touched) for called, item in pairs]


# Values


def equal(answer: Answer, expected: object, verb: str = "returned") -> None:
    """Refuse anything but `expected` itself; whole numbers may be NumPy's or Python's.

    What is a part of an answer "is" something (the `verb`).
    """
    if not is_exactly(answer.value, expected):
        kind = f", of type {type(expected).__name__}," if equals(answer.value, expected) else ""
        raise Refused(f"{returned(answer, verb)}; {describe(expected)}{kind} was expected")


def is_exactly(value: object, expected: object) -> bool:
    """Whether a claim is `expected`, of the same kind; whole numbers may be NumPy's or Python's.

    A claim may be, or hold, an array, which compared with something else is no truth value.
    """
    return _kinds(value) == _kinds(expected) and _plain(value) == expected


def equals(value: object, expected: object) -> bool:
    """Whether a claim is a number, a text or a list of them that equals `expected`: 0 is 0.0."""
    if isinstance(value, (list, tuple)) and isinstance(expected, (list, tuple)):
        return len(value) == len(expected) and all(map(equals, value, expected))
    plain = (bool, int, float, str, np.generic, type(None))
    return isinstance(value, plain) and bool(value == expected)


def close(answer: Answer, expected: Array, rtol: float, atol: float = 0.0) -> None:
    """Refuse an array that differs from `expected` in shape, dtype or, beyond rounding, value."""
    value = array(answer, expected.shape, expected.dtype)
    error = np.abs(value - expected)
    if np.any(error > atol + rtol * np.abs(expected)):
        worst = where_largest(error)
        place = f" at index {worst}" if value.ndim else ""
        raise Refused(
            f"{answer.asked} is off by up to {error[worst]:.3g}{place}: "
            f"{value[worst]:.6g} came back, {expected[worst]:.6g} was expected"
        )


def drawn_from_generator(
    first: tuple[Answer, Array],
    second: tuple[Answer, Array],
    again: tuple[Answer, Array],
    other: tuple[Answer, Array],
    verb: str,
    what: str,
) -> None:
    """Refuse random arrays that do not come from `rng`, the generator that was passed, alone.

    Parameters
    ----------
    first, second
        The answers and their arrays from two calls with one generator.
    again
        Those from a call with a fresh generator of the same seed.
    other
        Those from a call with a generator of another seed.
    verb, what
        What the calls did, and with what: ``"gave"``, ``"weights"``.
    """
    asked = first[0].asked
    if not np.array_equal(first[1], again[1]):
        raise Refused(
            f"{asked}, called twice with a fresh generator of the same seed, {verb} different "
            f"{what}: random numbers must come from `rng` and from nowhere else"
        )
    if np.array_equal(first[1], other[1]):
        raise Refused(
            f"{asked} and {other[0].asked} {verb} the same {what}: `rng` should be used, not a "
            "generator that is made or seeded inside"
        )
    if np.array_equal(first[1], second[1]):
        raise Refused(
            f"{asked}, called twice with one generator, {verb} the same {what} twice: draw from "
            "`rng` itself, not from a copy, so that it moves on"
        )


# What a call does besides


def untouched(answer: Answer) -> None:
    """Refuse a call that changed an array that it was given."""
    if answer.touched:
        which = series(
            f"argument {place + 1}" if isinstance(place, int) else f"`{place}`"
            for place in answer.touched
        )
        raise Refused(
            f"{answer.asked} changed {which} in place: whoever calls it still needs what it "
            "passed in, so work on a copy"
        )


@contextmanager
def raising(error: str) -> Iterator[None]:
    """Refuse a question that raises another exception than the one called `error`.

    What comes after the question, within, is done only where nothing was raised: it refuses.
    """
    try:
        yield
    except Raised as raised:
        if not raised.is_a(error):
            raise Refused(f"{raised} {error} was expected") from None


def raises(student: Student | Thing, error: str, function: str, *args: Any, **kwargs: Any) -> None:
    """Refuse a function (or method) that does not raise the exception called `error`."""
    with raising(error):
        answer = student.call(function, *args, **kwargs)
        raise Refused(f"{answer.asked} returned {describe(answer.value)}; it should raise {error}")


def raises_when_made(
    student: Student, error: str, class_name: str, *args: Any, **kwargs: Any
) -> None:
    """Refuse a class of which an instance can be made where `error` should be raised."""
    with raising(error):
        student.make(class_name, *args, **kwargs)
        asked = written(class_name, *map(describe, args), **kwargs)
        raise Refused(f"{asked} was made; it should raise {error}")


def made_from_config(
    thing: Thing, class_name: str, configuration: dict[str, Any], inherited: str
) -> None:
    """Refuse an instance whose ``from_config`` does not make another one of its class.

    `inherited` tells whoever has no such method where it would come from.
    """
    try:
        answer = thing.call("from_config", configuration)
    except Missing:
        raise Refused(f"{class_name} has no method called from_config, which {inherited}") from None
    if not isinstance(answer.value, Opaque):
        raise Refused(
            f"{answer.asked} returned {describe(answer.value)}; another {class_name} was expected"
        )


# Words


class Everything:
    """Asks all of a check's questions before it refuses with the first complaint.

    What comes after a wrong answer tells apart mistakes that begin alike::

        with expect.Everything() as everything:
            for step in (0, 1, 2):
                with everything.part():
                    expect.close(student.call("rate", step), reference.rate(step), 1e-9)
    """

    def __init__(self) -> None:
        self._first: Refused | Raised | None = None

    @contextmanager
    def part(self) -> Iterator[None]:
        """Ask one question: a complaint about its answer is kept for the end."""
        try:
            yield
        except (Refused, Raised) as complaint:
            self._first = self._first or complaint

    def __enter__(self) -> Everything:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._first is not None:
            raise self._first


@contextmanager
def told_as(asked: str) -> Iterator[None]:
    """Say in a student's words what was asked where a probe raises an exception."""
    try:
        yield
    except Raised as raised:
        _, verb, what = str(raised).partition(" raised ")
        raise raised.told_as(f"{asked}{verb}{what}") from None


def returned(answer: Answer, verb: str = "returned") -> str:
    """Return the beginning of a refusal: what was asked and what came back.

    What is no call of its own, but a part of an answer, "is" something (the `verb`).
    """
    hint = " (is a `return` missing?)" if answer.value is None else ""
    return f"{answer.asked} {verb} {describe(answer.value)}{hint}"


def written(name: str, /, *arguments: str, **keywords: object) -> str:
    """Return a call as a student would write it; `arguments` are written already."""
    named = [f"{key}={describe(value)}" for key, value in keywords.items()]
    return f"{name}({', '.join([*arguments, *named])})"


def told_apart(x: float, y: float, digits: Sequence[int]) -> tuple[str, str]:
    """Return two numbers with as many of the `digits` as it takes to tell them apart."""
    enough = next((n for n in digits if f"{x:.{n}g}" != f"{y:.{n}g}"), digits[-1])
    return f"{x:.{enough}g}", f"{y:.{enough}g}"


def where_largest(error: Array) -> tuple[int, ...]:
    """Return the index of the largest entry: of the first of them, if there are several."""
    return tuple(map(int, np.unravel_index(int(np.argmax(error)), error.shape)))


def _sound(answer: Answer, value: Array, shape: tuple[int, ...], dtype: Any) -> Array:
    if value.shape != shape:
        raise Refused(f"{answer.asked} has shape {value.shape}; {shape} was expected")
    if dtype is not None and value.dtype != np.dtype(dtype):
        raise Refused(f"{answer.asked} has dtype {value.dtype}; {np.dtype(dtype)} was expected")
    if not np.all(np.isfinite(value)):
        raise Refused(f"{answer.asked} contains NaN or infinity")
    return value


def _plain(value: object) -> object:
    if isinstance(value, (tuple, list)):
        return type(value)(_plain(item) for item in value)
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.item() if isinstance(value, np.generic) else value


def _kinds(value: object) -> object:
    """Return the nested types of `value`, NumPy's whole numbers and floats taken for Python's."""
    if isinstance(value, (tuple, list)):
        return type(value), tuple(_kinds(item) for item in value)
    if isinstance(value, dict):
        return dict, {key: _kinds(item) for key, item in value.items()}
    return type(_plain(value))
