"""`course hint`, `course reset`, `course solution`: what a learner may ask about one exercise."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from course.learner.copies import put_aside
from course.system import atomic
from course.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from course.topic import Topic


def hint(topic: Topic, tier: int) -> None:
    """Print the hints of a topic.

    Args:
        topic: whose.
        tier: how many of them: 1 is a nudge, the last is nearly the answer.

    """
    for number, each in enumerate(topic.hints[:tier], 1):
        print(f"{number}/{len(topic.hints)}  {each}")
    if tier < len(topic.hints):
        more = Text(en="More: course hint {stem} --tier {next}", zh="更多提示：course hint {stem} --tier {next}")
        print(more.format(stem=topic.stem, next=tier + 1))


def reset(file: Path, skeleton: str) -> None:
    """Put the skeleton back and say so; what the learner wrote is kept beside it.

    Args:
        file: the learner's.
        skeleton: its text at first.

    Raises:
        OSError: it cannot be written; then everything is as it was.

    """
    kept = None
    if file.exists():
        kept = put_aside(file, lambda: atomic.write(file, skeleton))
    else:
        atomic.write(file, skeleton)
    if kept:
        print(Text(en="Your file is kept as {name}.", zh="你的文件保存为 {name}。").format(name=kept.name))
    print(Text(en="{name} is the skeleton again.", zh="{name} 已恢复为骨架代码。").format(name=file.name))


def solution(topic: Topic, text: str, folder: Path) -> bool:
    """Print the solution once the learner's own file has passed.

    Args:
        topic: which.
        text: of its solution.
        folder: the learner's.

    Returns:
        True if it was printed.

    """
    from course.grading.judge import checked

    verdict = checked(topic, folder)
    if not verdict.passed:
        not_yet = Text(
            en="The solution opens once your own {stem} passes. Try `course hint {stem}`.",
            zh="你自己的 {stem} 通过之后才能看参考答案。可以试试 `course hint {stem}`。",
        )
        print(not_yet.format(stem=topic.stem), file=sys.stderr)
        return False
    print(text, end="")
    return True
