"""Takes from a submitted notebook the one thing that is graded: the text of its answer cells.

Nothing else of the file is believed: no metadata, no outputs, no extra cells, no kernel
specification. What is dropped is said in the notes.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from autograder.errors import InputError
from autograder.grading.handed_in import HandedIn, handed_in
from autograder.grading.release import Notebook, Release, id_of, is_answer, is_run
from autograder.grading.source import pieces_of
from autograder.grading.submission import Cell, Submission, read_file
from autograder.grading.taking import take


def from_submitted(release: Release, path: Path) -> Submission:
    """Return the submission in a notebook that was handed in; see `handed_in` for where it lies."""
    return from_handed_in(release, handed_in(path))


def from_handed_in(release: Release, handed: HandedIn) -> Submission:
    """Return the submission in what was handed in; other notebooks beside it are noted.

    For errors see `from_notebook`.
    """
    submission = _from_bytes(release, handed.path, handed.data)
    if not handed.others:
        return submission
    name = handed.path.name
    note = f"Only {name} is graded, and not what lies beside it: {handed.others}."
    if all(release.is_untouched(cell.name, cell.source) for cell in submission.answers):
        note += f" Nothing was changed in {name}: is another one meant?"
    return replace(submission, notes=(*submission.notes, note))


def from_notebook(release: Release, path: Path) -> Submission:
    """Return the submission in the notebook at `path`.

    Raises
    ------
    InputError
        It is missing, is not a notebook, or is a notebook of another assignment.
    """
    return _from_bytes(release, path, read_file(path))


def _from_bytes(release: Release, path: Path, data: bytes) -> Submission:
    taken = take(release, _parse(path, data)["cells"])
    if not taken.answers:
        raise InputError(
            f"{path}: has no answer cell of {release.assignment}; is it another assignment's "
            "notebook?"
        )
    submission = from_answers(release, taken.answers)
    elsewhere = tuple(taken.elsewhere.items())
    return replace(submission, notes=tuple(taken.notes), elsewhere=elsewhere)


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


def read_notebook(path: Path) -> dict[str, Any]:
    """Return the notebook at `path`, whatever is in it.

    Raises
    ------
    InputError
        It is missing, too large or not a notebook of format 4.
    """
    return _parse(path, read_file(path))


def _parse(path: Path, data: bytes) -> dict[str, Any]:
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
