"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def follow(optimiser: Any, theta: Array, gradients: Array, bowl: bool = False) -> Any:
    """Return what an optimiser's steps gave, each from where the one before led.

    It is one array where it can be, and a list otherwise. The first answer that is no array
    like `theta` ends the path. In a bowl, `gradients` are the gradients over theta, its curvatures.
    """
    place: Any = theta
    path: list[Any] = []
    for given in gradients:
        gradient = given * np.array(place) if bowl else np.array(given)
        place = optimiser.step(np.array(place), gradient)
        if not isinstance(place, np.ndarray | np.generic) or place.shape != theta.shape:
            return [*path, place]
        path.append(place.copy() if isinstance(place, np.ndarray) else np.array(place))
    kinds = {(type(place), place.shape, place.dtype) for place in path}
    return np.stack(path) if kinds == {(np.ndarray, theta.shape, theta.dtype)} else path


def kept(optimiser: Any, theta: Array, gradients: Array) -> tuple[list[Any], list[Any], list[bool]]:
    """Return what an optimiser's steps gave, what has become of it, and whether it was new memory.

    One array serves for all gradients, as in a loop that makes none. The first answer that is no
    array like `theta` ends the path.
    """
    buffer = np.empty_like(theta)
    came: list[Any] = []
    arrays: list[Any] = []
    own: list[bool] = []
    place: Any = theta
    for gradient in gradients:
        buffer[...] = gradient
        given = np.array(place)
        place = optimiser.step(given, buffer)
        if not isinstance(place, np.ndarray) or place.shape != theta.shape:
            return [*came, place], [], []
        arrays.append(place)
        came.append(place.copy())
        own.append(not (np.shares_memory(place, given) or np.shares_memory(place, buffer)))
        place = came[-1]
    return came, [array.copy() for array in arrays], own


def optimiser_path(
    optimiser: Any,
    start: list[Array],
    gradients: list[list[Array]],
    rates: Array | None = None,
    changed: dict[str, Any] | None = None,
    schedule: dict[str, Any] | None = None,
    moves: float | None = None,
) -> list[list[Array]]:
    """Return the variables that start as in `start` after each step of a Keras optimiser.

    Each of `gradients` has one array a variable; `rates` are learning rates to set before the
    steps. With something `changed`, it is the optimiser made anew from its configuration, with
    those entries in place of its own, that takes them. With a `schedule`, it is one of the same
    class, with a schedule of those ``rates`` and the other arguments. With `moves` it is so many
    times how far the variables have come from the start.
    """
    import keras

    _check_optimiser(optimiser)
    if changed is not None:
        optimiser = type(optimiser).from_config({**optimiser.get_config(), **changed})
    if schedule is not None:
        given = dict(schedule)
        after = list(map(float, given.pop("rates")))
        steps = keras.optimizers.schedules.PiecewiseConstantDecay
        optimiser = type(optimiser)(steps(list(range(len(after) - 1)), after), **given)
    # Named alike, as the kernels of two layers are
    variables = [keras.Variable(value, dtype=str(value.dtype), name="kernel") for value in start]
    path = []
    for step, arrays in enumerate(gradients):
        if rates is not None:
            optimiser.learning_rate = float(rates[step])
        optimiser.apply([keras.ops.convert_to_tensor(g) for g in arrays], variables)
        values = [keras.ops.convert_to_numpy(variable) for variable in variables]
        if moves is not None:
            values = [moves * (now - then) for now, then in zip(values, start, strict=True)]
        path.append([np.asarray(value, np.float32) for value in values])
    return path


def optimiser_state(optimiser: Any, variables: list[Array]) -> list[str]:
    """Return dtype and shape of a Keras optimiser's own variables that are like `variables`."""
    import keras

    _check_optimiser(optimiser)
    given = [keras.Variable(value, dtype=str(value.dtype)) for value in variables]
    optimiser.build(given)
    kinds = [f"{value.dtype} {value.shape}" for value in variables]
    told = [
        f"{keras.backend.standardize_dtype(v.dtype)} {tuple(v.shape)}" for v in optimiser.variables
    ]
    return sorted(kind for kind in told if kind in kinds)


