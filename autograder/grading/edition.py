"""Says which edition of the grader, of a course's content and of the packages is here.

Of two machines that have the same, either may grade for the other. What a grade itself depends on,
which is less, is its version: see `autograder.grading.version`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

import autograder
from autograder.judging.content import Content

_DISTRIBUTION = "training-deep-networks"
# What gives marks and messages. Commands, gradebook and the making of notebooks are of no account.
_ROOMS = ("inside", "dialogue", "sandbox", "judging", "grading")
_CODE = {".py", ".j2", ".md", ".toml"}


def edition_of(content: Content) -> str:
    """Return what is the same on two machines only if they give the same marks and messages.

    It changes with Python's version, with every file of the engine and of the content, and with the
    version of each package that the engine needs; the extras are not among them.
    """
    digest = hashlib.sha256(f"{sys.version_info[:2]}\n".encode())
    engine = Path(autograder.__path__[0])
    for place in (*(engine / room for room in _ROOMS), *content.packages):
        for path in sorted(p for p in place.rglob("*") if p.suffix in _CODE):
            digest.update(f"{place.name}/{path.relative_to(place).as_posix()}\n".encode())
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    for line in sorted(_locked(_DISTRIBUTION)):
        digest.update(f"{line}\n".encode())
    return digest.hexdigest()


def _locked(name: str) -> Iterator[str]:
    """Yield name and version of all that a distribution needs on this machine."""
    waiting, known = [name], set()
    while waiting:
        wanted = waiting.pop().lower()
        if wanted in known:
            continue
        known.add(wanted)
        try:
            found = distribution(wanted)
        except PackageNotFoundError:
            continue  # an engine that is run from its checkout, for one
        if wanted != _DISTRIBUTION:
            yield f"{wanted}=={found.version}"
        needs = map(Requirement, found.requires or ())
        waiting += [r.name for r in needs if r.marker is None or r.marker.evaluate({"extra": ""})]
