"""Measures exercises: what their checks refuse, what they recognise, and what they accept.

``python -m tests.autograder.quality [ASSIGNMENT | ASSIGNMENT.EXERCISE]...`` (`make quality`)
measures over many keys what has changed, prints the tables, and records the counts in
``book/data/quality.json``, which a page of the book shows. The record has for each exercise the
digest of all that its verdicts depend on: what is recorded under the digest of today need not be
measured again, by `make quality` or by `test_quality.py`, which measures over fewer keys what has
changed.

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
from autograder.errors import AutograderError
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.limit import OutOfTime, at_most
from autograder.judging.mistakes import Mistake
from autograder.judging.references import read_module
from autograder.judging.sheet import read_notebook
from autograder.judging.verdict import ExerciseVerdict
from tests.autograder.alone import complaints
from tests.autograder.depending import code_of, mentioned, part_of, used_of
from tests.autograder.mutants import Mutant, mutants_of
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
    "autograder/assignments/__init__.py",
    "autograder/dialogue/*.py",
    # What a question passes through; how the code is held does not change its answer.
    "autograder/inside/answering.py",
    "autograder/inside/probing.py",
    "autograder/inside/wire.py",
    # Not what puts verdicts into words and pictures: it has no say in them.
    "autograder/judging/[!dsw]*.py",
    "autograder/judging/statistics.py",
    "tests/autograder/mechanical.py",
    "tests/autograder/mutants.py",
    "tests/autograder/quality.py",
    "tests/autograder/questioning.py",
)
# And whether the notebook of an assignment runs by itself.
_SHARED_ALONE = ("requirements.lock", "autograder/authoring/*.py", "tests/autograder/alone.py")


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


def unaccepted(assignment: Assignment, asked: Exercise, path: Path, keys: int) -> list[str]:
    """Return what is wrongly complained about in a file's answer to an exercise."""
    _, names = answered(assignment, path)
    return [m for number in range(keys) for m in verdict(asked, names, number).messages]


