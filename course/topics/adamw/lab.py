"""The task of the AdamW lesson: few examples, some labelled wrong, and a network with room to learn them all."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts, look
from course.lab.bar import counting
from course.lab.parts.claims import say
from course.lab.rules import RuleError
from course.lab.training import fair
from course.lab.training.data import Data
from course.lab.training.training import Mine, one_thread
from course.text import Text, language

from .wheel import two_hands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    import torch

    from course.lab.training.fair import Array, Name
    from course.lab.training.training import Factory

__all__ = ["decay_contest", "two_hands"]

WRONG = 0.2
"""The share of training labels that are drawn by lot."""

KEPT_BACK = 120
"""How many examples serve to choose rate and decay; they are neither trained nor tested on."""

TESTED = 200
"""How many examples serve to test."""


@functools.cache
def tumours(examples: int = 100, device: str = "cpu") -> tuple[Data, Data]:
    """Load measurements of 569 tumours, benign or malignant (UCI, 1995, shipped with scikit-learn), cut into three.

    Inputs have shape (n, 30), standardised by the training set. A fifth of the training labels is drawn by lot, so a
    tenth or so is wrong; the other two sets keep the true ones. The cut is the same every time.

    Args:
        examples: how many to train on, 249 at most; the 120 to choose by and the 200 to test on stay the same.
        device: where the tensors live.

    Returns:
        The training set with the examples to choose by, and the training set with the test set.

    """
    import torch
    from sklearn.datasets import load_breast_cancer

    inputs, targets = load_breast_cancer(return_X_y=True)
    draw = np.random.default_rng(0)
    order = draw.permutation(len(targets))
    inputs, targets = inputs[order], targets[order]
    lots = np.where(draw.random(len(targets)) < WRONG, draw.integers(0, 2, len(targets)), targets)
    inputs = (inputs - inputs[-examples:].mean(axis=0)) / inputs[-examples:].std(axis=0)
    x = torch.tensor(inputs, dtype=torch.float32, device=device)
    y, noisy = (torch.tensor(each, dtype=torch.int64, device=device) for each in (targets, lots))
    train = x[-examples:], noisy[-examples:]
    middle = KEPT_BACK + TESTED
    return Data(*train, x[:KEPT_BACK], y[:KEPT_BACK]), Data(*train, x[KEPT_BACK:middle], y[KEPT_BACK:middle])


def crowd(seeds: int, width: int = 32) -> torch.nn.Module:
    """Make as many networks as there are seeds, in one: 30 inputs, a hidden layer with ReLU, two classes.

    Rules that work entry by entry do not notice, so all seeds are trained at once. Inputs have shape (seeds, n, 30) or
    (n, 30), outputs (seeds, n, 2).

    Args:
        seeds: how many networks; the first one is seed 0.
        width: of the hidden layer.

    Returns:
        One network that holds them all.

    """
    import torch
    from torch import nn

    class Crowd(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            first, second = [], []
            for seed in range(seeds):
                draw = torch.Generator().manual_seed(seed)
                first.append(torch.randn(30, width, generator=draw) * (2 / 30) ** 0.5)
                second.append(torch.randn(width, 2, generator=draw) * width**-0.5)
            self.first, self.second = nn.Parameter(torch.stack(first)), nn.Parameter(torch.stack(second))
            self.bias1, self.bias2 = nn.Parameter(torch.zeros(seeds, 1, width)), nn.Parameter(torch.zeros(seeds, 1, 2))

        def forward(self, x: torch.Tensor) -> Any:
            return torch.relu(x @ self.first + self.bias1) @ self.second + self.bias2

    return Crowd()


@dataclass(frozen=True)
class Grid:
    """One contestant's training runs at every rate and decay; arrays of shape (rates, decays, seeds).

    Other seeds choose the setting than those that are trained on, and tested, to judge it.
    """

    name: Name
    lrs: tuple[float, ...]
    decays: tuple[float, ...]
    train: Array
    """The loss on the training set at the end."""
    choose: Array
    """Shape (rates, decays, seeds that choose): the loss on the examples that were kept back to choose by."""
    test: Array
    """The loss on the test set."""
    accuracy: Array
    """On the test set."""
    first: Array
    """Shape (rates, decays, 10): the training loss in the first ten steps, averaged over the seeds."""

    @property
    def best(self) -> tuple[int, int]:
        """Rate and decay, by index, with the lowest loss on the examples kept back, averaged over the seeds."""
        at = np.unravel_index(int(np.argmin(self.choose.mean(axis=2))), self.choose.shape[:2])
        return int(at[0]), int(at[1])

    @property
    def gap(self) -> float:
        """At the best setting, how much higher the loss is on the test set than on the training set."""
        return float((self.test[self.best] - self.train[self.best]).mean())


@dataclass(frozen=True)
class DecayContest:
    """All contestants that ran, and the sentences about those that could not."""

    grids: tuple[Grid, ...]
    absent: tuple[Text, ...]

    def __getitem__(self, name: Name) -> Grid:
        return next(grid for grid in self.grids if grid.name == name)

    def __contains__(self, name: Name) -> bool:
        return any(grid.name == name for grid in self.grids)

    def compare(self, one: Name, other: Name) -> Text:
        """Say from the figures whether `one` ended with a lower test loss than `other`, each at its best setting.

        Args:
            one: a contestant's name.
            other: another one's.

        Returns:
            The sentence.

        """
        a, b = self[one], self[other]
        measured = Text(en="On the test set {one} has a mean loss of", zh="在测试集上，{one} 的平均损失为")
        return fair.lower(measured, one, other, a.test[a.best], b.test[b.best])

    def same(self, one: Name, other: Name) -> Text:
        """Say whether two contestants are one and the same rule: how far apart they are in the first ten steps.

        Args:
            one: a contestant's name.
            other: another one's.

        Returns:
            The sentence.

        """
        a, b = self[one], self[other]
        gap = float(np.abs(a.first[b.best] - b.first[b.best]).max())
        return fair.same_rule(Text(en="In the first ten steps", zh="在最初十步里"), one, other, gap)

    def show(self) -> None:
        """Draw each contestant's losses over the decay at its best rate; then a table of the settings chosen."""
        from IPython import display

        for reason in self.absent:
            say(reason)
        fonts.show(_chart(self.grids), _alt(self.grids))
        display.display(display.HTML(_table(self.grids)))  # type: ignore[no-untyped-call]


