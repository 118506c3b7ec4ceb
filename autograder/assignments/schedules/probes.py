"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np


def _saved_and_loaded(model: Any) -> Any:
    """Return a copy, optimiser and all, of a model by way of a file.

    Keras has to find the classes that the model uses by itself.
    """
    import os
    import tempfile

    import keras

    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "model.keras")
        model.save(file)
        return keras.saving.load_model(file)


def at_each_step(function: Any, steps: list[Any], *arguments: Any) -> Any:
    """Return what a schedule gives for one step after another, each a Python number.

    It is an array where all answers are real numbers, and otherwise the first that is none.
    """
    rates = [function(step, *arguments) for step in steps]
    for rate in rates:
        number = isinstance(rate, (int, float, np.integer, np.floating))
        if isinstance(rate, bool) or not (number or isinstance(rate, np.ndarray)):
            return rate
        if np.shape(rate) != ():
            return rate
    return np.array(rates, dtype=np.float64)


def after_changing_the_first(function: Any, *arguments: Any) -> Any:
    """Return what a second call gives after the array of the first has been changed in place."""
    first = function(*arguments)
    if isinstance(first, np.ndarray):
        first += 1.0
    return function(*arguments)


def rates_after(scheduling: Any, losses: list[float]) -> Any:
    """Return what ``update`` returns for one loss after another; see `at_each_step`."""
    return at_each_step(scheduling.update, losses)


def configuration(thing: Any) -> Any:
    """Return what ``get_config`` returns, or None where it is only that of a Keras base class."""
    try:
        return thing.get_config()
    except NotImplementedError:
        return None


def schedule_rates(schedule: Any, steps: list[int], way: str) -> Any:
    """Return what a Keras schedule gives for one step after another.

    The steps are Python numbers, tensors, or (as in ``fit``) tensors inside a compiled graph; so
    says `way`.
    """
    import keras
    import tensorflow as tf  # type: ignore[import-untyped]

    ask = schedule
    if way == "graph":
        # Without AutoGraph, as in Keras's own training step: it would rewrite an `if`.
        ask = tf.function(schedule.__call__, [tf.TensorSpec([], tf.int64)], autograph=False)
    try:
        rates = [ask(step if way == "numbers" else tf.constant(step, tf.int64)) for step in steps]
    except NotImplementedError as error:
        if way == "numbers":
            raise  # the method has not been written
        raise RuntimeError(str(error)[:300]) from error
    for rate in rates:
        if not keras.ops.is_tensor(rate):
            return rate
    return np.array([keras.ops.convert_to_numpy(rate) for rate in rates])


def schedule_in_training(schedule: Any, steps: int) -> Any:
    """Return the rates of an optimiser's first steps, and of as many after saving and loading.

    They are told by what the steps do to a weight whose gradient is 1. With what is no schedule
    of Keras's nothing is returned, with one that Keras cannot load a word.
    """
    import keras

    if not isinstance(schedule, keras.optimizers.schedules.LearningRateSchedule):
        return None
    layer = keras.layers.Dense(1, use_bias=False)
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile(keras.optimizers.SGD(schedule), "mse")
    model.optimizer.build(model.trainable_variables)
    before = [_rate_of_a_step(model) for _ in range(steps)]
    try:
        model = _saved_and_loaded(model)
    except TypeError:
        if keras.saving.get_registered_name(type(schedule)) == type(schedule).__name__:
            return "unknown"
        raise
    except NotImplementedError as error:  # the base class's `get_config`
        raise RuntimeError(str(error)[:300]) from error
    return np.array(before + [_rate_of_a_step(model) for _ in range(steps)], np.float32)


def _rate_of_a_step(model: Any) -> float:
    # From 0 each time, so that a small step is not rounded away.
    model.set_weights([np.zeros((1, 1), np.float32)])
    model.optimizer.apply([np.ones((1, 1), np.float32)], model.trainable_variables)
    return -float(model.get_weights()[0][0, 0])
