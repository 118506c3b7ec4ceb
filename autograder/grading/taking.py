"""Finds the answers in the cells of a submitted notebook, whatever has become of the cells.

An answer is known by its cell's ``grade_id``. Where that has been lost it is known by the cell's
id, by the stub's text or, if there is no other answer to the exercise, by the one cell that defines
its function. An answer in words goes on in the cells of text that stand around its own. What is
found in another place than its own, and what is left behind, is told in the notes, which students
read too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from autograder.grading.release import RawCell, Release, id_of, is_answer, is_run
from autograder.grading.source import cut, defined, functions, joined
from autograder.grading.submission import MAX_SOURCE

# So many cells, and names in one of them, are told one by one, and so much of a stranger's name.
_MOST_TOLD = 5
_LONGEST = 40
# So many characters of cells that are no answers are read for what they define.
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
    """A submitted cell: its number, counted from 1, its marks, and its text if it has one.

    `attached` says that it has pictures of its own.
    """

    number: int
    grade_id: str
    id: str
    kind: str
    source: str | None
    attached: bool = False

    @property
    def text(self) -> str:
        """The text, or none."""
        return self.source or ""


class _Given:
    """The cells that were given out, and which of them a submitted cell is."""

    def __init__(self, release: Release) -> None:
        self.cells: list[RawCell] = release.notebook()["cells"]
        self._by_name = {cell["id"]: at for at, cell in enumerate(self.cells)}
        self._by_name |= {id_of(cell): at for at, cell in enumerate(self.cells)}
        self._by_text: dict[str, list[int]] = {}
        for at, cell in enumerate(self.cells):
            self._by_text.setdefault(_bare(cell["source"]), []).append(at)

    @cached_property
    def names(self) -> dict[int, set[str]]:
        """What each cell of code defines."""
        code = [(at, c) for at, c in enumerate(self.cells) if c["cell_type"] == "code"]
        return {at: set(defined(cell["source"])) for at, cell in code}

    def place(self, cell: _Found, last: int) -> int | None:
        """Return the place of the cell that a submitted one is; `last` is that of the one above."""
        for name in (cell.grade_id, cell.id):
            if name in self._by_name:
                return self._by_name[name]
        places = self._by_text.get(_bare(cell.text), []) if cell.text.strip() else []
        # Several have the same text: YOUR ANSWER HERE.
        return next((place for place in places if place > last), places[0] if places else None)

    def is_changed(self, cell: _Found, place: int) -> bool:
        """Whether a submitted cell has another text than was given out."""
        return _bare(cell.text) != _bare(self.cells[place]["source"])


@cache
def _given(release: Release) -> _Given:
    """Return what was given out, which is read once for a whole class."""
    return _Given(release)


def take(release: Release, cells: list[Any]) -> Taken:
    """Return the answers in the cells of a submitted notebook."""
    given = _given(release)
    of: dict[int, list[_Found]] = {place: [] for place in range(len(given.cells))}
    own: list[_Found] = []
    below: dict[int, list[_Found]] = {}  # text of the student's own, by the place above it
    last = -1
    for cell in map(_found, range(1, len(cells) + 1), cells):
        place = given.place(cell, last)
        if place is not None:
            of[place].append(cell)
            last = place
        elif cell.kind == "code" and cell.text.strip():
            own.append(cell)
        elif cell.text.strip():
            below.setdefault(last, []).append(cell)
    return _Taking(release, given, of, own, below).done()


class _Taking:
    """The work of `take`, when it is known which cell is which."""

    def __init__(
        self,
        release: Release,
        given: _Given,
        of: dict[int, list[_Found]],
        own: list[_Found],
        below: dict[int, list[_Found]],
    ) -> None:
        self._release = release
        self._stubs = release.answers
        self._written = {answer.name for answer in release.written}
        self._given, self._of, self._own, self._below = given, of, own, below
        # The cells that were given out to be left as they are, and were not.
        self._changed = [
            (place, cell)
            for place, cells in of.items()
            if not is_answer(given.cells[place])
            for cell in cells
            if given.is_changed(cell, place)
        ]
        self._not_run = {
            cell.number: cell.text
            for cell in (*own, *(c for place, c in self._changed if self._is_idle_code(place)))
        }
        self._names, self._functions = _read(self._not_run)
        self._taken = Taken()
        self._answered: set[str] = set()
        self._used: set[int] = set()

    def done(self) -> Taken:
        """Take all that there is to take."""
        for place, cell in enumerate(self._given.cells):
            if is_answer(cell):
                take = self._take_words if id_of(cell) in self._written else self._take_code
                take(id_of(cell), place)
        self._adopt()
        self._tell_of_what_is_missing()
        self._tell_of_words()
        self._tell_of_the_set_up()
        self._tell_of_strange_marks()
        self._tell_of_the_rest()
        return self._taken

    def _note(self, text: str) -> None:
        self._taken.notes.append(text)

    def _is_idle_code(self, place: int) -> bool:
        """Whether the cell at a place is code that is not run when the notebook is graded."""
        cell = self._given.cells[place]
        return cell["cell_type"] == "code" and not is_run(cell)

    def _texts(self, name: str, place: int) -> list[str] | None:
        """Return what was written in an answer's cell, piece by piece; None if it is not there."""
        cells = self._of[place]
        if any(cell.source is None for cell in cells):
            self._note(f"A cell of the answer {name} has no readable text; it was dropped.")
        texts = [cell.source for cell in cells if cell.source is not None]
        # What differs from the stub in white space only has not been touched.
        written = [t for t in texts if t.strip() and _bare(t) != _bare(self._stubs[name])]
        # A stub with the docstring of another day is none either; it is kept, and so its digest.
        touched = [text for text in written if not self._release.is_untouched(name, text)]
        return (touched or written[:1]) if texts else None

    def _set(self, name: str, text: str) -> None:
        if len(text) > MAX_SOURCE:
            self._note(f"A cell of the answer {name} has no readable text; it was dropped.")
            return
        self._taken.answers[name] = text or self._stubs[name]
        if text and not self._release.is_untouched(name, text):
            self._answered.add(name)

    def _take_code(self, name: str, place: int) -> None:
        """Take an answer whose cell may have been split or copied: Jupyter runs every piece."""
        texts = self._texts(name, place)
        if texts is None:
            return
        self._set(name, joined(texts))
        self._tell_of_pieces(name, len(texts))

    def _take_words(self, name: str, place: int) -> None:
        """Take an answer in words, and what stands in cells of text that were added beside it.

        A person reads it: a paragraph too many does no harm, and one that is lost does.
        """
        texts = self._texts(name, place)
        above, below = (self._below.get(at, []) for at in (place - 1, place))
        added = below if texts else [*above, *below]
        if texts is None and not added:
            return
        self._set(name, "\n\n".join([*(texts or ()), *(cell.text for cell in added)]))
        self._used |= {cell.number for cell in added}
        cells = _cells(added)
        if added and texts:
            self._note(f"The answer {name} goes on in {cells}, added below it: joined in order.")
        elif added:
            self._note(f"The answer {name} was found in {cells}, added beside its own cell.")
        else:
            self._tell_of_pieces(name, len(texts or ()))
        if any(cell.attached for cell in [*self._of[place], *added]):
            self._note(f"Pictures that were put into the answer {name} are not handed on.")

    def _tell_of_pieces(self, name: str, pieces: int) -> None:
        if pieces > 1:
            self._note(f"The answer cell {name} is there {pieces} times: joined in order.")

    def _adopt(self) -> None:
        """Take answers that were typed into other cells than their own, where that is certain."""
        answered = {name: functions(self._taken.answers[name]) for name in sorted(self._answered)}
        own = {cell.number for cell in self._own}
        told = {}
        for name in self._stubs:
            if name in self._answered or name in self._written:
                continue
            cells = [number for number, names in self._functions.items() if name in names]
            answers = [other for other, names in answered.items() if name in names]
            if len(cells) + len(answers) != 1:
                continue
            if answers:
                text, told[name] = self._taken.answers[answers[0]], f"the cell of {answers[0]}"
            else:
                text, told[name] = self._not_run[cells[0]], f"cell {cells[0]}"
            # Of a cell that is something else too, only what is asked for.
            whole = bool(cells) and cells[0] in own
            self._set(name, text if whole else cut(text, name))
            self._used.update(number for number in cells if whole)
        if len(told) == 1:
            ((name, place),) = told.items()
            self._note(
                f"The answer {name} was found in {place}, which is not its own cell, and taken "
                "from there."
            )
        elif told:
            places = ", ".join(f"{name} ({place})" for name, place in told.items())
            self._note(f"These answers were found in cells that are not their own: {places}.")

    def _tell_of_what_is_missing(self) -> None:
        missing = [name for name in self._stubs if name not in self._taken.answers]
        if missing:
            cells = "The answer cell {} is" if len(missing) == 1 else "The answer cells {} are"
            self._note(f"{cells.format(', '.join(missing))} missing.")

    def _tell_of_words(self) -> None:
        """Note what may be an answer in words that was typed where nobody reads it."""
        cells = self._given.cells
        empty = {
            place: id_of(cell)
            for place, cell in enumerate(cells)
            if id_of(cell) in self._written - self._answered
        }
        # What was typed into a text that was given out; another text is that of another version.
        words = [
            (place, cell)
            for place, cell in self._changed
            if cells[place]["cell_type"] == "markdown"
            and _bare(cell.text).startswith(_bare(cells[place]["source"]))
        ]
        words += [(p, c) for p, own in self._below.items() for c in own]
        by_answer: dict[str, list[_Found]] = {}
        for place, cell in words:
            name = next((empty[p] for p in sorted(empty) if p > place), None)
            if name is not None and cell.number not in self._used:
                by_answer.setdefault(name, []).append(cell)
        for name, found in by_answer.items():
            self._note(
                f"Nothing is written in the cell of {name}, and there is text of yours in "
                f"{_cells(found)} above it: it is read in the answer's own cell only."
            )

    def _tell_of_the_set_up(self) -> None:
        """Note the cells that were given out to be run as they are, and have been changed."""
        changed = [(p, cell) for p, cell in self._changed if is_run(self._given.cells[p])]
        if not changed:
            return
        known = set().union(*(self._given.names[place] for place, _ in changed))
        names = (name for _, cell in changed[:_MOST_TOLD] for name in defined(cell.text))
        new = [name for name in dict.fromkeys(names) if name not in known]
        also = f", without {_few(new)}" if new else ""
        self._note(
            f"The set-up cell ({_cells([cell for _, cell in changed])}) was changed. It is run as "
            f"it was given out{also}: what an answer needs, an import for example, belongs into "
            "the answer's own cell."
        )

    def _tell_of_strange_marks(self) -> None:
        """Note the cells that claim to be something that was not given out."""
        texts = (cell for cells in self._below.values() for cell in cells)
        own = (c for c in (*self._own, *texts) if c.number not in self._used)
        strange = [cell for cell in own if cell.grade_id]
        if strange:
            strange.sort(key=lambda cell: cell.number)
            told = [f"cell {c.number} ({c.grade_id[:_LONGEST]!r})" for c in strange]
            self._note(
                "Some cells are marked as parts of the assignment that it does not have, perhaps "
                f"those of another version, and do not count: {_few(told)}."
            )

    def _tell_of_the_rest(self) -> None:
        """Note the code that is left behind, and what it defines."""
        given = self._given.names
        places = {cell.number: place for place, cell in self._changed}
        left = {}
        for number in sorted(self._not_run):
            names = self._names[number]
            if number in places:
                names = [n for n in names if n not in given[places[number]] | self._answered]
            if number not in self._used and (names or number not in places):
                left[number] = f"cell {number}" + (f" (it defines {_few(names)})" if names else "")
                if number not in places:
                    self._taken.elsewhere |= dict.fromkeys(names, number)
        if left:
            self._note(
                "Code in cells that are no answers is not run when the notebook is graded: "
                f"{_few(list(left.values()))}. What an answer needs belongs into its own cell."
            )


