"""The file that the class's store lies in: an SQLite database, opened with care, set aside where it is not ours.

A rollback journal (`journal_mode=DELETE`) with `synchronous=EXTRA`: what was committed survives a power loss, the
journal's removal from its folder included; nothing lies beside the file while nobody writes, so a copy of it is whole;
and it needs no memory shared between processes, which a write-ahead log does and a network disk does not have. Readers
wait while a writer commits, some milliseconds, and read in short pieces, so that a writer does not wait for them.
"""

from __future__ import annotations

import itertools
import os
import sqlite3
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from course.text import CourseError, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

TEXTS = texts(__file__)

APPLICATION = 0x444F574E
"""What marks a database as ours: "DOWN"."""
VERSION = 1
"""Of the tables."""
TABLES = {
    "records": (
        "CREATE TABLE records (stem TEXT NOT NULL, student TEXT NOT NULL, key TEXT NOT NULL, verdict TEXT NOT NULL, "
        "entered TEXT NOT NULL, sealed TEXT NOT NULL, PRIMARY KEY (stem, student))"
    ),
    "records_by_key": "CREATE INDEX records_by_key ON records (stem, key)",
    "attempts": (
        "CREATE TABLE attempts (stem TEXT NOT NULL, student TEXT NOT NULL, number INTEGER NOT NULL, "
        "attempt TEXT NOT NULL, sealed TEXT, PRIMARY KEY (stem, student, number)) WITHOUT ROWID"
    ),
}
"""The newest verdict of each topic and student; and its history, one row an attempt, the newest with the signature of
all."""
WAIT = 60.0
"""Seconds to wait for another process that is committing."""
SPOILT = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
BESIDE = ("", "-journal", "-wal", "-shm")
"""What belongs to one database, by the ends of the files' names."""


class StoreError(CourseError):
    """The store cannot be read or written, which would be so for every submission."""


class TornText(bytes):
    """A text in the database that is no UTF-8; grading has written none."""


class SpoiltError(Exception):
    """The file is no database, or a damaged one, or not one of ours."""


