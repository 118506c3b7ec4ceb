"""Runs every check of an assignment against one student's code and says what it is worth."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.dialogue.answers import Missing, NotAttempted, Refused, Unanswered
from autograder.dialogue.remote import Ask, Event, RemoteStudent
from autograder.errors import AutograderError, GraderError, place_of
from autograder.inside.answering import Answerer
from autograder.inside.probing import probes_from
from autograder.inside.wire import Message, pack, unpack
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.checks import Check
from autograder.judging.consequences import Broken, built_on, is_consequence
from autograder.judging.mistakes import Mistake
from autograder.judging.recognise import recognise
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict

_log = logging.getLogger(__name__)


def judge(assignment: Assignment, ask: Ask, key: bytes) -> tuple[ExerciseVerdict, ...]:
    """Return the verdict on each exercise of `assignment`.

    Parameters
    ----------
    assignment
        What was asked.
    ask
        Delivers one message to the student's code and returns the reply.
    key
        Seeds the inputs: the same key asks the same questions, and nobody who does not know
        it can predict them.
    """
    verdicts: list[ExerciseVerdict] = []
    broken: dict[str, Mistake | None] = {}
    for exercise in assignment.exercises:
        verdict = judge_exercise(exercise, ask, key, broken)
        verdicts.append(verdict)
        _log.debug("%s: %g of %g", exercise.name, verdict.score, verdict.max_score)
        if not verdict.passed:
            broken[exercise.name] = exercise.mistake(verdict.mistake)
    return tuple(verdicts)


def judge_exercise(
    exercise: Exercise, ask: Ask, key: bytes, broken: Broken | None = None
) -> ExerciseVerdict:
    """Return the verdict on one exercise; see `judge`.

    `broken` are the exercises that failed before, on which this one may be built.
    """
    events: list[Event] = []
    verdicts = []
    for check in exercise.checks:
        verdict, attempted = _run(exercise, check, ask, events, key)
        verdicts.append(verdict)
        if not attempted:
            rest = exercise.checks[len(verdicts) :]
            verdicts += [CheckVerdict(c.title, c.points, 0.0, verdict.message) for c in rest]
            break
    if all(verdict.passed for verdict in verdicts):
        return ExerciseVerdict(exercise.name, tuple(verdicts))
    mistake, explanation = _explain(exercise, events, broken or {})
    return ExerciseVerdict(exercise.name, tuple(verdicts), mistake, explanation)


def _explain(exercise: Exercise, events: list[Event], broken: Broken) -> tuple[str | None, str]:
    """Return the name of the mistake, if it has one, and what to tell the student."""
    foundations = built_on(exercise, broken)
    told = f"It is built on {' and '.join(foundations)}: mend that first, and run this again."
    if foundations and is_consequence(events, exercise, {n: broken[n] for n in foundations}):
        return None, f"There may be nothing wrong here. {told}"
    reference = exercise.reference if exercise.replayable else None
    mistake = recognise(events, exercise.mistakes, reference, probes_from(exercise.probes))
    if mistake is not None:
        return mistake.name, mistake.explanation
    attempted = bool(events) and not isinstance(events[0].outcome, (Missing, NotAttempted))
    return None, told if foundations and attempted else ""


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


def _run(
    exercise: Exercise, check: Check, ask: Ask, events: list[Event], key: bytes
) -> tuple[CheckVerdict, bool]:
    """Return the verdict on one check, and whether the exercise has been attempted at all."""
    name = f"{check.exercise}/{check.title}"
    seed = hashlib.sha256(key + name.encode()).digest()
    draw = np.random.default_rng(np.frombuffer(seed, np.uint32))
    try:
        check.run(RemoteStudent(ask, events, check.exercise), draw)
    except NotAttempted as unanswered:
        return CheckVerdict(check.title, check.points, 0.0, str(unanswered)), False
    except Unanswered as unanswered:
        return CheckVerdict(check.title, check.points, 0.0, str(unanswered)), True
    except Refused as refused:
        message, picture = str(refused), refused.picture
        return CheckVerdict(check.title, check.points, 0.0, message, picture), True
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
    return CheckVerdict(check.title, check.points, check.points), True


def _through_wire(message: Message) -> Message:
    frame = memoryview(pack(message))
    position = 0

    def read(n: int) -> bytes:
        nonlocal position
        position += n
        return bytes(frame[position - n : position])

    return unpack(read)
