"""Grades one submission: runs its cells in a forked child, then lets the judge question it."""

from __future__ import annotations

import dataclasses
import itertools
import logging
import math
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np

import autograder
from autograder.dialogue.answers import Stopped
from autograder.dialogue.describing import series
from autograder.grading.reading import Reading
from autograder.grading.source import (
    defined,
    definitions_alone,
    functions,
    imported,
    looked_up,
    parsed,
    statements_of,
)
from autograder.grading.submission import Cell, Submission
from autograder.grading.terms import Patience, Terms
from autograder.inside.answering import MAX_FRAMES, MAX_OUTPUTS
from autograder.inside.wire import Decoder, Encoder, Generator, Message
from autograder.judging.assignment import Assignment
from autograder.judging.judge import judge
from autograder.judging.verdict import Verdict
from autograder.sandbox.packages import directories_of
from autograder.sandbox.parent import MOST_DRAWN_OUT, NO_REPLY, TOO_LONG, Child, WarmParent
from autograder.sandbox.proof import prove

# Each call that is stopped halves the time of those after it, down to this share: endless loops
# must use up neither the time of the exercises after them nor that of the class. What is right
# in NumPy takes milliseconds; a training with Keras may take seconds.
LEAST_SHARE = {True: 0.1, False: 0.5}  # by whether the exercise is without the packages
# After so many stops the rest of an exercise is not asked any more.
MOST_STOPS = 3
# All calls of one exercise that is without the packages may take so many times as long as one: each
# of thousands may be slow, and none too slow. The exercise after one that took more has half of it.
MOST_TOGETHER = 5.0
# A cell that took longer is not run whole again where a call has ended the process.
LONG_SECONDS = 1.0
# Checks may ask many questions before they look at an answer; the answers to all of an exercise
# are kept until it is judged.
MOST_BYTES = 64 << 20
# So many names that a cell defines are told where the one that was asked for is missing.
_MOST_NAMED = 3
# What a refused system call raises, by its text.
_NO_CALL = "Function not implemented"
_TOO_MUCH = f"The answers of this exercise are larger than {MOST_BYTES >> 20} MiB together."
_TOO_SLOW = "The calls of this exercise took too long together, and it has not been asked again."
_TOO_OFTEN = f"This exercise was stopped {MOST_STOPS} times, and has not been asked again."
_USED_UP = "The submission used up its"
_ENGINE = Path(autograder.__path__[0]).resolve()

# Sent to a child and back, to see that it can still answer.
_VALUES = (True, 3, 0.5, "text", [np.arange(6, dtype=np.float32).reshape(2, 3)])
_SEED = 7
_SPOILT = (
    "Stopped: after it, Python itself no longer worked as it should (did it replace something "
    "that is not yours?), so the cell was left out."
)

_log = logging.getLogger(__name__)


