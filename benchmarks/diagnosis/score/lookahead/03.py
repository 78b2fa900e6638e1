from dataclasses import dataclass
from typing import Any


@dataclass
class Lookahead:
    inner: Any
    k: int = 5
    alpha: float = 0.5

    def init(self, param):
        return self.k, 1.0 * param, self.inner.init(param)

    def update(self, param, grad, state):
        left, slow, memory = state
        fast, memory = self.inner.update(param, grad, memory)
        left = left - 1
        if left:
            return fast, (left, slow, memory)
        slow = (1 - self.alpha) * slow + self.alpha * fast
        return 1.0 * slow, (self.k, slow, memory)
