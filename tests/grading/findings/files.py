"""Files to be explained: one frame for rules of SGD's, and edits of solutions, judged in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.rule import load
from course.topic import Topic
from tests.grading import catalogued, truth

if TYPE_CHECKING:
    from pathlib import Path

    from tests.grading.catalogued import Judged

SGD = """
import numpy as np
class SGD:
    def __init__(self{arguments}):
        {kept}
    def init(self, param):
        return {state}
    def update(self, param, grad, state):
        return {new}, state
"""


def sgd(
    arguments: str = ", lr=1e-3, weight_decay=0.0",
    kept: str = "self.lr, self.weight_decay = lr, weight_decay",
    new: str = "param - self.lr * (grad + self.weight_decay * param)",
    state: str = "None",
) -> str:
    """A rule of SGD's, right where nothing is changed."""
    return SGD.format(arguments=arguments, kept=kept, new=new, state=state)


def edited(stem: str, *changes: tuple[str, str]) -> str:
    """The solution with some text replaced everywhere."""
    source = Topic.load(stem).solution.read_text("utf-8")
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    return source


def judged(stem: str, source: str, folder: Path) -> Judged:
    """The verdict on a file, every sentence of which is held against the file."""
    file = folder / f"{stem}.py"
    file.write_text(source, "utf-8")
    found = catalogued.judged(stem, load(file, Topic.load(stem).class_name), file)
    truth.check(found)
    return found


def told(stem: str, source: str, folder: Path) -> tuple[str, ...]:
    """What is found out about a file: the ids of mistakes and of findings but the smallest input, in order."""
    return tuple(sorted(each.id for each in judged(stem, source, folder).verdict.findings if each.kind != "smallest"))
