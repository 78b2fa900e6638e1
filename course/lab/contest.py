"""A fair contest between optimizers on a real network: the same learning rates, seeds and steps for every one of them.

A race in which one runner alone was tuned proves nothing, so every contestant tries the same learning rates, each from
the same seeds, and is judged at its own best one.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts
from course.lab.claims import say
from course.lab.training import Data, Mine, digits, one_thread, small_cnn, train
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.lab.training import Factory

Name = str | Text
Array = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True)
class Entry:
    """One contestant's trainings."""

    name: Name
    lrs: tuple[float, ...]
    losses: Array
    """Shape (learning rates, seeds, steps): the loss on each mini-batch."""
    accuracy: Array
    """Shape (learning rates, seeds): on the test set, at the end."""
    last: int
    """How many steps at the end count as "the end": one epoch."""

    @property
    def final(self) -> Array:
        """Shape (learning rates, seeds): the mean training loss over the last epoch; infinite where it diverged."""
        return np.where(np.isnan(self.losses[:, :, -1]), np.inf, self.losses[:, :, -self.last :].mean(axis=2))

    @property
    def best(self) -> int:
        """The index of the learning rate with the lowest final loss, averaged over the seeds."""
        return int(np.argmin(self.final.mean(axis=1)))

    @property
    def lr(self) -> float:
        """The best learning rate."""
        return self.lrs[self.best]

    @property
    def at_edge(self) -> bool:
        """Whether the best learning rate is the smallest or the largest tried, so that a better one may lie beyond."""
        return self.best in (0, len(self.lrs) - 1)


@dataclass(frozen=True)
class Contest:
    """All contestants that ran, and the sentences about those that could not."""

    entries: tuple[Entry, ...]
    absent: tuple[Text, ...]

    def __getitem__(self, name: Name) -> Entry:
        return next(entry for entry in self.entries if entry.name == name)

    def __contains__(self, name: Name) -> bool:
        return any(entry.name == name for entry in self.entries)

    def clearly_better(self, one: Name, other: Name) -> bool:
        """Whether the worst seed of `one` ends below the best of `other`, each at its best learning rate."""
        a, b = self[one], self[other]
        return bool(a.final[a.best].max() < b.final[b.best].min())

    def compare(self, one: Name, other: Name) -> Text:
        """Say from the figures whether `one` ended with a lower training loss than `other`, each at its best rate."""
        a, b = self[one], self[other]
        ours, theirs = a.final[a.best], b.final[b.best]
        seeds, lower = len(ours), int((ours < theirs).sum())
        facts = {
            "one": one,
            "other": other,
            "ours": f"{ours.mean():.3f}",
            "theirs": f"{theirs.mean():.3f}",
            "lower": lower,
            "seeds": seeds,
        }
        text = Text(
            en="At the end {one} has a mean training loss of {ours}, {other} {theirs};"
            " {one} is lower with {lower} of {seeds} seeds. ",
            zh="训练结束时，{one} 的平均训练损失为 {ours}，{other} 为 {theirs}；"
            "{seeds} 个随机种子中，{one} 更低的有 {lower} 个。",
        ).format(**facts)
        if self.clearly_better(one, other):
            return text + Text(
                en="Even its worst seed beats the other's best: on this task the difference is real.",
                zh="它最差的种子也好过对方最好的种子：在这个任务上，差别是实在的。",
            )
        if self.clearly_better(other, one):
            return text + Text(
                en="Even its best seed loses to the other's worst: here it does not help, it hurts.",
                zh="它最好的种子也不如对方最差的种子：在这里它没有帮助，反而有害。",
            )
        return text + Text(
            en="The ranges over the seeds overlap: these figures alone do not show which is better.",
            zh="两者随种子变化的范围有重叠：仅凭这些数字，看不出孰优孰劣。",
        )

    def same(self, one: Name, other: Name) -> Text:
        """Say whether two contestants are one and the same rule: how far apart their losses are in the first epoch.

        Later, and at rates that are too large, rounding errors grow by themselves and would say nothing.
        """
        a, b = self[one], self[other]
        gap = float(np.abs(a.losses - b.losses)[a.best, :, : a.last].max())
        facts = {"one": one, "other": other, "gap": f"{gap:.1g}"}
        if gap < 1e-3:
            return Text(
                en="In the first epoch the losses of {one} and {other} differ by at most {gap}:"
                " the same rule, but for rounding.",
                zh="在第一个训练轮里，{one} 与 {other} 的损失最多相差 {gap}：除去舍入误差，是同一个规则。",
            ).format(**facts)
        return Text(
            en="In the first epoch the losses of {one} and {other} differ by up to {gap}: not the same rule.",
            zh="在第一个训练轮里，{one} 与 {other} 的损失最多相差 {gap}：不是同一个规则。",
        ).format(**facts)

    def show(self) -> None:
        """Draw the loss over the steps, the band spanning all seeds, beside the final loss at every rate; then a table.

        Contestants that could not run are named first, with the reason.
        """
        from IPython import display

        for reason in self.absent:
            say(reason)
        if not self.entries:
            return
        fonts.show(_chart(self.entries), _alt(self.entries))
        display.display(display.HTML(_table(self.entries)))  # type: ignore[no-untyped-call]


