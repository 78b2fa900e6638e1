"""The scout and the camp: a fast inner rule runs ahead, slow weights follow it part of the way every k steps."""

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

STEPS = 40
WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 740.0, 44.0, 290.0
_REACH = 1.15
"""The heights shown: from minus this to this."""

_STEP = Text(en="step t", zh="步数 t")
_SCOUT = Text(en="scout: the fast weights", zh="侦察兵：快权重")
_CAMP = Text(en="camp: the slow weights", zh="营地：慢权重")
_ALONE = Text(en="the inner rule alone", zh="内层规则单独走")
_FLOOR = Text(en="valley floor", zh="谷底")
_ALT = Text(
    en="Over 40 steps the inner rule alone swings about the valley floor and ends {alone:.2f} from it. With k = {k} and"
    " α = {alpha:.2f} the camp moves {moves} times and ends {camp:.2f} from it.",
    zh="40 步里，内层规则单独走时在谷底两侧摆动，最后离谷底 {alone:.2f}。k = {k}、α = {alpha:.2f} 时，"
    "营地移动 {moves} 次，最后离谷底 {camp:.2f}。",
)


@dataclass(frozen=True)
class March:
    """Forty steps down the valley θ², from θ = 1; each array has shape (41,)."""

    fast: Array
    """Where the scout is after each step, before any call back."""
    slow: Array
    """Where the camp is after each step."""
    alone: Array
    """Where the inner rule would be without Lookahead."""


def march(k: int, alpha: float) -> March:
    """Let the course's own Lookahead walk around SGD with momentum 0.9 and lr 0.1.

    Args:
        k: inner steps in one round.
        alpha: how much of the way the slow weights go.

    """
    inner = reference("momentum")(lr=0.1, momentum=0.9)
    rule, alone = reference("lookahead")(inner=inner, k=k, alpha=alpha), Run(inner, [np.array(1.0)])
    theta = np.array(1.0)
    state = rule.init(theta)
    fast, slow, own = [1.0], [1.0], [1.0]
    for _ in range(STEPS):
        arrived, _ = inner.update(theta, 2 * theta, state["inner"])  # before the rule calls the scout back
        theta, state = rule.update(theta, 2 * theta, state)
        alone.step([2 * alone.params[0]])
        fast.append(float(arrived))
        slow.append(float(state["slow_param"]))
        own.append(float(alone.params[0]))
    return March(np.array(fast), np.array(slow), np.array(own))


def scout_and_camp(k: int = 5, alpha: float = 0.5) -> widgets.VBox:
    """A scout runs through a valley, a camp follows; sliders set how often and how far.

    Args:
        k: where the first slider stands at first, 1 to 20.
        alpha: where the second one stands, 0 to 1.

    """
    import ipywidgets as widgets

    often = widgets.IntSlider(value=k, min=1, max=20, description="k")
    far = widgets.FloatSlider(value=alpha, min=0.0, max=1.0, step=0.05, description="α", readout_format=".2f")
    picture = widgets.HTML(scene(k, alpha))

    def draw(_change: Any) -> None:
        picture.value = scene(often.value, far.value)

    often.observe(draw, names="value")
    far.observe(draw, names="value")
    return widgets.VBox([widgets.HBox([often, far], layout={"flex_flow": "row wrap"}), picture])


def scene(k: int, alpha: float) -> str:
    """Inline SVG: the heights of scout, camp and the inner rule alone over the steps."""
    lang = language()
    seen = march(k, alpha)
    meetings = range(k, STEPS + 1, k)
    alt = _ALT.format(alone=abs(seen.alone[-1]), camp=abs(seen.slow[-1]), k=k, alpha=alpha, moves=len(meetings))
    grey = f'<polyline points="{_points(range(STEPS + 1), seen.alone)}" fill="none" stroke="#888" stroke-width="1.5"/>'
    scout = back = ""
    for start in range(0, STEPS, k):
        # A round begins at the camp; the steps of the scout are those that the inner rule took.
        steps = range(start, min(start + k, STEPS) + 1)
        heights = [seen.slow[start], *seen.fast[start + 1 : steps[-1] + 1]]
        scout += (
            f'<polyline points="{_points(steps, heights)}" fill="none" stroke="{BLUE}" stroke-width="2"'
            ' stroke-dasharray="6 3"/>'
        )
    for t in meetings:
        x, there, camp = _x(t), _y(seen.fast[t]), _y(seen.slow[t])
        back += (
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{there:.1f}" y2="{camp:.1f}" stroke="{GREY}" stroke-dasharray="2 3"/>'
        )
        back += f'<circle cx="{x:.1f}" cy="{there:.1f}" r="4" fill="{BLUE}"/>'
    stairs = _points(np.repeat(np.arange(STEPS + 1), 2)[1:], np.repeat(seen.slow, 2)[:-1])
    camps = "".join(
        f'<rect x="{_x(t) - 6:.1f}" y="{_y(seen.slow[t]) - 6:.1f}" width="12" height="12" fill="{ORANGE}"/>'
        for t in (0, *meetings)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f'{_frame()}{grey}{scout}<polyline points="{stairs}" fill="none" stroke="{ORANGE}" stroke-width="3"/>'
        f"{back}{camps}{_legend()}</svg>"
    )


def _x(step: float) -> float:
    return _LEFT + step / STEPS * (_RIGHT - _LEFT)


def _y(height: float) -> float:
    return _TOP + (_REACH - float(np.clip(height, -_REACH, _REACH))) / (2 * _REACH) * (_BOTTOM - _TOP)


def _points(steps: Any, heights: Any) -> str:
    return " ".join(f"{_x(float(t)):.1f},{_y(float(h)):.1f}" for t, h in zip(steps, heights, strict=True))


def _frame() -> str:
    lang = language()
    ticks = "".join(
        f'<text x="{_x(t):.1f}" y="{_BOTTOM + 18}" text-anchor="middle">{t}</text>' for t in range(0, STEPS + 1, 5)
    )
    heights = "".join(
        f'<line x1="{_LEFT}" x2="{_RIGHT}" y1="{_y(h):.1f}" y2="{_y(h):.1f}" stroke="{"#222" if h == 0 else "#ddd"}"/>'
        f'<text x="{_LEFT - 8}" y="{_y(h) + 4:.1f}" text-anchor="end">{h:g}</text>'
        for h in (-1.0, -0.5, 0.0, 0.5, 1.0)
    )
    return (
        f'{heights}{ticks}<text x="{(_LEFT + _RIGHT) / 2}" y="{_BOTTOM + 36}" text-anchor="middle">{_STEP[lang]}</text>'
        f'<text x="{_RIGHT}" y="{_BOTTOM - 6}" text-anchor="end" fill="{GREY}">0 = {_FLOOR[lang]}</text>'
    )


def _legend() -> str:
    lang = language()
    drawn, x = "", _LEFT
    for text, colour, dash in ((_SCOUT, BLUE, "6 3"), (_CAMP, ORANGE, ""), (_ALONE, "#888", "")):
        drawn += (
            f'<line x1="{x}" x2="{x + 30}" y1="18" y2="18" stroke="{colour}" stroke-width="3"'
            f' stroke-dasharray="{dash}"/><text x="{x + 38}" y="23">{text[lang]}</text>'
        )
        x += 230
    return drawn
