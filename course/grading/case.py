"""A case: what a rule is run on, and the trajectory that comes of it. Plain data, no torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from course.text import Text

    Array = np.ndarray[Any, np.dtype[np.float64]]


HIDDEN = "hidden-"
"""How the names of hidden cases begin."""


@dataclass(frozen=True)
class Case:
    """One run of a rule: hyperparameters, starting points, gradients, and what a schedule assigns on the way.

    Hyperparameters are plain JSON values; `betas` is a tuple. Lookahead's `inner` is itself a mapping: its key `rule`
    is the stem of the inner optimizer, the rest are that optimizer's hyperparameters.
    """

    id: str
    title: Text
    hyperparameters: dict[str, Any]
    params: tuple[Array, ...]
    """The parameters before the first step, float64."""
    grads: tuple[tuple[Array, ...], ...]
    """`grads[step][i]`, of the shape of `params[i]`."""
    schedule: dict[int, dict[str, Any]] = field(default_factory=dict)
    """Attributes assigned just before step t (counted from 1); `inner.lr` reaches into Lookahead's inner rule."""
    stretch: bool = False
    record_state: bool = True
    """Whether the state is recorded and compared too; off for the long runs."""

    @property
    def hidden(self) -> bool:
        """Whether it is drawn from a class's secret seed."""
        return self.id.startswith(HIDDEN)

    @property
    def steps(self) -> int:
        """How many steps the run has."""
        return len(self.grads)


@dataclass(frozen=True)
class Trajectory:
    """What a run left behind, step by step."""

    params: tuple[Array, ...]
    """One array a parameter, of shape (steps, *shape): its value after each step, float64."""
    state: dict[str, tuple[Array, ...]]
    """By torch's name, one array a parameter, of shape (steps, *shape) or, for `step`, (steps,)."""
