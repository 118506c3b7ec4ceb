"""Every assignment: right answers pass, mistakes are refused and named, mutants are refused."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from autograder import assignment as assignments
from autograder.assignment import LOOK, Assignment, Exercise
from autograder.authoring.markdown import read_markdown
from autograder.mistakes.api import Mistake
from tests.autograder import quality
from tests.autograder.questioning import namespace

# `make quality` asks with more sets of inputs: 20 each.
KEYS = 5
MISTAKE_KEYS = 3
ASSIGNMENTS = [assignments.load(name) for name in assignments.names()]


def _name(value: Any) -> str:
    return str(getattr(value, "name", None) or getattr(value, "stem", value))


@pytest.mark.parametrize(
    ("assignment", "path"),
    [
        pytest.param(a, path, id=f"{a.name}-{path.stem}")
        for a in ASSIGNMENTS
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
        for a in ASSIGNMENTS
        for asked in a.exercises
        for mistake in asked.mistakes
    ],
)
def test_mistakes_are_refused_and_named(
    assignment: Assignment, asked: Exercise, mistake: Mistake
) -> None:
    assert quality.misnamed(assignment, asked, mistake, MISTAKE_KEYS) == []


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
        for a in ASSIGNMENTS
        for module in quality.modules(a)
    ],
)
def test_every_mutant_of_the_reference_is_refused(assignment: Assignment, module: str) -> None:
    left, counts = quality.survivors(assignment, module, range(1, 2))
    asked = {e.name for e in assignment.exercises if e.module == f"solutions.{module}"}
    assert min(counts[name] for name in asked) > 0
    known = {k for k in quality.equivalent(assignment.name) if k.split(":")[0] in counts}
    assert left == known


@pytest.mark.skipif(not quality.RECORD.exists(), reason="nothing recorded yet: `make quality`")
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
