"""Downloads as learning platforms make them: what they are called, and nothing that is theirs."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import nbformat

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook, reference_answers

NAME = "gradient_clipping"
FILE = f"{NAME}.ipynb"
ASSIGNMENT = CONTENT.load(NAME)
RIGHT = reference_answers(ASSIGNMENT)
STUB = nbformat.writes(notebook(ASSIGNMENT, {})).encode()

Files = dict[str, bytes]


def answered(comment: str = "", *, right: bool = True) -> bytes:
    """Return a notebook with answers; a comment tells one from another."""
    first, *_ = RIGHT
    answers = dict(RIGHT) if right else {first: RIGHT[first]}
    answers[first] = f"# {comment}\n{answers[first]}"
    return nbformat.writes(notebook(ASSIGNMENT, answers)).encode()


def without_marks(content: bytes) -> bytes:
    """Return a notebook as from an editor that keeps no metadata."""
    document = json.loads(content)
    for cell in document["cells"]:
        cell["metadata"] = {}
    return json.dumps(document).encode()


def zipped(files: Files) -> bytes:
    """Return an archive of files, by their names."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def download(place: Path, files: Files) -> Path:
    """Write a platform's archive."""
    path = place / "download.zip"
    path.write_bytes(zipped(files))
    return path


def course_in(place: Path, *others: str) -> Course:
    """Return a course that has released the assignment, and others."""
    course = Course.create(place, "autograder.assignments")
    for name in (NAME, *others):
        assignment = CONTENT.load(name)
        course.assign(assignment, source_notebook(assignment))
    return course


def moodle(name: str, number: int, file: str = FILE) -> str:
    return f"{name}_{number}_assignsubmission_file/{file}"


def canvas(name: str, user: int, attachment: int, file: str = FILE, late: str = "") -> str:
    return f"{name}{late}_{user}_{attachment}_{file}"


def blackboard(username: str, time: str, file: str = f"_{FILE}") -> str:
    return f"Week 3_Clipping_{username}_attempt_{time}{file}"


MOODLE_WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",\
"Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 101","Ada Lovelace",ada@example.edu,"Submitted for grading - ",,40.00,Yes,\
"Friday, 20 November 2026, 11:58 PM",-,
"Participant 102","Søren Kierkegaard",soren@example.edu,"Submitted for grading - 2 hours late",,\
40.00,Yes,"Saturday, 21 November 2026, 2:10 AM",-,
"Participant 103","José Núñez",jose@example.edu,"No submission",,40.00,Yes,-,-,
"""

CANVAS_GRADEBOOK = """\
Student,ID,SIS User ID,SIS Login ID,Section,Gradient clipping (4321),Final Score
    Points Possible,,,,,40,(read only)
"Lovelace, Ada",77,S1,alovelace,Lab 1,,
"Kierkegaard, Søren",78,S2,skierkegaard,Lab 1,,
"Student, Test",99,,0f3c,Lab 1,,
"""
