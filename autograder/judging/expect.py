"""Compares claims with the truth: type first, then dtype, shape and finiteness, then value."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.dialogue.answers import Answer, Raised, Refused, Student
from autograder.dialogue.describing import describe as describe
from autograder.inside.wire import Tensor

Array = np.ndarray[Any, Any]


def array(answer: Answer, shape: tuple[int, ...], dtype: Any = None) -> Array:
    """Return the answer as an array once it is one, of `shape`, of `dtype`, and finite."""
    value = answer.value
    if type(value) is not np.ndarray:
        raise Refused(f"{_returned(answer)}; a NumPy array was expected")
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
        raise Refused(f"{_returned(answer)}; a tensor was expected")
    return _sound(answer, value, shape, dtype)


def equal(answer: Answer, expected: object) -> None:
    """Refuse anything but `expected` itself; whole numbers may be NumPy's or Python's."""
    # Kinds first: an array compared with a tuple is an array, not a truth value.
    if _kinds(answer.value) != _kinds(expected) or _plain(answer.value) != expected:
        raise Refused(f"{_returned(answer)}; {describe(expected)} was expected")


def close(answer: Answer, expected: Array, rtol: float, atol: float = 0.0) -> None:
    """Refuse an array that differs from `expected` in shape, dtype or, beyond rounding, value."""
    value = array(answer, expected.shape, expected.dtype)
    error = np.abs(value - expected)
    if np.any(error > atol + rtol * np.abs(expected)):
        worst = np.unravel_index(int(np.argmax(error)), error.shape)
        place = f" at index {tuple(map(int, worst))}" if value.ndim else ""
        raise Refused(
            f"{answer.asked} is off by up to {error[worst]:.3g}{place}: "
            f"{value[worst]:.6g} came back, {expected[worst]:.6g} was expected"
        )


def untouched(answer: Answer) -> None:
    """Refuse a call that changed an array that it was given."""
    if answer.touched:
        which = " and ".join(
            f"argument {place + 1}" if isinstance(place, int) else f"`{place}`"
            for place in answer.touched
        )
        raise Refused(
            f"{answer.asked} changed {which} in place: whoever calls it still needs what it "
            "passed in, so work on a copy"
        )


def raises(student: Student, error: str, function: str, *args: Any, **kwargs: Any) -> None:
    """Refuse a function that does not raise the exception called `error`."""
    try:
        answer = student.call(function, *args, **kwargs)
    except Raised as raised:
        if raised.type_name != error:
            raise Refused(f"{raised} {error} was expected") from None
    else:
        raise Refused(f"{answer.asked} returned {describe(answer.value)}; it should raise {error}")


def _returned(answer: Answer) -> str:
    hint = " (is a `return` missing?)" if answer.value is None else ""
    return f"{answer.asked} returned {describe(answer.value)}{hint}"


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
