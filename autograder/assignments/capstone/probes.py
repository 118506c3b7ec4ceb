"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

import itertools
import random
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
    own, is left out and set to 0. A second call shows whether it makes another net, and the states
    of the global generators after both whether it sets a seed for all.
    """
    import keras

    _move_generators_on()
    model = function(*args, **kwargs)
    states = _global_states()
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
    _move_generators_on()
    other = function(*args, **kwargs)
    # Where no seed is set, they have gone on since the first call.
    reseeded = any(now == then for now, then in zip(_global_states(), states, strict=True))
    told = {
        "input": tuple(model.input_shape[1:]),
        "layers": list(itertools.chain(*facts)),
        "different": len({kernel.tobytes() for kernel in kernels}),
        "compiled": bool(model.compiled),
        "reseeded": reseeded,
        "again": _shares(model, other),
    }
    rng = np.random.default_rng(seed)
    for layer in layers:
        _draw_weights(layer, rng, layer not in normalised)
    fits = told["input"] == x.shape[1:]
    return {**told, "predictions": np.asarray(model(x, training=False)) if fits else None}


def _move_generators_on() -> None:
    np.random.random()  # noqa: NPY002 - it is this one that is asked about
    random.random()


def _global_states() -> list[Any]:
    """Return the states of the generators of NumPy and Python, which `set_random_seed` sets."""
    state: Any = np.random.get_state()  # noqa: NPY002
    return [(state[1].tobytes(), state[2]), random.getstate()]


def _shares(model: Any, other: Any) -> bool:
    """Whether two nets have a variable in common."""
    known = {id(weight) for weight in model.weights}
    return any(id(weight) in known for weight in getattr(other, "weights", ()))


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
        told = ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer")
        return [fact | _extras(layer, *told), *_activation(layer.activation)]
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
                **_extras(layer, "axis", "momentum", "epsilon", "center", "scale"),
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


def _extras(layer: Any, *told: str) -> dict[str, list[str]]:
    """Return which arguments of a layer, other than those `told`, are not Keras's defaults."""
    import keras

    usual = keras.layers.Dense(1) if "units" in told else keras.layers.BatchNormalization()
    own, defaults = layer.get_config(), usual.get_config()
    other = [
        key
        for key, value in sorted(own.items())
        if key not in (*told, "name", "build_config") and value != defaults.get(key, value)
    ]
    return {"extras": other} if other else {}


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
    function: Any,
    trainings: list[tuple[list[float], list[float]]],
    patience: int | None = None,
    closely: bool = False,
) -> list[dict[str, Any]]:
    """Return what callbacks make of trainings with these validation losses and accuracies.

    Each training gets what the function returns for the same path, from which the file of the
    one before is gone. The model's one weight is the number of the epoch, from 1, so it shows
    which epoch's weights the model has in the end, and which were in the file after each epoch (0
    if there was no file). If it is watched `closely`, it is told too what else the callbacks
    changed, and whether some of them were returned before.
    """
    import tempfile
    from pathlib import Path

    import keras

    told: list[dict[str, Any]] = []
    known: list[Any] = []
    extra = () if patience is None else (patience,)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "best.keras"
        for losses, accuracies in trainings:
            callbacks = function(str(file), *extra)
            if not isinstance(callbacks, list):
                return [{"returned": type(callbacks).__name__}]
            if not all(isinstance(one, keras.callbacks.Callback) for one in callbacks):
                return [{"returned": [type(one).__name__ for one in callbacks]}]
            facts = _watched(callbacks, file, losses, accuracies)
            interferes = facts.pop("interferes")
            if closely:
                again = any(one is other for one in callbacks for other in known)
                facts |= {"interferes": interferes, "again": again}
            known += callbacks
            told.append(facts)
            file.unlink(missing_ok=True)
    return told


def _watched(
    callbacks: list[Any], file: Any, losses: list[float], accuracies: list[float]
) -> dict[str, Any]:
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, use_bias=False)])
    optimiser = keras.optimizers.SGD(0.01)
    model.compile(optimiser, loss="mse", metrics=["accuracy"], run_eagerly=True)
    # Callbacks that watch the accuracy ask a metric that has been used whether it should rise.
    model.test_on_batch(np.zeros((1, 1)), np.zeros((1, 1)))
    batches = 2
    watched = keras.callbacks.CallbackList(
        callbacks, model=model, epochs=len(losses), steps=batches, verbose=0
    )
    watched.on_train_begin()
    seen, saved, held, interferes = b"", [], 0, set()
    for epoch, (loss, accuracy) in enumerate(zip(losses, accuracies, strict=True)):
        watched.on_epoch_begin(epoch)
        model.set_weights([np.array([[epoch + 1.0]])])
        training = 1.0 + abs(epoch - 3) / 100  # lowest in the fourth epoch
        logs = {"loss": training, "accuracy": 1 / training}
        for batch in range(batches):
            watched.on_train_batch_begin(batch)
            watched.on_train_batch_end(batch, dict(logs))
        watched.on_test_begin()
        watched.on_test_batch_begin(0)
        watched.on_test_batch_end(0, {"loss": float(loss), "accuracy": float(accuracy)})
        watched.on_test_end({"loss": float(loss), "accuracy": float(accuracy)})
        logs |= {"val_loss": float(loss), "val_accuracy": float(accuracy)}
        watched.on_epoch_end(epoch, logs)
        if abs(float(model.optimizer.learning_rate) - 0.01) > 1e-6:
            interferes.add("the learning rate")
        if file.is_file() and file.read_bytes() != seen:
            seen = file.read_bytes()
            held = round(float(keras.saving.load_model(file).get_weights()[0][0, 0]))
        saved.append(held)
        if model.stop_training:
            break
    watched.on_train_end()
    kept = round(float(model.get_weights()[0][0, 0]))
    elsewhere = any(path != file for path in file.parent.iterdir())
    return {
        "epochs": len(saved),
        "kept": kept,
        "saved": saved,
        "elsewhere": elsewhere,
        "interferes": sorted(interferes),
    }


