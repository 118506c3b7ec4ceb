"""Writes all marks to a CSV file, in the columns of nbgrader's own export.

nbgrader joins names and marks with commas as they are. Here each is quoted where it has to be,
and what a spreadsheet would take for a formula is made a text: names come from strangers.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from nbgrader.api import Gradebook, SubmittedAssignment

COLUMNS: Final[tuple[str, ...]] = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def write_marks(gradebook: Gradebook, to: Path) -> None:
    """Write a line for each student and assignment; who handed nothing in has no points."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([inert(row[column]) for column in COLUMNS] for row in _rows(gradebook))
    # Only now: a gradebook that fails costs nobody the file of last time.
    to.write_text(text.getvalue(), encoding="utf-8", newline="")


def inert(value: Any) -> str:
    """Return a value as text that no spreadsheet takes for a formula."""
    if not isinstance(value, str):
        return "" if value is None else str(value)
    # In East Asia a spreadsheet takes the wide forms of these signs for the signs.
    first = unicodedata.normalize("NFKC", value[:1])
    return f"'{value}" if first in ("=", "+", "-", "@", "\t", "\r") else value


def mark(submission: SubmittedAssignment) -> float:
    """Return what a submission counts: its points without those that lateness has cost."""
    return max(0.0, float(submission.score - submission.late_submission_penalty))


def _rows(gradebook: Gradebook) -> Iterator[dict[str, Any]]:
    # Databases differ in how they sort letters, and where what is missing goes.
    students = sorted(gradebook.students, key=lambda s: (_by(s.last_name, s.first_name), s.id))
    for assignment in sorted(gradebook.assignments, key=lambda a: (_by(a.duedate), a.name)):
        # All at once: a query for each student takes a big class minutes.
        submitted = gradebook.assignment_submissions(assignment.name)
        handed_in = {submission.student_id: submission for submission in submitted}
        for student in students:
            row = {
                "assignment": assignment.name,
                "duedate": assignment.duedate,
                "student_id": student.id,
                "last_name": student.last_name,
                "first_name": student.first_name,
                "email": student.email,
                "max_score": assignment.max_score,
            }
            found = handed_in.get(student.id)
            if found is None:
                marks = {"timestamp": None, "late_submission_penalty": 0.0}
                yield row | marks | {"raw_score": 0.0, "score": 0.0}
                continue
            penalty = found.late_submission_penalty
            marks = {"timestamp": found.timestamp, "late_submission_penalty": penalty}
            yield row | marks | {"raw_score": found.score, "score": mark(found)}


def _by(*values: Any) -> list[tuple[bool, str]]:
    """Return what sorts values, those that are missing first; times sort as their texts do."""
    return [(value is not None, str(value)) for value in values]
