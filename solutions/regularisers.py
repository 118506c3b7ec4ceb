"""Regularisers: what keeps a network from learning its training data by heart."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]
Mask = NDArray[np.bool_]

# The constants of SELU (Klambauer, Unterthiner, Mayr & Hochreiter, 2017).
SELU_ALPHA = 1.6732632423543772
SELU_LAMBDA = 1.0507009873554805


def l1_regulariser(weights: Array, factor: float = 0.01) -> tuple[float, Array]:
    """Return the l1 penalty of some weights and its gradient.

    The penalty and its derivative by each weight are::

        penalty     = factor · sum(|w|)
        gradient[i] = factor · sign(w[i])

    |w| has a corner at 0, where any slope from -1 to 1 is a subgradient. Asked for is 0, so a
    weight that has reached 0 is left alone.

    Parameters
    ----------
    weights
        An array of any shape, of dtype float32 or float64; it is not changed.
    factor
        How strong the penalty is; 0 switches it off.

    Returns
    -------
    penalty : float
        One number, Python's or NumPy's, whatever the shape of the weights; 0.0 for no weights.
    gradient : array
        Of the shape and the dtype of `weights`. (Of a 0-d array, a NumPy number will do.)

    Raises
    ------
    ValueError
        `factor` is negative.

    References
    ----------
    Tibshirani (1996), *Regression shrinkage and selection via the lasso*. As in
    ``keras.regularizers.L1``, the absolute values are added up, not averaged.

    Examples
    --------
    >>> penalty, gradient = l1_regulariser(np.array([2.0, 0.0, -3.0]), factor=0.5)
    >>> penalty
    2.5
    >>> gradient.tolist()
    [0.5, 0.0, -0.5]
    """
    if factor < 0:
        raise ValueError(f"factor must not be negative, got {factor}")
    penalty = factor * np.sum(np.abs(weights))
    return float(penalty), np.asarray(factor * np.sign(weights), dtype=weights.dtype)


def l2_regulariser(weights: Array, factor: float = 0.01) -> tuple[float, Array]:
    """Return the l2 penalty of some weights and its gradient.

    The penalty and its derivative by each weight are::

        penalty     = factor · sum(w²)
        gradient[i] = 2 · factor · w[i]

    Many texts put a 1/2 before the sum, so that the gradient has no 2. Keras does not, and
    nor do we: a factor means half as much there as here.

    Parameters
    ----------
    weights
        An array of any shape, of dtype float32 or float64; it is not changed.
    factor
        How strong the penalty is; 0 switches it off.

    Returns
    -------
    penalty : float
        One number, Python's or NumPy's, whatever the shape of the weights; 0.0 for no weights.
    gradient : array
        Of the shape and the dtype of `weights`. (Of a 0-d array, a NumPy number will do.)

    Raises
    ------
    ValueError
        `factor` is negative.

    References
    ----------
    Krogh & Hertz (1991), *A simple weight decay can improve generalization*, who have the
    1/2. As in ``keras.regularizers.L2``.

    Examples
    --------
    >>> penalty, gradient = l2_regulariser(np.array([2.0, 0.0, -3.0]), factor=0.5)
    >>> penalty
    6.5
    >>> gradient.tolist()
    [2.0, 0.0, -3.0]
    """
    if factor < 0:
        raise ValueError(f"factor must not be negative, got {factor}")
    penalty = factor * np.sum(np.square(weights))
    return float(penalty), np.asarray(2 * factor * weights, dtype=weights.dtype)


def elastic_net(weights: Array, l1: float = 0.01, l2: float = 0.01) -> tuple[float, Array]:
    """Return the sum of an l1 and an l2 penalty, and its gradient.

    Each penalty has a factor of its own::

        penalty     = l1 · sum(|w|) + l2 · sum(w²)
        gradient[i] = l1 · sign(w[i]) + 2 · l2 · w[i]

    with sign(0) = 0. (Scikit-learn mixes the two by one strength and one ratio, and halves
    the second. Asked for is Keras's form, with two separate factors and no half.)

    Parameters
    ----------
    weights
        An array of any shape, of dtype float32 or float64; it is not changed.
    l1, l2
        The factors; either may be 0.

    Returns
    -------
    penalty : float
        One number, Python's or NumPy's, whatever the shape of the weights; 0.0 for no weights.
    gradient : array
        Of the shape and the dtype of `weights`. (Of a 0-d array, a NumPy number will do.)

    Raises
    ------
    ValueError
        `l1` or `l2` is negative.

    References
    ----------
    Zou & Hastie (2005), *Regularization and variable selection via the elastic net*,
    Section 2.1. As in ``keras.regularizers.L1L2``.

    Examples
    --------
    >>> penalty, gradient = elastic_net(np.array([2.0, 0.0, -3.0]), l1=0.5, l2=0.25)
    >>> penalty
    5.75
    >>> gradient.tolist()
    [1.5, 0.0, -2.0]
    """
    first_penalty, first_gradient = l1_regulariser(weights, l1)
    second_penalty, second_gradient = l2_regulariser(weights, l2)
    return first_penalty + second_penalty, np.asarray(first_gradient + second_gradient)


def dropout(
    x: Array, rate: float, rng: np.random.Generator, training: bool = True
) -> tuple[Array, Mask]:
    """Drop each entry of `x` with probability `rate` and scale up the others (inverted dropout).

    In training, every entry has a decision of its own, for every instance and every call::

        output = x / (1 - rate)    where the entry is kept, with probability 1 - rate
        output = 0                 where it is dropped, with probability rate

    so that the expected output is `x`. At inference nothing is dropped, scaled or drawn::

        output = x

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64; it is not changed.
    rate
        The probability of being dropped, at least 0 and less than 1.
    rng
        The only source of random numbers. At inference it is left as it is.
    training
        Whether to drop anything.

    Returns
    -------
    output : array
        Of the shape and the dtype of `x`. At inference it may be `x` itself. (Of a 0-d array,
        a NumPy number will do.)
    mask : array of bool
        Of the shape of `x`: True where an entry is kept, also one that is 0 already; so all
        True at inference. `dropout_backward` needs it.

    Raises
    ------
    ValueError
        `rate` is negative, or 1 or more, in training or not. (Keras allows 1, where everything
        is dropped.)

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), *Dropout: a simple way
    to prevent neural networks from overfitting*. There, p is the probability of being *kept*,
    and the weights are multiplied by it at inference (Section 4); dividing in training
    instead is described in Section 10, and is what Keras does.

    Examples
    --------
    >>> output, mask = dropout(np.ones((300, 200)), 0.25, np.random.default_rng(1))
    >>> np.unique(output).round(3).tolist()
    [0.0, 1.333]
    >>> bool(abs(mask.mean() - 0.75) < 0.01)
    True
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be at least 0 and less than 1, got {rate}")
    if not training:
        return x.copy(), np.ones(x.shape, dtype=bool)
    mask = np.asarray(rng.random(x.shape) >= rate)
    return np.asarray(x * mask / (1 - rate)), mask


