"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np


def asked_again(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Return what a function returns the second time, when its first result was written into.

    Where that result shared memory with an argument, the argument is not what it was either.
    """
    others = copy.deepcopy((args, kwargs))
    first = function(*args, **kwargs)
    for result in first if isinstance(first, tuple) else (first,):
        if isinstance(result, np.ndarray) and result.flags.writeable:
            result.fill(7)
    return function(*others[0], **others[1])
