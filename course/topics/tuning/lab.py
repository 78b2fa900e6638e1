"""The figures and the real tasks of the lesson on tuning: many small networks at once, one for each rate and seed.

All of them are trained side by side as one batched model, so that a whole sweep takes the time of a few runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from course.grading.tuner import walk
from course.grading.tuner.case import TunerCase, usable
from course.lab.look import BLUE, GREY, ORANGE
from course.lab.rules import Learner, reference
from course.lab.svg import circle, drawing, line, pictured, rect, scale, text, upright
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import ipywidgets as widgets
    import torch

__all__ = ["grid_and_random", "misses", "searched", "sweep"]

Array = np.ndarray[Any, np.dtype[np.float64]]
Rule = Literal["sgd", "momentum", "rmsprop", "adam"]

HIDDEN = 32
LOOKS = 24
"""How often the loss on all examples is taken on the way."""


@dataclass(frozen=True)
class Sweep:
    """What came of a sweep; a loss that is infinite or NaN is infinite here."""

    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    steps: Array
    """Shape (looks,): after how many steps the losses were taken."""
    train: Array
    """Shape (rates, seeds, looks): the loss on the whole training set."""
    test: Array
    """Shape (rates, seeds, looks): the same on the test set."""
    ratio: Array
    """Shape (rates, seeds): how long a step of the first weights was beside them, the median of the second half."""
    distance: Array
    """Shape (rates, seeds): the same of all steps of the run, added up."""

    @property
    def final(self) -> Array:
        """Shape (rates, seeds): the training loss at the end."""
        return self.train[..., -1]

    @property
    def mean(self) -> dict[float, float]:
        """By rate, the training loss at the end, averaged over the seeds."""
        return dict(zip(self.rates, self.final.mean(axis=1).tolist(), strict=True))

    @property
    def best(self) -> int:
        """The place of the rate with the lowest mean loss."""
        return int(np.argmin(self.final.mean(axis=1)))

    @property
    def rate(self) -> float:
        """The rate with the lowest mean loss."""
        return self.rates[self.best]

    def reached(self, loss: float) -> Array:
        """Return after how many steps each run was at or below a training loss.

        Args:
            loss: the loss on the whole training set.

        Returns:
            Shape (rates, seeds); infinite where it never was.

        """
        there = self.train <= loss
        first = self.steps[there.argmax(axis=2)]
        return np.where(there.any(axis=2), first, np.inf)


def sweep(
    rates: Sequence[float],
    seeds: Sequence[int] = (0, 1, 2),
    *,
    rule: Rule = "momentum",
    steps: int = 120,
    batch: int = 32,
    examples: int = 1344,
    eps: float = 1e-8,
    beta2: float = 0.999,
    decay: bool = False,
) -> Sweep:
    """Train a small network on the digits once for every rate and seed, all at the same time.

    The network has one hidden layer of 32 units. A seed decides its first weights and which mini-batches it sees; it is
    the same for all rates.

    Args:
        rates: the learning rates.
        seeds: one run each at every rate.
        rule: the optimizer; momentum is 0.9, β₁ as well.
        steps: how many.
        batch: examples in a mini-batch.
        examples: how many of the training set are used.
        eps: ε of RMSprop and Adam.
        beta2: β₂ of Adam, α of RMSprop.
        decay: whether the rate falls to 0 in a straight line.

    Returns:
        The losses on the way and at the end.

    Examples:
        >>> from course.lab import sweep
        >>> sweep([0.001, 0.1], steps=60).rate
        0.1

    """
    import torch

    from course.lab.training.data import digits
    from course.lab.training.training import one_thread
    from course.rule import Run

    data = digits()
    train_x, train_y = data.train_x.reshape(-1, 64)[:examples], data.train_y[:examples]
    test_x, test_y = data.test_x.reshape(-1, 64), data.test_y
    rates = [float(rate) for rate in rates]
    lr = torch.tensor(rates, dtype=torch.float32).reshape(-1, 1, 1, 1)
    first = [_weights(seed) for seed in seeds]
    params = [torch.stack([each[i] for each in first]).expand(len(rates), *([-1] * 3)) for i in range(4)]
    made = _made(rule, eps, beta2)
    run = Run(made, params)
    drawn = np.stack([np.random.default_rng([seed, 1]).integers(0, examples, (steps, batch)) for seed in seeds])
    chosen = torch.as_tensor(drawn)
    when = sorted({round(float(each)) for each in np.linspace(0, steps, LOOKS)})
    losses: list[list[torch.Tensor]] = [[], []]
    ratios: list[torch.Tensor] = []

    def look() -> None:
        with torch.no_grad():
            losses[0].append(_loss(run.params, train_x, train_y))
            losses[1].append(_loss(run.params, test_x, test_y))

    with one_thread():
        look()
        for step in range(1, steps + 1):
            at = chosen[:, step - 1]
            before = [each.detach().requires_grad_() for each in run.params]
            grads = torch.autograd.grad(_loss(before, train_x[at], train_y[at]).sum(), before)
            with torch.no_grad():
                made.lr = lr * (1 - (step - 1) / steps) if decay else lr
                run.step(grads)
                ratios.append(_length(run.params[0] - before[0]) / _length(before[0]))
            if step in when:
                look()
    train, test = (_numbers(torch.stack(each, dim=2)) for each in losses)
    middle = _numbers(torch.stack(ratios[steps // 2 :], dim=2).median(dim=2).values)
    distance = _numbers(torch.stack(ratios, dim=2).sum(dim=2))
    return Sweep(tuple(rates), tuple(seeds), np.array(when, dtype=float), train, test, middle, distance)


def _length(weights: torch.Tensor) -> torch.Tensor:
    """Return how long the weights of each network are, shape (rates, seeds)."""
    found: torch.Tensor = weights.flatten(2).norm(dim=2)
    return found


def _weights(seed: int) -> list[torch.Tensor]:
    """Draw the first weights of one network: 64 → 32 → 10, as `torch.nn.Linear` draws them."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        layers = [torch.nn.Linear(64, HIDDEN), torch.nn.Linear(HIDDEN, 10)]
    return [part.detach() for each in layers for part in (each.weight.T.contiguous(), each.bias.reshape(1, -1))]


