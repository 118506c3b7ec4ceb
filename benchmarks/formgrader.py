"""Times formgrader's pages in a browser: ``python -m benchmarks.formgrader``.

Two courses with the same assignments, graded, a small class and a large one, each behind a Jupyter
server of its own. A page is there when its table has all its rows; the two are opened in turn.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from autograder.assignments import CONTENT
from autograder.authoring.notebooks import release_of, source_notebook
from autograder.classroom.course import Course
from autograder.classroom.marks import Recorder
from autograder.grading.graded import Graded
from benchmarks import classes, postgresql
from benchmarks.progress import bars, steps
from book.pdf import find_chromium

NAME = classes.NAME
# What each page lists: everybody, every assignment, or the notebooks of one.
PAGES = {
    "Manage assignments": ("manage_assignments", "assignments"),
    "Manage submissions": (f"manage_submissions/{NAME}", "students"),
    "Gradebook": ("gradebook", "assignments"),
    "Gradebook of one notebook": (f"gradebook/{NAME}/{NAME}", "students"),
    "Manage students": ("manage_students", "students"),
    "A student": ("manage_students/student-000000", "assignments"),
}
GRADING = "One submission, to grade"
_PATIENCE = 300.0


def main() -> int:
    """Measure, print and return the exit status."""
    options = _parser().parse_args()
    browser = find_chromium()
    if browser is None:
        print("There is no Chromium: apt install chromium", file=sys.stderr)
        return 3
    console = Console(width=None if sys.stdout.isatty() else 160)
    sizes = (options.small, options.students)
    with (
        tempfile.TemporaryDirectory(prefix="formgrader-") as made,
        bars() as progress,
        ExitStack() as stack,
    ):
        url = stack.enter_context(postgresql.server()) if options.postgresql else None
        courses = [
            _course(Path(made) / str(size), size, url if size == sizes[1] else None, progress)
            for size in sizes
        ]
        servers = [stack.enter_context(formgrader(course)) for course in courses]
        times = _time(browser, courses, servers, sizes, options.rounds, progress)
    console.print(_table(times, sizes))
    return 0


def _course(root: Path, size: int, url: str | None, progress: Progress) -> Course:
    """Make a course in which `size` students have had every assignment graded."""
    course = classes.new_course(root, size, url)
    done = steps(progress, f"A course of {size}", len(CONTENT.names()))
    for name in CONTENT.names():
        assignment = CONTENT.load(name)
        course.assign(assignment, source_notebook(assignment))
        release = release_of(assignment)
        text = (root / f"release/{name}/{name}.ipynb").read_text(encoding="utf-8")
        scores: dict[str, float | None] = {
            f"test_{exercise.name}": exercise.points for exercise in assignment.exercises
        }
        # What a person grades still has to be graded.
        scores |= dict.fromkeys((answer.name for answer in assignment.written), None)
        result = Graded(text, scores, dict.fromkeys(release.answers, True))
        with course.gradebook() as gradebook:
            recorder = Recorder(course, gradebook, assignment, lambda student: None)
            for number in range(size):
                recorder.add(f"student-{number:06}", result)
            recorder.flush()
        done(name)
    return course


@contextmanager
def formgrader(course: Course) -> Iterator[str]:
    """Start a server with formgrader for a course and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = ["--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token="]
    settings.append(
        "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader':True}"
    )
    with (course.root / "server.log").open("ab") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyter", "server", *settings],
            cwd=course.root,
            env=os.environ | {"JUPYTER_CONFIG_DIR": str(course.root / "jupyter")},
            stdout=log,
            stderr=log,
        )
    try:
        _wait(server, f"http://127.0.0.1:{port}/formgrader")
        yield f"http://127.0.0.1:{port}/formgrader"
    finally:
        server.terminate()
        server.wait(20)


def _wait(server: subprocess.Popen[bytes], address: str) -> None:
    while server.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=30).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("Jupyter's server has ended")


def _time(
    executable: str,
    courses: list[Course],
    servers: list[str],
    sizes: tuple[int, int],
    rounds: int,
    progress: Progress,
) -> dict[str, list[list[float]]]:
    """Return the seconds of each page, for the small class and for the large one."""
    times: dict[str, list[list[float]]] = {page: [[], []] for page in (*PAGES, GRADING)}
    done = steps(progress, "Pages", rounds * len(times))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        for _ in range(rounds):
            for label, (path, lists) in PAGES.items():
                for which, address in enumerate(servers):
                    rows = sizes[which] if lists == "students" else len(CONTENT.names())
                    opened = _opened(page, f"{address}/{path}", _has(rows))
                    times[label][which].append(opened)
                done(label)
            for which, address in enumerate(servers):
                path = f"submissions/{_one(courses[which])}"
                times[GRADING][which].append(_opened(page, f"{address}/{path}", _has_cells))
            done(GRADING)
        browser.close()
    return times


def _opened(page: Page, address: str, is_there: Callable[[Page], bool]) -> float:
    page.goto("about:blank")
    began = time.perf_counter()
    page.goto(address, wait_until="domcontentloaded", timeout=1000 * _PATIENCE)
    while not is_there(page):
        if time.perf_counter() - began > _PATIENCE:
            raise RuntimeError(f"{address} does not come")
        time.sleep(0.02)
    return time.perf_counter() - began


def _has(rows: int) -> Callable[[Page], bool]:
    return lambda page: page.locator("tbody tr").count() >= rows


def _has_cells(page: Page) -> bool:
    return page.locator("input.score").count() > 0


def _one(course: Course) -> str:
    with course.gradebook() as gradebook:
        found = gradebook.find_submission_notebook(NAME, NAME, "student-000000").id
    return str(found)


def _table(times: dict[str, list[list[float]]], sizes: tuple[int, int]) -> Table:
    shown = Table("page", *(f"{size} students, s" for size in sizes), "times")
    for label, (small, large) in times.items():
        both = median(small), median(large)
        shown.add_row(label, *(f"{one:.2f}" for one in both), f"{both[1] / both[0]:.1f}")
    return shown


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.formgrader", description=__doc__)
    for name, default, text in (
        ("--students", 1000, "size of the large class"),
        ("--small", 100, "size of the small one"),
        ("--rounds", 3, "how often each page is opened"),
    ):
        help_text = f"{text} (default: {default})"
        parser.add_argument(name, metavar="N", type=int, default=default, help=help_text)
    parser.add_argument("--postgresql", action="store_true", help="the large class on a server")
    return parser


if __name__ == "__main__":
    sys.exit(main())