def complaints_in_sight(assignment: Assignment, asked: Exercise, names: Namespace) -> list[str]:
    """Return what the tests that students see complain about in an answer that is right."""
    cells = read_notebook(assignment.path).cells
    (tests,) = (cell.source for cell in cells if cell.metadata.get("tests") == asked.name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(tests, dict(names))
    except Exception as error:
        return [f"the visible tests: {type(error).__name__}: {error}"]
    return []


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


def mutants(asked: Exercise) -> list[Mutant]:
    """Return the mutants of an exercise's reference."""
    return list(mutants_of(Path(read_module(asked.module).file), frozenset([asked.name])))


def is_refused(
    assignment: Assignment, asked: Exercise, mutant: Mutant, seconds: float, number: int
) -> bool:
    """Whether the exercise, or another one of its module, refuses a mutant of its reference.

    One that has not answered an exercise in so much processor time is stopped, and refused.
    """
    others = [e for e in assignment.exercises if e.module == asked.module and e != asked]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with at_most(seconds):
                names = namespace(mutant.code)
        except (Exception, OutOfTime):
            return True
        return any(_refuses(one, names, number, seconds) for one in (asked, *others))


def _refuses(asked: Exercise, names: Namespace, number: int, seconds: float) -> bool:
    # Each has its own time: what is asked of many exercises may take long.
    try:
        with at_most(seconds):
            return complaint(asked, names, number) is not None
    except OutOfTime:
        return True


def survivors(assignment: Assignment, asked: Exercise, numbers: range) -> set[str]:
    """Return the mutants of an exercise that some submission gets by with."""
    if not asked.replayable:
        namespace("import keras; keras.random.normal((1,))")  # not within a mutant's time
    seconds = 1.0 if asked.replayable else 5.0
    return {
        mutant.key
        for mutant in mutants(asked)
        if not all(is_refused(assignment, asked, mutant, seconds, n) for n in numbers)
    }


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
    parts += [_shared(_SHARED), _beside(assignment), assignment.probes, json.dumps(NUMERICS)]
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
    texts = [_shared(_SHARED_ALONE), *(file.read_text(encoding="utf-8") for file in files)]
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()


@cache
def _shared(patterns: tuple[str, ...]) -> str:
    files = sorted(file for pattern in patterns for file in _ROOT.glob(pattern))
    return "\0".join(f"{f.relative_to(_ROOT)}\0{f.read_text(encoding='utf-8')}" for f in files)


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
    """How the mistakes and right answers of an exercise were judged, under one numerics.

    Attributes
    ----------
    mistakes
        What is wrong with the verdicts on each mistake.
    right
        What is wrong with the verdicts on each right answer.
    points
        What each mistake was worth, key by key.
    """

    mistakes: dict[str, list[str]]
    right: dict[str, list[str]]
    points: dict[str, list[float]]


def judge_answers(assignment: Assignment, asked: Exercise, keys: int) -> Answered:
    """Judge the mistakes and the right answers of an exercise in this process."""
    found = Answered({}, {}, {})
    for path in styles(assignment):
        if asked in answered(assignment, path)[0]:
            seen = complaints_in_sight(assignment, asked, answered(assignment, path)[1])
            found.right[path.stem] = seen + unaccepted(assignment, asked, path, keys)
    for mistake in asked.mistakes:
        verdicts = judged(assignment, asked, mistake, keys)
        found.mistakes[mistake.name] = misnamed(verdicts, mistake)
        found.points[mistake.name] = [verdict.score for verdict in verdicts]
    return found


def summed_up(
    asked: Exercise, known: set[str], left: set[str], found: dict[str, Answered]
) -> tuple[Row, list[str]]:
    """Put together what was found of one exercise.

    Parameters
    ----------
    asked
        The exercise.
    known
        The mutants that are right answers.
    left
        What `survivors` returns.
    found
        How answers were judged under each numerics, to the first of which the others are held.

    Returns
    -------
    Row
        The counts.
    list of str
        What was not as it should be, a line each.
    """
    total = len(mutants(asked)) - len(known)
    first = next(iter(found.values()))
    good = sum(not any(one.mistakes[name] for one in found.values()) for name in first.mistakes)
    accepted = sum(not any(one.right[name] for one in found.values()) for name in first.right)
    row = Row(
        asked.name,
        (total - len(left - known), total),
        len(known),
        (good, len(first.mistakes)),
        (accepted, len(first.right)),
    )
    amiss = [f"mutant survives: {key}" for key in sorted(left - known)]
    amiss += [f"mutant listed but refused: {key}" for key in sorted(known - left)]
    for numerics, one in found.items():
        for kind, judgements in (("mistake", one.mistakes), ("right answer", one.right)):
            amiss += [f"{asked.name}, {kind} {name}, {numerics} numerics: {told}"
                      for name, problems in judgements.items() for told in problems]  # fmt: skip
        for mistake, points in one.points.items():
            # The same for every key: who makes a mistake cannot try again with other inputs.
            expected = first.points[mistake][:1] * len(points)
            if points != expected:
                told = f"{asked.name}, {mistake}, {numerics} numerics"
                amiss.append(f"{told}: {points} points, not {expected}")
    return row, amiss


# The measurement


def _in_a_process(what: str, name: str, environment: dict[str, str], *more: str) -> Any:
    """Measure some exercises of an assignment in a process of its own; return what it prints."""
    command = [sys.executable, "-m", "tests.autograder.quality", "--part", what, name, *more]
    ran = subprocess.run(
        command, env=os.environ | environment, cwd=_ROOT, stdout=subprocess.PIPE, check=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def _measured(what: str, name: str, *more: str) -> str:
    """Return as JSON what `_in_a_process` asks for."""
    if what == "alone":
        return json.dumps(complaints(name))
    assignment = CONTENT.load(name)
    keys, *names = more
    chosen = [e for e in assignment.exercises if e.name in names]
    if what == "answers":
        found = {e.name: asdict(judge_answers(assignment, e, int(keys))) for e in chosen}
        return json.dumps(found)
    return json.dumps({e.name: sorted(survivors(assignment, e, range(int(keys)))) for e in chosen})


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


def _measure(
    pool: ThreadPoolExecutor, job: Changed
) -> Callable[[], tuple[list[tuple[Row, list[str]]], str]]:
    """Set the measuring of one assignment going; what is returned waits for it."""
    name, names = job.assignment.name, [e.name for e in job.exercises]
    mutated = pool.submit(_in_a_process, "mutants", name, {}, str(MUTANT_KEYS), *names)
    answers = [
        pool.submit(
            _in_a_process, "answers", name, environment, str(OTHER_KEYS if n else KEYS), *names
        )
        for n, environment in enumerate(NUMERICS.values())
    ]
    alone = pool.submit(_in_a_process, "alone", name, {}) if job.alone else None

    def result() -> tuple[list[tuple[Row, list[str]]], str]:
        left, given = mutated.result(), [future.result() for future in answers]
        rows = []
        for asked in job.exercises:
            found = {n: Answered(**one[asked.name]) for n, one in zip(NUMERICS, given, strict=True)}
            known = {k for k in equivalent(name) if k.startswith(f"{asked.name}: ")}
            rows.append(summed_up(asked, known, set(left[asked.name]), found))
        return rows, "" if alone is None else alone.result()

    return result


def main(names: list[str]) -> int:
    """Measure what has changed of some assignments or exercises, and record the counts.

    Parameters
    ----------
    names
        Assignments, or exercises as ``ASSIGNMENT.EXERCISE``; none for all.

    Returns
    -------
    int
        1 if anything is amiss. What is recorded stays if this is stopped.
    """
    wanted: dict[str, set[str]] = {name: set() for name in ([] if names else CONTENT.names())}
    for name in names:
        assignment, _, exercise = name.partition(".")
        wanted.setdefault(assignment, set()).update([exercise] if exercise else [])
    try:
        jobs = [changed(CONTENT.load(name), chosen) for name, chosen in wanted.items()]
    except AutograderError as error:
        print(error)
        return 1
    jobs = [job for job in jobs if job.exercises or job.alone]
    total = sum(len(job.exercises) for job in jobs)
    print(f"{total} exercises have changed since they were measured.")
    kept = dict(_recorded())
    problems = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [(job, _measure(pool, job)) for job in jobs]
        for job, result in track(waiting, "Measuring", total=len(waiting)):
            name = job.assignment.name
            measured, told = result()
            problems += [f"{name}: {line}" for _, amiss in measured for line in amiss]
            problems += [f"{name}, the notebook alone: {told}"] if told else []
            rows = [row for row, amiss in measured if not amiss]
            print(f"\n{name}", *_table([row for row, _ in measured]), sep="\n")
            kept[name] = _merged(kept, job, rows, alone=job.alone and not told)
            _save([kept[name] for name in CONTENT.names() if name in kept])
    for line in problems:
        print(line)
    if problems:
        print("Not all is as it should be: what is named was not recorded.")
    return 1 if problems else 0


def _table(rows: list[Row]) -> Iterator[str]:
    yield "| exercise | mutants refused | equivalent | mistakes named | right answers accepted |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for row in rows:
        pairs = [f"{good} / {number}" for good, number in
                 (row.mutants, row.mistakes, row.right_answers)]  # fmt: skip
        yield f"| `{row.exercise}` | {pairs[0]} | {row.equivalent} | {pairs[1]} | {pairs[2]} |"


# The record


@cache
def _recorded() -> dict[str, dict[str, Any]]:
    if not RECORD.exists():
        return {}
    kept = json.loads(RECORD.read_text(encoding="utf-8"))["assignments"]
    return {assignment["name"]: assignment for assignment in kept}


def recorded_row(assignment: str, exercise: str) -> dict[str, Any]:
    """Return the recorded counts of an exercise; there are none if it was never measured."""
    rows = _recorded().get(assignment, {}).get("rows", [])
    return next((row for row in rows if row["exercise"] == exercise), {})


def is_recorded(assignment: Assignment, asked: Exercise) -> bool:
    """Whether the record was made of this exercise as it is, over the keys of today."""
    row = recorded_row(assignment.name, asked.name)
    return bool(row) and row.get("digest") == digest(assignment, asked)


def runs_alone(assignment: Assignment) -> bool:
    """Whether the record says that this very notebook validates without the course."""
    kept = _recorded().get(assignment.name, {})
    return bool(kept.get("alone") == notebook_digest(assignment))


def _merged(
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


def _save(measured: list[dict[str, Any]]) -> None:
    record = {
        "keys": KEYS,
        "mutant_keys": MUTANT_KEYS,
        "other_keys": OTHER_KEYS,
        "numerics": list(NUMERICS),
        "assignments": measured,
    }
    RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        print(_measured(*sys.argv[2:]))
    else:
        sys.exit(main(sys.argv[1:]))