def learning_rates(
    callback: Any, epochs: int, batches: int, trainings: int = 1, beside: bool = False
) -> tuple[Array, dict[str, Any]]:
    """Return the rate with which each batch is trained, and what the optimiser is in the end.

    Each training has `epochs` epochs of `batches` batches, and each epoch ends with a validation.
    If there is something `beside`, another callback of the class begins a training of another
    model after the first epoch.
    """
    import keras

    if not isinstance(callback, keras.callbacks.Callback):
        raise TypeError(f"{type(callback).__name__} is no subclass of keras.callbacks.Callback")
    model = _compiled_with_momentum()
    told = []
    for training in range(trainings):
        watched = keras.callbacks.CallbackList(
            [callback], model=model, epochs=epochs, steps=batches, verbose=0
        )
        watched.on_train_begin()
        for epoch in range(epochs):
            watched.on_epoch_begin(epoch)
            for batch in range(batches):
                watched.on_train_batch_begin(batch)
                told.append(float(model.optimizer.learning_rate))
                model.optimizer.iterations.assign_add(1)
                watched.on_train_batch_end(batch, {"loss": 1.0})
            watched.on_test_begin()
            for batch in range(2):
                watched.on_test_batch_begin(batch)
                watched.on_test_batch_end(batch, {"loss": 1.0})
            watched.on_test_end({"loss": 1.0})
            watched.on_epoch_end(epoch, {"loss": 1.0, "val_loss": 1.0})
            if beside and training == epoch == 0:
                other = keras.callbacks.CallbackList(
                    [type(callback)(7, 0.25)], model=_compiled_with_momentum(), epochs=1, steps=7
                )
                other.on_train_begin()
                other.on_epoch_begin(0)
                other.on_train_batch_begin(0)
        watched.on_train_end()
    left = {
        "steps": int(model.optimizer.iterations),
        "momentum": round(float(model.optimizer.momentum), 6),
    }
    return np.array(told, dtype=np.float32), left


def _compiled_with_momentum() -> Any:
    import keras

    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(7.0, momentum=0.5), loss="mse")
    return model


def mc_seen(
    function: Any,
    weights: list[Array],
    kinds: tuple[str, str],
    rate: float,
    x: Array,
    samples: int,
    rng: np.random.Generator,
) -> tuple[Any, Array, list[Array], list[bool], bool]:
    """Return a Monte Carlo prediction, and what the model is after it.

    That is a plain prediction, its weights, which of its layers are trainable, and whether a second
    question for a single prediction is answered by the same numbers. The model has one hidden
    layer with dropout behind it, and in front of it if there are two `kinds` (``"Dropout"`` or
    ``"AlphaDropout"``, or ``""`` for none in front). With eight weights it has batch
    normalisation too, noise that belongs to training, and a hidden layer that is not trainable.
    """
    import keras

    keras.utils.set_random_seed(int(rng.integers(2**31)))
    layers = keras.layers
    front, behind = kinds
    model = keras.Sequential([keras.Input(x.shape[1:])])
    if front:
        model.add(getattr(layers, front)(rate, name="thinned_inputs"))
    model.add(layers.Dense(weights[0].shape[1]))
    if len(weights) == 8:
        model.add(layers.BatchNormalization(epsilon=0.25))
        model.add(layers.GaussianNoise(0.5))
        model.add(layers.GaussianDropout(0.3))
        model.layers[0].trainable = False
    model.add(layers.Activation("tanh"))
    model.add(getattr(layers, behind)(rate, name="thinned"))
    model.add(layers.Dense(weights[-1].size, activation="softmax"))
    model.set_weights(weights)
    answer = function(model, x.copy(), samples)
    plain, left = np.array(model(x)), [np.array(weight) for weight in model.get_weights()]
    flags = [layer.trainable for layer in model.layers]
    again = samples == 1 and np.array_equal(answer, function(model, x.copy(), samples))
    return answer, plain, left, flags, bool(again)
