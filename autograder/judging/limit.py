"""Stops what the grader itself does when it takes too long, whatever it is at."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager


class OutOfTime(BaseException):
    """What was done has had its time."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise `OutOfTime` when what is done has had so much processor time, and each time again.

    For what is done may catch it, as the judge does with whatever an answer raises.

    It works in the main thread of a process only, where Python handles signals. Within another
    such limit, that one goes on counting.
    """

    def stop(number: int, frame: object) -> None:
        raise OutOfTime

    before = signal.signal(signal.SIGPROF, stop)
    outer, every = signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    began = time.process_time()
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        if outer:  # a time of 0 would switch it off
            left = max(outer - (time.process_time() - began), 1e-3)
            signal.setitimer(signal.ITIMER_PROF, left, every)
