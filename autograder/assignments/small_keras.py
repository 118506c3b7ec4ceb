"""A Keras in miniature, in NumPy: enough of it to replay a mistake that is written for Keras.

The judge does without Keras, and still has to know what a wrong answer would have done to a
model. So a mistake about models is written once, as a function of the package and the model::

    @mistake("clone_with_weights", "weights-not-copied", "...")
    @makes_a_model
    def weights_not_copied(keras, model):
        return keras.models.clone_model(model)

Given a real model it works with the real package; replayed with what the probes `new_model` and
`changed_model` of `autograder.inside.probes` were given, it works with this module on a model
from this module, and tells the facts that the probe would have told.

Names and behaviour are Keras's, as far as they go: layers that are built when they are first
called, one way through the graph per layer, variables with an identity, the flag `trainable` of
layers and models, and one step of gradient descent.
"""
# ruff: noqa: D101, D102, D103 - everything is named and behaves as in Keras

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Facts = dict[str, Any]


class Variable:
    def __init__(self, value: Array) -> None:
        self.value = value

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.value.shape)

    def assign(self, value: Any) -> None:
        self.value = np.array(value.value if isinstance(value, Variable) else value, float)


class Node:
    """A symbolic tensor: what a layer makes of other tensors."""

    def __init__(self, layer: Layer, parents: list[Node], shape: tuple[Any, ...]) -> None:
        self.layer, self.parents, self.shape = layer, parents, shape


class Layer:
    def __init__(self, name: str | None = None, **config: Any) -> None:
        self.name = name or f"{type(self).__name__.lower()}_{id(self)}"
        self.config = config
        self.built = False
        self.trainable = True
        self.own: list[Variable] = []
        self.fixed: list[Variable] = []

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name, **self.config}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)

    def clone(self) -> Any:
        new = self.from_config(self.get_config())
        new.trainable = self.trainable
        return new

    def __call__(self, given: Node | list[Node]) -> Node:
        parents = given if isinstance(given, list) else [given]
        if not self.built:
            self.build(parents[0].shape)
            self.built = True
        self.input = given
        self.output = Node(self, parents, self.output_shape_of(parents[0].shape))
        return self.output

    def build(self, shape: tuple[Any, ...]) -> None:
        pass

    def output_shape_of(self, shape: tuple[Any, ...]) -> tuple[Any, ...]:
        return shape

    @property
    def weights(self) -> list[Variable]:
        return self.own + self.fixed

    @property
    def trainable_weights(self) -> list[Variable]:
        return self.own if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Variable]:
        return self.fixed if self.trainable else self.weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        return self.non_trainable_weights

    def count_params(self) -> int:
        return sum(math.prod(weight.shape) for weight in self.weights)

    def get_weights(self) -> list[Array]:
        return [weight.value.astype(np.float32) for weight in self.weights]

    def set_weights(self, values: list[Array]) -> None:
        if [weight.shape for weight in self.weights] != [value.shape for value in values]:
            raise ValueError("these are not the weights of this layer")
        for weight, value in zip(self.weights, values, strict=True):
            weight.assign(value)

    def forward(self, inputs: list[Array], training: bool) -> Array:
        """Return the output, and remember what `backward` needs."""
        raise NotImplementedError

    def backward(self, gradient: Array) -> tuple[list[Array], list[Array]]:
        """Return the gradients of the inputs and of the variables in `own`."""
        raise NotImplementedError


class InputLayer(Layer):
    pass


def Input(shape: tuple[int, ...]) -> Node:  # noqa: N802 - Keras's name
    layer = InputLayer(shape=shape)
    layer.output = Node(layer, [], (None, *shape))
    return layer.output


