"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def under_floatx(initialiser: Any, floatx: str, shape: tuple[int, ...]) -> Array:
    """Return the weights that an initialiser gives without a dtype while Keras's default is so."""
    import keras

    before = keras.config.floatx()
    keras.config.set_floatx(floatx)
    try:
        return np.asarray(initialiser(shape))
    finally:
        keras.config.set_floatx(before)


def disturbed(initialiser: Any, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Return whose global generator goes on otherwise after the initialiser was called."""
    import random

    import keras

    def drawn(call: bool) -> tuple[float, float, float]:
        keras.utils.set_random_seed(1234)
        if call:
            initialiser(shape)
        own = np.random.random()  # noqa: NPY002 - the global generator is what this is about
        return random.random(), float(own), float(keras.random.uniform(()))

    whose = ("Python", "NumPy", "Keras")
    return tuple(w for w, a, b in zip(whose, drawn(False), drawn(True), strict=True) if a != b)


def in_a_layer(initialiser: Any, inputs: int, units: int) -> tuple[Any, Any, str]:
    """Return the kernel of a layer with this initialiser, that of its model made again, and a word.

    The model is made again as Keras does it when it loads a file: from the configuration alone,
    without being told of a class that is not registered. Where that gives no initialiser of the
    same class, the second kernel is None, and the word says why: "unknown" of a class that is not
    registered (Keras may fail, or take its own of that name), else what was raised.
    """
    import keras

    kernel, own = None, type(initialiser)
    registered = keras.saving.get_registered_name(own)
    known = keras.saving.get_custom_objects()
    before = dict(known)
    if registered != own.__name__:
        known[registered] = own  # of several that were registered so, this one, not the last
    try:
        layer = keras.layers.Dense(units, kernel_initializer=initialiser)
        model = keras.Sequential([keras.Input((inputs,)), layer])
        kernel = np.asarray(layer.kernel)
        layer = keras.models.model_from_json(model.to_json()).layers[0]
        if type(layer.kernel_initializer) is own:
            return kernel, np.asarray(layer.kernel), "same"
        told = "no exception"
    except Exception as error:
        told = type(error).__name__
    finally:
        known.clear()
        known.update(before)
    return kernel, None, told if registered != own.__name__ or kernel is None else "unknown"
