# One number at a time, in Python.
import math

import numpy as np


def clip_by_value(gradient, threshold):
    if not threshold > 0:
        raise ValueError("threshold")
    clipped = gradient.copy()
    for index in np.ndindex(gradient.shape):
        if gradient[index] > threshold:
            clipped[index] = threshold
        elif gradient[index] < -threshold:
            clipped[index] = -threshold
    return clipped


def global_norm(gradients):
    largest = 0.0
    for gradient in gradients:
        for value in gradient.ravel():
            largest = max(largest, abs(float(value)))
    if largest == 0.0:
        return 0.0
    total = 0.0
    for gradient in gradients:
        for value in gradient.ravel():
            total += (float(value) / largest) ** 2
    return largest * math.sqrt(total)


def clip_by_norm(gradient, threshold):
    if not threshold > 0:
        raise ValueError("threshold")
    norm = global_norm([gradient])
    clipped = gradient.copy()
    if norm > threshold:
        for index in np.ndindex(gradient.shape):
            clipped[index] = float(gradient[index]) * (threshold / norm)
    return clipped


def clip_by_global_norm(gradients, threshold):
    if not threshold > 0:
        raise ValueError("threshold")
    norm = global_norm(gradients)
    clipped = []
    for gradient in gradients:
        new = np.empty_like(gradient)
        for index in np.ndindex(gradient.shape):
            new[index] = gradient[index] / norm * threshold if norm > threshold else gradient[index]
        clipped.append(new)
    return clipped, norm


def clipping_angles(gradients, threshold):
    angles = []
    for gradient, clipped in zip(gradients, clip_by_value(gradients, threshold), strict=True):
        g, c = global_norm([gradient]), global_norm([clipped])
        cosine = 0.0
        for a, b in zip(gradient, clipped, strict=True):
            cosine += float(a) / g * (float(b) / c) if g > 0 else 0.0
        angles.append(math.degrees(math.acos(min(1.0, cosine))) if g > 0 else 0.0)
    return np.array(angles, dtype=np.float64)