class Dense(Layer):
    def __init__(self, units: int, activation: str | None = None, **config: Any) -> None:
        super().__init__(units=units, activation=activation, **config)

    @property
    def kernel(self) -> Variable:
        return self.own[0]

    def build(self, shape: tuple[Any, ...]) -> None:
        units = self.config["units"]
        bias = np.full(units, float(self.config.get("bias_initializer") == "ones"))
        self.own = [Variable(self._drawn((shape[-1], units))), Variable(bias)]

    def _drawn(self, shape: tuple[int, int]) -> Array:
        """Return a kernel; that of a donor, which gets other weights, is all alike."""
        rng, (fan_in, units) = np.random.default_rng(0), shape
        match self.config.get("kernel_initializer", "glorot_uniform"):
            case "glorot_uniform":
                return rng.uniform(-1, 1, shape) * math.sqrt(6 / (fan_in + units))
            case "he_normal":
                return rng.normal(0, math.sqrt(2 / fan_in), shape)
            case "zeros":
                return np.zeros(shape)
        return np.full(shape, 0.1)

    def output_shape_of(self, shape: tuple[Any, ...]) -> tuple[Any, ...]:
        return *shape[:-1], self.config["units"]

    def forward(self, inputs: list[Array], training: bool) -> Array:
        kernel, bias = (weight.value for weight in self.own)
        self.x = inputs[0]
        self.a: Array = _activated(self.x @ kernel + bias, self.config["activation"])
        return self.a

    def backward(self, gradient: Array) -> tuple[list[Array], list[Array]]:
        gradient = _derived(gradient, self.a, self.config["activation"])
        return [gradient @ self.own[0].value.T], [self.x.T @ gradient, gradient.sum(axis=0)]


class Activation(Layer):
    def __init__(self, activation: str, **config: Any) -> None:
        super().__init__(activation=activation, **config)

    def forward(self, inputs: list[Array], training: bool) -> Array:
        self.a = _activated(inputs[0], self.config["activation"])
        return self.a

    def backward(self, gradient: Array) -> tuple[list[Array], list[Array]]:
        return [_derived(gradient, self.a, self.config["activation"])], []


class Conv2D(Layer):
    """A convolution without padding, of which only the weights and shapes are known."""

    def __init__(self, filters: int, kernel_size: list[int], **config: Any) -> None:
        super().__init__(filters=filters, kernel_size=kernel_size, **config)

    def build(self, shape: tuple[Any, ...]) -> None:
        filters = self.config["filters"]
        kernel = np.zeros((*self.config["kernel_size"], shape[-1], filters))
        self.own = [Variable(kernel), Variable(np.zeros(filters))]

    def output_shape_of(self, shape: tuple[Any, ...]) -> tuple[Any, ...]:
        sides = zip(shape[1:3], self.config["kernel_size"], strict=True)
        return None, *(side - size + 1 for side, size in sides), self.config["filters"]


class BatchNormalization(Layer):
    def build(self, shape: tuple[Any, ...]) -> None:
        self.own = [Variable(np.ones(shape[-1])), Variable(np.zeros(shape[-1]))]
        self.fixed = [Variable(np.zeros(shape[-1])), Variable(np.ones(shape[-1]))]

    def forward(self, inputs: list[Array], training: bool) -> Array:
        (x,) = inputs
        self.by_batch = training and self.trainable
        if self.by_batch:
            mean, variance = x.mean(axis=0), x.var(axis=0)
            kept = self.config.get("momentum", 0.99)
            for moving, new in zip(self.fixed, (mean, variance), strict=True):
                moving.assign(kept * moving.value + (1 - kept) * new)
        else:
            mean, variance = (weight.value for weight in self.fixed)
        self.slope = 1 / np.sqrt(variance + 1e-3)
        self.z = (x - mean) * self.slope
        return np.asarray(self.z * self.own[0].value + self.own[1].value)

    def backward(self, gradient: Array) -> tuple[list[Array], list[Array]]:
        own = [(gradient * self.z).sum(axis=0), gradient.sum(axis=0)]
        down = gradient * self.own[0].value
        if self.by_batch:
            down = down - down.mean(axis=0) - self.z * (down * self.z).mean(axis=0)
        return [down * self.slope], own


class Dropout(Layer):
    def __init__(self, rate: float, **config: Any) -> None:
        super().__init__(rate=rate, **config)

    @property
    def non_trainable_variables(self) -> list[Variable]:
        # The state of its random generator is a variable, but no weight.
        return [*self.non_trainable_weights, Variable(np.zeros(2))]

    def forward(self, inputs: list[Array], training: bool) -> Array:
        return inputs[0]

    def backward(self, gradient: Array) -> tuple[list[Array], list[Array]]:
        return [gradient], []


