"""The released notebook as plain JSON: what every submission is compared with and rebuilt into.

A worker is sent its text and so needs neither Jupytext, nbformat nor nbgrader.
"""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass
from typing import Any

from autograder.grading.source import same_but_for_docstrings
from autograder.judging.sheet import LOOK
from autograder.judging.written import Written

Notebook = dict[str, Any]
RawCell = dict[str, Any]


@dataclass(frozen=True)
class Release:
    """The released notebook of the assignment called `assignment`, and its written answers."""

    assignment: str
    text: str
    written: tuple[Written, ...] = ()

    def notebook(self) -> Notebook:
        """Return a fresh copy of the notebook."""
        notebook: Notebook = json.loads(self.text)
        return notebook

    @functools.cached_property
    def answers(self) -> dict[str, str]:
        """The text of each answer cell as students get it, by ``grade_id``."""
        return {id_of(cell): cell["source"] for cell in self.notebook()["cells"] if is_answer(cell)}

    def is_untouched(self, name: str, text: str) -> bool:
        """Whether the text of an answer is the stub, be it with the docstrings of another day."""
        stub = self.answers[name]
        # To read it takes time, and most answers do not end as stubs do.
        return text == stub or (_end(text) == _end(stub) and same_but_for_docstrings(text, stub))


def _end(text: str) -> str:
    return text.rstrip().rpartition("\n")[2]


def is_answer(cell: RawCell) -> bool:
    """Whether the student writes this cell."""
    return bool(_marks(cell).get("solution"))


def is_graded(cell: RawCell) -> bool:
    """Whether the cell carries points."""
    return bool(_marks(cell).get("grade"))


def is_run(cell: RawCell) -> bool:
    """Whether the cell is run when a submission is graded."""
    look = LOOK in cell["metadata"].get("tags", ())
    return cell["cell_type"] == "code" and not look and (is_answer(cell) or not is_graded(cell))


def id_of(cell: RawCell) -> str:
    """Return the cell's ``grade_id``, or its id if it has none."""
    return str(_marks(cell).get("grade_id", cell["id"]))


def _marks(cell: RawCell) -> dict[str, Any]:
    marks: dict[str, Any] = cell["metadata"].get("nbgrader", {})
    return marks
