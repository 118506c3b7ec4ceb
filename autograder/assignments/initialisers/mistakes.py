"""Wrong initial weights that people really draw.

Each is the reference with the one point changed that it is about.
"""
# ruff: noqa: D102 - what the methods of HeNormal do, the reference says

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from autograder.api import edited
from solutions.initialisers import (
    Array,
    Shape,
    compute_fans,
    glorot_normal,
    glorot_uniform,
    he_normal,
    he_uniform,
    lecun_normal,
    lecun_uniform,
    truncated_normal,
    variance_scaling,
)

GENERATOR = (
    "Your random numbers do not come from `rng`: the same generator state gave different "
    "weights. A result that cannot be repeated cannot be debugged or published, so every draw "
    "must be a method of `rng`; look for `np.random.` in the body, or a generator made there."
)
FIXED = (
    "Your weights are the same in every call, whatever generator is passed: one with a fixed seed "
    "is made inside the function, or weights are kept from an earlier call. Every layer of one "
    "shape then starts with the same weights, and no experiment can be repeated with another "
    "seed. Draw from `rng`, in every call."
)
DTYPE = (
    "Your weights come back in double precision whatever `dtype` says: NumPy draws float64. "
    "They then take twice the memory and silently raise everything that they touch to float64. "
    "Convert the result to `dtype` before it is returned."
)
UNCORRECTED = (
    "Cutting off the tails takes spread away: a normal distribution cut at two standard "
    "deviations keeps 77 % of its variance. Over twenty layers that is a factor of about 170 in "
    "the variance of the signal. Draw from a wider parent; `truncated_normal` says how wide."
)
RECEPTIVE = (
    "Dense kernels are right, convolution kernels are not: their receptive field is missing "
    "from the fans. One output of a 3 x 3 convolution sums nine times as many products as there "
    "are input channels, so both fans are multiplied by the product of the spatial dimensions."
)
ONE_SIDED = (
    "All your weights have one sign: they are drawn from [0, limit] and not from "
    "[-limit, limit]. `rng.uniform(high)` and `rng.random()` start at 0. The mean is then not "
    "zero, every unit adds up a shift, and the shift grows from layer to layer."
)
COPIED = (
    "`rng` itself does not move on: you draw from a copy of it, or from another that is made from "
    "it. Two layers of one shape, made with one generator, then start with the same weights. Draw "
    "from `rng` itself."
)
SINGLE = (
    "Your weights are float32 whatever `dtype` says. That is the default, but float16 and float64 "
    "can be asked for: hand `dtype` on to what draws, or convert to it at the end."
)
DEFAULT_DOUBLE = (
    "A dtype that is passed is kept to; without one your weights are float64. The default is "
    "float32, in which networks are trained: leave the signature as it was given."
)
FIRST_AND_LAST = (
    "Dense kernels are right, convolution kernels are not: you take the first and the last "
    "dimension for the fans. The first dimension of a convolution kernel is the height of its "
    "filter; `compute_fans` counts what is connected."
)
PYTORCH = (
    "You read the shape in PyTorch's layout, (outputs, inputs, *spatial). Keras puts the channels "
    "last: (*spatial, inputs, outputs), and (inputs, outputs) for a dense kernel. `compute_fans` "
    "knows it."
)
CLIPPED = (
    "`np.clip` does not truncate a distribution: it moves the 4.6 % of values in the tails onto "
    "the two cuts, where they pile up. `truncated_normal` never moves a value."
)
LIMIT = (
    "You drew from [-std, std]. A uniform distribution on [-limit, limit] has the standard "
    "deviation limit / sqrt(3), so the limit is sqrt(3) times the standard deviation that the "
    "scheme asks for: yours keeps a third of the variance."
)
ROOT = (
    "You used the variance as the standard deviation: a square root is missing. The formula "
    "gives Var[w]; `rng.normal` and `truncated_normal` take a standard deviation. With a hundred "
    "inputs the weights come out about ten times too small, and the signal dies in a few layers."
)
NORMAL = (
    "The spread is right, but your weights are normal. The uniform scheme draws from "
    "[-limit, limit] with limit = sqrt(3) * std, so that every size up to the limit is as likely "
    "as any other."
)
NOT_TRUNCATED = (
    "The spread is right, but your weights have tails. The papers draw from a plain normal "
    "distribution; Keras, and this exercise, cut it at two standard deviations of the parent. "
    "`variance_scaling` does that, and corrects the spread, when it is asked for "
    "`truncated_normal`."
)
UNIFORM = (
    "The spread is right, but your weights are uniform. The normal scheme draws from a "
    "truncated normal distribution: most weights small, a few as large as two standard "
    "deviations of the parent."
)

# What is left of the standard deviation of a normal distribution that is cut at two of them.
KEPT = 0.879625661


# compute_fans


fans_swapped = edited(
    compute_fans,
    "fans-swapped",
    {"*spatial, inputs, outputs": "*spatial, outputs, inputs"},
    "Your fans are exchanged. Keras stores a kernel as (inputs, outputs) and multiplies "
    "inputs @ kernel, so the last dimension is the fan-out and the one before it the "
    "fan-in. With a wide layer after a narrow one, He's weights come out far too small or "
    "too large.",
)

receptive_field_forgotten = edited(
    compute_fans, "receptive-field-forgotten", {"math.prod(spatial)": "1"}, RECEPTIVE
)

FIRST = (
    "Dense kernels are right, convolution kernels are not: you take {} for the fans. In Keras the "
    "spatial dimensions come first: (*spatial, inputs, outputs). The fans are the last two "
    "dimensions, each multiplied by the product of all before them."
)
fans_of_the_first_two_dimensions = edited(
    compute_fans,
    "first-two-dimensions",
    {"return receptive_field * inputs, receptive_field * outputs": "return shape[0], shape[1]"},
    FIRST.format("the first two dimensions"),
)
fans_of_the_first_and_the_last_dimension = edited(
    compute_fans,
    "first-and-last-dimension",
    {"return receptive_field * inputs, receptive_field * outputs": "return shape[0], shape[-1]"},
    FIRST.format("the first and the last dimension"),
)

