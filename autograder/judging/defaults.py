"""Finds the arguments whose default is wrong, whatever it is in its place.

A mistake of `autograder.judging.mistakes` has one other default; there are endlessly many. An
answer that is right wherever an argument is given, and wrong only where it is left out and only
in numbers that hang on it, is told so.
"""

from __future__ import annotations

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
    signature = inspect.signature(reference)
    others = {name: _others(of.default) for name, of in signature.parameters.items()}
    if not any(others.values()):
        return {}
    wrong = answered_otherwise(events, reference, probes)
    if not wrong or any(isinstance(event.outcome, Unanswered) for event in wrong):
        return {}
    answers, given = _replay(events, reference, probes, {})
    right = set(events) - set(wrong)
    found = {}
    for name in filter(others.get, others):
        gave = {event for event in events if name in given[event]}
        if gave.isdisjoint(wrong) and not gave.isdisjoint(right):
            asked = [_replay(events, reference, probes, {name: value})[0] for value in others[name]]
            if all(
                _differs_within(event.outcome, answers[event], *(other[event] for other in asked))
                for event in wrong
            ):
                found[name] = signature.parameters[name].default
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
    events: list[Event], reference: Callable[..., Any], probes: ModuleType, defaults: dict[str, Any]
) -> tuple[dict[Event, Any], dict[Event, set[str]]]:
    """Return what the reference with other `defaults` answers, and which arguments events give.

    What is put to an instance gives what its making gave.
    """
    signature = inspect.signature(reference)
    gave: set[str] = set()

    def other(*args: Any, **kwargs: Any) -> Any:
        gave.update(signature.bind_partial(*args, **kwargs).arguments)
        left = {name: value for name, value in defaults.items() if name not in gave}
        return reference(*args, **kwargs | left)

    answers: dict[Event, Any] = {}
    given: dict[Event, set[str]] = {}
    for event, outcome, touched in replayed(events, other, probes):
        # No default changes what is done to the arguments.
        answers[event] = outcome if touched == event.touched else None
        given[event] = given[event.thing] if event.thing else set(gave)
        gave.clear()
    return answers, given


def _differs_within(said: Any, expected: Any, *others: Any) -> bool:
    """Whether an answer is another than expected only where one of the others is, too."""
    others = tuple(other for other in others if not isinstance(other, Raising))
    answers = [said, expected, *others]
    if isinstance(expected, (tuple, list)):
        of_a_kind = all(type(a) is type(expected) and len(a) == len(expected) for a in answers)
        return of_a_kind and all(map(_differs_within, *answers))
    arrays = [array for one in answers if (array := as_array(one)) is not None]
    if len(arrays) < len(answers) or len({(one.shape, one.dtype) for one in arrays}) > 1:
        return False
    x, y, *rest = arrays
    same = np.isclose(x, y, equal_nan=True) if x.dtype.kind == "f" else x == y
    return bool(rest) and bool(np.all(np.any([one != y for one in rest], axis=0) | same))
