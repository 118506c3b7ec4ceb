"""Cheats do not pay: each earns what its honest part is worth, and hurts nobody else."""

import contextlib
import dataclasses
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import nbformat
import pytest

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_notebook, source_notebook
from autograder.classroom.course import Course
from autograder.errors import GraderError, InputError
from autograder.grading.engine import Engine
from autograder.grading.submission import Cell, Submission
from autograder.grading.terms import Patience, Terms
from autograder.judging.verdict import Verdict
from autograder.sandbox.parent import WarmParent
from tests.autograder.cheats import (
    HONEST,
    HOST,
    Cheat,
    borrowing,
    forging,
    guessing,
    looking,
    lying,
    outliving,
    packaging,
    patching,
    probing,
)
from tests.autograder.cheats.borrowing import Borrowed

ROOT = Path(__file__).resolve().parents[2]
NAME = "initialisers"
ASSIGNMENT = CONTENT.load(NAME)
RIGHT_ANSWERS = ASSIGNMENT.folder / "right_answers"
# A part of the assignment that needs no Keras, so that a child is forked in no time.
SMALL = dataclasses.replace(
    ASSIGNMENT,
    sheet=dataclasses.replace(ASSIGNMENT.sheet, preload=("numpy",), forbidden=()),
    exercises=tuple(e for e in ASSIGNMENT.exercises if e.name in HONEST),
)
POINTS = {exercise.name: exercise.points for exercise in SMALL.exercises}
SET_UP = Cell("setup", "import math\n\nimport numpy as np")
MARK = f"3{os.getpid() % 100_000:05}"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """One engine, and so one warm parent, for all: what one leaves behind another would find."""
    terms = Terms(CONTENT, b"s" * 32, patience=Patience(cell=2.0, call=2.0, plain_call=2.0))
    with closing(Engine(SMALL, terms)) as engine:
        engine.open()
        yield engine


def submission(answers: dict[str, str]) -> Submission:
    cells = tuple(Cell(name, source) for name, source in answers.items())
    return Submission(NAME, cells, (SET_UP, *cells))


def marks(verdict: Verdict) -> dict[str, float]:
    return {exercise.name: exercise.score for exercise in verdict.exercises}


def grade(engine: Engine, cheat: Cheat) -> Verdict:
    source = cheat.source.replace("PROJECT", str(ROOT)).replace("MARK", MARK)
    return engine.grade(submission(HONEST | {HOST: source}))


def assert_worth(engine: Engine, cheat: Cheat, own: float = 0.0) -> None:
    """Assert that a cheat earns `own` points for its exercise, and that nobody else is hurt."""
    verdict = grade(engine, cheat)
    expected = {name: 0.0 if name in cheat.costs else POINTS[name] for name in HONEST}
    assert marks(verdict) == expected | {HOST: own}, cheat.why
    assert "FOUND" not in str(verdict.outputs)
    # The judge's own words are there, and are text that can be stored.
    told = [message for exercise in verdict.exercises for message in exercise.messages]
    assert told or own == POINTS[HOST]
    "\n".join([*told, str(verdict.outputs)]).encode()
    assert max(map(len, told), default=0) < 2000
    assert len(str(verdict.outputs)) < 500_000
    assert marks(engine.grade(submission(HONEST))) == POINTS


def cases(cheats: list[Cheat]) -> list:
    return [pytest.param(cheat, id=cheat.name) for cheat in cheats]


def test_an_honest_submission_has_full_marks(engine: Engine) -> None:
    assert marks(engine.grade(submission(HONEST))) == POINTS


@pytest.mark.parametrize("cheat", cases(forging.CHEATS))
def test_forged_results_do_not_pay(engine: Engine, cheat: Cheat) -> None:
    assert_worth(engine, cheat)


@pytest.mark.parametrize("cheat", cases(patching.CHEATS))
def test_patches_do_not_pay(engine: Engine, cheat: Cheat) -> None:
    assert_worth(engine, cheat)


@pytest.mark.parametrize("cheat", cases(lying.CHEATS))
def test_lies_do_not_pay(engine: Engine, cheat: Cheat) -> None:
    assert_worth(engine, cheat)


@pytest.mark.parametrize("cheat", cases(looking.CHEATS))
def test_there_is_nothing_to_be_found(engine: Engine, cheat: Cheat) -> None:
    assert_worth(engine, cheat)


@pytest.mark.parametrize("cheat", cases(guessing.CHEATS))
def test_guesses_do_not_pay(engine: Engine, cheat: Cheat) -> None:
    assert_worth(engine, cheat)


