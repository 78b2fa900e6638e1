"""What gradient descent's lesson measures beyond its own cells: a chart of two factors, and a race of batch sizes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts, look
from course.lab.bar import counting
from course.lab.training import fair
from course.lab.training.choice import CHOOSING, JUDGING, runs, tune
from course.lab.training.paired import paired
from course.text import Text

from .edge import sharpening  # type: ignore[import-not-found]  # a stem with a hyphen is no package to mypy
from .line import fit_a_line  # type: ignore[import-not-found]

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from course.lab.training.fair import Array

__all__ = ["batch_race", "batch_seconds", "fit_a_line", "sharpening", "shrink_factors"]

MARKS = 4
"""How often in an epoch the loss is looked at."""


def shrink_factors(flat: float = 1.0, steep: float = 25.0) -> None:
    """Draw by which factor one step multiplies the distance to the bottom, along and across, over the learning rate.

    Args:
        flat: the curvature along the valley.
        steep: the curvature across it.

    Examples:
        >>> from course.lab import shrink_factors
        >>> shrink_factors(flat=1.0, steep=10.0)
        <IPython.core.display.HTML object>

    """
    from matplotlib import pyplot as plt

    limit, best = 2 / steep, 2 / (flat + steep)
    rates = np.linspace(0, 1.3 * limit, 400)
    with fonts.style():
        figure, axes = plt.subplots(figsize=(8, 3.2))
        along, across = np.abs(1 - rates * flat), np.abs(1 - rates * steep)
        axes.plot(
            rates, along, linewidth=2, label=str(Text(en=f"along (curvature {flat:g})", zh=f"纵向（曲率 {flat:g}）"))
        )
        axes.plot(
            rates,
            across,
            "--",
            linewidth=2,
            label=str(Text(en=f"across (curvature {steep:g})", zh=f"横向（曲率 {steep:g}）")),
        )
        axes.axhline(1, color=look.GREY, linewidth=1)
        axes.axvspan(limit, rates[-1], color=look.ORANGE, alpha=0.12, linewidth=0)
        axes.text(limit * 1.15, 0.45, str(Text(en="runs away", zh="发散")), ha="center", color=look.BAD)
        axes.plot([best], [1 - best * flat], "o", color=look.BLACK, markersize=7, zorder=3)
        note = Text(en=f"best compromise: γ = {best:.3f}", zh=f"最好的折中：γ = {best:.3f}")
        axes.annotate(
            str(note),
            (best, 1 - best * flat),
            (best * 0.97, 1.3),
            ha="right",
            arrowprops={"arrowstyle": "-", "color": look.BLACK},
        )
        axes.set(xlim=(0, rates[-1]), ylim=(0, 1.65))
        axes.set_xlabel(str(Text(en="learning rate γ", zh="学习率 γ")))
        axes.set_ylabel(str(Text(en="factor", zh="系数")))
        axes.set_title(
            str(Text(en="one step multiplies the distance to the bottom by …", zh="每一步把到谷底的距离乘以……")),
            fontsize=11,
        )
        axes.legend(fontsize=10, loc="upper left", bbox_to_anchor=(0.01, 1.02))
        figure.tight_layout()
    alt = Text(
        en=f"The factor along falls slowly from 1 to {1 - limit * flat:.2f}; the factor across falls to 0 at γ ="
        f" {1 / steep:g} and rises again to 1 at γ = {limit:g}. Both are equal at γ = {best:.3f}.",
        zh=f"纵向的系数从 1 慢慢降到 {1 - limit * flat:.2f}；横向的系数在 γ = {1 / steep:g} 处降到 0，"
        f"到 γ = {limit:g} 又升回 1。两者在 γ = {best:.3f} 处相等。",
    )
    fonts.show(figure, alt)


@dataclass(frozen=True)
class Runner(fair.Tuned):
    """The training runs of one batch size."""

    batch: int
    lrs: tuple[float, ...]
    losses: Array
    """Shape (learning rates, seeds that choose, marks): the loss on all samples, the start included."""
    judged: Array
    """Shape (seeds that judge, marks): the same at the best rate."""
    times: Array
    """Of every run, the seconds that its steps took, without the looks at the loss."""
    steps: int
    """How many steps it takes in all."""

    @property
    def final(self) -> Array:
        """Shape (learning rates, seeds that choose): the loss at the end; infinite where it diverged."""
        return _ends(self.losses)

    @property
    def seconds(self) -> float:
        """How long the steps of one run took, the median over all of them."""
        return float(np.median(self.times))

    @property
    def seeds(self) -> Array:
        """Shape (seeds that judge,): the loss at the end, at the best learning rate."""
        return _ends(self.judged)


@dataclass(frozen=True)
class Race:
    """Batch sizes that have all seen the same samples."""

    runners: tuple[Runner, ...]
    epochs: int

    def __getitem__(self, batch: int) -> Runner:
        return next(each for each in self.runners if each.batch == batch)

    def clearly_better(self, one: int, other: int) -> bool:
        """Return True if a batch size ends significantly lower than another, each at its best rate.

        Args:
            one: a batch size.
            other: another one.

        Returns:
            True if the mean difference is in favour of `one`, with p at most 0.05 in the exact sign-flip test.

        """
        return paired(self[one].seeds, self[other].seeds).first_is_lower

    def show(self) -> None:
        """Draw the loss over the epochs, the band spanning all seeds, beside the final loss at every learning rate."""
        fonts.show(self._chart(), self._alt())

    def _chart(self) -> Any:
        drawn = []
        for each in self.runners:
            label = Text(
                en=f"batch {each.batch}: {each.steps} steps, lr = {each.lr:g}",
                zh=f"批量 {each.batch}：{each.steps} 步，lr = {each.lr:g}",
            )
            seen = each.judged
            drawn.append((str(label), each, np.arange(seen.shape[1]) / MARKS, seen))
        return fair.chart(
            drawn,
            along=Text(en="epoch (passes over all samples)", zh="轮（把全部样本看一遍）"),
            title=Text(
                en="loss on all samples, mean and range of the orders", zh="全部样本上的损失，各种顺序的均值与范围"
            ),
        )

    def _alt(self) -> Text:
        text = Text(en=f"Loss after {self.epochs} epochs. ", zh=f"{self.epochs} 轮之后的损失。")
        for each in self.runners:
            mean = each.seeds.mean()
            text += Text(
                en=f"Batch {each.batch}: {mean:.3f} at lr = {each.lr:g}. ",
                zh=f"批量 {each.batch}：lr = {each.lr:g} 时为 {mean:.3f}。",
            )
        return text


def _ends(losses: Any) -> Array:
    """Return the last of the losses; infinite where it is none."""
    ends = np.asarray(losses)[..., -1]
    return np.where(np.isfinite(ends), ends, np.inf)


def batch_race(
    gradient: Callable[[Array, Any], Array],
    loss: Callable[[Array], float],
    start: Array,
    samples: int,
    *,
    batches: Sequence[int],
    lrs: Sequence[float],
    choosing: int = CHOOSING,
    seeds: int = JUDGING,
    epochs: int = 3,
) -> Race:
    """Let batch sizes race: every one sees the same samples equally often and tries the same rates and seeds.

    Where the best rate is at the edge of the grid, further ones are tried.

    Args:
        gradient: from the parameters and the rows of a batch to the mean gradient over these rows.
        loss: the mean loss over all samples.
        start: the parameters to begin with, of any shape.
        samples: how many rows there are.
        batches: the batch sizes; a last batch of an epoch that would be smaller is spread over the others.
        lrs: the learning rates that each of them tries.
        choosing: with how many orders of the samples each rate is tried, the same ones for all.
        seeds: with how many others the best rate is judged.
        epochs: how often every sample is seen.

    Returns:
        The result, to be shown and asked.

    Examples:
        >>> import numpy as np
        >>> from course.lab import batch_race
        >>> points = np.array([1.0, 2.0, 3.0, 4.0])
        >>> gradient = lambda theta, rows: theta - points[rows].mean()
        >>> loss = lambda theta: float(np.mean((theta - points) ** 2) / 2)
        >>> race = batch_race(gradient, loss, np.zeros(()), 4, batches=[1, 4], lrs=[0.5], seeds=2, epochs=1)
        >>> race[1].steps, race[4].steps
        (4, 1)

    """
    runners = []
    total = len(batches) * runs(lrs, choosing, seeds)
    with (
        counting(Text(en="training", zh="训练"), total, Text(en=" runs", zh=" 次")) as bar,
        np.errstate(over="ignore", invalid="ignore"),
    ):

        def more(count: int) -> None:
            bar.total += count

        for batch in batches:
            a_epoch = max(1, samples // batch)

            def run(lr: float, seed: int, a_epoch: int = a_epoch) -> tuple[list[float], float]:
                order = np.random.default_rng(seed)
                plan = [np.array_split(order.permutation(samples), a_epoch) for _ in range(epochs)]
                ran = _train(gradient, loss, start, plan, lr)
                bar.update()
                return ran

            found = tune(run, lambda ran: float(_ends(ran[0])), lrs, choosing=choosing, judging=seeds, more=more)
            runners.append(
                Runner(
                    batch,
                    found.lrs,
                    np.array([[losses for losses, _ in row] for row in found.tried]),
                    np.array([losses for losses, _ in found.judged]),
                    np.array([seconds for row in (*found.tried, found.judged) for _, seconds in row]),
                    a_epoch * epochs,
                )
            )
    return Race(tuple(runners), epochs)


def _train(
    gradient: Callable[[Array, Any], Array], loss: Callable[[Array], float], start: Array, plan: Any, lr: float
) -> tuple[list[float], float]:
    """Return the loss at every mark, and the seconds of the steps; `plan` has the rows of every batch, by epoch."""
    params, seconds = start.copy(), 0.0
    seen = [loss(params)]
    for batches in plan:
        done = 0
        for number, rows in enumerate(batches, start=1):
            # A step is taken once its batch is complete: marks that fall before that still see the old parameters.
            while done < (number * MARKS - 1) // len(batches):
                seen.append(loss(params))
                done += 1
            begun = time.perf_counter()
            params = params - lr * gradient(params, rows)
            seconds += time.perf_counter() - begun
        seen += [loss(params)] * (MARKS - done)
    return seen, seconds


def batch_seconds(sizes: Sequence[int], *, device: str = "cpu", repeat: int = 20) -> dict[int, float]:
    """Measure how long one gradient takes: a convolutional network's, for batches of random 8 × 8 images.

    Args:
        sizes: the batch sizes.
        device: torch's name of the device.
        repeat: how many times each is measured; the median counts.

    Returns:
        Seconds for one gradient, by batch size.

    Examples:
        >>> from course.lab import batch_seconds
        >>> list(batch_seconds([1, 8], repeat=1))
        [1, 8]

    """
    import torch
    from torch.nn.functional import cross_entropy

    from course.lab.training.training import small_cnn

    network = small_cnn(width=64).to(device)
    taken = {}
    for size in sizes:
        x, y = torch.rand(size, 1, 8, 8, device=device), torch.zeros(size, dtype=torch.int64, device=device)
        times = []
        for _ in range(repeat + 2):  # the first two warm up
            begun = time.perf_counter()
            network.zero_grad()
            cross_entropy(network(x), y).backward()  # type: ignore[no-untyped-call]
            if device != "cpu":
                torch.cuda.synchronize()
            times.append(time.perf_counter() - begun)
        taken[size] = float(np.median(times[2:]))
    return taken
