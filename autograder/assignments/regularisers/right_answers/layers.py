# Objects that remember: a penalty with its factors, a dropout layer with its mask. Random numbers
# and some of the sums in single precision.
import numpy as np


class Penalty:
    def __init__(self, **factors):
        for name, factor in factors.items():
            if factor < 0:
                raise ValueError(f"{name} is negative: {factor}")
        self.factors = factors

    def __call__(self, weights):
        l1, l2 = self.factors.get("l1", 0), self.factors.get("l2", 0)
        sizes = np.absolute(weights)
        penalty = l1 * sizes.sum(dtype=float) + l2 * np.square(weights, dtype=float).sum()
        slope = np.multiply(np.sign(weights), l1) + np.multiply(weights, 2 * l2)
        return float(penalty), np.array(slope, dtype=weights.dtype)


class Noise:
    def __init__(self, rate, rng):
        if not 0 <= rate < 1:
            raise ValueError(f"not a rate: {rate}")
        self.rate, self.rng, self.mask = rate, rng, None

    def decide(self, shape, training):
        if training:
            # 2**24 different numbers are enough for a decision.
            self.mask = self.rng.random(size=shape, dtype=np.float32) >= self.rate
        else:
            self.mask = np.ones(shape, dtype=np.bool_)
        self.mask = np.asarray(self.mask)
        return self.mask


def l1_regulariser(weights, factor=0.01):
    return Penalty(l1=factor)(weights)


def l2_regulariser(weights, factor=0.01):
    return Penalty(l2=factor)(weights)


def elastic_net(weights, l1=0.01, l2=0.01):
    return Penalty(l1=l1, l2=l2)(weights)


def dropout(x, rate, rng, training=True):
    noise = Noise(rate, rng)
    mask = noise.decide(x.shape, training)
    output = np.array(x)
    output[~mask] = 0
    if training:
        output /= 1 - rate
    return output, noise.mask


def dropout_backward(gradient, mask, rate, training=True):
    result = np.array(gradient)
    if training:
        result[np.logical_not(mask)] = 0
        result /= 1 - rate
    return result


def alpha_dropout(x, rate, rng, training=True):
    noise = Noise(rate, rng)
    mask = noise.decide(x.shape, training)
    output = np.array(x)
    if training:
        low, keep = -SELU_LAMBDA * SELU_ALPHA, 1 - rate  # noqa: F821 - from the first cell
        output[~mask] = low
        variance = keep + keep * rate * low**2
        output -= rate * low
        output /= variance**0.5
    return output


class Opinions:
    def __init__(self, probabilities):
        if probabilities.ndim != 3:
            raise ValueError("not three-dimensional")
        if probabilities.shape[0] == 0:
            raise ValueError("no samples")
        self.all, self.dtype = probabilities.astype(np.longdouble), probabilities.dtype

    def summary(self):
        mean = self.all.mean(axis=0)
        std = ((self.all - mean) ** 2).mean(axis=0) ** 0.5
        total, each = self.entropy(mean), self.entropy(self.all)
        parts = (mean, std, total, (total - each).mean(axis=0))
        return tuple(part.astype(self.dtype) for part in parts)

    @staticmethod
    def entropy(p):
        logarithms = np.log(p, out=np.zeros_like(p), where=p > 0)
        return -(p * logarithms).sum(axis=-1)


def mc_prediction(probabilities):
    return Opinions(probabilities).summary()


def max_norm(weights, max_value=2.0, axis=0):
    if max_value <= 0:
        raise ValueError("a limit must be positive")
    norms = np.sum(weights**2, axis=axis, keepdims=True) ** 0.5
    limited = np.minimum(norms, max_value)
    return np.where(norms > max_value, weights * limited / np.where(norms > 0, norms, 1), weights)


def prune(weights, sparsity):
    if not 0 <= sparsity <= 1:
        raise ValueError("a share is between 0 and 1")
    queue = sorted((abs(float(w)), place) for place, w in enumerate(weights.flat))
    mask = np.ones(weights.size, dtype=bool)
    for _, place in queue[: round(sparsity * weights.size)]:
        mask[place] = False
    mask = mask.reshape(weights.shape)
    pruned = np.array(weights)
    pruned[~mask] = 0
    return pruned, mask
