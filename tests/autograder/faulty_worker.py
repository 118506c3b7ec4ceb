"""A preload that makes a Dask worker faulty, for submissions that are called so."""

from __future__ import annotations

import os
import time

import psutil

from autograder.errors import AutograderError
from autograder.grading import worker
from autograder.grading.handed_in import HandedIn
from autograder.grading.kept import Kept
from autograder.grading.release import Release
from autograder.grading.terms import Terms
from autograder.judging.sheet import Sheet

_grade, _start = worker.grade, worker.start


def grade(release: Release, version: str, handed: HandedIn, known: Kept | None) -> object:
    """Die, or take the worker along, over a submission whose student's name asks for it."""
    student = handed.path.parent.parent.name
    if student.startswith("kills its process"):
        os._exit(9)
    if student.startswith("kills its worker"):
        psutil.Process(os.getpid()).parents()[1].kill()  # the first starts processes for it
        time.sleep(60)
    if student.startswith("slow"):
        time.sleep(0.5)
    return _grade(release, version, handed, known)


def start(sheet: Sheet, terms: Terms) -> None:
    """Have no sandbox where a file says so: a test may put it there, and take it away."""
    if os.path.exists(os.environ["NO_SANDBOX"]):
        worker._engine = worker.CannotStartError("The sandbox does not hold")
        return
    _start(sheet, terms)


assert issubclass(worker.CannotStartError, AutograderError)
worker.grade, worker.start = grade, start  # type: ignore[assignment]
