"""A class's answers to an assignment, compared: a place to look, and not a verdict.

Answers are compared exercise by exercise, each student's with every other's. The stub, the set-up,
the references and the named mistakes do not count, nor does what much of the class has written.
"""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from autograder.classroom.course import Course, Found
from autograder.classroom.similar.alike import Alike, alike
from autograder.classroom.similar.shape import Shape, shape_of
from autograder.errors import AutograderError, InputError, place_of
from autograder.grading.rebuild import from_submitted
from autograder.grading.release import Release
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.references import read_module

# Longer answers are not compared: nobody writes them by hand.
LONGEST = 20_000
# So many pairs are kept; whoever has looked at these knows what to do about the rest.
MOST_PAIRS = 50

_log = logging.getLogger(__name__)


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
        The most striking first, and no more than `MOST_PAIRS`.
    more
        How many pairs there are besides.
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

    Raises
    ------
    InputError
        There are no two submissions that can be read.
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
        self._unread: dict[str, list[str]] = {}
        self._problems: dict[str, str] = {}
        self._given = {
            number
            for text in _given(assignment, release)
            if (shape := shape_of(text)) is not None
            for number in shape.numbers
        }
        self._students = 0

    def read(self, found: Found) -> None:
        """Take the answers of one submission that are more than stubs."""
        try:
            answers = from_submitted(self._release, found.path).answers
        except AutograderError as error:
            self._problems[found.student] = str(error)
            return
        except Exception as error:  # nobody else's answers depend on what a stranger handed in
            _log.exception("%r cannot be read.", str(found.path))
            why = f"cannot be read ({place_of(error)}): {type(error).__name__}"
            self._problems[found.student] = f"{found.path}: {why}"
            return
        self._students += 1
        for answer in answers:
            self._take(found.student, answer.name, answer.source)

    def _take(self, student: str, exercise: str, text: str) -> None:
        if exercise not in self._texts or self._release.is_untouched(exercise, text):
            return
        if len(text) > LONGEST:
            self._unread.setdefault(exercise, []).append(student)
        else:
            self._texts[exercise][student] = text

    def done(self, root: str) -> Compared:
        """Compare what was read; paths are told as they are within `root`."""
        if self._students < 2:
            raise InputError(
                f"There are {self._students} submissions of {self._assignment.name} that can be "
                "read: it takes two to compare them."
            )
        found = [(e, self._alike(e)) for e in self._assignment.exercises]
        pairs = _paired((e.name, one) for e, all_of_it in found for one in all_of_it)
        return Compared(
            self._assignment.name,
            self._assignment.title,
            self._students,
            {exercise: len(texts) for exercise, texts in self._texts.items()},
            tuple(self._pair(*pair) for pair in pairs[:MOST_PAIRS]),
            max(0, len(pairs) - MOST_PAIRS),
            self._unread,
            {student: why.replace(f"{root}/", "") for student, why in self._problems.items()},
        )

    def _alike(self, exercise: Exercise) -> list[Alike]:
        shapes: dict[str, Shape] = {}
        for student, text in self._texts[exercise.name].items():
            shape = shape_of(text)
            if shape is None:
                self._unread.setdefault(exercise.name, []).append(student)
            else:
                shapes[student] = shape
        for student in self._unread.get(exercise.name, ()):
            self._texts[exercise.name].pop(student, None)
        return alike(shapes, self._given)

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
        return tuple(sorted(shape.lines_in(beside.numbers.keys() - self._given)))


def _given(assignment: Assignment, release: Release) -> Iterator[str]:
    """Yield the code that is nobody's own: given out, the reference, a known mistake."""
    yield from (c["source"] for c in release.notebook()["cells"] if c["cell_type"] == "code")
    for exercise in assignment.exercises:
        module = read_module(exercise.module)
        yield module.code(exercise.name)
        for mistake in exercise.mistakes:
            with contextlib.suppress(OSError, TypeError):  # what is made by code has no text
                yield mistake.source


def _paired(
    found: Iterable[tuple[str, Alike]],
) -> list[tuple[tuple[str, str], list[tuple[str, Alike]]]]:
    """Return what was found by pairs of students, the most striking first, within a pair too."""
    pairs: dict[tuple[str, str], list[tuple[str, Alike]]] = {}
    for exercise, one in found:
        pairs.setdefault(one.students, []).append((exercise, one))
    for passages in pairs.values():
        passages.sort(key=lambda passage: -passage[1].weight)
    return sorted(pairs.items(), key=lambda p: (-sum(one.weight for _, one in p[1]), p[0]))


def _told(passage: Passage) -> dict[str, object]:
    return {
        "name": passage.exercise,
        "share": round(passage.share, 3),
        "weight": round(passage.weight, 1),
        "lines": passage.lines,
    }
