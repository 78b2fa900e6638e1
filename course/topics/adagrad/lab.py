"""The tasks of the AdaGrad lesson, made of the standard library's own docstrings: which package, and which pairs.

Text is sparse. A few words occur in every second docstring, most words in a handful of them.
"""

from __future__ import annotations

import ast
import functools
import itertools
import re
import sysconfig
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab import fonts
from course.lab.bar import counting
from course.lab.training.choice import CHOOSING, JUDGING, runs, tune
from course.lab.training.data import Data
from course.lab.training.training import one_thread
from course.rule import Run
from course.text import Text

from .ledgers import two_ledgers
from .turned import turned_bowl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import torch

    from course.lab.training.choice import Tuning
    from course.rule import Rule

    Array = np.ndarray[Any, np.dtype[np.float64]]

__all__ = ["docstrings", "pairs_contest", "turned_bowl", "two_ledgers", "word_steps", "word_weights"]

PACKAGES = ("asyncio", "email", "http", "logging", "multiprocessing", "unittest", "urllib", "xml")
"""Every Python has them, and each has a hundred docstrings or more."""

SELDOM = 3
"""A word that occurs in fewer docstrings than this is left out."""

EPOCHS, BATCH = 3, 64


@functools.cache
def _texts() -> tuple[tuple[frozenset[str], int], ...]:
    """Return the words of every docstring, each once, and the number of its package."""
    library = Path(sysconfig.get_path("stdlib"))
    has_docstring = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return tuple(
        (frozenset(re.findall(r"[a-z]{2,}", docstring.lower())), number)
        for number, package in enumerate(PACKAGES)
        for path in sorted((library / package).rglob("*.py"))
        if not {"test", "tests"} & set(path.parts)  # some systems ship the library's own tests, others do not
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, has_docstring) and (docstring := ast.get_docstring(node, clean=False))
    )


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """Return the words that occur in `SELDOM` docstrings or more, in alphabetical order."""
    count = Counter(word for words, _ in _texts() for word in words)
    return tuple(sorted(word for word, seen in count.items() if seen >= SELDOM))


@functools.cache
def docstrings(device: str = "cpu") -> Data:
    """Load every docstring of eight packages: a 1 for each word in it, and the number of its package.

    Inputs have shape (n, words), float32, 0 or 1; about one in a hundred is 1. Three quarters are for training, cut
    off after the last full mini-batch of 64. The split is the same every time; the text is that of the Python at hand.

    Args:
        device: where the tensors lie, by torch's name.

    Returns:
        Inputs of shape (n, words); targets of shape (n,).

    Examples:
        >>> from course.lab import docstrings
        >>> sorted(docstrings().train_x.unique().tolist())
        [0.0, 1.0]

    """
    import torch

    place = {word: column for column, word in enumerate(vocabulary())}
    rows = np.zeros((len(_texts()), len(place)), dtype=np.float32)
    for row, (words, _) in zip(rows, _texts(), strict=True):
        row[[place[word] for word in words if word in place]] = 1
    order = np.random.default_rng(0).permutation(len(rows))
    cut = len(rows) * 3 // 4 // BATCH * BATCH
    x = torch.tensor(rows[order], device=device)
    y = torch.tensor(np.array([package for _, package in _texts()])[order], dtype=torch.int64, device=device)
    return Data(x[:cut], y[:cut], x[cut:], y[cut:])


def word_weights() -> torch.nn.Module:
    """Make softmax regression: one weight for every word and package, all 0 at first, and a bias for each package.

    Returns:
        A network from (n, words) to (n, 8).

    Examples:
        >>> from course.lab import docstrings, word_weights
        >>> word_weights()(docstrings().test_x[:2]).shape
        torch.Size([2, 8])

    """
    from torch import nn

    layer = nn.Linear(len(vocabulary()), len(PACKAGES))
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


