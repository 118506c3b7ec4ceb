"""Wrong activation functions that people really write.

Each is the reference with one thing wrong: `elu_with` says what is replaced in that of `elu`, and
`d_elu_with` in that of its derivative. What is another way of writing altogether is written out.
"""
# ruff: noqa: D103 - a mistake's explanation says what it does

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from autograder.api import edited, mistake
from solutions import activations as reference

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
LIKE_X = "The result is float64, whatever `x` is: `erf` returns float64. "
SINGLE = (
    "Your float32 is right, but float64 goes in and float32 comes out: half of the digits are lost "
    "without a word. The result has the dtype of `x`, whichever that is."
)
NOTHING_AT_ZERO = (
    "At 0 itself you return 0, and everywhere else you are right. A function made of two pieces "
    "has two slopes at the kink, and 0 is neither of them. The docstring asks for the slope from "
    "the left: every x that is not > 0 belongs to that branch."
)
MEAN_AT_ZERO = (
    "At 0 itself you return the mean of both slopes. That is one of the choices that can be "
    "defended there, but the docstring asks for the slope from the left."
)
GIVEN_BACK = (
    "Your values are right, but where all of `x` is positive you give back `x` itself, or a view "
    "of it, not a new array: whoever writes into the result then changes the input, which is still "
    "needed. Return a copy."
)


def _defaults(function: Callable[..., Any], argument: str, right: str, *others: str) -> None:
    """Declare other defaults of an argument to be mistakes: each framework has its own."""
    kind = "bool" if right == "False" else "float"
    for other in others:
        name = f"default-{argument}-{other}".lower().replace(" / ", "-of-").replace(".", "-")
        globals()[f"{function.__name__}: {name}"] = edited(
            function,
            name,
            {f"{argument}: {kind} = {right}": f"{argument}: {kind} = {other}"},
            f"With `{argument}` passed you are right; without it you take {other}. Frameworks and "
            f"papers differ here; the default of the docstring is {right}. Leave the signature as "
            "it was given.",
        )


def _in_other_dtypes(
    function: Callable[..., Any], first: str, *more: str, cast: bool = True
) -> None:
    """Declare a result that is always float32, and one converted to float64, to be mistakes.

    `first` is what the first statement begins with, and `more` are arrays besides `x`. Without
    `cast`, there is another mistake that gives the same numbers as one that is converted.
    """
    expression = inspect.getsource(function).rstrip().rpartition("return ")[2]
    names = ("x", *more)
    single = f"{', '.join(names)} = {', '.join(f'np.float32({name})' for name in names)}"
    for name, edits, explanation in (
        ("single-precision", {first: f"{single}\n    {first}"}, SINGLE),
        (
            "cast-to-double-precision",
            {f"return {expression}": f"return np.asarray({expression}, dtype=float)"},
            DOUBLE,
        ),
    ):
        if cast or explanation is SINGLE:
            globals()[f"{function.__name__}: {name}"] = edited(function, name, edits, explanation)


def _given_back(function: Callable[..., Any], first: str) -> None:
    """Declare it to be a mistake that an input which passes unchanged is given back itself."""
    name = "input-given-back"
    edits = {first: f"if np.all(x > 0):\n        return x\n    {first}"}
    globals()[f"{function.__name__}: {name}"] = edited(function, name, edits, GIVEN_BACK)


leaky_with = partial(edited, reference.leaky_relu)

slope_forgotten = leaky_with(
    "slope-forgotten",
    {" + alpha * np.minimum(x, 0)": ""},
    "This is plain ReLU: negative inputs give 0, whatever `alpha` says. The leak is the whole "
    "point. A unit whose input is negative for all examples gets no gradient through a ReLU and "
    "never recovers; through a slope, however small, it can.",
)
maximum_of_both = leaky_with(
    "maximum-of-both",
    {"np.maximum(x, 0) + alpha * np.minimum(x, 0)": "np.maximum(x, alpha * x)"},
    "For slopes up to 1 you are right. max(x, alpha x) picks the larger of the two lines, and for "
    "alpha > 1 that is the wrong one on both sides. Choose by the sign of x: `np.where(x > 0, "
    "...)`, or max(x, 0) + alpha min(x, 0).",
)
sign_lost = leaky_with(
    "sign-lost",
    {"+ alpha": "- alpha"},
    "Your negative inputs come out positive: the function bends up on the left like an absolute "
    "value. For x <= 0 the value is alpha x, which is negative; there is no minus sign in it.",
)
leaky_exchanged = leaky_with(
    "branches-exchanged", {"np.maximum": "np.minimum", "np.minimum": "np.maximum"}, EXCHANGED
)
slope_as_value = leaky_with(
    "slope-as-value",
    {"np.maximum(x, 0) + alpha * np.minimum(x, 0)": "np.where(x > 0, x, alpha)"},
    "For negative inputs you return alpha itself, the same number for all of them. alpha is the "
    "*slope*: the value is alpha x.",
)
divided = leaky_with(
    "divided",
    {"alpha * np.minimum(x, 0)": "np.minimum(x, 0) / alpha"},
    "You divide by alpha where it multiplies. Xu and colleagues write leaky ReLU as x / a, with a "
    "as large as 100; here alpha is the slope itself. Yours makes negative inputs a hundred times "
    "larger instead of smaller.",
)
leaky_keras = leaky_with("default-of-keras", {"0.01": "0.2"}, KERAS_SLOPE)
leaky_keras_layer = leaky_with(
    "default-of-keras-layer",
    {"0.01": "0.3"},
    "With a slope that is passed you are right; without one you use 0.3, as Keras's layer "
    "`LeakyReLU` does (Keras's function has 0.2). The docstring asks for the default of the first "
    "paper, 0.01.",
)
_defaults(reference.leaky_relu, "alpha", "0.01", "0.1", "0.001", "0.02", "0.05", "0.25", "0.0")
_in_other_dtypes(reference.leaky_relu, "return ", cast=False)
_given_back(reference.leaky_relu, "return ")
slope_added = leaky_with(
    "slope-added",
    {"np.maximum(x, 0) + alpha * np.minimum(x, 0)": "np.where(x > 0, x, x + alpha)"},
    "For negative inputs you add alpha. It is a slope: the value is alpha times x.",
)
leaky_ignored = leaky_with("alpha-ignored", {"alpha * ": "0.01 * "}, IGNORED.format("alpha"))
leaky_in_place = leaky_with(
    "in-place",
    {"np.maximum(x, 0) + alpha * np.minimum(x, 0)": "np.multiply(x, alpha, out=x, where=x < 0)"},
    IN_PLACE,
)
leaky_double = leaky_with(
    "double-precision", {"maximum(x, 0)": "maximum(x, np.zeros(x.shape))"}, DOUBLE
)

d_leaky_with = partial(edited, reference.leaky_relu_derivative)

derivative_of_relu = d_leaky_with(
    "slope-forgotten",
    {"1.0, alpha": "1.0, 0.0"},
    "This is the derivative of plain ReLU: 0 for negative inputs. Then nothing comes back through "
    "a unit that is off, and the leak of the forward pass was for nothing. For x <= 0 the slope of "
    "alpha x is alpha.",
)
d_leaky_one_at_zero = d_leaky_with("one-at-zero", {"x > 0": "x >= 0"}, AT_ZERO)
d_leaky_nothing_at_zero = d_leaky_with(
    "nothing-at-zero",
    {"1.0, alpha": "1.0, np.where(x < 0, alpha, 0.0)"},
    "At 0 itself you return 0, and everywhere else you are right. A function made of two lines has "
    "two slopes at the kink, 1 and alpha, and 0 is neither of them. The docstring asks for alpha: "
    "every x that is not > 0 belongs to that branch.",
)
d_leaky_mean_at_zero = d_leaky_with(
    "mean-at-zero",
    {"1.0, alpha": "1.0, np.where(x < 0, alpha, (1 + alpha) / 2)"},
    "At 0 itself you return (1 + alpha) / 2, the mean of both slopes. That is one of the choices "
    "that can be defended there, but the docstring asks for alpha, as TensorFlow has it.",
)
d_leaky_itself = d_leaky_with("function-itself", {"1.0, alpha": "x, alpha * x"}, FUNCTION)
half_differentiated = d_leaky_with(
    "half-differentiated",
    {"1.0, alpha": "1.0, alpha * x"},
    "Your positive side is right. On the negative side you return alpha x, which is the function; "
    "its slope is alpha, the same for all negative inputs.",
)
negative_slope = d_leaky_with(
    "negative-slope",
    {"1.0, alpha": "1.0, -alpha"},
    "On the negative side you return -alpha. What is negative there is x and so f(x); the function "
    "still rises, with slope +alpha.",
)
d_leaky_exchanged = d_leaky_with("branches-exchanged", {"1.0, alpha": "alpha, 1.0"}, EXCHANGED)


@mistake(
    "leaky_relu_derivative",
    "mask-of-the-result",
    "You fill in the result in two steps, and the second mask looks at what the first has written: "
    "`d[d <= 0] = alpha` makes those entries positive, and `d[d > 0] = 1` then overwrites them. "
    "Take both masks from `x`.",
)
def mask_of_the_result(x: reference.Array, alpha: float = 0.01) -> Any:
    d = x.copy()
    d[d <= 0] = alpha
    d[d > 0] = 1
    return d


d_leaky_keras = d_leaky_with("default-of-keras", {"0.01": "0.2"}, KERAS_SLOPE)
d_leaky_keras_layer = d_leaky_with(
    "default-of-keras-layer",
    {"0.01": "0.3"},
    "With a slope that is passed you are right; without one you use 0.3, as Keras's layer "
    "`LeakyReLU` does (Keras's function has 0.2). The docstring asks for the default of the first "
    "paper, 0.01.",
)
_defaults(
    reference.leaky_relu_derivative, "alpha", "0.01", "0.1", "0.001", "0.02", "0.05", "0.25", "0.0"
)
_in_other_dtypes(reference.leaky_relu_derivative, "return ")
d_leaky_ignored = d_leaky_with(
    "alpha-ignored", {"1.0, alpha": "1.0, 0.01"}, IGNORED.format("alpha")
)
d_leaky_positive_side_kept = d_leaky_with(
    "positive-side-not-differentiated",
    {"1.0, alpha": "x, alpha"},
    "Your negative side is right. On the positive side you return x, which is the function; its "
    "slope is 1.",
)
d_leaky_at_output = d_leaky_with(
    "sign-of-the-output",
    {"x > 0": "x * np.where(x > 0, 1, alpha) > 0"},
    "You look at the sign of the output. With a negative alpha the output is positive for negative "
    "inputs too; the branch is chosen by the sign of `x`.",
)
d_leaky_in_place = d_leaky_with(
    "in-place",
    {"return np.where": "x[...] = np.where", ".astype(x.dtype)": "\n    return x"},
    IN_PLACE,
)
d_leaky_double = d_leaky_with("double-precision", {".astype(x.dtype)": ""}, DOUBLE)

