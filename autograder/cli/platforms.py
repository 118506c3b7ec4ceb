"""The commands that come from a learning platform and go back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from autograder.cli.screen import complain, console, errors, plain, tell
from autograder.errors import InputError

if TYPE_CHECKING:
    from autograder.classroom.lms.collect import Collected

_MOST_TOLD = 20


def show_collected(collected: Collected, *, dry_run: bool) -> int:
    """Show what became of each file of a download, and return the exit status."""
    for assignment in dict.fromkeys(row.assignment for row in collected.rows):
        console.print(_table(collected, assignment, dry_run=dry_run))
    for problem in collected.problems:
        complain(problem)
    for assignment, students in collected.missing.items():
        if students:
            more = ", ..." if len(students) > _MOST_TOLD else ""
            names = ", ".join(students[:_MOST_TOLD])
            complain(f"{assignment}: nothing from {len(students)} of the class: {names}{more}")
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
