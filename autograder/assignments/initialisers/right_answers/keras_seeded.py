# Keras's own way: the seed made whole when it is missing, the fans from the last dimensions.
import keras
import numpy as np


@keras.saving.register_keras_serializable(package="course")
class HeNormal(keras.initializers.Initializer):
    def __init__(self, seed=None):
        super().__init__()
        self._given = seed
        self.seed = keras.random.randint((), 0, 10**9) if seed is None else seed
        self.seed = int(self.seed)

    def __call__(self, shape, dtype=None):
        if len(shape) == 1:
            fan_in = shape[0]
        else:
            fan_in = shape[-2]
            for size in shape[:-2]:
                fan_in *= size
        stddev = np.sqrt(2.0 / fan_in) / 0.87962566103423978
        return keras.random.truncated_normal(shape, 0.0, stddev, dtype=dtype, seed=self.seed)

    def get_config(self):
        config = super().get_config()
        config["seed"] = self._given
        return config
