"""The reference regularisers against Keras, SciPy, finite differences and the papers' formulas."""

from __future__ import annotations

import doctest
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from solutions import regularisers

REPEATABLE = settings(deadline=None, derandomize=True)
WEIGHTS = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    elements=st.floats(-50, 50).map(lambda w: round(w, 3)),
)
FACTORS = st.floats(0, 3)
RATES = st.floats(0, 0.95)
# Every random comparison below is with fixed seeds; this is how far from the edge they are.
P_VALUE = 1e-4


def slopes(f: Callable[[Any], float], x: Any, step: float = 1e-6) -> Any:
    """Return the gradient of `f` at `x` by central differences."""
    gradient = np.zeros(x.shape)
    for index in np.ndindex(*x.shape):
        up, down = x.copy(), x.copy()
        up[index] += step
        down[index] -= step
        gradient[index] = (f(up) - f(down)) / (2 * step)
    return gradient


def test_examples() -> None:
    assert doctest.testmod(regularisers).failed == 0


def test_examples_in_keras(extensions: Any) -> None:
    assert doctest.testmod(extensions).failed == 0


# Penalties


@REPEATABLE
@given(WEIGHTS, FACTORS)
def test_l1_by_hand(weights: Any, factor: float) -> None:
    penalty, gradient = regularisers.l1_regulariser(weights, factor)
    sizes = [abs(float(w)) for w in weights.ravel()]
    assert type(penalty) is float
    assert penalty == pytest.approx(factor * math.fsum(sizes))
    signs = [float(w > 0) - float(w < 0) for w in weights.ravel()]
    np.testing.assert_allclose(gradient.ravel(), factor * np.array(signs))
    assert (gradient.shape, gradient.dtype) == (weights.shape, weights.dtype)


@REPEATABLE
@given(WEIGHTS, FACTORS)
def test_l2_by_hand(weights: Any, factor: float) -> None:
    penalty, gradient = regularisers.l2_regulariser(weights, factor)
    assert type(penalty) is float
    assert penalty == pytest.approx(factor * math.fsum(float(w) ** 2 for w in weights.ravel()))
    np.testing.assert_allclose(gradient.ravel(), [2 * factor * w for w in weights.ravel()])
    assert (gradient.shape, gradient.dtype) == (weights.shape, weights.dtype)


@REPEATABLE
@given(WEIGHTS, FACTORS, FACTORS)
def test_the_elastic_net_is_the_sum(weights: Any, l1: float, l2: float) -> None:
    penalty, gradient = regularisers.elastic_net(weights, l1, l2)
    parts = (
        regularisers.l1_regulariser(weights, l1),
        regularisers.l2_regulariser(weights, l2),
    )
    assert penalty == pytest.approx(sum(part[0] for part in parts))
    np.testing.assert_allclose(gradient, parts[0][1] + parts[1][1])
    assert type(gradient) is np.ndarray


