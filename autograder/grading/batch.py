"""Has a class graded by workers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from autograder.errors import AutograderError, GraderError, InputError
from autograder.grading import pool, surviving, worker
from autograder.grading.graded import Graded
from autograder.grading.handed_in import handed_in
from autograder.grading.kept import Kept, Unchanged, kept_in
from autograder.grading.release import Release
from autograder.grading.terms import Terms
from autograder.judging.sheet import Sheet
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


Grade = Callable[[Release, str, Sequence[Job]], Iterator[tuple[str, Result]]]
"""Has jobs done with what students were given, in a version that is kept with the grades.

Yields each student with what became of the submission, as they come. It raises a `GraderError` if
the workers cannot work at all, for instance because the sandbox does not hold.
"""


@contextmanager
def on_this_machine(number: int, sheet: Sheet, terms: Terms) -> Iterator[Grade]:
    """Start workers here, which make themselves ready while the caller goes on.

    Parameters
    ----------
    number
        How many.
    sheet, terms
        What is graded, and how.
    """
    with pool.workers(number, sheet, terms) as ready:
        another = partial(pool.workers, 1, sheet, terms)

        def grade(
            release: Release, version: str, jobs: Sequence[Job]
        ) -> Iterator[tuple[str, Result]]:
            submit = partial(_submit, release, version)
            for job, future in surviving.worked(ready, another, submit, jobs, 2 * number):
                yield job.student, result_of(job, future)

        yield grade


def _submit(release: Release, version: str, workers: ProcessPoolExecutor, job: Job) -> Future[Any]:
    try:
        return workers.submit(worker.grade, release, version, handed_in(job.path), known_of(job))
    except InputError as error:
        refused: Future[Any] = Future()
        refused.set_exception(error)
        return refused


def known_of(job: Job) -> Kept | None:
    """Return what is kept of a grade that is to be left alone, without its verdict."""
    kept = None if job.before is None else kept_in(job.before)
    return None if kept is None else replace(kept, verdict=None)


def result_of(job: Job, future: Future[Any] | None) -> Result:
    """Return what became of a job; None stands for one over which the workers died."""
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