class Engine:
    """Grades submissions of one assignment, one after another.

    It has a warm parent for the exercises whose references need none of the packages that the
    course's `Content` says it does without: they are judged where those are not. And it has one
    for the exercises that need them.

    Parameters
    ----------
    assignment
        What was asked.
    terms
        How it is graded.
    """

    def __init__(self, assignment: Assignment, terms: Terms) -> None:
        self._assignment = assignment
        self._terms = terms
        self._plain = frozenset(e.name for e in assignment.exercises if e.replayable)
        kinds = {exercise.replayable for exercise in assignment.exercises}
        self._parents = {plain: self._parent(plain) for plain in sorted(kinds)}

    def _parent(self, plain: bool) -> WarmParent:
        """Return a warm parent, `plain` if it is without the packages that plain answers lack."""
        sheet, without = self._assignment.sheet, self._terms.content.without
        preload, forbidden = (
            tuple(path for path in paths if not plain or path.split(".")[0] not in without)
            for paths in (sheet.preload, sheet.forbidden)
        )
        return WarmParent(
            preload,
            self._terms.limits,
            isolated=self._terms.isolated,
            forbidden=forbidden,
            probes=self._assignment.probes,
            without=without if plain else None,
        )

    def open(self) -> None:
        """Start the sandboxes and prove that they hold, and that nothing hidden can be read there.

        What the course itself consists of is hidden in any case.

        Raises
        ------
        GraderError
            One did not come up, or does not hold.
        """
        began = time.monotonic()
        hidden = [*self._terms.hidden, _ENGINE, *self._terms.content.packages]
        for parent in self._parents.values():
            parent.start(hidden)
        for plain, parent in self._parents.items():
            parent.wait_until_ready()
            if self._terms.isolated:
                prove(parent, hidden + (directories_of(self._terms.content.without) * plain))
        _log.info("%s: ready after %.1f s", self._assignment.name, time.monotonic() - began)

    def close(self) -> None:
        """End the sandboxes."""
        for parent in self._parents.values():
            parent.close()

    def grade(self, submission: Submission) -> Verdict:
        """Return what `submission` is worth, whatever its code does.

        Raises
        ------
        GraderError
            The sandbox failed; the submission is not to blame.
        """
        began = time.monotonic()
        reading = Reading(submission, self._terms.secret)
        budget = _Budget(self._terms.patience)
        with ExitStack() as opened:
            sessions = {
                plain: opened.enter_context(
                    closing(_Session(parent, self._run_in(plain, submission), budget, plain))
                )
                for plain, parent in self._parents.items()
            }
            exercises = judge(self._assignment, _Switch(sessions, self._plain).ask, reading)
        outputs = sessions[min(sessions)].outputs
        if True in sessions:  # what an answer shows, it shows where it is judged
            shown = sessions[True].outputs
            outputs = outputs | {name: shown[name] for name in self._plain & shown.keys()}
        verdict = Verdict(self._assignment.name, exercises, submission.notes, outputs)
        told = f"{verdict.score:g} of {verdict.max_score:g} points"
        _log.info("%s: %s after %.2f s", verdict.assignment, told, time.monotonic() - began)
        return verdict

    def _run_in(self, plain: bool, submission: Submission) -> Submission:
        """Return what of a submission is run where answers are judged that are `plain`, or not.

        Without the packages, what an answer does with them fails, be it a line that sets their
        seed; what else its cell defines, the answers that are judged there may use.
        """
        if not plain:
            return submission
        packages = self._terms.content.without
        names = set().union(*(imported(cell.source, packages) for cell in submission.cells))
        others = {
            cell.name
            for cell in submission.answers
            if cell.name not in self._plain
            or not names.isdisjoint(looked_up(parsed(cell.source) or []))
        }
        return dataclasses.replace(
            submission,
            cells=tuple(
                Cell(cell.name, piece)
                for cell in submission.cells
                for piece in (statements_of(cell.source) if cell.name in others else [cell.source])
            ),
        )


class _Budget:
    """The time that one submission has left, in whichever of its sessions it is used."""

    def __init__(self, allowed: Patience) -> None:
        self.allowed = allowed
        self._deadline = time.monotonic() + allowed.submission
        self._latest = time.monotonic() + MOST_DRAWN_OUT * allowed.submission

    def left(self) -> float:
        """Return how many seconds are left."""
        return self._deadline - time.monotonic()

    def add(self, seconds: float) -> None:
        """Add what others had of the processor, which is not this submission's fault."""
        self._deadline = min(self._deadline + seconds, self._latest)


@dataclasses.dataclass
class _Used:
    """What the calls of one exercise have used: bytes of answers, stops, and seconds."""

    received: int = 0
    stops: int = 0
    seconds: float = 0.0

    def excess(self, seconds: float) -> str:
        """Return of what it was too much, or nothing; `seconds` are what the calls may take."""
        if self.received > MOST_BYTES:
            return _TOO_MUCH
        if self.stops == MOST_STOPS:
            return _TOO_OFTEN
        return _TOO_SLOW if self.seconds > seconds else ""


class _Switch:
    """Puts the questions about an exercise to the session in which it is judged."""

    def __init__(self, sessions: dict[bool, _Session], plain: frozenset[str]) -> None:
        self._sessions = sessions
        self._plain = plain
        self._exercise = ""

    def ask(self, message: Message) -> Message:
        """Deliver one message; see `_Session.ask`."""
        self._exercise = str(message.header.get("exercise", self._exercise))
        return self._sessions[self._exercise in self._plain].ask(message)


