"""A step measured in steps: what Adadelta multiplies and divides, walked by the course's own rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.lab.fonts import BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.lab.svg import UNCUT, Array, circle, drawing, line, log_scale, pictured, polyline, text
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

SLOPES = np.repeat([1.0, 4.0, 0.25], [30, 15, 15])
"""The slope of the road at each of 60 steps: even, then four times as steep, then nearly level."""

WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT = (62.0, 362.0), (450.0, 750.0)
_TOP, _BOTTOM = 44.0, 224.0
_POWERS = {"slope": (-5, 5), "step": (-5, 0)}
"""Ends of the two logarithmic axes, as powers of ten."""

_SLOPE = Text(en="slope", zh="坡度")
_USUAL_SLOPE = Text(en="usual slope √(v + ε)", zh="惯常坡度 √(v + ε)")
_STEP = Text(en="step taken", zh="走出的步子")
_USUAL_STEP = Text(en="usual step √(u + ε)", zh="惯常步长 √(u + ε)")
_AXIS = Text(en="step", zh="步数")
_SUM = (
    Text(en="usual step", zh="惯常步长"),
    Text(en="slope here", zh="此处坡度"),
    Text(en="usual slope", zh="惯常坡度"),
    Text(en="this step", zh="这一步"),
)
_SCALE = Text(en="all slopes ×", zh="所有坡度 ×")


@dataclass(frozen=True)
class Journey:
    """What Adadelta sees, remembers and does; all of shape (60,)."""

    slope: Array
    usual_slope: Array
    """√(v + ε), which the step is divided by: this slope has joined it."""
    usual_step: Array
    """√(u + ε) before the step is taken."""
    step: Array


def journey(scale: float = 1.0, eps: float = 1e-6) -> Journey:
    """Walk the road with the rule's defaults, all slopes multiplied by `scale`."""
    rule = reference("adadelta")(eps=eps)
    run = Run(rule, [np.zeros(())])
    where, before, seen = [0.0], [], []
    for slope in SLOPES * scale:
        before.append(float(run.state[0]["acc_delta"]))
        run.step([np.array(-slope)])
        where.append(float(run.params[0]))
        seen.append(float(run.state[0]["square_avg"]))
    return Journey(SLOPES * scale, np.sqrt(np.array(seen) + eps), np.sqrt(np.array(before) + eps), np.diff(where))


def strides(step: int = 31) -> widgets.VBox:
    """Adadelta on a road whose slope changes twice: sliders for the step shown, the size of all slopes, and ε.

    Args:
        step: which step the sum under the charts shows at first, 1 to 60.

    """
    import ipywidgets as widgets

    lang = language()
    shown = widgets.IntSlider(value=step, min=1, max=len(SLOPES), description=_AXIS[lang], **UNCUT)
    scale = widgets.FloatLogSlider(
        value=1.0, min=-4, max=4, step=0.5, description=_SCALE[lang], readout_format=".1e", **UNCUT
    )
    eps = widgets.FloatLogSlider(value=1e-6, min=-8, max=-2, step=0.5, description="ε", readout_format=".1e", **UNCUT)
    return pictured(scene, shown, scale, eps)


def scene(step: int, scale: float, eps: float) -> str:
    """Inline SVG: slopes on the left, steps on the right, both with what is usual; below, the sum of one step."""
    seen = journey(scale, eps)
    at = step - 1
    numbers = [float(each[at]) for each in (seen.usual_step, seen.slope, seen.usual_slope, seen.step)]
    alt = Text(
        en="Step {t}: the usual step {a:.2g} times the slope here {b:.2g} divided by the usual slope {c:.2g} is the"
        " step {d:.2g}.",
        zh="第 {t} 步：惯常步长 {a:.2g} 乘以此处坡度 {b:.2g}，除以惯常坡度 {c:.2g}，得到这一步 {d:.2g}。",
    ).format(t=step, a=numbers[0], b=numbers[1], c=numbers[2], d=numbers[3])
    return drawing(
        alt,
        WIDTH,
        HEIGHT,
        _chart("slope", _LEFT, (seen.slope, seen.usual_slope), (_SLOPE, _USUAL_SLOPE), at),
        _chart("step", _RIGHT, (seen.step, seen.usual_step), (_STEP, _USUAL_STEP), at),
        _equation(numbers),
    )


def _chart(kind: str, sides: tuple[float, float], lines: tuple[Array, Array], names: tuple[Text, Text], at: int) -> str:
    """Two lines over the steps on a logarithmic axis, and a mark at the step shown."""
    left, right = sides
    low, high = _POWERS[kind]
    height = log_scale(10.0**low, 10.0**high, _BOTTOM, _TOP)
    xs = np.linspace(left + 3, right - 3, len(SLOPES))
    grid = "".join(
        line(left, y, right, y, stroke="#ddd") + text(left - 6, y + 4, _power(power), text_anchor="end", font_size=12)
        for power in range(low, high + 1, 1 if kind == "step" else 2)
        for y in [height(10.0**power)]
    )
    ticks = "".join(
        text(xs[step - 1], _BOTTOM + 17, step, text_anchor="middle", font_size=12) for step in (1, 31, 46, 60)
    )
    drawn = ""
    for values, colour, dash, name, x in zip(
        lines, (BLUE, ORANGE), ("", "6 4"), names, (left, left + 110), strict=True
    ):
        ys, look = height(values), {"stroke": colour, "stroke_width": 2.2, "stroke_dasharray": dash}
        drawn += polyline(xs, ys, **look) + circle(xs[at], ys[at], 4.5, fill=colour)
        drawn += line(x, 18, x + 26, 18, **look) + text(x + 32, 23, name)
    now = line(xs[at], _TOP, xs[at], _BOTTOM, stroke=GREY, stroke_dasharray="2 3")
    axis = text(right, _BOTTOM + 34, _AXIS, text_anchor="end", font_size=12, fill=GREY)
    return f"{grid}{now}{drawn}{ticks}{axis}"


def _equation(numbers: list[float]) -> str:
    """The step as a product: the numbers large, their names below, what the average remembers in the second colour."""
    parts = ""
    for x, number, name, colour, sign in zip(
        (120, 290, 460, 640), numbers, _SUM, (ORANGE, BLUE, ORANGE, BLUE), ("×", "÷", "=", ""), strict=True
    ):
        parts += (
            text(x, 290, f"{number:.3g}", text_anchor="middle", font_size=19, font_weight="bold", fill=colour)
            + text(x, 313, name, text_anchor="middle")
            + text(x + 86, 290, sign, text_anchor="middle", font_size=19)
        )
    return parts


def _power(power: int) -> str:
    if power == 0:
        return "1"
    sign = "−" if power < 0 else ""
    return f'10<tspan dy="-5" font-size="9">{sign}{abs(power)}</tspan>'
