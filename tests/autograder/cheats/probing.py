"""Forged probes: replaced, beside the student's code, by functions that lie for a wrong answer.

What runs beside an answer can be found and changed, so a probe proves nothing by itself. What
a lie has to compute is another matter: a forged probe should earn what the answer earns without
it, unless it computes all that the exercise asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

# Every function of a probe's name, wherever it is held, runs the forged one's code.
_REPLACED = """
import gc
import types

def replace(forged):
    gc.unfreeze()  # what was there before the fork is not hidden
    functions = [f for f in gc.get_objects() if isinstance(f, types.FunctionType)]
    found = [f for f in functions if f.__name__ == forged.__name__ and f is not forged]
    for function in found:
        function.__code__, function.__defaults__ = forged.__code__, forged.__defaults__
    print("replaced", len(found))

"""


@dataclass(frozen=True)
class Forged:
    """A wrong answer, and a probe that lies for it.

    Attributes
    ----------
    name
        What it is called in the test's report.
    why
        What its author hopes for, in one line.
    assignment, exercise
        What is answered wrongly.
    answer
        The wrong answer.
    forged
        The probe that is put in the place of the one of its name.
    own
        The points of the wrong answer, with the forged probe and without it.
    """

    name: str
    why: str
    assignment: str
    exercise: str
    answer: str
    forged: str
    own: float

    def source(self) -> str:
        """Return the text of the answer cell with the forged probe."""
        name = self.forged.split("def ")[1].split("(")[0]
        return f"{self.answer}{_REPLACED}{self.forged}\nreplace({name})\n"


_IN_TRAINING = """
import keras
import numpy as np

def mc_predict(model, x, samples):
    return np.mean([np.asarray(model(x, training=True)) for _ in range(samples)], axis=0)
"""
_OFF = """
import keras
import numpy as np

def mc_predict(model, x, samples):
    return np.asarray(model(x))
"""
# The parts that a forged probe has without the exercise: the model at inference, and its weights.
_MC_SEEN = """
def mc_seen(function, weights, kinds, rate, x, samples, rng):
    import keras
    keras.utils.set_random_seed(int(rng.integers(2**31)))
    layers = keras.layers
    front, behind = kinds
    model = keras.Sequential([keras.Input(x.shape[1:])])
    if front:
        model.add(getattr(layers, front)(rate))
    model.add(layers.Dense(weights[0].shape[1]))
    if len(weights) == 8:
        model.add(layers.BatchNormalization(epsilon=0.25))
        model.add(layers.GaussianNoise(0.5))
    model.add(layers.Activation("tanh"))
    model.add(getattr(layers, behind)(rate))
    model.add(layers.Dense(weights[-1].size, activation="softmax"))
    model.set_weights(weights)
    plain = np.array(model(x))
    answer = {answer}
    left, flags = [np.array(weight) for weight in weights], [True] * len(model.layers)
    return answer, plain, left, flags, False
"""

CHEATS = [
    Forged(
        "a-model-that-is-told-to-be-as-it-was",
        "its weights and plain predictions are told from before the call",
        "capstone",
        "mc_predict",
        _IN_TRAINING,
        _MC_SEEN.format(answer="function(model, x.copy(), samples)"),
        2.0,  # right where there is no batch normalisation
    ),
    Forged(
        "the-plain-prediction-where-normalisation-shows",
        "the function is not called where it would be wrong",
        "capstone",
        "mc_predict",
        _IN_TRAINING,
        _MC_SEEN.format(
            answer="plain if len(weights) == 8 else function(model, x.copy(), samples)"
        ),
        2.0,
    ),
    Forged(
        "noise-on-the-plain-prediction",
        "what is random need not be asked of the function",
        "capstone",
        "mc_predict",
        _OFF,
        _MC_SEEN.format(
            answer="(lambda p: p / p.sum(axis=1, keepdims=True))"
            "((plain * rng.uniform(0.5, 1.5, plain.shape)).astype(np.float32))"
        ),
        0.0,
    ),
    Forged(
        "a-net-that-is-only-described",
        "how it is said to start is what the sheet says, and it need not compute anything",
        "capstone",
        "deep_net",
        "def deep_net(shape, classes=10, activation='swish'):\n    return None\n",
        """
