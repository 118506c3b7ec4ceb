"""Has a class graded by workers: nobody's fault is anybody else's."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError, GraderError
from autograder.grading import worker
from autograder.grading.graded import Graded
from autograder.grading.release import Release
from autograder.judging.verdict import Verdict

_TWICE = "cannot be graded: the grader's own process died over it, alone too. Look at it by hand."

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """One submission to be graded.

    Attributes
    ----------
    student
        Whose.
    path
        The submitted notebook.
    before
        The graded notebook, which may be of this very submission: then it is left alone. None
        grades it in any case.
    """

    student: str
    path: Path
    before: Path | None


@dataclass(frozen=True)
class Judged:
    """What a submission is worth, and the notebook that says so."""

    verdict: Verdict
    graded: Graded


Result = Judged | AutograderError | None
"""What became of a submission: an error says why it was not graded; None is an unchanged one."""


def results(
    ready: ProcessPoolExecutor,
    another: Callable[[], AbstractContextManager[ProcessPoolExecutor]],
    release: Release,
    jobs: list[Job],
) -> Iterator[tuple[str, Result]]:
    """Yield each student, with what became of the submission, as they come.

    Parameters
    ----------
    ready
        The workers.
    another
        Starts one worker more: a worker that dies takes the others with it, so what it may have
        been at is then tried again by itself.
    release
        What students were given.
    jobs
        What is to be graded.

    Raises
    ------
    GraderError
        The workers cannot work at all, for instance because the sandbox does not hold.
    """
    left = {job.student: job for job in jobs}
    with contextlib.suppress(BrokenProcessPool):
        for student, result in _worked(ready, release, jobs):
            del left[student]
            yield student, result
    while left:
        # One after another: of those that are left only the one that kills its worker pays.
        with another() as alone:
            try:
                for job in list(left.values()):
                    for student, result in _worked(alone, release, [job]):
                        del left[student]
                        yield student, result
            except BrokenProcessPool:
                del left[job.student]
                _log.error("%r: the worker died twice", str(job.path))
                yield job.student, GraderError(f"{job.path}: {_TWICE}")


def _worked(
    pool: ProcessPoolExecutor, release: Release, jobs: list[Job]
) -> Iterator[tuple[str, Result]]:
    futures = {pool.submit(worker.grade, release, job.path, job.before): job for job in jobs}
    for future in as_completed(futures):
        student = futures[future].student
        try:
            result = future.result()
        except (BrokenProcessPool, worker.CannotStartError):
            raise
        except AutograderError as error:
            yield student, error
        else:
            yield student, None if result is None else Judged(*result)
