"""The chart of the Adadelta lesson: what a contest over very many rates came to, rate by rate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts
from course.lab.parts.claims import say
from course.lab.training import fair
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from course.lab.training.contest import Contest, Entry
    from course.lab.training.fair import Name


def learns(entry: Entry, untrained: float) -> tuple[float, ...]:
    """The rates at which a contestant brought the loss below half of the untrained network's, mean of the seeds."""
    finals = entry.final.mean(axis=1)
    return tuple(lr for lr, final in zip(entry.lrs, finals, strict=True) if final < untrained / 2)


def over_rates(result: Contest, *, untrained: float, defaults: Mapping[Name, float]) -> None:
    """Draw the final training loss of every contestant over the learning rate, and say at how many rates it learned.

    Contestants that could not run are named first, with the reason.

    Args:
        result: of a contest.
        untrained: the loss of a network that knows nothing; a line marks it.
        defaults: by contestant, the rate that it has when nobody sets one; ringed in the chart.

    """
    for reason in result.absent:
        say(reason)
    fonts.show(_chart(result.entries, untrained, defaults), _alt(result.entries, untrained))
    for entry in result.entries:
        good = learns(entry, untrained)
        say(
            Text(
                en="{name}: below half of the untrained loss at {count} of {all} rates ({rates}); "
                "lowest loss {best:.3f}, at lr = {lr:g}.",
                zh="{name}：{all} 个学习率中，有 {count} 个（{rates}）把损失降到了未训练时的一半以下；"
                "最低损失 {best:.3f}，lr = {lr:g}。",
            ).format(
                name=entry.name,
                count=len(good),
                all=len(entry.lrs),
                rates=", ".join(f"{lr:g}" for lr in good) or "–",
                best=float(entry.final[entry.best].mean()),
                lr=entry.lr,
            )
        )


def _chart(entries: tuple[Entry, ...], untrained: float, defaults: Mapping[Name, float]) -> Any:
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
        axes.axhline(untrained, color="#666666", linewidth=1, linestyle=":")
        axes.set(xscale="log", yscale="log", xlabel=str(Text(en="learning rate", zh="学习率")))
        axes.set_xticks(entries[0].lrs)
        axes.set_yticks([0.1, 0.3, 1, 3, 10, 30, 100], ["0.1", "0.3", "1", "3", "10", "30", "100"])
        axes.minorticks_off()
        title = Text(
            en="training loss at the end (ring: torch's default; dotted line: untrained)",
            zh="最终训练损失（圆圈：torch 的默认值；点线：未训练时）",
        )
        axes.set_title(str(title), fontsize=11)
        axes.legend(fontsize=9, loc="upper left")
        figure.tight_layout()
    return figure


def _alt(entries: tuple[Entry, ...], untrained: float) -> Text:
    text = Text(en="Final training loss over the learning rate. ", zh="最终训练损失随学习率的变化。")
    for entry in entries:
        text = text + Text(
            en="{name}: lowest {best:.3f} at {lr:g}, useful at {count} rates. ",
            zh="{name}：最低 {best:.3f}，在 {lr:g} 处，{count} 个学习率可用。",
        ).format(
            name=entry.name,
            best=float(entry.final[entry.best].mean()),
            lr=entry.lr,
            count=len(learns(entry, untrained)),
        )
    return text
