"""What is graded: the text of a student's answers, and nothing else of what was submitted."""

from __future__ import annotations

import hashlib
import json
import os
import stat
import warnings
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import InputError
from autograder.judging.assignment import Assignment

MAX_NOTEBOOK = 20 << 20
MAX_SOURCE = 1 << 20


@dataclass(frozen=True)
class Cell:
    """A piece of code to run, under the name that error messages give it."""

    name: str
    source: str


@dataclass(frozen=True)
class Submission:
    """The code of one submission, in the order in which it is run.

    Attributes
    ----------
    answers
        The text of the answer cells, by ``grade_id``: all that was taken from the submission.
    cells
        What is run: the release notebook's own set-up, and the answers in their places.
    notes
        What was dropped, and why: the instructor and the student are told.
    elsewhere
        The names that are defined in cells which are not run, and the numbers of those cells.
    """

    assignment: str
    answers: tuple[Cell, ...]
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()
    elsewhere: tuple[tuple[str, int], ...] = ()

    @property
    def digest(self) -> bytes:
        """A hash of the student's own text: what has another is graded anew."""
        texts = [[cell.name, cell.source] for cell in sorted(self.answers, key=lambda c: c.name)]
        return hashlib.sha256(json.dumps([self.assignment, texts]).encode()).digest()


def read_file(path: Path, limit: int = MAX_NOTEBOOK) -> bytes:
    """Return the bytes of a plain file that a stranger has put there.

    Raises
    ------
    InputError
        There is no such file, or it is a link, a device, too large or unreadable.
    """
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file.") from None
    except OSError as error:
        if path.is_symlink():
            raise InputError(f"{path}: a symbolic link is not graded; submit the file.") from None
        raise InputError(f"{path}: cannot be read ({error.strerror}).") from None
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            raise InputError(f"{path}: is not a plain file.")
        if status.st_size > limit:
            raise InputError(f"{path}: is larger than {limit >> 20} MiB.")
        with os.fdopen(number, "rb", closefd=False) as file:
            return file.read(limit)
    finally:
        os.close(number)


def from_python(assignment: Assignment, path: Path) -> Submission:
    """Return the submission in one plain Python file, which is run as a single cell.

    Raises
    ------
    InputError
        The file is missing, or is not Python.
    """
    data = read_file(path, MAX_SOURCE)
    try:
        source = data.decode("utf-8-sig")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what a student wrote; it is none of ours
            compile(source, str(path), "exec", dont_inherit=True)
    except UnicodeDecodeError:
        raise InputError(f"{path}: is not a Python file (it is not UTF-8 text).") from None
    except SyntaxError as error:
        raise InputError(
            f"{path}: is not a Python file that can be run (line {error.lineno}: {error.msg})."
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError(f"{path}: is not a Python file that can be run ({error}).") from None
    cell = Cell(path.name[:100], source)
    return Submission(assignment.name, (cell,), (cell,))
