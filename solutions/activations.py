"""Activation functions: what a unit does with its sum, and what it lets through on the way back."""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

# The error function of every entry. Its result is float64, whatever goes in.
erf = np.vectorize(math.erf, otypes=[float])


def leaky_relu(x: Array, alpha: float = 0.01) -> Array:
    """Return the leaky ReLU of every entry of `x`: a small slope instead of nothing below 0.

    That is::

        f(x) = x          where x > 0
        f(x) = alpha x    where x <= 0

    Parameters
    ----------
    x
        An array of any shape, 0-d and empty ones too, of dtype float32 or float64.
    alpha
        The slope for negative inputs, any number. It is usually small, but a slope above 1 must
        come out right as well. The default is the paper's. Keras has others:
        ``keras.activations.leaky_relu`` 0.2, ``keras.layers.LeakyReLU`` 0.3.

    Returns
    -------
    new array of the shape and dtype of `x`
        It shares no memory with `x`, even where it is equal to it. (Here and below: for a 0-d
        `x`, a NumPy scalar of that dtype will do.)

    References
    ----------
    Maas, Hannun & Ng (2013), *Rectifier nonlinearities improve neural network acoustic models*,
    Section 2.

    Examples
    --------
    >>> leaky_relu(np.array([-2.0, 0.0, 3.0])).tolist()
    [-0.02, 0.0, 3.0]
    >>> leaky_relu(np.array([-2.0, 0.0, 3.0]), alpha=2.0).tolist()
    [-4.0, 0.0, 3.0]
    """
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


def leaky_relu_derivative(x: Array, alpha: float = 0.01) -> Array:
    """Return the derivative of the leaky ReLU at every entry of `x`.

    That is::

        f'(x) = 1        where x > 0
        f'(x) = alpha    where x <= 0

    At 0 the two slopes meet and there is no derivative; as in TensorFlow, alpha stands there.

    Parameters
    ----------
    x
        Where the derivative is taken: the *input* of the activation. An array of any shape, of
        dtype float32 or float64.
    alpha
        The slope for negative inputs, as for `leaky_relu`.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Maas, Hannun & Ng (2013), *Rectifier nonlinearities improve neural network acoustic models*,
    Section 2.

    Examples
    --------
    >>> leaky_relu_derivative(np.array([-2.0, 0.0, 3.0])).tolist()
    [0.01, 0.01, 1.0]
    """
    return np.where(x > 0, 1.0, alpha).astype(x.dtype)


def prelu(x: Array, alpha: Array) -> Array:
    """Return the parametric leaky ReLU of `x`, whose slopes `alpha` are learnt.

    That is::

        f(x) = max(x, 0) + alpha min(x, 0)

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64. Channels come last, as in Keras:
        ``(examples, units)``, or ``(examples, height, width, channels)``.
    alpha
        The slopes for negative inputs, an array of the dtype of `x` that broadcasts to its shape
        by NumPy's rules: ``(channels,)`` for a slope per channel, ``(height, width, channels)``
        for one per unit, ``(1, 1, channels)`` as a Keras layer with ``shared_axes=[1, 2]`` has
        it, ``()`` for one slope in all. Learning may have made a slope negative, or larger
        than 1.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Equation 1.

    Examples
    --------
    >>> x = np.array([[-2.0, -2.0], [3.0, 3.0]])
    >>> prelu(x, np.array([0.25, -1.0])).tolist()
    [[-0.5, 2.0], [3.0, 3.0]]
    """
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


