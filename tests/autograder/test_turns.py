"""Commands at work on the same course at the same time: they take turns, and nothing is lost."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import LOCK, Course
from autograder.cli.sample_class import notebook, reference_answers
from autograder.errors import GraderError

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
FULL = sum(exercise.points for exercise in ASSIGNMENT.exercises)
STUDENTS = ("ada", "bob", "slow")
NBGRADER = Path(sys.executable).with_name("nbgrader")
SLOW = "import time\n\ntime.sleep(6)\n"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course in which the grading of one submission takes a while."""
    course = Course.create(tmp_path, "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    for student in STUDENTS:
        answers = reference_answers(ASSIGNMENT)
        if student == "slow":
            answers[ASSIGNMENT.exercises[0].name] += f"\n\n{SLOW}"
        folder = tmp_path / "submitted" / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(notebook(ASSIGNMENT, answers), folder / f"{NAME}.ipynb")
    return course


def begun(course: Course, *arguments: str) -> subprocess.Popen:
    """Start a command, and return it when it is its turn."""
    return begun_with([sys.executable, "-m", "autograder", *arguments], course)


def begun_with(command: Sequence[str | Path], course: Course) -> subprocess.Popen:
    process = subprocess.Popen(
        command, cwd=course.root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    until(lambda: f"process {process.pid}," in course.at_work)
    return process


def until(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def run(course: Course, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120)


def ended(process: subprocess.Popen) -> None:
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told


def marks(course: Course) -> dict[str, float]:
    with course.gradebook() as gradebook:
        found = gradebook.assignment_submissions(NAME)
        return {submission.student.id: submission.score for submission in found}


def test_a_second_grading_is_refused_in_one_line_and_the_first_completes(course: Course) -> None:
    first = begun(course, "grade", NAME)
    second = run(course, "grade", NAME)
    assert first.poll() is None
    assert second.returncode == 3
    assert f"being graded already: grade (process {first.pid}, since " in second.stderr
    assert len(second.stderr.splitlines()) == 1
    ended(first)
    assert marks(course) == dict.fromkeys(STUDENTS, FULL)
    assert run(course, "grade", NAME).stdout.count("unchanged") == len(STUDENTS)


def test_feedback_and_export_wait_for_the_grading_and_have_all_of_it(course: Course) -> None:
    grading = begun(course, "grade", NAME)
    export = subprocess.Popen(
        [sys.executable, "-m", "autograder", "export"], cwd=course.root, stderr=subprocess.PIPE
    )
    feedback = run(course, "feedback", NAME)
    assert feedback.returncode == 0
    assert f"to end: grade (process {grading.pid}, since " in feedback.stderr
    ended(grading)
    ended(export)
    for student in STUDENTS:
        text = course.feedback_path(ASSIGNMENT, student).read_text()
        assert f"(Score: {FULL:.1f} / {FULL:.1f})" in text
    rows = (course.root / "grades.csv").read_text().splitlines()[1:]
    assert [row.split(",")[-2:] for row in rows] == [[str(FULL), str(FULL)]] * len(STUDENTS)


def test_grading_waits_for_feedback(course: Course) -> None:
    assert run(course, "grade", NAME).returncode == 0
    feedback = begun(course, "feedback", NAME)
    regraded = run(course, "grade", NAME, "--regrade")
    assert regraded.returncode == 0
    assert f"to end: feedback (process {feedback.pid}, since " in regraded.stderr
    ended(feedback)
    assert marks(course) == dict.fromkeys(STUDENTS, FULL)
    assert all(course.feedback_path(ASSIGNMENT, student).exists() for student in STUDENTS)


def test_who_is_killed_holds_nothing(course: Course) -> None:
    killed = begun(course, "grade", NAME)
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert course.at_work == ""
    assert f"process {killed.pid}" in (course.root / LOCK).read_text()
    with course.turn("grade", pytest.fail):
        assert "grade" in course.at_work
    assert (course.root / LOCK).read_text() == ""


def test_who_waits_has_its_turn_when_the_other_ends(course: Course) -> None:
    told: list[str] = []
    order: list[str] = []

    def feed_back() -> None:
        with course.turn("feedback", told.append):
            order.append("feedback")

    with course.turn("grade", pytest.fail):
        waiting = threading.Thread(target=feed_back)
        waiting.start()
        until(lambda: told)
        order.append("grade")
    waiting.join(10)
    assert order == ["grade", "feedback"]
    assert len(told) == 1


def test_nbgrader_autograde_is_refused_while_a_command_is_at_work(course: Course) -> None:
    kept = course.autograded_path(ASSIGNMENT, "ada")
    kept.parent.mkdir(parents=True)
    kept.write_text("graded before")
    with course.turn("grade", pytest.fail):
        ran = subprocess.run(
            [NBGRADER, "autograde", NAME, "--force"],
            cwd=course.root,
            capture_output=True,
            text=True,
            timeout=120,
        )
    assert ran.returncode == 1
    assert "Another command is at work on this course: grade (process " in ran.stderr
    assert kept.read_text() == "graded before"


def test_nothing_else_is_at_work_while_nbgrader_autograde_is(course: Course) -> None:
    first = begun_with([NBGRADER, "autograde", NAME], course)
    second = run(course, "grade", NAME)
    assert first.poll() is None
    assert second.returncode == 3
    assert f"being graded already: grade (process {first.pid}, since " in second.stderr
    ended(first)
    assert marks(course) == dict.fromkeys(STUDENTS, FULL)
    assert course.at_work == ""


def test_a_lock_that_cannot_be_had_is_told(tmp_path: Path) -> None:
    course = Course.create(tmp_path, "autograder.assignments")
    (course.root / LOCK).mkdir()
    with pytest.raises(GraderError, match="cannot be used"), course.turn("grade", pytest.fail):
        pass