def built_net(function, *args, x, seed, **kwargs):
    z = np.linspace(-3, 3, 13, dtype=np.float32)[np.newaxis]
    swish = {"kind": "activation", "values": z / (1 + np.exp(-z))}
    softmax = {"kind": "activation", "values": np.exp(z) / np.exp(z).sum()}
    dense = {"kind": "dense", "units": 100, "gain": 2.0, "normal": True, "bias": 0.0}
    last = {"kind": "dense", "units": 10, "gain": None, "normal": True, "bias": 0.0}
    layers = [{"kind": "flatten"}, *[dense, swish] * 20, last, softmax]
    predictions = np.full((len(x), 10), 0.1, np.float32)
    return {"input": x.shape[1:], "layers": layers, "different": 21, "predictions": predictions,
            "compiled": False, "reseeded": False, "again": False}
""",
        0.0,
    ),
    Forged(
        "the-first-training-told-twice",
        "callbacks that remember are used once only",
        "capstone",
        "training_callbacks",
        """
import keras
from functools import cache

@cache
def training_callbacks(path, patience=20):
    return [keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True),
            keras.callbacks.ModelCheckpoint(path, save_best_only=True)]
""",
        """
def watched_training(function, trainings, patience=None, closely=False):
    import pathlib, tempfile
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "best.keras"
        callbacks = function(str(file), *(() if patience is None else (patience,)))
        facts = _watched(callbacks, file, *trainings[0])
        interferes = facts.pop("interferes")
        if closely:
            facts |= {"interferes": interferes, "again": False}
        return [facts] * len(trainings)
""",
        1.5,
    ),
    Forged(
        "a-donor-that-is-told-to-be-as-it-was",
        "nothing is shared with a model that is not there",
        "pretrained_layers",
        "clone_with_weights",
        "def clone_with_weights(model):\n    raise ValueError\n",
        """
def new_model(function, donor, weights, arguments, head, x, y=None, twice=False, caught=False):
    if donor["inputs"] is None:
        raise ValueError
    layers = [layer for layer in donor["layers"] if layer["kind"] == "Dense"]
    trainable = [layer["name"] not in donor.get("frozen", []) for layer in layers]
    shapes = [[w.shape for w in weights[n : n + 2]] for n in range(0, len(weights), 2)]
    predictions = np.full((len(x), layers[-1]["units"]), 0.25, np.float32)
    return {"kind": "model", "itself": False, "shapes": shapes, "trainable": trainable,
            "shared": 0, "old_head": False, "predictions": predictions, "weights": weights,
            "head_start": (True, True), "dropouts": 0, "again": 0,
            "donor_weights": weights, "donor_trainable": trainable, "donor_compiled": False,
            "donor_flag": donor.get("frozen") != "all"}
""",
        0.5,  # it raises where it should
    ),
    Forged(
        "layers-that-are-told-to-be-frozen",
        "flags and names follow from the question",
        "pretrained_layers",
        "freeze",
        "def freeze(model, first, rate=0.01):\n    pass\n",
        """
def changed_model(function, donor, weights, arguments, x, y, rate=None, caught=False):
    own = [w for w in donor["layers"] if w["kind"] in ("Dense", "BatchNormalization")]
    last = [layer["name"] for layer in donor["layers"]].index(own[-1]["name"])
    free = [layer["name"] for layer in donor["layers"][len(donor["layers"]) - arguments[0] :]]
    flags = [layer["name"] in free for layer in own]
    optimiser = {"class": "SGD", "learning_rate": np.asarray(0.01, np.float32), "momentum": 0.0}
    return {"returned": [layer["name"] for layer in own if layer["name"] in free], "kind": "list",
            "trainable": flags, "compiled": True, "new_optimiser": True, "optimiser": optimiser,
            "loss": np.asarray(1.0, np.float32), "weights": weights}
""",
        0.0,
    ),
    Forged(
        "settings-that-are-told-to-be-kept",
        "a new optimiser's settings follow from the old one's",
        "pretrained_layers",
        "unfreeze",
        "def unfreeze(model, last, factor=0.1):\n    pass\n",
        """
