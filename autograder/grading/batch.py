"""Grades a class: workers judge, one writer records, and nobody's fault is anybody else's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

from autograder.assignment import Assignment, outline
from autograder.course import Course, Found
from autograder.errors import AutograderError, GraderError
from autograder.grading import pool, worker
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
    begin: Callable[[], object],
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
    begin
        Called once it is known that the assignment can be graded, to show a progress bar.
    report
        Called with each outcome as it comes, to move it.

    Returns
    -------
    list of Outcome
        One for each submission, in the order of `found`.

    Raises
    ------
    NotAssignedError
        The assignment is not in the gradebook.
    GraderError
        The workers cannot work at all, for instance because the sandbox does not hold.
    """
    if not found:
        return []
    number = min(workers, len(found))
    hidden = [course.root]
    told = outline(assignment.name), course.secret, isolated, hidden
    with pool.workers(number, *told) as ready, course.gradebook() as gradebook:
        # Imported here: nbgrader takes a second, in which the workers become ready.
        from autograder.grading.record import Recorder, marks

        outcomes: dict[str, Outcome] = {}
        verdicts: dict[str, Verdict] = {}

        def settle(outcome: Outcome) -> None:
            outcomes[outcome.student] = outcome
            report(outcome)

        recorder = Recorder(
            course,
            gradebook,
            assignment,
            lambda student: settle(Outcome(student, verdicts.pop(student))),
        )
        begin()
        release = release_of(assignment)
        futures = {
            ready.submit(
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
