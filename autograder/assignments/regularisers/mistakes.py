"""Wrong regularisers that people really write.

Each is written as a student writes it and is otherwise complete: it differs from a right answer in
the one point it is about.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does
# ruff: noqa: NPY002 - one of the mistakes is to use NumPy's global generator

from __future__ import annotations

import copy
import sys
from typing import Any

import numpy as np

from autograder.api import mistake
from solutions.regularisers import (
    SELU_ALPHA,
    SELU_LAMBDA,
    Array,
    Mask,
    elastic_net,
    max_norm,
    prune,
)

Penalty = tuple[Any, Array]

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


@mistake(
    "l1_regulariser",
    "gradient-without-the-sign",
    "Your penalty is right; your gradient is +factor for every weight. |w| falls as a negative "
    "weight grows, so its slope there is -factor: the gradient is factor * sign(w). With yours, "
    "negative weights are pushed away from 0.",
)
def gradient_without_the_sign(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.abs(weights).sum()
    gradient = np.where(weights == 0, 0, factor).astype(weights.dtype)
    return penalty, gradient


@mistake(
    "l1_regulariser",
    "gradient-of-plain-factor",
    "Your penalty is right; your gradient is +factor everywhere, also for negative weights and "
    "for 0. The slope of |w| is -1 on the left, 1 on the right, and 0 is asked for at the corner: "
    "factor * sign(w).",
)
def gradient_of_plain_factor(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.abs(weights).sum()
    return penalty, np.full_like(weights, factor)


@mistake(
    "l1_regulariser",
    "pushed-at-zero",
    "Everything is right but the gradient of weights that are 0: it should be 0. You give them a "
    "slope of the one side, as `np.where(w >= 0, 1, -1)` or `w > 0` does. Pushed off 0 in every "
    "step, no weight would ever stay there, and sparse models are what l1 is for.",
)
def pushed_at_zero(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.abs(weights).sum()
    signs = np.where(weights >= 0, 1.0, -1.0)
    return penalty, (factor * signs).astype(weights.dtype)


@mistake(
    "l1_regulariser",
    "pulled-at-zero",
    "Everything is right but the gradient of weights that are 0: it should be 0. You give them "
    "-factor, as `np.where(w > 0, 1, -1)` does, so no weight would ever stay at 0, and sparse "
    "models are what l1 is for.",
)
def pulled_at_zero(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.abs(weights).sum()
    signs = np.where(weights > 0, 1.0, -1.0)
    return penalty, (factor * signs).astype(weights.dtype)


@mistake(
    "l1_regulariser",
    "divided-by-size",
    "w / |w| is the sign of w, except at 0, where it is 0 / 0: your gradient is NaN there. One "
    "NaN in a gradient spreads to every weight within a step or two. `np.sign` knows what to do.",
)
def divided_by_size(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.abs(weights).sum()
    with np.errstate(invalid="ignore"):
        return penalty, np.asarray(factor * (weights / np.abs(weights)))


@mistake("l1_regulariser", "gradient-without-the-factor", NO_FACTOR)
def l1_gradient_without_the_factor(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.abs(weights).sum(), np.asarray(np.sign(weights))


@mistake("l1_regulariser", "averaged", MEAN)
def l1_averaged(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    size = max(weights.size, 1)
    return (
        factor * np.abs(weights).sum() / size,
        np.asarray(factor * np.sign(weights) / size),
    )


@mistake(
    "l1_regulariser",
    "averaged-penalty",
    "Your gradient is right, but your penalty is the *mean* of the absolute values (and NaN where "
    "there are none). The two do not belong to each other; the docstring asks for the sum.",
)
def averaged_penalty(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    mean = np.abs(weights).mean() if weights.size else np.nan
    return factor * mean, np.asarray(factor * np.sign(weights))


@mistake(
    "l1_regulariser",
    "size-of-the-sum",
    "You added the weights up first and took the absolute value of the sum. Weights of opposite "
    "sign then cancel and cost nothing. Take the absolute value of each weight, then the sum.",
)
def size_of_the_sum(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.abs(weights.sum()), np.asarray(factor * np.sign(weights))


@mistake(
    "l1_regulariser",
    "l2-in-place-of-l1",
    "This is the l2 penalty, the sum of squares, and its gradient. l1 adds up absolute values, and "
    "its gradient has the same size for every weight.",
)
def l2_in_place_of_l1(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.square(weights).sum(), np.asarray(2 * factor * weights)


@mistake("l1_regulariser", "double-precision", DTYPE)
def l1_double_precision(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.abs(weights).sum()
    return penalty, np.asarray(np.float64(factor) * np.sign(weights))


@mistake("l1_regulariser", "works-in-place", IN_PLACE)
def l1_works_in_place(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.abs(weights).sum()
    np.sign(weights, out=weights)
    weights *= factor
    return penalty, weights


@mistake("l1_regulariser", "negative-factor-accepted", NEGATIVE)
def l1_negative_factor_accepted(weights: Array, factor: float = 0.01) -> Penalty:
    return factor * np.abs(weights).sum(), np.asarray(factor * np.sign(weights))


# l2_regulariser


@mistake(
    "l2_regulariser",
    "halved",
    "Your penalty has the factor 1/2, and your gradient fits it. That is a common convention, but "
    "not the one that the docstring states: factor * sum(w²), as in Keras, with the gradient 2 * "
    "factor * w. A factor that was tuned for one means half or twice as much in the other.",
)
def halved(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor / 2 * np.square(weights).sum(), np.asarray(factor * weights)


@mistake(
    "l2_regulariser",
    "two-forgotten-in-the-gradient",
    "Your penalty is right; the derivative of w² is 2 w, so the gradient is 2 * factor * w. The "
    "one without the 2 belongs to a penalty with 1/2 in front.",
)
def two_forgotten_in_the_gradient(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.square(weights).sum(), np.asarray(factor * weights)


@mistake(
    "l2_regulariser",
    "half-in-the-penalty-alone",
    "Your gradient is right, but your penalty has the factor 1/2, which does not belong to that "
    "gradient, nor to the docstring: factor * sum(w²).",
)
def half_in_the_penalty_alone(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.square(weights).sum() / 2, np.asarray(2 * factor * weights)


@mistake(
    "l2_regulariser",
    "norm-not-squared",
    "Your penalty is the norm, sqrt(sum(w²)); asked for is its square. Your gradient is that of "
    "the square. `np.linalg.norm` takes a root that must be undone, or not be taken.",
)
def norm_not_squared(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.sqrt(np.square(weights).sum()), np.asarray(2 * factor * weights)


@mistake(
    "l2_regulariser",
    "norm-and-its-gradient",
    "Penalty and gradient are those of the norm, sqrt(sum(w²)), and not of its square. The norm "
    "pulls on all weights together with one and the same strength; the square pulls on each in "
    "proportion to its size, and vanishes smoothly at 0 (yours is 0 / 0 there).",
)
def norm_and_its_gradient(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    norm = np.sqrt(np.square(weights).sum())
    with np.errstate(invalid="ignore"):
        return factor * norm, np.asarray(factor * (weights / norm))


@mistake("l2_regulariser", "gradient-without-the-factor", NO_FACTOR)
def l2_gradient_without_the_factor(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.square(weights).sum(), np.asarray(2 * weights)


@mistake("l2_regulariser", "averaged", MEAN)
def l2_averaged(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    size = max(weights.size, 1)
    return factor * np.square(weights).sum() / size, np.asarray(2 * factor * weights / size)


@mistake(
    "l2_regulariser",
    "square-of-the-sum",
    "You added the weights up and squared the sum. Weights of opposite sign then cancel and cost "
    "nothing. Square each weight, then add.",
)
def square_of_the_sum(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    return factor * np.square(weights.sum()), np.asarray(2 * factor * weights)


@mistake("l2_regulariser", "double-precision", DTYPE)
def l2_double_precision(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.square(weights).sum()
    return penalty, np.asarray(np.float64(2 * factor) * weights)


@mistake("l2_regulariser", "works-in-place", IN_PLACE)
def l2_works_in_place(weights: Array, factor: float = 0.01) -> Penalty:
    if factor < 0:
        raise ValueError("factor must not be negative")
    penalty = factor * np.square(weights).sum()
    weights *= 2 * factor
    return penalty, weights


@mistake("l2_regulariser", "negative-factor-accepted", NEGATIVE)
def l2_negative_factor_accepted(weights: Array, factor: float = 0.01) -> Penalty:
    return factor * np.square(weights).sum(), np.asarray(2 * factor * weights)


# elastic_net


@mistake(
    "elastic_net",
    "factors-exchanged",
    "The two factors are exchanged: `l1` belongs to the absolute values, `l2` to the squares.",
)
def factors_exchanged(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    return elastic_net(weights, l2, l1)


@mistake(
    "elastic_net",
    "squares-halved",
    "The l2 part has a 1/2, in the penalty and in the gradient: that is Scikit-learn's convention. "
    "Here, as in Keras, it is l2 * sum(w²), with the gradient 2 * l2 * w.",
)
def squares_halved(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    return elastic_net(weights, l1, l2 / 2)


@mistake(
    "elastic_net",
    "two-forgotten-in-the-gradient",
    "Your penalty is right; the squares' part of your gradient is not: the derivative of w² is 2 "
    "w.",
)
def two_forgotten_in_the_net(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    penalty, _ = elastic_net(weights, l1, l2)
    return penalty, np.asarray(l1 * np.sign(weights) + l2 * weights, dtype=weights.dtype)


@mistake(
    "elastic_net",
    "mixed-by-a-ratio",
    "You took one factor for the strength and the other for a mixing ratio, as Scikit-learn's "
    "`alpha` and `l1_ratio`. Here the two penalties are simply added, each with its own factor.",
)
def mixed_by_a_ratio(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    if l1 < 0 or l2 < 0:
        raise ValueError("factors must not be negative")
    penalty = l2 * (l1 * np.abs(weights).sum() + (1 - l1) * np.square(weights).sum())
    gradient = l2 * (l1 * np.sign(weights) + 2 * (1 - l1) * weights)
    return penalty, np.asarray(gradient, dtype=weights.dtype)


@mistake(
    "elastic_net",
    "gradient-of-one-part",
    "Your penalty has both parts, your gradient only that of the squares. The gradient of a sum "
    "is the sum of the gradients.",
)
def gradient_of_one_part(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    penalty, _ = elastic_net(weights, l1, l2)
    return penalty, np.asarray(2 * l2 * weights, dtype=weights.dtype)


@mistake(
    "elastic_net",
    "pushed-at-zero",
    "Everything is right but the gradient of weights that are 0: it should be 0, and yours has the "
    "slope of one side. Pushed off 0 in every step, no weight would ever stay there.",
)
def net_pushed_at_zero(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    penalty, gradient = elastic_net(weights, l1, l2)
    return penalty, np.asarray(np.where(weights == 0, l1, gradient), dtype=weights.dtype)


@mistake("elastic_net", "averaged", MEAN)
def net_averaged(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    penalty, gradient = elastic_net(weights, l1, l2)
    size = max(weights.size, 1)
    return penalty / size, np.asarray(gradient / size)


@mistake("elastic_net", "double-precision", DTYPE)
def net_double_precision(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    penalty, gradient = elastic_net(weights, l1, l2)
    return penalty, gradient.astype(np.float64)


@mistake("elastic_net", "works-in-place", IN_PLACE)
def net_works_in_place(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    penalty, gradient = elastic_net(weights, l1, l2)
    weights[...] = gradient
    return penalty, gradient


@mistake("elastic_net", "negative-factors-accepted", NEGATIVE)
def net_negative_factors_accepted(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    penalty = l1 * np.abs(weights).sum() + l2 * np.square(weights).sum()
    gradient = l1 * np.sign(weights) + 2 * l2 * weights
    return penalty, np.asarray(gradient, dtype=weights.dtype)


@mistake(
    "elastic_net",
    "only-the-sum-of-factors-checked",
    "A negative factor is refused only together with the other: you check their sum, or both at "
    "once with `and`. Each must not be negative.",
)
def only_the_sum_of_factors_checked(weights: Array, l1: float = 0.01, l2: float = 0.01) -> Penalty:
    if l1 < 0 and l2 < 0:
        raise ValueError("factors must not be negative")
    penalty = l1 * np.abs(weights).sum() + l2 * np.square(weights).sum()
    gradient = l1 * np.sign(weights) + 2 * l2 * weights
    return penalty, np.asarray(gradient, dtype=weights.dtype)


# dropout


@mistake(
    "dropout",
    "not-scaled",
    "You drop the right share, but what is kept is not scaled up. The next layer then gets, on "
    "average, 1 - rate of what it will get at inference, when nothing is dropped. Divide by 1 - "
    "rate in training.",
)
def not_scaled(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    return np.asarray(x * mask), mask


@mistake(
    "dropout",
    "scaled-at-inference",
    "You leave what is kept as it is in training, and multiply by 1 - rate at inference. The "
    "averages match, and that is what Srivastava's paper does; but asked for is *inverted* "
    "dropout, which divides by 1 - rate in training, so that a trained network can be used as it "
    "is.",
)
def scaled_at_inference(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return np.asarray(x * (1 - rate)), np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    return np.asarray(x * mask), mask


@mistake(
    "dropout",
    "multiplied-by-the-share-kept",
    "What is kept is multiplied by 1 - rate; it should be *divided* by it. Dropping makes the sum "
    "smaller, and yours makes it smaller twice.",
)
def multiplied_by_the_share_kept(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    return np.asarray(x * mask * (1 - rate)), mask


@mistake(
    "dropout",
    "divided-by-the-rate",
    "What is kept is divided by the rate; it should be divided by 1 - rate, the probability of "
    "being kept. With a rate of 0.1 your output is nine times too large, with 0.5 nobody would "
    "notice.",
)
def divided_by_the_rate(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training or rate == 0:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    return np.asarray(x * mask / rate), mask


@mistake("dropout", "rate-taken-for-the-share-kept", KEEP)
def rate_taken_for_the_share_kept(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) < rate)
    return np.asarray(np.where(mask, x / (rate or 1), 0), dtype=x.dtype), mask


@mistake(
    "dropout",
    "drops-what-it-should-keep",
    "You divide by 1 - rate, which is right, but the comparison that makes the mask is turned "
    "round: `rng.random(...) < rate` is True with probability `rate`, and True is for what is "
    "kept.",
)
def drops_what_it_should_keep(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) < rate)
    return np.asarray(x * mask / (1 - rate)), mask


@mistake(
    "dropout",
    "mask-of-what-is-dropped",
    "Your output is right; your mask is the wrong way round. True is for entries that are kept, so "
    "that `dropout_backward` can multiply with it, and at inference all is True.",
)
def mask_of_what_is_dropped(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.zeros(x.shape, bool)
    dropped = np.asarray(rng.random(x.shape) < rate)
    return np.asarray(x * ~dropped / (1 - rate)), dropped


@mistake(
    "dropout",
    "mask-of-numbers",
    "Your output is right; your mask holds the numbers that `x` was multiplied by, and a mask of "
    "True and False was asked for. `dropout_backward` does the scaling itself.",
)
def mask_of_numbers(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Any]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones_like(x)
    mask = np.asarray(rng.random(x.shape) >= rate).astype(x.dtype) / (1 - rate)
    return np.asarray(x * mask), np.asarray(mask)


@mistake("dropout", "active-at-inference", TRAINING)
def active_at_inference(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    mask = np.asarray(rng.random(x.shape) >= rate)
    return np.asarray(x * mask / (1 - rate)), mask


@mistake(
    "dropout",
    "scaled-at-inference-too",
    "Nothing is dropped at inference, which is right, but `x` is divided by 1 - rate all the "
    "same. The division makes up for what was dropped, and belongs to training alone.",
)
def scaled_at_inference_too(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    mask = np.asarray(rng.random(x.shape) >= rate) if training else np.ones(x.shape, bool)
    return np.asarray(x * mask / (1 - rate)), mask


@mistake("dropout", "drawn-at-inference", MOVED_ON)
def drawn_at_inference(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    mask = np.asarray(rng.random(x.shape) >= rate)
    if not training:
        return x, np.ones(x.shape, bool)
    return np.asarray(x * mask / (1 - rate)), mask


@mistake("dropout", "one-mask-for-all-rows", ONE_ROW)
def one_mask_for_all_rows(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    row = np.asarray(rng.random(x.shape[1:] if x.ndim > 1 else x.shape) >= rate)
    mask = np.array(np.broadcast_to(row, x.shape))
    return np.asarray(x * mask / (1 - rate)), mask


@mistake("dropout", "whole-rows-dropped", ONE_COLUMN)
def whole_rows_dropped(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    column = np.asarray(rng.random((*x.shape[:1], *(1,) * (x.ndim - 1))) >= rate)
    mask = np.array(np.broadcast_to(column, x.shape))
    return np.asarray(x * mask / (1 - rate)), mask


@mistake("dropout", "always-as-many", EXACT)
def always_as_many(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    mask = np.ones(x.size, bool)
    if training:
        mask[rng.choice(x.size, round(rate * x.size), replace=False)] = False
        x = np.asarray(x * mask.reshape(x.shape) / (1 - rate))
    return x, mask.reshape(x.shape)


@mistake("dropout", "fixed-seed", FIXED)
def fixed_seed(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(np.random.default_rng(42).random(x.shape) >= rate)
    return np.asarray(x * mask / (1 - rate)), mask


@mistake("dropout", "double-precision", DTYPE)
def dropout_double_precision(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    return np.asarray(x * (mask / (1 - rate))), mask


@mistake("dropout", "works-in-place", IN_PLACE)
def dropout_works_in_place(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    x *= mask
    x /= 1 - rate
    return x, mask


@mistake("dropout", "any-rate-accepted", RATES)
def any_rate_accepted(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    with np.errstate(invalid="ignore"):
        return np.where(mask, x, 0) / np.asarray(1 - rate, x.dtype), mask


@mistake("dropout", "a-rate-of-one-accepted", HALF_OPEN)
def a_rate_of_one_accepted(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    if not 0 <= rate <= 1:
        raise ValueError("rate")
    if not training:
        return x, np.ones(x.shape, bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    with np.errstate(invalid="ignore"):
        return np.where(mask, x, 0) / np.asarray(1 - rate, x.dtype), mask


# dropout_backward


@mistake(
    "dropout_backward",
    "not-scaled",
    "Dropped entries get no gradient, which is right, but the others are not scaled. The output "
    "was x / (1 - rate), so its derivative by x is 1 / (1 - rate), and the gradient is multiplied "
    "by that.",
)
def backward_not_scaled(gradient: Array, mask: Mask, rate: float, training: bool = True) -> Array:
    return np.asarray(gradient * mask)


@mistake(
    "dropout_backward",
    "multiplied-by-the-share-kept",
    "You multiply by 1 - rate on the way back, as if to undo the division on the way forwards. A "
    "gradient is multiplied by the derivative of what was done, and that of x / (1 - rate) is "
    "1 / (1 - rate): divide again.",
)
def backward_multiplied(gradient: Array, mask: Mask, rate: float, training: bool = True) -> Array:
    if not training:
        return gradient
    return np.asarray(gradient * mask * (1 - rate))


@mistake(
    "dropout_backward",
    "divided-by-the-rate",
    "You divide by the rate; the output was divided by 1 - rate, and the gradient is too.",
)
def backward_divided_by_the_rate(
    gradient: Array, mask: Mask, rate: float, training: bool = True
) -> Array:
    if not training:
        return gradient
    return np.asarray(gradient * mask / rate)


@mistake(
    "dropout_backward",
    "mask-ignored",
    "Every entry gets a gradient. What was dropped was 0 whatever its input, so it had no part in "
    "the loss and gets none: multiply by the mask.",
)
def mask_ignored(gradient: Array, mask: Mask, rate: float, training: bool = True) -> Array:
    if not training:
        return gradient
    return np.asarray(gradient / (1 - rate))


@mistake(
    "dropout_backward",
    "passed-through",
    "The gradient comes back as it was. In training dropout is a multiplication, by 0 or by "
    "1 / (1 - rate), and on the way back the gradient is multiplied by the same numbers.",
)
def passed_through(gradient: Array, mask: Mask, rate: float, training: bool = True) -> Array:
    return gradient.copy()


@mistake(
    "dropout_backward",
    "mask-turned-round",
    "You send the gradient to what was dropped and none to what was kept. True in the mask is for "
    "what is kept.",
)
def mask_turned_round(gradient: Array, mask: Mask, rate: float, training: bool = True) -> Array:
    if not training:
        return gradient
    return np.asarray(gradient * ~mask / (1 - rate))


@mistake(
    "dropout_backward",
    "scaled-at-inference",
    "Training is right, but the gradient is divided at inference as well. There the output was x, "
    "so the gradient goes through unchanged.",
)
def backward_scaled_at_inference(
    gradient: Array, mask: Mask, rate: float, training: bool = True
) -> Array:
    return np.asarray(gradient * mask / (1 - rate))


@mistake(
    "dropout_backward",
    "mask-drawn-anew",
    "You draw a fresh mask on the way back. The gradient then goes to entries that were dropped "
    "and had no part in the loss, and misses some that had. Use the mask that was passed in: the "
    "one of the way forwards.",
)
def mask_drawn_anew(gradient: Array, mask: Mask, rate: float, training: bool = True) -> Array:
    if not training:
        return gradient
    fresh = np.random.default_rng(42).random(gradient.shape) >= rate
    return np.asarray(gradient * fresh / (1 - rate))


@mistake("dropout_backward", "double-precision", DTYPE)
def backward_double_precision(
    gradient: Array, mask: Mask, rate: float, training: bool = True
) -> Array:
    if not training:
        return gradient
    return np.asarray(gradient * (mask / (1 - rate)))


@mistake("dropout_backward", "works-in-place", IN_PLACE)
def backward_works_in_place(
    gradient: Array, mask: Mask, rate: float, training: bool = True
) -> Array:
    if training:
        gradient *= mask
        gradient /= 1 - rate
    return gradient


# alpha_dropout


def _affine(rate: float) -> tuple[float, float, float]:
    """Return α', a and b, which many of the mistakes have right.

    They are worked out as the docstring writes them, since most people do.
    """
    saturated = -SELU_LAMBDA * SELU_ALPHA
    q = 1 - rate
    a = (q + saturated**2 * q * (1 - q)) ** -0.5
    b = -a * (1 - q) * saturated
    return saturated, a, b


def _alpha(x: Array, kept: Any, saturated: float, a: float, b: float) -> Array:
    return np.asarray(a * np.where(kept, x, saturated) + b, dtype=x.dtype)


@mistake(
    "alpha_dropout",
    "plain-dropout",
    "This is plain dropout: entries become 0, and the rest is divided by 1 - rate. The mean "
    "stays, but the variance grows from layer to layer, and SELU no longer normalises itself. "
    "Drop to α', then apply a and b.",
)
def plain_dropout(x: Array, rate: float, rng: np.random.Generator, training: bool = True) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    return np.asarray(x * (rng.random(x.shape) >= rate) / (1 - rate))


@mistake(
    "alpha_dropout",
    "dropped-to-zero",
    "a and b are right, but dropped entries are set to 0 before they are applied. They are made "
    "for α' = -λα: with 0, neither the mean nor the variance comes out right.",
)
def dropped_to_zero(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    _, a, b = _affine(rate)
    return _alpha(x, rng.random(x.shape) >= rate, 0.0, a, b)


@mistake(
    "alpha_dropout",
    "no-affine-map",
    "Dropped entries become α', which is right, but the affine map is missing. The mean is then "
    "rate * α' and the variance has changed as well: multiply everything by a and add b.",
)
def no_affine_map(x: Array, rate: float, rng: np.random.Generator, training: bool = True) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, _, _ = _affine(rate)
    return _alpha(x, rng.random(x.shape) >= rate, saturated, 1.0, 0.0)


@mistake(
    "alpha_dropout",
    "affine-map-of-kept-entries-alone",
    "The map is applied to kept entries, and dropped ones are set to α' after it. It belongs to "
    "all of them: a dropped entry becomes a * α' + b.",
)
def affine_map_of_kept_entries_alone(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, a, b = _affine(rate)
    kept = rng.random(x.shape) >= rate
    return np.asarray(np.where(kept, a * x + b, saturated), dtype=x.dtype)


@mistake(
    "alpha_dropout",
    "shift-forgotten",
    "The variance is right, but b is missing: the mean is a * rate * α' and not 0. The next layers "
    "would have to work against that shift.",
)
def shift_forgotten(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, a, _ = _affine(rate)
    return _alpha(x, rng.random(x.shape) >= rate, saturated, a, 0.0)


@mistake(
    "alpha_dropout",
    "scale-forgotten",
    "The mean is right, but the scale a is missing, so the variance is not 1. b has the factor a "
    "as well.",
)
def scale_forgotten(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, _, _ = _affine(rate)
    return _alpha(x, rng.random(x.shape) >= rate, saturated, 1.0, -rate * saturated)


@mistake(
    "alpha_dropout",
    "root-forgotten",
    "Your a is 1 over the variance; dividing by a standard deviation is what makes the variance "
    "1, so a square root is missing: the exponent is -1/2.",
)
def root_forgotten(x: Array, rate: float, rng: np.random.Generator, training: bool = True) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, a, _ = _affine(rate)
    a = a**2
    return _alpha(x, rng.random(x.shape) >= rate, saturated, a, -a * rate * saturated)


@mistake(
    "alpha_dropout",
    "q-taken-for-the-rate",
    "What you drop is right, but in a and b the rate stands where q should: q is the probability "
    "of being *kept*, 1 - rate.",
)
def q_taken_for_the_rate(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training or rate == 0:
        return x
    saturated, a, b = _affine(1 - rate)
    return _alpha(x, rng.random(x.shape) >= rate, saturated, a, b)


@mistake("alpha_dropout", "rate-taken-for-the-share-kept", KEEP)
def alpha_rate_taken_for_the_share_kept(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, a, b = _affine(1 - rate) if rate > 0 else (0.0, 1.0, 0.0)
    return _alpha(x, rng.random(x.shape) < rate, saturated, a, b)


@mistake(
    "alpha_dropout",
    "positive-saturation",
    "Your α' has the wrong sign. SELU saturates at -λα, on the negative side: that is its value "
    "for very negative inputs.",
)
def positive_saturation(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, a, b = _affine(rate)
    return _alpha(x, rng.random(x.shape) >= rate, -saturated, a, -b)


@mistake(
    "alpha_dropout",
    "lambda-forgotten",
    "Your α' is -α. SELU is λ times an ELU, so it saturates at -λα = -1.758.",
)
def lambda_forgotten(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    saturated, q = -SELU_ALPHA, 1 - rate
    a = (q + saturated**2 * q * (1 - q)) ** -0.5
    return _alpha(x, rng.random(x.shape) >= rate, saturated, a, -a * (1 - q) * saturated)


@mistake("alpha_dropout", "active-at-inference", TRAINING)
def alpha_active_at_inference(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return _alpha(x, rng.random(x.shape) >= rate, *_affine(rate))


@mistake("alpha_dropout", "drawn-at-inference", MOVED_ON)
def alpha_drawn_at_inference(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    kept = rng.random(x.shape) >= rate
    return _alpha(x, kept, *_affine(rate)) if training else x


@mistake("alpha_dropout", "one-mask-for-all-rows", ONE_ROW)
def alpha_one_mask_for_all_rows(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    row = rng.random(x.shape[1:] if x.ndim > 1 else x.shape) >= rate
    return _alpha(x, row, *_affine(rate))


@mistake("alpha_dropout", "generator-ignored", GENERATOR)
def alpha_generator_ignored(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    return _alpha(x, np.random.random(x.shape) >= rate, *_affine(rate))


@mistake("alpha_dropout", "fixed-seed", FIXED)
def alpha_fixed_seed(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    return _alpha(x, np.random.default_rng(42).random(x.shape) >= rate, *_affine(rate))


@mistake("alpha_dropout", "double-precision", DTYPE)
def alpha_double_precision(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return x
    return _alpha(x.astype(np.float64), rng.random(x.shape) >= rate, *_affine(rate))


@mistake("alpha_dropout", "works-in-place", IN_PLACE)
def alpha_works_in_place(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if training:
        saturated, a, b = _affine(rate)
        x[rng.random(x.shape) < rate] = saturated
        x *= a
        x += b
    return x


@mistake("alpha_dropout", "any-rate-accepted", RATES)
def alpha_any_rate_accepted(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> Array:
    if not training:
        return x
    saturated, q = -SELU_LAMBDA * SELU_ALPHA, 1 - rate
    a = np.float64(q + saturated**2 * q * (1 - q)) ** -0.5
    return _alpha(x, rng.random(x.shape) >= rate, saturated, a, -a * (1 - q) * saturated)


# mc_prediction

Summary = tuple[Array, Array, Array, Array]


def _entropy(p: Array) -> Array:
    return np.asarray(-np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1))


def _checked(probabilities: Array) -> None:
    if probabilities.ndim != 3 or len(probabilities) == 0:
        raise ValueError("the shape must be (samples, instances, classes)")


@mistake(
    "mc_prediction",
    "entropies-averaged",
    "Your entropy is the mean of the samples' entropies; asked for is the entropy of their "
    "*mean*. Ten samples that are each sure of another class have an average entropy of 0, and "
    "nobody could call that certain. (What you have is the second term of the mutual information.)",
)
def entropies_averaged(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    expected = _entropy(probabilities).mean(axis=0)
    return mean, probabilities.std(axis=0), expected, _entropy(mean) - expected


@mistake(
    "mc_prediction",
    "entropies-averaged-and-no-information",
    "Your entropy is the mean of the samples' entropies, and with it in place of the entropy of "
    "the *mean* the mutual information comes out as 0. Average the probabilities first, then take "
    "the entropy.",
)
def entropies_averaged_and_no_information(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    expected = _entropy(probabilities).mean(axis=0)
    return mean, probabilities.std(axis=0), expected, expected - expected


@mistake(
    "mc_prediction",
    "bits",
    "Mean and std are right; your entropies are in bits, with the logarithm to base 2. Asked for "
    "is the natural logarithm, `np.log`: yours are 1.44 times too large.",
)
def bits(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy = _entropy(mean) / np.asarray(np.log(2), probabilities.dtype)
    expected = _entropy(probabilities).mean(axis=0) / np.asarray(np.log(2), probabilities.dtype)
    return mean, probabilities.std(axis=0), np.asarray(entropy), np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "sign-forgotten",
    "Your entropies have the wrong sign: the logarithm of a probability is negative, and the "
    "minus in front of the sum makes the entropy positive.",
)
def sign_forgotten(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy, expected = -_entropy(mean), -_entropy(probabilities).mean(axis=0)
    return mean, probabilities.std(axis=0), np.asarray(entropy), np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "logarithm-of-zero",
    "All is right as long as no probability is 0. The logarithm of 0 is minus infinity, and 0 "
    "times that is NaN. A softmax in float32 does round to 0: let 0 * log(0) be 0, with "
    "`np.where` or `scipy.special.entr`.",
)
def logarithm_of_zero(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        entropy = -np.sum(mean * np.log(mean), axis=-1)
        expected = -np.sum(probabilities * np.log(probabilities), axis=-1).mean(axis=0)
    return mean, probabilities.std(axis=0), entropy, entropy - expected


@mistake(
    "mc_prediction",
    "logarithm-of-a-little-more",
    "You add a small number inside the logarithm against log(0). That works for 0, but shifts "
    "every entropy a little, and with the 1e-3 or 1e-6 that people pick the shift shows. Treat 0 "
    "alone, with `np.where`.",
)
def logarithm_of_a_little_more(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy = -np.sum(mean * np.log(mean + 1e-6), axis=-1)
    expected = -np.sum(probabilities * np.log(probabilities + 1e-6), axis=-1).mean(axis=0)
    return mean, probabilities.std(axis=0), entropy, entropy - expected


@mistake(
    "mc_prediction",
    "std-over-the-classes",
    "Your standard deviation is over the classes of the mean prediction. Asked for is how much the "
    "*samples* differ about each class: axis 0 of `probabilities`.",
)
def std_over_the_classes(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy, expected = _entropy(mean), _entropy(probabilities).mean(axis=0)
    return mean, np.asarray(mean.std(axis=-1)), entropy, np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "std-over-the-instances",
    "Your standard deviation is over the instances, axis 1, which mixes different pictures with "
    "each other. The samples are along axis 0.",
)
def std_over_the_instances(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy, expected = _entropy(mean), _entropy(probabilities).mean(axis=0)
    with np.errstate(invalid="ignore"):
        width = probabilities.shape[1] or 1
        std = np.sqrt(
            (probabilities**2).sum(axis=1) / width - (probabilities.sum(axis=1) / width) ** 2
        )
    return mean, std, entropy, np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "one-less-sample",
    "Your standard deviation divides by one less than the number of samples (`ddof=1`), and is "
    "NaN for a single one. Asked for is the plain one, that of `np.std` as it comes.",
)
def one_less_sample(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy, expected = _entropy(mean), _entropy(probabilities).mean(axis=0)
    samples = len(probabilities)
    with np.errstate(invalid="ignore", divide="ignore"):
        correction = np.sqrt(np.asarray(samples, probabilities.dtype) / np.float32(samples - 1))
        std = probabilities.std(axis=0) * correction.astype(probabilities.dtype)
    return mean, std, entropy, np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "variance",
    "You returned the variance; the standard deviation is its square root, and has the unit of a "
    "probability.",
)
def variance(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy, expected = _entropy(mean), _entropy(probabilities).mean(axis=0)
    return mean, probabilities.var(axis=0), entropy, np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "mean-over-the-instances",
    "You averaged over axis 1, the instances. The samples are along axis 0: the mean has the shape "
    "(instances, classes).",
)
def mean_over_the_instances(probabilities: Array) -> Summary:
    _checked(probabilities)
    turned = np.swapaxes(probabilities, 0, 1)
    width = max(len(turned), 1)
    mean = turned.sum(axis=0) / width
    std = np.sqrt(np.square(turned - mean).sum(axis=0) / width)
    entropy, expected = _entropy(mean), _entropy(turned).sum(axis=0) / width
    return mean, std, entropy, np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "information-turned-round",
    "Your mutual information has the wrong sign: it is the entropy of the mean less the mean of "
    "the entropies, and the former is never the smaller.",
)
def information_turned_round(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    entropy, expected = _entropy(mean), _entropy(probabilities).mean(axis=0)
    return mean, probabilities.std(axis=0), entropy, np.asarray(expected - entropy)


@mistake(
    "mc_prediction",
    "information-of-the-samples-alone",
    "You returned the mean of the samples' entropies as the mutual information. It has to be "
    "taken away from the entropy of the mean; what is left is what the samples disagree about.",
)
def information_of_the_samples_alone(probabilities: Array) -> Summary:
    _checked(probabilities)
    mean = probabilities.mean(axis=0)
    expected = _entropy(probabilities).mean(axis=0)
    return mean, probabilities.std(axis=0), _entropy(mean), np.asarray(expected)


@mistake("mc_prediction", "double-precision", DTYPE)
def mc_double_precision(probabilities: Array) -> Summary:
    _checked(probabilities)
    probabilities = probabilities.astype(np.float64)
    mean = probabilities.mean(axis=0)
    entropy, expected = _entropy(mean), _entropy(probabilities).mean(axis=0)
    return mean, probabilities.std(axis=0), entropy, np.asarray(entropy - expected)


@mistake(
    "mc_prediction",
    "shape-not-checked",
    "Your numbers are right, but an array that is not (samples, instances, classes), or has no "
    "sample, is accepted. With one prediction alone, axis 0 is the instances, and averaging over "
    "them gives numbers that look sensible. Raise ValueError.",
)
def shape_not_checked(probabilities: Array) -> Summary:
    mean = probabilities.mean(axis=0)
    entropy, expected = _entropy(mean), _entropy(probabilities).mean(axis=0)
    return mean, probabilities.std(axis=0), entropy, np.asarray(entropy - expected)


# max_norm


def _norms(weights: Array, axis: Any) -> Array:
    return np.asarray(np.sqrt(np.sum(np.square(weights), axis=axis, keepdims=True)))


@mistake("max_norm", "rows-in-place-of-columns", WRONG_AXIS)
def rows_in_place_of_columns(weights: Array, max_value: float = 2.0, axis: Any = -1) -> Array:
    return max_norm(weights, max_value, axis)


@mistake(
    "max_norm",
    "rows-whatever-the-axis",
    "Your norms are always those of the rows, along axis 1, whatever `axis` says. A dense "
    "kernel is (inputs, outputs), so one unit's incoming weights are a *column*: sum over `axis`, "
    "which is 0 unless the caller says otherwise.",
)
def rows_whatever_the_axis(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    return max_norm(weights, max_value, 1 if weights.ndim > 1 else 0)


@mistake(
    "max_norm",
    "axis-turned-round",
    "You took the norms over all axes *but* `axis`. The incoming weights of a unit lie along "
    "`axis`, so that is what the squares are summed over; what is left over are the units.",
)
def axis_turned_round(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    given = {a % weights.ndim for a in (axis if isinstance(axis, tuple) else (axis,))}
    return max_norm(weights, max_value, tuple(a for a in range(weights.ndim) if a not in given))


@mistake(
    "max_norm",
    "norm-of-the-whole-array",
    "One norm is taken of all weights together, and all are scaled by it. Each *unit* has a limit "
    "of its own: sum over `axis`, and keep the dimension with `keepdims=True`.",
)
def norm_of_the_whole_array(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    return max_norm(weights, max_value, tuple(range(weights.ndim)))


@mistake(
    "max_norm",
    "axis-ignored",
    "For a dense kernel all is right, but `axis` is ignored and 0 always used. In a convolution "
    "kernel the weights of a filter lie along (0, 1, 2), and axis 0 is its height alone.",
)
def axis_ignored(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    return max_norm(weights, max_value)


@mistake(
    "max_norm",
    "small-ones-scaled-up",
    "Units beyond the limit are right, but those within it are scaled *up* to it. A limit is not "
    "a target: divide by the norm only where it is larger than `max_value`. And a unit without "
    "weights has norm 0, which cannot be divided by.",
)
def small_ones_scaled_up(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(weights * (max_value / _norms(weights, axis)))


@mistake(
    "max_norm",
    "small-ones-scaled-up-but-zeros",
    "Units beyond the limit are right, but those within it are scaled *up* to it. A limit is not a "
    "target: divide by the norm only where it is larger than `max_value`.",
)
def small_ones_scaled_up_but_zeros(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    norms = _norms(weights, axis)
    return np.asarray(weights * (max_value / np.where(norms == 0, 1, norms)))


@mistake(
    "max_norm",
    "divided-by-zero",
    "All is right but units whose weights are all 0: you divide by their norm, and 0 / 0 is NaN. "
    "One dead unit would poison the whole network. Divide by `np.maximum(norm, max_value)`, or "
    "only where the norm is too large.",
)
def divided_by_zero(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    norms = _norms(weights, axis)
    with np.errstate(invalid="ignore"):
        return np.asarray(weights * (np.minimum(norms, max_value) / norms))


@mistake(
    "max_norm",
    "small-ones-moved-by-epsilon",
    "Like Keras, you divide by norm + 1e-7 against division by zero. Units with small weights are "
    "then scaled down as well, though they are far within the limit: the smaller, the more. The "
    "docstring asks for weights within the limit exactly as they are.",
)
def small_ones_moved_by_epsilon(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    norms = _norms(weights, axis)
    return np.asarray(weights * (np.clip(norms, 0, max_value) / (1e-7 + norms)))


@mistake(
    "max_norm",
    "squared-norm",
    "You compared and divided by the *squared* norm: a root is missing after the sum of squares.",
)
def squared_norm(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    return np.asarray(weights * (max_value / np.maximum(_norms(weights, axis) ** 2, max_value)))


@mistake(
    "max_norm",
    "limit-on-the-squared-norm",
    "The norm of your units is limited to the root of `max_value`: the sum of squares was compared "
    "with it, not the norm.",
)
def limit_on_the_squared_norm(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    return max_norm(weights, np.sqrt(max_value) if max_value > 0 else max_value, axis)


@mistake(
    "max_norm",
    "sum-of-sizes",
    "Your norm is the sum of absolute values (l1). Max-norm limits the Euclidean norm, the root "
    "of the sum of squares, which does not depend on the direction.",
)
def sum_of_sizes(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    norms = np.sum(np.abs(weights), axis=axis, keepdims=True)
    return np.asarray(weights * (max_value / np.maximum(norms, max_value)))


@mistake(
    "max_norm",
    "each-weight-clipped",
    "You clipped every weight by itself to ±max_value. That turns the direction of a unit's "
    "weights and does not limit their norm. Scale all weights of a unit by one number.",
)
def each_weight_clipped(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    return np.asarray(np.clip(weights, -max_value, max_value))


@mistake(
    "max_norm",
    "limit-forgotten-in-the-scale",
    "Units beyond the limit are scaled to norm 1; they should keep the norm `max_value`. The two "
    "are the same for a limit of 1 only.",
)
def limit_forgotten_in_the_scale(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value <= 0:
        raise ValueError("max_value")
    norms = _norms(weights, axis)
    return np.asarray(weights / np.where(norms > max_value, norms, 1))


@mistake("max_norm", "double-precision", DTYPE)
def norm_double_precision(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    return max_norm(weights.astype(np.float64), max_value, axis)


@mistake("max_norm", "works-in-place", IN_PLACE)
def norm_works_in_place(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    weights[...] = max_norm(weights, max_value, axis)
    return weights


@mistake(
    "max_norm",
    "any-limit-accepted",
    "Your weights are right, but a limit of 0 or less is accepted. Below 0 it turns the weights "
    "round or lets everything pass; 0 sets all to 0. Raise ValueError.",
)
def any_limit_accepted(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    norms = _norms(weights, axis)
    return np.asarray(weights * (max_value / np.where(norms > max_value, norms, max_value or 1)))


@mistake(
    "max_norm",
    "zero-limit-accepted",
    "Your weights are right and a negative limit is refused, but 0 is accepted, which sets every "
    "weight to 0 (or to NaN). The limit must be positive.",
)
def zero_limit_accepted(weights: Array, max_value: float = 2.0, axis: Any = 0) -> Array:
    if max_value < 0:
        raise ValueError("max_value")
    norms = _norms(weights, axis)
    return np.asarray(weights * (max_value / np.where(norms > max_value, norms, max_value or 1)))


# prune


@mistake(
    "prune",
    "by-value",
    "You pruned the smallest *values*, which are the most negative weights. -3 matters as much as "
    "3: it is the magnitude, |w|, that counts.",
)
def by_value(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    mask: Mask = np.ones(weights.shape, bool)
    mask.flat[np.argsort(weights, axis=None, kind="stable")[: round(sparsity * weights.size)]] = (
        False
    )
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake(
    "prune",
    "share-kept",
    "You kept the share `sparsity` and pruned the rest. A sparsity of 0.9 means that nine tenths "
    "of the weights are 0.",
)
def share_kept(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    return prune(weights, 1 - sparsity)


@mistake(
    "prune",
    "largest-pruned",
    "The number is right, but the *largest* magnitudes went. It is the small weights that a "
    "network can do without; `np.argsort` puts them first.",
)
def largest_pruned(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    mask: Mask = np.ones(weights.shape, bool)
    order = np.argsort(-np.abs(weights), axis=None, kind="stable")
    mask.flat[order[: round(sparsity * weights.size)]] = False
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake(
    "prune",
    "row-by-row",
    "You pruned each row by itself, to the same share. A row of large weights then loses some that "
    "matter, and a row of small ones keeps some that do not. All entries of the array compete "
    "together.",
)
def row_by_row(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    rows = weights.reshape(-1, weights.shape[-1]) if weights.ndim else weights.reshape(1, 1)
    mask: Mask = np.ones(rows.shape, bool)
    number = round(sparsity * rows.shape[1])
    order = np.argsort(np.abs(rows), axis=1, kind="stable")
    np.put_along_axis(mask, order[:, :number], False, axis=1)
    mask = mask.reshape(weights.shape)
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake(
    "prune",
    "below-the-quantile",
    "You set to 0 what is below a quantile of the magnitudes. `np.quantile` interpolates, so the "
    "number is not always exact, and with ties (many weights of one size, or 0 already) it is far "
    "off. Sort, and take as many as are needed.",
)
def below_the_quantile(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    sizes = np.abs(weights)
    mask = np.asarray(sizes >= np.quantile(sizes, sparsity)) if sizes.size else sizes > 0
    return np.where(mask, weights, 0).astype(weights.dtype), np.asarray(mask)


@mistake(
    "prune",
    "up-to-the-threshold",
    "Without ties you are right. But you set to 0 *everything* that is as small as the last "
    "weight that has to go, so of weights with one and the same magnitude all go, and the number "
    "is too large. Take exactly as many as are needed, those that come first.",
)
def up_to_the_threshold(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    number = round(sparsity * weights.size)
    sizes = np.abs(weights)
    mask: Mask = np.ones(weights.shape, bool)
    if number:
        mask = np.asarray(sizes > np.sort(sizes, axis=None)[number - 1])
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake(
    "prune",
    "number-cut-off",
    "The right weights go, but sometimes one too few: `int(...)` cuts off where the docstring "
    "rounds. 0.29 * 100 is 28.999999999999996 on a computer.",
)
def number_cut_off(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    mask: Mask = np.ones(weights.shape, bool)
    order = np.argsort(np.abs(weights), axis=None, kind="stable")
    mask.flat[order[: int(sparsity * weights.size)]] = False
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake(
    "prune",
    "number-rounded-up",
    "The right weights go, but sometimes one too many: the number is rounded up where the "
    "docstring rounds to the nearest.",
)
def number_rounded_up(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    mask: Mask = np.ones(weights.shape, bool)
    order = np.argsort(np.abs(weights), axis=None, kind="stable")
    mask.flat[order[: int(np.ceil(sparsity * weights.size))]] = False
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake(
    "prune",
    "last-of-ties-first",
    "Without ties you are right. Of weights with one magnitude, the *later* ones go first in "
    "yours; the docstring asks for the earlier ones, so that everybody's result is the same. Sort "
    'upwards, with `kind="stable"`.',
)
def last_of_ties_first(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    mask: Mask = np.ones(weights.shape, bool)
    order = np.argsort(-np.abs(weights), axis=None, kind="stable")[::-1]
    mask.flat[order[: round(sparsity * weights.size)]] = False
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake(
    "prune",
    "mask-of-what-is-pruned",
    "The right weights go, but your mask is the wrong way round: True is for what is *kept*, so "
    "that weights * mask is the pruned array.",
)
def mask_of_what_is_pruned(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    pruned, mask = prune(weights, sparsity)
    return pruned, ~mask


@mistake(
    "prune",
    "mask-of-what-is-not-zero",
    "Without weights that are 0 from the start you are right. But your mask says for which "
    "weights the result is not 0, so a weight that was 0 already, and was not pruned, is called "
    "pruned. Keep the mask that you pruned with.",
)
def mask_of_what_is_not_zero(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    pruned, _ = prune(weights, sparsity)
    return pruned, np.asarray(pruned != 0)


@mistake(
    "prune",
    "mask-of-numbers",
    "The right weights go, but your mask holds numbers, and one of True and False was asked for.",
)
def prune_mask_of_numbers(weights: Array, sparsity: float) -> tuple[Array, Any]:
    pruned, mask = prune(weights, sparsity)
    return pruned, np.asarray(mask.astype(weights.dtype))


@mistake(
    "prune",
    "weights-that-are-zero-not-counted",
    "Weights that are 0 already are left out of the count: you prune a share of the others on "
    "top. The result is sparser than was asked for. All entries count, and zeros are the first to "
    "go.",
)
def weights_that_are_zero_not_counted(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    if not 0 <= sparsity <= 1:
        raise ValueError("sparsity")
    mask = np.asarray(weights != 0)
    others = np.flatnonzero(mask)
    order = np.argsort(np.abs(weights.flat[others]), kind="stable")
    mask.flat[others[order[: round(sparsity * others.size)]]] = False
    return np.where(mask, weights, 0).astype(weights.dtype), mask


@mistake("prune", "double-precision", DTYPE)
def prune_double_precision(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    return prune(weights.astype(np.float64), sparsity)


@mistake("prune", "works-in-place", IN_PLACE)
def prune_works_in_place(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    _, mask = prune(weights, sparsity)
    weights[~mask] = 0
    return weights, mask


@mistake(
    "prune",
    "any-sparsity-accepted",
    "The right weights go, but a sparsity below 0 or above 1 is accepted. 90, meant as a "
    "percentage, prunes everything without a word. Raise ValueError.",
)
def any_sparsity_accepted(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    return prune(weights, min(max(sparsity, 0.0), 1.0))


# ElasticNet: stand-ins in NumPy, since the judge does without Keras.


class Regulariser:
    """A penalty and its slope in NumPy, which the probes can ask as they ask Keras's own."""

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        if l1 < 0 or l2 < 0:
            raise ValueError("the factors must not be negative")
        self.l1, self.l2 = l1, l2

    def penalty(self, x: Array) -> Any:
        return self.l1 * np.sum(np.abs(x)) + self.l2 * np.sum(np.square(x))

    def slope(self, x: Array) -> Array | None:
        return np.asarray(self.l1 * np.sign(x) + 2 * self.l2 * x)

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
    def penalty(self, x: Array) -> Any:
        return self.l1 * np.sum(np.abs(x)) + self.l2 * np.sum(np.square(x)) / 2

    def slope(self, x: Array) -> Array | None:
        return np.asarray(self.l1 * np.sign(x) + self.l2 * x)


