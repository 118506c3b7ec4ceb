# Python's hypot takes any number of sides and never overflows before its result does.
import math

import numpy as np


def _positive(threshold):
    if threshold <= 0:
        raise ValueError("the threshold must be positive")


def clip_by_value(gradient, threshold):
    _positive(threshold)
    return np.minimum(np.maximum(gradient, -threshold), threshold)


def global_norm(gradients):
    return math.hypot(*(math.hypot(*g.ravel().tolist()) for g in gradients))


def clip_by_norm(gradient, threshold):
    (clipped,), _ = clip_by_global_norm([gradient], threshold)
    return clipped


def clip_by_global_norm(gradients, threshold):
    _positive(threshold)
    norm = global_norm(gradients)
    if norm <= threshold:
        return [g.copy() for g in gradients], norm
    return [(g / norm * threshold).astype(g.dtype) for g in gradients], norm


def clipping_angles(gradients, threshold):
    angles = np.empty(gradients.shape[0])
    for i, (g, c) in enumerate(zip(gradients, clip_by_value(gradients, threshold), strict=True)):
        long, short = global_norm([g]) or 1.0, global_norm([c]) or 1.0
        # The half angle's tangent, of vectors of equal length.
        g, c = g / long, c / short
        angles[i] = math.degrees(2 * math.atan2(global_norm([g - c]), global_norm([g + c])))
    return angles
