"""Puts the answers that are alike on one page, two and two beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.classroom import pages
from autograder.classroom.similar.alike import LEAST
from autograder.classroom.similar.compared import Compared

# More of an answer than this is not shown: whoever wants more has the notebook.
_LONGEST_SHOWN = 10_000


@dataclass(frozen=True)
class Line:
    """A line of an answer, and whether it is alike in the other one."""

    text: str
    is_alike: bool


def as_html(compared: Compared) -> str:
    """Return the page, which needs no other file."""
    return pages.filled("similar.html.j2", compared=compared, lines=_lines, least=LEAST)


def _lines(text: str, alike: tuple[int, ...]) -> list[Line]:
    shown = text[:_LONGEST_SHOWN].split("\n")
    if len(text) > _LONGEST_SHOWN:
        shown[-1] += " [...]"
    marked = set(alike)
    return [Line(line, number in marked) for number, line in enumerate(shown, 1)]
