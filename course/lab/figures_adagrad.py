"""Two ledgers: a common word and a rare one, and what SGD and AdaGrad, the course's own rules, make of them."""

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
    """A common word and a rare one, under SGD and under AdaGrad; sliders set how rare it is and how large its gradient.

    Args:
        every: how rare at first; one of `EVERY`.
        size: its gradient at first; one of `SIZES`.

    """
    import ipywidgets as widgets

    lang = language()
    look = {"style": {"description_width": "initial"}, "layout": {"width": "330px"}}
    seldom = widgets.SelectionSlider(options=EVERY, value=every, description=_EVERY[lang], **look)
    large = widgets.SelectionSlider(options=SIZES, value=size, description=_SIZE[lang], **look)
    picture = widgets.HTML(scene(every, size))

    def draw(_change: Any) -> None:
        picture.value = scene(seldom.value, large.value)

    seldom.observe(draw, names="value")
    large.observe(draw, names="value")
    return widgets.VBox([widgets.HBox([seldom, large], layout={"flex_flow": "row wrap"}), picture])


def scene(every: int, size: float) -> str:
    """Inline SVG: when each word is read, AdaGrad's rate for it, and how far its weight comes with either rule."""
    lang = language()
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
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{alt[lang]}" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' style="max-width:{WIDTH}px;width:100%;background:#fff" font-family="sans-serif" font-size="13" fill="#222">'
        f"{_strips(seen)}{_rates(seen)}{_bars(seen)}</svg>"
    )


def _strips(seen: Ledgers) -> str:
    left, right = _STRIP
    lang = language()
    parts = [f'<text x="{left}" y="16" font-size="12" fill="{GREY}">{_WHEN[lang]}</text>']
    for row, (name, colour) in enumerate(((_COMMON, BLUE), (_RARE, ORANGE))):
        y = 26 + 34 * row
        parts.append(f'<text x="8" y="{y + 18}" fill="{colour}" font-weight="bold">{name[lang]}</text>')
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y + 26}" y2="{y + 26}" stroke="#ccc"/>')
        strokes = "".join(
            f"M{left + (step + 0.5) / STEPS * (right - left):.1f},{y + 25} v-22 "
            for step in np.flatnonzero(seen.read[:, row])
        )
        parts.append(f'<path d="{strokes}" stroke="{colour}" stroke-width="2.5" fill="none"/>')
    return "".join(parts)


def _rates(seen: Ledgers) -> str:
    left, top, right, bottom = _CHART
    lang = language()

    def height(rate: Any) -> Any:
        return bottom - np.log(np.clip(rate, _BOTTOM, _TOP) / _BOTTOM) / np.log(_TOP / _BOTTOM) * (bottom - top)

    parts = [f'<text x="{left}" y="{top - 14}" font-weight="bold">{_RATE[lang]}</text>']
    for rate in (0.01, 0.1, 1, 10, 100):
        y = height(rate)
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{rate:g}</text>')
    x = left + np.arange(STEPS + 1) / STEPS * (right - left)
    for row, (colour, dash) in enumerate(((BLUE, ""), (ORANGE, ' stroke-dasharray="7 3"'))):
        known = np.flatnonzero(np.isfinite(seen.rate[:, row]))
        # the rate holds from its step to the next one: a staircase
        stairs = " ".join(
            f"{x[k]:.1f},{height(seen.rate[k, row]):.1f} {x[k + 1]:.1f},{height(seen.rate[k, row]):.1f}" for k in known
        )
        parts.append(f'<polyline points="{stairs}" fill="none" stroke="{colour}" stroke-width="2.5"{dash}/>')
    parts.append(f'<line x1="{left}" x2="{right}" y1="{bottom}" y2="{bottom}" stroke="{GREY}"/>')
    for step in (0, 50, 100):
        at = left + step / STEPS * (right - left)
        parts.append(f'<text x="{at}" y="{bottom + 18}" text-anchor="middle">{step}</text>')
    parts.append(f'<text x="{(left + right) / 2}" y="{bottom + 36}" text-anchor="middle">{_STEP[lang]}</text>')
    return "".join(parts)


def _bars(seen: Ledgers) -> str:
    left, top, right, _ = _BARS
    lang = language()
    parts = [f'<text x="{left - 60}" y="{top - 14}" font-weight="bold">{_MOVED[lang]}</text>']
    y = top
    for stem, name in (("sgd", "SGD"), ("adagrad", "AdaGrad")):
        longest = float(seen.moved[stem].max())
        parts.append(f'<text x="{left - 60}" y="{y + 38}">{name}</text>')
        for row, colour in enumerate((BLUE, ORANGE)):
            length = max(float(seen.moved[stem][row]) / longest * (right - left), 1.0)
            parts.append(
                f'<rect x="{left}" y="{y + 4 + 32 * row}" width="{length:.1f}" height="26" rx="3" fill="{colour}"/>'
                f'<text x="{left + length + 6:.1f}" y="{y + 22 + 32 * row}">{seen.moved[stem][row]:.3g}</text>'
            )
        y += 104
    return "".join(parts)
