"""Runs the cells of a notebook in the reader's browser, and tells how they went.

It is loaded there by Pyodide and knows the standard library alone. Each run has a namespace of its
own, so that what is seen depends on the cells and on nothing that was typed before.
"""

from __future__ import annotations

import ast
import base64
import contextlib
import io
import linecache
import sys
import time
import traceback
import types
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypedDict
from unittest import mock

MOST_CHARACTERS = 50_000
"""What a run may print: a page that shows more would not answer."""

# How long text is gathered before it is told, in seconds: a loop may print every microsecond.
_GATHER = 0.05

Tell = Callable[[dict[str, Any]], object]


class Cell(TypedDict):
    """A cell to run.

    ``kind`` is "before" (what an answer stands on: nothing of it is shown, and if it fails that
    shows in what needs it), "above" (a look, which is run if a later one uses what it defines),
    "answer", "tests" or "look".
    """

    kind: str
    source: str


class _Screen(io.TextIOBase):
    """Where cells print: tells it in pieces, and no more than a page can show."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._waiting: list[str] = []
        self._last = 0.0
        self._left = MOST_CHARACTERS

    def write(self, text: str) -> int:
        """Show some text, soon."""
        shown = text[: self._left]
        self._left -= len(shown)
        if shown:
            self._waiting.append(shown)
            if not self._left:
                self._waiting.append("\n… there was more, which is not shown.\n")
        if self._waiting and time.monotonic() - self._last > _GATHER:
            self.show()
        return len(text)

    def show(self) -> None:
        """Show what waits."""
        if self._waiting:
            self._tell({"what": "text", "text": "".join(self._waiting)})
        self._waiting.clear()
        self._last = time.monotonic()


class _Nowhere(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


def imported(cells: Iterable[Cell], packages: Sequence[str]) -> list[str]:
    """Return those of `packages` that cells import."""
    found = set()
    for cell in cells:
        with contextlib.suppress(SyntaxError, ValueError):
            for node in ast.walk(ast.parse(cell["source"])):
                if isinstance(node, ast.Import):
                    found |= {alias.name.split(".")[0] for alias in node.names}
                elif isinstance(node, ast.ImportFrom) and node.module:
                    found.add(node.module.split(".")[0])
    return [package for package in packages if package in found]


def run(cells: Sequence[Cell], tell: Tell) -> bool:
    """Run cells from first to last; return whether none failed of those that are shown.

    `tell` gets what happens as it happens: ``{"what": "text" | "picture" | "error", ...}``.
    """
    _forget_stand_ins()
    # `plt.show()` shows nothing by itself where pictures are files, and says so.
    warnings.filterwarnings("ignore", ".*non-interactive, and thus cannot be shown")
    module = types.ModuleType("__main__")
    sys.modules["__main__"] = module
    screen = _Screen(tell)
    for number, cell in enumerate(_needed(cells)):
        shown = cell["kind"] not in ("before", "above")
        place = f"<{cell['kind']} {number}>"
        output = screen if shown else _Nowhere()
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
                _execute(cell["source"], place, module.__dict__)
                for picture in _pictures(shown):
                    screen.show()
                    tell(picture)
        except BaseException as error:  # `exit()` ends nothing here
            if shown:
                screen.show()
                tell(_told(error))
                return False
    screen.show()
    return True


def _execute(source: str, place: str, namespace: dict[str, Any]) -> None:
    """Run a cell; if it ends with an expression, its value is displayed, as in Jupyter."""
    linecache.cache[place] = (len(source), None, source.splitlines(keepends=True), place)
    tree = ast.parse(source, place)
    last = tree.body[-1:]
    if last and isinstance(last[0], ast.Expr):
        del tree.body[-1]
        exec(compile(tree, place, "exec"), namespace)  # noqa: S102 (it is what this is for)
        exec(compile(ast.Interactive(last), place, "single"), namespace)  # noqa: S102
    else:
        exec(compile(tree, place, "exec"), namespace)  # noqa: S102


def _needed(cells: Sequence[Cell]) -> list[Cell]:
    """Leave out the looks above that define nothing which is used further down."""
    kept: list[Cell] = []
    used: set[str] = set()
    for cell in reversed(cells):
        bound, loaded = _names(cell["source"])
        if cell["kind"] == "above" and not bound & used:
            continue
        kept.append(cell)
        if cell["kind"] in ("above", "look"):
            used = (used | loaded) - bound
    return kept[::-1]


def _names(source: str) -> tuple[set[str], set[str]]:
    """Return the names that code binds at its top, and those that it uses anywhere."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return set(), set()
    named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in named if isinstance(node.ctx, ast.Store)}
    bound |= {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    bound |= {
        a.asname or a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names
    }
    return bound, {node.id for node in named if isinstance(node.ctx, ast.Load)}


def _told(error: BaseException) -> dict[str, Any]:
    """Return what is told of an error: its words, and where, the innermost place last."""
    places = [
        {"kind": frame.filename[1:].split()[0], "line": frame.lineno, "code": frame.line}
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in linecache.cache and frame.filename.startswith("<")
    ]
    if isinstance(error, SyntaxError) and (error.filename or "").startswith("<"):
        kind = str(error.filename)[1:].split()[0]
        places.append({"kind": kind, "line": error.lineno, "code": (error.text or "").rstrip()})
    words = error.msg if isinstance(error, SyntaxError) else str(error)
    return {
        "what": "error",
        "type": type(error).__name__,
        "message": words[:MOST_CHARACTERS],
        "places": places,
        "stub": isinstance(error, NotImplementedError) and not words,
    }


def _pictures(shown: bool) -> Iterator[dict[str, Any]]:
    """Close the pictures that a cell has drawn; yield them first, if they are to be shown."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None or isinstance(pyplot, mock.Mock):
        return
    for number in pyplot.get_fignums() if shown else ():
        figure, content = pyplot.figure(number), io.BytesIO()
        figure.savefig(content, format="png", dpi=110)
        titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
        yield {
            "what": "picture",
            "png": base64.b64encode(content.getvalue()).decode(),
            "titles": [title for title in titles if title],
            "width": int(figure.get_figwidth() * 100),
        }
    pyplot.close("all")


def _forget_stand_ins() -> None:
    """Forget what stood for Matplotlib while it was not there."""
    for name in [name for name, module in sys.modules.items() if isinstance(module, mock.Mock)]:
        del sys.modules[name]
