"""What the classroom's tests do to the store behind its back, and class directories of before there was one."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from course.classroom.directory import ClassDirectory
from course.classroom.history import Attempt
from course.classroom.older import HEAD_SEALED, SEALED
from course.classroom.record import Entered, Record, Row
from course.classroom.store import FILE, Store
from course.grading.verdict import CaseResult, Verdict
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from course.classroom.seal import Place, Seal


def history_of(root: Path, stem: str, student: str) -> tuple[Attempt, ...]:
    """Read the history of one student, as far as it is signed."""
    with Store(ClassDirectory(root)) as store:
        return store.history(stem, student)


def sql(root: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Do with the store's file what anybody can who may write to it."""
    with closing(sqlite3.connect(root / "verdicts" / FILE, isolation_level=None)) as database:
        return database.execute(statement, values).fetchall()


def row_of(root: Path, stem: str, student: str) -> list[Any]:
    """Return the record's row: key, verdict, entered, sealed."""
    (row,) = sql(
        root, "SELECT key, verdict, entered, sealed FROM records WHERE stem = ? AND student = ?", stem, student
    )
    return list(row)


def forge(root: Path, stem: str, student: str, column: str, value: Any) -> None:
    """Write one field of a record's row: a value, or what a function makes of the JSON in it."""
    fields = dict(zip(("key", "verdict", "entered", "sealed"), row_of(root, stem, student), strict=True))
    if callable(value):
        told = json.loads(fields[column])
        value(told)
        value = json.dumps(told)
    statement = f"UPDATE records SET {column} = ? WHERE stem = ? AND student = ?"  # noqa: S608
    sql(root, statement, value, stem, student)


def forge_attempt(root: Path, stem: str, student: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Write to the oldest attempt of a history."""
    place = (stem, student)
    ((told,),) = sql(root, "SELECT attempt FROM attempts WHERE stem = ? AND student = ? AND number = 0", *place)
    attempt = json.loads(told)
    change(attempt)
    statement = "UPDATE attempts SET attempt = ? WHERE stem = ? AND student = ? AND number = 0"
    sql(root, statement, json.dumps(attempt), *place)


def forget(root: Path, stem: str, student: str) -> None:
    """Delete all that is stored of one submission."""
    for table in ("records", "attempts"):
        sql(root, f"DELETE FROM {table} WHERE stem = ? AND student = ?", stem, student)  # noqa: S608


def older_text(history: Sequence[Attempt], rest: Mapping[str, Any], seal: Seal, place: Place) -> str:
    """Format a record as its file held it before there was a store: signed JSON, the history on the first line."""
    told = [each.to_json() for each in history]
    head = {"history": told, HEAD_SEALED: seal.sign("history", place, told)}
    signed = {**rest, SEALED: seal.sign("record", place, {**head, **rest})}
    first = json.dumps(head, ensure_ascii=False)
    return f"{first[:-1]},{json.dumps(signed, ensure_ascii=False, indent=1)[1:]}\n"


def make_older(root: Path) -> dict[str, str]:
    """Turn the class's store into the files of before there was one; return their texts by "TOPIC/STUDENT"."""
    room = ClassDirectory(root)
    made = {}
    with Store(room) as store:
        for stem, student, record in store.records(store.topics()):
            rest = {
                "key": record.key,
                "entered": record.entered.to_json(),
                "verdict": record.verdict.to_json("en"),
            }
            text = older_text(record.history, rest, room.seal(), (stem, student))
            (room.verdicts / stem).mkdir(exist_ok=True)
            (room.verdicts / stem / f"{student}.json").write_text(text, "utf-8")
            made[f"{stem}/{student}"] = text
    (room.verdicts / FILE).unlink()
    return made


def verdict(student: str = "ada", status: str = "wrong", score: float = 4.0) -> Verdict:
    """Make a verdict by hand; the student's name stands in its message."""
    case = CaseResult("one-step", Text(en="One step", zh="一步"), passed=False, points=0.0, max_points=2.0)
    return Verdict(
        topic="sgd",
        status=cast("Any", status),
        score=score,
        max_score=10.0,
        stretch_score=0.0,
        stretch_max=2.0,
        cases=(case,),
        message=Text(en=f"For {student}.", zh=f"给{student}。"),
        mistakes=("ascends",),
        printed="\ud800" if student == "bo" else "打印 ␛[0m",
    )


def record(student: str = "ada", attempts: int = 2, **fields: Any) -> Record:
    """Make a record by hand, with so many attempts."""
    told = verdict(student)
    at = datetime(2026, 9, 14, 8, 3, 11, tzinfo=UTC)
    history = tuple(
        Attempt.of(told.to_json(), at + timedelta(days=number), f"{student}-{number}") for number in range(attempts)
    )
    entered = Entered("made", {"sgd": Row(4.0, 10.0, "4 of 10"), "sgd-answer": Row(None, 3.0, None)}, 1.5, None, "nb")
    return replace(Record(f"key-{student!a}", told, entered, history), **fields)


def content_of(root: Path) -> dict[tuple[str, str], tuple[Record | None, tuple[Attempt, ...]]]:
    """Read all that is stored and signed, by topic and student."""
    with Store(ClassDirectory(root)) as store:
        stems = store.topics()
        records = {(stem, student): each for stem, student, each in store.records(stems)}
        return {(stem, student): (records.get((stem, student)), told) for stem, student, told in store.histories(stems)}
