"""The capstone: what is particular to it, and that Keras code is judged as its stand-ins are."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from autograder.assignments import CONTENT
from autograder.assignments.capstone import checks as checks
from autograder.dialogue.answers import Answer, Raised, Refused
from autograder.inside.wire import Generator, Opaque
from autograder.judging.judge import judge_exercise
from tests.autograder.questioning import exercise, key, namespace, solutions, verdict

ASSIGNMENT = CONTENT.load("capstone")
NUMPY = solutions("capstone").read_text(encoding="utf-8")
IMPORTS = """
import itertools, math
import keras
import numpy as np
from keras import layers
DROPOUTS = layers.Dropout, layers.AlphaDropout
"""


def test_every_exercise_has_six_mistakes() -> None:
    assert min(len(e.mistakes) for e in ASSIGNMENT.exercises) >= 6


# Mistakes as people write them, in Keras: (name, code). Nets take long to build: there are few.
NET = """
def {name}({arguments}):
    {before}
    net = [keras.Input(shape), layers.Flatten()]
    for _ in range({number}):
        net.append(layers.Dense(100, {dense}))
        {behind}
    {last}
    net.append(layers.Dense(classes, activation={output!r}))
    return keras.Sequential(net)
"""


def _net(name: str, **parts: Any) -> str:
    arguments = {
        "deep_net": "shape, classes=10, activation='swish'",
        "normalised_net": "shape, classes=10, activation='swish', momentum=0.9",
        "selu_net": "shape, classes=10, rate=0.0",
    }
    usual: dict[str, Any] = {
        "before": "",
        "number": 20,
        "behind": "",
        "last": "",
        "output": "softmax",
    }
    return NET.format(**{"name": name, "arguments": arguments[name], **usual, **parts})


NORM = "net.append(layers.BatchNormalization(momentum=momentum))"
ACTIVATION = "net.append(layers.Activation(activation))"
HE = 'kernel_initializer="he_normal"'
SELU = 'activation="selu", kernel_initializer="lecun_normal"'
WRITTEN = [
    (
        "initialiser-shared",
        _net(
            "deep_net",
            before="initialiser = keras.initializers.HeNormal()",
            dense="activation=activation, kernel_initializer=initialiser",
        ),
    ),
    ("always-relu", _net("deep_net", dense=HE, behind="net.append(layers.ReLU())")),
    ("no-softmax", _net("deep_net", dense=f"activation=activation, {HE}", output=None)),
    (
        "normalisation-after-the-activation",
        _net("normalised_net", dense=f"activation=activation, {HE}", behind=NORM),
    ),
    (
        "momentum-reversed",
        _net(
            "normalised_net",
            dense=f"{HE}, use_bias=False",
            before="momentum = 1 - momentum",
            behind=f"{NORM}; {ACTIVATION}",
        ),
    ),
    (
        "glorot-by-default",
        _net("selu_net", dense="activation='selu'", last="net.append(layers.AlphaDropout(rate))"),
    ),
    ("plain-dropout", _net("selu_net", dense=SELU, last="net.append(layers.Dropout(rate))")),
    (
        "dropout-after-every-layer",
        _net("selu_net", dense=SELU, behind="net.append(layers.AlphaDropout(rate))"),
    ),
    (
        "batch-normalisation-kept",
        _net(
            "selu_net",
            dense="kernel_initializer='lecun_normal'",
            behind="net.append(layers.BatchNormalization()); net.append(layers.Activation('selu'))",
            last="net.append(layers.AlphaDropout(rate))",
        ),
    ),
    (
        "last-weights-kept",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
    ),
    (
        "no-patience",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
    ),
    (
        "training-loss-watched",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping("loss", patience=patience, restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
    ),
    (
        "accuracy-watched",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping("val_accuracy", patience=patience, mode="max",
                                          restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
    ),
    (
        "file-by-accuracy",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, "val_accuracy", save_best_only=True, mode="max")]
""",
    ),
    (
        "file-after-every-epoch",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path)]
