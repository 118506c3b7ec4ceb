"""Looks at what cannot cross the wire: Keras models, variables and layers.

A probe is given an instance of a student's class, or a student's function, and plain data. It
uses it beside the student's code and returns plain data: numbers and arrays that the judge
compares with the truth, which it has worked out for itself. What a probe returns is a claim
like everything else from this side, so a good probe returns what only a right answer gives
(predictions on fresh inputs, a trajectory), not a bare yes.

Keras is imported where it is used: most assignments do without.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def weights_apart(layer: Any, weights: list[Array], x: Array) -> tuple[list[Array], ...]:
    """Return a layer's weights after their givers and takers have been careless with them.

    In this order: what was set, after the arrays that it was set from have been changed; the
    same, after a call in training that it should not follow; what the layer then has; and the
    same, after that has been changed where it was taken to.
    """
    given = [vector.copy() for vector in weights]
    layer.set_weights(given)
    for vector in given:
        vector += 1
    first = [vector.copy() for vector in layer.get_weights()]
    taken = layer.get_weights()
    layer(x, training=True)
    second = [vector.copy() for vector in taken]
    taken = layer.get_weights()
    third = [vector.copy() for vector in taken]
    for vector in taken:
        vector += 1
    return first, second, third, layer.get_weights()


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


def _saved_and_loaded(model: Any, uses: type, compiled: bool = False) -> Any:
    """Return a copy of a model by way of a file; `uses` is a class that it is made with.

    If `compiled`, its optimiser comes with it.
    """
    import os
    import tempfile

    import keras

    with tempfile.TemporaryDirectory() as directory:
        file = os.path.join(directory, "model.keras")
        model.save(file)
        known = {uses.__name__: uses}
        return keras.saving.load_model(file, custom_objects=known, compile=compiled)


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


def new_model(
    function: Any,
    donor: dict[str, Any],
    weights: list[Array],
    arguments: list[Any],
    head: list[Array],
    x: Array,
) -> dict[str, Any]:
    """Give a donor to `function` and say what the model that it returns is, and does.

    The last weights of the new model are replaced by `head`, if that is not empty, before it
    predicts. Then every weight of the new model is moved by one; the donor's weights are told as
    they are after that.
    """
    import keras

    model = _donor_model(donor, weights)
    theirs = {id(weight) for weight in model.weights}
    new = function(model, *arguments)
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
        "predictions": None,
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
    new.set_weights([weight + 1 for weight in new.get_weights()])
    return facts | {
        "donor_weights": model.get_weights(),
        "donor_trainable": [layer.trainable for layer in _leaf_layers(model) if layer.weights],
    }


def changed_model(
    function: Any,
    donor: dict[str, Any],
    weights: list[Array],
    arguments: list[Any],
    x: Array,
    y: Array,
) -> dict[str, Any]:
    """Give a model to `function`, which changes it, and say what it then is.

    If `x` is not empty, the model is trained for one step on `x` and the labels `y`.
    """
    model = _donor_model(donor, weights)
    before = getattr(model, "optimizer", None)  # a model that was never compiled has none
    model.stop_training = True  # `compile` sets it to False
    returned = function(model, *arguments)
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
    if x.size:
        model.run_eagerly = True  # tracing a graph for one step would take a tenth of a second
        told = model.train_on_batch(x, y, return_dict=True)
        facts["loss"] = np.asarray(told["loss"], np.float32)
    return facts | {"weights": model.get_weights()}


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
    if "compiled" in donor:
        _compile_donor(model, donor["compiled"])
    return model


def _compile_donor(model: Any, settings: dict[str, Any]) -> None:
    """Compile a model as `settings` say, which are a loss and an optimiser's class and arguments.

    The optimiser knows the model's weights afterwards, as if it had trained it.
    """
    import keras

    rest = {key: value for key, value in settings.items() if key not in ("class", "loss")}
    optimiser = getattr(keras.optimizers, settings["class"])(**rest)
    model.compile(optimizer=optimiser, loss=settings["loss"])
    optimiser.build(model.trainable_variables)


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
    rate = np.asarray(config["learning_rate"], np.float32)
    kept = {key: config[key] for key in ("momentum", "nesterov", "beta_1") if key in config}
    return {"class": type(optimiser).__name__, "learning_rate": rate, **kept}


def _same_arrays(some: list[Array], others: list[Array]) -> bool:
    return len(some) == len(others) and all(map(np.array_equal, some, others))


def optimiser_path(
    optimiser: Any,
    start: list[Array],
    gradients: list[list[Array]],
    rates: Array | None = None,
    copied: bool = False,
) -> list[list[Array]]:
    """Return the variables that start as in `start` after each step of a Keras optimiser.

    Each of `gradients` has one array a variable; `rates` are learning rates to set before the
    steps. If `copied`, it is the optimiser made anew from its configuration that takes them.
    """
    import keras

    _check_optimiser(optimiser)
    if copied:
        optimiser = type(optimiser).from_config(optimiser.get_config())
    variables = [keras.Variable(value, dtype=str(value.dtype)) for value in start]
    path = []
    for step, arrays in enumerate(gradients):
        if rates is not None:
            optimiser.learning_rate = float(rates[step])
        optimiser.apply([keras.ops.convert_to_tensor(g) for g in arrays], variables)
        values = [keras.ops.convert_to_numpy(variable) for variable in variables]
        path.append([value.astype(np.float32) for value in values])
    return path


def optimiser_training(
    optimiser: Any, weights: list[Array], x: Array, y: Array, steps: int
) -> list[list[Array]]:
    """Return the weights of a small net after each step of training with a Keras optimiser.

    The net has a layer of tanh units and a linear one; its loss is the mean squared error. As in
    ``fit``, the step is compiled.
    """
    import tensorflow

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
    optimiser: Any, weights: list[Array], gradients: list[list[Array]], after: int
) -> list[list[Array]]:
    """Return the weights of a small net after each step with a Keras optimiser.

    After some steps, net and optimiser are saved and loaded, and what was loaded takes the rest.
    """
    import tempfile
    from pathlib import Path

    import keras

    _check_optimiser(optimiser)
    model = _small_net(weights)
    model.compile(optimizer=optimiser, loss="mse")
    path = []
    for step, arrays in enumerate(gradients):
        if step == after:
            own = type(optimiser)
            name = keras.saving.get_registered_name(own)
            if ">" not in name:
                raise TypeError(f"{name} is not registered: a model cannot be loaded with it")
            # Of several classes of one name, this is the one to load.
            keras.saving.get_custom_objects()[name] = own
            with tempfile.TemporaryDirectory() as folder:
                model.save(Path(folder) / "model.keras")
                model = keras.saving.load_model(Path(folder) / "model.keras")
        tensors = [keras.ops.convert_to_tensor(g) for g in arrays]
        model.optimizer.apply(tensors, model.trainable_variables)
        path.append(model.get_weights())
    return path


def _small_net(weights: list[Array]) -> Any:
    """Return a net with one layer of tanh units and a linear one."""
    import keras

    sizes = [array.size for array in weights[1::2]]
    layers = [keras.layers.Dense(sizes[0], activation="tanh"), keras.layers.Dense(sizes[1])]
    model = keras.Sequential([keras.Input(weights[0].shape[:1]), *layers])
    model.set_weights(weights)
    return model


def optimiser_configuration(optimiser: Any, names: list[str]) -> Array:
    """Return some entries of an optimiser's configuration; what is no number is NaN."""
    configuration = optimiser.get_config()
    found = [configuration.get(name) for name in names]
    numbers = [value if isinstance(value, float | int) else np.nan for value in found]
    return np.array(numbers, np.float32)


