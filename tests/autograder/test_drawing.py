"""The pictures beside a message: well-formed, complete, and inert."""

import xml.etree.ElementTree as ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest

from autograder.dialogue.pictures import Curves, Histogram, Picture
from autograder.judging.drawing import draw

SVG = "{http://www.w3.org/2000/svg}"
SCALES = [1e-6, 0.02, 1.0, 3e5]


def histogram(scale: float, label: str = "weight") -> Histogram:
    values = np.random.default_rng(1).normal(0, scale, 5000)
    counts, edges = np.histogram(values, bins=60, density=True)
    x = np.linspace(edges[0], edges[-1], 200)
    density = np.exp(-((x / scale) ** 2) / 2) / (np.sqrt(2 * np.pi) * scale)
    return Histogram(counts, edges, x, density, label, "alt")


def curves(scale: float, points: int = 200) -> Curves:
    x = np.linspace(0, scale, points)
    return Curves((x, scale * np.sin(9 * x / scale)), (x, x), "step", "learning rate", "alt")


def drawn(picture: Picture) -> Element:
    return ElementTree.fromstring(draw(picture))


def lines(root: Element, kind: str = "polyline") -> list[list[tuple[float, float]]]:
    return [
        [(float(x), float(y)) for x, y in (p.split(",") for p in shape.attrib["points"].split())]
        for shape in root.iter(f"{SVG}{kind}")
    ]


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("kind", [histogram, curves])
def test_everything_drawn_lies_on_the_paper(kind, scale: float) -> None:
    root = drawn(kind(scale))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    shapes = lines(root) + lines(root, "polygon")
    assert len(shapes) == 2
    for points in shapes:
        assert len(points) > 100
        assert all(0 <= x <= width and 0 <= y <= height for x, y in points)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (histogram, {"weight", "density", "your numbers", "expected density"}),
        (curves, {"step", "learning rate", "yours", "expected"}),
    ],
)
def test_both_axes_have_a_handful_of_ticks_and_names(kind, names, scale: float) -> None:
    texts = [text.text or "" for text in drawn(kind(scale)).iter(f"{SVG}text")]
    numbers = [text for text in texts if text[:1].isdigit() or text[:1] == "\N{MINUS SIGN}"]
    assert 8 <= len(numbers) <= 18
    assert names <= set(texts)


def test_the_expected_peak_is_as_high_as_the_measured_one() -> None:
    root = drawn(histogram(1.0))
    tops = [min(y for _, y in lines(root, kind)[0]) for kind in ("polygon", "polyline")]
    assert abs(tops[0] - tops[1]) < 15


def test_equal_curves_are_drawn_in_the_same_place() -> None:
    x = np.arange(10.0)
    expected, yours = lines(drawn(Curves((x, x**2), (x, x**2), "x", "y", "alt")))
    assert expected == yours


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_a_curve_that_explodes_leaves_the_right_one_visible(value: float) -> None:
    x = np.arange(50.0)
    wrong = np.where(x > 20, value, x)
    expected, _ = lines(drawn(Curves((x, wrong), (x, x), "step", "theta", "alt")))
    heights = [y for _, y in expected]
    assert max(heights) - min(heights) > 40


@pytest.mark.parametrize("y", [0.0, 0.001, 1e9])
def test_a_constant_curve_can_be_drawn(y: float) -> None:
    x, flat = np.arange(3.0), np.full(3, y)
    assert len(lines(drawn(Curves((x, flat), (x, flat), "step", "rate", "alt")))) == 2


def test_a_curve_with_no_finite_point_can_be_drawn() -> None:
    x = np.arange(3.0)
    nothing = np.full(3, np.nan)
    assert lines(drawn(Curves((x, nothing), (x, x), "step", "rate", "alt")))[1] == []


def test_a_long_trajectory_is_thinned_out() -> None:
    assert max(map(len, lines(drawn(curves(1.0, 100_000))))) <= 501


def test_a_label_is_text() -> None:
    assert "<script>" not in draw(histogram(1.0, label="<script>alert(1)</script>"))
