"""Parts of the course's toolbox, written as Keras users write them: subclasses."""

import math
from typing import Any

import keras


@keras.saving.register_keras_serializable(package="course")
class HeNormal(keras.initializers.Initializer):
    """He (Kaiming) weights from a truncated normal distribution, as a Keras initialiser.

    The variance is::

        Var[w] = 2 / fan_in

    The law is that of ``keras.initializers.HeNormal``: values beyond two standard deviations
    of the parent normal do not occur, and the variance above is that of what is left. An
    instance can be given to any layer::

        keras.layers.Dense(100, activation="relu", kernel_initializer=HeNormal(seed=1))

    The decorator above the class tells Keras its name, so that a model which has been saved with
    such a layer can be loaded again; leave it there.

    Parameters
    ----------
    seed
        A whole number, 0 for example, or None. Every call of an initialiser with a whole number
        gives the same weights for the same shape and dtype, and so does another initialiser with
        that seed; two initialisers without a seed give different weights. (Two calls of one
        without a seed may or may not.) With a seed, the global generators of Python, NumPy and
        Keras are neither used nor seeded.

    References
    ----------
    He, Zhang, Ren & Sun (2015), *Delving deep into rectifiers*, Equation 10.

    Examples
    --------
    >>> weights = HeNormal(seed=1)((800, 100))
    >>> tuple(weights.shape)
    (800, 100)
    >>> HeNormal.from_config(HeNormal(seed=1).get_config()).get_config()
    {'seed': 1}
    """

    def __init__(self, seed: int | None = None) -> None:
        """Remember the seed; nothing is drawn yet."""
        self.seed = seed

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None) -> Any:
        """Return weights as a tensor.

        Parameters
        ----------
        shape
            The shape of the weights, in Keras's layout: ``(in, out)`` for a dense kernel,
            ``(*spatial, in_channels, out_channels)`` for a convolution kernel, ``(n,)`` for a
            vector, whose fan-in is ``n``.
        dtype
            The floating dtype of the tensor, ``"float32"`` for example; None stands for
            Keras's default, ``keras.config.floatx()``, as it is when the weights are drawn.

        Returns
        -------
        tensor of shape `shape` and dtype `dtype`
        """
        fan_in = math.prod(shape[:-1]) if len(shape) > 1 else math.prod(shape)
        cut = 2.0
        density = math.exp(-(cut**2) / 2) / math.sqrt(2 * math.pi)
        mass = math.erf(cut / math.sqrt(2))
        kept = 1 - 2 * cut * density / mass
        stddev = math.sqrt(2 / fan_in / kept)
        return keras.random.truncated_normal(shape, stddev=stddev, dtype=dtype, seed=self.seed)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal initialiser, as a dictionary.

        Returns
        -------
        dict
            ``{"seed": seed}``, with the seed as it was given.
        """
        return {"seed": self.seed}


class OneCycle(keras.callbacks.Callback):
    """The 1cycle schedule: one rise and one fall of the learning rate in the whole training.

    With ``t = step / (steps - 1)``, which is 0 at the first batch and 1 at the last, the rate
    is on the straight lines between these points::

        t       0             0.45         0.9           1
        rate    start_rate    max_rate     start_rate    last_rate

    Given to ``fit``, the callback sets the learning rate of the model's optimiser before each
    batch. It counts the batches of the whole training: the number that Keras passes to it
    starts again at 0 in each epoch, and those of a validation do not count. With each training
    (each ``fit``) the cycle begins anew. Nothing else of the optimiser is changed.

    Parameters
    ----------
    steps
        The number of batches of the training: epochs times batches an epoch.
    max_rate
        The highest rate.
    start_rate
        The rate of the first batch, which may be 0; None stands for ``max_rate / 10``.
    last_rate
        The rate of the last batch, and of any after it, which may be 0; None stands for
        ``start_rate / 1000``.

    Raises
    ------
    ValueError
        `steps` is less than 2, or `max_rate` is not positive.

    References
    ----------
    Smith (2018), *A disciplined approach to neural network hyper-parameters: part 1*,
    Section 4.1.

    Examples
    --------
    >>> cycle = OneCycle(steps=101, max_rate=0.5)
    >>> [round(cycle.rate(step), 5) for step in (0, 45, 90, 100)]
    [0.05, 0.5, 0.05, 5e-05]
    """

    def __init__(
        self,
        steps: int,
        max_rate: float,
        start_rate: float | None = None,
        last_rate: float | None = None,
    ) -> None:
        """Check and remember the cycle."""
        super().__init__()
        if steps < 2 or max_rate <= 0:
            raise ValueError(f"no cycle has {steps} steps and a highest rate of {max_rate}")
        self.steps = steps
        self.max_rate = max_rate
        self.start_rate = max_rate / 10 if start_rate is None else start_rate
        self.last_rate = self.start_rate / 1000 if last_rate is None else last_rate

    def rate(self, step: int) -> float:
        """Return the learning rate of a batch.

        Parameters
        ----------
        step
            The number of the batch in the training, from 0.

        Returns
        -------
        float
        """
        t = step / (self.steps - 1)
        rate = self.start_rate
        for begin, end, change in (
            (0.0, 0.45, self.max_rate - self.start_rate),
            (0.45, 0.9, self.start_rate - self.max_rate),
            (0.9, 1.0, self.last_rate - self.start_rate),
        ):
            rate += change * min(max((t - begin) / (end - begin), 0.0), 1.0)
        return rate

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Begin a new cycle.

        Parameters
        ----------
        logs
            Not needed.
        """
        self.step = 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        """Set the learning rate for the batch that comes.

        Parameters
        ----------
        batch
            The number of the batch in its epoch, from 0.
        logs
            Not needed.
        """
        self.model.optimizer.learning_rate = self.rate(self.step)
        self.step += 1


