"""The figures of this lesson and its real task.

Sixty automatic gearboxes: how far apart Adam's scales are after a few gradients, and how RAdam holds them back.

The task of the RAdam lesson: the first hundred steps of a Transformer of the kind that is said to need a warm-up.
"""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.look import BLACK, BLUE, FAINT, GREY, ORANGE, PALE
from course.lab.rules import reference
from course.lab.svg import Array, circle, drawing, level, line, log_scale, pictured, polyline, rect, scale, text
from course.lab.training.data import Data, letters
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    import ipywidgets as widgets
    import torch

    from course.lab.training.training import Factory

__all__ = ["gearboxes", "hundred_steps", "late_norm_transformer", "scheduled"]

CARS = 60
BETA2 = 0.999
STOPS = (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100, 200, 500, 1000)
"""The steps at which the reader may look."""

WIDTH, HEIGHT = 760, 372
_LEFT, _RIGHT = 20.0, 740.0
_ADAM, _RADAM, _AXIS = 58.0, 136.0, 186.0
_TOP, _BOTTOM = 246.0, 330.0
_LOW, _HIGH = 0.01, 1000.0
"""The gears at the two ends of the axis."""

_x = log_scale(_LOW, _HIGH, _LEFT, _RIGHT)

_STEP = Text(en="step t", zh="步数 t")
_AGAIN = Text(en="↻ other roads", zh="↻ 换一批路")
_ADAM_IS = Text(
    en="Adam's 60 gears after step {t}: from {low:.2f} to {high:.2f}",
    zh="第 {t} 步之后 Adam 的 60 个挡位：从 {low:.2f} 到 {high:.2f}",
)
_RADAM_IS = Text(
    en="RAdam's, multiplied by r = {r:.3f}: from {low:.3f} to {high:.3f}",
    zh="RAdam 的挡位，乘以 r = {r:.3f}：从 {low:.3f} 到 {high:.3f}",
)
_MANUAL = Text(en="RAdam: all sixty in the fixed gear 1", zh="RAdam：六十辆车都挂固定挡 1")
_TRUE = Text(en="right for all", zh="都该在这里")
_FACTOR = Text(en="the factor by which RAdam holds back: r", zh="RAdam 的修正系数 r")


def rho(t: int, beta2: float = BETA2) -> float:
    """Count on how many gradients the second moment rests, as RAdam does.

    Args:
        t: after which step, from 1 on.
        beta2: how slowly it forgets.

    Returns:
        Their number, which need not be whole.

    """
    return 2 / (1 - beta2) - 1 - 2 * t * beta2**t / (1 - beta2**t)


def rectification(t: int, beta2: float = BETA2) -> float | None:
    """Return RAdam's factor r.

    Args:
        t: of which step, from 1 on.
        beta2: how slowly the second moment forgets.

    Returns:
        From 0 to 1; None where torch does not rectify.

    """
    now, end = rho(t, beta2), 2 / (1 - beta2) - 1
    return math.sqrt((now - 4) * (now - 2) * end / ((end - 4) * (end - 2) * now)) if now > 5 else None


@functools.cache
def gears(seed: int) -> dict[int, Array]:
    """Return one over the root of the corrected second moment for 60 parameters, after each of `STOPS`.

    All gradients are standard normal, so the right scale is 1 for every parameter. Each array has shape (60,). The
    second moment is that of the course's own RAdam; Adam's is the same.
    """
    rng = np.random.default_rng(seed)
    run = Run(reference("radam")(betas=(0.9, BETA2)), [np.zeros(CARS)])
    found = {}
    for t in range(1, STOPS[-1] + 1):
        run.step([rng.standard_normal(CARS)])
        if t in STOPS:
            found[t] = np.asarray(((1 - BETA2**t) / run.state[0]["exp_avg_sq"]) ** 0.5)
    return found


