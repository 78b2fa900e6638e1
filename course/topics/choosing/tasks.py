"""The ten small tasks of the closing lesson, and how every rule fares on them at many learning rates at once."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from course.lab.rules import reference
from course.lab.training.tables import fit, tables
from course.lab.widget.landscapes import LANDSCAPES, landscape
from course.rule import Run
from course.text import Text
from course.topic import Topic, topics

if TYPE_CHECKING:
    Array = np.ndarray[Any, np.dtype[np.float64]]

TASKS = (*LANDSCAPES, *("iris", "wine", "cancer", "digits"))
"""Ten small tasks: six maps and four tables."""

RULES = tuple(each for each in topics() if each.choosing)
"""The topics whose rules one chooses between."""

STEPS = 200
ENOUGH = 1e-3
"""A loss of this share of the first one is good enough: nobody is better by being still smaller."""


def make(stem: str, lr: Any, **hyperparameters: Any) -> Any:
    """Make the course's own rule of the topic; Lookahead around SGD with momentum, whose rate `lr` then is.

    Args:
        stem: the topic.
        lr: the learning rate: a number, or an array that broadcasts against the parameters.
        hyperparameters: further fields of the rule; `beta1` and `beta2` stand for one of the betas.

    Returns:
        The rule.

    """
    for name, place in (("beta1", 0), ("beta2", 1)):
        if name in hyperparameters:
            betas = [0.9, 0.999]
            betas[place] = hyperparameters.pop(name)
            hyperparameters["betas"] = tuple(betas)
    if inner := Topic.load(stem).inner:
        return reference(stem)(inner=reference(inner)(lr=lr), **hyperparameters)
    return reference(stem)(lr=lr, **hyperparameters)


def default_rate(stem: str) -> float:
    """Return torch's learning rate where nobody sets one, of a rule or of the one that it wraps."""
    rule = reference(Topic.load(stem).inner or stem)
    return float(next(field.default for field in dataclasses.fields(rule) if field.name == "lr"))  # type: ignore[arg-type]


def final_loss(task: str, stem: str, lr: Array, steps: int = STEPS, **hyperparameters: Any) -> Array:
    """Return the loss of one rule at many settings at once after some steps, as a share of the loss at the start.

    Args:
        task: one of `TASKS`.
        stem: the rule.
        lr: the learning rates, shape (settings,).
        steps: how many.
        hyperparameters: numbers, or arrays of shape (settings,).

    Returns:
        Shape (settings,); infinite where the walk diverged.

    """
    axes = (slice(None), None) if task in LANDSCAPES else (slice(None), None, None)
    options = {name: each[axes] if isinstance(each, np.ndarray) else each for name, each in hyperparameters.items()}
    rule = make(stem, lr[axes], **options)
    if task not in LANDSCAPES:
        table = tables()[task]
        return fit(rule, table, runs=len(lr), steps=steps) / table.untrained
    ground = landscape(task)
    run = Run(rule, [np.tile(np.array(ground.start), (len(lr), 1))])
    with np.errstate(all="ignore"):
        for t in range(1, steps + 1):
            run.step([ground.grad(run.params[0], t)])
        losses = ground.loss(run.params[0]) / ground.loss(np.array(ground.start))
    return np.where(np.isfinite(losses), losses, np.inf)


def on_the_way(task: str, early: int = 20, steps: int = STEPS, orders: int = 4) -> tuple[dict[str, float], ...]:
    """Return each rule's loss early in a training run and at its end, at the rate that is best at the end.

    The rate is chosen on one order of the rows, the losses are means over others.

    Args:
        task: one of the four tables.
        early: after how many steps we look first.
        steps: how many there are.
        orders: how many others.

    Returns:
        By stem: early, and at the end.

    Examples:
        >>> from course.lab import on_the_way
        >>> early, end = on_the_way("wine", early=5, steps=10, orders=1)
        >>> end["sgd"] < early["sgd"]
        True

    """
    table, rates = tables()[task], np.geomspace(1e-4, 1e2, 24)
    found: tuple[dict[str, float], ...] = {}, {}
    for each in RULES:
        tried = fit(make(each.stem, rates[:, None, None]), table, runs=len(rates), steps=steps, seed=orders)
        lr = rates[tried.argmin()]
        for losses, count in zip(found, (early, steps), strict=True):
            seen = [fit(make(each.stem, lr), table, steps=count, seed=order) for order in range(orders)]
            losses[each.stem] = float(np.mean(seen))
    return found