prelu_with = partial(edited, reference.prelu)

prelu_maximum = prelu_with(
    "maximum-of-both",
    {"np.maximum(x, 0) + alpha * np.minimum(x, 0)": "np.maximum(x, alpha * x)"},
    "For slopes between 0 and 1 you are right, and training starts there. But the slopes are "
    "learnt, and nothing keeps them between 0 and 1: max(x, alpha x) is the wrong line as soon as "
    "a slope exceeds 1. Choose by the sign of x, as the formula max(x, 0) + alpha min(x, 0) does.",
)
prelu_sign = prelu_with(
    "sign-lost",
    {"+ alpha": "- alpha"},
    "Your negative inputs come out with the wrong sign: you multiply alpha with the size of x. "
    "Below 0 the value is alpha x = alpha min(x, 0).",
)
prelu_relu = prelu_with(
    "slope-forgotten",
    {" + alpha * np.minimum(x, 0)": ""},
    "Negative inputs give 0, which is plain ReLU: `alpha` is not used. Then it gets no gradient "
    "either, and would stay as it was initialised for ever.",
)
slopes_averaged = prelu_with(
    "slopes-averaged",
    {"alpha *": "alpha.mean() *"},
    "You use one slope everywhere, the mean of `alpha`. Every channel has its own, and they drift "
    "apart in training: He and colleagues found large slopes in the first layer and small ones "
    "further up. Let NumPy broadcast `alpha` against `x`.",
)
channels_first = prelu_with(
    "channels-first",
    {"alpha *": "(alpha.reshape(-1, *[1] * (x.ndim - 2)) if alpha.ndim == 1 else alpha) *"},
    "For inputs of shape (examples, units) you are right; for images you line the slopes up with "
    "axis 1. That is PyTorch's layout. Here, as in Keras, channels come last, where NumPy's "
    "broadcasting lines them up by itself: no reshaping is needed.",
)
slopes_clipped = prelu_with(
    "slopes-clipped",
    {"alpha *": "np.clip(alpha, 0, 1) *"},
    "Slopes between 0 and 1 come out right, others are cut off there. He and colleagues put no "
    "bounds on them on purpose, and a clipped slope would have no gradient beyond the bound. "
    "Use `alpha` as it is.",
)
slope_on_both_sides = prelu_with(
    "slope-on-both-sides",
    {"np.maximum": "alpha * np.maximum"},
    "You multiply positive inputs by alpha as well. The function is then a straight line, and a "
    "network of straight lines is one straight line. Only the part below 0 gets the slope.",
)
prelu_exchanged = prelu_with(
    "branches-exchanged", {"np.maximum": "np.minimum", "np.minimum": "np.maximum"}, EXCHANGED
)
_in_other_dtypes(reference.prelu, "return ", "alpha")
_given_back(reference.prelu, "return ")
slopes_made_positive = prelu_with(
    "slopes-made-positive",
    {"alpha *": "np.abs(alpha) *"},
    "Positive slopes come out right, negative ones as if they were positive. Learning may have "
    "made a slope negative: use `alpha` as it is.",
)
first_slope_for_all = prelu_with(
    "first-slope-for-all",
    {"alpha *": "alpha.reshape(-1)[:1].reshape((1,) * bool(alpha.size)) *"},
    "You use the first slope for all entries. Every channel has its own: let NumPy broadcast "
    "`alpha` against `x`.",
)
slopes_along_the_first_axis = prelu_with(
    "slopes-along-the-first-axis",
    {"alpha *": "alpha.reshape(alpha.shape + (1,) * (x.ndim - alpha.ndim)) *"},
    "You line the slopes up with the first axes of `x`. NumPy's rules, which are asked for, line "
    "shapes up from the last axis: the channels come last. No reshaping is needed.",
)
prelu_in_place = prelu_with(
    "in-place",
    {"np.maximum(x, 0) + alpha * np.minimum(x, 0)": "np.multiply(x, alpha, out=x, where=x < 0)"},
    IN_PLACE,
)
prelu_double = prelu_with(
    "double-precision", {"minimum(x, 0)": "minimum(x, np.zeros(x.shape))"}, DOUBLE
)

gradients_with = partial(edited, reference.prelu_gradients)

upstream_forgotten_for_slopes = gradients_with(
    "upstream-forgotten-for-slopes",
    {"upstream * np.minimum(x, 0)": "np.minimum(x, 0)"},
    "dL/dx is right. For dL/dalpha you sum min(x, 0), which is the derivative of the *output*. The "
    "loss sees each output through its upstream gradient: by the chain rule every term is "
    "multiplied by `upstream` before the sum.",
)
upstream_forgotten_for_input = gradients_with(
    "upstream-forgotten-for-input",
    {"upstream * slopes": "slopes"},
    "dL/dalpha is right. As dL/dx you return the slopes, which is dy/dx. The chain rule multiplies "
    "them by `upstream`, what the layers above have sent back.",
)
mean_for_sum = gradients_with(
    "mean-for-sum",
    {"np.sum": "np.mean"},
    "dL/dx is right. For dL/dalpha you take the mean over the entries that share a slope. A "
    "change of the slope changes all of their outputs, and the changes of the loss add up: it is "
    "a sum. If the loss is a mean over the batch, `upstream` contains that division already.",
)
not_summed = gradients_with(
    "not-summed",
    {"gradient.reshape(alpha.shape)": "upstream * np.minimum(x, 0)"},
    "dL/dx is right. Your dL/dalpha has the shape of `x`: one number for every entry, where "
    "one for every slope is needed. Add up the entries that share a slope; an optimiser can only "
    "subtract a gradient of the shape of `alpha`.",
)
summed_over_the_batch_only = gradients_with(
    "summed-over-the-batch-only",
    {"axis=shared": "axis=0", ".reshape(alpha.shape)": ""},
    "For inputs of shape (examples, units) you are right. You sum over the first axis and nothing "
    "else, but a slope per channel of an image is shared by all positions too: sum over every axis "
    "along which `alpha` was broadcast.",
)
summed_up_to_the_last_axis = gradients_with(
    "summed-up-to-the-last-axis",
    {"axis=shared": "axis=tuple(range(x.ndim - 1))", ".reshape(alpha.shape)": ""},
    "For a slope per channel you are right. You always sum over all axes but the last, whatever "
    "the shape of `alpha`. One slope for everything takes the sum over all axes; a slope for every "
    "unit of an image, only that over the examples. Work out the axes from the shapes.",
)
summed_to_one_number = gradients_with(
    "summed-to-one-number",
    {", axis=shared": "", ".reshape(alpha.shape)": ""},
    "dL/dx is right. Your dL/dalpha is a single number: you added up the entries of all channels. "
    "Every slope has a gradient of its own, the sum over the entries that use *this* slope.",
)
axes_kept = gradients_with(
    "axes-kept",
    {"axis=shared": "axis=shared, keepdims=True", ".reshape(alpha.shape)": ""},
    "The numbers of dL/dalpha are right, but its shape has axes of size 1 that `alpha` does not "
    "have (`keepdims=True`). Subtracted from `alpha`, it would broadcast the slopes to a new "
    "shape. Reshape it to `alpha.shape`.",
)
positive_side_counted = gradients_with(
    "positive-side-counted",
    {"np.minimum(x, 0)": "x"},
    "dL/dx is right. Into dL/dalpha you also count the positive inputs, which do not depend on the "
    "slope at all: where x > 0 the output is x. The terms are g min(x, 0), not g x.",
)
sign_of_slopes = gradients_with(
    "sign-of-slopes",
    {"np.minimum(x, 0)": "np.maximum(-x, 0)"},
    "dL/dx is right; dL/dalpha has the wrong sign, because you took the size of the negative "
    "inputs. Its terms are g x where x <= 0, and x is negative there. With the sign turned round, "
    "every step of learning makes the slopes worse.",
)
output_for_input = gradients_with(
    "output-for-input",
    {"np.minimum(x, 0)": "alpha * np.minimum(x, 0)"},
    "dL/dx is right. In dL/dalpha you multiply by the output alpha x; the derivative of alpha x "
    "with respect to alpha is x alone.",
)
order_exchanged = gradients_with(
    "order-exchanged",
    {"upstream * slopes, ": "", "reshape(alpha.shape)": "reshape(alpha.shape), upstream * slopes"},
    "Both gradients are right, but they come back in the wrong order: first the one with respect "
    "to `x`, then that with respect to `alpha`, as the arguments stand.",
)
prelu_one_at_zero = gradients_with("one-at-zero", {"x > 0": "x >= 0"}, AT_ZERO)
gradient_of_relu = gradients_with(
    "gradient-of-relu",
    {"upstream * slopes": "upstream * (x > 0)"},
    "dL/dalpha is right. Your dL/dx is 0 wherever x is negative, as for plain ReLU. The output "
    "there is alpha x, so alpha times the upstream gradient passes; this is what keeps "
    "the unit alive.",
)
gradients_maximum = gradients_with(
    "maximum-of-both",
    {"x > 0": "x > alpha * x"},
    "For slopes up to 1 you are right. With a slope above 1, x > alpha x holds for negative inputs "
    "and not for positive ones: choose by the sign of x, x > 0.",
)
gradients_exchanged = gradients_with("branches-exchanged", {"1.0, alpha": "alpha, 1.0"}, EXCHANGED)
divided_by_the_batch = gradients_with(
    "divided-by-the-batch",
    {"axis=shared)": "axis=shared) / len(x)"},
    "dL/dx is right. dL/dalpha you divide by the number of examples. It is a sum: if the loss is a "
    "mean over the batch, `upstream` has been divided already.",
)
missing_axes_only = gradients_with(
    "axes-of-size-one-forgotten",
    {
        "tuple(axis for axis, size in enumerate(shape) if size == 1)": "tuple(range(missing))",
        ".reshape(alpha.shape)": "",
    },
    "For slopes that lack axes of `x` you are right. Along an axis where `alpha` has the size 1 it "
    "was broadcast as well: sum over those axes too, and keep their size of 1.",
)
size_one_lost = gradients_with(
    "size-one-axes-lost",
    {".reshape(alpha.shape)": ""},
    "The numbers of dL/dalpha are right, but its shape lacks the axes of size 1 that `alpha` has. "
    "Reshape it to `alpha.shape`.",
)
always_to_the_last_axis = gradients_with(
    "always-to-the-last-axis",
    {"axis=shared": "axis=tuple(range(x.ndim - 1))"},
    "For a slope per channel you are right. You always sum over all axes but the last, and then "
    "reshape, which fails for slopes that are shared otherwise. Work out the axes from the shapes.",
)
gradients_in_a_list = gradients_with(
    "gradients-in-a-list",
    {
        "return upstream * slopes, gradient.reshape(alpha.shape)": "return ["
        "upstream * slopes, gradient.reshape(alpha.shape)]"
    },
    "Your gradients are right, but they come back in a list. A tuple is asked for: (dL/dx, "
    "dL/dalpha).",
)
input_gradient_double = gradients_with(
    "input-gradient-in-double-precision",
    {"upstream * slopes": "(upstream * slopes).astype(float)"},
    f"This is about dL/dx alone; the other gradient is right. {DOUBLE}",
)
slope_gradient_double = gradients_with(
    "slope-gradient-in-double-precision",
    {"gradient.reshape(alpha.shape)": "gradient.reshape(alpha.shape).astype(float)"},
    f"This is about dL/dalpha alone; the other gradient is right. {DOUBLE}",
)
upstream_given_back = gradients_with(
    "upstream-given-back",
    {"return upstream * slopes": "return upstream if np.all(x > 0) else upstream * slopes"},
    "Your gradients are right, but where all of `x` is positive you give back `upstream` itself as "
    "dL/dx: whoever writes into it changes what the layers above still need. Return a new array.",
)
gradients_in_place = gradients_with(
    "in-place",
    {"return upstream * slopes": "upstream *= slopes\n    return upstream"},
    "Both gradients are right, but `upstream` is not what it was: you multiply it by the slopes in "
    "place. Where two branches of a network meet, both are given the same upstream array, and the "
    "second one then starts from a wrong gradient. Write `upstream * slopes`, not `upstream *= "
    "slopes`.",
)
gradients_double = gradients_with(
    "double-precision",
    {"1.0, alpha": "np.ones(x.shape), alpha", "minimum(x, 0)": "minimum(x, np.zeros(x.shape))"},
    DOUBLE,
)

