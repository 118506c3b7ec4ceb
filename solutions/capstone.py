"""The capstone's experiments around the nets: inputs that suit them, and numbers out of them."""

import math
from statistics import median
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
History = dict[str, list[float]]


def standardise(train: Array, *others: Array) -> tuple[Array, ...]:
    """Give each input a mean of 0 and a standard deviation of 1 over the training set.

    Each position of an image (each pixel of each channel) is an input of its own::

        mean = the mean over the images of `train`
        std  = the standard deviation over them, the sum of squares divided by their number
        z    = (x - mean) / std

    The mean and the standard deviation of the *training set* serve all sets: a validation or
    test set must not take part in choosing the preprocessing, and an image must look the same
    to the net whichever set it is in. An input that is the same in all images of `train` has
    nothing to be divided by; there, z = x - mean. (Compare the images: of a constant such as 0.1
    the computed standard deviation may be 1e-17.) However little another varies, it is divided.

    Parameters
    ----------
    train
        An array of shape ``(n, ...)``, of two dimensions or more, n at least 1: whole numbers
        (images of type uint8, for example) or floats. It is not changed.
    others
        Any number of arrays of shape ``(m, ...)`` with the same dimensions but for the first,
        which may be 0. They are not changed.

    Returns
    -------
    tuple of arrays of dtype float32
        `train` and the others, standardised, in the order in which they were given.

    References
    ----------
    LeCun, Bottou, Orr & Müller (1998), *Efficient BackProp*, Section 4.3.

    Examples
    --------
    >>> train, test = standardise(np.array([[0.0, 5.0], [4.0, 5.0]]), np.array([[8.0, 6.0]]))
    >>> train
    array([[-1.,  0.],
           [ 1.,  0.]], dtype=float32)
    >>> test
    array([[3., 1.]], dtype=float32)
    """
    mean = np.mean(train, axis=0, dtype=np.float64)
    std = np.std(train, axis=0, dtype=np.float64)
    varies = np.any(train != train[:1], axis=0)
    scale = np.where(varies, std, 1.0)
    return tuple(((part - mean) / scale).astype(np.float32) for part in (train, *others))


def report(
    histories: dict[str, History], baseline: str, to_the_end: tuple[str, ...] = ()
) -> dict[str, dict[str, Any]]:
    """Read the numbers of a report off the saved histories of the trainings.

    A history has a list for each quantity, with one number an epoch: ``"val_loss"``,
    ``"val_accuracy"`` and ``"seconds"``, all equally long. Epochs are counted from 1. An epoch
    whose validation loss is NaN has diverged, and its loss is not the lowest.

    Parameters
    ----------
    histories
        The histories by the names of the experiments. They are not changed.
    baseline
        The name of the experiment that the others are compared with.
    to_the_end
        The names of the experiments that followed a schedule to its end and kept their last
        weights. The others stopped early and kept their best.

    Returns
    -------
    dict
        For each experiment, in the same order, a dictionary with

        - ``"epochs"``: how many epochs it was trained;
        - ``"kept_epoch"``: the epoch whose weights were kept. That is the one with the lowest
          validation loss, the first if there are several; or the last epoch, for an experiment
          in `to_the_end`;
        - ``"val_accuracy"``: the validation accuracy *of that epoch*, which need not be the
          highest;
        - ``"catches_up"``: the first epoch whose validation loss is at most the lowest of the
          baseline, or None if there is none;
        - ``"relative_time"``: the median time of an epoch, as a multiple of the baseline's. The
          median, because the first epoch also has the compiling to do.

        Epochs are Python ints, the other numbers floats, not rounded.

    Raises
    ------
    KeyError
        There is no experiment called `baseline`.

    Examples
    --------
    >>> b = {"val_loss": [2.0, 1.5, 1.6], "val_accuracy": [0.3, 0.4, 0.5], "seconds": [9, 4, 4]}
    >>> c = {"val_loss": [1.8, 1.4], "val_accuracy": [0.4, 0.5], "seconds": [11.0, 5.0]}
    >>> for name, numbers in report({"b": b, "c": c}, baseline="b").items():
    ...     print(name, numbers)
    b {'epochs': 3, 'kept_epoch': 2, 'val_accuracy': 0.4, 'catches_up': 2, 'relative_time': 1.0}
    c {'epochs': 2, 'kept_epoch': 2, 'val_accuracy': 0.5, 'catches_up': 2, 'relative_time': 2.0}
    """
    losses = {
        name: [math.inf if math.isnan(loss) else loss for loss in history["val_loss"]]
        for name, history in histories.items()
    }
    target = min(losses[baseline])
    pace = median(histories[baseline]["seconds"])
    told = {}
    for name, history in histories.items():
        best = losses[name].index(min(losses[name]))
        kept = len(losses[name]) - 1 if name in to_the_end else best
        reached = [epoch for epoch, loss in enumerate(losses[name], start=1) if loss <= target]
        told[name] = {
            "epochs": len(losses[name]),
            "kept_epoch": kept + 1,
            "val_accuracy": float(history["val_accuracy"][kept]),
            "catches_up": reached[0] if reached else None,
            "relative_time": median(history["seconds"]) / pace,
        }
    return told
