"""Finds the students whose work lies where it is not looked for."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

# Names of folders that are as much alike as this are taken for one name, misspelt.
_ALIKE = 0.8
# What a learning platform hands out, and some unpack into a folder too much.
_ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".7z", ".rar")
# What lies in submitted/ on some machines, and is nobody's.
_NOBODYS = "__MACOSX"


def strays(submitted: Path, assignment: str, others: list[str], skip: set[str]) -> dict[str, str]:
    """Return what to tell of what lies in ``submitted/``, by its name; nothing of most of it.

    Parameters
    ----------
    submitted
        The folder.
    assignment
        Which is graded.
    others
        The names of all assignments.
    skip
        The students who have handed it in.
    """
    told = {}
    for entry in sorted(os.scandir(submitted), key=lambda entry: entry.name):
        if entry.name in skip or entry.name == _NOBODYS or entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            told[entry.name] = stray(Path(entry.path), assignment, others)
        elif _is_work(entry.name):
            told[entry.name] = (
                f"{entry.path}: lies in submitted/ itself; it belongs into a student's folder, "
                f"submitted/STUDENT/{assignment}/."
            )
    return told


def stray(folder: Path, assignment: str, others: list[str]) -> str:
    """Return what to tell of a student's folder that has none for an assignment, or nothing.

    Parameters
    ----------
    folder
        The student's.
    assignment
        Which is graded.
    others
        The names of all assignments.
    """
    if folder.name in others:
        return (
            f"{folder}: is called as an assignment; first comes the student's name: "
            f"submitted/STUDENT/{folder.name}/{folder.name}.ipynb."
        )
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        return f"{folder}: cannot be read ({error.strerror})."
    files = [entry.name for entry in found if _is_work(entry.name) and not entry.is_dir()]
    if files:
        unpack = " unpack it, and" if files[0].lower().endswith(_ARCHIVES) else ""
        return (
            f"{folder}: {files[0]!r} lies in the student's folder itself;{unpack} put it into "
            f"{assignment}/ there."
        )
    folders = [e.name for e in found if e.is_dir(follow_symlinks=False) and e.name not in others]
    wanted = {name.casefold(): name for name in folders}
    close = difflib.get_close_matches(assignment.casefold(), wanted, 1, _ALIKE)
    if close:
        return f"{folder}: has {wanted[close[0]]!r} and no {assignment!r}; rename the folder."
    for name in folders:
        if (folder / name / f"{assignment}.ipynb").exists():
            return f"{folder}: has '{name}/{assignment}.ipynb'; rename {name!r} to {assignment!r}."
    return ""


def _is_work(name: str) -> bool:
    return name.lower().endswith((".ipynb", *_ARCHIVES))
