"""Writes feedback pages, several at once: nbgrader's converter takes its time over each."""

from __future__ import annotations

import logging
import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from autograder import logs
from autograder.classroom.course import Course
from autograder.errors import AutograderError, GraderError, place_of
from autograder.grading.surviving import worked
from autograder.judging.assignment import Assignment
from autograder.judging.limit import OutOfTime, at_most

# Of processor time, for one page: a hundred times what an ordinary one takes. What a student can do
# to a page is bounded in `bounds`; this is for what nobody has thought of.
SECONDS = 60.0
_DIED = "The process that wrote the page died over it, alone too. Look at the submission by hand."

_log = logging.getLogger(__name__)


def write_feedback(
    course: Course, assignment: Assignment, students: list[str], workers: int
) -> Iterator[tuple[str, AutograderError | None]]:
    """Write the feedback page of each student, and yield each student when it is done.

    With a student whose page could not be written comes the reason; nobody else's depends on it.
    """
    if not students:
        return

    def submit(pool: ProcessPoolExecutor, student: str) -> Future[None]:
        return pool.submit(write_page, course.root, assignment.name, student)

    number = min(workers, len(students))
    with _pool(course, number) as ready:
        another = partial(_pool, course, 1)
        for student, future in worked(ready, another, submit, students, 2 * number):
            yield student, _problem(student, future)


def _problem(student: str, future: Future[None] | None) -> AutograderError | None:
    if future is None:
        _log.error("%r: the worker died twice", student)
        return GraderError(_DIED)
    try:
        future.result()
    except AutograderError as error:
        return error
    return None


@contextmanager
def _pool(course: Course, workers: int) -> Iterator[ProcessPoolExecutor]:
    pool = ProcessPoolExecutor(
        workers,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=logs.begin,
        initargs=(course.log, False),
    )
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def write_page(root: Path, assignment: str, student: str) -> None:
    """Write one student's page.

    Raises
    ------
    GraderError
        It could not be written, or not in time.
    """
    try:
        with at_most(SECONDS):
            Course(root).generate_feedback(assignment, student)
    except OutOfTime:
        raise GraderError(f"The page was not ready after {SECONDS:g} s of work.") from None
    except AutograderError as error:
        _log.error("%r has no feedback on %s", student, assignment, exc_info=error)
        raise
    except Exception as error:
        _log.exception("%r has no feedback on %s", student, assignment)
        raise GraderError(
            f"The page cannot be written ({place_of(error)}): {type(error).__name__}: {error}"
        ) from error
