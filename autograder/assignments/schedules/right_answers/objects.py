# Schedules as objects underneath; an iterator that is sent the losses; NumPy's polynomials.
import bisect
import itertools

import numpy as np


def _vectorised(rate_at, step):
    if np.ndim(step) == 0:
        return float(rate_at(step))
    return np.vectorize(rate_at, otypes=[np.float64])(step)


class _Power:
    def __init__(self, rate, span, exponent):
        if span <= 0:
            raise ValueError("span")
        self.rate, self.span, self.exponent = rate, span, exponent

    def __call__(self, step):
        return self.rate * (self.span / (self.span + step)) ** self.exponent


class _Exponential:
    def __init__(self, rate, span, factor, staircase):
        if span <= 0:
            raise ValueError("span")
        self.rate, self.span, self.factor, self.staircase = rate, span, factor, staircase

    def __call__(self, step):
        whole, rest = divmod(int(step), self.span)
        rate = self.rate * self.factor**whole
        return rate if self.staircase else rate * (self.factor ** (1 / self.span)) ** rest


def power_schedule(step, initial_rate, decay_steps, exponent=1.0):
    return _vectorised(_Power(initial_rate, decay_steps, exponent), step)


def exponential_schedule(step, initial_rate, decay_steps, factor=0.1, staircase=False):
    return _vectorised(_Exponential(initial_rate, decay_steps, factor, staircase), step)


def piecewise_constant(step, boundaries, values):
    if len(values) != len(boundaries) + 1:
        raise ValueError("lengths")
    if any(b <= a for a, b in itertools.pairwise(boundaries)):
        raise ValueError("order")
    return _vectorised(lambda t: values[bisect.bisect_left(boundaries, t)], step)


def _scheduling(rate, factor, patience, delta, cooldown, floor):
    best = loss = yield
    while True:
        for _ in range(patience):
            loss = yield rate
            while loss < best - delta:
                break
            else:
                continue
            break
        else:
            rate = max(rate * factor, floor)
            for _ in range(cooldown):
                loss = yield rate
                if loss < best - delta:
                    best = loss
            continue
        best = loss


class PerformanceScheduling:
    def __init__(
        self, initial_rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0, min_rate=0.0
    ):
        if not 0 < factor < 1:
            raise ValueError("factor")
        if patience < 1:
            raise ValueError("patience")
        self._run = _scheduling(initial_rate, factor, patience, min_delta, cooldown, min_rate)
        next(self._run)

    def update(self, loss):
        return self._run.send(loss)


def one_cycle(step, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
    if total_steps < 2:
        raise ValueError("total_steps")
    if last_fraction <= 0.0 or last_fraction >= 1.0:
        raise ValueError("last_fraction")
    start = max_rate / 10 if start_rate is None else start_rate
    final = start / 1000 if final_rate is None else final_rate
    last = total_steps - 1
    turn = (1 - last_fraction) * last
    places, rates = (0, turn / 2, turn, last), (start, max_rate, start, final)
    pieces = [
        np.polynomial.Polynomial.fit(places[i : i + 2], rates[i : i + 2], 1) for i in range(3)
    ]

    def rate_at(t):
        if t >= last:
            return final
        return pieces[bisect.bisect(places, t) - 1](t)

    return _vectorised(rate_at, step)


def one_cycle_momentum(step, total_steps, max_momentum=0.95, min_momentum=0.85, last_fraction=0.1):
    share = one_cycle(step, total_steps, 1.0, 0.0, 0.0, last_fraction)
    return share * min_momentum + (1 - share) * max_momentum


def range_test_rates(low, high, n):
    if n < 2 or low <= 0 or high <= low:
        raise ValueError("range")
    return np.logspace(np.log10(low), np.log10(high), n)


def pick_rate(rates, losses, beta=0.9, blow_up=4.0):
    if len(rates) != len(losses):
        raise ValueError("lengths")

    def averages():
        total = weight = 0.0
        for loss in itertools.takewhile(np.isfinite, losses):
            total, weight = beta * total + loss, beta * weight + 1
            yield total / weight

    kept = []
    for value in averages():
        if kept and value > blow_up * min(kept):
            break
        kept.append(value)
    return float(rates[min(range(len(kept)), key=kept.__getitem__)]) / 10  # ValueError if empty
