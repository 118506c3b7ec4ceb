"""Keeps what a platform calls whom, so that marks and feedback find their way back.

That is ``collected/ASSIGNMENT.json`` in the course directory. It does not lie beside the
submission: what comes from an exchange is a student's own, and must not say whose marks go where.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from autograder.classroom.files import write_whole
from autograder.errors import InputError
from autograder.grading.submission import read_file

_FOLDER = "collected"


@dataclass(frozen=True)
class Entry:
    """What is known of one student's submission to one assignment.

    Attributes
    ----------
    platform
        Where it came from.
    file
        What it was called there.
    place
        What the names of a student's files begin with there.
    participant
        Moodle's number of the student in this assignment.
    modified
        When the mark was last changed there, in the words of Moodle's worksheet.
    order
        Which of a platform's files it was.
    digest
        The SHA-256 of what was collected.
    """

    platform: str = ""
    file: str = ""
    place: str = ""
    participant: str = ""
    modified: str = ""
    order: int = 0
    digest: str = ""


Record = dict[str, Entry]


def load(root: Path, assignment: str) -> Record:
    """Return what was collected of an assignment, by the students' ids.

    Raises
    ------
    InputError
        The record is damaged.
    """
    path = _path(root, assignment)
    if not path.exists():
        return {}
    try:
        students = json.loads(read_file(path))["students"]
        return {student: Entry(**_known(entry)) for student, entry in students.items()}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path}: is damaged ({error}). Move it away, and collect the downloads again."
        ) from None


def save(root: Path, assignment: str, record: Record) -> None:
    """Write the record of an assignment."""
    students = {student: asdict(record[student]) for student in sorted(record)}
    text = json.dumps({"students": students}, indent=1)
    write_whole(_path(root, assignment), text + "\n")


def _path(root: Path, assignment: str) -> Path:
    return root / _FOLDER / f"{assignment}.json"


def _known(entry: dict[str, Any]) -> dict[str, Any]:
    return {field.name: entry[field.name] for field in fields(Entry) if field.name in entry}
