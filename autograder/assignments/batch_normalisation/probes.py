"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def weights_apart(layer: Any, weights: list[Array], x: Array) -> tuple[list[Array], ...]:
    """Return a layer's weights after their givers and takers have been careless with them.

    In this order: what was set, after the arrays that it was set from have been changed; the
    same, after a call in training that it should not follow; what the layer then has; and the
    same, after that has been changed where it was taken to.
    """
    given = [vector.copy() for vector in weights]
    layer.set_weights(given)
    for vector in given:
        vector += 1
    first = [vector.copy() for vector in layer.get_weights()]
    taken = layer.get_weights()
    layer(x, training=True)
    second = [vector.copy() for vector in taken]
    taken = layer.get_weights()
    third = [vector.copy() for vector in taken]
    for vector in taken:
        vector += 1
    return first, second, third, layer.get_weights()
