"""The reference schedules against Keras, PyTorch's rules by hand, SciPy and the formulas."""

from __future__ import annotations

import doctest
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import interpolate

from solutions import schedules

REPEATABLE = settings(deadline=None, derandomize=True)
RATES = st.floats(1e-6, 10.0)
SPANS = st.integers(1, 500)
TOTALS = st.integers(2, 500)
SHARES = st.floats(0.01, 0.99)
STEPS = np.arange(0, 97, 3)


def of_keras(schedule: Any, steps: Any) -> Any:
    """Return a Keras schedule's rates, in double precision where it computes in it."""
    return np.array([float(schedule(step)) for step in steps.tolist()])


# Against Keras


def test_power_with_exponent_one_is_inverse_time_decay(keras: Any) -> None:
    theirs = keras.optimizers.schedules.InverseTimeDecay(0.3, 20, 1.0)
    ours = schedules.power_schedule(STEPS, 0.3, 20)
    np.testing.assert_allclose(ours, of_keras(theirs, STEPS), rtol=1e-6)


@pytest.mark.parametrize("staircase", [False, True])
@pytest.mark.parametrize("factor", [0.1, 0.7])
def test_exponential_is_that_of_keras(keras: Any, factor: float, staircase: bool) -> None:
    theirs = keras.optimizers.schedules.ExponentialDecay(0.3, 20, factor, staircase)
    ours = schedules.exponential_schedule(STEPS, 0.3, 20, factor, staircase)
    np.testing.assert_allclose(ours, of_keras(theirs, STEPS), rtol=2e-6)


@pytest.mark.parametrize("boundaries", [[9], [9, 30], [0, 1, 2, 50, 90]])
def test_pieces_are_those_of_keras(keras: Any, boundaries: list[int]) -> None:
    values = [0.5 / (3 * i + 1) for i in range(len(boundaries) + 1)]
    theirs = keras.optimizers.schedules.PiecewiseConstantDecay(boundaries, values)
    steps = np.arange(100)
    ours = schedules.piecewise_constant(steps, boundaries, values)
    np.testing.assert_allclose(ours, of_keras(theirs, steps), rtol=1e-6)


def rates_of_keras(keras: Any, losses: list[float], initial: float, **given: Any) -> list[float]:
    """Return what Keras's callback makes of the losses, without any training."""
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(initial), "mse")
    callback = keras.callbacks.ReduceLROnPlateau(monitor="val_loss", mode="min", **given)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        rates.append(float(model.optimizer.learning_rate))
    return rates


@pytest.mark.parametrize("cooldown", [0, 1, 3])
@pytest.mark.parametrize("patience", [1, 2, 5])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_performance_scheduling_is_that_of_keras(
    keras: Any, seed: int, patience: int, cooldown: int
) -> None:
    losses = list(np.exp(0.3 * np.random.default_rng(seed).standard_normal(60)))
    arguments = {"factor": 0.5, "patience": patience, "min_delta": 0.01}
    ours = schedules.PerformanceScheduling(0.4, **arguments, cooldown=cooldown, min_rate=0.003)
    # Keras counts the last epoch of its cooldown.
    longer = cooldown + 1 if cooldown else 0
    theirs = rates_of_keras(keras, losses, 0.4, **arguments, cooldown=longer, min_lr=0.003)
    np.testing.assert_allclose([ours.update(loss) for loss in losses], theirs, rtol=1e-6)


def rates_of_pytorch(losses: list[float], rate: float, given: dict[str, Any]) -> list[float]:
    """Return the rates by the rules that PyTorch documents for its ReduceLROnPlateau.

    There, `patience` epochs are let pass, and the next bad one lowers the rate.
    """
    best, bad, cooling, rates = math.inf, 0, 0, []
    for loss in losses:
        if loss < best - given["min_delta"]:
            best, bad = loss, 0
        else:
            bad += 1
        if cooling > 0:
            cooling, bad = cooling - 1, 0
        if bad > given["patience"] - 1:
            rate = max(rate * given["factor"], given["min_rate"])
            cooling, bad = given["cooldown"], 0
        rates.append(rate)
    return rates


