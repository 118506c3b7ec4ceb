"""Has a class graded by the workers of a Dask scheduler; see `autograder.grading.serving`.

What goes out are the bytes that were handed in, unread, and what the run asks for; what comes back
are verdicts, which our own code on the workers has made.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import dask.config
from distributed import Client, KilledWorker, Security

from autograder.errors import GraderError, InputError
from autograder.grading import serving
from autograder.grading.batch import Grade, Job, Judged, Result, known_of
from autograder.grading.edition import edition_of
from autograder.grading.handed_in import handed_in
from autograder.grading.release import Release
from autograder.grading.terms import Terms
from autograder.judging.sheet import Sheet

# So often is a submission tried whose process dies, and so often one whose scheduler is lost.
TRIES = 3
_LOST = 10
# How long to wait, in seconds, for a scheduler and for workers that are not there (any more).
CONNECT = 30.0
PATIENCE = 120.0
# How often to count the workers, in seconds.
_COUNT = 2.0
_HERE = {"localhost", "127.0.0.1", "::1"}

_log = logging.getLogger(__name__)


@contextmanager
def on_a_cluster(
    address: str, sheet: Sheet, terms: Terms, tell: Callable[[str], object]
) -> Iterator[Grade]:
    """Connect to a scheduler whose workers grade.

    Parameters
    ----------
    address
        The scheduler's: ``tls://host:8786``, or ``tcp://`` where nobody else can reach it.
    sheet, terms
        What is graded, and how.
    tell
        Told in a line what the person who runs this should know.

    Raises
    ------
    InputError
        The address is none.
    GraderError
        There is no scheduler.
    """
    _look_at(address, tell)
    _silence()
    client = _connected(address)
    # A course's folders and its log are of no use elsewhere.
    terms = replace(terms, hidden=(), log=None, debug=False)
    edition = edition_of(terms.content)

    def grade(release: Release, version: str, jobs: Sequence[Job]) -> Iterator[tuple[str, Result]]:
        brief = serving.Brief(edition, version, sheet, terms, release)
        run = _Run(client, address, brief, tell)
        try:
            yield from run.results(jobs)
        finally:
            run.end()

    try:
        yield grade
    finally:
        client.close(timeout=5)


def _connected(address: str) -> Client:
    try:
        return Client(address, timeout=CONNECT, set_as_default=False)
    except Exception as error:  # whatever Dask says of addresses, keys and files that are no keys
        raise GraderError(f"The scheduler {address} cannot be used ({error}).") from error


def _silence() -> None:
    """Keep Dask's own log off the screen: what matters of it is told in one line."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


def _look_at(address: str, tell: Callable[[str], object]) -> None:
    parts = urlsplit(address)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname:
        raise InputError(f"{address!r} is no scheduler's address: it has to be tls://HOST:PORT.")
    if parts.scheme == "tcp" and dask.config.get("distributed.comm.require-encryption"):
        raise InputError(f"{address!r}: Dask's configuration here requires encryption: use tls://.")
    if parts.scheme == "tls":
        _look_at_keys()
    if parts.scheme == "tcp" and parts.hostname not in _HERE:
        tell(
            f"WARNING: the connection to {address} is neither encrypted nor authenticated: who can "
            "reach the scheduler can run code on its workers. Use tls://."
        )


def _look_at_keys() -> None:
    """Read the keys before anything is done with them; a client that finds none hangs."""
    try:
        keys = Security().get_connection_args("client")
    except (OSError, ValueError) as error:  # an SSLError is an OSError
        raise InputError(f"The keys in Dask's configuration cannot be used: {error}.") from error
    if keys.get("ssl_context") is None:
        raise InputError("Dask's configuration names no keys for tls://; see the guide on keys.")


@dataclass
class _Try:
    """A submission on its way.

    Attributes
    ----------
    job
        Which.
    died
        The workers whose processes died over it.
    lost
        How often it was lost with a scheduler, or refused.
    alone
        Whether it is tried with no other beside it: workers were lost that had it, and others.
    """

    job: Job
    died: list[str] = field(default_factory=list)
    lost: int = 0
    alone: bool = False


