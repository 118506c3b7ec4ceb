"""Wrong ways of clipping gradients that people really write.

Most of those that need a norm come twice: with one that is right for entries of any size, as
`global_norm` of the notebook is, and with the plain root of the sum of squares, which is what
one writes when `global_norm` is not at hand. That one is a NumPy scalar, with all that follows.
"""
# ruff: noqa: D103 - a mistake's explanation says what it does

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.api import Mistake, mistake
from solutions.gradient_clipping import Array, clip_by_value, global_norm

Norm = Callable[[Sequence[Array]], float]


RANGE = (
    "The squares leave the range of their dtype: 1e28 is a float32 and its square is infinity, so "
    "the factor becomes 0 and the gradient vanishes, just when it explodes. The square of 1e-28 is "
    "0. Divide by the largest magnitude before squaring, and multiply the root by it afterwards."
)
DOUBLE_RANGE = (
    "In double precision the squares of float32 entries fit, but those of float64 entries do not: "
    "1e200 squared is infinity, 1e-200 squared is 0. Divide by the largest magnitude before "
    "squaring, and multiply the root by it afterwards; then no dtype is large enough to hurt."
)
ALSO_RANGE = (
    " And a second thing: the squares of huge entries overflow, those of tiny ones become 0. "
    "`global_norm` of this notebook takes care of that."
)
ALSO_DTYPE = (
    "And another thing: where dtypes are mixed, your norm is a `np.float64`, and raises every "
    "float32 array that it scales to float64. Make it a Python float, with `float(...)`."
)
NOT_CHECKED = (
    "The clipping is right, but a threshold that is not positive is accepted. A threshold of 0 "
    "stops all learning without a word, and a negative one turns the step round. Raise "
    "ValueError for both before anything else."
)
ZERO_LET_THROUGH = (
    "A negative threshold is refused, but 0 is not. A threshold of 0 removes the whole gradient: "
    "the network would never learn, and nothing would say so. The condition is "
    "`threshold <= 0`."
)
IN_PLACE = (
    "The numbers are right, but you wrote them into the caller's own array. Whoever computed the "
    "gradient may still need it (to log its norm, to clip it in another way), and would find it "
    "changed. Make a new array: no `out=`, no `*=`, no assignment into `gradient[...]`."
)
DTYPE = (
    "The numbers are right, but float32 gradients come back as float64: they take twice the "
    "memory and raise everything that they touch. A Python float takes on the dtype of the array "
    "that it meets, a `np.float64` scalar (what `np.sum` or `np.sqrt` of float64 returns) does "
    "not: make the factor a Python float with `float(...)`, or convert the result back."
)
ALWAYS = (
    "You always scale to the threshold, so short gradients are made *longer*: near a minimum, "
    "where gradients are small, every step would be as long as the threshold, and training would "
    "never settle. The factor is min(1, threshold / norm)."
)
ALWAYS_ZERO = ALWAYS + (
    " That also answers what to do with a gradient of zeros, where you now divide 0 by 0."
)
ZERO_DIVISION = (
    "A gradient of zeros (a dead unit, a frozen layer) makes you divide by a norm of 0. "
    "Every other answer is right. Divide only when the norm is larger than the threshold, or by "
    "`max(norm, threshold)`, which is never 0."
)
ZERO_BY_ZERO = (
    "Everything is right but for gradients of zeros: the largest magnitude is 0, and you divide by "
    "it. In Python that stops the training, in NumPy it turns every weight into NaN. Return 0 "
    "when the largest magnitude is 0."
)
EPSILON = (
    "You add a small number to the norm before the division, as PyTorch does, so what comes back "
    "is a little shorter than the threshold, and a small gradient much shorter. The division is by "
    "0 only if the norm is; compare with the threshold first, and no such number is needed."
)
ROOT = (
    "The root is missing: you compare and divide by the sum of squares, the norm squared. A "
    "gradient of norm 10 would be scaled as if it had norm 100, one of norm 0.1 as if it had "
    "0.01. Take the square root of the sum before you use it."
)
INVERTED = (
    "Your factor is upside down: norm / threshold makes a long gradient even longer. It should "
    "be threshold / norm, which takes a gradient of any norm to the threshold."
)
LENGTH_ONE = (
    "What is too long comes back with norm 1 whatever the threshold is: you divide by the norm "
    "but do not multiply by the threshold."
)


def _plain_norm(gradients: Sequence[Array]) -> float:
    """Return the root of the sum of squares as NumPy does, in the dtype of the gradients."""
    norm: float = np.sqrt(sum(np.sum(g**2) for g in gradients))
    return norm


