# Everything in the arrays' own dtype, each array divided by a power of two of its own.
import functools

import numpy as np


def clip_by_value(gradient, threshold):
    if threshold <= 0:
        raise ValueError("threshold")
    return gradient.clip(-threshold, threshold)


def _norm(g):
    if not g.any():
        return 0.0
    _, exponent = np.frexp(np.abs(g).max())
    small = np.ldexp(g, -exponent).ravel()
    return float(np.ldexp(np.sqrt(small @ small), exponent))


def global_norm(gradients):
    return functools.reduce(np.hypot, map(_norm, gradients), 0.0)


def clip_by_norm(gradient, threshold):
    if threshold <= 0:
        raise ValueError("threshold")
    return gradient / gradient.dtype.type(max(1.0, _norm(gradient) / threshold))


def clip_by_global_norm(gradients, threshold):
    if threshold <= 0:
        raise ValueError("threshold")
    norm = global_norm(gradients)
    return [g / g.dtype.type(max(1.0, norm / threshold)) for g in gradients], norm


def clipping_angles(gradients, threshold):
    clipped = clip_by_value(gradients, threshold)

    def angle(g, c):
        if not np.any(g):
            return 0.0
        return np.degrees(np.arccos(np.minimum(np.vdot(g / _norm(g), c / _norm(c)), 1)))

    return np.fromiter(map(angle, gradients, clipped), float, len(gradients))
