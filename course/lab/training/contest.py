"""A fair contest between optimizers on a real network: the same learning rates, seeds and steps for every one of them.

A race in which one runner alone was tuned proves nothing, so every contestant tries the same learning rates, each from
the same seeds. The best of them is then trained from other seeds, and these judge.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from course.lab import fonts, look
from course.lab.bar import counting
from course.lab.parts.claims import say
from course.lab.rules import RuleError
from course.lab.training import fair
from course.lab.training.choice import CHOOSING, JUDGING, runs, tune
from course.lab.training.data import baseline, digits
from course.lab.training.paired import Paired, paired
from course.lab.training.training import Mine, Trained, one_thread, small_cnn, train
from course.text import Text, language, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.lab.training.data import Baseline, Data
    from course.lab.training.fair import Array, Name
    from course.lab.training.rates import Schedule
    from course.lab.training.training import Factory

TEXTS = texts(__file__)


@dataclass(frozen=True)
class Runs:
    """Some training runs of one contestant, of any leading shape: (seeds,) or (learning rates, seeds)."""

    losses: Array
    """Shape (…, steps): the loss on each mini-batch."""
    accuracy: Array
    """Shape (…): on the test set, at the end."""
    last: int
    """How many steps at the end count as "the end": one epoch."""

    @property
    def final(self) -> Array:
        """Shape (…): the mean training loss over the last epoch; infinite where it diverged."""
        return np.where(np.isnan(self.losses[..., -1]), np.inf, self.losses[..., -self.last :].mean(axis=-1))


@dataclass(frozen=True)
class Contestant(fair.Tuned):
    """One contestant's training runs."""

    name: Name
    lrs: tuple[float, ...]
    """All that were tried, from the smallest to the largest."""
    tried: Runs
    """Shape (learning rates, seeds): from the seeds that chose the rate."""
    judged: Runs
    """Shape (seeds,): at the best rate, from other seeds. Whatever is said of a contestant comes from these."""
    added: tuple[float, ...] = ()
    """The rates beyond the edge of the grid that were tried because the best one was at the edge."""

    @property
    def losses(self) -> Array:
        """Shape (learning rates, seeds, steps): the losses of the runs that chose."""
        return self.tried.losses

    @property
    def accuracy(self) -> Array:
        """Shape (learning rates, seeds): of the runs that chose."""
        return self.tried.accuracy

    @property
    def final(self) -> Array:
        """Shape (learning rates, seeds): the mean loss over the last epoch of the runs that chose."""
        return self.tried.final

    @property
    def at_edge(self) -> bool:
        """Whether the best learning rate is the smallest or the largest tried, so that a better one may lie beyond."""
        return len(self.lrs) > 1 and self.best in {0, len(self.lrs) - 1}

    def at(self, lr: float) -> Array:
        """Return the final losses at one of the rates, shape (seeds,): of the runs that chose."""
        return np.asarray(self.final[self.lrs.index(lr)])


Measure = Literal["loss", "error"]
"""The mean training loss at the end; or the share of the test set that is wrong."""


