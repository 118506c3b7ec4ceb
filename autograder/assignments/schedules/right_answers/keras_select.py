# Nested `where`, the arguments kept as they were given.
import keras
from keras import ops


@keras.saving.register_keras_serializable(package="course")
class OneCycleSchedule(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
        if total_steps < 2 or not 0 < last_fraction < 1:
            raise ValueError("total_steps or last_fraction")
        self._config = {
            "total_steps": total_steps,
            "max_rate": max_rate,
            "start_rate": start_rate,
            "final_rate": final_rate,
            "last_fraction": last_fraction,
        }

    def __call__(self, step):
        c = self._config
        start = c["max_rate"] / 10 if c["start_rate"] is None else c["start_rate"]
        final = start / 1000 if c["final_rate"] is None else c["final_rate"]
        u = ops.cast(step, "float32") / (c["total_steps"] - 1)
        half = (1 - c["last_fraction"]) / 2
        up = start + (c["max_rate"] - start) * u / half
        down = c["max_rate"] + (start - c["max_rate"]) * (u - half) / half
        stretch = start + (final - start) * (u - 2 * half) / c["last_fraction"]
        rate = ops.where(u < half, up, ops.where(u < 2 * half, down, stretch))
        return ops.where(u >= 1, ops.convert_to_tensor(final, dtype="float32"), rate)

    def get_config(self):
        return dict(self._config)
