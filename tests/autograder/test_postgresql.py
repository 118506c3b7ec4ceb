"""A gradebook on a PostgreSQL server: the same marks as in a file, whatever is lost on the way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom import marks
from autograder.classroom.course import CONFIG, SECRET, Course
from autograder.classroom.marks import Recorder
from autograder.cli.sample_class import notebook, reference_answers
from autograder.errors import GraderError
from autograder.grading.graded import Graded
from benchmarks import postgresql

if not os.environ.get("CI"):
    pytest.importorskip("psycopg", reason="the extra is not installed: make cluster")

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
# In an order that is another in each database that sorts by itself.
STUDENTS = ("Zoe", "ada", "Émile", "émile b", "Ada", "o'hara; drop table grade", "=1+1", "[b]")
TOO_LONG = "x" * 200
_KILL = text(
    "select pg_terminate_backend(pid) from pg_stat_activity "
    "where datname = :database and pid <> pg_backend_pid()"
)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    if postgresql.binaries() is None:
        assert not os.environ.get("CI"), postgresql.HOW_TO_GET_IT
        pytest.skip(postgresql.HOW_TO_GET_IT)
    with postgresql.server() as url:
        yield url


def new_database(server: str, name: str) -> str:
    administrator = create_engine(server, isolation_level="AUTOCOMMIT")
    with administrator.connect() as connection:
        connection.execute(text(f'create database "{name}"'))
    administrator.dispose()
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def end_connections(server: str, database: str) -> None:
    """End every connection to a database, from another one."""
    administrator = create_engine(server)
    with administrator.connect() as connection:
        connection.execute(_KILL, {"database": database})
    administrator.dispose()


def new_course(root: Path, url: str | None, secret: Path | None = None) -> Course:
    course = Course.create(root, "autograder.assignments")
    if secret is not None:
        shutil.copy(secret, root / SECRET)
    if url is not None:
        with (root / CONFIG).open("a") as file:
            file.write(f"\nc.CourseDirectory.db_url = {url!r}\n")
        course = Course(root)
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    return course


def hand_in(course: Course, student: str, answered: int = 99) -> None:
    right = reference_answers(ASSIGNMENT)
    given = {name: right[name] for name in sorted(right)[:answered]}
    folder = course.root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    nbformat.write(notebook(ASSIGNMENT, given), folder / f"{NAME}.ipynb")


def run(course: Course, *command: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=course.root,
        capture_output=True,
        text=True,
        timeout=240,
    )


def scores(course: Course) -> dict[str, float]:
    with course.gradebook() as gradebook:
        found = gradebook.assignment_submissions(NAME)
        assert len(found) == len({submission.student_id for submission in found})
        return {submission.student_id: submission.score for submission in found}


def results(course: Course) -> dict[str, bytes]:
    """Return what is for students and for their registry, byte for byte."""
    found = [p for step in ("autograded", "feedback") for p in (course.root / step).rglob("*")]
    found.append(course.root / "grades.csv")
    return {str(p.relative_to(course.root)): p.read_bytes() for p in found if p.is_file()}


def test_marks_feedback_and_export_are_those_of_a_file(server: str, tmp_path: Path) -> None:
    in_a_file = new_course(tmp_path / "file", None)
    on_a_server = new_course(
        tmp_path / "server", new_database(server, "same"), in_a_file.root / SECRET
    )
    for course, students in ((in_a_file, STUDENTS), (on_a_server, STUDENTS[::-1])):
        for student in students:
            hand_in(course, student, STUDENTS.index(student) % 6)
        hand_in(course, TOO_LONG)
        graded = run(course, "autograder", "grade", NAME)
        assert graded.returncode == 2, graded.stderr
        assert "128 characters" in graded.stderr
        for command in ("feedback", "export"):
            ran = run(course, "autograder", command)
            assert ran.returncode == 0, ran.stderr
    assert not (on_a_server.root / "gradebook.db").exists()
    assert set(scores(on_a_server)) == set(STUDENTS)
    assert results(on_a_server) == results(in_a_file)
    assert len(results(on_a_server)) == 2 * len(STUDENTS) + 1


def test_nbgraders_own_command_grades_into_it(server: str, tmp_path: Path) -> None:
    course = new_course(tmp_path, new_database(server, "theirs"))
    hand_in(course, "ada")
    hand_in(course, "bob", 2)
    ran = run(course, "nbgrader", "autograde", NAME)
    assert ran.returncode == 0, ran.stderr
    theirs = scores(course)
    assert run(course, "autograder", "grade", NAME, "--regrade").returncode == 0
    assert scores(course) == theirs
    assert theirs["ada"] == sum(exercise.points for exercise in ASSIGNMENT.exercises)
    assert theirs["bob"] < theirs["ada"]
    assert not (course.root / "gradebook.db").exists()


def graded_as(score: float) -> Graded:
    exercises = [exercise.name for exercise in ASSIGNMENT.exercises]
    cells = {f"test_{name}": score for name in exercises}
    return Graded("{}\n", cells, dict.fromkeys(exercises, True))


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "PAUSES", (0.0, 0.1))


@pytest.mark.usefixtures("patient")
@pytest.mark.parametrize("at", ["INSERT INTO student", "INSERT INTO grade", "UPDATE"])
def test_a_connection_that_is_killed_in_mid_batch_costs_nothing(
    server: str, tmp_path: Path, at: str
) -> None:
    database = f"killed {at}"
    course = new_course(tmp_path, new_database(server, database))
    killed, told = [], []

    def kill(*arguments: object) -> None:
        if str(arguments[2]).startswith(at) and not killed:
            killed.append(at)
            end_connections(server, database)

    with course.gradebook() as gradebook:
        recorder = Recorder(course, gradebook, ASSIGNMENT, told.append)
        event.listen(gradebook.engine, "before_cursor_execute", kill)
        recorder.add("ada", graded_as(1.0))
        recorder.add("bob", graded_as(0.5))
        recorder.flush()
    assert killed
    assert told == ["ada", "bob"]
    count = len(ASSIGNMENT.exercises)
    assert scores(course) == {"ada": count, "bob": count / 2}


@pytest.mark.usefixtures("patient")
def test_a_commit_whose_answer_is_lost_enters_nothing_twice(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = new_course(tmp_path, new_database(server, "answer"))
    with course.gradebook() as gradebook:
        recorder = Recorder(course, gradebook, ASSIGNMENT, lambda student: None)
        session = gradebook.db()
        commit, times = session.commit, []

        def commits_and_is_lost() -> None:
            commit()
            times.append(1)
            if len(times) == 1:
                raise OperationalError("commit", None, Exception("the server closed it"))

        monkeypatch.setattr(session, "commit", commits_and_is_lost)
        recorder.add("ada", graded_as(1.0))
        recorder.flush()
    assert len(times) == 2
    assert scores(course) == {"ada": len(ASSIGNMENT.exercises)}


@pytest.mark.usefixtures("patient")
def test_a_server_that_does_not_come_back_ends_the_run_in_one_line(
    server: str, tmp_path: Path
) -> None:
    course = new_course(tmp_path, new_database(server, "gone"))

    def refuse(*arguments: object) -> None:
        raise OperationalError("insert", None, Exception("the server is gone"))

    def record() -> None:
        with course.gradebook() as gradebook:
            recorder = Recorder(course, gradebook, ASSIGNMENT, lambda student: None)
            event.listen(gradebook.engine, "before_cursor_execute", refuse)
            recorder.add("ada", graded_as(1.0))
            recorder.flush()

    with pytest.raises(GraderError, match="the server is gone"):
        record()
    assert scores(course) == {}
    assert not course.autograded_path(ASSIGNMENT, "ada").exists(), "it would count as graded"


def test_connections_that_are_killed_again_and_again_lose_nothing(
    server: str, tmp_path: Path
) -> None:
    course = new_course(tmp_path, new_database(server, "storm"))
    students = [f"student-{number}" for number in range(8)]
    for number, student in enumerate(students):
        hand_in(course, student, number % 6)
    over = threading.Event()

    def storm() -> None:
        while not over.wait(1.0):
            end_connections(server, "storm")

    thread = threading.Thread(target=storm)
    thread.start()
    try:
        statuses = [run(course, "autograder", "grade", NAME).returncode for _ in range(2)]
    finally:
        over.set()
        thread.join()
    assert set(statuses) <= {0, 3}
    ran = run(course, "autograder", "grade", NAME)
    assert ran.returncode == 0, ran.stderr
    found = scores(course)
    assert set(found) == set(students)
    assert run(course, "autograder", "grade", NAME, "--regrade").returncode == 0
    assert scores(course) == found


def test_a_server_that_is_not_there_is_one_line_without_the_password(tmp_path: Path) -> None:
    course = Course.create(tmp_path, "autograder.assignments")
    with (tmp_path / CONFIG).open("a") as file:
        file.write(
            "\nc.CourseDirectory.db_url = "
            "'postgresql+psycopg://ada:lovelace@127.0.0.1:1/marks?password=byron'\n"
        )
    hand_in(course, "ada")
    began = time.monotonic()
    ran = run(course, "autograder", "grade", NAME)
    assert ran.returncode == 3
    assert "127.0.0.1:1/marks cannot be used" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "lovelace" not in ran.stderr
    assert "byron" not in ran.stderr
    assert time.monotonic() - began < 60


def test_a_database_without_its_driver_says_what_to_install(tmp_path: Path) -> None:
    course = Course.create(tmp_path, "autograder.assignments")
    with (tmp_path / CONFIG).open("a") as file:
        file.write("\nc.CourseDirectory.db_url = 'mysql://ada:lovelace@localhost/marks'\n")
    ran = run(course, "autograder", "export")
    assert ran.returncode == 3
    assert "is not installed" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "lovelace" not in ran.stderr


def test_a_file_named_by_a_relative_address_lies_in_the_course(tmp_path: Path) -> None:
    course = new_course(tmp_path, "sqlite:///marks.db")
    hand_in(course, "ada")
    command = ["-m", "autograder", "grade", NAME, "--course", str(tmp_path)]
    ran = subprocess.run([sys.executable, *command], cwd="/", capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert (tmp_path / "marks.db").exists()
    assert scores(course)["ada"] > 0
    assert run(course, "nbgrader", "autograde", NAME, "--force").returncode == 0
