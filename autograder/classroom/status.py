"""How far a course is, one line an assignment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nbgrader.api import Gradebook, MissingEntry

from autograder.classroom.course import Course
from autograder.classroom.standing import standings
from autograder.grading.release import Release
from autograder.judging.assignment import Assignment


@dataclass(frozen=True)
class Status:
    """How far one assignment is.

    `due` is the date as people read it, with the number of those who have longer; all else is
    the number of submissions.
    """

    name: str
    due: str
    is_released: bool
    handed_in: int
    graded: int
    waiting: int
    stale: int
    fed_back: int


def status_of(course: Course, assignment: Assignment, release: Callable[[], Release]) -> Status:
    """Return how far an assignment is; `release` makes what students were given."""
    name = assignment.name
    with course.gradebook() as gradebook:
        due, longer, waiting = _entered(course, gradebook, name)
    # An assignment that nobody has handed in takes no time.
    found = standings(course, assignment, release()) if course.submissions(assignment) else []
    return Status(
        name,
        f"{due} (+{longer})" if due and longer else due,
        (course.root / "release" / name / f"{name}.ipynb").exists(),
        len(found),
        sum(standing.kept is not None for standing in found),
        waiting,
        sum(standing.is_stale for standing in found),
        sum(standing.fed_back for standing in found),
    )


def _entered(course: Course, gradebook: Gradebook, name: str) -> tuple[str, int, int]:
    """Return the due date, how many have longer, and how many submissions wait for a person."""
    due, longer = course.deadlines.due(name), course.deadlines.extensions(name)
    try:
        entry = gradebook.find_assignment(name)
    except MissingEntry:
        return course.deadlines.shown(due) if due else "", longer, 0
    if due is None:
        due = entry.duedate
        longer = sum(bool(submission.extension) for submission in entry.submissions)
    waiting = sum(bool(submission.needs_manual_grade) for submission in entry.submissions)
    return course.deadlines.shown(due) if due else "", longer, waiting
