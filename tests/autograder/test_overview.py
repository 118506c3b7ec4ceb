"""How a course stands, and what a class made of an assignment: counted from what was kept."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_of, source_notebook
from autograder.classroom import standing
from autograder.classroom.course import Course
from autograder.classroom.marks import Recorder
from autograder.classroom.report import (
    NOT_ATTEMPTED,
    CheckCount,
    ExerciseCount,
    class_report,
)
from autograder.classroom.report_page import Chart
from autograder.classroom.status import Status, status_of
from autograder.cli.commands import main
from autograder.cli.sample_class import notebook, reference_answers
from autograder.grading.graded import graded
from autograder.grading.rebuild import from_submitted
from autograder.grading.version import version_of
from autograder.judging.assignment import Exercise
from autograder.judging.judge import judge
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict, Verdict

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
RELEASE = release_of(ASSIGNMENT)
FIRST, SECOND, *_ = ASSIGNMENT.exercises
MISTAKE = FIRST.mistakes[0]
RIGHT = reference_answers(ASSIGNMENT)
HOSTILE = "<img src=x onerror=\"document.title='pwned'\">"
SLOW = "it did not come back"
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def verdict_on(exercise: Exercise, failed: int, message: str, **told: Any) -> ExerciseVerdict:
    """Return a verdict that refuses the first so many checks with a message."""
    checks = tuple(
        CheckVerdict(check.title, check.points, 0.0, message)
        if number < failed
        else CheckVerdict(check.title, check.points, check.points)
        for number, check in enumerate(exercise.checks)
    )
    return ExerciseVerdict(exercise.name, checks, **told)


def record(course: Course, student: str, answers: dict[str, str], *others: ExerciseVerdict) -> None:
    """Hand in for a student, and enter marks that are full but for some exercises."""
    path = course.root / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook(ASSIGNMENT, RIGHT | answers), path)
    found = {e.name: verdict_on(e, 0, "") for e in ASSIGNMENT.exercises}
    found |= {verdict.name: verdict for verdict in others}
    verdict = Verdict(NAME, tuple(found.values()))
    version = version_of(ASSIGNMENT, RELEASE, course.terms())
    with course.gradebook() as gradebook:
        recorder = Recorder(course, gradebook, ASSIGNMENT, lambda student: None)
        submission = from_submitted(RELEASE, path)
        recorder.add(student, graded(RELEASE, submission, verdict, version))
        recorder.flush()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A class that is right, mistaken, slow, empty, hostile, broken and absent."""
    course = Course.create(tmp_path_factory.mktemp("report") / "course", "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    mistaken = verdict_on(FIRST, 1, "wrong", mistake=MISTAKE.name, explanation="Look `here`.")
    record(course, "ada", {})
    record(course, "bob", {FIRST.name: f"# {HOSTILE}\n{MISTAKE.source}"}, mistaken)
    record(course, "cyd", {}, mistaken, verdict_on(SECOND, len(SECOND.checks), NOT_ATTEMPTED))
    slow = verdict_on(SECOND, len(SECOND.checks), f"Stopped after 2 seconds: {SLOW}.")
    record(course, "dan", {}, slow)
    record(course, "[bold]", {}, slow)
    record(course, HOSTILE.replace("/", ""), {}, replace(slow, checks=slow.checks[:1]))
    broken = course.root / "submitted/gus" / NAME
    broken.mkdir(parents=True)
    (broken / f"{NAME}.ipynb").write_text(HOSTILE)
    (course.root / "submitted/hal").mkdir()
    return course


@pytest.fixture
def course(whole: Course, tmp_path: Path) -> Course:
    """A copy of the course."""
    shutil.copytree(whole.root, tmp_path / "copy")
    return Course(tmp_path / "copy")


def run(course: Course, *options: str) -> int:
    return main(["report", NAME, "--course", str(course.root), *options])


def as_json(course: Course, capfd: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capfd.readouterr()
    assert run(course, "--json") == 0
    found: dict[str, Any] = json.loads(capfd.readouterr().out)
    return found


def test_the_counts_are_those_of_the_class(
    whole: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    found = as_json(whole, capfd)
    assert len(found["marks"]) == 6
    assert found["marks"] == sorted(found["marks"])
    assert found["points"] == sum(exercise.points for exercise in ASSIGNMENT.exercises)
    assert (found["absent"], found["stale"], found["unknown"]) == (1, [], 0)
    first, second, *_ = found["exercises"]
    assert (first["everything"], first["something"], first["nothing"]) == (4, 2, 0)
    assert [check["failed"] for check in first["checks"]][:2] == [2, 0]
    assert first["checks"][0]["share"] == pytest.approx(2 / 6)
    (mistake,) = first["mistakes"]
    assert (mistake["name"], mistake["count"]) == (MISTAKE.name, 2)
    assert mistake["explanation"] == MISTAKE.explanation
    assert mistake["example"].endswith(MISTAKE.source)
    assert (second["untouched"], second["tried"]) == (1, 5)
    assert second["out_of_time"] == [
        "<img src=x onerror=\"document.title='pwned'\">",
        "[bold]",
        "dan",
    ]


def test_a_student_is_named_only_where_somebody_has_to_look(
    whole: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    found = as_json(whole, capfd)
    assert list(found["problems"]) == ["gus"]
    assert str(whole.root) not in found["problems"]["gus"]
    told = json.dumps(found)
    assert not [name for name in ("ada", "bob", "cyd", "hal") if f'"{name}"' in told]


def test_nothing_is_graded_for_it(course: Course) -> None:
    before = {p: p.stat().st_mtime_ns for p in course.root.rglob("*") if p.suffix == ".ipynb"}
    assert run(course) == 0
    assert {p: p.stat().st_mtime_ns for p in before} == before
    assert (course.root / f"reports/{NAME}.html").is_file()


def test_what_is_not_of_today_is_told(course: Course, capfd: pytest.CaptureFixture[str]) -> None:
    path = course.root / f"submitted/ada/{NAME}/{NAME}.ipynb"
    nbformat.write(notebook(ASSIGNMENT, {}), path)
    older = course.autograded_path(ASSIGNMENT, "bob")
    older.write_text(older.read_text().replace("autograder_version", "autograder_other"))
    oldest = course.autograded_path(ASSIGNMENT, "cyd")
    oldest.write_text(oldest.read_text().replace("autograder_verdict", "autograder_other"))
    found = as_json(course, capfd)
    assert found["stale"] == ["ada", "bob"]
    assert found["unknown"] == 1
    assert len(found["marks"]) == 5
    assert run(course) == 0
    page = (course.root / f"reports/{NAME}.html").read_text()
    assert "2 are counted with a grade that is not that of today" in page
    assert f"grade {NAME} --regrade" in page


def test_who_handed_in_something_broken_after_a_grade_is_told(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    (course.root / f"submitted/ada/{NAME}/{NAME}.ipynb").write_text("broken since")
    found = as_json(course, capfd)
    assert found["problems"]["ada"].endswith("What was handed in before it counts.")
    assert len(found["marks"]) == 6


def test_work_that_lies_elsewhere_is_told(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    (course.root / "submitted/hal/homework.ipynb").write_text("{}")
    found = as_json(course, capfd)
    assert "lies in the student's folder itself" in found["problems"]["hal"]
    assert found["absent"] == 0


@pytest.mark.parametrize("points", [2.5, 12.0, 13.0, 46.0])
def test_every_mark_stands_in_one_column_of_the_picture(whole: Course, points: float) -> None:
    release = release_of(ASSIGNMENT)
    report = class_report(whole, ASSIGNMENT, standing.standings(whole, ASSIGNMENT, release))
    marks = (0.0, 0.5, points / 2, points, points)
    chart = Chart(replace(report, points=points, marks=marks))
    assert sum(column.count for column in chart.columns) == len(marks)
    assert all(chart.left <= column.x < chart.right for column in chart.columns)
    assert max(column.x + column.width for column in chart.columns) <= chart.right
    assert chart.left <= chart.median <= chart.right


def test_a_folder_whose_name_is_no_text_is_in_a_report_all_the_same(course: Course) -> None:
    folder = Path(os.fsdecode(os.fsencode(course.root / "submitted") + b"/\xff\x1b[31m"), NAME)
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text("{}")
    assert run(course) == 0
    assert "rename the folder" in (course.root / f"reports/{NAME}.html").read_text()


def test_a_question_is_doubted_where_hardly_anybody_has_its_points() -> None:
    def exercise(everything: int, others: int) -> ExerciseCount:
        counts = (everything, others, 0, 7)
        return ExerciseCount("one", 2.0, 1.0, *counts, (), (), ())

    assert exercise(0, 3).is_doubtful
    assert exercise(1, 20).is_doubtful
    assert not exercise(0, 2).is_doubtful, "too few tried it"
    assert not exercise(1, 8).is_doubtful
    assert CheckCount("all", 1.0, 10, 10).is_doubtful
    assert not CheckCount("most", 1.0, 9, 10).is_doubtful
    assert not CheckCount("nobody was asked", 1.0, 0, 0).is_doubtful


def test_the_judge_says_of_an_untouched_answer_what_is_counted_as_one() -> None:
    class Nothing:
        def is_stub(self, exercise: str) -> bool:
            return True

    verdicts = judge(ASSIGNMENT, None, Nothing())  # type: ignore[arg-type]
    assert {check.message for one in verdicts for check in one.checks} == {NOT_ATTEMPTED}


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--to", "/proc/nowhere.html"], "/proc/nowhere.html cannot be written"),
        (["--to", "/proc/version/x.html", "--json"], "cannot be written"),
    ],
)
def test_an_impossible_place_is_one_line(
    whole: Course, capfd: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert run(whole, *options) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert told in line


@pytest.mark.parametrize(
    ("name", "told"), [("initialisers", "run first"), ("nothing", "no assignment 'nothing'")]
)
def test_what_is_not_assigned_has_no_report(
    whole: Course, capfd: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    assert main(["report", name, "--course", str(whole.root)]) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert told in line


def test_what_nobody_has_graded_has_no_report(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(course.root / "autograded")
    assert run(course) == 2
    assert f"python -m autograder grade {NAME}" in capfd.readouterr().err


# ------------------------------------------------------------------------------ how far a course is


def status(course: Course) -> Status:
    return status_of(course, ASSIGNMENT, lambda: RELEASE)


def test_the_status_counts_submissions(course: Course) -> None:
    assert status(course) == Status(NAME, "", True, 7, 6, 0, 0, 0)


def test_a_page_of_feedback_counts_until_there_is_another_grade(course: Course) -> None:
    page, grade = (
        place(ASSIGNMENT, "ada") for place in (course.feedback_path, course.autograded_path)
    )
    page.parent.mkdir(parents=True)
    page.write_text("well done")
    assert status(course).fed_back == 1
    later = page.stat().st_mtime + 1
    os.utime(grade, (later, later))
    assert status(course).fed_back == 0


def test_what_is_stale_is_counted_and_told(
    course: Course, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    path = course.root / f"submitted/ada/{NAME}/{NAME}.ipynb"
    nbformat.write(notebook(ASSIGNMENT, {}), path)
    path.with_name("comment.txt").write_text("what lies beside it does not count")
    (course.root / f"submitted/bob/{NAME}/{NAME}.ipynb").write_text("broken since")
    assert status(course).stale == 2
    capfd.readouterr()
    assert main(["status", "--course", str(course.root)]) == 0
    out, err = capfd.readouterr()
    (row,) = (line.split() for line in out.splitlines() if line.strip().startswith(NAME))
    assert row == [NAME, "yes", "7", "6", "-", "2", "-"]
    assert f"python -m autograder grade {NAME}" in err


def test_an_assignment_that_was_never_released_is_in_the_table(course: Course) -> None:
    other = CONTENT.load("schedules")
    found = status_of(course, other, lambda: pytest.fail("nobody has handed it in"))
    assert found == Status("schedules", "", False, 0, 0, 0, 0, 0)


def test_due_dates_are_shown_where_they_are_said(course: Course) -> None:
    with course.gradebook() as gradebook:
        gradebook.update_or_create_assignment(NAME, duedate="2026-11-02 22:59:00 UTC")
        gradebook.grant_extension(NAME, "ada", days=1)
    assert status(course).due == "2026-11-02 22:59 (+1)"
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(
            "\nc.Exchange.timezone = 'Europe/Zurich'\n"
            f"c.Autograder.due = {{'{NAME}': '2026-11-03 12:00'}}\n"
            "c.Autograder.extensions = "
            f"{{'{NAME}': {{'ada': '2026-11-04 12:00', 'bob': '2026-11-05 12:00'}}}}\n"
        )
    assert status(Course(course.root)).due == "2026-11-03 12:00 (+2)"


@pytest.mark.parametrize("fault", ["not_json", "raises"])
def test_a_submission_that_nobody_can_read_hides_no_other(
    course: Course, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    if fault == "raises":
        monkeypatch.setattr(standing, "from_submitted", lambda release, path: 1 / 0)
    (course.root / f"submitted/bob/{NAME}/{NAME}.ipynb").write_text("[" * 100_000)
    assert status(course).handed_in == 7


# --------------------------------------------------------------------------------------- the page


def opened(browser: Browser, course: Course, **how: Any) -> Page:
    page = browser.new_page(**how)
    page.goto((course.root / f"reports/{NAME}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_can_be_read_by_everybody(
    whole: Course, browser: Browser, theme: str, viewport: dict[str, int]
) -> None:
    assert run(whole) == 0
    page = opened(browser, whole, viewport=viewport, color_scheme=theme)
    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.close()
    assert [violation["id"] for violation in found] == []
    assert not wide


def test_what_students_wrote_is_shown_and_inert(whole: Course, browser: Browser) -> None:
    assert run(whole) == 0
    asked: list[str] = []
    page = browser.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((whole.root / f"reports/{NAME}.html").as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(folded => { folded.open = true })")
    text, title = page.inner_text("body"), page.title()
    page.close()
    assert len(asked) == 1, "the page needs nothing else"
    assert title == f"{ASSIGNMENT.title}: the class"
    assert f"# {HOSTILE}" in text
    assert "[bold]" in text
