"""Takes what a learning platform hands out into ``submitted/``."""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from autograder.classroom.course import Course
from autograder.classroom.lms import classlist, downloads, people, record, senders
from autograder.classroom.lms.downloads import Piece
from autograder.classroom.lms.people import Match, People, Person
from autograder.classroom.lms.senders import CANVAS, FOLDERS, MOODLE
from autograder.classroom.lms.submitted import Arrival, Submitted
from autograder.classroom.lms.which import Released, copy_number
from autograder.errors import InputError
from autograder.grading.submission import read_file

# Nobody hands in more of them; who does is named, and nothing of theirs is taken.
MOST_OF_ONE = 50
# Of what is wrong in the same way, so many files are told one by one.
MOST_LINES = 10
_MOST_TOLD = 3
_NO_MOODLE_TIMES = (
    "What Moodle hands out does not say when it was handed in, so nothing of it is late here, and "
    "no newer one can replace an older. Its grading worksheet does: give it as --class-list."
)
_NO_CANVAS_TIMES = (
    "What Canvas hands out does not say when it was handed in, only that it was late: see "
    '"late" in the table. Penalties need a time: write it into timestamp.txt beside the notebook.'
)


@dataclass(frozen=True)
class Row:
    """What became of one notebook of a download, whose it is, and how that is known."""

    assignment: str
    file: str
    student: str
    how: str
    outcome: str


@dataclass
class Collected:
    """What became of a download.

    Attributes
    ----------
    rows
        Each notebook that was matched to somebody.
    problems
        What was not taken, or not matched, each with the reason.
    notices
        What else is to be known.
    missing
        Who is known and has handed nothing in, by assignment.
    """

    rows: list[Row] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    missing: dict[str, list[str]] = field(default_factory=dict)


def collect(
    course: Course, source: Path, wanted: str | None, class_list: Path | None, *, dry_run: bool
) -> Collected:
    """Take the notebooks of a download into ``submitted/``, and tell what became of each file.

    Parameters
    ----------
    course
        Where to.
    source
        The download, packed or not.
    wanted
        The assignment that it is of; without it, each notebook tells.
    class_list
        Who is in the class: they are entered in the gradebook, and nobody else hands anything in.
    dry_run
        Tell it, and do nothing.

    Raises
    ------
    InputError
        The download or the class list cannot be read, or the assignment is not released.
    """
    released = Released(course.root, course.content.names())
    if wanted:
        released.check(wanted)
    if not source.exists():
        raise InputError(f"{source}: there is no such file or folder.")
    listed = classlist.read(class_list) if class_list else None
    with course.gradebook() as gradebook:
        known = People(people.enrolled(gradebook), listed.people if listed else None)
    told = Collected(problems=list(listed.problems) if listed else [])
    with tempfile.TemporaryDirectory(prefix=".collect-", dir=course.root) as scratch:
        pieces = downloads.read(source, Path(scratch), senders.is_students)
        matched = _matched(course, pieces, known, told)
        arrivals = _arrivals(matched, released, wanted, told)
        received = _settle(course, arrivals, known, told, dry_run=dry_run)
    if not dry_run:
        with course.gradebook() as gradebook:
            for person in ({person.id: person for person in received} | known.listed).values():
                people.enter(gradebook, person)
    return told


def _matched(
    course: Course, pieces: list[Piece], known: People, told: Collected
) -> dict[str, list[tuple[Piece, Match]]]:
    """Return the pieces of a download by who has handed them in."""
    found: defaultdict[str, list[tuple[Piece, Match]]] = defaultdict(list)
    nobodys: defaultdict[str, list[str]] = defaultdict(list)
    platform = senders.platform_of(pieces, course.config)
    for piece in pieces:
        reading = platform(piece.parts)
        try:
            if not reading:
                raise InputError("nothing in its name says whose it is")
            match = known.match(reading)
        except InputError as error:
            # What is no notebook and has no name of a student's is nothing to tell of.
            if piece.content or piece.problem or (reading and reading[0].platform != FOLDERS):
                nobodys[piece.problem or str(error)].append(piece.name)
            continue
        found[match.person.id].append((piece, match))
    for problem, names in nobodys.items():
        told.problems += _of_one_kind(names, problem)
    return found


def _of_one_kind(names: list[str], problem: str) -> list[str]:
    """Return a line for each file that has a problem; of very many, for the first."""
    lines = [f"{name}: {problem}." for name in names[:MOST_LINES]]
    more = len(names) - MOST_LINES
    return [*lines, f"{more} more files: {problem}."] if more > 0 else lines


def _arrivals(
    matched: dict[str, list[tuple[Piece, Match]]],
    released: Released,
    wanted: str | None,
    told: Collected,
) -> Iterator[Arrival]:
    """Yield the notebooks that can be taken; tell of those that cannot."""
    for student, found in sorted(matched.items()):
        for problem in dict.fromkeys(piece.problem for piece, _ in found if piece.problem):
            names = [piece.name for piece, _ in found if piece.problem == problem]
            told.problems += _of_one_kind(names, problem)
        notebooks = [(piece, match) for piece, match in found if piece.content]
        if len(notebooks) > MOST_OF_ONE:
            told.problems.append(f"{student}: has handed in {len(notebooks)} notebooks.")
            continue
        if not notebooks and not any(piece.problem for piece, _ in found):
            names = [match.sender.file for _, match in found if match.sender.file]
            told.problems.append(f"{student}: has handed in no notebook{_named(names)}.")
        for piece, match in notebooks:
            try:
                yield _arrival(piece, match, released, wanted)
            except InputError as error:
                told.problems.append(f"{piece.name}: {str(error).rstrip('.')}.")


