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
    train = _images(draw, (10, 4), np.float64)
    train[:, 1] = float(draw.integers(2, 9))
    test = _images(draw, (5, 4), np.float64)
    _standard(student, train, test)
    _standard(student, train.astype(np.uint8), test.astype(np.float32))
    _standard(student, train[:1], test)  # one image: nothing changes at all


@check("standardise", "arguments left as they are", points=0.5)
def standardise_untouched(student: Student, draw: np.random.Generator) -> None:
    train, test = (_images(draw, (n, 3, 2), np.float32) for n in (6, 4))
    expect.untouched(_standard(student, train, test))


# Nets: what they are made of, how they start, what they compute.


def _net(student: Student, draw: np.random.Generator, name: str, *args: Any) -> tuple[Answer, Any]:
    """Return what the probe tells of a net for small images, once it is well-formed."""
    shape = ((4, 4, 3), (48,), (6, 8), (2, 3, 4, 2))[int(draw.integers(4))]
    x = draw.normal(size=(3, *shape)).astype(np.float32)
    seed = int(draw.integers(1_000_000))
    asked = expect.written(name, *map(repr, (shape, *args)))
    answer = student.probe("built_net", name, shape, *args, x=x, seed=seed)
    told = Answer(answer.value, asked)
    facts = answer.value if isinstance(answer.value, dict) else {}
    if set(facts) != {"input", "layers", "different", "predictions"}:
        returned = facts.get("returned")
        what = returned if isinstance(returned, str) else expect.describe(answer.value)
        raise Refused(f"{asked} returned {what[:100]}; a keras.Sequential was expected")
    if facts["input"] != shape:
        raise Refused(
            f"{asked} takes inputs of shape {expect.describe(facts['input'])}; {shape} was expected"
        )
    if type(facts["layers"]) is not list or type(facts["different"]) is not int:
        raise Refused(f"{asked} could not be looked at")
    return told, (facts, x, seed)


def _layer_in_words(layer: object) -> str:
    """Return a layer in words; what is no layer is described."""
    match layer:
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
    if facts["different"] != len(dense):
        raise Refused(
            f"{answer.asked} has {len(dense)} dense layers but only {facts['different']} "
            "different kernels: some of them start with the same weights. An initialiser object "
            "gives the same weights each time it is called with one shape"
        )
    yours = [layer for layer in facts["layers"] if layer["kind"] == "dense"]
    for number, (layer, right) in enumerate(zip(yours, dense, strict=True), start=1):
        gain, bias = layer.get("gain"), layer.get("bias")
        if gain != right["gain"]:
            raise Refused(
                f"{answer.asked}: the weights of dense layer {number} start with a variance of "
                f"about {expect.describe(gain)} / fan_in; {right['gain']:g} / fan_in was expected"
            )
        if layer.get("normal") is not True:
            raise Refused(
                f"{answer.asked}: the weights of dense layer {number} have the right variance but "
                "no tails, as if they were uniform; a normal distribution was expected"
            )
        if bias != right["bias"]:
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
            f"{error:.3g}. Its layers are the right ones; they are put together otherwise than "
            "one after the other"
        )


def _classes(draw: np.random.Generator) -> int:
    return int(draw.integers(3, 10))


@check("deep_net", "layers", points=3)
def deep_layers(student: Student, draw: np.random.Generator) -> None:
    args = _classes(draw), str(draw.choice(ACTIVATIONS))
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
    _computes(answer, told, expected)


@check("normalised_net", "layers", points=2)
def normalised_layers(student: Student, draw: np.random.Generator) -> None:
    momentum = round(float(draw.uniform(0.6, 0.85)), 2)  # neither the default nor 1 - itself
    args = _classes(draw), str(draw.choice(ACTIVATIONS)), momentum
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
    _normalises(answer, told[0], expected)
    _computes(answer, told, expected)


def _normalises(answer: Answer, facts: Any, expected: list[Layer]) -> None:
    pairs = zip(facts["layers"], expected, strict=True)
    for layer, right in pairs:
        if right["kind"] != "batch normalisation":
            continue
        for key, value in right.items():
            if layer.get(key) != value:
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
    _computes(answer, told, expected)


# training_callbacks: a training is made up, and it is seen what they do in it.


Losses = tuple[list[float], list[float]]  # validation losses and accuracies of a training


