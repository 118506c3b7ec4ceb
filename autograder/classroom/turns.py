"""Commands that work on one course take turns: each holds the course's lock while it works.

The kernel lets go of the lock when a process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from autograder.errors import GraderError

GRADE: Final = "grade"

_LONGEST_RECORD = 1000
_PATIENCE = 0.2


@contextmanager
def turn(path: Path, work: str, tell: Callable[[str], object]) -> Iterator[None]:
    """Hold the lock at `path`, as soon as it is free.

    Two gradings at once are somebody's mistake, so the second is refused. All else waits.

    Parameters
    ----------
    path
        The lock's file. It names the command that holds it, and stays when none does.
    work
        The command that is to have its turn.
    tell
        Told, once, which command this one waits for.

    Raises
    ------
    GraderError
        The course is being graded and `work` is to grade it, or the file cannot be used.
    """
    with _opened(path) as number:
        with _in_one_line(path):
            _wait(number, work, tell)
            since = time.strftime("%Y-%m-%d %H:%M:%S")
            os.pwrite(number, f"{work} (process {os.getpid()}, since {since})".encode(), 0)
        try:
            yield
        finally:
            os.truncate(number, 0)


def holder(path: Path) -> str:
    """Return which command holds the lock at `path`; nothing if none does."""
    with _opened(path) as number, _in_one_line(path):
        return "" if _free(number, fcntl.LOCK_SH) else _record(number)


def _wait(number: int, work: str, tell: Callable[[str], object]) -> None:
    told = False
    while not _free(number, fcntl.LOCK_EX):
        record = _record(number)
        if work == GRADE and record.startswith(f"{GRADE} "):
            raise GraderError(
                f"This course is being graded already: {record}. Run this again when that has "
                "ended, or end it first: what it has graded stays graded."
            )
        if record and not told:
            tell(f"Waiting for another command on this course to end: {record}.")
            told = True
        time.sleep(_PATIENCE)
    os.truncate(number, 0)  # a command that was killed has left its record


def _free(number: int, kind: int) -> bool:
    try:
        fcntl.flock(number, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _record(number: int) -> str:
    return os.pread(number, _LONGEST_RECORD, 0).decode(errors="replace")


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    # What this process starts does not inherit the file: a worker that outlives it holds nothing.
    with _in_one_line(path):
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        yield number
    finally:
        os.close(number)


@contextmanager
def _in_one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GraderError(
            f"{path} cannot be used ({error.strerror}), so that nobody knows whether another "
            "command is at work on the course. Mend that and run the command again."
        ) from error
