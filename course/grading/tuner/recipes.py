"""The recipes of a tuner's cases: curves of all the kinds that sweeps meet, each drawn anew from a key."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from course.grading.tuner.recorded import Recorded, tasks
from course.grading.tuner.task import Curve
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.grading.draws import Draw
    from course.topic import Topic

TEXTS = texts(__file__)

RECORDED_BAR = 0.35
"""The largest regret where every run has the noise of a real one, and the seeds that judge are others."""

START = 2.3
"""The loss of a network with ten classes that has learned nothing."""


Range = tuple[float, float]


def _task(draw: Draw, centre: Range, left: Range, cliff: Range, lowest: Range = (0.02, 0.2), **more: Any) -> Curve:
    """Draw a curve: ranges of its centre, in powers of ten, of its left side's width, of where its cliff is."""
    uniform = draw.random.uniform
    width = uniform(*left)
    return Curve(
        centre=uniform(*centre),
        lowest=uniform(*lowest),
        start=START,
        left=width,
        right=width * uniform(0.65, 0.75),
        cliff=uniform(*cliff),
        **more,
    )


def _range(draw: Draw, low: float, high: float) -> dict[str, float]:
    """Move a range a little, so that nobody knows it."""
    share = draw.between(0.7, 1.4)
    return {"low": float(f"{low * share:.2g}"), "high": float(f"{high * share:.2g}")}


def valley(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Put a valley inside the range.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    task = _task(draw, (-3.0, -1.2), (0.3, 0.36), (0.4, 0.6))
    return {"hyperparameters": {**_range(draw, 1e-4, 1.0), "budget": 12}, "task": task}


def defaults(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Give no arguments: the defaults are part of the contract.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    return {"hyperparameters": {}, "task": _task(draw, (-3.2, -1.0), (0.22, 0.26), (0.3, 0.5))}


def cliff(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Put the best rate right before the cliff, from where every loss is infinite.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    task = _task(draw, (-4.0, -1.9), (0.26, 0.32), (0.05, 0.1))
    return {"hyperparameters": {**_range(draw, 1e-5, 0.1), "budget": 12}, "task": task}


def not_a_number(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Let runs that diverge report NaN, over most of a wide range.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    task = _task(draw, (-5.8, -5.0), (0.5, 0.6), (0.3, 0.4), diverged=math.nan)
    return {"hyperparameters": {**_range(draw, 1e-7, 1.0), "budget": 12}, "task": task}


def plateau(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Put the range on a plateau, the valley beyond its right end; losses have two digits, as in a log: they are equal.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    task = _task(draw, (-0.5, -0.3), (0.4, 0.44), (0.4, 0.5), lowest=(0.4, 0.6), digits=2)
    return {"hyperparameters": {**_range(draw, 1e-6, 0.01), "budget": 18}, "task": task}


def above(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Put the best rate above the range.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    task = _task(draw, (-1.4, -1.0), (0.5, 0.7), (0.3, 0.5))
    return {"hyperparameters": {**_range(draw, 1e-4, 0.01), "budget": 12}, "task": task}


def below(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Put the best rate below the range, in all of which runs diverge and report NaN.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    task = _task(draw, (-3.3, -2.8), (0.45, 0.55), (0.2, 0.4), diverged=math.nan)
    return {"hyperparameters": {**_range(draw, 0.01, 1.0), "budget": 14}, "task": task}


def luck(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Give every run another seed: next to the cliff the first one is lucky and the second diverges.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    noise = tuple(float(each) for each in draw.normal(32, scale=0.03))
    task = _task(draw, (-3.0, -1.2), (0.6, 0.8), (0.8, 0.9), noise=noise, unstable=0.2)
    return {"hyperparameters": {**_range(draw, 1e-4, 1.0), "budget": 32, "looks": 2}, "task": task}


def recorded(topic: Topic, draw: Draw) -> dict[str, Any]:
    """Take a sweep that was recorded in this course; every run has another seed, and other seeds judge.

    Args:
        topic: whose sweeps.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    known = tasks(topic)
    powers, heights = known[draw.random.randint(len(known))]
    task = Recorded(powers + draw.random.uniform(-0.5, 0.5), heights)
    lowest = float(powers[heights.mean(axis=1).argmin()])
    centre = draw.random.uniform(-0.8, 0.8)  # of the range: the best rate is somewhere in it
    ends = {"low": 10.0 ** (lowest + centre - 1.8), "high": 10.0 ** (lowest + centre + 1.8)}
    told = {name: float(f"{end:.2g}") for name, end in ends.items()}
    return {"hyperparameters": {**told, "budget": 24, "looks": 2}, "task": task, "bar": RECORDED_BAR}


def one_run(topic: Topic, draw: Draw) -> dict[str, Any]:  # noqa: ARG001 - as all recipes
    """Allow a single run, in a valley so wide that every rate of the range will do.

    Args:
        topic: which exercise.
        draw: where the numbers come from.

    Returns:
        Hyperparameters and task, as fields of a `Sweep`.

    """
    task = _task(draw, (-2.1, -1.9), (4.0, 4.4), (3.0, 3.5))
    return {"hyperparameters": {**_range(draw, 0.003, 0.03), "budget": 1}, "task": task}


Recipe = tuple[str, int, Text, "Callable[[Topic, Draw], dict[str, Any]]"]

CORE: tuple[Recipe, ...] = (
    ("valley", 1, TEXTS["valley"], valley),
    ("defaults", 1, TEXTS["defaults"], defaults),
    ("cliff", 1, TEXTS["cliff"], cliff),
    ("not-a-number", 1, TEXTS["not-a-number"], not_a_number),
    ("plateau", 1, TEXTS["plateau"], plateau),
    ("above", 1, TEXTS["above"], above),
    ("below", 1, TEXTS["below"], below),
    ("luck", 1, TEXTS["luck"], luck),
    ("recorded", 1, TEXTS["recorded"], recorded),
    ("one-run", 1, TEXTS["one-run"], one_run),
)
"""The core cases: id, weight, title, recipe."""

TELLING = tuple(each for each in CORE if each[0] != "one-run")
"""What fresh cases are drawn from: a single run shows next to nothing."""
