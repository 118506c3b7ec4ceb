"""A class of whom one in ten is hostile: ``python -m benchmarks.hostile``, by hand.

The same honest students are graded twice in one run, alone and among hostile ones, with two
workers. Their marks must be the same, and the hostile ones may not take more time than the honest
ones do. The exit status is 1 if an honest mark has changed.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from benchmarks import graders, processes, variants
from benchmarks.graders import ClassRoom, Marks, ours
from benchmarks.handing_in import OURS
from benchmarks.processes import Ran
from benchmarks.progress import bars
from benchmarks.tables import met
from benchmarks.ways import WAYS, Way

SIZES = {"numpy": 300, "keras": 100}
QUICK = 40
ONE_IN = 10
MOST_TIMES = 2.0
_WORKERS = 2
_RIGHT = "right-as-the-reference"
_TEST = "test_"
_UNGRADED_STATUS = 2
_NOTED = "BENCHMARK_NOTES"
# Goes into the copy of the engine that is timed: it says what each submission takes.
_STOPWATCH = f"""

_grade = grade


def grade(release, version, handed, known):
    import json, resource, time

    began, held = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        return _grade(release, version, handed, known)
    finally:
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - held
        note = [handed.path.parts[-3], time.monotonic() - began, grown << 10]
        with open(os.environ["{_NOTED}"], "a") as notes:
            notes.write(json.dumps(note) + "\\n")
"""
_EPILOG = """\
A whole class takes half an hour, in which the hostile ones do their worst. To try it:
  nice python -m benchmarks.hostile --quick