receptive_field_of_one_axis = edited(
    compute_fans,
    "receptive-field-of-one-axis",
    {"math.prod(spatial)": "spatial[0] if spatial else 1"},
    "Only the first spatial dimension is in your fans. A 3 x 5 filter over 8 channels "
    "sums 3 * 5 * 8 products: the receptive field is the product of *all* dimensions but "
    "the last two.",
)

receptive_field_summed = edited(
    compute_fans,
    "receptive-field-summed",
    {"math.prod(spatial)": "sum(spatial) if spatial else 1"},
    "You added the spatial dimensions up. A 3 x 5 filter looks at 3 * 5 = 15 positions, "
    "not at 8: take their product.",
)

receptive_field_on_fan_in_only = edited(
    compute_fans,
    "receptive-field-on-fan-in-only",
    {"receptive_field * outputs": "outputs"},
    "Your fan-in counts the receptive field and your fan-out does not. On the way back "
    "one input position receives gradient from every position of the filter, for every "
    "output channel, so the fan-out is multiplied by it as well.",
)

channels_first = edited(
    compute_fans,
    "channels-first",
    {"*spatial, inputs, outputs": "outputs, inputs, *spatial"},
    "You read the shape as (outputs, inputs, *spatial), which is PyTorch's layout. Keras "
    "puts the channels last: (*spatial, inputs, outputs), and (inputs, outputs) for a "
    "dense kernel.",
)

channels_first_in_convolutions = edited(
    compute_fans,
    "channels-first-in-convolutions",
    {
        "*spatial, inputs, outputs = shape": "outputs, inputs, *spatial = "
        "shape if len(shape) > 2 else shape[::-1]"
    },
    PYTORCH,
)

no_more_than_two_spatial_dimensions = edited(
    compute_fans,
    "two-spatial-dimensions-only",
    {
        "*spatial, inputs, outputs = shape": "h, w, inputs, outputs = "
        "(1, 1, *shape) if len(shape) == 2 else shape",
        "math.prod(spatial)": "h * w",
    },
    "Dense kernels and convolutions in two dimensions are right, and other convolutions fail. A "
    "kernel may have any number of spatial dimensions: all but the last two.",
)

vectors_forgotten = edited(
    compute_fans,
    "vectors-forgotten",
    # The error is that of code in which short shapes are no case of their own.
    {
        "return 1, 1": "return shape[-2], shape[-1]",
        "return size, size": "return shape[-2], shape[-1]",
    },
    "A vector has no dimension before its last one, so `shape[-2]` fails. Biases and "
    "scales are vectors, and initialisers are called on them too: a vector of n entries "
    "has the fans (n, n), and a scalar (1, 1).",
)

scalars_forgotten = edited(
    compute_fans,
    "scalars-forgotten",
    {"return 1, 1": "return shape[0], shape[0]"},
    "A scalar has the shape (), which has no first entry to look at. Keras gives it the "
    "fans (1, 1); treat it before anything is taken from the shape.",
)

scalar_with_no_fans = edited(
    compute_fans,
    "scalar-with-no-fans",
    {"return 1, 1": "return 0, 0"},
    "You give a scalar the fans (0, 0), and every scheme divides by a fan. Both are 1, as in "
    "Keras.",
)

fans_in_a_list = edited(
    compute_fans,
    "fans-in-a-list",
    {
        "return 1, 1": "return [1, 1]",
        "return size, size": "return [size, size]",
        "return receptive_field * inputs, receptive_field * outputs": "return ["
        "receptive_field * inputs, receptive_field * outputs]",
    },
    "Your fans are right, but they come back in a list. A tuple is asked for: (fan_in, fan_out).",
)

vector_with_one_output = edited(
    compute_fans,
    "vector-with-one-output",
    {"return size, size": "return size, 1"},
    "You took a vector of n entries for a column of n inputs and one output. Both its "
    "fans are n, as in Keras: every entry meets one input and one output, and n is the "
    "only size there is to scale by.",
)

fans_as_floats = edited(
    compute_fans,
    "fans-as-floats",
    {"math.prod(spatial)": "np.prod(spatial)"},
    "Your fans of a dense kernel are floats. `np.prod(())`, the product of no spatial "
    "dimensions, is 1.0 and not 1, and turns everything that it is multiplied with into a "
    "float. Use `math.prod`, or make the result whole with `int`.",
)

sizes_not_checked = edited(
    compute_fans,
    "sizes-not-checked",
    {"if any(size <= 0 for size in shape)": "if False"},
    "Shapes with a dimension of zero or less are accepted. The fan is then zero or "
    "negative, and the error appears later as a division by zero or a NaN, far from its "
    "cause. Raise ValueError at once.",
)

negative_sizes_accepted = edited(
    compute_fans,
    "negative-accepted",
    {"size <= 0": "size == 0"},
    "You refuse dimensions of zero but accept negative ones. Every dimension must be at least 1.",
)

product_checked = edited(
    compute_fans,
    "product-checked",
    {"any(size <= 0 for size in shape)": "math.prod(shape) <= 0"},
    "You look at the product of the dimensions: that of two negative ones is positive, and they "
    "are accepted. Look at each dimension.",
)

channels_checked_only = edited(
    compute_fans,
    "channels-checked-only",
    {"for size in shape)": "for size in shape[-2:])"},
    "You refuse impossible numbers of inputs and outputs, but accept impossible spatial "
    "dimensions. Look at every dimension.",
)

vectors_not_checked = edited(
    compute_fans,
    "vectors-not-checked",
    {"if any(size": "if len(shape) > 1 and any(size"},
    "Kernels with an impossible dimension are refused, vectors are not: you return before you have "
    "looked. Check the shape first of all.",
)

size_one_refused = edited(
    compute_fans,
    "size-one-refused",
    {"size <= 0": "size <= 1"},
    "You refuse dimensions of 1, which are as good as any: a layer may have one input, and a "
    "filter may be 1 x 1. Only zero and negative ones are impossible.",
)

