# Layers, units and optimisers as objects that keep their state in attributes and dictionaries.
import numpy as np

SELU_ALPHA, SELU_LAMBDA = 1.6732632423543772, 1.0507009873554805


class Tanh:
    def forward(self, z):
        self.h = np.tanh(z)
        return self.h

    def backward(self, gradient):
        return gradient * (1 - self.h * self.h)


class Relu:
    def forward(self, z):
        self.on = z > 0
        return np.where(self.on, z, 0.0)

    def backward(self, gradient):
        return np.where(self.on, gradient, 0.0)


class Dense:
    def __init__(self, kernel, bias=None):
        self.kernel = kernel
        self.bias = bias

    def forward(self, x):
        self.x = x
        z = np.dot(x, self.kernel)
        return z if self.bias is None else z + self.bias

    def backward(self, gradient):
        self.gradients = {"kernel": np.dot(self.x.T, gradient), "bias": gradient.sum(0)}
        return np.dot(gradient, self.kernel.T)

    def step(self, rate):
        self.kernel = self.kernel - rate * self.gradients["kernel"]


def squared_error(prediction, target):
    error = prediction - target
    return np.mean(np.square(error)), 2.0 * error / error.size


def backpropagate(layers, x, y):
    for layer in layers:
        x = layer.forward(x)
    loss, gradient = squared_error(x, y)
    for layer in reversed(layers):
        gradient = layer.backward(gradient)
    return loss


def distinct_units(hidden, output, x, y, rate, steps):
    first, second = Dense(hidden), Dense(output[:, None])
    for _ in range(steps):
        backpropagate([first, Tanh(), second], x, y[:, None])
        first.step(rate)
        second.step(rate)
    groups = {}
    for number, unit in enumerate(np.hstack([first.kernel.T, second.kernel])):
        for leader in groups:
            if np.all(np.abs(groups[leader] - unit) <= 1e-6):
                break
        else:
            groups[number] = unit
    return len(groups), first.kernel, second.kernel[:, 0]


def gradient_norms(kernels, biases, x, y):
    dense = [Dense(kernel, bias) for kernel, bias in zip(kernels, biases, strict=True)]
    layers = []
    for layer in dense:
        layers += [layer, Relu()]
    backpropagate(layers[:-1], x, y)
    return np.array(
        [[np.linalg.norm(layer.gradients[name]) for name in ("kernel", "bias")] for layer in dense]
    )


class Selu:
    def forward(self, z):
        low = np.minimum(z, 0)
        return np.where(z > 0, SELU_LAMBDA * z, SELU_LAMBDA * SELU_ALPHA * (np.exp(low) - 1))


def signal_statistics(activation, x, kernels):
    known = {"relu": Relu, "selu": Selu}
    try:
        kind = known[activation]
    except KeyError:
        raise ValueError(f"{activation} is not in {sorted(known)}") from None
    report = {"mean": [], "variance": [], "share": []}
    for kernel in kernels:
        unit = kind()
        x = unit.forward(Dense(kernel).forward(x))
        report["mean"].append(x.mean())
        report["variance"].append(x.var())
        report["share"].append(1 - unit.on.mean() if kind is Relu else 0)
    return np.array(list(report.values()), dtype=float).T


class Softmax:
    name = "softmax"

    def fits(self, t):
        sums = np.add.reduce(t, axis=1)
        return t.shape[1] >= 2 and t.min() >= 0 and bool(np.all(abs(sums - 1) < 1e-6))

    def __call__(self, z):
        powers = np.exp((z.T - z.max(axis=1)).T)
        return (powers.T / powers.sum(axis=1)).T


class Between:
    def __init__(self, name, low, high, function):
        self.name, self.low, self.high, self.function = name, low, high, function

    def fits(self, t):
        return self.low <= t.min() and t.max() <= self.high

    def __call__(self, z):
        return self.function(z)


def logistic(z):
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, small) / (1 + small)


CHOICES = [
    Softmax(),
    Between("logistic", 0, 1, logistic),
    Between("tanh", -1, 1, np.tanh),
    Between("relu", 0, np.inf, lambda z: np.maximum(z, 0)),
    Between("linear", -np.inf, np.inf, lambda z: z),
]