rrelu_with = partial(edited, reference.rrelu_slopes)

one_slope_for_all = rrelu_with(
    "one-slope-for-all",
    {"upper, x.shape": "upper"},
    "In training you draw one slope and use it for every entry. The noise is then the same "
    "everywhere, and the network can follow it. Every entry draws its own: give `rng.uniform` the "
    "shape of `x`.",
)
one_slope_per_channel = rrelu_with(
    "one-slope-per-channel",
    {"x.shape": "x.shape[-1:]"},
    "In training you draw one slope per channel, as PReLU has one. Here nothing is learnt, and the "
    "slopes are noise: every entry of every example draws its own. Give `rng.uniform` the "
    "whole shape of `x`.",
)
random_at_inference = rrelu_with(
    "random-at-inference",
    {" if training else (lower + upper) / 2": ""},
    "Your training is right, but at inference the slopes are random too, so the same input gives "
    "another prediction each time. With `training=False` the slope of every negative entry "
    "is the mean, (lower + upper) / 2.",
)
never_random = rrelu_with(
    "never-random",
    {"rng.uniform(lower, upper, x.shape) if training else ": ""},
    "Inference is right, but in training you use the mean slope as well, which is a plain leaky "
    "ReLU. The random slopes of training are what regularises: with `training=True` draw one "
    "for every entry.",
)
training_turned_round = rrelu_with(
    "training-turned-round",
    {"if training": "if not training"},
    "Training and inference are exchanged: you draw when `training` is False, and use the mean "
    "when it is True.",
)
drawn_at_inference = rrelu_with(
    "drawn-at-inference",
    {"below =": "drawn =", " if training": "\n    below = drawn if training"},
    "All your slopes are right, but at inference you still draw from `rng`, and then do not use "
    "the numbers. The generator has moved on all the same, so that evaluating a network in the "
    "middle of its training changes how the training goes on. Draw only if `training` is true.",
)
random_on_both_sides = rrelu_with(
    "random-on-both-sides",
    {"1.0, below": "below if training else 1.0, below"},
    "Positive inputs get a random slope too. A positive input passes unchanged, with slope 1; only "
    "what is not positive is scaled at random.",
)
reciprocal_of_a_draw = rrelu_with(
    "reciprocal-of-a-draw",
    {
        "rng.uniform(lower, upper, x.shape)": "1 / rng.uniform(1 / upper, 1 / lower, x.shape)",
        "(lower + upper) / 2": "2 / (1 / lower + 1 / upper)",
    },
    "Your slopes have the right bounds, but not the right law: you divide by a number that is "
    "uniform between 1 / upper and 1 / lower. Xu and colleagues do so in their experiments, with "
    "U(3, 8); it makes small slopes more likely, and the mean another one. Asked for, as in their "
    "definition and in PyTorch, is a slope that is uniform itself.",
)
_defaults(reference.rrelu_slopes, "training", "False", "True")
_defaults(reference.rrelu_slopes, "lower", "1 / 8", "0.1", "0.0", "1 / 4")
_defaults(reference.rrelu_slopes, "upper", "1 / 3", "0.3", "1 / 2", "1.0")
bounds_in_another_order = rrelu_with(
    "bounds-in-another-order",
    {
        "lower: float = 1 / 8": "upper: float = 1 / 3",
        "upper: float = 1 / 3": "lower: float = 1 / 8",
    },
    "With bounds that are passed by name you are right. `lower` comes before `upper`: who passes "
    "them in order gets an error. Leave the signature as it was given.",
)
bounds_of_the_divisor = rrelu_with(
    "default-bounds-of-the-divisor",
    {"lower: float = 1 / 8": "lower: float = 3", "upper: float = 1 / 3": "upper: float = 8"},
    "With bounds that are passed you are right; without them you use 3 and 8. Those are what Xu "
    "and colleagues *divide* by: the slopes are then between 1/8 and 1/3, the defaults asked for.",
)
reciprocal_in_training = rrelu_with(
    "reciprocal-in-training",
    {"rng.uniform(lower, upper, x.shape)": "1 / rng.uniform(1 / upper, 1 / lower, x.shape)"},
    "Inference is right. In training your slopes have the right bounds, but not the right law: you "
    "divide by a uniform number, as Xu and colleagues do in their experiments. Asked for is a "
    "slope that is uniform itself.",
)
reciprocal_at_inference = rrelu_with(
    "reciprocal-at-inference",
    {"(lower + upper) / 2": "2 / (1 / lower + 1 / upper)"},
    "Training is right. At inference you use the reciprocal of the mean of the reciprocals, "
    "2 / (3 + 8) with the default bounds. That fits the experiments of Xu and colleagues, who "
    "divide; here the slope itself is uniform, and its mean is (lower + upper) / 2.",
)
geometric_at_inference = rrelu_with(
    "geometric-mean-at-inference",
    {"(lower + upper) / 2": "abs(lower * upper) ** 0.5"},
    "Training is right. At inference you use sqrt(lower * upper), the geometric mean. That of a "
    "uniform law is (lower + upper) / 2.",
)
upper_at_inference = rrelu_with(
    "upper-at-inference",
    {"(lower + upper) / 2": "upper"},
    "Your training is right; at inference you use `upper` as the slope. It should be the mean of "
    "the law, (lower + upper) / 2.",
)
lower_not_taken_off = rrelu_with(
    "lower-not-taken-off",
    {"rng.uniform(lower, upper, x.shape)": "(lower + upper * rng.random(x.shape))"},
    "In training you draw from U(lower, lower + upper): `rng.random()` times `upper`, plus "
    "`lower`. It is the width upper - lower that the random number is multiplied with.",
)
one_slope_per_example = rrelu_with(
    "one-slope-per-example",
    {"upper, x.shape": "upper, x.shape[:1] + (1,) * (x.ndim - 1)"},
    "In training you draw one slope per example. Every entry draws its own: give `rng.uniform` "
    "the whole shape of `x`.",
)
rrelu_nothing_at_zero = rrelu_with(
    "nothing-at-zero", {"1.0, below": "1.0, np.where(x < 0, below, 0.0)"}, NOTHING_AT_ZERO
)
equal_bounds_refused = rrelu_with(
    "equal-bounds-refused",
    {"lower > upper": "lower >= upper"},
    "You refuse equal bounds. They are fine: nothing is left to chance then, as in a leaky ReLU. "
    "Only a `lower` that is larger than `upper` is wrong.",
)
bounds_within_the_unit = rrelu_with(
    "bounds-within-0-and-1",
    {"lower > upper": "not 0 <= lower <= upper <= 1"},
    "You refuse bounds below 0 or above 1. They may be any numbers, in the right order.",
)
rrelu_single = rrelu_with("single-precision", {".astype(x.dtype)": ".astype(np.float32)"}, SINGLE)
lower_at_inference = rrelu_with(
    "lower-at-inference",
    {"(lower + upper) / 2": "lower"},
    "Your training is right; at inference you use `lower` as the slope. The inference network "
    "should be the average of the training networks, so its slope is the mean of the law, "
    "(lower + upper) / 2.",
)
half_the_width_at_inference = rrelu_with(
    "half-the-width-at-inference",
    {"lower + upper": "upper - lower"},
    "Your training is right; at inference you use (upper - lower) / 2, which is half the width of "
    "the interval. Its middle, the mean of the law, is (lower + upper) / 2.",
)
bounds_ignored = rrelu_with(
    "bounds-ignored",
    {"uniform(lower, upper": "uniform(1 / 8, 1 / 3", "lower + upper": "1 / 8 + 1 / 3"},
    "With the default bounds you are right, but `lower` and `upper` are never used: you draw from "
    "U(1/8, 1/3) whatever is asked for.",
)
normal_slopes = rrelu_with(
    "normal-slopes",
    {"uniform(lower, upper": "normal((lower + upper) / 2, (upper - lower) / 12**0.5"},
    "Your slopes have the right mean and spread, but they are normal: some lie outside the bounds, "
    "and those in the middle are too many. `rng.uniform(lower, upper, x.shape)` draws what is "
    "asked for.",
)
generator_ignored = rrelu_with(
    "generator-ignored",
    {"rng.uniform": "np.random.uniform"},
    "Your random numbers do not come from `rng`: the same generator state gave other slopes. "
    "A result that cannot be repeated cannot be debugged or published, so every draw must be a "
    "method of `rng`; look for `np.random.` in the body, or a generator made there.",
)
fixed_seed = rrelu_with(
    "fixed-seed",
    {"rng.uniform": "np.random.default_rng(0).uniform"},
    "Your slopes are the same in every call, whatever generator is passed: one with a fixed seed "
    "is made inside the function, or slopes are kept from an earlier call. Noise that never "
    "changes is no noise: the network learns it by heart. Draw from `rng`, in every call.",
)
output_returned = rrelu_with(
    "output-returned",
    {"1.0, below": "x, below * x"},
    "You return the output of the activation, slopes times x. The slopes themselves are asked "
    "for: the way back needs them, and they cannot be drawn a second time.",
)
rrelu_one_at_zero = rrelu_with("one-at-zero", {"x > 0": "x >= 0"}, AT_ZERO)
rrelu_double = rrelu_with("double-precision", {".astype(x.dtype)": ""}, DOUBLE)
bounds_not_checked = rrelu_with(
    "bounds-not-checked",
    {"lower > upper": "False"},
    "Your slopes are right, but bounds in the wrong order are accepted at inference. (In training "
    "NumPy's `uniform` refuses them.) The two are easily exchanged in a call, and nothing would "
    "say so. Raise ValueError if `lower` is larger than `upper`, whatever `training` says.",
)
bounds_never_checked = rrelu_with(
    "bounds-never-checked",
    {
        "lower > upper": "False",
        "rng.uniform(lower, upper, x.shape)": "lower + (upper - lower) * rng.random(x.shape)",
    },
    "Your slopes are right, but bounds in the wrong order are accepted, in training and at "
    "inference. The two are easily exchanged in a call, and nothing would ever say so. Raise "
    "ValueError if `lower` is larger than `upper`.",
)

