"""What can be wrong in a lesson's source, and what its author can do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.text import CourseError, Text, texts
from course.topic import FOLDER

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = texts(__file__)


def at(path: Path, line: int, what: Text) -> CourseError:
    """Return the error that names a lesson, its line and what is wrong there.

    Args:
        path: the lesson's source.
        line: counted from 1.
        what: what is wrong, and what to do.

    Returns:
        The error, to be raised.

    """
    name = place(path)
    return CourseError(Text(en=f"{name}:{line}: {what.en}", zh=f"{name}:{line}：{what.zh}"))


def place(path: Path) -> str:
    """Name a source in a message: `momentum/lesson.md`."""
    return path.relative_to(FOLDER).as_posix() if path.is_relative_to(FOLDER) else path.name


STRAY = TEXTS["stray"]
UNPAIRED = TEXTS["unpaired"]
NESTED = TEXTS["nested"]
NO_SUCH_BLOCK = TEXTS["no-such-block"]
EMPTY = TEXTS["empty"]
NOT_ONE_PARAGRAPH = TEXTS["not-one-paragraph"]
NO_ANSWERS = TEXTS["no-answers"]
NO_ANSWER = TEXTS["no-answer"]
NOT_ONE_RIGHT = TEXTS["not-one-right"]
TWO_OR_THREE = TEXTS["two-or-three"]
NO_FORMULAS = TEXTS["no-formulas"]
NO_MARKUP = TEXTS["no-markup"]
OTHER_ANSWERS = TEXTS["other-answers"]
TWICE = TEXTS["twice"]
HALF_A_SLOT = TEXTS["half-a-slot"]
NO_SUCH_OPTION = TEXTS["no-such-option"]
