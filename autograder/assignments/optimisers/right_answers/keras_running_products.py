# Powers of the betas as running products, kept in variables and renewed before each step, as
# Keras's own Nadam does; lists of moments.
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
        name="nadamw",
        **kwargs,
    ):
        super().__init__(
            learning_rate=learning_rate, weight_decay=weight_decay, name=name, **kwargs
        )
        self.betas = (beta_1, beta_2)
        self.epsilon = epsilon

    def build(self, variables):
        if self.built:
            return
        super().build(variables)
        self.moments = [
            (
                self.add_variable_from_reference(variable, "first"),
                self.add_variable_from_reference(variable, "second"),
            )
            for variable in variables
        ]
        self.left = [
            self.add_variable((), initializer="ones", dtype="float32", name=f"left_{i}")
            for i in range(2)
        ]

    def apply(self, grads, trainable_variables=None):
        if not self.built:
            self.build(list(trainable_variables))
        for left, beta in zip(self.left, self.betas, strict=True):
            self.assign(left, left * beta)
        return super().apply(grads, trainable_variables)

    def update_step(self, gradient, variable, learning_rate):
        dtype = variable.dtype
        first, second = self.moments[self._get_variable_index(variable)]
        (beta_1, beta_2), (left_1, left_2) = self.betas, (ops.cast(x, dtype) for x in self.left)
        gradient = ops.cast(gradient, dtype)
        self.assign(first, beta_1 * first + (1 - beta_1) * gradient)
        self.assign(second, beta_2 * second + (1 - beta_2) * ops.square(gradient))
        kept = beta_1 / (1 - beta_1 * left_1) * first
        fresh = (1 - beta_1) / (1 - left_1) * gradient
        root = ops.sqrt(second) / ops.sqrt(1 - left_2) + self.epsilon
        self.assign_sub(variable, ops.cast(learning_rate, dtype) * (kept + fresh) / root)

    def get_config(self):
        config = super().get_config()
        config["beta_1"], config["beta_2"] = self.betas
        config["epsilon"] = self.epsilon
        return config
