"""Named wrong answers to the assignment on the chapter's questions, and how to explain each.

Each is recognised by what it answers, not by how it is written. The first that answers as the
student did is named, so what is special stands before what is general.
"""

from __future__ import annotations

from autograder.api import edited
from solutions import review as reference

# distinct_units

distinct_units_units_compared_exactly = edited(
    reference.distinct_units,
    "units-compared-exactly",
    {"distances < 1e-6": "distances == 0"},
    "Your training is right; your units are taken for two as soon as they differ at all, as `==` "
    "has it. Two units that do exactly the same still differ in the last digits, because sums are "
    "not always added up in the same order. Compare with the tolerance of 1e-6, or a network of "
    "one unit will look like one of many.",
)

distinct_units_incoming_weights_only = edited(
    reference.distinct_units,
    "incoming-weights-only",
    {"np.vstack([hidden, output])": "hidden"},
    "You compare the weights into the units only. A unit is also what comes out of it: two "
    "units with equal incoming and different outgoing weights have different gradients, and "
    "part company in the first step. Compare both.",
)

distinct_units_outgoing_weights_only = edited(
    reference.distinct_units,
    "outgoing-weights-only",
    {"np.vstack([hidden, output])": "output[np.newaxis]"},
    "You compare the weights out of the units only. Two units that see different things and "
    "happen to be weighted alike are not the same unit. Compare the columns of `hidden` as "
    "well.",
)

distinct_units_counted_before_training = edited(
    reference.distinct_units,
    "counted-before-training",
    {
        "for _ in": "units = np.vstack([hidden, output])\n    for _ in",
        "    units = np.vstack([hidden, output])\n": "",
    },
    "Your training is right, but the units are counted as they were at the start. The question "
    "is what training makes of them: count in the weights that you return.",
)

distinct_units_output_first = edited(
    reference.distinct_units,
    "output-first",
    {
        "by_hidden =": "output = output - rate * (h.T @ slope)\n        by_hidden =",
        ", output - rate * (h.T @ slope)": ", output",
    },
    "You change `output` first and then use the new one for the gradient of `hidden`. Both "
    "gradients belong to one point, the weights before the step; otherwise it is not the "
    "gradient of anything. Compute both, then change both.",
)

distinct_units_hidden_first = edited(
    reference.distinct_units,
    "hidden-first",
    {
        "hidden, output = hidden - rate * by_hidden, output - rate * (h.T @ slope)": (
            "hidden = hidden - rate * by_hidden\n"
            "        h = np.tanh(x @ hidden)\n"
            "        slope = 2 * (h @ output - y) / len(y)\n"
            "        output = output - rate * (h.T @ slope)"
        )
    },
    "You change `hidden` first and then compute the gradient of `output` with the new hidden "
    "units. Both gradients belong to one point, the weights before the step. Compute both, then "
    "change both.",
)

distinct_units_two_forgotten = edited(
    reference.distinct_units,
    "two-forgotten",
    {"2 * (h @ output - y)": "(h @ output - y)"},
    "Your steps are half as long as they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2. (With a loss of half the mean it would be gone; this "
    "one has no half.)",
)

distinct_units_gradient_summed = edited(
    reference.distinct_units,
    "gradient-summed",
    {" / len(y)": ""},
    "Your gradient is that of the sum of the squared errors, not of their mean, so it grows "
    "with the number of instances. A learning rate that suits ten examples then diverges on a "
    "thousand. Divide by their number.",
)

distinct_units_derivative_of_z = edited(
    reference.distinct_units,
    "derivative-of-z",
    {"1 - h * h": "1 - (x @ hidden) ** 2"},
    "The derivative of tanh(z) is 1 - tanh(z)², and you wrote 1 - z². Around 0 they are close, "
    "further out yours is large and negative, and the gradient points the wrong way.",
)

distinct_units_derivative_forgotten = edited(
    reference.distinct_units,
    "derivative-forgotten",
    {" * (1 - h * h)": ""},
    "The gradient of `hidden` lacks the derivative of tanh. The way back goes through the "
    "activation: multiply by 1 - h². Without it, saturated units would be pushed as hard as all "
    "others.",
)

distinct_units_output_frozen = edited(
    reference.distinct_units,
    "output-frozen",
    {"output - rate * (h.T @ slope)": "output"},
    "`output` stays as it was. The hidden layer learns as it should, but both layers are to be "
    "trained: with frozen outgoing weights, even a start from equal incoming weights looks "
    "better than it is.",
)

distinct_units_in_place = edited(
    reference.distinct_units,
    "in-place",
    {
        "hidden, output = hidden - rate * by_hidden, output - rate * (h.T @ slope)": (
            "hidden -= rate * by_hidden\n        output -= rate * (h.T @ slope)"
        )
    },
    "Your numbers are right, but they are written into the arrays that were passed in: `hidden "
    "-= ...` changes the caller's array. A second run from the same start would then start "
    "somewhere else. Write `hidden = hidden - ...`, or work on copies.",
)

distinct_units_hidden_frozen = edited(
    reference.distinct_units,
    "hidden-frozen",
    {"hidden - rate * by_hidden": "hidden"},
    "`hidden` stays as it was. Both layers are to be trained, each against its own gradient; "
    "here only the weights out of the units are.",
)

distinct_units_hidden_in_place = edited(
    reference.distinct_units,
    "hidden-in-place",
    {
        "hidden, output = hidden - rate * by_hidden, output - rate * (h.T @ slope)": (
            "hidden -= rate * by_hidden\n        output = output - rate * (h.T @ slope)"
        )
    },
    "Your numbers are right, but those of `hidden` are written into the array that was passed "
    "in: `hidden -= ...` changes the caller's array. Write `hidden = hidden - ...`, or work "
    "on a copy.",
)

distinct_units_output_in_place = edited(
    reference.distinct_units,
    "output-in-place",
    {
        "hidden, output = hidden - rate * by_hidden, output - rate * (h.T @ slope)": (
            "hidden = hidden - rate * by_hidden\n        output -= rate * (h.T @ slope)"
        )
    },
    "Your numbers are right, but those of `output` are written into the array that was passed "
    "in: `output -= ...` changes the caller's array. Write `output = output - ...`, or work "
    "on a copy.",
)

distinct_units_uphill = edited(
    reference.distinct_units,
    "uphill",
    {"2 * (h @ output - y)": "2 * (y - h @ output)"},
    "Your steps go uphill: the sign of the gradient is the wrong way round. The derivative of "
    "(prediction - y)² by the prediction is 2 · (prediction - y), and the step is *minus* the "
    "rate times the gradient.",
)

distinct_units_averaged_twice = edited(
    reference.distinct_units,
    "averaged-twice",
    {
        "rate * by_hidden": "rate * by_hidden / len(y)",
        "rate * (h.T @ slope)": "rate * (h.T @ slope) / len(y)",
    },
    "Your gradients are divided by the number of instances twice: once in the derivative of "
    "the mean, and once more. The matrix product adds the instances up; the first division "
    "has made a mean of it already.",
)

distinct_units_hidden_averaged_twice = edited(
    reference.distinct_units,
    "hidden-averaged-twice",
    {"rate * by_hidden": "rate * by_hidden / len(y)"},
    "The gradient of `hidden` is divided by the number of instances once too often: the "
    "derivative of the mean has the division already, and that of `output` is right.",
)

distinct_units_derivative_one_minus_h = edited(
    reference.distinct_units,
    "derivative-one-minus-h",
    {"1 - h * h": "1 - h"},
    "You multiply by 1 - h. The derivative of tanh(z) is 1 - tanh(z)², the *square* of h.",
)

distinct_units_derivative_of_the_logistic = edited(
    reference.distinct_units,
    "derivative-of-the-logistic",
    {"1 - h * h": "h * (1 - h)"},
    "You multiply by h · (1 - h), which is the derivative of the logistic function. That of "
    "tanh is 1 - h².",
)

distinct_units_tanh_twice = edited(
    reference.distinct_units,
    "tanh-twice",
    {"1 - h * h": "1 - np.tanh(h) ** 2"},
    "You take tanh a second time in its derivative, 1 - tanh(h)². h is tanh(z) already: the "
    "derivative is 1 - h².",
)

distinct_units_tolerance_of_isclose = edited(
    reference.distinct_units,
    "tolerance-of-isclose",
    {
        "distances < 1e-6": (
            "np.all(np.isclose(units[:, :, np.newaxis], units[:, np.newaxis, :]), axis=0)"
        )
    },
    "Your training is right; your units are compared with the tolerances that `np.isclose` "
    "and `np.allclose` have by default, 1e-8 + 1e-5 · |b|. Asked for is 1e-6, however large "
    "the weights are: `rtol=0, atol=1e-6`.",
)

distinct_units_relative_tolerance_left = edited(
    reference.distinct_units,
    "relative-tolerance-left",
    {
        "distances < 1e-6": (
            "np.all(np.isclose(units[:, :, np.newaxis], units[:, np.newaxis, :], "
            "atol=1e-6), axis=0)"
        )
    },
    "Your training is right; to the tolerance of 1e-6 your comparison adds a share of the "
    "weights' own size, as `np.isclose` and `np.allclose` do with the `rtol` that they have "
    "by default. Write `rtol=0, atol=1e-6`.",
)

distinct_units_relative_tolerance = edited(
    reference.distinct_units,
    "relative-tolerance",
    {
        "distances < 1e-6": (
            "np.all(np.isclose(units[:, :, np.newaxis], units[:, np.newaxis, :], "
            "rtol=1e-6, atol=0), axis=0)"
        )
    },
    "Your training is right; your tolerance is 1e-6 *of the weights' size*. Asked for is 1e-6 "
    "itself, however large or small the weights are: `rtol=0, atol=1e-6`.",
)

distinct_units_tolerance_too_large = edited(
    reference.distinct_units,
    "tolerance-too-large",
    {"distances < 1e-6": "distances < 1e-4"},
    "Your training is right; units are taken for the same that differ by more than 1e-6. The "
    "tolerance is there for rounding only.",
)

distinct_units_tolerance_too_small = edited(
    reference.distinct_units,
    "tolerance-too-small",
    {"distances < 1e-6": "distances < 1e-8"},
    "Your training is right; units are taken for two that differ by less than 1e-6. That is "
    "the tolerance: none of the weights may differ by more.",
)

distinct_units_units_rounded = edited(
    reference.distinct_units,
    "units-rounded",
    {
        "distances < 1e-6": (
            "np.all(np.round(units, 6)[:, :, np.newaxis] == np.round(units, 6)[:, "
            "np.newaxis, :], axis=0)"
        )
    },
    "Your training is right; your count is that of units rounded to six decimals. Two numbers "
    "on either side of a half are rounded apart, however close they are: compare differences "
    "with 1e-6.",
)

distinct_units_differences_added_up = edited(
    reference.distinct_units,
    "differences-added-up",
    {
        "np.max(np.abs(units[:, :, np.newaxis] - units[:, np.newaxis, :]), axis=0)": (
            "np.linalg.norm(units[:, :, np.newaxis] - units[:, np.newaxis, :], axis=0)"
        )
    },
    "Your training is right; two units count as different if their weights differ by more "
    "than 1e-6 *together* (as in a Euclidean distance). The tolerance holds for each weight "
    "by itself: compare the largest difference with it.",
)

distinct_units_difference_without_its_size = edited(
    reference.distinct_units,
    "difference-without-its-size",
    {
        "np.max(np.abs(units[:, :, np.newaxis] - units[:, np.newaxis, :]), axis=0)": (
            "np.max(units[:, :, np.newaxis] - units[:, np.newaxis, :], axis=0)"
        )
    },
    "Your training is right; a weight that is *smaller* than the other unit's is never too "
    "far from it. Compare the absolute value of the difference.",
)

distinct_units_one_equal_weight_is_enough = edited(
    reference.distinct_units,
    "one-equal-weight-is-enough",
    {
        "np.max(np.abs(units[:, :, np.newaxis] - units[:, np.newaxis, :]), axis=0)": (
            "np.min(np.abs(units[:, :, np.newaxis] - units[:, np.newaxis, :]), axis=0)"
        )
    },
    "Your training is right; two units are taken for the same if *some* weight of theirs "
    "agrees. All have to: those into them and the one out of them.",
)

distinct_units_mirrored_units_taken_for_one = edited(
    reference.distinct_units,
    "mirrored-units-taken-for-one",
    {
        "distances < 1e-6": (
            "np.minimum(distances, np.max(np.abs(units[:, :, np.newaxis] + units[:, "
            "np.newaxis, :]), axis=0)) < 1e-6"
        )
    },
    "Your training is right; a unit and the one with all signs turned round are taken for "
    "one. They do compute the same together, since tanh is odd; asked for are units none of "
    "whose weights differ.",
)

distinct_units_only_units_without_a_twin = edited(
    reference.distinct_units,
    "only-units-without-a-twin",
    {"np.tril(distances < 1e-6, -1)": ("(distances < 1e-6) & ~np.eye(len(distances), dtype=bool)")},
    "Your training is right; you count the units that are like no other, and those that have "
    "a twin not at all. Twins count as one unit: leave out those that are the same as one "
    "*before* them.",
)

distinct_units_neighbours_compared = edited(
    reference.distinct_units,
    "neighbours-compared",
    {"np.tril(distances < 1e-6, -1)": "np.triu(np.tril(distances < 1e-6, -1), -1)"},
    "Your training is right; each unit is compared with the one just before it only. Its twin "
    "may stand further off: compare it with all before it.",
)

