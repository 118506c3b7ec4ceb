# A copy of the input, filled in by masks.
import math

import numpy as np


def erf(x):
    return np.array([math.erf(t) for t in np.ravel(x)]).reshape(np.shape(x))


def leaky_relu(x, alpha=0.01):
    y = np.array(x)
    y[x < 0] *= alpha
    return y


def leaky_relu_derivative(x, alpha=0.01):
    d = np.full_like(x, alpha)
    d[x > 0] = 1
    return d


def prelu(x, alpha):
    y = x.copy()
    below = x < 0
    y[below] *= np.broadcast_to(alpha, x.shape)[below]
    return y


def prelu_gradients(x, alpha, upstream):
    above = x > 0
    of_x = upstream * alpha
    of_x[above] = upstream[above]
    of_alpha = upstream * x
    of_alpha[above] = 0
    while of_alpha.ndim > alpha.ndim:
        of_alpha = of_alpha.sum(axis=0)
    for axis, size in enumerate(alpha.shape):
        if size == 1:
            of_alpha = of_alpha.sum(axis=axis, keepdims=True)
    return of_x, of_alpha


def rrelu_slopes(x, rng, lower=1 / 8, upper=1 / 3, training=False):
    if lower > upper:
        raise ValueError(f"{lower} > {upper}")
    slopes = np.ones_like(x)
    below = x <= 0
    count = np.count_nonzero(below)
    if training:
        slopes[below] = lower + (upper - lower) * rng.random(count)
    else:
        slopes[below] = lower + (upper - lower) / 2
    return slopes


def elu(x, alpha=1.0):
    y = x.copy()
    y[x < 0] = alpha * np.expm1(x[x < 0])
    return y


def elu_derivative(x, alpha=1.0):
    d = np.ones_like(x)
    d[x <= 0] = alpha * np.exp(x[x <= 0])
    return d


def selu_constants(variance=1.0):
    if variance <= 0:
        raise ValueError("variance")
    s = math.sqrt(variance)
    phi = [0.5 * math.erfc(k * s / math.sqrt(2)) for k in (0, 1, 2)]
    e1, e2 = math.exp(s * s / 2) * phi[1], math.exp(2 * s * s) * phi[2]
    alpha = s / math.sqrt(2 * math.pi) / (phi[0] - e1)
    second = s * s / 2 + alpha**2 * (e2 - 2 * e1 + phi[0])
    return s / math.sqrt(second), alpha


def selu(x):
    scale, alpha = selu_constants()
    y = scale * x.copy()
    y = np.asarray(y)
    y[x < 0] = scale * alpha * np.expm1(x[x < 0])
    return y


def selu_derivative(x):
    scale, alpha = selu_constants()
    d = np.full_like(x, scale)
    d[~(x > 0)] = scale * alpha * np.exp(x[~(x > 0)])
    return d


def gelu(x):
    return (0.5 * x * (1 + erf(x / 2**0.5))).astype(x.dtype)


def gelu_derivative(x):
    bell = np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi)
    return (0.5 + 0.5 * erf(x / np.sqrt(2)) + x * bell).astype(x.dtype)


def _sigmoid(t):
    s = np.empty_like(t)
    up = t >= 0
    s[up] = 1 / (1 + np.exp(-t[up]))
    e = np.exp(t[~up])
    s[~up] = e / (1 + e)
    return s


def swish(x, beta=1.0):
    return x * _sigmoid(np.asarray(beta * x))


def swish_derivative(x, beta=1.0):
    s = _sigmoid(np.asarray(beta * x))
    return s * (1 + beta * x - beta * x * s)


def _softplus(x):
    return np.log1p(np.exp(-np.abs(x))) + np.maximum(x, 0)


def mish(x):
    return x * np.tanh(_softplus(x))


def mish_derivative(x):
    t = np.tanh(_softplus(x))
    return t + x * _sigmoid(x) * (1 - t) * (1 + t)


def dead_unit_fraction(derivatives, threshold=0.0):
    alive = np.abs(derivatives) > threshold
    if alive.size == 0:
        raise ValueError("empty")
    while alive.ndim > 1:
        alive = alive.any(axis=0)
    return 1 - np.mean(alive)
