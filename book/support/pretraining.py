"""Train stacks of networks that reuse one another's layers, for the pages on pretraining.

As in `book.support.networks`, every weight matrix has a leading axis that runs over networks, and
one matrix product serves them all. What is new here: each network has training examples of its
own and a learning rate for each of its layers, so that some layers can be frozen (rate 0), some
trained gently and some at full speed, all in one stack.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import tensorflow as tf  # type: ignore[import-untyped]

from book.support.networks import FloatArray, IntArray

_TOGETHER: Final[int] = 90


@dataclass(frozen=True)
class Stack:
    """Dense networks of one shape, side by side; all hidden layers are ReLU.

    Attributes
    ----------
    kernels
        One array a layer, of shape ``(networks, fan_in, fan_out)``.
    offsets
        One array a layer, of shape ``(networks, fan_out)``.
    """

    kernels: list[FloatArray]
    offsets: list[FloatArray]

    def __len__(self) -> int:
        """Return the number of networks."""
        return len(self.kernels[0])

    def pick(self, which: Sequence[int] | IntArray) -> Stack:
        """Return copies of some of the networks, in the order asked for, repeats allowed."""
        chosen = np.asarray(which)
        return Stack([k[chosen] for k in self.kernels], [b[chosen] for b in self.offsets])

    def part(self, start: int | None, stop: int | None) -> Stack:
        """Return copies of some of the layers, numbered as in a slice."""
        return Stack(
            [k.copy() for k in self.kernels[start:stop]],
            [b.copy() for b in self.offsets[start:stop]],
        )

    def under(self, head: Stack) -> Stack:
        """Return these networks with the layers of `head` put on top."""
        return Stack([*self.kernels, *head.kernels], [*self.offsets, *head.offsets])


def fresh(networks: int, sizes: Sequence[int], rng: np.random.Generator) -> Stack:
    """Draw networks with He's normal kernels and zero biases.

    Parameters
    ----------
    networks
        How many.
    sizes
        The number of inputs, then of units in each layer.
    rng
        Where the kernels come from.

    Returns
    -------
    Stack
    """
    kernels = [
        (np.sqrt(2 / n_in) * rng.standard_normal((networks, n_in, n_out))).astype(np.float32)
        for n_in, n_out in pairwise(sizes)
    ]
    return Stack(kernels, [np.zeros((networks, n_out), np.float32) for n_out in sizes[1:]])


def join(stacks: Sequence[Stack]) -> Stack:
    """Return one stack of all the networks of several stacks of the same shape."""
    return Stack(
        [np.concatenate(layer) for layer in zip(*(s.kernels for s in stacks), strict=True)],
        [np.concatenate(layer) for layer in zip(*(s.offsets for s in stacks), strict=True)],
    )


def outputs(stack: Stack, x: FloatArray) -> FloatArray:
    """Return what each network makes of the rows of `x`, before any softmax.

    Parameters
    ----------
    stack
        The networks.
    x
        Rows for all networks, shape ``(n, inputs)``, or for each, ``(networks, n, inputs)``.

    Returns
    -------
    FloatArray
        Of shape ``(networks, n, outputs)``.
    """
    shape = (len(stack), *x.shape[-2:])
    a = tf.broadcast_to(tf.constant(x, tf.float32), shape)
    last = len(stack.kernels) - 1
    for layer, (kernel, offset) in enumerate(zip(stack.kernels, stack.offsets, strict=True)):
        a = tf.matmul(a, kernel) + offset[:, None, :]
        if layer < last:
            a = tf.nn.relu(a)
    result: FloatArray = a.numpy()
    return result


@tf.function(jit_compile=True)  # type: ignore[untyped-decorator]
def _step(
    kernels: Any, offsets: Any, velocity: Any, rates: Any, inputs: Any, wanted: Any, momentum: Any,
    first: int,
) -> Any:  # fmt: skip
    """Return kernels, offsets and velocity after one update of the layers from `first` on."""
    a = inputs
    last = len(kernels) - 1
    moved = [*kernels[first:], *offsets[first:]]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(moved)
        for layer, (kernel, offset) in enumerate(zip(kernels, offsets, strict=True)):
            a = tf.matmul(a, kernel) + offset
            if layer < last:
                a = tf.nn.relu(a)
        if wanted.dtype.is_floating:
            losses = tf.reduce_mean((a - wanted) ** 2, axis=(1, 2))
        else:
            crossed = tf.nn.sparse_softmax_cross_entropy_with_logits(wanted, a)
            losses = tf.reduce_mean(crossed, axis=1)
        # A sum, not a mean: each network then sees the gradient of its own loss alone.
        total = tf.reduce_sum(losses)
    gradients = tape.gradient(total, moved)
    by_tensor = [*rates[first:], *rates[first:]]
    velocity = [
        momentum * v - r * g for v, r, g in zip(velocity, by_tensor, gradients, strict=True)
    ]
    moved = [p + v for p, v in zip(moved, velocity, strict=True)]
    half = len(moved) // 2
    return [*kernels[:first], *moved[:half]], [*offsets[:first], *moved[half:]], velocity


def fit(
    stack: Stack,
    x: FloatArray,
    targets: IntArray | FloatArray,
    *,
    rows: IntArray,
    rates: FloatArray,
    steps: int,
    batch_size: int = 32,
    momentum: float = 0.9,
    dropped: float | FloatArray | None = None,
    seed: int = 0,
) -> Stack:
    """Train each network on rows of its own, with a learning rate for each of its layers.

    Stochastic gradient descent with momentum; batches are drawn in reshuffled passes over each
    network's rows, whole if there are no more of them than `batch_size`.

    Parameters
    ----------
    stack
        The networks to start from, which are not changed.
    x
        Inputs, shape ``(n, inputs)``.
    targets
        Class numbers, of the shape of `rows`, for cross-entropy; or what the outputs should be,
        shape ``(n, outputs)``, for squared error.
    rows
        Which rows of `x` each network trains on, shape ``(networks, examples)``.
    rates
        Learning rates, shape ``(networks, layers)``. A rate of 0 freezes a layer.
    steps
        Number of updates.
    batch_size, momentum
        As in Keras.
    dropped
        Share of the inputs that is set to 0 at random in each step, one number or one a network:
        with `x` as targets this makes a denoising autoencoder.
    seed
        Draws the order of the examples and what is dropped.

    Returns
    -------
    Stack
        The trained networks.
    """
    x = x.astype(np.float32, copy=False)
    live = np.flatnonzero((rates > 0).any(axis=0))
    first = int(live.min()) if len(live) else len(stack.kernels)
    if steps == 0 or first == len(stack.kernels):
        return stack.pick(range(len(stack)))
    kept = None if dropped is None else 1 - np.broadcast_to(dropped, len(stack))
    size = min(batch_size, rows.shape[1])
    passes = rows.shape[1] // size
    trained = []
    # In groups whose weights the processor's cache can nearly hold, and all of one size.
    groups = max(1, round(len(stack) / _TOGETHER))
    group = -(-len(stack) // groups)
    for start in range(0, len(stack), group):
        members = np.arange(start, min(start + group, len(stack)))
        kernels = [tf.constant(k[members], tf.float32) for k in stack.kernels]
        offsets = [tf.constant(b[members][:, None, :], tf.float32) for b in stack.offsets]
        velocity = [tf.zeros_like(p) for p in (*kernels[first:], *offsets[first:])]
        rate = [tf.constant(r[:, None, None], tf.float32) for r in rates[members].T]
        keep = None if kept is None else kept[members, None, None].astype(np.float32)
        rng = np.random.default_rng([seed, start])
        for number in range(steps):
            if number % passes == 0:
                order = np.argsort(rng.random((len(members), rows.shape[1])), axis=1)
            at = order[:, number % passes * size : (number % passes + 1) * size]
            batch = np.take_along_axis(rows[members], at, axis=1)
            if targets.dtype.kind == "f":
                wanted = tf.constant(targets[batch], tf.float32)
            else:
                wanted = tf.constant(np.take_along_axis(targets[members], at, axis=1), tf.int32)
            inputs = x[batch]
            if keep is not None:
                inputs = inputs * (rng.random(inputs.shape, np.float32) < keep)
            kernels, offsets, velocity = _step(
                kernels, offsets, velocity, rate, tf.constant(inputs), wanted,
                tf.constant(momentum, tf.float32), first,
            )  # fmt: skip
        trained.append(Stack([k.numpy() for k in kernels], [b.numpy()[:, 0, :] for b in offsets]))
    return join(trained)
