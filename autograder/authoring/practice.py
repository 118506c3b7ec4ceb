"""What a page needs to let readers practise in it: a notebook, and how to run its exercises.

All of it is taken from the notebook that students get, so nothing of a reference, of a check or of
a mistake can be in it. Of the references' modules only their names and imports are asked.
"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Any

from nbformat import NotebookNode

from autograder.authoring.extras import FOLDED
from autograder.authoring.notebooks import release_notebook
from autograder.judging.assignment import Assignment, Exercise, graded_id
from autograder.judging.references import functions_of, read_module
from autograder.judging.sheet import LOOK

# A section of a NumPy docstring; what stands below it is a definition list of reStructuredText.
_SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}$", re.MULTILINE)

# What is between single backticks is code, as in NumPy's own style.
_CODE = ".. default-role:: code\n\n"
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
        ``statement`` (HTML), ``needs`` (the packages that no page has), and the ids of cells:
        ``before`` it, its ``tests``, its ``looks`` and the looks ``above`` it.
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
    needs = {exercise.name: _needs(exercise) for exercise in assignment.exercises}
    light = _light(assignment)
    cells = notebook.cells
    for number, cell in enumerate(cells):
        if cell.id not in needs:
            continue
        above = cells[:number]
        below = itertools.takewhile(lambda c: c.id not in needs, cells[number + 1 :])
        # Below an exercise that no page can run, the looks are at what was trained with it.
        blind = any(needs.get(c.id) for c in above)
        yield {
            "name": cell.id,
            "statement": statement(cell.source),
            "needs": needs[cell.id],
            "before": [c.id for c in above if c.id in light],
            "tests": graded_id(cell.id),
            "looks": [] if blind else _looks(below),
            "above": _looks(above),
        }


def _light(assignment: Assignment) -> set[str]:
    """Return the cells that other answers may stand on in a page: answers and set-ups."""
    modules = {e.module.rpartition(".")[2] for e in assignment.exercises if e.replayable}
    return {*in_a_page(assignment), *(f"setup_{module}" for module in modules)}


def _needs(exercise: Exercise) -> list[str]:
    """Return the packages that an exercise needs and that no page has."""
    return [
        package for package in exercise.without if read_module(exercise.module).imports(package)
    ]


def _looks(cells: Iterable[NotebookNode]) -> list[str]:
    """Return the cells that show something, but for those that every notebook has."""
    looks = [cell for cell in cells if LOOK in cell.metadata.get("tags", ())]
    return [cell.id for cell in looks if cell.id not in FOLDED]


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

    text = _CODE + _SECTION.sub(r".. rubric:: \1\n", docstring or "")
    parts = publish_parts(text, writer_name="html5", settings_overrides=_DOCUTILS)
    return str(parts["body"])
