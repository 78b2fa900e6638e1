"""The picture on the first page: where the course's own rules go, drawn once so that it is there before anything runs.

A file beside the notebook, because JupyterLab shows no drawing that is attached to a cell.
"""

from __future__ import annotations

import re
from pathlib import Path as FilePath

from course.authoring.navigation import INDEX
from course.grading.palette import BLUE, GREEN, ORANGE
from course.lab.widget.descent import descent
from course.lab.widget.landscapes import landscape
from course.lab.widget.still import WIDTH, Path, still
from course.lesson.source import Prose, read
from course.system import toml
from course.text import LANGS, Text
from course.topic import FOLDER, Topic

GROUND, START, STEPS = "bowl", (-2.6, 1.0), 60
HEIGHT = 224
"""Of the picture, so small that the first cell is below it on the first screen."""
COLOURS = BLUE, ORANGE, GREEN
"""Of the rules that the lesson names under `picture`, from the lowest line to the topmost."""

NAME = "index.svg"
_ALT = re.compile(rf"!\[([^\]]+)\]\({re.escape(NAME)}\)")


def outputs() -> dict[FilePath, str]:
    """Return the picture in each language: path relative to the root of the repository → text.

    Raises:
        StopIteration: the first lesson does not show it, and so does not say what it shows.

    """
    pages = [cell.text for cell in read(FOLDER / INDEX / "lesson.md") if isinstance(cell, Prose)]
    page = next(each for each in pages if all(_ALT.search(each[lang]) for lang in LANGS))
    alt = Text(**{lang: _ALT.findall(page[lang])[0] for lang in LANGS})
    with toml.opened(FOLDER / INDEX / "topic.toml") as told:
        shown = [(each["rule"], dict(each["sliders"])) for each in told["picture"]]
    made = {}
    for lang in LANGS:
        paths = []
        for (rule, sliders), colour in zip(shown, COLOURS, strict=True):
            walker = descent(rule, landscape=GROUND, steps=STEPS, **sliders)
            walker.start = START
            paths.append(Path(walker.path, Topic.load(rule).title[lang], colour))
        drawn = still(landscape(GROUND), paths, Text(en=alt[lang], zh=alt[lang]), HEIGHT)
        sized = drawn.replace("<svg ", f'<svg width="{WIDTH}" height="{HEIGHT}" ', 1)  # a page shows a file as it likes
        made[FilePath("lessons", lang, NAME)] = f"{sized}\n"
    return made
