"""Wrong optimisers that people really write.

Each is a right one, edited in the one point that it is about. What can go wrong in every optimiser
alike (state that is shared, arrays changed in place, arguments that nobody looks at) is explained
once, and said as an edit once for all that keep the same state.
"""
# ruff: noqa: D101, D102 - a mistake's explanation says what it does
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from autograder.api import edited, mistake
from solutions.optimisers import (
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    Array,
    Momentum,
    Nadam,
    Nesterov,
    RMSProp,
)

UNCORRECTED = (
    "Neither moment is corrected for its start at 0. Your moments themselves are right; but "
    "at step 1, m is only (1 - beta_1) times the gradient and √v only √(1 - beta_2) times "
    "its size, so with the defaults the first step is 3.2 times as long as it should be, the "
    "tenth more than six times, and it takes a thousand steps to wear off. Divide m by (1 - "
    "beta_1^t) and v by (1 - beta_2^t)."
)
M_UNCORRECTED = (
    "v is corrected for its start at 0, m is not. With beta_1 = 0.9 the first step is a "
    "tenth of what it should be, and it takes some twenty steps until that wears off. Divide "
    "m by (1 - beta_1^t) as well; the second moment is right."
)
V_UNCORRECTED = (
    "m is corrected for its start at 0, v is not. v is the slower of the two: with beta_2 = "
    "0.999 it starts a thousand times too small, so the first step is 32 times too long, and "
    "thousands of steps remain too long. Divide v by (1 - beta_2^t) as well; the first "
    "moment is right."
)
EPSILON_INSIDE = (
    "Your epsilon is under the root. There, 1e-7 counts as √1e-7 = 0.0003: parameters whose "
    "gradients are smaller than that hardly move. The rest is right: take the root first, "
    "then add epsilon."
)
EPSILON_EARLY = (
    "Your epsilon is added to the root of the *uncorrected* v, as in Keras and in the "
    "rearrangement that the paper gives before its Section 2.1. It is asked for as in "
    "Algorithm 1: the moments are corrected first, then epsilon is added to √v̂. The two "
    "part where gradients are about as small as epsilon, above all in the first steps; "
    "everything else is right."
)
EPSILON_FORGOTTEN = (
    "There is no epsilon in your denominator. Where a gradient has been 0 from the start, as "
    "at a dead unit, it divides 0 by 0, and one NaN spreads through the whole network. Add "
    "epsilon to the denominator; the rest is right."
)
COUNT_FROM_ZERO = (
    "All is NaN from the first step on. What does that as a rule is a count that starts at "
    "0: in the first step 1 - beta^t is then 0, and the correction divides by it. Count the "
    "step before the count is used, so that the first one has t = 1."
)
COUNT_LATE = (
    "Your count is one ahead: the first step is corrected with t = 2 (it starts at 1 and is "
    "raised before it is used, perhaps). The correction is then too weak in the first steps, "
    "and forgotten afterwards. Start the count at 0, or raise it after use; the formulas are "
    "right."
)
COUNT_STUCK = (
    "Your t stays at 1: the first step is right, and from then on the moments are corrected "
    "as if each step were the first. With the defaults m is blown up ten times and v a "
    "thousand times, for ever. The count must be kept between the steps, as the moments are."
)
POWER_AS_PRODUCT = (
    "You multiply beta by t where beta to the power t is meant. Step 1 is right, but then 1 "
    "- beta · t turns negative. In Python the power is `beta**t`."
)
BETAS_SWAPPED = (
    "beta_1 and beta_2 are exchanged: the gradients are averaged over a thousand steps and "
    "their squares over ten. It should be the other way round: beta_1 belongs to m, beta_2 "
    "to the squares."
)
SQUARE_FORGOTTEN = (
    "The second average takes the gradient itself; its square is missing. It can then be "
    "negative, and the root of it is NaN. What is averaged is gradient², entry by entry."
)
ABS_IN_PLACE = (
    "The second average takes |gradient| where gradient² is asked for. The root of an "
    "average size has the wrong unit: steps then grow with the root of the gradient's scale, "
    "and that they do not is the point of the method."
)
MOMENT_SQUARED = (
    "v averages the square of m. It should average the square of the *gradient*: where the "
    "sign of the gradient keeps changing, m is small and gradient² is not, and that is what "
    "makes the steps small there."
)
ROOT_FORGOTTEN = (
    "The root is missing: you divide by the accumulated square itself. A step then shrinks "
    "as the gradient grows (in proportion to 1 / gradient), and explodes where gradients are "
    "small. Divide by the square root; what you accumulate is right."
)
CORRECTION_KEPT = (
    "You store the *corrected* moments. The next step then averages into a value that has "
    "been blown up, and blows it up again. Keep m and v as they are; the corrected ones are "
    "for this step only. Your first step is right."
)
SHARES_FORGOTTEN = (
    "The new gradient enters your averages in full: the factors (1 - beta) are missing. What "
    "is accumulated is then a sum, ten times the average of the gradients and a thousand "
    "times that of the squares with the defaults."
)
ONE_SIZE = (
    "You divide by one number for all parameters, the accumulated square of the whole "
    "gradient. Each parameter should have its own: what makes these methods adaptive is that "
    "a steep direction does not shorten the steps in a flat one. Drop the sum or the norm, "
    "and square entry by entry."
)
MEMORY_LOST = (
    "Nothing is kept of the squares of earlier gradients: each step sees only its own. Then "
    "every step has the same length whatever the gradient is, and nothing settles. Keep the "
    "accumulated squares in the object, and add to them."
)
LATE_DIVISION = (
    "You divide by what was accumulated *before* this step. In the first step that is 0, so "
    "the gradient is divided by epsilon and the parameters are thrown far away. Accumulate "
    "first, then divide."
)
UPHILL = (
    "Your steps have the right length and the wrong sign: they climb. The gradient points to "
    "where the loss grows, so it is subtracted."
)

# What can go wrong in every optimiser

SHARED = (
    "Your optimisers share one state: it belongs to the class (or is a global, or a mutable "
    "default argument), not to the object. Two of them then pull at each other, and a new one "
    "starts where an old one stopped. Make the state in `__init__`, or at the first step, as "
    "`self.something = ...`. The update rule itself is right."
)
# In the order in which an answer is compared with them
COMMON = {
    "theta-changed-in-place": (
        "Your numbers are right, but `theta` is changed in place: `theta -= ...` (or `+=`, or "
        "`out=theta`) writes into the caller's array. Whoever kept the old parameters, to compare "
        "or to go back, finds the new ones there. Write `theta - ...`, which makes a new array."
    ),
    "gradient-changed-in-place": (
        "Your numbers are right, but `gradient` is changed in place (`gradient *= ...`, perhaps). "
        "The caller still needs it: to log its norm, or for a second optimiser. Make a new array."
    ),
    "state-shared-between-instances": SHARED,
    "state-of-the-class-made-anew": SHARED,
    "state-in-double-precision": (
        "Single precision goes in and double precision comes out: your state is made by "
        "`np.zeros(theta.shape)`, which is float64, and everything that it touches becomes "
        "float64 too. `np.zeros_like(theta)` has the dtype of the parameters. The update rule "
        "itself is right."
    ),
    "shapes-not-checked": (
        "Arrays of different shapes are taken without a word: NumPy stretches one over the other, "
        "and parameters are moved by gradients that are not theirs. Compare the shapes of theta, "
        "gradient and state first, and raise ValueError. The update rule itself is right."
    ),
    "refused-call-counts": (
        "A call that is refused for its shapes leaves a trace: the state was made, or the step "
        "counted, before the shapes were looked at. Look first, and change `self` only when all "
        "is well. The update rule itself is right."
    ),
    "theta-of-its-own": (
        "Your optimiser remembers the parameters of the first step and moves those, whatever it "
        "is given later. As long as nobody else touches the parameters that is the same; after a "
        "restored checkpoint, or a constraint on the weights, it is not. Start from the argument "
        "`theta`. The update rule itself is right."
    ),
    "arguments-not-checked": (
        "Arguments that make no sense are accepted: a negative learning rate climbs, a share of 1 "
        "or more never forgets, an epsilon of 0 divides by 0. What comes of it shows up much "
        "later. Raise ValueError in `__init__`, for all that the docstring names."
    ),
    "one-accepted": (
        "A share of exactly 1 is accepted. Then nothing is ever forgotten: the velocity grows "
        "for ever, or an average takes in nothing new, and 1 - share, which is divided by in the "
        "corrections, is 0. The range is [0, 1), without the 1; you refuse what is beyond it."
    ),
    "epsilon-of-zero-accepted": (
        "An epsilon of 0 is accepted; then a gradient that is 0 from the start divides 0 by 0. It "
        "must be positive: `epsilon <= 0` is what to refuse, and yours refuses `epsilon < 0`."
    ),
}

