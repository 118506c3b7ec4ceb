"""The capstone's nets for CIFAR-10, what they are trained with, and their predictions."""

from typing import Any

import keras
import numpy as np

Callbacks = list[Any]  # whose order does not matter


def deep_net(shape: tuple[int, ...], classes: int = 10, activation: str = "swish") -> Any:
    """Build net (a): twenty dense layers of 100 units, from which the other nets set out.

    The layers, from the input to the output::

        flatten
        20 times:  dense, 100 units, He normal weights and biases of 0;  activation
        dense, one unit a class;  softmax

    All that is not said here is left as Keras has it: there are no penalties, no constraints and
    no further layers. Every layer draws weights of its own. An initialiser *object* gives the
    same weights each time that it is asked for one shape, so it must not be shared between
    layers; a name such as ``"glorot_uniform"`` makes a new object for each layer. The output
    layer may start as it likes.

    Parameters
    ----------
    shape
        The shape of one input, without the dimension of the batch: ``(32, 32, 3)`` for an
        image of CIFAR-10.
    classes
        The number of classes.
    activation
        The activation of the hidden layers, by Keras's name.

    Returns
    -------
    keras.Sequential
        Built, so that it has weights, and not compiled. A second call returns another net, which
        shares nothing with the first. No seed is set for others: seeds are the caller's.

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Equation 10.

    Examples
    --------
    >>> net = deep_net((32, 32, 3))
    >>> net.count_params()
    500210
    >>> net.output_shape
    (None, 10)
    """
    layers = [keras.Input(shape), keras.layers.Flatten()]
    for _ in range(20):
        layers.append(
            keras.layers.Dense(100, activation=activation, kernel_initializer="he_normal")
        )
    layers.append(keras.layers.Dense(classes, activation="softmax"))
    return keras.Sequential(layers)


def training_callbacks(path: str, patience: int = 20) -> Callbacks:
    """Make callbacks for (b): they end a training at the right time and keep the best of it.

    Given to ``fit``, the callbacks watch the validation loss (``"val_loss"``) and

    - stop the training once it has not been lower than its lowest for `patience` epochs in a
      row;
    - put the weights of the epoch with the lowest validation loss back into the model when
      they stop it;
    - save the whole model to `path` after each epoch in which the validation loss is the lowest so
      far, and after no other: whatever happens, the file holds the best so far.

    Lower is lower by however little; as low is not lower. The callbacks change nothing else: not
    the learning rate, for example.

    Parameters
    ----------
    path
        The file for the model; it ends in ``.keras``.
    patience
        A whole number of epochs, at least 1.

    Returns
    -------
    list of keras.callbacks.Callback
        New ones at each call, all of them. Others that do not interfere, such as one for
        TensorBoard, may be among them.

    Examples
    --------
    >>> len(training_callbacks("best.keras")) >= 2
    True
    """
    return [
        keras.callbacks.EarlyStopping(
            monitor="val_loss", patience=patience, restore_best_weights=True
        ),
        keras.callbacks.ModelCheckpoint(path, monitor="val_loss", save_best_only=True),
    ]


def normalised_net(
    shape: tuple[int, ...], classes: int = 10, activation: str = "swish", momentum: float = 0.9
) -> Any:
    """Build net (c): the deep net with batch normalisation before each hidden activation.

    The layers, from the input to the output::

        flatten
        20 times:  dense, 100 units, He normal weights;  batch normalisation;  activation
        dense, one unit a class;  softmax

    The beta of batch normalisation does what the bias of the dense layer before it would do,
    so that layer may go without a bias. Each layer draws weights of its own, as in `deep_net`.

    Parameters
    ----------
    shape, classes, activation
        As for `deep_net`.
    momentum
        How much of its moving statistics each batch normalisation keeps from one batch to the
        next, Keras's argument of that name. Keras's own default, 0.99, averages over the last
        hundred batches; by then the layers below have moved on, and twenty layers add up what
        each is behind. Batch normalisation's other arguments are Keras's defaults.

    Returns
    -------
    keras.Sequential
        Built and not compiled; a new one at each call, as of `deep_net`.

    References
    ----------
    Ioffe & Szegedy (2015), *Batch normalization*, Section 3.2: before the activation, and
    without the bias.

    Examples
    --------
    >>> net = normalised_net((32, 32, 3))
    >>> sum(isinstance(layer, keras.layers.BatchNormalization) for layer in net.layers)
    20
    """
    layers = [keras.Input(shape), keras.layers.Flatten()]
    for _ in range(20):
        layers.append(keras.layers.Dense(100, kernel_initializer="he_normal"))
        layers.append(keras.layers.BatchNormalization(momentum=momentum))
        layers.append(keras.layers.Activation(activation))
    layers.append(keras.layers.Dense(classes, activation="softmax"))
    return keras.Sequential(layers)


