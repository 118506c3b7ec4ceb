"""Work that lies where it is not looked for is told, and is nobody's silence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from autograder.classroom.course import Course
from autograder.classroom.strays import stray, strays

NAME = "gradient_clipping"
OTHERS = ["activations", NAME, "review"]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("gradient_clipping.ipynb", "lies in the student's folder itself"),
        ("anything (2).ipynb", "'anything (2).ipynb' lies in the student's folder itself"),
        ("Gradient_Clipping/gradient_clipping.ipynb", "has 'Gradient_Clipping'"),
        ("gradient-clipping/gradient_clipping.ipynb", "has 'gradient-clipping'"),
        ("gradient_cliping/gradient_clipping.ipynb", "has 'gradient_cliping'"),
        ("homework1/gradient_clipping.ipynb", "rename 'homework1' to 'gradient_clipping'"),
        ("all.zip", "'all.zip' lies in the student's folder itself; unpack it"),
        ("activations/activations.ipynb", ""),
        ("notes/readme.txt", ""),
    ],
)
def test_work_that_lies_elsewhere_is_told(tmp_path: Path, path: str, told: str) -> None:
    file = tmp_path / "ada" / path
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    found = stray(tmp_path / "ada", NAME, OTHERS)
    assert told in found
    assert bool(found) == bool(told)
    assert "\n" not in found


def test_what_lies_in_submitted_itself_is_told(tmp_path: Path) -> None:
    for name in ("ada.ipynb", "class.zip", "readme.txt", ".DS_Store"):
        (tmp_path / name).write_text("{}")
    for name in ("ada", "bob", "__MACOSX", ".ipynb_checkpoints", NAME):
        (tmp_path / name).mkdir()
    found = strays(tmp_path, NAME, OTHERS, {"bob"})
    assert set(found) == {"ada.ipynb", "class.zip", "ada", NAME}
    assert found["ada"] == ""
    assert "submitted/STUDENT/gradient_clipping/" in found["ada.ipynb"]
    assert "first comes the student's name" in found[NAME]


def test_grade_says_so_and_its_status_too(tmp_path: Path) -> None:
    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = [sys.executable, "-m", "autograder", *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120)

    assert run("init", ".").returncode == 0
    assert run("assign", NAME).returncode == 0
    lone = tmp_path / "submitted/ada/gradient_clipping.ipynb"
    lone.parent.mkdir(parents=True)
    lone.write_text("{}")
    (tmp_path / "submitted/bob/activations").mkdir(parents=True)
    with Course(tmp_path).gradebook() as gradebook:
        gradebook.add_student("zoe")
    ran = run("grade", NAME)
    rows = {line.split()[1]: line for line in ran.stdout.splitlines() if line.startswith("│")}
    assert set(rows) == {"ada", "bob", "zoe"}
    assert "not graded, see below" in rows["ada"]
    assert "handed nothing in" in rows["bob"]
    assert "handed nothing in" in rows["zoe"]
    assert ran.returncode == 2
    assert "ada: " in ran.stderr
    assert "put it into gradient_clipping/ there" in " ".join(ran.stderr.split())