def contest(
    contestants: Mapping[Name, Factory | Mine],
    *,
    lrs: Sequence[float],
    seeds: int = 3,
    epochs: int = 5,
    model: Callable[[], Any] = small_cnn,
    data: Data | None = None,
) -> Contest:
    """Train every contestant at every learning rate from every seed, with a progress bar.

    Args:
        contestants: by name, a function from parameters and a learning rate to an optimizer, or `mine(stem)`.
        lrs: the learning rates that each of them tries.
        seeds: how many; a seed fixes the first weights and the order of the mini-batches, for all alike.
        epochs: passes over the training set.
        model: makes the network.
        data: the handwritten digits if not given.

    """
    from tqdm.auto import tqdm

    data = digits() if data is None else data
    absent = [who.why_not for who in contestants.values() if isinstance(who, Mine) and who.why_not is not None]
    running = {name: who.make if isinstance(who, Mine) else who for name, who in contestants.items()}
    entries = []
    total = sum(make is not None for make in running.values()) * len(lrs) * seeds
    label = str(Text(en="training", zh="训练中"))
    with one_thread(), tqdm(total=total, desc=label, unit=str(Text(en=" networks", zh=" 个网络"))) as bar:
        for name, make in running.items():
            if make is None:
                continue
            losses, accuracy = [], []
            for lr in lrs:
                for seed in range(seeds):
                    loss, right = train(model, make, data, lr=lr, seed=seed, epochs=epochs)
                    losses.append(loss)
                    accuracy.append(right)
                    bar.update()
            shape = len(lrs), seeds
            entries.append(
                Entry(
                    name,
                    tuple(lrs),
                    np.array(losses).reshape(*shape, -1),
                    np.array(accuracy).reshape(shape),
                    last=len(losses[0]) // epochs,
                )
            )
    return Contest(tuple(entries), tuple(absent))


_MARKS = ("o", "s", "^", "D", "v")
_LINES: tuple[Any, ...] = ("-", "--", (0, (1, 1.5)), "-.", (0, (4, 1, 1, 1)))


def _smooth(losses: Array, width: int) -> Array:
    """The mean over the last `width` steps, or as many as there are; along the last axis."""
    total = np.cumsum(losses, axis=-1)
    total[..., width:] = total[..., width:] - total[..., :-width]
    return np.asarray(total / np.minimum(np.arange(losses.shape[-1]) + 1, width))


def _chart(entries: Sequence[Entry]) -> Any:
    from matplotlib import pyplot as plt
    from matplotlib import ticker

    with fonts.style():
        figure, (over_time, over_rates) = plt.subplots(1, 2, figsize=(9.2, 3.4), width_ratios=(3, 2))
        for entry, mark, line in zip(entries, _MARKS, _LINES, strict=False):
            runs = _smooth(entry.losses[entry.best].copy(), 10)
            steps = np.arange(1, runs.shape[1] + 1)
            (drawn,) = over_time.plot(
                steps, runs.mean(axis=0), linestyle=line, linewidth=2, label=f"{entry.name}, lr = {entry.lr:g}"
            )
            over_time.fill_between(
                steps, runs.min(axis=0), runs.max(axis=0), color=drawn.get_color(), alpha=0.15, linewidth=0
            )
            finals = np.where(np.isfinite(entry.final), entry.final, np.nan)
            over_rates.plot(entry.lrs, finals.mean(axis=1), linestyle=line, marker=mark, markersize=5)
        for axes in (over_time, over_rates):
            axes.set_yscale("log")
            low, high = axes.get_ylim()
            crowded = high > 100 * low  # over two powers of ten and more, five labels each would overlap
            axes.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 3) if crowded else (1, 1.5, 2, 3, 5)))
            axes.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
            axes.yaxis.set_minor_locator(ticker.NullLocator())
        over_time.set(xlabel=str(Text(en="step", zh="步数")))
        over_time.set_title(
            str(Text(en="training loss, mean and range of the seeds", zh="训练损失：各种子的均值与范围")), fontsize=11
        )
        over_time.legend(fontsize=9, loc="upper right")
        over_rates.set(xscale="log", ylim=over_time.get_ylim(), xlabel=str(Text(en="learning rate", zh="学习率")))
        over_rates.set_xticks(entries[0].lrs, [f"{lr:g}" for lr in entries[0].lrs])
        over_rates.xaxis.set_minor_locator(ticker.NullLocator())
        over_rates.set_title(str(Text(en="loss at the end", zh="最终损失")), fontsize=11)
        figure.tight_layout()
    return figure


def _alt(entries: Sequence[Entry]) -> Text:
    parts = [
        Text(
            en="{name}: from {first:.2f} to {final:.3f} at lr = {lr:g}. ",
            zh="{name}：lr = {lr:g} 时从 {first:.2f} 降到 {final:.3f}。",
        ).format(
            name=entry.name,
            first=entry.losses[entry.best, :, 0].mean(),
            final=entry.final[entry.best].mean(),
            lr=entry.lr,
        )
        for entry in entries
    ]
    text = Text(en="Training loss over the steps. ", zh="训练损失随步数的变化。")
    for part in parts:
        text = text + part
    return text


def _table(entries: Sequence[Entry]) -> str:
    head = (
        Text(en="optimizer", zh="优化器"),
        Text(en="best lr of those tried", zh="所试学习率中最好的"),
        Text(en="final training loss (min – max)", zh="最终训练损失（最小 – 最大）"),
        Text(en="test accuracy (min – max)", zh="测试准确率（最小 – 最大）"),
    )
    rows = "".join(f"<th style='text-align:left'>{each}</th>" for each in head)
    for entry in entries:
        loss, right = entry.final[entry.best], 100 * entry.accuracy[entry.best]
        edge = Text(en=" (at the edge)", zh="（在边缘）")[language()] if entry.at_edge else ""
        cells = (
            html.escape(str(entry.name)),
            f"{entry.lr:g}{edge}",
            f"{loss.mean():.3f} ({loss.min():.3f} – {loss.max():.3f})",
            f"{right.mean():.1f} % ({right.min():.1f} – {right.max():.1f})",
        )
        rows += "<tr>" + "".join(f"<td style='text-align:left'>{cell}</td>" for cell in cells) + "</tr>"
    return f"<table>{rows}</table>"
