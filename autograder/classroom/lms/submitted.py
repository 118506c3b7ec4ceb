"""Puts notebooks into ``submitted/``, where nothing is lost to what is not known to be newer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.classroom import receipt
from autograder.classroom.files import write_whole
from autograder.classroom.lms.people import Match
from autograder.classroom.lms.record import Entry, Record
from autograder.classroom.lms.senders import MOODLE
from autograder.classroom.lms.which import Kind
from autograder.errors import InputError
from autograder.grading.submission import read_file

_NEW = "collected"
_NEWER = "replaces an older one"
_SAME = "is there already"
_TIMED = "is there already, its time is new"
_OLDER = "left: what is there is newer"
_UNKNOWN = "left: another is there"
_BEGINNING = datetime.min


@dataclass(frozen=True)
class Arrival:
    """A notebook that somebody has handed in.

    Attributes
    ----------
    file
        Where it lies in the download.
    match
        Whose it is.
    kind
        Which assignment it is of.
    content
        Where it can be read.
    digest
        The SHA-256 of it.
    time
        When it was handed in, in UTC, if that is known.
    copy
        Which copy it is by its name; 0 is the original.
    """

    file: str
    match: Match
    kind: Kind
    content: Path
    digest: str
    time: datetime | None
    copy: int

    @property
    def rank(self) -> tuple[datetime, bool, int, bool, int]:
        """Of several notebooks of one student, the highest counts.

        That is the newest; where nothing says which that is, one in which something was done, and
        then the one that is called as it was released.
        """
        order = self.match.sender.order
        return (self.time or _BEGINNING, self.kind.is_touched, order, not self.copy, self.copy)


class Submitted:
    """What students have submitted to one assignment of a course.

    Parameters
    ----------
    root
        The course's directory.
    assignment
        Which.
    entries
        What was collected of it before; what is received is entered.
    """

    def __init__(self, root: Path, assignment: str, entries: Record) -> None:
        self._root = root / "submitted"
        self._assignment = assignment
        self._entries = entries

    def has(self, student: str) -> bool:
        """Whether a student has handed the assignment in."""
        return self._notebook(student).exists()

    def receive(self, arrival: Arrival, *, dry_run: bool) -> tuple[str, str]:
        """Take a notebook, unless what is there may be newer.

        Returns
        -------
        str, str
            What became of it, and what is to be done about it, if anything.
        """
        student = arrival.match.person.id
        try:
            outcome = self._outcome(arrival)
        except InputError as error:
            return _UNKNOWN, str(error)
        if outcome in (_NEW, _NEWER, _SAME, _TIMED):
            if not dry_run:
                self._take(arrival, whole=outcome in (_NEW, _NEWER))
            self._entries[student] = self._entry(arrival)
        if outcome != _UNKNOWN:
            return outcome, ""
        return outcome, (
            f"{arrival.file} differs from what is in {self._notebook(student).parent}, and no time "
            "says which is newer: move the older one away, and collect again."
        )

    def _outcome(self, arrival: Arrival) -> str:
        place = self._notebook(arrival.match.person.id)
        for folder in place.parents[:2]:
            if folder.is_symlink():
                raise InputError(f"{folder} is a link, and nothing is written through it.")
            if folder.exists() and not folder.is_dir():
                raise InputError(f"{folder} is there, and is no folder: move it away.")
        if (place.parent / receipt.TIMESTAMP).is_dir():
            raise InputError(f"{place.parent / receipt.TIMESTAMP} is a folder: move it away.")
        if not (place.exists() or place.is_symlink()):
            return _NEW
        digest = hashlib.sha256(read_file(place)).hexdigest()
        there = receipt.submitted_at(place.parent)
        if digest == arrival.digest:
            return _TIMED if arrival.time and there is None else _SAME
        if arrival.time and there:
            return _NEWER if arrival.time > there else _OLDER
        return self._by_order(arrival, digest)

    def _by_order(self, arrival: Arrival, digest: str) -> str:
        """Say which is newer by the platform's own order, if what is there came from it."""
        before = self._entries.get(arrival.match.person.id, Entry())
        order = arrival.match.sender.order
        same = before.digest == digest and before.platform == arrival.match.sender.platform
        if not (same and order and before.order):
            return _UNKNOWN
        return _NEWER if order > before.order else _OLDER

    def _take(self, arrival: Arrival, *, whole: bool) -> None:
        """Write a notebook and its time, so that no notebook ever lies beside another's time."""
        place = self._notebook(arrival.match.person.id)
        stamp = place.parent / receipt.TIMESTAMP
        if whole:
            stamp.unlink(missing_ok=True)
            write_whole(place, read_file(arrival.content))
        if arrival.time and not stamp.exists():
            write_whole(stamp, arrival.time.replace(tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S.%f %Z"))

    def _entry(self, arrival: Arrival) -> Entry:
        sender, person = arrival.match.sender, arrival.match.person
        return Entry(
            sender.platform,
            arrival.file,
            sender.place,
            sender.number if sender.platform == MOODLE else "",
            person.modified,
            sender.order,
            arrival.digest,
        )

    def _notebook(self, student: str) -> Path:
        return self._root / student / self._assignment / f"{self._assignment}.ipynb"