def prelu_gradients(x: Array, alpha: Array, upstream: Array) -> tuple[Array, Array]:
    """Return the gradients of a loss with respect to the input and the slopes of `prelu`.

    With y = prelu(x, alpha) and g = dL/dy, entry by entry::

        dL/dx     = g          where x > 0
        dL/dx     = alpha g    where x <= 0
        dL/dalpha = the sum of g min(x, 0) over all entries that share this alpha

    So dL/dalpha has the shape of `alpha`, and its sum runs over the axes along which `alpha` was
    broadcast: those that it does not have, and those where its size is 1. It is a sum, not a
    mean: if the loss is a mean over the batch, g has been divided already.

    Parameters
    ----------
    x, alpha
        As for `prelu`.
    upstream
        g, the gradient of the loss with respect to the output; shape and dtype of `x`.

    Returns
    -------
    tuple of two new arrays
        ``(dL/dx, dL/dalpha)``, of the shapes of `x` and `alpha`, and of the dtype of `x`. Over no
        entries (an empty batch), the sum is 0.

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Equations 2 and 3.

    Examples
    --------
    >>> x = np.array([[-2.0, -2.0], [-1.0, 3.0]])
    >>> upstream = np.array([[1.0, 10.0], [1.0, 10.0]])
    >>> gradient_x, gradient_alpha = prelu_gradients(x, np.array([0.25, 0.5]), upstream)
    >>> gradient_x.tolist()
    [[0.25, 5.0], [0.25, 10.0]]
    >>> gradient_alpha.tolist()
    [-3.0, -20.0]
    """
    slopes = np.where(x > 0, 1.0, alpha)
    missing = x.ndim - alpha.ndim
    shape = (1,) * missing + alpha.shape
    shared = tuple(axis for axis, size in enumerate(shape) if size == 1)
    gradient = np.sum(upstream * np.minimum(x, 0), axis=shared)
    return upstream * slopes, gradient.reshape(alpha.shape)


def rrelu_slopes(
    x: Array,
    rng: np.random.Generator,
    lower: float = 1 / 8,
    upper: float = 1 / 3,
    training: bool = False,
) -> Array:
    """Return the slope that the randomised leaky ReLU has at every entry of `x`.

    The slopes say all there is to say: the output is ``slopes * x``, and the derivative that
    the way back needs is `slopes` itself. (A way back that drew new ones would belong to
    another network.) They are::

        1                      where x > 0
        a draw from U(lower, upper), a new one for every entry
                               where x <= 0, in training
        (lower + upper) / 2    where x <= 0, at inference

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64.
    rng
        The only source of random numbers. At inference, nothing is drawn from it: evaluating a
        network between two epochs must not change how its training goes on.
    lower, upper
        The bounds of the slopes, any numbers: below 0 and above 1 too. If they are equal, nothing
        is left to chance.
    training
        Whether the slopes are random.

    Returns
    -------
    new array of the shape and dtype of `x`

    Raises
    ------
    ValueError
        `lower` is larger than `upper`.

    References
    ----------
    Xu, Wang, Chen & Li (2015), *Empirical evaluation of rectified activations in convolutional
    network*, Section 2.4. For their experiments they *divide* by a number from U(3, 8), which
    gives other slopes between the same bounds; asked for is the uniform slope of their
    definition (and of PyTorch). Keras has no such activation.

    Examples
    --------
    >>> x = np.array([-2.0, 0.0, 3.0])
    >>> rrelu_slopes(x, np.random.default_rng(1), lower=0.25, upper=0.75).tolist()
    [0.5, 0.5, 1.0]
    >>> slopes = rrelu_slopes(x, np.random.default_rng(1), training=True)
    >>> bool(np.all((1 / 8 <= slopes[:2]) & (slopes[:2] <= 1 / 3)))
    True
    """
    if lower > upper:
        raise ValueError(f"lower must not exceed upper, got {lower} and {upper}")
    below = rng.uniform(lower, upper, x.shape) if training else (lower + upper) / 2
    return np.where(x > 0, 1.0, below).astype(x.dtype)


