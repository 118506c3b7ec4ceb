"""Wrong initial weights that people really draw.

Each is written as a student writes it, for the notebook's own names (`compute_fans` and the
rest), and is otherwise complete: it differs from a right answer in the one point it is about.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does
# ruff: noqa: NPY002 - one of the mistakes is to use NumPy's global generator

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from autograder.api import Mistake, mistake
from solutions.initialisers import Array, Shape, compute_fans, truncated_normal, variance_scaling

GENERATOR = (
    "Your random numbers do not come from `rng`: the same generator state gave different "
    "weights. A result that cannot be repeated cannot be debugged or published, so every draw "
    "must be a method of `rng`; look for `np.random.` in the body, or a generator made there."
)
FIXED = (
    "Your weights are the same whatever generator is passed, because one with a fixed seed is "
    "made inside the function. Every layer of one shape then starts with the same weights, and "
    "no experiment can be repeated with another seed. Draw from `rng`."
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


# compute_fans


@mistake(
    "compute_fans",
    "fans-swapped",
    "Your fans are exchanged. Keras stores a kernel as (inputs, outputs) and multiplies "
    "inputs @ kernel, so the last dimension is the fan-out and the one before it the "
    "fan-in. With a wide layer after a narrow one, He's weights come out far too small or "
    "too large.",
)
def fans_swapped(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-1], receptive_field * shape[-2]


@mistake("compute_fans", "receptive-field-forgotten", RECEPTIVE)
def receptive_field_forgotten(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    return shape[-2], shape[-1]


@mistake(
    "compute_fans",
    "receptive-field-of-one-axis",
    "Only the first spatial dimension is in your fans. A 3 x 5 filter over 8 channels "
    "sums 3 * 5 * 8 products: the receptive field is the product of *all* dimensions but "
    "the last two.",
)
def receptive_field_of_one_axis(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = shape[0] if len(shape) > 2 else 1
    return receptive_field * shape[-2], receptive_field * shape[-1]


@mistake(
    "compute_fans",
    "receptive-field-summed",
    "You added the spatial dimensions up. A 3 x 5 filter looks at 3 * 5 = 15 positions, "
    "not at 8: take their product.",
)
def receptive_field_summed(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = sum(shape[:-2]) if len(shape) > 2 else 1
    return receptive_field * shape[-2], receptive_field * shape[-1]


@mistake(
    "compute_fans",
    "receptive-field-on-fan-in-only",
    "Your fan-in counts the receptive field and your fan-out does not. On the way back "
    "one input position receives gradient from every position of the filter, for every "
    "output channel, so the fan-out is multiplied by it as well.",
)
def receptive_field_on_fan_in_only(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    return math.prod(shape[:-1]), shape[-1]


@mistake(
    "compute_fans",
    "channels-first",
    "You read the shape as (outputs, inputs, *spatial), which is PyTorch's layout. Keras "
    "puts the channels last: (*spatial, inputs, outputs), and (inputs, outputs) for a "
    "dense kernel.",
)
def channels_first(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = math.prod(shape[2:])
    return receptive_field * shape[1], receptive_field * shape[0]


@mistake(
    "compute_fans",
    "vectors-forgotten",
    "A vector has no dimension before its last one, so `shape[-2]` fails. Biases and "
    "scales are vectors, and initialisers are called on them too: a vector of n entries "
    "has the fans (n, n), and a scalar (1, 1).",
)
def vectors_forgotten(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]


@mistake(
    "compute_fans",
    "scalars-forgotten",
    "A scalar has the shape (), which has no first entry to look at. Keras gives it the "
    "fans (1, 1); treat it before anything is taken from the shape.",
)
def scalars_forgotten(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) < 2:
        return shape[0], shape[0]
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]


@mistake(
    "compute_fans",
    "vector-with-one-output",
    "You took a vector of n entries for a column of n inputs and one output. Both its "
    "fans are n, as in Keras: every entry meets one input and one output, and n is the "
    "only size there is to scale by.",
)
def vector_with_one_output(shape: Shape) -> tuple[int, int]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], 1
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]


@mistake(
    "compute_fans",
    "fans-as-floats",
    "Your fans of a dense kernel are floats. `np.prod(())`, the product of no spatial "
    "dimensions, is 1.0 and not 1, and turns everything that it is multiplied with into a "
    "float. Use `math.prod`, or make the result whole with `int`.",
)
def fans_as_floats(shape: Shape) -> tuple[Any, Any]:
    if any(size <= 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = np.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]


@mistake(
    "compute_fans",
    "sizes-not-checked",
    "Shapes with a dimension of zero or less are accepted. The fan is then zero or "
    "negative, and the error appears later as a division by zero or a NaN, far from its "
    "cause. Raise ValueError at once.",
)
def sizes_not_checked(shape: Shape) -> tuple[int, int]:
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]


@mistake(
    "compute_fans",
    "zero-accepted",
    "You refuse negative dimensions but accept zero, and a fan of zero is divided by in "
    "every scheme. Every dimension must be at least 1.",
)
def zero_accepted(shape: Shape) -> tuple[int, int]:
    if any(size < 0 for size in shape):
        raise ValueError("every dimension must be positive")
    if len(shape) == 0:
        return 1, 1
    if len(shape) == 1:
        return shape[0], shape[0]
    receptive_field = math.prod(shape[:-2])
    return receptive_field * shape[-2], receptive_field * shape[-1]


# truncated_normal


@mistake("truncated_normal", "truncation-not-corrected", UNCORRECTED)
def truncation_not_corrected(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > 2):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > 2, again, values)
    return (stddev * values).astype(dtype)


@mistake(
    "truncated_normal",
    "clipped",
    "`np.clip` does not truncate a distribution: it moves the 4.6 % of values in the "
    "tails onto the two cuts, where they pile up. Values out there must be drawn again "
    "(or never arise, with the inverse of the distribution function), and the spread that "
    "is lost must be made up for.",
)
def clipped(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    values = rng.normal(0, stddev, shape)
    return np.clip(values, -2 * stddev, 2 * stddev).astype(dtype)


@mistake(
    "truncated_normal",
    "clipped-and-corrected",
    "Your parent has the right width, but `np.clip` moves the 4.6 % of values in its "
    "tails onto the two cuts instead of drawing them again. They pile up there, and the "
    "spread is too large.",
)
def clipped_and_corrected(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    parent = stddev / math.sqrt(variance)
    values = rng.normal(0, parent, shape)
    return np.clip(values, -cut * parent, cut * parent).astype(dtype)


@mistake(
    "truncated_normal",
    "cut-at-two-of-the-result",
    "You cut at two standard deviations of the *result*. The parent is wider than the "
    "result, and the cut is at two standard deviations of the parent: with yours, more is "
    "cut off than the correction makes up for.",
)
def cut_at_two_of_the_result(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    parent = stddev / math.sqrt(variance)
    values = rng.normal(0, parent, shape)
    while np.any(np.abs(values) > cut * stddev):
        values = np.where(np.abs(values) > cut * stddev, rng.normal(0, parent, shape), values)
    return values.astype(dtype)


@mistake(
    "truncated_normal",
    "cut-at-one",
    "You cut at one standard deviation of the parent, not at two. The spread of the "
    "result is right, since you corrected for it, but a third of the parent is thrown "
    "away and what is left is nearly uniform.",
)
def cut_at_one(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 1.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


@mistake(
    "truncated_normal",
    "correction-upside-down",
    "You multiplied by the correction instead of dividing by it. Truncation makes the "
    "result narrower than its parent, so the parent has to be *wider* than what is asked "
    "for.",
)
def correction_upside_down(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (stddev * math.sqrt(variance) * values).astype(dtype)


@mistake(
    "truncated_normal",
    "correction-without-root",
    "You divided the standard deviation by the ratio of the *variances*. What truncation "
    "leaves of the variance is 1 - 2 c phi(c) / (2 Phi(c) - 1); what it leaves of the "
    "standard deviation is the square root of that.",
)
def correction_without_root(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (stddev / variance * values).astype(dtype)


@mistake(
    "truncated_normal",
    "mass-forgotten",
    "Your parent is a little too narrow: in what truncation leaves of the variance, 1 - 2 "
    "c phi(c) / (2 Phi(c) - 1), the density is divided by the mass between the cuts, "
    "0.954. You left that division out.",
)
def mass_forgotten(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    variance = 1 - 2 * cut * density
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


@mistake(
    "truncated_normal",
    "not-truncated",
    "Your values are normal but not truncated: 2.3 % of them are further out than the cut "
    "allows. One large weight can saturate a unit from the start, which is what "
    "truncation is there to prevent. Draw the values beyond the cut again until none is "
    "left.",
)
def not_truncated(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    return rng.normal(0, stddev, shape).astype(dtype)


@mistake(
    "truncated_normal",
    "redrawn-once",
    "You draw the values beyond the cut again, but only once, and one in twenty of the "
    "new ones is beyond it too. Repeat until none is left.",
)
def redrawn_once(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    values = np.where(np.abs(values) > cut, rng.standard_normal(shape), values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


@mistake(
    "truncated_normal",
    "one-tail-only",
    "Only the upper tail is cut off: very negative values are still there, and the mean "
    "is below zero. Compare the *absolute* value with the cut.",
)
def one_tail_only(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(values > cut):
        again = rng.standard_normal(shape)
        values = np.where(values > cut, again, values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


@mistake(
    "truncated_normal",
    "outliers-zeroed",
    "You set the values beyond the cut to zero. One weight in twenty is then exactly "
    "zero, and the spread is too small; they have to be drawn again.",
)
def outliers_zeroed(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    values = np.where(np.abs(values) > cut, 0.0, values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


@mistake(
    "truncated_normal",
    "stddev-taken-for-variance",
    "You took `stddev` for a variance and drew with its square root. The argument is "
    "already the standard deviation of the result; `variance_scaling` takes the root.",
)
def stddev_taken_for_variance(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (math.sqrt(stddev / variance) * values).astype(dtype)


@mistake("truncated_normal", "generator-ignored", GENERATOR)
def truncated_without_generator(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = np.random.normal(size=shape)
    while np.any(np.abs(values) > cut):
        again = np.random.normal(size=shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


@mistake("truncated_normal", "fixed-seed", FIXED)
def truncated_with_fixed_seed(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    rng = np.random.default_rng(0)
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


@mistake("truncated_normal", "dtype-ignored", DTYPE)
def truncated_dtype_ignored(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    values *= stddev / math.sqrt(variance)
    return values


@mistake(
    "truncated_normal",
    "negative-accepted",
    "A negative `stddev` is accepted, and gives the same law as a positive one, so the "
    "caller's error stays hidden. Raise ValueError.",
)
def negative_accepted(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    variance = 1 - 2 * cut * density / mass
    values = rng.standard_normal(shape)
    while np.any(np.abs(values) > cut):
        again = rng.standard_normal(shape)
        values = np.where(np.abs(values) > cut, again, values)
    return (stddev / math.sqrt(variance) * values).astype(dtype)


# variance_scaling


@mistake("variance_scaling", "root-forgotten", ROOT)
def root_forgotten(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = scale / n
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "scale-outside-the-root",
    "You multiplied by the scale after the square root was taken. The scale belongs to "
    "the variance: the standard deviation is sqrt(scale / n), so He's scale of 2 makes "
    "the weights sqrt(2) times as wide, not twice.",
)
def scale_outside_the_root(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = scale * math.sqrt(1 / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "scale-ignored",
    "The scale has no effect on your weights. It is the numerator of the variance, scale "
    "/ n; He's scheme differs from LeCun's by nothing else.",
)
def scale_ignored(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(1 / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "fans-summed",
    "With `fan_avg` you divide by the sum of the fans. It is their *mean*: Glorot's 2 / "
    "(fan_in + fan_out) is 1 over the mean, and yours is half of that.",
)
def fans_summed(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": fan_in + fan_out}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "fans-exchanged",
    "`fan_in` divides by the fan-out in your answer, and the other way round. If "
    "`compute_fans` has all its points, look at the order in which you unpack what it "
    "returns.",
)
def fans_exchanged(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_out, fan_in = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "mode-ignored",
    "Every mode gives the weights of `fan_in`. The argument `mode` decides what the "
    "variance is divided by: forwards it is the fan-in that keeps the signal's size, "
    "backwards the fan-out.",
)
def mode_ignored(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / fan_in)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "mean-is-geometric",
    "Your average of the fans is sqrt(fan_in * fan_out), the geometric mean. Glorot & "
    "Bengio average the two conditions 1 / fan_in and 1 / fan_out by (fan_in + fan_out) / "
    "2, which is larger when the fans differ.",
)
def mean_is_geometric(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": math.sqrt(fan_in * fan_out)}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake("variance_scaling", "limit-without-root-three", LIMIT)
def limit_without_root_three(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-std, std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake("variance_scaling", "one-sided", ONE_SIDED)
def one_sided(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(0, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake("variance_scaling", "truncation-not-corrected", UNCORRECTED)
def scaling_not_corrected(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        values = rng.standard_normal(shape)
        while np.any(np.abs(values) > 2):
            values = np.where(np.abs(values) > 2, rng.standard_normal(shape), values)
        return (std * values).astype(dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "never-truncated",
    "Your truncated normal has tails: some weights are further out than two standard "
    "deviations of the parent. `truncated_normal`, the exercise before this one, does "
    "what is asked for.",
)
def never_truncated(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "always-truncated",
    "`untruncated_normal` is truncated in your answer. It should be a plain normal "
    "distribution with standard deviation sqrt(scale / n), tails included.",
)
def always_truncated(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake(
    "variance_scaling",
    "names-not-checked",
    "A mode or a distribution that does not exist is taken for one that does. A typing "
    'error such as `"fan_inn"` then trains a different network in silence; raise '
    "ValueError for every name that you do not know.",
)
def names_not_checked(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    if mode == "fan_in":
        n: float = fan_in
    elif mode == "fan_out":
        n = fan_out
    else:
        n = (fan_in + fan_out) / 2
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)


@mistake(
    "variance_scaling",
    "scale-not-checked",
    "A scale of zero is accepted and makes every weight zero: all units of a layer then "
    "compute the same thing and learn the same thing. The scale has to be positive; raise "
    "ValueError.",
)
def scale_not_checked(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake("variance_scaling", "generator-ignored", GENERATOR)
def scaling_without_generator(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    rng = np.random.default_rng()
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake("variance_scaling", "fixed-seed", FIXED)
def scaling_with_fixed_seed(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    rng = np.random.default_rng(42)
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(dtype)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(dtype)
    raise ValueError("unknown distribution")


@mistake("variance_scaling", "dtype-ignored", DTYPE)
def scaling_dtype_ignored(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    if scale <= 0:
        raise ValueError("scale must be positive")
    fan_in, fan_out = compute_fans(shape)
    n = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}.get(mode)
    if n is None:
        raise ValueError("unknown mode")
    std = math.sqrt(scale / n)
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, np.float64)
    if distribution == "untruncated_normal":
        return rng.normal(0, std, shape).astype(np.float64)
    if distribution == "uniform":
        return rng.uniform(-math.sqrt(3) * std, math.sqrt(3) * std, shape).astype(np.float64)
    raise ValueError("unknown distribution")


# glorot_uniform


@mistake(
    "glorot_uniform",
    "glorot-with-fan-in",
    "You scaled by the fan-in alone: that is LeCun's variance, 1 / fan_in. Glorot's "
    "compromise between the way forwards and the way back is 2 / (fan_in + fan_out), the "
    "mean of both fans.",
)
def glorot_uniform_with_fan_in(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_in", "uniform", dtype)


@mistake(
    "glorot_uniform",
    "glorot-with-fan-out",
    "You scaled by the fan-out alone, which keeps the size of the gradients but not that "
    "of the activations. Glorot's compromise is 2 / (fan_in + fan_out), the mean of both "
    "fans.",
)
def glorot_uniform_with_fan_out(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_out", "uniform", dtype)


@mistake(
    "glorot_uniform",
    "glorot-with-summed-fans",
    "You divided by the sum of the fans. Glorot's variance is 2 / (fan_in + fan_out), one "
    "over their *mean*: yours is half of it, and twenty layers halve the signal's "
    "variance twenty times.",
)
def glorot_uniform_with_summed_fans(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 0.5, "fan_avg", "uniform", dtype)


@mistake(
    "glorot_uniform",
    "glorot-with-the-scale-of-he",
    "Your variance is twice Glorot's. The factor of 2 for ReLU is He's; Glorot & Bengio "
    "assume an activation that is linear near zero, and the 2 in 2 / (fan_in + fan_out) "
    "is already the 2 of the mean.",
)
def glorot_uniform_with_the_scale_of_he(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_avg", "uniform", dtype)


# glorot_normal


@mistake(
    "glorot_normal",
    "glorot-with-fan-in",
    "You scaled by the fan-in alone: that is LeCun's variance, 1 / fan_in. Glorot's "
    "compromise between the way forwards and the way back is 2 / (fan_in + fan_out), the "
    "mean of both fans.",
)
def glorot_normal_with_fan_in(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_in", "truncated_normal", dtype)


@mistake(
    "glorot_normal",
    "glorot-with-fan-out",
    "You scaled by the fan-out alone, which keeps the size of the gradients but not that "
    "of the activations. Glorot's compromise is 2 / (fan_in + fan_out), the mean of both "
    "fans.",
)
def glorot_normal_with_fan_out(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_out", "truncated_normal", dtype)


@mistake(
    "glorot_normal",
    "glorot-with-summed-fans",
    "You divided by the sum of the fans. Glorot's variance is 2 / (fan_in + fan_out), one "
    "over their *mean*: yours is half of it, and twenty layers halve the signal's "
    "variance twenty times.",
)
def glorot_normal_with_summed_fans(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 0.5, "fan_avg", "truncated_normal", dtype)


@mistake(
    "glorot_normal",
    "glorot-with-the-scale-of-he",
    "Your variance is twice Glorot's. The factor of 2 for ReLU is He's; Glorot & Bengio "
    "assume an activation that is linear near zero, and the 2 in 2 / (fan_in + fan_out) "
    "is already the 2 of the mean.",
)
def glorot_normal_with_the_scale_of_he(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_avg", "truncated_normal", dtype)


# he_uniform


@mistake(
    "he_uniform",
    "he-with-fan-out",
    "You scaled by the fan-out. He's variance is 2 / fan_in: the sum in a unit has fan-in "
    "terms, and it is the size of that sum which should not change from layer to layer.",
)
def he_uniform_with_fan_out(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_out", "uniform", dtype)


@mistake(
    "he_uniform",
    "he-with-fan-avg",
    "You scaled by the mean of the fans, which is Glorot's compromise. He's variance is 2 "
    "/ fan_in.",
)
def he_uniform_with_fan_avg(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_avg", "uniform", dtype)


@mistake(
    "he_uniform",
    "he-without-the-factor-two",
    "Your variance is 1 / fan_in, LeCun's. ReLU sets half of its inputs to zero and with "
    "them half of the mean square, so He's variance is twice as large: 2 / fan_in. "
    "Without the 2 the signal's mean square halves in every layer.",
)
def he_uniform_without_the_factor_two(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_in", "uniform", dtype)


@mistake(
    "he_uniform",
    "glorot-in-place-of-he",
    "These are Glorot's weights, with the variance 2 / (fan_in + fan_out). He's is 2 / "
    "fan_in: only forwards, and with the factor that makes up for ReLU.",
)
def he_uniform_is_glorot(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_avg", "uniform", dtype)


# he_normal


@mistake(
    "he_normal",
    "he-with-fan-out",
    "You scaled by the fan-out. He's variance is 2 / fan_in: the sum in a unit has fan-in "
    "terms, and it is the size of that sum which should not change from layer to layer.",
)
def he_normal_with_fan_out(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_out", "truncated_normal", dtype)


@mistake(
    "he_normal",
    "he-with-fan-avg",
    "You scaled by the mean of the fans, which is Glorot's compromise. He's variance is 2 "
    "/ fan_in.",
)
def he_normal_with_fan_avg(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_avg", "truncated_normal", dtype)


@mistake(
    "he_normal",
    "he-without-the-factor-two",
    "Your variance is 1 / fan_in, LeCun's. ReLU sets half of its inputs to zero and with "
    "them half of the mean square, so He's variance is twice as large: 2 / fan_in. "
    "Without the 2 the signal's mean square halves in every layer.",
)
def he_normal_without_the_factor_two(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_in", "truncated_normal", dtype)


@mistake(
    "he_normal",
    "glorot-in-place-of-he",
    "These are Glorot's weights, with the variance 2 / (fan_in + fan_out). He's is 2 / "
    "fan_in: only forwards, and with the factor that makes up for ReLU.",
)
def he_normal_is_glorot(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_avg", "truncated_normal", dtype)


# lecun_uniform


@mistake(
    "lecun_uniform",
    "lecun-with-fan-out",
    "You scaled by the fan-out. LeCun's variance is 1 / fan_in: the sum in a unit has "
    "fan-in terms, and its size should not depend on how many there are.",
)
def lecun_uniform_with_fan_out(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_out", "uniform", dtype)


@mistake(
    "lecun_uniform",
    "lecun-with-fan-avg",
    "You scaled by the mean of the fans, which is Glorot's compromise. LeCun's variance "
    "is 1 / fan_in, and SELU's self-normalisation relies on exactly that.",
)
def lecun_uniform_with_fan_avg(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_avg", "uniform", dtype)


@mistake(
    "lecun_uniform",
    "lecun-with-the-scale-of-he",
    "Your variance is 2 / fan_in, He's. The 2 makes up for what ReLU throws away; LeCun's "
    "scheme, which SELU needs, has 1 / fan_in.",
)
def lecun_uniform_with_the_scale_of_he(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_in", "uniform", dtype)


# lecun_normal


@mistake(
    "lecun_normal",
    "lecun-with-fan-out",
    "You scaled by the fan-out. LeCun's variance is 1 / fan_in: the sum in a unit has "
    "fan-in terms, and its size should not depend on how many there are.",
)
def lecun_normal_with_fan_out(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_out", "truncated_normal", dtype)


@mistake(
    "lecun_normal",
    "lecun-with-fan-avg",
    "You scaled by the mean of the fans, which is Glorot's compromise. LeCun's variance "
    "is 1 / fan_in, and SELU's self-normalisation relies on exactly that.",
)
def lecun_normal_with_fan_avg(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 1.0, "fan_avg", "truncated_normal", dtype)


@mistake(
    "lecun_normal",
    "lecun-with-the-scale-of-he",
    "Your variance is 2 / fan_in, He's. The 2 makes up for what ReLU throws away; LeCun's "
    "scheme, which SELU needs, has 1 / fan_in.",
)
def lecun_normal_with_the_scale_of_he(
    shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    return variance_scaling(shape, rng, 2.0, "fan_in", "truncated_normal", dtype)


# What goes wrong alike in all six named schemes.


def _shared(exercise: str, scale: float, mode: str, distribution: str) -> dict[str, Mistake]:
    def std(shape: Shape) -> float:
        fan_in, fan_out = compute_fans(shape)
        return math.sqrt(scale / (fan_in if mode == "fan_in" else (fan_in + fan_out) / 2))

    @mistake(exercise, "receptive-field-forgotten", RECEPTIVE)
    def receptive_field_forgotten(
        shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Array:
        flat = (math.prod(shape[:-2]), *shape[-2:])
        kernels = [
            variance_scaling(flat[1:], rng, scale, mode, distribution) for _ in range(flat[0])
        ]
        return np.stack(kernels).reshape(shape).astype(dtype)

    @mistake(exercise, "root-forgotten", ROOT)
    def root_forgotten(
        shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Array:
        right = variance_scaling(shape, rng, scale, mode, distribution)
        return (std(shape) * right).astype(dtype)

    @mistake(exercise, "generator-ignored", GENERATOR)
    def generator_ignored(
        shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Array:
        return variance_scaling(shape, np.random.default_rng(), scale, mode, distribution, dtype)

    @mistake(exercise, "fixed-seed", FIXED)
    def fixed_seed(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
        return variance_scaling(shape, np.random.default_rng(0), scale, mode, distribution, dtype)

    @mistake(exercise, "dtype-ignored", DTYPE)
    def dtype_ignored(
        shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Array:
        return variance_scaling(shape, rng, scale, mode, distribution, np.float64)

    shared = [
        receptive_field_forgotten,
        root_forgotten,
        generator_ignored,
        fixed_seed,
        dtype_ignored,
    ]
    shared += (_uniform if distribution == "uniform" else _normal)(exercise, scale, mode)
    return {f"{exercise}: {wrong.name}": wrong for wrong in shared}


def _uniform(exercise: str, scale: float, mode: str) -> list[Mistake]:
    @mistake(exercise, "limit-without-root-three", LIMIT)
    def limit_without_root_three(
        shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Array:
        return variance_scaling(shape, rng, scale / 3, mode, "uniform", dtype)

    @mistake(exercise, "one-sided", ONE_SIDED)
    def one_sided(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
        # Half the width around 0, shifted by half the limit: [0, limit].
        half = variance_scaling(shape, rng, scale / 4, mode, "uniform", np.float64)
        fan_in, fan_out = compute_fans(shape)
        n = fan_in if mode == "fan_in" else (fan_in + fan_out) / 2
        return (half + math.sqrt(3 * scale / n) / 2).astype(dtype)

    @mistake(exercise, "normal-in-place-of-uniform", NORMAL)
    def normal(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
        return variance_scaling(shape, rng, scale, mode, "truncated_normal", dtype)

    return [limit_without_root_three, one_sided, normal]


def _normal(exercise: str, scale: float, mode: str) -> list[Mistake]:
    @mistake(exercise, "truncation-not-corrected", UNCORRECTED)
    def truncation_not_corrected(
        shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Array:
        kept = 1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / math.erf(math.sqrt(2))
        return variance_scaling(shape, rng, scale * kept, mode, "truncated_normal", dtype)

    @mistake(exercise, "not-truncated", NOT_TRUNCATED)
    def not_truncated(
        shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32
    ) -> Array:
        return variance_scaling(shape, rng, scale, mode, "untruncated_normal", dtype)

    @mistake(exercise, "uniform-in-place-of-normal", UNIFORM)
    def uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
        return variance_scaling(shape, rng, scale, mode, "uniform", dtype)

    return [truncation_not_corrected, not_truncated, uniform]


globals().update(
    _shared("glorot_uniform", 1.0, "fan_avg", "uniform")
    | _shared("glorot_normal", 1.0, "fan_avg", "truncated_normal")
    | _shared("he_uniform", 2.0, "fan_in", "uniform")
    | _shared("he_normal", 2.0, "fan_in", "truncated_normal")
    | _shared("lecun_uniform", 1.0, "fan_in", "uniform")
    | _shared("lecun_normal", 1.0, "fan_in", "truncated_normal")
)


# HeNormal: plain classes, so that neither the judge nor a replay needs Keras. The seed is
# NumPy's, and an array stands for a tensor.


@mistake(
    "HeNormal",
    "he-with-fan-out",
    "You scaled by the fan-out, the last dimension. He's variance is 2 / fan_in, and the "
    "fan-in is the product of all dimensions but the last.",
)
class HeNormalWithFanOut:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        std = math.sqrt(2 / compute_fans(shape)[1])
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "he-without-the-factor-two",
    "Your variance is 1 / fan_in, LeCun's. ReLU halves the mean square of what passes "
    "through it, so He's variance is 2 / fan_in.",
)
class HeNormalWithoutTheFactorTwo:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = math.sqrt(1 / fan_in)
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "glorot-in-place-of-he",
    "These are Glorot's weights, with the variance 2 / (fan_in + fan_out). He's is 2 / fan_in.",
)
class HeNormalIsGlorot:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        std = math.sqrt(2 / sum(compute_fans(shape)))
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake("HeNormal", "root-forgotten", ROOT)
class HeNormalRootForgotten:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = 2 / fan_in
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "truncation-not-corrected",
    "`keras.random.truncated_normal` takes the standard deviation of the *parent* and "
    "cuts it at two of them; what is left has only 0.88 of it. Keras's own HeNormal "
    "divides by that ratio first, and so should yours, with the formula of "
    "`truncated_normal`.",
)
class HeNormalNotCorrected:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = math.sqrt(2 / fan_in) * 0.8796
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "not-truncated",
    "Your weights have tails: `keras.random.normal` does not truncate. Keras's HeNormal "
    "draws from `keras.random.truncated_normal`, with the spread made up for.",
)
class HeNormalNotTruncated:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = math.sqrt(2 / fan_in)
        return np.random.default_rng(self.seed).normal(0, std, shape).astype(dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake("HeNormal", "receptive-field-forgotten", RECEPTIVE)
class HeNormalWithoutReceptiveField:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = shape[-2] if len(shape) > 1 else shape[0]
        std = math.sqrt(2 / fan_in)
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "first-dimension-as-fan-in",
    "You took the first dimension for the fan-in. That is right for dense kernels only: "
    "the first dimension of a convolution kernel is the height of its filter. The fan-in "
    "is the product of all dimensions but the last.",
)
class HeNormalFirstDimension:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = shape[0]
        std = math.sqrt(2 / fan_in)
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "dtype-ignored",
    "The dtype that Keras asks for is not passed on. A layer that computes in float16 or "
    "float64 passes its own; hand `dtype` to the function that draws.",
)
class HeNormalDtypeIgnored:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = math.sqrt(2 / fan_in)
        return truncated_normal(shape, std, np.random.default_rng(self.seed), "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "seed-ignored",
    "The same seed gives different weights: it is stored but never handed to the function "
    "that draws. Pass `seed=self.seed` there.",
)
class HeNormalSeedIgnored:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = math.sqrt(2 / fan_in)
        return truncated_normal(shape, std, np.random.default_rng(), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "new-weights-every-call",
    "A second call of one initialiser gives other weights than the first, because a "
    "generator that moves on is kept between the calls. As in Keras, a whole number as "
    "seed stands for the same weights every time: keep the number, and draw from it "
    "afresh.",
)
class HeNormalNewWeightsEveryCall:
    def __init__(self, seed: int | None = None) -> None:
        self.seed, self.rng = seed, np.random.default_rng(seed)

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = math.sqrt(2 / fan_in)
        return truncated_normal(shape, std, self.rng, dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


@mistake(
    "HeNormal",
    "seed-not-in-the-configuration",
    "Your configuration lacks the seed. Keras saves a model by its layers' "
    "configurations, and an initialiser that is made again from yours has forgotten its "
    'seed. Return {"seed": self.seed}.',
)
class HeNormalSeedNotInTheConfiguration:
    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed

    def __call__(self, shape: Shape, dtype: str | None = None) -> Array:
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else shape[0]
        std = math.sqrt(2 / fan_in)
        return truncated_normal(shape, std, np.random.default_rng(self.seed), dtype or "float32")

    def get_config(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)
