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

from autograder.api import Mistake, edited, mistake
from solutions.gradient_clipping import (
    Array,
    clip_by_global_norm,
    clip_by_norm,
    clip_by_value,
    clipping_angles,
    global_norm,
)

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
NOT_VALUE_ERROR = (
    "A threshold that is not positive stops your function, but with AssertionError: `assert` is "
    "for what cannot happen, and Python leaves it out when it is run with -O. What a caller does "
    "wrong is answered with `raise ValueError(...)`."
)
SINGLE = (
    "The numbers are right, but they come back in float32 whatever the dtype of what was passed "
    "in: half of a float64's digits are lost, and its large entries with them. Keep the dtype."
)
PRODUCT = (
    "The norm is right whatever the size of the entries, but `gradient * threshold` comes before "
    "the division, and that product overflows, or becomes 0, where both are huge or tiny. Work "
    "out the factor threshold / norm first; it is a number of ordinary size."
)
LENGTH_ONE = (
    "What is too long comes back with norm 1 whatever the threshold is: you divide by the norm "
    "but do not multiply by the threshold."
)

# Pieces of the references that many mistakes replace.
CHECK = """\
    if threshold <= 0:
        raise ValueError(f"threshold must be positive, got {threshold}")
"""
ASSERTED = "    assert threshold > 0\n"
CLIP = "np.clip(gradient, -threshold, threshold)"
ROOT_OF_SQUARES = "math.sqrt(sum(float(np.sum(r * r)) for r in ratios))"
NORM = "global_norm([gradient])"
FACTOR = f"threshold / max({NORM}, threshold)"
GLOBAL_NORM = "global_norm(gradients)"
GLOBAL_FACTOR = "threshold / max(norm, threshold)"
NONZERO_ROWS = "np.flatnonzero(np.any(gradients, axis=1))"
ANGLE = "2 * half"

# And what takes the place of some.
PLAIN_NORM = "np.sqrt(sum(np.sum(g**2) for g in gradients))"
COSINE = "np.sum(before * after)"
PLAIN_COSINE = (
    "np.sum(gradients[i] * clipped[i])"
    " / (np.sqrt(np.sum(gradients[i] ** 2)) * np.sqrt(np.sum(clipped[i] ** 2)))"
)


def _twice(
    exercise: Callable[..., Any],
    wrong: dict[str, tuple[dict[str, str], str]],
    signature: str,
    also: str,
) -> dict[str, Mistake]:
    """Return all with a norm that is right, and then all with one as plain as people write it.

    For that one, the line after the `signature` makes `global_norm` another function.
    """
    plainly = {signature: f"{signature}\n    global_norm = lambda gradients: {PLAIN_NORM}"}
    plain = {
        f"{name}-and-squares-out-of-range": (edits | plainly, why + also)
        for name, (edits, why) in wrong.items()
        if "zero-division" not in name  # NumPy's scalars can be divided by
    }
    return {
        f"{exercise.__name__}: {name}": edited(exercise, name, edits, why)
        for name, (edits, why) in (wrong | plain).items()
    }


# clip_by_value

upper_limit_only = edited(
    clip_by_value,
    "upper-limit-only",
    {CLIP: "np.minimum(gradient, threshold)"},
    "Only entries above the threshold are limited; a large *negative* entry passes untouched. A "
    "gradient explodes in both directions: limit to [-threshold, threshold].",
)

negative_entries_removed = edited(
    clip_by_value,
    "negative-entries-removed",
    {"-threshold": "0"},
    "You limit to [0, threshold], so every negative entry becomes 0 and its weight can never "
    "grow again. The lower limit is -threshold.",
)

large_entries_removed = edited(
    clip_by_value,
    "large-entries-removed",
    {CLIP: "np.where(np.abs(gradient) > threshold, 0, gradient)"},
    "Entries beyond the threshold become 0. To clip is to limit, not to drop: the weights with "
    "the steepest gradient would not move at all. Set them to ±threshold, with their sign.",
)

sign_lost = edited(
    clip_by_value,
    "sign-lost",
    {CLIP: "np.where(np.abs(gradient) > threshold, threshold, gradient)"},
    "Large entries come back as +threshold even when they are negative: the step would go the "
    "wrong way for these weights. Keep the sign, as `np.sign(gradient) * threshold` does.",
)

every_entry_at_the_limit = edited(
    clip_by_value,
    "every-entry-at-the-limit",
    {CLIP: "np.sign(gradient) * threshold"},
    "Every entry comes back as ±threshold, the small ones too. That is the sign of the gradient, "
    "not the clipped gradient: entries within the limits stay as they are.",
)

