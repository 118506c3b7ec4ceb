"""What counts as a right answer in the assignment on pretrained layers.

Models cannot cross the wire. A check describes a small donor and draws its weights; the probes
`new_model` and `changed_model` build it beside the student's code, hand it to the student's
function, and tell what came of it: shapes, flags, and above all predictions and weights after a
step of training, which are compared here with those of the same net in NumPy.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.api import Answer, Raised, Refused, Student, check, expect

Array = np.ndarray[Any, Any]
Facts = dict[str, Any]
LayerPlan = dict[str, Any]

NOTHING = np.zeros((0, 1), np.float32)
EPSILON, MOMENTUM = 1e-3, 0.8  # of batch normalisations


# A small net: what is asked for, and what it does.


@dataclass(frozen=True)
class Net:
    """A net as it is described to a probe, and its weights, layer by layer."""

    inputs: int | None
    layers: list[LayerPlan]
    weights: list[list[Array]]
    state: Facts = field(default_factory=dict)

    def given(self) -> tuple[Facts, list[Array]]:
        """Return what a probe makes the model from."""
        plan = {"inputs": self.inputs, "layers": self.layers, **self.state}
        return plan, self.flat()

    def flat(self) -> list[Array]:
        """Return all weights in Keras's order."""
        return [weight for layer in self.weights for weight in layer]

    def having(self, **state: Any) -> Net:
        """Return the net in another state: with layers frozen, or compiled."""
        return Net(self.inputs, self.layers, self.weights, state)

    def names(self) -> list[str]:
        """Return the names of all layers."""
        return [layer["name"] for layer in self.layers]

    def upto(self, name: str) -> Net:
        """Return the net from its input up to the layer of that name."""
        end = 1 + self.names().index(name)
        return Net(self.inputs, self.layers[:end], self.weights[:end])

    def topped(self, classes: int, head: list[Array]) -> Net:
        """Return the net with a softmax layer on top."""
        layer = {"kind": "Dense", "name": "head", "units": classes, "activation": "softmax"}
        return Net(self.inputs, [*self.layers, layer], [*self.weights, head])

    def shapes(self) -> list[list[tuple[int, ...]]]:
        """Return the shapes of the weights of the layers that have some."""
        return [[weight.shape for weight in layer] for layer in self.weights if layer]

    def flags(self, frozen: set[str]) -> list[bool]:
        """Return, for each layer with weights, that it is not in `frozen`."""
        pairs = zip(self.layers, self.weights, strict=True)
        return [layer["name"] not in frozen for layer, weights in pairs if weights]

    def predictions(self, x: Array) -> Array:
        """Return what the model predicts."""
        return _forward(self, x, set())[0]


def _forward(net: Net, x: Array, by_batch: set[str]) -> tuple[Array, list[Any]]:
    """Return the output, and for each layer what the way back needs.

    Normalisations in `by_batch` use the statistics of the batch.
    """
    outputs: dict[str, Array] = {}
    kept: list[Any] = []
    a = x.astype(float)
    for layer, weights in zip(net.layers, net.weights, strict=True):
        before = a
        match layer["kind"]:
            case "Dense":
                a = _activated(a @ weights[0] + weights[1], layer["activation"])
            case "Activation":
                a = _activated(a, layer["activation"])
            case "BatchNormalization":
                gamma, beta, mean, variance = weights
                if layer["name"] in by_batch:
                    mean, variance = a.mean(axis=0), a.var(axis=0)
                a = gamma * (a - mean) / np.sqrt(variance + EPSILON) + beta
            case "Reshape":
                a = a.reshape(-1, *layer["target_shape"])
            case "Add":
                a = a + outputs[layer["to"]]
        outputs[layer["name"]] = a
        kept.append((before, a))
    return a, kept