def _loss(params: Sequence[torch.Tensor], x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the mean cross-entropy of every network, shape (rates, seeds).

    Args:
        params: two layers, weights and biases, each of shape (rates, seeds, …).
        x: inputs, shape (n, 64) for all networks or (seeds, n, 64).
        y: targets, shape (n,) or (seeds, n).

    """
    import torch

    inside, bias, outside, last = params
    scores = torch.tanh(x @ inside + bias) @ outside + last
    target = y.expand(*scores.shape[:-1]).unsqueeze(-1)
    return -scores.log_softmax(-1).gather(-1, target).squeeze(-1).mean(-1)


def _made(rule: Rule, eps: float, beta2: float) -> Any:
    """Make the course's own rule, whose learning rates are set at every step: an array, one for each network."""
    options: dict[str, dict[str, Any]] = {
        "momentum": {"momentum": 0.9},
        "rmsprop": {"alpha": beta2, "eps": eps},
        "adam": {"betas": (0.9, beta2), "eps": eps},
    }
    return reference(rule)(**options.get(rule, {}))


def _numbers(losses: torch.Tensor) -> Array:
    """Return float64; what is not a number is infinite."""
    found = losses.detach().double().numpy()
    return np.where(np.isnan(found), np.inf, found)


_OWN = Text(en="your runs", zh="你的训练")
_OVER = Text(
    en="It asked for more runs than its budget has ({budget}).", zh="它要求的训练次数超过了预算（{budget} 次）。"
)
_NO_RATE = Text(en="It returned no learning rate.", zh="它没有返回学习率。")
_INSTEAD = Text(en="{why}\nThe course's own tuner takes its place here.", zh="{why}\n这里改用课程自带的调参器。")


@dataclass(frozen=True)
class _Runs:
    """Training runs as a task of the grader, which says nothing of the rate that is found."""

    loss: Callable[[float], float]

    def run(self, rate: float, before: Sequence[float]) -> float:  # noqa: ARG002 - as all tasks
        """Return the loss of one run."""
        return self.loss(rate)

    def regret(self, rate: float) -> float:  # noqa: ARG002 - as all tasks
        """Return NaN: nobody knows the lowest loss."""
        return math.nan


def searched(tuner: Any, loss: Callable[[float], float], low: float, high: float, budget: int) -> float:
    """Let a learner's tuner look for a rate where every run has another seed; the course's own, if that one cannot.

    Why it cannot is said, unless the file has not been written yet.

    Args:
        tuner: the learner's class, `learner(stem)` for instance.
        loss: one training run.
        low: the smallest rate of the range.
        high: the largest.
        budget: how many runs there are.

    Returns:
        The rate.

    Examples:
        >>> from course.lab import reference, searched
        >>> round(searched(reference("tuning"), lambda rate: (rate - 0.1) ** 2, 0.001, 1.0, 12), 1)
        0.1

    """
    told = {"low": low, "high": high, "budget": budget, "looks": 2}
    case = TunerCase(id="own", title=_OWN, hyperparameters=told, task=_Runs(loss))
    why: Text | None = None
    try:
        search = walk.searched(tuner(**told), case)
    except NotImplementedError:
        pass
    except CourseError as error:
        why = error.text if isinstance(tuner, Learner) and tuner.stamp() else None
    except (Exception, SystemExit) as error:
        if not isinstance(tuner, Learner):
            raise
        why = tuner.explain(error)
    else:
        if search.problem is None and search.found is not None and usable(search.found):
            return search.found
        why = _OVER.format(budget=budget) if len(search.asked) > budget else _NO_RATE
    if why:
        print(_INSTEAD.format(why=why))
    found = walk.searched(reference("tuning")(**told), case).found
    assert found is not None  # noqa: S101 - for the type checker: the course's own finds one
    return found


SIDES = (2, 3, 4, 5, 6)
"""Rates along one side of a grid in two dimensions."""
WIDTH, HEIGHT = 640, 330


def misses(side: int, weight: float, times: int = 4000) -> dict[str, float]:
    """Return how far above the lowest loss a search ends on average, with two hyperparameters and side² runs.

    The loss is x² + weight·y², measured from a best place that lies anywhere in the square from 0 to 1.

    Args:
        side: how many values of either the grid has.
        weight: how much the second one matters, 0 to 1.
        times: how many best places are drawn.

    Returns:
        Of the grid and of as many random places, the mean of the lowest loss.

    Examples:
        >>> from course.lab import misses
        >>> found = misses(4, weight=0.0)
        >>> found["random"] < found["grid"]
        True

    """
    draw = np.random.default_rng(0)
    best = draw.random((times, 1, 2))
    along = (np.arange(side) + 0.5) / side
    grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(1, -1, 2)
    tried = {"grid": grid, "random": draw.random((times, side**2, 2))}
    return {
        name: float(((places - best) ** 2 @ np.array([1.0, weight])).min(axis=1).mean())
        for name, places in tried.items()
    }


def grid_and_random(side: int = 4) -> widgets.VBox:
    """Show the values that a grid and a random search try, in two hyperparameters of which one matters.

    Args:
        side: where the slider stands at first, 2 to 6: the runs along one side of the grid.

    Returns:
        The widget.

    Examples:
        >>> from course.lab import grid_and_random
        >>> controls, picture = grid_and_random(side=3).children
        >>> controls.children[0].value
        3

    """
    from course.lab.slider import IntSlider

    slider = IntSlider(value=side, min=SIDES[0], max=SIDES[-1], description="n", tooltip=str(_SIDE))
    return pictured(scene, slider)


_SIDE = Text(en="runs along one side of the grid", zh="网格每边的训练次数")
_GRID = Text(en="grid: {distinct} learning rates in {runs} runs", zh="网格：{runs} 次训练，{distinct} 个学习率")
_RANDOM = Text(en="random: {distinct} learning rates in {runs} runs", zh="随机：{runs} 次训练，{distinct} 个学习率")
_RATE = Text(en="learning rate", zh="学习率")
_OTHER = Text(en="another hyperparameter", zh="另一个超参数")
_ALT = Text(
    en="Two squares with {runs} dots each. The grid has {distinct} different learning rates, the random search {runs}.",
    zh="两个正方形，各有 {runs} 个点。网格有 {distinct} 个不同的学习率，随机搜索有 {runs} 个。",
)


def scene(side: int) -> str:
    """Draw the two squares, and below each the learning rates that it has tried.

    Args:
        side: runs along one side of the grid.

    Returns:
        Inline SVG.

    """
    along = (np.arange(side) + 0.5) / side
    grid = np.stack(np.meshgrid(along, along), axis=-1).reshape(-1, 2)
    drawn = np.random.default_rng(3).random((side**2, 2))
    parts = ""
    for left, places, title, colour in ((50.0, grid, _GRID, BLUE), (360.0, drawn, _RANDOM, ORANGE)):
        told = title.format(distinct=len(set(places[:, 0].round(9))), runs=side**2)
        x, y = scale(0, 1, left, left + 230), scale(0, 1, 265, 35)
        parts += rect(left, 35, 230, 230, fill="none", stroke=GREY) + text(left, 22, told)
        for one, other in places.tolist():
            parts += line(float(x(one)), 270, float(x(one)), 284, stroke=colour, stroke_width=2)
            parts += circle(float(x(one)), float(y(other)), 4.5, fill=colour, fill_opacity=0.8)
        parts += text(left + 115, 308, _RATE, text_anchor="middle") + upright(left - 14, 150, _OTHER)
    return drawing(_ALT.format(runs=side**2, distinct=side), WIDTH, HEIGHT, parts)
