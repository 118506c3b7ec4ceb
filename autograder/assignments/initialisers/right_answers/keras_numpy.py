# NumPy draws, Keras gets a tensor.
import keras
import numpy as np
from scipy.stats import truncnorm


@keras.saving.register_keras_serializable(package="course")
class HeNormal(keras.Initializer):
    def __init__(self, seed=None):
        self.seed = seed

    def __call__(self, shape, dtype=None):
        inputs = shape[0] if len(shape) == 1 else int(np.prod(shape[:-1]))
        law = truncnorm(-2, 2)
        draws = law.rvs(size=shape, random_state=np.random.default_rng(self.seed))
        weights = draws / law.std() * (2 / inputs) ** 0.5
        return keras.ops.convert_to_tensor(weights, dtype=dtype or keras.config.floatx())

    def get_config(self):
        return {"seed": self.seed}
