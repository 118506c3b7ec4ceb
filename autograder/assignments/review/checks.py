"""What counts as a right answer in the assignment on the chapter's questions.

Nothing here is random but the inputs: what an exercise needs of chance, such as dropout's masks,
it is given. So every answer is compared with the reference's, number by number. Counts are asked
about cases that leave no doubt: what is counted is well clear of where rounding could decide.
"""
# ruff: noqa: D103 - a check's title says what it checks

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from autograder.api import Answer, Curves, Refused, Student, check, expect
from solutions import review as reference

Array = np.ndarray[Any, Any]

# Rounding: some tens of steps on numbers of about 1, in whatever order the sums are taken. The
# smallest wrong term that could hide is far above it: every rate is at least 0.01.
RTOL = 1e-8
ATOL = 1e-10


# Comparing


def _parts(answer: Answer, *names: str) -> list[Answer]:
    """Return the items of a tuple as answers of their own, or refuse what is no such tuple."""
    asked = [f"{answer.asked}: {name}" for name in names]
    wanted = f"a tuple of {', '.join(names[:-1])} and {names[-1]} was expected"
    return expect.parts(answer, asked, wanted)


def _close(answer: Answer, expected: Array) -> None:
    expect.close(answer, np.asarray(expected), RTOL, ATOL)


def _roughly(answer: Answer, expected: Array) -> None:
    """Refuse other numbers; what is no such array of floats is left to another check.

    To be asked where a count is right: with other numbers it is so by chance.
    """
    value = answer.value
    if type(value) is np.ndarray and value.dtype.kind == "f" and value.shape == expected.shape:
        expect.close(Answer(value.astype(float), answer.asked), expected, 1e-5, 1e-5)


def _equal_because(answer: Answer, expected: object, because: str = "") -> None:
    """Refuse any other count (or None, or text) than the one expected, and say why it is that."""
    try:
        expect.equal(answer, expected, "is")
    except Refused as refused:
        if not because or expect.equals(answer.value, expected):
            raise
        raise Refused(f"{refused}: {because}") from None


def _table_close(answer: Answer, expected: Array, columns: Sequence[str]) -> None:
    """Refuse a wrong table with one row for each layer, and say where it goes wrong first."""
    value = expect.floats(answer, expected.shape)
    wrong = np.abs(value - expected) > ATOL + RTOL * np.abs(expected)
    if np.any(wrong):
        layer = int(np.argmax(np.any(wrong, axis=1)))
        column = int(np.argmax(wrong[layer]))
        raise Refused(
            f"{answer.asked}: {columns[column]} of layer {layer + 1} of {len(expected)} is "
            f"{value[layer, column]:.6g}; {expected[layer, column]:.6g} was expected"
        )


# Question 1: distinct_units


def _network(
    draw: np.random.Generator, units: int, inputs: int = 3
) -> tuple[Array, Array, Array, Array]:
    """Return weights of units that all differ, instances and targets."""
    n = int(draw.integers(5, 9))
    hidden = draw.normal(0, 0.7, (inputs, units))
    output = np.linspace(-1, 1, units) + draw.uniform(0.1, 0.2)
    return hidden, output, draw.normal(0, 1, (n, inputs)), draw.normal(0, 1, n)


Asked = tuple[Answer, list[Answer], tuple[Any, ...]]


def _counted(student: Student, questions: Sequence[tuple[str, tuple[Any, ...]]]) -> list[Asked]:
    """Ask about several networks, and refuse a wrong count only when all have been answered.

    What an answer says of all of them tells mistakes apart that say the same of some.
    """
    asked = [student.call("distinct_units", *arguments) for _, arguments in questions]
    found = []
    for answer, (because, arguments) in zip(asked, questions, strict=True):
        parts = _parts(answer, "count", "hidden", "output")
        right = reference.distinct_units(*arguments)
        _equal_because(parts[0], right[0], because)
        found.append((answer, parts, right))
    return found


# Two units of four weights each, in millionths, none of which differs by more than 1. Of the first
# two, one weight is rounded up and down, and one lies below and above a whole number of millionths.
STRADDLING = np.array([[0.4, 0.6], [0.9, 1.1], [0.2, 0.2], [0.2, 0.2]])
# All four together are more than 1 apart, by whatever distance that adds them up.
TOGETHER = np.array([[0.1, 0.9], [0.9, 0.1], [0.1, 0.9], [0.9, 0.1]])


