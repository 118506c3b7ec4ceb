# Everything flattened to a matrix first; the paper's six equations with whole arrays; the
# fold as a product with a diagonal matrix.
import numpy as np


def batch_norm_train(x, gamma, beta, epsilon=1e-3):
    if not x.size:
        raise ValueError("the batch is empty")
    if {gamma.shape, beta.shape} != {(x.shape[-1],)}:
        raise ValueError("shapes")
    flat = x.reshape(-1, x.shape[-1])
    mean, variance = np.mean(flat, axis=0), np.var(flat, axis=0)
    x_hat = (flat - mean) * (variance + epsilon) ** -0.5
    y = x_hat * gamma + beta
    return y.reshape(x.shape), x_hat.reshape(x.shape), mean, variance


def update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum=0.99):
    if np.clip(momentum, 0, 1) != momentum:
        raise ValueError(momentum)
    old, new = np.stack([moving_mean, moving_variance]), np.stack([mean, variance])
    return tuple(old - (old - new) * (1 - momentum))


def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    scale = gamma / (moving_variance + epsilon) ** 0.5
    return x * scale + (beta - moving_mean * scale)


def batch_norm_backward(upstream, x_hat, gamma, variance, epsilon=1e-3):
    d = upstream.shape[-1]
    dy, xh = upstream.reshape(-1, d), x_hat.reshape(-1, d)
    n = dy.shape[0]
    std = np.sqrt(variance + epsilon)
    centred = xh * std
    d_x_hat = dy * gamma
    d_variance = np.sum(d_x_hat * centred, axis=0) * -0.5 / std**3
    d_mean = -np.sum(d_x_hat, axis=0) / std - 2 * d_variance * np.mean(centred, axis=0)
    d_x = d_x_hat / std + d_variance * 2 * centred / n + d_mean / n
    return d_x.reshape(upstream.shape), np.sum(dy * xh, axis=0), np.sum(dy, axis=0)


def fold_into_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    if bias is None:
        bias = np.zeros_like(beta)
    scale = np.diag(gamma / np.sqrt(moving_variance + epsilon))
    return kernel @ scale, (bias - moving_mean) @ scale + beta


def fold_into_next_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    if bias is None:
        bias = np.zeros(kernel.shape[1], kernel.dtype)
    scale = np.diag(gamma / np.sqrt(moving_variance + epsilon))
    return scale @ kernel, bias + beta @ kernel - moving_mean @ scale @ kernel


class BatchNormalisation:
    """All four vectors are the rows of one matrix."""

    def __init__(self, size, momentum=0.99, epsilon=1e-3, dtype=np.float32):
        self.rows = np.outer([1, 0, 0, 1], np.ones(size)).astype(dtype)
        self.momentum, self.epsilon, self.kept = momentum, epsilon, []

    def __call__(self, x, training=False):
        if not training:
            return batch_norm_inference(x, *self.rows, self.epsilon)
        y, x_hat, *statistics = batch_norm_train(x, *self.rows[:2], self.epsilon)
        self.kept = [x_hat, self.rows[0].copy(), statistics[1]]
        self.rows[2:] *= self.momentum
        self.rows[2:] += (1 - self.momentum) * np.array(statistics)
        return y

    def backward(self, upstream):
        if not self.kept:
            raise RuntimeError("train first")
        return batch_norm_backward(upstream, *self.kept, self.epsilon)

    def get_weights(self):
        return list(self.rows.copy())

    def set_weights(self, weights):
        rows = np.stack(weights)
        if rows.shape != self.rows.shape:
            raise ValueError(rows.shape)
        self.rows = rows
