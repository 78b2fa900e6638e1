"""A layer followed by a normalisation: only the direction of its weights counts, and what a decay does to that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.lab.rules import reference
from course.rule import Run

if TYPE_CHECKING:
    from course.lab.svg import Array

WEIGHTS = 1000
STEPS = 3000
AVERAGED = 100
"""So many steps make one mean of the angles."""


def turning(start: float, decay: float, lr: float = 0.01) -> tuple[Array, float]:
    """Let AdamW walk on gradients as a normalised layer has them: noise at right angles to the weights.

    The output of such a layer does not change if its weights are multiplied by c, so its gradient has no component
    along the weights, and is divided by c.

    Args:
        start: the length of the weights before the first step.
        decay: the weight decay.
        lr: the learning rate.

    Returns:
        The angle in degrees by which the weights turn in a step, mean of 100 steps each, shape (30,); and the length
        of the weights at the end.

    Examples:
        >>> from course.lab import turning
        >>> angles, length = turning(1.0, 1.0)
        >>> angles.shape
        (30,)

    """
    draw = np.random.default_rng(0)
    weights = draw.standard_normal(WEIGHTS)
    run = Run(reference("adamw")(lr=lr, weight_decay=decay), [weights * (start / np.linalg.norm(weights))])
    angles = []
    for _ in range(STEPS):
        before = run.params[0]
        length = np.linalg.norm(before)
        noise = draw.standard_normal(WEIGHTS)
        run.step([(noise - (noise @ before) / length**2 * before) / length])
        cosine = before @ run.params[0] / (length * np.linalg.norm(run.params[0]))
        angles.append(np.degrees(np.arccos(min(1.0, cosine))))
    return np.array(angles).reshape(-1, AVERAGED).mean(axis=1), float(np.linalg.norm(run.params[0]))