@REPEATABLE
@given(
    st.lists(st.floats(0, 4).map(lambda x: round(8 * x) / 8), max_size=60),
    st.integers(1, 6),
    st.integers(0, 5),
    st.sampled_from([0.0, 0.125, 0.3]),
)
def test_performance_scheduling_is_that_of_pytorch(
    losses: list[float], patience: int, cooldown: int, delta: float
) -> None:
    given = {"factor": 0.5, "patience": patience, "cooldown": cooldown}
    given |= {"min_delta": delta, "min_rate": 0.01}
    ours = schedules.PerformanceScheduling(0.8, **given)
    theirs = rates_of_pytorch(losses, 0.8, given)
    assert [ours.update(loss) for loss in losses] == theirs


# Against the formulas


@REPEATABLE
@given(st.integers(0, 10**6), RATES, SPANS, st.floats(0, 3))
def test_power_by_the_formula(step: int, rate: float, span: int, exponent: float) -> None:
    base = float(1 + Fraction(step, span))
    expected = rate * math.exp(-exponent * math.log(base))
    assert schedules.power_schedule(step, rate, span, exponent) == pytest.approx(expected)


@REPEATABLE
@given(st.integers(0, 5), st.integers(0, 30), RATES, SPANS, st.floats(0.1, 0.9))
def test_exponential_by_the_formula(
    whole: int, rest: int, rate: float, span: int, factor: float
) -> None:
    step = whole * span + rest % span
    smooth = schedules.exponential_schedule(step, rate, span, factor)
    assert smooth == pytest.approx(rate * math.exp(math.log(factor) * step / span))
    stairs = schedules.exponential_schedule(step, rate, span, factor, staircase=True)
    assert stairs == pytest.approx(rate * math.prod([factor] * whole))


@REPEATABLE
@given(st.lists(st.integers(0, 40), unique=True, max_size=8).map(sorted), st.integers(0, 50))
def test_pieces_by_the_definition(boundaries: list[int], step: int) -> None:
    values = [1 / (i + 1) for i in range(len(boundaries) + 1)]
    passed = sum(step > b for b in boundaries)
    assert schedules.piecewise_constant(step, boundaries, values) == values[passed]


@REPEATABLE
@given(TOTALS, RATES, SHARES, st.floats(0, 1), st.floats(0, 1))
def test_one_cycle_is_a_broken_line(
    total: int, peak: float, share: float, start: float, final: float
) -> None:
    steps = np.arange(total)
    rates = schedules.one_cycle(steps, total, peak, start * peak, final * peak, share)
    turns = [0, (1 - share) / 2, 1 - share, 1]
    line = interpolate.interp1d(turns, [start * peak, peak, start * peak, final * peak])
    np.testing.assert_allclose(rates, line(steps / (total - 1)), rtol=1e-9, atol=1e-12)
    assert rates[0] == pytest.approx(start * peak)
    assert rates[-1] == pytest.approx(final * peak)
    assert np.all(rates <= peak * (1 + 1e-12))


def test_one_cycle_is_that_of_geron_where_he_does_not_round() -> None:
    # His callback, as he prints it, for 1000 iterations of which the last 100 are the last stretch.
    def callback(iteration: int) -> float:
        half, start, peak, final = 450, 0.05, 0.5, 5e-5

        def between(i1: int, i2: int, r1: float, r2: float) -> float:
            return (r2 - r1) * (iteration - i1) / (i2 - i1) + r1

        if iteration < half:
            return between(0, half, start, peak)
        if iteration < 2 * half:
            return between(half, 2 * half, peak, start)
        return between(2 * half, 1000, start, final)

    # He measures in iterations, so that his last one would be number 1000.
    steps = np.arange(1001)
    ours = schedules.one_cycle(steps, 1001, 0.5)
    np.testing.assert_allclose(ours, [callback(step) for step in steps.tolist()], rtol=1e-9)


@REPEATABLE
@given(TOTALS, SHARES)
def test_momentum_goes_the_other_way(total: int, share: float) -> None:
    steps = np.arange(total + 20)
    momentum = schedules.one_cycle_momentum(steps, total, 0.9, 0.6, share)
    rates = schedules.one_cycle(steps, total, 1.0, 0.0, 0.0, share)
    np.testing.assert_allclose(momentum, 0.9 - 0.3 * rates, rtol=1e-9)
    assert np.all((momentum > 0.6 - 1e-9) & (momentum < 0.9 + 1e-9))
    np.testing.assert_allclose(momentum[steps >= (1 - share) * (total - 1)], 0.9)