assertion_for_value_error = edited(
    compute_fans,
    "assertion-for-value-error",
    {"raise ValueError(": "raise AssertionError("},
    "Impossible shapes are refused, but by an AssertionError. `assert` is for what cannot happen "
    "(and `python -O` leaves it out); raise ValueError for an argument that is wrong.",
)

zero_accepted = edited(
    compute_fans,
    "zero-accepted",
    {"size <= 0": "size < 0"},
    "You refuse negative dimensions but accept zero, and a fan of zero is divided by in "
    "every scheme. Every dimension must be at least 1.",
)


# truncated_normal


PARENT = "stddev / math.sqrt(1 - 2 * cut * density / mass)"
REDRAWN = "values[outside] = rng.standard_normal(np.count_nonzero(outside))"

truncation_not_corrected = edited(
    truncated_normal, "truncation-not-corrected", {PARENT: "stddev"}, UNCORRECTED
)

clipped = edited(
    truncated_normal,
    "clipped",
    {PARENT: "stddev", REDRAWN: "values = np.clip(values, -cut, cut)"},
    "`np.clip` does not truncate a distribution: it moves the 4.6 % of values in the "
    "tails onto the two cuts, where they pile up. Values out there must be drawn again "
    "(or never arise, with the inverse of the distribution function), and the spread that "
    "is lost must be made up for.",
)

clipped_and_corrected = edited(
    truncated_normal,
    "clipped-and-corrected",
    {REDRAWN: "values = np.clip(values, -cut, cut)"},
    "Your parent has the right width, but `np.clip` moves the 4.6 % of values in its "
    "tails onto the two cuts instead of drawing them again. They pile up there, and the "
    "spread is too large.",
)

cut_at_two_of_the_result = edited(
    truncated_normal,
    "cut-at-two-of-the-result",
    {"np.abs(values) > cut": "np.abs(parent * values) > cut * stddev"},
    "You cut at two standard deviations of the *result*. The parent is wider than the "
    "result, and the cut is at two standard deviations of the parent: with yours, more is "
    "cut off than the correction makes up for.",
)

cut_at_one = edited(
    truncated_normal,
    "cut-at-one",
    {"cut = 2.0": "cut = 1.0"},
    "You cut at one standard deviation of the parent, not at two. The spread of the "
    "result is right, since you corrected for it, but a third of the parent is thrown "
    "away and what is left is nearly uniform.",
)

correction_upside_down = edited(
    truncated_normal,
    "correction-upside-down",
    {"stddev / math.sqrt(": "stddev * math.sqrt("},
    "You multiplied by the correction instead of dividing by it. Truncation makes the "
    "result narrower than its parent, so the parent has to be *wider* than what is asked "
    "for.",
)

correction_without_root = edited(
    truncated_normal,
    "correction-without-root",
    {PARENT: "stddev / (1 - 2 * cut * density / mass)"},
    "You divided the standard deviation by the ratio of the *variances*. What truncation "
    "leaves of the variance is 1 - 2 c phi(c) / (2 Phi(c) - 1); what it leaves of the "
    "standard deviation is the square root of that.",
)

mass_forgotten = edited(
    truncated_normal,
    "mass-forgotten",
    {"density / mass": "density"},
    "Your parent is a little too narrow: in what truncation leaves of the variance, 1 - 2 "
    "c phi(c) / (2 Phi(c) - 1), the density is divided by the mass between the cuts, "
    "0.954. You left that division out.",
)

not_truncated = edited(
    truncated_normal,
    "not-truncated",
    {PARENT: "stddev", REDRAWN: "break"},
    "Your values are normal but not truncated: 2.3 % of them are further out than the cut "
    "allows. One large weight can saturate a unit from the start, which is what "
    "truncation is there to prevent. Draw the values beyond the cut again until none is "
    "left.",
)

redrawn_once = edited(
    truncated_normal,
    "redrawn-once",
    {"while (outside": "if (outside"},
    "You draw the values beyond the cut again, but only once, and one in twenty of the "
    "new ones is beyond it too. Repeat until none is left.",
)

one_tail_only = edited(
    truncated_normal,
    "one-tail-only",
    {"np.abs(values) > cut": "values > cut"},
    "Only the upper tail is cut off: very negative values are still there, and the mean "
    "is below zero. Compare the *absolute* value with the cut.",
)

outliers_zeroed = edited(
    truncated_normal,
    "outliers-zeroed",
    {REDRAWN: "values[outside] = 0.0"},
    "You set the values beyond the cut to zero. One weight in twenty is then exactly "
    "zero, and the spread is too small; they have to be drawn again.",
)

stddev_taken_for_variance = edited(
    truncated_normal,
    "stddev-taken-for-variance",
    {"stddev / math.sqrt(": "math.sqrt(stddev) / math.sqrt("},
    "You took `stddev` for a variance and drew with its square root. The argument is "
    "already the standard deviation of the result; `variance_scaling` takes the root.",
)

cut_at_three = edited(
    truncated_normal,
    "cut-at-three",
    {"cut = 2.0": "cut = 3.0"},
    "You cut at three standard deviations of the parent, not at two. The spread of the result is "
    "right, since you corrected for it, but values are further out than they may be.",
)

rescaled_to_the_sample = edited(
    truncated_normal,
    "rescaled-to-the-sample",
    {"parent * values": "stddev * values / values.std()"},
    "You divide the values by the spread that you measure on them, so that every result has "
    "`stddev` to the last digit. Then they are not independent: few values go beyond the cut, and "
    "one alone is divided by 0. The parent's width follows from the formula, not from the draws.",
)

one_value_for_all_outside = edited(
    truncated_normal,
    "one-value-for-all-outside",
    {REDRAWN: "values[outside] = rng.standard_normal()"},
    "You draw the values beyond the cut again, but one number for all of them: one weight in "
    "twenty is then the same. `rng.standard_normal` takes how many are wanted.",
)

