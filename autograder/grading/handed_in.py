"""Reads what was handed in, where it has to lie: the bytes that a worker is given, unread."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import InputError
from autograder.grading.submission import read_file

# So many files beside a notebook are told by name.
_MOST_TOLD = 3


@dataclass(frozen=True)
class HandedIn:
    """What a student has handed in.

    Attributes
    ----------
    path
        Where it lies, to be told.
    data
        The file's content, whatever it is; it is in no log.
    others
        The names of the notebooks that lie beside it, in words.
    """

    path: Path
    data: bytes = field(repr=False)
    others: str


def handed_in(path: Path) -> HandedIn:
    """Return what lies at `path`.

    Raises
    ------
    InputError
        There is nothing that could be graded. A symbolic link is not, for it could lead to another
        student's work.
    """
    if not str(path).isprintable():
        raise InputError(f"{path}: a name that is no plain text is not graded; rename the folder.")
    for folder in path.parents[:2]:
        if folder.is_symlink():
            raise InputError(f"{folder}: a symbolic link is not graded; submit the folder.")
    if not os.path.lexists(path) and (there := _instead(path)):
        raise InputError(f"{path}: there is no such file, but {there}.")
    others = _others(path)
    return HandedIn(path, read_file(path), others)


def _others(path: Path) -> str:
    """Return the names of the notebooks that lie beside one, in words."""
    return _named(lambda: [other.name for other in path.parent.glob("*.ipynb") if other != path])


def _instead(path: Path) -> str:
    """Return what lies where a notebook is missing, in words, and what to do about it."""
    folder = path.parent
    if others := _others(path):
        return f"{others}; rename what is to be graded"
    within = _named(lambda: [f"{n.parent.name}/{n.name}" for n in folder.glob("[!.]*/*.ipynb")])
    if within:
        return f"{within}; what is to be graded has to lie one folder higher"
    # As browsers save it that know no notebooks.
    longer = _named(lambda: [n for n in os.listdir(folder) if n.startswith(f"{path.name}.")])
    if longer:
        return f"{longer}; rename it to {path.name!r}"
    others = _named(lambda: os.listdir(folder))
    return f"{others}; submit the notebook itself" if others else ""


def _named(find: Callable[[], list[str]]) -> str:
    try:
        names = sorted(find())
    except OSError:
        return ""
    return ", ".join(map(repr, names[:_MOST_TOLD])) + (", ..." if len(names) > _MOST_TOLD else "")
