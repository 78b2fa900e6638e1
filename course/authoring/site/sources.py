"""The lessons as the builder reads them, each once."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from course.lesson.source import read
from course.topic import FOLDER

if TYPE_CHECKING:
    from course.lesson.source import Cell


@cache
def cells(stem: str) -> list[Cell]:
    """Return the cells of a lesson, as `course.lesson.source.read` does."""
    return read(FOLDER / stem / "lesson.md")
