"""Wrong regularisers that people really write.

Each differs from a right answer in the one point it is about.
"""
# ruff: noqa: D101, D102 - a mistake's explanation says what it does

from __future__ import annotations

import copy
import sys
from functools import partial
from typing import Any

import numpy as np

from autograder.api import Array, edited, mistake
from solutions import regularisers as reference

DTYPE = (
    "Your numbers are right, but they come back in double precision whatever the dtype of what was "
    "passed in. One float64 turns everything that it is added to into float64, and a network then "
    "takes twice the memory and time. Python's floats leave the dtype alone; arrays and NumPy "
    "numbers of float64 do not, and whole numbers (`astype(int)`, `rng.binomial`) raise it too."
)
IN_PLACE = (
    "Your result is right, but the array that was passed in is changed as well: `*=`, `x[...] = `, "
    "`np.abs(x, out=x)` and their like write into the caller's memory. The caller, who still needs "
    "it, finds other numbers there. Make a new array, or start with a copy."
)
NEGATIVE = (
    "Penalty and gradient are right, but a negative factor is accepted. It would reward large "
    "weights, and training would run away. Raise ValueError."
)
MEAN = (
    "You averaged over the weights instead of adding them up. The factor then means something else "
    "in every layer: in one of a million weights the penalty is a million times weaker. Keras and "
    "the docstring use the sum."
)
NO_FACTOR = (
    "Your gradient lacks the factor; the penalty has it. An optimiser sees only the gradient, so "
    "the weights would be pulled with strength 1 whatever the factor is. Derive the penalty with "
    "the factor in front."
)
GENERATOR = (
    "Your random numbers do not come from `rng`: the same generator state gave different masks. A "
    "result that cannot be repeated cannot be debugged or published, so every draw must be a "
    "method of `rng`; look for `np.random.` in the body, or a generator made there."
)
FIXED = (
    "You drop the same entries whatever generator is passed, because one with a fixed seed is "
    "made inside the function. The same units would be missing in every step of training, and the "
    "rest is just a smaller network. Draw from `rng`."
)
KEEP = (
    "You took the rate for the probability of being *kept*. Srivastava's paper calls that p; "
    "Keras's `rate`, and ours, is the probability of being dropped. With a rate of 0.2 you drop "
    "four fifths of the entries."
)
TRAINING = (
    "Training is right, but `training=False` is ignored: you drop at inference, too. A prediction "
    "then differs from call to call and is worse than it need be. Return `x` as it is when not "
    "training."
)
ONE_ROW = (
    "One mask is drawn and used for all instances of the batch. Every instance of a step then "
    "trains the same thinned network, and much of the averaging over networks is lost. Draw as "
    "many numbers as `x` has entries: the shape is `x.shape`, not `x.shape[1:]` or `x.shape[-1]`."
)
ONE_COLUMN = (
    "One decision is drawn for each instance, so whole instances are dropped, not units. Draw a "
    "number for every entry: the shape is `x.shape`."
)
EXACT = (
    "You drop exactly the share `rate` of the entries, in every call. Dropout decides for each "
    "entry by itself, so the number varies; with a fixed number, one unit's fate depends on the "
    "others'."
)
RATES = (
    "What you drop is right, but rates outside [0, 1) are accepted. With a rate of 1 you divide "
    "by 0, and 25 (meant as a percentage) drops everything without a word. Raise ValueError."
)
HALF_OPEN = (
    "You refuse rates above 1, but accept 1 itself, which drops everything and divides by 0. "
    "`rate` must be less than 1."
)
MOVED_ON = (
    "Your results are right, but numbers are drawn at inference as well, and thrown away. To "
    "evaluate a model in the middle of training would then change the rest of the training. "
    "Return before you draw."
)
WRONG_AXIS = (
    "You limited the rows. A dense kernel is (inputs, outputs), so one unit's incoming weights "
    "are a *column*, and their norm is taken along axis 0, the default of `axis`."
)

# l1_regulariser

l1_with = partial(edited, reference.l1_regulariser)

gradient_without_the_sign = l1_with(
    "gradient-without-the-sign",
    {"np.sign(weights)": "(weights != 0)"},
    "Your penalty is right; your gradient is +factor for every weight. |w| falls as a negative "
    "weight grows, so its slope there is -factor: the gradient is factor * sign(w). With yours, "
    "negative weights are pushed away from 0.",
)
gradient_of_plain_factor = l1_with(
    "gradient-of-plain-factor",
    {"np.sign(weights)": "np.ones_like(weights)"},
    "Your penalty is right; your gradient is +factor everywhere, also for negative weights and "
    "for 0. The slope of |w| is -1 on the left, 1 on the right, and 0 is asked for at the corner: "
    "factor * sign(w).",
)
pushed_at_zero = l1_with(
    "pushed-at-zero",
    {"np.sign(weights)": "np.where(weights >= 0, 1, -1)"},
    "Everything is right but the gradient of weights that are 0: it should be 0. You give them a "
    "slope of the one side, as `np.where(w >= 0, 1, -1)` or `w > 0` does. Pushed off 0 in every "
    "step, no weight would ever stay there, and sparse models are what l1 is for.",
)
pulled_at_zero = l1_with(
    "pulled-at-zero",
    {"np.sign(weights)": "np.where(weights > 0, 1, -1)"},
    "Everything is right but the gradient of weights that are 0: it should be 0. You give them "
    "-factor, as `np.where(w > 0, 1, -1)` does, so no weight would ever stay at 0, and sparse "
    "models are what l1 is for.",
)
divided_by_size = l1_with(
    "divided-by-size",
    {"np.sign(weights)": "(weights / np.abs(weights))"},
    "w / |w| is the sign of w, except at 0, where it is 0 / 0: your gradient is NaN there. One "
    "NaN in a gradient spreads to every weight within a step or two. `np.sign` knows what to do.",
)
l1_gradient_without_the_factor = l1_with(
    "gradient-without-the-factor", {"factor * np.sign": "np.sign"}, NO_FACTOR
)
l1_averaged = l1_with(
    "averaged", {"penalty =": "factor /= max(weights.size, 1)\n    penalty ="}, MEAN
)
averaged_penalty = l1_with(
    "averaged-penalty",
    {"np.sum": "np.mean"},
    "Your gradient is right, but your penalty is the *mean* of the absolute values (and NaN where "
    "there are none). The two do not belong to each other; the docstring asks for the sum.",
)
size_of_the_sum = l1_with(
    "size-of-the-sum",
    {"np.sum(np.abs(weights))": "np.abs(np.sum(weights))"},
    "You added the weights up first and took the absolute value of the sum. Weights of opposite "
    "sign then cancel and cost nothing. Take the absolute value of each weight, then the sum.",
)
l2_in_place_of_l1 = l1_with(
    "l2-in-place-of-l1",
    {"np.abs(weights)": "np.square(weights)", "np.sign(weights)": "2 * weights"},
    "This is the l2 penalty, the sum of squares, and its gradient. l1 adds up absolute values, and "
    "its gradient has the same size for every weight.",
)
l1_double_precision = l1_with(
    "double-precision",
    {"factor * np.sign(weights), dtype=weights.dtype": "np.float64(factor) * np.sign(weights)"},
    DTYPE,
)
l1_works_in_place = l1_with(
    "works-in-place",
    {"factor * np.sign(weights)": "np.multiply(factor, np.sign(weights), out=weights)"},
    IN_PLACE,
)
l1_negative_factor_accepted = l1_with("negative-factor-accepted", {"factor < 0": "False"}, NEGATIVE)

