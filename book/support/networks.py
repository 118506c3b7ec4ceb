"""Train many small networks side by side, for pages that compare them.

A comparison that is fair needs several seeds and several learning rates for each thing compared,
which soon means a hundred networks. Trained one by one they would take many minutes, nearly all
of it overhead, for the networks are tiny. `train_side_by_side` stacks them instead: every weight
matrix gains a leading axis that runs over the networks, and one matrix product serves them all.
The networks share the batches and nothing else.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.int64]


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Send file descriptor 2 nowhere: TensorFlow greets there from C++ while it is imported."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
with _quiet_stderr():
    import tensorflow as tf  # type: ignore[import-untyped]


@dataclass(frozen=True)
class TrainedStack:
    """What training a stack of networks leaves behind.

    Attributes
    ----------
    loss
        Mean training loss in each epoch, shape ``(epochs, networks)``; NaN where it overflowed.
    accuracy
        Share of the test images classified rightly, shape ``(networks,)``.
    weights, biases
        The trained parameters, one array a layer, each with a leading axis over the networks.
    """

    loss: FloatArray
    accuracy: FloatArray
    weights: list[FloatArray]
    biases: list[FloatArray]


def prepare(train: FloatArray, test: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Shrink images to half their side, flatten them, centre the pixels, and scale each image.

    Parameters
    ----------
    train, test
        Images of shape ``(n, height, width)`` with even sides. The mean image that is subtracted
        from both is that of ``train``.

    Returns
    -------
    tuple of FloatArray
        Both parts, ``float32`` of shape ``(n, height * width / 4)``. Every row has mean square 1,
        so that the signal that enters a network has exactly the size the theory starts from.
    """

    def shrink(images: FloatArray) -> FloatArray:
        n, height, width = images.shape
        blocks = images.reshape(n, height // 2, 2, width // 2, 2)
        small: FloatArray = blocks.mean(axis=(2, 4)).reshape(n, -1)
        return small

    small_train, small_test = shrink(train), shrink(test)
    centre = small_train.mean(axis=0)

    def scale(rows: FloatArray) -> FloatArray:
        centred = rows - centre
        scaled: FloatArray = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True))
        return scaled.astype(np.float32)

    return scale(small_train), scale(small_test)


def stack(networks: Sequence[Sequence[FloatArray]]) -> list[FloatArray]:
    """Stack networks layer by layer.

    Parameters
    ----------
    networks
        One sequence of weight matrices a network, all of the same shapes.

    Returns
    -------
    list of FloatArray
        One array a layer, of shape ``(networks, fan_in, fan_out)``.
    """
    return [np.stack(layer).astype(np.float32) for layer in zip(*networks, strict=True)]


def train_side_by_side(
    weights: Sequence[FloatArray],
    x: FloatArray,
    y: IntArray,
    x_test: FloatArray,
    y_test: IntArray,
    *,
    activation: str,
    learning_rate: float | Sequence[float] | FloatArray,
    epochs: int,
    biases: Sequence[FloatArray] | None = None,
    batch_size: int = 64,
    momentum: float = 0.9,
    seed: int = 0,
) -> TrainedStack:
    """Train a stack of dense classifiers by stochastic gradient descent with momentum.

    Parameters
    ----------
    weights
        One array a layer, of shape ``(networks, fan_in, fan_out)``; see `stack`. The last layer
        gives the logits.
    x, y
        Training rows and their class numbers.
    x_test, y_test
        The same for the test.
    activation
        Name of the hidden layers' activation, as Keras knows it.
    learning_rate
        One for all networks, or one for each.
    epochs
        Passes over the training rows; an incomplete last batch is dropped.
    biases
        One array a layer, of shape ``(networks, fan_out)``; zeros by default.
    batch_size, momentum
        As in `keras.optimizers.SGD`.
    seed
        Draws the order of the batches.

    Returns
    -------
    TrainedStack
        The loss of every epoch, the test accuracy, and the trained parameters.
    """
    phi = tf.keras.activations.get(activation)
    networks = len(weights[0])
    if biases is None:
        biases = [np.zeros((networks, w.shape[2]), np.float32) for w in weights]
    kernels = [tf.Variable(w, dtype=tf.float32) for w in weights]
    offsets = [tf.Variable(b[:, None, :], dtype=tf.float32) for b in biases]
    parameters = [*kernels, *offsets]
    velocity = [tf.Variable(tf.zeros_like(p)) for p in parameters]
    rate = tf.reshape(tf.cast(np.broadcast_to(learning_rate, networks), tf.float32), (-1, 1, 1))

    def logits(rows: Any) -> Any:
        a = tf.broadcast_to(rows, (networks, *rows.shape))
        for kernel, offset in zip(kernels[:-1], offsets[:-1], strict=True):
            a = phi(tf.matmul(a, kernel) + offset)
        return tf.matmul(a, kernels[-1]) + offsets[-1]

    @tf.function  # type: ignore[untyped-decorator]
    def step(rows: Any, labels: Any) -> Any:
        with tf.GradientTape() as tape:
            losses = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(
                    tf.broadcast_to(labels, (networks, batch_size)), logits(rows)
                ),
                axis=1,
            )
            # A sum, not a mean: each network then sees the gradient of its own loss alone.
            total = tf.reduce_sum(losses)
        for p, v, g in zip(parameters, velocity, tape.gradient(total, parameters), strict=True):
            v.assign(momentum * v - rate * g)
            p.assign_add(v)
        return losses

    rng = np.random.default_rng(seed)
    batches = len(x) // batch_size
    history = []
    for _ in range(epochs):
        order = rng.permutation(len(x))[: batches * batch_size].reshape(batches, batch_size)
        losses = [step(tf.constant(x[rows]), tf.constant(y[rows])) for rows in order]
        history.append(np.mean([loss.numpy() for loss in losses], axis=0))
    right = logits(tf.constant(x_test)).numpy().argmax(axis=-1) == y_test
    return TrainedStack(
        loss=np.array(history),
        accuracy=right.mean(axis=1),
        weights=[kernel.numpy() for kernel in kernels],
        biases=[offset.numpy()[:, 0, :] for offset in offsets],
    )
