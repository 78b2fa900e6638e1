"""Checks the phases and quantities that a `topic.toml` names: each is in the solution, or nobody is ever told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.findings import quantities
from course.grading.findings.phases import unknown
from course.text import CourseError, Text

if TYPE_CHECKING:
    from course.topic import Topic

NO_TEST = Text(
    en="{stem}, topic.toml, [phases.{name}]: the solution has no `if {when}:`. Take `when` from one of its tests.",
    zh="{stem}，topic.toml，[phases.{name}]：参考答案里没有 `if {when}:`，`when` 要取自其中某个 if 的条件。",
)
NO_QUANTITY = Text(
    en="{stem}, topic.toml, [quantities.{name}]: the solution's `update` never computes `{of}`. Use its names.",
    zh="{stem}，topic.toml，[quantities.{name}]：参考答案的 `update` 从未算出 `{of}`，`of` 要用其中的名称来写。",
)


def problems(topic: Topic) -> list[Text]:
    """Return what is wrong with a topic's phases and quantities; an empty list if nothing is."""
    try:
        phases, numbers = unknown(topic), quantities.unknown(topic)
    except CourseError as error:
        return [error.text]
    return [
        *(NO_TEST.format(stem=topic.stem, name=name, when=topic.phases[name][0]) for name in phases),
        *(NO_QUANTITY.format(stem=topic.stem, name=name, of=topic.quantities[name][0]) for name in numbers),
    ]
