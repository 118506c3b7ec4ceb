"""What a grade depends on is kept with it: a change is told, and a typo in a docstring is none."""

from __future__ import annotations

import dataclasses
import json
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_notebook, release_of, source_notebook
from autograder.classroom import grade
from autograder.classroom.course import Course
from autograder.cli.commands import main
from autograder.cli.sample_class import notebook, reference_answers
from autograder.grading import version
from autograder.grading.graded import graded
from autograder.grading.kept import Kept, kept_in
from autograder.grading.rebuild import from_answers, from_submitted
from autograder.grading.release import Release
from autograder.grading.terms import Patience, Terms
from autograder.grading.version import version_of
from autograder.judging.content import named_content
from autograder.judging.verdict import CheckVerdict, ExerciseVerdict, Verdict
from tests.copying import ROOT

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
RELEASE = release_of(ASSIGNMENT)
RIGHT = reference_answers(ASSIGNMENT)
FIRST, SECOND, *_ = RIGHT
TERMS = Terms(CONTENT, b"secret")

# ------------------------------------------------------------------------------------ what counts


@pytest.fixture(scope="module")
def statistics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the second course, under a name of its own."""
    package = tmp_path_factory.mktemp("older") / "older_course"
    shutil.copytree(ROOT / "examples/statistics/statistics_course", package)
    for file in package.rglob("*.py"):
        text = file.read_text(encoding="utf-8").replace("statistics_course", "older_course")
        file.write_text(text, encoding="utf-8")
    (package / "solutions/helping.py").write_text("FACTOR = 2\n")
    with (package / "solutions/robust.py").open("a", encoding="utf-8") as file:
        file.write("\nfrom older_course.solutions import helping  # noqa\n")
    (package / "solutions/stranger.py").write_text("FACTOR = 2\n")
    return package


@pytest.mark.parametrize(
    ("file", "old", "new", "counts"),
    [
        ("assignments/robust/checks.py", "points=2", "points=3", True),
        ("assignments/robust/checks.py", "ERRORS = 7.0", "ERRORS = 8.0", True),
        ("assignments/robust/checks.py", "# NaN is refused too", "# so is NaN", False),
        ("assignments/robust/checks.py", "What a right answer", "What a good answer", False),
        ("assignments/robust/mistakes.py", "They say where", "They tell where", True),
        ("assignments/robust/mistakes.py", "\n\n", "\n\n\n", False),
        ("solutions/robust.py", "math.floor(share", "math.ceil(share", True),
        ("solutions/robust.py", "Of n values", "Of N values", False),
        ("solutions/helping.py", "2", "3", True),
        ("solutions/stranger.py", "2", "3", False),
        ("assignments/robust/right_answers/loops.py", "0", "1", False),
    ],
)
def test_what_a_grade_depends_on_changes_its_version(
    statistics: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, counts: bool
) -> None:
    monkeypatch.syspath_prepend(statistics.parent)
    content = named_content("older_course")
    assignment = content.load("robust")
    terms = Terms(content, b"secret")
    before = version_of(assignment, release_of(assignment), terms)
    path, text = statistics / file, (statistics / file).read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        after = version_of(assignment, release_of(assignment), terms)
    finally:
        path.write_text(text, encoding="utf-8")
    assert (after != before) == counts


def test_time_limits_the_rubric_and_what_computes_count(monkeypatch: pytest.MonkeyPatch) -> None:
    now = version_of(ASSIGNMENT, RELEASE, TERMS)
    assert version_of(ASSIGNMENT, RELEASE, TERMS) == now
    slower = dataclasses.replace(TERMS, patience=Patience(call=20.0))
    assert version_of(ASSIGNMENT, RELEASE, slower) != now
    assert version_of(ASSIGNMENT, RELEASE, dataclasses.replace(TERMS, secret=b"other")) == now
    monkeypatch.setattr(version.importlib.metadata, "version", lambda package: "another")
    assert version_of(ASSIGNMENT, RELEASE, TERMS) != now


def test_the_engine_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    now = version_of(ASSIGNMENT, RELEASE, TERMS)
    monkeypatch.setattr(version, "_engine", lambda: "another")
    assert version_of(ASSIGNMENT, RELEASE, TERMS) != now


# ------------------------------------------------------------------------------------- what is kept


def test_the_verdict_is_kept_whole_and_read_again(tmp_path: Path) -> None:
    checks = (CheckVerdict("a [title]", 2.0, 0.0, "wrong <b>"), CheckVerdict("other", 1.0, 1.0))
    exercises = (ExerciseVerdict(FIRST, checks, "a-mistake", "Look here."),)
    every = (*exercises, *(ExerciseVerdict(e.name, ()) for e in ASSIGNMENT.exercises[1:]))
    verdict = Verdict(NAME, every, ("a note",), {FIRST: [{"output_type": "stream"}]})
    submission = from_answers(RELEASE, RIGHT)
    path = tmp_path / "graded.ipynb"
    path.write_text(graded(RELEASE, submission, verdict, "today").text)
    assert kept_in(path) == Kept(submission.digest.hex(), "today", verdict.summary())


@pytest.mark.parametrize(
    "metadata",
    [
        {"autograder_digest": "abc"},
        {"autograder_digest": "abc", "autograder_verdict": []},
        {"autograder_digest": "abc", "autograder_verdict": {"exercises": [{"name": 1}]}},
    ],
)
def test_what_an_earlier_version_has_graded_has_no_version(tmp_path: Path, metadata: dict) -> None:
    (tmp_path / "old.ipynb").write_text(json.dumps({"metadata": metadata}))
    assert kept_in(tmp_path / "old.ipynb") == Kept("abc")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"metadata": {"autograder_digest": 1}}'])
def test_a_file_that_is_no_graded_notebook_keeps_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "other.ipynb").write_text(text)
    assert kept_in(tmp_path / "other.ipynb") is None
    assert kept_in(tmp_path / "missing.ipynb") is None


# ------------------------------------------------------------------------------- a docstring's typo


def mended() -> Release:
    """Return the release after a word of each docstring was mended."""
    notebook = RELEASE.notebook()
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") in RIGHT:
            assert '"""' in cell["source"]
            cell["source"] = cell["source"].replace('"""', '"""Mended\n\n    twice. ', 1)
    return Release(NAME, json.dumps(notebook), RELEASE.written)


