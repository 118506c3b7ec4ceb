# One step at a time, in plain Python; arrays are gone through entry by entry.
import math

import numpy as np


def _each(rate_at, step):
    if not isinstance(step, np.ndarray):
        return rate_at(step)
    rates = np.zeros(step.shape)
    for index in np.ndindex(step.shape):
        rates[index] = rate_at(int(step[index]))
    return rates


def power_schedule(step, initial_rate, decay_steps, exponent=1.0):
    if decay_steps <= 0:
        raise ValueError("decay_steps")
    return _each(lambda t: initial_rate / math.pow(1 + t / decay_steps, exponent), step)


def exponential_schedule(step, initial_rate, decay_steps, factor=0.1, staircase=False):
    if decay_steps <= 0:
        raise ValueError("decay_steps")

    def rate_at(t):
        exponent = t // decay_steps if staircase else t / decay_steps
        return initial_rate * factor**exponent

    return _each(rate_at, step)


def piecewise_constant(step, boundaries, values):
    if len(boundaries) + 1 != len(values):
        raise ValueError("lengths")
    for i in range(1, len(boundaries)):
        if boundaries[i] <= boundaries[i - 1]:
            raise ValueError("order")

    def rate_at(t):
        for boundary, value in zip(boundaries, values, strict=False):
            if t <= boundary:
                return value
        return values[-1]

    return _each(rate_at, step)


class PerformanceScheduling:
    def __init__(
        self, initial_rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0, min_rate=0.0
    ):
        if factor <= 0 or factor >= 1 or patience <= 0:
            raise ValueError("factor or patience")
        self.rate = initial_rate
        self.factor = factor
        self.patience = patience
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_rate = min_rate
        self.best = None
        self.wait = 0
        self.free = 0

    def update(self, loss):
        free = self.free > 0
        if free:
            self.free -= 1
        if self.best is None or loss < self.best - self.min_delta:
            self.best = loss
            self.wait = 0
            return self.rate
        if free:
            return self.rate
        self.wait += 1
        if self.wait >= self.patience:
            self.wait = 0
            self.free = self.cooldown
            self.rate = self.rate * self.factor
            if self.rate < self.min_rate:
                self.rate = self.min_rate
        return self.rate


def _line(x, x0, y0, x1, y1):
    return y0 + (y1 - y0) * (x - x0) / (x1 - x0)


def one_cycle(step, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
    if total_steps < 2:
        raise ValueError("total_steps")
    if last_fraction <= 0 or last_fraction >= 1:
        raise ValueError("last_fraction")
    if start_rate is None:
        start_rate = max_rate / 10
    if final_rate is None:
        final_rate = start_rate / 1000
    last = total_steps - 1
    back = (1 - last_fraction) * last
    peak = back / 2

    def rate_at(t):
        if t < peak:
            return _line(t, 0, start_rate, peak, max_rate)
        if t < back:
            return _line(t, peak, max_rate, back, start_rate)
        if t < last:
            return _line(t, back, start_rate, last, final_rate)
        return final_rate

    return _each(rate_at, step)


def one_cycle_momentum(step, total_steps, max_momentum=0.95, min_momentum=0.85, last_fraction=0.1):
    if total_steps < 2:
        raise ValueError("total_steps")
    if last_fraction <= 0 or last_fraction >= 1:
        raise ValueError("last_fraction")
    back = (1 - last_fraction) * (total_steps - 1)

    def momentum_at(t):
        if t < back / 2:
            return _line(t, 0, max_momentum, back / 2, min_momentum)
        if t < back:
            return _line(t, back / 2, min_momentum, back, max_momentum)
        return max_momentum

    return _each(momentum_at, step)


def range_test_rates(low, high, n):
    if low <= 0 or high <= low or n < 2:
        raise ValueError("range")
    factor = (high / low) ** (1 / (n - 1))
    rates = [low]
    while len(rates) < n:
        rates.append(rates[-1] * factor)
    return np.array(rates)


def pick_rate(rates, losses, beta=0.9, blow_up=4.0):
    if len(rates) != len(losses):
        raise ValueError("lengths")
    average = 0.0
    weight = 0.0
    best = None
    for rate, loss in zip(rates.tolist(), losses.tolist(), strict=True):
        if math.isnan(loss) or math.isinf(loss):
            break
        average = beta * average + (1 - beta) * loss
        weight = beta * weight + (1 - beta)
        smooth = average / weight
        if best is not None and smooth > blow_up * best:
            break
        if best is None or smooth < best:
            best = smooth
            picked = rate
    if best is None:
        raise ValueError("no usable loss")
    return picked / 10