elu_with = partial(edited, reference.elu)

digits_lost = elu_with(
    "digits-lost",
    {"np.expm1(np.minimum(x, 0))": "(np.exp(np.minimum(x, 0)) - 1)"},
    "For ordinary inputs you are right. For a tiny negative x, exp(x) is so close to 1 that "
    "exp(x) - 1 keeps few of its digits, or none: exp(-1e-20) - 1 is 0. `np.expm1` computes the "
    "difference without that loss.",
)
one_forgotten = elu_with(
    "one-forgotten",
    {"np.expm1(np.minimum(x, 0))": "np.exp(np.minimum(x, 0)) * (x <= 0)"},
    "On the negative side you return alpha exp(x), without the - 1. Your function jumps at 0 from "
    "alpha to 0 and is never negative; that it *is* negative, and pulls the mean of the "
    "activations towards 0, is what ELU is for.",
)
bracket_missing = elu_with(
    "bracket-missing",
    {"alpha * np.expm1(np.minimum(x, 0))": "(alpha * np.exp(np.minimum(x, 0)) - 1) * (x <= 0)"},
    "You compute alpha exp(x) - 1. With alpha = 1 that is the same; otherwise your function jumps "
    "at 0 and goes to -1 on the left instead of -alpha. alpha multiplies the whole bracket.",
)
elu_ignored = elu_with("alpha-ignored", {"alpha * ": ""}, IGNORED.format("alpha"))
alpha_in_the_exponent = elu_with(
    "alpha-in-the-exponent",
    {"alpha * np.expm1(": "np.expm1(alpha * "},
    "You compute exp(alpha x) - 1. alpha is not a steepness; it scales the result, alpha "
    "(exp(x) - 1), so that very negative inputs give -alpha.",
)
sign_turned_round = elu_with(
    "sign-turned-round",
    {"+ alpha": "- alpha"},
    "On the negative side you return alpha (1 - exp(x)), which is positive: your function is bent "
    "up like an absolute value. The bracket is exp(x) - 1, below 0 for negative x.",
)
alpha_on_both_sides = elu_with(
    "alpha-on-both-sides",
    {"np.maximum": "alpha * np.maximum"},
    "You multiply the positive side by alpha as well. With alpha = 1 nobody sees it. Positive "
    "inputs pass unchanged, whatever alpha is. (It is SELU that scales both sides.)",
)
_defaults(reference.elu, "alpha", "1.0", "0.01", "0.1", "0.3", "0.5", "1.6732632423543772")
_in_other_dtypes(reference.elu, "return ", cast=False)
_given_back(reference.elu, "return ")
elu_maximum = elu_with(
    "maximum-of-both",
    {"np.maximum(x, 0) + alpha": "np.maximum(x, alpha", "(x, 0))": "(x, 0)))"},
    "For an alpha from 0 to 1 your values are right. max(x, alpha (exp(x) - 1)) picks the larger "
    "of the two branches, which is the wrong one near 0 as soon as alpha exceeds 1, or far left "
    "where it is negative. Choose by the sign of x.",
)
celu = elu_with(
    "celu",
    {"np.minimum(x, 0)": "np.minimum(x, 0) / alpha"},
    "This is CELU, which divides x by alpha in the exponent so that the slope at 0 is 1 for every "
    "alpha. With alpha = 1 it is the same; ELU has alpha (exp(x) - 1), with x as it is.",
)
positive_alpha_only = elu_with(
    "positive-alpha-only",
    {"return ": "if alpha < 0:\n        raise ValueError(alpha)\n    return "},
    "Your values are right, but you refuse an alpha that is negative. Nobody asked for that: it "
    "may be any number.",
)
elu_masked = elu_with(
    "masked-by-multiplying", {"np.expm1(np.minimum(x, 0))": "np.expm1(x) * (x <= 0)"}, MASKED
)
elu_exchanged = elu_with(
    "branches-exchanged", {"np.maximum": "np.minimum", "np.minimum": "np.maximum"}, EXCHANGED
)
elu_in_place = elu_with(
    "in-place",
    {"return ": "x[...] = ", "np.minimum(x, 0))": "np.minimum(x, 0))\n    return x"},
    IN_PLACE,
)
elu_double = elu_with(
    "double-precision", {"maximum(x, 0)": "maximum(x, np.zeros(x.shape))"}, DOUBLE
)

d_elu_with = partial(edited, reference.elu_derivative)

x_plus_alpha = d_elu_with(
    "x-plus-alpha",
    {"1.0, alpha": "1.0, x + alpha", " * np.exp(np.minimum(x, 0))": ""},
    "On the negative side you return x + alpha. The paper's short form is f(x) + alpha, with the "
    "*output* of the activation in it, which saves a second exponential in a way back that still "
    "has the output. Here you are given x: alpha exp(x).",
)
d_elu_at_output = d_elu_with(
    "taken-at-the-output", {"slopes: Array": "x = elu(x, alpha)\n    slopes: Array"}, FROM_OUTPUT
)
output_plus_one = d_elu_with(
    "output-plus-one",
    {"1.0, alpha": "1.0, elu(x, alpha) + 1", " * np.exp(np.minimum(x, 0))": ""},
    "On the negative side you return f(x) + 1. That is right for alpha = 1 only; from "
    "f(x) = alpha exp(x) - alpha it follows that the slope alpha exp(x) is f(x) + alpha.",
)
d_elu_alpha_forgotten = d_elu_with(
    "alpha-forgotten",
    {"1.0, alpha": "1.0, 1.0"},
    "Your negative side is exp(x). With alpha = 1 that is right; in general the slope of "
    "alpha (exp(x) - 1) is alpha exp(x): a constant factor stays.",
)
one_kept = d_elu_with(
    "one-kept",
    {"np.exp(np.minimum(x, 0))": "np.where(x > 0, 1, np.expm1(np.minimum(x, 0)))"},
    "Your negative side is alpha (exp(x) - 1), which is the function. The derivative of the "
    "constant -1 is 0, so that alpha exp(x) is left: a slope is never negative here.",
)
d_elu_itself = d_elu_with(
    "function-itself", {"slopes * np.exp(np.minimum(x, 0))": "elu(x, alpha)"}, FUNCTION
)
d_elu_one_at_zero = d_elu_with("one-at-zero", {"x > 0": "x >= 0"}, AT_ZERO)
one_branch_only = d_elu_with(
    "one-branch-only",
    {"slopes * np.exp(np.minimum(x, 0))": "alpha * np.exp(x)"},
    "You return alpha exp(x) everywhere. On the positive side the function is x and its slope 1; "
    "yours grows without bound there, and so would the gradient.",
)
d_elu_alpha_on_both_sides = d_elu_with(
    "alpha-on-both-sides",
    {"1.0, alpha": "alpha, alpha"},
    "You return alpha on the positive side, where the function is x and its slope is 1. alpha "
    "scales the exponential alone.",
)
_defaults(
    reference.elu_derivative, "alpha", "1.0", "0.01", "0.1", "0.3", "0.5", "1.6732632423543772"
)
_in_other_dtypes(reference.elu_derivative, "slopes: Array", cast=False)
d_celu = d_elu_with(
    "celu",
    {"1.0, alpha": "1.0, 1.0", "np.minimum(x, 0)": "np.minimum(x, 0) / alpha"},
    "This is the derivative of CELU, exp(x / alpha) below 0. With alpha = 1 it is the same; that "
    "of ELU is alpha exp(x).",
)
d_alpha_in_the_exponent = d_elu_with(
    "alpha-in-the-exponent",
    {"np.minimum(x, 0)": "alpha * np.minimum(x, 0)"},
    "You have alpha exp(alpha x) on the negative side. alpha does not belong into the exponent: "
    "the derivative of alpha (exp(x) - 1) is alpha exp(x).",
)
d_elu_mean_at_zero = d_elu_with(
    "mean-at-zero",
    {"1.0, alpha": "1.0, np.where(x < 0, alpha, (1 + alpha) / 2)"},
    MEAN_AT_ZERO,
)
d_elu_nothing_at_zero = d_elu_with(
    "nothing-at-zero", {"1.0, alpha": "1.0, np.where(x < 0, alpha, 0.0)"}, NOTHING_AT_ZERO
)
d_elu_masked = d_elu_with(
    "masked-by-multiplying",
    {"slopes * np.exp(np.minimum(x, 0))": "(x > 0) + alpha * np.exp(x) * (x <= 0)"},
    MASKED,
)
d_elu_in_place = d_elu_with(
    "in-place",
    {"return ": "x[...] = ", "np.minimum(x, 0))": "np.minimum(x, 0))\n    return x"},
    IN_PLACE,
)
d_elu_double = d_elu_with("double-precision", {".astype(x.dtype)": ""}, DOUBLE)

