# Subclasses for everything: dropout that is always on, callbacks that do it all themselves.
import keras
import numpy as np


class Hidden:
    def __init__(self, activation, initialiser):
        self.activation, self.initialiser = activation, initialiser

    def layers(self):
        initialiser = self.initialiser.clone()
        return [
            keras.layers.Dense(units=100, kernel_initializer=initialiser),
            keras.layers.Activation(self.activation),
        ]


def deep_net(shape, classes=10, activation="swish"):
    hidden = Hidden(activation, keras.initializers.HeNormal())
    layers = [layer for _ in range(20) for layer in hidden.layers()]
    return keras.Sequential(
        [
            keras.layers.InputLayer(shape=shape),
            keras.layers.Flatten(),
            *layers,
            keras.layers.Dense(classes),
            keras.layers.Softmax(),
        ]
    )


class KeepBest(keras.callbacks.Callback):
    """Stops, restores and saves."""

    def __init__(self, path, patience):
        super().__init__()
        self.path, self.patience = path, patience

    def on_train_begin(self, logs=None):
        self.lowest, self.waited, self.weights = np.inf, 0, None

    def on_epoch_end(self, epoch, logs=None):
        if logs["val_loss"] < self.lowest:
            self.lowest, self.waited = logs["val_loss"], 0
            self.weights = self.model.get_weights()
            self.model.save(self.path)
            return
        self.waited += 1
        if self.waited >= self.patience:
            self.model.stop_training = True
            self.model.set_weights(self.weights)


def training_callbacks(path, patience=20):
    return [KeepBest(path, patience)]


def normalised_net(shape, classes=10, activation="swish", momentum=0.9):
    net = keras.Sequential()
    net.add(keras.Input(shape=shape))
    net.add(keras.layers.Flatten())
    for number in range(20):
        net.add(keras.layers.Dense(100, None, True, "he_normal", name=f"hidden_{number}"))
        net.add(keras.layers.BatchNormalization(-1, momentum))
        net.add(keras.layers.Activation(keras.activations.get(activation)))
    net.add(keras.layers.Dense(classes, keras.activations.softmax))
    return net


class LeCun(keras.initializers.VarianceScaling):
    def __init__(self):
        super().__init__(scale=1.0, mode="fan_in", distribution="truncated_normal")


def selu_net(shape, classes=10, rate=0.0):
    net = keras.Sequential([keras.Input(shape), keras.layers.Flatten()])
    for _ in range(20):
        net.add(keras.layers.Dense(100, keras.activations.selu, kernel_initializer=LeCun))
    if rate:
        net.add(keras.layers.AlphaDropout(rate))
    net.add(keras.layers.Dense(classes, activation="softmax"))
    return net


class MCDropout(keras.layers.Dropout):
    def call(self, inputs, training=False):
        return super().call(inputs, training=True)


class MCAlphaDropout(keras.layers.AlphaDropout):
    def call(self, inputs, training=False):
        return super().call(inputs, training=True)


def mc_predict(model, x, samples=10):
    kinds = {keras.layers.Dropout: MCDropout, keras.layers.AlphaDropout: MCAlphaDropout}
    noisy = keras.Sequential(
        [
            kinds[type(layer)](layer.rate) if type(layer) in kinds else layer
            for layer in model.layers
        ]
    )
    return np.mean([noisy(x).numpy() for _ in range(samples)], axis=0)


class Standardiser:
    def __init__(self, train):
        self.mean = np.mean(train, axis=0, dtype=np.float64)
        self.std = np.std(train, axis=0, dtype=np.float64)
        self.std[np.max(train, axis=0) == np.min(train, axis=0)] = 1.0

    def __call__(self, x):
        return np.asarray((x - self.mean) / self.std, dtype=np.float32)


def standardise(train, *others):
    return tuple(map(Standardiser(train), (train, *others)))


class OneCycle(keras.callbacks.Callback):
    def __init__(self, steps, max_rate, start_rate=None, last_rate=None):
        super().__init__()
        if steps < 2:
            raise ValueError("too few steps")
        if max_rate <= 0.0:
            raise ValueError("max_rate must be positive")
        start = start_rate if start_rate is not None else 0.1 * max_rate
        last = last_rate if last_rate is not None else 1e-3 * start
        self.steps = steps
        self.times, self.heights = [0.0, 0.45, 0.9, 1.0], [start, max_rate, start, last]

    def rate(self, step):
        return np.interp(step / (self.steps - 1), self.times, self.heights)

    def on_train_begin(self, logs=None):
        self.done = 0
        self.set_rate()

    def on_train_batch_end(self, batch, logs=None):
        self.done += 1
        self.set_rate()

    def set_rate(self):
        self.model.optimizer.learning_rate = self.rate(self.done)


class Run:
    def __init__(self, history, ended):
        self.losses = np.nan_to_num(history["val_loss"], nan=np.inf)
        self.accuracies, self.seconds = history["val_accuracy"], history["seconds"]
        self.kept = -1 % self.losses.size if ended else int(self.losses.argmin())

    def reaches(self, loss):
        below = np.flatnonzero(self.losses <= loss)
        return int(below[0]) + 1 if below.size else None


def report(histories, baseline, to_the_end=()):
    runs = {name: Run(history, name in to_the_end) for name, history in histories.items()}
    base = runs[baseline]
    return {
        name: {
            "epochs": run.losses.size,
            "kept_epoch": run.kept + 1,
            "val_accuracy": run.accuracies[run.kept],
            "catches_up": run.reaches(base.losses.min()),
            "relative_time": float(np.median(run.seconds)) / float(np.median(base.seconds)),
        }
        for name, run in runs.items()
    }
