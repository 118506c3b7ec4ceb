"""The commands that show how far a course is, and what a class made of an assignment."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.box import SIMPLE_HEAD
from rich.table import Table

from autograder.cli.screen import console, errors
from autograder.errors import InputError

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.classroom.status import Status

_COLUMNS = ("assignment", "due", "released", "handed in", "graded", "by hand", "stale", "fed back")
_CAPTION = (
    "Numbers of submissions. By hand: they wait for a person, in formgrader. Stale: something else "
    "has been handed in since, or they were graded with an older version. Due (+2): two students "
    "have longer."
)


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
    report.add_argument("name", metavar="NAME", help="the assignment")
    report.add_argument(
        "--to", metavar="FILE", type=Path, help="the file (default: reports/NAME.html there)"
    )
    report.add_argument(
        "--json", action="store_true", help="write one JSON object; print it if no --to"
    )
    add_course(report)


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


def _write(to: Path, text: str) -> None:
    try:
        to.parent.mkdir(exist_ok=True)
        to.write_bytes(text.encode(errors="replace"))  # a folder's name may be no text at all
    except OSError as error:
        raise InputError(f"{to} cannot be written ({error.strerror}).") from error
