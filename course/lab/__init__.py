"""What a lesson imports: `from course.lab import language, check, hint, descent, learner, reference, train`.

Each name is looked up when it is first used, so that a lesson that trains nothing never imports torch.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course.lab.check import check
    from course.lab.descent import descent
    from course.lab.hint import hint
    from course.lab.rules import learner, reference
    from course.lab.training import train
    from course.text import language, set_language

__all__ = ["check", "descent", "hint", "language", "learner", "reference", "set_language", "train"]

_HOMES = {
    "check": "course.lab.check",
    "descent": "course.lab.descent",
    "hint": "course.lab.hint",
    "language": "course.text",
    "learner": "course.lab.rules",
    "reference": "course.lab.rules",
    "set_language": "course.text",
    "train": "course.lab.training",
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