# The edits of those mistakes, for the optimisers that keep the same state and take like arguments
Edits = Mapping[str, Mapping[str, str]]

EVERYWHERE: Edits = {
    "theta-changed-in-place": {
        "def step(self": (
            "def step(self, theta, gradient):\n"
            "        theta[...] = self.moved(theta, gradient)\n"
            "        return theta\n"
            "    def moved(self"
        )
    },
    "gradient-changed-in-place": {
        "return theta": "gradient *= self.learning_rate\n        return theta"
    },
    "theta-of-its-own": {
        "def step(self": (
            "theta = None\n"
            "    def step(self, theta, gradient):\n"
            "        if theta.shape != gradient.shape:\n"
            "            raise ValueError('shapes differ')\n"
            "        own = theta if self.theta is None else self.theta\n"
            "        self.theta = self.moved(own, gradient)\n"
            "        return self.theta\n"
            "    def moved(self"
        )
    },
}
VELOCITY: Edits = {
    **EVERYWHERE,
    "state-in-double-precision": {"np.zeros_like(theta)": "np.zeros(theta.shape)"},
    "shapes-not-checked": {"not theta.shape == gradient.shape == velocity.shape": "False"},
    "refused-call-counts": {
        "if not theta.shape": "self.velocity = velocity\n        if not theta.shape"
    },
    "arguments-not-checked": {"learning_rate < 0": "False", "not 0 <= momentum < 1": "False"},
    "one-accepted": {"momentum < 1": "momentum <= 1"},
}
SQUARES: Edits = {
    **EVERYWHERE,
    "gradient-changed-in-place": {
        "return theta - self.learning_rate * gradient": (
            "gradient *= self.learning_rate\n        return theta - gradient"
        )
    },
    "state-in-double-precision": {"np.zeros_like(theta)": "np.zeros(theta.shape)"},
    "shapes-not-checked": {"not theta.shape == gradient.shape == s.shape": "False"},
    "refused-call-counts": {"if not theta.shape": "self.s = s\n        if not theta.shape"},
    "arguments-not-checked": {"learning_rate < 0": "False", "epsilon <= 0": "False"},
    "epsilon-of-zero-accepted": {"epsilon <= 0": "epsilon < 0"},
}
AVERAGE: Edits = {
    **SQUARES,
    "arguments-not-checked": {
        **SQUARES["arguments-not-checked"],
        "not 0 <= rho < 1": "False",
    },
    "one-accepted": {"rho < 1": "rho <= 1"},
}
MOMENTS: Edits = {
    **EVERYWHERE,
    "state-in-double-precision": {
        "np.zeros_like(theta), np.zeros_like(theta)": "np.zeros(theta.shape), np.zeros(theta.shape)"
    },
    "shapes-not-checked": {"not theta.shape == gradient.shape == m.shape": "False"},
    "refused-call-counts": {
        "if not theta.shape": "self.t += 1\n        if not theta.shape",
        "        self.t += 1\n": "",
    },
    "arguments-not-checked": {
        "learning_rate < 0": "False",
        "not (0 <= beta_1 < 1 and 0 <= beta_2 < 1)": "False",
        "epsilon <= 0": "False",
    },
    "one-accepted": {
        "0 <= beta_1 < 1 and 0 <= beta_2 < 1": "0 <= beta_1 <= 1 and 0 <= beta_2 <= 1"
    },
    "epsilon-of-zero-accepted": {"epsilon <= 0": "epsilon < 0"},
}
DECAY: Edits = {
    **MOMENTS,
    "arguments-not-checked": {**MOMENTS["arguments-not-checked"], "weight_decay < 0": "False"},
}


# Sharing is no edit: the judge's first question has to find no state, however often it is replayed.


class _Around:
    """Takes the steps of the optimiser `right`, around which something can be done wrong."""

    right: type[Any]

    def __init__(self, *args: float, **kwargs: float) -> None:
        self.one = self.right(*args, **kwargs)

    def step(self, theta: Array, gradient: Array) -> Array:
        return self.one.step(theta, gradient)


class _Shared(_Around):
    shared: dict[str, Any]

    def __init__(self, *args: float, **kwargs: float) -> None:
        super().__init__(*args, **kwargs)
        if not args and not kwargs:  # the judge's first question, before which there is no state
            self.shared.clear()

    def step(self, theta: Array, gradient: Array) -> Array:
        vars(self.one).update(self.shared)
        moved = super().step(theta, gradient)
        self.shared.update(self.state())
        return moved

    def state(self) -> dict[str, Any]:
        known = vars(self.one)
        return {key: known[key] for key in ("velocity", "s", "moments", "t") if key in known}


class _SharedAndRenewed(_Shared):
    def __init__(self, *args: float, **kwargs: float) -> None:
        super().__init__(*args, **kwargs)
        self.shared.update(self.state())


SHARING = {
    "state-shared-between-instances": _Shared,
    "state-of-the-class-made-anew": _SharedAndRenewed,
}


def _declare_common(right: type[Any], edits: Edits) -> None:
    """Declare what can go wrong in every optimiser to be mistakes of the one that is `right`."""
    exercise = right.__name__
    for name, explanation in COMMON.items():
        if name in SHARING:
            sharing = type(exercise, (SHARING[name],), {"right": right, "shared": {}})
            made = mistake(exercise, name, explanation)(sharing)
        elif name in edits:
            made = edited(right, name, edits[name], explanation)
        else:  # it has no such argument
            continue
        globals()[f"{exercise}, {name}"] = made  # names of the module are how mistakes are found


# Momentum

