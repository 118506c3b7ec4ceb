"""Wrong activation functions that people really write.

Each is written as a student writes it, for the notebook's own names (`erf`, `elu` and the rest),
and is otherwise complete: it differs from a right answer in the one point it is about.
"""
# ruff: noqa: D103 - a mistake's explanation says what it does
# ruff: noqa: NPY002 - one of the mistakes is to use NumPy's global generator

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.api import mistake
from solutions.activations import Array, elu, elu_derivative, erf, mish, selu_constants, swish

# Some of the mistakes are what NumPy warns of; a student sees the warning, the judge need not.
QUIET: dict[str, Any] = {"all": "ignore"}

IN_PLACE = (
    "Your values are right, but the input is not what it was: you write into `x` itself. Whoever "
    "called you still needs it, above all the way back, which takes the derivative at the same "
    "`x`. Make the result with `np.where`, or start from `x.copy()`."
)
DOUBLE = (
    "Your values are right, but float32 goes in and float64 comes out: twice the memory, and every "
    "layer after this one is in double precision too. `np.zeros(shape)` is float64 unless it is "
    "given `x.dtype`; so is `np.where(condition, 1.0, 0.5)`, and so is everything that a NumPy "
    "float64 number has been multiplied with. "
    "Convert the result to `x.dtype`."
)
MASKED = (
    "Around 0 you are right, but for large inputs NaN comes out. You choose the branch by "
    "multiplying with 0 or 1, and the exponential that is not needed has overflowed there: "
    "0 times infinity is NaN, not 0. `np.where` picks a value without multiplying; better still, "
    "cut the input with `np.minimum(x, 0)`, so that nothing overflows in the first place."
)
EXCHANGED = (
    "Your two branches are exchanged: positive inputs are treated as negative ones should be, and "
    "the other way round. In `np.where(condition, a, b)` the first value is for where the "
    "condition holds."
)
AT_ZERO = (
    "Everywhere else you are right, but at 0 itself you give the slope from the right. The "
    "docstring puts 0 with the negative side: compare with `x > 0`, not `x >= 0`. It is a matter "
    "of convention, but many inputs are exactly 0 (after a ReLU, or with padding), and two "
    "implementations that disagree there train differently."
)
IGNORED = (
    "Your results do not depend on `{0}`: with the default you are right, but the argument is "
    "never used. Put the name where you have the number."
)
KERAS_SLOPE = (
    "With a slope that is passed you are right; without one you use 0.2 (Keras's function; Keras's "
    "layer has 0.3). Libraries differ here, which is why a paper should state its slope. The "
    "docstring asks for the default of the first paper, 0.01."
)
FROM_OUTPUT = (
    "You take the derivative at f(x) where it should be taken at x: the function is applied twice. "
    "The argument of a derivative is the *input* of the activation. (On the positive side of an "
    "ELU both are the same, which is why it looks right at first.)"
)
FUNCTION = (
    "This is the function, not its derivative: for a positive x you return x (or nearly) where the "
    "slope, 1 or nearly, is asked for. Differentiate each branch."
)
TRUNCATED = (
    "You typed constants with a few digits. The values are off by up to one part in ten thousand, "
    "which no test on a picture would show, and `selu_constants` gives you all sixteen digits."
)
LOGISTIC_OVERFLOW = (
    "Around 0 you are right, but for large positive inputs NaN comes out: exp(t) / (1 + exp(t)) is "
    "infinity over infinity there. 1 / (1 + exp(-t)) is the same function and has no such place: "
    "where it overflows, 1 over infinity is the 0 that is wanted."
)


# leaky_relu


@mistake(
    "leaky_relu",
    "slope-forgotten",
    "This is plain ReLU: negative inputs give 0, whatever `alpha` says. The leak is the whole "
    "point. A unit whose input is negative for all examples gets no gradient through a ReLU and "
    "never recovers; through a slope, however small, it can.",
)
def slope_forgotten(x: Array, alpha: float = 0.01) -> Any:
    return np.maximum(x, 0)


@mistake(
    "leaky_relu",
    "maximum-of-both",
    "For slopes up to 1 you are right. max(x, alpha x) picks the larger of the two lines, and for "
    "alpha > 1 that is the wrong one on both sides. Choose by the sign of x: `np.where(x > 0, "
    "...)`, or max(x, 0) + alpha min(x, 0).",
)
def maximum_of_both(x: Array, alpha: float = 0.01) -> Any:
    return np.maximum(x, alpha * x)


@mistake(
    "leaky_relu",
    "sign-lost",
    "Your negative inputs come out positive: the function bends up on the left like an absolute "
    "value. For x <= 0 the value is alpha x, which is negative; there is no minus sign in it.",
)
def sign_lost(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, x, -alpha * x)


@mistake("leaky_relu", "branches-exchanged", EXCHANGED)
def leaky_exchanged(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, alpha * x, x)


@mistake(
    "leaky_relu",
    "slope-as-value",
    "For negative inputs you return alpha itself, the same number for all of them. alpha is the "
    "*slope*: the value is alpha x.",
)
def slope_as_value(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, x, alpha).astype(x.dtype)


@mistake(
    "leaky_relu",
    "divided",
    "You divide by alpha where it multiplies. Xu and colleagues write leaky ReLU as x / a, with a "
    "as large as 100; here alpha is the slope itself. Yours makes negative inputs a hundred times "
    "larger instead of smaller.",
)
def divided(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, x, x / alpha)


@mistake("leaky_relu", "default-of-keras", KERAS_SLOPE)
def leaky_keras(x: Array, alpha: float = 0.2) -> Any:
    return np.where(x > 0, x, alpha * x)


@mistake("leaky_relu", "alpha-ignored", IGNORED.format("alpha"))
def leaky_ignored(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, x, 0.01 * x)


@mistake("leaky_relu", "in-place", IN_PLACE)
def leaky_in_place(x: Array, alpha: float = 0.01) -> Any:
    x[x < 0] *= alpha
    return x


@mistake("leaky_relu", "double-precision", DOUBLE)
def leaky_double(x: Array, alpha: float = 0.01) -> Any:
    result = np.zeros(x.shape)
    result[x > 0] = x[x > 0]
    result[x <= 0] = alpha * x[x <= 0]
    return result


# leaky_relu_derivative


@mistake(
    "leaky_relu_derivative",
    "slope-forgotten",
    "This is the derivative of plain ReLU: 0 for negative inputs. Then nothing comes back through "
    "a unit that is off, and the leak of the forward pass was for nothing. For x <= 0 the slope of "
    "alpha x is alpha.",
)
def derivative_of_relu(x: Array, alpha: float = 0.01) -> Any:
    return (x > 0).astype(x.dtype)


@mistake("leaky_relu_derivative", "one-at-zero", AT_ZERO)
def leaky_one_at_zero(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x >= 0, 1.0, alpha).astype(x.dtype)


@mistake(
    "leaky_relu_derivative",
    "nothing-at-zero",
    "At 0 itself you return 0, and everywhere else you are right. A function made of two lines has "
    "two slopes at the kink, 1 and alpha, and 0 is neither of them. The docstring asks for alpha: "
    "every x that is not > 0 belongs to that branch.",
)
def leaky_nothing_at_zero(x: Array, alpha: float = 0.01) -> Any:
    return ((x > 0) + alpha * (x < 0)).astype(x.dtype)


@mistake(
    "leaky_relu_derivative",
    "mean-at-zero",
    "At 0 itself you return (1 + alpha) / 2, the mean of both slopes. That is one of the choices "
    "that can be defended there, but the docstring asks for alpha, as TensorFlow has it.",
)
def leaky_mean_at_zero(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, 1.0, np.where(x < 0, alpha, (1 + alpha) / 2)).astype(x.dtype)


@mistake("leaky_relu_derivative", "function-itself", FUNCTION)
def leaky_itself(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, x, alpha * x)


@mistake(
    "leaky_relu_derivative",
    "half-differentiated",
    "Your positive side is right. On the negative side you return alpha x, which is the function; "
    "its slope is alpha, the same for all negative inputs.",
)
def half_differentiated(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, 1.0, alpha * x).astype(x.dtype)


@mistake(
    "leaky_relu_derivative",
    "negative-slope",
    "On the negative side you return -alpha. What is negative there is x and so f(x); the function "
    "still rises, with slope +alpha.",
)
def negative_slope(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, 1.0, -alpha).astype(x.dtype)


@mistake("leaky_relu_derivative", "branches-exchanged", EXCHANGED)
def leaky_derivative_exchanged(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, alpha, 1.0).astype(x.dtype)


@mistake(
    "leaky_relu_derivative",
    "mask-of-the-result",
    "You fill in the result in two steps, and the second mask looks at what the first has written: "
    "`d[d <= 0] = alpha` makes those entries positive, and `d[d > 0] = 1` then overwrites them. "
    "Take both masks from `x`.",
)
def mask_of_the_result(x: Array, alpha: float = 0.01) -> Any:
    d = x.copy()
    d[d <= 0] = alpha
    d[d > 0] = 1
    return d


