"""Says where the time of one submission goes, on the trusted side and in the child.

Run with a variant's environment, as ``python -P -m benchmarks.profile_one FOLDER``. It grades
each kind of answer a few times in this one process and holds a stopwatch to the functions
that the time is spent in.
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_of, source_notebook
from autograder.classroom import marks as recording
from autograder.classroom.course import Course
from autograder.grading import graded as grading
from autograder.grading.engine import Engine
from autograder.grading.rebuild import from_notebook
from autograder.judging import judge as judging
from autograder.judging import wording
from autograder.sandbox.parent import Child, WarmParent
from benchmarks.handing_in import ANSWERS
from benchmarks.variants import NAME

REPEATS = 3
_IMPORTS = {
    "the command line alone": ("autograder.cli.commands",),
    "main process: nbgrader and Jupytext": (
        "autograder.classroom.grade",
        "autograder.classroom.marks",
        "autograder.judging.sheet",
    ),
    "worker: judge, checks, mistakes": (
        "autograder.grading.engine",
        f"autograder.assignments.{NAME}.checks",
        f"autograder.assignments.{NAME}.mistakes",
    ),
}
_ORDER = (
    *("reading", "judging", "  child", "  trusted"),
    *("the graded", "  of which", "recording", "  writing"),
)


@dataclass
class Stopwatch:
    """Adds up seconds, by what they were spent on."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def hold(self, place: Any, name: str, label: str | Callable[..., str]) -> None:
        """Time every call of `place.name` from now on; a label may depend on the arguments."""
        function = getattr(place, name)

        @functools.wraps(function)
        def timed(*args: Any, **kwargs: Any) -> Any:
            spent = label if isinstance(label, str) else label(*args)
            began = time.perf_counter()
            try:
                return function(*args, **kwargs)
            finally:
                self.seconds[spent] += time.perf_counter() - began
                self.calls[spent] += 1

        setattr(place, name, timed)


def main() -> None:
    """Print the tables of start-up and of one submission."""
    folder = Path(sys.argv[1])
    console = Console(width=150)
    began = time.perf_counter()
    assignment = CONTENT.load(NAME)
    release = release_of(assignment)
    console.print(_imports(), f"reading the assignment: {time.perf_counter() - began:.2f} s\n")
    with tempfile.TemporaryDirectory(dir=folder) as made:
        course = Course.create(Path(made), "autograder.assignments")
        course.assign(assignment, source_notebook(assignment))
        paths = _write(Path(made), json.loads((folder / ANSWERS).read_text(encoding="utf-8")))
        engine = Engine(assignment, course.terms())
        began = time.perf_counter()
        engine.open()
        console.print(f"starting and proving one sandbox: {time.perf_counter() - began:.2f} s")
        # Each answer cell is followed by the three questions of a proof.
        watch = _hold(len(from_notebook(release, paths[0]).cells) + 3 * len(release.answers))
        began, cpu = time.perf_counter(), time.process_time()
        with course.gradebook() as gradebook:
            recorder = recording.Recorder(course, gradebook, assignment, lambda student: None)
            for number, path in enumerate(paths):
                submission = from_notebook(release, path)
                verdict = engine.grade(submission)
                recorder.add(f"student-{number:04}", grading.graded(release, submission, verdict))
            recorder.flush()
        wall, cpu = time.perf_counter() - began, time.process_time() - cpu
        engine.close()
    console.print(_table(watch, len(paths), wall, cpu))


def _imports() -> Table:
    """Return how long each process imports; TensorFlow's own share is in the sandbox's start."""
    shown = Table("imports of", "s", title="Start-up")
    for label, modules in _IMPORTS.items():
        began = time.perf_counter()
        subprocess.run([sys.executable, "-P", "-c", f"import {', '.join(modules)}"], check=True)
        shown.add_row(label, f"{time.perf_counter() - began:.2f}")
    return shown


def _write(folder: Path, answers: list[list[str]]) -> list[Path]:
    paths = []
    for number, (_, text, _) in enumerate(answers * REPEATS):
        paths.append(folder / f"{number}.ipynb")
        paths[-1].write_text(text, encoding="utf-8")
    return paths


def _hold(cells: int) -> Stopwatch:
    """Hold the stopwatch to everything; the first `cells` messages to a child run its cells."""
    watch = Stopwatch()
    watch.hold(sys.modules[__name__], "from_notebook", "reading the notebook")
    watch.hold(Engine, "grade", "judging")
    watch.hold(Child, "_send", "  child: asking")
    watch.hold(Child, "_reply", lambda child, number, _: _answered(number, cells))
    watch.hold(Child, "close", "  child: ending it and waiting until it is gone")
    watch.hold(WarmParent, "spawn", "  child: asking for a fork")
    watch.hold(judging, "recognise", "  trusted: recognising mistakes")
    watch.hold(judging, "is_consequence", "  trusted: recognising consequences")
    watch.hold(grading, "graded", "the graded notebook")
    watch.hold(wording, "draw", "  of which its pictures")
    watch.hold(recording.Recorder, "flush", "recording")
    watch.hold(recording, "_write", "  writing the notebook")
    return watch


def _answered(number: int, cells: int) -> str:
    if number == 1:
        return "  child: fork, isolation and the first cell"
    return "  child: running the cells" if number <= cells else "  child: answering calls"


def _table(watch: Stopwatch, count: int, wall: float, cpu: float) -> Table:
    """Return the stopwatch's seconds, for one submission."""
    shown = Table("what", "ms/submission", "calls/submission", title="One submission, one process")
    asked = sum(watch.seconds[label] for label in watch.seconds if label.startswith("  child"))
    named = sum(watch.seconds[label] for label in watch.seconds if label.startswith("  trusted"))
    watch.seconds["  trusted: checks and the wire"] = watch.seconds["judging"] - asked - named
    left = watch.seconds["recording"]
    left -= watch.seconds["  writing the notebook"]
    watch.seconds["  writing: the gradebook"] = left

    def place(label: str) -> tuple[int, float]:
        rank = next(i for i, start in enumerate(_ORDER) if label.startswith(start))
        return rank, -watch.seconds[label]

    for label in sorted(watch.seconds, key=place):
        shown.add_row(
            label,
            f"{1000 * watch.seconds[label] / count:.1f}",
            f"{watch.calls[label] / count:.1f}" if watch.calls[label] else "",
        )
    shown.add_section()
    shown.add_row("all of it", f"{1000 * wall / count:.1f}", "")
    shown.add_row("of which processor time of the trusted side", f"{1000 * cpu / count:.1f}", "")
    return shown


if __name__ == "__main__":
    main()