""",
    ),
    (
        "no-early-stopping",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
    ),
    (
        "no-file",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)]
""",
    ),
    (
        "small-progress-not-counted",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience, min_delta=0.01,
                                          restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
    ),
    (
        "same-callbacks-each-time",
        """
KNOWN = {}
def training_callbacks(path, patience=20):
    stop = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    if path not in KNOWN:
        KNOWN[path] = keras.callbacks.ModelCheckpoint(path, save_best_only=True)
    return [stop, KNOWN[path]]
""",
    ),
    (
        "accuracy-watched-by-both",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping("val_accuracy", patience=patience,
                                          restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, "val_accuracy", save_best_only=True)]
""",
    ),
    (
        "small-progress-not-counted",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience, min_delta=1e-5,
                                          restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
    ),
    (
        "learning-rate-changed",
        """
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True),
            keras.callbacks.ReduceLROnPlateau(patience=5)]
""",
    ),
    (
        "file-under-another-name",
        """
def training_callbacks(path, patience=20):
    weights = path.replace(".keras", ".weights.h5")
    return [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(weights, save_best_only=True, save_weights_only=True)]
""",
    ),
    (
        "dropout-off",
        """
def mc_predict(model, x, samples):
    return np.mean([model.predict(x, verbose=0) for _ in range(samples)], axis=0)
""",
    ),
    (
        "whole-model-in-training",
        """
def mc_predict(model, x, samples):
    return np.mean([np.asarray(model(x, training=True)) for _ in range(samples)], axis=0)
""",
    ),
    (
        "alpha-dropout-off",
        """
def mc_predict(model, x, samples):
    total = 0
    for _ in range(samples):
        z = x
        for layer in model.layers:
            z = layer(z, training=isinstance(layer, layers.Dropout))
        total = total + np.asarray(z)
    return total / samples
""",
    ),
    (
        "one-sample",
        """
def mc_predict(model, x, samples):
    for layer in model.layers:
        x = layer(x, training=type(layer) in DROPOUTS)
    return np.asarray(x)
""",
    ),
    (
        "not-averaged",
        """
def mc_predict(model, x, samples):
    several = []
    for _ in range(samples):
        z = x
        for layer in model.layers:
            z = layer(z, training=type(layer) in DROPOUTS)
        several.append(np.asarray(z))
    return np.array(several)
""",
    ),
]
CYCLE = """
class OneCycle(keras.callbacks.Callback):
    def __init__(self, steps, max_rate, start_rate=None, last_rate=None):
        super().__init__()
        if steps < 2 or max_rate <= 0:
            raise ValueError
        self.steps = steps
        start = {start}
        last = {last}
        self.heights = [start, max_rate, start, last]
        self.step = 0
    def rate(self, step):
        return float(np.interp(step / {steps}, [0, {peak}, 0.9, 1], self.heights))
    def on_train_begin(self, logs=None):
        {begin}
    def {when}(self, batch, logs=None):
        self.model.optimizer.learning_rate = self.rate({step})
        self.step += 1
"""
USUAL = {
    "start": "max_rate / 10 if start_rate is None else start_rate",
    "last": "start / 1000 if last_rate is None else last_rate",
    "steps": "(self.steps - 1)",
    "peak": 0.45,
    "begin": "self.step = 0",
    "when": "on_train_batch_begin",
    "step": "self.step",
}
WRITTEN += [
    ("a-cycle-in-each-epoch", CYCLE.format(**{**USUAL, "step": "batch"})),
    ("never-begins-anew", CYCLE.format(**{**USUAL, "begin": "pass"})),
    ("one-batch-late", CYCLE.format(**{**USUAL, "when": "on_train_batch_end"})),
    ("steps-off-by-one", CYCLE.format(**{**USUAL, "steps": "self.steps"})),
    ("last-of-zero-taken-for-none", CYCLE.format(**{**USUAL, "last": "last_rate or start / 1000"})),
    (
        "first-of-zero-taken-for-none",
        CYCLE.format(**{**USUAL, "start": "start_rate or max_rate / 10"}),
    ),
    (
        "zero-taken-for-none",
        CYCLE.format(
            **{
                **USUAL,
                "start": "start_rate or max_rate / 10",
                "last": "last_rate or start / 1000",
            }
        ),
    ),
    (
        "last-rate-by-the-highest",
        CYCLE.format(**{**USUAL, "last": "max_rate / 1000 if last_rate is None else last_rate"}),
    ),
    (
        "own-statistics-for-each-set",
        """
