"""`check("adam")` in a notebook: the same judge as everywhere, shown as a short report."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from course.grading import caution, palette, processes, render
from course.grading.judge import checked
from course.system import workspace
from course.text import language
from course.topic import Topic

if TYPE_CHECKING:
    from course.grading.verdict import Verdict
    from course.text import Text


class Report:
    """A verdict that a notebook shows as HTML and a console as text."""

    def __init__(self, verdict: Verdict, aside: Text | None = None) -> None:
        self.verdict = verdict
        self.aside = aside
        """What has to be said below it, this once."""

    def __repr__(self) -> str:
        lang = language()
        return "\n".join([render.terminal(self.verdict, lang), *([self.aside[lang]] if self.aside else [])])

    def _repr_html_(self) -> str:
        return palette.themed(render.html(self.verdict, language(), self.aside))


def check(stem: str, folder: str | Path | None = None, fresh: str | None = None) -> Report:
    """Compare your rule with torch.optim and show the verdict.

    Args:
        stem: the topic, for instance "adam".
        folder: where your `STEM.py` lies; by default `course/optim`.
        fresh: the seed of an earlier check's fresh numbers, to draw them again; by default new ones are drawn.

    Returns:
        The report; its `verdict` has everything that was found.

    Raises:
        CourseError: there is no such topic or folder, or that is no seed.

    Examples:
        >>> from course.lab import check
        >>> check("momentum", folder="solutions").verdict.passed
        True

    """
    asked = Topic.load(stem)
    verdict = checked(asked, Path(folder) if folder is not None else workspace.learner(), fresh)
    processes.prepare()
    return Report(verdict, caution.due())
