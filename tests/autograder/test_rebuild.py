"""Rebuilding: only the text of answer cells is taken from a submission, and bad files are told."""

import json
import os
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_notebook, release_of
from autograder.errors import InputError
from autograder.grading.rebuild import from_submitted, rebuilt_notebook
from autograder.grading.source import joined
from autograder.grading.submission import from_python

ASSIGNMENT = CONTENT.load("initialisers")
RELEASE = release_of(ASSIGNMENT)
ANSWER = "def compute_fans(shape):\n    return shape"


def submitted() -> dict:
    """Return a submission of the first exercise, as JSON."""
    notebook = json.loads(nbformat.writes(release_notebook(ASSIGNMENT)))
    for one in notebook["cells"]:
        one["source"] = "".join(one["source"])
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
    submission = from_submitted(RELEASE, write(tmp_path, content))
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
    notebook["cells"].append({"metadata": {"nbgrader": {"grade_id": "he_normal"}}, "source": 3})


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


def _answers(notebook: dict, tmp_path: Path) -> tuple[dict[str, str], str]:
    _, submission = rebuilt(tmp_path, notebook)
    return {c.name: c.source for c in submission.answers}, " ".join(submission.notes)


def test_what_was_dropped_is_told(tmp_path: Path) -> None:
    notebook = submitted()
    helper = {"cell_type": "code", "metadata": {}, "source": "def half(x):\n    return x / 2"}
    notebook["cells"].insert(3, helper)
    notebook["cells"].remove(cell(notebook, "he_normal"))
    _, told = _answers(notebook, tmp_path)
    assert "not run when the notebook is graded: cell 4 (it defines half)" in told
    assert "he_normal is missing" in told
    assert rebuilt(tmp_path, notebook)[1].elsewhere == (("half", 4),)


def test_many_added_cells_are_counted(tmp_path: Path) -> None:
    notebook = submitted()
    notebook["cells"] += [
        {"cell_type": "code", "metadata": {}, "source": f"x{n} = {n}"} for n in range(100_000)
    ]
    _, told = _answers(notebook, tmp_path)
    assert "and 99995 more" in told
    assert len(told) < 1000


def test_a_changed_set_up_cell_is_told(tmp_path: Path) -> None:
    notebook = submitted()
    cell(notebook, "setup_initialisers")["source"] += "\nimport itertools"
    assert "The set-up cell setup_initialisers was changed" in _answers(notebook, tmp_path)[1]


def _copy(of: dict, source: str) -> dict:
    return {**of, "id": f"copy-{len(source)}", "source": source}


def test_the_pieces_of_a_split_cell_are_joined_in_order(tmp_path: Path) -> None:
    notebook = submitted()
    own = cell(notebook, "compute_fans")
    at = notebook["cells"].index(own)
    notebook["cells"].insert(at, _copy(own, "def helper():\n    return 1"))
    notebook["cells"].insert(at + 2, _copy(own, "compute_fans((1,))"))
    answers, told = _answers(notebook, tmp_path)
    pieces = ["def helper():\n    return 1", ANSWER, "compute_fans((1,))"]
    assert answers["compute_fans"] == joined(pieces)
    _, submission = rebuilt(tmp_path, notebook)
    assert [c.source for c in submission.cells if c.name == "compute_fans"] == pieces
    assert "compute_fans is there 3 times: joined in order" in told


def test_halves_that_are_code_only_together_are_run_as_one(tmp_path: Path) -> None:
    notebook = submitted()
    own = cell(notebook, "compute_fans")
    at = notebook["cells"].index(own)
    own["source"] = "def compute_fans(shape):\n    shape = tuple(shape)"
    notebook["cells"].insert(at + 1, _copy(own, "    return shape"))
    _, submission = rebuilt(tmp_path, notebook)
    (run,) = [c.source for c in submission.cells if c.name == "compute_fans"]
    names: dict = {}
    exec(run, names)
    assert names["compute_fans"]([1, 2]) == (1, 2)


def test_an_untouched_stub_among_the_copies_of_a_cell_does_not_count(tmp_path: Path) -> None:
    notebook = submitted()
    own = cell(notebook, "compute_fans")
    notebook["cells"].append(_copy(own, RELEASE.answers["compute_fans"] + "\n"))
    answers, told = _answers(notebook, tmp_path)
    assert answers["compute_fans"] == ANSWER
    assert told == ""