@mistake("leaky_relu_derivative", "default-of-keras", KERAS_SLOPE)
def leaky_derivative_keras(x: Array, alpha: float = 0.2) -> Any:
    return np.where(x > 0, 1.0, alpha).astype(x.dtype)


@mistake("leaky_relu_derivative", "in-place", IN_PLACE)
def leaky_derivative_in_place(x: Array, alpha: float = 0.01) -> Any:
    positive = x > 0
    x[positive] = 1
    x[~positive] = alpha
    return x


@mistake("leaky_relu_derivative", "double-precision", DOUBLE)
def leaky_derivative_double(x: Array, alpha: float = 0.01) -> Any:
    return np.where(x > 0, 1.0, alpha)


# prelu


@mistake(
    "prelu",
    "maximum-of-both",
    "For slopes between 0 and 1 you are right, and training starts there. But the slopes are "
    "learnt, and nothing keeps them between 0 and 1: max(x, alpha x) is the wrong line as soon as "
    "a slope exceeds 1. Choose by the sign of x, as the formula max(x, 0) + alpha min(x, 0) does.",
)
def prelu_maximum(x: Array, alpha: Array) -> Any:
    return np.maximum(x, alpha * x)


@mistake(
    "prelu",
    "sign-lost",
    "Your negative inputs come out with the wrong sign: you multiply alpha with the size of x. "
    "Below 0 the value is alpha x = alpha min(x, 0).",
)
def prelu_sign(x: Array, alpha: Array) -> Any:
    return np.maximum(x, 0) + alpha * np.maximum(-x, 0)


@mistake(
    "prelu",
    "slope-forgotten",
    "Negative inputs give 0, which is plain ReLU: `alpha` is not used. Then it gets no gradient "
    "either, and would stay as it was initialised for ever.",
)
def prelu_relu(x: Array, alpha: Array) -> Any:
    return np.maximum(x, 0)


@mistake(
    "prelu",
    "slopes-averaged",
    "You use one slope everywhere, the mean of `alpha`. Every channel has its own, and they drift "
    "apart in training: He and colleagues found large slopes in the first layer and small ones "
    "further up. Let NumPy broadcast `alpha` against `x`.",
)
def slopes_averaged(x: Array, alpha: Array) -> Any:
    return np.maximum(x, 0) + alpha.mean() * np.minimum(x, 0)


@mistake(
    "prelu",
    "channels-first",
    "For inputs of shape (examples, units) you are right; for images you line the slopes up with "
    "axis 1. That is PyTorch's layout. Here, as in Keras, channels come last, where NumPy's "
    "broadcasting lines them up by itself: no reshaping is needed.",
)
def channels_first(x: Array, alpha: Array) -> Any:
    if alpha.ndim == 1 and x.ndim > 2:
        alpha = alpha.reshape((-1,) + (1,) * (x.ndim - 2))
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


@mistake(
    "prelu",
    "slopes-clipped",
    "Slopes between 0 and 1 come out right, others are cut off there. He and colleagues put no "
    "bounds on them on purpose, and a clipped slope would have no gradient beyond the bound. "
    "Use `alpha` as it is.",
)
def slopes_clipped(x: Array, alpha: Array) -> Any:
    return np.maximum(x, 0) + np.clip(alpha, 0, 1) * np.minimum(x, 0)


@mistake(
    "prelu",
    "slope-on-both-sides",
    "You multiply positive inputs by alpha as well. The function is then a straight line, and a "
    "network of straight lines is one straight line. Only the part below 0 gets the slope.",
)
def slope_on_both_sides(x: Array, alpha: Array) -> Any:
    return alpha * x


@mistake("prelu", "branches-exchanged", EXCHANGED)
def prelu_exchanged(x: Array, alpha: Array) -> Any:
    return np.where(x > 0, alpha * x, x)


@mistake("prelu", "in-place", IN_PLACE)
def prelu_in_place(x: Array, alpha: Array) -> Any:
    return np.multiply(x, alpha, out=x, where=x < 0)


@mistake("prelu", "double-precision", DOUBLE)
def prelu_double(x: Array, alpha: Array) -> Any:
    slopes = np.ones(x.shape)
    slopes[x <= 0] = np.broadcast_to(alpha, x.shape)[x <= 0]
    return slopes * x


# prelu_gradients


def _shared(terms: Array, alpha: Array) -> Any:
    """Return the sum of `terms` over the entries that share a slope."""
    missing = terms.ndim - alpha.ndim
    terms = terms.sum(axis=tuple(range(missing)))
    kept = tuple(axis for axis, size in enumerate(alpha.shape) if size == 1)
    return terms.sum(axis=kept, keepdims=True).reshape(alpha.shape)


@mistake(
    "prelu_gradients",
    "upstream-forgotten-for-slopes",
    "dL/dx is right. For dL/dalpha you sum min(x, 0), which is the derivative of the *output*. The "
    "loss sees each output through its upstream gradient: by the chain rule every term is "
    "multiplied by `upstream` before the sum.",
)
def upstream_forgotten_for_slopes(x: Array, alpha: Array, upstream: Array) -> Any:
    return upstream * np.where(x > 0, 1.0, alpha), _shared(np.minimum(x, 0), alpha)


@mistake(
    "prelu_gradients",
    "upstream-forgotten-for-input",
    "dL/dalpha is right. As dL/dx you return the slopes, which is dy/dx. The chain rule multiplies "
    "them by `upstream`, what the layers above have sent back.",
)
def upstream_forgotten_for_input(x: Array, alpha: Array, upstream: Array) -> Any:
    return np.where(x > 0, 1.0, alpha), _shared(upstream * np.minimum(x, 0), alpha)


@mistake(
    "prelu_gradients",
    "mean-for-sum",
    "dL/dx is right. For dL/dalpha you take the mean over the entries that share a slope. A "
    "change of the slope changes all of their outputs, and the changes of the loss add up: it is "
    "a sum. If the loss is a mean over the batch, `upstream` contains that division already.",
)
def mean_for_sum(x: Array, alpha: Array, upstream: Array) -> Any:
    total = _shared(upstream * np.minimum(x, 0), alpha)
    return upstream * np.where(x > 0, 1.0, alpha), total * alpha.size / x.size


@mistake(
    "prelu_gradients",
    "not-summed",
    "dL/dx is right. Your dL/dalpha has the shape of `x`: one number for every entry, where "
    "one for every slope is needed. Add up the entries that share a slope; an optimiser can only "
    "subtract a gradient of the shape of `alpha`.",
)
def not_summed(x: Array, alpha: Array, upstream: Array) -> Any:
    return upstream * np.where(x > 0, 1.0, alpha), upstream * np.minimum(x, 0)


@mistake(
    "prelu_gradients",
    "summed-over-the-batch-only",
    "For inputs of shape (examples, units) you are right. You sum over the first axis and nothing "
    "else, but a slope per channel of an image is shared by all positions too: sum over every axis "
    "along which `alpha` was broadcast.",
)
def summed_over_the_batch_only(x: Array, alpha: Array, upstream: Array) -> Any:
    return upstream * np.where(x > 0, 1.0, alpha), np.sum(upstream * np.minimum(x, 0), axis=0)


@mistake(
    "prelu_gradients",
    "summed-up-to-the-last-axis",
    "For a slope per channel you are right. You always sum over all axes but the last, whatever "
    "the shape of `alpha`. One slope for everything takes the sum over all axes; a slope for every "
    "unit of an image, only that over the examples. Work out the axes from the shapes.",
)
def summed_up_to_the_last_axis(x: Array, alpha: Array, upstream: Array) -> Any:
    total = np.sum(upstream * np.minimum(x, 0), axis=tuple(range(x.ndim - 1)))
    return upstream * np.where(x > 0, 1.0, alpha), total


@mistake(
    "prelu_gradients",
    "summed-to-one-number",
    "dL/dx is right. Your dL/dalpha is a single number: you added up the entries of all channels. "
    "Every slope has a gradient of its own, the sum over the entries that use *this* slope.",
)
def summed_to_one_number(x: Array, alpha: Array, upstream: Array) -> Any:
    return upstream * np.where(x > 0, 1.0, alpha), np.sum(upstream * np.minimum(x, 0))


@mistake(
    "prelu_gradients",
    "axes-kept",
    "The numbers of dL/dalpha are right, but its shape has axes of size 1 that `alpha` does not "
    "have (`keepdims=True`). Subtracted from `alpha`, it would broadcast the slopes to a new "
    "shape. Reshape it to `alpha.shape`.",
)
def axes_kept(x: Array, alpha: Array, upstream: Array) -> Any:
    total = _shared(upstream * np.minimum(x, 0), alpha)
    kept = total.reshape((1,) * (x.ndim - alpha.ndim) + alpha.shape)
    return upstream * np.where(x > 0, 1.0, alpha), kept