@check("distinct_units", "units counted as they are", points=1)
def units_as_they_are(student: Student, draw: np.random.Generator) -> None:
    hidden, output, x, y = _network(draw, 5)
    same_inputs = np.repeat(hidden[:, :1], 4, axis=1)
    rounded = same_inputs + draw.uniform(1e-10, 1e-9, same_inputs.shape)
    # So small that a share of them is less than a millionth; then so large that it is more.
    small = 10 * draw.integers(5_000, 7_000, (4, 1))
    straddling, together = (small + STRADDLING) * 1e-6, (small + TOGETHER) * 1e-6
    apart = np.repeat(draw.uniform(2, 3, (4, 1)), 4, axis=1)
    apart[1, 1:3] += [1.3e-6, -1.3e-6]
    apart[3, 3] += 1.3e-6
    apart_small = np.repeat(small * 1e-6, 2, axis=1)
    apart_small[2, 1] += 2.5e-6
    mirrored = hidden[:, [0, 1, 0]] * [1, 1, -1], output[[0, 1, 0]] * [1, 1, -1]
    units = [
        ("no two of them are alike", hidden, output),
        (
            "units 1 and 2 are alike, and no other two: where the weights into them are equal, "
            "those out of them are not, or the other way round",
            hidden[:, [0, 0, 1, 1, 2, 3]],
            output[[0, 0, 0, 1, 1, 1]],
        ),
        (
            "units 1, 3, 6 are alike, and 2, 5",
            hidden[:, [0, 1, 0, 2, 1, 0]],
            output[[0, 1, 0, 2, 1, 0]],
        ),
        (
            "the weights into them are equal, those out of them are not",
            same_inputs,
            output[:4],
        ),
        (
            "the weights out of them are equal, those into them are not",
            hidden,
            np.full(5, 0.5),
        ),
        ("there is one unit", hidden[:, :1], output[:1]),
        ("unit 3 is unit 1 with the other sign, which differs from it", *mirrored),
        (
            "they differ by no more than 1e-9, as rounding might make them",
            rounded,
            np.full(4, 0.5),
        ),
        (
            "none of the weights differs by more than 1e-6, though two of them are rounded apart",
            straddling[:3],
            straddling[3],
        ),
        ("each of the weights differs by 8e-7", together[:3], together[3]),
        ("one of the weights differs by 1.3e-6 or more between any two", apart[:3], apart[3]),
        ("one of the weights differs by 2.5e-6", apart_small[:3], apart_small[3]),
    ]
    for _, parts, right in _counted(student, [(t, (w, u, x, y, 0.1, 0)) for t, w, u in units]):
        _roughly(parts[1], right[1])


@check("distinct_units", "weights after training", points=1)
def units_trained(student: Student, draw: np.random.Generator) -> None:
    for units, steps in ((1, 1), (4, 2), (3, 12)):
        arguments = (*_network(draw, units), float(draw.uniform(0.05, 0.15)), steps)
        _trained_units(student, arguments)
    # All but fitted already: each step is tiny, and none is left out for that.
    hidden, output, x, _ = _network(draw, 3)
    y = np.tanh(x @ hidden) @ output + draw.choice([-1e-7, 1e-7], len(x))
    _trained_units(student, (hidden, output, x, y, 0.1, 12))


def _trained_units(student: Student, arguments: tuple[Any, ...]) -> None:
    answer = student.call("distinct_units", *arguments)
    parts = _parts(answer, "count", "hidden", "output")
    right = reference.distinct_units(*arguments)
    _close(parts[1], right[1])
    _close(parts[2], right[2])
    expect.untouched(answer)


def _same(draw: np.random.Generator) -> tuple[Any, ...]:
    """Return a network whose units are alike before and after training, and just so.

    They are told apart by whoever compares them more closely, by their distance, or rounded.
    """
    while True:
        _, _, x, y = _network(draw, 1)
        # About as large as He's. Near 0, where tanh(z) is z, its derivative would not show.
        he = float(draw.uniform(0.4, 1.2) * draw.choice([-1, 1]))
        side = draw.permutation([-1.0, -1.0, -1.0, 1.0, 1.0, 1.0])
        hidden = he + side * draw.uniform(3.6e-7, 4.4e-7, (3, 6))
        # In one weight, no two of them are closer than 1.5e-7.
        hidden[0] = he + np.linspace(-4.2e-7, 4.2e-7, 6)[np.argsort(np.argsort(side))]
        arguments = hidden, np.full(6, he), x, y, 0.05, 15
        _, *trained = reference.distinct_units(*arguments)
        units = np.vstack(trained)
        gaps = np.abs(units[:, :, np.newaxis] - units[:, np.newaxis, :])
        split = [np.unique(f(units * 1e6), axis=1).shape[1] for f in (np.round, np.floor)]
        between = np.sum(gaps**2, axis=0)[np.ix_(side > 0, side < 0)]
        if np.max(gaps) < 9.7e-7 and 1 < min(split) <= max(split) < 5 and np.min(between) > 1.1e-12:
            return arguments


def _growing(draw: np.random.Generator) -> tuple[Array, Array, Array, Array]:
    """Return a network whose units are alike by the measure, and grow apart in training.

    Near 0, with targets far off, the difference of two units grows by about a third a step. In the
    weights into them alone it does not: no two of the units would differ by these.
    """
    while True:
        x = draw.uniform(0.7, 1.4, (6, 2))
        hidden = np.full((2, 3), 0.05)
        hidden[0] += 2.5e-7 * np.array([-1.0, 0.0, 1.0])
        network = hidden, np.full(3, 0.05), x, np.full(6, 9.0)
        _, trained, output = reference.distinct_units(*network, 0.05, 8)
        if np.max(np.ptp(trained, axis=1)) < 9e-7 and np.min(np.abs(np.diff(output))) > 1.15e-6:
            return network


@check("distinct_units", "what training makes of units that are alike", points=1)
def units_alike(student: Student, draw: np.random.Generator) -> None:
    hidden, output, x, y = _network(draw, 3)
    four = hidden[:, [0, 1, 2, 1]] + draw.uniform(1e-10, 1e-9, (3, 4))
    (_, parts, right), *_ = _counted(
        student,
        [
            (
                "all started less than 1e-6 from one value, and had one gradient in every step, "
                "but for as much",
                _same(draw),
            ),
            (
                "there were three kinds of units at the start, and still are",
                (four, output[[0, 1, 2, 1]], x, y, 0.05, 10),
            ),
            (
                "they were less than 1e-6 apart at the start, and more at the end",
                (*_growing(draw), 0.05, 8),
            ),
        ],
    )
    _close(parts[1], right[1])


# Question 2: gradient_norms


