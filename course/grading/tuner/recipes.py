"""The recipes of a tuner's cases: curves of all the kinds that sweeps meet, each drawn anew from a key."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from course.grading.tuner.recorded import Recorded, tasks
from course.grading.tuner.task import Curve
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from course.grading.draws import Draw
    from course.grading.kinds import Recipe
    from course.topic import Topic

TEXTS = texts(__file__)

RECORDED_BAR = 0.35
"""The largest regret where every run has the noise of a real one, and the seeds that judge are others."""

START = 2.3
"""The loss of a network with ten classes that has learned nothing."""

Range = tuple[float, float]
"""From and to."""


def _curve(
    *,
    centre: Range,
    left: Range,
    cliff: Range,
    ends: Range | None = None,
    lowest: Range = (0.02, 0.2),
    noise: int = 0,
    told: Mapping[str, int] = MappingProxyType({}),
    **more: Any,
) -> Callable[[Topic, Draw], dict[str, Any]]:
    """Make a recipe of curves.

    Args:
        centre: where the best rate lies, from and to, in powers of ten.
        left: the width of the valley's left side, in powers of ten.
        cliff: how far right of the centre runs begin to diverge, in powers of ten.
        ends: the range that the tuner is told, moved a little so that nobody knows it; none for the defaults.
        lowest: the loss at the best rate.
        noise: how many runs it takes until their noise comes again; 0 for none.
        told: the other hyperparameters, if any.
        **more: of the curve, whatever is the same each time.

    Returns:
        The recipe.

    """

    def drawn(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
        uniform = draw.random.uniform
        by_run: dict[str, Any] = {}
        if noise:
            by_run["noise"] = tuple(float(each) for each in draw.normal(noise, scale=0.03))
        width = uniform(*left)
        task = Curve(
            centre=uniform(*centre),
            lowest=uniform(*lowest),
            start=START,
            left=width,
            right=width * uniform(0.65, 0.75),
            cliff=uniform(*cliff),
            **by_run,
            **more,
        )
        span: dict[str, float] = {}
        if ends:
            share = draw.between(0.7, 1.4)
            span = {"low": float(f"{ends[0] * share:.2g}"), "high": float(f"{ends[1] * share:.2g}")}
        return {"hyperparameters": {**span, **told}, "task": task}

    return drawn


def recorded(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take a sweep that was recorded in this course; every run has another seed, and other seeds judge.

    Args:
        topic: whose sweeps.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `TunerCase`.

    """
    known = tasks(topic)
    powers, heights = known[draw.random.randint(len(known))]
    task = Recorded(powers + draw.random.uniform(-0.5, 0.5), heights)
    lowest = float(powers[heights.mean(axis=1).argmin()])
    centre = draw.random.uniform(-0.8, 0.8)  # of the range: the best rate is somewhere in it
    ends = {"low": 10.0 ** (lowest + centre - 1.8), "high": 10.0 ** (lowest + centre + 1.8)}
    told = {name: float(f"{end:.2g}") for name, end in ends.items()}
    return {"hyperparameters": {**told, "budget": 24, "looks": 2}, "task": task, "bar": RECORDED_BAR}


VALLEY = _curve(centre=(-3.0, -1.2), left=(0.3, 0.36), cliff=(0.4, 0.6), ends=(1e-4, 1.0), told={"budget": 12})
DEFAULTS = _curve(centre=(-3.2, -1.0), left=(0.22, 0.26), cliff=(0.3, 0.5))
CLIFF = _curve(centre=(-4.0, -1.9), left=(0.26, 0.32), cliff=(0.05, 0.1), ends=(1e-5, 0.1), told={"budget": 12})
NOT_A_NUMBER = _curve(
    centre=(-5.8, -5.0),
    left=(0.5, 0.6),
    cliff=(0.3, 0.4),
    ends=(1e-7, 1.0),
    told={"budget": 12},
    diverged=math.nan,
)
"""Runs diverge over most of a wide range."""
PLATEAU = _curve(
    centre=(-0.5, -0.3),
    left=(0.4, 0.44),
    cliff=(0.4, 0.5),
    ends=(1e-6, 0.01),
    lowest=(0.4, 0.6),
    told={"budget": 18},
    digits=2,
)
"""The valley is beyond the right end of the range; losses have two digits, as in a log, and there they are equal."""
ABOVE = _curve(centre=(-1.4, -1.0), left=(0.5, 0.7), cliff=(0.3, 0.5), ends=(1e-4, 0.01), told={"budget": 12})
BELOW = _curve(
    centre=(-3.3, -2.8),
    left=(0.45, 0.55),
    cliff=(0.2, 0.4),
    ends=(0.01, 1.0),
    told={"budget": 14},
    diverged=math.nan,
)
"""Everywhere in the range runs diverge."""
LUCK = _curve(
    centre=(-3.0, -1.2),
    left=(0.6, 0.8),
    cliff=(0.8, 0.9),
    ends=(1e-4, 1.0),
    noise=32,
    told={"budget": 32, "looks": 2},
    unstable=0.2,
)
"""Every run has another seed: next to the cliff the first one is lucky and the second diverges."""
ONE_RUN = _curve(centre=(-2.1, -1.9), left=(4.0, 4.4), cliff=(3.0, 3.5), ends=(0.003, 0.03), told={"budget": 1})
"""The valley is so wide that every rate of the range will do."""

CORE: tuple[Recipe, ...] = (
    ("valley", 1, TEXTS["valley"], VALLEY),
    ("defaults", 1, TEXTS["defaults"], DEFAULTS),
    ("cliff", 1, TEXTS["cliff"], CLIFF),
    ("not-a-number", 1, TEXTS["not-a-number"], NOT_A_NUMBER),
    ("plateau", 1, TEXTS["plateau"], PLATEAU),
    ("above", 1, TEXTS["above"], ABOVE),
    ("below", 1, TEXTS["below"], BELOW),
    ("luck", 1, TEXTS["luck"], LUCK),
    ("recorded", 1, TEXTS["recorded"], recorded),
    ("one-run", 1, TEXTS["one-run"], ONE_RUN),
)
"""The core cases: id, weight, title, recipe."""

TELLING = tuple(each for each in CORE if each[0] != "one-run")
"""What fresh cases are drawn from: a single run shows next to nothing."""
