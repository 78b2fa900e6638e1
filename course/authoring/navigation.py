"""Links from each lesson to its neighbours, to all lessons and to the other language: derived from the syllabus.

The header is below a lesson's title, the footer at its end. The first page has all lessons in its header, by
number and in teaching order, so that whoever comes back finds the way before anything is run.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from course.lesson.source import Prose
from course.text import LANGS, Text
from course.topic import lessons

if TYPE_CHECKING:
    from course.lesson.source import Cell
    from course.text import Lang
    from course.topic import Lesson

INDEX = "index"
"""The first page."""
ALL = Text(en="All lessons", zh="全部课程")
OTHER: dict[Lang, tuple[Lang, str]] = {"en": ("zh", "中文"), "zh": ("en", "English")}
BETWEEN = " · "


def with_links(stem: str, cells: list[Cell]) -> list[Cell]:
    """Return a lesson's cells with its header and its footer.

    Args:
        stem: the lesson.
        cells: as `course.lesson.source.read` gives them; the first begins with the lesson's title.

    Returns:
        The cells; just as they were, if the lesson is not in the syllabus and has no neighbours.

    """
    first = cells[0]
    if stem not in _stems() or not isinstance(first, Prose):
        return cells
    headed = Text(**{lang: _below_title(first.text[lang], _header(stem, lang)) for lang in LANGS})
    footer = Text(**{lang: f"---\n{_row(stem, lang)}" for lang in LANGS})
    return [replace(first, text=headed), *cells[1:], Prose(footer, first.en_line, first.zh_line)]


def tab(stem: str) -> Text | None:
    """Return what the lesson's tab is called, which tells lessons and languages apart; None beside the syllabus."""
    if stem not in _stems():
        return None
    title, number = lessons()[_stems().index(stem)].title, _stems().index(stem)
    return Text(en="{n} · {title}", zh="第 {n} 课 · {title}").format(n=number, title=title) if number else title


def contents(lang: Lang) -> list[dict[str, str]]:
    """Return file and title of every lesson, in teaching order, for the list beside JupyterLab's files."""
    titles = ((each.stem, tab(each.stem)) for each in lessons())
    return [{"file": f"{stem}.ipynb", "title": title[lang]} for stem, title in titles if title]


def _stems() -> list[str]:
    return [each.stem for each in lessons()]


def _below_title(passage: str, header: str) -> str:
    title, _, rest = passage.strip("\n").partition("\n")
    return f"{title}\n\n{header}\n{rest}"


def _header(stem: str, lang: Lang) -> str:
    """Return the links below the title: on the first page those to all lessons, in the others those of `_row`."""
    if stem != INDEX:
        return _row(stem, lang)
    numbered = enumerate(lessons()[1:], start=1)
    every = BETWEEN.join(f"{number}\u00a0{_link(each, each.title[lang])}" for number, each in numbered)
    return f"{_other(stem, lang)}\n\n{every}"


def _row(stem: str, lang: Lang) -> str:
    """Return the links to what comes before, to all, to what comes after, and to the same in the other language."""
    at = _stems().index(stem)
    before, after = lessons()[max(0, at - 1) : at], lessons()[at + 1 : at + 2]
    return BETWEEN.join(
        [
            *(_link(each, f"← {each.title[lang]}") for each in before if each.stem != INDEX),
            *([f"[{ALL[lang]}]({INDEX}.ipynb)"] if stem != INDEX else []),
            *(_link(each, f"{each.title[lang]} →") for each in after),
            _other(stem, lang),
        ]
    )


def _link(lesson: Lesson, words: str) -> str:
    return f"[{words}]({lesson.stem}.ipynb)"


def _other(stem: str, lang: Lang) -> str:
    other, name = OTHER[lang]
    return f"[{name}](../{other}/{stem}.ipynb)"
