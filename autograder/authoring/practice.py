"""What a page needs to let readers practise in it: a notebook, and how to run each exercise of it.

All of it is taken from the notebook that students get, so nothing of a reference, of a check or of a
mistake can be in it. Of the references' modules only their names and what they import is asked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from autograder.authoring.extras import FOLDED
from autograder.authoring.notebooks import release_notebook
from autograder.grading.release import id_of, is_answer, is_graded
from autograder.judging.assignment import Assignment, graded_id
from autograder.judging.references import functions_of, read_module
from autograder.judging.sheet import LOOK

# A section of a NumPy docstring; what stands below it is a definition list of reStructuredText.
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)

_DOCUTILS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "syntax_highlight": "none",
}


def practice(assignment: Assignment) -> dict[str, Any]:
    """Return what a page needs of an assignment, as data.

    Returns
    -------
    dict
        ``name``; ``notebook``, as students get it; and ``exercises``, each with its ``name``,
        ``points``, ``statement`` (HTML), ``needs`` (the packages that no page has), and the ids
        of cells: ``before`` it, its ``tests``, its ``looks`` and the looks ``above`` it.
    """
    notebook = release_notebook(assignment)
    return {
        "name": assignment.name,
        "notebook": notebook,
        "exercises": list(_exercises(assignment, notebook)),
    }


def in_a_page(assignment: Assignment) -> list[str]:
    """Return the names of the exercises that can be run in a page."""
    return [exercise.name for exercise in assignment.exercises if exercise.replayable]


def _exercises(assignment: Assignment, notebook: NotebookNode) -> Iterator[dict[str, Any]]:
    """Yield how to run each exercise, from the top of the notebook on."""
    heavy = _heavy_setups(assignment)
    exercises = {exercise.name: exercise for exercise in assignment.exercises}
    before: list[str] = []
    above: list[str] = []
    current: dict[str, Any] = {"looks": []}
    for cell in notebook.cells:
        name = id_of(cell)
        if LOOK in cell.metadata.get("tags", ()):
            if cell.id not in FOLDED:
                current["looks"].append(cell.id)
        elif name in exercises:
            above += current["looks"]
            exercise = exercises[name]
            current = {
                "name": name,
                "points": exercise.points,
                "statement": statement(cell.source),
                "needs": [p for p in exercise.without if read_module(exercise.module).imports(p)],
                "before": list(before),
                "tests": graded_id(name),
                "looks": [],
                "above": list(above),
            }
            yield current
            if exercise.replayable:
                before.append(name)
        elif cell.cell_type == "code" and not is_graded(cell) and not is_answer(cell):
            if name not in heavy:
                before.append(name)


def _heavy_setups(assignment: Assignment) -> set[str]:
    """Return the set-up cells that import what no page has."""
    modules = {exercise.module for exercise in assignment.exercises if not exercise.replayable}
    return {f"setup_{module.rpartition('.')[2]}" for module in modules}


def statement(source: str) -> str:
    """Return the docstrings of an answer's stub as HTML, each below what it belongs to."""
    (definition,) = ast.parse(source).body
    assert isinstance(definition, ast.FunctionDef | ast.ClassDef)
    parts = [_html(ast.get_docstring(definition))]
    if isinstance(definition, ast.ClassDef):
        for method in functions_of(definition):
            if docstring := ast.get_docstring(method):
                parts += [f"<h5><code>{method.name}</code></h5>", _html(docstring)]
    return "\n".join(parts)


def _html(docstring: str | None) -> str:
    # Imported here: docutils takes a while, and only the book needs it.
    from docutils.core import publish_parts

    text = _SECTION.sub(r".. rubric:: \1\n", docstring or "")
    body = publish_parts(
        f".. default-role:: code\n\n{text}", writer_name="html5", settings_overrides=_DOCUTILS
    )["body"]
    return str(body)
