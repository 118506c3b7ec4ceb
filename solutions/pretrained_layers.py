"""Pretrained layers: copy them, cut them, freeze and thaw them, and teach them for nothing."""

import math
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def rotation_task(images: Array) -> tuple[Array, Array]:
    """Turn every image by 0, 90, 180 and 270 degrees; the label says which it was.

    The four versions of one image stay together::

        rotated[4 i + k] = images[i], turned k times by 90 degrees
        labels[4 i + k]  = k                                         k = 0, 1, 2, 3

    so that a split after a multiple of four never puts two versions of one image on different
    sides. Turned means anticlockwise, the first row being the top of the image.

    Parameters
    ----------
    images
        Square images of any dtype: ``(n, side, side)``, or ``(n, side, side, channels)``; n
        may be 0. They are not changed.

    Returns
    -------
    rotated
        An array of its own of shape ``(4 n, side, side)`` or ``(4 n, side, side, channels)``,
        with the dtype of `images`. Channels stay where they are.
    labels
        The ``4 n`` labels, as ``np.int64``.

    Raises
    ------
    ValueError
        The images are not square, or `images` has neither three nor four dimensions.

    References
    ----------
    Gidaris, Singh & Komodakis (2018), *Unsupervised representation learning by predicting
    image rotations*, Section 2.

    Examples
    --------
    >>> rotated, labels = rotation_task(np.array([[[1, 2], [3, 4]]]))
    >>> rotated[1].tolist()
    [[2, 4], [1, 3]]
    >>> labels.tolist()
    [0, 1, 2, 3]
    """
    if images.ndim not in (3, 4):
        raise ValueError(f"images are needed, not an array of shape {images.shape}")
    # An image that is not square has another shape when it is turned, which np.stack refuses.
    turned = np.stack([np.rot90(images, k, axes=(1, 2)) for k in range(4)], axis=1)
    labels = np.tile(np.arange(4, dtype=np.int64), len(images))
    return turned.reshape(labels.shape + images.shape[1:]), labels


def trainable_parameters(model: keras.Model) -> tuple[int, int]:
    """Count the numbers that training changes and those that it leaves alone.

    A kernel of shape (784, 300) counts as 784 · 300 numbers, one of shape (3, 3, 16, 32) as
    3 · 3 · 16 · 32. The moving mean and variance of a
    batch normalisation are weights that no gradient changes: they count as frozen, always.
    What is no weight, the state of a dropout layer's random generator for example, does not
    count. The flag of a model overrules those of the layers in it. The model is not changed.

    Parameters
    ----------
    model
        A built model. Its layers may be models themselves, some of whose layers are frozen.

    Returns
    -------
    tuple of two ints
        ``(trainable, frozen)``; their sum is ``model.count_params()``.

    References
    ----------
    Keras's guide *Transfer learning & fine-tuning*, "Freezing layers: understanding the
    `trainable` attribute".

    Examples
    --------
    >>> first = keras.layers.Dense(3)
    >>> model = keras.Sequential([keras.Input((5,)), first, keras.layers.Dense(2)])
    >>> first.trainable = False
    >>> trainable_parameters(model)
    (8, 18)
    """
    trainable = sum(math.prod(weight.shape) for weight in model.trainable_weights)
    return trainable, model.count_params() - trainable


def clone_with_weights(model: keras.Model) -> keras.Model:
    """Return a copy of a model that has the same weights and shares none of them.

    After ``copy = clone_with_weights(model)``, `copy` gives the predictions of `model`, and
    whatever is done to one of the two, training included, leaves the other as it was. The same
    layers are trainable in both; but nothing is said about layers that were thawed one by one in
    a model that is frozen as a whole, whose own flag Keras loses in some copies. *All* weights
    are copied, those of frozen layers and the moving statistics of batch normalisations too.
    Each call makes another copy.

    Parameters
    ----------
    model
        A `Sequential` or functional model, which is not changed (its own flag `trainable` and
        those of its layers stay as they are), nor compiled. Its layers may be
        models themselves. Whether it has been compiled does not matter; nothing is said about
        whether the copy is.

    Returns
    -------
    keras.Model

    Raises
    ------
    ValueError
        The model has not been built: it has no weights that could be copied, and would draw
        others than its copy later.

    References
    ----------
    Géron (2022), *Hands-on machine learning*, Chapter 11, "Transfer learning with Keras".

    Examples
    --------
    >>> model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3)])
    >>> copy = clone_with_weights(model)
    >>> x = np.ones((1, 5), dtype=np.float32)
    >>> bool(np.all(copy(x) == model(x)))
    True
    >>> copy.layers[0].kernel is model.layers[0].kernel
    False
    """
    if not model.built:
        raise ValueError("the model has no weights yet: call it once, or give it an Input")
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy


