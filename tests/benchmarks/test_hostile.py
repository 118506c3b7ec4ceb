"""The class of the benchmark with hostile students: who is in it, and what must not change."""

import ast
import copy
import json

import pytest

from benchmarks.hostile import ONE_IN, changed, composition, worth
from benchmarks.ways import HOST, WAYS, Way

KINDS = ["right", "mistaken", "blank"]
RIGHT = {"test_compute_fans": (1.5, 1.5), f"test_{HOST}": (2.0, 2.0)}
EXERCISES = ["compute_fans", HOST]


def notebook() -> dict:
    marked = [{"grade_id": name, "solution": True} for name in EXERCISES]
    return {"cells": [{"metadata": {"nbgrader": m}, "source": ["right"]} for m in marked]}


def test_one_in_ten_is_hostile_each_in_another_way() -> None:
    seats = composition(300, KINDS)
    ways = [seat.way for seat in seats if seat.way is not None]
    assert len(ways) == 300 // ONE_IN
    assert ways == list(WAYS)
    assert len({seat.student for seat in seats}) == 300
    assert all(seat.way is not None for seat in seats[ONE_IN - 1 :: ONE_IN])


def test_the_honest_ones_hand_in_every_kind_in_turn() -> None:
    honest = [seat.kind for seat in composition(40, KINDS) if seat.way is None]
    assert honest == (KINDS * 12)[:36]


def test_a_small_class_has_ways_from_all_over_the_list() -> None:
    ways = [WAYS.index(seat.way) for seat in composition(40, KINDS) if seat.way is not None]
    step = len(WAYS) // 4
    assert ways == [0, step, 2 * step, 3 * step]


def test_a_large_class_begins_with_the_ways_again() -> None:
    two = (Way("one"), Way("other"))
    ways = [seat.way for seat in composition(50, KINDS, two) if seat.way is not None]
    assert ways == [two[0], two[1], two[0], two[1], two[0]]


def test_an_honest_mark_that_differs_or_is_missing_is_found() -> None:
    less = {**RIGHT, "test_compute_fans": (1.0, 1.5)}
    alone = {"same": RIGHT, "less": RIGHT, "gone": RIGHT}
    among = {"same": RIGHT, "less": less, "hostile": less}
    assert changed(alone, among, ["same", "less", "gone"]) == ["less", "gone"]


def test_who_has_no_mark_at_all_has_no_mark_that_is_the_same() -> None:
    assert changed({}, {}, ["nobody"]) == ["nobody"]


def test_a_hostile_answer_is_worth_what_is_honest_beside_it() -> None:
    assert worth(Way("here", "raise"), RIGHT) == {**RIGHT, f"test_{HOST}": (0.0, 2.0)}
    nothing = {cell: (0.0, most) for cell, (_, most) in RIGHT.items()}
    assert worth(Way("everywhere", "raise", everywhere=True), RIGHT) == nothing
    assert worth(Way("around the answers", timestamp="never"), RIGHT) == RIGHT
    assert worth(Way("no notebook", graded=False), RIGHT) == {}


def test_only_the_cells_of_spoilt_exercises_are_changed() -> None:
    here = json.loads(Way("here", "def NAME(): 0").handed_in(notebook(), EXERCISES))
    assert [cell["source"] for cell in here["cells"]] == [["right"], [f"def {HOST}(): 0"]]
    everywhere = Way("everywhere", "def NAME(): 0", everywhere=True)
    all_of_them = json.loads(everywhere.handed_in(notebook(), EXERCISES))
    assert [cell["source"] for cell in all_of_them["cells"]] == [
        [f"def {name}(): 0"] for name in EXERCISES
    ]


@pytest.mark.parametrize("way", [w for w in WAYS if w.source], ids=lambda way: way.name)
def test_a_way_defines_the_function_that_it_is_asked_for(way: Way) -> None:
    defined = ast.parse(way.source).body
    assert "NAME" in [node.name for node in defined if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("way", [w for w in WAYS if not w.source], ids=lambda way: way.name)
def test_only_a_file_that_can_be_graded_is_json_of_a_size_that_is_read(way: Way) -> None:
    right = notebook()
    for cell in right["cells"]:
        cell["source"] = ["# as long as an answer\n" * 20]
    text = way.handed_in(copy.deepcopy(right), EXERCISES)
    try:
        readable = len(text) <= 20 << 20 and json.loads(text)["cells"][-2:] == right["cells"]
    except (ValueError, RecursionError):
        readable = False
    assert readable == way.graded
