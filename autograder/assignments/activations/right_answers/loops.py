# One number at a time, in Python's own floats.
import functools
import math

import numpy as np


def each(x, f):
    result = np.empty_like(x)
    for index in np.ndindex(*x.shape):
        result[index] = f(float(x[index]))
    return result


def exp(t):
    return math.exp(t) if t < 700 else math.inf


def sigmoid(t):
    return 1 / (1 + exp(-t))


def softplus(t):
    return max(t, 0.0) + math.log1p(math.exp(-abs(t)))


def normal_cdf(t):
    return math.erfc(-t / math.sqrt(2)) / 2


def leaky_relu(x, alpha=0.01):
    return each(x, lambda t: t if t > 0 else alpha * t)


def leaky_relu_derivative(x, alpha=0.01):
    return each(x, lambda t: 1 if t > 0 else alpha)


def prelu(x, alpha):
    slopes = np.broadcast_to(alpha, x.shape)
    result = np.zeros(x.shape, x.dtype)
    for index in np.ndindex(*x.shape):
        result[index] = x[index] if x[index] > 0 else slopes[index] * x[index]
    return result


def prelu_gradients(x, alpha, upstream):
    slopes = np.broadcast_to(alpha, x.shape)
    # The entry of alpha that every entry of x uses, by broadcasting its number.
    numbers = np.broadcast_to(np.arange(alpha.size).reshape(alpha.shape), x.shape)
    of_x, of_alpha = np.zeros_like(x), np.zeros(alpha.size, x.dtype)
    for index in np.ndindex(*x.shape):
        if x[index] > 0:
            of_x[index] = upstream[index]
        else:
            of_x[index] = slopes[index] * upstream[index]
            of_alpha[numbers[index]] += x[index] * upstream[index]
    return of_x, of_alpha.reshape(alpha.shape)


def rrelu_slopes(x, rng, lower=1 / 8, upper=1 / 3, training=False):
    if upper < lower:
        raise ValueError("lower must not be larger than upper")
    slopes = np.ones(x.shape, x.dtype)
    for index in np.ndindex(*x.shape):
        if x[index] <= 0:
            slopes[index] = rng.uniform(lower, upper) if training else 0.5 * (lower + upper)
    return slopes


def elu(x, alpha=1.0):
    return each(x, lambda t: t if t > 0 else alpha * math.expm1(t))


def elu_derivative(x, alpha=1.0):
    return each(x, lambda t: 1.0 if t > 0 else alpha * math.exp(t))


@functools.cache
def selu_constants(variance=1.0):
    if variance <= 0:
        raise ValueError("a variance is positive")
    # Simpson's rule on each half, out to ten standard deviations.
    std, n = math.sqrt(variance), 4000
    h = 10 / n
    low = low_square = 0.0
    for i in range(n + 1):
        t = i * h
        weight = (1 if i in (0, n) else 4 if i % 2 else 2) * h / 3
        weight *= math.exp(-t * t / 2) / math.sqrt(2 * math.pi)
        low += weight * math.expm1(-std * t)
        low_square += weight * math.expm1(-std * t) ** 2
    alpha = -std / math.sqrt(2 * math.pi) / low
    return math.sqrt(variance / (variance / 2 + alpha * alpha * low_square)), alpha


def selu(x):
    scale, alpha = selu_constants()
    return each(x, lambda t: scale * t if t > 0 else scale * alpha * math.expm1(t))


def selu_derivative(x):
    scale, alpha = selu_constants()
    return each(x, lambda t: scale if t > 0 else scale * alpha * math.exp(t))


def gelu(x):
    return each(x, lambda t: t * normal_cdf(t))


def gelu_derivative(x):
    def slope(t):
        return normal_cdf(t) + t * math.exp(-t * t / 2) / math.sqrt(2 * math.pi)

    return each(x, slope)


def swish(x, beta=1.0):
    return each(x, lambda t: t * sigmoid(beta * t))


def swish_derivative(x, beta=1.0):
    def slope(t):
        s = sigmoid(beta * t)
        return s + beta * t * s * (1 - s)

    return each(x, slope)


def mish(x):
    return each(x, lambda t: t * math.tanh(softplus(t)))


def mish_derivative(x):
    def slope(t):
        gate = math.tanh(softplus(t))
        return gate + t * sigmoid(t) * (1 - gate * gate)

    return each(x, slope)


def dead_unit_fraction(derivatives, threshold=0.0):
    if 0 in derivatives.shape:
        raise ValueError("no data")
    dead = 0
    units = derivatives.shape[-1]
    for unit in range(units):
        if all(abs(d) <= threshold for d in derivatives[..., unit].ravel()):
            dead += 1
    return dead / units
