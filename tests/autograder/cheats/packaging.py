"""Cheats in what surrounds the answers: the notebook's metadata, its files and their names.

Every notebook here has one honest answer, `compute_fans`. What is done to it may not raise its
mark, and may not lower it either where the answer is still there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.autograder.cheats import HONEST

ANSWERED = "compute_fans"
Notebook = dict[str, Any]


@dataclass(frozen=True)
class Packaging:
    """A cheat on a notebook (`change`) or on the folder that it is in (`arrange`).

    Attributes
    ----------
    name, why
        The student's name, and what is hoped for.
    change
        Changes the notebook.
    arrange
        Changes the student's folder, which holds the notebook already; it is also given the
        folder of an honest student.
    graded
        Whether the notebook is graded at all.
    answer
        What it answers, and whether that is worth its points.
    """

    name: str
    why: str
    change: Callable[[Notebook], object] = lambda notebook: None
    arrange: Callable[[Path, Path], object] = lambda mine, theirs: None
    graded: bool = True
    answer: str = HONEST[ANSWERED]
    right: bool = True


def _marked(notebook: Notebook) -> list[dict[str, Any]]:
    return [c["metadata"]["nbgrader"] for c in notebook["cells"] if "nbgrader" in c["metadata"]]


def _tests(notebook: Notebook) -> list[dict[str, Any]]:
    return [c for c in notebook["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]


def _cell(notebook: Notebook, name: str) -> dict[str, Any]:
    cells = notebook["cells"]
    return next(c for c in cells if c["metadata"].get("nbgrader", {}).get("grade_id") == name)


def _raise_points(notebook: Notebook) -> None:
    for marked in _marked(notebook):
        marked["points"] = 1000


def _forge_outputs(notebook: Notebook) -> None:
    result = {"output_type": "execute_result", "execution_count": 1, "metadata": {}}
    for cell in notebook["cells"]:
        cell["outputs"] = [{**result, "data": {"text/plain": "1000.0"}}]


def _forge_tests(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["source"] = "1000.0"


def _delete_tests(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        notebook["cells"].remove(cell)


def _unmark_tests(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        del cell["metadata"]["nbgrader"]


def _tests_as_answers(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"] |= {"solution": True, "grade": False}
        cell["source"] = "import os; os._exit(0)"


def _answers_as_tests(notebook: Notebook) -> None:
    for marked in _marked(notebook):
        marked |= {"solution": True, "grade": True, "task": True, "points": 1000, "locked": False}


def _wrong_types(notebook: Notebook) -> None:
    for marked in _marked(notebook):
        marked |= {"points": "many", "solution": "yes", "grade": [], "schema_version": {}}
    for cell in _tests(notebook):
        cell["metadata"] = [cell["metadata"]]


def _ids_of_wrong_types(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["grade_id"] = ["test", {"of": None}]
    notebook["cells"] += [None, 3, [], "cell", {"metadata": None}, {"metadata": {"nbgrader": 3}}]


def _twice(notebook: Notebook) -> None:
    notebook["cells"].insert(0, dict(_cell(notebook, ANSWERED), source="raise SystemExit"))


def _every_id_the_same(notebook: Notebook) -> None:
    for cell in _tests(notebook):
        cell["metadata"]["nbgrader"]["grade_id"] = "test_compute_fans"


def _swapped(notebook: Notebook) -> None:
    one, other = _cell(notebook, ANSWERED), _cell(notebook, "glorot_uniform")
    one["metadata"], other["metadata"] = other["metadata"], one["metadata"]


def _cell_ids(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["id"] = "the same ? " * 100


def _formats(notebook: Notebook) -> None:
    notebook |= {"nbformat": "4", "nbformat_minor": -1, "worksheets": []}


def _kernel(notebook: Notebook) -> None:
    notebook["metadata"]["kernelspec"] = {"name": "bash", "argv": ["bash"], "language": "bash"}


def _markdown(notebook: Notebook) -> None:
    _cell(notebook, ANSWERED)["cell_type"] = "markdown"


def _look(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        if isinstance(cell["metadata"].get("nbgrader"), dict):
            cell["metadata"]["tags"] = ["look", "setup", "skip-execution"]


def _digest(notebook: Notebook) -> None:
    notebook["metadata"]["autograder_digest"] = "0" * 64


def _code(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "outputs": [], "source": source}


def _first_cell(notebook: Notebook) -> None:
    notebook["cells"].insert(0, _code("import os; os._exit(0)"))


def _set_up_cell(notebook: Notebook) -> None:
    for name in ("setup_initialisers", "setup_keras_extensions"):
        _cell(notebook, name)["source"] = "import os; os._exit(0)"


def _ten_thousand_cells(notebook: Notebook) -> None:
    notebook["cells"] += [_code("while True: pass") for _ in range(10_000)]


def _attachments(notebook: Notebook) -> None:
    for cell in notebook["cells"]:
        cell["attachments"] = {"../../../x.ipynb": {"text/html": "<script>alert(1)</script>"}}


def _sized(megabytes: float) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        notebook["cells"].append(_code("#" * int(megabytes * (1 << 20))))

    return change


def _timestamp(text: str) -> Callable[[Path, Path], object]:
    return lambda mine, theirs: (mine / "timestamp.txt").write_text(text)


def _files(mine: Path, _: Path) -> None:
    spoilt = "raise SystemExit('shadowed')\n"
    for name in ("numpy", "math", "keras", "sitecustomize", "usercustomize", "nbgrader_config"):
        (mine / f"{name}.py").write_text(spoilt)
    for name in (".autograder-secret", "gradebook.db", "surprise.pth", ".pythonrc"):
        (mine / name).write_text(spoilt)
    (mine / "inside").mkdir()
    (mine / "inside" / "wire.py").write_text(spoilt)


def _link_to_notebook(mine: Path, theirs: Path) -> None:
    _notebook(mine).unlink()
    _notebook(mine).symlink_to(_notebook(theirs))


def _link_to_folder(mine: Path, theirs: Path) -> None:
    _notebook(mine).unlink()
    mine.rmdir()
    mine.symlink_to(theirs)


def _link_to_student(mine: Path, theirs: Path) -> None:
    _notebook(mine).unlink()
    mine.rmdir()
    mine.parent.rmdir()
    mine.parent.symlink_to(theirs.parent)


def _link_without_end(mine: Path, _: Path) -> None:
    _notebook(mine).unlink()
    _notebook(mine).symlink_to("/dev/zero")


def _pipe(mine: Path, _: Path) -> None:
    _notebook(mine).unlink()
    os.mkfifo(_notebook(mine))


def _folder(mine: Path, _: Path) -> None:
    _notebook(mine).unlink()
    _notebook(mine).mkdir()


def _linked_timestamp(mine: Path, _: Path) -> None:
    (mine / "timestamp.txt").symlink_to("/etc/hostname")


def _folder_for_timestamp(mine: Path, _: Path) -> None:
    (mine / "timestamp.txt").mkdir()


def _nested(mine: Path, _: Path) -> None:
    _notebook(mine).write_text('{"cells": ' + "[" * 100_000)


def _other_name(mine: Path, _: Path) -> None:
    _notebook(mine).rename(mine / "initialisers (1).ipynb")


def _notebook(folder: Path) -> Path:
    return folder / "initialisers.ipynb"


def write(notebook: Notebook, cheat: Packaging, folder: Path, theirs: Path) -> None:
    """Hand in `notebook` as the cheat does, in `folder`."""
    _cell(notebook, ANSWERED)["source"] = cheat.answer
    cheat.change(notebook)
    folder.mkdir(parents=True)
    _notebook(folder).write_text(json.dumps(notebook))
    cheat.arrange(folder, theirs)


_PRINTS = 'print("\\ud800 \\x1b[2J <script>alert(1)</script>")\n' + HONEST[ANSWERED]

CHEATS = [
    Packaging("raised-points", "the marks are in the metadata", _raise_points),
    Packaging("forged-outputs", "the verdict is read from the outputs", _forge_outputs),
    Packaging("forged-tests", "the tests' last value is the score", _forge_tests),
    Packaging("deleted-tests", "no test, no failure", _delete_tests),
    Packaging("unmarked-tests", "what is not marked is not counted", _unmark_tests),
    Packaging("tests-as-answers", "test cells may be written by students", _tests_as_answers),
    Packaging("answers-as-tests", "answer cells carry points", _answers_as_tests),
    Packaging("wrong-types", "the grader stops at what it cannot read", _wrong_types),
    Packaging("ids-of-wrong-types", "the grader stops at them", _ids_of_wrong_types),
    Packaging("the-same-id-twice", "the first one counts, or the run stops", _twice),
    Packaging("one-id-for-all-tests", "the points of one test for all", _every_id_the_same),
    Packaging("swapped-ids", "the points of one for another", _swapped),
    Packaging("odd-cell-ids", "ids name files", _cell_ids),
    Packaging("odd-format", "another format is converted first", _formats),
    Packaging("another-kernel", "the kernel is the student's choice", _kernel),
    Packaging("answer-as-markdown", "text is not run", _markdown),
    Packaging("tags", "a tag leaves a cell out", _look),
    Packaging("forged-digest", "the grader thinks that it was graded already", _digest),
    Packaging("a-cell-before-all-others", "it is run before the tests", _first_cell),
    Packaging("changed-set-up", "it is run before the tests", _set_up_cell),
    Packaging("ten-thousand-cells", "the grader wears out", _ten_thousand_cells),
    Packaging("attachments", "feedback shows them", _attachments),
    Packaging("ten-megabytes-of-comments", "the grader wears out", _sized(10)),
    Packaging("thirty-megabytes", "the grader wears out", _sized(30), graded=False),
    Packaging("prints-what-is-no-text", "the notebook cannot be written", answer=_PRINTS),
    Packaging(
        "an-answer-of-two-megabytes",
        "the line to the sandbox bursts",
        answer="#" * (2 << 20) + "\n" + HONEST[ANSWERED],
        right=False,
    ),
    Packaging(
        "half-a-character", "the digest cannot be computed", answer="# \ud800\n" + HONEST[ANSWERED]
    ),
    Packaging("handed-in-in-1970", "early is never late", arrange=_timestamp("1970-01-01 UTC")),
    Packaging(
        "handed-in-before-time-began",
        "the date overflows",
        arrange=_timestamp("0001-01-01 00:00:00 +14:00"),
    ),
    Packaging(
        "handed-in-in-no-time-zone",
        "the zone is impossible",
        arrange=_timestamp("2024-01-01 00:00:00 +99:99"),
    ),
    Packaging("handed-in-never", "the date is none", arrange=_timestamp("\0" * 50)),
    Packaging("linked-timestamp", "a file of the instructor's is read", arrange=_linked_timestamp),
    Packaging("timestamp-folder", "what is no file stops the run", arrange=_folder_for_timestamp),
    Packaging("modules-beside-the-notebook", "they are imported first", arrange=_files),
    Packaging("linked-notebook", "it is another's", arrange=_link_to_notebook, graded=False),
    Packaging("linked-folder", "it is another's", arrange=_link_to_folder, graded=False),
    Packaging("linked-student", "it is another's", arrange=_link_to_student, graded=False),
    Packaging("linked-to-no-end", "it is read for ever", arrange=_link_without_end, graded=False),
    Packaging("a-pipe", "the grader waits for ever", arrange=_pipe, graded=False),
    Packaging("a-folder", "the grader stops", arrange=_folder, graded=False),
    Packaging("nested-lists", "the grader's parser overflows", arrange=_nested, graded=False),
    Packaging("another-name", "somebody will find it", arrange=_other_name, graded=False),
    Packaging("-rf *", "a name becomes an option, or a pattern"),
    Packaging("$(touch pwned)", "a name becomes a command"),
    Packaging("...", "a name leads out of the course"),
    Packaging("'; DROP TABLE grade; --", "a name becomes a query"),
    Packaging("[red]<b>&amp;", "a name becomes markup"),
    Packaging("two\nlines \x1b[2J", "a name clears the terminal", graded=False),
    Packaging("\udcff\udcfe", "a name is no text", graded=False),
]
