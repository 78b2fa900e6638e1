"""Whether two rules are one and the same, as far as long random runs over the whole of valid input can tell."""

from __future__ import annotations

import functools
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import compare
from course.grading.worker import assign
from course.rule import Run, load
from course.syllabus import topic, topics

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.grading.case import Array

LONG = 2500
ROUNDS = (*[120] * 20, *[LONG] * 2)
"""The length of every run, in steps; each has its own hyperparameters, schedule, shapes and gradients."""

SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (3,), (4,), (2, 3), (2, 1, 2))


class Input:
    """All that is random about one run of a topic."""

    def __init__(self, stem: str, number: int) -> None:
        self.random = random = np.random.RandomState(number)
        self.stem = stem
        self.scheduled = number % 2 == 1
        self.hyperparameters = self.draw(everything=True)
        size = 10.0 ** random.uniform(-3, 3)
        shapes = [SHAPES[i] for i in random.randint(0, len(SHAPES), 2 if ROUNDS[number] < LONG else 1)]
        self.params = [np.asarray(random.standard_normal(shape) * size) for shape in shapes]
        self.grads = [self.gradients(shape, ROUNDS[number]) for shape in shapes]
        changes = range(2, ROUNDS[number], ROUNDS[number] // 5) if self.scheduled else ()
        self.schedule = {step: self.draw(everything=False) for step in changes}

    def gradients(self, shape: tuple[int, ...], steps: int) -> Array:
        """All magnitudes; zero here and there and for whole steps; now and then the same again."""
        random = self.random
        spread = random.choice([0.0, 1.0, 8.0])
        grads = random.standard_normal((steps, *shape)) * 10.0 ** random.uniform(-spread, spread, (steps, *shape))
        grads *= random.uniform(size=grads.shape) > random.choice([0.0, 0.3])
        grads[random.uniform(size=steps) < random.choice([0.0, 0.2])] = 0.0
        again = random.choice([0.0, 0.3])
        for step in range(1, steps):
            if random.uniform() < again:
                grads[step] = grads[step - 1]
        return np.asarray(grads)

    def draw(self, *, everything: bool) -> dict[str, Any]:
        """Some hyperparameters, each from its range and often from an end of it; the others keep their values.

        Where there is a schedule, momentum is never 0: torch's buffer then rests, and a right rule's may well go on.

        Args:
            everything: those of the stretch and Lookahead's inner rule as well; a schedule leaves them alone.

        """
        random = self.random
        share: Callable[[], float] = lambda: float(random.choice([0.0, 0.9, 0.999, random.uniform()]))  # noqa: E731
        upto1: Callable[[], float] = lambda: float(random.choice([0.0, 1.0, random.uniform()]))  # noqa: E731
        core: dict[str, Callable[[], Any]] = {
            "lr": lambda: float(random.choice([0.0, 1.0, 10.0 ** random.uniform(-5, 0)])),
            "momentum": lambda: (
                float(random.uniform(0.01, 1)) if self.scheduled or self.stem == "nesterov" else share()
            ),
            "weight_decay": upto1,
            "eps": lambda: float(random.choice([0.0, 1e-10, 1e-8, 1e-3, 1.0])),
            "betas": lambda: (share(), share()),
            "alpha": upto1 if self.stem == "lookahead" else share,
            "rho": share,
            "k": lambda: int(random.randint(1, 8)),
        }
        stretch: dict[str, Callable[[], Any]] = {
            "inner": self.inner,
            "dampening": upto1,
            "lr_decay": upto1,
            "initial_accumulator_value": upto1,
            **dict.fromkeys(
                ("maximize", "amsgrad", "centered", "decoupled_weight_decay"), lambda: bool(random.randint(2))
            ),
        }
        if self.stem == "rmsprop":
            stretch["momentum"] = core.pop("momentum")
        known = core | stretch if everything else core
        return {
            field.name: known[field.name]()
            for field in fields(solution(self.stem))
            if field.name in known and (field.name == "inner" or random.uniform() < 0.8)
        }

    def inner(self) -> Any:
        """Any other topic's solution, with its defaults."""
        stems = [each.stem for each in topics() if each.stem != "lookahead"]
        return solution(str(self.random.choice(stems)))()

    def run(self, rule_class: Any) -> list[Array]:
        """The parameters after every step, one array (steps, *shape) a parameter."""
        rule = rule_class(**self.hyperparameters)
        run = Run(rule, self.params)
        paths = [np.empty_like(column) for column in self.grads]
        for step in range(len(self.grads[0])):
            if step + 1 in self.schedule:
                assign(rule, self.schedule[step + 1])
            run.step([column[step] for column in self.grads])
            for path, param in zip(paths, run.params, strict=True):
                path[step] = param
        return paths


@functools.cache
def solution(stem: str) -> Any:
    """The solution's class."""
    return load(topic(stem).solution, topic(stem).class_name)


@functools.cache
def _round(stem: str, number: int) -> tuple[Input, list[Array]]:
    """A run's input, and what the solution makes of it."""
    given = Input(stem, number)
    return given, given.run(solution(stem))


def same(stem: str, rule_class: Any) -> bool:
    """Whether the rule walks as the solution does in every round, within the judge's own tolerance."""
    with np.errstate(all="ignore"):
        return all(_same_in(stem, number, rule_class) for number in range(len(ROUNDS)))


def _same_in(stem: str, number: int, rule_class: Any) -> bool:
    given, expected = _round(stem, number)
    try:
        paths = given.run(rule_class)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, NameError):
        return False
    return not any(
        (compare.off(right, got, start) & (right != got)).any()  # two equal infinities are no difference here
        for right, got, start in zip(expected, paths, given.params, strict=True)
    )
