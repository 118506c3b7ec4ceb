"""Makes courses in which a class of any size has handed in, all with the same secret."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import nbformat

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import CONFIG, SECRET, Course
from autograder.cli.sample_class import sample_class

# In NumPy alone, and small: what is measured here is what is around the judge.
NAME = "gradient_clipping"
# What loops or attacks is about safety, and is tried elsewhere.
_KINDS = ("right-", "mistaken-", "partly-", "blank")


def answers() -> list[str]:
    """Return the notebooks that a class hands in, one of each kind."""
    files = sample_class(CONTENT.load(NAME), showcase=False)
    return [text for student, text in files.items() if student.startswith(_KINDS)]


def new_course(root: Path, size: int, url: str | None = None) -> Course:
    """Make a course in which `size` students have handed in, no two of them the same text.

    Parameters
    ----------
    root
        Where.
    size
        How many.
    url
        The address of the gradebook; None is nbgrader's own, a file.
    """
    course = Course.create(root, "autograder.assignments")
    (root / SECRET).write_bytes(bytes(range(32)))
    if url is not None:
        with (root / CONFIG).open("a", encoding="utf-8") as file:
            file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
        course = Course(root)
    assignment = CONTENT.load(NAME)
    course.assign(assignment, source_notebook(assignment))
    for number, text in zip(range(size), itertools.cycle(answers()), strict=False):
        student = f"student-{number:06}"
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(_signed(text, student), encoding="utf-8")
    return course


def _signed(text: str, student: str) -> str:
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            cell.source += f"\n# {student}"
    return json.dumps(notebook)


def command(course: Course, *arguments: str) -> list[str]:
    """Return the command line that does something in a course."""
    return [sys.executable, "-P", "-m", "autograder", *arguments, "--course", str(course.root)]


def run(course: Course, *arguments: str) -> None:
    """Do something in a course.

    Raises
    ------
    RuntimeError
        It failed.
    """
    ran = subprocess.run(command(course, *arguments), capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RuntimeError(f"autograder {arguments[0]} failed: {ran.stderr[-3000:]}")


def graded(course: Course) -> list[Path]:
    """Return the graded notebooks of a course, by the students' names."""
    return sorted((course.root / "autograded").glob(f"*/{NAME}/{NAME}.ipynb"))