def replace_head(model: keras.Model, classes: int) -> keras.Model:
    """Return a new model: copies of all layers but the last, and a fresh head on top.

    The head is a ``Dense`` layer of `classes` units with softmax activation and the initial
    weights that Keras gives it (no initialiser is passed to it), also when the donor's head
    happens to have that many units. There are no other new layers.

    Parameters
    ----------
    model
        The donor: a built model, `Sequential` or functional (with skip connections, perhaps),
        of one input, whose last layer, a ``Dense`` layer, is its head. Nothing that is done to
        the new model changes the donor, and the donor is what it was. Each call makes another.
    classes
        The number of classes of the new task, at least 2.

    Returns
    -------
    keras.Model
        Its reused layers have the donor's weights, moving statistics included, and are
        trainable where the donor's are (as in `clone_with_weights`); its head is trainable, also
        where the donor's is frozen. It need not be compiled.

    Raises
    ------
    ValueError
        `classes` is less than 2. The donor is then what it was.

    References
    ----------
    Yosinski, Clune, Bengio & Lipson (2014), *How transferable are features in deep neural
    networks?*

    Examples
    --------
    >>> layers = [keras.layers.Dense(8, activation="relu"), keras.layers.Dense(10)]
    >>> donor = keras.Sequential([keras.Input((5,)), *layers])
    >>> new = replace_head(donor, 3)
    >>> new.output_shape, donor.output_shape
    ((None, 3), (None, 10))
    """
    if classes < 2:
        raise ValueError(f"there must be at least 2 classes, not {classes}")
    copy = clone_with_weights(model)
    # A name of its own: in a fresh session Keras starts counting layers again, at a name that
    # a donor from a file may have already.
    head = keras.layers.Dense(classes, activation="softmax", name=f"head_for_{classes}")
    (start,) = copy.inputs
    return keras.Model(start, head(copy.layers[-1].input))


def freeze(model: keras.Model, last: int, learning_rate: float = 0.01) -> list[str]:
    """Leave only the last layers of a model trainable, and compile it so that this counts.

    In place, the last `last` layers become trainable and all layers before them frozen,
    whatever they were before, also where the whole model was frozen. And the model is compiled,
    with a new optimiser ``keras.optimizers.SGD(learning_rate)`` without other settings, and the
    loss ``"sparse_categorical_crossentropy"``, whatever it had: what is trained is fixed in the
    first step after a `compile`, so a model that has been trained already goes on training what
    it did until it is compiled again. A batch normalisation that is frozen runs in inference
    mode: it normalises with its moving statistics, and keeps them.

    Parameters
    ----------
    model
        A built model, compiled or not. None of its layers is a model itself.
    last
        How many layers to leave trainable, counted as in ``model.layers``: layers without
        weights count too. 0 freezes all of them.
    learning_rate
        The learning rate of the new optimiser.

    Returns
    -------
    list of str
        The names of the layers that have something to train now, in the order of
        ``model.layers``. Layers without weights have not.

    Raises
    ------
    ValueError
        `last` is negative, or larger than the number of layers. The model is then left as it
        was: no flag has been changed, and it has not been compiled.

    References
    ----------
    Keras's guide *Transfer learning & fine-tuning*.

    Examples
    --------
    >>> layers = [keras.layers.Dense(8, name="body"), keras.layers.Dense(3, name="head")]
    >>> model = keras.Sequential([keras.Input((5,)), *layers])
    >>> freeze(model, 1)
    ['head']
    """
    if not 0 <= last <= len(model.layers):
        raise ValueError(f"cannot keep {last} of {len(model.layers)} layers trainable")
    # The model has a flag of its own, which overrules those of its layers.
    model.trainable = True
    for position, layer in enumerate(model.layers):
        layer.trainable = position >= len(model.layers) - last
    optimiser = keras.optimizers.SGD(learning_rate)
    model.compile(optimizer=optimiser, loss="sparse_categorical_crossentropy")
    return [layer.name for layer in model.layers if layer.trainable_weights]


