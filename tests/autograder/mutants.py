"""Small changes to a reference module, each of which a check should refuse.

Most operators are Cosmic Ray's: exchanged operators and comparisons, numbers off by one,
conditions turned round, decorators removed, loops left out. To these come ways to spoil what is
right in itself (see `mechanical`): answers that are kept, arguments that are changed. Docstrings
and annotations are taken off first, so that no mutant differs in them alone.
"""

from __future__ import annotations

import ast
import difflib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

from tests.autograder.mechanical import spoilt

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
_Definition = TypeVar("_Definition", ast.FunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Mutant:
    """A changed module.

    `key` names the change whatever else the module contains: the exercise, the line as it was
    (and which of them, where the exercise has it more than once) and as it is now.
    """

    key: str
    exercise: str
    code: str


@cache
def bare(path: Path) -> str:
    """Return the module's code without docstrings and annotations, in one plain layout."""
    return ast.unparse(_Bare().visit(ast.parse(path.read_text(encoding="utf-8"))))


@cache
def mutants_of(path: Path, names: frozenset[str]) -> tuple[Mutant, ...]:
    """Return every mutant of the definitions called `names` in the module at `path`, each once."""
    written = ast.parse(path.read_text(encoding="utf-8")).body
    found = _mutants(bare(path), names, written)
    return tuple({mutant.code: mutant for mutant in found}.values())


def _mutants(code: str, names: frozenset[str], written: list[ast.stmt]) -> Iterator[Mutant]:
    """Yield the mutants of the definitions called `names` in `code`, as which it was `written`."""
    # One definition at a time: each mutation parses all that it is given.
    parts = [ast.unparse(node) for node in ast.parse(code).body]
    as_written = {node.name: node for node in written if isinstance(node, _DEFINITIONS)}
    for number, node in enumerate(ast.parse(code).body):
        if isinstance(node, _DEFINITIONS) and node.name in names:
            changes = [
                _mutations(parts[number]),
                _falsy(parts[number]),
                spoilt(as_written[node.name], parts[number]),
            ]
            for mutated, key in itertools.chain(*changes):
                whole = "\n\n".join([*parts[:number], mutated, *parts[number + 1 :]])
                yield Mutant(f"{node.name}: {key}", node.name, whole)


def _falsy(code: str) -> Iterator[tuple[str, str]]:
    """Yield the definition with each question whether something is None asked of its truth.

    Then 0 and an empty list are taken for nothing.
    """
    lines = code.splitlines()
    for number, line in enumerate(lines):
        for found in re.finditer(r"(\w+) is (not )?None", line):
            truth = found[1] if found[2] else f"(not {found[1]})"
            changed = line[: found.start()] + truth + line[found.end() :]
            yield (
                "\n".join([*lines[:number], changed, *lines[number + 1 :]]),
                (f"{line.strip()} -> {changed.strip()}"),
            )


def _mutations(code: str) -> Iterator[tuple[str, str]]:
    """Yield each mutation of one definition, and what names it."""
    lines = code.splitlines()
    for name in operator_names():
        operator = get_operator(name)
        if getattr(operator, "arguments", tuple)():
            continue  # operators that would have to be told which variables to change
        for occurrence in itertools.count():
            mutated = mutate_code(code, operator(), occurrence)
            if mutated is None:
                break
            before, after, line = _change(code, mutated)
            same = [n for n, text in enumerate(lines, 1) if text.strip() == before]
            which = f" [{same.index(line) + 1}]" if len(same) > 1 else ""
            yield mutated, f"{before}{which} -> {after}"


def _change(code: str, mutated: str) -> tuple[str, str, int]:
    """Return the line as it was, the line as it is, and its number (the last, if several)."""
    old, new = code.splitlines(), mutated.splitlines()
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag != "equal":
            return _joined(old[i1:i2]), _joined(new[j1:j2]), max(i1 + 1, i2)
    raise AssertionError("a mutant that changes nothing")


def _joined(lines: list[str]) -> str:
    return " / ".join(line.strip() for line in lines if line.strip())


class _Bare(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        self.generic_visit(node)
        node.returns = None
        for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
            argument.annotation = None
        return _without_docstring(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        self.generic_visit(node)
        return _without_docstring(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.stmt:
        if node.value is None:
            return ast.Pass()
        return ast.copy_location(ast.Assign([node.target], node.value), node)


def _without_docstring(node: _Definition) -> _Definition:
    if ast.get_docstring(node) is not None:
        node.body = node.body[1:] or [ast.Pass()]
    return node