momentum_velocity_dampened = edited(
    Momentum,
    "velocity-dampened",
    {"self.learning_rate * gradient": "(1 - self.momentum) * self.learning_rate * gradient"},
    "Your velocity takes only the share (1 - momentum) of the gradient: it is an average, as "
    "in Adam, and not a sum. With momentum 0.9 every step is ten times too short. Here the "
    "gradient enters in full: v ← momentum · v - learning_rate · gradient.",
)
momentum_velocity_reversed = edited(
    Momentum,
    "velocity-reversed",
    {"self.momentum * velocity": "-self.momentum * velocity"},
    "The old velocity enters with the wrong sign: v ← -momentum · v - learning_rate · "
    "gradient. The first step is right, but then each step works against the one before, and "
    "momentum slows down where it should speed up.",
)
momentum_nesterov_in_place_of_momentum = edited(
    Momentum,
    "nesterov-in-place-of-momentum",
    {
        "theta + self.velocity": (
            "theta + self.momentum * self.velocity - self.learning_rate * gradient"
        )
    },
    "This is Nesterov's form, which the next exercise asks for: the new velocity is taken "
    "times momentum, and the gradient once more. Plain momentum moves by the velocity "
    "itself: θ ← θ + v. Your velocity is right.",
)
momentum_velocity_not_kept = edited(
    Momentum,
    "velocity-not-kept",
    {"self.momentum * velocity - self.learning_rate": "-self.learning_rate"},
    "This is plain gradient descent: the first step is right, but nothing of the velocity is "
    "left in the second. It has to stay in the object between the steps (`self.velocity = "
    "...`), and a step must not start it from 0 again.",
)
momentum_velocity_one_step_late = edited(
    Momentum,
    "velocity-one-step-late",
    {"theta + self.velocity": "theta + velocity"},
    "You move by the *old* velocity and renew it afterwards, so the first step goes nowhere "
    "and every other one is a step late. Renew the velocity first, then move by it.",
)
momentum_learning_rate_twice = edited(
    Momentum,
    "learning-rate-twice",
    {"theta + self.velocity": "theta + self.learning_rate * self.velocity"},
    "The learning rate is in twice: the velocity has it already, and you multiply the "
    "velocity by it again. Steps are then a hundred times too short with the default. Keep "
    "it in one of the two places.",
)
momentum_momentum_on_the_gradient = edited(
    Momentum,
    "momentum-on-the-gradient",
    {
        "self.momentum * velocity": "velocity",
        "self.learning_rate * gradient": "self.momentum * self.learning_rate * gradient",
    },
    "`momentum` multiplies the new gradient, and the old velocity is kept in full. So "
    "nothing is ever forgotten, and the steps grow for ever. It is the old velocity that "
    "loses: v ← momentum · v - learning_rate · gradient.",
)
momentum_velocity_returned = edited(
    Momentum,
    "velocity-returned",
    {"theta + self.velocity": "self.velocity"},
    "You return the velocity. A step returns the new parameters, θ + v; the velocity itself "
    "is right.",
)

_declare_common(Momentum, VELOCITY)


# Nesterov

nesterov_plain_momentum = edited(
    Nesterov,
    "plain-momentum",
    {"theta + ahead": "theta + self.velocity"},
    "This is plain momentum: θ moves by the new velocity. (So it does if you put the *old* "
    "velocity into the second line: momentum · v - learning_rate · gradient is then the new "
    "velocity itself.) Nesterov's step goes further, by momentum · v - learning_rate · "
    "gradient with the *new* v. Your velocity is right.",
)
nesterov_gradient_forgotten_in_the_move = edited(
    Nesterov,
    "gradient-forgotten-in-the-move",
    {"self.momentum * self.velocity - push": "self.momentum * self.velocity"},
    "You move by momentum times the new velocity; the second part, - learning_rate · "
    "gradient, is missing. The velocity is right. Without that part a step is always shorter "
    "than the one of plain momentum, and Nesterov's is longer at first.",
)
nesterov_velocity_not_damped_in_the_move = edited(
    Nesterov,
    "velocity-not-damped-in-the-move",
    {"self.momentum * self.velocity - push": "self.velocity - push"},
    "You move by the whole new velocity and the gradient on top of it. In the second line "
    "the velocity is multiplied by `momentum` once more: that is the part of it that the "
    "next step will keep, and the point of looking ahead.",
)
nesterov_moved_twice = edited(
    Nesterov,
    "moved-twice",
    {"self.momentum * self.velocity - push": "self.velocity + self.momentum * self.velocity"},
    "You move by the velocity and then again to the look-ahead point: θ + v + momentum · v. "
    "In the form that is asked for, θ *is* the look-ahead point, and it moves by momentum · "
    "v - learning_rate · gradient.",
)
nesterov_velocity_dampened = edited(
    Nesterov,
    "velocity-dampened",
    {"self.momentum * velocity - push": "self.momentum * velocity - (1 - self.momentum) * push"},
    "Your velocity takes only the share (1 - momentum) of the gradient. Here the gradient "
    "enters it in full: v ← momentum · v - learning_rate · gradient. The second line is "
    "right.",
)
nesterov_velocity_reversed = edited(
    Nesterov,
    "velocity-reversed",
    {"self.momentum * velocity": "-self.momentum * velocity"},
    "The old velocity enters with the wrong sign: the first step is right, but then each "
    "works against the one before. The velocity is momentum · v - learning_rate · gradient.",
)
nesterov_velocity_not_kept = edited(
    Nesterov,
    "velocity-not-kept",
    {"self.momentum * velocity - push": "-push"},
    "The first step is right, but nothing of the velocity is left in the second: it has to "
    "stay in the object between the steps (`self.velocity = ...`), and a step must not start "
    "it from 0 again.",
)
nesterov_velocity_returned = edited(
    Nesterov,
    "velocity-returned",
    {"theta + ahead": "self.velocity"},
    "You return the velocity. A step returns the new parameters; the velocity itself is right.",
)

_declare_common(Nesterov, VELOCITY)


# AdaGrad