def _watched(
    student: Student, patience: int | None, *trainings: Losses
) -> tuple[str, list[dict[str, Any]]]:
    """Return the call as text, and what the probe tells of each training once it is well-formed."""
    answer = student.probe("watched_training", "training_callbacks", list(trainings), patience)
    asked = "training_callbacks(path" + (f", {patience})" if patience is not None else ")")
    told = answer.value if isinstance(answer.value, list) else []
    if len(told) != len(trainings) or not all(map(_is_training, told)):
        claim = told[0].get("returned") if told and isinstance(told[0], dict) else None
        what = expect.describe(answer.value if claim is None else claim)
        raise Refused(f"{asked} returned {what}; a list of Keras callbacks was expected")
    return asked, told


def _is_training(facts: object) -> bool:
    if not isinstance(facts, dict) or type(facts.get("saved")) is not list:
        return False
    return all(type(facts.get(key)) is int for key in ("epochs", "kept"))


def _shown(losses: list[float]) -> str:
    return ", ".join(f"{loss:g}" for loss in losses)


def _training(draw: np.random.Generator, patience: int) -> Losses:
    """Return validation losses and accuracies of a training, as long as it may become.

    Before the lowest loss comes a wait that is one epoch too short to stop, and the lowest is
    lower by a little only. It comes once more, as late as it can; and long after, when the
    training should be over, there is a lower one. The accuracy is highest in the third epoch.
    """
    higher = draw.uniform(1.2, 1.8, size=2 * patience + 3).round(2).tolist()
    start = round(float(draw.uniform(1.9, 2.2)), 2)
    middle, lowest = 1.0, round(float(draw.uniform(0.993, 0.998)), 4)
    waiting, again = higher[: patience - 1], higher[patience : 2 * patience - 1]
    losses = [start, middle, *waiting, lowest, *again, lowest, *higher[-3:], 0.1]
    accuracies = [0.3, 0.4, 0.5, *np.linspace(0.45, 0.2, len(losses) - 3).round(3).tolist()]
    return losses, accuracies


@check("training_callbacks", "when training stops", points=1)
def callbacks_stop(student: Student, draw: np.random.Generator) -> None:
    losses = [2.0, 1.0, *draw.uniform(1.1, 1.5, size=24).round(2).tolist()]
    asked, (facts,) = _watched(student, None, (losses, [0.3] * len(losses)))
    if facts["epochs"] != 22:
        raise Refused(
            f"{asked}: the lowest validation loss came in epoch 2, and training ended after epoch "
            f"{facts['epochs']}; with the default patience of 20 it should be epoch 22"
        )
    patience = int(draw.integers(3, 6))
    losses, accuracies = _training(draw, patience)
    asked, (facts,) = _watched(student, patience, (losses, accuracies))
    best = losses.index(min(losses[:-1]))
    expected = best + 1 + patience
    if facts["epochs"] != expected:
        raise Refused(
            f"{asked}: with the validation losses {_shown(losses)}, training ended after epoch "
            f"{facts['epochs']} of {len(losses)}; it should stop after epoch {expected}, "
            f"{patience} epochs after the lowest loss in epoch {best + 1}"
        )


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
    first, (losses, accuracies) = (_training(draw, patience) for _ in range(2))
    # Higher than all of the first training's, as a callback would know that remembers them; and an
    # epoch later, so that the first training tells nothing about it.
    second = [9.0, *(round(loss + 3, 4) for loss in losses)], [0.2, *accuracies]
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
    if facts["saved"] != expected:
        yours = facts["saved"]
        at = next((n for n, (a, b) in enumerate(zip(yours, expected, strict=False)) if a != b), 0)
        held = yours[at] if at < len(yours) else 0
        what = f"the model of epoch {expect.describe(held)}" if held else "no model"
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
    """A question about a net with dropout."""

    weights: list[Array]
    kind: str
    rate: float
    x: Array
    samples: int
    rng: Generator

    def asked(self) -> str:
        normal = "batch normalisation and " if len(self.weights) == 8 else ""
        with_what = f"{ROWS} rows and {normal}{self.kind}({self.rate})"
        return f"mc_predict(model, x, {self.samples}) with {with_what}"


