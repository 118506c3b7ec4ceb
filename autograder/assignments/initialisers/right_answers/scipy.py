# SciPy knows the truncated normal; NumPy's products and scalars everywhere.
import functools

import numpy as np
from scipy import stats

TRUNCATED = stats.truncnorm(-2, 2)
LEFT = TRUNCATED.std()


def compute_fans(shape):
    sizes = np.array(shape, dtype=np.int64)
    if (sizes <= 0).any():
        raise ValueError("sizes must be positive")
    if sizes.size < 2:
        only = sizes[0] if sizes.size else np.int64(1)
        return only, only
    field = np.prod(sizes[:-2], dtype=np.int64)
    return field * sizes[-2], field * sizes[-1]


def truncated_normal(shape, stddev, rng, dtype=np.float32):
    if stddev < 0:
        raise ValueError("stddev")
    return (stddev / LEFT * TRUNCATED.rvs(size=shape, random_state=rng)).astype(dtype)


def variance_scaling(
    shape, rng, scale=1.0, mode="fan_in", distribution="truncated_normal", dtype=np.float32
):
    if scale <= 0:
        raise ValueError("scale")
    fans = dict(zip(("fan_in", "fan_out"), compute_fans(shape), strict=True))
    fans["fan_avg"] = np.mean([*fans.values()])
    if mode not in fans:
        raise ValueError("mode")
    std = np.sqrt(scale / fans[mode])
    if distribution == "truncated_normal":
        return truncated_normal(shape, std, rng, dtype)
    laws = {
        "untruncated_normal": stats.norm(scale=std),
        "uniform": stats.uniform(-np.sqrt(3) * std, 2 * np.sqrt(3) * std),
    }
    if distribution not in laws:
        raise ValueError("distribution")
    return laws[distribution].rvs(size=shape, random_state=rng).astype(dtype)


def _scheme(scale, mode, distribution, shape, rng, dtype=np.float32):
    return variance_scaling(shape, rng, scale, mode, distribution, dtype)


glorot_uniform = functools.partial(_scheme, 1, "fan_avg", "uniform")
glorot_normal = functools.partial(_scheme, 1, "fan_avg", "truncated_normal")
he_uniform = functools.partial(_scheme, 2, "fan_in", "uniform")
he_normal = functools.partial(_scheme, 2, "fan_in", "truncated_normal")
lecun_uniform = functools.partial(_scheme, 1, "fan_in", "uniform")
lecun_normal = functools.partial(_scheme, 1, "fan_in", "truncated_normal")
