# Everything is worked out in double precision and rounded to the dtype that came in; a running
# mean and variance (Welford) in place of sums.
import numpy as np


def batch_norm_train(x, gamma, beta, epsilon=1e-3):
    if gamma.shape != x.shape[-1:] or beta.shape != x.shape[-1:]:
        raise ValueError("gamma and beta do not fit")
    mean, squares, n = np.zeros(x.shape[-1]), np.zeros(x.shape[-1]), 0
    for row in x.reshape(int(np.prod(x.shape[:-1])), x.shape[-1]).astype(np.float64):
        n += 1
        before = row - mean
        mean = mean + before / n
        squares = squares + before * (row - mean)
    if n == 0:
        raise ValueError("an empty batch has no mean")
    variance = squares / n
    x_hat = (x.astype(np.float64) - mean) / np.sqrt(variance + epsilon)
    results = gamma.astype(np.float64) * x_hat + beta, x_hat, mean, variance
    return tuple(result.astype(x.dtype) for result in results)


def update_moving_statistics(moving_mean, moving_variance, mean, variance, momentum=0.99):
    if not (momentum >= 0 and momentum <= 1):
        raise ValueError("momentum")
    weights = np.array([momentum, 1 - momentum])
    pairs = [moving_mean, mean], [moving_variance, variance]
    new_mean, new_variance = (np.average(pair, axis=0, weights=weights) for pair in pairs)
    return new_mean.astype(mean.dtype), new_variance.astype(variance.dtype)


def batch_norm_inference(x, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    wide = [np.float64(vector) for vector in (gamma, beta, moving_mean, moving_variance)]
    normalised = (np.float64(x) - wide[2]) / np.sqrt(wide[3] + epsilon)
    return np.asarray(wide[0] * normalised + wide[1], dtype=x.dtype)


def batch_norm_backward(upstream, x_hat, gamma, variance, epsilon=1e-3):
    axes = tuple(range(upstream.ndim))[:-1]
    dy, xh = np.float64(upstream), np.float64(x_hat)
    d_x_hat = dy * gamma
    d_x = d_x_hat - d_x_hat.mean(axis=axes) - xh * (d_x_hat * xh).mean(axis=axes)
    d_x /= np.sqrt(np.float64(variance) + epsilon)
    results = d_x, np.add.reduce(dy * xh, axis=axes), np.add.reduce(dy, axis=axes)
    return tuple(result.astype(upstream.dtype) for result in results)


def fold_into_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    # What the two layers together make of no input, and of each input alone.
    def both(z):
        z = np.float64(z) if bias is None else np.float64(z) + bias
        return (z - moving_mean) * gamma / np.sqrt(np.float64(moving_variance) + epsilon) + beta

    new_bias = both(np.zeros_like(beta))
    return (both(kernel) - new_bias).astype(kernel.dtype), new_bias.astype(kernel.dtype)


def fold_into_next_dense(kernel, bias, gamma, beta, moving_mean, moving_variance, epsilon=1e-3):
    # As above: no input, and then each input alone.
    def both(x):
        scale = np.float64(gamma) / np.sqrt(np.float64(moving_variance) + epsilon)
        z = ((x - moving_mean) * scale + beta) @ np.float64(kernel)
        return z if bias is None else z + bias

    new_bias = both(np.zeros(len(kernel)))
    new_kernel = both(np.eye(len(kernel))) - new_bias
    return new_kernel.astype(kernel.dtype), new_bias.astype(kernel.dtype)


class BatchNormalisation:
    def __init__(self, size, momentum=0.99, epsilon=1e-3, dtype=np.float32):
        self.size, self.dtype = size, dtype
        self.momentum, self.epsilon = momentum, epsilon
        self.x_hat = self.variance = None
        self.weights = [np.full(size, value, dtype) for value in (1, 0, 0, 1)]

    def __call__(self, x, training=False):
        gamma, beta, moving_mean, moving_variance = self.weights
        if training:
            y, self.x_hat, mean, self.variance = batch_norm_train(x, gamma, beta, self.epsilon)
            moved = update_moving_statistics(
                moving_mean, moving_variance, mean, self.variance, self.momentum
            )
            self.weights = [gamma, beta, *moved]
            return y
        return batch_norm_inference(x, *self.weights, epsilon=self.epsilon)

    def backward(self, upstream):
        if self.x_hat is None:
            raise RuntimeError("backward before forward")
        gamma = self.weights[0]
        return batch_norm_backward(upstream, self.x_hat, gamma, self.variance, self.epsilon)

    def get_weights(self):
        return [np.array(vector) for vector in self.weights]

    def set_weights(self, weights):
        if len(weights) != 4 or any(np.shape(vector) != (self.size,) for vector in weights):
            raise ValueError("weights")
        self.weights = [np.array(vector, dtype=self.dtype) for vector in weights]
