"""Whatever an answer claims, a check refuses it or takes it: none of them breaks over it.

What the answers of right and of wrong implementations say is spoilt in one place, in the ways in
which claims can be other than a check expects: another kind, another shape, no number, an array
where a word was.
"""

import importlib
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.inside.wire import Decoder, Encoder, Message, Opaque, Tensor
from autograder.judging.assignment import Exercise
from autograder.judging.judge import judge_exercise, local_ask

TRIES = 4
EXERCISES = [e for name in CONTENT.names() for e in CONTENT.load(name).exercises]
STRANGE: list[Any] = [
    *(None, True, 0, -1, 1 << 70, -0.0, float("nan"), float("inf"), 1e308, "", "x", [], (), {}),
    *([None], (1, 2, 3), {"a": 1}, np.float32(1), np.float64("nan"), np.int64(-1), np.bool_(True)),
    *(np.zeros(0), np.zeros((0, 3)), np.array(1.5), np.zeros(3, complex), np.array([True])),
    *(np.full(5, np.nan), np.full((4, 4), np.inf), np.zeros((1,) * 16), np.array([1 << 63])),
    *([np.arange(2)], [[np.arange(2)] * 3], {"a": np.arange(3)}, (np.arange(2), np.arange(2))),
    *(Opaque("x.y"), Tensor(np.zeros(2)), Tensor(np.array(np.nan)), np.dtype("f4"), np.float32),
]


def relatives(value: Any) -> list[Any]:
    """Return values that are much like one, and another."""
    if isinstance(value, np.ndarray):
        kinds: list[Any] = [value.astype(complex), value.astype(bool), value[None], value.ravel()]
        return [*kinds, value.T, np.zeros_like(value), value.tolist(), value.astype("f8") * 1e300]
    if isinstance(value, (list, tuple)):
        return [list(value), tuple(value), value[:-1], value + value[:1], value[::-1]]
    if isinstance(value, dict):
        return [{**value, "more": 1}, dict(list(value.items())[:-1]), {}]
    if isinstance(value, (int, float)):
        return [-value, str(value), [value], np.asarray(value), 10**30 * value]
    return [f"{value}x", [value]]


def spoilt(value: Any, chance: random.Random) -> Any:
    """Return a value with something else in one place of it."""
    if isinstance(value, (list, tuple)) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        inner = [spoilt(v, chance) if n == at else v for n, v in enumerate(value)]
        return type(value)(inner)
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(list(value))
        return {**value, key: spoilt(value[key], chance)}
    return chance.choice(relatives(value) if chance.random() < 0.5 else STRANGE)


def spoiling(
    ask: Callable[[Message], Message], chance: random.Random
) -> Callable[[Message], Message]:
    """Return `ask`, but for one of the first answers, or some of all."""
    at, asked = chance.choice([None, *range(8)]), 0

    def spoilt_ask(message: Message) -> Message:
        nonlocal asked
        reply, asked = ask(message), asked + 1
        hit = chance.random() < 0.3 if at is None else asked - 1 == at
        if not hit or "value" not in reply.header:
            return reply
        encoder = Encoder()
        value = Decoder(reply.arrays).value(reply.header["value"])
        told = encoder.value(spoilt(value, chance))
        return Message({**reply.header, "value": told}, encoder.arrays)

    return spoilt_ask


def answers(exercise: Exercise, chance: random.Random) -> Any:
    """Return an implementation: the right one, or a wrong one where that needs Keras."""
    if exercise.replayable:
        return getattr(importlib.import_module(exercise.module), exercise.name)
    return chance.choice(exercise.mistakes).implementation


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda e: f"{e.assignment}-{e.name}")
def test_no_check_breaks_over_a_claim(exercise: Exercise) -> None:
    chance = random.Random(exercise.name)
    with np.errstate(all="ignore"):
        for number in range(TRIES):
            ask = local_ask({exercise.name: answers(exercise, chance)}, exercise.probes)
            judge_exercise(exercise, spoiling(ask, chance), number.to_bytes(32, "big"))
