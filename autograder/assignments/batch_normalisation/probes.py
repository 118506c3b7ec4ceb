"""Looks at what cannot cross the wire; see `autograder.inside.probing`."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def after_changing_the_arguments(function: Any, *given: Any, **settings: Any) -> Any:
    """Return what a function returned, after the arrays that it was given have been changed."""
    answer = function(*given, **settings)
    for array in given:
        if isinstance(array, np.ndarray):
            array += 1
    return answer


def back_after_changes(layer: Any, x: Array, upstream: Array) -> Any:
    """Return the gradients of a call in training whose input and output have changed since."""
    y = layer(x, training=True)
    for array in (x, y):
        if isinstance(array, np.ndarray):
            array[:1] *= -3  # one example alone: the normalised batch would be another
    return layer.backward(upstream)


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