class Reshape(Layer):
    def __init__(self, target_shape: list[int], **config: Any) -> None:
        super().__init__(target_shape=target_shape, **config)

    def output_shape_of(self, shape: tuple[Any, ...]) -> tuple[Any, ...]:
        return None, *self.config["target_shape"]

    def forward(self, inputs: list[Array], training: bool) -> Array:
        self.shape = inputs[0].shape
        return np.reshape(inputs[0], (-1, *self.config["target_shape"]))

    def backward(self, gradient: Array) -> tuple[list[Array], list[Array]]:
        return [gradient.reshape(self.shape)], []


class Add(Layer):
    def forward(self, inputs: list[Array], training: bool) -> Array:
        if len(inputs) < 2:
            raise ValueError("a merge layer should be called on a list of inputs")
        return np.asarray(np.sum(inputs, axis=0))

    def backward(self, gradient: Array) -> tuple[list[Array], list[Array]]:
        return [gradient, gradient], []


class Model(Layer):
    def __init__(self, inputs: Any, outputs: Any, name: str | None = None) -> None:
        self._flag = True
        self._layers: list[Any] = []
        super().__init__(name)
        self.optimizer: Any = None
        self.loss: Any = None
        self.compiled = False
        self.inputs: list[Node] = inputs if isinstance(inputs, list) else [inputs]
        self.outputs: list[Node] = outputs if isinstance(outputs, list) else [outputs]
        self._trace()

    def _trace(self) -> None:
        self.nodes = list(dict.fromkeys(_above(self.outputs[0])))
        self._layers = [node.layer for node in self.nodes]

    @property
    def layers(self) -> list[Any]:
        return list(self._layers)

    @property
    def trainable(self) -> bool:
        return self._flag

    @trainable.setter
    def trainable(self, flag: bool) -> None:
        if flag is self._flag:
            return  # so with TensorFlow: an attribute that is set to what it is stays untouched
        self._flag = flag
        for layer in self.layers:
            layer.trainable = flag

    @property
    def weights(self) -> list[Variable]:
        return list({id(w): w for layer in self.layers for w in layer.weights}.values())

    @property
    def trainable_weights(self) -> list[Variable]:
        return [w for layer in self.layers if self._flag for w in layer.trainable_weights]

    @property
    def non_trainable_weights(self) -> list[Variable]:
        trainable = {id(weight) for weight in self.trainable_weights}
        return [weight for weight in self.weights if id(weight) not in trainable]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        states = [v for layer in self.layers for v in layer.non_trainable_variables]
        known = {id(weight) for weight in self.weights}
        return [*self.non_trainable_weights, *(v for v in states if id(v) not in known)]

    @property
    def input_shape(self) -> tuple[Any, ...]:
        return self.inputs[0].shape

    @property
    def output_shape(self) -> tuple[Any, ...]:
        return self.outputs[0].shape

    def output_shape_of(self, shape: tuple[Any, ...]) -> tuple[Any, ...]:
        return self.output_shape

    def forward(self, inputs: list[Array], training: bool) -> Array:
        return self.run(inputs[0], training)

    def get_layer(self, name: str) -> Any:
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise ValueError(f"no such layer: {name}")

    def clone(self, clone_function: Callable[[Any], Any] | None = None) -> Any:
        copies: dict[int, Node] = {}
        for node in self.nodes:
            if isinstance(node.layer, InputLayer):
                copies[id(node)] = Input(node.shape[1:])
                copies[id(node)].layer.name = node.layer.name
            else:
                parents = [copies[id(parent)] for parent in node.parents]
                layer = clone_function(node.layer) if clone_function else node.layer.clone()
                copies[id(node)] = layer(parents if len(parents) > 1 else parents[0])
        new = Model(copies[id(self.inputs[0])], copies[id(self.outputs[0])], self.name)
        new._like(self)
        return new

    def _like(self, other: Model) -> None:
        self.__class__ = other.__class__
        self._flag = other._flag
        self._trace()

    def run(self, x: Array, training: bool = False) -> Array:
        """Return the predictions in double precision."""
        values: dict[int, Array] = {}
        for node in self.nodes:
            inputs = [values[id(parent)] for parent in node.parents]
            values[id(node)] = node.layer.forward(inputs, training) if inputs else x.astype(float)
        return values[id(self.outputs[0])]

    @property
    def built(self) -> bool:
        return bool(self._layers)

    @built.setter
    def built(self, flag: bool) -> None:
        """Take no notice: a model is built when it has layers."""

    def compile(self, optimizer: Any, loss: str) -> None:
        if isinstance(optimizer, str):
            optimizer = {"sgd": SGD, "adam": Adam}[optimizer]()
        self.optimizer, self.loss, self.compiled = optimizer, loss, True
        self.stop_training = False

    def train_on_batch(self, x: Array, y: Array) -> float:
        if not self.compiled:
            raise ValueError("you must call `compile()` before using the model")
        predictions = self.run(x, training=True)
        loss, gradient = _loss(predictions, y, self.loss)
        self.step(gradient, self.optimizer)
        return loss

    def step(self, gradient: Array, optimizer: Optimizer) -> None:
        """Take a step from what was run last; `gradient` is that of its predictions."""
        _, gradients = self.gradients(gradient)
        optimizer.apply([(gradients[id(w)], w) for w in self.trainable_weights])

    def gradients(self, gradient: Array) -> tuple[Array, dict[int, Array]]:
        """Return the gradient of the input, and those of all weights by their identity."""
        arriving: dict[int, Any] = {id(self.outputs[0]): gradient}
        found: dict[int, Array] = {}
        for node in reversed([node for node in self.nodes if node.parents]):
            if isinstance(node.layer, Model):
                down, inner = node.layer.gradients(arriving[id(node)])
                downwards, found = [down], found | inner
            else:
                downwards, own = node.layer.backward(arriving[id(node)])
                found |= {id(w): g for w, g in zip(node.layer.own, own, strict=True)}
            for parent, down in zip(node.parents, downwards, strict=True):
                arriving[id(parent)] = arriving.get(id(parent), 0.0) + down
        return arriving[id(self.inputs[0])], found


