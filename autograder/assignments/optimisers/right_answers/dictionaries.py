# State in dictionaries, and other algebra: PyTorch's momentum, averages as increments, powers
# of the betas as running products, the corrections gathered in one factor.
import numpy as np


def made(state, theta, gradient, *names):
    if theta.shape != gradient.shape:
        raise ValueError(f"{theta.shape} is not {gradient.shape}")
    if not state:
        state.update({name: np.zeros(theta.shape, theta.dtype) for name in names})
    elif state[names[0]].shape != theta.shape:
        raise ValueError(f"{theta.shape} is not the shape of the first step")
    return state


class Momentum:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        if not (learning_rate >= 0 and momentum >= 0 and momentum < 1):
            raise ValueError("arguments")
        self.settings = {"rate": learning_rate, "momentum": momentum}
        self.state = {}

    def step(self, theta, gradient):
        state = made(self.state, theta, gradient, "buffer")
        state["buffer"] *= self.settings["momentum"]
        state["buffer"] += gradient
        return theta - self.settings["rate"] * state["buffer"]


class Nesterov:
    def __init__(self, learning_rate=0.01, momentum=0.9):
        if not (learning_rate >= 0 and momentum >= 0 and momentum < 1):
            raise ValueError("arguments")
        self.settings = {"rate": learning_rate, "momentum": momentum}
        self.state = {}

    def step(self, theta, gradient):
        state = made(self.state, theta, gradient, "v")
        beta = self.settings["momentum"]
        old = state["v"]
        state["v"] = beta * old - self.settings["rate"] * gradient
        return theta - beta * old + (1 + beta) * state["v"]


class AdaGrad:
    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        if learning_rate < 0 or epsilon <= 0:
            raise ValueError("arguments")
        self.rate, self.epsilon, self.state = learning_rate, epsilon, {}

    def step(self, theta, gradient):
        state = made(self.state, theta, gradient, "s")
        np.add(state["s"], np.square(gradient), out=state["s"])
        return theta - np.divide(self.rate * gradient, self.epsilon + state["s"] ** 0.5)


class RMSProp:
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        if learning_rate < 0 or epsilon <= 0 or rho < 0 or rho >= 1:
            raise ValueError("arguments")
        self.rate, self.rho, self.epsilon, self.state = learning_rate, rho, epsilon, {}

    def step(self, theta, gradient):
        state = made(self.state, theta, gradient, "s")
        state["s"] += (1 - self.rho) * (gradient * gradient - state["s"])
        return theta - self.rate / (state["s"] ** 0.5 + self.epsilon) * gradient


class Adam:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        if learning_rate < 0 or epsilon <= 0 or min(beta_1, beta_2) < 0 or max(beta_1, beta_2) >= 1:
            raise ValueError("arguments")
        self.rate, self.betas, self.epsilon = learning_rate, (beta_1, beta_2), epsilon
        self.powers = [1.0, 1.0]
        self.state = {}

    def averages(self, theta, gradient):
        state = made(self.state, theta, gradient, "m", "v")
        self.powers = [power * beta for power, beta in zip(self.powers, self.betas, strict=True)]
        state["m"] += (1 - self.betas[0]) * (gradient - state["m"])
        state["v"] += (1 - self.betas[1]) * (gradient * gradient - state["v"])
        return state["m"], state["v"]

    def step(self, theta, gradient):
        m, v = self.averages(theta, gradient)
        # Both corrections in one factor; epsilon has to follow suit.
        root = (1 - self.powers[1]) ** 0.5
        alpha = self.rate * root / (1 - self.powers[0])
        return theta - alpha * m / (np.sqrt(v) + self.epsilon * root)


class AdaMax:
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        if learning_rate < 0 or epsilon <= 0 or min(beta_1, beta_2) < 0 or max(beta_1, beta_2) >= 1:
            raise ValueError("arguments")
        self.rate, self.betas, self.epsilon = learning_rate, (beta_1, beta_2), epsilon
        self.power = 1.0
        self.state = {}

    def step(self, theta, gradient):
        state = made(self.state, theta, gradient, "m", "u")
        self.power *= self.betas[0]
        state["m"] += (1 - self.betas[0]) * (gradient - state["m"])
        size, faded = np.abs(gradient), self.betas[1] * state["u"]
        state["u"] = np.where(size > faded, size, faded)
        return theta - self.rate * state["m"] / ((1 - self.power) * (state["u"] + self.epsilon))


class Nadam(Adam):
    def step(self, theta, gradient):
        m, v = self.averages(theta, gradient)
        beta, power = self.betas[0], self.powers[0]
        kept = beta / (1 - beta * power) * m
        fresh = (1 - beta) / (1 - power) * gradient
        root = np.sqrt(v / (1 - self.powers[1])) + self.epsilon
        return theta - self.rate * kept / root - self.rate * fresh / root


class AdamW(Adam):
    def __init__(
        self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.004
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon)
        if weight_decay < 0:
            raise ValueError("weight_decay")
        self.weight_decay = weight_decay

    def step(self, theta, gradient):
        adam = super().step(theta, gradient) - theta
        return (1 - self.rate * self.weight_decay) * theta + adam