distinct_units_first_unit_compared = edited(
    reference.distinct_units,
    "first-unit-compared",
    {"np.tril(distances < 1e-6, -1), axis=1": ("np.tril(distances < 1e-6, -1)[:, :1], axis=1")},
    "Your training is right; each unit is compared with the first one only. It may be the "
    "same as another: compare it with all before it.",
)

distinct_units_one_step_too_few = edited(
    reference.distinct_units,
    "one-step-too-few",
    {"range(steps)": "range(steps - 1)"},
    "You take one step less than asked: `range(steps)` makes `steps` of them.",
)

distinct_units_one_step_too_many = edited(
    reference.distinct_units,
    "one-step-too-many",
    {"range(steps)": "range(steps + 1)"},
    "You take one step more than asked: `range(steps)` makes `steps` of them.",
)

distinct_units_stopped_when_little_changes = edited(
    reference.distinct_units,
    "stopped-when-little-changes",
    {
        "        hidden, output = hidden": (
            "        if np.max(np.abs(by_hidden)) < 1e-5:\n"
            "            break\n"
            "        hidden, output = hidden"
        )
    },
    "You stop training when the steps get small. Asked for are `steps` steps, whatever they "
    "change.",
)

distinct_units_relu_for_tanh = edited(
    reference.distinct_units,
    "relu-for-tanh",
    {"np.tanh(x @ hidden)": "np.maximum(x @ hidden, 0)", "1 - h * h": "h > 0"},
    "Your hidden units have ReLU. Asked for is tanh, forwards and in its derivative, 1 - h².",
)

distinct_units_logistic_for_tanh = edited(
    reference.distinct_units,
    "logistic-for-tanh",
    {"np.tanh(x @ hidden)": "(1 / (1 + np.exp(-x @ hidden)))", "1 - h * h": "h * (1 - h)"},
    "Your hidden units have the logistic function. Asked for is tanh, forwards and in its "
    "derivative, 1 - h².",
)

# gradient_norms

gradient_norms_derivative_one_at_zero = edited(
    reference.gradient_norms,
    "derivative-one-at-zero",
    {
        "z, inputs = x, [x]": "z, inputs, sums = x, [x], []",
        "z = inputs[-1]": "sums.append(z)\n        z = inputs[-1]",
        "h > 0": "sums.pop() >= 0",
    },
    "You let the gradient through where a unit is exactly at 0 (`>= 0`, or 1 for the derivative "
    "there). Asked for is 0 at z = 0. It matters just here: with all weights and biases at 0, "
    "*every* unit is at 0, and your network seems to have gradients that it does not have.",
)

gradient_norms_last_layer_activated = edited(
    reference.gradient_norms,
    "last-layer-activated",
    {"(z - y)": "(inputs[-1] - y)"},
    "You put ReLU on the last layer as well. It has no activation, so that it can say negative "
    "numbers too; yours has an error wherever the target is below 0, and says nothing about it.",
)

gradient_norms_bias_forgotten = edited(
    reference.gradient_norms,
    "bias-forgotten",
    {" + bias": ""},
    "The biases are not added on the way forwards. As long as they are 0 nobody notices; with "
    "any others your gradients belong to another network.",
)

gradient_norms_derivative_forgotten = edited(
    reference.gradient_norms,
    "derivative-forgotten",
    {" * (h > 0)": ""},
    "The way back goes through the activation, and you leave its derivative out: units that are "
    "off (z ≤ 0) must not pass a gradient on. One layer is right without it, deeper ones are "
    "not.",
)

gradient_norms_two_forgotten = edited(
    reference.gradient_norms,
    "two-forgotten",
    {"2 * (z - y)": "(z - y)"},
    "All your norms are half of what they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2.",
)

gradient_norms_mean_over_instances_only = edited(
    reference.gradient_norms,
    "mean-over-instances-only",
    {"y.size": "len(y)"},
    "You divide by the number of instances only. The loss is the mean over instances *and* "
    "outputs, as Keras's mean squared error is; with several outputs yours is too large by "
    "their number.",
)

gradient_norms_gradient_summed = edited(
    reference.gradient_norms,
    "gradient-summed",
    {" / y.size": ""},
    "You do not divide by the number of terms: your gradients are those of the sum of the "
    "squared errors. The loss is their mean.",
)

gradient_norms_bias_gradient_averaged = edited(
    reference.gradient_norms,
    "bias-gradient-averaged",
    {"np.sum(delta, axis=0)": "np.mean(delta, axis=0)"},
    "The gradients of your kernels are right, those of your biases are averaged over the "
    "instances. They are *summed*, as in the matrix product that makes the kernel's: the "
    "division is in the error already.",
)

gradient_norms_norms_squared = edited(
    reference.gradient_norms,
    "norms-squared",
    {"np.array(norms[::-1])": "np.array(norms[::-1]) ** 2"},
    "You return squared norms: the root of the sum of squares is missing.",
)

gradient_norms_largest_entry = edited(
    reference.gradient_norms,
    "largest-entry",
    {
        "np.linalg.norm(h.T @ delta)": "np.max(np.abs(h.T @ delta))",
        "np.linalg.norm(np.sum(delta, axis=0))": "np.max(np.abs(np.sum(delta, axis=0)))",
    },
    "You return the largest entry of each gradient. Asked for is the Euclidean norm, the root "
    "of the sum of all squares.",
)

gradient_norms_last_layer_first = edited(
    reference.gradient_norms,
    "last-layer-first",
    {"norms[::-1]": "norms"},
    "Your numbers are right, but the last layer stands first: they are in the order in which "
    "you computed them. The rows go from the first layer to the last.",
)

gradient_norms_kernel_and_bias_swapped = edited(
    reference.gradient_norms,
    "kernel-and-bias-swapped",
    {"np.array(norms[::-1])": "np.array(norms[::-1])[:, ::-1]"},
    "Your numbers are right, but the columns are exchanged: first the norm of the gradient by "
    "the kernel, then that by the bias.",
)

gradient_norms_kernels_reversed_in_place = edited(
    reference.gradient_norms,
    "kernels-reversed-in-place",
    {"reversed(kernels)": "kernels.reverse() or kernels"},
    "Your numbers are right, but the caller's list `kernels` stands the other way round "
    "afterwards: `kernels.reverse()` turns the list itself. `reversed(kernels)` and "
    "`kernels[::-1]` leave it alone.",
)

gradient_norms_leaky_relu = edited(
    reference.gradient_norms,
    "leaky-relu",
    {"np.maximum(z, 0)": "np.where(z > 0, z, 0.01 * z)", "(h > 0)": "np.where(h > 0, 1, 0.01)"},
    "Your ReLU leaks: it has a slope of 0.01 below 0. Asked for is max(z, 0), whose "
    "derivative is 0 there, and units that are off pass nothing on.",
)

gradient_norms_norm_of_order_infinity = edited(
    reference.gradient_norms,
    "norm-of-order-infinity",
    {
        "np.linalg.norm(h.T @ delta)": "np.linalg.norm(h.T @ delta, np.inf)",
        "np.linalg.norm(np.sum(delta, axis=0))": ("np.linalg.norm(np.sum(delta, axis=0), np.inf)"),
    },
    "Your norms are those of order infinity: `np.linalg.norm(..., np.inf)` is the largest "
    "absolute value (and of a matrix the largest sum of a row). Asked for is the root of the "
    "sum of all squares.",
)

gradient_norms_derivative_half_at_zero = edited(
    reference.gradient_norms,
    "derivative-half-at-zero",
    {
        "z, inputs = x, [x]": "z, inputs, sums = x, [x], []",
        "z = inputs[-1]": "sums.append(z)\n        z = inputs[-1]",
        "(h > 0)": "np.heaviside(sums.pop(), 0.5)",
    },
    "You let half of the gradient through where a unit is exactly at 0. Asked for is a "
    "derivative of 0 at z = 0. It matters just here: with all weights and biases at 0, "
    "*every* unit is at 0.",
)

gradient_norms_last_layer_masked = edited(
    reference.gradient_norms,
    "last-layer-masked",
    {"(z - y)": "(z - y) * (z > 0)"},
    "Your way back goes through a ReLU on the last layer: where its z is negative, no error "
    "is passed on. It has no activation, so that it can say negative numbers too; begin with "
    "2 · (z - y), divided by their number, as it is.",
)

gradient_norms_averaged_twice = edited(
    reference.gradient_norms,
    "averaged-twice",
    {
        "np.linalg.norm(h.T @ delta)": "np.linalg.norm(h.T @ delta) / len(x)",
        "np.sum(delta, axis=0)": "np.mean(delta, axis=0)",
    },
    "You divide by the number of instances once more in every layer. The division is in the "
    "error already, and the way back carries it along; the instances are added up.",
)

gradient_norms_kernel_gradient_averaged = edited(
    reference.gradient_norms,
    "kernel-gradient-averaged",
    {"np.linalg.norm(h.T @ delta)": "np.linalg.norm(h.T @ delta) / len(x)"},
    "The gradients of your biases are right, those of your kernels are divided by the number "
    "of instances once more. The division is in the error already.",
)

gradient_norms_bias_gradient_in_one_sum = edited(
    reference.gradient_norms,
    "bias-gradient-in-one-sum",
    {"np.sum(delta, axis=0)": "np.sum(delta)"},
    "The gradients of your kernels are right; those of your biases are added up over the "
    "units, too. Each unit has a bias of its own: sum over the instances, `axis=0`.",
)

gradient_norms_bias_gradient_of_instances = edited(
    reference.gradient_norms,
    "bias-gradient-of-instances",
    {"np.sum(delta, axis=0)": "np.sum(delta, axis=1)"},
    "The gradients of your kernels are right; those of your biases are summed over the units "
    "and not over the instances. Each unit has a bias, which all instances share: `axis=0`.",
)

gradient_norms_bias_gradient_not_summed = edited(
    reference.gradient_norms,
    "bias-gradient-not-summed",
    {"np.sum(delta, axis=0)": "delta"},
    "The gradients of your kernels are right; for the biases you take the norm over all "
    "instances' errors. All instances share a unit's bias, so its derivative is their *sum*; "
    "the norm comes after.",
)

gradient_norms_spectral_norm = edited(
    reference.gradient_norms,
    "spectral-norm",
    {"np.linalg.norm(h.T @ delta)": "np.linalg.norm(h.T @ delta, 2)"},
    "Your norm of the kernel's gradient is the spectral one, the largest singular value, "
    "which is what `np.linalg.norm(matrix, 2)` means. Asked for is the root of the sum of all "
    "squares: `np.linalg.norm(matrix)`.",
)

gradient_norms_norm_of_order_one = edited(
    reference.gradient_norms,
    "norm-of-order-one",
    {
        "np.linalg.norm(h.T @ delta)": "np.linalg.norm(h.T @ delta, 1)",
        "np.linalg.norm(np.sum(delta, axis=0))": "np.linalg.norm(np.sum(delta, axis=0), 1)",
    },
    "Your norms are those of order 1: `np.linalg.norm(..., 1)` adds up absolute values (and "
    "of a matrix takes the column where that is largest). Asked for is the root of the sum of "
    "all squares.",
)

gradient_norms_absolute_values_added = edited(
    reference.gradient_norms,
    "absolute-values-added",
    {
        "np.linalg.norm(h.T @ delta)": "np.sum(np.abs(h.T @ delta))",
        "np.linalg.norm(np.sum(delta, axis=0))": "np.sum(np.abs(np.sum(delta, axis=0)))",
    },
    "You add up the absolute values of each gradient. Asked for is the Euclidean norm, the "
    "root of the sum of all squares.",
)

gradient_norms_mean_of_absolute_values = edited(
    reference.gradient_norms,
    "mean-of-absolute-values",
    {
        "np.linalg.norm(h.T @ delta)": "np.mean(np.abs(h.T @ delta))",
        "np.linalg.norm(np.sum(delta, axis=0))": "np.mean(np.abs(np.sum(delta, axis=0)))",
    },
    "You return the mean size of a gradient's entries. Asked for is the Euclidean norm, the "
    "root of the *sum* of all squares.",
)

gradient_norms_root_mean_square = edited(
    reference.gradient_norms,
    "root-mean-square",
    {
        "np.linalg.norm(h.T @ delta)": "np.sqrt(np.mean((h.T @ delta) ** 2))",
        "np.linalg.norm(np.sum(delta, axis=0))": ("np.sqrt(np.mean(np.sum(delta, axis=0) ** 2))"),
    },
    "You return the root of the *mean* of the squares. Asked for is the Euclidean norm, the "
    "root of their sum.",
)

gradient_norms_relu_left_out = edited(
    reference.gradient_norms,
    "relu-left-out",
    {"np.maximum(z, 0)": "z", " * (h > 0)": ""},
    "Your network is linear: there is no ReLU, neither forwards nor backwards. Every layer "
    "but the last has one.",
)

gradient_norms_mean_over_outputs_only = edited(
    reference.gradient_norms,
    "mean-over-outputs-only",
    {"y.size": "y.shape[1]"},
    "You divide by the number of outputs only. The loss is the mean over instances *and* outputs.",
)

# signal_statistics