# l2_regulariser

l2_with = partial(edited, reference.l2_regulariser)

halved = l2_with(
    "halved",
    {"factor * np.sum": "factor / 2 * np.sum", "2 * factor": "factor"},
    "Your penalty has the factor 1/2, and your gradient fits it. That is a common convention, but "
    "not the one that the docstring states: factor * sum(w²), as in Keras, with the gradient 2 * "
    "factor * w. A factor that was tuned for one means half or twice as much in the other.",
)
two_forgotten_in_the_gradient = l2_with(
    "two-forgotten-in-the-gradient",
    {"2 * factor": "factor"},
    "Your penalty is right; the derivative of w² is 2 w, so the gradient is 2 * factor * w. The "
    "one without the 2 belongs to a penalty with 1/2 in front.",
)
half_in_the_penalty_alone = l2_with(
    "half-in-the-penalty-alone",
    {"factor * np.sum": "factor / 2 * np.sum"},
    "Your gradient is right, but your penalty has the factor 1/2, which does not belong to that "
    "gradient, nor to the docstring: factor * sum(w²).",
)
norm_not_squared = l2_with(
    "norm-not-squared",
    {"np.sum(np.square(weights))": "np.sqrt(np.sum(np.square(weights)))"},
    "Your penalty is the norm, sqrt(sum(w²)); asked for is its square. Your gradient is that of "
    "the square. `np.linalg.norm` takes a root that must be undone, or not be taken.",
)
norm_and_its_gradient = l2_with(
    "norm-and-its-gradient",
    {
        "np.sum(np.square(weights))": "(norm := np.sqrt(np.sum(np.square(weights))))",
        "2 * factor * weights": "factor * weights / norm",
    },
    "Penalty and gradient are those of the norm, sqrt(sum(w²)), and not of its square. The norm "
    "pulls on all weights together with one and the same strength; the square pulls on each in "
    "proportion to its size, and vanishes smoothly at 0 (yours is 0 / 0 there).",
)
l2_gradient_without_the_factor = l2_with(
    "gradient-without-the-factor", {"2 * factor": "2"}, NO_FACTOR
)
l2_averaged = l2_with(
    "averaged", {"penalty =": "factor /= max(weights.size, 1)\n    penalty ="}, MEAN
)
square_of_the_sum = l2_with(
    "square-of-the-sum",
    {"np.sum(np.square(weights))": "np.square(np.sum(weights))"},
    "You added the weights up and squared the sum. Weights of opposite sign then cancel and cost "
    "nothing. Square each weight, then add.",
)
l2_double_precision = l2_with(
    "double-precision",
    {"2 * factor * weights, dtype=weights.dtype": "np.float64(2 * factor) * weights"},
    DTYPE,
)
l2_works_in_place = l2_with(
    "works-in-place",
    {"2 * factor * weights": "np.multiply(2 * factor, weights, out=weights)"},
    IN_PLACE,
)
l2_negative_factor_accepted = l2_with("negative-factor-accepted", {"factor < 0": "False"}, NEGATIVE)

# elastic_net

net_with = partial(edited, reference.elastic_net)

# It is l1_regulariser and l2_regulariser that refuse negative factors: this does without them.
UNCHECKED = {
    "l1_regulariser(weights, l1)": "l1 * np.sum(np.abs(weights)), l1 * np.sign(weights)",
    "l2_regulariser(weights, l2)": "l2 * np.sum(np.square(weights)), 2 * l2 * weights",
}

factors_exchanged = net_with(
    "factors-exchanged",
    {"weights, l1)": "weights, l2)", "weights, l2)": "weights, l1)"},
    "The two factors are exchanged: `l1` belongs to the absolute values, `l2` to the squares.",
)
squares_halved = net_with(
    "squares-halved",
    {"weights, l2)": "weights, l2 / 2)"},
    "The l2 part has a 1/2, in the penalty and in the gradient: that is Scikit-learn's convention. "
    "Here, as in Keras, it is l2 * sum(w²), with the gradient 2 * l2 * w.",
)
two_forgotten_in_the_net = net_with(
    "two-forgotten-in-the-gradient",
    {"+ second_gradient": "+ second_gradient / 2"},
    "Your penalty is right; the squares' part of your gradient is not: the derivative of w² is 2 "
    "w.",
)
mixed_by_a_ratio = net_with(
    "mixed-by-a-ratio",
    {"weights, l1)": "weights, l2 * l1)", "weights, l2)": "weights, l2 * (1 - l1))"},
    "You took one factor for the strength and the other for a mixing ratio, as Scikit-learn's "
    "`alpha` and `l1_ratio`. Here the two penalties are simply added, each with its own factor.",
)
gradient_of_one_part = net_with(
    "gradient-of-one-part",
    {"first_gradient + second_gradient": "second_gradient"},
    "Your penalty has both parts, your gradient only that of the squares. The gradient of a sum "
    "is the sum of the gradients.",
)
net_pushed_at_zero = net_with(
    "pushed-at-zero",
    {"asarray(first_gradient": "where(weights == 0, l1, first_gradient"},
    "Everything is right but the gradient of weights that are 0: it should be 0, and yours has the "
    "slope of one side. Pushed off 0 in every step, no weight would ever stay there.",
)
net_averaged = net_with(
    "averaged",
    {
        "weights, l1)": "weights, l1 / max(weights.size, 1))",
        "weights, l2)": "weights, l2 / max(weights.size, 1))",
    },
    MEAN,
)
net_double_precision = net_with(
    "double-precision", {"+ second_gradient": "+ second_gradient, dtype=np.float64"}, DTYPE
)
net_works_in_place = net_with(
    "works-in-place",
    {"    return": "    weights[...] = first_gradient + second_gradient\n    return"},
    IN_PLACE,
)
net_negative_factors_accepted = net_with("negative-factors-accepted", UNCHECKED, NEGATIVE)
only_the_sum_of_factors_checked = net_with(
    "only-the-sum-of-factors-checked",
    UNCHECKED | {"return": "if l1 < 0 and l2 < 0:\n        raise ValueError\n    return"},
    "A negative factor is refused only together with the other: you check their sum, or both at "
    "once with `and`. Each must not be negative.",
)