@mistake(
    "ElasticNet",
    "averaged",
    "You averaged over the weights instead of adding them up: `keras.ops.mean` in place of "
    "`keras.ops.sum`. The penalty of a large layer then hardly counts.",
)
class Averaged(Regulariser):
    def penalty(self, x: Array) -> Any:
        return super().penalty(x) / x.size

    def slope(self, x: Array) -> Array | None:
        return np.asarray((self.l1 * np.sign(x) + 2 * self.l2 * x) / x.size)


@mistake(
    "ElasticNet",
    "factors-exchanged",
    "The two factors are exchanged: `l1` belongs to the absolute values, `l2` to the squares.",
)
class FactorsExchanged(Regulariser):
    def penalty(self, x: Array) -> Any:
        return self.l2 * np.sum(np.abs(x)) + self.l1 * np.sum(np.square(x))

    def slope(self, x: Array) -> Array | None:
        return np.asarray(self.l2 * np.sign(x) + 2 * self.l1 * x)


@mistake(
    "ElasticNet",
    "absolute-value-forgotten",
    "The l1 part adds up the weights themselves, not their absolute values: negative weights are "
    "rewarded, and the penalty has no bottom.",
)
class AbsoluteValueForgotten(Regulariser):
    def penalty(self, x: Array) -> Any:
        return self.l1 * np.sum(x) + self.l2 * np.sum(np.square(x))

    def slope(self, x: Array) -> Array | None:
        return np.asarray(self.l1 + 2 * self.l2 * x)


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
    def slope(self, x: Array) -> Array | None:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(self.l1 * (x / np.abs(x)) + 2 * self.l2 * x)