def test_pieces_that_are_too_long_together_are_dropped(tmp_path: Path) -> None:
    notebook = submitted()
    own = cell(notebook, "compute_fans")
    notebook["cells"] += [_copy(own, "x" * 600_000), _copy(own, "y" * 600_000)]
    answers, told = _answers(notebook, tmp_path)
    assert "compute_fans" not in answers
    assert "compute_fans has no readable text" in told


def test_an_answer_without_metadata_is_known_by_its_cells_id(tmp_path: Path) -> None:
    notebook = submitted()
    for one in notebook["cells"]:
        one["metadata"] = {}
    answers, told = _answers(notebook, tmp_path)
    assert answers["compute_fans"] == ANSWER
    assert told == ""


@pytest.mark.parametrize("kept", [True, False], ids=["stub kept", "cell deleted"])
def test_an_answer_in_a_cell_of_the_students_own_is_found_and_told(
    tmp_path: Path, kept: bool
) -> None:
    notebook = submitted()
    own = cell(notebook, "compute_fans")
    notebook["cells"].append({"cell_type": "code", "id": "mine", "metadata": {}, "source": ANSWER})
    if kept:
        own["source"] = RELEASE.answers["compute_fans"]
    else:
        notebook["cells"].remove(own)
    answers, told = _answers(notebook, tmp_path)
    assert answers["compute_fans"] == ANSWER
    assert f"compute_fans was found in cell {len(notebook['cells'])}" in told


def test_two_answers_in_added_cells_are_left_to_their_author(tmp_path: Path) -> None:
    notebook = submitted()
    notebook["cells"].remove(cell(notebook, "compute_fans"))
    for number in (1, 2):
        source = f"{ANSWER}  # {number}"
        notebook["cells"].append({"cell_type": "code", "metadata": {}, "source": source})
    answers, told = _answers(notebook, tmp_path)
    assert "compute_fans" not in answers
    assert "compute_fans is missing" in told
    assert "it defines compute_fans" in told


def test_an_answer_of_ones_own_is_not_replaced_by_an_added_cell(tmp_path: Path) -> None:
    notebook = submitted()
    extra = {"cell_type": "code", "metadata": {}, "source": "def compute_fans(x):\n    pass"}
    notebook["cells"].append(extra)
    assert _answers(notebook, tmp_path)[0]["compute_fans"] == ANSWER


def test_line_ends_of_another_system_and_white_space_change_nothing(tmp_path: Path) -> None:
    notebook = submitted()
    for one in notebook["cells"]:
        one["source"] = one["source"].replace("\n", "\r\n")
    untouched = cell(notebook, "he_normal")
    untouched["source"] += "\r\n"
    answers, told = _answers(notebook, tmp_path)
    assert answers["compute_fans"] == ANSWER
    assert answers["he_normal"] == RELEASE.answers["he_normal"]
    assert told == ""


def test_other_notebooks_in_the_folder_are_told(tmp_path: Path) -> None:
    (tmp_path / "initialisers-Copy1.ipynb").write_text("{}")
    _, told = _answers(submitted(), tmp_path)
    assert "not what lies beside it: 'initialisers-Copy1.ipynb'" in told


def test_a_notebook_by_another_name_is_told(tmp_path: Path) -> None:
    (tmp_path / "initialisers (1).ipynb").write_text("{}")
    with pytest.raises(InputError, match=r"no such file, but 'initialisers \(1\)\.ipynb'"):
        from_submitted(RELEASE, tmp_path / "initialisers.ipynb")


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
        (b"\xff\xfe{}", "not UTF-8 text"),
        ("caf\u00e9".encode("latin-1"), "not UTF-8 text"),
        (b"[" * 200_000, "is not a notebook"),
        ([], "is not a notebook"),
        ({}, "is not a notebook"),
        ({"worksheets": [], "nbformat": 3}, "is not a notebook of format 4, but of an older"),
        ({"cells": {}, "nbformat": 4}, "is not a notebook of format 4"),
        ({"cells": [], "nbformat": 4}, "another assignment"),
        ({"cells": [{"cell_type": "code", "source": "1"}]}, "another assignment"),
    ],
)
def test_a_malformed_notebook_is_one_clear_line(tmp_path: Path, content, told: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(InputError, match=told) as caught:
        from_submitted(RELEASE, path)
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
            from_submitted(RELEASE, tmp_path / name)


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