@keras.saving.register_keras_serializable(package="course")
class ElasticNet(keras.regularizers.Regularizer):
    """An l1 and an l2 penalty in one, as a Keras regulariser.

    The penalty of some weights w is::

        l1 · sum(|w|) + l2 · sum(w²)

    with no 1/2, like that of ``keras.regularizers.L1L2``, and exactly 0 where all weights are.
    Keras differentiates it by itself; a weight that is exactly 0 must get the gradient 0. An
    instance can be given to any layer,
    which then adds the penalty to the loss::

        keras.layers.Dense(100, kernel_regularizer=ElasticNet(l1=1e-4, l2=1e-4))

    The decorator above registers the class under a name, so that a saved model which uses it
    can be loaded again by `keras.saving.load_model` alone. Leave it there.

    Parameters
    ----------
    l1, l2
        The factors of the two penalties; either may be 0.

    Raises
    ------
    ValueError
        `l1` or `l2` is negative, when the instance is made.

    References
    ----------
    Zou & Hastie (2005), *Regularization and variable selection via the elastic net*,
    Section 2.1.

    Examples
    --------
    >>> penalty = ElasticNet(l1=0.5, l2=0.25)(keras.ops.convert_to_tensor([2.0, 0.0, -3.0]))
    >>> float(penalty)
    5.75
    >>> ElasticNet.from_config(ElasticNet(l1=0.5).get_config()).get_config()
    {'l1': 0.5, 'l2': 0.0}
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        """Check and remember the factors."""
        if l1 < 0 or l2 < 0:
            raise ValueError(f"the factors must not be negative, got l1={l1} and l2={l2}")
        self.l1 = l1
        self.l2 = l2

    def __call__(self, x: Any) -> Any:
        """Return the penalty of some weights.

        Parameters
        ----------
        x
            The weights: a tensor or a variable of any shape. The penalty is worked out anew in
            every call.

        Returns
        -------
        tensor of shape () and the dtype of `x`
        """
        return self.l1 * keras.ops.sum(keras.ops.abs(x)) + self.l2 * keras.ops.sum(
            keras.ops.square(x)
        )

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal regulariser, as a dictionary.

        Returns
        -------
        dict
            ``{"l1": l1, "l2": l2}``.
        """
        return {"l1": self.l1, "l2": self.l2}


