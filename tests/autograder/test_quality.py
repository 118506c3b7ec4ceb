"""Every assignment: right answers pass, mistakes are refused and named, mutants are refused."""

from __future__ import annotations

import contextlib
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from autograder.assignments import CONTENT
from autograder.authoring.minimum import missing
from autograder.errors import GraderError
from autograder.judging.assignment import Assignment, Exercise
from autograder.judging.mistakes import Mistake
from autograder.judging.sheet import LOOK, read_notebook
from book.pins import pinned
from tests.autograder import depending, measuring, quality, recording
from tests.autograder.depending import mentioned, part_of, used_of
from tests.autograder.questioning import namespace

# `make quality` asks with more sets of inputs, 20 each, and under other numerics. What it has
# recorded of an exercise as it is need not be shown again.
KEYS = 5
MISTAKE_KEYS = 3


def _assembled() -> list[Assignment]:
    """Return the assignments that can be put together; the others fail a test of their own."""
    found = []
    for name in CONTENT.names():
        with contextlib.suppress(GraderError):
            found.append(CONTENT.assemble(CONTENT.sheet(name)))
    return found


ASSIGNMENTS = _assembled()
EXERCISES = [
    pytest.param(a, asked, id=f"{a.name}-{asked.name}")
    for a in ASSIGNMENTS
    for asked in a.exercises
]
CHANGED = [(a, asked) for a in ASSIGNMENTS for asked in a.exercises
           if not recording.is_recorded(a, asked)]  # fmt: skip
each_exercise = pytest.mark.parametrize(("assignment", "asked"), EXERCISES)


def _name(value: Any) -> str:
    return str(getattr(value, "name", None) or getattr(value, "stem", value))


@pytest.mark.parametrize("name", CONTENT.names())
def test_an_assignment_is_whole(name: str) -> None:
    assert CONTENT.load(name).exercises


@each_exercise
def test_an_exercise_has_all_that_it_needs(assignment: Assignment, asked: Exercise) -> None:
    assert missing(assignment, asked) == []


@pytest.mark.parametrize(
    ("assignment", "asked", "path"),
    [
        pytest.param(a, asked, path, id=f"{a.name}-{asked.name}-{path.stem}")
        for a, asked in CHANGED
        for path in measuring.styles(a)
        if asked in measuring.answered(a, path)[0]
    ],
)
def test_right_answers_get_every_point(assignment: Assignment, asked: Exercise, path: Path) -> None:
    assert measuring.unaccepted(assignment, asked, path, KEYS) == []


@pytest.mark.parametrize(
    ("assignment", "asked"),
    [
        pytest.param(a, asked, id=f"{a.name}-{asked.name}")
        for a in ASSIGNMENTS
        for asked in a.exercises
        if any(key.startswith(f"{asked.name}: ") for key in measuring.equivalent(a.name))
    ],
)
def test_what_may_have_every_point_passes_the_visible_tests(
    assignment: Assignment, asked: Exercise
) -> None:
    """A student whose answer fails a test in sight would not believe in full marks."""
    known = measuring.equivalent(assignment.name)
    for mutant in measuring.mutants(asked):
        if mutant.key in known:
            names = namespace(measuring.reference_source(assignment))
            exec(mutant.code, names)
            told = measuring.complaints_in_sight(assignment, asked, names)
            assert told == [], mutant.key


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=_name)
def test_the_visible_tests_pass_on_the_reference(assignment: Assignment) -> None:
    names = namespace(measuring.reference_source(assignment))
    tests = [cell for cell in read_notebook(assignment.path).cells if "tests" in cell.metadata]
    assert [cell.metadata["tests"] for cell in tests] == [e.name for e in assignment.exercises]
    for cell in tests:
        assert LOOK not in cell.metadata.get("tags", [])
        exec(cell.source, names)


@pytest.mark.parametrize(
    ("assignment", "asked", "mistake"),
    [
        pytest.param(a, asked, mistake, id=f"{a.name}-{asked.name}-{mistake.name}")
        for a, asked in CHANGED
        for mistake in asked.mistakes
    ],
)
def test_mistakes_are_refused_and_named(
    assignment: Assignment, asked: Exercise, mistake: Mistake
) -> None:
    verdicts = measuring.judged(assignment, asked, mistake, MISTAKE_KEYS)
    assert measuring.misnamed(verdicts, mistake) == []


