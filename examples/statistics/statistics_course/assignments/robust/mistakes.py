"""Wrong answers to `robust` that people really give."""

from __future__ import annotations

from autograder.api import edited
from statistics_course.solutions import robust as reference

# trimmed_mean

shared_between_the_ends = edited(
    reference.trimmed_mean,
    "shared-between-the-ends",
    {"share * len(x)": "share / 2 * len(x)"},
    "You cut off half of `share` at each end. It is meant for each of them: with 0.1, a fifth of "
    "the sample goes altogether.",
)
rounded = edited(
    reference.trimmed_mean,
    "rounded",
    {"math.floor(share * len(x))": "round(share * len(x))"},
    "You round share · n to the nearest whole number; it should be rounded down, so that never "
    "more than `share` is cut off.",
)
not_sorted = edited(
    reference.trimmed_mean,
    "not-sorted",
    {"np.sort(x)": "x"},
    "You cut off the first and the last values instead of the smallest and the largest: the sample "
    "comes in no particular order, so sort it first.",
)
upper_end_only = edited(
    reference.trimmed_mean,
    "upper-end-only",
    {"cut : len(x) - cut": ": len(x) - cut"},
    "You cut off the largest values only. The smallest go as well, as many, or the mean of a "
    "symmetric sample is pulled down.",
)
nothing_left_for_nothing = edited(
    reference.trimmed_mean,
    "minus-zero",
    {"cut : len(x) - cut": "cut:-cut"},
    "When there is nothing to cut off, nothing is left: a slice that ends at -0 is empty, and its "
    "mean is NaN. End it at len(x) - cut.",
)
share_not_checked = edited(
    reference.trimmed_mean,
    "share-not-checked",
    {'raise ValueError("share must be at least 0 and less than 0.5")': "pass"},
    "Your means are right, but a share that is negative, or half and more, goes through. Raise "
    "ValueError for it before anything else.",
)

# bootstrap_interval

without_replacement = edited(
    reference.bootstrap_interval,
    "without-replacement",
    {
        "rng.choice(x, size=(resamples, len(x)))": (
            "np.stack([rng.permutation(x) for _ in range(resamples)])"
        )
    },
    "You draw without replacement. A resample is then the sample in another order, each has the "
    "same mean, and the interval has no width.",
)
one_sided = edited(
    reference.bootstrap_interval,
    "each-tail-has-all",
    {"(1 - level) / 2": "1 - level"},
    "You leave 1 - level at *each* end, so the interval covers too little: with a level of 0.9 it "
    "is an interval of 0.8. Each end gets half.",
)
values_for_means = edited(
    reference.bootstrap_interval,
    "values-instead-of-means",
    {"np.quantile(means,": "np.quantile(drawn,"},
    "Your quantiles are those of the values, not of the resamples' means. They say where a single "
    "value lies, and do not get closer with more data.",
)
own_generator = edited(
    reference.bootstrap_interval,
    "own-generator",
    {"rng.choice": "np.random.default_rng(0).choice"},
    "You draw with a generator of your own, so every call draws the same and the caller's seed has "
    "no say. Draw with `rng`.",
)