# dropout

# Who divides by the rate finds out what a rate of 0 does, and returns early.
NOTHING_DROPPED = {"not training": "not training or rate == 0"}

dropout_with = partial(edited, reference.dropout)

not_scaled = dropout_with(
    "not-scaled",
    {" / (1 - rate)": ""},
    "You drop the right share, but what is kept is not scaled up. The next layer then gets, on "
    "average, 1 - rate of what it will get at inference, when nothing is dropped. Divide by 1 - "
    "rate in training.",
)
scaled_at_inference = dropout_with(
    "scaled-at-inference",
    {"x.copy()": "x * (1 - rate)", " / (1 - rate)": ""},
    "You leave what is kept as it is in training, and multiply by 1 - rate at inference. The "
    "averages match, and that is what Srivastava's paper does; but asked for is *inverted* "
    "dropout, which divides by 1 - rate in training, so that a trained network can be used as it "
    "is.",
)
multiplied_by_the_share_kept = dropout_with(
    "multiplied-by-the-share-kept",
    {"/ (1 - rate)": "* (1 - rate)"},
    "What is kept is multiplied by 1 - rate; it should be *divided* by it. Dropping makes the sum "
    "smaller, and yours makes it smaller twice.",
)
divided_by_the_rate = dropout_with(
    "divided-by-the-rate",
    NOTHING_DROPPED | {"/ (1 - rate)": "/ rate"},
    "What is kept is divided by the rate; it should be divided by 1 - rate, the probability of "
    "being kept. With a rate of 0.1 your output is nine times too large, with 0.5 nobody would "
    "notice.",
)
rate_taken_for_the_share_kept = dropout_with(
    "rate-taken-for-the-share-kept", {">= rate": "< rate", "/ (1 - rate)": "/ rate"}, KEEP
)
drops_what_it_should_keep = dropout_with(
    "drops-what-it-should-keep",
    {">= rate": "< rate"},
    "You divide by 1 - rate, which is right, but the comparison that makes the mask is turned "
    "round: `rng.random(...) < rate` is True with probability `rate`, and True is for what is "
    "kept.",
)
mask_of_what_is_dropped = dropout_with(
    "mask-of-what-is-dropped",
    {"np.ones": "np.zeros", "), mask": "), ~mask"},
    "Your output is right; your mask is the wrong way round. True is for entries that are kept, so "
    "that `dropout_backward` can multiply with it, and at inference all is True.",
)
mask_of_numbers = dropout_with(
    "mask-of-numbers",
    {"dtype=bool": "dtype=x.dtype", "), mask": "), mask.astype(x.dtype) / (1 - rate)"},
    "Your output is right; your mask holds the numbers that `x` was multiplied by, and a mask of "
    "True and False was asked for. `dropout_backward` does the scaling itself.",
)
active_at_inference = dropout_with("active-at-inference", {"not training": "False"}, TRAINING)
scaled_at_inference_too = dropout_with(
    "scaled-at-inference-too",
    {"x.copy()": "x / (1 - rate)"},
    "Nothing is dropped at inference, which is right, but `x` is divided by 1 - rate all the "
    "same. The division makes up for what was dropped, and belongs to training alone.",
)
drawn_at_inference = dropout_with(
    "drawn-at-inference",
    {"return x.copy()": "rng.random(x.shape)\n        return x.copy()"},
    MOVED_ON,
)
one_mask_for_all_rows = dropout_with(
    "one-mask-for-all-rows",
    {"rng.random(x.shape)": "np.broadcast_to(rng.random(x.shape[1:] or x.shape), x.shape)"},
    ONE_ROW,
)
whole_rows_dropped = dropout_with(
    "whole-rows-dropped",
    {"rng.random(x.shape)": "np.broadcast_to(rng.random(x.shape[:1]), x.T.shape).T"},
    ONE_COLUMN,
)
always_as_many = dropout_with(
    "always-as-many",
    {
        "rng.random(x.shape)": "rng.permutation(x.size).reshape(x.shape)",
        ">= rate": ">= round(rate * x.size)",
    },
    EXACT,
)
fixed_seed = dropout_with("fixed-seed", {"rng.random(": "np.random.default_rng(42).random("}, FIXED)
dropout_double_precision = dropout_with(
    "double-precision", {"mask / (1 - rate)": "(mask / (1 - rate))"}, DTYPE
)
dropout_works_in_place = dropout_with(
    "works-in-place", {"x * mask / (1 - rate)": "np.divide(x * mask, 1 - rate, out=x)"}, IN_PLACE
)
any_rate_accepted = dropout_with("any-rate-accepted", {"not 0 <= rate < 1": "False"}, RATES)
a_rate_of_one_accepted = dropout_with(
    "a-rate-of-one-accepted", {"rate < 1": "rate <= 1"}, HALF_OPEN
)

# dropout_backward

backward_with = partial(edited, reference.dropout_backward)

