"""What the judge knows of an answer by reading it: what seeds its inputs, what it uses, if it is.

Who has made a mistake must not get other inputs by touching what the answer does not consist of.
"""

from __future__ import annotations

import pytest

from autograder.grading.reading import Reading
from autograder.grading.source import joined
from autograder.grading.submission import Cell, Submission

HELPER = "def helper(x):\n    return x + 1\n"
FANS = "def fans(shape):\n    return helper(shape[0]), shape[1]\n"
NORMAL = "def normal(shape, rng):\n    n, _ = fans(shape)\n    return rng.normal(size=shape) / n\n"
OTHER = "def other(x):\n    return x\n"


def reading(**cells: str) -> Reading:
    answers = tuple(Cell(name, source) for name, source in cells.items())
    return Reading(Submission("tests", answers, answers), b"secret")


RIGHT = reading(fans=HELPER + FANS, normal=NORMAL, other=OTHER)


@pytest.mark.parametrize(
    "cells",
    [
        {"normal": "# my own\n\n" + NORMAL.replace("\n    n,", "  # two\n\n    n,")},
        {"normal": NORMAL.replace("rng):\n", "rng):\n    '''Draw.'''\n")},
        {"normal": NORMAL + "print(normal((2, 3), np.random.default_rng(0)))\n"},
        {"normal": NORMAL.replace("    return", "    return (").replace("/ n", "/ n)")},
        {"other": OTHER.replace("return x", "return 2 * x")},
        {"other": "def other(x):\n    return (x\n"},
        {"fans": joined([HELPER, FANS])},
        {"essay": "It vanishes."},
    ],
)
def test_what_an_answer_does_not_consist_of_does_not_change_its_inputs(
    cells: dict[str, str],
) -> None:
    changed = reading(**{"fans": HELPER + FANS, "normal": NORMAL, "other": OTHER} | cells)
    assert changed.key("normal") == RIGHT.key("normal")


@pytest.mark.parametrize(
    "cells",
    [
        {"normal": NORMAL.replace("/ n", "/ n**2")},
        {"normal": "n = 3\n" + NORMAL.replace("/ n", "/ (n + 0)")},
        {"fans": HELPER + FANS.replace("shape[1]", "shape[0]")},
        {"fans": HELPER.replace("+ 1", "+ 2") + FANS},
        {"fans": joined([HELPER, FANS, "helper = abs"])},
    ],
)
def test_what_an_answer_consists_of_changes_its_inputs(cells: dict[str, str]) -> None:
    changed = reading(**{"fans": HELPER + FANS, "normal": NORMAL, "other": OTHER} | cells)
    assert changed.key("normal") != RIGHT.key("normal")
    assert changed.key("other") == RIGHT.key("other")


def test_nobody_knows_the_inputs_without_the_secret() -> None:
    submission = Submission("tests", (Cell("a", OTHER),), (Cell("a", OTHER),))
    assert Reading(submission, b"one").key("other") != Reading(submission, b"two").key("other")
    assert Reading(submission, b"one").key("other") != Reading(submission, b"one").key("normal")


def test_what_an_answer_uses_is_found_however_deep() -> None:
    assert RIGHT.uses("normal") == {"fans", "helper"}
    assert RIGHT.uses("fans") == {"helper"}
    assert RIGHT.uses("other") == set()
    assert RIGHT.uses("not_there") == set()


def test_what_is_written_anew_further_down_is_not_used_any_more() -> None:
    again = "def normal(shape, rng):\n    return rng.normal(size=shape)\n"
    cached = "normal = functools.cache(normal)\n"
    assert reading(fans=HELPER + FANS, normal=NORMAL + again).uses("normal") == set()
    assert reading(fans=HELPER + FANS, normal=NORMAL + cached).uses("normal") == {"fans", "helper"}


def test_an_argument_that_is_called_like_an_answer_does_not_use_it() -> None:
    found = reading(fans=HELPER + FANS, normal="def normal(fans):\n    return fans * 2\n")
    assert found.uses("normal") == set()


