"""Batch normalisation: in training, at inference, on the way back, and folded away."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import DTypeLike, NDArray

Array = NDArray[np.floating]


def batch_norm_train(
    x: Array, gamma: Array, beta: Array, epsilon: float = 1e-3
) -> tuple[Array, Array, Array, Array]:
    """Normalise each feature over the batch, then scale and shift it.

    The features are the last axis of x. For each of them, with the means taken over all other
    axes::

        mean     = mean(x)
        variance = mean((x - mean)²)
        x_hat    = (x - mean) / sqrt(variance + epsilon)
        y        = gamma · x_hat + beta

    The variance is the biased one: the sum of squares is divided by the number n of values in
    the mean, not by n - 1. It is the mean of the squared deviations also in the way that it is
    computed: mean(x²) - mean² is the same number on paper, and loses every digit when the mean
    is large beside the spread.

    Parameters
    ----------
    x
        The batch, of shape ``(*leading, features)``: ``(batch, features)`` before a dense
        layer, ``(batch, height, width, channels)`` after a convolution, and so on; one
        leading axis or more. It is not changed.
    gamma, beta
        The scale and the shift of each feature, of shape ``(features,)`` and of x's dtype.
    epsilon
        Added to the variance, inside the root.

    Returns
    -------
    tuple of four arrays ``(y, x_hat, mean, variance)``, all of x's dtype
        The output and the normalised batch, both of x's shape; the batch's mean and variance
        (without epsilon), both of shape ``(features,)``. The last three are what the way back
        and the moving statistics need.

    Raises
    ------
    ValueError
        The batch is empty (some leading axis is 0), or the shape of `gamma` or `beta` is not
        ``(features,)``; neither a vector of length 1 nor a matrix of one row is stretched.

    References
    ----------
    Ioffe & Szegedy (2015), *Batch normalization*, Algorithm 1. The default of `epsilon` is
    Keras's.

    Examples
    --------
    >>> x = np.array([[1.0, 10.0], [3.0, 30.0]])
    >>> y, x_hat, mean, variance = batch_norm_train(x, np.array([1.0, 2.0]), np.zeros(2), 0.0)
    >>> mean, variance
    (array([ 2., 20.]), array([  1., 100.]))
    >>> y
    array([[-1., -2.],
           [ 1.,  2.]])
    """
    features = x.shape[-1:]
    if gamma.shape != features or beta.shape != features:
        raise ValueError(
            f"gamma and beta must have shape {features}, got {gamma.shape} and {beta.shape}"
        )
    if 0 in x.shape[:-1]:
        raise ValueError(f"a batch of shape {x.shape} is empty")
    leading = tuple(range(x.ndim - 1))
    mean = x.mean(axis=leading)
    centred = x - mean
    variance = np.square(centred).mean(axis=leading)
    x_hat = centred / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, x_hat, mean, variance


def update_moving_statistics(
    moving_mean: Array,
    moving_variance: Array,
    mean: Array,
    variance: Array,
    momentum: float = 0.99,
) -> tuple[Array, Array]:
    """Move the moving mean and variance a little towards those of one more batch.

    For both of them, as in Keras::

        moving ← momentum · moving + (1 - momentum) · batch

    The paper estimates the variance for inference without bias, from n / (n - 1) times the
    batch's; so does PyTorch. Keras, and this exercise, average the batch's biased variance as
    it is. PyTorch's momentum also is the weight of the *batch*, 1 minus the one used here.

    Parameters
    ----------
    moving_mean, moving_variance
        The statistics so far, of shape ``(features,)``. They are not changed.
    mean, variance
        Those of the batch, of the same shape and dtype.
    momentum
        How much of the past is kept: a number from 0 (nothing) to 1 (everything).

    Returns
    -------
    tuple of two new arrays ``(moving_mean, moving_variance)`` of the same shape and dtype
        New also where they are equal to the old ones or the batch's, with a momentum of 1 or 0.

    Raises
    ------
    ValueError
        `momentum` is less than 0 or more than 1.

    References
    ----------
    Keras, ``keras.layers.BatchNormalization``; Ioffe & Szegedy (2015), *Batch normalization*,
    Section 3.1, for the unbiased variance that is *not* asked for here.

    Examples
    --------
    >>> old = np.array([0.0]), np.array([1.0])
    >>> update_moving_statistics(*old, np.array([10.0]), np.array([5.0]), momentum=0.75)
    (array([2.5]), array([2.]))
    """
    if not 0 <= momentum <= 1:
        raise ValueError(f"momentum must be from 0 to 1, got {momentum}")
    return (
        momentum * moving_mean + (1 - momentum) * mean,
        momentum * moving_variance + (1 - momentum) * variance,
    )


def batch_norm_inference(
    x: Array,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> Array:
    """Normalise by the moving statistics, scale and shift: four vectors, no batch.

    For each feature::

        y = gamma · (x - moving_mean) / sqrt(moving_variance + epsilon) + beta

    Nothing is computed from the batch, so what becomes of an example does not depend on the
    others that it comes with.

    Parameters
    ----------
    x
        The inputs, of shape ``(*leading, features)``; there may be none (a leading axis of 0).
        They are not changed.
    gamma, beta, moving_mean, moving_variance
        The four vectors of the layer, of shape ``(features,)`` and of x's dtype.
    epsilon
        Added to the variance, inside the root: the one of training.

    Returns
    -------
    array of x's shape and dtype

    References
    ----------
    Ioffe & Szegedy (2015), *Batch normalization*, Algorithm 2, step 11.

    Examples
    --------
    >>> vectors = np.array([2.0]), np.array([5.0]), np.array([10.0]), np.array([4.0])
    >>> batch_norm_inference(np.array([[10.0], [12.0]]), *vectors, epsilon=0.0)
    array([[5.],
           [7.]])
    """
    scale: Array = gamma / np.sqrt(moving_variance + epsilon)
    return scale * (x - moving_mean) + beta


def batch_norm_backward(
    upstream: Array, x_hat: Array, gamma: Array, variance: Array, epsilon: float = 1e-3
) -> tuple[Array, Array, Array]:
    """Carry the gradient of the loss back through batch normalisation in training.

    The batch's mean and variance are functions of x, so x reaches the loss along three ways.
    Put together, with the sums over all axes but the last, and n values in each sum::

        d_beta  = Σ upstream
        d_gamma = Σ upstream · x_hat
        d_x     = gamma / sqrt(variance + epsilon) · (upstream - (d_beta + x_hat · d_gamma) / n)

    The gradient of the loss is summed over the batch, not averaged: a loss that is a mean has
    its 1 / n in `upstream` already.

    Parameters
    ----------
    upstream
        The gradient of the loss with respect to the output y, of shape
        ``(*leading, features)``. It is not changed. All four arrays have one dtype.
    x_hat
        The normalised batch that `batch_norm_train` returned; not changed.
    gamma
        The scale, of shape ``(features,)``.
    variance
        The batch's variance (without epsilon) that `batch_norm_train` returned, of shape
        ``(features,)``.
    epsilon
        The one that was used on the way forwards.

    Returns
    -------
    tuple of three arrays ``(d_x, d_gamma, d_beta)``, all of the dtype of `upstream`
        The gradients with respect to x (of its shape), gamma and beta (of theirs).

    References
    ----------
    Ioffe & Szegedy (2015), *Batch normalization*, the six equations at the end of Section 3,
    here in their compact form.

    Examples
    --------
    >>> x_hat = np.array([[-1.0], [1.0], [-1.0], [1.0]])
    >>> upstream = np.array([[4.0], [0.0], [0.0], [0.0]])
    >>> batch_norm_backward(upstream, x_hat, np.array([3.0]), np.array([1.0]), epsilon=0.0)
    (array([[ 6.],
           [ 0.],
           [-6.],
           [ 0.]]), array([-4.]), array([4.]))
    """
    leading = tuple(range(upstream.ndim - 1))
    n = math.prod(upstream.shape[:-1])
    d_beta = upstream.sum(axis=leading)
    d_gamma = (upstream * x_hat).sum(axis=leading)
    scale = gamma / np.sqrt(variance + epsilon)
    return scale * (upstream - (d_beta + x_hat * d_gamma) / n), d_gamma, d_beta


def fold_into_dense(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> tuple[Array, Array]:
    """Fold batch normalisation at inference into the layer before it.

    The layer computes z = inputs @ kernel + bias, and its outputs z are normalised by the
    moving statistics. Both steps are linear, so one layer can do them at once. With the new
    kernel and bias, for all inputs::

        inputs @ new_kernel + new_bias
            = gamma · (z - moving_mean) / sqrt(moving_variance + epsilon) + beta

    This holds only if no activation stands between the layer and its normalisation.

    Parameters
    ----------
    kernel
        The kernel of a dense layer, of shape ``(inputs, outputs)``, or of a convolution, of
        shape ``(*spatial, in_channels, out_channels)``; the last axis is that of the outputs
        either way. It is not changed.
    bias
        The layer's bias, of shape ``(outputs,)`` and the kernel's dtype, or None for a layer
        without one. It is not changed.
    gamma, beta, moving_mean, moving_variance
        The four vectors of the normalisation, of shape ``(outputs,)`` and the kernel's dtype.
    epsilon
        Added to the variance, inside the root.

    Returns
    -------
    tuple of two new arrays ``(new_kernel, new_bias)`` of the kernel's dtype
        The kernel has the shape that it had; the bias is an array of shape ``(outputs,)``,
        also where there was none.

    References
    ----------
    Jacob and colleagues (2018), *Quantization and training of neural networks for efficient
    integer-arithmetic-only inference*, Section 3.2, for the kernel.

    Examples
    --------
    >>> vectors = np.array([6.0]), np.array([1.0]), np.array([5.0]), np.array([4.0])
    >>> fold_into_dense(np.array([[10.0], [20.0]]), np.array([7.0]), *vectors, epsilon=0.0)
    (array([[30.],
           [60.]]), array([7.]))
    """
    scale = gamma / np.sqrt(moving_variance + epsilon)
    centre = -moving_mean if bias is None else bias - moving_mean
    return kernel * scale, scale * centre + beta


def fold_into_next_dense(
    kernel: Array,
    bias: Array | None,
    gamma: Array,
    beta: Array,
    moving_mean: Array,
    moving_variance: Array,
    epsilon: float = 1e-3,
) -> tuple[Array, Array]:
    """Fold batch normalisation at inference into the dense layer that comes after it.

    This is how a normalisation *after* an activation disappears. The layer gets normalised
    inputs; with the new kernel and bias it gets them as they are. For all inputs x::

        x @ new_kernel + new_bias = y @ kernel + bias,
            y = gamma · (x - moving_mean) / sqrt(moving_variance + epsilon) + beta

    Parameters
    ----------
    kernel
        The kernel of the dense layer, of shape ``(inputs, outputs)``. It is not changed.
    bias
        The layer's bias, of shape ``(outputs,)`` and the kernel's dtype, or None for a layer
        without one. It is not changed.
    gamma, beta, moving_mean, moving_variance
        The four vectors of the normalisation, of shape ``(inputs,)`` and the kernel's dtype.
    epsilon
        Added to the variance, inside the root.

    Returns
    -------
    tuple of two new arrays ``(new_kernel, new_bias)`` of the kernel's dtype
        The kernel has the shape that it had; the bias is an array of shape ``(outputs,)``,
        also where there was none.

    Examples
    --------
    >>> vectors = np.array([6.0]), np.array([1.0]), np.array([5.0]), np.array([4.0])
    >>> fold_into_next_dense(np.array([[10.0, 20.0]]), None, *vectors, epsilon=0.0)
    (array([[30., 60.]]), array([-140., -280.]))
    """
    scale = gamma / np.sqrt(moving_variance + epsilon)
    shift = (beta - scale * moving_mean) @ kernel
    return scale[:, np.newaxis] * kernel, shift if bias is None else shift + bias


class BatchNormalisation:
    """A layer of batch normalisation, with its four vectors and a way back.

    A new layer has gamma = 1, beta = 0, moving mean = 0 and moving variance = 1. Only a call
    in training changes the moving statistics, and only `set_weights` changes gamma and beta.
    Layers share nothing with each other.

    Parameters
    ----------
    size
        The number of features.
    momentum
        Of the moving statistics; see `update_moving_statistics`. The variance that they
        average is the biased one, as in Keras.
    epsilon
        Added to the variance, inside the root.
    dtype
        The dtype of the four vectors.

    Examples
    --------
    >>> layer = BatchNormalisation(1, momentum=0.75, epsilon=0.0, dtype=np.float64)
    >>> layer(np.array([[2.0], [6.0]]), training=True)
    array([[-1.],
           [ 1.]])
    >>> layer.get_weights()
    [array([1.]), array([0.]), array([1.]), array([1.75])]
    """

    def __init__(
        self,
        size: int,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        dtype: DTypeLike = np.float32,
    ) -> None:
        """Make a layer that has seen nothing yet."""
        self.momentum = momentum
        self.epsilon = epsilon
        self.weights = [make(size, dtype) for make in (np.ones, np.zeros, np.zeros, np.ones)]
        self.seen: tuple[Array, Array] | None = None

    def __call__(self, x: Array, training: bool = False) -> Array:
        """Return the normalised `x`, of its shape and dtype.

        In training, the batch's own statistics normalise, and the moving ones are updated. At
        inference, the moving ones normalise, and nothing about the layer changes.

        Parameters
        ----------
        x
            The batch, of shape ``(*leading, size)`` and the layer's dtype; it is not changed.
        training
            Whether this is training.
        """
        gamma, beta, moving_mean, moving_variance = self.weights
        if not training:
            return batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, self.epsilon)
        y, x_hat, mean, variance = batch_norm_train(x, gamma, beta, self.epsilon)
        self.seen = x_hat, variance
        self.weights[2:] = update_moving_statistics(
            moving_mean, moving_variance, mean, variance, self.momentum
        )
        return y

    def backward(self, upstream: Array) -> tuple[Array, Array, Array]:
        """Return the gradients ``(d_x, d_gamma, d_beta)`` of the last call in training.

        Calls at inference that came later make no difference, nor does it if `x` or the output
        of that call have been changed in place since, or if this is asked a second time. (What
        `set_weights` in between would do is left open.)

        Parameters
        ----------
        upstream
            The gradient of the loss with respect to the output of that call.

        Raises
        ------
        RuntimeError
            There has been no call in training yet.
        """
        if self.seen is None:
            raise RuntimeError("call the layer with training=True before backward")
        return batch_norm_backward(
            upstream, self.seen[0], self.weights[0], self.seen[1], self.epsilon
        )

    def get_weights(self) -> list[Array]:
        """Return a list of copies: gamma, beta, moving mean, moving variance.

        They stay as they are whatever becomes of the layer.
        """
        return [vector.copy() for vector in self.weights]

    def set_weights(self, weights: Sequence[Array]) -> None:
        """Replace the four vectors by copies of `weights`, in the order of `get_weights`.

        Parameters
        ----------
        weights
            Four vectors of shape ``(size,)`` and the layer's dtype.

        Raises
        ------
        ValueError
            There are not four of them, or one has not the shape ``(size,)``.
        """
        if [vector.shape for vector in weights] != [vector.shape for vector in self.weights]:
            raise ValueError("four vectors with one number for each feature are needed")
        self.weights = [vector.copy() for vector in weights]
