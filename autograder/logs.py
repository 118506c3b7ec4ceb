"""Where the engine's log goes: to a file of the course, and to the screen for who asks."""

from __future__ import annotations

import logging
from pathlib import Path

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def begin(file: Path | None, debug: bool) -> None:
    """Send warnings and errors to `file`, and everything to standard error if `debug`.

    Without either the engine is silent. Each process that works for a command calls this once.
    """
    log = logging.getLogger("autograder")
    log.setLevel(logging.DEBUG if debug else logging.WARNING)
    log.propagate = False
    logging.raiseExceptions = False  # a full disk is told by what could not be written
    log.handlers[:] = [logging.NullHandler()]
    if file is not None:
        kept = logging.FileHandler(file, encoding="utf-8", delay=True, errors="backslashreplace")
        kept.setLevel(logging.WARNING)
        log.addHandler(kept)
    if debug:
        log.addHandler(logging.StreamHandler())
    for handler in log.handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