drawn_in_the_dtype = edited(
    truncated_normal,
    "drawn-in-the-dtype",
    {
        "rng.standard_normal(shape)": "rng.standard_normal(shape, dtype=dtype)",
        REDRAWN: "values[outside] = rng.standard_normal(np.count_nonzero(outside), dtype=dtype)",
    },
    "You hand `dtype` to the generator, and NumPy's draw in float32 and float64 alone: float16 "
    "fails. Draw in double precision, and convert the result.",
)

zero_refused = edited(
    truncated_normal,
    "zero-refused",
    {"if stddev < 0": "if stddev <= 0"},
    "You refuse a `stddev` of 0. It is asked for, and gives zeros; only negative ones are wrong.",
)

truncated_from_a_copy = edited(
    truncated_normal,
    "generator-copied",
    {"cut = 2.0": "cut = 2.0\n    rng = __import__('copy').deepcopy(rng)"},
    COPIED,
)

truncated_always_single = edited(
    truncated_normal, "dtype-always-single", {"dtype=dtype": "dtype=np.float32"}, SINGLE
)

truncated_default_double = edited(
    truncated_normal, "default-double", {"= np.float32": "= np.float64"}, DEFAULT_DOUBLE
)

truncated_without_generator = edited(
    truncated_normal,
    "generator-ignored",
    {
        "rng.standard_normal(shape)": "np.random.normal(size=shape)",
        "rng.standard_normal(np": "np.random.standard_normal(np",
    },
    GENERATOR,
)

truncated_with_fixed_seed = edited(
    truncated_normal,
    "fixed-seed",
    {"cut = 2.0": "cut = 2.0\n    rng = np.random.default_rng(0)"},
    FIXED,
)

truncated_dtype_ignored = edited(truncated_normal, "dtype-ignored", {", dtype=dtype": ""}, DTYPE)

negative_accepted = edited(
    truncated_normal,
    "negative-accepted",
    {"if stddev < 0": "if False"},
    "A negative `stddev` is accepted, and gives the same law as a positive one, so the "
    "caller's error stays hidden. Raise ValueError.",
)


# variance_scaling


TRUNCATED = "truncated_normal(shape, stddev, rng, dtype)"
UNTRUNCATED = "np.asarray(rng.normal(0.0, stddev, shape), dtype=dtype)"

root_forgotten = edited(
    variance_scaling,
    "root-forgotten",
    {"math.sqrt(scale / fans[mode])": "scale / fans[mode]"},
    ROOT,
)

scale_outside_the_root = edited(
    variance_scaling,
    "scale-outside-the-root",
    {"math.sqrt(scale / ": "scale * math.sqrt(1 / "},
    "You multiplied by the scale after the square root was taken. The scale belongs to "
    "the variance: the standard deviation is sqrt(scale / n), so He's scale of 2 makes "
    "the weights sqrt(2) times as wide, not twice.",
)

scale_ignored = edited(
    variance_scaling,
    "scale-ignored",
    {"scale / fans[mode]": "1 / fans[mode]"},
    "The scale has no effect on your weights. It is the numerator of the variance, scale "
    "/ n; He's scheme differs from LeCun's by nothing else.",
)

fans_summed = edited(
    variance_scaling,
    "fans-summed",
    {"(fan_in + fan_out) / 2": "fan_in + fan_out"},
    "With `fan_avg` you divide by the sum of the fans. It is their *mean*: Glorot's 2 / "
    "(fan_in + fan_out) is 1 over the mean, and yours is half of that.",
)

mean_rounded_down = edited(
    variance_scaling,
    "mean-rounded-down",
    {"(fan_in + fan_out) / 2": "(fan_in + fan_out) // 2"},
    "Your mean of the fans is rounded down to a whole number, by `//`. That of 1 and 2 is 1.5.",
)

first_and_last_dimension = edited(
    variance_scaling,
    "first-dimension-as-fan-in",
    {"compute_fans(shape)": "shape[0], shape[-1]"},
    FIRST_AND_LAST,
)

fans_exchanged = edited(
    variance_scaling,
    "fans-exchanged",
    {"fan_in, fan_out = compute_fans": "fan_out, fan_in = compute_fans"},
    "`fan_in` divides by the fan-out in your answer, and the other way round. If "
    "`compute_fans` has all its points, look at the order in which you unpack what it "
    "returns.",
)

mode_ignored = edited(
    variance_scaling,
    "mode-ignored",
    {"scale / fans[mode]": "scale / fan_in"},
    "Every mode gives the weights of `fan_in`. The argument `mode` decides what the "
    "variance is divided by: forwards it is the fan-in that keeps the signal's size, "
    "backwards the fan-out.",
)

mean_is_geometric = edited(
    variance_scaling,
    "mean-is-geometric",
    {"(fan_in + fan_out) / 2": "math.sqrt(fan_in * fan_out)"},
    "Your average of the fans is sqrt(fan_in * fan_out), the geometric mean. Glorot & "
    "Bengio average the two conditions 1 / fan_in and 1 / fan_out by (fan_in + fan_out) / "
    "2, which is larger when the fans differ.",
)

limit_without_root_three = edited(
    variance_scaling, "limit-without-root-three", {"math.sqrt(3) * stddev": "stddev"}, LIMIT
)

one_sided = edited(
    variance_scaling, "one-sided", {"uniform(-limit, limit": "uniform(0, limit"}, ONE_SIDED
)

scaling_not_corrected = edited(
    variance_scaling,
    "truncation-not-corrected",
    {"truncated_normal(shape, stddev,": f"truncated_normal(shape, {KEPT} * stddev,"},
    UNCORRECTED,
)

never_truncated = edited(
    variance_scaling,
    "never-truncated",
    {TRUNCATED: UNTRUNCATED},
    "Your truncated normal has tails: some weights are further out than two standard "
    "deviations of the parent. `truncated_normal`, the exercise before this one, does "
    "what is asked for.",
)

always_truncated = edited(
    variance_scaling,
    "always-truncated",
    {UNTRUNCATED: TRUNCATED},
    "`untruncated_normal` is truncated in your answer. It should be a plain normal "
    "distribution with standard deviation sqrt(scale / n), tails included.",
)