"""


@dataclass(frozen=True)
class Seat:
    """One student: the kind of honest answer that is handed in, or the way of being hostile."""

    student: str
    kind: str = ""
    way: Way | None = None


@dataclass(frozen=True)
class Taken:
    """What the grading of one submission took: seconds, and by how many bytes its judge grew."""

    seconds: float
    grown: int


@dataclass(frozen=True)
class Run:
    """One run of the grader over a class, with what it said of every submission."""

    ran: Ran
    marks: dict[str, Marks]
    taken: dict[str, Taken]
    log: str


def composition(size: int, kinds: list[str], ways: tuple[Way, ...] = WAYS) -> list[Seat]:
    """Return a class of `size` of whom each tenth is hostile, each in another way.

    In a small class the ways are taken from all over the list; in one that has more hostile
    students than there are ways, they begin again.
    """
    hostile = size // ONE_IN
    step = max(1, len(ways) // max(1, hostile))
    honest = cycle(kinds)
    seats = []
    for number in range(size):
        name = f"student-{number:05}"
        turn, rest = divmod(number, ONE_IN)
        # The last of ten, so that the class begins as the honest one does.
        if rest == ONE_IN - 1:
            way = ways[turn * step % len(ways)]
            seats.append(Seat(way.student.format(name), way=way))
        else:
            seats.append(Seat(name, next(honest)))
    return seats


def changed(alone: dict[str, Marks], among: dict[str, Marks], honest: list[str]) -> list[str]:
    """Return the honest students who have other marks among hostile ones, or none at all."""
    return [s for s in honest if not among.get(s) or among[s] != alone.get(s)]


def worth(way: Way, right: Marks) -> Marks:
    """Return the marks that a hostile submission deserves; `right` are those of right answers."""
    if not way.graded:
        return {}
    return {
        cell: (0.0 if way.spoils(cell.removeprefix(_TEST)) else score, most)
        for cell, (score, most) in right.items()
    }


def main() -> int:
    """Grade both classes and return the exit status."""
    options = _parser().parse_args()
    size = QUICK if options.quick else options.students or SIZES[options.assignment]
    # Wide enough for the tables, also where the output is kept in a file.
    console = Console(width=None if sys.stdout.isatty() else 180)
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as made, bars() as progress:
        variant = variants.VARIANTS[options.assignment](Path(made) / "project")
        _hold_stopwatch(variant.root)
        room = ClassRoom(variant, Path(made) / "courses")
        try:
            room.open()
        except RuntimeError as error:
            print(error, file=sys.stderr)
            return 3
        seats = composition(size, list(room.answers))
        honest = [seat for seat in seats if seat.way is None]
        alone = _graded(room, honest, progress, "The honest ones alone")
        among = _graded(room, seats, progress, "Among hostile ones")
    names = [seat.student for seat in honest]
    unlike = changed(alone.marks, among.marks, names)
    console.print(_classes(room, {"honest": alone, "honest and hostile": among}))
    console.print(_hostile(room, seats, among))
    console.print(_targets(room, seats, alone, among, unlike))
    for seat in honest:
        if seat.student in unlike:
            before, now = alone.marks.get(seat.student), among.marks.get(seat.student)
            print(f"{seat.student} ({seat.kind}) has {now} among hostile ones, and {before} alone.")
    for run in (alone, among):
        if _faults(run):
            print(f"What went wrong:\n{run.log[-10_000:]}\n{run.ran.printed[-10_000:]}")
    return 1 if unlike else 0


def _hold_stopwatch(root: Path) -> None:
    with (root / "autograder" / "grading" / "worker.py").open("a", encoding="utf-8") as module:
        module.write(_STOPWATCH)


def _graded(room: ClassRoom, seats: list[Seat], progress: Progress, text: str) -> Run:
    """Grade a class in a fresh course, which has the same secret each time."""
    bar = progress.add_task(text, total=len(seats), last="")
    with tempfile.TemporaryDirectory(dir=room.folder) as made:
        course, notes = Path(made) / "course", Path(made) / "notes"
        shutil.copytree(room.folder / OURS, course)
        for seat in seats:
            _hand_in(room, course, seat)

        def show() -> None:
            taken = _read(notes)
            progress.update(bar, completed=len(taken), last=next(reversed(taken), ""))

        ran = processes.observe(
            [sys.executable, "-P", "-m", *ours(_WORKERS).arguments, "--course", str(course)],
            course,
            room.variant.environment | {_NOTED: str(notes)},
            show,
        )
        show()
        log = course / "autograder.log"
        told = log.read_text(encoding="utf-8", errors="replace") if log.exists() else ""
        return Run(ran, graders.marks_of(course / "gradebook.db"), _read(notes), told)


def _hand_in(room: ClassRoom, course: Path, seat: Seat) -> None:
    if seat.way is None:
        notebook = graders.signed(json.loads(room.answers[seat.kind]), seat.student)
        graders.write(course, seat.student, json.dumps(notebook))
        return
    notebook = json.loads(room.answers[_RIGHT])
    marked = [cell["metadata"].get("nbgrader", {}) for cell in notebook["cells"]]
    tests = [str(mark["grade_id"]) for mark in marked if mark.get("grade")]
    exercises = [test.removeprefix(_TEST) for test in tests]
    folder = graders.write(course, seat.student, seat.way.handed_in(notebook, exercises))
    if seat.way.timestamp:
        (folder / "timestamp.txt").write_text(seat.way.timestamp, encoding="utf-8")


def _read(notes: Path) -> dict[str, Taken]:
    """Return what each submission took; one that was tried twice took both together."""
    taken: dict[str, Taken] = {}
    for line in notes.read_text().splitlines() if notes.exists() else ():
        with contextlib.suppress(ValueError):  # it is just being written
            student, seconds, grown = json.loads(line)
            before = taken.get(student, Taken(0.0, 0))
            taken[student] = Taken(before.seconds + seconds, before.grown + grown)
    return taken


def _faults(run: Run) -> list[str]:
    """Return what the grader must never do, whoever hands in."""
    told = run.log + run.ran.printed
    found = {
        "a traceback": "Traceback" in told,
        "the judge failed": "judge itself failed" in told or "is faulty" in told,
        "a worker died": "own process died" in told or "worker died" in told,
        f"outlived by {', '.join(run.ran.left)}": bool(run.ran.left),
    }
    return [fault for fault, seen in found.items() if seen]


def _classes(room: ClassRoom, runs: dict[str, Run]) -> Table:
    """Return the table of what each class has taken."""
    shown = Table(
        *("class", "submissions", "wall s", "processor s", "s in workers", "exit status"),
        *("most memory, all", "outside the sandboxes", "in the sandboxes"),
        title=f"{room.variant.label} assignment, {_WORKERS} workers (memory: PSS)",
    )
    for label, run in runs.items():
        used = run.ran.used
        shown.add_row(
            label,
            str(len(run.taken)),
            f"{used.wall:.1f}",
            f"{used.cpu:.1f}",
            f"{sum(taken.seconds for taken in run.taken.values()):.1f}",
            str(run.ran.status),
            *(f"{size / 1e9:.2f} GB" for size in (used.peak, used.trusted, used.sandboxed)),
        )
    return shown


def _hostile(room: ClassRoom, seats: list[Seat], run: Run) -> Table:
    """Return the table of the hostile submissions, the dearest first."""
    shown = Table(
        *("way of being hostile", "seconds", "judge grew by", "points", "deserved", "as deserved"),
        title="Hostile submissions",
    )
    for seat, way in sorted(
        _ways(seats), key=lambda both: -run.taken.get(both[0].student, Taken(0.0, 0)).seconds
    ):
        taken = run.taken.get(seat.student)
        given, deserved = run.marks.get(seat.student, {}), worth(way, _right(seats, run))
        shown.add_row(
            escape(way.name),
            f"{taken.seconds:.1f}" if taken else "never ended",
            f"{taken.grown / 1e6:.0f} MB" if taken else "",
            _points(given),
            _points(deserved),
            met(given == deserved),
        )
    return shown


def _targets(
    room: ClassRoom, seats: list[Seat], alone: Run, among: Run, unlike: list[str]
) -> Table:
    shown = Table("target", "measured", "met", title="Targets")
    times = among.ran.used.wall / alone.ran.used.wall
    honest = sum(seat.way is None for seat in seats)
    hostile = list(_ways(seats))
    right = _right(seats, among)
    deserved = sum(among.marks.get(s.student, {}) == worth(way, right) for s, way in hostile)
    expected = 0 if all(way.graded for _, way in hostile) else _UNGRADED_STATUS
    faults = [*_faults(alone), *_faults(among)]
    shown.add_row(
        f"the class with the hostile ones takes at most {MOST_TIMES:g} times the honest one's time",
        f"{times:.2f} times",
        met(times <= MOST_TIMES),
    )
    shown.add_row(
        "every honest mark is what it is without the hostile ones",
        f"{honest - len(unlike)} of {honest}",
        met(not unlike),
    )
    shown.add_row(
        "every hostile mark is what is deserved",
        f"{deserved} of {len(hostile)}",
        met(deserved == len(hostile)),
    )
    shown.add_row(
        f"exit status 0 of the honest class, {expected} of the other",
        f"{alone.ran.status}, {among.ran.status}",
        met((alone.ran.status, among.ran.status) == (0, expected)),
    )
    shown.add_row(
        "no traceback, no dead worker, nothing left running",
        escape("; ".join(faults)) or "none",
        met(not faults),
    )
    return shown


def _ways(seats: list[Seat]) -> Iterator[tuple[Seat, Way]]:
    for seat in seats:
        if seat.way is not None:
            yield seat, seat.way


def _right(seats: list[Seat], run: Run) -> Marks:
    """Return the marks of right answers, as an honest student in the same class has them."""
    return next(run.marks[s.student] for s in seats if s.kind == _RIGHT and s.student in run.marks)


def _points(marks: Marks) -> str:
    if not marks:
        return "not graded"
    earned = sum(score or 0.0 for score, _ in marks.values())
    return f"{earned:g} of {sum(most for _, most in marks.values()):g}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.hostile",
        description="Grades a class with and without a hostile tenth, and compares.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--assignment", choices=SIZES, default="numpy", help="which one (default: numpy)"
    )
    sizes = ", ".join(f"{size} for {name}" for name, size in SIZES.items())
    parser.add_argument(
        "--students", metavar="N", type=int, help=f"size of the class (default: {sizes})"
    )
    parser.add_argument("--quick", action="store_true", help=f"a class of {QUICK}")
    return parser


if __name__ == "__main__":
    sys.exit(main())
