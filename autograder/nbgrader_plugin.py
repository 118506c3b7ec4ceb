"""Makes `nbgrader autograde`, and formgrader's button, take the isolated path.

nbgrader converts a submission in two stages: the first writes a cleaned notebook into
``autograded/``, the second executes it. A course made by ``python -m autograder init`` is
configured so that the first stage is `RebuildSubmission` and the second `GradeInSandbox`. The
pages that nbgrader makes of graded notebooks go through `ForStudents` or `Bounded`, and what it
takes from an exchange through `Collect`.

Before that, nbgrader copies what lies beside the submission, links followed, and reads the
notebook, whatever it is. Its one setting for the former, ``CourseDirectory.ignore``, would keep
files from being collected too, so it is the exporters that see to both: nbgrader makes a
converter's exporter before it touches the first file.
"""

from __future__ import annotations

import atexit
import dataclasses
import functools
import json
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import nbformat
from nbconvert import HTMLExporter, NotebookExporter
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from nbgrader.exchange.default.collect import ExchangeCollect
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool

from autograder.authoring.extras import FOLDED
from autograder.authoring.notebooks import release_of
from autograder.classroom import receipt
from autograder.classroom.bounds import bound, highlighting
from autograder.classroom.collecting import copy_files
from autograder.classroom.course import Course
from autograder.classroom.turns import GRADE
from autograder.errors import AutograderError
from autograder.grading.engine import Engine
from autograder.grading.graded import INSTRUCTOR, graded_notebook
from autograder.grading.rebuild import from_answers, from_submitted, rebuilt_notebook
from autograder.grading.terms import Terms
from autograder.grading.version import version_of
from autograder.judging.assignment import Assignment

Resources = dict[str, Any]

_BOUNDED = "autograder_bounded"
# Between the two stages, what is told of a submission is in the notebook, which is ours by then.
_TOLD = "autograder_told"


class _NotebooksOnly(CourseDirectory):
    """A course of which converters copy no file beside a notebook."""

    @classmethod
    def of(cls, other: CourseDirectory) -> _NotebooksOnly:
        """Return `other` with no file in it but its notebooks."""
        traits = {name: getattr(other, name) for name in other.trait_names(config=True)}
        # nbgrader looks for "*" in a folder whose name it takes for a pattern too. That finds
        # nothing in one called [a], which is found from further up.
        steps = (other.submitted_directory, other.autograded_directory)
        everything = ["*", *(other.format_path(step, "*", "*") for step in steps)]
        return cls(parent=other.parent, **traits | {"ignore": everything})

    def get_existing_timestamp(self, dest_path: str) -> datetime | None:
        """Return the time of the submission in a folder, if it says one."""
        return _submitted_at(dest_path)


def _submitted_at(folder: str) -> datetime | None:
    return receipt.submitted_at(Path(folder))


class _AloneExporter(Exporter):
    """Has nothing beside a converter's results but the exchange's receipt."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self._course = _NotebooksOnly.of(self.parent.coursedir)
        self.parent.coursedir = self._course

    def from_filename(
        self, filename: str, resources: Resources | None = None, **kw: Any
    ) -> tuple[Any, Resources]:
        """Convert a notebook; a submitted one is for `RebuildSubmission` to read."""
        assert resources is not None, "nbgrader says whose notebook it is"
        path = Path(filename)
        if path.parent == self._folder(self._course.submitted_directory, resources):
            resources["metadata"] = {"name": path.stem, "path": str(path.parent)}
            nothing = nbformat.v4.new_notebook()
            result = self.from_notebook_node(nothing, resources, **kw)
        else:
            result = super().from_filename(filename, resources, **kw)
        receipt.keep(path.parent, self._folder(self.parent._output_directory, resources))
        return result

    def _folder(self, step: str, resources: Resources) -> Path:
        of = resources["nbgrader"]
        return Path(self._course.format_path(step, of["student"], of["assignment"]))


class GradedNotebook(_AloneExporter, NotebookExporter):
    """What `nbgrader autograde` makes, while no other command is at work on the course."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        convert = self.parent.convert_notebooks
        # This is what the converter does next, and all that it does.
        self.parent.convert_notebooks = lambda: self._in_turn(convert)

    def _in_turn(self, convert: Callable[[], None]) -> None:
        """Convert all submissions while this holds the course's lock; never wait for it.

        Formgrader's server would answer nobody while it waits.
        """
        course = Course(Path(self._course.root))
        at_work = course.at_work
        if at_work:
            self._refuse(
                f"Another command is at work on this course: {at_work}. Try again afterwards."
            )
        try:
            with course.turn(GRADE, self.log.warning):
                course.check_assigned(course.content.load(self._course.assignment_id))
                course.enter_dates(self._course.assignment_id)
                convert()
        except AutograderError as error:
            self._refuse(str(error))

    def _refuse(self, why: str) -> NoReturn:
        self.log.error(why)
        raise NbGraderException(why)


class FeedbackPage(_AloneExporter, HTMLExporter):
    """What `nbgrader generate_feedback` makes of a graded notebook."""


