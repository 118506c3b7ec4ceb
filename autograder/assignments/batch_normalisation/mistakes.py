"""Batch normalisation as people really get it wrong.

Each is written as a student writes it and is otherwise complete: it differs from a right answer
in the one point that it is about.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.api import mistake
from solutions.batch_normalisation import (
    Array,
    batch_norm_backward,
    batch_norm_inference,
    batch_norm_train,
    update_moving_statistics,
)

OUTSIDE = (
    "You add epsilon to the standard deviation, sqrt(variance) + epsilon. It belongs inside the "
    "root, sqrt(variance + epsilon): there a variance of 0 is divided by sqrt(0.001) = 0.03, with "
    "yours by 0.001, so a feature that hardly varies is blown up thirty times as much. A model "
    "whose training and inference disagree in this is wrong at exactly those features."
)
NO_EPSILON = (
    "Your denominator is sqrt(variance): epsilon is missing. A feature that happens to be the "
    "same in the whole batch (a dead ReLU, a batch of one) then divides zero by zero, and one NaN "
    "ruins every weight of the net. Use sqrt(variance + epsilon)."
)
NO_ROOT = (
    "You divide by the variance where the standard deviation is needed: a square root is missing. "
    "A variance is in squared units, so features with a large spread come out far too small and "
    "those with a small one far too large, when all of them should have variance 1."
)
TYPED_EPSILON = (
    "You use epsilon = 0.001 whatever is passed: the default is right, the argument is not "
    "looked at. Frameworks differ in their epsilon (PyTorch's is 0.00001), and a model is only "
    "reproduced with its own."
)
SWAPPED = (
    "gamma and beta are exchanged: gamma is the scale, it multiplies, and beta is the shift, it is "
    "added. At the start of training gamma is 1 and beta is 0, so with yours every output is the "
    "same number and nothing can be learnt. Your normalisation itself is right."
)
FIRST_AXIS = (
    "Dense batches are right, but with more than one leading axis you average over the first one "
    "alone. After a convolution every pixel of every image counts towards the same channel: one "
    "mean and one variance for each feature (the last axis), over *all* other axes, "
    "`axis=tuple(range(x.ndim - 1))`."
)
DOUBLE = (
    "Single precision comes back as double. `np.zeros(n)` and lists of Python's floats make "
    "float64, which then takes twice the memory and raises everything it touches to float64. The "
    "values are right: keep the dtype of what came in."
)
IN_PLACE = (
    "The numbers are right, but you change an array that you were given (`-=`, `*=`, `out=`). The "
    "caller still needs it: the layer before has kept it for its own way back. Write "
    "`x = x - mean`, which makes a new array, and not `x -= mean`."
)


# batch_norm_train


def _fits(x: Array, gamma: Array, beta: Array) -> None:
    if gamma.shape != x.shape[-1:] or beta.shape != x.shape[-1:]:
        raise ValueError("gamma and beta need one entry for each feature")
    if 0 in x.shape[:-1]:
        raise ValueError("the batch is empty")


@mistake(
    "batch_norm_train",
    "unbiased-variance",
    "You divide the sum of squares by n - 1. That is the estimate for a population from a sample; "
    "here the batch itself is to have variance 1, so the sum is divided by n, NumPy's default. "
    "With yours the outputs of a batch of 8 are 6 % too small, and a batch of one has no "
    "variance at all.",
)
@np.errstate(all="ignore")
def unbiased_variance(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axis=axes)
    squares = np.square(x - mean).sum(axis=axes)
    variance = (squares / np.float64(math.prod(x.shape[:-1]) - 1)).astype(x.dtype)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake("batch_norm_train", "epsilon-outside-the-root", OUTSIDE)
def epsilon_outside_the_root(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / (np.sqrt(variance) + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake("batch_norm_train", "epsilon-forgotten", NO_EPSILON)
@np.errstate(all="ignore")
def epsilon_forgotten(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "epsilon-in-the-variance",
    "Your output is right, but the variance that you return has epsilon in it already. It goes "
    "into the moving variance and into the way back, and both add epsilon once more. Return the "
    "variance as it is, and add epsilon where it is divided by.",
)
def epsilon_in_the_variance(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes) + epsilon
    x_hat = (x - mean) / np.sqrt(variance)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake("batch_norm_train", "epsilon-typed-in", TYPED_EPSILON)
def epsilon_typed_in(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance + 0.001)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake("batch_norm_train", "divided-by-the-variance", NO_ROOT)
def divided_by_the_variance(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / (variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "standard-deviation-returned",
    "Your output is right, but the last thing that you return is the standard deviation. The "
    "moving variance would then average standard deviations, and the way back takes the root a "
    "second time. Return the variance.",
)
def standard_deviation_returned(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, np.sqrt(variance)


@mistake("batch_norm_train", "gamma-and-beta-swapped", SWAPPED)
def gamma_and_beta_swapped(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return beta * x_hat + gamma, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "beta-forgotten",
    "beta is not added. x_hat has mean 0, so without a shift every feature of the output has mean "
    "0 for ever, and a ReLU behind it is off for half of its inputs whatever the net would learn. "
    "The rest is right.",
)
def beta_forgotten(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "not-scaled-and-shifted",
    "Your output is x_hat: the normalisation is right, but gamma and beta are not used. They let "
    "the net take back as much of the normalisation as it wants; without them a sigmoid only ever "
    "sees its nearly linear middle. The output is gamma * x_hat + beta.",
)
def not_scaled_and_shifted(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return x_hat, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "centred-batch-returned",
    "Your output is right, but the second array that you return is x - mean, before it is divided "
    "by the standard deviation. The gradient of gamma is built on it and would come out with the "
    "wrong size for every feature. Return x_hat, which has variance 1.",
)
def centred_batch_returned(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x - mean, mean, variance


@mistake(
    "batch_norm_train",
    "statistics-over-the-features",
    "You take mean and variance along the last axis: one mean for each *example*, over its "
    "features. That is layer normalisation. Batch normalisation compares the examples with each "
    "other, feature by feature, so the means run over all axes but the last.",
)
def statistics_over_the_features(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    mean, variance = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean[..., 0], variance[..., 0]


@mistake("batch_norm_train", "first-axis-only", FIRST_AXIS)
def first_axis_only(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    mean, variance = x.mean(axis=0), x.var(axis=0)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "one-mean-for-all-features",
    "`x.mean()` without an axis is one number for the whole batch, so all features are shifted and "
    "scaled alike and stay as different as they were. Each feature needs a mean and a variance of "
    "its own: average over all axes but the last.",
)
def one_mean_for_all_features(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    mean, variance = x.mean(), x.var()
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "leading-axes-kept",
    "The values are right, but your mean and variance still have leading axes of length 1. "
    "`keepdims=True` is handy for broadcasting; the moving statistics are vectors, though, so "
    "return shape (features,): leave it out, since the last axis broadcasts by itself, or reshape "
    "at the end.",
)
def leading_axes_kept(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes, keepdims=True), x.var(axis=axes, keepdims=True)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "mean-of-squares-minus-square-of-mean",
    "Your variance is mean(x²) - mean², which is right on paper. When the mean is large beside the "
    "spread, both numbers are huge and nearly equal, and their difference has no digit left: it "
    "may even be negative, and its root NaN. Subtract the mean first, square, and then average.",
)
def mean_of_squares(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean = x.mean(axis=axes)
    variance = np.square(x).mean(axis=axes) - np.square(mean)
    x_hat = (x - mean) / np.sqrt(np.maximum(variance, 0) + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake("batch_norm_train", "input-changed", IN_PLACE)
def input_changed(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x -= mean
    x_hat = x / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake("batch_norm_train", "double-precision", DOUBLE)
def double_precision(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    _fits(x, gamma, beta)
    axes = tuple(range(x.ndim - 1))
    x = x.astype(float)
    mean, variance = x.mean(axis=axes), x.var(axis=axes)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "nothing-refused",
    "Neither an empty batch nor a gamma of the wrong length is refused. NumPy takes the mean of "
    "nothing to be NaN, and stretches a vector of length 1 to any length, so both mistakes would "
    "surface far from here. Raise ValueError. For sound arguments your answer is right.",
)
@np.errstate(all="ignore")
def nothing_refused(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    axes, n = tuple(range(x.ndim - 1)), np.float64(math.prod(x.shape[:-1]))
    mean = (x.sum(axis=axes) / n).astype(x.dtype)
    variance = (np.square(x - mean).sum(axis=axes) / n).astype(x.dtype)
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


@mistake(
    "batch_norm_train",
    "empty-batch-accepted",
    "An empty batch is not refused. NumPy takes the mean of nothing to be NaN with a mere warning, "
    "and one such batch makes the moving statistics NaN for good. Raise ValueError if any leading "
    "axis is 0. The rest is right.",
)
@np.errstate(all="ignore")
def empty_batch_accepted(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    if gamma.shape != x.shape[-1:] or beta.shape != x.shape[-1:]:
        raise ValueError("gamma and beta need one entry for each feature")
    return nothing_refused.implementation(x, gamma, beta, epsilon)


@mistake(
    "batch_norm_train",
    "misfits-accepted",
    "A gamma or beta of the wrong length is refused only where NumPy happens to refuse it. A "
    "vector of length 1 is stretched to any length without a word, so parameters of another layer "
    "slip through. Compare the shapes with x.shape[-1:] and raise ValueError. The rest is right.",
)
def misfits_accepted(x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3) -> Any:
    if 0 in x.shape[:-1]:
        raise ValueError("the batch is empty")
    return nothing_refused.implementation(x, gamma, beta, epsilon)


# update_moving_statistics


@mistake(
    "update_moving_statistics",
    "momentum-reversed",
    "Your momentum is the weight of the new batch; here it is the weight of the past. With the "
    "default 0.99 you forget nearly everything at each step, and the statistics are as noisy as "
    "the last batch's. (PyTorch's momentum is 1 minus this one.)",
)
def momentum_reversed(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    new_mean = (1 - momentum) * moving_mean + momentum * mean
    return new_mean, (1 - momentum) * moving_variance + momentum * variance


@mistake(
    "update_moving_statistics",
    "batch-not-weighted",
    "You keep `momentum` of the past and add the batch in full, as an optimiser's momentum does. "
    "The weights of an average add up to 1; yours grow until the moving mean is a hundred times "
    "the batch's. The batch's share is 1 - momentum.",
)
def batch_not_weighted(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    return momentum * moving_mean + mean, momentum * moving_variance + variance


@mistake(
    "update_moving_statistics",
    "variance-not-moved",
    "Your moving mean is right, but the moving variance comes back as it was. At inference the "
    "inputs are then divided by the spread of a layer that has seen nothing. The variance moves by "
    "the same rule.",
)
def variance_not_moved(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    return momentum * moving_mean + (1 - momentum) * mean, moving_variance


@mistake(
    "update_moving_statistics",
    "mean-in-both",
    "Your moving mean is right; the moving variance moves towards the batch's *mean*. It may even "
    "become negative, and its root NaN. The last term of the second line should have the variance.",
)
def mean_in_both(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    new_mean = momentum * moving_mean + (1 - momentum) * mean
    return new_mean, momentum * moving_variance + (1 - momentum) * mean


@mistake(
    "update_moving_statistics",
    "standard-deviations-averaged",
    "You average the standard deviations and square the result. A mean of roots is smaller than "
    "the root of the mean, so your moving variance is too small wherever batches differ, and "
    "outputs at inference are too large. Average the variances themselves.",
)
def standard_deviations_averaged(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    spread = momentum * np.sqrt(moving_variance) + (1 - momentum) * np.sqrt(variance)
    return momentum * moving_mean + (1 - momentum) * mean, np.square(spread)


@mistake(
    "update_moving_statistics",
    "the-past-overwritten",
    "You return the batch's own statistics: the past is dropped. Then inference uses whatever the "
    "last batch of training looked like. Keep `momentum` of the old value and add 1 - momentum of "
    "the new one.",
)
def the_past_overwritten(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    return mean.copy(), variance.copy()


@mistake(
    "update_moving_statistics",
    "plain-mean-of-old-and-new",
    "You take the plain mean of old and new: each batch counts for half, whatever `momentum` says, "
    "and after seven batches 99 % of the past is gone. Weight the old value with `momentum` and "
    "the new one with 1 - momentum.",
)
def plain_mean_of_old_and_new(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    return (moving_mean + mean) / 2, (moving_variance + variance) / 2


@mistake(
    "update_moving_statistics",
    "momentum-typed-in",
    "You use 0.99 whatever momentum is passed. The default is right, but with a small number of "
    "steps people pass 0.9, and with yours the statistics would lag ten times as far behind.",
)
def momentum_typed_in(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    return 0.99 * moving_mean + 0.01 * mean, 0.99 * moving_variance + 0.01 * variance


@mistake(
    "update_moving_statistics",
    "another-default",
    "Your rule is right, but the default momentum is 0.9. Keras's, and this exercise's, is 0.99: "
    "it averages over the last hundred batches or so, not over ten.",
)
def another_default(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.9
) -> Any:
    return update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum)


@mistake(
    "update_moving_statistics",
    "changed-in-place",
    "The numbers are right, but you changed the old statistics in place (`*=` or `+=`). Whoever "
    "holds them, a checkpoint or the best weights so far, sees them move on with the training. "
    "Return new arrays.",
)
def changed_in_place(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum < 0 or momentum > 1:
        raise ValueError("momentum is between 0 and 1")
    moving_mean *= momentum
    moving_mean += (1 - momentum) * mean
    moving_variance *= momentum
    moving_variance += (1 - momentum) * variance
    return moving_mean, moving_variance


@mistake(
    "update_moving_statistics",
    "momentum-not-checked",
    "A momentum below 0 or above 1 is accepted. With 99 in place of 0.99 the statistics explode, "
    "silently, and only inference shows it. Raise ValueError. Your rule itself is right.",
)
def momentum_not_checked(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    new_mean = momentum * moving_mean + (1 - momentum) * mean
    return new_mean, momentum * moving_variance + (1 - momentum) * variance


@mistake(
    "update_moving_statistics",
    "limits-refused",
    "You refuse a momentum of exactly 0 or exactly 1. Both are used: 0 takes over the last batch's "
    "statistics, 1 freezes the layer for fine-tuning. Your rule itself is right.",
)
def limits_refused(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    if momentum <= 0 or momentum >= 1:
        raise ValueError("momentum is between 0 and 1")
    return update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum)


@mistake("update_moving_statistics", "double-precision", DOUBLE)
def moving_double_precision(
    moving_mean: Array, moving_variance: Array, mean: Array, variance: Array, momentum: float = 0.99
) -> Any:
    old_mean, old_variance = moving_mean.astype(float), moving_variance.astype(float)
    return update_moving_statistics(old_mean, old_variance, mean, variance, momentum)


# batch_norm_inference


@mistake(
    "batch_norm_inference",
    "batch-statistics",
    "You normalise by the mean and variance of the inputs at hand; the moving statistics are not "
    "used. Then the answer for one patient depends on who else is in the batch, and a batch of one "
    "always gives beta. At inference the layer is four vectors and nothing else.",
)
@np.errstate(all="ignore")
def batch_statistics(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    axes, n = tuple(range(x.ndim - 1)), np.float64(math.prod(x.shape[:-1]))
    mean = (x.sum(axis=axes) / n).astype(x.dtype)
    variance = (np.square(x - mean).sum(axis=axes) / n).astype(x.dtype)
    return gamma * (x - mean) / np.sqrt(variance + epsilon) + beta


@mistake("batch_norm_inference", "epsilon-outside-the-root", OUTSIDE)
def inference_epsilon_outside(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return gamma * (x - moving_mean) / (np.sqrt(moving_variance) + epsilon) + beta


@mistake("batch_norm_inference", "epsilon-forgotten", NO_EPSILON)
@np.errstate(all="ignore")
def inference_epsilon_forgotten(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return gamma * (x - moving_mean) / np.sqrt(moving_variance) + beta


@mistake("batch_norm_inference", "epsilon-typed-in", TYPED_EPSILON)
def inference_epsilon_typed_in(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return gamma * (x - moving_mean) / np.sqrt(moving_variance + 1e-3) + beta


@mistake("batch_norm_inference", "divided-by-the-variance", NO_ROOT)
def inference_divided_by_the_variance(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return gamma * (x - moving_mean) / (moving_variance + epsilon) + beta


@mistake("batch_norm_inference", "gamma-and-beta-swapped", SWAPPED)
def inference_swapped(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return beta * (x - moving_mean) / np.sqrt(moving_variance + epsilon) + gamma


@mistake(
    "batch_norm_inference",
    "mean-not-subtracted",
    "The moving mean is not subtracted. The outputs have the right spread and the wrong place: "
    "each is off by gamma * moving_mean / sqrt(moving_variance + epsilon), where training gave it "
    "mean beta.",
)
def mean_not_subtracted(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return gamma * x / np.sqrt(moving_variance + epsilon) + beta


@mistake(
    "batch_norm_inference",
    "mean-subtracted-after-scaling",
    "You subtract the moving mean after you have scaled. It is the mean of the inputs, so it must "
    "go before they are divided by their spread and multiplied with gamma; or scale it just as the "
    "inputs are.",
)
def mean_subtracted_after_scaling(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return gamma * x / np.sqrt(moving_variance + epsilon) - moving_mean + beta


@mistake(
    "batch_norm_inference",
    "beta-scaled-too",
    "beta is added before the scaling, so it is multiplied by gamma as well. The order is: "
    "normalise, scale by gamma, and then shift by beta.",
)
def beta_scaled_too(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return gamma * ((x - moving_mean) / np.sqrt(moving_variance + epsilon) + beta)


@mistake(
    "batch_norm_inference",
    "not-scaled-and-shifted",
    "Your output is the normalised input: gamma and beta are not used. They have been trained with "
    "all other weights, and the net behind expects what they make. The normalisation is right.",
)
def inference_not_scaled(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    return (x - moving_mean) / np.sqrt(moving_variance + epsilon)


@mistake("batch_norm_inference", "input-changed", IN_PLACE)
def inference_input_changed(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    x -= moving_mean
    return gamma * x / np.sqrt(moving_variance + epsilon) + beta


@mistake("batch_norm_inference", "double-precision", DOUBLE)
def inference_double_precision(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    y = np.zeros(x.shape)
    y += gamma * (x - moving_mean) / np.sqrt(moving_variance + epsilon) + beta
    return y


# batch_norm_backward


@mistake(
    "batch_norm_backward",
    "statistics-as-constants",
    "Your gradients of gamma and beta are right. For x you treat the batch's mean and variance as "
    "constants, but both are made of x, and every example moves them. Two terms are missing. "
    "Without them the net pushes the weights before the normalisation in directions that it takes "
    "out again, and those weights grow without end.",
)
def statistics_as_constants(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes = tuple(range(upstream.ndim - 1))
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    return gamma * upstream / np.sqrt(variance + epsilon), d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "mean-as-a-constant",
    "Your gradients of gamma and beta are right, and so is the way through the variance. The way "
    "through the mean is missing: shifting a whole feature changes nothing, so its gradients must "
    "add up to 0, and yours do not. Subtract the mean of the upstream gradient.",
)
def mean_as_a_constant(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = gamma / np.sqrt(variance + epsilon) * (upstream - x_hat * d_gamma / n)
    return d_x, d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "variance-as-a-constant",
    "Your gradients of gamma and beta are right, and so is the way through the mean. The way "
    "through the variance is missing: stretching a whole feature changes (nearly) nothing, so "
    "hardly any gradient may point along x_hat. Subtract x_hat times the mean of upstream * x_hat.",
)
def variance_as_a_constant(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = gamma / np.sqrt(variance + epsilon) * (upstream - d_beta / n)
    return d_x, d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "parameters-averaged",
    "Your gradient of x is right. Those of gamma and beta are averaged over the batch; they are "
    "sums, because every example's output depends on the same gamma. If the loss is a mean, its "
    "1 / n is in the upstream gradient already, and yours makes gamma learn n times too slowly.",
)
def parameters_averaged(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes = tuple(range(upstream.ndim - 1))
    d_beta, d_gamma = upstream.mean(axis=axes), (upstream * x_hat).mean(axis=axes)
    d_x = gamma / np.sqrt(variance + epsilon) * (upstream - d_beta - x_hat * d_gamma)
    return d_x, d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "sums-not-divided",
    "Your gradients of gamma and beta are right. In that of x the two sums must be divided by n: "
    "an example has a share of 1 / n in the mean and in the variance. With a batch of one the "
    "two forms agree, so try a larger one.",
)
def sums_not_divided(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes = tuple(range(upstream.ndim - 1))
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = gamma / np.sqrt(variance + epsilon) * (upstream - d_beta - x_hat * d_gamma)
    return d_x, d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "unbiased-sums",
    "Your gradients of gamma and beta are right. In that of x you divide the sums by n - 1; the "
    "mean and the biased variance of the way forwards divide by n, and so must their gradients. "
    "A batch of one otherwise divides by zero.",
)
@np.errstate(all="ignore")
def unbiased_sums(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    mean = ((d_beta + x_hat * d_gamma) / np.float64(n - 1)).astype(upstream.dtype)
    return gamma / np.sqrt(variance + epsilon) * (upstream - mean), d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "gamma-forgotten",
    "Your gradients of gamma and beta are right. That of x lacks the factor gamma: y is "
    "gamma * x_hat + beta, so what arrives at x_hat is gamma times the upstream gradient. At the "
    "start of training gamma is 1, which hides this for a while.",
)
def gamma_forgotten(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = (upstream - (d_beta + x_hat * d_gamma) / n) / np.sqrt(variance + epsilon)
    return d_x, d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "gamma-in-its-own-gradient",
    "Your gradient of x is right. Those of gamma and beta are made from gamma * upstream, the "
    "gradient that arrives at x_hat, one step too far back. y = gamma * x_hat + beta, so they are "
    "sums of upstream * x_hat and of upstream itself.",
)
def gamma_in_its_own_gradient(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_x_hat = gamma * upstream
    d_beta, d_gamma = d_x_hat.sum(axis=axes), (d_x_hat * x_hat).sum(axis=axes)
    d_x = (d_x_hat - (d_beta + x_hat * d_gamma) / n) / np.sqrt(variance + epsilon)
    return d_x, d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "gamma-and-beta-swapped",
    "Your gradient of x is right, but those of gamma and beta are exchanged. gamma multiplies "
    "x_hat, so its gradient is the sum of upstream * x_hat; beta is added, so its gradient is the "
    "sum of upstream. Return d_x, d_gamma, d_beta, in that order.",
)
def gradients_swapped(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    d_x, d_gamma, d_beta = batch_norm_backward(upstream, x_hat, gamma, variance, epsilon)
    return d_x, d_beta, d_gamma


@mistake(
    "batch_norm_backward",
    "parameters-not-summed",
    "Your gradient of x is right. Those of gamma and beta still have one row for each example: "
    "there is only one gamma for all of them, so its gradient is the sum over the batch. A "
    "gradient has the shape of what it belongs to, here (features,).",
)
def parameters_not_summed(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    d_x, _, _ = batch_norm_backward(upstream, x_hat, gamma, variance, epsilon)
    return d_x, upstream * x_hat, upstream.copy()


@mistake("batch_norm_backward", "first-axis-only", FIRST_AXIS)
def backward_first_axis_only(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    d_beta, d_gamma = upstream.sum(axis=0), (upstream * x_hat).sum(axis=0)
    mean = (d_beta + x_hat * d_gamma) / len(upstream)
    return gamma / np.sqrt(variance + epsilon) * (upstream - mean), d_gamma, d_beta


@mistake(
    "batch_norm_backward",
    "positions-not-counted",
    "Dense batches are right, and so are your sums. But n is not the number of images: a mean over "
    "images, rows and columns is over their product, so n = upstream.size / features. "
    "`len(upstream)` is only the first axis.",
)
def positions_not_counted(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), len(upstream)
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = gamma / np.sqrt(variance + epsilon) * (upstream - (d_beta + x_hat * d_gamma) / n)
    return d_x, d_gamma, d_beta


@mistake("batch_norm_backward", "divided-by-the-variance", NO_ROOT)
def backward_divided_by_the_variance(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = gamma / (variance + epsilon) * (upstream - (d_beta + x_hat * d_gamma) / n)
    return d_x, d_gamma, d_beta


@mistake("batch_norm_backward", "epsilon-outside-the-root", OUTSIDE)
def backward_epsilon_outside(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = gamma / (np.sqrt(variance) + epsilon) * (upstream - (d_beta + x_hat * d_gamma) / n)
    return d_x, d_gamma, d_beta


@mistake("batch_norm_backward", "epsilon-forgotten", NO_EPSILON)
@np.errstate(all="ignore")
def backward_epsilon_forgotten(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    d_x = gamma / np.sqrt(variance) * (upstream - (d_beta + x_hat * d_gamma) / n)
    return d_x, d_gamma, d_beta


@mistake("batch_norm_backward", "epsilon-typed-in", TYPED_EPSILON)
def backward_epsilon_typed_in(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    return batch_norm_backward(upstream, x_hat, gamma, variance)


@mistake("batch_norm_backward", "input-changed", IN_PLACE)
def upstream_changed(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    axes, n = tuple(range(upstream.ndim - 1)), math.prod(upstream.shape[:-1])
    d_beta, d_gamma = upstream.sum(axis=axes), (upstream * x_hat).sum(axis=axes)
    upstream -= (d_beta + x_hat * d_gamma) / n
    return gamma / np.sqrt(variance + epsilon) * upstream, d_gamma, d_beta


@mistake("batch_norm_backward", "double-precision", DOUBLE)
def backward_double_precision(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> Any:
    return batch_norm_backward(
        upstream.astype(float), x_hat.astype(float), gamma, variance, epsilon
    )


# fold_into_dense

FOLDED_ROWS = (
    "You scale the rows of the kernel. Keras's kernel is (inputs, outputs), and what is normalised "
    "are the *outputs*: each has its own column, on the last axis, so `kernel * scale` is all it "
    "takes. A square kernel hides this, any other one raises an error."
)
FOLDED_DOUBLE = (
    "The values are right, but a kernel in single precision comes back in double. Folding is done "
    "to make prediction cheaper, and yours makes it slower than it was. Keep the kernel's dtype."
)
FOLDED_IN_PLACE = (
    "The numbers are right, but you changed the layer's own kernel or bias in place. The net that "
    "you fold may still be trained, or folded a second time, and its layer is now scaled twice. "
    "Make new arrays."
)
NO_BIAS = (
    "A layer with a bias is right; one without (bias=None) is not. Layers in front of a "
    "normalisation are usually made with use_bias=False, because beta does the bias's work. Such a "
    "layer gets a bias by folding: take the missing one for 0."
)
NO_BIAS_BACK = (
    "You return no bias for a layer that had none. The shift by beta and by the moving mean has to "
    "go somewhere: the folded layer needs a bias even where the old one had none."
)


@mistake(
    "fold_into_dense",
    "beta-forgotten",
    "Your kernel is right; the new bias lacks beta. Every output of the folded layer is off by its "
    "beta, the shift that has been learnt. Feed the layer zeros and compare: it must give "
    "scale * (bias - moving_mean) + beta.",
)
def fold_beta_forgotten(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    return kernel * scale, scale * (old - moving_mean)


@mistake(
    "fold_into_dense",
    "moving-mean-forgotten",
    "Your kernel is right; the new bias lacks the moving mean. Normalisation subtracts it from "
    "every output, so it has to be taken from the bias, before that is scaled: "
    "scale * (bias - moving_mean) + beta.",
)
def fold_mean_forgotten(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, beta + scale * (np.zeros_like(beta) if bias is None else bias)


@mistake("fold_into_dense", "rows-scaled", FOLDED_ROWS)
def fold_rows_scaled(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    return scale[:, np.newaxis] * kernel, scale * (old - moving_mean) + beta


@mistake(
    "fold_into_dense",
    "bias-not-scaled",
    "Your kernel is right, and beta and the moving mean are in the bias. But the old bias is added "
    "as it was: it is a part of the output that is normalised, so it is scaled with the rest, "
    "scale * (bias - moving_mean) + beta.",
)
def fold_bias_not_scaled(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    return kernel * scale, old + beta - scale * moving_mean


@mistake(
    "fold_into_dense",
    "bias-dropped",
    "A layer without a bias is right, but where there is one it is dropped. It is part of the "
    "output that is normalised: scale * (bias - moving_mean) + beta.",
)
def fold_bias_dropped(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, beta - scale * moving_mean


@mistake(
    "fold_into_dense",
    "mean-not-scaled",
    "Your kernel is right. In the bias, the moving mean is subtracted without being scaled: it is "
    "the mean of the outputs *before* they are scaled, so it is scale * (bias - moving_mean) + "
    "beta.",
)
def fold_mean_not_scaled(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    return kernel * scale, scale * old - moving_mean + beta


@mistake(
    "fold_into_dense",
    "bias-left-as-it-was",
    "Your kernel is right, but the bias comes back as it was. Scaling the kernel alone leaves out "
    "everything that normalisation subtracts and adds: the new bias is "
    "scale * (bias - moving_mean) + beta.",
)
def fold_bias_left(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, np.zeros_like(beta) if bias is None else bias.copy()


@mistake(
    "fold_into_dense",
    "kernel-left-as-it-was",
    "Your bias is right, but the kernel comes back as it was. Normalisation stretches each output "
    "by gamma / sqrt(moving_variance + epsilon), and the outputs are made by the columns of the "
    "kernel: scale them.",
)
def fold_kernel_left(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    return kernel.copy(), scale * (old - moving_mean) + beta


@mistake(
    "fold_into_dense",
    "gamma-forgotten",
    "gamma is missing from your scale: it is gamma / sqrt(moving_variance + epsilon), for the "
    "kernel and for the bias. A layer whose gamma is still 1 hides this; a trained one does not.",
)
def fold_gamma_forgotten(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = 1 / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    return kernel * scale, scale * (old - moving_mean) + beta


@mistake("fold_into_dense", "epsilon-outside-the-root", OUTSIDE)
def fold_epsilon_outside(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / (np.sqrt(moving_variance) + epsilon)
    old = 0 if bias is None else bias
    return kernel * scale, scale * (old - moving_mean) + beta


@mistake("fold_into_dense", "epsilon-forgotten", NO_EPSILON)
def fold_epsilon_forgotten(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance)
    old = 0 if bias is None else bias
    return kernel * scale, scale * (old - moving_mean) + beta


@mistake("fold_into_dense", "epsilon-typed-in", TYPED_EPSILON)
def fold_epsilon_typed_in(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + 1e-3)
    old = 0 if bias is None else bias
    return kernel * scale, scale * (old - moving_mean) + beta


@mistake("fold_into_dense", "divided-by-the-variance", NO_ROOT)
def fold_divided_by_the_variance(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / (moving_variance + epsilon)
    old = 0 if bias is None else bias
    return kernel * scale, scale * (old - moving_mean) + beta


@mistake("fold_into_dense", "no-bias-not-handled", NO_BIAS)
def fold_no_bias_not_handled(
    kernel: Array,
    bias: Any,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, scale * (bias - moving_mean) + beta


@mistake("fold_into_dense", "no-bias-returned", NO_BIAS_BACK)
def fold_no_bias_returned(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return kernel * scale, None if bias is None else scale * (bias - moving_mean) + beta


@mistake(
    "fold_into_dense",
    "dense-kernels-only",
    "Dense kernels are right, but yours raises an error for a convolution's. Its output channels "
    "are on the last axis as well, so broadcasting does both: `kernel * scale`, without naming "
    "rows and columns.",
)
def fold_dense_kernels_only(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    return np.einsum("io,o->io", kernel, scale), scale * (old - moving_mean) + beta


@mistake("fold_into_dense", "changed-in-place", FOLDED_IN_PLACE)
def fold_in_place(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    old = 0 if bias is None else bias
    kernel *= scale
    return kernel, scale * (old - moving_mean) + beta


@mistake("fold_into_dense", "double-precision", FOLDED_DOUBLE)
def fold_double_precision(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(np.float64(moving_variance) + epsilon)
    old = 0 if bias is None else bias
    return kernel * scale, scale * (old - moving_mean) + beta


# fold_into_next_dense


@mistake(
    "fold_into_next_dense",
    "columns-scaled",
    "You scale the columns of the kernel, as for a normalisation *behind* the layer. Here its "
    "inputs are normalised, and each input has its own row of the (inputs, outputs) kernel: "
    "`scale[:, np.newaxis] * kernel`. A square kernel hides this, any other one raises an error.",
)
def next_columns_scaled(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    return kernel * scale, shift if bias is None else shift + bias


@mistake(
    "fold_into_next_dense",
    "shift-not-through-the-kernel",
    "Your kernel is right. The shift beta - scale * moving_mean is added to the bias as it is, but "
    "it happens to the *inputs*, and the layer multiplies those with its kernel: "
    "(beta - scale * moving_mean) @ kernel. Where inputs and outputs differ in number, yours does "
    "not even fit.",
)
def next_shift_not_through(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = beta - scale * moving_mean
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


@mistake(
    "fold_into_next_dense",
    "shift-through-the-new-kernel",
    "Your kernel is right. You carry the shift through the *new* kernel, which has the scale in it "
    "already, so it is scaled twice. beta - scale * moving_mean is what the old layer would get "
    "for an input of 0: multiply it with the old kernel.",
)
def next_shift_through_new(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    new_kernel = scale[:, np.newaxis] * kernel
    shift = (beta - scale * moving_mean) @ new_kernel
    return new_kernel, shift if bias is None else shift + bias


@mistake(
    "fold_into_next_dense",
    "bias-scaled",
    "Your kernel is right, and so is the shift. But you scale the layer's bias: it is added after "
    "the normalised inputs have been multiplied with the kernel, so it stays as it is. (It is "
    "scaled when the normalisation comes *behind* the layer.)",
)
def next_bias_scaled(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + scale * bias


@mistake(
    "fold_into_next_dense",
    "bias-dropped",
    "A layer without a bias is right, but where there is one it is dropped. It is added to the "
    "shift, (beta - scale * moving_mean) @ kernel + bias.",
)
def next_bias_dropped(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return scale[:, np.newaxis] * kernel, (beta - scale * moving_mean) @ kernel


@mistake(
    "fold_into_next_dense",
    "beta-forgotten",
    "Your kernel is right; beta is missing from the bias. Every input of the layer is shifted by "
    "its beta, and the kernel carries that to the outputs: (beta - scale * moving_mean) @ kernel.",
)
def next_beta_forgotten(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = -(scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


@mistake(
    "fold_into_next_dense",
    "moving-mean-forgotten",
    "Your kernel is right; the moving mean is missing from the bias. Normalisation subtracts it "
    "from every input, and the kernel carries that to the outputs: "
    "(beta - scale * moving_mean) @ kernel.",
)
def next_mean_forgotten(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = beta @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


@mistake(
    "fold_into_next_dense",
    "mean-not-scaled",
    "Your kernel is right. In the bias the moving mean is not scaled: an input x becomes "
    "scale * (x - moving_mean) + beta, so the shift is beta - scale * moving_mean, and then "
    "through the kernel.",
)
def next_mean_not_scaled(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = (beta - moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


@mistake("fold_into_next_dense", "epsilon-outside-the-root", OUTSIDE)
def next_epsilon_outside(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / (np.sqrt(moving_variance) + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


@mistake("fold_into_next_dense", "epsilon-forgotten", NO_EPSILON)
def next_epsilon_forgotten(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance)
    shift = (beta - scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


@mistake("fold_into_next_dense", "divided-by-the-variance", NO_ROOT)
def next_divided_by_the_variance(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / (moving_variance + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


@mistake("fold_into_next_dense", "no-bias-not-handled", NO_BIAS)
def next_no_bias_not_handled(
    kernel: Array,
    bias: Any,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    return scale[:, np.newaxis] * kernel, (beta - scale * moving_mean) @ kernel + bias


@mistake("fold_into_next_dense", "no-bias-returned", NO_BIAS_BACK)
def next_no_bias_returned(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, None if bias is None else shift + bias


@mistake("fold_into_next_dense", "changed-in-place", FOLDED_IN_PLACE)
def next_in_place(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    kernel *= scale[:, np.newaxis]
    return kernel, shift if bias is None else shift + bias


@mistake("fold_into_next_dense", "double-precision", FOLDED_DOUBLE)
def next_double_precision(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Any:
    scale = gamma / np.sqrt(np.float64(moving_variance) + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


# BatchNormalisation


class _Layer:
    """A right layer, of which each mistake below changes one thing."""

    def __init__(
        self, size: int, momentum: float = 0.99, epsilon: float = 1e-3, dtype: Any = np.float32
    ) -> None:
        self.momentum, self.epsilon = momentum, epsilon
        self.gamma, self.beta = np.ones(size, dtype), np.zeros(size, dtype)
        self.moving_mean, self.moving_variance = np.zeros(size, dtype), np.ones(size, dtype)
        self.x_hat: Any = None
        self.variance: Any = None

    def __call__(self, x: Array, training: bool = False) -> Array:
        return self.train(x) if training else self.infer(x)

    def train(self, x: Array) -> Array:
        y, self.x_hat, mean, self.variance = batch_norm_train(
            x, self.gamma, self.beta, self.epsilon
        )
        self.update(mean, self.variance, math.prod(x.shape[:-1]))
        return y

    def update(self, mean: Array, variance: Array, n: int) -> None:
        self.moving_mean, self.moving_variance = update_moving_statistics(
            self.moving_mean, self.moving_variance, mean, variance, self.momentum
        )

    def infer(self, x: Array) -> Array:
        vectors = self.gamma, self.beta, self.moving_mean, self.moving_variance
        return batch_norm_inference(x, *vectors, self.epsilon)

    def backward(self, upstream: Array) -> tuple[Array, Array, Array]:
        if self.x_hat is None:
            raise RuntimeError("nothing to go back through")
        return batch_norm_backward(upstream, self.x_hat, self.gamma, self.variance, self.epsilon)

    def get_weights(self) -> list[Array]:
        vectors = self.gamma, self.beta, self.moving_mean, self.moving_variance
        return [vector.copy() for vector in vectors]

    def set_weights(self, weights: list[Array]) -> None:
        if len(weights) != 4 or any(vector.shape != self.gamma.shape for vector in weights):
            raise ValueError("four vectors are needed")
        copies = [vector.copy() for vector in weights]
        self.gamma, self.beta, self.moving_mean, self.moving_variance = copies

    def weights_apart(self, weights: list[Array], x: Array) -> tuple[list[Array], ...]:
        """Do what the judge's probe of this name does beside a student's layer."""
        given = [vector.copy() for vector in weights]
        self.set_weights(given)
        for vector in given:
            vector += 1
        first = [vector.copy() for vector in self.get_weights()]
        taken = self.get_weights()
        self(x, training=True)
        second = [vector.copy() for vector in taken]
        taken = self.get_weights()
        third = [vector.copy() for vector in taken]
        for vector in taken:
            vector += 1
        return first, second, third, self.get_weights()


@mistake(
    "BatchNormalisation",
    "momentum-reversed",
    "Your layer gives `momentum` to the new batch and the rest to the past. Here momentum is how "
    "much of the past is kept, 0.99 of it by default. The rest of the layer is right.",
)
class LayerMomentumReversed(_Layer):
    def update(self, mean: Array, variance: Array, n: int) -> None:
        self.moving_mean = self.momentum * mean + (1 - self.momentum) * self.moving_mean
        self.moving_variance = self.momentum * variance + (1 - self.momentum) * self.moving_variance


@mistake(
    "BatchNormalisation",
    "unbiased-moving-variance",
    "Your moving variance averages n / (n - 1) times the batch's variance. The paper does so, and "
    "PyTorch; Keras, whose layer this is, averages the biased variance as it is. With batches of "
    "8 the outputs at inference differ by 7 %. The rest of the layer is right.",
)
class LayerUnbiased(_Layer):
    def update(self, mean: Array, variance: Array, n: int) -> None:
        super().update(mean, variance * n / (n - 1), n)


@mistake(
    "BatchNormalisation",
    "batch-statistics-at-inference",
    "Your layer normalises by the batch's statistics at inference too; the moving ones are kept up "
    "to date and never used. What is predicted for one example then depends on the others, and a "
    "batch of one always gives beta. Look at `training` before you choose.",
)
class LayerBatchAtInference(_Layer):
    def infer(self, x: Array) -> Array:
        return batch_norm_train(x, self.gamma, self.beta, self.epsilon)[0]


@mistake(
    "BatchNormalisation",
    "moving-statistics-in-training",
    "Your layer normalises by the moving statistics in training too. They lag behind, so the "
    "outputs are not normalised at all while the net changes quickly; and the way back, which "
    "takes the batch's statistics for granted, is wrong. In training the batch normalises itself.",
)
class LayerMovingInTraining(_Layer):
    def train(self, x: Array) -> Array:
        super().train(x)
        return self.infer(x)


@mistake(
    "BatchNormalisation",
    "updated-at-inference",
    "Calls at inference change the moving statistics. Then the test data leak into the model, and "
    "the same input gives other outputs the second time. Only a call with training=True may move "
    "them. The rest of the layer is right.",
)
class LayerUpdatedAtInference(_Layer):
    def infer(self, x: Array) -> Array:
        y = super().infer(x)
        _, _, mean, variance = batch_norm_train(x, self.gamma, self.beta, self.epsilon)
        self.update(mean, variance, math.prod(x.shape[:-1]))
        return y


@mistake(
    "BatchNormalisation",
    "never-updated",
    "Training does not move the moving statistics: they stay at mean 0 and variance 1. Training "
    "looks fine, since it does not use them, and prediction is worthless. Keep what "
    "`update_moving_statistics` returns; it does not change its arguments.",
)
class LayerNeverUpdated(_Layer):
    def update(self, mean: Array, variance: Array, n: int) -> None:
        vectors = self.moving_mean, self.moving_variance
        update_moving_statistics(*vectors, mean, variance, self.momentum)


@mistake(
    "BatchNormalisation",
    "state-shared-between-layers",
    "All your layers have the same state, so making or training one changes the others. A default "
    "argument like `state={}` is made once, when the function is defined, and a class attribute "
    "once for the class. Make it in `__init__`, and hang it on `self`.",
)
class LayerShared(_Layer):
    def __init__(
        self,
        size: int,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        dtype: Any = np.float32,
        state: dict[str, Any] = {},  # noqa: B006 - this is the mistake
    ) -> None:
        self.__dict__ = state
        super().__init__(size, momentum, epsilon, dtype)
        self.momentum = momentum


@mistake(
    "BatchNormalisation",
    "moving-variance-starts-at-0",
    "A new layer of yours has moving variance 0. Before it has seen a batch it divides by "
    "sqrt(epsilon), and blows its inputs up thirty times, which takes hundreds of batches to go "
    "away. A layer that has seen nothing should change nothing: mean 0, variance 1.",
)
class LayerVarianceZero(_Layer):
    def __init__(
        self, size: int, momentum: float = 0.99, epsilon: float = 1e-3, dtype: Any = np.float32
    ) -> None:
        super().__init__(size, momentum, epsilon, dtype)
        self.moving_variance = np.zeros(size, dtype)


@mistake(
    "BatchNormalisation",
    "gamma-starts-at-0",
    "A new layer of yours has gamma 0: its output is beta whatever comes in, and no gradient gets "
    "past it. gamma starts at 1 and beta at 0, so that the layer begins by normalising and nothing "
    "else.",
)
class LayerGammaZero(_Layer):
    def __init__(
        self, size: int, momentum: float = 0.99, epsilon: float = 1e-3, dtype: Any = np.float32
    ) -> None:
        super().__init__(size, momentum, epsilon, dtype)
        self.gamma = np.zeros(size, dtype)


@mistake(
    "BatchNormalisation",
    "training-by-default",
    "Without `training` your layer is called in training. Then whoever forgets the argument when "
    "predicting gets answers that depend on the batch, and spoils the moving statistics. As in "
    "Keras, the default is inference.",
)
class LayerTrainingByDefault(_Layer):
    def __call__(self, x: Array, training: bool = True) -> Array:
        return self.train(x) if training else self.infer(x)


@mistake(
    "BatchNormalisation",
    "settings-forgotten",
    "Your layer works with the defaults alone: the momentum or the epsilon that it was made with "
    "is not handed on. Pass `self.momentum` to `update_moving_statistics` and `self.epsilon` to "
    "the other three.",
)
class LayerSettingsForgotten(_Layer):
    def __init__(
        self, size: int, momentum: float = 0.99, epsilon: float = 1e-3, dtype: Any = np.float32
    ) -> None:
        super().__init__(size, dtype=dtype)


@mistake(
    "BatchNormalisation",
    "inference-overwrites-the-batch",
    "A call at inference between a step of training and its way back changes the gradients: it "
    "overwrites what was kept of the batch. Monitoring a validation example would then change the "
    "training. Keep x_hat and the variance of calls in training only.",
)
class LayerOverwrites(_Layer):
    def infer(self, x: Array) -> Array:
        if self.x_hat is not None:
            self.x_hat = (x - self.moving_mean) / np.sqrt(self.moving_variance + self.epsilon)
            self.variance = self.moving_variance
        return super().infer(x)


@mistake(
    "BatchNormalisation",
    "own-arrays-given-away",
    "`get_weights` gives the layer's own arrays away. Whoever changes what was returned changes "
    "the layer, and a saved copy of the best weights is none. Return copies. The rest is right.",
)
class LayerGivesAway(_Layer):
    def get_weights(self) -> list[Array]:
        return [self.gamma, self.beta, self.moving_mean, self.moving_variance]


@mistake(
    "BatchNormalisation",
    "arrays-of-others-kept",
    "`set_weights` keeps the arrays that it is given. Two layers that are given the same list then "
    "share their weights, and whoever changes an array later changes the layer. Keep copies. The "
    "rest is right.",
)
class LayerKeeps(_Layer):
    def set_weights(self, weights: list[Array]) -> None:
        if len(weights) != 4 or any(vector.shape != self.gamma.shape for vector in weights):
            raise ValueError("four vectors are needed")
        self.gamma, self.beta, self.moving_mean, self.moving_variance = weights


@mistake(
    "BatchNormalisation",
    "weights-not-checked",
    "`set_weights` takes whatever comes. Vectors of length 1 are stretched by NumPy without a "
    "word, so the weights of another layer would go unnoticed. Raise ValueError unless there are "
    "four, of shape (size,) each. The rest is right.",
)
class LayerUnchecked(_Layer):
    def set_weights(self, weights: list[Array]) -> None:
        copies = [vector.copy() for vector in weights]
        self.gamma, self.beta, self.moving_mean, self.moving_variance = copies


@mistake(
    "BatchNormalisation",
    "backward-too-early",
    "`backward` before any call in training fails by accident (None has no shape, or the attribute "
    "is missing), and the message helps nobody. Say what is wrong: raise RuntimeError. The rest of "
    "the layer is right.",
)
class LayerTooEarly(_Layer):
    def backward(self, upstream: Array) -> tuple[Array, Array, Array]:
        return batch_norm_backward(upstream, self.x_hat, self.gamma, self.variance, self.epsilon)


@mistake(
    "BatchNormalisation",
    "double-precision",
    "Your layer's vectors are float64 whatever `dtype` says, which is NumPy's default for zeros "
    "and ones. They raise every activation that passes through to double precision, and the whole "
    "net behind it. Pass `dtype` on when you make them.",
)
class LayerDouble(_Layer):
    def __init__(
        self, size: int, momentum: float = 0.99, epsilon: float = 1e-3, dtype: Any = np.float32
    ) -> None:
        super().__init__(size, momentum, epsilon)
        vectors = self.gamma, self.beta, self.moving_mean, self.moving_variance
        wide = [vector.astype(float) for vector in vectors]
        self.gamma, self.beta, self.moving_mean, self.moving_variance = wide