def _activated(z: Array, activation: str) -> Array:
    if activation == "relu":
        return np.maximum(z, 0)
    if activation == "softmax":
        powers = np.exp(z - z.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
    return z


def _after_a_step(
    net: Net, x: Array, y: Array, trainable: set[str], rate: float
) -> tuple[float, list[Array]]:
    """Return the loss before a step of gradient descent, and all weights after it.

    The net is a stack of dense layers, normalisations and dropout at a rate of 0 that ends in
    softmax; the loss is the cross-entropy. Normalisations that are trainable go by the batch.
    """
    p, kept = _forward(net, x, trainable)
    target = np.eye(p.shape[1])[y.ravel()]
    loss = float(-np.log((p * target).sum(axis=1)).mean())
    return loss, _stepped_back(net, kept, (p - target) / len(y), trainable, rate)


def _after_a_step_of_squares(net: Net, x: Array, y: Array, trainable: set[str]) -> list[Array]:
    """Return all weights after a step down the mean squared error, at a learning rate of 1.

    The net may have connections that leap over layers too.
    """
    p, kept = _forward(net, x, trainable)
    slope = 2 * (p - y) / p.size
    gradient = p * (slope - (slope * p).sum(axis=1, keepdims=True))
    return _stepped_back(net, kept, gradient, trainable, 1.0)


def _stepped_back(
    net: Net, kept: list[Any], gradient: Array, trainable: set[str], rate: float
) -> list[Array]:
    """Return all weights after a step; `gradient` is by what goes into the softmax."""
    after: list[list[Array]] = []
    leaping: dict[str, Array] = {}
    layers = zip(net.layers, net.weights, kept, strict=True)
    for layer, weights, (before, a) in reversed(list(layers)):
        gradient = gradient + leaping.get(layer["name"], 0.0)
        if layer["kind"] == "Dense":
            if layer["activation"] == "relu":
                gradient = gradient * (a > 0)
            steps = [before.T @ gradient, gradient.sum(axis=0)]
            gradient = gradient @ weights[0].T
            new = [w - rate * step for w, step in zip(weights, steps, strict=True)]
        elif layer["kind"] == "Dropout":
            new = []
        elif layer["kind"] == "Add":
            new, leaping[layer["to"]] = [], gradient
        else:
            new, gradient = _normalised_back(layer["name"] in trainable, weights, before, gradient)
            new = [weights[0] - rate * new[0], weights[1] - rate * new[1], *new[2:]]
        after.insert(0, new if layer["name"] in trainable else weights)
    return [weight for layer in after for weight in layer]


def _normalised_back(
    by_batch: bool, weights: list[Array], x: Array, gradient: Array
) -> tuple[list[Array], Array]:
    """Return the gradients of γ and β with the new moving statistics, and the gradient of `x`."""
    gamma, _, *moving = weights
    batch = [x.mean(axis=0), x.var(axis=0)]
    mean, variance = batch if by_batch else moving
    z = (x - mean) / np.sqrt(variance + EPSILON)
    statistics = [MOMENTUM * m + (1 - MOMENTUM) * b for m, b in zip(moving, batch, strict=True)]
    own = [(gradient * z).sum(axis=0), gradient.sum(axis=0), *statistics]
    down = gradient * gamma
    if by_batch:
        down = down - down.mean(axis=0) - z * (down * z).mean(axis=0)
    return own, down / np.sqrt(variance + EPSILON)


# Fresh nets.


def _names(draw: np.random.Generator, number: int) -> list[str]:
    words = draw.choice(["body", "block", "stage", "unit", "part"], size=number)
    numbers = draw.choice(np.arange(10, 100), size=number, replace=False)
    return [f"{word}_{n}" for word, n in zip(words, numbers, strict=True)]


def _drawn(draw: np.random.Generator, inputs: int, layers: list[LayerPlan]) -> Net:
    """Return a net with random weights; its layers get names, but where they have one."""
    names = _names(draw, len(layers))
    named = [{"name": name, **layer} for name, layer in zip(names, layers, strict=True)]
    weights, width = [], inputs
    for layer in named:
        own: list[Array] = []
        if layer["kind"] == "Dense":
            units = layer["units"]
            kernel = draw.normal(0, 1.2 / math.sqrt(width), (width, units))
            own, width = [kernel, draw.normal(0, 0.5, units)], units
        elif layer["kind"] == "Conv2D":
            kernel = draw.normal(0, 0.5, (*layer["kernel_size"], width, layer["filters"]))
            own, width = [kernel, draw.normal(0, 0.5, layer["filters"])], layer["filters"]
        elif layer["kind"] == "BatchNormalization":
            spread, shift = draw.uniform(0.5, 2.0, (2, width)), draw.normal(0, 1, (2, width))
            own = [spread[0], shift[0], shift[1], spread[1]]
        elif layer["kind"] == "Reshape":
            width = layer["target_shape"][-1]
        weights.append([weight.astype(np.float32) for weight in own])
    return Net(inputs, named, weights)


def _dense(units: int, activation: str = "relu", **rest: Any) -> LayerPlan:
    return {"kind": "Dense", "units": units, "activation": activation, **rest}


def _normalisation() -> LayerPlan:
    return {"kind": "BatchNormalization", "momentum": MOMENTUM}


def _classes(draw: np.random.Generator, *others: int) -> int:
    return int(draw.choice([n for n in (3, 4, 5, 6) if n not in others]))


def _widths(draw: np.random.Generator, number: int) -> list[int]:
    return [int(n) for n in draw.choice(np.arange(4, 9), size=number, replace=False)]


def _head(draw: np.random.Generator, width: int, classes: int) -> list[Array]:
    kernel = draw.normal(0, 1.2 / math.sqrt(width), (width, classes))
    return [kernel.astype(np.float32), draw.normal(0, 0.5, classes).astype(np.float32)]


def _moves(net: Net, x: Array, y: Array, trainable: set[str], rate: float) -> float:
    """Return by how much a step moves that of the trainable weights which it moves least."""
    _, after = _after_a_step(net, x, y, trainable, rate)
    names = [layer["name"] for layer, own in zip(net.layers, net.weights, strict=True) for _ in own]
    return min(
        float(np.abs(new - old).max())
        for name, new, old in zip(names, after, net.flat(), strict=True)
        if name in trainable
    )


def _training(
    draw: np.random.Generator, layers: list[LayerPlan], trainable: list[int], rate: float, rows: int
) -> tuple[Net, Array, Array]:
    """Return a net, inputs and labels with which a step of training shows what is trainable.

    A layer of units that stop all of these inputs would not move, whether it is frozen or not.
    """
    while True:
        net = _drawn(draw, 4, layers)
        x = _inputs(draw, net, rows)
        y = _labels(draw, net, x)
        names = net.names()
        right = {names[place] for place in trainable}
        if min(_moves(net, x, y, which, rate) for which in (right, set(names))) > 0.01:
            return net, x, y


def _labels(draw: np.random.Generator, net: Net, x: Array) -> Array:
    return draw.integers(0, net.layers[-1]["units"], (len(x), 1))


def _inputs(draw: np.random.Generator, net: Net, rows: int = 6) -> Array:
    assert net.inputs is not None
    return draw.normal(0, 1, (rows, net.inputs)).astype(np.float32)


# Questions, and answers in words.


def _call_and_model(function: str, net: Net, arguments: list[Any]) -> str:
    """Return a call as a student would write it, and what the model is."""
    call = expect.written(function, "model", *map(repr, arguments))
    size = "no known input" if net.inputs is None else f"{net.inputs} inputs"
    return f"{call}, with a model of {size} and the layers {_listed(net.layers)},"


def _listed(layers: list[LayerPlan]) -> str:
    parts = []
    for layer in layers:
        units = f"({layer['units']})" if "units" in layer else ""
        more = f" to {layer['to']}" if "to" in layer else ""
        more += f" (of {_listed(layer['layers'])})" if "layers" in layer else ""
        parts.append(f"{layer['kind']}{units} {layer['name']}{more}")
    return ", ".join(parts)


def _probed(
    student: Student, probe: str, function: str, net: Net, arguments: list[Any], *rest: Any
) -> tuple[str, Facts]:
    """Return the question in words and the facts, which are a dictionary at least."""
    asked = _call_and_model(function, net, arguments)
    try:
        answer = student.probe(probe, function, *net.given(), arguments, *rest)
    except Raised as raised:
        raise raised.told_as(f"{asked} raised {_what(raised)}") from None
    if not isinstance(answer.value, dict):
        raise Refused(f"{asked} gave no facts to look at")
    return asked, answer.value


def _what(raised: Raised) -> str:
    """Return what was raised, on one line: Keras writes several, and some in bold."""
    _, _, text = str(raised).partition(" raised ")
    return " ".join(re.sub(r"\x1b\[\d*m", "", text).split())


def _made(
    student: Student,
    function: str,
    net: Net,
    arguments: list[Any],
    head: list[Array],
    x: Array,
    y: Array | None = None,
    *,
    twice: bool = False,
) -> tuple[str, Facts]:
    """Return the question and the facts about a new model, once it is one."""
    asked, facts = _probed(student, "new_model", function, net, arguments, head, x, y, twice)
    kind = facts.get("kind")
    if not expect.is_exactly(kind, "model"):
        raise Refused(f"{asked} returned {_of_type(kind)}; a model was expected")
    return asked, facts


def _of_type(kind: object) -> str:
    missing = expect.is_exactly(kind, "NoneType")
    return "None (is a `return` missing?)" if missing else f"an object of type {kind}"


def _changed(
    student: Student,
    function: str,
    net: Net,
    arguments: list[Any],
    x: Array = NOTHING,
    y: Array = NOTHING,
    rate: float | None = None,
) -> tuple[str, Facts]:
    """Return the question and the facts about a model that was changed in place.

    With inputs it takes a step of training, as it is compiled or at a `rate` of the judge's.
    """
    return _probed(student, "changed_model", function, net, arguments, x, y, rate)


def _predicts(asked: str, facts: Facts, expected: Net, x: Array) -> None:
    """Refuse a new model that is not the net `expected`."""
    shapes = expected.shapes()
    if not expect.is_exactly(facts.get("shapes"), shapes):
        raise Refused(
            f"{asked} returned a model whose layers have weights of the shapes "
            f"{expect.describe(facts.get('shapes'))}; {shapes} were expected"
        )
    answer = Answer(facts.get("predictions"), f"what the model that {asked} returned predicts")
    right = expected.predictions(x)
    value = expect.array(answer, right.shape, np.float32)
    error = float(np.abs(value - right).max())
    if error > 1e-4:
        raise Refused(
            f"{asked} returned a model whose predictions are off by up to {error:.3g} from those "
            "of the layers that it should have, with the donor's weights (and a head whose "
            "weights the check had set)"
        )


def _left_alone(asked: str, facts: Facts, net: Net) -> None:
    """Refuse a new model that has anything to do with its donor."""
    if facts.get("itself") is not False:
        raise Refused(f"{asked} returned the model that it was given; a new one was expected")
    shared = facts.get("shared")
    if not expect.is_exactly(shared, 0):
        raise Refused(
            f"{asked} returned a model that shares {expect.describe(shared)} variables with its "
            "donor: whatever trains one of them changes the other"
        )
    weights = _arrays(facts.get("donor_weights"))
    expected = net.flat()
    if [weight.shape for weight in weights] != [weight.shape for weight in expected]:
        raise Refused(f"{asked} left a donor behind that has other layers than before")
    changed = [not np.array_equal(*pair) for pair in zip(weights, expected, strict=True)]
    if any(changed):
        raise Refused(
            f"{asked} returned a new model; after every weight of it was moved by 1, "
            f"{sum(changed)} of the donor's {len(changed)} arrays of weights were no longer what "
            "they had been before the call"
        )
    if facts.get("donor_compiled") is not False:
        raise Refused(f"{asked} compiled the model that it was given, which should stay as it was")
    if "again" in facts and not expect.is_exactly(facts["again"], 0):
        raise Refused(
            f"{asked}, called twice, returned models that share {expect.describe(facts['again'])} "
            "variables with each other: each call should make a new one"
        )
    flags = net.flags(_frozen(net) - set(net.state.get("thawed", [])))
    if not expect.is_exactly(facts.get("donor_trainable"), flags):
        raise Refused(
            f"{asked} changed which of the donor's layers are trainable: "
            f"{expect.describe(facts.get('donor_trainable'))} now, {flags} before"
        )
    flag = net.state.get("frozen") != "all"
    if facts.get("donor_flag") is not flag:
        raise Refused(f"{asked} changed the flag `trainable` of the donor itself, which was {flag}")


def _trains(asked: str, facts: Facts, net: Net, frozen: set[str]) -> None:
    """Refuse a model like `net` that trains other layers than those that are not `frozen`."""
    found, flags = facts.get("trainable"), net.flags(frozen)
    if expect.is_exactly(found, flags):
        return
    pairs = zip(net.layers, net.weights, strict=True)
    names = [layer["name"] for layer, weights in pairs if weights]
    if not isinstance(found, list) or len(found) != len(names):
        raise Refused(f"{asked} gave a model that has other layers with weights than {names}")
    trained = [name for name, flag in zip(names, found, strict=True) if flag is True]
    expected = [name for name in names if name not in frozen]
    raise Refused(
        f"{asked} gave a model in which {_these(trained)} can be trained; {_these(expected)} "
        "should be"
    )


def _trained(asked: str, facts: Facts, net: Net, x: Array, y: Array, frozen: set[str]) -> None:
    """Refuse a new model like `net` that trains other layers than those that are not `frozen`."""
    _trains(asked, facts, net, frozen)
    after = _after_a_step_of_squares(net, x, y, set(net.names()) - frozen)
    _stepped(asked, facts, net, after, frozen)


def _targets(draw: np.random.Generator, x: Array, classes: int) -> Array:
    return draw.uniform(0, 1, (len(x), classes)).astype(np.float32)


def _these(names: list[str]) -> str:
    return expect.series(names) or "no layer"


def _frozen(net: Net) -> set[str]:
    frozen = net.state.get("frozen", [])
    return {layer["name"] for layer in net.layers} if frozen == "all" else set(frozen)


def _arrays(value: object) -> list[Array]:
    """Return a claim that should be a list of arrays as one: without what is none."""
    items = value if isinstance(value, list) else []
    return [item for item in items if isinstance(item, np.ndarray)]


def _refused(student: Student, probe: str, function: str, net: Net, *rest: Any) -> None:
    """Refuse a function that does not raise ValueError; `rest` begins with its arguments."""
    asked = _call_and_model(function, net, rest[0])
    try:
        student.probe(probe, function, *net.given(), *rest)
    except Raised as raised:
        if not raised.is_a("ValueError"):
            raise Refused(f"{asked} raised {_what(raised)} ValueError was expected") from None
    else:
        raise Refused(f"{asked} raised nothing; it should raise ValueError")
    if net.inputs is not None:  # a model that has not been built has nothing to be changed
        _as_it_was(student, probe, function, net, asked, *rest)


def _as_it_was(
    student: Student, probe: str, function: str, net: Net, asked: str, *rest: Any
) -> None:
    """Refuse a function that changes the model before it raises an exception."""
    caught = (None, False, True) if probe == "new_model" else (None, True)
    facts = student.probe(probe, function, *net.given(), *rest, *caught).value
    facts = facts if isinstance(facts, dict) else {}
    frozen = _frozen(net) - set(net.state.get("thawed", []))
    flags = [net.state.get("frozen") != "all", *(name not in frozen for name in net.names())]
    weights = _arrays(facts.get("weights"))
    compiled, optimiser = net.state.get("compiled"), facts.get("optimiser")
    rate = None if compiled is None else np.asarray(compiled["learning_rate"], np.float32)
    found = optimiser.get("learning_rate") if isinstance(optimiser, dict) else None
    changed = {
        "its layers": not expect.is_exactly(facts.get("layers"), net.names()),
        "which of its layers are trainable": not expect.is_exactly(facts.get("flags"), flags),
        "its weights": len(weights) != len(net.flat())
        or not all(map(np.array_equal, weights, net.flat())),
        "what it was compiled with": facts.get("compiled") is not False
        or not np.array_equal(found, rate),  # type: ignore[arg-type]
    }
    for what, is_changed in changed.items():
        if is_changed:
            raise Refused(
                f"{asked} raised ValueError, and had changed {what} before that; a model that is "
                "refused should be left as it was: look at the arguments first"
            )


# rotation_task


def _turned(images: Array) -> Array:
    """Return the four versions of each image, by the definition of a quarter turn."""
    versions = [images]
    for _ in range(3):
        # What was the last column becomes the first row.
        versions.append(np.swapaxes(versions[-1], 1, 2)[:, ::-1])
    return np.stack(versions, axis=1).reshape(4 * len(images), *images.shape[1:])


def _rotations(student: Student, images: Array) -> None:
    answer = student.call("rotation_task", images)
    asked = f"the images of {answer.asked}", f"the labels of {answer.asked}"
    wanted = "a pair was expected, the images and their labels"
    first, second = expect.parts(answer, asked, wanted, expect.describe(answer.value))
    right, n = _turned(images), len(images)
    rotated = expect.array(first, right.shape, images.dtype)
    labels = expect.array(second, (4 * n,), np.int64)
    if not np.array_equal(labels, np.tile(np.arange(4), n)):
        raise Refused(
            f"the labels of {answer.asked} begin with {labels[:8].tolist()}; 0, 1, 2, 3 were "
            "expected, over and over"
        )
    wrong = [k for k in range(4) if not np.array_equal(rotated[k::4], right[k::4])]
    if wrong:
        k = wrong[0]
        found = [
            j for j in range(4) if n and np.array_equal(rotated[k], np.asarray(right[j]))
        ]  # what the image is instead
        hint = f" (it is image 0 turned by {90 * found[0]} degrees)" if found else ""
        raise Refused(
            f"rotated[{k}] of {answer.asked} should be image 0 turned by {90 * k} degrees "
            f"anticlockwise, and rotated[4 * i + {k}] image i{hint}"
        )
    expect.untouched(answer)


@check("rotation_task", "grey images", points=1)
def grey_rotations(student: Student, draw: np.random.Generator) -> None:
    for _ in range(2):  # others of the same shape and dtype
        _rotations(student, draw.integers(0, 256, (3, 4, 4), dtype=np.uint8))
    _rotations(student, draw.normal(0, 1, (2, 5, 5)))
    _rotations(student, draw.normal(0, 1, (5, 3, 3)).astype(np.float32))
    _rotations(student, draw.normal(0, 1, (3, 1, 1)).astype(np.float32))
    _rotations(student, draw.integers(0, 2, (1, 4, 4)).astype(bool))


@check("rotation_task", "colour images", points=1)
def colour_rotations(student: Student, draw: np.random.Generator) -> None:
    _rotations(student, draw.integers(0, 256, (3, 5, 5, 3), dtype=np.uint8))
    _rotations(student, draw.normal(0, 1, (2, 4, 4, 4)).astype(np.float32))
    _rotations(student, draw.normal(0, 1, (4, 4, 4, 1)))


@check("rotation_task", "no images, and images that cannot be turned", points=1)
def bad_rotations(student: Student, draw: np.random.Generator) -> None:
    for shape in ((2, 4, 5), (3, 5, 4, 4), (2, 3, 5, 5), (4, 4), (2, 3, 3, 1, 1)):
        images = draw.normal(0, 1, shape)
        expect.raises(student, "ValueError", "rotation_task", images)
    _rotations(student, np.zeros((0, 4, 4), np.float32))
    _rotations(student, np.zeros((0, 3, 3, 2), np.uint8))


# trainable_parameters


def _counts(student: Student, net: Net, expected: tuple[int, int]) -> None:
    asked, facts = _changed(student, "trainable_parameters", net, [])
    expect.equal(Answer(facts.get("returned"), asked.removesuffix(",")), expected)
    if facts.get("compiled") is not False:
        raise Refused(f"{asked} compiled the model; it should only be looked at")
    weights = _arrays(facts.get("weights"))
    if len(weights) != len(net.flat()) or not all(map(np.array_equal, weights, net.flat())):
        raise Refused(f"{asked} changed the model's weights; it should only be looked at")


def _counted(net: Net, frozen: set[str]) -> tuple[int, int]:
    total = sum(weight.size for weight in net.flat())
    trainable = sum(
        weight.size
        for layer, weights in zip(net.layers, net.weights, strict=True)
        for weight in weights[:2]  # γ and β, not the moving statistics
        if layer["name"] not in frozen
    )
    return trainable, total - trainable


@check("trainable_parameters", "dense layers, some of them frozen", points=1)
def counted_dense(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 5, [_dense(_widths(draw, 1)[0]), _dense(_classes(draw), "softmax")])
    frozen = net.layers[int(draw.integers(2))]["name"]
    _counts(student, net.having(frozen=[frozen]), _counted(net, {frozen}))
    none = net.having(frozen="all")
    _counts(student, none, _counted(net, _frozen(none)))
    # The model's own flag overrules that of a layer which was thawed afterwards.
    thawed = net.having(frozen="all", thawed=[frozen], compiled=_sgd(0.1))
    _counts(student, thawed, _counted(net, _frozen(none)))


@check("trainable_parameters", "normalisation, dropout, and a model within the model", points=1)
def counted_mixed(student: Student, draw: np.random.Generator) -> None:
    first, second = _widths(draw, 2)
    layers = [_dense(first), _normalisation(), {"kind": "Dropout", "rate": 0.5}, _dense(second)]
    layers[0]["name"] = "top"  # as a layer of the outer model is called
    inner = _drawn(draw, 4, layers)
    top = _drawn(draw, second, [_dense(_classes(draw), "softmax", name="top")])
    model = {"kind": "Model", "name": "encoder", "inputs": 4, "layers": inner.layers}
    frozen = inner.layers[3]["name"]
    whole = Net(4, [model, *top.layers], [inner.flat(), *top.weights], {"frozen": [frozen]})
    counts = zip(_counted(inner, {frozen}), _counted(top, set()), strict=True)
    trainable, rest = map(sum, counts)
    _counts(student, whole, (trainable, rest))
    # Kernels of four dimensions, of different lengths.
    high, wide, filters, more = (int(n) for n in draw.permutation([2, 3, 4, 5]))
    layers = [
        {"kind": "Reshape", "target_shape": [7, 8, 2]},
        {"kind": "Conv2D", "filters": filters, "kernel_size": [high, wide]},
        {"kind": "Conv2D", "filters": more, "kernel_size": [2, 3]},
    ]
    net = _drawn(draw, 112, layers)
    frozen = net.names()[int(draw.integers(1, 3))]
    _counts(student, net.having(frozen=[frozen]), _counted(net, {frozen}))


# clone_with_weights


def _stacked(draw: np.random.Generator) -> list[LayerPlan]:
    """Return dense layers with a normalisation."""
    (width,) = _widths(draw, 1)
    return [_dense(width), _normalisation(), _dense(_classes(draw), "softmax")]


def _stack(draw: np.random.Generator) -> Net:
    """Return a donor of dense layers with a normalisation."""
    return _drawn(draw, 4, _stacked(draw))


def _with_a_skip(draw: np.random.Generator, classes: int) -> Net:
    """Return a donor with a connection that leaps over a layer; its first layer is frozen."""
    (width,) = _widths(draw, 1)
    start = _names(draw, 1)[0] + "_start"
    add = {"kind": "Add", "to": start}
    layers = [_dense(width, name=start), _dense(width), add, _dense(classes, "softmax")]
    return _drawn(draw, 4, layers).having(frozen=[start])


@check("clone_with_weights", "the same predictions", points=1)
def cloned_predictions(student: Student, draw: np.random.Generator) -> None:
    net = _stack(draw)
    x = _inputs(draw, net)
    for given in (net, net.having(compiled=_sgd(0.1))):
        asked, facts = _made(student, "clone_with_weights", given, [], [], x)
        _predicts(asked, facts, net, x)


@check("clone_with_weights", "nothing shared, and the donor as it was", points=1)
def cloned_apart(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 4, [_dense(5), _dense(3, "softmax")])
    x = _inputs(draw, net)
    asked, facts = _made(student, "clone_with_weights", net, [], [], x, twice=True)
    _left_alone(asked, facts, net)
    _predicts(asked, facts, net, x)
    whole, flat = _with_a_model(draw)
    x = _inputs(draw, flat)
    asked, facts = _made(student, "clone_with_weights", whole, [], [], x)
    _left_alone(asked, facts, flat)
    _predicts(asked, facts, flat, x)
    _trains(asked, facts, flat, _frozen(flat))
    # Frozen as a whole; then a layer of its own thawed, which must stay so in the model.
    net = _stack(draw)
    x = _inputs(draw, net)
    for thawed in ([], net.names()[:1]):
        given = net.having(frozen="all", thawed=thawed)
        asked, facts = _made(student, "clone_with_weights", given, [], [], x)
        _left_alone(asked, facts, given)
        _predicts(asked, facts, net, x)
        if not thawed:
            _trains(asked, facts, net, set(net.names()))


def _with_a_model(draw: np.random.Generator) -> tuple[Net, Net]:
    """Return a net whose first layer is a model, a part of it frozen, and the same as a stack."""
    width, units = _widths(draw, 2)
    inner = _drawn(draw, 4, [_dense(width), _normalisation(), _dense(units)])
    top = _drawn(draw, units, [_dense(_classes(draw), "softmax", name="top")])
    plan = {"kind": "Model", "name": "encoder", "inputs": 4, "layers": inner.layers}
    state = {"frozen": inner.names()[:1]}
    whole = Net(4, [plan, *top.layers], [inner.flat(), *top.weights], state)
    flat = Net(4, [*inner.layers, *top.layers], [*inner.weights, *top.weights], state)
    return whole, flat


@check("clone_with_weights", "frozen layers and skip connections", points=1)
def cloned_skips(student: Student, draw: np.random.Generator) -> None:
    net = _with_a_skip(draw, _classes(draw))
    x = _inputs(draw, net)
    y = _targets(draw, x, net.layers[-1]["units"])
    asked, facts = _made(student, "clone_with_weights", net, [], [], x, y, twice=True)
    with expect.Everything() as everything:
        with everything.part():
            _predicts(asked, facts, net, x)
            _trained(asked, facts, net, x, y, _frozen(net))
        with everything.part():
            _left_alone(asked, facts, net)


@check("clone_with_weights", "a model that has not been built", points=0.5)
def cloned_unbuilt(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 3, [_dense(4), _dense(3, "softmax")])
    unbuilt = Net(None, net.layers, [])
    x = _inputs(draw, net)
    _refused(student, "new_model", "clone_with_weights", unbuilt, [], [], x)


# replace_head


def _replaced(
    student: Student, draw: np.random.Generator, net: Net, classes: int, *, apart: bool = False
) -> tuple[str, Facts]:
    """Return the question and the facts, once the new model predicts right.

    If it should be `apart`, it is first seen that it leaves its donor alone; if the donor has
    frozen layers, it has to train right too, and then to leave it alone.
    """
    x, width = _inputs(draw, net), int(net.weights[-1][0].shape[0])
    head = _head(draw, width, classes)
    y = _targets(draw, x, classes) if _frozen(net) else None
    twice = apart or y is not None
    asked, facts = _made(student, "replace_head", net, [classes], head, x, y, twice=twice)
    if apart:
        _left_alone(asked, facts, net)
    right = Net(net.inputs, net.layers[:-1], net.weights[:-1]).topped(classes, head)
    _predicts(asked, facts, right, x)
    if y is not None:
        _trained(asked, facts, right, x, y, _frozen(net) - {net.names()[-1]})
        _left_alone(asked, facts, net)
    return asked, facts


def _starts_fresh(asked: str, facts: Facts, dropouts: int) -> None:
    """Refuse a head with other initial weights than Keras's, and dropout that nobody asked for."""
    start = facts.get("head_start")
    if not expect.is_exactly(start, (True, True)):
        kernel_right = isinstance(start, tuple) and expect.is_exactly(start[:1], (True,))
        raise Refused(
            f"{asked} returned a model whose head does not start with the "
            f"{'biases' if kernel_right else 'kernel'} that Keras gives a `Dense` layer by itself"
            f"{' (zeros)' if kernel_right else ' (Glorot uniform)'}"
        )
    if not expect.is_exactly(facts.get("dropouts"), dropouts):
        raise Refused(
            f"{asked} returned a model with {expect.describe(facts.get('dropouts'))} dropout "
            f"layers; {dropouts} were expected"
        )


@check("replace_head", "the reused layers and the head", points=1)
def replaced_predictions(student: Student, draw: np.random.Generator) -> None:
    net = _stack(draw)
    _replaced(student, draw, net, _classes(draw, net.layers[-1]["units"]))
    dropout = {"kind": "Dropout", "rate": 0.0}
    net = _drawn(draw, 3, [_dense(20), dropout, _dense(4, "softmax")])
    asked, facts = _replaced(student, draw, net, 60)  # so large that its law can be told
    _starts_fresh(asked, facts, 1)


@check("replace_head", "the donor is left alone", points=1)
def replaced_apart(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 4, [_dense(5), _dense(3, "softmax")])
    _replaced(student, draw, net, _classes(draw, 3), apart=True)


@check("replace_head", "a fresh head, also for as many classes", points=0.5)
def replaced_fresh(student: Student, draw: np.random.Generator) -> None:
    classes = _classes(draw)
    net = _drawn(draw, 4, [_dense(5), _dense(classes, "softmax")])
    asked, facts = _replaced(student, draw, net, classes)
    if facts.get("old_head") is not False:
        raise Refused(f"{asked} returned a model whose head has the weights of the donor's head")


@check("replace_head", "frozen layers and skip connections", points=1)
def replaced_skips(student: Student, draw: np.random.Generator) -> None:
    _replaced(student, draw, _with_a_skip(draw, _classes(draw)), _classes(draw))
    # The donor's head is frozen, the new one is not.
    net = _drawn(draw, 4, [_dense(5), _dense(3, "softmax")])
    _replaced(student, draw, net.having(frozen=net.names()), 2)
    _replaced(student, draw, net.having(frozen="all"), 4)


@check("replace_head", "too few classes", points=0.5)
def replaced_arguments(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 3, [_dense(4), _dense(3, "softmax")])
    for state in ({"frozen": net.names()[:1]}, {"frozen": "all", "thawed": net.names()[:1]}):
        x = _inputs(draw, net)
        _refused(student, "new_model", "replace_head", net.having(**state), [1], [], x)


# freeze


def _names_returned(asked: str, facts: Facts, expected: list[str]) -> None:
    returned = facts.get("returned")
    if expect.is_exactly(returned, expected):
        return
    names = returned if isinstance(returned, list) else []
    same = all(type(name) is str for name in names) and sorted(names) == sorted(expected)
    hint = ", in the order of `model.layers` (a set keeps none)," if same else ""
    raise Refused(f"{asked} returned {expect.describe(returned)}; {expected}{hint} was expected")


def _compiled_with(asked: str, facts: Facts, expected: Facts) -> None:
    """Refuse a model whose optimiser is not a new one with these settings."""
    if facts.get("compiled") is not True:
        raise Refused(
            f"{asked} did not compile the model: what is trainable counts from the next call of "
            "`compile` on"
        )
    if facts.get("new_optimiser") is not True:
        raise Refused(
            f"{asked} compiled the model with the optimiser that it had; a new one was expected"
        )
    settings = facts.get("optimiser")
    for key, value in expected.items():
        found = settings.get(key) if isinstance(settings, dict) else None
        if isinstance(value, float):
            number = expect.array(Answer(_number_as_array(found), f"{key} after {asked}"), ())
            right = number.dtype.kind == "f" and math.isclose(float(number), value, rel_tol=1e-5)
            found = float(f"{number:.6g}") if number.dtype.kind == "f" else number
        else:
            right = expect.is_exactly(found, value)
        if not right:
            raise Refused(
                f"{asked} compiled the model with {key} = {expect.describe(found)}; {value} was "
                "expected"
            )


def _number_as_array(value: object) -> object:
    return np.asarray(value) if isinstance(value, (int, float)) else value


def _stepped(asked: str, facts: Facts, net: Net, after: list[Array], frozen: set[str]) -> None:
    """Refuse a model whose weights after one step of training are not `after`."""
    weights = _arrays(facts.get("weights"))
    if [weight.shape for weight in weights] != [weight.shape for weight in after]:
        raise Refused(f"{asked} left a model behind that has other layers than before")
    names = [layer["name"] for layer, own in zip(net.layers, net.weights, strict=True) for _ in own]
    for name, was, value, right in zip(names, net.flat(), weights, after, strict=True):
        error = float(np.abs(value - right).max())
        if not error <= 1e-5 + 1e-3 * float(np.abs(right - was).max()):
            moved = float(np.abs(value - was).max())
            expected = float(np.abs(right - was).max())
            kind = "frozen" if name in frozen else "trainable"
            raise Refused(
                f"{asked} and one step of training on a batch: weights of {name}, which should "
                f"be {kind}, moved by up to {moved:.4g}; {expected:.4g} was expected"
            )


@check("freeze", "which layers, and their names", points=1)
def frozen_layers(student: Student, draw: np.random.Generator) -> None:
    rate, (width,) = _rate(draw), _widths(draw, 1)
    dropout = {"kind": "Dropout", "rate": 0.0}
    layers = [_dense(width), _normalisation(), dropout, _dense(_classes(draw), "softmax")]
    # In the order of the layers, which is not that of the alphabet.
    layers[1], layers[3] = {**layers[1], "name": "stage_9"}, {**layers[3], "name": "base_1"}
    net, x, y = _training(draw, layers, [1, 3], rate, 8)
    names = net.names()
    asked, facts = _changed(student, "freeze", net.having(frozen="all"), [3], x, y, rate)
    _trains(asked, facts, net, set(names[:1]))
    _names_returned(asked, facts, [names[1], names[3]])
    _, after = _after_a_step(net, x, y, set(names[1:]), rate)
    _stepped(asked, facts, net, after, set(names[:1]))
    # So many names that no order but the right one is theirs by chance; twice, of two models.
    for _ in range(2):
        net = _drawn(draw, 3, [_dense(3) for _ in range(9)])
        names = net.names()
        asked, facts = _changed(student, "freeze", net, [8])
        _names_returned(asked, facts, names[1:])
        _trains(asked, facts, net, set(names[:1]))


PLAIN: Facts = {"momentum": 0.0, "clipnorm": None, "weight_decay": None}


@check("freeze", "all layers, or none", points=0.5)
def frozen_extremes(student: Student, draw: np.random.Generator) -> None:
    net, x, y = _training(draw, [_dense(_classes(draw), "softmax")], [0], 0.5, 6)
    names = net.names()
    for last, before in ((0, []), (1, names)):
        asked, facts = _changed(student, "freeze", net.having(frozen=before), [last], x, y)
        _trains(asked, facts, net, set(names[last:]))
        _names_returned(asked, facts, names[:last])
        _compiled_with(asked, facts, {"class": "SGD", "learning_rate": 0.01, **PLAIN})
        _, after = _after_a_step(net, x, y, set(names[:last]), 0.01)
        _stepped(asked, facts, net, after, set(names[last:]))


@check("freeze", "compiled again: one step of training", points=1.5)
def frozen_step(student: Student, draw: np.random.Generator) -> None:
    rate = _rate(draw)
    compiled = {"class": "SGD", "learning_rate": rate / 3, "momentum": 0.9, "loss": "mse"}
    net, x, y = _training(draw, _stacked(draw), [2], rate, 6)
    net = net.having(compiled=compiled)
    names = net.names()
    asked, facts = _changed(student, "freeze", net, [1, rate], x, y)
    _compiled_with(asked, facts, {"class": "SGD", "learning_rate": rate, **PLAIN})
    loss, after = _after_a_step(net, x, y, set(names[2:]), rate)
    _lost(asked, facts, loss)
    _stepped(asked, facts, net, after, set(names[:2]))


def _lost(asked: str, facts: Facts, expected: float) -> None:
    loss = expect.array(Answer(facts.get("loss"), f"the loss after {asked}"), (), np.float32)
    if abs(float(loss) - expected) > 1e-4 * (1 + expected):
        raise Refused(f"the loss after {asked} is {float(loss):.5g}; {expected:.5g} was expected")


@check("freeze", "a normalisation that is not frozen", points=0.5)
def frozen_normalisation(student: Student, draw: np.random.Generator) -> None:
    rate = _rate(draw)
    net, x, y = _training(draw, _stacked(draw), [1, 2], rate, 8)
    names = net.names()
    asked, facts = _changed(student, "freeze", net, [2, rate], x, y)
    _, after = _after_a_step(net, x, y, set(names[1:]), rate)
    _stepped(asked, facts, net, after, {names[0]})


def _rate(draw: np.random.Generator) -> float:
    return round(float(draw.uniform(0.2, 0.6)), 3)


@check("freeze", "numbers of layers that make no sense", points=0.5)
def frozen_arguments(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 3, [_dense(4), _dense(3, "softmax")])
    first = net.names()[:1]
    with expect.Everything() as everything:
        for last in (-1, 3):
            for state in ({"frozen": first}, {"frozen": "all", "thawed": first}):
                with everything.part():
                    given = net.having(compiled=_sgd(0.2), **state)
                    _refused(student, "changed_model", "freeze", given, [last], NOTHING, NOTHING)


# unfreeze


CROSS_ENTROPY = "sparse_categorical_crossentropy"


def _sgd(rate: float, **rest: Any) -> Facts:
    """Return how a model is compiled."""
    return {"class": "SGD", "learning_rate": rate, "loss": CROSS_ENTROPY, **rest}


@check("unfreeze", "which layers", points=1)
def thawed_layers(student: Student, draw: np.random.Generator) -> None:
    rate, (first, second) = _rate(draw), _widths(draw, 2)
    dropout = {"kind": "Dropout", "rate": 0.0}
    layers = [_dense(first), _normalisation(), _dense(second), _normalisation(), dropout]
    layers += [_dense(second), _dense(_classes(draw), "softmax")]
    net, x, y = _training(draw, layers, [0, 1, 5], rate, 8)
    # Of the last three, only the dense layer may change from frozen to trainable, and the
    # normalisation back; the normalisation below stays trainable.
    one, below, two, normal, _, four, head = net.names()
    before = net.having(frozen=[two, four, head], compiled=_sgd(0.1))
    asked, facts = _changed(student, "unfreeze", before, [3], x, y, rate)
    _trains(asked, facts, net, {two, normal, head})
    _, after = _after_a_step(net, x, y, {one, below, four}, rate)
    _stepped(asked, facts, net, after, {two, normal, head})


@check("unfreeze", "the learning rate", points=1)
def thawed_rate(student: Student, draw: np.random.Generator) -> None:
    rate, factor = _rate(draw), round(float(draw.uniform(0.2, 0.7)), 3)
    net, x, y = _sloping(draw)
    net = net.having(compiled=_sgd(rate))
    asked, facts = _changed(student, "unfreeze", net, [0, factor], x, y)
    expected = rate * factor
    if not any(
        expect.is_exactly(facts.get("kind"), kind) for kind in ("float", "float32", "float64")
    ):
        raise Refused(
            f"{asked} returned {_of_type(facts.get('kind'))}; a float was expected, the new "
            "learning rate"
        )
    returned = expect.array(Answer(facts.get("returned"), asked), (), np.float32)
    if not math.isclose(float(returned), expected, rel_tol=1e-5):
        raise Refused(
            f"{asked} and compiled with the learning rate {rate}, returned "
            f"{float(returned):.6g}; {expected:.6g} was expected"
        )
    _compiled_with(asked, facts, {"learning_rate": expected})
    _stepped(asked, facts, net, _first_step(net, x, y, net.state["compiled"], expected), set())


def _sloping(draw: np.random.Generator) -> tuple[Net, Array, Array]:
    """Return a net of one layer, inputs and labels with a gradient that is nowhere about 0."""
    while True:
        net = _drawn(draw, 3, [_dense(3, "softmax")])
        x = _inputs(draw, net)
        y = _labels(draw, net, x)
        if min(float(np.abs(g).min()) for g in _gradients(net, x, y)) > 1e-3:
            return net, x, y


def _gradients(net: Net, x: Array, y: Array) -> list[Array]:
    _, after = _after_a_step(net, x, y, set(net.names()), 1.0)
    return [weight - moved for weight, moved in zip(net.flat(), after, strict=True)]


def _first_step(net: Net, x: Array, y: Array, settings: Facts, rate: float) -> list[Array]:
    """Return all weights after the first step of an optimiser with these settings."""
    root = math.sqrt(1 - 0.999)  # of what Adam, whose first step has one size, makes of a gradient
    ahead = 1 + settings.get("momentum", 0.0) * settings.get("nesterov", False)
    adam = settings["class"] == "Adam"
    return [
        weight - rate * (root * g / (root * np.abs(g) + 1e-7) if adam else ahead * g)
        for weight, g in zip(net.flat(), _gradients(net, x, y), strict=True)
    ]


@check("unfreeze", "a new optimiser with the old settings", points=1)
def thawed_optimiser(student: Student, draw: np.random.Generator) -> None:
    momentum, rate = round(float(draw.uniform(0.5, 0.8)), 2), _rate(draw)
    for settings in (
        {"class": "Adam", "beta_1": momentum, "clipnorm": 50.0},
        {"class": "SGD", "momentum": momentum, "nesterov": True},
    ):
        net, x, y = _sloping(draw)
        net = net.having(compiled=_sgd(rate, **settings))
        asked, facts = _changed(student, "unfreeze", net, [0], x, y)
        _compiled_with(asked, facts, {**settings, "learning_rate": rate / 10})
        _stepped(asked, facts, net, _first_step(net, x, y, settings, rate / 10), set())


@check("unfreeze", "training goes on", points=1)
def thawed_step(student: Student, draw: np.random.Generator) -> None:
    # Above 1: half of it, the new rate, is not the factor.
    rate, (width, last) = 1 + 2 * _rate(draw), _widths(draw, 2)
    layers = [_dense(width), _normalisation(), _dense(last), _dense(_classes(draw), "softmax")]
    net, x, y = _training(draw, layers, [0, 2, 3], rate / 2, 6)
    names = net.names()
    net = net.having(frozen=names[1:3], compiled=_sgd(rate))
    asked, facts = _changed(student, "unfreeze", net, [2, 0.5], x, y)
    loss, after = _after_a_step(net, x, y, {names[0], *names[2:]}, rate / 2)
    _lost(asked, facts, loss)
    _stepped(asked, facts, net, after, {names[1]})


@check("unfreeze", "a schedule, the loss, no layers, and what makes no sense", points=0.5)
def thawed_arguments(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 3, [_dense(4), _dense(3, "softmax")])
    before = net.having(frozen=net.names()[:1], compiled=_sgd(0.1, loss="mse"))
    x, y, loss, other = NOTHING, NOTHING, 0.0, 0.0
    while abs(loss - other) < 0.1:  # the two losses are to be told apart
        x = _inputs(draw, net)
        y = _labels(draw, net, x)
        loss = float(np.square(net.predictions(x) - y).mean())
        other, _ = _after_a_step(net, x, y, set(), 0.0)
    asked, facts = _changed(student, "unfreeze", before, [0], x, y)
    _trains(asked, facts, net, _frozen(before))
    _lost(asked, facts, loss)
    net = _drawn(draw, 3, [_dense(4), _normalisation(), _dense(3), _dense(3, "softmax")])
    frozen = net.having(frozen=[net.names()[0], net.names()[2]])
    compiled = net.having(**frozen.state, compiled=_sgd(0.1))
    with expect.Everything() as everything:
        for last, given in ((-1, compiled), (4, compiled), (0, net), (2, frozen)):
            with everything.part():
                _refused(student, "changed_model", "unfreeze", given, [last], NOTHING, NOTHING)
        with everything.part():
            _leaves_the_schedule(student, draw, net)


def _leaves_the_schedule(student: Student, draw: np.random.Generator, net: Net) -> None:
    rate, decay = _rate(draw), round(float(draw.uniform(0.5, 0.8)), 2)
    taken = int(draw.integers(2, 5))
    under = net.having(compiled=_sgd(rate, decay=decay, taken=taken))
    current = rate * decay**taken
    told = f"unfreeze(model, 0), under a schedule that has come from {rate} to {current:.4g},"
    with expect.told_as(told):
        _, facts = _changed(student, "unfreeze", under, [0])
    _compiled_with(told, facts, {"learning_rate": current / 10})


# encoder_from_autoencoder


def _encoded(
    student: Student,
    draw: np.random.Generator,
    net: Net,
    end: str,
    cut: str | None,
    classes: int,
    *,
    trained: bool = False,
) -> tuple[str, Facts]:
    """Return the question and the facts, once the classifier predicts, and is `trained`, right."""
    x = _inputs(draw, net)
    encoder = net.upto(end)
    width = encoder.predictions(x).shape[-1]
    head = _head(draw, width, classes)
    y = _targets(draw, x, classes) if trained else None
    arguments = [classes] if cut is None else [classes, cut]
    twice = trained
    asked, facts = _made(
        student, "encoder_from_autoencoder", net, arguments, head, x, y, twice=twice
    )
    right = encoder.topped(classes, head)
    _predicts(asked, facts, right, x)
    if y is not None:
        _trained(asked, facts, right, x, y, set(net.names()))
    return asked, facts


@check("encoder_from_autoencoder", "cut at a name, skip connections too", points=1.5)
def encoded_by_name(student: Student, draw: np.random.Generator) -> None:
    net = _with_a_skip(draw, 2)  # the narrowest layer is the last one
    cut = net.names()[int(draw.choice([1, 2]))]
    _encoded(student, draw, net, cut, cut, _classes(draw))
    # Its name is a part of the names of others, before it and behind it.
    layers = [_dense(5, name="code_12"), _dense(4, name="code_1"), _dense(3), _dense(6, "linear")]
    layers[2]["name"] = "code_11"
    _encoded(student, draw, _drawn(draw, 6, layers), "code_1", "code_1", 2)


@check("encoder_from_autoencoder", "cut at the narrowest layer", points=1)
def encoded_narrowest(student: Student, draw: np.random.Generator) -> None:
    relu = {"kind": "Activation", "activation": "relu"}
    code = [_dense(int(draw.integers(2, 4)), "linear"), _normalisation(), relu]
    # The cut is not in the middle, and activations without weights come behind it too.
    decoder = [_dense(5, "linear"), relu, _dense(7), _dense(8), _dense(9), _dense(6, "linear")]
    net = _drawn(draw, 6, [*code, *decoder])
    _encoded(student, draw, net, net.names()[2], None, _classes(draw))
    # Two of the narrowest, with a wider one between them.
    net = _drawn(draw, 6, [_dense(3), _dense(5), _dense(3), _dense(4), _dense(7), _dense(6)])
    _encoded(student, draw, net, net.names()[2], None, _classes(draw))
    # 4 x 2 numbers are more than 5, though the last dimension is smaller.
    there, back = ({"kind": "Reshape", "target_shape": shape} for shape in ([4, 2], [8]))
    net = _drawn(draw, 8, [there, back, _dense(5), _dense(8, "linear")])
    _encoded(student, draw, net, net.names()[2], None, _classes(draw))
    # It widens: of inputs, outputs and layers nothing is narrower than its last layer.
    net = _drawn(draw, 3, [_dense(6), _dense(5), _dense(3, "linear")])
    _encoded(student, draw, net, net.names()[2], None, _classes(draw))


@check("encoder_from_autoencoder", "the encoder is frozen, the autoencoder left alone", points=1)
def encoded_apart(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 5, [_dense(3), _normalisation(), _dense(5, "linear")])
    asked, facts = _encoded(student, draw, net, net.names()[1], None, 3, trained=True)
    _left_alone(asked, facts, net)
    net = _drawn(draw, 5, [_dense(4), _dense(3), _dense(5, "linear")])
    for state in ({"frozen": net.names()[:1]}, {"frozen": "all", "thawed": net.names()[:1]}):
        given = net.having(**state)
        asked, facts = _encoded(student, draw, given, net.names()[1], None, 3, trained=True)
        _left_alone(asked, facts, given)
    net = _drawn(draw, 30, [_dense(20), _dense(30, "linear")])
    asked, facts = _encoded(student, draw, net, net.names()[0], None, 60)
    _starts_fresh(asked, facts, 0)


@check("encoder_from_autoencoder", "arguments that make no sense", points=0.5)
def encoded_arguments(student: Student, draw: np.random.Generator) -> None:
    net = _drawn(draw, 4, [_dense(4), _dense(4, "linear")])
    net = net.having(frozen=net.names()[:1])
    x = _inputs(draw, net)
    for classes, cut_at in ((1, []), (3, ["nowhere"]), (3, [""])):
        arguments, head = [classes, *cut_at], _head(draw, 4, classes)
        _refused(student, "new_model", "encoder_from_autoencoder", net, arguments, head, x)
