"""Written with lists and loops."""

import numpy as np


def trimmed_mean(x, share):
    if share < 0 or share >= 0.5:
        raise ValueError("no such share")
    values = sorted(float(value) for value in x)
    for _ in range(int(share * len(x))):
        values.pop()
        values.pop(0)
    return sum(values) / len(values)


def bootstrap_interval(x, level, resamples, rng):
    means = []
    for _ in range(resamples):
        chosen = rng.integers(0, len(x), len(x))
        means.append(sum(x[chosen]) / len(x))
    ends = [float(np.quantile(means, q)) for q in ((1 - level) / 2, (1 + level) / 2)]
    return tuple(ends)
