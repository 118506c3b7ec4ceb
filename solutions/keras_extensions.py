"""Parts of the course's toolbox, written as Keras users write them: subclasses."""

import math
from typing import Any

import keras


@keras.saving.register_keras_serializable(package="course")
class HeNormal(keras.initializers.Initializer):
    """He (Kaiming) weights from a truncated normal distribution, as a Keras initialiser.

    The variance is::

        Var[w] = 2 / fan_in

    The law is that of ``keras.initializers.HeNormal``: values beyond two standard deviations
    of the parent normal do not occur, and the variance above is that of what is left. An
    instance can be given to any layer::

        keras.layers.Dense(100, activation="relu", kernel_initializer=HeNormal(seed=1))

    Parameters
    ----------
    seed
        A whole number, or None. Every call of an initialiser with a whole number gives the
        same weights for the same shape and dtype, and so does another initialiser with that
        seed; initialisers without a seed give different weights.

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Equation 10.

    Examples
    --------
    >>> weights = HeNormal(seed=1)((800, 100))
    >>> tuple(weights.shape)
    (800, 100)
    >>> HeNormal.from_config(HeNormal(seed=1).get_config()).get_config()
    {'seed': 1}
    """

    def __init__(self, seed: int | None = None) -> None:
        """Remember the seed; nothing is drawn yet."""
        self.seed = seed

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None) -> Any:
        """Return weights as a tensor.

        Parameters
        ----------
        shape
            The shape of the weights, in Keras's layout: ``(in, out)`` for a dense kernel,
            ``(*spatial, in_channels, out_channels)`` for a convolution kernel, ``(n,)`` for a
            vector, whose fan-in is ``n``.
        dtype
            The floating dtype of the tensor, ``"float32"`` for example; None stands for
            Keras's default, ``keras.config.floatx()``.

        Returns
        -------
        tensor of shape `shape` and dtype `dtype`
        """
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else math.prod(shape)
        cut = 2.0
        density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
        mass = math.erf(cut / math.sqrt(2))
        kept = 1 - 2 * cut * density / mass
        stddev = math.sqrt(2 / fan_in / kept)
        return keras.random.truncated_normal(shape, stddev=stddev, dtype=dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initialiser, as a dictionary.

        Returns
        -------
        dict
            ``{"seed": seed}``, with the seed as it was given.
        """
        return {"seed": self.seed}
