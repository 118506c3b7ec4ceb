"""Faster optimisers: how far, and where to, a gradient moves the parameters."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]


class Momentum:
    """Gradient descent with momentum: the gradient pushes, the velocity moves.

    Every step, with the velocity v starting at 0::

        v ← momentum · v - learning_rate · gradient
        θ ← θ + v

    The gradient enters in full: there is no factor (1 - momentum). Under a constant gradient the
    steps therefore grow towards 1 / (1 - momentum) times those of plain gradient descent.

    Parameters
    ----------
    learning_rate
        What the gradient is multiplied by; 0 is allowed.
    momentum
        The share of the velocity that a step keeps, in [0, 1); with 0 this is plain gradient
        descent.

    Raises
    ------
    ValueError
        `learning_rate` is negative, or `momentum` is outside [0, 1).

    References
    ----------
    Polyak (1964), *Some methods of speeding up the convergence of iteration methods*, in the
    form of Sutskever, Martens, Dahl & Hinton (2013), *On the importance of initialization and
    momentum in deep learning*, Equations 1 and 2. It is Keras's ``SGD(momentum=...)``.

    Examples
    --------
    >>> optimiser = Momentum(learning_rate=0.25, momentum=0.5)
    >>> theta = optimiser.step(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    >>> theta
    array([0.5, 1. ])
    >>> optimiser.step(theta, np.array([2.0, 0.0]))
    array([-0.25,  1.  ])
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9) -> None:
        if learning_rate < 0:
            raise ValueError(f"learning_rate must not be negative, got {learning_rate}")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be in [0, 1), got {momentum}")
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.velocity: Array | None = None

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        velocity = np.zeros_like(theta) if self.velocity is None else self.velocity
        if not theta.shape == gradient.shape == velocity.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {velocity.shape}")
        self.velocity = self.momentum * velocity - self.learning_rate * gradient
        return theta + self.velocity


class Nesterov:
    """Nesterov's accelerated gradient: the velocity is corrected before it is used up.

    Every step, with the velocity v starting at 0::

        v ← momentum · v - learning_rate · gradient
        θ ← θ + momentum · v - learning_rate · gradient

    where the second line uses the *new* velocity. This is Keras's form, for a gradient that is
    evaluated at θ, as every framework evaluates it.

    It is the look-ahead form in other coordinates. There, the parameters are φ and the
    gradient is taken where the velocity is about to carry them, at θ = φ + momentum · v::

        v ← momentum · v - learning_rate · gradient(φ + momentum · v)
        φ ← φ + v

    Write down the new φ + momentum · v in terms of the old one, and φ drops out: what remains
    is the form above. So the θ that you move *is* the look-ahead point, and nothing has to be
    evaluated anywhere else.

    Parameters
    ----------
    learning_rate
        What the gradient is multiplied by; 0 is allowed.
    momentum
        The share of the velocity that a step keeps, in [0, 1); with 0 this is plain gradient
        descent.

    Raises
    ------
    ValueError
        `learning_rate` is negative, or `momentum` is outside [0, 1).

    References
    ----------
    Nesterov (1983); Sutskever, Martens, Dahl & Hinton (2013), *On the importance of
    initialization and momentum in deep learning*, Equations 3 and 4, for the look-ahead form;
    Bengio, Boulanger-Lewandowski & Pascanu (2013), *Advances in optimizing recurrent networks*,
    Section 3.5, for the change of coordinates. It is Keras's ``SGD(momentum=..., nesterov=True)``.

    Examples
    --------
    >>> optimiser = Nesterov(learning_rate=0.25, momentum=0.5)
    >>> theta = optimiser.step(np.array([1.0, 1.0]), np.array([2.0, 0.0]))
    >>> theta
    array([0.25, 1.  ])
    >>> optimiser.step(theta, np.array([2.0, 0.0]))
    array([-0.625,  1.   ])
    """

    def __init__(self, learning_rate: float = 0.01, momentum: float = 0.9) -> None:
        if learning_rate < 0:
            raise ValueError(f"learning_rate must not be negative, got {learning_rate}")
        if not 0 <= momentum < 1:
            raise ValueError(f"momentum must be in [0, 1), got {momentum}")
        self.learning_rate = learning_rate
        self.momentum = momentum
        self.velocity: Array | None = None

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        velocity = np.zeros_like(theta) if self.velocity is None else self.velocity
        if not theta.shape == gradient.shape == velocity.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {velocity.shape}")
        push: Array = self.learning_rate * gradient
        self.velocity = self.momentum * velocity - push
        ahead: Array = self.momentum * self.velocity - push
        return theta + ahead