signal_statistics_exp_overflows = edited(
    reference.signal_statistics,
    "exp-overflows",
    {"np.expm1(np.minimum(z, 0))": "(np.exp(z) - 1) * (z <= 0)"},
    "Where nothing is large your answer is right. `np.where` computes *both* of its branches, "
    "and exp of a large positive z is infinite; multiplied by a 0 that is to hide it, it "
    "becomes NaN. Cut z off first: `np.exp(np.minimum(z, 0))`.",
)

signal_statistics_selu_without_lambda = edited(
    reference.signal_statistics,
    "selu-without-lambda",
    {"SELU_LAMBDA * ": ""},
    "Your SELU lacks λ: it is an ELU with SELU's α. Just the slope a little above 1 is what "
    "lets the variance grow where it has become too small; without it, nothing brings it back "
    "to 1.",
)

signal_statistics_elu = edited(
    reference.signal_statistics,
    "elu",
    {"SELU_ALPHA * ": ""},
    "Your SELU is λ times ELU with α = 1. For self-normalisation both constants are needed: "
    "with α = 1 the mean of the activations is not 0.",
)

signal_statistics_constants_swapped = edited(
    reference.signal_statistics,
    "constants-swapped",
    {"SELU_LAMBDA": "SELU_ALPHA", "SELU_ALPHA": "SELU_LAMBDA"},
    "You exchanged α and λ. λ = 1.0507 is the slope of the positive side; α multiplies the "
    "negative side only. With a slope of 1.67 the signal explodes.",
)

signal_statistics_negative_side_without_minus_one = edited(
    reference.signal_statistics,
    "negative-side-without-minus-one",
    {"np.expm1(np.minimum(z, 0))": "np.exp(np.minimum(z, 0)) * (z <= 0)"},
    "The negative side of your SELU is λα exp(z), and a -1 is missing: it jumps at 0, and the "
    "activations are all positive, so that their mean cannot be 0. It is λα (exp(z) - 1).",
)

signal_statistics_before_the_activation = edited(
    reference.signal_statistics,
    "before-the-activation",
    {"np.mean(h), np.var(h)": "np.mean(z), np.var(z)"},
    "Your statistics are those of z, before the activation. Its mean is near 0 for ReLU too, "
    "which hides the very thing that is to be seen: what the next layer receives is h.",
)

signal_statistics_standard_deviation = edited(
    reference.signal_statistics,
    "standard-deviation",
    {"np.var(h)": "np.std(h)"},
    "The second column is the standard deviation; asked for is its square, the variance. Only "
    "variances multiply from layer to layer.",
)

signal_statistics_variance_over_n_minus_one = edited(
    reference.signal_statistics,
    "variance-over-n-minus-one",
    {"np.var(h)": "np.var(h, ddof=1)"},
    "You divide the sum of squares by n - 1. That is the estimate of a population's variance "
    "from a sample; asked for is the variance of these numbers, divided by n.",
)

signal_statistics_zero_counted_as_alive = edited(
    reference.signal_statistics,
    "zero-counted-as-alive",
    {"z <= 0": "z < 0"},
    "Where z is exactly 0, the derivative of ReLU is 0 by the docstring, and you count it as 1. "
    "A unit that only ever gets zeros would look alive.",
)

signal_statistics_zeros_of_selu_counted = edited(
    reference.signal_statistics,
    "zeros-of-selu-counted",
    {", 0.0": ", np.mean(z == 0)"},
    "You count where h is 0 as where the derivative is 0. For ReLU that is the same; SELU is 0 "
    "at z = 0, and its derivative there is about λα or λ: not 0.",
)

signal_statistics_negative_selu_counted_as_dead = edited(
    reference.signal_statistics,
    "negative-selu-counted-as-dead",
    {", 0.0": ", np.mean(z <= 0)"},
    "You count the negative entries of SELU as having no derivative. There it is λα exp(z): "
    "small, but not 0, and that is an advantage over ReLU that the experiment is to show.",
)

signal_statistics_share_in_per_cent = edited(
    reference.signal_statistics,
    "share-in-per-cent",
    {"np.mean(z <= 0)": "100 * np.mean(z <= 0)"},
    "The third column is in per cent; asked for is a share from 0 to 1.",
)

signal_statistics_dead_units_counted = edited(
    reference.signal_statistics,
    "dead-units-counted",
    {"np.mean(z <= 0)": "np.mean(np.all(z <= 0, axis=0))"},
    "You count the units that are off for *every* instance. Asked for is the share of all "
    "entries, of every instance and unit, at which the derivative is 0: for ReLU about a half, "
    "even if no unit is dead.",
)

signal_statistics_names_not_checked = edited(
    reference.signal_statistics,
    "names-not-checked",
    {
        """raise ValueError(f"activation must be 'relu' or 'selu', got {activation!r}")""": (
            'activation = "selu"'
        )
    },
    "Your statistics are right, but a name that is neither `relu` nor `selu` is taken for SELU "
    "without a word. A misspelt name should raise ValueError: otherwise somebody publishes the "
    "wrong curve.",
)

signal_statistics_plain_elu = edited(
    reference.signal_statistics,
    "plain-elu",
    {"SELU_LAMBDA * (h + SELU_ALPHA * np.expm1": "(h + np.expm1"},
    "Your SELU is an ELU with α = 1 and no λ. Both constants of the first cell belong in it: "
    "they are what makes mean 0 and variance 1 a fixed point.",
)

signal_statistics_lambda_on_the_positive_side_only = edited(
    reference.signal_statistics,
    "lambda-on-the-positive-side-only",
    {
        "SELU_LAMBDA * (h + SELU_ALPHA * np.expm1(np.minimum(z, 0)))": (
            "SELU_LAMBDA * h + SELU_ALPHA * np.expm1(np.minimum(z, 0))"
        )
    },
    "λ multiplies the positive side of your SELU only. The negative side is λ α (exp(z) - 1).",
)

signal_statistics_lambda_on_the_negative_side_only = edited(
    reference.signal_statistics,
    "lambda-on-the-negative-side-only",
    {
        "SELU_LAMBDA * (h + SELU_ALPHA * np.expm1(np.minimum(z, 0)))": (
            "h + SELU_LAMBDA * SELU_ALPHA * np.expm1(np.minimum(z, 0))"
        )
    },
    "λ multiplies the negative side of your SELU only. The positive side is λ z: its slope a "
    "little above 1 is what lets the variance grow where it has become too small.",
)

signal_statistics_alpha_on_exp_only = edited(
    reference.signal_statistics,
    "alpha-on-exp-only",
    {
        "SELU_ALPHA * np.expm1(np.minimum(z, 0))": (
            "np.where(z > 0, 0, SELU_ALPHA * np.exp(np.minimum(z, 0)) - 1)"
        )
    },
    "α multiplies only the exp in your SELU: α exp(z) - 1 is 0.67 at z = 0, where SELU is 0. "
    "Mind the brackets: α (exp(z) - 1).",
)

signal_statistics_constants_of_four_digits = edited(
    reference.signal_statistics,
    "constants-of-four-digits",
    {"SELU_LAMBDA * ": "1.0507 * ", "SELU_ALPHA * ": "1.6733 * "},
    "Your constants of SELU are rounded to 1.0507 and 1.6733, and the error grows from layer "
    "to layer. Use `SELU_LAMBDA` and `SELU_ALPHA` of the first cell.",
)

signal_statistics_constants_of_six_digits = edited(
    reference.signal_statistics,
    "constants-of-six-digits",
    {"SELU_LAMBDA * ": "1.0507 * ", "SELU_ALPHA * ": "1.67326 * "},
    "Your constants of SELU are rounded to 1.0507 and 1.67326, and the error grows from layer "
    "to layer. Use `SELU_LAMBDA` and `SELU_ALPHA` of the first cell.",
)

signal_statistics_activation_not_passed_on = edited(
    reference.signal_statistics,
    "activation-not-passed-on",
    {
        "rows.append([np.mean(h), np.var(h), share])": (
            "rows.append([np.mean(h), np.var(h), share])\n        h = z"
        )
    },
    "Your activation is applied for the statistics only: the next layer gets z. It works on "
    "h, what the activation gave.",
)

signal_statistics_mean_of_squares = edited(
    reference.signal_statistics,
    "mean-of-squares",
    {"np.var(h)": "np.mean(h**2)"},
    "The second column is the mean of the squares. The variance is that of the differences "
    "from the *mean*, which for ReLU is far from 0: np.mean((h - np.mean(h)) ** 2).",
)

signal_statistics_variance_of_each_unit = edited(
    reference.signal_statistics,
    "variance-of-each-unit",
    {"np.var(h)": "np.mean(np.var(h, axis=0))"},
    "The second column is the mean of the units' own variances. Asked for is the variance "
    "over all entries of h at once, in which the units' different means count, too.",
)

signal_statistics_variance_of_each_instance = edited(
    reference.signal_statistics,
    "variance-of-each-instance",
    {"np.var(h)": "np.mean(np.var(h, axis=1))"},
    "The second column is the mean of the instances' own variances. Asked for is the variance "
    "over all entries of h at once.",
)

signal_statistics_mean_of_sizes = edited(
    reference.signal_statistics,
    "mean-of-sizes",
    {"np.mean(h)": "np.mean(np.abs(h))"},
    "The first column is the mean of |h|. Asked for is that of h itself: that negative "
    "entries make up for positive ones is what SELU has and ReLU has not.",
)

signal_statistics_share_that_is_not_zero = edited(
    reference.signal_statistics,
    "share-that-is-not-zero",
    {"np.mean(z <= 0)": "np.mean(z > 0)"},
    "The third column is the share of the entries at which the derivative of ReLU is *not* 0. "
    "Asked for is the share at which it is 0.",
)

signal_statistics_zeros_not_divided = edited(
    reference.signal_statistics,
    "zeros-not-divided",
    {"np.mean(z <= 0)": "np.sum(z <= 0)"},
    "The third column is a number of entries. Asked for is their share, from 0 to 1: divide "
    "by the number of all.",
)

signal_statistics_dead_instances_counted = edited(
    reference.signal_statistics,
    "dead-instances-counted",
    {"np.mean(z <= 0)": "np.mean(np.all(z <= 0, axis=1))"},
    "You count the instances for which *every* unit is off. Asked for is the share of all "
    "entries, of every instance and unit, at which the derivative is 0.",
)

signal_statistics_underflow_counted = edited(
    reference.signal_statistics,
    "underflow-counted",
    {", 0.0": ", np.mean(np.exp(np.minimum(z, 0)) == 0)"},
    "Where z is so negative that exp(z) vanishes in rounding, you count the derivative of "
    "SELU as 0. It is λα exp(z), which is nowhere 0; only the computer's number is. For SELU "
    "the share is 0.",
)

signal_statistics_names_in_any_case = edited(
    reference.signal_statistics,
    "names-in-any-case",
    {
        "activation not in": "activation.lower() not in",
        'activation == "selu"': 'activation.lower() == "selu"',
    },
    "Your statistics are right, but `RELU` is accepted for `relu`. What is neither of the two "
    "names, to the letter, should raise ValueError.",
)

signal_statistics_names_stripped = edited(
    reference.signal_statistics,
    "names-stripped",
    {
        "activation not in": "activation.strip() not in",
        'activation == "selu"': 'activation.strip() == "selu"',
    },
    "Your statistics are right, but a name with a space about it is accepted. What is neither "
    "of the two names, to the letter, should raise ValueError.",
)

signal_statistics_part_of_a_name = edited(
    reference.signal_statistics,
    "part-of-a-name",
    {'activation not in ("relu", "selu")': 'activation not in "relu selu"'},
    "Your statistics are right, but a piece of a name is accepted: `in` asks of a text "
    "whether it *contains* another, such as `elu`. Compare with a tuple of the two names.",
)

signal_statistics_key_error = edited(
    reference.signal_statistics,
    "key-error",
    {"raise ValueError(": "raise KeyError("},
    "Your statistics are right; another name raises KeyError, as a dictionary does. Asked for "
    "is ValueError.",
)

# fitting_output

fitting_output_softmax_for_any_zeros_and_ones = edited(
    reference.fitting_output,
    "softmax-for-any-zeros-and-ones",
    {"off < 1e-6": "(off < 1e-6 or np.all((targets == 0) | (targets == 1)))"},
    "You choose softmax for zeros and ones in several columns. If an instance may have several "
    "labels or none, its row does not add up to 1, and softmax could never say it: its outputs "
    "compete. Each label needs its own logistic output. Look at the sums of the rows.",
)

fitting_output_softmax_for_one_column = edited(
    reference.fitting_output,
    "softmax-for-one-column",
    {" and targets.shape[1] > 1": ""},
    "You choose softmax for a single column of ones. Softmax of one number is 1, whatever the "
    "number: such a network cannot learn anything. One output that is a probability needs the "
    "logistic function.",
)

fitting_output_sums_compared_exactly = edited(
    reference.fitting_output,
    "sums-compared-exactly",
    {"off < 1e-6": "off == 0"},
    "The sums of the rows are compared with exactly 1. Ten times 0.1 is not exactly 1 in "
    "binary, so real probabilities are missed, and get logistic outputs that need not add up to "
    "1. Allow 1e-6.",
)

