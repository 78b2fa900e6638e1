"""Where to look for a case that exposes a mistake: what the place tells in which it is made, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.ranges import ranges
from course.text import texts

if TYPE_CHECKING:
    from course.grading.mistakes import Mistake
    from course.text import Text
    from course.topic import Topic

TEXTS = texts(__file__)

_OF_PLACES = (
    (TEXTS["decay"], ("decay", "weight_decay")),
    (TEXTS["rate"], ("rate", "lr")),
    (TEXTS["scale"], ("scale",)),
    (TEXTS["squares"], ("square", "second moment", "sum", "maximum")),
    (TEXTS["gradient"], ("gradient",)),
    (TEXTS["memory"], ("memory", "buffer", "kept", "average", "weights", "first moment")),
    (TEXTS["start"], ("start", "first steps")),
    (TEXTS["step"], ("step", "order", "order above", "step average", "fraction", "numerator", "centered")),
    (TEXTS["correction"], ("correction", "clock", "memory's correction", "gradient's correction")),
    (TEXTS["moment"], ("threshold", "waiting", "rectification", "sync", "pull", "inner", "inner state", "inner step")),
    (TEXTS["schedule"], ("schedule", "product", "memory's share", "gradient's share")),
)
_NUDGES = {place: text for text, places in _OF_PLACES for place in places}


def nudge(topic: Topic, mistake: Mistake) -> Text:
    """Return a hint for whoever looks for a case that exposes this mistake.

    Args:
        topic: whose rule; a hyperparameter of its own, where the mistake is made there, is what a memory fades by.
        mistake: which one.

    Returns:
        The hint; one that fits any mistake, if its place has none.

    """
    other = TEXTS["memory"] if mistake.place in ranges(topic) else TEXTS["any"]
    return topic.nudges.get(mistake.place) or _NUDGES.get(mistake.place, other)
