"""The store's rows, read and written: what is signed in them, and what a record is made from.

A record is `(key, verdict, entered, sealed)`, an attempt `(number, attempt, sealed)`. The newest attempt carries
the signature of the whole history, and the record's signature covers that one: neither can be exchanged, cut or put
beside another's without its being seen.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from course.classroom.history import Attempt
from course.classroom.record import Entered, Record
from course.grading.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.classroom.seal import Place, Seal

Row = tuple[Any, ...]
DAMAGE = (ValueError, KeyError, TypeError, AttributeError, RecursionError)
"""What reading the JSON of another version of the course may raise."""


def holds(seal: Seal, place: Place, row: Row | None, attempts: Sequence[Row]) -> bool:
    """Return True if a record and its history were written by grading, for this student and this topic.

    Args:
        seal: the class's signature.
        place: the topic and the student.
        row: the record's; it may hold anything. None if there is none.
        attempts: the history's, oldest first.

    Returns:
        True if the signatures are those of the content, in this place.

    """
    if row is None or not all(isinstance(each, str) for each in row):
        return False
    *content, sealed = row
    newest = attempts[-1][2] if attempts else ""
    return seal.holds("record", place, [*content, newest], sealed) and (
        not attempts or history_holds(seal, place, attempts)
    )


def history_holds(seal: Seal, place: Place, attempts: Sequence[Row]) -> bool:
    """Return True if a history was written by grading.

    Args:
        seal: the class's signature.
        place: the topic and the student.
        attempts: the rows, oldest first.

    Returns:
        True if the newest has the signature of all; False if there are none.

    """
    told = [each[1] for each in attempts]
    return (
        bool(told)
        and all(isinstance(each, str) for each in told)
        and seal.holds("history", place, told, attempts[-1][2])
    )


def record(seal: Seal, place: Place, row: Row | None, attempts: Sequence[Row]) -> Record | None:
    """Read a record.

    Args:
        seal: the class's signature.
        place: the topic and the student.
        row: the record's, if there is one.
        attempts: the history's, oldest first.

    Returns:
        The record; None if its signature does not hold, or if another version of the course wrote it.

    """
    if row is None or not holds(seal, place, row, attempts):
        return None
    key, verdict, entered, _ = row
    try:
        return Record(
            key=key,
            verdict=Verdict.from_json(json.loads(verdict)),
            entered=Entered.from_json(json.loads(entered)),
            history=tuple(Attempt.from_json(json.loads(each[1])) for each in attempts),
        )
    except DAMAGE:
        return None


def history(seal: Seal, place: Place, attempts: Sequence[Row]) -> tuple[Attempt, ...]:
    """Read a history.

    Args:
        seal: the class's signature.
        place: the topic and the student.
        attempts: the rows, oldest first.

    Returns:
        The attempts; empty if the signature does not hold.

    """
    try:
        if history_holds(seal, place, attempts):
            return tuple(Attempt.from_json(json.loads(each[1])) for each in attempts)
    except DAMAGE:
        pass
    return ()


def text(content: Any) -> str:
    """Format JSON as it is stored: readable where that can be stored, else with escapes."""
    told = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    try:
        told.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(content, separators=(",", ":"))
    return told


def stored(student: str) -> str | bytes:
    """Return a student's name as it is stored; one that is no Unicode, as a folder's may be, as bytes."""
    try:
        student.encode("utf-8")
    except UnicodeEncodeError:
        return student.encode("utf-8", "surrogateescape")
    return student


def name(found: Any) -> str:
    """Return the student's name of which `stored` has made this, or one that nobody has if it has not."""
    if not isinstance(found, bytes):
        return str(found)
    told = found.decode("utf-8", "surrogateescape")
    return told if stored(told) == found and type(found) is bytes else repr(found)
