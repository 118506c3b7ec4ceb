# Keras's own architecture, in NumPy: a general class, special cases as instances. The
# rejection sampler draws more than it needs and throws the rest away.
import math

import numpy as np


class VarianceScaling:
    def __init__(self, scale, mode, distribution):
        if scale <= 0:
            raise ValueError("scale must be positive")
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise ValueError(f"unknown mode {mode}")
        self.draw = getattr(self, f"_{distribution}", None)
        if self.draw is None:
            raise ValueError(f"unknown distribution {distribution}")
        self.scale, self.mode = scale, mode

    def __call__(self, shape, rng, dtype=np.float32):
        fan_in, fan_out = compute_fans(shape)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        return np.array(self.draw(shape, math.sqrt(self.scale / fan), rng), dtype=dtype)

    def _uniform(self, shape, std, rng):
        return (2 * rng.random(shape) - 1) * math.sqrt(3) * std

    def _untruncated_normal(self, shape, std, rng):
        return rng.normal(scale=std, size=shape)

    def _truncated_normal(self, shape, std, rng):
        return truncated_normal(shape, std, rng, np.float64)


def compute_fans(shape):
    if not all(size > 0 for size in shape):
        raise ValueError(f"bad shape {shape}")
    padded = (1, 1) if shape == () else shape * 2 if len(shape) == 1 else shape
    field = math.prod(padded) // (padded[-1] * padded[-2])
    return field * padded[-2], field * padded[-1]


def truncated_normal(shape, stddev, rng, dtype=np.float32):
    if stddev < 0:
        raise ValueError("stddev must not be negative")
    size = math.prod(shape)
    pool = np.empty(0)
    while pool.size < size:
        fresh = rng.normal(size=size + 10)
        pool = np.concatenate([pool, fresh[abs(fresh) <= 2]])
    phi = math.exp(-2) / math.sqrt(2 * math.pi)
    shrink = math.sqrt(1 - 4 * phi / (1 - math.erfc(math.sqrt(2))))
    return np.asarray(pool[:size].reshape(shape) * (stddev / shrink), dtype=dtype)


def variance_scaling(
    shape, rng, scale=1.0, mode="fan_in", distribution="truncated_normal", dtype=np.float32
):
    return VarianceScaling(scale, mode, distribution)(shape, rng, dtype)


glorot_uniform = VarianceScaling(1, "fan_avg", "uniform")
glorot_normal = VarianceScaling(1, "fan_avg", "truncated_normal")
he_uniform = VarianceScaling(2, "fan_in", "uniform")
he_normal = VarianceScaling(2, "fan_in", "truncated_normal")
lecun_uniform = VarianceScaling(1, "fan_in", "uniform")
lecun_normal = VarianceScaling(1, "fan_in", "truncated_normal")
