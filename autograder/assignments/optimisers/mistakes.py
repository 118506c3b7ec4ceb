"""Wrong optimisers that people really write.

Each is a right one, edited in the one point that it is about. What can go wrong in every optimiser
alike (state that is shared, arrays changed in place, arguments that nobody looks at) is explained
once, and said as an edit once for all that keep the same state.
"""
# mypy: disable-error-code="no-any-return"

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from autograder.api import edited, mistake
from autograder.assignments.optimisers.in_numpy import NadamW
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
EPSILON_FLOOR = (
    "You divide by the larger of epsilon and what it should be added to. It is *added*: where "
    "gradients are about as small as epsilon, the two part. The rest is right."
)
ONE_BELIEF = (
    "Your second average takes the square of gradient - m: that is AdaBelief. What is averaged is "
    "the square of the gradient itself. The rest is right."
)
LARGEST_KEPT = (
    "You divide by the largest v̂ that there has been: that is AMSGrad (`amsgrad=True` in Keras and "
    "PyTorch), which is not asked for. Divide by the v̂ of this step. The rest is right."
)
CORRECTED_OUTSIDE = (
    "You correct the *root* of v: √v / (1 - beta_2^t). It is v that is divided, and then the root "
    "is taken: √(v / (1 - beta_2^t)). In the first step yours is thirty times too large with the "
    "default, and the step as much too short. The rest is right."
)
EPSILON_EARLY_IN_DOUBLE = (
    f"{EPSILON_EARLY.removesuffix('; everything else is right.')}. Besides, single precision goes "
    "in and double precision comes out: NumPy's `sqrt` of a Python number is a float64, and "
    "`** 0.5` of it is none."
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
COUNT_STUCK_IN_M = (
    "Your t stays at 1: the first step is right, and from then on m is corrected as if each step "
    "were the first, and blown up ten times with the default. The count must be kept between the "
    "steps, as m and u are."
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
DOUBLE = (
    "Single precision goes in and double precision comes out: something in your step is float64, "
    "and everything that it touches becomes float64 too. As a rule that is a state made by "
    "`np.zeros(theta.shape)` (`np.zeros_like(theta)` has the dtype of the parameters), an argument "
    "turned into `float`, or NumPy's `sqrt` of a Python number, which is a float64 (`** 0.5` of it "
    "is none). The update rule itself is right."
)
FRESH = (
    "Parameters of another shape than in the first step are taken, with a state that starts "
    "afresh. One optimiser is for one array of parameters: another shape is a slip of whoever "
    "calls it. Raise ValueError. The update rule itself is right."
)
TRACE = (
    "A call that is refused for its shapes leaves a trace: the state was made, or the step "
    "counted, before the shapes were looked at. Look first, and change `self` only when all "
    "is well. The update rule itself is right."
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
    "theta-returned-at-rate-0": (
        "With a learning rate of 0 your step returns `theta` itself. Its numbers are right, but "
        "who writes into what came back writes into what was passed in. Return a new array, as at "
        "any other rate (`theta.copy()`). The rest is right."
    ),
    "result-changed-later": (
        "Your steps return the same array again and again, and each writes over what the one "
        "before returned. Whoever keeps the path finds the last point in all places. Return a new "
        "array from each step. The numbers are right."
    ),
    "gradient-kept": (
        "Your state is the caller's gradient itself, not a copy: after the first step it is the "
        "very array that was passed in. A training loop that writes the next gradient into the "
        "same array changes your velocity with it. Copy it, or start from zeros. The update rule "
        "itself is right."
    ),
    "state-shared-between-instances": SHARED,
    "state-of-the-class-made-anew": SHARED,
    "count-shared-between-instances": (
        "Your optimisers share one count of steps: it belongs to the class (or is a global), not "
        "to the object. A new optimiser then corrects its first step as if it were a later one. "
        "Count in `self.t`, from 0 in `__init__`. The rest is right."
    ),
    "state-in-double-precision": DOUBLE,
    "arguments-in-double-precision": DOUBLE,
    "root-in-double-precision": DOUBLE,
    "always-single-precision": (
        "Double precision goes in and single precision comes out: your step returns float32 "
        "whatever it is given. The new parameters should have the dtype of `theta`."
    ),
    "shapes-not-checked": (
        "Arrays of different shapes are taken without a word: NumPy stretches one over the other, "
        "and parameters are moved by gradients that are not theirs. Compare the shapes of theta, "
        "gradient and state first, and raise ValueError. The update rule itself is right."
    ),
    "state-not-compared": (
        "`theta` and `gradient` are compared with each other, but not with the state: parameters "
        "of another shape than in the first step are taken, and NumPy stretches the state over "
        "them. Raise ValueError there too. The update rule itself is right."
    ),
    "state-starts-afresh": FRESH,
    "all-starts-afresh": FRESH,
    "sizes-compared": (
        "Two shapes of as many entries pass for the same: (3,) and (3, 1) have three each, and "
        "NumPy stretches them to (3, 3). Compare `theta.shape`, not `theta.size`. The update rule "
        "itself is right."
    ),
    "shapes-asserted": (
        "Shapes that do not fit are refused by another exception (AssertionError, as `assert` "
        "raises it). ValueError is asked for: an `assert` is switched off by `python -O`, and "
        "says that the program is wrong, not its argument."
    ),
    "refused-call-counts": TRACE,
    "refused-call-makes-state": TRACE,
    "theta-of-its-own": (
        "Your optimiser remembers the parameters of the first step and moves those, whatever it "
        "is given later. As long as nobody else touches the parameters that is the same; after a "
        "restored checkpoint, or a constraint on the weights, it is not. Start from the argument "
        "`theta`. The update rule itself is right."
    ),
    "still-where-the-gradient-is-0": (
        "Parameters stand still in yours where the gradient is 0. They should not: what the state "
        "remembers of earlier gradients moves them on, and only that fades. The rest is right."
    ),
    "gradient-clipped": (
        "You clip the gradient to [-1, 1] before you use it. That is another technique, which is "
        "not asked for here: the rest is right."
    ),
    "step-returned": (
        "You return how far the parameters move. A step returns the new parameters, theta and the "
        "move together; the move itself is right."
    ),
    "no-memory": (
        "Your state starts afresh in every step: each one is taken as if it were the first. Make "
        "the state in the first step only, and keep it in the object (`self.something = ...`). "
        "The first step is right."
    ),
    "arguments-not-checked": (
        "Nothing is raised for arguments that make no sense: a negative learning rate climbs, a "
        "share of 1 or more never forgets, an epsilon of 0 divides by 0. What comes of it shows up "
        "much later. Raise ValueError in `__init__`, for all that the docstring names."
    ),
    "arguments-asserted": (
        "Arguments that make no sense are refused by another exception (AssertionError, as "
        "`assert` raises it). ValueError is asked for: an `assert` is switched off by `python -O`, "
        "and says that the program is wrong, not its argument."
    ),
    "one-accepted": (
        "A share of exactly 1 is accepted. Then nothing is ever forgotten: the velocity grows "
        "for ever, or an average takes in nothing new, and 1 - share, which is divided by in the "
        "corrections, is 0. The range is [0, 1), without the 1; you refuse what is beyond it."
    ),
}

# The edits of those mistakes, for the optimisers that keep the same state and take like arguments
Edits = Mapping[str, Mapping[str, str]]


def _around(body: str, before: str = "") -> dict[str, str]:
    """Return an edit that gives `step` another body, for which the right one is `self.moved`."""
    lines = "\n        ".join(body.split("\n"))
    return {
        "def step(self": (
            f"{before}def step(self, theta, gradient):\n        {lines}\n    def moved(self"
        )
    }


EVERYWHERE: Edits = {
    "theta-changed-in-place": _around("theta[...] = self.moved(theta, gradient)\nreturn theta"),
    "gradient-changed-in-place": {
        "return theta": "gradient *= self.learning_rate\n        return theta"
    },
    "theta-returned-at-rate-0": _around(
        "moved = self.moved(theta, gradient)\nreturn moved if self.learning_rate else theta"
    ),
    "result-changed-later": _around(
        "moved = self.moved(theta, gradient)\n"
        "if self.result is None:\n"
        "    self.result = np.array(moved)\n"
        "self.result[...] = moved\n"
        "return self.result",
        "result = None\n    ",
    ),
    "theta-of-its-own": _around(
        "if theta.shape != gradient.shape:\n"
        "    raise ValueError('shapes differ')\n"
        "own = theta if self.theta is None else self.theta\n"
        "self.theta = self.moved(own, gradient)\n"
        "return self.theta",
        "theta = None\n    ",
    ),
    "arguments-in-double-precision": _around(
        "return self.moved(theta.astype(float), gradient.astype(float))"
    ),
    "always-single-precision": _around(
        "return np.asarray(self.moved(theta, gradient), np.float32)"
    ),
    "gradient-clipped": _around("return self.moved(theta, np.clip(gradient, -1, 1))"),
}
STEP_RETURNED: Edits = {
    "step-returned": _around("return self.moved(theta, gradient) - theta"),
}
# Where the state moves the parameters, and not the gradient alone
MOVED_BY_STATE: Edits = {
    "still-where-the-gradient-is-0": _around(
        "return np.where(gradient == 0, theta, self.moved(theta, gradient))"
    ),
}


def _shapes(state: str, fresh: str) -> Edits:
    """Return the mistakes about shapes of an optimiser that keeps `state`, made by `fresh`."""
    compared = f"not theta.shape == gradient.shape == {state}.shape"
    sizes = compared.replace("shape", "size")
    return {
        "shapes-not-checked": {compared: "False"},
        "state-not-compared": {compared: "theta.shape != gradient.shape"},
        "state-starts-afresh": {
            f"if {compared}": (
                f"if {state}.shape != theta.shape:\n            {fresh}\n"
                "        if theta.shape != gradient.shape"
            )
        },
        "sizes-compared": {compared: sizes},
        "shapes-asserted": {'raise ValueError(f"shapes': 'raise AssertionError(f"shapes'},
    }


VELOCITY: Edits = {
    **EVERYWHERE,
    **MOVED_BY_STATE,
    **_shapes("velocity", "velocity = np.zeros_like(theta)"),
    "state-in-double-precision": {"np.zeros_like(theta)": "np.zeros(theta.shape)"},
    "refused-call-counts": {
        "if not theta.shape": "self.velocity = velocity\n        if not theta.shape"
    },
}
SQUARES: Edits = {
    **EVERYWHERE,
    **STEP_RETURNED,
    **_shapes("s", "s = np.zeros_like(theta)"),
    "gradient-changed-in-place": {
        "return theta - self.learning_rate * gradient": (
            "gradient *= self.learning_rate\n        return theta - gradient"
        )
    },
    "state-in-double-precision": {"np.zeros_like(theta)": "np.zeros(theta.shape)"},
    "refused-call-counts": {"if not theta.shape": "self.s = s\n        if not theta.shape"},
}
MOMENT_SHAPES = _shapes("m", "m, {0} = np.zeros_like(theta), np.zeros_like(theta)")
MOMENTS: Edits = {
    **EVERYWHERE,
    **STEP_RETURNED,
    **MOVED_BY_STATE,
    **MOMENT_SHAPES,
    "all-starts-afresh": {
        piece: new.replace("(theta)\n", "(theta)\n            self.t = 0\n")
        for piece, new in MOMENT_SHAPES["state-starts-afresh"].items()
    },
    "state-in-double-precision": {
        "np.zeros_like(theta), np.zeros_like(theta)": "np.zeros(theta.shape), np.zeros(theta.shape)"
    },
    "refused-call-counts": {
        "m, {0} = self.moments": "self.t += 1\n        m, {0} = self.moments",
        "        self.t += 1\n": "",
    },
    "refused-call-makes-state": {
        "if not theta.shape": "self.moments = m, {0}\n        if not theta.shape"
    },
    "one-accepted": {
        "0 <= beta_1 < 1 and 0 <= beta_2 < 1": "0 <= beta_1 <= 1 and 0 <= beta_2 <= 1"
    },
    "no-memory": {"self.moments or (": "("},
}
# With a root of a corrected second moment
CORRECTED: Edits = {
    **MOMENTS,
    "root-in-double-precision": {
        "np.sqrt(v / (1 - self.beta_2**self.t))": "np.sqrt(v) / np.sqrt(1 - self.beta_2**self.t)"
    },
}


# The arguments: what each may be, and what people know other defaults from

DEFAULTS: Mapping[str, Mapping[str, tuple[tuple[str, str], ...]]] = {
    "Momentum": {
        "learning_rate": (("0.001", "PyTorch"), ("0.1", "")),
        "momentum": (("0.0", "PyTorch and Keras"), ("0.99", ""), ("0.5", "")),
    },
    "AdaGrad": {
        "learning_rate": (("0.001", "Keras"), ("0.1", "")),
        "epsilon": (("1e-10", "PyTorch"), ("1e-8", ""), ("1e-6", "")),
    },
    "RMSProp": {
        "learning_rate": (("0.01", "PyTorch"),),
        "rho": (("0.99", "PyTorch"), ("0.95", ""), ("0.999", "")),
        "epsilon": (("1e-8", "PyTorch"), ("1e-10", ""), ("1e-6", "")),
    },
    "Adam": {
        "learning_rate": (("0.002", ""), ("0.01", "")),
        "beta_1": (("0.99", ""), ("0.95", "")),
        "beta_2": (("0.99", ""), ("0.9999", "")),
        "epsilon": (("1e-8", "PyTorch and the paper"), ("1e-6", "")),
    },
}
DEFAULTS = {
    **DEFAULTS,
    "Nesterov": DEFAULTS["Momentum"],
    "AdaMax": {
        **DEFAULTS["Adam"],
        "learning_rate": (("0.002", "PyTorch and the paper"), ("0.01", "")),
        "epsilon": (("1e-8", "PyTorch"), ("1e-6", "")),
    },
    "Nadam": {
        **DEFAULTS["Adam"],
        "learning_rate": (("0.002", "PyTorch"), ("0.01", "")),
        "epsilon": (("1e-8", "PyTorch"), ("1e-6", "")),
    },
    "AdamW": {
        **DEFAULTS["Adam"],
        "weight_decay": (("0.01", "PyTorch"), ("0.0", ""), ("1e-4", "")),
    },
}
SHARES = ("momentum", "rho", "beta_1", "beta_2")
AS_THE_DOCSTRING = "The docstring says what to refuse, by ValueError; all else is right."


# ... and of NadamW, whose stand-in has the same signature
KERAS_DEFAULTS = {
    "learning_rate": (("0.002", "PyTorch"), ("0.01", "")),
    "beta_1": (("0.99", ""),),
    "beta_2": (("0.99", ""),),
    "epsilon": (("1e-8", "PyTorch"), ("1e-6", "")),
    "weight_decay": (("0.01", "PyTorch's AdamW"),),
}
DEFAULTS = {**DEFAULTS, "NadamW": KERAS_DEFAULTS}


def _other_defaults(right: type[Any]) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Yield name, edits and explanation of the mistakes about the defaults of `right`."""
    for each in inspect.signature(right).parameters.values():
        default = str(each.default).replace("e-0", "e-")
        kind = inspect.formatannotation(each.annotation).strip("'")
        written = f"{each.name}: {kind}"
        for value, whose in DEFAULTS[right.__name__].get(each.name, ()):
            yield (
                f"{each.name.replace('_', '-')}-{value.lower()}-by-default",
                {f"{written} = {default}": f"{written} = {value}"},
                f"`{each.name}` is {value} by default in yours{f', as in {whose}' * bool(whose)}; "
                f"{default} is asked for. With the docstring's default everything is right.",
            )


def _about_arguments(right: type[Any]) -> Iterator[tuple[str, Mapping[str, str], str]]:
    """Yield name, edits and explanation of the mistakes about the arguments of `right`."""
    code = inspect.getsource(right)
    arguments = list(inspect.signature(right).parameters.values())
    for argument in (each.name for each in arguments):
        called = argument.replace("_", "-")
        if argument in SHARES:
            inside, below = f"0 <= {argument} < 1", f"{argument} < 1"
            yield (
                f"{called}-not-checked",
                {inside: "True"},
                f"`{argument}` is not looked at: values below 0 and from 1 on are accepted. "
                f"A share that a step keeps is in [0, 1). {AS_THE_DOCSTRING}",
            )
            yield (
                f"{called}-below-0-accepted",
                {inside: below},
                f"A negative `{argument}` is accepted; 1 and more are refused. A share that a "
                f"step keeps is in [0, 1). {AS_THE_DOCSTRING}",
            )
            yield (
                f"{called}-from-1-accepted",
                {inside: f"0 <= {argument}"},
                f"A `{argument}` of 1 and more is accepted; negative values are refused. With 1 "
                f"nothing is ever forgotten: the range is [0, 1), without the 1. "
                f"{AS_THE_DOCSTRING}",
            )
            yield (
                f"{called}-of-1-accepted",
                {below: f"{argument} <= 1"},
                f"A `{argument}` of exactly 1 is accepted: then nothing is ever forgotten. The "
                "range is [0, 1), without the 1; you refuse what is beyond it.",
            )
            yield (
                f"{called}-of-0-refused",
                {f"0 <= {argument}": f"0 < {argument}"},
                f"A `{argument}` of 0 is refused. It makes sense, nothing is then kept of what "
                "was before, and the range that the docstring names, [0, 1), has the 0 in it.",
            )
        elif argument == "epsilon":
            yield (
                "epsilon-not-checked",
                {"epsilon <= 0": "False"},
                "`epsilon` is not looked at: 0 and negative values are accepted. With 0, a "
                f"gradient that is 0 from the start divides 0 by 0. {AS_THE_DOCSTRING}",
            )
            yield (
                "epsilon-of-zero-accepted",
                {"epsilon <= 0": "epsilon < 0"},
                "An epsilon of 0 is accepted; then a gradient that is 0 from the start divides 0 "
                "by 0. It must be positive: `epsilon <= 0` is what to refuse, and yours refuses "
                "`epsilon < 0`.",
            )
            yield (
                "epsilon-below-0-accepted",
                {"epsilon <= 0": "epsilon == 0"},
                f"A negative epsilon is accepted; 0 is refused. {AS_THE_DOCSTRING}",
            )
            yield (
                "epsilon-ignored",
                {"self.epsilon = epsilon": "self.epsilon = 1e-7"},
                "The argument `epsilon` changes nothing: whatever it is, 1e-7 is added. Keep the "
                "argument in the object, and add that. The rest is right.",
            )
        else:
            yield (
                f"{called}-not-checked",
                {f"{argument} < 0": "False"},
                f"A negative `{argument}` is taken without a word. {AS_THE_DOCSTRING}",
            )
            yield (
                f"{called}-of-0-refused",
                {f"{argument} < 0": f"{argument} <= 0"},
                f"A `{argument}` of 0 is refused. It makes sense, and the docstring allows it: "
                "only what is negative is to be refused.",
            )
        most = 0.999 if argument in SHARES else 1
        kept = f"self.{argument} = {argument}"
        refused = f"if {argument} > {most}:\n            raise ValueError\n        {kept}"
        yield (
            f"{called}-above-{most}-refused",
            {kept: refused},
            f"A large `{argument}` is refused that the docstring allows. {AS_THE_DOCSTRING}",
        )
    yield from _other_defaults(right)
    every = {
        "learning_rate < 0": "False",
        **{f"0 <= {each.name} < 1": "True" for each in arguments if each.name in SHARES},
        **({"epsilon <= 0": "False"} if "epsilon <= 0" in code else {}),
        **({"weight_decay < 0": "False"} if "weight_decay < 0" in code else {}),
    }
    yield "arguments-not-checked", every, COMMON["arguments-not-checked"]
    refusals = re.findall(r'raise ValueError\(f"(?!shapes)\w+', code)
    asserted = {raised: raised.replace("ValueError", "AssertionError") for raised in refusals}
    yield "arguments-asserted", asserted, COMMON["arguments-asserted"]


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


class _SharedCount(_Shared):
    def state(self) -> dict[str, Any]:
        return {"t": vars(self.one)["t"]}


class _SharedAndRenewed(_Shared):
    def __init__(self, *args: float, **kwargs: float) -> None:
        super().__init__(*args, **kwargs)
        self.shared.update(self.state())


SHARING = {
    "state-shared-between-instances": _Shared,
    "state-of-the-class-made-anew": _SharedAndRenewed,
    "count-shared-between-instances": _SharedCount,
}


def _declare_common(right: type[Any], edits: Edits, second: str = "") -> None:
    """Declare what can go wrong in every optimiser to be mistakes of the one that is `right`.

    `second` is what it calls its second moment.
    """
    exercise = right.__name__
    made: dict[str, Any] = {}
    for name, explanation in COMMON.items():
        if name == "count-shared-between-instances" and not second:
            continue
        if name in SHARING:
            sharing = type(exercise, (SHARING[name],), {"right": right, "shared": {}})
            made[name] = mistake(exercise, name, explanation)(sharing)
        elif name in edits:
            named = {
                old.replace("{0}", second): new.replace("{0}", second)
                for old, new in edits[name].items()
            }
            made[name] = edited(right, name, named, explanation)
    for name, changes, explanation in _about_arguments(right):
        made[name] = edited(right, name, changes, explanation)
    # Names of the module are how mistakes are found.
    globals().update({f"{exercise}, {name}": each for name, each in made.items()})


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
momentum_uphill = edited(
    Momentum,
    "uphill",
    {"- self.learning_rate * gradient": "+ self.learning_rate * gradient"},
    UPHILL,
)
momentum_learning_rate_forgotten = edited(
    Momentum,
    "learning-rate-forgotten",
    {"self.learning_rate * gradient": "gradient"},
    "The learning rate is missing: the velocity takes the gradient as it is, and moves the "
    "parameters. v ← momentum · v - learning_rate · gradient.",
)
momentum_gradient_kept = edited(
    Momentum,
    "gradient-kept",
    {
        "self.velocity = self.momentum * velocity - self.learning_rate * gradient": (
            "first = self.velocity is None\n"
            "        self.velocity = gradient if first else self.momentum * velocity + gradient"
        ),
        "theta + self.velocity": "theta - self.learning_rate * self.velocity",
    },
    COMMON["gradient-kept"],
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
nesterov_uphill = edited(Nesterov, "uphill", {"push: Array = self": "push = -self"}, UPHILL)
nesterov_velocity_of_the_other_sign = edited(
    Nesterov,
    "velocity-of-the-other-sign",
    {"self.momentum * velocity - push": "self.momentum * velocity + push"},
    "Your velocity gathers the gradient with a plus, and is then added: it climbs. In the form "
    "that is asked for the minus is in the velocity: v ← momentum · v - learning_rate · gradient. "
    "(PyTorch's velocity has the plus, and is subtracted.)",
)
nesterov_learning_rate_forgotten_in_the_velocity = edited(
    Nesterov,
    "learning-rate-forgotten-in-the-velocity",
    {"self.momentum * velocity - push": "self.momentum * velocity - gradient"},
    "The learning rate is missing from the velocity: v ← momentum · v - learning_rate · gradient. "
    "The second line is right.",
)
nesterov_learning_rate_forgotten_in_the_move = edited(
    Nesterov,
    "learning-rate-forgotten-in-the-move",
    {"self.momentum * self.velocity - push": "self.momentum * self.velocity - gradient"},
    "The learning rate is missing from the second line: θ ← θ + momentum · v - learning_rate · "
    "gradient. The velocity is right.",
)
nesterov_gradient_kept = edited(
    Nesterov,
    "gradient-kept",
    {
        "self.velocity = self.momentum * velocity - push": (
            "first = self.velocity is None\n"
            "        self.velocity = gradient if first else self.momentum * velocity + gradient"
        ),
        "self.momentum * self.velocity - push": (
            "-self.learning_rate * (self.momentum * self.velocity + gradient)"
        ),
    },
    COMMON["gradient-kept"],
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
adagrad_keras_form = edited(
    AdaGrad,
    "keras-form",
    {
        "np.zeros_like(theta)": "np.full_like(theta, 0.1)",
        "np.sqrt(self.s)": "np.sqrt(self.s + self.epsilon)",
        "(root + self.epsilon)": "root",
    },
    "This is Keras's form: s starts at 0.1, and epsilon is under the root. The paper's is asked "
    "for: s starts at 0, and epsilon is added to the root.",
)
adagrad_rate_decays = edited(
    AdaGrad,
    "rate-decays",
    {
        "self.s: Array | None = None": "self.s, self.t = None, 0",
        "root: Array = np.sqrt(self.s)": "self.t += 1\n        root = np.sqrt(self.s * self.t)",
    },
    "Your learning rate shrinks with the root of the count of steps as well. The sum of the "
    "squares grows by itself, and that is all: no count is needed. s is right.",
)
adagrad_mean_over_the_steps = edited(
    AdaGrad,
    "mean-over-the-steps",
    {
        "self.s: Array | None = None": "self.s, self.t = None, 0",
        "root: Array = np.sqrt(self.s)": "self.t += 1\n        root = np.sqrt(self.s / self.t)",
    },
    "You divide by the root of the *mean* of the squares. AdaGrad takes their sum, so that the "
    "steps shrink with all that has been seen. s is right.",
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
adagrad_epsilon_as_a_floor = edited(
    AdaGrad,
    "epsilon-as-a-floor",
    {"(root + self.epsilon)": "np.maximum(root, self.epsilon)"},
    EPSILON_FLOOR,
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
rmsprop_pytorch_defaults = edited(
    RMSProp,
    "pytorch-defaults",
    {
        "learning_rate: float = 0.001": "learning_rate: float = 0.01",
        "rho: float = 0.9": "rho: float = 0.99",
        "epsilon: float = 1e-7": "epsilon: float = 1e-8",
    },
    "Your defaults are PyTorch's: learning rate 0.01, rho 0.99 and epsilon 1e-8. The docstring's "
    "are asked for: 0.001, 0.9 and 1e-7. With those everything is right.",
)
rmsprop_first_square_starts_the_average = edited(
    RMSProp,
    "first-square-starts-the-average",
    {"np.zeros_like(theta) if self.s is None": "gradient**2 if self.s is None"},
    "Your average starts at the first square in place of 0. Then the first step has the size of "
    "the learning rate; asked for is a start at 0, with a first step that is 1 / √(1 - rho) times "
    "as long. The rest is right.",
)
rmsprop_centred = edited(
    RMSProp,
    "centred",
    {
        "self.s: Array | None = None": "self.s, self.mean = None, 0.0",
        "root: Array = np.sqrt(self.s)": (
            "self.mean = self.rho * self.mean + (1 - self.rho) * gradient\n"
            "        root = np.sqrt(self.s - self.mean**2)"
        ),
    },
    "You divide by the root of the *variance*: the square of the averaged gradient is taken off "
    "first. That is the centred form (`centered=True` in Keras and PyTorch), which is not asked "
    "for. s itself is right.",
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
rmsprop_epsilon_as_a_floor = edited(
    RMSProp,
    "epsilon-as-a-floor",
    {"(root + self.epsilon)": "np.maximum(root, self.epsilon)"},
    EPSILON_FLOOR,
)
rmsprop_uphill = edited(RMSProp, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(RMSProp, SQUARES)


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
adam_epsilon_before_the_correction_in_double_precision = edited(
    Adam,
    "epsilon-before-the-correction-in-double-precision",
    {
        "np.sqrt(v / (1 - self.beta_2**self.t))": (
            "(np.sqrt(v) + self.epsilon) / np.sqrt(1 - self.beta_2**self.t)"
        ),
        "(root + self.epsilon)": "root",
    },
    EPSILON_EARLY_IN_DOUBLE,
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
adam_epsilon_as_a_floor = edited(
    Adam,
    "epsilon-as-a-floor",
    {"(root + self.epsilon)": "np.maximum(root, self.epsilon)"},
    EPSILON_FLOOR,
)
adam_square_around_m = edited(
    Adam, "square-around-m", {"gradient**2": "(gradient - m) ** 2"}, ONE_BELIEF
)
adam_amsgrad = edited(
    Adam,
    "amsgrad",
    {
        "self.t = 0": "self.t, self.top = 0, 0.0",
        "root: Array = np.sqrt(v / (1 - self.beta_2**self.t))": (
            "self.top = np.maximum(self.top, v / (1 - self.beta_2**self.t))\n"
            "        root = np.sqrt(self.top)"
        ),
    },
    LARGEST_KEPT,
)
adam_root_corrected_outside = edited(
    Adam,
    "root-corrected-outside",
    {"np.sqrt(v / (1 - self.beta_2**self.t))": "np.sqrt(v) / (1 - self.beta_2**self.t)"},
    CORRECTED_OUTSIDE,
)
adam_second_share_forgotten = edited(
    Adam,
    "second-share-forgotten",
    {"(1 - self.beta_2) * gradient**2": "gradient**2"},
    "The new square enters v in full: the factor (1 - beta_2) is missing. v is then a sum, a "
    "thousand times the average with the default, and all steps are too short. m is right.",
)
adam_first_share_forgotten = edited(
    Adam,
    "first-share-forgotten",
    {"m = self.beta_1 * m + (1 - self.beta_1) * gradient": "m = self.beta_1 * m + gradient"},
    "The new gradient enters m in full: the factor (1 - beta_1) is missing. m is then a sum, ten "
    "times the average with the default. The rest is right.",
)
adam_first_shares_swapped = edited(
    Adam,
    "first-shares-swapped",
    {
        "m = self.beta_1 * m + (1 - self.beta_1) * gradient": (
            "m = (1 - self.beta_1) * m + self.beta_1 * gradient"
        )
    },
    "beta_1 and 1 - beta_1 are exchanged in m: it keeps a tenth of its past and takes nine tenths "
    "of the new gradient, with the default. beta_1 is the share that is *kept*. The rest is right.",
)
adam_corrected_first_moment_kept = edited(
    Adam,
    "corrected-first-moment-kept",
    {"self.moments = m, v": "self.moments = m / (1 - self.beta_1**self.t), v"},
    "You store the *corrected* m. The next step then averages into a value that has been blown up, "
    "and blows it up again. Keep m as it is; the corrected one is for this step only. v is right.",
)
adam_corrected_second_moment_kept = edited(
    Adam,
    "corrected-second-moment-kept",
    {"self.moments = m, v": "self.moments = m, v / (1 - self.beta_2**self.t)"},
    "You store the *corrected* v. The next step then averages into a value that has been blown up, "
    "and blows it up again. Keep v as it is; the corrected one is for this step only. m is right.",
)
adam_uphill = edited(Adam, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(Adam, CORRECTED, "v")


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
adamax_epsilon_as_a_floor = edited(
    AdaMax, "epsilon-as-a-floor", {"u + self.epsilon": "np.maximum(u, self.epsilon)"}, EPSILON_FLOOR
)
adamax_first_share_forgotten = edited(
    AdaMax,
    "first-share-forgotten",
    {"m = self.beta_1 * m + (1 - self.beta_1) * gradient": "m = self.beta_1 * m + gradient"},
    "The new gradient enters m in full: the factor (1 - beta_1) is missing. m is then a sum, ten "
    "times the average with the default. The rest is right.",
)
adamax_first_shares_swapped = edited(
    AdaMax,
    "first-shares-swapped",
    {
        "m = self.beta_1 * m + (1 - self.beta_1) * gradient": (
            "m = (1 - self.beta_1) * m + self.beta_1 * gradient"
        )
    },
    "beta_1 and 1 - beta_1 are exchanged in m: it keeps a tenth of its past and takes nine tenths "
    "of the new gradient, with the default. beta_1 is the share that is *kept*. The rest is right.",
)
adamax_count_not_kept = edited(
    AdaMax, "count-not-kept", {"self.t += 1": "self.t = 1"}, COUNT_STUCK_IN_M
)
adamax_corrected_moment_kept = edited(
    AdaMax,
    "corrected-moment-kept",
    {"self.moments = m, u": "self.moments = m / (1 - self.beta_1**self.t), u"},
    "You store the *corrected* m. The next step then averages into a value that has been blown up, "
    "and blows it up again. Keep m as it is; the corrected one is for this step only. Your first "
    "step is right.",
)
adamax_root_of_the_maximum = edited(
    AdaMax,
    "root-of-the-maximum",
    {"u + self.epsilon": "np.sqrt(u) + self.epsilon"},
    "You take the root of u, as Adam does of v. u is a size, not a square: divide by u itself. m "
    "and u are right.",
)
adamax_square_in_the_maximum = edited(
    AdaMax,
    "square-in-the-maximum",
    {"np.abs(gradient)": "gradient**2"},
    "The maximum takes gradient² where |gradient| is asked for: u is a size, and what divides m "
    "should have the unit of a gradient. The rest is right.",
)
adamax_new_size_in_part = edited(
    AdaMax,
    "new-size-in-part",
    {"np.abs(gradient)": "(1 - self.beta_2) * np.abs(gradient)"},
    "The new size enters the maximum with the factor (1 - beta_2), as into an average. A maximum "
    "takes it in full: u ← max(beta_2 · u, |gradient|). m is right.",
)
adamax_size_of_m = edited(
    AdaMax,
    "size-of-m",
    {"np.abs(gradient)": "np.abs(m)"},
    "The maximum takes the size of m. It should take that of the *gradient*: u ← max(beta_2 · u, "
    "|gradient|). m is right.",
)
adamax_minimum = edited(
    AdaMax,
    "minimum",
    {"np.maximum": "np.minimum"},
    "You take the smaller of the two, which is 0 from the start. It is the *larger* of beta_2 · u "
    "and |gradient|.",
)
adamax_uphill = edited(AdaMax, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(AdaMax, MOMENTS, "u")


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
nadam_epsilon_as_a_floor = edited(
    Nadam,
    "epsilon-as-a-floor",
    {"(root + self.epsilon)": "np.maximum(root, self.epsilon)"},
    EPSILON_FLOOR,
)
nadam_square_around_m = edited(
    Nadam, "square-around-m", {"gradient**2": "(gradient - m) ** 2"}, ONE_BELIEF
)
nadam_amsgrad = edited(
    Nadam,
    "amsgrad",
    {
        "self.t = 0": "self.t, self.top = 0, 0.0",
        "root: Array = np.sqrt(v / (1 - self.beta_2**self.t))": (
            "self.top = np.maximum(self.top, v / (1 - self.beta_2**self.t))\n"
            "        root = np.sqrt(self.top)"
        ),
    },
    LARGEST_KEPT,
)
nadam_root_corrected_outside = edited(
    Nadam,
    "root-corrected-outside",
    {"np.sqrt(v / (1 - self.beta_2**self.t))": "np.sqrt(v) / (1 - self.beta_2**self.t)"},
    CORRECTED_OUTSIDE,
)
nadam_second_share_forgotten = edited(
    Nadam,
    "second-share-forgotten",
    {"(1 - self.beta_2) * gradient**2": "gradient**2"},
    "The new square enters v in full: the factor (1 - beta_2) is missing. v is then a sum, a "
    "thousand times the average with the default, and all steps are too short. m is right.",
)
nadam_first_share_forgotten = edited(
    Nadam,
    "first-share-forgotten",
    {"m = self.beta_1 * m + (1 - self.beta_1) * gradient": "m = self.beta_1 * m + gradient"},
    "The new gradient enters m in full: the factor (1 - beta_1) is missing. m is then a sum, ten "
    "times the average with the default. The rest is right.",
)
nadam_first_shares_swapped = edited(
    Nadam,
    "first-shares-swapped",
    {
        "m = self.beta_1 * m + (1 - self.beta_1) * gradient": (
            "m = (1 - self.beta_1) * m + self.beta_1 * gradient"
        )
    },
    "beta_1 and 1 - beta_1 are exchanged in m: it keeps a tenth of its past and takes nine tenths "
    "of the new gradient, with the default. beta_1 is the share that is *kept*. The rest is right.",
)
nadam_sizes_averaged_in_place_of_squares = edited(
    Nadam, "sizes-averaged-in-place-of-squares", {"gradient**2": "np.abs(gradient)"}, ABS_IN_PLACE
)
nadam_first_moment_squared = edited(
    Nadam, "first-moment-squared", {"gradient**2": "m**2"}, MOMENT_SQUARED
)
nadam_one_size_for_all = edited(
    Nadam, "one-size-for-all", {"gradient**2": "np.sum(gradient**2)"}, ONE_SIZE
)
nadam_epsilon_before_the_correction = edited(
    Nadam,
    "epsilon-before-the-correction",
    {
        "np.sqrt(v / (1 - self.beta_2**self.t))": (
            "(np.sqrt(v) + self.epsilon) / (1 - self.beta_2**self.t) ** 0.5"
        ),
        "(root + self.epsilon)": "root",
    },
    EPSILON_EARLY,
)
nadam_count_one_ahead = edited(Nadam, "count-one-ahead", {"self.t = 0": "self.t = 1"}, COUNT_LATE)
nadam_kept_part_not_corrected = edited(
    Nadam,
    "kept-part-not-corrected",
    {" / (1 - self.beta_1 ** (self.t + 1))": ""},
    "The kept part is not corrected: beta_1 · m has to be divided by (1 - beta_1^(t+1)). The fresh "
    "part and v are right.",
)
nadam_first_moment_not_corrected = edited(
    Nadam,
    "first-moment-not-corrected",
    {" / (1 - self.beta_1 ** (self.t + 1))": "", " / (1 - self.beta_1**self.t)": ""},
    "Neither part of m̂ is corrected for its start at 0: the kept part is divided by (1 - "
    "beta_1^(t+1)), the fresh one by (1 - beta_1^t). v is right.",
)
nadam_fresh_share_forgotten = edited(
    Nadam,
    "fresh-share-forgotten",
    {"fresh = (1 - self.beta_1) * gradient": "fresh = gradient"},
    "The fresh gradient counts in full: its share (1 - beta_1) is missing, and with the default "
    "most steps are several times too long. The kept part is right.",
)
nadam_kept_share_forgotten = edited(
    Nadam,
    "kept-share-forgotten",
    {"kept = self.beta_1 * m": "kept = m"},
    "The kept part is all of m: its share beta_1 is missing. What the *next* step keeps of m is "
    "beta_1 · m. The fresh part is right.",
)
nadam_powers_exchanged = edited(
    Nadam,
    "powers-exchanged",
    {
        "self.beta_1 ** (self.t + 1)": "self.beta_1**self.t",
        "(1 - self.beta_1**self.t)": "(1 - self.beta_1 ** (self.t + 1))",
    },
    "The two powers are exchanged: the kept part belongs to the next step, and is divided by (1 - "
    "beta_1^(t+1)); the fresh gradient belongs to this one, and is divided by (1 - beta_1^t).",
)
nadam_next_power_for_the_squares = edited(
    Nadam,
    "next-power-for-the-squares",
    {"self.beta_2**self.t": "self.beta_2 ** (self.t + 1)"},
    "v is corrected with the power t + 1. It is of this step, as in Adam: v̂ = v / (1 - beta_2^t). "
    "The two parts of m̂ are right.",
)
nadam_pytorch_schedule = edited(
    Nadam,
    "pytorch-schedule",
    {
        "self.t = 0": "self.t, self.product = 0, 1.0",
        "kept = self.beta_1 * m / (1 - self.beta_1 ** (self.t + 1))": (
            "now = self.beta_1 * (1 - 0.5 * 0.96 ** (0.004 * self.t))\n"
            "        ahead = self.beta_1 * (1 - 0.5 * 0.96 ** (0.004 * (self.t + 1)))\n"
            "        self.product *= now\n"
            "        kept = ahead * m / (1 - self.product * ahead)"
        ),
        "(1 - self.beta_1) * gradient / (1 - self.beta_1**self.t)": (
            "(1 - now) * gradient / (1 - self.product)"
        ),
    },
    "This is PyTorch's Nadam, which lets beta_1 grow with t, slowly (its `momentum_decay`). Here "
    "the plain form is asked for: the same beta_1 in every step. Your v is right.",
)
nadam_count_not_kept = edited(Nadam, "count-not-kept", {"self.t += 1": "self.t = 1"}, COUNT_STUCK)
nadam_uphill = edited(Nadam, "uphill", {"return theta -": "return theta +"}, UPHILL)

_declare_common(Nadam, CORRECTED, "v")


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
adamw_epsilon_before_the_correction_in_double_precision = edited(
    AdamW,
    "epsilon-before-the-correction-in-double-precision",
    {
        "np.sqrt(v / (1 - self.beta_2**self.t))": (
            "(np.sqrt(v) + self.epsilon) / np.sqrt(1 - self.beta_2**self.t)"
        ),
        "(root + self.epsilon)": "root",
    },
    EPSILON_EARLY_IN_DOUBLE,
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
adamw_epsilon_as_a_floor = edited(
    AdamW,
    "epsilon-as-a-floor",
    {"(root + self.epsilon)": "np.maximum(root, self.epsilon)"},
    EPSILON_FLOOR,
)
adamw_square_around_m = edited(
    AdamW, "square-around-m", {"gradient**2": "(gradient - m) ** 2"}, ONE_BELIEF
)
adamw_amsgrad = edited(
    AdamW,
    "amsgrad",
    {
        "self.t = 0": "self.t, self.top = 0, 0.0",
        "root: Array = np.sqrt(v / (1 - self.beta_2**self.t))": (
            "self.top = np.maximum(self.top, v / (1 - self.beta_2**self.t))\n"
            "        root = np.sqrt(self.top)"
        ),
    },
    LARGEST_KEPT,
)
adamw_root_corrected_outside = edited(
    AdamW,
    "root-corrected-outside",
    {"np.sqrt(v / (1 - self.beta_2**self.t))": "np.sqrt(v) / (1 - self.beta_2**self.t)"},
    CORRECTED_OUTSIDE,
)
adamw_second_share_forgotten = edited(
    AdamW,
    "second-share-forgotten",
    {"(1 - self.beta_2) * gradient**2": "gradient**2"},
    "The new square enters v in full: the factor (1 - beta_2) is missing. v is then a sum, a "
    "thousand times the average with the default, and all steps are too short. m is right.",
)
adamw_first_share_forgotten = edited(
    AdamW,
    "first-share-forgotten",
    {"m = self.beta_1 * m + (1 - self.beta_1) * gradient": "m = self.beta_1 * m + gradient"},
    "The new gradient enters m in full: the factor (1 - beta_1) is missing. m is then a sum, ten "
    "times the average with the default. The rest is right.",
)
adamw_first_shares_swapped = edited(
    AdamW,
    "first-shares-swapped",
    {
        "m = self.beta_1 * m + (1 - self.beta_1) * gradient": (
            "m = (1 - self.beta_1) * m + self.beta_1 * gradient"
        )
    },
    "beta_1 and 1 - beta_1 are exchanged in m: it keeps a tenth of its past and takes nine tenths "
    "of the new gradient, with the default. beta_1 is the share that is *kept*. The rest is right.",
)
adamw_sizes_averaged_in_place_of_squares = edited(
    AdamW, "sizes-averaged-in-place-of-squares", {"gradient**2": "np.abs(gradient)"}, ABS_IN_PLACE
)
adamw_first_moment_squared = edited(
    AdamW, "first-moment-squared", {"gradient**2": "m**2"}, MOMENT_SQUARED
)
adamw_one_size_for_all = edited(
    AdamW, "one-size-for-all", {"gradient**2": "np.sum(gradient**2)"}, ONE_SIZE
)
adamw_count_one_ahead = edited(AdamW, "count-one-ahead", {"self.t = 0": "self.t = 1"}, COUNT_LATE)
adamw_first_moment_not_corrected = edited(
    AdamW, "first-moment-not-corrected", {" / (1 - self.beta_1**self.t)": ""}, M_UNCORRECTED
)
adamw_decay_halved = edited(
    AdamW,
    "decay-halved",
    {"self.weight_decay * theta": "0.5 * self.weight_decay * theta"},
    "Your decay is half of what is asked for: learning_rate · weight_decay · θ, without a factor "
    "of 1/2. Adam's part is right.",
)
adamw_decay_doubled = edited(
    AdamW,
    "decay-doubled",
    {"self.weight_decay * theta": "2 * self.weight_decay * theta"},
    "Your decay is twice what is asked for: learning_rate · weight_decay · θ, without a factor of "
    "2. Adam's part is right.",
)
adamw_coupled_and_decoupled = edited(
    AdamW,
    "coupled-and-decoupled",
    {"self.t += 1": "self.t += 1\n        gradient = gradient + self.weight_decay * theta"},
    "The decay is in twice: it is part of the gradient, and taken off besides. Only the second is "
    "asked for: leave the gradient alone.",
)
adamw_count_not_kept = edited(AdamW, "count-not-kept", {"self.t += 1": "self.t = 1"}, COUNT_STUCK)
adamw_corrected_moments_kept = edited(
    AdamW,
    "corrected-moments-kept",
    {
        "self.moments = m, v": (
            "self.moments = m / (1 - self.beta_1**self.t), v / (1 - self.beta_2**self.t)"
        )
    },
    CORRECTION_KEPT,
)
adamw_gradient_in_place_of_the_first_moment = edited(
    AdamW,
    "gradient-in-place-of-the-first-moment",
    {"m_hat / (root": "gradient / (root"},
    "Your steps follow the gradient and not m: this is RMSProp with a correction and a decay. The "
    "numerator is m̂ = m / (1 - beta_1^t). The decay and v are right.",
)
adamw_corrected_first_moment_kept = edited(
    AdamW,
    "corrected-first-moment-kept",
    {"self.moments = m, v": "self.moments = m / (1 - self.beta_1**self.t), v"},
    "You store the *corrected* m. The next step then averages into a value that has been blown up, "
    "and blows it up again. Keep m as it is; the corrected one is for this step only. v is right.",
)
adamw_corrected_second_moment_kept = edited(
    AdamW,
    "corrected-second-moment-kept",
    {"self.moments = m, v": "self.moments = m, v / (1 - self.beta_2**self.t)"},
    "You store the *corrected* v. The next step then averages into a value that has been blown up, "
    "and blows it up again. Keep v as it is; the corrected one is for this step only. m is right.",
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

_declare_common(AdamW, CORRECTED, "v")


# NadamW: edits of a right one in NumPy, so that neither the judge nor a replay needs Keras

DECAY_LEFT_TO_BASE = "super().__init__(learning_rate, weight_decay, **kwargs)"
DECAY_KEPT: Mapping[str, str] = {
    DECAY_LEFT_TO_BASE: (
        "super().__init__(learning_rate, **kwargs)\n        self.decay = weight_decay"
    ),
    '"epsilon": self.epsilon}': '"epsilon": self.epsilon, "weight_decay": self.decay}',
}

nadamw_decay_not_passed_on = edited(
    NadamW,
    "decay-not-passed-on",
    {DECAY_LEFT_TO_BASE: "super().__init__(learning_rate, **kwargs)"},
    "`weight_decay` is an argument of yours, but nothing comes of it: the weights do not decay. "
    "Keras's base class would decay them by itself if it knew: pass `weight_decay=weight_decay` "
    "on to `super().__init__`. Your steps are right but for that.",
)
nadamw_decay_applied_twice = edited(
    NadamW,
    "decay-applied-twice",
    {
        "moved: Array = variable - learning_rate": (
            "twice = learning_rate * (self.weight_decay or 0.0) * variable\n"
            "        moved = variable - twice - learning_rate"
        )
    },
    "The weights decay twice in a step: you passed `weight_decay` on to the base class, which "
    "decays them before `update_step` is called, and decay them there again. Leave it to the base "
    "class. Your steps are right but for that.",
)
nadamw_decay_coupled = edited(
    NadamW,
    "decay-coupled",
    {
        **DECAY_KEPT,
        "t = self.iterations": (
            "gradient = gradient + (self.decay or 0.0) * variable\n        t = self.iterations"
        ),
    },
    "Your decay is part of the gradient: it goes through both moments and is divided by the root. "
    "That is ℓ2 regularisation; decoupled decay is left to the base class, which takes "
    "learning_rate · weight_decay · θ off before `update_step` is called.",
)
nadamw_decay_of_the_updated_weights = edited(
    NadamW,
    "decay-of-the-updated-weights",
    {
        **DECAY_KEPT,
        "return moved": "return moved - learning_rate * (self.decay or 0.0) * moved",
    },
    "The weights decay *after* they have moved. The difference is small, but the formula takes "
    "both parts from the old θ. The base class decays before `update_step` is called: leave it to "
    "the base class. Both parts by themselves are right.",
)
nadamw_decay_not_scaled = edited(
    NadamW,
    "decay-not-scaled",
    {**DECAY_KEPT, "return moved": "return moved - (self.decay or 0.0) * variable"},
    "Your decay is not multiplied by the learning rate: what a weight loses is learning_rate · "
    "weight_decay · θ. The base class does it so, if it is given `weight_decay`. The rest is "
    "right.",
)
nadamw_no_decay_by_default = edited(
    NadamW,
    "no-decay-by-default",
    {"float | None = 0.004": "float | None = None"},
    "Nothing decays in yours unless `weight_decay` is given, as in Keras's and PyTorch's Nadam; "
    "0.004 is asked for as the default. With the docstring's default everything is right.",
)
nadamw_steps_counted_in_python = edited(
    NadamW,
    "steps-counted-in-python",
    {
        "t = self.iterations + 1": (
            "self.t = getattr(self, 't', 0) + 1\n        t = i + 1 if self.compiled else self.t"
        )
    },
    "You count the steps by `self.t += 1` in `update_step`. Keras calls that once for *each "
    "variable*, so with three of them the count is three times too fast; and under `fit` it is "
    "called once, to be compiled, and then the count stands still. Use `self.iterations + 1`, "
    "which is a variable of the base class. The formulas are right.",
)
nadamw_steps_counted_for_each_variable = edited(
    NadamW,
    "steps-counted-for-each-variable",
    {"t = self.iterations + 1": "t = self.iterations * len(self.state) + i + 1"},
    "Your count goes up with each *variable*, for which Keras calls `update_step` once a step: "
    "with three of them it is three times too fast. The base class counts the steps: take "
    "`self.iterations + 1`. The formulas are right.",
)
nadamw_steps_counted_from_zero = edited(
    NadamW,
    "steps-counted-from-zero",
    {"t = self.iterations + 1": "t = self.iterations"},
    "Your t is `self.iterations`, the steps that have been *completed*: 0 in the first one. Then "
    "1 - beta^t is 0, and all is NaN from the start. Take `self.iterations + 1`.",
)
nadamw_steps_counted_one_ahead = edited(
    NadamW,
    "steps-counted-one-ahead",
    {"t = self.iterations + 1": "t = self.iterations + 2"},
    "Your count is one ahead: the first step is corrected with t = 2. `self.iterations` counts "
    "the steps that have been *completed*, so t is `self.iterations + 1`. The formulas are right.",
)
ONE_STATE = (
    "Your steps use one m and one v, those of the first variable, for all variables. It fails at "
    "the second one. `build` is given all variables: make an m and a v for each "
    "(`add_optimizer_variables` does), and find them by `_get_variable_index`."
)
ONE_STATE_FAILS = {
    "t = self.iterations": (
        "if i:\n"
        "            raise (ValueError if self.compiled else InvalidArgumentError)('shapes')\n"
        "        t = self.iterations"
    )
}
nadamw_one_state_for_all_variables = edited(
    NadamW, "one-state-for-all-variables", ONE_STATE_FAILS, ONE_STATE
)
nadamw_state_found_by_shape = edited(
    NadamW,
    "state-found-by-shape",
    {
        "t = self.iterations": (
            "i = [m.shape for m, _ in self.state].index(variable.shape)\n"
            "        t = self.iterations"
        )
    },
    "Variables of one shape share one m and one v in yours: the state is found by the shape. In a "
    "net many have the same one. Each variable needs an m and a v of its own, which "
    "`self._get_variable_index(variable)` finds. The formulas are right.",
)
nadamw_state_in_single_precision = edited(
    NadamW,
    "state-in-single-precision",
    {
        "def update_step": (
            "def build(self, variables):\n"
            "        super().build([np.asarray(v, np.float32) for v in variables])\n"
            "        self.mixed = any(v.dtype == np.float64 for v in variables)\n"
            "    def update_step"
        ),
    },
    "Your m and v have single precision whatever the variable has: `add_variable(shape)` makes "
    "them so. `add_optimizer_variables` (or `dtype=variable.dtype`) gives them the dtype of the "
    "variable.",
)
nadamw_learning_rate_frozen = edited(
    NadamW,
    "learning-rate-frozen",
    {
        DECAY_LEFT_TO_BASE: (
            "super().__init__(learning_rate, weight_decay, **kwargs)\n"
            "        self.kept_rate = self.rate"
        ),
        "variable - learning_rate": "variable - self.kept_rate",
    },
    "You use the learning rate that the optimiser was made with, which you kept. Schedules and "
    "callbacks change it while training goes on: use the argument `learning_rate` of "
    "`update_step`, which is the one of the moment. The formulas are right.",
)
nadamw_no_schedules = edited(
    NadamW,
    "no-schedules",
    {
        DECAY_LEFT_TO_BASE: "super().__init__(float(learning_rate), weight_decay, **kwargs)",
    },
    "A learning rate that is a schedule is refused (`float(learning_rate)`, perhaps). Pass "
    "`learning_rate` on to the base class as it is: it takes a float or a schedule, and hands "
    "`update_step` the rate of the moment. With floats all is right.",
)
nadamw_betas_not_in_the_configuration = edited(
    NadamW,
    "betas-not-in-the-configuration",
    {"{**super().get_config(), **own}": "super().get_config()"},
    "The configuration lacks beta_1, beta_2 and epsilon: the base class knows only its own "
    "arguments. An optimiser that is loaded with a model then goes on with the defaults, without a "
    "word. Add yours to `super().get_config()`. The steps are right.",
)
nadamw_epsilon_not_in_the_configuration = edited(
    NadamW,
    "epsilon-not-in-the-configuration",
    {', "epsilon": self.epsilon': ""},
    "The configuration lacks epsilon: an optimiser that is loaded with a model then goes on with "
    "the default, without a word. Add it beside the betas. The steps are right.",
)
nadamw_configuration_without_the_base = edited(
    NadamW,
    "configuration-without-the-base",
    {"{**super().get_config(), **own}": "own"},
    "The configuration has your own arguments only: what the base class keeps (the learning rate, "
    "the decay, the clipping, the name) is missing, and an optimiser that is loaded with a model "
    "goes on with the defaults. Begin with `super().get_config()`. The steps are right.",
)
nadamw_state_not_saved = edited(
    NadamW,
    "state-not-saved",
    {"def update_step": "def state_saved(self):\n        return []\n    def update_step"},
    "After a model has been saved and loaded, your m and v start at 0 again, in the midst of "
    "training, while the count goes on. They are kept somewhere that Keras does not look (a "
    "`tf.Variable`, an array, a tensor). Make them by `add_optimizer_variables` (or "
    "`add_variable`); they are then saved with the rest. The steps are right.",
)
nadamw_not_registered = edited(
    NadamW,
    "not-registered",
    {
        "def update_step": (
            "def saved_and_loaded(self):\n"
            "        raise TypeError('not registered')\n"
            "    def update_step"
        )
    },
    "Your steps are right, but a model that was saved with your optimiser cannot be loaded: the "
    "file has only the name of the class, and nobody knows the name. The stub has the decorator "
    "`@keras.saving.register_keras_serializable` above the class; leave it there.",
)
nadamw_further_arguments_swallowed = edited(
    NadamW,
    "further-arguments-swallowed",
    {DECAY_LEFT_TO_BASE: "super().__init__(learning_rate, weight_decay)"},
    "You take `**kwargs` and do not pass them on, so `clipnorm`, `name` and the rest are accepted "
    "and ignored. Write `super().__init__(..., **kwargs)`. The steps are right.",
)
nadamw_further_arguments_refused = edited(
    NadamW,
    "further-arguments-refused",
    {
        ",\n        **kwargs: Any": "",
        DECAY_LEFT_TO_BASE: "super().__init__(learning_rate, weight_decay)",
    },
    "Arguments of the base class, such as `clipnorm` and `name`, are refused: take `**kwargs` and "
    "pass them on, `super().__init__(..., **kwargs)`. The steps are right.",
)
nadamw_base_class_not_built = edited(
    NadamW,
    "base-class-not-built",
    {
        "def update_step": (
            "def apply(self, gradients, variables):\n"
            "        raise ValueError('Unknown variable')\n"
            "    def update_step"
        )
    },
    "Keras says that it does not know the variables: `build` has to call "
    "`super().build(variables)`, where the base class takes them down.",
)
nadamw_adam_in_place_of_nadam = edited(
    NadamW,
    "adam-in-place-of-nadam",
    {"(kept + fresh)": "m / (1 - beta_1**t)"},
    "This is AdamW, and right as AdamW. Nadam looks one step ahead: m̂ is made of what the next "
    "step will keep of m, corrected with t + 1, and of the fresh gradient.",
)
nadamw_same_power_for_both = edited(
    NadamW,
    "same-power-for-both",
    {"beta_1 ** (t + 1)": "beta_1**t"},
    "Both parts of m̂ are corrected with the power t. The kept part belongs to the next step, and "
    "is divided by (1 - beta_1^(t+1)). The rest is right.",
)
nadamw_next_power_for_both = edited(
    NadamW,
    "next-power-for-both",
    {"np.float64(1 - beta_1**t)": "(1 - beta_1 ** (t + 1))"},
    "Both parts of m̂ are corrected with the power t + 1. That is right for the kept part, which "
    "belongs to the next step; the fresh gradient belongs to this one, and is divided by (1 - "
    "beta_1^t).",
)
KERAS_SCHEDULE = (
    "        now = beta_1 * (1 - 0.5 * 0.96 ** ({0} * t))\n"
    "        ahead = beta_1 * (1 - 0.5 * 0.96 ** ({0} * (t + 1)))\n"
    "        past = 1 - 0.5 * 0.96 ** ({0} * np.arange(1, t + 1))\n"
    "        past = np.prod(beta_1 * past)\n"
    "        kept = ahead * m / (1 - past * ahead)\n"
    "        fresh = (1 - now) * gradient / (1 - past)\n"
)
PLAIN_BETAS = (
    "        kept = beta_1 * m / (1 - beta_1 ** (t + 1))\n"
    "        fresh = (1 - beta_1) * gradient / np.float64(1 - beta_1**t)\n"
)
nadamw_keras_schedule = edited(
    NadamW,
    "keras-schedule",
    {PLAIN_BETAS: KERAS_SCHEDULE.format(1)},
    "This is the rule of Keras's own Nadam, which lets beta_1 grow with t. The plain form is asked "
    "for: the same beta_1 in every step. The decay is right.",
)
nadamw_pytorch_schedule = edited(
    NadamW,
    "pytorch-schedule",
    {PLAIN_BETAS: KERAS_SCHEDULE.format(0.004)},
    "This is the rule of PyTorch's Nadam, which lets beta_1 grow with t, slowly (its "
    "`momentum_decay`). The plain form is asked for: the same beta_1 in every step. The decay is "
    "right.",
)
nadamw_no_bias_correction = edited(
    NadamW,
    "no-bias-correction",
    {
        " / (1 - beta_1 ** (t + 1))": "",
        " / np.float64(1 - beta_1**t)": "",
        " / np.float64(1 - beta_2**t)": "",
    },
    "Nothing is corrected for its start at 0, neither the two parts of m̂ nor v. m, v and the decay "
    "are right.",
)
nadamw_first_moment_not_corrected = edited(
    NadamW,
    "first-moment-not-corrected",
    {" / (1 - beta_1 ** (t + 1))": "", " / np.float64(1 - beta_1**t)": ""},
    "Neither part of m̂ is corrected for its start at 0: the kept part is divided by (1 - "
    "beta_1^(t+1)), the fresh one by (1 - beta_1^t). v and the decay are right.",
)
nadamw_second_moment_not_corrected = edited(
    NadamW,
    "second-moment-not-corrected",
    {" / np.float64(1 - beta_2**t)": ""},
    V_UNCORRECTED,
)
nadamw_betas_swapped = edited(
    NadamW,
    "betas-swapped",
    {"beta_1, beta_2 = self.beta_1, self.beta_2": "beta_2, beta_1 = self.beta_1, self.beta_2"},
    BETAS_SWAPPED,
)
nadamw_epsilon_inside_the_root = edited(
    NadamW,
    "epsilon-inside-the-root",
    {"beta_2**t))": "beta_2**t) + self.epsilon)", "(root + self.epsilon)": "root"},
    EPSILON_INSIDE,
)
nadamw_epsilon_before_the_correction = edited(
    NadamW,
    "epsilon-before-the-correction",
    {
        "np.sqrt(v / np.float64(1 - beta_2**t))": (
            "(np.sqrt(v) + self.epsilon) / (1 - beta_2**t) ** 0.5"
        ),
        "(root + self.epsilon)": "root",
    },
    EPSILON_EARLY,
)
nadamw_epsilon_of_keras = edited(
    NadamW,
    "epsilon-of-keras",
    {"(root + self.epsilon)": "(root + 1e-7)"},
    "The argument `epsilon` changes nothing: 1e-7 is added to the root whatever it is. Add "
    "`self.epsilon`. The rest is right.",
)
nadamw_epsilon_forgotten = edited(
    NadamW, "epsilon-forgotten", {"(root + self.epsilon)": "root"}, EPSILON_FORGOTTEN
)
nadamw_uphill = edited(
    NadamW, "uphill", {"variable - learning_rate": "variable + learning_rate"}, UPHILL
)

SHARE_OF_ZERO = (
    "{0} of 0 {1}: a step then keeps nothing of {2}. The docstring allows shares from 0 to below 1."
)
ZERO_REFUSED = "is refused with a ValueError, and it makes sense"
ZERO_DEFAULT = (
    "is a number, and you take it for a missing one (`beta or ...`, perhaps) and go on with the "
    "default"
)
BETAS = {"beta_1": 0.9, "beta_2": 0.999}
for _which, _who, _what, _names in (
    ("", "A beta_1 or beta_2", "the moving average that it belongs to", tuple(BETAS)),
    ("first-", "A beta_1", "m", ("beta_1",)),
    ("second-", "A beta_2", "v", ("beta_2",)),
):
    _pieces = {name: f"self.{name} = {name}" for name in _names}
    globals()[f"NadamW, {_which}share-of-zero-refused"] = edited(
        NadamW,
        f"{_which}share-of-zero-refused",
        {
            piece: f"if {name} == 0:\n            raise ValueError({name})\n        {piece}"
            for name, piece in _pieces.items()
        },
        SHARE_OF_ZERO.format(_who, ZERO_REFUSED, _what),
    )
    globals()[f"NadamW, {_which}share-of-zero-taken-for-none"] = edited(
        NadamW,
        f"{_which}share-of-zero-taken-for-none",
        {piece: f"{piece} or {BETAS[name]}" for name, piece in _pieces.items()},
        SHARE_OF_ZERO.format(_who, ZERO_DEFAULT, _what),
    )

for _name, _edits, _explanation in _other_defaults(NadamW):
    globals()[f"NadamW, {_name}"] = edited(NadamW, _name, _edits, _explanation)
