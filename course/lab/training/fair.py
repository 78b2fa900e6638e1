"""What all fair comparisons share: everyone at its own best rate, the sentences on who was lower, chart and table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts
from course.lab.training.paired import FEWEST, paired
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = texts(__file__)

Name = str | Text
Array = np.ndarray[Any, np.dtype[np.float64]]

LINES: tuple[Any, ...] = ("-", "--", (0, (1, 1.5)), "-.", (0, (4, 1, 1, 1)))
"""One style of line a contestant."""
MARKS = ("o", "s", "^", "D", "v")
"""And one mark."""
_LOSS = Text(en="loss", zh="损失")

SAME = 1e-3
"""Losses that are never further apart in the first steps are those of one rule."""


class Tuned:
    """Something that was tried at several learning rates on some seeds, and is judged at its best on others."""

    lrs: tuple[float, ...]

    @property
    def final(self) -> Array:
        """Shape (learning rates, seeds that choose): the loss at the end; infinite where it diverged."""
        raise NotImplementedError

    @property
    def best(self) -> int:
        """The index of the learning rate with the lowest final loss, averaged over the seeds."""
        return int(np.argmin(self.final.mean(axis=1)))

    @property
    def lr(self) -> float:
        """The best learning rate."""
        return self.lrs[self.best]


def lower(measured: Text, one: Name, other: Name, ours: Array, theirs: Array) -> Text:
    """Say from the seeds' losses whether `one` ended lower than `other`, and how sure that is.

    Args:
        measured: the sentence's beginning, up to the mean of `ours`: "At the end {one} has a mean loss of".
        one: a contestant's name.
        other: another one's.
        ours: its losses, one a seed; none of these seeds chose its learning rate.
        theirs: the other's, from the same seeds.

    Returns:
        The sentence.

    """
    found = paired(ours, theirs)
    whole = bool(np.isfinite(found.differences).all())
    text = measured + (TEXTS["lower"] if whole else TEXTS["lower-diverged"])
    if found.first_is_lower:
        text = text + TEXTS["better"]
    elif found.significant:
        text = text + TEXTS["worse"]
    elif len(ours) < FEWEST:
        text = text + TEXTS["few"]
    else:
        text = text + (TEXTS["open"] if whole else TEXTS["open-diverged"])
    return text.format(
        one=one,
        other=other,
        ours=f"{ours.mean():.3f}",
        theirs=f"{theirs.mean():.3f}",
        lower=int((found.differences < 0).sum()),
        seeds=len(ours),
        mean=_signed(found.mean),
        confidence=f"{100 * found.confidence:.0f}",
        low=_signed(found.low),
        high=_signed(found.high),
        p=f"{found.p:.2g}",
        shown=f"{found.would_show:.2g}",
    )


def _signed(number: float) -> str:
    return f"{number:+.2g}".replace("-", "−")


def same_rule(when: Text, one: Name, other: Name, gap: float) -> Text:
    """Say whether two contestants are one and the same rule.

    Args:
        when: "In the first epoch", say: later, rounding errors grow by themselves and would say nothing.
        one: a contestant's name.
        other: another one's.
        gap: how far apart their losses are there.

    Returns:
        The sentence.

    """
    if gap == 0:
        text = when + TEXTS["identical"]
    elif gap < SAME:
        text = when + TEXTS["rounding"]
    else:
        text = when + TEXTS["different"]
    return text.format(one=one, other=other, gap=f"{gap:.1g}")


def chart(contestants: Sequence[tuple[str, Tuned, Array, Array]], *, along: Text, title: Text) -> Any:
    """Draw the losses over time, the band spanning all seeds, beside the final loss at every learning rate.

    Args:
        contestants: of each a label, what was tried, when the losses were taken, shape (times,), and the losses at the
            best rate, shape (seeds, times).
        along: the name of the axis of time.
        title: of the losses over time.

    Returns:
        The figure.

    """
    from matplotlib import pyplot as plt
    from matplotlib import ticker

    with fonts.style():
        figure, (over_time, over_rates) = plt.subplots(1, 2, figsize=(9.2, 3.4), width_ratios=(3, 2))
        for (label, tuned, times, losses), mark, line in zip(contestants, MARKS, LINES, strict=False):
            (drawn,) = over_time.plot(times, losses.mean(axis=0), linestyle=line, linewidth=2, label=label)
            over_time.fill_between(
                times, losses.min(axis=0), losses.max(axis=0), color=drawn.get_color(), alpha=0.15, linewidth=0
            )
            finals = np.where(np.isfinite(tuned.final), tuned.final, np.nan)
            over_rates.plot(tuned.lrs, finals.mean(axis=1), linestyle=line, marker=mark, markersize=5)
        over_time.set_yscale("log")
        over_rates.set(xscale="log", yscale="log", ylim=over_time.get_ylim())
        low, high = over_time.get_ylim()
        crowded = high > 30 * low  # over one and a half powers of ten and more, five labels each would overlap
        for axes in (over_time, over_rates):
            axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 3) if crowded else (1, 1.5, 2, 3, 5)))
            axes.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
            axes.yaxis.set_minor_locator(ticker.NullLocator())
        over_time.set(xlabel=str(along), ylabel=str(_LOSS))
        over_time.set_title(str(title), fontsize=11)
        over_time.legend(fontsize=9, loc="upper right")
        over_rates.set(xlabel=str(Text(en="learning rate", zh="学习率")), ylabel=str(_LOSS))
        lrs = sorted({lr for _, tuned, _, _ in contestants for lr in tuned.lrs})
        over_rates.set_xticks(lrs, rate_labels(lrs))
        over_rates.xaxis.set_minor_locator(ticker.NullLocator())
        over_rates.set_title(str(Text(en="loss at the end", zh="最终损失")), fontsize=11)
        figure.tight_layout()
    return figure


def rate_labels(lrs: Sequence[float]) -> list[str]:
    """Write the learning rates of an axis; those that would overlap with one before them stay empty.

    Args:
        lrs: in rising order.

    Returns:
        As many labels.

    Examples:
        >>> rate_labels([0.1, 0.12, 0.4])
        ['0.1', '', '0.4']

    """
    labels, last, room = [], 0.0, (lrs[-1] / lrs[0]) ** 0.1
    for lr in lrs:
        free = lr >= last * room
        labels.append(f"{lr:g}" if free else "")
        last = lr if free else last
    return labels


def spread(values: Array, form: str = ".3f") -> str:
    """Write mean, least and largest of the seeds' values.

    Args:
        values: one a seed.
        form: of each number, as in a format string.

    Returns:
        For instance `0.250 (0.200 – 0.300)`.

    """
    return f"{values.mean():{form}} ({values.min():{form}} – {values.max():{form}})"
