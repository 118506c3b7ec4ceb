"""Marks and feedback on their way back to the learning platform they came from."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from autograder.classroom.course import Course
from autograder.classroom.lms import marks, record
from autograder.classroom.lms.collect import collect
from autograder.classroom.lms.returning import pack
from autograder.cli.commands import main
from autograder.errors import InputError
from tests.autograder.handing_out import (
    ASSIGNMENT,
    CANVAS_GRADEBOOK,
    FILE,
    MOODLE_WORKSHEET,
    NAME,
    answered,
    canvas,
    course_in,
    download,
    moodle,
)

FULL = sum(exercise.points for exercise in ASSIGNMENT.exercises)
ADA, SOREN, JOSE = "ada@example.edu", "soren@example.edu", "jose@example.edu"
EVIL = '=HYPERLINK("http://x","[bold]"), "Eve"'


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return course_in(tmp_path_factory.mktemp("released"))


@pytest.fixture
def course(released: Course, tmp_path: Path) -> Course:
    """A course with a class list of Moodle's, two who were collected and one of an exchange."""
    shutil.copytree(released.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    take(course, {moodle("Ada Lovelace", 101): answered(), moodle("Søren Kierkegaard", 102): b""})
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student(JOSE, last_name=EVIL)
    return course


def take(course: Course, files: dict[str, bytes], listed: str = MOODLE_WORKSHEET) -> None:
    path = course.root.parent / "class.csv"
    path.write_text(listed)
    collect(course, download(course.root.parent, files), None, path, dry_run=False)


def enter(course: Course, student: str, points: float, penalty: float = 0.0) -> None:
    """Give a student a mark, as grading would."""
    with course.gradebook() as gradebook:
        submission = gradebook.update_or_create_submission(NAME, student)
        (notebook,) = submission.notebooks
        notebook.grades[0].auto_score = points
        notebook.late_submission_penalty = penalty
        for grade in notebook.grades:
            grade.auto_score = grade.auto_score or 0.0
            grade.needs_manual_grade = False
        gradebook.db.commit()


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_bytes().decode())))


# Moodle's worksheet


def test_moodles_worksheet_has_the_columns_that_its_import_looks_for(course: Course) -> None:
    enter(course, ADA, 2.5, 0.25)
    exported = marks.for_moodle(course, None)
    assert exported.paths == [course.root / f"grades-moodle-{NAME}.csv"]
    assert not exported.problems
    found = {row["Identifier"]: row for row in rows(exported.paths[0])}
    assert found["Participant 101"] == {
        "Identifier": "Participant 101",
        "Full name": "Ada Lovelace",
        "Email address": ADA,
        "Grade": "2.25",
        "Maximum grade": f"{FULL:g}",
        "Last modified (grade)": "",
    }
    # Who has no mark has an empty one, which Moodle passes over, and not 0.
    assert {found[f"Participant {n}"]["Grade"] for n in (102, 103)} == {""}


def test_a_mark_of_nothing_is_0(course: Course) -> None:
    enter(course, ADA, 0.0)
    enter(course, SOREN, 1.0, 2.0)
    (path,) = marks.for_moodle(course, None).paths
    assert [row["Grade"] for row in rows(path)] == ["0", "", "0"]


def test_a_name_is_quoted_and_no_formula(course: Course) -> None:
    enter(course, ADA, 1.0)
    (path,) = marks.for_moodle(course, None).paths
    names = {row["Identifier"]: row["Full name"] for row in rows(path)}
    assert names["Participant 103"] == "José " + EVIL
    with course.gradebook() as gradebook:
        gradebook.update_or_create_student(JOSE, first_name="", last_name=EVIL)
    (path,) = marks.for_moodle(course, None).paths
    assert f"'{EVIL}" in {row["Full name"] for row in rows(path)}
    assert f'"\'{EVIL.replace(chr(34), chr(34) * 2)}"' in path.read_text()


def test_when_moodle_last_changed_a_mark_goes_back_as_it_came(course: Course) -> None:
    worksheet = MOODLE_WORKSHEET.replace('11:58 PM",-', '11:58 PM","Monday, 23 November 2026"')
    take(course, {moodle("Ada Lovelace", 101): answered()}, worksheet)
    enter(course, ADA, 1.0)
    (path,) = marks.for_moodle(course, None).paths
    assert rows(path)[0]["Last modified (grade)"] == "Monday, 23 November 2026"


def test_a_mark_that_cannot_go_back_is_told(course: Course) -> None:
    enter(course, ADA, 1.0)
    with course.gradebook() as gradebook:
        gradebook.add_student("exchange")
    enter(course, "exchange", 2.0)
    with pytest.raises(InputError, match="is a folder"):
        marks.for_canvas(course, Path("."))
    (problem,) = marks.for_moodle(course, None).problems
    assert "not in the file: exchange." in problem


def test_without_marks_or_without_moodle_there_is_nothing_to_write(
    course: Course, released: Course
) -> None:
    for one in (course, released):
        with pytest.raises(InputError, match="autograder collect ZIP"):
            marks.for_moodle(one, None)
        with pytest.raises(InputError, match="no mark yet"):
            marks.for_canvas(one, None)


# Canvas's gradebook


