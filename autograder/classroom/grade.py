"""Grades what a class has handed in: workers judge, one writer records."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

from autograder.classroom.course import Course, Found
from autograder.errors import InputError
from autograder.grading import batch
from autograder.grading.kept import Unchanged
from autograder.grading.release import Release
from autograder.grading.terms import Terms
from autograder.grading.version import version_of
from autograder.judging.assignment import Assignment
from autograder.judging.verdict import Verdict


@dataclass(frozen=True)
class Outcome:
    """What became of one submission.

    It was judged (`verdict`), had been graded before and was left alone (`marks` are the
    points that it has and could have without what a person grades, `older` says whether something
    of what they depend on has changed since), or could not be graded (`problem` says why).
    """

    student: str
    verdict: Verdict | None = None
    marks: tuple[float, float] | None = None
    older: bool = False
    problem: str = ""
    status: int = 0


def grade_class(
    course: Course,
    assignment: Assignment,
    found: list[Found],
    terms: Terms,
    *,
    graders: AbstractContextManager[batch.Grade],
    release: Callable[[], Release],
    regrade: bool,
    begin: Callable[[], object],
    report: Callable[[Outcome], None],
) -> list[Outcome]:
    """Grade the submissions in `found` and record each as soon as it is judged.

    Parameters
    ----------
    course, assignment, found
        What to grade.
    terms
        How.
    graders
        Who grades.
    release
        Makes what students were given; called when the graders are on their way.
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
    with graders as grade, course.gradebook() as gradebook:
        # Imported here: nbgrader takes a second, in which the workers become ready.
        from autograder.classroom.marks import Recorder, marks, refused

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
        # A graded notebook that the gradebook does not know, because it is a new one, has no mark.
        problems = {item.student: refused(item.student) for item in found}
        for student in filter(problems.get, problems):
            settle(Outcome(student, problem=problems[student], status=InputError.exit_status))
        able = [item for item in found if not problems[item.student]]
        known = set() if regrade else recorder.known([item.student for item in able])
        jobs = [
            batch.Job(
                item.student,
                item.path,
                course.autograded_path(assignment, item.student) if item.student in known else None,
            )
            for item in able
        ]
        given = release()
        version = version_of(assignment, given, terms)
        for student, result in grade(given, version, jobs):
            if isinstance(result, Unchanged):
                recorder.keep(student)
                points = marks(gradebook, assignment, student)
                settle(Outcome(student, marks=points, older=result.version != version))
            elif isinstance(result, batch.Judged):
                verdicts[student] = result.verdict
                recorder.add(student, result.graded)
            else:
                settle(Outcome(student, problem=str(result), status=result.exit_status))
        recorder.flush()
    return [outcomes[item.student] for item in found]
