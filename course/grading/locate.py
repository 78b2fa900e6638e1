"""Finds the line of a learner's file that a recognised mistake is made in: read as a syntax tree, never run.

The mistake is an edit of the solution, so the statement that it changes is known, and what that statement is for: the
new value of a state entry, of the parameter, or something made of certain hyperparameters and entries. The learner's
statement for the same purpose is the line, if there is exactly one. Where there is any doubt, no line is quoted.
"""

from __future__ import annotations

import ast
import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course.grading.mistakes import catalogue
from course.grading.purpose import Statement, statements
from course.grading.verdict import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.mistakes import Mistake
    from course.topic import Topic

LARGEST = 20_000
"""Bytes of a file that is looked at; a solution has three thousand."""
LONGEST, MOST = 120, 4
"""Characters of a line and lines of a statement that are quoted."""
ESCAPES = re.compile(r"\\(?!\r?\n)")
"""Backslashes but those at the end of a line: in strings alone, where Python would warn of some."""
ARRAYS = {"param-changed-in-place": "param", "grad-changed-in-place": "grad"}
"""By mistake, the argument that is changed."""


def quote(topic: Topic, mistakes: Sequence[str], source: bytes) -> Quote | None:
    """Return the learner's own line that the first of these mistakes is made in, if that is beyond doubt.

    Args:
        topic: which exercise.
        mistakes: ids of the catalogue, those that are certain.
        source: what is in the file.

    Returns:
        The line; None if it cannot be told.

    """
    book = catalogue(topic)
    known = [book[name] for name in mistakes if name in book]
    if not known or len(source) > LARGEST:
        return None
    try:
        text = source.decode("utf-8-sig")
        own = _methods(text, topic)
        found = (_line(topic, mistake, own) for mistake in known)
        at = next((each for each in found if each), None)
        return _quoted(text, at) if at else None
    except (
        SyntaxError,
        ValueError,
        RecursionError,
        MemoryError,
    ):  # nested so deeply, say, that it cannot be written out
        return None


def _methods(text: str, topic: Topic) -> list[Statement]:
    """Return what the class's two methods do, statement by statement."""
    for node in ast.parse(ESCAPES.sub("/", text)).body:
        if isinstance(node, ast.ClassDef) and node.name == topic.class_name:
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef)]
            return [each for method in methods if method.name in {"init", "update"} for each in statements(method)]
    return []


def _line(topic: Topic, mistake: Mistake, own: Sequence[Statement]) -> ast.stmt | None:
    if mistake.id in ARRAYS:
        changed = [each.node for each in own if each.changes == ARRAYS[mistake.id]]
        return changed[0] if len(changed) == 1 else None
    if not mistake.edits:
        return None
    for each in _changed(topic, mistake):
        found = [other for other in own if other.method == each.method and _serves(other, each)]
        if len(found) > 1:
            found = [other for other in found if other.form == each.form]
        if len(found) == 1 and (not each.roles or _fits(found[0], each)):
            return found[0].node
    return None


@dataclass(frozen=True)
class _Purpose:
    """What a changed statement of the solution is for."""

    method: str
    roles: dict[str, frozenset[str]]
    """By role, what goes into it."""
    reads: frozenset[str]
    form: str


@functools.cache
def _changed(topic: Topic, mistake: Mistake) -> list[_Purpose]:
    """Return what the statements are for that the mistake adds to the solution or changes, in their order."""
    book = catalogue(topic)
    right, wrong = (_methods(text, topic) for text in (book.text, book.source([mistake])))
    before = [each.dump for each in right]
    given = {(role, text) for each in right for role, (text, _) in each.values.items()}
    found = []
    for each in wrong:
        if each.dump in before:
            before.remove(each.dump)
            continue
        roles = {role: reads for role, (text, reads) in each.values.items() if (role, text) not in given}
        if roles or (each.computes and not each.values):
            found.append(_Purpose(each.method, roles, each.reads, each.form))
    return found


def _serves(own: Statement, purpose: _Purpose) -> bool:
    """Return whether a statement of the learner's may be for this."""
    if purpose.roles:
        return not purpose.roles.keys().isdisjoint(own.values)
    if purpose.reads:
        return own.computes and own.reads >= purpose.reads
    return own.computes and own.form == purpose.form


def _fits(own: Statement, purpose: _Purpose) -> bool:
    """Return whether it makes its value of the same as the solution with the mistake does."""
    return any(role in own.values and own.values[role][1] == reads for role, reads in purpose.roles.items())


def _quoted(text: str, node: ast.stmt) -> Quote:
    """Return the statement as it is in the file, without what all its lines are indented by."""
    lines = text.splitlines()[node.lineno - 1 : node.end_lineno]
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    shown = [
        line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
        for line in (each[margin:].rstrip() for each in lines[:MOST])
    ]
    return Quote(node.lineno, "\n".join([*shown, *(["…"] if len(lines) > MOST else [])]))
