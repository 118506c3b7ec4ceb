"""Takes from a submitted notebook the one thing that is graded: the text of its answer cells.

Nothing else of the file is believed: no metadata, no outputs, no extra cells, no kernel
specification. What is dropped is said in the notes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from autograder.errors import InputError
from autograder.grading.release import Notebook, Release, id_of, is_answer, is_run
from autograder.grading.submission import MAX_SOURCE, Cell, Submission, read_file


def from_notebook(release: Release, path: Path) -> Submission:
    """Return the submission in the notebook at `path`.

    Raises
    ------
    InputError
        It is missing, is not a notebook, or is a notebook of another assignment.
    """
    if not str(path).isprintable():
        raise InputError(f"{path}: a name that is no plain text is not graded; rename the folder.")
    for folder in path.parents[:2]:
        if folder.is_symlink():  # it could be another student's
            raise InputError(f"{folder}: a symbolic link is not graded; submit the folder.")
    document = _parse(path)
    wanted = release.answers.keys()
    ours = {cell["source"] for cell in release.notebook()["cells"]}
    answers: dict[str, str] = {}
    notes: list[str] = []
    twice: set[str] = set()
    dropped = 0
    for number, cell in enumerate(document["cells"]):
        name = _grade_id(cell)
        if name is None or name not in wanted:
            dropped += name is None and _is_code(cell) and _source(cell) not in ours
            continue
        source = _source(cell)
        if source is None or len(source) > MAX_SOURCE:
            if name not in twice:
                notes.append(f"Cell {number} ({name}) has no readable text; it was dropped.")
            twice.add(name)
            continue
        if name in answers and name not in twice:
            twice.add(name)
            notes.append(f"The answer cell {name} is there twice; the last one counts.")
        answers[name] = source
    if not answers:
        raise InputError(
            f"{path}: has no answer cell of {release.assignment}; is it another assignment's "
            "notebook?"
        )
    notes += [f"The answer cell {name} is missing." for name in sorted(wanted - answers.keys())]
    if dropped:
        notes.append(f"{dropped} code cell(s) that the student added are not graded.")
    return from_answers(release, answers, tuple(notes))


def from_answers(
    release: Release, answers: dict[str, str], notes: tuple[str, ...] = ()
) -> Submission:
    """Return the submission whose answer cells, by ``grade_id``, have these texts."""
    cells = [
        Cell(id_of(cell), answers.get(id_of(cell), cell["source"]))
        for cell in release.notebook()["cells"]
        if is_run(cell) and (not is_answer(cell) or id_of(cell) in answers)
    ]
    taken = tuple(Cell(name, source) for name, source in answers.items())
    return Submission(release.assignment, taken, tuple(cells), notes)


def rebuilt_notebook(release: Release, submission: Submission) -> Notebook:
    """Return the release notebook with the submission's answers in it, and nothing else."""
    notebook = release.notebook()
    answers = {cell.name: cell.source for cell in submission.answers}
    for cell in notebook["cells"]:
        if is_answer(cell):
            cell["source"] = answers.get(id_of(cell), cell["source"])
    return notebook


def _parse(path: Path) -> dict[str, Any]:
    data = read_file(path)
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise InputError(f"{path}: is not a notebook (it is not JSON).") from None
    if not isinstance(document, dict) or not isinstance(document.get("cells"), list):
        raise InputError(f"{path}: is not a notebook of format 4 (it has no list of cells).")
    return document


def _is_code(cell: object) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _grade_id(cell: object) -> str | None:
    """Return the ``grade_id`` that a submitted cell claims, whatever else it is made of."""
    for key in ("metadata", "nbgrader", "grade_id"):
        if not isinstance(cell, dict):
            return None
        cell = cell.get(key)
    return cell if isinstance(cell, str) else None


def _source(cell: dict[str, Any]) -> str | None:
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        return None
    # Half a surrogate pair is valid JSON, but no text that could be stored or compiled.
    return source.encode(errors="replace").decode()
