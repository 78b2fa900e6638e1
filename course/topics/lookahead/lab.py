"""The figures of this lesson and its real task.

The scout and the camp: a fast inner rule runs ahead, slow weights follow it part of the way every k steps.

The task of the Lookahead lesson: the same digits from many seeds, with an outer rule around a torch optimizer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.look import BLACK, BLUE, FAINT, GREY, ORANGE
from course.lab.rules import reference
from course.lab.svg import Array, circle, drawing, line, pictured, polyline, rect, scale, text, upright
from course.rule import Run
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import ipywidgets as widgets
    import torch

    from course.lab.training.training import Factory

__all__ = ["around", "scout_and_camp"]

STEPS = 40
WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT, _TOP, _BOTTOM = 52.0, 740.0, 44.0, 290.0
_REACH = 1.15
"""The heights shown: from minus this to this."""

_x = scale(0, STEPS, _LEFT, _RIGHT)

_STEP = Text(en="step t", zh="步数 t")
_SCOUT = Text(en="scout: the fast weights", zh="侦察兵：快权重")
_CAMP = Text(en="camp: the slow weights", zh="营地：慢权重")
_ALONE = Text(en="the inner rule alone", zh="内层规则单独走")
_PLACE = Text(en="place (0: valley floor)", zh="位置（0 是谷底）")
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

    Returns:
        Where all three are, step by step.

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
    """Show a scout that runs through a valley and a camp that follows; sliders set how often and how far.

    Args:
        k: where the first slider stands at first, 1 to 20.
        alpha: where the second one stands, 0 to 1.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import scout_and_camp
        >>> controls, picture = scout_and_camp(k=3).children
        >>> controls.children[0].value
        3

    """
    import ipywidgets as widgets

    often = widgets.IntSlider(value=k, min=1, max=20, description="k")
    far = widgets.FloatSlider(value=alpha, min=0.0, max=1.0, step=0.05, description="α", readout_format=".2f")
    return pictured(scene, often, far)


def scene(k: int, alpha: float) -> str:
    """Draw the heights of scout, camp and the inner rule alone over the steps.

    Args:
        k: inner steps in one round.
        alpha: how much of the way the slow weights go.

    Returns:
        Inline SVG.

    """
    seen = march(k, alpha)
    meetings = range(k, STEPS + 1, k)
    alt = _ALT.format(alone=abs(seen.alone[-1]), camp=abs(seen.slow[-1]), k=k, alpha=alpha, moves=len(meetings))
    grey = polyline(_x(range(STEPS + 1)), _y(seen.alone), stroke=GREY, stroke_width=1.5)
    scout = back = ""
    for start in range(0, STEPS, k):
        # A round begins at the camp; the steps of the scout are those that the inner rule took.
        steps = range(start, min(start + k, STEPS) + 1)
        heights = [seen.slow[start], *seen.fast[start + 1 : steps[-1] + 1]]
        scout += polyline(_x(steps), _y(heights), stroke=BLUE, stroke_width=2, stroke_dasharray="6 3")
    for t in meetings:
        x, there = _x(t), _y(seen.fast[t])
        back += line(x, there, x, _y(seen.slow[t]), stroke=GREY, stroke_dasharray="2 3")
        back += circle(x, there, 4, fill=BLUE)
    corners = np.repeat(np.arange(STEPS + 1), 2)[1:], np.repeat(seen.slow, 2)[:-1]
    stairs = polyline(_x(corners[0]), _y(corners[1]), stroke=ORANGE, stroke_width=3)
    camps = "".join(rect(_x(t) - 6, _y(seen.slow[t]) - 6, 12, 12, fill=ORANGE) for t in (0, *meetings))
    return drawing(alt, WIDTH, HEIGHT, _frame(), grey, scout, stairs, back, camps, _legend())


def _y(height: Any) -> Any:
    return scale(-_REACH, _REACH, _BOTTOM, _TOP)(np.clip(height, -_REACH, _REACH))


def _frame() -> str:
    ticks = "".join(text(_x(t), _BOTTOM + 18, t, text_anchor="middle") for t in range(0, STEPS + 1, 5))
    heights = "".join(
        line(_LEFT, _y(h), _RIGHT, _y(h), stroke=FAINT if h else BLACK)
        + text(_LEFT - 8, _y(h) + 4, f"{h:g}", text_anchor="end")
        for h in (-1.0, -0.5, 0.0, 0.5, 1.0)
    )
    return (
        f"{heights}{ticks}"
        + text((_LEFT + _RIGHT) / 2, _BOTTOM + 36, _STEP, text_anchor="middle")
        + upright(14, (_TOP + _BOTTOM) / 2, _PLACE)
    )


def _legend() -> str:
    drawn, x = "", _LEFT
    for words, colour, dash in ((_SCOUT, BLUE, "6 3"), (_CAMP, ORANGE, ""), (_ALONE, GREY, "")):
        drawn += line(x, 18, x + 30, 18, stroke=colour, stroke_width=3, stroke_dasharray=dash) + text(x + 38, 23, words)
        x += 230
    return drawn


def around(inner: Factory, k: int = 5, alpha: float = 0.5) -> Factory:
    """Put Lookahead around a torch optimizer: a hook that runs after every step, written apart from the course's rule.

    The slow weights are copied before the first step; at steps k, 2k, … they move, and the parameters are set to them.
    The inner optimizer's state is left alone.

    Args:
        inner: from parameters and a learning rate to an optimizer.
        k: inner steps in one round.
        alpha: how much of the way the slow weights go.

    Returns:
        From parameters and a learning rate to an optimizer, as `inner`.

    Examples:
        >>> import torch
        >>> from course.lab import around
        >>> weight = torch.nn.Parameter(torch.tensor([4.0]))
        >>> weight.grad = torch.tensor([1.0])
        >>> around(lambda params, lr: torch.optim.SGD(params, lr=lr), k=1)([weight], 2.0).step()
        >>> weight.tolist()
        [3.0]

    """
    import torch

    def make(params: Iterable[torch.nn.Parameter], lr: float) -> Any:
        fast = list(params)
        slow = [param.detach().clone() for param in fast]
        steps = 0

        @torch.no_grad()
        def meet(*_: Any) -> None:
            nonlocal steps
            steps += 1
            if steps % k == 0:
                for behind, ahead in zip(slow, fast, strict=True):
                    behind.lerp_(ahead, alpha)
                    ahead.copy_(behind)

        optimizer = inner(fast, lr)
        optimizer.register_step_post_hook(meet)
        return optimizer

    return make
