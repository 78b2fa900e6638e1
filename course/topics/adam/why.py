"""Where Adam is ahead of momentum, as small as it comes: classes with a heavy tail, and blocks of different curvature.

After Kunstner et al. (2024) and Zhang et al. (2024); both are cited in the lesson.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.bar import counting
from course.rule import Run
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from course.lab.svg import Array

GROUPS = 8
"""Groups of classes with the same number of examples: one class with 128, two with 64, …, 128 with a single one."""
INPUTS = 64
STEPS = 100

CURVATURES = {
    "apart": ((1, 2, 3), (99, 100, 101), (4998, 4999, 5000)),
    "mixed": ((1, 99, 4998), (2, 100, 4999), (3, 101, 5000)),
}
"""The same nine curvatures, dealt out to three blocks of parameters in two ways."""
MOST = 2000
"""Where the steps on a bowl are no longer counted."""


def class_sizes(*, even: bool = False) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return the number of examples of each of 255 classes, the most frequent first; their sum is about 1000.

    Args:
        even: every class has 4 examples, instead of 128 to 1.

    """
    heavy = np.repeat([2 ** (GROUPS - 1 - group) for group in range(GROUPS)], [2**group for group in range(GROUPS)])
    return np.full(len(heavy), 4) if even else heavy


def class_losses(rule: Any, *, even: bool = False, steps: int = STEPS, seed: int = 0) -> Array:
    """Train a linear softmax on all examples at once, and return the loss of each of the eight groups of classes.

    The inputs are 64 numbers between 0 and 1, drawn at random, which say nothing about the class: the model has to
    learn the examples by heart.

    Args:
        rule: takes the steps.
        even: with as many examples for every class.
        steps: how many.
        seed: of the inputs.

    Returns:
        Shape (8,), from the frequent classes to the rare ones; infinite where the loss is no longer a number.

    """
    sizes = class_sizes(even=even)
    label = np.repeat(np.arange(len(sizes)), sizes)
    x = np.random.default_rng(seed).uniform(size=(len(label), INPUTS)).astype(np.float32)
    wanted, row = np.eye(len(sizes), dtype=np.float32)[label], np.arange(len(label))
    run = Run(rule, [np.zeros((INPUTS, len(sizes)), dtype=np.float32)])

    def scores() -> tuple[Array, Array]:
        """Each example's probabilities, and its loss."""
        z = x @ run.params[0]
        z -= z.max(axis=1, keepdims=True)
        grown = np.exp(z)
        total = grown.sum(axis=1)
        return grown / total[:, None], np.log(total) - z[row, label]

    with np.errstate(all="ignore"):  # a rate that is too high ends in infinity, which is told
        for _ in range(steps):
            run.step([x.T @ (scores()[0] - wanted) / len(label)])
        losses = scores()[1]
    by_group = losses[: len(losses) // GROUPS * GROUPS].reshape(GROUPS, -1).mean(axis=1)
    return np.where(np.isfinite(by_group), by_group.astype(np.float64), np.inf)


def tail_race(rules: Mapping[str, tuple[Callable[[float], Any], float]], *, even: bool = False) -> dict[str, Array]:
    """Train every rule at its best rate; see `class_losses`.

    Args:
        rules: by name, a function from a rate to a rule, and the rate to begin the search with.
        even: with as many examples for every class.

    Returns:
        By name, the losses of the eight groups, shape (8,).

    Examples:
        >>> from course.lab import reference, tail_race
        >>> sorted(tail_race({"SGD": (lambda lr: reference("sgd")(lr=lr), 1.0)}, even=True))
        ['SGD']

    """
    found = {}
    with counting(Text(en="training", zh="训练"), len(rules), Text(en=" rules", zh=" 个规则")) as bar:
        for name, (make, start) in rules.items():
            found[name] = best(functools.partial(_class_losses, make, even=even), start, 3.0)
            bar.update()
    return found


def _class_losses(make: Callable[[float], Any], lr: float, *, even: bool) -> Array:
    return class_losses(make(lr), even=even)


def best(tried: Callable[[float], Array], start: float, factor: float) -> Array:
    """Return what is lowest on average, going up and down from a rate as long as that makes it lower.

    So the best rate is never at the edge of those tried.

    Args:
        tried: the losses at a rate.
        start: the first rate.
        factor: from each rate to the next.

    Returns:
        The losses at the best rate.

    """
    lowest = tried(start)
    for way in (factor, 1 / factor):
        lr = start
        while np.mean(now := tried(lr := lr * way)) < np.mean(lowest):
            lowest = now
    return lowest


def block_steps(make: Callable[[float], Any], start: float, curvatures: str) -> int:
    """Count the steps on a bowl of nine parameters until the loss is a millionth of what it was, at the best rate.

    The parameters are in three blocks. Within a block the axes of the bowl lie aslant; between blocks nothing is
    shared.

    Args:
        make: a function from a rate to a rule.
        start: the rate to begin the search with.
        curvatures: "apart", each block having its own size of curvature, or "mixed", each having all three.

    Returns:
        The steps; 2000 if it takes longer.

    Examples:
        >>> from course.lab import block_steps, reference
        >>> block_steps(lambda lr: reference("adam")(lr=lr), 0.3, "apart") < 200
        True

    """
    draw = np.random.default_rng(0)
    hessian = np.zeros((9, 9))
    for at, block in enumerate(CURVATURES[curvatures]):
        turn, _ = np.linalg.qr(draw.standard_normal((3, 3)))
        hessian[3 * at : 3 * at + 3, 3 * at : 3 * at + 3] = turn @ np.diag(block) @ turn.T
    corner = draw.standard_normal(9)

    def walked(lr: float) -> Array:
        run = Run(make(lr), [corner])
        first = corner @ hessian @ corner
        for step in range(1, MOST):
            run.step([hessian @ run.params[0]])
            now = run.params[0] @ hessian @ run.params[0]
            if not now <= 1e6 * first:
                break
            if now < 1e-6 * first:
                return np.array(step)
        return np.array(MOST)

    return int(best(walked, start, 1.3))
