"""The exercise as the topic's lesson sets it, for the worksheet: the text before the editor, or the `check` cell."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from course.lesson.source import Code, Prose, read
from course.text import Text

if TYPE_CHECKING:
    from course.topic import Topic


def from_lesson(topic: Topic) -> Text | None:
    """Return the exercise in both languages, or None while the topic has no lesson.

    The heading is left out, and so is a last paragraph that ends in a colon: it speaks of the lesson's own next cell.

    Raises:
        CourseError: the lesson is not written as it has to be.

    """
    path = topic.folder / "lesson.md"
    cells = read(path) if path.is_file() else []
    begins = f'exercise("{topic.stem}"', f'check("{topic.stem}"'
    for prose, code in pairwise(cells):
        if isinstance(prose, Prose) and isinstance(code, Code) and code.source.startswith(begins):
            return Text(en=_adapted(prose.text.en, topic), zh=_adapted(prose.text.zh, topic))
    return None


def _adapted(prose: str, topic: Topic) -> str:
    """Return the same text, standing beside the student's file and not in the course's folders."""
    paragraphs = [each.strip() for each in prose.strip().split("\n\n")]
    if paragraphs[0].startswith("#"):
        del paragraphs[0]
    if paragraphs[-1].endswith((":", "：")):
        del paragraphs[-1]
    text = re.sub(rf"\[[^\]]*\]\([^)]*course/optim/{topic.stem}\.py\)", f"`{topic.stem}.py`", "\n\n".join(paragraphs))
    return re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", text)
