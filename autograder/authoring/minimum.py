"""What an exercise has to have, at least, before it may be handed out."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import Final

from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.references import read_module
from autograder.judging.sheet import read_notebook

CHECKS: Final[int] = 2
MISTAKES: Final[int] = 3
RIGHT_ANSWERS: Final[int] = 3
"""Besides the reference: each in another file."""

TODO: Final[str] = "TODO"
"""What a skeleton has where something is still to be written."""


def missing(assignment: Assignment, exercise: Exercise) -> list[str]:
    """Return what an exercise still lacks, a sentence each."""
    found = []
    name, folder = exercise.name, assignment.folder
    module = read_module(exercise.module)
    if TODO in module.exercise(name):
        found.append(f"{module.file}: write {name}, docstring and all.")
    tests = _visible_tests(assignment.path).get(name, "")
    if TODO in tests or "assert" not in tests:
        found.append(f"{assignment.path}: write visible tests of {name}, with asserts that help.")
    written = [check for check in exercise.checks if TODO not in check.title]
    if len(written) < CHECKS:
        found.append(f"{folder / 'checks.py'}: {_of(len(written), CHECKS)} checks of {name}.")
    told = [mistake for mistake in exercise.mistakes if TODO not in mistake.explanation]
    if len(told) < MISTAKES:
        found.append(f"{folder / 'mistakes.py'}: {_of(len(told), MISTAKES)} mistakes of {name}.")
    answers = [
        p for p in (folder / "right_answers").glob("*.py") if _answers(p.read_text("utf-8"), name)
    ]
    if len(answers) < RIGHT_ANSWERS:
        place = folder / "right_answers"
        found.append(
            f"{place}: {_of(len(answers), RIGHT_ANSWERS)} files with other right answers to {name}."
        )
    return found


@cache
def _visible_tests(sheet: Path) -> dict[str, str]:
    """Return the visible tests of each exercise; a sheet of a dozen exercises is read once."""
    cells = read_notebook(sheet).cells
    return {cell.metadata["tests"]: cell.source for cell in cells if "tests" in cell.metadata}


def _of(number: int, least: int) -> str:
    return f"has {number} of at least {least}"


def _answers(source: str, name: str) -> bool:
    """Whether a file of right answers answers the exercise: by definition or by assignment."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
            return TODO not in ast.unparse(node)
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            return True
    return False
