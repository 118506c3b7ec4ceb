"""Finds what of the installed packages a sandbox needs, so that it need not have the others."""

from __future__ import annotations

import importlib.util
import site
import sys
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

# Where other Pythons of this machine keep theirs, which code could put on its path.
_ELSEWHERE = ("/usr/lib/python3*/*-packages", "/usr/local/lib/python3*/*-packages")

# What the warm parent itself is made of.
_OWN = ("ipython", "numpy")


def directories() -> list[Path]:
    """Return the directories of this machine in which Python packages are installed."""
    found = {Path(place) for place in site.getsitepackages([sys.prefix, sys.base_prefix])}
    for pattern in _ELSEWHERE:
        found.update(Path("/").glob(pattern.removeprefix("/")))
    return sorted(path.resolve() for path in found if path.is_dir())


def directories_of(packages: Iterable[str]) -> list[Path]:
    """Return the directories of those packages, by the names of their imports, that there are."""
    found = map(importlib.util.find_spec, packages)
    return [Path(place) for s in found if s for place in s.submodule_search_locations or ()]


def needed(packages: Iterable[str]) -> list[Path]:
    """Return the files and directories of some packages, and of all that they need.

    Parameters
    ----------
    packages
        By the names under which they are imported; what belongs to Python itself has no place.
    """
    waiting, known, places = [*_OWN, *packages], set(), set()
    while waiting:
        name = waiting.pop().lower()
        if name in known:
            continue
        known.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # of Python's own, or not needed on this machine
        places.update(_places(found, name))
        wanted = map(Requirement, found.requires or ())
        waiting += [r.name for r in wanted if r.marker is None or r.marker.evaluate({"extra": ""})]
    return sorted(places)


def _places(found: Distribution, name: str) -> set[Path]:
    """Return what a distribution has put into a directory of packages."""
    listed = found.read_text("RECORD")
    if listed is None:  # a system's package manager keeps no list
        specification = importlib.util.find_spec(name)
        origin = None if specification is None else specification.origin
        return set() if origin is None else {Path(origin).parent}
    # By hand: the library looks at each of a thousand files for the sake of its folder.
    tops = {line.split("/")[0].split(",")[0] for line in listed.splitlines() if line}
    places = {Path(str(found.locate_file(top))).resolve() for top in tops - {"..", "__pycache__"}}
    return {place for place in places if place.exists()}