def optimiser_training(
    optimiser: Any, weights: list[Array], x: Array, y: Array, steps: int
) -> list[list[Array]]:
    """Return the weights of a small net after each step of training with a Keras optimiser.

    The net has a layer of tanh units and a linear one; its loss is the mean squared error. As in
    ``fit``, the step is compiled.
    """
    import tensorflow  # type: ignore[import-untyped]

    _check_optimiser(optimiser)
    model = _small_net(weights)
    optimiser.build(model.trainable_variables)

    def step() -> None:
        with tensorflow.GradientTape() as tape:
            loss = tensorflow.reduce_mean(tensorflow.square(model(x) - y))
        variables = [weight.value for weight in model.trainable_variables]
        optimiser.apply(tape.gradient(loss, variables), model.trainable_variables)

    compiled = tensorflow.function(step, autograph=False)
    path = []
    for _ in range(steps):
        compiled()
        path.append(model.get_weights())
    return path


def optimiser_saved(
    optimiser: Any,
    weights: list[Array],
    gradients: list[list[Array]],
    ways: tuple[list[list[Array]], list[list[Array]]],
) -> tuple[list[list[Array]], list[list[Array]]]:
    """Return the weights of a small net after each step with a Keras optimiser, on two ways.

    After the steps with `gradients`, net and optimiser are saved. What was saved goes the first
    of `ways`; what is then loaded goes the second, from where the ways part.
    """
    import tempfile
    from pathlib import Path

    import keras

    _check_optimiser(optimiser)
    model = _small_net(weights)
    model.compile(optimizer=optimiser, loss="mse")
    path = [_stepped(model, arrays) for arrays in gradients]
    own = type(optimiser)
    name = keras.saving.get_registered_name(own)
    if ">" not in name:
        raise TypeError(f"{name} is not registered: a model cannot be loaded with it")
    # Of several classes of one name, this is the one to load.
    keras.saving.get_custom_objects()[name] = own
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.keras")
        first = [_stepped(model, arrays) for arrays in ways[0]]
        model = keras.saving.load_model(Path(folder) / "model.keras")
    second = [_stepped(model, arrays) for arrays in ways[1]]
    return path + first, path + second


def _stepped(model: Any, gradients: list[Array]) -> list[Array]:
    """Return the weights of a net after a step of its optimiser."""
    import keras

    tensors = [keras.ops.convert_to_tensor(gradient) for gradient in gradients]
    model.optimizer.apply(tensors, model.trainable_variables)
    return list(model.get_weights())


def _small_net(weights: list[Array]) -> Any:
    """Return a net with one layer of tanh units and a linear one."""
    import keras

    sizes = [array.size for array in weights[1::2]]
    layers = [keras.layers.Dense(sizes[0], activation="tanh"), keras.layers.Dense(sizes[1])]
    model = keras.Sequential([keras.Input(weights[0].shape[:1]), *layers])
    model.set_weights(weights)
    return model


def optimiser_configuration(optimiser: Any, names: list[str], name: str) -> list[Any]:
    """Return some entries of an optimiser's configuration, and whether it has that `name`.

    The entries are numbers, words, or None. Keras makes up a name where none is given.
    """
    configuration = optimiser.get_config()
    found = [configuration.get(name) for name in names]
    plain = [value.item() if isinstance(value, np.generic) else value for value in found]
    # Keras keeps the learning rate in single precision.
    told = [float(np.float32(value)) if isinstance(value, float) else value for value in plain]
    entries = [value if isinstance(value, float | int | str) else None for value in told]
    return [*entries, configuration.get("name") == name]


def _check_optimiser(optimiser: Any) -> None:
    import keras

    if not isinstance(optimiser, keras.optimizers.Optimizer):
        raise TypeError(f"{type(optimiser).__name__} is no subclass of keras.optimizers.Optimizer")
