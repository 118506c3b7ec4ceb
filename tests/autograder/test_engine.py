"""One submission graded: what an answer's cell does besides defining costs its author nothing."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from autograder.assignments import CONTENT
from autograder.grading.engine import Engine, is_out_of_time
from autograder.grading.source import defined, definitions_alone
from autograder.grading.submission import Cell, Submission
from autograder.grading.terms import Patience, Terms
from autograder.judging.references import read_module
from autograder.judging.verdict import ExerciseVerdict

NAME = "gradient_clipping"
ASKED = ("clip_by_value", "global_norm")
WHOLE = CONTENT.load(NAME)
SET_UP = Cell("setup", read_module("solutions.gradient_clipping").setup())
RIGHT = {name: read_module("solutions.gradient_clipping").exercise(name) for name in ASKED}


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    kept = tuple(e for e in WHOLE.exercises if e.name in ASKED)
    terms = Terms(CONTENT, b"s" * 32, patience=Patience(cell=2.0, call=2.0, plain_call=2.0))
    with closing(Engine(dataclasses.replace(WHOLE, exercises=kept), terms)) as engine:
        engine.open()
        yield engine


def graded(engine: Engine, **answers: str) -> tuple[dict[str, ExerciseVerdict], dict]:
    cells = tuple(Cell(name, source) for name, source in (RIGHT | answers).items())
    verdict = engine.grade(Submission(NAME, cells, (SET_UP, *cells)))
    return {e.name: e for e in verdict.exercises}, verdict.outputs


@pytest.mark.parametrize(
    "besides",
    [
        "import time\nwhile True:\n    time.sleep(0.1)",
        "for i in range(10**12):\n    pass",
        "import os\nos._exit(0)",
        "table = [sum(range(n)) for n in range(10**9)]",
        "exit()",
    ],
)
def test_what_a_cell_defined_before_it_was_stopped_counts(engine: Engine, besides: str) -> None:
    verdicts, outputs = graded(engine, clip_by_value=f"{RIGHT['clip_by_value']}\n\n{besides}\n")
    assert verdicts["clip_by_value"].passed, verdicts["clip_by_value"].messages
    assert verdicts["global_norm"].passed
    if besides != "exit()":
        assert "Only what the cell defines was kept" in str(outputs["clip_by_value"])


def test_printing_without_end_costs_next_to_nothing(engine: Engine) -> None:
    lines = "\nfor i in range(300_000):\n    print('step', i)\n"
    verdicts, outputs = graded(engine, clip_by_value=RIGHT["clip_by_value"] + lines)
    assert verdicts["clip_by_value"].passed
    assert "Stopped" not in str(outputs)


def test_what_is_printed_after_all_is_dropped_is_not_even_made_text(engine: Engine) -> None:
    within = "def clip_by_value(gradient, threshold):\n    for number in range(10_000):\n"
    within += "        print(number, [gradient] * 9)\n"
    body = RIGHT["clip_by_value"].replace("def clip_by_value", "def clipped")
    source = f"{body}\n\n{within}    return clipped(gradient, threshold)\n"
    verdicts, _ = graded(engine, clip_by_value=source)
    assert verdicts["clip_by_value"].passed, verdicts["clip_by_value"].messages


def test_a_missing_function_is_not_put_down_to_another_cell(engine: Engine) -> None:
    verdicts, _ = graded(
        engine,
        clip_by_value="def clip_by_value(gradient, threshold:\n    return gradient\n",
        global_norm=RIGHT["global_norm"].replace("def global_norm", "def globalnorm"),
    )
    version = ".".join(map(str, sys.version_info[:2]))
    assert (
        f"Its cell failed (by Python {version}): SyntaxError"
        in (verdicts["clip_by_value"].messages[0])
    )
    told = verdicts["global_norm"].messages[0]
    assert "There is no function or class called global_norm." in told
    assert "SyntaxError" not in told


def test_a_name_that_is_defined_in_a_cell_that_is_not_run_is_found_for_its_author(
    engine: Engine,
) -> None:
    answer = RIGHT["clip_by_value"].replace("np.clip(", "clipped(")
    cells = tuple(Cell(n, s) for n, s in (RIGHT | {"clip_by_value": answer}).items())
    verdict = engine.grade(
        Submission(NAME, cells, (SET_UP, *cells), elsewhere=(("other", 3), ("clipped", 12)))
    )
    told = verdict.exercises[0].messages[0]
    assert "name 'clipped' is not defined. It is defined in cell 12 of your notebook" in told


def test_after_three_stops_an_exercise_is_not_asked_again(engine: Engine) -> None:
    loop = "def global_norm(gradients):\n    while True:\n        pass\n"
    verdicts, _ = graded(engine, global_norm=loop)
    told = [m for m in verdicts["global_norm"].messages if "has not been asked again" in m]
    assert len(told) == len(verdicts["global_norm"].checks) - 3
    assert sum(map(is_out_of_time, verdicts["global_norm"].messages)) == 3
    assert not any(is_out_of_time(text) for text in told)
    assert verdicts["clip_by_value"].passed


def test_calls_that_are_slow_together_are_not_asked_without_end() -> None:
    kept = tuple(e for e in WHOLE.exercises if e.name in ASKED)
    terms = Terms(CONTENT, b"s" * 32, patience=Patience(plain_call=0.3))
    right = RIGHT["global_norm"].replace("def global_norm", "def quick_norm")
    slow = f"{right}\n\ndef global_norm(gradients):\n    import time\n    time.sleep(0.15)\n"
    slow += "    return quick_norm(gradients)\n"
    with closing(Engine(dataclasses.replace(WHOLE, exercises=kept[::-1]), terms)) as engine:
        engine.open()
        verdicts, _ = graded(engine, global_norm=slow)
    checks = verdicts["global_norm"].checks
    told = [c for c in checks if not c.passed]
    assert 0 < len(told) < len(checks)
    assert all("took too long together" in str(check.message) for check in told)
    assert verdicts["clip_by_value"].passed


def test_a_slow_cell_is_not_run_whole_again_after_each_stop(engine: Engine) -> None:
    answer = RIGHT["global_norm"].replace("def global_norm", "def honest_norm")
    answer += """