backward_not_scaled = backward_with(
    "not-scaled",
    {" / (1 - rate)": ""},
    "Dropped entries get no gradient, which is right, but the others are not scaled. The output "
    "was x / (1 - rate), so its derivative by x is 1 / (1 - rate), and the gradient is multiplied "
    "by that.",
)
backward_multiplied = backward_with(
    "multiplied-by-the-share-kept",
    {"/ (1 - rate)": "* (1 - rate)"},
    "You multiply by 1 - rate on the way back, as if to undo the division on the way forwards. A "
    "gradient is multiplied by the derivative of what was done, and that of x / (1 - rate) is "
    "1 / (1 - rate): divide again.",
)
backward_divided_by_the_rate = backward_with(
    "divided-by-the-rate",
    {"/ (1 - rate)": "/ rate"},
    "You divide by the rate; the output was divided by 1 - rate, and the gradient is too.",
)
mask_ignored = backward_with(
    "mask-ignored",
    {" * mask": ""},
    "Every entry gets a gradient. What was dropped was 0 whatever its input, so it had no part in "
    "the loss and gets none: multiply by the mask.",
)
passed_through = backward_with(
    "passed-through",
    {"np.asarray(gradient * mask / (1 - rate))": "gradient.copy()"},
    "The gradient comes back as it was. In training dropout is a multiplication, by 0 or by "
    "1 / (1 - rate), and on the way back the gradient is multiplied by the same numbers.",
)
mask_turned_round = backward_with(
    "mask-turned-round",
    {"* mask": "* ~mask"},
    "You send the gradient to what was dropped and none to what was kept. True in the mask is for "
    "what is kept.",
)
backward_scaled_at_inference = backward_with(
    "scaled-at-inference",
    {"gradient.copy()": "gradient / (1 - rate)"},
    "Training is right, but the gradient is divided at inference as well. There the output was x, "
    "so the gradient goes through unchanged.",
)
mask_drawn_anew = backward_with(
    "mask-drawn-anew",
    {"* mask": "* (np.random.default_rng(42).random(mask.shape) >= rate)"},
    "You draw a fresh mask on the way back. The gradient then goes to entries that were dropped "
    "and had no part in the loss, and misses some that had. Use the mask that was passed in: the "
    "one of the way forwards.",
)
backward_double_precision = backward_with(
    "double-precision", {"mask / (1 - rate)": "(mask / (1 - rate))"}, DTYPE
)
backward_works_in_place = backward_with(
    "works-in-place",
    {"gradient * mask / (1 - rate)": "np.divide(gradient * mask, 1 - rate, out=gradient)"},
    IN_PLACE,
)

# alpha_dropout

alpha_with = partial(edited, reference.alpha_dropout)

plain_dropout = alpha_with(
    "plain-dropout",
    {"a * np.where(kept, x, saturated) + b": "x * kept / keep"},
    "This is plain dropout: entries become 0, and the rest is divided by 1 - rate. The mean "
    "stays, but the variance grows from layer to layer, and SELU no longer normalises itself. "
    "Drop to α', then apply a and b.",
)
dropped_to_zero = alpha_with(
    "dropped-to-zero",
    {"x, saturated": "x, 0"},
    "a and b are right, but dropped entries are set to 0 before they are applied. They are made "
    "for α' = -λα: with 0, neither the mean nor the variance comes out right.",
)
no_affine_map = alpha_with(
    "no-affine-map",
    {"a * np.where(kept, x, saturated) + b": "np.where(kept, x, saturated)"},
    "Dropped entries become α', which is right, but the affine map is missing. The mean is then "
    "rate * α' and the variance has changed as well: multiply everything by a and add b.",
)
affine_map_of_kept_entries_alone = alpha_with(
    "affine-map-of-kept-entries-alone",
    {"a * np.where(kept, x, saturated) + b": "np.where(kept, a * x + b, saturated)"},
    "The map is applied to kept entries, and dropped ones are set to α' after it. It belongs to "
    "all of them: a dropped entry becomes a * α' + b.",
)
shift_forgotten = alpha_with(
    "shift-forgotten",
    {"saturated) + b": "saturated)"},
    "The variance is right, but b is missing: the mean is a * rate * α' and not 0. The next layers "
    "would have to work against that shift.",
)
scale_forgotten = alpha_with(
    "scale-forgotten",
    {"-a * rate": "-rate", "a * np.where": "np.where"},
    "The mean is right, but the scale a is missing, so the variance is not 1. b has the factor a "
    "as well.",
)
root_forgotten = alpha_with(
    "root-forgotten",
    {"** -0.5": "** -1"},
    "Your a is 1 over the variance; dividing by a standard deviation is what makes the variance "
    "1, so a square root is missing: the exponent is -1/2.",
)
q_taken_for_the_rate = alpha_with(
    "q-taken-for-the-rate",
    NOTHING_DROPPED | {"(keep + saturated": "(rate + saturated", "-a * rate": "-a * keep"},
    "What you drop is right, but in a and b the rate stands where q should: q is the probability "
    "of being *kept*, 1 - rate.",
)
alpha_rate_taken_for_the_share_kept = alpha_with(
    "rate-taken-for-the-share-kept",
    NOTHING_DROPPED | {"keep =": "rate = 1 - rate\n    keep ="},
    KEEP,
)
positive_saturation = alpha_with(
    "positive-saturation",
    {"-SELU_LAMBDA": "SELU_LAMBDA"},
    "Your α' has the wrong sign. SELU saturates at -λα, on the negative side: that is its value "
    "for very negative inputs.",
)
lambda_forgotten = alpha_with(
    "lambda-forgotten",
    {"-SELU_LAMBDA * SELU_ALPHA": "-SELU_ALPHA"},
    "Your α' is -α. SELU is λ times an ELU, so it saturates at -λα = -1.758.",
)
alpha_active_at_inference = alpha_with("active-at-inference", {"not training": "False"}, TRAINING)
alpha_drawn_at_inference = alpha_with(
    "drawn-at-inference",
    {"return x.copy()": "rng.random(x.shape)\n        return x.copy()"},
    MOVED_ON,
)
alpha_one_mask_for_all_rows = alpha_with(
    "one-mask-for-all-rows", {"rng.random(x.shape)": "rng.random(x.shape[1:] or x.shape)"}, ONE_ROW
)
alpha_generator_ignored = alpha_with(
    "generator-ignored", {"rng.random(": "np.random.random("}, GENERATOR
)
alpha_fixed_seed = alpha_with(
    "fixed-seed", {"rng.random(": "np.random.default_rng(42).random("}, FIXED
)
alpha_double_precision = alpha_with(
    "double-precision", {"saturated =": "x = x.astype(np.float64)\n    saturated ="}, DTYPE
)
alpha_works_in_place = alpha_with(
    "works-in-place",
    {"a * np.where(kept, x, saturated) + b": "np.add(a * np.where(kept, x, saturated), b, out=x)"},
    IN_PLACE,
)
alpha_any_rate_accepted = alpha_with("any-rate-accepted", {"not 0 <= rate < 1": "False"}, RATES)

# mc_prediction

prediction_with = partial(edited, reference.mc_prediction)

