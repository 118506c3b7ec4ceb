"""The late policy of a course: the same by our command and by nbgrader's, given and taken back."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import Course
from autograder.cli.commands import main
from autograder.cli.sample_class import notebook, reference_answers

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
NBGRADER = str(Path(sys.executable).with_name("nbgrader"))
FULL = sum(exercise.points for exercise in ASSIGNMENT.exercises)
DUE = "2026-11-21 00:00:00 UTC"
TIMES = {
    "punctual": "2026-11-20 12:00:00.000000 UTC",
    "late": "2026-11-22 12:00:00.000000 UTC",
    "late by its time zone": "2026-11-20 23:30:00 -0500",
    "iso": "2026-11-20T23:59:59Z",
    "garbage": "yesterday or so",
    "none": "",
}
LATE = {"late", "late by its time zone"}


def run(course: Course, *command: str) -> str:
    ran = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def grade(course: Course, *options: str) -> str:
    return run(course, sys.executable, "-m", "autograder", "grade", NAME, *options)


def stamp(course: Course, student: str, time: str) -> None:
    (course.root / "submitted" / student / NAME / "timestamp.txt").write_text(time)


def new_course(root: Path, policy: str = "zero", dates: str = "") -> Course:
    """Make a course whose due date is in its configuration, as `dates`, or in the gradebook."""
    course = Course.create(root, "autograder.assignments")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write(f'\nc.LateSubmissionPlugin.penalty_method = "{policy}"\n{dates}\n')
    course = Course(root)
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    if not dates:
        with course.gradebook() as gradebook:
            gradebook.update_or_create_assignment(NAME, duedate=DUE)
    for student, time in TIMES.items():
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        answers = notebook(ASSIGNMENT, reference_answers(ASSIGNMENT))
        nbformat.write(answers, folder / f"{NAME}.ipynb")
        if time:
            stamp(course, student, time)
    return course


def entered(course: Course) -> dict[str, tuple[object, float, float | None]]:
    """Return the time, the score and the penalty of each student, as the gradebook has them."""
    with course.gradebook() as gradebook:
        return {
            s.student_id: (s.timestamp, s.score, s.late_submission_penalty)
            for s in gradebook.assignment_submissions(NAME)
        }


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    course = new_course(tmp_path_factory.mktemp("late"))
    grade(course)
    return course


def test_who_is_late_has_the_penalty_and_nobody_else(course: Course) -> None:
    found = {student: penalty or 0 for student, (_, _, penalty) in entered(course).items()}
    assert found == {student: FULL if student in LATE else 0 for student in TIMES}


def test_nbgraders_own_route_gives_the_same(
    course: Course, tmp_path_factory: pytest.TempPathFactory
) -> None:
    theirs = new_course(tmp_path_factory.mktemp("theirs"))
    run(theirs, NBGRADER, "autograde", NAME)
    assert entered(theirs) == entered(course)


def test_a_course_without_a_policy_has_no_penalties(tmp_path: Path) -> None:
    course = new_course(tmp_path, "none")
    grade(course)
    assert not any(penalty for _, _, penalty in entered(course).values())


@pytest.mark.parametrize("options", [(), ("--regrade",)])
def test_a_time_that_was_corrected_takes_the_penalty_back_and_gives_it(
    course: Course, options: tuple[str, ...]
) -> None:
    stamp(course, "late", TIMES["punctual"])
    stamp(course, "punctual", TIMES["late"])
    grade(course, *options)
    found = {student: penalty or 0 for student, (_, _, penalty) in entered(course).items()}
    assert found["late"] == 0
    assert found["punctual"] == FULL
    stamp(course, "late", TIMES["late"])
    stamp(course, "punctual", TIMES["punctual"])
    grade(course, *options)
    assert {s for s, (_, _, penalty) in entered(course).items() if penalty} == LATE


def test_an_extension_counts(course: Course) -> None:
    with course.gradebook() as gradebook:
        gradebook.grant_extension(NAME, "late", days=7)
    grade(course)
    assert {s for s, (_, _, penalty) in entered(course).items() if penalty} == LATE - {"late"}


# ------------------------------------------------------------------- what the configuration says

# The same moment as DUE, and an extension for who is late by a day and a half.
DATES = f"""
c.Exchange.timezone = "America/New_York"
c.Autograder.due = {{"{NAME}": "2026-11-20 19:00"}}
c.Autograder.extensions = {{"{NAME}": {{"late": "2026-11-22 13:00+00:00"}}}}
"""


@pytest.mark.parametrize(
    "command",
    [[sys.executable, "-m", "autograder", "grade"], [NBGRADER, "autograde"]],
    ids=["ours", "nbgraders"],
)
def test_the_dates_of_the_configuration_are_the_gradebooks(
    tmp_path: Path, command: list[str]
) -> None:
    course = new_course(tmp_path, dates=DATES)
    with course.gradebook() as gradebook:
        assert gradebook.find_assignment(NAME).duedate.isoformat() == "2026-11-21T00:00:00"
    run(course, *command, NAME)
    assert {s for s, (_, _, penalty) in entered(course).items() if penalty} == LATE - {"late"}


def test_an_extension_that_is_taken_out_of_the_configuration_is_taken_back(
    course: Course, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(course.root, copy)
    config = copy / "nbgrader_config.py"
    kept = config.read_text()
    for dates, extended in ((DATES, {"late"}), (DATES.partition("c.Autograder.ext")[0], set())):
        config.write_text(kept + dates)
        now = Course(copy)
        now.enter_dates(NAME)
        with now.gradebook() as gradebook:
            found = gradebook.assignment_submissions(NAME)
            assert {s.student_id for s in found if s.extension} == extended


def test_dates_of_an_assignment_that_the_configuration_does_not_name_stay(
    course: Course,
) -> None:
    with course.gradebook() as gradebook:
        gradebook.grant_extension(NAME, "none", days=7)
    course.enter_dates(NAME)
    with course.gradebook() as gradebook:
        assert gradebook.find_assignment(NAME).duedate is not None
        assert gradebook.find_submission(NAME, "none").extension is not None
        gradebook.grant_extension(NAME, "none")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('due = {"x": "2026-11-20 12:00"}', "there is no assignment 'x'"),
        (f'due = {{"{NAME}": "soon"}}', "'soon' is no date and time; write it as 2026-11-02 23:59"),
        (f'due = {{"{NAME}": "2026-11-20"}}', "'2026-11-20' is no date and time"),
        (f'due = {{"{NAME}": 20261120}}', "due"),
        (f'extensions = {{"{NAME}": {{"ada": "2026-11-20 12:00"}}}}', "is not in c.Autograder.due"),
        (
            f'due = {{"{NAME}": "2026-11-20 12:00"}}\n'
            f'c.Autograder.extensions = {{"{NAME}": {{"ada": "2026-11-20 11:59"}}}}',
            "'ada' would have less time",
        ),
        ('due = {}\nc.Exchange.timezone = "Mars"', "there is no time zone 'Mars'"),
    ],
)
def test_a_date_that_cannot_be_is_one_line(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], said: str, told: str
) -> None:
    Course.create(tmp_path, "autograder.assignments")
    with (tmp_path / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.Autograder.{said}\n")
    assert main(["status", "--course", str(tmp_path)]) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert told in line
    assert "nbgrader_config.py" in line