def unfreeze(model: keras.Model, last: int, factor: float = 0.1) -> float:
    """Thaw the last of the reused layers, and go on with a lower learning rate.

    The last layer of the model is its head, all others are reused. In place, the last `last`
    of the *reused* layers become trainable, except batch normalisations, which are frozen: the
    statistics of the donor's large data set are better than those of a few small batches. All
    other layers, the head among them, stay as they are. And the model is compiled again, with
    the loss that it had and a *new* optimiser of the same class and with the same settings,
    but with `factor` times the learning rate that the old one has now. Under a schedule that is
    the rate of the step that it has come to; the new rate is a number, and the schedule is gone.

    Parameters
    ----------
    model
        A built and compiled model, which is not frozen as a whole (some of its layers may be).
        None of them is a model itself. Whether it has been trained does not matter.
    last
        How many of the reused layers to thaw, counted as in ``model.layers``: batch
        normalisations and layers without weights count too. 0 thaws none.
    factor
        What the learning rate is multiplied by.

    Returns
    -------
    float
        The new learning rate.

    Raises
    ------
    ValueError
        `last` is negative or larger than the number of reused layers, or the model has not
        been compiled. The model is then left as it was.

    References
    ----------
    Keras's guide *Transfer learning & fine-tuning*; Howard & Ruder (2018), *Universal language
    model fine-tuning for text classification*, Section 3.3, thaw layer by layer.

    Examples
    --------
    >>> layers = [keras.layers.Dense(8), keras.layers.Dense(8), keras.layers.Dense(3)]
    >>> model = keras.Sequential([keras.Input((5,)), *layers])
    >>> _ = freeze(model, 1, learning_rate=0.5)
    >>> unfreeze(model, 1)
    0.05
    >>> [layer.trainable for layer in layers]
    [False, True, True]
    """
    reused = model.layers[:-1]
    if not 0 <= last <= len(reused):
        raise ValueError(f"cannot thaw {last} of {len(reused)} reused layers")
    if not model.compiled:
        raise ValueError("the model has not been compiled")
    for layer in reused[len(reused) - last :]:
        layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
    # The old optimiser knows only the variables that it has trained so far: a new one is needed.
    old = model.optimizer
    learning_rate = factor * float(old.learning_rate)
    optimiser = type(old).from_config(old.get_config() | {"learning_rate": learning_rate})
    model.compile(optimizer=optimiser, loss=model.loss)
    return learning_rate


def encoder_from_autoencoder(
    autoencoder: keras.Model, classes: int, cut: str | None = None
) -> keras.Model:
    """Return a classifier: a copy of the encoder, frozen, with a fresh head on top.

    The encoder is everything from the input up to, and with, the layer called `cut`. The head
    is a ``Dense`` layer of `classes` units with softmax activation and the initial weights
    that Keras gives it (no initialiser is passed to it). There are no other new layers.

    Parameters
    ----------
    autoencoder
        A built model, `Sequential` or functional, of one input, which is not changed, nor by
        anything that is done to the classifier. None of its layers is a model itself.
    classes
        The number of classes, at least 2.
    cut
        The name of the encoder's last layer. None stands for the narrowest layer: the one
        whose output has the fewest numbers for one example (the product of all dimensions of
        its shape but the first). Of several, it is the *last*: an activation or a normalisation
        after the bottleneck belongs to the encoder.

    Returns
    -------
    keras.Model
        The encoder's layers have the weights of the autoencoder and are frozen; the head is
        trainable. It need not be compiled.

    Raises
    ------
    ValueError
        There is no layer called `cut` (nor is any called ``""``), or `classes` is less than 2.
        The autoencoder is then what it was.

    References
    ----------
    Hinton & Salakhutdinov (2006), *Reducing the dimensionality of data with neural networks*;
    Erhan et al. (2010), *Why does unsupervised pre-training help deep learning?*

    Examples
    --------
    >>> layers = [keras.layers.Dense(3, name="code"), keras.layers.Dense(8)]
    >>> autoencoder = keras.Sequential([keras.Input((8,)), *layers])
    >>> classifier = encoder_from_autoencoder(autoencoder, 4)
    >>> [tuple(weight.shape) for weight in classifier.weights]
    [(8, 3), (3,), (3, 4), (4,)]
    """
    if classes < 2:
        raise ValueError(f"there must be at least 2 classes, not {classes}")
    copy = clone_with_weights(autoencoder)
    if cut is None:
        code = min(reversed(copy.layers), key=lambda layer: math.prod(layer.output.shape[1:]))
    else:
        code = copy.get_layer(cut)
    head = keras.layers.Dense(classes, activation="softmax", name=f"head_for_{classes}")
    (start,) = copy.inputs
    classifier = keras.Model(start, head(code.output))
    for layer in classifier.layers[:-1]:
        layer.trainable = False
    return classifier
