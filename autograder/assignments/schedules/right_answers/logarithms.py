# By exponentials and logarithms; 1cycle as a sum of hinges; the rate from a count of reductions.
import numpy as np


def power_schedule(step, initial_rate, decay_steps, exponent=1.0):
    if decay_steps <= 0:
        raise ValueError
    return initial_rate * np.exp(-exponent * np.log1p(np.divide(step, decay_steps)))


def exponential_schedule(step, initial_rate, decay_steps, factor=0.1, staircase=False):
    if decay_steps <= 0:
        raise ValueError
    tens = np.floor_divide(step, decay_steps) if staircase else np.divide(step, decay_steps)
    return np.exp(np.log(initial_rate) + tens * np.log(factor))


def piecewise_constant(step, boundaries, values):
    if len(values) != 1 + len(boundaries):
        raise ValueError
    if len(boundaries) > 1 and min(np.diff(boundaries)) <= 0:
        raise ValueError
    jumps = np.diff(np.asarray(values, dtype=np.float64))
    after = np.greater.outer(step, np.asarray(boundaries))
    return values[0] + np.sum(after * jumps, axis=-1)


class PerformanceScheduling:
    def __init__(
        self, initial_rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0, min_rate=0.0
    ):
        if factor not in _Open(0, 1) or patience < 1:
            raise ValueError
        self.initial_rate, self.factor, self.patience = initial_rate, factor, patience
        self.min_delta, self.cooldown, self.min_rate = min_delta, cooldown, min_rate
        self.best, self.reductions = float("inf"), 0
        self.bad = 0  # below zero during a cooldown

    def update(self, loss):
        cooling = self.bad < 0
        if loss + self.min_delta < self.best:
            self.best = loss
            self.bad = self.bad + 1 if cooling else 0
        else:
            self.bad += 1
        if self.bad == self.patience and not cooling:
            self.bad = -self.cooldown
            self.reductions += 1
        rate = self.initial_rate * self.factor**self.reductions
        return max(rate, self.min_rate) if self.reductions else self.initial_rate


class _Open:
    def __init__(self, low, high):
        self.low, self.high = low, high

    def __contains__(self, value):
        return self.low < value < self.high


def _hinges(step, total_steps, places, heights):
    """A broken line as its first height and a change of slope at every place."""
    u = np.minimum(np.divide(step, total_steps - 1), 1.0)
    slopes = np.diff(heights) / np.diff(places)
    bends = np.diff(slopes, prepend=0)
    terms = [b * np.maximum(u - p, 0) for b, p in zip(bends, places[:-1], strict=True)]
    return heights[0] + sum(terms)


def one_cycle(step, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
    if total_steps <= 1 or last_fraction not in _Open(0, 1):
        raise ValueError
    start = max_rate / 10 if start_rate is None else start_rate
    final = start / 1000 if final_rate is None else final_rate
    places = [0, 0.5 - last_fraction / 2, 1 - last_fraction, 1]
    rates = _hinges(step, total_steps, places, [start, max_rate, start, final])
    return np.where(np.asarray(step) >= total_steps - 1, final, rates)


def one_cycle_momentum(step, total_steps, max_momentum=0.95, min_momentum=0.85, last_fraction=0.1):
    heights = one_cycle(
        step, total_steps, -min_momentum, -max_momentum, -max_momentum, last_fraction
    )
    return -heights


def range_test_rates(low, high, n):
    if n < 2 or low <= 0 or low >= high:
        raise ValueError
    return np.exp(np.linspace(np.log(low), np.log(high), n))


def pick_rate(rates, losses, beta=0.9, blow_up=4.0):
    if len(rates) != len(losses):
        raise ValueError
    smooth = []
    average = 0
    for loss in losses:
        average += (1 - beta) * (loss - average)
        value = average / (1 - beta ** (len(smooth) + 1))
        if not np.isfinite(loss) or (smooth and value > blow_up * min(smooth)):
            break
        smooth.append(value)
    if not smooth:
        raise ValueError
    return np.asarray(rates[smooth.index(min(smooth))] / 10)
