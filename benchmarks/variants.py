"""The two assignments that are timed: `initialisers` as it is, and one that needs no Keras.

Each is a copy of the project's packages in a temporary folder, chosen by ``PYTHONPATH``. So the
product needs no option for the benchmark's sake, edits in the working tree cannot disturb a
benchmark that is running, and all graders import the very same checks.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

NAME = "initialisers"
KERAS_EXERCISE = "HeNormal"
_ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = ("autograder", "solutions", "benchmarks")

_WITHOUT = f"""

for _name, _value in list(globals().items()):
    if getattr(_value, "exercise", None) == "{KERAS_EXERCISE}":
        del globals()[_name]
del _name, _value
"""


@dataclass(frozen=True)
class Variant:
    """An assignment to time, in the copy of the project at `root`.

    `target` is how many times stock nbgrader's speed is promised for it.
    """

    label: str
    root: Path
    target: float

    @property
    def environment(self) -> dict[str, str]:
        """The environment in which each grader finds this copy, and nothing of the user's."""
        return os.environ | {
            "PYTHONPATH": str(self.root),
            "JUPYTER_CONFIG_DIR": str(self.root / "no-configuration"),
            "IPYTHONDIR": str(self.root / "no-profile"),
            # What TensorFlow prints on stderr would cost marks in stock nbgrader.
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "COLUMNS": "200",
        }


def keras(folder: Path) -> Variant:
    """Copy the project into `folder` as it is."""
    return Variant("Keras", _copy(folder), 15)


def numpy(folder: Path) -> Variant:
    """Copy the project into `folder` and take the one exercise out that wants Keras."""
    root = _copy(folder)
    folder = root / "autograder" / "assignments" / NAME
    text = folder / "assignment.md"
    kept, cut, _ = text.read_text(encoding="utf-8").partition("\n## As Keras wants it\n")
    if KERAS_EXERCISE in kept or not cut:
        raise RuntimeError(f"{text} has changed: the variant without Keras cannot be cut from it.")
    text.write_text(kept, encoding="utf-8")
    for room in ("checks", "mistakes"):
        with (folder / f"{room}.py").open("a", encoding="utf-8") as module:
            module.write(_WITHOUT)
    for answer in (folder / "right_answers").glob("*.py"):
        if f"class {KERAS_EXERCISE}" in answer.read_text(encoding="utf-8"):
            answer.unlink()
    return Variant("NumPy", root, 50)


VARIANTS = {"numpy": numpy, "keras": keras}


def _copy(folder: Path) -> Path:
    for package in _PACKAGES:
        shutil.copytree(_ROOT / package, folder / package)
    return folder.resolve()
