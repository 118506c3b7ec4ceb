"""What counts as a right answer in the capstone.

Nets cannot cross the wire. The probe `built_net` tells what a net is made of and what it computes
with weights drawn from a seed; both are compared with `solutions.stacks`, which does without
Keras. Callbacks are judged by what they do to a training that the judge has made up, and Monte
Carlo predictions by their law, which is known exactly for a net of four hidden units.

Statistical checks refuse a right answer less than once in 10^7 times: `Z` is the number of
standard errors allowed, of means over 1500 rows, which are normal to that accuracy.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.api import (
    Answer,
    Curves,
    Generator,
    Refused,
    Student,
    Thing,
    check,
    expect,
)
from solutions import capstone as reference
from solutions import stacks

Array = np.ndarray[Any, Any]
Layer = dict[str, Any]

Z = 6.0
ROWS = 1500
# Neither Swish, which is the default, nor ReLU, which is what many write out of habit.
ACTIVATIONS = ("elu", "tanh", "gelu", "selu")


# standardise


def _images(draw: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> Array:
    """Return inputs whose means and spreads differ from place to place."""
    if dtype == np.uint8:
        low = draw.integers(0, 100, size=shape[1:])
        return draw.integers(low, low + draw.integers(20, 150, size=shape[1:]), shape, np.uint8)
    centre = draw.uniform(-3.0, 3.0, size=shape[1:])
    return (centre + draw.uniform(0.3, 3.0, size=shape[1:]) * draw.normal(size=shape)).astype(dtype)


def _standardised(student: Student, train: Array, *others: Array) -> tuple[Answer, list[Array]]:
    """Ask, look at the kinds, and return the answer with its arrays."""
    answer = student.call("standardise", train, *others)
    asked = [f"{name} of {answer.asked}" for name in _set_names(others)]
    wanted = f"a tuple of {len(asked)} arrays was expected"
    parts = expect.parts(answer, asked, wanted, expect.describe(answer.value))
    pairs = zip(parts, (train, *others), strict=True)
    return answer, [expect.array(part, given.shape, np.float32) for part, given in pairs]


def _set_names(others: tuple[Array, ...]) -> list[str]:
    return ["the training set", *(f"other set {n}" for n in range(1, 1 + len(others)))]


def _standard(student: Student, train: Array, *others: Array) -> Answer:
    answer, parts = _standardised(student, train, *others)
    expected = reference.standardise(train, *others)
    for part, right, name in zip(parts, expected, _set_names(others), strict=True):
        error = np.abs(part - right)
        if np.any(error > 2e-4 * (1 + np.abs(right))):
            worst = expect.where_largest(error)
            raise Refused(
                f"{answer.asked}: {name} is off by up to {error[worst]:.3g}, at index {worst}: "
                f"{part[worst]:.5g} came back, {right[worst]:.5g} was expected. Over the training "
                "set, mean and standard deviation should be 0 and 1 at each place; yours are "
                f"{_first(parts[0].mean(axis=0))} and {_first(parts[0].std(axis=0))} at the first"
            )
    return answer


def _first(values: Array) -> str:
    return f"{values.flat[0]:.3g}"


@check("standardise", "the training set", points=1)
def standardise_train(student: Student, draw: np.random.Generator) -> None:
    for shape in ((int(draw.integers(7, 12)), 3), (6, 4, 3, 2), (9, 2, 5)):
        for dtype in (np.uint8, np.float32, np.float64):
            _standard(student, _images(draw, shape, dtype))
    _standard(student, draw.integers(-50, 50, size=(8, 3)))
    _standard(student, _images(draw, (6, 4, 3, 2), np.float32))  # other images, of a known shape


@check("standardise", "the other sets", points=1.5)
def standardise_others(student: Student, draw: np.random.Generator) -> None:
    for dtype in (np.uint8, np.float64):
        shape = tuple(map(int, draw.integers(2, 5, size=2)))
        train = _images(draw, (20, *shape), dtype)
        others = [_images(draw, (n, *shape), dtype) for n in (1, int(draw.integers(3, 9)), 0)]
        _standard(student, train, others[0])
        _standard(student, train, *others)


@check("standardise", "inputs that never change", points=1)
def standardise_constant(student: Student, draw: np.random.Generator) -> None:
    train = _images(draw, (10, 5), np.float64)
    test = _images(draw, (5, 5), np.float64)
    train[:, 1] = float(draw.integers(2, 9))
    # So little that only a comparison tells it from nothing.
    train[:, 3], test[:, 3] = 1e-10 * draw.normal(size=10), 1e-10 * draw.normal(size=5)
    for dtype in (np.float64, np.float32):
        images = _unevenly_constant(draw, train.astype(dtype))
        _standard(student, images, test.astype(dtype))
    whole = draw.integers(1, 250, size=(10, 4), dtype=np.uint8)
    whole[:, 1] = draw.integers(2, 9)
    _standard(student, whole, test[:, :4].astype(np.float32))
    _standard(student, train[:1], test)  # one image: nothing changes at all


def _unevenly_constant(draw: np.random.Generator, images: Array) -> Array:
    """Return the images with a constant column whose mean is off by rounding, as that of 0.1 is.

    The mean of so many numbers in single precision is right in double precision.
    """
    for _ in range(100):
        images[:, 2] = round(float(draw.uniform(0.05, 0.95)), 2)
        if images.std(axis=0)[2] > 0:
            break
    return images


@check("standardise", "arguments left as they are", points=0.5)
def standardise_untouched(student: Student, draw: np.random.Generator) -> None:
    train, test = (_images(draw, (n, 3, 2), np.float32) for n in (6, 4))
    expect.untouched(_standard(student, train, test))


# Nets: what they are made of, how they start, what they compute.

NET_FACTS = ("input", "layers", "different", "compiled", "reseeded", "again")


def _net(student: Student, draw: np.random.Generator, name: str, *args: Any) -> tuple[Answer, Any]:
    """Return what the probe tells of a net for small images, once it is well-formed."""
    shape = ((4, 4, 3), (48,), (6, 8), (2, 3, 4, 2))[int(draw.integers(4))]
    x = draw.normal(size=(3, *shape)).astype(np.float32)
    seed = int(draw.integers(1_000_000))
    asked = expect.written(name, *map(repr, (shape, *args)))
    answer = student.probe("built_net", name, shape, *args, x=x, seed=seed)
    told = Answer(answer.value, asked)
    facts = answer.value if isinstance(answer.value, dict) else {}
    if set(facts) != {*NET_FACTS, "predictions"}:
        returned = facts.get("returned")
        what = returned if isinstance(returned, str) else expect.describe(answer.value)
        raise Refused(f"{asked} returned {what[:100]}; a keras.Sequential was expected")
    if not expect.is_exactly(facts["input"], shape):
        raise Refused(
            f"{asked} takes inputs of shape {expect.describe(facts['input'])}; {shape} was expected"
        )
    if type(facts["layers"]) is not list or type(facts["different"]) is not int:
        raise Refused(f"{asked} could not be looked at")
    return told, (facts, x, seed)


def _layer_in_words(layer: object) -> str:
    """Return a layer in words, with what else was asked of it; what is no layer is described."""
    extras = layer.get("extras") if isinstance(layer, dict) else None
    if isinstance(extras, list) and extras:
        named = expect.series(f"`{str(one)[:40]}`" for one in extras[:3])
        return f"{_kind_in_words(layer)} with {named} other than Keras's default"
    return _kind_in_words(layer)


def _kind_in_words(layer: object) -> str:
    match layer:
        case {"kind": kind} if type(kind) is not str:
            return expect.describe(layer)
        case {"kind": "flatten"}:
            return "flatten"
        case {"kind": "dense", "units": int(units)}:
            return f"dense with {units} units"
        case {"kind": "activation", "values": np.ndarray() as values}:
            return stacks.name_of(values) or "an activation that is not among Keras's usual ones"
        case {"kind": "batch normalisation"}:
            return "batch normalisation"
        case {"kind": "dropout" | "alpha dropout" as kind, "rate": float(rate)}:
            return f"{kind} with rate {rate:g}"
        case {"kind": str(kind)}:
            return f"a layer of type {kind[:60]}"
    return expect.describe(layer)


def _made_of(answer: Answer, layers: list[Any], expected: list[Layer]) -> None:
    """Refuse other layers, or an other order, than expected."""
    yours, right = ([_layer_in_words(layer) for layer in some] for some in (layers, expected))
    if yours == right:
        return
    place = next(
        (n for n, (a, b) in enumerate(zip(yours, right, strict=False)) if a != b),
        min(len(yours), len(right)),
    )
    before = f"after {right[place - 1]} ({place} layers agree)" if place else "at the beginning"
    counts = [sum(name.startswith("dense") for name in some) for some in (yours, right)]
    total = (
        f" It has {counts[0]} dense layers with its output; {counts[1]} were expected."
        if counts[0] != counts[1]
        else ""
    )
    raise Refused(
        f"{answer.asked}: {before}, yours has {_at(yours, place)} where {_at(right, place)} was "
        f"expected (an activation within a dense layer counts as a layer here).{total}"
    )


def _at(names: list[str], place: int) -> str:
    return names[place] if place < len(names) else "nothing more"


def _starts(answer: Answer, facts: Any, expected: list[Layer]) -> None:
    """Refuse start weights of another kind, or the same weights twice."""
    dense = [layer for layer in expected if layer["kind"] == "dense"]
    if not expect.is_exactly(facts["different"], len(dense)):
        raise Refused(
            f"{answer.asked} has {len(dense)} dense layers but only {facts['different']} "
            "different kernels: some of them start with the same weights. An initialiser object "
            "gives the same weights each time it is called with one shape"
        )
    yours = [layer for layer in facts["layers"] if layer["kind"] == "dense"]
    for number, (layer, right) in enumerate(zip(yours, dense, strict=True), start=1):
        gain, bias = layer.get("gain"), layer.get("bias")
        if not expect.equals(gain, right["gain"]):
            # Of the output's weights no probe of ours says one.
            one = "none" if right["gain"] is None else f"{right['gain']:g} / fan_in"
            raise Refused(
                f"{answer.asked}: the weights of dense layer {number} start with a variance of "
                f"about {expect.describe(gain)} / fan_in; {one} was expected"
            )
        if layer.get("normal") is not True:
            raise Refused(
                f"{answer.asked}: the weights of dense layer {number} have the right variance but "
                "no tails, as if they were uniform; a normal distribution was expected"
            )
        if not expect.equals(bias, right["bias"]):
            what = "no bias" if bias is None else f"biases of up to {expect.describe(bias)}"
            raise Refused(
                f"{answer.asked}: dense layer {number} starts with {what}; a bias of 0 was expected"
            )


def _computes(answer: Answer, asked_with: Any, expected: list[Layer]) -> None:
    """Refuse a net without biases, or one that puts the right layers together otherwise."""
    facts, x, seed = asked_with
    right = stacks.predictions(expected, x, seed)
    told = Answer(facts["predictions"], f"the prediction of {answer.asked}")
    value = expect.tensor(told, right.shape, np.float32)
    error = float(np.abs(value - right).max())
    if error > 1e-4:
        raise Refused(
            f"{answer.asked}: with weights that the grader set, its predictions are off by up to "
            f"{error:.3g}. Its layers look right; so they are put together otherwise than one "
            "after the other, or one of them does more than it should"
        )


def _by_itself(answer: Answer, facts: Any) -> None:
    """Refuse a net that is compiled or not its own, and a function that sets seeds for others."""
    if facts["compiled"] is not False:
        raise Refused(f"{answer.asked} returned a compiled net; it should not be compiled")
    if facts["again"] is not False:
        raise Refused(
            f"{answer.asked}, called twice, returned nets that share weights: whatever trains one "
            "of them trains the other"
        )
    if facts["reseeded"] is not False:
        raise Refused(
            f"{answer.asked} sets the seed of all random numbers (`set_random_seed`, "
            "`np.random.seed`): seeds are for whoever calls it to choose"
        )


def _classes(draw: np.random.Generator) -> int:
    return int(draw.integers(3, 10))


@check("deep_net", "layers", points=3)
def deep_layers(student: Student, draw: np.random.Generator) -> None:
    # Two of them: an answer that always has one would be right about it.
    for activation in draw.choice(ACTIVATIONS, 2, replace=False):
        args = _classes(draw), str(activation)
        answer, told = _net(student, draw, "deep_net", *args)
        expected = stacks.deep_net(*args)
        _made_of(answer, told[0]["layers"], expected)
        _computes(answer, told, expected)


@check("deep_net", "defaults and start weights", points=2)
def deep_starts(student: Student, draw: np.random.Generator) -> None:
    answer, told = _net(student, draw, "deep_net")
    expected = stacks.deep_net()
    _made_of(answer, told[0]["layers"], expected)
    _starts(answer, told[0], expected)
    _by_itself(answer, told[0])
    _computes(answer, told, expected)


@check("normalised_net", "layers", points=2)
def normalised_layers(student: Student, draw: np.random.Generator) -> None:
    for activation in draw.choice(ACTIVATIONS, 2, replace=False):
        momentum = round(float(draw.uniform(0.6, 0.85)), 2)  # neither the default nor 1 - itself
        args = _classes(draw), str(activation), momentum
        answer, told = _net(student, draw, "normalised_net", *args)
        expected = stacks.normalised_net(*args)
        _made_of(answer, told[0]["layers"], expected)
        _normalises(answer, told[0], expected)
        _computes(answer, told, expected)


@check("normalised_net", "defaults and start weights", points=1)
def normalised_starts(student: Student, draw: np.random.Generator) -> None:
    answer, told = _net(student, draw, "normalised_net")
    expected = stacks.normalised_net()
    _made_of(answer, told[0]["layers"], expected)
    _starts(answer, told[0], expected)
    _by_itself(answer, told[0])
    _normalises(answer, told[0], expected)
    _computes(answer, told, expected)


def _normalises(answer: Answer, facts: Any, expected: list[Layer]) -> None:
    pairs = zip(facts["layers"], expected, strict=True)
    for layer, right in pairs:
        if right["kind"] != "batch normalisation":
            continue
        for key, value in right.items():
            if not expect.equals(layer.get(key), value):
                raise Refused(
                    f"{answer.asked}: batch normalisation has {_setting(key, layer.get(key))}; "
                    f"{_setting(key, value)} was expected"
                )


def _setting(key: str, value: object) -> str:
    words = {"centred": "beta (`center`)", "scaled": "gamma (`scale`)"}
    return f"{words.get(key, key)} {expect.describe(value)}"


@check("selu_net", "layers and alpha dropout", points=2)
def selu_layers(student: Student, draw: np.random.Generator) -> None:
    args = _classes(draw), round(float(draw.uniform(0.1, 0.4)), 2)
    answer, told = _net(student, draw, "selu_net", *args)
    expected = stacks.selu_net(*args)
    _made_of(answer, told[0]["layers"], expected)
    _computes(answer, told, expected)


@check("selu_net", "defaults and start weights", points=2)
def selu_starts(student: Student, draw: np.random.Generator) -> None:
    answer, told = _net(student, draw, "selu_net")
    expected = stacks.selu_net()
    _made_of(answer, told[0]["layers"], expected)
    _starts(answer, told[0], expected)
    _by_itself(answer, told[0])
    _computes(answer, told, expected)


# training_callbacks: a training is made up, and it is seen what they do in it.


Losses = tuple[list[float], list[float]]  # validation losses and accuracies of a training


def _watched(
    student: Student, patience: int | None, *trainings: Losses, closely: bool = False
) -> tuple[str, list[dict[str, Any]]]:
    """Return the call as text, and what the probe tells of each training once it is well-formed."""
    arguments = list(trainings), patience, closely
    answer = student.probe("watched_training", "training_callbacks", *arguments)
    asked = "training_callbacks(path" + (f", {patience})" if patience is not None else ")")
    told = answer.value if isinstance(answer.value, list) else []
    if len(told) != len(trainings) or not all(map(_is_training, told)):
        claim = told[0].get("returned") if told and isinstance(told[0], dict) else None
        what = claim[:100] if isinstance(claim, str) else expect.describe(claim or answer.value)
        raise Refused(f"{asked} returned {what}; a list of Keras callbacks was expected")
    return asked, told


def _is_training(facts: object) -> bool:
    if not isinstance(facts, dict) or type(facts.get("saved")) is not list:
        return False
    return all(type(facts.get(key)) is int for key in ("epochs", "kept"))


def _shown(losses: list[float]) -> str:
    return ", ".join(f"{loss:.9g}" for loss in losses)


def _training(draw: np.random.Generator, patience: int) -> Losses:
    """Return validation losses and accuracies of a training, as long as it may become.

    Before the lowest loss comes a wait that is one epoch too short to stop, and the lowest is
    lower by a little only. It comes once more, as late as it can; and long after, when the
    training should be over, there is a lower one. The accuracy is highest in the third epoch.
    """
    higher = draw.uniform(1.2, 1.8, size=3 * patience + 2).round(2).tolist()
    start = round(float(draw.uniform(1.9, 2.2)), 2)
    # Keras compares in single precision, in which this is several steps below 1.
    middle, lowest = 1.0, round(1 - 1e-7 * float(draw.uniform(3.5, 8.5)), 8)
    waiting, again = higher[: patience - 1], higher[patience : 2 * patience - 1]
    losses = [start, middle, *waiting, lowest, *again, lowest, *higher[2 * patience :], 0.1]
    accuracies = [0.3, 0.4, 0.5, *np.linspace(0.45, 0.2, len(losses) - 3).round(3).tolist()]
    return losses, accuracies


def _plateau(draw: np.random.Generator) -> Losses:
    losses = [2.0, 1.0, *draw.uniform(1.1, 1.5, size=24).round(2).tolist()]
    return losses, [0.3] * len(losses)


def _above(training: Losses) -> Losses:
    """Return a training that is higher than another was and an epoch later.

    A callback that remembers the other one would know it; and the other tells nothing about it.
    """
    losses, accuracies = training
    return [9.0, *(round(loss + 3, 4) for loss in losses)], [0.2, *accuracies]


@check("training_callbacks", "when training stops", points=0.5)
def callbacks_stop(student: Student, draw: np.random.Generator) -> None:
    asked, (facts,) = _watched(student, None, _plateau(draw))
    if facts["epochs"] != 22:
        raise Refused(
            f"{asked}: the lowest validation loss came in epoch 2, and training ended after epoch "
            f"{facts['epochs']}; with the default patience of 20 it should be epoch 22"
        )
    patience = int(draw.integers(3, 6))
    losses, accuracies = _training(draw, patience)
    _stops(student, patience, losses, accuracies)
    # However large they are: what is lower than all losses before is progress.
    _stops(student, patience, [30 * loss for loss in (1.4, 1.3, 1.2, *losses)],
           [0.2, 0.2, 0.2, *accuracies])  # fmt: skip


def _stops(student: Student, patience: int, losses: list[float], accuracies: list[float]) -> None:
    asked, (facts,) = _watched(student, patience, (losses, accuracies))
    best = losses.index(min(losses[:-1]))
    expected = best + 1 + patience
    if facts["epochs"] != expected:
        raise Refused(
            f"{asked}: with the validation losses {_shown(losses)}, training ended after epoch "
            f"{facts['epochs']} of {len(losses)}; it should stop after epoch {expected}, "
            f"{patience} epochs after the lowest loss in epoch {best + 1}"
        )


@check("training_callbacks", "new callbacks, and nothing else done", points=0.5)
def callbacks_apart(student: Student, draw: np.random.Generator) -> None:
    first, second = _plateau(draw), _above(_plateau(draw))
    asked, told = _watched(student, None, first, second, closely=True)
    if told[1].get("again") is not False:
        raise Refused(
            f"{asked}, called twice, returned the same object both times; new callbacks were "
            "expected at each call"
        )
    changed = [facts.get("interferes") for facts in told]
    if not expect.is_exactly(changed, [[], []]):
        what = next(one for one in changed if not expect.is_exactly(one, []))
        named = expect.series(map(str, what))[:60] if isinstance(what, list) else "something"
        raise Refused(
            f"{asked}: the callbacks changed {named} of the training, which nobody asked for; they "
            "should stop it, put the best weights back and save the best model"
        )
    # What is said of objects can be a lie; what they then did has to be worked out.
    for facts, (watched, _) in zip(told, (first, second), strict=True):
        _file_of(f"{asked}, called twice for two trainings: with", facts, watched)


@check("training_callbacks", "the best weights come back", points=1)
def callbacks_restore(student: Student, draw: np.random.Generator) -> None:
    # From 3 on, the lowest loss comes later than the fourth epoch, where the training loss has its.
    patience = int(draw.integers(3, 5))
    losses, accuracies = _training(draw, patience)
    asked, (facts,) = _watched(student, patience, (losses, accuracies))
    best = losses.index(min(losses[: facts["epochs"]] or losses)) + 1
    if facts["kept"] != best:
        raise Refused(
            f"{asked}: with the validation losses {_shown(losses)}, training ended after epoch "
            f"{facts['epochs']} and left the model with the weights of epoch {facts['kept']}; "
            f"those of epoch {best}, with the lowest loss, were expected"
        )


@check("training_callbacks", "the file", points=1)
def callbacks_file(student: Student, draw: np.random.Generator) -> None:
    patience = int(draw.integers(3, 5))
    first, second = _training(draw, patience), _above(_training(draw, patience))
    asked, (facts, again) = _watched(student, patience, first, second)
    _file_of(f"{asked}: with", facts, first[0])
    _file_of(
        f"{asked}, called twice for two trainings: what was returned at the second call, whose "
        "callbacks should be new ones (a callback remembers the best of its training), was used "
        "with",
        again,
        second[0],
    )


def _file_of(told: str, facts: dict[str, Any], losses: list[float]) -> None:
    """Refuse a file that did not hold the model of the epoch with the lowest loss so far."""
    lowest = np.minimum.accumulate(losses).tolist()
    expected = [losses.index(loss) + 1 for loss in lowest][: facts["epochs"]]
    if not expect.is_exactly(facts["saved"], expected):
        yours = facts["saved"]
        pairs = enumerate(zip(yours, expected, strict=False))
        at = next((n for n, (a, b) in pairs if not expect.is_exactly(a, b)), 0)
        held = yours[at] if at < len(yours) else 0
        none = expect.is_exactly(held, 0)
        what = "no model" if none else f"the model of epoch {expect.describe(held)}"
        raise Refused(
            f"{told} the validation losses {_shown(losses)}, the file held {what} after "
            f"epoch {at + 1}; that of epoch {expected[at]} was expected, the lowest so far"
        )


# mc_predict


# Whoever tells of a model what a right answer leaves of it has to tell, of the same call, a
# prediction with random masks too: each question asks for all of the work.

HIDDEN = 4


def _weights(draw: np.random.Generator, *, normalised: bool) -> list[Array]:
    """Return the weights of a dense layer, of batch normalisation or none, and of the output."""
    classes = int(draw.integers(3, 5))  # with two, medians too would add up to 1
    weights = [draw.normal(size=(3, HIDDEN)), draw.normal(size=HIDDEN)]
    if normalised:
        weights += [draw.uniform(0.5, 1.5, size=HIDDEN), *draw.normal(size=(2, HIDDEN))]
        weights += [draw.uniform(0.5, 2.0, size=HIDDEN)]
    weights += [draw.normal(size=(HIDDEN, classes)), draw.normal(size=classes)]
    return [weight.astype(np.float32) for weight in weights]


def _hidden(weights: list[Array], x: Array) -> Array:
    """Return what goes into the dropout of a net, at inference."""
    kernel, bias, *normal, _, _ = (weight.astype(float) for weight in weights)
    z = x @ kernel + bias
    if normal:
        gamma, beta, mean, variance = normal
        z = gamma * (z - mean) / np.sqrt(variance + 0.25) + beta
    return np.asarray(np.tanh(z))


def _plain(weights: list[Array], x: Array) -> Array:
    z = _hidden(weights, x) @ weights[-2] + weights[-1]
    return np.asarray(stacks.ACTIVATIONS["softmax"](z))


@dataclass(frozen=True)
class _Question:
    """A question about a net with dropout behind its hidden layer, and perhaps in front of it."""

    weights: list[Array]
    kinds: tuple[str, str]
    rate: float
    x: Array
    samples: int
    rng: Generator

    def asked(self) -> str:
        normal = (
            "batch normalisation, Gaussian noise and dropout, and "
            if len(self.weights) == 8
            else ""
        )
        front, behind = self.kinds
        several = f"{front}({self.rate}) in front of its hidden layer and " if front else ""
        with_what = f"{ROWS} rows and {normal}{several}{behind}({self.rate})"
        return f"mc_predict(model, x, {self.samples}) with {with_what}"


def _seen(
    student: Student,
    draw: np.random.Generator,
    kinds: tuple[str, str],
    samples: int,
    *,
    normalised: bool = False,
) -> tuple[_Question, Array, dict[str, Any]]:
    """Return a question, the prediction, and what the model is after it.

    The prediction is one of the right shape, and not the plain one.
    """
    rate = round(float(draw.uniform(0.3, 0.5)), 2)
    weights = _weights(draw, normalised=normalised)
    x = draw.normal(size=(ROWS, 3)).astype(np.float32)
    rng = Generator(int(draw.integers(1_000_000)))
    one = _Question(weights, kinds, rate, x, samples, rng)
    answer = student.probe("mc_seen", "mc_predict", weights, kinds, rate, x, samples, rng)
    if type(answer.value) is not tuple or len(answer.value) != 5:
        raise Refused(f"{one.asked()} could not be looked at")
    value, after, left, flags, again = answer.value
    right = _plain(weights, x)
    got = expect.array(Answer(value, one.asked()), right.shape, np.float32).astype(float)
    if np.abs(got - right).max() < 1e-4:
        named = expect.series(kind for kind in kinds if kind)
        raise Refused(f"{one.asked()} is the plain prediction of the model: its {named} is off")
    if again is not False:
        raise Refused(
            f"{one.asked()}, asked twice, gave the same numbers twice; each prediction should have "
            "new masks"
        )
    if type(left) is not list or len(left) != len(weights):
        raise Refused(f"{one.asked()} left the model with other weights than it had")
    return one, got, {"plain": after, "weights": left, "flags": flags}


@check("mc_predict", "shape, and nothing but dropout switched on", points=1)
def mc_only_dropout(student: Student, draw: np.random.Generator) -> None:
    for samples in (1, int(draw.integers(3, 7))):
        one, got, _ = _seen(student, draw, ("", "Dropout"), samples, normalised=True)
        rows = got.sum(axis=1)
        if np.any(np.abs(rows - 1) > 1e-3):
            raise Refused(
                f"{one.asked()}: its rows add up to {rows.min():.3g} to {rows.max():.3g}; "
                "probabilities add up to 1"
            )
        if samples == 1:
            _one_mask_each(one, got)
            _follows_law(one, got)


@check("mc_predict", "the model is left as it was", points=1)
def mc_leaves(student: Student, draw: np.random.Generator) -> None:
    one, got, now = _seen(student, draw, ("", "Dropout"), 1, normalised=True)
    _one_mask_each(one, got)
    _follows_law(one, got)
    asked, expected = one.asked(), _plain(one.weights, one.x)
    names = ("kernel", "bias", "gamma", "beta", "moving mean", "moving variance", "kernel", "bias")
    for name, weight, before in zip(names, now["weights"], one.weights, strict=True):
        told = Answer(weight, f"a {name} after {asked}")
        if np.any(np.abs(expect.array(told, before.shape, np.float32) - before) > 1e-6):
            raise Refused(
                f"{asked} changed a {name} of the model: whoever predicts twice gets two answers, "
                "and the trained model is gone"
            )
    told = Answer(now["plain"], f"the model's plain prediction after {asked}")
    if np.abs(expect.array(told, expected.shape, np.float32) - expected).max() > 1e-4:
        raise Refused(
            f"{asked}: after it, the model's plain predictions are others than before, although "
            "its weights are the same. Is dropout still on?"
        )
    flags = now["flags"]
    if not expect.is_exactly(flags, [False] + [True] * 6):
        raise Refused(
            f"{asked}: after it, other layers of the model are trainable than before, when all "
            "were but the first"
        )


def _by_mask(one: _Question) -> tuple[Array, Array]:
    """Return the chance of each mask, and what the net predicts with it, by row and class.

    With four hidden units there are sixteen masks; with dropout of the three inputs, eight times
    as many.
    """
    front, behind = one.kinds
    out, out_bias = (weight.astype(float) for weight in one.weights[-2:])
    chances, values = [], []
    for chance, inputs in _dropped(one.x.astype(float), front, one.rate):
        for other, signal in _dropped(_hidden(one.weights, inputs), behind, one.rate):
            chances.append(chance * other)
            values.append(stacks.ACTIVATIONS["softmax"](signal @ out + out_bias))
    return np.array(chances), np.array(values)


def _dropped(signal: Array, kind: str, rate: float) -> list[tuple[float, Array]]:
    """Return for each mask its chance, and what dropout of that kind makes of a signal with it."""
    if not kind:
        return [(1.0, signal)]
    told = []
    for mask in itertools.product((0, 1), repeat=signal.shape[1]):
        kept = np.array(mask)
        if kind == "Dropout":
            after = signal * kept / (1 - rate)
        else:
            low = -stacks.SELU_ALPHA * stacks.SELU_SCALE
            a = ((1 - rate) * (1 + rate * low**2)) ** -0.5
            after = a * np.where(kept, signal, low) - a * low * rate
        told.append((math.prod(1 - rate if unit else rate for unit in mask), after))
    return told


def _one_mask_each(one: _Question, got: Array) -> None:
    """Refuse a single prediction with a row that no mask gives: more than dropout was changed."""
    away = np.abs(got - _by_mask(one)[1]).max(axis=2).min(axis=0)
    row = int(np.argmax(away))
    if away[row] > 1e-4:
        normal = (
            "; batch normalisation goes on using its moving statistics, and what is Gaussian, "
            "noise and dropout, does nothing"
        )
        normal = normal if len(one.weights) == 8 else ""
        raise Refused(
            f"{one.asked()}: row {row} is not what the model says with some of its hidden units "
            f"dropped and all else as in inference, but off by up to {away[row]:.3g} from the "
            f"nearest of that{normal}"
        )


def _law(one: _Question) -> tuple[Array, Array, Array]:
    """Return mean, variance and fourth central moment of a random prediction, by row and class."""
    chances, values = _by_mask(one)
    p = chances[:, np.newaxis, np.newaxis]
    mean = (p * values).sum(axis=0)
    away = values - mean
    return mean, (p * away**2).sum(axis=0), (p * away**4).sum(axis=0)


def _scores(got: Array, law: tuple[Array, Array, Array], samples: int) -> tuple[Array, Array]:
    """Return how many standard errors means and variances of `got` are off, by class.

    `law` is that of one prediction in each row, and `got` the means of `samples`.
    """
    mean, variance, fourth = law
    spread = variance / samples
    # The excess of a mean's fourth moment over the normal law's shrinks with the samples.
    excess = fourth / samples**3 + 3 * variance**2 * (samples - 1) / samples**3
    away = got - mean
    of_means = away.sum(axis=0) / np.sqrt(spread.sum(axis=0))
    of_variances = (away**2 - spread).sum(axis=0) / np.sqrt((excess - spread**2).sum(axis=0))
    return of_means, of_variances


def _follows_law(one: _Question, got: Array) -> None:
    law = _law(one)
    of_means, of_variances = _scores(got, law, one.samples)
    if np.abs(of_variances).max() > Z:
        yours, right, single = (
            math.sqrt(value.mean()) for value in ((got - law[0]) ** 2, law[1] / one.samples, law[1])
        )
        raise Refused(
            f"{one.asked()}: your probabilities vary about their mean over all masks by "
            f"{yours:.3g} (the standard deviation); for the mean of {one.samples} independent "
            f"predictions that is {right:.3g}, and for a single one {single:.3g}"
        )
    if np.abs(of_means).max() > Z:
        worst = int(np.argmax(np.abs(of_means)))
        raise Refused(
            f"{one.asked()}: the probability of class {worst} is {got[:, worst].mean():.4f} on "
            f"average over the rows; over all masks it is {law[0][:, worst].mean():.4f}, and that "
            "far off is no chance"
        )


@check("mc_predict", "dropout", points=1)
def mc_dropout(student: Student, draw: np.random.Generator) -> None:
    for samples in (1, 2, int(draw.integers(7, 10))):  # one more or less shows in the mean of two
        one, got, _ = _seen(student, draw, ("", "Dropout"), samples)
        _follows_law(one, got)
    one, got, _ = _seen(student, draw, ("Dropout", "Dropout"), 1)
    _one_mask_each(one, got)
    _both_drop(one, got)


def _both_drop(one: _Question, got: Array) -> None:
    """Refuse single predictions all of which leave one of two dropout layers out."""
    masks = np.abs(got - _by_mask(one)[1]).max(axis=2).argmin(axis=0)
    for place, kept in (("first", masks // 2**HIDDEN == 7), ("second", masks % 2**HIDDEN == 15)):
        if np.all(kept):
            raise Refused(f"{one.asked()}: the {place} of its two dropout layers dropped nothing")


@check("mc_predict", "alpha dropout", points=1)
def mc_alpha_dropout(student: Student, draw: np.random.Generator) -> None:
    samples = int(draw.integers(7, 10))
    one, got, _ = _seen(student, draw, ("", "AlphaDropout"), samples)
    _follows_law(one, got)


# OneCycle


def _right_rates(
    steps: int, highest: float, start: float | None = None, last: float | None = None
) -> Any:
    start = highest / 10 if start is None else start
    last = start / 1000 if last is None else last
    t = np.minimum(np.arange(steps + 3) / (steps - 1), 1.0)
    return np.interp(t, [0, 0.45, 0.9, 1], [start, highest, start, last])


def _follows_cycle(answer: Answer, rates: Array, expected: Array) -> None:
    wrong = np.abs(rates - expected) > 1e-5 * expected + 1e-8 * expected.max()
    if np.any(wrong):
        step = int(np.argmax(wrong))
        steps = np.arange(len(expected))
        raise Refused(
            f"{answer.asked}: the rate of step {step} (from 0) is {rates[step]:.5g}; "
            f"{expected[step]:.5g} was expected",
            Curves(
                yours=(steps, np.asarray(rates, dtype=float)),
                expected=(steps, expected),
                x_label="step",
                y_label="learning rate",
                alt=f"Your learning rate leaves the expected cycle at step {step}.",
            ),
        )


def _rates(
    thing: Thing, epochs: int, batches: int, trainings: int = 1, *, beside: bool = False
) -> tuple[Answer, Array]:
    """Return the question and the rates, once nothing else of the optimiser was changed."""
    answer = thing.probe("learning_rates", epochs, batches, trainings, beside)
    several = f"{trainings} trainings of " if trainings > 1 else "a training of "
    asked = f"{several}{epochs} epochs of {batches} batches"
    if beside:
        asked += ", while another OneCycle(7, 0.25) begins one of another model"
    if type(answer.value) is not tuple or len(answer.value) != 2:
        raise Refused(f"{asked} could not be looked at")
    rates, left = answer.value
    steps = epochs * batches * trainings
    value = expect.floats(Answer(rates, asked), (steps,))
    for key, right in (("steps", steps), ("momentum", 0.5)):
        found = left.get(key) if isinstance(left, dict) else None
        if type(found) is not type(right) or found != right:
            what = {"steps": "count of steps (`iterations`)"}.get(key, key)
            raise Refused(
                f"{asked}: the optimiser's {what} is {expect.describe(found)} in the end; with a "
                f"callback that sets nothing but the learning rate it is {right}"
            )
    return Answer(rates, asked), value


def _highest(draw: np.random.Generator) -> float:
    return round(float(draw.uniform(0.05, 2.0)), 3)


@check("OneCycle", "the rate by the step", points=1)
def cycle_rate(student: Student, draw: np.random.Generator) -> None:
    for steps in (2, int(draw.integers(15, 40)), 101):
        highest = _highest(draw)
        thing = student.make("OneCycle", steps, highest)
        expected = _right_rates(steps, highest)
        answers = [thing.call("rate", step) for step in range(steps + 3)]
        for answer in answers:
            if not isinstance(answer.value, float | np.floating):
                raise Refused(
                    f"{answer.asked} returned {expect.describe(answer.value)}; a float was expected"
                )
        rates = np.array([float(answer.value) for answer in answers])
        if not np.all(np.isfinite(rates)):
            raise Refused(f"{answers[0].asked} and what follows are not all finite")
        asked = f"OneCycle({steps}, {highest}).rate(step)"
        _follows_cycle(Answer(rates, asked), rates, expected)


@check("OneCycle", "the rate in a training", points=1)
def cycle_training(student: Student, draw: np.random.Generator) -> None:
    epochs, batches = map(int, draw.integers(3, 7, size=2))
    highest = _highest(draw)
    thing = student.make("OneCycle", epochs * batches, highest)
    answer, rates = _rates(thing, epochs, batches)
    _follows_cycle(answer, rates, _right_rates(epochs * batches, highest)[: rates.size])


@check("OneCycle", "first and last rate", points=1)
def cycle_ends(student: Student, draw: np.random.Generator) -> None:
    steps, highest = 24, _highest(draw)
    start, last = highest / float(draw.uniform(2, 5)), highest / float(draw.uniform(20, 50))
    for given in ({"start_rate": start}, {"start_rate": start, "last_rate": last}):
        thing = student.make("OneCycle", steps, highest, **given)
        answer, rates = _rates(thing, 3, 9)  # longer than the cycle
        expected = _right_rates(steps, highest, start, given.get("last_rate"))
        _follows_cycle(answer, rates, expected)
    asked = []
    for start_or_none, end in ((None, 0.0), (0.0, highest / 7)):  # 0 is a rate
        given = {} if start_or_none is None else {"start_rate": start_or_none}
        thing = student.make("OneCycle", steps, highest, **given, last_rate=end)
        expected = _right_rates(steps, highest, start_or_none, end)[:steps]
        asked.append((*_rates(thing, 1, steps), expected))
    for answer, rates, expected in asked:
        _follows_cycle(answer, rates, expected)


@check("OneCycle", "a second training, a second callback", points=0.5)
def cycle_again(student: Student, draw: np.random.Generator) -> None:
    highest, other = _highest(draw), 3.0
    thing, twin = student.make("OneCycle", 12, highest), student.make("OneCycle", 20, other)
    answer, rates = _rates(thing, 3, 4, trainings=2, beside=True)
    _follows_cycle(answer, rates, np.tile(_right_rates(12, highest)[:12], 2))
    answer, rates = _rates(twin, 4, 5)
    _follows_cycle(answer, rates, _right_rates(20, other)[:20])


@check("OneCycle", "arguments that make no sense", points=0.5)
def cycle_arguments(student: Student, draw: np.random.Generator) -> None:
    accepted: list[Refused] = []
    for steps, highest in ((1, 0.5), (0, 0.5), (-12, 1.0), (30, 0.0), (30, -_highest(draw))):
        try:
            expect.raises_when_made(student, "ValueError", "OneCycle", steps, highest)
        except Refused as refused:
            accepted.append(refused)  # all are asked, to know what is checked and what is not
    student.make("OneCycle", 2, 0.1)  # must not raise
    if accepted:
        raise accepted[0]


# report


def _history(draw: np.random.Generator, epochs: int, lowest: float) -> dict[str, list[float]]:
    """Return a history whose accuracy is not highest, and time not even, where loss is lowest.

    That is neither the first epoch, where the accuracy is highest, nor the last one.
    """
    losses = (lowest + draw.uniform(0.02, 0.9, size=epochs)).round(4)
    losses[int(draw.integers(1, epochs - 1))] = lowest
    accuracies = np.roll(np.sort(draw.uniform(0.2, 0.6, size=epochs)), 1)
    seconds = draw.uniform(4.0, 6.0, size=epochs).round(2)
    seconds[0] = round(float(draw.uniform(20.0, 40.0)), 2)
    return {
        "loss": np.linspace(2.0, 0.5, epochs).round(4).tolist(),
        "val_loss": losses.tolist(),
        "val_accuracy": accuracies.tolist(),
        "seconds": seconds.tolist(),
    }


def _reported(
    student: Student, histories: dict[str, Any], baseline: str, *to_the_end: tuple[str, ...]
) -> None:
    answer = student.call("report", histories, baseline, *to_the_end)
    expected = reference.report(histories, baseline, *to_the_end)
    # Not the histories themselves, which would fill a page.
    told = f"report of the histories of {', '.join(histories)} with the baseline {baseline}"
    told += "".join(f" and {names} to the end" for names in to_the_end)
    value = answer.value
    if type(value) is not dict or list(value) != list(expected):
        raise Refused(
            f"{told}: {expect.describe(value)} came back; a dictionary with the keys "
            f"{', '.join(expected)}, in this order, was expected"
        )
    for name, numbers in expected.items():
        if type(value[name]) is not dict or set(value[name]) != set(numbers):
            raise Refused(
                f"{told}: that of {name} is {expect.describe(value[name])}; a dictionary with "
                f"the keys {', '.join(numbers)} was expected"
            )
        for key, number in numbers.items():
            _same_number(f"{told}: {key} of {name}", value[name][key], number, histories[name])
    expect.untouched(answer)


def _same_number(told: str, value: object, expected: Any, history: dict[str, Any]) -> None:
    kind = type(expected)
    right_kind = type(value) is kind or (kind is float and isinstance(value, float))
    close = right_kind and (
        math.isclose(value, expected, rel_tol=1e-9)  # type: ignore[arg-type]
        if kind is float
        else value == expected
    )
    if not close:
        losses = [round(loss, 4) for loss in history["val_loss"]]
        names = {float: "float", int: "int", type(None): "None"}
        wrong = "" if right_kind else f" (a Python {names[kind]})"
        raise Refused(
            f"{told} is {expect.describe(value)}; {expect.describe(expected)}{wrong} was "
            f"expected. Its validation losses are {losses}"
        )


# In no order, and each within another, for whoever looks for a part of a name.
NAMES = ("selu 2", "b", "selu", "base", "2")


def _several(draw: np.random.Generator, number: int = 3) -> tuple[list[str], dict[str, Any]]:
    """Return names, and histories of a baseline, one that gets below it, and others that do not.

    An epoch of the second takes longer than one of the baseline, whatever is drawn. The baseline
    stands neither first nor last, and of the numbers of epochs some are even and some odd.
    """
    first = int(draw.integers(5, 8))
    lengths = [int(n) for n in draw.permutation([first, first + 1, first + 3])]
    lengths += [first + 2] * (number - 3)
    names = list(NAMES[:number])
    order = [names[1], names[0], *names[2:]]  # the baseline, the one below, the others
    lowest = (1.4, 1.3, 1.5, 1.6, 1.7)
    made = {
        name: _history(draw, length, low)
        for name, length, low in zip(order, lengths, lowest, strict=False)
    }
    made[names[0]]["seconds"] = [round(1.7 * time, 2) for time in made[names[0]]["seconds"]]
    return order, {name: made[name] for name in names}


@check("report", "kept epochs and their accuracies", points=1)
def report_best(student: Student, draw: np.random.Generator) -> None:
    histories = {"alone": _history(draw, int(draw.integers(4, 9)), 1.2)}
    _reported(student, histories, "alone")
    one = {"val_loss": [2.3], "val_accuracy": [0.1], "seconds": [7]}
    _reported(student, {"short": one}, "short")
    tie = _history(draw, 8, 1.2)
    tie["val_loss"][2] = tie["val_loss"][6] = 1.1
    _reported(student, {"tie": tie}, "tie")
    (base, low, *others), histories = _several(draw, 5)
    # Whoever compares with the last loss of the baseline finds another epoch.
    histories[base]["val_loss"][-1], histories[low]["val_loss"][0] = 1.9, 1.6
    _reported(student, histories, base)
    _reported(student, histories, base, (low,))  # another's name is a part of it
    _reported(student, histories, base, (others[0],))
    _reported(student, histories, base, (low, base))
    _reported(student, {name: histories[name] for name in reversed(histories)}, base, ())


@check("report", "compared with the baseline", points=1)
def report_compared(student: Student, draw: np.random.Generator) -> None:
    _, histories = _several(draw)
    for baseline in histories:
        _reported(student, histories, baseline)
    expect.raises(student, "KeyError", "report", histories, "e")
    just = {**_history(draw, 6, 1.5), "val_loss": [2.0, 1.9, 1.4, 1.7, 1.2, 1.8]}
    nearly = {**_history(draw, 4, 1.5), "val_loss": [2.0, 1.4 + 2e-7, 1.8, 1.4]}
    # The first and the last loss of the baseline are others' losses too.
    below = {**_history(draw, 3, 1.5), "val_loss": [1.9, 1.4, 1.7]}
    _reported(student, {"just": just, "below": below, "nearly": nearly}, "below")
    _reported(student, {"just": just, "below": below, "nearly": nearly}, "below", ("below",))


@check("report", "trainings that diverge", points=1)
def report_diverged(student: Student, draw: np.random.Generator) -> None:
    (base, low, last), histories = _several(draw)
    # It catches up at once, and is at its best long after it has diverged.
    histories[low]["val_loss"][0], histories[low]["val_loss"][-2] = 1.35, 1.25
    histories[low]["val_loss"][int(draw.integers(1, 3))] = math.nan
    histories[last]["val_loss"][0] = math.nan
    histories[last]["val_loss"][-2:] = [math.nan, math.nan]
    histories[last]["val_loss"][1] = 1.45
    for baseline in (base, last):
        _reported(student, histories, baseline)
    _reported(student, histories, base, (last,))  # kept, though it has diverged
    large = {**_history(draw, 4, 1.5), "val_loss": [math.nan, 3e7, 2e7, math.nan]}
    _reported(student, {"large": large, base: histories[base]}, base)
