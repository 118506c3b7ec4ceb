"""Reads an assignment's sheet, ``assignment.md``: a MyST file whose cells *name* exercises.

Four kinds of code cells are special, told by one option each::

    :setup: initialisers                    imports and aliases of the references' initialisers.py
    :exercise: initialisers.compute_fans    the stub of that function or class
    :tests: compute_fans                    visible tests; the hidden check's points go here
    :written: why_not_constant              an answer in words, which a person grades

A cell with the tag ``look`` shows students something about their own answer; it is not run
when the notebook is graded. The file's front matter has a ``course`` entry with the
assignment's ``title``, the modules to ``preload`` in its sandbox, and what is ``forbidden`` there.
An exercise has the packages that are preloaded, and what they need; one whose reference needs Keras
or the like (`autograder.judging.content.Content.without`) has all that is installed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import GraderError

# The tag of a cell that shows students something and is not run when they are graded.
LOOK = "look"


@dataclass(frozen=True)
class Sheet:
    """What an assignment's file asks for: plain data, which a worker can be sent.

    Attributes
    ----------
    name, title
        The assignment's folder, and what people read.
    preload
        The modules that its students' code starts with.
    exercises
        Pairs of a module of references and a name in it, in order.
    forbidden
        The functions, by dotted path, that are taken away from students' code, because an exercise
        asks for what they do.
    written
        The names of the answers that a person grades.
    """

    name: str
    title: str
    preload: tuple[str, ...]
    exercises: tuple[tuple[str, str], ...]
    forbidden: tuple[str, ...] = ()
    written: tuple[str, ...] = ()


def read_notebook(path: Path) -> Any:
    """Return the notebook that the MyST file at `path` describes."""
    # Imported here: Jupytext takes a second, and a worker is sent the sheet ready-made.
    import jupytext

    return jupytext.read(path, fmt="md:myst")


def read_sheet(name: str, path: Path) -> Sheet:
    """Read the sheet of the assignment called `name`.

    Raises
    ------
    GraderError
        Its front matter does not say what the assignment is.
    """
    notebook = read_notebook(path)
    settings = notebook.metadata.get("course", {})
    if "title" not in settings:
        raise GraderError(f"{path}: its front matter has no `course` entry with a `title`.")
    exercises = []
    for cell in notebook.cells:
        if "exercise" in cell.metadata:
            module, _, exercise = cell.metadata["exercise"].rpartition(".")
            exercises.append((module, exercise))
    written = tuple(c.metadata["written"] for c in notebook.cells if "written" in c.metadata)
    preload, forbidden = (tuple(settings.get(key, ())) for key in ("preload", "forbidden"))
    return Sheet(name, settings["title"], preload, tuple(exercises), forbidden, written)
