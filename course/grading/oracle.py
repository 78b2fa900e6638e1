"""The oracle: what `torch.optim` does on a case. The one place in grading that imports torch, and only when asked.

Everything runs on the CPU in float64, in torch's plain loop form: the fused and the foreach form add in another order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.case import Trajectory
from course.text import CourseError, Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case

# What a topic passes to torch.optim besides the case's own hyperparameters, which win over it.
_FIXED: dict[str, dict[str, Any]] = {
    "momentum": {"momentum": 0.9},  # torch's own default is 0: no momentum at all
    "nesterov": {"momentum": 0.9, "nesterov": True},
}


def trajectory(topic: Topic, case: Case) -> Trajectory:
    """Run torch on the case.

    Args:
        topic: whose `reference` is run; the state entries it names are recorded if `case.record_state`.
        case: hyperparameters, float64 parameters, gradients and schedule. It is not changed.

    Returns:
        The parameters after every step, and the state entries that torch has for every parameter at every step.

    Raises:
        CourseError: the case names a hyperparameter that torch does not have there.
        ValueError: torch itself refuses a value, for instance Nesterov momentum with μ = 0.

    """
    import torch

    params = [torch.tensor(np.asarray(start), dtype=torch.float64) for start in case.params]
    reference = _reference(topic.stem, params, case.hyperparameters)
    paths = [np.empty((case.steps, *start.shape)) for start in params]
    seen: dict[str, list[list[Any]]] = {name: [[] for _ in params] for name in topic.state}
    for t, grads in enumerate(case.grads):
        reference.assign(case.schedule.get(t + 1, {}))
        for param, grad in zip(params, grads, strict=True):
            param.grad = torch.tensor(np.asarray(grad), dtype=torch.float64)
        reference.step()
        for i, param in enumerate(params):
            paths[i][t] = param.numpy()
            for name, value in reference.state(i).items():
                if case.record_state and name in seen and torch.is_tensor(value):
                    seen[name][i].append(value.to(torch.float64).numpy().copy())
    state = {
        name: tuple(np.stack(values) for values in recorded)
        for name, recorded in seen.items()
        if case.steps and all(len(values) == case.steps for values in recorded)
    }
    return Trajectory(params=tuple(paths), state=state)


def _reference(stem: str, params: Sequence[Any], hyperparameters: Mapping[str, Any]) -> _Plain | _Lookahead:
    if stem != "lookahead":
        return _Plain(stem, params, hyperparameters)
    try:
        return _Lookahead(params, **hyperparameters)
    except TypeError as error:
        raise _unknown(stem, sorted(hyperparameters)) from error


class _Plain:
    """One of torch's own optimizers, under the names that a case uses."""

    def __init__(self, stem: str, params: Sequence[Any], hyperparameters: Mapping[str, Any]) -> None:
        import torch

        kind = getattr(torch.optim, Topic.load(stem).reference.rsplit(".", 1)[1])
        options = {**_FIXED.get(stem, {}), **_plain_values(hyperparameters)}
        try:
            self.optimizer = kind(params, foreach=False, **options)
        except TypeError as error:
            raise _unknown(stem, sorted(hyperparameters)) from error
        self.stem = stem
        self.params = params

    def assign(self, changes: Mapping[str, Any]) -> None:
        """Set hyperparameters, as a schedule of torch does."""
        for group in self.optimizer.param_groups:
            if not changes.keys() <= group.keys():
                raise _unknown(self.stem, sorted(changes.keys() - group.keys()))
            group.update(_plain_values(changes))

    def step(self) -> None:
        """Take one step along the gradients in `.grad`."""
        self.optimizer.step()

    def state(self, i: int) -> Mapping[str, Any]:
        """Return torch's state of parameter i."""
        found: Mapping[str, Any] = self.optimizer.state[self.params[i]]
        return found


@dataclass
class _Lookahead:
    """The outer rule of Zhang et al. 2019 on top of one of torch's optimizers, which is stepped for real."""

    params: Sequence[Any]
    inner: Mapping[str, Any]
    k: int = 5
    alpha: float = 0.5

    def __post_init__(self) -> None:
        own = {name: value for name, value in self.inner.items() if name != "rule"}
        self.fast = _Plain(self.inner["rule"], self.params, own)
        self.slow = [param.clone() for param in self.params]  # φ₀ = θ₀, before the first inner step
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
                raise _unknown("lookahead", [name])

    def step(self) -> None:
        """Step the inner optimizer; at every k-th step, pull both sets of weights together."""
        self.fast.step()
        self.steps += 1
        if self.steps % self.k == 0:
            for slow, param in zip(self.slow, self.params, strict=True):
                slow.add_(param - slow, alpha=self.alpha)
                param.copy_(slow)

    def state(self, i: int) -> Mapping[str, Any]:
        """The outer rule's state of parameter i; the inner optimizer's stays opaque."""
        import torch

        return {"step": torch.tensor(float(self.steps)), "slow_param": self.slow[i]}


def _plain_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same values, a list (as JSON has it) made the tuple that torch expects."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def _unknown(stem: str, names: Sequence[str]) -> CourseError:
    reference = Topic.load(stem).reference
    listed = ", ".join(names)
    return CourseError(
        Text(
            en=f"{reference} does not take all of: {listed}. Correct the case of {stem!r}.",
            zh=f"{reference} 不接受这些超参数中的某一个：{listed}。请修正 {stem!r} 的测试用例。",
        )
    )