@mistake(
    "prelu_gradients",
    "positive-side-counted",
    "dL/dx is right. Into dL/dalpha you also count the positive inputs, which do not depend on the "
    "slope at all: where x > 0 the output is x. The terms are g min(x, 0), not g x.",
)
def positive_side_counted(x: Array, alpha: Array, upstream: Array) -> Any:
    return upstream * np.where(x > 0, 1.0, alpha), _shared(upstream * x, alpha)


@mistake(
    "prelu_gradients",
    "sign-of-slopes",
    "dL/dx is right; dL/dalpha has the wrong sign, because you took the size of the negative "
    "inputs. Its terms are g x where x <= 0, and x is negative there. With the sign turned round, "
    "every step of learning makes the slopes worse.",
)
def sign_of_slopes(x: Array, alpha: Array, upstream: Array) -> Any:
    return upstream * np.where(x > 0, 1.0, alpha), _shared(upstream * np.maximum(-x, 0), alpha)


@mistake(
    "prelu_gradients",
    "output-for-input",
    "dL/dx is right. In dL/dalpha you multiply by the output alpha x; the derivative of alpha x "
    "with respect to alpha is x alone.",
)
def output_for_input(x: Array, alpha: Array, upstream: Array) -> Any:
    terms = upstream * np.where(x > 0, 0.0, alpha * x)
    return upstream * np.where(x > 0, 1.0, alpha), _shared(terms, alpha)


@mistake(
    "prelu_gradients",
    "order-exchanged",
    "Both gradients are right, but they come back in the wrong order: first the one with respect "
    "to `x`, then that with respect to `alpha`, as the arguments stand.",
)
def order_exchanged(x: Array, alpha: Array, upstream: Array) -> Any:
    return _shared(upstream * np.minimum(x, 0), alpha), upstream * np.where(x > 0, 1.0, alpha)


@mistake("prelu_gradients", "one-at-zero", AT_ZERO)
def prelu_one_at_zero(x: Array, alpha: Array, upstream: Array) -> Any:
    slopes = np.where(x >= 0, 1.0, alpha)
    return upstream * slopes, _shared(upstream * np.minimum(x, 0), alpha)


@mistake(
    "prelu_gradients",
    "gradient-of-relu",
    "dL/dalpha is right. Your dL/dx is 0 wherever x is negative, as for plain ReLU. The output "
    "there is alpha x, so alpha times the upstream gradient passes; this is what keeps "
    "the unit alive.",
)
def gradient_of_relu(x: Array, alpha: Array, upstream: Array) -> Any:
    return upstream * (x > 0), _shared(upstream * np.minimum(x, 0), alpha)


@mistake(
    "prelu_gradients",
    "in-place",
    "Both gradients are right, but `upstream` is not what it was: you multiply it by the slopes in "
    "place. Where two branches of a network meet, both are given the same upstream array, and the "
    "second one then starts from a wrong gradient. Write `upstream * slopes`, not `upstream *= "
    "slopes`.",
)
def gradients_in_place(x: Array, alpha: Array, upstream: Array) -> Any:
    of_slopes = _shared(upstream * np.minimum(x, 0), alpha)
    upstream *= np.where(x > 0, 1.0, alpha)
    return upstream, of_slopes


@mistake("prelu_gradients", "double-precision", DOUBLE)
def gradients_double(x: Array, alpha: Array, upstream: Array) -> Any:
    slopes, below = np.ones(x.shape), np.zeros(x.shape)
    slopes[x <= 0] = np.broadcast_to(alpha, x.shape)[x <= 0]
    below[x <= 0] = x[x <= 0]
    return upstream * slopes, _shared(upstream * below, alpha)


# rrelu_slopes


def _check(lower: float, upper: float) -> None:
    if lower > upper:
        raise ValueError("lower must not exceed upper")


@mistake(
    "rrelu_slopes",
    "one-slope-for-all",
    "In training you draw one slope and use it for every entry. The noise is then the same "
    "everywhere, and the network can follow it. Every entry draws its own: give `rng.uniform` the "
    "shape of `x`.",
)
def one_slope_for_all(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(lower, upper) if training else (lower + upper) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "one-slope-per-channel",
    "In training you draw one slope per channel, as PReLU has one. Here nothing is learnt, and the "
    "slopes are noise: every entry of every example draws its own. Give `rng.uniform` the "
    "whole shape of `x`.",
)
def one_slope_per_channel(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(lower, upper, x.shape[-1:]) if training else (lower + upper) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "random-at-inference",
    "Your training is right, but at inference the slopes are random too, so the same input gives "
    "another prediction each time. With `training=False` the slope of every negative entry "
    "is the mean, (lower + upper) / 2.",
)
def random_at_inference(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    return np.where(x > 0, 1.0, rng.uniform(lower, upper, x.shape)).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "never-random",
    "Inference is right, but in training you use the mean slope as well, which is a plain leaky "
    "ReLU. The random slopes of training are what regularises: with `training=True` draw one "
    "for every entry.",
)
def never_random(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    return np.where(x > 0, 1.0, (lower + upper) / 2).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "training-turned-round",
    "Training and inference are exchanged: you draw when `training` is False, and use the mean "
    "when it is True.",
)
def training_turned_round(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = (lower + upper) / 2 if training else rng.uniform(lower, upper, x.shape)
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "drawn-at-inference",
    "All your slopes are right, but at inference you still draw from `rng`, and then do not use "
    "the numbers. The generator has moved on all the same, so that evaluating a network in the "
    "middle of its training changes how the training goes on. Draw only if `training` is true.",
)
def drawn_at_inference(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    drawn = rng.uniform(lower, upper, x.shape)
    below = drawn if training else (lower + upper) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "random-on-both-sides",
    "Positive inputs get a random slope too. A positive input passes unchanged, with slope 1; only "
    "what is not positive is scaled at random.",
)
def random_on_both_sides(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    if training:
        return rng.uniform(lower, upper, x.shape).astype(x.dtype)
    return np.where(x > 0, 1.0, (lower + upper) / 2).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "reciprocal-of-a-draw",
    "Your slopes have the right bounds, but not the right law: you divide by a number that is "
    "uniform between 1 / upper and 1 / lower. Xu and colleagues do so in their experiments, with "
    "U(3, 8); it makes small slopes more likely, and the mean another one. Asked for, as in their "
    "definition and in PyTorch, is a slope that is uniform itself.",
)
def reciprocal_of_a_draw(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    low, high = 1 / upper, 1 / lower
    divisor = rng.uniform(low, high, x.shape) if training else (low + high) / 2
    return np.where(x > 0, 1.0, 1 / divisor).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "lower-at-inference",
    "Your training is right; at inference you use `lower` as the slope. The inference network "
    "should be the average of the training networks, so its slope is the mean of the law, "
    "(lower + upper) / 2.",
)
def lower_at_inference(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(lower, upper, x.shape) if training else lower
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "half-the-width-at-inference",
    "Your training is right; at inference you use (upper - lower) / 2, which is half the width of "
    "the interval. Its middle, the mean of the law, is (lower + upper) / 2.",
)
def half_the_width_at_inference(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(lower, upper, x.shape) if training else (upper - lower) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "bounds-ignored",
    "With the default bounds you are right, but `lower` and `upper` are never used: you draw from "
    "U(1/8, 1/3) whatever is asked for.",
)
def bounds_ignored(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(1 / 8, 1 / 3, x.shape) if training else (1 / 8 + 1 / 3) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "normal-slopes",
    "Your slopes have the right mean and spread, but they are normal: some lie outside the bounds, "
    "and those in the middle are too many. `rng.uniform(lower, upper, x.shape)` draws what is "
    "asked for.",
)
def normal_slopes(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below: Any = (lower + upper) / 2
    if training:
        below = rng.normal(below, (upper - lower) / math.sqrt(12), x.shape)
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "generator-ignored",
    "Your random numbers do not come from `rng`: the same generator state gave other slopes. "
    "A result that cannot be repeated cannot be debugged or published, so every draw must be a "
    "method of `rng`; look for `np.random.` in the body, or a generator made there.",
)
def generator_ignored(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = np.random.uniform(lower, upper, x.shape) if training else (lower + upper) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "fixed-seed",
    "Your slopes are the same in every call and whatever generator is passed, because one with a "
    "fixed seed is made inside the function. Noise that never changes is no noise: the network "
    "learns it by heart. Draw from `rng`.",
)
def fixed_seed(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    own = np.random.default_rng(0)
    below = own.uniform(lower, upper, x.shape) if training else (lower + upper) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


@mistake(
    "rrelu_slopes",
    "output-returned",
    "You return the output of the activation, slopes times x. The slopes themselves are asked "
    "for: the way back needs them, and they cannot be drawn a second time.",
)
def output_returned(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(lower, upper, x.shape) if training else (lower + upper) / 2
    return np.where(x > 0, x, below * x).astype(x.dtype)


@mistake("rrelu_slopes", "one-at-zero", AT_ZERO)
def rrelu_one_at_zero(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(lower, upper, x.shape) if training else (lower + upper) / 2
    return np.where(x >= 0, 1.0, below).astype(x.dtype)


@mistake("rrelu_slopes", "double-precision", DOUBLE)
def rrelu_double(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    _check(lower, upper)
    below = rng.uniform(lower, upper, x.shape) if training else (lower + upper) / 2
    return np.where(x > 0, 1.0, below)


@mistake(
    "rrelu_slopes",
    "bounds-not-checked",
    "Your slopes are right, but bounds in the wrong order are accepted. The two are easily "
    "exchanged in a call, and nothing would ever say so. Raise ValueError if "
    "`lower` is larger than `upper`, in training and at inference.",
)
def bounds_not_checked(
    x: Array,
    rng: np.random.Generator,
    lower: Any = 1 / 8,
    upper: Any = 1 / 3,
    training: Any = False,
) -> Any:
    below = lower + (upper - lower) * (rng.random(x.shape) if training else 0.5)
    return np.where(x > 0, 1.0, below).astype(x.dtype)


# elu


@mistake(
    "elu",
    "digits-lost",
    "For ordinary inputs you are right. For a tiny negative x, exp(x) is so close to 1 that "
    "exp(x) - 1 keeps few of its digits, or none: exp(-1e-20) - 1 is 0. `np.expm1` computes the "
    "difference without that loss.",
)
def digits_lost(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * (np.exp(np.minimum(x, 0)) - 1))


@mistake(
    "elu",
    "one-forgotten",
    "On the negative side you return alpha exp(x), without the - 1. Your function jumps at 0 from "
    "alpha to 0 and is never negative; that it *is* negative, and pulls the mean of the "
    "activations towards 0, is what ELU is for.",
)
def one_forgotten(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)))


@mistake(
    "elu",
    "bracket-missing",
    "You compute alpha exp(x) - 1. With alpha = 1 that is the same; otherwise your function jumps "
    "at 0 and goes to -1 on the left instead of -alpha. alpha multiplies the whole bracket.",
)
def bracket_missing(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)) - 1)