scaled_by_the_largest_entry = edited(
    clip_by_value,
    "scaled-by-the-largest-entry",
    {CLIP: "gradient * (threshold / max(np.max(np.abs(gradient), initial=0.0), threshold))"},
    "You scale the whole gradient until its largest entry is at the threshold. That keeps the "
    "direction, and so is nearer to clipping by norm; by value, every entry is limited on its own "
    "and the small ones stay.",
)

value_by_norm = edited(
    clip_by_value,
    "by-norm",
    {CLIP: "gradient * (threshold / max(np.linalg.norm(gradient), threshold))"},
    "This is clipping by norm: all entries are multiplied by threshold / norm. By value, every "
    "entry is limited on its own, whatever the others are.",
)

threshold_ignored = edited(
    clip_by_value,
    "threshold-ignored",
    {"-threshold, threshold": "-1.0, 1.0"},
    "You limit to [-1, 1] whatever the threshold is. Use the argument.",
)

value_in_place = edited(
    clip_by_value,
    "in-place",
    {CLIP: "np.clip(gradient, -threshold, threshold, out=gradient)"},
    IN_PLACE,
)

value_dtype_raised = edited(
    clip_by_value,
    "dtype-raised",
    {"-threshold, threshold": "np.float64(-threshold), np.float64(threshold)"},
    DTYPE,
)

value_threshold_not_checked = edited(
    clip_by_value, "threshold-not-checked", {CHECK: ""}, NOT_CHECKED
)

value_asserted = edited(clip_by_value, "asserted", {CHECK: ASSERTED}, NOT_VALUE_ERROR)

value_single_precision = edited(
    clip_by_value, "single-precision", {CLIP: f"{CLIP}.astype(np.float32)"}, SINGLE
)

infinity_times_zero = edited(
    clip_by_value,
    "infinity-times-zero",
    {CLIP: "gradient * np.minimum(1, threshold / np.abs(gradient))"},
    "Finite entries are right, but an infinite one becomes infinity times 0, which is not a "
    "number: you multiply by threshold / |g|. An infinite entry is limited like any other. "
    "`np.clip`, or `np.minimum` and `np.maximum`, compare and do not multiply.",
)

infinite_entries_removed = edited(
    clip_by_value,
    "infinite-entries-removed",
    {CLIP: "np.clip(np.where(np.isfinite(gradient), gradient, 0), -threshold, threshold)"},
    "Finite entries are right, but you set infinite ones to 0. An infinite entry is limited like "
    "any other: it becomes ±threshold.",
)

squashed = edited(
    clip_by_value,
    "squashed",
    {CLIP: "threshold * np.tanh(gradient / threshold)"},
    "No entry is beyond the threshold, but you squash all of them by a smooth curve, so entries "
    "within the limits change as well. These should stay as they are.",
)

value_zero_let_through = edited(
    clip_by_value,
    "zero-threshold-let-through",
    {"threshold <= 0": "threshold < 0"},
    ZERO_LET_THROUGH,
)


# global_norm

squares_out_of_double_range = edited(
    global_norm, "squares-out-of-double-range", {"max(sizes)": "1.0"}, DOUBLE_RANGE
)

squares_out_of_range = edited(
    global_norm,
    "squares-out-of-range",
    {"max(sizes)": "1.0", "np.asarray(g, dtype=np.float64)": "g"},
    RANGE,
)

first_array_for_all = edited(
    global_norm,
    "largest-of-the-first-array",
    {"max(sizes)": "sizes[0] or 1.0"},
    "You divide by the largest magnitude of the *first* array, which can be far from that of the "
    "others: beside it, their squares overflow or vanish all the same. Take the largest over all "
    "arrays before you divide any of them.",
)


@mistake(
    "global_norm",
    "norms-squared-again",
    "The norm of each array is right, but to put them together you square it again, and the square "
    "of 1e200 is out of range (Python raises OverflowError). Divide *all* arrays by one number, "
    "the largest magnitude of any, or join the norms with `math.hypot`.",
)
def norms_squared_again(gradients: Sequence[Array]) -> float:
    return math.sqrt(sum(global_norm([g]) ** 2 for g in gradients))


scaled_root_mean_square = edited(
    global_norm,
    "root-mean-square-after-scaling",
    {"return largest *": "return sum(g.size for g in gradients) ** -0.5 * largest *"},
    "You divide the sum of squares by the number of entries before the root: that is the root "
    "mean square. The norm is a length, with no mean in it, and grows with the network.",
)


