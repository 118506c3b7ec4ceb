# The same numbers by other formulas: squares of the hyperbolic secant, gradients of sums, one
# recurrence of second order, weighted means, E[p^2] - E[p]^2.
from itertools import pairwise

import numpy as np

SELU_ALPHA, SELU_LAMBDA = 1.6732632423543772, 1.0507009873554805


def distinct_units(hidden, output, x, y, rate, steps):
    theta = np.concatenate([hidden, output[np.newaxis]])
    for _ in range(steps):
        z = x @ theta[:-1]
        h = np.tanh(z)
        residual = ((y - h @ theta[-1]) * (2 * rate / y.shape[0]))[:, np.newaxis]
        move = np.empty_like(theta)
        move[:-1] = x.T @ (residual * theta[-1] / np.cosh(z) ** 2)
        move[-1] = np.sum(residual * h, axis=0)
        theta = theta + move
    left = theta.T
    count = 0
    while len(left):
        left = left[np.abs(left - left[0]).max(axis=1) > 1e-6]
        count += 1
    return count, theta[:-1], theta[-1]


def gradient_norms(kernels, biases, x, y):
    # The biases are one more row of each kernel, and a 1 stands beside every input.
    wide = [np.vstack([kernel, bias]) for kernel, bias in zip(kernels, biases, strict=True)]
    ones = np.ones((len(x), 1))
    hs = [np.hstack([x, ones])]
    for weights in wide[:-1]:
        z = hs[-1] @ weights
        hs.append(np.hstack([(z + np.abs(z)) / 2, ones]))
    slope = (hs[-1] @ wide[-1] - y) / (y.size / 2)
    table = np.zeros((len(wide), 2))
    for number in reversed(range(len(wide))):
        gradient = hs[number].T @ slope
        table[number] = np.sum(gradient[:-1] ** 2) ** 0.5, np.sum(gradient[-1] ** 2) ** 0.5
        slope = (slope @ wide[number].T * np.sign(hs[number]))[:, :-1]
    return table


def signal_statistics(activation, x, kernels):
    if activation not in ["relu", "selu"]:
        raise ValueError
    rows = []
    for kernel in kernels:
        z = x @ kernel
        if activation == "relu":
            x = (np.abs(z) + z) / 2
        else:
            negative = (z - np.abs(z)) / 2
            x = SELU_LAMBDA * (z - negative)
            x += SELU_LAMBDA * SELU_ALPHA * np.exp(negative) - SELU_LAMBDA * SELU_ALPHA
        share = 1 - np.mean(z > 0) if activation == "relu" else 0
        mean = np.mean(x)
        rows += [mean, np.mean((x - mean) ** 2), share]
    return np.reshape(rows, (-1, 3))


def fitting_output(targets, z):
    nonnegative = not np.any(np.signbit(targets) & (targets != 0))
    largest = np.abs(targets).max()
    rows = targets @ np.ones(targets.shape[1])
    if nonnegative and targets.shape[1] != 1 and np.ptp(np.append(rows, 1)) < 1e-6:
        shifted = z - np.max(z, axis=1)[:, None]
        log_sum = np.log(np.sum(np.exp(shifted), axis=1, keepdims=True))
        return "softmax", np.exp(shifted - log_sum)
    if nonnegative and largest <= 1:
        return "logistic", np.exp(-np.logaddexp(0, -z))
    if largest <= 1:
        return "tanh", 2 * np.exp(-np.logaddexp(0, -2 * z)) - 1
    return ("relu", z * (z > 0)) if nonnegative else ("linear", z + 0)


def heavy_ball(momentum, rate, curvature, start, steps):
    # x[t+1] = x[t] + momentum (x[t] - x[t-1]) - rate f'(x[t]), without a velocity.
    x = np.full(steps + 1, float(start))
    for t in range(steps):
        before = x[t - 1] if t else x[0]
        x[t + 1] = x[t] + momentum * (x[t] - before) - rate * (curvature * x[t])
    relative = np.abs(x / start)
    settled = steps + 1
    while settled and relative[settled - 1] <= 0.01:
        settled -= 1
    sides = [np.sign(v) for v in x[: settled + 1] if v]
    crossings = sum(int(a != b) for a, b in pairwise(sides))
    return x, crossings, None if settled > steps else settled


def sparse_regression(x, y, method, rate, steps, strength=0.0, remove=0):
    penalties = {"after": 0, "gradual": 0, "l1": strength, "proximal": strength}
    if method not in penalties:
        raise ValueError("method")
    penalty = rate * penalties[method]
    features = x.shape[1]
    w = np.zeros(features)
    for t in range(1, steps + 1):
        moved = w + 2 * rate * np.mean(x.T * (y - x @ w), axis=1)
        if method == "proximal":
            w = np.maximum(moved - penalty, 0) + np.minimum(moved + penalty, 0)
            continue
        w = moved - penalty * ((w > 0).astype(float) - (w < 0))
        gone = {"gradual": (remove * t) // steps, "after": remove * (t == steps)}.get(method, 0)
        ranks = np.argsort(np.argsort(w**2))
        w = np.where(ranks < gone, 0, w)
    return w, int((w == 0).sum())


def dropout_training(x, y, masks, rate, learning_rate):
    keep = 1 - rate
    w, rows = np.zeros(x.shape[1]), []
    for mask in masks:
        # The weights divided instead of the inputs.
        dropped = np.multiply(x, mask)
        noisy = y - dropped @ (w / keep)
        clean = y - x @ w
        rows.append(np.array([np.var(e) + np.mean(e) ** 2 for e in (noisy, clean)]))
        w = w + 2 * learning_rate / keep * np.mean(dropped * noisy[:, None], axis=0)
    return w, np.stack(rows)


def mc_dropout(x, kernel, output, masks, rate):
    h = np.where(x @ kernel > 0, x @ kernel, 0)
    (n, inputs), outputs = x.shape, output.shape[1]
    samples = max(len(masks), 1)
    products = n * h.shape[1] * (inputs + samples * outputs)
    scales = masks / (1 - rate) if len(masks) else np.ones((1, *h.shape))
    flat = (h * scales).reshape(-1, h.shape[1]) @ output
    predictions = flat.reshape(samples, n, outputs)
    first = predictions[0]
    moved = predictions - first
    mean = moved.mean(axis=0)
    variance = (moved**2).mean(axis=0) - mean**2
    return mean + first, np.sqrt(np.maximum(variance, 0)), products
