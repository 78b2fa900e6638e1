"""Texts in both languages, bounded, with nothing in them that a platform's page, table or log would obey."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from course.grading.case import HIDDEN
from course.text import Text, visible

if TYPE_CHECKING:
    from course.grading.verdict import CaseResult

LONGEST = 10_000
"""Characters of one text."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no place for, not even as a reference."""


def plain(text: str) -> str:
    """Return a text with visible signs for what hides in it, and not longer than `LONGEST`; its lines stay."""
    shown = _NO_XML.sub("\ufffd", visible(text[: LONGEST + 1], lines=True))
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"


def both(text: Text) -> str:
    """Return a text in English, then in Chinese, on lines of their own."""
    return f"{plain(text.en)}\n{plain(text.zh)}"


def one_line(text: Text) -> str:
    """Return a text in both languages on one line, for a name."""
    return " ".join(f"{plain(text.en)} · {plain(text.zh)}".split())


def reason(row: CaseResult) -> str:
    """Return why a case failed, in both languages; "" if it passed."""
    return both(row.reason) if row.reason and not row.passed else ""


def hidden(row: CaseResult) -> bool:
    """Return whether a row is one of a class's secret cases."""
    return row.id.startswith(HIDDEN)
