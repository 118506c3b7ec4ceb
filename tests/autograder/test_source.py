"""What a student's code defines, and what of it is kept when it does not come back, is read."""

from __future__ import annotations

import time

import pytest

from autograder.grading.source import (
    SEAM,
    cut,
    defined,
    definitions_alone,
    functions,
    joined,
    parsed,
    pieces_of,
    statements_of,
)
from autograder.judging.limit import at_most


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("a, (b, *c) = 1, (2, 3)\nd: int = 4\ne: int", "a b c d"),
        ("import os.path, numpy as np\nfrom math import pi as p", "os np p"),
        ("try:\n    import scipy\nexcept ImportError:\n    scipy = None", "scipy"),
        ("if True:\n    def f(): pass\nelse:\n    g = 1", "f g"),
        ("with open('x') as file:\n    for line in file:\n        n = 1", "file line n"),
        (
            "%matplotlib inline\n!pip install x\nf?\na = !ls\nb = %timeit -o f()\ndef f(): pass",
            "a b f",
        ),
        ("if True:\n    %timeit f()\n    a = 1", "a"),
        ("%%time\ndef f(): pass", "f"),
        ("%%writefile half.py\ndef half(x): return x / 2", ""),
        ("%%timeit\na = 1", ""),
        ("def f(:", ""),
    ],
)
def test_the_names_that_code_defines_are_read(source: str, names: str) -> None:
    assert defined(source) == names.split()


def test_functions_are_told_from_values_of_the_same_name() -> None:
    assert functions("dropout = 0.5\nelu = lambda x: x\n\nclass Adam:\n    pass") == ["elu", "Adam"]


def test_a_function_is_cut_out_with_its_decorators_and_nothing_else() -> None:
    source = "import math\n\n@cache\ndef f(x):\n    return x\n\nprint(f(1))\n"
    assert cut(source, "f") == "@cache\ndef f(x):\n    return x"
    assert cut(source, "g") == ""


@pytest.mark.parametrize("piece", ["# my first try", "%timeit f()", "", "!ls"])
def test_a_piece_that_does_nothing_keeps_no_other_from_being_run_alone(piece: str) -> None:
    pieces = [piece, "raise ValueError", "def f(): pass"]
    assert pieces_of(joined(pieces)) == pieces


def test_a_piece_that_is_no_python_keeps_no_other_from_being_run() -> None:
    pieces = ["def f(x:\n    return x", "def f(x):\n    return x"]
    assert pieces_of(joined(pieces)) == pieces


@pytest.mark.parametrize("line", [" " * 50_000 + "a b", "a " * 50_000, "a.b" * 50_000 + "?c"])
def test_a_long_line_is_read_in_no_time(line: str) -> None:
    with at_most(2.0):  # it was quadratic: minutes
        assert parsed(f"x = 1\n!ls\n{line}") is None


def test_statements_stay_on_their_lines() -> None:
    source = "# first\n\n@cache\ndef f(x):\n    return x\n\nx = 1; y = 2\n"
    pieces = [piece.split("\n") for piece in statements_of(source)]
    placed = [(n, line) for piece in pieces for n, line in enumerate(piece) if line]
    lines = source.split("\n")
    assert placed == [(n, lines[n]) for n in (2, 3, 4, 6)]
    assert statements_of("def f(:") == ["def f(:"]
    assert len(statements_of("x = 1\n" * 1000)) == 20


def test_halves_of_a_function_are_one_piece() -> None:
    source = f"def f(x):\n    x += 1\n{SEAM}\n    return x"
    assert pieces_of(source) == [source]


KEPT = """\
EPSILON = np.finfo(float).eps
SCALE = math.sqrt(EPSILON)
negative = lambda x: -abs(x)
try:
    import scipy
except ImportError:
    scipy = None


def f(x):
    result = SCALE * x
    return negative(result)


rng = make()
result = f(slow())
for _ in range(10):
    table = f(result)
"""


def test_a_value_is_worked_out_where_a_function_looks_it_up_and_not_otherwise() -> None:
    lines = KEPT.split("\n")
    kept = definitions_alone(KEPT).split("\n")
    assert kept[:13] == lines[:13]  # with `SCALE`, and `EPSILON` that it is made of
    assert not any(kept[13:])  # `result` is the function's own


@pytest.mark.parametrize(
    "source",
    [
        "\n".join(f"a{n} = f(a{n - 1})" for n in range(1, 20_000)) + "\nx = a19999",
        "x = " + "1 + " * 3000 + "f()",
        "def f():\n" + "\n".join(f"{' ' * n}if a:" for n in range(1, 90)) + f"\n{' ' * 91}b",
    ],
    ids=["a chain", "a sum", "a stair"],
)
def test_no_code_takes_long_to_read(source: str) -> None:
    began = time.monotonic()
    definitions_alone(source)
    defined(source)
    assert time.monotonic() - began < 20
