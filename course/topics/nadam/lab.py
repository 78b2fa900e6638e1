"""The figures of this lesson and its real task.

Whose word counts: the share that each of the last gradients has in a step of Adam and in one of NAdam.

The task of the NAdam lesson: an autoencoder squeezes a digit into six numbers and draws it again, as in NAdam's paper.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.look import BLACK, BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.lab.svg import Array, circle, drawing, level, line, log_scale, pictured, polyline, rect, scale, text
from course.lab.training.data import Data, digits
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets
    import torch

__all__ = ["ink", "shares", "small_autoencoder"]

LATEST = 12
"""So many gradients are shown, the present one first."""

STOPS = (1, 2, 3, 5, 10, 30, 100, 300, 1000, 3000, 10_000, 30_000)
"""The steps at which the reader may look."""

WIDTH, HEIGHT = 760, 372
_LEFT, _RIGHT = 40.0, 740.0
_BASE, _HIGHEST = 172.0, 40.0
_TOP, _BOTTOM = 246.0, 330.0

_STEP = Text(en="step t", zh="步数 t")
_AGO = Text(en="steps ago", zh="步之前")
_NOW = Text(en="now", zh="当前")
_TITLE = Text(
    en="share of each gradient in step {t}: Adam (blue) gives the present one {adam:.2f}, NAdam (orange) {nadam:.2f}",
    zh="第 {t} 步中每个梯度所占的份量，当前梯度在 Adam（蓝）中占 {adam:.2f}，在 NAdam（橙）中占 {nadam:.2f}",
)
_MU = Text(en="how much of the memory NAdam uses: μ", zh="NAdam 用多少记忆：μ")


def mu(t: Any, beta1: float = 0.9, momentum_decay: float = 0.004) -> Any:
    """Return NAdam's momentum coefficient, as torch schedules it.

    Args:
        t: the step, or an array of steps.
        beta1: what it grows to.
        momentum_decay: how soon.

    Returns:
        One number, or one a step.

    """
    return beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay))


@functools.cache
def weights(stem: str, t: int) -> Array:
    """Return the share of each of the last gradients in step t, the present one first, shape (12,).

    Read off the course's own rule: each element of a parameter meets a gradient of 1 at one step alone, and epsilon is
    so large that nothing is rescaled. Before step 12 the gradients that never were have no share.

    Args:
        stem: the topic of the rule.
        t: the step.

    Returns:
        The shares.

    """
    large = 1e9
    run = Run(reference(stem)(lr=large, eps=large, betas=(0.9, 0.999)), [np.zeros(LATEST)])
    before = run.params[0]
    for step in range(1, t + 1):
        grad = np.zeros(LATEST)
        if t - step < LATEST:
            grad[t - step] = 1.0
        before = run.params[0]
        run.step([grad])
    return np.asarray(before - run.params[0])


def shares(t: int = 100) -> widgets.VBox:
    """Show twelve gradients and how much each counts; a slider sets in which step.

    Args:
        t: where the slider stands at first; one of `STOPS`.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import shares
        >>> controls, picture = shares(t=100).children
        >>> controls.children[0].value
        100

    """
    from course.lab.slider import SelectionSlider

    slider = SelectionSlider(options=STOPS, value=t, description=_STEP[language()])
    return pictured(scene, slider)


def scene(t: int) -> str:
    """Draw, as inline SVG, the shares of the last twelve gradients in step t, and below them NAdam's μ over the steps.

    Args:
        t: one of `STOPS`.

    """
    adam, nadam = weights("adam", t), weights("nadam", t)
    title = _TITLE.format(t=t, adam=adam[0], nadam=nadam[0])
    alt = Text(en=f"{title.en}.", zh=f"{title.zh}。")
    words = text(_LEFT - 20, 18, title, font_weight="bold")
    return drawing(alt, WIDTH, HEIGHT, words, _bars(adam, nadam), _chart(t))


def _bars(adam: Array, nadam: Array) -> str:
    """Draw a pair of bars for each gradient, the present one on the right."""
    y = scale(0, 1.1, _BASE, _HIGHEST)
    slot = (_RIGHT - _LEFT) / LATEST
    grid = "".join(level(_LEFT, _RIGHT, y(share), f"{share:g}") for share in (0.0, 0.5, 1.0))
    drawn = ""
    for ago in range(LATEST):
        middle = _RIGHT - slot * (ago + 0.5)
        for values, colour, left in ((adam, BLUE, middle - 19), (nadam, ORANGE, middle + 1)):
            drawn += rect(left, y(values[ago]), 18, _BASE - y(values[ago]), fill=colour)
        drawn += text(middle, _BASE + 16, ago or _NOW, text_anchor="middle")
    return grid + drawn + text(_LEFT, _BASE + 34, _AGO)


def _chart(t: int) -> str:
    """Draw the coefficient μ over the steps, these on a logarithmic axis, with a mark at the present one."""
    last = STOPS[-1]
    x, y = log_scale(1, last, _LEFT, _RIGHT), scale(0, 0.9, _BOTTOM, _TOP)
    steps = np.unique(np.geomspace(1, last, 200).round())
    grid = "".join(level(_LEFT, _RIGHT, y(share), f"{share:g}") for share in (0.0, 0.45, 0.9))
    ticks = "".join(
        text(x(step), _BOTTOM + 18, f"{step}", text_anchor="end" if step == last else "middle")
        for step in (1, 10, 100, 1000, 10_000, last)
    )
    return (
        text(_LEFT - 20, _TOP - 16, _MU, font_weight="bold")
        + grid
        + ticks
        + polyline(x(steps), y(mu(steps)), stroke=ORANGE, stroke_width=2.5)
        + line(_LEFT, _BOTTOM, _RIGHT, _BOTTOM, stroke=GREY)
        + line(x(t), _TOP, x(t), _BOTTOM, stroke=BLACK, stroke_dasharray="3 3")
        + circle(x(t), y(mu(t)), 5, fill=BLACK)
        + text((_LEFT + _RIGHT) / 2, _BOTTOM + 36, _STEP, text_anchor="middle")
    )


DARK = 0.4
"""A pixel at least this dark is ink, where white is 0."""


@functools.cache
def ink(device: str = "cpu") -> Data:
    """Load the handwritten digits, and what is to be drawn again of each: 1 for a pixel of ink, 0 for paper.

    Args:
        device: where the tensors lie, by torch's name.

    Returns:
        Inputs of shape (n, 1, 8, 8); labels of shape (n, 8, 8).

    Examples:
        >>> from course.lab import ink
        >>> ink().train_y.shape
        torch.Size([1344, 8, 8])

    """
    data = digits(device)
    return Data(data.train_x, (data.train_x[:, 0] >= DARK).long(), data.test_x, (data.test_x[:, 0] >= DARK).long())


def small_autoencoder(code: int = 6, width: int = 32) -> torch.nn.Module:
    """Make an autoencoder for `ink`: 64 pixels in, a few numbers in the middle, two scores (paper, ink) a pixel out.

    Args:
        code: how many numbers a digit is squeezed into.
        width: of the layer before them and of the one behind.

    Returns:
        The network; its output has shape (n, 2, 8, 8).

    Examples:
        >>> from course.lab import ink, small_autoencoder
        >>> small_autoencoder()(ink().test_x[:3]).shape
        torch.Size([3, 2, 8, 8])

    """
    from torch import nn

    class Autoencoder(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.squeeze = nn.Sequential(nn.Flatten(), nn.Linear(64, width), nn.Tanh(), nn.Linear(width, code))
            self.draw = nn.Sequential(nn.Linear(code, width), nn.Tanh(), nn.Linear(width, 2 * 64))

        def forward(self, x: torch.Tensor) -> Any:
            return self.draw(self.squeeze(x)).reshape(-1, 2, 8, 8)

    return Autoencoder()
