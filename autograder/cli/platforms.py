"""The commands that come from a learning platform and go back to it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rich.table import Table

from autograder.cli.screen import complain, console, errors, plain, tell
from autograder.errors import InputError

if TYPE_CHECKING:
    from autograder.classroom.course import Course
    from autograder.classroom.lms.collect import Collected
    from autograder.judging.assignment import Assignment


def add_collect(parser: argparse.ArgumentParser) -> None:
    """Say what may be written after ``collect``."""
    parser.add_argument(
        "source",
        metavar="ZIP|DIR",
        type=Path,
        help="the download of Moodle, Canvas, Blackboard or Google Classroom, packed or not",
    )
    parser.add_argument(
        "--assignment", metavar="NAME", help="which it is of (default: each notebook tells)"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be done, and do nothing"
    )
    parser.add_argument(
        "--class-list",
        metavar="CSV",
        type=Path,
        help="who is in the class: the platform's list of them, or id,first_name,last_name,email",
    )


def collect_for(course: Course, options: argparse.Namespace) -> int:
    """Take a download into ``submitted/``, show what became of it, and return the exit status."""
    from autograder.classroom.lms.collect import collect

    with course.turn("collect", tell):
        collected = collect(
            course,
            options.source,
            options.assignment,
            options.class_list,
            dry_run=options.dry_run,
        )
    return _show_collected(collected, dry_run=options.dry_run)


def _show_collected(collected: Collected, *, dry_run: bool) -> int:
    from autograder.classroom.lms.people import some

    for assignment in dict.fromkeys(row.assignment for row in collected.rows):
        console.print(_table(collected, assignment, dry_run=dry_run))
    for problem in collected.problems:
        complain(problem)
    for assignment, students in collected.missing.items():
        if students:
            complain(f"{assignment}: nothing from {len(students)} of the class: {some(students)}")
    for notice in collected.notices:
        errors.print(notice, style="yellow", markup=False, highlight=False)
    if dry_run:
        tell("This was a dry run: nothing was written.")
    if not (collected.rows or collected.problems):
        complain("There is nothing of any student in it.")
        return InputError.exit_status
    return InputError.exit_status if collected.problems else 0


def _table(collected: Collected, assignment: str, *, dry_run: bool) -> Table:
    table = Table(title=f"{assignment} (dry run)" if dry_run else assignment)
    for column in ("notebook", "student", "known by", "outcome"):
        table.add_column(column, overflow="fold")
    for row in collected.rows:
        if row.assignment == assignment:
            table.add_row(*map(plain, (row.file, row.student, row.how, row.outcome)))
    return table


def export_for(course: Course, platform: str, to: Path | None) -> int:
    """Write marks as a platform imports them, say where, and return the exit status."""
    from autograder.classroom.lms.marks import PLATFORMS

    with course.turn("export", tell):
        exported = PLATFORMS[platform](course, to)
    for path in exported.paths:
        console.print(f"Marks written to {path}", markup=False, highlight=False, soft_wrap=True)
    for notice in exported.notices:
        errors.print(notice, style="yellow", markup=False, highlight=False)
    for problem in exported.problems:
        complain(problem)
    return InputError.exit_status if exported.problems else 0


def pack_feedback(course: Course, assignment: Assignment, students: list[str], to: Path) -> int:
    """Pack feedback pages, say where, and return the exit status."""
    from autograder.classroom.lms.returning import pack

    left = pack(course, assignment, students, to)
    packed = f"{len(students) - len(left)} pages packed into {to}"
    console.print(packed, markup=False, highlight=False, soft_wrap=True)
    for problem in left:
        complain(problem)
    return InputError.exit_status if left else 0