@keras.saving.register_keras_serializable(package="course")
class MaxNorm(keras.constraints.Constraint):
    """A limit on the norm of every unit's incoming weights, as a Keras constraint.

    With the Euclidean norm of one unit's incoming weights, which lie along `axis`::

        norm   = sqrt(sum over axis of w²)
        result = w · max_value / norm    where norm > max_value
        result = w                       elsewhere

    Weights within the limit are not changed, also where all of them are 0. (That of
    ``keras.constraints.MaxNorm`` divides by norm + 1e-7; that is not asked for.) A layer calls
    its constraint after every step of the optimiser, and takes what comes back for its new
    weights::

        keras.layers.Dense(100, kernel_constraint=MaxNorm(1.0))

    The decorator above registers the class under a name, so that a saved model which uses it
    can be loaded again by `keras.saving.load_model` alone. Leave it there.

    Parameters
    ----------
    max_value
        The limit, positive.
    axis
        One axis, or several as a tuple or a list: 0 for a dense kernel ``(in, out)``,
        ``(0, 1, 2)`` for a convolution kernel ``(height, width, in, out)``.

    Raises
    ------
    ValueError
        `max_value` is not positive, when the instance is made.

    References
    ----------
    Srivastava, Hinton, Krizhevsky, Sutskever & Salakhutdinov (2014), *Dropout: a simple way
    to prevent neural networks from overfitting*, Section 5.1.

    Examples
    --------
    >>> limited = MaxNorm(2.5)(keras.ops.convert_to_tensor([[3.0, 0.25], [4.0, 0.5]]))
    >>> keras.ops.convert_to_numpy(limited).tolist()
    [[1.5, 0.25], [2.0, 0.5]]
    >>> MaxNorm.from_config(MaxNorm(2.5).get_config()).get_config()
    {'max_value': 2.5, 'axis': 0}
    """

    def __init__(self, max_value: float = 2.0, axis: int | tuple[int, ...] | list[int] = 0) -> None:
        """Check the limit, and remember both."""
        if max_value <= 0:
            raise ValueError(f"max_value must be positive, got {max_value}")
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        """Return the weights, scaled down where they are beyond the limit.

        Parameters
        ----------
        w
            The weights: a tensor or a variable. Keras trains in a graph, where they have no
            values yet: NumPy cannot be used on them.

        Returns
        -------
        tensor of the shape and the dtype of `w`
        """
        norms = keras.ops.sqrt(keras.ops.sum(keras.ops.square(w), axis=self.axis, keepdims=True))
        return w * (self.max_value / keras.ops.maximum(norms, self.max_value))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal constraint, as a dictionary.

        Returns
        -------
        dict
            ``{"max_value": max_value, "axis": axis}``.
        """
        return {"max_value": self.max_value, "axis": self.axis}


@keras.saving.register_keras_serializable(package="course")
class NadamW(keras.optimizers.Optimizer):
    """Nadam with decoupled weight decay, as a Keras optimiser.

    Every step, for each variable θ, with m and v starting at 0 and t counting the steps from 1::

        m ← beta_1 · m + (1 - beta_1) · gradient
        v ← beta_2 · v + (1 - beta_2) · gradient²
        m̂ = beta_1 · m / (1 - beta_1^(t+1)) + (1 - beta_1) · gradient / (1 - beta_1^t)
        v̂ = v / (1 - beta_2^t)
        θ ← θ - learning_rate · (m̂ / (√v̂ + epsilon) + weight_decay · θ)

    with the old θ on the right. That is `Nadam` of the exercise before (not Keras's, which has a
    schedule for beta_1) with the decay of `AdamW`. Keras's base class counts the steps, makes
    room for m and v, and decays the weights by itself, before `update_step` is called: look at
    ``iterations``, ``add_optimizer_variables`` and ``weight_decay`` in its documentation. It can be
    given to a model (one whose gradients are all dense: those of an ``Embedding`` are not asked
    for), and the decorator registers it, so that a saved model finds it again::

        model.compile(optimizer=NadamW(learning_rate=0.01), loss="mse")

    Parameters
    ----------
    learning_rate
        A float, or what else Keras takes for one, such as a schedule.
    beta_1, beta_2
        The shares of the moving averages m and v that a step keeps, in [0, 1).
    epsilon
        Keeps the division defined while v is 0; positive.
    weight_decay
        What a weight loses of itself in a step, over the learning rate; None for no decay.
    **kwargs
        What every Keras optimiser takes besides, such as ``name`` and ``clipnorm``; it is
        passed on to the base class.

    References
    ----------
    Dozat (2016), *Incorporating Nesterov momentum into Adam*, ICLR workshop, Algorithm 2, with
    the same μ at every step; Loshchilov & Hutter (2019), *Decoupled weight decay
    regularization*, Algorithm 2.

    Examples
    --------
    >>> weight = keras.Variable([1.0, 1.0])
    >>> optimiser = NadamW(learning_rate=0.5, beta_1=0.5, weight_decay=0.125)
    >>> optimiser.apply([keras.ops.array([300.0, 0.0])], [weight])
    >>> [round(float(entry), 3) for entry in keras.ops.convert_to_numpy(weight)]
    [0.271, 0.938]
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        **kwargs: Any,
    ) -> None:
        """Remember the arguments; the base class keeps those that it knows."""
        super().__init__(learning_rate=learning_rate, weight_decay=weight_decay, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: list[Any]) -> None:
        """Make the state: an m and a v for each variable, of its shape and dtype, all zeros.

        Keras calls this before the first step. m and v are to be among the optimiser's
        ``variables``, which are saved with the model; ``add_optimizer_variables`` puts them there.
        An array, a tensor or a ``tf.Variable`` is not found there. Variables of one shape have a
        state each.

        Parameters
        ----------
        variables
            The variables that will be trained.
        """
        if self.built:
            return
        super().build(variables)
        self.m, self.v = self.add_optimizer_variables(variables, ["m", "v"])

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Move one variable by one step, and its m and v with it.

        Keras calls this for each variable, after the decay, with the learning rate of the
        moment; ``self.iterations`` counts the steps that have been *completed*. Under
        ``model.fit`` it is called once, to be compiled, so whatever changes must be a variable.

        Parameters
        ----------
        gradient
            The gradient with respect to the variable.
        variable
            The variable, one of those that `build` has seen; all arithmetic is in its dtype.
        learning_rate
            The learning rate, as a tensor.
        """
        dtype = variable.dtype
        gradient = keras.ops.cast(gradient, dtype)
        t = keras.ops.cast(self.iterations + 1, dtype)
        beta_1, beta_2 = keras.ops.cast(self.beta_1, dtype), keras.ops.cast(self.beta_2, dtype)
        m, v = (state[self._get_variable_index(variable)] for state in (self.m, self.v))
        self.assign(m, beta_1 * m + (1 - beta_1) * gradient)
        self.assign(v, beta_2 * v + (1 - beta_2) * gradient**2)
        kept = beta_1 * m / (1 - beta_1 ** (t + 1))
        fresh = (1 - beta_1) * gradient / (1 - beta_1**t)
        root = keras.ops.sqrt(v / (1 - beta_2**t))
        rate = keras.ops.cast(learning_rate, dtype)
        self.assign_sub(variable, rate * (kept + fresh) / (root + self.epsilon))

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal optimiser, as a dictionary.

        Returns
        -------
        dict
            That of the base class, which knows ``learning_rate``, ``weight_decay`` and the
            arguments that were passed on, with ``beta_1``, ``beta_2`` and ``epsilon`` added.
        """
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **own}