@mistake(
    "ElasticNet",
    "larger-of-both-signs",
    "Your penalty is right, but `maximum(w, -w)` in place of |w| has the slope 1 at 0 in Keras, "
    "not 0: weights would be pushed off 0 again and again. Use `keras.ops.abs`.",
)
class LargerOfBothSigns(Regulariser):
    def slope(self, x: Array) -> Array | None:
        return np.asarray(self.l1 * np.where(x >= 0, 1, -1) + 2 * self.l2 * x, dtype=x.dtype)


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

    def norms(self, w: Array) -> Array:
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        return np.asarray(np.sqrt(np.sum(np.square(w), axis=axis, keepdims=True)))

    def projected(self, w: Array) -> Array:
        return np.asarray(w * (self.max_value / np.maximum(self.norms(w), self.max_value)))

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
    def norms(self, w: Array) -> Array:
        return np.asarray(np.sqrt(np.sum(np.square(w), axis=1, keepdims=True)))


@mistake(
    "MaxNorm",
    "axis-ignored",
    "For a dense kernel all is right, but `axis` is not used: the norm is always along axis 0. "
    "Pass `axis=self.axis` to `keras.ops.sum`.",
)
class AxisIgnored(Constraint):
    def norms(self, w: Array) -> Array:
        return np.asarray(np.sqrt(np.sum(np.square(w), axis=0, keepdims=True)))


