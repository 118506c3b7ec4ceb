"""Applies nbgrader's own converters to a course."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.converters import GenerateAssignment, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.errors import GraderError


def assign(config: Config, assignment: str, source: NotebookNode) -> None:
    """Write an assignment's source and release notebooks and enter it in the gradebook."""
    folder = Path(config.CourseDirectory.root) / "source" / assignment
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(source, folder / f"{assignment}.ipynb")
    _convert(GenerateAssignment, config, assignment, "*")


def generate_feedback(config: Config, assignment: str, student: str) -> None:
    """Write a student's feedback on the assignment."""
    _convert(_FeedbackOnOne, config, assignment, student)


def _convert(converter: type[Any], config: Config, assignment: str, student: str) -> None:
    config = Config(config)
    config.CourseDirectory.assignment_id = assignment
    config.CourseDirectory.student_id = student
    log = _Remembering()
    worker = converter(coursedir=CourseDirectory(config=config), config=config)
    worker.force = True
    worker.log.handlers[:] = [log]
    worker.log.propagate = False
    try:
        worker.start()
    except (NbGraderException, SystemExit) as error:
        told = log.first or str(error)
        raise GraderError(f"nbgrader could not convert {assignment}: {told}") from (
            log.cause or error
        )


class _FeedbackOnOne(GenerateFeedback):
    """Takes the student's name for a name: nbgrader, for a pattern; and one may be called [a]."""

    def init_notebooks(self) -> None:
        """Find the one notebook."""
        assignment = self.coursedir.assignment_id
        folder = self._format_source(assignment, self.coursedir.student_id)
        self.notebooks: list[str] = []
        self.assignments = {folder: [os.path.join(folder, f"{assignment}.ipynb")]}


class _Remembering(logging.Handler):
    """Keeps the first of nbgrader's complaints, and the exception that it is about, if any."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.first = ""
        self.cause: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if self.first:
            return
        self.cause = sys.exc_info()[1]  # nbgrader complains while it handles it
        told = record.getMessage() if self.cause is None else _named(self.cause)
        self.first = told.strip().partition("\n")[0]


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
