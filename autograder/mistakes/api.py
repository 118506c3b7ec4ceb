"""How a named mistake is written down, and how the registry of an assignment is read.

A mistake is a wrong implementation of an exercise together with an explanation::

    @mistake("he_normal", "he-with-fan-out", "Your standard deviation is sqrt(2 / fan_out) ...")
    def he_with_fan_out(shape, rng, dtype=np.float32):
        ...

A failed answer is recognised by replaying the judge's calls on every mistake of the exercise
(see `autograder.judging.recognise`), so nothing but the wrong implementation has to be written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation of `exercise`, its name, and what to tell who made it."""

    exercise: str
    name: str
    explanation: str
    implementation: Callable[..., Any]


def mistake(exercise: str, name: str, explanation: str) -> Callable[[Callable[..., Any]], Mistake]:
    """Declare the decorated function or class to be a wrong implementation of `exercise`."""

    def declare(implementation: Callable[..., Any]) -> Mistake:
        return Mistake(exercise, name, explanation, implementation)

    return declare


def mistakes_of(module: ModuleType) -> dict[str, list[Mistake]]:
    """Return the mistakes that `module` declares, by exercise, in order of declaration."""
    found: dict[str, list[Mistake]] = {}
    for item in vars(module).values():
        if isinstance(item, Mistake):
            found.setdefault(item.exercise, []).append(item)
    return found
