# TensorFlow's functions, arguments by keyword, tuples for axes.
import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="course")
class ElasticNet(keras.regularizers.Regularizer):
    def __init__(self, l1=0.0, l2=0.0):
        super().__init__()
        if l1 < 0 or l2 < 0:
            raise ValueError("l1 and l2")
        self.l1, self.l2 = l1, l2

    def __call__(self, x):
        x = tf.convert_to_tensor(x)
        return tf.reduce_sum(self.l1 * tf.abs(x) + self.l2 * x**2)

    def get_config(self):
        return vars(self).copy()


@keras.saving.register_keras_serializable(package="course")
class MaxNorm(keras.constraints.Constraint):
    def __init__(self, max_value=2.0, axis=0):
        if max_value <= 0:
            raise ValueError("max_value")
        self.max_value = max_value
        self.axis = axis if isinstance(axis, int) else tuple(axis)

    def __call__(self, w):
        w = tf.convert_to_tensor(w)
        norms = tf.sqrt(tf.reduce_sum(tf.square(w), axis=self.axis, keepdims=True))
        return tf.where(norms > self.max_value, self.max_value * tf.math.divide_no_nan(w, norms), w)

    def get_config(self):
        return {"max_value": self.max_value, "axis": self.axis}
