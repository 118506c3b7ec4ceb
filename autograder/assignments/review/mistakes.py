"""Named wrong answers to the assignment on the chapter's questions, and how to explain each.

Each is recognised by what it answers, not by how it is written. The first that answers as the
student did is named, so what is special stands before what is general.
"""
# ruff: noqa: D103 - each function is a wrong answer, described by its explanation

from __future__ import annotations

import numpy as np

from autograder.api import mistake
from solutions.review import SELU_ALPHA, SELU_LAMBDA, Array, Masks

# distinct_units


@mistake(
    "distinct_units",
    "units-compared-exactly",
    "Your training is right; your units are compared with `==`. Two units that do exactly the "
    "same still differ in the last digits, because sums are not always added up in the same "
    "order. Compare with the tolerance of 1e-6, or a network of one unit will look like one of "
    "many.",
)
def distinct_units_units_compared_exactly(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.array_equal(unit, other) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "incoming-weights-only",
    "You compare the weights into the units only. A unit is also what comes out of it: two "
    "units with equal incoming and different outgoing weights have different gradients, and "
    "part company in the first step. Compare both.",
)
def distinct_units_incoming_weights_only(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    units = hidden.T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "outgoing-weights-only",
    "You compare the weights out of the units only. Two units that see different things and "
    "happen to be weighted alike are not the same unit. Compare the columns of `hidden` as "
    "well.",
)
def distinct_units_outgoing_weights_only(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit[-1] - other[-1]) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "counted-before-training",
    "Your training is right, but the units are counted as they were at the start. The question "
    "is what training makes of them: count in the weights that you return.",
)
def distinct_units_counted_before_training(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    units = np.vstack([hidden, output]).T
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "output-first",
    "You change `output` first and then use the new one for the gradient of `hidden`. Both "
    "gradients belong to one point, the weights before the step; otherwise it is not the "
    "gradient of anything. Compute both, then change both.",
)
def distinct_units_output_first(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        output = output - rate * d_output
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "hidden-first",
    "You change `hidden` first and then compute the gradient of `output` with the new hidden "
    "units. Both gradients belong to one point, the weights before the step. Compute both, then "
    "change both.",
)
def distinct_units_hidden_first(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
        h = np.tanh(x @ hidden)
        output = output - rate * 2 / n * h.T @ (h @ output - y)
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "two-forgotten",
    "Your steps are half as long as they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2. (With a loss of half the mean it would be gone; this "
    "one has no half.)",
)
def distinct_units_two_forgotten(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 1 / n * h.T @ error
        d_hidden = 1 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "gradient-summed",
    "Your gradient is that of the sum of the squared errors, not of their mean, so it grows "
    "with the number of instances. A learning rate that suits ten examples then diverges on a "
    "thousand. Divide by their number.",
)
def distinct_units_gradient_summed(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 * h.T @ error
        d_hidden = 2 * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "derivative-of-z",
    "The derivative of tanh(z) is 1 - tanh(z)², and you wrote 1 - z². Around 0 they are close, "
    "further out yours is large and negative, and the gradient points the wrong way.",
)
def distinct_units_derivative_of_z(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - (x @ hidden) ** 2))
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "derivative-forgotten",
    "The gradient of `hidden` lacks the derivative of tanh. The way back goes through the "
    "activation: multiply by 1 - h². Without it, saturated units would be pushed as hard as all "
    "others.",
)
def distinct_units_derivative_forgotten(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        d_hidden = 2 / n * x.T @ (error[:, None] * output)
        hidden = hidden - rate * d_hidden
        output = output - rate * d_output
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "output-frozen",
    "`output` stays as it was. The hidden layer learns as it should, but both layers are to be "
    "trained: with frozen outgoing weights, even a start from equal incoming weights looks "
    "better than it is.",
)
def distinct_units_output_frozen(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden = hidden - rate * d_hidden
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


@mistake(
    "distinct_units",
    "in-place",
    "Your numbers are right, but they are written into the arrays that were passed in: `hidden "
    "-= ...` changes the caller's array. A second run from the same start would then start "
    "somewhere else. Write `hidden = hidden - ...`, or work on copies.",
)
def distinct_units_in_place(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    n = len(y)
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        error = h @ output - y
        d_output = 2 / n * h.T @ error
        d_hidden = 2 / n * x.T @ (error[:, None] * output * (1 - h**2))
        hidden -= rate * d_hidden
        output -= rate * d_output
    units = np.vstack([hidden, output]).T
    found: list[Array] = []
    for unit in units:
        if not any(np.all(np.abs(unit - other) <= 1e-6) for other in found):
            found.append(unit)
    return len(found), hidden, output


# gradient_norms


@mistake(
    "gradient_norms",
    "derivative-one-at-zero",
    "You let the gradient through where a unit is exactly at 0 (`>= 0`, or 1 for the derivative "
    "there). Asked for is 0 at z = 0. It matters just here: with all weights and biases at 0, "
    "*every* unit is at 0, and your network seems to have gradients that it does not have.",
)
def gradient_norms_derivative_one_at_zero(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    sums = [np.ones_like(x)]
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        sums.append(z)
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (sums[layer] >= 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "last-layer-activated",
    "You put ReLU on the last layer as well. It has no activation, so that it can say negative "
    "numbers too; yours has an error wherever the target is below 0, and says nothing about it.",
)
def gradient_norms_last_layer_activated(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (h - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "bias-forgotten",
    "The biases are not added on the way forwards. As long as they are 0 nobody notices; with "
    "any others your gradients belong to another network.",
)
def gradient_norms_bias_forgotten(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + 0 * bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "derivative-forgotten",
    "The way back goes through the activation, and you leave its derivative out: units that are "
    "off (z ≤ 0) must not pass a gradient on. One layer is right without it, deeper ones are "
    "not.",
)
def gradient_norms_derivative_forgotten(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = delta @ kernels[layer].T
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "two-forgotten",
    "All your norms are half of what they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2.",
)
def gradient_norms_two_forgotten(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "mean-over-instances-only",
    "You divide by the number of instances only. The loss is the mean over instances *and* "
    "outputs, as Keras's mean squared error is; with several outputs yours is too large by "
    "their number.",
)
def gradient_norms_mean_over_instances_only(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / len(y)
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "gradient-summed",
    "You do not divide by the number of terms: your gradients are those of the sum of the "
    "squared errors. The loss is their mean.",
)
def gradient_norms_gradient_summed(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y)
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "bias-gradient-averaged",
    "The gradients of your kernels are right, those of your biases are averaged over the "
    "instances. They are *summed*, as in the matrix product that makes the kernel's: the "
    "division is in the error already.",
)
def gradient_norms_bias_gradient_averaged(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.mean(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "norms-squared",
    "You return squared norms: the root of the sum of squares is missing.",
)
def gradient_norms_norms_squared(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.sum(by_kernel**2), np.sum(by_bias**2)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "largest-entry",
    "You return the largest entry of each gradient. Asked for is the Euclidean norm, the root "
    "of the sum of all squares.",
)
def gradient_norms_largest_entry(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.max(np.abs(by_kernel)), np.max(np.abs(by_bias))])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


@mistake(
    "gradient_norms",
    "last-layer-first",
    "Your numbers are right, but the last layer stands first: they are in the order in which "
    "you computed them. The rows go from the first layer to the last.",
)
def gradient_norms_last_layer_first(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_kernel), np.linalg.norm(by_bias)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows)


@mistake(
    "gradient_norms",
    "kernel-and-bias-swapped",
    "Your numbers are right, but the columns are exchanged: first the norm of the gradient by "
    "the kernel, then that by the bias.",
)
def gradient_norms_kernel_and_bias_swapped(
    kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Array:
    inputs = []
    h = x
    for kernel, bias in zip(kernels, biases, strict=True):
        inputs.append(h)
        z = h @ kernel + bias
        h = np.maximum(z, 0)
    delta = 2 * (z - y) / y.size
    rows = []
    for layer in range(len(kernels) - 1, -1, -1):
        by_kernel = inputs[layer].T @ delta
        by_bias = delta.sum(axis=0)
        rows.append([np.linalg.norm(by_bias), np.linalg.norm(by_kernel)])
        delta = (delta @ kernels[layer].T) * (inputs[layer] > 0)
    return np.array(rows[::-1])


# signal_statistics


@mistake(
    "signal_statistics",
    "exp-overflows",
    "Where nothing is large your answer is right. `np.where` computes *both* of its branches, "
    "and exp of a large positive z is infinite; multiplied by a 0 that is to hide it, it "
    "becomes NaN. Cut z off first: `np.exp(np.minimum(z, 0))`.",
)
def signal_statistics_exp_overflows(activation: str, x: Array, kernels: list[Array]) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * ((z > 0) * z + (z <= 0) * SELU_ALPHA * (np.exp(z) - 1))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "selu-without-lambda",
    "Your SELU lacks λ: it is an ELU with SELU's α. Just the slope a little above 1 is what "
    "lets the variance grow where it has become too small; without it, nothing brings it back "
    "to 1.",
)
def signal_statistics_selu_without_lambda(activation: str, x: Array, kernels: list[Array]) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "elu",
    "Your SELU is λ times ELU with α = 1. For self-normalisation both constants are needed: "
    "with α = 1 the mean of the activations is not 0.",
)
def signal_statistics_elu(activation: str, x: Array, kernels: list[Array]) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "constants-swapped",
    "You exchanged α and λ. λ = 1.0507 is the slope of the positive side; α multiplies the "
    "negative side only. With a slope of 1.67 the signal explodes.",
)
def signal_statistics_constants_swapped(activation: str, x: Array, kernels: list[Array]) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_ALPHA * np.where(z > 0, z, SELU_LAMBDA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "negative-side-without-minus-one",
    "The negative side of your SELU is λα exp(z), and a -1 is missing: it jumps at 0, and the "
    "activations are all positive, so that their mean cannot be 0. It is λα (exp(z) - 1).",
)
def signal_statistics_negative_side_without_minus_one(
    activation: str, x: Array, kernels: list[Array]
) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.exp(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "before-the-activation",
    "Your statistics are those of z, before the activation. Its mean is near 0 for ReLU too, "
    "which hides the very thing that is to be seen: what the next layer receives is h.",
)
def signal_statistics_before_the_activation(
    activation: str, x: Array, kernels: list[Array]
) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([z.mean(), z.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "standard-deviation",
    "The second column is the standard deviation; asked for is its square, the variance. Only "
    "variances multiply from layer to layer.",
)
def signal_statistics_standard_deviation(activation: str, x: Array, kernels: list[Array]) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.std(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "variance-over-n-minus-one",
    "You divide the sum of squares by n - 1. That is the estimate of a population's variance "
    "from a sample; asked for is the variance of these numbers, divided by n.",
)
def signal_statistics_variance_over_n_minus_one(
    activation: str, x: Array, kernels: list[Array]
) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(ddof=1), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "zero-counted-as-alive",
    "Where z is exactly 0, the derivative of ReLU is 0 by the docstring, and you count it as 1. "
    "A unit that only ever gets zeros would look alive.",
)
def signal_statistics_zero_counted_as_alive(
    activation: str, x: Array, kernels: list[Array]
) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z < 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "zeros-of-selu-counted",
    "You count where h is 0 as where the derivative is 0. For ReLU that is the same; SELU is 0 "
    "at z = 0, and its derivative there is about λα or λ: not 0.",
)
def signal_statistics_zeros_of_selu_counted(
    activation: str, x: Array, kernels: list[Array]
) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(h == 0)
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "negative-selu-counted-as-dead",
    "You count the negative entries of SELU as having no derivative. There it is λα exp(z): "
    "small, but not 0, and that is an advantage over ReLU that the experiment is to show.",
)
def signal_statistics_negative_selu_counted_as_dead(
    activation: str, x: Array, kernels: list[Array]
) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(z <= 0)
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "share-in-per-cent",
    "The third column is in per cent; asked for is a share from 0 to 1.",
)
def signal_statistics_share_in_per_cent(activation: str, x: Array, kernels: list[Array]) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = 100 * np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "dead-units-counted",
    "You count the units that are off for *every* instance. Asked for is the share of all "
    "entries, of every instance and unit, at which the derivative is 0: for ReLU about a half, "
    "even if no unit is dead.",
)
def signal_statistics_dead_units_counted(activation: str, x: Array, kernels: list[Array]) -> Array:
    if activation not in ("relu", "selu"):
        raise ValueError("unknown activation")
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(np.all(z <= 0, axis=0))
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