def dropout_backward(gradient: Array, mask: Mask, rate: float, training: bool = True) -> Array:
    """Return the gradient of the loss by dropout's input, from that by its output.

    What was dropped on the way forwards gets no gradient, and what was scaled up then is
    scaled up on the way back by the same number. In training::

        result = gradient / (1 - rate)    where the mask is True
        result = 0                        where it is False

    At inference dropout does nothing, whatever the mask says, so::

        result = gradient

    Parameters
    ----------
    gradient
        The derivative of the loss by dropout's output; it is not changed.
    mask
        What `dropout` returned beside that output, of the same shape; it is not changed.
    rate, training
        What `dropout` was called with.

    Returns
    -------
    array of the shape and the dtype of `gradient`
        At inference it may be `gradient` itself. (Of a 0-d array, a NumPy number will do.)

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), *Dropout: a simple way
    to prevent neural networks from overfitting*, Section 5.1.

    Examples
    --------
    >>> gradient, mask = np.array([1.0, 2.0, 3.0]), np.array([True, False, True])
    >>> dropout_backward(gradient, mask, rate=0.5).tolist()
    [2.0, 0.0, 6.0]
    >>> dropout_backward(gradient, mask | True, rate=0.5, training=False).tolist()
    [1.0, 2.0, 3.0]
    """
    if not training:
        return gradient.copy()
    return np.asarray(gradient * mask / (1 - rate))