fitting_output_mean_of_the_sums = edited(
    reference.fitting_output,
    "mean-of-the-sums",
    {
        "np.max(np.abs(np.sum(targets, axis=1) - 1))": (
            "np.abs(np.mean(np.sum(targets, axis=1)) - 1)"
        )
    },
    "You ask whether the rows add up to 1 *on average*. An instance with two labels and one "
    "with none make up for each other; softmax fits neither of them. Every row must add up to "
    "1.",
)

fitting_output_negatives_ignored_by_softmax = edited(
    reference.fitting_output,
    "negatives-ignored-by-softmax",
    {"low >= 0 and off < 1e-6": "off < 1e-6"},
    "You look at the sums of the rows only. They can be 1 with negative entries, which no "
    "probability has and softmax cannot say.",
)

fitting_output_tanh_first = edited(
    reference.fitting_output,
    "tanh-first",
    {
        "if low >= 0 and high <= 1:": (
            'if low >= -1 and high <= 1:\n        return "tanh", np.tanh(z)\n'
            "    if low >= 0 and high <= 1:"
        )
    },
    "You never choose the logistic function: what is from 0 to 1 gets tanh, as happens if -1 to 1 "
    "is asked first. Then half of the range of tanh is wasted, and a probability may come out "
    "negative. The narrowest range that holds all targets comes first.",
)

fitting_output_relu_first = edited(
    reference.fitting_output,
    "relu-first",
    {
        "if low >= 0 and high <= 1:": (
            'if low >= 0:\n        return "relu", np.maximum(z, 0)\n    if low >= 0 and high <= 1:'
        )
    },
    "You choose ReLU for everything that is not negative, before asking whether it is at most "
    "1. A probability would then come out above 1. The narrowest range that holds all targets "
    "comes first.",
)

fitting_output_no_relu = edited(
    reference.fitting_output,
    "no-relu",
    {'    if low >= 0:\n        return "relu", np.maximum(z, 0)\n': ""},
    "You never choose ReLU: targets that are never negative, such as prices, get a linear output "
    "that can be negative.",
)

fitting_output_edges_left_out = edited(
    reference.fitting_output,
    "edges-left-out",
    {
        "low >= 0 and high <= 1": "low > 0 and high < 1",
        "low >= -1 and high <= 1": "low > -1 and high < 1",
    },
    "You leave the edges out: targets of exactly 0 and 1 (or -1 and 1) are not taken to be in "
    "the range. These are the most frequent targets of all, the labels of two classes.",
)

fitting_output_softmax_overflows = edited(
    reference.fitting_output,
    "softmax-overflows",
    {" - np.max(z, axis=1, keepdims=True)": ""},
    "Where z is small your softmax is right. exp(1000) is infinite, and infinite by infinite is "
    "NaN. Subtract the largest entry of each row first: it cancels in the quotient, and nothing "
    "can overflow.",
)

fitting_output_logistic_overflows = edited(
    reference.fitting_output,
    "logistic-overflows",
    {"(1 + np.tanh(z / 2)) / 2": "np.exp(z) / (1 + np.exp(z))"},
    "Where z is small your logistic function is right. exp(z) / (1 + exp(z)) is infinite by "
    "infinite, NaN, for large z. Divide by exp(z): 1 / (1 + exp(-z)).",
)

fitting_output_largest_of_all_subtracted = edited(
    reference.fitting_output,
    "largest-of-all-subtracted",
    {"np.max(z, axis=1, keepdims=True)": "np.max(z)"},
    "You subtract the largest entry of *all* rows before exp. A row far below it gets exp of "
    "something very negative everywhere, which is 0, and 0 / 0 is NaN. Subtract the largest of "
    "each row, with `axis=1, keepdims=True`.",
)

fitting_output_softmax_over_instances = edited(
    reference.fitting_output,
    "softmax-over-instances",
    {
        "np.max(z, axis=1, keepdims=True)": "np.max(z, axis=0)",
        "np.sum(e, axis=1, keepdims=True)": "np.sum(e, axis=0)",
    },
    "Your softmax runs over the instances: each column adds up to 1. The probabilities of one "
    "instance add up to 1, so the sum goes along its row, `axis=1`.",
)

fitting_output_softmax_over_everything = edited(
    reference.fitting_output,
    "softmax-over-everything",
    {
        "np.max(z, axis=1, keepdims=True)": "np.max(z)",
        "np.sum(e, axis=1, keepdims=True)": "np.sum(e)",
    },
    "Your softmax divides by the sum over *all* instances. Each row must add up to 1: `axis=1, "
    "keepdims=True`.",
)

fitting_output_logits_returned = edited(
    reference.fitting_output,
    "logits-returned",
    {
        "e / np.sum(e, axis=1, keepdims=True)": "z",
        "(1 + np.tanh(z / 2)) / 2": "z",
        "np.tanh(z)": "z",
        "np.maximum(z, 0)": "z",
    },
    "You choose the right activation, and return z as it came. The activation is to be applied.",
)

fitting_output_sigmoid_for_logistic = edited(
    reference.fitting_output,
    "sigmoid-for-logistic",
    {'"logistic"': '"sigmoid"'},
    "You call the logistic function `sigmoid`, as Keras and PyTorch do. Asked for are the "
    "names that the docstring lists, and there it is `logistic`.",
)

fitting_output_identity_for_linear = edited(
    reference.fitting_output,
    "identity-for-linear",
    {'"linear"': '"identity"'},
    "You call no activation at all `identity`. Asked for are the names that the docstring "
    "lists, and there it is `linear`.",
)

fitting_output_relu_in_place = edited(
    reference.fitting_output,
    "relu-in-place",
    {"np.maximum(z, 0)": "np.maximum(z, 0, out=z)"},
    "Your numbers are right, but those of ReLU are written into `z`, which belongs to the "
    "caller. Make a new array.",
)

fitting_output_softmax_in_place = edited(
    reference.fitting_output,
    "softmax-in-place",
    {
        "np.exp(z - np.max(z, axis=1, keepdims=True))": (
            "np.exp(np.subtract(z, np.max(z, axis=1, keepdims=True), out=z))"
        )
    },
    "Your numbers are right, but for softmax `z` itself is changed (as by `z -= ...`), which "
    "belongs to the caller. Make a new array.",
)

fitting_output_epsilon_in_the_denominator = edited(
    reference.fitting_output,
    "epsilon-in-the-denominator",
    {"np.sum(e, axis=1, keepdims=True)": "(np.sum(e, axis=1, keepdims=True) + 1e-8)"},
    "You add 1e-8 to the denominator of softmax, so that no row adds up to 1. Nothing has to "
    "be kept from being 0: with the largest entry of the row subtracted, the sum is at least "
    "1.",
)

fitting_output_one_row_is_enough = edited(
    reference.fitting_output,
    "one-row-is-enough",
    {"off = np.max(": "off = np.min("},
    "You choose softmax if *some* row adds up to 1. Every row must: softmax could not say the "
    "others.",
)

fitting_output_first_row_only = edited(
    reference.fitting_output,
    "first-row-only",
    {"np.max(np.abs(np.sum(targets, axis=1) - 1))": "np.abs(np.sum(targets[0]) - 1)"},
    "You ask of the first row only whether it adds up to 1. Every row must: softmax could not "
    "say the others.",
)

fitting_output_columns_summed = edited(
    reference.fitting_output,
    "columns-summed",
    {"np.sum(targets, axis=1)": "np.sum(targets, axis=0)"},
    "You ask whether the *columns* add up to 1. An instance is a row, and its probabilities "
    "add up to 1: `axis=1`.",
)

fitting_output_softmax_never_chosen = edited(
    reference.fitting_output,
    "softmax-never-chosen",
    {"off < 1e-6": "False"},
    "You never choose softmax. It is for targets of at least two columns with nothing below "
    "0, every row of which adds up to 1.",
)

fitting_output_softmax_for_zeros_and_ones_only = edited(
    reference.fitting_output,
    "softmax-for-zeros-and-ones-only",
    {"off < 1e-6": "off == 0 and np.all((targets == 0) | (targets == 1))"},
    "You choose softmax only if all targets are 0 or 1. Probabilities between them, as in "
    "smoothed labels, are targets for softmax just as well: it is the sums of the rows that "
    "count.",
)

fitting_output_sums_compared_loosely = edited(
    reference.fitting_output,
    "sums-compared-loosely",
    {"off < 1e-6": "off < 1e-4"},
    "Your tolerance for the sums of the rows is too large: 1 + 5e-6 is taken for 1. A sum is "
    "to be less than 1e-6 away. (`np.isclose` and `np.allclose` add `rtol`, 1e-5 by default, "
    "to `atol`: write `rtol=0, atol=1e-6`.)",
)

fitting_output_sums_compared_tightly = edited(
    reference.fitting_output,
    "sums-compared-tightly",
    {"off < 1e-6": "off < 1e-9"},
    "Your tolerance for the sums of the rows is too small: 1 + 5e-7 is not taken for 1. A sum "
    "is to be less than 1e-6 away.",
)

fitting_output_sums_of_at_most_one = edited(
    reference.fitting_output,
    "sums-of-at-most-one",
    {"np.max(np.abs(np.sum(targets, axis=1) - 1))": "np.max(np.sum(targets, axis=1) - 1)"},
    "You choose softmax for rows that add up to *at most* 1. Each has to add up to 1: the "
    "difference may be negative, so compare its absolute value.",
)

fitting_output_sums_of_at_least_one = edited(
    reference.fitting_output,
    "sums-of-at-least-one",
    {"np.max(np.abs(np.sum(targets, axis=1) - 1))": "np.max(1 - np.sum(targets, axis=1))"},
    "You choose softmax for rows that add up to *at least* 1. Each has to add up to 1: "
    "compare the absolute value of the difference.",
)

fitting_output_rows_for_columns = edited(
    reference.fitting_output,
    "rows-for-columns",
    {"targets.shape[1] > 1": "targets.shape[0] > 1"},
    "For softmax you ask for at least two *rows*. It takes at least two columns, the outputs; "
    "one instance is enough to see that its row adds up to 1.",
)

fitting_output_softmax_from_three_columns = edited(
    reference.fitting_output,
    "softmax-from-three-columns",
    {"targets.shape[1] > 1": "targets.shape[1] > 2"},
    "You choose softmax from three columns on. Two are enough: two classes, of which one is right.",
)

fitting_output_softmax_without_zeros = edited(
    reference.fitting_output,
    "softmax-without-zeros",
    {"low >= 0 and off": "low > 0 and off"},
    "You choose softmax only if nothing is exactly 0. Nothing may be *below* 0; labels in "
    "one-hot form are mostly zeros.",
)

fitting_output_logistic_between_its_edges = edited(
    reference.fitting_output,
    "logistic-between-its-edges",
    {"low >= 0 and high <= 1": "low > 0 and high < 1"},
    "You choose the logistic function only if nothing is exactly 0 or 1. A target on the edge "
    "belongs to the range: the labels of two classes are 0 and 1.",
)

fitting_output_zero_left_out_by_logistic = edited(
    reference.fitting_output,
    "zero-left-out-by-logistic",
    {"low >= 0 and high <= 1": "low > 0 and high <= 1"},
    "You choose the logistic function only if nothing is exactly 0. A target on the edge "
    "belongs to the range.",
)

fitting_output_one_left_out_by_logistic = edited(
    reference.fitting_output,
    "one-left-out-by-logistic",
    {"low >= 0 and high <= 1": "low >= 0 and high < 1"},
    "You choose the logistic function only if nothing is exactly 1. A target on the edge "
    "belongs to the range.",
)

fitting_output_logistic_for_zeros_and_ones_only = edited(
    reference.fitting_output,
    "logistic-for-zeros-and-ones-only",
    {"low >= 0 and high <= 1": "np.all((targets == 0) | (targets == 1))"},
    "You choose the logistic function only if all targets are 0 or 1. It says everything "
    "between them as well: asked for is everything *from* 0 to 1.",
)

fitting_output_tanh_between_its_edges = edited(
    reference.fitting_output,
    "tanh-between-its-edges",
    {"low >= -1 and high <= 1": "low > -1 and high < 1"},
    "You choose tanh only if nothing is exactly -1 or 1. A target on the edge belongs to the "
    "range.",
)

fitting_output_minus_one_left_out_by_tanh = edited(
    reference.fitting_output,
    "minus-one-left-out-by-tanh",
    {"low >= -1 and high <= 1": "low > -1 and high <= 1"},
    "You choose tanh only if nothing is exactly -1. A target on the edge belongs to the range.",
)

fitting_output_one_left_out_by_tanh = edited(
    reference.fitting_output,
    "one-left-out-by-tanh",
    {"low >= -1 and high <= 1": "low >= -1 and high < 1"},
    "You choose tanh only if nothing is exactly 1. A target on the edge belongs to the range.",
)

fitting_output_no_tanh = edited(
    reference.fitting_output,
    "no-tanh",
    {('    if low >= -1 and high <= 1:\n        return "tanh", np.tanh(z)\n'): ""},
    "You never choose tanh: targets from -1 to 1 get another output. Softmax, the logistic "
    "function, tanh, ReLU and none are the choices, in this order.",
)

fitting_output_zero_left_out_by_relu = edited(
    reference.fitting_output,
    "zero-left-out-by-relu",
    {"    if low >= 0:": "    if low > 0:"},
    "You choose ReLU only if nothing is exactly 0. Nothing may be *below* 0; a target on the "
    "edge belongs to the range.",
)