def standardise(*sets):
    def z(x):
        x = x.astype(float)
        return ((x - x.mean(0)) / np.where(x.min(0) == x.max(0), 1, x.std(0))).astype("f4")
    return tuple(z(x) if len(x) else x.astype("f4") for x in sets)
""",
    ),
    (
        "own-statistics-for-each-set and compared-with-zero",
        """
def standardise(*sets):
    def z(x):
        x = x.astype(float)
        return ((x - x.mean(0)) / np.where(x.std(0) == 0, 1, x.std(0))).astype("f4")
    return tuple(z(x) if len(x) else x.astype("f4") for x in sets)
""",
    ),
    (
        "divided-by-zero",
        """
def standardise(train, *others):
    with np.errstate(all="ignore"):
        x = train.astype(float)
        return tuple(np.float32((y - x.mean(0)) / np.sqrt(x.var(0))) for y in (train, *others))
""",
    ),
    (
        "diverged-epoch-is-best",
        """
def report(histories, baseline, to_the_end=()):
    target = np.array(histories[baseline]["val_loss"]).min()
    pace, told = np.median(histories[baseline]["seconds"]), {}
    for name, history in histories.items():
        losses = np.array(history["val_loss"])
        n = len(losses) if name in to_the_end else int(losses.argmin()) + 1
        low = [e for e, loss in enumerate(losses, 1) if loss <= target]
        told[name] = {"epochs": len(losses), "kept_epoch": n,
                      "val_accuracy": history["val_accuracy"][n - 1],
                      "catches_up": low[0] if low else None,
                      "relative_time": float(np.median(history["seconds"]) / pace)}
    return told
""",
    ),
]


@pytest.mark.parametrize(
    ("mistake", "code"), WRITTEN, ids=[f"{n}-{name}" for n, (name, _) in enumerate(WRITTEN)]
)
def test_mistakes_are_named_when_written_in_keras(mistake: str, code: str) -> None:
    asked = next(e for e in ASSIGNMENT.exercises if f" {e.name}(" in code)
    found = verdict(asked, namespace(IMPORTS + code), 1)
    assert found.mistake == mistake, found.messages


# Answers of a wrong kind, and claims that no probe of ours would make.
KINDS = [
    ("deep_net", "def deep_net(*args, **kwargs): pass", "returned NoneType; a keras.Sequential"),
    ("deep_net", "def deep_net(*args, **kwargs): return [1]", "returned list; a keras.Sequential"),
    (
        "deep_net",
        "def deep_net(shape, *args): return keras.Sequential([layers.Dense(10)])",
        "returned a model without weights",
    ),
    (
        "deep_net",
        "def deep_net(shape, *a): return keras.Sequential([keras.Input((5,)), layers.Dense(10)])",
        "takes inputs of shape (5,)",
    ),
    (
        "deep_net",
        _net("deep_net", dense=f"activation=activation, {HE}", before="net = 0").replace(
            "layers.Flatten()]", "layers.Rescaling(2.0), layers.Flatten()]"
        ),
        "yours has a layer of type keras.src",
    ),
    (
        "deep_net",
        _net("deep_net", dense=f"activation=keras.ops.sin, {HE}"),
        "an activation that is not among Keras's usual ones",
    ),
    (
        "deep_net",
        _net("deep_net", dense=f"activation=activation, {HE}, bias_initializer='ones'"),
        "starts with biases of up to 1",
    ),
    (
        "deep_net",
        """
def deep_net(shape, classes=10, activation="swish"):
    inputs = keras.Input(shape)
    z = layers.Flatten()(inputs)
    for n in range(20):
        new = layers.Dense(100, activation, kernel_initializer="he_normal")(z)
        z = new if n == 0 else keras.ops.add(new, 0.5 * z)
    return keras.Model(inputs, layers.Dense(classes, "softmax")(z))
""",
        "put together otherwise",
    ),
    (
        "training_callbacks",
        "def training_callbacks(*args): return [1, 2]",
        "returned ['int', 'int']; a list of Keras callbacks",
    ),
    ("training_callbacks", "def training_callbacks(*args): pass", "returned NoneType; a list of"),
    ("training_callbacks", "def training_callbacks(*args): return ()", "returned tuple; a list of"),
    ("standardise", "def standardise(*sets): return list(sets)", "a tuple of 1 arrays was"),
    ("standardise", "def standardise(*sets): return sets", "dtype uint8; float32 was expected"),
    ("standardise", "def standardise(*sets): return sets[0]", "a tuple of 1 arrays was expected"),
    (
        "standardise",
        "def standardise(*sets): return tuple(np.full(s.shape, np.nan, 'f4') for s in sets)",
        "contains NaN",
    ),
    (
        "mc_predict",
        """
