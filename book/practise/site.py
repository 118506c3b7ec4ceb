"""Puts into a built site what its pages load to run Python, besides each page's small script."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from book.practise import fetching, packing

HERE = Path(__file__).resolve().parent

# Loaded as they are, and handed over as files.
PLAIN = ("engine.js", "desk.js", "desk.css")
CARRIED = ("worker.js", "cells.py")


def write_site(static: Path, notebooks: Iterable[Path], runtime: Path = fetching.RUNTIME) -> None:
    """Write everything that a page loads when a reader asks for it.

    Parameters
    ----------
    static
        The site's folder of static files; ``practise/`` in it is made anew.
    notebooks
        The ``practice.json`` of each assignment, in a folder of its name.
    runtime
        What `book.practise.fetching` has fetched.
    """
    target = static / "practise"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(runtime, target)
    for name in PLAIN:
        shutil.copy2(HERE / name, target / name)
    for name in CARRIED:
        packing.write(target, name, (HERE / name).read_bytes())
    for path in notebooks:
        packing.write(target, f"notebook-{path.parent.name}", path.read_bytes())
