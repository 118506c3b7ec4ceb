"""Times the graders in interleaved rounds, and tells start-up from the cost of one submission."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

from benchmarks.graders import (
    STOCK_AS_IT_IS,
    STOCK_WITHOUT_FIGURES,
    ClassRoom,
    Grader,
    ours,
)
from benchmarks.processes import Used

CONTENDERS = (STOCK_AS_IT_IS, STOCK_WITHOUT_FIGURES, ours(1), ours(2))


@dataclass(frozen=True)
class Sizes:
    """The two class sizes that a grader is timed with; a line goes through both."""

    small: int
    large: int


@dataclass
class Series:
    """What the rounds of one grader have taken, a small and a large class in each."""

    grader: Grader
    sizes: Sizes
    rounds: list[tuple[Used, Used]] = field(default_factory=list)

    def marginal(self, what: str = "wall") -> list[float]:
        """Return the seconds that one more submission costs, by round."""
        more = self.sizes.large - self.sizes.small
        return [(getattr(b, what) - getattr(a, what)) / more for a, b in self.rounds]

    def start_up(self) -> float:
        """Return the seconds that a class of nobody would take, by the line through both sizes."""
        at_small = median(small.wall for small, _ in self.rounds)
        return max(0.0, at_small - self.sizes.small * median(self.marginal()))

    def whole(self, size: int) -> float:
        """Return the seconds of a whole process: measured if that size was, else by the line."""
        if size == self.sizes.large:
            return median(large.wall for _, large in self.rounds)
        return self.start_up() + size * median(self.marginal())


def time_graders(
    room: ClassRoom, stock: Sizes, own: Sizes, rounds: int, done: Callable[[str], None]
) -> list[Series]:
    """Time every contender in `rounds` interleaved rounds; `done` hears of each run.

    In each round stock nbgrader begins with other answers, so that in the end it has marked
    most kinds of them, and every mark can be compared.
    """
    own = Sizes(room.whole(own.small), room.whole(own.large))
    if own.small == own.large:
        own = Sizes(own.small, 2 * own.small)
    table = [Series(grader, own if grader.is_ours else stock) for grader in CONTENDERS]
    for number in range(rounds):
        for series in table:
            first = 0 if series.grader.is_ours else number * stock.large
            both = []
            for size in (series.sizes.small, series.sizes.large):
                both.append(room.grade(series.grader, size, first))
                done(f"{room.variant.label}: {series.grader.label}, {size} submissions")
            series.rounds.append((both[0], both[1]))
    return table


def flat(room: ClassRoom, sizes: list[int], done: Callable[[str], None]) -> dict[int, Used]:
    """Return what classes of such sizes take with two workers, the smallest being the start-up."""
    used = {}
    for size in sizes:
        used[size] = room.grade(ours(2), size)
        done(f"{room.variant.label}: {size} submissions")
    return used


def peak(room: ClassRoom, size: int, done: Callable[[str], None]) -> int:
    """Return the most bytes that the whole grader holds with two workers."""
    used = room.grade(ours(2), size, memory=True)
    done(f"{room.variant.label}: memory")
    return used.peak
