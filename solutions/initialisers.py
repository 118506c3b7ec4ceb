"""Initial weights: how wide to draw them so that signals keep their size through the layers."""

import math

import numpy as np
from numpy.typing import DTypeLike, NDArray

Shape = tuple[int, ...]
Array = NDArray[np.floating]


def compute_fans(shape: Shape) -> tuple[int, int]:
    """Return how many inputs feed one unit and how many outputs one input feeds.

    For a kernel with receptive field r (the product of its spatial dimensions, 1 for a dense
    kernel)::

        fan_in = r · in        fan_out = r · out

    Parameters
    ----------
    shape
        The shape of the weights, in Keras's layout:

        - ``(in, out)`` for a dense kernel;
        - ``(*spatial, in_channels, out_channels)`` for a convolution kernel of any number of
          spatial dimensions;
        - ``(n,)`` for a vector, whose fans are both ``n``;
        - ``()`` for a scalar, whose fans are both 1.

    Returns
    -------
    tuple of two ints
        ``(fan_in, fan_out)``, whole numbers, not floats.

    Raises
    ------
    ValueError
        Some dimension is zero or negative.

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Section 2.2: there,
    n = k² c connections feed one response of a k × k filter over c channels.

    Examples
    --------
    >>> compute_fans((784, 300))
    (784, 300)
    >>> compute_fans((3, 3, 16, 32))
    (144, 288)
    """
    if any(size <= 0 for size in shape):
        raise ValueError(f"every dimension must be positive, got {shape}")
    match shape:
        case ():
            return 1, 1
        case (size,):
            return size, size
        case _:
            *spatial, inputs, outputs = shape
            receptive_field = math.prod(spatial)
            return receptive_field * inputs, receptive_field * outputs


def truncated_normal(
    shape: Shape, stddev: float, rng: np.random.Generator, dtype: DTypeLike = np.float32
) -> Array:
    """Draw from a normal distribution cut off at two standard deviations, spread corrected.

    A *parent* normal distribution with mean 0 and standard deviation σ_p loses everything
    beyond ± c σ_p, with c = 2. What is left has the smaller variance::

        σ² = σ_p² (1 - 2 c φ(c) / (2 Φ(c) - 1))

    where φ and Φ are the density and the distribution function of the standard normal. The
    parent is chosen so that σ is `stddev`. Values beyond the cut are never moved onto it:
    every value comes from the shape of the parent's density between the cuts. SciPy may be used.

    Parameters
    ----------
    shape
        The shape of the result, of one dimension or more.
    stddev
        The standard deviation of the result's law, not of its parent's; 0 gives zeros. That of
        the values drawn differs from it by chance: they are not rescaled.
    rng
        The only source of random numbers: the same state gives the same weights, and the
        generator has moved on afterwards.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`
        Independent values with mean 0 and standard deviation `stddev`, none of them further
        from 0 than two standard deviations *of the parent*.

    Raises
    ------
    ValueError
        `stddev` is negative.

    References
    ----------
    Johnson, Kotz & Balakrishnan (1994), *Continuous univariate distributions*, volume 1,
    Section 13.10.1, for the variance after truncation.

    Examples
    --------
    >>> weights = truncated_normal((200, 300), 0.1, np.random.default_rng(1))
    >>> weights.shape, weights.dtype
    ((200, 300), dtype('float32'))
    >>> bool(abs(weights.std() - 0.1) < 0.001)
    True
    """
    if stddev < 0:
        raise ValueError(f"stddev must not be negative, got {stddev}")
    cut = 2.0
    density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
    mass = math.erf(cut / math.sqrt(2))
    parent = stddev / math.sqrt(1 - 2 * cut * density / mass)
    values = np.asarray(rng.standard_normal(shape))
    while (outside := np.abs(values) > cut).any():
        values[outside] = rng.standard_normal(np.count_nonzero(outside))
    return np.asarray(parent * values, dtype=dtype)


