"""The page that opens the course in Colab: `course/authoring/colab.md` becomes one notebook a language.

A lesson itself has no cell that installs anything: everybody would see it, and only Colab needs it.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

from course.authoring import notebooks
from course.lesson.source import Cell, Code, Prose, read
from course.system import toml
from course.system.workspace import ROOT
from course.text import LANGS, Text
from course.topic import lessons, topics

if TYPE_CHECKING:
    from course.text import Lang

SOURCE = Path(__file__).with_name("colab.md")
HOST = "https://colab.research.google.com/github"
BRANCH = "main"
"""Colab opens a notebook of a branch; Binder's HEAD it does not know."""


def address(path: str) -> str:
    """Return where Colab opens a notebook of the repository."""
    repository = of_project("Repository").removeprefix("https://github.com/")
    return f"{HOST}/{repository}/blob/{BRANCH}/{path}"


def of_project(name: str) -> str:
    """Return one of the addresses in `pyproject.toml`."""
    with toml.opened(ROOT / "pyproject.toml") as told:
        return str(told["project"]["urls"][name])


def beginning(lang: Lang) -> str:
    """Return the cell that installs the course, which every lesson needs there before its own first one."""
    return next(cell for cell in read(SOURCE) if isinstance(cell, Code)).spoken(lang)


def outputs() -> dict[Path, str]:
    """Return both notebooks: path relative to the root of the repository → text.

    Raises:
        CourseError: the source is not written as a lesson is; the sentence names the line.

    """
    cells: list[Cell] = [_filled(cell) for cell in read(SOURCE)]
    source = f"course/topics/{SOURCE.stem}/lesson.md"
    return {
        Path("lessons", "colab", f"{lang}.ipynb"): notebooks.notebook(SOURCE.stem, cells, lang).replace(
            source, SOURCE.relative_to(ROOT).as_posix()
        )
        for lang in LANGS
    }


def _filled(cell: Cell) -> Cell:
    """Put the first topic and the list of lessons where the source leaves room for them."""
    first = topics()[0].stem
    if isinstance(cell, Code):
        return dataclasses.replace(cell, source=cell.source.replace("{first}", first))
    if not isinstance(cell, Prose):
        return cell
    en, zh = (cell.text[lang].replace("{first}", first).replace("{lessons}", _listed(lang)) for lang in LANGS)
    return dataclasses.replace(cell, text=Text(en=en, zh=zh))


def _listed(lang: Lang) -> str:
    """Return all lessons but the first page, which is such a list itself, as links."""
    return "\n".join(
        f"- [{each.title[lang]}]({address(f'lessons/{lang}/{each.stem}.ipynb')})" for each in lessons()[1:]
    )
