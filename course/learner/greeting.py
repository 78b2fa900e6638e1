"""`course` alone: a greeting, how far the learner is, and what to do now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from course.learner import progress
from course.learner.check import Working
from course.system import workspace
from course.text import Text, language, texts

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = texts(__file__)


def greet(folder: Path | None) -> None:
    """Print a greeting and what to do next.

    Args:
        folder: the learner's files; None if there are none yet.

    """
    print(TEXTS["hello"])
    if folder is None:
        print(TEXTS["begin"] if workspace.find() else TEXTS["make-a-folder"])
    else:
        print(_next(folder))
    print(TEXTS["commands"])


def _next(folder: Path) -> Text:
    with Working(str(Text(en="your files", zh="你的文件"))):
        seen = list(progress.verdicts(folder))
    print(progress.bar(seen), file=sys.stdout)
    lesson = progress.following(seen)
    if lesson is None:
        return TEXTS["all-done"]
    told = TEXTS["exercise"] if lesson.topic else TEXTS["lesson"]
    notebook, file = lesson.notebook(language()), folder / f"{lesson.stem}.py"
    return told.format(title=lesson.title, notebook=notebook, file=file, stem=lesson.stem)
