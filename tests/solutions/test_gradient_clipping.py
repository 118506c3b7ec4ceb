"""The reference clipping against Keras, Python's own hypot, SciPy and the formulas by hand."""

from __future__ import annotations

import doctest
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.spatial import distance

from solutions import gradient_clipping as clipping

REPEATABLE = settings(deadline=None, derandomize=True)
SHAPES = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
THRESHOLDS = st.floats(1e-3, 1e3)


def gradients(low: float = -1e6, high: float = 1e6) -> st.SearchStrategy[Any]:
    return arrays.arrays(np.float64, SHAPES, elements=st.floats(low, high, allow_subnormal=False))


def lists(**limits: float) -> st.SearchStrategy[Any]:
    return st.lists(gradients(**limits), max_size=4)


def by_keras(keras: Any, gradients: list[Any], **clipping: float) -> list[Any]:
    """Return what Keras makes of the gradients: the step of SGD with a rate of 1."""
    optimiser = keras.optimizers.SGD(learning_rate=1.0, **clipping)
    variables = [keras.Variable(np.zeros_like(g)) for g in gradients]
    optimiser.apply(list(map(keras.ops.convert_to_tensor, gradients)), variables)
    return [-np.asarray(v) for v in variables]


@pytest.mark.parametrize("norm", [0.5, 20.0])
def test_all_three_are_those_of_keras(keras: Any, norm: float) -> None:
    rng = np.random.default_rng(1)
    shapes = [(3, 4), (4,), (2, 3, 2), ()]
    some = [rng.standard_normal(shape).astype(np.float32) for shape in shapes]
    some = [np.asarray(g * np.float32(norm / clipping.global_norm(some))) for g in some]
    cases = [
        (by_keras(keras, some, clipvalue=0.3), [clipping.clip_by_value(g, 0.3) for g in some]),
        (by_keras(keras, some, clipnorm=0.7), [clipping.clip_by_norm(g, 0.7) for g in some]),
        (by_keras(keras, some, global_clipnorm=2.0), clipping.clip_by_global_norm(some, 2.0)[0]),
    ]
    for theirs, ours in cases:
        for x, y in zip(theirs, ours, strict=True):
            assert x.dtype == y.dtype == np.float32
            np.testing.assert_allclose(x, y, rtol=2e-6)


@REPEATABLE
@given(gradients(), THRESHOLDS)
def test_by_value_entry_by_entry(gradient: Any, threshold: float) -> None:
    clipped = clipping.clip_by_value(gradient, threshold)
    assert (clipped.shape, clipped.dtype) == (gradient.shape, gradient.dtype)
    for before, after in zip(gradient.ravel(), clipped.ravel(), strict=True):
        assert after == max(-threshold, min(before, threshold))


def test_by_value_of_infinities() -> None:
    clipped = clipping.clip_by_value(np.array([np.inf, -np.inf, 1.0]), 2.0)
    np.testing.assert_array_equal(clipped, [2.0, -2.0, 1.0])


@REPEATABLE
@given(lists())
def test_the_norm_is_pythons_hypot(gradients: list[Any]) -> None:
    entries = [x for g in gradients for x in g.ravel().tolist()]
    assert clipping.global_norm(gradients) == pytest.approx(math.hypot(*entries), rel=1e-13)


@pytest.mark.parametrize("size", [1e-300, 1e-160, 1.0, 1e160, 1e300])
def test_the_norm_neither_overflows_nor_vanishes(size: float) -> None:
    assert clipping.global_norm([np.array([-3 * size]), np.array([[4 * size]])]) == pytest.approx(
        5 * size, rel=1e-14
    )
    single = np.array([3e30, -4e30], dtype=np.float32)
    assert clipping.global_norm([single]) == pytest.approx(5e30, rel=1e-6)


@pytest.mark.parametrize("nothing", [[], [np.zeros(0)], [np.zeros((2, 3)), np.zeros(())]])
def test_the_norm_of_nothing(nothing: list[Any]) -> None:
    norm = clipping.global_norm(nothing)
    assert type(norm) is float
    assert norm == 0


