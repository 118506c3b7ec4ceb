# Decays by itself and leaves the base class's decay alone; a dictionary of states, in
# variables that are made one by one.
import keras


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
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.rest = {
            "beta_1": beta_1,
            "beta_2": beta_2,
            "epsilon": epsilon,
            "weight_decay": weight_decay,
        }
        self.state = {}

    def build(self, variables):
        super().build(variables)
        for number, variable in enumerate(variables):
            self.state[number] = [
                self.add_variable(
                    shape=variable.shape, dtype=variable.dtype, name=f"{part}{number}"
                )
                for part in ("m", "v")
            ]

    def update_step(self, gradient, variable, learning_rate):
        ops, dtype = keras.ops, variable.dtype
        m, v = self.state[self._get_variable_index(variable)]
        t = ops.cast(self.iterations, dtype) + 1
        a, b = (ops.cast(self.rest[name], dtype) for name in ("beta_1", "beta_2"))
        g, rate = ops.cast(gradient, dtype), ops.cast(learning_rate, dtype)
        new_m, new_v = a * m + (1 - a) * g, b * v + (1 - b) * g * g
        ahead = a * new_m / (1 - ops.power(a, t + 1)) + (1 - a) * g / (1 - ops.power(a, t))
        move = ahead / (ops.sqrt(new_v / (1 - ops.power(b, t))) + self.rest["epsilon"])
        if self.rest["weight_decay"] is not None:
            move = move + self.rest["weight_decay"] * variable
        variable.assign(variable - rate * move)
        m.assign(new_m)
        v.assign(new_v)

    def get_config(self):
        return {**super().get_config(), **self.rest}
