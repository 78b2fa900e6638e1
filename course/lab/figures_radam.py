"""Sixty automatic gearboxes: how far apart Adam's scales are after a few gradients, and how RAdam holds them back."""

from __future__ import annotations

import functools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.fonts import BLUE, GREY, ORANGE
from course.lab.rules import reference
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

    Array = np.ndarray[Any, np.dtype[np.float64]]

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
_FACTOR = Text(en="how far RAdam lets the automatic through: r", zh="RAdam 对自动挡放行多少：r")


def rho(t: int, beta2: float = BETA2) -> float:
    """On how many gradients the second moment rests after step t, as RAdam counts them."""
    return 2 / (1 - beta2) - 1 - 2 * t * beta2**t / (1 - beta2**t)


def rectification(t: int, beta2: float = BETA2) -> float | None:
    """RAdam's factor r at step t; None where torch does not rectify."""
    now, end = rho(t, beta2), 2 / (1 - beta2) - 1
    return math.sqrt((now - 4) * (now - 2) * end / ((end - 4) * (end - 2) * now)) if now > 5 else None


@functools.cache
def gears(seed: int) -> dict[int, Array]:
    """What one over the root of the corrected second moment is for 60 parameters, after each of `STOPS`.

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
    """Sixty gearboxes that measure sixty equally bumpy roads; a slider sets after how many bumps we look.

    Args:
        t: where the slider stands at first; one of `STOPS`.

    """
    import ipywidgets as widgets

    lang = language()
    slider = widgets.SelectionSlider(options=STOPS, value=t, description=_STEP[lang])
    again = widgets.Button(description=_AGAIN[lang], layout={"width": "auto"})
    picture = widgets.HTML(scene(t, 0))
    seed = 0

    def draw(_change: Any) -> None:
        picture.value = scene(slider.value, seed)

    def other(_button: Any) -> None:
        nonlocal seed
        seed += 1
        draw(None)

    slider.observe(draw, names="value")
    again.on_click(other)
    return widgets.VBox([widgets.HBox([slider, again], layout={"flex_flow": "row wrap"}), picture])


def scene(t: int, seed: int) -> str:
    """Inline SVG: the gears of both optimizers after step t on one axis, and below them RAdam's factor over the steps.

    Args:
        t: one of `STOPS`.
        seed: of the roads.

    """
    lang = language()
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
        f'<text x="{_LEFT}" y="{y - 26}" fill="{colour}" font-weight="bold">{text[lang]}</text>'
        for y, text, colour in ((_ADAM, says[0], BLUE), (_RADAM, says[1], ORANGE))
    )
    alt = Text(en=f"{says[0].en}. {says[1].en}.", zh=f"{says[0].zh}。{says[1].zh}。")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{titles}{_ruler()}{strips}{_chart(t)}</svg>"
    )


def _x(gear: Any) -> Any:
    share = np.log(np.clip(gear, _LOW, _HIGH) / _LOW) / math.log(_HIGH / _LOW)
    return _LEFT + share * (_RIGHT - _LEFT)


def _strip(y: float, values: Array, colour: str, *, square: bool = False) -> str:
    """A row of dots, each a little above or below the line so that they hide one another less; or one square."""
    if square:
        return f'<rect x="{_x(1.0) - 8:.1f}" y="{y - 8}" width="16" height="16" fill="{colour}"/>'
    return "".join(
        f'<circle cx="{x:.1f}" cy="{y + 4 * (number % 5 - 2)}" r="4" fill="{colour}" opacity=".55"/>'
        for number, x in enumerate(_x(values))
    )


def _ruler() -> str:
    ticks = "".join(
        f'<line x1="{_x(gear):.1f}" x2="{_x(gear):.1f}" y1="{_ADAM - 18}" y2="{_AXIS - 16}" stroke="#ddd"/>'
        f'<text x="{_x(gear):.1f}" y="{_AXIS}" text-anchor="{anchor}">{gear:g}</text>'
        for gear, anchor in (
            (0.01, "start"),
            (0.1, "middle"),
            (1.0, "middle"),
            (10.0, "middle"),
            (100.0, "middle"),
            (1000.0, "end"),
        )
    )
    right = _x(1.0)
    return (
        f'{ticks}<line x1="{right:.1f}" x2="{right:.1f}" y1="{_ADAM - 18}" y2="{_AXIS - 16}" stroke="#111"'
        f' stroke-width="2"/><text x="{right:.1f}" y="{_AXIS + 17}" text-anchor="middle">{_TRUE[language()]}</text>'
    )


def _chart(t: int) -> str:
    """The factor r over the steps, these on a logarithmic axis, with a mark at the present one."""
    lang = language()
    left = _LEFT + 30

    def at(step: float, r: float) -> tuple[float, float]:
        return left + math.log10(step) / 3 * (_RIGHT - left), _BOTTOM - r * (_BOTTOM - _TOP)

    factors = {step: rectification(step) for step in range(1, 1001)}
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(step, r) for step, r in factors.items() if r is not None))
    grid = "".join(
        f'<line x1="{left}" x2="{_RIGHT}" y1="{at(1, r)[1]:.1f}" y2="{at(1, r)[1]:.1f}" stroke="#ddd"/>'
        f'<text x="{left - 6}" y="{at(1, r)[1] + 4:.1f}" text-anchor="end">{r:g}</text>'
        for r in (0.0, 0.5, 1.0)
    )
    ticks = "".join(
        f'<text x="{at(step, 0)[0]:.1f}" y="{_BOTTOM + 18}" text-anchor="{"end" if step == 1000 else "middle"}">'
        f"{step}</text>"
        for step in (1, 6, 10, 100, 1000)
    )
    x, y = at(t, factors[t] or 0.0)
    fixed = at(5.5, 0)[0] - left
    return (
        f'<text x="{_LEFT}" y="{_TOP - 16}" font-weight="bold">{_FACTOR[lang]}</text>{grid}'
        f'<rect x="{left}" y="{_TOP}" width="{fixed:.1f}" height="{_BOTTOM - _TOP}" fill="#999" opacity=".2"/>{ticks}'
        f'<polyline points="{line}" fill="none" stroke="{ORANGE}" stroke-width="2.5"/>'
        f'<line x1="{left}" x2="{_RIGHT}" y1="{_BOTTOM}" y2="{_BOTTOM}" stroke="{GREY}"/>'
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{_BOTTOM}" stroke="#111" stroke-dasharray="3 3"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="#111"/>'
        f'<text x="{(left + _RIGHT) / 2}" y="{_BOTTOM + 36}" text-anchor="middle">{_STEP[lang]}</text>'
    )
