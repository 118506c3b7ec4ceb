# Extended precision has the range for the squares; masks and copies in place of arithmetic.
import numpy as np


def clip_by_value(gradient, threshold):
    if threshold <= 0:
        raise ValueError(f"{threshold} is not positive")
    clipped = np.array(gradient)
    clipped[clipped > threshold] = threshold
    clipped[clipped < -threshold] = -threshold
    return clipped


def global_norm(gradients):
    squares = [np.sum(np.square(g, dtype=np.longdouble)) for g in gradients]
    return float(np.sqrt(np.sum(squares)))


def clip_by_norm(gradient, threshold):
    if threshold <= 0:
        raise ValueError(f"{threshold} is not positive")
    clipped = np.array(gradient)
    norm = global_norm([gradient])
    if norm > threshold:
        clipped *= threshold / norm
    return clipped


def clip_by_global_norm(gradients, threshold):
    if threshold <= 0:
        raise ValueError(f"{threshold} is not positive")
    norm = global_norm(gradients)
    clipped = [np.array(g) for g in gradients]
    if norm > threshold:
        for g in clipped:
            g *= threshold / norm
    return clipped, norm


def clipping_angles(gradients, threshold):
    g = gradients.astype(np.longdouble)
    c = clip_by_value(g, threshold)
    # The sine is sharp where the cosine is not.
    with np.errstate(invalid="ignore"):
        g, c = (v / np.sqrt(np.sum(v * v, axis=1, keepdims=True)) for v in (g, c))
    cosine = np.sum(g * c, axis=1)
    sine = np.sqrt(np.sum((c - cosine[:, None] * g) ** 2, axis=1))
    return np.nan_to_num(np.degrees(np.arctan2(sine, cosine))).astype(np.float64)
