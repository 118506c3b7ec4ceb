"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def built_net(function: Any, *args: Any, x: Array, seed: int, **kwargs: Any) -> dict[str, Any]:
    """Return what a net is made of, how its weights start, and what it computes with others.

    The layers are told in one plain way, however the net is written: an activation within a
    dense layer is a layer of its own, known by its values; nets within the net are unfolded;
    what does nothing is left out. Start weights are told as fan-in times variance, rounded to
    halves, so that two nets of one kind tell the same. Then all weights are drawn from `seed`,
    layer by layer, for the predictions. A bias right before batch normalisation, which has its
    own, is left out and set to 0.
    """
    import keras

    model = function(*args, **kwargs)
    if not isinstance(model, keras.Model):
        return {"returned": type(model).__name__}
    if not model.built:
        return {"returned": "a model without weights"}
    layers = _unfolded(model)
    dense = [layer for layer in layers if isinstance(layer, keras.layers.Dense)]
    kernels = [np.asarray(layer.kernel) for layer in dense]
    normalised = [
        layer
        for layer, behind in itertools.pairwise(layers)
        if isinstance(behind, keras.layers.BatchNormalization)
        and (layer in dense and not _activation(layer.activation))
    ]
    facts = [_facts(layer, layer is dense[-1], layer not in normalised) for layer in layers]
    told = {
        "input": tuple(model.input_shape[1:]),
        "layers": list(itertools.chain(*facts)),
        "different": len({kernel.tobytes() for kernel in kernels}),
    }
    rng = np.random.default_rng(seed)
    for layer in layers:
        _draw_weights(layer, rng, layer not in normalised)
    fits = told["input"] == x.shape[1:]
    return {**told, "predictions": np.asarray(model(x, training=False)) if fits else None}


def _unfolded(model: Any) -> list[Any]:
    """Return the layers of a model and of the models within it, without its input."""
    import keras

    return [
        inner
        for layer in model.layers
        if not isinstance(layer, keras.layers.InputLayer)
        for inner in (_unfolded(layer) if isinstance(layer, keras.Model) else [layer])
    ]


def _facts(layer: Any, last: bool, biased: bool) -> list[dict[str, Any]]:
    import keras

    kinds = keras.layers
    if isinstance(layer, kinds.Dense):
        kernel = np.asarray(layer.kernel, dtype=np.float64)
        spread = kernel.std()
        fact = {
            "kind": "dense",
            "units": layer.units,
            "gain": None if last else float(np.round(2 * kernel.shape[0] * spread**2) / 2),
            "normal": bool(last or np.abs(kernel).max() > 1.9 * spread),
            "bias": None,
        }
        if layer.use_bias and biased:
            fact["bias"] = round(float(np.abs(layer.bias).max()), 3)
        return [fact, *_activation(layer.activation)]
    if isinstance(layer, kinds.Activation):
        return _activation(layer.activation)
    if isinstance(layer, kinds.ReLU | kinds.LeakyReLU | kinds.ELU | kinds.Softmax):
        return _activation(layer)
    if isinstance(layer, kinds.BatchNormalization):
        return [
            {
                "kind": "batch normalisation",
                "momentum": float(layer.momentum),
                "epsilon": float(layer.epsilon),
                "centred": layer.center,
                "scaled": layer.scale,
            }
        ]
    alpha = type(layer).__name__ == "AlphaDropout"  # that of tf.keras is another class
    if alpha or isinstance(layer, kinds.AlphaDropout | kinds.Dropout):
        kind = "dropout" if isinstance(layer, kinds.Dropout) else "alpha dropout"
        return [{"kind": kind, "rate": float(layer.rate)}] if layer.rate else []
    flat = isinstance(layer, kinds.Reshape) and len(layer.target_shape) == 1
    if flat or isinstance(layer, kinds.Flatten):
        return [{"kind": "flatten"}]
    return [{"kind": f"{type(layer).__module__}.{type(layer).__name__}"}]


def _activation(function: Any) -> list[dict[str, Any]]:
    """Return an activation by its values, and nothing for the identity."""
    grid = np.linspace(-3, 3, 13, dtype=np.float32)[np.newaxis]
    values = np.asarray(function(grid), dtype=np.float32)
    return [] if np.array_equal(values, grid) else [{"kind": "activation", "values": values}]


