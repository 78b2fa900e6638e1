"""A line through two points and the loss of its slope: gradient descent on one parameter, in fog and in view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from course.lab.look import BLACK, BLUE, FAINT, GREEN, GREY, GROUND, ORANGE, PINK, paragraph
from course.lab.rules import reference
from course.lab.svg import circle, drawing, line, polyline, rect, scale, text
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

_x, _y = scale(LOWEST, HIGHEST, *CURVE), scale(0, TALLEST, FLOOR, CEILING)

_STEP = Text(en="▶ One step", zh="▶ 走一步")
_AGAIN = Text(en="Start again", zh="重新开始")
_FOG = Text(en="fog", zh="雾")
_PLACE = Text(en="start at θ", zh="起点 θ")
_LINE = Text(en="the line y = θ·x", zh="直线 y = θ·x")
_AREA = Text(en="loss = mean area of the two squares", zh="损失 = 两个正方形面积的平均")
_LOSS = Text(en="loss", zh="损失")
_NOW = Text(
    en="After step {t}: θ = {theta}, loss {loss}. The slope here is {slope}, so the next step is −γ × slope = {move}.",
    zh="第 {t} 步之后，θ = {theta}，损失 {loss}。这里的坡度是 {slope}，所以下一步走 −γ × 坡度 = {move}。",
)
_GONE = Text(
    en="After step {t}: θ = {theta}, out of the picture. Each step is longer than the one before.",
    zh="第 {t} 步之后，θ = {theta}，已经走出画面。一步比一步大。",
)


def loss(theta: float) -> float:
    """Return the mean of the squared differences between the line and the points."""
    return float(np.mean([(theta * x - y) ** 2 for x, y in DATA]))


def slope(theta: float) -> float:
    """Return the derivative of `loss`."""
    return float(np.mean([2 * x * (theta * x - y) for x, y in DATA]))


def fit_a_line(lr: float = 0.1, start: float = 0.0) -> widgets.VBox:
    """Show a line with a slider for its slope; a button takes a step of gradient descent, fog hides the other losses.

    Args:
        lr: where the slider of the learning rate stands at first.
        start: the slope to begin with.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import fit_a_line
        >>> buttons, sliders, picture = fit_a_line(lr=0.04).children
        >>> sliders.children[0].value
        0.04

    """
    import ipywidgets as widgets

    from course.lab.piece import Piece
    from course.lab.slider import FloatSlider
    from course.lab.widget.sliders import MEANINGS

    lang = language()
    place = FloatSlider(value=start, min=0.0, max=4.0, step=0.05, description=_PLACE[lang], readout_format=".2f")
    rate = FloatSlider(
        value=lr, min=0.02, max=0.5, step=0.02, description="γ", readout_format=".2f", tooltip=str(MEANINGS["lr"])
    )
    fog = widgets.Checkbox(value=True, description=_FOG[lang], indent=False, layout={"width": "auto"})
    step = widgets.Button(description=_STEP[lang], layout={"width": "auto"})
    again = widgets.Button(description=_AGAIN[lang], layout={"width": "auto"})
    picture = widgets.HTML()
    piece = Piece([widgets.HBox([step, again, fog]), widgets.HBox([rate, place]), picture])
    piece.scene, piece.controls, piece.derived = _shown, (rate, place, fog), True
    piece.memory, piece.turns = [float(start)], {step: _advanced, again: _begun, place: _begun}
    piece.play(picture)
    return piece


def _shown(path: Sequence[float], lr: float, _start: float, fog: bool) -> str:  # noqa: FBT001 - the controls' values
    return scene(path, lr, fog=fog)


def _advanced(path: Sequence[float], lr: float, _start: float, _fog: bool) -> Sequence[float]:  # noqa: FBT001 - as above
    return walked(path, lr) if LOWEST - 8 < path[-1] < HIGHEST + 8 else path


def _begun(_path: Sequence[float], _lr: float, start: float, _fog: bool) -> Sequence[float]:  # noqa: FBT001 - as above
    return [float(start)]


def walked(path: Sequence[float], lr: float) -> list[float]:
    """Return a path with one step more, taken by the course's own SGD.

    Args:
        path: the slopes of the line so far.
        lr: the learning rate.

    Returns:
        The longer path.

    """
    run = Run(reference("sgd")(lr=lr), [np.array(path[-1])])
    run.step([np.array(slope(path[-1]))])
    return [*path, float(run.params[0])]


def scene(path: Sequence[float], lr: float, *, fog: bool) -> str:
    """Draw the line and its squares on the left, the loss and the walker on the right.

    Args:
        path: the slopes of the line so far.
        lr: the learning rate of the step that comes next.
        fog: whether the loss is hidden but for the walker's place.

    Returns:
        Inline SVG.

    """
    theta, t = path[-1], len(path) - 1
    at = _number(theta)
    if LOWEST <= theta <= HIGHEST:
        steep = slope(theta)
        said = _NOW.format(loss=_number(loss(theta)), slope=_number(steep), move=_number(-lr * steep), t=t, theta=at)
    else:
        said = _GONE.format(t=t, theta=at)
    told = paragraph(said[language()], margin=".2em 0", live=True)
    return drawing(said, WIDTH, HEIGHT, _data(theta), _descent(path, lr, fog=fog)) + told


def _number(value: float) -> str:
    """Format with two decimals, or more where they would all be zero, with a minus that reads as one."""
    text = f"{value:.2f}" if abs(value) >= 0.01 or abs(value) < 1e-9 else f"{value:.1g}"
    return text.replace("-0.00", "0.00").replace("-", "−")


def _data(theta: float) -> str:
    """Draw points, line, and the squares of their differences."""
    (x0, y0), right = ORIGIN, 6.6
    squares = ""
    for x, y in DATA:
        side = abs(theta * x - y) * UNIT
        left = x0 + x * UNIT - (side if x == DATA[0][0] else 0)  # one to the left, one to the right: they never overlap
        top = y0 - max(theta * x, y) * UNIT
        squares += rect(left, top, side, side, fill=ORANGE, fill_opacity=".12", stroke=ORANGE)
    halo: dict[str, str | float] = {"paint_order": "stroke", "stroke": GROUND, "stroke_width": 3}
    points = "".join(
        circle(x0 + x * UNIT, y0 - y * UNIT, 5, fill=BLACK)
        + text(x0 + x * UNIT + side, y0 - y * UNIT - 8, f"({x:g}, {y:g})", text_anchor=anchor, **halo)
        for (x, y), side, anchor in zip(DATA, (-4, 4), ("end", "start"), strict=True)
    )
    pale: dict[str, str | float] = {"font_size": 11, "fill": GREY}
    axes = "".join(text(x0 + x * UNIT, y0 + 16, x, text_anchor="middle", **pale) for x in range(1, 7)) + "".join(
        text(x0 - 6, y0 - y * UNIT + 4, y, text_anchor="end", **pale) for y in (2, 4, 6, 8)
    )
    end = x0 + right * UNIT
    return (
        f'<clipPath id="data">{rect(8, 30, 290, 275)}</clipPath>'
        + text(8, 18, _LINE, font_weight="bold", fill=BLUE)
        + text(132, 18, _AREA, fill=ORANGE)
        + f'<g clip-path="url(#data)">{squares}'
        + line(x0, y0, end, y0 - theta * right * UNIT, stroke=BLUE, stroke_width=2.5)
        + "</g>"
        + line(x0, y0, end, y0, stroke=GREY)
        + line(x0, y0, x0, 34, stroke=GREY)
        + text(end, y0 + 34, "x", text_anchor="middle")
        + text(x0, 30, "y", text_anchor="middle")
        + f"{axes}{points}"
    )


def _descent(path: Sequence[float], lr: float, *, fog: bool) -> str:
    """Draw the loss over the slope of the line, the steps so far, and the slope underfoot; fog leaves only the last."""
    (left, right), theta = CURVE, path[-1]
    panel = (left, CEILING, right - left, FLOOR - CEILING)
    if fog:
        view = rect(*panel, fill=FAINT)
    else:
        thetas = np.linspace(LOWEST, HIGHEST, 121)
        xs, ys = _x(path), _y([loss(each) for each in path])
        view = polyline(_x(thetas), _y([loss(each) for each in thetas]), stroke=GREY, stroke_width=2)
        view += polyline(xs, ys, stroke=GREEN, stroke_width=1.5, stroke_dasharray="4 3")
        view += "".join(circle(x, y, 3.5, fill=GREEN) for x, y in zip(xs, ys, strict=True))
    ticks = "".join(
        text(_x(each), FLOOR + 16, each, text_anchor="middle", font_size=11, fill=GREY) for each in range(5)
    )
    return (
        f'<clipPath id="loss">{rect(*panel)}</clipPath>'
        + text(left, 18, _LOSS, font_weight="bold")
        + f'<g clip-path="url(#loss)">{view}</g>'
        + (_walker(theta, lr) if LOWEST <= theta <= HIGHEST else "")
        + line(left, FLOOR, right, FLOOR, stroke=GREY)
        + ticks
        + text(right, FLOOR + 32, "θ", text_anchor="end")
    )


def _walker(theta: float, lr: float) -> str:
    """Draw where we are, the slope that we feel (a short piece of the tangent), and the step that follows from it."""
    steep = slope(theta)
    x, y = _x(theta), _y(loss(theta))
    per_x, per_y = _x(1) - _x(0), _y(1) - _y(0)
    length = 26 / float(np.hypot(per_x, steep * per_y))
    along, up = length * per_x, length * steep * per_y
    target = min(max(_x(theta - lr * steep), CURVE[0] - 6), CURVE[1] + 6)
    way = np.sign(target - x)
    arrow = ""
    if abs(target - x) > 2:
        arrow = (
            f'<path d="M{x:.1f},{FLOOR:g} H{target:.1f} m{-6 * way:.0f},-5 l{6 * way:.0f},5 l{-6 * way:.0f},5"'
            f' stroke="{PINK}" stroke-width="3" fill="none"/>'
        )
    return (
        line(x, y, x, FLOOR, stroke=GREY, stroke_dasharray="2 3")
        + line(x - along, y - up, x + along, y + up, stroke=BLACK, stroke_width=3)
        + circle(x, y, 6, fill=GREEN, stroke=BLACK)
        + arrow
    )