fitting_output_range_with_a_tolerance = edited(
    reference.fitting_output,
    "range-with-a-tolerance",
    {
        "low >= 0 and high <= 1": "low >= -1e-6 and high <= 1 + 1e-6",
        "low >= -1 and high <= 1": "low >= -1 - 1e-6 and high <= 1 + 1e-6",
    },
    "You allow targets a little outside of a range. The tolerance is for the sums of the rows "
    "only, which are rounded; a target outside is one that the activation cannot say.",
)

fitting_output_divided_by_the_columns_sums = edited(
    reference.fitting_output,
    "divided-by-the-columns-sums",
    {"np.sum(e, axis=1, keepdims=True)": "np.sum(e, axis=0, keepdims=True)"},
    "Your softmax divides by the sums over the instances. The probabilities of one instance "
    "add up to 1, so the sum goes along its row, `axis=1`.",
)

fitting_output_divided_by_the_sum_of_all = edited(
    reference.fitting_output,
    "divided-by-the-sum-of-all",
    {"np.sum(e, axis=1, keepdims=True)": "np.sum(e)"},
    "Your softmax divides by one sum over *all* instances. Each row must add up to 1: "
    "`axis=1, keepdims=True`.",
)

fitting_output_tanh_overflows = edited(
    reference.fitting_output,
    "tanh-overflows",
    {'"tanh", np.tanh(z)': ('"tanh", (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))')},
    "Where z is small your tanh is right. exp(1000) is infinite, and infinite by infinite is "
    "NaN. `np.tanh` does not overflow.",
)

fitting_output_logistic_of_minus_z = edited(
    reference.fitting_output,
    "logistic-of-minus-z",
    {"np.tanh(z / 2)": "np.tanh(-z / 2)"},
    "Your logistic function falls where it should rise: it is 1 / (1 + exp(*-*z)).",
)

fitting_output_softplus_for_relu = edited(
    reference.fitting_output,
    "softplus-for-relu",
    {"np.maximum(z, 0)": "np.logaddexp(0, z)"},
    "Under the name of ReLU you return softplus, log(1 + exp(z)). It is a fine output for "
    "what is never negative; asked for is max(z, 0).",
)

fitting_output_leaky_relu = edited(
    reference.fitting_output,
    "leaky-relu",
    {"np.maximum(z, 0)": "np.where(z > 0, z, 0.01 * z)"},
    "Your ReLU leaks: it has a slope below 0, and so says negative numbers, which no target "
    "is. Asked for is max(z, 0).",
)

# heavy_ball

heavy_ball_nesterov = edited(
    reference.heavy_ball,
    "nesterov",
    {"curvature * x": "curvature * (x + momentum * velocity)"},
    "This is Nesterov's method: you take the gradient ahead of x, at x + momentum · velocity. "
    "It oscillates less, and is worth knowing; asked for here is the plain one, with the "
    "gradient at x itself.",
)

heavy_ball_average_of_gradients = edited(
    reference.heavy_ball,
    "average-of-gradients",
    {"- rate * curvature": "- (1 - momentum) * rate * curvature"},
    "You multiply the gradient by 1 - momentum, so that the velocity is an average of "
    "gradients, as in Adam. In momentum as Polyak and `keras.optimizers.SGD` have it, the "
    "gradient comes in whole: velocities add up to 1 / (1 - momentum) times the gradient. With "
    "0.99999, yours hardly moves.",
)

heavy_ball_momentum_ignored = edited(
    reference.heavy_ball,
    "momentum-ignored",
    {"momentum * velocity - rate": "-rate"},
    "There is no momentum in your steps: each is -rate · f'(x). Your ball rolls without "
    "inertia, and never passes the minimum. Keep `momentum * velocity` from the step before.",
)

heavy_ball_old_velocity = edited(
    reference.heavy_ball,
    "old-velocity",
    {
        "velocity = momentum * velocity": "x, velocity = x + velocity, momentum * velocity",
        "        x += velocity\n": "",
    },
    "You move x by the velocity of the step *before*, and change the velocity afterwards. The "
    "first step then goes nowhere. The new velocity comes first.",
)

heavy_ball_gradient_doubled = edited(
    reference.heavy_ball,
    "gradient-doubled",
    {"curvature * x": "2 * curvature * x"},
    "Your gradient is 2 · curvature · x. The bowl has the half in it, curvature · x² / 2, so "
    "its derivative is curvature · x.",
)

heavy_ball_curvature_forgotten = edited(
    reference.heavy_ball,
    "curvature-forgotten",
    {"curvature * x": "x"},
    "Your gradient is x, whatever the curvature: the derivative of curvature · x² / 2 is "
    "curvature · x.",
)

heavy_ball_rate_times_velocity = edited(
    reference.heavy_ball,
    "rate-times-velocity",
    {"x += velocity": "x += rate * velocity"},
    "You multiply the whole velocity by the learning rate when x moves, as in Sutskever's other "
    "form or in PyTorch with the rate outside, *and* once in the velocity. Just once: in the "
    "velocity.",
)

heavy_ball_start_left_out = edited(
    reference.heavy_ball,
    "start-left-out",
    {"path[: settled + 1]": "path[1 : settled + 1]", "return path": "return path[1:]"},
    "Your path begins after the first step. The start belongs to it: `steps + 1` positions for "
    "`steps` steps.",
)

heavy_ball_first_time_inside = edited(
    reference.heavy_ball,
    "first-time-inside",
    {
        "np.max(np.flatnonzero(np.abs(path) > 0.01 * abs(start)))) + 1": (
            "np.min(np.flatnonzero(np.abs(path) <= 0.01 * abs(start)), initial=steps + 1))"
        )
    },
    "You return when the path is within 1 % for the first time. A ball that flies through the "
    "minimum is within 1 %, too, for a moment. It has settled when it *stays* there: look for "
    "the last time outside.",
)

heavy_ball_last_time_outside = edited(
    reference.heavy_ball,
    "last-time-outside",
    {"settled if settled <= steps": "settled - 1 if settled <= steps"},
    "You return the last step at which the path is *outside*. It has settled one step later.",
)

heavy_ball_steps_instead_of_none = edited(
    reference.heavy_ball,
    "steps-instead-of-none",
    {" if settled <= steps else None": ""},
    "Where the path never settles you return a number. The last x is further out than 1 %, and "
    "nobody knows when it will settle, if ever: return None.",
)

heavy_ball_limit_not_relative = edited(
    reference.heavy_ball,
    "limit-not-relative",
    {"0.01 * abs(start)": "0.01"},
    "You take 0.01 itself for the limit. It is 1 % of the distance from the start: a ball that "
    "starts further out may stop further out.",
)

heavy_ball_crossing_at_zero_missed = edited(
    reference.heavy_ball,
    "crossing-at-zero-missed",
    {"sides[1:] != sides[:-1]": "before[1:] * before[:-1] < 0"},
    "A ball that is exactly at 0 between the two sides has crossed the minimum once, and you do "
    "not count it: the product of x before and after, for one, is 0 in both steps, and not "
    "negative. Leave out the zeros first.",
)

heavy_ball_stop_at_zero_counted_twice = edited(
    reference.heavy_ball,
    "stop-at-zero-counted-twice",
    {"before[before != 0]": "before"},
    "You count the step to 0 and the step from 0 on: a ball that is exactly at 0 in between has "
    "crossed the minimum once, and one that stays at 0 not at all. (`np.sign` has a third value "
    "there, and changes both times.) Leave out the zeros first.",
)

heavy_ball_turns_counted = edited(
    reference.heavy_ball,
    "turns-counted",
    {"before = path[: settled + 1]": "before = np.diff(path[: settled + 1])"},
    "You count how often the ball turns round (the velocity changes its sign). Asked for is how "
    "often x passes the minimum.",
)

heavy_ball_crossings_of_the_whole_path = edited(
    reference.heavy_ball,
    "crossings-of-the-whole-path",
    {"path[: settled + 1]": "path"},
    "You count on after the ball has settled. It goes on crossing the minimum for ever, in ever "
    "smaller swings that nobody could see: with the whole path, 0.9 would look as restless as "
    "0.99999. Stop counting at `settled`.",
)

heavy_ball_nesterov_as_keras = edited(
    reference.heavy_ball,
    "nesterov-as-keras",
    {"x += velocity": "x += momentum * velocity - rate * curvature * x"},
    "This is Nesterov's method in the form of `keras.optimizers.SGD(nesterov=True)`: x moves "
    "by momentum · velocity - rate · f'(x), with the new velocity. Asked for here is the "
    "plain one: x ← x + velocity.",
)

heavy_ball_velocity_at_the_start = edited(
    reference.heavy_ball,
    "velocity-at-the-start",
    {"x, velocity = start, 0.0": "x, velocity = start, -rate * curvature * start"},
    "Your ball does not start at rest: it has the velocity of a first step before the first "
    "step. The velocity starts at 0.",
)

heavy_ball_gradient_halved = edited(
    reference.heavy_ball,
    "gradient-halved",
    {"curvature * x": "curvature * x / 2"},
    "Your gradient is curvature · x / 2. The derivative of curvature · x² / 2 is curvature · "
    "x: the half cancels the 2.",
)

heavy_ball_function_for_gradient = edited(
    reference.heavy_ball,
    "function-for-gradient",
    {"curvature * x": "curvature * x**2 / 2"},
    "You take f(x) where its derivative belongs: the step is against f'(x) = curvature · x.",
)

heavy_ball_rate_forgotten = edited(
    reference.heavy_ball,
    "rate-forgotten",
    {"- rate * curvature": "- curvature"},
    "Your steps do not depend on the learning rate: the gradient is multiplied by it.",
)

heavy_ball_uphill = edited(
    reference.heavy_ball,
    "uphill",
    {"velocity - rate": "velocity + rate"},
    "Your ball rolls uphill: the gradient is added. The velocity changes by *minus* the rate "
    "times the gradient.",
)

heavy_ball_momentum_on_the_gradient = edited(
    reference.heavy_ball,
    "momentum-on-the-gradient",
    {
        "momentum * velocity - rate * curvature * x": (
            "momentum * (velocity - rate * curvature * x)"
        )
    },
    "You multiply the new gradient by the momentum as well. Only the old velocity is: "
    "momentum · velocity - rate · f'(x).",
)

heavy_ball_limit_without_the_size_of_the_start = edited(
    reference.heavy_ball,
    "limit-without-the-size-of-the-start",
    {"0.01 * abs(start)": "0.01 * start"},
    "Your limit is 0.01 · start, which is negative if the ball starts on the left, and no |x| "
    "is below it. Take |start|.",
)

heavy_ball_left_side_always_inside = edited(
    reference.heavy_ball,
    "left-side-always-inside",
    {
        "np.max(np.flatnonzero(np.abs(path) > 0.01 * abs(start)))": (
            "np.max(np.flatnonzero(path > 0.01 * abs(start)), initial=-1)"
        )
    },
    "You compare x with the limit, and not |x|: whatever is left of the minimum counts as "
    "settled, however far out it is.",
)

heavy_ball_settled_one_late = edited(
    reference.heavy_ball,
    "settled-one-late",
    {"settled if settled <= steps else None": "settled + 1 if settled <= steps else None"},
    "You return one step more than it takes. The path has the start at index 0, so the index "
    "of a position is the number of steps before it.",
)

heavy_ball_last_step_never_settles = edited(
    reference.heavy_ball,
    "last-step-never-settles",
    {"settled if settled <= steps": "settled if settled < steps"},
    "Where only the *last* x is within 1 % you return None. It has settled after the last "
    "step then: the number of steps.",
)

heavy_ball_last_step_instead_of_none = edited(
    reference.heavy_ball,
    "last-step-instead-of-none",
    {"settled if settled <= steps else None": "min(settled, steps)"},
    "Where the path never settles you return the number of steps, as if the last one had done "
    "it. The last x is further out than 1 %: return None.",
)

heavy_ball_minus_one_instead_of_none = edited(
    reference.heavy_ball,
    "minus-one-instead-of-none",
    {"settled <= steps else None": "settled <= steps else -1"},
    "Where the path never settles you return -1. Asked for is None, which nobody can take for "
    "a number of steps.",
)

heavy_ball_zero_instead_of_none = edited(
    reference.heavy_ball,
    "zero-instead-of-none",
    {"settled <= steps else None": "settled <= steps else 0"},
    "Where the path never settles you return 0, which says that it was settled from the "
    "start. Return None.",
)

heavy_ball_last_crossing_left_out = edited(
    reference.heavy_ball,
    "last-crossing-left-out",
    {"path[: settled + 1]": "path[: settled]"},
    "You stop counting before the step after which it has settled. A crossing in that very "
    "step counts, too: up to *and with* it.",
)

heavy_ball_one_crossing_too_far = edited(
    reference.heavy_ball,
    "one-crossing-too-far",
    {"path[: settled + 1]": "path[: settled + 2]"},
    "You count one step on after the ball has settled. The path has the start at index 0: up "
    "to and with step `settled` are `settled + 1` positions.",
)

heavy_ball_zero_taken_for_the_left = edited(
    reference.heavy_ball,
    "zero-taken-for-the-left",
    {"np.sign(before[before != 0])": "before > 0"},
    "You take 0 for the left side of the minimum. A ball that comes from the right and stops "
    "exactly at 0 has not crossed it: leave out the zeros first.",
)

