"""Times grading on a cluster beside grading here: ``python -m benchmarks.scaling``.

Workers are processes of this machine: beyond its processors more of them say only what having them
costs. All is measured in interleaved rounds; a line through a small and a large class tells the
start-up from the cost of one submission.
"""

from __future__ import annotations

import argparse
import os
import pickle
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_of
from autograder.classroom.course import Course
from autograder.classroom.marks import Recorder
from autograder.grading.graded import Graded
from autograder.grading.handed_in import handed_in
from autograder.grading.release import Release
from benchmarks import classes, postgresql
from benchmarks.cluster import Cluster, is_installed
from benchmarks.model import Costs, needed
from benchmarks.progress import bars, steps

SMALL = 8
WORKERS = (1, 2, 4)
MANY, HOUR = 100_000, 3600.0


@dataclass(frozen=True)
class Run:
    """One run: seconds on the wall, and processor seconds of the main process alone."""

    wall: float
    main: float


@dataclass
class Line:
    """The runs of one way to grade, in pairs of a small and a large class."""

    label: str
    workers: int
    more: int
    rounds: list[tuple[Run, Run]] = field(default_factory=list)

    @property
    def each(self) -> float:
        """The seconds that one submission more takes."""
        return median((large.wall - small.wall) / self.more for small, large in self.rounds)

    @property
    def main(self) -> float:
        """The processor seconds of the main process for one submission more."""
        return median((large.main - small.main) / self.more for small, large in self.rounds)

    @property
    def start(self) -> float:
        """The seconds that a class of nobody takes."""
        return max(0.0, median(small.wall for small, _ in self.rounds) - SMALL * self.each)


def main() -> int:
    """Measure, print and return the exit status."""
    options = _parser().parse_args()
    console = Console(width=None if sys.stdout.isatty() else 160)
    if not is_installed():
        print("The extra for clusters is not installed: make cluster", file=sys.stderr)
        return 3
    try:
        with tempfile.TemporaryDirectory(prefix="scaling-") as made, bars() as progress:
            _measure(Path(made), options, console, progress)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


def _measure(
    folder: Path, options: argparse.Namespace, console: Console, progress: Progress
) -> None:
    courses = {
        size: classes.new_course(folder / f"class-{size}", size).root
        for size in (SMALL, options.submissions)
    }
    lines, memory = _time(folder, courses, options, progress)
    console.print(_timings(lines, memory))
    entered = _record(folder, options.rows, progress)
    console.print(_gradebooks(entered))
    console.print(_on_paper(lines, entered), highlight=False, soft_wrap=True)


# ------------------------------------------------------------------------------------- the engine


def _time(
    folder: Path, courses: dict[int, Path], options: argparse.Namespace, progress: Progress
) -> tuple[list[Line], dict[str, int]]:
    more = options.submissions - SMALL
    lines = [Line(w, n, more) for n in options.workers for w in ("here", "cluster")]
    done = steps(progress, "Grading", 2 * options.rounds * len(lines))
    memory: dict[str, int] = {}
    for _ in range(options.rounds):
        for line in lines:
            with _graders(folder, line) as (arguments, sampled):
                small, large = (
                    _graded(folder, courses[size], arguments, sampled) for size in sorted(courses)
                )
            for name, most in sampled.items():
                memory[name] = max(most, memory.get(name, 0))
            line.rounds.append((small, large))
            done(f"{line.label}, {line.workers}")
            done(f"{line.label}, {line.workers}")
    return lines, memory


@contextmanager
def _graders(folder: Path, line: Line) -> Iterator[tuple[list[str], dict[str, int]]]:
    """Yield what `grade` is told besides, and where the memory of the others is noted."""
    sampled: dict[str, int] = {}
    if line.label == "here":
        yield [f"--workers={line.workers}"], sampled
        return
    with Cluster(folder / "cluster", line.workers) as cluster:
        assert cluster.scheduler is not None
        watched = {"scheduler": cluster.scheduler.pid, "a worker": cluster.workers[0].pid}
        with _watched(watched, sampled):
            yield ["--scheduler", cluster.address], sampled


def _graded(folder: Path, course: Path, arguments: list[str], sampled: dict[str, int]) -> Run:
    """Grade a fresh copy of a course."""
    with tempfile.TemporaryDirectory(dir=folder) as made:
        copy = Path(made) / "course"
        shutil.copytree(course, copy)
        command = classes.command(Course(copy), "grade", classes.NAME, *arguments)
        began = time.perf_counter()
        with tempfile.TemporaryFile("w+") as told:
            process = subprocess.Popen(command, stdout=told, stderr=told)
            with _watched({"the main process": process.pid}, sampled):
                _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode != 0:
                told.seek(0)
                raise RuntimeError(f"grade failed: {told.read()[-3000:]}")
        return Run(time.perf_counter() - began, used.ru_utime + used.ru_stime)


