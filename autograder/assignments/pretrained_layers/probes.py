"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def new_model(
    function: Any,
    donor: dict[str, Any],
    weights: list[Array],
    arguments: list[Any],
    head: list[Array],
    x: Array,
    y: Array | None = None,
    twice: bool = False,
    caught: bool = False,
) -> dict[str, Any]:
    """Give a donor to `function` and say what the model that it returns is, and does.

    The last weights of the new model are replaced by `head`, if that is not empty, before it
    predicts. With targets `y` it then takes a step down the mean squared error, at a learning rate
    of 1, and its weights are told. Then every weight of the new model is moved by one; the
    donor's weights are told as they are after that. If it is asked `twice`, a second model of the
    same donor is made, and how much it shares with the first is told. If it is to be `caught`, and
    raises an exception, it is told what the donor is after that.
    """
    import keras

    model = _donor_model(donor, weights)
    theirs = {id(weight) for weight in model.weights}
    model.stop_training = True  # `compile` sets it to False
    try:
        new = function(model, *arguments)
    except Exception:
        if caught:
            return _left(model)
        raise
    if not isinstance(new, keras.Model):
        return {"kind": type(new).__name__}
    if not new.built:
        new(x)  # a `Sequential` of layers without an input is built by its first call
    layers = [layer for layer in _leaf_layers(new) if layer.weights]
    trainable = {id(weight) for weight in new.trainable_weights}
    shapes = [[tuple(weight.shape) for weight in layer.weights] for layer in layers]
    last = layers[-1].get_weights() if layers else []
    facts = {
        "kind": "model",
        "itself": new is model,
        "shapes": shapes,
        "trainable": [any(id(w) in trainable for w in layer.weights) for layer in layers],
        "shared": sum(id(weight) in theirs for weight in new.weights),
        "old_head": _same_arrays(last, weights[len(weights) - len(last) :]),
        "head_start": _start(last),
        "dropouts": sum("Dropout" in type(layer).__name__ for layer in _leaf_layers(new)),
        "predictions": None,
        "weights": None,
    }
    fits = [weight.shape for weight in head] == [weight.shape for weight in last]
    if fits or not head:
        if head:
            layers[-1].set_weights(head)
        predictions = new(x)
        # A model that was made with a list of one output gives a list.
        facts["predictions"] = np.asarray(
            predictions[0] if isinstance(predictions, list) else predictions
        )
        if y is not None:
            _step(new, x, y)
            facts["weights"] = [weight for layer in layers for weight in layer.get_weights()]
    new.set_weights([weight + 1 for weight in new.get_weights()])
    facts |= {
        "donor_weights": model.get_weights(),
        "donor_trainable": [layer.trainable for layer in _leaf_layers(model) if layer.weights],
        "donor_flag": model.trainable,
        "donor_compiled": not model.stop_training,
    }
    if not twice or new is model:
        return facts
    first = {id(weight) for weight in new.weights}
    second = getattr(function(model, *arguments), "weights", [])
    return facts | {"again": sum(id(weight) in first for weight in second)}


def _start(weights: list[Array]) -> tuple[bool, bool]:
    """Whether a dense layer's kernel and bias are such as Keras makes them by default.

    That is Glorot's uniform law, which can be told from others by a kernel that is large enough;
    a small one passes.
    """
    if len(weights) != 2 or weights[0].ndim != 2 or weights[0].size < 600:
        return True, True
    kernel, bias = weights
    largest = np.sqrt(6 / sum(kernel.shape))
    inside = np.abs(kernel).max() <= 1.001 * largest
    even = abs(kernel.std() / (largest / np.sqrt(3)) - 1) < 0.12
    return bool(inside and even), not np.any(bias)


def _step(model: Any, x: Array, y: Array) -> None:
    """Take one step down the mean squared error of what is trainable."""
    import tensorflow as tf  # type: ignore[import-untyped]

    with tf.GradientTape() as tape:
        predictions = model(x, training=True)
        if isinstance(predictions, list):
            predictions = predictions[0]
        loss = tf.reduce_mean(tf.square(predictions - y))
    variables = model.trainable_weights
    gradients = tape.gradient(loss, [variable.value for variable in variables])
    for variable, gradient in zip(variables, gradients, strict=True):
        if gradient is not None:
            variable.assign_sub(gradient)


