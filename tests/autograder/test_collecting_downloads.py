"""What becomes of a platform's download in ``submitted/``, and what is told of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.classroom.course import Course
from autograder.classroom.lms import collect as collecting
from autograder.classroom.lms.collect import Collected, collect
from autograder.cli.commands import main
from autograder.errors import InputError
from tests.autograder.handing_out import (
    CANVAS_GRADEBOOK,
    FILE,
    MOODLE_WORKSHEET,
    NAME,
    STUB,
    Files,
    answered,
    blackboard,
    canvas,
    course_in,
    download,
    moodle,
    without_marks,
    zipped,
)

ANSWERED = answered("first")
OTHER = answered("second")
ADA = "ada@example.edu"
SOREN = "soren@example.edu"
EARLY, LATER = "2026-11-20-23-58-12", "2026-11-21-08-00-00"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return course_in(tmp_path_factory.mktemp("released"), "activations")


@pytest.fixture
def course(released: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Course]:
    """A course in which nobody has handed anything in, in Greenwich."""
    in_zone("UTC", monkeypatch)
    shutil.copytree(released.root, tmp_path / "course")
    yield Course(tmp_path / "course")
    monkeypatch.undo()
    time.tzset()


def in_zone(zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()


def take(
    course: Course,
    files: Files,
    class_list: str | None = None,
    wanted: str | None = None,
    *,
    dry_run: bool = False,
) -> Collected:
    place = course.root.parent
    listed = None
    if class_list is not None:
        listed = place / "class.csv"
        listed.write_text(class_list)
    return collect(course, download(place, files), wanted, listed, dry_run=dry_run)


def submitted(course: Course) -> Files:
    root = course.root / "submitted"
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}


def notebooks(course: Course) -> Files:
    """Return what each student has submitted."""
    return {
        name.split("/")[0]: content
        for name, content in submitted(course).items()
        if name.endswith(f"/{NAME}/{FILE}")
    }


def times(course: Course) -> dict[str, str]:
    return {
        name.split("/")[0]: content.decode()
        for name, content in submitted(course).items()
        if name.endswith("/timestamp.txt")
    }


def outcomes(told: Collected) -> dict[str, str]:
    return {row.file: row.outcome for row in told.rows}


# Each platform


def test_moodle_with_its_worksheet(course: Course) -> None:
    told = take(
        course,
        {
            moodle("Ada Lovelace", 101): ANSWERED,
            moodle("Søren Kierkegaard", 102, "work.zip"): zipped({f"hw/{FILE}": OTHER}),
        },
        MOODLE_WORKSHEET,
    )
    assert not told.problems
    assert not told.notices
    assert notebooks(course) == {ADA: ANSWERED, SOREN: OTHER}
    assert times(course) == {
        ADA: "2026-11-20 23:58:00.000000 UTC",
        SOREN: "2026-11-21 02:10:00.000000 UTC",
    }
    assert told.missing == {NAME: ["jose@example.edu"]}
    assert [row.how for row in told.rows] == ["number, cells"] * 2
    with course.gradebook() as gradebook:
        names = {s.id: (s.first_name, s.last_name) for s in gradebook.students}
    assert names[SOREN] == ("Søren", "Kierkegaard")
    assert len(names) == 3
    record = json.loads((course.root / "collected" / f"{NAME}.json").read_text())["students"]
    assert record[ADA]["place"] == "Ada Lovelace_101_assignsubmission_file/"
    assert record["jose@example.edu"]["participant"] == "103"


def test_moodle_by_itself_says_no_times_and_the_worksheet_brings_them_later(course: Course) -> None:
    files = {moodle("Ada Lovelace", 101): ANSWERED}
    told = take(course, files)
    assert notebooks(course) == {"ada-lovelace": ANSWERED}
    assert not times(course)
    assert "grading worksheet" in told.notices[0]
    # The worksheet's address is nobody's yet, and so her folder would be another.
    told = take(course, files, MOODLE_WORKSHEET.replace(ADA, "ada-lovelace"))
    assert set(outcomes(told).values()) == {
        "is there already, its time is new, of 2026-11-20 23:58"
    }
    assert times(course) == {"ada-lovelace": "2026-11-20 23:58:00.000000 UTC"}


def test_canvas_with_its_gradebook(course: Course) -> None:
    told = take(
        course,
        {
            canvas("lovelaceada", 77, 900): ANSWERED,
            canvas("kierkegaardsøren", 78, 905, "gradient_clipping-2.ipynb", "_LATE"): OTHER,
            canvas("studenttest", 99, 906): ANSWERED,
        },
        CANVAS_GRADEBOOK,
    )
    assert notebooks(course) == {"alovelace": ANSWERED, "skierkegaard": OTHER}
    assert [row.outcome for row in told.rows] == ["collected", "collected, late"]
    assert "timestamp.txt" in told.notices[0]
    assert len(told.problems) == 1
    assert "studenttest" in told.problems[0]
    with course.gradebook() as gradebook:
        assert gradebook.find_student("alovelace").lms_user_id == "77"


def test_blackboard_has_times_and_the_newest_attempt_counts(course: Course) -> None:
    told = take(
        course,
        {
            blackboard("ada", EARLY): ANSWERED,
            blackboard("ada", EARLY, ".txt"): b"Name: Ada",
            blackboard("ada", LATER, "_gradient_clipping(1).ipynb"): OTHER,
            blackboard("ada", LATER, ".txt"): b"Name: Ada",
            blackboard("bob", EARLY, ".txt"): b"Name: Bob",
        },
    )
    assert notebooks(course) == {"ada": OTHER}
    assert times(course) == {"ada": "2026-11-21 08:00:00.000000 UTC"}
    assert sorted(outcomes(told).values()) == [
        *("collected, of 2026-11-21 08:00", "left: older, of 2026-11-20 23:58")
    ]
    assert told.problems == ["bob: has handed in no notebook."]


def test_a_time_without_a_zone_is_of_here(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    in_zone("Europe/Berlin", monkeypatch)
    told = take(course, {blackboard("ada", EARLY): ANSWERED})
    assert times(course) == {"ada": "2026-11-20 22:58:12.000000 UTC"}
    assert set(outcomes(told).values()) == {"collected, of 2026-11-20 23:58"}


def test_google_classroom_needs_a_class_list(course: Course) -> None:
    files = {
        "Week 3/Ada Lovelace - gradient_clipping.ipynb": ANSWERED,
        "Week 3/Copy of gradient_clipping.ipynb": OTHER,
    }
    told = take(course, files, dry_run=True)
    assert len(told.problems) == 2
    told = take(course, files, MOODLE_WORKSHEET)
    assert notebooks(course) == {ADA: ANSWERED}
    assert told.problems == [
        "Week 3/Copy of gradient_clipping.ipynb: nothing in its name is a name of the class."
    ]


def test_a_folder_for_each_student_is_a_download_too(course: Course) -> None:
    folder = course.root.parent / "unpacked"
    for student, content in {"ada": ANSWERED, "bob": OTHER}.items():
        (folder / student).mkdir(parents=True)
        (folder / student / FILE).write_bytes(content)
    listed = course.root.parent / "class.csv"
    listed.write_text("id\nada\nbob\n")
    told = collect(course, folder, None, listed, dry_run=False)
    assert not told.problems
    assert notebooks(course) == {"ada": ANSWERED, "bob": OTHER}


# Which assignment


@pytest.mark.parametrize(
    ("file", "content", "how"),
    [
        ("my work.ipynb", ANSWERED, "cells"),
        ("activations.ipynb", ANSWERED, "cells"),
        (FILE, without_marks(ANSWERED), "name"),
        ("Gradient_Clipping-Copy1 (2).ipynb", without_marks(ANSWERED), "name"),
        ("Copy of gradient_clipping.ipynb", without_marks(ANSWERED), "name"),
        ("gradient_clipping - Copy.ipynb", without_marks(ANSWERED), "name"),
        ("gradient_clipping.ipynb.txt", ANSWERED, "cells"),
        (FILE, b"damaged", "name"),
        (FILE, b"[" * 100_000, "name"),
    ],
)
def test_an_assignment_is_known_by_its_cells_or_its_name(
    course: Course, file: str, content: bytes, how: str
) -> None:
    told = take(course, {moodle("Ada", 1, file): content})
    assert [row.how for row in told.rows] == [f"new, {how}"]
    assert notebooks(course) == {"ada": content}


def test_a_notebook_that_says_nothing_waits_for_who_says_it(course: Course) -> None:
    files = {
        moodle("Ada", 1, "hw.ipynb"): without_marks(ANSWERED),
        moodle("Bob", 2, "activations.ipynb"): without_marks(ANSWERED),
    }
    told = take(course, files)
    assert "try --assignment" in told.problems[0]
    told = take(course, files, wanted=NAME)
    assert [row.how.split(", ")[1] for row in told.rows] == ["--assignment"] * 2
    assert len(notebooks(course)) == 2
    with pytest.raises(InputError, match="not among the assignments"):
        take(course, files, wanted="nothing")


def test_another_assignments_notebook_is_not_taken_for_the_one_that_is_wanted(
    course: Course,
) -> None:
    told = take(course, {moodle("Ada", 1): ANSWERED}, wanted="activations")
    assert told.problems == [f"{moodle('Ada', 1)}: is of {NAME}, not of activations."]
    assert not submitted(course)


def test_a_course_that_has_released_nothing_says_so(tmp_path: Path) -> None:
    empty = Course.create(tmp_path / "course", "autograder.assignments")
    with pytest.raises(InputError, match="autograder assign"):
        collect(empty, tmp_path, None, None, dry_run=True)


# Several of one student


def test_of_several_without_times_the_one_with_work_in_it_counts(course: Course) -> None:
    told = take(
        course,
        {
            moodle("Ada", 1): STUB,
            moodle("Ada", 1, "gradient_clipping-Copy1.ipynb"): ANSWERED,
            moodle("Bob", 2): ANSWERED,
            moodle("Bob", 2, "gradient_clipping (1).ipynb"): OTHER,
            moodle("Cleo", 3): ANSWERED,
            moodle("Cleo", 3, "old/gradient_clipping.ipynb"): ANSWERED,
        },
    )
    assert notebooks(course) == {"ada": ANSWERED, "bob": ANSWERED, "cleo": ANSWERED}
    left = [row.outcome for row in told.rows if row.outcome.startswith("left")]
    assert left == [
        "left: nothing was done in it",
        "left: another was taken, and no time says which is newer",
        "left: the same again",
    ]


def test_of_several_of_canvas_the_last_counts(course: Course) -> None:
    take(
        course,
        {
            canvas("a", 1, 12, "gradient_clipping-1.ipynb"): OTHER,
            canvas("a", 1, 9): ANSWERED,
        },
    )
    assert notebooks(course) == {"a-1": OTHER}


def test_two_students_of_one_name_are_not_made_one(course: Course) -> None:
    files = {moodle("Ada", 1): ANSWERED, moodle("Ada", 2): OTHER, moodle("Bob", 3): OTHER}
    told = take(course, files)
    assert notebooks(course) == {"bob": OTHER}
    assert "two students are called so (1 and 2)" in told.problems[0]
    header, *_ = MOODLE_WORKSHEET.splitlines()
    rows = "".join(f'"Participant {n}",Ada,a{n}@x.org,,,,,-,-,\n' for n in (1, 2))
    told = take(course, files, f"{header}\n{rows}")
    assert notebooks(course) == {"bob": OTHER, "a1@x.org": ANSWERED, "a2@x.org": OTHER}


def test_two_downloads_of_two_assignments_have_two_numbers_for_one_student(course: Course) -> None:
    folder = course.root.parent / "both"
    folder.mkdir()
    (folder / "one.zip").write_bytes(zipped({moodle("Ada", 1): ANSWERED}))
    other = (course.root / "release/activations/activations.ipynb").read_bytes()
    (folder / "two.zip").write_bytes(zipped({moodle("Ada", 9, "activations.ipynb"): other}))
    told = collect(course, folder, None, None, dry_run=False)
    assert not told.problems
    assert set(told.missing) == {NAME, "activations"}
    assert len(submitted(course)) == 2


def test_absurdly_many_notebooks_of_one_student_are_not_looked_at(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "MOST_OF_ONE", 2)
    files = {moodle("Eve", 1, f"{n}.ipynb"): ANSWERED for n in range(3)}
    told = take(course, {**files, moodle("Bob", 2): OTHER})
    assert notebooks(course) == {"bob": OTHER}
    assert told.problems == ["eve: has handed in 3 notebooks."]


# What is there


def test_a_second_time_changes_nothing(course: Course) -> None:
    files = {blackboard("ada", EARLY): ANSWERED}
    take(course, files)
    before = submitted(course)
    told = take(course, files)
    assert set(outcomes(told).values()) == {"is there already, of 2026-11-20 23:58"}
    assert submitted(course) == before


def test_a_newer_one_replaces_an_older_and_an_older_none(course: Course) -> None:
    take(course, {blackboard("ada", EARLY): ANSWERED})
    told = take(course, {blackboard("ada", LATER): OTHER})
    assert set(outcomes(told).values()) == {"replaces an older one, of 2026-11-21 08:00"}
    assert notebooks(course) == {"ada": OTHER}
    assert times(course) == {"ada": "2026-11-21 08:00:00.000000 UTC"}
    told = take(course, {blackboard("ada", EARLY): ANSWERED})
    assert set(outcomes(told).values()) == {"left: what is there is newer, of 2026-11-20 23:58"}
    assert notebooks(course) == {"ada": OTHER}
    assert not told.problems


def test_nothing_is_lost_to_what_is_not_known_to_be_newer(course: Course) -> None:
    place = course.root / "submitted/ada" / NAME / FILE
    place.parent.mkdir(parents=True)
    place.write_bytes(OTHER)
    told = take(course, {blackboard("ada", LATER): ANSWERED})
    assert notebooks(course) == {"ada": OTHER}
    assert "no time says which is newer" in told.problems[0]
    (place.parent / "timestamp.txt").write_text("no time \x00")
    assert take(course, {blackboard("ada", LATER): ANSWERED}).problems
    (place.parent / "timestamp.txt").write_text("2026-11-20 10:00:00 UTC")
    assert not take(course, {blackboard("ada", LATER): ANSWERED}).problems
    assert notebooks(course) == {"ada": ANSWERED}


def test_canvas_own_order_tells_a_newer_one(course: Course) -> None:
    take(course, {canvas("a", 1, 9): ANSWERED})
    take(course, {canvas("a", 1, 12, "gradient_clipping-1.ipynb"): OTHER})
    assert notebooks(course) == {"a-1": OTHER}
    told = take(course, {canvas("a", 1, 9): ANSWERED})
    assert set(outcomes(told).values()) == {"left: what is there is newer"}
    # What somebody has put there by hand is in no order.
    (course.root / "submitted/a-1" / NAME / FILE).write_bytes(STUB)
    assert take(course, {canvas("a", 1, 13): ANSWERED}).problems
    assert notebooks(course) == {"a-1": STUB}


@pytest.mark.parametrize("what", ["student", "assignment", "notebook"])
def test_nothing_is_written_through_a_link(course: Course, what: str) -> None:
    elsewhere = course.root.parent / "elsewhere"
    elsewhere.mkdir()
    place = course.root / "submitted/ada" / NAME / FILE
    link = {"student": place.parents[1], "assignment": place.parent, "notebook": place}[what]
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(elsewhere / "x" if what == "notebook" else elsewhere)
    told = take(course, {blackboard("ada", LATER): ANSWERED})
    assert len(told.problems) == 1
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("what", ["student", "assignment", "notebook", "timestamp"])
def test_what_lies_in_the_way_is_told_and_keeps_nobody_else_out(course: Course, what: str) -> None:
    place = course.root / "submitted/ada" / NAME / FILE
    if what in ("student", "assignment"):
        path = {"student": place.parents[1], "assignment": place.parent}[what]
        path.parent.mkdir(exist_ok=True)
        path.write_text("")
    else:
        (place if what == "notebook" else place.with_name("timestamp.txt")).mkdir(parents=True)
    told = take(course, {blackboard("ada", LATER): ANSWERED, blackboard("bob", EARLY): OTHER})
    assert notebooks(course) == {"bob": OTHER}
    assert len(told.problems) == 1
    assert str(course.root / "submitted/ada") in told.problems[0]


def test_a_dry_run_tells_the_same_and_writes_nothing(course: Course) -> None:
    files = {moodle("Ada Lovelace", 101): ANSWERED, moodle("Eve", 9): OTHER}
    before = {p: p.read_bytes() for p in course.root.rglob("*") if p.is_file()}
    dry = take(course, files, MOODLE_WORKSHEET, dry_run=True)
    assert {p: p.read_bytes() for p in course.root.rglob("*") if p.is_file()} == before
    assert take(course, files, MOODLE_WORKSHEET) == dry


def test_a_hostile_students_things_are_told_and_cost_nobody_else_anything(course: Course) -> None:
    told = take(
        course,
        {
            moodle("Eve [bold]", 9, "bomb.ipynb"): bytes(21 << 20),
            moodle("Eve [bold]", 9, "../../x.ipynb"): ANSWERED,
            moodle("Mallory", 8, "w.zip"): b"PK",
            moodle("Trent", 7, "essay.pdf"): b"%PDF",
            moodle("Ada", 1): ANSWERED,
            "../Bob_6_assignsubmission_file/gradient_clipping.ipynb": ANSWERED,
            "readme.txt": b"",
        },
    )
    assert set(submitted(course)) == {f"ada/{NAME}/{FILE}"}
    told_of = "\n".join(told.problems)
    for words in ("larger than 20 MiB", "leads out", "no sound ZIP", "but 'essay.pdf'", "../Bob_6"):
        assert words in told_of
    assert len(told.problems) == 5


def test_what_is_wrong_very_often_is_told_in_some_lines(course: Course) -> None:
    eves = {moodle("Eve", 9, f"../{n}.ipynb"): b"" for n in range(500)}
    strangers = {moodle("Stranger", 8, f"{n}.pdf"): b"" for n in range(500)}
    told = take(course, {**eves, **strangers, moodle("Ada Lovelace", 101): ANSWERED})
    assert len(told.problems) < 30
    told = take(course, {**eves, **strangers}, MOODLE_WORKSHEET)
    assert len(told.problems) < 30
    assert "490 more files: its name leads out of the archive." in told.problems


def test_a_record_that_is_damaged_is_one_line(course: Course) -> None:
    (course.root / "collected").mkdir()
    (course.root / "collected" / f"{NAME}.json").write_text('{"students": []}')
    with pytest.raises(InputError, match="is damaged"):
        take(course, {moodle("Ada", 1): ANSWERED})


# The command


def run(course: Course, *arguments: str | Path) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", "collect", *map(str, arguments)]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120)


def test_the_command_shows_a_table_and_its_status_tells(course: Course) -> None:
    place = course.root.parent
    (place / "class.csv").write_text(MOODLE_WORKSHEET)
    path = download(place, {moodle("Ada Lovelace", 101): ANSWERED})
    ran = run(course, path, "--class-list", place / "class.csv", "--dry-run")
    assert ran.returncode == 0, ran.stderr
    assert "ada@example.edu" in ran.stdout
    assert f"{NAME}: nothing from 2 of the class: jose@example.edu, soren@example.edu" in ran.stderr
    assert "nothing was written" in ran.stderr
    path = download(place, {moodle("Eve [bold]\x1b[31m", 9, "x.pdf"): ANSWERED})
    ran = run(course, path)
    assert ran.returncode == 2
    assert "no notebook, but 'x.pdf'" in ran.stderr
    assert "\x1b" not in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("nothing.zip",), "no such file"),
        (("nbgrader_config.py",), "no sound ZIP archive"),
        (("source", "--class-list", "nothing.csv"), "no such file"),
        (("autograded",), "nothing of any student"),
    ],
)
def test_bad_input_is_one_line_and_status_2(
    course: Course,
    arguments: tuple[str, ...],
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(course.root)
    assert main(["collect", *arguments]) == 2
    assert told in capsys.readouterr().err
