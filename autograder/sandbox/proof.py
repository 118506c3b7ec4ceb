"""Proves at start-up that the sandbox keeps its promises, before untrusted code enters it."""

from __future__ import annotations

import dataclasses
import socket
from pathlib import Path
from typing import Any

from autograder.dialogue.answers import Stopped, Unanswered
from autograder.dialogue.remote import RemoteStudent
from autograder.errors import GraderError
from autograder.inside.isolation import Limits, refused_calls
from autograder.inside.wire import Message
from autograder.sandbox.launcher import readable_directories
from autograder.sandbox.parent import TOO_LONG, TOO_MANY, WarmParent

PROBE_SECONDS = 10.0
# Small, so that running into them takes no time; that they are kept is what is proved.
_LIMITS = Limits(
    memory=128, scratch=8, files=64, file=4, open_files=24, processes=24, tasks=12, cpu=60
)
_SHORT = dataclasses.replace(_LIMITS, wall=0.3)
_FEW = dataclasses.replace(_LIMITS, processes=4)
_ATTEMPTS = Path(__file__).with_name("attempts.py")


def prove(parent: WarmParent, hidden: list[Path]) -> None:
    """Try, from inside, everything that the sandbox must prevent.

    Parameters
    ----------
    parent
        A warm parent that is ready.
    hidden
        Paths that must not be visible: the course, the references, what the exercises do without.

    Raises
    ------
    GraderError
        A promise is broken: untrusted code must not be graded on this machine.
    """
    broken: dict[str, str] = {}
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        paths = [*map(str, hidden), *parent.covered]
        broken |= _tried(parent, _LIMITS, "tries_to_see", paths, _of_homes())
        broken |= _tried(parent, _LIMITS, "tries_to_reach", port, refused_calls())
        broken |= _tried(parent, _LIMITS, "tries_to_use", dataclasses.asdict(_LIMITS))
        broken |= _tried(parent, _LIMITS, "leaves_something")
        broken |= _tried(parent, _LIMITS, "finds_something")
    if not _is_stopped(parent, _SHORT, "waits", TOO_LONG):
        broken["the time is limited"] = f"more than {_SHORT.wall} s were used"
    if not _is_stopped(parent, _FEW, "multiplies", TOO_MANY):
        broken["the process limit bites"] = f"more than {_FEW.processes} live at once"
    if broken:
        told = "; ".join(f"not {promise}: {why}" for promise, why in broken.items())
        raise GraderError(f"The sandbox does not hold, so nothing was graded ({told}).")


def _tried(parent: WarmParent, limits: Limits, attempt: str, *arguments: Any) -> dict[str, str]:
    try:
        found: dict[str, str] = _ask(parent, limits, attempt, *arguments)
    except Unanswered as unanswered:
        raise GraderError(f"The sandbox could not be proved: {unanswered}") from None
    return found


def _is_stopped(parent: WarmParent, limits: Limits, attempt: str, why: str) -> bool:
    try:
        _ask(parent, limits, attempt)
    except Stopped as stopped:
        return why in str(stopped)
    return False


def _ask(parent: WarmParent, limits: Limits, attempt: str, *arguments: Any) -> Any:
    """Return what an attempt says in a child of its own."""
    child = parent.spawn(limits)
    try:
        cell = Message({"op": "cell", "name": "attempts", "source": _ATTEMPTS.read_text()})
        child.ask(cell, PROBE_SECONDS)
        student = RemoteStudent(lambda message: child.ask(message, PROBE_SECONDS))
        return student.call(attempt, *arguments).value
    finally:
        child.close()


def _of_homes() -> dict[str, list[str]]:
    """Return the home directory, with the names that lead to what the sandbox has to read."""
    home = Path.home()
    seen = [path.relative_to(home) for path in readable_directories() if path.is_relative_to(home)]
    return {str(home): [path.parts[0] for path in seen if path.parts]}