@dataclass(frozen=True)
class WordSteps:
    """How far each word's weights moved when the word was read, and AdaGrad's rate for it. Words as in `vocabulary`."""

    count: Array
    """Shape (words,): in how many docstrings of the training set the word occurs."""
    length: dict[str, Array]
    """By optimizer, shape (words,): the mean length of a step in whose mini-batch the word was."""
    rate: Array
    """Shape (steps, words): AdaGrad's effective rate lr / √s, where s is the mean of its sums over the packages; NaN as
    long as the word has not been read."""
    lr: dict[str, float]

    def typical_rate(self, step: int = -1) -> tuple[float, float]:
        """Return AdaGrad's effective rate after a step for a common word and for a rare one, medians of the groups."""
        (_, common), _, (_, rare) = self.groups
        return float(np.nanmedian(self.rate[step, common])), float(np.nanmedian(self.rate[step, rare]))

    @property
    def groups(self) -> tuple[tuple[Text, Any], ...]:
        """Common, middling and rare words: a name and a mask of shape (words,) for each."""
        common, rare = self.count >= 100, self.count <= 5
        return (
            (Text(en="in 100 docstrings or more", zh="出现在至少 100 个文档字符串中"), common),
            (Text(en="in 6 to 99", zh="出现在 6 到 99 个中"), ~common & ~rare),
            (Text(en="in 5 or fewer", zh="出现在不超过 5 个中"), rare),
        )

    def ratio(self, name: str) -> float:
        """Return how many times as long a rare word's step is as a common one's, medians of the groups."""
        (_, common), _, (_, rare) = self.groups
        return float(np.nanmedian(self.length[name][rare]) / np.nanmedian(self.length[name][common]))

    def show(self) -> None:
        """Draw the length of a word's steps over how often it occurs, beside AdaGrad's rate over the steps."""
        from matplotlib import pyplot as plt
        from matplotlib import ticker

        with fonts.style():
            figure, (steps, over_time) = plt.subplots(1, 2, figsize=(9.2, 3.5))
            edges = np.array([1, 2, 3, 6, 12, 25, 50, 100, 200, 10_000])
            for (name, length), mark, line in zip(self.length.items(), ("s", "o"), ("--", "-"), strict=True):
                (dots,) = steps.plot(self.count, length, linestyle="none", marker=mark, markersize=3, alpha=0.15)
                within = [(self.count >= low) & (self.count < high) for low, high in itertools.pairwise(edges)]
                steps.plot(
                    [np.exp(np.log(self.count[each]).mean()) for each in within],
                    [np.nanmedian(length[each]) for each in within],
                    color=dots.get_color(),
                    linestyle=line,
                    linewidth=2.5,
                    label=f"{name}, lr = {self.lr[name]:g}",
                )
            top = max(float(np.nanmax(length)) for length in self.length.values())
            # what has been learned moves by 1e-10 and less: such dots would squeeze all others
            steps.set(xscale="log", yscale="log", ylim=(top / 1000, 2 * top))
            steps.set(xlabel=str(Text(en="docstrings with the word", zh="含有该词的文档字符串数")))
            steps.set_ylabel(str(Text(en="length of a step", zh="步长")))
            steps.set_title(str(Text(en="step of a word's weights", zh="一个词的权重的步长")), fontsize=11)
            steps.legend(fontsize=9, loc="lower right")
            for (words, group), line in zip(self.groups, ("-", "--", ":"), strict=True):
                typical = np.nanmedian(self.rate[:, group], axis=1)
                over_time.plot(np.arange(1, len(typical) + 1), typical, linestyle=line, linewidth=2, label=str(words))
            over_time.set(yscale="log", xlabel=str(Text(en="step", zh="步数")))
            over_time.set_ylabel(str(Text(en="rate", zh="学习率")))
            over_time.yaxis.set_major_locator(ticker.LogLocator(subs=(1, 2, 5)))
            over_time.yaxis.set_major_formatter(ticker.StrMethodFormatter("{x:g}"))
            over_time.yaxis.set_minor_locator(ticker.NullLocator())
            over_time.set_title(str(Text(en="AdaGrad's effective rate", zh="AdaGrad 的有效学习率")), fontsize=11)
            over_time.legend(fontsize=9, loc="center right", bbox_to_anchor=(1, 0.36))
            figure.tight_layout()
        alt = Text(
            en="On the left a dot a word: with AdaGrad a rare word's step is {a:.1f} times as long as a common one's,"
            " with SGD {b:.2f} times. On the right the effective rate, which falls for common words most.",
            zh="左图每个点是一个词，用 AdaGrad 时，罕见词的步长是常见词的 {a:.1f} 倍，用 SGD 时是 {b:.2f} 倍。"
            "右图是有效学习率，常见词的降得最低。",
        ).format(a=self.ratio("AdaGrad"), b=self.ratio("SGD"))
        fonts.show(figure, alt)


def word_steps(*, sgd: float, adagrad: float, seed: int = 0) -> WordSteps:
    """Train `word_weights` on `docstrings` with torch's SGD and its AdaGrad, and watch every word's weights.

    Args:
        sgd: the learning rate of SGD.
        adagrad: the learning rate of AdaGrad.
        seed: of the order of the mini-batches.

    Returns:
        How long each word's steps were, and AdaGrad's rates.

    Examples:
        >>> from course.lab import word_steps
        >>> seen = word_steps(sgd=1.0, adagrad=0.1)
        >>> seen.ratio("AdaGrad") > seen.ratio("SGD")
        True

    """
    import torch
    from torch.nn.functional import cross_entropy

    data = docstrings()
    length, rates = {}, []
    for name, make, lr in (("SGD", torch.optim.SGD, sgd), ("AdaGrad", torch.optim.Adagrad, adagrad)):
        network: Any = word_weights()
        steps: Any = make(network.parameters(), lr=lr)
        order = np.random.default_rng(seed)
        moved, met = np.zeros(len(vocabulary())), np.zeros(len(vocabulary()))
        with one_thread():
            for _ in range(EPOCHS):
                for chosen in torch.as_tensor(order.permutation(len(data.train_y))).split(BATCH):  # type: ignore[no-untyped-call]
                    batch = data.train_x[chosen]
                    before = network.weight.detach().clone()
                    steps.zero_grad()
                    cross_entropy(network(batch), data.train_y[chosen]).backward()  # type: ignore[no-untyped-call]
                    steps.step()
                    read = batch.amax(dim=0).numpy()  # 1 for each word that is in the mini-batch
                    moved += read * (network.weight.detach() - before).norm(dim=0).numpy()
                    met += read
                    if name == "AdaGrad":
                        total = steps.state[network.weight]["sum"].numpy().mean(axis=0)
                        rates.append(lr / np.sqrt(np.where(total > 0, total, np.nan)))
        length[name] = np.where(met > 0, moved / np.maximum(met, 1), np.nan)
    count = data.train_x.sum(dim=0).double().numpy()
    return WordSteps(count, length, np.array(rates), {"SGD": sgd, "AdaGrad": adagrad})


