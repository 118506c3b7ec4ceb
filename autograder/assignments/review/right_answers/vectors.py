# Sums by einsum, SciPy's functions, masks and selections; counts as NumPy numbers.
import numpy as np
from scipy import special

SELU_ALPHA, SELU_LAMBDA = 1.6732632423543772, 1.0507009873554805


def distinct_units(hidden, output, x, y, rate, steps):
    hidden, output = np.array(hidden), np.array(output)
    for _ in range(steps):
        h = np.tanh(np.einsum("ni,iu->nu", x, hidden))
        error = np.einsum("nu,u->n", h, output) - y
        dh = np.einsum("n,u,nu,ni->iu", error, output, 1 - h**2, x)
        do = np.einsum("n,nu->u", error, h)
        hidden -= 2 * rate / len(x) * dh
        output -= 2 * rate / len(x) * do
    kept = []
    for unit in np.column_stack([hidden.T, output]):
        if not any(np.allclose(unit, other, rtol=0, atol=1e-6) for other in kept):
            kept.append(unit)
    return len(kept), hidden, output


def gradient_norms(kernels, biases, x, y):
    masks, h, below = [], x, []
    for depth, (kernel, bias) in enumerate(zip(kernels, biases, strict=True), start=1):
        below.append(h)
        z = np.einsum("ni,iu->nu", h, kernel) + bias
        mask = np.heaviside(z, 0) if depth < len(kernels) else np.ones_like(z)
        masks.append(mask)
        h = z * mask
    gradient = (h - y) * (2 / np.prod(y.shape))
    rows = []
    for kernel, h, mask in list(zip(kernels, below, masks, strict=True))[::-1]:
        gradient = gradient * mask
        by_kernel = np.einsum("ni,nu->iu", h, gradient)
        by_bias = np.einsum("nu->u", gradient)
        rows.insert(0, [np.linalg.norm(by_kernel.ravel()), np.linalg.norm(by_bias)])
        gradient = np.einsum("nu,iu->ni", gradient, kernel)
    return np.array(rows)


def signal_statistics(activation, x, kernels):
    table = np.empty((len(kernels), 3))
    for row, kernel in zip(table, kernels, strict=True):
        z = np.matmul(x, kernel)
        positive = np.greater(z, 0)
        match activation:
            case "relu":
                x = np.where(positive, z, 0)
            case "selu":
                x = np.expm1(z, out=z.copy(), where=~positive)
                x[~positive] *= SELU_ALPHA
                x *= SELU_LAMBDA
            case _:
                raise ValueError(activation)
        dead = ~positive if activation == "relu" else np.zeros_like(positive)
        row[:] = x.mean(), x.std() ** 2, np.count_nonzero(dead) / dead.size
    return table


def fitting_output(targets, z):
    within = {
        "logistic": (0, 1, special.expit),
        "tanh": (-1, 1, np.tanh),
        "relu": (0, np.inf, lambda z: z.clip(min=0)),
        "linear": (-np.inf, np.inf, np.array),
    }
    rows = targets.sum(axis=-1)
    one = np.isclose(rows, 1, rtol=0, atol=1e-6).all()
    if targets.shape[-1] >= 2 and one and not (targets < 0).any():
        return "softmax", special.softmax(z, axis=-1)
    name = next(
        name
        for name, (low, high, _) in within.items()
        if ((low <= targets) & (targets <= high)).all()
    )
    return name, within[name][2](z)


def heavy_ball(momentum, rate, curvature, start, steps):
    # The step is linear: a 2 x 2 matrix takes (x, velocity) to the next.
    pull = rate * curvature
    matrix = np.array([[1 - pull, momentum], [-pull, momentum]])
    states = np.zeros((steps + 1, 2))
    states[0, 0] = start
    for t in range(steps):
        states[t + 1] = matrix @ states[t]
    path = states[:, 0]
    inside = np.abs(path) <= 0.01 * np.abs(start)
    stays = np.logical_and.accumulate(inside[::-1])[::-1]
    settled = np.argmax(stays) if stays.any() else None
    seen = path if settled is None else path[: settled + 1]
    sides = seen[seen != 0] > 0
    return path, np.count_nonzero(np.diff(sides)), settled


def sparse_regression(x, y, method, rate, steps, strength=0.0, remove=0):
    if method not in {"after", "gradual", "l1", "proximal"}:
        raise ValueError(f"{method}?")
    gram, moment = x.T @ x * (2 / len(x)), x.T @ y * (2 / len(x))
    w = np.zeros_like(moment)
    for t in range(steps):
        slope = gram @ w - moment
        if method == "l1":
            slope = slope + strength * np.sign(w)
        w = w - rate * slope
        if method == "proximal":
            limit = rate * strength
            w = w - np.clip(w, -limit, limit)
        elif method == "gradual":
            w[np.abs(w).argsort()[: remove * (t + 1) // steps]] = 0
    if method == "after" and remove:
        w[np.argpartition(np.abs(w), remove - 1)[:remove]] = 0
    return w, w.size - np.count_nonzero(w)


def dropout_training(x, y, masks, rate, learning_rate):
    w = np.zeros(x.shape[1])
    thinned = np.where(masks, x / (1 - rate), 0)
    noisy, clean = np.zeros(len(masks)), np.zeros(len(masks))
    for t, batch in enumerate(thinned):
        residual = np.einsum("ni,i->n", batch, w) - y
        noisy[t] = residual @ residual / y.size
        clean[t] = np.square(x @ w - y).mean()
        w = w - 2 * learning_rate / y.size * np.einsum("ni,n->i", batch, residual)
    return w, np.column_stack([noisy, clean])


def mc_dropout(x, kernel, output, masks, rate):
    h = (x @ kernel).clip(min=0)
    count = np.int64(x.shape[0] * x.shape[1] * kernel.shape[1])
    each = x.shape[0] * output.shape[0] * output.shape[1]
    if masks.shape[0] == 0:
        return h @ output, np.zeros((len(x), output.shape[1])), count + each
    predictions = np.einsum("nu,snu,uo->sno", h, masks, output) / (1 - rate)
    mean = predictions.mean(0)
    std = np.sqrt(np.mean((predictions - mean) ** 2, axis=0))
    return mean, std, count + each * masks.shape[0]