@mistake("elu", "alpha-ignored", IGNORED.format("alpha"))
def elu_ignored(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@mistake(
    "elu",
    "alpha-in-the-exponent",
    "You compute exp(alpha x) - 1. alpha is not a steepness; it scales the result, alpha "
    "(exp(x) - 1), so that very negative inputs give -alpha.",
)
def alpha_in_the_exponent(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, np.expm1(alpha * np.minimum(x, 0)))


@mistake(
    "elu",
    "sign-turned-round",
    "On the negative side you return alpha (1 - exp(x)), which is positive: your function is bent "
    "up like an absolute value. The bracket is exp(x) - 1, below 0 for negative x.",
)
def sign_turned_round(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, x, -alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    "elu",
    "alpha-on-both-sides",
    "You multiply the positive side by alpha as well. With alpha = 1 nobody sees it. Positive "
    "inputs pass unchanged, whatever alpha is. (It is SELU that scales both sides.)",
)
def alpha_on_both_sides(x: Array, alpha: float = 1.0) -> Any:
    return alpha * np.where(x > 0, x, np.expm1(np.minimum(x, 0)))


@mistake("elu", "masked-by-multiplying", MASKED)
@np.errstate(**QUIET)
def elu_masked(x: Array, alpha: float = 1.0) -> Any:
    return x * (x > 0) + alpha * np.expm1(x) * (x <= 0)


@mistake("elu", "branches-exchanged", EXCHANGED)
@np.errstate(**QUIET)
def elu_exchanged(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, alpha * np.expm1(x), x)


@mistake("elu", "in-place", IN_PLACE)
def elu_in_place(x: Array, alpha: float = 1.0) -> Any:
    x[x < 0] = alpha * np.expm1(x[x < 0])
    return x


@mistake("elu", "double-precision", DOUBLE)
def elu_double(x: Array, alpha: float = 1.0) -> Any:
    result = np.zeros(x.shape)
    result[x > 0] = x[x > 0]
    result[x <= 0] = alpha * np.expm1(x[x <= 0])
    return result


# elu_derivative


@mistake(
    "elu_derivative",
    "x-plus-alpha",
    "On the negative side you return x + alpha. The paper's short form is f(x) + alpha, with the "
    "*output* of the activation in it, which saves a second exponential in a way back that still "
    "has the output. Here you are given x: alpha exp(x).",
)
def x_plus_alpha(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, 1.0, x + alpha)


@mistake("elu_derivative", "taken-at-the-output", FROM_OUTPUT)
def elu_taken_at_the_output(x: Array, alpha: float = 1.0) -> Any:
    return elu_derivative(elu(x, alpha), alpha)


@mistake(
    "elu_derivative",
    "output-plus-one",
    "On the negative side you return f(x) + 1. That is right for alpha = 1 only; from "
    "f(x) = alpha exp(x) - alpha it follows that the slope alpha exp(x) is f(x) + alpha.",
)
def output_plus_one(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, 1.0, elu(x, alpha) + 1)


@mistake(
    "elu_derivative",
    "alpha-forgotten",
    "Your negative side is exp(x). With alpha = 1 that is right; in general the slope of "
    "alpha (exp(x) - 1) is alpha exp(x): a constant factor stays.",
)
def elu_alpha_forgotten(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


@mistake(
    "elu_derivative",
    "one-kept",
    "Your negative side is alpha (exp(x) - 1), which is the function. The derivative of the "
    "constant -1 is 0, so that alpha exp(x) is left: a slope is never negative here.",
)
def one_kept(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x > 0, 1.0, alpha * np.expm1(np.minimum(x, 0)))


@mistake("elu_derivative", "function-itself", FUNCTION)
def elu_itself(x: Array, alpha: float = 1.0) -> Any:
    return elu(x, alpha)


@mistake("elu_derivative", "one-at-zero", AT_ZERO)
def elu_one_at_zero(x: Array, alpha: float = 1.0) -> Any:
    return np.where(x >= 0, 1.0, alpha * np.exp(np.minimum(x, 0)))


@mistake(
    "elu_derivative",
    "one-branch-only",
    "You return alpha exp(x) everywhere. On the positive side the function is x and its slope 1; "
    "yours grows without bound there, and so would the gradient.",
)
@np.errstate(**QUIET)
def one_branch_only(x: Array, alpha: float = 1.0) -> Any:
    return alpha * np.exp(x)


@mistake(
    "elu_derivative",
    "alpha-on-both-sides",
    "You return alpha on the positive side, where the function is x and its slope is 1. alpha "
    "scales the exponential alone.",
)
def elu_derivative_alpha_on_both_sides(x: Array, alpha: float = 1.0) -> Any:
    return alpha * np.where(x > 0, 1.0, np.exp(np.minimum(x, 0)))


@mistake("elu_derivative", "masked-by-multiplying", MASKED)
@np.errstate(**QUIET)
def elu_derivative_masked(x: Array, alpha: float = 1.0) -> Any:
    return (x > 0) + alpha * np.exp(x) * (x <= 0)


@mistake("elu_derivative", "in-place", IN_PLACE)
def elu_derivative_in_place(x: Array, alpha: float = 1.0) -> Any:
    positive = x > 0
    x[~positive] = alpha * np.exp(x[~positive])
    x[positive] = 1
    return x


@mistake("elu_derivative", "double-precision", DOUBLE)
def elu_derivative_double(x: Array, alpha: float = 1.0) -> Any:
    result = np.ones(x.shape)
    result[x <= 0] = alpha * np.exp(x[x <= 0])
    return result


# selu_constants


def _partial_moments(variance: float) -> tuple[float, float]:
    """Return E[exp(z); z < 0] and E[exp(2 z); z < 0] for a normal z with that variance."""
    once, twice = (
        math.exp(k**2 * variance / 2) * math.erfc(k * math.sqrt(variance / 2)) / 2 for k in (1, 2)
    )
    return once, twice


def _solved(variance: float) -> tuple[float, float]:
    """Return the right constants."""
    if variance <= 0:
        raise ValueError("variance must be positive")
    once, twice = _partial_moments(variance)
    alpha = math.sqrt(variance / (2 * math.pi)) / (0.5 - once)
    square = variance / 2 + alpha**2 * (twice - 2 * once + 0.5)
    return math.sqrt(variance / square), alpha


@mistake(
    "selu_constants",
    "typed-in",
    "For a variance of 1 your constants are right to the last digit: the paper's. For any other "
    "variance they are the same ones, and so wrong. Typed numbers cannot be derived again for "
    "another fixed point; solve the two equations, with the variance in them.",
)
def typed_in(variance: float = 1.0) -> tuple[float, float]:
    if variance <= 0:
        raise ValueError("variance must be positive")
    return 1.0507009873554805, 1.6732632423543772


@mistake(
    "selu_constants",
    "order-exchanged",
    "Both constants are right, but they come back in the wrong order: scale first (1.05 for a "
    "variance of 1), then alpha (1.67).",
)
def constants_exchanged(variance: float = 1.0) -> tuple[float, float]:
    scale, alpha = _solved(variance)
    return alpha, scale


@mistake(
    "selu_constants",
    "root-forgotten",
    "alpha is right; your scale is the square of the right one. The second equation determines "
    "scale², because scale multiplies the output and so its square multiplies the variance: take "
    "the root.",
)
def constants_root_forgotten(variance: float = 1.0) -> tuple[float, float]:
    scale, alpha = _solved(variance)
    return scale * scale, alpha


@mistake(
    "selu_constants",
    "unit-variance-out",
    "alpha is right. Your scale gives an output of variance 1 whatever the input's; asked for is a "
    "fixed point: the variance that goes in, v, comes out again. With v = 1 it is the same.",
)
def unit_variance_out(variance: float = 1.0) -> tuple[float, float]:
    scale, alpha = _solved(variance)
    return scale / math.sqrt(variance), alpha


@mistake(
    "selu_constants",
    "variance-for-deviation",
    "For a variance of 1 you are right. You use the variance as the standard deviation: "
    "z = v · (standard normal), where it should be sqrt(v) times it.",
)
def variance_for_deviation(variance: float = 1.0) -> tuple[float, float]:
    if variance <= 0:
        raise ValueError("variance must be positive")
    return _solved(variance**2)


@mistake(
    "selu_constants",
    "cross-term-forgotten",
    "alpha is right; in the equation for the variance you forgot the cross term: (exp(z) - 1)² is "
    "exp(2 z) - 2 exp(z) + 1, and the expectation of the middle part is not 0.",
)
def cross_term_forgotten(variance: float = 1.0) -> tuple[float, float]:
    _, alpha = _solved(variance)
    _, twice = _partial_moments(variance)
    return math.sqrt(variance / (variance / 2 + alpha**2 * (twice + 0.5))), alpha


@mistake(
    "selu_constants",
    "positive-side-forgotten",
    "alpha is right; your scale comes from the negative side of the variance alone. Positive "
    "inputs contribute half of v to the mean square as well.",
)
def positive_side_forgotten(variance: float = 1.0) -> tuple[float, float]:
    _, alpha = _solved(variance)
    once, twice = _partial_moments(variance)
    return math.sqrt(variance / (alpha**2 * (twice - 2 * once + 0.5))), alpha


@mistake(
    "selu_constants",
    "erfc-for-the-distribution",
    "You took erfc for the distribution function. Φ(-t) is erfc(t / sqrt(2)) / 2: without the "
    "half, the probability of the negative side comes out twice too large.",
)
def erfc_for_the_distribution(variance: float = 1.0) -> tuple[float, float]:
    if variance <= 0:
        raise ValueError("variance must be positive")
    once, twice = (2 * moment for moment in _partial_moments(variance))
    alpha = math.sqrt(variance / (2 * math.pi)) / (0.5 - once)
    square = variance / 2 + alpha**2 * (twice - 2 * once + 0.5)
    return math.sqrt(variance / square), alpha


@mistake(
    "selu_constants",
    "root-of-two-forgotten",
    "You call erfc with t where Φ(-t) = erfc(t / sqrt(2)) / 2 needs t / sqrt(2). erf and erfc "
    "belong to a normal distribution of variance 1/2, not 1: the root of two converts.",
)
def root_of_two_forgotten(variance: float = 1.0) -> tuple[float, float]:
    if variance <= 0:
        raise ValueError("variance must be positive")
    once, twice = (
        math.exp(k**2 * variance / 2) * math.erfc(k * math.sqrt(variance)) / 2 for k in (1, 2)
    )
    alpha = math.sqrt(variance / (2 * math.pi)) / (0.5 - once)
    square = variance / 2 + alpha**2 * (twice - 2 * once + 0.5)
    return math.sqrt(variance / square), alpha


@mistake(
    "selu_constants",
    "rounded",
    "Your constants are right as far as they go, but they are rounded to four digits. A rounding "
    "of 5e-5 in every layer is small, but why have it: the equations give sixteen.",
)
def constants_rounded(variance: float = 1.0) -> tuple[float, float]:
    scale, alpha = _solved(variance)
    return round(scale, 4), round(alpha, 4)


@mistake(
    "selu_constants",
    "variance-not-checked",
    "Your constants are right, but a variance of zero or less does not give the ValueError that is "
    "asked for. No normal variable has such a variance; say so, before something else fails "
    "(or, worse, gives a number).",
)
def variance_not_checked(variance: float = 1.0) -> tuple[float, float]:
    return _solved(abs(variance) or 1.0)


# selu


@mistake(
    "selu",
    "scale-forgotten",
    "This is elu(x, alpha) with SELU's alpha, but without the scale. The mean then stays at 0, and "
    "the variance shrinks to 0.91 of what it was from layer to layer instead of staying at 1: the "
    "scale multiplies both sides.",
)
def scale_forgotten(x: Array) -> Any:
    return elu(x, selu_constants()[1])


@mistake(
    "selu",
    "alpha-forgotten",
    "You scale an ELU with alpha = 1. Its negative side is too weak to balance the positive one, "
    "so the mean drifts away from 0. The limit on the left is -scale · alpha, about -1.758.",
)
def selu_alpha_forgotten(x: Array) -> Any:
    return selu_constants()[0] * elu(x)


@mistake(
    "selu",
    "positive-side-not-scaled",
    "Your negative side is right; positive inputs are not scaled. A slope a little above 1 on the "
    "right is what can *raise* a variance that is too small; without it there is no fixed point.",
)
def positive_side_not_scaled(x: Array) -> Any:
    scale, alpha = selu_constants()
    return np.where(x > 0, x, scale * alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    "selu",
    "negative-side-not-scaled",
    "Your positive side is right; the negative side is alpha (exp(x) - 1) without the scale. It "
    "multiplies the whole function.",
)
def negative_side_not_scaled(x: Array) -> Any:
    scale, alpha = selu_constants()
    return np.where(x > 0, scale * x, alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    "selu",
    "constants-exchanged",
    "The two constants are exchanged: 1.05 is the scale, of both sides, and 1.67 the alpha of the "
    "exponential. `selu_constants` returns (scale, alpha), in this order.",
)
def selu_exchanged(x: Array) -> Any:
    alpha, scale = selu_constants()
    return scale * elu(x, alpha)


@mistake("selu", "rounded-constants", TRUNCATED)
def selu_rounded(x: Array) -> Any:
    return 1.0507 * np.where(x > 0, x, 1.6733 * np.expm1(np.minimum(x, 0)))


@mistake(
    "selu",
    "one-forgotten",
    "On the negative side the - 1 is missing: your function is positive everywhere and jumps at 0. "
    "The negative values are what brings the mean back to 0.",
)
def selu_one_forgotten(x: Array) -> Any:
    scale, alpha = selu_constants()
    return scale * np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)))


