"""Wrong ways to reuse pretrained layers that people really go.

Each is written as a student writes it, but for one thing: what a student imports as `keras` is
the first argument, so that the judge, who does without Keras, can replay the mistake (see
`autograder.assignments.small_keras`).
"""
# ruff: noqa: D103 - a mistake's explanation says what it does

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograder.api import mistake
from autograder.assignments.small_keras import changes_a_model, makes_a_model

Array = np.ndarray[Any, Any]

SHARED = (
    "Your new model is built of the donor's own layers. It looks right until it is trained: then "
    "the donor changes with it, because a layer has one set of weights however many models it is "
    "part of. Build on a copy, and give the copy the donor's weights."
)
EMPTY = (
    "`clone_model` copies the architecture and not the weights: yours are what the initialisers "
    "made of them, and nothing that was pretrained is left. Copy them with `get_weights` and "
    "`set_weights`."
)
MOVING = (
    "The kernels and biases are the donor's, but `trainable_weights` leaves out what no gradient "
    "changes: the moving mean and variance of batch normalisations, and all weights of frozen "
    "layers. `get_weights` and `set_weights` move all of them."
)
STACKED = (
    "Your answer is right for a stack of layers, and fails for a functional model with a skip "
    "connection. There one layer has two inputs, which a `Sequential` cannot say, and the input "
    "is a layer of its own. Follow the graph: `clone_model`, and from there `layer.input` or "
    "`layer.output`, work for both kinds."
)
NO_SOFTMAX = (
    "The reused layers are right; your head has no softmax. What it gives are logits, and a loss "
    "that expects probabilities (the default of Keras's cross-entropies) takes their logarithm, "
    "which for a negative logit does not exist. Ask the `Dense` layer for it: "
    '`activation="softmax"`.'
)
CLASSES = (
    "Fewer than two classes are accepted. A softmax over one unit is always 1, so the model would "
    "be certain whatever it sees, its loss would be 0 and it would never learn. Raise ValueError."
)
BOUNDS = (
    "Numbers of layers that the model does not have are accepted. Python's slices do not complain "
    "about them; they count from the other end, or give what there is, and a slip of the pen "
    "trains the wrong layers silently. Raise ValueError."
)
MINUS_ZERO = (
    "Your answer is right but for 0. `layers[-n:]` are the last n layers, unless n is 0: -0 is 0, "
    "so `layers[-0:]` are all of them and `layers[:-0]` none. Count from the beginning: "
    "`len(layers) - n`."
)
SAME_VALUE = (
    "You set `model.trainable = True`, and it had been True already: with TensorFlow, an attribute "
    "that is set to what it is does nothing, so the layers inside keep their own flags. Set the "
    "flags of the layers one by one."
)


FROZEN_SHARED = (
    "Your new model has copies of the trainable layers, and the frozen ones themselves. As long as "
    "they are frozen nobody notices; thawed in one model, they are trained in both, and "
    "`set_weights` on one changes the other. Copy every layer."
)
TOO_LATE = (
    "You raise ValueError, and after you have changed which layers are trainable. Whoever catches "
    "the exception has a model that is no longer what it was. Look at the arguments first, and "
    "change the model when they are right."
)


OTHER_START = (
    "The kernel of your head does not start as Keras starts a `Dense` layer (Glorot uniform): you "
    "gave it an initialiser, or weights, of your own. Leave `kernel_initializer` out. The biases "
    "and the reused layers are right."
)
OTHER_BIASES = (
    "The biases of your head do not start at 0, as Keras starts those of a `Dense` layer. Leave "
    "`bias_initializer` out. The kernel and the reused layers are right."
)


# rotation_task


def _square(images: Array) -> None:
    """Refuse what is to be refused: the mistakes below are others."""
    if images.ndim not in (3, 4) or images.shape[1] != images.shape[2]:
        raise ValueError("square images are needed")


def _turned(images: Array, sense: int = 1, axes: tuple[int, int] = (1, 2)) -> Array:
    """Return the images that are right, unless they are turned otherwise."""
    _square(images)
    versions = np.stack([np.rot90(images, sense * k, axes) for k in range(4)], axis=1)
    return versions.reshape(4 * len(images), *images.shape[1:])


def _labels(images: Array) -> Array:
    return np.tile(np.arange(4), len(images))


@mistake(
    "rotation_task",
    "rotation-by-rotation",
    "Each image and its label belong together, but the order is another: you put all images "
    "unturned first, then all turned once, and so on. The four versions of one image should stay "
    "together, so that a split for validation does not train on an image and test on the same one "
    "turned.",
)
def rotation_by_rotation(images: Array) -> tuple[Array, Array]:
    _square(images)
    rotated = np.concatenate([np.rot90(images, k, axes=(1, 2)) for k in range(4)])
    return rotated, np.repeat(np.arange(4), len(images))


@mistake(
    "rotation_task",
    "labels-in-another-order",
    "The images are right, the labels are not theirs: `np.repeat` gives 0, 0, 0, 0, 1, ... while "
    "your images come turned 0, 1, 2, 3, 0, 1, ... times. A net that is trained on such labels "
    "learns nothing, and no error says so.",
)
def labels_in_another_order(images: Array) -> tuple[Array, Array]:
    return _turned(images), np.repeat(np.arange(4), len(images))


@mistake(
    "rotation_task",
    "clockwise",
    "You turn the images clockwise. The task would be no harder, but label 1 stands for 90 "
    "degrees *anticlockwise* here, which is what `np.rot90` does: your labels 1 and 3 are "
    "exchanged.",
)
def clockwise(images: Array) -> tuple[Array, Array]:
    return _turned(images, sense=-1), _labels(images)


@mistake(
    "rotation_task",
    "labels-in-degrees",
    "Your labels are 0, 90, 180 and 270. They name classes, and a cross-entropy wants the number "
    "of the class: 0, 1, 2 and 3. With your labels Keras looks for unit 270 of 4.",
)
def labels_in_degrees(images: Array) -> tuple[Array, Array]:
    return _turned(images), 90 * _labels(images)


@mistake(
    "rotation_task",
    "last-two-axes",
    "Grey images are turned right, colour images are not: their last axis is the channels, so the "
    "last two are columns and channels. Height and width are axes 1 and 2 for both kinds.",
)
def last_two_axes(images: Array) -> tuple[Array, Array]:
    return _turned(images, axes=(-2, -1)), _labels(images)


@mistake(
    "rotation_task",
    "mirrored",
    "Your second and fourth images are not turned but mirrored at a diagonal: a transpose alone "
    "exchanges rows and columns. A quarter turn is a transpose *and* a reversal of the rows. "
    "Mirrored writing is easily told from turned writing, so the task is another.",
)
def mirrored(images: Array) -> tuple[Array, Array]:
    _square(images)
    across = images.swapaxes(1, 2)
    versions = [images, across, images[:, ::-1, ::-1], across[:, ::-1, ::-1]]
    rotated = np.stack(versions, axis=1).reshape(4 * len(images), *images.shape[1:])
    return rotated, _labels(images)


@mistake(
    "rotation_task",
    "dtype-lost",
    "Your images come back as float64 whatever they were: `np.zeros` makes that. Eight bytes for "
    "each pixel of a byte, and four times as many images: the data set grows by a factor of 32. "
    "Give the new array the dtype of `images`.",
)
def dtype_lost(images: Array) -> tuple[Array, Array]:
    _square(images)
    rotated = np.zeros((4 * len(images), *images.shape[1:]))
    for i, image in enumerate(images):
        for k in range(4):
            rotated[4 * i + k] = np.rot90(image, k)
    return rotated, _labels(images)


@mistake(
    "rotation_task",
    "labels-as-floats",
    "The labels are the right numbers, as floats: `np.zeros` makes those. A class is a whole "
    "number, and an index; make them np.int64.",
)
def labels_as_floats(images: Array) -> tuple[Array, Array]:
    _square(images)
    rotated = np.zeros((4 * len(images), *images.shape[1:]), dtype=images.dtype)
    labels = np.zeros(4 * len(images))
    for i, image in enumerate(images):
        for k in range(4):
            rotated[4 * i + k] = np.rot90(image, k)
            labels[4 * i + k] = k
    return rotated, labels