@REPEATABLE
@given(st.floats(1e-8, 1.0), st.floats(1.1, 1e8), st.integers(2, 300))
def test_range_is_geometric(low: float, ratio: float, n: int) -> None:
    rates = schedules.range_test_rates(low, low * ratio, n)
    np.testing.assert_allclose(rates, np.geomspace(low, low * ratio, n), rtol=1e-9)


def pick_by_sums(rates: Any, losses: Any, beta: float, blow_up: float) -> float:
    """Return what the docstring of `pick_rate` says, each average summed up anew."""
    smooth: list[float] = []
    for i, loss in enumerate(losses):
        weights = [beta ** (i - j) for j in range(i + 1)]
        average = sum(w * x for w, x in zip(weights, losses, strict=False)) / sum(weights)
        if not math.isfinite(loss) or (smooth and average > blow_up * min(smooth)):
            break
        smooth.append(average)
    return float(rates[smooth.index(min(smooth))]) / 10


@pytest.mark.parametrize("beta", [0.0, 0.5, 0.9, 0.98])
@pytest.mark.parametrize("seed", range(6))
def test_pick_by_the_definition(seed: int, beta: float) -> None:
    rng = np.random.default_rng(seed)
    rates = schedules.range_test_rates(1e-5, 10.0, 80)
    losses = np.exp(0.2 * rng.standard_normal(80) + 2 * np.linspace(-1, 1, 80) ** 2)
    losses[60:] *= np.geomspace(1, 1e4, 20)
    losses[75:] = [1e-3, np.inf, np.nan, 1e-4, 1e-4]
    for blow_up in (1.2, 4.0):
        picked = schedules.pick_rate(rates, losses, beta, blow_up)
        assert type(picked) is float
        assert picked == pytest.approx(pick_by_sums(rates, losses, beta, blow_up))


# Shapes and arguments


@pytest.mark.parametrize("shape", [(), (5,), (2, 3), (0,)])
@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_shapes_and_dtypes(shape: tuple[int, ...], dtype: Any) -> None:
    steps = np.arange(math.prod(shape), dtype=dtype).reshape(shape)
    for rates in (
        schedules.power_schedule(steps, 0.1, 7),
        schedules.exponential_schedule(steps, 0.1, 7),
        schedules.exponential_schedule(steps, 0.1, 7, staircase=True),
        schedules.piecewise_constant(steps, [2, 3], [0.1, 0.2, 0.3]),
        schedules.one_cycle(steps, 9, 0.1),
        schedules.one_cycle_momentum(steps, 9),
    ):
        assert np.shape(rates) == shape
        assert np.asarray(rates).dtype == np.float64
    for rate in (schedules.power_schedule(3, 0.1, 7), schedules.one_cycle(3, 9, 0.1)):
        assert isinstance(rate, float)


@pytest.mark.parametrize("span", [0, -1])
def test_spans_are_positive(span: int) -> None:
    for schedule in (schedules.power_schedule, schedules.exponential_schedule):
        with pytest.raises(ValueError, match="positive"):
            schedule(3, 0.1, span)


def test_boundaries_and_values_must_fit() -> None:
    for boundaries, values in (([1], [0.1]), ([1], [0.1, 0.2, 0.3]), ([], [])):
        with pytest.raises(ValueError, match="fit"):
            schedules.piecewise_constant(3, boundaries, values)
    for boundaries in ([2, 1], [1, 1]):
        with pytest.raises(ValueError, match="increase"):
            schedules.piecewise_constant(3, boundaries, [0.1, 0.2, 0.3])


def test_a_cycle_has_two_steps_and_three_parts(extensions: Any) -> None:
    makers = (
        lambda total, share: schedules.one_cycle(3, total, 0.1, last_fraction=share),
        lambda total, share: schedules.one_cycle_momentum(3, total, last_fraction=share),
        lambda total, share: extensions.OneCycleSchedule(total, 0.1, last_fraction=share),
    )
    for make in makers:
        for total in (1, 0, -4):
            with pytest.raises(ValueError, match="total_steps"):
                make(total, 0.1)
        for share in (0.0, 1.0, -0.1, 1.1):
            with pytest.raises(ValueError, match="last_fraction"):
                make(10, share)
        make(2, 0.5)


