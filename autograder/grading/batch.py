"""Has a class graded by workers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError, GraderError
from autograder.grading import surviving, worker
from autograder.grading.graded import Graded
from autograder.grading.kept import Unchanged
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


Result = Judged | Unchanged | AutograderError
"""What became of a submission: an error says why it was not graded."""


def results(
    ready: ProcessPoolExecutor,
    another: Callable[[], AbstractContextManager[ProcessPoolExecutor]],
    release: Release,
    version: str,
    jobs: list[Job],
) -> Iterator[tuple[str, Result]]:
    """Yield each student, with what became of the submission, as they come.

    Parameters
    ----------
    ready
        The workers.
    another
        Starts one worker more; see `autograder.grading.surviving`.
    release
        What students were given.
    version
        What they are graded with; it is kept with the grade.
    jobs
        What is to be graded.

    Raises
    ------
    GraderError
        The workers cannot work at all, for instance because the sandbox does not hold.
    """

    def submit(pool: ProcessPoolExecutor, job: Job) -> Future[Any]:
        return pool.submit(worker.grade, release, job.path, job.before, version)

    for job, future in surviving.worked(ready, another, submit, jobs):
        yield job.student, _result(job, future)


def _result(job: Job, future: Future[Any] | None) -> Result:
    if future is None:
        _log.error("%r: the worker died twice", str(job.path))
        return GraderError(f"{job.path}: {_TWICE}")
    try:
        found = future.result()
    except worker.CannotStartError:
        raise
    except AutograderError as error:
        return error
    return found if isinstance(found, Unchanged) else Judged(*found)
