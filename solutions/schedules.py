"""Learning rates that change while a network trains, and a test that finds where to begin."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Steps = int | NDArray[np.integer]
Rates = float | NDArray[np.float64]


def power_schedule(
    step: Steps, initial_rate: float, decay_steps: float, exponent: float = 1.0
) -> Rates:
    """Return the learning rate of power scheduling, which falls fast first and ever slower.

    With t the step, s `decay_steps` and c `exponent`::

        rate(t) = initial_rate / (1 + t / s)^c

    With c = 1 the rate is a half of its initial value after s steps, a third after 2 s, a
    quarter after 3 s.

    Parameters
    ----------
    step
        How many steps have been taken before: 0, 1, 2, ... A whole number (Python's or NumPy's),
        or an array of whole numbers of any shape.
    initial_rate
        The rate at step 0.
    decay_steps
        The number s; positive, and not always whole.
    exponent
        The number c.

    Returns
    -------
    float or array of dtype float64
        For a number as `step` a float (Python's or NumPy's), for an array an array of its shape.

    Raises
    ------
    ValueError
        `decay_steps` is zero or negative.

    References
    ----------
    Darken & Moody (1990), *Note on learning rate schedules for stochastic optimization*, with
    c = 1: "search then converge". Keras has that as ``InverseTimeDecay`` with a decay rate of 1.

    Examples
    --------
    >>> power_schedule(np.array([0, 10, 20, 30]), 0.12, decay_steps=10)
    array([0.12, 0.06, 0.04, 0.03])
    """
    if decay_steps <= 0:
        raise ValueError(f"decay_steps must be positive, got {decay_steps}")
    return initial_rate / (1 + np.asarray(step) / decay_steps) ** exponent


def exponential_schedule(
    step: Steps,
    initial_rate: float,
    decay_steps: float,
    factor: float = 0.1,
    staircase: bool = False,
) -> Rates:
    """Return the learning rate of exponential scheduling: every `decay_steps` steps, a tenth.

    With t the step and s `decay_steps`::

        rate(t) = initial_rate · factor^(t / s)

    and with `staircase` the same with t / s rounded down, so that the rate stays constant for s
    steps and then drops at once, first at step s.

    Parameters
    ----------
    step
        A whole number (Python's or NumPy's), 0 or more, or an array of whole numbers of any shape.
    initial_rate
        The rate at step 0.
    decay_steps
        The number s of steps after which the rate has been multiplied by `factor`; positive, and
        not always whole.
    factor
        Positive; a tenth, if nothing else is given. With a factor above 1 the rate grows.
    staircase
        Whether the rate drops in stairs.

    Returns
    -------
    float or array of dtype float64
        For a number as `step` a float (Python's or NumPy's), for an array an array of its shape.

    Raises
    ------
    ValueError
        `decay_steps` is zero or negative.

    References
    ----------
    Géron (2022), *Hands-on machine learning*, Chapter 11. It is Keras's ``ExponentialDecay``.

    Examples
    --------
    >>> exponential_schedule(np.array([0, 10, 20]), 0.5, decay_steps=10)
    array([0.5  , 0.05 , 0.005])
    >>> exponential_schedule(np.array([9, 10, 11]), 0.5, decay_steps=10, staircase=True)
    array([0.5 , 0.05, 0.05])
    """
    if decay_steps <= 0:
        raise ValueError(f"decay_steps must be positive, got {decay_steps}")
    progress = np.asarray(step) / decay_steps
    return initial_rate * factor ** (np.floor(progress) if staircase else progress)


def piecewise_constant(step: Steps, boundaries: Sequence[int], values: Sequence[float]) -> Rates:
    """Return a learning rate that is constant between boundaries.

    With boundaries b_1 < b_2 < ... < b_k and values v_0, v_1, ..., v_k::

        rate(t) = v_0    if t <= b_1
                  v_1    if b_1 < t <= b_2
                  ...
                  v_k    if t > b_k

    So *at* a boundary the old value still holds, as in Keras's ``PiecewiseConstantDecay``.

    Parameters
    ----------
    step
        A whole number (Python's or NumPy's), 0 or more, or an array of whole numbers of any shape.
    boundaries
        The k boundaries, increasing; there may be none.
    values
        The k + 1 rates, falling or not. Where all of them are whole numbers, floats come back too.

    Returns
    -------
    float or array of dtype float64
        For a number as `step` a float (Python's or NumPy's), for an array an array of its shape.

    Raises
    ------
    ValueError
        There is not one value more than there are boundaries, or a boundary is not larger than
        the one before it. (Keras does not look at the second.)

    Examples
    --------
    >>> piecewise_constant(np.array([0, 10, 11, 21]), [10, 20], [0.1, 0.01, 0.001])
    array([0.1  , 0.1  , 0.01 , 0.001])
    """
    if len(values) != len(boundaries) + 1:
        raise ValueError(f"{len(boundaries)} boundaries and {len(values)} values do not fit")
    if np.any(np.diff(boundaries) <= 0):
        raise ValueError(f"boundaries must increase, got {boundaries}")
    rates: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    return rates[np.searchsorted(boundaries, step)]


class PerformanceScheduling:
    """A learning rate that is lowered when the validation loss has stopped falling.

    After every epoch it is told the validation loss, and says the rate for the next epoch:

    1. A loss is an *improvement* if it is smaller than best - min_delta, where best is the
       smallest loss that ever was an improvement (before the first one, infinity). An
       improvement becomes the new best, and the count of bad epochs starts again at 0.
    2. Any other epoch (one whose loss is NaN, too) is *bad*, and is counted, unless it is one of
       the `cooldown` epochs right after the rate was lowered: these are not counted, but may be
       improvements.
    3. When `patience` bad epochs have been counted, the rate is multiplied by `factor`, but
       never falls below `min_rate`; the count starts again at 0. The best loss stays.

    Parameters
    ----------
    initial_rate
        The rate of the first epoch; positive.
    factor
        What the rate is multiplied by; between 0 and 1, both excluded.
    patience
        How many bad epochs it takes; at least 1.
    min_delta
        By how much a loss has to be smaller to count.
    cooldown
        For how many epochs after a reduction bad epochs are not counted.
    min_rate
        The smallest rate; no larger than `initial_rate`.

    Raises
    ------
    ValueError
        `factor` is not between 0 and 1, or `patience` is smaller than 1.

    References
    ----------
    It is Keras's ``ReduceLROnPlateau``, but for the cooldown: Keras counts the last epoch of the
    cooldown, so its cooldown of n + 1 epochs is one of n epochs here (and PyTorch's).

    Examples
    --------
    >>> scheduling = PerformanceScheduling(0.1, factor=0.5, patience=2)
    >>> [scheduling.update(loss) for loss in (1.0, 0.9, 0.9, 0.95, 0.8)]
    [0.1, 0.1, 0.1, 0.05, 0.05]
    """

    def __init__(
        self,
        initial_rate: float,
        factor: float = 0.1,
        patience: int = 10,
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_rate: float = 0.0,
    ) -> None:
        """Remember the arguments; no epoch has passed yet."""
        if not 0 < factor < 1:
            raise ValueError(f"factor must be between 0 and 1, got {factor}")
        if patience < 1:
            raise ValueError(f"patience must be at least 1, got {patience}")
        self.rate = initial_rate
        self.factor = factor
        self.patience = patience
        self.min_delta = min_delta
        self.cooldown = cooldown
        self.min_rate = min_rate
        self.best = math.inf
        self.patience_left = patience
        self.resting = 0

    def update(self, loss: float) -> float:
        """Take in the validation loss of an epoch and return the rate for the next one.

        Parameters
        ----------
        loss
            The validation loss of the epoch that has just ended.

        Returns
        -------
        float
            The learning rate for the next epoch; Python's or NumPy's.
        """
        if loss < self.best - self.min_delta:
            self.best = loss
            self.patience_left = self.patience
        elif not self.resting:
            self.patience_left -= 1
        self.resting = max(self.resting - 1, 0)
        if not self.patience_left:
            self.rate = max(self.rate * self.factor, self.min_rate)
            self.patience_left = self.patience
            self.resting = self.cooldown
        return self.rate


def one_cycle(
    step: Steps,
    total_steps: int,
    max_rate: float,
    start_rate: float | None = None,
    final_rate: float | None = None,
    last_fraction: float = 0.1,
) -> Rates:
    """Return the learning rate of 1cycle: up, down again by the same way, and down to the end.

    The steps of a training run are 0, 1, ..., T - 1 with T = `total_steps`, and
    u = t / (T - 1) goes from 0 to 1. With f = `last_fraction`, the rate is linear between::

        u = 0             rate = start_rate
        u = (1 - f) / 2   rate = max_rate
        u = 1 - f         rate = start_rate
        u = 1             rate = final_rate

    That is a warm-up, a way back that takes as long, and a last stretch that takes the rate down
    by orders of magnitude. (Linearly, as the rest: it is the end point that is so small.) After
    the last step the rate stays `final_rate`.

    Parameters
    ----------
    step
        A whole number (Python's or NumPy's), 0 or more, or an array of whole numbers of any shape.
    total_steps
        The number T of steps of the whole training run; at least 2.
    max_rate
        The rate at the peak.
    start_rate
        The rate at the first step, which may be 0; None stands for a tenth of `max_rate`.
    final_rate
        The rate at the last step, which may be 0; None stands for a thousandth of the start
        rate, also of one that is given.
    last_fraction
        The share f of the last stretch; between 0 and 1, both excluded.

    Returns
    -------
    float or array of dtype float64
        For a number as `step` a float (Python's or NumPy's), for an array an array of its shape.

    Raises
    ------
    ValueError
        `total_steps` is smaller than 2, or `last_fraction` is not between 0 and 1.

    References
    ----------
    Smith (2018), *A disciplined approach to neural network hyper-parameters, part 1*,
    Section 4.1; in the form of Géron (2022), *Hands-on machine learning*, Chapter 11.

    Examples
    --------
    >>> one_cycle(np.array([0, 45, 90, 100]), 101, max_rate=1.0)
    array([1.e-01, 1.e+00, 1.e-01, 1.e-04])
    """
    if total_steps < 2:
        raise ValueError(f"total_steps must be at least 2, got {total_steps}")
    if not 0 < last_fraction < 1:
        raise ValueError(f"last_fraction must be between 0 and 1, got {last_fraction}")
    start = max_rate / 10 if start_rate is None else start_rate
    final = start / 1000 if final_rate is None else final_rate
    turns = [0, (1 - last_fraction) / 2, 1 - last_fraction, 1]
    return np.interp(np.asarray(step) / (total_steps - 1), turns, [start, max_rate, start, final])


def one_cycle_momentum(
    step: Steps,
    total_steps: int,
    max_momentum: float = 0.95,
    min_momentum: float = 0.85,
    last_fraction: float = 0.1,
) -> Rates:
    """Return the momentum of 1cycle, which is lowest when the learning rate is highest.

    With u = t / (T - 1) and f as in `one_cycle`, the momentum is linear between::

        u = 0             momentum = max_momentum
        u = (1 - f) / 2   momentum = min_momentum
        u = 1 - f         momentum = max_momentum
        u = 1             momentum = max_momentum

    and stays `max_momentum` after the last step.

    Parameters
    ----------
    step
        A whole number (Python's or NumPy's), 0 or more, or an array of whole numbers of any shape.
    total_steps
        The number T of steps of the whole training run; at least 2.
    max_momentum
        The momentum at the first step, and during the last stretch.
    min_momentum
        The momentum at the peak of the learning rate.
    last_fraction
        The share f of the last stretch; between 0 and 1, both excluded.

    Returns
    -------
    float or array of dtype float64
        For a number as `step` a float (Python's or NumPy's), for an array an array of its shape.

    Raises
    ------
    ValueError
        `total_steps` is smaller than 2, or `last_fraction` is not between 0 and 1.

    References
    ----------
    Smith (2018), *A disciplined approach to neural network hyper-parameters, part 1*,
    Section 4.3; the numbers are those of Géron (2022), *Hands-on machine learning*, Chapter 11.

    Examples
    --------
    >>> one_cycle_momentum(np.array([0, 45, 90, 100]), 101)
    array([0.95, 0.85, 0.95, 0.95])
    """
    turned = (min_momentum, max_momentum, max_momentum)
    return one_cycle(step, total_steps, *turned, last_fraction)


def range_test_rates(low: float, high: float, n: int) -> NDArray[np.float64]:
    """Return the learning rates of a range test: from `low` to `high`, each a factor larger.

    For i = 0, 1, ..., n - 1::

        rate_i = low · (high / low)^(i / (n - 1))

    so the first is `low`, the last is `high`, and the ratio of neighbours is always the same.

    Parameters
    ----------
    low
        The first rate; positive.
    high
        The last rate; larger than `low`.
    n
        How many rates; at least 2.

    Returns
    -------
    array of shape (n,) and dtype float64
        A new one at each call.

    Raises
    ------
    ValueError
        `low` is not positive, `high` is not larger than `low`, or `n` is smaller than 2.

    References
    ----------
    Smith (2017), *Cyclical learning rates for training neural networks*, Section 3.3, raises the
    rate linearly; geometrically, as Géron (2022), Chapter 11, it covers several orders of
    magnitude.

    Examples
    --------
    >>> range_test_rates(1e-3, 10.0, 5)
    array([1.e-03, 1.e-02, 1.e-01, 1.e+00, 1.e+01])
    """
    if low <= 0:
        raise ValueError(f"low must be positive, got {low}")
    if high <= low:
        raise ValueError(f"high must be larger than low, got {high}")
    if n < 2:
        raise ValueError(f"n must be at least 2, got {n}")
    return np.asarray(low * (high / low) ** (np.arange(n) / (n - 1)))


def pick_rate(
    rates: NDArray[np.float64],
    losses: NDArray[np.float64],
    beta: float = 0.9,
    blow_up: float = 4.0,
) -> float:
    """Return a tenth of the learning rate at which a range test's loss was lowest.

    The losses of single batches are noisy, so they are smoothed first, by a moving average with
    its bias corrected. For i = 0, 1, ... and with m_(-1) = 0::

        m_i = beta · m_(i-1) + (1 - beta) · loss_i
        smooth_i = m_i / (1 - beta^(i+1))

    The test ends *before* the first step at which the loss is not finite (NaN, inf, -inf) or
    smooth_i > blow_up · (the smallest smooth_j so far, with j < i): whatever comes after that is
    ignored. Of the steps before the end, take the one with the smallest smooth_i (the first, if
    there are several); what is returned is its rate, divided by 10.

    Parameters
    ----------
    rates
        The learning rates that were tried, an array of shape (n,), from low to high.
    losses
        The loss at each of them, an array of shape (n,); where finite, positive. Neither array
        is changed.
    beta
        How much of the moving average is kept at each step; 0 or more, smaller than 1.
    blow_up
        How much larger than the smallest the smoothed loss has to be to end the test.

    Returns
    -------
    float
        Python's or NumPy's.

    Raises
    ------
    ValueError
        The arrays differ in length, or there is no step before the end: no loss at all, or the
        first is not finite.

    References
    ----------
    The tenth: Géron (2022), *Hands-on machine learning*, Chapter 11. Smoothing and end: the
    learning rate finder of fastai (Howard & Gugger, 2020), which smooths with beta = 0.98.

    Examples
    --------
    >>> rates = range_test_rates(1e-4, 1.0, 5)
    >>> losses = np.array([2.0, 1.5, 1.0, 1.2, 9.0])
    >>> round(pick_rate(rates, losses, beta=0.0), 6)
    0.001
    """
    if len(rates) != len(losses):
        raise ValueError(f"{len(rates)} rates and {len(losses)} losses do not fit")
    average, best, picked = 0.0, math.inf, math.nan
    for i, loss in enumerate(losses):
        average += (1 - beta) * (loss - average)
        smooth = average / (1 - beta ** (i + 1))
        if not math.isfinite(loss) or smooth > blow_up * best:
            break
        if smooth < best:
            best, picked = smooth, rates[i]
    if math.isnan(picked):
        raise ValueError("the loss was never finite")
    return float(picked / 10)
