"""Writes values that a stranger chose as short pieces of text."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import numpy as np

from autograder.inside.wire import Opaque, Tensor

# How much of a value a message shows.
SHOWN_ITEMS = 20
SHOWN_DEPTH = 4
LARGEST_INT = 10**100


def describe(value: object) -> str:
    """Return `value` as one short piece of text for a message."""
    if isinstance(value, Opaque):
        return f"an object of type {value.type_name}"
    if isinstance(value, Tensor):
        return f"a tensor of shape {value.array.shape}"
    if isinstance(value, np.ndarray) and value.size > 6:
        return f"an array of shape {value.shape} and dtype {value.dtype}"
    text = _written(value, depth=0)
    return text if len(text) <= 120 else text[:117] + "..."


def series(names: Iterable[str]) -> str:
    """Return names as one reads them out: "a, b and c"."""
    *before, last = ["", *names]
    return f"{', '.join(before[1:])} and {last}" if len(before) > 1 else last


def _written(value: object, depth: int) -> str:
    """Return `repr(value)`, or its beginning: a huge claim must not make much work."""
    if isinstance(value, (tuple, list, dict)):
        few = list(itertools.islice(value, SHOWN_ITEMS if depth < SHOWN_DEPTH else 0))
        if isinstance(value, dict):
            parts = [f"{_written(key, depth)}: {_written(value[key], depth + 1)}" for key in few]
        else:
            parts = [_written(item, depth + 1) for item in few]
        parts += ["..."] * (len(value) > len(few))
        before, after = {tuple: ("(", ")"), list: ("[", "]"), dict: ("{", "}")}[type(value)]
        comma = "," * (isinstance(value, tuple) and len(parts) == 1)
        return f"{before}{', '.join(parts)}{comma}{after}"
    if isinstance(value, int) and abs(value) > LARGEST_INT:
        return "a whole number of more than a hundred digits"
    if isinstance(value, (Opaque, Tensor)) or (isinstance(value, np.ndarray) and value.size > 6):
        return f"<{describe(value)}>"
    return repr(value[:200] if isinstance(value, str) else value)