heavy_ball_zero_taken_for_the_right = edited(
    reference.heavy_ball,
    "zero-taken-for-the-right",
    {"np.sign(before[before != 0])": "before >= 0"},
    "You take 0 for the right side of the minimum. A ball that comes from the left and stops "
    "exactly at 0 has not crossed it: leave out the zeros first.",
)

heavy_ball_there_and_back_counted_once = edited(
    reference.heavy_ball,
    "there-and-back-counted-once",
    {"int(np.sum(sides[1:] != sides[:-1]))": "int(np.sum(sides[1:] != sides[:-1])) // 2"},
    "You count half of the crossings, as if there and back were one. Each passage from one "
    "side to the other counts.",
)

heavy_ball_crossings_to_one_side = edited(
    reference.heavy_ball,
    "crossings-to-one-side",
    {"sides[1:] != sides[:-1]": "sides[1:] < sides[:-1]"},
    "You count the crossings from the right to the left only. Those from the left to the "
    "right count as well.",
)

heavy_ball_start_missing_in_the_path = edited(
    reference.heavy_ball,
    "start-missing-in-the-path",
    {"return path": "return path[1:]"},
    "Your path begins after the first step. The start belongs to it: `steps + 1` positions "
    "for `steps` steps.",
)

heavy_ball_last_position_left_out = edited(
    reference.heavy_ball,
    "last-position-left-out",
    {"path[: settled + 1]": "path[: min(settled, steps)]"},
    "You stop counting before the step after which it has settled, or before the last one. A "
    "crossing in that very step counts, too: up to *and with* it.",
)

heavy_ball_turns_and_rests_counted = edited(
    reference.heavy_ball,
    "turns-and-rests-counted",
    {"path[: settled + 1]": "np.diff(path[: settled + 1])", "before[before != 0]": "before"},
    "You count how often the velocity changes its sign or ends: where the ball turns round or "
    "comes to rest. Asked for is how often x passes the minimum.",
)

# sparse_regression

sparse_regression_signed_weights_sorted = edited(
    reference.sparse_regression,
    "signed-weights-sorted",
    {
        "(np.abs(weights))[: remove * step": "(weights)[: remove * step",
        "(np.abs(weights))[:remove]": "(weights)[:remove]",
    },
    "You set the smallest weights to 0, the most *negative* ones first. They may be the most "
    "important of all; small is what is close to 0: sort by the absolute values.",
)

sparse_regression_largest_removed = edited(
    reference.sparse_regression,
    "largest-removed",
    {
        "(np.abs(weights))[: remove * step": "(-np.abs(weights))[: remove * step",
        "(np.abs(weights))[:remove]": "(-np.abs(weights))[:remove]",
    },
    "You set the *largest* weights to 0: the order is the wrong way round. Those of the "
    "smallest size change the prediction least.",
)

sparse_regression_almost_zeros_counted = edited(
    reference.sparse_regression,
    "almost-zeros-counted",
    {"weights == 0": "np.abs(weights) < 0.05"},
    "Your weights are right, but you count weights that are close to 0 as zeros. They are not "
    "sparse: each of them still has to be stored and multiplied. That is the catch with l1 in "
    "plain gradient descent, and your count hides it.",
)

sparse_regression_nonzeros_counted = edited(
    reference.sparse_regression,
    "nonzeros-counted",
    {"weights == 0": "weights != 0"},
    "Your weights are right, but you count those that are *not* 0.",
)

sparse_regression_threshold_without_the_rate = edited(
    reference.sparse_regression,
    "threshold-without-the-rate",
    {"rate * strength": "strength"},
    "Your threshold is `strength`. A step of length `rate` along a slope of `strength` moves a "
    "weight by rate · strength; with yours, the penalty would grow the more steps are taken for "
    "the same way.",
)

sparse_regression_hard_threshold = edited(
    reference.sparse_regression,
    "hard-threshold",
    {
        "np.sign(weights) * np.maximum(np.abs(weights) - rate * strength, 0)": (
            "np.where(np.abs(weights) > rate * strength, weights, 0)"
        )
    },
    "You set weights below the threshold to 0 and leave the others as they are: hard "
    "thresholding. The l1 penalty moves *every* weight towards 0 by rate · strength, the large "
    "ones too; that they are all shrunk is its price.",
)

sparse_regression_pushed_past_zero = edited(
    reference.sparse_regression,
    "pushed-past-zero",
    {"np.maximum(np.abs(weights) - rate * strength, 0)": "(np.abs(weights) - rate * strength)"},
    "You move each weight by rate · strength towards 0 and beyond it. A weight that would pass "
    "0 stays there: that is what makes the zeros exact. `np.maximum(..., 0)` does it.",
)

sparse_regression_l1_that_is_proximal = edited(
    reference.sparse_regression,
    "l1-that-is-proximal",
    {"gradient += strength * np.sign(weights)": 'method = "proximal"'},
    "Your `l1` shrinks and stops at 0, as `proximal` does. What frameworks do with a penalty in "
    "the loss is another thing: its derivative is added to the gradient, and the weights hop to "
    "and fro across 0 without ever being 0.",
)

sparse_regression_l2_for_l1 = edited(
    reference.sparse_regression,
    "l2-for-l1",
    {"strength * np.sign(weights)": "2 * strength * weights"},
    "The derivative of your penalty is that of l2: it fades as a weight gets small, so nothing "
    "is ever driven to 0. That of strength · |w| is strength · sign(w), as strong for a small "
    "weight as for a large one.",
)

sparse_regression_removed_for_good = edited(
    reference.sparse_regression,
    "removed-for-good",
    {
        "weights = weights - rate * gradient": (
            'if method == "gradual" and step > 1:\n            gradient[weights == 0] = 0\n'
            "        weights = weights - rate * gradient"
        )
    },
    "What your `gradual` has removed stays removed. Asked for are weights that take part in the "
    "next step like all others: one that was removed too early can come back, and another goes in "
    "its place.",
)

sparse_regression_all_removed_from_the_start = edited(
    reference.sparse_regression,
    "all-removed-from-the-start",
    {"remove * step // steps": "remove"},
    "Your `gradual` removes the full number in every step. It is to grow with the steps, "
    "`remove * t // steps`: early on, the sizes of the weights do not say yet which of them "
    "will matter.",
)

sparse_regression_ramp_from_zero = edited(
    reference.sparse_regression,
    "ramp-from-zero",
    {"remove * step // steps": "remove * (step - 1) // steps"},
    "Your ramp is one step late: it uses t = 0 in the first step, and so never removes all that "
    "it should. Step t, counted from 1, removes remove · t // steps.",
)

sparse_regression_pruned_at_the_end_only = edited(
    reference.sparse_regression,
    "pruned-at-the-end-only",
    {"remove * step // steps": "remove if step == steps else 0"},
    "Your `gradual` prunes when training is over, as `after` does. The point of doing it bit by "
    "bit is that the weights that are left can take over what the others did.",
)

sparse_regression_two_forgotten = edited(
    reference.sparse_regression,
    "two-forgotten",
    {"2 * x.T": "x.T"},
    "Your steps are half as long as they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2.",
)

sparse_regression_gradient_summed = edited(
    reference.sparse_regression,
    "gradient-summed",
    {" / len(y)": ""},
    "Your gradient is that of the sum of the squared errors, not of their mean: it is too large "
    "by the number of instances, and the weights explode.",
)

sparse_regression_methods_not_checked = edited(
    reference.sparse_regression,
    "methods-not-checked",
    {'raise ValueError(f"unknown method {method!r}")': "pass"},
    "Your fits are right, but a method that does not exist is accepted, and trains without any "
    "of the four. Raise ValueError: nobody should find out from a dense model that `prune` was "
    "not a name.",
)

sparse_regression_strength_and_remove_exchanged = edited(
    reference.sparse_regression,
    "strength-and-remove-exchanged",
    {
        "strength: float = 0.0,\n    remove: int = 0,": (
            "remove: int = 0,\n    strength: float = 0.0,"
        )
    },
    "Your fits are right where `strength` and `remove` are passed by name. Passed by place, "
    "`strength` comes first and `remove` second: leave the order of the arguments as it is.",
)

sparse_regression_targets_centred = edited(
    reference.sparse_regression,
    "targets-centred",
    {"weights = np.zeros": "y = y - np.mean(y)\n    weights = np.zeros"},
    "You subtract the mean of the targets first. There is no bias, and nothing that stands "
    "for one: fit the targets as they are.",
)

sparse_regression_tiny_weights_counted = edited(
    reference.sparse_regression,
    "tiny-weights-counted",
    {"weights == 0": "np.abs(weights) < 1e-6"},
    "You take weights that are almost 0 for zeros (as `np.isclose` would), in the count or in "
    "the weights themselves. Features may come in units in which their weights are tiny; only "
    "what is exactly 0 need not be stored.",
)

sparse_regression_uphill = edited(
    reference.sparse_regression,
    "uphill",
    {"(x @ weights - y)": "(y - x @ weights)"},
    "Your steps go uphill: the sign of the gradient is the wrong way round. The derivative of "
    "(x @ w - y)² has the factor 2 · (x @ w - y), and the step is *minus* the rate times the "
    "gradient.",
)

sparse_regression_one_step_too_few = edited(
    reference.sparse_regression,
    "one-step-too-few",
    {"range(1, steps + 1)": "range(1, steps)"},
    "You take one step less than asked: `range(1, steps)` ends at steps - 1.",
)

sparse_regression_strength_of_0_01 = edited(
    reference.sparse_regression,
    "strength-of-0.01",
    {"strength: float = 0.0": "strength: float = 0.01"},
    "Your fits are right where `strength` is passed. Where it is not, it is 0 by the "
    "signature; yours is 0.01, as Keras has it for its L1.",
)

sparse_regression_strength_of_1 = edited(
    reference.sparse_regression,
    "strength-of-1",
    {"strength: float = 0.0": "strength: float = 1.0"},
    "Your fits are right where `strength` is passed. Where it is not, it is 0 by the "
    "signature; yours is 1, as scikit-learn has it for its Lasso.",
)

sparse_regression_one_removed_unasked = edited(
    reference.sparse_regression,
    "one-removed-unasked",
    {"remove: int = 0": "remove: int = 1"},
    "Your fits are right where `remove` is passed. Where it is not, it is 0 by the signature, "
    "and nothing is removed; yours is 1.",
)

sparse_regression_threshold_of_the_smallest = edited(
    reference.sparse_regression,
    "threshold-of-the-smallest",
    {
        "weights[np.argsort(np.abs(weights))[: remove * step // steps]] = 0": (
            "weights[np.abs(weights) <= np.sort(np.abs(weights))[remove * step // steps - 1]] = 0"
        ),
        "weights[np.argsort(np.abs(weights))[:remove]] = 0": (
            "weights[np.abs(weights) <= np.sort(np.abs(weights))[remove - 1]] = 0"
        ),
    },
    "Where nothing is to be removed you remove everything: with 0 for the number, index "
    "number - 1 is -1, the *largest* weight, and all are below it. Sort the indices and set "
    "the first of them to 0.",
)

sparse_regression_penalty_averaged = edited(
    reference.sparse_regression,
    "penalty-averaged",
    {"strength * np.sign(weights)": "strength / len(y) * np.sign(weights)"},
    "You divide the penalty by the number of instances. The mean is that of the squared "
    "errors only; the penalty is strength · sum(|w|), once.",
)

sparse_regression_penalty_halved = edited(
    reference.sparse_regression,
    "penalty-halved",
    {"strength * np.sign(weights)": "strength / 2 * np.sign(weights)"},
    "Your penalty is half of what it should be: the derivative of strength · sum(|w|) is "
    "strength · sign(w).",
)

sparse_regression_sign_of_zero_taken_for_one = edited(
    reference.sparse_regression,
    "sign-of-zero-taken-for-one",
    {"np.sign(weights)\n        weights": ("np.where(weights >= 0, 1, -1)\n        weights")},
    "You take 1 for the sign of 0. Asked for is sign(0) = 0, as `np.sign` has it; with yours, "
    "the first step pushes every weight to one side.",
)

sparse_regression_sign_of_zero_taken_for_minus_one = edited(
    reference.sparse_regression,
    "sign-of-zero-taken-for-minus-one",
    {"np.sign(weights)\n        weights": "np.where(weights > 0, 1, -1)\n        weights"},
    "You take -1 for the sign of 0. Asked for is sign(0) = 0, as `np.sign` has it; with "
    "yours, the first step pushes every weight to one side.",
)

sparse_regression_penalty_after_the_step = edited(
    reference.sparse_regression,
    "penalty-after-the-step",
    {
        ('        if method == "l1":\n            gradient += strength * np.sign(weights)\n'): "",
        "weights = weights - rate * gradient": (
            "weights = weights - rate * gradient\n"
            '        if method == "l1":\n'
            "            weights = weights - rate * strength * np.sign(weights)"
        ),
    },
    "Your `l1` takes the penalty's derivative at the weights *after* the step. It is part of "
    "the loss: its derivative belongs to the same point as that of the error, the weights "
    "before the step.",
)

sparse_regression_negative_weights_lost = edited(
    reference.sparse_regression,
    "negative-weights-lost",
    {
        "np.sign(weights) * np.maximum(np.abs(weights) - rate * strength, 0)": (
            "np.maximum(weights - rate * strength, 0)"
        )
    },
    "Your `proximal` sets all negative weights to 0. They are moved towards 0, too, and keep "
    "their sign: sign(w) · max(|w| - rate · strength, 0).",
)

