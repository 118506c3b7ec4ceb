"""What a released notebook has besides its sheet: time limits, quiet imports, a last look."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from IPython.core.interactiveshell import InteractiveShell

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_notebook, source_notebook
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook, reference_answers
from autograder.grading.release import is_run
from autograder.grading.terms import Patience
from autograder.nbgrader_plugin import ForStudents

EVERY = [CONTENT.load(name) for name in CONTENT.names()]
named = pytest.mark.parametrize("assignment", EVERY, ids=lambda a: a.name)
CLIPPING = CONTENT.load("gradient_clipping")

# Runs a notebook's cells as Jupyter would, where there is no Matplotlib.
WITHOUT = """
import sys
sys.modules["matplotlib"] = None
import nbformat
names, done = {"__name__": "__main__"}, ["skipped"]
for cell in nbformat.read(sys.argv[1], as_version=4).cells:
    if cell.cell_type == "code":
        names["In"] = done
        done.append(cell.source)
        exec(compile(cell.source, cell.id, "exec"), names)
"""


def code(cells, name: str) -> str:
    return next(cell.source for cell in cells if cell.get("id") == name)


@named
def test_every_notebook_says_how_long_code_may_take(assignment) -> None:
    limits = Patience()
    first = " ".join(release_notebook(assignment).cells[0].source.split())
    plain = {exercise.replayable for exercise in assignment.exercises}
    for seconds in (limits.cell, limits.submission, *map(limits.of_a_call, plain)):
        assert f"{seconds:g} seconds" in first
    assert ("needs keras or tensorflow)" in first) == (len(plain) == 2)


def test_the_limits_are_those_of_the_course(tmp_path: Path) -> None:
    Course.create(tmp_path, "autograder.assignments")
    with (tmp_path / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Autograder.cell_seconds = 23\n")
    course = Course(tmp_path)
    course.assign(CLIPPING, source_notebook(CLIPPING, course.settings.patience))
    released = tmp_path / "release" / CLIPPING.name / f"{CLIPPING.name}.ipynb"
    cells = nbformat.read(released, as_version=4).cells
    assert "a cell may run for 23 seconds" in cells[0].source
    built = release_notebook(CLIPPING, course.settings.patience).cells
    assert [cell.source for cell in cells] == [cell.source for cell in built]


@named
def test_what_is_added_is_folded_away_and_not_run_when_it_is_graded(assignment) -> None:
    cells = {cell.id: cell for cell in release_notebook(assignment).cells}
    looks = [cell for cell in cells.values() if "look" in cell.metadata.get("tags", ())]
    assert ("pictures" in cells) == any("matplotlib" in cell.source for cell in looks)
    for name in cells.keys() & {"pictures", "last_look"}:
        assert cells[name].metadata["jupyter"]["source_hidden"]
        assert not is_run(cells[name])


def test_no_page_of_feedback_shows_what_is_folded_away() -> None:
    cells = [{"cell_type": "markdown", "id": name, "source": name, "metadata": {}}
             for name in ("pictures", "mine", "last_look")]  # fmt: skip
    page = nbformat.from_dict({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    shown, _ = ForStudents().preprocess(page, {"autograder_bounded": True})
    assert [cell["id"] for cell in shown.cells] == ["mine"]


@named
def test_the_cell_about_pictures_comes_before_the_first_picture(assignment) -> None:
    ids = [cell.id for cell in release_notebook(assignment).cells]
    drawing = [c.id for c in release_notebook(assignment).cells if "plt." in c.source]
    assert all(ids.index("pictures") < ids.index(name) for name in drawing)


def test_a_notebook_runs_to_its_end_where_matplotlib_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "notebook.ipynb"
    nbformat.write(notebook(CLIPPING, reference_answers(CLIPPING)), file)
    command = [sys.executable, "-c", WITHOUT, str(file)]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, ran.stderr) == (0, "")
    told = ran.stdout.splitlines()
    assert told[0].startswith("Matplotlib is not installed, so there are no pictures")
    assert told[-1] == "No answer uses what only another cell defines."


def test_keras_is_imported_without_a_word_of_tensorflows(tmp_path: Path) -> None:
    setup = code(
        release_notebook(CONTENT.load("pretrained_layers")).cells, "setup_pretrained_layers"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("TF_")}
    more = "import sys; print('heard', file=sys.stderr)"
    command = [sys.executable, "-c", f"{setup}\n{more}"]
    ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "heard\n")


def last_look(*cells: str) -> str:
    """Return what the last cell says when these have been run, as far as it is concerned."""
    with contextlib.redirect_stdout(io.StringIO()) as said:
        exec(code(release_notebook(CLIPPING).cells, "last_look"), {"In": ["", *cells]})
    return said.getvalue()


def test_the_last_look_reads_what_was_typed_and_not_what_ipython_made_of_it() -> None:
    shell = InteractiveShell()
    for cell in (f"%%capture\n{HELPER}", f"%%time\n{ANSWER}"):
        shell.run_cell(cell, store_history=True)
    with contextlib.redirect_stdout(io.StringIO()) as said:
        names = shell.user_ns | {"get_ipython": lambda: shell}
        exec(code(release_notebook(CLIPPING).cells, "last_look"), names)
    assert said.getvalue().startswith("clip_by_norm uses length")


HELPER = "def length(a):\n    return np.sqrt((a ** 2).sum())"
ANSWER = (
    "def clip_by_norm(gradient, threshold):\n    return gradient * threshold / length(gradient)"
)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ((HELPER, ANSWER), "clip_by_norm uses length"),
        (("from numpy.linalg import norm as length", ANSWER), "clip_by_norm uses length"),
        ((f"length = 3\n{HELPER}\n{ANSWER}", "length = 4"), ""),
        ((f"{HELPER}\n{ANSWER}",), ""),
        ((ANSWER, f"{HELPER}\n{ANSWER}", HELPER), ""),  # the last counts
        ((ANSWER,), ""),  # it is nowhere: Jupyter says so itself
        (("def global_norm(g):\n    return 1", ANSWER.replace("length", "global_norm")), ""),
        (("def broken(:", "%magic", HELPER, ANSWER), "clip_by_norm uses length"),
        ((HELPER, "def clip_by_norm(g, length):\n    return length"), ""),
        ((f"%%time\n{HELPER}", ANSWER), "clip_by_norm uses length"),
        ((HELPER, f"%%capture\n!ls\n{ANSWER}"), "clip_by_norm uses length"),
        ((f"{HELPER}\n\ndef global_norm(g):\n    return 1", ANSWER), ""),
        (("from numpy import *", ANSWER), "What an answer takes from `import *`"),
        ((f"from numpy import *\n{HELPER}\n{ANSWER}",), ""),
    ],
)
def test_the_last_look_names_what_an_answer_takes_from_another_cell(
    cells: tuple[str, ...], told: str
) -> None:
    said = last_look(*cells)
    assert said.startswith(told or "No answer uses what only another cell defines.")


def test_the_last_look_says_nothing_false_where_nothing_has_been_run() -> None:
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code(release_notebook(CLIPPING).cells, "last_look"), {})
