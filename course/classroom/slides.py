"""What a slide on one mistake shows: the right path, the path that the mistake makes, the catalogue's sentences."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from course.grading import compare, kinds, mistakes, plot, stored
from course.grading.case_set import visible
from course.grading.mistakes.simulate import simulate
from course.grading.paths import pick
from course.grading.wire import Answer
from course.text import Text
from course.topic import Topic

if TYPE_CHECKING:
    from course.grading.verdict import Paths
    from course.text import Lang

RIGHT = Text(en="right", zh="正确")
WRONG = Text(en="this mistake", zh="此错误")
ALT = Text(
    en="{label} over the steps: the right path, and the path that this mistake makes",
    zh="{label} 随步数的变化，有正确的路径，以及此错误产生的路径",
)


@dataclass(frozen=True, slots=True)
class Slide:
    """One mistake, ready to be shown."""

    topic: Text
    title: Text
    explanation: Text | None
    """None of a mistake that the catalogue no longer has."""
    paths: Paths | None
    """None where the mistake leads to no path of its own."""

    def picture(self, lang: Lang) -> str:
        """Draw both paths; "" where there is nothing to draw."""
        return plot.svg(self.paths, lang, expected=RIGHT, got=WRONG, alt=ALT) if self.paths else ""


def slide(stem: str, mistake: str) -> Slide:
    """Make the slide on one mistake.

    Args:
        stem: the topic.
        mistake: its id.

    Returns:
        The slide.

    """
    topic = Topic.load(stem)
    book = mistakes.catalogue(topic)
    explanation = book[mistake].explanation if mistake in book else None
    return Slide(topic.title, mistakes.title_of(topic, mistake), explanation, paths_of(stem, mistake))


@functools.cache
def paths_of(stem: str, mistake: str) -> Paths | None:
    """Return the right path and the mistake's, of the first public case in which they can be told apart.

    Args:
        stem: the topic.
        mistake: the mistake's id.

    Returns:
        The paths; None if the mistake is not in the catalogue, or leaves every number right.

    """
    topic = Topic.load(stem)
    book = mistakes.catalogue(topic)
    if not kinds.of(topic).PLOTTED or mistake not in book or mistake in mistakes.PATH_RIGHT:
        return None
    known = book[mistake]
    cases = [case for case in visible(topic) if case.stretch == bool(known.option)]
    expected = stored.read(topic, cases)
    answers = {name: Answer(len(path[0]), path, {}, None) for name, path in simulate(topic, (known,), cases).items()}
    with np.errstate(all="ignore"):
        found = (compare.first_difference(case, expected[case.id], answers[case.id].params, {}) for case in cases)
        differences = [each for each in found if each and len(answers[each.case].params[0]) > 1]
        return pick(topic, cases, differences, answers, expected) if differences else None