sparse_regression_signs_lost = edited(
    reference.sparse_regression,
    "signs-lost",
    {"np.sign(weights) * np.maximum(": "np.maximum("},
    "Your `proximal` makes all weights positive: the sign is lost. It is sign(w) · max(|w| - "
    "rate · strength, 0).",
)

sparse_regression_shrunk_at_the_end_only = edited(
    reference.sparse_regression,
    "shrunk-at-the-end-only",
    {'if method == "proximal":': 'if method == "proximal" and step == steps:'},
    "Your `proximal` shrinks the weights when training is over. It belongs to every step.",
)

sparse_regression_penalised_twice = edited(
    reference.sparse_regression,
    "penalised-twice",
    {'if method == "l1":': 'if method in ("l1", "proximal"):'},
    "Your `proximal` adds the derivative of the penalty to the gradient *and* shrinks the "
    "weights. The shrinking is the penalty: the gradient is that of the error alone.",
)

sparse_regression_shrunk_before_the_step = edited(
    reference.sparse_regression,
    "shrunk-before-the-step",
    {
        "        gradient = 2 * x.T": (
            '        if method == "proximal":\n'
            "            weights = np.sign(weights) * np.maximum(np.abs(weights) - "
            "rate * strength, 0)\n"
            "        gradient = 2 * x.T"
        ),
        (
            '        if method == "proximal":\n'
            "            weights = np.sign(weights) * np.maximum(np.abs(weights) - "
            "rate * strength, 0)\n"
            "        elif"
        ): "        if",
    },
    "Your `proximal` shrinks the weights before the gradient's step. It comes at the end of "
    "each step; with yours, nothing shrinks the last one, and hardly a weight is 0.",
)

sparse_regression_removed_before_the_step = edited(
    reference.sparse_regression,
    "removed-before-the-step",
    {
        "        gradient = 2 * x.T": (
            '        if method == "gradual":\n'
            "            weights[np.argsort(np.abs(weights))[: remove * step // "
            "steps]] = 0\n"
            "        gradient = 2 * x.T"
        ),
        (
            "\n"
            '        elif method == "gradual":\n'
            "            weights[np.argsort(np.abs(weights))[: remove * step // "
            "steps]] = 0"
        ): "",
    },
    "Your `gradual` removes weights before the gradient's step, which makes all of them "
    "different from 0 again. It comes at the end of each step.",
)

sparse_regression_ramp_rounded = edited(
    reference.sparse_regression,
    "ramp-rounded",
    {"remove * step // steps": "int(round(remove * step / steps))"},
    "Your ramp is rounded to the nearest whole number. `remove * t // steps` is rounded down.",
)

sparse_regression_ramp_rounded_up = edited(
    reference.sparse_regression,
    "ramp-rounded-up",
    {"remove * step // steps": "-(-remove * step // steps)"},
    "Your ramp is rounded up. `remove * t // steps` is rounded down.",
)

sparse_regression_ramp_in_floating_point = edited(
    reference.sparse_regression,
    "ramp-in-floating-point",
    {"remove * step // steps": "int(remove / steps * step)"},
    "Your ramp is one short where rounding has it so: 4 / 49 · 49 is a little less than 4 in "
    "floating point, and `int` makes it 3. With whole numbers, `remove * t // steps`, nothing "
    "is rounded.",
)

sparse_regression_cubic_ramp = edited(
    reference.sparse_regression,
    "cubic-ramp",
    {"remove * step // steps": "int(remove * (1 - (1 - step / steps) ** 3))"},
    "Your ramp is Zhu and Gupta's cubic one. Asked for is the straight one, `remove * t // steps`.",
)

sparse_regression_one_more_with_each_step = edited(
    reference.sparse_regression,
    "one-more-with-each-step",
    {"remove * step // steps": "min(step, remove)"},
    "Your ramp grows by one with each step. It is to grow evenly over *all* steps, `remove * "
    "t // steps`.",
)

sparse_regression_quotient_rounded_first = edited(
    reference.sparse_regression,
    "quotient-rounded-first",
    {"remove * step // steps": "remove // steps * step"},
    "Your ramp stays at 0 where there are more steps than weights to remove: `remove // "
    "steps` is 0 there. Multiply by t first: `remove * t // steps` goes from the left.",
)

sparse_regression_removed_with_a_penalty = edited(
    reference.sparse_regression,
    "removed-with-a-penalty",
    {'if method == "after":': 'if method != "gradual":'},
    "`l1` and `proximal` remove weights at the end in your function. They ignore `remove`: "
    "their zeros are those that the penalty makes.",
)

sparse_regression_removed_with_l1 = edited(
    reference.sparse_regression,
    "removed-with-l1",
    {'if method == "after":': 'if method in ("after", "l1"):'},
    "`l1` removes weights at the end in your function. It ignores `remove`; that its weights "
    "are hardly ever 0 is what the experiment is to show.",
)

sparse_regression_removed_with_proximal = edited(
    reference.sparse_regression,
    "removed-with-proximal",
    {'if method == "after":': 'if method in ("after", "proximal"):'},
    "`proximal` removes weights at the end in your function. It ignores `remove`: its zeros "
    "are those that the penalty makes.",
)

sparse_regression_penalty_with_every_method = edited(
    reference.sparse_regression,
    "penalty-with-every-method",
    {'if method == "l1":': 'if method != "proximal":'},
    "Your `after` and `gradual` have the penalty in their loss. They ignore `strength`.",
)

sparse_regression_penalty_with_after = edited(
    reference.sparse_regression,
    "penalty-with-after",
    {'if method == "l1":': 'if method in ("l1", "after"):'},
    "Your `after` has the penalty in its loss. It ignores `strength`.",
)

sparse_regression_penalty_with_gradual = edited(
    reference.sparse_regression,
    "penalty-with-gradual",
    {'if method == "l1":': 'if method in ("l1", "gradual"):'},
    "Your `gradual` has the penalty in its loss. It ignores `strength`.",
)

sparse_regression_methods_in_any_case = edited(
    reference.sparse_regression,
    "methods-in-any-case",
    {"    if method not in": "    method = method.lower()\n    if method not in"},
    "Your fits are right, but `L1` is accepted for `l1`. What is none of the four names, to "
    "the letter, should raise ValueError.",
)

sparse_regression_part_of_a_method = edited(
    reference.sparse_regression,
    "part-of-a-method",
    {
        'method not in ("after", "gradual", "l1", "proximal")': (
            'method not in "after gradual l1 proximal"'
        )
    },
    "Your fits are right, but a piece of a name is accepted: `in` asks of a text whether it "
    "*contains* another. Compare with a tuple of the four names.",
)

sparse_regression_key_error = edited(
    reference.sparse_regression,
    "key-error",
    {"raise ValueError(": "raise KeyError("},
    "Your fits are right; another method raises KeyError, as a dictionary does. Asked for is "
    "ValueError.",
)

# dropout_training

dropout_training_not_scaled = edited(
    reference.dropout_training,
    "not-scaled",
    {" / (1 - rate)": ""},
    "What is kept is not scaled up. With inputs dropped the sums are smaller, the weights grow "
    "to make up for it, and without dropout everything comes out too large. Divide by 1 - rate.",
)

dropout_training_divided_by_the_rate = edited(
    reference.dropout_training,
    "divided-by-the-rate",
    {"/ (1 - rate)": "/ rate"},
    "You divide by the rate, the probability of being *dropped*. What makes up for the missing "
    "inputs is division by the probability of being kept, 1 - rate. (With a rate of 0, yours "
    "divides by 0.)",
)

dropout_training_mask_inverted = edited(
    reference.dropout_training,
    "mask-inverted",
    {"x * mask": "x * ~mask"},
    "You drop what is to be kept, and keep the rest: True in a mask means that an entry is "
    "kept. Multiply by the mask as it is.",
)

dropout_training_one_mask_for_all_steps = edited(
    reference.dropout_training,
    "one-mask-for-all-steps",
    {"x * mask": "x * masks[0]"},
    "You use the first mask in every step. Then it is no noise but a smaller data set: what is "
    "dropped is never seen. Step t has mask t.",
)

dropout_training_gradient_without_the_mask = edited(
    reference.dropout_training,
    "gradient-without-the-mask",
    {"thinned.T @ error": "x.T @ error"},
    "The error is that of the thinned inputs, but your gradient multiplies it with the full "
    "ones. What was dropped took no part in the prediction and gets no gradient: the same "
    "thinned inputs are used on the way back.",
)

dropout_training_trained_without_dropout = edited(
    reference.dropout_training,
    "trained-without-dropout",
    {"thinned.T @ error": "x.T @ (x @ weights - y)"},
    "Your noisy loss is right, but your steps follow the clean one: nothing is dropped in "
    "training, only in the record of it.",
)

dropout_training_clean_loss_of_scaled_weights = edited(
    reference.dropout_training,
    "clean-loss-of-scaled-weights",
    {"(x @ weights - y)": "(x @ weights * (1 - rate) - y)"},
    "Your clean loss multiplies the weights by 1 - rate. That belongs to the older form of "
    "dropout, which does not scale in training; inverted dropout has made up for it already, "
    "and doing both is once too often.",
)

dropout_training_clean_loss_with_dropout = edited(
    reference.dropout_training,
    "clean-loss-with-dropout",
    {"(x @ weights - y)": "(thinned @ weights - y)"},
    "Your clean loss is taken with dropout on, as the noisy one is. To compare training with "
    "validation, dropout is off: use x as it is.",
)

dropout_training_losses_after_the_step = edited(
    reference.dropout_training,
    "losses-after-the-step",
    {
        "        losses[step] = np.mean(error**2), np.mean((x @ weights - y) ** 2)\n": "",
        "/ len(y)": (
            "/ len(y)\n        losses[step] = "
            "np.mean((thinned @ weights - y) ** 2), np.mean((x @ weights - y) ** 2)"
        ),
    },
    "Your losses are taken after the step, with the new weights. A framework reports the loss "
    "of the forward pass, which comes before the weights change.",
)

dropout_training_losses_swapped = edited(
    reference.dropout_training,
    "losses-swapped",
    {"return weights, losses": "return weights, losses[:, ::-1]"},
    "Your numbers are right, but the columns are exchanged: first the noisy loss, then the "
    "clean one.",
)

dropout_training_two_forgotten = edited(
    reference.dropout_training,
    "two-forgotten",
    {"learning_rate * 2": "learning_rate"},
    "Your steps are half as long as they should be: the loss is the mean of the *squares*, "
    "whose derivative has a factor of 2.",
)

dropout_training_gradient_summed = edited(
    reference.dropout_training,
    "gradient-summed",
    {" / len(y)": ""},
    "Your gradient is that of the sum of the squared errors, not of their mean: it is too large "
    "by the number of instances.",
)

dropout_training_multiplied_by_the_kept_share = edited(
    reference.dropout_training,
    "multiplied-by-the-kept-share",
    {"/ (1 - rate)": "* (1 - rate)"},
    "You multiply by 1 - rate where you should divide by it: what is kept is scaled *up*, to "
    "make up for what is missing.",
)

dropout_training_scaled_by_what_was_kept = edited(
    reference.dropout_training,
    "scaled-by-what-was-kept",
    {"/ (1 - rate)": "/ np.mean(mask)"},
    "You divide by the share that the mask has kept. Asked for is 1 - rate, the *probability* "
    "of being kept, whatever a mask has made of it.",
)

dropout_training_mask_of_the_first_instance = edited(
    reference.dropout_training,
    "mask-of-the-first-instance",
    {"x * mask": "x * mask[0]"},
    "You use the first instance's mask for all of them. Each instance has a row of its own in "
    "`masks[t]`.",
)

dropout_training_inputs_dropped_for_good = edited(
    reference.dropout_training,
    "inputs-dropped-for-good",
    {"thinned = x * mask / (1 - rate)": "x *= mask\n        thinned = x / (1 - rate)"},
    "You write the thinned inputs into `x` itself: the caller's array is changed, and what a "
    "step has dropped is missing in all steps after it. Keep x, and make a new array.",
)

dropout_training_gradient_not_scaled = edited(
    reference.dropout_training,
    "gradient-not-scaled",
    {"(thinned.T @ error)": "((x * mask).T @ error)"},
    "Your error is that of the thinned inputs, but the gradient lacks the factor 1 / (1 - "
    "rate). The same thinned inputs are used on the way back, scaling and all.",
)

dropout_training_noisy_loss_without_dropout = edited(
    reference.dropout_training,
    "noisy-loss-without-dropout",
    {"np.mean(error**2), np.mean(": "np.mean((x @ weights - y) ** 2), np.mean("},
    "Your noisy loss is taken with dropout off, as the clean one is. It is that of the "
    "thinned inputs, which the step follows.",
)

dropout_training_clean_loss_after_the_step = edited(
    reference.dropout_training,
    "clean-loss-after-the-step",
    {
        "        losses[step] = np.mean(error**2), np.mean((x @ weights - y) ** 2)\n": "",
        "/ len(y)": (
            "/ len(y)\n        losses[step] = np.mean(error**2), np.mean((x @ weights - y) ** 2)"
        ),
    },
    "Your clean loss is taken after the step, and the noisy one before. To be compared, both "
    "have to belong to the same weights, those *before* the step.",
)

