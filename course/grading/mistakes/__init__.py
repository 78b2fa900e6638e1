"""The catalogue: for every topic, the wrong turns that students take, each a switch on the right rule."""

from __future__ import annotations

import functools
import importlib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from course.grading.mistakes.mistake import SECTIONS, Mistake, Section
from course.grading.mistakes.slips import SLIPS
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.mistakes.switched import Switched

__all__ = ["SECTIONS", "Catalogue", "Mistake", "Section", "catalogue", "title"]


@dataclass(frozen=True)
class Catalogue:
    """One topic's mistakes and the rule that makes them."""

    stem: str
    rule: type[Switched]
    mistakes: tuple[Mistake, ...]

    def __getitem__(self, name: str) -> Mistake:
        return next(mistake for mistake in self.mistakes if mistake.id == name)

    def __contains__(self, name: str) -> bool:
        return any(mistake.id == name for mistake in self.mistakes)

    def make(
        self, on: Sequence[Mistake], outliving: dict[str, Any], hyperparameters: dict[str, Any], style: str = ""
    ) -> Switched:
        """The rule that makes these mistakes, as a learner's class makes its rule, written in one of its styles."""
        return self.rule([*(mistake.id for mistake in on), *filter(None, [style])], outliving, **hyperparameters)

    @functools.cached_property
    def singles(self) -> tuple[tuple[Mistake, ...], ...]:
        """Every mistake of the core by itself, but for those that leave the path right."""
        return tuple((mistake,) for mistake in self.mistakes if not mistake.option and mistake.id not in PATH_RIGHT)

    @functools.cached_property
    def pairs(self) -> tuple[tuple[Mistake, ...], ...]:
        """Every two of them that can be made at once."""
        return tuple((one, other) for (one,), (other,) in itertools.combinations(self.singles, 2) if one.beside(other))


PATH_RIGHT = frozenset({"param-changed-in-place", "grad-changed-in-place"})
"""Mistakes that are seen by what becomes of the caller's arrays; every number is right."""


@functools.cache
def catalogue(stem: str) -> Catalogue:
    """The topic's catalogue."""
    module = importlib.import_module(f"course.grading.mistakes.{stem}")
    return Catalogue(stem, module.Rule, module.MISTAKES)


def title(stem: str, name: str) -> Text:
    """What the mistake or slip of that id is called; an id that the catalogue no longer has stands for itself."""
    for mistake in catalogue(stem).mistakes:
        if mistake.id == name:
            return mistake.title
    return SLIPS.get(name) or Text(en=name, zh=name)