def _layers(draw: np.random.Generator, sizes: Sequence[int]) -> tuple[list[Array], list[Array]]:
    """Return He's weights and zero biases for layers of these sizes."""
    kernels = [draw.normal(0, np.sqrt(2 / a), (a, b)) for a, b in pairwise(sizes)]
    return kernels, [np.zeros(b) for b in sizes[1:]]


def _drawn_biases(draw: np.random.Generator, biases: list[Array]) -> list[Array]:
    """Return biases of which as many are above 0 as below, or one more: some units are on."""
    signs = [draw.permutation(np.resize([1.0, -1.0], bias.shape)) for bias in biases]
    return [sign * draw.uniform(0.1, 0.6, sign.shape) for sign in signs]


def _data(draw: np.random.Generator, sizes: Sequence[int]) -> tuple[Array, Array]:
    n = int(draw.integers(6, 11))
    return draw.normal(0, 1, (n, sizes[0])), draw.normal(0, 1, (n, sizes[-1]))


def _sums(kernels: list[Array], biases: list[Array], x: Array) -> list[Array]:
    """Return what each layer of a ReLU network computes before its activation."""
    sums: list[Array] = []
    for kernel, bias in zip(kernels, biases, strict=True):
        sums.append((np.maximum(sums[-1], 0) if sums else x) @ kernel + bias)
    return sums


def _deep(
    draw: np.random.Generator, sizes: Sequence[int]
) -> tuple[list[Array], list[Array], list[Array], tuple[Array, Array]]:
    """Return weights, zero biases, drawn biases and data of a deep network.

    With the biases of either kind, the last layer says something below 0 and no unit is exactly
    at 0, as one is above a layer that an instance leaves off altogether.
    """
    while True:
        kernels, biases = _layers(draw, sizes)
        drawn, data = _drawn_biases(draw, biases), _data(draw, sizes)
        both = [_sums(kernels, own, data[0]) for own in (biases, drawn)]
        if all(np.min(sums[-1]) < -0.1 and all(map(np.all, sums)) for sums in both):
            return kernels, biases, drawn, data


def _norms(
    student: Student, kernels: list[Array], biases: list[Array], x: Array, y: Array
) -> Answer:
    answer = student.call("gradient_norms", kernels, biases, x, y)
    right = reference.gradient_norms(kernels, biases, x, y)
    _table_close(answer, right, ("the norm by the kernel", "the norm by the bias"))
    return answer


@check("gradient_norms", "one layer and two", points=1)
def norms_shallow(student: Student, draw: np.random.Generator) -> None:
    for sizes in ((3, 1), (2, 3), (4, 8, 1), (3, 7, 2)):
        _norms(student, *_layers(draw, sizes), *_data(draw, sizes))


@check("gradient_norms", "deep networks, with zero biases and without", points=1)
def norms_deep(student: Student, draw: np.random.Generator) -> None:
    for sizes in ((4, 9, 8, 7, 2), (3, 12, 12, 12, 12, 12, 1)):
        kernels, biases, drawn, data = _deep(draw, sizes)
        expect.untouched(_norms(student, kernels, drawn, *data))
        _norms(student, kernels, biases, *data)


@check("gradient_norms", "starts at which units are exactly at 0", points=1)
def norms_at_zero(student: Student, draw: np.random.Generator) -> None:
    sizes = (3, 6, 5, 2)
    kernels, biases = _layers(draw, sizes)
    data = _data(draw, sizes)
    drawn = _drawn_biases(draw, biases)
    drawn[-1][0] = -draw.uniform(0.2, 0.6)  # so that the last layer says something below 0
    zeros = [np.zeros_like(kernel) for kernel in kernels]
    for start in ((zeros, biases), (zeros, drawn), ([zeros[0], *kernels[1:]], biases)):
        _nowhere_else(_norms(student, *start, *data))
    x, y = data
    x[:2] = 0  # two instances of zeros
    _norms(student, kernels, biases, x, y)


def _nowhere_else(answer: Answer) -> None:
    """Refuse a gradient that is almost 0 where none arrives: it is exactly 0 there."""
    almost = np.abs(answer.value[(answer.value != 0) & (np.abs(answer.value) <= ATOL)])
    if almost.size:
        raise Refused(
            f"{answer.asked}: where no gradient arrives, a norm is {almost.max():.3g}; exactly 0 "
            "was expected"
        )


# Question 3: signal_statistics

STATISTICS = ("the mean", "the variance", "the share of zero derivatives")


def _statistics(student: Student, activation: str, x: Array, kernels: list[Array]) -> Answer:
    answer = student.call("signal_statistics", activation, x, kernels)
    _table_close(answer, reference.signal_statistics(activation, x, kernels), STATISTICS)
    return answer


def _signal(
    draw: np.random.Generator, sizes: Sequence[int], n: int = 12
) -> tuple[Array, list[Array]]:
    """Return a batch, and LeCun's weights for layers of these sizes.

    With ReLU, no unit is exactly at 0, as one is above a layer that an instance leaves off.
    """
    no_biases = [np.zeros(units) for units in sizes[1:]]
    while True:
        kernels = [draw.normal(0, np.sqrt(1 / a), (a, b)) for a, b in pairwise(sizes)]
        x = draw.normal(0.2, 1.1, (n, sizes[0]))
        if all(map(np.all, _sums(kernels, no_biases, x))):
            return x, kernels


@check("signal_statistics", "ReLU", points=1)
def statistics_relu(student: Student, draw: np.random.Generator) -> None:
    for sizes in ((5, 7), (5, 7), (6, 8, 8, 10, 7)):  # the first shapes twice: nothing is kept
        expect.untouched(_statistics(student, "relu", *_signal(draw, sizes)))