@mistake(
    "rotation_task",
    "one-hot-labels",
    "Your labels are one-hot rows. They are right as such, but what is asked for is one whole "
    "number for each image, as `sparse_categorical_crossentropy` wants it.",
)
def one_hot_labels(images: Array) -> tuple[Array, Array]:
    return _turned(images), np.eye(4)[_labels(images)]


@mistake(
    "rotation_task",
    "images-turned-in-place",
    "The result is right, but you turned the images that you were given: afterwards the caller's "
    "data set lies on its side. `images[i] = ...` writes into the caller's array; put each turned "
    "image into a new one.",
)
def images_turned_in_place(images: Array) -> tuple[Array, Array]:
    _square(images)
    rotated = np.zeros((4 * len(images), *images.shape[1:]), dtype=images.dtype)
    for i in range(len(images)):
        for k in range(4):
            rotated[4 * i + k] = images[i]
            if k < 3:
                images[i] = np.rot90(images[i]).copy()
    return rotated, _labels(images)


@mistake(
    "rotation_task",
    "shape-not-checked",
    "What cannot be turned is not refused with a ValueError of your own: images that are not "
    "square, or arrays that are no stack of images. Turned by 90 degrees an image of 4 x 5 is one "
    "of 5 x 4, and if the numbers happen to fit, a `reshape` turns it into noise.",
)
def shape_not_checked(images: Array) -> tuple[Array, Array]:
    rotated = [np.rot90(image, k) for image in images for k in range(4)]
    shape = (4 * len(images), *images.shape[1:])
    if not rotated:
        return np.zeros(shape, images.dtype), np.zeros(0, np.int64)
    return np.concatenate([image.ravel() for image in rotated]).reshape(shape), _labels(images)


@mistake(
    "rotation_task",
    "no-images-forgotten",
    "Your answer is right but for no images at all: `np.stack`, `np.concatenate` and `np.array` "
    "cannot know the shape of what is not there. A batch may be empty (a filter that found "
    "nothing); the result then has no images either, of the same size and dtype.",
)
def no_images_forgotten(images: Array) -> tuple[Array, Array]:
    _square(images)
    rotated = np.stack([np.rot90(image, k) for image in images for k in range(4)])
    return rotated, _labels(images)


@mistake(
    "rotation_task",
    "labels-of-another-integer-type",
    "The labels are the right numbers and whole, but of the type int32. np.int64 was asked for.",
)
def labels_of_32_bits(images: Array) -> tuple[Array, Array]:
    return _turned(images), _labels(images).astype(np.int32)


@mistake(
    "rotation_task",
    "single-precision",
    "Your images come back as float32 whatever they were. They keep the dtype of `images`: bytes "
    "as bytes, and double precision as double precision.",
)
def single_precision(images: Array) -> tuple[Array, Array]:
    return _turned(images).astype(np.float32), _labels(images)


# trainable_parameters


@mistake(
    "trainable_parameters",
    "arrays-counted",
    "You counted arrays: a kernel of 784 x 300 is one array and 235 200 numbers. Multiply the "
    "dimensions of each shape, and add up.",
)
@changes_a_model
def arrays_counted(keras: Any, model: Any) -> tuple[int, int]:
    return len(model.trainable_weights), len(model.non_trainable_weights)


@mistake(
    "trainable_parameters",
    "total-first",
    "Your first number is the total. `count_params` counts all weights, the frozen ones too; what "
    "is asked for first is what training changes.",
)
@changes_a_model
def total_first(keras: Any, model: Any) -> tuple[int, int]:
    frozen = sum(math.prod(weight.shape) for weight in model.non_trainable_weights)
    return model.count_params(), frozen


@mistake(
    "trainable_parameters",
    "exchanged",
    "Your two numbers are right and in the wrong order: first what can be trained, then what is "
    "frozen.",
)
@changes_a_model
def exchanged(keras: Any, model: Any) -> tuple[int, int]:
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    frozen = sum(math.prod(weight.shape) for weight in model.non_trainable_weights)
    return frozen, trainable


@mistake(
    "trainable_parameters",
    "layers-as-wholes",
    "You ask each layer of the model whether it is trainable and count all of it, or nothing. A "
    "batch normalisation that is trained has two vectors, its moving statistics, that no gradient "
    "changes; and a layer may be a model of which a part is frozen. The model's "
    "`trainable_weights` knows all that.",
)
@changes_a_model
def layers_as_wholes(keras: Any, model: Any) -> tuple[int, int]:
    trainable = sum(layer.count_params() for layer in model.layers if layer.trainable)
    return trainable, model.count_params() - trainable


@mistake(
    "trainable_parameters",
    "biases-forgotten",
    "You counted the kernels and left the biases out. They are vectors, a hundredth of the "
    "kernels in size, and trained like them.",
)
@changes_a_model
def biases_forgotten(keras: Any, model: Any) -> tuple[int, int]:
    def count(weights: Any) -> int:
        return sum(math.prod(weight.shape) for weight in weights if len(weight.shape) > 1)

    return count(model.trainable_weights), count(model.non_trainable_weights)


@mistake(
    "trainable_parameters",
    "a-list",
    "The counts are right, and come back in a list. A tuple was asked for.",
)
@changes_a_model
def counts_in_a_list(keras: Any, model: Any) -> list[int]:
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    return [trainable, model.count_params() - trainable]


@mistake(
    "trainable_parameters",
    "total-second",
    "Your second number is the total. What is frozen was asked for: the total without what "
    "training changes.",
)
@changes_a_model
def total_second(keras: Any, model: Any) -> tuple[int, int]:
    return sum(math.prod(w.shape) for w in model.trainable_weights), model.count_params()


@mistake(
    "trainable_parameters",
    "flag-of-the-model-forgotten",
    "You ask the layers one by one. The model has a flag of its own, which overrules theirs: in a "
    "model that is frozen as a whole nothing is trained, whatever was set on a layer afterwards. "
    "The model's own `trainable_weights` takes that into account.",
)
@changes_a_model
def flag_of_the_model_forgotten(keras: Any, model: Any) -> tuple[int, int]:
    trainable = sum(math.prod(w.shape) for layer in model.layers for w in layer.trainable_weights)
    return trainable, model.count_params() - trainable


@mistake(
    "trainable_parameters",
    "floats",
    "A count of yours is a float, at least where there is nothing to count: `np.sum([])` is 0.0, "
    "and other ways lead there too. What is counted is a whole number: make it one with `int`.",
)
@changes_a_model
def counts_as_floats(keras: Any, model: Any) -> tuple[Any, Any]:
    trainable = np.sum([math.prod(weight.shape) for weight in model.trainable_weights])
    frozen = np.sum([math.prod(weight.shape) for weight in model.non_trainable_weights])
    return trainable, frozen


@mistake(
    "trainable_parameters",
    "variables-counted",
    "Your second number is too large with dropout in the model: `non_trainable_variables` has the "
    "state of its random generator too, which is a variable and no weight. "
    "`non_trainable_weights` has only weights.",
)
@changes_a_model
def variables_counted(keras: Any, model: Any) -> tuple[int, int]:
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    frozen = sum(math.prod(variable.shape) for variable in model.non_trainable_variables)
    return trainable, frozen


@mistake(
    "trainable_parameters",
    "frozen-layers-counted-as-trainable",
    "You ask each weight whether it was made to be trained, and a kernel always was. A frozen "
    "layer says so itself, with its flag `trainable`. The model's `trainable_weights` takes both "
    "into account.",
)
@changes_a_model
def frozen_layers_counted_as_trainable(keras: Any, model: Any) -> tuple[int, int]:
    leaves = [layer for outer in model.layers for layer in getattr(outer, "layers", [outer])]
    moving = sum(
        math.prod(weight.shape)
        for layer in leaves
        if isinstance(layer, keras.layers.BatchNormalization)
        for weight in layer.weights[2:]
    )
    return model.count_params() - moving, moving


