"""The bowl of the map, turned: rules that scale each coordinate by itself depend on the angle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.widget.landscapes import landscape
from course.rule import Run

if TYPE_CHECKING:
    from course.rule import Rule


def turned_bowl(rule: Rule, angle: float, *, runs: int = 1, to: float = 1e-3, steps: int = 1000) -> Any:
    """Walk the bowl of the map, turned together with the start, and count the steps until its loss has fallen.

    SGD takes the same path at every angle. A rule that measures each coordinate by itself does not: at 0 degrees the
    axes are those of the bowl, at any other angle they are not.

    Args:
        rule: an update rule; its hyperparameters may be arrays of shape (runs, 1).
        angle: in degrees.
        runs: how many walks are taken side by side.
        to: the share of the loss at the start that is waited for.
        steps: how many are taken at most.

    Returns:
        Shape (runs,): the first step at which the loss is lower; `steps` where it never is.

    Examples:
        >>> from course.lab import reference, turned_bowl
        >>> [int(turned_bowl(reference("adagrad")(lr=0.5), angle)[0]) for angle in (0, 45)]
        [21, 146]

    """
    ground, radians = landscape("bowl"), np.deg2rad(angle)
    turn = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    start = np.array(ground.start)
    run, first = Run(rule, [np.tile(turn @ start, (runs, 1))]), np.full(runs, steps)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(1, steps + 1):
            run.step([ground.grad(run.params[0] @ turn, t) @ turn.T])
            there = ground.loss(run.params[0] @ turn) < to * ground.loss(start)
            first = np.where(there & (first == steps), t, first)
    return first