def _arrival(piece: Piece, match: Match, released: Released, wanted: str | None) -> Arrival:
    assert piece.content is not None
    kind = released.kind(piece.content, match.sender.file, wanted)
    if kind is None:
        raise InputError(
            "says by neither its name nor its cells which assignment it is of; try --assignment"
        )
    if wanted and kind.assignment != wanted:
        raise InputError(f"is of {kind.assignment}, not of {wanted}")
    digest = hashlib.sha256(read_file(piece.content)).hexdigest()
    copy = copy_number(match.sender.file)
    return Arrival(piece.name, match, kind, piece.content, digest, _time(match), copy)


def _time(match: Match) -> datetime | None:
    """Return when something was handed in, in UTC, if that is known."""
    own = match.sender.time
    if own is None and match.sender.platform == MOODLE and match.how == "number":
        own = match.person.submitted
    try:
        return own.astimezone(UTC).replace(tzinfo=None) if own else None
    except (OverflowError, ValueError):  # of the year 1, or 9999
        return None


def _settle(
    course: Course, arrivals: Iterable[Arrival], known: People, told: Collected, *, dry_run: bool
) -> list[Person]:
    """Take the newest of each student's notebooks; return whose were."""
    of: defaultdict[str, defaultdict[str, list[Arrival]]] = defaultdict(lambda: defaultdict(list))
    for arrival in arrivals:
        of[arrival.kind.assignment][arrival.match.person.id].append(arrival)
    received = []
    for assignment, students in sorted(of.items()):
        entries = record.load(course.root, assignment)
        there = Submitted(course.root, assignment, entries)
        for student, own in list(students.items()):
            if keys := _confused(own):
                told.problems.append(_two_in_one(own[0], keys))
                del students[student]
                continue
            received.append(own[0].match.person)
            _receive(there, own, told, dry_run=dry_run)
        _enter_participants(entries, [own[0].match for own in students.values()], known)
        if not dry_run:
            record.save(course.root, assignment, entries)
        told.missing[assignment] = sorted(
            student for student in known.all if student not in students and not there.has(student)
        )
        told.notices += [
            notice
            for notice in _without_times(own[0] for own in students.values())
            if notice not in told.notices
        ]
    return received


def _confused(own: list[Arrival]) -> set[tuple[str, ...]]:
    """Return by what a platform tells those apart who are one student of ours, if they are two."""
    keys = {arrival.match.sender.key for arrival in own}
    return keys if len(keys) > 1 else set()


def _two_in_one(arrival: Arrival, keys: set[tuple[str, ...]]) -> str:
    numbers = " and ".join(sorted(" ".join(key) for key in keys))
    return (
        f"{arrival.match.sender.called}: two students are called so ({numbers}); a class list "
        "that has these numbers tells them apart."
    )


def _receive(there: Submitted, own: list[Arrival], told: Collected, *, dry_run: bool) -> None:
    newest, *others = sorted(own, key=lambda arrival: arrival.rank, reverse=True)
    outcome, problem = there.receive(newest, dry_run=dry_run)
    told.rows.append(_row(newest, outcome))
    told.rows += [_row(other, _why_left(other, newest)) for other in others]
    if problem:
        told.problems.append(f"{newest.match.person.id}: {problem}")


def _enter_participants(entries: record.Record, here: list[Match], known: People) -> None:
    """Keep Moodle's numbers of all, if the class list is this assignment's worksheet."""
    if not any(match.sender.platform == MOODLE and match.how == "number" for match in here):
        return
    for person in known.listed.values():
        if person.participant:
            entries[person.id] = replace(
                entries.get(person.id, record.Entry(MOODLE)),
                participant=person.participant,
                modified=person.modified,
            )


def _without_times(arrivals: Iterable[Arrival]) -> list[str]:
    # Who is in Moodle's worksheet without a time has handed in nothing that it knows of.
    timeless = {
        a.match.sender.platform
        for a in arrivals
        if a.time is None and (a.match.sender.platform, a.match.how) != (MOODLE, "number")
    }
    told = {MOODLE: _NO_MOODLE_TIMES, CANVAS: _NO_CANVAS_TIMES}
    return [text for platform, text in told.items() if platform in timeless]


def _row(arrival: Arrival, outcome: str) -> Row:
    late = ", late" if arrival.match.sender.is_late else ""
    when = f", of {_local(arrival.time)}" if arrival.time else ""
    how = f"{arrival.match.how}, {arrival.kind.how}"
    student = arrival.match.person.id
    return Row(arrival.kind.assignment, arrival.file, student, how, f"{outcome}{when}{late}")


def _local(time: datetime) -> str:
    return time.replace(tzinfo=UTC).astimezone().strftime("%Y-%m-%d %H:%M")


def _why_left(other: Arrival, newest: Arrival) -> str:
    if other.digest == newest.digest:
        return "left: the same again"
    if other.time != newest.time:
        return "left: older"
    if other.kind.is_touched != newest.kind.is_touched:
        return "left: nothing was done in it"
    if other.match.sender.order != newest.match.sender.order:
        return "left: older"
    return "left: another was taken, and no time says which is newer"


def _named(names: list[str]) -> str:
    return f", but {people.some(list(map(repr, names)), _MOST_TOLD)}" if names else ""
