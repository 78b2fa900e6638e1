"""A mistake as an edit of the solution: the text in which it is made, and the making of it."""

from __future__ import annotations

import ast
import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Edit:
    """Other text in the place of some lines, or of a piece of one; written without the indentation of its lines."""

    old: str
    """What is replaced; it occurs exactly once."""
    new: str
    """What is there instead; "" leaves nothing."""


class EditError(CourseError):
    """An edit does not apply."""


class OverlapError(EditError):
    """Two edits change the same words."""


@dataclass(frozen=True)
class Change:
    """An edit's place in one text: only the words that differ, so that two edits of one line may go together."""

    start: int
    end: int
    new: str


def editable(source: str) -> str:
    """Return the code of a solution without docstrings and the marks around what a learner writes.

    Args:
        source: the text of `solutions/STEM.py`.

    Returns:
        What edits are made in.

    """
    lines = source.splitlines(keepends=True)
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            docstring = node.body[0]
            for number in range(docstring.lineno - 1, docstring.end_lineno or docstring.lineno):
                lines[number] = ""
    return "".join(line for line in lines if not line.lstrip().startswith("###"))


def changes(text: str, edits: Iterable[Edit]) -> tuple[Change, ...]:
    """Find the place of each edit.

    Args:
        text: what `editable` returns.
        edits: those of one mistake, or of several that are made at once.

    Returns:
        One change an edit, in the order of the text.

    Raises:
        EditError: an edit's `old` does not occur exactly once.
        OverlapError: two edits change the same words.

    """
    found = sorted((_change(text, edit) for edit in edits), key=lambda change: (change.start, change.end))
    for one, other in itertools.pairwise(found):
        both_insert = one.start == one.end == other.start == other.end
        if other.start < one.end or both_insert:
            raise OverlapError(OVERLAP.format(one=text[one.start : one.end] or one.new, other=other.new))
    return tuple(found)


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Make all these edits of the text at once, each where it was before any other.

    Args:
        text: what `editable` returns.
        edits: those of one mistake, or of several.

    Returns:
        The changed text.

    Raises:
        EditError: an edit does not apply; see `changes`.

    """
    for change in reversed(changes(text, edits)):
        text = text[: change.start] + change.new + text[change.end :]
    return text


def _change(text: str, edit: Edit) -> Change:
    first, places = edit.old.partition("\n")[0], []
    for match in re.finditer(re.escape(first), text):
        indent = _indentation(text, match.start())
        if text.startswith(edit.old.replace("\n", "\n" + indent), match.start()):
            places.append((match.start(), indent))
    if not edit.old or len(places) != 1:
        raise EditError(TIMES.format(old=edit.old, count=len(places)))
    start, indent = places[0]
    old, new = (re.findall(WORDS, each.replace("\n", "\n" + indent)) for each in (edit.old, edit.new))
    shorter = min(len(old), len(new))
    before = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    after = next((i for i in range(shorter - before) if old[-1 - i] != new[-1 - i]), shorter - before)
    start += len("".join(old[:before]))
    return Change(start, start + len("".join(old[before : len(old) - after])), "".join(new[before : len(new) - after]))


def _indentation(text: str, place: int) -> str:
    line = text[text.rfind("\n", 0, place) + 1 :]
    return line[: len(line) - len(line.lstrip(" "))]


WORDS = re.compile(r"\w+|\s+|[^\w\s]")

TIMES = Text(
    en="`{old}` should occur exactly once in the solution and occurs {count} times.",
    zh="`{old}` 在参考答案中应当正好出现一次，实际出现了 {count} 次。",
)
OVERLAP = Text(
    en="Two edits change the same words: `{one}`, and `{other}`.",
    zh="两处修改 `{one}` 与 `{other}` 改动了同样的词。",
)