class _Session:
    """One submission's code, restarted where it had been if it dies or has to be killed."""

    def __init__(
        self, parent: WarmParent, submission: Submission, budget: _Budget, plain: bool
    ) -> None:
        self._parent = parent
        self._budget = budget
        self._allowed = budget.allowed
        self._cells = list(submission.cells)
        self._answers = {cell.name for cell in submission.answers}
        self._sources = {cell.name: cell.source for cell in submission.answers}
        self._elsewhere = submission.elsewhere
        self._child: Child | None = None
        self._lost = 0.0
        self._exercise = ""
        self._patience = self._allowed.of_a_call(plain)
        self._least = LEAST_SHARE[plain] * self._patience
        self._plain = plain
        self._long: set[str] = set()  # the cells that took long
        self._shown: dict[str, list[dict[str, object]]] = {}  # what they did when they ran whole
        self._used = _Used()
        self._together = MOST_TOGETHER * self._patience if plain else math.inf
        self._cut_short: dict[str, dict[str, object]] = {}  # why, by the cell's name
        self.outputs: dict[str, list[dict[str, object]]] = {}

    def close(self) -> None:
        """End the child, if one lives."""
        if self._child is not None:
            self._child.close()

    def ask(self, message: Message) -> Message:
        """Deliver one message to the student's code, which is started first if need be.

        Raises
        ------
        Stopped
            No reply came.
        """
        exercise = str(message.header.get("exercise", self._exercise))
        if exercise != self._exercise:
            self._begin(exercise)
        if self._used.seconds > self._together:
            self._make_good()
        if why := self._used.excess(self._together):
            raise Stopped(why)
        while self._child is None:
            self._start()
        allowed = self._within(self._patience)
        began, before = time.monotonic(), self._child.received
        try:
            reply = self._child.ask(message, allowed)
            self._used.received += self._child.received - before
        except Stopped as stopped:
            _log.info("%s: %s", self._exercise, stopped)
            self._used.stops += 1
            self._patience = max(self._patience / 2, self._least)
            self._child.close()
            self._child = None
            self._shorten()
            raise
        finally:
            # What is more than was allowed, others had of the processor.
            self._used.seconds += min(time.monotonic() - began, allowed)
        reply.header["because"] = self._failure(reply.header.get("missing"))
        self._explain(reply.header.get("raised"))
        return reply

    def _begin(self, exercise: str) -> None:
        """Turn to another exercise, which has its own share of everything."""
        self._make_good()
        if self._used.seconds > self._together:
            self._together = max(self._together / 2, MOST_TOGETHER * self._least)
        self._exercise, self._used = exercise, _Used()

    def _make_good(self) -> None:
        """Give back the time that others had of the processor, which is no fault of this one."""
        if self._child is not None:
            waited = self._child.waited()
            self._budget.add(waited - self._lost)
            self._used.seconds -= waited - self._lost
            self._lost = waited

    def _explain(self, raised: object) -> None:
        """Add to a ``NameError`` in which cell that is not run the name is defined."""
        if not isinstance(raised, dict) or raised.get("type") != "NameError":
            return
        text = str(raised.get("text"))
        for name in self._answers:
            if text == f"name {name!r} is not defined":
                raised["text"] = (
                    f"{text}. It is an answer of yours that is not there: mend that first"
                )
        for name, number in self._elsewhere:
            if text == f"name {name!r} is not defined":
                raised["text"] = (
                    f"{text}. It is defined in cell {number} of your notebook, which is not run "
                    "when you are graded: put it into this answer's own cell"
                )

    def _start(self) -> None:
        """Run the cells in a new child; what kills or spoils it is left out from then on."""
        self._within(self._allowed.cell)
        child, self._lost = self._parent.spawn(), 0.0
        self.outputs = {name: list(shown) for name, shown in self._shown.items()}
        self.outputs |= {name: [why] for name, why in self._cut_short.items()}
        replies = child.ask_all(self._requests(), lambda: self._within(self._allowed.cell))
        for cell in list(self._cells):
            began = time.monotonic()
            try:
                self.outputs.setdefault(cell.name, []).extend(_shown(next(replies)))
                if cell.name in self._answers:
                    _see_proof(replies)
            except Stopped as stopped:
                child.close()
                self._leave_out(cell, str(stopped))
                return
            if cell.name in self._answers and time.monotonic() - began > LONG_SECONDS:
                self._long.add(cell.name)
        self._child = child

    def _shorten(self) -> None:
        """Keep of the cells that take long what they define: they run again after each stop.

        With Keras what takes long may be a training that an answer builds on, and is kept.
        """
        if self._plain:
            for at, cell in enumerate(self._cells):
                if cell.name in self._long:
                    self._shown[cell.name] = self.outputs[cell.name]
                    self._cells[at] = Cell(cell.name, definitions_alone(cell.source))
            self._long.clear()

    def _leave_out(self, cell: Cell, why: str) -> None:
        """Leave a cell out, or, the first time, what it does besides defining things."""
        _log.info("the cell %s is left out: %s", cell.name, why)
        at = self._cells.index(cell)
        kept = definitions_alone(cell.source)
        again = cell.name not in self._answers or cell.name in self._cut_short or why == _SPOILT
        if again or not kept.strip():
            del self._cells[at]
        else:
            self._cells[at] = Cell(cell.name, kept)
            why += " Only what the cell defines was kept."
        self._cut_short[cell.name] = _error("Stopped", why.removeprefix("Stopped: "), [])

    def _requests(self) -> Iterator[Message]:
        """Yield the cells to run, each of the student's own followed by the questions of a proof.

        What one cell does to Python would otherwise be put down to the cells after it.
        """
        for cell in self._cells:
            yield Message({"op": "cell", "name": cell.name, "source": cell.source})
            if cell.name in self._answers:
                yield from (_NO_OP, _SAY_AGAIN, _FAIL)

    def _failure(self, missing: object) -> str:
        """Return the error that ended the cell in which a missing name should be defined."""
        name = str(missing)
        if len(self._answers) == 1:  # a plain file, which has all answers in one cell
            (name,) = self._answers
        errors = [o for o in self.outputs.get(name, ()) if o["output_type"] == "error"]
        if not errors:
            return self._in_its_place(name)
        python = f" (by Python {sys.version_info[0]}.{sys.version_info[1]})"
        by = python if errors[0]["ename"] == "SyntaxError" else ""
        why = f"{errors[0]['ename']}: {errors[0]['evalue']}"
        hint = " (there are no sockets here, and so no asyncio)" * why.endswith(_NO_CALL)
        return f" Its cell failed{by}: {why}{hint}"

    def _in_its_place(self, missing: str) -> str:
        """Return what the cell of a missing name has in its place, in words."""
        source = self._sources.get(missing, "")
        first = source.lstrip().split(maxsplit=1)[:1]
        if first and first[0].startswith("%%"):
            return f" Its cell begins with {first[0]}, which keeps what is below to itself."
        names = defined(source)
        if missing in names:
            return " Its cell gives that name to something else afterwards."
        made = [name for name in functions(source) if name not in self._sources]
        return f" Its cell defines {series(made[:_MOST_NAMED])}: is that it?" if made else ""

    def _within(self, seconds: float) -> float:
        if self._budget.left() <= 0:
            self._make_good()
        left = self._budget.left()
        if left <= 0:
            raise Stopped(f"{_USED_UP} {self._allowed.submission:g} seconds.")
        return min(seconds, left)


