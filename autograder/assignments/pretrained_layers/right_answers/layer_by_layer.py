# Layer by layer: the copy is made by a clone function that fills in the weights as soon as it can.
import math

import keras
import numpy as np


def rotation_task(images):
    n, *sides = images.shape
    if len(sides) not in (2, 3) or sides[0] != sides[1]:
        raise ValueError("not a stack of square images")
    side = sides[0]
    rotated = np.zeros((4 * n, *sides), dtype=images.dtype)
    labels = []
    for i in range(n):
        rotated[4 * i] = images[i]
        for k in (1, 2, 3):
            for row in range(side):
                rotated[4 * i + k, row] = rotated[4 * i + k - 1, :, side - 1 - row]
        labels.extend([0, 1, 2, 3])
    return rotated, np.array(labels, dtype=np.int64)


def trainable_parameters(model):
    counts = [0, 0]
    trainable = [id(weight) for weight in model.trainable_weights]
    for weight in model.weights:
        counts[id(weight) not in trainable] += math.prod(weight.shape)
    return tuple(counts)


def clone_with_weights(model):
    if not model.built:
        raise ValueError("nothing to copy")
    twin = keras.models.clone_model(
        model, clone_function=lambda layer: type(layer).from_config(layer.get_config())
    )
    for new in twin.layers:
        if new.weights:
            new.set_weights(model.get_layer(new.name).get_weights())
    return twin


def replace_head(model, classes):
    if classes < 2:
        raise ValueError(classes)
    body = keras.Model(model.inputs, model.layers[-1].input)
    twin = clone_with_weights(body)
    output = keras.layers.Dense(classes)(twin.outputs[0])
    return keras.Model(twin.inputs, [keras.layers.Activation("softmax")(output)])


def freeze(model, last, learning_rate=0.01):
    if last < 0:
        raise ValueError("negative")
    frozen = len(model.layers) - last
    if frozen < 0:
        raise ValueError("too many")
    model.trainable = True
    trained = []
    for number, layer in enumerate(model.layers):
        if number < frozen:
            layer.trainable = False
        else:
            layer.trainable = True
            if layer.count_params() > 0:
                trained.append(layer.name)
    optimizer = keras.optimizers.SGD()
    optimizer.learning_rate = learning_rate
    model.compile(optimizer, "sparse_categorical_crossentropy", run_eagerly=True)
    return trained


def unfreeze(model, last, factor=0.1):
    if not model.compiled:
        raise ValueError("compile first")
    reused = model.layers[: len(model.layers) - 1]
    if last < 0 or len(reused) < last:
        raise ValueError("no such layers")
    for number, layer in enumerate(reused, start=1):
        if number > len(reused) - last:
            layer.trainable = type(layer) is not keras.layers.BatchNormalization
    settings = dict(model.optimizer.get_config())
    settings.pop("learning_rate")
    rate = float(model.optimizer.learning_rate) * factor
    model.compile(type(model.optimizer)(learning_rate=rate, **settings), loss=model.loss)
    return rate


def encoder_from_autoencoder(autoencoder, classes, cut=None):
    if classes < 2:
        raise ValueError(classes)
    narrowest, width = None, math.inf
    for layer in autoencoder.layers:
        size = math.prod(layer.output.shape[1:])
        if size <= width:
            narrowest, width = layer, size
    code = narrowest if cut is None else autoencoder.get_layer(name=cut)
    twin = clone_with_weights(keras.Model(autoencoder.inputs, code.output))
    for layer in twin.layers:
        layer.trainable = False
    head = keras.layers.Dense(classes, activation=keras.activations.softmax)
    return keras.Model(twin.inputs, head(twin.outputs[0]))
