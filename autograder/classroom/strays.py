"""Finds the students whose work lies where it is not looked for."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

# Names of folders that are as much alike as this are taken for one name, misspelt.
_ALIKE = 0.8


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
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return ""
    notebooks = [entry.name for entry in found if entry.name.endswith(".ipynb")]
    if notebooks:
        return (
            f"{folder}: {notebooks[0]!r} lies in the student's folder itself; put it into "
            f"{assignment}/ there."
        )
    folders = [e.name for e in found if e.is_dir(follow_symlinks=False) and e.name not in others]
    wanted = {name.casefold(): name for name in folders}
    close = difflib.get_close_matches(assignment.casefold(), wanted, 1, _ALIKE)
    if close:
        return f"{folder}: has {wanted[close[0]]!r} and no {assignment!r}; rename the folder."
    return ""