@mistake("selu", "masked-by-multiplying", MASKED)
@np.errstate(**QUIET)
def selu_masked(x: Array) -> Any:
    scale, alpha = selu_constants()
    return scale * (x * (x > 0) + alpha * np.expm1(x) * (x <= 0))


@mistake("selu", "in-place", IN_PLACE)
def selu_in_place(x: Array) -> Any:
    scale, alpha = selu_constants()
    x[x < 0] = alpha * np.expm1(x[x < 0])
    x *= scale
    return x


@mistake("selu", "double-precision", DOUBLE)
def selu_double(x: Array) -> Any:
    scale, alpha = np.array(selu_constants())
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


# selu_derivative


@mistake(
    "selu_derivative",
    "scale-forgotten",
    "This is the derivative of elu(x, alpha): the scale is missing. It multiplies the function, "
    "and so its derivative, on both sides.",
)
def selu_derivative_scale_forgotten(x: Array) -> Any:
    return elu_derivative(x, selu_constants()[1])


@mistake(
    "selu_derivative",
    "alpha-forgotten",
    "On the negative side alpha is missing: the slope of scale alpha (exp(x) - 1) is "
    "scale alpha exp(x), which starts at 1.758 just left of 0.",
)
def selu_derivative_alpha_forgotten(x: Array) -> Any:
    return selu_constants()[0] * elu_derivative(x)


@mistake(
    "selu_derivative",
    "one-on-the-positive-side",
    "Your negative side is right. On the positive side the function is scale · x, so its slope is "
    "the scale, about 1.0507, and not 1.",
)
def one_on_the_positive_side(x: Array) -> Any:
    scale, alpha = selu_constants()
    return np.where(x > 0, 1.0, scale * alpha * np.exp(np.minimum(x, 0)))


@mistake("selu_derivative", "scale-at-zero", AT_ZERO)
def scale_at_zero(x: Array) -> Any:
    scale, alpha = selu_constants()
    return np.where(x >= 0, scale, scale * alpha * np.exp(np.minimum(x, 0)))


@mistake("selu_derivative", "taken-at-the-output", FROM_OUTPUT)
def selu_taken_at_the_output(x: Array) -> Any:
    scale, alpha = selu_constants()
    return scale * elu_derivative(scale * elu(x, alpha), alpha)


