"""How much of what a student wrote and printed a page shows, and what of it is highlighted.

The libraries that make a page are not made for strangers. The work of Pygments grows with the
square of a line, that of nbconvert's rewriting of links with the cube, and each escape sequence
of a terminal becomes an element. So that no page takes more than seconds, long texts are cut,
and what does not look like code is shown without being taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

# In characters: of one answer, and of all that one cell printed.
SHOWN = 50_000
# The longest answer of this course has 5300 characters, and no line of one more than 100.
HIGHLIGHTED = 10_000
LONGEST_LINE = 500
# Each piece of a cell's output costs as much as this part of what is shown.
_PIECE = SHOWN // 50
_TRACEBACK = 50

_TOO_LONG = re.compile(rf"[^\n]{{{LONGEST_LINE + 1}}}|\s{{{LONGEST_LINE + 1}}}")
_ESCAPE_SEQUENCE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~])?")
_CUT = "[More was printed than is shown here.]\n"

RawCell = dict[str, Any]
Highlight = Callable[..., str]


def bound(cell: RawCell) -> None:
    """Keep a graded cell to what can be shown in moments."""
    if cell["cell_type"] == "code":
        if _is_answer(cell["metadata"]):
            cell["source"] = _beginning(cell["source"])
        cell["outputs"] = _few(cell["outputs"])
    elif _is_answer(cell["metadata"]) and cell["source"].endswith("</pre>"):
        text = _beginning(cell["source"].removesuffix("</pre>"))
        # Without a bracket there is no link that nbconvert could look for.
        cell["source"] = text.replace("[", "&#91;") + "</pre>"


def is_highlighted(source: str) -> bool:
    """Whether an answer looks so much like code that Pygments may take it apart."""
    return len(source) <= HIGHLIGHTED and _TOO_LONG.search(source) is None


def highlighting(highlight: Highlight) -> Highlight:
    """Return nbconvert's filter `highlight`, which takes apart only what `is_highlighted`."""

    def shown(source: str, language: str | None = None, metadata: RawCell | None = None) -> str:
        plain = _is_answer(metadata or {}) and not is_highlighted(source)
        return highlight(source, "text" if plain else language, metadata)

    return shown


def _is_answer(metadata: RawCell) -> bool:
    return bool(metadata.get("nbgrader", {}).get("solution"))


def _beginning(text: str) -> str:
    more = len(text) - SHOWN
    return text if more <= 0 else f"{text[:SHOWN]} [{more} more characters are not shown here.]"


def _few(outputs: list[RawCell]) -> list[RawCell]:
    """Return the first of what a cell printed, the error that ended it, and the judge's own."""
    kept = []
    left = SHOWN
    for output in outputs:
        if output["output_type"] == "stream":
            if left <= 0:
                continue
            text = _plain(output["text"])
            output["text"] = text[:left]
            left -= len(text) + _PIECE
            if left <= 0:
                output["text"] += f"\n{_CUT}"
        elif output["output_type"] == "error":
            lines = output["traceback"][-_TRACEBACK:]
            output["traceback"] = [_plain(line)[:_PIECE] for line in lines]
        kept.append(output)
    return kept


def _plain(text: str) -> str:
    """Return what was printed without what a terminal would take for a command."""
    return _ESCAPE_SEQUENCE.sub("", text)
