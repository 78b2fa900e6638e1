"""The course's terms, English and Chinese: `lessons/GLOSSARY.md`, read and checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from course.system.workspace import ROOT
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

GLOSSARY = ROOT / "lessons" / "GLOSSARY.md"
CJK = "\u3400-\u9fff"
"""Chinese characters, as a range inside a regular expression's brackets."""


def terms(path: Path = GLOSSARY) -> dict[str, str]:
    """Return the glossary: Chinese term → English term."""
    return {zh: en for _, en, zh in _rows(path) if en and zh}


def problems(path: Path = GLOSSARY) -> list[Text]:
    """Return the rows of the glossary without a term in both columns, or with a term that is there already."""
    found: list[Text] = []
    seen: set[str] = set()
    for line, en, zh in _rows(path):
        if not (en and zh) or not re.search(f"[{CJK}]", zh) or re.search(f"[{CJK}]", en):
            found.append(
                Text(
                    en=f"{path.name}:{line}: a row has an English term on the left and its Chinese on the right.",
                    zh=f"{path.name}:{line}：每一行左边是英文术语，右边是对应的中文。",
                )
            )
        found += [
            Text(
                en=f"{path.name}:{line}: {term!r} stands here a second time. Keep one of the rows.",
                zh=f"{path.name}:{line}：{term!r} 重复出现。请只保留一行。",
            )
            for term in sorted({en.lower(), zh} & seen)
        ]
        seen |= {en.lower(), zh}
    return found


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield `(line, English, Chinese)` of the table's body."""
    body = False
    for line, text in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if not text.startswith("|"):
            body = False
        elif set(text) <= set("|-: "):
            body = True
        elif body:
            cells = [cell.strip() for cell in text.strip("|").split("|")]
            yield line, cells[0], cells[1] if len(cells) == 2 else ""