class RebuildSubmission(NbGraderPreprocessor):
    """Replaces a submitted notebook by the release with the submission's answers in it."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Ignore `nb`, which is not the submission: read the file as it was sent."""
        course = _course_of(self)
        metadata = resources["metadata"]
        path = Path(metadata["path"]) / f"{metadata['name']}.ipynb"
        assignment = course.content.load(resources["nbgrader"]["assignment"])
        release = release_of(assignment, course.settings.patience)
        submission = from_submitted(release, path)
        for note in submission.notes:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], note)
        rebuilt = nbformat.from_dict(rebuilt_notebook(release, submission))
        told = {"notes": submission.notes, "elsewhere": submission.elsewhere}
        rebuilt.metadata[_TOLD] = json.dumps(told)
        return rebuilt, resources


class GradeInSandbox(NbGraderPreprocessor):
    """Writes the judge's verdict into a rebuilt notebook, for SaveAutoGrades to read."""

    trust_submissions = Bool(
        False, help="Run students' code without a sandbox. Only for code that you trust."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade the answers in `nb`, in the sandbox unless submissions are trusted."""
        name = resources["nbgrader"]["assignment"]
        course = _course_of(self)
        answers = {
            cell.metadata.nbgrader.grade_id: cell.source
            for cell in nb.cells
            if cell.metadata.get("nbgrader", {}).get("solution", False)
        }
        assignment = course.content.load(name)
        release = release_of(assignment, course.settings.patience)
        told = json.loads(nb.metadata.get(_TOLD, "{}"))
        submission = dataclasses.replace(
            from_answers(release, answers),
            notes=tuple(told.get("notes", ())),
            elsewhere=tuple(map(tuple, told.get("elsewhere", ()))),
        )
        if self.trust_submissions:
            self.log.warning(
                "trust_submissions is set: students' code runs WITHOUT a sandbox. It can read and "
                "change every file of yours, the gradebook included."
            )
        terms = course.terms(isolated=not self.trust_submissions)
        verdict = _engine(assignment, terms).grade(submission)
        version = version_of(assignment, release, terms)
        course.enter_dates(name)  # nbgrader has entered the submission, and looks at the time next
        graded = graded_notebook(release, submission, verdict, version)
        return nbformat.from_dict(graded), resources


class Bounded(NbGraderPreprocessor):
    """Keeps a page on a graded notebook to what can be made in moments, whoever wrote the text."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Cut what is too long, and have highlighted only what looks like code."""
        if resources.get(_BOUNDED):  # by the exporter already, whose configuration says it too
            return nb, resources
        resources[_BOUNDED] = True
        for cell in nb.cells:
            bound(cell)
        highlight = self.parent.environment.filters["highlight_code"]
        self.parent.register_filter("highlight_code", highlighting(highlight))
        return nb, resources


class ForStudents(Bounded):
    """Takes out of a graded notebook what is not for the student to see, or of no use any more."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Drop the cells with the instructor's tag, and those that only help before handing in."""
        nb, resources = super().preprocess(nb, resources)
        nb.cells = [
            cell
            for cell in nb.cells
            if INSTRUCTOR not in cell.metadata.get("tags", ()) and cell.get("id") not in FOLDED
        ]
        return nb, resources


class Collect(ExchangeCollect):
    """nbgrader's own, without what a student has put in its way.

    Where a submission has a link, nbgrader collects what the instructor may read there: the
    model answers, for example. And a pipe in one, or too much, ends the collecting of all.
    """

    src_records: list[dict[str, Any]]

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """Read the name of a submission's folder, which a student may have chosen."""
        try:
            record: dict[str, Any] = super()._path_to_record(path)
        except Exception as error:
            self.log.error("%s has not been collected: %s", path, error)
            return {"username": "", "filename": "", "timestamp": datetime.min}
        return record

    def copy_files(self) -> None:
        """Copy what can be copied."""
        self.src_records = [record for record in self.src_records if record["username"]]
        # nbgrader's own ends the collecting where a student's file says no time.
        self.coursedir.get_existing_timestamp = _submitted_at
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copy one submission, but for links and whatever else is no file."""
        with tempfile.TemporaryDirectory() as place:
            plain = Path(place, "submission")
            try:
                left = copy_files(Path(src), plain, self.coursedir.max_dir_size * 1000)
                super().do_copy(str(plain), dest, log)
            except (OSError, RuntimeError) as error:  # shutil's is an OSError too
                self.log.error("%s has not been collected: %s", src, error)
                return
        if left:
            self.log.warning("%s: not collected, since they are no files: %s", src, left)


def _course_of(preprocessor: NbGraderPreprocessor) -> Course:
    # A preprocessor's parent is the exporter, whose parent is the converter, which has the course:
    # the resources name the gradebook alone, and that may be anywhere.
    return Course(Path(preprocessor.parent.parent.coursedir.root))


@functools.cache
def _engine(assignment: Assignment, terms: Terms) -> Engine:
    """Return an engine that stays for the next submissions, and ends with the process."""
    engine = Engine(assignment, terms)
    engine.open()
    atexit.register(engine.close)
    return engine
