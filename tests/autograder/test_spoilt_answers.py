"""Whatever an answer claims, a check refuses it or takes it: none of them breaks over it.

What passes a check is spoilt in each of its places, one after another: with an array where a
word or a number was, for what is compared with one is no truth value, and with other kinds.
"""

import importlib
import random
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.inside.wire import Decoder, Encoder, Message, Opaque, Tensor
from autograder.judging.assignment import Exercise
from autograder.judging.checks import Check
from autograder.judging.judge import _run, local_ask

EXERCISES = [e for name in CONTENT.names() for e in CONTENT.load(name).exercises]
KEY = (1).to_bytes(32, "big")
MOST_REPLIES, MOST_PLACES, MOST_TRIED, DEEPEST = 8, 24, 12, 3
ARRAYS: list[Any] = [np.arange(3), [np.arange(2)] * 2]
OTHERS: list[Any] = [
    *(
        None,
        True,
        -1,
        1 << 70,
        float("nan"),
        float("inf"),
        "x",
        [],
        {},
        [None],
        {"a": np.arange(3)},
    ),
    *(
        np.float64("nan"),
        np.zeros((0, 3)),
        np.zeros(3, complex),
        np.zeros((1,) * 16),
        np.array(1.5),
    ),
    *(Opaque("x.y"), Tensor(np.array(np.nan)), np.dtype("f4")),
]
Ask = Callable[[Message], Message]
Place = tuple[Any, ...]


def answers(exercise: Exercise, check: Check) -> Any:
    """Return what passes a check: the reference, or a mistake about what needs Keras."""
    if exercise.replayable:
        return getattr(importlib.import_module(exercise.module), exercise.name)
    for mistake in exercise.mistakes[:MOST_TRIED]:
        ask = local_ask({exercise.name: mistake.implementation}, exercise.probes)
        if _run(exercise, check, ask, KEY).verdict.passed:
            return mistake.implementation
    return None


def places(value: Any, depth: int = 0) -> Iterator[Place]:
    """Yield the places in a value, by the keys that lead there; it is one itself."""
    yield ()
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(
        value, (list, tuple)) else ()  # fmt: skip
    if depth < DEEPEST:
        for key, part in inner:
            yield from ((key, *place) for place in places(part, depth + 1))


def put(value: Any, place: Place, strange: Any) -> Any:
    """Return a value with something else in one place of it."""
    if not place:
        return strange
    key, *rest = place
    changed = put(value[key], tuple(rest), strange)
    if isinstance(value, dict):
        return {**value, key: changed}
    return type(value)(changed if n == key else part for n, part in enumerate(value))


def watched(ask: Ask, replies: list[Any]) -> Ask:
    """Return `ask`, which puts the values that come back into a list."""

    def watching(message: Message) -> Message:
        reply = ask(message)
        held = "value" in reply.header
        replies.append(Decoder(reply.arrays).value(reply.header["value"]) if held else None)
        return reply

    return watching


def spoiling(ask: Ask, at: int, place: Place, strange: Any) -> Ask:
    """Return `ask` with one place of one answer spoilt."""
    asked = 0

    def spoilt(message: Message) -> Message:
        nonlocal asked
        reply, asked = ask(message), asked + 1
        if asked - 1 != at or "value" not in reply.header:
            return reply
        encoder = Encoder()
        value = put(Decoder(reply.arrays).value(reply.header["value"]), place, strange)
        return Message({**reply.header, "value": encoder.value(value)}, encoder.arrays)

    return spoilt


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: f"{e.assignment}-{e.name}")
def test_no_check_breaks_over_a_claim(exercise: Exercise) -> None:
    chance = random.Random(exercise.name)
    for check in exercise.checks:
        answer = answers(exercise, check)
        if answer is None:
            continue
        ask = local_ask({exercise.name: answer}, exercise.probes)
        replies: list[Any] = []
        _run(exercise, check, watched(ask, replies), KEY)
        found = [(n, p) for n, value in enumerate(replies[:MOST_REPLIES]) for p in places(value)]
        for at, place in chance.sample(found, min(len(found), MOST_PLACES)):
            for strange in (*ARRAYS, chance.choice(OTHERS)):
                with np.errstate(all="ignore"):
                    _run(exercise, check, spoiling(ask, at, place, strange), KEY)
