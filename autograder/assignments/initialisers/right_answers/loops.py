# One number at a time, no helper functions shared.
import numpy as np


def compute_fans(shape):
    for size in shape:
        if size < 1:
            raise ValueError(f"{size} is not a size")
    if len(shape) == 0:
        return (1, 1)
    if len(shape) == 1:
        return (shape[0], shape[0])
    fan_in, fan_out = shape[-2], shape[-1]
    for size in shape[:-2]:
        fan_in *= size
        fan_out *= size
    return (fan_in, fan_out)


def truncated_normal(shape, stddev, rng, dtype=np.float32):
    if stddev < 0:
        raise ValueError("negative")
    # The variance that is left, by adding up thin slices.
    edges = np.linspace(-2, 2, 20001)
    middles = (edges[1:] + edges[:-1]) / 2
    weights = np.exp(-(middles**2) / 2)
    left = np.sqrt(np.sum(weights * middles**2) / np.sum(weights))
    values = np.empty(int(np.prod(shape)))
    draw = rng.standard_normal
    for i in range(len(values)):
        value = draw()
        while value > 2 or value < -2:
            value = draw()
        values[i] = value
    return (values.reshape(shape) * stddev / left).astype(dtype)


def variance_scaling(
    shape, rng, scale=1.0, mode="fan_in", distribution="truncated_normal", dtype=np.float32
):
    if not scale > 0:
        raise ValueError("scale")
    fan_in, fan_out = compute_fans(shape)
    if mode == "fan_in":
        n = fan_in
    elif mode == "fan_out":
        n = fan_out
    elif mode == "fan_avg":
        n = 0.5 * (fan_in + fan_out)
    else:
        raise ValueError("mode")
    variance = scale / n
    if distribution == "truncated_normal":
        return truncated_normal(shape, variance**0.5, rng, dtype)
    weights = np.zeros(shape, dtype)
    if distribution == "untruncated_normal":
        for index in np.ndindex(*shape):
            weights[index] = rng.normal(0.0, variance**0.5)
    elif distribution == "uniform":
        limit = (3 * variance) ** 0.5
        for index in np.ndindex(*shape):
            weights[index] = rng.uniform(-limit, limit)
    else:
        raise ValueError("distribution")
    return weights


def glorot_uniform(shape, rng, dtype=np.float32):
    fan_in, fan_out = compute_fans(shape)
    limit = np.sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-limit, limit, shape).astype(dtype)


def glorot_normal(shape, rng, dtype=np.float32):
    fan_in, fan_out = compute_fans(shape)
    return truncated_normal(shape, np.sqrt(2 / (fan_in + fan_out)), rng, dtype)


def he_uniform(shape, rng, dtype=np.float32):
    limit = np.sqrt(6 / compute_fans(shape)[0])
    return rng.uniform(-limit, limit, shape).astype(dtype)


def he_normal(shape, rng, dtype=np.float32):
    return truncated_normal(shape, np.sqrt(2 / compute_fans(shape)[0]), rng, dtype)


def lecun_uniform(shape, rng, dtype=np.float32):
    limit = np.sqrt(3 / compute_fans(shape)[0])
    return rng.uniform(-limit, limit, shape).astype(dtype)


def lecun_normal(shape, rng, dtype=np.float32):
    return truncated_normal(shape, np.sqrt(1 / compute_fans(shape)[0]), rng, dtype)