def variance_scaling(
    shape: Shape,
    rng: np.random.Generator,
    scale: float = 1.0,
    mode: str = "fan_in",
    distribution: str = "truncated_normal",
    dtype: DTypeLike = np.float32,
) -> Array:
    """Draw weights with mean 0 and variance ``scale / n``, where `mode` says what n is.

    That is::

        Var[w] = scale / n,    n = fan_in, fan_out or (fan_in + fan_out) / 2

    The variance is the same for every distribution, so the bounds of the uniform one follow
    from it: the variance of U(-limit, limit) is limit² / 3.

    Parameters
    ----------
    shape
        The shape of the weights, of one dimension or more; see `compute_fans` for what they mean.
    rng
        The only source of random numbers.
    scale
        The numerator of the variance; positive.
    mode
        ``"fan_in"``, ``"fan_out"`` or ``"fan_avg"`` (the mean of the two fans, which need
        not be a whole number).
    distribution
        ``"truncated_normal"`` (cut at two standard deviations of the parent and corrected,
        see `truncated_normal`), ``"untruncated_normal"`` or ``"uniform"``.
        Both names are to be written exactly so.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`

    Raises
    ------
    ValueError
        `scale` is not positive, or `mode` or `distribution` is none of those above.

    References
    ----------
    The general form of three papers: LeCun, Bottou, Orr & Müller (1998), Equation 16;
    Glorot & Bengio (2010), Equation 12; He, Zhang, Ren & Sun (2015), Equation 10.

    Examples
    --------
    >>> weights = variance_scaling(
    ...     (400, 100), np.random.default_rng(1), scale=2.0, distribution="uniform"
    ... )
    >>> bool(np.abs(weights).max() <= np.sqrt(3 * 2.0 / 400))
    True
    """
    if scale <= 0:
        raise ValueError(f"scale must be positive, got {scale}")
    fan_in, fan_out = compute_fans(shape)
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    if mode not in fans:
        raise ValueError(f"mode must be one of {', '.join(fans)}, got {mode!r}")
    stddev = math.sqrt(scale / fans[mode])
    match distribution:
        case "truncated_normal":
            return truncated_normal(shape, stddev, rng, dtype)
        case "untruncated_normal":
            return np.asarray(rng.normal(0.0, stddev, shape), dtype=dtype)
        case "uniform":
            limit = math.sqrt(3) * stddev
            return np.asarray(rng.uniform(-limit, limit, shape), dtype=dtype)
    raise ValueError(f"unknown distribution {distribution!r}")


def glorot_uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Draw Glorot (Xavier) weights from a uniform distribution.

    The law is::

        w ~ U(-limit, limit),    limit = sqrt(6 / (fan_in + fan_out))

    A compromise between keeping the size of the activations on the way forwards (variance
    1 / fan_in) and of the gradients on the way back (1 / fan_out), derived for activations
    that are linear near 0, such as tanh.

    Parameters
    ----------
    shape
        The shape of the weights; see `compute_fans`.
    rng
        The only source of random numbers.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`

    References
    ----------
    Glorot & Bengio (2010), *Understanding the difficulty of training deep feedforward neural
    networks*, Equation 16.

    Examples
    --------
    >>> weights = glorot_uniform((400, 200), np.random.default_rng(1))
    >>> bool(np.abs(weights).max() <= 0.1)
    True
    """
    return variance_scaling(shape, rng, 1.0, "fan_avg", "uniform", dtype)


def glorot_normal(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Draw Glorot (Xavier) weights from a truncated normal distribution.

    The variance is::

        Var[w] = 2 / (fan_in + fan_out)

    The paper gives the variance and does not truncate; as in Keras, the values are cut off at
    two standard deviations of the parent and their variance is corrected for it.

    Parameters
    ----------
    shape
        The shape of the weights; see `compute_fans`.
    rng
        The only source of random numbers.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`

    References
    ----------
    Glorot & Bengio (2010), *Understanding the difficulty of training deep feedforward neural
    networks*, Equation 12.

    Examples
    --------
    >>> weights = glorot_normal((400, 400), np.random.default_rng(1))
    >>> bool(abs(weights.std() - 0.05) < 0.001)
    True
    """
    return variance_scaling(shape, rng, 1.0, "fan_avg", "truncated_normal", dtype)


def he_uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Draw He (Kaiming) weights from a uniform distribution.

    The law is::

        w ~ U(-limit, limit),    limit = sqrt(6 / fan_in)

    The variance is twice LeCun's, because ReLU sets half of its inputs to zero.

    Parameters
    ----------
    shape
        The shape of the weights; see `compute_fans`.
    rng
        The only source of random numbers.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Equation 10. The paper draws
    from a normal distribution; the uniform one has the same variance.

    Examples
    --------
    >>> weights = he_uniform((600, 200), np.random.default_rng(1))
    >>> bool(np.abs(weights).max() <= 0.1)
    True
    """
    return variance_scaling(shape, rng, 2.0, "fan_in", "uniform", dtype)


