"""What the course does not say, and what it says instead: the last table of `lessons/GLOSSARY.md`, held by every text.

A phrase of that table is literal but for three signs: N is any number, in digits or Chinese, a formula or a field; D is
one that is not in Chinese; … is whatever a sentence has between two parts. What the last column allows is passed over
even where it contains the phrase: 步长 0.1 may be written, and without 步 it may not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.authoring import glossary
from course.authoring.glossary import CJK
from course.lesson.problems import place
from course.system.workspace import ROOT
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.authoring.glossary import Instead

KINDS = {".j2", ".md", ".py", ".template", ".toml", ".yml"}
WRITTEN = ("course", "solutions", "binder", ".github", "benchmarks")
"""Where people write what others read; `course/optim` and what lies in `lessons` are derived from it."""

_BREAK = r"""(?:["']?\s*\\?\n\s*["']?)?"""
_DIGITS = r"\d+(?:[.,]\d+)*|\$[^$\n]*\$|`[^`\n]*`|\{[^{}\n]*\}"
_SIGNS = {
    "N": f"(?:{_DIGITS}|[一二两三四五六七八九十百千万几]+)",
    "D": f"(?:{_DIGITS})",
    "…": r"[^.!?:。！？]{0,80}",
}


@dataclass(frozen=True)
class Unwanted:
    """One phrase where it should not be."""

    path: Path
    line: int
    phrase: str
    say: str


def files() -> list[Path]:
    """Return the texts that are held to the table."""
    inside = (path for folder in WRITTEN for path in (ROOT / folder).rglob("*") if path.suffix in KINDS)
    ours = [path for path in inside if path.is_file() and path.parent != ROOT / "course/optim"]
    return sorted([*ROOT.glob("*.md"), *ours])


def pattern(phrase: str) -> str:
    """Return the regular expression of a phrase of the table: also where a line ends in the middle of it."""
    chinese = re.search(f"[{CJK}]", phrase)
    parts = []
    for each in re.findall(r"[ND](?![A-Za-z])|…| +|.", phrase):
        if each in _SIGNS:
            parts.append(_SIGNS[each])
        elif each.isspace():
            parts.append(r"[\s\\]*" if chinese else r"[\s\\]+")
        else:
            parts.append(re.escape(each))
    return _BREAK.join(parts) if chinese else rf"(?<![A-Za-z_]){''.join(parts)}(?![A-Za-z_])"


def unwanted(text: str, table: list[Instead]) -> Iterator[tuple[int, str, str]]:
    """Yield `(place, what is written, what to say)` for every phrase of the table in a text.

    Args:
        text: anything that people read.
        table: what is not said, what is said instead, and what may stay.

    Yields:
        The place counted in characters, the words as they are written there, and the table's advice.

    """
    if not re.search("|".join(pattern(each) for row in table for each in row.phrases), text, re.IGNORECASE):
        return
    for row in table:
        spared = [match.span() for each in row.fine for match in re.finditer(pattern(each), text, re.IGNORECASE)]
        for each in row.phrases:
            for match in re.finditer(pattern(each), text, re.IGNORECASE):
                if not any(start <= match.start() and match.end() <= end for start, end in spared):
                    yield match.start(), " ".join(match[0].split()), row.say


def found(paths: list[Path] | None = None) -> list[Unwanted]:
    """Return every phrase of the table that is written somewhere.

    Args:
        paths: the texts; all of them if not given.

    """
    table = glossary.instead()
    return [
        Unwanted(path, text.count("\n", 0, at) + 1, phrase, say)
        for path in (files() if paths is None else paths)
        for text in [path.read_text("utf-8")]
        for at, phrase, say in sorted(unwanted(text, table))
    ]


def problems() -> list[Text]:
    """Return what is to be mended: phrases that are not used, and names of the course's parts that nothing uses."""
    wrong = [
        Text(
            en=f"{place(each.path)}:{each.line}: {each.phrase!r} is not used in this course. Say: {each.say}.",
            zh=f"{place(each.path)}:{each.line}：本课程不用“{each.phrase}”，请改用“{each.say}”。",
        )
        for each in found()
    ]
    said = "".join(path.read_text("utf-8") for path in files())
    return wrong + [
        glossary.unused(Text(en=english, zh=chinese), Text(en="no text", zh="没有一处"))
        for chinese, english in glossary.parts().items()
        if chinese not in said
    ]