def elu(x: Array, alpha: float = 1.0) -> Array:
    """Return the exponential linear unit of every entry of `x`.

    That is::

        f(x) = x                     where x > 0
        f(x) = alpha (exp(x) - 1)    where x <= 0

    Two traps wait in the exponential. It overflows for large x, on the side where it is not
    needed: the result must be right for every finite x. And for tiny negative x the
    difference exp(x) - 1 loses its digits: the result must be right to within a few roundings
    *of itself* (NumPy has a function for it).

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64.
    alpha
        Minus the limit for very negative inputs; any number, 0 and negative ones too.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Clevert, Unterthiner & Hochreiter (2016), *Fast and accurate deep network learning by
    exponential linear units (ELUs)*, Section 3.

    Examples
    --------
    >>> elu(np.array([-1000.0, 0.0, 3.0]), alpha=0.5).tolist()
    [-0.5, 0.0, 3.0]
    >>> elu(np.array([-1e-20])).tolist()
    [-1e-20]
    """
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def elu_derivative(x: Array, alpha: float = 1.0) -> Array:
    """Return the derivative of the ELU at every entry of `x`.

    That is::

        f'(x) = 1               where x > 0
        f'(x) = alpha exp(x)    where x <= 0

    The paper writes the second line as f(x) + alpha, which is the same number. At 0 the
    derivative exists if alpha is 1; for any alpha, the second line is asked for there.

    Parameters
    ----------
    x
        Where the derivative is taken: the *input* of the activation, not its output. An array
        of any shape, of dtype float32 or float64.
    alpha
        As for `elu`.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Clevert, Unterthiner & Hochreiter (2016), *Fast and accurate deep network learning by
    exponential linear units (ELUs)*, Section 3.

    Examples
    --------
    >>> elu_derivative(np.array([-1000.0, 0.0, 3.0]), alpha=0.5).tolist()
    [0.0, 0.5, 1.0]
    """
    slopes: Array = np.where(x > 0, 1.0, alpha).astype(x.dtype)
    return slopes * np.exp(np.minimum(x, 0))


def selu_constants(variance: float = 1.0) -> tuple[float, float]:
    """Derive the two constants of SELU from what they are for.

    With the constants scale and alpha, SELU is scale · elu(x, alpha). They are to be such that
    a normal input keeps its mean and its variance. With z normal, of mean 0 and variance v::

        E[scale · elu(z, alpha)]    = 0
        E[(scale · elu(z, alpha))²] = v

    These are two equations for two unknowns. Where z > 0 the parts of the expectations are
    those of half a normal distribution. Where z < 0 they need, with Φ the distribution
    function of the standard normal::

        E[exp(k z); z < 0] = exp(k² v / 2) Φ(-k sqrt(v))

    and Φ(-t) = erfc(t / sqrt(2)) / 2, which Python has as ``math.erfc``. You may as well
    integrate numerically, as long as the result is exact enough.

    Parameters
    ----------
    variance
        v, a positive number. SELU itself has v = 1; you will be asked for others, from 0.2 to 5.

    Returns
    -------
    tuple of two floats
        ``(scale, alpha)``, both to a relative error of 1e-10 or better.

    Raises
    ------
    ValueError
        `variance` is not positive.

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), *Self-normalizing neural networks*,
    Equations 2 to 5, for the fixed point with mean 0 and variance 1.

    Examples
    --------
    >>> scale, alpha = selu_constants()
    >>> round(scale, 4), round(alpha, 4)
    (1.0507, 1.6733)
    >>> scale, alpha = selu_constants(4.0)
    >>> round(scale, 4), round(alpha, 4)
    (1.0702, 2.404)
    """
    if not variance > 0:
        raise ValueError(f"variance must be positive, got {variance}")
    once, twice = (
        math.exp(k**2 * variance / 2) * math.erfc(k * (variance / 2) ** 0.5) / 2 for k in (1, 2)
    )
    alpha = (variance / (2 * math.pi)) ** 0.5 / (0.5 - once)
    square = variance / 2 + alpha**2 * (twice - 2 * once + 0.5)
    return (variance / square) ** 0.5, alpha


def selu(x: Array) -> Array:
    """Return the scaled exponential linear unit of every entry of `x`.

    That is::

        f(x) = scale x                     where x > 0
        f(x) = scale alpha (exp(x) - 1)    where x <= 0

    with the constants of `selu_constants` for variance 1. As for `elu`, the result must be
    right for every finite x, and for tiny x to within a few roundings of itself.

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), *Self-normalizing neural networks*,
    Equation 2.

    Examples
    --------
    >>> selu(np.array([-1000.0, 0.0, 1.0])).round(4).tolist()
    [-1.7581, 0.0, 1.0507]
    """
    scale, alpha = selu_constants()
    return scale * elu(x, alpha)