@dataclass(frozen=True)
class Pairs:
    """Entries of a large, mostly empty table: row, column and value of each. Three quarters are to be learned."""

    row: Any
    column: Any
    value: Array
    size: int
    """How many rows the table has, and columns."""


@functools.cache
def pairs(entries: int = 20_000) -> Pairs:
    """Count how often two words occur in one docstring: the logarithm, for pairs drawn by chance.

    A table of the same kind as users × films: most cells are empty, a few rows and columns are full, the others nearly
    bare. Values are float64, centred on 0.

    Args:
        entries: how many of the table's cells are drawn.

    """
    place = {word: row for row, word in enumerate(vocabulary())}
    rows = np.zeros((len(_texts()), len(place)), dtype=np.float32)
    for line, (words, _) in zip(rows, _texts(), strict=True):
        line[[place[word] for word in words if word in place]] = 1
    table = rows.T @ rows
    row, column = np.nonzero(np.triu(table, 1))
    chosen = np.random.default_rng(0).choice(len(row), min(entries, len(row)), replace=False)
    row, column = row[chosen], column[chosen]
    value = np.log(table[row, column].astype(np.float64))
    return Pairs(row, column, value - value.mean(), len(place))


def factorize(rule: Rule, *, seed: int, width: int = 2, epochs: int = 6, batch: int = 200) -> float:
    """Guess every entry of `pairs` as the product of two short vectors, one for its row and one for its column.

    Returns:
        The root of the mean squared error on the quarter that was not trained on, as a share of the values' own spread;
        infinite where the training diverged.

    Args:
        rule: steps both tables of vectors.
        seed: of the first vectors and the order of the entries.
        width: how many numbers a vector has, beside a bias.
        epochs: passes over the training entries.
        batch: entries a step.

    """
    data, draw = pairs(), np.random.default_rng(seed)
    cut = len(data.value) * 3 // 4
    run = Run(rule, [0.1 * draw.standard_normal((data.size, width + 1)) for _ in range(2)])

    def guess(chosen: Any) -> tuple[Array, Array, Array]:
        left, right = run.params[0][data.row[chosen]], run.params[1][data.column[chosen]]
        return (left[:, 1:] * right[:, 1:]).sum(axis=1) + left[:, 0] + right[:, 0], left, right

    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(epochs):
            for chosen in np.split(draw.permutation(cut), range(batch, cut, batch)):
                guessed, left, right = guess(chosen)
                wrong = (guessed - data.value[chosen])[:, None]
                grads = np.zeros((2, data.size, width + 1))
                # a column of ones in place of the other side's bias: a bias stands alone
                np.add.at(grads[0], data.row[chosen], wrong * np.insert(right[:, 1:], 0, 1, axis=1))
                np.add.at(grads[1], data.column[chosen], wrong * np.insert(left[:, 1:], 0, 1, axis=1))
                run.step(list(grads))
        rest = np.arange(cut, len(data.value))
        error = float(np.sqrt(np.mean((guess(rest)[0] - data.value[rest]) ** 2)) / data.value[rest].std())
    return error if np.isfinite(error) else float("inf")


def pairs_contest(rules: Mapping[str, Callable[[float], Rule]], lrs: list[float]) -> dict[str, Tuning[float]]:
    """Run `factorize` with every rule at every learning rate, then at its best from other seeds, with a progress bar.

    Args:
        rules: by name, from a learning rate to a rule.
        lrs: the learning rates that each of them tries.

    Returns:
        By name, the errors of the runs that chose the rate, and of those that judge it.

    Examples:
        >>> from course.lab import pairs_contest
        >>> pairs_contest({}, lrs=[0.1])
        {}

    """
    label = Text(en="training", zh="训练")
    found: dict[str, Tuning[float]] = {}
    total = len(rules) * runs(lrs, CHOOSING, JUDGING)
    with counting(label, total, Text(en=" runs", zh=" 次")) as bar:

        def more(count: int) -> None:
            bar.total += count

        for name, make in rules.items():

            def run(lr: float, seed: int, make: Callable[[float], Rule] = make) -> float:
                error = factorize(make(lr), seed=seed)
                bar.update()
                return error

            found[name] = tune(run, float, lrs, more=more)
    return found