@pytest.mark.parametrize("shape", [(), (5,), (3, 4), (2, 3, 2)])
@pytest.mark.parametrize(
    "regulariser",
    [
        lambda w: regularisers.l1_regulariser(w, 0.3),
        lambda w: regularisers.l2_regulariser(w, 0.3),
        lambda w: regularisers.elastic_net(w, 0.2, 0.7),
    ],
)
def test_gradients_are_slopes(regulariser: Any, shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    weights = np.asarray(rng.uniform(0.2, 2, shape) * rng.choice([-1, 1], shape))
    found = regulariser(weights)[1]
    np.testing.assert_allclose(found, slopes(lambda w: regulariser(w)[0], weights), atol=1e-7)


@pytest.mark.parametrize("name", ["l1", "l2", "both"])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_penalties_are_those_of_keras(keras: Any, tensorflow: Any, name: str, dtype: Any) -> None:
    weights = np.random.default_rng(2).standard_normal((6, 5)).astype(dtype)
    weights[0] = 0
    ours, theirs = {
        "l1": (regularisers.l1_regulariser(weights, 0.3), keras.regularizers.L1(0.3)),
        "l2": (regularisers.l2_regulariser(weights, 0.3), keras.regularizers.L2(0.3)),
        "both": (regularisers.elastic_net(weights, 0.3, 0.2), keras.regularizers.L1L2(0.3, 0.2)),
    }[name]
    variable = tensorflow.Variable(weights)
    with tensorflow.GradientTape() as tape:
        penalty = theirs(variable)
    assert ours[0] == pytest.approx(float(penalty), rel=1e-5)
    np.testing.assert_allclose(ours[1], tape.gradient(penalty, variable), rtol=1e-5)
    assert ours[1].dtype == dtype


def test_defaults_are_those_of_keras(keras: Any) -> None:
    weights = np.array([1.0, -3.0])
    for ours, theirs in (
        (regularisers.l1_regulariser, keras.regularizers.L1()),
        (regularisers.l2_regulariser, keras.regularizers.L2()),
    ):
        assert ours(weights)[0] == pytest.approx(float(theirs(weights.astype(np.float32))))


def test_negative_factors() -> None:
    weights = np.ones(3)
    for call in (
        lambda: regularisers.l1_regulariser(weights, -1e-9),
        lambda: regularisers.l2_regulariser(weights, -1e-9),
        lambda: regularisers.elastic_net(weights, -1e-9, 1.0),
        lambda: regularisers.elastic_net(weights, 1.0, -1e-9),
    ):
        with pytest.raises(ValueError, match="negative"):
            call()


def test_a_lasso_is_solved_as_soft_thresholding_says() -> None:
    # For orthonormal features, the minimum of |y - w|^2 / 2 + f |w| is y moved by f towards 0.
    y, factor = np.array([3.0, -2.0, 0.4, -0.1, 1.0]), 0.5
    weights = np.zeros(5)
    for step in range(20_000):
        slope = weights - y + regularisers.l1_regulariser(weights, factor)[1]
        weights = weights - 1 / (2 + step) * slope
    np.testing.assert_allclose(weights, np.sign(y) * np.maximum(np.abs(y) - factor, 0), atol=2e-3)


# Dropout


@REPEATABLE
@given(WEIGHTS, RATES, st.integers(0, 1000))
def test_dropout_entry_by_entry(x: Any, rate: float, seed: int) -> None:
    output, mask = regularisers.dropout(x, rate, np.random.default_rng(seed))
    assert (mask.shape, mask.dtype) == (x.shape, np.bool_)
    for kept, before, after in zip(mask.ravel(), x.ravel(), output.ravel(), strict=True):
        assert after == pytest.approx(before / (1 - rate) if kept else 0.0)
    back = regularisers.dropout_backward(x, mask, rate)
    np.testing.assert_allclose(back, output)


@pytest.mark.parametrize("rate", [0.0, 0.1, 0.5, 0.9])
def test_dropout_keeps_its_share_and_the_mean(rate: float) -> None:
    x = np.random.default_rng(3).uniform(0, 2, (300, 400))
    output, mask = regularisers.dropout(x, rate, np.random.default_rng(4))
    dropped = int((~mask).sum())
    assert stats.binomtest(dropped, mask.size, rate).pvalue > P_VALUE
    rows = stats.binom(400, rate)
    if rate:
        spread = (~mask).sum(axis=1).var() / rows.var()
        assert abs(spread - 1) < 5 * math.sqrt(2 / 300)
    error = math.sqrt(np.mean(x**2) * rate / (1 - rate) / x.size)
    assert abs(output.mean() - x.mean()) <= 5 * error


def test_dropout_is_that_of_keras(keras: Any) -> None:
    x = np.ones((200, 300), np.float32)
    theirs = np.asarray(keras.layers.Dropout(0.3, seed=1)(x, training=True))
    ours, mask = regularisers.dropout(x, 0.3, np.random.default_rng(1))
    np.testing.assert_allclose(np.unique(ours), np.unique(theirs), rtol=1e-6)
    assert abs(mask.mean() - (theirs > 0).mean()) < 0.01
    calm = np.asarray(keras.layers.Dropout(0.3)(x, training=False))
    np.testing.assert_array_equal(
        regularisers.dropout(x, 0.3, np.random.default_rng(1), training=False)[0], calm
    )


def test_the_gradient_of_dropout_is_a_slope() -> None:
    x = np.random.default_rng(5).standard_normal((3, 4))
    upstream = np.random.default_rng(6).standard_normal((3, 4))
    for training in (True, False):

        def loss(x: Any, training: bool = training) -> float:
            output = regularisers.dropout(x, 0.4, np.random.default_rng(7), training)[0]
            return float(np.sum(upstream * output))

        mask = regularisers.dropout(x, 0.4, np.random.default_rng(7), training)[1]
        found = regularisers.dropout_backward(upstream, mask, 0.4, training)
        np.testing.assert_allclose(found, slopes(loss, x), atol=1e-8)


@pytest.mark.parametrize("function", [regularisers.dropout, regularisers.alpha_dropout])
@pytest.mark.parametrize("rate", [-1e-9, 1.0, 1.5])
def test_rates_that_make_no_sense(function: Any, rate: float) -> None:
    with pytest.raises(ValueError, match="rate"):
        function(np.ones(3), rate, np.random.default_rng(1))


@pytest.mark.parametrize("function", [regularisers.dropout, regularisers.alpha_dropout])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("shape", [(), (0, 3), (2, 3)])
def test_inference_is_the_identity_and_draws_nothing(
    function: Any, dtype: Any, shape: tuple[int, ...]
) -> None:
    x, rng = np.ones(shape, dtype), np.random.default_rng(1)
    state = rng.bit_generator.state
    for training in (False, True):
        output = function(x, 0.4, rng, training)
        output = output[0] if isinstance(output, tuple) else output
        assert type(output) is np.ndarray
        assert (output.shape, output.dtype) == (shape, dtype)
        if not training:
            np.testing.assert_array_equal(output, x)
            assert rng.bit_generator.state == state
            assert output is not x


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.7])
def test_alpha_dropout_keeps_both_moments(rate: float) -> None:
    x = np.random.default_rng(8).standard_normal((1000, 1000))
    output = regularisers.alpha_dropout(x, rate, np.random.default_rng(9))
    assert abs(output.mean()) < 0.005
    assert abs(output.var() - 1) < 0.01


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.7])
def test_alpha_dropout_by_the_moments_of_a_mixture(rate: float) -> None:
    # a and b are what makes a mixture of N(0, 1) and a constant standard again.
    saturated = -1.6732632423543772 * 1.0507009873554805
    mean = rate * saturated
    std = math.sqrt((1 - rate) * 1 + rate * saturated**2 - mean**2)
    x = np.random.default_rng(10).standard_normal((50, 60))
    output = regularisers.alpha_dropout(x, rate, np.random.default_rng(11))
    low = (saturated - mean) / std
    dropped = np.isclose(output, low)
    assert stats.binomtest(int(dropped.sum()), x.size, rate).pvalue > P_VALUE
    np.testing.assert_allclose(output[~dropped], (x[~dropped] - mean) / std)


