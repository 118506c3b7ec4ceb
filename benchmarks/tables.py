"""The tables that are printed, and the targets that the measurements are held against."""

from __future__ import annotations

from statistics import median

from rich.table import Table

from benchmarks.graders import STOCK_AS_IT_IS, STOCK_WITHOUT_FIGURES, ClassRoom, ours
from benchmarks.processes import Used
from benchmarks.timing import Series

TWO_WORKERS, FLATNESS, MEMORY = 1.8, 0.10, 2 << 30


def timings(room: ClassRoom, table: list[Series]) -> Table:
    """Return the table of one variant: a line for each grader.

    Processor time hardly feels what else the machine is doing, and does not count waiting; a
    ratio of wall times that strays far from it (for two workers: from twice it) is noise.
    """
    by_label = {series.grader.label: series for series in table}
    stock = by_label[STOCK_AS_IT_IS.label]
    size = next(series.sizes.large for series in table if series.grader.is_ours)
    shown = Table(
        "grader",
        "class sizes",
        "start-up s",
        "s/submission",
        "spread",
        "processor s/submission",
        "marginal, times stock",
        "by processor time, times stock",
        f"whole class of {size}, s",
        "whole, times stock",
        title=f"{room.variant.label} assignment ({len(stock.rounds)} interleaved rounds, medians)",
    )
    for series in table:
        each = series.marginal()
        extrapolated = "" if series.sizes.large == size else " (extrapolated)"
        shown.add_row(
            series.grader.label,
            f"{series.sizes.small} and {series.sizes.large}",
            f"{series.start_up():.1f}",
            f"{median(each):.3f}",
            f"{min(each):.3f} to {max(each):.3f}",
            f"{median(series.marginal('cpu')):.3f}",
            f"{median(stock.marginal()) / median(each):.1f}",
            f"{median(stock.marginal('cpu')) / median(series.marginal('cpu')):.1f}",
            f"{series.whole(size):.0f}{extrapolated}",
            f"{stock.whole(size) / series.whole(size):.1f}",
        )
    return shown


def targets() -> Table:
    """Return the empty table of targets."""
    return Table("assignment", "target", "measured", "met", title="Targets")


def add_speed(shown: Table, room: ClassRoom, table: list[Series]) -> None:
    """Add what the timings say of the targets: times stock, and two workers over one."""
    by_label = {series.grader.label: series for series in table}
    one, two = by_label[ours(1).label], by_label[ours(2).label]
    size, least = two.sizes.large, room.variant.target
    for stock in (by_label[STOCK_AS_IT_IS.label], by_label[STOCK_WITHOUT_FIGURES.label]):
        marginal = median(stock.marginal()) / median(two.marginal())
        whole = stock.whole(size) / two.whole(size)
        shown.add_row(
            room.variant.label,
            f"two workers at least {least:g} times {stock.grader.label}",
            f"marginal {marginal:.1f}, whole class of {size} {whole:.1f} (stock extrapolated)",
            met(whole >= least),
        )
    gain = median(one.marginal()) / median(two.marginal())
    shown.add_row(
        room.variant.label,
        f"two workers at least {TWO_WORKERS:g} times one",
        f"marginal {gain:.2f}, whole class of {size} {one.whole(size) / two.whole(size):.2f}",
        met(gain >= TWO_WORKERS),
    )


def add_flatness(shown: Table, room: ClassRoom, used: dict[int, Used]) -> None:
    """Add the cost per submission at each size; the smallest class is the start-up."""
    (least, base), *rest = used.items()
    costs = {size: (u.wall - base.wall) / (size - least) for size, u in rest}
    processor = {size: (u.cpu - base.cpu) / (size - least) for size, u in rest}
    change = max(costs.values()) / min(costs.values()) - 1
    shown.add_row(
        room.variant.label,
        f"cost per submission flat within {FLATNESS:.0%}",
        "; ".join(f"{n}: {costs[n]:.3f} s, processor {processor[n]:.3f} s" for n in costs),
        met(change <= FLATNESS) if len(costs) > 1 else "one size only",
    )


def add_memory(shown: Table, room: ClassRoom, peak: int) -> None:
    """Add the peak of memory."""
    shown.add_row(
        room.variant.label,
        "peak memory (PSS) with two workers below 2 GB",
        f"{peak / 1e9:.2f} GB",
        met(peak < MEMORY),
    )


def agreement(room: ClassRoom) -> str:
    """Return the sentence that says how many marks were compared."""
    told = ", ".join(f"{label} {count}" for label, count in room.compared.items())
    return (
        f"{room.variant.label}: all graders agree in every test cell of every submission "
        f"({len(room.marks)} of {room.kinds} kinds of answers seen; compared: {told}). By design, "
        f"{room.differing} mistaken submissions earned other points, short of full ones, for a "
        "wrong exercise: the checks' inputs differ from one submission to the next."
    )


def met(yes: bool) -> str:
    """Return the word for a target that is met, or is not."""
    return "[green]yes[/]" if yes else "[red]no[/]"
