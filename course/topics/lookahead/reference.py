"""Lookahead as its paper has it, around one of torch's own optimizers: torch.optim has none to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading.oracle import Plain, unknown
from course.text import CourseError, Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Reference:
    """The outer rule of Zhang et al. 2019 on top of one of torch's optimizers, which is stepped for real.

    Args:
        topic: this one.
        params: torch's tensors; they are changed.
        hyperparameters: `inner`, a mapping with the stem of the inner optimizer as `rule`; `k` and `alpha`.

    Raises:
        CourseError: there is another hyperparameter among them, or no `inner`.

    """

    def __init__(self, topic: Topic, params: Sequence[Any], hyperparameters: Mapping[str, Any]) -> None:
        if "inner" not in hyperparameters or not hyperparameters.keys() <= {"inner", "k", "alpha"}:
            raise unknown(topic, sorted(hyperparameters))
        inner = dict(hyperparameters["inner"])
        self.topic, self.params = topic, params
        self.k, self.alpha = hyperparameters.get("k", 5), hyperparameters.get("alpha", 0.5)
        self.fast = Plain(Topic.load(inner.pop("rule")), params, inner)
        self.slow = [param.clone() for param in params]  # φ₀ = θ₀, before the first inner step
        self.steps = 0

    def assign(self, changes: Mapping[str, Any]) -> None:
        """Set hyperparameters; `inner.lr` is the inner optimizer's."""
        for name, value in changes.items():
            if name.startswith("inner."):
                self.fast.assign({name.removeprefix("inner."): value})
            elif name == "alpha":
                self.alpha = value
            elif name == "k":
                raise CourseError(
                    Text(
                        en="Lookahead's k must not change on the way: a rule may count up or count down. Correct the"
                        " case.",
                        zh="Lookahead 的 k 不得中途改变：规则可以顺着数，也可以倒着数。请修正测试用例。",
                    )
                )
            else:
                raise unknown(self.topic, [name])

    def step(self) -> None:
        """Step the inner optimizer; at every k-th step, pull both sets of weights together."""
        self.fast.step()
        self.steps += 1
        if self.steps % self.k == 0:
            for slow, param in zip(self.slow, self.params, strict=True):
                slow.add_(param - slow, alpha=self.alpha)
                param.copy_(slow)

    def state(self, i: int) -> Mapping[str, Any]:
        """Return the outer rule's state of parameter i; the inner optimizer's stays opaque."""
        import torch

        return {"step": torch.tensor(float(self.steps)), "slow_param": self.slow[i]}
