"""The cases of every topic: together they cover the whole of valid input.

A rule that passes them all has been seen on parameters of many shapes at once; on gradients that are zero, partly zero,
tiny and huge; away from the defaults and with no argument at all; with hyperparameters changed on the way; over many
steps. The visible cases are the same for everybody and their references are stored; the hidden ones are drawn by the
same recipes from a class's secret seed. Inputs come from numpy's legacy generator, whose numbers are frozen for good,
so they need not be stored.

A schedule changes nothing that two right rules may read in two ways (`course.rule` says what that is): all readings of
one rule pass, and `tests/grading/readings/` has them.
"""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, Any

from course.grading import recipes
from course.grading.case import FRESH, HIDDEN, Case
from course.grading.draws import VISIBLE, Draw
from course.grading.stretch import stretch_case
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from course.topic import Topic

CORE: tuple[tuple[str, int, Text, Callable[[Topic, Draw], dict[str, Any]]], ...] = (
    (
        "two-parameters",
        2,
        Text(en="two parameters, nothing at its default", zh="两个参数，超参数都不取默认值"),
        recipes.two_parameters,
    ),
    ("defaults", 1, Text(en="no arguments: the defaults", zh="不给参数，用默认的超参数"), recipes.defaults),
    ("shapes", 1, Text(en="many shapes, 0-d and equal ones", zh="多种形状，含 0 维与相同形状"), recipes.shapes),
    ("schedule", 1, Text(en="hyperparameters change on the way", zh="超参数中途改变"), recipes.schedule),
    ("zeros", 1, Text(en="gradients that are zero", zh="为零的梯度"), recipes.zeros),
    (
        "zeros-and-decay",
        1,
        Text(en="zero gradients, longer memory at work", zh="梯度为零，其余项仍起作用"),
        recipes.zeros_and_decay,
    ),
    ("magnitudes", 1, Text(en="gradients from 1e-8 to 1e6", zh="从 1e-8 到 1e6 的梯度"), recipes.magnitudes),
    ("edges", 1, Text(en="hyperparameters at their limits", zh="超参数取极端值"), recipes.edges),
    ("long-run", 1, Text(en="{steps} steps", zh="{steps} 步"), recipes.long_run),
)
"""The core cases: id, weight, title, recipe."""

TELLING = tuple(each for each in CORE if each[0] not in {"magnitudes", "edges"})
"""What fresh cases are drawn from: what begins at 0 whatever the seed is might be recognised by that, and at the ends
of their ranges hyperparameters forgive much."""


def stretch_options(topic: Topic) -> dict[str, dict[str, Any]]:
    """Return by case id the options that are on: each alone, any two where there are three, and all.

    With all of them together an option may have another number than alone: on the other side of a half, or of one.
    """
    told = topic.cases["stretch"]
    single = {name: each["options"] for name, each in told.items()}
    if len(single) < 2:
        return single
    made = dict(single)
    for one, other in itertools.combinations(single, 2) if len(single) > 2 else ():
        made[f"{one}-and-{other}"] = single[one] | single[other]
    together = {
        name: value for each in told.values() for name, value in (each["options"] | each.get("together", {})).items()
    }
    return {**made, "options-together": together}


@functools.cache
def stretch_names(topic: Topic) -> frozenset[str]:
    """Return the names of the topic's stretch options."""
    return frozenset(name for each in topic.cases["stretch"].values() for name in each["options"])


@functools.cache
def _cases(topic: Topic, key: str, prefix: str) -> tuple[Case, ...]:
    made = []
    for name, _, title, recipe in CORE:
        body = recipe(topic, Draw(f"{key}:{topic.stem}:{name}"))
        made.append(Case(id=prefix + name, title=_title(prefix, title.format(steps=len(body["grads"]))), **body))
    for name, options in stretch_options(topic).items():
        named = Text(en=", ".join(options), zh="、".join(options))
        title = Text(en="stretch: {named}", zh="选做：{named}").format(named=named)
        body = stretch_case(topic, Draw(f"{key}:{topic.stem}:{name}"), options)
        made.append(Case(id=prefix + name, title=_title(prefix, title), stretch=True, **body))
    return tuple(sorted(made, key=lambda case: case.stretch))


TITLES = {
    HIDDEN: Text(en="{title}, with other numbers", zh="{title}（换一组数）"),
    FRESH: Text(en="{title}, fresh numbers (seed {seed})", zh="{title}（新抽的数，种子 {seed}）"),
}
"""What a case is called, by how its name begins."""


def _title(prefix: str, title: Text, seed: str = "") -> Text:
    return TITLES[prefix].format(title=title, seed=seed) if prefix else title


def weight(name: str) -> int:
    """Return what a recipe weighs among the others of its kind, core or stretch."""
    return next((each for core, each, _, _ in CORE if name == core), 1)


def visible(topic: Topic) -> tuple[Case, ...]:
    """Return the cases that everybody sees, core first; their references are stored."""
    return _cases(topic, VISIBLE, "")


def hidden(topic: Topic, seed: str) -> tuple[Case, ...]:
    """Draw cases by the same recipes from a class's secret seed; the judge's own torch answers them.

    Args:
        topic: which optimizer.
        seed: the class's.

    Returns:
        The cases, core first.

    """
    return _cases(topic, f"hidden:{seed}", HIDDEN)


def fresh(topic: Topic, seed: str) -> Case:
    """Draw one core case, its recipe and its numbers, from a seed of its own.

    Args:
        topic: which optimizer.
        seed: letters and digits.

    Returns:
        The case.

    """
    draw = Draw(f"{FRESH}{seed}:{topic.stem}")
    name, _, title, recipe = TELLING[draw.random.randint(len(TELLING))]
    body = recipe(topic, draw)
    return Case(id=FRESH + name, title=_title(FRESH, title.format(steps=len(body["grads"])), seed), **body)
