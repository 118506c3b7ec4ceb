"""Three surfaces with two parameters, on which a reader can watch an optimiser at work.

Each surface is one of the difficulties of a loss: a *ravine* that bends, a *saddle* with a minimum
on either side, and a *stretched bowl*, curved fifty times as much across as along. `follow` records
the path that an optimiser takes on a surface, and `draw` draws such paths over its contour lines.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from book.support import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = npt.NDArray[np.floating[Any]]

FLOOR: Final[str] = "#E4E8EC"
"""What the lowest ground is filled with; the highest has the colour of the card."""


class Optimiser(Protocol):
    """Anything that turns a gradient into new parameters."""

    def step(self, theta: Any, gradient: Any, /) -> Any:
        """Return the parameters after one step."""


@dataclass(frozen=True)
class Surface:
    """A loss of two parameters.

    Attributes
    ----------
    name
        A title for its panel.
    loss
        The loss at ``theta``, whose *first* axis holds the two parameters: an array of shape
        ``(2, ...)`` gives a loss of shape ``(...)``.
    gradient
        Its gradient, of the shape of ``theta``.
    start
        Where the paths begin.
    minima
        The points at which the loss is least; its value there is 0.
    x_limits, y_limits
        The part of the plane that is drawn.
    levels
        The losses at which contour lines are drawn.
    """

    name: str
    loss: Callable[[FloatArray], FloatArray]
    gradient: Callable[[FloatArray], FloatArray]
    start: tuple[float, float]
    minima: tuple[tuple[float, float], ...]
    x_limits: tuple[float, float]
    y_limits: tuple[float, float]
    levels: tuple[float, ...]

    def distance(self, theta: FloatArray) -> FloatArray:
        """Return how far points are from the nearest minimum.

        Parameters
        ----------
        theta
            Points, with the two parameters on the *last* axis, as in a path of `follow`.

        Returns
        -------
        FloatArray
            Euclidean distances, without that axis.
        """
        apart = np.asarray(theta)[..., None, :] - np.array(self.minima)
        nearest: FloatArray = np.hypot(apart[..., 0], apart[..., 1]).min(axis=-1)
        return nearest


def _ravine_loss(theta: FloatArray) -> FloatArray:
    x, y = theta
    loss: FloatArray = 0.5 * (1 - x) ** 2 + 5 * (y - x**2) ** 2
    return loss


def _ravine_gradient(theta: FloatArray) -> FloatArray:
    x, y = theta
    across = 10 * (y - x**2)
    return np.stack([x - 1 - 2 * x * across, across])


def _saddle_loss(theta: FloatArray) -> FloatArray:
    x, y = theta
    loss: FloatArray = 2 * x**2 + (1 - y**2) ** 2 / 4
    return loss


def _saddle_gradient(theta: FloatArray) -> FloatArray:
    x, y = theta
    return np.stack([4 * x, y**3 - y])


def _bowl_loss(theta: FloatArray) -> FloatArray:
    x, y = theta
    loss: FloatArray = (x**2 + 50 * y**2) / 2
    return loss


def _bowl_gradient(theta: FloatArray) -> FloatArray:
    x, y = theta
    return np.stack([x, 50 * y])


SURFACES: Final[dict[str, Surface]] = {
    "ravine": Surface(
        name="ravine",
        loss=_ravine_loss,
        gradient=_ravine_gradient,
        start=(-1.3, 1.2),
        minima=((1.0, 1.0),),
        x_limits=(-1.75, 1.75),
        y_limits=(-0.75, 2.25),
        levels=(0.03, 0.1, 0.3, 1, 2, 4, 8, 16, 32),
    ),
    "saddle": Surface(
        name="saddle",
        loss=_saddle_loss,
        gradient=_saddle_gradient,
        start=(-1.2, 0.002),
        minima=((0.0, 1.0), (0.0, -1.0)),
        x_limits=(-1.5, 1.5),
        y_limits=(-1.5, 1.5),
        levels=(0.03, 0.1, 0.17, 0.25, 0.4, 0.8, 1.5, 2.5, 4),
    ),
    "stretched bowl": Surface(
        name="stretched bowl",
        loss=_bowl_loss,
        gradient=_bowl_gradient,
        start=(-2.6, 0.85),
        minima=((0.0, 0.0),),
        x_limits=(-3.2, 1.6),
        y_limits=(-1.3, 1.3),
        levels=(0.03, 0.3, 1, 2.5, 5, 10, 20, 32),
    ),
}
"""The three surfaces, by name. At each minimum the loss is 0."""


def follow(optimiser: Optimiser, surface: Surface, steps: int) -> FloatArray:
    """Let an optimiser walk over a surface from its start.

    Parameters
    ----------
    optimiser
        A fresh one: it has ``step(theta, gradient)``, which returns the new parameters, and
        usually remembers something from step to step.
    surface
        Where to walk.
    steps
        How many steps to take.

    Returns
    -------
    FloatArray
        The path with its start, of shape ``(steps + 1, 2)``. A path that diverges goes on, to
        infinity if need be.
    """
    theta = np.array(surface.start, dtype=float)
    path = [theta]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            theta = np.asarray(optimiser.step(theta, surface.gradient(theta)), dtype=float)
            path.append(theta)
    return np.array(path)


def draw(
    axes: Axes,
    surface: Surface,
    paths: Mapping[str, FloatArray],
    upto: int | None = None,
    looks: Mapping[str, tuple[str, str]] | None = None,
    markevery: int = 1,
) -> None:
    """Draw paths over a surface's contour lines.

    Parameters
    ----------
    axes
        Where to draw; its limits and title are set, and low ground is shaded.
    surface
        What to draw.
    paths
        From the label of each path to the path, as from `follow`.
    upto
        How many steps of each path to draw: all by default. The last point is drawn large.
    looks
        From the label of each path to its colour and its marker; by default they are taken from
        `book.support.style.CYCLE` and a list of markers, in the order of ``paths``.
    markevery
        Mark every so many steps with a small marker; 0 marks none but the last.
    """
    from matplotlib.colors import LinearSegmentedColormap

    x, y = (np.linspace(*limits, 161) for limits in (surface.x_limits, surface.y_limits))
    ground = surface.loss(np.stack(np.meshgrid(x, y)))
    shades = LinearSegmentedColormap.from_list("ground", [FLOOR, style.CARD])
    levels = [0.0, *surface.levels, max(float(ground.max()), surface.levels[-1]) * 1.01]
    height = np.searchsorted(levels, ground)  # equal steps of colour from line to line
    axes.imshow(
        height, cmap=shades, vmin=1, vmax=len(levels) - 1, origin="lower", aspect="auto",
        extent=(*surface.x_limits, *surface.y_limits), interpolation="bilinear", zorder=0,
    )  # fmt: skip
    axes.contour(x, y, ground, levels=surface.levels, colors="#B9C0C7", linewidths=0.7, zorder=1)
    axes.plot(*np.transpose(surface.minima), ls="", marker="*", ms=12, color=style.INK, zorder=2)
    axes.plot(*surface.start, ls="", marker="x", ms=7, mew=2, color=style.INK, zorder=2)
    if looks is None:
        pairs = zip(style.CYCLE, "os^Dv<>", strict=True)
        looks = dict(zip(paths, pairs, strict=False))
    for label, path in paths.items():
        colour, marker = looks[label]
        walked = path if upto is None else path[: upto + 1]
        walked = np.where(np.abs(walked) < 1e3, walked, np.nan)  # far outside: not to be drawn
        xs, ys = walked.T
        axes.plot(xs, ys, color=colour, lw=1.3, zorder=3)
        if markevery:
            axes.plot(xs[::markevery], ys[::markevery], marker, color=colour, ms=3, zorder=3)
        axes.plot(
            xs[-1:], ys[-1:], ls="", marker=marker, color=colour, ms=8.5, mec=style.CARD, mew=1.2,
            zorder=4, label=label,
        )  # fmt: skip
    axes.set(title=surface.name, xlim=surface.x_limits, ylim=surface.y_limits)
    axes.set(xlabel=r"$\theta_1$", ylabel=r"$\theta_2$")
    axes.grid(visible=False)
