"""Whatever strangers call themselves and leave behind: nobody else's marks depend on it."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbgrader.plugins import CsvExportPlugin

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_of, source_notebook
from autograder.classroom import export
from autograder.classroom.course import Course
from autograder.classroom.export import inert
from autograder.classroom.grade import grade_class
from autograder.cli.sample_class import notebook, reference_answers
from autograder.grading import batch, worker
from autograder.grading.handed_in import HandedIn
from autograder.grading.kept import Kept
from autograder.grading.release import Release

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
FULL = sum(exercise.points for exercise in ASSIGNMENT.exercises)
NAMES = ("ada", "[a]", "[bold]x", "=cmd|'calc'!A0", "+1", "a,b", "zoë", "two words")
IMPOSSIBLE = ("\udcff\udcfe", "x" * 129, "two\nlines", "\u202e")
TIMES = ("10000999999999999999999992024m", "\x00", "1e999", "0001-01-01 00:00 +23:59", "soon")


def run(course: Course, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", *arguments]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=300)


def hand_in(course: Course, student: str) -> Path:
    folder = course.root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    right = reference_answers(ASSIGNMENT)
    nbformat.write(notebook(ASSIGNMENT, right), folder / f"{NAME}.ipynb")
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class with odd names and odd timestamps, graded, fed back and exported."""
    course = Course.create(tmp_path_factory.mktemp("strangers"), "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    for student in NAMES:
        hand_in(course, student)
    for number, text in enumerate(TIMES):
        (hand_in(course, f"late-{number}") / "timestamp.txt").write_text(text)
    for command in ("grade", "feedback", "export"):
        ran = run(course, command)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return course


def test_every_name_and_every_time_has_its_mark(course: Course) -> None:
    with (course.root / "grades.csv").open(encoding="utf-8", newline="") as file:
        marks = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    expected = [*map(inert, NAMES), *(f"late-{number}" for number in range(len(TIMES)))]
    assert marks == dict.fromkeys(expected, FULL)


def test_no_command_ends_over_a_folder_that_is_no_students(course: Course) -> None:
    folders = [hand_in(course, name).parent for name in IMPOSSIBLE]
    kept = (course.root / "grades.csv").read_bytes()
    statuses = {}
    for command in ("grade", "grade --regrade", "status", f"report {NAME}", "feedback", "export"):
        ran = run(course, *command.split())
        statuses[command] = ran.returncode
        assert "Traceback" not in ran.stderr, command
        told = len([line for line in ran.stderr.splitlines() if "rename" in line])
        assert told == (len(IMPOSSIBLE) if command.startswith("grade") else 0)
    for folder in folders:
        shutil.rmtree(folder)
    assert [name for name, status in statuses.items() if status] == ["grade", "grade --regrade"]
    assert (course.root / "grades.csv").read_bytes() == kept


def test_every_name_has_feedback_of_its_own(course: Course) -> None:
    assert all(course.feedback_path(ASSIGNMENT, name).exists() for name in NAMES)


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1+1", "＠x"])
def test_no_exported_text_is_a_formula(value: str) -> None:
    assert inert(value) == f"'{value}"
    assert inert("ada") == "ada"
    assert inert(-1.5) == "-1.5"


def test_the_export_is_nbgraders_where_nothing_has_to_be_quoted(
    course: Course, tmp_path: Path
) -> None:
    with course.gradebook() as gradebook:
        CsvExportPlugin(to=str(tmp_path / "theirs.csv")).export(gradebook)
    theirs = (tmp_path / "theirs.csv").read_text().splitlines()
    ours = (course.root / "grades.csv").read_text().splitlines()
    assert ours[0] == theirs[0]
    plain = [line for line in theirs if "late-" in line or "ada" in line]
    assert len(plain) == len(TIMES) + 1
    assert set(plain) <= set(ours)


def test_a_marks_file_that_cannot_be_written_is_one_line(course: Course) -> None:
    ran = run(course, "export", "--to", "/nowhere/grades.csv")
    assert ran.returncode == 2
    assert len(ran.stderr.strip().splitlines()) == 1


def test_an_export_that_fails_keeps_the_marks_of_last_time(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = (course.root / "grades.csv").read_bytes()
    monkeypatch.setattr(export, "inert", lambda value: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        course.export(course.root / "grades.csv")
    assert (course.root / "grades.csv").read_bytes() == kept


def test_a_cell_that_is_there_very_often_is_told_once(course: Course) -> None:
    folder = hand_in(course, "copied")
    text = nbformat.read(folder / f"{NAME}.ipynb", as_version=4)
    (answer,) = (c for c in text.cells if c.metadata.get("nbgrader", {}).get("grade_id")
                 == ASSIGNMENT.exercises[0].name)  # fmt: skip
    text.cells += [answer] * 500
    nbformat.write(text, folder / f"{NAME}.ipynb")
    told = run(course, "grade", "--student", "copied").stderr
    shutil.rmtree(folder)
    assert told.count("is there 501 times: joined in order") == 1


def test_a_submission_that_kills_its_worker_costs_nobody_else_a_mark(
    course: Course, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = course.submissions(ASSIGNMENT)
    killer = tmp_path / "killer"
    shutil.copytree(found[0].path.parent, killer / NAME)
    poisoned = [*found[:3], type(found[0])("killer", killer / NAME / f"{NAME}.ipynb"), *found[3:]]
    monkeypatch.setattr(worker, "grade", _dies)
    outcomes = grade_class(
        course,
        ASSIGNMENT,
        poisoned,
        course.terms(),
        graders=batch.on_this_machine(2, ASSIGNMENT.sheet, course.terms()),
        release=lambda: release_of(ASSIGNMENT),
        regrade=True,
        begin=lambda: None,
        report=lambda outcome: None,
    )
    scores = {o.student: o.verdict.score if o.verdict else o.problem for o in outcomes}
    assert "died" in str(scores.pop("killer"))
    assert scores == {item.student: FULL for item in found}


_grade = worker.grade


def _dies(release: Release, version: str, handed: HandedIn, known: Kept | None) -> object:
    if "killer" in str(handed.path):
        os._exit(9)
    return _grade(release, version, handed, known)


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    if os.getuid() == 0:
        pytest.skip("root may read everything")
    course = Course.create(tmp_path, "autograder.assignments")
    hand_in(course, "ada")
    (course.root / "submitted/ada").chmod(0)
    try:
        assert [item.student for item in course.submissions(ASSIGNMENT)] == ["ada"]
    finally:
        (course.root / "submitted/ada").chmod(0o755)
