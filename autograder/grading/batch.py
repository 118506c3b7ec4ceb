"""Has a class graded by workers: nobody's fault is anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import AutograderError, GraderError
from autograder.grading import worker
from autograder.grading.graded import Graded
from autograder.grading.release import Release
from autograder.judging.verdict import Verdict


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
    pool: ProcessPoolExecutor, release: Release, jobs: list[Job]
) -> Iterator[tuple[str, Result]]:
    """Yield each student, with what became of the submission, as they come.

    Raises
    ------
    GraderError
        The workers cannot work at all, for instance because the sandbox does not hold.
    """
    futures = {pool.submit(worker.grade, release, job.path, job.before): job for job in jobs}
    for future in as_completed(futures):
        student = futures[future].student
        try:
            result = future.result()
        except BrokenProcessPool:
            raise GraderError("A worker of the grader died; run the command again.") from None
        except worker.CannotStartError:
            raise
        except AutograderError as error:
            yield student, error
        else:
            yield student, None if result is None else Judged(*result)
