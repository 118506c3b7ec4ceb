"""A right NadamW in NumPy, so that neither the judge nor a replay needs Keras.

The named mistakes are edits of it. It is written in the parts that one for Keras has, and its base
class does what Keras's does, and what the judge's probes tell of it.
"""
# ruff: noqa: D101, D102 - the names are Keras's and the probes'

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


class InvalidArgumentError(Exception):
    """What TensorFlow raises where nothing is compiled."""


class Optimizer:
    learning_rate: Any
    state: list[tuple[Array, Array]]

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        if not isinstance(learning_rate, float | Scheduled):
            raise ValueError("learning_rate should be float or schedule")
        self.learning_rate = learning_rate
        self.weight_decay, self.clipnorm = weight_decay, clipnorm
        self.loss_scale_factor, self.name = loss_scale_factor, name
        self.iterations = 0
        self.compiled = False
        self.state = []

    # What Keras's base class does

    def build(self, variables: list[Array]) -> None:
        self.state = [(np.zeros_like(v), np.zeros_like(v)) for v in variables]

    def update_step(self, i: int, gradient: Array, variable: Array, learning_rate: Any) -> Array:
        raise NotImplementedError

    @property
    def rate(self) -> float:
        """The learning rate of the moment, which Keras keeps in single precision."""
        known = self.learning_rate
        now = known(self.iterations) if isinstance(known, Scheduled) else known
        return float(np.float32(now))

    @np.errstate(all="ignore")
    def apply(self, gradients: list[Array], variables: list[Array]) -> list[Array]:
        if not self.state:
            self.build(variables)
        gradients = [gradient / (self.loss_scale_factor or 1.0) for gradient in gradients]
        if self.clipnorm is not None:
            norms = [max(float(np.linalg.norm(gradient)), 1e-30) for gradient in gradients]
            gradients = [
                gradient * min(1, self.clipnorm / norm)
                for gradient, norm in zip(gradients, norms, strict=True)
            ]
        decay = self.rate * (self.weight_decay or 0.0)
        decayed = [variable - decay * variable for variable in variables]
        rate = self.rate
        moved = [
            self.update_step(i, gradient, decayed[i], rate) for i, gradient in enumerate(gradients)
        ]
        self.iterations += 1
        return moved

    def get_config(self) -> dict[str, Any]:
        names = ("learning_rate", "weight_decay", "clipnorm", "loss_scale_factor", "name")
        return {name: getattr(self, name) for name in names}

    def saved_and_loaded(self) -> Any:
        loaded = type(self)(**self.get_config())
        loaded.iterations, loaded.state = self.iterations, self.state_saved()
        loaded.learning_rate = self.learning_rate  # a variable, which is saved with the others
        return loaded

    def state_saved(self) -> list[tuple[Array, Array]]:
        return list(self.state)

    # What the judge's probes do with it

    def optimiser_path(
        self,
        start: Any,
        gradients: Any,
        rates: Any = None,
        changed: Any = None,
        schedule: Mapping[str, Any] | None = None,
        moves: float | None = None,
    ) -> Any:
        one: Any = self
        if changed is not None:
            one = type(self)(**{**self.get_config(), **changed})
        if schedule is not None:
            given = dict(schedule)
            one = type(self)(Scheduled(given.pop("rates")), **given)
        places, path = [np.asarray(value, float) for value in start], []
        for step, some in enumerate(gradients):
            if rates is not None:
                one.learning_rate = float(rates[step])
            places = one.apply([np.asarray(g, float) for g in some], places)
            values = places
            if moves is not None:
                values = [moves * (now - then) for now, then in zip(places, start, strict=True)]
            path.append([np.asarray(value, np.float32) for value in values])
        return path

    def optimiser_state(self, variables: Any) -> Any:
        self.build(list(variables))
        each = [part for pair in self.state_saved() for part in pair]
        kinds = [f"{value.dtype} {value.shape}" for value in variables]
        return sorted(k for k in (f"{part.dtype} {part.shape}" for part in each) if k in kinds)

    def optimiser_training(self, weights: Any, x: Array, y: Array, steps: int) -> Any:
        self.compiled = True
        places, path = [np.asarray(weight, float) for weight in weights], []
        for _ in range(steps):
            w, b, v, c = places
            hidden = np.tanh(x @ w + b)
            error = 2 * (hidden @ v + c - y) / y.size
            back = (error @ v.T) * (1 - hidden**2)
            slopes = [x.T @ back, back.sum(axis=0), hidden.T @ error, error.sum(axis=0)]
            places = self.apply(slopes, places)
            path.append([np.asarray(place, np.float32) for place in places])
        return path

    def optimiser_saved(self, weights: Any, gradients: Any, ways: Any) -> Any:
        path = self.optimiser_path(weights, gradients)
        loaded = self.saved_and_loaded()
        pairs = zip((self, loaded), ways, strict=True)
        return tuple(path + one.optimiser_path(path[-1], way) for one, way in pairs)

    def optimiser_configuration(self, names: list[str], name: str) -> Any:
        found = [self.get_config().get(name) for name in names]
        told = [float(np.float32(value)) if isinstance(value, float) else value for value in found]
        return [*told, self.get_config().get("name") == name]


class Scheduled:
    """A learning rate for each step."""

    def __init__(self, rates: Any) -> None:
        self.rates = list(map(float, rates))

    def __call__(self, step: int) -> float:
        return self.rates[min(step, len(self.rates) - 1)]


class NadamW(Optimizer):
    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay, **kwargs)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def update_step(self, i: int, gradient: Array, variable: Array, learning_rate: Any) -> Array:
        beta_1, beta_2 = self.beta_1, self.beta_2
        t = self.iterations + 1
        m, v = self.state[i]
        m = beta_1 * m + (1 - beta_1) * gradient
        v = beta_2 * v + (1 - beta_2) * gradient**2
        self.state[i] = m, v
        kept = beta_1 * m / (1 - beta_1 ** (t + 1))
        fresh = (1 - beta_1) * gradient / np.float64(1 - beta_1**t)
        root: Array = np.sqrt(v / np.float64(1 - beta_2**t))
        moved: Array = variable - learning_rate * (kept + fresh) / (root + self.epsilon)
        return moved

    def get_config(self) -> dict[str, Any]:
        own = {"beta_1": self.beta_1, "beta_2": self.beta_2, "epsilon": self.epsilon}
        return {**super().get_config(), **own}