@check("signal_statistics", "SELU", points=1)
def statistics_selu(student: Student, draw: np.random.Generator) -> None:
    for sizes in ((5, 7), (5, 7), (6, 8, 8, 10, 7)):  # the first shapes twice: nothing is kept
        expect.untouched(_statistics(student, "selu", *_signal(draw, sizes)))


@check("signal_statistics", "exact zeros, large numbers, other names", points=1)
def statistics_extremes(student: Student, draw: np.random.Generator) -> None:
    x, kernels = _signal(draw, (6, 8))
    x[:3] = 0  # three instances of zeros, whose z is exactly 0
    large = draw.choice([-1.0, 1.0], (7, 4)) * draw.uniform(750.0, 3000.0, (7, 4))
    for activation in ("relu", "selu"):
        _statistics(student, activation, x, kernels)
        _statistics(student, activation, large, [np.eye(4)])
    for name in ("tanh", "RELU", "elu", " relu", "linear", ""):
        expect.raises(student, "ValueError", "signal_statistics", name, x, kernels)


# Question 4: fitting_output


def _simplex(draw: np.random.Generator, n: int, outputs: int) -> Array:
    """Return rows that add up to 1 but for some rounding, and to exactly 1 in no order."""
    rows = draw.uniform(0.1, 1, (n, outputs))
    missed = draw.choice([-1, 1], (n, 1)) * draw.uniform(1e-13, 1e-12, (n, 1))
    return np.asarray(rows / np.sum(rows, axis=1, keepdims=True) * (1 + missed))


def _one_hot(draw: np.random.Generator, n: int, outputs: int) -> Array:
    return np.asarray(np.eye(outputs)[draw.integers(0, outputs, n)])


def _unit(draw: np.random.Generator, n: int, outputs: int) -> Array:
    """Return targets from 0 to 1 with both ends in them, whose rows do not add up to 1."""
    targets = draw.uniform(0.6, 0.9, (n, outputs))
    targets[0], targets[-1, 0] = 0.0, 1.0
    return targets


def _chosen(student: Student, targets: Array, z: Array, because: str) -> tuple[Answer, Answer]:
    answer = student.call("fitting_output", targets, z)
    return answer, _values(answer, targets, z, because)


def _values(answer: Answer, targets: Array, z: Array, because: str) -> Answer:
    """Return the values as an answer of their own, if the name is right."""
    name, values = _parts(answer, "name", "values")
    _equal_because(name, reference.fitting_output(targets, z)[0], because)
    return values


def _missing(draw: np.random.Generator, by: float) -> Array:
    """Return rows that add up to 1, but for one of them."""
    rows = _simplex(draw, 4, 3)
    row = int(draw.integers(1, 4))
    rows[row, draw.integers(0, 3)] += by
    return rows


def _of_range(draw: np.random.Generator, low: float, high: float, outputs: int) -> Array:
    """Return targets between 0 and 1, but for one that is `low` and one that is `high`.

    These are in neither the first row nor the first column.
    """
    targets = draw.uniform(0.6, 0.9, (4, outputs))
    targets[2, -1], targets[3, -1] = low, high
    return targets


def _kinds(draw: np.random.Generator, outputs: int) -> list[tuple[Array, str]]:
    """Return targets of each kind, and what is so about them."""
    unit = _unit(draw, 6, outputs)
    return [
        (_simplex(draw, 5, outputs), "every row adds up to 1"),
        (unit, "everything is from 0 to 1, and the rows do not add up to 1"),
        (2 * unit - 1, "everything is from -1 to 1"),
        (draw.uniform(1.5, 4, (5, outputs)) * unit[1:], "nothing is below 0"),
        (draw.normal(0, 1, (5, outputs)) + np.array([[3], [-3], [0], [0], [0]]), "nothing fits"),
    ]