class _Run:
    """Has the submissions of one assignment graded, a few at a time."""

    def __init__(
        self, client: Client, address: str, brief: serving.Brief, tell: Callable[[str], object]
    ) -> None:
        self._client = client
        self._address = address
        self._scheduler = ""
        self._restarts = 0
        self._brief = brief
        self._offer = serving.offer(brief.edition)
        self._tell = tell
        self._executor = client.get_executor(pure=False, resources={self._offer: 1})
        self._fit: dict[str, int] = {}
        self._refusals: list[str] = []
        self._counted = float("-inf")
        self._seen = time.monotonic()

    def results(self, jobs: Sequence[Job]) -> Iterator[tuple[str, Result]]:
        """Yield each student with what became of the submission, as they come."""
        waiting = deque(map(_Try, jobs))
        suspects: deque[_Try] = deque()
        running: dict[Future[Any], _Try] = {}
        while waiting or running or suspects:
            if not waiting and not running:
                waiting.append(suspects.popleft())
            if self._count():  # another scheduler knows nothing of what this one had
                waiting.extend(running.values())
                running.clear()
            while waiting and len(running) < 2 * sum(self._fit.values()):
                tried = waiting.popleft()
                try:
                    running[self._submit(tried)] = tried
                except InputError as error:
                    yield tried.job.student, error
            if not running:
                time.sleep(0.1)
            done, _ = wait(running, timeout=_COUNT, return_when=FIRST_COMPLETED)
            for future in done:
                tried = running.pop(future)
                if self._is_to_be_tried_again(tried, future):
                    (suspects if tried.alone else waiting).append(tried)
                else:
                    yield tried.job.student, _result(tried, future)

    def _submit(self, tried: _Try) -> Future[Any]:
        job, elsewhere = tried.job, {}
        others = [address for address in self._fit if address not in tried.died]
        if tried.died and others:
            elsewhere = {"workers": others, "allow_other_workers": True}
        future: Future[Any] = self._executor.submit(
            serving.grade, self._brief, handed_in(job.path), known_of(job), **elsewhere
        )
        return future

    def _is_to_be_tried_again(self, tried: _Try, future: Future[Any]) -> bool:
        if future.cancelled():
            tried.lost += 1
            return tried.lost < _LOST
        if isinstance(future.exception(), KilledWorker) and not tried.alone:
            # Dask suspects all that the lost workers had: by itself only the one to blame pays.
            tried.alone = True
            return True
        found = None if future.exception() else future.result()
        if isinstance(found, serving.UnfitError):
            self._refused(str(found))
            tried.lost += 1
            return tried.lost < _LOST
        if isinstance(found, serving.DiedError):
            tried.died.append(str(found))
            return len(tried.died) < TRIES
        return False

    def _refused(self, why: str) -> None:
        if why not in self._refusals:
            self._refusals.append(why)
            self._tell(why)

    def end(self) -> None:
        """Have the workers forget the run; who cannot be reached forgets by itself."""
        with suppress(Exception):
            self._client.run(serving.forget, self._brief, wait=False)
        if self._restarts:
            self._client.close(timeout=5)

    def _count(self) -> bool:
        """Count the workers that offer what is needed, now and then; without any, wait for some.

        Returns whether the scheduler is another than before.

        Raises
        ------
        GraderError
            There have been none for too long.
        """
        now = time.monotonic()
        if now - self._counted < _COUNT:
            return False
        scheduler, self._fit, others = self._workers()
        self._counted = time.monotonic()
        if self._fit:
            self._seen = self._counted
        elif now - self._seen > PATIENCE:
            raise GraderError(self._nobody(others))
        before, self._scheduler = self._scheduler, scheduler or self._scheduler
        is_another = bool(before) and before != self._scheduler
        if is_another:
            self._connect_again()
        return is_another

    def _connect_again(self) -> None:
        """Leave a client whose scheduler has been started again: it may not notice."""
        self._restarts += 1
        if self._restarts == _LOST:
            raise GraderError(f"The scheduler was lost {_LOST} times. Run the command again.")
        with suppress(Exception):
            self._client.close(timeout=5)
        self._client = _connected(self._address)
        self._executor = self._client.get_executor(pure=False, resources={self._offer: 1})

    def _workers(self) -> tuple[str, dict[str, int], int]:
        """Return which scheduler it is, the threads of its fit workers, and how many others are.

        The scheduler is "" while there is none.
        """
        try:
            told = self._client.scheduler_info()
            workers = told["workers"]
        except Exception:  # it is away, and Dask has many ways to say so
            _log.debug("The scheduler cannot be asked.", exc_info=True)
            return "", {}, 0
        fit = {
            address: int(worker["nthreads"])
            for address, worker in workers.items()
            if worker["resources"].get(self._offer)
        }
        return str(told["id"]), fit, len(workers) - len(fit)

    def _nobody(self, others: int) -> str:
        if self._refusals:
            return f"No worker is left that could grade. {self._refusals[0]}"
        if others:
            return (
                f"None of the {others} workers has this version of the grader, the content and "
                "the packages: bring them up to date and start them again."
            )
        return (
            f"There has been no worker for {PATIENCE:g} s. Start some and run the command again: "
            "what has been graded stays graded."
        )


def _result(tried: _Try, future: Future[Any]) -> Result:
    """Return what became of a submission that is not tried again."""
    path = tried.job.path
    if future.cancelled():
        return GraderError(f"{path}: was lost {_LOST} times with the scheduler; grade it again.")
    error = future.exception()
    if error is not None:
        _log.error("%r: %s", str(path), error, exc_info=error)
        lost = isinstance(error, KilledWorker)
        why = "every worker that had it was lost" if lost else f"{type(error).__name__}: {error}"
        return GraderError(f"{path}: cannot be graded: {why}. Look at it by hand.")
    found = future.result()
    if isinstance(found, serving.DiedError):
        places = ", ".join(dict.fromkeys(tried.died))
        _log.error("%r: the process died on %s", str(path), places)
        return GraderError(
            f"{path}: cannot be graded: the grader's own process died over it {len(tried.died)} "
            f"times (on {places}). Look at it by hand."
        )
    return Judged(*found) if isinstance(found, tuple) else found
