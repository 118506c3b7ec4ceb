"""Two answers to the question how much one wild number may matter."""

import math

import numpy as np


def trimmed_mean(x: np.ndarray, share: float) -> float:
    """Return the mean of what is left when the smallest and the largest values are cut off.

    Of n values, floor(share · n) are cut off at *each* end.

    Parameters
    ----------
    x
        The sample, of shape (n,), in no particular order. It is left as it is.
    share
        What is cut off at each end, at least 0 and less than 0.5.

    Returns
    -------
    float
        The mean of the values that are left.

    Raises
    ------
    ValueError
        `share` is negative, or 0.5 or more.
    """
    if not 0 <= share < 0.5:
        raise ValueError("share must be at least 0 and less than 0.5")
    cut = math.floor(share * len(x))
    kept = np.sort(x)[cut : len(x) - cut]
    return float(np.mean(kept))


def bootstrap_interval(
    x: np.ndarray, level: float, resamples: int, rng: np.random.Generator
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the mean.

    A resample has as many values as the sample, drawn from it with replacement. The interval goes
    from the (1 - level) / 2 to the (1 + level) / 2 quantile of the resamples' means.

    Parameters
    ----------
    x
        The sample, of shape (n,).
    level
        How likely the interval should cover the mean, between 0 and 1.
    resamples
        How many resamples are drawn.
    rng
        What they are drawn with.

    Returns
    -------
    tuple of float
        The lower and the upper end.

    References
    ----------
    Efron and Tibshirani, An Introduction to the Bootstrap (1993), Section 13.3.
    """
    drawn = rng.choice(x, size=(resamples, len(x)))
    means = np.mean(drawn, axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)
