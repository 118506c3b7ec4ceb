"""Executes pages under other seeds and numerics, and says what their claims found.

``python -m book.trial SHIFT PAGE...`` runs in the environment of one variant (`book.survey` starts
it) and prints one line of JSON a page. Each page runs in a process of its own, forked from one that
has imported what most pages import but has computed nothing yet: TensorFlow starts no threads
before it does, so such a process may be forked.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing
import os
import sys
import time
import traceback
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Final

PAGE_SECONDS: Final[int] = 900
"""A page that is not through by then is given up."""

ASIDE: Final[str] = "in-keras"
"""The tag of cells that no claim hangs on."""

_USUAL: Final[tuple[str, ...]] = (
    "IPython.core.interactiveshell",
    "jupytext",
    "keras",
    "matplotlib.pyplot",
    "scipy.optimize",
    "scipy.special",
    "scipy.stats",
)


def shift_seeds(by: int) -> None:
    """Have every generator that is made from a number made from another one.

    Parameters
    ----------
    by
        What is added to each seed. A generator that continues another, or has no seed, stays.
    """
    import keras
    import numpy as np
    import tensorflow as tf  # type: ignore[import-untyped]
    from keras.src.backend.tensorflow import random as keras_random
    from keras.src.random import seed_generator

    def shifted(seed: Any) -> Any:
        if isinstance(seed, int | np.integer):
            return int(seed) + by
        if isinstance(seed, list | tuple):
            return [int(seed[0]) + by, *seed[1:]]
        return seed

    def wrap(owner: Any, name: str) -> None:
        original = getattr(owner, name)

        def with_shift(seed: Any = None, *rest: Any, **options: Any) -> Any:
            return original(shifted(seed), *rest, **options)

        setattr(owner, name, with_shift)

    wrap(np.random, "default_rng")
    wrap(tf.random, "set_seed")
    wrap(keras.utils, "set_random_seed")
    wrap(keras_random, "draw_seed")
    started = seed_generator.SeedGenerator.__init__

    def start(self: Any, seed: Any = None, **options: Any) -> None:
        started(self, shifted(seed), **options)

    seed_generator.SeedGenerator.__init__ = start


def cells(page: Path) -> list[str]:
    """Return the code of a page, but for what it tries out aside (see `book.support.aside`)."""
    import jupytext

    return [
        cell.source
        for cell in jupytext.read(page).cells
        if cell.cell_type == "code" and ASIDE not in cell.metadata.get("tags", ())
    ]


def preload() -> None:
    """Import what most pages import, and compute nothing."""
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stderr(nowhere):
        import matplotlib as mpl

        mpl.use("Agg")
        for module in _USUAL:
            importlib.import_module(module)


def execute(page: Path, by: int) -> dict[str, Any]:
    """Execute the cells of one page in this process and return what its claims found.

    Parameters
    ----------
    page
        A MyST notebook.
    by
        What is added to each of its seeds.

    Returns
    -------
    dict
        ``claims``, each with ``sentence`` and ``parts``; ``error``, None or the last lines of a
        traceback; and ``seconds``.
    """
    import matplotlib.pyplot as plt
    from IPython.core.interactiveshell import InteractiveShell

    from book.support import claims, frames

    started = time.monotonic()
    if by:
        shift_seeds(by)
    # Nobody looks, so nothing need be drawn.
    plt.show = plt.close  # type: ignore[assignment]
    frames.show = lambda *_, **__: None
    shell = InteractiveShell.instance()
    claims.measure_in_notebooks()
    error = None
    for cell in cells(page):
        outcome = shell.run_cell(cell)
        if not outcome.success:
            failed = outcome.error_in_exec or outcome.error_before_exec
            error = "".join(traceback.format_exception(failed)[-3:])
            break
    return {
        "claims": [asdict(claim) for claim in claims.stated()],
        "error": error,
        "seconds": round(time.monotonic() - started, 1),
    }


def _child(page: Path, by: int, answer: Connection) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    answer.send(execute(page, by))


def in_a_process(page: Path, by: int) -> dict[str, Any]:
    """Execute a page in a process of its own, and outlive whatever becomes of that."""
    forked = multiprocessing.get_context("fork")
    here, there = forked.Pipe(duplex=False)
    child = forked.Process(target=_child, args=(page, by, there), daemon=True)
    child.start()
    there.close()
    found: dict[str, Any] = {"claims": [], "seconds": PAGE_SECONDS}
    try:
        if here.poll(PAGE_SECONDS):
            found = here.recv()
        else:
            found["error"] = f"not through after {PAGE_SECONDS} s"
    except EOFError:
        found["error"] = "the process ended before the page did"
    child.kill()
    child.join()
    return found


def main(arguments: list[str]) -> int:
    """Execute the pages that are named and print what each found."""
    by, *pages = arguments
    preload()
    for page in pages:
        print(json.dumps({"page": page} | in_a_process(Path(page), int(by))), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
