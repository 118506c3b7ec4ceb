# By deep copies, and with the copied body as one layer of the new model.
import copy

import keras
import numpy as np


def rotation_task(images):
    shape = images.shape
    if not (len(shape) in {3, 4} and shape[1] == shape[2]):
        raise ValueError(f"cannot turn {shape}")
    rotated = np.repeat(images, 4, axis=0)
    for k in (1, 2, 3):
        rotated[k::4] = np.rot90(images, k, (1, 2))
    labels = np.zeros((len(images), 4), dtype="int64")
    labels += [0, 1, 2, 3]
    return rotated, labels.ravel()


def trainable_parameters(model):
    def total(weights):
        return int(sum(int(np.prod(weight.shape)) for weight in weights))

    return total(model.trainable_weights), total(model.non_trainable_weights)


def clone_with_weights(model):
    if not model.built:
        raise ValueError("nothing to copy")
    return copy.deepcopy(model)


def replace_head(model, classes):
    if classes < 2:
        raise ValueError("at least 2 classes")
    twin = copy.deepcopy(model)
    body = keras.Model(twin.inputs, twin.layers[-1].input)
    return keras.Sequential([body, keras.layers.Dense(classes, activation="softmax")])


def freeze(model, last, learning_rate=0.01):
    layers = model.layers
    if last < 0 or last > len(layers):
        raise ValueError("no such layers")
    model.trainable = False
    model.trainable = True
    start = len(layers) - last
    for layer in layers[:start]:
        layer.trainable = False
    for layer in layers[start:]:
        layer.trainable = True
    model.compile(
        optimizer=keras.optimizers.SGD(learning_rate), loss="sparse_categorical_crossentropy"
    )
    return [layer.name for layer in layers[start:] if layer.weights]


def unfreeze(model, last, factor=0.1):
    head = len(model.layers) - 1
    if not 0 <= last <= head or not model.compiled:
        raise ValueError("no such layers, or not compiled")
    for i in range(head - last, head):
        norm = isinstance(model.layers[i], keras.layers.BatchNormalization)
        model.layers[i].trainable = not norm
    written = keras.optimizers.serialize(model.optimizer)
    written["config"]["learning_rate"] = factor * float(model.optimizer.learning_rate)
    optimiser = keras.optimizers.deserialize(written)
    model.compile(optimiser, model.loss)
    return optimiser.learning_rate.numpy()


def encoder_from_autoencoder(autoencoder, classes, cut=None):
    if classes < 2:
        raise ValueError("at least 2 classes")
    twin = copy.deepcopy(autoencoder)
    if cut is None:
        sizes = [np.prod(layer.output.shape[1:]) for layer in twin.layers]
        position = max(i for i, size in enumerate(sizes) if size == min(sizes))
        code = twin.get_layer(index=position).output
    else:
        code = twin.get_layer(cut).output
    for layer in twin.layers:
        layer.trainable = False
    probabilities = keras.layers.Softmax()(keras.layers.Dense(classes)(code))
    return keras.Model(twin.inputs, probabilities)
