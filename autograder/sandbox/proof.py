"""Proves at start-up that the sandbox keeps its promises, before untrusted code enters it."""

from __future__ import annotations

import socket
from pathlib import Path

from autograder.dialogue.answers import Unanswered
from autograder.dialogue.remote import RemoteStudent
from autograder.errors import GraderError
from autograder.inside.isolation import Limits
from autograder.inside.wire import Message
from autograder.sandbox.parent import WarmParent

PROBE_SECONDS = 20.0
# Small, so that running into them takes no time; that they are kept is what is proved.
_LIMITS = Limits(memory=128, processes=12)
_ATTEMPTS = Path(__file__).with_name("attempts.py")


def prove(parent: WarmParent, hidden: list[Path]) -> None:
    """Try, from inside, everything that the sandbox must prevent.

    Parameters
    ----------
    parent
        A warm parent that is ready.
    hidden
        Paths that must not be visible: the course, the references, the instructor's home.

    Raises
    ------
    GraderError
        A promise is broken: untrusted code must not be graded on this machine.
    """
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        child = parent.spawn(_LIMITS)
        try:
            cell = Message({"op": "cell", "name": "attempts", "source": _ATTEMPTS.read_text()})
            child.ask(cell, PROBE_SECONDS)
            student = RemoteStudent(lambda message: child.ask(message, PROBE_SECONDS))
            paths = [str(path) for path in hidden]
            broken = student.call("probe", paths, port, _LIMITS.memory).value
        except Unanswered as unanswered:
            raise GraderError(f"The sandbox could not be proved: {unanswered}") from None
        finally:
            child.close()
    if broken:
        told = "; ".join(f"not {promise}: {why}" for promise, why in broken.items())
        raise GraderError(f"The sandbox does not hold, so nothing was graded ({told}).")
