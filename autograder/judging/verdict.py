"""What the judge says of a submission: plain data, made only on the trusted side."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from autograder.dialogue.pictures import Picture


@dataclass(frozen=True)
class CheckVerdict:
    """The outcome of one check; `message` is empty where it passed."""

    title: str
    points: float
    earned: float
    message: str = ""
    picture: Picture | None = None

    @property
    def passed(self) -> bool:
        """Whether the check gave its points."""
        return not self.message


@dataclass(frozen=True)
class ExerciseVerdict:
    """The outcome of one exercise: its checks, and the named mistake if one was recognised.

    `explanation` tells the student why the exercise failed: the mistake that was made, or the
    exercise before it that this one is built on.
    """

    name: str
    checks: tuple[CheckVerdict, ...]
    mistake: str | None = None
    explanation: str = ""

    @property
    def score(self) -> float:
        """Points earned."""
        return float(sum(check.earned for check in self.checks))

    @property
    def max_score(self) -> float:
        """Points that the exercise is worth."""
        return float(sum(check.points for check in self.checks))

    @property
    def passed(self) -> bool:
        """Whether every check passed."""
        return all(check.passed for check in self.checks)

    @property
    def messages(self) -> list[str]:
        """What the student is told: the explanation, then each failed check."""
        failed = [f"{check.title}: {check.message}" for check in self.checks if check.message]
        return [self.explanation, *failed] if self.explanation else failed


@dataclass(frozen=True)
class Verdict:
    """The outcome of one submission.

    `notes` say what of the submission was dropped and why; `outputs` are what the student's
    own cells printed, by cell.
    """

    assignment: str
    exercises: tuple[ExerciseVerdict, ...]
    notes: tuple[str, ...] = ()
    outputs: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Points earned."""
        return float(sum(exercise.score for exercise in self.exercises))

    @property
    def max_score(self) -> float:
        """Points that the assignment is worth, hand-graded parts left out."""
        return float(sum(exercise.max_score for exercise in self.exercises))

    def summary(self) -> Verdict:
        """Return the verdict without pictures and outputs, which are most of its size."""
        exercises = tuple(
            replace(e, checks=tuple(replace(check, picture=None) for check in e.checks))
            for e in self.exercises
        )
        return replace(self, exercises=exercises, outputs={})

    def as_json(self) -> dict[str, object]:
        """Return the object that ``check --json`` prints."""
        return {
            "assignment": self.assignment,
            "score": self.score,
            "max_score": self.max_score,
            "exercises": [
                {
                    "name": exercise.name,
                    "score": exercise.score,
                    "max_score": exercise.max_score,
                    "passed": exercise.passed,
                    "messages": exercise.messages,
                    "mistake": exercise.mistake,
                }
                for exercise in self.exercises
            ],
        }
