"""`progress()` in the first lesson: every lesson, what it is about, and how far the learner's own file has come."""

from __future__ import annotations

import html
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from course.grading import render
from course.grading.mistakes import title_of
from course.grading.palette import themed
from course.grading.render import rich
from course.lab.look import BAD, GOOD, QUIET, link, table
from course.learner import progress as shared
from course.system import workspace
from course.text import Text, language
from course.topic import Topic, lessons

if TYPE_CHECKING:
    from course.grading.verdict import Verdict
    from course.topic import Lesson

_HEAD = (
    Text(en="lesson", zh="课"),
    Text(en="what is new in it", zh="新在哪里"),
    Text(en="your file", zh="你的文件"),
    Text(en="how it stands", zh="进展"),
)
_TO_READ = Text(en="nothing to write", zh="没有要写的代码")
_HERE = Text(en="you are here", zh="你在这里")
_NEXT = Text(en="Next:", zh="接下来：")
_ALL = Text(en="All pass.", zh="全部通过。")
_SHADES = {"passed": GOOD, "not-implemented": QUIET}


@dataclass(frozen=True)
class Progress:
    """The table; a notebook shows it as HTML, a console as text. Verdicts are those of all topics, in order."""

    verdicts: tuple[Verdict, ...]

    @property
    def next(self) -> Lesson | None:
        """The lesson to open now: the first one that is not done."""
        return shared.following(self.verdicts)

    def _repr_html_(self) -> str:
        lang = language()
        seen = {verdict.topic: verdict for verdict in self.verdicts}
        rows = [_row(number, lesson, seen.get(lesson.stem)) for number, lesson in enumerate(lessons())]
        shown = table([each[lang] for each in _HEAD], rows, cell=str, margin="0", leading="1.4")
        last = _ALL[lang] if all(verdict.passed for verdict in self.verdicts) else ""
        if following := self.next:
            last += f" {_NEXT[lang]} {link(following.notebook(lang), following.title[lang])}"
        return themed(
            f'<div lang="{lang}">{shown}'
            f'<p style="margin:.6em 0">{shared.bar(list(self.verdicts))} &nbsp; {last}</p></div>'
        )

    def __repr__(self) -> str:
        lines = [
            f"{shared.mark(each)} {each.topic:<10} {_standing(each)[language()]}".rstrip() for each in self.verdicts
        ]
        return "\n".join([*lines, shared.bar(list(self.verdicts))])


def progress(folder: str | Path | None = None) -> Progress:
    """Judge every file of the learner's, as `course status` does, and show the lessons with what came of it.

    Args:
        folder: where the files lie; by default `course/optim`.

    Returns:
        The table.

    Raises:
        CourseError: there is no such folder.

    Examples:
        >>> from course.lab import progress
        >>> table = progress("solutions")
        >>> all(verdict.passed for verdict in table.verdicts)
        True

    """
    return Progress(tuple(shared.verdicts(Path(folder) if folder is not None else workspace.learner())))


def _row(number: int, lesson: Lesson, verdict: Verdict | None) -> tuple[str, str, str, str]:
    lang = language()
    title = lesson.title[lang]
    name = link(lesson.notebook(lang), title) if number else f"<b>{html.escape(title)}</b>"
    if verdict is None:
        file, shade, standing = "", _SHADES["not-implemented"], (_TO_READ if number else _HERE)[lang]
    else:
        own = workspace.learner() / f"{lesson.stem}.py"
        file = link(own, own.name) if own.is_relative_to(workspace.here().root) else f"<code>{own.name}</code>"
        shade = _SHADES.get(verdict.status, BAD)
        standing = f"<b>{shared.mark(verdict)}</b> {rich(_standing(verdict)[lang])}"
    return f"{number or ''} {name}", rich(lesson.idea[lang]), file, f'<span style="color:{shade}">{standing}</span>'


def _standing(verdict: Verdict) -> Text:
    """Return the status in words, and where the mistake was recognised, its name."""
    text = render.STATUS[verdict.status]
    topic = Topic.load(verdict.topic)
    made = [title_of(topic, name) for name in verdict.mistakes]
    may_be = [
        Text.joined((title_of(topic, name) for name in names), en=" + ", zh=" + ") for names in verdict.alternatives
    ]
    if verdict.passed or not (made or may_be):
        return text
    named = Text.joined(made, en=" + ", zh=" + ") if made else Text.joined(may_be, en=" / ", zh=" / ")
    return Text(en=f"{text.en}: {named.en}", zh=f"{text.zh}：{named.zh}")
