"""Pictures that a failed check may show beside its message, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


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