def alpha_dropout(x: Array, rate: float, rng: np.random.Generator, training: bool = True) -> Array:
    """Drop each entry of `x` in such a way that its mean and variance stay as they are.

    Units that normalise themselves keep mean 0 and variance 1; zeros would spoil that. A
    dropped entry is set to α', the value at which SELU saturates, and an affine map then
    restores both. With the probability of being kept q = 1 - rate::

        α' = -λ α = -1.7580993...
        a = (q + α'² q (1 - q))^(-1/2)
        b = -a (1 - q) α'
        output = a · x + b     where the entry is kept, with probability q
        output = a · α' + b    where it is dropped

    The constants α and λ are `SELU_ALPHA` and `SELU_LAMBDA`, in the first cell. If the entries
    of `x` have mean 0 and variance 1, so do those of the output. Every entry has a decision of
    its own. At inference nothing is dropped or drawn: the output is `x`.

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64; it is not changed.
    rate
        The probability of being dropped, at least 0 and less than 1.
    rng
        The only source of random numbers. At inference it is left as it is.
    training
        Whether to drop anything.

    Returns
    -------
    array of the shape and the dtype of `x`
        At inference it may be `x` itself. (Of a 0-d array, a NumPy number will do.)

    Raises
    ------
    ValueError
        `rate` is negative, or 1 or more, in training or not.

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), *Self-normalizing neural networks*, the
    paragraph "New dropout technique". As in ``keras.layers.AlphaDropout``.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> x = rng.standard_normal((400, 300))
    >>> output = alpha_dropout(x, 0.3, rng)
    >>> bool(abs(output.mean()) < 0.02), bool(abs(output.std() - 1) < 0.02)
    (True, True)
    """
    if not 0 <= rate < 1:
        raise ValueError(f"rate must be at least 0 and less than 1, got {rate}")
    if not training:
        return x.copy()
    saturated = -SELU_LAMBDA * SELU_ALPHA
    keep = 1 - rate
    a = (keep + saturated**2 * keep * rate) ** -0.5
    b = -a * rate * saturated
    kept = rng.random(x.shape) >= rate
    return np.asarray(a * np.where(kept, x, saturated) + b, dtype=x.dtype)


def mc_prediction(probabilities: Array) -> tuple[Array, Array, Array, Array]:
    """Sum up what a network with dropout *left on* predicts when it is asked many times.

    With p[s, i, c] the probability that sample s gives instance i for class c, and the natural
    logarithm::

        mean[i, c]     = mean over s of p[s, i, c]
        std[i, c]      = sqrt(mean over s of (p[s, i, c] - mean[i, c])²)
        entropy[i]     = -(sum over c of mean[i, c] · log(mean[i, c]))
        information[i] = entropy[i] - mean over s of H[s, i]
              H[s, i]  = -(sum over c of p[s, i, c] · log(p[s, i, c]))

    where 0 · log(0) counts as 0. The predictive entropy is how uncertain the prediction is in
    all. The mutual information is the part of it that comes from the samples' disagreement:
    0 when all of them say the same, however unsure each may be.

    Parameters
    ----------
    probabilities
        Of shape ``(samples, instances, classes)`` and dtype float32 or float64: one stochastic
        forward pass for each sample. Each row of classes adds up to 1. It is not changed.

    Returns
    -------
    mean : array of shape ``(instances, classes)``
    std : array of shape ``(instances, classes)``
        Divided by the number of samples, not by one less.
    entropy : array of shape ``(instances,)``
    information : array of shape ``(instances,)``
        Rounding may leave it a little below 0.

    All four have the dtype of `probabilities`.

    Raises
    ------
    ValueError
        `probabilities` does not have three dimensions, or there is no sample. (One sample will
        do, and so will no instances.)

    References
    ----------
    Gal & Ghahramani (2016), *Dropout as a Bayesian approximation*, for the method; Gal (2016),
    *Uncertainty in deep learning*, Section 3.3.1, for the two measures.

    Examples
    --------
    >>> agree = np.full((2, 1, 2), 0.5)
    >>> disagree = np.array([[[1.0, 0.0]], [[0.0, 1.0]]])
    >>> for p in (agree, disagree):
    ...     mean, std, entropy, information = mc_prediction(p)
    ...     print(mean, std, entropy.round(4), information.round(4))
    [[0.5 0.5]] [[0. 0.]] [0.6931] [0.]
    [[0.5 0.5]] [[0.5 0.5]] [0.6931] [0.6931]
    """
    if probabilities.ndim != 3 or len(probabilities) == 0:
        raise ValueError(
            f"the shape must be (samples, instances, classes), got {probabilities.shape}"
        )
    mean = probabilities.mean(axis=0)
    # The logarithm of 1 stands for that of 0: both are multiplied by 0.
    entropy, entropies = (
        -np.sum(p * np.log(np.where(p > 0, p, 1)), axis=-1) for p in (mean, probabilities)
    )
    return mean, probabilities.std(axis=0), entropy, entropy - entropies.mean(axis=0)


