"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def is_a(thing: Any, base: str) -> bool:
    """Whether an instance's class has a base class of that name."""
    return base in [found.__name__ for found in type(thing).__mro__[1:]]


def regulariser_slope(regulariser: Any, weights: Array) -> tuple[Any, Any]:
    """Return a regulariser's penalty of a variable and what Keras makes of its gradient.

    The gradient is None where the penalty is no tensor, or none that depends on the weights.
    """
    import keras
    import tensorflow as tf  # type: ignore[import-untyped]

    variable = keras.Variable(weights, dtype=weights.dtype.name)
    with tf.GradientTape() as tape:
        penalty = regulariser(variable)
    gradient = tape.gradient(penalty, variable.value) if tf.is_tensor(penalty) else None
    return penalty, None if gradient is None else np.asarray(gradient)


def regulariser_in_a_model(regulariser: Any, kernel: Array) -> Array:
    """Return the loss that a layer adds to its model, and again from the model saved and loaded."""
    import keras

    layer = keras.layers.Dense(kernel.shape[1], use_bias=False, kernel_regularizer=regulariser)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), layer])
    layer.set_weights([kernel])
    both = (model, _saved_and_loaded(model))
    return np.array([float(sum(found.losses)) for found in both], np.float32)


def constraint_in_training(
    constraint: Any, kernel: Array, x: Array, y: Array, rate: float
) -> Array:
    """Return a linear layer's kernel after each of four steps of gradient descent.

    Half-way through, the model is saved, and training goes on with the one that is loaded.
    """
    import keras

    layer = keras.layers.Dense(kernel.shape[1], use_bias=False, kernel_constraint=constraint)
    model = keras.Sequential([keras.Input((kernel.shape[0],)), layer])
    layer.set_weights([kernel])
    path: list[Array] = []
    while True:
        # In a graph, as Keras trains unless it is told otherwise; compiling it further takes long.
        model.compile(keras.optimizers.SGD(rate), "mse", jit_compile=False)
        for _ in range(2):
            model.train_on_batch(x, y)
            path.append(model.get_weights()[0])
        if len(path) == 4:
            return np.array(path)
        model = _saved_and_loaded(model)
        found = type(model.layers[-1].kernel_constraint)
        if found.__module__.startswith("keras."):
            raise TypeError(f"Keras loaded its own {found.__name__} in place of the one saved")


def _saved_and_loaded(model: Any) -> Any:
    """Return a copy of a model by way of a file.

    Loading is not told of classes of its own: to register them is what the decorator is for.
    """
    import os
    import tempfile

    import keras

    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "model.keras")
        model.save(file)
        return keras.saving.load_model(file, compile=False)