DEFAULTS = {
    "scale": ("1.0", ("2.0",)),
    "mode": ('"fan_in"', ('"fan_out"', '"fan_avg"')),
    "distribution": ('"truncated_normal"', ('"untruncated_normal"', '"uniform"')),
}
for _argument, (_right, _others) in DEFAULTS.items():
    for _other in _others:
        _name = f"default-{_argument}-{_other}".replace('"', "").replace("_", "-").replace(".", "-")
        globals()[f"variance_scaling: {_name}"] = edited(
            variance_scaling,
            _name,
            {f" = {_right}": f" = {_other}"},
            f"Without the argument `{_argument}` you use {_other}; the default of the docstring is "
            f"{_right}. Leave the signature as it was given.",
        )

arguments_in_another_order = edited(
    variance_scaling,
    "arguments-in-another-order",
    {
        'mode: str = "fan_in"': 'distribution: str = "truncated_normal"',
        'distribution: str = "truncated_normal"': 'mode: str = "fan_in"',
    },
    "With arguments that are passed by name you are right. `mode` comes before `distribution`: who "
    "passes them in order gets an error. Leave the signature as it was given.",
)

scaling_default_double = edited(
    variance_scaling, "default-double", {"= np.float32": "= np.float64"}, DEFAULT_DOUBLE
)

dtype_not_handed_on = edited(
    variance_scaling,
    "dtype-not-handed-on",
    {TRUNCATED: "truncated_normal(shape, stddev, rng)"},
    "Normal and uniform weights come in the dtype that is asked for, truncated ones are always "
    "float32: hand `dtype` on to `truncated_normal`.",
)

dtype_of_the_truncated_alone = edited(
    variance_scaling,
    "dtype-of-the-truncated-alone",
    {
        UNTRUNCATED: "rng.normal(0.0, stddev, shape)",
        "np.asarray(rng.uniform(-limit, limit, shape), dtype=dtype)": "rng.uniform("
        "-limit, limit, shape)",
    },
    "Truncated weights come in the dtype that is asked for, untruncated and uniform ones are "
    "always float64: NumPy draws float64. Convert them to `dtype` too.",
)

scaling_always_single = edited(
    variance_scaling,
    "dtype-always-single",
    {"if scale <= 0": "dtype = np.float32\n    if scale <= 0"},
    SINGLE,
)

uniform_from_the_global_generator = edited(
    variance_scaling, "uniform-without-generator", {"rng.uniform": "np.random.uniform"}, GENERATOR
)

mode_not_checked = edited(
    variance_scaling,
    "mode-not-checked",
    {"if mode not in fans": "if False", "fans[mode]": 'fans.get(mode, fans["fan_avg"])'},
    "A mode that does not exist is taken for one that does. A typing error such as "
    '`"fan_inn"` then trains a different network in silence; raise ValueError for it.',
)

key_error_for_the_mode = edited(
    variance_scaling,
    "key-error-for-the-mode",
    {"if mode not in fans": "if False"},
    "A mode that does not exist is refused by a KeyError, from your dictionary. Asked for is a "
    "ValueError: look whether the mode is there before you take its fan.",
)

distribution_not_checked = edited(
    variance_scaling,
    "distribution-not-checked",
    {'case "uniform"': "case _"},
    "A distribution that does not exist is taken for the uniform one. Raise ValueError for every "
    "name that you do not know.",
)

nothing_for_a_distribution = edited(
    variance_scaling,
    "nothing-for-a-distribution",
    {'raise ValueError(f"unknown': 'return None and (f"unknown'},
    "For a distribution that does not exist you return None, since no branch is for it, and the "
    "error comes later and elsewhere. Raise ValueError at the end.",
)

normal_accepted = edited(
    variance_scaling,
    "normal-accepted",
    {'case "truncated_normal":': 'case "truncated_normal" | "normal":'},
    '`"normal"` is accepted as a distribution. There are two normal ones here, truncated and not, '
    "and a name that could mean either is refused: raise ValueError.",
)

names_in_any_case = edited(
    variance_scaling,
    "names-in-any-case",
    {"if scale <= 0": "mode, distribution = mode.lower(), distribution.lower()\n    if scale <= 0"},
    "Names are accepted in capitals too. That is kind, but not what is asked for: ValueError for "
    "every name that is not one of those of the docstring.",
)

names_not_checked = edited(
    variance_scaling,
    "names-not-checked",
    {
        "if mode not in fans": "if False",
        "fans[mode]": 'fans.get(mode, fans["fan_avg"])',
        'case "uniform"': "case _",
    },
    "A mode or a distribution that does not exist is taken for one that does. A typing "
    'error such as `"fan_inn"` then trains a different network in silence; raise '
    "ValueError for every name that you do not know.",
)

scale_not_checked = edited(
    variance_scaling,
    "scale-not-checked",
    {"if scale <= 0": "if False"},
    "A scale of zero is accepted and makes every weight zero: all units of a layer then "
    "compute the same thing and learn the same thing. The scale has to be positive; raise "
    "ValueError.",
)

scaling_from_a_copy = edited(
    variance_scaling,
    "generator-copied",
    {"if scale <= 0": "rng = __import__('copy').deepcopy(rng)\n    if scale <= 0"},
    COPIED,
)

scaling_without_generator = edited(
    variance_scaling,
    "generator-ignored",
    {"if scale <= 0": "rng = np.random.default_rng()\n    if scale <= 0"},
    GENERATOR,
)

scaling_with_fixed_seed = edited(
    variance_scaling,
    "fixed-seed",
    {"if scale <= 0": "rng = np.random.default_rng(42)\n    if scale <= 0"},
    FIXED,
)

scaling_dtype_ignored = edited(
    variance_scaling,
    "dtype-ignored",
    {"if scale <= 0": "dtype = np.float64\n    if scale <= 0"},
    DTYPE,
)


# The six named schemes: one call of `variance_scaling` each, so that the same edit is the same
# mistake in several of them.


Scheme = Callable[..., Array]

