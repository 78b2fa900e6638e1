import numpy as np


class AdaGrad:
    """Adaptive gradients.

    G += g^2
    w -= lr / sqrt(G + eps) * g
    """

    def __init__(self, lr=0.01, eps=1e-10, weight_decay=0.0):
        self.lr = lr
        self.epsilon = eps

    @property
    def eps(self):
        return self.epsilon

    @eps.setter
    def eps(self, value):
        self.epsilon = value

    def init(self, param):
        return np.zeros(np.shape(param))

    def update(self, w, grad_wrt_w, G):
        # Add the square of the gradient of the loss function at w
        G = G + np.power(grad_wrt_w, 2)
        # Adaptive gradient with higher learning rate for sparse data
        return w - self.lr * grad_wrt_w / np.sqrt(G + self.epsilon), G