def test_bad_arguments_elsewhere() -> None:
    for wrong in ({"factor": 0.0}, {"factor": 1.0}, {"patience": 0}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            schedules.PerformanceScheduling(0.1, **wrong)
    for low, high, n, word in ((0, 1, 5, "low"), (1, 1, 5, "high"), (0.1, 1, 1, "n must")):
        with pytest.raises(ValueError, match=word):
            schedules.range_test_rates(low, high, n)
    one = np.ones(1)
    for losses in (np.ones(2), np.array([np.nan]), np.array([np.inf])):
        with pytest.raises(ValueError, match=r"fit|finite"):
            schedules.pick_rate(one, losses)
    with pytest.raises(ValueError, match="finite"):
        schedules.pick_rate(one[:0], one[:0])


def test_the_examples_in_the_docstrings(extensions: Any) -> None:
    results = doctest.testmod(schedules)
    assert results.failed == 0
    assert results.attempted >= 12
    examples = doctest.DocTestFinder().find(extensions.OneCycleSchedule, globs=vars(extensions))
    assert sum(len(example.examples) for example in examples) >= 2
    for example in examples:
        assert doctest.DocTestRunner().run(example).failed == 0


# The Keras schedule


class TestOneCycleSchedule:
    @pytest.mark.parametrize(
        "given",
        [
            {},
            {"start_rate": 0.5, "final_rate": 0.0, "last_fraction": 0.4},
            {"start_rate": 0.0, "final_rate": 0.01},
        ],
    )
    def test_is_one_cycle(self, keras: Any, extensions: Any, given: dict[str, Any]) -> None:
        schedule = extensions.OneCycleSchedule(50, 2.0, **given)
        steps = np.arange(60)
        right = schedules.one_cycle(steps, 50, 2.0, **given)
        rates = [schedule(step) for step in steps.tolist()]
        assert all(keras.ops.is_tensor(rate) for rate in rates)
        assert {keras.backend.standardize_dtype(rate.dtype) for rate in rates} == {"float32"}
        np.testing.assert_allclose([float(rate) for rate in rates], right, atol=1e-6)
        tensors = [schedule(keras.ops.convert_to_tensor(step, "int64")) for step in steps]
        np.testing.assert_array_equal(list(map(float, tensors)), list(map(float, rates)))

    def test_trains_in_fit_and_survives_saving(
        self, keras: Any, extensions: Any, tmp_path: Any
    ) -> None:
        def trained(model: Any, epochs: int) -> Any:
            x, y = np.ones((12, 2), np.float32), np.ones((12, 1), np.float32)
            model.fit(x, y, batch_size=4, epochs=epochs, shuffle=False, verbose=0)
            return model

        def fresh() -> Any:
            layer = keras.layers.Dense(1, kernel_initializer="ones")
            model = keras.Sequential([keras.Input((2,)), layer])
            schedule = extensions.OneCycleSchedule(12, 0.1)
            model.compile(keras.optimizers.SGD(schedule), "mse")
            return model

        straight = trained(fresh(), 4)
        halfway = trained(fresh(), 2)
        halfway.save(tmp_path / "model.keras")
        loaded = keras.saving.load_model(tmp_path / "model.keras")
        assert type(loaded.optimizer._learning_rate) is extensions.OneCycleSchedule
        for one, other in zip(
            straight.get_weights(), trained(loaded, 2).get_weights(), strict=True
        ):
            np.testing.assert_allclose(one, other, rtol=1e-6)
        # The same by hand: w and b of one linear unit on inputs of 1, targets of 1.
        w, b = np.ones(2), 0.0
        for rate in schedules.one_cycle(np.arange(12), 12, 0.1):
            error = w.sum() + b - 1
            w, b = w - rate * 2 * error, b - rate * 2 * error
        np.testing.assert_allclose(straight.get_weights()[0].ravel(), w, rtol=1e-5)

    def test_configuration(self, extensions: Any) -> None:
        given = {"total_steps": 9, "max_rate": 1.0, "start_rate": 0.5}
        given |= {"final_rate": 0.0, "last_fraction": 0.25}
        schedule = extensions.OneCycleSchedule(**given)
        assert schedule.get_config() == given
        twin = type(schedule).from_config(schedule.get_config())
        assert twin.get_config() == given