def fitting_output(targets, z):
    chosen = next(choice for choice in CHOICES if choice.fits(targets))
    return chosen.name, chosen(z)


class Ball:
    def __init__(self, x):
        self.x, self.velocity, self.seen = x, 0.0, [x]

    def roll(self, momentum, rate, gradient):
        self.velocity *= momentum
        self.velocity -= rate * gradient(self.x)
        self.x += self.velocity
        self.seen.append(self.x)


def heavy_ball(momentum, rate, curvature, start, steps):
    ball = Ball(start)
    for _ in range(steps):
        ball.roll(momentum, rate, lambda x: curvature * x)
    path = np.asarray(ball.seen, dtype=np.float64)
    outside = [t for t, x in enumerate(ball.seen) if abs(x) > 0.01 * abs(start)]
    settled = outside[-1] + 1 if outside[-1] < steps else None
    seen = ball.seen if settled is None else ball.seen[: settled + 1]
    sides = np.array([x > 0 for x in seen if x])
    return path, int(np.sum(np.diff(sides))), settled


class Plain:
    def __init__(self, rate, steps, strength, remove):
        self.rate, self.steps, self.strength, self.remove = rate, steps, strength, remove

    def slope(self, w):
        return 0

    def mend(self, w, t):
        return w

    def smallest(self, w, number):
        w[sorted(range(len(w)), key=np.abs(w).__getitem__)[:number]] = 0
        return w


class After(Plain):
    def mend(self, w, t):
        return self.smallest(w, self.remove) if t == self.steps else w


class Gradual(Plain):
    def mend(self, w, t):
        return self.smallest(w, self.remove * t // self.steps)


class Subgradient(Plain):
    def slope(self, w):
        return self.strength * np.sign(w)


class Proximal(Plain):
    def mend(self, w, t):
        shrunk = np.abs(w) - self.rate * self.strength
        return np.where(shrunk > 0, np.copysign(shrunk, w), 0)


METHODS = {"after": After, "gradual": Gradual, "l1": Subgradient, "proximal": Proximal}


def sparse_regression(x, y, method, rate, steps, strength=0.0, remove=0):
    if method not in METHODS:
        raise ValueError(f"not a method: {method}")
    plan = METHODS[method](rate, steps, strength, remove)
    layer = Dense(np.zeros((x.shape[1], 1)))
    for t in range(1, steps + 1):
        backpropagate([layer], x, y[:, None])
        w = layer.kernel[:, 0]
        w = w - rate * (layer.gradients["kernel"][:, 0] + plan.slope(w))
        layer.kernel = plan.mend(w, t)[:, None]
    weights = layer.kernel.ravel()
    return weights, list(weights).count(0)


class Dropout:
    def __init__(self, masks, rate):
        self.masks, self.rate = iter(masks), rate

    def forward(self, x):
        self.scale = next(self.masks) / (1 - self.rate)
        return x * self.scale

    def backward(self, gradient):
        return gradient * self.scale


def dropout_training(x, y, masks, rate, learning_rate):
    drop, layer = Dropout(masks, rate), Dense(np.zeros((x.shape[1], 1)))
    losses = []
    for _ in masks:
        clean, _ = squared_error(layer.forward(x), y[:, None])
        losses.append([backpropagate([drop, layer], x, y[:, None]), clean])
        layer.step(learning_rate)
    return layer.kernel[:, 0], np.array(losses)


class Counting(Dense):
    multiplications = 0

    def forward(self, x):
        self.multiplications += len(x) * self.kernel.size
        return super().forward(x)


def mc_dropout(x, kernel, output, masks, rate):
    below, above = Counting(kernel), Counting(output)
    h = Relu().forward(below.forward(x))
    if len(masks):
        drop = Dropout(masks, rate)
        predictions = [above.forward(drop.forward(h)) for _ in masks]
    else:
        predictions = [above.forward(h)]
    count = below.multiplications + above.multiplications
    return np.mean(predictions, 0), np.std(predictions, 0), count
