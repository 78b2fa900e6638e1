"""What a class holds, in a form in which two of them can be compared: every row and every file, but for random ids."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from course import classroom

if TYPE_CHECKING:
    from pathlib import Path

TREES = ("source", "release", "submitted", "autograded", "feedback")
SECRETS = ("secret-seed", "secret-key", "nbgrader_config.py")


@dataclass
class Held:
    """What a class holds."""

    rows: dict[str, list[str]]
    """Of the gradebook, by table."""
    files: dict[str, bytes]
    """By path."""
    report: str
    """The figures, as tables; they are counted from the stored verdicts."""
    litter: list[str] = field(default_factory=list)
    """Half-written files."""


def held(root: Path) -> Held:
    """Read a class; nothing in it is changed.

    Args:
        root: its directory.

    """
    files = {
        path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b""
        for top in TREES
        for path in sorted((root / top).rglob("*"))
        if not path.is_symlink()
    }
    files |= {name: (root / name).read_bytes() for name in SECRETS}
    litter = [path.relative_to(root).as_posix() for path in root.rglob("*.part")]
    return Held(rows(root / "gradebook.db"), files, _report(root), litter)


def _report(root: Path) -> str:
    """The tables alone: the last paragraph says where the page is."""
    page = root / ".page.html"
    told = classroom.class_report(root, names=True, output=page, progress=False)
    page.unlink()
    return told.en.partition(f"{page}")[0]


def different(one: Held, other: Held) -> list[str]:
    """Say where two classes differ, the first differences in words.

    Args:
        one: as it should be.
        other: as it is.

    Returns:
        One line a difference; empty if there is none.

    """
    told = [f"{path} was left behind" for path in other.litter]
    for table in sorted(one.rows.keys() | other.rows.keys()):
        ours, theirs = set(one.rows.get(table, ())), set(other.rows.get(table, ()))
        told += [f"{table}: lost {row[:300]}" for row in sorted(ours - theirs)[:3]]
        told += [f"{table}: gained {row[:300]}" for row in sorted(theirs - ours)[:3]]
        if ours == theirs and len(one.rows[table]) != len(other.rows[table]):
            told.append(f"{table}: {len(other.rows[table])} rows, not {len(one.rows[table])}")
    for path in sorted(one.files.keys() | other.files.keys()):
        if path not in other.files:
            told.append(f"{path} is lost")
        elif path not in one.files:
            told.append(f"{path} is new")
        elif one.files[path] != other.files[path]:
            told.append(f"{path} differs ({len(other.files[path])} bytes, not {len(one.files[path])})")
    if one.report != other.report:
        lines = zip(one.report.splitlines(), other.report.splitlines(), strict=False)
        told += [f"report: {theirs!r}, not {ours!r}" for ours, theirs in lines if ours != theirs][:3] or ["report"]
    return told


def rows(database: Path) -> dict[str, list[str]]:
    """Read all rows of all tables, each id replaced by what the row that it stands for holds.

    Args:
        database: a gradebook in SQLite.

    Returns:
        By table, the rows as text, sorted.

    """
    with closing(sqlite3.connect(database)) as book:
        book.row_factory = sqlite3.Row
        tables = [str(row[0]) for row in book.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        content = {table: [dict(row) for row in book.execute(f"SELECT * FROM {table}")] for table in tables}  # noqa: S608 - the database's own names
        refers = {table: {row["from"] for row in book.execute(f"PRAGMA foreign_key_list({table})")} for table in tables}
    owners = {
        row["id"]: (table, row)
        for table in tables
        if "id" not in refers[table]
        for row in content[table]
        if "id" in row and len(str(row["id"])) == RANDOM
    }

    def told(table: str, row: dict[str, Any], *, own: bool) -> str:
        parts = []
        for name, value in sorted(row.items()):
            if name == "id" and value in owners:
                if own:
                    continue
                parts.append(told(*owners[value], own=True))
            elif value in owners and name in refers[table]:
                parts.append(f"{name}=({told(*owners[value], own=True)})")
            else:
                parts.append(f"{name}={value!r}")
        return " ".join(parts)

    return {
        table: sorted(told(table, row, own="id" not in refers[table]) for row in content[table]) for table in tables
    }


RANDOM = 32
"""Characters of an id that nbgrader draws; a student's name, or a course's, is no such thing."""
