"""A class's answers to an assignment, compared: a place to look, and not a verdict.

Answers are compared exercise by exercise, each student's with every other's. The stub, the set-up,
the references and the named mistakes do not count, nor does what much of the class has written.
"""

from __future__ import annotations

import contextlib
import json
import logging
from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from autograder.classroom.course import Course, Found
from autograder.classroom.similar.alike import Alike, alike
from autograder.classroom.similar.shape import shape_of
from autograder.errors import AutograderError, place_of
from autograder.grading.rebuild import from_submitted
from autograder.grading.release import Release
from autograder.judging.assignment import Assignment
from autograder.judging.references import read_module

# Longer answers are not compared: nobody writes them by hand.
LONGEST = 20_000
# So many pairs are kept; whoever has looked at these knows what to do about the rest.
MOST_PAIRS = 50
# One long answer that is alike is no more striking than one of so many runs: several answers are.
_MOST_STRIKING = 100

_log = logging.getLogger(__name__)

_AlikePair = tuple[tuple[str, str], list[tuple[str, Alike]]]


@dataclass(frozen=True)
class Passage:
    """Two answers to one exercise that are alike, in the order of their pair.

    Attributes
    ----------
    exercise
        Its name.
    share
        Of what is its own in the answer that has less of it, how much the other has too.
    weight
        How much that is, in runs of the answers' shapes; see `alike`.
    texts
        The two answers.
    lines
        The numbers of the lines that are alike in each, counted from 1.
    """

    exercise: str
    share: float
    weight: float
    texts: tuple[str, str]
    lines: tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Pair:
    """Two students, and those of their answers that are alike, the most striking first."""

    students: tuple[str, str]
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Compared:
    """What was compared of an assignment, and what is alike.

    Attributes
    ----------
    name, title
        Those of the assignment.
    students
        How many students' submissions were read.
    answers
        How many answers to each exercise were compared.
    pairs
        The most striking first, and no more than `MOST_PAIRS`; each has somebody who is in none
        before it.
    more
        How many pairs are alike besides.
    unread
        The answers that were not compared, by exercise, with their students.
    problems
        The students whose submissions cannot be read, with the reason.
    """

    name: str
    title: str
    students: int
    answers: dict[str, int]
    pairs: tuple[Pair, ...]
    more: int
    unread: dict[str, list[str]]
    problems: dict[str, str]

    def as_json(self) -> str:
        """Return all of it but the answers themselves as one JSON object."""
        pairs = [
            {"students": pair.students, "exercises": [_told(passage) for passage in pair.passages]}
            for pair in self.pairs
        ]
        return json.dumps(vars(self) | {"pairs": pairs}, indent=2)


def compare(
    course: Course,
    assignment: Assignment,
    release: Release,
    submissions: list[Found],
    advance: Callable[[], object] = lambda: None,
) -> Compared:
    """Compare what a class has handed in.

    Parameters
    ----------
    course, assignment, release
        Whose, what, and what it was given out as.
    submissions
        Of this assignment, one of each student.
    advance
        Called when a submission has been read.
    """
    comparing = _Comparing(assignment, release)
    for found in submissions:
        comparing.read(found)
        advance()
    return comparing.done(str(course.root))


