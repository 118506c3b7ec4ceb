"""Measures an assignment: what its checks refuse, what they recognise, and what they accept.

``python -m tests.autograder.quality`` (`make quality`) measures every assignment over many keys,
prints the tables, and records the counts in ``book/data/quality.json``, which a page of the book
shows. The record has for each assignment the digest of all that its verdicts depend on: what is
recorded under the digest of today need not be measured again, by `make quality` or by
`test_quality.py`, which measures over fewer keys what has changed.

Three things are counted for each exercise:

- *mutants*: small changes to the reference, each refused unless `equivalent.toml` says why
  it is a right answer;
- *mistakes*: the named wrong answers, each refused and recognised under its own name;
- *right answers*: the reference and the other styles, each accepted whatever the inputs.

And the completed notebook has to validate where the course is not installed (`alone`).

Processors round differently, and a verdict must not hang on it: mistakes and right answers are
judged under each of the `NUMERICS`, and have to be worth the same points under all.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import subprocess
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from rich.progress import track

from autograder.assignments import CONTENT
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.mistakes import Mistake
from autograder.judging.verdict import ExerciseVerdict
from tests.autograder.alone import complaints
from tests.autograder.mutants import Mutant, mutants_of, stopped_after
from tests.autograder.questioning import (
    Namespace,
    complaint,
    namespace,
    solutions,
    verdict,
)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

_DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
RECORD = Path(__file__).resolve().parents[2] / "book/data/quality.json"
KEYS = 20
MUTANT_KEYS = 5
OTHER_KEYS = 3  # under other numerics than the first

# Variables that make TensorFlow and NumPy compute as on other processors; mutants, which no
# rounding makes right, are judged under the first alone.
_OLD_NUMPY = {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"}
NUMERICS: dict[str, dict[str, str]] = {
    "this processor's": {},
    "oneDNN held to AVX2, NumPy's dispatch cut down": {"ONEDNN_MAX_CPU_ISA": "AVX2"} | _OLD_NUMPY,
    "oneDNN held to SSE4.1": {"ONEDNN_MAX_CPU_ISA": "SSE41"},
}

# What the verdicts of every assignment depend on, besides what is its own.
_ROOT = Path(__file__).resolve().parents[2]
_SHARED = (
    "requirements.lock",
    "autograder/assignments/*.py",
    "autograder/dialogue/*.py",
    "autograder/inside/*.py",
    "autograder/judging/*.py",
    "tests/autograder/alone.py",
    "tests/autograder/mutants.py",
    "tests/autograder/quality.py",
    "tests/autograder/questioning.py",
)


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
    return [*own, *sorted((assignment.folder / "right_answers").glob("*.py"))]


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


def judged(
    assignment: Assignment, asked: Exercise, mistake: Mistake, keys: int
) -> list[ExerciseVerdict]:
    """Return the verdicts on a mistake, one for each key."""
    names = namespace(reference_source(assignment), {asked.name: mistake.implementation})
    return [verdict(asked, names, number) for number in range(keys)]


def misnamed(verdicts: list[ExerciseVerdict], mistake: Mistake) -> list[str]:
    """Return what is wrong with the verdicts on a mistake: not refused, or called otherwise."""
    problems = []
    for number, found in enumerate(verdicts):
        if found.passed:
            problems.append(f"key {number}: not refused")
        elif found.mistake != mistake.name:
            problems.append(f"key {number}: called {found.mistake}; {found.messages}")
    return problems


# Mutants


@cache
def equivalent(assignment: str) -> dict[str, str]:
    """Return the mutants that are right answers, each with the reason."""
    path = CONTENT.folder(assignment) / "equivalent.toml"
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
        for name in CONTENT.names()
        for holder, exercise in CONTENT.sheet(name).exercises
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
    keras = not exercise_of(assignment, module).replayable
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


# What has been measured already


def digest(name: str) -> str:
    """Return what changes with anything that the verdicts on an assignment depend on."""
    assignment = CONTENT.load(name)
    own = [file for file in assignment.folder.rglob("*") if file.suffix in (".py", ".md", ".toml")]
    shared = [file for pattern in _SHARED for file in _ROOT.glob(pattern)]
    found = hashlib.sha256()
    for file in sorted({*own, *shared, *_imported(modules(assignment))}):
        found.update(f"{file.relative_to(_ROOT)}\0".encode() + file.read_bytes() + b"\0")
    return found.hexdigest()


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


@cache
def _recorded() -> dict[str, dict[str, Any]]:
    if not RECORD.exists():
        return {}
    kept = json.loads(RECORD.read_text(encoding="utf-8"))["assignments"]
    return {assignment["name"]: assignment for assignment in kept}


def is_recorded(name: str) -> bool:
    """Whether the record was made of this assignment as it is, over the keys of today."""
    kept = _recorded().get(name, {})
    return bool(kept.get("digest") == digest(name) and kept.get("numerics") == list(NUMERICS))


# The report


@dataclass(frozen=True)
class Row:
    """What was counted for one exercise: each pair is how many did as they should, of how many."""

    exercise: str
    mutants: tuple[int, int]
    equivalent: int
    mistakes: tuple[int, int]
    right_answers: tuple[int, int]


@dataclass(frozen=True)
class Answered:
    """How the mistakes and right answers of an assignment were judged, under one numerics.

    Attributes
    ----------
    mistakes
        For each exercise, what is wrong with the verdicts on each of its mistakes.
    right
        For each exercise, what is wrong with the verdicts on each right answer.
    points
        What each mistake was worth, key by key.
    """

    mistakes: dict[str, dict[str, list[str]]]
    right: dict[str, list[list[str]]]
    points: dict[str, list[float]]


def judge_answers(name: str, keys: int) -> Answered:
    """Judge the mistakes and the right answers of an assignment in this process."""
    assignment = CONTENT.load(name)
    found = Answered({}, {}, {})
    for path in styles(assignment):
        for asked, problems in unaccepted(assignment, path, keys).items():
            found.right.setdefault(asked, []).append(problems)
    for asked in assignment.exercises:
        for mistake in asked.mistakes:
            verdicts = judged(assignment, asked, mistake, keys)
            named = found.mistakes.setdefault(asked.name, {})
            named[mistake.name] = misnamed(verdicts, mistake)
            found.points[f"{asked.name}, {mistake.name}"] = [v.score for v in verdicts]
    return found


def judge_mutants(name: str) -> tuple[set[str], dict[str, int]]:
    """Judge the mutants of an assignment in this process; see `survivors`."""
    assignment = CONTENT.load(name)
    left: set[str] = set()
    counts: dict[str, int] = {}
    for module in modules(assignment):
        unrefused, found = survivors(assignment, module, range(MUTANT_KEYS))
        left |= unrefused
        counts |= found
    return left, counts


def summed_up(
    name: str, left: set[str], counts: dict[str, int], answered: dict[str, Answered]
) -> tuple[list[Row], list[str]]:
    """Put together what was found of one assignment.

    Parameters
    ----------
    name
        The assignment.
    left, counts
        What `survivors` returns, of all modules.
    answered
        What was found under each numerics, the first of which the others are held to.

    Returns
    -------
    list of Row
        One for each exercise, and for each helper of its module.
    list of str
        What was not as it should be, a line each.
    """
    known = equivalent(name)
    rows, amiss = [], []
    exercises = [e.name for e in CONTENT.load(name).exercises]
    for label in dict.fromkeys([*exercises, *counts]):
        same = {key for key in known if key.startswith(f"{label}: ")}
        missed = {key for key in left if key.startswith(f"{label}: ")}
        total = counts.get(label, 0) - len(same)
        mistakes = [found.mistakes.get(label, {}) for found in answered.values()]
        right = [found.right.get(label, []) for found in answered.values()]
        good = sum(not any(some[m] for some in mistakes) for m in mistakes[0])
        accepted = sum(not any(problems) for problems in zip(*right, strict=True))
        rows.append(
            Row(
                label,
                (total - len(missed - same), total),
                len(same),
                (good, len(mistakes[0])),
                (accepted, len(right[0])),
            )
        )
        amiss += [f"mutant survives: {key}" for key in sorted(missed - same)]
        amiss += [f"mutant listed but refused: {key}" for key in sorted(same - missed)]
    first = next(iter(answered.values()))
    for numerics, found in answered.items():
        for label, named in found.mistakes.items():
            amiss += [f"{label}, mistake {m}, {numerics} numerics: {told}"
                      for m, some in named.items() for told in some]  # fmt: skip
        for label, given in found.right.items():
            amiss += [f"{label}, right answer {n}, {numerics} numerics: {told}"
                      for n, some in enumerate(given) for told in some]  # fmt: skip
        for mistake, points in found.points.items():
            expected = first.points[mistake][: len(points)]
            if points != expected:
                amiss.append(f"{mistake}, {numerics} numerics: {points} points, not {expected}")
    return rows, amiss


def _table(rows: list[Row]) -> Iterator[str]:
    yield "| exercise | mutants refused | equivalent | mistakes named | right answers accepted |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for row in rows:
        pairs = [f"{good} / {number}" for good, number in
                 (row.mutants, row.mistakes, row.right_answers)]  # fmt: skip
        yield f"| `{row.exercise}` | {pairs[0]} | {row.equivalent} | {pairs[1]} | {pairs[2]} |"


def _in_a_process(what: str, name: str, environment: dict[str, str], *more: str) -> Any:
    """Measure one thing of one assignment in a process of its own; return the JSON it prints."""
    command = [sys.executable, "-m", "tests.autograder.quality", what, name, *more]
    ran = subprocess.run(
        command, env=os.environ | environment, cwd=_ROOT, stdout=subprocess.PIPE, check=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def measure(name: str, pool: ThreadPoolExecutor) -> Callable[[], tuple[list[Row], list[str]]]:
    """Set the measuring of one assignment going; what is returned waits for it."""
    asked = [pool.submit(_in_a_process, what, name, {}) for what in ("alone", "mutants")]
    for number, environment in enumerate(NUMERICS.values()):
        keys = OTHER_KEYS if number else KEYS
        asked.append(pool.submit(_in_a_process, "answers", name, environment, str(keys)))

    def result() -> tuple[list[Row], list[str]]:
        told, (left, counts), *answered = [future.result() for future in asked]
        found = {n: Answered(**kept) for n, kept in zip(NUMERICS, answered, strict=True)}
        rows, amiss = summed_up(name, set(left), counts, found)
        return rows, [*amiss, *([f"the notebook alone: {told}"] if told else [])]

    return result


def main() -> int:
    """Measure what has changed, record the counts, and return 1 if anything is amiss.

    What is recorded stays if this is stopped.
    """
    names = CONTENT.names()
    changed = {name: digest(name) for name in names if not is_recorded(name)}
    if len(changed) < len(names):
        print(f"Unchanged since it was measured: {', '.join(sorted({*names} - {*changed}))}.")
    kept = dict(_recorded())
    problems = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = {name: measure(name, pool) for name in changed}
        for name, result in track(waiting.items(), "Measuring", total=len(waiting)):
            rows, amiss = result()
            print(f"\n{name}", *_table(rows), sep="\n")
            problems += [f"{name}: {told}" for told in amiss]
            if not amiss:
                kept[name] = {
                    "name": name,
                    "title": CONTENT.load(name).title,
                    "digest": changed[name],
                    "numerics": list(NUMERICS),
                    "rows": [asdict(row) for row in rows],
                    "equivalent": equivalent(name),
                }
                _save([kept[name] for name in names if name in kept])
    for told in problems:
        print(told)
    if problems:
        print("Not all is as it should be: these assignments were not recorded.")
    return 1 if problems else 0


def _save(measured: list[dict[str, Any]]) -> None:
    record = {
        "keys": KEYS,
        "mutant_keys": MUTANT_KEYS,
        "other_keys": OTHER_KEYS,
        "assignments": measured,
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def _measured(what: str, name: str, keys: str = "") -> str:
    """Return as JSON what `_in_a_process` asks for."""
    if what == "alone":
        return json.dumps(complaints(name))
    if what == "answers":
        return json.dumps(asdict(judge_answers(name, int(keys))))
    left, counts = judge_mutants(name)
    return json.dumps([sorted(left), counts])


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(_measured(*sys.argv[1:]))
    else:
        sys.exit(main())