def handed_in(tmp_path: Path, **answers: str) -> Path:
    """Return a notebook that was released before the docstrings were mended."""
    path = tmp_path / f"{NAME}.ipynb"
    nbformat.write(notebook(ASSIGNMENT, answers), path)
    return path


def test_a_typo_in_a_docstring_leaves_untouched_stubs_untouched(tmp_path: Path) -> None:
    path = handed_in(tmp_path, **{FIRST: RIGHT[FIRST]})
    before, after = from_submitted(RELEASE, path), from_submitted(mended(), path)
    assert after.digest == before.digest
    assert after.notes == before.notes == ()
    verdict = Verdict(NAME, tuple(ExerciseVerdict(e.name, ()) for e in ASSIGNMENT.exercises))
    answered = graded(mended(), after, verdict).answered
    assert answered == {name: name == FIRST for name in RELEASE.answers}


def test_an_answer_is_found_elsewhere_though_the_stub_is_of_another_day(tmp_path: Path) -> None:
    path = handed_in(tmp_path)
    submitted = nbformat.read(path, as_version=4)
    submitted.cells.append(nbformat.v4.new_code_cell(RIGHT[SECOND]))
    nbformat.write(submitted, path)
    answers = {c.name: c.source for c in from_submitted(mended(), path).answers}
    assert answers[SECOND] == RIGHT[SECOND]


@pytest.mark.parametrize("line", ["# I do not know", "    x = 1", "pass"])
def test_a_stub_with_a_line_more_is_an_answer(line: str) -> None:
    stub = RELEASE.answers[FIRST]
    assert mended().is_untouched(FIRST, stub)
    assert not mended().is_untouched(FIRST, f"{stub}\n{line}")


# ---------------------------------------------------------------------------------- what is told


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with one submission."""
    made = Course.create(tmp_path / "course", "autograder.assignments")
    made.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    folder = made.root / "submitted/ada" / NAME
    folder.mkdir(parents=True)
    nbformat.write(notebook(ASSIGNMENT, RIGHT), folder / f"{NAME}.ipynb")
    return made


def test_what_was_graded_before_a_change_is_told_and_brought_up_to_date(
    course: Course, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    def told(*options: str) -> tuple[str, str]:
        assert main(["grade", NAME, "--course", str(course.root), *options]) == 0
        return capfd.readouterr()

    assert "all right" in told()[0]
    assert "unchanged since it was graded" in told()[0]
    monkeypatch.setattr(grade, "version_of", lambda *_: "tomorrow's")
    out, err = told()
    assert "graded with an older version" in out
    assert "unchanged" not in out
    assert f"python -m autograder grade {NAME} --regrade" in " ".join(err.split())
    assert "all right" in told("--regrade")[0]
    assert "unchanged since it was graded" in told()[0]


def test_what_a_new_gradebook_does_not_know_is_graded_again(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    def graded() -> str:
        assert main(["grade", NAME, "--course", str(course.root)]) == 0
        return capfd.readouterr().out

    graded()
    (course.root / "gradebook.db").unlink()
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    assert "all right" in graded()
    assert "unchanged" in graded()


def test_points_that_have_changed_are_refused_until_the_assignment_is_assigned_again(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    exercise = ASSIGNMENT.exercises[0]
    with course.gradebook() as gradebook:
        (cell,) = (
            cell
            for cell in gradebook.find_notebook(NAME, NAME).grade_cells
            if cell.name == f"test_{exercise.name}"
        )
        cell.max_score = exercise.points - 1
        gradebook.db.commit()
    command = ["grade", NAME, "--course", str(course.root), "--regrade"]
    assert main(command) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert f"test_{exercise.name}: {exercise.points - 1:g} points, now {exercise.points:g}" in line
    assert f"python -m autograder assign {NAME}" in line
    nbgrader = Path(sys.executable).with_name("nbgrader")
    stock = [str(nbgrader), "autograde", NAME]
    ran = subprocess.run(stock, cwd=course.root, capture_output=True, text=True, timeout=120)
    assert "was assigned with other points" in ran.stderr
    assert not course.autograded_path(ASSIGNMENT, "ada").exists()
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    assert main(command) == 0
    with course.gradebook() as gradebook:
        found = gradebook.find_submission(NAME, "ada")
        assert found.score == found.max_score


def test_the_release_notebook_is_what_was_handed_in(tmp_path: Path) -> None:
    # What the tests above hand in is as students get it.
    assert notebook(ASSIGNMENT, {}) == release_notebook(ASSIGNMENT)
