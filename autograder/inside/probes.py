"""Looks at what cannot cross the wire: Keras models, variables and layers.

A probe is given an instance of a student's class, or a student's function, and plain data. It
uses it beside the student's code and returns plain data: numbers and arrays that the judge
compares with the truth, which it has worked out for itself. What a probe returns is a claim
like everything else from this side, so a good probe returns what only a right answer gives
(predictions on fresh inputs, a trajectory), not a bare yes.

Keras is imported where it is used: most assignments do without.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def weights_apart(layer: Any, weights: list[Array], x: Array) -> tuple[list[Array], ...]:
    """Return a layer's weights after their givers and takers have been careless with them.

    They are taken after the arrays that were set have been changed, after a call in training
    that they should not follow, and after the arrays that were taken have been changed.
    """
    given = [vector.copy() for vector in weights]
    layer.set_weights(given)
    for vector in given:
        vector += 1
    first = [vector.copy() for vector in layer.get_weights()]
    taken = layer.get_weights()
    layer(x, training=True)
    second = [vector.copy() for vector in taken]
    for vector in taken:
        vector += 1
    return first, second, layer.get_weights()
