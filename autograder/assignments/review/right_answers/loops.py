# One number at a time, as one would do it on paper.
import math

import numpy as np

SELU_ALPHA, SELU_LAMBDA = 1.6732632423543772, 1.0507009873554805


def distinct_units(hidden, output, x, y, rate, steps):
    w = [[float(v) for v in row] for row in hidden]
    u = [float(v) for v in output]
    n, inputs, units = len(y), len(w), len(u)
    for _ in range(steps):
        dw = [[0.0] * units for _ in range(inputs)]
        du = [0.0] * units
        for i in range(n):
            h = [math.tanh(sum(x[i, k] * w[k][j] for k in range(inputs))) for j in range(units)]
            error = sum(h[j] * u[j] for j in range(units)) - y[i]
            for j in range(units):
                du[j] += 2 * error * h[j] / n
                for k in range(inputs):
                    dw[k][j] += 2 * error * u[j] * (1 - h[j] ** 2) * x[i, k] / n
        for j in range(units):
            u[j] -= rate * du[j]
            for k in range(inputs):
                w[k][j] -= rate * dw[k][j]
    count = 0
    for j in range(units):
        for i in range(j):
            gaps = [abs(u[i] - u[j])] + [abs(row[i] - row[j]) for row in w]
            if max(gaps) <= 1e-6:
                break
        else:
            count += 1
    return count, np.array(w), np.array(u)


def gradient_norms(kernels, biases, x, y):
    sums = [(np.zeros(k.shape), np.zeros(k.shape[1])) for k in kernels]
    for instance, target in zip(x, y, strict=True):
        hs = [instance]
        for number in range(len(kernels)):
            z = hs[number] @ kernels[number] + biases[number]
            last = number == len(kernels) - 1
            hs.append(z if last else np.array([v if v > 0 else 0.0 for v in z]))
        d = 2 * (hs[-1] - target) / (len(x) * len(target))
        for number in range(len(kernels) - 1, -1, -1):
            sums[number][0][:] += np.outer(hs[number], d)
            sums[number][1][:] += d
            if number > 0:
                below = kernels[number] @ d
                d = np.array([b if h > 0 else 0.0 for b, h in zip(below, hs[number], strict=True)])
    return np.array([[math.sqrt((k**2).sum()), math.sqrt((b**2).sum())] for k, b in sums])


def signal_statistics(activation, x, kernels):
    if activation == "relu":

        def function(v):
            return max(v, 0.0)

    elif activation == "selu":

        def function(v):
            return SELU_LAMBDA * (v if v > 0 else SELU_ALPHA * (math.exp(v) - 1))

    else:
        raise ValueError("no such activation")
    table = np.zeros((len(kernels), 3))
    h = x
    for number, kernel in enumerate(kernels):
        z = h @ kernel
        h = np.array([[function(v) for v in row] for row in z])
        mean = h.sum() / h.size
        table[number, 0] = mean
        table[number, 1] = ((h - mean) ** 2).sum() / h.size
        if activation == "relu":
            table[number, 2] = sum(v <= 0 for v in z.ravel()) / z.size
    return table


def fitting_output(targets, z):
    values = [float(v) for v in targets.ravel()]
    sums = [sum(map(float, row)) for row in targets]
    result = np.zeros(z.shape)
    if min(values) >= 0 and len(targets[0]) >= 2 and all(abs(s - 1) < 1e-6 for s in sums):
        for i, row in enumerate(z):
            exps = [math.exp(v - max(row)) for v in row]
            result[i] = [e / sum(exps) for e in exps]
        return "softmax", result
    name = "linear"
    if min(values) >= 0 and max(values) <= 1:
        name = "logistic"
    elif min(values) >= -1 and max(values) <= 1:
        name = "tanh"
    elif min(values) >= 0:
        name = "relu"
    for index, v in np.ndenumerate(z):
        if name == "logistic":
            result[index] = 1 / (1 + math.exp(-v)) if v > 0 else 1 - 1 / (1 + math.exp(v))
        elif name == "tanh":
            result[index] = math.tanh(v)
        elif name == "relu":
            result[index] = v if v > 0 else 0
        else:
            result[index] = v
    return name, result


def heavy_ball(momentum, rate, curvature, start, steps):
    path = [start]
    velocity = 0
    for _ in range(steps):
        gradient = curvature * path[-1]
        velocity = momentum * velocity - rate * gradient
        path.append(path[-1] + velocity)
    settled = None
    for t in range(len(path) - 1, -1, -1):
        if abs(path[t]) > abs(start) / 100:
            break
        settled = t
    crossings = 0
    side = start > 0
    for position in path if settled is None else path[: settled + 1]:
        if position != 0 and (position > 0) != side:
            crossings += 1
            side = not side
    return np.array(path, dtype=float), crossings, settled


def sparse_regression(x, y, method, rate, steps, strength=0.0, remove=0):
    if method != "after" and method != "gradual" and method != "l1" and method != "proximal":
        raise ValueError(method)
    n, features = x.shape
    w = [0.0] * features

    def prune(how_many):
        for j in sorted(range(features), key=lambda j: abs(w[j]))[:how_many]:
            w[j] = 0.0

    for t in range(1, steps + 1):
        errors = [sum(x[i, j] * w[j] for j in range(features)) - y[i] for i in range(n)]
        slopes = [2 / n * sum(errors[i] * x[i, j] for i in range(n)) for j in range(features)]
        for j in range(features):
            if method == "l1" and w[j] != 0:
                slopes[j] += strength if w[j] > 0 else -strength
            w[j] -= rate * slopes[j]
            if method == "proximal":
                if w[j] > rate * strength:
                    w[j] -= rate * strength
                elif w[j] < -rate * strength:
                    w[j] += rate * strength
                else:
                    w[j] = 0.0
        if method == "gradual":
            prune(remove * t // steps)
    if method == "after":
        prune(remove)
    return np.array(w), w.count(0.0)


def dropout_training(x, y, masks, rate, learning_rate):
    n, inputs = x.shape
    w = np.zeros(inputs)
    losses = []
    for t in range(len(masks)):
        noisy = clean = 0.0
        slope = np.zeros(inputs)
        for i in range(n):
            thinned = np.array(
                [x[i, k] / (1 - rate) if masks[t, i, k] else 0 for k in range(inputs)]
            )
            error = float(np.dot(thinned, w)) - y[i]
            noisy += error * error / n
            clean += (float(np.dot(x[i], w)) - y[i]) ** 2 / n
            slope += 2 * error * thinned / n
        losses.append((noisy, clean))
        w -= learning_rate * slope
    return w, np.array(losses)


def mc_dropout(x, kernel, output, masks, rate):
    (n, inputs), units, outputs = x.shape, output.shape[0], output.shape[1]
    count = 0
    hidden = np.zeros((n, units))
    for i in range(n):
        for j in range(units):
            total = 0.0
            for k in range(inputs):
                total += x[i, k] * kernel[k, j]
                count += 1
            hidden[i, j] = max(total, 0.0)
    predictions = []
    for mask in masks if len(masks) else [None]:
        kept = hidden if mask is None else np.where(mask, hidden / (1 - rate), 0)
        prediction = np.zeros((n, outputs))
        for i in range(n):
            for o in range(outputs):
                for j in range(units):
                    prediction[i, o] += kept[i, j] * output[j, o]
                    count += 1
        predictions.append(prediction)
    mean = sum(predictions) / len(predictions)
    variance = sum((p - mean) ** 2 for p in predictions) / len(predictions)
    return mean, variance**0.5, count