@check("fitting_output", "the activation is chosen from the targets", points=1.5)
def output_chosen(student: Student, draw: np.random.Generator) -> None:
    several = np.array([[1.0, 0, 0], [1, 1, 0], [0, 0, 0], [0, 0, 1]])
    first_row = np.array([[0.25, 0.5, 0.25], [0.75, 0.5, 0.5], [0.25, 0.125, 0.125]])
    within, one = "everything is from 0 to 1", "there is one column"
    cases = [
        *_kinds(draw, 3),
        *_kinds(draw, 2),
        (draw.uniform(0.4, 0.9, (4, 3)), f"{within}, and every row adds up to more than 1"),
        (draw.uniform(0.1, 0.3, (4, 3)), f"{within}, and every row adds up to less than 1"),
        (_one_hot(draw, 7, 3), "every row adds up to 1"),
        (_simplex(draw, 1, 3), "the only row adds up to 1"),
        (np.full((3, 10), 0.1), "every row adds up to 1"),
        (_missing(draw, 5e-7), "every row adds up to 1, up to 5e-7"),
        (_missing(draw, -5e-7), "every row adds up to 1, up to 5e-7"),
        (_missing(draw, 5e-6), "one row adds up to 1 + 5e-6, which is further off than 1e-6"),
        (_missing(draw, -5e-6), "one row adds up to 1 - 5e-6, which is further off than 1e-6"),
        (
            np.array([[0.5, 0.25, 0.5], [0.25, 0.25, 0.25]]),
            "the rows add up to 1 on average, and not each of them",
        ),
        (
            draw.permutation(several),
            "an instance may have several labels or none: not every row adds up to 1",
        ),
        (first_row, "the first row adds up to 1, and not each of them"),
        (first_row[::-1], "the last row adds up to 1, and not each of them"),
        (np.array([[0.5, 0.25], [0.5, 0.75]]), "the columns add up to 1, and not the rows"),
        (
            np.array([[1.5, -1.0, 0.5], [0.5, 0.25, 0.25]]),
            "the rows add up to 1, and some targets are negative and above 1",
        ),
        (
            np.array([[0.8, -0.5, 0.7], [0.5, 0.25, 0.25]]),
            "the rows add up to 1, and some targets are negative",
        ),
        (np.zeros((2, 3)), within),
        (_of_range(draw, 0.0, 0.5, 2), within),
        (_of_range(draw, 0.5, 1.0, 2), within),
        (_of_range(draw, -1.0, 0.5, 2), "everything is from -1 to 1"),
        (_of_range(draw, -0.5, 1.0, 2), "everything is from -1 to 1"),
        (_of_range(draw, -0.5, 0.5, 2), "everything is from -1 to 1"),
        (_of_range(draw, -1e-9, 0.5, 2), "something is below 0"),
        (_of_range(draw, 0.5, 1 + 1e-9, 2), "something is above 1"),
        (_of_range(draw, -1 - 1e-9, 0.5, 2), "something is below -1"),
        (_of_range(draw, 0.5, 3.0, 2), "nothing is below 0, something is above 1"),
        (_of_range(draw, 0.0, 3.0, 2), "nothing is below 0, something is above 1"),
        (_of_range(draw, -0.5, 3.0, 2), "something is above 1, something below 0"),
        (np.ones((4, 1)), f"{one}, for which softmax would always say 1"),
        (draw.permutation([[1.0], [0.0], [1.0]]), within),
        (np.array([[-1.0], [1.0]]), "everything is from -1 to 1"),
        (np.array([[-1.5], [0.5]]), "something is below -1"),
        (np.array([[-0.5], [1.5]]), "something is above 1, something below 0"),
        (np.array([[0.0], [1.5]]), "nothing is below 0"),
    ]
    # All are asked before any is judged: it takes some of them to tell one mistake from another.
    asked = []
    for targets, because in cases:
        z = draw.normal(0, 1, (2, targets.shape[1]))
        answer = student.call("fitting_output", targets, z)
        asked.append((answer, targets, z, because))
    for answer, targets, z, because in asked:
        _values(answer, targets, z, because)


@check("fitting_output", "the activation's values", points=1)
def output_values(student: Student, draw: np.random.Generator) -> None:
    for rows, outputs in ((2, 2), (4, 4), (1, 3)):
        for targets, because in _kinds(draw, outputs):
            z = draw.normal(0, 2, (rows, outputs))
            z[0, 0], z[-1, -1] = draw.uniform(11, 14), -draw.uniform(11, 14)
            answer, values = _chosen(student, targets, z, because)
            _close_to_rounding(values, reference.fitting_output(targets, z)[1])
            expect.untouched(answer)


def _close_to_rounding(answer: Answer, expected: Array) -> None:
    """Refuse what more than rounding in one formula can explain: a small number added, say."""
    expect.close(answer, expected, 1e-10, 1e-13)


@check("fitting_output", "values at which exp overflows", points=0.5)
def output_large(student: Student, draw: np.random.Generator) -> None:
    for targets, because in _kinds(draw, 3):
        for offset in (1000.0, -1000.0, 0.0):
            # The second row lies so far below the first that one maximum cannot serve them both.
            z = offset + draw.normal(0, 1, (3, 3)) * np.array([[1.0], [1.0], [800.0]])
            z[1] -= 2000
            _, values = _chosen(student, targets, z, because)
            _close_to_rounding(values, reference.fitting_output(targets, z)[1])


# Question 5: heavy_ball

Ball = tuple[float, float, float, float, int]


def _ball(draw: np.random.Generator, momentum: float, steps: int, side: int = 0) -> Ball:
    """Return arguments with which rate · curvature is neither 1 nor close to it.

    The ball starts on the positive `side` (1), on the negative (-1), or on either (0).
    """
    curvature = round(float(draw.uniform(0.5, 2.0)), 3)
    start = round(float(draw.uniform(2.0, 5.0) * (side or draw.choice([-1, 1]))), 3)
    return momentum, round(float(draw.uniform(0.1, 0.2)), 3) / curvature, curvature, start, steps


def _rolled(student: Student, ball: Ball) -> tuple[list[Answer], tuple[Array, int, int | None]]:
    answer = student.call("heavy_ball", *ball)
    return _parts(answer, "path", "crossings", "settled"), reference.heavy_ball(*ball)


def _counts(student: Student, balls: Sequence[tuple[Ball, str]], part: int) -> None:
    """Refuse wrong crossings (`part` 1), or a wrong step of settling (2), of several balls.

    All are asked before any is judged. Another path has the right counts by chance at most, and is
    refused in the end.
    """
    rolled = [(_rolled(student, ball), because) for ball, because in balls]
    for (parts, right), because in rolled:
        _equal_because(parts[part], right[part], because)
    for (parts, (path, _, _)), _ in rolled:
        _roughly(parts[0], path)


def _clear(ball: Ball) -> bool:
    """Whether no x of the path is so close to a limit that rounding might decide."""
    path, _, settled = reference.heavy_ball(*ball)
    far = np.abs(path / ball[3])
    until_settled = far if settled is None else far[: settled + 1]
    return bool(np.all(np.abs(far - 0.01) > 1e-6) and np.all(until_settled > 1e-9))