@mistake(
    "signal_statistics",
    "names-not-checked",
    "Your statistics are right, but a name that is neither `relu` nor `selu` is taken for SELU "
    "without a word. A misspelt name should raise ValueError: otherwise somebody publishes the "
    "wrong curve.",
)
def signal_statistics_names_not_checked(activation: str, x: Array, kernels: list[Array]) -> Array:
    rows = []
    h = x
    for kernel in kernels:
        z = h @ kernel
        if activation == "relu":
            h = np.maximum(z, 0)
            share = np.mean(z <= 0)
        else:
            h = SELU_LAMBDA * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0)))
            share = np.mean(np.zeros_like(z))
        rows.append([h.mean(), h.var(), share])
    return np.array(rows)


# fitting_output


@mistake(
    "fitting_output",
    "softmax-for-any-zeros-and-ones",
    "You choose softmax for zeros and ones in several columns. If an instance may have several "
    "labels or none, its row does not add up to 1, and softmax could never say it: its outputs "
    "compete. Each label needs its own logistic output. Look at the sums of the rows.",
)
def fitting_output_softmax_for_any_zeros_and_ones(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if (
        targets.shape[1] > 1
        and low >= 0
        and (np.all(np.abs(sums - 1) < 1e-6) or np.all((targets == 0) | (targets == 1)))
    ):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "softmax-for-one-column",
    "You choose softmax for a single column of ones. Softmax of one number is 1, whatever the "
    "number: such a network cannot learn anything. One output that is a probability needs the "
    "logistic function.",
)
def fitting_output_softmax_for_one_column(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "sums-compared-exactly",
    "The sums of the rows are compared with exactly 1. Ten times 0.1 is not exactly 1 in "
    "binary, so real probabilities are missed, and get logistic outputs that need not add up to "
    "1. Allow 1e-6.",
)
def fitting_output_sums_compared_exactly(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(sums == 1):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "mean-of-the-sums",
    "You ask whether the rows add up to 1 *on average*. An instance with two labels and one "
    "with none make up for each other; softmax fits neither of them. Every row must add up to "
    "1.",
)
def fitting_output_mean_of_the_sums(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and abs(np.mean(sums) - 1) < 1e-6:
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "negatives-ignored-by-softmax",
    "You look at the sums of the rows only. They can be 1 with negative entries, which no "
    "probability has and softmax cannot say.",
)
def fitting_output_negatives_ignored_by_softmax(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "tanh-first",
    "You ask for -1 to 1 before 0 to 1, and so never choose the logistic function: everything "
    "from 0 to 1 is also from -1 to 1. Then half of the range of tanh is wasted, and a "
    "probability may come out negative. The narrowest range that holds all targets comes first.",
)
def fitting_output_tanh_first(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "relu-first",
    "You choose ReLU for everything that is not negative, before asking whether it is at most "
    "1. A probability would then come out above 1. The narrowest range that holds all targets "
    "comes first.",
)
def fitting_output_relu_first(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "no-relu",
    "You have no ReLU among the choices: targets that are never negative, such as prices, get a "
    "linear output that can be negative.",
)
def fitting_output_no_relu(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    return "linear", z


@mistake(
    "fitting_output",
    "edges-left-out",
    "You leave the edges out: targets of exactly 0 and 1 (or -1 and 1) are not taken to be in "
    "the range. These are the most frequent targets of all, the labels of two classes.",
)
def fitting_output_edges_left_out(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low > 0 and high < 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low > -1 and high < 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "softmax-overflows",
    "Where z is small your softmax is right. exp(1000) is infinite, and infinite by infinite is "
    "NaN. Subtract the largest entry of each row first: it cancels in the quotient, and nothing "
    "can overflow.",
)
def fitting_output_softmax_overflows(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z)
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "logistic-overflows",
    "Where z is small your logistic function is right. exp(z) / (1 + exp(z)) is infinite by "
    "infinite, NaN, for large z. Divide by exp(z): 1 / (1 + exp(-z)).",
)
def fitting_output_logistic_overflows(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", np.exp(z) / (1 + np.exp(z))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "largest-of-all-subtracted",
    "You subtract the largest entry of *all* rows before exp. A row far below it gets exp of "
    "something very negative everywhere, which is 0, and 0 / 0 is NaN. Subtract the largest of "
    "each row, with `axis=1, keepdims=True`.",
)
def fitting_output_largest_of_all_subtracted(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max())
        return "softmax", e / e.sum(axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "softmax-over-instances",
    "Your softmax runs over the instances: each column adds up to 1. The probabilities of one "
    "instance add up to 1, so the sum goes along its row, `axis=1`.",
)
def fitting_output_softmax_over_instances(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max(axis=0))
        return "softmax", e / e.sum(axis=0)
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "softmax-over-everything",
    "Your softmax divides by the sum over *all* instances. Each row must add up to 1: `axis=1, "
    "keepdims=True`.",
)
def fitting_output_softmax_over_everything(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        e = np.exp(z - z.max())
        return "softmax", e / e.sum()
    if low >= 0 and high <= 1:
        return "logistic", 0.5 * (1 + np.tanh(z / 2))
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


@mistake(
    "fitting_output",
    "logits-returned",
    "You choose the right activation, and return z as it came. The activation is to be applied.",
)
def fitting_output_logits_returned(targets: Array, z: Array) -> tuple[str, Array]:
    low, high = targets.min(), targets.max()
    sums = targets.sum(axis=1)
    if targets.shape[1] > 1 and low >= 0 and np.all(np.abs(sums - 1) < 1e-6):
        return "softmax", z
    if low >= 0 and high <= 1:
        return "logistic", z
    if low >= -1 and high <= 1:
        return "tanh", z
    if low >= 0:
        return "relu", z
    return "linear", z


# heavy_ball


@mistake(
    "heavy_ball",
    "nesterov",
    "This is Nesterov's method: you take the gradient ahead of x, at x + momentum · velocity. "
    "It oscillates less, and is worth knowing; asked for here is the plain one, with the "
    "gradient at x itself.",
)
def heavy_ball_nesterov(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * (x + momentum * velocity)
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "average-of-gradients",
    "You multiply the gradient by 1 - momentum, so that the velocity is an average of "
    "gradients, as in Adam. In momentum as Polyak and `keras.optimizers.SGD` have it, the "
    "gradient comes in whole: velocities add up to 1 / (1 - momentum) times the gradient. With "
    "0.99999, yours hardly moves.",
)
def heavy_ball_average_of_gradients(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - (1 - momentum) * rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "momentum-ignored",
    "There is no momentum in your steps: each is -rate · f'(x). Your ball rolls without "
    "inertia, and never passes the minimum. Keep `momentum * velocity` from the step before.",
)
def heavy_ball_momentum_ignored(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = -rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "old-velocity",
    "You move x by the velocity of the step *before*, and change the velocity afterwards. The "
    "first step then goes nowhere. The new velocity comes first.",
)
def heavy_ball_old_velocity(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        x = x + velocity
        velocity = momentum * velocity - rate * gradient
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "gradient-doubled",
    "Your gradient is 2 · curvature · x. The bowl has the half in it, curvature · x² / 2, so "
    "its derivative is curvature · x.",
)
def heavy_ball_gradient_doubled(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = 2 * curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "curvature-forgotten",
    "Your gradient is x, whatever the curvature: the derivative of curvature · x² / 2 is "
    "curvature · x.",
)
def heavy_ball_curvature_forgotten(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "rate-times-velocity",
    "You multiply the whole velocity by the learning rate when x moves, as in Sutskever's other "
    "form or in PyTorch with the rate outside, *and* once in the velocity. Just once: in the "
    "velocity.",
)
def heavy_ball_rate_times_velocity(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + rate * velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "start-left-out",
    "Your path begins after the first step. The start belongs to it: `steps + 1` positions for "
    "`steps` steps.",
)
def heavy_ball_start_left_out(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = []
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps - 1, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t + 1
    seen = path if settled is None else path[:settled]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "first-time-inside",
    "You return when the path is within 1 % for the first time. A ball that flies through the "
    "minimum is within 1 %, too, for a moment. It has settled when it *stays* there: look for "
    "the last time outside.",
)
def heavy_ball_first_time_inside(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    inside = [t for t, p in enumerate(path) if abs(p) <= 0.01 * abs(start)]
    settled = inside[0] if inside else None
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "last-time-outside",
    "You return the last step at which the path is *outside*. It has settled one step later.",
)
def heavy_ball_last_time_outside(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, None if settled is None else settled - 1


@mistake(
    "heavy_ball",
    "steps-instead-of-none",
    "Where the path never settles you return a number. The last x is further out than 1 %, and "
    "nobody knows when it will settle, if ever: return None.",
)
def heavy_ball_steps_instead_of_none(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, steps + 1 if settled is None else settled


@mistake(
    "heavy_ball",
    "limit-not-relative",
    "You take 0.01 itself for the limit. It is 1 % of the distance from the start: a ball that "
    "starts further out may stop further out.",
)
def heavy_ball_limit_not_relative(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01:
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "crossing-at-zero-missed",
    "You ask whether x before and after a step have different signs, by their product. A ball "
    "that is exactly at 0 in between makes both products 0, and its crossing is lost. Leave out "
    "the zeros first.",
)
def heavy_ball_crossing_at_zero_missed(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    crossings = sum(bool(seen[i] * seen[i - 1] < 0) for i in range(1, len(seen)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "stop-at-zero-counted-twice",
    "You count changes of `np.sign`, which has a third value: a ball that is exactly at 0 after "
    "a step changes it twice, and one that stays there once without having crossed. Leave out "
    "the zeros first.",
)
def heavy_ball_stop_at_zero_counted_twice(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    sides = [np.sign(p) for p in seen]
    crossings = sum(bool(sides[i] != sides[i - 1]) for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "turns-counted",
    "You count how often the ball turns round (the velocity changes its sign). Asked for is how "
    "often x passes the minimum.",
)
def heavy_ball_turns_counted(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path if settled is None else path[: settled + 1]
    moves = [seen[i] - seen[i - 1] for i in range(1, len(seen))]
    sides = [v > 0 for v in moves if v != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


@mistake(
    "heavy_ball",
    "crossings-of-the-whole-path",
    "You count on after the ball has settled. It goes on crossing the minimum for ever, in ever "
    "smaller swings that nobody could see: with the whole path, 0.9 would look as restless as "
    "0.99999. Stop counting at `settled`.",
)
def heavy_ball_crossings_of_the_whole_path(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    x, velocity = start, 0.0
    path = [x]
    for _ in range(steps):
        gradient = curvature * x
        velocity = momentum * velocity - rate * gradient
        x = x + velocity
        path.append(x)
    settled = None
    for t in range(steps, -1, -1):
        if abs(path[t]) > 0.01 * abs(start):
            break
        settled = t
    seen = path
    sides = [p > 0 for p in seen if p != 0]
    crossings = sum(sides[i] != sides[i - 1] for i in range(1, len(sides)))
    return np.array(path), crossings, settled


# sparse_regression


@mistake(
    "sparse_regression",
    "signed-weights-sorted",
    "You set the smallest weights to 0, the most *negative* ones first. They may be the most "
    "important of all; small is what is close to 0: sort by the absolute values.",
)
def sparse_regression_signed_weights_sorted(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(w)[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(w)[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "largest-removed",
    "You set the *largest* weights to 0: the order is the wrong way round. Those of the "
    "smallest size change the prediction least.",
)
def sparse_regression_largest_removed(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(-np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(-np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "almost-zeros-counted",
    "Your weights are right, but you count weights that are close to 0 as zeros. They are not "
    "sparse: each of them still has to be stored and multiplied. That is the catch with l1 in "
    "plain gradient descent, and your count hides it.",
)
def sparse_regression_almost_zeros_counted(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(np.abs(w) < 0.05))


@mistake(
    "sparse_regression",
    "nonzeros-counted",
    "Your weights are right, but you count those that are *not* 0.",
)
def sparse_regression_nonzeros_counted(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w != 0))


@mistake(
    "sparse_regression",
    "threshold-without-the-rate",
    "Your threshold is `strength`. A step of length `rate` along a slope of `strength` moves a "
    "weight by rate · strength; with yours, the penalty would grow the more steps are taken for "
    "the same way.",
)
def sparse_regression_threshold_without_the_rate(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "hard-threshold",
    "You set weights below the threshold to 0 and leave the others as they are: hard "
    "thresholding. The l1 penalty moves *every* weight towards 0 by rate · strength, the large "
    "ones too; that they are all shrunk is its price.",
)
def sparse_regression_hard_threshold(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.where(np.abs(w) > rate * strength, w, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "pushed-past-zero",
    "You move each weight by rate · strength towards 0 and beyond it. A weight that would pass "
    "0 stays there: that is what makes the zeros exact. `np.maximum(..., 0)` does it.",
)
def sparse_regression_pushed_past_zero(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * (np.abs(w) - rate * strength)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "l1-that-is-proximal",
    "Your `l1` shrinks and stops at 0, as `proximal` does. What frameworks do with a penalty in "
    "the loss is another thing: its derivative is added to the gradient, and the weights hop to "
    "and fro across 0 without ever being 0.",
)
def sparse_regression_l1_that_is_proximal(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        w = w - rate * gradient
        if method in ("l1", "proximal"):
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "l2-for-l1",
    "The derivative of your penalty is that of l2: it fades as a weight gets small, so nothing "
    "is ever driven to 0. That of strength · |w| is strength · sign(w), as strong for a small "
    "weight as for a large one.",
)
def sparse_regression_l2_for_l1(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + 2 * strength * w
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "removed-for-good",
    "What your `gradual` has removed stays removed. Here, and in Zhu and Gupta's method until "
    "the end, weights take part in the next step again: one that was removed too early can come "
    "back, and another goes in its place.",
)
def sparse_regression_removed_for_good(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    kept = np.ones(len(w))
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = (w - rate * gradient) * kept
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
            kept = w != 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "all-removed-from-the-start",
    "Your `gradual` removes the full number in every step. It is to grow with the steps, "
    "`remove * t // steps`: early on, the sizes of the weights do not say yet which of them "
    "will matter.",
)
def sparse_regression_all_removed_from_the_start(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[:remove]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "ramp-from-zero",
    "Your ramp is one step late: it uses t = 0 in the first step, and so never removes all that "
    "it should. Step t, counted from 1, removes remove · t // steps.",
)
def sparse_regression_ramp_from_zero(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * (t - 1) // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "pruned-at-the-end-only",
    "Your `gradual` prunes when training is over, as `after` does. The point of doing it bit by "
    "bit is that the weights that are left can take over what the others did.",
)
def sparse_regression_pruned_at_the_end_only(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for _ in range(steps):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
    if method in ("after", "gradual"):
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "two-forgotten",
    "Your steps are half as long as they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2.",
)
def sparse_regression_two_forgotten(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "gradient-summed",
    "Your gradient is that of the sum of the squared errors, not of their mean: it is too large "
    "by the number of instances, and the weights explode.",
)
def sparse_regression_gradient_summed(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError("unknown method")
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


@mistake(
    "sparse_regression",
    "methods-not-checked",
    "Your fits are right, but a method that does not exist is accepted, and trains without any "
    "of the four. Raise ValueError: nobody should find out from a dense model that `prune` was "
    "not a name.",
)
def sparse_regression_methods_not_checked(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    w = np.zeros(x.shape[1])
    for t in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ w - y) / len(y)
        if method == "l1":
            gradient = gradient + strength * np.sign(w)
        w = w - rate * gradient
        if method == "proximal":
            w = np.sign(w) * np.maximum(np.abs(w) - rate * strength, 0)
        if method == "gradual":
            w[np.argsort(np.abs(w))[: remove * t // steps]] = 0
    if method == "after":
        w[np.argsort(np.abs(w))[:remove]] = 0
    return w, int(np.sum(w == 0))


# dropout_training


@mistake(
    "dropout_training",
    "not-scaled",
    "What is kept is not scaled up. With inputs dropped the sums are smaller, the weights grow "
    "to make up for it, and without dropout everything comes out too large. Divide by 1 - rate.",
)
def dropout_training_not_scaled(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "divided-by-the-rate",
    "You divide by the rate, the probability of being *dropped*. What makes up for the missing "
    "inputs is division by the probability of being kept, 1 - rate. (With a rate of 0, yours "
    "divides by 0.)",
)
def dropout_training_divided_by_the_rate(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / rate
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "mask-inverted",
    "You drop what is to be kept, and keep the rest: True in a mask means that an entry is "
    "kept. Multiply by the mask as it is.",
)
def dropout_training_mask_inverted(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * ~mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "one-mask-for-all-steps",
    "You use the first mask in every step. Then it is no noise but a smaller data set: what is "
    "dropped is never seen. Step t has mask t.",
)
def dropout_training_one_mask_for_all_steps(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for _ in masks:
        thinned = x * masks[0] / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "gradient-without-the-mask",
    "The error is that of the thinned inputs, but your gradient multiplies it with the full "
    "ones. What was dropped took no part in the prediction and gets no gradient: the same "
    "thinned inputs are used on the way back.",
)
def dropout_training_gradient_without_the_mask(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * 2 * x.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "trained-without-dropout",
    "Your noisy loss is right, but your steps follow the clean one: nothing is dropped in "
    "training, only in the record of it.",
)
def dropout_training_trained_without_dropout(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * 2 * x.T @ (x @ w - y) / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "clean-loss-of-scaled-weights",
    "Your clean loss multiplies the weights by 1 - rate. That belongs to the older form of "
    "dropout, which does not scale in training; inverted dropout has made up for it already, "
    "and doing both is once too often.",
)
def dropout_training_clean_loss_of_scaled_weights(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w * (1 - rate) - y) ** 2)])
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "clean-loss-with-dropout",
    "Your clean loss is taken with dropout on, as the noisy one is. To compare training with "
    "validation, dropout is off: use x as it is.",
)
def dropout_training_clean_loss_with_dropout(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((thinned @ w - y) ** 2)])
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "losses-after-the-step",
    "Your losses are taken after the step, with the new weights. A framework reports the loss "
    "of the forward pass, which comes before the weights change.",
)
def dropout_training_losses_after_the_step(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
        losses.append([np.mean((thinned @ w - y) ** 2), np.mean((x @ w - y) ** 2)])
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "losses-swapped",
    "Your numbers are right, but the columns are exchanged: first the noisy loss, then the "
    "clean one.",
)
def dropout_training_losses_swapped(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean((x @ w - y) ** 2), np.mean(error**2)])
        w = w - learning_rate * 2 * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "two-forgotten",
    "Your steps are half as long as they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2.",
)
def dropout_training_two_forgotten(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * thinned.T @ error / len(y)
    return w, np.array(losses)


@mistake(
    "dropout_training",
    "gradient-summed",
    "Your gradient is that of the sum of the squared errors, not of their mean: it is too large "
    "by the number of instances.",
)
def dropout_training_gradient_summed(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    w = np.zeros(x.shape[1])
    losses = []
    for mask in masks:
        thinned = x * mask / (1 - rate)
        error = thinned @ w - y
        losses.append([np.mean(error**2), np.mean((x @ w - y) ** 2)])
        w = w - learning_rate * 2 * thinned.T @ error
    return w, np.array(losses)


# mc_dropout


@mistake(
    "mc_dropout",
    "whole-network-counted",
    "Your predictions are right, and your cost counts the whole network for every sample. What "
    "lies below the first dropout layer is the same each time: n · inputs · units once, then n "
    "· units · outputs for each sample. With dropout only near the top, MC dropout is cheaper "
    "than it looks.",
)
def mc_dropout_whole_network_counted(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = len(predictions) * x.shape[0] * (kernel.size + output.size)
    return predictions.mean(axis=0), predictions.std(axis=0), cost


@mistake(
    "mc_dropout",
    "instances-not-counted",
    "Your predictions are right, and your cost is that of one instance. Each row of `x` goes "
    "through both products.",
)
def mc_dropout_instances_not_counted(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = kernel.size + len(predictions) * output.size
    return predictions.mean(axis=0), predictions.std(axis=0), cost


@mistake(
    "mc_dropout",
    "ordinary-prediction-free",
    "Your predictions are right, but an ordinary prediction costs you no second product: you "
    "count the masks, of which there are none. It is one pass.",
)
def mc_dropout_ordinary_prediction_free(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(masks) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0), cost


@mistake(
    "mc_dropout",
    "not-scaled",
    "What is kept is not scaled up, so your mean is too small by the factor 1 - rate. At "
    "prediction, too, dropout is the same inverted dropout that the weights were trained with.",
)
def mc_dropout_not_scaled(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0), cost


@mistake(
    "mc_dropout",
    "mask-inverted",
    "You drop what is to be kept, and keep the rest: True in a mask means that an entry is "
    "kept. Multiply by the mask as it is.",
)
def mc_dropout_mask_inverted(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * ~mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0), cost


@mistake(
    "mc_dropout",
    "relu-forgotten",
    "There is no ReLU in your hidden layer: it is max(z, 0), and yours is z. Dropout is no "
    "substitute; what is dropped is 0 for one sample, what is negative is 0 for all.",
)
def mc_dropout_relu_forgotten(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = x @ kernel
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0), cost


@mistake(
    "mc_dropout",
    "mask-averaged-first",
    "You average the masks and predict once. The mean comes out right, because the layer above "
    "is linear; but there is only one prediction, and the spread, for which one takes the "
    "trouble, is lost. Predict once for each mask.",
)
def mc_dropout_mask_averaged_first(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * masks.mean(axis=0) / (1 - rate)) @ output])
    cost = x.shape[0] * kernel.size + max(len(masks), 1) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0), cost


@mistake(
    "mc_dropout",
    "std-over-n-minus-one",
    "You divide by one less than the number of samples. For one sample that is 0 by 0, NaN; "
    "asked for is the division by their number.",
)
def mc_dropout_std_over_n_minus_one(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0, ddof=1), cost


@mistake(
    "mc_dropout",
    "variance",
    "You return the variance. The standard deviation is its root, and has the unit of the "
    "prediction.",
)
def mc_dropout_variance(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.var(axis=0), cost


@mistake(
    "mc_dropout",
    "standard-error",
    "You divide the standard deviation by the root of the number of samples. That is how well "
    "the *mean* is known, and goes to 0 with more samples. How unsure the network is does not: "
    "return the standard deviation itself.",
)
def mc_dropout_standard_error(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0) / np.sqrt(len(predictions)), cost


@mistake(
    "mc_dropout",
    "spread-over-instances",
    "Your mean and standard deviation are taken over the instances. The samples are the first "
    "axis of the predictions; each instance has its own mean and its own uncertainty.",
)
def mc_dropout_spread_over_instances(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=1), predictions.std(axis=1), cost


@mistake(
    "mc_dropout",
    "ordinary-prediction-scaled",
    "Without masks you scale the hidden layer by 1 - rate. Inverted dropout has made up for "
    "what is missing in training already; an ordinary prediction neither drops nor scales.",
)
def mc_dropout_ordinary_prediction_scaled(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    h = np.maximum(x @ kernel, 0)
    if len(masks) == 0:
        predictions = np.array([h * (1 - rate) @ output])
    else:
        predictions = np.array([(h * mask / (1 - rate)) @ output for mask in masks])
    cost = x.shape[0] * kernel.size + len(predictions) * x.shape[0] * output.size
    return predictions.mean(axis=0), predictions.std(axis=0), cost