adagrad_root_forgotten = edited(
    AdaGrad, "root-forgotten", {"np.sqrt(self.s)": "self.s"}, ROOT_FORGOTTEN
)
adagrad_epsilon_inside_the_root = edited(
    AdaGrad,
    "epsilon-inside-the-root",
    {"np.sqrt(self.s)": "np.sqrt(self.s + self.epsilon)", "(root + self.epsilon)": "root"},
    EPSILON_INSIDE,
)
adagrad_averages_like_rmsprop = edited(
    AdaGrad,
    "averages-like-rmsprop",
    {"s + gradient**2": "0.9 * s + 0.1 * gradient**2"},
    "Your s is a moving average, as in RMSProp. AdaGrad forgets nothing: the squares are "
    "added up, s ← s + gradient². With an average the first step is too long and the steps "
    "never become short.",
)
adagrad_memory_lost = edited(
    AdaGrad, "memory-lost", {"s + gradient**2": "gradient**2"}, MEMORY_LOST
)
adagrad_square_forgotten = edited(
    AdaGrad, "square-forgotten", {"gradient**2": "gradient"}, SQUARE_FORGOTTEN
)
adagrad_sizes_added_in_place_of_squares = edited(
    AdaGrad, "sizes-added-in-place-of-squares", {"gradient**2": "np.abs(gradient)"}, ABS_IN_PLACE
)
adagrad_divided_before_it_is_added = edited(
    AdaGrad, "divided-before-it-is-added", {"np.sqrt(self.s)": "np.sqrt(s)"}, LATE_DIVISION
)
adagrad_keras_initial_value = edited(
    AdaGrad,
    "keras-initial-value",
    {"np.zeros_like(theta)": "np.full_like(theta, 0.1)"},
    "Your s starts at 0.1, as Keras's `initial_accumulator_value` does. The paper starts at "
    "0, and that is asked for: the first step has then the size of the learning rate, "
    "however small the gradient is.",
)
adagrad_one_size_for_all = edited(
    AdaGrad, "one-size-for-all", {"gradient**2": "np.sum(gradient**2)"}, ONE_SIZE
)
adagrad_gradient_forgotten = edited(
    AdaGrad,
    "gradient-forgotten",
    {"self.learning_rate * gradient": "self.learning_rate"},
    "The gradient is missing from the step: every parameter moves by learning_rate / √s, "
    "always downwards, whatever the sign of its gradient. The gradient belongs in the "
    "numerator; s is right.",
)
adagrad_epsilon_forgotten = edited(
    AdaGrad, "epsilon-forgotten", {"(root + self.epsilon)": "root"}, EPSILON_FORGOTTEN
)
adagrad_uphill = edited(AdaGrad, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(AdaGrad, SQUARES)


# RMSProp

rmsprop_accumulates_like_adagrad = edited(
    RMSProp,
    "accumulates-like-adagrad",
    {"self.rho * s + (1 - self.rho) * gradient**2": "s + gradient**2"},
    "Your s only grows, as in AdaGrad: the squares are added up. RMSProp was made to forget: "
    "s ← rho · s + (1 - rho) · gradient², a moving average, so that the steps do not die "
    "out.",
)
rmsprop_shares_swapped = edited(
    RMSProp,
    "shares-swapped",
    {
        "self.rho * s + (1 - self.rho) * gradient**2": (
            "(1 - self.rho) * s + self.rho * gradient**2"
        )
    },
    "rho and 1 - rho are exchanged: the average keeps a tenth of its past and takes nine "
    "tenths of the new square, so it forgets in one step what should last for ten. rho is "
    "the share that is *kept*.",
)
rmsprop_epsilon_inside_the_root = edited(
    RMSProp,
    "epsilon-inside-the-root",
    {"np.sqrt(self.s)": "np.sqrt(self.s + self.epsilon)", "(root + self.epsilon)": "root"},
    EPSILON_INSIDE,
)
rmsprop_root_forgotten = edited(
    RMSProp, "root-forgotten", {"np.sqrt(self.s)": "self.s"}, ROOT_FORGOTTEN
)
rmsprop_square_forgotten = edited(
    RMSProp, "square-forgotten", {"gradient**2": "gradient"}, SQUARE_FORGOTTEN
)
rmsprop_sizes_averaged_in_place_of_squares = edited(
    RMSProp, "sizes-averaged-in-place-of-squares", {"gradient**2": "np.abs(gradient)"}, ABS_IN_PLACE
)
rmsprop_share_of_the_new_forgotten = edited(
    RMSProp,
    "share-of-the-new-forgotten",
    {"(1 - self.rho) * gradient**2": "gradient**2"},
    "The new square enters in full: the factor (1 - rho) is missing. What is accumulated is "
    "then 1 / (1 - rho) times the average, and all steps are too short, three times with the "
    "default.",
)
rmsprop_memory_lost = edited(RMSProp, "memory-lost", {"self.rho * s + ": ""}, MEMORY_LOST)
rmsprop_bias_corrected = edited(
    RMSProp,
    "bias-corrected",
    {
        "self.s: Array | None = None": ("self.s = None\n        self.t = 0"),
        "root: Array = np.sqrt(self.s)": (
            "self.t += 1\n        root = np.sqrt(self.s / (1 - self.rho**self.t))"
        ),
    },
    "You corrected the average for its start at 0, as Adam does. RMSProp does not: its first "
    "steps are longer than the later ones, 3.2 times with the default. From there on it "
    "agrees, so all but the correction is right.",
)
rmsprop_divided_before_it_is_averaged = edited(
    RMSProp, "divided-before-it-is-averaged", {"np.sqrt(self.s)": "np.sqrt(s)"}, LATE_DIVISION
)
rmsprop_one_size_for_all = edited(
    RMSProp, "one-size-for-all", {"gradient**2": "np.sum(gradient**2)"}, ONE_SIZE
)
rmsprop_epsilon_forgotten = edited(
    RMSProp, "epsilon-forgotten", {"(root + self.epsilon)": "root"}, EPSILON_FORGOTTEN
)
rmsprop_uphill = edited(RMSProp, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(RMSProp, AVERAGE)


# Adam

adam_no_bias_correction = edited(
    Adam,
    "no-bias-correction",
    {" / (1 - self.beta_1**self.t)": "", " / (1 - self.beta_2**self.t)": ""},
    UNCORRECTED,
)
adam_first_moment_not_corrected = edited(
    Adam, "first-moment-not-corrected", {" / (1 - self.beta_1**self.t)": ""}, M_UNCORRECTED
)
adam_second_moment_not_corrected = edited(
    Adam, "second-moment-not-corrected", {" / (1 - self.beta_2**self.t)": ""}, V_UNCORRECTED
)
adam_epsilon_before_the_correction = edited(
    Adam,
    "epsilon-before-the-correction",
    {
        "np.sqrt(v / (1 - self.beta_2**self.t))": (
            "(np.sqrt(v) + self.epsilon) / (1 - self.beta_2**self.t) ** 0.5"
        ),
        "(root + self.epsilon)": "root",
    },
    EPSILON_EARLY,
)
adam_epsilon_inside_the_root = edited(
    Adam,
    "epsilon-inside-the-root",
    {"**self.t))": "**self.t) + self.epsilon)", "(root + self.epsilon)": "root"},
    EPSILON_INSIDE,
)
adam_betas_swapped = edited(
    Adam,
    "betas-swapped",
    {
        "self.beta_1 = beta_1": "self.beta_1 = beta_2",
        "self.beta_2 = beta_2": "self.beta_2 = beta_1",
    },
    BETAS_SWAPPED,
)
adam_square_forgotten = edited(
    Adam, "square-forgotten", {"gradient**2": "gradient"}, SQUARE_FORGOTTEN
)
adam_root_forgotten = edited(Adam, "root-forgotten", {"np.sqrt(v": "(v"}, ROOT_FORGOTTEN)
adam_epsilon_forgotten = edited(
    Adam, "epsilon-forgotten", {"(root + self.epsilon)": "root"}, EPSILON_FORGOTTEN
)
adam_count_from_zero = edited(
    Adam, "count-from-zero", {"self.t = 0": "self.t = -1"}, COUNT_FROM_ZERO
)
adam_count_one_ahead = edited(Adam, "count-one-ahead", {"self.t = 0": "self.t = 1"}, COUNT_LATE)
adam_count_not_kept = edited(Adam, "count-not-kept", {"self.t += 1": "self.t = 1"}, COUNT_STUCK)
adam_product_in_place_of_power = edited(
    Adam,
    "product-in-place-of-power",
    {"self.beta_1**self.t": "self.beta_1 * self.t", "self.beta_2**self.t": "self.beta_2 * self.t"},
    POWER_AS_PRODUCT,
)
adam_first_moment_squared = edited(
    Adam, "first-moment-squared", {"gradient**2": "m**2"}, MOMENT_SQUARED
)
adam_sizes_averaged_in_place_of_squares = edited(
    Adam, "sizes-averaged-in-place-of-squares", {"gradient**2": "np.abs(gradient)"}, ABS_IN_PLACE
)
adam_corrected_moments_kept = edited(
    Adam,
    "corrected-moments-kept",
    {
        "self.moments = m, v": (
            "self.moments = m / (1 - self.beta_1**self.t), v / (1 - self.beta_2**self.t)"
        )
    },
    CORRECTION_KEPT,
)
adam_shares_of_the_new_forgotten = edited(
    Adam,
    "shares-of-the-new-forgotten",
    {"(1 - self.beta_1) * gradient": "gradient", "(1 - self.beta_2) * gradient**2": "gradient**2"},
    SHARES_FORGOTTEN,
)
adam_gradient_in_place_of_the_first_moment = edited(
    Adam,
    "gradient-in-place-of-the-first-moment",
    {"self.learning_rate * m_hat": "self.learning_rate * gradient"},
    "Your steps follow the gradient and not m: this is RMSProp with a correction. The first "
    "step is right, and v is; but momentum, the other half of Adam, is missing. The "
    "numerator is m̂ = m / (1 - beta_1^t).",
)
adam_one_size_for_all = edited(
    Adam, "one-size-for-all", {"gradient**2": "np.sum(gradient**2)"}, ONE_SIZE
)
adam_uphill = edited(Adam, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(Adam, MOMENTS)


# AdaMax

adamax_maximum_never_fades = edited(
    AdaMax,
    "maximum-never-fades",
    {"self.beta_2 * u": "u"},
    "Your u is the largest gradient that there ever was: beta_2 is missing from the maximum. "
    "One outlier then shortens all steps for ever. Let the old maximum fade: u ← max(beta_2 "
    "· u, |gradient|).",
)
adamax_sign_kept = edited(
    AdaMax,
    "sign-kept",
    {"np.abs(gradient)": "gradient"},
    "The maximum takes the gradient with its sign, so a large negative one counts for "
    "nothing: u stays near 0 and the step explodes. It is the *size*, |gradient|, that "
    "enters u.",
)
adamax_adam_in_place_of_adamax = edited(
    AdaMax,
    "adam-in-place-of-adamax",
    {
        "np.maximum(self.beta_2 * u, np.abs(gradient))": (
            "self.beta_2 * u + (1 - self.beta_2) * gradient**2"
        ),
        "u + self.epsilon": "np.sqrt(u / (1 - self.beta_2**self.t)) + self.epsilon",
    },
    "This is Adam: the root of a moving average of squares. AdaMax replaces it by u ← "
    "max(beta_2 · u, |gradient|), which needs no root, and no correction. Your first moment "
    "is right.",
)
adamax_no_bias_correction = edited(
    AdaMax,
    "no-bias-correction",
    {" / (1 - self.beta_1**self.t)": ""},
    "m is not corrected for its start at 0: with beta_1 = 0.9 the first step is a tenth of "
    "what it should be. Divide it, or the learning rate, by (1 - beta_1^t). u is right, and "
    "needs no correction.",
)
adamax_maximum_corrected_too = edited(
    AdaMax,
    "maximum-corrected-too",
    {"u + self.epsilon": "u / (1 - self.beta_2**self.t) + self.epsilon"},
    "You divide u by (1 - beta_2^t), as Adam does with v. A maximum is not pulled towards "
    "its start at 0, so there is nothing to correct: with the defaults your first step is a "
    "thousand times too short. m is right.",
)
adamax_one_maximum_for_all = edited(
    AdaMax,
    "one-maximum-for-all",
    {"np.abs(gradient)": "np.max(np.abs(gradient), initial=0)"},
    "`np.max` takes the largest of *all* entries, so every parameter is divided by the same "
    "number. The maximum is taken entry by entry, between the faded old one and the new "
    "size: `np.maximum`.",
)
adamax_betas_swapped = edited(
    AdaMax,
    "betas-swapped",
    {
        "self.beta_1 = beta_1": "self.beta_1 = beta_2",
        "self.beta_2 = beta_2": "self.beta_2 = beta_1",
    },
    BETAS_SWAPPED,
)
adamax_gradient_fades_in_place_of_the_maximum = edited(
    AdaMax,
    "gradient-fades-in-place-of-the-maximum",
    {"self.beta_2 * u, np.abs(gradient)": "u, self.beta_2 * np.abs(gradient)"},
    "beta_2 is on the wrong side of the maximum: it shrinks the new gradient, and the old "
    "maximum never fades. u ← max(beta_2 · u, |gradient|).",
)
adamax_sum_in_place_of_maximum = edited(
    AdaMax,
    "sum-in-place-of-maximum",
    {"np.maximum(self.beta_2 * u, np.abs(gradient))": "self.beta_2 * u + np.abs(gradient)"},
    "You add the new size to the faded old one; the larger of the two is asked for. A sum "
    "grows to 1 / (1 - beta_2) times the gradient, a thousand times with the default, and "
    "the steps shrink to nothing.",
)
adamax_epsilon_inside_the_maximum = edited(
    AdaMax,
    "epsilon-inside-the-maximum",
    {"np.abs(gradient)": "np.abs(gradient) + self.epsilon", "u + self.epsilon": "u"},
    "Your epsilon is inside the maximum, as in PyTorch: max(beta_2 · u, |gradient| + "
    "epsilon), and the next step finds it in u. Here u stays clean, and epsilon is added "
    "where it is divided by. Everything else is right.",
)
adamax_epsilon_forgotten = edited(
    AdaMax, "epsilon-forgotten", {"u + self.epsilon": "u"}, EPSILON_FORGOTTEN
)
# As most write it, m is divided, and not the learning rate: a float over 0 raises an error.
adamax_count_from_zero = edited(
    AdaMax,
    "count-from-zero",
    {
        "self.t = 0": "self.t = -1",
        "rate = self.learning_rate": "m = m",
        "rate * m": "self.learning_rate * m",
    },
    COUNT_FROM_ZERO,
)
adamax_count_one_ahead = edited(AdaMax, "count-one-ahead", {"self.t = 0": "self.t = 1"}, COUNT_LATE)
adamax_uphill = edited(AdaMax, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(AdaMax, MOMENTS)


# Nadam

nadam_adam_in_place_of_nadam = edited(
    Nadam,
    "adam-in-place-of-nadam",
    {"(kept + fresh)": "m / (1 - self.beta_1**self.t)"},
    "This is Adam, and right as Adam: m̂ = m / (1 - beta_1^t). Nadam looks one step ahead: "
    "it takes what the *next* step will keep of m, corrected with t + 1, and the fresh "
    "gradient in full share.",
)
nadam_same_power_for_both = edited(
    Nadam,
    "same-power-for-both",
    {"self.beta_1 ** (self.t + 1)": "self.beta_1**self.t"},
    "Both parts of m̂ are corrected with the power t. That form is in Ruder's overview and "
    "in many libraries; in Dozat's, which is asked for, the kept part belongs to the next "
    "step, and is divided by (1 - beta_1^(t+1)). With the defaults your first step is 1.29 "
    "times as long as it should be. The rest is right.",
)
nadam_next_power_for_both = edited(
    Nadam,
    "next-power-for-both",
    {"self.beta_1**self.t": "self.beta_1 ** (self.t + 1)"},
    "Both parts of m̂ are corrected with the power t + 1. That is right for the kept part, "
    "which belongs to the next step; the fresh gradient belongs to this one, and is divided "
    "by (1 - beta_1^t).",
)
nadam_fresh_gradient_forgotten = edited(
    Nadam,
    "fresh-gradient-forgotten",
    {"(kept + fresh)": "kept"},
    "m̂ has only its first part, what the next step will keep of m. The second, (1 - beta_1) "
    "· gradient / (1 - beta_1^t), is missing: with it the current gradient counts more than "
    "in Adam, without it less.",
)
nadam_fresh_gradient_not_corrected = edited(
    Nadam,
    "fresh-gradient-not-corrected",
    {" / (1 - self.beta_1**self.t)": ""},
    "The fresh gradient is not corrected: (1 - beta_1) · gradient has to be divided by (1 - "
    "beta_1^t). The kept part is right. With beta_1 = 0.9 the first step is less than half "
    "as long as it should be.",
)
nadam_old_moment_kept = edited(
    Nadam,
    "old-moment-kept",
    {
        "m = self.beta_1 * m": "old, m = m, self.beta_1 * m",
        "kept = self.beta_1 * m": "kept = self.beta_1 * old",
    },
    "The kept part is made of the *old* m. Then beta_1 · m + (1 - beta_1) · gradient is just "
    "the new m, and there is no look ahead: put the new m into it.",
)
nadam_keras_schedule = edited(
    Nadam,
    "keras-schedule",
    {
        "self.t = 0": "self.t, self.product = 0, 1.0",
        "kept = self.beta_1 * m / (1 - self.beta_1 ** (self.t + 1))": (
            "now = self.beta_1 * (1 - 0.5 * 0.96**self.t)\n"
            "        ahead = self.beta_1 * (1 - 0.5 * 0.96 ** (self.t + 1))\n"
            "        self.product *= now\n"
            "        kept = ahead * m / (1 - self.product * ahead)"
        ),
        "(1 - self.beta_1) * gradient / (1 - self.beta_1**self.t)": (
            "(1 - now) * gradient / (1 - self.product)"
        ),
    },
    "This is Keras's Nadam (and PyTorch's), which lets beta_1 grow with t, from half its "
    "value to all of it. Here the plain form is asked for: the same beta_1 in every step. "
    "Your v is right.",
)
nadam_no_bias_correction = edited(
    Nadam,
    "no-bias-correction",
    {
        " / (1 - self.beta_1 ** (self.t + 1))": "",
        " / (1 - self.beta_1**self.t)": "",
        " / (1 - self.beta_2**self.t)": "",
    },
    "Nothing is corrected for its start at 0, neither the two parts of m̂ nor v. Your "
    "moments are right. With the defaults the first steps are far too long, because v starts "
    "a thousand times too small.",
)
nadam_second_moment_not_corrected = edited(
    Nadam, "second-moment-not-corrected", {" / (1 - self.beta_2**self.t)": ""}, V_UNCORRECTED
)
nadam_second_moment_times_beta = edited(
    Nadam,
    "second-moment-times-beta",
    {"np.sqrt(v": "np.sqrt(self.beta_2 * v"},
    "You multiply v̂ by beta_2, which stands so in Dozat's Algorithm 2. It is asked for as "
    "in Adam, as the docstring says: v̂ = v / (1 - beta_2^t). Everything else is right.",
)
nadam_epsilon_inside_the_root = edited(
    Nadam,
    "epsilon-inside-the-root",
    {"**self.t))": "**self.t) + self.epsilon)", "(root + self.epsilon)": "root"},
    EPSILON_INSIDE,
)
nadam_betas_swapped = edited(
    Nadam,
    "betas-swapped",
    {
        "self.beta_1 = beta_1": "self.beta_1 = beta_2",
        "self.beta_2 = beta_2": "self.beta_2 = beta_1",
    },
    BETAS_SWAPPED,
)
nadam_square_forgotten = edited(
    Nadam, "square-forgotten", {"gradient**2": "gradient"}, SQUARE_FORGOTTEN
)
nadam_root_forgotten = edited(Nadam, "root-forgotten", {"np.sqrt(v": "(v"}, ROOT_FORGOTTEN)
nadam_epsilon_forgotten = edited(
    Nadam, "epsilon-forgotten", {"(root + self.epsilon)": "root"}, EPSILON_FORGOTTEN
)
nadam_count_from_zero = edited(
    Nadam, "count-from-zero", {"self.t = 0": "self.t = -1"}, COUNT_FROM_ZERO
)
nadam_uphill = edited(Nadam, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(Nadam, MOMENTS)


# AdamW

adamw_decay_coupled = edited(
    AdamW,
    "decay-coupled",
    {
        "self.t += 1": ("self.t += 1\n        gradient = gradient + self.weight_decay * theta"),
        "(root + self.epsilon) + self.weight_decay * theta": "(root + self.epsilon)",
    },
    "Your decay is part of the gradient: that is ℓ2 regularisation under Adam. It goes "
    "through both moments and is divided by √v̂, so weights with large gradients hardly "
    "decay at all. Leave the gradient alone, and subtract learning_rate · weight_decay · θ "
    "beside Adam's step, which is right.",
)
adamw_decay_not_scaled = edited(
    AdamW,
    "decay-not-scaled",
    {
        "(root + self.epsilon) + self.weight_decay * theta": "(root + self.epsilon)",
        "self.learning_rate * move": "self.learning_rate * move - self.weight_decay * theta",
    },
    "Your decay is not multiplied by the learning rate. The paper has it so; here it is "
    "asked for as in Keras and PyTorch, learning_rate · weight_decay · θ. With the defaults "
    "your weights shrink a thousand times too fast. Adam's part is right.",
)
adamw_decay_of_the_updated_parameters = edited(
    AdamW,
    "decay-of-the-updated-parameters",
    {
        "(root + self.epsilon) + self.weight_decay * theta": "(root + self.epsilon)",
        "return theta - self.learning_rate * move": (
            "theta = theta - self.learning_rate * move\n"
            "        return theta - self.learning_rate * self.weight_decay * theta"
        ),
    },
    "You decay the parameters *after* Adam has moved them. The difference is small, "
    "learning_rate² · weight_decay · Adam's move, but the formula takes both from the old θ: "
    "decay first or in one line. Both parts by themselves are right.",
)
adamw_decay_divided_by_the_root = edited(
    AdamW,
    "decay-divided-by-the-root",
    {
        "m_hat / (root + self.epsilon) + self.weight_decay * theta": (
            "(m_hat + self.weight_decay * theta) / (root + self.epsilon)"
        )
    },
    "You add the decay to m̂ before you divide by √v̂. So it is in no moment, but it is "
    "still scaled as a gradient: half coupled. It has to stand beside the quotient: θ - "
    "learning_rate · (m̂ / (√v̂ + epsilon) + weight_decay · θ).",
)
adamw_decay_forgotten = edited(
    AdamW,
    "decay-forgotten",
    {" + self.weight_decay * theta": ""},
    "This is Adam, and right as Adam, but `weight_decay` changes nothing. Every parameter "
    "loses learning_rate · weight_decay · θ in each step, also where its gradient is 0.",
)
adamw_decay_grows = edited(
    AdamW,
    "decay-grows",
    {"+ self.weight_decay * theta": "- self.weight_decay * theta"},
    "Your decay has the wrong sign: the weights grow, and the larger they are the faster. A "
    "decay takes them towards 0: - learning_rate · weight_decay · θ.",
)
adamw_decay_of_the_sign = edited(
    AdamW,
    "decay-of-the-sign",
    {"self.weight_decay * theta": "self.weight_decay * np.sign(theta)"},
    "You subtract learning_rate · weight_decay · sign(θ), as ℓ1 would. The decay asked for "
    "is proportional to the parameter: it takes the same *share* of each.",
)
adamw_learning_rate_twice_on_the_decay = edited(
    AdamW,
    "learning-rate-twice-on-the-decay",
    {"self.weight_decay * theta": "self.learning_rate * self.weight_decay * theta"},
    "Your decay has the learning rate in it twice: learning_rate² · weight_decay · θ. It is "
    "multiplied once, with Adam's part or by itself, not both.",
)
adamw_decay_where_there_is_a_gradient = edited(
    AdamW,
    "decay-where-there-is-a-gradient",
    {"self.weight_decay * theta": "np.where(gradient == 0, 0, self.weight_decay * theta)"},
    "Parameters whose gradient is 0 do not decay in yours. That is how ℓ2 behaves when "
    "frameworks skip what has no gradient; a decoupled decay takes its share of *every* "
    "parameter at each step.",
)
adamw_no_bias_correction = edited(
    AdamW,
    "no-bias-correction",
    {" / (1 - self.beta_1**self.t)": "", " / (1 - self.beta_2**self.t)": ""},
    UNCORRECTED,
)
adamw_second_moment_not_corrected = edited(
    AdamW, "second-moment-not-corrected", {" / (1 - self.beta_2**self.t)": ""}, V_UNCORRECTED
)
adamw_epsilon_before_the_correction = edited(
    AdamW,
    "epsilon-before-the-correction",
    {
        "np.sqrt(v / (1 - self.beta_2**self.t))": (
            "(np.sqrt(v) + self.epsilon) / (1 - self.beta_2**self.t) ** 0.5"
        ),
        "(root + self.epsilon)": "root",
    },
    EPSILON_EARLY,
)
adamw_epsilon_inside_the_root = edited(
    AdamW,
    "epsilon-inside-the-root",
    {"**self.t))": "**self.t) + self.epsilon)", "(root + self.epsilon)": "root"},
    EPSILON_INSIDE,
)
adamw_betas_swapped = edited(
    AdamW,
    "betas-swapped",
    {
        "self.beta_1 = beta_1": "self.beta_1 = beta_2",
        "self.beta_2 = beta_2": "self.beta_2 = beta_1",
    },
    BETAS_SWAPPED,
)
adamw_square_forgotten = edited(
    AdamW, "square-forgotten", {"gradient**2": "gradient"}, SQUARE_FORGOTTEN
)
adamw_root_forgotten = edited(AdamW, "root-forgotten", {"np.sqrt(v": "(v"}, ROOT_FORGOTTEN)
adamw_epsilon_forgotten = edited(
    AdamW, "epsilon-forgotten", {"(root + self.epsilon)": "root"}, EPSILON_FORGOTTEN
)
adamw_count_from_zero = edited(
    AdamW, "count-from-zero", {"self.t = 0": "self.t = -1"}, COUNT_FROM_ZERO
)
adamw_uphill = edited(
    AdamW,
    "uphill",
    {
        "return theta -": "return theta +",
        "+ self.weight_decay * theta": "- self.weight_decay * theta",
    },
    UPHILL,
)

_declare_common(AdamW, DECAY)


# NadamW: in NumPy, so that neither the judge nor a replay needs Keras


class _NadamW:
    """A right one, in the parts that Keras's optimisers have, and what the judge's probes do."""

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        clipnorm: float | None = None,
    ) -> None:
        self.learning_rate, self.weight_decay = learning_rate, weight_decay
        self.beta_1, self.beta_2, self.epsilon = beta_1, beta_2, epsilon
        self.clipnorm = clipnorm
        self.iterations = 0
        self.compiled = False
        self.state: list[tuple[Array, Array]] = []

    # What Keras's base class does

    @np.errstate(all="ignore")
    def apply(self, gradients: list[Array], variables: list[Array]) -> list[Array]:
        if not self.state:
            self.state = [(np.zeros_like(v), np.zeros_like(v)) for v in variables]
        if self.clipnorm is not None:
            norms = [float(np.linalg.norm(gradient)) for gradient in gradients]
            gradients = [
                gradient * min(1, self.clipnorm / norm)
                for gradient, norm in zip(gradients, norms, strict=True)
            ]
        decay = self.learning_rate * (self.weight_decay or 0.0)
        decayed = [variable - decay * variable for variable in variables]
        moved = [self.update_step(i, gradient, decayed[i]) for i, gradient in enumerate(gradients)]
        self.iterations += 1
        return moved

    def saved_and_loaded(self) -> Any:
        loaded = type(self)(**self.get_config())
        loaded.iterations, loaded.state = self.iterations, list(self.state)
        return loaded

    # What is written for it

    def update_step(self, i: int, gradient: Array, variable: Array) -> Array:
        m, v = self.state[i]
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * gradient**2
        self.state[i] = m, v
        t = self.count(i)
        return variable - self.learning_rate * self.direction(m, v, gradient, t)

    def count(self, i: int) -> int:
        return self.iterations + 1

    def direction(self, m: Array, v: Array, gradient: Array, t: int) -> Array:
        kept = self.beta_1 * m / (1 - self.beta_1 ** (t + 1))
        fresh = (1 - self.beta_1) * gradient / np.float64(1 - self.beta_1**t)
        return (kept + fresh) / (np.sqrt(v / np.float64(1 - self.beta_2**t)) + self.epsilon)

    def get_config(self) -> dict[str, Any]:
        names = ("learning_rate", "beta_1", "beta_2", "epsilon", "weight_decay", "clipnorm")
        return {name: getattr(self, name) for name in names}

    # What the judge's probes do with it

    def optimiser_path(
        self, start: Any, gradients: Any, rates: Any = None, changed: Any = None
    ) -> Any:
        one = self if changed is None else type(self)(**{**self.get_config(), **changed})
        places, path = [np.asarray(value, float) for value in start], []
        for step, some in enumerate(gradients):
            if rates is not None:
                one.learning_rate = float(rates[step])
            places = one.apply([np.asarray(g, float) for g in some], places)
            path.append([np.asarray(place, np.float32) for place in places])
        return path

    def optimiser_training(self, weights: Any, x: Array, y: Array, steps: int) -> Any:
        self.compiled = True
        places, path = [np.asarray(weight, float) for weight in weights], []
        for _ in range(steps):
            w, b, v, c = places
            hidden = np.tanh(x @ w + b)
            error = 2 * (hidden @ v + c - y) / y.size
            back = (error @ v.T) * (1 - hidden**2)
            slopes = [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
            places = self.apply(slopes, places)
            path.append([np.asarray(place, np.float32) for place in places])
        return path

    def optimiser_saved(self, weights: Any, gradients: Any, ways: Any) -> Any:
        path = self.optimiser_path(weights, gradients)
        loaded = self.saved_and_loaded()
        pairs = zip((self, loaded), ways, strict=True)
        return tuple(path + one.optimiser_path(path[-1], way) for one, way in pairs)

    def optimiser_configuration(self, names: list[str]) -> Any:
        found = [self.get_config().get(name) for name in names]
        return np.array([np.nan if value is None else value for value in found], np.float32)


@mistake(
    "NadamW",
    "decay-not-passed-on",
    "`weight_decay` is an argument of yours, but nothing comes of it: the weights do not decay. "
    "Keras's base class would decay them by itself if it knew: pass `weight_decay=weight_decay` "
    "on to `super().__init__`. Your steps are right but for that.",
)
class NadamWDecayNotPassedOn(_NadamW):
    def __init__(self, weight_decay: float | None = 0.004, **arguments: Any) -> None:
        super().__init__(weight_decay=None, **arguments)


@mistake(
    "NadamW",
    "decay-applied-twice",
    "The weights decay twice in a step: you passed `weight_decay` on to the base class, which "
    "decays them before `update_step` is called, and decay them there again. Leave it to the base "
    "class. Your steps are right but for that.",
)
class NadamWDecayAppliedTwice(_NadamW):
    def update_step(self, i: int, gradient: Array, variable: Array) -> Array:
        decay = self.learning_rate * (self.weight_decay or 0.0) * variable
        return super().update_step(i, gradient, variable) - decay


@mistake(
    "NadamW",
    "decay-coupled",
    "Your decay is part of the gradient: it goes through both moments and is divided by the root. "
    "That is ℓ2 regularisation; decoupled decay is left to the base class, which takes "
    "learning_rate · weight_decay · θ off before `update_step` is called.",
)
class NadamWDecayCoupled(_NadamW):
    def __init__(self, weight_decay: float | None = 0.004, **arguments: Any) -> None:
        super().__init__(weight_decay=None, **arguments)
        self.decay = weight_decay

    def update_step(self, i: int, gradient: Array, variable: Array) -> Array:
        return super().update_step(i, gradient + (self.decay or 0.0) * variable, variable)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "weight_decay": self.decay}


@mistake(
    "NadamW",
    "steps-counted-in-python",
    "You count the steps by `self.t += 1` in `update_step`. Keras calls that once for *each "
    "variable*, so with three of them the count is three times too fast; and under `fit` it is "
    "called once, to be compiled, and then the count stands still. Use `self.iterations + 1`, "
    "which is a variable of the base class. The formulas are right.",
)
class NadamWCountsInPython(_NadamW):
    t = 0

    def count(self, i: int) -> int:
        self.t += 1
        return i + 1 if self.compiled else self.t


@mistake(
    "NadamW",
    "steps-counted-from-zero",
    "Your t is `self.iterations`, the steps that have been *completed*: 0 in the first one. Then "
    "1 - beta^t is 0, and all is NaN from the start. Take `self.iterations + 1`.",
)
class NadamWCountsFromZero(_NadamW):
    def count(self, i: int) -> int:
        return self.iterations


@mistake(
    "NadamW",
    "one-state-for-all-variables",
    "There is one m and one v, of the first variable's shape, for all variables. It fails at the "
    "second one. `build` is given all variables: make an m and a v for each "
    "(`add_optimizer_variables` does), and find them by `_get_variable_index`.",
)
class NadamWOneStateForAll(_NadamW):
    class InvalidArgumentError(Exception):
        """What TensorFlow raises where nothing is compiled."""

    def update_step(self, i: int, gradient: Array, variable: Array) -> Array:
        if i:
            raise (ValueError if self.compiled else self.InvalidArgumentError)("shapes")
        return super().update_step(i, gradient, variable)


@mistake(
    "NadamW",
    "learning-rate-frozen",
    "You use the learning rate that the optimiser was made with, which you kept. Schedules and "
    "callbacks change it while training goes on: use the argument `learning_rate` of "
    "`update_step`, which is the one of the moment. The formulas are right.",
)
class NadamWLearningRateFrozen(_NadamW):
    def __init__(self, **arguments: Any) -> None:
        super().__init__(**arguments)
        self.kept_rate = self.learning_rate

    def update_step(self, i: int, gradient: Array, variable: Array) -> Array:
        m, v = self.state[i]
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * gradient**2
        self.state[i] = m, v
        return variable - self.kept_rate * self.direction(m, v, gradient, self.count(i))


@mistake(
    "NadamW",
    "betas-not-in-the-configuration",
    "The configuration lacks beta_1, beta_2 and epsilon: the base class knows only its own "
    "arguments. An optimiser that is loaded with a model then goes on with the defaults, without a "
    "word. Add yours to `super().get_config()`. The steps are right.",
)
class NadamWForgetsBetas(_NadamW):
    def get_config(self) -> dict[str, Any]:
        known = super().get_config()
        return {key: known[key] for key in ("learning_rate", "weight_decay", "clipnorm")}


@mistake(
    "NadamW",
    "state-not-saved",
    "After a model has been saved and loaded, your m and v start at 0 again, in the midst of "
    "training, while the count goes on. They are kept somewhere that Keras does not look (a "
    "`tf.Variable`, an array, a dictionary). Make them by `add_optimizer_variables` (or "
    "`add_variable`); they are then saved with the rest. The steps are right.",
)
class NadamWStateNotSaved(_NadamW):
    def saved_and_loaded(self) -> Any:
        loaded = super().saved_and_loaded()
        loaded.state = []
        return loaded


@mistake(
    "NadamW",
    "not-registered",
    "Your steps are right, but a model that was saved with your optimiser cannot be loaded: the "
    "file has only the name of the class, and nobody knows the name. The stub has the decorator "
    "`@keras.saving.register_keras_serializable` above the class; leave it there.",
)
class NadamWNotRegistered(_NadamW):
    def saved_and_loaded(self) -> Any:
        raise TypeError("not registered")


@mistake(
    "NadamW",
    "further-arguments-swallowed",
    "You take `**kwargs` and do not pass them on, so `clipnorm`, `name` and the rest are accepted "
    "and ignored. Write `super().__init__(..., **kwargs)`. The steps are right.",
)
class NadamWSwallowsArguments(_NadamW):
    def __init__(self, clipnorm: float | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)


@mistake(
    "NadamW",
    "adam-in-place-of-nadam",
    "This is AdamW, and right as AdamW. Nadam looks one step ahead: m̂ is made of what the next "
    "step will keep of m, corrected with t + 1, and of the fresh gradient.",
)
class NadamWIsAdamW(_NadamW):
    def direction(self, m: Array, v: Array, gradient: Array, t: int) -> Array:
        root = np.sqrt(v / (1 - self.beta_2**t))
        return m / (1 - self.beta_1**t) / (root + self.epsilon)


@mistake(
    "NadamW",
    "same-power-for-both",
    "Both parts of m̂ are corrected with the power t. The kept part belongs to the next step, and "
    "is divided by (1 - beta_1^(t+1)). The rest is right.",
)
class NadamWSamePower(_NadamW):
    def direction(self, m: Array, v: Array, gradient: Array, t: int) -> Array:
        ahead = self.beta_1 * m + (1 - self.beta_1) * gradient
        root = np.sqrt(v / (1 - self.beta_2**t))
        return ahead / (1 - self.beta_1**t) / (root + self.epsilon)


@mistake(
    "NadamW",
    "keras-schedule",
    "This is the rule of Keras's own Nadam, which lets beta_1 grow with t. The plain form is asked "
    "for: the same beta_1 in every step. The decay is right.",
)
class NadamWWithSchedule(_NadamW):
    def direction(self, m: Array, v: Array, gradient: Array, t: int) -> Array:
        betas = [self.beta_1 * (1 - 0.5 * 0.96**step) for step in range(1, t + 2)]
        kept = betas[-1] * m / (1 - np.prod(betas))
        fresh = (1 - betas[-2]) * gradient / (1 - np.prod(betas[:-1]))
        return (kept + fresh) / (np.sqrt(v / (1 - self.beta_2**t)) + self.epsilon)


@mistake(
    "NadamW",
    "no-bias-correction",
    "Nothing is corrected for its start at 0, neither the two parts of m̂ nor v. m, v and the decay "
    "are right.",
)
class NadamWUncorrected(_NadamW):
    def direction(self, m: Array, v: Array, gradient: Array, t: int) -> Array:
        ahead = self.beta_1 * m + (1 - self.beta_1) * gradient
        return ahead / (np.sqrt(v) + self.epsilon)


@mistake("NadamW", "epsilon-inside-the-root", EPSILON_INSIDE)
class NadamWEpsilonInside(_NadamW):
    def direction(self, m: Array, v: Array, gradient: Array, t: int) -> Array:
        kept = self.beta_1 * m / (1 - self.beta_1 ** (t + 1))
        fresh = (1 - self.beta_1) * gradient / (1 - self.beta_1**t)
        return (kept + fresh) / np.sqrt(v / (1 - self.beta_2**t) + self.epsilon)