def _clear_balls(draw: np.random.Generator, momenta: Sequence[float], steps: int) -> list[Ball]:
    """Return clear balls of these momenta, every other of which starts on the negative side."""
    balls = []
    for number, momentum in enumerate(momenta):
        side = -1 if number % 2 else 1
        ball = _ball(draw, momentum, steps, side)
        while not _clear(ball):
            ball = _ball(draw, momentum, steps, side)
        balls.append(ball)
    return balls


@check("heavy_ball", "the path", points=1)
def ball_path(student: Student, draw: np.random.Generator) -> None:
    for momentum, steps in ((0.0, 5), (0.6, 1), (0.9, 40), (0.99999, 60), (0.5, 60), (0.5, 0)):
        ball = _ball(draw, momentum, steps)
        parts, (path, _, _) = _rolled(student, ball)
        try:
            _close(parts[0], path)
        except Refused as refused:
            value = parts[0].value
            if type(value) is not np.ndarray or value.shape != path.shape:
                raise
            if value.dtype != path.dtype:
                raise
            told = f"A path over {steps} steps with momentum {momentum}: yours leaves the right one"
            time = np.arange(steps + 1.0)
            curves = Curves((time, value), (time, path), "step", "x", told)
            raise Refused(str(refused), curves) from None


@check("heavy_ball", "how often it crosses the minimum", points=1)
def ball_crossings(student: Student, draw: np.random.Generator) -> None:
    balls = [(ball, "") for ball in _clear_balls(draw, (0.0, 0.6, 0.8, 0.99, 0.99999), 60)]
    for start in (float(draw.choice([2.0, 8.0])), float(draw.choice([-4.0, -1.0]))):
        curvature = float(draw.uniform(0.5, 2.0))
        balls += [
            # Powers of 2, so that the ball is exactly at 0 after two steps, and goes on.
            (
                (0.5, 0.5, 1.0, start, 4),
                "it is at 0 after two steps, and on the other side after three",
            ),
            # Each step crosses, and the first has settled it.
            (
                (0.0, 1.005 / curvature, curvature, start, 4),
                "its first step crosses the minimum and settles it",
            ),
            (
                (0.0, 1.5 / curvature, curvature, start, 3),
                "each of its three steps crosses the minimum",
            ),
            # It stops at 0 for good.
            ((0.0, 0.5, 2.0, start, 4), "it stays at 0 after the first step"),
            (_ball(draw, 0.9, 0, 1 if start > 0 else -1), "it has not moved"),
        ]
    _counts(student, balls, 1)


@check("heavy_ball", "when it has settled", points=1)
def ball_settled(student: Student, draw: np.random.Generator) -> None:
    told = "the path goes beyond 1 % for the last time just before that"
    long = _clear_balls(draw, (0.0, 0.5, 0.8, 0.9, 0.99999), 150)
    long += _clear_balls(draw, (0.5, 0.0, 0.9, 0.8, 0.9, 0.99999), 150)
    balls = [(ball, told) for ball in long]
    never = "its last x is further out than 1 % of the start"
    balls += [(ball, never) for ball in _clear_balls(draw, (0.0, 0.9, 0.99999, 0.0), 12)]
    for start in (float(draw.choice([2.0, 8.0])), float(draw.choice([-4.0, -1.0]))):
        balls += [
            (_ball(draw, 0.9, 0, 1 if start > 0 else -1), "it has not moved"),
            ((0.0, 0.5, 2.0, start, 1), "its only step leads to 0"),
        ]
    _counts(student, balls, 2)


# Question 6: sparse_regression


def _problem(draw: np.random.Generator, correlated: bool = False) -> tuple[Array, Array]:
    """Return instances and targets of which some features matter much and others little."""
    n, features = 24, 8
    x = draw.normal(0, 1, (n, features))
    if correlated:  # each feature shares something with the next
        x = x + 0.6 * np.roll(x, 1, axis=1)
    truth = draw.permutation([2.5, -2.0, 1.5, -1.0, 0.15, -0.1, 0.05, 0.02])
    return x, x @ truth + draw.normal(0, 0.1, n)


