"""What `nbgrader collect` takes from an exchange, in which students may put what they like."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import source_notebook
from autograder.classroom.collecting import copy_files
from autograder.classroom.course import Course
from autograder.cli.sample_class import notebook

NAME = "gradient_clipping"
ASSIGNMENT = CONTENT.load(NAME)
FILE = f"{NAME}.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """A course with an exchange in which five have handed in, some of them what they should not."""
    course = Course.create(tmp_path / "course", "autograder.assignments")
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f'c.Exchange.root = "{tmp_path / "exchange"}"\n')
        config.write("c.CourseDirectory.max_dir_size = 1000\n")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    inbound = tmp_path / "exchange" / course.content.course_id / "inbound"
    for student in ("anna", "link", "pipe", "huge", "zoe"):
        folder = inbound / f"{student}+{NAME}+2026-01-02 03:04:05.000000 UTC+random"
        folder.mkdir(parents=True)
        (folder / "timestamp.txt").write_text("2026-01-02 03:04:05.000000 UTC")
        if student != "link":
            nbformat.write(notebook(ASSIGNMENT, {}), folder / FILE)
    source = course.root / "source" / NAME
    (inbound / f"link+{NAME}+2026-01-02 03:04:05.000000 UTC+random" / FILE).symlink_to(
        source / FILE
    )
    (inbound / f"linked+{NAME}+2026-01-02 03:04:05.000000 UTC+random").symlink_to(source)
    (inbound / f"eve+{NAME}+garbage+x").mkdir()
    (inbound / f"evil+{NAME}+x").mkdir()
    os.mkfifo(inbound / f"pipe+{NAME}+2026-01-02 03:04:05.000000 UTC+random" / "pipe")
    with (inbound / f"huge+{NAME}+2026-01-02 03:04:05.000000 UTC+random" / "hole").open("wb") as f:
        f.truncate(1 << 40)
    return course


def collected_by_nbgrader(course: Course, *options: str) -> subprocess.CompletedProcess[str]:
    command = [Path(sys.executable).with_name("nbgrader"), "collect", NAME, *options]
    return subprocess.run(command, cwd=course.root, capture_output=True, text=True)


def test_no_link_is_followed_and_nobody_keeps_the_others_out(course: Course) -> None:
    ran = collected_by_nbgrader(course)
    assert ran.returncode == 0, ran.stderr
    submitted = course.root / "submitted"
    collected = {str(p.relative_to(submitted)) for p in submitted.rglob("*") if p.is_file()}
    named = {f"{s}/{NAME}/{FILE}" for s in ("anna", "pipe", "zoe")}
    times = {f"{s}/{NAME}/timestamp.txt" for s in ("anna", "link", "pipe", "zoe")}
    assert collected == named | times
    assert not any(p.is_symlink() for p in submitted.rglob("*"))
    assert "linked+" in ran.stderr
    assert "huge+" in ran.stderr
    assert f"['{FILE}']" in ran.stderr
    assert "eve+" in ran.stderr

    # And again, when there is one more, and what a time should be in says none.
    (submitted / "anna" / NAME / "timestamp.txt").write_bytes(b"no time at all \xff")
    inbound = course.root.parent / "exchange" / course.content.course_id / "inbound"
    late = inbound / f"bert+{NAME}+2026-01-03 03:04:05.000000 UTC+random"
    late.mkdir()
    nbformat.write(notebook(ASSIGNMENT, {}), late / FILE)
    ran = collected_by_nbgrader(course, "--update")
    assert ran.returncode == 0, ran.stderr
    assert (submitted / "bert" / NAME / FILE).exists()


def test_what_is_no_file_is_left_and_told(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "inner").mkdir(parents=True)
    (source / "inner" / "file").write_bytes(b"content")
    (source / "inner" / "link").symlink_to("/etc/passwd")
    (source / "folder").symlink_to("/etc")
    os.mkfifo(source / "pipe")
    left = copy_files(source, tmp_path / "copy", 7)
    assert sorted(left) == ["folder", "inner/link", "pipe"]
    assert (tmp_path / "copy/inner/file").read_bytes() == b"content"
    assert sorted(p.name for p in (tmp_path / "copy").rglob("*")) == ["file", "inner"]
    with pytest.raises(RuntimeError, match="too large"):
        copy_files(source, tmp_path / "another", 6)
