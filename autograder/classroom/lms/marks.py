"""Writes marks as learning platforms import them.

- Moodle, mod/assign/feedback/offline/importgradeslib.php: a grading worksheet for each assignment.
  Its import looks for the columns Identifier, Grade and Last modified (grade), in the language of
  whoever imports it, and passes over an empty grade, and one that is above the maximum.
- Canvas, lib/gradebook_importer.rb: one file, with the columns Student, ID, SIS Login ID and
  Section before the assignments', and a line of possible points. A student is found by the first
  of ID, login and name that says something.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from nbgrader.api import Gradebook

from autograder.classroom.course import Course
from autograder.classroom.export import inert, mark
from autograder.classroom.files import write_whole
from autograder.classroom.lms import people, record
from autograder.classroom.lms.people import Person, some
from autograder.errors import InputError

_MOODLE: Final = (
    *("Identifier", "Full name", "Email address"),
    *("Grade", "Maximum grade", "Last modified (grade)"),
)
_CANVAS: Final = ("Student", "ID", "SIS Login ID", "Section")

Marks = dict[str, str]


@dataclass
class Exported:
    """Which files were written, what is missing in them, and what is not final."""

    paths: list[Path] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def for_moodle(course: Course, to: Path | None) -> Exported:
    """Write a worksheet for each assignment that was collected from Moodle.

    Parameters
    ----------
    course
        Whose marks.
    to
        The folder for ``grades-moodle-ASSIGNMENT.csv``; the course's own if there is none.

    Raises
    ------
    InputError
        Nothing was collected from Moodle, or the folder cannot be made.
    GraderError
        A file cannot be written.
    """
    exported = Exported()
    with course.gradebook() as gradebook:
        for name in course.content.names():
            numbers = {
                student: entry
                for student, entry in record.load(course.root, name).items()
                if entry.participant
            }
            marks = _marks(gradebook, name, exported) if numbers else {}
            if not marks:
                continue
            rows = _worksheet(gradebook, name, numbers, marks)
            path = (to or course.root) / f"grades-moodle-{name}.csv"
            _write(path, _MOODLE, rows, exported)
            _tell_who_is_left(name, marks.keys() - numbers.keys(), exported)
    if not exported.paths:
        raise InputError(
            "No mark is of a submission that was collected from Moodle: its import needs the "
            "numbers that are in its downloads. Collect one first: autograder collect ZIP"
        )
    return exported


def for_canvas(course: Course, to: Path | None) -> Exported:
    """Write one file with a column for each assignment that has marks.

    Parameters
    ----------
    course
        Whose marks.
    to
        The file; ``grades-canvas.csv`` in the course if there is none.

    Raises
    ------
    InputError
        There is no mark, or the file's folder cannot be made.
    GraderError
        It cannot be written.
    """
    exported = Exported()
    with course.gradebook() as gradebook:
        marks = {
            assignment.name: _marks(gradebook, assignment.name, exported)
            for assignment in gradebook.assignments
        }
        graded = [name for name, own in marks.items() if own]
        if not graded:
            raise InputError("There is no mark yet; run first: autograder grade")
        possible = [_text(gradebook.find_assignment(name).max_score) for name in graded]
        rows = [["    Points Possible", "", "", "", *possible]]
        for person in sorted(people.enrolled(gradebook), key=_sortable):
            own = [marks[name].get(person.id, "") for name in graded]
            rows.append([_sortable(person), person.lms_id, person.id, "", *own])
    titles = [course.content.load(name).title for name in graded]
    _write(to or course.root / "grades-canvas.csv", (*_CANVAS, *titles), rows, exported)
    return exported


PLATFORMS: Final[dict[str, Callable[[Course, Path | None], Exported]]] = {
    "moodle": for_moodle,
    "canvas": for_canvas,
}


def _worksheet(
    gradebook: Gradebook, name: str, entries: record.Record, marks: Marks
) -> list[list[str]]:
    known = {person.id: person for person in people.enrolled(gradebook)}
    possible = _text(gradebook.find_assignment(name).max_score)
    rows = []
    for student, entry in entries.items():
        person = known.get(student, Person(student))
        own = [f"Participant {entry.participant}", person.name, person.email]
        rows.append([*own, marks.get(student, ""), possible, entry.modified])
    return rows


def _marks(gradebook: Gradebook, name: str, exported: Exported) -> Marks:
    """Return the marks on an assignment, by student: who has none is not there."""
    submissions = gradebook.assignment_submissions(name)
    waiting = sum(submission.needs_manual_grade for submission in submissions)
    if waiting:
        exported.notices.append(
            f"{name}: {waiting} students have written answers that nobody has graded yet; their "
            "marks are not final."
        )
    return {submission.student_id: _text(mark(submission)) for submission in submissions}


def _text(points: float) -> str:
    return f"{points:.4f}".rstrip("0").rstrip(".")


def _sortable(person: Person) -> str:
    return ", ".join(filter(None, (person.last_name, person.first_name))) or person.id


def _write(
    path: Path, columns: Iterable[str], rows: Iterable[list[str]], exported: Exported
) -> None:
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file in it.")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([list(map(inert, row)) for row in (columns, *rows)])
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{path.parent} cannot be made ({error.strerror}).") from error
    write_whole(path, text.getvalue())
    exported.paths.append(path)


def _tell_who_is_left(name: str, students: set[str], exported: Exported) -> None:
    if students:
        exported.problems.append(
            f"{name}: graded and not in the file: {some(sorted(students))}. Moodle's number of "
            "them is not known; its grading worksheet has it: give that to autograder collect as "
            "--class-list."
        )
