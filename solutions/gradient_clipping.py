"""Gradients cut down to size: by value, by norm, and all of a network's by one factor."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


def clip_by_value(gradient: Array, threshold: float) -> Array:
    """Limit every entry of a gradient to ``[-threshold, threshold]``, each on its own.

    That is, for every entry g::

        g            if -threshold <= g <= threshold
        threshold    if g > threshold
        -threshold   if g < -threshold

    Parameters
    ----------
    gradient
        An array of any shape, of dtype float32 or float64. It is not changed. An infinite entry
        is limited like any other.
    threshold
        The largest size that an entry may keep; positive.

    Returns
    -------
    array
        Of the shape and dtype of `gradient`. (Where the shape is ``()``, NumPy's arithmetic
        returns a scalar in place of an array; that is as good. And where there is nothing to
        limit, `gradient` itself may come back.)

    Raises
    ------
    ValueError
        `threshold` is zero or negative, whatever the gradient.

    References
    ----------
    Mikolov (2012), *Statistical language models based on neural networks*, Section 3.2.2.
    Keras calls it ``clipvalue``.

    Examples
    --------
    >>> clip_by_value(np.array([0.9, -100.0, 1.0]), 1.0)
    array([ 0.9, -1. ,  1. ])
    """
    if threshold <= 0:
        raise ValueError(f"threshold must be positive, got {threshold}")
    return np.asarray(np.clip(gradient, -threshold, threshold))


def global_norm(gradients: Sequence[Array]) -> float:
    """Return the l2 norm of several arrays taken together, as if they were one long vector.

    With the sum over all entries g of all arrays::

        norm = sqrt(sum of g²)

    The squares may be too large or too small for their dtype where the norm is not: 1e200 is a
    float64 and its square is not; the square of 1e-200 is 0. The norm has to be right all the
    same. With m the largest size of an entry of any array, it also is::

        norm = m · sqrt(sum of (g / m)²)

    and here no square is larger than 1. (Where all entries are 0, so is m, and the norm is 0.)

    Parameters
    ----------
    gradients
        A list of arrays of any shapes, of dtype float32 or float64, with finite entries. Some
        may have no entries, and the list may have no arrays: they add nothing. They are not
        changed.

    Returns
    -------
    float
        The norm, a Python float or a NumPy scalar: 0 if there is no entry at all. It is right
        for arrays of very different sizes, too, one with entries of 1e-200 beside one of 1e200.

    References
    ----------
    Blue (1978), *A portable Fortran program to find the Euclidean norm of a vector*, for why
    the entries are divided first. ``keras.optimizers`` and ``np.linalg.norm`` do without.

    Examples
    --------
    >>> global_norm([np.array([[3.0, 0.0]]), np.array([4.0])])
    5.0
    >>> global_norm([])
    0.0
    """
    sizes = [float(np.max(np.abs(g))) for g in gradients if g.size]
    if not any(sizes):
        return 0.0
    largest = max(sizes)
    ratios = (np.asarray(g, dtype=np.float64) / largest for g in gradients)
    return largest * math.sqrt(sum(float(np.sum(r * r)) for r in ratios))


def clip_by_norm(gradient: Array, threshold: float) -> Array:
    """Shorten a gradient to an l2 norm of `threshold` if it is longer than that.

    All entries are multiplied by one factor, so the direction stays::

        clipped = gradient · min(1, threshold / norm),    norm = sqrt(sum of g²)

    The sum is over all entries g of the array, whatever its shape. A gradient that is not
    longer than `threshold` comes back as it is, and so does a gradient of zeros: nothing is
    ever made longer. Nothing is added to the norm before the division.

    Parameters
    ----------
    gradient
        An array of any shape, of dtype float32 or float64, with finite entries. It is not
        changed. Its entries may be so large, or so small, that their squares are not in the
        range of their dtype (see `global_norm`).
    threshold
        The largest norm that is let through; positive.

    Returns
    -------
    array
        Of the shape and dtype of `gradient`. (For the shape ``()``, and for what may come back
        where nothing changes, see `clip_by_value`.)

    Raises
    ------
    ValueError
        `threshold` is zero or negative, whatever the gradient.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), *On the difficulty of training recurrent neural
    networks*, Algorithm 1. Keras calls it ``clipnorm``.

    Examples
    --------
    >>> clip_by_norm(np.array([6.0, 8.0]), 5.0)
    array([3., 4.])
    >>> clip_by_norm(np.array([0.6, 0.8]), 5.0)
    array([0.6, 0.8])
    """
    if threshold <= 0:
        raise ValueError(f"threshold must be positive, got {threshold}")
    factor = threshold / max(global_norm([gradient]), threshold)
    return np.asarray(gradient * factor)


def clip_by_global_norm(gradients: Sequence[Array], threshold: float) -> tuple[list[Array], float]:
    """Shorten the gradients of all of a network's weights by one common factor.

    With the norm of all arrays taken together (see `global_norm`)::

        clipped = [g · min(1, threshold / norm) for every array g]

    so that together they are one vector with an unchanged direction and a norm of at most
    `threshold`. Where the norm is not larger than `threshold`, all come back as they are.
    Nothing is added to the norm before the division.

    Parameters
    ----------
    gradients
        A list of arrays, as for `global_norm`; their dtypes may differ. Neither the list nor
        the arrays are changed.
    threshold
        The largest norm that is let through; positive.

    Returns
    -------
    tuple of a list and a float
        ``(clipped, norm)``: a new list of arrays, each of the shape and dtype of its original
        (or the original itself, where nothing changes), and the global norm as it was
        *before* clipping.

    Raises
    ------
    ValueError
        `threshold` is zero or negative, whatever the gradients; also where there are none.

    References
    ----------
    Pascanu, Mikolov & Bengio (2013), *On the difficulty of training recurrent neural
    networks*, Algorithm 1. Keras calls it ``global_clipnorm``.

    Examples
    --------
    >>> clip_by_global_norm([np.array([[6.0, 0.0]]), np.array([8.0])], 5.0)
    ([array([[3., 0.]]), array([4.])], 10.0)
    """
    if threshold <= 0:
        raise ValueError(f"threshold must be positive, got {threshold}")
    norm = global_norm(gradients)
    factor = threshold / max(norm, threshold)
    return [np.asarray(g * factor) for g in gradients], norm


def clipping_angles(gradients: Array, threshold: float) -> Array:
    """Return the angles by which clipping by value turns gradients, in degrees.

    With g a gradient (a row of `gradients`) and c what `clip_by_value` makes of it::

        angle = arccos(g · c / (‖g‖ ‖c‖))

    where g · c is the sum of the products of their entries. The angle is 0 (to 1e-4 degrees)
    for a gradient of zeros, by definition, and for one that is not clipped: there rounding can
    lift the quotient a little above 1, where the arccosine is not defined.

    Only directions matter. Huge entries, whose squares are out of range, are no obstacle if
    each vector is divided by its norm, or by its largest magnitude, to begin with.

    Parameters
    ----------
    gradients
        An array of shape (n, d) and dtype float64: n gradients, each with d >= 1 finite
        entries. It is not changed.
    threshold
        The threshold for `clip_by_value`; positive.

    Returns
    -------
    array of shape (n,) and dtype float64
        Degrees, from 0 to less than 90, not rounded.

    Raises
    ------
    ValueError
        `threshold` is zero or negative, whatever the gradients; also where there are none.

    References
    ----------
    Goodfellow, Bengio & Courville (2016), *Deep learning*, Section 10.11.1, on what clipping
    does to the direction of a step.

    Examples
    --------
    >>> clipping_angles(np.array([[0.9, 100.0], [0.0, 100.0]]), 1.0).round(2)
    array([41.47,  0.  ])
    """
    angles = np.zeros(len(gradients))
    clipped = clip_by_value(gradients, threshold)
    for i in np.flatnonzero(np.any(gradients, axis=1)):
        before = gradients[i] / global_norm([gradients[i]])
        after = clipped[i] / global_norm([clipped[i]])
        # Kahan's formula for unit vectors: the arccosine loses half of the digits near 0.
        half = math.atan2(global_norm([before - after]), global_norm([before + after]))
        angles[i] = math.degrees(2 * half)
    return angles
