"""Faults of the machine: whatever happens, a rerun completes the work, and nothing is lost."""

import random
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook, reference_answers

NAME = "initialisers"
ASSIGNMENT = CONTENT.load(NAME)
STUDENTS = [f"student-{number:02}" for number in range(12)]


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course in which twelve students have each answered another part of the exercises."""
    course = Course.create(tmp_path, "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    right = reference_answers(ASSIGNMENT)
    names = [exercise.name for exercise in ASSIGNMENT.exercises if exercise.name != "HeNormal"]
    for number, student in enumerate(STUDENTS):
        given = {name: right[name] for name in names[: number % (len(names) + 1)]}
        folder = tmp_path / "submitted" / student / NAME
        folder.mkdir(parents=True)

        nbformat.write(notebook(ASSIGNMENT, given), folder / f"{NAME}.ipynb")
    return course


def grade(course: Course, **options) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", "grade", NAME]
    return subprocess.run(
        command, cwd=course.root, capture_output=True, text=True, timeout=240, **options
    )


def marks(course: Course) -> dict[str, float]:
    with course.gradebook() as gradebook:
        found = gradebook.assignment_submissions(NAME)
        return {submission.student.id: submission.score for submission in found}


def expected() -> dict[str, float]:
    points = [e.points for e in ASSIGNMENT.exercises if e.name != "HeNormal"]
    return {s: sum(points[: n % (len(points) + 1)]) for n, s in enumerate(STUDENTS)}


def notebooks(course: Course) -> dict[str, bytes]:
    found = (course.root / "autograded").rglob("*.ipynb")
    return {str(p.relative_to(course.root)): p.read_bytes() for p in found}


def test_a_grader_that_is_killed_again_and_again_finishes_in_the_end(course: Course) -> None:
    chance = random.Random(7)
    command = [sys.executable, "-m", "autograder", "grade", NAME]
    kept: dict[str, bytes] = {}
    started: set[psutil.Process] = set()
    for _ in range(4):
        process = subprocess.Popen(
            command,
            cwd=course.root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + chance.uniform(3.0, 9.0)
        while time.monotonic() < deadline and process.poll() is None:
            started |= _begun_by(process.pid)
            time.sleep(0.02)
        process.kill()  # the main process alone: its workers must notice
        process.wait()
        now = notebooks(course)
        assert all(now[path] == data for path, data in kept.items())
        kept = {path: data for path, data in now.items() if not Path(path).name.startswith(".")}
    last = grade(course)
    assert last.returncode == 0, last.stderr
    assert marks(course) == expected()
    assert all(notebooks(course)[path] == data for path, data in kept.items())
    assert len(notebooks(course)) == len(STUDENTS)
    assert len(started) > 8, "the workers, sandboxes and warm parents were not seen"
    assert psutil.wait_procs(started, timeout=30)[1] == []


def _begun_by(grader: int) -> set[psutil.Process]:
    """Return what lives of what a grader has started, at whatever remove."""
    try:
        return set(psutil.Process(grader).children(recursive=True))
    except psutil.NoSuchProcess:
        return set()


def test_a_locked_gradebook_is_one_line_and_a_rerun_completes_the_work(course: Course) -> None:
    lock = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    ran = grade(course)
    assert ran.returncode == 3
    assert "locked" in ran.stderr
    assert "Traceback" not in ran.stderr
    lock.execute("ROLLBACK")
    lock.close()
    assert grade(course).returncode == 0
    assert marks(course) == expected()


def test_a_damaged_gradebook_is_one_line(course: Course) -> None:
    (course.root / "gradebook.db").write_bytes(b"this is no database" * 1000)
    ran = grade(course)
    assert ran.returncode == 3
    assert "gradebook.db" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_full_disk_is_one_line_and_a_rerun_completes_the_work(course: Course) -> None:
    def fill() -> None:
        # No file may grow beyond 40 kB: a graded notebook does not fit.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))

    ran = grade(course, preexec_fn=fill)
    assert ran.returncode == 3
    assert "Traceback" not in ran.stderr
    assert "run the command again" in ran.stderr
    assert grade(course).returncode == 0
    assert marks(course) == expected()
