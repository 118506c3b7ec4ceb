"""One look for every figure of the book.

A figure is drawn on an opaque, nearly white card. The page's style sheet rounds the card and
leaves it as it is in the dark theme, so each figure is designed and checked once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PALETTE: Final[dict[str, str]] = {
    "blue": "#0072B2",
    "vermillion": "#D55E00",
    "green": "#009E73",
    "orange": "#E69F00",
    "purple": "#CC79A7",
    "sky": "#56B4E9",
    "yellow": "#F0E442",
    "black": "#000000",
    "grey": "#646D76",
}
"""Okabe and Ito's colours, which remain distinct under every common colour blindness."""

CYCLE: Final[tuple[str, ...]] = tuple(
    PALETTE[name] for name in ("blue", "vermillion", "green", "orange", "purple", "sky", "black")
)
"""The order in which lines take their colours; yellow is left for fills, it is faint as a line."""

SEQUENTIAL: Final[str] = "viridis"
"""Colour map for a quantity that runs from little to much."""

DIVERGING: Final[str] = "RdBu_r"
"""Colour map for a quantity with a meaningful middle, such as a logarithm around zero."""

CARD: Final[str] = "#FCFCFA"
"""The card's background."""

INK: Final[str] = "#22262B"
"""Text and axes on the card."""

WIDTH: Final[float] = 7.7
"""Width in inches of a figure as wide as the text."""

_GRID: Final[str] = "#DDE0E3"


def _settings() -> dict[str, Any]:
    """Return the book's rcParams."""
    from cycler import cycler

    return {
        "figure.figsize": (WIDTH, 3.4),
        "figure.dpi": 96,
        "savefig.dpi": 192,
        "savefig.bbox": "standard",
        "figure.facecolor": CARD,
        "savefig.facecolor": CARD,
        "axes.facecolor": CARD,
        "legend.facecolor": CARD,
        "figure.constrained_layout.use": True,
        "figure.constrained_layout.w_pad": 0.08,
        "figure.constrained_layout.h_pad": 0.08,
        "font.family": "sans-serif",
        "font.sans-serif": ["DejaVu Sans"],
        "mathtext.fontset": "dejavusans",
        "font.size": 10,
        "axes.titlesize": 10.5,
        "axes.titleweight": "bold",
        "axes.titlelocation": "left",
        "axes.titlepad": 8,
        "axes.labelsize": 10,
        "xtick.labelsize": 9,
        "ytick.labelsize": 9,
        "legend.fontsize": 9,
        "legend.frameon": False,
        "figure.titlesize": 11.5,
        "figure.titleweight": "bold",
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": INK,
        "axes.titlecolor": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "axes.prop_cycle": cycler(color=CYCLE),
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.8,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": _GRID,
        "grid.linewidth": 0.7,
        "lines.linewidth": 1.9,
        "lines.markersize": 5,
        "lines.solid_capstyle": "round",
        "errorbar.capsize": 2.5,
        "image.cmap": SEQUENTIAL,
        "image.interpolation": "nearest",
        "svg.fonttype": "path",
        "svg.hashsalt": "training-deep-neural-networks",
    }


def use() -> None:
    """Give every figure drawn from here on the book's look.

    Call it once, in a page's first cell. In a notebook figures become SVG, sharp at any size; a
    figure with very many marks can ask for pixels instead with ``rasterized=True`` on the artist.
    """
    # pyplot first: in a notebook its import sets the inline backend up, which touches rcParams.
    import matplotlib.pyplot as plt

    settings = cast(Any, _settings())
    plt.rcParams.update(settings)
    try:
        from IPython import get_ipython
    except ImportError:
        return
    if getattr(get_ipython(), "kernel", None) is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        # "tight" would crop each figure to a different width.
        set_matplotlib_formats("svg", bbox_inches=None)  # type: ignore[no-untyped-call]
        plt.rcParams.update(settings)


def figure(
    nrows: int = 1, ncols: int = 1, height: float | None = None, **kw: Any
) -> tuple[Figure, Any]:
    """Return a full-width figure and its axes in the house sizes.

    Parameters
    ----------
    nrows, ncols
        Rows and columns of the grid of axes.
    height
        Height of the whole figure in inches; by default it follows the grid's shape.
    **kw
        Passed to `matplotlib.pyplot.subplots`, for example ``sharex=True``.

    Returns
    -------
    fig, axes
        As from `matplotlib.pyplot.subplots`: one axes, or an array of them.
    """
    import matplotlib.pyplot as plt

    if height is None:
        height = nrows * (3.6 if ncols == 1 and nrows == 1 else max(2.1, 0.78 * WIDTH / ncols))
    kw.setdefault("layout", "constrained")
    kw.setdefault("figsize", (WIDTH, height))
    fig, axes = plt.subplots(nrows, ncols, **kw)
    return fig, axes
