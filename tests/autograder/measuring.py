"""Judges what is known of an exercise, right and wrong, over many keys: what `make quality` counts.

Three things are judged for each exercise:

- *mutants*: small changes to the reference, each refused unless `equivalent.toml` says why
  it is a right answer;
- *mistakes*: the named wrong answers, each refused and recognised under its own name;
- *right answers*: the reference and the other styles, each accepted whatever the inputs.
"""

from __future__ import annotations

import os
import tomllib
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from autograder.assignments import CONTENT
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.limit import OutOfTime, at_most
from autograder.judging.mistakes import Mistake
from autograder.judging.references import read_module
from autograder.judging.sheet import read_notebook
from autograder.judging.verdict import ExerciseVerdict
from tests.autograder.mutants import Mutant, mutants_of
from tests.autograder.questioning import (
    Namespace,
    complaint,
    namespace,
    solutions,
    verdict,
)

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

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


# All that can be answered


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


# Both together


@dataclass(frozen=True)
class Row:
    """What was counted for one exercise: each pair is how many did as they should, of how many."""

    exercise: str
    mutants: tuple[int, int]
    equivalent: int
    mistakes: tuple[int, int]
    right_answers: tuple[int, int]


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
