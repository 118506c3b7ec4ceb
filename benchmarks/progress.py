"""The progress bars of the benchmarks, on standard error."""

from __future__ import annotations

from collections.abc import Callable

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


def bars() -> Progress:
    """Return where bars are shown, while it is entered."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        TextColumn("{task.fields[last]}"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )


def steps(progress: Progress, description: str, count: int) -> Callable[[str], None]:
    """Add a bar of `count` steps and return what moves it on."""
    task = progress.add_task(description, total=count, last="")

    def done(last: str) -> None:
        progress.update(task, advance=1, last=last)

    return done
