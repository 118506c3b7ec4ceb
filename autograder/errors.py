"""The two ways in which a command can fail, and their exit statuses."""

from __future__ import annotations

import traceback


class AutograderError(Exception):
    """A failure whose text is one clear line for the person who ran the command."""

    exit_status = 3


class InputError(AutograderError):
    """What was asked for cannot be done with this input: it says what and where."""

    exit_status = 2


class NotAssignedError(InputError):
    """The assignment is not in the course's gradebook."""


class GraderError(AutograderError):
    """The grader itself, or its sandbox, failed; the input is not to blame."""

    exit_status = 3


def place_of(error: BaseException) -> str:
    """Return the file and line at which an error of ours was raised, as far as they are known."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}, line {error.lineno}"
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}, line {frames[-1].lineno}" if frames else "place unknown"