def test_alpha_dropout_is_that_of_keras(keras: Any) -> None:
    x = np.full((200, 300), 0.5, np.float32)
    theirs = np.asarray(keras.layers.AlphaDropout(0.3, seed=1)(x, training=True))
    ours = regularisers.alpha_dropout(x, 0.3, np.random.default_rng(1))
    np.testing.assert_allclose(np.unique(ours), np.unique(theirs), rtol=1e-5)


def test_saturation_is_where_selu_goes(keras: Any) -> None:
    low = float(keras.activations.selu(np.float32(-50)))
    assert low == pytest.approx(-regularisers.SELU_LAMBDA * regularisers.SELU_ALPHA)


# Monte Carlo prediction


def test_mc_prediction_by_hand() -> None:
    p = np.array([[[0.9, 0.1], [0.5, 0.5]], [[0.1, 0.9], [0.5, 0.5]], [[0.2, 0.8], [0.5, 0.5]]])
    mean, std, entropy, information = regularisers.mc_prediction(p)
    np.testing.assert_allclose(mean, [[0.4, 0.6], [0.5, 0.5]])
    np.testing.assert_allclose(std, [[math.sqrt(0.38 / 3)] * 2, [0, 0]], atol=1e-12)
    total = -(0.4 * math.log(0.4) + 0.6 * math.log(0.6))
    np.testing.assert_allclose(entropy, [total, math.log(2)])
    each = [-(q * math.log(q) + (1 - q) * math.log(1 - q)) for q in (0.9, 0.1, 0.2)]
    np.testing.assert_allclose(information, [total - sum(each) / 3, 0], atol=1e-12)


