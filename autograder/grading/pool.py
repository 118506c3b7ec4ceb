"""Starts the workers of a batch; imports so little that they start while the caller imports."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver

from autograder.grading import worker
from autograder.grading.terms import Terms
from autograder.judging.sheet import Sheet

# Workers start clean: a fork of a process with threads and open databases would not. They are
# forked from a process that does nothing else, in which the judge is imported once for all.
_CLEAN = multiprocessing.get_context("forkserver")
_CLEAN.set_forkserver_preload(["autograder.grading.engine"])


def warm_up() -> None:
    """Start the process from which workers are forked; it imports while the caller goes on."""
    forkserver.ensure_running()


@contextmanager
def workers(number: int, sheet: Sheet, terms: Terms) -> Iterator[ProcessPoolExecutor]:
    """Start workers for one assignment; they make themselves ready while the caller goes on.

    Parameters
    ----------
    number
        How many.
    sheet, terms
        See `autograder.grading.worker.start`.
    """
    pool = ProcessPoolExecutor(
        number,
        mp_context=_CLEAN,
        initializer=worker.start,
        initargs=(sheet, terms),
    )
    try:
        for _ in range(number):  # each new task starts one worker, until all are there
            pool.submit(worker.wake)
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
