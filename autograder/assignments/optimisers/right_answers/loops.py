# One number at a time: Python's floats inside, the dtype only at the end.
import math

import numpy as np


def share(*values):
    for value in values:
        if value < 0 or value >= 1:
            raise ValueError("a share is in [0, 1)")


def positive(epsilon):
    if not epsilon > 0:
        raise ValueError("epsilon")


def not_negative(*values):
    if min(values) < 0:
        raise ValueError("negative")


class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        not_negative(learning_rate)
        share(momentum)
        self.rate = learning_rate
        self.beta = momentum
        self.shape = None

    def step(self, theta, gradient):
        if gradient.shape != theta.shape or self.shape not in (None, theta.shape):
            raise ValueError("shape")
        if self.shape is None:
            self.shape = theta.shape
            self.v = [0.0] * theta.size
        result = theta.copy()
        for i, index in enumerate(np.ndindex(*theta.shape)):
            self.v[i] = self.beta * self.v[i] - self.rate * float(gradient[index])
            result[index] = float(theta[index]) + self.move(self.v[i], float(gradient[index]))
        return result

    def move(self, v, g):
        return v


class Nesterov(Momentum):
    def move(self, v, g):
        return self.beta * v - self.rate * g


class AdaGrad:
    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        not_negative(learning_rate)
        positive(epsilon)
        self.rate, self.epsilon = learning_rate, epsilon
        self.shape = None

    def step(self, theta, gradient):
        if gradient.shape != theta.shape or self.shape not in (None, theta.shape):
            raise ValueError("shape")
        if self.shape is None:
            self.shape = theta.shape
            self.state = [self.fresh() for _ in range(theta.size)]
            self.t = 0
        self.t += 1
        result = theta.copy()
        for i, index in enumerate(np.ndindex(*theta.shape)):
            g, place = float(gradient[index]), float(theta[index])
            result[index] = place - self.rate * self.move(self.state[i], g, place)
        return result

    def fresh(self):
        return [0.0]

    def move(self, state, g, place):
        state[0] += g * g
        return g / (math.sqrt(state[0]) + self.epsilon)


class RMSProp(AdaGrad):
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        super().__init__(learning_rate, epsilon)
        share(rho)
        self.rho = rho

    def move(self, state, g, place):
        state[0] = self.rho * state[0] + (1 - self.rho) * g * g
        return g / (math.sqrt(state[0]) + self.epsilon)


class Adam(AdaGrad):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate, epsilon)
        share(beta_1, beta_2)
        self.b1, self.b2 = beta_1, beta_2

    def fresh(self):
        return [0.0, 0.0]

    def root(self, state, g):
        state[1] = self.b2 * state[1] + (1 - self.b2) * g * g
        return math.sqrt(state[1] / (1 - self.b2**self.t)) + self.epsilon

    def move(self, state, g, place):
        state[0] = self.b1 * state[0] + (1 - self.b1) * g
        return state[0] / (1 - self.b1**self.t) / self.root(state, g)


class AdaMax(Adam):
    def root(self, state, g):
        state[1] = max(self.b2 * state[1], abs(g))
        return state[1] + self.epsilon


class Nadam(Adam):
    def move(self, state, g, place):
        state[0] = self.b1 * state[0] + (1 - self.b1) * g
        ahead = self.b1 * state[0] / (1 - self.b1 ** (self.t + 1))
        ahead += (1 - self.b1) * g / (1 - self.b1**self.t)
        return ahead / self.root(state, g)


class AdamW(Adam):
    def __init__(
        self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.004
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon)
        not_negative(weight_decay)
        self.decay = weight_decay

    def move(self, state, g, place):
        return super().move(state, g, place) + self.decay * place
