# As Keras writes its own: averages as increments, operations by name.
import keras
from keras import ops


@keras.saving.register_keras_serializable(package="course")
class NadamW(keras.optimizers.Optimizer):
    def __init__(
        self,
        learning_rate=0.001,
        beta_1=0.9,
        beta_2=0.999,
        epsilon=1e-7,
        weight_decay=0.004,
        **kwargs,
    ):
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self._momentums = self.add_optimizer_variables(variables, "momentum")
        self._velocities = self.add_optimizer_variables(variables, "velocity")

    def update_step(self, gradient, variable, learning_rate):
        lr = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        step = ops.cast(self.iterations, variable.dtype)
        power_1 = ops.power(ops.cast(self.beta_1, variable.dtype), step + 1)
        power_2 = ops.power(ops.cast(self.beta_2, variable.dtype), step + 1)
        m = self._momentums[self._get_variable_index(variable)]
        v = self._velocities[self._get_variable_index(variable)]
        self.assign_add(m, ops.multiply(ops.subtract(gradient, m), 1 - self.beta_1))
        self.assign_add(v, ops.multiply(ops.subtract(ops.square(gradient), v), 1 - self.beta_2))
        ahead = ops.add(
            ops.divide(ops.multiply(m, self.beta_1), 1 - power_1 * self.beta_1),
            ops.divide(ops.multiply(gradient, 1 - self.beta_1), 1 - power_1),
        )
        root = ops.sqrt(ops.divide(v, 1 - power_2))
        self.assign_sub(variable, ops.divide(ops.multiply(ahead, lr), root + self.epsilon))

    def get_config(self):
        config = super().get_config()
        config.update({"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon})
        return config
