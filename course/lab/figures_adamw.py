"""Two hands on one wheel: weight decay mixed into the gradient, or with a lever of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.fonts import BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

    Array = np.ndarray[Any, np.dtype[np.float64]]

STEPS = 200
LR = 0.01
QUIET = 0.1
"""The typical gradient of the quiet weight; the loud one's is a multiple of it."""

WIDTH, HEIGHT = 760, 300
_TOP, _BOTTOM = 62.0, 236.0
_PANELS = ((60.0, 360.0), (440.0, 740.0))

_TITLES = {
    "adam": Text(en="Adam + L2: both on one wheel", zh="Adam + L2：两只手同握一个方向盘"),
    "adamw": Text(en="AdamW: a lever of its own", zh="AdamW：衰减有自己的操纵杆"),
}
_LOUD = Text(en="gradients about {size:g}: ends at {end:.2f}", zh="梯度约为 {size:g}：最后是 {end:.2f}")
_STEP = Text(en="step", zh="步数")
_DECAY = Text(en="decay λ", zh="衰减 λ")
_RATIO = Text(en="loud : quiet", zh="大 : 小")
_WEIGHT = Text(en="weight", zh="权重")


def fade(stem: str, decay: float, ratio: float) -> Array:
    """Walk two weights from 1 under gradients that know no direction: shape (201, 2), the loud one first.

    The gradients are the same draws for both, times 0.1 · ratio and 0.1, so that without decay both weights walk alike.

    Args:
        stem: "adam" or "adamw".
        decay: the weight decay.
        ratio: how many times larger the loud weight's gradients are.

    """
    draws = np.random.default_rng(7).choice([-1.0, 1.0], STEPS)
    run = Run(reference(stem)(lr=LR, weight_decay=decay), [np.ones(2)])
    path = [run.params[0]]
    for draw in draws:
        run.step([draw * QUIET * np.array([ratio, 1.0])])
        path.append(run.params[0])
    return np.array(path)


def two_hands(decay: float = 0.5, ratio: float = 100.0) -> widgets.VBox:
    """Two weights under Adam with L2 on the left, under AdamW on the right; sliders for the decay and the gradients.

    Args:
        decay: where the slider of the decay stands at first.
        ratio: how many times larger the loud weight's gradients are at first: 1, 3, 10, 30 or 100.

    """
    import ipywidgets as widgets

    lang = language()
    strength = widgets.FloatSlider(value=decay, min=0.0, max=1.0, step=0.05, description=_DECAY[lang])
    loud = widgets.SelectionSlider(options=[1.0, 3.0, 10.0, 30.0, 100.0], value=ratio, description=_RATIO[lang])
    for each in (strength, loud):
        each.style.description_width = "initial"
    picture = widgets.HTML(scene(decay, ratio))

    def draw(_change: Any) -> None:
        picture.value = scene(strength.value, loud.value)

    strength.observe(draw, names="value")
    loud.observe(draw, names="value")
    return widgets.VBox([widgets.HBox([strength, loud], layout={"flex_flow": "row wrap"}), picture])


def scene(decay: float, ratio: float) -> str:
    """Inline SVG: both weights over the steps, once for each of the two rules."""
    lang = language()
    paths = {stem: fade(stem, decay, ratio) for stem in _TITLES}
    alt = Text(
        en="Both weights start at 1. Under Adam with L2 the one with large gradients ends at {a:.2f}, the one with"
        " small gradients at {b:.2f}; under AdamW at {c:.2f} and {d:.2f}.",
        zh="两个权重都从 1 开始。用 Adam + L2 时，梯度大的最后是 {a:.2f}，梯度小的最后是 {b:.2f}；"
        "用 AdamW 时分别是 {c:.2f} 和 {d:.2f}。",
    ).format(a=paths["adam"][-1, 0], b=paths["adam"][-1, 1], c=paths["adamw"][-1, 0], d=paths["adamw"][-1, 1])
    drawn = "".join(
        _panel(*across, _TITLES[stem][lang], path, ratio)
        for across, (stem, path) in zip(_PANELS, paths.items(), strict=True)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{drawn}</svg>"
    )


def _panel(left: float, right: float, title: str, path: Array, ratio: float) -> str:
    """One rule: the loud weight in blue and dashed, the quiet one in orange, and where they end."""
    lang = language()
    xs = np.linspace(left, right, STEPS + 1)

    def height(weight: Any) -> Any:
        return _BOTTOM - (np.asarray(weight) + 0.15) / 1.4 * (_BOTTOM - _TOP)

    grid = "".join(
        f'<line x1="{left}" x2="{right}" y1="{height(value):.1f}" y2="{height(value):.1f}" stroke="{shade}"/>'
        f'<text x="{left - 6}" y="{height(value) + 4:.1f}" text-anchor="end">{value:g}</text>'
        for value, shade in ((0.0, GREY), (0.5, "#ddd"), (1.0, "#ddd"))
    )
    lines = ends = ""
    for row, (column, size, colour, dash) in enumerate(((1, QUIET, ORANGE, ""), (0, QUIET * ratio, BLUE, "7 4"))):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, height(path[:, column]), strict=True))
        lines += (
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="{3.5 if column else 2}"'
            f' stroke-dasharray="{dash}"/>'
        )
        ends += (
            f'<text x="{right}" y="{38 + 18 * (1 - row)}" text-anchor="end" fill="{colour}">'
            f"{_LOUD.format(size=size, end=path[-1, column] + 0.0)[lang]}</text>"
        )
    ticks = "".join(
        f'<text x="{xs[step]:.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{step}</text>' for step in (0, 100, 200)
    )
    return (
        f'<text x="{left}" y="18" font-weight="bold">{title}</text>{ends}{grid}{lines}{ticks}'
        f'<text x="{(left + right) / 2}" y="{_BOTTOM + 40}" text-anchor="middle">{_STEP[lang]}</text>'
        f'<text x="{left - 42}" y="{(_TOP + _BOTTOM) / 2}" text-anchor="middle"'
        f' transform="rotate(-90 {left - 42} {(_TOP + _BOTTOM) / 2})">{_WEIGHT[lang]}</text>'
    )