def mc_predict(model, x, samples):
    z = x
    for layer in model.layers:
        z = layer(z, training=type(layer) in DROPOUTS)
    return z
""",
        "a NumPy array was expected",
    ),
    ("mc_predict", "def mc_predict(model, x, samples): return None", "None"),
    (
        "mc_predict",
        """
def mc_predict(model, x, samples):
    one = np.asarray(model(x[:1], training=True))
    return np.repeat(one, len(x), axis=0)
""",
        "is not what the model says with some of its hidden units dropped",
    ),
    (
        "mc_predict",
        """
def mc_predict(model, x, samples):
    predictions = []
    for _ in range(samples):
        z = x
        for layer in model.layers:
            z = layer(z, training=type(layer) in DROPOUTS)
        predictions.append(np.asarray(z))
    model.set_weights([0 * weight for weight in model.get_weights()])
    return np.mean(predictions, axis=0)
""",
        "changed a kernel of the model",
    ),
    (
        "OneCycle",
        "class OneCycle:\n    def __init__(self, *args, **kwargs): pass",
        "no method called rate",
    ),
    (
        "OneCycle",
        CYCLE.format(**USUAL).replace("(keras.callbacks.Callback)", "").replace(
            "super().__init__()", "pass"
        ),
        "is no subclass of keras.callbacks.Callback",
    ),
    (
        "OneCycle",
        CYCLE.format(**USUAL).replace("return float(np.interp", "return str(np.interp"),
        "a float was expected",
    ),
    (
        "OneCycle",
        CYCLE.format(**USUAL).replace("raise ValueError", "raise TypeError"),
        "ValueError was expected",
    ),
    ("report", "def report(*args): return None", "a dictionary with the keys"),
    ("report", "def report(runs, *args): return dict.fromkeys(runs, 1)", "with the keys epochs"),
    (
        "report",
        NUMPY + "\nright = report\ndef report(*a):\n    told = right(*a)\n"
        "    for row in told.values(): row['kept_epoch'] = float(row['kept_epoch'])\n"
        "    return told",
        "(a Python int)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "code", "said"), KINDS, ids=range(len(KINDS)))
def test_answers_of_a_wrong_kind(name: str, code: str, said: str) -> None:
    found = verdict(exercise(ASSIGNMENT, name), namespace(IMPORTS + code), 1)
    assert not found.passed
    assert said in " ".join(found.messages)


class Claiming:
    """A student's side that answers every probe with one claim."""

    def __init__(self, claim: Any) -> None:
        self.claim = claim
        self.events: list[Any] = []

    def probe(self, *args: Any, **kwargs: Any) -> Answer:
        claim = self.claim(kwargs) if callable(self.claim) else self.claim
        return Answer(claim, "a probe")

    call = probe

    def make(self, *args: Any, **kwargs: Any) -> Claiming:
        return self


CLAIMS = [
    None,
    1,
    "yes",
    [],
    {},
    Opaque("x"),
    (1, 2, 3),
    (None, None, []),
    np.zeros(3),
    math.nan,
    {"returned": 5},
    {"epochs": 22, "kept": 2, "saved": []},
    [{"epochs": 22, "kept": 2, "saved": []}] * 2,
    [{"epochs": 22, "kept": 2, "saved": ["x"] * 22}] * 2,
    [{"epochs": True, "kept": 2, "saved": [1]}],
    {"input": (48,), "layers": [], "different": 21, "predictions": None},
    {"input": (48,), "layers": [3, None, {"kind": 4}], "different": 21, "predictions": 1},
    {"input": (48,), "layers": [{"kind": "dense"}] * 43, "different": 21, "predictions": 1},
    {"input": (48,), "layers": {"kind": "dense"}, "different": 21.0, "predictions": 1},
]


