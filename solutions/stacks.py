"""What the capstone's nets are, as plain lists, and what they compute, in NumPy.

A net is a list of layers, each a dictionary that says what ``"kind"`` it is. The judge compares a
student's net with such a list, so that it need not import Keras.
"""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Layer = dict[str, Any]

HIDDEN = 20
UNITS = 100
EPSILON = 1e-3  # Keras's default for batch normalisation
GRID = np.linspace(-3, 3, 13, dtype=np.float32)[np.newaxis]

SELU_ALPHA, SELU_SCALE = 1.6732632423543772, 1.0507009873554805


def _sigmoid(z: Array) -> Array:
    return 0.5 + 0.5 * np.tanh(z / 2)


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "swish": lambda z: z * _sigmoid(z),
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.maximum(z, 0.2 * z),
    "elu": lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))),
    "selu": lambda z: SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0))),
    "gelu": lambda z: z * (0.5 + 0.5 * np.vectorize(math.erf)(z / math.sqrt(2))),
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
    "tanh": np.tanh,
    "sigmoid": _sigmoid,
    "softmax": _softmax,
}


def flatten() -> Layer:
    """Return the layer that makes a vector of an input."""
    return {"kind": "flatten"}


def dense(units: int, gain: float | None = None, bias: float | None = 0.0) -> Layer:
    """Return a dense layer; `gain` is fan-in times variance, and `bias` its largest at the start.

    A `gain` of None is that of an output layer, which may be any; a `bias` of None is none.
    """
    return {"kind": "dense", "units": units, "gain": gain, "normal": True, "bias": bias}


def activation(name: str) -> Layer:
    """Return the activation called `name`, known by its values on `GRID`."""
    return {"kind": "activation", "values": _values(name)}


@cache
def _values(name: str) -> Array:
    return ACTIVATIONS[name](GRID.astype(np.float64)).astype(np.float32)


def batch_normalisation(momentum: float) -> Layer:
    """Return batch normalisation with Keras's other defaults."""
    return {
        "kind": "batch normalisation",
        "momentum": momentum,
        "epsilon": EPSILON,
        "centred": True,
        "scaled": True,
    }


def dropout(rate: float, kind: str = "alpha dropout") -> Layer:
    """Return alpha dropout, or plain ``"dropout"``."""
    return {"kind": kind, "rate": rate}


def output(classes: int) -> list[Layer]:
    """Return the last layers of a classifier."""
    return [dense(classes), activation("softmax")]


def deep_net(classes: int = 10, name: str = "swish") -> list[Layer]:
    """Return the layers of `solutions.deep_nets.deep_net`."""
    return [flatten(), *[dense(UNITS, 2.0), activation(name)] * HIDDEN, *output(classes)]


def normalised_net(classes: int = 10, name: str = "swish", momentum: float = 0.9) -> list[Layer]:
    """Return the layers of `solutions.deep_nets.normalised_net`."""
    block = [dense(UNITS, 2.0, None), batch_normalisation(momentum), activation(name)]
    return [flatten(), *block * HIDDEN, *output(classes)]


def selu_net(classes: int = 10, rate: float = 0.0) -> list[Layer]:
    """Return the layers of `solutions.deep_nets.selu_net`."""
    hidden = [dense(UNITS, 1.0), activation("selu")] * HIDDEN
    return [flatten(), *hidden, *([dropout(rate)] if rate else []), *output(classes)]


def name_of(values: Array) -> str | None:
    """Return the name of the activation that has these values on `GRID`, if it is known here."""
    for name in ACTIVATIONS:
        expected = _values(name)
        if values.shape == expected.shape and np.allclose(values, expected, 1e-4, 1e-5):
            return name
    return None


def predictions(layers: list[Layer], x: Array, seed: int) -> Array:
    """Return what a net computes once its weights are drawn from `seed`, with dropout off.

    The weights are drawn layer by layer, as `autograder.inside.probes.built_net` does: for a
    dense layer kernel and bias, for batch normalisation gamma, beta, moving mean and moving
    variance.

    Parameters
    ----------
    layers
        The net; its activations are known by `name_of`.
    x
        The inputs.
    seed
        Of the weights.
    """
    rng = np.random.default_rng(seed)
    signal = np.asarray(x, dtype=np.float64)
    for layer in layers:
        if layer["kind"] == "flatten":
            signal = signal.reshape(len(signal), -1)
        elif layer["kind"] == "dense":
            fan_in = signal.shape[-1]
            signal = signal @ (rng.normal(size=(fan_in, layer["units"])) * math.sqrt(2 / fan_in))
            if layer["bias"] is not None:
                signal = signal + rng.normal(size=layer["units"]) / 2
        elif layer["kind"] == "batch normalisation":
            size = signal.shape[1]
            gamma, beta, mean = rng.normal((1, 0, 0), 0.25, size=(size, 3)).T
            variance = rng.uniform(0.5, 2.0, size=size)
            signal = gamma * (signal - mean) / np.sqrt(variance + layer["epsilon"]) + beta
        elif layer["kind"] == "activation":
            signal = ACTIVATIONS[str(name_of(layer["values"]))](signal)
    return signal.astype(np.float32)
