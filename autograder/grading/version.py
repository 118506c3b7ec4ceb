"""What a grade depends on besides the submission, as a digest that is kept with the grade.

That is the code of the assignment's folder and of the references that it uses, what is run of the
released notebook, rubrics, time limits, the engine, and the versions of what computes. Comments
and docstrings do not count. When anything of it changes, what was graded before has been graded
with an older version.
"""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import autograder
from autograder.grading.release import Release, is_answer, is_run
from autograder.grading.terms import Terms
from autograder.judging.assignment import Assignment
from autograder.judging.content import Content

# The rooms that have a say in a verdict.
_ENGINE = ("inside", "dialogue", "sandbox", "judging", "grading")
# What the engine itself computes with; what else does is the content's to name.
_COMPUTING = ("numpy", "scipy")

_Documented = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def version_of(assignment: Assignment, release: Release, terms: Terms) -> str:
    """Return a digest of all that the grades of an assignment depend on but the submissions."""
    preloaded = {path.split(".")[0] for path in assignment.sheet.preload}
    parts = [
        _engine(),
        *(_code(file.read_text(encoding="utf-8")) for file in _files(assignment, terms.content)),
        *_run_besides_answers(release),
        repr(replace(assignment.sheet, title="")),
        repr([(answer.name, answer.rubric) for answer in assignment.written]),
        repr((terms.patience, terms.limits)),
        *map(_installed, sorted(preloaded.union(_COMPUTING, terms.content.without))),
        f"Python {sys.version_info[0]}.{sys.version_info[1]}",
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


@cache
def _engine() -> str:
    root = Path(autograder.__path__[0])
    files = [file for room in _ENGINE for file in sorted((root / room).glob("*.py"))]
    return "\0".join(_code(file.read_text(encoding="utf-8")) for file in files)


def _run_besides_answers(release: Release) -> Iterator[str]:
    for cell in release.notebook()["cells"]:
        if is_run(cell) and not is_answer(cell):
            yield cell["source"]


def _installed(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return package  # a module of Python's own, or of a package by another name


def _files(assignment: Assignment, content: Content) -> list[Path]:
    """Return the modules of the content that an assignment consists of or uses, at any remove."""
    folder = f"{content.assignments}.{assignment.name}"
    waiting = [f"{folder}.{path.stem}" for path in assignment.folder.glob("[!_]*.py")]
    waiting += [exercise.module for exercise in assignment.exercises]
    found: dict[str, Path] = {}
    while waiting:
        name = waiting.pop()
        file = _file(name, content) if name not in found else None
        if file is not None:
            found[name] = file
            waiting += _imported(name, file)
    return [file for _, file in sorted(found.items())]


def _file(module: str, content: Content) -> Path | None:
    """Return the file of a module of the content, which is not imported: that may take long."""
    for package, place in zip(
        (content.assignments, content.solutions), content.packages, strict=True
    ):
        if f"{module}.".startswith(f"{package}."):
            path = place.joinpath(*module.removeprefix(package).split("."))
            for file in (path.with_suffix(".py"), path / "__init__.py"):
                if file.is_file():
                    return file
    return None


def _imported(module: str, file: Path) -> Iterator[str]:
    """Yield the names of all that may be modules among what a module imports."""
    package = module if file.stem == "__init__" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _code(text: str) -> str:
    """Return what some code is, without comments and docstrings."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, _Documented) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return ast.dump(tree)
