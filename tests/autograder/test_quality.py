"""Every assignment: right answers pass, mistakes are refused and named, mutants are refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from autograder.assignments import CONTENT
from autograder.judging.assignment import LOOK, Assignment, Exercise
from autograder.judging.mistakes import Mistake
from autograder.judging.sheet import read_markdown
from tests.autograder import quality
from tests.autograder.questioning import namespace

# `make quality` asks with more sets of inputs, 20 each, and under other numerics. What it has
# recorded of an assignment as it is need not be shown again.
KEYS = 5
MISTAKE_KEYS = 3
ASSIGNMENTS = [CONTENT.load(name) for name in CONTENT.names()]
CHANGED = [a for a in ASSIGNMENTS if not quality.is_recorded(a.name)]


def _name(value: Any) -> str:
    return str(getattr(value, "name", None) or getattr(value, "stem", value))


@pytest.mark.parametrize(
    ("assignment", "path"),
    [
        pytest.param(a, path, id=f"{a.name}-{path.stem}")
        for a in CHANGED
        for path in quality.styles(a)
    ],
)
def test_right_answers_get_every_point(assignment: Assignment, path: Path) -> None:
    found = quality.unaccepted(assignment, path, KEYS)
    assert found
    assert {name: messages for name, messages in found.items() if messages} == {}


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=_name)
def test_there_are_enough_ways_to_be_right(assignment: Assignment) -> None:
    answered = [
        asked.name
        for path in quality.styles(assignment)
        for asked in quality.answered(assignment, path)[0]
    ]
    assert {e.name: answered.count(e.name) for e in assignment.exercises if
            answered.count(e.name) < 4} == {}  # fmt: skip


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=_name)
def test_the_visible_tests_pass_on_the_reference(assignment: Assignment) -> None:
    names = namespace(quality.reference_source(assignment))
    tests = [cell for cell in read_markdown(assignment.path).cells if "tests" in cell.metadata]
    assert [cell.metadata["tests"] for cell in tests] == [e.name for e in assignment.exercises]
    for cell in tests:
        assert LOOK not in cell.metadata.get("tags", [])
        exec(cell.source, names)


@pytest.mark.parametrize(
    ("assignment", "asked", "mistake"),
    [
        pytest.param(a, asked, mistake, id=f"{a.name}-{asked.name}-{mistake.name}")
        for a in CHANGED
        for asked in a.exercises
        for mistake in asked.mistakes
    ],
)
def test_mistakes_are_refused_and_named(
    assignment: Assignment, asked: Exercise, mistake: Mistake
) -> None:
    verdicts = quality.judged(assignment, asked, mistake, MISTAKE_KEYS)
    assert quality.misnamed(verdicts, mistake) == []


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=_name)
def test_every_exercise_has_its_mistakes(assignment: Assignment) -> None:
    for asked in assignment.exercises:
        named = [mistake.name for mistake in asked.mistakes]
        assert len(set(named)) == len(named)
        assert len(named) >= 3
        assert all(len(mistake.explanation) > 60 for mistake in asked.mistakes)


@pytest.mark.parametrize(
    ("assignment", "module"),
    [
        pytest.param(a, module, id=f"{a.name}-{module}")
        for a in CHANGED
        for module in quality.modules(a)
    ],
)
def test_every_mutant_of_the_reference_is_refused(assignment: Assignment, module: str) -> None:
    left, counts = quality.survivors(assignment, module, range(1, 2))
    asked = {e.name for e in assignment.exercises if e.module == f"solutions.{module}"}
    assert min(counts[name] for name in asked) > 0
    known = {k for k in quality.equivalent(assignment.name) if k.split(":")[0] in counts}
    assert left == known


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=_name)
def test_the_record_that_the_book_shows_is_of_these_exercises(assignment: Assignment) -> None:
    record = json.loads(quality.RECORD.read_text(encoding="utf-8"))
    (kept,) = (found for found in record["assignments"] if found["name"] == assignment.name)
    assert kept["title"] == assignment.title
    assert kept["equivalent"] == quality.equivalent(assignment.name)
    rows = {row["exercise"]: row for row in kept["rows"]}
    made = Counter(
        mutant.exercise
        for module in quality.modules(assignment)
        for mutant in quality.mutants(assignment, module)
    )
    assert {name: row["mutants"][1] + row["equivalent"] for name, row in rows.items()} == made
    answered = Counter(
        asked.name
        for path in quality.styles(assignment)
        for asked in quality.answered(assignment, path)[0]
    )
    for asked in assignment.exercises:
        row = rows[asked.name]
        assert row["mistakes"] == [len(asked.mistakes)] * 2
        assert row["right_answers"] == [answered[asked.name]] * 2
    for row in rows.values():
        assert all(good == number for good, number in
                   (row["mutants"], row["mistakes"], row["right_answers"]))  # fmt: skip


def test_a_verdict_that_hangs_on_the_processor_is_amiss() -> None:
    """A mistake must be named, and worth the same, whatever the rounding."""
    name = "initialisers"
    asked = CONTENT.load(name).exercises[0].name

    def answered(points: float, *problems: str) -> quality.Answered:
        verdicts = {e.name: {} for e in CONTENT.load(name).exercises}
        verdicts[asked] = {"m": list(problems)}
        return quality.Answered(verdicts, {}, {f"{asked}, m": [points]})

    def amiss(second: quality.Answered) -> list[str]:
        found = {"one": answered(1.0), "two": second}
        return quality.summed_up(name, set(quality.equivalent(name)), {}, found)[1]

    assert amiss(answered(1.0)) == []
    assert amiss(answered(2.0)) == [f"{asked}, m, two numerics: [2.0] points, not [1.0]"]
    unnamed = amiss(answered(1.0, "key 0: called None"))
    assert unnamed == [f"{asked}, mistake m, two numerics: key 0: called None"]


@pytest.mark.parametrize(
    "file",
    [
        "requirements.lock",
        "solutions/schedules.py",
        "autograder/checks/schedules.py",
        "autograder/checks/statistics.py",
        "autograder/mistakes/schedules.py",
        "autograder/right_answers/schedules",
        "autograder/assignments/schedules.md",
        "autograder/inside/answering.py",
        "autograder/judging/recognise.py",
        "tests/autograder/equivalent/schedules.toml",
    ],
)
def test_what_a_verdict_depends_on_is_in_its_digest(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, others = quality.digest("schedules"), quality.digest("activations")
    read, changed = Path.read_bytes, quality.RECORD.parents[2] / file
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: read(path) + b"#" * path.is_relative_to(changed)
    )
    assert quality.digest("schedules") != before
    assert (quality.digest("activations") == others) == ("schedules" in file)
