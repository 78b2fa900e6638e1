"""The figures of this lesson and its real task.

A step measured in steps: what Adadelta multiplies and divides, walked by the course's own rule.

The chart of the Adadelta lesson: what a contest over very many rates came to, rate by rate.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts
from course.lab.look import BLUE, FAINT, GREY, ORANGE
from course.lab.parts.claims import say
from course.lab.rules import reference
from course.lab.svg import Array, circle, drawing, line, log_scale, pictured, polyline, text
from course.lab.training import fair
from course.rule import Run
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Mapping

    import ipywidgets as widgets

    from course.lab.training.contest import Contest, Contestant
    from course.lab.training.fair import Name

__all__ = ["over_rates", "strides"]

SLOPES = np.repeat([1.0, 4.0, 0.25], [30, 15, 15])
"""The slope of the road at each of 60 steps: even, then four times as steep, then nearly level."""

WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT = (62.0, 362.0), (450.0, 750.0)
_TOP, _BOTTOM = 44.0, 224.0
_POWERS = {"slope": (-5, 5), "step": (-5, 0)}
"""Ends of the two logarithmic axes, as powers of ten."""

_SLOPE = Text(en="slope", zh="坡度")
_USUAL_SLOPE = Text(en="usual slope √(v + ε)", zh="惯常坡度 √(v + ε)")
_STEP = Text(en="step taken", zh="这一步的步长")
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
    """Walk the road with the rule's defaults.

    Args:
        scale: what all slopes are multiplied by.
        eps: the rule's ε.

    Returns:
        What the rule has seen and done, step by step.

    """
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
    """Show Adadelta on a road whose slope changes twice; sliders set the step, the size of all slopes, and ε.

    Args:
        step: which step the sum under the charts shows at first, 1 to 60.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import strides
        >>> controls, picture = strides(step=10).children
        >>> controls.children[0].value
        10

    """
    from course.lab.slider import FloatLogSlider, IntSlider
    from course.lab.widget.sliders import MEANINGS

    lang = language()
    shown = IntSlider(value=step, min=1, max=len(SLOPES), description=_AXIS[lang])
    scale = FloatLogSlider(value=1.0, min=-4, max=4, step=0.5, description=_SCALE[lang], readout_format=".1e")
    eps = FloatLogSlider(
        value=1e-6,
        min=-8,
        max=-2,
        step=0.5,
        description="ε",
        readout_format=".1e",
        tooltip=str(MEANINGS["eps"]),
    )
    return pictured(scene, shown, scale, eps)


def scene(step: int, scale: float, eps: float) -> str:
    """Draw the slopes on the left, the steps on the right, both with what is usual; below, the sum of one step.

    Args:
        step: the one whose sum is shown, from 1 on.
        scale: what all slopes are multiplied by.
        eps: the rule's ε.

    Returns:
        Inline SVG.

    """
    seen = journey(scale, eps)
    at = step - 1
    numbers = [float(each[at]) for each in (seen.usual_step, seen.slope, seen.usual_slope, seen.step)]
    alt = Text(
        en="Step {t}: the usual step {a:.2g} times the slope here {b:.2g} divided by the usual slope {c:.2g} is the"
        " step {d:.2g}.",
        zh="第 {t} 步，惯常步长 {a:.2g} 乘以此处坡度 {b:.2g}，除以惯常坡度 {c:.2g}，得到这一步 {d:.2g}。",
    ).format(t=step, a=numbers[0], b=numbers[1], c=numbers[2], d=numbers[3])
    return drawing(
        alt,
        WIDTH,
        HEIGHT,
        _drawing("slope", _LEFT, (seen.slope, seen.usual_slope), (_SLOPE, _USUAL_SLOPE), at),
        _drawing("step", _RIGHT, (seen.step, seen.usual_step), (_STEP, _USUAL_STEP), at),
        _equation(numbers),
    )


def _drawing(
    kind: str, sides: tuple[float, float], lines: tuple[Array, Array], names: tuple[Text, Text], at: int
) -> str:
    """Draw two lines over the steps on a logarithmic axis, and a mark at the step shown."""
    left, right = sides
    low, high = _POWERS[kind]
    height = log_scale(10.0**low, 10.0**high, _BOTTOM, _TOP)
    xs = np.linspace(left + 3, right - 3, len(SLOPES))
    grid = "".join(
        line(left, y, right, y, stroke=FAINT) + text(left - 6, y + 4, _power(power), text_anchor="end", font_size=12)
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
        ys = height(values)
        look: dict[str, str | float] = {"stroke": colour, "stroke_width": 2.2, "stroke_dasharray": dash}
        drawn += polyline(xs, ys, **look) + circle(xs[at], ys[at], 4.5, fill=colour)
        drawn += line(x, 18, x + 26, 18, **look) + text(x + 32, 23, name)
    now = line(xs[at], _TOP, xs[at], _BOTTOM, stroke=GREY, stroke_dasharray="2 3")
    axis = text(right, _BOTTOM + 34, _AXIS, text_anchor="end", font_size=12, fill=GREY)
    return f"{grid}{now}{drawn}{ticks}{axis}"


def _equation(numbers: list[float]) -> str:
    """Draw the step as a product: the numbers large, their names below, in the second colour what is remembered."""
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


def learns(entry: Contestant, untrained: float) -> tuple[float, ...]:
    """Find the rates at which a contestant brought the loss below half of the untrained network's, mean of the seeds.

    Args:
        entry: the contestant's training runs.
        untrained: the loss of a network that knows nothing.

    Returns:
        These rates, in the order in which they were tried.

    """
    finals = entry.final.mean(axis=1)
    return tuple(lr for lr, final in zip(entry.lrs, finals, strict=True) if final < untrained / 2)


def over_rates(result: Contest, *, untrained: float, defaults: Mapping[Name, float]) -> None:
    """Draw the final training loss of every contestant over the learning rate, and say at how many rates it learned.

    Contestants that could not run are named first, with the reason.

    Args:
        result: of a contest.
        untrained: the loss of a network that knows nothing; a line marks it.
        defaults: by contestant, the rate that it has when nobody sets one; ringed in the chart.

    Examples:
        >>> import torch
        >>> from course.lab import contest, over_rates
        >>> sgd = lambda params, lr: torch.optim.SGD(params, lr=lr)
        >>> result = contest({"SGD": sgd}, lrs=[0.1], seeds=1, epochs=1)
        >>> over_rates(result, untrained=2.3, defaults={"SGD": 0.1})  # doctest: +ELLIPSIS
        <IPython.core.display.HTML object>
        SGD: below half of the untrained loss at 0 of 1 rates ...

    """
    for reason in result.absent:
        say(reason)
    fonts.show(_chart(result.entries, untrained, defaults), _alt(result.entries, untrained))
    for entry in result.entries:
        good = learns(entry, untrained)
        say(
            Text(
                en="{name}: below half of the untrained loss at {count} of {all} rates ({rates}); "
                "lowest loss {best:.3f}, at lr = {lr:g}, with {right:.1f} % of the test set right.",
                zh="{name}：{all} 个学习率中，有 {count} 个（{rates}）把损失降到了未训练时的一半以下；"
                "最低损失 {best:.3f}，lr = {lr:g}，测试集上答对 {right:.1f}%。",
            ).format(
                name=entry.name,
                count=len(good),
                all=len(entry.lrs),
                rates=", ".join(f"{lr:g}" for lr in good) or "–",
                best=float(entry.judged.final.mean()),
                lr=entry.lr,
                right=float(100 * entry.judged.accuracy.mean()),
            )
        )
    if result.baseline is not None:
        told = Text(en="{title}: {right:.1f} %.", zh="{title}：{right:.1f}%。")
        say(told.format(title=result.baseline.title, right=100 * result.baseline.accuracy))


def _chart(entries: tuple[Contestant, ...], untrained: float, defaults: Mapping[Name, float]) -> Any:
    from matplotlib import pyplot as plt

    with fonts.style():
        figure, axes = plt.subplots(figsize=(8.6, 3.8))
        for entry, mark, line in zip(entries, fair.MARKS, fair.LINES, strict=False):
            finals = np.where(np.isfinite(entry.final), entry.final, np.nan)
            middle = finals.mean(axis=1)
            (drawn,) = axes.plot(entry.lrs, middle, linestyle=line, linewidth=2, marker=mark, label=str(entry.name))
            axes.fill_between(
                entry.lrs, finals.min(axis=1), finals.max(axis=1), color=drawn.get_color(), alpha=0.15, linewidth=0
            )
            default = defaults.get(entry.name)
            if default in entry.lrs:
                at = entry.lrs.index(default)
                axes.plot(default, middle[at], "o", markersize=15, fillstyle="none", color=drawn.get_color(), mew=1.6)
        axes.axhline(untrained, color=GREY, linewidth=1, linestyle=":")
        axes.set(xscale="log", yscale="log", xlabel=str(Text(en="learning rate", zh="学习率")))
        axes.set_ylabel(str(Text(en="final training loss", zh="最终训练损失")))
        axes.set_xticks(entries[0].lrs)
        axes.set_yticks([0.1, 0.3, 1, 3, 10, 30, 100], ["0.1", "0.3", "1", "3", "10", "30", "100"])
        axes.minorticks_off()
        title = Text(
            en="ring: torch's default; dotted line: untrained",
            zh="圆圈为 torch 的默认值，点线为未训练时",
        )
        axes.set_title(str(title), fontsize=11)
        axes.legend(fontsize=9, loc="upper left")
        figure.tight_layout()
    return figure


def _alt(entries: tuple[Contestant, ...], untrained: float) -> Text:
    text = Text(en="Final training loss over the learning rate. ", zh="最终训练损失随学习率的变化。")
    for entry in entries:
        text = text + Text(
            en="{name}: lowest {best:.3f} at {lr:g}, useful at {count} rates. ",
            zh="{name}：最低 {best:.3f}，在 {lr:g} 处，{count} 个学习率可用。",
        ).format(
            name=entry.name,
            best=float(entry.judged.final.mean()),
            lr=entry.lr,
            count=len(learns(entry, untrained)),
        )
    return text
