"""Wrong answers to the capstone that people really give.

What is asked of nets and callbacks here needs Keras, which the judge does without. So most of
these are stand-ins: they answer what the probes of `autograder.inside.probes` would tell of the
Keras code that the explanation describes.
"""
# ruff: noqa: D101, D102, D103 - a mistake's explanation says what it does

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.api import Mistake, edited, mistake
from solutions import capstone as reference
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


def _own(name: str, edits: dict[str, str], explanation: str) -> Mistake:
    return edited(reference.standardise, name, edits, explanation)


MEAN, STD = "np.mean(train, axis=0, dtype=np.float64)", "np.std(train, axis=0, dtype=np.float64)"
SCALE, TOLD = "np.where(varies, std, 1.0)", "((part - mean) / scale).astype(np.float32)"
VARIES = "np.any(train != train[:1], axis=0)"
AFTER = "\n    return tuple("


own_statistics = _own(
    "own-statistics-for-each-set",
    {
        "in (train, *others))": (
            "in (train,)) + tuple(\n"
            "        standardise(part)[0] if len(part) else part.astype(np.float32)\n"
            "        for part in others\n"
            "    )"
        )
    },
    "You standardise each other set with its own mean and standard deviation. Then the same image "
    "looks different to the net in another set, and a single image becomes all zeros. Keep the "
    "mean and the standard deviation of the training set.",
)
pooled = _own(
    "all-sets-pooled",
    {
        MEAN: "np.mean(np.concatenate([train, *others]), axis=0, dtype=np.float64)",
        STD: "np.std(np.concatenate([train, *others]), axis=0, dtype=np.float64)",
        VARIES: "np.any(np.concatenate([train, *others]) != train[:1], axis=0)",
    },
    "Your mean and standard deviation are those of all sets together. So the validation and test "
    "images take part in the preprocessing, and what you measure on them is no longer about "
    "images that the model has never met. Use the training set alone.",
)
one_mean = _own(
    "one-mean-for-all-inputs",
    {
        MEAN: "np.mean(train, dtype=np.float64)",
        STD: "np.std(train, dtype=np.float64)",
        VARIES: "np.any(train != train.flat[0])",
    },
    "You use one mean and one standard deviation for all inputs together; `axis=0` is missing. "
    "Each pixel should have a mean of 0 and a standard deviation of 1 over the training images: "
    "that is what self-normalisation starts from.",
)
by_channel = _own(
    "one-mean-a-channel",
    {
        MEAN: "np.mean(train, axis=tuple(range(train.ndim - 1)), dtype=np.float64)",
        STD: "np.std(train, axis=tuple(range(train.ndim - 1)), dtype=np.float64)",
        VARIES: "np.any(train != train.flat[0], axis=tuple(range(train.ndim - 1)))",
    },
    "You use one mean and one standard deviation for each channel, over all its pixels, as is "
    "usual for convolutional nets. Here each pixel of each channel is an input of its own: the "
    "statistics go over the images alone, `axis=0`.",
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


unbiased = _own(
    "unbiased-standard-deviation",
    {STD: "np.std(train, axis=0, dtype=np.float64, ddof=1)"},
    "Your standard deviation divides the sum of squares by n - 1 (`ddof=1`). Nothing is being "
    "estimated here: the training set itself should have a standard deviation of 1.",
)
by_variance = _own(
    "divided-by-the-variance",
    {STD: "np.var(train, axis=0, dtype=np.float64)"},
    "Your mean is right, but you divide by the variance. An input with a standard deviation of 60 "
    "then comes out with one of 1/60: take the square root.",
)
by_range = _own(
    "divided-by-the-range",
    {STD: "np.ptp(train, axis=0).astype(np.float64)"},
    "Your mean is right, but you divide by the largest value minus the smallest. The standard "
    "deviation was asked for.",
)
only_centred = _own(
    "only-centred",
    {SCALE: "np.ones_like(std)"},
    "Your mean is right, but nothing is divided: the standard deviation stays what it was. SELU "
    "nets find their way back to a variance of 1 in time, but pixels from 0 to 255 are far away.",
)
by_zero = _own(
    "divided-by-zero",
    {SCALE: "std", TOLD: "((part - mean) / scale).astype(np.float32)"},
    "Inputs that vary are right. An input that is the same in all training images is divided by "
    "its standard deviation too, which is 0, or a rounding error such as 1e-17: that gives NaN, or "
    "numbers that mean nothing, and one such pixel spoils the whole loss. There, do not divide.",
)
zero_compared = _own(
    "compared-with-zero",
    {VARIES: "std != 0"},
    "You ask whether the standard deviation is 0, and of a constant it need not be: the mean of "
    "ten times 0.1 is off by a rounding error, the standard deviation is 1e-17, and you divide by "
    "that. Compare the images themselves: is a pixel's value the same in all of them?",
)
LITTLE = (
    "An input that varies by little over the training images (its standard deviation is 1e-10) you "
    "take for one that does not vary, and do not divide. Whether numbers are small depends on "
    "their unit. Only an input that is the same in all images is left undivided: compare the "
    "images themselves."
)
little_8 = _own("varies-by-little", {VARIES: "std > 1e-8"}, LITTLE)
TINY = (
    "You divide by something else than the standard deviation, so that it is never 0: a small "
    "number is added to it, or it is held above one. Where an input varies by little, that is "
    "wrong by much; and of an input that is the same in all training images, the first test image "
    "in which it differs sends millions through the net. There, do not divide; everywhere else, "
    "divide by the standard deviation."
)
tiny = _own("epsilon-for-zero", {SCALE: "std + 1e-7"}, TINY)
tiny_8 = _own("epsilon-of-1e-8", {SCALE: "std + 1e-8"}, TINY)
tiny_6 = _own("epsilon-of-1e-6", {SCALE: "std + 1e-6"}, TINY)
tiny_10 = _own("epsilon-of-1e-10", {SCALE: "std + 1e-10"}, TINY)
tiny_5 = _own("epsilon-of-1e-5", {SCALE: "std + 1e-5"}, TINY)
nothing_left = _own(
    "constants-made-zero",
    {TOLD: "np.where(varies, (part - mean) / scale, 0).astype(np.float32)"},
    "An input that is the same in all training images you set to 0 in all sets. In another set it "
    "may differ from what it always was, and that is news: there, z = x - mean.",
)
not_centred = _own(
    "constants-not-centred",
    {MEAN: "np.mean(train, axis=0, dtype=np.float64) * np.any(train != train[:1], axis=0)"},
    "An input that is the same in all training images you leave as it is. It is not divided, but "
    "its mean is taken away as from any other: z = x - mean.",
)
to_unit_range = _own(
    "scaled-to-one",
    {
        MEAN: "np.min(train, axis=0).astype(np.float64)",
        STD: "np.ptp(train, axis=0).astype(np.float64)",
    },
    "You scale each input to the range from 0 to 1. That is a good preprocessing for many nets, "
    "but self-normalisation needs a mean of 0 and a standard deviation of 1.",
)
double = _own(
    "double-precision",
    {".astype(np.float32)": ""},
    "The numbers are right, but they come back in double precision. Keras computes in float32, and "
    "50,000 images in float64 take 1.2 GB: convert the results with `astype(np.float32)`.",
)
a_list = _own(
    "a-list",
    {AFTER.strip(): "return list("},
    "The arrays are right, and come back in a list. A tuple was asked for.",
)
not_in_a_tuple = _own(
    "alone-without-a-tuple",
    {AFTER.strip(): f"return ({TOLD.replace('part', 'train')}) if not others else tuple("},
    "A training set on its own comes back as an array. A tuple was asked for, also of one array: "
    "then a caller need not know how many there were.",
)


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
        result = part if part.dtype == np.float32 else part.astype(np.float64)
        result -= centre.astype(result.dtype)
        result /= scale.astype(result.dtype)
        told.append(result.astype(np.float32, copy=False))
    return tuple(told)


# Nets


class _Net:
    """Stands in for a function that builds the net made of `layers(classes, ...)`."""

    def __init__(
        self,
        layers: Callable[..., list[Layer]],
        different: Callable[[int], int] = int,
        **besides: bool,
    ) -> None:
        self.layers = layers
        self.different = different
        self.besides = {"compiled": False, "reseeded": False, "again": False} | besides

    def built_net(
        self, shape: tuple[int, ...], *args: Any, x: Array, seed: int, **kwargs: Any
    ) -> dict[str, Any]:
        # A dropout with a rate of 0 does nothing, and the probe leaves it out.
        layers = [one for one in self.layers(*args, **kwargs) if one.get("rate") != 0]
        kernels = [layer for layer in layers if layer["kind"] == "dense"]
        fan_in = math.prod(shape)
        for number, kernel in enumerate(kernels):
            if kernel["gain"] == "fan_avg":
                gain = 4 * fan_in / (fan_in + kernel["units"])
                kernels[number] = {**kernel, "gain": round(2 * gain) / 2}
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
            **self.besides,
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


COMPILED = (
    "The net is right, and you compiled it. Whoever trains it chooses the optimiser, and compiles "
    "it then: leave it as it was built."
)
SAME = (
    "The net is right, and a second call returns the same net again, or one with the same layers: "
    "who trains one of the two trains the other. Build the layers anew at each call."
)
SEEDED = (
    "The net is right, but your function sets the seed of all random numbers. Two nets in one "
    "experiment then start alike, and so does whatever the caller draws afterwards: seeds are the "
    "caller's."
)
deep_compiled = mistake("deep_net", "compiled", COMPILED)(_Net(_deep, compiled=True))
deep_again = mistake("deep_net", "the-same-net-again", SAME)(_Net(_deep, again=True))
deep_seeded = mistake("deep_net", "seed-set-for-all", SEEDED)(_Net(_deep, reseeded=True))
DEFAULT_ACTIVATION = (
    "The net is right where `activation` is given, but its default is another than Swish: leave "
    "the arguments, and their defaults, as they are."
)
deep_default_relu = mistake("deep_net", "relu-by-default", DEFAULT_ACTIVATION)(
    _Net(lambda classes=10, name="relu": _deep(classes, name))
)
deep_default_elu = mistake("deep_net", "elu-by-default", DEFAULT_ACTIVATION)(
    _Net(lambda classes=10, name="elu": _deep(classes, name))
)
deep_always_elu = mistake(
    "deep_net",
    "always-elu",
    "The activation is always ELU. The experiment begins with Swish, and compares others by the "
    "argument `activation`: pass that on to the layers. The rest is right.",
)(_Net(lambda classes=10, name="swish": _deep(classes, "elu")))
DEFAULT_CLASSES = (
    "The net is right where `classes` is given; its default is not 10, which is how many classes "
    "CIFAR-10 has."
)
deep_default_hundred = mistake("deep_net", "a-hundred-classes-by-default", DEFAULT_CLASSES)(
    _Net(lambda classes=100, name="swish": _deep(classes, name))
)
UNBIASED = (
    "Your hidden layers have no biases. Without batch normalisation, which has its own, they need "
    "them: leave `use_bias` as it is."
)
deep_unbiased = mistake("deep_net", "no-biases", UNBIASED)(
    _Net(lambda *args: _deep(*args, hidden=dense(100, 2.0, None)))
)
deep_ones = mistake(
    "deep_net",
    "biases-of-one",
    "Your biases start at 1. They start at 0, which is Keras's default: the net's first "
    "activations are to come from the inputs, not from what was put there.",
)(_Net(lambda *args: _deep(*args, hidden=dense(100, 2.0, 1.0))))
deep_one_more = mistake(
    "deep_net",
    "twenty-one-hidden-layers",
    "You have 21 hidden layers, one too many. With the output there are 21 dense layers in all.",
)(_Net(lambda *args: _deep(*args, number=21)))
deep_dropout = mistake(
    "deep_net",
    "dropout-nobody-asked-for",
    "There is a dropout of 0.2 before the output. Net (a) has none: the experiments change one "
    "thing at a time, and dropout is one of them.",
)(_Net(lambda *args: [*_deep(*args)[:-2], dropout(0.2, "dropout"), *_deep(*args)[-2:]]))


def _regularised(layer: Layer) -> Layer:
    """Return a hidden dense layer with a penalty for its kernel."""
    return {**layer, "extras": ["kernel_regularizer"]} if layer.get("gain") is not None else layer


REGULARISED = (
    "Your hidden layers have a `kernel_regularizer`. The experiment is about one thing at a time, "
    "and a penalty for the weights is none of them; the rest is right."
)
deep_regularised = mistake("deep_net", "regularised", REGULARISED)(
    _Net(lambda *args: [_regularised(layer) for layer in _deep(*args)])
)
deep_fan_avg = mistake(
    "deep_net",
    "fan-avg",
    "The variance of your weights is 2 / fan_avg, the mean of the numbers of inputs and outputs, "
    "as Glorot has it. He's is 2 / fan_in. Where a layer has as many inputs as outputs it is the "
    "same; the first layer has not.",
)(_Net(lambda *args: _deep(*args, hidden={**dense(100, 2.0), "gain": "fan_avg"})))


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
    **settings: Any,
) -> list[Layer]:
    norm = batch_normalisation(momentum) | settings
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


