"""The reference initialisers against Keras, SciPy and the papers' formulas."""

from __future__ import annotations

import doctest
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from solutions import initialisers

REPEATABLE = settings(deadline=None, derandomize=True)

SIZES = st.integers(1, 60)
SHAPES = st.lists(SIZES, max_size=5).map(tuple)
KERNELS = [(200, 300), (400, 90), (5, 40, 60), (3, 4, 30, 70), (2, 3, 4, 25, 30), (9000,)]
# (scheme, variance as its paper gives it, from fan-in and fan-out)
SCHEMES: dict[str, Callable[[int, int], float]] = {
    "glorot_uniform": lambda i, o: 2 / (i + o),
    "glorot_normal": lambda i, o: 2 / (i + o),
    "he_uniform": lambda i, o: 2 / i,
    "he_normal": lambda i, o: 2 / i,
    "lecun_uniform": lambda i, o: 1 / i,
    "lecun_normal": lambda i, o: 1 / i,
}
# Every random comparison below is with fixed seeds; this is how far from the edge they are.
P_VALUE = 1e-4


def law(distribution: str, std: float) -> Any:
    """Return SciPy's distribution with that standard deviation."""
    if distribution == "uniform":
        return stats.uniform(-math.sqrt(3) * std, 2 * math.sqrt(3) * std)
    if distribution == "untruncated_normal":
        return stats.norm(scale=std)
    return stats.truncnorm(-2, 2, scale=std / stats.truncnorm(-2, 2).std())


@REPEATABLE
@given(shape=SHAPES)
def test_fans_are_those_of_keras(keras: Any, shape: tuple[int, ...]) -> None:
    theirs = keras.src.initializers.random_initializers.compute_fans(shape)
    assert initialisers.compute_fans(shape) == theirs


@REPEATABLE
@given(st.lists(SIZES, max_size=3), SIZES, SIZES)
def test_fans_by_the_definition(spatial: list[int], inputs: int, outputs: int) -> None:
    field = math.prod(spatial)
    fans = initialisers.compute_fans((*spatial, inputs, outputs))
    assert fans == (field * inputs, field * outputs)
    assert [type(fan) for fan in fans] == [int, int]


@REPEATABLE
@given(SHAPES.filter(len), st.integers(-5, 0), st.randoms())
def test_fans_of_impossible_shapes(shape: tuple[int, ...], bad: int, random: Any) -> None:
    position = random.randrange(len(shape))
    with pytest.raises(ValueError, match="positive"):
        initialisers.compute_fans((*shape[:position], bad, *shape[position + 1 :]))


@pytest.mark.parametrize("stddev", [1e-3, 0.7, 20.0])
def test_truncated_normal_is_that_of_scipy(stddev: float) -> None:
    values = initialisers.truncated_normal((500, 400), stddev, np.random.default_rng(1), np.float64)
    expected = law("truncated_normal", stddev)
    assert stats.kstest(values.ravel(), expected.cdf).pvalue > P_VALUE
    assert values.std() == pytest.approx(stddev, rel=0.005)
    assert np.abs(values).max() <= expected.support()[1]
    assert np.abs(values).max() == pytest.approx(expected.support()[1], rel=1e-3)


def test_the_correction_is_the_constant_that_keras_types() -> None:
    # Rejection of the values beyond two is the only thing between the two.
    unscaled = np.random.default_rng(3).standard_normal(20)
    values = initialisers.truncated_normal((20,), 1.0, np.random.default_rng(3), np.float64)
    inside = np.abs(unscaled) <= 2
    np.testing.assert_allclose(values[inside], unscaled[inside] / 0.87962566103423978, rtol=1e-13)


def test_truncated_normal_with_no_spread_and_with_a_negative_one() -> None:
    rng = np.random.default_rng(1)
    assert not initialisers.truncated_normal((3, 4), 0.0, rng).any()
    with pytest.raises(ValueError, match="negative"):
        initialisers.truncated_normal((3, 4), -1e-9, rng)


@pytest.mark.parametrize("shape", [(), (1,), (0, 3), (2, 3, 4)])
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, "float32"])
def test_shapes_and_dtypes(shape: tuple[int, ...], dtype: Any) -> None:
    values = initialisers.truncated_normal(shape, 1.0, np.random.default_rng(1), dtype)
    assert type(values) is np.ndarray
    assert (values.shape, values.dtype) == (shape, np.dtype(dtype))
    if 0 in shape:
        return
    for distribution in ("truncated_normal", "untruncated_normal", "uniform"):
        values = initialisers.variance_scaling(
            shape, np.random.default_rng(1), distribution=distribution, dtype=dtype
        )
        assert type(values) is np.ndarray
        assert (values.shape, values.dtype) == (shape, np.dtype(dtype))


@pytest.mark.parametrize("shape", KERNELS)
@pytest.mark.parametrize("distribution", ["truncated_normal", "untruncated_normal", "uniform"])
@pytest.mark.parametrize("mode", ["fan_in", "fan_out", "fan_avg"])
def test_variance_scaling_is_that_of_keras(
    keras: Any, mode: str, distribution: str, shape: tuple[int, ...]
) -> None:
    scale = 1.7
    ours = initialisers.variance_scaling(
        shape, np.random.default_rng(5), scale, mode, distribution
    ).ravel()
    theirs = np.asarray(
        keras.initializers.VarianceScaling(scale, mode, distribution, seed=5)(shape)
    )
    assert stats.ks_2samp(ours, theirs.ravel()).pvalue > P_VALUE
    assert ours.std() == pytest.approx(theirs.std(), rel=0.05)

    fan_in, fan_out = initialisers.compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[mode]
    assert stats.kstest(ours, law(distribution, math.sqrt(scale / n)).cdf).pvalue > P_VALUE