def selu_derivative(x: Array) -> Array:
    """Return the derivative of SELU at every entry of `x`.

    That is::

        f'(x) = scale                 where x > 0
        f'(x) = scale alpha exp(x)    where x <= 0

    The slope jumps at 0, from about 1.758 to about 1.051; at 0 itself the second line is
    asked for.

    Parameters
    ----------
    x
        Where the derivative is taken: the *input* of the activation. An array of any shape, of
        dtype float32 or float64.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), *Self-normalizing neural networks*,
    Equation 2.

    Examples
    --------
    >>> selu_derivative(np.array([-1000.0, 0.0, 3.0])).round(4).tolist()
    [0.0, 1.7581, 1.0507]
    """
    scale, alpha = selu_constants()
    return scale * elu_derivative(x, alpha)


def gelu(x: Array) -> Array:
    """Return the Gaussian error linear unit of every entry of `x`, exactly.

    That is::

        f(x) = x Φ(x),    Φ(x) = (1 + erf(x / sqrt(2))) / 2

    where Φ is the distribution function of the standard normal. The paper also gives two
    approximations, with tanh and with the logistic function; neither is asked for. Keras computes
    the exact one, too, unless it is called with ``approximate=True``.

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Hendrycks & Gimpel (2016), *Gaussian error linear units (GELUs)*, Section 2.

    Examples
    --------
    >>> gelu(np.array([-1000.0, -1.0, 0.0, 1.0])).round(4).tolist()
    [-0.0, -0.1587, 0.0, 0.8413]
    """
    return np.asarray(x * (1 + erf(x / math.sqrt(2))) / 2, dtype=x.dtype)


def gelu_derivative(x: Array) -> Array:
    """Return the derivative of GELU at every entry of `x`.

    That is::

        f'(x) = Φ(x) + x φ(x),    φ(x) = exp(-x² / 2) / sqrt(2 π)

    where Φ and φ are the distribution function and the density of the standard normal.

    Parameters
    ----------
    x
        Where the derivative is taken: the *input* of the activation. An array of any shape, of
        dtype float32 or float64.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Hendrycks & Gimpel (2016), *Gaussian error linear units (GELUs)*, Section 2, whose function
    is differentiated here.

    Examples
    --------
    >>> gelu_derivative(np.array([-1000.0, 0.0, 1.0])).round(4).tolist()
    [0.0, 0.5, 1.0833]
    """
    density = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    return np.asarray((1 + erf(x / math.sqrt(2))) / 2 + x * density, dtype=x.dtype)


def swish(x: Array, beta: float = 1.0) -> Array:
    """Return the Swish of every entry of `x`.

    That is::

        f(x) = x σ(beta x),    σ(t) = 1 / (1 + exp(-t))

    With beta = 1 it is also called SiLU, which is the only one that Keras has. The result must
    be right for every finite x, where exp(beta x) or exp(-beta x) may well overflow.

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64.
    beta
        How sharp the gate is: 0 gives x / 2, and the larger beta, the closer to ReLU. Any number;
        a negative one turns the gate round.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Ramachandran, Zoph & Le (2017), *Searching for activation functions*, Section 4.

    Examples
    --------
    >>> swish(np.array([-1000.0, 0.0, 1.0, 1000.0])).round(4).tolist()
    [-0.0, 0.0, 0.7311, 1000.0]
    """
    gate: Array = np.exp(-np.logaddexp(0, -beta * x))
    return x * gate


def swish_derivative(x: Array, beta: float = 1.0) -> Array:
    """Return the derivative of Swish, with respect to `x`, at every entry of `x`.

    That is, with s = σ(beta x)::

        f'(x) = s + beta x s (1 - s)

    It is a little above 1 for moderately large x, and negative left of the minimum of f.

    Parameters
    ----------
    x
        Where the derivative is taken: the *input* of the activation. An array of any shape, of
        dtype float32 or float64.
    beta
        As for `swish`.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Ramachandran, Zoph & Le (2017), *Searching for activation functions*, Section 4.

    Examples
    --------
    >>> swish_derivative(np.array([-1000.0, 0.0, 1.0, 1000.0])).round(4).tolist()
    [-0.0, 0.5, 0.9277, 1.0]
    """
    gate: Array = np.exp(-np.logaddexp(0, -beta * x))
    return gate * (1 + beta * x * (1 - gate))


