"""A released notebook needs nbgrader, NumPy and Keras, and nothing of ours, to run and validate."""

import pytest

from autograder.assignments import CONTENT
from tests.autograder import recording
from tests.autograder.alone import complaints

# `make quality` has shown it of the others, as they are.
CHANGED = [name for name in CONTENT.names() if not recording.runs_alone(CONTENT.load(name))]


@pytest.mark.parametrize("name", CHANGED)
def test_a_completed_notebook_validates_where_the_course_is_not_installed(name: str) -> None:
    assert complaints(name) == ""


def test_a_notebook_that_is_not_right_does_not_validate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.autograder.alone.reference_answers", lambda assignment: {})
    assert "failed" in complaints("gradient_clipping")
