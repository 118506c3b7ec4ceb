"""The people of a course, and who of them a platform means."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from nbgrader.api import Gradebook

from autograder.classroom.lms.senders import CANVAS, FOLDERS, MOODLE, Reading, Sender
from autograder.errors import InputError

_LONGEST_ID = 128
_MOST_TOLD = 20
# Moodle calls everybody so where grading is blind.
_NAMELESS = ("", "participant")


@dataclass(frozen=True)
class Person:
    """A student.

    Attributes
    ----------
    id
        Which the gradebook and the student's folder are called by.
    first_name, last_name, email
        As the gradebook has them.
    lms_id
        The platform's number of the student in all courses, as Canvas has it.
    participant
        Moodle's number of the student in one assignment.
    submitted
        When the student has handed that assignment in, by Moodle's worksheet.
    modified
        When its mark was last changed there, in the worksheet's words.
    """

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""
    participant: str = ""
    submitted: datetime | None = None
    modified: str = ""

    @property
    def name(self) -> str:
        """The whole name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True)
class Match:
    """Who a sender is, and how that is known."""

    person: Person
    how: str
    sender: Sender


class People:
    """The students that are known.

    Parameters
    ----------
    enrolled
        Those in the gradebook.
    listed
        Those in a class list, if there is one. Who is in both is one person.
    """

    def __init__(self, enrolled: Iterable[Person], listed: Iterable[Person] | None = None) -> None:
        self.is_closed = listed is not None
        self.all: dict[str, Person] = {person.id: person for person in enrolled}
        self.listed: dict[str, Person] = {}
        self._index()
        for person in listed or ():
            known = self._enrolled(person)
            self.listed[known] = replace(person, id=known)
        self.all |= self.listed
        self._index()

    def match(self, reading: Reading) -> Match:
        """Return whom the platform means.

        Raises
        ------
        InputError
            Nobody, or somebody else too.
        """
        found: dict[str, Match] = {}
        for sender in reading:
            if not (found and sender.platform == FOLDERS):  # what lies deeper means nothing there
                for person, how in self._candidates(sender):
                    found.setdefault(person.id, Match(person, how, sender))
        if len(found) > 1:
            raise InputError(f"may be from {' or '.join(sorted(found))}")
        if found:
            return next(iter(found.values()))
        return self._newcomer(reading[0])

    def _candidates(self, sender: Sender) -> Iterable[tuple[Person, str]]:
        """Return who may be meant, by the first thing that says anything."""
        if sender.platform == MOODLE and (known := self._participants.get(sender.number)):
            if key(sender.names[0]) not in (*_NAMELESS, *_keys(known)) and known.name:
                raise InputError(
                    f"participant {sender.number} is called {known.name!r} in the class list; is "
                    "it the grading worksheet of another assignment?"
                )
            return [(known, "number")]
        if sender.platform == CANVAS and (known := self._numbers.get(sender.number)):
            return [(known, "number")]
        if sender.username:
            return [(person, "username") for person in self._logins[sender.username.casefold()]]
        if sender.platform == CANVAS and self._numbers:
            return []  # a name proves nothing beside another number
        names = [name for name in sender.names if key(name) not in _NAMELESS]
        exact = [p for name in names for p in self._logins[name.casefold()]]
        return [(p, "name") for p in exact or [p for n in names for p in self._names[key(n)]]]

    def _newcomer(self, sender: Sender) -> Match:
        """Return a student that nobody has heard of, if that may be."""
        if sender.platform == FOLDERS:
            help_ = "" if self.is_closed else "; give a class list"
            raise InputError(f"nothing in its name is a name of the class{help_}")
        if self.is_closed:
            raise InputError(f"nobody in the class list is {sender.called!r}")
        name = " ".join(sender.names).strip()
        student = sender.username or slug(name)
        if sender.platform == CANVAS:
            student = f"{student}-{sender.number}" if sender.number else ""
        if not is_id(student) or key(name) in _NAMELESS[1:]:
            raise InputError(f"{sender.called!r} names nobody; a class list would help")
        first, _, last = name.rpartition(" ")
        number = sender.number if sender.platform == CANVAS else ""
        return Match(Person(student, first, last, lms_id=number), "new", sender)

    def _enrolled(self, person: Person) -> str:
        """Return the id by which somebody of a class list is in the gradebook already."""
        if person.id in self.all:
            return person.id
        if person.lms_id in self._numbers:
            return self._numbers[person.lms_id].id
        same = {p.id for p in self._emails[person.email.casefold()]} if person.email else set()
        return same.pop() if len(same) == 1 else person.id

    def _index(self) -> None:
        self._numbers = {p.lms_id: p for p in self.all.values() if p.lms_id}
        self._participants = {p.participant: p for p in self.all.values() if p.participant}
        self._logins: defaultdict[str, list[Person]] = defaultdict(list)
        self._emails: defaultdict[str, list[Person]] = defaultdict(list)
        self._names: defaultdict[str, list[Person]] = defaultdict(list)
        for person in self.all.values():
            email = person.email.casefold()
            self._emails[email].append(person)
            for login in {person.id.casefold(), email} - {""}:
                self._logins[login].append(person)
            for name in _keys(person):
                self._names[name].append(person)


def enrolled(gradebook: Gradebook) -> list[Person]:
    """Return the students in a gradebook."""
    return [
        Person(s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or "")
        for s in gradebook.students
    ]


def enter(gradebook: Gradebook, person: Person) -> None:
    """Enter a student in a gradebook; what is not known of them stays as it is there."""
    known = {
        "first_name": person.first_name,
        "last_name": person.last_name,
        "email": person.email,
        "lms_user_id": person.lms_id,
    }
    gradebook.update_or_create_student(person.id, **{k: v for k, v in known.items() if v})


def some(names: list[str], most: int = _MOST_TOLD) -> str:
    """Return names in a line, of very many the first."""
    return ", ".join(names[:most]) + (", ..." if len(names) > most else "")


def key(name: str) -> str:
    """Return what two spellings of one name have in common: letters and digits, without accents."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())


def slug(name: str) -> str:
    """Return a name as it can be a folder's."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"\W+", "-", plain).strip("-")[:_LONGEST_ID]


def is_id(text: str) -> bool:
    """Whether a text can be the name of a student's folder."""
    plain = text.isprintable() and text == text.strip() and not text.startswith(".")
    return plain and 0 < len(text.encode()) <= _LONGEST_ID and not {*text} & {"/", "\\"}


def _keys(person: Person) -> set[str]:
    first, last = person.first_name, person.last_name
    return {key(f"{first} {last}"), key(f"{last} {first}")} - {""}
