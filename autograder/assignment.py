"""An assignment: its text, its exercises in order, their references, checks and mistakes."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.authoring.exercises import read_module
from autograder.checks.api import Check, checks_of
from autograder.errors import GraderError, InputError
from autograder.mistakes.api import Mistake, mistakes_of
from autograder.written import Written, read_written

ASSIGNMENTS = Path(__file__).with_name("assignments")
# The tag of a cell that shows students something and is not run when they are graded.
LOOK = "look"


def graded_id(exercise: str) -> str:
    """Return the ``grade_id`` of the cell that carries the points of `exercise`."""
    return f"test_{exercise}"


@dataclass(frozen=True)
class Exercise:
    """One exercise: where its reference lives, and how answers to it are judged."""

    name: str
    module: str
    checks: tuple[Check, ...]
    mistakes: tuple[Mistake, ...]

    @property
    def points(self) -> float:
        """What the exercise is worth: the sum of its checks."""
        return sum(check.points for check in self.checks)

    @property
    def needs_keras(self) -> bool:
        """Whether the reference imports Keras, which the judge does without."""
        return read_module(self.module).imports("keras")

    def mistake(self, name: str | None) -> Mistake | None:
        """Return the named mistake of that name, if there is one."""
        return next((mistake for mistake in self.mistakes if mistake.name == name), None)

    def reference(self, *args: Any, **kwargs: Any) -> Any:
        """Call the reference, which is imported only when somebody needs it."""
        target: Callable[..., Any] = getattr(importlib.import_module(self.module), self.name)
        return target(*args, **kwargs)


@dataclass(frozen=True)
class Assignment:
    """A named assignment.

    `preload` are the modules that its students' code starts with; `forbidden` are the
    functions, by dotted path, and the packages that are taken away from it, because an
    exercise asks for what they do. `written` are the answers that a person grades.
    """

    name: str
    title: str
    preload: tuple[str, ...]
    exercises: tuple[Exercise, ...]
    forbidden: tuple[str, ...] = ()
    written: tuple[Written, ...] = ()

    @property
    def path(self) -> Path:
        """The MyST file that says what students are asked."""
        return ASSIGNMENTS / f"{self.name}.md"


@dataclass(frozen=True)
class Outline:
    """What an assignment's MyST file says: plain data, which a worker can be sent.

    `exercises` are pairs of a module of `solutions` and a name in it; `written` are the names of
    the answers that a person grades.
    """

    name: str
    title: str
    preload: tuple[str, ...]
    exercises: tuple[tuple[str, str], ...]
    forbidden: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


def names() -> list[str]:
    """Return the names of all assignments, sorted.

    Raises
    ------
    GraderError
        There are none: the course is not installed whole.
    """
    found = sorted(path.stem for path in ASSIGNMENTS.glob("*.md"))
    if not found:
        raise GraderError(f"There are no assignments in {ASSIGNMENTS}: install the course again.")
    return found


def load(name: str) -> Assignment:
    """Return the assignment called `name`.

    Raises
    ------
    InputError
        There is no such assignment.
    GraderError
        Its parts do not fit together.
    """
    return assemble(outline(name))


@functools.cache
def outline(name: str) -> Outline:
    """Read the MyST file of the assignment called `name`; see `load`."""
    if name not in names():
        raise InputError(f"There is no assignment {name!r}; there are: {', '.join(names())}.")
    # Imported here: Jupytext takes a second, and a worker is sent the outline ready-made.
    from autograder.authoring.markdown import named_exercises, read_markdown, written_answers

    notebook = read_markdown(ASSIGNMENTS / f"{name}.md")
    settings = notebook.metadata["course"]
    exercises = tuple(named_exercises(notebook))
    lists = [tuple(settings.get(key, ())) for key in ("preload", "forbidden")]
    written = tuple(written_answers(notebook))
    return Outline(name, settings["title"], lists[0], exercises, lists[1], written)


@functools.cache
def assemble(outline: Outline) -> Assignment:
    """Put an assignment together from its outline, its checks and its mistakes; see `load`."""
    checks = checks_of(importlib.import_module(f"autograder.checks.{outline.name}"))
    mistakes = mistakes_of(importlib.import_module(f"autograder.mistakes.{outline.name}"))
    exercises = []
    for module, exercise in outline.exercises:
        if exercise not in checks:
            raise GraderError(f"autograder/checks/{outline.name}.py has no check of {exercise}.")
        found = tuple(checks.pop(exercise)), tuple(mistakes.pop(exercise, ()))
        exercises.append(Exercise(exercise, f"solutions.{module}", *found))
    for left in (*checks, *mistakes):
        raise GraderError(f"autograder/assignments/{outline.name}.md does not ask for {left}.")
    known = read_written(outline.name)
    if set(known) != set(outline.written):
        raise GraderError(
            f"autograder/assignments/{outline.name}.md asks for {sorted(outline.written)} in "
            f"writing; solutions/written/{outline.name}.md answers {sorted(known)}."
        )
    return Assignment(
        outline.name,
        outline.title,
        outline.preload,
        tuple(exercises),
        outline.forbidden,
        tuple(known[name] for name in outline.written),
    )