@mistake(
    "MaxNorm",
    "norm-of-the-whole-array",
    "One norm is taken of all weights together. Each unit has a limit of its own: pass `axis` and "
    "`keepdims=True` to the sum.",
)
class NormOfTheWholeArray(Constraint):
    def norms(self, w: Array) -> Array:
        return np.asarray(np.sqrt(np.sum(np.square(w))))


@mistake(
    "MaxNorm",
    "small-ones-scaled-up",
    "Every unit is scaled *to* the limit, also those within it: that is a unit-norm constraint. "
    "Scale only where the norm is larger than `max_value`.",
)
class SmallOnesScaledUp(Constraint):
    def projected(self, w: Array) -> Array:
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.asarray(w * (self.max_value / self.norms(w)))


@mistake(
    "MaxNorm",
    "divided-by-zero",
    "All is right but units whose weights are all 0: you divide by their norm, and 0 / 0 is NaN. "
    "One dead unit would poison the whole network.",
)
class DividedByZero(Constraint):
    def projected(self, w: Array) -> Array:
        norms = self.norms(w)
        with np.errstate(invalid="ignore"):
            return np.asarray(w * (np.minimum(norms, self.max_value) / norms))


@mistake(
    "MaxNorm",
    "small-ones-moved-by-epsilon",
    "Like Keras's own, yours divides by norm + epsilon, so units with small weights are scaled "
    "down, though they are within the limit. The docstring asks for weights within the limit as "
    "they are: divide by `keras.ops.maximum(norm, max_value)`.",
)
class SmallOnesMovedByEpsilon(Constraint):
    def projected(self, w: Array) -> Array:
        norms = self.norms(w)
        return np.asarray(w * (np.clip(norms, 0, self.max_value) / (1e-7 + norms)))


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