def test_canvas_gradebook_has_the_columns_that_its_import_looks_for(
    released: Course, tmp_path: Path
) -> None:
    shutil.copytree(released.root, tmp_path / "course")
    course = Course(tmp_path / "course")
    take(course, {canvas("lovelaceada", 77, 9): answered()}, CANVAS_GRADEBOOK)
    enter(course, "alovelace", 2.5)
    with course.gradebook() as gradebook:
        gradebook.add_student("eve", last_name=EVIL, lms_user_id="+1")
    (path,) = marks.for_canvas(course, tmp_path / "out" / "grades.csv").paths
    lines = list(csv.reader(io.StringIO(path.read_bytes().decode())))
    assert lines[0] == ["Student", "ID", "SIS Login ID", "Section", ASSIGNMENT.title]
    assert lines[1] == ["    Points Possible", "", "", "", f"{FULL:g}"]
    assert sorted(lines[2:]) == [
        [f"'{EVIL}", "'+1", "eve", "", ""],
        ["Kierkegaard, Søren", "78", "skierkegaard", "", ""],
        ["Lovelace, Ada", "77", "alovelace", "", "2.5"],
    ]


# Feedback


def test_feedback_lies_where_moodle_looks_for_it(course: Course, tmp_path: Path) -> None:
    page = course.feedback_path(ASSIGNMENT, ADA)
    page.parent.mkdir(parents=True)
    page.write_text("<p>Well done.")
    archive = tmp_path / "feedback.zip"
    left = pack(course, ASSIGNMENT, [ADA, "exchange"], archive)
    assert len(left) == 1
    assert "exchange" in left[0]
    with zipfile.ZipFile(archive) as packed:
        name = f"Ada Lovelace_101_assignsubmission_file/{NAME}.html"
        assert packed.namelist() == [name]
        assert packed.read(name) == b"<p>Well done."
    with pytest.raises(InputError, match="no feedback"):
        pack(course, ASSIGNMENT, ["exchange"], archive)
    with pytest.raises(InputError, match="cannot be written"):
        pack(course, ASSIGNMENT, [ADA], tmp_path / "none" / "feedback.zip")
    with pytest.raises(InputError, match="cannot be written"):
        pack(course, ASSIGNMENT, [SOREN], archive)  # who has no page
    with pytest.raises(InputError, match="is a folder"):
        pack(course, ASSIGNMENT, [ADA], Path("."))
    assert zipfile.ZipFile(archive).namelist() == [name]
    assert not [p for p in tmp_path.iterdir() if p.name.endswith(".draft")]


def test_what_a_student_lays_beside_a_notebook_says_nothing_of_whose_it_is(course: Course) -> None:
    """Else feedback and marks would go where a student wants them."""
    before = record.load(course.root, NAME)
    place = course.root / "submitted" / ADA / NAME
    (place / f"{NAME}.json").write_text('{"students": {}}')
    (place / "collected").mkdir()
    assert record.load(course.root, NAME) == before


def test_one_archive_is_for_one_assignment(course: Course) -> None:
    root = ["--course", str(course.root)]
    assert main(["feedback", *root, "--zip", "x.zip"]) == 2
    assert main(["feedback", NAME, "review", *root, "--zip", "x.zip"]) == 2


def test_from_moodle_and_back(
    released: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its download is collected, graded, and marks and feedback are as it imports them."""
    shutil.copytree(released.root, tmp_path / "course")
    root = tmp_path / "course"

    monkeypatch.chdir(root)

    def run(*arguments: str | Path) -> str:
        assert main(list(map(str, arguments))) == 0
        return capsys.readouterr().out

    def grade() -> str:
        command = [sys.executable, "-m", "autograder", "grade", NAME]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=300)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    (tmp_path / "worksheet.csv").write_text(MOODLE_WORKSHEET)
    files = {
        moodle("Ada Lovelace", 101): answered(),
        moodle("Søren Kierkegaard", 102, "gradient_clipping (1).ipynb"): answered(right=False),
    }
    path = download(tmp_path, files)
    run("collect", path, "--class-list", tmp_path / "worksheet.csv")
    assert "handed nothing in" in grade()
    run("export", "--for", "moodle", "--to", tmp_path / "marks")
    grades = {
        row["Identifier"]: row["Grade"]
        for row in rows(tmp_path / "marks" / f"grades-moodle-{NAME}.csv")
    }
    assert grades["Participant 101"] == f"{FULL:g}"
    assert 0 < float(grades["Participant 102"]) < FULL
    assert grades["Participant 103"] == ""
    packed_to = run("feedback", NAME, "--zip", tmp_path / "feedback.zip")
    assert "2 pages packed" in packed_to
    with zipfile.ZipFile(tmp_path / "feedback.zip") as packed:
        assert {Path(name).parent.name for name in packed.namelist()} == {
            *(Path(name).parent.name for name in files)
        }
        assert all(b"<html" in packed.read(name) for name in packed.namelist())
    # A better one, handed in later, is taken, and waits to be graded.
    later = MOODLE_WORKSHEET.replace("Saturday, 21 November 2026, 2:10 AM", "25 November 2026")
    (tmp_path / "worksheet.csv").write_text(later)
    path = download(tmp_path, {moodle("Søren Kierkegaard", 102): answered("better")})
    told = run("collect", path, "--class-list", tmp_path / "worksheet.csv")
    assert "replaces an older" in told
    assert (root / "submitted" / SOREN / NAME / FILE).exists()