def _comes_back(x: Array, y: Array, rate: float, steps: int, remove: int) -> bool:
    """Whether some weight that gradual pruning has removed is there again at a later step."""
    weights = np.zeros(x.shape[1])
    gone: set[int] = set()
    for step in range(1, steps + 1):
        weights = weights - rate * 2 * x.T @ (x @ weights - y) / len(y)
        smallest = np.argsort(np.abs(weights))[: remove * step // steps]
        weights[smallest] = 0
        if not gone <= set(smallest.tolist()):
            return True
        gone = set(smallest.tolist())
    return False


def _sparse(
    student: Student,
    method: str,
    steps: int,
    *,
    correlated: bool = False,
    small: bool = False,
    **settings: Any,
) -> None:
    """Ask for one fit; `settings` has the source of inputs and what is passed on by keyword.

    With `small`, some weight is close to 0 in the end, and clearly not 0.
    """
    draw = settings.pop("draw")
    while True:
        x, y = _problem(draw, correlated)
        rate = float(draw.uniform(0.08, 0.12))
        weights = np.abs(reference.sparse_regression(x, y, method, rate, steps, **settings)[0])
        if not small or np.any((weights > 1e-3) & (weights < 0.03)):
            break
    _fitted(student, x, y, method, rate, steps, **settings)


def _tiny(draw: np.random.Generator) -> tuple[Array, Array]:
    """Return a problem with two features in units so large that their weights are all but 0.

    They are below 1e-12, and nothing else is below 1e-4: who takes what is close to 0 for 0 is
    found out whatever is close enough.
    """
    x, y = _problem(draw)
    scales = draw.permutation([1e-14, 4e-14, *[1.0] * 6])
    return x * scales, y


def _asks_for_tiny(student: Student, draw: np.random.Generator, method: str, **more: Any) -> None:
    for _ in range(2):  # of the same shapes: nothing is kept from call to call
        while True:
            x, y = _tiny(draw)
            weights, _ = reference.sparse_regression(x, y, method, 0.1, 3, **more)
            size = np.abs(weights[weights != 0])
            if np.all((size < 1e-12) | (size > 1e-4)):
                break
        _fitted(student, x, y, method, 0.1, 3, **more)


def _left_for_removal(
    student: Student, draw: np.random.Generator, method: str, steps: int, strength: float
) -> None:
    """Ask with a penalty that leaves fewer zeros than `remove`, which does not belong to it."""
    while True:
        x, y = _problem(draw, correlated=True)
        if reference.sparse_regression(x, y, method, 0.1, steps, strength)[1] < 5:
            break
    _fitted(student, x, y, method, 0.1, steps, strength=strength, remove=6)


def _fitted(
    student: Student,
    x: Array,
    y: Array,
    method: str,
    rate: float,
    steps: int,
    **settings: Any,
) -> None:
    by_place = settings.pop("by_place", ())
    arguments = (x, y, method, rate, steps, *by_place)
    answer = student.call("sparse_regression", *arguments, **settings)
    weights, zeros = _parts(answer, "weights", "zeros")
    right, count = reference.sparse_regression(*arguments, **settings)
    _close(weights, right)
    smallest = np.min(np.abs(right[right != 0])) if np.any(right) else 0.0
    told = f"the smallest weight that is not exactly 0 is {smallest:.3g} in size"
    _equal_because(zeros, count, told)
    expect.untouched(answer)


@check("sparse_regression", "pruned after training", points=0.5)
def sparse_after(student: Student, draw: np.random.Generator) -> None:
    _sparse(student, "after", 1, remove=2, draw=draw)
    _sparse(student, "after", 20, remove=4, strength=0.3, draw=draw)
    _sparse(student, "after", 20, remove=8, draw=draw)
    _sparse(student, "after", 20, small=True, draw=draw)
    _asks_for_tiny(student, draw, "after")
    _asks_for_tiny(student, draw, "after", remove=1)
    _fitted(student, *_problem(draw), "after", 0.1, 5, by_place=(0.3, 4))


@check("sparse_regression", "pruned while training", points=1)
def sparse_gradual(student: Student, draw: np.random.Generator) -> None:
    _sparse(student, "gradual", 20, remove=4, draw=draw)
    _sparse(student, "gradual", 13, remove=5, strength=0.3, correlated=True, draw=draw)
    _sparse(student, "gradual", 4, remove=6, correlated=True, draw=draw)
    _sparse(student, "gradual", 10, correlated=True, small=True, draw=draw)
    x, y = _problem(draw, correlated=True)
    while not _comes_back(x, y, 0.1, 10, 6):
        x, y = _problem(draw, correlated=True)
    _fitted(student, x, y, "gradual", 0.1, 10, remove=6)
    # 4 / 49 · 49, rounded, is just below 4.
    _fitted(student, *_problem(draw, correlated=True), "gradual", 0.1, 49, remove=4)
    _asks_for_tiny(student, draw, "gradual", remove=1)


@check("sparse_regression", "the l1 penalty's derivative", points=0.5)
def sparse_l1(student: Student, draw: np.random.Generator) -> None:
    _sparse(student, "l1", 25, strength=0.5, remove=3, draw=draw)
    _sparse(student, "l1", 1, strength=0.4, draw=draw)
    _sparse(student, "l1", 10, small=True, draw=draw)
    _asks_for_tiny(student, draw, "l1")
    _fitted(student, *_problem(draw), "l1", 0.1, 5, by_place=(0.3, 4))
    _left_for_removal(student, draw, "l1", 25, 0.5)
    x, y = _problem(draw)
    for method in ("prune", "L1", "l2", "none", "soft", "aft", ""):
        expect.raises(student, "ValueError", "sparse_regression", x, y, method, 0.1, 1)


@check("sparse_regression", "the l1 penalty's proximal step", points=1)
def sparse_proximal(student: Student, draw: np.random.Generator) -> None:
    _sparse(student, "proximal", 25, strength=0.5, remove=3, correlated=True, draw=draw)
    _sparse(student, "proximal", 1, strength=0.4, draw=draw)
    _sparse(student, "proximal", 25, strength=2.0, draw=draw)
    _sparse(student, "proximal", 5, strength=50.0, draw=draw)
    _sparse(student, "proximal", 10, small=True, draw=draw)
    _asks_for_tiny(student, draw, "proximal")
    _left_for_removal(student, draw, "proximal", 25, 0.5)


# Question 7: dropout_training, mc_dropout

Run = tuple[Array, Array, Array, float, float]


def _run(draw: np.random.Generator, steps: int) -> Run:
    n, inputs = int(draw.integers(6, 10)), int(draw.integers(3, 6))
    rate = round(float(draw.choice([draw.uniform(0.15, 0.4), draw.uniform(0.6, 0.75)])), 2)
    x = draw.normal(0, 1, (n, inputs))
    y = x @ draw.normal(0, 1.5, inputs) + draw.normal(0, 0.2, n)
    masks = draw.random((steps, n, inputs)) >= rate
    # As it may come: an instance of which nothing is kept, and one of which all is.
    masks[:, 0, 0], masks[:, 0, 1], masks[:, 1], masks[:, 2] = False, True, False, True
    if steps > 2:  # a step that drops nothing
        masks[2] = True
    return x, y, masks, rate, float(draw.uniform(0.02, 0.06))


def _trained(student: Student, run: Run) -> tuple[Answer, list[Answer], tuple[Array, Array]]:
    answer = student.call("dropout_training", *run)
    return answer, _parts(answer, "weights", "losses"), reference.dropout_training(*run)


@check("dropout_training", "the weights", points=1)
def training_weights(student: Student, draw: np.random.Generator) -> None:
    for steps in (1, 2, 15):
        run = _run(draw, steps)
        # Once more with other numbers in arrays of the same shapes: nothing is kept.
        for again in (run, (-2 * run[0], run[1] + 1, run[2][:, ::-1], *run[3:])):
            answer, parts, (weights, _) = _trained(student, again)
            _close(parts[0], weights)
            expect.untouched(answer)
    x, y, masks, _, learning_rate = _run(draw, 5)
    _, parts, (weights, _) = _trained(student, (x, y, masks | True, 0.0, learning_rate))
    _close(parts[0], weights)


@check("dropout_training", "both losses", points=1)
def training_losses(student: Student, draw: np.random.Generator) -> None:
    for steps in (2, 15):
        _, parts, (_, losses) = _trained(student, _run(draw, steps))
        for column, name in enumerate(("noisy", "clean")):
            _loss(parts[1], losses, column, name)
    x, y, masks, _, learning_rate = _run(draw, 5)
    _, parts, (_, losses) = _trained(student, (x, y, masks | True, 0.0, learning_rate))
    _close(parts[1], losses)


def _loss(answer: Answer, losses: Array, column: int, name: str) -> None:
    """Refuse a wrong curve of losses, and draw it."""
    value = expect.floats(answer, losses.shape)[:, column]
    curve = Answer(value, f"{answer.asked}, the {name} one")
    try:
        _close(curve, losses[:, column])
    except Refused as refused:
        time = np.arange(len(losses), dtype=float)
        told = f"The {name} loss over {len(losses)} steps: yours is not the right one."
        picture = Curves((time, value), (time, losses[:, column]), "step", f"{name} loss", told)
        raise Refused(str(refused), picture) from None


def _masked(
    draw: np.random.Generator, samples: int, shape: tuple[int, ...] = ()
) -> tuple[Array, Array, Array, Array, float]:
    """Return arguments whose first mask, or all without it, keeps units that are on and off.

    A mask drops some that are on as well: the ReLU, the mask and the scaling all show. So does
    who applies the first instance's to all. The `shape` has numbers of instances, inputs, units
    and outputs.
    """
    n, inputs, units, outputs = shape or (int(k) for k in draw.permutation([2, 3, 4, 5]))
    rate = round(float(draw.choice([draw.uniform(0.15, 0.4), draw.uniform(0.6, 0.75)])), 2)
    while True:
        x, kernel = draw.normal(0, 1, (n, inputs)), draw.normal(0, 1, (inputs, units))
        masks = draw.random((samples, n, units)) >= rate
        masks[:1, 0, 0] = False
        z = x @ kernel
        kept, dropped = (z[masks[0]], z[~masks[0]]) if samples else (z, z)
        own = not samples or n == 1 or np.any((masks[0] != masks[0, 0]) & (z > 0.1))
        if np.any(kept > 0.1) and np.any(kept < -0.1) and np.any(dropped > 0.1) and own:
            break
    return x, kernel, draw.normal(0, 1, (units, outputs)), masks, rate


def _predicted(student: Student, arguments: tuple[Array, Array, Array, Array, float]) -> None:
    answer = student.call("mc_dropout", *arguments)
    parts = _parts(answer, "mean", "std", "multiplications")
    mean, std, _ = reference.mc_dropout(*arguments)
    _close(parts[0], mean)
    _close(parts[1], std)
    expect.untouched(answer)


@check("mc_dropout", "many samples", points=0.75)
def mc_samples(student: Student, draw: np.random.Generator) -> None:
    for samples in (2, 9, 30):
        x, kernel, output, masks, rate = _masked(draw, samples)
        # The second time with other numbers in an array of the same shape: nothing is kept.
        for instances in (x, 2 * x):
            _predicted(student, (instances, kernel, output, masks, rate))
    _predicted(student, _masked(draw, 5, (1, 3, 4, 2)))
    _predicted(student, _masked(draw, 5, (3, 2, 4, 1)))


@check("mc_dropout", "one sample, and an ordinary prediction", points=0.5)
def mc_few(student: Student, draw: np.random.Generator) -> None:
    for samples in (1, 0):
        _predicted(student, _masked(draw, samples))
    _predicted(student, _masked(draw, 0, (1, 3, 4, 1)))


@check("mc_dropout", "the cost", points=0.75)
def mc_cost(student: Student, draw: np.random.Generator) -> None:
    for samples in (0, 1, 7, 100):
        arguments = _masked(draw, samples)
        answer = student.call("mc_dropout", *arguments)
        parts = _parts(answer, "mean", "std", "multiplications")
        x, kernel, output, _, _ = arguments
        told = (
            f"shapes {x.shape}, {kernel.shape} and {output.shape}, "
            f"{samples or 'no'} sample{'' if samples == 1 else 's'}"
        )
        _equal_because(parts[2], reference.mc_dropout(*arguments)[2], told)
