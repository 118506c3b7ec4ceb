"""The graders that are timed, each on the path that its users take, and the marks they give."""

from __future__ import annotations

import itertools
import json
import shutil
import sqlite3
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.handing_in import ANSWERS, OURS, STOCK
from benchmarks.processes import Used
from benchmarks.variants import NAME, Variant

# Marks of one submission, by test cell: the points earned, and the points it is worth.
Marks = dict[str, tuple[float | None, float]]

_QUERY = """
    SELECT submitted_assignment.student_id, base_cell.name, grade.auto_score, grade_cells.max_score
    FROM grade
    JOIN base_cell ON base_cell.id = grade.cell_id
    JOIN grade_cells ON grade_cells.id = grade.cell_id
    JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id
    JOIN submitted_assignment ON submitted_assignment.id = submitted_notebook.assignment_id
"""


@dataclass(frozen=True)
class Grader:
    """One way of grading: which course directory it needs, and the command that is typed."""

    label: str
    course: str
    arguments: tuple[str, ...]
    figures: bool = True

    @property
    def is_ours(self) -> bool:
        """Whether it is this project's own grader."""
        return self.course == OURS


def ours(workers: int) -> Grader:
    """Return this project's grader with so many workers."""
    plural = "s" if workers > 1 else ""
    arguments = ("autograder", "grade", NAME, "--workers", str(workers))
    return Grader(f"ours, {workers} worker{plural}", OURS, arguments)


STOCK_AS_IT_IS = Grader("stock nbgrader", STOCK, ("nbgrader", "autograde", NAME))
STOCK_WITHOUT_FIGURES = Grader(
    "stock, figure cells cut", STOCK, ("nbgrader", "autograde", NAME), figures=False
)


@dataclass
class ClassRoom:
    """A variant's course directories, from which each run gets a fresh copy.

    `marks` are what the first grader gave each kind of answer; every later run is held to them.
    `compared` counts submissions by grader, `differing` those whose wrong answers earned other
    points for an exercise (see `_comparable`).
    """

    variant: Variant
    folder: Path
    marks: dict[str, Marks] = field(default_factory=dict)
    compared: dict[str, int] = field(default_factory=dict)
    differing: int = 0
    _answers: list[tuple[str, str, str]] = field(default_factory=list)

    def open(self) -> None:
        """Make the two course directories and the answers; this is not timed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-P", "-m", "benchmarks.handing_in", str(self.folder)]
        processes.run(command, self.folder, self.variant.environment)
        text = (self.folder / ANSWERS).read_text(encoding="utf-8")
        self._answers = [tuple(answer) for answer in json.loads(text)]

    @property
    def answers(self) -> dict[str, str]:
        """The text of each kind of answer: a whole notebook."""
        return {kind: text for kind, text, _ in self._answers}

    @property
    def kinds(self) -> int:
        """How many different answers there are; a class repeats them in turn."""
        return len(self._answers)

    def whole(self, size: int) -> int:
        """Return the class size near `size` in which every kind of answer is as frequent."""
        return max(1, round(size / self.kinds)) * self.kinds

    def grade(self, grader: Grader, size: int, first: int = 0, *, memory: bool = False) -> Used:
        """Grade a class of `size` in a fresh course, beginning with kind number `first`.

        Raises
        ------
        RuntimeError
            The grader failed, or gave an answer other marks than the graders before it.
        """
        with tempfile.TemporaryDirectory(dir=self.folder) as made:
            course = Path(made) / "course"
            shutil.copytree(self.folder / grader.course, course)
            students = self._hand_in(course, grader, size, first)
            command = [sys.executable, "-P", "-m", *grader.arguments]
            if grader.is_ours:
                command += ["--course", str(course)]
            used = processes.run(command, course, self.variant.environment, memory=memory)
            self._compare(grader, students, marks_of(course / "gradebook.db"))
        return used

    def _hand_in(self, course: Path, grader: Grader, size: int, first: int) -> dict[str, str]:
        """Write the submissions, each a different text, and return each student's kind."""
        students = {}
        answers = itertools.islice(itertools.cycle(self._answers), first % self.kinds, None)
        for number, (kind, text, bare) in zip(range(size), answers, strict=False):
            student = f"student-{number:05}"
            students[student] = kind
            notebook = json.loads(text if grader.figures else bare)
            write(course, student, json.dumps(signed(notebook, student)))
        return students

    def _compare(self, grader: Grader, students: dict[str, str], given: dict[str, Marks]) -> None:
        for student, kind in students.items():
            expected = self.marks.setdefault(kind, given.get(student, {}))
            found = given.get(student, {})
            if not expected or _comparable(kind, found) != _comparable(kind, expected):
                raise RuntimeError(
                    f"{grader.label} gave {kind} ({student}) {found}, and {expected} before."
                )
            self.differing += found != expected
        self.compared[grader.label] = self.compared.get(grader.label, 0) + len(students)


def _comparable(kind: str, marks: Marks) -> object:
    """Return what must be the same whoever marks an answer of this kind.

    Our grader draws the inputs of the checks from a secret and the submission's own text, the
    stock course from a constant. Right, partial and blank answers earn the same points with any
    inputs. A mistaken answer never has full marks for an exercise that is wrong, but how many of
    that exercise's checks notice it depends, now and then, on the inputs: that differs by design.
    """
    if kind.startswith("mistaken-"):
        return {cell: score == most for cell, (score, most) in marks.items()}
    return marks


def signed(notebook: dict[str, Any], student: str) -> dict[str, Any]:
    """Return `notebook` with a comment in its answers, so that no two students' are the same."""
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("solution"):
            cell["source"] = [*cell["source"], f"\n# {student}"]
    return notebook


def write(course: Path, student: str, text: str) -> Path:
    """Hand in `text` as a student's notebook and return the folder that it is in."""
    place = course / "submitted" / student / NAME
    place.mkdir(parents=True)
    (place / f"{NAME}.ipynb").write_text(text, encoding="utf-8")
    return place


def marks_of(gradebook: Path) -> dict[str, Marks]:
    """Return every student's marks that a gradebook holds."""
    found: dict[str, Marks] = {}
    connection = sqlite3.connect(gradebook)
    try:
        for student, cell, score, most in connection.execute(_QUERY):
            found.setdefault(student, {})[cell] = score, most
    finally:
        connection.close()
    return found