class AdaGrad:
    """AdaGrad: every parameter has its own step size, which shrinks with all it has seen.

    Every step, entry by entry, with the sum s starting at 0::

        s ← s + gradient²
        θ ← θ - learning_rate · gradient / (√s + epsilon)

    Nothing is ever taken from s, so the step sizes only shrink: that is the idea on a convex
    problem, and the trouble on a network, where learning may stop early.

    Parameters
    ----------
    learning_rate
        About the size of the first step; 0 is allowed.
    epsilon
        Keeps the division defined while s is 0; positive. It is added to the root, as in the
        paper (and in PyTorch). Keras's ``Adagrad`` adds it under the root, and starts s at 0.1:
        neither is asked for.

    Raises
    ------
    ValueError
        `learning_rate` is negative, or `epsilon` is not positive.

    References
    ----------
    Duchi, Hazan & Singer (2011), *Adaptive subgradient methods for online learning and
    stochastic optimization*, Figure 1 with diagonal matrices, where epsilon is δ.

    Examples
    --------
    >>> optimiser = AdaGrad(learning_rate=0.5)
    >>> theta = optimiser.step(np.array([1.0, 1.0, 1.0]), np.array([300.0, -0.04, 0.0]))
    >>> theta.round(3)
    array([0.5, 1.5, 1. ])
    >>> optimiser.step(theta, np.array([400.0, 0.0, 0.0])).round(3)
    array([0.1, 1.5, 1. ])
    """

    def __init__(self, learning_rate: float = 0.01, epsilon: float = 1e-7) -> None:
        if learning_rate < 0:
            raise ValueError(f"learning_rate must not be negative, got {learning_rate}")
        if epsilon <= 0:
            raise ValueError(f"epsilon must be positive, got {epsilon}")
        self.learning_rate = learning_rate
        self.epsilon = epsilon
        self.s: Array | None = None

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        s = np.zeros_like(theta) if self.s is None else self.s
        if not theta.shape == gradient.shape == s.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {s.shape}")
        self.s = s + gradient**2
        root: Array = np.sqrt(self.s)
        return theta - self.learning_rate * gradient / (root + self.epsilon)


class RMSProp:
    """RMSProp: AdaGrad that forgets, so that the steps do not die out.

    Every step, entry by entry, with the moving average s starting at 0::

        s ← rho · s + (1 - rho) · gradient²
        θ ← θ - learning_rate · gradient / (√s + epsilon)

    The average is not corrected for its start at 0, so the first step is 1 / √(1 - rho) times as
    long as `learning_rate`.

    Parameters
    ----------
    learning_rate
        The size of a step under a gradient that does not change; 0 is allowed.
    rho
        The share of the average that a step keeps, in [0, 1).
    epsilon
        Keeps the division defined while s is 0; positive. It is added to the root, as in PyTorch.
        (Hinton's slide has no epsilon; Keras's ``RMSprop`` adds it under the root, which is not
        asked for.)

    Raises
    ------
    ValueError
        `learning_rate` is negative, `rho` is outside [0, 1), or `epsilon` is not positive.

    References
    ----------
    Tieleman & Hinton (2012), *Lecture 6.5: rmsprop*, Coursera, Neural Networks for Machine
    Learning.

    Examples
    --------
    >>> optimiser = RMSProp(learning_rate=0.5, rho=0.75)
    >>> theta = optimiser.step(np.array([2.0, 2.0, 2.0]), np.array([300.0, -0.04, 0.0]))
    >>> theta.round(3)
    array([1., 3., 2.])
    """

    def __init__(
        self, learning_rate: float = 0.001, rho: float = 0.9, epsilon: float = 1e-7
    ) -> None:
        if learning_rate < 0:
            raise ValueError(f"learning_rate must not be negative, got {learning_rate}")
        if not 0 <= rho < 1:
            raise ValueError(f"rho must be in [0, 1), got {rho}")
        if epsilon <= 0:
            raise ValueError(f"epsilon must be positive, got {epsilon}")
        self.learning_rate = learning_rate
        self.rho = rho
        self.epsilon = epsilon
        self.s: Array | None = None

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        s = np.zeros_like(theta) if self.s is None else self.s
        if not theta.shape == gradient.shape == s.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {s.shape}")
        self.s = self.rho * s + (1 - self.rho) * gradient**2
        root: Array = np.sqrt(self.s)
        return theta - self.learning_rate * gradient / (root + self.epsilon)


