"""The oracle: what `torch.optim` does on a case. The one place in grading that imports torch, and only when asked.

Everything runs on the CPU in float64, in torch's plain loop form: the fused and the foreach form add in another order.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from course.grading.case import Trajectory
from course.rule import load
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case
    from course.topic import Topic

_ONE_AT_A_TIME = threading.Lock()
"""torch keeps the numbers of a state in its default dtype, and that is one for all threads."""


def prepare() -> None:
    """Load torch and what its optimizers load when the first of them is made."""
    import torch

    torch.optim.SGD([torch.zeros(1)], lr=1.0)


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

    with _ONE_AT_A_TIME:
        before = torch.get_default_dtype()
        torch.set_default_dtype(torch.float64)
        try:
            return _walked(topic, case)
        finally:
            torch.set_default_dtype(before)


def _walked(topic: Topic, case: Case) -> Trajectory:
    import torch

    params = [torch.tensor(np.asarray(start), dtype=torch.float64) for start in case.params]
    reference = _reference(topic, params, case.hyperparameters)
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


class Reference(Protocol):
    """What a case is answered by: one of torch's own, or the class `Reference` in the topic's `reference.py`."""

    def assign(self, changes: Mapping[str, Any]) -> None:
        """Set hyperparameters, as a schedule does."""

    def step(self) -> None:
        """Take one step along the gradients in `.grad` of the parameters."""

    def state(self, i: int) -> Mapping[str, Any]:
        """Return the state of parameter i, by torch's names."""


def _reference(topic: Topic, params: Sequence[Any], hyperparameters: Mapping[str, Any]) -> Reference:
    own = topic.folder / "reference.py"
    if not own.is_file():
        return Plain(topic, params, hyperparameters)
    made: Reference = load(own, "Reference")(topic, params, hyperparameters)
    return made


class Plain:
    """One of torch's own optimizers, under the names that a case uses."""

    def __init__(self, topic: Topic, params: Sequence[Any], hyperparameters: Mapping[str, Any]) -> None:
        import torch

        kind = getattr(torch.optim, topic.reference.rsplit(".", 1)[1])
        options = {**topic.torch, **_plain_values(hyperparameters)}
        try:
            self.optimizer = kind(params, foreach=False, **options)
        except TypeError as error:
            raise unknown(topic, sorted(hyperparameters)) from error
        self.topic = topic
        self.params = params

    def assign(self, changes: Mapping[str, Any]) -> None:
        """Set hyperparameters, as a schedule of torch does."""
        for group in self.optimizer.param_groups:
            if not changes.keys() <= group.keys():
                raise unknown(self.topic, sorted(changes.keys() - group.keys()))
            group.update(_plain_values(changes))

    def step(self) -> None:
        """Take one step along the gradients in `.grad`."""
        self.optimizer.step()

    def state(self, i: int) -> Mapping[str, Any]:
        """Return torch's state of parameter i."""
        found: Mapping[str, Any] = self.optimizer.state[self.params[i]]
        return found


def _plain_values(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same values, with a list (as JSON has it) made the tuple that torch expects."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


def unknown(topic: Topic, names: Sequence[str]) -> CourseError:
    """Return the error that a case of this topic names hyperparameters which its reference does not have.

    Args:
        topic: whose case it is.
        names: those among which it must be.

    Returns:
        The error, to be raised.

    """
    listed = ", ".join(names)
    return CourseError(
        Text(
            en=f"{topic.reference} does not take all of: {listed}. Correct the case of {topic.stem!r}.",
            zh=f"{topic.reference} 不接受这些超参数（{listed}）中的某一个。请修正 {topic.stem!r} 的测试用例。",
        )
    )
