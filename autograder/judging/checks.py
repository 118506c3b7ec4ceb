"""How a check is written: it questions a student's code, and refuses an answer that is wrong.

A check is a function of a student and a source of fresh inputs. It asks the student's code
for answers and raises `Refused` when one is wrong::

    @check("compute_fans", "dense kernels", points=1)
    def dense_kernels(student: Student, draw: np.random.Generator) -> None:
        shape = ...  # drawn from `draw`
        answer = student.call("compute_fans", shape)
        expect.equal(answer, reference.compute_fans(shape))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from autograder.dialogue.answers import Student

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
