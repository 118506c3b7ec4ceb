# Nets in nets, TensorFlow where it will do, all masks in one batch, the optimiser's own count.
import statistics

import keras
import numpy as np
import tensorflow as tf


def _block(initialiser, *behind):
    kernel = keras.layers.Dense(100, kernel_initializer=initialiser, bias_initializer="zeros")
    return keras.Sequential([kernel, *behind])


def _net(shape, blocks, classes):
    net = keras.Sequential([keras.Input(shape), keras.layers.Reshape((-1,)), *blocks])
    net.add(keras.layers.Dense(classes))
    net.add(keras.layers.Activation("softmax"))
    return net


def deep_net(shape, classes=10, activation="swish"):
    blocks = [
        _block(keras.initializers.VarianceScaling(2.0), keras.layers.Activation(activation))
        for _ in range(20)
    ]
    return _net(shape, blocks, classes)


def normalised_net(shape, classes=10, activation="swish", momentum=0.9):
    blocks = [
        _block(
            keras.initializers.he_normal(seed=number),
            keras.layers.BatchNormalization(momentum=momentum),
            keras.layers.Activation(activation),
        )
        for number in range(20)
    ]
    return _net(shape, blocks, classes)


def selu_net(shape, classes=10, rate=0.0):
    blocks = [_block("lecun_normal", keras.layers.Activation(tf.nn.selu)) for _ in range(20)]
    return _net(shape, [*blocks, keras.layers.AlphaDropout(rate)], classes)


def training_callbacks(path, patience=20):
    return [
        keras.callbacks.EarlyStopping(
            "val_loss", 0, patience, mode="min", restore_best_weights=True
        ),
        keras.callbacks.ModelCheckpoint(path, "val_loss", save_best_only=True, mode="min"),
        keras.callbacks.TerminateOnNaN(),
    ]


def standardise(train, *others):
    x = np.array(train, dtype=np.float64)
    mean = x.mean(0)
    constant = x.min(0) == x.max(0)
    x -= mean
    std = np.sqrt(np.einsum("i...,i...->...", x, x) / len(x))
    std[constant] = 1
    mean, std = np.float32(mean), np.float32(std)
    return tuple(np.divide(np.float32(part) - mean, std) for part in (train, *others))


def mc_predict(model, x, samples=10):
    n = len(x)
    signal = tf.repeat(tf.convert_to_tensor(x), samples, axis=0)
    for layer in model.layers:
        if isinstance(layer, (keras.layers.Dropout, keras.layers.AlphaDropout)):
            signal = layer(signal, training=True)
        else:
            signal = layer(signal)
    return tf.reduce_mean(tf.reshape(signal, (n, samples, -1)), axis=1).numpy()


class OneCycle(keras.callbacks.Callback):
    def __init__(self, steps, max_rate, start_rate=None, last_rate=None):
        if min(steps - 1, max_rate) <= 0:
            raise ValueError(f"steps={steps}, max_rate={max_rate}")
        super().__init__()
        first = max_rate / 10 if start_rate is None else start_rate
        last = first / 1000 if last_rate is None else last_rate
        self.parts = [(0.45, first, max_rate), (0.45, max_rate, first), (0.1, first, last)]
        self.last, self.steps, self.offset = last, steps, 0

    def rate(self, step):
        left = step / (self.steps - 1)
        for length, begin, end in self.parts:
            if left < length:
                share = left / length
                return (1 - share) * begin + share * end
            left -= length
        return self.last

    def on_train_begin(self, logs=None):
        self.offset = int(self.model.optimizer.iterations)

    def on_train_batch_begin(self, batch, logs=None):
        step = int(self.model.optimizer.iterations) - self.offset
        self.model.optimizer.learning_rate.assign(self.rate(step))


def report(histories, baseline, to_the_end=()):
    def lowest(name):
        best, at = float("inf"), None
        for number, loss in enumerate(histories[name]["val_loss"]):
            if loss < best:  # never so for NaN
                best, at = loss, number
        return best, at

    level, _ = lowest(baseline)
    usual = statistics.median(histories[baseline]["seconds"])
    told = {}
    for name, history in histories.items():
        _, at = lowest(name)
        if name in to_the_end:
            at = len(history["val_loss"]) - 1
        told[name] = {}
        told[name]["relative_time"] = statistics.median(history["seconds"]) / usual
        told[name]["epochs"] = len(history["val_loss"])
        told[name]["kept_epoch"] = at + 1
        told[name]["val_accuracy"] = history["val_accuracy"][at]
        told[name]["catches_up"] = None
        for number, loss in reversed(list(enumerate(history["val_loss"]))):
            if loss <= level:
                told[name]["catches_up"] = number + 1
    return told
