"""What a night of many submissions needs, worked out on paper from measured costs."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Of the time that a worker has, what it grades in. The rest is for the odd slow submission, for
# workers that are lost and for those that begin late.
USED = 0.7


@dataclass(frozen=True)
class Costs:
    """What one submission costs, measured.

    Attributes
    ----------
    judging
        Seconds of one worker's time.
    main
        Processor seconds of the one process that hands out, records and writes.
    recording
        Seconds that the gradebook and the files take of that process's time, waiting included.
    sent, returned
        Bytes to a worker and back.
    """

    judging: float
    main: float
    recording: float
    sent: float
    returned: float


@dataclass(frozen=True)
class Needed:
    """What it takes.

    Attributes
    ----------
    workers
        Threads of workers, each of which wants a processor.
    main
        The share of its time for which the one process that records is busy.
    traffic
        Megabytes a second through the scheduler.
    """

    workers: int
    main: float
    traffic: float

    @property
    def fits(self) -> bool:
        """Whether one process that records is enough."""
        return self.main <= USED


def needed(costs: Costs, submissions: int, seconds: float) -> Needed:
    """Return what it takes to grade so many submissions in so many seconds.

    It is assumed that workers do not wait for one another, that the scheduler keeps up (by Dask's
    own pages a few hundred microseconds a task), and that all submissions cost what those measured
    do.
    """
    rate = submissions / seconds
    return Needed(
        workers=math.ceil(rate * costs.judging / USED),
        main=rate * max(costs.main, costs.recording),
        traffic=rate * (costs.sent + costs.returned) / 1e6,
    )
