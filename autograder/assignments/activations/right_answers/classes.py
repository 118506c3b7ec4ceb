# Each activation an object that knows its function and its derivative, and remembers its input.
import math

import numpy as np


class Activation:
    def __call__(self, x):
        self.x = x.copy()
        return self.value(x).astype(x.dtype)

    def derivative(self, x):
        self(x)
        return self.slope(self.x).astype(x.dtype)


class Elu(Activation):
    def __init__(self, alpha=1.0, scale=1.0):
        self.alpha, self.scale = alpha, scale

    def value(self, x):
        below = np.minimum(x, 0.0)
        return self.scale * np.where(x > 0, x, self.alpha * np.expm1(below))

    def slope(self, x):
        below = np.exp(np.minimum(x, 0.0))
        return self.scale * np.where(x > 0, 1.0, self.alpha * below)


class Leaky(Activation):
    def __init__(self, alpha):
        self.alpha = alpha

    def value(self, x):
        return self.slope(x) * x

    def slope(self, x):
        return np.where(x > 0, 1.0, self.alpha)


class Gated(Activation):
    def value(self, x):
        return x * self.gate(x)

    def slope(self, x):
        return self.gate(x) + x * self.gate_slope(x)


class Swish(Gated):
    def __init__(self, beta=1.0):
        self.beta = beta

    def gate(self, x):
        with np.errstate(over="ignore"):
            return 1 / (1 + np.exp(-self.beta * x))

    def gate_slope(self, x):
        return self.beta * self.gate(x) * (1 - self.gate(x))


class Gelu(Gated):
    def gate(self, x):
        flat = [math.erf(t / math.sqrt(2)) for t in x.ravel().tolist()]
        return (1 + np.array(flat, dtype=float).reshape(x.shape)) / 2

    def gate_slope(self, x):
        return np.exp(-np.square(x) / 2) / math.sqrt(2 * math.pi)


class Mish(Gated):
    def gate(self, x):
        return np.tanh(np.logaddexp(np.zeros_like(x), x))

    def gate_slope(self, x):
        return Swish().gate(x) * (1 - np.square(self.gate(x)))


def leaky_relu(x, alpha=0.01):
    return Leaky(alpha)(x)


def leaky_relu_derivative(x, alpha=0.01):
    return Leaky(alpha).derivative(x)


def prelu(x, alpha):
    return Leaky(alpha)(x)


def prelu_gradients(x, alpha, upstream):
    terms = upstream * np.where(x > 0, 0, x)
    total = np.zeros(alpha.shape, x.dtype)
    # Adding to a broadcast view adds to what it is a view of, entry by entry.
    numbers = np.broadcast_to(np.arange(alpha.size).reshape(alpha.shape), x.shape)
    np.add.at(total.reshape(-1), numbers.ravel(), terms.ravel())
    return upstream * Leaky(alpha).derivative(x), total


def rrelu_slopes(x, rng, lower=1 / 8, upper=1 / 3, training=False):
    if not lower <= upper:
        raise ValueError("bounds")
    drawn = rng.beta(1, 1, x.shape) if training else 0.5
    return Leaky(lower + drawn * (upper - lower)).derivative(x)


def elu(x, alpha=1.0):
    return Elu(alpha)(x)


def elu_derivative(x, alpha=1.0):
    return Elu(alpha).derivative(x)


def selu_constants(variance=1.0):
    if not variance > 0:
        raise ValueError("variance")
    e = math.exp(variance / 2)
    r = math.sqrt(variance)
    one, two = math.erfc(r / math.sqrt(2)), math.erfc(r * math.sqrt(2))
    alpha = -math.sqrt(2 / math.pi) * r / (one * e - 1)
    bracket = alpha**2 * (two * e**4 - 2 * one * e + 1) + variance
    return math.sqrt(2 * variance / bracket), alpha


def selu(x):
    scale, alpha = selu_constants()
    return Elu(alpha, scale)(x)


def selu_derivative(x):
    scale, alpha = selu_constants()
    return Elu(alpha, scale).derivative(x)


def gelu(x):
    return Gelu()(x)


def gelu_derivative(x):
    return Gelu().derivative(x)


def swish(x, beta=1.0):
    return Swish(beta)(x)


def swish_derivative(x, beta=1.0):
    return Swish(beta).derivative(x)


def mish(x):
    return Mish()(x)


def mish_derivative(x):
    return Mish().derivative(x)


def dead_unit_fraction(derivatives, threshold=0.0):
    if not derivatives.size:
        raise ValueError("no derivatives")
    seen = set()
    for *_, unit in np.argwhere(np.abs(derivatives) > threshold):
        seen.add(int(unit))
    return np.float64(1 - len(seen) / derivatives.shape[-1])
