"""What a Dask worker does for graders.

It is started with this module as its preload::

    dask worker ADDRESS --no-nanny --nthreads 4 --preload autograder.grading.serving

Dask's process only hands on. Each of its threads has a process of ours, which reads what was handed
in, judges it and answers; a submission that kills that process does not kill the worker, and what
holds the keys of an encrypted connection reads nothing that a student wrote.

A worker offers its version as a resource (https://distributed.dask.org says what that is), so that
Dask itself gives it no work of another. It keeps nothing: the course's secret is in the memory of
its processes while a run lasts.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import click
from distributed import Worker, get_worker
from tornado.ioloop import PeriodicCallback

from autograder.errors import AutograderError, GraderError
from autograder.grading import pool, worker
from autograder.grading.edition import edition_of
from autograder.grading.graded import Graded
from autograder.grading.handed_in import HandedIn
from autograder.grading.kept import Kept, Unchanged
from autograder.grading.release import Release
from autograder.grading.terms import Terms
from autograder.judging.content import named_content
from autograder.judging.sheet import Sheet
from autograder.judging.verdict import Verdict
from autograder.sandbox.parent import WarmParent
from autograder.sandbox.proof import prove

# After so long without work, in seconds, a run is over, whatever became of who asked for it.
IDLE_SECONDS = 300.0
_OFFER = "autograder-"

_log = logging.getLogger("distributed.worker.autograder")


class UnfitError(GraderError):
    """The worker cannot do what is asked, whatever the submission, and has withdrawn its offer."""


class DiedError(GraderError):
    """The process that graded a submission has died; the text is the worker's address."""


@dataclass(frozen=True)
class Brief:
    """What a run asks for, the same for all its submissions.

    Dask writes what failed into its logs: there it is shown without its secret.
    """

    edition: str
    version: str
    sheet: Sheet = field(repr=False)
    terms: Terms = field(repr=False)
    release: Release = field(repr=False)


def offer(edition: str) -> str:
    """Return the name of the resource that a worker of this edition offers."""
    return f"{_OFFER}{edition[:16]}"


# ------------------------------------------------------------------------------ the worker's start


@click.command()
@click.option("--content", default="autograder.assignments", help="The package with the content.")
def dask_setup(dask_worker: Worker, content: str) -> None:
    """Prove the sandbox and offer what is here; without a sandbox the worker does not start."""
    try:
        if multiprocessing.current_process().daemon:
            raise GraderError("A worker for autograder needs --no-nanny: it starts processes.")
        found = named_content(content)
        _prove([*found.packages, *_private(dask_worker)])
        offered = {offer(edition_of(found)): float(dask_worker.state.nthreads)}
    except AutograderError as error:
        # Dask takes other exceptions for nothing: the worker would idle, with nothing to offer.
        click.echo(str(error), err=True)
        raise SystemExit(error.exit_status) from None
    dask_worker.state.total_resources |= offered
    dask_worker.state.available_resources |= offered
    dask_worker.periodic_callbacks["autograder"] = PeriodicCallback(_forget_the_idle, 10_000)


async def dask_teardown(dask_worker: Worker) -> None:
    """End the processes of ours with the worker."""
    await _end(lambda seat: True)


def _prove(hidden: list[Path]) -> None:
    parent = WarmParent(())
    try:
        parent.start(hidden)
        parent.wait_until_ready()
        prove(parent, hidden)
    finally:
        parent.close()


def _private(dask_worker: Worker) -> Iterator[Path]:
    """Yield the directories of a worker that students' code must not see."""
    yield Path(dask_worker.local_directory)
    security = dask_worker.security
    for file in (security.tls_ca_file, security.tls_worker_cert, security.tls_worker_key):
        with contextlib.suppress(OSError):  # the text of a certificate may stand there itself
            if file and Path(file).is_file():
                yield Path(file).resolve().parent


# ------------------------------------------------------------------------------------- its work


class _Seat:
    """The process that grades for one thread of the worker, as a brief asks for."""

    def __init__(self, brief: Brief, hidden: tuple[Path, ...]) -> None:
        self.brief = brief
        self._opened = ExitStack()
        terms = replace(brief.terms, hidden=hidden)
        self.process: ProcessPoolExecutor = self._opened.enter_context(
            pool.workers(1, brief.sheet, terms)
        )
        self.left = math.inf  # when it was last used; it is being used until that is said

    def close(self) -> None:
        self._opened.close()


# By thread. A seat that is taken out is its taker's to close.
_seats: dict[int, _Seat] = {}
_lock = threading.Lock()


def grade(
    brief: Brief, handed: HandedIn, known: Kept | None
) -> tuple[Verdict, Graded] | Unchanged | AutograderError:
    """Grade what was handed in; see `autograder.grading.worker.grade`.

    What is raised there is returned here: for Dask it is no failure, which it would tell at length.
    `UnfitError` and `DiedError` come in addition.
    """
    try:
        seat = _seated(brief)
    except AutograderError as error:
        return error
    try:
        return seat.process.submit(
            worker.grade, brief.release, brief.version, handed, known
        ).result()
    except worker.CannotStartError as error:
        return _unfit(brief, str(error))
    except BrokenProcessPool:
        _stand_up()
        return DiedError(get_worker().address)
    except AutograderError as error:
        return error.with_traceback(None)
    finally:
        seat.left = time.monotonic()


def _seated(brief: Brief) -> _Seat:
    """Return this thread's process for a brief; that for another brief ends."""
    with _lock:
        seat = _seats.get(threading.get_ident())
        if seat is not None and seat.brief == brief:
            seat.left = math.inf
            return seat
    _stand_up()
    if edition_of(brief.terms.content) != brief.edition:
        raise _unfit(brief, "it has another version of the grader, the content or the packages")
    if not brief.terms.isolated:
        raise GraderError("No worker runs a student's code without a sandbox.")
    seat = _Seat(brief, tuple(_private(get_worker())))
    _seats[threading.get_ident()] = seat
    return seat


def _stand_up() -> None:
    seat = _seats.pop(threading.get_ident(), None)
    if seat is not None:
        seat.close()


def _unfit(brief: Brief, why: str) -> UnfitError:
    """Withdraw the worker's offer and return what to tell."""
    _stand_up()
    here = get_worker()
    here.loop.add_callback(partial(here.set_resources, **{offer(brief.edition): 0}))
    _log.error("No work is taken any more: %s", why)
    return UnfitError(f"The worker {here.address} takes no work: {why}")


async def forget(brief: Brief) -> None:
    """End the processes that work for a run, and with them what they know of it."""
    await _end(lambda seat: seat.brief == brief)


async def _forget_the_idle() -> None:
    """Forget a run whose grader has gone without a word."""
    await _end(lambda seat: time.monotonic() - seat.left > IDLE_SECONDS)


async def _end(is_meant: Callable[[_Seat], bool]) -> None:
    with _lock:
        meant = [_seats.pop(thread) for thread, seat in list(_seats.items()) if is_meant(seat)]
    for seat in meant:
        await asyncio.to_thread(seat.close)  # the connection to the scheduler goes on meanwhile
