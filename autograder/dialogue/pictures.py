"""Pictures that a failed check may show beside its message, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

Line = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


@dataclass(frozen=True, eq=False)
class Histogram:
    """A student's numbers over the density that they should follow.

    Attributes
    ----------
    counts, edges
        A normalised histogram (density) of the student's values, and its bin edges.
    x, density
        The expected density as a curve.
    label
        What is on the horizontal axis.
    alt
        What the picture shows, in one sentence, for those who cannot see it.
    """

    counts: np.ndarray[Any, Any]
    edges: np.ndarray[Any, Any]
    x: np.ndarray[Any, Any]
    density: np.ndarray[Any, Any]
    label: str
    alt: str


@dataclass(frozen=True, eq=False)
class Curves:
    """A student's curve beside the right one: a schedule over time, a path over a surface.

    Attributes
    ----------
    yours, expected
        Each the horizontal and the vertical coordinates of one line, in the order of drawing.
        Points that are not finite are left out.
    x_label, y_label
        What is on the axes.
    alt
        What the picture shows, in one sentence, for those who cannot see it.
    """

    yours: Line
    expected: Line
    x_label: str
    y_label: str
    alt: str


Picture = Histogram | Curves
