"""Reads a topic's `mistakes.toml` and the families that it takes mistakes from, and makes the mistaken rules."""

from __future__ import annotations

import copy
import functools
import itertools
import math
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from course.grading.mistakes.around import OF_HYPERPARAMETER, WRAPS
from course.grading.mistakes.edit import Edit, editable, edited
from course.grading.mistakes.mistake import Mistake
from course.text import Text
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Sequence

FAMILIES = Path(__file__).with_name("families")

PATH_RIGHT = frozenset({"param-changed-in-place", "grad-changed-in-place"})


@dataclass(frozen=True)
class Book:
    """One topic's mistakes, and the solution in which they are made."""

    stem: str
    class_name: str
    text: str
    mistakes: tuple[Mistake, ...]
    styles: dict[str, tuple[Edit, ...]]
    """By name, other ways of writing the rule that are right, but not the same beside a mistake."""
    together: dict[frozenset[str], tuple[Edit, ...]]
    """By two ids (of mistakes, or of a style and a mistake), the edits of both, where they change the same words."""

    def __getitem__(self, name: str) -> Mistake:
        return next(mistake for mistake in self.mistakes if mistake.id == name)

    def __contains__(self, name: str) -> bool:
        return any(mistake.id == name for mistake in self.mistakes)

    @functools.cached_property
    def singles(self) -> tuple[tuple[Mistake, ...], ...]:
        """Every mistake of the core by itself, but for those that leave the path right."""
        return tuple((mistake,) for mistake in self.mistakes if not mistake.option and mistake.id not in PATH_RIGHT)

    @functools.cached_property
    def pairs(self) -> tuple[tuple[Mistake, ...], ...]:
        """Every two of them that can be made at once."""
        return tuple((one, other) for (one,), (other,) in itertools.combinations(self.singles, 2) if one.beside(other))

    def edits(self, on: Sequence[Mistake], style: str = "") -> tuple[Edit, ...]:
        """The edits that make these mistakes, in one of the rule's styles."""
        written = {mistake.id: mistake.edits for mistake in on} | ({style: self.styles[style]} if style else {})
        for names in map(frozenset, itertools.combinations(written, 2)):
            if names in self.together:
                rest = [edit for name, edits in written.items() if name not in names for edit in edits]
                return (*self.together[names], *rest)
        return tuple(edit for edits in written.values() for edit in edits)

    def source(self, on: Sequence[Mistake], style: str = "") -> str:
        """The solution with these mistakes in it."""
        return edited(self.text, self.edits(on, style))

    def make(self, on: Sequence[Mistake], style: str = "") -> Any:
        """The class that makes these mistakes: a new one each time, with nothing on it."""
        module: dict[str, Any] = {"__name__": self.stem, "np": np, "math": math, "copy": copy}
        exec(compile(self.source(on, style), f"{self.stem} with mistakes", "exec", dont_inherit=True), module)  # noqa: S102
        before: list[Any] = [WRAPS[name] for name in WRAPS if any(mistake.wrap == name for mistake in on)]
        before += [OF_HYPERPARAMETER[each.wrap](each.of) for each in on if each.wrap in OF_HYPERPARAMETER]
        return type(self.class_name, (*before, module[self.class_name]), {})


@functools.cache
def book(stem: str) -> Book:
    """Read the topic's mistakes."""
    own = tomllib.loads((Topic.load(stem).folder / "mistakes.toml").read_text("utf-8"))
    words = {"{" + name + "}": word for name, word in own.get("words", {}).items()}
    tables: dict[str, dict[str, Any]] = {}
    together: list[dict[str, Any]] = []
    mine = {table["id"]: table for table in own.get("mistake", [])}
    for entry in own["families"]:
        family, _, name = entry.partition("/")
        if family in mine and not name:
            tables[family] = mine[family]
            continue
        read = _family(family)
        together += [pair for pair in read.get("pair", []) if pair not in together]
        for table in read["mistake"]:
            if not name or name == table["id"]:
                tables[table["id"]] = table
            elif table["id"].startswith("*") and name.endswith(table["id"][1:]):
                tables[name] = _filled(table, name.removesuffix(table["id"][1:]))
    for name, table in mine.items():
        tables[name] = {**tables.get(name, {}), **table}
    together += own.get("pair", [])
    return Book(
        stem,
        Topic.load(stem).class_name,
        editable(Topic.load(stem).solution.read_text("utf-8")),
        tuple(_mistake(table, words) for table in tables.values()),
        {style["id"]: _edits(style) for style in own.get("style", [])},
        {frozenset(pair["of"]): _edits(pair) for pair in together if set(pair["of"]) <= {*tables, *_styles(own)}},
    )


def _styles(own: dict[str, Any]) -> set[str]:
    return {style["id"] for style in own.get("style", [])}


@functools.cache
def _family(name: str) -> dict[str, Any]:
    return tomllib.loads((FAMILIES / f"{name}.toml").read_text("utf-8"))


def _filled(table: dict[str, Any], kebab: str) -> dict[str, Any]:
    """A mistake that can be made with every hyperparameter, made with this one."""
    name = kebab.replace("-", "_")
    words = {"*": kebab, "{name}": name}

    def fill(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: fill(each) for key, each in value.items()}
        return _replaced(value, words) if isinstance(value, str) else value

    return {**fill(table), "of": name}


def _mistake(table: dict[str, Any], words: dict[str, str]) -> Mistake:
    title, explanation = (
        Text(**{lang: _replaced(said, words) for lang, said in table[key].items()}) for key in ("title", "explanation")
    )
    return Mistake(
        table["id"],
        place=table["place"],
        title=title,
        explanation=explanation,
        section=table.get("section", "picture"),
        option=table.get("option", ""),
        hides=tuple(table.get("hides", ())),
        edits=_edits(table),
        wrap=table.get("wrap", ""),
        of=table.get("of", ""),
    )


def _edits(table: dict[str, Any]) -> tuple[Edit, ...]:
    return tuple(Edit(edit["old"].strip("\n"), edit["new"].strip("\n")) for edit in table.get("edit", []))


def _replaced(said: str, words: dict[str, str]) -> str:
    for word, meant in words.items():
        said = said.replace(word, meant)
    return said