def gearboxes(t: int = 2) -> widgets.VBox:
    """Show sixty gearboxes that measure sixty equally bumpy roads; a slider sets after how many bumps we look.

    Args:
        t: where the slider stands at first; one of `STOPS`.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import gearboxes
        >>> controls, picture = gearboxes(t=10).children
        >>> controls.children[0].value
        10

    """
    import ipywidgets as widgets

    from course.lab.slider import SelectionSlider

    lang = language()
    slider = SelectionSlider(options=STOPS, value=t, description=_STEP[lang])
    again = widgets.Button(description=_AGAIN[lang], layout={"width": "auto"})
    return pictured(scene, slider, again)


def scene(t: int, seed: int) -> str:
    """Draw the gears of both optimizers after step t on one axis, and below them RAdam's factor over the steps.

    Args:
        t: one of `STOPS`.
        seed: of the roads.

    Returns:
        Inline SVG.

    """
    adam, factor = gears(seed)[t], rectification(t)
    says = [_ADAM_IS.format(t=t, low=adam.min(), high=adam.max())]
    strips = _strip(_ADAM, adam, BLUE)
    if factor is None:
        says.append(_MANUAL)
        strips += _strip(_RADAM, np.ones(1), ORANGE, square=True)
    else:
        held = factor * adam
        says.append(_RADAM_IS.format(r=factor, low=held.min(), high=held.max()))
        strips += _strip(_RADAM, held, ORANGE)
    titles = "".join(
        text(_LEFT, y - 26, words, fill=colour, font_weight="bold")
        for y, words, colour in ((_ADAM, says[0], BLUE), (_RADAM, says[1], ORANGE))
    )
    alt = Text(en=f"{says[0].en}. {says[1].en}.", zh=f"{says[0].zh}。{says[1].zh}。")
    return drawing(alt, WIDTH, HEIGHT, titles, _ruler(), strips, _chart(t))


def _strip(y: float, values: Array, colour: str, *, square: bool = False) -> str:
    """Draw a row of dots, each a little above or below the line so that they hide one another less; or one square."""
    if square:
        return rect(_x(1.0) - 8, y - 8, 16, 16, fill=colour)
    return "".join(
        circle(x, y + 4 * (number % 5 - 2), 4, fill=colour, opacity=".55") for number, x in enumerate(_x(values))
    )


def _ruler() -> str:
    top, bottom, right = _ADAM - 18, _AXIS - 16, _x(1.0)
    anchors = {_LOW: "start", _HIGH: "end"}
    ticks = "".join(
        line(_x(gear), top, _x(gear), bottom, stroke=FAINT)
        + text(_x(gear), _AXIS, f"{gear:g}", text_anchor=anchors.get(gear, "middle"))
        for gear in (_LOW, 0.1, 1.0, 10.0, 100.0, _HIGH)
    )
    return (
        ticks
        + line(right, top, right, bottom, stroke=BLACK, stroke_width=2)
        + text(right, _AXIS + 17, _TRUE, text_anchor="middle")
    )


def _chart(t: int) -> str:
    """Draw the factor r over the steps, these on a logarithmic axis, with a mark at the present one."""
    left, last = _LEFT + 30, STOPS[-1]
    x, y = log_scale(1, last, left, _RIGHT), scale(0, 1, _BOTTOM, _TOP)
    factors = {step: factor for step in range(1, last + 1) if (factor := rectification(step)) is not None}
    grid = "".join(level(left, _RIGHT, y(r), f"{r:g}") for r in (0.0, 0.5, 1.0))
    ticks = "".join(
        text(x(step), _BOTTOM + 18, step, text_anchor="end" if step == last else "middle")
        for step in (1, 6, 10, 100, last)
    )
    return (
        text(_LEFT, _TOP - 16, _FACTOR, font_weight="bold")
        + grid
        + rect(left, _TOP, x(5.5) - left, _BOTTOM - _TOP, fill=PALE, opacity=".2")
        + ticks
        + polyline(x(list(factors)), y(list(factors.values())), stroke=ORANGE, stroke_width=2.5)
        + line(left, _BOTTOM, _RIGHT, _BOTTOM, stroke=GREY)
        + line(x(t), _TOP, x(t), _BOTTOM, stroke=BLACK, stroke_dasharray="3 3")
        + circle(x(t), y(factors.get(t, 0.0)), 5, fill=BLACK)
        + text((left + _RIGHT) / 2, _BOTTOM + 36, _STEP, text_anchor="middle")
    )


