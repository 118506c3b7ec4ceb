"""A file system that refuses: one line says what and where, and no traceback is seen."""

import errno
import os
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.course import Course
from autograder.cli.commands import main

NAME = "gradient_clipping"
ANSWER = Path(__file__).resolve().parents[2] / "solutions/gradient_clipping.py"


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Course:
    """A course with one assignment and a file that stands in everybody's way."""
    made = Course.create(tmp_path / "course", "autograder.assignments")
    assignment = CONTENT.load(NAME)
    made.assign(assignment, source_notebook(assignment))
    (tmp_path / "file").write_text("in the way")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return made


@pytest.mark.parametrize(
    "arguments",
    [
        ["init", "file"],
        ["init", "file/course"],
        ["init", "/proc/nowhere"],
        ["init", "course/gradebook.db/inside"],
        ["export", "--course", "course", "--to", "/proc/nowhere.csv"],
        ["export", "--course", "course", "--to", "file/marks.csv"],
        ["export", "--course", "course", "--to", "course"],
        ["cards", "file"],
        ["cards", "/proc/nowhere"],
        ["grade", "--course", "file"],
        ["feedback", "--course", "file/course"],
        ["check", NAME, "file/answer.py"],
        ["check", NAME, "course"],
    ],
    ids=" ".join,
)
def test_an_impossible_place_is_one_line(
    course: Course, arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    status = main(arguments)
    told = capfd.readouterr().err.strip()
    assert status in (2, 3)
    assert len(told.splitlines()) == 1
    assert "Traceback" not in told
    assert any(part in told for argument in arguments for part in Path(argument).parts)


@pytest.mark.parametrize("name", ["release", "source", "gradebook.db"])
def test_what_cannot_be_written_in_a_course_is_one_line(
    course: Course, name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    place = course.root / name
    place.rename(course.root / "elsewhere")
    if name == "gradebook.db":
        place.mkdir()
    else:
        place.write_text("in the way")
    assert main(["assign", NAME, "--course", str(course.root)]) in (2, 3)
    told = capfd.readouterr().err.strip()
    assert "Traceback" not in told
    assert len(told.splitlines()) == 1


def test_who_cannot_keep_a_secret_is_told_where(
    course: Course, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", os.devnull)
    assert main(["check", NAME, str(ANSWER)]) == 3
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert "XDG_STATE_HOME" in line


def test_a_course_of_an_earlier_version_is_told_which_lines_it_lacks(
    course: Course, capfd: pytest.CaptureFixture[str]
) -> None:
    path = course.root / "nbgrader_config.py"
    assert main(["init", str(course.root)]) == 0
    assert "earlier version" not in capfd.readouterr().err
    lines = path.read_text().splitlines()
    path.write_text("\n".join(line for line in lines if "Collect" not in line))
    assert main(["init", str(course.root)]) == 0
    told = capfd.readouterr().err
    assert "c.ExchangeFactory.collect = 'autograder.nbgrader_plugin.Collect'" in told
    assert "Autograde" not in told


def test_assigning_on_a_full_disk_is_one_line(
    course: Course, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "notebook.ipynb")

    monkeypatch.setattr(nbformat, "write", full)
    assert main(["assign", NAME, "--course", str(course.root)]) == 3
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert "No space left on device: notebook.ipynb" in line


@pytest.mark.parametrize("command", ["grade", "feedback", "status", "report"])
def test_a_course_without_a_folder_for_submissions_is_one_line(
    course: Course, command: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (course.root / "submitted").rmdir()
    names = [] if command == "status" else [NAME]
    assert main([command, *names, "--course", str(course.root)]) == 2
    (line,) = capfd.readouterr().err.strip().splitlines()
    assert "submitted is not there" in line