GLOROT: tuple[Scheme, ...] = (glorot_uniform, glorot_normal)
HE: tuple[Scheme, ...] = (he_uniform, he_normal)
LECUN: tuple[Scheme, ...] = (lecun_uniform, lecun_normal)
ALL = GLOROT + HE + LECUN
UNIFORM_ONES: tuple[Scheme, ...] = (glorot_uniform, he_uniform, lecun_uniform)
NORMAL_ONES: tuple[Scheme, ...] = (glorot_normal, he_normal, lecun_normal)


def _edited(
    schemes: tuple[Scheme, ...], name: str, edits: Mapping[str, str], explanation: str
) -> None:
    """Declare the same edit of several schemes to be a mistake in each."""
    for scheme in schemes:
        globals()[f"{scheme.__name__}: {name}"] = edited(scheme, name, edits, explanation)


_edited(
    GLOROT,
    "glorot-with-fan-in",
    {"fan_avg": "fan_in"},
    "You scaled by the fan-in alone: that is LeCun's variance, 1 / fan_in. Glorot's "
    "compromise between the way forwards and the way back is 2 / (fan_in + fan_out), the "
    "mean of both fans.",
)

_edited(
    GLOROT,
    "glorot-with-fan-out",
    {"fan_avg": "fan_out"},
    "You scaled by the fan-out alone, which keeps the size of the gradients but not that "
    "of the activations. Glorot's compromise is 2 / (fan_in + fan_out), the mean of both "
    "fans.",
)

_edited(
    GLOROT,
    "glorot-with-summed-fans",
    {"1.0": "0.5"},
    "You divided by the sum of the fans. Glorot's variance is 2 / (fan_in + fan_out), one "
    "over their *mean*: yours is half of it, and twenty layers halve the signal's "
    "variance twenty times.",
)

_edited(
    GLOROT,
    "glorot-with-the-scale-of-he",
    {"1.0": "2.0"},
    "Your variance is twice Glorot's. The factor of 2 for ReLU is He's; Glorot & Bengio "
    "assume an activation that is linear near zero, and the 2 in 2 / (fan_in + fan_out) "
    "is already the 2 of the mean.",
)

_edited(
    HE,
    "he-with-fan-out",
    {"fan_in": "fan_out"},
    "You scaled by the fan-out. He's variance is 2 / fan_in: the sum in a unit has fan-in "
    "terms, and it is the size of that sum which should not change from layer to layer.",
)

_edited(
    HE,
    "he-with-fan-avg",
    {"fan_in": "fan_avg"},
    "You scaled by the mean of the fans, which is Glorot's compromise. He's variance is 2 "
    "/ fan_in.",
)

_edited(
    HE,
    "he-without-the-factor-two",
    {"2.0": "1.0"},
    "Your variance is 1 / fan_in, LeCun's. ReLU sets half of its inputs to zero and with "
    "them half of the mean square, so He's variance is twice as large: 2 / fan_in. "
    "Without the 2 the signal's mean square halves in every layer.",
)

_edited(
    HE,
    "glorot-in-place-of-he",
    {'2.0, "fan_in"': '1.0, "fan_avg"'},
    "These are Glorot's weights, with the variance 2 / (fan_in + fan_out). He's is 2 / "
    "fan_in: only forwards, and with the factor that makes up for ReLU.",
)

_edited(
    LECUN,
    "lecun-with-fan-out",
    {"fan_in": "fan_out"},
    "You scaled by the fan-out. LeCun's variance is 1 / fan_in: the sum in a unit has "
    "fan-in terms, and its size should not depend on how many there are.",
)

_edited(
    LECUN,
    "lecun-with-fan-avg",
    {"fan_in": "fan_avg"},
    "You scaled by the mean of the fans, which is Glorot's compromise. LeCun's variance "
    "is 1 / fan_in, and SELU's self-normalisation relies on exactly that.",
)

_edited(
    LECUN,
    "lecun-with-the-scale-of-he",
    {"1.0": "2.0"},
    "Your variance is 2 / fan_in, He's. The 2 makes up for what ReLU throws away; LeCun's "
    "scheme, which SELU needs, has 1 / fan_in.",
)


# The receptive field r as a factor of the scale takes r out of the fans, which both have it:
# r scale / (r n) = scale / n.
_edited(
    ALL,
    "receptive-field-forgotten",
    {"(shape, rng, ": "(shape, rng, math.prod(shape[:-2]) * "},
    RECEPTIVE,
)

# With scale**2 / n for the scale, the standard deviation is scale / n, which is the variance.
_edited(GLOROT, "root-forgotten", {"1.0": "2.0 / sum(compute_fans(shape))"}, ROOT)
_edited(HE, "root-forgotten", {"2.0": "4.0 / compute_fans(shape)[0]"}, ROOT)
_edited(LECUN, "root-forgotten", {"1.0": "1.0 / compute_fans(shape)[0]"}, ROOT)

# A wrong fan as a factor of the scale: the right one over it.
for _schemes, _right, _first, _pytorch in (
    (
        GLOROT,
        "sum(compute_fans(shape))",
        "(shape[0] + shape[-1])",
        "(sum(shape[:2]) * math.prod(shape[2:]))",
    ),
    (HE + LECUN, "compute_fans(shape)[0]", "shape[0]", "math.prod(shape[1:])"),
):
    for _name, _wrong, _explanation in (
        ("first-dimension-as-fan-in", _first, FIRST_AND_LAST),
        ("channels-first", _pytorch, PYTORCH),
    ):
        _edits = {"(shape, rng, ": f"(shape, rng, {_right} / {_wrong} * "}
        _edited(_schemes, _name, _edits, _explanation)

# The limit 3 scale / n is that of the scale 3 scale**2 / n.
_LIMIT_ROOT = (
    "Your limit lacks a square root: it is that of the formula before the root is taken. With a "
    "hundred inputs the weights come out several times too small."
)
_edited(
    (glorot_uniform,), "root-of-the-limit-forgotten",
    {"1.0": "6.0 / sum(compute_fans(shape))"}, _LIMIT_ROOT,
)  # fmt: skip
_edited(
    (he_uniform,), "root-of-the-limit-forgotten",
    {"2.0": "12.0 / compute_fans(shape)[0]"}, _LIMIT_ROOT,
)  # fmt: skip
_edited(
    (lecun_uniform,), "root-of-the-limit-forgotten",
    {"1.0": "3.0 / compute_fans(shape)[0]"}, _LIMIT_ROOT,
)  # fmt: skip