READ = 8
"""How many characters the network sees."""


def hundred_steps(device: str = "cpu") -> Data:
    """Load the part of `letters` that four epochs of 25 mini-batches read, so 100 steps.

    1600 windows are to train on, 512 to test.

    Inputs have shape (n, 8), the last 8 of each window's 12 characters.

    Args:
        device: where the tensors lie, by torch's name.

    Returns:
        Inputs of shape (n, 8); targets of shape (n,).

    Examples:
        >>> from course.lab import hundred_steps
        >>> hundred_steps().train_x.shape
        torch.Size([1600, 8])

    """
    data = letters(device)
    return Data(data.train_x[:1600, -READ:], data.train_y[:1600], data.test_x[:, -READ:], data.test_y)


def late_norm_transformer(width: int = 24, layers: int = 1) -> torch.nn.Module:
    """Make a Transformer for `hundred_steps`, each LayerNorm *after* what it normalises.

    It guesses the next character.

    So it was in the first Transformer (Vaswani et al. 2017), and large ones of this kind are known to need a warm-up.
    The output has shape (n, size of the alphabet).

    Args:
        width: the length of the vector at each place.
        layers: how many.

    Returns:
        The network.

    Examples:
        >>> from course.lab import hundred_steps, late_norm_transformer
        >>> len(late_norm_transformer(width=8)(hundred_steps().test_x[:2]))
        2

    """
    from torch import nn

    data = letters()
    alphabet = 1 + max(int(part.max()) for part in (data.train_x, data.train_y, data.test_x, data.test_y))

    class Layer(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.ask, self.answer = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.think = nn.Sequential(nn.Linear(width, 2 * width), nn.ReLU(), nn.Linear(2 * width, width))
            self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)

        def forward(self, x: torch.Tensor) -> Any:
            query, key, value = self.ask(x).chunk(3, dim=-1)
            look = (query @ key.transpose(1, 2) / width**0.5).softmax(dim=-1)
            x = self.norm1(x + self.answer(look @ value))
            return self.norm2(x + self.think(x))

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.embed, self.place = nn.Embedding(alphabet, width), nn.Embedding(READ, width)
            self.layers = nn.Sequential(*(Layer() for _ in range(layers)))
            self.guess = nn.Linear(width, alphabet)

        def forward(self, x: torch.Tensor) -> Any:
            return self.guess(self.layers(self.embed(x) + self.place.weight)[:, -1])

    return Reader()


def scheduled(factor: Callable[[int], float]) -> Factory:
    """Return `torch.optim.Adam` with a schedule of its learning rate.

    Args:
        factor: step t = 1, 2, … is taken at the learning rate times `factor(t)`.

    Returns:
        From parameters and a learning rate to an optimizer.

    Examples:
        >>> import torch
        >>> from course.lab import scheduled
        >>> adam = scheduled(lambda t: 1 / t)([torch.nn.Parameter(torch.ones(1))], 0.5)
        >>> for _ in range(2):
        ...     adam.step()
        ...     print(adam.param_groups[0]["lr"])
        0.25
        0.16666666666666666

    """
    import torch

    def make(params: Iterable[torch.nn.Parameter], lr: float) -> Any:
        adam = torch.optim.Adam(params, lr=lr)
        schedule = torch.optim.lr_scheduler.LambdaLR(adam, lambda taken: factor(taken + 1))
        adam.register_step_post_hook(lambda *_: schedule.step())
        return adam

    return make
