# Keras's own way: casts, factors of 0 left out, whole configurations.
import keras
from keras import ops


@keras.saving.register_keras_serializable(package="course")
class ElasticNet(keras.regularizers.Regularizer):
    def __init__(self, l1=0.0, l2=0.0):
        for factor in (l1, l2):
            if factor < 0:
                raise ValueError(f"negative: {factor}")
        self.l1 = float(l1)
        self.l2 = float(l2)

    def __call__(self, x):
        penalty = ops.convert_to_tensor(0.0, dtype=x.dtype)
        if self.l1 != 0.0:
            penalty += ops.cast(self.l1, dtype=x.dtype) * ops.sum(ops.absolute(x))
        if self.l2 != 0.0:
            penalty += ops.cast(self.l2, dtype=x.dtype) * ops.sum(ops.square(x))
        return penalty

    def get_config(self):
        return {"l1": self.l1, "l2": self.l2}


@keras.saving.register_keras_serializable(package="course")
class MaxNorm(keras.constraints.Constraint):
    def __init__(self, max_value=2, axis=0):
        if max_value <= 0:
            raise ValueError(f"not positive: {max_value}")
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w):
        w = ops.convert_to_tensor(w)
        norms = ops.sqrt(ops.sum(ops.square(w), axis=self.axis, keepdims=True))
        return ops.where(norms > self.max_value, w / norms * self.max_value, w)

    def get_config(self):
        config = super().get_config()
        config.update({"max_value": self.max_value, "axis": self.axis})
        return config