@dataclass(frozen=True)
class Contest:
    """All contestants that ran, and the sentences about those that could not."""

    entries: tuple[Contestant, ...]
    absent: tuple[Text, ...]
    baseline: Baseline | None = None
    """What needs no network."""
    schedule: Schedule = "constant"

    def __getitem__(self, name: Name) -> Contestant:
        return next(entry for entry in self.entries if entry.name == name)

    def __contains__(self, name: Name) -> bool:
        return any(entry.name == name for entry in self.entries)

    def paired(self, one: Name, other: Name, on: Measure = "loss") -> Paired:
        """Compare two contestants seed by seed, each at its best learning rate, on the seeds that judge.

        Args:
            one: a contestant's name.
            other: another one's.
            on: what is compared.

        Returns:
            Differences, interval and p-value.

        """
        a, b = ((1 - each.accuracy if on == "error" else each.final) for each in (self[one].judged, self[other].judged))
        return paired(a, b)

    def clearly_better(self, one: Name, other: Name, on: Measure = "loss") -> bool:
        """Return True if `one` ends significantly lower than `other`, each at its best learning rate.

        Args:
            one: a contestant's name.
            other: another one's.
            on: what is compared.

        Returns:
            True if the mean difference is in favour of `one`, with p at most 0.05 in the exact sign-flip test.

        """
        return self.paired(one, other, on).first_is_lower

    def would_show(self, one: Name, other: Name, on: Measure = "loss") -> float:
        """Return the mean difference that would have been significant; what a null result has to be told with.

        Args:
            one: a contestant's name.
            other: another one's.
            on: what is compared.

        Returns:
            Its size; infinite with fewer than six seeds.

        """
        return self.paired(one, other, on).would_show

    def compare(self, one: Name, other: Name) -> Text:
        """Say from the figures whether `one` ended with a lower training loss than `other`, each at its best rate.

        Args:
            one: a contestant's name.
            other: another one's.

        Returns:
            The sentence.

        """
        measured = Text(en="At the end {one} has a mean training loss of", zh="训练结束时，{one} 的平均训练损失为")
        return fair.lower(measured, one, other, self[one].judged.final, self[other].judged.final)

    def same(self, one: Name, other: Name) -> Text:
        """Say whether two contestants are one rule: how far apart their losses are in the first epoch.

        Args:
            one: a contestant's name.
            other: another one's.

        Returns:
            The sentence.

        """
        a, b = self[one], self[other]
        lr = a.lr if a.lr in b.lrs else next(each for each in a.lrs if each in b.lrs)
        first = (each.losses[each.lrs.index(lr), :, : each.tried.last] for each in (a, b))
        gap = float(np.abs(np.subtract(*first)).max())
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
        display.display(display.HTML(_table(self)))  # type: ignore[no-untyped-call]


def contest(
    contestants: Mapping[Name, Factory | Mine],
    *,
    lrs: Sequence[float],
    choosing: int = CHOOSING,
    seeds: int = JUDGING,
    epochs: int = 5,
    model: Callable[[], Any] = small_cnn,
    data: Data | None = None,
    schedule: Schedule = "constant",
) -> Contest:
    """Train every contestant at every learning rate, then at its best one from other seeds, with a progress bar.

    Where the best rate is at the edge of the grid, further ones are tried (`course.lab.training.choice`). What was
    trained before an interrupt, or in an earlier run, is not trained again (`course.lab.training.kept`); a learner's
    own rule always is.

    Args:
        contestants: by name, a function from parameters and a learning rate to an optimizer, or `mine(stem)`.
        lrs: the learning rates that each of them tries.
        choosing: from how many seeds each rate is tried; a seed fixes the first weights and the order of the
            mini-batches, for all alike.
        seeds: from how many others the best rate is judged; with fewer than six nothing can be significant.
        epochs: passes over the training set.
        model: makes the network.
        data: the handwritten digits if not given.
        schedule: of the learning rate, for all of them: "constant", "linear", "cosine" or "warmup".

    Returns:
        The result, to be shown and asked.

    Examples:
        >>> import torch
        >>> from course.lab import contest
        >>> sgd = lambda params, lr: torch.optim.SGD(params, lr=lr)
        >>> result = contest({"SGD": sgd}, lrs=[0.1], seeds=2, epochs=1)
        >>> result["SGD"].judged.losses.shape
        (2, 21)

    """
    data = digits() if data is None else data
    absent = [who.why_not for who in contestants.values() if isinstance(who, Mine) and who.why_not is not None]
    running = {name: who.make if isinstance(who, Mine) else who for name, who in contestants.items()}
    entries: list[Contestant] = []
    foreseen = runs(lrs, choosing, seeds)
    total = sum(make is not None for make in running.values()) * foreseen
    label = Text(en="training", zh="训练")
    with one_thread(), counting(label, total, Text(en=" networks", zh=" 个网络")) as bar:
        one = functools.partial(_train, model, data, epochs, schedule, bar)

        def more(count: int) -> None:
            bar.total += count

        for name, make in running.items():
            if make is None:
                continue
            before, foreseen_end = bar.total, bar.n + foreseen
            try:
                found = tune(
                    functools.partial(one, make), _loss(epochs), lrs, choosing=choosing, judging=seeds, more=more
                )
            except RuleError as error:  # it fails at some step, or on this device; the others train all the same
                absent.append(error.text)
                bar.update(foreseen_end + bar.total - before - bar.n)
                continue
            entries.append(
                Contestant(name, found.lrs, _runs(found.tried, epochs), _runs(found.judged, epochs), found.added)
            )
    return Contest(tuple(entries), tuple(absent), baseline(data), schedule)