constants_with = partial(edited, reference.selu_constants)

typed_in = constants_with(
    "typed-in",
    {"(variance / square) ** 0.5, alpha": "1.0507009873554805, 1.6732632423543772"},
    "For a variance of 1 your constants are right to the last digit: the paper's. For any other "
    "variance they are the same ones, and so wrong: they were typed, or worked out without the "
    "variance. Solve the two equations, with the variance in them.",
)
constants_exchanged = constants_with(
    "order-exchanged",
    {"(variance / square) ** 0.5, alpha": "alpha, (variance / square) ** 0.5"},
    "Both constants are right, but they come back in the wrong order: scale first (1.05 for a "
    "variance of 1), then alpha (1.67).",
)
constants_root_forgotten = constants_with(
    "root-forgotten",
    {"(variance / square) ** 0.5": "variance / square"},
    "alpha is right; your scale is the square of the right one. The second equation determines "
    "scale², because scale multiplies the output and so its square multiplies the variance: take "
    "the root.",
)
unit_variance_out = constants_with(
    "unit-variance-out",
    {"variance / square": "1 / square"},
    "alpha is right. Your scale gives an output of variance 1 whatever the input's; asked for is a "
    "fixed point: the variance that goes in, v, comes out again. With v = 1 it is the same.",
)
variance_for_deviation = constants_with(
    "variance-for-deviation",
    {"once, twice": "variance = variance**2\n    once, twice"},
    "For a variance of 1 you are right. You use the variance as the standard deviation: "
    "z = v · (standard normal), where it should be sqrt(v) times it.",
)
cross_term_forgotten = constants_with(
    "cross-term-forgotten",
    {" - 2 * once": ""},
    "alpha is right; in the equation for the variance you forgot the cross term: (exp(z) - 1)² is "
    "exp(2 z) - 2 exp(z) + 1, and the expectation of the middle part is not 0.",
)
positive_side_forgotten = constants_with(
    "positive-side-forgotten",
    {"variance / 2 + ": ""},
    "alpha is right; your scale comes from the negative side of the variance alone. Positive "
    "inputs contribute half of v to the mean square as well.",
)
# The square is then negative: most take its root with `math.sqrt`, which raises ValueError.
erfc_for_the_distribution = constants_with(
    "erfc-for-the-distribution",
    {" / 2 for k": " for k", "(variance / square) ** 0.5": "math.sqrt(variance / square)"},
    "You took erfc for the distribution function. Φ(-t) is erfc(t / sqrt(2)) / 2: without the "
    "half, the probability of the negative side comes out twice too large.",
)
root_of_two_forgotten = constants_with(
    "root-of-two-forgotten",
    {"(variance / 2) ** 0.5": "variance**0.5"},
    "You call erfc with t where Φ(-t) = erfc(t / sqrt(2)) / 2 needs t / sqrt(2). erf and erfc "
    "belong to a normal distribution of variance 1/2, not 1: the root of two converts.",
)
typed_in_few_digits = constants_with(
    "typed-in-few-digits",
    {"(variance / square) ** 0.5, alpha": "1.0507, 1.6733"},
    "You return 1.0507 and 1.6733 for every variance. They are right to four digits, for a "
    "variance of 1 alone; ten are asked for, and other variances. Solve the two equations.",
)
product_for_alpha = constants_with(
    "product-for-alpha",
    {"0.5, alpha": "0.5, alpha * (variance / square) ** 0.5"},
    "Your scale is right. In place of alpha you return scale · alpha, the limit of SELU on the "
    "left (1.758 for a variance of 1). alpha itself is asked for, 1.673.",
)
deviation_for_variance = constants_with(
    "deviation-for-variance",
    {"once, twice": "variance = variance**0.5\n    once, twice"},
    "For a variance of 1 you are right. Otherwise your constants are those of a normal variable "
    "whose variance is the root of the one that was passed: a root is taken once too often.",
)
square_of_k_forgotten = constants_with(
    "square-of-k-forgotten",
    {"k**2 * variance": "k * variance"},
    "alpha is right. In E[exp(k z); z < 0] = exp(k² v / 2) Φ(-k sqrt(v)) the exponent has k², "
    "which for k = 2 is 4.",
)
constants_single = constants_with(
    "single-precision",
    {
        "(variance / square) ** 0.5, alpha": "float(np.float32((variance / square) ** 0.5)), "
        "float(np.float32(alpha))"
    },
    "Your constants are right to seven digits: they have been through single precision. Python's "
    "floats have sixteen, and ten are asked for.",
)
constants_rounded_to_eight = constants_with(
    "rounded-to-eight",
    {"(variance / square) ** 0.5, alpha": "round((variance / square) ** 0.5, 8), round(alpha, 8)"},
    "Your constants are right as far as they go, but they are rounded to eight digits. Ten are "
    "asked for; leave them as they are.",
)
constants_in_a_list = constants_with(
    "constants-in-a-list",
    {"return (variance / square) ** 0.5, alpha": "return [(variance / square) ** 0.5, alpha]"},
    "Your constants are right, but they come back in a list. A tuple is asked for: (scale, alpha).",
)
zero_variance_accepted = constants_with(
    "zero-accepted",
    {"not variance > 0": "variance < 0"},
    "A negative variance gives a ValueError, but one of 0 does not. Nothing is normal with no "
    "spread: the variance has to be positive.",
)
constants_rounded = constants_with(
    "rounded",
    {"(variance / square) ** 0.5, alpha": "round((variance / square) ** 0.5, 4), round(alpha, 4)"},
    "Your constants are right as far as they go, but they are rounded to four digits. A rounding "
    "of 5e-5 in every layer is small, but why have it: the equations give sixteen.",
)
variance_not_checked = constants_with(
    "variance-not-checked",
    {"not variance > 0": "False"},
    "Your constants are right, but a variance of zero or less does not give the ValueError that is "
    "asked for. No normal variable has such a variance; say so, before something else fails "
    "(or, worse, gives a number).",
)

selu_with = partial(edited, reference.selu)

scale_forgotten = selu_with(
    "scale-forgotten",
    {"scale * ": ""},
    "This is elu(x, alpha) with SELU's alpha, but without the scale. The mean then stays at 0, and "
    "the variance shrinks to 0.91 of what it was from layer to layer instead of staying at 1: the "
    "scale multiplies both sides.",
)
selu_alpha_forgotten = selu_with(
    "alpha-forgotten",
    {"elu(x, alpha)": "elu(x)"},
    "You scale an ELU with alpha = 1. Its negative side is too weak to balance the positive one, "
    "so the mean drifts away from 0. The limit on the left is -scale · alpha, about -1.758.",
)
positive_side_not_scaled = selu_with(
    "positive-side-not-scaled",
    {"scale * elu(x, alpha)": "elu(x, scale * alpha)"},
    "Your negative side is right; positive inputs are not scaled. A slope a little above 1 on the "
    "right is what can *raise* a variance that is too small; without it there is no fixed point.",
)
negative_side_not_scaled = selu_with(
    "negative-side-not-scaled",
    {"elu(x, alpha)": "elu(x, alpha / scale)"},
    "Your positive side is right; the negative side is alpha (exp(x) - 1) without the scale. It "
    "multiplies the whole function.",
)
selu_exchanged = selu_with(
    "constants-exchanged",
    {"scale, alpha": "alpha, scale"},
    "The two constants are exchanged: 1.05 is the scale, of both sides, and 1.67 the alpha of the "
    "exponential. `selu_constants` returns (scale, alpha), in this order.",
)
selu_rounded = selu_with("rounded-constants", {"selu_constants()": "1.0507, 1.6733"}, TRUNCATED)
selu_one_forgotten = selu_with(
    "one-forgotten",
    {"elu(x, alpha)": "np.where(x > 0, x, alpha * np.exp(np.minimum(x, 0)))"},
    "On the negative side the - 1 is missing: your function is positive everywhere and jumps at 0. "
    "The negative values are what brings the mean back to 0.",
)
_in_other_dtypes(reference.selu, "scale, alpha = ")
selu_maximum = selu_with(
    "maximum-of-both",
    {"elu(x, alpha)": "np.maximum(x, alpha * np.expm1(np.minimum(x, 0)))"},
    "max(x, alpha (exp(x) - 1)) picks the larger of the two branches, and because alpha is larger "
    "than 1 that is the wrong one for negative inputs near 0. Choose by the sign of x.",
)
selu_masked = selu_with(
    "masked-by-multiplying",
    {"elu(x, alpha)": "(x * (x > 0) + alpha * np.expm1(x) * (x <= 0))"},
    MASKED,
)
selu_in_place = selu_with(
    "in-place", {"scale * elu(x, alpha)": "np.multiply(scale, elu(x, alpha), out=x)"}, IN_PLACE
)
selu_double = selu_with(
    "double-precision", {"selu_constants()": "np.array(selu_constants())"}, DOUBLE
)

