"""The sections of a lesson that a report sends its reader to: what they are called in full, read off the lesson."""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING

from course.grading.mistakes import SECTIONS
from course.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from course.grading.mistakes import Section
    from course.text import Lang
    from course.topic import Topic


@functools.cache
def heading(topic: Topic, section: Section) -> Text:
    """Return the heading of a section in the topic's lesson; its beginning, where there is no such lesson.

    Args:
        topic: which exercise.
        section: which section of its lesson.

    Returns:
        The heading in both languages, without its mark.

    """
    begin = SECTIONS[section]
    file = topic.folder / "lesson.md"
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    headings = [found[1].strip() for line in lines if (found := re.match(r"#{2,4} (.+)", line))]

    def whole(lang: Lang) -> str:
        ours = (each for each in headings if bool(re.search("[\u4e00-\u9fff]", each)) == (lang == "zh"))
        return next((each for each in ours if each.startswith(begin[lang])), begin[lang])

    return Text(en=whole("en"), zh=whole("zh"))


def cells(notebook: Path) -> dict[str, str]:
    """Return where each heading of a notebook below its title stands, by what is written in it.

    JupyterLab finds a heading by its words only if these are of plain letters, and a cell by its id always.

    Args:
        notebook: its file.

    Returns:
        The id of the cell; nothing, if the file cannot be read.

    """
    try:
        told = json.loads(notebook.read_text("utf-8"))["cells"]
        texts = [(cell["id"], "".join(cell["source"])) for cell in told if cell["cell_type"] == "markdown"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {found.strip(): name for name, text in texts for found in re.findall(r"^#{2,4} (.+)$", text, re.MULTILINE)}