@each_exercise
def test_the_mistakes_of_an_exercise_have_names_of_their_own(
    assignment: Assignment, asked: Exercise
) -> None:
    named = [mistake.name for mistake in asked.mistakes]
    assert len(set(named)) == len(named)
    assert all(len(mistake.explanation) > 60 for mistake in asked.mistakes)


@pytest.mark.parametrize(
    ("assignment", "asked"),
    [pytest.param(a, asked, id=f"{a.name}-{asked.name}") for a, asked in CHANGED],
)
def test_every_mutant_of_the_reference_is_refused(assignment: Assignment, asked: Exercise) -> None:
    assert measuring.mutants(asked)
    known = measuring.equivalent(assignment.name)
    own = {key for key in known if key.startswith(f"{asked.name}: ")}
    assert measuring.survivors(assignment, asked, range(1, 2)) == own


@each_exercise
def test_the_record_that_the_book_shows_is_of_this_exercise(
    assignment: Assignment, asked: Exercise
) -> None:
    row = recording.recorded_row(assignment.name, asked.name)
    assert row, f"run: make quality NAME={assignment.name}.{asked.name}"
    assert row["mutants"][1] + row["equivalent"] == len(measuring.mutants(asked))
    answers = [
        p for p in measuring.styles(assignment) if asked in measuring.answered(assignment, p)[0]
    ]
    assert row["right_answers"] == [len(answers)] * 2
    assert row["mistakes"] == [len(asked.mistakes)] * 2
    assert row["mutants"][0] == row["mutants"][1]


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=_name)
def test_the_record_has_the_title_and_the_reasons_of_today(assignment: Assignment) -> None:
    record = json.loads(recording.RECORD.read_text(encoding="utf-8"))
    (kept,) = (found for found in record["assignments"] if found["name"] == assignment.name)
    assert kept["title"] == assignment.title
    assert kept["equivalent"] == measuring.equivalent(assignment.name)


def test_a_verdict_that_hangs_on_the_processor_is_amiss() -> None:
    """A mistake must be named, and worth the same, whatever the rounding."""
    asked = CONTENT.load("initialisers").exercises[0]
    known = {key for key in measuring.equivalent("initialisers") if key.startswith(asked.name)}

    def answered(points: float, *problems: str) -> measuring.Answered:
        return measuring.Answered({"m": list(problems)}, {}, {"m": [points]})

    def amiss(second: measuring.Answered) -> list[str]:
        found = {"one": answered(1.0), "two": second}
        return measuring.summed_up(asked, known, known, found)[1]

    assert amiss(answered(1.0)) == []
    assert amiss(answered(2.0)) == [f"{asked.name}, m, two numerics: [2.0] points, not [1.0]"]
    unnamed = amiss(answered(1.0, "key 0: called None"))
    assert unnamed == [f"{asked.name}, mistake m, two numerics: key 0: called None"]


# What belongs to exercises of one assignment, and what changes the digest of each.
MADE = {
    "checks.py": "def helper():\n    return 1\n\n\n"
    "@check('one', 'a', points=1)\ndef one(student, draw):\n    helper()\n\n\n"
    "@check('two', 'a', points=1)\ndef two(student, draw):\n    reference.other\n",
}


@pytest.mark.parametrize(
    ("old", "new", "differ"),
    [
        ("return 1", "return 2", {"one"}),
        ("reference.other", "reference.another", {"two"}),
        ("helper()\n\n\n@check('two'", "helper()  # a comment\n\n\n@check('two'", set()),
        ("def helper", "limit = print(3)\n\n\ndef helper", {"one", "two"}),
        ("def helper", "of_one = partial(edited, reference.one)\n\n\ndef helper", {"one"}),
    ],
)
def test_an_exercise_depends_on_what_it_uses(
    tmp_path: Path, old: str, new: str, differ: set[str]
) -> None:
    exercises = frozenset({"one", "two"})
    before, after = tmp_path / "before.py", tmp_path / "after.py"
    assert old in MADE["checks.py"]
    before.write_text(MADE["checks.py"])
    after.write_text(MADE["checks.py"].replace(old, new))
    parts = {e: [part_of(path, e, exercises) for path in (before, after)] for e in exercises}
    assert {e for e, (was, now) in parts.items() if was != now} == differ


