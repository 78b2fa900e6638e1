"""What a lesson imports: `from course.lab import check, descent, hint, …`.

Each name is looked up when it is first used, so that a lesson that trains nothing never imports torch. What one lesson
alone needs, its figures and its real task, lies in the topic's own `lab.py` and is found from here by its name.
"""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course.topic import FOLDER

# The one list of what the lab's own rooms offer: type checkers follow these imports, and `__getattr__` reads them.
if TYPE_CHECKING:
    from course.lab.charts.bars import bar_chart as bar_chart
    from course.lab.charts.dots import dot_map as dot_map
    from course.lab.charts.lines import line_chart as line_chart
    from course.lab.charts.table import show_table as show_table
    from course.lab.parts.beside import expose as expose
    from course.lab.parts.beside import mend as mend
    from course.lab.parts.check import check as check
    from course.lab.parts.claims import conclude as conclude
    from course.lab.parts.claims import say as say
    from course.lab.parts.exercise import exercise as exercise
    from course.lab.parts.hint import hint as hint
    from course.lab.parts.predict import predict as predict
    from course.lab.parts.predict import predictions as predictions
    from course.lab.parts.progress import progress as progress
    from course.lab.parts.quiz import quiz as quiz
    from course.lab.rules import learner as learner
    from course.lab.rules import reference as reference
    from course.lab.training.choice import judged as judged
    from course.lab.training.choice import tune as tune
    from course.lab.training.contest import contest as contest
    from course.lab.training.data import digits as digits
    from course.lab.training.data import letters as letters
    from course.lab.training.optimizer import as_torch as as_torch
    from course.lab.training.paired import paired as paired
    from course.lab.training.tables import fit as fit
    from course.lab.training.tables import tables as tables
    from course.lab.training.training import gpu as gpu
    from course.lab.training.training import mine as mine
    from course.lab.training.training import small_cnn as small_cnn
    from course.lab.training.training import small_rnn as small_rnn
    from course.lab.training.training import train as train
    from course.lab.widget.descent import descent as descent
    from course.lab.widget.landscapes import landscape as landscape
    from course.lab.widget.search import searches as searches
    from course.lesson.words import sentence as sentence
    from course.text import Text as Text
    from course.text import language as language
    from course.text import set_language as set_language


@functools.cache
def _rooms() -> dict[str, str]:
    """Return what the lab's own rooms offer: by name, the module that has it. None of them is imported for that."""
    found: dict[str, str] = {}
    for node in ast.parse(Path(__file__).read_text("utf-8")).body:
        if isinstance(node, ast.If):
            for each in node.body:
                if isinstance(each, ast.ImportFrom):
                    found |= dict.fromkeys((name.name for name in each.names), str(each.module))
    return found


@functools.cache
def _topics() -> dict[str, str]:
    """Return what the topics' `lab.py` offer in their `__all__`: by name, the module. None is imported for that."""
    found: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*/lab.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                found |= dict.fromkeys(ast.literal_eval(node.value), f"course.topics.{file.parent.name}.lab")
    return found


def __getattr__(name: str) -> Any:
    home = None if name.startswith("_") else _rooms().get(name) or _topics().get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    setattr(sys.modules[__name__], name, value)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_rooms(), *_topics()})