@REPEATABLE
@given(
    hnp.arrays(
        np.float64,
        st.tuples(st.integers(1, 5), st.integers(1, 4), st.integers(1, 5)),
        elements=st.sampled_from([0.0, 1e-300, 0.1, 0.5, 1.0, 3.0]),
    )
)
def test_mc_prediction_is_scipys(p: Any) -> None:
    p = p + 1.0 * (p.sum(axis=-1, keepdims=True) == 0)
    p /= p.sum(axis=-1, keepdims=True)
    mean, std, entropy, information = regularisers.mc_prediction(p)
    np.testing.assert_allclose(entropy, stats.entropy(p.mean(axis=0), axis=-1), atol=1e-12)
    expected = stats.entropy(p, axis=-1).mean(axis=0)
    np.testing.assert_allclose(information, entropy - expected, atol=1e-12)
    # The mutual information is the samples' mean divergence from their mean.
    divergence = stats.entropy(p, np.broadcast_to(mean, p.shape), axis=-1).mean(axis=0)
    np.testing.assert_allclose(information, divergence, atol=1e-12)
    assert np.all(information > -1e-12)
    assert np.all(entropy <= math.log(p.shape[-1]) + 1e-12)
    np.testing.assert_allclose(std, np.std(p, axis=0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_mc_prediction_keeps_the_dtype(dtype: Any) -> None:
    results = regularisers.mc_prediction(np.full((3, 2, 4), 0.25, dtype))
    assert [result.dtype for result in results] == [dtype] * 4
    assert [result.shape for result in results] == [(2, 4), (2, 4), (2,), (2,)]


@pytest.mark.parametrize("shape", [(3, 4), (0, 2, 3), (2, 2, 2, 2), ()])
def test_mc_prediction_of_other_shapes(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="samples"):
        regularisers.mc_prediction(np.ones(shape))


# Max-norm


@pytest.mark.parametrize(
    ("shape", "axis"),
    [((4, 7), 0), ((4, 7), 1), ((4, 7), -1), ((3, 3, 4, 5), (0, 1, 2)), ((6,), 0)],
)
def test_max_norm_unit_by_unit(shape: tuple[int, ...], axis: Any) -> None:
    weights = np.random.default_rng(12).standard_normal(shape) * 2
    limited = regularisers.max_norm(weights, 1.5, axis)
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(a % len(shape) for a in axes)
    units = [n for a, n in enumerate(shape) if a not in axes]
    for unit in np.ndindex(*units):
        places = iter(unit)
        index = tuple(slice(None) if a in axes else next(places) for a in range(len(shape)))
        before, after = weights[index], limited[index]
        norm = float(np.linalg.norm(before))
        if norm <= 1.5:
            np.testing.assert_array_equal(after, before)
        else:
            assert np.linalg.norm(after) == pytest.approx(1.5)
            np.testing.assert_allclose(after, before * 1.5 / norm)


@pytest.mark.parametrize(("shape", "axis"), [((40, 7), 0), ((4, 7), 1), ((3, 3, 4, 5), (0, 1, 2))])
def test_max_norm_is_that_of_keras(keras: Any, shape: tuple[int, ...], axis: Any) -> None:
    weights = np.random.default_rng(13).standard_normal(shape).astype(np.float32)
    theirs = keras.constraints.MaxNorm(1.5, axis)(weights)
    np.testing.assert_allclose(regularisers.max_norm(weights, 1.5, axis), theirs, rtol=2e-6)


def test_max_norm_of_units_without_weights() -> None:
    weights = np.zeros((3, 2), np.float32)
    weights[:, 1] = 1e-12
    limited = regularisers.max_norm(weights, 0.5)
    np.testing.assert_array_equal(limited, weights)
    assert limited.dtype == np.float32
    assert limited is not weights


@pytest.mark.parametrize("limit", [0.0, -1e-9, -2])
def test_max_norm_with_no_limit(limit: float) -> None:
    with pytest.raises(ValueError, match="positive"):
        regularisers.max_norm(np.ones((2, 2)), limit)


# Pruning


@REPEATABLE
@given(WEIGHTS, st.floats(0, 1))
def test_pruning_by_sorting(weights: Any, sparsity: float) -> None:
    pruned, mask = regularisers.prune(weights, sparsity)
    flat = [float(w) for w in weights.ravel()]
    queue = sorted(range(len(flat)), key=lambda place: (abs(flat[place]), place))
    gone = set(queue[: round(sparsity * len(flat))])
    assert mask.ravel().tolist() == [place not in gone for place in range(len(flat))]
    assert pruned.ravel().tolist() == [0.0 if place in gone else w for place, w in enumerate(flat)]
    assert (pruned.shape, mask.shape, mask.dtype) == (weights.shape, weights.shape, np.bool_)


def test_pruning_loses_the_least_of_all_masks() -> None:
    # No other choice of as many weights leaves a smaller sum of squares behind.
    import itertools

    weights = np.random.default_rng(14).standard_normal(8)
    _, mask = regularisers.prune(weights, 0.375)
    lost = float(np.sum(weights[~mask] ** 2))
    assert lost == pytest.approx(
        min(sum(w**2 for w in some) for some in itertools.combinations(weights, 3))
    )


@pytest.mark.parametrize("sparsity", [-1e-9, 1 + 1e-9, 90])
def test_sparsities_that_make_no_sense(sparsity: float) -> None:
    with pytest.raises(ValueError, match="sparsity"):
        regularisers.prune(np.ones(3), sparsity)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_nothing_is_changed_in_place(dtype: Any) -> None:
    weights = np.random.default_rng(15).standard_normal((4, 5)).astype(dtype)
    before = weights.copy()
    mask, rng = weights > 0, np.random.default_rng(1)
    regularisers.elastic_net(weights)
    regularisers.dropout(weights, 0.5, rng)
    regularisers.dropout_backward(weights, mask, 0.5)
    regularisers.alpha_dropout(weights, 0.5, rng)
    regularisers.max_norm(weights, 0.1)
    pruned, _ = regularisers.prune(weights, 0.5)
    np.testing.assert_array_equal(weights, before)
    assert pruned.dtype == dtype


# In Keras


def test_the_keras_regulariser_is_keras_own(keras: Any, extensions: Any) -> None:
    weights = np.random.default_rng(16).standard_normal((5, 4)).astype(np.float32)
    ours, theirs = extensions.ElasticNet(0.3, 0.2), keras.regularizers.L1L2(0.3, 0.2)
    assert float(ours(weights)) == pytest.approx(float(theirs(weights)), rel=1e-6)
    assert ours.get_config() == theirs.get_config()
    assert extensions.ElasticNet().get_config() == keras.regularizers.L1L2().get_config()
    assert float(ours(weights)) == pytest.approx(
        regularisers.elastic_net(weights, 0.3, 0.2)[0], rel=1e-6
    )


def test_the_keras_constraint_is_keras_own(keras: Any, extensions: Any) -> None:
    weights = np.random.default_rng(17).standard_normal((3, 3, 5, 4)).astype(np.float32)
    ours = extensions.MaxNorm(0.8, (0, 1, 2))
    theirs = keras.constraints.MaxNorm(0.8, (0, 1, 2))
    np.testing.assert_allclose(ours(weights), theirs(weights), rtol=1e-6)
    np.testing.assert_allclose(ours(weights), regularisers.max_norm(weights, 0.8, (0, 1, 2)))
    defaults = keras.constraints.MaxNorm().get_config()
    assert extensions.MaxNorm().get_config() == defaults


def test_bad_arguments_in_keras(extensions: Any) -> None:
    for factors in ((-1e-9, 0.0), (0.0, -1e-9)):
        with pytest.raises(ValueError, match="negative"):
            extensions.ElasticNet(*factors)
    for limit in (0.0, -1.0):
        with pytest.raises(ValueError, match="positive"):
            extensions.MaxNorm(limit)


def test_a_saved_model_goes_on_with_both(keras: Any, extensions: Any, tmp_path: Any) -> None:
    layer = keras.layers.Dense(
        3,
        use_bias=False,
        kernel_regularizer=extensions.ElasticNet(0.01, 0.02),
        kernel_constraint=extensions.MaxNorm(0.5, axis=(0,)),
    )
    model = keras.Sequential([keras.Input((4,)), layer])
    model.compile(keras.optimizers.SGD(0.5), "mse", run_eagerly=True)
    x = np.random.default_rng(18).standard_normal((32, 4)).astype(np.float32)
    model.train_on_batch(x, 5 * x[:, :3])
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert float(loaded.losses[0]) == pytest.approx(float(model.losses[0]))
    loaded.train_on_batch(x, 5 * x[:, :3])
    assert np.all(np.linalg.norm(loaded.get_weights()[0], axis=0) < 0.5001)