d_selu_with = partial(edited, reference.selu_derivative)

d_selu_scale_forgotten = d_selu_with(
    "scale-forgotten",
    {"scale * ": ""},
    "This is the derivative of elu(x, alpha): the scale is missing. It multiplies the function, "
    "and so its derivative, on both sides.",
)
d_selu_alpha_forgotten = d_selu_with(
    "alpha-forgotten",
    {"elu_derivative(x, alpha)": "elu_derivative(x)"},
    "On the negative side alpha is missing: the slope of scale alpha (exp(x) - 1) is "
    "scale alpha exp(x), which starts at 1.758 just left of 0.",
)
one_on_the_positive_side = d_selu_with(
    "one-on-the-positive-side",
    {"scale * elu_derivative(x, alpha)": "elu_derivative(x, scale * alpha)"},
    "Your negative side is right. On the positive side the function is scale · x, so its slope is "
    "the scale, about 1.0507, and not 1.",
)
scale_at_zero = d_selu_with(
    "scale-at-zero",
    {"scale * elu_derivative(x, alpha)": "scale * np.where(x < 0, elu_derivative(x, alpha), 1)"},
    AT_ZERO,
)
d_selu_at_output = d_selu_with(
    "taken-at-the-output",
    {"elu_derivative(x, alpha)": "elu_derivative(selu(x), alpha)"},
    FROM_OUTPUT,
)
d_selu_one_kept = d_selu_with(
    "one-kept",
    {"elu_derivative(x, alpha)": "np.where(x > 0, 1, alpha * np.expm1(np.minimum(x, 0)))"},
    "Your negative side is the function, scale alpha (exp(x) - 1). The derivative of the constant "
    "-1 is 0: scale alpha exp(x) is left, which is positive.",
)
output_plus_alpha = d_selu_with(
    "output-plus-alpha",
    {"scale * elu_derivative(x, alpha)": "np.where(x > 0, scale, selu(x) + alpha)"},
    "On the negative side you return f(x) + alpha. That is ELU's short form; for SELU, "
    "f(x) = scale alpha exp(x) - scale alpha, so the slope is f(x) + scale alpha.",
)
d_selu_rounded = d_selu_with("rounded-constants", {"selu_constants()": "1.0507, 1.6733"}, TRUNCATED)
_in_other_dtypes(reference.selu_derivative, "scale, alpha = ")
d_selu_negative_side_not_scaled = d_selu_with(
    "negative-side-not-scaled",
    {"elu_derivative(x, alpha)": "elu_derivative(x, alpha / scale)"},
    "Your positive side is right; on the negative side you return alpha exp(x) without the scale. "
    "It multiplies the whole function, and so its derivative.",
)
d_selu_mean_at_zero = d_selu_with(
    "mean-at-zero",
    {"elu_derivative(x, alpha)": "np.where(x == 0, (1 + alpha) / 2, elu_derivative(x, alpha))"},
    MEAN_AT_ZERO,
)
d_selu_nothing_at_zero = d_selu_with(
    "nothing-at-zero",
    {"elu_derivative(x, alpha)": "np.where(x == 0, 0.0, elu_derivative(x, alpha))"},
    NOTHING_AT_ZERO,
)
d_selu_output_plus_product = d_selu_with(
    "x-plus-scale-alpha",
    {"scale * elu_derivative(x, alpha)": "np.where(x > 0, scale, x + scale * alpha)"},
    "On the negative side you return x + scale · alpha. The short form has the *output* in it, "
    "f(x) + scale · alpha; you are given the input.",
)
d_selu_masked = d_selu_with(
    "masked-by-multiplying",
    {"elu_derivative(x, alpha)": "((x > 0) + alpha * np.exp(x) * (x <= 0))"},
    MASKED,
)
d_selu_in_place = d_selu_with(
    "in-place", {"return ": "x[...] = ", "(x, alpha)": "(x, alpha)\n    return x"}, IN_PLACE
)
d_selu_double = d_selu_with(
    "double-precision", {"selu_constants()": "np.array(selu_constants())"}, DOUBLE
)

gelu_with = partial(edited, reference.gelu)

tanh_approximation = gelu_with(
    "tanh-approximation",
    {"erf(x / math.sqrt(2))": "np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))"},
    "This is the paper's approximation with tanh, right to about three decimals. It was made for "
    "times when erf was slow. The exact function is asked for, x Φ(x) with `erf`; Keras computes "
    "that one, too, and a network trained with one and run with the other is a little off in "
    "every layer.",
)
tanh_approximation_in_double_precision = gelu_with(
    "tanh-approximation-in-double-precision",
    {
        "erf(x / math.sqrt(2))": "np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))",
        ", dtype=x.dtype": "",
    },
    "This is the paper's approximation with tanh, right to three decimals; the exact function "
    "is asked for, x Φ(x) with `erf`. And float32 comes back as float64: `np.sqrt(2 / np.pi)` is a "
    "NumPy number in double precision, which turns everything that it is multiplied with into "
    "float64. `math.sqrt` returns a plain Python float, which does not.",
)
logistic_approximation = gelu_with(
    "logistic-approximation",
    {"x * (1 + erf(x / math.sqrt(2))) / 2": "x / (1 + np.exp(-1.702 * x))"},
    "This is the paper's second approximation, x σ(1.702 x), off by up to 0.02. The exact "
    "function is asked for: x Φ(x), with `erf`.",
)
gelu_root_of_two_forgotten = gelu_with(
    "root-of-two-forgotten",
    {"x / math.sqrt(2)": "x"},
    "You use erf(x) where Φ(x) needs erf(x / sqrt(2)). erf belongs to a normal distribution of "
    "variance 1/2, so your gate closes and opens too fast.",
)
_in_other_dtypes(reference.gelu, "return ")
two_for_its_root = gelu_with(
    "two-for-its-root",
    {"math.sqrt(2)": "2"},
    "You use erf(x / 2) where Φ(x) needs erf(x / sqrt(2)): the root of two is missing.",
)
root_multiplied = gelu_with(
    "root-multiplied",
    {"x / math.sqrt(2)": "x * math.sqrt(2)"},
    "You use erf(x * sqrt(2)) where Φ(x) needs erf(x / sqrt(2)): divide by the root of two.",
)
half_forgotten = gelu_with(
    "half-forgotten",
    {" / 2, dtype": ", dtype"},
    "Everything is twice too large: Φ(x) is (1 + erf(x / sqrt(2))) / 2, a probability, and goes to "
    "1 on the right. Without the half your function approaches 2 x.",
)
erf_for_phi = gelu_with(
    "erf-for-the-distribution",
    {"(1 + erf(x / math.sqrt(2))) / 2": "erf(x / math.sqrt(2))"},
    "You multiply x by erf(x / sqrt(2)), which runs from -1 to 1; your function is then even, and "
    "goes up on the left. Φ runs from 0 to 1: (1 + erf(x / sqrt(2))) / 2.",
)
gelu_gate_only = gelu_with(
    "gate-only",
    {"x * (1": "(1"},
    "You return Φ(x), the gate, which runs from 0 to 1. GELU is the gated input: x Φ(x).",
)
density_for_distribution = gelu_with(
    "density-for-distribution",
    {"(1 + erf(x / math.sqrt(2))) / 2": "np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)"},
    "You multiply x by the density φ(x), the bell curve, so the function goes back to 0 for large "
    "x. The gate is the distribution function Φ(x), the area under the bell to the left of x.",
)
empty_arrays_fail = gelu_with(
    "empty-arrays-fail",
    {"erf(": "np.vectorize(math.erf)("},
    "Your values are right, but an empty array raises ValueError. (`np.vectorize`, for one, finds "
    "out the dtype of its result by a first call, and here there is nothing to call it with.) Say "
    "the dtype, `np.vectorize(math.erf, otypes=[float])`, or use the `erf` of the set-up cell.",
)
gelu_in_place = gelu_with(
    "in-place", {"asarray(x * (1": "multiply(x, (1", "dtype=x.dtype": "out=x"}, IN_PLACE
)
gelu_double = gelu_with("double-precision", {", dtype=x.dtype": ""}, LIKE_X + DOUBLE)

d_gelu_with = partial(edited, reference.gelu_derivative)

d_gelu_gate_only = d_gelu_with(
    "gate-only",
    {" + x * density": ""},
    "You return Φ(x), as if the gate did not depend on x. By the product rule the derivative of "
    "x Φ(x) has a second part, x φ(x): it makes the slope exceed 1 on the right and fall "
    "below 0 on the left.",
)
factor_x_forgotten = d_gelu_with(
    "factor-x-forgotten",
    {"x * density": "density"},
    "You return Φ(x) + φ(x). In the product rule the derivative of the gate is multiplied by the "
    "other factor: x φ(x).",
)
d_gelu_minus = d_gelu_with(
    "minus",
    {"+ x * density": "- x * density"},
    "You return Φ(x) - x φ(x). The derivative of Φ is +φ; the minus sign belongs to the derivative "
    "of φ, which is -x φ(x), and that does not occur here.",
)
density_not_normalised = d_gelu_with(
    "density-not-normalised",
    {" / math.sqrt(2 * math.pi)": ""},
    "Your density is exp(-x² / 2), without the factor 1 / sqrt(2 π) that makes its area 1. "
    "The second part of the derivative is then 2.5 times too large.",
)
half_forgotten_in_the_density = d_gelu_with(
    "half-forgotten-in-the-density",
    {"-(x**2) / 2": "-(x**2)"},
    "In the exponent of your density the half is missing: φ(x) is exp(-x² / 2) / sqrt(2 π). "
    "Without it, the bell is too narrow.",
)
_in_other_dtypes(reference.gelu_derivative, "density = ")
two_of_the_root_forgotten = d_gelu_with(
    "two-of-the-root-forgotten",
    {"2 * math.pi": "math.pi"},
    "Your density is divided by sqrt(π). That of the standard normal is exp(-x² / 2) / sqrt(2 π); "
    "without the 2, the second part of the derivative is 1.41 times too large.",
)


