"""What the trusted side knows of a student's code: whom to ask, and what may come back.

Nothing that the student's code says is trusted: an `Answer` carries a claim, and the tools in
`autograder.judging.expect` look at its type, dtype, shape and finiteness before its value.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from autograder.dialogue.pictures import Picture


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
        """Hand a function (or class) of the student's to a probe of the assignment."""


class Thing(Protocol):
    """An instance of a student's class."""

    def call(self, method: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Call a method of the instance; `method` may be ``"__call__"``."""

    def probe(self, probe: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Hand the instance to a probe of the assignment."""


class Refused(Exception):
    """The answer is wrong: says what was called, what came back and what was expected."""

    def __init__(self, message: str, picture: Picture | None = None) -> None:
        super().__init__(message)
        self.picture = picture


class Unanswered(Exception):
    """The student's code gave no answer at all; the text says why, for the student."""


class Missing(Unanswered):
    """The name is not defined, or is not callable."""


class Stopped(Unanswered):
    """The code was stopped from outside: out of time or memory, or it died."""


class Raised(Unanswered):
    """The student's code raised an exception of the type called `type_name`.

    It is one of Python's own `kinds` too: a subclass of ValueError is a ValueError.
    """

    def __init__(self, message: str, type_name: str, kinds: Collection[str] = ()) -> None:
        super().__init__(message)
        self.type_name = type_name
        self.kinds = frozenset(kinds)

    def is_a(self, name: str) -> bool:
        """Whether it would have been caught as the exception of that name."""
        return name == self.type_name or name in self.kinds

    def told_as(self, message: str) -> Raised:
        """Return the same exception with another message."""
        return Raised(message, self.type_name, self.kinds)
