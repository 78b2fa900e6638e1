"""A case: what a rule is run on, and the trajectory that comes of it. Plain data, no torch."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from course.text import Text

    Array = np.ndarray[Any, np.dtype[np.float64]]


HIDDEN = "hidden-"
"""How the names of hidden cases begin."""

FRESH = "fresh-"
"""How the names of fresh cases begin."""


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
    def fresh(self) -> bool:
        """Whether it is drawn for one check alone."""
        return self.id.startswith(FRESH)

    @property
    def public(self) -> bool:
        """Whether it is one of those that are the same for everybody, with stored references."""
        return not (self.hidden or self.fresh)

    @property
    def twin(self) -> str:
        """The id of the public case by the same recipe; of a public case, its own."""
        return self.id.removeprefix(HIDDEN).removeprefix(FRESH)

    @property
    def steps(self) -> int:
        """How many steps the run has."""
        return len(self.grads)

    def until(self, steps: int) -> Case:
        """Return the first steps of it, and what is changed before each of these."""
        schedule = {step: changes for step, changes in self.schedule.items() if step <= steps}
        return replace(self, grads=self.grads[:steps], schedule=schedule)

    @functools.cached_property
    def columns(self) -> tuple[Array, ...]:
        """The gradients by parameter, (steps, *shape)."""
        return tuple(np.stack([step[i] for step in self.grads]) for i in range(len(self.params)))


@dataclass(frozen=True)
class Trajectory:
    """Parameters and state entries of one run, step by step."""

    params: tuple[Array, ...]
    """One array a parameter, of shape (steps, *shape): its value after each step, float64."""
    state: dict[str, tuple[Array, ...]]
    """By torch's name, one array a parameter, of shape (steps, *shape) or, for `step`, (steps,)."""
