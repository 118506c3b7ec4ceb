"""What a worker process of a batch does; it imports neither nbgrader nor Jupytext."""

from __future__ import annotations

import multiprocessing
import os
import threading
from pathlib import Path

from autograder.assignment import Outline, assemble
from autograder.errors import GraderError
from autograder.grading.engine import Engine
from autograder.grading.submission import Submission
from autograder.verdict import Verdict


class CannotStartError(GraderError):
    """The sandbox could not be started or does not hold: no submission can be graded."""


_engine: Engine | CannotStartError


def start(outline: Outline, secret: bytes, isolated: bool, hidden: list[str]) -> None:
    """Start the one engine that this process has for its whole life."""
    global _engine
    threading.Thread(target=_end_with_parent, daemon=True).start()
    engine = Engine(assemble(outline), secret, isolated)
    try:
        engine.open([Path(path) for path in hidden])
        _engine = engine
    except GraderError as error:
        # An exception here would break the pool without a word; the first task says it.
        _engine = CannotStartError(str(error))


def _end_with_parent() -> None:
    """End this process, and so its sandbox, if the grader is killed: nobody would collect it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def grade(submission: Submission) -> Verdict:
    """Grade one submission; see `autograder.grading.engine.Engine.grade`."""
    if isinstance(_engine, CannotStartError):
        raise _engine
    try:
        return _engine.grade(submission)
    except GraderError:
        raise
    except Exception as error:
        # Nobody else's marks may depend on a fault that this submission has brought to light.
        raise GraderError(f"The judge itself failed: {type(error).__name__}: {error}") from error
