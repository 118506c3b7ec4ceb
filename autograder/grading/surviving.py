"""Has work done by processes that may die over it: nobody's fault is anybody else's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, TypeVar

Item = TypeVar("Item", bound=Hashable)
Submit = Callable[[ProcessPoolExecutor, Item], Future[Any]]


def worked(
    ready: ProcessPoolExecutor,
    another: Callable[[], AbstractContextManager[ProcessPoolExecutor]],
    submit: Submit[Item],
    items: Sequence[Item],
    ahead: int,
) -> Iterator[tuple[Item, Future[Any] | None]]:
    """Yield each item with its future, which is done, as they come.

    None stands in the place of a future over which a process died twice.

    Parameters
    ----------
    ready
        The processes.
    another
        Starts one process more: one that dies takes the others with it, so what it may have been
        at is then tried again by itself.
    submit
        Gives an item to a pool.
    items
        What there is to do; no two are equal.
    ahead
        How many items are in the pool's hands at most: it may be given what is large.
    """
    left = dict.fromkeys(items)
    with contextlib.suppress(BrokenProcessPool):
        for item, future in _together(ready, submit, items, ahead):
            del left[item]
            yield item, future
    while left:
        # One after another: of those that are left only the one that kills its process pays.
        with another() as alone:
            for item in list(left):
                del left[item]
                try:
                    ((_, future),) = _together(alone, submit, [item], 1)
                except BrokenProcessPool:
                    yield item, None
                    break
                yield item, future


def _together(
    pool: ProcessPoolExecutor, submit: Submit[Item], items: Sequence[Item], ahead: int
) -> Iterator[tuple[Item, Future[Any]]]:
    waiting = iter(items)
    futures = {submit(pool, item): item for item in islice(waiting, ahead)}
    while futures:
        done, _ = wait(futures, return_when=FIRST_COMPLETED)
        for future in done:
            error = future.exception()
            if isinstance(error, BrokenProcessPool):
                raise error
            yield futures.pop(future), future
        futures |= {submit(pool, item): item for item in islice(waiting, len(done))}
