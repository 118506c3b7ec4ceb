"""Packs feedback pages into one archive that the platform takes back.

Moodle (mod/assign/feedback/file/importziplib.php) and Canvas (generate_comments_from_files) know
whose a file is by how its name begins: as in the download.
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

from autograder.classroom.course import Course
from autograder.classroom.lms import record
from autograder.errors import InputError
from autograder.judging.assignment import Assignment


def pack(course: Course, assignment: Assignment, students: list[str], to: Path) -> list[str]:
    """Write the feedback of students into one archive; return who is left, with the reason.

    Parameters
    ----------
    course, assignment
        Where the pages are.
    students
        Whose are packed.
    to
        The archive. It is replaced as a whole, or left alone.

    Raises
    ------
    InputError
        Nobody's feedback can go back, or the archive cannot be written.
    """
    entries = record.load(course.root, assignment.name)
    placed = {s: entries[s].place for s in students if s in entries and entries[s].place}
    if not placed:
        raise InputError(
            f"{assignment.name}: no feedback is on a submission that was collected from a "
            "platform that takes it back (Moodle or Canvas)."
        )
    if to.is_dir():
        raise InputError(f"{to} is a folder; name a file in it.")
    draft = to.with_name(f".{to.name}.draft")
    try:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            for student, place in sorted(placed.items()):
                page = course.feedback_path(assignment, student)
                archive.write(page, f"{place}{page.name}")
        os.replace(draft, to)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise InputError(f"{to} cannot be written ({error.strerror}).") from error
    return [
        f"{student}: is not in {to.name}, for the submission was not collected from a platform."
        for student in students
        if student not in placed
    ]