for _schemes, _variance in (
    ((glorot_normal,), "2 / sum(compute_fans(shape))"),
    ((he_normal,), "2 / compute_fans(shape)[0]"),
    ((lecun_normal,), "1 / compute_fans(shape)[0]"),
):
    _edited(
        _schemes,
        "clipped",
        {
            "return ": f"limit = 2 * math.sqrt({_variance})\n    return np.clip(",
            '"truncated_normal"': '"untruncated_normal"',
            ", dtype)": ", dtype), -limit, limit)",
        },
        CLIPPED,
    )

_edited(
    ALL, "generator-copied", {"(shape, rng": "(shape, __import__('copy').deepcopy(rng)"}, COPIED
)
_edited(ALL, "dtype-always-single", {", dtype)": ")"}, SINGLE)
_edited(ALL, "default-double", {"= np.float32": "= np.float64"}, DEFAULT_DOUBLE)
_edited(ALL, "generator-ignored", {"(shape, rng": "(shape, np.random.default_rng()"}, GENERATOR)
_edited(ALL, "fixed-seed", {"(shape, rng": "(shape, np.random.default_rng(0)"}, FIXED)
_edited(ALL, "dtype-ignored", {", dtype)": ", np.float64)"}, DTYPE)

_edited(UNIFORM_ONES, "limit-without-root-three", {"(shape, rng, ": "(shape, rng, 1 / 3 * "}, LIMIT)
# The sizes of what is uniform on [-limit, limit] are uniform on [0, limit].
_edited(
    UNIFORM_ONES, "one-sided", {"return ": "return np.abs(", ", dtype)": ", dtype))"}, ONE_SIDED
)
_edited(
    UNIFORM_ONES,
    "untruncated-normal-in-place-of-uniform",
    {'"uniform"': '"untruncated_normal"'},
    NORMAL,
)
_edited(UNIFORM_ONES, "normal-in-place-of-uniform", {'"uniform"': '"truncated_normal"'}, NORMAL)

_edited(
    NORMAL_ONES,
    "truncation-not-corrected",
    {"(shape, rng, ": f"(shape, rng, {KEPT}**2 * "},
    UNCORRECTED,
)
_edited(NORMAL_ONES, "not-truncated", {'"truncated_normal"': '"untruncated_normal"'}, NOT_TRUNCATED)
_edited(NORMAL_ONES, "uniform-in-place-of-normal", {'"truncated_normal"': '"uniform"'}, UNIFORM)


# HeNormal


class HeNormal:
    """What the mistakes edit, because the exercise's own reference needs Keras.

    A right answer but for Keras, so that neither the judge nor a replay needs it: the class is
    plain, the seed is NumPy's, and an array stands for a tensor. What the probes would do with it
    is a method of their names.
    """

    floatx = "float32"

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = compute_fans(shape)[0]
        stddev = math.sqrt(2 / fan_in)
        rng = np.random.default_rng(self.seed)
        return truncated_normal(shape, stddev, rng, dtype or self.floatx)

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def under_floatx(self, floatx: str, shape: Shape) -> Array:
        self.floatx = floatx
        try:
            return self(shape)
        finally:
            del self.floatx

    def disturbed(self, shape: Shape) -> tuple[str, ...]:
        return ()

    def in_a_layer(self, inputs: int, units: int) -> tuple[Any, Any, str]:
        again = self.from_config(self.get_config())
        return self((inputs, units)), again((inputs, units)), "same"


keras_not_registered = edited(
    HeNormal,
    "not-registered",
    {'again((inputs, units)), "same"': 'None, "unknown"'},
    "Your class is right in itself, but Keras does not know it by its name: the decorator above it "
    "is gone. A model that was saved with it cannot be loaded again, or comes back with Keras's "
    "own HeNormal in its place. Put "
    '`@keras.saving.register_keras_serializable(package="course")` back.',
)

_GLOBAL = (
    "Your weights are right, but to draw them you seed {}. Whatever is drawn after it, the order "
    "of the batches or the next layer's weights, then follows from this seed. Give the seed to the "
    "function that draws, `keras.random.truncated_normal(..., seed=self.seed)`, or make a "
    "generator of your own."
)
keras_numpy_seeded = edited(
    HeNormal,
    "numpy-seeded",
    {"return ()": 'return ("NumPy",)'},
    _GLOBAL.format("NumPy's global generator"),
)
keras_everything_seeded = edited(
    HeNormal,
    "everything-seeded",
    {"return ()": 'return ("Python", "NumPy", "Keras")'},
    _GLOBAL.format("the global generators of Python, NumPy and Keras"),
)

keras_seed_of_the_class = edited(
    HeNormal,
    "seed-of-the-class",
    {"self.seed = seed": "type(self).seed = seed  # type: ignore[misc]"},
    "You keep the seed in the class, so that all initialisers have that of the one made last. "
    "Keep it in the instance, `self.seed`.",
)

keras_clipped = edited(
    HeNormal,
    "clipped",
    {
        "truncated_normal(shape, stddev, rng, ": "np.clip(rng.normal(0, stddev, shape), -2 * "
        "stddev, 2 * stddev).astype("
    },
    CLIPPED,
)
keras_clipped_and_corrected = edited(
    HeNormal,
    "clipped-and-corrected",
    {
        "stddev = math": f"stddev = 1 / {KEPT} * math",
        "truncated_normal(shape, stddev, rng, ": "np.clip(rng.normal(0, stddev, shape), -2 * "
        "stddev, 2 * stddev).astype(",
    },
    CLIPPED,
)

keras_zero_for_no_seed = edited(
    HeNormal,
    "seed-zero-taken-for-none",
    {"default_rng(self.seed)": "default_rng(self.seed or None)"},
    "The seed 0 gives other weights every time: `self.seed or ...` takes 0 for no seed, because 0 "
    "is not true. Ask whether it `is None`.",
)

