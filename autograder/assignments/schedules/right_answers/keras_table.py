# All rates of the run worked out beforehand by NumPy, and looked up.
import keras
import numpy as np


@keras.saving.register_keras_serializable(package="course")
class OneCycleSchedule(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
        if total_steps < 2:
            raise ValueError("total_steps")
        if not 0 < last_fraction < 1:
            raise ValueError("last_fraction")
        start = max_rate / 10 if start_rate is None else start_rate
        final = start / 1000 if final_rate is None else final_rate
        self.arguments = (total_steps, max_rate, start, final, last_fraction)
        u = np.arange(total_steps) / (total_steps - 1)
        turns = [0, 0.5 - last_fraction / 2, 1 - last_fraction, 1]
        self.table = np.interp(u, turns, [start, max_rate, start, final]).astype(np.float32)

    def __call__(self, step):
        index = keras.ops.minimum(keras.ops.cast(step, "int32"), len(self.table) - 1)
        return keras.ops.take(keras.ops.convert_to_tensor(self.table), index)

    def get_config(self):
        names = ("total_steps", "max_rate", "start_rate", "final_rate", "last_fraction")
        return dict(zip(names, self.arguments, strict=True))
