"""A course directory in nbgrader's layout."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from traitlets import TraitError
from traitlets.config import Config, PyFileConfigLoader

from autograder.classroom import turns
from autograder.classroom.secret import read_secret
from autograder.classroom.settings import Autograder
from autograder.classroom.strays import strays
from autograder.errors import InputError, place_of
from autograder.grading.terms import Terms
from autograder.judging.assignment import Assignment
from autograder.judging.content import Content, named_content

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Gradebook

    from autograder.classroom.deadlines import Deadlines
    from autograder.classroom.lateness import LatePolicy

CONFIG = "nbgrader_config.py"
SECRET = ".autograder-secret"
LOCK = ".autograder-lock"

_CONFIG_TEXT = """\
# nbgrader's configuration of this course; https://nbgrader.readthedocs.io explains the options.
c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "{course_id}"

# Dates and policy, all here; `autograder status` shows the dates. What begins with c. is a line to
# write below.
#
# | due dates     | c.Autograder.due = {{"ASSIGNMENT": "2026-11-02 23:59"}}                     |
# | extensions    | c.Autograder.extensions = {{"ASSIGNMENT": {{"STUDENT": "2026-11-05 23:59"}}}} |
# | time zone     | c.Exchange.timezone = "Europe/Zurich"; without it, dates are in UTC       |
# | late work     | c.LateSubmissionPlugin.penalty_method = "zero"; without it, no penalty    |
# | many attempts | the last that `nbgrader collect --update` finds counts; with              |
# |               | c.ExchangeCollect.before_duedate = True, the last before the due date     |
#
# Due dates and extensions are entered in the gradebook by `assign` and whenever something is
# graded. An assignment that has no date here keeps what the gradebook says of it.

# Whose exercises these are, and how they are graded; `autograder grade --help` says more.
c.Autograder.content = "{content}"

# `nbgrader autograde` and formgrader's button grade as `python -m autograder grade` does:
# the notebook is rebuilt from the release, what lies beside it is left where it is, and a
# student's code runs in a sandbox.
c.Autograde.exporter_class = "autograder.nbgrader_plugin.GradedNotebook"
c.Autograde.sanitize_preprocessors = ["autograder.nbgrader_plugin.RebuildSubmission"]
c.Autograde.autograde_preprocessors = [
    "autograder.nbgrader_plugin.GradeInSandbox",
    "nbgrader.preprocessors.SaveAutoGrades",
    "nbgrader.preprocessors.AssignLatePenalties",
]

# From an exchange, a link is not collected as what it points to, nor does one stop the others.
c.ExchangeFactory.collect = "autograder.nbgrader_plugin.Collect"

# Model answers stand beside written answers in formgrader, and not in the students' feedback.
c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.FeedbackPage"
c.GenerateFeedback.preprocessors = [
    "autograder.nbgrader_plugin.ForStudents",
    "nbgrader.preprocessors.GetGrades",
    "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
]