def he_normal(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Draw He (Kaiming) weights from a truncated normal distribution.

    The variance is::

        Var[w] = 2 / fan_in

    The variance is twice LeCun's, because ReLU sets half of its inputs to zero. The paper
    does not truncate; as in Keras, the values are cut off at two standard deviations of the
    parent and their variance is corrected for it.

    Parameters
    ----------
    shape
        The shape of the weights; see `compute_fans`.
    rng
        The only source of random numbers.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Equation 10.

    Examples
    --------
    >>> weights = he_normal((800, 100), np.random.default_rng(1))
    >>> bool(abs(weights.std() - 0.05) < 0.001)
    True
    """
    return variance_scaling(shape, rng, 2.0, "fan_in", "truncated_normal", dtype)


def lecun_uniform(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Draw LeCun weights from a uniform distribution.

    The law is::

        w ~ U(-limit, limit),    limit = sqrt(3 / fan_in)

    The size of the activations is kept on the way forwards by linear units; SELU needs it.

    Parameters
    ----------
    shape
        The shape of the weights; see `compute_fans`.
    rng
        The only source of random numbers.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`

    References
    ----------
    LeCun, Bottou, Orr & Müller (1998), *Efficient BackProp*, Equation 16, which gives the
    standard deviation.

    Examples
    --------
    >>> weights = lecun_uniform((300, 200), np.random.default_rng(1))
    >>> bool(np.abs(weights).max() <= 0.1)
    True
    """
    return variance_scaling(shape, rng, 1.0, "fan_in", "uniform", dtype)


def lecun_normal(shape: Shape, rng: np.random.Generator, dtype: DTypeLike = np.float32) -> Array:
    """Draw LeCun weights from a truncated normal distribution.

    The variance is::

        Var[w] = 1 / fan_in

    The size of the activations is kept on the way forwards by linear units; SELU needs it.
    The papers do not truncate; as in Keras, the values are cut off at two standard deviations
    of the parent and their variance is corrected for it.

    Parameters
    ----------
    shape
        The shape of the weights; see `compute_fans`.
    rng
        The only source of random numbers.
    dtype
        The floating dtype of the result: ``np.float16``, ``np.float32`` or ``np.float64``.

    Returns
    -------
    array of shape `shape` and dtype `dtype`

    References
    ----------
    LeCun, Bottou, Orr & Müller (1998), *Efficient BackProp*, Equation 16; Klambauer,
    Unterthiner, Mayr & Hochreiter (2017), *Self-normalizing neural networks*, use it for SELU.

    Examples
    --------
    >>> weights = lecun_normal((400, 100), np.random.default_rng(1))
    >>> bool(abs(weights.std() - 0.05) < 0.001)
    True
    """
    return variance_scaling(shape, rng, 1.0, "fan_in", "truncated_normal", dtype)
