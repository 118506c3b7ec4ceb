# Inner products, signs and a configuration kept from the start.
import keras


@keras.saving.register_keras_serializable(package="course")
class ElasticNet(keras.Regularizer):
    def __init__(self, l1=0.0, l2=0.0):
        if min(l1, l2) < 0:
            raise ValueError("negative")
        self.config = {"l1": l1, "l2": l2}

    def __call__(self, x):
        flat = keras.ops.reshape(x, (-1,))
        signs = keras.ops.stop_gradient(keras.ops.sign(flat))
        first = self.config["l1"] * keras.ops.dot(signs, flat)
        return first + self.config["l2"] * keras.ops.dot(flat, flat)

    def get_config(self):
        return dict(self.config)


@keras.saving.register_keras_serializable(package="course")
class MaxNorm(keras.constraints.Constraint):
    def __init__(self, max_value=2.0, axis=0):
        if not max_value > 0:
            raise ValueError("positive, please")
        self.config = {"max_value": max_value, "axis": axis}

    def __call__(self, w):
        limit = self.config["max_value"]
        squares = keras.ops.sum(w * w, axis=self.config["axis"], keepdims=True)
        scale = keras.ops.rsqrt(keras.ops.maximum(squares / limit**2, 1))
        return w * scale

    def get_config(self):
        return self.config
