"""Reads a class list: a CSV file of nbgrader's, or one that a learning platform writes.

The columns are known by their names, in English, from these files:

- nbgrader's own: ``id,first_name,last_name,email``;
- Moodle's list of participants (First name, Last name, ID number, Email address) and an
  assignment's grading worksheet (Identifier, Full name, Email address, Last modified (submission),
  Last modified (grade), ...), which alone tells when each has handed in;
- Canvas's gradebook (Student, ID, SIS User ID, SIS Login ID, Section, ...);
- Blackboard's Grade Centre (Last Name, First Name, Username, ...), and marks of Google Classroom's.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import dateutil.parser

from autograder.classroom.lms.people import Person, is_id, slug
from autograder.errors import InputError
from autograder.grading.submission import read_file

_MOST: Final = 20 << 20
_LONGEST: Final = 128  # what nbgrader's gradebook has room for
_FIRST: Final = ("first name", "first_name", "firstname", "given name")
_LAST: Final = ("last name", "last_name", "lastname", "surname", "family name")
_FULL: Final = ("full name", "student", "name", "user full name")
_EMAIL: Final = ("email address", "email", "e-mail")
# What a student's folder is called by, the best first.
_IDS: Final = (
    *("sis login id", "username", "student_id", "sis user id", "id number", "student id"),
    *_EMAIL,
)
_PARTICIPANT: Final = re.compile(r"(\d+)$")
_NO_STUDENT: Final = ("points possible", "student, test")

Row = dict[str, str]


@dataclass(frozen=True)
class ClassList:
    """The students of a class list, and what is wrong with its other lines."""

    people: list[Person]
    problems: list[str]


def read(path: Path) -> ClassList:
    """Return who is in the class list at `path`.

    Raises
    ------
    InputError
        It cannot be read, or has no column that names students.
    """
    rows = list(_rows(path))
    people: dict[str, Person] = {}
    problems = []
    for line, row in rows:
        try:
            person = _person(row)
        except ValueError as error:
            problems.append(f"{path.name}, line {line}: {error}.")
            continue
        if person.id in people:
            problems.append(f"{path.name}, line {line}: {person.id!r} is there twice.")
        people.setdefault(person.id, person)
    if not people:
        raise InputError(f"{path}: no line of it names a student.")
    return ClassList(list(people.values()), problems)


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), _Dialect(path))
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        if not {*header} & {"id", *_IDS, *_FULL}:
            raise InputError(
                f"{path}: is not a class list: its first line names no column such as id, "
                "Email address, Full name or Student."
            )
        for values in reader:
            values = [*map(str.strip, values), *("" for _ in header)]  # a line may be shorter
            row = dict(zip(header, values, strict=False))
            if any(row.values()) and not _first(row, _FULL).casefold().startswith(_NO_STUDENT):
                yield reader.line_num, row
    except csv.Error as error:
        raise InputError(f"{path}: line {reader.line_num} is no CSV ({error}).") from None


class _Dialect(csv.excel):
    """Excel's own, with whatever separator the first line has most of."""

    def __init__(self, path: Path) -> None:
        first = _text(path).partition("\n")[0]
        self.delimiter = max(",;\t", key=first.count)
        super().__init__()


def _text(path: Path) -> str:
    data = read_file(path, _MOST)
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig",):
        try:
            return data.decode(encoding).replace("\0", "")
        except UnicodeDecodeError:
            break
    return data.decode("cp1252", "replace")  # as Excel saves it in the West


def _person(row: Row) -> Person:
    """Return who is in a line.

    Raises
    ------
    ValueError
        Nobody who could have a folder and a line in the gradebook.
    """
    first, last = _first(row, _FIRST), _first(row, _LAST)
    if not (first or last):
        first, last = _split(_first(row, _FULL))
    in_canvas = "student" in row and "section" in row
    own = () if in_canvas else ("id",)
    student = _first(row, (*own, *_IDS)) or slug(f"{first} {last}")
    if not student:
        raise ValueError("has neither an id nor a name")
    if not is_id(student):
        raise ValueError(f"{student!r} cannot be the name of a folder")
    email = _first(row, _EMAIL)
    if max(map(len, (student, first, last, email))) > _LONGEST:
        raise ValueError(f"has a text of more than {_LONGEST} characters")
    number = _PARTICIPANT.search(row.get("identifier", ""))
    return Person(
        student,
        first,
        last,
        email,
        lms_id=row.get("id", "") if in_canvas else row.get("lms_user_id", ""),
        participant=number[1] if number else "",
        submitted=_moment(row.get("last modified (submission)", "")),
        modified=row.get("last modified (grade)", "").strip("-"),  # a dash means never
    )


def _first(row: Row, names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if row.get(name)), "")


def _split(full: str) -> tuple[str, str]:
    """Return the first and the last names in a whole name."""
    last, comma, first = full.partition(",")
    if comma:
        return first.strip(), last.strip()
    first, _, last = full.rpartition(" ")
    return first, last


def _moment(text: str) -> datetime | None:
    """Return a time as Moodle writes it in English; in the zone of whoever has asked for it."""
    try:
        return dateutil.parser.parse(text) if any(map(str.isdigit, text)) else None
    except (ValueError, OverflowError):
        return None