def selu_net(shape: tuple[int, ...], classes: int = 10, rate: float = 0.0) -> Any:
    """Build nets (d) and (e): a deep net that normalises itself, with alpha dropout for (e).

    The layers, from the input to the output::

        flatten
        20 times:  dense, 100 units, LeCun normal weights and biases of 0;  SELU
        alpha dropout with `rate`
        dense, one unit a class;  softmax

    SELU keeps the mean and the variance of a signal at 0 and 1 from layer to layer if the
    inputs have them (see `standardise`), the weights are LeCun normal, and nothing between
    the layers changes them: no batch normalisation, and no dropout but alpha dropout, which
    keeps both.

    Parameters
    ----------
    shape, classes
        As for `deep_net`.
    rate
        The share of its inputs that alpha dropout takes away, from 0 to below 1.

    Returns
    -------
    keras.Sequential
        Built and not compiled; a new one at each call, as of `deep_net`. With a rate of 0 there
        may be a dropout that does nothing, or none.

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), *Self-normalizing neural networks*.

    Examples
    --------
    >>> [type(layer).__name__ for layer in selu_net((32, 32, 3), rate=0.1).layers[-3:]]
    ['Dense', 'AlphaDropout', 'Dense']
    """
    layers = [keras.Input(shape), keras.layers.Flatten()]
    for _ in range(20):
        layers.append(keras.layers.Dense(100, activation="selu", kernel_initializer="lecun_normal"))
    layers.append(keras.layers.AlphaDropout(rate))
    layers.append(keras.layers.Dense(classes, activation="softmax"))
    return keras.Sequential(layers)


def mc_predict(model: Any, x: np.ndarray[Any, Any], samples: int) -> np.ndarray[Any, Any]:
    """Average predictions that are made with dropout left on: Monte Carlo dropout, for (e).

    The model predicts `samples` times, each time with new dropout masks, and the *probabilities*
    are averaged. All layers that are `Dropout` or `AlphaDropout`, and no others, behave as in
    training: batch normalisation goes on using its moving statistics, and `GaussianNoise` and
    `GaussianDropout` do nothing. The model is not trained and not changed: afterwards its
    weights, moving statistics included, its plain predictions, and which of its layers are
    trainable are what they were.

    Parameters
    ----------
    model
        A ``keras.Sequential`` whose output is probabilities.
    x
        A batch of inputs, as an array of shape ``(n, ...)``.
    samples
        How many predictions are averaged; at least 1.

    Returns
    -------
    NumPy array of shape (n, classes) and dtype float32

    References
    ----------
    Gal & Ghahramani (2016), *Dropout as a Bayesian approximation*, Section 4.

    Examples
    --------
    >>> probabilities = mc_predict(selu_net((4, 4, 3), rate=0.5), np.ones((7, 4, 4, 3)), 20)
    >>> probabilities.shape
    (7, 10)
    """
    dropout = (keras.layers.Dropout, keras.layers.AlphaDropout)
    predictions = []
    for _ in range(samples):
        signal = x
        for layer in model.layers:
            signal = layer(signal, training=isinstance(layer, dropout))
        predictions.append(keras.ops.convert_to_numpy(signal))
    return np.asarray(np.mean(predictions, axis=0))
