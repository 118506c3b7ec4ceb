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

from autograder.api import Array, Mistake, edited, mistake
from solutions import regularisers as reference


def _each(mistakes: list[Mistake]) -> dict[str, Mistake]:
    """Return mistakes that differ in a number alone under names that a module can have."""
    return {f"{mistake.exercise}: {mistake.name}": mistake for mistake in mistakes}


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
DEFAULT = (
    "All is right but one thing: where the caller leaves an argument out, its default is not that "
    "of the docstring. Defaults are part of what a function promises, and those of Keras, PyTorch "
    "or Scikit-learn are others: copy the line of the `def` as it was given."
)
SINGLE = (
    "Your numbers are right as far as float32 goes, but they come back in it whatever the dtype of "
    "what was passed in: half of a float64's digits are lost. Return the dtype that you were given."
)
ZERO_REFUSED = (
    "All is right but a factor of 0, which you refuse. It is allowed, and switches the penalty "
    "off: only a *negative* factor raises ValueError."
)
SMOOTHED = (
    "You take the root of w² plus a small number for |w|, which is a little too large, and for a "
    "weight of 0 is not 0. The corner needs no smoothing: `np.abs` for the penalty, and `np.sign`, "
    "which is 0 at 0, for the gradient."
)
DOWNHILL = (
    "Your penalty is right; your gradient has the wrong sign. The gradient points to where the "
    "penalty grows; it is the optimiser that goes the other way."
)
MATRIX_NORM = (
    "`np.linalg.norm` with a number as its second argument is another norm for a matrix than for a "
    "vector: with 1 the largest sum of a column, with 2 the largest singular value. And it fails "
    "for other numbers of dimensions. All weights count as one long vector: add them up yourself."
)
NOT_ADDED_UP = (
    "Your penalty is an array, with a price for each weight. One number was asked for: their sum."
)
ZERO_RATE = (
    "You refuse a rate of 0. It is allowed (nothing is dropped): the rate must be at least 0 and "
    "less than 1."
)
CHECKED_IN_TRAINING = (
    "A rate that makes no sense is refused in training alone; with `training=False` it passes "
    "without a word, and the mistake shows up later. Check the rate before anything else."
)
ACTUAL_SHARE = (
    "You divide by the share of entries that happened to be kept, not by 1 - rate. What is kept is "
    "then scaled differently in every call, by the fate of the others, and where all are dropped "
    "you divide by 0. The expected share is what counts."
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
    "You refuse rates above 1, but not 1 itself with ValueError. It would drop everything, and "
    "nothing is left to be scaled up. (Keras allows it. Here `rate` must be less than 1.)"
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
globals().update(
    _each(
        [
            l1_with(
                f"default-of-{value}", {"factor: float = 0.01": f"factor: float = {value}"}, DEFAULT
            )
            for value in ("0.1", "0.001", "0.0001", "1.0", "0.0")
        ]
    )
)
l1_zero_refused = l1_with("zero-factor-refused", {"factor < 0": "factor <= 0"}, ZERO_REFUSED)
l1_single_precision = l1_with(
    "single-precision", {"dtype=weights.dtype": "dtype=np.float32"}, SINGLE
)
globals().update(
    _each(
        [
            l1_with(
                f"smoothed-by-{value}",
                {
                    "np.abs(weights)": f"np.sqrt(np.square(weights) + {value})",
                    "np.sign(weights)": f"weights / np.sqrt(np.square(weights) + {value})",
                },
                SMOOTHED,
            )
            for value in ("1e-6", "1e-7", "1e-8", "1e-12")
        ]
    )
)
l1_matrix_norm = l1_with(
    "matrix-norm", {"np.sum(np.abs(weights))": "np.linalg.norm(weights, 1)"}, MATRIX_NORM
)
l1_plain_sum = l1_with(
    "absolute-value-forgotten",
    {"np.abs(weights)": "weights"},
    "Your penalty adds up the weights themselves, not their absolute values: negative weights are "
    "rewarded, and the penalty has no bottom.",
)
l1_penalty_without_the_factor = l1_with(
    "penalty-without-the-factor",
    {"factor * np.sum": "np.sum"},
    "Your gradient is right; your penalty lacks the factor. It stands in front of the sum, and "
    "without it the two do not belong to each other.",
)
l1_not_added_up = l1_with(
    "not-added-up",
    {"np.sum(np.abs(weights))": "np.abs(weights)", "float(penalty)": "penalty"},
    NOT_ADDED_UP,
)
l1_downhill = l1_with("downhill", {"factor * np.sign": "-factor * np.sign"}, DOWNHILL)
l1_in_proportion = l1_with(
    "gradient-in-proportion",
    {"np.sign(weights)": "weights"},
    "Your penalty is right; your gradient is factor * w, in proportion to the weight. That is "
    "l2's. The slope of |w| is the same for a large weight as for a tiny one: factor * sign(w).",
)
l1_tiny_ones_spared = l1_with(
    "tiny-weights-spared",
    {"np.sign(weights)": "np.where(np.abs(weights) < 1e-8, 0, np.sign(weights))"},
    "Very small weights get the gradient 0 from you. Only a weight that *is* 0 does: l1 pushes "
    "the tiniest one on, at full strength, until it is there.",
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
globals().update(
    _each(
        [
            l2_with(
                f"default-of-{value}", {"factor: float = 0.01": f"factor: float = {value}"}, DEFAULT
            )
            for value in ("0.1", "0.001", "0.0001", "1.0", "0.0")
        ]
    )
)
l2_zero_refused = l2_with("zero-factor-refused", {"factor < 0": "factor <= 0"}, ZERO_REFUSED)
l2_single_precision = l2_with(
    "single-precision", {"dtype=weights.dtype": "dtype=np.float32"}, SINGLE
)
l2_averaged_penalty = l2_with(
    "averaged-penalty",
    {"np.sum": "np.mean"},
    "Your gradient is right, but your penalty is the *mean* of the squares (and NaN where there "
    "are none). The two do not belong to each other; the docstring asks for the sum.",
)
l2_matrix_norm = l2_with(
    "matrix-norm",
    {"np.sum(np.square(weights))": "np.linalg.norm(weights, 2) ** 2"},
    MATRIX_NORM,
)
l2_penalty_without_the_factor = l2_with(
    "penalty-without-the-factor",
    {"factor * np.sum": "np.sum"},
    "Your gradient is right; your penalty lacks the factor. It stands in front of the sum, and "
    "without it the two do not belong to each other.",
)
l2_not_added_up = l2_with(
    "not-added-up",
    {"np.sum(np.square(weights))": "np.square(weights)", "float(penalty)": "penalty"},
    NOT_ADDED_UP,
)
l2_downhill = l2_with("downhill", {"2 * factor": "-2 * factor"}, DOWNHILL)
l2_factor_squared = l2_with(
    "factor-squared",
    {"np.square(weights)": "factor * np.square(weights)", "2 * factor": "2 * factor**2"},
    "The factor is squared along with the weights. It stands in front of the sum: factor * "
    "sum(w²).",
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
gradient_of_the_other_part = net_with(
    "gradient-of-l1-alone",
    {"first_gradient + second_gradient": "first_gradient"},
    "Your penalty has both parts, your gradient only that of the absolute values. The gradient of "
    "a sum is the sum of the gradients.",
)
penalty_of_one_part = net_with(
    "penalty-of-one-part",
    {"first_penalty + second_penalty": "second_penalty"},
    "Your gradient has both parts, your penalty only that of the squares. Add the two.",
)
globals().update(
    _each(
        [
            net_with(
                f"mixed-by-a-ratio-{name}",
                {
                    "weights, l1)": f"weights, {strength} * {ratio})",
                    "weights, l2)": f"weights, {strength} * (1 - {ratio}) / 2)",
                },
                "You took one factor for the strength and the other for a mixing ratio, and "
                "halved the squares, as Scikit-learn does with `alpha` and `l1_ratio`. Here the "
                "two penalties are simply added, each with its own factor and no half.",
            )
            for name, strength, ratio in (("halved", "l1", "l2"), ("exchanged", "l2", "l1"))
        ]
    )
)
tuples_put_together = net_with(
    "tuples-put-together",
    {
        "first_penalty + second_penalty, np.asarray(first_gradient + second_gradient)": (
            "first_penalty, first_gradient, second_penalty, second_gradient"
        )
    },
    "You return four things: `+` puts two tuples together and does not add what is in them. Take "
    "each apart (`penalty, gradient = ...`), and add penalty to penalty and gradient to gradient.",
)
globals().update(
    _each(
        [
            net_with(
                f"default-of-{name}-{value}",
                {f"{name}: float = 0.01": f"{name}: float = {value}"},
                DEFAULT,
            )
            for name in ("l1", "l2")
            for value in ("0.0", "0.1", "0.001", "1.0")
        ]
    )
)
net_keras_defaults = net_with(
    "defaults-of-zero",
    {"l1: float = 0.01, l2: float = 0.01": "l1: float = 0.0, l2: float = 0.0"},
    DEFAULT,
)
net_zero_refused = net_with(
    "zero-factor-refused",
    {
        "    first_penalty": (
            "    if l1 <= 0 or l2 <= 0:\n        raise ValueError\n    first_penalty"
        )
    },
    "All is right but a factor of 0, which you refuse. Either may be 0, and switches its penalty "
    "off: only a *negative* factor raises ValueError.",
)
net_single_precision = net_with(
    "single-precision", {"+ second_gradient": "+ second_gradient, dtype=np.float32"}, SINGLE
)
net_downhill = net_with(
    "downhill",
    {"asarray(first_gradient": "asarray(-first_gradient", "+ second_gradient": "- second_gradient"},
    DOWNHILL,
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
    UNCHECKED | {"return": "if l1 + l2 < 0:\n        raise ValueError\n    return"},
    "A negative factor is refused only where it outweighs the other: you check their sum. Each "
    "must not be negative.",
)
only_both_factors_checked = net_with(
    "only-both-factors-checked",
    UNCHECKED | {"return": "if l1 < 0 and l2 < 0:\n        raise ValueError\n    return"},
    "A negative factor is refused only together with another one: both are checked at once, with "
    "`and`. Each must not be negative: `or`.",
)
net_averaged_penalty = net_with(
    "averaged-penalty",
    {"first_penalty + second_penalty": "(first_penalty + second_penalty) / max(weights.size, 1)"},
    "Your gradient is right, but your penalty is a mean over the weights. The two do not belong to "
    "each other; the docstring asks for sums.",
)

globals().update(
    _each(
        [
            net_with(
                f"only-{name}-checked",
                UNCHECKED | {"return": f"if {name} < 0:\n        raise ValueError\n    return"},
                f"Only a negative `{name}` is refused. The docstring says: `l1` or `l2`, each of "
                "them.",
            )
            for name in ("l1", "l2")
        ]
    )
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
dropout_generator_ignored = dropout_with(
    "generator-ignored", {"rng.random(": "np.random.random("}, GENERATOR
)
mask_of_what_is_not_zero_dropout = dropout_with(
    "mask-of-what-is-not-zero",
    {"dtype=bool": "dtype=bool) & (x != 0", "), mask": "), mask & (x != 0)"},
    "Your output is right, but you read the mask off what is not 0. An entry of `x` that is 0 "
    "already (after a ReLU, half of them are) counts as dropped then. Return the mask that was "
    "drawn, and all True at inference.",
)
mask_of_output_not_zero = dropout_with(
    "mask-of-output-that-is-not-zero",
    {"), mask": "), mask & (x != 0)"},
    "Your output is right, but in training you read the mask off the output: an entry of `x` that "
    "is 0 already (after a ReLU, half of them are) counts as dropped then. Return the mask that "
    "was drawn.",
)
mask_drawn_at_inference = dropout_with(
    "mask-drawn-at-inference",
    {"np.ones(x.shape, dtype=bool)": "np.asarray(rng.random(x.shape) >= rate)"},
    "The output is right, but at inference you return a mask that was drawn. Nothing is dropped "
    "there, so it is all True, and no number is drawn.",
)
no_mask_at_inference = dropout_with(
    "no-mask-at-inference",
    {"np.ones(x.shape, dtype=bool)": "None"},
    "The output is right, but at inference you return no mask. It is asked for there as well: all "
    "True, of the shape of `x`.",
)
mask_not_returned = dropout_with(
    "mask-not-returned",
    {"x.copy(), np.ones(x.shape, dtype=bool)": "x.copy()", "), mask": ")"},
    "You return the output alone. Asked for are two things, output and mask: `dropout_backward` "
    "needs to know what was dropped.",
)
inference_by_default = dropout_with(
    "inference-by-default", {"training: bool = True": "training: bool = False"}, DEFAULT
)
scaled_by_the_actual_share = dropout_with(
    "scaled-by-the-actual-share", {"/ (1 - rate)": "/ mask.mean()"}, ACTUAL_SHARE
)
dropout_single_precision = dropout_with(
    "single-precision", {"mask / (1 - rate)": "mask / (1 - rate), dtype=np.float32"}, SINGLE
)
dropout_rate_of_zero_refused = dropout_with(
    "rate-of-zero-refused", {"0 <= rate < 1": "0 < rate < 1"}, ZERO_RATE
)
dropout_checked_in_training = dropout_with(
    "rate-checked-in-training-alone",
    {"not 0 <= rate": "training and not 0 <= rate"},
    CHECKED_IN_TRAINING,
)
everything_dropped = dropout_with(
    "everything-dropped-at-a-rate-of-one",
    {"rate < 1": "rate <= 1", "/ (1 - rate)": "/ ((1 - rate) or 1)"},
    HALF_OPEN,
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
masked_at_inference = backward_with(
    "masked-at-inference",
    {"gradient.copy()": "gradient * mask"},
    "Training is right, but the mask is applied at inference as well. There nothing was dropped, "
    "whatever the mask says: the gradient goes through as it is.",
)
multiplied_at_inference = backward_with(
    "multiplied-at-inference",
    {"gradient.copy()": "gradient * (1 - rate)"},
    "Training is right, but the gradient is multiplied by 1 - rate at inference. There the output "
    "was x, so the gradient goes through unchanged.",
)
training_ignored = backward_with(
    "training-ignored",
    {"not training": "False"},
    "Training is right, but `training=False` is ignored: masked and scaled all the same. At "
    "inference the output was x, so the gradient goes through unchanged.",
)
backward_inference_by_default = backward_with(
    "inference-by-default", {"training: bool = True": "training: bool = False"}, DEFAULT
)
backward_by_the_actual_share = backward_with(
    "scaled-by-the-actual-share", {"/ (1 - rate)": "/ mask.mean()"}, ACTUAL_SHARE
)
scaled_twice = backward_with(
    "scaled-twice",
    {"/ (1 - rate)": "/ (1 - rate) ** 2"},
    "You divide by 1 - rate twice. The output was x / (1 - rate), and its derivative by x is "
    "1 / (1 - rate): once.",
)
backward_single_precision = backward_with(
    "single-precision", {"mask / (1 - rate)": "mask / (1 - rate), dtype=np.float32"}, SINGLE
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
shift_turned_round = alpha_with(
    "shift-turned-round",
    {"b = -a": "b = a"},
    "Your b has the wrong sign. Dropped entries pull the mean down, α' being negative, and b lifts "
    "it again: b = -a (1 - q) α' is positive.",
)
scale_forgotten_in_the_shift = alpha_with(
    "scale-forgotten-in-the-shift",
    {"-a * rate": "-rate"},
    "a is right, but b lacks the factor a, so the mean is not 0: b = -a (1 - q) α'.",
)
shift_by_the_share_kept = alpha_with(
    "shift-by-the-share-kept",
    {"-a * rate": "-a * keep"},
    "a is right, but in b the probability of being kept stands where that of being dropped should: "
    "b = -a (1 - q) α', and 1 - q is the rate.",
)
exponent_turned_round = alpha_with(
    "exponent-turned-round",
    {"** -0.5": "** 0.5"},
    "Your a is the standard deviation after dropping; to make it 1 again you have to divide by "
    "it: the exponent is -1/2.",
)
share_kept_forgotten = alpha_with(
    "share-kept-forgotten-in-the-scale",
    {"saturated**2 * keep * rate": "saturated**2 * rate"},
    "A factor q is missing in a: the variance that dropping adds is α'² q (1 - q).",
)
globals().update(
    _each(
        [
            alpha_with(
                f"constants-rounded-to-{first}-and-{second}",
                {"-SELU_LAMBDA * SELU_ALPHA": f"-{first} * {second}"},
                "The formula is right, but you wrote the constants of SELU with a few decimals, "
                "and the result is off by as much. `SELU_LAMBDA` and `SELU_ALPHA` are in the "
                "first cell.",
            )
            for first, second in (
                ("1.0507", "1.6733"),
                ("1.0507", "1.67326"),
                ("1.05070", "1.67326324"),
                ("1.05", "1.67"),
                ("1.051", "1.673"),
            )
        ]
    )
)
standardised_afterwards = alpha_with(
    "standardised-afterwards",
    {
        "a * np.where(kept, x, saturated) + b": (
            "((y := np.where(kept, x, saturated)) - y.mean()) / y.std()"
        )
    },
    "You take away the mean of what came out and divide by its standard deviation. Then every "
    "entry depends on all the others, also on those of other instances, and one entry alone is "
    "0 / 0. a and b follow from the rate and α' alone.",
)
alpha_whole_rows_dropped = alpha_with(
    "whole-rows-dropped",
    {"rng.random(x.shape)": "np.broadcast_to(rng.random(x.shape[:1]), x.T.shape).T"},
    ONE_COLUMN,
)
affine_map_at_inference = alpha_with(
    "affine-map-at-inference",
    {
        "    if not training:\n        return x.copy()\n": "",
        "rng.random(x.shape)": "(rng.random(x.shape) if training else np.ones(x.shape))",
    },
    "Nothing is dropped at inference, which is right, but a and b are applied all the same. They "
    "make up for what was dropped, and belong to training alone: the output is x.",
)
alpha_with_a_mask = alpha_with(
    "mask-returned-as-well",
    {
        "x.copy()": "x.copy(), np.ones(x.shape, dtype=bool)",
        "+ b, dtype=x.dtype)": "+ b, dtype=x.dtype), kept",
    },
    "You return the output and a mask, as `dropout` does. Here the output alone is asked for.",
)
alpha_inference_by_default = alpha_with(
    "inference-by-default", {"training: bool = True": "training: bool = False"}, DEFAULT
)
alpha_rate_of_zero_refused = alpha_with(
    "rate-of-zero-refused", {"0 <= rate < 1": "0 < rate < 1"}, ZERO_RATE
)
alpha_checked_in_training = alpha_with(
    "rate-checked-in-training-alone",
    {"not 0 <= rate": "training and not 0 <= rate"},
    CHECKED_IN_TRAINING,
)
alpha_rate_of_one = alpha_with("a-rate-of-one-accepted", {"rate < 1": "rate <= 1"}, HALF_OPEN)
alpha_everything_dropped = alpha_with(
    "everything-dropped-at-a-rate-of-one",
    {
        "rate < 1": "rate <= 1",
        "    saturated =": "    if rate == 1:\n        return x * 0\n    saturated =",
    },
    HALF_OPEN,
)
alpha_single_precision = alpha_with(
    "single-precision", {"b, dtype=x.dtype": "b, dtype=np.float32"}, SINGLE
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
decimal_logarithm = prediction_with(
    "decimal-logarithm",
    {"np.log(": "np.log10("},
    "Mean and std are right; your entropies use the logarithm to base 10. Asked for is the natural "
    "logarithm, `np.log`: yours are 2.3 times too small.",
)
share_of_the_largest_entropy = prediction_with(
    "share-of-the-largest-entropy",
    {"-np.sum(": "-1 / np.log(p.shape[-1]) * np.sum("},
    "Mean and std are right; your entropies are divided by the logarithm of the number of classes, "
    "so that the largest is 1. Asked for is the entropy itself.",
)
globals().update(
    _each(
        [
            prediction_with(
                f"logarithm-of-{value}-more",
                {"np.where(p > 0, p, 1)": f"p + {value}"},
                "You add a small number inside the logarithm against log(0). That works for 0, "
                "but shifts every entropy a little. Treat 0 alone, with `np.where` or "
                "`scipy.special.entr`.",
            )
            for value in ("1e-3", "1e-5", "1e-7", "1e-8")
        ]
    )
)
globals().update(
    _each(
        [
            prediction_with(
                f"limited-to-{value}",
                {
                    "entropy, entropies": (
                        f"limited = lambda p: np.clip(p, {value}, 1)\n    entropy, entropies"
                    ),
                    "in (mean, probabilities)": "in (limited(mean), limited(probabilities))",
                },
                "You limit the probabilities from below before the logarithm, so a class that is "
                "impossible still adds a little to the entropy: one that is sure of itself does "
                "not get 0. Let 0 * log(0) be 0, with `np.where` or `scipy.special.entr`.",
            )
            for value in ("1e-5", "1e-6", "1e-7", "1e-8")
        ]
    )
)
globals().update(
    _each(
        [
            prediction_with(
                f"limited-to-{value}-from-both-sides",
                {
                    "entropy, entropies": f"limited = lambda p: np.clip(p, {value}, 1 - {value})\n"
                    "    entropy, entropies",
                    "in (mean, probabilities)": "in (limited(mean), limited(probabilities))",
                },
                "You limit the probabilities from both sides before the logarithm, as losses do, "
                "so a class that is impossible still adds a little to the entropy: one that is "
                "sure of itself does not get 0. Let 0 * log(0) be 0, with `np.where` or "
                "`scipy.special.entr`.",
            )
            for value in ("1e-6", "1e-7", "1e-8")
        ]
    )
)
mean_over_the_classes = prediction_with(
    "mean-over-the-classes",
    {"-np.sum": "-np.mean"},
    "Mean and std are right; your entropies are means over the classes. The entropy is the *sum* "
    "over them.",
)
one_column = prediction_with(
    "entropies-in-a-column",
    {"axis=-1)": "axis=-1, keepdims=True)"},
    "Your entropies have the shape (instances, 1): there is `keepdims=True` too many. One number "
    "for each instance makes the shape (instances,).",
)
one_less_of_several = prediction_with(
    "one-less-sample-of-several",
    {"std(axis=0)": "std(axis=0, ddof=int(len(probabilities) > 1))"},
    "Your standard deviation divides by one less than the number of samples. Asked for is the "
    "plain one, divided by their number.",
)
no_samples_accepted = prediction_with(
    "no-samples-accepted",
    {" or len(probabilities) == 0": ""},
    "All is right but an array without samples, of which there is no mean: NaN comes back. Raise "
    "ValueError.",
)
dimensions_not_checked = prediction_with(
    "dimensions-not-checked",
    {"probabilities.ndim != 3 or ": ""},
    "All is right but an array that is not (samples, instances, classes): it is accepted. With one "
    "prediction alone, axis 0 is the instances, and averaging over them gives numbers that look "
    "sensible. Raise ValueError.",
)
more_dimensions_accepted = prediction_with(
    "more-dimensions-accepted",
    {"ndim != 3": "ndim < 3"},
    "Too few dimensions are refused, but more than three are accepted. The shape has to be "
    "(samples, instances, classes).",
)
no_instances_refused = prediction_with(
    "no-instances-refused",
    {"len(probabilities) == 0": "probabilities.size == 0"},
    "All is right but an array without *instances*, which you refuse. Of no instances there is "
    "nothing to say, and empty arrays say it; only where there is no *sample* there is no mean.",
)
single_sample_refused = prediction_with(
    "single-sample-refused",
    {"== 0": "< 2"},
    "You refuse a single sample. Its mean is itself and its standard deviation 0; only where there "
    "is no sample at all ValueError was asked for.",
)
mc_single_precision = prediction_with(
    "single-precision",
    {"mean =": "probabilities = probabilities.astype(np.float32)\n    mean ="},
    SINGLE,
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
globals().update(
    _each(
        [
            norm_with(
                f"small-ones-moved-by-{value}",
                {
                    "max_value / np.maximum(norms, max_value)": (
                        f"np.minimum(norms, max_value) / (norms + {value})"
                    )
                },
                "You divide by norm plus a small number against division by zero. Units with "
                "small weights are then scaled down as well, though they are within the limit. "
                "The docstring asks for weights within the limit exactly as they are.",
            )
            for value in ("1e-6", "1e-8", "1e-12")
        ]
    )
)
globals().update(
    _each(
        [
            norm_with(
                f"long-ones-moved-by-{value}",
                {
                    "max_value / np.maximum(norms, max_value)": (
                        f"np.where(norms > max_value, max_value / (norms + {value}), 1)"
                    )
                },
                "Weights within the limit are right. But where you scale, you divide by the norm "
                "plus a small number, so the norm comes out a little below the limit. What is "
                "above a positive limit is never 0: add nothing.",
            )
            for value in ("1e-6", "1e-7", "1e-8")
        ]
    )
)
globals().update(
    _each(
        [
            norm_with(
                f"default-of-{value}",
                {"max_value: float = 2.0": f"max_value: float = {value}"},
                DEFAULT,
            )
            for value in ("1.0", "3.0", "4.0", "0.5")
        ]
    )
)
largest_size = norm_with(
    "largest-size",
    {
        "np.sqrt(np.sum(np.square(weights), axis=axis, keepdims=True))": (
            "np.max(np.abs(weights), axis=axis, keepdims=True, initial=0)"
        )
    },
    "Your norm is the largest absolute value. Max-norm limits the Euclidean norm, the root of the "
    "sum of squares; the name means that it has a maximum.",
)
root_mean_square = norm_with(
    "root-mean-square",
    {"np.sum": "np.mean"},
    "You take the *mean* of the squares before the root. The norm is the root of their sum; with a "
    "mean, a unit with many inputs may have long weights.",
)
first_of_several_axes = norm_with(
    "first-of-several-axes",
    {"axis=axis": "axis=axis[0] if isinstance(axis, tuple) else axis"},
    "One axis is right, but of several you use the first alone. `np.sum` takes a tuple of axes as "
    "it is.",
)
norm_of_linalg = norm_with(
    "more-than-two-axes-fail",
    {
        "np.sqrt(np.sum(np.square(weights), axis=axis, keepdims=True))": (
            "np.linalg.norm(weights, axis=axis, keepdims=True)"
        )
    },
    "One or two axes are right, but three raise an exception: `np.linalg.norm` is for vectors and "
    "matrices. A convolution kernel has its weights along (0, 1, 2): add up the squares with "
    "`np.sum`, which takes any number of axes.",
)
dimension_not_kept = norm_with(
    "dimension-not-kept",
    {", keepdims=True": ""},
    "Along axis 0 you are right, but with other axes your norms do not fit to the weights again, "
    "or fit to the wrong ones. Keep the dimension that is summed over: `keepdims=True`.",
)
norm_single_precision = norm_with(
    "single-precision", {"norms =": "weights = weights.astype(np.float32)\n    norms ="}, SINGLE
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
    {"np.sum(np.square(weights), axis=axis, keepdims=True)": "np.square(weights)"},
    "You took the norm of every weight by itself, and so clipped it to ±max_value. That turns the "
    "direction of a unit's weights and does not limit their norm. Scale all weights of a unit by "
    "one number.",
)
each_weight_clipped_as_in_keras = norm_with(
    "each-weight-clipped-as-in-keras",
    {
        "np.sum(np.square(weights), axis=axis, keepdims=True)": "np.square(weights)",
        "max_value / np.maximum(norms, max_value)": "np.minimum(norms, max_value) / (norms + 1e-7)",
    },
    "You took the norm of every weight by itself: in Keras's formula the sum over `axis` is "
    "missing, so each weight is clipped to ±max_value. That turns the direction of a unit's "
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
up_to_the_quantile = prune_with(
    "up-to-the-quantile",
    {GOING: "mask[np.abs(weights) <= np.quantile(np.abs(weights), sparsity)]"},
    "You set to 0 what is not above a quantile of the magnitudes. `np.quantile` interpolates, and "
    "a sparsity of 0 is already its smallest weight, so the number is not always exact, and with "
    "ties it is far off. Sort, and take as many as are needed.",
)
below_the_threshold = prune_with(
    "below-the-threshold",
    {
        GOING: (
            "mask[np.abs(weights) < np.sort(np.abs(weights), axis=None)"
            "[round(sparsity * weights.size)]]"
        )
    },
    "You set to 0 what is below the first magnitude that stays. Of weights with one and the same "
    "magnitude all stay then, so the number is too small; and with a sparsity of 1 there is no "
    "such magnitude. Take exactly as many as are needed, those that come first.",
)
sparsity_as_a_threshold = prune_with(
    "sparsity-as-a-threshold",
    {GOING: "mask[np.abs(weights) < sparsity]"},
    "You take the sparsity for a threshold, and set to 0 what is smaller in magnitude. It is a "
    "*share*: how many weights go, not how large they are.",
)
halves_rounded_up = prune_with(
    "halves-rounded-up",
    {"round(sparsity * weights.size)": "int(sparsity * weights.size + 0.5)"},
    "The right weights go, but where sparsity · size ends in one half you round up. The docstring "
    "has Python's `round`, which takes a half to the *even* number: round(2.5) is 2.",
)
kept_number_rounded = prune_with(
    "number-kept-rounded",
    {"round(sparsity * weights.size)": "weights.size - round((1 - sparsity) * weights.size)"},
    "The right weights go, but you round the number that is *kept*, which differs where sparsity · "
    "size ends in one half. The docstring rounds the number that goes.",
)
any_order_of_ties = prune_with(
    "ties-in-any-order",
    {', kind="stable"': ""},
    "Without ties you are right. Of weights with one and the same magnitude, those that come "
    'earlier go first: `np.argsort` promises that with `kind="stable"` alone, and leaves the '
    "order of ties open otherwise.",
)
sorted_by_squares = prune_with(
    "sorted-by-squares",
    {"np.abs(weights)": "np.square(weights)"},
    "Weights of ordinary size are right. But you compare their squares, and those of very small "
    "weights are all 0, those of very large ones infinite: then they are ties. Compare magnitudes, "
    "`np.abs`.",
)
prune_mask_not_returned = prune_with(
    "mask-not-returned",
    {"), mask": ")"},
    "You return the pruned array alone. Asked for are two things, array and mask: it is the mask "
    "that keeps the weights at 0 while the rest is trained on.",
)
prune_single_precision = prune_with(
    "single-precision", {"dtype=weights.dtype": "dtype=np.float32"}, SINGLE
)
full_sparsity_refused = prune_with(
    "sparsity-of-one-refused",
    {"<= 1": "< 1"},
    "All is right but a sparsity of 1, which you refuse. Both ends are included: 1 sets every "
    "weight to 0.",
)
no_sparsity_refused = prune_with(
    "sparsity-of-zero-refused",
    {"0 <= sparsity": "0 < sparsity"},
    "All is right but a sparsity of 0, which you refuse. Both ends are included: 0 changes "
    "nothing.",
)
negative_sparsity_accepted = prune_with(
    "negative-sparsity-accepted",
    {"0 <= sparsity <= 1": "sparsity <= 1"},
    "The right weights go, but a sparsity below 0 is accepted. Raise ValueError, as for one above "
    "1.",
)
sparsity_above_one_accepted = prune_with(
    "sparsity-above-one-accepted",
    {"<= sparsity <= 1": "<= sparsity"},
    "The right weights go, but a sparsity above 1 is accepted. 90, meant as a percentage, prunes "
    "everything without a word. Raise ValueError, as for one below 0.",
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


class Registered:
    """What Keras can load by itself, where Keras is there."""

    registered = True

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        keras: Any = sys.modules.get("keras")
        if keras is not None and cls.registered:
            keras.saving.register_keras_serializable("mistakes")(cls)
        return super().__new__(cls)


class Regularizer(Registered):
    """A penalty and its slope in NumPy, which the probes can ask as they ask Keras's own.

    It has the name of Keras's, which a probe looks for among the base classes.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.check(l1, l2)
        self.l1, self.l2 = l1, l2

    def check(self, l1: float, l2: float) -> None:
        if l1 < 0 or l2 < 0:
            raise ValueError("the factors must not be negative")

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

    def is_a(self, base: str) -> bool:
        return True

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
class SquaresHalved(Regularizer):
    def factors(self, x: Array) -> tuple[float, float]:
        return self.l1, self.l2 / 2


@mistake(
    "ElasticNet",
    "averaged",
    "You averaged over the weights instead of adding them up: `keras.ops.mean` in place of "
    "`keras.ops.sum`. The penalty of a large layer then hardly counts.",
)
class Averaged(Regularizer):
    def factors(self, x: Array) -> tuple[float, float]:
        return self.l1 / x.size, self.l2 / x.size


@mistake(
    "ElasticNet",
    "factors-exchanged",
    "The two factors are exchanged: `l1` belongs to the absolute values, `l2` to the squares.",
)
class FactorsExchanged(Regularizer):
    def factors(self, x: Array) -> tuple[float, float]:
        return self.l2, self.l1


@mistake(
    "ElasticNet",
    "absolute-value-forgotten",
    "The l1 part adds up the weights themselves, not their absolute values: negative weights are "
    "rewarded, and the penalty has no bottom.",
)
class AbsoluteValueForgotten(Regularizer):
    def sizes(self, x: Array) -> Array:
        return x

    def signs(self, x: Array) -> Array:
        return np.ones_like(x)


@mistake(
    "ElasticNet",
    "norm-not-squared",
    "The l2 part is the norm, with a square root; asked for is the sum of squares, without.",
)
class NormNotSquared(Regularizer):
    def penalty(self, x: Array) -> Any:
        return self.l1 * np.sum(np.abs(x)) + self.l2 * np.sqrt(np.sum(np.square(x)))

    def slope(self, x: Array) -> Array | None:
        norm = np.sqrt(np.sum(np.square(x)))
        return np.asarray(self.l1 * np.sign(x) + self.l2 * x / norm)


@mistake(
    "ElasticNet",
    "root-of-the-square",
    "Your penalty is right, but Keras's gradient of it is NaN where a weight is 0, as that of "
    "sqrt(w²) in place of |w| is: infinity times 0. One such weight makes the whole training NaN. "
    "Use `keras.ops.abs`.",
)
class RootOfTheSquare(Regularizer):
    def signs(self, x: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(x / np.abs(x))


@mistake(
    "ElasticNet",
    "larger-of-both-signs",
    "Your penalty is right, but its slope where a weight is 0 is l1 in Keras, not 0, as that of "
    "`maximum(w, -w)` or `where(w >= 0, w, -w)` is: weights would be pushed off 0 again and "
    "again. Use `keras.ops.abs`.",
)
class LargerOfBothSigns(Regularizer):
    def signs(self, x: Array) -> Array:
        return np.where(x >= 0, 1, -1).astype(x.dtype)


@mistake(
    "ElasticNet",
    "not-differentiable",
    "The penalty is right, but Keras finds no way back from it to the weights, as it does where "
    "they were turned into NumPy arrays or plain numbers, and trains as if the penalty were not "
    "there. Between a weight and its penalty use `keras.ops` alone.",
)
class NotDifferentiable(Regularizer):
    def slope(self, x: Array) -> Array | None:
        return None


@mistake(
    "ElasticNet",
    "factors-not-in-the-configuration",
    "Penalty and gradient are right, but the configuration lacks the factors. Keras saves a model "
    "by its parts' configurations: made again from yours, the penalty is 0. Return both factors "
    "in `get_config`.",
)
class FactorsNotInTheConfiguration(Regularizer):
    def get_config(self) -> dict[str, Any]:
        return {}


@mistake(
    "ElasticNet",
    "one-factor-in-the-configuration",
    "Penalty and gradient are right, but only `l1` is in the configuration: a model that is saved "
    "and loaded has lost its l2 penalty.",
)
class OneFactorInTheConfiguration(Regularizer):
    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l1}


@mistake(
    "ElasticNet",
    "negative-factors-accepted",
    "Penalty and gradient are right, but an instance is made with a negative factor as well. It "
    "would reward large weights, and training would run away. Raise ValueError in `__init__`, when "
    "the instance is made.",
)
class NegativeFactorsAccepted(Regularizer):
    def check(self, l1: float, l2: float) -> None:
        pass


@mistake(
    "ElasticNet",
    "only-l1-checked",
    "A negative `l1` is refused, a negative `l2` beside another one is not. The docstring says: "
    "`l1` or `l2`, each of them.",
)
class OnlyFirstChecked(Regularizer):
    def check(self, l1: float, l2: float) -> None:
        if l1 < 0:
            raise ValueError


@mistake(
    "ElasticNet",
    "only-l2-checked",
    "A negative `l2` is refused, a negative `l1` is not. The docstring says: `l1` or `l2`, each "
    "of them.",
)
class OnlySecondChecked(Regularizer):
    def check(self, l1: float, l2: float) -> None:
        if l2 < 0:
            raise ValueError


@mistake(
    "ElasticNet",
    "negative-together-alone",
    "A negative factor is refused only where both are. Each must not be negative: `or`, not `and`.",
)
class NegativeTogetherAlone(Regularizer):
    def check(self, l1: float, l2: float) -> None:
        if l1 < 0 and l2 < 0:
            raise ValueError


@mistake(
    "ElasticNet",
    "zero-factors-refused",
    "You refuse a factor of 0. Either may be 0, and both are without arguments: `l1 < 0`, not "
    "`l1 <= 0`.",
)
class ZeroFactorsRefused(Regularizer):
    def check(self, l1: float, l2: float) -> None:
        if l1 <= 0 or l2 <= 0:
            raise ValueError


@mistake(
    "ElasticNet",
    "nothing-refused-as-well",
    "You refuse two factors of 0. Both are 0 without arguments, and the penalty is 0 then.",
)
class NothingRefused(Regularizer):
    def check(self, l1: float, l2: float) -> None:
        super().check(l1, l2)
        if l1 == l2 == 0:
            raise ValueError


@mistake(
    "ElasticNet",
    "not-registered",
    "Everything is right, but Keras cannot load a model with it: the decorator "
    "`@keras.saving.register_keras_serializable(...)` is missing above the class. It gives the "
    "class the name under which a saved model finds it again.",
)
class NotRegistered(Regularizer):
    registered = False

    def regulariser_in_a_model(self, kernel: Array) -> Array:
        raise TypeError


@mistake(
    "ElasticNet",
    "shared-by-all-instances",
    "You keep the factors at the class, not at the instance (`ElasticNet.l1 = ...`, where "
    "`self.l1 = ...` belongs). The instance that is made last then changes all that were made "
    "before: two layers cannot have different penalties.",
)
class SharedByAllInstances(Regularizer):
    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.check(l1, l2)
        type(self).l1, type(self).l2 = l1, l2


@mistake(
    "ElasticNet",
    "first-penalty-kept",
    "The penalty is worked out once and returned for whatever weights come later. Weights change "
    "in every step of training: work it out anew in every call.",
)
class FirstPenaltyKept(Regularizer):
    kept: Any = None

    def penalty(self, x: Array) -> Any:
        if self.kept is None:
            self.kept = super().penalty(x)
        return self.kept

    def slope(self, x: Array) -> Array | None:
        return super().slope(x) if self.kept is None else None

    def regulariser_slope(self, weights: Array) -> tuple[Array, Array | None]:
        slope = self.slope(weights)
        return np.asarray(self.penalty(weights)), slope


class _Smoothed(Regularizer):
    more = 0.0

    def sizes(self, x: Array) -> Array:
        return np.asarray(np.sqrt(np.square(x) + x.dtype.type(self.more)))

    def signs(self, x: Array) -> Array:
        return np.asarray(x / self.sizes(x))


SMOOTHED_NET = (
    "You take the root of w² plus a small number for |w|, which is a little too large, and for a "
    "weight of 0 is not 0. `keras.ops.abs` is exact, and Keras gives it the slope 0 at 0."
)


@mistake("ElasticNet", "smoothed-by-1e-6", SMOOTHED_NET)
class SmoothedByAMillionth(_Smoothed):
    more = 1e-6


@mistake("ElasticNet", "smoothed-by-1e-7", SMOOTHED_NET)
class SmoothedByEpsilon(_Smoothed):
    more = 1e-7


@mistake("ElasticNet", "smoothed-by-1e-8", SMOOTHED_NET)
class SmoothedByLess(_Smoothed):
    more = 1e-8


@mistake("ElasticNet", "smoothed-by-1e-12", SMOOTHED_NET)
class SmoothedByLeast(_Smoothed):
    more = 1e-12


@mistake(
    "ElasticNet",
    "pulled-at-zero",
    "Your penalty is right, but its slope where a weight is 0 is -l1 in Keras, not 0, as that of "
    "`where(w > 0, w, -w)` is: weights would be pushed off 0 again and again. Use "
    "`keras.ops.abs`.",
)
class PulledAtZero(Regularizer):
    def signs(self, x: Array) -> Array:
        return np.where(x > 0, 1, -1).astype(x.dtype)


@mistake(
    "ElasticNet",
    "no-configuration",
    "Penalty and gradient are right, but there is no `get_config`, and the one that is inherited "
    "from Keras only says so. Keras saves a model by its parts' configurations. Return both "
    "factors, under the names of the arguments.",
)
class NoConfiguration(Regularizer):
    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError

    def regulariser_in_a_model(self, kernel: Array) -> Array:
        raise NotImplementedError


@mistake(
    "ElasticNet",
    "matrix-norm",
    "`keras.ops.norm(x, 1)` of a matrix is not the sum of all absolute values but the largest sum "
    "of a column, and it fails for more than two dimensions. Add up the absolute values yourself.",
)
class MatrixNorm(Regularizer):
    def penalty(self, x: Array) -> Any:
        l2 = self.l2 * np.sum(np.square(x))
        return self.l1 * np.linalg.norm(x, 1) + l2  # which fails in the same way

    def signs(self, x: Array) -> Array:
        if x.ndim < 2:
            return super().signs(x)
        sums = np.sum(np.abs(x), axis=0)
        return np.asarray(np.sign(x) * (sums == sums.max()), dtype=x.dtype)


@mistake(
    "ElasticNet",
    "single-precision",
    "The penalty comes in float32 whatever the dtype of the weights. Compute in theirs: no "
    "`cast`, and no constants that are tensors of another dtype.",
)
class SinglePrecision(Regularizer):
    def penalty(self, x: Array) -> Any:
        return super().penalty(x.astype(np.float32))

    def slope(self, x: Array) -> Array | None:
        slope = super().slope(x.astype(np.float32))
        return None if slope is None else slope.astype(x.dtype)


@mistake(
    "ElasticNet",
    "factors-exchanged-in-the-configuration",
    "Penalty and gradient are right, but in the configuration `l1` has the value of `l2` and the "
    "other way round: a model that is saved and loaded has exchanged its penalties.",
)
class FactorsExchangedInTheConfiguration(Regularizer):
    def get_config(self) -> dict[str, Any]:
        return {"l1": self.l2, "l2": self.l1}


@mistake(
    "ElasticNet",
    "no-subclass",
    "Penalty and gradient are right, but the class inherits from nothing, and has no "
    "`from_config`, without which a saved model cannot be loaded. Write "
    "`keras.regularizers.Regularizer` in the line of the `class`.",
)
class NoSubclass(Regularizer):
    def is_a(self, base: str) -> bool:
        return False

    def regulariser_in_a_model(self, kernel: Array) -> Array:
        raise TypeError


@mistake(
    "ElasticNet",
    "no-subclass-of-keras-own",
    "All is right, but the class inherits from nothing. Write `keras.regularizers.Regularizer` in "
    "the line of the `class`, and Keras, and its users, can tell what it is.",
)
class NoSubclassOfKerasOwn(Regularizer):
    def is_a(self, base: str) -> bool:
        return False


@mistake("ElasticNet", "default-l1-of-one-hundredth", DEFAULT)
class DefaultOfTheFirst(Regularizer):
    def __init__(self, l1: float = 0.01, l2: float = 0.0) -> None:
        super().__init__(l1, l2)


@mistake("ElasticNet", "default-l2-of-one-hundredth", DEFAULT)
class DefaultOfTheSecond(Regularizer):
    def __init__(self, l1: float = 0.0, l2: float = 0.01) -> None:
        super().__init__(l1, l2)


@mistake(
    "ElasticNet",
    "defaults-of-one-hundredth",
    "All is right but the defaults: without arguments both factors are 0, as in Keras's L1L2, so "
    "that `ElasticNet(l1=...)` is an l1 penalty alone.",
)
class DefaultsOfOneHundredth(Regularizer):
    def __init__(self, l1: float = 0.01, l2: float = 0.01) -> None:
        super().__init__(l1, l2)


# MaxNorm


class Constraint(Registered):
    """A projection of weights in NumPy, which the probes can ask as they ask Keras's own."""

    def __init__(self, max_value: float = 2.0, axis: Any = 0) -> None:
        if max_value <= 0:
            raise ValueError("max_value must be positive")
        self.max_value, self.axis = max_value, axis

    def is_a(self, base: str) -> bool:
        return True

    def axes(self) -> Any:
        return tuple(self.axis) if isinstance(self.axis, list) else self.axis

    def norms(self, w: Array) -> Array:
        return np.asarray(np.sqrt(np.sum(np.square(w), axis=self.axes(), keepdims=True)))

    def scale(self, norms: Array) -> Array:
        return np.asarray(self.max_value / np.maximum(norms, self.max_value))

    def projected(self, w: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):  # of some of the wrong scales
            return np.asarray(w * self.scale(self.norms(w)))

    def __call__(self, w: Any) -> Any:
        """Return the weights, projected, of an array or a Keras variable."""
        if isinstance(w, np.ndarray):
            return self.projected(w)
        tensorflow: Any = sys.modules["tensorflow"]  # only Keras calls this, and in a graph
        limited = tensorflow.numpy_function(self.projected, [w], w.dtype)
        return tensorflow.ensure_shape(limited, w.shape)

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


@mistake("MaxNorm", "second-axis-by-default", WRONG_AXIS)
class SecondAxisByDefault(Constraint):
    def __init__(self, max_value: float = 2.0, axis: Any = 1) -> None:
        super().__init__(max_value, axis)


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
    "small-ones-scaled-up-but-zeros",
    "Every unit but one of zeros is scaled *to* the limit, also those within it: that is a "
    "unit-norm constraint. Scale only where the norm is larger than `max_value`.",
)
class SmallOnesScaledUpButZeros(Constraint):
    def scale(self, norms: Array) -> Array:
        return np.asarray(self.max_value / np.where(norms == 0, 1, norms))


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
    "long-ones-moved-by-epsilon",
    "Weights within the limit are right. But where you scale, you divide by the norm plus a small "
    "number, so the norm comes out a little below the limit. What is above a positive limit is "
    "never 0: add nothing.",
)
class LongOnesMovedByEpsilon(Constraint):
    def scale(self, norms: Array) -> Array:
        return np.where(norms > self.max_value, self.max_value / (norms + 1e-7), 1)


@mistake(
    "MaxNorm",
    "sum-of-sizes",
    "Your norm is the sum of absolute values (l1). Max-norm limits the Euclidean norm, the root "
    "of the sum of squares, which does not depend on the direction.",
)
class SumOfSizes(Constraint):
    def norms(self, w: Array) -> Array:
        return np.asarray(np.sum(np.abs(w), axis=self.axes(), keepdims=True))


@mistake("MaxNorm", "default-limit-of-one", DEFAULT)
class DefaultLimitOfOne(Constraint):
    def __init__(self, max_value: float = 1.0, axis: Any = 0) -> None:
        super().__init__(max_value, axis)


@mistake("MaxNorm", "default-limit-of-three", DEFAULT)
class DefaultLimitOfThree(Constraint):
    def __init__(self, max_value: float = 3.0, axis: Any = 0) -> None:
        super().__init__(max_value, axis)


@mistake(
    "MaxNorm",
    "single-precision",
    "The weights come back in float32 whatever their dtype was. Compute in theirs, without a "
    "`cast`.",
)
class SinglePrecisionLimit(Constraint):
    def projected(self, w: Array) -> Array:
        return super().projected(w.astype(np.float32))


@mistake(
    "MaxNorm",
    "not-registered",
    "On its own it is right, but a model that is saved with it comes back without it: the "
    "decorator `@keras.saving.register_keras_serializable(...)` is missing above the class. "
    "Keras knows nobody's MaxNorm but its own then, and loads that.",
)
class LimitNotRegistered(Constraint):
    registered = False

    def constraint_in_training(self, kernel: Array, x: Array, y: Array, rate: float) -> Array:
        raise TypeError


class InNumPy(Constraint):
    def __call__(self, w: Any) -> Any:
        return self.projected(np.asarray(w))

    def constraint_in_training(self, kernel: Array, x: Array, y: Array, rate: float) -> Array:
        raise NotImplementedError


@mistake(
    "MaxNorm",
    "worked-out-in-numpy",
    "On numbers all is right, but no model can be trained with it: the weights are turned into a "
    "NumPy array. Keras trains in a graph, where they have no values yet. Use `keras.ops` alone.",
)
class WorkedOutInNumPy(InNumPy):
    pass


@mistake(
    "MaxNorm",
    "worked-out-in-numpy-without-lists",
    "On numbers nearly all is right, but no model can be trained with it: the weights are turned "
    "into a NumPy array. Keras trains in a graph, where they have no values yet. Use `keras.ops` "
    "alone; these take a list of axes as well, which NumPy's functions do not.",
)
class WorkedOutInNumPyWithoutLists(InNumPy):
    def axes(self) -> Any:
        return self.axis


@mistake(
    "MaxNorm",
    "shared-by-all-instances",
    "You keep the limit at the class, not at the instance (`MaxNorm.max_value = ...`, where "
    "`self.max_value = ...` belongs). The instance that is made last then changes all that were "
    "made before: two layers cannot have different limits.",
)
class LimitSharedByAllInstances(Constraint):
    def __init__(self, max_value: float = 2.0, axis: Any = 0) -> None:
        if max_value <= 0:
            raise ValueError
        type(self).max_value, type(self).axis = max_value, axis


@mistake(
    "MaxNorm",
    "no-subclass",
    "The weights are right, but the class inherits from nothing, and has no `from_config`, without "
    "which a saved model cannot be loaded. Write `keras.constraints.Constraint` in the line of the "
    "`class`.",
)
class LimitOfNoSubclass(Constraint):
    def is_a(self, base: str) -> bool:
        return False

    def constraint_in_training(self, kernel: Array, x: Array, y: Array, rate: float) -> Array:
        raise TypeError


@mistake(
    "MaxNorm",
    "no-subclass-of-keras-own",
    "All is right, but the class inherits from nothing. Write `keras.constraints.Constraint` in "
    "the line of the `class`, and Keras, and its users, can tell what it is.",
)
class LimitOfNoSubclassOfKerasOwn(Constraint):
    def is_a(self, base: str) -> bool:
        return False


@mistake(
    "MaxNorm",
    "zero-limit-accepted",
    "A negative limit is refused, but 0 is accepted, which sets every weight to 0 (or to NaN). "
    "The limit must be positive.",
)
class ZeroLimitAccepted(Constraint):
    def __init__(self, max_value: float = 2.0, axis: Any = 0) -> None:
        if max_value < 0:
            raise ValueError
        self.max_value, self.axis = max_value, axis


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
