# No recursion: all gradients are kept, and each average is written as the weighted sum it is.
# Everything in double precision, the result in the dtype of the parameters.
import numpy as np


class Optimiser:
    def __init__(self, learning_rate, shares=(), epsilon=1.0, decay=0.0):
        if learning_rate < 0 or decay < 0:
            raise ValueError("must not be negative")
        if any(not 0 <= share < 1 for share in shares):
            raise ValueError("must be in [0, 1)")
        if epsilon <= 0:
            raise ValueError("must be positive")
        self.learning_rate, self.shares = learning_rate, shares
        self.epsilon, self.decay = epsilon, decay
        self.gradients = []

    def step(self, theta, gradient):
        known = [theta, *self.gradients[:1]]
        if any(array.shape != gradient.shape for array in known):
            raise ValueError("the shapes differ")
        self.gradients.append(gradient.astype(np.float64))
        place = theta.astype(np.float64)
        moved = place - self.learning_rate * (
            self.move(np.array(self.gradients)) + self.decay * place
        )
        return np.asarray(moved, dtype=theta.dtype)

    def sum(self, share, values):
        """The sum of `values`, each multiplied by `share` for every step since."""
        weights = float(share) ** np.arange(len(values))[::-1]
        return np.tensordot(weights, values, axes=1)

    def average(self, share, values):
        weights = float(share) ** np.arange(len(values))
        return self.sum(share, values) / weights.sum()


class Momentum(Optimiser):
    def __init__(self, learning_rate=0.01, momentum=0.9):
        super().__init__(learning_rate, (momentum,))

    def move(self, gradients):
        return self.sum(self.shares[0], gradients)


class Nesterov(Momentum):
    def move(self, gradients):
        return self.shares[0] * super().move(gradients) + gradients[-1]


class AdaGrad(Optimiser):
    def __init__(self, learning_rate=0.01, epsilon=1e-7):
        super().__init__(learning_rate, (), epsilon)

    def move(self, gradients):
        return gradients[-1] / (np.linalg.norm(gradients, axis=0) + self.epsilon)


class RMSProp(Optimiser):
    def __init__(self, learning_rate=0.001, rho=0.9, epsilon=1e-7):
        super().__init__(learning_rate, (rho,), epsilon)

    def move(self, gradients):
        rho = self.shares[0]
        squares = (1 - rho) * self.sum(rho, gradients**2)
        return gradients[-1] / (np.sqrt(squares) + self.epsilon)


class Adam(Optimiser):
    def __init__(self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, decay=0.0):
        super().__init__(learning_rate, (beta_1, beta_2), epsilon, decay)

    def move(self, gradients):
        return self.average(self.shares[0], gradients) / self.size(gradients)

    def size(self, gradients):
        return np.sqrt(self.average(self.shares[1], gradients**2)) + self.epsilon


class AdaMax(Adam):
    def size(self, gradients):
        fading = float(self.shares[1]) ** np.arange(len(gradients))[::-1]
        fading = fading.reshape(-1, *[1] * (gradients.ndim - 1))
        return np.max(fading * np.abs(gradients), axis=0) + self.epsilon


class Nadam(Adam):
    def move(self, gradients):
        # What the average would be after one more step with the same gradient... and one of 0.
        beta, t = self.shares[0], len(gradients)
        kept = self.average(beta, np.concatenate([gradients, 0 * gradients[-1:]]))
        fresh = (1 - beta) * gradients[-1] / (1 - beta**t)
        return (kept + fresh) / self.size(gradients)


class AdamW(Adam):
    def __init__(
        self, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, weight_decay=0.004
    ):
        super().__init__(learning_rate, beta_1, beta_2, epsilon, weight_decay)