def _float_norm(gradients: Sequence[Array]) -> float:
    """Return the same as a Python float, each array's sum being one."""
    return math.sqrt(sum(float(np.sum(g**2)) for g in gradients))


def _double_norm(gradients: Sequence[Array]) -> float:
    """Return the root of the sum of squares in double precision."""
    return math.sqrt(sum(float(np.sum(g.astype(np.float64) ** 2)) for g in gradients))


def _checked(threshold: float) -> None:
    if threshold <= 0:
        raise ValueError("threshold must be positive")


# clip_by_value


@mistake(
    "clip_by_value",
    "upper-limit-only",
    "Only entries above the threshold are limited; a large *negative* entry passes untouched. A "
    "gradient explodes in both directions: limit to [-threshold, threshold].",
)
def upper_limit_only(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.minimum(gradient, threshold)


@mistake(
    "clip_by_value",
    "negative-entries-removed",
    "You limit to [0, threshold], so every negative entry becomes 0 and its weight can never "
    "grow again. The lower limit is -threshold.",
)
def negative_entries_removed(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.clip(gradient, 0, threshold)


@mistake(
    "clip_by_value",
    "large-entries-removed",
    "Entries beyond the threshold become 0. To clip is to limit, not to drop: the weights with "
    "the steepest gradient would not move at all. Set them to ±threshold, with their sign.",
)
def large_entries_removed(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.where(np.abs(gradient) > threshold, np.zeros_like(gradient), gradient)


@mistake(
    "clip_by_value",
    "sign-lost",
    "Large entries come back as +threshold even when they are negative: the step would go the "
    "wrong way for these weights. Keep the sign, as `np.sign(gradient) * threshold` does.",
)
def sign_lost(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.where(np.abs(gradient) > threshold, gradient.dtype.type(threshold), gradient)


@mistake(
    "clip_by_value",
    "every-entry-at-the-limit",
    "Every entry comes back as ±threshold, the small ones too. That is the sign of the gradient, "
    "not the clipped gradient: entries within the limits stay as they are.",
)
def every_entry_at_the_limit(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.sign(gradient) * threshold


@mistake(
    "clip_by_value",
    "scaled-by-the-largest-entry",
    "You scale the whole gradient until its largest entry is at the threshold. That keeps the "
    "direction, and so is nearer to clipping by norm; by value, every entry is limited on its own "
    "and the small ones stay.",
)
def scaled_by_the_largest_entry(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    largest = np.max(np.abs(gradient), initial=0.0)
    if largest > threshold:
        return np.asarray(gradient * (threshold / largest), dtype=gradient.dtype)
    return gradient


@mistake(
    "clip_by_value",
    "by-norm",
    "This is clipping by norm: all entries are multiplied by threshold / norm. By value, every "
    "entry is limited on its own, whatever the others are.",
)
def value_by_norm(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    norm = float(np.sqrt(np.sum(gradient**2)))
    return gradient * (threshold / norm) if norm > threshold else gradient


@mistake(
    "clip_by_value",
    "threshold-ignored",
    "You limit to [-1, 1] whatever the threshold is. Use the argument.",
)
def threshold_ignored(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.clip(gradient, -1.0, 1.0)


@mistake("clip_by_value", "in-place", IN_PLACE)
def value_in_place(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    gradient[gradient > threshold] = threshold
    gradient[gradient < -threshold] = -threshold
    return gradient


@mistake("clip_by_value", "dtype-raised", DTYPE)
def value_dtype_raised(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    limit = np.float64(threshold)
    return np.minimum(np.maximum(gradient, -limit), limit)


@mistake("clip_by_value", "threshold-not-checked", NOT_CHECKED)
def value_threshold_not_checked(gradient: Array, threshold: float) -> Array:
    return np.clip(gradient, -threshold, threshold)


@mistake("clip_by_value", "zero-threshold-let-through", ZERO_LET_THROUGH)
def value_zero_let_through(gradient: Array, threshold: float) -> Array:
    if threshold < 0:
        raise ValueError("threshold must be positive")
    return np.clip(gradient, -threshold, threshold)


# global_norm


@mistake("global_norm", "squares-out-of-double-range", DOUBLE_RANGE)
def squares_out_of_double_range(gradients: Sequence[Array]) -> float:
    return _double_norm(gradients)


@mistake("global_norm", "squares-out-of-range", RANGE)
def squares_out_of_range(gradients: Sequence[Array]) -> Any:
    return _plain_norm(gradients)


@mistake("global_norm", "root-forgotten", ROOT)
def root_forgotten(gradients: Sequence[Array]) -> Any:
    return sum(np.sum(g**2) for g in gradients)


@mistake(
    "global_norm",
    "root-forgotten-after-scaling",
    "You divide by the largest magnitude first, which is right, but then multiply it by the sum of "
    "the squares and not by the root of that sum: norm = m · sqrt(sum of (g / m)²).",
)
def root_forgotten_after_scaling(gradients: Sequence[Array]) -> float:
    largest = max([float(np.max(np.abs(g))) for g in gradients if g.size], default=0.0)
    if largest == 0:
        return 0.0
    return float(largest * sum(np.sum((g.astype(np.float64) / largest) ** 2) for g in gradients))


@mistake(
    "global_norm",
    "largest-not-multiplied-back",
    "You divide by the largest magnitude, but never multiply the root by it again: what you "
    "return is the norm of gradient / m. The norm is m times that.",
)
def largest_not_multiplied_back(gradients: Sequence[Array]) -> float:
    largest = max([float(np.max(np.abs(g))) for g in gradients if g.size], default=0.0)
    if largest == 0:
        return 0.0
    return math.sqrt(sum(np.sum((g.astype(np.float64) / largest) ** 2) for g in gradients))


@mistake(
    "global_norm",
    "largest-without-its-size",
    "You divide by the largest *entry*, which can be small or negative: where all entries are "
    "negative, so is your norm, or the squares overflow all the same. Take the largest "
    "*magnitude*, `np.max(np.abs(g))`.",
)
def largest_without_its_size(gradients: Sequence[Array]) -> float:
    largest = max([float(np.max(g)) for g in gradients if g.size], default=0.0)
    if largest == 0:
        return 0.0
    squares = sum(float(np.sum((g.astype(np.float64) / largest) ** 2)) for g in gradients)
    return largest * math.sqrt(squares)


@mistake("global_norm", "zero-by-zero", ZERO_BY_ZERO)
def zero_by_zero(gradients: Sequence[Array]) -> float:
    values = [float(value) for gradient in gradients for value in gradient.ravel()]
    largest = max(map(abs, values), default=0.0)
    return largest * math.sqrt(sum((value / largest) ** 2 for value in values))


@mistake("global_norm", "not-a-number-for-zeros", ZERO_BY_ZERO)
def not_a_number_for_zeros(gradients: Sequence[Array]) -> Any:
    largest = max([np.max(np.abs(g)) for g in gradients if g.size], default=np.float64(1))
    return largest * np.sqrt(sum(np.sum((g / np.float64(largest)) ** 2) for g in gradients))


@mistake(
    "global_norm",
    "nothing-has-no-largest",
    "An array without entries, or a list without arrays, has no largest entry, and `max` raises an "
    "exception. They add nothing to the norm. `np.max(..., initial=0.0)` and "
    "`max(..., default=0.0)` say so.",
)
def nothing_has_no_largest(gradients: Sequence[Array]) -> float:
    largest = max([float(np.max(np.abs(g))) for g in gradients])
    if largest == 0:
        return 0.0
    squares = sum(float(np.sum((g.astype(np.float64) / largest) ** 2)) for g in gradients)
    return largest * math.sqrt(squares)


@mistake(
    "global_norm",
    "empty-list-fails",
    "Everything is right but for a list without arrays, which raises an exception: "
    "`np.concatenate` needs something to put together. The norm of nothing is 0.",
)
def empty_list_fails(gradients: Sequence[Array]) -> float:
    whole = np.concatenate([np.ravel(g).astype(np.float64) for g in gradients])
    largest = np.max(np.abs(whole), initial=0.0)
    return float(largest * np.linalg.norm(whole / largest)) if largest > 0 else 0.0


@mistake(
    "global_norm",
    "empty-list-fails-and-squares-out-of-range",
    "A list without arrays raises an exception: `np.concatenate` needs something to put together, "
    "and the norm of nothing is 0. And the squares of huge entries overflow, those of tiny ones "
    "become 0: divide by the largest magnitude before squaring.",
)
def empty_list_fails_plainly(gradients: Sequence[Array]) -> Any:
    return np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))


@mistake(
    "global_norm",
    "sum-of-norms",
    "You add up the norms of the arrays. Norms do not add: of two arrays with norms 3 and 4 the "
    "norm together is 5, the root of 9 + 16. Add the squares, and take one root at the end.",
)
def sum_of_norms(gradients: Sequence[Array]) -> Any:
    return sum(np.linalg.norm(g) for g in gradients)


@mistake(
    "global_norm",
    "largest-of-norms",
    "You return the norm of the longest array. The global norm is that of all arrays together, "
    "and is longer: the root of the sum of *all* squares.",
)
def largest_of_norms(gradients: Sequence[Array]) -> Any:
    return max([np.linalg.norm(g) for g in gradients], default=0.0)


@mistake(
    "global_norm",
    "largest-entry",
    "This is the largest magnitude of an entry, the maximum norm. A million small entries can "
    "make a very long step together, and this norm does not see it. Here the l2 norm is asked "
    "for: the root of the sum of squares.",
)
def largest_entry(gradients: Sequence[Array]) -> float:
    return max([float(np.max(np.abs(g), initial=0.0)) for g in gradients], default=0.0)


@mistake(
    "global_norm",
    "sum-of-magnitudes",
    "This is the l1 norm, the sum of the magnitudes. The l2 norm is the root of the sum of the "
    "*squares*: the length of the step that the gradient would make.",
)
def sum_of_magnitudes(gradients: Sequence[Array]) -> Any:
    return sum(np.sum(np.abs(g)) for g in gradients)


@mistake(
    "global_norm",
    "root-mean-square",
    "You divide the sum of squares by the number of entries before the root: that is the root "
    "mean square. The norm is a length, with no mean in it, and grows with the network.",
)
def root_mean_square(gradients: Sequence[Array]) -> Any:
    size = sum(g.size for g in gradients)
    return np.sqrt(sum(np.sum(g**2) for g in gradients) / size) if size else 0.0


@mistake(
    "global_norm",
    "first-array-only",
    "Only the first array counts. Is the `return` inside the loop? It has to stand after it, "
    "where all squares have been added up.",
)
def first_array_only(gradients: Sequence[Array]) -> float:
    squares = 0.0
    for gradient in gradients:
        squares += float(np.sum(gradient**2))
        return math.sqrt(squares)
    return 0.0


@mistake(
    "global_norm",
    "in-place",
    "The norm is right, but the gradients have changed: `g /= largest` writes into the caller's "
    "arrays, which are about to be used for the step. Write `g / largest`, a new array.",
)
def norm_in_place(gradients: Sequence[Array]) -> float:
    largest = max([float(np.max(np.abs(g), initial=0.0)) for g in gradients], default=0.0)
    if largest == 0:
        return 0.0
    squares = 0.0
    for g in gradients:
        g /= largest
        squares += float(np.sum(g.astype(np.float64) ** 2))
    return largest * math.sqrt(squares)


# clip_by_norm


@mistake(
    "clip_by_norm",
    "by-value",
    "This is clipping by value: every entry is limited on its own, and the direction changes. By "
    "norm, *all* entries are multiplied by one factor, threshold / norm.",
)
def norm_by_value(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.clip(gradient, -threshold, threshold)


@mistake(
    "clip_by_norm",
    "largest-entry-as-norm",
    "Your norm is the largest magnitude of an entry. A gradient of many middling entries can be "
    "very long without one large entry, and passes. The l2 norm is the root of the sum of the "
    "squares.",
)
def largest_entry_as_norm(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    norm = float(np.max(np.abs(gradient), initial=0.0))
    return gradient * (threshold / max(norm, threshold))


@mistake(
    "clip_by_norm",
    "sum-of-magnitudes-as-norm",
    "Your norm is l1, the sum of the magnitudes: it is larger than the l2 norm, so gradients are "
    "clipped that are short enough, and the others too far. Take the root of the sum of squares.",
)
def sum_of_magnitudes_as_norm(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    norm = float(np.sum(np.abs(gradient)))
    return gradient * (threshold / max(norm, threshold))


@mistake(
    "clip_by_norm",
    "spectral-norm",
    "`np.linalg.norm(gradient, 2)` of a matrix is its largest singular value, and of an array "
    "with more dimensions an error. The l2 norm meant here treats the array as one long vector: "
    "call it without the 2, or flatten first.",
)
def spectral_norm(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    norm = float(np.linalg.norm(gradient, 2))
    return gradient * (threshold / max(norm, threshold))


@mistake(
    "clip_by_norm",
    "each-row-on-its-own",
    "Every row is clipped by its own norm (`axis=-1`), so the rows are scaled differently, the "
    "direction changes, and the whole may still be too long. One norm over *all* entries, one "
    "factor.",
)
def each_row_on_its_own(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    rows = np.atleast_1d(gradient)
    norms = np.sqrt(np.sum(rows**2, axis=-1, keepdims=True))
    return np.asarray((rows * (threshold / np.maximum(norms, threshold))).reshape(gradient.shape))


@mistake("clip_by_norm", "squares-out-of-range", RANGE)
def clip_squares_out_of_range(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return gradient * (threshold / max(_plain_norm([gradient]), threshold))


@mistake("clip_by_norm", "squares-out-of-double-range", DOUBLE_RANGE)
def clip_squares_out_of_double_range(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return gradient * (threshold / max(_double_norm([gradient]), threshold))


def _by_norm(length: Norm, suffix: str, also: str) -> dict[str, Mistake]:
    """Return what goes wrong with a norm that is right, or as plain as people write it."""

    @mistake("clip_by_norm", "always-scaled" + suffix, ALWAYS_ZERO + also)
    def always_scaled(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        return gradient / np.asarray(length([gradient]), gradient.dtype) * threshold

    @mistake("clip_by_norm", "always-scaled-zero-division" + suffix, ALWAYS_ZERO + also)
    def always_scaled_zero_division(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        return gradient * (threshold / length([gradient]))

    @mistake("clip_by_norm", "always-scaled-but-zeros" + suffix, ALWAYS + also)
    def always_scaled_but_zeros(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        norm = length([gradient])
        return gradient * (threshold / norm) if norm > 0 else gradient

    @mistake("clip_by_norm", "zero-division" + suffix, ZERO_DIVISION + also)
    def zero_division(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        return gradient * min(1.0, threshold / length([gradient]))

    @mistake("clip_by_norm", "epsilon-added" + suffix, EPSILON + also)
    def epsilon_added(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        return gradient * min(1.0, threshold / (length([gradient]) + 1e-6))

    @mistake("clip_by_norm", "small-epsilon-added" + suffix, EPSILON + also)
    def small_epsilon_added(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        return gradient * min(1.0, threshold / (length([gradient]) + 1e-8))

    @mistake("clip_by_norm", "length-one" + suffix, LENGTH_ONE + also)
    def length_one(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        norm = length([gradient])
        return gradient * (1 / norm) if norm > threshold else gradient

    @mistake("clip_by_norm", "factor-inverted" + suffix, INVERTED + also)
    def factor_inverted(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        norm = length([gradient])
        return gradient * (norm / threshold) if norm > threshold else gradient

    @mistake("clip_by_norm", "in-place" + suffix, IN_PLACE + also)
    def in_place(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        gradient *= threshold / max(length([gradient]), threshold)
        return gradient

    @mistake("clip_by_norm", "dtype-raised" + suffix, DTYPE + also)
    def dtype_raised(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        return gradient * np.float64(threshold / max(length([gradient]), threshold))

    @mistake("clip_by_norm", "dtype-raised-when-clipped" + suffix, DTYPE + also)
    def dtype_raised_when_clipped(gradient: Array, threshold: float) -> Array:
        _checked(threshold)
        norm = np.float64(length([gradient]))
        return gradient * (threshold / norm) if norm > threshold else gradient

    @mistake("clip_by_norm", "threshold-not-checked" + suffix, NOT_CHECKED + also)
    def threshold_not_checked(gradient: Array, threshold: float) -> Array:
        norm = length([gradient])
        return gradient * (threshold / norm) if norm > threshold else gradient

    @mistake("clip_by_norm", "zero-threshold-let-through" + suffix, ZERO_LET_THROUGH + also)
    def zero_let_through(gradient: Array, threshold: float) -> Array:
        if threshold < 0:
            raise ValueError("threshold must be positive")
        norm = length([gradient])
        return gradient * (threshold / norm) if norm > threshold else gradient

    found = [item for item in locals().values() if isinstance(item, Mistake)]
    return {f"{item.exercise}: {item.name}": item for item in found}


@mistake("clip_by_norm", "root-forgotten", ROOT + ALSO_RANGE)
def clip_root_forgotten(gradient: Array, threshold: float) -> Array:
    _checked(threshold)
    return gradient * (threshold / max(float(np.sum(gradient**2)), threshold))


# clip_by_global_norm


def _by_global_norm(length: Norm, suffix: str, also: str) -> dict[str, Mistake]:
    """Return what goes wrong with a norm that is right, or as plain as people write it."""
    exercise = "clip_by_global_norm"
    List = tuple[list[Array], float]

    def factor(gradients: Sequence[Array], threshold: float) -> float:
        return threshold / max(length(gradients), threshold)

    @mistake(
        exercise,
        "each-array-on-its-own" + suffix,
        "Every array is clipped by its own norm. The arrays are then scaled by different factors: "
        "the layer with the largest gradient loses its lead, and the step as a whole points "
        "elsewhere. One norm over all arrays, one factor for all." + also,
    )
    def each_array_on_its_own(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        return [g * factor([g], threshold) for g in gradients], length(gradients)

    @mistake(
        exercise,
        "norm-after-clipping" + suffix,
        "The arrays are right, but the norm that you return is that of the *clipped* gradients, "
        "never more than the threshold. It is asked for so that one can watch how large "
        "gradients get: return the norm as it was before." + also,
    )
    def norm_after_clipping(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        clipped = [g * factor(gradients, threshold) for g in gradients]
        return clipped, length(clipped)

    @mistake(
        exercise,
        "sum-of-norms" + suffix,
        "Your global norm is the sum of the arrays' norms. Norms do not add: 3 and 4 make 5, the "
        "root of 9 + 16. Add up the squares of all entries, and take one root at the end." + also,
    )
    def sum_of_norms(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = math.fsum(length([g]) for g in gradients)
        return [g * (threshold / max(norm, threshold)) for g in gradients], norm

    @mistake(
        exercise,
        "largest-of-norms" + suffix,
        "Your global norm is that of the longest array, so all together can still be too long. "
        "Add up the squares of all entries of all arrays." + also,
    )
    def largest_of_norms(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = max([length([g]) for g in gradients], default=0.0)
        return [g * (threshold / max(norm, threshold)) for g in gradients], norm

    @mistake(
        exercise,
        "threshold-shared-out" + suffix,
        "You share the threshold out among the arrays and clip each on its own. Their gradients "
        "are of different sizes, and should stay so: one norm over all, one factor." + also,
    )
    def threshold_shared_out(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        share = threshold / math.sqrt(max(len(gradients), 1))
        return [g * factor([g], share) for g in gradients], length(gradients)

    @mistake(exercise, "always-scaled" + suffix, ALWAYS_ZERO + also)
    def always_scaled(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        return [g / np.asarray(norm, g.dtype) * threshold for g in gradients], norm

    @mistake(exercise, "always-scaled-zero-division" + suffix, ALWAYS_ZERO + also)
    def always_scaled_zero_division(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        scale = threshold / norm
        return [g * scale for g in gradients], norm

    @mistake(exercise, "always-scaled-but-zeros" + suffix, ALWAYS + also)
    def always_scaled_but_zeros(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        return [g * (threshold / norm if norm > 0 else 1.0) for g in gradients], norm

    @mistake(exercise, "zero-division" + suffix, ZERO_DIVISION + also)
    def zero_division(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        scale = min(1.0, threshold / norm)
        return [g * scale for g in gradients], norm

    @mistake(exercise, "epsilon-added" + suffix, EPSILON + also)
    def epsilon_added(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        return [g * min(1.0, threshold / (norm + 1e-6)) for g in gradients], norm

    @mistake(exercise, "small-epsilon-added" + suffix, EPSILON + also)
    def small_epsilon_added(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        return [g * min(1.0, threshold / (norm + 1e-8)) for g in gradients], norm

    @mistake(exercise, "length-one" + suffix, LENGTH_ONE + also)
    def length_one(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        return [g * (1 / norm if norm > threshold else 1.0) for g in gradients], norm

    @mistake(exercise, "in-place" + suffix, IN_PLACE + also)
    def in_place(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        for g in gradients:
            g *= threshold / max(norm, threshold)
        return gradients, norm

    @mistake(
        exercise,
        "list-changed" + suffix,
        "The numbers are right, but you put them into the caller's own list: after the call the "
        "original gradients are gone. Build a new list, as `[g * factor for g in gradients]` "
        "does." + also,
    )
    def list_changed(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = length(gradients)
        for i in range(len(gradients)):
            gradients[i] = gradients[i] * (threshold / max(norm, threshold))
        return gradients, norm

    @mistake(exercise, "dtype-raised" + suffix, DTYPE + also)
    def dtype_raised(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        scale = np.float64(factor(gradients, threshold))
        return [g * scale for g in gradients], length(gradients)

    @mistake(exercise, "dtype-raised-when-clipped" + suffix, DTYPE + also)
    def dtype_raised_when_clipped(gradients: list[Array], threshold: float) -> List:
        _checked(threshold)
        norm = np.float64(length(gradients))
        if norm > threshold:
            return [g * (threshold / norm) for g in gradients], float(norm)
        return list(gradients), float(norm)

    @mistake(exercise, "threshold-not-checked" + suffix, NOT_CHECKED + also)
    def threshold_not_checked(gradients: list[Array], threshold: float) -> List:
        norm = length(gradients)
        return [g * (threshold / norm if norm > threshold else 1.0) for g in gradients], norm

    @mistake(exercise, "zero-threshold-let-through" + suffix, ZERO_LET_THROUGH + also)
    def zero_let_through(gradients: list[Array], threshold: float) -> List:
        if threshold < 0:
            raise ValueError("threshold must be positive")
        norm = length(gradients)
        return [g * (threshold / norm if norm > threshold else 1.0) for g in gradients], norm

    found = [item for item in locals().values() if isinstance(item, Mistake)]
    return {f"{item.exercise}: {item.name}": item for item in found}


@mistake("clip_by_global_norm", "root-forgotten", ROOT + ALSO_RANGE)
def global_root_forgotten(gradients: list[Array], threshold: float) -> tuple[list[Array], float]:
    _checked(threshold)
    norm = sum(float(np.sum(g**2)) for g in gradients)
    return [g * (threshold / max(norm, threshold)) for g in gradients], float(norm)


@mistake("clip_by_global_norm", "squares-out-of-range-and-dtype-raised", RANGE + ALSO_DTYPE)
def global_squares_and_dtype(gradients: list[Array], threshold: float) -> tuple[list[Array], float]:
    _checked(threshold)
    norm = _plain_norm(gradients)
    return [g * (threshold / max(norm, threshold)) for g in gradients], norm


@mistake("clip_by_global_norm", "squares-out-of-range", RANGE)
def global_squares_out_of_range(
    gradients: list[Array], threshold: float
) -> tuple[list[Array], float]:
    _checked(threshold)
    norm = _float_norm(gradients)
    return [g * (threshold / max(norm, threshold)) for g in gradients], norm


@mistake("clip_by_global_norm", "squares-out-of-double-range", DOUBLE_RANGE)
def global_squares_out_of_double_range(
    gradients: list[Array], threshold: float
) -> tuple[list[Array], float]:
    _checked(threshold)
    norm = _double_norm(gradients)
    return [g * (threshold / max(norm, threshold)) for g in gradients], norm


# clipping_angles


@mistake(
    "clipping_angles",
    "radians",
    "Your angles are in radians: 90 degrees are 1.5708 radians. `np.degrees` converts.",
)
def radians(gradients: Array, threshold: float) -> Array:
    return _row_by_row(
        gradients, threshold, lambda g, c: math.acos(_cosine(g, c)) if g.any() else 0.0
    )


@mistake(
    "clipping_angles",
    "cosine",
    "You return the cosines of the angles: 1 where nothing turns. The angle itself is its "
    "arccosine, in degrees.",
)
def cosine(gradients: Array, threshold: float) -> Array:
    return _row_by_row(gradients, threshold, lambda g, c: _cosine(g, c) if g.any() else 1.0)


@mistake(
    "clipping_angles",
    "sine",
    "You took the arcsine of the quotient, which is 90 degrees minus the angle. The quotient "
    "g · c / (‖g‖ ‖c‖) is the *cosine* of the angle.",
)
def sine(gradients: Array, threshold: float) -> Array:
    return _row_by_row(
        gradients,
        threshold,
        lambda g, c: math.degrees(math.asin(_cosine(g, c))) if g.any() else 0.0,
    )


@mistake(
    "clipping_angles",
    "angle-of-clipping-by-norm",
    "Your angles are always 0, because you clip by norm, which never turns a gradient. The "
    "question is how far clipping by *value* turns it.",
)
def angle_of_clipping_by_norm(gradients: Array, threshold: float) -> Array:
    _checked(threshold)
    return np.zeros(len(gradients))


@mistake(
    "clipping_angles",
    "rounded-beyond-one",
    "Where nothing is clipped your angle is not a number: rounding makes the quotient "
    "1.0000000000000002, and the arccosine of that is not defined. Limit the quotient with "
    "`np.minimum(..., 1.0)` before.",
)
def rounded_beyond_one(gradients: Array, threshold: float) -> Array:
    return _row_by_row(
        gradients, threshold, lambda g, c: _plainly(*_units(g, c), np.arccos) if g.any() else 0.0
    )


@mistake(
    "clipping_angles",
    "rounded-beyond-one-and-squares-out-of-range",
    "Where nothing is clipped your angle is not a number: rounding makes the quotient "
    "1.0000000000000002, and the arccosine of that is not defined. Limit the quotient with "
    "`np.minimum(..., 1.0)` before. And the squares of huge entries overflow: divide both vectors "
    "by their norms first.",
)
def rounded_beyond_one_plainly(gradients: Array, threshold: float) -> Array:
    return _row_by_row(
        gradients, threshold, lambda g, c: _plainly(g, c, np.arccos) if g.any() else 0.0
    )


@mistake(
    "clipping_angles",
    "squares-out-of-range",
    "Huge entries (1e200) overflow in the products and squares of the quotient, tiny ones become "
    "0, and infinity over infinity, like 0 / 0, is not a number. Only directions matter here: "
    "divide both vectors by their norms, or by their largest magnitudes, before anything else.",
)
def angle_squares_out_of_range(gradients: Array, threshold: float) -> Array:
    return _row_by_row(
        gradients, threshold, lambda g, c: _plainly(g, c, _arccos) if g.any() else 0.0
    )


@mistake(
    "clipping_angles",
    "zero-by-zero",
    "A gradient of zeros has no direction, and your quotient is 0 / 0: not a number. Nothing "
    "turns; return 0 for it before you divide. Your other angles are right.",
)
def angle_zero_by_zero(gradients: Array, threshold: float) -> Array:
    return _row_by_row(gradients, threshold, lambda g, c: _plainly(*_units(g, c), _arccos))


@mistake(
    "clipping_angles",
    "zero-by-zero-and-squares-out-of-range",
    "A gradient of zeros has no direction, and your quotient is 0 / 0: not a number. Nothing "
    "turns; return 0 for it before you divide. And the squares of huge entries overflow: divide "
    "both vectors by their norms first.",
)
def angle_zero_by_zero_plainly(gradients: Array, threshold: float) -> Array:
    return _row_by_row(gradients, threshold, lambda g, c: _plainly(g, c, _arccos))


@mistake(
    "clipping_angles",
    "nothing-guarded",
    "Three inputs make your angle not a number. A gradient of zeros has no direction: return 0. "
    "Rounding lifts the quotient of two equal vectors above 1: limit it with "
    "`np.minimum(..., 1.0)`. The squares of huge entries overflow: divide both vectors by their "
    "norms first.",
)
def nothing_guarded(gradients: Array, threshold: float) -> Array:
    return _row_by_row(gradients, threshold, lambda g, c: _plainly(g, c, np.arccos))


@mistake(
    "clipping_angles",
    "one-angle-for-all-rows",
    "You take all gradients together for one long vector, and so get one angle for all of them. "
    "Every row is a gradient of its own: sum along `axis=1` only.",
)
def one_angle_for_all_rows(gradients: Array, threshold: float) -> Array:
    clipped = clip_by_value(gradients, threshold)
    whole = math.degrees(math.acos(_cosine(gradients, clipped))) if gradients.any() else 0.0
    return np.full(len(gradients), whole)


@mistake(
    "clipping_angles",
    "clipped-gradient-not-divided-by-its-own-norm",
    "You divide by the norm of the gradient twice: the quotient is g · c / (‖g‖ ‖g‖). The clipped "
    "gradient is shorter than the gradient, so that is too small for a cosine. Divide by both "
    "norms, each once.",
)
def clipped_not_divided_by_its_own_norm(gradients: Array, threshold: float) -> Array:
    def angle(g: Array, c: Array) -> float:
        if not g.any():
            return 0.0
        norm = global_norm([g])
        return math.degrees(math.acos(min(1.0, float(np.sum((g / norm) * (c / norm))))))

    return _row_by_row(gradients, threshold, angle)


def _row_by_row(
    gradients: Array, threshold: float, angle: Callable[[Array, Array], float]
) -> Array:
    """Return `angle` of every row and what clipping by value makes of it."""
    clipped = clip_by_value(gradients, threshold)
    return np.array([angle(g, c) for g, c in zip(gradients, clipped, strict=True)], dtype=float)


def _cosine(g: Array, c: Array) -> float:
    return min(1.0, float(np.sum(g / global_norm([g]) * (c / global_norm([c])))))


def _units(g: Array, c: Array) -> tuple[Array, Array]:
    return g / np.float64(global_norm([g])), c / np.float64(global_norm([c]))


def _arccos(quotient: float) -> float:
    return float(np.arccos(np.minimum(quotient, 1.0)))


def _plainly(g: Array, c: Array, arccos: Callable[[float], float]) -> float:
    norms = np.sqrt(np.sum(g * g)) * np.sqrt(np.sum(c * c))
    return float(np.degrees(arccos(np.sum(g * c) / norms)))


def _but_divisions(found: dict[str, Mistake]) -> dict[str, Mistake]:
    """Leave out what divides a Python float by zero: NumPy's scalars do not mind."""
    return {key: wrong for key, wrong in found.items() if "zero-division" not in key}


globals().update(
    _by_norm(global_norm, "", "")
    | _but_divisions(_by_norm(_plain_norm, "-and-squares-out-of-range", ALSO_RANGE))
    | _by_global_norm(global_norm, "", "")
    | _but_divisions(
        _by_global_norm(_plain_norm, "-and-squares-out-of-range", ALSO_RANGE + ALSO_DTYPE)
    )
)