normalised_late_default = mistake(
    "normalised_net",
    "late-and-momentum-ignored",
    "Two things: your batch normalisation comes after the activation, and `momentum` is not passed "
    "on to it, so that Keras's default of 0.99 is used. The order is Dense without an activation, "
    "BatchNormalization(momentum=momentum), Activation.",
)(
    _Net(
        lambda classes=10, name="swish", momentum=0.9: _normalised(
            classes, name, 0.99, hidden=dense(100, 2.0), late=True
        )
    )
)
normalised_fixed = mistake(
    "normalised_net",
    "momentum-fixed",
    "`momentum` is not used: it is always 0.9, which is the default. Pass the argument on.",
)(_Net(lambda classes=10, name="swish", momentum=0.9: _normalised(classes, name, 0.9)))
normalised_other_default = mistake(
    "normalised_net",
    "momentum-of-0.99-by-default",
    "`momentum` is passed on, but its default is Keras's, 0.99. Here it is 0.9: leave the "
    "arguments, and their defaults, as they are.",
)(_Net(lambda classes=10, name="swish", momentum=0.99: _normalised(classes, name, momentum)))
normalised_default_relu = mistake("normalised_net", "relu-by-default", DEFAULT_ACTIVATION)(
    _Net(lambda classes=10, name="relu", momentum=0.9: _normalised(classes, name, momentum))
)
normalised_default_elu = mistake("normalised_net", "elu-by-default", DEFAULT_ACTIVATION)(
    _Net(lambda classes=10, name="elu", momentum=0.9: _normalised(classes, name, momentum))
)
normalised_before = mistake(
    "normalised_net",
    "normalisation-before-the-dense-layer",
    "Your batch normalisation stands before each dense layer, so what is normalised are the inputs "
    "of the layer and not what goes into its activation. The order is Dense without an activation, "
    "BatchNormalization, Activation.",
)(
    _Net(
        lambda classes=10, name="swish", momentum=0.9: [
            flatten(),
            *[batch_normalisation(momentum), dense(100, 2.0), activation(name)] * 20,
            *stacks.output(classes),
        ]
    )
)
normalised_twice = mistake(
    "normalised_net",
    "activated-twice",
    "The activation is there twice: within the dense layer, before the normalisation, and after "
    "it. The dense layer has none: what is normalised is the sum that goes into the activation.",
)(
    _Net(
        lambda classes=10, name="swish", momentum=0.9: [
            flatten(),
            *[
                dense(100, 2.0),
                activation(name),
                batch_normalisation(momentum),
                activation(name),
            ]
            * 20,
            *stacks.output(classes),
        ]
    )
)
normalised_epsilon = mistake(
    "normalised_net",
    "epsilon-of-1e-5",
    "Your normalisation has an epsilon of 1e-5, which is PyTorch's default. Keras's is 1e-3, and "
    "all that is not `momentum` was to be left at Keras's defaults.",
)(_Net(lambda *args: _normalised(*args, epsilon=1e-5)))
normalised_unscaled = mistake(
    "normalised_net",
    "no-gamma",
    "Your normalisation has no gamma (`scale=False`). All that is not `momentum` was to be left at "
    "Keras's defaults: Swish is not linear, so the next layer does not make up for it.",
)(_Net(lambda *args: _normalised(*args, scaled=False)))
normalised_uncentred = mistake(
    "normalised_net",
    "no-beta",
    "Your normalisation has no beta (`center=False`). All that is not `momentum` was to be left at "
    "Keras's defaults, and beta stands in for the bias of the dense layer.",
)(_Net(lambda *args: _normalised(*args, centred=False)))
normalised_logits = mistake("normalised_net", "no-softmax", OUTPUT)(
    _Net(lambda *args: _normalised(*args)[:-1])
)
normalised_compiled = mistake("normalised_net", "compiled", COMPILED)(
    _Net(_normalised, compiled=True)
)
normalised_again = mistake("normalised_net", "the-same-net-again", SAME)(
    _Net(_normalised, again=True)
)
normalised_seeded = mistake("normalised_net", "seed-set-for-all", SEEDED)(
    _Net(_normalised, reseeded=True)
)
normalised_ten = mistake("normalised_net", "always-ten-classes", TEN)(
    _Net(lambda classes=10, *args: _normalised(10, *args))
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


selu_default_rate = mistake(
    "selu_net",
    "dropout-by-default",
    "With a rate given, your net is right; without one it has alpha dropout with a rate of 0.1. "
    "Net (d) has none: the default of `rate` is 0.",
)(_Net(lambda classes=10, rate=0.1: _selu(classes, rate)))
selu_early = mistake(
    "selu_net",
    "dropout-before-the-last-hidden-layer",
    "Your alpha dropout stands before the last hidden layer. It belongs behind it, in front of the "
    "output.",
)(
    _Net(
        lambda classes=10, rate=0.0: [
            *_selu(classes, last=[])[:-4],
            dropout(rate),
            *_selu(classes, last=[])[-4:],
        ]
    )
)
selu_first = mistake(
    "selu_net",
    "dropout-of-the-inputs",
    "Your alpha dropout stands before the first dense layer and takes pixels away. It belongs "
    "behind the last hidden layer, in front of the output.",
)(_Net(lambda classes=10, rate=0.0: [flatten(), dropout(rate), *_selu(classes, last=[])[1:]]))
selu_logits = mistake("selu_net", "no-softmax", OUTPUT)(_Net(lambda *args: _selu(*args)[:-1]))
selu_compiled = mistake("selu_net", "compiled", COMPILED)(_Net(_selu, compiled=True))
selu_again = mistake("selu_net", "the-same-net-again", SAME)(_Net(_selu, again=True))
selu_seeded = mistake("selu_net", "seed-set-for-all", SEEDED)(_Net(_selu, reseeded=True))
selu_ten = mistake("selu_net", "always-ten-classes", TEN)(
    _Net(lambda classes=10, *args: _selu(10, *args))
)
selu_nineteen = mistake("selu_net", "nineteen-hidden-layers", NINETEEN)(
    _Net(lambda *args: _selu(*args)[:1] + _selu(*args)[3:])
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
        **rest: Any,
    ) -> None:
        self.stops, self.saves, self.restores, self.every = stops, saves, restores, every
        self.patience, self.least, self.shared = patience, least, shared
        self.default = rest.pop("default", 20)
        self.more = rest.pop("more", 0)  # is added to the patience that is given
        self.ties = rest.pop("ties", False)  # whether as low as the lowest counts as progress
        self.elsewhere = rest.pop("elsewhere", False)
        self.beside = {"interferes": [], "again": shared} | rest

    def watched_training(
        self,
        trainings: list[tuple[list[float], list[float]]],
        patience: int | None = None,
        closely: bool = False,
    ) -> list[dict[str, Any]]:
        told, best = [], math.inf
        for number, (losses, accuracies) in enumerate(trainings):
            facts = self.watched(losses, accuracies, patience, best)
            if closely:
                facts |= self.beside
                facts["again"] = number > 0 and self.beside["again"]
            told.append(facts)
            best = min(losses) if self.shared else math.inf
        return told

    def watched(
        self, losses: list[float], accuracies: list[float], patience: int | None, known: float
    ) -> dict[str, Any]:
        """Return what becomes of a training; a loss has to be lower than `known` to be saved."""
        training = [abs(epoch - 3) for epoch in range(len(losses))]  # lowest in the fourth epoch
        watched = losses, [-accuracy for accuracy in accuracies], training
        wait = self.default if patience is None else patience + self.more
        if self.patience is not None:
            wait = self.patience
        epochs, kept = len(losses), len(losses)
        if self.stops is not None:
            lowest, best = math.inf, 0
            for epoch, value in enumerate(watched[self.stops], start=1):
                if value < lowest - self.least or (self.ties and value == lowest):
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
            if self.ties:
                saved = [max(n for n in range(1, end + 1) if quantity[n - 1] == low)
                         for end, low in enumerate(lows, start=1)]  # fmt: skip
        if self.every:
            saved = list(range(1, epochs + 1))
        return {"epochs": epochs, "kept": kept, "saved": saved, "elsewhere": self.elsewhere}

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
    "You watch the training loss, `loss`, to stop. It goes on falling while the model learns the "
    "training set by heart: the validation loss is called `val_loss`.",
)(_Callbacks(stops=2))
callbacks_all_training_loss = mistake(
    "training_callbacks",
    "training-loss-watched-by-both",
    "You watch the training loss, `loss`, to stop and to save. It goes on falling while the model "
    "learns the training set by heart: the validation loss is called `val_loss`.",
)(_Callbacks(stops=2, saves=2))
callbacks_file_training_loss = mistake(
    "training_callbacks",
    "file-by-training-loss",
    "Stopping is right, but the file is written whenever the *training* loss is lowest. Let both "
    "watch `val_loss`.",
)(_Callbacks(saves=2))
callbacks_all_accuracy = mistake(
    "training_callbacks",
    "accuracy-watched-by-both",
    "You watch the validation accuracy, to stop and to save. It may still rise by chance while the "
    "model already grows overconfident, which the loss shows first; the experiment asks for "
    "`val_loss`.",
)(_Callbacks(stops=1, saves=1))
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
    "Stopping is right, but there is never a file at `path`. A training of hours that is "
    "interrupted is lost without a `ModelCheckpoint` that saves to it.",
)(_Callbacks(saves=None))
callbacks_elsewhere = mistake(
    "training_callbacks",
    "file-under-another-name",
    "Stopping is right, but there is never a file at `path`; something was written beside it, "
    "under another name. The *model* is to be saved, under the name that was given: its weights "
    "alone (`save_weights_only`), for which Keras wants another ending, are of no use to whoever "
    "loads it.",
)(_Callbacks(saves=None, elsewhere=True))


