"""A term by nbgrader's exchange, as on a JupyterHub: each student is a user of the machine."""

from __future__ import annotations

import getpass
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import CONFIG, Course
from autograder.cli.sample_class import notebook, reference_answers

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
NBGRADER = [sys.executable, "-m", "nbgrader"]
POINTS = sum(exercise.points for exercise in ASSIGNMENT.exercises)
TOTAL = re.compile(r"\(Score: ([\d.]+) / ([\d.]+)\)")


def can_be(user: str) -> bool:
    """Whether this process can become a user, and that one could run these packages."""
    try:
        probe = [sys.executable, "-c", "import nbgrader"]
        return subprocess.run(probe, user=user, capture_output=True, cwd="/").returncode == 0
    except (OSError, LookupError):
        return False


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="exchange-") as made:  # pytest's is its user's alone
        place = Path(made)
        place.chmod(0o755)
        exchange = place / "exchange"
        exchange.mkdir()
        exchange.chmod(0o777)
        yield place


class Person:
    """Somebody with a home and a shell on the hub."""

    def __init__(self, place: Path, user: str, config: str) -> None:
        self.user = user
        self.home = place / user
        (self.home / ".jupyter").mkdir(parents=True)
        (self.home / ".jupyter" / CONFIG).write_text(config)
        if user != getpass.getuser():
            for path in (self.home, *self.home.rglob("*")):
                shutil.chown(path, user)

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        own = {} if self.user == getpass.getuser() else {"user": self.user, "extra_groups": []}
        return subprocess.run(
            [*NBGRADER, *arguments],
            cwd=self.home,
            env=os.environ | {"HOME": str(self.home), "USER": self.user},
            capture_output=True,
            text=True,
            timeout=300,
            **own,
        )

    def does(self, *arguments: str) -> None:
        ran = self.run(*arguments)
        assert ran.returncode == 0, ran.stderr


@pytest.fixture(scope="module")
def term(place: Path) -> tuple[Course, list[Person]]:
    """A course that was released, handed in, collected, graded and fed back by the exchange."""
    course = Course.create(place / "course", "autograder.assignments")
    exchange = f'c.Exchange.root = "{place / "exchange"}"\n'
    with (course.root / CONFIG).open("a") as config:
        config.write(exchange)
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    name = f'c.CourseDirectory.course_id = "{CONTENT.course_id}"'
    config = f"c = get_config()\n{name}\n{exchange}"
    users = [user for user in ("daemon", "nobody") if can_be(user)] or [getpass.getuser()]
    students = [Person(place, user, config) for user in users]

    def instructor(*command: str) -> None:
        ran = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stderr

    instructor(*NBGRADER, "release_assignment", NAME)
    for number, student in enumerate(students):
        student.does("fetch_assignment", NAME)
        fetched = student.home / NAME / f"{NAME}.ipynb"
        assert nbformat.read(fetched, 4).cells
        answers = {} if number else reference_answers(ASSIGNMENT)
        nbformat.write(notebook(ASSIGNMENT, answers), fetched)
        student.does("submit", NAME)
    instructor(*NBGRADER, "collect", NAME)
    instructor(sys.executable, "-m", "autograder", "grade", NAME)
    instructor(sys.executable, "-m", "autograder", "feedback", NAME)
    instructor(*NBGRADER, "release_feedback", NAME)
    for student in students:
        student.does("fetch_feedback", NAME)
    return course, students


def test_each_student_reads_the_feedback_on_what_was_handed_in(
    term: tuple[Course, list[Person]],
) -> None:
    _, students = term
    pages = [list(student.home.rglob("feedback/**/*.html")) for student in students]
    assert [len(found) for found in pages] == [1] * len(students)
    totals = [TOTAL.search(found[0].read_text()) for found in pages]
    marks = [tuple(map(float, total.groups())) for total in totals if total]
    assert marks == [(POINTS, POINTS), *[(0.0, POINTS)] * (len(students) - 1)]


def test_the_time_of_submission_is_kept(term: tuple[Course, list[Person]]) -> None:
    course, students = term
    with course.gradebook() as gradebook:
        found = gradebook.assignment_submissions(NAME)
        times = {submission.student.id: submission.timestamp for submission in found}
    assert set(times) == {student.user for student in students}
    assert all(times.values())


def test_nobody_sees_what_others_have_handed_in(
    term: tuple[Course, list[Person]], place: Path
) -> None:
    _, students = term
    inbound = place / "exchange" / CONTENT.course_id / "inbound"
    for student in students:
        if student.user != getpass.getuser():
            seen = subprocess.run(
                ["ls", str(inbound)], user=student.user, extra_groups=[], capture_output=True
            )
            assert seen.returncode != 0
            assert seen.stdout == b""
