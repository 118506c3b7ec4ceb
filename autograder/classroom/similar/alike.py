"""Which answers to one exercise are alike, beyond what everybody has been given and many write.

What counts of an answer is its own: the runs of its shape that are in nothing that was given. Each
weighs 1 if at most two have it, and the less the more have it, down to nothing if all have. Two
answers are alike if enough of what is their own, and most of it in one of them, is in both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

# So much of what is their own has to be alike, in runs. An edit of one place makes 16 runs.
LEAST = 24
# And at least this share of what is its own in one of the two.
MOST_OF_IT = 0.5


@dataclass(frozen=True)
class Alike:
    """Two answers to an exercise, by their students, and how much of them is alike.

    `weight` is in runs, `share` of what is its own in the answer that has less.
    """

    students: tuple[str, str]
    weight: float
    share: float


def alike(own: Mapping[str, Sequence[int]]) -> list[Alike]:
    """Return the pairs of answers to one exercise that are alike.

    Parameters
    ----------
    own
        Of each student's answer the runs that are its own, by their numbers.
    """
    students = sorted(own)
    weights = _common([own[student] for student in students])
    smaller = np.minimum.outer(weights.diagonal(), weights.diagonal())
    found = np.argwhere(np.triu((weights >= LEAST) & (weights >= MOST_OF_IT * smaller), 1))
    return [
        Alike(
            (students[one], students[other]),
            float(weights[one, other]),
            float(weights[one, other] / smaller[one, other]),
        )
        for one, other in found
    ]


def _common(own: list[Sequence[int]]) -> NDArray[np.float64]:
    """Return how much each two answers have in common, and on the diagonal how much each has."""
    runs: dict[int, int] = {}
    columns = [runs.setdefault(run, len(runs)) for answer in own for run in answer]
    if not columns:
        return np.zeros((len(own), len(own)))
    rows = np.repeat(np.arange(len(own)), [len(answer) for answer in own])
    values = np.sqrt(_weights(np.bincount(columns), len(own)))[columns]
    matrix = csr_matrix((values, (rows, columns)), shape=(len(own), len(runs)))
    common: NDArray[np.float64] = (matrix @ matrix.T).toarray()
    return common


def _weights(known: NDArray[np.integer[Any]], answers: int) -> NDArray[np.float64]:
    """Return what a run weighs that is known to so many, of so many who have answered."""
    weights: NDArray[np.float64] = 1 - np.log(np.maximum(known - 1, 1)) / np.log(max(answers, 2))
    return weights