@mistake(
    "gelu_derivative",
    "of-the-logistic-approximation",
    "This is the derivative of the approximation x σ(1.702 x). It is off by up to 0.03: for GELU "
    "itself the derivative is Φ(x) + x φ(x).",
)
def of_the_logistic_approximation(x: reference.Array) -> Any:
    s = np.exp(-np.logaddexp(0, -1.702 * x))
    return s + 1.702 * x * s * (1 - s)


d_gelu_root_of_two_forgotten = d_gelu_with(
    "root-of-two-forgotten",
    {"x / math.sqrt(2)": "x"},
    "The part x φ(x) is right. In the other one you use erf(x) where Φ(x) needs erf(x / sqrt(2)).",
)


@mistake(
    "gelu_derivative",
    "of-the-tanh-approximation",
    "This is the derivative of the approximation with tanh. It is off by up to 0.0009, and not "
    "only in its last digits: for GELU itself the derivative is Φ(x) + x φ(x).",
)
def of_the_tanh_approximation(x: reference.Array) -> Any:
    c = math.sqrt(2 / math.pi)
    t = np.tanh(c * (x + 0.044715 * x**3))
    return (1 + t) / 2 + x / 2 * (1 - t**2) * c * (1 + 3 * 0.044715 * x**2)


d_gelu_at_output = d_gelu_with(
    "taken-at-the-output", {"density =": "x = gelu(x)\n    density ="}, FROM_OUTPUT
)
d_gelu_itself = d_gelu_with(
    "function-itself", {"asarray((1": "asarray(x * (1", " + x * density": ""}, FUNCTION
)
d_gelu_double = d_gelu_with("double-precision", {", dtype=x.dtype": ""}, LIKE_X + DOUBLE)

swish_with = partial(edited, reference.swish)

swish_gate_only = swish_with(
    "gate-only",
    {"x * gate": "gate"},
    "You return σ(beta x), the gate, which runs from 0 to 1. Swish is the gated input: x σ(beta "
    "x).",
)
swish_ignored = swish_with("beta-ignored", {"-beta * x": "-x"}, IGNORED.format("beta"))
beta_outside = swish_with(
    "beta-outside",
    {"-beta * x": "-x", "x * gate": "beta * x * gate"},
    "You compute beta x σ(x). beta belongs inside the gate, x σ(beta x): it sets how sharply the "
    "gate opens, from a straight line (beta = 0) to ReLU (beta very large), and leaves the slope "
    "for large x at 1.",
)
beta_twice = swish_with(
    "beta-twice",
    {"x * gate": "beta * x * gate"},
    "You compute beta x σ(beta x). Inside the gate is right; the factor in front is x alone. With "
    "yours, the slope for large x would be beta.",
)
gate_turned_round = swish_with(
    "gate-turned-round",
    {"-beta": "beta"},
    "Your gate is σ(-beta x): it lets negative inputs through and stops positive ones. Check the "
    "sign in the exponential: σ(t) = 1 / (1 + exp(-t)).",
)
tanh_gate = swish_with(
    "tanh-gate",
    {"np.exp(-np.logaddexp(0, -beta * x))": "np.tanh(beta * x)"},
    "Your gate is tanh(beta x), which runs from -1 to 1, so that negative inputs come out "
    "positive. Swish uses the logistic function, from 0 to 1.",
)
_defaults(reference.swish, "beta", "1.0", "1.702", "2.0", "1.5", "0.5", "0.1", "10.0")
_in_other_dtypes(reference.swish, "gate: Array")
divided_by_beta = swish_with(
    "divided-by-beta",
    {"x * gate": "x * gate / beta"},
    "For beta = 1 you are right. Otherwise you divide by beta, so that the slope for large x is "
    "1 / beta: Swish is x σ(beta x), and nothing else.",
)
hard_without_beta = swish_with(
    "hard-without-beta",
    {"np.exp(-np.logaddexp(0, -beta * x))": "np.clip(x + 3, 0, 6) / 6"},
    "This is *hard* Swish, x relu6(x + 3) / 6, and it knows no beta. It is MobileNetV3's cheap "
    "stand-in; the smooth function is asked for: x σ(beta x).",
)
hard = swish_with(
    "hard",
    {"np.exp(-np.logaddexp(0, -beta * x))": "np.clip(beta * x + 3, 0, 6) / 6"},
    "This is *hard* Swish, x relu6(x + 3) / 6: MobileNetV3's cheap stand-in, which does "
    "without an exponential. The smooth function is asked for: x σ(beta x).",
)
swish_overflow = swish_with(
    "overflow",
    {"np.exp(-np.logaddexp(0, -beta * x))": "np.exp(beta * x) / (1 + np.exp(beta * x))"},
    LOGISTIC_OVERFLOW,
)
swish_in_place = swish_with("in-place", {"x * gate": "np.multiply(x, gate, out=x)"}, IN_PLACE)
swish_double = swish_with("double-precision", {"-beta": "-np.float64(beta)"}, DOUBLE)

d_swish_with = partial(edited, reference.swish_derivative)

d_swish_gate_only = d_swish_with(
    "gate-only",
    {" * (1 + beta * x * (1 - gate))": ""},
    "You return σ(beta x), as if the gate did not depend on x. The product rule adds "
    "x times the derivative of the gate, beta x s (1 - s); without it the slope is never negative, "
    "and Swish does have a minimum.",
)
_defaults(reference.swish_derivative, "beta", "1.0", "1.702", "2.0", "1.5", "0.5", "0.1", "10.0")
_in_other_dtypes(reference.swish_derivative, "gate: Array")
beta_in_both_parts = d_swish_with(
    "beta-in-both-parts",
    {"(1 + beta": "(beta + beta"},
    "For beta = 1 you are right. You multiply both parts by beta; in s + beta x s (1 - s) only the "
    "second one comes from the inside of the gate.",
)
d_swish_minus = d_swish_with(
    "minus",
    {"1 + beta": "1 - beta"},
    "You subtract the second part. The derivative of σ is +s (1 - s): f'(x) = s + beta x s (1 - "
    "s).",
)
s_times_one_minus_s = d_swish_with(
    "derivative-of-the-logistic-function",
    {"1 + beta * x * (1 - gate)": "1 - gate"},
    "You return s (1 - s), the derivative of the logistic function. Swish is x times the gate: by "
    "the product rule its derivative is s + beta x s (1 - s).",
)
chain_rule_forgotten = d_swish_with(
    "chain-rule-forgotten",
    {"1 + beta * x": "1 + x"},
    "For beta = 1 you are right. In the second part the inner derivative is missing: that of "
    "σ(beta x) is *beta* s (1 - s). (The short form f + s (1 - f) is for beta = 1 too; in general "
    "it is beta f + s (1 - beta f).)",
)
d_swish_ignored = d_swish_with(
    "beta-ignored", {"-beta * x": "-x", "1 + beta * x": "1 + x"}, IGNORED.format("beta")
)
derivative_of_the_gate = d_swish_with(
    "derivative-of-the-gate",
    {"1 + beta * x": "beta"},
    "You return beta s (1 - s), the derivative of the gate alone. Swish is x times the gate, and "
    "by the product rule its derivative is s + x · beta s (1 - s).",
)
first_part_forgotten = d_swish_with(
    "first-part-forgotten",
    {"1 + beta * x": "beta * x"},
    "You return beta x s (1 - s) alone. The product rule has two parts; the other one, s, is the "
    "slope that the gate lets through, and all that is left for large x.",
)
d_swish_at_output = d_swish_with(
    "taken-at-the-output", {"gate: Array": "x = swish(x, beta)\n    gate: Array"}, FROM_OUTPUT
)
d_swish_overflow = d_swish_with(
    "overflow",
    {"np.exp(-np.logaddexp(0, -beta * x))": "np.exp(beta * x) / (1 + np.exp(beta * x))"},
    LOGISTIC_OVERFLOW,
)
d_swish_itself = d_swish_with("function-itself", {"(1 + beta * x * (1 - gate))": "x"}, FUNCTION)
d_swish_in_place = d_swish_with(
    "in-place", {"return ": "x[...] = ", "(1 - gate))": "(1 - gate))\n    return x"}, IN_PLACE
)
d_swish_double = d_swish_with("double-precision", {"-beta": "-np.float64(beta)"}, DOUBLE)

mish_with = partial(edited, reference.mish)

softplus_forgotten = mish_with(
    "softplus-forgotten",
    {"np.logaddexp(0, x)": "x"},
    "You compute x tanh(x), which is an even function: it goes up on the left as on the right. The "
    "tanh is taken of softplus(x), which is positive and goes to 0 on the left.",
)
mish_gate_only = mish_with(
    "gate-only",
    {"x * gate": "gate"},
    "You return tanh(softplus(x)), the gate, which runs from 0 to 1. Mish is the gated input: x "
    "times it.",
)
_in_other_dtypes(reference.mish, "gate: Array")
tanh_forgotten = mish_with(
    "tanh-forgotten",
    {"np.tanh(np.logaddexp(0, x))": "np.logaddexp(0, x)"},
    "You compute x softplus(x), without the tanh. Softplus grows with x; it is its tanh, between 0 "
    "and 1, that is the gate.",
)
sigmoid_for_softplus = mish_with(
    "sigmoid-for-softplus",
    {"np.logaddexp(0, x)": "np.exp(-np.logaddexp(0, -x))"},
    "You take the tanh of σ(x) in place of softplus(x) = log(1 + exp(x)). σ never exceeds 1, so "
    "the gate never opens beyond tanh(1) = 0.76.",
)
relu_for_softplus = mish_with(
    "relu-for-softplus",
    {"np.logaddexp": "np.maximum"},
    "You take the tanh of max(x, 0) in place of softplus(x) = log(1 + exp(x)). They agree for "
    "large x only: yours is 0 for all negative inputs, which brings dead units back.",
)
logistic_gate = mish_with(
    "logistic-gate",
    {"np.tanh(np.logaddexp(0, x))": "1 / (1 + np.exp(-np.logaddexp(0, x)))"},
    "Your gate is the logistic function of softplus(x). The gate is tanh: with the logistic "
    "function it would never close below one half, because softplus is never negative.",
)
mish_as_swish = mish_with(
    "swish",
    {"np.tanh(np.logaddexp(0, x))": "np.exp(-np.logaddexp(0, -x))"},
    "This is Swish, x σ(x). It looks alike, but Mish gates with tanh(softplus(x)), which is "
    "0.6 at 0, not 0.5.",
)
logarithm_to_base_two = mish_with(
    "logarithm-to-base-two",
    {"np.logaddexp(0, x)": "np.logaddexp(0, x) / math.log(2)"},
    "Your logarithm is to base 2. softplus has the natural one, `np.log` or better `np.log1p`.",
)
mish_overflow = mish_with(
    "overflow",
    {"np.tanh(np.logaddexp(0, x))": "(n := np.exp(2 * x) + 2 * np.exp(x)) / (n + 2)"},
    "Around 0 you are right, but for large positive inputs NaN comes out. You have written the "
    "tanh as a quotient of exponentials, which is infinity over infinity there. `np.tanh` of a "
    "stable softplus, such as `np.logaddexp(0, x)`, has no such place.",
)
order_of_both = mish_with(
    "order-exchanged",
    {"np.tanh(np.logaddexp(0, x))": "np.logaddexp(0, np.tanh(x))"},
    "You compute x softplus(tanh(x)): the two functions are in the wrong order. First softplus, "
    "then tanh: its values between 0 and 1 are the gate.",
)
mish_in_place = mish_with("in-place", {"x * gate": "np.multiply(x, gate, out=x)"}, IN_PLACE)
mish_double = mish_with(
    "double-precision", {"logaddexp(0, x)": "logaddexp(np.zeros(x.shape), x)"}, DOUBLE
)