def _check_optimiser(optimiser: Any) -> None:
    import keras

    if not isinstance(optimiser, keras.optimizers.Optimizer):
        raise TypeError(f"{type(optimiser).__name__} is no subclass of keras.optimizers.Optimizer")


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
    function: Any, losses: list[float], accuracies: list[float], patience: int | None = None
) -> dict[str, Any]:
    """Return what callbacks make of a training with these validation losses and accuracies.

    The model's one weight is the number of the epoch, from 1, so it shows which epoch's weights
    the model has in the end, and which were in the file after each epoch (0 if there was no
    file).
    """
    import tempfile
    from pathlib import Path

    import keras

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "best.keras"
        extra = () if patience is None else (patience,)
        callbacks, others = (list(function(str(file), *extra)) for _ in range(2))
        if not all(isinstance(one, keras.callbacks.Callback) for one in callbacks):
            return {"returned": [type(one).__name__ for one in callbacks]}
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
        return {
            "epochs": len(saved),
            "kept": round(float(model.get_weights()[0][0, 0])),
            "saved": saved,
            "shared": any(one is other for one in callbacks for other in others),
        }


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


def mc_steady(
    function: Any, weights: list[Array], rate: float, x: Array, samples: int
) -> tuple[Any, ...]:
    """Return a Monte Carlo prediction that has nothing random, and what it leaves of the model.

    The model is a dense layer, batch normalisation, dropout and the output layer, with these
    weights. After the prediction (which is left out if `rate` is not 0) come two plain ones, of
    the model before and after, and the weights after.
    """
    import keras

    layers = keras.layers
    model = keras.Sequential([keras.Input(x.shape[1:]), layers.Dense(weights[0].shape[1])])
    model.add(layers.BatchNormalization(epsilon=0.25))
    model.add(layers.Activation("tanh"))
    model.add(layers.Dropout(rate))
    model.add(layers.Dense(weights[6].shape[1], activation="softmax"))
    model.set_weights(weights)
    before = np.array(model(x))
    answer = function(model, x.copy(), samples)
    after = np.array(model(x))
    left = [np.array(weight) for weight in model.get_weights()]
    return (answer if rate == 0 else None), before, after, left


def mc_draws(
    function: Any,
    weights: list[Array],
    kind: str,
    rate: float,
    x: Array,
    samples: int,
    rng: np.random.Generator,
) -> Any:
    """Return a Monte Carlo prediction of a net with one hidden layer and dropout behind it.

    `kind` is ``"Dropout"`` or ``"AlphaDropout"``.
    """
    import keras

    keras.utils.set_random_seed(int(rng.integers(2**31)))
    layers = keras.layers
    model = keras.Sequential([keras.Input(x.shape[1:]), layers.Dense(weights[0].shape[1])])
    model.add(layers.Activation("tanh"))
    model.add(getattr(layers, kind)(rate))
    model.add(layers.Dense(weights[2].shape[1], activation="softmax"))
    model.set_weights(weights)
    return function(model, x, samples)


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
    import tensorflow as tf

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
    of Keras's nothing is returned.
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
        model = _saved_and_loaded(model, type(schedule), compiled=True)
    except NotImplementedError as error:  # the base class's `get_config`
        raise RuntimeError(str(error)[:300]) from error
    return np.array(before + [_rate_of_a_step(model) for _ in range(steps)], np.float32)


def _rate_of_a_step(model: Any) -> float:
    # From 0 each time, so that a small step is not rounded away.
    model.set_weights([np.zeros((1, 1), np.float32)])
    model.optimizer.apply([np.ones((1, 1), np.float32)], model.trainable_variables)
    return -float(model.get_weights()[0][0, 0])
