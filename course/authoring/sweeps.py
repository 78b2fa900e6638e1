"""Records the sweeps that tasks of a tuner are made of; they are trained again only if their recipe has changed.

What a training run comes to differs between machines and releases of torch, so a check does not repeat it: it compares
the recipe.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.tuner import recorded
from course.rule import load
from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.topic import Topic

STALE = Text(
    en="{name} was not recorded by the recipe of today. Run `make build`.",
    zh="{name} 不是按现在的方法记录的。请运行 `make build`。",
)


def problems(topic: Topic) -> list[Text]:
    """Return what is wrong with the recorded sweeps of one topic; an empty list if nothing is."""
    try:
        _, how = recorded.read(topic)
    except CourseError as error:
        return [error.text]
    return [] if how == recipe(topic) else [STALE.format(name=f"{topic.stem}/sweeps.npz")]


def build(topic: Topic) -> bool:
    """Record the sweeps of one topic if that was not done by the recipe of today; tell whether they were written."""
    if not problems(topic):
        return False
    arrays: dict[str, Any] = {}
    for name, (rates, losses) in load(topic.folder / "recorded.py", "sweeps")().items():
        arrays |= {f"{name}/rates": rates, f"{name}/losses": losses}
    np.savez_compressed(recorded.path(topic), allow_pickle=False, how=np.array(recipe(topic)), **arrays)
    recorded.tasks.cache_clear()
    return True


def recipe(topic: Topic) -> str:
    """Return what changes when the recipe of the sweeps does."""
    return hashlib.sha256((topic.folder / "recorded.py").read_bytes()).hexdigest()
