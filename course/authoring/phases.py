"""Checks the phases that a `topic.toml` names: each is a test of the solution's, or no file is ever told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.findings.phases import unknown
from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.topic import Topic

NO_TEST = Text(
    en="{stem}, topic.toml, [phases.{name}]: the solution has no `if {when}:`. Take `when` from one of its tests.",
    zh="{stem}，topic.toml，[phases.{name}]：参考答案里没有 `if {when}:`，`when` 要取自其中某个 if 的条件。",
)


def problems(topic: Topic) -> list[Text]:
    """Return what is wrong with a topic's phases; an empty list if nothing is."""
    try:
        names = unknown(topic)
    except CourseError as error:
        return [error.text]
    return [NO_TEST.format(stem=topic.stem, name=name, when=topic.phases[name][0]) for name in names]
