"""Tells a mistake from its consequences: an answer may fail because of what it is built on.

An answer may use what the student wrote for another exercise. When that has failed with a named
mistake, the judge's questions are replayed on the reference as it would be *with that mistake
underneath*; an answer that agrees has no mistake of its own.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

from autograder.dialogue.remote import Event
from autograder.inside.probing import probes_from
from autograder.judging.assignment import Exercise
from autograder.judging.mistakes import Mistake
from autograder.judging.recognise import answers_alike

# What went wrong in the exercises before: the mistake, or None where it has no name.
Broken = Mapping[str, Mistake | None]


def is_consequence(events: list[Event], exercise: Exercise, broken: Broken) -> bool:
    """Whether the reference would have answered as the student did, on what is broken."""
    named = {name: m.implementation for name, m in broken.items() if m is not None}
    known = bool(named) and exercise.replayable
    return known and answers_alike(
        events, _on_top_of(exercise, named), probes_from(exercise.probes)
    )


def _functions(module: str) -> dict[str, FunctionType]:
    """Return the functions that a module defines."""
    names = vars(importlib.import_module(module))
    return {
        n: f for n, f in names.items() if isinstance(f, FunctionType) and f.__module__ == module
    }


def _on_top_of(exercise: Exercise, replaced: Mapping[str, Callable[..., Any]]) -> Any:
    """Return the reference as a function that sees `replaced` in place of what it calls."""
    scope = dict(vars(importlib.import_module(exercise.module)))
    for name, function in _functions(exercise.module).items():
        scope[name] = FunctionType(
            function.__code__, scope, name, function.__defaults__, function.__closure__
        )
    scope.update(replaced)
    return scope[exercise.name]