@mistake(
    "selu_derivative",
    "one-kept",
    "Your negative side is the function, scale alpha (exp(x) - 1). The derivative of the constant "
    "-1 is 0: scale alpha exp(x) is left, which is positive.",
)
def selu_one_kept(x: Array) -> Any:
    scale, alpha = selu_constants()
    return scale * np.where(x > 0, 1.0, alpha * np.expm1(np.minimum(x, 0)))


@mistake(
    "selu_derivative",
    "output-plus-alpha",
    "On the negative side you return f(x) + alpha. That is ELU's short form; for SELU, "
    "f(x) = scale alpha exp(x) - scale alpha, so the slope is f(x) + scale alpha.",
)
def output_plus_alpha(x: Array) -> Any:
    scale, alpha = selu_constants()
    return np.where(x > 0, scale, scale * elu(x, alpha) + alpha)


@mistake("selu_derivative", "rounded-constants", TRUNCATED)
def selu_derivative_rounded(x: Array) -> Any:
    result: Any = 1.0507 * np.where(x > 0, 1.0, 1.6733 * np.exp(np.minimum(x, 0)))
    return result


@mistake("selu_derivative", "masked-by-multiplying", MASKED)
@np.errstate(**QUIET)
def selu_derivative_masked(x: Array) -> Any:
    scale, alpha = selu_constants()
    return scale * ((x > 0) + alpha * np.exp(x) * (x <= 0))


@mistake("selu_derivative", "in-place", IN_PLACE)
def selu_derivative_in_place(x: Array) -> Any:
    scale, alpha = selu_constants()
    positive = x > 0
    x[~positive] = scale * alpha * np.exp(x[~positive])
    x[positive] = scale
    return x


@mistake("selu_derivative", "double-precision", DOUBLE)
def selu_derivative_double(x: Array) -> Any:
    scale, alpha = np.array(selu_constants())
    return np.where(x > 0, scale, scale * alpha * np.exp(np.minimum(x, 0)))


# gelu

LIKE_X = "The result is float64, whatever `x` is: `erf` returns float64. "


@mistake(
    "gelu",
    "tanh-approximation",
    "This is the paper's approximation with tanh, right to about three decimals. It was made for "
    "times when erf was slow. The exact function is asked for, x Φ(x) with `erf`; Keras computes "
    "that one, too, and a network trained with one and run with the other is a little off in "
    "every layer.",
)
@np.errstate(**QUIET)
def tanh_approximation(x: Array) -> Any:
    return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


@mistake(
    "gelu",
    "tanh-approximation-in-double-precision",
    "This is the paper's approximation with tanh, right to three decimals; the exact function "
    "is asked for, x Φ(x) with `erf`. And float32 comes back as float64: `np.sqrt(2 / np.pi)` is a "
    "NumPy number in double precision, which turns everything that it is multiplied with into "
    "float64. `math.sqrt` returns a plain Python float, which does not.",
)
@np.errstate(**QUIET)
def tanh_approximation_in_double_precision(x: Array) -> Any:
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


@mistake(
    "gelu",
    "logistic-approximation",
    "This is the paper's second approximation, x σ(1.702 x), off by up to 0.02. The exact "
    "function is asked for: x Φ(x), with `erf`.",
)
@np.errstate(**QUIET)
def logistic_approximation(x: Array) -> Any:
    return x / (1 + np.exp(-1.702 * x))


@mistake(
    "gelu",
    "root-of-two-forgotten",
    "You use erf(x) where Φ(x) needs erf(x / sqrt(2)). erf belongs to a normal distribution of "
    "variance 1/2, so your gate closes and opens too fast.",
)
def gelu_root_of_two_forgotten(x: Array) -> Any:
    return np.asarray(x * (1 + erf(x)) / 2, dtype=x.dtype)


@mistake(
    "gelu",
    "half-forgotten",
    "Everything is twice too large: Φ(x) is (1 + erf(x / sqrt(2))) / 2, a probability, and goes to "
    "1 on the right. Without the half your function approaches 2 x.",
)
def half_forgotten(x: Array) -> Any:
    return np.asarray(x * (1 + erf(x / math.sqrt(2))), dtype=x.dtype)


@mistake(
    "gelu",
    "erf-for-the-distribution",
    "You multiply x by erf(x / sqrt(2)), which runs from -1 to 1; your function is then even, and "
    "goes up on the left. Φ runs from 0 to 1: (1 + erf(x / sqrt(2))) / 2.",
)
def erf_for_phi(x: Array) -> Any:
    return np.asarray(x * erf(x / math.sqrt(2)), dtype=x.dtype)


@mistake(
    "gelu",
    "gate-only",
    "You return Φ(x), the gate, which runs from 0 to 1. GELU is the gated input: x Φ(x).",
)
def gelu_gate_only(x: Array) -> Any:
    return np.asarray((1 + erf(x / math.sqrt(2))) / 2, dtype=x.dtype)


@mistake(
    "gelu",
    "density-for-distribution",
    "You multiply x by the density φ(x), the bell curve, so the function goes back to 0 for large "
    "x. The gate is the distribution function Φ(x), the area under the bell to the left of x.",
)
@np.errstate(**QUIET)
def density_for_distribution(x: Array) -> Any:
    return x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


@mistake(
    "gelu",
    "empty-arrays-fail",
    "Your values are right, but an empty array raises ValueError: `np.vectorize` finds out the "
    "dtype of its result by a first call, and here there is nothing to call it with. Say the "
    "dtype, `np.vectorize(math.erf, otypes=[float])`, or use the `erf` of the set-up cell.",
)
def empty_arrays_fail(x: Array) -> Any:
    return np.asarray(x * (1 + np.vectorize(math.erf)(x / math.sqrt(2))) / 2, dtype=x.dtype)


@mistake("gelu", "in-place", IN_PLACE)
def gelu_in_place(x: Array) -> Any:
    x *= ((1 + erf(x / math.sqrt(2))) / 2).astype(x.dtype)
    return x


@mistake("gelu", "double-precision", LIKE_X + DOUBLE)
def gelu_double(x: Array) -> Any:
    return x * (1 + erf(x / math.sqrt(2))) / 2


# gelu_derivative


def _phi(x: Array) -> Any:
    with np.errstate(**QUIET):
        return np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def _distribution(x: Array) -> Any:
    return (1 + erf(x / math.sqrt(2))) / 2


@mistake(
    "gelu_derivative",
    "gate-only",
    "You return Φ(x), as if the gate did not depend on x. By the product rule the derivative of "
    "x Φ(x) has a second part, x φ(x): it makes the slope exceed 1 on the right and fall "
    "below 0 on the left.",
)
def gelu_derivative_gate_only(x: Array) -> Any:
    return np.asarray(_distribution(x), dtype=x.dtype)


@mistake(
    "gelu_derivative",
    "factor-x-forgotten",
    "You return Φ(x) + φ(x). In the product rule the derivative of the gate is multiplied by the "
    "other factor: x φ(x).",
)
def factor_x_forgotten(x: Array) -> Any:
    return np.asarray(_distribution(x) + _phi(x), dtype=x.dtype)


@mistake(
    "gelu_derivative",
    "minus",
    "You return Φ(x) - x φ(x). The derivative of Φ is +φ; the minus sign belongs to the derivative "
    "of φ, which is -x φ(x), and that does not occur here.",
)
def gelu_minus(x: Array) -> Any:
    return np.asarray(_distribution(x) - x * _phi(x), dtype=x.dtype)


@mistake(
    "gelu_derivative",
    "density-not-normalised",
    "Your density is exp(-x² / 2), without the factor 1 / sqrt(2 π) that makes its area 1. "
    "The second part of the derivative is then 2.5 times too large.",
)
def density_not_normalised(x: Array) -> Any:
    return np.asarray(_distribution(x) + x * _phi(x) * math.sqrt(2 * math.pi), dtype=x.dtype)


@mistake(
    "gelu_derivative",
    "half-forgotten-in-the-density",
    "In the exponent of your density the half is missing: φ(x) is exp(-x² / 2) / sqrt(2 π). "
    "Without it, the bell is too narrow.",
)
def half_forgotten_in_the_density(x: Array) -> Any:
    with np.errstate(**QUIET):
        density = np.exp(-(x**2)) / math.sqrt(2 * math.pi)
    return np.asarray(_distribution(x) + x * density, dtype=x.dtype)


@mistake(
    "gelu_derivative",
    "root-of-two-forgotten",
    "The part x φ(x) is right. In the other one you use erf(x) where Φ(x) needs erf(x / sqrt(2)).",
)
def gelu_derivative_root_of_two_forgotten(x: Array) -> Any:
    return np.asarray((1 + erf(x)) / 2 + x * _phi(x), dtype=x.dtype)


