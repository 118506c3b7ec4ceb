"""Holds the probes of an assignment: they look at what cannot cross the wire.

Keras models, variables and layers stay beside the student's code. A probe is given an instance of
a student's class, or a student's function, and plain data. It uses it there and returns plain
data: numbers and arrays that the judge compares with the truth, which it has worked out for itself.
What a probe returns is a claim like everything else from this side, so a good probe returns what
only a right answer gives (predictions on fresh inputs, a trajectory), not a bare yes.

Probes are content: the trusted side reads them from the assignment's ``probes.py`` and sends them
in before the first fork. They may import what the assignment's students may, where they use it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any


def probes_from(source: str) -> ModuleType:
    """Return the module of probes that has this source."""
    module = ModuleType("probes")
    exec(compile(source, "<probes>", "exec", dont_inherit=True), vars(module))  # noqa: S102 - ours
    return module


def probe_called(name: str, probes: ModuleType) -> Callable[..., Any]:
    """Return one of the probes.

    Raises
    ------
    LookupError
        There is none of that name: the checks and the probes do not fit.
    """
    found: Callable[..., Any] | None = vars(probes).get(name)
    if found is None:
        raise LookupError(f"the assignment has no probe {name}")
    return found