d_mish_with = partial(edited, reference.mish_derivative)

d_mish_gate_only = d_mish_with(
    "gate-only",
    {" + x * np.exp(-np.logaddexp(0, -x)) * (1 - gate**2)": ""},
    "You return tanh(softplus(x)), as if the gate did not depend on x. The product rule adds x "
    "times the derivative of the gate: x σ(x) (1 - t²).",
)
d_mish_chain_rule_forgotten = d_mish_with(
    "chain-rule-forgotten",
    {" * np.exp(-np.logaddexp(0, -x))": ""},
    "You return t + x (1 - t²). The derivative of tanh(softplus(x)) has two factors: 1 - t², that "
    "of tanh, and σ(x), that of softplus.",
)
d_mish_factor_x_forgotten = d_mish_with(
    "factor-x-forgotten",
    {"x * np.exp": "np.exp"},
    "You return t + σ(x) (1 - t²). In the product rule the derivative of the gate is multiplied by "
    "the other factor, x.",
)
square_forgotten = d_mish_with(
    "square-forgotten",
    {"gate**2": "gate"},
    "The derivative of tanh is 1 - tanh², and you have 1 - tanh. Your slope is too large left of 0 "
    "and too small right of it.",
)
_in_other_dtypes(reference.mish_derivative, "gate: Array")
d_mish_minus = d_mish_with(
    "minus",
    {"gate + x": "gate - x"},
    "You subtract the second part of the product rule: the derivative is t + x σ(x) (1 - t²).",
)
d_mish_first_part_forgotten = d_mish_with(
    "first-part-forgotten",
    {"gate + x": "x"},
    "You return x σ(x) (1 - t²) alone. The product rule has two parts; the other one, t, is the "
    "gate, and all that is left for large x.",
)
d_mish_of_the_gate = d_mish_with(
    "derivative-of-the-gate",
    {"gate + x * np.exp": "np.exp"},
    "You return the derivative of the gate tanh(softplus(x)) alone, σ(x) (1 - t²). Mish is x times "
    "the gate, and by the product rule its derivative is t + x σ(x) (1 - t²).",
)


@mistake(
    "mish_derivative",
    "overflow",
    "Around 0 you are right, but for large positive inputs NaN comes out. The quotient of "
    "exponentials that the derivative can be multiplied out to is infinity over infinity there, "
    "in single precision from x = 23 on. Use t + x σ(x) (1 - t²), with t from a stable softplus.",
)
def d_mish_overflow(x: reference.Array) -> Any:
    e = np.exp(x)
    omega = 4 * (x + 1) + 4 * e**2 + e**3 + e * (4 * x + 6)
    delta = 2 * e + e**2 + 2
    return e * omega / delta**2


d_mish_logistic_overflow = d_mish_with(
    "logistic-overflow",
    {"np.exp(-np.logaddexp(0, -x))": "np.exp(x) / (1 + np.exp(x))"},
    LOGISTIC_OVERFLOW,
)
d_mish_at_output = d_mish_with(
    "taken-at-the-output", {"gate: Array": "x = mish(x)\n    gate: Array"}, FROM_OUTPUT
)
d_mish_itself = d_mish_with(
    "function-itself",
    {"gate + x * np.exp(-np.logaddexp(0, -x)) * (1 - gate**2)": "x * gate"},
    FUNCTION,
)
d_mish_in_place = d_mish_with(
    "in-place", {"return ": "x[...] = ", "(1 - gate**2)": "(1 - gate**2)\n    return x"}, IN_PLACE
)
d_mish_double = d_mish_with(
    "double-precision", {"gate: Array": "x = x.astype(float)\n    gate: Array"}, DOUBLE
)

dead_with = partial(edited, reference.dead_unit_fraction)

share_of_zeros = dead_with(
    "share-of-zeros",
    {"np.all(silent, axis=every_example)": "silent"},
    "You return the share of *entries* without a gradient. With ReLU that is about one half in any "
    "healthy network, because every unit is off for some examples. A unit is dead if it is off for "
    "all of them: first `np.all` over the examples, then the mean over the units.",
)
any_for_all = dead_with(
    "any-for-all",
    {"np.all": "np.any"},
    "You count a unit as dead when it is off for *some* example. That is how ReLU works; it is "
    "dead when it is off for every example: `np.all`, not `np.any`.",
)
examples_for_units = dead_with(
    "examples-for-units",
    {"axis=every_example": "axis=-1"},
    "You look along the wrong axis: yours is the share of *examples* for which all units are off. "
    "The units are along the last axis; collapse all the others.",
)
positions_as_units = dead_with(
    "positions-as-units",
    {"axis=every_example": "axis=0"},
    "For dense layers you are right. In a convolutional layer you take every position for a unit "
    "of its own. The positions share one filter, which lives as long as one of them sends "
    "gradient: collapse all axes but the last.",
)
absolute_value_forgotten = dead_with(
    "absolute-value-forgotten",
    {"np.abs(derivatives)": "derivatives"},
    "You compare the derivatives themselves with the threshold, so that every negative one counts "
    "as none. GELU, Swish and Mish have negative slopes, and a gradient that is turned round is "
    "a gradient: take `np.abs` first.",
)
sum_over_the_examples = dead_with(
    "sum-over-the-examples",
    {"np.all(silent, axis=every_example)": "np.abs(derivatives.sum(every_example)) <= threshold"},
    "You add the derivatives up over the examples and look whether the sum is 0. Negative and "
    "positive slopes can cancel in it though both carry gradient. Look at each example.",
)
mean_over_the_examples = dead_with(
    "mean-over-the-examples",
    {"np.all(silent, axis=every_example)": "np.abs(derivatives).mean(every_example) <= threshold"},
    "You compare the *mean* absolute derivative with the threshold. A unit that is loud for one "
    "example in a hundred then counts as dead, and it is not: the threshold is for each example.",
)
strictly_below = dead_with(
    "strictly-below",
    {"<=": "<"},
    "You compare with <, and with a threshold of 0 no absolute value is below it: nothing is ever "
    "dead. A derivative is at most the threshold: <=.",
)
tiny_is_nothing = dead_with(
    "tiny-is-nothing",
    {"threshold: float = 0.0": "threshold: float = 1e-6"},
    "Where no threshold is passed, a derivative that is small but not 0 counts as none in your "
    "answer: the default is not 0, or the comparison has a tolerance, as that of `np.isclose`. "
    "Exactly 0 is asked for.",
)
channels_along_axis_one = dead_with(
    "channels-first",
    {"every_example)": "(0, *range(2, derivatives.ndim)))"},
    "For dense layers you are right. In a convolutional layer you take axis 1 for the channels, "
    "which is PyTorch's layout. Here they come last.",
)
zero_for_nothing = dead_with(
    "zero-for-nothing",
    {'raise ValueError("there is nothing to take a share of")': "return 0.0"},
    "With no examples or no units you return 0. That looks like a healthy network; there is "
    "nothing to take a share of, and a ValueError says so.",
)
only_examples_checked = dead_with(
    "no-units-accepted",
    {"not derivatives.size": "not len(derivatives)"},
    "You refuse to judge without examples, but not without units or positions. Raise ValueError "
    "wherever `derivatives.size` is 0.",
)
only_units_checked = dead_with(
    "no-examples-accepted",
    {"not derivatives.size": "not derivatives.shape[-1]"},
    "You refuse to judge without units, but not without examples: then *every* unit is off for all "
    "of them (`np.all` of nothing is True). Raise ValueError wherever `derivatives.size` is 0.",
)
dead_in_place = dead_with(
    "in-place",
    {"np.abs(derivatives)": "np.abs(derivatives, out=derivatives)"},
    "Your share is right, but the derivatives are not what they were: you take their absolute "
    "value in place. The way back still needs their signs.",
)
threshold_ignored = dead_with(
    "threshold-ignored", {"<= threshold": "<= 0"}, IGNORED.format("threshold")
)
living_units = dead_with(
    "living-units",
    {"np.all(silent": "np.any(~silent"},
    "You return the share of units that are alive, one minus what is asked for.",
)
percentage = dead_with(
    "percentage",
    {"float(": "100 * float("},
    "You return a percentage. A fraction is asked for, a number from 0 to 1.",
)
number_of_units = dead_with(
    "number-of-units",
    {"np.mean": "np.sum"},
    "You return how many units are dead. Their share is asked for: divide by the number of units, "
    "the size of the last axis.",
)
emptiness_not_checked = dead_with(
    "emptiness-not-checked",
    {"not derivatives.size": "False"},
    "Your shares are right, but nothing is refused. With no examples, *every* unit is off for all "
    "of them (`np.all` of nothing is True), and with no units the mean is NaN. Raise ValueError if "
    "`derivatives.size` is 0.",
)
