"""The task of the Lookahead lesson: the same digits from many seeds, with an outer rule around a torch optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import torch

    from course.lab.training.training import Factory


def around(inner: Factory, k: int = 5, alpha: float = 0.5) -> Factory:
    """Lookahead around a torch optimizer, written apart from the course's rule: a hook that runs after every step.

    The slow weights are copied before the first step; at steps k, 2k, … they move, and the parameters are set to them.
    The inner optimizer's state is left alone.

    Args:
        inner: from parameters and a learning rate to an optimizer.
        k: inner steps in one round.
        alpha: how much of the way the slow weights go.

    """
    import torch

    def make(params: Iterable[torch.nn.Parameter], lr: float) -> Any:
        fast = list(params)
        slow = [param.detach().clone() for param in fast]
        steps = 0

        @torch.no_grad()
        def meet(*_: Any) -> None:
            nonlocal steps
            steps += 1
            if steps % k == 0:
                for behind, ahead in zip(slow, fast, strict=True):
                    behind.lerp_(ahead, alpha)
                    ahead.copy_(behind)

        optimizer = inner(fast, lr)
        optimizer.register_step_post_hook(meet)
        return optimizer

    return make