@contextmanager
def _watched(processes: dict[str, int], most: dict[str, int]) -> Iterator[None]:
    """Note the most memory that each of some process trees holds meanwhile, shared pages shared."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.5):
            for name, pid in processes.items():
                most[name] = max(most.get(name, 0), _held(pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _held(pid: int) -> int:
    held = 0
    try:
        root = psutil.Process(pid)
        for process in (root, *root.children(recursive=True)):
            held += process.memory_full_info().pss
    except psutil.Error:
        return held  # it has just ended
    return held


# --------------------------------------------------------------------------------- the gradebook


@dataclass(frozen=True)
class Entered:
    """What a gradebook took: seconds to enter some classes, by size, and to export them all.

    `returned` are the bytes of one of the results that were entered.
    """

    label: str
    seconds: dict[int, float]
    export: float
    returned: int

    @property
    def each(self) -> float:
        """The seconds of one submission, in the largest class."""
        most = max(self.seconds)
        return self.seconds[most] / most


def _record(folder: Path, rows: int, progress: Progress) -> list[Entered]:
    sizes = sorted({min(300, rows), rows})
    done = steps(progress, "Recording", 2 * (len(sizes) + 1))
    with postgresql.server() as url:
        return [
            _recorded(folder / "in-a-file", "SQLite", None, sizes, done),
            _recorded(folder / "on-a-server", "PostgreSQL", url, sizes, done),
        ]


def _recorded(
    root: Path, label: str, url: str | None, sizes: list[int], done: Callable[[str], None]
) -> Entered:
    course = classes.new_course(root, SMALL, url)
    classes.run(course, "grade", classes.NAME)
    result = _a_result(course)
    seconds, first = {}, 0
    for size in sizes:
        seconds[size] = _enter(course, result, range(first, first + size))
        first += size
        done(f"{label}, {size}")
    began = time.perf_counter()
    course.export(course.root / "grades.csv")
    done(f"{label}, export")
    return Entered(label, seconds, time.perf_counter() - began, len(pickle.dumps(result)))


def _a_result(course: Course) -> Graded:
    """Return a result as the workers give it, of an ordinary size."""
    text = max((path.read_text(encoding="utf-8") for path in classes.graded(course)), key=len)
    assignment = CONTENT.load(classes.NAME)
    release = release_of(assignment)
    scores: dict[str, float | None] = {
        f"test_{exercise.name}": exercise.points for exercise in assignment.exercises
    }
    return Graded(text, scores, dict.fromkeys(release.answers, True))


def _enter(course: Course, result: Graded, numbers: range) -> float:
    assignment = CONTENT.load(classes.NAME)
    with course.gradebook() as gradebook:
        recorder = Recorder(course, gradebook, assignment, lambda student: None)
        began = time.perf_counter()
        for number in numbers:
            recorder.add(f"entered-{number:06}", result)
        recorder.flush()
        return time.perf_counter() - began


# ----------------------------------------------------------------------------------- what is told


def _timings(lines: list[Line], memory: dict[str, int]) -> Table:
    shown = Table("graders", "workers", "submissions/s", "s each", "start-up s", "times here")
    here = {line.workers: line.each for line in lines if line.label == "here"}
    for line in lines:
        ratio = line.each / here[line.workers]
        row = (f"{1 / line.each:.1f}", f"{line.each:.3f}", f"{line.start:.1f}", f"{ratio:.2f}")
        shown.add_row(line.label, str(line.workers), *row)
    held = ", ".join(f"{name} {most / 2**20:.0f} MiB" for name, most in memory.items())
    shown.caption = f"The most memory: {held}"
    return shown


def _gradebooks(entered: list[Entered]) -> Table:
    sizes = sorted(entered[0].seconds)
    shown = Table("gradebook", *(f"{size} entered, s" for size in sizes), "ms each", "export, s")
    for book in entered:
        taken = [f"{book.seconds[size]:.2f}" for size in sizes]
        shown.add_row(book.label, *taken, f"{1000 * book.each:.2f}", f"{book.export:.1f}")
    return shown


def _on_paper(lines: list[Line], entered: list[Entered]) -> str:
    """Return what the model says of very many submissions, from what one worker takes."""
    one = min((line for line in lines if line.label == "cluster"), key=lambda line: line.workers)
    costs = Costs(
        judging=one.each * one.workers,
        main=one.main,
        recording=entered[-1].each,
        sent=_bytes_sent(),
        returned=entered[-1].returned,
    )
    found = needed(costs, MANY, HOUR)
    return (
        f"Model, for {classes.NAME}: {costs}\n{MANY} submissions in an hour: {found.workers} "
        f"workers; the one process that records is busy for {found.main:.0%} of the time "
        f"({'enough' if found.fits else 'NOT enough'}); the scheduler passes on "
        f"{found.traffic:.1f} MB/s."
    )


def _bytes_sent() -> int:
    release: Release = release_of(CONTENT.load(classes.NAME))
    with tempfile.NamedTemporaryFile(suffix=".ipynb") as file:
        file.write(classes.answers()[0].encode())
        file.flush()
        return len(pickle.dumps((release, handed_in(Path(file.name)))))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scaling",
        description="Times grading on a cluster beside grading here, and both gradebooks.",
    )
    for name, default, text in (
        ("--submissions", 200, "size of the large class"),
        ("--rounds", 3, "interleaved rounds"),
        ("--rows", 10_000, "submissions entered into each gradebook"),
    ):
        help_text = f"{text} (default: {default})"
        parser.add_argument(name, metavar="N", type=int, default=default, help=help_text)
    parser.add_argument("--workers", metavar="N", type=int, nargs="+", default=list(WORKERS))
    return parser


if __name__ == "__main__":
    sys.exit(main())
