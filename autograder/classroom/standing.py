"""Where each submission of an assignment stands: graded or not, as it is now or before a change.

That is told from what lies in the course directory, where nothing is graded or written for it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from autograder.classroom.course import Course, Found
from autograder.errors import AutograderError, place_of
from autograder.grading.kept import Kept, kept_in
from autograder.grading.rebuild import from_submitted
from autograder.grading.release import Release
from autograder.grading.version import version_of
from autograder.judging.assignment import Assignment

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """Where one submission stands.

    Attributes
    ----------
    student
        Whose it is.
    kept
        What is kept of its grade, if it has been graded.
    problem
        Why what is handed in now cannot be graded; nothing if it can.
    changed
        Whether something else is handed in now than what was graded.
    older
        Whether it was graded with something else than what would grade it now.
    fed_back
        Whether there is a page of feedback that is not older than the grade.
    """

    student: str
    kept: Kept | None
    problem: str = ""
    changed: bool = False
    older: bool = False
    fed_back: bool = False

    @property
    def is_stale(self) -> bool:
        """Whether the grade is not that of today."""
        return self.kept is not None and (self.changed or self.older)


def standings(course: Course, assignment: Assignment, release: Release) -> list[Standing]:
    """Return where each submission of an assignment stands, by the students' names."""
    version = version_of(assignment, release, course.terms())
    return [_standing(course, assignment, release, version, found)
            for found in course.submissions(assignment)]  # fmt: skip


def _standing(
    course: Course, assignment: Assignment, release: Release, version: str, found: Found
) -> Standing:
    kept = kept_in(course.autograded_path(assignment, found.student))
    digest, problem = _digest(release, found)
    if kept is None:
        return Standing(found.student, None, problem)
    return Standing(
        found.student,
        kept,
        problem,
        digest != kept.digest,
        version != kept.version,
        _is_fed_back(course, assignment, found.student),
    )


def _digest(release: Release, found: Found) -> tuple[str, str]:
    """Return the digest of what a student has handed in, or why there is none."""
    try:
        return from_submitted(release, found.path).digest.hex(), ""
    except AutograderError as error:
        return "", str(error)
    except Exception as error:  # nobody else's standing depends on what a stranger handed in
        _log.exception("%r cannot be read.", str(found.path))
        return "", f"{found.path}: cannot be read ({place_of(error)}): {type(error).__name__}"


def _is_fed_back(course: Course, assignment: Assignment, student: str) -> bool:
    try:
        page = course.feedback_path(assignment, student).stat()
        graded = course.autograded_path(assignment, student).stat()
    except OSError:
        return False
    return page.st_mtime_ns >= graded.st_mtime_ns
