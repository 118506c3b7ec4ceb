"""Keeps what was measured of each exercise, and says what need not be measured again.

``book/data/quality.json`` has for each exercise the counts, and the digest of all that its
verdicts depend on: what is recorded under the digest of today is proven. What only measures,
counts or tells is in no digest.
"""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from autograder.judging.assignment import Assignment, Exercise
from book.pins import pinned
from tests.autograder.depending import code_of, mentioned, part_of, used_of
from tests.autograder.measuring import (
    KEYS,
    MUTANT_KEYS,
    NUMERICS,
    OTHER_KEYS,
    Row,
    answered,
    equivalent,
    modules,
    styles,
)
from tests.autograder.questioning import solutions

_ROOT = Path(__file__).resolve().parents[2]
RECORD = _ROOT / "book/data/quality.json"

# What the verdicts of every assignment depend on, besides what is its own.
_SHARED = (
    "autograder/assignments/__init__.py",
    "autograder/dialogue/*.py",
    # What a question passes through; how the code is held does not change its answer.
    "autograder/inside/answering.py",
    "autograder/inside/probing.py",
    "autograder/inside/wire.py",
    # Not what puts verdicts into words and pictures: it has no say in them.
    "autograder/judging/[!dsw]*.py",
    "autograder/judging/statistics.py",
    "tests/autograder/measuring.py",
    "tests/autograder/mechanical.py",
    "tests/autograder/mutants.py",
    "tests/autograder/questioning.py",
)
_COMPUTING = ("cosmic-ray", "keras", "numpy", "scipy", "tensorflow")
# And whether the notebook of an assignment runs by itself.
_SHARED_ALONE = (
    "autograder/authoring/extras.py",
    "autograder/authoring/notebooks.py",
    "tests/autograder/alone.py",
)
_RUNNING = (*_COMPUTING, "ipykernel", "jupytext", "matplotlib", "nbgrader")


# What has been measured already


def digest(assignment: Assignment, asked: Exercise) -> str:
    """Return what changes with anything that the verdicts on an exercise depend on.

    Comments and what concerns other exercises do not count.
    """
    exercises = frozenset(e.name for e in assignment.exercises)
    parts = [
        part_of(assignment.folder / f"{part}.py", asked.name, exercises)
        for part in ("checks", "mistakes")
        if (assignment.folder / f"{part}.py").exists()
    ]
    parts += [code_of(path) for path in styles(assignment)[len(modules(assignment)) :]
              if asked in answered(assignment, path)[0]]  # fmt: skip
    named = {asked.name}.union(*map(mentioned, parts))
    parts += [used_of(file, named) for file in sorted(_imported(modules(assignment)))]
    parts += [used_of(file, named) for file in _helping(assignment)]
    parts += sorted(f"{key}: {why}" for key, why in equivalent(assignment.name).items()
                    if key.startswith(f"{asked.name}: "))  # fmt: skip
    parts += [
        _shared(_SHARED),
        pinned(_lock(), *_COMPUTING),
        _beside(assignment),
        assignment.probes,
    ]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _helping(assignment: Assignment) -> list[Path]:
    """Return the modules of an assignment's own that are none of those that each has."""
    usual = {"__init__", "checks", "mistakes", "probes"}
    return [f for f in sorted(assignment.folder.glob("*.py")) if f.stem not in usual]


def _beside(assignment: Assignment) -> str:
    """Return the modules beside the assignments' folders that an assignment's own mention."""
    own = "".join(p.read_text(encoding="utf-8") for p in sorted(assignment.folder.glob("*.py")))
    files = sorted(assignment.folder.parent.glob("*.py"))
    return "\0".join(f.read_text(encoding="utf-8") for f in files if f.stem in own)


def notebook_digest(assignment: Assignment) -> str:
    """Return what changes with anything that decides whether the notebook runs alone."""
    files = [assignment.path, *sorted(_imported(modules(assignment)))]
    texts = [_shared(_SHARED_ALONE), pinned(_lock(), *_RUNNING)]
    texts += [file.read_text(encoding="utf-8") for file in files]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


@cache
def _shared(patterns: tuple[str, ...]) -> str:
    files = sorted(file for pattern in patterns for file in _ROOT.glob(pattern))
    return "\0".join(f"{f.relative_to(_ROOT)}\0{code_of(f)}" for f in files)


@cache
def _lock() -> str:
    return (_ROOT / "requirements.lock").read_text(encoding="utf-8")


def _imported(names: list[str]) -> set[Path]:
    """Return the modules of `solutions` that some of them import, at whatever remove."""
    found: set[Path] = set()
    waiting = [solutions(name) for name in names]
    while waiting:
        file = waiting.pop()
        if file in found or not file.exists():
            continue
        found.add(file)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("solutions"):
                parts = (node.module or "").split(".")[1:] or [a.name for a in node.names]
                waiting += [solutions(part) for part in parts]
    return found


@dataclass(frozen=True)
class Changed:
    """What of an assignment is not recorded as it is: exercises, and the notebook by itself."""

    assignment: Assignment
    exercises: tuple[Exercise, ...]
    alone: bool


def changed(assignment: Assignment, wanted: set[str]) -> Changed:
    """Return what of an assignment has to be measured; `wanted` are exercises, none for all."""
    chosen = [e for e in assignment.exercises if not wanted or e.name in wanted]
    left = tuple(e for e in chosen if not is_recorded(assignment, e))
    return Changed(assignment, left, not wanted and not runs_alone(assignment))


# The record


@cache
def recorded() -> dict[str, dict[str, Any]]:
    """Return what is recorded of each assignment."""
    if not RECORD.exists():
        return {}
    kept = json.loads(RECORD.read_text(encoding="utf-8"))["assignments"]
    return {assignment["name"]: assignment for assignment in kept}


def recorded_row(assignment: str, exercise: str) -> dict[str, Any]:
    """Return the recorded counts of an exercise; there are none if it was never measured."""
    rows = recorded().get(assignment, {}).get("rows", [])
    return next((row for row in rows if row["exercise"] == exercise), {})


def is_recorded(assignment: Assignment, asked: Exercise) -> bool:
    """Whether the record was made of this exercise as it is, over the keys of today."""
    row = recorded_row(assignment.name, asked.name)
    return bool(row) and row.get("digest") == digest(assignment, asked)


def runs_alone(assignment: Assignment) -> bool:
    """Whether the record says that this very notebook validates without the course."""
    kept = recorded().get(assignment.name, {})
    return bool(kept.get("alone") == notebook_digest(assignment))


def merged(
    kept: dict[str, dict[str, Any]], job: Changed, rows: list[Row], *, alone: bool
) -> dict[str, Any]:
    """Return the record of an assignment with some rows put in the place of old ones."""
    assignment = job.assignment
    old = kept.get(assignment.name, {})
    exercises = {e.name: e for e in assignment.exercises}
    found = {row["exercise"]: row for row in old.get("rows", [])}
    for row in rows:
        found[row.exercise] = asdict(row) | {"digest": digest(assignment, exercises[row.exercise])}
    return {
        "name": assignment.name,
        "title": assignment.title,
        "alone": notebook_digest(assignment) if alone else old.get("alone"),
        "rows": [found[name] for name in exercises if name in found],
        "equivalent": equivalent(assignment.name),
    }


def save(measured: list[dict[str, Any]]) -> None:
    """Write the record anew, with what it was measured over."""
    record = {
        "keys": KEYS,
        "mutant_keys": MUTANT_KEYS,
        "other_keys": OTHER_KEYS,
        "numerics": list(NUMERICS),
        "assignments": measured,
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
