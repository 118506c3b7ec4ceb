"""Finds the answers in the cells of a submitted notebook, whatever has become of the cells.

An answer is known by its cell's ``grade_id``. Where that has been lost it is known by the cell's id
or, if there is no other answer to the exercise, by the function that a cell of the student's own
defines. What is found in another place than its own, and what is left behind, is told in the notes,
which students read too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograder.grading.release import Release, id_of, is_answer, is_run
from autograder.grading.source import defined, joined
from autograder.grading.submission import MAX_SOURCE

# So many added cells are told one by one.
_MOST_TOLD = 5
# So many characters of added cells are read for what they define.
_MOST_READ = 200_000


@dataclass
class Taken:
    """What was taken of a notebook: the text of each answer, by ``grade_id``, and the notes.

    `elsewhere` has the names that are defined in cells of the student's own, which are left behind,
    and the numbers of those cells.
    """

    answers: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    elsewhere: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Found:
    """A submitted cell: its number, counted from 1, its names, and its text if it has one."""

    number: int
    names: tuple[str, ...]
    code: bool
    source: str | None


def take(release: Release, cells: list[Any]) -> Taken:
    """Return the answers in the cells of a submitted notebook."""
    taken = Taken()
    stubs = release.answers
    pieces: dict[str, list[_Found]] = {name: [] for name in stubs}
    rest = []
    for cell in map(_found, range(1, len(cells) + 1), cells):
        name = next((name for name in cell.names if name in stubs), None)
        if name is None:
            rest.append(cell)
        else:
            pieces[name].append(cell)
    for name, of in pieces.items():
        _join(taken, name, of, stubs[name])
    own = _own(release, rest)
    names = _definitions(own)
    used = _adopt(taken, release, own, names)
    taken.notes += [
        f"The answer cell {name} is missing." for name in stubs if name not in taken.answers
    ]
    _tell_of_changes(taken, release, rest)
    left = [cell for cell in own if cell.number not in used]
    _tell_of_the_rest(taken, left, names)
    taken.elsewhere = {name: cell.number for cell in left for name in names[cell.number]}
    return taken


def _join(taken: Taken, name: str, pieces: list[_Found], stub: str) -> None:
    """Take an answer whose cell may have been split or copied: Jupyter runs every piece."""
    texts = [piece.source for piece in pieces if piece.source is not None]
    written = [text for text in texts if text.strip() != stub.strip()]
    text = joined(written)
    if len(texts) < len(pieces) or len(text) > MAX_SOURCE:
        taken.notes.append(f"A cell of the answer {name} has no readable text; it was dropped.")
    if not texts or len(text) > MAX_SOURCE:
        return
    # What differs from the stub in the white space around it only has not been touched.
    taken.answers[name] = text if written else stub
    if len(written) > 1:
        taken.notes.append(
            f"The answer cell {name} is there {len(written)} times: joined in order."
        )


def _adopt(
    taken: Taken, release: Release, own: list[_Found], names: dict[int, list[str]]
) -> set[int]:
    """Take answers that were typed into cells of the student's own; return those cells' numbers."""
    used = set()
    for name, stub in release.answers.items():
        cells = [cell for cell in own if name in names[cell.number]]
        if taken.answers.get(name, stub) != stub or len(cells) != 1:
            continue
        (cell,) = cells
        taken.answers[name] = cell.source or ""
        used.add(cell.number)
        taken.notes.append(
            f"The answer {name} was found in cell {cell.number}, which is not its own cell, and "
            "taken from there."
        )
    return used


def _tell_of_changes(taken: Taken, release: Release, rest: list[_Found]) -> None:
    """Note the cells that were given out to be run as they are, and have been changed."""
    given = {
        id_of(cell): cell["source"]
        for cell in release.notebook()["cells"]
        if is_run(cell) and not is_answer(cell)
    }
    for cell in rest:
        name = next((name for name in cell.names if name in given), None)
        if name is not None and (cell.source or "").strip() != given[name].strip():
            taken.notes.append(
                f"The set-up cell {name} was changed. It is run as it was given out: what an "
                "answer needs, an import for example, belongs into the answer's own cell."
            )


def _tell_of_the_rest(taken: Taken, own: list[_Found], names: dict[int, list[str]]) -> None:
    if not own:
        return
    told = []
    for cell in own[:_MOST_TOLD]:
        of = ", ".join(names[cell.number][:_MOST_TOLD])
        told.append(f"cell {cell.number}" + (f" (it defines {of})" if of else ""))
    more = len(own) - len(told)
    listed = ", ".join(told) + (f" and {more} more" if more else "")
    taken.notes.append(
        f"Code in added cells is not run when the notebook is graded: {listed}. What an answer "
        "needs belongs into its own cell."
    )


def _own(release: Release, rest: list[_Found]) -> list[_Found]:
    """Return the code cells that the student has added."""
    cells = release.notebook()["cells"]
    names = {id_of(cell) for cell in cells} | {cell["id"] for cell in cells}
    texts = {cell["source"].strip() for cell in cells}
    return [
        cell
        for cell in rest
        if cell.code
        and cell.source is not None
        and cell.source.strip()
        and cell.source.strip() not in texts
        and not names.intersection(cell.names)
    ]


def _found(number: int, cell: Any) -> _Found:
    if not isinstance(cell, dict):
        return _Found(number, (), False, None)
    names = tuple(name for name in (_grade_id(cell), cell.get("id")) if isinstance(name, str))
    return _Found(number, names, cell.get("cell_type") == "code", source_of(cell))


def _grade_id(cell: Any) -> object:
    """Return the ``grade_id`` that a submitted cell claims, whatever else it is made of."""
    for key in ("metadata", "nbgrader", "grade_id"):
        if not isinstance(cell, dict):
            return None
        cell = cell.get(key)
    return cell


def source_of(cell: dict[str, Any]) -> str | None:
    """Return the text of a submitted cell, with Python's line ends."""
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or len(source) > MAX_SOURCE:
        return None
    # Half a surrogate pair is valid JSON, but no text that could be stored or compiled.
    return source.replace("\r\n", "\n").encode(errors="replace").decode()


def _definitions(own: list[_Found]) -> dict[int, list[str]]:
    """Return the names that each cell defines, as far as it is Python and not too long to read."""
    left = _MOST_READ
    found = {}
    for cell in own:
        source = cell.source or ""
        left -= len(source)
        found[cell.number] = defined(source) if left > 0 else []
    return found
