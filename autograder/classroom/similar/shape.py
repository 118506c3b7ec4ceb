"""The shape of an answer: its syntax tree as a row of parts, in which names do not count.

Nothing of an answer is run. What is compared are fingerprints: the runs of so many parts, each of
which is told by a number. So neither names, comments, docstrings, annotations, white space nor the
texts of messages count, and a function that stands elsewhere is still the same.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import count, groupby, islice
from typing import NamedTuple

from autograder.grading.source import parsed

# So many parts are a run: a statement and a half, less than which is alike by chance. At the end of
# a function, where no more follow, half as many are.
RUN = 16
# More of an answer than this is not compared: the longest reference has 272 parts.
_MOST_PARTS = 2_000

_BUILT_IN = frozenset(dir(builtins))
# What is no part of its own: it says how the others hang together, or nothing.
_SILENT = ast.Expr | ast.arguments | ast.Pass | ast.expr_context
_UNREAD = {"annotation", "returns"}
_TEXT = "text"
_Function = ast.FunctionDef | ast.AsyncFunctionDef


class Part(NamedTuple):
    """What a part of some code is, its line, and which function it is in, by number."""

    label: str
    line: int
    function: int


class Run(NamedTuple):
    """Some parts in a row: a number that tells what they are, and where they begin and end."""

    number: int
    begin: int
    end: int


@dataclass(frozen=True)
class Shape:
    """What there is to compare of an answer; another process gives other numbers to its runs."""

    parts: tuple[Part, ...]
    runs: tuple[Run, ...]

    def numbers(self, given: AbstractSet[int] = frozenset()) -> list[int]:
        """Return what its runs are, each once and in order, without those that were `given`."""
        known = dict.fromkeys(run.number for run in self.runs)
        return [number for number in known if number not in given]

    def lines_in(self, numbers: AbstractSet[int]) -> set[int]:
        """Return the lines, counted from 1, of which most is in runs of these numbers."""
        shared = [run for run in self.runs if run.number in numbers]
        inside = {place for run in shared for place in range(run.begin, run.end)}
        there = Counter(part.line for part in self.parts)
        alike = Counter(self.parts[place].line for place in inside)
        return {line for line, count in alike.items() if 2 * count > there[line]}


@lru_cache(maxsize=128)
def shape_of(source: str) -> Shape | None:
    """Return the shape of some code, or None if it is no Python that anybody could read."""
    body = parsed(source)
    if body is None:
        return None
    parts = tuple(islice(_Reading(body).parts(), _MOST_PARTS))
    return Shape(parts, tuple(_runs(parts)))


def _runs(parts: tuple[Part, ...]) -> Iterator[Run]:
    """Yield the runs, of which none goes on from one function into another."""
    labels = [part.label for part in parts]
    first = 0
    for _, together in groupby(parts, lambda part: part.function):
        last = first + len(list(together))
        for begin in range(first, last - RUN // 2 + 1):
            end = min(begin + RUN, last)
            yield Run(hash(tuple(labels[begin:end])), begin, end)
        first = last


class _Reading:
    """Reads code whose own names say nothing, for they are the first thing that is changed."""

    def __init__(self, body: list[ast.stmt]) -> None:
        nodes = [node for top in body for node in ast.walk(top)]
        self._body = body
        self._names = {name for node in nodes for name in _named_in(node)}
        self._attributes = {name for node in nodes for name in _attributes_in(node)}
        self._functions = count(1)

    def parts(self) -> Iterator[Part]:
        """Yield the parts of the code, in the order in which they are written."""
        for node in self._body:
            yield from self._within(node, node.lineno, 0)

    def _within(self, node: ast.AST, line: int, function: int) -> Iterator[Part]:
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return  # a docstring, or another text that does nothing
        line = getattr(node, "lineno", line)
        function = next(self._functions) if isinstance(node, _Function) else function
        if not isinstance(node, _SILENT):
            yield Part(self._label(node), line, function)
        # A text that is put together is a text, whatever it tells.
        fields = () if isinstance(node, ast.JoinedStr) else ast.iter_fields(node)
        for field, value in fields:
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and field not in _UNREAD:
                    yield from self._within(child, line, function)

    def _label(self, node: ast.AST) -> str:
        match node:
            case ast.Name(id=name):
                return name if name in _BUILT_IN and name not in self._names else "name"
            case ast.Attribute(attr=name):
                return "." if name in self._attributes else f".{name}"
            case ast.keyword(arg=name):
                return "=" if name is None or name in self._names else f"{name}="
            case ast.Constant(value=value):
                return _constant(value)
            case ast.JoinedStr():
                return _TEXT
            case ast.AnnAssign():
                return "Assign"
        return type(node).__name__


def _named_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that a part of some code gives to what is its own."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
            yield name
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(name=name, asname=other):
            yield other or name


def _attributes_in(node: ast.AST) -> Iterator[str]:
    """Yield the names that a part of some code gives to what an object has."""
    match node:
        case ast.Attribute(attr=name, ctx=ast.Store()) | ast.FunctionDef(name=name):
            yield name


def _constant(value: object) -> str:
    if isinstance(value, str | bytes):
        return _TEXT
    if isinstance(value, int | float):
        try:
            return str(float(value))  # 2 is 2.0
        except OverflowError:
            return "large"
    return repr(value)
