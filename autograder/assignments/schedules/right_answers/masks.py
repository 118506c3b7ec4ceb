# Vectorised, with masks and `np.select`; the scheduling keeps its history in a dictionary.
import numpy as np


def power_schedule(step, initial_rate, decay_steps, exponent=1.0):
    if not decay_steps > 0:
        raise ValueError(f"{decay_steps=}")
    t = np.asarray(step, dtype=np.float64)
    return initial_rate * np.power(1 + t / decay_steps, -exponent)


def exponential_schedule(step, initial_rate, decay_steps, factor=0.1, staircase=False):
    if not decay_steps > 0:
        raise ValueError(f"{decay_steps=}")
    t = np.asarray(step, dtype=np.float64)
    if staircase:
        t = t - t % decay_steps
    return initial_rate * np.power(factor, t / decay_steps)


def piecewise_constant(step, boundaries, values):
    if len(values) - len(boundaries) != 1 or sorted(set(boundaries)) != list(boundaries):
        raise ValueError("boundaries and values do not fit")
    step = np.asarray(step)
    rates = np.full(step.shape, values[-1], dtype=float)
    for boundary, value in reversed(list(zip(boundaries, values, strict=False))):
        rates[step <= boundary] = value
    return rates


class PerformanceScheduling:
    def __init__(
        self, initial_rate, factor=0.1, patience=10, min_delta=1e-4, cooldown=0, min_rate=0.0
    ):
        if not (0 < factor < 1 and patience >= 1):
            raise ValueError("factor or patience")
        self.settings = {"factor": factor, "patience": patience, "delta": min_delta}
        self.settings |= {"cooldown": cooldown, "floor": min_rate}
        self.state = {"rate": initial_rate, "best": np.inf, "bad": 0, "epoch": 0, "free_until": 0}

    def update(self, loss):
        state, settings = self.state, self.settings
        state["epoch"] += 1
        improved = state["best"] - loss > settings["delta"]
        if improved:
            state.update(best=loss, bad=0)
        elif state["epoch"] > state["free_until"]:
            state["bad"] += 1
        if state["bad"] == settings["patience"]:
            lowered = np.maximum(state["rate"] * settings["factor"], settings["floor"])
            state.update(rate=lowered, bad=0, free_until=state["epoch"] + settings["cooldown"])
        return state["rate"]


def _check(total_steps, last_fraction):
    if total_steps < 2 or not 0.0 < last_fraction < 1.0:
        raise ValueError("total_steps or last_fraction")


def one_cycle(step, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
    _check(total_steps, last_fraction)
    start = 0.1 * max_rate if start_rate is None else start_rate
    final = 0.001 * start if final_rate is None else final_rate
    u = np.clip(np.asarray(step) / (total_steps - 1), 0, 1)
    half = (1 - last_fraction) / 2
    up = start + (max_rate - start) * u / half
    down = max_rate - (max_rate - start) * (u - half) / half
    stretch = final + (start - final) * (1 - u) / last_fraction
    return np.select([u <= half, u <= 2 * half], [up, down], stretch)


def one_cycle_momentum(step, total_steps, max_momentum=0.95, min_momentum=0.85, last_fraction=0.1):
    _check(total_steps, last_fraction)
    u = np.asarray(step) / (total_steps - 1)
    half = (1 - last_fraction) / 2
    dip = np.maximum(0, 1 - np.abs(u - half) / half)
    return max_momentum - (max_momentum - min_momentum) * dip


def range_test_rates(low, high, n):
    if n < 2 or not 0 < low < high:
        raise ValueError("range")
    return np.geomspace(low, high, num=n)


def pick_rate(rates, losses, beta=0.9, blow_up=4.0):
    if rates.shape != losses.shape or losses.size == 0 or not np.isfinite(losses[0]):
        raise ValueError("rates and losses")
    finite = np.isfinite(losses)
    if not finite.all():
        losses = losses[: np.argmin(finite)]
    # The moving averages of all steps as one product with a triangular matrix of weights.
    age = np.subtract.outer(np.arange(losses.size), np.arange(losses.size))
    weights = np.where(age >= 0, float(beta) ** np.maximum(age, 0), 0)
    smooth = weights @ losses / weights.sum(axis=1)
    lowest = np.minimum.accumulate(smooth)
    blown = np.flatnonzero(smooth[1:] > blow_up * lowest[:-1])
    if blown.size:
        smooth = smooth[: blown[0] + 1]
    return rates[smooth.argmin()] * 0.1
