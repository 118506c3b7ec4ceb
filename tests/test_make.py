"""What `make` does when a half of it fails, and what it does not delete."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# Stands for the Python of `.venv`: keeps what it was asked, and fails at what it is told to.
PYTHON = """\
#!/bin/sh
echo "$*" >> asked
case "$*" in *"$FAILS"*) exit 1;; esac
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that is set up, but with a Python that does nothing."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in ("requirements.lock", "pyproject.toml"):
        (tmp_path / name).touch()
    python = tmp_path / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(PYTHON)
    python.chmod(0o755)
    (tmp_path / ".venv/.ready").touch()
    return tmp_path


def make(project: Path, *arguments: str, fails: str = "nothing") -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "FAILS": fails}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=project, env=environment, capture_output=True, text=True)


def test_the_book_and_the_class_are_made(project: Path) -> None:
    ran = make(project, "course")
    assert ran.returncode == 0, ran.stderr
    assert "FAILED" not in ran.stdout
    assert "index.html" in ran.stdout
    assert "grades.csv" in ran.stdout


def test_a_class_is_graded_although_the_book_failed(project: Path) -> None:
    ran = make(project, "course", fails="book.build")
    assert ran.returncode != 0
    assert "course] Error 1" in ran.stderr
    assert "autograder export" in (project / "asked").read_text()
    assert "The book:      FAILED" in ran.stdout
    assert "grades.csv" in ran.stdout
    assert "The class:     FAILED" not in ran.stdout


def test_a_book_is_built_although_the_class_fails(project: Path) -> None:
    ran = make(project, "course", fails="autograder assign")
    assert ran.returncode != 0
    assert "course] Error 2" in ran.stderr
    assert "book.build" in (project / "asked").read_text()
    assert "The class:     FAILED" in ran.stdout
    assert "index.html" in ran.stdout


def test_that_both_failed_is_said(project: Path) -> None:
    assert "course] Error 3" in make(project, "course", fails="autograder").stderr


@pytest.mark.parametrize("arguments", [[], ["CLASSROOM=0"]])
def test_cleaning_keeps_a_classroom_with_marks(project: Path, arguments: list[str]) -> None:
    (project / "classroom").mkdir()
    (project / "classroom/gradebook.db").touch()
    (project / "_build").mkdir()
    ran = make(project, "clean", *arguments)
    assert (project / "classroom/gradebook.db").exists()
    assert "make clean CLASSROOM=1" in ran.stdout
    assert not (project / "_build").exists()


def test_cleaning_deletes_a_classroom_without_marks_and_one_that_is_named(project: Path) -> None:
    (project / "classroom/release").mkdir(parents=True)
    make(project, "clean")
    assert not (project / "classroom").exists()
    (project / "classroom").mkdir()
    (project / "classroom/gradebook.db").touch()
    make(project, "clean", "CLASSROOM=1")
    assert not (project / "classroom").exists()
