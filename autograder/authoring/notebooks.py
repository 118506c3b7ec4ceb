"""Builds an assignment's two notebooks: nbgrader's source, and what students get."""

from __future__ import annotations

import copy
import json
from functools import cache

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    LockCells,
)

from autograder.authoring.extras import add_extras
from autograder.errors import GraderError
from autograder.grading.release import Release
from autograder.grading.terms import Patience
from autograder.judging.assignment import Assignment, graded_id
from autograder.judging.references import read_module
from autograder.judging.sheet import read_notebook

# What `nbgrader generate_assignment` does to a source notebook, less its database.
_RELEASING = (
    LockCells,
    ClearSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
)
_QUIET = """\
import os

# TensorFlow says what it finds of the computer, in red: not here.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
_stderr, _nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
os.dup2(_nowhere, 2)
try:
    import keras
finally:
    os.dup2(_stderr, 2)
    os.close(_stderr)
    os.close(_nowhere)
"""
_PATIENCE = Patience()
_OPTIONS = ("setup", "exercise", "tests", "written")


def source_notebook(assignment: Assignment, patience: Patience = _PATIENCE) -> NotebookNode:
    """Return the instructor's notebook, with the reference between nbgrader's solution marks.

    It says how long code may take, which is what the course's configuration says.

    Raises
    ------
    GraderError
        The assignment's file names something that does not exist.
    """
    notebook = read_notebook(assignment.path)
    points = {exercise.name: exercise.points for exercise in assignment.exercises}
    written = {answer.name: answer for answer in assignment.written}
    for number, cell in enumerate(notebook.cells):
        special = {key: cell.metadata.pop(key, None) for key in _OPTIONS}
        name = f"cell_{number:02}"
        if special["setup"]:
            cell.source = _quiet(read_module(f"{assignment.solutions}.{special['setup']}").setup())
            name = f"setup_{special['setup']}"
            cell.metadata["nbgrader"] = _nbgrader(name, locked=True)
        elif special["exercise"]:
            module, _, name = special["exercise"].rpartition(".")
            cell.source = read_module(f"{assignment.solutions}.{module}").exercise(name)
            cell.metadata["nbgrader"] = _nbgrader(name, solution=True)
        elif special["tests"]:
            exercise = special["tests"]
            if exercise not in points:
                raise GraderError(f"{assignment.path.name} tests {exercise}, which it never asks.")
            name = graded_id(exercise)
            cell.metadata["nbgrader"] = _nbgrader(name, grade=True, points=points.pop(exercise))
        elif special["written"]:
            name = special["written"]
            # nbgrader puts its "YOUR ANSWER HERE" in the place of the model answer.
            cell = notebook.cells[number] = new_markdown_cell(written[name].model_answer)
            cell.metadata["nbgrader"] = _nbgrader(
                name, solution=True, grade=True, points=written[name].points
            )
        cell.id = name[:64]
    if points:
        raise GraderError(f"{assignment.path.name} has no tests cell for {', '.join(points)}.")
    add_extras(notebook, assignment.exercises, patience)
    notebook.metadata = {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
        "language_info": {"name": "python"},
    }
    nbformat.validate(notebook)
    return notebook


@cache
def _release(assignment: Assignment, patience: Patience) -> NotebookNode:
    notebook = source_notebook(assignment, patience)
    for preprocessor in _RELEASING:
        notebook, _ = preprocessor().preprocess(notebook, {})
    return notebook


def _quiet(setup: str) -> str:
    """Keep TensorFlow from greeting on stderr: nbgrader takes what stands there for a failure."""
    if "keras" not in setup:
        return setup
    return f"{_QUIET}\n{setup}"


def release_notebook(assignment: Assignment, patience: Patience = _PATIENCE) -> NotebookNode:
    """Return the notebook that students get: stubs for answers, visible tests only."""
    return copy.deepcopy(_release(assignment, patience))


@cache
def release_of(assignment: Assignment, patience: Patience = _PATIENCE) -> Release:
    """Return what students were given, as plain data that a worker can be sent."""
    text = json.dumps(_release(assignment, patience))
    return Release(assignment.name, text, assignment.written)


def _nbgrader(
    grade_id: str,
    *,
    solution: bool = False,
    grade: bool = False,
    locked: bool = False,
    points: float | None = None,
) -> dict[str, object]:
    metadata: dict[str, object] = {
        "grade_id": grade_id,
        "solution": solution,
        "grade": grade,
        "locked": locked or (grade and not solution),
        "task": False,
        "schema_version": 3,
    }
    return metadata if points is None else metadata | {"points": points}
