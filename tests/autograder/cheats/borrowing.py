"""The library's own answer, by every road that leads to it, for the exercise `HeNormal`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Borrowed:
    """A way of having weights made by the library; `lines` leave them in ``weights``."""

    name: str
    lines: str
    before: str = ""

    @property
    def source(self) -> str:
        """The text of the answer cell: a Keras initialiser around the lines."""
        body = "".join(f"        {line}\n" for line in self.lines.strip().splitlines())
        return f"""\
import keras
import tensorflow as tf
{self.before}

class HeNormal(keras.initializers.Initializer):
    def __init__(self, seed=None):
        self.seed = seed

    def __call__(self, shape, dtype=None):
        dtype = dtype or "float32"
        shape, seed = tuple(shape), self.seed
{body}        return weights

    def get_config(self):
        return {{"seed": self.seed}}
"""


# Finds, by whatever name, the code that was there before it was replaced.
_FIND_CODE = """
import gc, sys, types

def found(name):
    gc.unfreeze()
    waiting, seen, codes = list(gc.get_objects()) + list(sys.modules.values()), set(), []
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, types.CodeType) and id(thing) not in seen:
            seen.add(id(thing))
            codes.append(thing)
            waiting += thing.co_consts
        elif isinstance(thing, types.FunctionType):
            waiting.append(thing.__code__)
    return [code for code in codes if code.co_qualname == name and 'fan_in' in code.co_varnames]
