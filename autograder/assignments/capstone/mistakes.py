"""Wrong answers to the capstone that people really give.

What is asked of nets and callbacks here needs Keras, which the judge does without. So most of
these are stand-ins: they answer what the probes of `autograder.inside.probes` would tell of the
Keras code that the explanation describes.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import mean, median
from typing import Any

import numpy as np

from autograder.api import mistake
from solutions import stacks
from solutions.stacks import Layer, activation, batch_normalisation, dense, dropout, flatten

Array = np.ndarray[Any, Any]
History = dict[str, list[float]]
Names = tuple[str, ...]

SHARED = (
    "Nineteen of your layers start with the same weights. In Keras an initialiser object keeps "
    "its seed, also one that it chose itself, and gives the same weights each time that it is "
    "called with one shape. Make a new object for each layer, or pass the initialiser's name."
)
GLOROT = (
    "Your hidden layers start with Keras's default, Glorot uniform. Its variance does not make up "
    "for what the activation takes from the signal, so over twenty layers the signal fades. Pass "
    "`kernel_initializer`."
)
IDENTITY = (
    "Your hidden layers have no activation: a stack of dense layers without one is a single "
    "linear map, however deep it is. The layers themselves and their start weights are right."
)
OUTPUT = (
    "Your hidden layers are right, but the output layer has no softmax: what comes out are scores, "
    "not probabilities, and `sparse_categorical_crossentropy` takes them for probabilities."
)
TEN = "The number of classes is fixed: your output layer has 10 units whatever `classes` says."
NINETEEN = (
    "You have 19 hidden layers: the output layer was counted among the twenty. A net is called by "
    "its hidden layers, so with the output there are 21 dense layers."
)


# standardise


@mistake(
    "standardise",
    "own-statistics-for-each-set",
    "The training set is right, but you standardise each other set with its own mean and standard "
    "deviation. Then the same image looks different to the net in another set, and a single image "
    "becomes all zeros. Keep the mean and the standard deviation of the training set.",
)
def own_statistics(train: Array, *others: Array) -> tuple[Array, ...]:
    def alone(part: Array) -> Array:
        if not len(part):
            return part.astype(np.float32)
        std = part.std(axis=0, dtype=np.float64)
        constant = np.ptp(part, axis=0) == 0
        centred: Array = part - part.mean(axis=0)
        return np.asarray(centred / np.where(constant, 1, std), dtype=np.float32)

    return tuple(alone(part) for part in (train, *others))


@mistake(
    "standardise",
    "all-sets-pooled",
    "Your mean and standard deviation are those of all sets together. So the validation and test "
    "images take part in the preprocessing, and what you measure on them is no longer about "
    "images that the model has never met. Use the training set alone.",
)
def pooled(train: Array, *others: Array) -> tuple[Array, ...]:
    everything = np.concatenate([train, *others]).astype(np.float64)
    std = everything.std(axis=0)
    scale = np.where(np.ptp(everything, axis=0) == 0, 1, std)
    return tuple(
        ((part - everything.mean(axis=0)) / scale).astype(np.float32) for part in (train, *others)
    )


@mistake(
    "standardise",
    "one-mean-for-all-inputs",
    "You use one mean and one standard deviation for all inputs together; `axis=0` is missing. "
    "Each pixel should have a mean of 0 and a standard deviation of 1 over the training images: "
    "that is what self-normalisation starts from.",
)
def one_mean(train: Array, *others: Array) -> tuple[Array, ...]:
    std = train.std(dtype=np.float64)
    scale = std if np.ptp(train) else 1.0
    return tuple(
        ((part - train.mean(dtype=np.float64)) / scale).astype(np.float32)
        for part in (train, *others)
    )


@mistake(
    "standardise",
    "each-image-by-itself",
    "You standardise each image by its own mean and standard deviation. That takes an image's "
    "brightness and contrast away, and leaves the inputs of the net (a pixel, over all images) "
    "with any mean. The statistics go over the images: `axis=0`.",
)
def each_image(train: Array, *others: Array) -> tuple[Array, ...]:
    def alone(part: Array) -> Array:
        axes = tuple(range(1, part.ndim))
        std = part.std(axis=axes, keepdims=True, dtype=np.float64)
        centred: Array = part - part.mean(axis=axes, keepdims=True)
        return np.asarray(centred / np.where(std == 0, 1, std), dtype=np.float32)

    return tuple(alone(part) for part in (train, *others))


@mistake(
    "standardise",
    "unbiased-standard-deviation",
    "Your standard deviation divides the sum of squares by n - 1 (`ddof=1`). Nothing is being "
    "estimated here: the training set itself should have a standard deviation of 1.",
)
def unbiased(train: Array, *others: Array) -> tuple[Array, ...]:
    with np.errstate(all="ignore"):
        std = train.std(axis=0, dtype=np.float64, ddof=1)
    scale = np.where(np.ptp(train, axis=0) == 0, 1, std)
    return tuple(
        ((part - train.mean(axis=0, dtype=np.float64)) / scale).astype(np.float32)
        for part in (train, *others)
    )


@mistake(
    "standardise",
    "divided-by-the-variance",
    "Your mean is right, but you divide by the variance. An input with a standard deviation of 60 "
    "then comes out with one of 1/60: take the square root.",
)
def by_variance(train: Array, *others: Array) -> tuple[Array, ...]:
    scale = np.where(np.ptp(train, axis=0) == 0, 1, train.var(axis=0, dtype=np.float64))
    return tuple(
        ((part - train.mean(axis=0, dtype=np.float64)) / scale).astype(np.float32)
        for part in (train, *others)
    )


@mistake(
    "standardise",
    "only-centred",
    "Your mean is right, but nothing is divided: the standard deviation stays what it was. SELU "
    "nets find their way back to a variance of 1 in time, but pixels from 0 to 255 are far away.",
)
def only_centred(train: Array, *others: Array) -> tuple[Array, ...]:
    centre = train.mean(axis=0, dtype=np.float64)
    return tuple((part - centre).astype(np.float32) for part in (train, *others))


@mistake(
    "standardise",
    "divided-by-zero",
    "Inputs that vary are right. An input that is the same in all training images has a standard "
    "deviation of 0, and 0 / 0 is NaN: one such pixel makes the whole loss NaN. There, do not "
    "divide.",
)
def by_zero(train: Array, *others: Array) -> tuple[Array, ...]:
    with np.errstate(all="ignore"):
        centre, std = train.mean(axis=0, dtype=np.float64), train.std(axis=0, dtype=np.float64)
        return tuple(((part - centre) / std).astype(np.float32) for part in (train, *others))


@mistake(
    "standardise",
    "epsilon-for-zero",
    "Inputs that vary are right. One that is the same in all training images you divide by a tiny "
    "number, and the first test image in which it differs by a little sends millions through the "
    "net. There, do not divide.",
)
def tiny(train: Array, *others: Array) -> tuple[Array, ...]:
    centre, std = train.mean(axis=0, dtype=np.float64), train.std(axis=0, dtype=np.float64)
    return tuple(((part - centre) / (std + 1e-7)).astype(np.float32) for part in (train, *others))


@mistake(
    "standardise",
    "scaled-to-one",
    "You scale each input to the range from 0 to 1. That is a good preprocessing for many nets, "
    "but self-normalisation needs a mean of 0 and a standard deviation of 1.",
)
def to_unit_range(train: Array, *others: Array) -> tuple[Array, ...]:
    low, span = train.min(axis=0).astype(np.float64), np.ptp(train, axis=0).astype(np.float64)
    scale = np.where(span == 0, 1, span)
    return tuple(((part - low) / scale).astype(np.float32) for part in (train, *others))


@mistake(
    "standardise",
    "double-precision",
    "The numbers are right, but they come back in double precision. Keras computes in float32, and "
    "50,000 images in float64 take 1.2 GB: convert the results with `astype(np.float32)`.",
)
def double(train: Array, *others: Array) -> tuple[Array, ...]:
    scale = np.where(np.ptp(train, axis=0) == 0, 1, train.std(axis=0, dtype=np.float64))
    return tuple((part - train.mean(axis=0, dtype=np.float64)) / scale for part in (train, *others))


@mistake(
    "standardise",
    "in-place",
    "The numbers are right, but the arrays that you were given have changed: `-=` and `/=` work in "
    "place. Whoever calls `standardise` still needs the images, to show them for example.",
)
def in_place(train: Array, *others: Array) -> tuple[Array, ...]:
    centre = train.mean(axis=0, dtype=np.float64)
    scale = np.where(np.ptp(train, axis=0) == 0, 1, train.std(axis=0, dtype=np.float64))
    told = []
    for part in (train, *others):
        result = part if part.dtype == np.float32 else part.astype(np.float32)
        result -= centre.astype(np.float32)
        result /= scale.astype(np.float32)
        told.append(result)
    return tuple(told)


# Nets


class _Net:
    """Stands in for a function that builds the net made of `layers(classes, ...)`."""

    def __init__(
        self, layers: Callable[..., list[Layer]], different: Callable[[int], int] = int
    ) -> None:
        self.layers = layers
        self.different = different

    def built_net(
        self, shape: tuple[int, ...], *args: Any, x: Array, seed: int, **kwargs: Any
    ) -> dict[str, Any]:
        # A dropout with a rate of 0 does nothing, and the probe leaves it out.
        layers = [one for one in self.layers(*args, **kwargs) if one.get("rate") != 0]
        kernels = [layer for layer in layers if layer["kind"] == "dense"]
        fan_in = math.prod(shape)
        for number, kernel in enumerate(kernels):
            if kernel["gain"] == "glorot":
                gain = 2 * fan_in / (fan_in + kernel["units"])
                kernels[number] = {**kernel, "gain": round(2 * gain) / 2}
            fan_in = kernel["units"]
        rest = iter(kernels)
        layers = [next(rest) if layer["kind"] == "dense" else layer for layer in layers]
        return {
            "input": shape,
            "layers": layers,
            "different": self.different(len(kernels)),
            "predictions": stacks.predictions(layers, x, seed),
        }

    __call__ = built_net


def _three(_: int) -> int:
    """Return how many kernels differ when all hidden layers share an initialiser object."""
    return 3  # that of the first layer, those of all others, that of the output


def _glorot(bias: float | None = 0.0) -> Layer:
    return {**dense(100, None, bias), "gain": "glorot", "normal": False}


def _uniform(layer: Layer) -> Layer:
    return {**layer, "normal": False} if layer.get("gain") is not None else layer


def _deep(
    classes: int = 10,
    name: str = "swish",
    *,
    hidden: Layer | None = None,
    number: int = 20,
    end: tuple[str, ...] = ("softmax",),
) -> list[Layer]:
    kernel = hidden or dense(100, 2.0)
    body = [kernel, activation(name)] * number
    return [flatten(), *body, dense(classes), *map(activation, end)]


deep_shared = mistake("deep_net", "initialiser-shared", SHARED)(_Net(_deep, _three))
deep_glorot = mistake("deep_net", "glorot-by-default", GLOROT)(
    _Net(lambda *args: _deep(*args, hidden=_glorot()))
)
deep_uniform = mistake(
    "deep_net",
    "he-uniform",
    "Your weights have He's variance but are uniform: `he_uniform`. It would train about as well; "
    "the experiment asks for the normal one, `he_normal`, so that your numbers can be compared.",
)(_Net(lambda *args: [_uniform(layer) for layer in _deep(*args)]))
deep_lecun = mistake(
    "deep_net",
    "lecun-normal",
    "Your hidden layers start with LeCun's variance, 1 / fan_in. That suits SELU; activations like "
    "ReLU and Swish lose about half of the signal, and He's 2 / fan_in makes up for it.",
)(_Net(lambda *args: _deep(*args, hidden=dense(100, 1.0))))
deep_nineteen = mistake("deep_net", "nineteen-hidden-layers", NINETEEN)(
    _Net(lambda *args: _deep(*args, number=19))
)
deep_swish = mistake(
    "deep_net",
    "activation-ignored",
    "The activation is always swish, whatever `activation` says: pass the argument on to the "
    "layers. Layers and start weights are right.",
)(_Net(lambda classes=10, name="swish": _deep(classes)))
deep_relu = mistake(
    "deep_net",
    "always-relu",
    "The activation is always ReLU. The experiment begins with Swish, and compares others by the "
    "argument `activation`: pass that on to the layers. The rest is right.",
)(_Net(lambda classes=10, name="swish": _deep(classes, "relu")))
deep_linear = mistake("deep_net", "no-activation", IDENTITY)(
    _Net(
        lambda classes=10, name="swish": [
            layer
            for layer in _deep(classes, "tanh")
            if layer["kind"] != "activation" or stacks.name_of(layer["values"]) == "softmax"
        ]
    )
)
deep_logits = mistake("deep_net", "no-softmax", OUTPUT)(_Net(lambda *args: _deep(*args, end=())))
deep_sigmoid = mistake(
    "deep_net",
    "sigmoid-output",
    "Your hidden layers are right, but the output is a sigmoid: ten separate yes-or-no questions. "
    "An image of CIFAR-10 is in exactly one class; softmax gives probabilities that add up to 1.",
)(_Net(lambda *args: _deep(*args, end=("sigmoid",))))
deep_ten = mistake("deep_net", "always-ten-classes", TEN)(
    _Net(lambda classes=10, name="swish": _deep(10, name))
)


def _normalised(
    classes: int = 10,
    name: str = "swish",
    momentum: float = 0.9,
    *,
    hidden: Layer | None = None,
    late: bool = False,
    first: bool = False,
    last: bool = False,
    number: int = 20,
) -> list[Layer]:
    norm = batch_normalisation(momentum)
    pair = [activation(name), norm] if late else [norm, activation(name)]
    body = [hidden or dense(100, 2.0, None), *pair] * number
    before, after = [norm] * first, [norm] * last
    return [flatten(), *before, *body, dense(classes), *after, activation("softmax")]


normalised_late = mistake(
    "normalised_net",
    "normalisation-after-the-activation",
    "Your batch normalisation comes after the activation. Both orders are used in practice; the "
    "paper, and this experiment, normalise what goes *into* the activation: Dense without an "
    "activation, BatchNormalization, Activation.",
)(_Net(lambda *args: _normalised(*args, hidden=dense(100, 2.0), late=True)))
normalised_first = mistake(
    "normalised_net",
    "inputs-normalised-too",
    "There is one batch normalisation too many: before the first dense layer, where it "
    "standardises the inputs. That is a good idea, but then the comparison with the plain net is "
    "about two things at once. The hidden layers are right.",
)(_Net(lambda *args: _normalised(*args, first=True)))
normalised_last = mistake(
    "normalised_net",
    "output-normalised-too",
    "There is one batch normalisation too many: in the output layer. There it forces each class's "
    "score to the same mean and spread within a batch, whatever is in the pictures. The hidden "
    "layers are right.",
)(_Net(lambda *args: _normalised(*args, last=True)))
normalised_not = mistake(
    "normalised_net",
    "no-normalisation",
    "This is net (a): there is no batch normalisation in it. Put one between each hidden dense "
    "layer and its activation, which then needs a layer of its own.",
)(_Net(lambda classes=10, name="swish", momentum=0.9: _deep(classes, name)))
normalised_default = mistake(
    "normalised_net",
    "momentum-left-at-0.99",
    "Layers and order are right, but `momentum` is not passed on, and Keras's default of 0.99 is "
    "used. The moving statistics then are those of the last hundred batches, and in a net this "
    "deep each layer multiplies how far they are behind: validation is far worse than training.",
)(_Net(lambda classes=10, name="swish", momentum=0.9: _normalised(classes, name, 0.99)))
normalised_reversed = mistake(
    "normalised_net",
    "momentum-reversed",
    "Layers and order are right, but the momentum is turned round: 1 - momentum. Keras's momentum "
    "is the share of the moving statistics that is *kept* (PyTorch's is the share that is new).",
)(
    _Net(
        lambda classes=10, name="swish", momentum=0.9: _normalised(
            classes, name, round(1 - momentum, 12)
        )
    )
)
normalised_linear = mistake("normalised_net", "no-activation", IDENTITY)(
    _Net(
        lambda classes=10, name="swish", momentum=0.9: [
            layer
            for layer in _normalised(classes, "tanh", momentum)
            if layer["kind"] != "activation" or stacks.name_of(layer["values"]) == "softmax"
        ]
    )
)
normalised_glorot = mistake("normalised_net", "glorot-by-default", GLOROT)(
    _Net(lambda *args: _normalised(*args, hidden=_glorot(None)))
)
normalised_shared = mistake("normalised_net", "initialiser-shared", SHARED)(
    _Net(_normalised, _three)
)
normalised_nineteen = mistake("normalised_net", "nineteen-hidden-layers", NINETEEN)(
    _Net(lambda *args: _normalised(*args, number=19))
)


def _selu(
    classes: int = 10,
    rate: float = 0.0,
    *,
    hidden: Layer | None = None,
    name: str = "selu",
    each: list[Layer] | None = None,
    last: list[Layer] | None = None,
) -> list[Layer]:
    block = [hidden or dense(100, 1.0), activation(name), *(each or [])]
    behind = [dropout(rate)] if last is None else last
    return [flatten(), *block * 20, *behind, dense(classes), activation("softmax")]


selu_he = mistake(
    "selu_net",
    "he-normal",
    "Your hidden layers start with He's variance, 2 / fan_in, which makes up for what ReLU takes "
    "away. SELU takes nothing away: its two constants are made for 1 / fan_in, LeCun normal.",
)(_Net(lambda *args: _selu(*args, hidden=dense(100, 2.0))))
selu_glorot = mistake(
    "selu_net",
    "glorot-by-default",
    "Your hidden layers start with Keras's default, Glorot uniform. Where a layer has as many "
    "inputs as outputs that has the right variance, but the first layer has not: self-"
    "normalisation asks for LeCun normal. Pass `kernel_initializer`.",
)(_Net(lambda *args: _selu(*args, hidden=_glorot())))
selu_uniform = mistake(
    "selu_net",
    "lecun-uniform",
    "Your weights have LeCun's variance but are uniform. The experiment asks for LeCun normal, "
    "for which the constants of SELU were derived.",
)(_Net(lambda *args: [_uniform(layer) for layer in _selu(*args)]))
selu_shared = mistake("selu_net", "initialiser-shared", SHARED)(_Net(_selu, _three))
selu_elu = mistake(
    "selu_net",
    "elu",
    "Your activation is ELU. SELU is an ELU with two constants of its own, scale = 1.0507 and "
    "alpha = 1.6733, and it is these that hold mean and variance at 0 and 1.",
)(_Net(lambda *args: _selu(*args, name="elu")))
selu_normalised = mistake(
    "selu_net",
    "batch-normalisation-kept",
    "There is batch normalisation in your net. Self-normalisation is to replace it: SELU already "
    "holds mean and variance, and the experiment is to show whether that is enough.",
)(
    _Net(
        lambda classes=10, rate=0.0: [
            flatten(),
            *[dense(100, 1.0, None), batch_normalisation(0.99), activation("selu")] * 20,
            dropout(rate),
            *stacks.output(classes),
        ]
    )
)
selu_plain = mistake(
    "selu_net",
    "plain-dropout",
    "The layers are right but for the dropout, which is the plain one: it sets what it drops to "
    "0, which is not where SELU's signal is lowest, and scales up the rest, so that mean and "
    "variance change. `AlphaDropout` keeps both.",
)(_Net(lambda classes=10, rate=0.0: _selu(classes, last=[dropout(rate, "dropout")])))
selu_every = mistake(
    "selu_net",
    "dropout-after-every-layer",
    "There is alpha dropout behind every hidden layer. Twenty times is far too much for a net that "
    "is hardly wide enough; the experiment has it once, between the last hidden layer and the "
    "output.",
)(_Net(lambda classes=10, rate=0.0: _selu(classes, each=[dropout(rate)], last=[])))
selu_rate = mistake(
    "selu_net",
    "rate-ignored",
    "The net is right for a rate of 0, but has no alpha dropout for any other: put it between the "
    "last hidden layer and the output.",
)(_Net(lambda classes=10, rate=0.0: _selu(classes, last=[])))
selu_kept = mistake(
    "selu_net",
    "rate-of-what-is-kept",
    "Alpha dropout is in the right place, but with 1 - rate. Keras's rate is the share that is "
    "taken away, not the share that is kept.",
)(
    _Net(
        lambda classes=10, rate=0.0: _selu(
            classes, last=[dropout(round(1 - rate, 12))] if rate else []
        )
    )
)


# training_callbacks


class _Callbacks:
    """Stands in for a function that returns callbacks.

    Each of `stops` and `saves` is the index of a quantity (0: the validation loss, 1: the
    validation accuracy turned round, 2: the training loss), or None for no such callback.
    """

    def __init__(
        self,
        stops: int | None = 0,
        saves: int | None = 0,
        restores: bool = True,
        every: bool = False,
        patience: int | None = None,
        least: float = 0.0,
        shared: bool = False,
    ) -> None:
        self.stops, self.saves, self.restores, self.every = stops, saves, restores, every
        self.patience, self.least, self.shared = patience, least, shared

    def watched_training(
        self, trainings: list[tuple[list[float], list[float]]], patience: int | None = None
    ) -> list[dict[str, Any]]:
        told, best = [], math.inf
        for losses, accuracies in trainings:
            told.append(self.watched(losses, accuracies, patience, best))
            best = min(losses) if self.shared else math.inf
        return told

    def watched(
        self, losses: list[float], accuracies: list[float], patience: int | None, known: float
    ) -> dict[str, Any]:
        """Return what becomes of a training; a loss has to be lower than `known` to be saved."""
        training = [abs(epoch - 3) for epoch in range(len(losses))]  # lowest in the fourth epoch
        watched = losses, [-accuracy for accuracy in accuracies], training
        wait = self.patience if self.patience is not None else 20 if patience is None else patience
        epochs, kept = len(losses), len(losses)
        if self.stops is not None:
            lowest, best = math.inf, 0
            for epoch, value in enumerate(watched[self.stops], start=1):
                if value < lowest - self.least:
                    lowest, best = value, epoch
                if epoch - best >= max(wait, 1):
                    epochs = epoch
                    break
            kept = best if self.restores else epochs
        saved = [0] * epochs
        if self.saves is not None:
            quantity = watched[self.saves][:epochs]
            lows = np.minimum.accumulate(quantity).tolist()
            saved = [quantity.index(low) + 1 if low < known else 0 for low in lows]
        if self.every:
            saved = list(range(1, epochs + 1))
        return {"epochs": epochs, "kept": kept, "saved": saved}

    __call__ = watched_training


callbacks_last_weights = mistake(
    "training_callbacks",
    "last-weights-kept",
    "Training stops at the right time, but the model keeps the weights of the last epoch, which "
    "is `patience` epochs past the best: pass `restore_best_weights=True`.",
)(_Callbacks(restores=False))
callbacks_twenty = mistake(
    "training_callbacks",
    "patience-ignored",
    "The patience is always 20: pass the argument on to `EarlyStopping`. The rest is right.",
)(_Callbacks(patience=20))
callbacks_impatient = mistake(
    "training_callbacks",
    "no-patience",
    "Training stops in the first epoch without progress: `EarlyStopping` has a patience of 0 "
    "unless it is told otherwise. A validation loss goes up and down; pass `patience`.",
)(_Callbacks(patience=0))
callbacks_training_loss = mistake(
    "training_callbacks",
    "training-loss-watched",
    "You watch the training loss, `loss`. It goes on falling while the model learns the training "
    "set by heart, so training never stops: the validation loss is called `val_loss`.",
)(_Callbacks(stops=2))
callbacks_accuracy = mistake(
    "training_callbacks",
    "accuracy-watched",
    "You watch the validation accuracy to stop. It may still rise by chance while the model "
    "already grows overconfident, which the loss shows first; the experiment asks for `val_loss`.",
)(_Callbacks(stops=1))
callbacks_file_accuracy = mistake(
    "training_callbacks",
    "file-by-accuracy",
    "Stopping is right, but the file is written whenever the validation *accuracy* is highest. "
    "Then the file and the model hold different epochs; let both watch `val_loss`.",
)(_Callbacks(saves=1))
callbacks_every_epoch = mistake(
    "training_callbacks",
    "file-after-every-epoch",
    "Stopping is right, but the file is written after every epoch, so the last one overwrites the "
    "best: pass `save_best_only=True`.",
)(_Callbacks(every=True))
callbacks_no_file = mistake(
    "training_callbacks",
    "no-file",
    "Stopping is right, but nothing is saved. A training of hours that is interrupted is lost "
    "without a `ModelCheckpoint`.",
)(_Callbacks(saves=None))
callbacks_no_stop = mistake(
    "training_callbacks",
    "no-early-stopping",
    "The file is right, but nothing stops the training: there is no `EarlyStopping` in the list.",
)(_Callbacks(stops=None))
callbacks_least = mistake(
    "training_callbacks",
    "small-progress-not-counted",
    "A loss that is lower by a little does not count for you (`min_delta`). Late in a training "
    "progress is small; the experiment asks for the lowest loss, by however little.",
)(_Callbacks(least=0.01))
callbacks_shared = mistake(
    "training_callbacks",
    "same-callbacks-each-time",
    "The callbacks are right, but each call returns the same objects. `ModelCheckpoint` remembers "
    "the best loss of the training before, and may never save in the next: make new ones inside "
    "the function.",
)(_Callbacks(shared=True))


# mc_predict


class _Prediction:
    """Stands in for a function that predicts with dropout left on.

    `joined` makes one prediction of several; `samples` of None is what is asked for.
    """

    def __init__(
        self,
        joined: Callable[[Array], Array] = lambda several: several.mean(axis=0),
        samples: int | None = None,
        training: bool = False,
        kinds: tuple[str, ...] = ("Dropout", "AlphaDropout"),
    ) -> None:
        self.joined, self.samples = joined, samples
        self.training, self.kinds = training, kinds

    def mc_seen(
        self,
        weights: list[Array],
        kind: str,
        rate: float,
        x: Array,
        samples: int,
        rng: np.random.Generator,
    ) -> tuple[Array, Array, list[Array]]:
        kernel, bias, *normal, out, out_bias = weights
        samples = self.samples or samples
        z, left = x @ kernel + bias, weights
        moving = [z.mean(axis=0), z.var(axis=0)] if normal and self.training else normal[2:]
        several = np.stack([
            stacks.ACTIVATIONS["softmax"](
                self.dropped(_hidden(z, normal[:2], moving), kind, rate, rng) @ out + out_bias
            )
            for _ in range(samples)
        ])  # fmt: skip
        if normal and self.training:
            kept = 0.99**samples
            pairs = zip(normal[2:], moving, strict=True)
            moved = [(kept * old + (1 - kept) * new).astype(np.float32) for old, new in pairs]
            left = [*weights[:4], *moved, out, out_bias]
        hidden = _hidden(z, left[2:4], left[4:6] if normal else [])
        after = stacks.ACTIVATIONS["softmax"](hidden @ out + out_bias).astype(np.float32)
        return self.joined(several).astype(np.float32), after, left

    def dropped(self, hidden: Array, kind: str, rate: float, rng: np.random.Generator) -> Array:
        kept = rng.random(hidden.shape) >= rate
        if kind not in self.kinds:
            return hidden
        if kind == "Dropout":
            return np.asarray(hidden * kept / (1 - rate))
        low = -stacks.SELU_ALPHA * stacks.SELU_SCALE
        a = ((1 - rate) * (1 + rate * low**2)) ** -0.5
        return np.asarray(a * np.where(kept, hidden, low) - a * low * rate)

    __call__ = mc_seen


def _hidden(z: Array, scale: list[Array], moving: list[Array]) -> Array:
    """Return the hidden units, of a normalisation with these weights if there are `moving`."""
    if moving:
        z = scale[0] * (z - moving[0]) / np.sqrt(moving[1] + 0.25) + scale[1]
    return np.tanh(z)


def _votes(several: Array) -> Array:
    return np.asarray(np.eye(several.shape[-1])[several.argmax(axis=-1)].mean(axis=0))


mc_off = mistake(
    "mc_predict",
    "dropout-off",
    "Dropout is off, so that all predictions are the same and their mean is the plain prediction. "
    "`model.predict` and `model(x)` are inference; a layer is in training only if it is told so "
    "with `training=True`.",
)(_Prediction(kinds=()))
mc_alpha_off = mistake(
    "mc_predict",
    "alpha-dropout-off",
    "Dropout is on, alpha dropout is not: in Keras `AlphaDropout` is no subclass of `Dropout`, so "
    "`isinstance(layer, keras.layers.Dropout)` does not find it. (And that of `tf.keras` is "
    "another, older class: use the one in `keras.layers`.)",
)(_Prediction(kinds=("Dropout",)))
mc_training = mistake(
    "mc_predict",
    "whole-model-in-training",
    "`training=True` for the whole model switches on more than dropout: batch normalisation goes "
    "by the batch, so that an answer depends on what else is in it, and its moving statistics "
    "move. Without batch normalisation your predictions are right. Call the layers one by one, "
    "and tell only the dropout layers that it is training.",
)(_Prediction(training=True))
mc_single = mistake(
    "mc_predict",
    "one-sample",
    "Dropout is on, but the spread of your answers is that of a single prediction, or of one "
    "mask used again and again. Averaging helps only over predictions with new masks each.",
)(_Prediction(samples=1))
mc_sum = mistake(
    "mc_predict",
    "sum-instead-of-mean",
    "Your answer is the sum of the predictions: divide by `samples`, so that the probabilities "
    "add up to 1.",
)(_Prediction(joined=lambda several: several.sum(axis=0)))
mc_all = mistake(
    "mc_predict",
    "not-averaged",
    "You return all the predictions, one after the other; their mean over the samples was asked "
    "for (axis 0 of what you have).",
)(_Prediction(joined=lambda several: several))
mc_spread = mistake(
    "mc_predict",
    "spread-instead-of-mean",
    "You return the standard deviation over the samples. That says how uncertain the model is, "
    "and you may want to look at it; the prediction is the mean.",
)(_Prediction(joined=lambda several: several.std(axis=0)))
mc_votes = mistake(
    "mc_predict",
    "votes-counted",
    "You count for each class how often it was the most probable. That throws away how sure each "
    "prediction was: average the probabilities.",
)(_Prediction(joined=_votes))
mc_median = mistake(
    "mc_predict",
    "median-instead-of-mean",
    "You take the median of the predictions. The average over the masks is an integral over "
    "models, and its estimate is the mean; medians of several classes do not even add up to 1.",
)(_Prediction(joined=lambda several: np.asarray(np.median(several, axis=0))))


# OneCycle


class _Cycle:
    """Stands in for a callback; `curve(t)` is the rate with start, highest and last rate."""

    points: tuple[float, ...] = (0.0, 0.45, 0.9, 1.0)

    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        if steps < 2 or max_rate <= 0:
            raise ValueError(f"no cycle of {steps} steps")
        self.steps, self.highest = steps, max_rate
        self.start = max_rate / 10 if start_rate is None else start_rate
        self.last = self.start / 1000 if last_rate is None else last_rate

    def rate(self, step: int) -> float:
        return float(self.curve(self.time(step)))

    def time(self, step: int) -> float:
        return step / (self.steps - 1)

    def curve(self, t: float) -> float:
        heights = (self.start, self.highest, self.start, self.last)
        return float(np.interp(t, self.points, heights))

    def step_of(self, epoch: int, batch: int, batches: int, training: int, epochs: int) -> int:
        return epoch * batches + batch

    def learning_rates(self, epochs: int, batches: int, trainings: int = 1) -> Array:
        rates = [
            self.rate(self.step_of(epoch, batch, batches, training, epochs))
            for training in range(trainings)
            for epoch in range(epochs)
            for batch in range(batches)
        ]
        return np.array(rates, dtype=np.float32)


@mistake(
    "OneCycle",
    "a-cycle-in-each-epoch",
    "`rate` is right, but in a training your cycle begins anew in each epoch: the number that "
    "Keras passes to `on_train_batch_begin` counts the batches of the epoch. Count the steps of "
    "the whole training yourself.",
)
class CycleEachEpoch(_Cycle):
    def step_of(self, epoch: int, batch: int, batches: int, training: int, epochs: int) -> int:
        return batch


@mistake(
    "OneCycle",
    "one-step-an-epoch",
    "`rate` is right, but in a training the step goes up once an epoch only, so the cycle has "
    "hardly begun when the training is over. `steps` counts batches.",
)
class CycleByEpoch(_Cycle):
    def step_of(self, epoch: int, batch: int, batches: int, training: int, epochs: int) -> int:
        return epoch


@mistake(
    "OneCycle",
    "never-begins-anew",
    "The first training is right; the second goes on where the first stopped, at the last rate, "
    "and learns nothing. Set the step back to 0 in `on_train_begin`.",
)
class CycleNeverAnew(_Cycle):
    def step_of(self, epoch: int, batch: int, batches: int, training: int, epochs: int) -> int:
        return (training * epochs + epoch) * batches + batch


@mistake(
    "OneCycle",
    "one-batch-late",
    "`rate` is right, but each batch is trained with the rate of the batch before, and the first "
    "with the rate that the optimiser came with: you set the rate when a batch has *ended*. Use "
    "`on_train_batch_begin`.",
)
class CycleLate(_Cycle):
    def learning_rates(self, epochs: int, batches: int, trainings: int = 1) -> Array:
        rates = super().learning_rates(epochs, batches, trainings)
        return np.concatenate([np.array([7.0], np.float32), rates[:-1]])


@mistake(
    "OneCycle",
    "no-final-fall",
    "Your rate rises for half of the training and falls back to the first rate for the other "
    "half. The last tenth is missing, in which it falls far below the first rate and the weights "
    "settle.",
)
class CycleTriangle(_Cycle):
    def curve(self, t: float) -> float:
        return float(np.interp(t, [0, 0.5, 1], [self.start, self.highest, self.start]))


@mistake(
    "OneCycle",
    "peaks-late",
    "Your rate goes on rising until 90 % of the training. The large rates in the middle are what "
    "regularises; most of the second half should already fall.",
)
class CyclePeaksLate(_Cycle):
    def curve(self, t: float) -> float:
        return float(np.interp(t, [0, 0.9, 1], [self.start, self.highest, self.last]))


@mistake(
    "OneCycle",
    "cosines",
    "The four points are right, but between them your rate follows a cosine, as PyTorch's does by "
    "default. Smith's cycle, and this one, have straight lines.",
)
class CycleCosine(_Cycle):
    def curve(self, t: float) -> float:
        heights = (self.start, self.highest, self.start, self.last)
        if t >= 1:
            return self.last
        n = int(np.searchsorted(self.points, t, side="right")) - 1
        share = (t - self.points[n]) / (self.points[n + 1] - self.points[n])
        return heights[n] + (heights[n + 1] - heights[n]) * (1 - math.cos(math.pi * share)) / 2


@mistake(
    "OneCycle",
    "steps-off-by-one",
    "Your t is step / steps, so the last batch is not yet at t = 1 and everything comes a little "
    "late. With steps counted from 0 the last one is steps - 1.",
)
class CycleOffByOne(_Cycle):
    def time(self, step: int) -> float:
        return step / self.steps


@mistake(
    "OneCycle",
    "below-zero-in-the-end",
    "Within the cycle you are right; after its last step your straight line goes on falling, below "
    "0, and gradient descent climbs. A training that is a batch longer than planned should keep "
    "the last rate.",
)
class CycleBelowZero(_Cycle):
    def curve(self, t: float) -> float:
        inside = super().curve(t)
        return inside if t <= 1 else self.start + (self.last - self.start) * (t - 0.9) / 0.1


@mistake(
    "OneCycle",
    "last-rate-by-the-highest",
    "Your default for the last rate is max_rate / 1000; it is start_rate / 1000, which is ten "
    "times less. The rest is right.",
)
class CycleLastByHighest(_Cycle):
    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        super().__init__(steps, max_rate, start_rate, last_rate)
        self.last = max_rate / 1000 if last_rate is None else last_rate


@mistake(
    "OneCycle",
    "zero-taken-for-none",
    "A last rate of 0 is a rate, and you take it for a missing one: `last_rate or ...` does that. "
    "Ask `last_rate is None`.",
)
class CycleZeroForNone(_Cycle):
    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        super().__init__(steps, max_rate, start_rate or None, last_rate or None)


@mistake(
    "OneCycle",
    "first-rate-fixed",
    "`start_rate` is not used: your cycle begins at max_rate / 10 whatever it says. The default "
    "cycle is right.",
)
class CycleFirstFixed(_Cycle):
    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        super().__init__(steps, max_rate, None, last_rate)


# report


def _numbers(
    history: History,
    last: bool,
    target: float,
    pace: float,
    best: Callable[[History], int],
    average: Callable[[list[float]], float] = median,
) -> dict[str, Any]:
    reached = [n for n, loss in enumerate(history["val_loss"], start=1) if loss <= target]
    at = len(history["val_loss"]) - 1 if last else best(history)
    return {
        "epochs": len(history["val_loss"]),
        "kept_epoch": at + 1,
        "val_accuracy": float(history["val_accuracy"][at]),
        "catches_up": reached[0] if reached else None,
        "relative_time": average(history["seconds"]) / pace,
    }


def _lowest(history: History) -> int:
    return int(np.nanargmin(history["val_loss"]))


def _right(
    histories: dict[str, History],
    baseline: str,
    to_the_end: Names = (),
    best: Callable[[History], int] = _lowest,
    average: Callable[[list[float]], float] = median,
) -> dict[str, dict[str, Any]]:
    target = float(np.nanmin(histories[baseline]["val_loss"]))
    pace = average(histories[baseline]["seconds"])
    return {
        name: _numbers(history, name in to_the_end, target, pace, best, average)
        for name, history in histories.items()
    }


@mistake(
    "report",
    "best-epoch-by-accuracy",
    "Your best epoch is the one with the highest validation accuracy. The weights that early "
    "stopping keeps are those of the lowest validation *loss*, so your report is about a model "
    "that nobody has.",
)
def by_accuracy(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    return _right(
        histories, baseline, to_the_end, lambda history: int(np.argmax(history["val_accuracy"]))
    )


@mistake(
    "report",
    "best-epoch-of-a-schedule",
    "Where training stopped early you are right. An experiment that followed its schedule to the "
    "end has the weights of its *last* epoch: nobody kept those of the epoch with the lowest loss.",
)
def best_of_schedule(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    return _right(histories, baseline)


@mistake(
    "report",
    "highest-accuracy-reported",
    "The best epoch is right, but the accuracy that you report is the highest of the training. It "
    "belongs to another epoch, and picking the highest of many noisy numbers flatters.",
)
def highest(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    told = _right(histories, baseline, to_the_end)
    for name, numbers in told.items():
        numbers["val_accuracy"] = float(max(histories[name]["val_accuracy"]))
    return told


@mistake(
    "report",
    "epochs-from-zero",
    "You count epochs from 0, as an index. Keras prints them from 1, and so does a report: add 1 "
    "to `kept_epoch` and `catches_up`.",
)
def from_zero(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    told = _right(histories, baseline, to_the_end)
    for numbers in told.values():
        numbers["kept_epoch"] -= 1
        if numbers["catches_up"] is not None:
            numbers["catches_up"] -= 1
    return told


@mistake(
    "report",
    "last-of-equals",
    "If the lowest loss occurs twice, you name the last of the epochs. Early stopping keeps the "
    "first: a loss that is no lower is no progress.",
)
def last_of_equals(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    def best(history: History) -> int:
        losses = history["val_loss"]
        return len(losses) - 1 - int(np.nanargmin(losses[::-1]))

    return _right(histories, baseline, to_the_end, best)


@mistake(
    "report",
    "mean-time",
    "Your time of an epoch is the mean, so the first epoch counts, in which TensorFlow builds its "
    "graph. Take the median: it does not mind one epoch that is unlike the others.",
)
def mean_time(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    return _right(histories, baseline, to_the_end, average=mean)


@mistake(
    "report",
    "total-time",
    "Your time is that of the whole training. How long an epoch takes and how many are needed are "
    "two answers: batch normalisation makes one larger and the other smaller.",
)
def total_time(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    return _right(histories, baseline, to_the_end, average=math.fsum)


@mistake(
    "report",
    "time-upside-down",
    "Your relative time is upside down: an epoch that takes twice as long as the baseline's should "
    "give 2, not 0.5.",
)
def upside_down(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    told = _right(histories, baseline, to_the_end)
    for numbers in told.values():
        numbers["relative_time"] = 1 / numbers["relative_time"]
    return told


@mistake(
    "report",
    "diverged-epoch-is-best",
    "An epoch with a loss of NaN becomes the best: `np.argmin` stops at the first NaN, and so a "
    "training that blew up looks like the winner. `np.nanargmin` passes over it.",
)
def nan_is_best(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    target = float(np.min(histories[baseline]["val_loss"]))
    pace = median(histories[baseline]["seconds"])
    return {
        name: _numbers(
            history, name in to_the_end, target, pace, lambda one: int(np.argmin(one["val_loss"]))
        )
        for name, history in histories.items()
    }


@mistake(
    "report",
    "must-be-strictly-lower",
    "You say that a training has caught up only once its loss is *below* the baseline's lowest. It "
    "has when it is as low; the baseline itself catches up in its own best epoch.",
)
def strictly(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    told = _right(histories, baseline, to_the_end)
    target = float(np.nanmin(histories[baseline]["val_loss"]))
    for name, numbers in told.items():
        below = [n for n, v in enumerate(histories[name]["val_loss"], start=1) if v < target]
        numbers["catches_up"] = below[0] if below else None
    return told


@mistake(
    "report",
    "catches-up-in-the-kept-epoch",
    "You say that a training catches up in the epoch that it keeps. It may have been as good as "
    "the baseline long before: look for the *first* epoch whose loss is low enough.",
)
def at_the_best(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    told = _right(histories, baseline, to_the_end)
    for numbers in told.values():
        if numbers["catches_up"] is not None:
            numbers["catches_up"] = numbers["kept_epoch"]
    return told


@mistake(
    "report",
    "last-epoch-for-never",
    "A training that never gets as low as the baseline has not caught up in its last epoch: say "
    "None.",
)
def never(
    histories: dict[str, History], baseline: str, to_the_end: Names = ()
) -> dict[str, dict[str, Any]]:
    told = _right(histories, baseline, to_the_end)
    for numbers in told.values():
        if numbers["catches_up"] is None:
            numbers["catches_up"] = numbers["epochs"]
    return told
