"""Opens nbgrader's gradebook, and says in one line what is wrong with it."""

from __future__ import annotations

import os
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from nbgrader.api import Gradebook, InvalidEntry, MissingEntry, Notebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy import URL, make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from tornado.log import app_log
from traitlets.config import Config

from autograder.errors import GraderError, InputError, NotAssignedError
from autograder.judging.assignment import Assignment, graded_id


@contextmanager
def opened(config: Config) -> Iterator[Gradebook]:
    """Open the gradebook of the course with this configuration.

    Raises
    ------
    GraderError
        It is locked, damaged, cannot be reached or cannot be written to.
    """
    directory = CourseDirectory(config=config)
    # nbgrader would print the traceback of an error that is told below in one line.
    app_log.disabled = True
    try:
        with warnings.catch_warnings(), _connected(directory) as gradebook:
            # nbgrader reads a submission's relations before it adds it to the session.
            warnings.simplefilter("ignore", SAWarning)
            yield gradebook
    except (InvalidEntry, SQLAlchemyError, sqlite3.Error) as error:
        why = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise GraderError(
            f"The gradebook {_shown(directory.db_url)} cannot be used ({why}). Mend that and "
            "run the command again: what has been graded stays graded."
        ) from error
    finally:
        app_log.disabled = False


def _connected(directory: CourseDirectory) -> Gradebook:
    address = make_url(directory.db_url)
    if _is_a_file(address):
        # As nbgrader's converters take it, which work in the course's root.
        address = address.set(database=os.path.join(directory.root, str(address.database)))
    try:
        url = address.render_as_string(hide_password=False)
        return Gradebook(url, directory.course_id)
    except ModuleNotFoundError as error:
        raise GraderError(
            f"The gradebook {_shown(directory.db_url)} needs the Python package {error.name!r}, "
            'which is not installed. For PostgreSQL: pip install ".[cluster]"'
        ) from error


def _is_a_file(address: URL) -> bool:
    return address.get_backend_name() == "sqlite" and address.database not in (None, "", ":memory:")


def _shown(url: str) -> str:
    """Return where a gradebook is, without the password that its address may have."""
    try:
        address = make_url(url)
    except SQLAlchemyError:
        return "that c.CourseDirectory.db_url names"
    return str(address.database) if _is_a_file(address) else str(address.set(query={}))


def notebook_of(gradebook: Gradebook, assignment: Assignment) -> Notebook:
    """Return the gradebook's entry of the assignment's notebook.

    Raises
    ------
    NotAssignedError
        There is none.
    InputError
        It has other points than the assignment has: nobody's marks would fit.
    """
    first = f"run first: python -m autograder assign {assignment.name}"
    try:
        notebook = gradebook.find_notebook(assignment.name, assignment.name)
    except MissingEntry:
        raise NotAssignedError(f"{assignment.name} is not in the gradebook; {first}") from None
    changed = _changed(notebook, assignment)
    if changed:
        raise InputError(f"{assignment.name} was assigned with other points ({changed}); {first}")
    return notebook


def _changed(notebook: Notebook, assignment: Assignment) -> str:
    """Return how the points of an assignment differ from those in the gradebook."""
    points = {graded_id(exercise.name): exercise.points for exercise in assignment.exercises}
    points |= {answer.name: answer.points for answer in assignment.written}
    entered = {cell.name: cell.max_score for cell in notebook.grade_cells}
    return ", ".join(
        f"{name}: {entered.get(name, 0):g} points, now {points.get(name, 0):g}"
        for name in sorted(points.keys() | entered.keys())
        if points.get(name) != entered.get(name)
    )
