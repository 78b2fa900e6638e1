"""The figures of this lesson and its real task.

The commander and the scouts: what a mini-batch knows of the whole gradient, walked by the course's own SGD.

The task of the SGD lesson: digit images, and how much an optimizer has to remember while it reads them.
"""

from __future__ import annotations

import functools
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.look import BLACK, BLUE, FAINT, GREY, ORANGE, PALE, PANEL
from course.lab.rules import reference
from course.lab.svg import (
    Array,
    Scale,
    circle,
    drawing,
    level,
    line,
    log_scale,
    pictured,
    polyline,
    rect,
    scale,
    text,
    upright,
)
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Callable

    import ipywidgets as widgets
    import torch

    from course.lab.training.training import Factory

__all__ = ["scouts", "small_mlp", "state_size"]

SCOUTS = 64
REPORTS = 640
"""What a walk may cost: ten reports from every scout."""

START = (-3.1, 2.0)
SHUFFLES = 5
"""Orders in which the scouts are asked; after the last one the first comes again."""
BATCHES = (1, 2, 4, 8, 16, 32, 64)
WIDTH, HEIGHT = 760, 322
_MAP = (10.0, 34.0, 350.0, 290.0)
_CHART = (450.0, 34.0, 740.0, 270.0)
_VIEW = (-3.5, 3.0, -2.6, 2.6)
_FAR, _NEAR = 5.0, 0.01
"""The distances at the two ends of the chart's axis."""

_ALL = Text(en="all 64 reports a step: {steps} steps", zh="每步听全部 64 份报告：{steps} 步")
_FEW = Text(en="{batch} of 64 a step: {steps} steps", zh="每步只听 {batch} 份：{steps} 步")
_AXIS = Text(en="reports read", zh="已听取的报告数")
_DISTANCE = Text(en="distance to the best place", zh="到最佳位置的距离")
_BATCH = Text(en="batch", zh="批量大小")
_OTHERS = Text(en="↻ other scouts first", zh="↻ 换一种顺序")


@functools.cache
def places() -> Array:
    """Return the places of the scouts: float64 of shape (64, 2), read-only."""
    where = np.random.default_rng(3).normal(size=(SCOUTS, 2)) * [1.0, 0.8] + [0.6, -0.3]
    where.flags.writeable = False
    return where


@dataclass(frozen=True)
class Search:
    """A walk to the middle of the scouts."""

    batch: int
    path: Array
    """Shape (steps + 1, 2): the start, then the camp after each step."""

    @property
    def gaps(self) -> Array:
        """Shape (steps + 1,): how far the camp is from the best place, the scouts' mean."""
        (xs, ys), (x, y) = np.transpose(self.path), np.mean(places(), axis=0)
        return np.asarray(np.hypot(xs - x, ys - y))


