"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.errors import GraderError


def write_whole(path: Path, content: str | bytes) -> None:
    """Put `content` into the file at `path` in one step, and make its folder if need be.

    Raises
    ------
    GraderError
        It cannot be written, for instance because the disk is full.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content.encode() if isinstance(content, str) else content)
        os.replace(draft, path)
    except OSError as error:
        raise GraderError(
            f"{path} cannot be written ({error.strerror}). Mend that and run the command again: "
            "what has been graded stays graded."
        ) from error
