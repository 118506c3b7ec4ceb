"""Batch normalisation as people really get it wrong.

Each is the right answer but for the one point that it is about.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.api import Mistake, edited
from solutions import batch_normalisation as reference

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


def _other_epsilon(of: Callable[..., Any], epsilon: str, whose: str) -> Mistake:
    return edited(
        of,
        f"another-default-{epsilon}",
        {"epsilon: float = 1e-3": f"epsilon: float = {epsilon}"},
        f"It is right where epsilon is given, but your default for it is {epsilon}{whose}. It "
        "should be 1e-3, Keras's: two parts of a net that differ in it do not fit together.",
    )


def _other_epsilons(of: Callable[..., Any]) -> tuple[Mistake, Mistake, Mistake, Mistake]:
    return (
        _other_epsilon(of, "1e-5", ", that of PyTorch and of the paper's followers"),
        _other_epsilon(of, "1e-8", ""),
        _other_epsilon(of, "1e-4", ""),
        _other_epsilon(of, "0.0", ", so that there is none unless it is given"),
    )


ZERO_EPSILON = (
    "An epsilon of 0 that is given is replaced by the default: `epsilon or ...` takes 0 for "
    "nothing. It stands for no epsilon at all."
)


# batch_norm_train


unbiased_variance = edited(
    reference.batch_norm_train,
    "unbiased-variance",
    {"np.square(centred).mean(axis=leading)": "x.var(axis=leading, ddof=1)"},
    "You divide the sum of squares by n - 1. That is the estimate for a population from a sample; "
    "here the batch itself is to have variance 1, so the sum is divided by n, NumPy's default. "
    "With yours the outputs of a batch of 8 are 6 % too small, and a batch of one has no "
    "variance at all.",
)

epsilon_outside_the_root = edited(
    reference.batch_norm_train,
    "epsilon-outside-the-root",
    {"np.sqrt(variance + epsilon)": "(np.sqrt(variance) + epsilon)"},
    OUTSIDE,
)

epsilon_forgotten = edited(
    reference.batch_norm_train, "epsilon-forgotten", {"variance + epsilon": "variance"}, NO_EPSILON
)

epsilon_in_the_variance = edited(
    reference.batch_norm_train,
    "epsilon-in-the-variance",
    {"mean, variance": "mean, variance + epsilon"},
    "Your output is right, but the variance that you return has epsilon in it already. It goes "
    "into the moving variance and into the way back, and both add epsilon once more. Return the "
    "variance as it is, and add epsilon where it is divided by.",
)

epsilon_typed_in = edited(
    reference.batch_norm_train,
    "epsilon-typed-in",
    {"variance + epsilon": "variance + 0.001"},
    TYPED_EPSILON,
)

divided_by_the_variance = edited(
    reference.batch_norm_train,
    "divided-by-the-variance",
    {"np.sqrt(variance + epsilon)": "(variance + epsilon)"},
    NO_ROOT,
)

standard_deviation_returned = edited(
    reference.batch_norm_train,
    "standard-deviation-returned",
    {"mean, variance": "mean, np.sqrt(variance)"},
    "Your output is right, but the last thing that you return is the standard deviation. The "
    "moving variance would then average standard deviations, and the way back takes the root a "
    "second time. Return the variance.",
)

gamma_and_beta_swapped = edited(
    reference.batch_norm_train,
    "gamma-and-beta-swapped",
    {"gamma * x_hat + beta": "beta * x_hat + gamma"},
    SWAPPED,
)

beta_forgotten = edited(
    reference.batch_norm_train,
    "beta-forgotten",
    {"gamma * x_hat + beta": "gamma * x_hat"},
    "beta is not added. x_hat has mean 0, so without a shift every feature of the output has mean "
    "0 for ever, and a ReLU behind it is off for half of its inputs whatever the net would learn. "
    "The rest is right.",
)

not_scaled_and_shifted = edited(
    reference.batch_norm_train,
    "not-scaled-and-shifted",
    {"gamma * x_hat + beta": "x_hat"},
    "Your output is x_hat: the normalisation is right, but gamma and beta are not used. They let "
    "the net take back as much of the normalisation as it wants; without them a sigmoid only ever "
    "sees its nearly linear middle. The output is gamma * x_hat + beta.",
)

centred_batch_returned = edited(
    reference.batch_norm_train,
    "centred-batch-returned",
    {"x_hat, mean, variance": "centred, mean, variance"},
    "Your output is right, but the second array that you return is x - mean, before it is divided "
    "by the standard deviation. The gradient of gamma is built on it and would come out with the "
    "wrong size for every feature. Return x_hat, which has variance 1.",
)

statistics_over_the_features = edited(
    reference.batch_norm_train,
    "statistics-over-the-features",
    {
        "x.mean(axis=leading)": "x.mean(axis=-1, keepdims=True)",
        "np.square(centred).mean(axis=leading)": "x.var(axis=-1, keepdims=True)",
        "mean, variance": "mean[..., 0], variance[..., 0]",
    },
    "You take mean and variance along the last axis: one mean for each *example*, over its "
    "features. That is layer normalisation. Batch normalisation compares the examples with each "
    "other, feature by feature, so the means run over all axes but the last.",
)

first_axis_only = edited(
    reference.batch_norm_train,
    "first-axis-only",
    {"leading = tuple(range(x.ndim - 1))": "leading = 0"},
    FIRST_AXIS,
)

one_mean_for_all_features = edited(
    reference.batch_norm_train,
    "one-mean-for-all-features",
    {"leading = tuple(range(x.ndim - 1))": "leading = None"},
    "`x.mean()` without an axis is one number for the whole batch, so all features are shifted and "
    "scaled alike and stay as different as they were. Each feature needs a mean and a variance of "
    "its own: average over all axes but the last.",
)

leading_axes_kept = edited(
    reference.batch_norm_train,
    "leading-axes-kept",
    {
        "x.mean(axis=leading)": "x.mean(axis=leading, keepdims=True)",
        "(centred).mean(axis=leading)": "(centred).mean(axis=leading, keepdims=True)",
    },
    "The values are right, but your mean and variance still have leading axes of length 1. "
    "`keepdims=True` is handy for broadcasting; the moving statistics are vectors, though, so "
    "return shape (features,): leave it out, since the last axis broadcasts by itself, or reshape "
    "at the end.",
)

mean_of_squares = edited(
    reference.batch_norm_train,
    "mean-of-squares-minus-square-of-mean",
    {"np.square(centred).mean(axis=leading)": "np.square(x).mean(axis=leading) - mean**2"},
    "Your variance is mean(x²) - mean², which is right on paper. When the mean is large beside the "
    "spread, both numbers are huge and nearly equal, and their difference has no digit left: it "
    "may even be negative, and its root NaN. Subtract the mean first, square, and then average.",
)

input_changed = edited(
    reference.batch_norm_train,
    "input-changed",
    {"centred = x - mean": "x -= mean\n    centred = x"},
    IN_PLACE,
)

double_precision = edited(
    reference.batch_norm_train,
    "double-precision",
    {"x.mean(axis=leading)": "x.mean(axis=leading, dtype=float)"},
    DOUBLE,
)

nothing_refused = edited(
    reference.batch_norm_train,
    "nothing-refused",
    {"gamma.shape != features or beta.shape != features": "False", "0 in x.shape[:-1]": "False"},
    "Neither an empty batch nor a gamma of the wrong length is refused. NumPy takes the mean of "
    "nothing to be NaN, and stretches a vector of length 1 to any length, so both mistakes would "
    "surface far from here. Raise ValueError. For sound arguments your answer is right.",
)

empty_batch_accepted = edited(
    reference.batch_norm_train,
    "empty-batch-accepted",
    {"0 in x.shape[:-1]": "False"},
    "An empty batch is not refused. NumPy takes the mean of nothing to be NaN with a mere warning, "
    "and one such batch makes the moving statistics NaN for good. Raise ValueError if any leading "
    "axis is 0. The rest is right.",
)

misfits_accepted = edited(
    reference.batch_norm_train,
    "misfits-accepted",
    {"gamma.shape != features or beta.shape != features": "False"},
    "A gamma or beta of the wrong length is refused only where NumPy happens to refuse it. A "
    "vector of length 1 is stretched to any length without a word, so parameters of another layer "
    "slip through. Compare the shapes with x.shape[-1:] and raise ValueError. The rest is right.",
)


train_epsilons = _other_epsilons(reference.batch_norm_train)
train_epsilon_1e5, train_epsilon_1e8, train_epsilon_1e4, train_epsilon_0 = train_epsilons

train_zero_epsilon = edited(
    reference.batch_norm_train,
    "epsilon-of-zero-taken-for-none",
    {"variance + epsilon": "variance + (epsilon or 1e-3)"},
    ZERO_EPSILON,
)

unbiased_but_of_one = edited(
    reference.batch_norm_train,
    "unbiased-variance-but-of-one",
    {
        "np.square(centred).mean(axis=leading)": "np.square(centred).sum(axis=leading) "
        "/ max(math.prod(x.shape[:-1]) - 1, 1)"
    },
    "You divide the sum of squares by n - 1, but for a batch of one. That is the estimate for a "
    "population from a sample; here the batch itself is to have variance 1, so the sum is divided "
    "by n, NumPy's default.",
)

unbiased_returned = edited(
    reference.batch_norm_train,
    "unbiased-variance-returned",
    {
        "mean, variance": "mean, variance * (math.prod(x.shape[:-1]) "
        "/ max(math.prod(x.shape[:-1]) - 1, 1))"
    },
    "Your output is right, but the variance that you return has been multiplied by n / (n - 1), as "
    "PyTorch does for its running variance. Here it is the batch's biased one, with which you have "
    "normalised, and which the way back needs.",
)

returned_in_another_order = edited(
    reference.batch_norm_train,
    "returned-in-another-order",
    {"x_hat, mean, variance": "mean, variance, x_hat"},
    "What you return is right, but in another order than is asked for: y, x_hat, mean, variance.",
)

channels_first = edited(
    reference.batch_norm_train,
    "channels-on-the-second-axis",
    {
        "leading = tuple(range(x.ndim - 1))": "leading = (0, *range(2, x.ndim))",
        "np.square(centred).mean(axis=leading)": "x.var(axis=leading)",
    },
    "You take the second axis for that of the features, as PyTorch does. Dense batches hide it. "
    "Here, as in Keras, the features are the last axis: average over all others.",
)

x_hat_overwritten = edited(
    reference.batch_norm_train,
    "x-hat-overwritten",
    {"return gamma * x_hat + beta": "x_hat *= gamma\n    x_hat += beta\n    return x_hat"},
    "Your output is right, but x_hat is not: you scale and shift it in place, so both are one and "
    "the same array. The way back needs x_hat as it was before gamma and beta.",
)

empty_first_axis = edited(
    reference.batch_norm_train,
    "empty-by-the-first-axis",
    {"0 in x.shape[:-1]": "len(x) == 0"},
    "A batch is refused where its first axis is 0, but not where another leading axis is: images "
    "without rows have no mean either. Raise ValueError if *any* leading axis is 0.",
)

batch_of_one_refused = edited(
    reference.batch_norm_train,
    "batch-of-one-refused",
    {"0 in x.shape[:-1]": "math.prod(x.shape[:-1]) < 2"},
    "You refuse a batch with a single value for each feature, as PyTorch does. It is its own mean, "
    "so the output is beta: useless for training, but no error here.",
)

MISFIT = (
    "{} of the wrong shape is refused only where NumPy happens to refuse it: one of length 1 {}"
)

length_one_accepted = edited(
    reference.batch_norm_train,
    "length-one-let-through",
    {
        "gamma.shape != features or beta.shape != features": (
            "gamma.size not in (1, *features) or beta.size not in (1, *features)"
        )
    },
    "A gamma or beta of length 1 goes through, and is stretched to any number of features; so "
    "does a matrix of one row. Compare the shapes with x.shape[-1:]. The rest is right.",
)

gamma_unchecked = edited(
    reference.batch_norm_train,
    "gamma-not-checked",
    {"gamma.shape != features or ": ""},
    MISFIT.format("A gamma", "is stretched. beta is looked at; look at both."),
)

beta_unchecked = edited(
    reference.batch_norm_train,
    "beta-not-checked",
    {" or beta.shape != features": ""},
    MISFIT.format("A beta", "is stretched. gamma is looked at; look at both."),
)

compared_with_each_other = edited(
    reference.batch_norm_train,
    "gamma-and-beta-compared-with-each-other",
    {"gamma.shape != features or beta.shape != features": "gamma.shape != beta.shape"},
    "You compare the shapes of gamma and beta with each other, so that both may be wrong together: "
    "two of length 1 are stretched to any length. Compare both with x.shape[-1:].",
)

SIZES = (
    "You do not look at the whole shape of gamma and beta: a matrix of one row "
    "goes through. Compare the whole shapes, `gamma.shape != x.shape[-1:]`."
)

sizes_compared = edited(
    reference.batch_norm_train,
    "sizes-compared",
    {
        "gamma.shape != features or beta.shape != features": (
            "gamma.size != features[0] or beta.size != features[0]"
        )
    },
    SIZES,
)


# update_moving_statistics


momentum_reversed = edited(
    reference.update_moving_statistics,
    "momentum-reversed",
    {"return (": "momentum = 1 - momentum\n    return ("},
    "Your momentum is the weight of the new batch; here it is the weight of the past. With the "
    "default 0.99 you forget nearly everything at each step, and the statistics are as noisy as "
    "the last batch's. (PyTorch's momentum is 1 minus this one.)",
)

batch_not_weighted = edited(
    reference.update_moving_statistics,
    "batch-not-weighted",
    {"(1 - momentum) * mean": "mean", "(1 - momentum) * variance": "variance"},
    "You keep `momentum` of the past and add the batch in full, as an optimiser's momentum does. "
    "The weights of an average add up to 1; yours grow until the moving mean is a hundred times "
    "the batch's. The batch's share is 1 - momentum.",
)

VARIANCE_NOT_MOVED = (
    "Your moving mean is right, but the moving variance comes back as it was. At inference the "
    "inputs are then divided by the spread of a layer that has seen nothing. The variance moves by "
    "the same rule."
)

variance_not_moved = edited(
    reference.update_moving_statistics,
    "variance-not-moved",
    {"momentum * moving_variance + (1 - momentum) * variance": "moving_variance"},
    VARIANCE_NOT_MOVED,
)

mean_in_both = edited(
    reference.update_moving_statistics,
    "mean-in-both",
    {"(1 - momentum) * variance": "(1 - momentum) * mean"},
    "Your moving mean is right; the moving variance moves towards the batch's *mean*. It may even "
    "become negative, and its root NaN. The last term of the second line should have the variance.",
)

standard_deviations_averaged = edited(
    reference.update_moving_statistics,
    "standard-deviations-averaged",
    {
        "momentum * moving_variance": "np.square(momentum * np.sqrt(moving_variance)",
        "(1 - momentum) * variance": "(1 - momentum) * np.sqrt(variance))",
    },
    "You average the standard deviations and square the result. A mean of roots is smaller than "
    "the root of the mean, so your moving variance is too small wherever batches differ, and "
    "outputs at inference are too large. Average the variances themselves.",
)

PAST_OVERWRITTEN = (
    "You return the batch's own statistics: the past is dropped. Then inference uses whatever the "
    "last batch of training looked like. Keep `momentum` of the old value and add 1 - momentum of "
    "the new one."
)

the_past_overwritten = edited(
    reference.update_moving_statistics,
    "the-past-overwritten",
    {
        "momentum * moving_mean + (1 - momentum) * mean": "mean.copy()",
        "momentum * moving_variance + (1 - momentum) * variance": "variance.copy()",
    },
    PAST_OVERWRITTEN,
)

plain_mean_of_old_and_new = edited(
    reference.update_moving_statistics,
    "plain-mean-of-old-and-new",
    {"return (": "momentum = 0.5\n    return ("},
    "You take the plain mean of old and new: each batch counts for half, whatever `momentum` says, "
    "and after seven batches 99 % of the past is gone. Weight the old value with `momentum` and "
    "the new one with 1 - momentum.",
)

momentum_typed_in = edited(
    reference.update_moving_statistics,
    "momentum-typed-in",
    {"return (": "momentum = 0.99\n    return ("},
    "You use 0.99 whatever momentum is passed. The default is right, but with a small number of "
    "steps people pass 0.9, and with yours the statistics would lag ten times as far behind.",
)

another_default = edited(
    reference.update_moving_statistics,
    "another-default",
    {"momentum: float = 0.99": "momentum: float = 0.9"},
    "Your rule is right, but the default momentum is 0.9. Keras's, and this exercise's, is 0.99: "
    "it averages over the last hundred batches or so, not over ten.",
)

changed_in_place = edited(
    reference.update_moving_statistics,
    "changed-in-place",
    {
        "return (": "moving_mean[:], moving_variance[:] = (",
        "variance,\n    )": "variance,\n    )\n    return moving_mean, moving_variance",
    },
    "The numbers are right, but you changed the old statistics in place (`*=` or `+=`). Whoever "
    "holds them, a checkpoint or the best weights so far, sees them move on with the training. "
    "Return new arrays.",
)

momentum_not_checked = edited(
    reference.update_moving_statistics,
    "momentum-not-checked",
    {"not 0 <= momentum <= 1": "False"},
    "A momentum below 0 or above 1 is accepted. With 99 in place of 0.99 the statistics explode, "
    "silently, and only inference shows it. Raise ValueError. Your rule itself is right.",
)

limits_refused = edited(
    reference.update_moving_statistics,
    "limits-refused",
    {"0 <= momentum <= 1": "0 < momentum < 1"},
    "You refuse a momentum of exactly 0 or exactly 1. Both are used: 0 takes over the last batch's "
    "statistics, 1 freezes the layer for fine-tuning. Your rule itself is right.",
)

moving_double_precision = edited(
    reference.update_moving_statistics,
    "double-precision",
    {"return (": "momentum = np.float64(momentum)\n    return ("},
    DOUBLE,
)


variance_copied = edited(
    reference.update_moving_statistics,
    "variance-copied",
    {"momentum * moving_variance + (1 - momentum) * variance": "moving_variance.copy()"},
    VARIANCE_NOT_MOVED,
)

batch_returned = edited(
    reference.update_moving_statistics,
    "the-batch-returned",
    {
        "momentum * moving_mean + (1 - momentum) * mean": "mean",
        "momentum * moving_variance + (1 - momentum) * variance": "variance",
    },
    PAST_OVERWRITTEN,
)


def _other_momentum(momentum: str, what: str) -> Mistake:
    return edited(
        reference.update_moving_statistics,
        f"another-default-{momentum}",
        {"momentum: float = 0.99": f"momentum: float = {momentum}"},
        f"Your rule is right, but the default momentum is {momentum}{what}. Keras's, and this "
        "exercise's, is 0.99.",
    )


momentum_tenth = _other_momentum(
    "0.1", ": that is PyTorch's, whose momentum is the weight of the batch"
)
momentum_high = _other_momentum("0.999", "")

statistics_swapped = edited(
    reference.update_moving_statistics,
    "returned-in-another-order",
    {
        "momentum * moving_mean + (1 - momentum) * mean": (
            "momentum * moving_variance + (1 - momentum) * variance"
        ),
        "momentum * moving_variance + (1 - momentum) * variance": (
            "momentum * moving_mean + (1 - momentum) * mean"
        ),
    },
    "What you return is right, but the other way round: the moving mean comes first.",
)

zero_refused, one_refused = (
    edited(
        reference.update_moving_statistics,
        f"momentum-of-{momentum}-refused",
        {"0 <= momentum <= 1": condition},
        f"You refuse a momentum of exactly {momentum}. {why} Your rule itself is right.",
    )
    for momentum, condition, why in (
        (0, "0 < momentum <= 1", "It is used: 0 takes over the last batch's statistics."),
        (1, "0 <= momentum < 1", "It is used: 1 freezes the layer for fine-tuning."),
    )
)

negative_accepted, large_accepted = (
    edited(
        reference.update_moving_statistics,
        name,
        {"0 <= momentum <= 1": condition},
        f"A momentum {what} is accepted. Raise ValueError for it too. Your rule itself is right.",
    )
    for name, condition, what in (
        ("negative-momentum-accepted", "momentum <= 1", "below 0"),
        ("large-momentum-accepted", "momentum >= 0", "above 1"),
    )
)

old_arrays_returned, batch_arrays_returned, same_arrays_returned = (
    edited(
        reference.update_moving_statistics,
        name,
        {
            "return (": "".join(f"if momentum == {m}:\n        return {r}\n    " for m, r in same)
            + "return ("
        },
        "The numbers are right, but with a momentum of 1 or 0 you hand out arrays that you were "
        "given: whoever changes one of them afterwards changes the other. Return new arrays.",
    )
    for name, same in (
        ("old-arrays-returned", ((1, "moving_mean, moving_variance"),)),
        ("batch-arrays-returned", ((0, "mean, variance"),)),
        ("given-arrays-returned", ((1, "moving_mean, moving_variance"), (0, "mean, variance"))),
    )
)


# batch_norm_inference


BATCH_STATISTICS = (
    "You normalise by the mean and variance of the inputs at hand; the moving statistics are not "
    "used. Then the answer for one patient depends on who else is in the batch, and a batch of one "
    "always gives beta. At inference the layer is four vectors and nothing else."
)

batch_statistics = edited(
    reference.batch_norm_inference,
    "batch-statistics",
    {
        "scale: Array": "leading = tuple(range(x.ndim - 1))\n"
        "    moving_mean, moving_variance = x.mean(axis=leading), x.var(axis=leading)\n"
        "    scale: Array"
    },
    BATCH_STATISTICS,
)

inference_epsilon_outside = edited(
    reference.batch_norm_inference,
    "epsilon-outside-the-root",
    {"np.sqrt(moving_variance + epsilon)": "(np.sqrt(moving_variance) + epsilon)"},
    OUTSIDE,
)

inference_epsilon_forgotten = edited(
    reference.batch_norm_inference,
    "epsilon-forgotten",
    {"variance + epsilon": "variance"},
    NO_EPSILON,
)

inference_epsilon_typed_in = edited(
    reference.batch_norm_inference,
    "epsilon-typed-in",
    {"variance + epsilon": "variance + 0.001"},
    TYPED_EPSILON,
)

inference_divided_by_the_variance = edited(
    reference.batch_norm_inference,
    "divided-by-the-variance",
    {"np.sqrt(moving_variance + epsilon)": "(moving_variance + epsilon)"},
    NO_ROOT,
)

inference_swapped = edited(
    reference.batch_norm_inference,
    "gamma-and-beta-swapped",
    {"gamma /": "beta /", "+ beta": "+ gamma"},
    SWAPPED,
)

mean_not_subtracted = edited(
    reference.batch_norm_inference,
    "mean-not-subtracted",
    {"(x - moving_mean)": "x"},
    "The moving mean is not subtracted. The outputs have the right spread and the wrong place: "
    "each is off by gamma * moving_mean / sqrt(moving_variance + epsilon), where training gave it "
    "mean beta.",
)

mean_subtracted_after_scaling = edited(
    reference.batch_norm_inference,
    "mean-subtracted-after-scaling",
    {"(x - moving_mean)": "x - moving_mean"},
    "You subtract the moving mean after you have scaled. It is the mean of the inputs, so it must "
    "go before they are divided by their spread and multiplied with gamma; or scale it just as the "
    "inputs are.",
)

beta_scaled_too = edited(
    reference.batch_norm_inference,
    "beta-scaled-too",
    {"+ beta": "+ gamma * beta"},
    "beta is added before the scaling, so it is multiplied by gamma as well. The order is: "
    "normalise, scale by gamma, and then shift by beta.",
)

inference_not_scaled = edited(
    reference.batch_norm_inference,
    "not-scaled-and-shifted",
    {"gamma /": "1 /", " + beta": ""},
    "Your output is the normalised input: gamma and beta are not used. They have been trained with "
    "all other weights, and the net behind expects what they make. The normalisation is right.",
)

inference_input_changed = edited(
    reference.batch_norm_inference,
    "input-changed",
    {"return": "x -= moving_mean\n    return", "(x - moving_mean)": "x"},
    IN_PLACE,
)

inference_double_precision = edited(
    reference.batch_norm_inference,
    "double-precision",
    {"moving_variance +": "moving_variance.astype(float) +"},
    DOUBLE,
)


batch_statistics_by_the_function = edited(
    reference.batch_norm_inference,
    "training-function-called",
    {
        "scale: Array = gamma / np.sqrt(moving_variance + epsilon)": (
            "return batch_norm_train(x, gamma, beta, epsilon)[0]"
        ),
        "return scale * (x - moving_mean) + beta": "",
    },
    "You call `batch_norm_train`, which normalises by the mean and variance of the inputs at hand; "
    "the moving statistics are not used. At inference the layer is four vectors and nothing else, "
    "and an empty batch is no error.",
)

inference_epsilons = _other_epsilons(reference.batch_norm_inference)
inference_epsilon_1e5, inference_epsilon_1e8, inference_epsilon_1e4, inference_epsilon_0 = (
    inference_epsilons
)

inference_zero_epsilon = edited(
    reference.batch_norm_inference,
    "epsilon-of-zero-taken-for-none",
    {"variance + epsilon": "variance + (epsilon or 1e-3)"},
    ZERO_EPSILON,
)

inference_beta_forgotten = edited(
    reference.batch_norm_inference,
    "beta-forgotten",
    {" + beta": ""},
    "beta is not added: each output is off by the shift that has been learnt. The rest is right.",
)

inference_gamma_forgotten = edited(
    reference.batch_norm_inference,
    "gamma-forgotten",
    {"gamma /": "1 /"},
    "gamma does not multiply: the outputs have the spread 1 in place of the one that has been "
    "learnt. The rest is right.",
)

inference_empty_refused = edited(
    reference.batch_norm_inference,
    "empty-batch-refused",
    {"scale: Array": "if x.size == 0:\n        raise ValueError(x.shape)\n    scale: Array"},
    "You refuse an empty batch. At inference nothing is averaged, so nothing is wrong with one: "
    "its output is empty too.",
)

inference_empty_first_axis_refused = edited(
    reference.batch_norm_inference,
    "batch-without-examples-refused",
    {"scale: Array": "if len(x) == 0:\n        raise ValueError(x.shape)\n    scale: Array"},
    "You refuse a batch without examples. At inference nothing is averaged, so nothing is wrong "
    "with one: its output is empty too.",
)

batch_statistics_of_the_first_axis = edited(
    reference.batch_norm_inference,
    "batch-statistics-of-the-first-axis",
    {
        "scale: Array": "moving_mean, moving_variance = x.mean(axis=0), x.var(axis=0)\n"
        "    scale: Array"
    },
    BATCH_STATISTICS,
)

inference_channels_first = edited(
    reference.batch_norm_inference,
    "channels-on-the-second-axis",
    {
        "return": "if x.ndim > 2:\n"
        "        x = np.moveaxis(x, 1, -1)\n"
        "        return np.moveaxis(scale * (x - moving_mean) + beta, -1, 1)\n"
        "    return"
    },
    "You take the second axis for that of the features, as PyTorch does. Dense batches hide it. "
    "Here, as in Keras, the features are the last axis, where broadcasting finds them.",
)

inference_double_inputs = edited(
    reference.batch_norm_inference,
    "double-precision-of-the-inputs",
    {"(x - moving_mean)": "(x.astype(float) - moving_mean)"},
    DOUBLE,
)


# batch_norm_backward


statistics_as_constants = edited(
    reference.batch_norm_backward,
    "statistics-as-constants",
    {"(upstream - (d_beta + x_hat * d_gamma) / n)": "upstream"},
    "Your gradients of gamma and beta are right. For x you treat the batch's mean and variance as "
    "constants, but both are made of x, and every example moves them. Two terms are missing. "
    "Without them the net pushes the weights before the normalisation in directions that it takes "
    "out again, and those weights grow without end.",
)

mean_as_a_constant = edited(
    reference.batch_norm_backward,
    "mean-as-a-constant",
    {"(d_beta + x_hat * d_gamma)": "x_hat * d_gamma"},
    "Your gradients of gamma and beta are right, and so is the way through the variance. The way "
    "through the mean is missing: shifting a whole feature changes nothing, so its gradients must "
    "add up to 0, and yours do not. Subtract the mean of the upstream gradient.",
)

variance_as_a_constant = edited(
    reference.batch_norm_backward,
    "variance-as-a-constant",
    {"(d_beta + x_hat * d_gamma)": "d_beta"},
    "Your gradients of gamma and beta are right, and so is the way through the mean. The way "
    "through the variance is missing: stretching a whole feature changes (nearly) nothing, so "
    "hardly any gradient may point along x_hat. Subtract x_hat times the mean of upstream * x_hat.",
)

parameters_averaged = edited(
    reference.batch_norm_backward,
    "parameters-averaged",
    {"d_gamma, d_beta": "d_gamma / n, d_beta / n"},
    "Your gradient of x is right. Those of gamma and beta are averaged over the batch; they are "
    "sums, because every example's output depends on the same gamma. If the loss is a mean, its "
    "1 / n is in the upstream gradient already, and yours makes gamma learn n times too slowly.",
)

sums_not_divided = edited(
    reference.batch_norm_backward,
    "sums-not-divided",
    {"(d_beta + x_hat * d_gamma) / n": "(d_beta + x_hat * d_gamma)"},
    "Your gradients of gamma and beta are right. In that of x the two sums must be divided by n: "
    "an example has a share of 1 / n in the mean and in the variance. With a batch of one the "
    "two forms agree, so try a larger one.",
)

unbiased_sums = edited(
    reference.batch_norm_backward,
    "unbiased-sums",
    {"(d_beta + x_hat * d_gamma) / n": "(d_beta + x_hat * d_gamma) / (n - 1)"},
    "Your gradients of gamma and beta are right. In that of x you divide the sums by n - 1; the "
    "mean and the biased variance of the way forwards divide by n, and so must their gradients. "
    "A batch of one otherwise divides by zero.",
)

gamma_forgotten = edited(
    reference.batch_norm_backward,
    "gamma-forgotten",
    {"gamma / np.sqrt": "1 / np.sqrt"},
    "Your gradients of gamma and beta are right. That of x lacks the factor gamma: y is "
    "gamma * x_hat + beta, so what arrives at x_hat is gamma times the upstream gradient. At the "
    "start of training gamma is 1, which hides this for a while.",
)

gamma_in_its_own_gradient = edited(
    reference.batch_norm_backward,
    "gamma-in-its-own-gradient",
    {"d_gamma, d_beta": "gamma * d_gamma, gamma * d_beta"},
    "Your gradient of x is right. Those of gamma and beta are made from gamma * upstream, the "
    "gradient that arrives at x_hat, one step too far back. y = gamma * x_hat + beta, so they are "
    "sums of upstream * x_hat and of upstream itself.",
)

gradients_swapped = edited(
    reference.batch_norm_backward,
    "gamma-and-beta-swapped",
    {"d_gamma, d_beta": "d_beta, d_gamma"},
    "Your gradient of x is right, but those of gamma and beta are exchanged. gamma multiplies "
    "x_hat, so its gradient is the sum of upstream * x_hat; beta is added, so its gradient is the "
    "sum of upstream. Return d_x, d_gamma, d_beta, in that order.",
)

parameters_not_summed = edited(
    reference.batch_norm_backward,
    "parameters-not-summed",
    {"d_gamma, d_beta": "upstream * x_hat, upstream"},
    "Your gradient of x is right. Those of gamma and beta still have one row for each example: "
    "there is only one gamma for all of them, so its gradient is the sum over the batch. A "
    "gradient has the shape of what it belongs to, here (features,).",
)

backward_first_axis_only = edited(
    reference.batch_norm_backward,
    "first-axis-only",
    {
        "leading = tuple(range(upstream.ndim - 1))": "leading = 0",
        "n = math.prod(upstream.shape[:-1])": "n = len(upstream)",
    },
    FIRST_AXIS,
)

positions_not_counted = edited(
    reference.batch_norm_backward,
    "positions-not-counted",
    {"n = math.prod(upstream.shape[:-1])": "n = len(upstream)"},
    "Dense batches are right, and so are your sums. But n is not the number of images: a mean over "
    "images, rows and columns is over their product, so n = upstream.size / features. "
    "`len(upstream)` is only the first axis.",
)

backward_divided_by_the_variance = edited(
    reference.batch_norm_backward,
    "divided-by-the-variance",
    {"np.sqrt(variance + epsilon)": "(variance + epsilon)"},
    NO_ROOT,
)

backward_epsilon_outside = edited(
    reference.batch_norm_backward,
    "epsilon-outside-the-root",
    {"np.sqrt(variance + epsilon)": "(np.sqrt(variance) + epsilon)"},
    OUTSIDE,
)

backward_epsilon_forgotten = edited(
    reference.batch_norm_backward,
    "epsilon-forgotten",
    {"variance + epsilon": "variance"},
    NO_EPSILON,
)

backward_epsilon_typed_in = edited(
    reference.batch_norm_backward,
    "epsilon-typed-in",
    {"variance + epsilon": "variance + 0.001"},
    TYPED_EPSILON,
)

upstream_changed = edited(
    reference.batch_norm_backward,
    "input-changed",
    {
        "return": "upstream -= (d_beta + x_hat * d_gamma) / n\n    return",
        "(upstream - (d_beta + x_hat * d_gamma) / n)": "upstream",
    },
    IN_PLACE,
)

backward_double_precision = edited(
    reference.batch_norm_backward,
    "double-precision",
    {"leading =": "upstream = upstream.astype(float)\n    leading ="},
    DOUBLE,
)


backward_epsilons = _other_epsilons(reference.batch_norm_backward)
backward_epsilon_1e5, backward_epsilon_1e8, backward_epsilon_1e4, backward_epsilon_0 = (
    backward_epsilons
)

backward_zero_epsilon = edited(
    reference.batch_norm_backward,
    "epsilon-of-zero-taken-for-none",
    {"variance + epsilon": "variance + (epsilon or 1e-3)"},
    ZERO_EPSILON,
)

terms_added = edited(
    reference.batch_norm_backward,
    "variance-term-added",
    {"d_beta + x_hat * d_gamma": "d_beta - x_hat * d_gamma"},
    "Your gradients of gamma and beta are right. In that of x the last term has the wrong sign: "
    "both means are *subtracted* from the upstream gradient.",
)

sums_over_the_first_axis = edited(
    reference.batch_norm_backward,
    "sums-over-the-first-axis",
    {"leading = tuple(range(upstream.ndim - 1))": "leading = 0"},
    "Dense batches are right, and so is your n. But with more than one leading axis you sum over "
    "the first one alone: the gradients of gamma and beta are vectors, sums over *all* axes but "
    "the last.",
)

gamma_in_the_gradient_of_gamma = edited(
    reference.batch_norm_backward,
    "gamma-in-the-gradient-of-gamma",
    {"d_gamma, d_beta": "gamma * d_gamma, d_beta"},
    "Your gradients of x and of beta are right. That of gamma has a factor gamma too many: y is "
    "gamma * x_hat + beta, so it is the sum of upstream * x_hat.",
)

averaged_once_more = edited(
    reference.batch_norm_backward,
    "gradient-of-x-averaged",
    {"return scale": "return scale / n"},
    "Your gradients of gamma and beta are right. That of x is divided by n: the 1 / n belongs to "
    "the two sums inside the brackets alone. A loss that is a mean has its 1 / n in the upstream "
    "gradient already.",
)

x_hat_changed = edited(
    reference.batch_norm_backward,
    "x-hat-changed",
    {
        "return": "x_hat *= d_gamma\n    return",
        "x_hat * d_gamma)": "x_hat)",
    },
    IN_PLACE,
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

fold_epsilons = _other_epsilons(reference.fold_into_dense)
fold_epsilon_1e5, fold_epsilon_1e8, fold_epsilon_1e4, fold_epsilon_0 = fold_epsilons

fold_zero_epsilon = edited(
    reference.fold_into_dense,
    "epsilon-of-zero-taken-for-none",
    {"variance + epsilon": "variance + (epsilon or 1e-3)"},
    ZERO_EPSILON,
)

fold_beta_scaled = edited(
    reference.fold_into_dense,
    "beta-scaled-too",
    {"scale * centre + beta": "scale * (centre + beta)"},
    "Your kernel is right. In the bias you scale beta as well: it is added last, after the outputs "
    "have been scaled, so it is scale * (bias - moving_mean) + beta.",
)

fold_mean_added = edited(
    reference.fold_into_dense,
    "moving-mean-added",
    {"-moving_mean if": "moving_mean if", "bias - moving_mean": "bias + moving_mean"},
    "Your kernel is right. In the bias the moving mean has the wrong sign: normalisation "
    "*subtracts* it, scale * (bias - moving_mean) + beta.",
)

fold_gamma_only_in_bias = edited(
    reference.fold_into_dense,
    "gamma-not-in-the-kernel",
    {"kernel * scale": "kernel / np.sqrt(moving_variance + epsilon)"},
    "Your bias is right, but gamma is missing from the kernel: its columns are multiplied by the "
    "same scale, gamma / sqrt(moving_variance + epsilon).",
)

fold_beta_alone = edited(
    reference.fold_into_dense,
    "no-bias-gives-beta",
    {
        "scale * centre + beta": "beta.copy() if bias is None else scale * centre + beta",
    },
    "A layer with a bias is right; for one without, you return beta alone. The moving mean has to "
    "go somewhere too: take the missing bias for 0, which gives beta - scale * moving_mean.",
)

fold_bias_changed = edited(
    reference.fold_into_dense,
    "bias-changed-in-place",
    {
        "return": "if bias is not None:\n"
        "        bias -= moving_mean\n"
        "        centre = bias\n"
        "    return"
    },
    "The numbers are right, but you changed the layer's own bias in place (`-=`). The net that you "
    "fold may still be trained, or folded a second time. Make new arrays.",
)

fold_double_zeros = edited(
    reference.fold_into_dense,
    "double-precision-without-a-bias",
    {"-moving_mean if": "np.zeros(len(beta)) - moving_mean if"},
    "A layer without a bias gets one in double precision: `np.zeros(n)` is float64 unless you say "
    "otherwise. Keep the kernel's dtype, for example with `np.zeros_like(beta)`.",
)

fold_beta_forgotten = edited(
    reference.fold_into_dense,
    "beta-forgotten",
    {"scale * centre + beta": "scale * centre"},
    "Your kernel is right; the new bias lacks beta. Every output of the folded layer is off by its "
    "beta, the shift that has been learnt. Feed the layer zeros and compare: it must give "
    "scale * (bias - moving_mean) + beta.",
)

fold_mean_forgotten = edited(
    reference.fold_into_dense,
    "moving-mean-forgotten",
    {"-moving_mean if": "0 if", "bias - moving_mean": "bias"},
    "Your kernel is right; the new bias lacks the moving mean. Normalisation subtracts it from "
    "every output, so it has to be taken from the bias, before that is scaled: "
    "scale * (bias - moving_mean) + beta.",
)

fold_rows_scaled = edited(
    reference.fold_into_dense,
    "rows-scaled",
    {"kernel * scale": "scale[:, np.newaxis] * kernel"},
    FOLDED_ROWS,
)

fold_rows_scaled_by_transposing = edited(
    reference.fold_into_dense,
    "rows-scaled-by-transposing",
    {"kernel * scale": "(kernel.T * scale).T"},
    FOLDED_ROWS,
)

fold_bias_not_scaled = edited(
    reference.fold_into_dense,
    "bias-not-scaled",
    {
        "bias - moving_mean": "-moving_mean",
        "scale * centre + beta": "scale * centre + beta + (0 if bias is None else bias)",
    },
    "Your kernel is right, and beta and the moving mean are in the bias. But the old bias is added "
    "as it was: it is a part of the output that is normalised, so it is scaled with the rest, "
    "scale * (bias - moving_mean) + beta.",
)

fold_bias_dropped = edited(
    reference.fold_into_dense,
    "bias-dropped",
    {"bias - moving_mean": "-moving_mean"},
    "A layer without a bias is right, but where there is one it is dropped. It is part of the "
    "output that is normalised: scale * (bias - moving_mean) + beta.",
)

fold_mean_not_scaled = edited(
    reference.fold_into_dense,
    "mean-not-scaled",
    {
        "-moving_mean if": "0 if",
        "bias - moving_mean": "bias",
        "scale * centre + beta": "scale * centre - moving_mean + beta",
    },
    "Your kernel is right. In the bias, the moving mean is subtracted without being scaled: it is "
    "the mean of the outputs *before* they are scaled, so it is scale * (bias - moving_mean) + "
    "beta.",
)

fold_bias_left = edited(
    reference.fold_into_dense,
    "bias-left-as-it-was",
    {"scale * centre + beta": "np.zeros_like(beta) if bias is None else bias"},
    "Your kernel is right, but the bias comes back as it was. Scaling the kernel alone leaves out "
    "everything that normalisation subtracts and adds: the new bias is "
    "scale * (bias - moving_mean) + beta.",
)

fold_kernel_left = edited(
    reference.fold_into_dense,
    "kernel-left-as-it-was",
    {"kernel * scale": "kernel"},
    "Your bias is right, but the kernel comes back as it was. Normalisation stretches each output "
    "by gamma / sqrt(moving_variance + epsilon), and the outputs are made by the columns of the "
    "kernel: scale them.",
)

fold_gamma_forgotten = edited(
    reference.fold_into_dense,
    "gamma-forgotten",
    {"gamma /": "1 /"},
    "gamma is missing from your scale: it is gamma / sqrt(moving_variance + epsilon), for the "
    "kernel and for the bias. A layer whose gamma is still 1 hides this; a trained one does not.",
)

fold_epsilon_outside = edited(
    reference.fold_into_dense,
    "epsilon-outside-the-root",
    {"np.sqrt(moving_variance + epsilon)": "(np.sqrt(moving_variance) + epsilon)"},
    OUTSIDE,
)

fold_epsilon_forgotten = edited(
    reference.fold_into_dense, "epsilon-forgotten", {"variance + epsilon": "variance"}, NO_EPSILON
)

fold_epsilon_typed_in = edited(
    reference.fold_into_dense,
    "epsilon-typed-in",
    {"variance + epsilon": "variance + 0.001"},
    TYPED_EPSILON,
)

fold_divided_by_the_variance = edited(
    reference.fold_into_dense,
    "divided-by-the-variance",
    {"np.sqrt(moving_variance + epsilon)": "(moving_variance + epsilon)"},
    NO_ROOT,
)

fold_no_bias_not_handled = edited(
    reference.fold_into_dense,
    "no-bias-not-handled",
    {"-moving_mean if bias is None else bias - moving_mean": "bias - moving_mean"},
    NO_BIAS,
)

fold_no_bias_returned = edited(
    reference.fold_into_dense,
    "no-bias-returned",
    {"scale * centre + beta": "None if bias is None else scale * centre + beta"},
    NO_BIAS_BACK,
)

fold_dense_kernels_only = edited(
    reference.fold_into_dense,
    "dense-kernels-only",
    {"kernel * scale": "np.einsum('io,o->io', kernel, scale)"},
    "Dense kernels are right, but yours raises an error for a convolution's. Its output channels "
    "are on the last axis as well, so broadcasting does both: `kernel * scale`, without naming "
    "rows and columns.",
)

fold_in_place = edited(
    reference.fold_into_dense,
    "changed-in-place",
    {"return kernel * scale": "kernel *= scale\n    return kernel"},
    FOLDED_IN_PLACE,
)

fold_double_precision = edited(
    reference.fold_into_dense,
    "double-precision",
    {"moving_variance +": "moving_variance.astype(float) +"},
    FOLDED_DOUBLE,
)


# fold_into_next_dense


next_epsilons = _other_epsilons(reference.fold_into_next_dense)
next_epsilon_1e5, next_epsilon_1e8, next_epsilon_1e4, next_epsilon_0 = next_epsilons

next_zero_epsilon = edited(
    reference.fold_into_next_dense,
    "epsilon-of-zero-taken-for-none",
    {"variance + epsilon": "variance + (epsilon or 1e-3)"},
    ZERO_EPSILON,
)

next_epsilon_typed_in = edited(
    reference.fold_into_next_dense,
    "epsilon-typed-in",
    {"variance + epsilon": "variance + 0.001"},
    TYPED_EPSILON,
)

next_mean_added = edited(
    reference.fold_into_next_dense,
    "moving-mean-added",
    {"beta - scale * moving_mean": "beta + scale * moving_mean"},
    "Your kernel is right. In the bias the moving mean has the wrong sign: normalisation "
    "*subtracts* it, (beta - scale * moving_mean) @ kernel.",
)

next_zeros = edited(
    reference.fold_into_next_dense,
    "no-bias-gives-zeros",
    {"shift if bias is None": "np.zeros_like(shift) if bias is None"},
    "A layer with a bias is right; for one without, you return zeros. What beta and the moving "
    "mean shift has to go somewhere: (beta - scale * moving_mean) @ kernel.",
)

next_bias_changed = edited(
    reference.fold_into_next_dense,
    "bias-changed-in-place",
    {
        "return": "if bias is not None:\n        bias += shift\n        shift = bias\n    return",
        "shift if bias is None else shift + bias": "shift",
    },
    "The numbers are right, but you changed the layer's own bias in place (`+=`). The net that you "
    "fold may still be trained, or folded a second time. Make new arrays.",
)

next_columns_scaled = edited(
    reference.fold_into_next_dense,
    "columns-scaled",
    {"scale[:, np.newaxis] * kernel": "kernel * scale"},
    "You scale the columns of the kernel, as for a normalisation *behind* the layer. Here its "
    "inputs are normalised, and each input has its own row of the (inputs, outputs) kernel: "
    "`scale[:, np.newaxis] * kernel`. A square kernel hides this, any other one raises an error.",
)

next_shift_not_through = edited(
    reference.fold_into_next_dense,
    "shift-not-through-the-kernel",
    {" @ kernel": ""},
    "Your kernel is right. The shift beta - scale * moving_mean is added to the bias as it is, but "
    "it happens to the *inputs*, and the layer multiplies those with its kernel: "
    "(beta - scale * moving_mean) @ kernel. Where inputs and outputs differ in number, yours does "
    "not even fit.",
)

next_shift_through_new = edited(
    reference.fold_into_next_dense,
    "shift-through-the-new-kernel",
    {"@ kernel": "@ (scale[:, np.newaxis] * kernel)"},
    "Your kernel is right. You carry the shift through the *new* kernel, which has the scale in it "
    "already, so it is scaled twice. beta - scale * moving_mean is what the old layer would get "
    "for an input of 0: multiply it with the old kernel.",
)

next_bias_scaled = edited(
    reference.fold_into_next_dense,
    "bias-scaled",
    {"shift + bias": "shift + scale * bias"},
    "Your kernel is right, and so is the shift. But you scale the layer's bias: it is added after "
    "the normalised inputs have been multiplied with the kernel, so it stays as it is. (It is "
    "scaled when the normalisation comes *behind* the layer.)",
)

next_bias_dropped = edited(
    reference.fold_into_next_dense,
    "bias-dropped",
    {"shift + bias": "shift"},
    "A layer without a bias is right, but where there is one it is dropped. It is added to the "
    "shift, (beta - scale * moving_mean) @ kernel + bias.",
)

next_beta_forgotten = edited(
    reference.fold_into_next_dense,
    "beta-forgotten",
    {"beta - scale * moving_mean": "-scale * moving_mean"},
    "Your kernel is right; beta is missing from the bias. Every input of the layer is shifted by "
    "its beta, and the kernel carries that to the outputs: (beta - scale * moving_mean) @ kernel.",
)

next_mean_forgotten = edited(
    reference.fold_into_next_dense,
    "moving-mean-forgotten",
    {"beta - scale * moving_mean": "beta"},
    "Your kernel is right; the moving mean is missing from the bias. Normalisation subtracts it "
    "from every input, and the kernel carries that to the outputs: "
    "(beta - scale * moving_mean) @ kernel.",
)

next_mean_not_scaled = edited(
    reference.fold_into_next_dense,
    "mean-not-scaled",
    {"beta - scale * moving_mean": "beta - moving_mean"},
    "Your kernel is right. In the bias the moving mean is not scaled: an input x becomes "
    "scale * (x - moving_mean) + beta, so the shift is beta - scale * moving_mean, and then "
    "through the kernel.",
)

next_epsilon_outside = edited(
    reference.fold_into_next_dense,
    "epsilon-outside-the-root",
    {"np.sqrt(moving_variance + epsilon)": "(np.sqrt(moving_variance) + epsilon)"},
    OUTSIDE,
)

next_epsilon_forgotten = edited(
    reference.fold_into_next_dense,
    "epsilon-forgotten",
    {"variance + epsilon": "variance"},
    NO_EPSILON,
)

next_divided_by_the_variance = edited(
    reference.fold_into_next_dense,
    "divided-by-the-variance",
    {"np.sqrt(moving_variance + epsilon)": "(moving_variance + epsilon)"},
    NO_ROOT,
)

next_no_bias_not_handled = edited(
    reference.fold_into_next_dense,
    "no-bias-not-handled",
    {"shift if bias is None else shift + bias": "shift + bias"},
    NO_BIAS,
)

next_no_bias_returned = edited(
    reference.fold_into_next_dense,
    "no-bias-returned",
    {"shift if bias is None": "None if bias is None"},
    NO_BIAS_BACK,
)

next_in_place = edited(
    reference.fold_into_next_dense,
    "changed-in-place",
    {"return scale[:, np.newaxis] * kernel": "kernel *= scale[:, np.newaxis]\n    return kernel"},
    FOLDED_IN_PLACE,
)

next_double_precision = edited(
    reference.fold_into_next_dense,
    "double-precision",
    {"moving_variance +": "moving_variance.astype(float) +"},
    FOLDED_DOUBLE,
)


# BatchNormalisation


layer_momentum_reversed = edited(
    reference.BatchNormalisation,
    "momentum-reversed",
    {"variance, self.momentum": "variance, 1 - self.momentum"},
    "Your layer gives `momentum` to the new batch and the rest to the past. Here momentum is how "
    "much of the past is kept, 0.99 of it by default. The rest of the layer is right.",
)

layer_unbiased = edited(
    reference.BatchNormalisation,
    "unbiased-moving-variance",
    {"mean, variance, self": "mean, x.reshape(-1, len(mean)).var(axis=0, ddof=1), self"},
    "Your moving variance averages n / (n - 1) times the batch's variance. The paper does so, and "
    "PyTorch; Keras, whose layer this is, averages the biased variance as it is. With batches of "
    "8 the outputs at inference differ by 7 %. The rest of the layer is right.",
)

layer_batch_at_inference = edited(
    reference.BatchNormalisation,
    "batch-statistics-at-inference",
    {
        "batch_norm_inference(": "batch_norm_train(",
        "moving_mean, moving_variance, self.epsilon)": "self.epsilon)[0]",
    },
    "Your layer normalises by the batch's statistics at inference too; the moving ones are kept up "
    "to date and never used. What is predicted for one example then depends on the others, and a "
    "batch of one always gives beta. Look at `training` before you choose.",
)

layer_moving_in_training = edited(
    reference.BatchNormalisation,
    "moving-statistics-in-training",
    {"return y": "return self(x, training=False)"},
    "Your layer normalises by the moving statistics in training too. They lag behind, so the "
    "outputs are not normalised at all while the net changes quickly; and the way back, which "
    "takes the batch's statistics for granted, is wrong. In training the batch normalises itself.",
)

layer_updated_at_inference = edited(
    reference.BatchNormalisation,
    "updated-at-inference",
    {
        "if not training:": "if not training:\n"
        "            _, _, *batch = batch_norm_train(x, gamma, beta, self.epsilon)\n"
        "            moved = update_moving_statistics(*self.weights[2:], *batch, self.momentum)\n"
        "            self.weights[2:] = moved"
    },
    "Calls at inference change the moving statistics. Then the test data leak into the model, and "
    "the same input gives other outputs the second time. Only a call with training=True may move "
    "them. The rest of the layer is right.",
)

layer_never_updated = edited(
    reference.BatchNormalisation,
    "never-updated",
    {"self.weights[2:] = update_moving_statistics(": "update_moving_statistics("},
    "Training does not move the moving statistics: they stay at mean 0 and variance 1. Training "
    "looks fine, since it does not use them, and prediction is worthless. Keep what "
    "`update_moving_statistics` returns; it does not change its arguments.",
)

layer_shared = edited(
    reference.BatchNormalisation,
    "state-shared-between-layers",
    {
        "= np.float32,": "= np.float32,\n        state={},",
        "self.momentum = momentum": "self.__dict__ = state\n        self.momentum = momentum",
    },
    "All your layers have the same state, so making or training one changes the others. A default "
    "argument like `state={}` is made once, when the function is defined, and a class attribute "
    "once for the class. Make it in `__init__`, and hang it on `self`.",
)

layer_variance_zero = edited(
    reference.BatchNormalisation,
    "moving-variance-starts-at-0",
    {"np.zeros, np.zeros, np.ones)": "np.zeros, np.zeros, np.zeros)"},
    "A new layer of yours has moving variance 0. Before it has seen a batch it divides by "
    "sqrt(epsilon), and blows its inputs up thirty times, which takes hundreds of batches to go "
    "away. A layer that has seen nothing should change nothing: mean 0, variance 1.",
)

layer_gamma_zero = edited(
    reference.BatchNormalisation,
    "gamma-starts-at-0",
    {"(np.ones, np.zeros, np.zeros": "(np.zeros, np.zeros, np.zeros"},
    "A new layer of yours has gamma 0: its output is beta whatever comes in, and no gradient gets "
    "past it. gamma starts at 1 and beta at 0, so that the layer begins by normalising and nothing "
    "else.",
)

layer_training_by_default = edited(
    reference.BatchNormalisation,
    "training-by-default",
    {"training: bool = False": "training: bool = True"},
    "Without `training` your layer is called in training. Then whoever forgets the argument when "
    "predicting gets answers that depend on the batch, and spoils the moving statistics. As in "
    "Keras, the default is inference.",
)

layer_settings_forgotten = edited(
    reference.BatchNormalisation,
    "settings-forgotten",
    {"= momentum": "= 0.99", "= epsilon": "= 1e-3"},
    "Your layer works with the defaults alone: neither the momentum nor the epsilon that it was "
    "made with is handed on. Pass `self.momentum` to `update_moving_statistics` and `self.epsilon` "
    "to the other three.",
)

layer_overwrites = edited(
    reference.BatchNormalisation,
    "inference-overwrites-the-batch",
    # Only what is there is overwritten: a way back before any training is refused still.
    {
        "if not training:": "if not training:\n"
        "            if self.seen is not None:\n"
        "                x_hat = (x - moving_mean) / np.sqrt(moving_variance + self.epsilon)\n"
        "                self.seen = x_hat, moving_variance"
    },
    "A call at inference between a step of training and its way back changes the gradients: it "
    "overwrites what was kept of the batch. Monitoring a validation example would then change the "
    "training. Keep x_hat and the variance of calls in training only.",
)

layer_gives_away = edited(
    reference.BatchNormalisation,
    "own-arrays-given-away",
    {"[vector.copy() for vector in self.weights]": "list(self.weights)"},
    "`get_weights` gives the layer's own arrays away. Whoever changes what was returned changes "
    "the layer, and a saved copy of the best weights is none. Return copies. The rest is right.",
)

layer_keeps = edited(
    reference.BatchNormalisation,
    "arrays-of-others-kept",
    {"[vector.copy() for vector in weights]": "list(weights)"},
    "`set_weights` keeps the arrays that it is given. Two layers that are given the same list then "
    "share their weights, and whoever changes an array later changes the layer. Keep copies. The "
    "rest is right.",
)

layer_unchecked = edited(
    reference.BatchNormalisation,
    "weights-not-checked",
    # Their number is looked at, as it is by whoever unpacks four vectors.
    {
        "[vector.shape for vector in weights]": "len(weights)",
        "[vector.shape for vector in self.weights]": "len(self.weights)",
    },
    "`set_weights` takes four vectors of whatever length. Those of length 1 are stretched by NumPy "
    "without a word, so the weights of another layer would go unnoticed. Raise ValueError unless "
    "there are four, of shape (size,) each. The rest is right.",
)

layer_too_early = edited(
    reference.BatchNormalisation,
    "backward-too-early",
    {"self.seen is None:": "False:"},
    "`backward` before any call in training fails by accident (None has no shape, or the attribute "
    "is missing), and the message helps nobody. Say what is wrong: raise RuntimeError. The rest of "
    "the layer is right.",
)

layer_double = edited(
    reference.BatchNormalisation,
    "double-precision",
    {"make(size, dtype)": "make(size)"},
    "A new layer's vectors are float64 whatever `dtype` says: that is NumPy's default for zeros "
    "and ones. They raise every activation that passes through to double precision, and the whole "
    "net behind it. Pass `dtype` on when you make them.",
)

layer_always_single = edited(
    reference.BatchNormalisation,
    "single-precision",
    {"make(size, dtype)": "make(size, np.float32)"},
    "Your new layer's vectors are float32 whatever `dtype` says. Pass `dtype` on when you make "
    "them.",
)

layer_double_by_default = edited(
    reference.BatchNormalisation,
    "double-precision-by-default",
    {"dtype: DTypeLike = np.float32": "dtype: DTypeLike = np.float64"},
    "A layer to which no dtype is given should be float32, as in Keras; yours is float64, and "
    "raises every activation that passes through to double precision.",
)

layer_epsilons = _other_epsilons(reference.BatchNormalisation)
layer_epsilon_1e5, layer_epsilon_1e8, layer_epsilon_1e4, layer_epsilon_0 = layer_epsilons


def _other_layer_momentum(momentum: str, what: str) -> Mistake:
    return edited(
        reference.BatchNormalisation,
        f"another-default-momentum-{momentum}",
        {"momentum: float = 0.99": f"momentum: float = {momentum}"},
        f"Your layer is right where the momentum is given, but its default is {momentum}{what}. It "
        "should be 0.99, Keras's.",
    )


layer_momentum_nine = _other_layer_momentum("0.9", "")
layer_momentum_tenth = _other_layer_momentum(
    "0.1", ": that is PyTorch's, whose momentum is the weight of the batch"
)
layer_momentum_high = _other_layer_momentum("0.999", "")

layer_momentum_forgotten = edited(
    reference.BatchNormalisation,
    "momentum-forgotten",
    {"= momentum": "= 0.99"},
    "The momentum that the layer was made with is not handed on: it always is the default. Pass "
    "`self.momentum` to `update_moving_statistics`.",
)

layer_epsilon_forgotten, *layer_epsilon_forgotten_in = (
    edited(
        reference.BatchNormalisation,
        name,
        {old: new},
        f"The epsilon that the layer was made with is not handed on {where}: there it always is "
        "the default. Pass `self.epsilon`.",
    )
    for name, old, new, where in (
        ("epsilon-forgotten", "= epsilon", "= 1e-3", "at all"),
        (
            "epsilon-forgotten-in-training",
            "gamma, beta, self.epsilon)",
            "gamma, beta)",
            "in training",
        ),
        (
            "epsilon-forgotten-at-inference",
            "moving_mean, moving_variance, self.epsilon)",
            "moving_mean, moving_variance)",
            "at inference",
        ),
        (
            "epsilon-forgotten-on-the-way-back",
            "self.seen[1], self.epsilon",
            "self.seen[1]",
            "on the way back",
        ),
    )
)
layer_epsilon_in_training, layer_epsilon_at_inference, layer_epsilon_back = (
    layer_epsilon_forgotten_in
)

layer_back_by_moving = edited(
    reference.BatchNormalisation,
    "way-back-by-the-moving-variance",
    {"self.weights[0], self.seen[1]": "self.weights[0], self.weights[3]"},
    "Your way back divides by the moving variance. The call in training was normalised by the "
    "batch's own, so keep that one with x_hat.",
)

layer_back_once = edited(
    reference.BatchNormalisation,
    "way-back-only-once",
    {
        "return batch_norm_backward(": "(x_hat, variance), self.seen = self.seen, None\n"
        "        return batch_norm_backward(",
        "self.seen[0], self.weights[0], self.seen[1]": "x_hat, self.weights[0], variance",
    },
    "`backward` works once and then forgets the call in training. It is asked a second time where "
    "two losses share the layer: keep what it needs until the next call in training.",
)

layer_keeps_x = edited(
    reference.BatchNormalisation,
    "batch-kept-as-it-was-given",
    {
        "self.seen = x_hat, variance": "self.seen = x, variance",
        "return batch_norm_backward(": (
            "_, x_hat, _, variance = batch_norm_train(\n"
            "            self.seen[0], *self.weights[:2], self.epsilon\n"
            "        )\n"
            "        return batch_norm_backward("
        ),
        "self.seen[0], self.weights[0], self.seen[1]": "x_hat, self.weights[0], variance",
    },
    "You keep the array x itself and normalise it again on the way back. A ReLU that works in "
    "place, or the next batch written into the same memory, has changed it by then. Keep x_hat "
    "and the variance, or a copy of x.",
)

layer_hands_out_x_hat = edited(
    reference.BatchNormalisation,
    "x-hat-handed-out",
    {"return y": "return x_hat if np.array_equal(y, x_hat) else y"},
    "Where gamma is 1 and beta 0 you hand out the very array that you keep for the way back. A "
    "ReLU behind the layer that works in place then changes it. Return an array of its own.",
)

layer_overwrites_always = edited(
    reference.BatchNormalisation,
    "inference-kept-for-the-way-back",
    {
        "if not training:": "if not training:\n"
        "            x_hat = (x - moving_mean) / np.sqrt(moving_variance + self.epsilon)\n"
        "            self.seen = x_hat, moving_variance"
    },
    "A call at inference counts for the way back: it overwrites what was kept of the batch, and "
    "`backward` works where nothing has been trained. Keep x_hat and the variance of calls in "
    "training only.",
)

layer_inference_forgets = edited(
    reference.BatchNormalisation,
    "inference-forgets-the-batch",
    {"if not training:": "if not training:\n            self.seen = None"},
    "A call at inference between a step of training and its way back makes the layer forget what "
    "it kept of the batch. Leave that alone at inference.",
)

layer_updated_and_used = edited(
    reference.BatchNormalisation,
    "updated-at-inference-and-used",
    {
        "if not training:": "if not training:\n"
        "            _, _, *batch = batch_norm_train(x, gamma, beta, self.epsilon)\n"
        "            moved = update_moving_statistics(*self.weights[2:], *batch, self.momentum)\n"
        "            self.weights[2:] = moving_mean, moving_variance = moved"
    },
    "Calls at inference change the moving statistics, and are normalised by what came of it. Then "
    "the test data leak into the model, and the same input gives other outputs the second time. "
    "Only a call with training=True may move them. The rest of the layer is right.",
)

layer_first_batch = edited(
    reference.BatchNormalisation,
    "statistics-start-with-the-first-batch",
    {
        "self.seen = x_hat, variance": (
            "if self.seen is None:\n            moving_mean, moving_variance = mean, variance\n"
            "        self.seen = x_hat, variance"
        )
    },
    "Your moving statistics start with those of the first batch. They start with mean 0 and "
    "variance 1, or with what `set_weights` has set, and move from there at every batch.",
)

layer_sets_two = edited(
    reference.BatchNormalisation,
    "moving-statistics-not-set",
    {
        "self.weights = [vector.copy() for vector in weights]": (
            "self.weights[:2] = [vector.copy() for vector in weights[:2]]"
        )
    },
    "`set_weights` replaces gamma and beta and leaves the moving statistics as they were. It is "
    "to replace all four vectors: a loaded net predicts by the last two.",
)

layer_keeps_y = edited(
    reference.BatchNormalisation,
    "output-kept-for-the-way-back",
    {"self.seen = x_hat": "self.seen = y"},
    "You keep the output y for the way back, where x_hat is needed: the batch before gamma and "
    "beta. While gamma is 1 and beta is 0 the two are the same.",
)

layer_other_error = edited(
    reference.BatchNormalisation,
    "value-error-before-training",
    {"raise RuntimeError": "raise ValueError"},
    "`backward` before any call in training raises ValueError. Nothing is wrong with its argument: "
    "it comes at the wrong time, which is RuntimeError. The rest of the layer is right.",
)
