"""A course directory in nbgrader's layout."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets.config import Config, PyFileConfigLoader

from autograder.assignment import Assignment
from autograder.errors import InputError
from autograder.secret import read_secret

if TYPE_CHECKING:
    from nbgrader.api import Gradebook

CONFIG = "nbgrader_config.py"
SECRET = ".autograder-secret"

_CONFIG_TEXT = """\
# nbgrader's configuration of this course; https://nbgrader.readthedocs.io explains the options.
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "training_deep_networks"

# `nbgrader autograde` and formgrader's button grade as `python -m autograder grade` does:
# the notebook is rebuilt from the release, and a student's code runs in a sandbox.
c.Autograde.sanitize_preprocessors = ["autograder.nbgrader_plugin.RebuildSubmission"]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugin.GradeInSandbox",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]

# Model answers stand beside written answers in formgrader, and not in the students' feedback.
c.GenerateFeedback.preprocessors = [
    "autograder.nbgrader_plugin.ForStudents",
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]
"""


@dataclass(frozen=True)
class Found:
    """One submission that is waiting in the course directory."""

    student: str
    path: Path


class Course:
    """A course directory: where assignments are released from and submissions collected to.

    Parameters
    ----------
    root
        The directory that holds ``nbgrader_config.py``.

    Raises
    ------
    InputError
        `root` is not a course directory.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        if not (self.root / CONFIG).is_file():
            raise InputError(
                f"{root} is not a course directory (it has no {CONFIG}); "
                "make one with: python -m autograder init DIR"
            )
        self._config = _quiet(PyFileConfigLoader(CONFIG, str(self.root)).load_config())
        self._config.CourseDirectory.root = str(self.root)
        # nbgrader calls `alembic` by name when it makes a gradebook.
        scripts = os.path.dirname(sys.executable)
        if scripts not in os.get_exec_path():
            os.environ["PATH"] = os.pathsep.join([scripts, *os.get_exec_path()])

    @classmethod
    def create(cls, root: Path) -> Course:
        """Make `root` a course directory; what is already there stays."""
        for folder in ("source", "release", "submitted", "autograded", "feedback"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        if not (root / CONFIG).exists():
            (root / CONFIG).write_text(_CONFIG_TEXT, encoding="utf-8")
        read_secret(root / SECRET)
        return cls(root)

    @property
    def secret(self) -> bytes:
        """What makes the checks' inputs unpredictable; made once, never shown to students."""
        return read_secret(self.root / SECRET)

    # What follows imports nbgrader only where it is used: that takes a second, in which the
    # grader's workers become ready.

    def assign(self, assignment: Assignment) -> None:
        """Write the assignment's source and release notebooks and enter it in the gradebook."""
        from autograder import conversion

        conversion.assign(self._config, assignment)

    def check_assigned(self, assignment: Assignment) -> None:
        """Raise `NotAssignedError` if the assignment is not in the gradebook."""
        from autograder.gradebook import notebook_of

        with self.gradebook() as gradebook:
            notebook_of(gradebook, assignment)

    def waiting_for_a_person(self, assignment: Assignment) -> list[str]:
        """Return the students with answers to an assignment that have to be graded by hand."""
        with self.gradebook() as gradebook:
            submissions = gradebook.assignment_submissions(assignment.name)
            return sorted(s.student_id for s in submissions if s.needs_manual_grade)

    def submissions(self, assignment: Assignment, student: str | None = None) -> list[Found]:
        """Return the submissions of an assignment, in the order of the students' names."""
        submitted = self.root / "submitted"
        if student and Path(student).name != student:
            raise InputError(f"{student!r} is not the name of a student.")
        names = [student] if student else sorted(path.name for path in submitted.iterdir())
        found = [
            Found(name, submitted / name / assignment.name / f"{assignment.name}.ipynb")
            for name in names
        ]
        return [item for item in found if os.path.lexists(item.path.parent)]

    def autograded_path(self, assignment: Assignment, student: str) -> Path:
        """Where nbgrader expects the graded notebook of a student."""
        return self.root / "autograded" / student / assignment.name / f"{assignment.name}.ipynb"

    def feedback_path(self, assignment: Assignment, student: str) -> Path:
        """Where nbgrader puts a student's feedback."""
        return self.root / "feedback" / student / assignment.name / f"{assignment.name}.html"

    @contextmanager
    def gradebook(self) -> Iterator[Gradebook]:
        """Open nbgrader's gradebook.

        Raises
        ------
        GraderError
            It is locked, damaged, or cannot be written to.
        """
        from autograder.gradebook import opened

        with opened(self._config) as gradebook:
            yield gradebook

    def generate_feedback(self, assignment: str, student: str) -> None:
        """Write a student's feedback on the assignment with nbgrader's own converter."""
        from autograder import conversion

        conversion.generate_feedback(self._config, assignment, student)

    def export(self, to: Path) -> None:
        """Write all marks to a CSV file with nbgrader's own exporter."""
        from autograder import conversion

        with self.gradebook() as gradebook:
            conversion.export(self._config, gradebook, to)


def _quiet(config: Config) -> Config:
    config.Application.log_level = logging.ERROR
    return config
