# One number at a time.
import math

import numpy as np


def l1_regulariser(weights, factor=0.01):
    if factor < 0:
        raise ValueError("negative")
    gradient = np.zeros_like(weights)
    total = 0.0
    for index in np.ndindex(*weights.shape):
        w = weights[index]
        if w > 0:
            total += w
            gradient[index] = factor
        elif w < 0:
            total -= w
            gradient[index] = -factor
    return factor * total, gradient


def l2_regulariser(weights, factor=0.01):
    if factor < 0:
        raise ValueError("negative")
    gradient = np.zeros_like(weights)
    total = 0.0
    for index in np.ndindex(*weights.shape):
        total += weights[index] ** 2
        gradient[index] = 2 * factor * weights[index]
    return factor * total, gradient


def elastic_net(weights, l1=0.01, l2=0.01):
    if l1 < 0 or l2 < 0:
        raise ValueError("negative")
    gradient = np.zeros_like(weights)
    total = 0.0
    for index in np.ndindex(*weights.shape):
        w = weights[index]
        total += l1 * abs(w) + l2 * w * w
        gradient[index] = (l1 if w > 0 else -l1 if w < 0 else 0) + 2 * l2 * w
    return total, gradient


def dropout(x, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate")
    output = np.zeros_like(x)
    mask = np.zeros(x.shape, dtype=bool)
    for index in np.ndindex(*x.shape):
        if not training:
            mask[index] = True
            output[index] = x[index]
        elif rng.random() >= rate:
            mask[index] = True
            output[index] = x[index] / (1 - rate)
    return output, mask


def dropout_backward(gradient, mask, rate, training=True):
    result = np.zeros_like(gradient)
    for index in np.ndindex(*gradient.shape):
        if not training:
            result[index] = gradient[index]
        elif mask[index]:
            result[index] = gradient[index] / (1 - rate)
    return result


def alpha_dropout(x, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate")
    output = np.zeros_like(x)
    low = -1.0507009873554805 * 1.6732632423543772
    q = 1 - rate
    a = 1 / math.sqrt(q + low * low * q * (1 - q))
    b = -a * (1 - q) * low
    for index in np.ndindex(*x.shape):
        if training:
            value = x[index] if rng.random() < q else low
            output[index] = a * value + b
        else:
            output[index] = x[index]
    return output


def mc_prediction(probabilities):
    if probabilities.ndim != 3 or probabilities.shape[0] < 1:
        raise ValueError("shape")
    samples, instances, classes = probabilities.shape
    mean = np.zeros((instances, classes), probabilities.dtype)
    std = np.zeros((instances, classes), probabilities.dtype)
    entropy = np.zeros(instances, probabilities.dtype)
    information = np.zeros(instances, probabilities.dtype)
    for i in range(instances):
        expected = 0.0
        for c in range(classes):
            column = [float(p) for p in probabilities[:, i, c]]
            average = sum(column) / samples
            mean[i, c] = average
            std[i, c] = math.sqrt(sum((p - average) ** 2 for p in column) / samples)
            if average > 0:
                entropy[i] -= average * math.log(average)
            expected -= sum(p * math.log(p) for p in column if p > 0) / samples
        information[i] = entropy[i] - expected
    return mean, std, entropy, information


def max_norm(weights, max_value=2.0, axis=0):
    if not max_value > 0:
        raise ValueError("max_value")
    axes = axis if isinstance(axis, tuple) else (axis,)
    axes = tuple(a % weights.ndim for a in axes)
    squares = {}
    for index in np.ndindex(*weights.shape):
        unit = tuple(i for a, i in enumerate(index) if a not in axes)
        squares[unit] = squares.get(unit, 0.0) + float(weights[index]) ** 2
    result = weights.copy()
    for index in np.ndindex(*weights.shape):
        unit = tuple(i for a, i in enumerate(index) if a not in axes)
        norm = math.sqrt(squares[unit])
        if norm > max_value:
            result[index] = weights[index] * max_value / norm
    return result


def prune(weights, sparsity):
    if sparsity < 0 or sparsity > 1:
        raise ValueError("sparsity")
    places = sorted(np.ndindex(*weights.shape), key=lambda index: abs(weights[index]))
    pruned = weights.copy()
    mask = np.ones(weights.shape, dtype=bool)
    for index in places[: round(sparsity * len(places))]:
        pruned[index] = 0
        mask[index] = False
    return pruned, mask
