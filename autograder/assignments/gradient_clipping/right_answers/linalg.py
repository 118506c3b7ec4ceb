# NumPy's norm on one long vector; NumPy scalars come back, not Python's.
import numpy as np


def clip_by_value(gradient, threshold):
    if threshold <= 0:
        raise ValueError(threshold)
    return np.where(
        np.abs(gradient) > threshold,
        np.copysign(gradient.dtype.type(threshold), gradient),
        gradient,
    )


def global_norm(gradients):
    flat = np.concatenate([np.zeros(1), *(np.ravel(g) for g in gradients)])
    scale = np.linalg.norm(flat, ord=np.inf)
    return np.linalg.norm(flat / scale) * scale if scale else scale


def clip_by_norm(gradient, threshold):
    if threshold <= 0:
        raise ValueError(threshold)
    norm = global_norm([gradient])
    if norm > threshold:
        gradient = (gradient * (threshold / norm)).astype(gradient.dtype)
    return gradient


def clip_by_global_norm(gradients, threshold):
    if threshold <= 0:
        raise ValueError(threshold)
    norm = global_norm(gradients)
    with np.errstate(divide="ignore"):
        factor = min(1.0, threshold / norm)
    return [np.multiply(g, factor, dtype=g.dtype) for g in gradients], norm


def clipping_angles(gradients, threshold):
    clipped = clip_by_value(gradients, threshold)
    largest = np.max(np.abs(gradients), axis=1, keepdims=True)
    still = largest[:, 0] == 0
    largest[still] = 1
    g, c = gradients / largest, clipped / np.minimum(largest, threshold)
    norms = np.linalg.norm(g, axis=1) * np.linalg.norm(c, axis=1)
    norms[still] = 1
    cosine = np.einsum("ij,ij->i", g, c) / norms
    cosine[still] = 1
    return np.rad2deg(np.arccos(np.clip(cosine, -1, 1)))
