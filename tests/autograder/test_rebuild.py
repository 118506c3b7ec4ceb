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
    told = _answers(notebook, tmp_path)[1]
    assert "The set-up cell (cell 2) was changed" in told
    assert "without itertools" in told


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


def _added(source: str, kind: str = "code") -> dict:
    return {"cell_type": kind, "id": f"new-{len(source)}", "metadata": {}, "source": source}


def test_an_answer_that_was_written_into_the_cell_of_another_is_found(tmp_path: Path) -> None:
    notebook = submitted()
    both = f"{ANSWER}\n\n\n@cache\ndef he_normal(shape, rng):\n    return rng"
    cell(notebook, "compute_fans")["source"] = both
    answers, told = _answers(notebook, tmp_path)
    assert answers["compute_fans"] == both
    assert answers["he_normal"] == "@cache\ndef he_normal(shape, rng):\n    return rng"
    assert "he_normal was found in the cell of compute_fans" in told


def test_a_copied_cell_in_which_another_answer_was_written_is_found(tmp_path: Path) -> None:
    notebook = submitted()
    own = cell(notebook, "compute_fans")
    notebook["cells"].append(_copy(own, "def he_normal(shape, rng):\n    return rng"))
    answers, _ = _answers(notebook, tmp_path)
    assert answers["he_normal"] == "def he_normal(shape, rng):\n    return rng"


def test_an_answer_that_was_typed_above_the_tests_is_found_without_the_tests(
    tmp_path: Path,
) -> None:
    notebook = submitted()
    tests = cell(notebook, "test_he_normal")
    tests["source"] = f"def he_normal(shape, rng):\n    return rng\n\n{tests['source']}"
    answers, told = _answers(notebook, tmp_path)
    assert answers["he_normal"] == "def he_normal(shape, rng):\n    return rng"
    assert "he_normal was found in cell" in told
    assert "is not run" not in told


def test_a_value_that_is_called_as_an_answer_is_none(tmp_path: Path) -> None:
    notebook = submitted()
    notebook["cells"].append(_added("he_normal = 0.5"))
    assert _answers(notebook, tmp_path)[0]["he_normal"] == RELEASE.answers["he_normal"]


def test_an_emptied_cell_is_an_untouched_one(tmp_path: Path) -> None:
    notebook = submitted()
    cell(notebook, "he_normal")["source"] = " \n"
    cell(notebook, "compute_fans")["source"] = ""
    notebook["cells"].append(_added(ANSWER))
    answers, _ = _answers(notebook, tmp_path)
    assert answers["he_normal"] == RELEASE.answers["he_normal"]
    assert answers["compute_fans"] == ANSWER


def test_a_notebook_without_any_marks_is_known_by_its_texts(tmp_path: Path) -> None:
    notebook = submitted()
    for one in notebook["cells"]:
        one["metadata"] = {}
        del one["id"]
    answers, told = _answers(notebook, tmp_path)
    assert answers == RELEASE.answers | {"compute_fans": ANSWER}
    assert told.startswith("The answer compute_fans was found in cell 7, ")
    assert "missing" not in told


def test_answers_that_were_found_elsewhere_are_one_sentence(tmp_path: Path) -> None:
    notebook = submitted()
    for name in ("compute_fans", "he_normal", "glorot_normal"):
        notebook["cells"].remove(cell(notebook, name))
        notebook["cells"].append(_added(f"def {name}(*args):\n    return args"))
    _, told = _answers(notebook, tmp_path)
    assert told.count("found in cells that are not their own") == 1
    for name in ("compute_fans", "he_normal", "glorot_normal"):
        assert f"{name} (cell " in told


def test_code_that_was_added_to_a_cell_of_tests_is_told(tmp_path: Path) -> None:
    notebook = submitted()
    cell(notebook, "test_compute_fans")["source"] += "\n\n\ndef half(x):\n    return x / 2"
    cell(notebook, "test_he_normal")["source"] = "assert True"
    _, told = _answers(notebook, tmp_path)
    assert "is not run when the notebook is graded: cell 8 (it defines half)." in told


def test_a_mark_that_the_assignment_does_not_have_is_told(tmp_path: Path) -> None:
    notebook = submitted()
    marks = {"nbgrader": {"grade_id": "old_name", "solution": True}}
    notebook["cells"].append(_added("def old_name():\n    pass") | {"metadata": marks})
    notebook["cells"].append(_added("In words.", "markdown") | {"metadata": marks})
    _, told = _answers(notebook, tmp_path)
    assert "does not have" in told
    assert told.count("('old_name')") == 2
    cell(notebook, "compute_fans").update(metadata=marks, id="lost")
    answers, told = _answers(notebook, tmp_path)
    assert answers["compute_fans"] == ANSWER
    assert told.count("('old_name')") == 2  # what has been found is not told to be of no use


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_of_another_system_and_white_space_change_nothing(
    tmp_path: Path, ending: str
) -> None:
    notebook = submitted()
    for one in notebook["cells"]:
        one["source"] = one["source"].replace("\n", ending)
    untouched = cell(notebook, "he_normal")
    untouched["source"] = untouched["source"].replace(ending, f"  {ending}") + ending
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


