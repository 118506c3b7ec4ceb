# The same functions by other formulas, in the dtype that came in.
import math
from itertools import pairwise

import numpy as np

erfc = np.vectorize(math.erfc, otypes=[np.float64])

EDGES = np.linspace(-30, 0, 16)
ONE_PIECE = np.polynomial.legendre.leggauss(24)
NODES = np.concatenate([(b - a) / 2 * ONE_PIECE[0] + (a + b) / 2 for a, b in pairwise(EDGES)])
WEIGHTS = np.concatenate([(b - a) / 2 * ONE_PIECE[1] for a, b in pairwise(EDGES)])


def leaky_relu(x, alpha=0.01):
    return (1 + alpha) / 2 * x + (1 - alpha) / 2 * np.abs(x)


def leaky_relu_derivative(x, alpha=0.01):
    return alpha + (1 - alpha) * np.heaviside(x, 0)


def prelu(x, alpha):
    return x + (alpha - 1) * np.minimum(x, 0)


def prelu_gradients(x, alpha, upstream):
    positive = (x > 0).astype(x.dtype)
    of_x = upstream * (positive + (1 - positive) * alpha)
    terms = upstream * x * (1 - positive)
    padded = (1,) * (x.ndim - alpha.ndim) + alpha.shape
    axes = [a for a, size in enumerate(padded) if size == 1]
    # Shared axes first, flattened, and summed by a product with ones.
    rest = [a for a in range(x.ndim) if a not in axes]
    rows = math.prod(x.shape[a] for a in axes)
    columns = math.prod(x.shape[a] for a in rest)
    table = terms.transpose(axes + rest).reshape(rows, columns)
    return of_x, (np.ones(rows, x.dtype) @ table).reshape(alpha.shape)


def rrelu_slopes(x, rng, lower=1 / 8, upper=1 / 3, training=False):
    middle, half = (lower + upper) / 2, (upper - lower) / 2
    if half < 0:
        raise ValueError("half the width is negative")
    noise = np.zeros(x.shape, np.float32)
    if training:
        noise = 2 * rng.random(x.shape, dtype=np.float32) - 1
    positive = np.heaviside(x, 0)
    return np.asarray(positive + (1 - positive) * (middle + half * noise), dtype=x.dtype)


def elu(x, alpha=1.0):
    # exp(x) - 1 by the hyperbolic tangent of half the argument.
    t = np.tanh(np.minimum(x, 0) / 2)
    return np.maximum(x, 0) + alpha * 2 * t / (1 - t)


def elu_derivative(x, alpha=1.0):
    # From the output, as the paper has it: below 0 it is f(x) + alpha.
    return np.where(x > 0, np.ones_like(x), elu(np.minimum(x, 0), alpha) + alpha)


def selu_constants(variance=1.0):
    if variance <= 0:
        raise ValueError("a variance must be positive")
    # Gauss-Legendre on pieces of the negative half; Newton's method for both equations.
    z, w = NODES, WEIGHTS
    w = w * np.exp(-(z**2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    m, q = w @ np.expm1(z), w @ np.expm1(z) ** 2
    scale, alpha = 1.0, 1.5
    for _ in range(12):
        a = np.sqrt(variance / (2 * np.pi)) + alpha * m
        b = variance / 2 + alpha**2 * q
        residual = np.array([scale * a, scale**2 * b - variance])
        jacobian = np.array([[a, scale * m], [2 * scale * b, 2 * scale**2 * alpha * q]])
        step = np.linalg.solve(jacobian, residual)
        scale, alpha = scale - step[0], alpha - step[1]
    return scale, alpha


def selu(x):
    scale, alpha = map(float, selu_constants())
    positive = np.maximum(x, 0)
    return scale * (positive + alpha * np.expm1(x - positive))


def selu_derivative(x):
    scale, alpha = map(float, selu_constants())
    return np.where(x > 0, x * 0 + scale, selu(np.minimum(x, 0)) + scale * alpha)


def gelu(x):
    return np.asarray(x / 2 * erfc(-x / math.sqrt(2)), dtype=x.dtype)


def gelu_derivative(x):
    cdf = 1 - erfc(x / math.sqrt(2)) / 2
    return np.asarray(cdf + np.exp(-(x**2) / 2) * x * math.sqrt(0.5 / math.pi), dtype=x.dtype)


def swish(x, beta=1.0):
    return x / 2 * (1 + np.tanh(beta * x / 2))


def swish_derivative(x, beta=1.0):
    # The paper's short form.
    f = swish(x, beta)
    return beta * f + (1 + np.tanh(beta * x / 2)) / 2 * (1 - beta * f)


def mish(x):
    # tanh(softplus(x)) is a quotient of polynomials in exp(-|x|).
    e = np.exp(-np.abs(x))
    gate = np.where(x > 0, (1 + 2 * e) / (1 + 2 * e + 2 * e * e), e * (e + 2) / (e * (e + 2) + 2))
    return x * gate


def mish_derivative(x):
    # The paper's quotient, divided by the largest power where that is the large one.
    e = np.exp(-np.abs(x))
    omega = np.where(
        x > 0,
        4 * (x + 1) * e**3 + 4 * e + 1 + e**2 * (4 * x + 6),
        4 * (x + 1) + 4 * e**2 + e**3 + e * (4 * x + 6),
    )
    delta = np.where(x > 0, 2 * e + 1 + 2 * e**2, 2 * e + e**2 + 2)
    return np.where(x > 0, 1, e) * omega / delta**2


def dead_unit_fraction(derivatives, threshold=0.0):
    columns = np.moveaxis(derivatives, -1, 0)
    if columns.size == 0:
        raise ValueError("empty")
    shares = [np.all((-threshold <= unit) & (unit <= threshold)) for unit in columns]
    return sum(map(float, shares)) / len(shares)
