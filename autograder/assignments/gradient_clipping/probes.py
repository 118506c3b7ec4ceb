"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any


def list_of_the_caller(clip: Any, gradients: list[Any], threshold: float) -> list[Any]:
    """Return the list that `clip` was given, after the one that it returned has been emptied."""
    returned = clip(gradients, threshold)
    clipped = returned[0] if isinstance(returned, tuple) and returned else None
    if isinstance(clipped, list):
        clipped.clear()
    return gradients