class Database:
    """One open database; a file that is missing has no rows, and is made when something is written."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._connection: sqlite3.Connection | None = None
        self._depth = 0

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return all rows of a query.

        Args:
            query: the SQL.
            values: for its question marks.

        Returns:
            The rows; none where there is no file.

        Raises:
            SpoiltError, StoreError: as in `transaction`.

        """
        if not self._opened(make=False):
            return []
        with self._told():
            return self._do(query, values).fetchall()

    def write(self, query: str, *values: Any) -> int:
        """Run one statement that writes, in the present transaction.

        Args:
            query: the SQL.
            values: for its question marks.

        Returns:
            How many rows it has changed.

        Raises:
            SpoiltError, StoreError: as in `transaction`.

        """
        with self._told():
            return self._do(query, values).rowcount

    def write_many(self, query: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement that writes for each of several rows, in the present transaction.

        Args:
            query: the SQL.
            rows: the values for its question marks.

        Raises:
            SpoiltError, StoreError: as in `transaction`.

        """
        with self._told():
            if self._connection is not None:
                self._connection.executemany(query, rows)

    @contextmanager
    def transaction(self, *, writes: bool = True) -> Iterator[None]:
        """Make everything that is done in the block happen as one, or not at all; blocks may be nested.

        Args:
            writes: whether anything is written; if not, the block sees the rows as they are at one moment.

        Raises:
            SpoiltError: the file is no database of ours, or damaged.
            StoreError: it cannot be opened, read or written, or is of a newer version.

        """
        if not self._opened(make=writes):
            yield
            return
        name = f"level{self._depth}"
        begin, end, undo = (
            (f"SAVEPOINT {name}", f"RELEASE {name}", (f"ROLLBACK TO {name}", f"RELEASE {name}"))
            if self._depth
            else ("BEGIN IMMEDIATE" if writes else "BEGIN", "COMMIT", ("ROLLBACK",))
        )
        with self._told():
            self._do(begin)
        self._depth += 1
        try:
            yield
            with self._told():
                self._do(end)
        except BaseException:
            for statement in undo:
                with suppress(sqlite3.Error):  # a full disk has undone it already
                    self._do(statement)
            raise
        finally:
            self._depth -= 1

    def check(self) -> None:
        """Read all of the file and see whether it is whole.

        Raises:
            SpoiltError: it is not.

        """
        found = self.rows("PRAGMA quick_check(1)")
        if found and found != [("ok",)]:
            raise SpoiltError(str(found[0][0]))

    def close(self) -> None:
        """Close it; what was not committed is undone."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def set_aside(self) -> Path | None:
        """Give the file and what belongs to it another name.

        Returns:
            Its new place; None if there is none.

        """
        self.close()
        if not os.path.lexists(self.file):
            return None
        for number in itertools.count(1):
            aside = self.file.with_name(f"{self.file.stem}.damaged-{number}{self.file.suffix}")
            if not any(os.path.lexists(f"{aside}{end}") for end in BESIDE):
                break
        for end in reversed(BESIDE):  # the database itself last: until it is moved, this is done again
            with suppress(FileNotFoundError):
                os.replace(f"{self.file}{end}", f"{aside}{end}")  # noqa: PTH105 - a name's end, not a path
        return aside

    def _do(self, query: str, values: Sequence[Any] = ()) -> sqlite3.Cursor:
        if self._connection is None:
            raise RuntimeError("the database is not open")
        return self._connection.execute(query, values)

    def _opened(self, *, make: bool) -> bool:
        """Open it if it is not; return False if there is none and none is to be made."""
        if self._connection is not None:
            return True
        try:
            mode = self.file.lstat().st_mode
            if not stat.S_ISREG(mode):
                raise SpoiltError("no regular file")
            if not make and not self.file.stat().st_size:
                return False
        except FileNotFoundError:
            if not make:
                return False
            self.file.parent.mkdir(parents=True, exist_ok=True)
        with self._told():
            address = f"{self.file.absolute().as_uri()}?mode={'rwc' if make else 'rw'}"
            connection = sqlite3.connect(address, uri=True, timeout=WAIT, isolation_level=None)
        try:
            with self._told():
                _prepare(connection, make=make)
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        return True

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what SQLite says into what is wrong with the file, or a sentence."""
        try:
            yield
        except sqlite3.DatabaseError as problem:
            code = (getattr(problem, "sqlite_errorcode", None) or 0) & 0xFF
            if code in SPOILT:
                raise SpoiltError(str(problem)) from problem
            told = KINDS.get(code)
            if told is None:
                raise
            raise StoreError(told.format(file=self.file, why=str(problem))) from problem


KINDS = {
    sqlite3.SQLITE_BUSY: TEXTS["busy"],
    sqlite3.SQLITE_LOCKED: TEXTS["busy"],
    sqlite3.SQLITE_FULL: TEXTS["no-room"],
    sqlite3.SQLITE_READONLY: TEXTS["not-written"],
    sqlite3.SQLITE_IOERR: TEXTS["not-written"],
    sqlite3.SQLITE_CANTOPEN: TEXTS["not-opened"],
    sqlite3.SQLITE_PERM: TEXTS["not-opened"],
}


def _prepare(connection: sqlite3.Connection, *, make: bool) -> None:
    """Set what each connection sets, look whether the tables are ours, make them if there are none at all."""
    connection.text_factory = text
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "synchronous = EXTRA"):
        connection.execute(f"PRAGMA {pragma}")
    if _is_ours(connection):
        return
    if not make:
        raise SpoiltError("not made by this course")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not _is_ours(connection):
            for statement in (
                *TABLES.values(),
                f"PRAGMA application_id = {APPLICATION}",
                f"PRAGMA user_version = {VERSION}",
            ):
                connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def text(content: bytes) -> str | TornText:
    """Read a text as SQLite has it; anybody may have written it."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return TornText(content)


def _is_ours(connection: sqlite3.Connection) -> bool:
    """Return False if there is nothing in the database.

    Raises:
        SpoiltError: there is something else in it.
        StoreError: it is of a newer version.

    """
    (application,), (version,) = (connection.execute(f"PRAGMA {name}").fetchone() for name in IDENTITY)
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite~_%' ESCAPE '~'"))
    if application == APPLICATION and version > VERSION:
        raise StoreError(TEXTS["newer"].format(version=version, known=VERSION))
    if (application, version, found) == (0, 0, {}):
        return False
    if (application, version, found) != (APPLICATION, VERSION, TABLES):
        raise SpoiltError("not made by this course")
    return True


IDENTITY = ("application_id", "user_version")
