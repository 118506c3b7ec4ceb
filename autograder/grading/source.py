"""Reads a student's code without running it: what it defines, and what it does besides."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator

# Stands between the pieces of a cell that was split or copied.
SEAM = "# The next piece of this cell:"
# More are run as one: a cell that was copied ten thousand times is nobody's way to work.
_MOST_PIECES = 20


def joined(pieces: list[str]) -> str:
    """Return the pieces of a cell as one text; see `pieces_of`."""
    return f"\n{SEAM}\n".join(pieces)


def pieces_of(source: str) -> list[str]:
    """Return what is run of a text, piece by piece, as Jupyter runs cells.

    An error in one piece does not keep the next from being run. Pieces that are code only
    together, as halves of a function are, are one.
    """
    pieces = source.split(f"\n{SEAM}\n")
    whole = all(parsed(piece) or not piece.strip() for piece in pieces)
    return pieces if whole and len(pieces) <= _MOST_PIECES else [source]


def defined(source: str) -> list[str]:
    """Return the names that code defines at its top level; none if it is no Python."""
    return list(dict.fromkeys(name for node in parsed(source) for name in _names(node)))


def definitions_alone(source: str) -> str:
    """Return code without what it does besides defining; each line stays where it was.

    Values that have to be worked out by a call are left out too: they may be what takes so long.
    """
    kept: set[int] = set()
    for node in parsed(source):
        if any(_names(node)) and not _works(node):
            decorators = getattr(node, "decorator_list", [])
            first = min([node.lineno, *(d.lineno for d in decorators)])
            kept.update(range(first, (node.end_lineno or node.lineno) + 1))
    lines = source.split("\n")
    return "\n".join(line if number in kept else "" for number, line in enumerate(lines, 1))


def parsed(source: str) -> list[ast.stmt]:
    """Return the statements of code; none if it is no Python."""
    # What IPython alone understands begins with one of these.
    lines = ["" if line.startswith(("%", "!")) else line for line in source.split("\n")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse("\n".join(lines)).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []


def _names(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield node.name
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from (alias.asname or alias.name.split(".")[0] for alias in node.names)
    elif isinstance(node, ast.Assign):
        yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def _works(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(
        isinstance(part, ast.Call) for part in ast.walk(node)
    )