@mistake(
    "trainable_parameters",
    "first-and-last-dimension",
    "You multiply the first and the last dimension of each kernel. That is all of a dense layer's; "
    "a convolution's kernel has four, height, width and channels in and out. Multiply all of them, "
    "with `math.prod` or `np.prod`.",
)
@changes_a_model
def first_and_last_dimension(keras: Any, model: Any) -> tuple[int, int]:
    def count(weights: Any) -> int:
        shapes = [weight.shape for weight in weights]
        return sum(s[0] * s[-1] if len(s) > 1 else s[0] for s in shapes)

    return count(model.trainable_weights), count(model.non_trainable_weights)


@mistake(
    "trainable_parameters",
    "first-two-dimensions",
    "You multiply the first two dimensions of each kernel. A dense layer's has no others; a "
    "convolution's has four, height, width and channels in and out. Multiply all of them, with "
    "`math.prod` or `np.prod`.",
)
@changes_a_model
def first_two_dimensions(keras: Any, model: Any) -> tuple[int, int]:
    def count(weights: Any) -> int:
        return sum(math.prod(weight.shape[:2]) for weight in weights)

    return count(model.trainable_weights), count(model.non_trainable_weights)


# clone_with_weights


def _built(model: Any) -> None:
    """Refuse what is to be refused: the mistakes below are others."""
    if not model.built:
        raise ValueError("the model has no weights yet")


@mistake("clone_with_weights", "weights-not-copied", EMPTY)
@makes_a_model
def weights_not_copied(keras: Any, model: Any) -> Any:
    _built(model)
    return keras.models.clone_model(model)


@mistake(
    "clone_with_weights",
    "the-model-itself",
    "What you return is the model itself under a second name: `copy = model` copies nothing. "
    "Whatever is done to one is done to the other.",
)
@makes_a_model
def the_model_itself(keras: Any, model: Any) -> Any:
    _built(model)
    return model


