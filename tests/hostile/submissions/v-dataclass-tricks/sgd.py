from __future__ import annotations

from dataclasses import KW_ONLY, dataclass, field
from typing import ClassVar


@dataclass(slots=True)
class SGD:
    _: KW_ONLY
    lr: float = 1e-3
    weight_decay: float = 0.0
    maximize: bool = False
    seen: list = field(default_factory=list, repr=False)
    made: ClassVar[int] = 0

    def __post_init__(self):
        type(self).made += 1

    def init(self, param):
        return {}

    def update(self, param, grad, state):
        grad = -grad if self.maximize else grad
        return param - self.lr * (grad + self.weight_decay * param), state