def mish(x: Array) -> Array:
    """Return the Mish of every entry of `x`.

    That is::

        f(x) = x tanh(softplus(x)),    softplus(x) = log(1 + exp(x))

    The softplus as it is written overflows for large x, and for very negative x, where exp(x)
    vanishes beside the 1, it rounds to 0. Both must be avoided: the result must be right to within
    a few roundings *of itself* wherever it is not too small for its dtype. Two forms that do
    not lose anything are log1p(exp(-abs(x))) + max(x, 0) and ``np.logaddexp``.

    Parameters
    ----------
    x
        An array of any shape, of dtype float32 or float64.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Misra (2020), *Mish: a self regularized non-monotonic activation function*, Equation 1.

    Examples
    --------
    >>> mish(np.array([-1.0, 0.0, 1.0, 1000.0])).round(4).tolist()
    [-0.3034, 0.0, 0.8651, 1000.0]
    >>> float(mish(np.array(-50.0)) / (-50 * np.exp(-50.0)))
    1.0
    """
    gate: Array = np.tanh(np.logaddexp(0, x))
    return x * gate


def mish_derivative(x: Array) -> Array:
    """Return the derivative of Mish at every entry of `x`.

    That is, with t = tanh(softplus(x)) and σ(x) = 1 / (1 + exp(-x)), the derivative of softplus::

        f'(x) = t + x σ(x) (1 - t²)

    You will find this multiplied out into a quotient of exponentials, which is infinity over
    infinity for large x. The result must be right for every finite x.

    Parameters
    ----------
    x
        Where the derivative is taken: the *input* of the activation. An array of any shape, of
        dtype float32 or float64.

    Returns
    -------
    new array of the shape and dtype of `x`

    References
    ----------
    Misra (2020), *Mish: a self regularized non-monotonic activation function*, Equation 1, the
    function that is differentiated here.

    Examples
    --------
    >>> mish_derivative(np.array([-1.0, 0.0, 1.0, 1000.0])).round(4).tolist()
    [0.0592, 0.6, 1.049, 1.0]
    """
    gate: Array = np.tanh(np.logaddexp(0, x))
    return gate + x * np.exp(-np.logaddexp(0, -x)) * (1 - gate**2)


def dead_unit_fraction(derivatives: Array, threshold: float = 0.0) -> float:
    """Return the share of units through which no example sends any gradient.

    A unit is dead on a data set when the derivative of its activation is at most `threshold` in
    absolute value for *every* example. With ReLU and a threshold of 0 these are the units that
    output 0 whatever comes in; with a smooth activation and a small threshold, those that are
    saturated on all of the data.

    Parameters
    ----------
    derivatives
        The derivative of the activation at the input of every unit for every example: shape
        ``(examples, units)``, or ``(examples, ..., channels)`` with any number of axes between.
        In a convolutional layer a unit is a channel, which looks at every position of every
        example; so the units are along the last axis, and all other axes count as examples.
    threshold
        Up to where a derivative counts as none. With 0, only a derivative of exactly 0 does.

    Returns
    -------
    float
        A number from 0 to 1.

    Raises
    ------
    ValueError
        `derivatives` is empty: there are no examples, or no units.

    References
    ----------
    Lu, Shin, Su & Karniadakis (2020), *Dying ReLU and initialization: theory and numerical
    examples*, for what a dead unit is.

    Examples
    --------
    >>> derivatives = np.array([[0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
    >>> dead_unit_fraction(derivatives)
    0.5
    """
    if not derivatives.size:
        raise ValueError("there is nothing to take a share of")
    silent = np.abs(derivatives) <= threshold
    every_example = tuple(range(derivatives.ndim - 1))
    return float(np.mean(np.all(silent, axis=every_example)))
