"""What a lesson imports: `from course.lab import check, descent, hint, …`.

Each name is looked up when it is first used, so that a lesson that trains nothing never imports torch.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.lab.check import check
    from course.lab.claims import say, verdict
    from course.lab.contest import contest
    from course.lab.descent import descent
    from course.lab.figures import pushed_box
    from course.lab.hint import hint
    from course.lab.landscapes import landscape
    from course.lab.quiz import quiz, right, wrong
    from course.lab.rules import learner, reference
    from course.lab.training import as_torch, digits, gpu, letters, mine, small_cnn, small_rnn, train
    from course.text import Text, language, set_language

__all__ = [
    "Text",
    "as_torch",
    "check",
    "contest",
    "descent",
    "digits",
    "gpu",
    "hint",
    "landscape",
    "language",
    "learner",
    "letters",
    "mine",
    "pushed_box",
    "quiz",
    "reference",
    "right",
    "say",
    "set_language",
    "small_cnn",
    "small_rnn",
    "train",
    "verdict",
    "wrong",
]

_HOMES = {
    "Text": "course.text",
    "as_torch": "course.lab.training",
    "check": "course.lab.check",
    "contest": "course.lab.contest",
    "descent": "course.lab.descent",
    "digits": "course.lab.training",
    "gpu": "course.lab.training",
    "hint": "course.lab.hint",
    "landscape": "course.lab.landscapes",
    "language": "course.text",
    "learner": "course.lab.rules",
    "letters": "course.lab.training",
    "mine": "course.lab.training",
    "pushed_box": "course.lab.figures",
    "quiz": "course.lab.quiz",
    "reference": "course.lab.rules",
    "right": "course.lab.quiz",
    "say": "course.lab.claims",
    "set_language": "course.text",
    "small_cnn": "course.lab.training",
    "small_rnn": "course.lab.training",
    "train": "course.lab.training",
    "verdict": "course.lab.claims",
    "wrong": "course.lab.quiz",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    setattr(sys.modules[__name__], name, value)
    return value


class _Lab(ModuleType):
    """Importing `course.lab.descent` binds `descent` here to that module; what a lesson means is its function."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _HOMES and isinstance(value, ModuleType):
            value = getattr(value, name)
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Lab