def max_norm(weights: Array, max_value: float = 2.0, axis: int | tuple[int, ...] = 0) -> Array:
    """Scale down the incoming weights of every unit whose norm is above a limit.

    With the Euclidean norm of one unit's incoming weights, which lie along `axis`::

        norm   = sqrt(sum over axis of w²)
        result = w · max_value / norm    where norm > max_value
        result = w                       elsewhere

    so the direction of a unit's weights is kept. Weights within the limit come back exactly as
    they are, also where all of them are 0. (Keras divides by norm + 1e-7, so that it moves
    small weights a little; that is not asked for.)

    Parameters
    ----------
    weights
        The weights, of dtype float32 or float64; they are not changed. A dense kernel has the
        shape ``(in, out)``, so a unit's incoming weights are a column, along axis 0. In a
        convolution kernel of shape ``(height, width, in, out)`` they lie along the axes
        ``(0, 1, 2)``.
    max_value
        The limit, positive.
    axis
        One axis, or several as a tuple.

    Returns
    -------
    array of the shape and the dtype of `weights`
        It may be `weights` itself, where no unit is above the limit.

    Raises
    ------
    ValueError
        `max_value` is not positive.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), *Dropout: a simple way
    to prevent neural networks from overfitting*, Section 5.1. The argument names are those
    of ``keras.constraints.MaxNorm``.

    Examples
    --------
    >>> max_norm(np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]]), max_value=2.5).tolist()
    [[1.5, 0.3, 0.0], [2.0, 0.4, 0.0]]
    """
    if max_value <= 0:
        raise ValueError(f"max_value must be positive, got {max_value}")
    norms = np.sqrt(np.sum(np.square(weights), axis=axis, keepdims=True))
    return np.asarray(weights * (max_value / np.maximum(norms, max_value)))


def prune(weights: Array, sparsity: float) -> tuple[Array, Mask]:
    """Set the weights of smallest magnitude to 0, as large a share of them as is asked for.

    Of all entries of the array together, exactly::

        number = round(sparsity · size)

    become 0 (`round` is Python's: the nearest whole number, and of two that are as near the
    even one, so that ``round(2.5)`` is 2). They are those with the smallest
    |w|; weights that are 0 already come first. Of weights with one and the same magnitude,
    those that come earlier in the array, read row by row, go first.

    Parameters
    ----------
    weights
        An array of any shape, of dtype float32 or float64; it is not changed.
    sparsity
        The share of entries to set to 0, from 0 to 1, both included.

    Returns
    -------
    pruned : array
        Of the shape and the dtype of `weights`; what is not pruned is not changed.
    mask : array of bool
        Of the shape of `weights`: True where a weight is kept, False where it was set to 0.

    Raises
    ------
    ValueError
        `sparsity` is below 0 or above 1.

    References
    ----------
    Han, Pool, Tran & Dally (2015), *Learning both weights and connections for efficient
    neural networks*, who prune below a threshold; a threshold that is chosen for a share is
    that of Zhu & Gupta (2017), *To prune, or not to prune*, Section 3.

    Examples
    --------
    >>> pruned, mask = prune(np.array([[0.1, -3.0], [-0.2, 2.0]]), sparsity=0.5)
    >>> pruned.tolist()
    [[0.0, -3.0], [0.0, 2.0]]
    >>> mask.tolist()
    [[False, True], [False, True]]
    """
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparsity must be from 0 to 1, got {sparsity}")
    order = np.argsort(np.abs(weights), axis=None, kind="stable")
    mask: Mask = np.ones(weights.shape, dtype=bool)
    mask.flat[order[: round(sparsity * weights.size)]] = False
    return np.asarray(np.where(mask, weights, 0), dtype=weights.dtype), mask
