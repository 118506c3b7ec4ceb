"""Rebuilding: only the text of answer cells is taken from a submission, and bad files are told."""

import json
import os
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_notebook, release_of
from autograder.errors import InputError
from autograder.grading.rebuild import from_notebook, rebuilt_notebook
from autograder.grading.submission import from_python

ASSIGNMENT = CONTENT.load("initialisers")
RELEASE = release_of(ASSIGNMENT)
ANSWER = "def compute_fans(shape):\n    return shape"


def submitted() -> dict:
    """Return a submission of the first exercise, as JSON."""
    notebook = json.loads(nbformat.writes(release_notebook(ASSIGNMENT)))
    cell(notebook, "compute_fans")["source"] = ANSWER
    return notebook


def cell(notebook: dict, grade_id: str) -> dict:
    found = [c for c in notebook["cells"] if _grade_id(c) == grade_id]
    return found[0]


def _grade_id(cell: dict) -> str | None:
    return cell["metadata"].get("nbgrader", {}).get("grade_id")


def write(tmp_path: Path, content: object) -> Path:
    path = tmp_path / "initialisers.ipynb"
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    path.write_bytes(data)
    return path


def rebuilt(tmp_path: Path, content: object):
    submission = from_notebook(RELEASE, write(tmp_path, content))
    return rebuilt_notebook(RELEASE, submission), submission


def expected():
    notebook = release_notebook(ASSIGNMENT)
    for c in notebook.cells:
        if c.metadata.get("nbgrader", {}).get("grade_id") == "compute_fans":
            c.source = ANSWER
    return notebook


def test_the_rebuilt_notebook_is_the_release_with_the_answers(tmp_path: Path) -> None:
    notebook, submission = rebuilt(tmp_path, submitted())
    assert notebook == expected()
    assert submission.notes == ()


def _add_cells(notebook: dict) -> None:
    extra = {"cell_type": "code", "metadata": {}, "source": "import os", "outputs": []}
    notebook["cells"].insert(0, extra)


def _forge_metadata(notebook: dict) -> None:
    for c in notebook["cells"]:
        if _grade_id(c):
            c["metadata"]["nbgrader"] |= {"points": 1000, "checksum": "0", "schema_version": 1}
            c["metadata"]["tags"] = ["look"]
    notebook["metadata"]["kernelspec"]["name"] = "bash"


def _forge_outputs(notebook: dict) -> None:
    output = {"output_type": "execute_result", "data": {"text/plain": "99"}, "metadata": {}}
    for c in notebook["cells"]:
        c["outputs"] = [output]


def _change_tests(notebook: dict) -> None:
    for c in notebook["cells"]:
        if str(_grade_id(c)).startswith("test_"):
            c["source"] = "99.0"


def _delete_the_rest(notebook: dict) -> None:
    notebook["cells"] = [cell(notebook, "compute_fans")]


def _shuffle(notebook: dict) -> None:
    notebook["cells"].reverse()


def _list_of_lines(notebook: dict) -> None:
    cell(notebook, "compute_fans")["source"] = ANSWER.splitlines(keepends=True)


def _make_it_markdown(notebook: dict) -> None:
    cell(notebook, "compute_fans")["cell_type"] = "markdown"


def _break_other_cells(notebook: dict) -> None:
    notebook["cells"] += [None, 3, [], {"metadata": 3}, {"metadata": {"nbgrader": []}}]
    notebook["cells"].append({"metadata": {"nbgrader": {"grade_id": ["compute_fans"]}}})
    notebook["cells"].append({"metadata": {"nbgrader": {"grade_id": "compute_fans"}}, "source": 3})


@pytest.mark.parametrize(
    "change",
    [
        _add_cells,
        _forge_metadata,
        _forge_outputs,
        _change_tests,
        _delete_the_rest,
        _shuffle,
        _list_of_lines,
        _make_it_markdown,
        _break_other_cells,
    ],
)
def test_nothing_but_the_answers_reaches_the_grader(tmp_path: Path, change) -> None:
    notebook = submitted()
    change(notebook)
    assert rebuilt(tmp_path, notebook)[0] == expected()


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + json.dumps(submitted()).encode()
    assert rebuilt(tmp_path, data)[0] == expected()


def test_what_was_dropped_is_told(tmp_path: Path) -> None:
    notebook = submitted()
    _add_cells(notebook)
    notebook["cells"].remove(cell(notebook, "he_normal"))
    twice = dict(cell(notebook, "compute_fans"), source="the last one")
    notebook["cells"].append(twice)
    _, submission = rebuilt(tmp_path, notebook)
    told = " ".join(submission.notes)
    assert "1 code cell(s) that the student added" in told
    assert "he_normal is missing" in told
    assert "compute_fans is there twice; the last one counts" in told
    assert {c.name: c.source for c in submission.answers}["compute_fans"] == "the last one"


def test_half_a_surrogate_pair_does_no_harm(tmp_path: Path) -> None:
    notebook = submitted()
    cell(notebook, "compute_fans")["source"] = "x = '\ud800'"
    _, submission = rebuilt(tmp_path, notebook)
    assert submission.digest


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"plain text", "is not a notebook"),
        (b"", "is not a notebook"),
        (b"\x00" * 100, "is not a notebook"),
        (b"\xff\xfe{}", "is not a notebook"),
        (b"[" * 200_000, "is not a notebook"),
        ([], "is not a notebook"),
        ({}, "is not a notebook"),
        ({"worksheets": [], "nbformat": 3}, "is not a notebook of format 4"),
        ({"cells": {}, "nbformat": 4}, "is not a notebook of format 4"),
        ({"cells": [], "nbformat": 4}, "another assignment"),
        ({"cells": [{"cell_type": "code", "source": "1"}]}, "another assignment"),
    ],
)
def test_a_malformed_notebook_is_one_clear_line(tmp_path: Path, content, told: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError, match=told) as caught:
        from_notebook(RELEASE, path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_what_is_no_plain_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(write(tmp_path, submitted()))
    (tmp_path / "huge").write_bytes(b"")
    os.truncate(tmp_path / "huge", 21 << 20)
    for name, told in {
        "folder": "not a plain file",
        "pipe": "not a plain file",
        "link": "symbolic link",
        "huge": "larger than 20 MiB",
        "missing": "there is no such file",
    }.items():
        with pytest.raises(InputError, match=told):
            from_notebook(RELEASE, tmp_path / name)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"def (", "line 1"),
        (b"x = 1\n\x00", "not a Python file"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"(" * 5000, "not a Python file"),
    ],
)
def test_a_file_that_is_not_python_is_one_clear_line(tmp_path: Path, content, told: str) -> None:
    path = tmp_path / "answer.py"
    path.write_bytes(content)
    with pytest.raises(InputError, match=told) as caught:
        from_python(ASSIGNMENT, path)
    assert "\n" not in str(caught.value)


def test_the_inputs_depend_on_the_students_text_alone(tmp_path: Path) -> None:
    plain = rebuilt(tmp_path, submitted())[1].digest
    dressed = submitted()
    _forge_outputs(dressed)
    _shuffle(dressed)
    assert rebuilt(tmp_path, dressed)[1].digest == plain
    other = submitted()
    cell(other, "compute_fans")["source"] += "\n"
    assert rebuilt(tmp_path, other)[1].digest != plain