@mistake(
    "training_callbacks",
    "a-value-error",
    "Your function raises a ValueError, so there are no callbacks. `ModelCheckpoint` does that for "
    "`save_weights_only=True` with a path that ends in `.keras`: such a file is for the whole "
    "model, and it is the model that is to be saved.",
)
def callbacks_value_error(*args: Any, **kwargs: Any) -> Any:
    raise ValueError


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
callbacks_more = mistake(
    "training_callbacks",
    "an-epoch-too-patient",
    "Training stops one epoch late when a patience is given. `EarlyStopping` counts as the "
    "exercise does: pass `patience` on as it is.",
)(_Callbacks(more=1))
callbacks_more_always = mistake(
    "training_callbacks",
    "an-epoch-too-patient-always",
    "Training stops one epoch late. `EarlyStopping` counts as the exercise does: pass `patience` "
    "on as it is.",
)(_Callbacks(more=1, default=21))
OTHER_DEFAULT = (
    "A patience that is given is used, but without one your callbacks do not wait 20 epochs: leave "
    "the arguments, and their defaults, as they are."
)
callbacks_default_ten = mistake("training_callbacks", "ten-by-default", OTHER_DEFAULT)(
    _Callbacks(default=10)
)
callbacks_default_five = mistake("training_callbacks", "five-by-default", OTHER_DEFAULT)(
    _Callbacks(default=5)
)
callbacks_default_zero = mistake("training_callbacks", "none-by-default", OTHER_DEFAULT)(
    _Callbacks(default=0)
)
callbacks_ties = mistake(
    "training_callbacks",
    "as-low-counts-as-lower",
    "A loss that is as low as the lowest so far counts as progress for you: you wait on, and keep "
    "and save the later epoch. Only a lower one does.",
)(_Callbacks(ties=True))
callbacks_interfere = mistake(
    "training_callbacks",
    "learning-rate-changed",
    "Stopping, restoring and saving are right, but your callbacks change the learning rate as well "
    "(`ReduceLROnPlateau` or a schedule). Nobody asked for that, and the experiment would be about "
    "two things at once.",
)(_Callbacks(interferes=["the learning rate"]))
callbacks_early_shared = mistake(
    "training_callbacks",
    "same-object-each-time",
    "Stopping, restoring and saving are right, but a callback that you return has been returned "
    "before. A callback keeps what it knows of its training; new ones were asked for at each call.",
)(_Callbacks(again=True))
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

    `joined` makes one prediction of several; `samples` of None is what is asked for, of which
    there are `more`; `training` is whether batch normalisation goes by the batch, and `moves`
    whether its statistics then move; signals get `noise` and are `multiplied` by another.
    """

    def __init__(
        self,
        joined: Callable[[Array], Array] = lambda several: several.mean(axis=0),
        samples: int | None = None,
        training: bool = False,
        kinds: tuple[str, ...] = ("Dropout", "AlphaDropout"),
        **rest: Any,
    ) -> None:
        self.joined, self.samples = joined, samples
        self.training, self.kinds = training, kinds
        self.moves: bool = rest.pop("moves", training)
        self.noise: bool = rest.pop("noise", training)
        self.multiplied: bool = rest.pop("multiplied", self.noise)
        self.freezes: bool = rest.pop("freezes", False)
        self.thaws: bool = rest.pop("thaws", False)
        self.dtype: Any = rest.pop("dtype", np.float32)
        self.front: bool = rest.pop("front", True)
        self.more: int = rest.pop("more", 0)
        self.seeded: bool = rest.pop("seeded", False)

    def mc_seen(
        self,
        weights: list[Array],
        kinds: tuple[str, str],
        rate: float,
        x: Array,
        samples: int,
        rng: np.random.Generator,
    ) -> tuple[Array, Array, list[Array], list[bool], bool]:
        *_, out, out_bias = weights
        normal = weights[2:-2]
        answer = self.answered(weights, kinds, rate, x, samples, rng)
        left = weights
        if normal and self.moves:
            kept = 0.99 ** (self.samples or samples)
            z = x @ weights[0] + weights[1]
            pairs = zip(normal[2:], [z.mean(axis=0), z.var(axis=0)], strict=True)
            moved = [(kept * old + (1 - kept) * new).astype(np.float32) for old, new in pairs]
            left = [*weights[:4], *moved, out, out_bias]
        hidden = _hidden(x @ weights[0] + weights[1], left[2:4], left[4:6] if normal else [])
        after = stacks.ACTIVATIONS["softmax"](hidden @ out + out_bias).astype(np.float32)
        count = 4 + 3 * bool(normal) + bool(kinds[0])
        flags = [True] * count
        if normal:
            flags[:2] = [self.thaws, not self.freezes]
        again = samples == 1 and (
            self.seeded
            or np.array_equal(answer, self.answered(weights, kinds, rate, x, samples, rng))
        )
        return answer, after, left, flags, bool(again)

    def answered(
        self,
        weights: list[Array],
        kinds: tuple[str, str],
        rate: float,
        x: Array,
        samples: int,
        rng: np.random.Generator,
    ) -> Array:
        kernel, bias, *normal, out, out_bias = weights
        several = []
        for _ in range((self.samples or samples) + self.more):
            inputs = self.dropped(x, kinds[0] if self.front else "", rate, rng)
            z = inputs @ kernel + bias
            moving = normal[2:]
            if normal and self.training:
                moving = [z.mean(axis=0), z.var(axis=0)]
            noise = rng.normal(0, 0.5, z.shape) if normal and self.noise else 0.0
            spread = math.sqrt(0.3 / 0.7) if normal and self.multiplied else 0.0
            factor = rng.normal(1, spread, z.shape)
            hidden = _hidden(z, normal[:2], moving, noise, factor)
            hidden = self.dropped(hidden, kinds[1], rate, rng)
            several.append(stacks.ACTIVATIONS["softmax"](hidden @ out + out_bias))
        return self.joined(np.stack(several)).astype(self.dtype)

    def dropped(self, signal: Array, kind: str, rate: float, rng: np.random.Generator) -> Array:
        if kind not in self.kinds:
            return signal
        kept = rng.random(signal.shape) >= rate
        if kind == "Dropout":
            return np.asarray(signal * kept / (1 - rate))
        low = -stacks.SELU_ALPHA * stacks.SELU_SCALE
        a = ((1 - rate) * (1 + rate * low**2)) ** -0.5
        return np.asarray(a * np.where(kept, signal, low) - a * low * rate)

    __call__ = mc_seen


def _hidden(
    z: Array, scale: list[Array], moving: list[Array], noise: Any = 0.0, factor: Any = 1.0
) -> Array:
    """Return the hidden units, of a normalisation with these weights if there are `moving`."""
    if moving:
        z = scale[0] * (z - moving[0]) / np.sqrt(moving[1] + 0.25) + scale[1]
    return np.asarray(np.tanh((z + noise) * factor))


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


mc_plain_off = mistake(
    "mc_predict",
    "plain-dropout-off",
    "Alpha dropout is on, plain dropout is not: the layers that are `Dropout` are to behave as in "
    "training too.",
)(_Prediction(kinds=("AlphaDropout",)))
mc_restored = mistake(
    "mc_predict",
    "whole-model-in-training-and-restored",
    "`training=True` for the whole model switches on more than dropout: batch normalisation goes "
    "by the batch, so that an answer depends on what else is in it, and noise layers make noise. "
    "The weights are what they were afterwards, but the predictions are others. Call the layers "
    "one by one, and tell only the dropout layers that it is training.",
)(_Prediction(training=True, moves=False))
mc_all_but = mistake(
    "mc_predict",
    "all-but-batch-normalisation",
    "You leave batch normalisation out and tell all other layers that it is training. Some of them "
    "may behave otherwise then, such as `GaussianNoise`: only the layers that are `Dropout` or "
    "`AlphaDropout` are to.",
)(_Prediction(noise=True))
mc_frozen = mistake(
    "mc_predict",
    "normalisations-left-frozen",
    "You freeze the batch normalisations, so that `training=True` leaves them in inference mode, "
    "and leave them frozen: the model is not what it was. (And noise layers make noise then.) Tell "
    "only the dropout layers that it is training.",
)(_Prediction(freezes=True, noise=True))
mc_gaussian = mistake(
    "mc_predict",
    "gaussian-dropout-on",
    "`GaussianDropout` is on too: it has the word in its name, and is another layer. Only the "
    "layers that are `Dropout` or `AlphaDropout` are to behave as in training.",
)(_Prediction(multiplied=True))
mc_thawed = mistake(
    "mc_predict",
    "all-thawed-afterwards",
    "The predictions are right, but afterwards every layer is trainable, also one that was frozen "
    "before. Nobody need freeze or thaw anything here: tell only the dropout layers that it is "
    "training.",
)(_Prediction(thaws=True))
mc_double = mistake(
    "mc_predict",
    "double-precision",
    "The probabilities are right, and come back in double precision: float32 was asked for.",
)(_Prediction(dtype=np.float64))
mc_seeded = mistake(
    "mc_predict",
    "seeded-inside",
    "A second question gets the same numbers as the first: you set a seed inside the function. "
    "Each prediction is to have new masks.",
)(_Prediction(seeded=True))
mc_one_less = mistake(
    "mc_predict",
    "one-sample-too-many",
    "You average one prediction more than `samples`: with 1 the spread is that of a mean of two.",
)(_Prediction(more=1))
mc_one_layer = mistake(
    "mc_predict",
    "one-dropout-layer-only",
    "Where there are two dropout layers, only the last of them is on. All layers that are "
    "`Dropout` or `AlphaDropout` behave as in training.",
)(_Prediction(front=False))


def _geometric(several: Array) -> Array:
    powers = np.exp(np.log(several).mean(axis=0))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


mc_geometric = mistake(
    "mc_predict",
    "logits-averaged",
    "You average the logarithms of the probabilities (or the logits) and make probabilities of the "
    "mean. That is surer of itself than the mean of the probabilities, which was asked for.",
)(_Prediction(joined=_geometric))


# OneCycle


class _Cycle:
    """Stands in for a callback; `curve(t)` is the rate with start, highest and last rate."""

    points: tuple[float, ...] = (0.0, 0.45, 0.9, 1.0)
    start_share, last_share = 10.0, 1000.0
    momentum = 0.5  # that of the optimiser in the end
    counts = True  # the optimiser its steps

    def senseless(self, steps: int, max_rate: float) -> bool:
        return steps < 2 or max_rate <= 0

    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        if self.senseless(steps, max_rate):
            raise ValueError(f"no cycle of {steps} steps")
        self.steps, self.highest = steps, max_rate
        self.start = max_rate / self.start_share if start_rate is None else start_rate
        self.last = self.start / self.last_share if last_rate is None else last_rate

    def rate(self, step: int) -> float:
        return float(self.curve(self.time(step)))

    def time(self, step: int) -> float:
        return step / (self.steps - 1)

    def curve(self, t: float) -> float:
        heights = (self.start, self.highest, self.start, self.last)
        return float(np.interp(t, self.points, heights))

    def step_of(self, epoch: int, batch: int, batches: int, training: int, epochs: int) -> int:
        return epoch * batches + batch

    def learning_rates(
        self, epochs: int, batches: int, trainings: int = 1, beside: bool = False
    ) -> tuple[Array, dict[str, Any]]:
        rates = [
            self.rate(self.step_of(epoch, batch, batches, training, epochs))
            for training in range(trainings)
            for epoch in range(epochs)
            for batch in range(batches)
        ]
        steps = epochs * batches * (trainings if self.counts else 1)
        left = {"steps": steps, "momentum": self.momentum}
        return self.trained(np.array(rates, dtype=np.float32), beside, epochs, batches), left

    def trained(self, rates: Array, beside: bool, epochs: int, batches: int) -> Array:
        """Return the rates of the batches, from those of their steps."""
        return rates


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
    def trained(self, rates: Array, beside: bool, epochs: int, batches: int) -> Array:
        return np.concatenate([np.array([7.0], np.float32), rates[:-1]])


@mistake(
    "OneCycle",
    "first-rate-twice",
    "`rate` is right, but in a training the first two batches get the rate of the first, and all "
    "that follow are one batch late.",
)
class CycleFirstTwice(_Cycle):
    def step_of(self, epoch: int, batch: int, batches: int, training: int, epochs: int) -> int:
        return max(epoch * batches + batch - 1, 0)


@mistake(
    "OneCycle",
    "validation-counted",
    "The first epoch is right, and from the second on the cycle runs ahead: you count the batches "
    "of the validation too. A step is a batch that is *trained* on: count in "
    "`on_train_batch_begin` alone.",
)
class CycleValidation(_Cycle):
    def step_of(self, epoch: int, batch: int, batches: int, training: int, epochs: int) -> int:
        return epoch * (batches + 2) + batch


@mistake(
    "OneCycle",
    "counter-of-the-class",
    "Alone, your callback is right. When another one begins its training, yours starts anew with "
    "it: the step is kept where all callbacks see it (`OneCycle.step`, or a global name). Keep it "
    "in `self`.",
)
class CycleOfTheClass(_Cycle):
    def trained(self, rates: Array, beside: bool, epochs: int, batches: int) -> Array:
        if not beside:
            return rates
        others = [self.rate(1 + n) for n in range((epochs - 1) * batches)]
        first, rest = rates[:batches], rates[epochs * batches :]
        return np.concatenate([first, np.array(others, np.float32), rest])


@mistake(
    "OneCycle",
    "optimiser-sent-back",
    "The rates are right, but you set the optimiser's own count of steps, `iterations`, back to 0. "
    "Other things go by it (Adam's corrections, for one): count the steps of the cycle in `self`.",
)
class CycleResetsIterations(_Cycle):
    counts = False


@mistake(
    "OneCycle",
    "momentum-changed",
    "The rates are right, but the optimiser's momentum has changed too, to 0.95. Smith's cycle "
    "(and PyTorch's by default) moves it against the rate; this exercise leaves it alone.",
)
class CycleMomentum(_Cycle):
    momentum = 0.95


@mistake(
    "OneCycle",
    "first-rate-of-pytorch",
    "Your default for the first rate is max_rate / 25, which is PyTorch's. Here it is max_rate / "
    "10.",
)
class CycleStartTwentyFive(_Cycle):
    start_share = 25.0


@mistake(
    "OneCycle",
    "last-rate-of-pytorch",
    "Your default for the last rate is start_rate / 10000, which is PyTorch's. Here it is "
    "start_rate / 1000.",
)
class CycleLastTenThousand(_Cycle):
    last_share = 10_000.0


@mistake(
    "OneCycle",
    "last-rate-a-hundredth",
    "Your default for the last rate is start_rate / 100; it is start_rate / 1000.",
)
class CycleLastHundred(_Cycle):
    last_share = 100.0


@mistake(
    "OneCycle",
    "rates-of-pytorch",
    "Your defaults are PyTorch's: the first rate max_rate / 25, the last one start_rate / 10000. "
    "Here they are max_rate / 10 and start_rate / 1000.",
)
class CycleOfPyTorch(_Cycle):
    start_share, last_share = 25.0, 10_000.0


@mistake(
    "OneCycle",
    "nothing-refused",
    "The cycle is right, but arguments that make no sense are accepted: raise ValueError for fewer "
    "than 2 steps and for a highest rate that is not positive.",
)
class CycleRefusesNothing(_Cycle):
    def senseless(self, steps: int, max_rate: float) -> bool:
        return False


@mistake(
    "OneCycle",
    "steps-not-checked",
    "The cycle is right, and a highest rate that is not positive is refused; fewer than 2 steps "
    "are not: raise ValueError for them.",
)
class CycleAnySteps(_Cycle):
    def senseless(self, steps: int, max_rate: float) -> bool:
        return max_rate <= 0


@mistake(
    "OneCycle",
    "one-step-accepted",
    "The cycle is right, but one step is accepted, of which `rate` would divide by 0. A cycle has "
    "2 at least.",
)
class CycleOfOneStep(_Cycle):
    def senseless(self, steps: int, max_rate: float) -> bool:
        return steps < 1 or max_rate <= 0


@mistake(
    "OneCycle",
    "two-steps-refused",
    "The cycle is right, but you refuse two steps. That is the least there may be: the first and "
    "the last.",
)
class CycleOfThree(_Cycle):
    def senseless(self, steps: int, max_rate: float) -> bool:
        return steps <= 2 or max_rate <= 0


@mistake(
    "OneCycle",
    "rate-not-checked",
    "The cycle is right, and fewer than 2 steps are refused; a highest rate that is not positive "
    "is not: raise ValueError for it.",
)
class CycleAnyRate(_Cycle):
    def senseless(self, steps: int, max_rate: float) -> bool:
        return steps < 2


@mistake(
    "OneCycle",
    "rate-of-zero-accepted",
    "The cycle is right, but a highest rate of 0 is accepted: positive means more than that.",
)
class CycleZeroRate(_Cycle):
    def senseless(self, steps: int, max_rate: float) -> bool:
        return steps < 2 or max_rate < 0


@mistake(
    "OneCycle",
    "begins-again-after-the-last",
    "Within the cycle you are right; after its last step it begins again from the first rate. It "
    "keeps the last rate.",
)
class CycleRound(_Cycle):
    def time(self, step: int) -> float:
        return step % self.steps / (self.steps - 1)


@mistake(
    "OneCycle",
    "half-and-half",
    "Your rate is highest in the middle, at t = 0.5, and back at the first rate at 0.9. It is "
    "highest at 0.45, so that it takes as long to fall as it took to rise.",
)
class CycleHalf(_Cycle):
    points = (0.0, 0.5, 0.9, 1.0)


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
    "A first or last rate of 0 is a rate, and you take it for a missing one: `last_rate or ...` "
    "does that. Ask `last_rate is None`.",
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
    "last-of-zero-taken-for-none",
    "A last rate of 0 is a rate, and you take it for a missing one: `last_rate or ...` does that. "
    "Ask `last_rate is None`.",
)
class CycleLastZeroForNone(_Cycle):
    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        super().__init__(steps, max_rate, start_rate, last_rate or None)


@mistake(
    "OneCycle",
    "first-of-zero-taken-for-none",
    "A first rate of 0 is a rate, and you take it for a missing one: `start_rate or ...` does "
    "that. Ask `start_rate is None`.",
)
class CycleFirstZeroForNone(_Cycle):
    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        super().__init__(steps, max_rate, start_rate or None, last_rate)


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


def _report(name: str, edits: dict[str, str], explanation: str) -> Mistake:
    return edited(reference.report, name, edits, explanation)


BEST = "losses[name].index(min(losses[name]))"
ACCURACY = 'float(history["val_accuracy"][kept])'
TIME = 'median(history["seconds"]) / pace'
TARGET, PACE = "min(losses[baseline])", 'median(histories[baseline]["seconds"])'
REACHED = "if loss <= target"
NEVER = "reached[0] if reached else None"
ITEMS = "for name, history in histories.items():\n"
NAN = "math.inf if math.isnan(loss) else loss"

by_accuracy = _report(
    "best-epoch-by-accuracy",
    {BEST: 'history["val_accuracy"].index(max(history["val_accuracy"]))'},
    "Your best epoch is the one with the highest validation accuracy. The weights that early "
    "stopping keeps are those of the lowest validation *loss*, so your report is about a model "
    "that nobody has.",
)
best_of_schedule = _report(
    "best-epoch-of-a-schedule",
    {"if name in to_the_end": "if False"},
    "Where training stopped early you are right. An experiment that followed its schedule to the "
    "end has the weights of its *last* epoch: nobody kept those of the epoch with the lowest loss.",
)
last_of_all = _report(
    "last-epoch-of-all",
    {"if name in to_the_end": "if True"},
    "You take the last epoch of every experiment. That is so for those in `to_the_end`; the others "
    "kept the weights of the epoch with the lowest validation loss.",
)
part_of_a_name = _report(
    "part-of-a-name",
    {"if name in to_the_end": 'if name in " ".join(to_the_end)'},
    "You look for an experiment's name *within* those of `to_the_end`: `selu` is found in `selu 2` "
    "too. Compare whole names: `name in to_the_end`, of a tuple.",
)
highest = _report(
    "highest-accuracy-reported",
    {ACCURACY: 'float(max(history["val_accuracy"]))'},
    "The best epoch is right, but the accuracy that you report is the highest of the training. It "
    "belongs to another epoch, and picking the highest of many noisy numbers flatters.",
)
last_accuracy = _report(
    "last-accuracy-reported",
    {ACCURACY: 'float(history["val_accuracy"][-1])'},
    "The kept epoch is right, but the accuracy that you report is that of the last epoch. The net "
    "that you have is that of the kept epoch.",
)
accuracy_of_the_best = _report(
    "accuracy-of-the-lowest-loss",
    {ACCURACY: 'float(history["val_accuracy"][best])'},
    "The kept epoch is right, but the accuracy is always that of the epoch with the lowest loss. "
    "Of an experiment in `to_the_end` it is that of its last epoch, whose weights were kept.",
)
in_percent = _report(
    "accuracy-in-percent",
    {ACCURACY: '100 * float(history["val_accuracy"][kept])'},
    "Your accuracies are in percent. The histories have them between 0 and 1, and so has the "
    "report.",
)
rounded = _report(
    "accuracy-rounded",
    {ACCURACY: 'round(float(history["val_accuracy"][kept]), 4)'},
    "You round the accuracy. The report has the number as it is in the history; whoever prints it "
    "chooses how many digits to show.",
)
from_zero = _report(
    "epochs-from-zero",
    {"kept + 1": "kept", "start=1": "start=0"},
    "You count epochs from 0, as an index. Keras prints them from 1, and so does a report: add 1 "
    "to `kept_epoch` and `catches_up`.",
)
kept_from_zero = _report(
    "kept-epoch-from-zero",
    {"kept + 1": "kept"},
    "You count the kept epoch from 0, as an index. Epochs are counted from 1: add 1 to "
    "`kept_epoch`.",
)
reached_from_zero = _report(
    "catching-up-from-zero",
    {"start=1": "start=0"},
    "You count the epoch in which a training catches up from 0, as an index. Epochs are counted "
    "from 1: add 1 to `catches_up`.",
)
epochs_until_kept = _report(
    "epochs-up-to-the-kept-one",
    {"len(losses[name]),\n": "kept + 1,\n"},
    "`epochs` is the number of the kept epoch. It says how many epochs the experiment was trained, "
    "those after the best among them.",
)
last_of_equals = _report(
    "last-of-equals",
    {BEST: "len(losses[name]) - 1 - losses[name][::-1].index(min(losses[name]))"},
    "If the lowest loss occurs twice, you name the last of the epochs. Early stopping keeps the "
    "first: a loss that is no lower is no progress.",
)
mean_time = _report(
    "mean-time",
    {TIME: 'sum(history["seconds"]) / len(history["seconds"]) / pace',
     PACE: 'sum(histories[baseline]["seconds"]) / len(histories[baseline]["seconds"])'},
    "Your time of an epoch is the mean, so the first epoch counts, in which TensorFlow builds its "
    "graph. Take the median: it does not mind one epoch that is unlike the others.",
)  # fmt: skip
total_time = _report(
    "total-time",
    {TIME: 'math.fsum(history["seconds"]) / pace',
     PACE: 'math.fsum(histories[baseline]["seconds"])'},
    "Your time is that of the whole training. How long an epoch takes and how many are needed are "
    "two answers: batch normalisation makes one larger and the other smaller.",
)  # fmt: skip
lower_median = _report(
    "lower-median",
    {TIME: 'sorted(history["seconds"])[(len(history["seconds"]) - 1) // 2] / pace',
     PACE: 'sorted(histories[baseline]["seconds"])'
     '[(len(histories[baseline]["seconds"]) - 1) // 2]'},
    "Of an even number of times you take the lower of the two in the middle. Their median is the "
    "mean of the two, as `statistics.median` and `np.median` have it.",
)  # fmt: skip
upper_median = _report(
    "upper-median",
    {TIME: 'sorted(history["seconds"])[len(history["seconds"]) // 2] / pace',
     PACE: 'sorted(histories[baseline]["seconds"])[len(histories[baseline]["seconds"]) // 2]'},
    "Of an even number of times you take the higher of the two in the middle. Their median is the "
    "mean of the two, as `statistics.median` and `np.median` have it.",
)  # fmt: skip
upside_down = _report(
    "time-upside-down",
    {TIME: 'pace / median(history["seconds"])'},
    "Your relative time is upside down: an epoch that takes twice as long as the baseline's should "
    "give 2, not 0.5.",
)
nan_is_best = _report(
    "diverged-epoch-is-best",
    {
        BEST: "int(np.argmin(losses[name]))",
        NAN: "loss",
        TARGET: "float(np.min(losses[baseline]))",
    },
    "An epoch with a loss of NaN becomes the best: `np.argmin` stops at the first NaN, and so a "
    "training that blew up looks like the winner. `np.nanargmin` passes over it.",
)
nan_target = _report(
    "baseline-that-diverges",
    {TARGET: 'float(np.min(histories[baseline]["val_loss"]))'},
    "Where the baseline has an epoch with a loss of NaN you take that for its lowest, and nobody "
    "catches up with NaN: no comparison with it is true. Pass over such epochs, as `np.nanmin` "
    "does.",
)
strictly = _report(
    "must-be-strictly-lower",
    {REACHED: "if loss < target"},
    "You say that a training has caught up only once its loss is *below* the baseline's lowest. It "
    "has when it is as low; the baseline itself catches up in its own best epoch.",
)
about_as_low = _report(
    "about-as-low",
    {REACHED: "if loss <= target + 1e-6"},
    "A training whose loss is higher than the baseline's lowest by next to nothing has caught up "
    "for you. It has when its loss is at most as high: `<=`, with nothing added.",
)
at_the_best = _report(
    "catches-up-in-the-kept-epoch",
    {NEVER: "kept + 1 if reached else None"},
    "You say that a training catches up in the epoch that it keeps. It may have been as good as "
    "the baseline long before: look for the *first* epoch whose loss is low enough.",
)
last_target = _report(
    "baseline-at-its-end",
    {TARGET: "losses[baseline][-1]"},
    "You compare with the baseline's loss in its *last* epoch. It is the lowest that counts: from "
    "there on, early stopping only waited.",
)
kept_target = _report(
    "baseline-as-kept",
    {TARGET: "losses[baseline][-1] if baseline in to_the_end else min(losses[baseline])"},
    "If the baseline followed a schedule to the end, you compare with its last loss. Whatever was "
    "kept of it, a training catches up with the *lowest* loss of the baseline.",
)
never = _report(
    "last-epoch-for-never",
    {NEVER: "reached[0] if reached else len(losses[name])"},
    "A training that never gets as low as the baseline has not caught up in its last epoch: say "
    "None.",
)
NONE = "A training that never gets as low as the baseline has no epoch to name: say None."
minus_one = _report("minus-one-for-never", {NEVER: "reached[0] if reached else -1"}, NONE)
zero_for_never = _report("zero-for-never", {NEVER: "reached[0] if reached else 0"}, NONE)
nan_for_never = _report("nan-for-never", {NEVER: "reached[0] if reached else math.nan"}, NONE)
without_the_baseline = _report(
    "baseline-left-out",
    {"    told = {}\n    " + ITEMS: "    told = {}\n    " + ITEMS
     + "        if name == baseline:\n            continue\n"},
    "The baseline is missing. It is an experiment like the others, and has a line in the report.",
)  # fmt: skip
another_error = _report(
    "another-exception",
    {
        "target = min(losses[baseline])": "if baseline not in losses:\n"
        "        raise ValueError(baseline)\n    target = min(losses[baseline])"
    },
    "The report is right, but a baseline that is not there gives a ValueError. A KeyError was "
    "asked for, which `histories[baseline]` raises by itself.",
)
changed_histories = _report(
    "histories-changed",
    {
        "    target =": "    for name in losses:\n"
        '        histories[name]["val_loss"] = losses[name]\n    target ='
    },
    "The numbers are right, but the histories that you were given have changed: where a loss was "
    "NaN it is something else now, and whoever draws the curves draws that. Work on a copy.",
)