def _few(names: list[str]) -> str:
    """Return names as a list, or the first of many."""
    more = len(names) - _MOST_TOLD
    told = ", ".join(name[: _MOST_TOLD * _LONGEST] for name in names[:_MOST_TOLD])
    return told + (f" and {more} more" if more > 0 else "")


def _cells(cells: list[_Found]) -> str:
    numbers = _few([str(cell.number) for cell in cells])
    return f"cell {numbers}" if len(cells) == 1 else f"cells {numbers}"


def _read(texts: dict[int, str]) -> tuple[dict[int, list[str]], dict[int, list[str]]]:
    """Return what cells define, and which of that are functions, as far as there is time for it."""
    left = _MOST_READ
    names, of_functions = {}, {}
    for number, text in texts.items():
        left -= len(text)
        names[number] = defined(text) if left > 0 else []
        of_functions[number] = functions(text) if left > 0 else []
    return names, of_functions


def _bare(text: str) -> str:
    """Return a text without the white space that editors add and take away."""
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _found(number: int, cell: Any) -> _Found:
    if not isinstance(cell, dict):
        return _Found(number, "", "", "", None)
    marks = (cell.get(key) for key in ("id", "cell_type"))
    name, kind = (mark if isinstance(mark, str) else "" for mark in marks)
    return _Found(number, _grade_id(cell), name, kind, _source(cell), bool(cell.get("attachments")))


def _grade_id(cell: Any) -> str:
    """Return the ``grade_id`` that a submitted cell claims, whatever else it is made of."""
    for key in ("metadata", "nbgrader", "grade_id"):
        if not isinstance(cell, dict):
            return ""
        cell = cell.get(key)
    return cell if isinstance(cell, str) else ""


def _source(cell: dict[str, Any]) -> str | None:
    """Return the text of a submitted cell, with Python's line ends."""
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str) or len(source) > MAX_SOURCE:
        return None
    # Half a surrogate pair is valid JSON, but no text that could be stored or compiled.
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    return source.encode(errors="replace").decode()
