"""The course's words, English and Chinese, and those that it does not use: `lessons/GLOSSARY.md`, read and checked.

Its three tables are told apart by their place: terms of the field, whose English a lesson gives at their first use;
names of the course's own parts; and phrases that are not used, each with what is said instead and what may stay.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.system.workspace import ROOT
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GLOSSARY = ROOT / "lessons" / "GLOSSARY.md"
CJK = "\u3400-\u9fff"
"""Chinese characters, as a range inside a regular expression's brackets."""

TERMS, PARTS, INSTEAD = range(3)
"""The tables, in the order in which they are written."""
COLUMNS = (2, 2, 3)


_UNUSED = Text(
    en="{file}: {nothing} uses {name}. Take the row out, or use the word.",
    zh="{file}：{nothing}用到“{name}”。请删去这一行，或者用上这个词。",
)


def unused(name: Text, nothing: Text) -> Text:
    """Return what is said of a row of the glossary that nothing uses.

    Args:
        name: its word.
        nothing: where that was looked for in vain, such as "no text".

    Returns:
        The problem.

    """
    return _UNUSED.format(file=GLOSSARY.name, nothing=nothing, name=name)


@dataclass(frozen=True)
class Instead:
    """One row of what is not said."""

    phrases: tuple[str, ...]
    say: str
    fine: tuple[str, ...]
    """What resembles it and may be written."""


def terms(path: Path = GLOSSARY) -> dict[str, str]:
    """Return the terms of the field: Chinese term → English term."""
    return _pairs(path, TERMS)


def parts(path: Path = GLOSSARY) -> dict[str, str]:
    """Return the names of the course's own parts: Chinese name → English name."""
    return _pairs(path, PARTS)


def instead(path: Path = GLOSSARY) -> list[Instead]:
    """Return what is not said, what is said instead, and what may stay."""
    return [
        Instead(_alternatives(cells[0]), cells[1], _alternatives(cells[2]))
        for _, table, cells in _rows(path)
        if table == INSTEAD and len(cells) == COLUMNS[INSTEAD]
    ]


def problems(path: Path = GLOSSARY) -> list[Text]:
    """Return the rows of the glossary with an empty cell, or with a term or a phrase that is there already."""
    found: list[Text] = []
    seen: set[str] = set()
    for line, table, cells in _rows(path):
        names = set(_alternatives(cells[0])) if table == INSTEAD else {cells[0].lower(), *cells[1:2]}
        if len(cells) != COLUMNS[table] or not all(cells):
            found.append(
                Text(
                    en=f"{path.name}:{line}: a row fills each of its {COLUMNS[table]} columns.",
                    zh=f"{path.name}:{line}：这一行的 {COLUMNS[table]} 列都要填写。",
                )
            )
        elif table != INSTEAD and (not re.search(f"[{CJK}]", cells[1]) or re.search(f"[{CJK}]", cells[0])):
            found.append(
                Text(
                    en=f"{path.name}:{line}: a row has an English term on the left and its Chinese on the right.",
                    zh=f"{path.name}:{line}：每一行左边是英文术语，右边是对应的中文。",
                )
            )
        found += [
            Text(
                en=f"{path.name}:{line}: {term!r} is in the table a second time. Keep one of the rows.",
                zh=f"{path.name}:{line}：{term!r} 重复出现。请只保留一行。",
            )
            for term in sorted(names & seen)
        ]
        seen |= names
    return found


def _pairs(path: Path, wanted: int) -> dict[str, str]:
    return {cells[1]: cells[0] for _, table, cells in _rows(path) if table == wanted and len(cells) == 2 and all(cells)}


def _alternatives(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, (each.strip() for each in cell.split(" / "))))


def _rows(path: Path) -> Iterator[tuple[int, int, list[str]]]:
    """Yield `(line, table, cells)` of the tables' bodies."""
    body, table = False, -1
    for line, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not text.startswith("|"):
            body = False
        elif set(text) <= set("|-: "):
            body, table = True, table + 1
        elif body:
            yield line, table, [cell.strip() for cell in text.removeprefix("|").removesuffix("|").split("|")]