class _Comparing:
    """The work of `compare`."""

    def __init__(self, assignment: Assignment, release: Release) -> None:
        self._assignment = assignment
        self._release = release
        self._texts: dict[str, dict[str, str]] = {e.name: {} for e in assignment.exercises}
        self._own: dict[str, dict[str, array[int]]] = {e.name: {} for e in assignment.exercises}
        self._unread: dict[str, list[str]] = {}
        self._problems: dict[str, str] = {}
        self._given = {
            number
            for text in _given(assignment, release)
            if (shape := shape_of(text)) is not None
            for number in shape.numbers()
        }
        self._students = 0

    def read(self, found: Found) -> None:
        """Take the answers of one submission, or tell why they cannot be read."""
        try:
            self._take_all(found)
        except AutograderError as error:
            self._problems[found.student] = str(error)
        except Exception as error:  # nobody else's answers depend on what a stranger handed in
            _log.exception("%r cannot be read.", str(found.path))
            why = f"cannot be read ({place_of(error)}): {type(error).__name__}"
            self._problems[found.student] = f"{found.path}: {why}"

    def _take_all(self, found: Found) -> None:
        for answer in from_submitted(self._release, found.path).answers:
            self._take(found.student, answer.name, answer.source)
        self._students += 1

    def _take(self, student: str, exercise: str, text: str) -> None:
        """Take an answer that is more than a stub."""
        if exercise not in self._texts or self._release.is_untouched(exercise, text):
            return
        shape = shape_of(text) if len(text) <= LONGEST else None
        if shape is None:
            self._unread.setdefault(exercise, []).append(student)
        else:
            self._texts[exercise][student] = text
            self._own[exercise][student] = array("q", shape.numbers(self._given))

    def done(self, root: str) -> Compared:
        """Compare what was read; paths are told as they are within `root`."""
        pairs = _paired((name, one) for name, own in self._own.items() for one in alike(own))
        first = list(islice(_first(pairs), MOST_PAIRS))
        return Compared(
            self._assignment.name,
            self._assignment.title,
            self._students,
            {exercise: len(texts) for exercise, texts in self._texts.items()},
            tuple(self._pair(*pair) for pair in first),
            len(pairs) - len(first),
            self._unread,
            {student: why.replace(f"{root}/", "") for student, why in self._problems.items()},
        )

    def _pair(self, students: tuple[str, str], found: list[tuple[str, Alike]]) -> Pair:
        return Pair(students, tuple(self._passage(exercise, one) for exercise, one in found))

    def _passage(self, exercise: str, found: Alike) -> Passage:
        one, other = (self._texts[exercise][student] for student in found.students)
        lines = self._lines(one, other), self._lines(other, one)
        return Passage(exercise, found.share, found.weight, (one, other), lines)

    def _lines(self, text: str, other: str) -> tuple[int, ...]:
        """Return the lines of a text that are in another text as well, and not given."""
        shape, beside = shape_of(text), shape_of(other)
        assert shape is not None
        assert beside is not None
        return tuple(sorted(shape.lines_in(set(beside.numbers(self._given)))))


def _given(assignment: Assignment, release: Release) -> Iterator[str]:
    """Yield the code that is nobody's own: given out, the reference, a known mistake."""
    yield from (c["source"] for c in release.notebook()["cells"] if c["cell_type"] == "code")
    for exercise in assignment.exercises:
        module = read_module(exercise.module)
        yield module.code(exercise.name)
        for mistake in exercise.mistakes:
            with contextlib.suppress(OSError, TypeError):  # what is made by code has no text
                yield mistake.source


def _paired(found: Iterable[tuple[str, Alike]]) -> list[_AlikePair]:
    """Return what was found by pairs of students, the most striking first, within a pair too."""
    pairs: dict[tuple[str, str], list[tuple[str, Alike]]] = {}
    for exercise, one in found:
        pairs.setdefault(one.students, []).append((exercise, one))
    for passages in pairs.values():
        passages.sort(key=lambda passage: -passage[1].weight)
    return sorted(pairs.items(), key=lambda pair: (-_striking(pair[1]), pair[0]))


def _striking(passages: list[tuple[str, Alike]]) -> float:
    return sum(min(one.weight, _MOST_STRIKING) for _, one in passages)


def _first(pairs: list[_AlikePair]) -> Iterator[_AlikePair]:
    """Yield the pairs that tell of somebody new: of ten who are all alike, nine and not 45."""
    seen: set[str] = set()
    for students, passages in pairs:
        if not seen.issuperset(students):
            seen.update(students)
            yield students, passages


def _told(passage: Passage) -> dict[str, object]:
    return {
        "name": passage.exercise,
        "share": round(passage.share, 3),
        "weight": round(passage.weight, 1),
        "lines": passage.lines,
    }
