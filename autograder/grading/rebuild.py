"""Takes from a submitted notebook the one thing that is graded: the text of its answer cells.

Nothing else of the file is believed: no metadata, no outputs, no extra cells, no kernel
specification. What is dropped is said in the notes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import InputError
from autograder.grading.release import Notebook, Release, id_of, is_answer, is_run
from autograder.grading.source import pieces_of
from autograder.grading.submission import Cell, Submission, read_file
from autograder.grading.taking import take

# So many files beside a notebook are told by name.
_MOST_TOLD = 3


def from_submitted(release: Release, path: Path) -> Submission:
    """Return the submission in a notebook that was handed in, where it has to lie.

    Other notebooks in its folder are noted. For errors see `from_notebook`; a symbolic link is
    one, for it could lead to another student's work.
    """
    if not str(path).isprintable():
        raise InputError(f"{path}: a name that is no plain text is not graded; rename the folder.")
    for folder in path.parents[:2]:
        if folder.is_symlink():
            raise InputError(f"{folder}: a symbolic link is not graded; submit the folder.")
    if not os.path.lexists(path) and (there := _instead(path)):
        raise InputError(f"{path}: there is no such file, but {there}.")
    others = _others(path)
    submission = from_notebook(release, path)
    if not others:
        return submission
    note = f"Only {path.name} is graded, and not what lies beside it: {others}."
    if all(release.is_untouched(cell.name, cell.source) for cell in submission.answers):
        note += f" Nothing was changed in {path.name}: is another one meant?"
    return replace(submission, notes=(*submission.notes, note))


def from_notebook(release: Release, path: Path) -> Submission:
    """Return the submission in the notebook at `path`.

    Raises
    ------
    InputError
        It is missing, is not a notebook, or is a notebook of another assignment.
    """
    taken = take(release, read_notebook(path)["cells"])
    if not taken.answers:
        raise InputError(
            f"{path}: has no answer cell of {release.assignment}; is it another assignment's "
            "notebook?"
        )
    submission = from_answers(release, taken.answers)
    elsewhere = tuple(taken.elsewhere.items())
    return replace(submission, notes=tuple(taken.notes), elsewhere=elsewhere)


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook that a stranger has put at `path`, as plain JSON.

    Raises
    ------
    InputError
        It is none that can be read.
    """
    data = read_file(path)
    encoding = json.detect_encoding(data)
    try:
        document = json.loads(data.decode(encoding))
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: is not a notebook ({_why_not(data, error)}).") from None
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        if isinstance(document, dict) and isinstance(document.get("worksheets"), list):
            raise InputError(
                f"{path}: is not a notebook of format 4, but of an older format; open it in "
                "Jupyter, save it and submit it again."
            )
        raise InputError(f"{path}: is not a notebook of format 4 (it has no list of cells).")
    return document


def from_answers(release: Release, answers: dict[str, str]) -> Submission:
    """Return the submission whose answer cells, by ``grade_id``, have these texts."""
    cells = [
        Cell(id_of(cell), piece)
        for cell in release.notebook()["cells"]
        if is_run(cell) and (not is_answer(cell) or id_of(cell) in answers)
        for piece in pieces_of(answers.get(id_of(cell), cell["source"]))
    ]
    taken = tuple(Cell(name, source) for name, source in answers.items())
    return Submission(release.assignment, taken, tuple(cells))


def rebuilt_notebook(release: Release, submission: Submission) -> Notebook:
    """Return the release notebook with the submission's answers in it, and nothing else."""
    notebook = release.notebook()
    answers = {cell.name: cell.source for cell in submission.answers}
    for cell in notebook["cells"]:
        if is_answer(cell):
            cell["source"] = answers.get(id_of(cell), cell["source"])
    return notebook


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


def _why_not(data: bytes, error: Exception) -> str:
    """Say what a file is that is not JSON, and what to do about it."""
    if not data.strip():
        return "it is empty"
    if data.startswith(b"PK"):
        return "it is a ZIP archive; unpack it"
    if b"<<<<<<< " in data and b">>>>>>> " in data:
        return "it has the marks of a merge that was not finished, <<<<<<< and >>>>>>>"
    if isinstance(error, UnicodeDecodeError) or not json.detect_encoding(data).startswith("utf-8"):
        return "it is not UTF-8 text; save it in Jupyter"
    return "it is not JSON"
