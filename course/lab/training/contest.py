"""A fair contest between optimizers on a real network: the same learning rates, seeds and steps for every one of them.

A race in which one runner alone was tuned proves nothing, so every contestant tries the same learning rates, each from
the same seeds, and is judged at its own best one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts, look
from course.lab.bar import counting
from course.lab.parts.claims import say
from course.lab.rules import RuleError
from course.lab.training import fair
from course.lab.training.data import Data, digits
from course.lab.training.training import Mine, one_thread, small_cnn, train
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.lab.training.fair import Array, Name
    from course.lab.training.training import Factory


@dataclass(frozen=True)
class Contestant(fair.Tuned):
    """One contestant's training runs."""

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
    def at_edge(self) -> bool:
        """Whether the best learning rate is the smallest or the largest tried, so that a better one may lie beyond."""
        return self.best in (0, len(self.lrs) - 1)


@dataclass(frozen=True)
class Contest:
    """All contestants that ran, and the sentences about those that could not."""

    entries: tuple[Contestant, ...]
    absent: tuple[Text, ...]

    def __getitem__(self, name: Name) -> Contestant:
        return next(entry for entry in self.entries if entry.name == name)

    def __contains__(self, name: Name) -> bool:
        return any(entry.name == name for entry in self.entries)

    def clearly_better(self, one: Name, other: Name) -> bool:
        """Return True if the worst seed of `one` ends below the best of `other`, each at its best learning rate.

        Args:
            one: a contestant's name.
            other: another one's.

        Returns:
            True if the two ranges over the seeds do not even touch.

        """
        a, b = self[one], self[other]
        return bool(a.final[a.best].max() < b.final[b.best].min())

    def compare(self, one: Name, other: Name) -> Text:
        """Say from the figures whether `one` ended with a lower training loss than `other`, each at its best rate.

        Args:
            one: a contestant's name.
            other: another one's.

        Returns:
            The sentence.

        """
        a, b = self[one], self[other]
        measured = Text(en="At the end {one} has a mean training loss of", zh="训练结束时，{one} 的平均训练损失为")
        return fair.lower(measured, one, other, a.final[a.best], b.final[b.best])

    def same(self, one: Name, other: Name) -> Text:
        """Say whether two contestants are one rule: how far apart their losses are in the first epoch.

        Args:
            one: a contestant's name.
            other: another one's.

        Returns:
            The sentence.

        """
        a, b = self[one], self[other]
        gap = float(np.abs(a.losses - b.losses)[a.best, :, : a.last].max())
        return fair.same_rule(Text(en="In the first epoch", zh="在第一轮里"), one, other, gap)

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

    What was trained before an interrupt, or in an earlier run, is not trained again (`course.lab.training.kept`); a
    learner's own rule always is.

    Args:
        contestants: by name, a function from parameters and a learning rate to an optimizer, or `mine(stem)`.
        lrs: the learning rates that each of them tries.
        seeds: how many; a seed fixes the first weights and the order of the mini-batches, for all alike.
        epochs: passes over the training set.
        model: makes the network.
        data: the handwritten digits if not given.

    Returns:
        The result, to be shown and asked.

    Examples:
        >>> import torch
        >>> from course.lab import contest
        >>> sgd = lambda params, lr: torch.optim.SGD(params, lr=lr)
        >>> result = contest({"SGD": sgd}, lrs=[0.1], seeds=2, epochs=1)
        >>> result["SGD"].losses.shape
        (1, 2, 21)

    """
    data = digits() if data is None else data
    absent = [who.why_not for who in contestants.values() if isinstance(who, Mine) and who.why_not is not None]
    running = {name: who.make if isinstance(who, Mine) else who for name, who in contestants.items()}
    entries, earlier = [], 0
    total = sum(make is not None for make in running.values()) * len(lrs) * seeds
    label = Text(en="training", zh="训练")
    with one_thread(), counting(label, total, Text(en=" networks", zh=" 个网络")) as bar:
        for name, make in running.items():
            if make is None:
                continue
            losses, accuracy = [], []
            try:
                for lr in lrs:
                    for seed in range(seeds):
                        trained = train(model, make, data, lr=lr, seed=seed, epochs=epochs)
                        losses.append(trained.losses)
                        accuracy.append(trained.accuracy)
                        earlier += trained.earlier
                        if earlier:
                            bar.set_postfix_str(_EARLIER.format(n=earlier)[language()], refresh=False)
                        bar.update()
            except RuleError as error:  # it fails at some step, or on this device; the others train all the same
                absent.append(error.text)
                bar.update(len(lrs) * seeds - len(losses))
                continue
            shape = len(lrs), seeds
            entries.append(
                Contestant(
                    name,
                    tuple(lrs),
                    np.array(losses).reshape(*shape, -1),
                    np.array(accuracy).reshape(shape),
                    last=len(losses[0]) // epochs,
                )
            )
    return Contest(tuple(entries), tuple(absent))


_EARLIER = Text(en="{n} kept from before", zh="{n} 个取自先前")


def _smooth(losses: Array, width: int) -> Array:
    """Return the mean over the last `width` steps, or as many as there are; along the last axis."""
    total = np.cumsum(losses, axis=-1)
    total[..., width:] = total[..., width:] - total[..., :-width]
    return np.asarray(total / np.minimum(np.arange(losses.shape[-1]) + 1, width))


def _chart(entries: Sequence[Contestant]) -> Any:
    drawn = []
    for entry in entries:
        runs = _smooth(entry.losses[entry.best].copy(), 10)
        drawn.append((f"{entry.name}, lr = {entry.lr:g}", entry, np.arange(1.0, runs.shape[1] + 1), runs))
    title = Text(en="training loss, mean and range of the seeds", zh="训练损失：各种子的均值与范围")
    return fair.chart(drawn, along=Text(en="step", zh="步数"), title=title)


def _alt(entries: Sequence[Contestant]) -> Text:
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


def _table(entries: Sequence[Contestant]) -> str:
    head = (
        Text(en="optimizer", zh="优化器"),
        Text(en="best lr of those tried", zh="所试学习率中最好的"),
        Text(en="final training loss (min – max)", zh="最终训练损失（最小 – 最大）"),
        Text(en="test accuracy (min – max)", zh="测试准确率（最小 – 最大）"),
    )
    rows = []
    for entry in entries:
        edge = Text(en=" (at the edge)", zh="（在边缘）")[language()] if entry.at_edge else ""
        right = 100 * entry.accuracy[entry.best]
        accuracy = f"{right.mean():.1f} % ({right.min():.1f} – {right.max():.1f})"
        rows.append((entry.name, f"{entry.lr:g}{edge}", fair.spread(entry.final[entry.best]), accuracy))
    return look.table(head, rows)
