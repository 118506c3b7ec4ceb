"""A released notebook, completed, in a Python that knows nothing of the course."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np

from autograder.assignments import CONTENT
from autograder.cli.sample_class import notebook, reference_answers

_SITE_PACKAGES = Path(np.__file__).parents[1]


def complaints(name: str) -> str:
    """Return what is said against the completed notebook of an assignment, or nothing.

    nbgrader validates it where NumPy, Keras and nbgrader are, and nothing of ours.
    """
    assignment = CONTENT.load(name)
    words = {answer.name: "An answer in words." for answer in assignment.written}
    # Another interpreter with the same packages: an editable install is a hook of the environment
    # that it was made in, and no other interpreter knows it.
    python = Path(sys.base_prefix) / "bin" / f"python3.{sys.version_info.minor}"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}.ipynb"
        nbformat.write(notebook(assignment, reference_answers(assignment) | words), file)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "PYTHONPATH": str(_SITE_PACKAGES),
            "MPLBACKEND": "Agg",
        }

        def run(*arguments: str) -> str:
            command = [python, *arguments]
            ran = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, text=True
            )
            return ran.stdout + ran.stderr

        for ours in ("autograder", "solutions"):
            if f"No module named '{ours}'" not in run("-c", f"import {ours}"):
                return f"{ours} can be imported there, so nothing was shown"
        # nbgrader waits for half a minute, which on a busy machine Keras takes to be imported.
        patient = ("--Execute.timeout=600", "--Execute.iopub_timeout=60")
        told = run("-m", "nbgrader", "validate", *patient, file.name)
    return "" if "Success! Your notebook passes all the tests." in told else told
