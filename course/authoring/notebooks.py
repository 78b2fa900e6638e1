"""Lessons become two notebooks each, one a language. How a lesson is written says `course.lesson.source`.

`lessons/en/STEM.ipynb` and `lessons/zh/STEM.ipynb` are derived: no outputs, cell ids by position, the same bytes on
every machine. Each holds its reader's language alone. Write them with `course build`; `course build --check` compares
them.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import nbformat.v4

from course.authoring.marks import for_notebooks, kept_together
from course.authoring.navigation import INDEX, contents, tab, with_links
from course.lesson.source import Prose, Quiz, Sentence, read
from course.text import LANGS, Lang
from course.topic import FOLDER

if TYPE_CHECKING:
    from course.lesson.source import Cell

_V4: Any = nbformat.v4


def sources() -> list[Path]:
    """Return all lessons, by name."""
    return sorted(FOLDER.glob("*/lesson.md"))


def outputs(paths: list[Path] | None = None) -> dict[Path, str]:
    """Return every notebook that the lessons make: its path relative to the repository, and the text of its file.

    Args:
        paths: the lessons' sources; all of them if not given.

    Raises:
        CourseError: a lesson is not written as it has to be; the sentence names file and line.

    """
    made: dict[Path, str] = {}
    for path in sources() if paths is None else paths:
        stem = path.parent.name
        cells = with_links(stem, read(path))
        for lang in LANGS:
            made[Path("lessons", lang, f"{stem}.ipynb")] = notebook(stem, cells, lang)
    return made


def notebook(stem: str, cells: list[Cell], lang: Lang) -> str:
    """Return the notebook in one language, as the text of its file.

    Args:
        stem: the lesson.
        cells: as `course.lesson.source.read` gives them.
        lang: the reader's language.

    Returns:
        The text of the file, which ends with one line break.

    """
    made: list[Any] = []
    for cell in cells:
        name = f"{stem}-{len(made) + 1:02d}"
        if isinstance(cell, Sentence):
            continue
        if isinstance(cell, Prose):
            made.append(_V4.new_markdown_cell(kept_together(for_notebooks(cell.text[lang].strip("\n"))), id=name))
            continue
        code = cell.cell(stem) if isinstance(cell, Quiz) else cell
        metadata: dict[str, Any] = {}
        if code.tags:
            metadata["tags"] = list(code.tags)
        if code.hidden:
            metadata["jupyter"] = {"source_hidden": True}
        made.append(_V4.new_code_cell(code.spoken(lang), id=name, metadata=metadata))
    about: dict[str, Any] = {"lang": lang, "source": f"course/topics/{stem}/lesson.md"}
    if (called := tab(stem)) is not None:
        about["title"] = called[lang]
    if stem == INDEX:
        about["lessons"] = contents(lang)
    book = _V4.new_notebook(
        cells=made,
        metadata={
            "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"},
            "language_info": {"name": "python", "file_extension": ".py", "mimetype": "text/x-python"},
            "course": about,
        },
    )
    nbformat.validate(book)
    return str(_V4.writes(book)).rstrip("\n") + "\n"