import os, time

slept = [False]

def global_norm(gradients):
    return os._exit(0) if slept[0] else honest_norm(gradients)

print("a demonstration")
time.sleep(1.2)
slept[0] = True
"""
    verdicts, outputs = graded(engine, global_norm=answer)
    ended = [c for c in verdicts["global_norm"].checks if "process ended" in str(c.message)]
    assert len(ended) == 1
    assert "a demonstration" in str(outputs["global_norm"])
    assert verdicts["clip_by_value"].passed


def test_answers_that_are_too_large_together_are_not_kept(engine: Engine) -> None:
    huge = "def global_norm(gradients):\n    return np.zeros(1_900_000)\n"
    verdicts, _ = graded(engine, global_norm=huge)
    assert verdicts["global_norm"].score == 0
    assert verdicts["clip_by_value"].passed


@pytest.mark.parametrize(
    "later",
    [
        "clip_by_value = 3.0",
        "for clip_by_value in [np.sum]:\n    pass",
        "clip_by_value = clip_by_value(np.ones(3), 1.0)",
        "del clip_by_value",
        "%reset -f\nimport numpy as np",
    ],
)
def test_an_answer_is_what_it_was_when_its_own_cell_had_run(engine: Engine, later: str) -> None:
    verdicts, outputs = graded(engine, global_norm=f"{later}\n{RIGHT['global_norm']}")
    assert verdicts["clip_by_value"].passed, verdicts["clip_by_value"].messages
    assert "Here clip_by_value came to be something else" in str(outputs["global_norm"])


def test_an_answer_that_is_written_anew_further_down_is_the_new_one(engine: Engine) -> None:
    anew = "def clip_by_value(gradient, threshold):\n    return 3"
    verdicts, outputs = graded(engine, global_norm=f"{anew}\n{RIGHT['global_norm']}")
    assert verdicts["clip_by_value"].score == 0
    assert "something else" not in str(outputs["global_norm"])


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("clip_by_value = 3", "Its cell gives that name to something else afterwards."),
        ("def clip(x, t): return x", "Its cell defines clip: is that it?"),
        ("%%html\ndef clip_by_value(x, t): return x", "begins with %%html"),
        ("import asyncio\nawait asyncio.sleep(0)", "no sockets here, and so no asyncio"),
    ],
)
def test_what_stands_in_the_place_of_a_missing_name_is_told(
    engine: Engine, source: str, told: str
) -> None:
    verdicts, _ = graded(engine, clip_by_value=source)
    assert told in verdicts["clip_by_value"].messages[0]


def test_an_answer_that_is_not_there_is_told_where_it_is_used(engine: Engine) -> None:
    verdicts, _ = graded(
        engine,
        clip_by_value="def clip_by_value(x",
        global_norm="def global_norm(gradients):\n    return clip_by_value(gradients, 1)",
    )
    assert "It is an answer of yours that is not there" in str(verdicts["global_norm"].messages)


def test_what_uses_keras_beside_an_answer_costs_those_without_keras_nothing() -> None:
    whole = CONTENT.load("capstone")
    kept = tuple(e for e in whole.exercises if e.name in ("deep_net", "standardise"))
    modules = [read_module(exercise.module) for exercise in kept]
    net, standardise = (m.exercise(e.name) for m, e in zip(modules, kept, strict=True))
    helper = "keras.utils.set_random_seed(0)\n\ndef averaged(*args, **rest):\n"
    helper += "    return np.mean(*args, **rest)\n\n"
    assert "np.mean(" in standardise
    seeded = (
        "from tensorflow import random as its\nits.set_seed(0)\nkeras.utils.set_random_seed(0)\n"
    )
    cells = (
        *(Cell(f"setup{number}", module.setup()) for number, module in enumerate(modules)),
        Cell("deep_net", helper + net),
        Cell("standardise", seeded + standardise.replace("np.mean(", "averaged(")),
    )
    terms = Terms(CONTENT, b"s" * 32)
    with closing(Engine(dataclasses.replace(whole, exercises=kept), terms)) as engine:
        engine.open()
        verdict = engine.grade(Submission("capstone", cells[-2:], cells))
    assert [e.messages for e in verdict.exercises] == [[], []]


CODE = """\
%matplotlib inline
import numpy as np
LIMIT = 3.0
data = np.zeros(4)


@decorated
def f(x):
    return x


class A:
    pass


while True:
    f(1)
"""


def test_definitions_stay_on_their_lines() -> None:
    kept = definitions_alone(CODE).split("\n")
    whole = CODE.split("\n")
    assert [n for n, line in enumerate(kept) if line] == [1, 2, 6, 7, 8, 11, 12]
    assert all(line in ("", whole[n]) for n, line in enumerate(kept))
    assert defined(CODE) == ["np", "LIMIT", "data", "f", "A"]


@pytest.mark.parametrize("source", ["def f(:", "(" * 10_000, "\0", "-" * 100_000 + "1"])
def test_what_is_no_python_defines_nothing(source: str) -> None:
    assert defined(source) == []
    assert definitions_alone(source).strip() == ""