@REPEATABLE
@given(gradients(), THRESHOLDS)
def test_by_norm_shortens_and_keeps_the_direction(gradient: Any, threshold: float) -> None:
    clipped = clipping.clip_by_norm(gradient, threshold)
    norm = math.hypot(*gradient.ravel().tolist())
    assert (clipped.shape, clipped.dtype) == (gradient.shape, gradient.dtype)
    assert math.hypot(*clipped.ravel().tolist()) == pytest.approx(min(norm, threshold), rel=1e-12)
    if norm <= threshold:
        np.testing.assert_array_equal(clipped, gradient)
    else:
        np.testing.assert_allclose(clipped / threshold, gradient / norm, rtol=1e-12, atol=1e-300)


@REPEATABLE
@given(lists(), THRESHOLDS)
def test_by_global_norm_is_by_norm_of_one_long_vector(
    gradients: list[Any], threshold: float
) -> None:
    before = [g.copy() for g in gradients]
    clipped, norm = clipping.clip_by_global_norm(gradients, threshold)
    whole = np.concatenate([np.zeros(0), *(g.ravel() for g in gradients)])
    assert norm == pytest.approx(math.hypot(*whole.tolist()), rel=1e-12)
    expected = clipping.clip_by_norm(whole, threshold)
    flat = np.concatenate([np.zeros(0), *(c.ravel() for c in clipped)])
    np.testing.assert_allclose(flat, expected, rtol=1e-12, atol=1e-300)
    assert [c.shape for c in clipped] == [g.shape for g in gradients]
    for was, now in zip(before, gradients, strict=True):
        np.testing.assert_array_equal(was, now)


def test_dtypes_are_kept() -> None:
    some = [np.full(3, 4.0, np.float32), np.full((2, 2), 4.0)]
    clipped, _ = clipping.clip_by_global_norm(some, 1.0)
    assert [c.dtype for c in clipped] == [np.float32, np.float64]
    for clip in (clipping.clip_by_value, clipping.clip_by_norm):
        for gradient in (*some, np.array(4.0, np.float32)):
            clipped_one = clip(gradient, 1.0)
            assert type(clipped_one) is np.ndarray
            assert clipped_one.dtype == gradient.dtype


@pytest.mark.parametrize("threshold", [0.0, -1e-9, -5.0])
def test_thresholds_are_positive(threshold: float) -> None:
    gradient = np.array([3.0, 4.0])
    for clip in (clipping.clip_by_value, clipping.clip_by_norm):
        with pytest.raises(ValueError, match="positive"):
            clip(gradient, threshold)
    with pytest.raises(ValueError, match="positive"):
        clipping.clipping_angles(gradient[None], threshold)
    with pytest.raises(ValueError, match="positive"):
        clipping.clip_by_global_norm([gradient], threshold)


def one_angle(gradient: Any, threshold: float) -> float:
    (angle,) = clipping.clipping_angles(np.reshape(gradient, (1, -1)), threshold)
    return float(angle)


@REPEATABLE
@given(gradients(-1e3, 1e3).filter(lambda g: np.abs(g).max(initial=0) > 1e-3), THRESHOLDS)
def test_the_angle_is_that_of_scipy(gradient: Any, threshold: float) -> None:
    angle = one_angle(gradient, threshold)
    assert 0 <= angle < 90
    clipped = clipping.clip_by_value(gradient, threshold)
    cosine = 1 - distance.cosine(gradient.ravel(), clipped.ravel())
    assert math.cos(math.radians(angle)) == pytest.approx(cosine, abs=1e-12)


def test_the_angle_by_hand() -> None:
    # (1, √3) is at 60 degrees; clipped at 1 it is (1, 1), at 45.
    assert one_angle([1, math.sqrt(3)], 1.0) == pytest.approx(15)
    for size in (1e-200, 1e200):
        assert one_angle(np.array([1.0, math.sqrt(3)]) * size, size) == pytest.approx(15)
    # Equal sizes stay equal: the diagonal is not turned.
    assert one_angle([5.0, -5.0, 5.0], 0.1) == pytest.approx(0, abs=1e-6)


def test_angles_are_of_rows() -> None:
    rows = np.array([[0.0, 0.0], [1.0, math.sqrt(3)], [0.0, 7.0]])
    angles = clipping.clipping_angles(rows, 1.0)
    assert (angles.shape, angles.dtype) == ((3,), np.float64)
    np.testing.assert_allclose(angles, [0, 15, 0])
    assert clipping.clipping_angles(np.zeros((0, 3)), 1.0).shape == (0,)


def test_the_examples_in_the_docstrings() -> None:
    results = doctest.testmod(clipping)
    assert results.failed == 0
    assert results.attempted >= 7
