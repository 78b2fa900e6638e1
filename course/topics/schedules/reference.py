"""A warm-up and a cosine by torch's own schedulers, around one of torch's own optimizers.

`SequentialLR` would put the two together, but it multiplies from step to step, so that a peak changed on the way is
lost, and lets the cosine climb again at its end. So each of its two parts is asked for its closed form at the step that
it is at; `tests/topics/schedules` holds the result against `SequentialLR` itself, as one uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.grading.oracle import Plain, unknown
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DEFAULTS = {"lr": 0.1, "start_factor": 1 / 3, "total_iters": 5, "T_max": 100, "eta_min": 0.0}


class Reference:
    """One of torch's optimizers, its learning rate driven by `LinearLR` and then by `CosineAnnealingLR`.

    Args:
        topic: this one.
        params: torch's tensors; they are changed.
        hyperparameters: `inner`, a mapping with the stem of the inner optimizer as `rule`; the rest as in `DEFAULTS`.

    Raises:
        CourseError: there is another hyperparameter among them, or no `inner`.

    """

    def __init__(self, topic: Topic, params: Sequence[Any], hyperparameters: Mapping[str, Any]) -> None:
        if "inner" not in hyperparameters or not hyperparameters.keys() <= {"inner", *DEFAULTS}:
            raise unknown(topic, sorted(hyperparameters))
        inner = dict(hyperparameters["inner"])
        self.topic = topic
        self.driven = Plain(Topic.load(inner.pop("rule")), params, inner)
        self.told = {**DEFAULTS, **hyperparameters}
        self.steps = 0

    def assign(self, changes: Mapping[str, Any]) -> None:
        """Set hyperparameters; `inner.lr` is the inner optimizer's, until the next step sets it."""
        for name, value in changes.items():
            if name.startswith("inner."):
                self.driven.assign({name.removeprefix("inner."): value})
            elif name in DEFAULTS:
                self.told[name] = value
            else:
                raise unknown(self.topic, [name])

    def step(self) -> None:
        """Set the rate of this step and step the inner optimizer."""
        self.driven.assign({"lr": self.rate()})
        self.driven.step()
        self.steps += 1

    def rate(self) -> float:
        """Return the rate of the next step, as torch's scheduler that is at work then gives it in closed form."""
        import torch
        from torch.optim import SGD, lr_scheduler

        told, warm = self.told, self.told["total_iters"]
        parked = SGD([torch.zeros(1)], lr=told["lr"])  # a scheduler sets the rate of an optimizer when it is made
        if self.steps < warm:
            part: Any = lr_scheduler.LinearLR(parked, start_factor=told["start_factor"], total_iters=warm)
            part.last_epoch = self.steps
        else:
            part = lr_scheduler.CosineAnnealingLR(parked, T_max=told["T_max"], eta_min=told["eta_min"])
            part.last_epoch = min(self.steps - warm, told["T_max"])  # there one stops stepping the scheduler
        return float(part._get_closed_form_lr()[0])  # noqa: SLF001 - what `scheduler.step(epoch)` gives, without its warning

    def state(self, i: int) -> Mapping[str, Any]:  # noqa: ARG002 - count and rate are the same for all parameters
        """Return the outer rule's state of parameter i; the inner optimizer's stays opaque."""
        import torch

        rate = self.driven.optimizer.param_groups[0]["lr"]
        return {"step": torch.tensor(float(self.steps)), "lr": torch.tensor(float(rate))}
