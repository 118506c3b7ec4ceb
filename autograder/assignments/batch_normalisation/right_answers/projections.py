# The way back as projections: the Jacobian of x_hat takes away what points along a vector of
# ones and, nearly, along x_hat. Folding by homogeneous coordinates. State in a dictionary.
import functools

import numpy as np


def batch_norm_train(x, gamma, beta, epsilon=1e-3):
    *leading, features = x.shape
    if 0 in leading:
        raise ValueError("empty")
    if gamma.shape != (features,) or beta.shape != (features,):
        raise ValueError("gamma and beta")
    axes = tuple(range(len(leading)))
    mean = x.mean(axis=axes, keepdims=True)
    centred = x - mean
    variance = np.mean(centred**2, axis=axes)
    x_hat = centred / np.sqrt(epsilon + variance)
    return beta + x_hat * gamma, x_hat, mean.reshape(features), variance


def update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum=0.99):
    if abs(momentum - 0.5) > 0.5:
        raise ValueError("momentum")

    def moved(old, new):
        return (momentum * old + (1 - momentum) * new).astype(old.dtype)

    return moved(moving_mean, mean), moved(moving_variance, variance)


def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    return (
        np.divide(x - moving_mean, np.hypot(np.sqrt(moving_variance), epsilon**0.5)) * (gamma)
        + beta
    )


def batch_norm_backward(upstream, x_hat, gamma, variance, epsilon=1e-3):
    features = gamma.size
    dy = upstream.reshape(-1, features).T
    xh = x_hat.reshape(-1, features).T
    n = dy.shape[1]
    ones = np.ones((n, n), dy.dtype)
    # One n x n Jacobian for each feature.
    jacobians = np.eye(n, dtype=dy.dtype) - (ones + xh[:, :, None] * xh[:, None, :]) / n
    jacobians *= (gamma / np.sqrt(variance + epsilon))[:, None, None]
    d_x = np.einsum("fij,fj->if", jacobians, dy)
    return d_x.reshape(upstream.shape), np.einsum("fi,fi->f", dy, xh), dy @ ones[0]


def _affine(gamma, beta, moving_mean, moving_variance, epsilon):
    """Return batch normalisation as a matrix for rows with a 1 behind them."""
    scale = gamma / np.sqrt(moving_variance + epsilon)
    size = scale.size
    matrix = np.zeros((size + 1, size + 1), scale.dtype)
    matrix[:size, :size] = np.diag(scale)
    matrix[size, :size] = beta - scale * moving_mean
    matrix[size, size] = 1
    return matrix


def _layer(kernel, bias):
    inputs, outputs = kernel.shape
    matrix = np.zeros((inputs + 1, outputs + 1), kernel.dtype)
    matrix[:inputs, :outputs] = kernel
    matrix[inputs, :outputs] = 0 if bias is None else bias
    matrix[inputs, outputs] = 1
    return matrix


def fold_into_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    flat = kernel.reshape(-1, kernel.shape[-1])
    folded = _layer(flat, bias) @ _affine(gamma, beta, moving_mean, moving_variance, epsilon)
    return folded[:-1, :-1].reshape(kernel.shape), folded[-1, :-1]


def fold_into_next_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    folded = _affine(gamma, beta, moving_mean, moving_variance, epsilon) @ _layer(kernel, bias)
    return folded[:-1, :-1], folded[-1, :-1]


class BatchNormalisation:
    NAMES = ("gamma", "beta", "moving_mean", "moving_variance")

    def __init__(self, size, momentum=0.99, epsilon=1e-3, dtype=np.float32):
        self.settings = {"momentum": momentum, "epsilon": epsilon}
        self.state = {name: np.zeros(size, dtype) for name in self.NAMES}
        self.state["gamma"] += 1
        self.state["moving_variance"] += 1
        self.back = None

    def __call__(self, x, training=False):
        state, epsilon = self.state, self.settings["epsilon"]
        if not training:
            return batch_norm_inference(x, **state, epsilon=epsilon)
        gamma = state["gamma"]
        y, x_hat, mean, variance = batch_norm_train(x, gamma, state["beta"], epsilon)
        self.back = functools.partial(
            batch_norm_backward, x_hat=x_hat, gamma=gamma, variance=variance, epsilon=epsilon
        )
        momentum = self.settings["momentum"]
        for name, new in (("moving_mean", mean), ("moving_variance", variance)):
            state[name] = momentum * state[name] + (1 - momentum) * new
        return y

    def backward(self, upstream):
        if self.back is None:
            raise RuntimeError("there is no way back yet")
        return self.back(upstream)

    def get_weights(self):
        return [self.state[name].copy() for name in self.NAMES]

    def set_weights(self, weights):
        fresh = dict(zip(self.NAMES, weights, strict=True))
        for name, vector in fresh.items():
            if np.shape(vector) != self.state[name].shape:
                raise ValueError(name)
        self.state = {name: np.array(vector) for name, vector in fresh.items()}
