"""The secrets that make the checks' inputs unpredictable, and a regrade repeatable."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from autograder.errors import GraderError

SECRET_BYTES = 32


def read_secret(path: Path) -> bytes:
    """Return the secret kept in the file at `path`, which is made if it is not there."""
    try:
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        secret = path.read_bytes()
        if len(secret) < SECRET_BYTES:
            raise GraderError(f"{path} is damaged; delete it to have a new one made.") from None
        return secret
    with os.fdopen(number, "wb") as file:
        secret = secrets.token_bytes(SECRET_BYTES)
        file.write(secret)
    return secret


def personal_secret(course_id: str) -> bytes:
    """Return the secret of the person who runs `check`, for files that are in no course directory.

    Each course has its own.
    """
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    folder = Path(state) / "autograder" / course_id
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return read_secret(folder / "secret")
    except OSError as error:
        raise GraderError(
            f"{folder} keeps what makes your inputs yours, and cannot be used ({error.strerror}): "
            "set XDG_STATE_HOME to a folder in which you may write."
        ) from error
