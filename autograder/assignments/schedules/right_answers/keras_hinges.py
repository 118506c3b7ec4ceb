# Minimum and maximum of straight lines, a little at a time.
import keras


@keras.saving.register_keras_serializable(package="course")
class OneCycleSchedule(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, total_steps, max_rate, start_rate=None, final_rate=None, last_fraction=0.1):
        super().__init__()
        if total_steps < 2:
            raise ValueError("total_steps")
        if last_fraction <= 0 or last_fraction >= 1:
            raise ValueError("last_fraction")
        self.total_steps, self.max_rate, self.last_fraction = total_steps, max_rate, last_fraction
        self.start_rate, self.final_rate = start_rate, final_rate

    def __call__(self, step):
        ops = keras.ops
        start = self.max_rate / 10 if self.start_rate is None else self.start_rate
        final = start / 1000 if self.final_rate is None else self.final_rate
        last = self.total_steps - 1.0
        end = (1 - self.last_fraction) * last
        t = ops.convert_to_tensor(step)
        t = ops.minimum(ops.cast(t, "float32"), last)
        rise = ops.minimum(t, end - t) / (end / 2)
        cycle = start + (self.max_rate - start) * ops.maximum(rise, 0.0)
        fall = ops.maximum(t - end, 0.0) / (last - end)
        return cycle - (start - final) * fall

    def get_config(self):
        names = ("total_steps", "max_rate", "start_rate", "final_rate", "last_fraction")
        return {name: getattr(self, name) for name in names}