dropout_training_losses_halved = edited(
    reference.dropout_training,
    "losses-halved",
    {
        "np.mean(error**2), np.mean((x @ weights - y) ** 2)": (
            "np.mean(error**2) / 2, np.mean((x @ weights - y) ** 2) / 2"
        )
    },
    "Your losses are half of what they should be: the loss is the mean of the squares, "
    "without a factor of 1/2.",
)

dropout_training_losses_summed = edited(
    reference.dropout_training,
    "losses-summed",
    {
        "np.mean(error**2), np.mean((x @ weights - y) ** 2)": (
            "np.sum(error**2), np.sum((x @ weights - y) ** 2)"
        )
    },
    "Your losses are sums over the instances. Asked for are the means.",
)

dropout_training_roots_of_the_losses = edited(
    reference.dropout_training,
    "roots-of-the-losses",
    {
        "np.mean(error**2), np.mean((x @ weights - y) ** 2)": (
            "np.sqrt(np.mean(error**2)), np.sqrt(np.mean((x @ weights - y) ** 2))"
        )
    },
    "Your losses are roots of the mean squares. Asked for are the means of the squares themselves.",
)

dropout_training_weights_scaled_at_the_end = edited(
    reference.dropout_training,
    "weights-scaled-at-the-end",
    {"return weights, losses": "return weights * (1 - rate), losses"},
    "You multiply the weights by 1 - rate when training is over. That belongs to the older "
    "form of dropout; inverted dropout has scaled the inputs up in training, and the weights "
    "are used as they are.",
)

dropout_training_uphill = edited(
    reference.dropout_training,
    "uphill",
    {"error = thinned @ weights - y": "error = y - thinned @ weights"},
    "Your steps go uphill: the sign of the gradient is the wrong way round. With the error y "
    "- thinned @ w, the gradient is -2 · thinned.T @ error / n.",
)

dropout_training_started_at_one = edited(
    reference.dropout_training,
    "started-at-one",
    {"np.zeros(x.shape[1])": "np.ones(x.shape[1])"},
    "Your weights start at 1. They start at 0, so that runs can be compared.",
)

dropout_training_averaged_over_inputs_too = edited(
    reference.dropout_training,
    "averaged-over-inputs-too",
    {"/ len(y)": "/ x.size"},
    "You divide the gradient by the number of entries of x. The loss is a mean over the "
    "instances: divide by their number, len(y).",
)

dropout_training_weights_before_the_last_step = edited(
    reference.dropout_training,
    "weights-before-the-last-step",
    {
        "        weights = weights - learning_rate": (
            "        last, weights = weights, weights - learning_rate"
        ),
        "return weights, losses": "return last, losses",
    },
    "You return the weights as they were before the last step. Asked for are those after it; "
    "only the losses are taken before.",
)

# mc_dropout

mc_dropout_whole_network_counted = edited(
    reference.mc_dropout,
    "whole-network-counted",
    {"(kernel.size + len(samples) * output.size)": "len(samples) * (kernel.size + output.size)"},
    "Your predictions are right, and your cost counts the whole network for every sample. What "
    "lies below the first dropout layer is the same each time: n · inputs · units once, then n "
    "· units · outputs for each sample. With dropout only near the top, MC dropout is cheaper "
    "than it looks.",
)

mc_dropout_instances_not_counted = edited(
    reference.mc_dropout,
    "instances-not-counted",
    {"len(x) * ": ""},
    "Your predictions are right, and your cost is that of one instance. Each row of `x` goes "
    "through both products.",
)

mc_dropout_ordinary_prediction_free = edited(
    reference.mc_dropout,
    "ordinary-prediction-free",
    {"len(samples)": "len(masks)"},
    "Your predictions are right, but an ordinary prediction costs you no second product: you "
    "count the masks, of which there are none. It is one pass.",
)

mc_dropout_not_scaled = edited(
    reference.mc_dropout,
    "not-scaled",
    {" / (1 - rate)": ""},
    "What is kept is not scaled up, so your mean is too small by the factor 1 - rate. At "
    "prediction, too, dropout is the same inverted dropout that the weights were trained with.",
)

mc_dropout_mask_inverted = edited(
    reference.mc_dropout,
    "mask-inverted",
    {"h * masks": "h * ~masks"},
    "You drop what is to be kept, and keep the rest: True in a mask means that an entry is "
    "kept. Multiply by the mask as it is.",
)

mc_dropout_relu_forgotten = edited(
    reference.mc_dropout,
    "relu-forgotten",
    {"np.maximum(x @ kernel, 0)": "x @ kernel"},
    "There is no ReLU in your hidden layer: it is max(z, 0), and yours is z. Dropout is no "
    "substitute; what is dropped is 0 for one sample, what is negative is 0 for all.",
)

mc_dropout_mask_averaged_first = edited(
    reference.mc_dropout,
    "mask-averaged-first",
    {"samples @ output": "np.mean(samples, axis=0, keepdims=True) @ output"},
    "You average the masks and predict once. The mean comes out right, because the layer above "
    "is linear; but there is only one prediction, and the spread, for which one takes the "
    "trouble, is lost. Predict once for each mask.",
)

mc_dropout_std_over_n_minus_one = edited(
    reference.mc_dropout,
    "std-over-n-minus-one",
    {"np.std(predictions, axis=0)": "np.std(predictions, axis=0, ddof=1)"},
    "You divide by one less than the number of samples. For one sample that is 0 by 0, NaN; "
    "asked for is the division by their number.",
)

mc_dropout_variance = edited(
    reference.mc_dropout,
    "variance",
    {"np.std": "np.var"},
    "You return the variance. The standard deviation is its root, and has the unit of the "
    "prediction.",
)

mc_dropout_standard_error = edited(
    reference.mc_dropout,
    "standard-error",
    {"np.std(predictions, axis=0)": "np.std(predictions, axis=0) / np.sqrt(len(samples))"},
    "You divide the standard deviation by the root of the number of samples. That is how well "
    "the *mean* is known, and goes to 0 with more samples. How unsure the network is does not: "
    "return the standard deviation itself.",
)

mc_dropout_spread_over_instances = edited(
    reference.mc_dropout,
    "spread-over-instances",
    {
        "np.mean(predictions, axis=0)": "np.mean(predictions, axis=1)",
        "np.std(predictions, axis=0)": "np.std(predictions, axis=1)",
    },
    "Your mean and standard deviation are taken over the instances. The samples are the first "
    "axis of the predictions; each instance has its own mean and its own uncertainty.",
)

mc_dropout_ordinary_prediction_scaled = edited(
    reference.mc_dropout,
    "ordinary-prediction-scaled",
    {"h[np.newaxis]": "h[np.newaxis] * (1 - rate)"},
    "Without masks you scale the hidden layer by 1 - rate. Inverted dropout has made up for "
    "what is missing in training already; an ordinary prediction neither drops nor scales.",
)

mc_dropout_std_over_n_minus_one_but_for_one = edited(
    reference.mc_dropout,
    "std-over-n-minus-one-but-for-one",
    {
        "np.std(predictions, axis=0)": (
            "np.std(predictions, axis=0, ddof=min(1, len(predictions) - 1))"
        )
    },
    "You divide by one less than the number of samples, where there is more than one. Asked "
    "for is the division by their number.",
)

mc_dropout_divided_by_the_rate = edited(
    reference.mc_dropout,
    "divided-by-the-rate",
    {"/ (1 - rate)": "/ rate"},
    "You divide by the rate, the probability of being *dropped*. What makes up for the "
    "missing units is division by the probability of being kept, 1 - rate.",
)

mc_dropout_multiplied_by_the_kept_share = edited(
    reference.mc_dropout,
    "multiplied-by-the-kept-share",
    {"/ (1 - rate)": "* (1 - rate)"},
    "You multiply by 1 - rate where you should divide by it: what is kept is scaled *up*, to "
    "make up for what is missing.",
)

mc_dropout_scaled_by_what_was_kept = edited(
    reference.mc_dropout,
    "scaled-by-what-was-kept",
    {"h * masks / (1 - rate)": "h * masks / np.mean(masks, axis=(1, 2), keepdims=True)"},
    "You divide by the share that a mask has kept. Asked for is 1 - rate, the *probability* "
    "of being kept, whatever a mask has made of it.",
)

mc_dropout_mask_of_the_first_instance = edited(
    reference.mc_dropout,
    "mask-of-the-first-instance",
    {"h * masks": "h * masks[:, :1]"},
    "You use the first instance's mask for all of them. Each instance has a row of its own in "
    "each mask.",
)

mc_dropout_first_mask_for_all_samples = edited(
    reference.mc_dropout,
    "first-mask-for-all-samples",
    {"h * masks": "h * masks[[0] * len(masks)]"},
    "You use the first mask for every sample, so that all say the same. Sample s has mask s.",
)

mc_dropout_relu_on_the_output = edited(
    reference.mc_dropout,
    "relu-on-the-output",
    {"predictions = samples @ output": "predictions = np.maximum(samples @ output, 0)"},
    "There is a ReLU on your output layer. It has no activation: only the hidden layer has.",
)

mc_dropout_tanh_for_relu = edited(
    reference.mc_dropout,
    "tanh-for-relu",
    {"np.maximum(x @ kernel, 0)": "np.tanh(x @ kernel)"},
    "Your hidden layer has tanh for its activation. Asked for is ReLU, max(z, 0), which has "
    "no upper limit.",
)

mc_dropout_cost_of_one_sample = edited(
    reference.mc_dropout,
    "cost-of-one-sample",
    {"len(samples) * output.size": "output.size"},
    "Your predictions are right, and your cost has the product above the dropout layer once. "
    "It is taken for each sample: n · units · outputs, as often as there are masks.",
)

mc_dropout_additions_counted = edited(
    reference.mc_dropout,
    "additions-counted",
    {
        "len(x) * (kernel.size + len(samples) * output.size)": (
            "2 * len(x) * (kernel.size + len(samples) * output.size)"
        )
    },
    "Your predictions are right, and your cost is twice what was asked: multiplications *and* "
    "additions, as in FLOPs. Only the multiplications count.",
)

mc_dropout_scaling_counted = edited(
    reference.mc_dropout,
    "scaling-counted",
    {
        "(kernel.size + len(samples) * output.size)": (
            "(kernel.size + len(samples) * output.size) + masks.size"
        )
    },
    "Your predictions are right, and your cost counts a multiplication for each unit that is "
    "masked or scaled. Only the matrix products count.",
)

mc_dropout_ordinary_prediction_counted_too = edited(
    reference.mc_dropout,
    "ordinary-prediction-counted-too",
    {"len(samples) * output.size": "(len(masks) + 1) * output.size"},
    "Your predictions are right, and your cost has one product above the dropout layer more "
    "than there are samples. An ordinary prediction is made only where there is no mask.",
)

mc_dropout_only_kept_units_counted = edited(
    reference.mc_dropout,
    "only-kept-units-counted",
    {
        "len(x) * (kernel.size + len(samples) * output.size)": (
            "len(x) * kernel.size + int(np.sum(masks) if len(masks) else h.size) * output.shape[1]"
        )
    },
    "Your predictions are right, and your cost counts what is kept only. A dropped unit is a "
    "0 in the matrix, and is multiplied like any other: a product of shapes (a, b) and (b, c) "
    "takes a · b · c.",
)

mc_dropout_one_sample_taken_for_none = edited(
    reference.mc_dropout,
    "one-sample-taken-for-none",
    {"if len(masks) else": "if len(masks) > 1 else"},
    "With a single mask you make an ordinary prediction. One sample is dropped and scaled "
    "like any other; only where there is no mask at all is nothing dropped.",
)

mc_dropout_ordinary_prediction_scaled_up = edited(
    reference.mc_dropout,
    "ordinary-prediction-scaled-up",
    {"h[np.newaxis]": "h[np.newaxis] / (1 - rate)"},
    "Without masks you divide the hidden layer by 1 - rate. That makes up for units that are "
    "dropped; an ordinary prediction drops none, and scales nothing.",
)

mc_dropout_ordinary_prediction_among_the_samples = edited(
    reference.mc_dropout,
    "ordinary-prediction-among-the-samples",
    {
        "predictions = samples @ output": (
            "predictions = np.concatenate([h[np.newaxis] @ output, samples @ output]) "
            "if len(masks) else samples @ output"
        )
    },
    "You take the ordinary prediction for one sample more. Mean and standard deviation are "
    "those of the samples with dropout, as many as there are masks.",
)

mc_dropout_mean_without_dropout = edited(
    reference.mc_dropout,
    "mean-without-dropout",
    {"np.mean(predictions, axis=0)": "h @ output"},
    "Your standard deviation is that of the samples, but your mean is the ordinary "
    "prediction. Asked for is the mean of the samples, which comes near it only when there "
    "are many.",
)

mc_dropout_nothing_without_masks = edited(
    reference.mc_dropout,
    "nothing-without-masks",
    {" if len(masks) else h[np.newaxis]": ""},
    "Without any mask you predict nothing, and the mean of nothing is NaN. Without masks it "
    "is an ordinary prediction: one, without dropout or scaling.",
)

mc_dropout_median = edited(
    reference.mc_dropout,
    "median",
    {"np.mean(predictions, axis=0)": "np.median(predictions, axis=0)"},
    "You return the median of the samples where their mean is asked for. The two differ, "
    "above all for few samples.",
)
