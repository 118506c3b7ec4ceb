"""What the content of a course may use of the engine: all of it, and nothing besides.

``checks.py`` and ``mistakes.py`` of an assignment import from here and from the course's solutions.
The package of assignments says with a `autograder.judging.content.Content` what the course has.
"""

from autograder.dialogue.answers import (
    Answer,
    Missing,
    Raised,
    Refused,
    Student,
    Thing,
    Unanswered,
)
from autograder.dialogue.pictures import Curves, Histogram
from autograder.inside.wire import Generator, Opaque, Tensor
from autograder.judging import expect, statistics
from autograder.judging.checks import Check, check
from autograder.judging.mistakes import Mistake, edited, mistake
from autograder.judging.statistics import Array

__all__ = [
    "Answer",
    "Array",
    "Check",
    "Curves",
    "Generator",
    "Histogram",
    "Missing",
    "Mistake",
    "Opaque",
    "Raised",
    "Refused",
    "Student",
    "Tensor",
    "Thing",
    "Unanswered",
    "check",
    "edited",
    "expect",
    "mistake",
    "statistics",
]