entropies_averaged = prediction_with(
    "entropies-averaged",
    {"entropy, entropy -": "entropies.mean(axis=0), entropy -"},
    "Your entropy is the mean of the samples' entropies; asked for is the entropy of their "
    "*mean*. Ten samples that are each sure of another class have an average entropy of 0, and "
    "nobody could call that certain. (What you have is the second term of the mutual information.)",
)
entropies_averaged_and_no_information = prediction_with(
    "entropies-averaged-and-no-information",
    {"return": "entropy = entropies.mean(axis=0)\n    return"},
    "Your entropy is the mean of the samples' entropies, and with it in place of the entropy of "
    "the *mean* the mutual information comes out as 0. Average the probabilities first, then take "
    "the entropy.",
)
bits = prediction_with(
    "bits",
    {"np.log(": "np.log2("},
    "Mean and std are right; your entropies are in bits, with the logarithm to base 2. Asked for "
    "is the natural logarithm, `np.log`: yours are 1.44 times too large.",
)
sign_forgotten = prediction_with(
    "sign-forgotten",
    {"-np.sum": "np.sum"},
    "Your entropies have the wrong sign: the logarithm of a probability is negative, and the "
    "minus in front of the sum makes the entropy positive.",
)
logarithm_of_zero = prediction_with(
    "logarithm-of-zero",
    {"np.where(p > 0, p, 1)": "p"},
    "All is right as long as no probability is 0. The logarithm of 0 is minus infinity, and 0 "
    "times that is NaN. A softmax in float32 does round to 0: let 0 * log(0) be 0, with "
    "`np.where` or `scipy.special.entr`.",
)
logarithm_of_a_little_more = prediction_with(
    "logarithm-of-a-little-more",
    {"np.where(p > 0, p, 1)": "p + 1e-6"},
    "You add a small number inside the logarithm against log(0). That works for 0, but shifts "
    "every entropy a little, and with the 1e-3 or 1e-6 that people pick the shift shows. Treat 0 "
    "alone, with `np.where`.",
)
std_over_the_classes = prediction_with(
    "std-over-the-classes",
    {"probabilities.std(axis=0)": "mean.std(axis=-1)"},
    "Your standard deviation is over the classes of the mean prediction. Asked for is how much the "
    "*samples* differ about each class: axis 0 of `probabilities`.",
)
std_over_the_instances = prediction_with(
    "std-over-the-instances",
    {"std(axis=0)": "std(axis=1)"},
    "Your standard deviation is over the instances, axis 1, which mixes different pictures with "
    "each other. The samples are along axis 0.",
)
one_less_sample = prediction_with(
    "one-less-sample",
    {"std(axis=0)": "std(axis=0, ddof=1)"},
    "Your standard deviation divides by one less than the number of samples (`ddof=1`), and is "
    "NaN for a single one. Asked for is the plain one, that of `np.std` as it comes.",
)
variance = prediction_with(
    "variance",
    {"std(axis=0)": "var(axis=0)"},
    "You returned the variance; the standard deviation is its square root, and has the unit of a "
    "probability.",
)
mean_over_the_instances = prediction_with(
    "mean-over-the-instances",
    {"mean =": "probabilities = probabilities.swapaxes(0, 1)\n    mean ="},
    "You averaged over axis 1, the instances. The samples are along axis 0: the mean has the shape "
    "(instances, classes).",
)
information_turned_round = prediction_with(
    "information-turned-round",
    {"entropy - entropies.mean(axis=0)": "entropies.mean(axis=0) - entropy"},
    "Your mutual information has the wrong sign: it is the entropy of the mean less the mean of "
    "the entropies, and the former is never the smaller.",
)
information_of_the_samples_alone = prediction_with(
    "information-of-the-samples-alone",
    {"entropy - entropies": "entropies"},
    "You returned the mean of the samples' entropies as the mutual information. It has to be "
    "taken away from the entropy of the mean; what is left is what the samples disagree about.",
)
mc_double_precision = prediction_with(
    "double-precision",
    {"mean =": "probabilities = probabilities.astype(np.float64)\n    mean ="},
    DTYPE,
)
shape_not_checked = prediction_with(
    "shape-not-checked",
    {"probabilities.ndim != 3 or len(probabilities) == 0": "False"},
    "Your numbers are right, but an array that is not (samples, instances, classes), or has no "
    "sample, is accepted. With one prediction alone, axis 0 is the instances, and averaging over "
    "them gives numbers that look sensible. Raise ValueError.",
)

# max_norm

norm_with = partial(edited, reference.max_norm)

