"""What nbgrader's exchange puts beside a submission: when it came, and where feedback goes.

``nbgrader release_feedback`` needs both files beside the feedback, and they get there by way of
the graded notebook. They are all that is kept of what lies beside a submitted notebook, and they
too are a stranger's: each is read as the plain file that it has to be, and written anew.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

import dateutil.parser

from autograder.classroom.files import write_whole
from autograder.errors import InputError
from autograder.grading.submission import read_file

TIMESTAMP = "timestamp.txt"
SECRET = "submission_secret.txt"

_LONGEST = 1000

_log = logging.getLogger(__name__)


def submitted_at(folder: Path) -> datetime | None:
    """Return the time of submission, in UTC, if the file that says it is sound."""
    text = _text(folder / TIMESTAMP)
    moment = _moment(text)
    if text is not None and moment is None:
        _log.warning("%r: %s says no time", str(folder), TIMESTAMP)
    return moment


def keep(source: Path, destination: Path) -> None:
    """Leave in the folder `destination` what is sound of the receipt in `source`.

    Raises
    ------
    GraderError
        A file cannot be written.
    """
    texts = {name: _text(source / name) for name in (TIMESTAMP, SECRET)}
    if _moment(texts[TIMESTAMP]) is None:
        texts[TIMESTAMP] = None
    for name, text in texts.items():
        if text is None:
            (destination / name).unlink(missing_ok=True)
        else:
            write_whole(destination / name, text)


def _text(path: Path) -> str | None:
    try:
        return read_file(path, _LONGEST).decode()
    except (InputError, UnicodeDecodeError):
        return None


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment: datetime = dateutil.parser.parse(text.strip())
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except Exception:  # what a stranger wrote may raise anything in a parser of dates
        return None
