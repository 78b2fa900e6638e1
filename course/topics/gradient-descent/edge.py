"""The edge of stability: how steep the loss of a small network gets along the path of gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.rules import reference
from course.rule import Run

if TYPE_CHECKING:
    from collections.abc import Sequence

    Array = np.ndarray[Any, np.dtype[np.float64]]

WIDTH, POINTS = 20, 20
TINY = 1e-5
"""How far the parameters are moved to see how the gradient changes."""
TURNS = 10
"""Rounds of the power iteration, which goes on from the direction that the last look found."""

X = np.linspace(-1, 1, POINTS)[:, None]
TARGET = np.sin(4 * X)
"""What the network is to fit: a wave."""


@dataclass(frozen=True)
class Sharpening:
    """One run of gradient descent."""

    losses: Array
    """Shape (steps + 1,): the loss, from the start on."""
    curvature: dict[int, float]
    """By step, the largest curvature of the loss there."""


def sharpening(lr: float, steps: int = 2000, every: int = 20, seed: int = 0) -> Sharpening:
    """Train a tanh network with all samples at each step, and measure the largest curvature of its loss on the way.

    The network has two hidden layers of 20 units each and fits a wave through 20 points; the loss is the mean squared
    error. The largest curvature is the largest eigenvalue of the Hessian, found by power iteration (Cohen et al. 2021
    measure it likewise).

    Args:
        lr: the learning rate.
        steps: how many steps are taken.
        every: how many steps lie between two looks at the curvature.
        seed: of the first weights.

    Returns:
        The losses, and the largest curvature by step.

    Examples:
        >>> from course.lab import sharpening
        >>> seen = sharpening(lr=0.1, steps=40)
        >>> [*seen.curvature], seen.losses.shape
        ([0, 20, 40], (41,))

    """
    draw = np.random.default_rng(seed)
    sizes = (1, WIDTH, WIDTH, 1)
    weights = [0.6 * draw.standard_normal((a, b)) / np.sqrt(a) for a, b in pairwise(sizes)]
    run = Run(reference("sgd")(lr=lr), [*weights, *(np.zeros(size) for size in sizes[1:])])
    direction = [draw.standard_normal(each.shape) for each in run.params]
    losses, curvature = np.empty(steps + 1), {}
    for t in range(steps + 1):
        losses[t], gradients = loss_and_gradients(run.params)
        if t % every == 0:
            curvature[t], direction = largest(run.params, direction, TURNS if t else 10 * TURNS)
        if t < steps:
            run.step(gradients)
    return Sharpening(losses, curvature)


def loss_and_gradients(params: Sequence[Array]) -> tuple[float, list[Array]]:
    """Return the mean squared error and its gradients, by backpropagation.

    Args:
        params: the weight matrices, then the biases, each from the first layer to the last.

    Returns:
        The loss, and one gradient for each parameter.

    """
    depth = len(params) // 2
    weights, biases = params[:depth], params[depth:]
    layers = [X]
    for at in range(depth):
        sums = layers[-1] @ weights[at] + biases[at]
        layers.append(np.tanh(sums) if at < depth - 1 else sums)
    miss = layers[-1] - TARGET
    back = 2 * miss / len(X)
    of_weights: list[Array] = []
    of_biases: list[Array] = []
    for at in reversed(range(depth)):
        of_weights.insert(0, layers[at].T @ back)
        of_biases.insert(0, back.sum(axis=0))
        back = (back @ weights[at].T) * (1 - layers[at] ** 2)
    return float(np.mean(miss**2)), of_weights + of_biases


def largest(params: Sequence[Array], direction: list[Array], turns: int) -> tuple[float, list[Array]]:
    """Return the largest curvature of the loss, by power iteration on differences of gradients.

    Args:
        params: where.
        direction: a first guess at the direction in which the loss is curved most.
        turns: how many rounds.

    Returns:
        The curvature, and the direction that the last round ended in.

    """
    curvature = 0.0
    for _ in range(turns):
        length = np.sqrt(sum(float((part**2).sum()) for part in direction))
        unit = [part / length for part in direction]
        ahead, behind = (
            loss_and_gradients([at + sign * TINY * way for at, way in zip(params, unit, strict=True)])[1]
            for sign in (1, -1)
        )
        direction = [(a - b) / (2 * TINY) for a, b in zip(ahead, behind, strict=True)]
        curvature = sum(float((a * b).sum()) for a, b in zip(unit, direction, strict=True))
    return curvature, direction
