"""A line through two points and the loss of its slope: gradient descent on one parameter, in fog and in view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.fonts import BLUE, GREEN, GREY, ORANGE, PINK
from course.lab.rules import reference
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ipywidgets as widgets

DATA = ((1.0, 3.0), (2.0, 3.5))
"""The points, x and y. No line through the origin meets both."""

LOWEST, HIGHEST = -0.25, 4.25
"""The slopes that are shown."""

WIDTH, HEIGHT = 760, 330
UNIT, ORIGIN = 30.0, (95.0, 290.0)
"""The left panel: pixels per unit in both directions, so that a squared difference is drawn as a square."""

CURVE, FLOOR, CEILING = (400.0, 740.0), 290.0, 30.0
TALLEST = 13.5
"""The right panel: from and to in x, the line of loss 0, and the top, where the loss is this high."""

_STEP = Text(en="▶ One step", zh="▶ 走一步")
_AGAIN = Text(en="Start again", zh="重新开始")
_FOG = Text(en="fog", zh="雾")
_PLACE = Text(en="start at θ", zh="起点 θ")
_LINE = Text(en="the line y = θ·x", zh="直线 y = θ·x")
_AREA = Text(en="loss = mean area of the two squares", zh="损失 = 两个正方形面积的平均")
_LOSS = Text(en="loss", zh="损失")
_NOW = Text(
    en="After step {t}: θ = {theta}, loss {loss}. The slope here is {slope}, so the next step is −γ × slope = {move}.",
    zh="第 {t} 步之后：θ = {theta}，损失 {loss}。这里的坡度是 {slope}，所以下一步走 −γ × 坡度 = {move}。",
)
_GONE = Text(
    en="After step {t}: θ = {theta}, out of the picture. Each step is longer than the one before.",
    zh="第 {t} 步之后：θ = {theta}，已经走出画面。一步比一步大。",
)


def loss(theta: float) -> float:
    """The mean of the squared differences between the line and the points."""
    return float(np.mean([(theta * x - y) ** 2 for x, y in DATA]))


def slope(theta: float) -> float:
    """The derivative of `loss`."""
    return float(np.mean([2 * x * (theta * x - y) for x, y in DATA]))


def fit_a_line(lr: float = 0.1, start: float = 0.0) -> widgets.VBox:
    """A line with a slider for its slope; a button takes one step of gradient descent, fog hides the loss elsewhere.

    Args:
        lr: where the slider of the learning rate stands at first.
        start: the slope to begin with.

    """
    import ipywidgets as widgets

    lang = language()
    place = widgets.FloatSlider(
        value=start, min=0.0, max=4.0, step=0.05, description=_PLACE[lang], readout_format=".2f"
    )
    rate = widgets.FloatSlider(value=lr, min=0.02, max=0.5, step=0.02, description="γ", readout_format=".2f")
    fog = widgets.Checkbox(value=True, description=_FOG[lang], indent=False, layout={"width": "auto"})
    step = widgets.Button(description=_STEP[lang], layout={"width": "auto"})
    again = widgets.Button(description=_AGAIN[lang], layout={"width": "auto"})
    path = [float(start)]
    picture = widgets.HTML(scene(path, lr, fog=True))

    def draw(_change: Any = None) -> None:
        picture.value = scene(path, rate.value, fog=fog.value)

    def restart(_event: Any) -> None:
        path[:] = [float(place.value)]
        draw()

    def advance(_button: Any) -> None:
        if LOWEST - 8 < path[-1] < HIGHEST + 8:
            path[:] = walked(path, rate.value)
        draw()

    rate.observe(draw, names="value")
    fog.observe(draw, names="value")
    place.observe(restart, names="value")
    again.on_click(restart)
    step.on_click(advance)
    return widgets.VBox([widgets.HBox([step, again, fog]), widgets.HBox([rate, place]), picture])


def walked(path: Sequence[float], lr: float) -> list[float]:
    """The path and one step more, taken by the course's own SGD."""
    run = Run(reference("sgd")(lr=lr), [np.array(path[-1])])
    run.step([np.array(slope(path[-1]))])
    return [*path, float(run.params[0])]


def scene(path: Sequence[float], lr: float, *, fog: bool) -> str:
    """The drawing as inline SVG: the line and its squares on the left, the loss and the walker on the right."""
    lang, theta, t = language(), path[-1], len(path) - 1
    facts: dict[str, Any] = {"t": t, "theta": _number(theta)}
    if LOWEST <= theta <= HIGHEST:
        steep = slope(theta)
        said = _NOW.format(loss=_number(loss(theta)), slope=_number(steep), move=_number(-lr * steep), **facts)
    else:
        said = _GONE.format(**facts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{_data(theta)}{_descent(path, lr, fog=fog)}</svg>"
        f'<p lang="{lang}" aria-live="polite" style="margin:.2em 0;line-height:1.5">{said[lang]}</p>'
    )


def _number(value: float) -> str:
    """Two decimals, or more where they would all be zero, with a minus that reads as one."""
    text = f"{value:.2f}" if abs(value) >= 0.01 or abs(value) < 1e-9 else f"{value:.1g}"
    return text.replace("-0.00", "0.00").replace("-", "−")


