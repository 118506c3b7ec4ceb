# The inverse of the distribution function by Keras's operations, cast at the end.
import math

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="course")
class HeNormal(keras.initializers.Initializer):
    def __init__(self, seed=None):
        self.seed = seed

    def __call__(self, shape, dtype=None):
        fan_in = math.prod(shape) if len(shape) == 1 else math.prod(shape) // shape[-1]
        edge = math.erf(math.sqrt(2))
        u = keras.random.uniform(shape, -edge, edge, dtype="float32", seed=self.seed)
        left = 1 - 4 * math.exp(-2) / math.sqrt(2 * math.pi) / edge
        z = ops.clip(math.sqrt(2) * ops.erfinv(u), -2.0, 2.0)
        return ops.cast(math.sqrt(2 / fan_in / left) * z, dtype or keras.config.floatx())

    def get_config(self):
        return {"seed": self.seed}