keras_vector_with_no_inputs = edited(
    HeNormal,
    "vector-with-one-input",
    {"compute_fans(shape)[0]": "math.prod(shape[:-1])"},
    "Kernels are right. The fan-in of a vector is its size, as in `compute_fans`; you take the "
    "product of all dimensions but the last, which is 1 for a vector.",
)

keras_is_uniform = edited(
    HeNormal,
    "uniform-in-place-of-normal",
    {
        "truncated_normal(shape, stddev, rng, ": "rng.uniform(-(3**0.5) * stddev, 3**0.5 * stddev, "
        "shape).astype("
    },
    UNIFORM,
)

keras_floatx_ignored = edited(
    HeNormal,
    "default-always-single",
    {"dtype or self.floatx": 'dtype or "float32"'},
    "A dtype that is passed is kept to. Without one you always draw in float32; it should be "
    "Keras's default, `keras.config.floatx()`, which a user may have set to float64. Pass "
    "`dtype=None` on to `keras.random`, or ask for it there and then.",
)

keras_none_is_zero = edited(
    HeNormal,
    "no-seed-taken-for-zero",
    {"self.seed = seed": "self.seed = seed or 0"},
    "Without a seed you use 0: two layers of one shape then start alike. None stands for another "
    "draw each time, and is what the configuration says.",
)

for _seed in ("0", "42"):
    globals()[f"HeNormal: default-seed-{_seed}"] = edited(
        HeNormal,
        f"default-seed-{_seed}",
        {"= None) -> None:": f"= {_seed}) -> None:"},
        f"Without a seed you use {_seed}: all layers of one shape then start alike. The default is "
        "None, which stands for another draw each time.",
    )

keras_weights_kept = edited(
    HeNormal,
    "weights-kept",
    {
        "self.seed = seed": "self.seed, self.kept = seed, {}",
        "return truncated_normal(": "return self.kept.setdefault(shape, truncated_normal(",
        "dtype or self.floatx)": "dtype or self.floatx))",
    },
    "Weights are kept from one call to the next, and given again for the same shape whatever dtype "
    "is asked for. Draw anew in every call; the seed sees to it that they are the same.",
)

keras_with_fan_out = edited(
    HeNormal,
    "he-with-fan-out",
    {"compute_fans(shape)[0]": "compute_fans(shape)[1]"},
    "You scaled by the fan-out, the last dimension. He's variance is 2 / fan_in, and the "
    "fan-in is the product of all dimensions but the last.",
)

keras_without_the_factor_two = edited(
    HeNormal,
    "he-without-the-factor-two",
    {"2 / fan_in": "1 / fan_in"},
    "Your variance is 1 / fan_in, LeCun's. ReLU halves the mean square of what passes "
    "through it, so He's variance is 2 / fan_in.",
)

keras_is_glorot = edited(
    HeNormal,
    "glorot-in-place-of-he",
    {"2 / fan_in": "2 / sum(compute_fans(shape))"},
    "These are Glorot's weights, with the variance 2 / (fan_in + fan_out). He's is 2 / fan_in.",
)

keras_root_forgotten = edited(
    HeNormal, "root-forgotten", {"math.sqrt(2 / fan_in)": "2 / fan_in"}, ROOT
)

keras_not_corrected = edited(
    HeNormal,
    "truncation-not-corrected",
    {"shape, stddev,": f"shape, {KEPT} * stddev,"},
    "`keras.random.truncated_normal` takes the standard deviation of the *parent* and "
    "cuts it at two of them; what is left has only 0.88 of it. Keras's own HeNormal "
    "divides by that ratio first, and so should yours, with the formula of "
    "`truncated_normal`.",
)

keras_not_truncated = edited(
    HeNormal,
    "not-truncated",
    {"truncated_normal(shape, stddev, rng, ": "rng.normal(0, stddev, shape).astype("},
    "Your weights have tails: `keras.random.normal` does not truncate. Keras's HeNormal "
    "draws from `keras.random.truncated_normal`, with the spread made up for.",
)

keras_receptive_field_forgotten = edited(
    HeNormal,
    "receptive-field-forgotten",
    {"compute_fans(shape)": "compute_fans(shape[-2:])"},
    RECEPTIVE,
)

keras_first_dimension = edited(
    HeNormal,
    "first-dimension-as-fan-in",
    {"compute_fans(shape)[0]": "shape[0]"},
    "You took the first dimension for the fan-in. That is right for dense kernels only: "
    "the first dimension of a convolution kernel is the height of its filter. The fan-in "
    "is the product of all dimensions but the last.",
)

keras_dtype_ignored = edited(
    HeNormal,
    "dtype-ignored",
    {"dtype or self.floatx": "self.floatx"},
    "The dtype that Keras asks for is not passed on. A layer that computes in float16 or "
    "float64 passes its own; hand `dtype` to the function that draws.",
)

keras_seed_ignored = edited(
    HeNormal,
    "seed-ignored",
    {"default_rng(self.seed)": "default_rng()"},
    "The same seed gives different weights: it is stored but never handed to the function "
    "that draws. Pass `seed=self.seed` there.",
)

keras_new_weights_every_call = edited(
    HeNormal,
    "new-weights-every-call",
    {
        "self.seed = seed": "self.seed, self.rng = seed, np.random.default_rng(seed)",
        "np.random.default_rng(self.seed)": "self.rng",
    },
    "A second call of one initialiser gives other weights than the first, because a "
    "generator that moves on is kept between the calls. As in Keras, a whole number as "
    "seed stands for the same weights every time: keep the number, and draw from it "
    "afresh.",
)

keras_seed_not_in_the_configuration = edited(
    HeNormal,
    "seed-not-in-the-configuration",
    {'{"seed": self.seed}': "{}"},
    "Your configuration lacks the seed. Keras saves a model by its layers' "
    "configurations, and an initialiser that is made again from yours has forgotten its "
    'seed. Return {"seed": self.seed}.',
)
