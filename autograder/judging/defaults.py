"""Finds the arguments whose default is wrong, whatever it is in its place.

A mistake of `autograder.judging.mistakes` has one other default; there are endlessly many. An
answer that is right wherever an argument is given, and wrong only where it is left out and only
in numbers that hang on it, is told so.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from autograder.dialogue.answers import Unanswered
from autograder.dialogue.describing import series
from autograder.dialogue.remote import Event
from autograder.judging.recognise import Raising, answered_otherwise, as_array, replayed


def wrong_defaults(
    events: list[Event], reference: Callable[..., Any], probes: ModuleType
) -> dict[str, Any]:
    """Return the arguments that seem to have another default in a student's answer.

    Parameters
    ----------
    events
        What the judge asked of one exercise and what the student's code answered.
    reference
        The right implementation.
    probes
        Those of the assignment.

    Returns
    -------
    dict
        The defaults as they should be, by argument. Each question that is answered wrongly
        leaves all of these arguments out, and some that give them are answered right.
    """
    wrong = answered_otherwise(events, reference, probes)
    if any(isinstance(event.outcome, Unanswered) or event.touched for event in wrong):
        return {}
    right = set(events) - set(wrong)
    found = {}
    for name, parameter in inspect.signature(reference).parameters.items():
        default, others = parameter.default, _others(parameter.default)
        replay = functools.partial(_replay, events, reference, probes, name)
        given = replay(default)[1] if others else set()
        if given.isdisjoint(right) or not given.isdisjoint(wrong) or not wrong:
            continue
        expected, *different = (replay(value)[0] for value in (default, *others))
        if all(_within(event, expected, different) for event in wrong):
            found[name] = default
    return found


def told_of(defaults: dict[str, Any]) -> str:
    """Return what to tell who has other defaults; nothing to who has none."""
    if not defaults:
        return ""
    values = series([f"`{name}={value!r}`" for name, value in defaults.items()])
    return (
        f"What is right where {_are(defaults)} given is wrong where {_are(defaults)} left out: "
        f"compare your {'defaults' if len(defaults) > 1 else 'default'} with {values}."
    )


def _are(defaults: dict[str, Any]) -> str:
    names = series([f"`{name}`" for name in defaults])
    return f"{names} {'are' if len(defaults) > 1 else 'is'}"


def _others(default: Any) -> list[Any]:
    """Return other values that an argument could have; none if its default says nothing of them."""
    if isinstance(default, bool):
        return [not default]
    if isinstance(default, int):
        return [default + 1, default + 2]
    if isinstance(default, float):
        return [default / 2, default * 2] if default else [0.01, 0.5]
    return []


def _replay(
    events: list[Event], reference: Callable[..., Any], probes: ModuleType, name: str, value: Any
) -> tuple[dict[Event, Any], set[Event]]:
    """Return what the reference answers with another default, and which events give the argument.

    What is put to an instance gives what its making gave.
    """
    signature = inspect.signature(reference)
    gave = False

    def other(*args: Any, **kwargs: Any) -> Any:
        nonlocal gave
        gave = name in signature.bind_partial(*args, **kwargs).arguments
        return reference(*args, **kwargs if gave else kwargs | {name: value})

    answers: dict[Event, Any] = {}
    given: set[Event] = set()
    for event, outcome, _ in replayed(events, other, probes):
        answers[event] = outcome
        if event.thing in given if event.thing else gave:
            given.add(event)
        gave = False
    return answers, given


def _within(event: Event, expected: dict[Event, Any], others: list[dict[Event, Any]]) -> bool:
    """Whether an answer is wrong only where one of the others is, too."""
    return _differs_within(event.outcome, expected[event], *(other[event] for other in others))


def _differs_within(said: Any, expected: Any, *others: Any) -> bool:
    others = tuple(other for other in others if not isinstance(other, Raising))
    answers = [said, expected, *others]
    if isinstance(expected, (tuple, list)):
        return len({(type(one), len(one)) for one in answers if hasattr(one, "__len__")}) == 1 and (
            all(map(_differs_within, *answers))
        )
    x, y, *rest = arrays = [array for one in answers if (array := as_array(one)) is not None]
    if len(arrays) < len(answers) or len({(one.shape, one.dtype) for one in arrays}) > 1:
        return False
    varies = np.any([one != y for one in rest], axis=0)
    return bool(rest) and bool(np.all(varies | np.isclose(x, y, equal_nan=True)))
