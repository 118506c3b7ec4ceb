"""Measures an assignment: what its checks refuse, what they recognise, and what they accept.

``python -m tests.autograder.quality`` (`make quality`) measures every assignment over many keys,
prints the tables, and records the counts in ``book/data/quality.json``, which a page of the book
shows. `test_quality.py` measures the same over fewer keys, and holds the record to it.

Three things are counted for each exercise:

- *mutants*: small changes to the reference, each refused unless `equivalent/NAME.toml` says why
  it is a right answer;
- *mistakes*: the named wrong answers, each refused and recognised under its own name;
- *right answers*: the reference and the other styles, each accepted whatever the inputs.
"""

from __future__ import annotations

import ast
import json
import os
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rich.progress import track

from autograder import assignment as assignments
from autograder.assignment import Assignment, Exercise
from autograder.mistakes.api import Mistake
from tests.autograder.mutants import Mutant, mutants_of, stopped_after
from tests.autograder.questioning import (
    RIGHT_ANSWERS,
    Namespace,
    complaint,
    exercise,
    namespace,
    solutions,
    verdict,
)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
EQUIVALENT = Path(__file__).with_name("equivalent")
RECORD = Path(__file__).resolve().parents[2] / "book/data/quality.json"
KEYS = 20
MUTANT_KEYS = 5


def modules(assignment: Assignment) -> list[str]:
    """Return the modules of `solutions` that hold the references, in order of appearance."""
    return list(dict.fromkeys(e.module.removeprefix("solutions.") for e in assignment.exercises))


@cache
def reference_source(assignment: Assignment) -> str:
    """Return the source of all references of an assignment, as one module."""
    texts = [solutions(module).read_text(encoding="utf-8") for module in modules(assignment)]
    return "\n\n".join(texts).replace("from __future__ import annotations", "")


# Right answers


def styles(assignment: Assignment) -> list[Path]:
    """Return the files of right answers: the references, and what is written otherwise."""
    own = [solutions(module) for module in modules(assignment)]
    return [*own, *sorted((RIGHT_ANSWERS / assignment.name).glob("*.py"))]


def answered(assignment: Assignment, path: Path) -> tuple[list[Exercise], Namespace]:
    """Return the exercises that a file of right answers answers, and all names it defines.

    What it does not define, the references do.
    """
    text = path.read_text(encoding="utf-8")
    own = namespace(text)
    defined = set(own)  # by `def`, `class` or assignment: `he_normal = VarianceScaling(2, ...)`
    names = namespace(reference_source(assignment)) | own
    own.update(names)  # so that its functions see the references that they call
    return [e for e in assignment.exercises if e.name in defined], own


def unaccepted(assignment: Assignment, path: Path, keys: int) -> dict[str, list[str]]:
    """Return what is wrongly complained about, for each exercise that the file answers."""
    found: dict[str, list[str]] = {}
    exercises, names = answered(assignment, path)
    for asked in exercises:
        messages = (verdict(asked, names, number).messages for number in range(keys))
        found[asked.name] = [message for some in messages for message in some]
    return found


# Named mistakes


def misnamed(assignment: Assignment, asked: Exercise, mistake: Mistake, keys: int) -> list[str]:
    """Return what is wrong with how the mistake is judged: not refused, or called otherwise."""
    names = namespace(reference_source(assignment), {asked.name: mistake.implementation})
    problems = []
    for number in range(keys):
        found = verdict(asked, names, number)
        if found.passed:
            problems.append(f"key {number}: not refused")
        elif found.mistake != mistake.name:
            problems.append(f"key {number}: called {found.mistake}; {found.messages}")
    return problems


# Mutants


@cache
def equivalent(assignment: str) -> dict[str, str]:
    """Return the mutants that are right answers, each with the reason."""
    path = EQUIVALENT / f"{assignment}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def mutants(assignment: Assignment, module: str) -> list[Mutant]:
    """Return the mutants of the references that a module holds of this assignment."""
    names = {e.name for e in assignment.exercises if e.module == f"solutions.{module}"}
    wanted = frozenset(names | _helpers(assignment, module))
    return list(mutants_of(solutions(module), wanted))


def _helpers(assignment: Assignment, module: str) -> set[str]:
    """Return the definitions of a module that no assignment asks for."""
    asked = {
        exercise
        for name in assignments.names()
        for holder, exercise in assignments.outline(name).exercises
        if holder == module
    }
    tree = ast.parse(solutions(module).read_text(encoding="utf-8"))
    defined = {node.name for node in tree.body if isinstance(node, _DEFINITIONS)}
    return defined - asked if modules(assignment)[0] == module else set()


