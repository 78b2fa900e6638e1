"""Paragraphs of what a command says: a heading, then one line each, and no more lines than somebody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.classroom import names
from course.classroom.trouble import said
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXTS = texts(__file__)

NOT_GRADED, OVERLOOKED, MENDED, NOTES = (
    TEXTS["not-graded"],
    TEXTS["overlooked"],
    TEXTS["mended"],
    TEXTS["notes"],
)
"""The headings of what grading, feedback and the report have to tell beside what they did."""

MOST_LINES = 50


def listed(heading: Text, lines: Sequence[Text]) -> Text:
    """Format a paragraph: the heading, then one line each.

    Args:
        heading: its first line.
        lines: the others; above `MOST_LINES`, the rest are only counted.

    Returns:
        The paragraph.

    """
    told = Text(en="\n\n{heading}", zh="\n\n{heading}").format(heading=heading)
    for each in lines[:MOST_LINES]:
        told += Text(en=f"\n  {each.en}", zh=f"\n  {each.zh}")
    if len(lines) > MOST_LINES:
        more = len(lines) - MOST_LINES
        told += Text(
            en=f"\n  … and {more} more: mend these, and run this again to see them",
            zh=f"\n  ……另有 {more} 处，改好这些之后再运行一次就能看到",
        )
    return told


def of_one(stem: str, student: str, problem: BaseException) -> Text:
    """Say what went wrong with one submission, on one line.

    Args:
        stem: the topic.
        student: whose submission.
        problem: what went wrong.

    Returns:
        The line.

    """
    where = f"{names.shown(student)}/{stem}"
    return Text(en=f"{where}: ", zh=f"{where}：") + said(problem)
