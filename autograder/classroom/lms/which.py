"""Tells which assignment a notebook is of, and whether anything was done in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import InputError
from autograder.grading.rebuild import read_notebook
from autograder.grading.release import is_answer

# What Jupyter, browsers and Canvas append to the name of a copy, and Colab puts before it.
_COPY = re.compile(r"(?:[-_ ]+copy\s*(\d*)|\s*\((\d+)\)|-(\d{1,3}))$", re.IGNORECASE)
_COPY_OF = re.compile(r"^copy of\s+", re.IGNORECASE)
_ENDING = re.compile(r"\.ipynb(\.json|\.txt)?$", re.IGNORECASE)


@dataclass(frozen=True)
class Kind:
    """Which assignment a notebook is of.

    Attributes
    ----------
    assignment
        Its name.
    how
        What says so.
    is_touched
        Whether an answer is not as it was given out.
    """

    assignment: str
    how: str
    is_touched: bool


class Released:
    """The notebooks that a course has released.

    Raises
    ------
    InputError
        It has released none.
    """

    def __init__(self, root: Path, names: list[str]) -> None:
        paths = {name: root / "release" / name / f"{name}.ipynb" for name in names}
        notebooks = {name: read_notebook(path) for name, path in paths.items() if path.exists()}
        if not notebooks:
            raise InputError(
                f"{root} has released no assignment; run first: python -m autograder assign"
            )
        self._ids = {name: _ids(notebook) for name, notebook in notebooks.items()}
        self._answers = {
            name: {_id(cell): _source(cell) for cell in _cells(notebook) if is_answer(cell)}
            for name, notebook in notebooks.items()
        }

    def check(self, assignment: str) -> None:
        """Raise `InputError` if an assignment has not been released."""
        if assignment not in self._ids:
            raise InputError(
                f"{assignment} is not among the assignments that this course has released: "
                f"{', '.join(self._ids)}."
            )

    def kind(self, path: Path, name: str, wanted: str | None) -> Kind | None:
        """Return which assignment the notebook at `path` is of; nothing if nothing says so.

        Parameters
        ----------
        path
            Where it lies.
        name
            What the student calls it.
        wanted
            Which it is, if that is known.
        """
        try:
            notebook = read_notebook(path)
        except InputError:
            notebook = {"cells": []}  # the grader will say what is wrong with it
        by_cells, by_name = self._by_cells(notebook), self._by_name(name)
        found, how = (by_cells, "cells") if by_cells else (by_name, "name")
        if wanted and (not found or not by_cells):
            found, how = wanted, "--assignment"
        return Kind(found, how, self._is_touched(found, notebook)) if found else None

    def _by_cells(self, notebook: dict[str, Any]) -> str:
        """Return the assignment that most of a notebook's grade_ids are of."""
        own = _ids(notebook)
        shared = {name: len(own & ids) for name, ids in self._ids.items()}
        first, *more = sorted(shared, key=lambda name: -shared[name])
        alone = not more or shared[more[0]] < shared[first]
        return first if shared[first] and alone else ""

    def _by_name(self, name: str) -> str:
        plain = _plain(name)
        return next((own for own in self._ids if own.casefold() == plain), "")

    def _is_touched(self, assignment: str, notebook: dict[str, Any]) -> bool:
        given = self._answers[assignment]
        cells = [cell for cell in _cells(notebook) if _id(cell) in given]
        return not cells or any(_source(cell) != given[_id(cell)] for cell in cells)


def copy_number(name: str) -> int:
    """Return which copy a file is by its name: 0 is the original."""
    found = _COPY.search(_ENDING.sub("", name))
    return int(next(filter(None, found.groups()), "1")) if found else 0


def _plain(name: str) -> str:
    """Return a notebook's name without its ending and what marks a copy, in small letters."""
    plain = _COPY_OF.sub("", _ENDING.sub("", name)).casefold()
    while (shorter := _COPY.sub("", plain).strip()) != plain:
        plain = shorter
    return plain


def _ids(notebook: dict[str, Any]) -> set[str]:
    return {_id(cell) for cell in _cells(notebook)} - {""}


def _cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if isinstance(cell, dict)]


def _id(cell: dict[str, Any]) -> str:
    """Return a cell's grade_id; a stranger may have written anything in its place."""
    marks = (cell.get("metadata") or {}) if isinstance(cell.get("metadata"), dict) else {}
    own = marks.get("nbgrader")
    found = own.get("grade_id") if isinstance(own, dict) else ""
    return found if isinstance(found, str) else ""


def _source(cell: dict[str, Any]) -> str:
    source = cell.get("source")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