def is_refused(
    assignment: Assignment, mutant: Mutant, module: str, seconds: float, number: int
) -> bool:
    """Whether some exercise of the module refuses the mutant when submission `number` has it.

    One that never ends is stopped.
    """
    exercises = [e for e in assignment.exercises if e.module == f"solutions.{module}"]
    with stopped_after(seconds), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            names = namespace(mutant.code)
        except Exception:
            return True
        own_first = sorted(exercises, key=lambda asked: asked.name != mutant.exercise)
        return any(complaint(asked, names, number) is not None for asked in own_first)


def survivors(
    assignment: Assignment, module: str, numbers: range
) -> tuple[set[str], dict[str, int]]:
    """Return the mutants that some submission gets by with, and how many each exercise has."""
    keras = exercise_of(assignment, module).needs_keras
    if keras:
        namespace("import keras; keras.random.normal((1,))")  # not within a mutant's time
    counts: dict[str, int] = {}
    left = set()
    for mutant in mutants(assignment, module):
        counts[mutant.exercise] = counts.get(mutant.exercise, 0) + 1
        seconds = 5.0 if keras else 1.0
        if not all(is_refused(assignment, mutant, module, seconds, n) for n in numbers):
            left.add(mutant.key)
    return left, counts


def exercise_of(assignment: Assignment, module: str) -> Exercise:
    """Return the first exercise whose reference is in the module."""
    return next(e for e in assignment.exercises if e.module == f"solutions.{module}")


# The report


@dataclass(frozen=True)
class Row:
    """What was counted for one exercise: each pair is how many did as they should, of how many."""

    exercise: str
    mutants: tuple[int, int]
    equivalent: int
    mistakes: tuple[int, int]
    right_answers: tuple[int, int]


def measure(name: str, keys: int = KEYS) -> tuple[list[Row], list[str]]:
    """Measure one assignment.

    Returns
    -------
    list of Row
        One for each exercise, and for each helper of its module.
    list of str
        What was not as it should be, a line each.
    """
    assignment = assignments.load(name)
    left: set[str] = set()
    counts: dict[str, int] = {}
    for module in modules(assignment):
        unrefused, found = survivors(assignment, module, range(MUTANT_KEYS))
        left |= unrefused
        counts |= found
    accepted = [unaccepted(assignment, path, keys) for path in styles(assignment)]
    known = equivalent(name)
    rows, amiss = [], []
    for label in dict.fromkeys([*(e.name for e in assignment.exercises), *counts]):
        same = {key for key in known if key.startswith(f"{label}: ")}
        missed = {key for key in left if key.startswith(f"{label}: ")}
        total = counts.get(label, 0) - len(same)
        right = [found[label] for found in accepted if label in found]
        mistakes = next((e.mistakes for e in assignment.exercises if e.name == label), ())
        problems = {
            mistake.name: misnamed(assignment, exercise(assignment, label), mistake, keys)
            for mistake in mistakes
        }
        rows.append(
            Row(
                label,
                (total - len(missed - same), total),
                len(same),
                (list(problems.values()).count([]), len(problems)),
                (right.count([]), len(right)),
            )
        )
        amiss += [f"mutant survives: {key}" for key in sorted(missed - same)]
        amiss += [f"mutant listed but refused: {key}" for key in sorted(same - missed)]
        amiss += [f"{label}, mistake {m}: {told}" for m, some in problems.items() for told in some]
        amiss += [
            f"{label}, right answer {n}: {told}" for n, some in enumerate(right) for told in some
        ]
    return rows, amiss


def _table(rows: list[Row]) -> Iterator[str]:
    yield "| exercise | mutants refused | equivalent | mistakes named | right answers accepted |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for row in rows:
        pairs = [f"{good} / {number}" for good, number in
                 (row.mutants, row.mistakes, row.right_answers)]  # fmt: skip
        yield f"| `{row.exercise}` | {pairs[0]} | {row.equivalent} | {pairs[1]} | {pairs[2]} |"


def record_of(measured: dict[str, list[Row]]) -> dict[str, Any]:
    """Return what is kept of a measurement."""
    return {
        "keys": KEYS,
        "mutant_keys": MUTANT_KEYS,
        "assignments": [
            {
                "name": name,
                "title": assignments.load(name).title,
                "rows": [asdict(row) for row in rows],
                "equivalent": equivalent(name),
            }
            for name, rows in measured.items()
        ],
    }


def main(write: Callable[[str], object] = print) -> int:
    """Measure every assignment, record the counts, and return 1 if anything is amiss."""
    names = assignments.names()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        results = track(pool.map(measure, names), "Measuring", total=len(names))
        measured = dict(zip(names, results, strict=True))
    for name, (rows, _) in measured.items():
        write(f"\n{name}")
        for line in _table(rows):
            write(line)
    problems = [f"{name}: {told}" for name, (_, amiss) in measured.items() for told in amiss]
    if problems:
        for told in problems:
            write(told)
        write("Not all is as it should be: nothing was recorded.")
        return 1
    record = record_of({name: rows for name, (rows, _) in measured.items()})
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
