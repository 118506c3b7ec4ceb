"""How a check is written: the student it questions, and how it refuses an answer.

A check is a function of a student and a source of fresh inputs. It asks the student's code
for answers and raises `Refused` when one is wrong::

    @check("compute_fans", "dense kernels", points=1)
    def dense_kernels(student: Student, draw: np.random.Generator) -> None:
        shape = ...  # drawn from `draw`
        answer = student.call("compute_fans", shape)
        expect.equal(answer, reference.compute_fans(shape))

Nothing that the student's code says is trusted: an `Answer` carries a claim, and the tools in
`autograder.checks.expect` look at its type, dtype, shape and finiteness before its value.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Protocol

import numpy as np

from autograder.checks.pictures import Picture
from autograder.inside.wire import Generator, Opaque, Tensor

__all__ = [
    "Answer",
    "Check",
    "Generator",
    "Missing",
    "NotAttempted",
    "Opaque",
    "Raised",
    "Refused",
    "Stopped",
    "Student",
    "Tensor",
    "Thing",
    "Unanswered",
    "check",
    "checks_of",
]


@dataclass(frozen=True, eq=False)
class Answer:
    """What came back from one call, and the call itself as a student would write it.

    `touched` names the arguments that came back changed, by number (from 0) or keyword.
    """

    value: Any
    asked: str
    touched: tuple[int | str, ...] = ()


class Student(Protocol):
    """The student's code, somewhere else; every answer is a claim."""

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Call a function of the student's.

        Raises
        ------
        Unanswered
            The function is missing, raised an exception, or did not come back.
        """

    def make(self, class_name: str, /, *args: Any, **kwargs: Any) -> Thing:
        """Make an instance of a class of the student's; it stays with the student."""

    def probe(self, probe: str, function: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Hand a function (or class) of the student's to one of `autograder.inside.probes`."""


class Thing(Protocol):
    """An instance of a student's class."""

    def call(self, method: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Call a method of the instance; `method` may be ``"__call__"``."""

    def probe(self, probe: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Hand the instance to one of `autograder.inside.probes`."""


class Refused(Exception):
    """The answer is wrong: says what was called, what came back and what was expected."""

    def __init__(self, message: str, picture: Picture | None = None) -> None:
        super().__init__(message)
        self.picture = picture


class Unanswered(Exception):
    """The student's code gave no answer at all; the text says why, for the student."""


class Missing(Unanswered):
    """The name is not defined, or is not callable."""


class NotAttempted(Unanswered):
    """The stub is still there."""


class Stopped(Unanswered):
    """The code was stopped from outside: out of time or memory, or it died."""


class Raised(Unanswered):
    """The student's code raised an exception of the type called `type_name`."""

    def __init__(self, message: str, type_name: str) -> None:
        super().__init__(message)
        self.type_name = type_name


CheckFunction = Callable[[Student, np.random.Generator], None]


@dataclass(frozen=True)
class Check:
    """One check of one exercise, worth `points`."""

    exercise: str
    title: str
    points: float
    run: CheckFunction


def check(exercise: str, title: str, points: float) -> Callable[[CheckFunction], Check]:
    """Declare the decorated function to be a check of `exercise`."""

    def declare(function: CheckFunction) -> Check:
        return Check(exercise, title, points, function)

    return declare


def checks_of(module: ModuleType) -> dict[str, list[Check]]:
    """Return the checks that `module` declares, by exercise, in order of declaration."""
    found: dict[str, list[Check]] = {}
    for item in vars(module).values():
        if isinstance(item, Check):
            found.setdefault(item.exercise, []).append(item)
    return found
