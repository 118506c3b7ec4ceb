"""The three surfaces: their gradients, their minima, and the paths over them."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from numpy.typing import NDArray

from book.support import style, surfaces
from book.support.surfaces import SURFACES, Surface

each_surface = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


class Descent:
    """Plain gradient descent."""

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def step(self, theta: NDArray[np.float64], gradient: NDArray[np.float64]) -> object:
        return theta - self.rate * gradient


@each_surface
def test_gradients_are_those_of_the_loss(surface: Surface) -> None:
    points = np.random.default_rng(0).uniform(-1.5, 1.5, (2, 20))
    small = 1e-6
    for axis in range(2):
        shift = np.zeros((2, 1))
        shift[axis] = small
        slope = (surface.loss(points + shift) - surface.loss(points - shift)) / (2 * small)
        np.testing.assert_allclose(surface.gradient(points)[axis], slope, rtol=1e-6, atol=1e-6)


@each_surface
def test_minima_are_where_the_loss_is_zero_and_least(surface: Surface) -> None:
    for minimum in surface.minima:
        here = np.array(minimum)
        assert surface.loss(here) == 0
        assert not surface.gradient(here).any()
        assert surface.distance(here) == 0
        around = here[:, None] + 0.01 * np.array([[1, -1, 0, 0], [0, 0, 1, -1]])
        assert (surface.loss(around) > 0).all()
    seen = np.stack(np.meshgrid(np.linspace(*surface.x_limits), np.linspace(*surface.y_limits)))
    assert surface.loss(seen).min() >= 0


@each_surface
def test_starts_and_minima_lie_in_the_picture(surface: Surface) -> None:
    for x, y in (surface.start, *surface.minima):
        assert surface.x_limits[0] < x < surface.x_limits[1]
        assert surface.y_limits[0] < y < surface.y_limits[1]


def test_distance_is_to_the_nearest_minimum() -> None:
    path = np.array([[0.0, 0.9], [0.0, -0.7], [0.3, 1.4]])
    np.testing.assert_allclose(SURFACES["saddle"].distance(path), [0.1, 0.3, 0.5])


def test_the_bowl_is_curved_fifty_times_as_much_across() -> None:
    gradient = SURFACES["stretched bowl"].gradient(np.array([1.0, 1.0]))
    assert gradient[1] / gradient[0] == 50


@each_surface
def test_a_path_begins_at_the_start_and_takes_every_step(surface: Surface) -> None:
    path = surfaces.follow(Descent(0.01), surface, 400)
    assert path.shape == (401, 2)
    assert tuple(path[0]) == surface.start
    np.testing.assert_allclose(path[1], path[0] - 0.01 * surface.gradient(path[0]))
    assert surface.distance(path[-1]) < surface.distance(path[0])


def test_a_path_that_diverges_goes_on_and_can_be_drawn() -> None:
    surface = SURFACES["stretched bowl"]
    path = surfaces.follow(Descent(0.1), surface, 2000)
    assert path.shape == (2001, 2)
    assert not np.isfinite(path[-1]).all()
    style.use()
    fig, axes = style.figure()
    surfaces.draw(axes, surface, {"descent": path}, upto=20)
    fig.canvas.draw()
    assert axes.get_xlim() == surface.x_limits
    assert axes.get_ylim() == surface.y_limits
    plt.close(fig)


@pytest.mark.parametrize("upto", [None, 3])
def test_the_last_point_drawn_is_where_the_optimiser_is(upto: int | None) -> None:
    surface = SURFACES["ravine"]
    path = surfaces.follow(Descent(0.01), surface, 10)
    fig, axes = style.figure()
    surfaces.draw(axes, surface, {"descent": path}, upto=upto)
    (last,) = axes.get_legend_handles_labels()[0]
    np.testing.assert_allclose(np.ravel(last.get_xydata()), path[-1 if upto is None else upto])
    plt.close(fig)