def changed_model(
    function: Any,
    donor: dict[str, Any],
    weights: list[Array],
    arguments: list[Any],
    x: Array,
    y: Array,
    rate: float | None = None,
    caught: bool = False,
) -> dict[str, Any]:
    """Give a model to `function`, which changes it, and say what it then is.

    If `x` is not empty, the model is trained for one step on `x` and the labels `y`: as it is
    compiled, or by plain gradient descent at a `rate`. If the function is to be `caught`, and
    raises an exception, it is told what the model is after that.
    """
    model = _donor_model(donor, weights)
    before = getattr(model, "optimizer", None)  # a model that was never compiled has none
    model.stop_training = True  # `compile` sets it to False
    try:
        returned = function(model, *arguments)
    except Exception:
        if caught:
            return _left(model)
        raise
    kind, after = type(returned).__name__, getattr(model, "optimizer", None)
    if isinstance(returned, (float, np.floating)):
        returned = np.asarray(returned, np.float32)
    trainable = {id(weight) for weight in model.trainable_weights}
    facts = {
        "returned": returned,
        "kind": kind,
        "trainable": [
            any(id(weight) in trainable for weight in layer.weights)
            for layer in _leaf_layers(model)
            if layer.weights
        ],
        "compiled": not model.stop_training,
        "new_optimiser": after is not before,
        "optimiser": None if after is None else _optimiser_settings(after),
    }
    if rate is not None:
        settings = {"class": "SGD", "learning_rate": rate}
        _compile_donor(model, {**settings, "loss": "sparse_categorical_crossentropy"})
    if x.size:
        model.run_eagerly = True  # tracing a graph for one step would take a tenth of a second
        told = model.train_on_batch(x, y, return_dict=True)
        facts["loss"] = np.asarray(told["loss"], np.float32)
    return facts | {"weights": model.get_weights()}


def _left(model: Any) -> dict[str, Any]:
    """Return what a model is after a function that was given it raised an exception."""
    optimiser = getattr(model, "optimizer", None)
    return {
        "kind": "raised",
        "layers": [layer.name for layer in _leaf_layers(model)],
        "flags": [model.trainable, *(layer.trainable for layer in _leaf_layers(model))],
        "weights": model.get_weights(),
        "compiled": not model.stop_training,
        "optimiser": None if optimiser is None else _optimiser_settings(optimiser),
    }


def _donor_model(donor: dict[str, Any], weights: list[Array]) -> Any:
    """Return the model that `donor` describes.

    Its initial weights are all alike, so that it can be told when they are not replaced.
    """
    import keras

    layers = [_donor_layer(layer) for layer in donor["layers"]]
    if any(layer["kind"] == "Add" for layer in donor["layers"]):
        start = tensor = keras.Input((donor["inputs"],))
        outputs: dict[str, Any] = {}
        for layer, asked in zip(layers, donor["layers"], strict=True):
            merged = [tensor, outputs[asked["to"]]] if asked["kind"] == "Add" else tensor
            tensor = outputs[asked["name"]] = layer(merged)
        model = keras.Model(start, tensor)
    else:
        given = [] if donor["inputs"] is None else [keras.Input((donor["inputs"],))]
        model = keras.Sequential([*given, *layers])  # not built, if it does not know its inputs
    model.set_weights(weights)
    if donor.get("frozen") == "all":
        model.trainable = False
    for layer in _leaf_layers(model):
        if layer.name in donor.get("frozen", ()):
            layer.trainable = False
        if layer.name in donor.get("thawed", ()):
            layer.trainable = True
    if "compiled" in donor:
        _compile_donor(model, donor["compiled"])
    return model


def _compile_donor(model: Any, settings: dict[str, Any]) -> None:
    """Compile a model as `settings` say, which are a loss and an optimiser's class and arguments.

    The optimiser knows the model's weights afterwards, as if it had trained it. With a `decay`,
    the learning rate is multiplied by that in each step, of which so many have been `taken`.
    """
    import keras

    own = ("class", "loss", "decay", "taken")
    rest = {key: value for key, value in settings.items() if key not in own}
    if "decay" in settings:
        decay = keras.optimizers.schedules.ExponentialDecay
        rest["learning_rate"] = decay(rest["learning_rate"], 1, settings["decay"])
    optimiser = getattr(keras.optimizers, settings["class"])(**rest)
    model.compile(optimizer=optimiser, loss=settings["loss"])
    optimiser.build(model.trainable_variables)
    optimiser.iterations.assign(settings.get("taken", 0))


def _donor_layer(asked: dict[str, Any]) -> Any:
    import keras

    rest = {key: value for key, value in asked.items() if key not in ("kind", "to", "layers")}
    if asked["kind"] == "Model":
        start = keras.Input((asked["inputs"],))
        inner = [_donor_layer(layer) for layer in asked["layers"]]
        return keras.Sequential([start, *inner], name=asked["name"])
    if asked["kind"] == "Dense":
        rest["kernel_initializer"] = keras.initializers.Constant(0.1)
    return getattr(keras.layers, asked["kind"])(**rest)


def _leaf_layers(model: Any) -> list[Any]:
    """Return the layers of a model, and in place of a layer that is a model, its layers."""
    found = []
    for layer in model.layers:
        found += _leaf_layers(layer) if hasattr(layer, "layers") else [layer]
    return found


def _optimiser_settings(optimiser: Any) -> dict[str, Any]:
    config = optimiser.get_config()
    rate = config["learning_rate"]
    rate = "a schedule" if isinstance(rate, dict) else np.asarray(rate, np.float32)
    told = ("momentum", "nesterov", "beta_1", "beta_2", "epsilon", "clipnorm", "weight_decay")
    kept = {key: config[key] for key in told if key in config}
    return {"class": type(optimiser).__name__, "learning_rate": rate, **kept}


def _same_arrays(some: list[Array], others: list[Array]) -> bool:
    return len(some) == len(others) and all(map(np.array_equal, some, others))
