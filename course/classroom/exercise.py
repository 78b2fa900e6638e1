"""The exercise as the topic's lesson sets it, for the worksheet: the text before the lesson's `check` cell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from course.text import Text

if TYPE_CHECKING:
    from course.topic import Topic


def from_lesson(topic: Topic) -> Text | None:
    """The exercise in both languages, or None while the topic has no lesson here.

    The heading is left out, and so is a last paragraph that ends in a colon: it speaks of the lesson's own next cell.
    """
    try:
        lesson = (topic.folder / "lesson.md").read_text("utf-8")
    except OSError:
        return None
    block = r"^:::: *{} *\n(?P<{}>(?:(?!^::::).)*)^:::: *\n\s*"
    cell = rf'```python[^\n]*\ncheck\("{topic.stem}"\)'
    found = re.search(block.format("en", "en") + block.format("zh", "zh") + cell, lesson, re.DOTALL | re.MULTILINE)
    return Text(en=_adapted(found["en"], topic), zh=_adapted(found["zh"], topic)) if found else None


def _adapted(prose: str, topic: Topic) -> str:
    """The same text, standing beside the student's file and not in the course's folders."""
    paragraphs = [each.strip() for each in prose.strip().split("\n\n")]
    if paragraphs[0].startswith("#"):
        del paragraphs[0]
    if paragraphs[-1].endswith((":", "：")):
        del paragraphs[-1]
    text = re.sub(rf"\[[^\]]*\]\([^)]*course/optim/{topic.stem}\.py\)", f"`{topic.stem}.py`", "\n\n".join(paragraphs))
    return re.sub(r"\[([^\]]*)\]\((?!https?:)[^)]*\)", r"\1", text)
