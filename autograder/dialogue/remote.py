"""Speaks the wire's protocol with a student's code and keeps a record of what was said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.dialogue.answers import Answer, Missing, Raised, Stopped, Unanswered
from autograder.dialogue.describing import describe
from autograder.inside.wire import (
    Decoder,
    Encoder,
    Generator,
    Message,
    Opaque,
    WireError,
    fingerprint,
)

Ask = Callable[[Message], Message]
# An exception has no more bases among Python's own; who claims more is not read further.
_MOST_KINDS = 10


@dataclass(frozen=True, eq=False)
class Event:
    """One question put to the student's code, and what came of it.

    `thing` is None for a function or for the making of an instance; for a method call it is
    the event that made the instance (`made`). A `probe` was put to the function or the instance.
    `outcome` is the value, or the exception that was raised in place of an answer.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    outcome: Any
    thing: Event | None = None
    touched: tuple[int | str, ...] = ()
    made: bool = False
    probe: bool = False


@dataclass
class RemoteStudent:
    """A `Student` whose code answers through `ask`, one message for one message.

    Parameters
    ----------
    ask
        Delivers a request and returns the reply; raises `Stopped` when none will come.
    events
        Where what is said is written down.
    exercise
        What the questions are about. The first of them is asked afresh: the other side then
        forgets the instances and generators of the check before.
    """

    ask: Ask
    events: list[Event] = field(default_factory=list)
    exercise: str = ""
    _asked_before: bool = False
    _generators: list[Generator] = field(default_factory=list)

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Call a function of the student's; see `autograder.dialogue.answers.Student`."""
        asked = _as_written(function, args, kwargs)
        return self._question({"op": "call", "name": function}, args, kwargs, None, asked)

    def make(self, class_name: str, /, *args: Any, **kwargs: Any) -> RemoteThing:
        """Make an instance of a class of the student's, which stays with the student."""
        header = {"op": "make", "name": class_name}
        asked = _as_written(class_name, args, kwargs)
        answer = self._question(header, args, kwargs, None, asked)
        return RemoteThing(self, answer.value, self.events[-1], answer.asked)

    def probe(self, probe: str, function: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Hand a function of the student's to a probe; see `answers.Student`."""
        header = {"op": "probe", "name": probe, "function": function}
        return self._question(header, args, kwargs, None, _as_probed(probe, function))

    def _question(
        self,
        header: dict[str, Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        thing: Event | None,
        asked: str,
    ) -> Answer:
        touched: tuple[int | str, ...] = ()
        try:
            outcome, touched = self._exchange(header, args, kwargs, asked)
        except Unanswered as unanswered:
            outcome = unanswered
        kind = {"made": header["op"] == "make", "probe": header["op"] == "probe"}
        self.events.append(Event(header["name"], args, kwargs, outcome, thing, touched, **kind))
        if isinstance(outcome, Unanswered):
            raise outcome
        return Answer(outcome, asked, touched)

    def _exchange(
        self, header: dict[str, Any], args: tuple[Any, ...], kwargs: dict[str, Any], asked: str
    ) -> tuple[Any, tuple[int | str, ...]]:
        encoder = Encoder(self._number)
        header = {**header, "args": encoder.value(args), "kwargs": encoder.value(kwargs)}
        if not self._asked_before:
            header |= {"fresh": True, "exercise": self.exercise}
            self._asked_before = True
        reply = self.ask(Message(header, encoder.arrays))
        try:
            return _outcome(reply, header, asked), changed(
                args, kwargs, reply.header.get("left", [])
            )
        except Unanswered:
            raise
        except Exception as error:  # the reply was made beside the student's code
            raise Stopped(f"{asked} sent back something that is no answer.") from error

    def _number(self, generator: Generator) -> int:
        # Known by identity: two generators with one seed are two streams.
        for number, known in enumerate(self._generators):
            if known is generator:
                return number
        self._generators.append(generator)
        return len(self._generators) - 1


@dataclass
class RemoteThing:
    """An instance of a student's class, known here by its handle."""

    student: RemoteStudent
    handle: int
    made: Event
    written: str

    def call(self, method: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Call a method of the instance; see `autograder.dialogue.answers.Thing`."""
        written = self.written if method == "__call__" else f"{self.written}.{method}"
        header = {"op": "method", "name": method, "handle": self.handle}
        asked = _as_written(written, args, kwargs)
        return self.student._question(header, args, kwargs, self.made, asked)

    def probe(self, probe: str, /, *args: Any, **kwargs: Any) -> Answer:
        """Hand the instance to a probe; see `autograder.dialogue.answers.Thing`."""
        header = {"op": "probe", "name": probe, "handle": self.handle}
        asked = _as_probed(probe, self.written)
        return self.student._question(header, args, kwargs, self.made, asked)


def _outcome(reply: Message, header: dict[str, Any], asked: str) -> Any:
    said = reply.header
    if "value" in said:
        return Decoder(reply.arrays).value(said["value"])
    if "made" in said:
        if type(said["made"]) is not int or said["made"] < 0:
            raise WireError("a malformed handle")
        return said["made"]
    if "missing" in said:
        kind = "method" if header["op"] == "method" else "function or class"
        name = header.get("function", header["name"])
        raise Missing(f"There is no {kind} called {name}.{said.get('because', '')}")
    if "unsendable" in said:
        raise Stopped(f"{asked} returned something too large to be looked at.")
    raised = said["raised"]
    type_name, text = str(raised["type"])[:100], str(raised["text"])[:500]
    lines = raised["lines"]
    place, left = "", ""
    if lines:
        last = lines[-1]
        place = f" (line {int(last['line'])} of {str(last['cell'])[:200]}"
        place += f": {str(last['code'])[:200]})" if last["code"] else ")"
        if str(last["code"]).strip().startswith("raise NotImplementedError"):
            left = " Is that line left over from the empty answer?"
    what = f"{type_name}: {text}" if text else type_name
    kinds = [str(kind)[:100] for kind in raised.get("kinds", ())[:_MOST_KINDS]]
    raise Raised(f"{asked} raised {what}{place}.{left}", type_name, kinds)


def changed(
    args: tuple[Any, ...], kwargs: Mapping[str, Any], left: list[str]
) -> tuple[int | str, ...]:
    """Return which arguments are not what they were: by number, counted from 0, or by keyword.

    `left` are their fingerprints after the call; see `autograder.inside.answering.call`.

    Raises
    ------
    WireError
        There is not one for each argument.
    """
    given: list[tuple[int | str, Any]] = [*enumerate(args), *kwargs.items()]
    if type(left) is not list or len(left) != len(given):
        raise WireError("not every argument is accounted for")
    return tuple(
        place for (place, value), now in zip(given, left, strict=True) if now != fingerprint(value)
    )


def _as_written(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    parts = [_argument(value) for value in args]
    parts += [f"{key}={_argument(value)}" for key, value in kwargs.items()]
    return f"{name}({', '.join(parts)})"


def _as_probed(probe: str, written: str) -> str:
    """Return what a probe looked at: what it is given means nothing to a student."""
    return f"{written} ({probe.replace('_', ' ')})"


def _argument(value: object) -> str:
    if isinstance(value, Generator):
        return f"default_rng({value.seed})"
    if isinstance(value, type) and issubclass(value, np.generic):
        return f"np.{value.__name__}"
    if isinstance(value, Opaque):
        return value.type_name
    return describe(value)
