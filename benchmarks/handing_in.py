"""Makes the two course directories of a variant, and the answers of its students.

Run with the variant's environment, as ``python -P -m benchmarks.handing_in FOLDER``.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import Course
from autograder.cli.sample_class import sample_class
from autograder.judging.assignment import Assignment, graded_id
from autograder.judging.sheet import LOOK
from benchmarks.variants import NAME

OURS, STOCK, ANSWERS = "ours", "stock", "answers.json"
# Students whose code crashes, loops or attacks are left out: they are about safety, not speed.
_KINDS = ("right-", "mistaken-", "partly-", "blank")


def main() -> None:
    """Make everything in the folder that is the only argument."""
    folder = Path(sys.argv[1])
    assignment = CONTENT.load(NAME)
    course = Course.create(folder / OURS, "autograder.assignments")
    course.assign(assignment, source_notebook(assignment))
    _make_stock_course(folder / STOCK, assignment)
    answers = [
        [student, text, nbformat.writes(_without_figures(nbformat.reads(text, as_version=4)))]
        for student, text in sample_class(assignment, showcase=False).items()
        if student.startswith(_KINDS)
    ]
    (folder / ANSWERS).write_text(json.dumps(answers), encoding="utf-8")


def _make_stock_course(course: Path, assignment: Assignment) -> None:
    """Release the assignment by nbgrader's own command, with no configuration of ours."""
    notebook = source_notebook(assignment)
    names = {graded_id(exercise.name): exercise.name for exercise in assignment.exercises}
    for cell in notebook.cells:
        name = names.get(cell.metadata.get("nbgrader", {}).get("grade_id"))
        if name is not None:
            cell.source = _hidden_test(name)
    place = course / "source" / NAME
    place.mkdir(parents=True)
    nbformat.write(notebook, place / f"{NAME}.ipynb")
    command = [sys.executable, "-P", "-m", "nbgrader", "generate_assignment", NAME]
    subprocess.run(command, cwd=course, check=True, capture_output=True)


def _hidden_test(exercise: str) -> str:
    """Return a test cell that runs our checks in the student's kernel, as cheaply as it can.

    It is spared what only our grader's main process needs: reading the MyST file.
    """
    parts = dataclasses.astuple(CONTENT.sheet(NAME))
    return f"""\
### BEGIN HIDDEN TESTS
from autograder.assignments import CONTENT as _CONTENT
from autograder.judging.judge import judge_exercise as _judge, local_ask as _local_ask
from autograder.judging.sheet import Sheet as _Sheet
_exercises = {{e.name: e for e in _CONTENT.assemble(_Sheet(*{parts!r})).exercises}}
_judge(_exercises[{exercise!r}], _local_ask(globals()), b"benchmark").score
### END HIDDEN TESTS"""


def _without_figures(notebook: NotebookNode) -> NotebookNode:
    """Drop the cells that draw figures for the student; our grader does not run them either."""
    notebook.cells = [c for c in notebook.cells if LOOK not in c.metadata.get("tags", ())]
    return notebook


if __name__ == "__main__":
    main()