def decay_contest(
    contestants: Mapping[Name, Callable[[float], Factory | Mine]],
    decays: Mapping[Name, Sequence[float]],
    *,
    lrs: Sequence[float],
    choosing: int = 4,
    seeds: int = 8,
    steps: int = 200,
    examples: int = 100,
    device: str = "cpu",
) -> DecayContest:
    """Train every contestant at every rate with every decay, all seeds at once, with a progress bar.

    Args:
        contestants: by name, a function from a weight decay to an optimizer's factory, or to `mine(stem, …)`.
        decays: the weight decays that each of them tries; as many for one as for another, each on its own scale.
        lrs: the learning rates that all of them try.
        choosing: how many networks serve to choose rate and decay.
        seeds: how many others judge; a seed fixes the first weights and the mini-batches, for all contestants alike.
        steps: how many, each on 20 examples drawn at random.
        examples: the size of the training set.
        device: where to train.

    Returns:
        The result, to be shown and asked.

    Examples:
        >>> import torch
        >>> from course.lab import decay_contest
        >>> adamw = lambda decay: lambda params, lr: torch.optim.AdamW(params, lr=lr, weight_decay=decay)
        >>> result = decay_contest({"AdamW": adamw}, {"AdamW": [0.0, 0.1]}, lrs=[0.01], seeds=2, steps=11)
        >>> result["AdamW"].test.shape
        (1, 2, 2)

    """
    absent = []
    running: dict[Name, list[Factory]] = {}
    for name, make in contestants.items():
        made = [make(decay) for decay in decays[name]]
        missing = [each.why_not for each in made if isinstance(each, Mine) and each.why_not is not None]
        if missing:
            absent.append(missing[0])
        else:
            running[name] = [each.make if isinstance(each, Mine) and each.make else each for each in made]  # type: ignore[misc]
    grids = []
    label = Text(en="training", zh="训练")
    total = len(lrs) * sum(len(factories) for factories in running.values())
    with one_thread(), counting(label, total, Text(en=" settings", zh=" 组设置")) as bar:
        for name, factories in running.items():
            results = []
            try:
                for lr in lrs:
                    for factory in factories:
                        results.append(_train(factory, lr, seeds + choosing, steps, *tumours(examples, device)))
                        bar.update()
            except RuleError as error:  # as in `contest`
                absent.append(error.text)
                bar.update(len(lrs) * len(factories) - len(results))
                continue
            shape = len(lrs), len(factories), -1
            *ends, first = (np.array(column).reshape(shape) for column in zip(*results, strict=True))
            train, choose, test, right = ends
            train, test, right = (each[:, :, :seeds] for each in (train, test, right))
            choose = choose[:, :, seeds:]
            grids.append(Grid(name, tuple(lrs), tuple(decays[name]), train, choose, test, right, first))
    return DecayContest(tuple(grids), tuple(absent))


