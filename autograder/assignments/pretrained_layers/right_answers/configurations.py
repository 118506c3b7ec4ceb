# By configurations: models, layers and optimisers are taken down and made again.
import keras
import numpy as np


def rotation_task(images):
    if images.ndim not in (3, 4):
        raise ValueError(f"{images.ndim} dimensions")
    n, height, width = images.shape[:3]
    if height != width:
        raise ValueError(f"{height} x {width} is not square")
    rotated = np.empty((n, 4, *images.shape[1:]), images.dtype)
    rotated[:, 0] = images
    for k in range(1, 4):
        rotated[:, k] = rotated[:, k - 1].swapaxes(1, 2)[:, ::-1]
    return rotated.reshape(4 * n, *images.shape[1:]), np.arange(4 * n) % 4


def trainable_parameters(model):
    trainable = 0
    for weight in model.trainable_weights:
        trainable += weight.numpy().size
    return trainable, model.count_params() - trainable


def clone_with_weights(model):
    if not model.built:
        raise ValueError("nothing to copy")
    twin = type(model).from_config(model.get_config())
    for new, old in zip(twin.weights, model.weights, strict=True):
        new.assign(old)
    return twin


def replace_head(model, classes):
    if classes <= 1:
        raise ValueError("a choice needs two classes")
    twin = clone_with_weights(model)
    if isinstance(model, keras.Sequential):
        twin.pop()
        twin.add(keras.layers.Dense(classes, "softmax", name="the_new_head"))
        return twin
    x = keras.layers.Dense(classes, activation="softmax")(twin.get_layer(index=-2).output)
    return keras.Model(twin.input, x)


def freeze(model, last, learning_rate=0.01):
    count = len(model.layers)
    if last not in range(count + 1):
        raise ValueError(last)
    model.trainable = True
    names = []
    for layer in reversed(model.layers):
        layer.trainable = last > 0
        last -= 1
        if layer.trainable and layer.trainable_variables:
            names.insert(0, layer.name)
    model.compile(
        keras.optimizers.SGD(learning_rate=learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(),
        metrics=["accuracy"],
    )
    return names


def unfreeze(model, last, factor=0.1):
    *reused, _ = model.layers
    if last < 0 or last > len(reused):
        raise ValueError(last)
    if getattr(model, "optimizer", None) is None:
        raise ValueError("compile the model first")
    for layer in list(reversed(reused))[:last]:
        layer.trainable = True
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    config = model.get_compile_config()
    rate = float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)) * factor
    config["optimizer"]["config"]["learning_rate"] = rate
    model.compile_from_config(config)
    return rate


def encoder_from_autoencoder(autoencoder, classes, cut=None):
    if classes <= 1:
        raise ValueError("a choice needs two classes")
    widths = {}
    for layer in autoencoder.layers:
        widths[layer.name] = np.prod(layer.output.shape[1:])
    if cut is None:
        for name in widths:
            if widths[name] == min(widths.values()):
                cut = name
    elif cut not in widths:
        raise ValueError(f"no layer {cut}")
    encoder = keras.Model(autoencoder.inputs, autoencoder.get_layer(cut).output)
    encoder = clone_with_weights(encoder)
    encoder.trainable = False
    return keras.Sequential([encoder, keras.layers.Dense(classes, activation="softmax")])
