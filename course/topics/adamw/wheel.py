"""Two hands on one wheel: weight decay mixed into the gradient, or with a lever of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.lab.look import BLUE, FAINT, GREY, ORANGE
from course.lab.rules import reference
from course.lab.svg import Array, drawing, level, pictured, polyline, scale, text, upright
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

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
_RATIO = Text(en="strong : gentle", zh="强 : 弱")
_WEIGHT = Text(en="weight", zh="权重")


def fade(stem: str, decay: float, ratio: float) -> Array:
    """Walk two weights from 1 under gradients that know no direction: shape (201, 2), the loud one first.

    The gradients are the same draws for both, times 0.1 · ratio and 0.1, so that without decay both weights walk alike.

    Args:
        stem: "adam" or "adamw".
        decay: the weight decay.
        ratio: how many times larger the loud weight's gradients are.

    Returns:
        float64 of shape (201, 2).

    """
    draws = np.random.default_rng(7).choice([-1.0, 1.0], STEPS)
    run = Run(reference(stem)(lr=LR, weight_decay=decay), [np.ones(2)])
    path = [run.params[0]]
    for draw in draws:
        run.step([draw * QUIET * np.array([ratio, 1.0])])
        path.append(run.params[0])
    return np.array(path)


def two_hands(decay: float = 0.5, ratio: float = 100.0) -> widgets.VBox:
    """Show two weights under Adam with L2 on the left, under AdamW on the right.

    Sliders set the decay and the gradients.

    Args:
        decay: where the slider of the decay stands at first.
        ratio: how many times larger the loud weight's gradients are at first: 1, 3, 10, 30 or 100.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import two_hands
        >>> controls, picture = two_hands(decay=0.1).children
        >>> controls.children[0].value
        0.1

    """
    from course.lab.slider import FloatSlider, SelectionSlider

    lang = language()
    strength = FloatSlider(value=decay, min=0.0, max=1.0, step=0.05, description=_DECAY[lang])
    ratios = [1.0, 3.0, 10.0, 30.0, 100.0]
    loud = SelectionSlider(options=ratios, value=ratio, description=_RATIO[lang])
    return pictured(scene, strength, loud)


def scene(decay: float, ratio: float) -> str:
    """Draw both weights over the steps, once for each of the two rules.

    Args:
        decay: the weight decay.
        ratio: how many times larger the loud weight's gradients are.

    Returns:
        Inline SVG.

    """
    paths = {stem: fade(stem, decay, ratio) for stem in _TITLES}
    alt = Text(
        en="Both weights start at 1. Under Adam with L2 the one with large gradients ends at {a:.2f}, the one with"
        " small gradients at {b:.2f}; under AdamW at {c:.2f} and {d:.2f}.",
        zh="两个权重都从 1 开始。用 Adam + L2 时，梯度大的最后是 {a:.2f}，梯度小的最后是 {b:.2f}；"
        "用 AdamW 时分别是 {c:.2f} 和 {d:.2f}。",
    ).format(a=paths["adam"][-1, 0], b=paths["adam"][-1, 1], c=paths["adamw"][-1, 0], d=paths["adamw"][-1, 1])
    panels = zip(_PANELS, _TITLES.values(), paths.values(), strict=True)
    return drawing(alt, WIDTH, HEIGHT, *(_panel(*across, title, path, ratio) for across, title, path in panels))


def _panel(left: float, right: float, title: Text, path: Array, ratio: float) -> str:
    """Draw one rule: the loud weight in blue and dashed, the quiet one in orange, and where they end."""
    xs, height = np.linspace(left, right, STEPS + 1), scale(-0.15, 1.25, _BOTTOM, _TOP)
    grid = "".join(
        level(left, right, height(value), f"{value:g}", shade)
        for value, shade in ((0.0, GREY), (0.5, FAINT), (1.0, FAINT))
    )
    lines = ends = ""
    for y, size, weights, colour, width, dash in (
        (56, QUIET, path[:, 1], ORANGE, 3.5, ""),
        (38, QUIET * ratio, path[:, 0], BLUE, 2, "7 4"),
    ):
        lines += polyline(xs, height(weights), stroke=colour, stroke_width=width, stroke_dasharray=dash)
        ends += text(right, y, _LOUD.format(size=size, end=weights[-1] + 0.0), text_anchor="end", fill=colour)
    ticks = "".join(text(xs[step], _BOTTOM + 18, step, text_anchor="middle") for step in (0, 100, 200))
    side, middle = left - 42, (_TOP + _BOTTOM) / 2
    return (
        text(left, 18, title, font_weight="bold")
        + f"{ends}{grid}{lines}{ticks}"
        + text((left + right) / 2, _BOTTOM + 40, _STEP, text_anchor="middle")
        + upright(side, middle, _WEIGHT)
    )
