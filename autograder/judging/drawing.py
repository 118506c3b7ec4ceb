"""Draws the pictures of a failed check as SVG.

A class of three hundred makes hundreds of pictures of one simple kind. Written out directly, a
picture takes a fifth of a millisecond; with matplotlib it took sixty, more than all the rest
of a verdict together.
"""

from __future__ import annotations

import html
import math
from typing import Any

import numpy as np

from autograder.dialogue.pictures import Curves, Histogram, Line, Picture

_WIDTH, _HEIGHT = 560, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 34, 46
_BLUE, _ORANGE, _INK, _PAPER = "#0072b2", "#d55e00", "#1a1a1a", "#fdfdfb"
# A trajectory of ten thousand steps is no better a picture than one of five hundred.
_MOST_POINTS = 500
_MOST_MARKERS = 30


def draw(picture: Picture) -> str:
    """Return `picture` as an SVG document."""
    if isinstance(picture, Histogram):
        return _histogram(picture)
    return _curves(picture)


class _Plot:
    """A pair of axes; numbers become places on the page."""

    def __init__(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        self._x, self._y = x, y
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
            f'width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" font-size="13">',
            f'<rect width="100%" height="100%" rx="8" fill="{_PAPER}"/>',
        ]

    def across(self, x: Any) -> Any:
        lowest, highest = self._x
        return _LEFT + (x - lowest) / (highest - lowest) * (_WIDTH - _LEFT - _RIGHT)

    def up(self, y: Any) -> Any:
        lowest, highest = self._y
        return _HEIGHT - _BOTTOM - (y - lowest) / (highest - lowest) * (_HEIGHT - _TOP - _BOTTOM)

    def finished(self, x_label: str, y_label: str, legend: tuple[str, str]) -> str:
        """Add axes, labels and the `legend` of the blue and the orange part."""
        base = _HEIGHT - _BOTTOM
        self.parts.append(
            f'<path d="M{_LEFT} {_TOP}V{base}H{_WIDTH - _RIGHT}" fill="none" stroke="{_INK}"/>'
        )
        for x in _ticks(*self._x):
            self.parts.append(f'<path d="M{self.across(x):.1f} {base}v5" stroke="{_INK}"/>')
            self.parts.append(_text(self.across(x), base + 19, f"{x:g}", "middle"))
        for y in _ticks(*self._y):
            self.parts.append(f'<path d="M{_LEFT} {self.up(y):.1f}h-5" stroke="{_INK}"/>')
            self.parts.append(_text(_LEFT - 8, self.up(y) + 4, f"{y:g}", "end"))
        self.parts += [
            _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, x_label, "middle"),
            _text(8, _TOP - 16, y_label, "start"),
            _text(308, 20, legend[0], "start"),
            _text(438, 20, legend[1], "start"),
            "</svg>",
        ]
        return "".join(self.parts)


def _histogram(picture: Histogram) -> str:
    peak = 1.08 * max(float(picture.counts.max()), float(picture.density.max()))
    plot = _Plot((float(picture.edges[0]), float(picture.edges[-1])), (0.0, peak))
    stairs_x = np.repeat(plot.across(picture.edges), 2)
    stairs_y = plot.up(np.concatenate([[0.0], np.repeat(picture.counts, 2), [0.0]]))
    plot.parts += [
        f'<polygon points="{_points(stairs_x, stairs_y)}" fill="{_BLUE}" fill-opacity="0.6"/>',
        f'<polyline points="{_points(plot.across(picture.x), plot.up(picture.density))}" '
        f'fill="none" stroke="{_ORANGE}" stroke-width="2.5"/>',
        f'<rect x="280" y="9" width="22" height="12" fill="{_BLUE}" fill-opacity="0.6"/>',
        f'<path d="M410 15h22" stroke="{_ORANGE}" stroke-width="2.5"/>',
    ]
    return plot.finished(picture.label, "density", ("your numbers", "expected density"))


def _curves(picture: Curves) -> str:
    yours, expected = _drawable(picture.yours), _drawable(picture.expected)
    plot = _Plot(
        _range(np.concatenate([expected[0], yours[0]]), expected[0]),
        _range(np.concatenate([expected[1], yours[1]]), expected[1]),
    )
    # The student's line is dashed and on top, so that the right one shows where they agree.
    for (x, y), colour, dashes in (
        (expected, _ORANGE, ""),
        (yours, _BLUE, ' stroke-dasharray="7 4"'),
    ):
        points = _points(plot.across(x), plot.up(y))
        plot.parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" '
            f'stroke-width="2.5"{dashes}/>'
        )
        if x.size <= _MOST_MARKERS:
            plot.parts += [
                f'<circle cx="{a}" cy="{b}" r="3" fill="{colour}"/>'
                for a, b in (point.split(",") for point in points.split())
            ]
    plot.parts += [
        f'<path d="M280 15h22" stroke="{_BLUE}" stroke-width="2.5" stroke-dasharray="7 4"/>',
        f'<path d="M410 15h22" stroke="{_ORANGE}" stroke-width="2.5"/>',
    ]
    return plot.finished(picture.x_label, picture.y_label, ("yours", "expected"))


def _drawable(line: Line) -> Line:
    """Return the finite points of a line, thinned out if there are very many."""
    x, y = (np.asarray(values, float).ravel() for values in line)
    finite = np.isfinite(x) & np.isfinite(y)
    step = math.ceil(max(1, int(np.count_nonzero(finite))) / _MOST_POINTS)
    return x[finite][::step], y[finite][::step]


def _range(values: np.ndarray[Any, Any], right: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Return the range of an axis: all `values`, as long as the `right` ones stay visible."""
    reach = max(float(np.ptp(right)), 1e-3 * float(np.abs(right).max()), 1e-12)
    lowest = max(float(values.min()), float(right.min()) - 3 * reach)
    highest = min(float(values.max()), float(right.max()) + 3 * reach)
    margin = 0.05 * max(highest - lowest, reach)
    return lowest - margin, highest + margin


def _points(x: Any, y: Any) -> str:
    # What lies far outside the picture is pulled to its edge: nobody sees the difference.
    x, y = np.clip(x, _LEFT, _WIDTH - _RIGHT), np.clip(y, _TOP, _HEIGHT - _BOTTOM)
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _text(x: float, y: float, text: str, anchor: str) -> str:
    shown = html.escape(text.replace("-", "\N{MINUS SIGN}") if text[:1] == "-" else text)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{shown}</text>'


def _ticks(lowest: float, highest: float) -> list[float]:
    """Return four to eight round numbers from `lowest` to `highest`."""
    size = 10.0 ** math.floor(math.log10((highest - lowest) / 4))
    step = next(size * m for m in (1, 2, 5, 10) if (highest - lowest) / (size * m) <= 8)
    first, last = math.ceil(lowest / step), math.floor(highest / step)
    return [float(f"{n * step:.12g}") for n in range(first, last + 1)]
