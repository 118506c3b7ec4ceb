"""What the judge knows of an assignment: its exercises, their references, checks and mistakes."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.judging.checks import Check
from autograder.judging.mistakes import Mistake
from autograder.judging.references import read_module
from autograder.judging.sheet import Sheet
from autograder.judging.written import Written


def graded_id(exercise: str) -> str:
    """Return the ``grade_id`` of the cell that carries the points of `exercise`."""
    return f"test_{exercise}"


@dataclass(frozen=True)
class Exercise:
    """One exercise: where its reference lives, and how answers to it are judged.

    Attributes
    ----------
    assignment
        The name of the assignment that it belongs to.
    name
        The function or class that students write.
    module
        The module that has the reference, by its dotted path.
    checks, mistakes
        In order of declaration.
    probes
        The source of the functions that look, beside a student's code, at what cannot cross.
    without
        The packages that the judge does without.
    """

    assignment: str
    name: str
    module: str
    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...]
    probes: str = ""
    without: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """What the exercise is worth: the sum of its checks."""
        return sum(check.points for check in self.checks)

    @property
    def replayable(self) -> bool:
        """Whether the judge can ask the reference what it asks a student."""
        return not any(map(read_module(self.module).imports, self.without))

    @property
    def reference(self) -> Callable[..., Any]:
        """The reference itself, which is imported only when somebody needs it."""
        target: Callable[..., Any] = getattr(importlib.import_module(self.module), self.name)
        return target


@dataclass(frozen=True)
class Assignment:
    """An assignment with all that belongs to it.

    There are three views of one assignment: its `Sheet`, what the file says; this, what a judge
    needs; and its `autograder.grading.release.Release`, what students were given.

    Attributes
    ----------
    sheet
        What students are asked.
    folder
        Where everything that belongs to it lies.
    solutions
        The package of the references.
    exercises
        In the order of the sheet.
    written
        The answers that a person grades.
    probes
        The source of its probes, which is that of each exercise.
    """

    sheet: Sheet
    folder: Path
    solutions: str
    exercises: tuple[Exercise, ...]
    written: tuple[Written, ...] = ()
    probes: str = ""

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.sheet.name

    @property
    def title(self) -> str:
        """What people call it."""
        return self.sheet.title

    @property
    def path(self) -> Path:
        """The MyST file that says what students are asked."""
        return self.folder / "assignment.md"
