"""What a verdict on one exercise depends on, as text that changes with it and with nothing else."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

_Definition = ast.FunctionDef | ast.ClassDef


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def part_of(path: Path, exercise: str, exercises: frozenset[str]) -> str:
    """Return what of a module of checks or mistakes concerns one exercise, without comments.

    Parameters
    ----------
    path
        The module.
    exercise
        Whose part is wanted.
    exercises
        All of the assignment: what is declared for another of them is left out, unless something
        that is kept uses it. What cannot be told apart is kept.
    """
    tree = _parsed(path)
    short = dict(filter(None, map(_short_for, tree.body)))
    roots = [
        node
        for node in tree.body
        if _may_declare(node) and _declared_for(node, short) not in exercises - {exercise}
    ]
    return _dumped(tree, roots)


def used_of(path: Path, names: set[str]) -> str:
    """Return the definitions of a module that have one of these names, and what they use."""
    tree = _parsed(path)
    return _dumped(tree, [node for node in tree.body if names.intersection(_bound(node))])


@cache
def code_of(path: Path) -> str:
    """Return all of a module, without comments."""
    return ast.dump(_parsed(path))


def mentioned(code: str) -> set[str]:
    """Return all words that stand in what `part_of` and `code_of` return: names and texts."""
    return set(re.findall(r"'(\w+)'", code))


def _dumped(tree: ast.Module, roots: list[ast.stmt]) -> str:
    """Return the statements among `roots`, and those that bind the names that they use."""
    binding: dict[str, list[ast.stmt]] = {}
    for node in tree.body:
        for name in _bound(node):
            binding.setdefault(name, []).append(node)
    kept: set[int] = set()
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        if id(node) in kept:
            continue
        kept.add(id(node))
        used = {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}
        waiting += [other for name in used for other in binding.get(name, ())]
    return "\n".join(ast.dump(node) for node in tree.body if id(node) in kept)


def _bound(node: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement of a module binds."""
    if isinstance(node, _Definition):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        for alias in node.names:
            yield (alias.asname or alias.name).split(".")[0]
    else:
        for found in ast.walk(node):
            if isinstance(found, ast.Name) and isinstance(found.ctx, ast.Store):
                yield found.id


def _may_declare(node: ast.stmt) -> bool:
    """Whether a statement may declare a check or a mistake: no plain function or constant does."""
    if isinstance(node, _Definition):
        return bool(node.decorator_list)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return False
    return any(isinstance(found, ast.Call) for found in ast.walk(node))


def _short_for(node: ast.stmt) -> tuple[str, str] | None:
    """Return X and NAME where a statement is ``X = partial(edited, reference.NAME)``."""
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
        return None
    call, (target, *_) = node.value, node.targets
    partial = isinstance(call.func, ast.Name) and call.func.id == "partial"
    if not (partial and isinstance(target, ast.Name) and len(call.args) == 2):
        return None
    return target.id, _named(call.args[1])


def _declared_for(node: ast.stmt, short: Mapping[str, str]) -> str | None:
    """Return the exercise that a check or mistake is declared for, where that is plain to see.

    `short` are the names of functions that declare mistakes of one exercise each.
    """
    if isinstance(node, _Definition):
        calls = [call for call in node.decorator_list if isinstance(call, ast.Call)]
    elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
        calls = [node.value]
    else:
        return None
    for call in calls:
        if isinstance(call.func, ast.Name):
            if call.func.id in short:
                return short[call.func.id]
            if call.func.id in ("check", "mistake", "edited"):
                return _named(call.args[0])
            if call.func.id == "partial" and len(call.args) == 2:
                return _named(call.args[1])
    return None


def _named(node: ast.expr) -> str:
    """Return what names an exercise: a text, or the last part of its reference's name."""
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
