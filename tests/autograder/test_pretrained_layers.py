"""The assignment on pretrained layers: what is particular to it."""

from __future__ import annotations

import itertools
import subprocess
import sys
import textwrap
from typing import Any

import numpy as np
import pytest

from autograder.assignments import CONTENT, small_keras
from autograder.assignments.pretrained_layers import checks as checks
from autograder.assignments.pretrained_layers import probes
from autograder.dialogue.answers import Answer, Refused
from autograder.inside.wire import Opaque
from tests.autograder.questioning import exercise, namespace, solutions, verdict

# Said of a model that was made with a list of one input: a matter of style.
pytestmark = [
    pytest.mark.filterwarnings("ignore:The structure of `inputs`"),
    pytest.mark.filterwarnings("ignore:The model does not have any trainable"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

ASSIGNMENT = CONTENT.load("pretrained_layers")
REFERENCE = solutions("pretrained_layers").read_text(encoding="utf-8")


def judged(name: str, code: str, number: int = 1) -> Any:
    """Return the verdict on a function that is written after the reference, and may use it."""
    source = REFERENCE.replace(f"def {name}(", f"def right_{name}(") + "\n"
    return verdict(exercise(ASSIGNMENT, name), namespace(source + textwrap.dedent(code)), number)


# Mistakes as somebody else would have written them, in Keras: (exercise, name, code).

REWRITTEN = [
    (
        "rotation_task",
        "clockwise",
        """
        def rotation_task(images):
            if images.ndim not in (3, 4) or images.shape[1] != images.shape[2]:
                raise ValueError
            turned, labels = [images], np.tile([0, 1, 2, 3], images.shape[0])
            for _ in range(3):
                turned.append(turned[-1].swapaxes(1, 2)[:, :, ::-1])
            return np.stack(turned, 1).reshape(-1, *images.shape[1:]), labels
        """,
    ),
    (
        "trainable_parameters",
        "layers-as-wholes",
        """
        def trainable_parameters(model):
            counts = {True: 0, False: 0}
            for layer in model.layers:
                counts[layer.trainable] += sum(w.numpy().size for w in layer.weights)
            return counts[True], counts[False]
        """,
    ),
    (
        "clone_with_weights",
        "weights-not-copied",
        """
        def clone_with_weights(model):
            if not model.weights:
                raise ValueError("no weights")
            return type(model).from_config(model.get_config())
        """,
    ),
    (
        "clone_with_weights",
        "moving-statistics-lost",
        """
        def clone_with_weights(model):
            if not model.weights:
                raise ValueError("no weights")
            copy = type(model).from_config(model.get_config())
            for i, weight in enumerate(model.trainable_variables):
                copy.trainable_variables[i].assign(weight)
            return copy
        """,
    ),
    (
        "replace_head",
        "layers-shared",
        """
        def replace_head(model, classes):
            if classes < 2:
                raise ValueError
            x = model.layers[-2].output
            x = keras.layers.Dense(classes)(x)
            return keras.Model(inputs=model.inputs, outputs=keras.layers.Softmax()(x))
        """,
    ),
    (
        "replace_head",
        "head-on-top",
        """
        def replace_head(model, classes):
            if classes < 2:
                raise ValueError
            copy = clone_with_weights(model)
            return keras.Sequential([copy, keras.layers.Dense(classes, activation="softmax")])
        """,
    ),
    (
        "replace_head",
        "donor-beheaded",
        """
        def replace_head(model, classes):
            if not classes >= 2:
                raise ValueError
            model.pop()
            model.add(keras.layers.Dense(classes))
            model.add(keras.layers.Activation("softmax"))
            return model
        """,
    ),
    (
        "replace_head",
        "head-with-other-weights",
        """
        def replace_head(model, classes):
            if classes < 2:
                raise ValueError
            copy = clone_with_weights(model)
            zeros = keras.layers.Dense(classes, "softmax", kernel_initializer="zeros", name="new")
            return keras.Model(copy.inputs, zeros(copy.layers[-1].input))
        """,
    ),
    (
        "freeze",
        "not-compiled",
        """
        def freeze(model, last, learning_rate=0.01):
            if last < 0 or last > len(model.layers):
                raise ValueError
            model.trainable = True
            for i, layer in enumerate(reversed(model.layers)):
                layer.trainable = i < last
            return [layer.name for layer in model.layers if len(layer.trainable_variables)]
        """,
    ),
    (
        "freeze",
        "whole-model-frozen",
        """
        def freeze(model, last, learning_rate=0.01):
            if last < 0 or last > len(model.layers):
                raise ValueError
            model.trainable = False
            names = []
            for i, layer in enumerate(model.layers):
                layer.trainable = i + last >= len(model.layers)
                if layer.trainable and layer.weights:
                    names.append(layer.name)
            model.compile(keras.optimizers.SGD(learning_rate), "sparse_categorical_crossentropy")
            return names
        """,
    ),
    (
        "unfreeze",
        "normalisations-thawed",
        """
        def unfreeze(model, last, factor=0.1):
            *reused, head = model.layers
            if last not in range(len(reused) + 1) or not model.compiled:
                raise ValueError
            for layer in reused[::-1][:last]:
                layer.trainable = True
            config = model.get_compile_config()
            config["optimizer"]["config"]["learning_rate"] *= factor
            model.compile_from_config(config)
            return config["optimizer"]["config"]["learning_rate"]
        """,
    ),
    (
        "unfreeze",
        "the-old-optimiser",
        """
        def unfreeze(model, last, factor=0.1):
            *reused, head = model.layers
            if last not in range(len(reused) + 1) or not model.compiled:
                raise ValueError
            for layer in reused[::-1][:last]:
                layer.trainable = not isinstance(layer, keras.layers.BatchNormalization)
            model.optimizer.learning_rate.assign(model.optimizer.learning_rate * factor)
            model.compile(model.optimizer, model.loss)
            return float(model.optimizer.learning_rate)
        """,
    ),
    (
        "encoder_from_autoencoder",
        "encoder-not-frozen",
        """
        def encoder_from_autoencoder(autoencoder, classes, cut=None):
            if classes < 2:
                raise ValueError
            if cut is None:
                widths = [np.prod(layer.output.shape[1:]) for layer in autoencoder.layers]
                cut = autoencoder.layers[int(np.where(widths == np.min(widths))[0][-1])].name
            encoder = keras.Model(autoencoder.inputs, autoencoder.get_layer(cut).output)
            encoder = clone_with_weights(encoder)
            return keras.Sequential([encoder, keras.layers.Dense(classes, activation="softmax")])
        """,
    ),
    (
        "encoder_from_autoencoder",
        "first-of-the-narrowest",
        """
        def encoder_from_autoencoder(autoencoder, classes, cut=None):
            if classes < 2:
                raise ValueError
            if cut is None:
                widths = [np.prod(layer.output.shape[1:]) for layer in autoencoder.layers]
                cut = autoencoder.layers[int(np.argmin(widths))].name
            return right_encoder_from_autoencoder(autoencoder, classes, cut)
        """,
    ),
]


@pytest.mark.parametrize(("name", "mistake", "code"), REWRITTEN, ids=lambda x: str(x)[:30])
def test_mistakes_are_named_however_they_are_written(name: str, mistake: str, code: str) -> None:
    assert [judged(name, code, number).mistake for number in range(3)] == [mistake] * 3


# The judge has no Keras, and knows what a model does.


def test_the_judge_does_without_keras() -> None:
    code = (
        "import sys\n"
        "from autograder.assignments.pretrained_layers import checks, mistakes\n"
        "sys.exit('keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _nets(draw: np.random.Generator) -> list[checks.Net]:
    dense, normal = checks._dense, checks._normalisation
    relu = {"kind": "Activation", "activation": "relu"}
    shapes = [{"kind": "Reshape", "target_shape": shape} for shape in ([4, 2], [8])]
    dropout = {"kind": "Dropout", "rate": 0.0}  # of which a training step makes nothing random
    stack = [dense(5), normal(), dropout, dense(4, "linear"), relu, dense(3, "softmax")]
    return [
        checks._drawn(draw, 4, stack),
        checks._with_a_skip(draw, 3),
        checks._drawn(draw, 4, [dense(8), *shapes, dense(3, "softmax")]),
    ]


@pytest.mark.parametrize("number", range(3))
def test_the_net_of_the_judge_predicts_what_keras_does(number: int) -> None:
    draw = np.random.default_rng(number)
    net = _nets(draw)[number]
    x = checks._inputs(draw, net)
    model = probes._donor_model(*net.given())
    np.testing.assert_allclose(net.predictions(x), model(x), atol=1e-5)


@pytest.mark.parametrize("by_batch", [False, True])
def test_the_steps_of_the_judge_go_down_the_slope(by_batch: bool) -> None:
    draw = np.random.default_rng(1)
    dense = checks._dense
    layers = [dense(4), checks._normalisation(), dense(5), dense(3, "softmax")]
    net = checks._drawn(draw, 4, layers)
    net = checks.Net(4, net.layers, [[w.astype(float) for w in own] for own in net.weights])
    x, frozen = checks._inputs(draw, net), set() if by_batch else {net.names()[1]}
    y = checks._labels(draw, net, x)
    trainable = set(net.names()) - frozen
    loss, after = checks._after_a_step(net, x, y, trainable, 0.5)
    moving = (4, 5)
    for place, (weight, new) in enumerate(zip(net.flat(), after, strict=True)):
        if place in moving or (frozen and place in (2, 3)):
            assert np.array_equal(weight, new) == (not by_batch)
            continue
        for index in np.ndindex(weight.shape):
            value, losses = weight[index], []
            for step in (1e-6, -1e-6):
                weight[index] = value + step
                losses.append(checks._after_a_step(net, x, y, trainable, 0.5)[0])
            weight[index] = value
            slope = (losses[0] - losses[1]) / 2e-6
            assert new[index] == pytest.approx(value - 0.5 * slope, abs=1e-6)
    assert loss == checks._after_a_step(net, x, y, trainable, 0.5)[0]


def _alike(some: Any, others: Any) -> bool:
    if isinstance(some, dict):
        return some.keys() == others.keys() and all(_alike(some[k], others[k]) for k in some)
    if isinstance(some, (list, tuple)):
        return len(some) == len(others) and all(map(_alike, some, others))
    if isinstance(some, np.ndarray):
        return some.dtype == others.dtype and np.allclose(some, others, rtol=1e-5, atol=1e-5)
    return type(some) is type(others) and bool(some == others)


COMPILED = {"class": "SGD", "learning_rate": 0.4, "loss": "mse", "momentum": 0.6, "nesterov": True}


def _both(function: str) -> tuple[Any, Any]:
    """Return the reference, and the reference with the miniature for Keras."""
    real, small = namespace(REFERENCE), namespace(REFERENCE)
    small["keras"] = small_keras.KERAS
    return real[function], small[function]


@pytest.mark.parametrize("number", range(3))
@pytest.mark.parametrize(
    "function", ["clone_with_weights", "replace_head", "encoder_from_autoencoder"]
)
def test_the_miniature_of_keras_makes_models_as_keras_does(function: str, number: int) -> None:
    draw = np.random.default_rng(7)
    net = _nets(draw)[number]
    x, names = checks._inputs(draw, net), net.names()
    arguments, seen = {
        "clone_with_weights": ([], ""),
        "replace_head": ([5], names[-2]),
        "encoder_from_autoencoder": ([5, names[1]], names[1]),
    }[function]
    shape = net.upto(seen or names[-1]).predictions(x).shape
    head = checks._head(draw, shape[-1], 5) if seen else []
    # The miniature trains dense layers on vectors alone, and nothing else is asked for.
    targets = checks._targets(draw, x, 5 if seen else 3) if len(shape) == 2 else None
    given = (*net.given(), arguments, head, x, targets)
    real, small = _both(function)
    facts = probes.new_model(real, *given)
    assert facts["predictions"] is not None
    if targets is not None:
        assert not np.array_equal(facts["weights"][-1], (head or net.flat())[-1])
    assert _alike(facts, small_keras._new_model(small, *given))


@pytest.mark.parametrize(
    ("function", "arguments"),
    [("trainable_parameters", []), ("freeze", [2, 0.3]), ("freeze", [4]), ("unfreeze", [2, 0.3])],
)
def test_the_miniature_of_keras_trains_as_keras_does(function: str, arguments: list[Any]) -> None:
    draw = np.random.default_rng(7)
    dense = checks._dense
    layers = [dense(4), checks._normalisation(), dense(5), dense(3, "softmax")]
    net = checks._drawn(draw, 4, layers)
    net = net.having(frozen=net.names()[:1], compiled=COMPILED)
    x = checks._inputs(draw, net)
    given = (*net.given(), arguments, x, checks._labels(draw, net, x))
    real, small = _both(function)
    facts = probes.changed_model(real, *given)
    assert not np.array_equal(facts["weights"][-1], net.flat()[-1])
    assert _alike(facts, small_keras._changed_model(small, *given))


# Answers that are hardly answers.


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("return None", "returned None; a pair was expected"),
        ("return [rotated, labels]", "a pair was expected"),
        ("return rotated, labels, 1", "a pair was expected"),
        ("return rotated.tolist(), labels", "a NumPy array was expected"),
        ("return rotated, labels.tolist()", "a NumPy array was expected"),
        ("return rotated, labels.astype(np.int32)", "dtype int32; int64 was expected"),
        ("return rotated.astype(np.float16), labels", "dtype float16"),
        ("return rotated[1:], labels", "has shape"),
        (
            "nan = images.dtype.kind == 'f' and images.dtype.type(np.nan); "
            "return (rotated * nan if nan else rotated), labels",
            "NaN or infinity",
        ),
        ("return rotated, labels[::-1].copy()", "0, 1, 2, 3 were expected"),
        ("return rotated[::-1], labels", "should be image 0 turned by 0 degrees"),
        ("return np.roll(rotated, 1, axis=0), labels", "rotated[0]"),
        ("raise NotImplementedError", "raised NotImplementedError (line"),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_wrong_kinds_of_rotations(code: str, message: str) -> None:
    found = judged(
        "rotation_task",
        f"""
        def rotation_task(images):
            rotated, labels = right_rotation_task(images)
            {code}
        """,
    )
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


MODELS = [
    ("return None", "None (is a `return` missing?); a model was expected"),
    ("return right.get_weights()", "an object of type list; a model was expected"),
    ("return right, 1", "an object of type tuple"),
    ("return keras.Model", "an object of type type"),
    ("return keras.layers.Dense(3)", "an object of type Dense"),
    ("right.weights[0].assign(2 * right.weights[0]); return right", "predictions are off"),
    ("return model", "the model that it was given"),
    ("raise RuntimeError('oops')", "raised RuntimeError: oops (line"),
    ("raise NotImplementedError", "raised NotImplementedError (line"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "arguments"), [("clone_with_weights", ""), ("replace_head", ", classes")]
)
@pytest.mark.parametrize(("code", "message"), MODELS)
def test_wrong_kinds_of_models(name: str, arguments: str, code: str, message: str) -> None:
    found = judged(
        name,
        f"""
        def {name}(model{arguments}):
            right = right_{name}(clone_if_built(model){arguments})
            {code}

        def clone_if_built(model):
            return keras.models.clone_model(model) if not model.built else copied(model)

        def copied(model):
            twin = keras.models.clone_model(model)
            twin.set_weights(model.get_weights())
            return twin
        """,
    )
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


@pytest.mark.parametrize(
    ("name", "code", "message"),
    [
        ("trainable_parameters", "return None", "returned None (is a `return` missing?)"),
        ("trainable_parameters", "return list(right)", "was expected"),
        ("trainable_parameters", "return right[0]", "was expected"),
        ("trainable_parameters", "return tuple(map(float, right))", "was expected"),
        ("trainable_parameters", "return np.array(right)", "was expected"),
        ("trainable_parameters", "return right[0], -right[1]", "was expected"),
        ("freeze", "return None", "returned None"),
        ("freeze", "return tuple(right)", "was expected"),
        ("freeze", "return right[::-1]", "was expected"),
        ("freeze", "return ''.join(right)", "was expected"),
        ("freeze", "return model", "was expected"),
        ("freeze", "model.compile('adam', model.loss); return right", "class = 'Adam'"),
        ("freeze", "model.compile(model.optimizer, 'mse'); return right", "the loss after"),
        ("unfreeze", "return None", "None (is a `return` missing?); a float was expected"),
        ("unfreeze", "return str(right)", "an object of type str; a float was expected"),
        ("unfreeze", "return np.array([right])", "an object of type ndarray; a float"),
        ("unfreeze", "return float('nan')", "NaN or infinity"),
        ("unfreeze", "return 10 * right", "was expected"),
        ("unfreeze", "return model.optimizer", "a float was expected"),
        ("unfreeze", "return 1", "an object of type int; a float was expected"),
        ("unfreeze", "raise OSError('disk')", "OSError: disk (line"),
    ],
)
def test_wrong_kinds_of_reports(name: str, code: str, message: str) -> None:
    found = judged(
        name,
        f"""
        def {name}(model, *arguments):
            right = right_{name}(model, *arguments)
            {code}
        """,
    )
    assert not found.passed
    assert any(message in text for text in found.messages), found.messages


class _Liar:
    """A student whose probes tell nonsense."""

    def __init__(self, facts: Any) -> None:
        self.facts = facts

    def probe(self, probe: str, function: str, /, *args: Any, **kwargs: Any) -> Answer:
        return Answer(self.facts, "a probe")


NONSENSE = [
    None, True, -1, 10**200, float("nan"), "text", [], [None], (1,), {}, {"class": {}},
    np.zeros(3), np.array(1 + 2j, np.complex64), np.array(np.nan, np.float32), np.zeros((0, 2)),
    np.array([True]), [np.zeros(2), np.ones((4, 5))], Opaque("thing"), {"learning_rate": [1]},
]  # fmt: skip
KEYS = [
    "kind", "itself", "shapes", "trainable", "shared", "old_head", "predictions",
    "donor_weights", "donor_trainable", "returned", "compiled", "new_optimiser", "optimiser",
    "loss", "weights", "head_start", "dropouts", "donor_compiled", "donor_flag", "again", "layers",
    "flags",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_forged_facts_are_refused_and_break_nothing() -> None:
    probed = [c for e in ASSIGNMENT.exercises[1:] for c in e.checks]
    beginnings = [{}, {"kind": "model", "itself": False}, {"kind": "float", "compiled": True}]
    for check, nonsense, begin in itertools.product(probed, NONSENSE, beginnings):
        facts = dict.fromkeys(KEYS, nonsense) | begin
        with pytest.raises(Refused):
            check.run(_Liar(facts), np.random.default_rng(1))  # type: ignore[arg-type]
    for check, nonsense in itertools.product(probed, NONSENSE):
        with pytest.raises(Refused):
            check.run(_Liar(nonsense), np.random.default_rng(1))  # type: ignore[arg-type]