def is_out_of_time(message: str) -> bool:
    """Whether what a student is told says that something took too long."""
    return any(text in message for text in (NO_REPLY, TOO_LONG, _USED_UP))


def _see_proof(replies: Iterator[Message]) -> None:
    """Raise `Stopped` if the child cannot run a cell or answer a question any more."""
    try:
        ran, said, failed = itertools.islice(replies, 3)
    except Stopped:
        raise Stopped(_SPOILT) from None
    raised = failed.header.get("raised")
    sound = (
        ran.header.get("raised") is None
        and said.header.get("value") == _SAID
        and all(map(np.array_equal, said.arrays, _SAY_AGAIN.arrays))
        and isinstance(raised, dict)
        and raised.get("type") == "LookupError"
    )
    if not sound:
        raise Stopped(_SPOILT)


def _echo(values: object) -> Message:
    """Return the request to say `values` again; see `autograder.inside.answering.echo`."""
    encoder = Encoder(lambda _: 0)
    args = encoder.value((values, Generator(_SEED)))
    header = {"op": "echo", "name": "echo", "args": args, "kwargs": encoder.value({})}
    return Message(header, encoder.arrays)


# The same for every cell of every submission, so they are made once.
_NO_OP = Message({"op": "cell", "name": "proof", "source": "None"})
_SAY_AGAIN, _FAIL = _echo(_VALUES), _echo(None)
_SAID = Encoder().value((_VALUES, float(np.random.default_rng(_SEED).random())))


def _shown(reply: Message) -> list[dict[str, object]]:
    """Return what a cell showed, as nbformat outputs that hold nothing but plain text."""
    try:
        printed = Decoder(reply.arrays).value(reply.header["printed"])
        outputs = [_stream(text) for text in printed[:MAX_OUTPUTS] if isinstance(text, str)]
        raised = reply.header["raised"]
        if raised is not None:
            lines = [
                f"line {int(line['line'])} of {str(line['cell'])[:200]}: {str(line['code'])[:200]}"
                for line in raised["lines"][-MAX_FRAMES:]
            ]
            outputs.append(_error(str(raised["type"])[:100], str(raised["text"])[:500], lines))
        return outputs
    except Exception:  # the reply was made beside the student's code: it may be anything
        return [_error("Unreadable", "The cell's output could not be read.", [])]


def _stream(text: str) -> dict[str, object]:
    return {"output_type": "stream", "name": "stdout", "text": text}


def _error(kind: str, text: str, lines: list[str]) -> dict[str, object]:
    trace = [*lines, f"{kind}: {text}"]
    return {"output_type": "error", "ename": kind, "evalue": text, "traceback": trace}
