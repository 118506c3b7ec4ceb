# Every number in the dtype of the parameters, betas included; attributes made at the first step;
# generators that keep the state in local variables.
import numpy as np


def checked(theta, gradient, first):
    if theta.shape != gradient.shape or theta.shape != first:
        raise ValueError("shape")


class Optimiser:
    def __init__(self, **settings):
        for name, value in settings.items():
            low, high = {
                "learning_rate": (0, np.inf),
                "weight_decay": (0, np.inf),
                "epsilon": (np.nextafter(0, 1), np.inf),
            }.get(name, (0, np.nextafter(1, 0)))
            if value < low or value > high:
                raise ValueError(f"{name} = {value}")
        self.settings = settings
        self.running = None

    def step(self, theta, gradient):
        if self.running is None:
            checked(theta, gradient, theta.shape)
            as_given = theta.dtype.type
            settings = {name: as_given(value) for name, value in self.settings.items()}
            self.running = self.run(np.zeros_like(theta), as_given(1), **settings)
            self.first = theta.shape
            next(self.running)
        checked(theta, gradient, self.first)
        return self.running.send((theta, gradient))


class Momentum(Optimiser):
    def __init__(self, learning_rate=0.01, momentum=0.9):
        super().__init__(learning_rate=learning_rate, momentum=momentum)

    def run(self, v, one, learning_rate, momentum):
        moved = None
        while True:
            theta, gradient = yield moved
            v = momentum * v - learning_rate * gradient
            moved = theta + v


class Nesterov(Optimiser):
    def __init__(self, learning_rate=0.01, momentum=0.9):
        super().__init__(learning_rate=learning_rate, momentum=momentum)

    def run(self, v, one, learning_rate, momentum):
        moved = None
        while True:
            theta, gradient = yield moved
            v = momentum * v + gradient
            moved = theta - learning_rate * (gradient + momentum * v)


class AdaGrad(Optimiser):
    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate=learning_rate, epsilon=epsilon)

    def run(self, root, one, learning_rate, epsilon):
        moved = None
        while True:
            theta, gradient = yield moved
            root = np.hypot(root, gradient)  # the root of the sum, without its square
            moved = theta - learning_rate * gradient / (root + epsilon)


class RMSProp(Optimiser):
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        super().__init__(learning_rate=learning_rate, rho=rho, epsilon=epsilon)

    def run(self, root, one, learning_rate, rho, epsilon):
        moved = None
        while True:
            theta, gradient = yield moved
            root = np.hypot(np.sqrt(rho) * root, np.sqrt(one - rho) * gradient)
            moved = theta - learning_rate * gradient / (root + epsilon)


class Adam(Optimiser):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)

    def run(self, zeros, one, learning_rate, beta_1, beta_2, epsilon):
        # The corrected averages themselves, step by step: their weights add up to 1.
        moved, m_hat, v_hat, left_1, left_2 = None, zeros, zeros, one, one
        while True:
            theta, gradient = yield moved
            before_1, before_2 = left_1, left_2
            left_1, left_2 = left_1 * beta_1, left_2 * beta_2
            m_hat = (beta_1 * (one - before_1) * m_hat + (one - beta_1) * gradient) / (one - left_1)
            v_hat = (beta_2 * (one - before_2) * v_hat + (one - beta_2) * gradient**2) / (
                one - left_2
            )
            moved = theta - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon)


class AdaMax(Optimiser):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)

    def run(self, zeros, one, learning_rate, beta_1, beta_2, epsilon):
        moved, m, u, left = None, zeros, zeros, one
        while True:
            theta, gradient = yield moved
            left = left * beta_1
            m = beta_1 * m + (one - beta_1) * gradient
            u = np.max([beta_2 * u, np.abs(gradient)], axis=0)
            moved = theta - learning_rate / (one - left) * m / (u + epsilon)


class Nadam(Optimiser):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        super().__init__(learning_rate=learning_rate, beta_1=beta_1, beta_2=beta_2, epsilon=epsilon)

    def run(self, zeros, one, learning_rate, beta_1, beta_2, epsilon):
        moved, m, v, left_1, left_2 = None, zeros, zeros, one, one
        while True:
            theta, gradient = yield moved
            left_1, left_2 = left_1 * beta_1, left_2 * beta_2
            m = beta_1 * m + (one - beta_1) * gradient
            v = beta_2 * v + (one - beta_2) * gradient**2
            ahead = beta_1 * m / (one - left_1 * beta_1) + (one - beta_1) * gradient / (
                one - left_1
            )
            moved = theta - learning_rate * ahead / (np.sqrt(v) / np.sqrt(one - left_2) + epsilon)


class AdamW(Optimiser):
    def __init__(
        self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.004
    ):
        super().__init__(
            learning_rate=learning_rate,
            beta_1=beta_1,
            beta_2=beta_2,
            epsilon=epsilon,
            weight_decay=weight_decay,
        )

    def run(self, zeros, one, learning_rate, beta_1, beta_2, epsilon, weight_decay):
        moved, m, v, left_1, left_2 = None, zeros, zeros, one, one
        while True:
            theta, gradient = yield moved
            left_1, left_2 = left_1 * beta_1, left_2 * beta_2
            m = beta_1 * m + (one - beta_1) * gradient
            v = beta_2 * v + (one - beta_2) * gradient**2
            decayed = theta * (one - learning_rate * weight_decay)
            root = np.sqrt(v / (one - left_2))
            moved = decayed - learning_rate / (one - left_1) * m / (root + epsilon)