class Sequential(Model):
    def __init__(self, layers: list[Any], name: str | None = None) -> None:
        first = layers[0]
        if isinstance(first, Layer) and not hasattr(first, "output"):
            self.waiting = layers  # for a call, to know the shape of the input
            self._layers, self._flag = [], True
            return
        if isinstance(first, InputLayer):
            first = first.output
        start = first if isinstance(first, Node) else Input(first.input.shape[1:])
        tensor = start
        for layer in layers if start is not first else layers[1:]:
            tensor = layer(tensor)
        super().__init__(start, tensor, name)

    def _trace(self) -> None:
        super()._trace()
        self._layers = self._layers[1:]  # its input is no layer of a `Sequential`

    def clone(self, clone_function: Callable[[Any], Any] | None = None) -> Any:
        if self._layers:
            return super().clone(clone_function)
        return Sequential([layer.clone() for layer in self.waiting])

    def run(self, x: Array, training: bool = False) -> Array:
        if not self._layers:
            Sequential.__init__(self, [Input(x.shape[1:]), *self.waiting])
        return super().run(x, training)

    def pop(self) -> None:
        self.outputs = self.nodes[-1].parents
        self._trace()

    def add(self, layer: Layer) -> None:
        self.outputs = [layer(self.outputs[0])]
        self._trace()


@dataclass(frozen=True)
class ExponentialDecay:
    """A learning rate that is multiplied by `decay_rate` in each step."""

    initial_learning_rate: float
    decay_rate: float

    def __call__(self, step: int) -> float:
        return self.initial_learning_rate * self.decay_rate**step

    def serialised(self) -> dict[str, Any]:
        return {"class_name": type(self).__name__, "config": vars(self)}


