# One feature at a time, one number at a time; the way back is the paper's, step by step.
import math

import numpy as np


def batch_norm_train(x, gamma, beta, epsilon=1e-3):
    features = x.shape[-1]
    if len(gamma) != features or len(beta) != features:
        raise ValueError("one gamma and one beta for each feature")
    rows = x.reshape(x.size // features, features)
    n = len(rows)
    if n == 0:
        raise ValueError("no examples")
    y, x_hat = np.empty_like(rows), np.empty_like(rows)
    mean, variance = np.empty_like(gamma), np.empty_like(gamma)
    for j in range(features):
        column = [float(value) for value in rows[:, j]]
        mu = math.fsum(column) / n
        var = math.fsum((value - mu) ** 2 for value in column) / n
        mean[j], variance[j] = mu, var
        for i in range(n):
            normalised = (column[i] - mu) / math.sqrt(var + epsilon)
            x_hat[i, j] = normalised
            y[i, j] = float(gamma[j]) * normalised + float(beta[j])
    return y.reshape(x.shape), x_hat.reshape(x.shape), mean, variance


def update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum=0.99):
    if momentum < 0:
        raise ValueError("momentum is negative")
    if momentum > 1:
        raise ValueError("momentum is larger than 1")
    new_mean, new_variance = moving_mean.copy(), moving_variance.copy()
    for j in range(len(new_mean)):
        new_mean[j] += (1 - momentum) * (mean[j] - new_mean[j])
        new_variance[j] += (1 - momentum) * (variance[j] - new_variance[j])
    return new_mean, new_variance


def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    y = np.zeros_like(x)
    for j in range(x.shape[-1]):
        std = math.sqrt(moving_variance[j] + epsilon)
        y[..., j] = (x[..., j] - moving_mean[j]) / std * gamma[j] + beta[j]
    return y


def batch_norm_backward(upstream, x_hat, gamma, variance, epsilon=1e-3):
    features = upstream.shape[-1]
    dy = upstream.reshape(-1, features)
    normalised = x_hat.reshape(-1, features)
    n = len(dy)
    d_x = np.zeros_like(dy)
    d_gamma, d_beta = np.zeros_like(gamma), np.zeros_like(gamma)
    for j in range(features):
        std = math.sqrt(variance[j] + epsilon)
        d_x_hat = [float(gamma[j]) * float(dy[i, j]) for i in range(n)]
        centred = [float(normalised[i, j]) * std for i in range(n)]
        d_variance = sum(-0.5 * d * c / std**3 for d, c in zip(d_x_hat, centred, strict=True))
        d_mean = sum(-d / std for d in d_x_hat) + d_variance * sum(-2 * c for c in centred) / n
        for i in range(n):
            d_x[i, j] = d_x_hat[i] / std + d_variance * 2 * centred[i] / n + d_mean / n
        d_gamma[j] = sum(float(dy[i, j]) * float(normalised[i, j]) for i in range(n))
        d_beta[j] = sum(float(dy[i, j]) for i in range(n))
    return d_x.reshape(upstream.shape), d_gamma, d_beta


def fold_into_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    new_kernel, new_bias = np.empty_like(kernel), np.empty_like(beta)
    for j in range(kernel.shape[-1]):
        scale = gamma[j] / math.sqrt(moving_variance[j] + epsilon)
        new_kernel[..., j] = kernel[..., j] * scale
        old = 0.0 if bias is None else bias[j]
        new_bias[j] = (old - moving_mean[j]) * scale + beta[j]
    return new_kernel, new_bias


def fold_into_next_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    inputs, outputs = kernel.shape
    new_kernel = np.empty_like(kernel)
    new_bias = np.zeros(outputs, kernel.dtype) if bias is None else bias.copy()
    for i in range(inputs):
        scale = gamma[i] / math.sqrt(moving_variance[i] + epsilon)
        for j in range(outputs):
            new_kernel[i, j] = scale * kernel[i, j]
            new_bias[j] += (beta[i] - scale * moving_mean[i]) * kernel[i, j]
    return new_kernel, new_bias


class BatchNormalisation:
    def __init__(self, size, momentum=0.99, epsilon=1e-3, dtype=np.float32):
        self.momentum, self.epsilon = momentum, epsilon
        self.gamma = np.ones(size, dtype=dtype)
        self.beta = np.zeros(size, dtype=dtype)
        self.moving_mean = np.zeros(size, dtype=dtype)
        self.moving_variance = np.ones(size, dtype=dtype)
        self.trained = False

    def __call__(self, x, training=False):
        if training:
            y, self.x_hat, mean, self.variance = batch_norm_train(
                x, self.gamma, self.beta, self.epsilon
            )
            self.moving_mean, self.moving_variance = update_moving_statistics(
                self.moving_mean, self.moving_variance, mean, self.variance, self.momentum
            )
            self.trained = True
            return y
        return batch_norm_inference(
            x, self.gamma, self.beta, self.moving_mean, self.moving_variance, self.epsilon
        )

    def backward(self, upstream):
        if not self.trained:
            raise RuntimeError("nothing to go back through yet")
        return batch_norm_backward(upstream, self.x_hat, self.gamma, self.variance, self.epsilon)

    def get_weights(self):
        return [
            self.gamma.copy(),
            self.beta.copy(),
            self.moving_mean.copy(),
            self.moving_variance.copy(),
        ]

    def set_weights(self, weights):
        if len(weights) != 4:
            raise ValueError(f"4 vectors, not {len(weights)}")
        for vector in weights:
            if vector.shape != self.gamma.shape:
                raise ValueError(f"a vector of shape {vector.shape}")
        self.gamma = weights[0].copy()
        self.beta = weights[1].copy()
        self.moving_mean = weights[2].copy()
        self.moving_variance = weights[3].copy()