@mistake(
    "gelu_derivative",
    "of-the-tanh-approximation",
    "This is the derivative of the approximation with tanh. It is off by up to 0.0009, and not "
    "only in its last digits: for GELU itself the derivative is Φ(x) + x φ(x).",
)
def of_the_tanh_approximation(x: Array) -> Any:
    c = math.sqrt(2 / math.pi)
    with np.errstate(**QUIET):
        t = np.tanh(c * (x + 0.044715 * x**3))
        inner = c * (1 + 3 * 0.044715 * x**2)
        second = np.where(np.abs(x) < 50, 0.5 * x * (1 - t**2) * inner, 0.0)
    return np.asarray(0.5 * (1 + t) + second, dtype=x.dtype)


@mistake("gelu_derivative", "taken-at-the-output", FROM_OUTPUT)
def gelu_taken_at_the_output(x: Array) -> Any:
    y = x * _distribution(x)
    return np.asarray(_distribution(y) + y * _phi(y), dtype=x.dtype)


@mistake("gelu_derivative", "function-itself", FUNCTION)
def gelu_itself(x: Array) -> Any:
    return np.asarray(x * _distribution(x), dtype=x.dtype)


@mistake("gelu_derivative", "double-precision", LIKE_X + DOUBLE)
def gelu_derivative_double(x: Array) -> Any:
    return _distribution(x) + x * _phi(x)


# swish


def _gate(t: Any) -> Any:
    return np.exp(-np.logaddexp(0, -t))


@mistake(
    "swish",
    "gate-only",
    "You return σ(beta x), the gate, which runs from 0 to 1. Swish is the gated input: x σ(beta "
    "x).",
)
def swish_gate_only(x: Array, beta: float = 1.0) -> Any:
    return _gate(beta * x)


@mistake("swish", "beta-ignored", IGNORED.format("beta"))
def swish_ignored(x: Array, beta: float = 1.0) -> Any:
    return x * _gate(x)


@mistake(
    "swish",
    "beta-outside",
    "You compute beta x σ(x). beta belongs inside the gate, x σ(beta x): it sets how sharply the "
    "gate opens, from a straight line (beta = 0) to ReLU (beta very large), and leaves the slope "
    "for large x at 1.",
)
def beta_outside(x: Array, beta: float = 1.0) -> Any:
    return beta * x * _gate(x)


@mistake(
    "swish",
    "beta-twice",
    "You compute beta x σ(beta x). Inside the gate is right; the factor in front is x alone. With "
    "yours, the slope for large x would be beta.",
)
def beta_twice(x: Array, beta: float = 1.0) -> Any:
    return beta * x * _gate(beta * x)


@mistake(
    "swish",
    "gate-turned-round",
    "Your gate is σ(-beta x): it lets negative inputs through and stops positive ones. Check the "
    "sign in the exponential: σ(t) = 1 / (1 + exp(-t)).",
)
def gate_turned_round(x: Array, beta: float = 1.0) -> Any:
    return x * _gate(-beta * x)


@mistake(
    "swish",
    "tanh-gate",
    "Your gate is tanh(beta x), which runs from -1 to 1, so that negative inputs come out "
    "positive. Swish uses the logistic function, from 0 to 1.",
)
def tanh_gate(x: Array, beta: float = 1.0) -> Any:
    return x * np.tanh(beta * x)


@mistake(
    "swish",
    "hard",
    "This is *hard* Swish, x relu6(x + 3) / 6: MobileNetV3's cheap stand-in, which does "
    "without an exponential. The smooth function is asked for: x σ(beta x).",
)
def hard(x: Array, beta: float = 1.0) -> Any:
    return x * np.clip(beta * x + 3, 0, 6) / 6


@mistake("swish", "overflow", LOGISTIC_OVERFLOW)
@np.errstate(**QUIET)
def swish_overflow(x: Array, beta: float = 1.0) -> Any:
    e = np.exp(beta * x)
    return x * (e / (1 + e))


@mistake("swish", "in-place", IN_PLACE)
def swish_in_place(x: Array, beta: float = 1.0) -> Any:
    x *= _gate(beta * x)
    return x


@mistake("swish", "double-precision", DOUBLE)
def swish_double(x: Array, beta: float = 1.0) -> Any:
    return x * _gate(np.float64(beta) * x)


# swish_derivative


@mistake(
    "swish_derivative",
    "gate-only",
    "You return σ(beta x), as if the gate did not depend on x. The product rule adds "
    "x times the derivative of the gate, beta x s (1 - s); without it the slope is never negative, "
    "and Swish does have a minimum.",
)
def swish_derivative_gate_only(x: Array, beta: float = 1.0) -> Any:
    return _gate(beta * x)


@mistake(
    "swish_derivative",
    "chain-rule-forgotten",
    "For beta = 1 you are right. In the second part the inner derivative is missing: that of "
    "σ(beta x) is *beta* s (1 - s). (The short form f + s (1 - f) is for beta = 1 too; in general "
    "it is beta f + s (1 - beta f).)",
)
def chain_rule_forgotten(x: Array, beta: float = 1.0) -> Any:
    s = _gate(beta * x)
    return s + x * s * (1 - s)


@mistake("swish_derivative", "beta-ignored", IGNORED.format("beta"))
def swish_derivative_ignored(x: Array, beta: float = 1.0) -> Any:
    s = _gate(x)
    return s + x * s * (1 - s)


@mistake(
    "swish_derivative",
    "derivative-of-the-gate",
    "You return beta s (1 - s), the derivative of the gate alone. Swish is x times the gate, and "
    "by the product rule its derivative is s + x · beta s (1 - s).",
)
def derivative_of_the_gate(x: Array, beta: float = 1.0) -> Any:
    s = _gate(beta * x)
    return beta * s * (1 - s)


@mistake(
    "swish_derivative",
    "first-part-forgotten",
    "You return beta x s (1 - s) alone. The product rule has two parts; the other one, s, is the "
    "slope that the gate lets through, and all that is left for large x.",
)
def first_part_forgotten(x: Array, beta: float = 1.0) -> Any:
    s = _gate(beta * x)
    return beta * x * (s * (1 - s))


@mistake("swish_derivative", "taken-at-the-output", FROM_OUTPUT)
def swish_taken_at_the_output(x: Array, beta: float = 1.0) -> Any:
    y = swish(x, beta)
    s = _gate(beta * y)
    return s + beta * y * s * (1 - s)


@mistake("swish_derivative", "overflow", LOGISTIC_OVERFLOW)
@np.errstate(**QUIET)
def swish_derivative_overflow(x: Array, beta: float = 1.0) -> Any:
    e = np.exp(beta * x)
    s = e / (1 + e)
    return s + beta * x * s * (1 - s)


@mistake("swish_derivative", "function-itself", FUNCTION)
def swish_itself(x: Array, beta: float = 1.0) -> Any:
    return swish(x, beta)


@mistake("swish_derivative", "in-place", IN_PLACE)
def swish_derivative_in_place(x: Array, beta: float = 1.0) -> Any:
    s = _gate(beta * x)
    x *= beta * s * (1 - s)
    x += s
    return x


@mistake("swish_derivative", "double-precision", DOUBLE)
def swish_derivative_double(x: Array, beta: float = 1.0) -> Any:
    t = np.float64(beta) * x
    s = _gate(t)
    return s + t * s * (1 - s)


# mish


@mistake(
    "mish",
    "softplus-forgotten",
    "You compute x tanh(x), which is an even function: it goes up on the left as on the right. The "
    "tanh is taken of softplus(x), which is positive and goes to 0 on the left.",
)
def softplus_forgotten(x: Array) -> Any:
    return x * np.tanh(x)


@mistake(
    "mish",
    "gate-only",
    "You return tanh(softplus(x)), the gate, which runs from 0 to 1. Mish is the gated input: x "
    "times it.",
)
def mish_gate_only(x: Array) -> Any:
    return np.tanh(np.logaddexp(0, x))


@mistake(
    "mish",
    "relu-for-softplus",
    "You take the tanh of max(x, 0) in place of softplus(x) = log(1 + exp(x)). They agree for "
    "large x only: yours is 0 for all negative inputs, which brings dead units back.",
)
def relu_for_softplus(x: Array) -> Any:
    return x * np.tanh(np.maximum(x, 0))


@mistake(
    "mish",
    "logistic-gate",
    "Your gate is the logistic function of softplus(x). The gate is tanh: with the logistic "
    "function it would never close below one half, because softplus is never negative.",
)
def logistic_gate(x: Array) -> Any:
    return x * _gate(np.logaddexp(0, x))


@mistake(
    "mish",
    "swish",
    "This is Swish, x σ(x). It looks alike, but Mish gates with tanh(softplus(x)), which is "
    "0.6 at 0, not 0.5.",
)
def mish_as_swish(x: Array) -> Any:
    return swish(x)


@mistake(
    "mish",
    "logarithm-to-base-two",
    "Your logarithm is to base 2. softplus has the natural one, `np.log` or better `np.log1p`.",
)
def logarithm_to_base_two(x: Array) -> Any:
    return x * np.tanh(np.logaddexp(0, x) / math.log(2))