class Optimizer:
    def __init__(self, learning_rate: float | ExponentialDecay = 0.01, **settings: Any) -> None:
        self.schedule = learning_rate if isinstance(learning_rate, ExponentialDecay) else None
        if not isinstance(learning_rate, ExponentialDecay):
            self.rate = float(np.float32(learning_rate))
        self.settings = settings
        self.known: list[int] = []
        self.iterations = 0

    @property
    def learning_rate(self) -> float:
        return self.rate if self.schedule is None else self.schedule(self.iterations)

    @learning_rate.setter
    def learning_rate(self, rate: float) -> None:
        if self.schedule is not None:
            raise TypeError("this optimizer was created with a schedule")
        self.rate = rate

    def get_config(self) -> dict[str, Any]:
        rate = self.learning_rate if self.schedule is None else self.schedule.serialised()
        return {"learning_rate": rate, **self.settings}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        rate = config["learning_rate"]
        rate = ExponentialDecay(**rate["config"]) if isinstance(rate, dict) else rate
        return cls(**config | {"learning_rate": rate})

    def build(self, variables: list[Variable]) -> None:
        self.known = list(map(id, variables))

    def apply(self, pairs: list[tuple[Array, Variable]]) -> None:
        if self.known and any(id(variable) not in self.known for _, variable in pairs):
            raise ValueError("unknown variable: this optimizer was built for others")
        for gradient, variable in pairs:
            variable.assign(variable.value - self.learning_rate * self.first_step(gradient))

    def first_step(self, gradient: Array) -> Array:
        """Return the direction of the first step; nothing is trained for longer here."""
        raise NotImplementedError


class SGD(Optimizer):
    def __init__(self, learning_rate: float = 0.01, **settings: Any) -> None:
        usual: dict[str, Any] = {"momentum": 0.0, "nesterov": False}
        usual |= {"clipnorm": None, "weight_decay": None}
        super().__init__(learning_rate, **(usual | settings))

    def first_step(self, gradient: Array) -> Array:
        return np.asarray(gradient * (1 + self.settings["momentum"] * self.settings["nesterov"]))


