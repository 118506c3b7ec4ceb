"""Times graders side by side: ``python -m benchmarks``, or ``make bench``.

Every number worth quoting is a ratio of runs that were interleaved in one go, because no two
machines, and no two minutes of one machine, are alike.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from benchmarks import tables, timing, variants
from benchmarks.graders import ClassRoom
from benchmarks.progress import bars, steps
from benchmarks.timing import Sizes

PARTS = ("time", "flat", "memory", "profile")
_EPILOG = """\
Without a part, all are run; that takes an hour, because stock nbgrader is slow:
  python -m benchmarks --time --rounds 1 --submissions 60     a quick look (ten minutes)
  python -m benchmarks --profile                              where the time goes (one minute)
What hostile submissions cost the honest ones is another benchmark: python -m benchmarks.hostile
"""
_OTTER = (
    "otter-grader is not compared: 5.7.1 is the newest release that pip resolves beside the pins "
    "of requirements.lock, and it imports pkg_resources, which the pinned setuptools has dropped."
)


def main() -> int:
    """Run the chosen parts and return the exit status."""
    options = _parser().parse_args()
    parts = [part for part in PARTS if getattr(options, part)] or list(PARTS)
    # Wide enough for the tables, also where the output is kept in a file.
    console = Console(width=None if sys.stdout.isatty() else 180)
    targets = tables.targets()
    failure = ""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as made, bars() as progress:
        try:
            for name in [options.assignment] if options.assignment else variants.VARIANTS:
                folder = Path(made) / name
                room = ClassRoom(variants.VARIANTS[name](folder / "project"), folder / "courses")
                room.open()
                for part in parts:
                    _PARTS[part](options, room, progress, console, targets)
                if room.compared:
                    console.print(tables.agreement(room), highlight=False, soft_wrap=True)
        except RuntimeError as error:
            failure = str(error)
    if targets.row_count:
        console.print(targets)
    if "time" in parts:
        console.print(_OTTER, highlight=False, soft_wrap=True)
    if failure:
        print(failure, file=sys.stderr)
    return 3 if failure else 0


def _time(
    options: argparse.Namespace,
    room: ClassRoom,
    progress: Progress,
    console: Console,
    targets: Table,
) -> None:
    count = 2 * options.rounds * len(timing.CONTENDERS)
    table = timing.time_graders(
        room,
        Sizes(1, max(2, options.stock)),
        Sizes(30, options.submissions),
        options.rounds,
        steps(progress, f"Timing, {room.variant.label}", count),
    )
    console.print(tables.timings(room, table))
    tables.add_speed(targets, room, table)


def _flat(
    options: argparse.Namespace,
    room: ClassRoom,
    progress: Progress,
    console: Console,
    targets: Table,
) -> None:
    # Two submissions start two workers: what they take is start-up, but for a fraction.
    sizes = [2, *(room.whole(size) for size in (30, 300, 1000) if size <= options.largest)]
    done = steps(progress, f"Growing classes, {room.variant.label}", len(sizes))
    tables.add_flatness(targets, room, timing.flat(room, sizes, done))


def _memory(
    options: argparse.Namespace,
    room: ClassRoom,
    progress: Progress,
    console: Console,
    targets: Table,
) -> None:
    done = steps(progress, f"Memory, {room.variant.label}", 1)
    tables.add_memory(targets, room, timing.peak(room, room.whole(30), done))


def _profile(
    options: argparse.Namespace,
    room: ClassRoom,
    progress: Progress,
    console: Console,
    targets: Table,
) -> None:
    done = steps(progress, f"Profile, {room.variant.label}", 1)
    command = [sys.executable, "-P", "-m", "benchmarks.profile_one", str(room.folder)]
    ran = subprocess.run(
        command, env=room.variant.environment, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        raise RuntimeError(f"The profile failed:\n{ran.stderr[-3000:]}")
    done("")
    console.print(f"{room.variant.label} assignment\n{ran.stdout}", markup=False, highlight=False)


_PARTS = {"time": _time, "flat": _flat, "memory": _memory, "profile": _profile}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Times this grader and stock nbgrader on the same submissions.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--time", action="store_true", help="seconds a submission, times stock")
    parser.add_argument("--flat", action="store_true", help="cost in classes of 30, 300 and 1000")
    parser.add_argument("--memory", action="store_true", help="the most memory held at once")
    parser.add_argument("--profile", action="store_true", help="where one submission's time goes")
    parser.add_argument(
        "--assignment", choices=variants.VARIANTS, help="this one only (default: both)"
    )
    for name, default, text in (
        ("--submissions", 300, "size of the large class for our grader"),
        ("--stock", 6, "size of the large class for stock nbgrader, which is slow"),
        ("--rounds", 3, "interleaved rounds"),
        ("--largest", 1000, "the largest class of --flat"),
    ):
        help_text = f"{text} (default: {default})"
        parser.add_argument(name, metavar="N", type=int, default=default, help=help_text)
    return parser


if __name__ == "__main__":
    sys.exit(main())