@pytest.mark.parametrize("shape", KERNELS)
@pytest.mark.parametrize("name", SCHEMES)
def test_schemes_are_those_of_keras_and_of_the_papers(
    keras: Any, name: str, shape: tuple[int, ...]
) -> None:
    ours = getattr(initialisers, name)(shape, np.random.default_rng(6)).ravel()
    keras_class = getattr(keras.initializers, name.title().replace("_", ""))
    theirs = np.asarray(keras_class(seed=7)(shape)).ravel()
    assert ours.dtype == theirs.dtype == np.float32
    assert stats.ks_2samp(ours, theirs).pvalue > P_VALUE

    std = math.sqrt(SCHEMES[name](*initialisers.compute_fans(shape)))
    distribution = "uniform" if name.endswith("uniform") else "truncated_normal"
    assert stats.kstest(ours, law(distribution, std).cdf).pvalue > P_VALUE
    assert ours.std() == pytest.approx(std, rel=0.03)


@pytest.mark.parametrize(
    "wrong",
    [
        {"scale": 0.0},
        {"scale": -1.0},
        {"mode": "fan"},
        {"distribution": "normal"},
        {"distribution": ""},
    ],
)
def test_variance_scaling_refuses(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        initialisers.variance_scaling((3, 4), np.random.default_rng(1), **wrong)


@pytest.mark.parametrize("name", SCHEMES)
def test_only_the_generator_is_random(name: str) -> None:
    draw = getattr(initialisers, name)
    rng = np.random.default_rng(1)
    first, second = draw((20, 30), rng), draw((20, 30), rng)
    np.random.seed(4)  # noqa: NPY002 (the global generator must not matter)
    again = draw((20, 30), np.random.default_rng(1))
    np.testing.assert_array_equal(first, again)
    assert not np.any(first == second)


def test_the_examples_in_the_docstrings() -> None:
    results = doctest.testmod(initialisers)
    assert results.failed == 0
    assert results.attempted > 2 * len(SCHEMES)


class TestHeNormal:
    @pytest.mark.parametrize("shape", KERNELS)
    def test_is_that_of_keras(self, keras: Any, extensions: Any, shape: tuple[int, ...]) -> None:
        ours = np.asarray(extensions.HeNormal(seed=8)(shape)).ravel()
        theirs = np.asarray(keras.initializers.HeNormal(seed=9)(shape)).ravel()
        assert stats.ks_2samp(ours, theirs).pvalue > P_VALUE
        std = math.sqrt(2 / initialisers.compute_fans(shape)[0])
        assert stats.kstest(ours, law("truncated_normal", std).cdf).pvalue > P_VALUE

    def test_is_keras_own_number_for_number(self, keras: Any, extensions: Any) -> None:
        # Both draw by keras.random.truncated_normal, so the same seed is the same weights.
        ours, theirs = extensions.HeNormal(seed=8), keras.initializers.HeNormal(seed=8)
        np.testing.assert_allclose(ours((30, 40)), theirs((30, 40)), rtol=1e-6)

    @pytest.mark.parametrize("dtype", [None, "float16", "float32", "float64"])
    def test_dtype(self, keras: Any, extensions: Any, dtype: str | None) -> None:
        weights = extensions.HeNormal(seed=1)((3, 4), dtype=dtype)
        assert keras.ops.is_tensor(weights)
        assert keras.backend.standardize_dtype(weights.dtype) == (dtype or "float32")

    def test_seeds(self, extensions: Any) -> None:
        one, other = extensions.HeNormal(seed=1), extensions.HeNormal(seed=2)
        np.testing.assert_array_equal(one((30, 40)), one((30, 40)))
        np.testing.assert_array_equal(one((30, 40)), extensions.HeNormal(seed=1)((30, 40)))
        assert not np.any(np.asarray(one((30, 40))) == np.asarray(other((30, 40))))
        assert extensions.HeNormal().get_config() == {"seed": None}
        unseeded = [np.asarray(extensions.HeNormal()((30, 40))) for _ in range(2)]
        assert not np.array_equal(*unseeded)

    def test_a_saved_model_remembers_it(self, keras: Any, extensions: Any, tmp_path: Any) -> None:
        twin = extensions.HeNormal.from_config(extensions.HeNormal(seed=3).get_config())
        np.testing.assert_array_equal(twin((5, 6)), extensions.HeNormal(seed=3)((5, 6)))

        initialiser = extensions.HeNormal(seed=3)
        model = keras.Sequential(
            [keras.Input((7,)), keras.layers.Dense(5, kernel_initializer=initialiser)]
        )
        np.testing.assert_array_equal(model.layers[0].kernel, initialiser((7, 5)))
        model.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras").layers[0].kernel_initializer
        assert type(loaded) is extensions.HeNormal
        assert loaded.seed == 3

    def test_the_examples_in_the_docstring(self, extensions: Any) -> None:
        assert doctest.testmod(extensions).failed == 0
