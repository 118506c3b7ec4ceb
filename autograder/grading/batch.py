"""Grades a class: workers judge, one writer records, and nobody's fault is anybody else's."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder import assignment as assignments
from autograder.assignment import Assignment, outline
from autograder.course import Course, Found
from autograder.errors import AutograderError, GraderError
from autograder.grading import worker
from autograder.grading.record import Recorder, marks
from autograder.grading.release import release_of
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
    verdicts: dict[str, Verdict] = {}

    def settle(outcome: Outcome) -> None:
        outcomes[outcome.student] = outcome
        report(outcome)

    with (
        _pool(course, assignment, min(workers, len(found)), isolated) as pool,
        course.gradebook() as gradebook,
    ):
        recorder = Recorder(
            course,
            gradebook,
            assignment,
            lambda student: settle(Outcome(student, verdicts.pop(student))),
        )
        release = release_of(assignment)
        futures = {
            pool.submit(
                worker.grade,
                release,
                item.path,
                None if regrade else course.autograded_path(assignment, item.student),
            ): item.student
            for item in found
        }
        for future in as_completed(futures):
            student = futures[future]
            try:
                result = future.result()
            except BrokenProcessPool:
                raise GraderError("A worker of the grader died; run the command again.") from None
            except worker.CannotStartError:
                raise
            except AutograderError as error:
                settle(Outcome(student, problem=str(error), status=error.exit_status))
                continue
            if result is None:
                settle(Outcome(student, marks=marks(gradebook, assignment, student)))
            else:
                verdicts[student], graded = result
                recorder.add(student, graded)
        recorder.flush()
    return [outcomes[item.student] for item in found]


@contextmanager
def _pool(
    course: Course, assignment: Assignment, workers: int, isolated: bool
) -> Iterator[ProcessPoolExecutor]:
    """Start the workers; they make themselves ready while the caller goes on."""
    hidden = [str(course.root), str(Path(assignments.__file__).parent)]
    pool = ProcessPoolExecutor(
        max(1, workers),
        # Workers start clean: a fork of a process with threads and open databases would not.
        mp_context=multiprocessing.get_context("spawn"),
        initializer=worker.start,
        initargs=(outline(assignment.name), course.secret, isolated, hidden),
    )
    try:
        for _ in range(workers):  # each new task starts one worker, until all are there
            pool.submit(worker.wake)
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
