"""Written with ranks, and with one resample after another."""

import numpy as np


def trimmed_mean(x, share):
    if share < 0:
        raise ValueError("a negative share")
    if share >= 0.5:
        raise ValueError("nothing would be left")
    n = len(x)
    cut = int(share * n)
    ranks = np.argsort(np.argsort(x))
    return float(x[(ranks >= cut) & (ranks < n - cut)].mean())


def bootstrap_interval(x, level, resamples, rng):
    means = np.sort([rng.choice(x, len(x), replace=True).mean() for _ in range(resamples)])
    at = np.array([(1 - level) / 2, 1 - (1 - level) / 2]) * (resamples - 1)
    below = np.floor(at).astype(int)
    above = np.minimum(below + 1, resamples - 1)
    low, high = means[below] + (at - below) * (means[above] - means[below])
    return float(low), float(high)