@keras.saving.register_keras_serializable(package="course")
class OneCycleSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """The learning rate of 1cycle, as a Keras schedule.

    An instance takes the place of a learning rate, and the optimiser asks it before every step::

        keras.optimizers.SGD(learning_rate=OneCycleSchedule(total_steps=1000, max_rate=0.1))

    The steps are t = 0, 1, ..., T - 1 with T = `total_steps`, and u = t / (T - 1) goes from 0
    to 1. With f = `last_fraction`, the rate is linear between::

        u = 0             rate = start_rate
        u = (1 - f) / 2   rate = max_rate
        u = 1 - f         rate = start_rate
        u = 1             rate = final_rate

    and stays `final_rate` after the last step.

    The class is registered with Keras: a model that was trained with it can be saved, and is
    loaded without ``custom_objects``.

    Parameters
    ----------
    total_steps
        The number T of steps of the whole training run; at least 2.
    max_rate
        The rate at the peak.
    start_rate
        The rate at the first step, which may be 0; None stands for a tenth of `max_rate`.
    final_rate
        The rate at the last step, which may be 0; None stands for a thousandth of the start
        rate, also of one that is given.
    last_fraction
        The share f of the last stretch; between 0 and 1, both excluded.

    Raises
    ------
    ValueError
        `total_steps` is smaller than 2, or `last_fraction` is not between 0 and 1.

    References
    ----------
    Smith (2018), *A disciplined approach to neural network hyper-parameters, part 1*,
    Section 4.1; in the form of Géron (2022), *Hands-on machine learning*, Chapter 11.

    Examples
    --------
    >>> schedule = OneCycleSchedule(total_steps=101, max_rate=1.0)
    >>> [round(float(schedule(step)), 4) for step in (0, 45, 90, 100)]
    [0.1, 1.0, 0.1, 0.0001]
    """

    def __init__(
        self,
        total_steps: int,
        max_rate: float,
        start_rate: float | None = None,
        final_rate: float | None = None,
        last_fraction: float = 0.1,
    ) -> None:
        """Remember the arguments."""
        if total_steps < 2:
            raise ValueError(f"total_steps must be at least 2, got {total_steps}")
        if not 0 < last_fraction < 1:
            raise ValueError(f"last_fraction must be between 0 and 1, got {last_fraction}")
        self.total_steps = total_steps
        self.max_rate = max_rate
        self.start_rate = max_rate / 10 if start_rate is None else start_rate
        self.final_rate = self.start_rate / 1000 if final_rate is None else final_rate
        self.last_fraction = last_fraction

    def __call__(self, step: Any) -> Any:
        """Return the learning rate of a step as a float32 tensor.

        Parameters
        ----------
        step
            The number of steps taken before: a Python number, a scalar tensor of whole numbers,
            or the variable in which an optimiser counts its steps. In training, this method runs
            inside a compiled graph, where the value of a tensor is not known yet: choose with
            ``keras.ops.where``, ``minimum`` or ``maximum``, not with ``if``.

        Returns
        -------
        scalar tensor of dtype float32
            Off by at most 5e-7 of `max_rate`: a few roundings in single precision.
        """
        last = self.total_steps - 1
        end = (1 - self.last_fraction) * last
        t = keras.ops.minimum(keras.ops.cast(step, "float32"), last)
        from_peak = keras.ops.absolute(t - end / 2) / (end / 2)
        cycle = self.max_rate - (self.max_rate - self.start_rate) * from_peak
        left = (last - t) / (last - end)
        stretch = self.final_rate + (self.start_rate - self.final_rate) * left
        return keras.ops.where(t < end, cycle, stretch)

    def get_config(self) -> dict[str, Any]:
        """Return the arguments that make an equal schedule, as a dictionary.

        Returns
        -------
        dict
            The values of all five arguments under their names. For a rate that was None it may
            hold None or the number that it stands for.
        """
        return {
            "total_steps": self.total_steps,
            "max_rate": self.max_rate,
            "start_rate": self.start_rate,
            "final_rate": self.final_rate,
            "last_fraction": self.last_fraction,
        }