def _seen(
    student: Student, draw: np.random.Generator, kind: str, samples: int, *, normalised: bool
) -> tuple[_Question, Array, Any, list[Any]]:
    """Return a question, the prediction, a plain one after it, and the weights left.

    The prediction is one of the right shape, and not the plain one.
    """
    rate = round(float(draw.uniform(0.3, 0.5)), 2)
    weights = _weights(draw, normalised=normalised)
    x = draw.normal(size=(ROWS, 3)).astype(np.float32)
    rng = Generator(int(draw.integers(1_000_000)))
    one = _Question(weights, kind, rate, x, samples, rng)
    answer = student.probe("mc_seen", "mc_predict", weights, kind, rate, x, samples, rng)
    if type(answer.value) is not tuple or len(answer.value) != 3:
        raise Refused(f"{one.asked()} could not be looked at")
    value, after, left = answer.value
    right = _plain(weights, x)
    got = expect.floats(Answer(value, one.asked()), right.shape).astype(float)
    if np.abs(got - right).max() < 1e-4:
        raise Refused(f"{one.asked()} is the plain prediction of the model: its {kind} is off")
    if type(left) is not list or len(left) != len(weights):
        raise Refused(f"{one.asked()} left the model with other weights than it had")
    return one, got, after, left


@check("mc_predict", "shape, and nothing but dropout switched on", points=1)
def mc_only_dropout(student: Student, draw: np.random.Generator) -> None:
    for samples in (1, int(draw.integers(3, 7))):
        one, got, *_ = _seen(student, draw, "Dropout", samples, normalised=True)
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
    one, got, after, left = _seen(student, draw, "Dropout", 1, normalised=True)
    _one_mask_each(one, got)
    _follows_law(one, got)
    asked, expected = one.asked(), _plain(one.weights, one.x)
    names = ("kernel", "bias", "gamma", "beta", "moving mean", "moving variance", "kernel", "bias")
    for name, now, before in zip(names, left, one.weights, strict=True):
        told = Answer(now, f"a {name} after {asked}")
        if np.any(np.abs(expect.array(told, before.shape, np.float32) - before) > 1e-6):
            raise Refused(
                f"{asked} changed a {name} of the model: whoever predicts twice gets two answers, "
                "and the trained model is gone"
            )
    told = Answer(after, f"the model's plain prediction after {asked}")
    if np.abs(expect.array(told, expected.shape, np.float32) - expected).max() > 1e-4:
        raise Refused(
            f"{asked}: after it, the model's plain predictions are others than before, although "
            "its weights are the same. Is dropout still on?"
        )


def _by_mask(one: _Question) -> tuple[Array, Array]:
    """Return the chance of each mask, and what the net predicts with it, by row and class.

    With four hidden units there are sixteen masks.
    """
    hidden, rate = _hidden(one.weights, one.x), one.rate
    out, out_bias = (weight.astype(float) for weight in one.weights[-2:])
    chances, values = [], []
    for mask in itertools.product((0, 1), repeat=hidden.shape[1]):
        kept = np.array(mask)
        if one.kind == "Dropout":
            signal = hidden * kept / (1 - rate)
        else:
            low = -stacks.SELU_ALPHA * stacks.SELU_SCALE
            a = ((1 - rate) * (1 + rate * low**2)) ** -0.5
            signal = a * np.where(kept, hidden, low) - a * low * rate
        values.append(stacks.ACTIVATIONS["softmax"](signal @ out + out_bias))
        chances.append(math.prod(1 - rate if unit else rate for unit in mask))
    return np.array(chances), np.array(values)


