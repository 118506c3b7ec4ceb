"""The assignment that the benchmark cuts down is still one, and its classes are fair."""

import subprocess
import sys
from pathlib import Path

from benchmarks import variants
from benchmarks.graders import ours
from benchmarks.processes import Used
from benchmarks.timing import Series, Sizes

SHOW = (
    "from autograder.assignments import CONTENT; a = CONTENT.load('initialisers'); "
    "print(*(e.name for e in a.exercises))"
)


def test_the_variant_without_keras_is_the_assignment_less_one_exercise(tmp_path: Path) -> None:
    shown = {}
    for make in (variants.keras, variants.numpy):
        variant = make(tmp_path / make.__name__)
        command = [sys.executable, "-P", "-c", SHOW]
        ran = subprocess.run(
            command, env=variant.environment, cwd=tmp_path, capture_output=True, text=True
        )
        assert ran.returncode == 0, ran.stderr
        shown[make] = ran.stdout.split()
    assert shown[variants.keras] == [*shown[variants.numpy], variants.KERAS_EXERCISE]


def test_start_up_and_cost_of_one_more_come_from_a_line_through_both_sizes() -> None:
    runs = [(Used(5.0 + 0.5 * 10, 1.0), Used(5.0 + 0.5 * 50, 5.0))] * 3
    series = Series(ours(2), Sizes(10, 50), runs)
    assert series.marginal() == [0.5] * 3
    assert series.marginal("cpu") == [0.1] * 3
    assert series.start_up() == 5.0
    assert series.whole(100) == 55.0
