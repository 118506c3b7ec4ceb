"""The commands that look at a course: how far it is, what a class made of it, who wrote alike."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from autograder.cli.screen import complain, console, errors, plain, progress
from autograder.errors import InputError

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.classroom.similar.compared import Compared
    from autograder.classroom.status import Status

_COLUMNS = ("assignment", "due", "released", "handed in", "graded", "by hand", "stale", "fed back")
_CAPTION = (
    "Numbers of submissions. By hand: they wait for a person, in formgrader. Stale: something else "
    "has been handed in since, or they were graded with an older version. Due (+2): two students "
    "have longer."
)

_NO_VERDICT = (
    "A place to look, not a verdict: two students who know the same textbook write alike. In "
    "brackets: how much of what is a student's own in the shorter answer is in the other one too."
)
# So many pairs are shown on the screen, and so many exercises of each.
_FIRST = 10
_MOST_NAMED = 3


def add_commands(
    command: Callable[[str, object, str], argparse.ArgumentParser],
    add_course: Callable[[argparse.ArgumentParser], None],
    opened: Callable[[argparse.Namespace], Course],
) -> None:
    """Add the commands of this module, each made by `command`, which work on a course."""
    status = command(
        "status", lambda options: _status(opened(options)), "Show how far each assignment is."
    )
    add_course(status)

    report = command(
        "report",
        lambda options: _report(opened(options), options),
        "Write a page on what the class made of a graded assignment.",
    )
    _add_page(report, "reports/NAME.html there")
    add_course(report)

    similar = command(
        "similar",
        lambda options: _similar(opened(options), options),
        "Write a page on answers that are alike: a place to look, and not a verdict.",
    )
    _add_page(similar, "reports/NAME-similar.html")
    add_course(similar)


def _add_page(parser: argparse.ArgumentParser, default: str) -> None:
    """Add the arguments of a command that writes a page on an assignment, or the same as JSON."""
    parser.add_argument("name", metavar="NAME", help="the assignment")
    parser.add_argument("--to", metavar="FILE", type=Path, help=f"the file (default: {default})")
    parser.add_argument(
        "--json", action="store_true", help="write one JSON object; print it if no --to"
    )


def _status(course: Course) -> int:
    from autograder.authoring.notebooks import release_of
    from autograder.classroom.status import status_of

    patience = course.settings.patience
    assignments = [course.content.load(name) for name in course.content.names()]
    found = [status_of(course, a, partial(release_of, a, patience)) for a in assignments]
    console.print(_table(found))
    for status in found:
        if status.stale:
            command = f"python -m autograder grade {status.name}"
            errors.print(
                f"To bring {status.name} up to date: {command} (with --regrade, also what was "
                "graded with an older version)",
                style="yellow",
                highlight=False,
            )
    return 0


def _table(found: list[Status]) -> Table:
    table = Table(caption=_CAPTION, caption_justify="left", box=SIMPLE_HEAD, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(name, no_wrap=name in ("assignment", "released", "graded", "stale"))
    for status in found:
        numbers = (status.handed_in, status.graded, status.waiting, status.stale, status.fed_back)
        released = "yes" if status.is_released else "no"
        table.add_row(status.name, status.due, released, *(f"{n or '-'}" for n in numbers))
    return table


def _report(course: Course, options: argparse.Namespace) -> int:
    from autograder.authoring.notebooks import release_of
    from autograder.classroom.report import class_report
    from autograder.classroom.report_page import as_html
    from autograder.classroom.standing import standings

    assignment = course.content.load(options.name)
    course.check_assigned(assignment)
    release = release_of(assignment, course.settings.patience)
    report = class_report(course, assignment, standings(course, assignment, release))
    if not report.marks and not report.unknown:
        raise InputError(
            f"Nothing of {options.name} has been graded yet; run first: "
            f"python -m autograder grade {options.name}"
        )
    if options.json and options.to is None:
        print(report.as_json())
        return 0
    to = options.to or course.root / "reports" / f"{options.name}.html"
    _write(to, f"{report.as_json()}\n" if options.json else as_html(report))
    console.print(f"Report written to {to}", markup=False, highlight=False, soft_wrap=True)
    return 0


def _similar(course: Course, options: argparse.Namespace) -> int:
    from autograder.classroom.similar.page import as_html

    compared = _compared(course, options.name)
    for student, problem in compared.problems.items():
        complain(f"{student}: {problem}")
    if compared.students < 2:
        raise InputError(
            f"It takes two submissions of {options.name} to compare them; {compared.students} can "
            "be read."
        )
    status = InputError.exit_status if compared.problems else 0
    if options.json and options.to is None:
        print(compared.as_json())
        return status
    to = options.to or course.root / "reports" / f"{options.name}-similar.html"
    _write(to, f"{compared.as_json()}\n" if options.json else as_html(compared))
    console.print(_alike(compared))
    console.print(f"Comparison written to {to}", markup=False, highlight=False, soft_wrap=True)
    return status


def _compared(course: Course, name: str) -> Compared:
    from autograder.authoring.notebooks import release_of
    from autograder.classroom.similar.compared import compare

    assignment = course.content.load(name)
    course.check_assigned(assignment)
    release = release_of(assignment, course.settings.patience)
    found = course.submissions(assignment)
    with progress(f"Reading {name}") as bar:
        task = bar.add_task(name, total=len(found))
        return compare(course, assignment, release, found, lambda: bar.advance(task))


def _alike(compared: Compared) -> Table | str:
    if not compared.pairs:
        return "No two answers are more alike than what was given, and what many wrote, explains."
    table = Table(caption=_NO_VERDICT, caption_justify="left")
    table.add_column("students", overflow="fold")
    table.add_column("alike in")
    for pair in compared.pairs[:_FIRST]:
        first, *more = [f"{p.exercise} ({p.share:.0%})" for p in pair.passages]
        told = ", ".join([first, *more[: _MOST_NAMED - 1]])
        if len(more) >= _MOST_NAMED:
            told += f" and {len(more) + 1 - _MOST_NAMED} more"
        table.add_row(plain(" and ".join(pair.students)), told)
    return table


def _write(to: Path, text: str) -> None:
    try:
        to.parent.mkdir(exist_ok=True)
        to.write_bytes(text.encode(errors="replace"))  # a folder's name may be no text at all
    except OSError as error:
        raise InputError(f"{to} cannot be written ({error.strerror}).") from error
