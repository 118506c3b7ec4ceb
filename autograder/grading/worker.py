"""What a worker process of a batch does; it imports neither nbgrader nor Jupytext.

The main process imports this module too, to name the tasks: the judge is imported by the workers.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import threading
from typing import TYPE_CHECKING

from autograder import logs
from autograder.errors import AutograderError, GraderError, place_of
from autograder.grading.graded import Graded, graded
from autograder.grading.handed_in import HandedIn
from autograder.grading.kept import Kept, Unchanged
from autograder.grading.rebuild import from_handed_in
from autograder.grading.release import Release
from autograder.grading.terms import Terms
from autograder.judging.sheet import Sheet
from autograder.judging.verdict import Verdict

if TYPE_CHECKING:
    from autograder.grading.engine import Engine

_log = logging.getLogger(__name__)


class CannotStartError(GraderError):
    """The sandbox could not be started or does not hold: no submission can be graded."""


_engine: Engine | CannotStartError


def start(sheet: Sheet, terms: Terms) -> None:
    """Start the one engine that this process has for its whole life.

    Parameters
    ----------
    sheet, terms
        What is graded, and how; see `autograder.grading.engine.Engine`.
    """
    from autograder.grading.engine import Engine

    global _engine
    logs.begin(terms.log, terms.debug)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        engine = Engine(terms.content.whole(sheet), terms)
        engine.open()
        _engine = engine
    except GraderError as error:
        # An exception here would break the pool without a word; the first task says it.
        _engine = CannotStartError(str(error))


def _end_with_parent() -> None:
    """End this process, and so its sandbox, if the grader is killed: nobody would collect it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def wake() -> None:
    """Do nothing: the first task of a pool is what starts a worker."""


def grade(
    release: Release, version: str, handed: HandedIn, known: Kept | None
) -> tuple[Verdict, Graded] | Unchanged:
    """Grade what was handed in, unless its answers are those of a grade that is `known`.

    `version` is what it is graded with, and kept with the grade.

    The verdict comes without its pictures and outputs, which are in the graded notebook.

    Raises
    ------
    InputError
        The file is not a submission.
    GraderError
        The sandbox or the judge failed.
    """
    if isinstance(_engine, CannotStartError):
        raise _engine
    try:
        submission = from_handed_in(release, handed)
        if known is not None and known.digest == submission.digest.hex():
            return Unchanged(known.version)
        verdict = _engine.grade(submission)
        return verdict.summary(), graded(release, submission, verdict, version)
    except AutograderError:
        raise
    except Exception as error:
        # Nobody else's marks may depend on a fault that this submission has brought to light.
        _log.exception("The judge failed on %r.", str(handed.path))
        raise GraderError(
            f"The judge itself failed ({place_of(error)}): {type(error).__name__}: {error}"
        ) from error
