"""Somebody begins an exercise: what is written, what is missing, and how faults are told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = """\
from autograder.judging.content import Content

CONTENT = Content("made_course.assignments", "made_course.solutions", "made")
"""
ANSWER = """\
import numpy as np


def one(x):
    return x.copy()


def two(x):
    return x.copy()
"""


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A course of one assignment with two exercises, as `autograder new` leaves it."""
    root = tmp_path / "packages" / "made_course"
    for folder in ("assignments", "solutions"):
        (root / folder).mkdir(parents=True)
        (root / folder / "__init__.py").write_text("")
    (root / "__init__.py").write_text(PACKAGE)
    autograder(tmp_path, "init", "course", "--content", "made_course")
    for name in ("one", "two"):
        autograder(tmp_path, "new", f"made.{name}", "--course", "course")
    (tmp_path / "answer.py").write_text(ANSWER)
    return tmp_path


def autograder(at: Path, *arguments: str, status: int = 0) -> subprocess.CompletedProcess:
    ran = subprocess.run(
        [sys.executable, "-m", "autograder", *arguments],
        cwd=at,
        env=os.environ | {"PYTHONPATH": str(at / "packages"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == status, ran.stdout + ran.stderr
    return ran


def check(at: Path, *more: str, status: int = 0) -> subprocess.CompletedProcess:
    return autograder(at, "check", "made", "answer.py", "--course", "course", *more, status=status)


def assignment(made: Path) -> Path:
    return made / "packages/made_course/assignments/made"


def test_a_new_exercise_is_listed_and_nothing_is_written_twice(made: Path) -> None:
    texts = {p: p.read_text() for p in (made / "packages").rglob("*") if p.is_file()}
    again = autograder(made, "new", "made.one", "--course", "course").stdout
    assert "written" not in again
    assert again.count("missing: ") == 5
    assert all(path.read_text() == text for path, text in texts.items())


def test_a_module_that_imports_by_name_is_added_to(made: Path) -> None:
    mistakes = assignment(made) / "mistakes.py"
    text = mistakes.read_text().replace("import made as reference", "import made")
    text = text.replace("reference.", "made.")
    mistakes.write_text(text.replace("made.one", "one").replace("import made", "import made, one"))
    text = mistakes.read_text().replace(
        "solutions import made, one", "solutions.made import one, two"
    )
    mistakes.write_text(text.replace("made.two", "two"))
    assert "written" not in autograder(made, "new", "made.one", "--course", "course").stdout
    told = autograder(made, "new", "made.three", "--course", "course").stdout
    assert told.count("missing: ") == 5
    assert "import made as reference" in mistakes.read_text()


def test_what_has_been_written_is_no_longer_missing(made: Path) -> None:
    checks = assignment(made) / "checks.py"
    text = checks.read_text().replace('"TODO: what is looked at"', '"values"', 1)
    checks.write_text(text + text[text.index("@check") : text.index('@check("two"')].replace(
        '"values"', '"more values"').replace("one_values", "one_more"))  # fmt: skip
    again = autograder(made, "new", "made.one", "--course", "course").stdout
    assert again.count("missing: ") == 4
    assert "checks.py" not in again


def test_a_skeleton_grades_already(made: Path) -> None:
    found = json.loads(check(made, "--json").stdout)
    assert [(e["name"], e["score"]) for e in found["exercises"]] == [("one", 1.0), ("two", 1.0)]


@pytest.mark.parametrize("given", ["nodot", "made.9lives", "made.one two"])
def test_a_name_that_is_none_is_one_line(made: Path, given: str) -> None:
    told = autograder(made, "new", given, "--course", "course", status=2).stderr
    assert len(told.strip().splitlines()) == 1


def test_a_faulty_check_is_named_with_its_place(made: Path) -> None:
    checks = assignment(made) / "checks.py"
    checks.write_text(checks.read_text().replace("    x = draw", "    1 / 0\n    x = draw", 1))
    told = check(made, status=3).stderr.strip()
    assert len(told.splitlines()) == 1
    for part in ("TODO: what is looked at", "of one in made", f"{checks}, line", "ZeroDivision"):
        assert part in told
    assert "Traceback" in (made / "course/autograder.log").read_text()
    assert "Traceback" in check(made, "--debug", status=3).stderr


def test_a_faulty_check_costs_no_submission_silently(made: Path) -> None:
    autograder(made, "assign", "--course", "course")
    released = made / "course/release/made/made.ipynb"
    submitted = made / "course/submitted/ada/made"
    submitted.mkdir(parents=True)
    notebook = json.loads(released.read_text())
    for cell in notebook["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade_id") == "one":
            cell["source"] = "def one(x):\n    return x.copy()\n"
    (submitted / "made.ipynb").write_text(json.dumps(notebook))
    checks = assignment(made) / "checks.py"
    checks.write_text(checks.read_text().replace("    x = draw", "    1 / 0\n    x = draw", 1))
    told = autograder(made, "grade", "--course", "course", status=3).stderr
    assert "ada: The check 'TODO: what is looked at' of one in made is faulty" in told
    assert "ZeroDivisionError" in (made / "course/autograder.log").read_text()


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("checks.py", "from __future__", "def (", "checks.py, line"),
        ("checks.py", "import numpy", "import nummpy", "No module named 'nummpy'"),
        ("mistakes.py", "from __future__", "def (", "mistakes.py, line"),
        ("../../solutions/made.py", "import numpy", "def (", "made.py, line"),
        ("assignment.md", 'title: "Made"', "nothing: 1", "title"),
        ("assignment.md", "made.two", "made.three", "checks.py has no check of three"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_status_three(
    made: Path, file: str, old: str, new: str, told: str
) -> None:
    path = assignment(made) / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    found = check(made, status=3).stderr.strip()
    assert told in found
    assert len(found.splitlines()) == 1


def test_an_assignment_without_mistakes_is_graded(made: Path) -> None:
    (assignment(made) / "mistakes.py").unlink()
    (made / "answer.py").write_text(ANSWER.replace("return x.copy()", "return -x", 1))
    found = json.loads(check(made, "--json").stdout)
    assert [(e["score"], e["mistake"]) for e in found["exercises"]] == [(0.0, None), (1.0, None)]


def test_an_edit_of_what_is_not_there_is_named(made: Path) -> None:
    mistakes = assignment(made) / "mistakes.py"
    mistakes.write_text(mistakes.read_text().replace("x.copy()", "y.copy()", 1))
    (made / "answer.py").write_text(ANSWER.replace("return x.copy()", "return -x", 1))
    told = check(made, status=3).stderr
    assert "first-mistake of one replaces 'y.copy()', which is not there" in told
