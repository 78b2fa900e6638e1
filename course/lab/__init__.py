"""What a lesson imports: `from course.lab import check, descent, hint, …`.

Each name is looked up when it is first used, so that a lesson that trains nothing never imports torch. What one lesson
alone needs, its figures and its real task, lies in the topic's own `lab.py` and is found from here by its name.
"""

from __future__ import annotations

import ast
import functools
import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from course.topic import FOLDER

if TYPE_CHECKING:
    from course.lab.check import check
    from course.lab.claims import say, verdict
    from course.lab.contest import contest
    from course.lab.descent import descent
    from course.lab.guide import guide
    from course.lab.hint import hint
    from course.lab.landscapes import landscape
    from course.lab.optimizer import as_torch
    from course.lab.progress import progress
    from course.lab.quiz import quiz, right, wrong
    from course.lab.rules import learner, reference
    from course.lab.tables import fit, tables
    from course.lab.training import digits, gpu, letters, mine, small_cnn, small_rnn, train
    from course.text import Text, language, set_language

__all__ = [
    "Text",
    "as_torch",
    "check",
    "contest",
    "descent",
    "digits",
    "fit",
    "gpu",
    "guide",
    "hint",
    "landscape",
    "language",
    "learner",
    "letters",
    "mine",
    "progress",
    "quiz",
    "reference",
    "right",
    "say",
    "set_language",
    "small_cnn",
    "small_rnn",
    "tables",
    "train",
    "verdict",
    "wrong",
]

_HOMES = {
    "Text": "course.text",
    "as_torch": "course.lab.optimizer",
    "check": "course.lab.check",
    "contest": "course.lab.contest",
    "descent": "course.lab.descent",
    "digits": "course.lab.training",
    "fit": "course.lab.tables",
    "gpu": "course.lab.training",
    "guide": "course.lab.guide",
    "hint": "course.lab.hint",
    "landscape": "course.lab.landscapes",
    "language": "course.text",
    "learner": "course.lab.rules",
    "letters": "course.lab.training",
    "mine": "course.lab.training",
    "progress": "course.lab.progress",
    "quiz": "course.lab.quiz",
    "reference": "course.lab.rules",
    "right": "course.lab.quiz",
    "say": "course.lab.claims",
    "set_language": "course.text",
    "small_cnn": "course.lab.training",
    "small_rnn": "course.lab.training",
    "tables": "course.lab.tables",
    "train": "course.lab.training",
    "verdict": "course.lab.claims",
    "wrong": "course.lab.quiz",
}


@functools.cache
def _topics() -> dict[str, str]:
    """By name, the module of the topic whose `lab.py` offers it in its `__all__`; nothing is imported for that."""
    homes: dict[str, str] = {}
    for file in sorted(FOLDER.glob("*/lab.py")):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                homes |= dict.fromkeys(ast.literal_eval(node.value), f"course.topics.{file.parent.name}.lab")
    return homes


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name) or (None if name.startswith("_") else _topics().get(name))
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    setattr(sys.modules[__name__], name, value)
    return value


class _Lab(ModuleType):
    """Importing `course.lab.descent` binds `descent` here to that module; what a lesson means is its function."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _HOMES and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Lab
