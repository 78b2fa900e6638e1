"""A step measured in steps: what Adadelta multiplies and divides, walked by the course's own rule."""

from __future__ import annotations

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
    look = {"continuous_update": True, "style": {"description_width": "initial"}}
    shown = widgets.IntSlider(value=step, min=1, max=len(SLOPES), description=_AXIS[lang], **look)
    scale = widgets.FloatLogSlider(
        value=1.0, min=-4, max=4, step=0.5, description=_SCALE[lang], readout_format=".1e", **look
    )
    eps = widgets.FloatLogSlider(value=1e-6, min=-8, max=-2, step=0.5, description="ε", readout_format=".1e", **look)
    picture = widgets.HTML(scene(step, 1.0, 1e-6))

    def draw(_change: Any) -> None:
        picture.value = scene(shown.value, scale.value, eps.value)

    for each in (shown, scale, eps):
        each.observe(draw, names="value")
    return widgets.VBox([widgets.HBox([shown, scale, eps], layout={"flex_flow": "row wrap"}), picture])


def scene(step: int, scale: float, eps: float) -> str:
    """Inline SVG: slopes on the left, steps on the right, both with what is usual; below, the sum of one step."""
    lang = language()
    seen = journey(scale, eps)
    at = step - 1
    numbers = [float(each[at]) for each in (seen.usual_step, seen.slope, seen.usual_slope, seen.step)]
    alt = Text(
        en="Step {t}: the usual step {a:.2g} times the slope here {b:.2g} divided by the usual slope {c:.2g} is the"
        " step {d:.2g}.",
        zh="第 {t} 步：惯常步长 {a:.2g} 乘以此处坡度 {b:.2g}，除以惯常坡度 {c:.2g}，得到这一步 {d:.2g}。",
    ).format(t=step, a=numbers[0], b=numbers[1], c=numbers[2], d=numbers[3])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{_chart('slope', _LEFT, (seen.slope, seen.usual_slope), (_SLOPE, _USUAL_SLOPE), at)}"
        f"{_chart('step', _RIGHT, (seen.step, seen.usual_step), (_STEP, _USUAL_STEP), at)}"
        f"{_equation(numbers)}</svg>"
    )


def _chart(kind: str, sides: tuple[float, float], lines: tuple[Array, Array], names: tuple[Text, Text], at: int) -> str:
    """Two lines over the steps on a logarithmic axis, and a mark at the step shown."""
    lang = language()
    left, right = sides
    low, high = _POWERS[kind]

    def height(values: Array) -> Array:
        powers = np.clip(np.log10(np.maximum(values, 1e-300)), low, high)
        return np.asarray(_BOTTOM - (powers - low) / (high - low) * (_BOTTOM - _TOP))

    xs = np.linspace(left + 3, right - 3, len(SLOPES))
    grid = "".join(
        f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end" font-size="12">{_power(power)}</text>'
        for power in range(low, high + 1, 1 if kind == "step" else 2)
        for y in [float(height(np.array(10.0**power)))]
    )
    ticks = "".join(
        f'<text x="{xs[step - 1]:.1f}" y="{_BOTTOM + 17}" text-anchor="middle" font-size="12">{step}</text>'
        for step in (1, 31, 46, 60)
    )
    drawn = ""
    for values, colour, dash, name, row in zip(lines, (BLUE, ORANGE), ("", "6 4"), names, (0, 1), strict=True):
        ys = height(values)
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))
        x = left + (0, 110)[row]
        drawn += (
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}"/>'
            f'<circle cx="{xs[at]:.1f}" cy="{ys[at]:.1f}" r="4.5" fill="{colour}"/>'
            f'<line x1="{x}" x2="{x + 26}" y1="18" y2="18" stroke="{colour}" stroke-width="2.2"'
            f' stroke-dasharray="{dash}"/><text x="{x + 32}" y="23">{name[lang]}</text>'
        )
    return (
        f'{grid}<line x1="{xs[at]:.1f}" x2="{xs[at]:.1f}" y1="{_TOP}" y2="{_BOTTOM}" stroke="{GREY}"'
        f' stroke-dasharray="2 3"/>{drawn}{ticks}'
        f'<text x="{right}" y="{_BOTTOM + 34}" text-anchor="end" font-size="12" fill="{GREY}">{_AXIS[lang]}</text>'
    )


def _equation(numbers: list[float]) -> str:
    """The step as a product: the numbers large, their names below, what the average remembers in the second colour."""
    lang = language()
    parts = ""
    for x, number, name, colour, sign in zip(
        (120, 290, 460, 640), numbers, _SUM, (ORANGE, BLUE, ORANGE, BLUE), ("×", "÷", "=", ""), strict=True
    ):
        parts += (
            f'<text x="{x}" y="290" text-anchor="middle" font-size="19" font-weight="bold" fill="{colour}">'
            f'{number:.3g}</text><text x="{x}" y="313" text-anchor="middle">{name[lang]}</text>'
            f'<text x="{x + 86}" y="290" text-anchor="middle" font-size="19">{sign}</text>'
        )
    return parts


def _power(power: int) -> str:
    if power == 0:
        return "1"
    sign = "−" if power < 0 else ""
    return f'10<tspan dy="-5" font-size="9">{sign}{abs(power)}</tspan>'