rows_in_place_of_columns = norm_with(
    "rows-in-place-of-columns", {"...] = 0": "...] = -1"}, WRONG_AXIS
)
rows_whatever_the_axis = norm_with(
    "rows-whatever-the-axis",
    {"axis=axis": "axis=1"},
    "Your norms are always those of the rows, along axis 1, whatever `axis` says. A dense "
    "kernel is (inputs, outputs), so one unit's incoming weights are a *column*: sum over `axis`, "
    "which is 0 unless the caller says otherwise.",
)
axis_turned_round = norm_with(
    "axis-turned-round",
    {"axis=axis": "axis=tuple(set(range(weights.ndim)) - set(np.atleast_1d(axis) % weights.ndim))"},
    "You took the norms over all axes *but* `axis`. The incoming weights of a unit lie along "
    "`axis`, so that is what the squares are summed over; what is left over are the units.",
)
norm_of_the_whole_array = norm_with(
    "norm-of-the-whole-array",
    {"axis=axis": "axis=None"},
    "One norm is taken of all weights together, and all are scaled by it. Each *unit* has a limit "
    "of its own: sum over `axis`, and keep the dimension with `keepdims=True`.",
)
axis_ignored = norm_with(
    "axis-ignored",
    {"axis=axis": "axis=0"},
    "For a dense kernel all is right, but `axis` is ignored and 0 always used. In a convolution "
    "kernel the weights of a filter lie along (0, 1, 2), and axis 0 is its height alone.",
)
small_ones_scaled_up = norm_with(
    "small-ones-scaled-up",
    {"np.maximum(norms, max_value)": "norms"},
    "Units beyond the limit are right, but those within it are scaled *up* to it. A limit is not "
    "a target: divide by the norm only where it is larger than `max_value`. And a unit without "
    "weights has norm 0, which cannot be divided by.",
)
small_ones_scaled_up_but_zeros = norm_with(
    "small-ones-scaled-up-but-zeros",
    {"np.maximum(norms, max_value)": "np.where(norms == 0, 1, norms)"},
    "Units beyond the limit are right, but those within it are scaled *up* to it. A limit is not a "
    "target: divide by the norm only where it is larger than `max_value`.",
)
divided_by_zero = norm_with(
    "divided-by-zero",
    {"max_value / np.maximum(norms, max_value)": "np.minimum(norms, max_value) / norms"},
    "All is right but units whose weights are all 0: you divide by their norm, and 0 / 0 is NaN. "
    "One dead unit would poison the whole network. Divide by `np.maximum(norm, max_value)`, or "
    "only where the norm is too large.",
)
small_ones_moved_by_epsilon = norm_with(
    "small-ones-moved-by-epsilon",
    {"max_value / np.maximum(norms, max_value)": "np.minimum(norms, max_value) / (norms + 1e-7)"},
    "Like Keras, you divide by norm + 1e-7 against division by zero. Units with small weights are "
    "then scaled down as well, though they are far within the limit: the smaller, the more. The "
    "docstring asks for weights within the limit exactly as they are.",
)
squared_norm = norm_with(
    "squared-norm",
    {"np.sqrt(": "("},
    "You compared and divided by the *squared* norm: a root is missing after the sum of squares.",
)
limit_on_the_squared_norm = norm_with(
    "limit-on-the-squared-norm",
    {"norms =": "max_value **= 0.5\n    norms ="},
    "The norm of your units is limited to the root of `max_value`: the sum of squares was compared "
    "with it, not the norm.",
)
sum_of_sizes = norm_with(
    "sum-of-sizes",
    {"np.sqrt(": "(", "np.square": "np.abs"},
    "Your norm is the sum of absolute values (l1). Max-norm limits the Euclidean norm, the root "
    "of the sum of squares, which does not depend on the direction.",
)
each_weight_clipped = norm_with(
    "each-weight-clipped",
    {
        "weights * (max_value / np.maximum(norms, max_value))": (
            "np.clip(weights, -max_value, max_value)"
        )
    },
    "You clipped every weight by itself to ±max_value. That turns the direction of a unit's "
    "weights and does not limit their norm. Scale all weights of a unit by one number.",
)
limit_forgotten_in_the_scale = norm_with(
    "limit-forgotten-in-the-scale",
    {"max_value / np.maximum(norms, max_value)": "1 / np.where(norms > max_value, norms, 1)"},
    "Units beyond the limit are scaled to norm 1; they should keep the norm `max_value`. The two "
    "are the same for a limit of 1 only.",
)
norm_double_precision = norm_with(
    "double-precision", {"norms =": "weights = weights.astype(np.float64)\n    norms ="}, DTYPE
)
norm_works_in_place = norm_with(
    "works-in-place",
    {
        "weights * (max_value / np.maximum(norms, max_value))": (
            "np.multiply(weights, max_value / np.maximum(norms, max_value), out=weights)"
        )
    },
    IN_PLACE,
)
any_limit_accepted = norm_with(
    "any-limit-accepted",
    {"max_value <= 0": "False"},
    "Your weights are right, but a limit of 0 or less is accepted. Below 0 it turns the weights "
    "round or lets everything pass; 0 sets all to 0. Raise ValueError.",
)
zero_limit_accepted = norm_with(
    "zero-limit-accepted",
    {"max_value <= 0": "max_value < 0"},
    "Your weights are right and a negative limit is refused, but 0 is accepted, which sets every "
    "weight to 0 (or to NaN). The limit must be positive.",
)

# prune

prune_with = partial(edited, reference.prune)

# Where the mask becomes False.
GOING = "mask.flat[order[: round(sparsity * weights.size)]]"

by_value = prune_with(
    "by-value",
    {"np.abs(weights)": "weights"},
    "You pruned the smallest *values*, which are the most negative weights. -3 matters as much as "
    "3: it is the magnitude, |w|, that counts.",
)
share_kept = prune_with(
    "share-kept",
    {"sparsity * weights.size": "(1 - sparsity) * weights.size"},
    "You kept the share `sparsity` and pruned the rest. A sparsity of 0.9 means that nine tenths "
    "of the weights are 0.",
)
largest_pruned = prune_with(
    "largest-pruned",
    {"np.abs": "-np.abs"},
    "The number is right, but the *largest* magnitudes went. It is the small weights that a "
    "network can do without; `np.argsort` puts them first.",
)
row_by_row = prune_with(
    "row-by-row",
    {
        "axis=None": "axis=-1",
        f"{GOING} = False": (
            "np.put_along_axis(mask, order[..., : round(sparsity * weights.shape[-1])], False, -1)"
        ),
    },
    "You pruned each row by itself, to the same share. A row of large weights then loses some that "
    "matter, and a row of small ones keeps some that do not. All entries of the array compete "
    "together.",
)
below_the_quantile = prune_with(
    "below-the-quantile",
    {GOING: "mask[np.abs(weights) < np.quantile(np.abs(weights), sparsity)]"},
    "You set to 0 what is below a quantile of the magnitudes. `np.quantile` interpolates, so the "
    "number is not always exact, and with ties (many weights of one size, or 0 already) it is far "
    "off. Sort, and take as many as are needed.",
)
up_to_the_threshold = prune_with(
    "up-to-the-threshold",
    {
        "mask.flat[": "mask[np.isin(np.abs(weights), np.abs(weights).flat[",
        "]] = False": "]])] = False",
    },
    "Without ties you are right. But you set to 0 *everything* that is as small as the last "
    "weight that has to go, so of weights with one and the same magnitude all go, and the number "
    "is too large. Take exactly as many as are needed, those that come first.",
)
number_cut_off = prune_with(
    "number-cut-off",
    {"round(": "int("},
    "The right weights go, but sometimes one too few: `int(...)` cuts off where the docstring "
    "rounds. 0.29 * 100 is 28.999999999999996 on a computer.",
)
number_rounded_up = prune_with(
    "number-rounded-up",
    {"round(sparsity * weights.size)": "int(np.ceil(sparsity * weights.size))"},
    "The right weights go, but sometimes one too many: the number is rounded up where the "
    "docstring rounds to the nearest.",
)
last_of_ties_first = prune_with(
    "last-of-ties-first",
    {"np.abs": "-np.abs", 'kind="stable")': 'kind="stable")[::-1]'},
    "Without ties you are right. Of weights with one magnitude, the *later* ones go first in "
    "yours; the docstring asks for the earlier ones, so that everybody's result is the same. Sort "
    'upwards, with `kind="stable"`.',
)
mask_of_what_is_pruned = prune_with(
    "mask-of-what-is-pruned",
    {"), mask": "), ~mask"},
    "The right weights go, but your mask is the wrong way round: True is for what is *kept*, so "
    "that weights * mask is the pruned array.",
)
mask_of_what_is_not_zero = prune_with(
    "mask-of-what-is-not-zero",
    {"), mask": "), np.where(mask, weights, 0) != 0"},
    "Without weights that are 0 from the start you are right. But your mask says for which "
    "weights the result is not 0, so a weight that was 0 already, and was not pruned, is called "
    "pruned. Keep the mask that you pruned with.",
)
prune_mask_of_numbers = prune_with(
    "mask-of-numbers",
    {"), mask": "), mask.astype(weights.dtype)"},
    "The right weights go, but your mask holds numbers, and one of True and False was asked for.",
)
weights_that_are_zero_not_counted = prune_with(
    "weights-that-are-zero-not-counted",
    {": round(": ": np.sum(weights == 0) + round(", "weights.size": "np.count_nonzero(weights)"},
    "Weights that are 0 already are left out of the count: you prune a share of the others on top. "
    "The result is sparser than was asked for. All entries count, and zeros are the first to go.",
)
prune_double_precision = prune_with(
    "double-precision", {"dtype=weights.dtype": "dtype=np.float64"}, DTYPE
)
prune_works_in_place = prune_with(
    "works-in-place",
    {"np.where(mask, weights, 0)": "np.multiply(weights, mask, out=weights)"},
    IN_PLACE,
)
any_sparsity_accepted = prune_with(
    "any-sparsity-accepted",
    {"not 0 <= sparsity <= 1": "False"},
    "The right weights go, but a sparsity below 0 or above 1 is accepted. 90, meant as a "
    "percentage, prunes everything without a word. Raise ValueError.",
)

