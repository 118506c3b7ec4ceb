"""Puts a class report on one page: a template, which escapes everything that it is given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from autograder.classroom import pages
from autograder.classroom.report import ClassReport

# More columns than this tell no more of a class.
_MOST_COLUMNS = 12


@dataclass(frozen=True)
class Column:
    """A column of the distribution of marks: where it stands, and how many are in it."""

    x: float
    y: float
    width: float
    height: float
    count: int


@dataclass(frozen=True)
class Tick:
    """A number of points, and where it is written."""

    x: float
    value: float


class Chart:
    """The distribution of marks; numbers become places in the picture."""

    # Narrow, so that its words can be read on a telephone.
    width, height = 360, 190
    left, right, top, base = 12, 348, 18, 150

    def __init__(self, report: ClassReport) -> None:
        self._points = max(report.points, *report.marks)
        self._step = max(1, math.ceil(self._points / _MOST_COLUMNS))
        edges = [self._step * n for n in range(math.floor(self._points / self._step) + 2)]
        counts = [sum(low <= mark < high for mark in report.marks) for low, high in pairwise(edges)]
        self._end = edges[-1]
        self.columns = [
            self._column(*pair, max(counts)) for pair in zip(edges, counts, strict=False)
        ]
        self.ticks = [Tick(self._middle(low), low) for low in edges[:-1]]
        self.median = self._middle(report.median)

    def _across(self, points: float) -> float:
        return self.left + points / self._end * (self.right - self.left)

    def _middle(self, points: float) -> float:
        # A mark stands in the middle of the column of one point that it would have.
        return self._across(points + 0.5) if self._step == 1 else self._across(points)

    def _column(self, low: float, count: int, most: int) -> Column:
        height = count / most * (self.base - self.top)
        width = self._across(self._step) - self.left - 2
        return Column(self._across(low) + 1, self.base - height, width, height, count)


def as_html(report: ClassReport) -> str:
    """Return the page, which needs no other file."""
    chart = Chart(report) if report.marks else None
    return pages.filled("report.html.j2", report=report, chart=chart)
