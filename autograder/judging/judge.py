"""Runs every check of an assignment against one student's code and says what it is worth."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from autograder.dialogue.answers import Raised, Refused, Unanswered
from autograder.dialogue.describing import series
from autograder.dialogue.pictures import Picture
from autograder.dialogue.remote import Ask, Event, RemoteStudent
from autograder.errors import AutograderError, GraderError, place_of
from autograder.inside.answering import Answerer
from autograder.inside.probing import probes_from
from autograder.inside.wire import Message, pack, unpack
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.checks import Check
from autograder.judging.consequences import Broken, is_consequence
from autograder.judging.defaults import told_of, wrong_defaults
from autograder.judging.mistakes import Mistake
from autograder.judging.recognise import recognise
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict

_log = logging.getLogger(__name__)


class Reading(Protocol):
    """What can be told of a student's answers by reading them."""

    def key(self, exercise: str) -> bytes:
        """Return what seeds the inputs of an exercise.

        The same key asks the same questions, and nobody who does not know it can predict them.
        """
        ...

    def uses(self, exercise: str) -> Collection[str]:
        """Return the names of the student's own that the answer to an exercise uses."""
        ...

    def is_stub(self, exercise: str) -> bool:
        """Whether the answer to an exercise is as empty as it was given out."""
        ...


def judge(assignment: Assignment, ask: Ask, reading: Reading) -> tuple[ExerciseVerdict, ...]:
    """Return the verdict on each exercise of `assignment`.

    Parameters
    ----------
    assignment
        What was asked.
    ask
        Delivers one message to the student's code and returns the reply.
    reading
        What can be told of that code by reading it.
    """
    verdicts: list[ExerciseVerdict] = []
    broken: dict[str, Mistake | None] = {}
    for exercise in assignment.exercises:
        name = exercise.name
        if reading.is_stub(name):
            verdict, mistake = _not_attempted(exercise), None
        else:
            used = reading.uses(name)
            below = {other: why for other, why in broken.items() if other in used}
            verdict, mistake = _judged(exercise, ask, reading.key(name), below)
        verdicts.append(verdict)
        _log.debug("%s: %g of %g", name, verdict.score, verdict.max_score)
        if not verdict.passed:
            broken[name] = mistake
    return tuple(verdicts)


def judge_exercise(exercise: Exercise, ask: Ask, key: bytes) -> ExerciseVerdict:
    """Return the verdict on one exercise by itself; see `judge`."""
    return _judged(exercise, ask, key, {})[0]


def _not_attempted(exercise: Exercise) -> ExerciseVerdict:
    told = "Not attempted yet."
    checks = [CheckVerdict(check.title, check.points, 0.0, told) for check in exercise.checks]
    return ExerciseVerdict(exercise.name, tuple(checks))


def _judged(
    exercise: Exercise, ask: Ask, key: bytes, below: Broken
) -> tuple[ExerciseVerdict, Mistake | None]:
    """Return the verdict on one exercise, and the mistake that was recognised.

    `below` are the exercises that have failed and that the answer to this one uses.
    """
    run = [_run(exercise, check, ask, key) for check in exercise.checks]
    checks = tuple(one.verdict for one in run)
    if all(check.passed for check in checks):
        return ExerciseVerdict(exercise.name, checks), None
    mistake, explanation = _explain(exercise, run, below)
    name = None if mistake is None else mistake.name
    return ExerciseVerdict(exercise.name, checks, name, explanation), mistake


def _explain(exercise: Exercise, run: list[_Run], below: Broken) -> tuple[Mistake | None, str]:
    """Return the mistake, if it has a name, and what to tell the student."""
    told = f"It uses your {series(below)}: mend that first, and run this again."
    if is_consequence(_events(run), exercise, below):
        return None, f"There may be nothing wrong here. {told}"
    mistake = _recognised(exercise, run)
    if mistake is not None:
        return mistake, mistake.explanation
    # An exception tells of itself, and keeps the rest of its check from being asked.
    others = [one for one in run if not one.raised]
    if len(others) < len(run) and not all(one.verdict.passed for one in others):
        mistake = _recognised(exercise, others)
    if mistake is not None:
        return mistake, f"Besides the exception that is told below: {mistake.explanation}"
    return None, told if below else _wrong_defaults(exercise, run)


def _wrong_defaults(exercise: Exercise, run: list[_Run]) -> str:
    if not exercise.replayable:
        return ""
    probes = probes_from(exercise.probes)
    return told_of(wrong_defaults(_events(run), exercise.reference, probes))


def _recognised(exercise: Exercise, run: list[_Run]) -> Mistake | None:
    reference = exercise.reference if exercise.replayable else None
    return recognise(_events(run), exercise.mistakes, reference, probes_from(exercise.probes))


def _events(run: list[_Run]) -> list[Event]:
    return [event for one in run for event in one.events]


def local_ask(namespace: dict[str, object], probes: str = "") -> Ask:
    """Return an `ask` that answers from `namespace` in this process, for trusted code only.

    A named mistake may stand in for code that needs Keras: what it answers to a probe is then an
    attribute of the probe's name. A student's code in the sandbox has no such say.
    """
    answerer = _TrustingAnswerer(namespace, probes_from(probes))

    def ask(message: Message) -> Message:
        return _through_wire(answerer.answer(_through_wire(message)))

    return ask


class _TrustingAnswerer(Answerer):
    def probe_of(self, name: str, of: Any) -> Callable[..., Any]:
        own: Callable[..., Any] | None = getattr(of, name, None)
        return super().probe_of(name, of) if own is None else own


@dataclass(frozen=True)
class _Run:
    """A check that has been run: its verdict, what it asked, and whether an exception ended it."""

    verdict: CheckVerdict
    events: list[Event]
    raised: bool


def _run(exercise: Exercise, check: Check, ask: Ask, key: bytes) -> _Run:
    name = f"{check.exercise}/{check.title}"
    seed = hashlib.sha256(key + name.encode()).digest()
    draw = np.random.default_rng(np.frombuffer(seed, np.uint32))
    events: list[Event] = []

    def said(message: str, picture: Picture | None = None, raised: bool = False) -> _Run:
        verdict = CheckVerdict(check.title, check.points, 0.0, message, picture)
        return _Run(verdict, events, raised)

    try:
        check.run(RemoteStudent(ask, events, check.exercise), draw)
    except Unanswered as unanswered:
        return said(str(unanswered), raised=isinstance(unanswered, Raised))
    except Refused as refused:
        return said(str(refused), refused.picture)
    except AutograderError:
        raise
    except Exception as error:
        # The log has the traceback; whose fault it is has to be said to whoever sees one line.
        _log.exception(
            "The check %r of %s.%s failed.", check.title, exercise.assignment, check.exercise
        )
        raise GraderError(
            f"The check {check.title!r} of {check.exercise} in {exercise.assignment} is faulty "
            f"({place_of(error)}): {type(error).__name__}: {error}."
        ) from error
    return _Run(CheckVerdict(check.title, check.points, check.points), events, raised=False)


def _through_wire(message: Message) -> Message:
    frame = memoryview(pack(message))
    position = 0

    def read(n: int) -> bytes:
        nonlocal position
        position += n
        return bytes(frame[position - n : position])

    return unpack(read)