@pytest.mark.parametrize(("own", "cheat"), guessing.PARTLY.values(), ids=list(guessing.PARTLY))
def test_what_is_right_in_part_earns_that_part(engine: Engine, own: float, cheat: Cheat) -> None:
    assert_worth(engine, cheat, own)


@pytest.mark.parametrize("cheat", cases(outliving.PROCESSES))
def test_no_process_outlives_its_grading(engine: Engine, cheat: Cheat) -> None:
    assert_worth(engine, cheat)
    assert not re.search(rf"\b{MARK}\b", _command_lines())


def test_two_processes_on_one_line_earn_nothing(engine: Engine) -> None:
    assert marks(grade(engine, outliving.TWIN))[HOST] == 0
    assert marks(engine.grade(submission(HONEST))) == POINTS


@pytest.mark.parametrize("cheat", cases(outliving.LEFT_BEHIND))
def test_nothing_is_left_for_the_next_student(engine: Engine, cheat: Cheat) -> None:
    grade(engine, cheat)
    assert_worth(engine, cheat)  # prints FOUND if the first one left anything


@pytest.mark.parametrize("cheat", cases(outliving.RESOURCES))
def test_what_is_wasted_is_its_authors_own(engine: Engine, cheat: Cheat) -> None:
    assert_worth(engine, cheat)


def _command_lines() -> str:
    lines = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
        except OSError:  # it has just ended
            continue
    return "\n".join(lines)


# --------------------------------------------------------------------- the library's own answer


@pytest.fixture(scope="module")
def keras_engine() -> Iterator[Engine]:
    """An engine of the last exercise alone, which asks for a Keras initialiser."""
    asked = tuple(e for e in ASSIGNMENT.exercises if e.name == "HeNormal")
    alone = dataclasses.replace(ASSIGNMENT, exercises=asked)
    with closing(Engine(alone, Terms(CONTENT, b"s" * 32))) as engine:
        engine.open()
        yield engine


# Whatever makes the weights, the class around it is a Keras initialiser and has its
# configuration: that part of it is the author's own.
OWN = {"configuration": 0.0, "is a Keras initialiser": 0.5}


def he_normal(engine: Engine, source: str) -> tuple[float, str]:
    verdict = engine.grade(Submission(NAME, (), (SET_UP, Cell("HeNormal", source))))
    return verdict.score, " ".join(verdict.exercises[0].messages)


@pytest.mark.parametrize("cheat", borrowing.CHEATS, ids=lambda cheat: cheat.name)
def test_the_librarys_own_answer_does_not_pay(keras_engine: Engine, cheat: Borrowed) -> None:
    score, told = he_normal(keras_engine, cheat.source)
    assert score == sum(OWN.values()), told


def test_a_subclass_of_the_librarys_own_answer_does_not_pay(keras_engine: Engine) -> None:
    score, told = he_normal(keras_engine, borrowing.SUBCLASS)
    assert score == sum(OWN.values())
    assert "the exercise asks you to write it yourself" in told


@pytest.mark.parametrize(
    "path", sorted(RIGHT_ANSWERS.glob("keras_*.py")), ids=lambda path: path.stem
)
def test_an_honest_initialiser_has_full_marks(keras_engine: Engine, path: Path) -> None:
    (asked,) = (e for e in ASSIGNMENT.exercises if e.name == "HeNormal")
    assert he_normal(keras_engine, path.read_text()) == (asked.points, "")


def test_layers_still_work(keras_engine: Engine) -> None:
    source = (RIGHT_ANSWERS / "keras_seeded.py").read_text() + (
        "\nlayer = keras.layers.Dense(20, activation='relu', kernel_initializer=HeNormal(seed=1))\n"
        "assert layer(np.zeros((1, 10), dtype='float32')).shape == (1, 20)\n"
        "print('it works')\n"
    )
    verdict = keras_engine.grade(Submission(NAME, (), (SET_UP, Cell("HeNormal", source))))
    assert "it works" in str(verdict.outputs["HeNormal"])


@pytest.mark.parametrize("path", ["json.nothing", "math.sqrt", "no_such_module.f"])
def test_what_cannot_be_forbidden_is_the_instructors_error(path: str) -> None:
    parent = WarmParent(("math",), forbidden=(path,))
    with closing(parent), pytest.raises(GraderError, match="is forbidden, but is not"):
        parent.spawn()


# ------------------------------------------------------------------------------ forged probes


