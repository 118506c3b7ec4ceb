"""What a class made of an assignment: counted from the verdicts that are kept with the grades.

Students are named only where somebody has to look at what they handed in.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.classroom.course import Course
from autograder.classroom.standing import Standing
from autograder.grading.engine import is_out_of_time
from autograder.grading.release import id_of
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.verdict import ExerciseVerdict

# What the judge says of an answer that nobody has begun.
NOT_ATTEMPTED = "Not attempted yet."
# So many have to have tried an exercise before anything is said of the question, which is that
# hardly anybody has all points.
FEW = 3
HARDLY = 0.1
# More of an answer than this is no example.
LONGEST_EXAMPLE = 2_000


@dataclass(frozen=True)
class CheckCount:
    """How many of those who tried an exercise failed one of its checks."""

    title: str
    points: float
    failed: int
    asked: int

    @property
    def share(self) -> float:
        """The share of them, from 0 to 1."""
        return self.failed / self.asked if self.asked else 0.0

    @property
    def is_doubtful(self) -> bool:
        """Whether hardly anybody passed."""
        return self.share > 1 - HARDLY


@dataclass(frozen=True)
class MistakeCount:
    """A named mistake, how many made it, and the answer of one of them."""

    name: str
    explanation: str
    count: int
    example: str


@dataclass(frozen=True)
class ExerciseCount:
    """What became of one exercise.

    `everything`, `something` and `nothing` are the numbers of those who tried it and earned all of
    its points, some, or none; `untouched` are those who did not; `out_of_time` are students.
    """

    name: str
    points: float
    mean: float
    everything: int
    something: int
    nothing: int
    untouched: int
    checks: tuple[CheckCount, ...]
    mistakes: tuple[MistakeCount, ...]
    out_of_time: tuple[str, ...]

    @property
    def tried(self) -> int:
        """How many tried it."""
        return self.everything + self.something + self.nothing

    @property
    def is_doubtful(self) -> bool:
        """Whether it took points of nearly everybody: the question may be to blame."""
        return self.tried >= FEW and self.everything < HARDLY * self.tried


@dataclass(frozen=True)
class ClassReport:
    """What became of an assignment.

    Attributes
    ----------
    name, title
        Those of the assignment.
    points
        What it is worth, with what a person grades.
    marks
        What each graded submission has, in order, before late penalties. Answers that wait for
        a person have no points yet.
    by_hand
        How many points a person gives.
    waiting
        How many submissions wait for a person.
    exercises
        In the order of the assignment.
    problems
        The students whose present submission has no grade, with the reason: it cannot be graded,
        lies elsewhere, or has not been graded yet.
    stale
        The students whose grade is not of what is handed in now, or was made with an older version.
    unknown
        How many were graded by a version that kept no verdict: they are not counted here.
    absent
        How many have handed in nothing, as far as is known.
    """

    name: str
    title: str
    points: float
    marks: tuple[float, ...]
    by_hand: float
    waiting: int
    exercises: tuple[ExerciseCount, ...]
    problems: dict[str, str]
    stale: tuple[str, ...]
    unknown: int
    absent: int

    @property
    def mean(self) -> float:
        """The mean of the marks."""
        return statistics.fmean(self.marks)

    @property
    def median(self) -> float:
        """The median of the marks."""
        return statistics.median(self.marks)

    def as_json(self) -> str:
        """Return the report as one JSON object."""
        exercises = [
            vars(exercise)
            | {
                "tried": exercise.tried,
                "doubtful": exercise.is_doubtful,
                "checks": [vars(check) | {"share": check.share} for check in exercise.checks],
                "mistakes": [vars(mistake) for mistake in exercise.mistakes],
            }
            for exercise in self.exercises
        ]
        counted = {"mean": self.mean, "median": self.median} if self.marks else {}
        return json.dumps(vars(self) | counted | {"exercises": exercises}, indent=2)


def class_report(course: Course, assignment: Assignment, found: list[Standing]) -> ClassReport:
    """Return the report on an assignment, whose submissions stand as `found` says."""
    graded = {s.student: s.kept.verdict for s in found if s.kept and s.kept.verdict}
    verdicts = {
        student: {exercise.name: exercise for exercise in verdict.exercises}
        for student, verdict in graded.items()
    }
    paths = {student: course.autograded_path(assignment, student) for student in graded}
    by_exercise = (
        (exercise, {s: own[exercise.name] for s, own in verdicts.items() if exercise.name in own})
        for exercise in assignment.exercises
    )
    absent = course.absent(assignment)
    problems = {s.student: _why(s) for s in found if s.problem or not s.kept}
    problems |= {student: elsewhere for student, elsewhere in absent.items() if elsewhere}
    by_hand = sum(answer.points for answer in assignment.written)
    return ClassReport(
        assignment.name,
        assignment.title,
        sum(exercise.points for exercise in assignment.exercises) + by_hand,
        _marks(course, assignment, graded),
        by_hand,
        len(course.waiting_for_a_person(assignment)),
        tuple(_counted(exercise, given, paths) for exercise, given in by_exercise),
        {student: why.replace(f"{course.root}/", "") for student, why in problems.items()},
        tuple(s.student for s in found if s.is_stale),
        sum(s.kept is not None and s.kept.verdict is None for s in found),
        sum(not elsewhere for elsewhere in absent.values()),
    )


def _why(standing: Standing) -> str:
    """Return why what is handed in has no grade."""
    if not standing.problem:
        return "It has not been graded yet."
    before = " What was handed in before it counts." if standing.kept else ""
    return standing.problem + before


def _marks(course: Course, assignment: Assignment, graded: Iterable[str]) -> tuple[float, ...]:
    students = set(graded)
    with course.gradebook() as gradebook:
        entries = gradebook.assignment_submissions(assignment.name)
        return tuple(sorted(float(e.score) for e in entries if e.student_id in students))


def _counted(
    exercise: Exercise, given: dict[str, ExerciseVerdict], paths: dict[str, Path]
) -> ExerciseCount:
    """Count the verdicts on one exercise, which are `given` by student, as graded notebooks are."""
    tried = {student: verdict for student, verdict in given.items() if _is_tried(verdict)}
    everything = sum(verdict.passed for verdict in tried.values())
    nothing = sum(not verdict.score for verdict in tried.values())
    return ExerciseCount(
        exercise.name,
        exercise.points,
        sum(verdict.score for verdict in given.values()) / max(1, len(given)),
        everything,
        len(tried) - everything - nothing,
        nothing,
        len(given) - len(tried),
        tuple(_checks(exercise, tried.values())),
        tuple(_mistakes(exercise, tried, paths)),
        tuple(student for student, verdict in tried.items() if _is_out_of_time(verdict)),
    )


def _is_tried(verdict: ExerciseVerdict) -> bool:
    return any(check.message != NOT_ATTEMPTED for check in verdict.checks)


def _is_out_of_time(verdict: ExerciseVerdict) -> bool:
    return any(is_out_of_time(check.message) for check in verdict.checks)


def _checks(exercise: Exercise, verdicts: Iterable[ExerciseVerdict]) -> Iterable[CheckCount]:
    asked, failed = Counter[str](), Counter[str]()
    for check in (check for verdict in verdicts for check in verdict.checks):
        asked[check.title] += 1
        failed[check.title] += not check.passed
    for known in exercise.checks:
        yield CheckCount(known.title, known.points, failed[known.title], asked[known.title])


def _mistakes(
    exercise: Exercise, tried: dict[str, ExerciseVerdict], paths: dict[str, Path]
) -> Iterable[MistakeCount]:
    made: dict[str, list[str]] = {}
    for student, verdict in tried.items():
        if verdict.mistake is not None:
            made.setdefault(verdict.mistake, []).append(student)
    known = {mistake.name: mistake.explanation for mistake in exercise.mistakes}
    for name, students in sorted(made.items(), key=lambda item: (-len(item[1]), item[0])):
        first = students[0]
        explanation = known.get(name, tried[first].explanation)  # two at once are told as both
        example = _answer(paths[first], exercise.name)
        yield MistakeCount(name, explanation, len(students), example)


def _answer(path: Path, exercise: str) -> str:
    """Return the beginning of the answer to an exercise in a graded notebook."""
    cells = json.loads(path.read_bytes())["cells"]
    text = next((str(cell["source"]) for cell in cells if id_of(cell) == exercise), "")
    return text if len(text) <= LONGEST_EXAMPLE else f"{text[:LONGEST_EXAMPLE]} [...]"