class Adam:
    """Adam: momentum over RMSProp, both corrected for their start at zero.

    Every step, entry by entry, with m and v starting at 0 and t counting the steps from 1::

        m ← beta_1 · m + (1 - beta_1) · gradient
        v ← beta_2 · v + (1 - beta_2) · gradient²
        m̂ = m / (1 - beta_1^t)
        v̂ = v / (1 - beta_2^t)
        θ ← θ - learning_rate · m̂ / (√v̂ + epsilon)

    m and v are kept as they are: m̂ and v̂ are for this step only.

    This is Algorithm 1 of the paper, with epsilon added to the root of the *corrected* v. Keras
    uses the paper's rearrangement (just before its Section 2.1), which adds epsilon to the root
    of the uncorrected v: that is not asked for. The two part where gradients are about as small
    as epsilon.

    Parameters
    ----------
    learning_rate
        About the largest step that a parameter makes; 0 is allowed.
    beta_1, beta_2
        The shares of the moving averages m and v that a step keeps, in [0, 1).
    epsilon
        Keeps the division defined while v is 0; positive. The default is Keras's; the paper
        has 1e-8.

    Raises
    ------
    ValueError
        `learning_rate` is negative, a beta is outside [0, 1), or `epsilon` is not positive.

    References
    ----------
    Kingma & Ba (2015), *Adam: a method for stochastic optimization*, Algorithm 1.

    Examples
    --------
    >>> optimiser = Adam(learning_rate=0.5)
    >>> optimiser.step(np.array([1.0, 1.0, 1.0]), np.array([300.0, -0.04, 0.0])).round(3)
    array([0.5, 1.5, 1. ])
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        if learning_rate < 0:
            raise ValueError(f"learning_rate must not be negative, got {learning_rate}")
        if not (0 <= beta_1 < 1 and 0 <= beta_2 < 1):
            raise ValueError(f"both betas must be in [0, 1), got {beta_1} and {beta_2}")
        if epsilon <= 0:
            raise ValueError(f"epsilon must be positive, got {epsilon}")
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.moments: tuple[Array, Array] | None = None
        self.t = 0

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        m, v = self.moments or (np.zeros_like(theta), np.zeros_like(theta))
        if not theta.shape == gradient.shape == m.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {m.shape}")
        self.t += 1
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * gradient**2
        self.moments = m, v
        m_hat = m / (1 - self.beta_1**self.t)
        root: Array = np.sqrt(v / (1 - self.beta_2**self.t))
        return theta - self.learning_rate * m_hat / (root + self.epsilon)


class AdaMax:
    """AdaMax: Adam with the largest recent gradient in place of the root of the mean square.

    Every step, entry by entry, with m and u starting at 0 and t counting the steps from 1::

        m ← beta_1 · m + (1 - beta_1) · gradient
        u ← max(beta_2 · u, |gradient|)
        θ ← θ - learning_rate / (1 - beta_1^t) · m / (u + epsilon)

    u needs no correction: a maximum is not pulled towards its start at 0.

    Parameters
    ----------
    learning_rate
        About the largest step that a parameter makes; 0 is allowed.
    beta_1, beta_2
        The shares of m and u that a step keeps, in [0, 1).
    epsilon
        Keeps the division defined while u is 0; positive. The paper has none, and divides 0 by
        0 where a gradient is 0 from the start; it is asked for as in Keras.

    Raises
    ------
    ValueError
        `learning_rate` is negative, a beta is outside [0, 1), or `epsilon` is not positive.

    References
    ----------
    Kingma & Ba (2015), *Adam: a method for stochastic optimization*, Algorithm 2. It is Keras's
    ``Adamax``.

    Examples
    --------
    >>> optimiser = AdaMax(learning_rate=0.5)
    >>> optimiser.step(np.array([1.0, 1.0, 1.0]), np.array([300.0, -0.04, 0.0])).round(3)
    array([0.5, 1.5, 1. ])
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        if learning_rate < 0:
            raise ValueError(f"learning_rate must not be negative, got {learning_rate}")
        if not (0 <= beta_1 < 1 and 0 <= beta_2 < 1):
            raise ValueError(f"both betas must be in [0, 1), got {beta_1} and {beta_2}")
        if epsilon <= 0:
            raise ValueError(f"epsilon must be positive, got {epsilon}")
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.moments: tuple[Array, Array] | None = None
        self.t = 0

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        m, u = self.moments or (np.zeros_like(theta), np.zeros_like(theta))
        if not theta.shape == gradient.shape == m.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {m.shape}")
        self.t += 1
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        u = np.maximum(self.beta_2 * u, np.abs(gradient))
        self.moments = m, u
        rate = self.learning_rate / (1 - self.beta_1**self.t)
        largest: Array = u + self.epsilon
        return theta - rate * m / largest