@mistake(
    "global_norm",
    "sum-of-norms-of-any-size",
    "You add up the norms of the arrays. Norms do not add: of two arrays with norms 3 and 4 the "
    "norm together is 5, the root of 9 + 16. Add the squares, and take one root at the end.",
)
def sum_of_norms_of_any_size(gradients: Sequence[Array]) -> float:
    return math.fsum(global_norm([g]) for g in gradients)


@mistake("global_norm", "root-forgotten", ROOT)
def root_forgotten(gradients: Sequence[Array]) -> Any:
    return sum(np.sum(g**2) for g in gradients)


root_forgotten_after_scaling = edited(
    global_norm,
    "root-forgotten-after-scaling",
    {"math.sqrt": ""},
    "You divide by the largest magnitude first, which is right, but then multiply it by the sum of "
    "the squares and not by the root of that sum: norm = m · sqrt(sum of (g / m)²).",
)

largest_not_multiplied_back = edited(
    global_norm,
    "largest-not-multiplied-back",
    {"largest * ": ""},
    "You divide by the largest magnitude, but never multiply the root by it again: what you "
    "return is the norm of gradient / m. The norm is m times that.",
)

largest_without_its_size = edited(
    global_norm,
    "largest-without-its-size",
    {"np.max(np.abs(g))": "np.max(g)"},
    "You divide by the largest *entry*, which can be small or negative: where all entries are "
    "negative, so is your norm, or the squares overflow all the same. Take the largest "
    "*magnitude*, `np.max(np.abs(g))`.",
)

zero_by_zero = edited(
    global_norm,
    "zero-by-zero",
    {"not any(sizes)": "not sizes", "/ largest": "* (1 / largest)"},
    ZERO_BY_ZERO,
)

not_a_number_for_zeros = edited(
    global_norm, "not-a-number-for-zeros", {"not any(sizes)": "not sizes"}, ZERO_BY_ZERO
)

nothing_has_no_largest = edited(
    global_norm,
    "nothing-has-no-largest",
    {" if g.size": "", "not any(sizes)": "max(sizes) == 0"},
    "An array without entries, or a list without arrays, has no largest entry, and `max` raises an "
    "exception. They add nothing to the norm. `np.max(..., initial=0.0)` and "
    "`max(..., default=0.0)` say so.",
)


no_entry_at_all_fails = edited(
    global_norm,
    "no-entry-at-all-fails",
    {"not any(sizes)": "max(sizes) == 0"},
    "Everything is right but where there is no entry at all, in an empty list or in arrays without "
    "entries: an exception is raised, because there is no largest of nothing. The norm is 0 then; "
    "`max(..., default=0.0)` says so.",
)

array_without_entries_fails = edited(
    global_norm,
    "array-without-entries-fails",
    {" if g.size": ""},
    "Everything is right but for an array without entries, which raises an exception: it has no "
    "largest entry. It adds nothing to the norm: leave it out, or use `np.max(..., initial=0.0)`.",
)


