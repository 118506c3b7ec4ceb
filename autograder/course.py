"""A course directory in nbgrader's layout, and nbgrader's own tools applied to it."""

from __future__ import annotations

import logging
import os
import sqlite3
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from tornado.log import app_log
from traitlets.config import Config, PyFileConfigLoader

from autograder.assignment import Assignment
from autograder.authoring.notebooks import source_notebook
from autograder.errors import GraderError, InputError
from autograder.secret import read_secret

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

    def assign(self, assignment: Assignment) -> None:
        """Write the assignment's source and release notebooks and enter it in the gradebook."""
        folder = self.root / "source" / assignment.name
        folder.mkdir(parents=True, exist_ok=True)
        nbformat.write(source_notebook(assignment), folder / f"{assignment.name}.ipynb")
        self._convert(GenerateAssignment, assignment.name, "*", force=True)

    def is_assigned(self, assignment: Assignment) -> bool:
        """Whether the assignment is in the gradebook."""
        with self.gradebook() as gradebook:
            try:
                gradebook.find_notebook(assignment.name, assignment.name)
            except MissingEntry:
                return False
        return True

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
        directory = CourseDirectory(config=self._config)
        # nbgrader would print the traceback of an error that is told below in one line.
        app_log.disabled = True
        try:
            with (
                warnings.catch_warnings(),
                Gradebook(directory.db_url, directory.course_id) as gradebook,
            ):
                # nbgrader reads a submission's relations before it adds it to the session.
                warnings.simplefilter("ignore", SAWarning)
                yield gradebook
        except (InvalidEntry, SQLAlchemyError, sqlite3.Error) as error:
            why = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise GraderError(
                f"The gradebook {self.root}/gradebook.db cannot be used ({why}). Mend that and run "
                "the command again: what has been graded stays graded."
            ) from error
        finally:
            app_log.disabled = False

    def generate_feedback(self, assignment: str, student: str) -> None:
        """Write a student's feedback on the assignment with nbgrader's own converter."""
        self._convert(GenerateFeedback, assignment, student, force=True)

    def export(self, to: Path) -> None:
        """Write all marks to a CSV file with nbgrader's own exporter."""
        with self.gradebook() as gradebook:
            CsvExportPlugin(to=str(to), config=self._config).export(gradebook)

    def _convert(self, converter: type[Any], assignment: str, student: str, force: bool) -> None:
        config = Config(self._config)
        config.CourseDirectory.assignment_id = assignment
        config.CourseDirectory.student_id = student
        directory = CourseDirectory(config=config)
        log = _Remembering()
        worker = converter(coursedir=directory, config=config)
        worker.force = force
        worker.log.handlers[:] = [log]
        worker.log.propagate = False
        try:
            worker.start()
        except (NbGraderException, SystemExit) as error:
            told = log.lines[0] if log.lines else str(error)
            raise GraderError(f"nbgrader could not convert {assignment}: {told}") from error


class _Remembering(logging.Handler):
    """Keeps the last line of each of nbgrader's complaints; the first of them is the cause."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage().strip()
        self.lines.append(text.splitlines()[-1] if text else "")


def _quiet(config: Config) -> Config:
    config.Application.log_level = logging.ERROR
    return config
