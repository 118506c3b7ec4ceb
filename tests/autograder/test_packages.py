"""What an exercise may import: the packages that its assignment preloads, and no others."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from autograder.assignments import CONTENT
from autograder.dialogue.remote import RemoteStudent
from autograder.errors import GraderError
from autograder.grading.engine import Engine
from autograder.grading.submission import Cell, Submission
from autograder.grading.terms import Terms
from autograder.inside.wire import Message
from autograder.judging.assignment import Assignment
from autograder.judging.references import read_module
from autograder.sandbox.packages import directories_of
from autograder.sandbox.parent import WarmParent
from autograder.sandbox.proof import prove

ASSIGNMENTS = [CONTENT.load(name) for name in CONTENT.names()]

# Looks for a package as somebody would who wants it badly.
LOOK = """
def find(name):
    import importlib, pathlib, sys
    sys.meta_path[:] = [f for f in sys.meta_path if "inside" not in type(f).__module__]
    sys.modules.pop(name, None)
    for place in {*sys.path, "/usr/lib/python3/dist-packages", *pathlib.Path("/").glob("*/lib*")}:
        found = pathlib.Path(place, name)
        if found.is_dir() and any(found.iterdir()):
            return f"in {place}"
    try:
        return f"imported from {importlib.import_module(name).__file__}"
    except ImportError:
        return "gone"


def use(name):
    try:
        module = __import__(name)
        return "used" if module.anything else "empty"
    except (AttributeError, ImportError) as error:
        return str(error)