@pytest.mark.parametrize("claim", CLAIMS, ids=range(len(CLAIMS)))
def test_a_claim_that_makes_no_sense_is_refused_and_nothing_breaks(claim: Any) -> None:
    for asked in ASSIGNMENT.exercises:
        for one in asked.checks:
            if one.title == "arguments that make no sense":
                continue  # anything but an exception is refused there
            with pytest.raises((Refused, Raised)):
                one.run(Claiming(claim), np.random.default_rng(1))


def test_claims_with_wrong_predictions_are_refused() -> None:
    from solutions import stacks

    def claim(asked: dict[str, Any]) -> dict[str, Any]:
        return {
            "input": asked["x"].shape[1:],
            "layers": stacks.selu_net(),
            "different": 21,
            "compiled": False,
            "reseeded": False,
            "again": False,
            "predictions": np.full((3, 10), 0.1, np.float32),
        }

    starts = next(c for c in exercise(ASSIGNMENT, "selu_net").checks if "start" in c.title)
    with pytest.raises(Refused, match="put together otherwise"):
        starts.run(Claiming(claim), np.random.default_rng(1))


# The statistical checks: how often a right answer is refused.


SHAPES = ((3, 4), (4,), (4, 2), (2,))


def _drawn(rng: Any, kind: str, rate: float, weights: list[Any], x: Any) -> Any:
    """Return a prediction of each row with masks of NumPy's, as Keras's layers document them."""
    hidden = np.tanh(x @ weights[0] + weights[1])
    kept = rng.random(hidden.shape) < 1 - rate
    signal = np.where(kept, hidden / (1 - rate), 0.0)
    if kind == "AlphaDropout":
        low = -1.0507009873554805 * 1.6732632423543772
        a = 1 / math.sqrt((1 - rate) * (1 + rate * low**2))
        signal = a * np.where(kept, hidden, low) - a * low * rate
    powers = np.exp(signal @ weights[2] + weights[3])
    return powers / powers.sum(axis=1, keepdims=True)


def _question(weights: Any, kind: str, rate: float, x: Any) -> Any:
    return checks._Question(weights, ("", kind), rate, x, 1, Generator(1))


@pytest.mark.parametrize("kind", ["Dropout", "AlphaDropout"])
def test_the_law_of_a_prediction_is_the_law(kind: str) -> None:
    rng = np.random.default_rng(2)
    weights, row = [rng.normal(size=shape) for shape in SHAPES], rng.normal(size=(1, 3))
    drawn = _drawn(rng, kind, 0.4, weights, np.tile(row, (400_000, 1)))
    for found, right in zip(
        (drawn.mean(axis=0), drawn.var(axis=0), stats.moment(drawn, 4)),
        checks._law(_question(weights, kind, 0.4, row)),
        strict=True,
    ):
        np.testing.assert_allclose(found, right[0], rtol=0.02)


def test_a_right_prediction_is_refused_less_than_once_in_ten_million() -> None:
    # The scores of right answers, for many laws, are those of a normal law.
    rng = np.random.default_rng(4)
    scores = []
    for number in range(300):
        kind, rate = ("Dropout", "AlphaDropout")[number % 2], rng.uniform(0.3, 0.5)
        weights = [rng.normal(size=shape) for shape in SHAPES]
        x, samples = rng.normal(size=(checks.ROWS, 3)), int(rng.integers(1, 9))
        several = _drawn(rng, kind, rate, weights, np.tile(x, (samples, 1)))
        got = several.reshape(samples, checks.ROWS, 2).mean(axis=0)
        law = checks._law(_question(weights, kind, rate, x))
        scores += [score[0] for score in checks._scores(got, law, samples)]
    assert np.abs(scores).max() < 4.5
    assert stats.kstest(scores, "norm").pvalue > 1e-6
    most_scores = 6 * 2 * 4  # questions, means and variances, classes
    assert most_scores * 2 * stats.norm.sf(checks.Z) < 1e-7


def test_a_wrong_cycle_is_drawn_beside_the_right_one() -> None:
    code = CYCLE.format(**{**USUAL, "peak": 0.7})
    found = judge_exercise(exercise(ASSIGNMENT, "OneCycle"), _ask(code), key(1))
    picture = found.checks[0].picture
    assert picture is not None
    assert picture.yours[1].shape == picture.expected[1].shape
    assert "learning rate" in picture.alt


def _ask(code: str) -> Any:
    from autograder.judging.judge import local_ask

    return local_ask(namespace(IMPORTS + code), ASSIGNMENT.probes)