def test_an_untouched_notebook_beside_another_is_told_to_be_one(tmp_path: Path) -> None:
    blank = json.loads(nbformat.writes(release_notebook(ASSIGNMENT)))
    assert "changed" not in _answers(blank, tmp_path)[1]
    (tmp_path / "initialisers-Copy1.ipynb").write_text("{}")
    assert "Nothing was changed in initialisers.ipynb" in _answers(blank, tmp_path)[1]
    assert "Nothing was changed" not in _answers(submitted(), tmp_path)[1]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Initialisers.ipynb", "but 'Initialisers.ipynb'; rename"),
        ("initialisers/initialisers.ipynb", "but 'initialisers/initialisers.ipynb'; .* one folder"),
        ("work.zip", "but 'work.zip'; submit the notebook itself"),
        ("initialisers.html", "but 'initialisers.html'; submit the notebook itself"),
    ],
)
def test_what_lies_where_the_notebook_is_missing_is_told(
    tmp_path: Path, name: str, told: str
) -> None:
    file = tmp_path / "handed-in" / name
    file.parent.mkdir(parents=True)
    file.write_text("{}")
    with pytest.raises(InputError, match=f"there is no such file, {told}") as caught:
        from_submitted(RELEASE, tmp_path / "handed-in" / "initialisers.ipynb")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_a_notebook_in_another_encoding_of_unicode_is_read(tmp_path: Path, encoding: str) -> None:
    assert rebuilt(tmp_path, json.dumps(submitted()).encode(encoding))[0] == expected()


def test_what_python_would_warn_of_in_an_answer_is_no_warning_of_ours(
    tmp_path: Path, recwarn: pytest.WarningsRecorder
) -> None:
    (tmp_path / "answer.py").write_text("x = '\\d'\nassert (x, 'always')\n")
    from_python(ASSIGNMENT, tmp_path / "answer.py")
    assert not recwarn.list


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


# ------------------------------------------------------------------------------- answers in words

REVIEW = release_of(CONTENT.load("review"))
WORDS = REVIEW.written[0].name


def _words(tmp_path: Path, change) -> tuple[str, str]:
    """Return the first answer in words of a notebook that was changed, and what is told of it."""
    notebook = REVIEW.notebook()
    at = next(n for n, c in enumerate(notebook["cells"]) if _grade_id(c) == WORDS)
    change(notebook["cells"], at)
    submission = from_submitted(REVIEW, write(tmp_path, notebook))
    answers = {c.name: c.source for c in submission.answers}
    return answers.get(WORDS, ""), " ".join(submission.notes)


def _below(cells: list, at: int) -> None:
    cells.insert(at + 1, _added("They stay equal.", "markdown"))


def _instead(cells: list, at: int) -> None:
    cells[at] = _added("They stay equal.", "markdown")


def _without_marks(cells: list, at: int) -> None:
    cells[at]["source"] = "They stay equal."
    for one in cells:
        one["metadata"] = {}
        del one["id"]


@pytest.mark.parametrize("change", [_below, _instead, _without_marks])
def test_words_in_a_cell_that_was_added_are_found_and_told(tmp_path: Path, change) -> None:
    answer, told = _words(tmp_path, change)
    assert answer == "They stay equal."
    assert f"The answer {WORDS} was found in cell " in told


def test_words_that_go_on_in_a_cell_below_are_joined(tmp_path: Path) -> None:
    def change(cells: list, at: int) -> None:
        cells[at]["source"] = "No."
        _below(cells, at)
        cells.insert(at, _added("A note to myself.", "markdown"))

    answer, told = _words(tmp_path, change)
    assert answer == "No.\n\nThey stay equal."
    assert "goes on in cell " in told


@pytest.mark.parametrize("text", ["", "  \n", "YOUR ANSWER HERE\r\n", "YOUR ANSWER HERE  \n\n"])
def test_words_that_nobody_wrote_are_untouched(tmp_path: Path, text: str) -> None:
    def change(cells: list, at: int) -> None:
        cells[at]["source"] = text

    assert _words(tmp_path, change) == (REVIEW.answers[WORDS], "")


def test_words_that_were_typed_into_the_question_are_told(tmp_path: Path) -> None:
    def change(cells: list, at: int) -> None:
        question = next(c for c in cells if c["source"].startswith("## 1. "))
        question["source"] += "\n\nThey stay equal."

    answer, told = _words(tmp_path, change)
    assert answer == REVIEW.answers[WORDS]
    assert f"Nothing is written in the cell of {WORDS}, and there is text of yours in cell" in told


def test_another_version_of_a_text_is_no_answer(tmp_path: Path) -> None:
    def change(cells: list, at: int) -> None:
        cells[0]["source"] = cells[0]["source"][:200]

    assert _words(tmp_path, change) == (REVIEW.answers[WORDS], "")


def test_pictures_in_an_answer_in_words_are_told_to_be_left_behind(tmp_path: Path) -> None:
    def change(cells: list, at: int) -> None:
        picture = {"image.png": {"image/png": "aGVsbG8="}}
        cells[at] |= {"source": "See ![it](attachment:image.png)", "attachments": picture}

    assert "Pictures that were put into" in _words(tmp_path, change)[1]
