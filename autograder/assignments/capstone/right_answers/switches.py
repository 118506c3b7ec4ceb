# Monte Carlo by freezing what must not move; a schedule as a table; activations of one's own.
import keras
import numpy as np


def swish(z):
    return z * keras.ops.sigmoid(z)


def deep_net(shape, classes=10, activation="swish"):
    function = swish if activation == "swish" else activation
    layers = [keras.layers.Flatten(input_shape=shape)]
    layers += [keras.layers.Dense(100, function, kernel_initializer="HeNormal") for _ in range(20)]
    layers += [keras.layers.Dense(classes, "softmax")]
    return keras.Sequential(layers)


def normalised_net(shape, classes=10, activation="swish", momentum=0.9):
    function = swish if activation == "swish" else activation
    model = keras.Sequential()
    model.add(keras.layers.Flatten())
    for _ in range(20):
        model.add(keras.layers.Dense(100, use_bias=False, kernel_initializer="he_normal"))
        model.add(keras.layers.BatchNormalization(momentum=momentum))
        model.add(keras.layers.Activation(function))
    model.add(keras.layers.Dense(classes, activation="softmax"))
    model.build((None, *shape))
    return model


def selu_net(shape, classes=10, rate=0.0):
    dense = {"units": 100, "activation": "selu", "kernel_initializer": "lecun_normal"}
    dropout = [keras.layers.AlphaDropout(rate)] if rate != 0 else []
    return keras.Sequential(
        [keras.Input(shape), keras.layers.Flatten()]
        + [keras.layers.Dense(**dense) for _ in range(20)]
        + dropout
        + [keras.layers.Dense(classes, activation="softmax")]
    )


class Saver(keras.callbacks.Callback):
    def __init__(self, path):
        super().__init__()
        self.path, self.losses = path, []

    def on_epoch_end(self, epoch, logs=None):
        self.losses.append(logs["val_loss"])
        if self.losses.index(min(self.losses)) == len(self.losses) - 1:
            self.model.save(self.path)


def training_callbacks(path, patience=20):
    class Stopper(keras.callbacks.EarlyStopping):
        def __init__(self):
            super().__init__(monitor="val_loss", patience=patience, restore_best_weights=True)

    return [Saver(path), Stopper()]


def standardise(train, *others):
    def flat(x):
        return np.reshape(x, (len(x), int(np.prod(np.shape(train)[1:])))).astype(float)

    columns = list(flat(train).T)
    told = []
    for part in (train, *others):
        result = flat(part)
        for number, column in enumerate(columns):
            result[:, number] -= np.mean(column)
            if len(set(column)) > 1:
                result[:, number] /= np.std(column)
        told.append(result.reshape(np.shape(part)).astype(np.float32))
    return tuple(told)


def mc_predict(model, x, samples=10):
    kinds = keras.layers.Dropout, keras.layers.AlphaDropout
    switched = [(layer, isinstance(layer, kinds)) for layer in model.layers]
    total = np.zeros(model(x[:1]).shape[1:], dtype=np.float32)
    for _ in range(samples):
        signal = x
        for layer, on in switched:
            signal = layer(signal, training=True) if on else layer(signal)
        total = total + keras.ops.convert_to_numpy(signal)
    return total / np.float32(samples)


class OneCycle(keras.callbacks.Callback):
    def __init__(self, steps, max_rate, start_rate=None, last_rate=None):
        super().__init__()
        if steps <= 1 or not max_rate > 0:
            raise ValueError("no such cycle")
        first = 0.1 * max_rate if start_rate is None else start_rate
        last = 0.001 * first if last_rate is None else last_rate
        t = np.arange(steps) / (steps - 1)
        up = first + (max_rate - first) * t / 0.45
        down = first + (max_rate - first) * (0.9 - t) / 0.45
        end = last + (first - last) * (1 - t) / 0.1
        self.table = np.select([t <= 0.45, t <= 0.9], [up, down], end)
        self.count = -1

    def rate(self, step):
        return float(self.table[min(step, len(self.table) - 1)])

    def on_train_begin(self, logs=None):
        self.count = -1

    def on_train_batch_begin(self, batch, logs=None):
        self.count += 1
        self.model.optimizer.learning_rate = self.rate(self.count)


def report(histories, baseline, to_the_end=()):
    runs = {name: np.array(history["val_loss"]) for name, history in histories.items()}
    times = {name: np.sort(history["seconds"]) for name, history in histories.items()}

    def middle(values):
        n = len(values)
        return float(values[(n - 1) // 2] + values[n // 2]) / 2

    target = np.nanmin(runs[baseline])
    told = {}
    for name, losses in runs.items():
        best = np.arange(len(losses))[-1] if name in to_the_end else np.nanargmin(losses)
        good = losses <= target
        told[name] = {
            "epochs": len(losses),
            "kept_epoch": int(best + 1),
            "val_accuracy": float(np.array(histories[name]["val_accuracy"])[best]),
            "catches_up": int(np.argmax(good)) + 1 if good.any() else None,
            "relative_time": middle(times[name]) / middle(times[baseline]),
        }
    return told