def _one_mask_each(one: _Question, got: Array) -> None:
    """Refuse a single prediction with a row that no mask gives: more than dropout was changed."""
    away = np.abs(got - _by_mask(one)[1]).max(axis=2).min(axis=0)
    row = int(np.argmax(away))
    if away[row] > 1e-4:
        raise Refused(
            f"{one.asked()}: row {row} is not what the model says with some of its hidden units "
            f"dropped and all else as in inference, but off by up to {away[row]:.3g} from the "
            "nearest of that; batch normalisation goes on using its moving statistics"
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
    for samples in (1, int(draw.integers(7, 10))):
        one, got, *_ = _seen(student, draw, "Dropout", samples, normalised=False)
        _follows_law(one, got)


@check("mc_predict", "alpha dropout", points=1)
def mc_alpha_dropout(student: Student, draw: np.random.Generator) -> None:
    samples = int(draw.integers(7, 10))
    one, got, *_ = _seen(student, draw, "AlphaDropout", samples, normalised=False)
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


def _rates(thing: Thing, epochs: int, batches: int, trainings: int = 1) -> tuple[Answer, Array]:
    answer = thing.probe("learning_rates", epochs, batches, trainings)
    several = f"{trainings} trainings of " if trainings > 1 else "a training of "
    told = Answer(answer.value, f"{several}{epochs} epochs of {batches} batches")
    return told, expect.floats(told, (epochs * batches * trainings,))


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
    thing = student.make("OneCycle", steps, highest, last_rate=0.0)
    answer, rates = _rates(thing, 1, steps)
    _follows_cycle(answer, rates, _right_rates(steps, highest, None, 0.0)[:steps])


@check("OneCycle", "a second training, a second callback", points=0.5)
def cycle_again(student: Student, draw: np.random.Generator) -> None:
    highest, other = _highest(draw), 3.0
    thing, twin = student.make("OneCycle", 12, highest), student.make("OneCycle", 20, other)
    answer, rates = _rates(thing, 3, 4, trainings=2)
    _follows_cycle(answer, rates, np.tile(_right_rates(12, highest)[:12], 2))
    answer, rates = _rates(twin, 4, 5)
    _follows_cycle(answer, rates, _right_rates(20, other)[:20])


@check("OneCycle", "arguments that make no sense", points=0.5)
def cycle_arguments(student: Student, draw: np.random.Generator) -> None:
    for steps, highest in ((1, 0.5), (0, 0.5), (-12, 1.0), (30, 0.0), (30, -_highest(draw))):
        expect.raises_when_made(student, "ValueError", "OneCycle", steps, highest)
    student.make("OneCycle", 2, 0.1)  # must not raise


# report


def _history(draw: np.random.Generator, epochs: int, lowest: float) -> dict[str, list[float]]:
    """Return a history whose accuracy is not highest, and time not even, where loss is lowest.

    That is neither the first epoch nor the last one, where the accuracy is highest.
    """
    losses = (lowest + draw.uniform(0.02, 0.9, size=epochs)).round(4)
    losses[int(draw.integers(1, epochs - 1))] = lowest
    accuracies = np.sort(draw.uniform(0.2, 0.6, size=epochs)).round(4)
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


def _same_number(told: str, value: object, expected: Any, history: dict[str, Any]) -> None:
    kind = type(expected)
    right_kind = type(value) is kind
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


def _three(draw: np.random.Generator) -> dict[str, Any]:
    """Return histories of a baseline, of one that gets below it, and of one that does not.

    An epoch of the second takes longer than one of the baseline, whatever is drawn.
    """
    lengths = draw.permutation(np.arange(5, 13))[:3]
    lowest = (1.4, 1.3, 1.5)
    histories = {
        name: _history(draw, int(length), low)
        for name, length, low in zip("bcd", lengths, lowest, strict=True)
    }
    histories["c"]["seconds"] = [round(1.7 * time, 2) for time in histories["c"]["seconds"]]
    return histories


@check("report", "kept epochs and their accuracies", points=1)
def report_best(student: Student, draw: np.random.Generator) -> None:
    histories = {"alone": _history(draw, int(draw.integers(4, 9)), 1.2)}
    _reported(student, histories, "alone")
    tie = _history(draw, 8, 1.2)
    tie["val_loss"][2] = tie["val_loss"][6] = 1.1
    _reported(student, {"tie": tie}, "tie")
    histories = _three(draw)
    _reported(student, histories, "b", ("d",))
    _reported(student, histories, "b", ("c", "b"))


@check("report", "compared with the baseline", points=1)
def report_compared(student: Student, draw: np.random.Generator) -> None:
    histories = _three(draw)
    for baseline in histories:
        _reported(student, histories, baseline)
    expect.raises(student, "KeyError", "report", histories, "e")
    just = {**_history(draw, 6, 1.5), "val_loss": [2.0, 1.9, 1.4, 1.7, 1.2, 1.8]}
    _reported(student, {"b": {**histories["b"], "val_loss": [1.6, 1.4, 1.5]}, "equal": just}, "b")


@check("report", "trainings that diverge", points=1)
def report_diverged(student: Student, draw: np.random.Generator) -> None:
    histories = _three(draw)
    # It catches up at once, and is at its best long after it has diverged.
    histories["c"]["val_loss"][0], histories["c"]["val_loss"][-2] = 1.35, 1.25
    histories["c"]["val_loss"][int(draw.integers(1, 3))] = math.nan
    histories["d"]["val_loss"][0] = math.nan
    histories["d"]["val_loss"][-2:] = [math.nan, math.nan]
    histories["d"]["val_loss"][1] = 1.45
    for baseline in ("b", "d"):
        _reported(student, histories, baseline)
