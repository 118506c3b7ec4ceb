# The functional way: nets as functions of functions, statistics from sums, a cycle as a generator.
import itertools
import math
from functools import reduce

import keras
import numpy as np
from keras import layers


def _stack(shape, classes, block, end=lambda signal: signal):
    inputs = keras.Input(shape)
    signal = reduce(lambda signal, _: block(signal), range(20), layers.Flatten()(inputs))
    outputs = layers.Dense(classes, "softmax")(end(signal))
    return keras.Model(inputs, outputs)


def deep_net(shape, classes=10, activation="swish"):
    return _stack(
        shape,
        classes,
        lambda s: layers.Dense(100, activation, kernel_initializer=keras.initializers.HeNormal())(
            s
        ),
    )


def normalised_net(shape, classes=10, activation="swish", momentum=0.9):
    def block(signal):
        signal = layers.Dense(100, kernel_initializer="he_normal")(signal)
        return layers.Activation(activation)(layers.BatchNormalization(momentum=momentum)(signal))

    return _stack(shape, classes, block)


def selu_net(shape, classes=10, rate=0.0):
    return _stack(
        shape,
        classes,
        lambda s: layers.Activation("selu")(
            layers.Dense(100, kernel_initializer="lecun_normal")(s)
        ),
        layers.AlphaDropout(rate),
    )


def training_callbacks(path, patience=20):
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    return [keras.callbacks.ModelCheckpoint(path, save_best_only=True), stop]


def standardise(train, *others):
    n = len(train)
    pixels = np.asarray(train, dtype=np.float64).reshape(n, -1)
    mean = pixels.sum(axis=0) / n
    variance = ((pixels - mean) ** 2).sum(axis=0) / n
    varies = np.ptp(pixels, axis=0) > 0
    inverse = np.where(varies, 1 / np.sqrt(np.where(varies, variance, 1)), 1)
    shape = np.shape(train)[1:]
    return tuple(
        ((x - mean.reshape(shape)) * inverse.reshape(shape)).astype("float32")
        for x in itertools.chain([train], others)
    )


def mc_predict(model, x, samples=10):
    def pass_through(signal, layer):
        noisy = type(layer).__name__ in ("Dropout", "AlphaDropout")
        return layer(signal, training=noisy)

    total = sum(np.array(reduce(pass_through, model.layers, x)) for _ in range(samples))
    return total / samples


def _lines(points):
    def rate(t):
        for (t0, r0), (t1, r1) in itertools.pairwise(points):
            if t <= t1:
                return r0 + (r1 - r0) * (t - t0) / (t1 - t0)
        return points[-1][1]

    return rate


class OneCycle(keras.callbacks.Callback):
    def __init__(self, steps, max_rate, start_rate=None, last_rate=None):
        super().__init__()
        if not (steps >= 2 and max_rate > 0):
            raise ValueError("steps must be at least 2 and max_rate positive")
        if start_rate is None:
            start_rate = max_rate / 10
        if last_rate is None:
            last_rate = start_rate / 1000
        line = _lines([(0, start_rate), (0.45, max_rate), (0.9, start_rate), (1, last_rate)])
        self.rate = lambda step: float(line(step / (steps - 1)))

    def on_train_begin(self, logs=None):
        self.rates = map(self.rate, itertools.count())

    def on_train_batch_begin(self, batch, logs=None):
        self.model.optimizer.learning_rate.assign(next(self.rates))


def report(histories, baseline, to_the_end=()):
    reference = min(x for x in histories[baseline]["val_loss"] if not math.isnan(x))
    pace = np.median(histories[baseline]["seconds"])

    def numbers(name, history):
        epochs = list(enumerate(history["val_loss"], 1))
        _, best = min((loss, n) for n, loss in epochs if loss == loss)
        best = len(epochs) if name in to_the_end else best
        return {
            "epochs": len(epochs),
            "kept_epoch": best,
            "val_accuracy": history["val_accuracy"][best - 1],
            "catches_up": next((n for n, loss in epochs if loss <= reference), None),
            "relative_time": float(np.median(history["seconds"]) / pace),
        }

    return {name: numbers(name, history) for name, history in histories.items()}