def _draw_weights(layer: Any, rng: np.random.Generator, biased: bool) -> None:
    import keras

    if isinstance(layer, keras.layers.Dense):
        fan_in, units = layer.kernel.shape
        layer.kernel.assign(rng.normal(size=(fan_in, units)) * np.sqrt(2 / fan_in))
        if layer.use_bias:
            layer.bias.assign(rng.normal(size=units) / 2 if biased else np.zeros(units))
    elif isinstance(layer, keras.layers.BatchNormalization):
        size = layer.moving_mean.shape[0]
        vectors = [*rng.normal((1, 0, 0), 0.25, size=(size, 3)).T, rng.uniform(0.5, 2.0, size)]
        names = ("gamma", "beta", "moving_mean", "moving_variance")
        for name, vector in zip(names, vectors, strict=True):
            if getattr(layer, name) is not None:
                getattr(layer, name).assign(vector)


def watched_training(
    function: Any, trainings: list[tuple[list[float], list[float]]], patience: int | None = None
) -> list[dict[str, Any]]:
    """Return what callbacks make of trainings with these validation losses and accuracies.

    Each training gets what the function returns for the same path, from which the file of the
    one before is gone. The model's one weight is the number of the epoch, from 1, so it shows
    which epoch's weights the model has in the end, and which were in the file after each epoch (0
    if there was no file).
    """
    import tempfile
    from pathlib import Path

    import keras

    told = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "best.keras"
        extra = () if patience is None else (patience,)
        for losses, accuracies in trainings:
            callbacks = list(function(str(file), *extra))
            if not all(isinstance(one, keras.callbacks.Callback) for one in callbacks):
                return [{"returned": [type(one).__name__ for one in callbacks]}]
            told.append(_watched(callbacks, file, losses, accuracies))
            file.unlink(missing_ok=True)
    return told


def _watched(
    callbacks: list[Any], file: Any, losses: list[float], accuracies: list[float]
) -> dict[str, Any]:
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    model.compile(optimizer="sgd", loss="mse", metrics=["accuracy"])
    watched = keras.callbacks.CallbackList(callbacks, model=model)
    watched.on_train_begin()
    seen, saved, held = b"", [], 0
    for epoch, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True)):
        watched.on_epoch_begin(epoch)
        model.set_weights([np.array([[epoch + 1.0]])])
        training = 1.0 + abs(epoch - 3) / 100  # lowest in the fourth epoch
        logs = {"loss": training, "accuracy": 1 / training}
        logs |= {"val_loss": float(loss), "val_accuracy": float(accuracy)}
        watched.on_epoch_end(epoch, logs)
        if file.is_file() and file.read_bytes() != seen:
            seen = file.read_bytes()
            held = round(float(keras.saving.load_model(file).get_weights()[0][0, 0]))
        saved.append(held)
        if model.stop_training:
            break
    watched.on_train_end()
    kept = round(float(model.get_weights()[0][0, 0]))
    return {"epochs": len(saved), "kept": kept, "saved": saved}


def learning_rates(callback: Any, epochs: int, batches: int, trainings: int = 1) -> Array:
    """Return the rate with which each batch is trained, of `epochs` epochs of `batches` batches."""
    import keras

    if not isinstance(callback, keras.callbacks.Callback):
        raise TypeError(f"{type(callback).__name__} is no subclass of keras.callbacks.Callback")
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(7.0), loss="mse")
    told = []
    for _ in range(trainings):
        watched = keras.callbacks.CallbackList([callback], model=model)
        watched.on_train_begin()
        for epoch in range(epochs):
            watched.on_epoch_begin(epoch)
            for batch in range(batches):
                watched.on_train_batch_begin(batch)
                told.append(float(model.optimizer.learning_rate))
                model.optimizer.iterations.assign_add(1)
                watched.on_train_batch_end(batch, {"loss": 1.0})
            watched.on_epoch_end(epoch, {"loss": 1.0, "val_loss": 1.0})
        watched.on_train_end()
    return np.array(told, dtype=np.float32)


def mc_seen(
    function: Any,
    weights: list[Array],
    kind: str,
    rate: float,
    x: Array,
    samples: int,
    rng: np.random.Generator,
) -> tuple[Any, Array, list[Array]]:
    """Return a Monte Carlo prediction, a plain one of the model after it, and its weights then.

    The model has one hidden layer and dropout of this `kind` (``"Dropout"`` or
    ``"AlphaDropout"``) behind it. With eight weights it has batch normalisation too.
    """
    import keras

    keras.utils.set_random_seed(int(rng.integers(2**31)))
    layers = keras.layers
    model = keras.Sequential([keras.Input(x.shape[1:]), layers.Dense(weights[0].shape[1])])
    if len(weights) == 8:
        model.add(layers.BatchNormalization(epsilon=0.25))
    model.add(layers.Activation("tanh"))
    model.add(getattr(layers, kind)(rate))
    model.add(layers.Dense(weights[-1].size, activation="softmax"))
    model.set_weights(weights)
    answer = function(model, x.copy(), samples)
    return answer, np.array(model(x)), [np.array(weight) for weight in model.get_weights()]
