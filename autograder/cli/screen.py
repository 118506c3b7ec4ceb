"""What all commands show: texts by strangers, in which nothing is taken for a command."""

from __future__ import annotations

from typing import Final

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

errors: Final = Console(stderr=True, soft_wrap=True)
console: Final = Console()


def tell(text: str) -> None:
    """Say what is good to know."""
    errors.print(text, style="dim", markup=False, highlight=False)


def complain(text: str) -> None:
    """Say what is wrong with somebody's input."""
    errors.print(printable(text), markup=False, highlight=False)


def plain(text: str) -> Text:
    """Return a name that a stranger chose, as it can stand in a table."""
    return Text(printable(text))


def printable(text: str) -> str:
    """Return what a stranger wrote without what a terminal would take for a command."""
    return "".join(c if c.isprintable() else "?" for c in text)


def progress(text: str) -> Progress:
    """Return a bar that shows how far some work is."""
    return Progress(
        TextColumn(text),
        BarColumn(),
        MofNCompleteColumn(),
        TaskProgressColumn(show_speed=True),
        TimeRemainingColumn(),
        console=errors,
    )
