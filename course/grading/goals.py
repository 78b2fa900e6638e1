"""The stretch goals that a file has not reached yet, and what each of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.grading.tickets import KINDS
from course.text import Text, texts
from course.topic import Topic

if TYPE_CHECKING:
    from course.grading.verdict import Verdict

TEXTS = texts(__file__)

COMMON = {"maximize": TEXTS["maximize"]}
"""Goals that most topics have, by id; the others are told in the topic's `[cases.stretch]`."""


def left(verdict: Verdict) -> tuple[Text, ...]:
    """Say which stretch goals are left, a sentence each.

    Args:
        verdict: of a file whose core is right.

    Returns:
        The goals that are one option each, as the topic has them, but those that are reached; what is asked of
        several options together comes when each of them is right.

    """
    topic = Topic.load(verdict.topic)
    missed = {case.id: case for case in verdict.cases if case.stretch and not case.passed and case.id not in KINDS}
    goals = topic.cases["stretch"]
    alone = [name for name in goals if name in missed]
    if alone or not missed:
        return tuple(_goal(goals[name]["options"], what(topic, name)) for name in alone)
    return (TEXTS["together"],)


def what(topic: Topic, name: str) -> Text:
    """Say what a stretch goal is.

    Args:
        topic: which exercise.
        name: one of its `[cases.stretch]`.

    Returns:
        What to do, in a few words without a full stop.

    """
    told = topic.cases["stretch"][name].get("what")
    return Text.from_json(told) if told else COMMON[name]


def _goal(options: dict[str, object], about: Text) -> Text:
    named = Text(en=", ".join(f"`{name}`" for name in options), zh="、".join(f"`{name}`" for name in options))
    return TEXTS["goal"].format(named=named, about=about)
