"""The pictures beside a message: well-formed, complete, and inert."""

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

from autograder.checks.pictures import Histogram
from autograder.drawing import histogram

SVG = "{http://www.w3.org/2000/svg}"


def picture(scale: float, label: str = "weight") -> Histogram:
    values = np.random.default_rng(1).normal(0, scale, 5000)
    counts, edges = np.histogram(values, bins=60, density=True)
    x = np.linspace(edges[0], edges[-1], 200)
    density = np.exp(-((x / scale) ** 2) / 2) / (np.sqrt(2 * np.pi) * scale)
    return Histogram(counts, edges, x, density, label, "alt")


@pytest.mark.parametrize("scale", [1e-6, 0.02, 1.0, 3e5])
def test_everything_drawn_lies_on_the_paper(scale: float) -> None:
    root = ElementTree.fromstring(histogram(picture(scale)))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    shapes = [*root.iter(f"{SVG}polygon"), *root.iter(f"{SVG}polyline")]
    assert len(shapes) == 2
    for shape in shapes:
        points = [tuple(map(float, point.split(","))) for point in shape.attrib["points"].split()]
        assert len(points) > 100
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


@pytest.mark.parametrize("scale", [1e-6, 0.02, 1.0, 3e5])
def test_both_axes_have_a_handful_of_ticks_and_names(scale: float) -> None:
    root = ElementTree.fromstring(histogram(picture(scale)))
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    numbers = [text for text in texts if text[:1].isdigit() or text[:1] == "\N{MINUS SIGN}"]
    assert 8 <= len(numbers) <= 18
    assert {"weight", "density", "your numbers", "expected density"} <= set(texts)


def test_the_expected_peak_is_as_high_as_the_measured_one() -> None:
    root = ElementTree.fromstring(histogram(picture(1.0)))
    tops = []
    for kind in ("polygon", "polyline"):
        (shape,) = root.iter(f"{SVG}{kind}")
        tops.append(min(float(p.split(",")[1]) for p in shape.attrib["points"].split()))
    assert abs(tops[0] - tops[1]) < 15


def test_a_label_is_text() -> None:
    text = histogram(picture(1.0, label="<script>alert(1)</script>"))
    assert "<script>" not in text
