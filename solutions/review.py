"""The questions at the end of the chapter, each as an experiment that answers it."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Masks = NDArray[np.bool_]

# The constants of SELU (Klambauer, Unterthiner, Mayr & Hochreiter, 2017).
SELU_ALPHA = 1.6732632423543772
SELU_LAMBDA = 1.0507009873554805


def distinct_units(
    hidden: Array, output: Array, x: Array, y: Array, rate: float, steps: int
) -> tuple[int, Array, Array]:
    """Train a network with one hidden layer and count the hidden units that differ after it.

    The network has no biases. Its prediction for the instances in the rows of `x`, and the
    loss, are::

        h = tanh(x @ hidden)
        prediction = h @ output
        loss = mean((prediction - y)²)

    Every step is one of gradient descent on all instances, on both layers at once: both
    gradients are taken at the weights before the step. With n instances::

        hidden ← hidden - rate · (derivative of the loss by hidden)
        output ← output - rate · (derivative of the loss by output)

    Unit j is column j of `hidden` and entry j of `output`. Two units are the same if none of
    these numbers differs by more than 1e-6 between them, however large or small it is; rounding
    alone makes them differ a little. (Nothing is asked about units that are *exactly* so far
    apart, nor about two that differ and are both the same as a third.) A unit and its mirror
    image, with the sign of every weight turned round, are two. Counted are the units that are
    the same as no unit before them.

    Parameters
    ----------
    hidden
        The weights into the hidden units, of shape ``(inputs, units)``.
    output
        The weights out of them, of shape ``(units,)``.
    x, y
        The instances, of shape ``(n, inputs)``, and their targets, of shape ``(n,)``.
    rate
        The learning rate.
    steps
        The number of steps; with 0, the units are counted as they are. All of them are taken,
        however small they get.

    None of the arrays is changed. (With 0 steps, they may be what is returned.)

    Returns
    -------
    count : int
        The number of units that differ, after training.
    hidden : array of shape ``(inputs, units)``
        The weights after training.
    output : array of shape ``(units,)``

    References
    ----------
    Goodfellow, Bengio & Courville (2016), *Deep learning*, Section 8.4, on breaking symmetry.

    Examples
    --------
    >>> x = np.array([[1.0, 2.0], [-1.0, 0.5], [0.5, -1.0]])
    >>> y = np.array([1.0, -1.0, 0.5])
    >>> distinct_units(np.full((2, 3), 0.7), np.full(3, 0.7), x, y, rate=0.1, steps=20)[0]
    1
    >>> hidden = np.array([[0.7, 0.7, -0.2], [0.7, 0.7, 0.4]])
    >>> distinct_units(hidden, np.full(3, 0.7), x, y, rate=0.1, steps=20)[0]
    2
    """
    for _ in range(steps):
        h = np.tanh(x @ hidden)
        slope = 2 * (h @ output - y) / len(y)
        by_hidden = x.T @ (np.outer(slope, output) * (1 - h * h))
        hidden, output = hidden - rate * by_hidden, output - rate * (h.T @ slope)
    units = np.vstack([hidden, output])
    distances = np.max(np.abs(units[:, :, np.newaxis] - units[:, np.newaxis, :]), axis=0)
    same_as_one_before = np.any(np.tril(distances < 1e-6, -1), axis=1)
    return int(np.sum(~same_as_one_before)), hidden, output


def gradient_norms(kernels: list[Array], biases: list[Array], x: Array, y: Array) -> Array:
    """Return how large the gradient is in each layer of a deep ReLU network at its start.

    With h = `x` below the first layer, every layer computes::

        z = h @ kernel + bias
        h = max(z, 0)        in every layer but the last, which has no activation

    and the loss is the mean over all instances and outputs::

        loss = mean((z of the last layer - y)²)

    The derivative of max(z, 0) is 1 where z > 0 and 0 elsewhere, also at z = 0. Whether a start
    is any good shows in which layers get a gradient at all.

    Parameters
    ----------
    kernels
        One array of shape ``(inputs, units)`` for each layer, the first layer first.
    biases
        One array of shape ``(units,)`` for each layer.
    x
        The instances, of shape ``(n, inputs of the first layer)``.
    y
        Their targets, of shape ``(n, units of the last layer)``.

    Neither the lists nor the arrays in them are changed, nor the others.

    Returns
    -------
    array of shape ``(layers, 2)``
        For each layer the Euclidean norm (the root of the sum of squares) of the derivative of
        the loss by its kernel, and of that by its bias. Where no gradient arrives it is exactly
        0.

    References
    ----------
    Rumelhart, Hinton & Williams (1986), *Learning representations by back-propagating errors*.

    Examples
    --------
    One layer, one instance: the prediction is 0, the error -3, the gradient 2 · (-3) · x.

    >>> x, y = np.array([[2.0]]), np.array([[3.0]])
    >>> gradient_norms([np.zeros((1, 1))], [np.zeros(1)], x, y).tolist()
    [[12.0, 6.0]]
    """
    z, inputs = x, [x]
    for kernel, bias in zip(kernels, biases, strict=True):
        z = inputs[-1] @ kernel + bias
        inputs.append(np.maximum(z, 0))
    delta = 2 * (z - y) / y.size
    norms = []
    for kernel, h in zip(reversed(kernels), reversed(inputs[:-1]), strict=True):
        norms.append([np.linalg.norm(h.T @ delta), np.linalg.norm(np.sum(delta, axis=0))])
        delta = (delta @ kernel.T) * (h > 0)
    return np.array(norms[::-1])


def signal_statistics(activation: str, x: Array, kernels: list[Array]) -> Array:
    """Send a batch through many layers and say what becomes of it in each.

    With h = `x` below the first layer, every layer computes, without biases::

        z = h @ kernel
        h = activation(z)

        relu(z) = max(z, 0)
        selu(z) = λ z                    where z > 0
                  λ α (exp(z) - 1)       elsewhere

    with α = `SELU_ALPHA` and λ = `SELU_LAMBDA` of the first cell. The derivative of relu is 0
    wherever z is 0 or less. That of selu is nowhere 0. (Where z is so negative that exp(z)
    vanishes in rounding, the derivative still counts as not 0.)

    Parameters
    ----------
    activation
        ``"relu"`` or ``"selu"``, to the letter.
    x
        The batch, of shape ``(n, inputs)``. Its entries may be so large that exp of them
        overflows: the result must be right all the same.
    kernels
        One array of shape ``(inputs, units)`` for each layer; at least one layer.

    Neither the list nor the arrays in it are changed, nor `x`.

    Returns
    -------
    array of shape ``(layers, 3)``
        For each layer, over all entries of its h: the mean, the variance (divided by their
        number), and the share of them, from 0 to 1, at which the derivative of the activation
        is 0.

    Raises
    ------
    ValueError
        `activation` is neither of the two.

    References
    ----------
    Klambauer, Unterthiner, Mayr & Hochreiter (2017), *Self-normalizing neural networks*,
    Equation 2.

    Examples
    --------
    >>> x = np.array([[1.0, -1.0], [0.0, 3.0]])
    >>> signal_statistics("relu", x, [np.eye(2)]).tolist()
    [[1.0, 1.5, 0.5]]
    >>> signal_statistics("selu", x, [np.eye(2)]).round(3).tolist()
    [[0.773, 2.471, 0.0]]
    """
    if activation not in ("relu", "selu"):
        raise ValueError(f"activation must be 'relu' or 'selu', got {activation!r}")
    h, rows = x, []
    for kernel in kernels:
        z = h @ kernel
        h, share = np.maximum(z, 0), float(np.mean(z <= 0))
        if activation == "selu":
            h, share = SELU_LAMBDA * (h + SELU_ALPHA * np.expm1(np.minimum(z, 0))), 0.0
        rows.append([np.mean(h), np.var(h), share])
    return np.array(rows)


def fitting_output(targets: Array, z: Array) -> tuple[str, Array]:
    """Choose the output activation from the targets, and apply it.

    The range of an output activation should hold every target and little else. Returned is
    the first of these that fits *all* targets::

        "softmax"    at least two columns, nothing below 0, and every row adds up to 1
        "logistic"   everything from 0 to 1
        "tanh"       everything from -1 to 1
        "relu"       nothing below 0
        "linear"     always

    where a row adds up to 1 if its sum is less than 1e-6 away from it, and a target on the edge
    of a range belongs to it, but none that is outside, by however little. Of one row of `z`::

        softmax(z)[i]  = exp(z[i]) / (sum over j of exp(z[j]))
        logistic(z)[i] = 1 / (1 + exp(-z[i]))
        relu(z)[i]     = max(z[i], 0)
        linear(z)[i]   = z[i]

    Parameters
    ----------
    targets
        The targets of the training set, of shape ``(n, outputs)``, with at least one row.
    z
        What the last layer computes before its activation, of shape ``(m, outputs)``. Its
        entries may be so large that exp of them overflows: the result must be right all the
        same.

    Neither array is changed.

    Returns
    -------
    name : str
        One of the names above.
    values : array of the shape of `z`
        The activation of that name, applied to `z`. With ``"linear"`` it may be `z` itself.

    References
    ----------
    Bishop (2006), *Pattern recognition and machine learning*, Section 5.2, pairs targets,
    output activations and losses.

    Examples
    --------
    >>> z = np.array([[0.0, 0.0]])
    >>> fitting_output(np.array([[1.0, 0.0], [0.25, 0.75]]), z)
    ('softmax', array([[0.5, 0.5]]))
    >>> fitting_output(np.array([[1.0, 0.0], [1.0, 1.0]]), z)
    ('logistic', array([[0.5, 0.5]]))
    >>> fitting_output(np.array([[1.0, -1.0]]), z)
    ('tanh', array([[0., 0.]]))
    """
    low, high = np.min(targets), np.max(targets)
    off = np.max(np.abs(np.sum(targets, axis=1) - 1))
    if low >= 0 and off < 1e-6 and targets.shape[1] > 1:
        e = np.exp(z - np.max(z, axis=1, keepdims=True))
        return "softmax", e / np.sum(e, axis=1, keepdims=True)
    if low >= 0 and high <= 1:
        return "logistic", (1 + np.tanh(z / 2)) / 2
    if low >= -1 and high <= 1:
        return "tanh", np.tanh(z)
    if low >= 0:
        return "relu", np.maximum(z, 0)
    return "linear", z


def heavy_ball(
    momentum: float, rate: float, curvature: float, start: float, steps: int
) -> tuple[Array, int, int | None]:
    """Run gradient descent with momentum down a bowl, and watch it pass the bottom.

    The bowl is f(x) = curvature · x² / 2, with its minimum at 0, and the ball starts at rest::

        velocity ← momentum · velocity - rate · f'(x)
        x ← x + velocity

    Parameters
    ----------
    momentum
        At least 0 and less than 1.
    rate
        The learning rate.
    curvature
        The second derivative of f.
    start
        The first x, positive or negative, not 0.
    steps
        The number of steps.

    Returns
    -------
    path : array of shape ``(steps + 1,)``
        x at the start and after each step.
    crossings : int
        How often the path comes from one side of the minimum to the other, up to and with the
        step after which it has settled (if it does not settle: in all). A ball that is exactly
        at 0 after one step and on the other side after the next has crossed it once, and one
        that stays at 0 not at all.
    settled : int or None
        The number of steps after which the path stays within 1 % of the distance from the start
        to the minimum: the smallest t such that |x| ≤ 0.01 · |start| after t steps and after
        each later one (nothing is asked about an x *exactly* so far out). None if the last
        x is further out.

    References
    ----------
    Polyak (1964), *Some methods of speeding up the convergence of iteration methods*. The form
    is that of ``keras.optimizers.SGD``.

    Examples
    --------
    >>> path, crossings, settled = heavy_ball(0.5, 0.5, 1.0, start=1.0, steps=3)
    >>> path.tolist(), crossings, settled
    ([1.0, 0.5, 0.0, -0.25], 1, None)
    >>> heavy_ball(0.9, 0.1, 1.0, start=1.0, steps=1000)[1:]
    (8, 81)
    >>> heavy_ball(0.99999, 0.1, 1.0, start=1.0, steps=1000)[1:]
    (101, None)
    """
    x, velocity = start, 0.0
    xs = [x]
    for _ in range(steps):
        velocity = momentum * velocity - rate * curvature * x
        x += velocity
        xs.append(x)
    path = np.array(xs)
    settled = int(np.max(np.flatnonzero(np.abs(path) > 0.01 * abs(start)))) + 1
    before = path[: settled + 1]
    sides = np.sign(before[before != 0])
    crossings = int(np.sum(sides[1:] != sides[:-1]))
    return path, crossings, settled if settled <= steps else None


def sparse_regression(
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    strength: float = 0.0,
    remove: int = 0,
) -> tuple[Array, int]:
    """Fit a linear model by gradient descent in a way that is to leave zeros, and count them.

    The weights start at 0, there is no bias, and every step uses all n instances::

        loss = mean((x @ w - y)²)
        step t = 1, 2, ..., steps:    w ← w - rate · (derivative of the loss by w)

    What `method` adds to that:

    ``"after"``
        When training is over, the `remove` weights with the smallest |w| are set to 0.
    ``"gradual"``
        At the end of every step t, the ``remove * t // steps`` weights with the smallest |w| are
        set to 0. They take part in the next step like all others, and may come back. (Nothing is
        asked about weights of exactly the same size.)
    ``"l1"``
        The loss of every step is loss + strength · sum(|w|), and the derivative of |w| is
        sign(w), with sign(0) = 0.
    ``"proximal"``
        At the end of every step, each weight is moved towards 0 by rate · strength, and is 0 if
        it would pass 0. (This is soft thresholding: the same penalty, with its corner respected.)

    Parameters
    ----------
    x, y
        The instances, of shape ``(n, features)``, and their targets, of shape ``(n,)``.
    method
        One of the four names above.
    rate, steps
        The learning rate and the number of steps; `steps` is at least 1.
    strength
        The factor of the penalty, for ``"l1"`` and ``"proximal"``; the others ignore it.
    remove
        How many weights are set to 0 in the end, for ``"after"`` and ``"gradual"``; the others
        ignore it.

    Neither array is changed.

    Returns
    -------
    weights : array of shape ``(features,)``
    zeros : int
        How many of them are exactly 0: only those need not be stored, and not one of 1e-13.

    Raises
    ------
    ValueError
        `method` is none of the four.

    References
    ----------
    Parikh & Boyd (2014), *Proximal algorithms*, Sections 4.2 and 6.5.2, for the last method;
    Zhu & Gupta (2017), *To prune, or not to prune*, for pruning that grows while training goes
    on (they use a cubic ramp; asked for is the straight one above).

    Examples
    --------
    >>> x, y = np.eye(4), np.array([4.0, -3.0, 0.5, 0.25])
    >>> for method in ("after", "gradual", "l1", "proximal"):
    ...     weights, zeros = sparse_regression(x, y, method, 0.5, 99, strength=0.4, remove=2)
    ...     print(method, weights.round(2), zeros)
    after [ 4. -3.  0.  0.] 2
    gradual [ 4. -3.  0.  0.] 2
    l1 [ 3.2  -2.2  -0.05  0.19] 0
    proximal [ 3.2 -2.2  0.   0. ] 2
    """
    if method not in ("after", "gradual", "l1", "proximal"):
        raise ValueError(f"unknown method {method!r}")
    weights = np.zeros(x.shape[1])
    for step in range(1, steps + 1):
        gradient = 2 * x.T @ (x @ weights - y) / len(y)
        if method == "l1":
            gradient += strength * np.sign(weights)
        weights = weights - rate * gradient
        if method == "proximal":
            weights = np.sign(weights) * np.maximum(np.abs(weights) - rate * strength, 0)
        elif method == "gradual":
            weights[np.argsort(np.abs(weights))[: remove * step // steps]] = 0
    if method == "after":
        weights[np.argsort(np.abs(weights))[:remove]] = 0
    return weights, int(np.sum(weights == 0))


def dropout_training(
    x: Array, y: Array, masks: Masks, rate: float, learning_rate: float
) -> tuple[Array, Array]:
    """Train a linear model with dropout on its inputs, and record what the loss looks like.

    The weights w start at 0, and there is no bias. Step t uses all n instances and its own mask,
    with inverted dropout::

        thinned = x · masks[t] / (1 - rate)
        noisy loss = mean((thinned @ w - y)²)
        clean loss = mean((x @ w - y)²)
        w ← w - learning_rate · (derivative of the noisy loss by w)

    Both losses are taken at the weights *before* the step. The noisy one is what a training
    curve shows; the clean one is what can be compared with a validation loss.

    Parameters
    ----------
    x, y
        The instances, of shape ``(n, inputs)``, and their targets, of shape ``(n,)``.
    masks
        Of shape ``(steps, n, inputs)``: True where an input is kept. They are given, and not
        drawn, so that runs can be compared. With all True and a rate of 0 there is no dropout.
    rate
        The probability with which the inputs were dropped, at least 0 and less than 1. It alone
        scales: a mask may have kept more or less, all of an instance or nothing.
    learning_rate
        The learning rate.

    None of the arrays is changed.

    Returns
    -------
    weights : array of shape ``(inputs,)``
        After the last step.
    losses : array of shape ``(steps, 2)``
        The noisy and the clean loss of every step.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), *Dropout: a simple way
    to prevent neural networks from overfitting*; Section 9.1 is on linear regression.

    Examples
    --------
    >>> x, y = np.ones((2, 2)), np.array([1.0, 3.0])
    >>> masks = np.array([[[True, False], [False, True]], [[True, True], [True, False]]])
    >>> weights, losses = dropout_training(x, y, masks, rate=0.5, learning_rate=0.125)
    >>> losses.tolist()
    [[5.0, 5.0], [3.625, 2.0]]
    >>> weights.tolist()
    [0.625, 0.5]
    """
    weights = np.zeros(x.shape[1])
    losses = np.empty((len(masks), 2))
    for step, mask in enumerate(masks):
        thinned = x * mask / (1 - rate)
        error = thinned @ weights - y
        losses[step] = np.mean(error**2), np.mean((x @ weights - y) ** 2)
        weights = weights - learning_rate * 2 * (thinned.T @ error) / len(y)
    return weights, losses


def mc_dropout(
    x: Array, kernel: Array, output: Array, masks: Masks, rate: float
) -> tuple[Array, Array, int]:
    """Predict with dropout left on, as often as there are masks, and count what it costs.

    The network has one hidden layer, no biases, and dropout between its two layers. Sample s::

        h = max(x @ kernel, 0)
        prediction[s] = (h · masks[s] / (1 - rate)) @ output

    Without any mask it is an ordinary prediction, which drops and scales nothing::

        prediction[0] = h @ output

    What lies below the first dropout layer is the same for every sample, so it is computed once.

    Parameters
    ----------
    x
        The instances, of shape ``(n, inputs)``.
    kernel, output
        The weights of the two layers, of shapes ``(inputs, units)`` and ``(units, outputs)``.
    masks
        Of shape ``(samples, n, units)``: True where a unit is kept. There may be no sample.
    rate
        The probability with which the units were dropped, at least 0 and less than 1. It alone
        scales, whatever a mask has kept.

    None of the arrays is changed.

    Returns
    -------
    mean : array of shape ``(n, outputs)``
        Over the predictions.
    std : array of shape ``(n, outputs)``
        Their standard deviation, divided by their number, not by one less. Of an ordinary
        prediction it is 0.
    multiplications : int
        How many multiplications of two numbers the matrix products above take, where a product
        of shapes ``(a, b)`` and ``(b, c)`` takes a · b · c. (The scaling by 1 / (1 - rate) is
        not counted.)

    References
    ----------
    Gal & Ghahramani (2016), *Dropout as a Bayesian approximation*.

    Examples
    --------
    >>> x, kernel, output = np.array([[1.0, 2.0]]), np.eye(2), np.ones((2, 1))
    >>> mc_dropout(x, kernel, output, np.empty((0, 1, 2), dtype=bool), rate=0.5)
    (array([[3.]]), array([[0.]]), 6)
    >>> masks = np.array([[[True, False]], [[True, True]]])
    >>> mc_dropout(x, kernel, output, masks, rate=0.5)
    (array([[4.]]), array([[2.]]), 8)
    """
    h = np.maximum(x @ kernel, 0)
    samples = h * masks / (1 - rate) if len(masks) else h[np.newaxis]
    predictions = samples @ output
    multiplications = len(x) * (kernel.size + len(samples) * output.size)
    return np.mean(predictions, axis=0), np.std(predictions, axis=0), multiplications
