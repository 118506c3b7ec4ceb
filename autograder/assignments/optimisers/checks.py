"""What counts as right in the assignment on optimisers.

An optimiser is judged by where it goes: the same gradients are put to the student's object and to
the reference, and the two paths are compared step by step, so that the message can say where they
part. The first question of each exercise makes an optimiser with its defaults, and no other one
does: a named mistake whose state outlives its instances starts afresh there. No two checks make
one with the same arguments: two objects that are made alike are still two.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.api import (
    Answer,
    Check,
    Curves,
    Raised,
    Refused,
    Student,
    Thing,
    Unanswered,
    check,
    expect,
)
from solutions import optimisers as reference

Array = np.ndarray[Any, Any]
Arguments = dict[str, float]
Shape = tuple[int, ...]

# How far an honest path may stray, as a share of its own length. Double precision leaves room for
# any order of the operations; single precision for betas that are rounded to it too.
SHARE = {np.dtype(np.float64): 1e-8, np.dtype(np.float32): 1e-3}
# ... and how far the parameters themselves are rounded in each step, in units of their precision.
ROUNDING = 8

SHAPES: tuple[Shape, ...] = ((), (5,), (1,), (2, 3), (2, 1, 3), (2, 3, 1, 2), (0, 3))
RAVINE_STEPS = 200

# Shapes of theta and gradient that NumPy would make fit: in the first step, and after one with
# three parameters. Those of as many entries come last: who compares sizes takes these alone.
UNEQUAL: tuple[tuple[Shape, Shape], ...] = (
    ((1,), (3,)),
    ((3,), (1,)),
    ((3,), ()),
    ((2, 3), (3,)),
    ((3,), (1, 3)),
)
AFTER_THREE: tuple[tuple[Shape, Shape], ...] = (
    ((1,), (1,)),
    ((3, 3), (3, 3)),
    ((1,), (3,)),
    ((3, 3), (3,)),
    ((3, 1), (3, 1)),
)

# What an argument may not be, besides negative; and the most that is tried where there is no limit,
# or close to it.
NOT_EITHER = {
    **dict.fromkeys(("momentum", "rho", "beta_1", "beta_2"), (1.0, 1.5)),
    "epsilon": (0.0,),
}
MOST = {
    **dict.fromkeys(("momentum", "rho", "beta_1", "beta_2"), 0.99975),
    **dict.fromkeys(("learning_rate", "epsilon", "weight_decay"), 1.25),
}


@dataclass(frozen=True)
class Rule:
    """What is particular to one optimiser.

    Attributes
    ----------
    name
        The class, the student's and the reference's.
    ravine
        Arguments that bring it down the ravine without fuss.
    first, others, extremes
        The points of three checks; those of the rest are the same for all.
    """

    name: str
    ravine: Arguments
    first: float = 0.5
    others: float = 1.0
    extremes: float = 0.5

    def reference(self, **arguments: float) -> Any:
        """Return a right optimiser."""
        return getattr(reference, self.name)(**arguments)

    def other_arguments(self, draw: np.random.Generator) -> Arguments:
        """Return arguments well away from their defaults, and from each other."""
        drawn = {
            "learning_rate": draw.uniform(0.05, 0.2),
            "momentum": draw.uniform(0.3, 0.7),
            "rho": draw.uniform(0.3, 0.7),
            "beta_1": draw.uniform(0.3, 0.6),
            "beta_2": draw.uniform(0.7, 0.9),
            "epsilon": draw.uniform(0.01, 0.1),
            "weight_decay": draw.uniform(0.3, 0.6),
        }
        return {name: round(float(drawn[name]), 3) for name in self.arguments}

    @property
    def arguments(self) -> tuple[str, ...]:
        """The names of the arguments, in order."""
        code = getattr(reference, self.name).__init__.__code__
        return tuple(code.co_varnames[1 : code.co_argcount])


# Paths


def _gradients(draw: np.random.Generator, steps: int, shape: Shape) -> list[Array]:
    """Return gradients of both signs, none of them close to zero.

    The first entry starts negative and large, and is small in the second step: sizes that are
    taken for signed numbers show, and maxima that do not fade.
    """
    sizes = draw.uniform(0.3, 1.5, (steps, *shape))
    signs = draw.choice([-1.0, 1.0], (steps, *shape))
    first = (0,) * len(shape)
    if 0 not in shape:
        sizes[0, *first], signs[0, *first] = draw.uniform(1.2, 1.5), -1.0
        if steps > 1:
            sizes[1, *first] = draw.uniform(0.3, 0.6)
    return list(sizes * signs)


def _theta(draw: np.random.Generator, shape: Shape) -> Array:
    """Return parameters of both signs, none of them close to zero."""
    return np.asarray(draw.uniform(0.5, 2.0, shape) * draw.choice([-1.0, 1.0], shape))


def _like(answer: Answer, like: Array) -> Array:
    """Return what a step gave as an array like `like`, or refuse it."""
    return expect.array(answer, like.shape, like.dtype)


def _right_path(optimiser: Any, theta: Array, gradients: Sequence[Array]) -> list[Array]:
    path = [theta]
    for gradient in gradients:
        path.append(np.asarray(optimiser.step(path[-1], gradient)))
    return path


def _walk(thing: Thing, theta: Array, gradients: Sequence[Array]) -> list[Answer]:
    """Return the answers to a walk, each step from where the one before led; it may end early."""
    answers: list[Answer] = []
    for gradient in gradients:
        answers.append(thing.call("step", theta, gradient))
        try:
            theta = _like(answers[-1], theta)
        except Refused:
            break
    return answers


def _follow_path(
    thing: Thing,
    written: str,
    right: Any,
    theta: Array,
    gradients: Sequence[Array],
    because: str = "",
) -> None:
    """Refuse a path that is not the one of the optimiser `right`."""
    answer = thing.probe("follow", theta, np.stack(gradients))
    expected = _right_path(right, theta, gradients)
    _compare_paths(written, _steps(answer, written), expected, gradients, because)


def _keeps_to_itself(
    thing: Thing, written: str, right: Any, theta: Array, gradients: Sequence[Array]
) -> None:
    """Refuse an optimiser that holds on to arrays of its caller, or to those that it returns."""
    answer = thing.probe("kept", theta, np.stack(gradients))
    parts = answer.value if type(answer.value) is tuple else ()
    if len(parts) != 3 or any(type(part) is not list for part in parts):
        raise Refused(f"{written}: what became of its steps could not be looked at")
    came, later, own = parts
    because = (
        ". One array held the gradient in all steps, and was written anew before each: the state "
        "may not be that array itself"
    )
    answers = [Answer(step, f"{written}.step(theta, gradient)") for step in came]
    _compare_paths(written, answers, _right_path(right, theta, gradients), gradients, because)
    for step, (once, now, apart) in enumerate(zip(came, later, own, strict=False), 1):
        if type(now) is not np.ndarray or not np.array_equal(once, now):
            raise Refused(
                f"{written}: what step {step} returned was right, and was overwritten by a later "
                "step: each step should return a new array"
            )
        if apart is not True:
            raise Refused(
                f"{written}: what step {step} returned shares its memory with what was passed in: "
                "whoever writes into the one changes the other. Return a new array"
            )


def _steps(answer: Answer, written: str) -> list[Answer]:
    """Return what a probe says that each step gave."""
    value = answer.value
    if type(value) is not list and (type(value) is not np.ndarray or value.ndim == 0):
        raise Refused(f"{answer.asked} gave {expect.describe(value)}; a path was expected")
    steps = value if type(value) is list else [np.asarray(step) for step in value]
    return [Answer(step, f"{written}.step(theta, gradient)") for step in steps]


def _compare_paths(
    written: str,
    answers: Sequence[Answer],
    expected: Sequence[Array],
    gradients: Sequence[Array],
    because: str = "",
    picture: Callable[[list[Array]], Curves] | None = None,
) -> None:
    """Refuse the answers unless each step came out where it should; `expected[0]` is the start."""
    path = [expected[0]]
    fault: Refused | None = None
    if len(answers) > len(gradients):
        fault = Refused(f"{len(gradients)} steps were asked for, {len(answers)} were made")
    for answer in answers[: len(gradients)]:
        try:
            path.append(_like(answer, expected[0]))
        except Refused as refused:
            fault = refused
            break
    errors = _misses(path, expected)
    wrong = next((step for step, error in enumerate(errors) if error.any()), None)
    if wrong is None and fault is None and len(path) <= len(gradients):
        fault = Refused(f"{len(gradients)} steps were asked for, {len(path) - 1} were made")
    if wrong is None and fault is not None:
        raise Refused(f"{written}: {_so_far(len(path) - 1)}. {fault}{because}")
    if wrong is None:
        return
    index = expect.where_largest(errors[wrong])
    before, came, right = (float(p[index]) for p in (path[wrong - 1], path[wrong], expected[wrong]))
    moves = came - before, right - float(expected[wrong - 1][index])
    gradient = float(gradients[wrong - 1][index])
    raise Refused(
        f"{written}: {_so_far(wrong - 1)}. From {_label(index)} = {_brief(before)}, with the "
        f"gradient {_brief(gradient)}, it came to {_apart(came, right)} was expected: "
        f"{_move_in_words(*moves)}{because}",
        (picture or (lambda path: _entry(path, expected, index)))(path),
    )


def _so_far(right: int) -> str:
    if right == 0:
        return "the first step is off"
    if right == 1:
        return "your first step is right, the second is off"
    return f"your first {right} steps are right, step {right + 1} is off"


def _label(index: tuple[int, ...]) -> str:
    return f"theta[{', '.join(map(str, index))}]" if index else "theta"


def _brief(value: float) -> str:
    return f"{value:.6g}"


def _apart(came: float, right: float) -> str:
    return "; ".join(expect.told_apart(came, right, (6, 9, 12, 17)))


def _move_in_words(move: float, right: float) -> str:
    """Return how a move compares with the right one."""
    if right == 0:
        return f"no move at all, and yours is {_brief(move)}"
    if abs(move / right - 1) < 1e-3:
        return f"a move of {_brief(right)}, and yours is off by {abs(move - right):.2g}"
    told = f"a move of {_brief(right)}, and yours is {_brief(move)}"
    if not 1e-3 < abs(move / right) < 1e3:
        return told
    back = " in the opposite direction" if move / right < 0 else ""
    return f"{told}, {abs(move / right):.4g} times as far{back}"


def _misses(path: Sequence[Array], expected: Sequence[Array]) -> Array:
    """Return by how much each point is too far off, entry by entry; 0 where it is near enough."""
    dtype = expected[0].dtype
    came = np.array(path, dtype=float)
    right = np.array(expected[: len(path)], dtype=float)
    length = np.cumsum(np.abs(np.diff(right, axis=0, prepend=right[:1])), axis=0)
    largest = np.maximum.accumulate(np.abs(right), axis=0)
    steps = np.arange(len(path)).reshape(-1, *[1] * expected[0].ndim)
    rounding = ROUNDING * steps * float(np.finfo(dtype).eps) * largest
    error = np.abs(came - right)
    return np.where(error > SHARE[dtype] * length + rounding, error, 0.0)


def _entry(path: Sequence[Array], expected: Sequence[Array], index: Any) -> Curves:
    """Return the picture of one entry of the parameters over the steps."""
    yours = np.array([point[index] for point in path], dtype=float)
    right = np.array([point[index] for point in expected], dtype=float)
    label = _label(index)
    return Curves(
        (np.arange(yours.size), yours),
        (np.arange(right.size), right),
        "step",
        label,
        f"{label} over {right.size - 1} steps: yours goes from {yours[0]:.4g} to {yours[-1]:.4g}, "
        f"the right one to {right[-1]:.4g}.",
    )


def _plane(path: Sequence[Array], expected: Sequence[Array]) -> Curves:
    """Return the picture of a path over the ravine, seen from above."""
    yours, right = np.array(path, dtype=float), np.array(expected, dtype=float)
    return Curves(
        (yours[:, 0], yours[:, 1]),
        (right[:, 0], right[:, 1]),
        "theta[0], along the ravine",
        "theta[1], across it",
        f"Two paths from ({right[0, 0]:.3g}, {right[0, 1]:.3g}): after {len(yours) - 1} steps "
        f"yours is at ({yours[-1, 0]:.3g}, {yours[-1, 1]:.3g}), and after {len(right) - 1} the "
        f"right one is at ({right[-1, 0]:.3g}, {right[-1, 1]:.3g}).",
    )


def _refuses_step(thing: Thing, theta: Array, gradient: Array, why: str) -> None:
    """Refuse a step that does not raise ValueError."""
    with expect.raising("ValueError"):
        answer = thing.call("step", theta, gradient)
        told = f"{answer.asked} returned {expect.describe(answer.value)}"
        raise Refused(f"{told}; it should raise ValueError: {why}")


# The same checks for all of them


def _checks(rule: Rule) -> tuple[Check, ...]:
    """Return the checks of one optimiser."""
    name = rule.name

    def made(student: Student, **arguments: float) -> tuple[Thing, str, Any]:
        thing = student.make(name, **arguments)
        return thing, expect.written(name, **arguments), rule.reference(**arguments)

    def made_in_order(student: Student, arguments: Arguments) -> tuple[Thing, str, Any]:
        values = [arguments[argument] for argument in rule.arguments]
        thing = student.make(name, *values)
        return thing, expect.written(name, *map(str, values)), rule.reference(**arguments)

    @check(name, "the first steps, with the default arguments", points=rule.first)
    def first(student: Student, draw: np.random.Generator) -> None:
        # Gradients from ordinary to about as small as epsilon tell the defaults from others.
        scales = np.array([1.0, 1.0, 1e-3, 3e-7])
        gradients = [scales * gradient for gradient in _gradients(draw, 6, (4,))]
        theta = _theta(draw, (4,))
        thing, written, right = made(student)
        expected = _right_path(right, theta, gradients)
        _compare_paths(written, _walk(thing, theta, gradients), expected, gradients)

    @check(name, "other arguments", points=rule.others)
    def others(student: Student, draw: np.random.Generator) -> None:
        for in_order in (False, True):
            arguments = rule.other_arguments(draw)
            gradients = [np.array([1.0, 0.1]) * g for g in _gradients(draw, 10, (2,))]
            one = made_in_order(student, arguments) if in_order else made(student, **arguments)
            _follow_path(*one, _theta(draw, (2,)), gradients)

    @check(name, "any shape", points=0.25)
    def shapes(student: Student, draw: np.random.Generator) -> None:
        for shape in SHAPES:
            gradients = _gradients(draw, 3, shape)
            _follow_path(*made(student, learning_rate=0.2), _theta(draw, shape), gradients)

    @check(name, "single precision", points=0.25)
    def precision(student: Student, draw: np.random.Generator) -> None:
        # Numbers of a few bits: what is exact in single precision is so in double precision too.
        halves = dict.fromkeys(("momentum", "rho", "beta_1", "weight_decay"), 0.5)
        known = {"learning_rate": 0.25, "beta_2": 0.75, "epsilon": 0.125, **halves}
        arguments = {key: known[key] for key in rule.arguments}
        for dtype in (np.float32, np.float64):
            eighths = draw.integers(1, 16, (4, 3))
            eighths[1:3, 0] = draw.integers(12, 16), draw.integers(1, 9)  # so that maxima fade
            theta, *gradients = (eighths / 8).astype(dtype)
            because = f". Parameters and gradients have dtype {np.dtype(dtype)} here"
            _follow_path(*made(student, **arguments), theta, gradients, because)

    @check(name, "what is passed in is left alone", points=0.25)
    def untouched(student: Student, draw: np.random.Generator) -> None:
        thing, *_ = made(student, learning_rate=0.1)
        theta = _theta(draw, (2, 3))
        for gradient in _gradients(draw, 3, (2, 3)):
            answer = thing.call("step", theta, gradient)
            expect.untouched(answer)
            theta = _like(answer, theta)
        # A pause among the gradients, and no learning rate: nothing new is no reason to return
        # what was passed in.
        for rate in (0.15, 0.0):
            gradients = _gradients(draw, 4, (3,))
            gradients[2] = np.zeros(3)
            arguments = {**rule.other_arguments(draw), "learning_rate": rate}
            _keeps_to_itself(*made(student, **arguments), _theta(draw, (3,)), gradients)

    @check(name, "zero, tiny and huge gradients", points=rule.extremes)
    def extremes(student: Student, draw: np.random.Generator) -> None:
        # An entry each: a spike, nearly nothing, a pause before and after, and a dead unit.
        sizes = np.array(
            [
                (1e15, 1e-20, 0.0, 1.0, 0.0),
                (1e15, 1e-20, 0.0, 0.0, 0.0),
                (1.0, 1e-20, 1.0, 0.0, 0.0),
                (1.0, 1e-20, 1.0, 0.0, 0.0),
            ]
        )
        for dtype in (np.float64, np.float32):
            # The smallest steps show only beside a 0.
            theta = (np.array([1.0, 0.0, 1.0, 1.0, 1.0]) * _theta(draw, (5,))).astype(dtype)
            gradients = [g.astype(dtype) for g in sizes * np.array(_gradients(draw, 4, (5,)))]
            because = f". Some gradients here are 0, 1e-20 or 1e15 in size, in {np.dtype(dtype)}"
            _follow_path(*made(student, learning_rate=0.11), theta, gradients, because)
        gradients = [np.zeros(3)] * 3 + _gradients(draw, 1, (3,))
        because = ". All gradients are zero at first"
        _follow_path(*made(student, learning_rate=0.11), _theta(draw, (3,)), gradients, because)

    @check(name, "two optimisers at once", points=0.5)
    def instances(student: Student, draw: np.random.Generator) -> None:
        arguments = [rule.other_arguments(draw) for _ in range(2)]
        pair = [made(student, **given) for given in arguments]
        walks = [_gradients(draw, 3, (3,)) for _ in pair]
        starts = [_theta(draw, (3,)) for _ in pair]
        answers: list[list[Answer]] = [[], []]
        places = list(starts)
        for step in range(3):
            for i, (thing, *_) in enumerate(pair):
                answers[i].append(thing.call("step", places[i], walks[i][step]))
                places[i] = _like(answers[i][-1], places[i])
        because = ". Another optimiser took its own steps in between: has each its own state?"
        for i, (_, written, right) in enumerate(pair):
            expected = _right_path(right, starts[i], walks[i])
            _compare_paths(written, answers[i], expected, walks[i], because)
        # One that starts where another did, with the same gradients and other arguments.
        _follow_path(*made(student, **rule.other_arguments(draw)), starts[0], walks[0], because)
        # One for parameters of another shape, while the others are still in use.
        because = ". Other optimisers have been used before: does a new one start afresh?"
        gradients = _gradients(draw, 2, (2, 2))
        _follow_path(*made(student, **arguments[0]), _theta(draw, (2, 2)), gradients, because)

    @check(name, "parameters that others change as well", points=0.25)
    def moved(student: Student, draw: np.random.Generator) -> None:
        thing, written, right = made(student, learning_rate=0.12)
        thetas, gradients = [_theta(draw, (3,)) for _ in range(4)], _gradients(draw, 4, (3,))
        # At last the parameters of the first step again, with its gradient: the state has moved on.
        walk = zip([*thetas, thetas[0]], [*gradients, gradients[0]], strict=True)
        for step, (theta, gradient) in enumerate(walk, 1):
            answer = thing.call("step", theta, gradient)
            expected = np.asarray(right.step(theta, gradient))
            misses = _misses([theta, _like(answer, theta)], [theta, expected])[1]
            if np.any(misses):
                i = int(np.argmax(misses))
                because = (
                    ". The parameters were changed between the steps, as by a constraint on the "
                    "weights or a checkpoint that is restored: a step starts from the theta that "
                    "it is given"
                )
                raise Refused(
                    f"{written}: {_so_far(step - 1)}. From theta[{i}] = {_brief(theta[i])} it "
                    f"came to {_apart(answer.value[i], expected[i])} was expected"
                    f"{because if step > 1 else ''}"
                )

    @check(name, f"{RAVINE_STEPS} steps down a ravine", points=0.25)
    def ravine(student: Student, draw: np.random.Generator) -> None:
        curvatures = np.array([1.0, round(float(draw.uniform(15.0, 25.0)), 1)])
        theta = np.array([-3.0, 1.0]) * draw.uniform(0.8, 1.2, 2)
        thing, written, right = made(student, **rule.ravine)
        bowl = np.tile(curvatures, (RAVINE_STEPS, 1))
        answer = thing.probe("follow", theta, bowl, bowl=True)
        expected: list[Array] = [theta]
        gradients: list[Array] = []
        for _ in range(RAVINE_STEPS):
            gradients.append(curvatures * expected[-1])
            expected.append(np.asarray(right.step(expected[-1], gradients[-1])))
        answers = _steps(answer, written)
        because = f". The loss is (theta[0]² + {curvatures[1]} theta[1]²) / 2"
        _compare_paths(
            written, answers, expected, gradients, because, lambda path: _plane(path, expected)
        )

    @check(name, "arguments and shapes that make no sense", points=0.25)
    def nonsense(student: Student, draw: np.random.Generator) -> None:
        small = round(float(draw.uniform(0.001, 0.1)), 4)
        refused: list[Refused] = []
        for argument in rule.arguments:
            for value in (-small, *NOT_EITHER.get(argument, ())):
                try:  # all of them are asked: which are refused tells what is looked at
                    expect.raises(student, "ValueError", name, **{argument: value})
                except Refused as fault:
                    refused.append(fault)
        if refused:
            raise refused[0]
        # The least and the most that makes sense, one at a time; at learning rate 0 nothing moves.
        least = {key: 0.0 for key in rule.arguments if key != "epsilon"}
        most = {key: MOST[key] for key in rule.arguments}
        for key, value in (*least.items(), *most.items()):
            arguments = {"learning_rate": 0.14, key: value}
            gradients = _gradients(draw, 3, (2,))
            _follow_path(*made(student, **arguments), _theta(draw, (2,)), gradients)
        thing, written, right = made(student, learning_rate=0.13)
        why = "NumPy would stretch one of the two arrays without a word"
        for one, other in UNEQUAL:
            _refuses_step(thing, _theta(draw, one), np.ones(other), why)
        because = ". Calls were refused for their shapes before: they should leave no trace"
        theta, gradients = _theta(draw, (3,)), _gradients(draw, 3, (3,))
        try:
            answers = _walk(thing, theta, gradients[:2])
        except Raised as raised:
            raise Refused(f"{raised}{because}") from None
        why = "parameters and gradient of the first step had the shape (3,)"
        for one, other in AFTER_THREE:
            _refuses_step(thing, _theta(draw, one), np.ones(other), why)
        answers.append(thing.call("step", _like(answers[-1], theta), gradients[2]))
        expected = _right_path(right, theta, gradients)
        _compare_paths(written, answers, expected, gradients, because)

    return (
        *(first, others, shapes, precision, untouched),
        *(extremes, instances, moved, ravine, nonsense),
    )


RULES = (
    Rule("Momentum", {"learning_rate": 0.01, "momentum": 0.9}),
    Rule("Nesterov", {"learning_rate": 0.01, "momentum": 0.9}),
    Rule("AdaGrad", {"learning_rate": 0.5}),
    Rule("RMSProp", {"learning_rate": 0.01}),
    Rule("Adam", {"learning_rate": 0.05}, first=1.0, others=2.0, extremes=1.0),
    Rule("AdaMax", {"learning_rate": 0.05}),
    Rule("Nadam", {"learning_rate": 0.05}, first=1.0, others=1.5),
    Rule("AdamW", {"learning_rate": 0.05, "weight_decay": 0.2}, first=1.0, others=1.5),
)
# A check is found by being a name of its module.
for _rule in RULES:
    globals().update({f"{_rule.name}, {c.title}": c for c in _checks(_rule)})


# NadamW: variables and models stay on the student's side, and probes tell what became of them.

Weights = list[Array]

KERAS_DEFAULTS = {
    "learning_rate": 0.001,
    "beta_1": 0.9,
    "beta_2": 0.999,
    "epsilon": 1e-7,
    "weight_decay": 0.004,
}
# Some alike, as in every net with two layers of one size
KERAS_SHAPES: tuple[Shape, ...] = ((3, 2), (2,), (), (3, 2), (2,))
# ... and all different, to tell how many states there are
STATE_SHAPES: tuple[Shape, ...] = ((4, 3), (3,))
NET_SHAPES: tuple[Shape, ...] = ((3, 4), (4,), (4, 2), (2,))
# Single precision, and training passes what it rounds on.
KERAS_SHARE = 1e-3
EXAMPLES = 6


class _NadamW:
    """A right optimiser of several variables, in double precision."""

    def __init__(self, arguments: dict[str, Any]) -> None:
        known = KERAS_DEFAULTS | arguments
        self.learning_rate = known.pop("learning_rate")
        self.decay = known.pop("weight_decay") or 0.0
        self.clipnorm = known.pop("clipnorm", np.inf)
        self.scale = known.pop("loss_scale_factor", 1.0)
        known.pop("name", None)
        self.rest = known
        self.each: list[reference.Nadam] = []

    def apply(self, gradients: Weights, variables: Weights) -> Weights:
        """Return the variables after one step."""
        self.each = self.each or [reference.Nadam(**self.rest) for _ in variables]
        moved = []
        for one, gradient, variable in zip(self.each, gradients, variables, strict=True):
            one.learning_rate = self.learning_rate
            scaled = gradient / self.scale
            norm = max(float(np.linalg.norm(scaled)), 1e-30)
            step = one.step(variable, scaled * min(1.0, self.clipnorm / norm))
            moved.append(np.asarray(step - self.learning_rate * self.decay * variable))
        return moved


def _mse_gradients(weights: Weights, x: Array, y: Array) -> Weights:
    """Return the gradients of the mean squared error of a net with one layer of tanh units."""
    w, b, v, c = weights
    hidden = np.tanh(x @ w + b)
    error = 2 * (hidden @ v + c - y) / y.size
    back = (error @ v.T) * (1 - hidden**2)
    return [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]


def _keras_arguments(draw: np.random.Generator) -> Arguments:
    drawn = Rule("AdamW", {}).other_arguments(draw)
    return {**drawn, "learning_rate": round(drawn["learning_rate"] / 2, 4)}


def _compare_variables(
    answer: Answer, written: str, start: Weights, expected: list[Weights], because: str = ""
) -> None:
    """Refuse a claim about several variables over several steps unless it is the right one."""
    claim = answer.value
    if type(claim) is not list or len(claim) != len(expected):
        raise Refused(f"{written}: {len(expected)} steps were asked for, not all came{because}")
    length = [np.zeros(value.shape) for value in start]
    before = start
    for step, (came, right) in enumerate(zip(claim, expected, strict=True)):
        if type(came) is not list or len(came) != len(right):
            raise Refused(f"{written}: there are {len(right)} variables, not all came{because}")
        for i, value in enumerate(right):
            one = Answer(came[i], f"{written}, variable {i + 1} of shape {value.shape}")
            length[i] = length[i] + np.abs(value - before[i])
            try:
                array = expect.array(one, value.shape, np.float32).astype(float)
            except Refused as refused:
                raise Refused(f"{_so_far(step).capitalize()}. {refused}{because}") from None
            rounding = ROUNDING * (step + 1) * float(np.finfo(np.float32).eps)
            error = np.abs(array - value) - rounding * (np.abs(value) + 1e-3)
            if np.any(error > KERAS_SHARE * length[i]):
                index = expect.where_largest(error)
                path = [start, *claim[: step + 1]]
                yours = [np.asarray(point[i], dtype=float) for point in path]
                ideal = [point[i] for point in (start, *expected)]
                moves = yours[-1] - yours[-2], ideal[step + 1] - ideal[step]
                raise Refused(
                    f"{written}: {_so_far(step)}, for variable {i + 1} of {len(right)}, of shape "
                    f"{value.shape}: {_apart(array[index], float(value[index]))} was expected: "
                    f"{_move_in_words(float(moves[0][index]), float(moves[1][index]))}{because}",
                    _entry(yours, ideal, index),
                )
        before = right


def _keras_right(
    arguments: dict[str, Any], start: Weights, gradients: Sequence[Weights], rates: Any = None
) -> list[Weights]:
    """Return where a right optimiser takes variables, step by step."""
    right, places, expected = _NadamW(arguments), [p.astype(float) for p in start], []
    for step, some in enumerate(gradients):
        if rates is not None:
            right.learning_rate = float(rates[step])
        right.learning_rate = float(np.float32(right.learning_rate))  # as Keras keeps it
        places = right.apply([g.astype(float) for g in some], places)
        expected.append(places)
    return expected


def _keras_gradients(
    draw: np.random.Generator, steps: int, shapes: Sequence[Shape], dtype: Any = np.float32
) -> list[Weights]:
    """Return the gradients of several variables for several steps."""
    drawn = [_gradients(draw, steps, shape) for shape in shapes]
    return [[np.asarray(g, dtype) for g in some] for some in zip(*drawn, strict=True)]


def _keras_path(
    student: Student,
    draw: np.random.Generator,
    arguments: dict[str, Any],
    steps: int,
    because: str = "",
    scale: float = 1.0,
    dtype: Any = np.float32,
    in_order: bool = False,
    **more: Any,
) -> None:
    """Refuse an optimiser that does not move several variables as it should."""
    start = [_theta(draw, shape).astype(dtype) for shape in KERAS_SHAPES]
    drawn = _keras_gradients(draw, steps, KERAS_SHAPES, dtype)
    gradients = [[np.asarray(scale * g, dtype) for g in some] for some in drawn]
    if in_order:
        thing = student.make("NadamW", *(arguments[name] for name in KERAS_DEFAULTS))
        written = expect.written("NadamW", *(str(arguments[name]) for name in KERAS_DEFAULTS))
    else:
        thing = student.make("NadamW", **arguments)
        written = expect.written("NadamW", **arguments)
    answer = thing.probe("optimiser_path", start, gradients, **more)
    known = arguments | (more.get("changed") or {})
    schedule = more.get("schedule", {})
    rates = more.get("rates", schedule.get("rates"))
    expected = _keras_right(known, start, gradients, rates)
    _compare_variables(answer, written, start, expected, because)


@check("NadamW", "the first steps, with the default arguments", points=1)
def keras_first(student: Student, draw: np.random.Generator) -> None:
    """Check steps that tell the defaults from others.

    A large gradient at first shows for how long it is remembered, and small ones show epsilon.
    """
    steps = 12
    start = [_theta(draw, shape).astype(np.float32) for shape in KERAS_SHAPES]
    # A large one at first, for the first variables; the others' are about as small as epsilon.
    first, scales = (100.0, 100.0, 100.0, 1.0, 1.0), (1.0, 1.0, 1.0, 3e-7, 3e-7)
    gradients = _keras_gradients(draw, steps, KERAS_SHAPES)
    gradients[0] = [size * g for size, g in zip(first, gradients[0], strict=True)]
    gradients = [
        [np.asarray(scale * g, np.float32) for scale, g in zip(scales, some, strict=True)]
        for some in gradients
    ]
    answer = student.make("NadamW").probe("optimiser_path", start, gradients)
    # In double precision two mistakes are told apart that look alike in single precision. It is
    # asked for that alone: what it gives is judged elsewhere.
    with contextlib.suppress(Unanswered):
        wide = _in_double(start, gradients)
        student.make("NadamW").probe("optimiser_path", *wide, moves=1 / 0.001)
    expected = _keras_right({}, start, gradients)
    because = ". The gradients of the last two variables are about 3e-7 in size"
    _compare_variables(answer, "NadamW()", start, expected, because)


def _in_double(start: Weights, gradients: list[Weights]) -> tuple[Weights, list[Weights]]:
    wide = [[gradient.astype(np.float64) for gradient in some] for some in gradients]
    return [value.astype(np.float64) for value in start], wide


@check("NadamW", "other arguments", points=1.5)
def keras_others(student: Student, draw: np.random.Generator) -> None:
    """Check steps with other arguments, for small gradients and for other dtypes."""
    _keras_path(student, draw, _keras_arguments(draw), 4)
    arguments = _keras_arguments(draw)
    because = ". The gradients are about as small as epsilon"
    scale = arguments["epsilon"]
    _keras_path(student, draw, arguments, 2, because, scale=scale, in_order=True)
    because = ". The variables are in double precision"
    other: dict[str, Any] = {**_keras_arguments(draw), "weight_decay": None}
    other["beta_2"] = round(float(draw.uniform(0.35, 0.45)), 3)
    _keras_path(student, draw, other, 2, because, dtype=np.float64)
    _keeps_states(student, _keras_arguments(draw))
    with expect.Everything() as everything:
        for name in ("beta_1", "beta_2"):  # 0 is a share: what is kept is nothing
            with everything.part():
                _keras_path(student, draw, {**_keras_arguments(draw), name: 0.0}, 3)


def _keeps_states(student: Student, arguments: Arguments) -> None:
    """Refuse an optimiser without an m and a v for each variable, of its shape and dtype."""
    variables = [np.ones(shape, np.float64) for shape in STATE_SHAPES]
    answer = student.make("NadamW", **arguments).probe("optimiser_state", variables)
    told = answer.value
    if type(told) is not list or any(type(each) is not str for each in told):
        raise Refused("The variables of the optimiser could not be looked at")
    for shape in STATE_SHAPES:
        kind = f"float64 {shape}"
        if told.count(kind) < 2:
            raise Refused(
                f"{expect.written('NadamW', **arguments)}: for a variable of shape {shape} and "
                f"dtype float64 an m and a v of that shape and dtype are needed; `build` leaves "
                f"{told.count(kind)} of that kind among the optimiser's `variables`"
            )


@check("NadamW", "a learning rate that changes", points=0.5)
def keras_rates(student: Student, draw: np.random.Generator) -> None:
    """Check that the learning rate of the moment is used, set from outside or by a schedule."""
    rates = np.round(draw.uniform(0.01, 0.1, 3), 3)
    because = f". The learning rate was set before each step, to {rates.tolist()}"
    _keras_path(student, draw, _keras_arguments(draw), 3, because, rates=rates)
    arguments = _keras_arguments(draw)
    rates = np.round(draw.uniform(0.01, 0.1, 3), 3)
    because = f". The learning rate was a schedule of Keras's, with {rates.tolist()} in turn"
    schedule = {**arguments, "rates": rates}
    del schedule["learning_rate"]
    _keras_path(student, draw, arguments, 3, because, schedule=schedule)


@check("NadamW", "training a net", points=1)
def keras_training(student: Student, draw: np.random.Generator) -> None:
    """Check the weights of a net that is trained by compiled steps."""
    arguments: dict[str, Any] = _keras_arguments(draw)
    weights = [draw.normal(0, 0.7, shape).astype(np.float32) for shape in NET_SHAPES]
    inputs, outputs = NET_SHAPES[0][0], NET_SHAPES[-1][0]
    x, y = (draw.normal(0, 1, (EXAMPLES, n)).astype(np.float32) for n in (inputs, outputs))
    thing = student.make("NadamW", **arguments)
    answer = thing.probe("optimiser_training", weights, x, y, 4)
    right, places, expected = _NadamW(arguments), [w.astype(float) for w in weights], []
    for _ in range(4):
        places = right.apply(_mse_gradients(places, x, y), places)
        expected.append(places)
    because = ". A net with a hidden layer was trained, by a step compiled as in `fit`"
    _compare_variables(answer, expect.written("NadamW", **arguments), weights, expected, because)


@check("NadamW", "configuration", points=1)
def keras_configuration(student: Student, draw: np.random.Generator) -> None:
    """Check what the configuration says, and the optimiser made from it."""
    arguments: dict[str, Any] = {
        **_keras_arguments(draw),
        "clipnorm": round(float(draw.uniform(0.3, 0.6)), 3),
        "loss_scale_factor": 2.0,
    }
    names, own = list(arguments), f"mine_{draw.integers(1000)}"
    asked = expect.written("NadamW", **arguments, name=own)
    thing = student.make("NadamW", **arguments, name=own)
    answer = thing.probe("optimiser_configuration", names, own)
    if type(answer.value) is not list or len(answer.value) != len(names) + 1:
        raise Refused(f"{asked}: its configuration could not be looked at")
    for name, value in zip(names, answer.value, strict=False):
        if type(value) not in (int, float) or not abs(value - arguments[name]) <= 1e-6:
            told = "is not there" if value is None else f"is {expect.describe(value)}"
            raise Refused(
                f"In the configuration of {asked}, {name} {told}; {arguments[name]} was expected"
            )
    if answer.value[-1] is not True:
        raise Refused(f"In the configuration of {asked}, the name is another one")
    changed = {"learning_rate": round(arguments["learning_rate"] / 2, 5)}
    changed["beta_1"] = round(arguments["beta_1"] + float(draw.uniform(0.05, 0.1)), 3)
    because = f". The optimiser was made anew from its configuration, with {changed} in it"
    _keras_path(student, draw, arguments, 2, because, changed=changed)


@check("NadamW", "saving and loading", points=1)
def keras_saving(student: Student, draw: np.random.Generator) -> None:
    """Check that training goes on after a model was saved and loaded as if nothing had been.

    What was saved trains on too, on another way: what was loaded has a state of its own.
    """
    arguments = _keras_arguments(draw)
    weights = [_theta(draw, shape).astype(np.float32) for shape in NET_SHAPES]
    before, *ways = (_keras_gradients(draw, 2, NET_SHAPES) for _ in range(3))
    thing = student.make("NadamW", **arguments)
    answer = thing.probe("optimiser_saved", weights, before, tuple(ways))
    asked = expect.written("NadamW", **arguments)
    if type(answer.value) is not tuple or len(answer.value) != 2:
        raise Refused(f"{asked}: what a net became could not be looked at")
    after = ". After step 2 the model was saved"
    becauses = f"{after}; it trained on", f"{after} and loaded, its optimiser with it"
    for path, way, because in zip(answer.value, ways, becauses, strict=True):
        expected = _keras_right(arguments, weights, [*before, *way])
        _compare_variables(Answer(path, answer.asked), asked, weights, expected, because)