"""

CHEATS = [
    Borrowed("calls-he-normal", "weights = keras.initializers.HeNormal(seed=seed)(shape, dtype)"),
    Borrowed("by-name", "weights = keras.initializers.get('he_normal')(shape, dtype)"),
    Borrowed(
        "calls-variance-scaling",
        "weights = keras.initializers.VarianceScaling("
        "2.0, 'fan_in', 'truncated_normal', seed=seed)(shape, dtype)",
    ),
    Borrowed(
        "by-deserialising",
        "weights = keras.initializers.deserialize("
        "{'class_name': 'HeNormal', 'config': {'seed': seed}})(shape, dtype)",
    ),
    Borrowed(
        "through-the-base-class",
        "weights = keras.initializers.VarianceScaling.__call__("
        "keras.initializers.HeNormal(seed=seed), shape, dtype)",
    ),
    Borrowed(
        "through-the-internal-module",
        "from keras.src.initializers import random_initializers\n"
        "weights = random_initializers.HeNormal(seed=seed)(shape, dtype)",
    ),
    Borrowed(
        "through-a-variable",
        "variable = keras.Variable(keras.initializers.HeNormal(seed=seed), shape, dtype)\n"
        "weights = variable.value",
    ),
    Borrowed(
        "through-a-layer",
        "layer = keras.layers.Dense(shape[-1], kernel_initializer='he_normal')\n"
        "layer.build((None, shape[0]))\n"
        "weights = layer.kernel",
    ),
    Borrowed(
        "through-the-default-of-a-layer",
        "layer = keras.layers.Dense(shape[-1])\n"
        "layer.build((None, shape[0]))\n"
        "weights = layer.kernel * (2 / shape[0]) ** 0.5",
    ),
    Borrowed(
        "tensorflows-keras",
        "weights = tf.keras.initializers.HeNormal(seed=seed)(shape, dtype)",
    ),
    Borrowed(
        "tensorflow-1",
        "weights = tf.compat.v1.initializers.he_normal(seed=seed)(shape, tf.as_dtype(dtype))",
    ),
    Borrowed(
        "tensorflow-1-variance-scaling",
        "weights = tf.compat.v1.variance_scaling_initializer(2.0, seed=seed)("
        "shape, tf.as_dtype(dtype))",
    ),
    Borrowed(
        "tensorflows-internal-initialisers",
        "from tensorflow.python.ops import init_ops_v2\n"
        "weights = init_ops_v2.he_normal(seed)(shape, tf.as_dtype(dtype))",
    ),
    Borrowed(
        "tensorflows-old-keras",
        "from tensorflow.python.keras.initializers import initializers_v2\n"
        "weights = initializers_v2.HeNormal(seed)(shape, tf.as_dtype(dtype))",
    ),
    Borrowed(
        "tensorflows-older-keras",
        "from tensorflow.python.keras.initializers import initializers_v1\n"
        "weights = initializers_v1.HeNormal(seed)(shape, tf.as_dtype(dtype))",
    ),
    Borrowed(
        "by-reloading-the-module",
        "import importlib\n"
        "from keras.src.initializers import random_initializers\n"
        "weights = importlib.reload(random_initializers).HeNormal(seed)(shape, dtype)",
    ),
    Borrowed(
        "by-importing-it-afresh",
        "import importlib, sys\n"
        "for name in [n for n in sys.modules if n.startswith('keras.src.initializers')]:\n"
        "    del sys.modules[name]\n"
        "afresh = importlib.import_module('keras.src.initializers.random_initializers')\n"
        "weights = afresh.HeNormal(seed)(shape, dtype)",
    ),
    Borrowed(
        "by-running-its-file",
        "from keras.src.initializers import random_initializers\n"
        "names = {'__name__': 'copy'}\n"
        "exec(open(random_initializers.__file__).read(), names)\n"
        "weights = names['HeNormal'](seed)(shape, dtype)",
    ),
    Borrowed(
        "by-running-its-byte-code",
        "import marshal\n"
        "from keras.src.initializers import random_initializers\n"
        "names = {'__name__': 'copy'}\n"
        "exec(marshal.loads(open(random_initializers.__cached__, 'rb').read()[16:]), names)\n"
        "weights = names['HeNormal'](seed)(shape, dtype)",
    ),
    Borrowed(
        "by-running-the-file-of-tensorflow",
        "from tensorflow.python.ops import init_ops\n"
        "names = {'__name__': 'tensorflow.python.ops.copy'}\n"
        "exec(open(init_ops.__file__).read(), names)\n"
        "weights = names['he_normal'](seed)(shape, tf.as_dtype(dtype))",
    ),
    Borrowed(
        "by-a-copy-in-another-place",
        "import pathlib\n"
        "for path in pathlib.Path(keras.__file__).parent.rglob('random_initializers*.py*'):\n"
        "    names = {'__name__': 'copy'}\n"
        "    exec(open(path, errors='replace').read(), names)\n"
        "weights = names['HeNormal'](seed)(shape, dtype)",
    ),
    Borrowed(
        "by-taking-the-cover-off",
        "import ctypes\n"
        "from keras.src.initializers import random_initializers\n"
        "ctypes.CDLL(None).umount2(random_initializers.__file__.encode(), 2)\n"
        "names = {'__name__': 'copy'}\n"
        "exec(open(random_initializers.__file__).read(), names)\n"
        "weights = names['HeNormal'](seed)(shape, dtype)",
    ),
    Borrowed(
        "by-its-code-in-memory",
        "module = sys.modules[keras.initializers.HeNormal.__module__]\n"
        "(code, *_) = found('VarianceScaling.__call__')\n"
        "function = types.FunctionType(code, vars(module))\n"
        "weights = function(keras.initializers.HeNormal(seed=seed), shape, dtype)",
        before=_FIND_CODE,
    ),
    Borrowed(
        "by-the-code-of-its-subclasses",
        "for kind in (keras.initializers.GlorotNormal, keras.initializers.LecunNormal):\n"
        "    kind.__call__.__defaults__ = None\n"
        "weights = keras.initializers.LecunNormal(seed=seed)(shape, dtype) * 2 ** 0.5",
    ),
    Borrowed(
        "by-swapping-the-error",
        "import builtins\n"
        "builtins.RuntimeError = lambda *args: SystemExit\n"
        "weights = keras.initializers.HeNormal(seed=seed)(shape, dtype)",
    ),
]

SUBCLASS = """\
import keras

class HeNormal(keras.initializers.HeNormal):
    def get_config(self):
        return {"seed": self.seed}
"""
