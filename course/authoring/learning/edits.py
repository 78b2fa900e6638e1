"""What differs between a solution and a rewritten one, as the edits of a mistake: each applies exactly once."""

from __future__ import annotations

import ast
import difflib
from typing import TYPE_CHECKING

from course.grading.mistakes.edit import Edit, EditError, changes, edited

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.mistakes import Catalogue


def between(text: str, new: str) -> tuple[Edit, ...] | None:
    """Return the edits that make one text of another.

    Args:
        text: of the solution, as edits see it.
        new: the rewritten one.

    Returns:
        The edits, in the order of the text; None if none of this form make it.

    """
    old_lines, new_lines = text.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, old_lines, new_lines, autojunk=False)
    blocks = [code[1:] for code in matcher.get_opcodes() if code[0] != "equal"]
    for some in (blocks, [(blocks[0][0], blocks[-1][1], blocks[0][2], blocks[-1][3])] if blocks else []):
        edits = tuple(_edit(old_lines, new_lines, *block) for block in some)
        if edits and makes(text, edits, new):
            return edits
    return None


def makes(text: str, edits: Sequence[Edit], new: str) -> bool:
    """Return whether these edits apply and make this text, but for its layout.

    Args:
        text: of the solution, as edits see it.
        edits: to be made at once.
        new: what should come of it.

    Returns:
        True if they do.

    """
    try:
        return ast.dump(ast.parse(edited(text, edits))) == ast.dump(ast.parse(new))
    except (EditError, SyntaxError):
        return False


def _edit(old: Sequence[str], new: Sequence[str], first: int, last: int, new_first: int, new_last: int) -> Edit:
    """Return an edit of these lines, with as many more around them as it takes to occur once."""
    while first == last or not _once(old, first, last):
        if last < len(old) and new_last < len(new) and old[last].strip():
            last, new_last = last + 1, new_last + 1
        elif first > 0 and new_first > 0:
            first, new_first = first - 1, new_first - 1
        else:
            break
    while first > 0 and new_first > 0 and _deeper(old[first:last]) | _deeper(new[new_first:new_last]):
        first, new_first = first - 1, new_first - 1
    indent = _indent(old[first])
    if last - first == new_last - new_first == 1:
        return _without_comment(old, old[first].strip(), new[new_first].strip())
    return Edit(_block(old[first:last], indent), _block(new[new_first:new_last], indent))


def _without_comment(lines: Sequence[str], old: str, new: str) -> Edit:
    """Return the edit of a line without the comment that both end with, where what is left occurs once."""
    before, mark, comment = old.rpartition("  # ")
    if mark and new.endswith(mark + comment) and "\n".join(lines).count(before) == 1:
        return Edit(before, new.removesuffix(mark + comment))
    return Edit(old, new)


def _once(lines: Sequence[str], first: int, last: int) -> bool:
    wanted = "\n".join(lines[first:last]).strip()
    return bool(wanted) and "\n".join(lines).count(wanted) == 1


def _deeper(lines: Sequence[str]) -> bool:
    """Return whether the first line is indented more than another: an edit has no way to write that."""
    return bool(lines) and any(len(_indent(line)) < len(_indent(lines[0])) for line in lines if line.strip())


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip(" "))]


def _block(lines: Sequence[str], indent: str) -> str:
    return "\n".join(line.removeprefix(indent) for line in lines).strip("\n")


def place_of(book: Catalogue, edits: Sequence[Edit], guess: str) -> str:
    """Guess where in the rule a mistake is made: where those are made that change the same words, or the same lines.

    Args:
        book: the topic's mistakes.
        edits: of the new mistake.
        guess: what to say where none is near.

    Returns:
        A place.

    """
    ours = [(change.start, change.end) for change in changes(book.text, edits)]
    best, found = 0.0, guess
    for mistake in book.mistakes:
        if mistake.option or not mistake.edits:
            continue
        theirs = [(change.start, change.end) for change in changes(book.text, mistake.edits)]
        near = sum(_near(book.text, one, other) for one in ours for other in theirs) / len(theirs)
        if near > best:
            best, found = near, mistake.place
    return found


def _near(text: str, one: tuple[int, int], other: tuple[int, int]) -> float:
    """Return how near two places in a text are: 1 where they overlap, less where they are in one line."""
    if one[0] <= other[1] and other[0] <= one[1]:
        return 1.0
    between_them = text[min(one[1], other[1]) : max(one[0], other[0])]
    return 0.0 if "\n" in between_them else 0.5 / (1 + len(between_them))
