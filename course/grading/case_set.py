"""The cases of every topic, by the recipes of its kind: together they cover the whole of valid input.

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

from course.grading import kinds
from course.grading.case import FRESH, HIDDEN
from course.grading.draws import VISIBLE, Draw
from course.grading.stretch import stretch_case
from course.text import Text

if TYPE_CHECKING:
    from course.grading.case import Case
    from course.topic import Topic


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
    made, kind = [], kinds.of(topic)
    for name, _, title, recipe in kind.CORE:
        body = recipe(topic, Draw(f"{key}:{topic.stem}:{name}"))
        made.append(kind.case(name=prefix + name, title=_title(prefix, title), body=body))
    for name, options in stretch_options(topic).items():
        named = Text(en=", ".join(options), zh="、".join(options))
        title = Text(en="stretch: {named}", zh="选做：{named}").format(named=named)
        body = stretch_case(topic, Draw(f"{key}:{topic.stem}:{name}"), options)
        made.append(kind.case(name=prefix + name, title=_title(prefix, title), body=body, stretch=True))
    return tuple(sorted(made, key=lambda case: case.stretch))


TITLES = {
    HIDDEN: Text(en="{title}, with other numbers", zh="{title}（换一组数）"),
    FRESH: Text(en="{title}, fresh numbers (seed {seed})", zh="{title}（新抽的数，种子 {seed}）"),
}
"""What a case is called, by how its name begins."""


def _title(prefix: str, title: Text, seed: str = "") -> Text:
    return TITLES[prefix].format(title=title, seed=seed) if prefix else title


def weight(topic: Topic, name: str) -> int:
    """Return what a recipe of a topic weighs among the others of its kind, core or stretch.

    Args:
        topic: which exercise.
        name: the recipe's id.

    Returns:
        Its weight.

    """
    return next((each for core, each, _, _ in kinds.of(topic).CORE if name == core), 1)


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
    telling = kinds.of(topic).TELLING
    name, _, title, recipe = telling[draw.random.randint(len(telling))]
    return kinds.of(topic).case(name=FRESH + name, title=_title(FRESH, title, seed), body=recipe(topic, draw))
