"""The commander and the scouts: what a mini-batch knows of the whole gradient, walked by the course's own SGD."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.fonts import BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

    Array = np.ndarray[Any, np.dtype[np.float64]]

SCOUTS = 64
REPORTS = 640
"""What a walk may cost: ten reports from every scout."""

START = (-3.1, 2.0)
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
    """Where the scouts stand: float64 of shape (64, 2), read-only."""
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
        return np.asarray(np.hypot(*(self.path - places().mean(axis=0)).T))


def search(batch: int, lr: float, seed: int) -> Search:
    """Let SGD walk until `REPORTS` reports are read, `batch` of them a step.

    Scout i's own loss is half the squared distance to where he stands, so his gradient is the way from him to the camp.
    The scouts are asked in shuffled order, each once a round, as a training reads its data.

    Args:
        batch: how many scouts are asked before a step; divides 64.
        lr: the learning rate.
        seed: of the order.

    """
    order = np.random.default_rng(seed)
    run = Run(reference("sgd")(lr=lr), [np.array(START)])
    path = [run.params[0]]
    for _ in range(REPORTS // SCOUTS):
        for asked in order.permutation(SCOUTS).reshape(-1, batch):
            run.step([run.params[0] - places()[asked].mean(axis=0)])
            path.append(run.params[0])
    return Search(batch, np.array(path))


def scouts(batch: int = 1, lr: float = 0.1) -> widgets.VBox:
    """Two commanders look for the middle of 64 scouts: one asks all of them before each step, the other a few.

    Args:
        batch: how many the second one asks at first; a power of two up to 64.
        lr: where the slider of the learning rate stands at first.

    """
    import ipywidgets as widgets

    lang = language()
    few = widgets.SelectionSlider(options=BATCHES, value=batch, description=_BATCH[lang])
    rate = widgets.FloatSlider(value=lr, min=0.01, max=0.5, step=0.01, description="lr", readout_format=".2f")
    again = widgets.Button(description=_OTHERS[lang], layout={"width": "auto"})
    picture = widgets.HTML(scene(batch, lr, 0))
    seed = 0

    def draw(_change: Any) -> None:
        picture.value = scene(few.value, rate.value, seed)

    def shuffle(_button: Any) -> None:
        nonlocal seed
        seed += 1
        draw(None)

    few.observe(draw, names="value")
    rate.observe(draw, names="value")
    again.on_click(shuffle)
    return widgets.VBox([widgets.HBox([few, rate, again], layout={"flex_flow": "row wrap"}), picture])


def scene(batch: int, lr: float, seed: int) -> str:
    """Inline SVG: on the left both walks among the scouts, on the right their distance over the reports."""
    lang = language()
    every, few = search(SCOUTS, lr, seed), search(batch, lr, seed)
    labels = (
        _ALL.format(steps=len(every.path) - 1)[lang],
        _FEW.format(batch=batch, steps=len(few.path) - 1)[lang],
    )
    alt = Text(
        en="Asking all 64 scouts before each step, the camp ends {a:.2f} from the best place; asking {batch}, {b:.2f}."
        " Both have read 640 reports.",
        zh="每步询问全部 64 名侦察兵，营地最后离最佳位置 {a:.2f}；每步询问 {batch} 名，离 {b:.2f}。"
        "两者都听取了 640 份报告。",
    ).format(a=every.gaps[-1], b=few.gaps[-1], batch=batch)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{_legend(10, labels[0], BLUE, 2.5)}{_legend(400, labels[1], ORANGE, 1.3)}"
        f"{_map(every, few)}{_chart(every, few)}</svg>"
    )


def _legend(x: float, label: str, colour: str, width: float) -> str:
    return (
        f'<line x1="{x}" x2="{x + 30}" y1="14" y2="14" stroke="{colour}" stroke-width="{width}"/>'
        f'<text x="{x + 38}" y="18" fill="{colour}" font-weight="bold">{label}</text>'
    )


def _map(every: Search, few: Search) -> str:
    left, top, right, bottom = _MAP
    west, east, south, north = _VIEW

    def at(points: Array) -> Array:
        x = left + (points[..., 0] - west) / (east - west) * (right - left)
        y = bottom - (points[..., 1] - south) / (north - south) * (bottom - top)
        return np.stack([x, y], axis=-1)

    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#aaa"/>' for x, y in at(places()))
    walks = "".join(
        f'<polyline points="{_points(at(walk.path))}" fill="none" stroke="{colour}" stroke-width="{width}"'
        f' stroke-linejoin="round" opacity="{opacity}"/>'
        for walk, colour, width, opacity in ((few, ORANGE, 1.3, 0.75), (every, BLUE, 2.5, 1.0))
    )
    steps = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{BLUE}"/>' for x, y in at(every.path))
    x, y = at(places().mean(axis=0))
    best = f'<path d="M{x - 8:.1f},{y:.1f} h16 M{x:.1f},{y - 8:.1f} v16" stroke="#111" stroke-width="3"/>'
    frame = (
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="#fafafa" stroke="#ccc"/>'
        f'<clipPath id="scouts"><rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}"/></clipPath>'
    )
    return f'{frame}<g clip-path="url(#scouts)">{dots}{walks}{steps}{best}</g>'


def _chart(every: Search, few: Search) -> str:
    left, top, right, bottom = _CHART
    lang = language()

    def height(gap: Any) -> Any:
        share = np.log(np.clip(gap, _NEAR, _FAR) / _NEAR) / np.log(_FAR / _NEAR)
        return bottom - share * (bottom - top)

    grid = "".join(
        f'<line x1="{left}" x2="{right}" y1="{height(gap):.1f}" y2="{height(gap):.1f}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{height(gap) + 4:.1f}" text-anchor="end">{gap:g}</text>'
        for gap in (0.01, 0.1, 1.0)
    )
    ticks = "".join(
        f'<text x="{left + read / REPORTS * (right - left):.1f}" y="{bottom + 18}" text-anchor="middle">{read}</text>'
        for read in (0, 64, 320, 640)
    )
    lines = ""
    for walk, colour, width in ((few, ORANGE, 1.3), (every, BLUE, 2.5)):
        read = left + np.arange(len(walk.path)) * walk.batch / REPORTS * (right - left)
        # A commander who is still listening has not moved: the line is a staircase.
        stairs = np.stack([np.repeat(read, 2)[1:], np.repeat(height(walk.gaps), 2)[:-1]], axis=-1)
        lines += f'<polyline points="{_points(stairs)}" fill="none" stroke="{colour}" stroke-width="{width}"/>'
    middle = (left + right) / 2
    return (
        f"{grid}{ticks}{lines}"
        f'<line x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="{GREY}"/>'
        f'<text x="{middle}" y="{bottom + 38}" text-anchor="middle">{_AXIS[lang]}</text>'
        f'<text x="{left - 44}" y="{(top + bottom) / 2}" text-anchor="middle"'
        f' transform="rotate(-90 {left - 44} {(top + bottom) / 2})">{_DISTANCE[lang]}</text>'
    )


def _points(xy: Array) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)