@functools.cache
def orders(seed: int) -> list[int]:
    """Return in which order the scouts are asked: ten rounds of all 64, each shuffled, one after the other.

    Args:
        seed: of the shuffling.

    """
    order = np.random.default_rng(seed)
    return [int(each) for _ in range(REPORTS // SCOUTS) for each in order.permutation(SCOUTS)]


def search(batch: int, lr: float, seed: int) -> Search:
    """Let SGD walk until `REPORTS` reports are read, `batch` of them a step.

    Scout i's own loss is half the squared distance to the camp, so its gradient is the arrow from scout to camp.
    The scouts are asked in shuffled order, each once a round, as a training run reads its data.

    Args:
        batch: how many scouts are asked before a step; divides 64.
        lr: the learning rate.
        seed: of the order.

    Returns:
        The walk.

    """
    asked, where = orders(seed % SHUFFLES), places()
    run = Run(reference("sgd")(lr=lr), [np.array(START)])
    path = [run.params[0]]
    for at in range(0, REPORTS, batch):
        heard = np.take(where, asked[at : at + batch], axis=0)
        run.step([run.params[0] - np.mean(heard, axis=0)])
        path.append(run.params[0])
    return Search(batch, np.array(path))


def scouts(batch: int = 1, lr: float = 0.1) -> widgets.VBox:
    """Show two commanders that look for the middle of 64 scouts.

    The blue one asks all of them before each step, the orange one a few.

    Args:
        batch: how many the orange one asks at first; a power of two up to 64.
        lr: the learning rate at first.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import scouts
        >>> controls, picture = scouts(batch=4).children
        >>> controls.children[0].value
        4

    """
    import ipywidgets as widgets

    from course.lab.slider import FloatSlider, SelectionSlider
    from course.lab.widget.sliders import MEANINGS

    lang = language()
    few = SelectionSlider(options=BATCHES, value=batch, description=_BATCH[lang])
    rate = FloatSlider(
        value=lr, min=0.01, max=0.5, step=0.01, description="lr", readout_format=".2f", tooltip=str(MEANINGS["lr"])
    )
    again = widgets.Button(description=_OTHERS[lang], layout={"width": "auto"})
    piece = pictured(scene, few, rate, again)
    piece.derived, piece.tables = True, {places: [()], orders: [(seed,) for seed in range(SHUFFLES)]}
    return piece


def scene(batch: int, lr: float, seed: int) -> str:
    """Draw both walks among the scouts on the left, their distance over the reports on the right.

    Args:
        batch: how many scouts the second commander asks before a step.
        lr: the learning rate.
        seed: of the order.

    Returns:
        Inline SVG.

    """
    every, few = search(SCOUTS, lr, seed), search(batch, lr, seed)
    legend = _legend(10, _ALL.format(steps=len(every.path) - 1), BLUE, 2.5)
    legend += _legend(400, _FEW.format(batch=batch, steps=len(few.path) - 1), ORANGE, 1.3)
    alt = Text(
        en="Asking all 64 scouts before each step, the camp ends {a:.2f} from the best place; asking {batch}, {b:.2f}."
        " Both have read 640 reports.",
        zh="每步询问全部 64 名侦察兵，营地最后离最佳位置 {a:.2f}；每步询问 {batch} 名，离 {b:.2f}。"
        "两者都听取了 640 份报告。",
    ).format(a=every.gaps[-1], b=few.gaps[-1], batch=batch)
    return drawing(alt, WIDTH, HEIGHT, legend, _map(every, few), _chart(every, few))


def _legend(x: float, label: Text, colour: str, width: float) -> str:
    key = line(x, 14, x + 30, 14, stroke=colour, stroke_width=width)
    return key + text(x + 38, 18, label, fill=colour, font_weight="bold")


def _map(every: Search, few: Search) -> str:
    left, top, right, bottom = _MAP
    west, east, south, north = _VIEW
    x, y = scale(west, east, left, right), scale(south, north, bottom, top)

    looks = (
        (few, {"stroke": ORANGE, "stroke_width": 1.3, "stroke_linejoin": "round", "opacity": 0.75}),
        (every, {"stroke": BLUE, "stroke_width": 2.5, "stroke_linejoin": "round", "opacity": 1.0}),
    )
    walks = "".join(_walk(walk.path, x, y, look) for walk, look in looks)
    a, b = np.mean(places(), axis=0)
    best = (
        f'<path d="M{x(a) - 8:.1f},{y(b):.1f} h16 M{x(a):.1f},{y(b) - 8:.1f} v16" stroke="{BLACK}" stroke-width="3"/>'
    )
    scouted = "".join(circle(x(east), y(north), 3, fill=PALE) for east, north in places())
    camps = "".join(circle(x(east), y(north), 3.5, fill=BLUE) for east, north in every.path)
    panel = (left, top, right - left, bottom - top)
    return (
        rect(*panel, fill=PANEL, stroke=FAINT)
        + f'<clipPath id="scouts">{rect(*panel)}</clipPath>'
        + f'<g clip-path="url(#scouts)">{scouted}{walks}{camps}{best}</g>'
    )


def _walk(path: Array, x: Scale, y: Scale, look: dict[str, Any]) -> str:
    xs, ys = np.transpose(path)
    return polyline(x(xs), y(ys), **look)


def _chart(every: Search, few: Search) -> str:
    left, top, right, bottom = _CHART
    x, height = scale(0, REPORTS, left, right), log_scale(_NEAR, _FAR, bottom, top)
    grid = "".join(level(left, right, height(gap), f"{gap:g}") for gap in (0.01, 0.1, 1.0))
    ticks = "".join(text(x(read), bottom + 18, read, text_anchor="middle") for read in (0, 64, 320, 640))
    lines = ""
    for walk, colour, width in ((few, ORANGE, 1.3), (every, BLUE, 2.5)):
        # A commander that is still listening has not moved: the line is a staircase.
        read, gaps = np.repeat(np.arange(len(walk.path)) * walk.batch, 2)[1:], np.repeat(walk.gaps, 2)[:-1]
        lines += polyline(x(read), height(gaps), stroke=colour, stroke_width=width)
    side, middle = left - 44, (top + bottom) / 2
    return (
        f"{grid}{ticks}{lines}"
        + line(left, bottom, right, bottom, stroke=GREY)
        + text((left + right) / 2, bottom + 38, _AXIS, text_anchor="middle")
        + upright(side, middle, _DISTANCE)
    )


def small_mlp(width: int = 32) -> torch.nn.Module:
    """Make a network for `digits` without convolutions: 64 pixels, one hidden layer with ReLU, 10 digits.

    Args:
        width: of the hidden layer.

    Returns:
        A network from (n, 1, 8, 8) to (n, 10).

    Examples:
        >>> from course.lab import small_mlp
        >>> sum(weights.numel() for weights in small_mlp(width=8).parameters())
        610

    """
    from torch import nn

    return nn.Sequential(nn.Flatten(), nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))


def state_size(make: Factory, model: Callable[[], torch.nn.Module] = small_mlp) -> tuple[int, int]:
    """Count what an optimizer keeps from one step to the next, after it has taken one.

    Args:
        make: from parameters and a learning rate to an optimizer.
        model: makes the network, which reads digit images.

    Returns:
        How many numbers the network's parameters are, and how many the optimizer keeps.

    Examples:
        >>> import torch
        >>> from course.lab import state_size
        >>> state_size(lambda params, lr: torch.optim.Adam(params, lr=lr))
        (2410, 4824)

    """
    import torch

    network = model()
    optimizer = make(network.parameters(), 1e-3)
    network(torch.zeros(1, 1, 8, 8)).sum().backward()
    optimizer.step()
    return sum(param.numel() for param in network.parameters()), _numbers(dict(optimizer.state))


def _numbers(kept: Any) -> int:
    """Return how many numbers occur in a state, however it is built: a learner's may be anything."""
    import torch

    if isinstance(kept, torch.Tensor):
        return kept.numel()
    if isinstance(kept, np.ndarray) and kept.dtype.kind != "O":
        return kept.size
    if isinstance(kept, (int, float, np.number)):
        return int(not isinstance(kept, bool))
    parts: list[Any] = []
    if isinstance(kept, Mapping):
        parts += kept.values()
    elif isinstance(kept, (list, tuple, set, frozenset, deque, np.ndarray)):
        parts += kept
    slots = [name for each in type(kept).__mro__ for name in vars(each).get("__slots__", ())]
    parts += [getattr(kept, name, None) for name in slots]
    parts += getattr(kept, "__dict__", {}).values()
    return sum(map(_numbers, parts))