@mistake("clone_with_weights", "layers-shared", SHARED)
@makes_a_model
def layers_shared(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.Model(model.inputs, model.outputs)
    copy.trainable = model.trainable
    return copy


@mistake("clone_with_weights", "moving-statistics-lost", MOVING)
@makes_a_model
def moving_statistics_lost(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    for new, old in zip(copy.trainable_weights, model.trainable_weights, strict=True):
        new.assign(old)
    return copy


@mistake(
    "clone_with_weights",
    "copied-backwards",
    "The copy and the model agree, because you copied the wrong way: the fresh weights of the "
    "copy into the model. What the model had learnt is gone. It is `copy.set_weights` that you "
    "want.",
)
@makes_a_model
def copied_backwards(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    model.set_weights(copy.get_weights())
    return copy


@mistake(
    "clone_with_weights",
    "copy-frozen",
    "The weights are right and nobody else's, but your copy is frozen. A copy is as trainable as "
    "the original; freezing it is another decision, and another function.",
)
@makes_a_model
def copy_frozen(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for layer in copy.layers:
        layer.trainable = False
    return copy


@mistake(
    "clone_with_weights",
    "original-frozen",
    "The copy is right, but the model that you were given is frozen afterwards. Whoever called "
    "you may want to train it on; nothing about it should change.",
)
@makes_a_model
def original_frozen(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    for layer in model.layers:
        layer.trainable = False
    return copy


@mistake(
    "clone_with_weights",
    "dense-layers-only",
    "You copied the weights of `Dense` layers and of no others. Batch normalisations have four "
    "vectors of their own; convolutions, embeddings and recurrent layers have weights as well. "
    "`model.get_weights()` has them all.",
)
@makes_a_model
def dense_layers_only(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    for new, old in zip(copy.layers, model.layers, strict=True):
        if isinstance(old, keras.layers.Dense):
            new.set_weights(old.get_weights())
    return copy


@mistake(
    "clone_with_weights",
    "biases-forgotten",
    "The kernels are copied, the biases are those that the initialiser made: zeros. Each layer's "
    "`get_weights` has both.",
)
@makes_a_model
def biases_not_copied(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    for new, old in zip(copy.layers, model.layers, strict=True):
        if isinstance(old, keras.layers.Dense):
            new.kernel.assign(old.kernel)
        else:
            new.set_weights(old.get_weights())
    return copy


@mistake("clone_with_weights", "stacks-only", STACKED)
@makes_a_model
def stacked(keras: Any, model: Any) -> Any:
    _built(model)
    layers = [keras.Input(model.input_shape[1:])]
    for layer in model.layers:
        if not isinstance(layer, keras.layers.InputLayer):
            inner = isinstance(layer, keras.Model)
            one = keras.models.clone_model(layer) if inner else None
            layers.append(one or type(layer).from_config(layer.get_config()))
            layers[-1].trainable = layer.trainable
    copy = keras.Sequential(layers)
    copy.set_weights(model.get_weights())
    return copy


@mistake(
    "clone_with_weights",
    "not-built",
    "Your copy is right if there is something to copy. A model that has not been built has no "
    "weights yet: the copy gets none, and both draw their own, different ones when they are first "
    "called. Look at `model.built` and raise ValueError.",
)
@makes_a_model
def not_built(keras: Any, model: Any) -> Any:
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


@mistake(
    "clone_with_weights",
    "models-within-left-out",
    "A layer that is a model itself keeps the fresh weights of the copy: you pass over it. Its "
    "weights are weights of the whole, and `model.get_weights()` has them all.",
)
@makes_a_model
def models_within_left_out(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    for new, old in zip(copy.layers, model.layers, strict=True):
        if not isinstance(old, keras.Model):
            new.set_weights(old.get_weights())
    return copy


@mistake(
    "clone_with_weights",
    "original-compiled",
    "The copy is right, but you compiled the model that you were given. Its optimiser is another "
    "one now, and what that had learnt of the gradients is gone: nothing about it should change.",
)
@makes_a_model
def original_compiled(keras: Any, model: Any) -> Any:
    _built(model)
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    model.compile(optimizer="sgd", loss="mse")
    return copy


@mistake(
    "clone_with_weights",
    "another-exception",
    "Where there is nothing to copy you raise another exception. ValueError was asked for.",
)
@makes_a_model
def another_exception(keras: Any, model: Any) -> Any:
    if not model.built:
        raise TypeError("not built")
    return _copy(keras, model)


@mistake("clone_with_weights", "frozen-layers-shared", FROZEN_SHARED)
@makes_a_model
def frozen_shared(keras: Any, model: Any) -> Any:
    _built(model)
    return _sharing_frozen(keras, model)


def _sharing_frozen(keras: Any, model: Any, head: Any = None) -> Any:
    """Return a copy whose frozen layers, but for the `head`, are the model's."""

    def taken(layer: Any) -> Any:
        if not layer.trainable and layer is not head:
            return layer
        if isinstance(layer, keras.Model):
            return keras.models.clone_model(layer, clone_function=taken)
        return type(layer).from_config(layer.get_config())

    copy = keras.models.clone_model(model, clone_function=taken)
    copy.set_weights(model.get_weights())
    return copy


@mistake(
    "clone_with_weights",
    "original-thawed",
    "The copy is right, but you set `model.trainable = True` on the model that you were given. If "
    "it was frozen as a whole, all of its layers are trainable now. Nothing about it should "
    "change.",
)
@makes_a_model
def original_thawed(keras: Any, model: Any) -> Any:
    _built(model)
    copy = _copy(keras, model)
    model.trainable = True
    return copy


# replace_head


def _copy(keras: Any, model: Any) -> Any:
    """Return the copy that is right: the mistakes below are others."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


def _checked(classes: int) -> None:
    if classes < 2:
        raise ValueError("too few classes")


def _head(keras: Any, classes: int, activation: str | None = "softmax") -> Any:
    return keras.layers.Dense(classes, activation=activation)


@mistake("replace_head", "layers-shared", SHARED)
@makes_a_model
def head_on_shared_layers(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    return keras.Model(model.inputs, _head(keras, classes)(model.layers[-1].input))


@mistake("replace_head", "weights-not-copied", EMPTY)
@makes_a_model
def head_on_fresh_layers(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = keras.models.clone_model(model)
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


@mistake(
    "replace_head",
    "head-on-top",
    "You put the new head on top of the old one instead of in its place. What the new head sees "
    "are the probabilities of the *old* classes, a few numbers that sum to 1, and no longer the "
    "features that they were made from.",
)
@makes_a_model
def head_on_top(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    return keras.Model(copy.inputs, _head(keras, classes)(copy.outputs[0]))


@mistake(
    "replace_head",
    "donor-beheaded",
    "`pop` takes the head off the donor itself, and what you return is the donor: the old model "
    "is gone. Work on a copy. (A functional model has no `pop` anyway.)",
)
@makes_a_model
def donor_beheaded(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    model.pop()
    model.add(_head(keras, classes))
    return model


@mistake(
    "replace_head",
    "head-never-replaced",
    "Your model has the old head still. `model.layers` is a list that Keras makes for you at "
    "every look: what you put into it, or take out of it, changes the list and not the model. "
    "Build a new `keras.Model` from the copy's input to the output of your head.",
)
@makes_a_model
def head_never_replaced(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    copy.layers[-1:] = [_head(keras, classes)]
    return copy


@mistake("replace_head", "no-softmax", NO_SOFTMAX)
@makes_a_model
def head_without_softmax(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    return keras.Model(copy.inputs, _head(keras, classes, None)(copy.layers[-1].input))


@mistake(
    "replace_head",
    "sigmoid",
    "Your head has a sigmoid for each class. That is for questions that can all be answered with "
    "yes; classes exclude each other, and their probabilities sum to 1: softmax.",
)
@makes_a_model
def head_with_a_sigmoid(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    return keras.Model(copy.inputs, _head(keras, classes, "sigmoid")(copy.layers[-1].input))


@mistake(
    "replace_head",
    "old-head-kept",
    "When the new task has as many classes as the old one you keep the old head. Class 3 of the "
    "new task has nothing to do with class 3 of the old one: the head would start with strong "
    "opinions, all of them wrong, and its gradients would spoil the layers below.",
)
@makes_a_model
def old_head_kept(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    if classes == model.output_shape[-1]:
        return copy
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


@mistake(
    "replace_head",
    "one-layer-too-many",
    "You cut one layer more than the head off. `layers[-1].input` (or `layers[-2].output`) is "
    "what the old head saw; you took the input of the layer before.",
)
@makes_a_model
def one_layer_too_many(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    below = copy.layers[-2].input
    below = below[0] if isinstance(below, list) else below
    return keras.Model(copy.inputs, _head(keras, classes)(below))


@mistake("replace_head", "moving-statistics-lost", MOVING)
@makes_a_model
def head_without_statistics(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = keras.models.clone_model(model)
    for new, old in zip(copy.trainable_weights, model.trainable_weights, strict=True):
        new.assign(old)
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


@mistake(
    "replace_head",
    "reused-layers-frozen",
    "The new model predicts what it should, but you froze its reused layers. That is often the "
    "next step, and a step of its own: here they are as trainable as the donor's.",
)
@makes_a_model
def reused_layers_frozen(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    for layer in copy.layers:
        layer.trainable = False
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


@mistake("replace_head", "stacks-only", STACKED)
@makes_a_model
def head_on_a_stack(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    layers = [keras.Input(model.input_shape[1:])]
    for layer in model.layers[:-1]:
        if not isinstance(layer, keras.layers.InputLayer):
            layers.append(type(layer).from_config(layer.get_config()))
            layers[-1].trainable = layer.trainable
    new = keras.Sequential([*layers, _head(keras, classes)])
    for made, layer in zip(new.layers, model.layers[:-1], strict=False):
        made.set_weights(layer.get_weights())
    return new


@mistake("replace_head", "classes-not-checked", CLASSES)
@makes_a_model
def head_of_any_size(keras: Any, model: Any, classes: int) -> Any:
    copy = _copy(keras, model)
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


@mistake("replace_head", "head-with-other-weights", OTHER_START)
@makes_a_model
def head_he(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    head = keras.layers.Dense(classes, activation="softmax", kernel_initializer="he_normal")
    return keras.Model(copy.inputs, head(copy.layers[-1].input))


@mistake("replace_head", "head-with-other-biases", OTHER_BIASES)
@makes_a_model
def head_ones(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    head = keras.layers.Dense(classes, activation="softmax", bias_initializer="ones")
    return keras.Model(copy.inputs, head(copy.layers[-1].input))


@mistake(
    "replace_head",
    "head-as-frozen-as-the-donors",
    "Your head is frozen where the donor's is. The reused layers are as trainable as the donor's; "
    "the head is new, and trainable.",
)
@makes_a_model
def head_as_frozen(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    head = _head(keras, classes)
    head.trainable = model.layers[-1].trainable
    return keras.Model(copy.inputs, head(copy.layers[-1].input))


@mistake(
    "replace_head",
    "two-classes-refused",
    "Two classes are refused. They are the fewest that there may be.",
)
@makes_a_model
def head_of_three(keras: Any, model: Any, classes: int) -> Any:
    if classes <= 2:
        raise ValueError("too few classes")
    copy = _copy(keras, model)
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


@mistake(
    "replace_head",
    "donor-compiled",
    "The new model is right, but you compiled the donor. Its optimiser is another one now: nothing "
    "about the donor should change.",
)
@makes_a_model
def donor_compiled(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _copy(keras, model)
    model.compile(optimizer="sgd", loss="mse")
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


@mistake("replace_head", "frozen-layers-shared", FROZEN_SHARED)
@makes_a_model
def head_on_shared_frozen_layers(keras: Any, model: Any, classes: int) -> Any:
    _checked(classes)
    copy = _sharing_frozen(keras, model, model.layers[-1])
    return keras.Model(copy.inputs, _head(keras, classes)(copy.layers[-1].input))


# freeze


LOSS = "sparse_categorical_crossentropy"


def _within(model: Any, last: int) -> None:
    if not 0 <= last <= len(model.layers):
        raise ValueError("the model has not that many layers")


def _frozen_but(model: Any, last: int) -> None:
    """Set the flags that are right: the mistakes below are others."""
    _within(model, last)
    model.trainable = True
    for position, layer in enumerate(model.layers):
        layer.trainable = position >= len(model.layers) - last


def _names(model: Any) -> list[str]:
    return [layer.name for layer in model.layers if layer.trainable_weights]


def _compiled(keras: Any, model: Any, learning_rate: float) -> list[str]:
    """Compile as is right, and return the names that are."""
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=LOSS)
    return _names(model)


@mistake(
    "freeze",
    "not-compiled",
    "The flags and the names are right, and they have no effect: you did not compile the model. "
    "Its training step was built for the variables that were trainable at the last `compile`, and "
    "goes on changing those. After every change of `trainable`, compile.",
)
@changes_a_model
def not_compiled(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _frozen_but(model, last)
    return _names(model)


@mistake("freeze", "minus-zero", MINUS_ZERO)
@changes_a_model
def frozen_minus_zero(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _within(model, last)
    model.trainable = True
    for layer in model.layers[:-last]:
        layer.trainable = False
    for layer in model.layers[-last:]:
        layer.trainable = True
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "whole-model-frozen",
    "You froze the whole model with `model.trainable = False` and then thawed its last layers. "
    "The model's own flag overrules them: nothing is trained at all. Set the model's flag to True "
    "and those of the layers one by one.",
)
@changes_a_model
def whole_model_frozen(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _within(model, last)
    model.trainable = False
    for layer in model.layers[len(model.layers) - last :]:
        layer.trainable = True
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "model-left-frozen",
    "The flags of the layers are right, but a model has a flag of its own, and yours had been "
    "frozen as a whole before: that flag is still False and overrules those of the layers. Set "
    "`model.trainable = True` first.",
)
@changes_a_model
def model_left_frozen(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _within(model, last)
    for position, layer in enumerate(model.layers):
        layer.trainable = position >= len(model.layers) - last
    return _compiled(keras, model, learning_rate)


@mistake("freeze", "thawed-through-the-model", SAME_VALUE)
@changes_a_model
def frozen_through_the_model(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _within(model, last)
    model.trainable = True
    for layer in model.layers[: len(model.layers) - last]:
        layer.trainable = False
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "never-thawed",
    "You freeze the first layers and do nothing to the last ones: those that were frozen before "
    "stay so. The last layers become trainable whatever they were.",
)
@changes_a_model
def never_thawed(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _within(model, last)
    for layer in model.layers[: len(model.layers) - last]:
        layer.trainable = False
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "the-first-layers-kept",
    "You keep the *first* layers trainable and freeze the last. It is the first ones that are "
    "worth keeping: they see edges and textures, which most tasks share; the last ones serve the "
    "old task.",
)
@changes_a_model
def the_first_layers_kept(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _within(model, last)
    model.trainable = True
    for position, layer in enumerate(model.layers):
        layer.trainable = position < last
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "normalisations-not-frozen",
    "Your dense layers are frozen, the batch normalisations among them are not. They go on "
    "normalising by the batch, so the frozen layers above see other inputs than they were trained "
    "for, and their moving statistics drift away. Freeze every layer, whatever its kind.",
)
@changes_a_model
def normalisations_not_frozen(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _frozen_but(model, last)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = True
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "names-of-the-frozen",
    "The model is right; what you return are the names of the layers that are frozen. Those that "
    "can be trained were asked for.",
)
@changes_a_model
def names_of_the_frozen(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _frozen_but(model, last)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=LOSS)
    return [layer.name for layer in model.layers if not layer.trainable]


@mistake(
    "freeze",
    "names-of-layers-without-weights",
    "The model is right; among the names that you return are layers that have no weights, such as "
    "dropout. Their flag is True, but there is nothing in them to train: ask for "
    "`layer.trainable_weights`.",
)
@changes_a_model
def names_of_layers_without_weights(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _frozen_but(model, last)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=LOSS)
    return [layer.name for layer in model.layers if layer.trainable]


@mistake(
    "freeze",
    "layers-without-weights-not-counted",
    "You count only layers that have weights. `last` counts as `model.layers` does, dropout and "
    "activations too, so that `model.layers` and a summary of the model show what it means.",
)
@changes_a_model
def layers_without_weights_not_counted(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _within(model, last)
    layers = [layer for layer in model.layers if layer.weights]
    model.trainable = True
    for position, layer in enumerate(layers):
        layer.trainable = position >= len(layers) - last
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "head-not-counted",
    "One layer too many stays trainable: you count `last` layers and the head on top of them. The "
    "head is the last layer, so `freeze(model, 1)` leaves just the head trainable.",
)
@changes_a_model
def head_not_counted(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _within(model, last)
    model.trainable = True
    for position, layer in enumerate(model.layers):
        layer.trainable = position >= len(model.layers) - last - 1
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "learning-rate-ignored",
    "The layers are right, the learning rate is not the one that was given: `compile` with the "
    'name "sgd" takes the default of 0.01. Make the optimiser yourself, with `learning_rate`.',
)
@changes_a_model
def learning_rate_ignored(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _frozen_but(model, last)
    model.compile(optimizer="sgd", loss=LOSS)
    return _names(model)


@mistake(
    "freeze",
    "adam",
    "The layers are right, but the optimiser is Adam. Plain gradient descent, "
    "`keras.optimizers.SGD(learning_rate)`, was asked for: a rate that is right for one is far "
    "off for the other.",
)
@changes_a_model
def adam(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _frozen_but(model, last)
    model.compile(optimizer=keras.optimizers.Adam(learning_rate), loss=LOSS)
    return _names(model)


@mistake("freeze", "bounds-not-checked", BOUNDS)
@changes_a_model
def frozen_without_bounds(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    model.trainable = True
    for position, layer in enumerate(model.layers):
        layer.trainable = position >= len(model.layers) - last
    return _compiled(keras, model, learning_rate)


OTHER_RATE = (
    "A learning rate that is given is used, but without one yours is not 0.01: leave the "
    "arguments, and their defaults, as they are."
)


@mistake("freeze", "a-thousandth-by-default", OTHER_RATE)
@changes_a_model
def rate_of_a_thousandth(
    keras: Any, model: Any, last: int, learning_rate: float = 0.001
) -> list[str]:
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake("freeze", "a-tenth-by-default", OTHER_RATE)
@changes_a_model
def rate_of_a_tenth(keras: Any, model: Any, last: int, learning_rate: float = 0.1) -> list[str]:
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "momentum",
    "The layers are right, but the optimiser has a momentum of 0.9. Plain "
    "`keras.optimizers.SGD(learning_rate)` was asked for.",
)
@changes_a_model
def with_momentum(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _frozen_but(model, last)
    model.compile(optimizer=keras.optimizers.SGD(learning_rate, momentum=0.9), loss=LOSS)
    return _names(model)


@mistake(
    "freeze",
    "normalisations-never-thawed",
    "Batch normalisations stay frozen, also among the last layers. Here all of the last layers "
    "become trainable, whatever their kind.",
)
@changes_a_model
def normalisations_never_thawed(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    _frozen_but(model, last)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "old-loss-kept",
    "A model that had been compiled keeps its old loss. It gets "
    '"sparse_categorical_crossentropy", whatever it had.',
)
@changes_a_model
def old_loss_kept(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _frozen_but(model, last)
    loss = getattr(model, "loss", None) or LOSS
    model.compile(optimizer=keras.optimizers.SGD(learning_rate), loss=loss)
    return _names(model)


@mistake(
    "freeze",
    "all-layers-refused",
    "To leave all layers trainable is refused. `last` may be as large as the number of layers.",
)
@changes_a_model
def all_layers_refused(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    if last >= len(model.layers):
        raise ValueError("too many")
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "no-layers-refused",
    "A `last` of 0 is refused. It freezes all layers, and the list of names is then empty.",
)
@changes_a_model
def no_layers_refused(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    if last <= 0:
        raise ValueError("too few")
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake(
    "freeze",
    "names-sorted",
    "The model is right, and so are the names, but they are sorted. They come in the order of "
    "`model.layers`.",
)
@changes_a_model
def names_sorted(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    _frozen_but(model, last)
    return sorted(_compiled(keras, model, learning_rate))


@mistake(
    "freeze",
    "a-copy-frozen",
    "The model that you were given is as it was: what you froze is a copy of it. It is to be done "
    "in place.",
)
@changes_a_model
def a_copy_frozen(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    copy = _copy(keras, model)
    _frozen_but(copy, last)
    return _compiled(keras, copy, learning_rate)


@mistake("freeze", "all-frozen-before-the-refusal", TOO_LATE)
@changes_a_model
def all_frozen_first(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    model.trainable = False
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake("freeze", "all-thawed-before-the-refusal", TOO_LATE)
@changes_a_model
def all_thawed_first(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    model.trainable = True
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake("freeze", "layers-thawed-before-the-refusal", TOO_LATE)
@changes_a_model
def layers_thawed_first(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    for layer in model.layers:
        layer.trainable = True
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake("freeze", "layers-frozen-before-the-refusal", TOO_LATE)
@changes_a_model
def layers_frozen_first(
    keras: Any, model: Any, last: int, learning_rate: float = 0.01
) -> list[str]:
    for layer in model.layers:
        layer.trainable = False
    _frozen_but(model, last)
    return _compiled(keras, model, learning_rate)


@mistake("freeze", "flags-set-before-the-refusal", TOO_LATE)
@changes_a_model
def flags_set_first(keras: Any, model: Any, last: int, learning_rate: float = 0.01) -> list[str]:
    model.trainable = True
    for position, layer in enumerate(model.layers):
        layer.trainable = position >= len(model.layers) - last
    _within(model, last)
    return _compiled(keras, model, learning_rate)


# unfreeze


def _reused(model: Any, last: int) -> list[Any]:
    """Return the reused layers, once the arguments are right: the mistakes below are others."""
    if not 0 <= last <= len(model.layers) - 1:
        raise ValueError("the model has not that many reused layers")
    if not model.compiled:
        raise ValueError("the model has not been compiled")
    reused: list[Any] = model.layers[:-1]
    return reused


def _thaw(keras: Any, layers: list[Any]) -> None:
    for layer in layers:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)


def _thaw_last(keras: Any, model: Any, last: int) -> None:
    """Thaw the layers that are right: the mistakes below are others."""
    reused = _reused(model, last)
    _thaw(keras, reused[len(reused) - last :])


def _compile(model: Any, rate: float) -> float:
    config = model.optimizer.get_config()
    config["learning_rate"] = rate
    model.compile(optimizer=type(model.optimizer).from_config(config), loss=model.loss)
    return rate


def _rate(model: Any) -> float:
    return float(model.optimizer.learning_rate)


@mistake(
    "unfreeze",
    "rate-not-lowered",
    "The layers are right, but the learning rate is what it was. It was made for a fresh head; "
    "the thawed layers are nearly right already, and steps of that size undo in one epoch what "
    "they had learnt.",
)
@changes_a_model
def rate_not_lowered(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    return _compile(model, _rate(model))


@mistake(
    "unfreeze",
    "the-first-rate-of-a-schedule",
    "Under a schedule you go on from the learning rate with which it began, which the "
    "configuration says. The rate that the optimiser has now is its `learning_rate`: a schedule "
    "is asked for the step that it has come to.",
)
@changes_a_model
def first_rate_of_a_schedule(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    rate = model.optimizer.get_config()["learning_rate"]
    if isinstance(rate, dict):
        rate = rate["config"]["initial_learning_rate"]
    return _compile(model, factor * rate)


@mistake(
    "unfreeze",
    "a-schedule-not-known",
    "Your answer is right for an optimiser whose learning rate is a number. Under a schedule the "
    "configuration has the schedule's own configuration in its place, and Keras does not let the "
    "rate be set. The rate that the optimiser has now is its `learning_rate`, with a schedule and "
    "without: put `factor` times that into the configuration of the new one.",
)
@changes_a_model
def schedule_not_known(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    return _compile(model, model.optimizer.get_config()["learning_rate"] * factor)


@mistake(
    "unfreeze",
    "not-compiled",
    "You set the flags, and the rate of the optimiser that was there, but you did not compile. "
    "The layers that you thawed are not trained: the training step, and the optimiser, were made "
    "for the variables that were trainable before.",
)
@changes_a_model
def thawed_but_not_compiled(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    rate = factor * _rate(model)
    model.optimizer.learning_rate = rate
    return rate


@mistake(
    "unfreeze",
    "the-old-optimiser",
    "You compile with the old optimiser. It has been built for the variables that it has trained "
    "so far, with a place for the momentum of each, and fails at the ones that are new to it. "
    "Make a new one from its class and its configuration.",
)
@changes_a_model
def the_old_optimiser(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    rate = factor * _rate(model)
    model.optimizer.learning_rate = rate
    model.compile(optimizer=model.optimizer, loss=model.loss)
    return rate


@mistake(
    "unfreeze",
    "head-counted",
    "One layer too few is thawed: you count the head among the last layers. `last` counts reused "
    "layers, and the head is none: it is trained already.",
)
@changes_a_model
def head_counted(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _reused(model, last)
    _thaw(keras, model.layers[len(model.layers) - last :])
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "everything-thawed",
    "You thaw all layers, whatever `last` says. The first layers are the most general and have "
    "the least to gain; with little data they are the first to be spoilt.",
)
@changes_a_model
def everything_thawed(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = _reused(model, last)
    _thaw(keras, reused)
    return _compile(model, factor * _rate(model))


@mistake("unfreeze", "thawed-through-the-model", SAME_VALUE)
@changes_a_model
def thawed_through_the_model(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = _reused(model, last)
    model.trainable = True
    for layer in reused[: len(reused) - last]:
        layer.trainable = False
    for layer in reused:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "normalisations-thawed",
    "The batch normalisations are thawed with the rest. Their moving statistics come from the "
    "donor's large data set; a few small batches of the new one would replace them, and every "
    "layer above would see something new. They stay frozen, and in inference mode.",
)
@changes_a_model
def normalisations_thawed(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = _reused(model, last)
    for layer in reused[len(reused) - last :]:
        layer.trainable = True
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "normalisations-left-as-they-were",
    "You leave batch normalisations out when you thaw, so one that was trainable before stays "
    "trainable. Among the last layers they *are frozen*, whatever they were.",
)
@changes_a_model
def normalisations_left_as_they_were(
    keras: Any, model: Any, last: int, factor: float = 0.1
) -> float:
    reused = _reused(model, last)
    for layer in reused[len(reused) - last :]:
        if not isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = True
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "settings-lost",
    "The optimiser is of the right class and has the right rate, but its other settings are the "
    "defaults: momentum, Nesterov's step, Adam's two betas. `get_config` has them all; change the "
    "rate in it and pass it to `from_config`.",
)
@changes_a_model
def settings_lost(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    rate = factor * _rate(model)
    model.compile(optimizer=type(model.optimizer)(learning_rate=rate), loss=model.loss)
    return rate


@mistake(
    "unfreeze",
    "always-sgd",
    "You compile with SGD whatever the optimiser was. The rate that was right for the old one is "
    "wrong for another: `type(model.optimizer)` is the class to take.",
)
@changes_a_model
def always_sgd(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    rate = factor * _rate(model)
    model.compile(optimizer=keras.optimizers.SGD(rate), loss=model.loss)
    return rate


@mistake("unfreeze", "minus-zero", MINUS_ZERO)
@changes_a_model
def thawed_minus_zero(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = _reused(model, last)
    _thaw(keras, reused[-last:])
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "factor-ignored",
    "The rate is always a tenth of the old one. That is the default of `factor`; use the argument.",
)
@changes_a_model
def factor_ignored(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    return _compile(model, 0.1 * _rate(model))


@mistake(
    "unfreeze",
    "divided-by-the-factor",
    "You divide by the factor. With 0.1 the rate becomes ten times *larger*, and the first batch "
    "wrecks the layers that you have just thawed. Multiply.",
)
@changes_a_model
def divided_by_the_factor(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    return _compile(model, _rate(model) / factor)


@mistake(
    "unfreeze",
    "factor-as-the-rate",
    "You take the factor for the new learning rate. It says how many times lower the rate gets: "
    "multiply it with the rate that the optimiser has now.",
)
@changes_a_model
def factor_as_the_rate(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    return _compile(model, factor)


@mistake(
    "unfreeze",
    "old-rate-returned",
    "The model is right; the rate that you return is the old one. Return the one that it has been "
    "compiled with.",
)
@changes_a_model
def old_rate_returned(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    rate = _rate(model)
    _compile(model, factor * rate)
    return rate


@mistake(
    "unfreeze",
    "earlier-layers-frozen",
    "The last layers are right, but you froze the reused layers before them. They stay as they "
    "are: whoever thaws a net step by step, deeper every time, has chosen them.",
)
@changes_a_model
def earlier_layers_frozen(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = _reused(model, last)
    for layer in reused[: len(reused) - last]:
        layer.trainable = False
    _thaw(keras, reused[len(reused) - last :])
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "head-thawed",
    "The reused layers are right, but you made the head trainable, and it had been frozen. All "
    "other layers stay as they are, the head among them.",
)
@changes_a_model
def head_thawed(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    model.layers[-1].trainable = True
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "loss-replaced",
    "You compile with a loss of your own choice. The model had one, `model.loss`, and it is kept: "
    "the task has not changed.",
)
@changes_a_model
def loss_replaced(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    _thaw_last(keras, model, last)
    config = model.optimizer.get_config()
    config["learning_rate"] = factor * config["learning_rate"]
    model.compile(optimizer=type(model.optimizer).from_config(config), loss=LOSS)
    return float(config["learning_rate"])


@mistake("unfreeze", "bounds-not-checked", BOUNDS)
@changes_a_model
def thawed_without_bounds(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    if not model.compiled:
        raise ValueError("the model has not been compiled")
    reused = model.layers[:-1]
    _thaw(keras, reused[max(0, len(reused) - last) :])
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "compiled-not-checked",
    "A model that has never been compiled has no optimiser to ask for its rate, and your function "
    "fails with an AttributeError somewhere in its middle, when some layers are thawed already. "
    "Look at `model.compiled` first and raise ValueError.",
)
@changes_a_model
def compiled_not_checked(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = model.layers[:-1]
    if not 0 <= last <= len(reused):
        raise ValueError("the model has not that many reused layers")
    _thaw(keras, reused[len(reused) - last :])
    return _compile(model, factor * _rate(model))


OTHER_FACTOR = (
    "A factor that is given is used, but without one yours is not 0.1: leave the arguments, and "
    "their defaults, as they are."
)


@mistake("unfreeze", "a-hundredth-by-default", OTHER_FACTOR)
@changes_a_model
def factor_of_a_hundredth(keras: Any, model: Any, last: int, factor: float = 0.01) -> float:
    _thaw_last(keras, model, last)
    return _compile(model, factor * _rate(model))


@mistake("unfreeze", "a-half-by-default", OTHER_FACTOR)
@changes_a_model
def factor_of_a_half(keras: Any, model: Any, last: int, factor: float = 0.5) -> float:
    _thaw_last(keras, model, last)
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "normalisations-frozen-everywhere",
    "You freeze the batch normalisations of the whole model. Those among the last `last` reused "
    "layers are frozen; all other layers stay as they are.",
)
@changes_a_model
def normalisations_frozen_everywhere(
    keras: Any, model: Any, last: int, factor: float = 0.1
) -> float:
    _thaw_last(keras, model, last)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "layers-without-weights-not-counted",
    "You count only layers that have weights. `last` counts as `model.layers` does, dropout and "
    "activations too.",
)
@changes_a_model
def thawed_with_weights(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = [layer for layer in _reused(model, last) if layer.weights]
    _thaw(keras, reused[max(0, len(reused) - last) :])
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "nothing-returned",
    "The model is right, and nothing is returned. Return the new learning rate.",
)
@changes_a_model
def nothing_returned(keras: Any, model: Any, last: int, factor: float = 0.1) -> None:
    _thaw_last(keras, model, last)
    _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "all-reused-layers-refused",
    "To thaw all reused layers is refused. `last` may be as large as their number.",
)
@changes_a_model
def all_reused_refused(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    if last >= len(model.layers) - 1:
        raise ValueError("too many")
    _thaw_last(keras, model, last)
    return _compile(model, factor * _rate(model))


@mistake(
    "unfreeze",
    "no-layers-refused",
    "A `last` of 0 is refused. It thaws none, and the learning rate is lowered all the same.",
)
@changes_a_model
def none_refused(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    if last <= 0:
        raise ValueError("too few")
    _thaw_last(keras, model, last)
    return _compile(model, factor * _rate(model))


@mistake("unfreeze", "thawed-before-the-refusal", TOO_LATE)
@changes_a_model
def thawed_first(keras: Any, model: Any, last: int, factor: float = 0.1) -> float:
    reused = model.layers[:-1]
    _thaw(keras, reused[max(0, len(reused) - last) :])
    _reused(model, last)
    return _compile(model, factor * _rate(model))


@mistake("unfreeze", "not-compiled-found-out-too-late", TOO_LATE)
@changes_a_model
def thawed_before_compiled_is_asked(
    keras: Any, model: Any, last: int, factor: float = 0.1
) -> float:
    reused = model.layers[:-1]
    if not 0 <= last <= len(reused):
        raise ValueError("the model has not that many reused layers")
    _thaw(keras, reused[len(reused) - last :])
    _reused(model, last)
    return _compile(model, factor * _rate(model))


# encoder_from_autoencoder


def _narrowest(model: Any) -> Any:
    return min(reversed(model.layers), key=lambda layer: math.prod(layer.output.shape[1:]))


def _cut(keras: Any, autoencoder: Any, classes: int, cut: str | None) -> tuple[Any, Any]:
    """Return the copy and the layer of it that are right: the mistakes below are others."""
    _checked(classes)
    copy = _copy(keras, autoencoder)
    return copy, _narrowest(copy) if cut is None else copy.get_layer(cut)


def _classifier(keras: Any, copy: Any, code: Any, classes: int) -> Any:
    """Return a classifier on top of the layer `code`; its encoder is frozen."""
    head = _head(keras, classes)
    classifier = keras.Model(copy.inputs, head(code.output))
    for layer in classifier.layers[:-1]:
        layer.trainable = False
    return classifier


@mistake("encoder_from_autoencoder", "layers-shared", SHARED)
@makes_a_model
def shared_encoder(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    code = _narrowest(autoencoder) if cut is None else autoencoder.get_layer(cut)
    return _classifier(keras, autoencoder, code, classes)


@mistake("encoder_from_autoencoder", "weights-not-copied", EMPTY)
@makes_a_model
def fresh_encoder(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = keras.models.clone_model(autoencoder)
    code = _narrowest(copy) if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "cut-left-out",
    "You cut before the layer instead of after it: your head sees the *input* of the bottleneck. "
    "The layer at the cut belongs to the encoder.",
)
@makes_a_model
def cut_left_out(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut)
    below = code.input[0] if isinstance(code.input, list) else code.input
    classifier = keras.Model(copy.inputs, _head(keras, classes)(below))
    for layer in classifier.layers[:-1]:
        layer.trainable = False
    return classifier


@mistake(
    "encoder_from_autoencoder",
    "decoder-kept",
    "Your head sits on top of the whole autoencoder. What it sees is the reconstruction, a blurred "
    "copy of the input, and not the code, which is what the autoencoder was trained for.",
)
@makes_a_model
def decoder_kept(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    if cut is not None:
        copy.get_layer(cut)
    return _classifier(keras, copy, copy.layers[-1], classes)


@mistake(
    "encoder_from_autoencoder",
    "cut-ignored",
    "You always cut at the narrowest layer, even if a name is given. A wider layer before the "
    "bottleneck often serves a classifier better; that is what the argument is for.",
)
@makes_a_model
def cut_ignored(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    if cut is not None:
        autoencoder.get_layer(cut)
    copy = _copy(keras, autoencoder)
    return _classifier(keras, copy, _narrowest(copy), classes)


@mistake(
    "encoder_from_autoencoder",
    "first-of-the-narrowest",
    "Of several layers of the smallest width you take the first. Behind a dense bottleneck often "
    "come its batch normalisation and its activation, as narrow as itself: without them, the head "
    "sees numbers that no layer of the decoder ever saw. Take the last.",
)
@makes_a_model
def first_of_the_narrowest(
    keras: Any, autoencoder: Any, classes: int, cut: str | None = None
) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    narrowest = min(copy.layers, key=lambda layer: math.prod(layer.output.shape[1:]))
    code = narrowest if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "half-of-the-layers",
    "You take half of the layers for the encoder. That holds for mirrored autoencoders with an "
    "even number of layers; a normalisation on one side only, and the cut is elsewhere. Look at "
    "the widths.",
)
@makes_a_model
def half_of_the_layers(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    code = copy.layers[len(copy.layers) // 2 - 1] if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "last-dimension",
    "You compare the last dimensions of the outputs. For 4 x 2 numbers that is 2, and the layer "
    "looks narrower than one of 5, though it lets 8 numbers through. The width is the product of "
    "all dimensions but the first.",
)
@makes_a_model
def last_dimension(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    narrowest = min(reversed(copy.layers), key=lambda layer: layer.output.shape[-1])
    code = narrowest if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "fewest-parameters",
    "You look for the layer with the fewest parameters. Activations and reshapes have none at "
    "all, wherever they stand. The narrowest layer is the one whose *output* has the fewest "
    "numbers.",
)
@makes_a_model
def fewest_parameters(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    smallest = min(reversed(copy.layers), key=lambda layer: layer.count_params())
    code = smallest if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "encoder-not-frozen",
    "The classifier predicts what it should, but its encoder is trainable. The first gradients of "
    "a fresh head are large and mean little; they would undo the pretraining before the head has "
    "learnt anything. It starts frozen.",
)
@makes_a_model
def encoder_not_frozen(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut)
    return keras.Model(copy.inputs, _head(keras, classes)(code.output))


@mistake(
    "encoder_from_autoencoder",
    "head-frozen",
    "Everything is frozen, the head with it: `trainable = False` on the whole classifier leaves "
    "nothing to train. Freeze the layers of the encoder one by one.",
)
@makes_a_model
def head_frozen(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut)
    classifier = keras.Model(copy.inputs, _head(keras, classes)(code.output))
    classifier.trainable = False
    return classifier


@mistake(
    "encoder_from_autoencoder",
    "autoencoder-frozen",
    "The classifier is right, but you froze the autoencoder itself, and it can no longer be "
    "trained on. Freeze the copy.",
)
@makes_a_model
def autoencoder_frozen(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    autoencoder.trainable = False
    copy = _copy(keras, autoencoder)
    code = _narrowest(copy) if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake("encoder_from_autoencoder", "no-softmax", NO_SOFTMAX)
@makes_a_model
def encoder_without_softmax(
    keras: Any, autoencoder: Any, classes: int, cut: str | None = None
) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut)
    classifier = keras.Model(copy.inputs, _head(keras, classes, None)(code.output))
    for layer in classifier.layers[:-1]:
        layer.trainable = False
    return classifier


@mistake(
    "encoder_from_autoencoder",
    "unknown-names-accepted",
    "A name that no layer has is taken for none, and you cut at the narrowest layer. A typing "
    "error then gives another model than the one that was meant, without a word. `get_layer` "
    "raises ValueError by itself.",
)
@makes_a_model
def unknown_names_accepted(
    keras: Any, autoencoder: Any, classes: int, cut: str | None = None
) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    code = next((layer for layer in copy.layers if layer.name == cut), _narrowest(copy))
    return _classifier(keras, copy, code, classes)


@mistake("encoder_from_autoencoder", "classes-not-checked", CLASSES)
@makes_a_model
def encoder_for_any_classes(
    keras: Any, autoencoder: Any, classes: int, cut: str | None = None
) -> Any:
    copy = _copy(keras, autoencoder)
    code = _narrowest(copy) if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake("encoder_from_autoencoder", "head-with-other-weights", OTHER_START)
@makes_a_model
def code_he(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut)
    head = keras.layers.Dense(classes, activation="softmax", kernel_initializer="he_normal")
    classifier = keras.Model(copy.inputs, head(code.output))
    for layer in classifier.layers[:-1]:
        layer.trainable = False
    return classifier


@mistake("encoder_from_autoencoder", "head-with-other-biases", OTHER_BIASES)
@makes_a_model
def code_ones(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut)
    head = keras.layers.Dense(classes, activation="softmax", bias_initializer="ones")
    classifier = keras.Model(copy.inputs, head(code.output))
    for layer in classifier.layers[:-1]:
        layer.trainable = False
    return classifier


@mistake(
    "encoder_from_autoencoder",
    "fewest-parameters-but-some",
    "You look for the layer with the fewest parameters among those that have some: that is often a "
    "batch normalisation, or a small layer between wide ones. The narrowest layer is the one whose "
    "*output* has the fewest numbers.",
)
@makes_a_model
def fewest_but_some(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    weighted = [layer for layer in copy.layers if layer.weights]
    smallest = min(weighted, key=lambda layer: layer.count_params())
    code = smallest if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "second-narrowest-overlooked",
    "You stop at the end of the first run of narrowest layers. If there is another one as narrow "
    "behind a wider layer, the encoder goes up to that: of several, the *last*.",
)
@makes_a_model
def first_run(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    widths = [math.prod(layer.output.shape[1:]) for layer in copy.layers]
    end = widths.index(min(widths))
    while end + 1 < len(widths) and widths[end + 1] == widths[end]:
        end += 1
    code = copy.layers[end] if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "normalisations-not-frozen",
    "The dense layers of the encoder are frozen, its batch normalisations are not: they are "
    "trained, and normalise by the batch. Freeze every layer, whatever its kind.",
)
@makes_a_model
def encoder_normalising(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut)
    classifier = _classifier(keras, copy, code, classes)
    for layer in classifier.layers[:-1]:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = True
    return classifier


@mistake(
    "encoder_from_autoencoder",
    "beginning-of-a-name",
    "You take the first layer whose name *begins* with `cut`: for `code_1` that may be `code_12`. "
    "Compare whole names; `get_layer` does.",
)
@makes_a_model
def beginning_of_a_name(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    if cut is None:
        return _classifier(keras, copy, _narrowest(copy), classes)
    found = [layer for layer in copy.layers if cut and layer.name.startswith(cut)]
    if not found:
        raise ValueError("no such layer")
    return _classifier(keras, copy, found[0], classes)


@mistake(
    "encoder_from_autoencoder",
    "empty-name-taken-for-none",
    "A `cut` that is the empty string is taken for None: `if cut` or `not cut` does that. No layer "
    "is called so, and that is a ValueError: ask `cut is None`.",
)
@makes_a_model
def empty_for_none(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    copy, code = _cut(keras, autoencoder, classes, cut or None)
    return _classifier(keras, copy, code, classes)


@mistake(
    "encoder_from_autoencoder",
    "another-exception",
    "For a name that no layer has you raise a KeyError. ValueError was asked for, which "
    "`get_layer` raises by itself.",
)
@makes_a_model
def key_error(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    code = (
        {layer.name: layer for layer in copy.layers}[cut] if cut is not None else _narrowest(copy)
    )
    return _classifier(keras, copy, code, classes)


@mistake("encoder_from_autoencoder", "frozen-layers-shared", FROZEN_SHARED)
@makes_a_model
def code_of_shared_frozen(
    keras: Any, autoencoder: Any, classes: int, cut: str | None = None
) -> Any:
    _checked(classes)
    code = _narrowest(autoencoder) if cut is None else autoencoder.get_layer(cut)
    copy = _sharing_frozen(keras, keras.Model(autoencoder.inputs, code.output))
    classifier = keras.Model(copy.inputs, _head(keras, classes)(copy.outputs[0]))
    for layer in classifier.layers[:-1]:
        layer.trainable = False
    return classifier


@mistake(
    "encoder_from_autoencoder",
    "last-layer-never-taken",
    "You never take the last layer for the narrowest. In an autoencoder with more units inside "
    "than outside it may be: then the encoder is all of it. The rule knows no exception.",
)
@makes_a_model
def last_never(keras: Any, autoencoder: Any, classes: int, cut: str | None = None) -> Any:
    _checked(classes)
    copy = _copy(keras, autoencoder)
    layers = reversed(copy.layers[:-1])
    narrowest = min(layers, key=lambda layer: math.prod(layer.output.shape[1:]))
    code = narrowest if cut is None else copy.get_layer(cut)
    return _classifier(keras, copy, code, classes)