def _train(
    model: Callable[[], Any],
    data: Data,
    epochs: int,
    schedule: Schedule,
    bar: Any,
    make: Factory,
    lr: float,
    seed: int,
) -> Trained:
    """Train once, and count it."""
    trained = train(model, make, data, lr=lr, seed=seed, epochs=epochs, schedule=schedule)
    bar.earlier = getattr(bar, "earlier", 0) + trained.earlier
    if bar.earlier:
        bar.set_postfix_str(_EARLIER.format(n=bar.earlier)[language()], refresh=False)
    bar.update()
    return trained


def _loss(epochs: int) -> Callable[[Trained], float]:
    return lambda trained: float(_runs((trained,), epochs).final[0])


def _runs(found: Sequence[Any], epochs: int) -> Runs:
    """Put training runs into arrays of the shape in which they lie: a sequence, or one of such sequences."""
    nested = not isinstance(found[0], Trained)
    flat = [each for row in found for each in row] if nested else list(found)
    shape = (len(found), -1) if nested else (-1,)
    losses = np.array([each.losses for each in flat])
    accuracy = np.array([each.accuracy for each in flat]).reshape(shape)
    return Runs(losses.reshape(*accuracy.shape, -1), accuracy, last=losses.shape[1] // epochs)


_EARLIER = Text(en="{n} kept from before", zh="{n} 个取自先前")


def _smooth(losses: Array, width: int) -> Array:
    """Return the mean over the last `width` steps, or as many as there are; along the last axis."""
    total = np.cumsum(losses, axis=-1)
    total[..., width:] = total[..., width:] - total[..., :-width]
    return np.asarray(total / np.minimum(np.arange(losses.shape[-1]) + 1, width))


def _chart(entries: Sequence[Contestant]) -> Any:
    drawn = []
    for entry in entries:
        seen = _smooth(entry.judged.losses.copy(), 10)
        drawn.append((f"{entry.name}, lr = {entry.lr:g}", entry, np.arange(1.0, seen.shape[1] + 1), seen))
    title = Text(en="training loss, mean and range of the seeds", zh="训练损失：各种子的均值与范围")
    return fair.chart(drawn, along=Text(en="step", zh="步数"), title=title)


def _alt(entries: Sequence[Contestant]) -> Text:
    parts = [
        Text(
            en="{name}: from {first:.2f} to {final:.3f} at lr = {lr:g}. ",
            zh="{name}：lr = {lr:g} 时从 {first:.2f} 降到 {final:.3f}。",
        ).format(
            name=entry.name,
            first=entry.judged.losses[:, 0].mean(),
            final=entry.judged.final.mean(),
            lr=entry.lr,
        )
        for entry in entries
    ]
    text = Text(en="Training loss over the steps. ", zh="训练损失随步数的变化。")
    for part in parts:
        text = text + part
    return text


_RATE: dict[Schedule, Text] = {
    "constant": TEXTS["rate-constant"],
    "linear": TEXTS["rate-linear"],
    "cosine": TEXTS["rate-cosine"],
    "warmup": TEXTS["rate-warmup"],
}


def _table(result: Contest) -> str:
    head = (
        TEXTS["optimizer"],
        _RATE[result.schedule],
        TEXTS["loss"],
        TEXTS["accuracy"],
    )
    rows: list[tuple[object, ...]] = []
    for entry in result.entries:
        lr = f"{entry.lr:g}"
        if entry.added:
            lr += TEXTS["added"].format(rates=", ".join(f"{each:g}" for each in entry.added))[language()]
        if entry.at_edge:
            lr += TEXTS["edge"][language()]
        right = 100 * entry.judged.accuracy
        accuracy = f"{right.mean():.1f} % ({right.min():.1f} – {right.max():.1f})"
        rows.append((entry.name, lr, fair.spread(entry.judged.final), accuracy))
    if result.baseline is not None:
        rows.append((result.baseline.title, "–", "–", f"{100 * result.baseline.accuracy:.1f} %"))
    return look.table(head, rows)