def _train(factory: Factory, lr: float, seeds: int, steps: int, choose: Data, test: Data) -> tuple[list[float], ...]:
    """Train a crowd; what a `Grid` keeps of it: four lists of one number a seed, and the first losses."""
    import torch
    from torch.nn.functional import cross_entropy

    def loss(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """One a seed; x of shape (seeds, n, 30) or (n, 30), y of shape (seeds, n) or (n,)."""
        guessed = networks(x)
        wanted = y.expand(guessed.shape[:2])
        return cross_entropy(guessed.flatten(0, 1), wanted.flatten(), reduction="none").view(seeds, -1).mean(dim=1)

    x, y = choose.train_x, choose.train_y
    networks = crowd(seeds).to(x.device)
    optimizer = factory(networks.parameters(), lr)
    chosen = torch.as_tensor(np.random.default_rng(0).integers(0, len(y), (steps, seeds, 20)), device=x.device)
    first = []
    for step in range(steps):
        each = loss(x[chosen[step]], y[chosen[step]])
        optimizer.zero_grad()
        each.sum().backward()  # type: ignore[no-untyped-call] # the seeds' losses share no parameter
        optimizer.step()
        if step < 10:
            first.append(float(each.detach().mean()))
    with torch.no_grad():
        right = (networks(test.test_x).argmax(dim=2) == test.test_y).double().mean(dim=1)
        ends = loss(x, y), loss(choose.test_x, choose.test_y), loss(test.test_x, test.test_y), right
    return *(end.tolist() for end in ends), first


def _chart(grids: Sequence[Grid]) -> Any:
    from matplotlib import pyplot as plt

    with fonts.style():
        figure, panels = plt.subplots(1, len(grids), figsize=(9.2, 3.3), sharey=True, squeeze=False)
        for grid, axes in zip(grids, panels[0], strict=True):
            at = range(len(grid.decays))
            row, chosen = grid.best
            for losses, line, colour, label in (
                (grid.test[row], "-", look.ORANGE, Text(en="test", zh="测试集")),
                (grid.train[row], "--", look.BLUE, Text(en="training", zh="训练集")),
            ):
                axes.plot(at, losses.mean(axis=1), line, color=colour, marker="o", markersize=4, label=str(label))
                axes.fill_between(at, losses.min(axis=1), losses.max(axis=1), color=colour, alpha=0.15, linewidth=0)
            axes.axvline(chosen, color=look.GREY, linestyle=":")
            axes.set_xticks(at, [f"{decay:g}" for decay in grid.decays])
            axes.set_xlabel(str(Text(en="weight decay λ", zh="权重衰减 λ")))
            axes.set_title(f"{grid.name}, lr = {grid.lrs[row]:g}", fontsize=11)
        panels[0][0].set_ylabel(str(Text(en="loss", zh="损失")))
        panels[0][0].legend(fontsize=9)
        figure.tight_layout()
    return figure


def _alt(grids: Sequence[Grid]) -> Text:
    text = Text(
        en="Loss on training and test set over the weight decay. ", zh="训练集和测试集上的损失随权重衰减的变化。"
    )
    for grid in grids:
        text = text + Text(
            en="{name}: test loss {none:.2f} without decay, {best:.2f} at the decay chosen. ",
            zh="{name}：不衰减时测试损失为 {none:.2f}，取所选的衰减时为 {best:.2f}。",
        ).format(name=grid.name, none=grid.test[grid.best[0], 0].mean(), best=grid.test[grid.best].mean())
    return text


def _table(grids: Sequence[Grid]) -> str:
    head = (
        Text(en="optimizer", zh="优化器"),
        Text(en="lr and λ chosen", zh="选中的 lr 和 λ"),
        Text(en="training loss", zh="训练损失"),
        Text(en="test loss (min – max)", zh="测试损失（最小 – 最大）"),
        Text(en="gap", zh="差距"),
        Text(en="test accuracy (min – max)", zh="测试准确率（最小 – 最大）"),
    )
    rows = []
    for grid in grids:
        row, column = grid.best
        right = 100 * grid.accuracy[row, column]
        at_edge = row in {0, len(grid.lrs) - 1} or column == len(grid.decays) - 1
        edge = Text(en=" (at the edge)", zh="（在边缘）")[language()] if at_edge else ""
        cells = (
            grid.name,
            f"{grid.lrs[row]:g}, {grid.decays[column]:g}{edge}",
            f"{grid.train[row, column].mean():.3f}",
            fair.spread(grid.test[row, column]),
            f"{grid.gap:.3f}",
            f"{right.mean():.1f} % ({right.min():.1f} – {right.max():.1f})",
        )
        rows.append(cells)
    return look.table(head, rows)