@pytest.fixture(scope="module")
def probed_engines() -> Iterator[Callable[[str], Engine]]:
    """For an assignment, an engine of the exercises whose probes are forged."""
    engines: dict[str, Engine] = {}

    def engine_for(name: str) -> Engine:
        if name not in engines:
            whole = CONTENT.load(name)
            forged = {c.exercise for c in probing.CHEATS if c.assignment == name}
            asked = tuple(e for e in whole.exercises if e.name in forged)
            part = dataclasses.replace(whole, exercises=asked)
            engines[name] = Engine(part, Terms(CONTENT, b"s" * 32))
            engines[name].open()
        return engines[name]

    with contextlib.ExitStack() as stack:
        yield engine_for
        for engine in engines.values():
            stack.enter_context(closing(engine))


@pytest.mark.parametrize("cheat", probing.CHEATS, ids=lambda cheat: cheat.name)
def test_a_forged_probe_does_not_pay(
    probed_engines: Callable[[str], Engine], cheat: probing.Forged
) -> None:
    def graded(source: str) -> tuple[float, Verdict]:
        cells = (SET_UP, Cell(cheat.exercise, source))
        verdict = probed_engines(cheat.assignment).grade(Submission(cheat.assignment, (), cells))
        return marks(verdict)[cheat.exercise], verdict

    assert graded(cheat.answer)[0] == cheat.own
    forged, verdict = graded(cheat.source())
    assert "replaced 1" in str(verdict.outputs[cheat.exercise])
    assert forged == cheat.own, cheat.why


# ----------------------------------------------------------------------- around the answers


HONEST_STUDENT = "honest"
OWN_FILES = {b"autograder.log", b".autograder-lock"}


def _outside(course: Course) -> dict[str, object]:
    """Return everything in the course that grading may not change."""
    kept = (".autograder-secret", "nbgrader_config.py", "source", "release", "submitted")
    found = [p for name in kept for p in (course.root / name, *(course.root / name).rglob("*"))]
    return {
        os.fsencode(p).hex(): p.read_bytes() if p.is_file() and not p.is_symlink() else None
        for p in found
        if not p.is_symlink() and not p.is_fifo()
    } | {"names": sorted({*os.listdir(os.fsencode(course.root))} - OWN_FILES)}


@pytest.fixture(scope="module")
def packaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, float], str, Course]:
    """The marks of a class of cheats, what the grader complained of, and their course."""
    course = Course.create(tmp_path_factory.mktemp("outside") / "course", "autograder.assignments")
    course.assign(ASSIGNMENT, source_notebook(ASSIGNMENT))
    release = nbformat.writes(release_notebook(ASSIGNMENT))
    honest = course.root / "submitted" / HONEST_STUDENT / NAME
    for cheat in (packaging.Packaging(HONEST_STUDENT, ""), *packaging.CHEATS):
        folder = course.root / "submitted" / cheat.name / NAME
        packaging.write(json.loads(release), cheat, folder, honest)
    before = _outside(course)
    command = [sys.executable, "-m", "autograder", "grade", NAME]
    ran = subprocess.run(command, cwd=course.root, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 2, ran.stderr
    assert "Traceback" not in ran.stderr
    assert _outside(course) == before
    with course.gradebook() as gradebook:
        submissions = gradebook.assignment_submissions(NAME)
        marks = {submission.student.id: submission.score for submission in submissions}
    return marks, ran.stderr, course


def test_the_honest_student_among_cheats_has_the_marks(packaged) -> None:
    assert packaged[0][HONEST_STUDENT] == POINTS[packaging.ANSWERED]


@pytest.mark.parametrize("cheat", packaging.CHEATS, ids=lambda cheat: ascii(cheat.name))
def test_what_is_around_the_answers_does_not_pay(packaged, cheat: packaging.Packaging) -> None:
    marks, told, course = packaged
    if cheat.graded:
        assert marks[cheat.name] == POINTS[packaging.ANSWERED] * cheat.right, cheat.why
        nbformat.validate(nbformat.read(course.autograded_path(ASSIGNMENT, cheat.name), 4))
    else:
        assert cheat.name not in marks
        name = "".join(c if c.isprintable() else "?" for c in cheat.name)
        assert len([line for line in told.splitlines() if line.startswith(f"{name}: ")]) == 1


def test_nothing_is_graded_beyond_the_course(packaged) -> None:
    root = packaged[2].root
    assert list(root.parent.iterdir()) == [root]


@pytest.mark.parametrize("name", ["../elsewhere", "/elsewhere", "a/b", "."])
def test_a_student_is_not_a_path(packaged, name: str) -> None:
    with pytest.raises(InputError, match="is not the name of a student"):
        packaged[2].submissions(ASSIGNMENT, name)