def _data(theta: float) -> str:
    """Points, line, and the squares of their differences."""
    lang = language()
    (x0, y0), right = ORIGIN, 6.6
    clip = '<clipPath id="data"><rect x="8" y="30" width="290" height="275"/></clipPath>'
    squares = ""
    for x, y in DATA:
        side = abs(theta * x - y) * UNIT
        left = x0 + x * UNIT - (side if x == DATA[0][0] else 0)  # one to the left, one to the right: they never overlap
        top = y0 - max(theta * x, y) * UNIT
        squares += (
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{side:.1f}" height="{side:.1f}" fill="{ORANGE}"'
            f' fill-opacity=".18" stroke="{ORANGE}"/>'
        )
    points = "".join(
        f'<circle cx="{x0 + x * UNIT}" cy="{y0 - y * UNIT}" r="5" fill="#111"/>'
        f'<text x="{x0 + x * UNIT + side}" y="{y0 - y * UNIT - 8}" text-anchor="{anchor}" paint-order="stroke"'
        f' stroke="#fff" stroke-width="3">({x:g}, {y:g})</text>'
        for (x, y), side, anchor in zip(DATA, (-4, 4), ("end", "start"), strict=True)
    )
    axes = "".join(
        f'<text x="{x0 + x * UNIT}" y="{y0 + 16}" text-anchor="middle" font-size="11" fill="{GREY}">{x}</text>'
        for x in range(1, 7)
    ) + "".join(
        f'<text x="{x0 - 6}" y="{y0 - y * UNIT + 4}" text-anchor="end" font-size="11" fill="{GREY}">{y}</text>'
        for y in (2, 4, 6, 8)
    )
    return (
        f'{clip}<text x="8" y="18" font-weight="bold" fill="{BLUE}">{_LINE[lang]}</text>'
        f'<text x="160" y="18" fill="{ORANGE}">{_AREA[lang]}</text>'
        f'<g clip-path="url(#data)">{squares}'
        f'<line x1="{x0}" y1="{y0}" x2="{x0 + right * UNIT}" y2="{y0 - theta * right * UNIT:.1f}" stroke="{BLUE}"'
        f' stroke-width="2.5"/></g>'
        f'<line x1="{x0}" x2="{x0 + right * UNIT}" y1="{y0}" y2="{y0}" stroke="{GREY}"/>'
        f'<line x1="{x0}" x2="{x0}" y1="{y0}" y2="34" stroke="{GREY}"/>{axes}{points}'
    )


def _x(theta: float) -> float:
    return CURVE[0] + (theta - LOWEST) / (HIGHEST - LOWEST) * (CURVE[1] - CURVE[0])


def _y(height: float) -> float:
    return FLOOR - height / TALLEST * (FLOOR - CEILING)


def _descent(path: Sequence[float], lr: float, *, fog: bool) -> str:
    """The loss over the slope of the line, the steps so far, and the slope underfoot; fog leaves only the last."""
    lang, theta = language(), path[-1]
    inside = LOWEST <= theta <= HIGHEST
    thetas = np.linspace(LOWEST, HIGHEST, 121)
    curve = " ".join(f"{_x(each):.1f},{_y(loss(each)):.1f}" for each in thetas)
    steps = " ".join(f"{_x(each):.1f},{_y(loss(each)):.1f}" for each in path)
    dots = "".join(f'<circle cx="{_x(each):.1f}" cy="{_y(loss(each)):.1f}" r="3.5" fill="{GREEN}"/>' for each in path)
    view = (
        f'<polyline points="{curve}" fill="none" stroke="{GREY}" stroke-width="2"/>'
        f'<polyline points="{steps}" fill="none" stroke="{GREEN}" stroke-width="1.5" stroke-dasharray="4 3"/>{dots}'
    )
    ticks = "".join(
        f'<text x="{_x(each):.1f}" y="{FLOOR + 16}" text-anchor="middle" font-size="11" fill="{GREY}">{each}</text>'
        for each in range(5)
    )
    panel = f'<rect x="{CURVE[0]}" y="{CEILING}" width="{CURVE[1] - CURVE[0]}" height="{FLOOR - CEILING}"'
    clip = f'<clipPath id="loss">{panel}/></clipPath>'
    mist = f'{panel} fill="#e4e4e4"/>' if fog else ""
    walker = _walker(theta, lr) if inside else ""
    return (
        f'{clip}<text x="{CURVE[0]}" y="18" font-weight="bold">{_LOSS[lang]}</text>'
        f'<g clip-path="url(#loss)">{mist or view}</g>{walker}'
        f'<line x1="{CURVE[0]}" x2="{CURVE[1]}" y1="{FLOOR}" y2="{FLOOR}" stroke="{GREY}"/>{ticks}'
        f'<text x="{CURVE[1]}" y="{FLOOR + 32}" text-anchor="end">θ</text>'
    )


def _walker(theta: float, lr: float) -> str:
    """Where we stand, the slope that we feel (a short piece of the tangent), and the step that follows from it."""
    steep = slope(theta)
    x, y = _x(theta), _y(loss(theta))
    per_x, per_y = _x(1) - _x(0), _y(1) - _y(0)
    length = 26 / float(np.hypot(per_x, steep * per_y))
    ends = [(x + sign * length * per_x, y + sign * length * steep * per_y) for sign in (-1, 1)]
    target = min(max(_x(theta - lr * steep), CURVE[0] - 6), CURVE[1] + 6)
    way = np.sign(target - x)
    arrow = ""
    if abs(target - x) > 2:
        arrow = (
            f'<path d="M{x:.1f},{FLOOR} H{target:.1f} m{-6 * way:.0f},-5 l{6 * way:.0f},5 l{-6 * way:.0f},5"'
            f' stroke="{PINK}" stroke-width="3" fill="none"/>'
        )
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y:.1f}" y2="{FLOOR}" stroke="{GREY}" stroke-dasharray="2 3"/>'
        f'<line x1="{ends[0][0]:.1f}" y1="{ends[0][1]:.1f}" x2="{ends[1][0]:.1f}" y2="{ends[1][1]:.1f}" stroke="#111"'
        f' stroke-width="3"/><circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="{GREEN}" stroke="#111"/>{arrow}'
    )
