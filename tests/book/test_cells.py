"""What a page's Python tells of the cells that it runs: here in this Python, without a page."""

from __future__ import annotations

import sys
import types
from collections.abc import Iterator
from typing import Any

import pytest

from book.practise import cells


@pytest.fixture(autouse=True)
def main_is_left_alone() -> Iterator[None]:
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before


def run(*given: tuple[str, str]) -> tuple[bool, list[dict[str, Any]]]:
    told: list[dict[str, Any]] = []
    passed = cells.run([{"kind": kind, "source": source} for kind, source in given], told.append)
    return passed, told


def text(told: list[dict[str, Any]]) -> str:
    return "".join(one["text"] for one in told if one["what"] == "text")


def test_what_an_answer_prints_is_told_and_what_it_stands_on_is_silent() -> None:
    passed, told = run(("before", "print('set-up'); x = 1"), ("answer", "print('mine', x)"))
    assert passed
    assert text(told) == "mine 1\n"


def test_the_value_at_the_end_of_a_cell_is_displayed() -> None:
    assert text(run(("answer", "x = [1]\nx"))[1]) == "[1]\n"
    assert text(run(("answer", "x = [1]\nNone"))[1]) == ""


def test_a_failing_test_is_told_with_its_message_and_its_line() -> None:
    passed, told = run(
        ("answer", "def half(x):\n    return x"),
        ("tests", "assert half(0) == 0\nassert half(2) == 1, 'half of 2 is 1'"),
    )
    assert not passed
    assert told == [
        {
            "what": "error",
            "type": "AssertionError",
            "message": "half of 2 is 1",
            "places": [
                {"kind": "tests", "line": 2, "code": "assert half(2) == 1, 'half of 2 is 1'"}
            ],
            "stub": False,
        }
    ]


def test_an_error_in_an_answer_names_its_line_and_who_called() -> None:
    answer = "import math\ndef half(x):\n    return math.sqrt(x) / 0"
    _, told = run(("answer", answer), ("tests", "assert half(4) == 1"))
    places = [(place["kind"], place["line"], place["code"]) for place in told[-1]["places"]]
    assert places == [
        ("tests", 1, "assert half(4) == 1"),
        ("answer", 3, "return math.sqrt(x) / 0"),
    ]


def test_what_is_no_python_names_its_line() -> None:
    _, told = run(("answer", "x = 1\nif x\n    pass"))
    assert told[-1]["type"] == "SyntaxError"
    assert told[-1]["places"] == [{"kind": "answer", "line": 2, "code": "if x"}]


def test_a_stub_is_told_as_one_and_an_error_of_the_same_name_is_not() -> None:
    stub = "def half(x):\n    raise NotImplementedError()"
    assert run(("answer", stub), ("tests", "half(1)"))[1][-1]["stub"]
    own = "raise NotImplementedError('not for strings')"
    assert not run(("answer", own))[1][-1]["stub"]


@pytest.mark.parametrize("source", ["exit()", "import sys\nsys.exit(3)", "raise KeyboardInterrupt"])
def test_nothing_that_is_raised_ends_more_than_the_run(source: str) -> None:
    passed, told = run(("answer", source), ("tests", "print('not reached')"))
    assert not passed
    assert told[-1]["what"] == "error"
    assert text(told) == ""


def test_an_earlier_answer_that_fails_is_told_only_where_it_is_needed() -> None:
    passed, told = run(("before", "1 / 0"), ("answer", "x = 1"))
    assert (passed, told) == (True, [])
    _, told = run(("before", "half = 1 / 0"), ("answer", "half"))
    assert told[-1]["type"] == "NameError"


def test_a_run_has_nothing_of_the_one_before() -> None:
    run(("answer", "left_over = 1"))
    assert run(("answer", "left_over"))[1][-1]["type"] == "NameError"


def test_a_flood_of_text_ends_where_a_page_would_drown() -> None:
    passed, told = run(("answer", "for n in range(200_000):\n    print('a line of text')"))
    assert passed
    assert cells.MOST_CHARACTERS < len(text(told)) < cells.MOST_CHARACTERS + 100
    assert text(told).endswith("there was more, which is not shown.\n")
    assert len(told) < 1000


def test_a_look_above_is_run_if_a_later_one_uses_what_it_defines() -> None:
    used = "def loss(w):\n    return w\nax = 3"
    unused = "ax = 1 / 0\nprint(ax)"
    passed, told = run(
        ("above", unused),
        ("above", used),
        ("answer", "x = 1"),
        ("look", "ax = 2\nprint(loss(x), ax)"),
    )
    assert passed
    assert text(told) == "1 2\n"


def test_pictures_are_told_as_pictures_and_those_of_looks_above_are_not() -> None:
    pytest.importorskip("matplotlib").use("agg")
    drawing = "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('a line')\nplt.show()"
    _, told = run(("above", f"{drawing}\nvalue = 1"), ("look", f"{drawing}\nprint(value)"))
    pictures = [one for one in told if one["what"] == "picture"]
    assert [picture["titles"] for picture in pictures] == [["a line"]]
    assert text(told) == "1\n"


def test_what_stood_for_a_package_is_forgotten_when_the_next_run_begins() -> None:
    stand_in = (
        "import sys\nfrom unittest import mock\nsys.modules['made_up'] = mock.MagicMock()\n"
        "import made_up"
    )
    assert run(("answer", stand_in))[0]
    assert run(("answer", "import made_up"))[1][-1]["type"] == "ModuleNotFoundError"


def test_packages_are_found_in_cells_also_in_those_that_are_broken() -> None:
    given = ["from scipy.stats import norm", "def f(:", "import matplotlib.pyplot as plt, json"]
    told = [cells.Cell(kind="answer", source=source) for source in given]
    assert cells.imported(told, ["matplotlib", "numpy", "scipy"]) == ["matplotlib", "scipy"]
    assert cells.imported(told[1:2], ["scipy"]) == []


def test_the_pages_python_needs_nothing_of_ours() -> None:
    names = {
        value.__name__ for value in vars(cells).values() if isinstance(value, types.ModuleType)
    }
    assert names <= {*sys.stdlib_module_names, "unittest.mock"}
