"""Whether two rules are one and the same, as far as long random runs over the whole of valid input can tell."""

from __future__ import annotations

import functools
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading import compare
from course.rule import Run, assign, load
from course.topic import Topic, topics
from tests.topics import contract

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.grading.case import Array

LONG = 2500
ROUNDS = (*[30] * 64, LONG)
"""The length of every run, in steps; each has its own hyperparameters, schedule, shapes and gradients."""

FLAGS = {name for each in topics("rule") for name, off in contract(each.stem)["stretch"].items() if off is False}
"""What is on or off. The other options of the stretch count as off where they are 0."""

SHARE = {"values": [0, 0.9, 0.999], "between": [0, 1]}
"""How much of an average survives a step."""

SHAPES: tuple[tuple[int, ...], ...] = ((), (1,), (3,), (4,), (2, 3), (2, 1, 2))


class Input:
    """All that is random about one run of a topic."""

    def __init__(self, stem: str, number: int) -> None:
        self.random = random = np.random.RandomState(number)
        self.stem = stem
        self.contract = contract(stem)
        self.number = number
        self.hyperparameters = self.draw()
        size = 10.0 ** random.uniform(-3, 3)
        shapes = [SHAPES[i] for i in random.randint(0, len(SHAPES), 2 if ROUNDS[number] < LONG else 1)]
        self.params = [np.asarray(random.standard_normal(shape) * size) for shape in shapes]
        self.params = [np.asarray(param * (random.uniform(size=param.shape) > 0.2)) for param in self.params]
        self.grads = [self.gradients(shape, ROUNDS[number]) for shape in shapes]
        changes = range(2, ROUNDS[number], ROUNDS[number] // 5) if random.randint(2) else ()
        self.schedule = {step: self.changes() for step in changes}

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

    def draw(self) -> dict[str, Any]:
        """Some hyperparameters, each from its range and often from an end of it; the others keep their defaults.

        Options are not left to chance: from run to run they take turns, until each has been on and off with every
        other on and off.
        """
        random = self.random
        common: dict[str, Callable[[], Any]] = {
            "lr": lambda: self.one_of(0, 1, 10, *10.0 ** random.uniform(-5, 0, 6)),
            "weight_decay": lambda: self.one_of(0, 1, 8, random.uniform()),
            "eps": lambda: self.one_of(0, 1e-10, 1e-8, 1e-3, 1, 100),
            "betas": lambda: (self.told(SHARE), self.told(SHARE)),
            "inner": self.inner,
        }
        own, stretch = self.contract.get("long", {}), self.contract["stretch"]
        names = [field.name for field in fields(solution(self.stem))]
        options = [name for name in names if name in stretch]
        off = {name for i, name in enumerate(options) if self.number >> i & 1}
        return {
            name: self.told(own[name]) if name in own else stretch.get(name) is False or common[name]()
            for name in names
            if name not in off and (name in options or name == "inner" or random.uniform() < 0.8)
        }

    def told(self, range_: dict[str, Any]) -> Any:
        """A whole number, or one of some values and perhaps of a number drawn between two."""
        if "whole" in range_:
            low, high = range_["whole"]
            return int(self.random.randint(low, high + 1))
        drawn = [self.random.uniform(*range_["between"])] if "between" in range_ else []
        return self.one_of(*range_["values"], *drawn)

    def one_of(self, *values: float) -> float:
        """One of the values, as a float, as a whole number where it is one, or as a number of numpy's."""
        value = float(self.random.choice(values))
        kind = self.random.randint(3)
        return np.float64(value) if kind == 2 else int(value) if kind == 1 and value.is_integer() else value

    def changes(self) -> dict[str, Any]:
        """What a schedule assigns: only what two right rules read in one way at any time."""
        drawn = {name: value for name, value in self.draw().items() if name in {"lr", "weight_decay", "eps"}}
        own = self.contract.get("scheduled", {})
        return drawn | {name: self.one_of(*values) for name, values in own.items()}

    def inner(self) -> Any:
        """Any other topic's solution, with its defaults."""
        stems = [each.stem for each in topics("rule") if not each.inner]
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
    return load(Topic.load(stem).solution, Topic.load(stem).class_name)


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
