"""The class's one store: the newest verdict of each topic and student, and the history of each, in one SQLite file.

Everything is signed. A row whose signature does not hold was not written by grading: nobody reads it, and whoever holds
the class's lock sets it aside, as a file with another name, so that nothing is lost.
"""

from __future__ import annotations

import itertools
import json
import os
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from course.classroom import aside, signed
from course.classroom.database import Database, SpoiltError, StoreError, TornText
from course.classroom.directory import own_place
from course.text import texts

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from course.classroom.directory import ClassDirectory
    from course.classroom.history import Attempt
    from course.classroom.record import Record
    from course.classroom.seal import Place
    from course.grading.verdict import Verdict

TEXTS = texts(__file__)

FILE = "store.db"
CHUNK = 200
"""Records that are read at once; a writer waits for no more than that."""
ATTEMPTS = 4000
"""Attempts that are read at once."""

OF_ONE = "SELECT number, attempt, sealed FROM attempts WHERE stem = ? AND student = ? ORDER BY number"

_open: dict[tuple[int, int, Path], tuple[Database, list[Store]]] = {}
"""The databases that are open, by process, thread and file: stores within stores share one, and its transaction."""


class Store:
    """What is stored of a class; a context manager. Where nothing is stored yet, nothing is made by reading.

    Args:
        room: the class.

    """

    def __init__(self, room: ClassDirectory) -> None:
        self.room = room
        self.file = Path(os.path.realpath(room.verdicts)) / FILE
        self._database: Database | None = None

    def __enter__(self) -> Self:
        """Open it, or join the one that this thread has open."""
        # Nothing is read or written through a link that somebody has put here.
        for end in ("", "-journal"):
            own_place(self.room.verdicts, f"{FILE}{end}")
        self._seal = self.room.seal()
        database, users = _open.setdefault(self._where(), (Database(self.file), []))
        users.append(self)
        self._database = database
        return self

    def __exit__(self, *_: object) -> None:
        """Close it, if no store around this one uses it."""
        database, users = _open[self._where()]
        users.remove(self)
        self._database = None
        if not users:
            del _open[self._where()]
            database.close()

    def load(self, stem: str, student: str) -> Record | None:
        """Read the record of one submission.

        Args:
            stem: the topic.
            student: whose submission.

        Returns:
            The record; None if there is none, or none that grading has written, so that the submission is judged again.

        Raises:
            StoreError: the store cannot be read.

        """
        with self._read():
            return signed.record(self._seal, (stem, student), *self._raw(stem, student))

    def save(self, stem: str, student: str, record: Record) -> None:
        """Store a record, signed; a reader sees the old one or the new one.

        Args:
            stem: the topic.
            student: whose submission.
            record: what to store.

        Raises:
            StoreError: it cannot be written.

        """
        place, name = (stem, student), signed.stored(student)
        verdict, entered = signed.text(record.verdict.to_json("en")), signed.text(record.entered.to_json())
        with self.transaction():
            history = self._put_history(place, record.history)
            sealed = self._seal.sign("record", place, [record.key, verdict, entered, history])
            self._db.write(
                "INSERT OR REPLACE INTO records VALUES (?, ?, ?, ?, ?, ?)",
                *(stem, name, record.key, verdict, entered, sealed),
            )

    def judged(self, stem: str, key: str) -> Verdict | None:
        """Return a verdict on a file with the same content, whoever has handed it in.

        Args:
            stem: the topic.
            key: of everything that the verdict depends on.

        Returns:
            The verdict; None if nobody's was judged.

        Raises:
            StoreError: the store cannot be read.

        """
        with self._read():
            for (student,) in self._db.rows(
                "SELECT student FROM records WHERE stem = ? AND key = ? LIMIT 3", stem, key
            ):
                record = self.load(stem, signed.name(student))
                if record is not None and record.key == key:
                    return record.verdict
        return None

    def holds(self, stem: str, student: str) -> bool:
        """Return True if anything is stored of a submission, signed or not.

        Args:
            stem: the topic.
            student: whose submission.

        Returns:
            True if there is a record or a history.

        Raises:
            StoreError: the store cannot be read.

        """
        with self._read():
            row, attempts = self._raw(stem, student)
            return row is not None or bool(attempts)

    def history(self, stem: str, student: str) -> tuple[Attempt, ...]:
        """Read a history by itself, which may be sound where the record is not.

        Args:
            stem: the topic.
            student: whose it is.

        Returns:
            The attempts, oldest first; empty if there are none that grading has written.

        Raises:
            StoreError: the store cannot be read.

        """
        with self._read():
            return signed.history(self._seal, (stem, student), self._raw(stem, student)[1])

    def save_history(self, stem: str, student: str, history: Sequence[Attempt]) -> None:
        """Store a history whose record is lost.

        Args:
            stem: the topic.
            student: whose it is.
            history: the attempts, oldest first.

        Raises:
            StoreError: it cannot be written.

        """
        with self.transaction():
            self._put_history((stem, student), history)

    def records(self, stems: Sequence[str]) -> Iterator[tuple[str, str, Record]]:
        """Read the records of topics, some at a time.

        Args:
            stems: the topics.

        Yields:
            Topic, student and record, in the order of the topics, then of the students' names; what grading has not
            written is left out.

        Raises:
            StoreError: the store cannot be read.

        """
        for stem in stems:
            last: str | bytes = ""
            while True:
                with self._read():
                    found = self._db.rows(
                        "SELECT student, key, verdict, entered, sealed FROM records WHERE stem = ? AND student > "  # noqa: S608
                        f"{_after(last)} ORDER BY student LIMIT ?",
                        *(stem, last, CHUNK),
                    )
                    told = [self._db.rows(OF_ONE, stem, name) for name, *_ in found]
                for (name, *row), attempts in zip(found, told, strict=True):
                    place = (stem, signed.name(name))
                    record = signed.record(self._seal, place, tuple(row), attempts)
                    if record is not None:
                        yield *place, record
                if len(found) < CHUNK:
                    break
                last = found[-1][0]

    def histories(self, stems: Sequence[str]) -> Iterator[tuple[str, str, tuple[Attempt, ...]]]:
        """Read the histories of topics, some at a time, and nothing else.

        Args:
            stems: the topics.

        Yields:
            Topic, student and attempts, in the order of the topics, then of the students' names; the attempts are
            empty where grading has not written them.

        Raises:
            StoreError: the store cannot be read.

        """
        for stem in stems:
            last: str | bytes = ""
            while True:
                found = self._db_rows(
                    "SELECT student, number, attempt, sealed FROM attempts WHERE stem = ? AND student > "  # noqa: S608
                    f"{_after(last)} ORDER BY student, number LIMIT ?",
                    *(stem, last, ATTEMPTS),
                )
                groups = [(name, list(rows)) for name, rows in itertools.groupby(found, key=lambda each: each[0])]
                if len(found) == ATTEMPTS and len(groups) > 1:
                    groups.pop()  # of whom there may be more: read again
                for name, rows in groups:
                    place = (stem, signed.name(name))
                    yield *place, signed.history(self._seal, place, [each[1:] for each in rows])
                if len(found) < ATTEMPTS:
                    break
                last = groups[-1][0]

    def count(self, stems: Sequence[str]) -> int:
        """Count who has a history, of these topics together; quick, and nothing is checked.

        Args:
            stems: the topics.

        Returns:
            The number.

        """
        query = "SELECT COUNT(DISTINCT student) FROM attempts WHERE stem = ?"
        return sum(number for stem in stems for (number,) in self._db_rows(query, stem))

    def topics(self) -> list[str]:
        """Return the topics that anything is stored of.

        Raises:
            StoreError: the store cannot be read.

        """
        found: set[Any] = set()
        for table in ("records", "attempts"):
            found |= {stem for (stem,) in self._db_rows(f"SELECT DISTINCT stem FROM {table}")}  # noqa: S608
        return sorted(each for each in found if isinstance(each, str))

    def set_aside(self, stem: str, student: str) -> Path | None:
        """Move a record that is not signed by this class to a file, so that nobody believes it and nothing is lost.

        Args:
            stem: the topic.
            student: whose submission.

        Returns:
            The file; None if there is no record, or a signed one.

        Raises:
            StoreError: it cannot be written.
            OSError: the file cannot be written.

        """
        with self._read():
            row, attempts = self._raw(stem, student)
            if row is None or signed.holds(self._seal, (stem, student), row, attempts):
                return None
        content = json.dumps({"record": row, "attempts": attempts}, indent=1, default=repr)
        file = aside.write(self.room, stem, student, content + "\n")
        sound = signed.history(self._seal, (stem, student), attempts)
        with self.transaction():
            self._db.write("DELETE FROM records WHERE stem = ? AND student = ?", stem, signed.stored(student))
            self._put_history((stem, student), sound)
        return file

    def forget_unsigned(self) -> int:
        """Remove what is not signed, where it is known to be damaged and kept elsewhere.

        Returns:
            How many records are left.

        Raises:
            StoreError: the store cannot be written.

        """
        kept = 0
        with self.transaction():
            for table in ("records", "attempts"):
                for stem, name in self._db.rows(f"SELECT DISTINCT stem, student FROM {table}"):  # noqa: S608
                    place = (str(stem), signed.name(name))
                    row, attempts = self._raw(*place)
                    if row and signed.holds(self._seal, place, row, attempts):
                        kept += table == "records"
                        continue
                    self._db.write("DELETE FROM records WHERE stem = ? AND student = ?", stem, name)
                    if not signed.history_holds(self._seal, place, attempts):
                        self._db.write("DELETE FROM attempts WHERE stem = ? AND student = ?", stem, name)
        return kept

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Store all that is saved in the block at once, or nothing of it; blocks may be nested.

        Raises:
            StoreError: it cannot be written.

        """
        with _told(self.room), self._db.transaction():
            yield

    @contextmanager
    def _read(self) -> Iterator[None]:
        with _told(self.room), self._db.transaction(writes=False):
            yield

    def _db_rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with _told(self.room):
            return self._db.rows(query, *values)

    @property
    def _db(self) -> Database:
        if self._database is None:
            raise RuntimeError("the store is not open: use it in a `with` block")
        return self._database

    def _where(self) -> tuple[int, int, Path]:
        return os.getpid(), threading.get_ident(), self.file

    def _raw(self, stem: str, student: str) -> tuple[tuple[Any, ...] | None, list[tuple[Any, ...]]]:
        """What is stored of one submission, as it is."""
        place = (stem, signed.stored(student))
        rows = self._db.rows("SELECT key, verdict, entered, sealed FROM records WHERE stem = ? AND student = ?", *place)
        return (rows[0] if rows else None), self._db.rows(OF_ONE, *place)

    def _put_history(self, place: Place, history: Sequence[Attempt]) -> str:
        """Store a history, if it is not stored already; return its signature, "" of an empty one."""
        stem, name = place[0], signed.stored(place[1])
        told = [signed.text(each.to_json()) for each in history]
        sealed = self._seal.sign("history", place, told) if told else ""
        rows: list[tuple[int, str, str | None]] = [(number, each, None) for number, each in enumerate(told)]
        rows[-1:] = [(*row[:2], sealed) for row in rows[-1:]]  # the newest carries the signature of all
        if rows != self._db.rows(OF_ONE, stem, name):
            self._db.write("DELETE FROM attempts WHERE stem = ? AND student = ?", stem, name)
            self._db.write_many("INSERT INTO attempts VALUES (?, ?, ?, ?, ?)", [(stem, name, *row) for row in rows])
        return sealed


def _after(name: str | bytes) -> str:
    """The mark for a student's name in a query; what was a text is compared as one, whatever is in it."""
    return "CAST(? AS TEXT)" if isinstance(name, TornText) else "?"


@contextmanager
def _told(room: ClassDirectory) -> Iterator[None]:
    """Say that the store is damaged, and what to do."""
    try:
        yield
    except SpoiltError as problem:
        raise StoreError(TEXTS["spoilt"].format(file=room.verdicts / FILE, why=str(problem))) from problem