class Nadam:
    """Nadam: Adam with Nesterov's look ahead in place of plain momentum.

    Every step, entry by entry, with m and v starting at 0 and t counting the steps from 1::

        m ← beta_1 · m + (1 - beta_1) · gradient
        v ← beta_2 · v + (1 - beta_2) · gradient²
        m̂ = beta_1 · m / (1 - beta_1^(t+1)) + (1 - beta_1) · gradient / (1 - beta_1^t)
        v̂ = v / (1 - beta_2^t)
        θ ← θ - learning_rate · m̂ / (√v̂ + epsilon)

    The first part of m̂ is what the *next* step will keep of m, so it is corrected with the
    next step's power, t + 1.

    This is the plain form, in which beta_1 stays the same. The paper's algorithm allows another
    one at each step, and Keras and PyTorch let it grow with t: that schedule is not asked for,
    and gives other numbers from the first step on.

    Parameters
    ----------
    learning_rate
        About the largest step that a parameter makes; 0 is allowed.
    beta_1, beta_2
        The shares of the moving averages m and v that a step keeps, in [0, 1).
    epsilon
        Keeps the division defined while v is 0; positive.

    Raises
    ------
    ValueError
        `learning_rate` is negative, a beta is outside [0, 1), or `epsilon` is not positive.

    References
    ----------
    Dozat (2016), *Incorporating Nesterov momentum into Adam*, ICLR workshop, Algorithm 2, with
    the same μ at every step, and with v̂ as in Adam.

    Examples
    --------
    >>> optimiser = Nadam(learning_rate=0.5, beta_1=0.5)
    >>> optimiser.step(np.array([1.0, 1.0, 1.0]), np.array([300.0, -0.04, 0.0])).round(3)
    array([0.333, 1.667, 1.   ])
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
    ) -> None:
        if learning_rate < 0:
            raise ValueError(f"learning_rate must not be negative, got {learning_rate}")
        if not (0 <= beta_1 < 1 and 0 <= beta_2 < 1):
            raise ValueError(f"both betas must be in [0, 1), got {beta_1} and {beta_2}")
        if epsilon <= 0:
            raise ValueError(f"epsilon must be positive, got {epsilon}")
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.moments: tuple[Array, Array] | None = None
        self.t = 0

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        m, v = self.moments or (np.zeros_like(theta), np.zeros_like(theta))
        if not theta.shape == gradient.shape == m.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {m.shape}")
        self.t += 1
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * gradient**2
        self.moments = m, v
        kept = self.beta_1 * m / (1 - self.beta_1 ** (self.t + 1))
        fresh = (1 - self.beta_1) * gradient / (1 - self.beta_1**self.t)
        root: Array = np.sqrt(v / (1 - self.beta_2**self.t))
        return theta - self.learning_rate * (kept + fresh) / (root + self.epsilon)


class AdamW:
    """AdamW: Adam, and a weight decay that Adam does not see.

    Every step, entry by entry, with m and v starting at 0 and t counting the steps from 1::

        m ← beta_1 · m + (1 - beta_1) · gradient
        v ← beta_2 · v + (1 - beta_2) · gradient²
        m̂ = m / (1 - beta_1^t)
        v̂ = v / (1 - beta_2^t)
        θ ← θ - learning_rate · (m̂ / (√v̂ + epsilon) + weight_decay · θ)

    where the θ on the right is the old one: the one that was passed in. The decay is *decoupled*:
    it is no part of the gradient, so it enters neither m nor v and is not divided by √v̂. All
    parameters shrink at the same rate, also those whose gradient is 0.

    As in Keras and PyTorch, `learning_rate` multiplies the decay as well. (In the paper it does
    not: only the schedule does.)

    Parameters
    ----------
    learning_rate
        About the largest step that Adam makes of its own; 0 is allowed.
    beta_1, beta_2
        The shares of the moving averages m and v that a step keeps, in [0, 1).
    epsilon
        Keeps the division defined while v is 0; positive. It is added to the root of the
        corrected v, as in `Adam`.
    weight_decay
        What a parameter loses of itself in a step, over the learning rate; not negative. With
        0 this is Adam.

    Raises
    ------
    ValueError
        `learning_rate` or `weight_decay` is negative, a beta is outside [0, 1), or `epsilon` is
        not positive.

    References
    ----------
    Loshchilov & Hutter (2019), *Decoupled weight decay regularization*, Algorithm 2.

    Examples
    --------
    >>> optimiser = AdamW(learning_rate=0.5, weight_decay=0.125)
    >>> optimiser.step(np.array([1.0, 1.0, 1.0]), np.array([300.0, -0.04, 0.0])).round(4)
    array([0.4375, 1.4375, 0.9375])
    """

    def __init__(
        self,
        learning_rate: float = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float = 0.004,
    ) -> None:
        if learning_rate < 0 or weight_decay < 0:
            raise ValueError(f"negative learning_rate {learning_rate} or decay {weight_decay}")
        if not (0 <= beta_1 < 1 and 0 <= beta_2 < 1):
            raise ValueError(f"both betas must be in [0, 1), got {beta_1} and {beta_2}")
        if epsilon <= 0:
            raise ValueError(f"epsilon must be positive, got {epsilon}")
        self.learning_rate = learning_rate
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.weight_decay = weight_decay
        self.moments: tuple[Array, Array] | None = None
        self.t = 0

    def step(self, theta: Array, gradient: Array) -> Array:
        """Return the parameters after one step; the first call makes the state.

        Parameters
        ----------
        theta
            The parameters: an array of floats of any shape. It is not changed.
        gradient
            The gradient of the loss at `theta`, of its shape and dtype; not changed either.
            Whoever calls may write the next one into the same array.

        Returns
        -------
        array of the shape and dtype of `theta`
            The new parameters, in a new array each time: it shares no memory with what was passed
            in, and later steps leave it as it is. Where `theta` is 0-d, NumPy's scalar of its
            dtype will do.

        Raises
        ------
        ValueError
            `theta` and `gradient` differ in shape, or their shape is not that of the first
            step. Such a call does not count: it leaves the state as it was.
        """
        m, v = self.moments or (np.zeros_like(theta), np.zeros_like(theta))
        if not theta.shape == gradient.shape == m.shape:
            raise ValueError(f"shapes differ: {theta.shape}, {gradient.shape}, {m.shape}")
        self.t += 1
        m = self.beta_1 * m + (1 - self.beta_1) * gradient
        v = self.beta_2 * v + (1 - self.beta_2) * gradient**2
        self.moments = m, v
        m_hat = m / (1 - self.beta_1**self.t)
        root: Array = np.sqrt(v / (1 - self.beta_2**self.t))
        move: Array = m_hat / (root + self.epsilon) + self.weight_decay * theta
        return theta - self.learning_rate * move
