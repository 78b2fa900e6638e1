"""Two ledgers: a common word and a rare one, and what SGD and AdaGrad, the course's own rules, make of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.lab.look import BLUE, FAINT, GREY, ORANGE
from course.lab.rules import reference
from course.lab.svg import Array, drawing, level, line, log_scale, pictured, polyline, rect, scale, text
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    import ipywidgets as widgets

STEPS = 100
EVERY = (1, 2, 5, 10, 20, 50)
SIZES = (0.01, 0.1, 1.0, 10.0)
WIDTH, HEIGHT = 760, 372
_STRIP = (130.0, 740.0)
_CHART = (62.0, 132.0, 370.0, 330.0)
_BARS = (475.0, 132.0, 690.0, 330.0)
_TOP, _BOTTOM = 200.0, 0.005
"""The rates at the two ends of the chart's axis."""

_COMMON = Text(en="common word", zh="常见词")
_RARE = Text(en="rare word", zh="罕见词")
_WHEN = Text(en="a stroke where the word is read, step 1 to 100", zh="第 1 到 100 步，读到这个词就画一道")
_RATE = Text(en="effective rate lr / √s", zh="有效学习率 lr / √s")
_STEP = Text(en="step", zh="步数")
_MOVED = Text(en="distance travelled in 100 steps, lr = 1", zh="100 步走过的距离，lr = 1")
_EVERY = Text(en="once in … steps", zh="每几步出现一次")
_SIZE = Text(en="its gradient", zh="它的梯度大小")


@dataclass(frozen=True)
class Ledgers:
    """What happens to the two words' weights, the common one first."""

    read: Array
    """Shape (100, 2): the gradients, 0 where the word is not read."""
    rate: Array
    """Shape (100, 2): AdaGrad's lr / √s after each step; NaN as long as s is 0."""
    moved: dict[str, Array]
    """By stem, shape (2,): how far each weight has travelled."""


def ledgers(every: int, size: float) -> Ledgers:
    """Let SGD and AdaGrad read 100 texts at lr = 1: the common word is in each of them and its gradient is 1.

    Args:
        every: the rare word is in every how manyth.
        size: its gradient there.

    Returns:
        When the rare word was read, AdaGrad's rate for both words, and how far both rules moved them.

    """
    read = np.ones((STEPS, 2))
    read[:, 1] = np.where(np.arange(1, STEPS + 1) % every == 0, size, 0.0)
    total, moved = [], {}
    for stem in ("sgd", "adagrad"):
        run = Run(reference(stem)(lr=1.0), [np.zeros(2)])
        for grad in read:
            run.step([grad])
            if stem == "adagrad":
                total.append(run.state[0]["sum"])
        moved[stem] = np.abs(run.params[0])  # every gradient has the same sign, so nothing goes back
    sums = np.array(total)
    return Ledgers(read, 1 / np.sqrt(np.where(sums > 0, sums, np.nan)), moved)


def two_ledgers(every: int = 20, size: float = 1.0) -> widgets.VBox:
    """Show a common word and a rare one, under SGD and under AdaGrad.

    Sliders set how rare it is and how large its gradient.

    Args:
        every: how rare at first; one of `EVERY`.
        size: its gradient at first; one of `SIZES`.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import two_ledgers
        >>> controls, picture = two_ledgers(every=5).children
        >>> controls.children[0].value
        5

    """
    from course.lab.slider import SelectionSlider

    lang = language()
    look = {"layout": {"width": "330px"}}
    seldom = SelectionSlider(options=EVERY, value=every, description=_EVERY[lang], **look)
    large = SelectionSlider(options=SIZES, value=size, description=_SIZE[lang], **look)
    return pictured(scene, seldom, large)


def scene(every: int, size: float) -> str:
    """Draw when each word is read, AdaGrad's rate for it, and how far its weight comes with either rule.

    Args:
        every: the rare word is in every how manyth text.
        size: its gradient there.

    Returns:
        Inline SVG.

    """
    seen = ledgers(every, size)
    alt = Text(
        en="The common word is read 100 times, the rare one {n} times. SGD moves their weights by {a:.4g} and {b:.4g},"
        " AdaGrad by {c:.3g} and {d:.3g}.",
        zh="常见词读到 100 次，罕见词读到 {n} 次。SGD 让两者的权重分别移动 {a:.4g} 和 {b:.4g}，"
        "AdaGrad 则是 {c:.3g} 和 {d:.3g}。",
    ).format(
        n=STEPS // every, a=seen.moved["sgd"][0], b=seen.moved["sgd"][1], c=seen.moved["adagrad"][0],
        d=seen.moved["adagrad"][1],
    )  # fmt: skip
    return drawing(alt, WIDTH, HEIGHT, _strips(seen), _rates(seen), _bars(seen))


def _strips(seen: Ledgers) -> str:
    left, right = _STRIP
    x = scale(0, STEPS, left, right)
    parts = [text(left, 16, _WHEN, font_size=12, fill=GREY)]
    for row, (name, colour) in enumerate(((_COMMON, BLUE), (_RARE, ORANGE))):
        y = 26 + 34 * row
        parts.append(text(8, y + 18, name, fill=colour, font_weight="bold"))
        parts.append(line(left, y + 26, right, y + 26, stroke=FAINT))
        strokes = "".join(f"M{x(step + 0.5):.1f},{y + 25} v-22 " for step in np.flatnonzero(seen.read[:, row]))
        parts.append(f'<path d="{strokes}" stroke="{colour}" stroke-width="2.5" fill="none"/>')
    return "".join(parts)


def _rates(seen: Ledgers) -> str:
    left, top, right, bottom = _CHART
    x, height = scale(0, STEPS, left, right), log_scale(_BOTTOM, _TOP, bottom, top)
    parts = [text(left, top - 14, _RATE, font_weight="bold")]
    parts += [level(left, right, height(rate), f"{rate:g}") for rate in (0.01, 0.1, 1, 10, 100)]
    for row, (colour, dash) in enumerate(((BLUE, ""), (ORANGE, "7 3"))):
        known = np.flatnonzero(np.isfinite(seen.rate[:, row]))
        # the rate holds from its step to the next one: a staircase
        ends, rates = np.column_stack([known, known + 1]).ravel(), np.repeat(seen.rate[known, row], 2)
        parts.append(polyline(x(ends), height(rates), stroke=colour, stroke_width=2.5, stroke_dasharray=dash))
    parts.append(line(left, bottom, right, bottom, stroke=GREY))
    parts += [text(x(step), bottom + 18, step, text_anchor="middle") for step in (0, 50, 100)]
    parts.append(text((left + right) / 2, bottom + 36, _STEP, text_anchor="middle"))
    return "".join(parts)


def _bars(seen: Ledgers) -> str:
    left, top, right, _ = _BARS
    parts = [text(left - 60, top - 14, _MOVED, font_weight="bold")]
    y = top
    for stem, name in (("sgd", "SGD"), ("adagrad", "AdaGrad")):
        longest = float(seen.moved[stem].max())
        parts.append(text(left - 60, y + 38, name))
        for row, colour in enumerate((BLUE, ORANGE)):
            length = max(float(seen.moved[stem][row]) / longest * (right - left), 1.0)
            parts.append(rect(left, y + 4 + 32 * row, length, 26, rx=3, fill=colour))
            parts.append(text(left + length + 6, y + 22 + 32 * row, f"{seen.moved[stem][row]:.3g}"))
        y += 104
    return "".join(parts)
