"""A released notebook needs nbgrader, NumPy and Keras, and nothing of ours, to run and validate."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

from autograder import assignment as assignments
from autograder.sample_class import notebook, reference_answers

SITE_PACKAGES = Path(np.__file__).parents[1]


@pytest.mark.parametrize("name", assignments.names())
def test_a_completed_notebook_validates_where_the_course_is_not_installed(
    name: str, tmp_path: Path
) -> None:
    assignment = assignments.load(name)
    file = tmp_path / f"{name}.ipynb"
    words = {answer.name: "An answer in words." for answer in assignment.written}
    nbformat.write(notebook(assignment, reference_answers(assignment) | words), file)
    # Another interpreter with the same packages: an editable install is a hook of the environment
    # that it was made in, and no other interpreter knows it.
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "PYTHONPATH": str(SITE_PACKAGES),
        "MPLBACKEND": "Agg",
    }

    def run(*arguments: str) -> str:
        ran = subprocess.run(
            [python, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        return ran.stdout + ran.stderr

    assert "No module named 'autograder'" in run("-c", "import autograder")
    assert "No module named 'solutions'" in run("-c", "import solutions")
    told = run("-m", "nbgrader", "validate", file.name)
    assert "Success! Your notebook passes all the tests." in told