@mistake(
    "mish",
    "overflow",
    "Around 0 you are right, but for large positive inputs NaN comes out. You have written the "
    "tanh as a quotient of exponentials, which is infinity over infinity there. `np.tanh` of a "
    "stable softplus, such as `np.logaddexp(0, x)`, has no such place.",
)
@np.errstate(**QUIET)
def mish_overflow(x: Array) -> Any:
    e = np.exp(x)
    n = e * e + 2 * e
    return x * (n / (n + 2))


@mistake(
    "mish",
    "order-exchanged",
    "You compute x softplus(tanh(x)): the two functions are in the wrong order. First softplus, "
    "then tanh: its values between 0 and 1 are the gate.",
)
def order_of_both(x: Array) -> Any:
    return x * np.logaddexp(0, np.tanh(x))


@mistake("mish", "in-place", IN_PLACE)
def mish_in_place(x: Array) -> Any:
    x *= np.tanh(np.logaddexp(0, x))
    return x


@mistake("mish", "double-precision", DOUBLE)
def mish_double(x: Array) -> Any:
    return x * np.tanh(np.logaddexp(np.zeros(x.shape), x))


# mish_derivative


@mistake(
    "mish_derivative",
    "gate-only",
    "You return tanh(softplus(x)), as if the gate did not depend on x. The product rule adds x "
    "times the derivative of the gate: x σ(x) (1 - t²).",
)
def mish_derivative_gate_only(x: Array) -> Any:
    return np.tanh(np.logaddexp(0, x))


@mistake(
    "mish_derivative",
    "chain-rule-forgotten",
    "You return t + x (1 - t²). The derivative of tanh(softplus(x)) has two factors: 1 - t², that "
    "of tanh, and σ(x), that of softplus.",
)
def mish_chain_rule_forgotten(x: Array) -> Any:
    t = np.tanh(np.logaddexp(0, x))
    return t + x * (1 - t**2)


@mistake(
    "mish_derivative",
    "factor-x-forgotten",
    "You return t + σ(x) (1 - t²). In the product rule the derivative of the gate is multiplied by "
    "the other factor, x.",
)
def mish_factor_x_forgotten(x: Array) -> Any:
    t = np.tanh(np.logaddexp(0, x))
    return t + _gate(x) * (1 - t**2)


@mistake(
    "mish_derivative",
    "square-forgotten",
    "The derivative of tanh is 1 - tanh², and you have 1 - tanh. Your slope is too large left of 0 "
    "and too small right of it.",
)
def square_forgotten(x: Array) -> Any:
    t = np.tanh(np.logaddexp(0, x))
    return t + x * _gate(x) * (1 - t)


@mistake(
    "mish_derivative",
    "derivative-of-the-gate",
    "You return the derivative of the gate tanh(softplus(x)) alone, σ(x) (1 - t²). Mish is x times "
    "the gate, and by the product rule its derivative is t + x σ(x) (1 - t²).",
)
def mish_derivative_of_the_gate(x: Array) -> Any:
    t = np.tanh(np.logaddexp(0, x))
    return _gate(x) * (1 - t**2)


@mistake(
    "mish_derivative",
    "overflow",
    "Around 0 you are right, but for large positive inputs NaN comes out. The quotient of "
    "exponentials that the derivative can be multiplied out to is infinity over infinity there, "
    "in single precision from x = 23 on. Use t + x σ(x) (1 - t²), with t from a stable softplus.",
)
@np.errstate(**QUIET)
def mish_derivative_overflow(x: Array) -> Any:
    e = np.exp(x)
    omega = 4 * (x + 1) + 4 * e**2 + e**3 + e * (4 * x + 6)
    delta = 2 * e + e**2 + 2
    return e * omega / delta**2


@mistake("mish_derivative", "taken-at-the-output", FROM_OUTPUT)
def mish_taken_at_the_output(x: Array) -> Any:
    y = mish(x)
    t = np.tanh(np.logaddexp(0, y))
    return t + y * _gate(y) * (1 - t**2)


@mistake("mish_derivative", "function-itself", FUNCTION)
def mish_itself(x: Array) -> Any:
    return mish(x)


@mistake("mish_derivative", "in-place", IN_PLACE)
def mish_derivative_in_place(x: Array) -> Any:
    t = np.tanh(np.logaddexp(0, x))
    x *= _gate(x) * (1 - t**2)
    x += t
    return x


@mistake("mish_derivative", "double-precision", DOUBLE)
def mish_derivative_double(x: Array) -> Any:
    wide = x.astype(float)
    t = np.tanh(np.logaddexp(0, wide))
    return t + wide * _gate(wide) * (1 - t**2)


# dead_unit_fraction


def _nothing(derivatives: Array) -> None:
    if derivatives.size == 0:
        raise ValueError("nothing to take a share of")


def _rows(derivatives: Array) -> Any:
    return derivatives.reshape(-1, derivatives.shape[-1])


@mistake(
    "dead_unit_fraction",
    "share-of-zeros",
    "You return the share of *entries* without a gradient. With ReLU that is about one half in any "
    "healthy network, because every unit is off for some examples. A unit is dead if it is off for "
    "all of them: first `np.all` over the examples, then the mean over the units.",
)
def share_of_zeros(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.abs(derivatives) <= threshold))


@mistake(
    "dead_unit_fraction",
    "any-for-all",
    "You count a unit as dead when it is off for *some* example. That is how ReLU works; it is "
    "dead when it is off for every example: `np.all`, not `np.any`.",
)
def any_for_all(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.any(np.abs(_rows(derivatives)) <= threshold, axis=0)))


@mistake(
    "dead_unit_fraction",
    "examples-for-units",
    "You look along the wrong axis: yours is the share of *examples* for which all units are off. "
    "The units are along the last axis; collapse all the others.",
)
def examples_for_units(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.all(np.abs(derivatives) <= threshold, axis=-1)))


@mistake(
    "dead_unit_fraction",
    "positions-as-units",
    "For dense layers you are right. In a convolutional layer you take every position for a unit "
    "of its own. The positions share one filter, which lives as long as one of them sends "
    "gradient: collapse all axes but the last.",
)
def positions_as_units(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.all(np.abs(derivatives) <= threshold, axis=0)))


@mistake(
    "dead_unit_fraction",
    "absolute-value-forgotten",
    "You compare the derivatives themselves with the threshold, so that every negative one counts "
    "as none. GELU, Swish and Mish have negative slopes, and a gradient that is turned round is "
    "a gradient: take `np.abs` first.",
)
def absolute_value_forgotten(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.all(_rows(derivatives) <= threshold, axis=0)))


@mistake(
    "dead_unit_fraction",
    "sum-over-the-examples",
    "You add the derivatives up over the examples and look whether the sum is 0. Negative and "
    "positive slopes can cancel in it though both carry gradient. Look at each example.",
)
def sum_over_the_examples(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.abs(_rows(derivatives).sum(axis=0)) <= threshold))


@mistake(
    "dead_unit_fraction",
    "mean-over-the-examples",
    "You compare the *mean* absolute derivative with the threshold. A unit that is loud for one "
    "example in a hundred then counts as dead, and it is not: the threshold is for each example.",
)
def mean_over_the_examples(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.abs(_rows(derivatives)).mean(axis=0) <= threshold))


@mistake(
    "dead_unit_fraction",
    "strictly-below",
    "You compare with <, and with a threshold of 0 no absolute value is below it: nothing is ever "
    "dead. A derivative is at most the threshold: <=.",
)
def strictly_below(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.all(np.abs(_rows(derivatives)) < threshold, axis=0)))


@mistake("dead_unit_fraction", "threshold-ignored", IGNORED.format("threshold"))
def threshold_ignored(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.all(_rows(derivatives) == 0, axis=0)))


@mistake(
    "dead_unit_fraction",
    "living-units",
    "You return the share of units that are alive, one minus what is asked for.",
)
def living_units(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.mean(np.any(np.abs(_rows(derivatives)) > threshold, axis=0)))


@mistake(
    "dead_unit_fraction",
    "percentage",
    "You return a percentage. A fraction is asked for, a number from 0 to 1.",
)
def percentage(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return 100 * float(np.mean(np.all(np.abs(_rows(derivatives)) <= threshold, axis=0)))


@mistake(
    "dead_unit_fraction",
    "number-of-units",
    "You return how many units are dead. Their share is asked for: divide by the number of units, "
    "the size of the last axis.",
)
def number_of_units(derivatives: Array, threshold: float = 0.0) -> Any:
    _nothing(derivatives)
    return float(np.sum(np.all(np.abs(_rows(derivatives)) <= threshold, axis=0)))


@mistake(
    "dead_unit_fraction",
    "emptiness-not-checked",
    "Your shares are right, but nothing is refused. With no examples, *every* unit is off for all "
    "of them (`np.all` of nothing is True), and with no units the mean is NaN. Raise ValueError if "
    "`derivatives.size` is 0.",
)
def emptiness_not_checked(derivatives: Array, threshold: float = 0.0) -> Any:
    return float(np.mean(np.all(np.abs(_rows(derivatives)) <= threshold, axis=0)))