class Adam(Optimizer):
    def __init__(self, learning_rate: float = 0.001, **settings: Any) -> None:
        usual: dict[str, Any] = {"beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-7}
        usual |= {"clipnorm": None, "weight_decay": None}
        super().__init__(learning_rate, **(usual | settings))

    def first_step(self, gradient: Array) -> Array:
        root = math.sqrt(1 - 0.999)
        return np.asarray(root * gradient / (root * np.abs(gradient) + 1e-7))


def clone_model(model: Model, clone_function: Callable[[Any], Any] | None = None) -> Any:
    return model.clone(clone_function)


LAYERS = SimpleNamespace(
    Dense=Dense,
    Activation=Activation,
    Conv2D=Conv2D,
    BatchNormalization=BatchNormalization,
    Dropout=Dropout,
    Reshape=Reshape,
    Add=Add,
    InputLayer=InputLayer,
)
KERAS = SimpleNamespace(
    Input=Input,
    Model=Model,
    Sequential=Sequential,
    layers=LAYERS,
    models=SimpleNamespace(clone_model=clone_model),
    optimizers=SimpleNamespace(SGD=SGD, Adam=Adam),
)


def _above(node: Node) -> Iterator[Node]:
    for parent in node.parents:
        yield from _above(parent)
    yield node


def _activated(z: Array, activation: str | None) -> Array:
    match activation:
        case "relu":
            return np.maximum(z, 0)
        case "sigmoid":
            return np.asarray(1 / (1 + np.exp(-z)))
        case "softmax":
            powers = np.exp(z - z.max(axis=-1, keepdims=True))
            return np.asarray(powers / powers.sum(axis=-1, keepdims=True))
    return z


def _derived(gradient: Array, a: Array, activation: str | None) -> Array:
    """Return the gradient before an activation from the one after it, `a`."""
    match activation:
        case "relu":
            return gradient * (a > 0)
        case "sigmoid":
            return np.asarray(gradient * a * (1 - a))
        case "softmax":
            return np.asarray(a * (gradient - (gradient * a).sum(axis=-1, keepdims=True)))
    return gradient


def _loss(predictions: Array, y: Array, loss: str) -> tuple[float, Array]:
    """Return a loss and its gradient by the predictions."""
    if loss == "mse":
        error = predictions - y
        return float(np.square(error).mean()), 2 * error / error.size
    rows, labels = np.arange(len(y)), y.ravel()
    right = predictions[rows, labels]
    gradient = np.zeros_like(predictions)
    gradient[rows, labels] = -1 / right / len(y)
    return float(-np.log(right).mean()), gradient


# What the probes tell, told of models from this module.


def makes_a_model(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of Keras and a model be called by, and replayed as, `probes.new_model`."""
    return _either(function, _new_model)


def changes_a_model(function: Callable[..., Any]) -> Callable[..., Any]:
    """Let a function of Keras and a model be called by, and replayed as, `changed_model`."""
    return _either(function, _changed_model)


def _either(function: Callable[..., Any], replay: Callable[..., Facts]) -> Callable[..., Any]:
    def implementation(given: Any, *rest: Any) -> Any:
        if isinstance(given, dict):
            return replay(lambda model, *others: function(KERAS, model, *others), given, *rest)
        import keras

        return function(keras, given, *rest)

    return implementation


def _new_model(
    function: Callable[..., Any],
    donor: Facts,
    weights: list[Array],
    arguments: list[Any],
    head: list[Array],
    x: Array,
    y: Array | None = None,
    twice: bool = False,
    caught: bool = False,
) -> Facts:
    model = _donor(donor, weights)
    theirs = {id(weight) for weight in model.weights}
    model.stop_training = True
    try:
        new = function(model, *arguments)
    except Exception:
        if caught:
            return _left(model)
        raise
    if not isinstance(new, Model):
        return {"kind": type(new).__name__}
    new.run(x)
    layers = [layer for layer in _leaves(new) if layer.weights]
    last = layers[-1].get_weights() if layers else []
    facts = {
        "kind": "model",
        "itself": new is model,
        "shapes": [[weight.shape for weight in layer.weights] for layer in layers],
        "trainable": _trainable(new),
        "shared": sum(id(weight) in theirs for weight in new.weights),
        "old_head": _equal(last, weights[len(weights) - len(last) :]),
        "head_start": _start(last),
        "dropouts": sum(isinstance(layer, Dropout) for layer in _leaves(new)),
        "predictions": None,
        "weights": None,
    }
    fits = [weight.shape for weight in head] == [weight.shape for weight in last]
    if fits or not head:
        if head:
            layers[-1].set_weights(head)
        facts["predictions"] = new.run(x).astype(np.float32)
        if y is not None:
            new.step(_loss(new.run(x, training=True), y, "mse")[1], SGD(1.0))
            facts["weights"] = [weight for layer in layers for weight in layer.get_weights()]
    for weight in new.weights:
        weight.assign(weight.value + 1)
    facts |= {
        "donor_weights": model.get_weights(),
        "donor_trainable": [layer.trainable for layer in _leaves(model) if layer.weights],
        "donor_flag": model.trainable,
        "donor_compiled": not model.stop_training,
    }
    if not twice or new is model:
        return facts
    first = {id(weight) for weight in new.weights}
    second = function(model, *arguments).weights
    return facts | {"again": sum(id(weight) in first for weight in second)}


def _start(weights: list[Array]) -> tuple[bool, bool]:
    """Whether a dense layer starts as Keras makes it; see the probes."""
    if len(weights) != 2 or weights[0].ndim != 2 or weights[0].size < 600:
        return True, True
    kernel, bias = weights
    largest = math.sqrt(6 / sum(kernel.shape))
    inside = np.abs(kernel).max() <= 1.001 * largest
    even = abs(kernel.std() / (largest / math.sqrt(3)) - 1) < 0.12
    return bool(inside and even), not np.any(bias)


def _changed_model(
    function: Callable[..., Any],
    donor: Facts,
    weights: list[Array],
    arguments: list[Any],
    x: Array,
    y: Array,
    rate: float | None = None,
    caught: bool = False,
) -> Facts:
    model = _donor(donor, weights)
    before = model.optimizer
    model.stop_training = True
    try:
        returned = function(model, *arguments)
    except Exception:
        if caught:
            return _left(model)
        raise
    kind, after = type(returned).__name__, model.optimizer
    if isinstance(returned, (float, np.floating)):
        returned = np.asarray(returned, np.float32)
    facts = {
        "returned": returned,
        "kind": kind,
        "trainable": _trainable(model),
        "compiled": not model.stop_training,
        "new_optimiser": after is not before,
        "optimiser": None if after is None else _settings(after),
    }
    if rate is not None:
        model.compile(SGD(rate), "sparse_categorical_crossentropy")
    if x.size:
        facts["loss"] = np.asarray(model.train_on_batch(x, y), np.float32)
    return facts | {"weights": model.get_weights()}


def _left(model: Model) -> Facts:
    """Return what a model is after a function that was given it raised; see the probes."""
    optimiser = model.optimizer
    return {
        "kind": "raised",
        "layers": [layer.name for layer in _leaves(model)],
        "flags": [model.trainable, *(layer.trainable for layer in _leaves(model))],
        "weights": model.get_weights(),
        "compiled": not model.stop_training,
        "optimiser": None if optimiser is None else _settings(optimiser),
    }


def _donor(donor: Facts, weights: list[Array]) -> Any:
    model = _graph(donor)
    model.set_weights(weights)
    if donor.get("frozen") == "all":
        model.trainable = False
    for layer in _leaves(model):
        if layer.name in donor.get("frozen", ()):
            layer.trainable = False
        if layer.name in donor.get("thawed", ()):
            layer.trainable = True
    if "compiled" in donor:
        settings = donor["compiled"]
        own = ("class", "loss", "decay", "taken")
        rest = {k: v for k, v in settings.items() if k not in own}
        if "decay" in settings:
            rest["learning_rate"] = ExponentialDecay(rest["learning_rate"], settings["decay"])
        optimiser = {"SGD": SGD, "Adam": Adam}[settings["class"]](**rest)
        model.compile(optimiser, settings["loss"])
        optimiser.build(model.trainable_weights)
        optimiser.iterations = settings.get("taken", 0)
    return model


def _graph(donor: Facts) -> Any:
    if donor["inputs"] is None:
        return Sequential([_made(asked) for asked in donor["layers"]])
    start = tensor = Input((donor["inputs"],))
    outputs: dict[str, Node] = {}
    for asked in donor["layers"]:
        made = _graph(asked) if asked["kind"] == "Model" else _made(asked)
        merged = [tensor, outputs[asked["to"]]] if asked["kind"] == "Add" else tensor
        tensor = outputs[asked["name"]] = made(merged)
    functional = any(asked["kind"] == "Add" for asked in donor["layers"])
    model = Model(start, tensor, donor.get("name"))
    if not functional:
        model.__class__ = Sequential
        model._trace()
    return model


def _made(asked: Facts) -> Any:
    rest = {key: value for key, value in asked.items() if key not in ("kind", "to")}
    if asked["kind"] == "Dense":
        rest["kernel_initializer"] = "constant"
    return vars(LAYERS)[asked["kind"]](**rest)


def _leaves(model: Model) -> list[Any]:
    found: list[Any] = []
    for layer in model.layers:
        found += _leaves(layer) if isinstance(layer, Model) else [layer]
    return found


def _trainable(model: Model) -> list[bool]:
    trainable = {id(weight) for weight in model.trainable_weights}
    weighted = [layer for layer in _leaves(model) if layer.weights]
    return [any(id(weight) in trainable for weight in layer.weights) for layer in weighted]


def _settings(optimiser: Optimizer) -> Facts:
    scheduled = optimiser.schedule is not None
    rate = "a schedule" if scheduled else np.asarray(optimiser.learning_rate, np.float32)
    return {"class": type(optimiser).__name__, **optimiser.settings, "learning_rate": rate}


def _equal(some: list[Array], others: list[Array]) -> bool:
    return len(some) == len(others) and all(map(np.array_equal, some, others))
