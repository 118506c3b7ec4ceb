"""Puts an answer's code before the judge, in this process: for trusted code only."""

from __future__ import annotations

import dataclasses
import linecache
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from autograder.grading.reading import Reading
from autograder.grading.submission import Cell, Submission
from autograder.inside.answering import file_of
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.judge import judge, judge_exercise, local_ask
from autograder.judging.mistakes import Mistake
from autograder.judging.verdict import ExerciseVerdict

ROOT = Path(__file__).resolve().parents[2]
Namespace = dict[str, Any]


def key(number: int) -> bytes:
    """Return the key of one imagined submission."""
    return number.to_bytes(32, "big")


def solutions(module: str) -> Path:
    """Return the file of one reference module."""
    return ROOT / "solutions" / f"{module}.py"


def namespace(source: str, replaced: Mapping[str, Any] | None = None) -> Namespace:
    """Run `source` and return its names, some of them `replaced`.

    The functions of the source see what replaces a function that they use.
    """
    names: Namespace = {"__name__": "student"}
    file = file_of("answer")
    # As in a notebook, an exception can show the line that raised it.
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec", dont_inherit=True), names)
    names.update(replaced or {})
    return names


def exercise(assignment: Assignment, name: str) -> Exercise:
    """Return the exercise of that name."""
    (found,) = (exercise for exercise in assignment.exercises if exercise.name == name)
    return found


def mistake_of(asked: Exercise, name: str) -> Mistake:
    """Return the named mistake of that name."""
    (found,) = (mistake for mistake in asked.mistakes if mistake.name == name)
    return found


def verdict(asked: Exercise, names: Namespace, number: int) -> ExerciseVerdict:
    """Return the judge's verdict on the answer in `names`, for submission `number`."""
    return judge_exercise(asked, local_ask(names, asked.probes), key(number))


def verdicts(
    assignment: Assignment, source: str, replaced: Mapping[str, Any] | None = None
) -> dict[str, ExerciseVerdict]:
    """Return the verdict on each exercise of the answers in `source`, some of them `replaced`."""
    answers = (Cell("answer", source),)
    reading = Reading(Submission(assignment.name, answers, answers), key(1))
    ask = local_ask(namespace(source, replaced), assignment.probes)
    return {found.name: found for found in judge(assignment, ask, reading)}


def complaint(asked: Exercise, names: Namespace, number: int) -> str | None:
    """Return what the first check that fails says, or None; the rest is not asked."""
    for check in asked.checks:
        alone = dataclasses.replace(asked, checks=(check,), mistakes=())
        found = verdict(alone, names, number)
        if not found.passed:
            return found.checks[0].message
    return None
