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

from autograder.checks.pictures import Histogram

_WIDTH, _HEIGHT = 560, 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 34, 46
_BLUE, _ORANGE, _INK, _PAPER = "#0072b2", "#d55e00", "#1a1a1a", "#fdfdfb"


def histogram(picture: Histogram) -> str:
    """Return a student's histogram with the expected density over it, as an SVG document."""
    lowest, highest = float(picture.edges[0]), float(picture.edges[-1])
    peak = 1.08 * max(float(picture.counts.max()), float(picture.density.max()))

    def across(x: Any) -> Any:
        return _LEFT + (x - lowest) / (highest - lowest) * (_WIDTH - _LEFT - _RIGHT)

    def up(y: Any) -> Any:
        return _HEIGHT - _BOTTOM - y / peak * (_HEIGHT - _TOP - _BOTTOM)

    stairs_x = np.repeat(across(picture.edges), 2)
    stairs_y = up(np.concatenate([[0.0], np.repeat(picture.counts, 2), [0.0]]))
    base = up(0.0)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="100%" height="100%" rx="8" fill="{_PAPER}"/>',
        f'<polygon points="{_points(stairs_x, stairs_y)}" fill="{_BLUE}" fill-opacity="0.6"/>',
        f'<polyline points="{_points(across(picture.x), up(picture.density))}" fill="none" '
        f'stroke="{_ORANGE}" stroke-width="2.5"/>',
        f'<path d="M{_LEFT} {_TOP}V{base:.1f}H{_WIDTH - _RIGHT}" fill="none" stroke="{_INK}"/>',
    ]
    for x in _ticks(lowest, highest):
        place = across(x)
        parts.append(f'<path d="M{place:.1f} {base:.1f}v5" stroke="{_INK}"/>')
        parts.append(_text(place, base + 19, f"{x:g}", "middle"))
    for y in _ticks(0.0, peak):
        parts.append(f'<path d="M{_LEFT} {up(y):.1f}h-5" stroke="{_INK}"/>')
        parts.append(_text(_LEFT - 8, up(y) + 4, f"{y:g}", "end"))
    parts += [
        _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, picture.label, "middle"),
        _text(_LEFT, _TOP - 16, "density", "middle"),
        f'<rect x="190" y="9" width="22" height="12" fill="{_BLUE}" fill-opacity="0.6"/>',
        _text(218, 20, "your numbers", "start"),
        f'<path d="M340 15h22" stroke="{_ORANGE}" stroke-width="2.5"/>',
        _text(368, 20, "expected density", "start"),
        "</svg>",
    ]
    return "".join(parts)


def _points(x: Any, y: Any) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))


def _text(x: float, y: float, text: str, anchor: str) -> str:
    shown = html.escape(text.replace("-", "\N{MINUS SIGN}") if text[:1] == "-" else text)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{_INK}">{shown}</text>'


def _ticks(lowest: float, highest: float) -> list[float]:
    """Return four to eight round numbers from `lowest` to `highest`."""
    size = 10.0 ** math.floor(math.log10((highest - lowest) / 4))
    step = next(size * m for m in (1, 2, 5, 10) if (highest - lowest) / (size * m) <= 8)
    first, last = math.ceil(lowest / step), math.floor(highest / step)
    return [round(n * step, 12) for n in range(first, last + 1)]
