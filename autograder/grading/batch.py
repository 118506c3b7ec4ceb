"""Grades a class: workers judge, one writer records, and nobody's fault is anybody else's."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

from autograder import assignment as assignments
from autograder.assignment import Assignment, outline
from autograder.course import Course, Found
from autograder.errors import GraderError, InputError
from autograder.grading import worker
from autograder.grading.rebuild import from_notebook
from autograder.grading.record import is_recorded, marks, record
from autograder.grading.submission import Submission
from autograder.verdict import Verdict


@dataclass(frozen=True)
class Outcome:
    """What became of one submission.

    It was judged (`verdict`), had been graded before and was left alone (`marks` are the
    points it has and could have), or could not be graded (`problem` says why).
    """

    student: str
    verdict: Verdict | None = None
    marks: tuple[float, float] | None = None
    problem: str = ""
    status: int = 0


def grade_class(
    course: Course,
    assignment: Assignment,
    found: list[Found],
    *,
    workers: int,
    isolated: bool,
    regrade: bool,
    report: Callable[[Outcome], None],
) -> list[Outcome]:
    """Grade the submissions in `found` and record each as soon as it is judged.

    Parameters
    ----------
    course, assignment, found
        What to grade.
    workers
        How many submissions are graded at the same time.
    isolated
        False runs the submissions without a sandbox.
    regrade
        Grade again what is unchanged since it was graded.
    report
        Called with each outcome as it comes, for a progress bar.

    Returns
    -------
    list of Outcome
        One for each submission, in the order of `found`.

    Raises
    ------
    GraderError
        The workers cannot work at all, for instance because the sandbox does not hold.
    """
    outcomes: dict[str, Outcome] = {}
    waiting: dict[str, Submission] = {}

    def settle(outcome: Outcome) -> None:
        outcomes[outcome.student] = outcome
        report(outcome)

    with course.gradebook() as gradebook:
        for item in found:
            student = item.student
            try:
                submission = from_notebook(assignment, item.path)
            except InputError as error:
                settle(Outcome(student, problem=str(error), status=error.exit_status))
                continue
            if not regrade and is_recorded(course, assignment, student, submission.digest):
                settle(Outcome(student, marks=marks(gradebook, assignment, student)))
            else:
                waiting[student] = submission
        gradebook.db.rollback()  # while the judges work, nobody else need wait for the gradebook
        for student, result in _judged(course, assignment, waiting, workers, isolated):
            if isinstance(result, Verdict):
                record(course, gradebook, assignment, student, waiting[student], result)
                settle(Outcome(student, result))
            else:
                settle(Outcome(student, problem=str(result), status=result.exit_status))
    return [outcomes[item.student] for item in found]


def _judged(
    course: Course,
    assignment: Assignment,
    waiting: dict[str, Submission],
    workers: int,
    isolated: bool,
) -> Iterator[tuple[str, Verdict | GraderError]]:
    if not waiting:
        return
    hidden = [str(course.root), str(Path(assignments.__file__).parent)]
    pool = ProcessPoolExecutor(
        min(workers, len(waiting)),
        # Workers start clean: a fork of a process with threads and open databases would not.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=worker.start,
        initargs=(outline(assignment.name), course.secret, isolated, hidden),
    )
    try:
        futures: dict[Future[Verdict], str] = {
            pool.submit(worker.grade, submission): student
            for student, submission in waiting.items()
        }
        for future in as_completed(futures):
            try:
                yield futures[future], future.result()
            except BrokenProcessPool:
                raise GraderError("A worker of the grader died; run the command again.") from None
            except GraderError as error:
                if isinstance(error, worker.CannotStartError):
                    raise
                yield futures[future], error
    finally:
        pool.shutdown(cancel_futures=True)
