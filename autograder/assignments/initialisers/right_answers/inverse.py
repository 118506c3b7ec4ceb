# The inverse of the distribution function, in single precision, and recursion.
from statistics import NormalDist

import numpy as np
from scipy.special import ndtri

Z = NormalDist()


def compute_fans(shape):
    if shape and min(shape) <= 0:
        raise ValueError("sizes must be positive")
    if len(shape) > 2:
        fan_in, fan_out = compute_fans(shape[1:])
        return shape[0] * fan_in, shape[0] * fan_out
    return ((1, 1), shape * 2, shape)[len(shape)]


def truncated_normal(shape, stddev, rng, dtype=np.float32):
    if stddev < 0:
        raise ValueError("stddev")
    low, high = Z.cdf(-2), Z.cdf(2)
    width = stddev * (1 - 4 * Z.pdf(2) / (high - low)) ** -0.5
    u = rng.random(shape, dtype=np.float32)
    return (width * ndtri(low + (high - low) * u.astype(np.float64))).astype(dtype)


def variance_scaling(
    shape, rng, scale=1.0, mode="fan_in", distribution="truncated_normal", dtype=np.float32
):
    ins, outs = compute_fans(shape)
    match mode:
        case "fan_in":
            n = ins
        case "fan_out":
            n = outs
        case "fan_avg":
            n = (ins + outs) / 2
        case _:
            raise ValueError(f"no mode {mode}")
    if scale <= 0:
        raise ValueError("scale")
    sigma = (scale / n) ** 0.5
    match distribution:
        case "truncated_normal":
            return truncated_normal(shape, sigma, rng, dtype)
        case "untruncated_normal":
            weights = rng.standard_normal(shape, dtype=np.float32)
            weights *= sigma
        case "uniform":
            weights = rng.random(shape, dtype=np.float32)
            weights -= 0.5
            weights *= 12**0.5 * sigma
        case _:
            raise ValueError(f"no distribution {distribution}")
    return weights.astype(dtype)


def glorot_uniform(shape, rng, dtype=np.float32):
    return variance_scaling(shape, rng, mode="fan_avg", distribution="uniform", dtype=dtype)


def glorot_normal(shape, rng, dtype=np.float32):
    return variance_scaling(shape, rng, mode="fan_avg", dtype=dtype)


def he_uniform(shape, rng, dtype=np.float32):
    return variance_scaling(shape, rng, scale=2, distribution="uniform", dtype=dtype)


def he_normal(shape, rng, dtype=np.float32):
    return variance_scaling(shape, rng, scale=2, dtype=dtype)


def lecun_uniform(shape, rng, dtype=np.float32):
    return variance_scaling(shape, rng, distribution="uniform", dtype=dtype)


def lecun_normal(shape, rng, dtype=np.float32):
    return variance_scaling(shape, rng, dtype=dtype)