def test_words_of_a_part_are_found_in_the_references(tmp_path: Path) -> None:
    checks, solutions = tmp_path / "checks.py", tmp_path / "solutions.py"
    checks.write_text(MADE["checks.py"])
    solutions.write_text("def other():\n    return third()\n\n\ndef third():\n    pass\n\n\n"
                         "def fourth():\n    pass\n")  # fmt: skip
    named = mentioned(part_of(checks, "two", frozenset({"one", "two"})))
    used = used_of(solutions, named)
    assert "'third'" in used
    assert "'fourth'" not in used


def _digest_with(file: str, name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Return the digest of an assignment's first exercise, and what it is if a file changes."""
    assignment = CONTENT.load(name)
    asked = assignment.exercises[0]
    before = recording.digest(assignment, asked)
    read, changed = Path.read_text, recording.RECORD.parents[2] / file

    def other(path: Path, *args: Any, **kwargs: Any) -> str:
        return read(path, *args, **kwargs) + "\nother = 1\n" * (path == changed)

    monkeypatch.setattr(Path, "read_text", other)
    kept = recording._shared, depending._parsed, depending.code_of
    for cached in kept:
        cached.cache_clear()
    after = recording.digest(assignment, asked)
    for cached in kept:
        cached.cache_clear()
    return before, after


@pytest.mark.parametrize(
    "file",
    [
        "autograder/judging/recognise.py",
        "autograder/judging/statistics.py",
        "autograder/dialogue/remote.py",
        "autograder/inside/answering.py",
        "tests/autograder/mutants.py",
        "tests/autograder/measuring.py",
    ],
)
def test_what_every_verdict_depends_on_is_in_every_digest(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = _digest_with(file, "schedules", monkeypatch)
    assert before != after


@pytest.mark.parametrize("packages", [recording._COMPUTING, recording._RUNNING])
def test_the_packages_that_compute_are_in_the_lock(packages: tuple[str, ...]) -> None:
    found = pinned(recording._lock(), *packages)
    assert {line.split("==")[0] for line in found.splitlines()} > set(packages)
    assert "playwright" not in found


def test_an_assignment_that_cannot_be_measured_costs_no_other_its_record(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    saved: list[str] = []

    def measure(_: Any, job: recording.Changed) -> Any:
        def result() -> tuple[list[Any], str]:
            if job.assignment.name == "initialisers":
                raise subprocess.CalledProcessError(1, "part")
            return [], ""

        return result

    monkeypatch.setattr(quality, "_measure", measure)
    monkeypatch.setattr(quality, "recorded", dict)
    monkeypatch.setattr(quality, "save", lambda kept: saved.extend(one["name"] for one in kept))
    monkeypatch.setattr(
        quality, "changed", lambda a, _: recording.Changed(a, a.exercises[:1], alone=False)
    )
    assert quality.main(["initialisers", "schedules"]) == 1
    assert saved == ["schedules"]
    assert "initialisers: could not be measured" in capsys.readouterr().out


def test_a_module_of_an_assignments_own_is_in_the_digest_of_what_uses_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assignment = CONTENT.load("optimisers")
    (asked,) = (exercise for exercise in assignment.exercises if exercise.name == "NadamW")
    (own,) = recording._helping(assignment)
    before = recording.digest(assignment, asked)
    changed = tmp_path / own.name
    changed.write_text(own.read_text().replace("class NadamW(", "class NadamW(_Other, "))
    monkeypatch.setattr(recording, "_helping", lambda _: [changed])
    assert recording.digest(assignment, asked) != before


@pytest.mark.parametrize(("name", "uses"), [("pretrained_layers", True), ("review", False)])
def test_a_module_that_some_assignments_share_is_in_the_digests_of_those(
    name: str, uses: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = _digest_with("autograder/assignments/small_keras.py", name, monkeypatch)
    assert (before != after) == uses
