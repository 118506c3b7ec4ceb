"""`autograder check` on a notebook as it was downloaded: what its author would be told."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.cards import write_for_book
from autograder.cli.sample_class import notebook, reference_answers

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)


def check(cwd: Path, *arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "autograder", "check", *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=120)


def test_the_notebook_that_the_book_gives_out_is_taken_untouched(tmp_path: Path) -> None:
    write_for_book(ASSIGNMENT, tmp_path)
    ran = check(tmp_path, NAME, f"{NAME}/{NAME}.ipynb")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.count("Not attempted yet.") == len(ASSIGNMENT.exercises)
    assert ran.stdout.endswith("Gradient clipping: 0 of 13 points\n")


def test_what_a_feedback_page_says_first_is_said_first(tmp_path: Path) -> None:
    answers = reference_answers(ASSIGNMENT)
    answers["clip_by_value"] += "\n\n1 / 0\n"
    work = notebook(ASSIGNMENT, answers)
    work.cells.append(nbformat.v4.new_code_cell("def half(x):\n    return x / 2"))
    nbformat.write(work, tmp_path / "my work (1).IPYNB")
    ran = check(tmp_path, NAME, "my work (1).IPYNB")
    assert (ran.returncode, ran.stderr) == (0, "")
    first, note, *_ = ran.stdout.splitlines()
    assert first == "About your notebook"
    assert note.startswith("- Code in cells that are no answers is not run")
    assert "The cell was ended by ZeroDivisionError: division by zero" in ran.stdout
    assert ran.stdout.endswith("Gradient clipping: 13 of 13 points\n")


def test_an_object_is_all_that_is_on_standard_output_where_one_is_asked_for(tmp_path: Path) -> None:
    work = notebook(ASSIGNMENT, reference_answers(ASSIGNMENT))
    work.cells.append(nbformat.v4.new_code_cell("def half(x):\n    return x / 2"))
    nbformat.write(work, tmp_path / "work.ipynb")
    ran = check(tmp_path, NAME, "work.ipynb", "--json")
    assert json.loads(ran.stdout)["score"] == 13
    assert "it defines half" in " ".join(ran.stderr.split())


def test_answers_in_words_are_told_with_their_points(tmp_path: Path) -> None:
    review = CONTENT.load("review")
    written, empty = (answer.name for answer in review.written[:2])
    nbformat.write(notebook(review, {written: "They stay equal."}), tmp_path / "review.ipynb")
    said = check(tmp_path, "review", "review.ipynb").stdout
    assert f"{written}: a person grades it (3 points)" in said
    assert f"{empty}: nothing is written yet (3 points)" in said


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("work.txt", "x = 1", "is not a notebook"),
        ("work.ipynb", "x = 1", "is not a notebook"),
        ("work.py", "x = '\\d'", ""),
    ],
)
def test_a_file_is_what_its_name_says(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)
    ran = check(tmp_path, NAME, name)
    assert ran.returncode == (2 if told else 0)
    assert told in ran.stderr
    assert len(ran.stderr.splitlines()) == bool(told)
