"""All optimizers side by side: every rule at hundreds of settings at once, on the maps and on small real tables."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts, look
from course.lab.parts.claims import say
from course.lab.rules import reference
from course.text import Text
from course.topic import Topic
from course.topics.choosing.guide import guide
from course.topics.choosing.tasks import ENOUGH, RULES, STEPS, default_rate, final_loss, on_the_way, ten_tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from course.lab.training.contest import Contest

    Array = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["contestants", "guide", "heat_maps", "on_the_way", "search_spaces", "standings", "ten_tasks"]

SIDE = 20
RATES = np.geomspace(1e-4, 1e2, SIDE)


def _second(topic: Topic) -> tuple[str, Array]:
    """Return what a topic varies beside the rate, and its values, in equal steps or in equal ratios between two ends.

    `kept` means that the ends say how much is *not* kept, so that the values are denser towards 1.
    """
    told = topic.choosing["second"]
    spread = (np.linspace if told.get("even") else np.geomspace)(told["from"], told["to"], SIDE)
    return told["name"], np.asarray(1 - spread if told.get("kept") else spread)


SECOND: dict[str, tuple[str, Array]] = {each.stem: _second(each) for each in RULES}
"""By stem: the hyperparameter that is varied beside the rate, and its values."""

ONE_BY_ONE = tuple(each.stem for each in RULES if each.choosing["second"].get("one_by_one"))
"""Rules that ask `if` about the varied number, which an array of many numbers cannot answer: one value at a time."""


@dataclass(frozen=True)
class HeatMaps:
    """Final losses of all rules over rate and a second hyperparameter."""

    task: str
    losses: dict[str, Array]
    """By stem, shape (20, 20): rows are values of the second hyperparameter, columns are `RATES`."""
    steps: int
    seconds: float

    def good(self, stem: str, within: float = 2.0) -> float:
        """Return which share of a rule's 400 settings ends not far above the best of all rules.

        Args:
            stem: the rule.
            within: so many times as high is not far.

        Returns:
            From 0 to 1.

        """
        best = max(min(float(each.min()) for each in self.losses.values()), ENOUGH)
        return float((self.losses[stem] <= within * best).mean())

    def best(self, stem: str) -> float:
        """Return the lowest of a rule's 400 losses, as a share of the loss at the start."""
        return float(self.losses[stem].min())

    def show(self) -> None:
        """Draw the maps four in a row, one scale of colours for all, and say how long they took."""
        from matplotlib import pyplot as plt

        rows, columns = math.ceil(len(self.losses) / 4), 4
        with fonts.style():
            figure, places = plt.subplots(rows, columns, figsize=(9.4, 2.35 * rows), layout="constrained")
            shown: Any = None
            for (stem, losses), axes in zip(self.losses.items(), places.flat, strict=False):
                name, values = SECOND[stem]
                height = np.log10(np.clip(losses, ENOUGH, 1.0))
                shown = axes.imshow(height, origin="lower", aspect="auto", cmap="viridis", vmin=-3, vmax=0)
                worse = np.where(losses > 1.0, 1.0, np.nan)
                axes.imshow(worse, origin="lower", aspect="auto", cmap="Greys", vmin=0, vmax=1.6)
                axes.grid(visible=False)
                row, column = np.unravel_index(int(np.argmin(losses)), losses.shape)
                axes.plot(column, row, marker="*", markersize=11, color=look.ORANGE, markeredgecolor="white")
                axes.set_title(f"{reference(stem).__name__}", fontsize=11)
                axes.set_ylabel(name, fontsize=10, labelpad=4)
                axes.set_xlabel(str(Text(en="learning rate", zh="学习率")), fontsize=10, labelpad=1)
                ticks = [0, SIDE // 2, SIDE - 1]
                axes.set_yticks(ticks, [f"{values[tick]:.2g}" for tick in ticks], fontsize=8)
                places_of_powers = (np.array([-4, -2, 0, 2]) + 4) / 6 * (SIDE - 1)
                axes.set_xticks(places_of_powers, ["1e-4", "", "1", ""], fontsize=8)
            for axes in places.flat[len(self.losses) :]:
                axes.set_visible(False)
            bar = figure.colorbar(shown, ax=places, fraction=0.025, pad=0.02)
            bar.set_ticks([-3, -2, -1, 0], labels=["≤ 0.001", "0.01", "0.1", "1"])
            bar.set_label(str(Text(en="final loss / first loss", zh="最终损失 / 初始损失")), fontsize=10)
        fonts.show(figure, self._alt())
        say(
            Text(
                en="{count} training runs of {steps} steps in {seconds:.1f} s.",
                zh="{count} 次训练，每次 {steps} 步，共用 {seconds:.1f} 秒。",
            ).format(count=SIDE * SIDE * len(self.losses), steps=self.steps, seconds=self.seconds)
        )

    def _alt(self) -> Text:
        text = Text(
            en="Final loss over learning rate and a second hyperparameter. ",
            zh="最终损失随学习率和另一个超参数的变化。",
        )
        for stem in self.losses:
            text = text + Text(
                en="{name}: best {best:.2g}, {good:.0%} of the settings good. ",
                zh="{name}：最好 {best:.2g}，{good:.0%} 的设置良好。",
            ).format(name=reference(stem).__name__, best=self.best(stem), good=self.good(stem))
        return text


def heat_maps(task: str, steps: int = STEPS) -> HeatMaps:
    """Train all rules at 400 settings each, 20 rates and 20 values of a second hyperparameter.

    The course's own rules run unchanged: hyperparameters that are arrays broadcast. Where a rule asks `if` about the
    second hyperparameter, its 20 values take turns, and only the rates run side by side.

    Args:
        task: one of `TASKS`.
        steps: how many every training run takes.

    Returns:
        The losses, to be shown and asked.

    Examples:
        >>> from course.lab import heat_maps
        >>> heat_maps("bowl", steps=1).losses["adam"].shape
        (20, 20)

    """
    begun = time.perf_counter()
    losses = {}
    for stem, (name, values) in SECOND.items():
        if stem in ONE_BY_ONE:
            rows = [final_loss(task, stem, RATES, steps, **{name: float(value)}) for value in values]
            losses[stem] = np.array(rows)
        else:
            every = final_loss(task, stem, np.tile(RATES, SIDE), steps, **{name: np.repeat(values, SIDE)})
            losses[stem] = every.reshape(SIDE, SIDE)
    return HeatMaps(task, losses, steps, time.perf_counter() - begun)


def search_spaces(maps: HeatMaps) -> tuple[dict[str, float], ...]:
    """Return how low each rule gets in three search spaces: untuned, the rate alone, rate and second number.

    Args:
        maps: of a task; the third space is theirs.

    Returns:
        For each space, by stem, the lowest loss as a share of the first. What is not tuned has torch's default.

    Examples:
        >>> from course.lab import heat_maps, search_spaces
        >>> untuned, rate, both = search_spaces(heat_maps("bowl", steps=20))
        >>> both["momentum"] <= rate["momentum"] < untuned["momentum"]
        True

    """
    untuned, rate = {}, {}
    for stem in maps.losses:
        losses = final_loss(maps.task, stem, np.append(RATES, default_rate(stem)), maps.steps)
        untuned[stem], rate[stem] = float(losses[-1]), float(losses.min())
    return untuned, rate, {stem: min(maps.best(stem), rate[stem]) for stem in maps.losses}


def contestants() -> dict[str, Callable[[Any, float], Any]]:
    """Return what makes each rule's optimizer from parameters and a rate: torch's own, or ours where torch has none.

    Returns:
        By stem, for `contest`; further hyperparameters stay at the topic's own defaults.

    Examples:
        >>> import torch
        >>> from course.lab import contestants
        >>> type(contestants()["adam"]([torch.ones(2, requires_grad=True)], 0.1)).__name__
        'Adam'

    """
    return {each.stem: _maker(each) for each in RULES}


def _maker(topic: Topic) -> Callable[[Any, float], Any]:
    import torch

    from course.lab.training.optimizer import as_torch

    theirs = getattr(torch.optim, topic.reference.rpartition(".")[2], None)
    if theirs:
        return lambda params, lr: theirs(params, lr=lr, **topic.torch)
    ours = as_torch(reference(topic.stem))
    if topic.inner:
        inner = reference(topic.inner)
        return lambda params, lr: ours(params, inner=inner(lr=lr))
    return lambda params, lr: ours(params, lr=lr)


def standings(result: Contest, names: Mapping[str, str]) -> None:
    """Draw the end of a contest, one line a contestant, best first: training loss and test accuracy, with every seed.

    Args:
        result: of a contest whose contestants are called by their stems.
        names: by stem, what stands beside the line.

    Examples:
        >>> import torch
        >>> from course.lab import contest, standings
        >>> sgd = lambda params, lr: torch.optim.SGD(params, lr=lr)
        >>> standings(contest({"sgd": sgd}, lrs=[0.1], seeds=2, epochs=1), {"sgd": "SGD"})
        <IPython.core.display.HTML object>

    """
    from matplotlib import pyplot as plt

    ranked = sorted(result.entries, key=lambda entry: entry.judged.final.mean(), reverse=True)
    labels = [f"{names[str(entry.name)]}, lr = {entry.lr:g}" for entry in ranked]
    with fonts.style():
        figure, (loss, right) = plt.subplots(1, 2, figsize=(9.2, 4.0), sharey=True)
        for row, entry in enumerate(ranked):
            for axes, values in ((loss, entry.judged.final), (right, 100 * entry.judged.accuracy)):
                axes.plot([values.min(), values.max()], [row, row], color=look.BLUE, linewidth=3, alpha=0.35)
                axes.plot(values, [row] * len(values), "o", color=look.BLUE, markersize=5)
        loss.set_yticks(range(len(ranked)), labels, fontsize=9)
        loss.set(xscale="log", xlabel=str(Text(en="final training loss", zh="最终训练损失")))
        loss.set_xticks(
            [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0], ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1"]
        )
        loss.minorticks_off()
        finals = [entry.judged.final for entry in ranked]
        loss.set_xlim(0.8 * min(each.min() for each in finals), 1.25 * max(each.max() for each in finals))
        label = Text(en="test accuracy, %", zh="测试准确率，%")
        if result.baseline is not None:
            label = Text(en="test accuracy, % (no network: {base:.1f})", zh="测试准确率，%（不用网络时为 {base:.1f}）")
            label = label.format(base=100 * result.baseline.accuracy)
        right.set_xlabel(str(label))
        figure.tight_layout()
    text = Text(en="Best first: ", zh="从好到差：")
    for entry in reversed(ranked):
        text = text + Text(en="{name} {loss:.3f}, {right:.1f} %; ", zh="{name} {loss:.3f}，{right:.1f} %；").format(
            name=Topic.load(str(entry.name)).title,
            loss=float(entry.judged.final.mean()),
            right=float(100 * entry.judged.accuracy.mean()),
        )
    fonts.show(figure, text)
