"""Where to go from an exercise that passed: the course's own solution, and the next lesson."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from course.grading.mistakes.edit import editable
from course.text import Text, texts
from course.topic import Topic, lessons

if TYPE_CHECKING:
    from course.text import Lang
    from course.topic import Lesson

TEXTS = texts(__file__)


def following(stem: str) -> Lesson | None:
    """Return the lesson after a topic's, in teaching order; None after the last one."""
    order = lessons()
    at = next((number for number, lesson in enumerate(order) if lesson.stem == stem), len(order))
    return order[at + 1] if at + 1 < len(order) else None


def lines(stem: str, lang: Lang) -> list[str]:
    """Return what to read and what to do next, for a terminal.

    Args:
        stem: the topic that passed.
        lang: the reader's language.

    Returns:
        The lines.

    """
    said = [TEXTS["solution-command"].format(stem=stem)]
    lesson = following(stem)
    if lesson:
        said.append(TEXTS["lesson"].format(title=lesson.title, idea=lesson.idea))
    return [each[lang] for each in said]


def fragment(stem: str, lang: Lang, address: str) -> str:
    """Return the same for a notebook: the solution to unfold, and a link.

    Args:
        stem: the topic that passed.
        lang: the reader's language.
        address: of the next lesson; "" where there is none.

    Returns:
        HTML.

    """
    code = escape(editable(Topic.load(stem).solution.read_text("utf-8")).strip())
    parts = [f"<details><summary>{TEXTS['solution'][lang]}</summary><pre>{code}</pre></details>"]
    lesson = following(stem)
    if lesson:
        title = Text(en=lesson.title.en, zh=lesson.title.zh)[lang]
        named = f'<a href="{escape(address)}">{escape(title)}</a>' if address else escape(title)
        marked = Text(en="\0", zh="\0")
        said = escape(TEXTS["lesson"].format(title=marked, idea=lesson.idea)[lang])
        parts.append(f"<p>{said.replace(chr(0), named)}</p>")
    return "".join(parts)
