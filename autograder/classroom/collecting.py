"""Copies a stranger's files: no link is followed, whoever changes what meanwhile."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

_OPENED = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def copy_files(source: Path, place: Path, most_bytes: int) -> list[str]:
    """Copy the files in a folder, and in the folders in it; return what is none and was left.

    Parameters
    ----------
    source
        The folder.
    place
        Where the copy is to be; it is made.
    most_bytes
        How large all of it may be.

    Raises
    ------
    OSError
        The folder is a link, or a file cannot be read or written.
    RuntimeError
        It is larger.
    """
    if source.is_symlink():
        raise OSError(f"{source} is a link")
    left: list[str] = []
    for folder, folders, names, descriptor in os.fwalk(source):
        inside = Path(folder).relative_to(source)
        (place / inside).mkdir()
        left += [str(inside / name) for name in folders if Path(folder, name).is_symlink()]
        for name in names:
            size = _copied(name, descriptor, place / inside / name, most_bytes)
            if size is None:
                left.append(str(inside / name))
            most_bytes -= size or 0
    return left


def _copied(name: str, descriptor: int, to: Path, most_bytes: int) -> int | None:
    """Copy one entry of a folder and return its size; None if it is no file."""
    if not stat.S_ISREG(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
        return None
    with os.fdopen(os.open(name, _OPENED, dir_fd=descriptor), "rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size > most_bytes:
            raise RuntimeError("its files are too large")
        with to.open("xb") as copy:
            shutil.copyfileobj(file, copy)
    return size
