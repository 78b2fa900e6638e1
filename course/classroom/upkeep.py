"""The store before anything is graded: a damaged file is set aside, records of an older form are taken over."""

from __future__ import annotations

import sqlite3
import stat
from contextlib import closing
from typing import TYPE_CHECKING

from course.classroom import names, older
from course.classroom.copies import writing
from course.classroom.database import Database, SpoiltError, text
from course.classroom.directory import KEY
from course.classroom.store import Store
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.classroom.directory import ClassDirectory
    from course.classroom.seal import Place
    from course.text import Text

TEXTS = texts(__file__)

AT_ONCE = 500
"""Rows that are taken out of a damaged file at once."""


def ready(room: ClassDirectory) -> list[Text]:
    """Make the store fit to be written to; whoever asks for it holds the class's lock and has no store open.

    Args:
        room: the class.

    Returns:
        What was set aside, a line each.

    Raises:
        CourseError: the class's directory cannot be written to.

    """
    new = not (room.root / KEY).exists()  # of a class that is older than signatures
    with writing(room):
        told = _whole(room)
        if older.is_there(room):
            with Store(room) as store:
                aside = older.take_over(room, store, room.seal())
            told += [] if new else [unsigned_line(room, *each) for each in aside]
    return told


def unsigned_line(room: ClassDirectory, place: Place, file: Path) -> Text:
    """Say that a record was set aside because the class has not signed it.

    Args:
        room: the class.
        place: topic and student.
        file: where it is now.

    Returns:
        The line.

    """
    stem, student = place
    where = f"{names.shown(student)}/{stem}"
    return TEXTS["unsigned"].format(where=where, file=names.shown(file.relative_to(room.root).as_posix()))


def _whole(room: ClassDirectory) -> list[Text]:
    """Set the store's file aside if it is damaged or not ours, and take over what can be read in it."""
    with Store(room) as store:
        file = store.file
    database = Database(file)
    try:
        database.check()
    except SpoiltError as problem:
        aside = database.set_aside()
        if aside is None:
            return []
        if stat.S_ISREG(aside.lstat().st_mode):  # a pipe would be waited for
            _save(aside, database)
        database.close()
        with Store(room) as store:
            saved = store.forget_unsigned()
        shown = aside.relative_to(room.root) if aside.is_relative_to(room.root) else aside
        return [TEXTS["spoilt-aside"].format(file=file.name, why=str(problem), aside=shown.as_posix(), count=saved)]
    finally:
        database.close()
    return []


def _save(aside: Path, database: Database) -> None:
    """Copy the rows that can still be read."""
    for table, columns in COLUMNS.items():
        marks = ", ".join("?" * len(columns))
        for order in ("ASC", "DESC"):  # up to the damage from both sides
            for rows in _readable(aside, table, order):
                with database.transaction():
                    database.write_many(f"INSERT OR IGNORE INTO {table} VALUES ({marks})", rows)  # noqa: S608


COLUMNS = {
    "records": ("stem", "student", "key", "verdict", "entered", "sealed"),
    "attempts": ("stem", "student", "number", "attempt", "sealed"),
}


def _readable(aside: Path, table: str, order: str) -> Iterator[list[tuple[object, ...]]]:
    """The rows of a table from one end to where the file is damaged."""
    by = "rowid" if table == "records" else "stem {0}, student {0}, number"
    told = f"{', '.join(COLUMNS[table])} FROM {table}"
    query = f"SELECT {told} NOT INDEXED ORDER BY {by.format(order)} {order}"
    rows: list[tuple[object, ...]] = []
    try:
        with closing(sqlite3.connect(f"{aside.absolute().as_uri()}?mode=ro", uri=True)) as found:
            found.text_factory = text
            for row in found.execute(query):
                rows.append(row)
                if len(rows) == AT_ONCE:
                    yield rows
                    rows = []
    except sqlite3.DatabaseError:
        pass  # what comes before the damage counts
    if rows:
        yield rows