"""


@pytest.fixture(scope="module")
def plain() -> Iterator[WarmParent]:
    with closing(WarmParent(("numpy", "matplotlib"), without=("keras", "tensorflow"))) as parent:
        parent.start()
        parent.wait_until_ready()
        yield parent


def asked(parent: WarmParent, function: str, argument: str, source: str = LOOK) -> object:
    child = parent.spawn()
    child.ask(Message({"op": "cell", "name": "a", "source": source}), 20)
    student = RemoteStudent(lambda message: child.ask(message, 20))
    try:
        return student.call(function, argument).value
    finally:
        child.close()


@pytest.mark.parametrize("package", ["keras", "tensorflow", "scipy", "nbgrader", "a_name_for_none"])
def test_what_is_not_preloaded_is_not_there(plain: WarmParent, package: str) -> None:
    assert asked(plain, "find", package) == "gone"


@pytest.mark.parametrize("package", ["numpy", "matplotlib", "PIL", "IPython", "json"])
def test_what_is_preloaded_and_what_it_needs_is_there(plain: WarmParent, package: str) -> None:
    assert asked(plain, "find", package) != "gone"


@pytest.mark.parametrize("package", ["keras", "tensorflow", "keras.layers"])
def test_a_package_to_do_without_says_so_when_it_is_used(plain: WarmParent, package: str) -> None:
    told = f"{package.split('.')[0]} is not for use here: the exercise asks you to do without"
    assert asked(plain, "use", package) == told


@pytest.mark.parametrize(
    "line",
    [
        "import keras",
        "import tensorflow as tf",
        "from keras import layers, ops",
        "from tensorflow.keras.layers import Dense",
        # Libraries ask of the packages that are imported whether an array is theirs.
        "import tensorflow\nimport matplotlib.pyplot as plt\nplt.plot([1.0])",
    ],
)
def test_an_import_that_was_left_over_costs_nothing(plain: WarmParent, line: str) -> None:
    source = f"{line}\n\ndef double(x):\n    return 2 * x\n"
    assert asked(plain, "double", "ab", source) == "abab"


@pytest.mark.parametrize(
    "line",
    [
        "import keras\nclass A(keras.layers.Layer): pass",
        "from keras.layers import Layer\nclass A(Layer): pass",
        "from keras import ops\nops.sum([1])",
        "from keras.ops import sum as total\ntotal([1])",
    ],
)
def test_whatever_is_made_of_it_says_so_too(plain: WarmParent, line: str) -> None:
    child = plain.spawn()
    ran = child.ask(Message({"op": "cell", "name": "a", "source": line}), 20)
    child.close()
    assert "keras is not for use here" in ran.header["raised"]["text"]


def test_the_proof_fails_where_a_package_can_be_read_that_should_not_be_there() -> None:
    with closing(WarmParent(("numpy",))) as parent:
        parent.start()
        parent.wait_until_ready()
        with pytest.raises(GraderError, match="keras can be read"):
            prove(parent, directories_of(["keras"]))


def test_without_a_sandbox_the_stand_ins_are_there_all_the_same() -> None:
    with closing(WarmParent(("numpy",), isolated=False, without=("keras",))) as parent:
        assert "is not for use here" in str(asked(parent, "use", "keras"))


# One exercise of each kind, in one assignment.

SET_UP = """\
import math
from typing import Any
from collections.abc import Sequence
import keras
import numpy as np
Shape = Array = DTypeLike = Any
"""


@pytest.fixture(scope="module")
def mixed() -> Iterator[Engine]:
    whole = CONTENT.load("initialisers")
    kept = tuple(e for e in whole.exercises if e.name in ("compute_fans", "HeNormal"))
    with closing(
        Engine(dataclasses.replace(whole, exercises=kept), Terms(CONTENT, b"s" * 32))
    ) as e:
        e.open()
        yield e


def right_answers(assignment: Assignment) -> dict[str, str]:
    return {
        asked.name: read_module(asked.module).exercise(asked.name) for asked in assignment.exercises
    }


def graded(engine: Engine, answers: dict[str, str]) -> tuple[dict[str, bool], dict[str, object]]:
    cells = tuple(Cell(name, source) for name, source in answers.items())
    verdict = engine.grade(Submission("initialisers", cells, (Cell("setup", SET_UP), *cells)))
    return {e.name: e.passed for e in verdict.exercises}, verdict.outputs


def test_each_exercise_is_judged_where_it_has_what_it_needs(mixed: Engine) -> None:
    answers = right_answers(CONTENT.load("initialisers"))
    passed, outputs = graded(mixed, {n: answers[n] for n in ("compute_fans", "HeNormal")})
    assert passed == {"compute_fans": True, "HeNormal": True}
    assert "error" not in str(outputs)


def test_the_library_answers_no_exercise_that_is_judged_without_it(mixed: Engine) -> None:
    by_keras = (
        "def compute_fans(shape):\n"
        "    from keras.src.initializers.random_initializers import compute_fans as theirs\n"
        "    return theirs(shape)\n"
    )
    answers = right_answers(CONTENT.load("initialisers"))
    passed, _ = graded(mixed, {"compute_fans": by_keras, "HeNormal": answers["HeNormal"]})
    assert passed == {"compute_fans": False, "HeNormal": True}


def test_an_answer_shows_what_it_did_where_it_is_judged(mixed: Engine) -> None:
    answers = right_answers(CONTENT.load("initialisers"))
    probing = "print('keras' in __import__('sys').modules and hasattr(keras, 'layers'))\n"
    shown = {name: probing + answers[name] for name in ("compute_fans", "HeNormal")}
    _, outputs = graded(mixed, shown)
    assert outputs["compute_fans"][0]["text"] == "False\n"
    assert outputs["HeNormal"][0]["text"] == "True\n"


@pytest.mark.parametrize("assignment", ASSIGNMENTS, ids=lambda a: a.name)
def test_a_reference_needs_nothing_that_its_exercise_has_not(assignment: Assignment) -> None:
    there = {module.split(".")[0] for module in assignment.sheet.preload}
    for exercise in assignment.exercises:
        for package in ("numpy", "scipy", "keras", "tensorflow"):
            if read_module(exercise.module).imports(package):
                assert package in there


def test_what_is_hidden_among_the_packages_is_hidden_whether_it_is_there_or_not() -> None:
    there = Path(np.__file__).resolve().parent / "doc"
    (gone,) = directories_of(["nbgrader"])
    with closing(WarmParent(("numpy",), without=())) as parent:
        parent.start([there, gone])
        parent.wait_until_ready()
        prove(parent, [there, gone])
