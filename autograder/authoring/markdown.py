"""Reads an assignment's MyST file, whose cells *name* exercises instead of repeating them.

Four kinds of code cells are special, told by one option each::

    :setup: initialisers                    imports and aliases of solutions/initialisers.py
    :exercise: initialisers.compute_fans    the stub of that function or class
    :tests: compute_fans                    visible tests; the hidden check's points go here
    :written: why_not_constant              an answer in words, which a person grades

A cell with the tag ``look`` shows students something about their own answer; it is not run
when the notebook is graded. The file's front matter has a ``course`` entry with the
assignment's ``title`` and the modules to ``preload`` in its sandbox.
"""

from __future__ import annotations

from pathlib import Path

import jupytext
from nbformat import NotebookNode


def read_markdown(path: Path) -> NotebookNode:
    """Return the notebook that the MyST file at `path` describes."""
    return jupytext.read(path, fmt="md:myst")


def named_exercises(notebook: NotebookNode) -> list[tuple[str, str]]:
    """Return (solution module, exercise) for each exercise that `notebook` names, in order."""
    named = []
    for cell in notebook.cells:
        target = cell.metadata.get("exercise")
        if target is not None:
            module, _, exercise = target.rpartition(".")
            named.append((module, exercise))
    return named


def written_answers(notebook: NotebookNode) -> list[str]:
    """Return the names of the answers in words that `notebook` asks for, in order."""
    return [c.metadata["written"] for c in notebook.cells if "written" in c.metadata]