def changed_model(function, donor, weights, arguments, x, y, rate=None, caught=False):
    own = [w for w in donor["layers"] if w["kind"] in ("Dense", "BatchNormalization")]
    frozen = donor.get("frozen", [])
    settings = {key: value for key, value in donor.get("compiled", {}).items() if key != "loss"}
    factor = arguments[1] if len(arguments) > 1 else 0.1
    lower = np.asarray(settings.get("learning_rate", 1.0) * factor, np.float32)
    inner = own[len(own) - 1 - arguments[0] : -1]
    free = [w["name"] not in frozen or w in inner and w["kind"] == "Dense" for w in own]
    return {"returned": lower, "kind": "float", "trainable": free, "compiled": True,
            "new_optimiser": True, "optimiser": {**settings, "learning_rate": lower},
            "loss": np.asarray(1.0, np.float32), "weights": weights}
""",
        0.0,
    ),
    Forged(
        "weights-told-four-times",
        "what a layer keeps is what it was given",
        "batch_normalisation",
        "BatchNormalisation",
        "class BatchNormalisation:\n    def __init__(self, size, **settings):\n        pass\n",
        """
def weights_apart(layer, weights, x):
    return weights, weights, weights, weights
""",
        0.0,
    ),
    Forged(
        "a-model-that-is-not-saved",
        "what is loaded goes on as if nothing had been",
        "optimisers",
        "NadamW",
        """
import keras

class NadamW(keras.optimizers.Optimizer):  # not registered, and so not to be loaded
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7,
                 weight_decay=0.004, **rest):
        super().__init__(learning_rate=learning_rate, weight_decay=weight_decay, **rest)
        self.betas, self.epsilon = (beta_1, beta_2), epsilon

    def build(self, variables):
        if not self.built:
            super().build(variables)
            self.m, self.v = self.add_optimizer_variables(variables, ["m", "v"])

    def update_step(self, gradient, variable, learning_rate):
        (a, b), i = self.betas, self._get_variable_index(variable)
        cast = lambda number: keras.ops.cast(number, variable.dtype)
        t, g = cast(self.iterations + 1), cast(gradient)
        self.m[i].assign(a * self.m[i] + (1 - a) * g)
        self.v[i].assign(b * self.v[i] + (1 - b) * g * g)
        step = a * self.m[i] / (1 - a ** (t + 1)) + (1 - a) * g / (1 - a**t)
        step = step / (keras.ops.sqrt(self.v[i] / (1 - b**t)) + self.epsilon)
        variable.assign_sub(cast(learning_rate) * step)

    def get_config(self):
        a, b = self.betas
        return super().get_config() | {"beta_1": a, "beta_2": b, "epsilon": self.epsilon}
""",
        """
def optimiser_saved(optimiser, weights, gradients, ways):
    model = _small_net(weights)
    model.compile(optimizer=optimiser, loss="mse")
    path = [_stepped(model, arrays) for arrays in gradients]
    kept = model.get_weights()
    first = [_stepped(model, arrays) for arrays in ways[0]]
    model.set_weights(kept)
    return path + first, path + [_stepped(model, arrays) for arrays in ways[1]]
""",
        5.0,
    ),
    Forged(
        "flags-that-are-told-to-be-copied",
        "what can be trained is told, and not tried",
        "pretrained_layers",
        "clone_with_weights",
        """
import keras

def clone_with_weights(model):
    if not model.built:
        raise ValueError
    new = keras.models.clone_model(model)
    new.set_weights(model.get_weights())
    new.trainable = False
    return new
""",
        """
def new_model(function, donor, weights, arguments, head, x, y=None, twice=False, caught=False):
    new = function(_donor_model(donor, weights))
    layers = [layer for layer in _leaf_layers(new) if layer.weights]
    own = [w for w in donor["layers"] if w["kind"] in ("Dense", "BatchNormalization")]
    trainable = [layer["name"] not in donor.get("frozen", []) for layer in own]
    shapes = [[tuple(weight.shape) for weight in layer.weights] for layer in layers]
    return {"kind": "model", "itself": False, "shapes": shapes, "trainable": trainable,
            "shared": 0, "old_head": False, "predictions": np.asarray(new(x)),
            "weights": weights, "head_start": (True, True), "dropouts": 0, "again": 0,
            "donor_weights": weights, "donor_trainable": trainable, "donor_compiled": False,
            "donor_flag": donor.get("frozen") != "all"}
""",
        1.5,
    ),
]