@dataclass(frozen=True)
class Scores:
    """How the rules came out of the ten tasks, at the same 24 rates each and at their default rate."""

    by_rate: dict[str, dict[str, Array]]
    """By task and stem: the share of the first loss that was left at each of the 24 rates."""
    untuned: dict[str, dict[str, float]]
    """By task and stem: the same at torch's default rate."""

    @property
    def tuned(self) -> dict[str, dict[str, float]]:
        """By task and stem: the share of the first loss that was left at the best rate."""
        return {task: {stem: float(left.min()) for stem, left in each.items()} for task, each in self.by_rate.items()}

    def enough(self, task: str) -> float:
        """Return which share of the first loss suits a task: at most twice the lowest of all, or a thousandth."""
        return 2 * max(min(self.tuned[task].values()), ENOUGH / 2)

    def rates(self, stem: str) -> int:
        """Count the rates that suit, over all tasks together: how easy the rule is to tune."""
        return sum(int((left[stem] <= self.enough(task)).sum()) for task, left in self.by_rate.items())

    def suits(self, task: str, stem: str, *, tuned: bool = True) -> bool:
        """Return whether a rule's loss is at most twice the best of all at their best rates, or a thousandth.

        Args:
            task: one of `TASKS`.
            stem: the rule.
            tuned: whether at its best rate; else at its default one.

        Returns:
            True if the rule suits the task.

        """
        return (self.tuned if tuned else self.untuned)[task][stem] <= self.enough(task)

    def count(self, stem: str, *, tuned: bool = True) -> int:
        """Count the tasks that a rule suits.

        Args:
            stem: the rule.
            tuned: whether at its best rate; else at its default one.

        Returns:
            Of the ten tasks.

        """
        return sum(self.suits(task, stem, tuned=tuned) for task in self.tuned)

    def show(self) -> None:
        """Put a table under the cell: a mark for every rule and task, tuned; then both counts."""
        from IPython import display

        names = [*(str(landscape(key).title) for key in LANDSCAPES), *(str(each.title) for each in tables().values())]
        head = "".join(
            f'<th style="text-align:center;vertical-align:bottom;font-weight:normal;max-width:5.2em;padding:.3em;'
            f'white-space:normal">{name}</th>'
            for name in names
        )
        last = Text(en="tuned", zh="调参"), Text(en="untuned", zh="不调参")
        head += "".join(f'<th style="vertical-align:bottom;padding:.3em">{each}</th>' for each in last)
        rows = ""
        for each in RULES:
            marks = "".join(
                f'<td style="text-align:center">{"✓" if self.suits(task, each.stem) else "·"}</td>'
                for task in self.tuned
            )
            counts = "".join(
                f'<td style="text-align:center"><b>{self.count(each.stem, tuned=tuned)}</b></td>'
                for tuned in (True, False)
            )
            rows += f'<tr><td style="text-align:left">{reference(each.stem).__name__}</td>{marks}{counts}</tr>'
        display.display(display.HTML(f'<table style="font-size:12px;margin:0"><tr><td></td>{head}</tr>{rows}</table>'))  # type: ignore[no-untyped-call]


def ten_tasks() -> Scores:
    """Run every rule on every one of the ten tasks, hyperparameters at their defaults, at 24 rates and at its own.

    Returns:
        The scores; here made up, for two rules on one task.

    Examples:
        >>> import numpy as np
        >>> from course.lab import ten_tasks  # takes some seconds
        >>> from course.topics.choosing.tasks import Scores
        >>> left = {"sgd": np.array([0.9, 0.01]), "adam": np.array([0.03, 0.05])}
        >>> scores = Scores(by_rate={"bowl": left}, untuned={"bowl": {"sgd": 0.9, "adam": 0.02}})
        >>> scores.count("sgd"), scores.count("adam"), scores.count("adam", tuned=False), scores.rates("sgd")
        (1, 0, 1, 1)

    """
    rates = np.geomspace(1e-4, 1e2, 24)
    by_rate: dict[str, dict[str, Array]] = {}
    untuned: dict[str, dict[str, float]] = {}
    for task in TASKS:
        by_rate[task], untuned[task] = {}, {}
        for each in RULES:
            default = default_rate(each.stem)
            losses = final_loss(task, each.stem, np.append(rates, default))
            by_rate[task][each.stem] = losses[:-1]
            untuned[task][each.stem] = float(losses[-1])
    return Scores(by_rate, untuned)