STUB = 'def f(x):\n    """Do it."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n'


@pytest.mark.parametrize(
    ("source", "empty"),
    [
        (STUB, True),
        (STUB + "\n# I shall do this one later\n", True),
        ("class f:\n    '''Of x.'''\n    def a(self):\n        raise NotImplementedError\n", True),
        (STUB + "    return x\n", False),
        (STUB.replace("raise", "if x < 0: raise") + "    return x\n", False),
        (STUB.replace("NotImplementedError()", "ValueError()"), False),
        (STUB.replace("raise NotImplementedError()", "pass"), False),
        ("class f:\n    def a(self):\n        raise NotImplementedError\n"
         "    def b(self):\n        return 1\n", False),
        (STUB + "\ndef f(x):\n    return x\n", False),
        ("def g(x):\n    return x\n", False),
        ("def f(x:\n    raise NotImplementedError()\n", False),
    ],
)  # fmt: skip
def test_an_answer_is_a_stub_only_if_nothing_of_it_is_written(source: str, empty: bool) -> None:
    assert reading(f=source).is_stub("f") == empty


@pytest.mark.parametrize(
    "source",
    [
        "x = " + "+".join(["1"] * 500),  # deeper than Python's own dump of a tree goes
        "x = " + "+".join(["1"] * 5000),  # deeper than a tree can be
        "x = 1\n" * 50_000,
    ],
)
def test_what_nobody_writes_by_hand_is_read_too(source: str) -> None:
    once, again = reading(f=OTHER + source), reading(f=OTHER + source)
    assert once.key("x") == again.key("x")
    assert once.key("other") == again.key("other")


HIDDEN = {
    "exec": "exec('def h(s): return VALUE')",
    "a branch of match": "match 1:\n    case 1:\n        def h(s): return VALUE",
    "a walrus": "(h := lambda s: VALUE)",
    "an attribute": "class C: pass\nC.h = lambda s: VALUE\nh = lambda s: C.h(s)",
    "a name that is worked out": "def g(s): return VALUE\nh = globals()['g']",
    "a line of IPython's": "import numpy\n;exec def h(s): return VALUE",
    "a cell magic": "%%mine\ndef h(s): return VALUE",
    "an except*": "try:\n    1/0\nexcept* ZeroDivisionError:\n    def h(s): return VALUE",
    "a deep sum": f"def h(s): return VALUE + {' + '.join(['1'] * 600)}",
    "a long chain": "if 0: pass\n" + "elif 0: pass\n" * 600 + "else:\n    def h(s): return VALUE",
    "a huge number": f"def h(s): return 0x{'f' * 5000} + VALUE",
    "many statements": "x = 0\n" + "x = x\n" * 3000 + "def h(s): return VALUE",
}


@pytest.mark.parametrize("hidden", HIDDEN.values(), ids=HIDDEN)
def test_what_reading_does_not_see_through_counts_for_every_answer(hidden: str) -> None:
    one, another = (
        reading(fans=hidden.replace("VALUE", value), normal="def normal(s): return h(s)")
        for value in "12"
    )
    assert one.key("normal") != another.key("normal")
    assert not one.is_stub("normal")


@pytest.mark.parametrize("idle", ["%matplotlib inline", "%%time", "%config InlineBackend = 1"])
def test_a_command_that_runs_no_code_does_not_count(idle: str) -> None:
    changed = reading(fans=f"{idle}\n{HELPER}{FANS}", normal=NORMAL, other=OTHER)
    assert changed.key("normal") == RIGHT.key("normal")


@pytest.mark.parametrize("decorator", ["@functools.singledispatch", "@works_for_it(3)"])
def test_a_decorated_function_is_more_than_its_body(decorator: str) -> None:
    empty = "def f(x):\n    raise NotImplementedError\n"
    assert reading(f=empty).is_stub("f")
    assert not reading(f=f"{decorator}\n{empty}").is_stub("f")