@mistake(
    "global_norm",
    "empty-list-fails",
    "Everything is right but for a list without arrays, which raises an exception: there is "
    "nothing to put together, as `np.concatenate` says, and no largest of nothing. The norm of "
    "nothing is 0.",
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


largest_entry = edited(
    global_norm,
    "largest-entry",
    {f"largest * {ROOT_OF_SQUARES}": "largest"},
    "This is the largest magnitude of an entry, the maximum norm. A million small entries can "
    "make a very long step together, and this norm does not see it. Here the l2 norm is asked "
    "for: the root of the sum of squares.",
)

sum_of_magnitudes = edited(
    global_norm,
    "sum-of-magnitudes",
    {"math.sqrt": "", "r * r": "np.abs(r)"},
    "This is the l1 norm, the sum of the magnitudes. The l2 norm is the root of the sum of the "
    "*squares*: the length of the step that the gradient would make.",
)


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


norm_in_place = edited(
    global_norm,
    "in-place",
    {"np.asarray(g,": "np.asarray(np.divide(g, largest, out=g),", " / largest": ""},
    "The norm is right, but the gradients have changed: `g /= largest` writes into the caller's "
    "arrays, which are about to be used for the step. Write `g / largest`, a new array.",
)


# clip_by_norm

norm_by_value = edited(
    clip_by_norm,
    "by-value",
    {"gradient * factor": "np.clip(gradient, -threshold, threshold)"},
    "This is clipping by value: every entry is limited on its own, and the direction changes. By "
    "norm, *all* entries are multiplied by one factor, threshold / norm.",
)

largest_entry_as_norm = edited(
    clip_by_norm,
    "largest-entry-as-norm",
    {NORM: "np.max(np.abs(gradient), initial=0.0)"},
    "Your norm is the largest magnitude of an entry. A gradient of many middling entries can be "
    "very long without one large entry, and passes. The l2 norm is the root of the sum of the "
    "squares.",
)

sum_of_magnitudes_as_norm = edited(
    clip_by_norm,
    "sum-of-magnitudes-as-norm",
    {NORM: "np.sum(np.abs(gradient))"},
    "Your norm is l1, the sum of the magnitudes: it is larger than the l2 norm, so gradients are "
    "clipped that are short enough, and the others too far. Take the root of the sum of squares.",
)

spectral_norm = edited(
    clip_by_norm,
    "spectral-norm",
    {NORM: "np.linalg.norm(gradient, 2)"},
    "`np.linalg.norm(gradient, 2)` of a matrix is its largest singular value, and of an array "
    "with more dimensions an error. The l2 norm meant here treats the array as one long vector: "
    "call it without the 2, or flatten first.",
)

each_row_on_its_own = edited(
    clip_by_norm,
    "each-row-on-its-own",
    {"max(": "np.maximum(", NORM: "np.sqrt(np.sum(gradient**2, axis=-1, keepdims=True))"},
    "Every row is clipped by its own norm (`axis=-1`), so the rows are scaled differently, the "
    "direction changes, and the whole may still be too long. One norm over *all* entries, one "
    "factor.",
)

each_column_on_its_own = edited(
    clip_by_norm,
    "each-column-on-its-own",
    {"max(": "np.maximum(", NORM: "np.sqrt(np.sum(gradient**2, axis=0, keepdims=True))"},
    "Every column is clipped by its own norm (`axis=0`), so the columns are scaled differently, "
    "the direction changes, and the whole may still be too long. That is max-norm, for weights. "
    "One norm over *all* entries, one factor.",
)

root_mean_square_as_norm = edited(
    clip_by_norm,
    "root-mean-square-as-norm",
    {NORM: f"{NORM} / math.sqrt(gradient.size or 1)"},
    "You compare the root *mean* square with the threshold, which is smaller than the norm: what "
    "comes back is longer than the threshold, the more so the more entries there are. The norm is "
    "the root of the sum, with no mean in it.",
)

product_out_of_range = edited(
    clip_by_norm,
    "product-out-of-range",
    {"gradient * factor": f"gradient * threshold / max({NORM}, threshold)"},
    PRODUCT,
)
norm_asserted = edited(clip_by_norm, "asserted", {CHECK: ASSERTED}, NOT_VALUE_ERROR)

norm_single_precision = edited(
    clip_by_norm,
    "single-precision",
    {"gradient * factor": "gradient * factor, dtype=np.float32"},
    SINGLE,
)

clip_squares_out_of_range = edited(
    clip_by_norm, "squares-out-of-range", {NORM: "np.sqrt(np.sum(gradient**2))"}, RANGE
)

clip_squares_out_of_double_range = edited(
    clip_by_norm,
    "squares-out-of-double-range",
    {NORM: "math.sqrt(np.sum(gradient.astype(np.float64) ** 2))"},
    DOUBLE_RANGE,
)

clip_root_forgotten = edited(
    clip_by_norm, "root-forgotten", {NORM: "np.sum(gradient**2)"}, ROOT + ALSO_RANGE
)

globals().update(
    _twice(
        clip_by_norm,
        {
            "always-scaled": ({"gradient * factor": f"gradient / {NORM} * threshold"}, ALWAYS_ZERO),
            "always-scaled-zero-division": ({FACTOR: f"threshold / {NORM}"}, ALWAYS_ZERO),
            "always-scaled-but-zeros": ({FACTOR: f"threshold / ({NORM} or threshold)"}, ALWAYS),
            "zero-division": ({FACTOR: f"min(1.0, threshold / {NORM})"}, ZERO_DIVISION),
            "epsilon-added": ({FACTOR: f"min(1.0, threshold / ({NORM} + 1e-6))"}, EPSILON),
            "small-epsilon-added": ({FACTOR: f"min(1.0, threshold / ({NORM} + 1e-8))"}, EPSILON),
            "keras-epsilon-added": ({FACTOR: f"min(1.0, threshold / ({NORM} + 1e-7))"}, EPSILON),
            "tiny-epsilon-added": ({FACTOR: f"min(1.0, threshold / ({NORM} + 1e-12))"}, EPSILON),
            "length-one": ({FACTOR: f"1 / {NORM} if {NORM} > threshold else 1.0"}, LENGTH_ONE),
            "factor-inverted": ({FACTOR: f"max({NORM}, threshold) / threshold"}, INVERTED),
            "in-place": (
                {"gradient * factor": "np.multiply(gradient, factor, out=gradient)"},
                IN_PLACE,
            ),
            "dtype-raised": ({"* factor": "* np.float64(factor)"}, DTYPE),
            "dtype-raised-when-clipped": ({NORM: f"np.float64({NORM})"}, DTYPE),
            "threshold-not-checked": ({CHECK: ""}, NOT_CHECKED),
            "zero-threshold-let-through": ({"threshold <= 0": "threshold < 0"}, ZERO_LET_THROUGH),
        },
        "-> Array:",
        ALSO_RANGE,
    )
)


# clip_by_global_norm

global_root_forgotten = edited(
    clip_by_global_norm,
    "root-forgotten",
    {GLOBAL_NORM: "float(sum(np.sum(g**2) for g in gradients))"},
    ROOT + ALSO_RANGE,
)

TOGETHER = "[np.asarray(g * factor) for g in gradients]"

global_list_handed_back = edited(
    clip_by_global_norm,
    "list-handed-back",
    {"    factor": "    if norm <= threshold:\n        return gradients, norm\n    factor"},
    "The numbers are right, but where nothing is clipped you return the very list that you were "
    "given: whoever appends to the one, or takes arrays out, changes the other. Asked for is a new "
    "list; `list(gradients)` makes one.",
)

global_by_value = edited(
    clip_by_global_norm,
    "by-value",
    {"g * factor": "np.clip(g, -threshold, threshold)"},
    "This is clipping by value: every entry is limited on its own, and the direction changes. Here "
    "*all* entries of all arrays are multiplied by one factor, threshold / norm.",
)

global_product_out_of_range = edited(
    clip_by_global_norm,
    "product-out-of-range",
    {"g * factor": "g * threshold / max(norm, threshold)", "threshold / max(norm, threshold)": "1"},
    PRODUCT,
)
global_asserted = edited(clip_by_global_norm, "asserted", {CHECK: ASSERTED}, NOT_VALUE_ERROR)

global_not_checked_for_nothing = edited(
    clip_by_global_norm,
    "threshold-not-checked-for-no-arrays",
    {CHECK: f"    if not gradients:\n        return [], 0.0\n{CHECK}"},
    "For an empty list the threshold is not looked at. One that is not positive is refused "
    "whatever the gradients; check it before anything else.",
)

global_single_precision = edited(
    clip_by_global_norm, "single-precision", {"g * factor": "g * factor, dtype=np.float32"}, SINGLE
)

dtype_of_the_first = edited(
    clip_by_global_norm,
    "dtype-of-the-first",
    {"g * factor": "g * factor, dtype=gradients[0].dtype"},
    "The numbers are right, but all arrays come back in the dtype of the first. Each has a dtype "
    "of its own and keeps it.",
)

arrays_without_entries_dropped = edited(
    clip_by_global_norm,
    "arrays-without-entries-dropped",
    {"for g in gradients]": "for g in gradients if g.size]"},
    "Arrays without entries are missing from your list. They add nothing to the norm, but the list "
    "has one array for each that was passed in, so that gradients and weights stay in step.",
)

tuple_of_arrays = edited(
    clip_by_global_norm,
    "tuple-in-place-of-the-list",
    {TOGETHER: f"tuple({TOGETHER})"},
    "The numbers are right, but the arrays come back in a tuple. Asked for is a list of arrays, "
    "and beside it the norm.",
)

norm_not_returned = edited(
    clip_by_global_norm,
    "norm-not-returned",
    {"], norm": "]"},
    "You return the list of clipped arrays alone. Asked for are two things: `return clipped, "
    "norm`, with the norm as it was before clipping.",
)

norm_in_front = edited(
    clip_by_global_norm,
    "norm-in-front",
    {"return [": "return norm, [", "], norm": "]"},
    "The norm comes first in what you return. The order is (clipped, norm).",
)

global_squares_and_dtype = edited(
    clip_by_global_norm,
    "squares-out-of-range-and-dtype-raised",
    {GLOBAL_NORM: PLAIN_NORM},
    RANGE + ALSO_DTYPE,
)

global_squares_out_of_range = edited(
    clip_by_global_norm, "squares-out-of-range", {GLOBAL_NORM: f"float({PLAIN_NORM})"}, RANGE
)

global_squares_out_of_double_range = edited(
    clip_by_global_norm,
    "squares-out-of-double-range",
    {GLOBAL_NORM: "math.sqrt(sum(np.sum(g.astype(np.float64) ** 2) for g in gradients))"},
    DOUBLE_RANGE,
)

globals().update(
    _twice(
        clip_by_global_norm,
        {
            "each-array-on-its-own": (
                {"g * factor": "g * (threshold / max(global_norm([g]), threshold))"},
                "Every array is clipped by its own norm. The arrays are then scaled by different "
                "factors: the layer with the largest gradient loses its lead, and the step as a "
                "whole points elsewhere. One norm over all arrays, one factor for all.",
            ),
            "norm-after-clipping": (
                {
                    "return [": "clipped = [",
                    "], norm": "]\n    return clipped, global_norm(clipped)",
                },
                "The arrays are right, but the norm that you return is that of the *clipped* "
                "gradients, never more than the threshold. It is asked for so that one can watch "
                "how large gradients get: return the norm as it was before.",
            ),
            "sum-of-norms": (
                {GLOBAL_NORM: "math.fsum(global_norm([g]) for g in gradients)"},
                "Your global norm is the sum of the arrays' norms. Norms do not add: 3 and 4 "
                "make 5, the root of 9 + 16. Add up the squares of all entries, and take one "
                "root at the end.",
            ),
            "largest-of-norms": (
                {GLOBAL_NORM: "max([global_norm([g]) for g in gradients], default=0.0)"},
                "Your global norm is that of the longest array, so all together can still be too "
                "long. Add up the squares of all entries of all arrays.",
            ),
            "threshold-shared-out": (
                {
                    "factor =": "share =",
                    "max(norm, threshold)": "math.sqrt(len(gradients) or 1)",
                    "g * factor": "g * (share / max(global_norm([g]), share))",
                },
                "You share the threshold out among the arrays and clip each on its own. Their "
                "gradients are of different sizes, and should stay so: one norm over all, one "
                "factor.",
            ),
            "always-scaled": ({"g * factor": "g / norm * threshold"}, ALWAYS_ZERO),
            "always-scaled-zero-division": ({"max(norm, threshold)": "norm"}, ALWAYS_ZERO),
            "always-scaled-but-zeros": ({"max(norm, threshold)": "(norm or threshold)"}, ALWAYS),
            "zero-division": ({GLOBAL_FACTOR: "min(1.0, threshold / norm)"}, ZERO_DIVISION),
            "epsilon-added": ({GLOBAL_FACTOR: "min(1.0, threshold / (norm + 1e-6))"}, EPSILON),
            "small-epsilon-added": (
                {GLOBAL_FACTOR: "min(1.0, threshold / (norm + 1e-8))"},
                EPSILON,
            ),
            "keras-epsilon-added": (
                {GLOBAL_FACTOR: "min(1.0, threshold / (norm + 1e-7))"},
                EPSILON,
            ),
            "tiny-epsilon-added": (
                {GLOBAL_FACTOR: "min(1.0, threshold / (norm + 1e-12))"},
                EPSILON,
            ),
            "length-one": ({GLOBAL_FACTOR: "1 / norm if norm > threshold else 1.0"}, LENGTH_ONE),
            "in-place": ({"np.asarray(g * factor)": "np.multiply(g, factor, out=g)"}, IN_PLACE),
            "list-changed": (
                {
                    "return [np.asarray(g * factor)": "gradients[:] = [g * factor",
                    "], norm": "]\n    return gradients, norm",
                },
                "The numbers are right, but you put them into the caller's own list: after the "
                "call the original gradients are gone. Build a new list, as `[g * factor for g "
                "in gradients]` does.",
            ),
            "dtype-raised": ({"* factor": "* np.float64(factor)"}, DTYPE),
            "dtype-raised-when-clipped": ({"max(norm": "max(np.float64(norm)"}, DTYPE),
            "threshold-not-checked": ({CHECK: ""}, NOT_CHECKED),
            "zero-threshold-let-through": ({"threshold <= 0": "threshold < 0"}, ZERO_LET_THROUGH),
        },
        "float]:",
        ALSO_RANGE + ALSO_DTYPE,
    )
)


# clipping_angles

radians = edited(
    clipping_angles,
    "radians",
    {"math.degrees(2 * half)": "2 * half"},
    "Your angles are in radians: 90 degrees are 1.5708 radians. `np.degrees` converts.",
)

cosine = edited(
    clipping_angles,
    "cosine",
    {"np.zeros": "np.ones", "math.degrees(2 * half)": COSINE},
    "You return the cosines of the angles: 1 where nothing turns. The angle itself is its "
    "arccosine, in degrees.",
)

sine = edited(
    clipping_angles,
    "sine",
    {ANGLE: f"math.asin(min(1.0, {COSINE}))"},
    "You took the arcsine of the quotient, which is 90 degrees minus the angle. The quotient "
    "g · c / (‖g‖ ‖c‖) is the *cosine* of the angle.",
)

half_the_angle = edited(
    clipping_angles,
    "half-the-angle",
    {ANGLE: "half"},
    "Your angles are half of what they should be. The arctangent of ‖u - v‖ / ‖u + v‖, for vectors "
    "of length 1, is *half* of the angle between them.",
)

angles_rounded = edited(
    clipping_angles,
    "rounded",
    {"math.degrees(2 * half)": "round(math.degrees(2 * half), 2)"},
    "Your angles are rounded to two decimals. The example in the docstring does that for show "
    "alone: return them as they are.",
)

angles_single_precision = edited(
    clipping_angles,
    "single-precision",
    {"np.zeros(len(gradients))": "np.zeros(len(gradients), np.float32)"},
    "Your angles are right, but come back in float32. Asked for is float64: name no other dtype "
    "where you make the array.",
)

right_angle_for_zeros = edited(
    clipping_angles,
    "right-angle-for-zeros",
    {"np.zeros(len(gradients))": "np.full(len(gradients), 90.0)"},
    "All is right but for a gradient of zeros: your angle is 90 degrees, the arccosine of 0. Zeros "
    "have no direction, and the angle is 0 by definition.",
)

kept_below_one = edited(
    clipping_angles,
    "quotient-kept-below-one",
    {ANGLE: f"math.acos(min(1.0 - 1e-7, {COSINE}))"},
    "You keep the quotient a little *below* 1, as one does where the arccosine is differentiated. "
    "A gradient that is not clipped then seems to turn by some hundredths of a degree. Limit the "
    "quotient to 1 itself.",
)

not_a_number_taken_for_zero = edited(
    clipping_angles,
    "not-a-number-taken-for-zero",
    {ANGLE: f"np.nan_to_num(np.arccos({PLAIN_COSINE}))"},
    "You turn what is not a number into 0, wherever it comes from. For zeros that is asked for; "
    "but the squares of huge entries overflow, their quotient is infinity / infinity, and an angle "
    "of many degrees becomes 0. Divide both vectors by their norms first, and limit the quotient "
    "to 1.",
)

clipped_after_the_division = edited(
    clipping_angles,
    "clipped-after-the-division",
    {
        "clipped[i] / global_norm([clipped[i]])": (
            "(short := clip_by_value(before, threshold)) / global_norm([short])"
        )
    },
    "You divide the gradient by its norm first and clip what is left. The threshold is for the "
    "entries as they are: clip, and then divide both vectors.",
)

epsilon_in_the_norms = edited(
    clipping_angles,
    "epsilon-added-to-the-norms",
    {
        NONZERO_ROWS: "range(len(gradients))",
        "global_norm([gradients[i]])": "(global_norm([gradients[i]]) + 1e-8)",
        "global_norm([clipped[i]])": "(global_norm([clipped[i]]) + 1e-8)",
        ANGLE: f"np.arccos(min(1.0, {COSINE}))",
    },
    "You add a small number to the norms. A gradient of zeros then has the quotient 0, and so an "
    "angle of 90 degrees, and short gradients seem to turn though they are not clipped. Return 0 "
    "for zeros, and divide by the norms as they are.",
)

smaller_epsilon_in_the_norms = edited(
    clipping_angles,
    "smaller-epsilon-added-to-the-norms",
    {
        NONZERO_ROWS: "range(len(gradients))",
        "global_norm([gradients[i]])": "(global_norm([gradients[i]]) + 1e-12)",
        "global_norm([clipped[i]])": "(global_norm([clipped[i]]) + 1e-12)",
        ANGLE: f"np.arccos(min(1.0, {COSINE}))",
    },
    "You add a small number to the norms. A gradient of zeros then has the quotient 0, and so an "
    "angle of 90 degrees, and short gradients seem to turn though they are not clipped. Return 0 "
    "for zeros, and divide by the norms as they are.",
)

columns_in_place_of_rows = edited(
    clipping_angles,
    "columns-in-place-of-rows",
    {"    angles = ": "    gradients = gradients.T\n    angles = "},
    "You return an angle for every column. Every *row* is a gradient: of an array of shape (n, d) "
    "there are n angles. Sum along `axis=1`.",
)

angle_threshold_not_checked = edited(
    clipping_angles,
    "threshold-not-checked",
    {"clip_by_value(gradients, threshold)": "np.clip(gradients, -threshold, threshold)"},
    "The angles are right, but a threshold that is not positive is accepted, and there the angle "
    "has no meaning. `clip_by_value` of this notebook raises ValueError for it; `np.clip` does "
    "not.",
)

angle_threshold_not_checked_for_zeros = edited(
    clipping_angles,
    "threshold-not-checked-for-zeros",
    {
        "clip_by_value(gradients, threshold)": (
            "gradients if not np.any(gradients) else clip_by_value(gradients, threshold)"
        )
    },
    "For gradients of zeros, or none at all, the threshold is not looked at. One that is not "
    "positive is refused whatever the gradients; check it before anything else.",
)

angle_of_clipping_by_norm = edited(
    clipping_angles,
    "angle-of-clipping-by-norm",
    {"clip_by_value": "clip_by_norm"},
    "Your angles are always 0, because you clip by norm, which never turns a gradient. The "
    "question is how far clipping by *value* turns it.",
)

rounded_beyond_one = edited(
    clipping_angles,
    "rounded-beyond-one",
    {ANGLE: f"np.arccos({COSINE})"},
    "Where nothing is clipped your angle is not a number: rounding makes the quotient "
    "1.0000000000000002, and the arccosine of that is not defined. Limit the quotient with "
    "`np.minimum(..., 1.0)` before.",
)

rounded_beyond_one_plainly = edited(
    clipping_angles,
    "rounded-beyond-one-and-squares-out-of-range",
    {ANGLE: f"np.arccos({PLAIN_COSINE})"},
    "Where nothing is clipped your angle is not a number: rounding makes the quotient "
    "1.0000000000000002, and the arccosine of that is not defined. Limit the quotient with "
    "`np.minimum(..., 1.0)` before. And the squares of huge entries overflow: divide both vectors "
    "by their norms first.",
)

angle_squares_out_of_range = edited(
    clipping_angles,
    "squares-out-of-range",
    {ANGLE: f"np.arccos(np.minimum({PLAIN_COSINE}, 1.0))"},
    "Huge entries (1e200) overflow in the products and squares of the quotient, tiny ones become "
    "0, and infinity over infinity, like 0 / 0, is not a number. Only directions matter here: "
    "divide both vectors by their norms, or by their largest magnitudes, before anything else.",
)

angle_zero_by_zero = edited(
    clipping_angles,
    "zero-by-zero",
    {NONZERO_ROWS: "range(len(gradients))"},
    "A gradient of zeros has no direction, and your quotient is 0 / 0: not a number. Nothing "
    "turns; return 0 for it before you divide. Your other angles are right.",
)

angle_zero_by_zero_plainly = edited(
    clipping_angles,
    "zero-by-zero-and-squares-out-of-range",
    {NONZERO_ROWS: "range(len(gradients))", ANGLE: f"np.arccos(np.minimum({PLAIN_COSINE}, 1.0))"},
    "A gradient of zeros has no direction, and your quotient is 0 / 0: not a number. Nothing "
    "turns; return 0 for it before you divide. And the squares of huge entries overflow: divide "
    "both vectors by their norms first.",
)

nothing_guarded = edited(
    clipping_angles,
    "nothing-guarded",
    {NONZERO_ROWS: "range(len(gradients))", ANGLE: f"np.arccos({PLAIN_COSINE})"},
    "Three inputs make your angle not a number. A gradient of zeros has no direction: return 0. "
    "Rounding lifts the quotient of two equal vectors above 1: limit it with "
    "`np.minimum(..., 1.0)`. The squares of huge entries overflow: divide both vectors by their "
    "norms first.",
)

one_angle_for_all_rows = edited(
    clipping_angles,
    "one-angle-for-all-rows",
    {
        "gradients[i] / global_norm([gradients[i]])": "gradients / global_norm([gradients])",
        "clipped[i] / global_norm([clipped[i]])": "clipped / global_norm([clipped])",
        "angles[i]": "angles[:]",
    },
    "You take all gradients together for one long vector, and so get one angle for all of them. "
    "Every row is a gradient of its own: sum along `axis=1` only.",
)

clipped_not_divided_by_its_own_norm = edited(
    clipping_angles,
    "clipped-gradient-not-divided-by-its-own-norm",
    {
        "global_norm([clipped[i]])": "global_norm([gradients[i]])",
        ANGLE: f"math.acos(min(1.0, {COSINE}))",
    },
    "You divide by the norm of the gradient twice: the quotient is g · c / (‖g‖ ‖g‖). The clipped "
    "gradient is shorter than the gradient, so that is too small for a cosine. Divide by both "
    "norms, each once.",
)