# Formgrader's pages, like the feedback's, take moments, whatever a student has handed in.
c.HTMLExporter.preprocessors = ["autograder.nbgrader_plugin.Bounded"]
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
        self._config = _quiet(_loaded(self.root))
        self._config.CourseDirectory.root = str(self.root)
        # nbgrader calls `alembic` by name when it makes a gradebook.
        scripts = os.path.dirname(sys.executable)
        if scripts not in os.get_exec_path():
            os.environ["PATH"] = os.pathsep.join([scripts, *os.get_exec_path()])

    @classmethod
    def create(cls, root: Path, package: str) -> Course:
        """Make `root` a course directory; what is already there stays.

        Parameters
        ----------
        root
            Where.
        package
            The package that has the course's content.
        """
        content = named_content(package)
        for folder in ("source", "release", "submitted", "autograded", "feedback"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        if not (root / CONFIG).exists():
            text = _CONFIG_TEXT.format(course_id=content.course_id, content=package)
            (root / CONFIG).write_text(text, encoding="utf-8")
        read_secret(root / SECRET)
        return cls(root)

    @cached_property
    def missing(self) -> list[str]:
        """The lines that the configuration of a course made today has and this one has not."""
        with tempfile.TemporaryDirectory() as made:
            text = _CONFIG_TEXT.format(course_id="", content="")
            Path(made, CONFIG).write_text(text, encoding="utf-8")
            today = _loaded(Path(made))
        del today["CourseDirectory"], today["Autograder"]  # what is chosen, and has defaults
        return [
            f"c.{section}.{name} = {value!r}"
            for section, values in today.items()
            for name, value in values.items()
            if name not in self._config.get(section, {})
        ]

    @property
    def config(self) -> Config:
        """What the course's configuration says, for nbgrader's own parts."""
        return self._config

    @property
    def secret(self) -> bytes:
        """What makes the checks' inputs unpredictable; made once, never shown to students."""
        return read_secret(self.root / SECRET)

    @cached_property
    def settings(self) -> Autograder:
        """What the course's configuration says about grading.

        Raises
        ------
        InputError
            It says something that cannot be.
        """
        try:
            return Autograder(config=self._config)
        except TraitError as error:
            raise InputError(f"{self.root / CONFIG}: {error}") from error

    @property
    def content(self) -> Content:
        """The course's assignments and references."""
        return named_content(self.settings.content)

    def terms(self, *, isolated: bool = True, debug: bool = False) -> Terms:
        """Return the terms on which the course's submissions are graded."""
        settings = self.settings
        return Terms(
            self.content,
            self.secret,
            isolated,
            (self.root,),
            settings.patience,
            settings.limits,
            self.log,
            debug,
        )

    @property
    def log(self) -> Path:
        """The file that faults of the grader are told in detail."""
        return self.root / "autograder.log"

    def turn(self, work: str, tell: Callable[[str], object]) -> AbstractContextManager[None]:
        """Keep other commands from the course; see `autograder.classroom.turns.turn`."""
        return turns.turn(self.root / LOCK, work, tell)

    @property
    def at_work(self) -> str:
        """Which command is at work on the course; nothing if none is."""
        return turns.holder(self.root / LOCK)

    # What follows imports nbgrader only where it is used: that takes a second, in which the
    # grader's workers become ready.

    @property
    def late_policy(self) -> LatePolicy:
        """What the course's configuration says about late submissions."""
        from autograder.classroom.lateness import LatePolicy

        return LatePolicy(self._config)

    @cached_property
    def deadlines(self) -> Deadlines:
        """What the course's configuration says about dates.

        Raises
        ------
        InputError
            It says something that cannot be.
        """
        from autograder.classroom.deadlines import Deadlines

        zone = self._config.Exchange.get("timezone", "UTC")
        try:
            return Deadlines(self.settings, zone, self.content.names())
        except InputError as error:
            raise InputError(f"{self.root / CONFIG}: {error}") from error

    def assign(self, assignment: Assignment, source: NotebookNode) -> None:
        """Write the assignment's source and release notebooks and enter it in the gradebook."""
        from autograder.classroom import conversion

        deadlines = self.deadlines  # may be at fault, which is told before anything is done
        conversion.assign(self._config, assignment.name, source)
        with self.gradebook() as gradebook:
            deadlines.enter(gradebook, assignment.name)

    def enter_dates(self, name: str) -> None:
        """Enter the due date and the extensions of an assignment in the gradebook."""
        with self.gradebook() as gradebook:
            self.deadlines.enter(gradebook, name)

    def check_assigned(self, assignment: Assignment) -> None:
        """Raise an error if the assignment is not in the gradebook as it is; see `notebook_of`."""
        from autograder.classroom.gradebook import notebook_of

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
        if not submitted.is_dir():
            raise InputError(f"{submitted} is not there: what students hand in belongs into it.")
        names = [student] if student else sorted(path.name for path in submitted.iterdir())
        found = [
            Found(name, submitted / name / assignment.name / f"{assignment.name}.ipynb")
            for name in names
        ]
        return [item for item in found if _there(item.path.parent)]

    def absent(self, assignment: Assignment) -> dict[str, str]:
        """Return those who have handed nothing in, as far as is known, with what to tell of them.

        That is everybody else in the class list or in ``submitted/``. Where work of theirs lies
        elsewhere, it is told.
        """
        graded = {found.student for found in self.submissions(assignment)}
        told = strays(self.root / "submitted", assignment.name, self.content.names(), graded)
        with self.gradebook() as gradebook:
            enrolled = [student.id for student in gradebook.students if student.id not in graded]
        return dict(sorted((dict.fromkeys(enrolled, "") | told).items()))

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
        from autograder.classroom.gradebook import opened

        with opened(self._config) as gradebook:
            yield gradebook

    def generate_feedback(self, assignment: str, student: str) -> None:
        """Write a student's feedback on the assignment with nbgrader's own converter."""
        from autograder.classroom import conversion

        conversion.generate_feedback(self._config, assignment, student)

    def export(self, to: Path) -> None:
        """Write all marks to a CSV file.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        from autograder.classroom.export import write_marks

        try:
            with self.gradebook() as gradebook:
                write_marks(gradebook, to)
        except OSError as error:
            raise InputError(f"{to} cannot be written ({error.strerror}).") from error


def _there(path: Path) -> bool:
    """Whether there is something at `path`, though it may be that nobody can look."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True  # reading it will say why it cannot be graded
    return True


def _loaded(root: Path) -> Config:
    """Return the configuration of the course in `root`, which is Python."""
    try:
        return PyFileConfigLoader(CONFIG, str(root)).load_config()
    except Exception as error:
        raise InputError(
            f"{root / CONFIG} cannot be read ({place_of(error)}): {type(error).__name__}: {error}."
        ) from error


def _quiet(config: Config) -> Config:
    config.Application.log_level = logging.ERROR
    return config
