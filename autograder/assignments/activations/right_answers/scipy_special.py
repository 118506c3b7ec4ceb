# SciPy's special functions, quadrature and a root finder; everything in double precision inside.
import functools

import numpy as np
from scipy import integrate, optimize, special, stats


def in_double(f):
    @functools.wraps(f)
    def wrapped(x, *args, **kwargs):
        result = f(np.asarray(x, dtype=np.float64), *args, **kwargs)
        return np.asarray(result, dtype=x.dtype)

    return wrapped


@in_double
def leaky_relu(x, alpha=0.01):
    return np.select([x > 0], [x], alpha * x)


@in_double
def leaky_relu_derivative(x, alpha=0.01):
    return np.select([x > 0], [1.0], alpha)


@in_double
def prelu(x, alpha):
    return np.where(x < 0, alpha * x, x)


def prelu_gradients(x, alpha, upstream):
    slopes = np.where(x > 0, np.float64(1), np.float64(1) * alpha)
    below = np.where(x < 0, x.astype(float), 0) * upstream
    # The transpose of broadcasting, as einsum sees it.
    letters = "abcdefgh"[: x.ndim]
    padded = (1,) * (x.ndim - alpha.ndim) + alpha.shape
    kept = "".join(c for c, size in zip(letters, padded, strict=True) if size != 1)
    total = np.einsum(f"{letters}->{kept}", below)
    dtype = x.dtype
    return (upstream * slopes).astype(dtype), np.reshape(total, alpha.shape).astype(dtype)


def rrelu_slopes(x, rng, lower=1 / 8, upper=1 / 3, training=False):
    if lower > upper:
        raise ValueError("bounds")
    below = (lower + upper) / 2
    if training:
        below = stats.uniform.rvs(lower, upper - lower, size=x.shape, random_state=rng)
    return np.where(x > 0, 1, below).astype(x.dtype)


@in_double
def elu(x, alpha=1.0):
    return np.where(x > 0, x, alpha * special.expm1(np.minimum(x, 0)))


@in_double
def elu_derivative(x, alpha=1.0):
    return np.where(x > 0, 1, alpha * np.exp(np.clip(x, None, 0)))


@functools.cache
def selu_constants(variance=1.0):
    if variance <= 0:
        raise ValueError("variance must be positive")
    std = np.sqrt(variance)

    def expectation(f):
        def integrand(z):
            return f(std * z) * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)

        options = {"epsabs": 1e-14, "epsrel": 1e-13}
        halves = ((-30, -4), (-4, 0), (0, 4), (4, 30))
        return sum(integrate.quad(integrand, low, high, **options)[0] for low, high in halves)

    def mean(alpha):
        return expectation(lambda z: z if z > 0 else alpha * np.expm1(z))

    alpha = optimize.brentq(mean, 0.5, 10, xtol=1e-15, rtol=1e-14)
    square = expectation(lambda z: (z if z > 0 else alpha * np.expm1(z)) ** 2)
    return np.sqrt(variance / square), alpha


@in_double
def selu(x):
    scale, alpha = selu_constants()
    return scale * elu(x, alpha)


@in_double
def selu_derivative(x):
    scale, alpha = selu_constants()
    return np.piecewise(x, [x > 0], [scale, lambda below: scale * alpha * np.exp(below)])


@in_double
def gelu(x):
    return x * special.ndtr(x)


@in_double
def gelu_derivative(x):
    return stats.norm.cdf(x) + x * stats.norm.pdf(x)


@in_double
def swish(x, beta=1.0):
    return x * special.expit(beta * x)


@in_double
def swish_derivative(x, beta=1.0):
    s = special.expit(beta * x)
    return s + beta * x * s * special.expit(-beta * x)


@in_double
def mish(x):
    return x * np.tanh(np.logaddexp(x, 0))


@in_double
def mish_derivative(x):
    softplus = -special.log_expit(-x)
    return np.tanh(softplus) + x * special.expit(x) / np.cosh(np.minimum(softplus, 300)) ** 2


def dead_unit_fraction(derivatives, threshold=0.0):
    if not np.size(derivatives):
        raise ValueError("nothing there")
    largest = np.max(np.abs(derivatives), axis=tuple(range(derivatives.ndim - 1)))
    return np.count_nonzero(largest <= threshold) / largest.size