# ElasticNet: stand-ins in NumPy, since the judge does without Keras.


class Regulariser:
    """A penalty and its slope in NumPy, which the probes can ask as they ask Keras's own."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        if l1 < 0 or l2 < 0:
            raise ValueError("the factors must not be negative")
        self.l1, self.l2 = l1, l2

    def factors(self, x: Array) -> tuple[float, float]:
        return self.l1, self.l2

    def sizes(self, x: Array) -> Array:
        return np.abs(x)

    def signs(self, x: Array) -> Array:
        return np.asarray(np.sign(x))

    def penalty(self, x: Array) -> Any:
        l1, l2 = self.factors(x)
        return l1 * np.sum(self.sizes(x)) + l2 * np.sum(np.square(x))

    def slope(self, x: Array) -> Array | None:
        l1, l2 = self.factors(x)
        return np.asarray(l1 * self.signs(x) + 2 * l2 * x)

    def __call__(self, x: Any) -> Any:
        """Return the penalty of a Keras variable, with its slope: only Keras calls this."""
        keras: Any = sys.modules["keras"]
        weights = np.asarray(x)
        slope = self.slope(weights)
        penalty = np.asarray(self.penalty(weights))
        if slope is None:
            return keras.ops.convert_to_tensor(penalty)

        def differentiable(w: Any) -> Any:
            return keras.ops.convert_to_tensor(penalty), lambda upstream: upstream * slope

        return keras.ops.custom_gradient(differentiable)(keras.ops.convert_to_tensor(x))

    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1, "l2": self.l2}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def regulariser_slope(self, weights: Array) -> tuple[Array, Array | None]:
        return np.asarray(self.penalty(weights)), self.slope(weights)

    def regulariser_in_a_model(self, kernel: Array) -> Array:
        loaded = self.from_config(self.get_config())
        losses = [float(self.penalty(kernel)), float(loaded.penalty(kernel))]
        return np.array(losses, np.float32)


@mistake(
    "ElasticNet",
    "squares-halved",
    "The squares come with a 1/2. Keras's penalty, and ours, has none: l2 * sum(w²).",
)
class SquaresHalved(Regulariser):
    def factors(self, x: Array) -> tuple[float, float]:
        return self.l1, self.l2 / 2


@mistake(
    "ElasticNet",
    "averaged",
    "You averaged over the weights instead of adding them up: `keras.ops.mean` in place of "
    "`keras.ops.sum`. The penalty of a large layer then hardly counts.",
)
class Averaged(Regulariser):
    def factors(self, x: Array) -> tuple[float, float]:
        return self.l1 / x.size, self.l2 / x.size


@mistake(
    "ElasticNet",
    "factors-exchanged",
    "The two factors are exchanged: `l1` belongs to the absolute values, `l2` to the squares.",
)
class FactorsExchanged(Regulariser):
    def factors(self, x: Array) -> tuple[float, float]:
        return self.l2, self.l1


@mistake(
    "ElasticNet",
    "absolute-value-forgotten",
    "The l1 part adds up the weights themselves, not their absolute values: negative weights are "
    "rewarded, and the penalty has no bottom.",
)
class AbsoluteValueForgotten(Regulariser):
    def sizes(self, x: Array) -> Array:
        return x

    def signs(self, x: Array) -> Array:
        return np.ones_like(x)


@mistake(
    "ElasticNet",
    "norm-not-squared",
    "The l2 part is the norm, with a square root; asked for is the sum of squares, without.",
)
class NormNotSquared(Regulariser):
    def penalty(self, x: Array) -> Any:
        return self.l1 * np.sum(np.abs(x)) + self.l2 * np.sqrt(np.sum(np.square(x)))

    def slope(self, x: Array) -> Array | None:
        norm = np.sqrt(np.sum(np.square(x)))
        return np.asarray(self.l1 * np.sign(x) + self.l2 * x / norm)


@mistake(
    "ElasticNet",
    "root-of-the-square",
    "Your penalty is right, but sqrt(w²) in place of |w| cannot be differentiated at 0: Keras "
    "multiplies infinity by 0 there, and one weight that is 0 makes the whole training NaN. Use "
    "`keras.ops.abs`.",
)
class RootOfTheSquare(Regulariser):
    def signs(self, x: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(x / np.abs(x))


@mistake(
    "ElasticNet",
    "larger-of-both-signs",
    "Your penalty is right, but `maximum(w, -w)` in place of |w| has the slope 1 at 0 in Keras, "
    "not 0: weights would be pushed off 0 again and again. Use `keras.ops.abs`.",
)
class LargerOfBothSigns(Regulariser):
    def signs(self, x: Array) -> Array:
        return np.where(x >= 0, 1, -1).astype(x.dtype)


@mistake(
    "ElasticNet",
    "not-differentiable",
    "The penalty is right, but it was worked out in NumPy, so Keras cannot differentiate it and "
    "trains as if it were not there. Between a weight and its penalty use `keras.ops` alone.",
)
class NotDifferentiable(Regulariser):
    def slope(self, x: Array) -> Array | None:
        return None


@mistake(
    "ElasticNet",
    "factors-not-in-the-configuration",
    "Penalty and gradient are right, but the configuration lacks the factors. Keras saves a model "
    "by its parts' configurations: made again from yours, the penalty is 0. Return both factors "
    "in `get_config`.",
)
class FactorsNotInTheConfiguration(Regulariser):
    def get_config(self) -> dict[str, Any]:
        return {}


@mistake(
    "ElasticNet",
    "one-factor-in-the-configuration",
    "Penalty and gradient are right, but only `l1` is in the configuration: a model that is saved "
    "and loaded has lost its l2 penalty.",
)
class OneFactorInTheConfiguration(Regulariser):
    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1}


@mistake("ElasticNet", "negative-factors-accepted", NEGATIVE)
class NegativeFactorsAccepted(Regulariser):
    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1, self.l2 = l1, l2


@mistake(
    "ElasticNet",
    "defaults-of-one-hundredth",
    "All is right but the defaults: without arguments both factors are 0, as in Keras's L1L2, so "
    "that `ElasticNet(l1=...)` is an l1 penalty alone.",
)
class DefaultsOfOneHundredth(Regulariser):
    def __init__(self, l1: float = 0.01, l2: float = 0.01) -> None:
        super().__init__(l1, l2)


# MaxNorm


class Constraint:
    """A projection of weights in NumPy, which the probes can ask as they ask Keras's own."""

    def __init__(self, max_value: float = 2.0, axis: Any = 0) -> None:
        if max_value <= 0:
            raise ValueError("max_value must be positive")
        self.max_value, self.axis = max_value, axis

    def axes(self) -> Any:
        return tuple(self.axis) if isinstance(self.axis, list) else self.axis

    def norms(self, w: Array) -> Array:
        return np.asarray(np.sqrt(np.sum(np.square(w), axis=self.axes(), keepdims=True)))

    def scale(self, norms: Array) -> Array:
        return np.asarray(self.max_value / np.maximum(norms, self.max_value))

    def projected(self, w: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):  # of some of the wrong scales
            return np.asarray(w * self.scale(self.norms(w)))

    def __call__(self, w: Any) -> Array:
        return self.projected(np.asarray(w))

    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value, "axis": self.axis}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def constraint_in_training(self, kernel: Array, x: Array, y: Array, rate: float) -> Array:
        """Return a linear layer's kernel after each step, loaded anew half-way through."""
        path, constraint = [], copy.copy(self)
        for step in range(4):
            if step == 2:
                constraint = self.from_config(self.get_config())
            error = x @ kernel - y
            kernel = constraint.projected(kernel - rate * 2 * x.T @ error / error.size)
            path.append(kernel.astype(np.float32))
        return np.array(path)


