"""The task of the SGD lesson: digit images, and how much an optimizer has to remember while it reads them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    import torch

    from course.lab.training.training import Factory


def small_mlp(width: int = 32) -> torch.nn.Module:
    """A network for `digits` without convolutions: 64 pixels, one hidden layer with ReLU, 10 digits.

    Args:
        width: of the hidden layer.

    """
    from torch import nn

    return nn.Sequential(nn.Flatten(), nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))


def state_size(make: Factory, model: Callable[[], torch.nn.Module] = small_mlp) -> tuple[int, int]:
    """Count what an optimizer keeps from one step to the next, after it has taken one.

    Args:
        make: from parameters and a learning rate to an optimizer.
        model: makes the network, which reads digit images.

    Returns:
        How many numbers the network's parameters are, and how many the optimizer keeps.

    """
    import torch

    network = model()
    optimizer = make(network.parameters(), 1e-3)
    network(torch.zeros(1, 1, 8, 8)).sum().backward()
    optimizer.step()
    return sum(param.numel() for param in network.parameters()), _numbers(dict(optimizer.state))


def _numbers(kept: Any) -> int:
    """How many numbers occur in a state, however it is built: a learner's may be anything."""
    import torch

    if isinstance(kept, torch.Tensor):
        return kept.numel()
    if isinstance(kept, np.ndarray) and kept.dtype.kind != "O":
        return kept.size
    if isinstance(kept, (int, float, np.number)):
        return int(not isinstance(kept, bool))
    parts: list[Any] = []
    if isinstance(kept, Mapping):
        parts += kept.values()
    elif isinstance(kept, (list, tuple, set, frozenset, deque, np.ndarray)):
        parts += kept
    slots = [name for each in type(kept).__mro__ for name in vars(each).get("__slots__", ())]
    parts += [getattr(kept, name, None) for name in slots]
    parts += getattr(kept, "__dict__", {}).values()
    return sum(map(_numbers, parts))
