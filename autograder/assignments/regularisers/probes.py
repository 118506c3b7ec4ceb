"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


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
    both = (model, _saved_and_loaded(model, type(regulariser)))
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
        model.compile(keras.optimizers.SGD(rate), "mse", run_eagerly=True)
        for _ in range(2):
            model.train_on_batch(x, y)
            path.append(model.get_weights()[0])
        if len(path) == 4:
            return np.array(path)
        model = _saved_and_loaded(model, type(constraint))


def _saved_and_loaded(model: Any, uses: type) -> Any:
    """Return a copy of a model by way of a file; `uses` is a class that it is made with."""
    import os
    import tempfile

    import keras

    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "model.keras")
        model.save(file)
        known = {uses.__name__: uses}
        return keras.saving.load_model(file, custom_objects=known, compile=False)
