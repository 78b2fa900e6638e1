"""`check("adam")` in a notebook: the same judge as everywhere, shown as a short report."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.grading import caution, palette, processes, render, waiting
from course.grading.judge import checked
from course.grading.sections import cells
from course.lab.look import address, paragraph
from course.learner import onward
from course.system import workspace
from course.text import CourseError, language
from course.topic import Topic, lessons

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
        lines = [render.terminal(self.verdict, lang, plotted=True), *([self.aside[lang]] if self.aside else [])]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return palette.themed(render.html(self.verdict, language(), self.aside, places(self.verdict)))


def places(verdict: Verdict) -> render.Places:
    """Return what the report of a verdict leads to: the sections of the lesson, our solution, and the next lesson.

    Args:
        verdict: of one of the learner's files.

    Returns:
        Addresses as a notebook beside the lesson has them; without a workspace there are none.

    """
    lang, stem = language(), verdict.topic
    try:
        own = next(lesson.notebook(lang) for lesson in lessons() if lesson.stem == stem)
        places = {title: f"{address(own)}#cell-id={name}" for title, name in cells(own).items()}
        after = onward.following(stem)
        following = address(after.notebook(lang)) if after else ""
    except CourseError:
        places, following = {}, ""
    return render.Places(places, onward.fragment(stem, lang, following) if verdict.passed else "")


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
    with _line() as say:
        return report(Topic.load(stem), Path(folder) if folder is not None else workspace.learner(), say, fresh)


def report(topic: Topic, folder: Path, say: Callable[[Text], None], fresh: str | None = None) -> Report:
    """Compare a rule with torch.optim, and say meanwhile how long it has been computing.

    Args:
        topic: which exercise.
        folder: where the learner's file lies.
        say: called with a sentence that takes the place of the one before.
        fresh: as in `check`.

    Returns:
        The report.

    Raises:
        CourseError: as in `check`.

    """
    with waiting.heard_by(say):
        verdict = checked(topic, folder, fresh)
    processes.prepare()
    return Report(verdict, caution.due())


@contextlib.contextmanager
def _line() -> Iterator[Callable[[Text], None]]:
    """Show a sentence below the cell that is running, always in the same place; in the end it is gone."""
    from IPython import display

    handles: list[Any] = []
    html: Any = display.HTML
    show: Any = display.display

    def say(text: Text) -> None:
        shown = html(paragraph(str(text), live=True))
        if handles:
            handles[0].update(shown)
        elif _in_notebook():
            handles.append(show(shown, display_id=True))

    try:
        yield say
    finally:
        for handle in handles:
            handle.update(html(""))


def _in_notebook() -> bool:
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    return shell is not None and hasattr(shell, "kernel")
