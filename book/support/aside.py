"""Lets a page try something out, and go on as if it had not.

A box "In Keras" names things as its reader would (`net`, `images`), whatever the rest of the page
calls by these names. The box lies between two cells, which are not shown::

    aside.begin(globals())
    ...
    aside.end(globals())

`book.survey` leaves such boxes out: no claim of a page hangs on one.
"""

from __future__ import annotations

from typing import Any

_before: dict[str, Any] = {}


def begin(names: dict[str, Any]) -> None:
    """Remember what the names of a page stand for."""
    _before.clear()
    _before.update(_own(names))


def end(names: dict[str, Any]) -> None:
    """Have the names of a page stand for what they did at `begin`, and forget those since."""
    for name in _own(names).keys() - _before.keys():
        del names[name]
    names.update(_before)


def _own(names: dict[str, Any]) -> dict[str, Any]:
    """Return the names without those that belong to IPython."""
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("_") and name not in ("In", "Out", "exit", "quit", "get_ipython")
    }
