"""Ways to spoil any right answer without knowing what it does: faults of state and of ownership.

Each is a decorator that makes a wrong answer of a right one. Which of them suit a definition is
read from its signature: who returns no array cannot return one of the wrong type.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

_Function = Callable[..., Any]
_Made = ast.FunctionDef | ast.ClassDef
_PLAIN = (bool, int, float, str, type, type(None), np.generic, np.dtype)


def spoilt(definition: _Made, source: str) -> Iterator[tuple[str, str]]:
    """Yield the code of each spoilt form of a definition, and what is wrong with it.

    Parameters
    ----------
    definition
        As it was written, with its annotations.
    source
        Its code, to which the decorator is added.
    """
    for spoil in _suiting(definition):
        what = (spoil.__doc__ or "").splitlines()[0]
        yield f"from {__name__} import {spoil.__name__}\n\n@{spoil.__name__}\n{source}", what


def _suiting(definition: _Made) -> Iterator[_Function]:
    if isinstance(definition, ast.ClassDef):
        if not definition.bases and any(_is_method(node, "__init__") for node in definition.body):
            yield every_instance_one
        return
    taken = [ast.unparse(a.annotation) for a in _arguments(definition) if a.annotation]
    returned = ast.unparse(definition.returns) if definition.returns else ""
    arrays = any("Array" in one for one in taken)
    if arrays or any("Generator" in one or "keras" in one for one in (*taken, returned)):
        yield first_answer_kept
    if arrays:
        yield argument_spoilt
    if "Array" in returned:
        yield of_other_precision
    if returned.startswith("list"):
        yield reversed_list


def first_answer_kept(function: _Function) -> _Function:
    """each answer is kept, and returned to whatever is alike in type and shape"""
    known: dict[str, Any] = {}

    @functools.wraps(function)
    def keeping(*args: Any, **kwargs: Any) -> Any:
        kind = repr((_kind(args), _kind(kwargs)))
        if kind not in known:
            known[kind] = function(*args, **kwargs)
        return known[kind]

    return keeping


def argument_spoilt(function: _Function) -> _Function:
    """the answer is written into an array that was given, or that array is changed afterwards"""

    @functools.wraps(function)
    def spoiling(*args: Any, **kwargs: Any) -> Any:
        arrays = [a for a in _leaves((args, kwargs)) if a.dtype.kind == "f" and a.size]
        answer = function(*args, **kwargs)
        for argument in arrays:
            if isinstance(answer, np.ndarray) and _kind(argument) == _kind(answer):
                argument[...] = answer
                return argument
        for argument in arrays[:1]:
            argument += 1
        return answer

    return spoiling


def of_other_precision(function: _Function) -> _Function:
    """arrays of float32 come back as float64, and the other way round"""

    def other(value: Any) -> Any:
        if isinstance(value, (tuple, list)):
            return type(value)(map(other, value))
        if isinstance(value, np.ndarray) and value.dtype in (np.float32, np.float64):
            return value.astype(np.float64 if value.dtype == np.float32 else np.float32)
        return value

    @functools.wraps(function)
    def casting(*args: Any, **kwargs: Any) -> Any:
        return other(function(*args, **kwargs))

    return casting


def reversed_list(function: _Function) -> _Function:
    """the list comes back in the other order"""

    @functools.wraps(function)
    def reversing(*args: Any, **kwargs: Any) -> Any:
        answer = function(*args, **kwargs)
        return answer[::-1] if isinstance(answer, list) else answer

    return reversing


def every_instance_one(made: type) -> type:
    """all instances are one, made anew each time"""
    one = object.__new__(made)
    made.__new__ = staticmethod(lambda cls, *args, **kwargs: one)  # type: ignore[assignment]
    return made


def _leaves(value: Any) -> list[np.ndarray[Any, Any]]:
    """Return the arrays in what is given, at whatever depth."""
    if isinstance(value, np.ndarray):
        return [value]
    if isinstance(value, dict):
        value = tuple(value.values())
    return (
        [leaf for one in value for leaf in _leaves(one)] if isinstance(value, (tuple, list)) else []
    )


def _kind(value: Any) -> Any:
    """Return the kind of a value: of an array the shape and type, of a plain value itself."""
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.str)
    if isinstance(value, (tuple, list)):
        return (type(value).__name__, *map(_kind, value))
    if isinstance(value, dict):
        return {key: _kind(one) for key, one in value.items()}
    return repr(value) if isinstance(value, _PLAIN) else type(value).__name__


def _arguments(function: ast.FunctionDef) -> list[ast.arg]:
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def _is_method(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name
