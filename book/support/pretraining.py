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
from typing import Any

import numpy as np
import numpy.typing as npt

from book.support.networks import tf

FloatArray = npt.NDArray[np.floating[Any]]
IntArray = npt.NDArray[np.int64]


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
    chunk: int = 150,
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
    chunk
        How many networks to train at once; it changes nothing but speed.

    Returns
    -------
    Stack
        The trained networks.
    """
    inputs, squares = tf.constant(x, tf.float32), targets.dtype.kind == "f"
    wanted = tf.constant(targets, tf.float32) if squares else None
    live = np.flatnonzero((rates > 0).any(axis=0))
    first = int(live.min()) if len(live) else len(stack.kernels)
    noise = None if dropped is None else np.broadcast_to(dropped, len(stack)).astype(np.float32)
    trained = []
    for start in range(0, len(stack), chunk):
        part = slice(start, start + chunk)
        numbers = np.arange(len(stack))[part]
        kernels = [tf.Variable(k[part]) for k in stack.kernels]
        offsets = [tf.Variable(b[part][:, None, :]) for b in stack.offsets]
        last = len(kernels) - 1
        moved = [*kernels[first:], *offsets[first:]]
        velocity = [tf.Variable(tf.zeros_like(p)) for p in moved]
        rate = [tf.constant(r[:, None, None], tf.float32) for r in rates[part].T[first:]] * 2
        keep = None if noise is None else tf.constant(1 - noise[part][:, None, None])

        @tf.function  # type: ignore[untyped-decorator]
        def step(
            batch: Any, labels: Any, kernels: Any = kernels, offsets: Any = offsets,
            moved: Any = moved, velocity: Any = velocity, rate: Any = rate, keep: Any = keep,
            last: int = last,
        ) -> None:  # fmt: skip
            a = tf.gather(inputs, batch)
            if keep is not None:
                a *= tf.cast(tf.random.uniform(tf.shape(a)) < keep, tf.float32)
            with tf.GradientTape(watch_accessed_variables=False) as tape:
                tape.watch(moved)
                for layer, (kernel, offset) in enumerate(zip(kernels, offsets, strict=True)):
                    a = tf.matmul(a, kernel) + offset
                    if layer < last:
                        a = tf.nn.relu(a)
                if squares:
                    losses = tf.reduce_mean((a - tf.gather(wanted, batch)) ** 2, axis=(1, 2))
                else:
                    losses = tf.reduce_mean(
                        tf.nn.sparse_softmax_cross_entropy_with_logits(labels, a), axis=1
                    )
                # A sum, not a mean: each network then sees the gradient of its own loss alone.
                total = tf.reduce_sum(losses)
            for p, v, r, g in zip(moved, velocity, rate, tape.gradient(total, moved), strict=True):
                v.assign(momentum * v - r * g)
                p.assign_add(v)

        # Seeded by the network's number, so that neither `chunk` nor the neighbours matter.
        tf.random.set_seed(seed + start)
        rngs = [np.random.default_rng([seed, number]) for number in numbers]
        size = min(batch_size, rows.shape[1])
        passes = rows.shape[1] // size
        for number in range(steps):
            if number % passes == 0:
                order = np.stack([rng.permutation(rows.shape[1]) for rng in rngs])
            at = order[:, number % passes * size : (number % passes + 1) * size]
            batch = np.take_along_axis(rows[part], at, axis=1)
            labels = batch if squares else np.take_along_axis(targets[part], at, axis=1)
            step(tf.constant(batch), tf.constant(labels))
        trained.append(Stack([k.numpy() for k in kernels], [b.numpy()[:, 0, :] for b in offsets]))
    return join(trained)
