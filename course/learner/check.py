"""`course check`: the same judge as everywhere, one verdict after the other."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Self

from course.grading import caution, render, waiting
from course.grading.judge import checked
from course.learner import onward
from course.text import Text, language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from course.topic import Topic


def check(topics: Sequence[Topic], folder: Path, *, seed: str | None = None, as_json: bool = False) -> bool:
    """Judge the topics one by one and print each verdict as soon as it is known.

    Args:
        topics: in this order.
        folder: where the files lie.
        seed: of an earlier check's fresh numbers, to draw them again; new ones are drawn by default.
        as_json: whether to print one JSON object a topic, and nothing else.

    Returns:
        True if all of them pass.

    Raises:
        CourseError: there is no such folder, or that is no seed.

    """
    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    passed = True
    for topic in topics:
        with Working(topic.stem) as line, waiting.heard_by(line.say):
            verdict = checked(topic, folder, seed)
        passed = passed and verdict.passed
        if as_json:
            print(json.dumps(verdict.to_json(), ensure_ascii=False), flush=True)
        else:
            print(render.terminal(verdict, language(), colour=colour, plotted=len(topics) == 1), flush=True)
            if verdict.passed and len(topics) == 1:
                print("\n".join(f"  {line}" for line in onward.lines(topic.stem, language())), flush=True)
            caution.say()
    return passed


class Working:
    """A line that says what is being checked, on a terminal only, gone when it is done."""

    def __init__(self, stem: str) -> None:
        self.shown = sys.stderr.isatty()
        self.stem = stem

    def __enter__(self) -> Self:
        self.say(Text(en="checking {stem} …", zh="正在检查 {stem} ……").format(stem=self.stem))
        return self

    def say(self, text: Text) -> None:
        """Show another text in the same line."""
        if self.shown:
            print(f"\x1b[2K\x1b[2m{text}\x1b[0m", end="\r", file=sys.stderr, flush=True)

    def __exit__(self, *_: object) -> None:
        if self.shown:
            print("\x1b[2K", end="\r", file=sys.stderr, flush=True)