@mistake("MaxNorm", "rows-in-place-of-columns", WRONG_AXIS)
class RowsInPlaceOfColumns(Constraint):
    def __init__(self, max_value: float = 2.0, axis: Any = -1) -> None:
        super().__init__(max_value, axis)


@mistake(
    "MaxNorm",
    "rows-whatever-the-axis",
    "Your norms are always those of the rows, along axis 1, whatever `axis` says. A dense kernel "
    "is (inputs, outputs), so one unit's incoming weights are a *column*: pass `axis=self.axis` "
    "to `keras.ops.sum`.",
)
class RowsWhateverTheAxis(Constraint):
    def axes(self) -> Any:
        return 1


@mistake(
    "MaxNorm",
    "axis-ignored",
    "For a dense kernel all is right, but `axis` is not used: the norm is always along axis 0. "
    "Pass `axis=self.axis` to `keras.ops.sum`.",
)
class AxisIgnored(Constraint):
    def axes(self) -> Any:
        return 0


@mistake(
    "MaxNorm",
    "norm-of-the-whole-array",
    "One norm is taken of all weights together. Each unit has a limit of its own: pass `axis` and "
    "`keepdims=True` to the sum.",
)
class NormOfTheWholeArray(Constraint):
    def axes(self) -> Any:
        return None


@mistake(
    "MaxNorm",
    "small-ones-scaled-up",
    "Every unit is scaled *to* the limit, also those within it: that is a unit-norm constraint. "
    "Scale only where the norm is larger than `max_value`.",
)
class SmallOnesScaledUp(Constraint):
    def scale(self, norms: Array) -> Array:
        return np.asarray(self.max_value / norms)


@mistake(
    "MaxNorm",
    "divided-by-zero",
    "All is right but units whose weights are all 0: you divide by their norm, and 0 / 0 is NaN. "
    "One dead unit would poison the whole network.",
)
class DividedByZero(Constraint):
    def scale(self, norms: Array) -> Array:
        return np.asarray(np.minimum(norms, self.max_value) / norms)


@mistake(
    "MaxNorm",
    "small-ones-moved-by-epsilon",
    "Like Keras's own, yours divides by norm + epsilon, so units with small weights are scaled "
    "down, though they are within the limit. The docstring asks for weights within the limit as "
    "they are: divide by `keras.ops.maximum(norm, max_value)`.",
)
class SmallOnesMovedByEpsilon(Constraint):
    def scale(self, norms: Array) -> Array:
        return np.asarray(np.minimum(norms, self.max_value) / (norms + 1e-7))


@mistake(
    "MaxNorm",
    "squared-norm",
    "You compared and divided by the *squared* norm: the root after the sum of squares is missing.",
)
class SquaredNorm(Constraint):
    def norms(self, w: Array) -> Array:
        return super().norms(w) ** 2


@mistake(
    "MaxNorm",
    "each-weight-clipped",
    "You clipped every weight by itself. That turns the direction of a unit's weights and does "
    "not limit their norm. Scale all weights of a unit by one number.",
)
class EachWeightClipped(Constraint):
    def projected(self, w: Array) -> Array:
        return np.asarray(np.clip(w, -self.max_value, self.max_value))


@mistake(
    "MaxNorm",
    "limit-not-in-the-configuration",
    "The weights are right, but the configuration lacks the arguments. A model that is saved and "
    "loaded goes on with the default limit of 2, and nobody is told. Return both in `get_config`.",
)
class LimitNotInTheConfiguration(Constraint):
    def get_config(self) -> dict[str, Any]:
        return {}


@mistake(
    "MaxNorm",
    "axis-not-in-the-configuration",
    "The weights are right, but `axis` is missing from the configuration: a convolution's "
    "constraint that is saved and loaded works along axis 0, the height of its filters.",
)
class AxisNotInTheConfiguration(Constraint):
    def get_config(self) -> dict[str, Any]:
        return {"max_value": self.max_value}


@mistake(
    "MaxNorm",
    "any-limit-accepted",
    "The weights are right, but a limit of 0 or less is accepted, which sets all weights to 0 or "
    "turns them round. Raise ValueError when the constraint is made.",
)
class AnyLimitAccepted(Constraint):
    def __init__(self, max_value: float = 2.0, axis: Any = 0) -> None:
        self.max_value, self.axis = max_value, axis
