"""The rows of a gradebook, copied from one database to another of any kind: so one on a server gets into a backup."""

from __future__ import annotations

from collections import Counter
from typing import Any

from nbgrader.api import Base, Gradebook
from sqlalchemy import create_engine, func, select

BATCH = 1000
"""Rows that are in memory at once."""
HOLD_WORK = ("assignment", "student", "submitted_assignment")
"""Tables that are empty in a gradebook which nobody has used yet."""


def is_empty(address: str) -> bool:
    """Return True if the database holds nobody's work: no gradebook at all, or one that is new.

    Args:
        address: the database's URL; `gradebook.need` has opened it.

    """
    engine = create_engine(address)
    try:
        with engine.connect() as reader:
            tables = [Base.metadata.tables[name] for name in HOLD_WORK]
            return not any(reader.scalar(select(func.count()).select_from(table)) for table in tables)
    finally:
        engine.dispose()


def are_the_same(one: str, other: str) -> bool:
    """Compare all rows of two gradebooks.

    Args:
        one: the URL of a database that holds a gradebook.
        other: the URL of another, of any kind.

    Returns:
        True if each holds what the other holds.

    """
    engines = create_engine(one), create_engine(other)
    try:
        with engines[0].connect() as left, engines[1].connect() as right:
            return all(
                Counter(map(tuple, left.execute(select(table)))) == Counter(map(tuple, right.execute(select(table))))
                for table in Base.metadata.sorted_tables
            )
    finally:
        for engine in engines:
            engine.dispose()


def copy(source: str, target: str, course: str) -> None:
    """Copy all rows; the other gradebook is made where there is none, and holds these rows and no others afterwards.

    Args:
        source: the URL of the database to read, all of it as it was at one moment.
        target: the URL of the database to write, in one transaction.
        course: the class's name in it.

    Raises:
        SQLAlchemyError: a database cannot be read or written.

    """
    Gradebook(target, course).close()
    there, here = create_engine(source), create_engine(target)
    try:
        with there.connect() as reader, here.begin() as writer:
            if there.dialect.name == "postgresql":
                reader = reader.execution_options(isolation_level="REPEATABLE READ")  # noqa: PLW2901 - the same one
            for table in reversed(Base.metadata.sorted_tables):
                writer.execute(table.delete())
            for table in Base.metadata.sorted_tables:
                found: Any = reader.execution_options(yield_per=BATCH).execute(select(table))
                for rows in found.mappings().partitions():
                    writer.execute(table.insert(), [dict(each) for each in rows])
    finally:
        there.dispose()
        here.dispose()
