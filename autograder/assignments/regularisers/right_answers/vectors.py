# Inner products, norms, binomial draws and SciPy's special functions.
import numpy as np
from scipy.special import entr


def l1_regulariser(weights, factor=0.01):
    if factor < 0:
        raise ValueError(f"factor = {factor}")
    return factor * np.linalg.norm(weights.ravel(), 1), np.multiply(factor, np.sign(weights))


def l2_regulariser(weights, factor=0.01):
    if factor < 0:
        raise ValueError(f"factor = {factor}")
    return factor * np.vdot(weights, weights), weights * (2.0 * factor)


def elastic_net(weights, l1=0.01, l2=0.01):
    if min(l1, l2) < 0:
        raise ValueError("negative factor")
    flat = weights.ravel()
    signs = np.sign(flat)
    penalty = np.dot(flat, l1 * signs + l2 * flat)
    return penalty, (l1 * signs + 2 * l2 * flat).reshape(weights.shape)


def dropout(x, rate, rng, training=True):
    if not (0.0 <= rate < 1.0):
        raise ValueError(f"rate = {rate}")
    if not training:
        return x + 0, np.full(x.shape, True)
    keep = 1 - rate
    mask = rng.binomial(1, keep, size=x.shape) == 1
    return np.where(mask, x / keep, np.zeros_like(x)), np.asarray(mask)


def dropout_backward(gradient, mask, rate, training=True):
    return np.where(mask, gradient / (1 - rate), 0).astype(gradient.dtype) if training else gradient


def alpha_dropout(x, rate, rng, training=True):
    if not (0.0 <= rate < 1.0):
        raise ValueError(f"rate = {rate}")
    if not training:
        return x
    # Standardise the mixture of x (mean 0, variance 1) and the constant.
    low = -1.7580993408473766
    mean = rate * low
    variance = (1 - rate) * 1 + rate * low**2 - mean**2
    kept = rng.binomial(1, 1 - rate, size=x.shape).astype(bool)
    mixture = np.full_like(x, low)
    mixture[kept] = x[kept]
    return (mixture - mean) / float(np.sqrt(variance))


def mc_prediction(probabilities):
    if np.ndim(probabilities) != 3 or not probabilities.shape[0]:
        raise ValueError("three dimensions, please")
    mean = np.mean(probabilities, 0)
    entropy = entr(mean).sum(-1)
    return mean, np.std(probabilities, 0), entropy, entropy - entr(probabilities).sum(-1).mean(0)


def max_norm(weights, max_value=2.0, axis=0):
    if max_value <= 0:
        raise ValueError("max_value")
    axes = (axis,) if np.ndim(axis) == 0 else tuple(axis)
    moved = np.moveaxis(weights, axes, range(len(axes)))
    flat = moved.reshape(int(np.prod(moved.shape[: len(axes)])), -1)
    norms = np.linalg.norm(flat, axis=0)
    scale = np.ones_like(norms)
    np.divide(max_value, norms, out=scale, where=norms > max_value)
    return np.moveaxis((flat * scale).reshape(moved.shape), range(len(axes)), axes)


def prune(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError(f"sparsity = {sparsity}")
    flat = weights.flatten()
    number = int(np.rint(sparsity * flat.size))
    order = np.lexsort((np.arange(flat.size), abs(flat)))
    rank = np.empty(flat.size, dtype=int)
    rank[order] = np.arange(flat.size)
    kept = rank >= number
    flat[~kept] = 0.0
    return flat.reshape(weights.shape), kept.reshape(weights.shape)
