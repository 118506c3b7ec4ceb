"""The commands work from every directory, by every way to call Python, and when installed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.assignments import CONTENT
from autograder.cli.sample_class import notebook, reference_answers
from tests.copying import copy_project

ROOT = Path(__file__).resolve().parents[2]
NAME = "initialisers"


@pytest.fixture
def python(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A way to call this Python, and the directory in which it is one."""
    here = ROOT / "book"
    if request.param == "relative":
        return os.path.relpath(sys.executable, here), here
    if request.param == "absolute":
        return sys.executable, here
    link = tmp_path / "link"
    link.symlink_to(Path(sys.executable).parents[1])
    return str(link / "bin" / Path(sys.executable).name), here


@pytest.mark.parametrize("python", ["relative", "absolute", "symlinked"], indirect=True)
def test_code_is_graded_from_any_directory(python: tuple[str, Path], tmp_path: Path) -> None:
    called, here = python
    answer = tmp_path / "answer.py"
    answer.write_text("def leaky_relu(z, alpha):\n    return max(z, alpha * z)\n")
    command = [called, "-m", "autograder", "check", "activations", str(answer), "--json"]
    ran = subprocess.run(command, cwd=here, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["max_score"] > 0


@pytest.mark.parametrize("python", ["relative"], indirect=True)
def test_a_course_is_graded_from_any_directory(python: tuple[str, Path], tmp_path: Path) -> None:
    import nbformat

    called, here = python
    course = tmp_path / "course"

    def run(*arguments: str) -> str:
        command = [called, "-m", "autograder", *arguments]
        ran = subprocess.run(command, cwd=here, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    run("init", str(course))
    run("assign", NAME, "--course", str(course))
    assignment = CONTENT.load(NAME)
    folder = course / "submitted" / "ada" / NAME
    folder.mkdir(parents=True)
    given = notebook(assignment, {"compute_fans": reference_answers(assignment)["compute_fans"]})
    nbformat.write(given, folder / f"{NAME}.ipynb")
    assert "ada" in run("grade", NAME, "--course", str(course))


def test_an_installed_course_has_all_that_it_needs(tmp_path: Path) -> None:
    """What ``pip install .`` makes, where there is no checkout."""
    copy, installed = tmp_path / "copy", tmp_path / "installed"
    copy_project(copy)
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--target", str(installed), str(copy)], check=True)
    shutil.rmtree(copy)
    environment = os.environ | {"PYTHONPATH": str(installed)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-P", "-m", "autograder", *arguments]
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    where = "import autograder, solutions; print(autograder.__file__, solutions.__file__)"
    told = subprocess.run(
        [sys.executable, "-P", "-c", where], cwd=tmp_path, env=environment, capture_output=True
    )
    assert told.stdout.decode().count(str(installed)) == 2
    run("init", "course")
    run("assign", "--course", "course")
    released = {path.stem for path in (tmp_path / "course/release").rglob("*.ipynb")}
    assert released == set(CONTENT.names())
    answer = tmp_path / "answer.py"
    answer.write_text((ROOT / "solutions" / f"{NAME}.py").read_text())
    found = json.loads(run("check", NAME, str(answer), "--json"))
    assert found["exercises"][0]["score"] == found["exercises"][0]["max_score"] > 0


def test_an_installation_without_assignments_says_so(tmp_path: Path) -> None:
    for package in ("autograder", "solutions"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.md", "__pycache__")
        )
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    for arguments in (["init", "course"], ["assign", "--course", "course"]):
        command = [sys.executable, "-P", "-m", "autograder", *arguments]
        ran = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.returncode == 3
    assert "assignments" in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
