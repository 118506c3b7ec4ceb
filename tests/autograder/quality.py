"""Measures exercises: what their checks refuse, what they recognise, and what they accept.

``python -m tests.autograder.quality [ASSIGNMENT | ASSIGNMENT.EXERCISE]...`` (`make quality`)
measures over many keys what has changed (`measuring`), prints the tables, and records the counts
in ``book/data/quality.json``, which a page of the book shows (`recording`). What is recorded as
it is today need not be measured again, by `make quality` or by `test_quality.py`, which measures
over fewer keys what has changed.

Processors round differently, and a verdict must not hang on it: mistakes and right answers are
judged under each of the `NUMERICS`, and have to be worth the same points under all. And the
completed notebook has to validate where the course is not installed (`alone`).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.progress import track

from autograder.assignments import CONTENT
from autograder.errors import AutograderError
from tests.autograder.alone import complaints
from tests.autograder.measuring import (
    KEYS,
    MUTANT_KEYS,
    NUMERICS,
    OTHER_KEYS,
    Answered,
    Row,
    equivalent,
    judge_answers,
    summed_up,
    survivors,
)
from tests.autograder.recording import Changed, changed, merged, recorded, save

_ROOT = Path(__file__).resolve().parents[2]


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
    kept = dict(recorded())
    problems = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        waiting = [(job, _measure(pool, job)) for job in jobs]
        for job, result in track(waiting, "Measuring", total=len(waiting)):
            name = job.assignment.name
            try:
                measured, told = result()
            except subprocess.CalledProcessError:  # its traceback is on the terminal
                problems.append(f"{name}: could not be measured: see above")
                continue
            problems += [f"{name}: {line}" for _, amiss in measured for line in amiss]
            problems += [f"{name}, the notebook alone: {told}"] if told else []
            rows = [row for row, amiss in measured if not amiss]
            print(f"\n{name}", *_table([row for row, _ in measured]), sep="\n")
            kept[name] = merged(kept, job, rows, alone=job.alone and not told)
            save([kept[name] for name in CONTENT.names() if name in kept])
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


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        print(_measured(*sys.argv[2:]))
    else:
        sys.exit(main(sys.argv[1:]))
