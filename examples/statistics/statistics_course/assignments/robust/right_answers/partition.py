"""Written without sorting more than is needed, and with counts instead of values."""

import numpy as np


def trimmed_mean(x, share):
    if not (share >= 0 and share < 0.5):
        raise ValueError("share")
    cut = int(np.floor(share * x.size))
    ordered = np.partition(x, [cut, x.size - cut - 1])
    return ordered[cut : x.size - cut].mean().item()


def bootstrap_interval(x, level, resamples, rng):
    counts = rng.multinomial(len(x), np.full(len(x), 1 / len(x)), size=resamples)
    means = counts @ x / len(x)
    low, high = np.percentile(means, [50 - 50 * level, 50 + 50 * level])
    return low.item(), high.item()
