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
    "Your training is right; your units are compared with `==`. Two units that do exactly the "
    "same still differ in the last digits, because sums are not always added up in the same "
    "order. Compare with the tolerance of 1e-6, or a network of one unit will look like one of "
    "many.",
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
    "You ask for -1 to 1 before 0 to 1, and so never choose the logistic function: everything "
    "from 0 to 1 is also from -1 to 1. Then half of the range of tanh is wasted, and a "
    "probability may come out negative. The narrowest range that holds all targets comes first.",
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
    "You have no ReLU among the choices: targets that are never negative, such as prices, get a "
    "linear output that can be negative.",
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
    "You ask whether x before and after a step have different signs, by their product. A ball "
    "that is exactly at 0 in between makes both products 0, and its crossing is lost. Leave out "
    "the zeros first.",
)

heavy_ball_stop_at_zero_counted_twice = edited(
    reference.heavy_ball,
    "stop-at-zero-counted-twice",
    {"before[before != 0]": "before"},
    "You count changes of `np.sign`, which has a third value: a ball that is exactly at 0 after "
    "a step changes it twice, and one that stays there once without having crossed. Leave out "
    "the zeros first.",
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
    "What your `gradual` has removed stays removed. Here, and in Zhu and Gupta's method until "
    "the end, weights take part in the next step again: one that was removed too early can come "
    "back, and another goes in its place.",
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
