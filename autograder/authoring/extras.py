"""What every released notebook has besides its sheet: how long code may take, and two cells.

None of it is run when a notebook is graded, and none needs anything of ours.
"""

from __future__ import annotations

from collections.abc import Sequence

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from autograder.grading.source import defined
from autograder.grading.terms import Patience
from autograder.judging.assignment import Exercise
from autograder.judging.sheet import LOOK

_TIME = """\


**How long it may take.** When you are graded, a cell may run for {cell:g} seconds, one call of a
function of yours for {call}, and all of them together for {submission:g} seconds. What
takes longer is stopped; what a cell had defined by then counts."""

_PICTURES = """\
# Where Matplotlib is missing, the cells that draw do all the rest.
try:
    import matplotlib.pyplot
except ImportError:
    import sys
    from unittest import mock

    import numpy

    def subplots(rows=1, columns=1, **options):
        axes = numpy.empty((rows, columns), object)
        axes.fill(nothing)
        return nothing, axes.squeeze()[()]

    nothing = mock.MagicMock(subplots=subplots)
    sys.modules["matplotlib"] = mock.MagicMock(pyplot=nothing)
    sys.modules["matplotlib.pyplot"] = nothing
    print("Matplotlib is not installed, so there are no pictures (%pip install matplotlib).")
"""

_BEFORE_YOU_HAND_IN = """\
## Before you hand in

Restart the kernel and run all cells. The next one looks for what an answer uses and another cell
defines: cells that you add are not run when you are graded."""

# By their ids: on a page of feedback they would stand in the way.
FOLDED = frozenset({"pictures", "before_you_hand_in", "last_look"})

_LAST_LOOK = '''\
import builtins
import re
import symtable

_given = """{given}""".split()
_asked = """{asked}""".split()


def _used(table):
    """Return the global names that code uses."""
    names = {{s.get_name() for s in table.get_symbols() if s.is_global() and s.is_referenced()}}
    return names.union(*map(_used, table.get_children()))


# As it was typed: in `In`, what stands below a line like %%time is one string.
_shell = globals().get("get_ipython", lambda: None)()
_typed = getattr(getattr(_shell, "history_manager", None), "input_hist_raw", None)
_cells, _stars = [], False
for _source in _typed or globals().get("In", []):
    _source = re.sub(r"(?m)^(\\s*)[%!].*$", r"\\1pass", _source)
    try:
        _table = symtable.symtable(_source, "cell", "exec")
    except (SyntaxError, ValueError):
        continue
    _bound = {{s.get_name() for s in _table.get_symbols() if s.is_assigned() or s.is_imported()}}
    _cells.append((_bound, _used(_table)))
    _star = re.search(r"(?m)^\\s*from \\S+ import \\*", _source)
    _stars = _stars or bool(_star and not _bound & {{*_asked}})

_known = {{*_given, *_asked, *dir(builtins), "get_ipython"}}
# What another answer's cell defines is there when an answer is graded.
_theirs = [_bound for _bound, _ in _cells if _bound & {{*_asked}}]
_elsewhere = {{_name for _bound, _ in _cells for _name in _bound}} - _known.union(*_theirs)
_fine = True
for _name in _asked:
    for _bound, _names in [cell for cell in _cells if _name in cell[0]][-1:]:
        if _lacks := sorted(_names & _elsewhere - _bound):
            _fine = False
            print(f"{{_name}} uses {{', '.join(_lacks)}}: put it into that answer's own cell.")
if _stars:
    print("What an answer takes from `import *` in another cell is not seen here: import it there.")
elif _fine:
    print("No answer uses what only another cell defines.")
'''


def add_extras(notebook: NotebookNode, exercises: Sequence[Exercise], patience: Patience) -> None:
    """Add to a notebook what its sheet does not say.

    Parameters
    ----------
    notebook
        The notebook, with the names of its cells.
    exercises
        What it asks.
    patience
        How long code may take.
    """
    cells = notebook.cells
    setup = [n for n, c in enumerate(cells) if c.metadata.get("nbgrader", {}).get("locked")]
    setup = [n for n in setup if not cells[n].metadata.nbgrader.grade]
    given = [name for number in setup for name in defined(cells[number].source)]
    limits = _TIME.format(
        cell=patience.cell, call=_of_a_call(exercises, patience), submission=patience.submission
    )
    if cells and cells[0].cell_type == "markdown":
        cells[0].source += limits
    if any("matplotlib" in c.source for c in cells if LOOK in c.metadata.get("tags", ())):
        at = setup[0] + 1 if setup else 0
        cells.insert(at, _look("pictures", _PICTURES))
    asked = " ".join(exercise.name for exercise in exercises)
    text = _LAST_LOOK.format(given=" ".join(given), asked=asked)
    cells.append(new_markdown_cell(_BEFORE_YOU_HAND_IN, id="before_you_hand_in"))
    cells.append(_look("last_look", text))


def _of_a_call(exercises: Sequence[Exercise], patience: Patience) -> str:
    """Return in words how long a call may take, in which exercises."""
    plain = {exercise.replayable for exercise in exercises}
    told = f"{patience.of_a_call(max(plain, default=True)):g} seconds"
    if len(plain) < 2:
        return told
    needed = " or ".join(exercises[0].without)
    return f"{told} ({patience.call:g} seconds where the exercise needs {needed})"


def _look(name: str, source: str) -> NotebookNode:
    """Return a cell that is not run when a notebook is graded, folded away."""
    metadata = {"tags": [LOOK], "jupyter": {"source_hidden": True}}
    return new_code_cell(source.rstrip(), id=name, metadata=metadata)
