"""Cuts an exercise out of its reference module: the one truth that everything derives from."""

from __future__ import annotations

import ast
import importlib.util
import itertools
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from autograder.errors import GraderError, place_of

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"

_Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True)
class ReferenceModule:
    """A module of references: its dotted path, its file, its text, and its syntax tree."""

    name: str
    file: str
    text: str
    tree: ast.Module

    def setup(self) -> str:
        """Return the imports and aliases that stand before the first exercise."""
        before = list(itertools.takewhile(_stands_before, self.tree.body))
        if before and _is_docstring(before[0]):
            del before[0]
        if not before:
            return ""
        return "\n".join(self.text.splitlines()[before[0].lineno - 1 : before[-1].end_lineno])

    def exercise(self, name: str) -> str:
        """Return the source of exercise `name`, each body between nbgrader's solution marks.

        nbgrader replaces what stands between the marks by the stub, so the stub's signature
        and docstring are the reference's own.

        Raises
        ------
        GraderError
            The module defines no such function or class.
        """
        definition = self._definition(name)
        lines = self.text.splitlines()
        for function in reversed(functions_of(definition)):
            body = function.body[1:] if _is_docstring(function.body[0]) else function.body
            if not body:
                raise GraderError(f"{self.name}.{name} has a body that is only a docstring.")
            first, last = body[0].lineno, function.end_lineno
            assert last is not None
            first = _with_comments_above(lines, first, function)
            indent = " " * body[0].col_offset
            lines.insert(last, indent + END)
            lines.insert(first - 1, indent + BEGIN)
        marks = 2 * len(functions_of(definition))
        start = min([definition.lineno, *(d.lineno for d in definition.decorator_list)])
        assert definition.end_lineno is not None
        return "\n".join(lines[start - 1 : definition.end_lineno + marks])

    def code(self, name: str) -> str:
        """Return the source of exercise `name` without docstrings."""
        definition = self._definition(name)
        lines = self.text.splitlines()
        for node in (definition, *functions_of(definition)):
            first = node.body[0]
            if _is_docstring(first):
                for number in range(first.lineno - 1, first.end_lineno or first.lineno):
                    lines[number] = ""
        start = min([definition.lineno, *(d.lineno for d in definition.decorator_list)])
        kept = [line for line in lines[start - 1 : definition.end_lineno] if line.strip()]
        return "\n".join(kept)

    def summary(self, name: str) -> str:
        """Return the first line of the exercise's docstring."""
        docstring = ast.get_docstring(self._definition(name))
        if not docstring:
            raise GraderError(f"{self.name}.{name} has no docstring.")
        return docstring.splitlines()[0]

    def imports(self, package: str) -> bool:
        """Whether the module imports `package` or something in it."""
        return package in self._imported

    @cached_property
    def _imported(self) -> set[str]:
        found = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
        return found

    def _definition(self, name: str) -> _Definition:
        for node in self.tree.body:
            if isinstance(node, _Definition) and node.name == name:
                return node
        raise GraderError(f"{self.name} defines no {name}.")


@cache
def read_module(path: str) -> ReferenceModule:
    """Return the module at a dotted path, read and not imported.

    Raises
    ------
    GraderError
        There is no such module, or it is no Python.
    """
    specification = importlib.util.find_spec(path)
    if specification is None or specification.origin is None:
        raise GraderError(f"There is no {path.replace('.', '/')}.py.")
    text = Path(specification.origin).read_text(encoding="utf-8")
    try:
        tree = ast.parse(text, specification.origin)
    except SyntaxError as error:
        raise GraderError(f"{place_of(error)}: {error.msg}.") from error
    return ReferenceModule(path, specification.origin, text, tree)


def functions_of(node: ast.stmt) -> list[ast.FunctionDef]:
    """Return a function itself, the methods of a class, and nothing of another statement."""
    if isinstance(node, ast.FunctionDef):
        return [node]
    inner = node.body if isinstance(node, ast.ClassDef) else []
    return [found for found in inner if isinstance(found, ast.FunctionDef)]


def _is_docstring(node: ast.stmt) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _with_comments_above(lines: list[str], first: int, function: ast.FunctionDef) -> int:
    """Return the first of the comment lines above line `first`: they give the answer away."""
    start = function.body[0].end_lineno if _is_docstring(function.body[0]) else function.lineno
    assert start is not None
    while first - 1 > start and lines[first - 2].strip().startswith("#"):
        first -= 1
    return first


def _stands_before(node: ast.stmt) -> bool:
    return not isinstance(node, _Definition)
