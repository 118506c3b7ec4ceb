"""On what terms the submissions of a course are graded: plain data, which a worker can be sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from autograder.inside.isolation import Limits
from autograder.judging.content import Content


@dataclass(frozen=True)
class Patience:
    """How long a student's code may take, in seconds.

    Attributes
    ----------
    cell
        For one cell of the notebook.
    call
        For the answer to one question of a check.
    plain_call
        The same where an exercise does without the packages that the course's content names in
        `without`, which take long: there nothing that is right takes a tenth of a second.
    submission
        For everything together.
    """

    cell: float = 10.0
    call: float = 10.0
    plain_call: float = 2.0
    submission: float = 180.0

    def of_a_call(self, plain: bool) -> float:
        """Return how long a call may take, in an exercise that is `plain` or not."""
        return self.plain_call if plain else self.call


@dataclass(frozen=True)
class Terms:
    """How submissions are graded, whatever the assignment.

    Attributes
    ----------
    content
        What the course consists of.
    secret
        Makes the inputs of the checks unpredictable; the same secret repeats them exactly.
    isolated
        False runs students' code without a sandbox: only for submissions that are trusted.
    hidden
        What students' code must not see, besides the engine and the content.
    patience, limits
        What a student's code may use.
    log
        The file that faults of the grader are told in detail.
    debug
        Whether they are told on standard error too.
    """

    content: Content
    secret: bytes
    isolated: bool = True
    hidden: tuple[Path, ...] = ()
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    log: Path | None = None
    debug: bool = False
