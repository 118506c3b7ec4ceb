# The same numbers by other roads: sums over positive and negative parts, E[p^2] - E[p]^2, a
# Kullback-Leibler divergence for the information, a threshold and a count of ties.
import numpy as np
from scipy.special import xlogy


def l1_regulariser(weights, factor=0.01):
    if factor < 0:
        raise ValueError
    positive, negative = weights > 0, weights < 0
    penalty = factor * (weights[positive].sum() - weights[negative].sum())
    gradient = np.zeros(weights.shape, weights.dtype)
    gradient[positive] = factor
    gradient[negative] = -factor
    return penalty, gradient


def l2_regulariser(weights, factor=0.01):
    if factor < 0:
        raise ValueError
    return np.sum(factor * weights**2), factor * (weights + weights)


def elastic_net(weights, l1=0.01, l2=0.01):
    if l1 < 0:
        raise ValueError("l1")
    if l2 < 0:
        raise ValueError("l2")
    sizes = np.abs(weights)
    # l1 |w| + l2 w^2 = |w| (l1 + l2 |w|), and its slope is sign(w) (l1 + 2 l2 |w|)
    return (sizes * (l1 + l2 * sizes)).sum(), np.sign(weights) * (l1 + 2 * l2 * sizes)


def dropout(x, rate, rng, training=True):
    if rate < 0:
        raise ValueError("rate < 0")
    if rate >= 1:
        raise ValueError("rate >= 1")
    if not training or rate == 0:
        return x, np.ones_like(x, dtype=bool)
    dropped = np.less(rng.uniform(size=x.shape), rate)
    return np.asarray(x * (~dropped).astype(x.dtype) * (1 / (1 - rate))), np.logical_not(dropped)


def dropout_backward(gradient, mask, rate, training=True):
    factor = mask.astype(gradient.dtype) / (1 - rate) if training else 1
    return gradient * factor


def alpha_dropout(x, rate, rng, training=True):
    if rate < 0 or rate >= 1:
        raise ValueError("rate")
    if not training:
        return x.copy()
    # Keras's form: a = ((1 - rate) (1 + rate alpha'^2))^(-1/2)
    low = -1.0507009873554804934193349852946 * 1.6732632423543772848170429916717
    a = ((1 - rate) * (1 + rate * low**2)) ** -0.5
    kept = np.asarray(rng.random(x.shape) < 1 - rate).astype(x.dtype)
    return np.asarray(a * (x * kept + low * (1 - kept)) - a * low * rate, dtype=x.dtype)


def mc_prediction(probabilities):
    if len(probabilities.shape) != 3 or 0 in probabilities.shape[:1]:
        raise ValueError("(samples, instances, classes)")
    samples = probabilities.shape[0]
    mean = np.einsum("sic->ic", probabilities) / samples
    square = np.einsum("sic,sic->ic", probabilities, probabilities) / samples
    std = np.sqrt(np.maximum(square - mean**2, 0))
    entropy = -xlogy(mean, mean).sum(axis=1)
    # The mean divergence of the samples from their mean.
    divergence = xlogy(probabilities, probabilities) - xlogy(probabilities, mean)
    return mean, std, entropy, divergence.sum(axis=2).mean(axis=0)


def max_norm(weights, max_value=2.0, axis=0):
    if max_value <= 0:
        raise ValueError("limit")
    squares = np.add.reduce(weights * weights, axis=axis, keepdims=True)
    beyond = squares > max_value**2
    scale = np.where(beyond, max_value / np.sqrt(np.where(beyond, squares, 1)), 1)
    return weights * scale


def prune(weights, sparsity):
    if sparsity < 0 or sparsity > 1:
        raise ValueError("sparsity")
    number = round(weights.size * sparsity)
    sizes = np.abs(weights).ravel()
    if number == 0:
        return weights.copy(), np.ones(weights.shape, bool)
    threshold = np.partition(sizes, number - 1)[number - 1]
    gone = sizes < threshold
    ties = np.flatnonzero(sizes == threshold)
    gone[ties[: number - gone.sum()]] = True
    kept = ~gone.reshape(weights.shape)
    return np.asarray(weights * kept), kept
