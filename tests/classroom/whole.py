"""A whole class as it was graded, in a form in which two can be compared: every row, every file, every record."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING, Any

from nbgrader import api
from sqlalchemy import create_engine, select

from course.classroom import verdicts
from course.classroom.directory import ClassDirectory

if TYPE_CHECKING:
    from pathlib import Path

NAMES = {
    "assignment": ("name",),
    "notebook": ("name", "assignment_id"),
    "base_cell": ("name", "type", "notebook_id"),
    "submitted_assignment": ("assignment_id", "student_id"),
    "submitted_notebook": ("notebook_id", "assignment_id"),
}
"""What a row is known by, where its id is drawn by lot."""


def rows(address: str) -> dict[str, list[str]]:
    """Read every table of a gradebook; ids are replaced by what they stand for."""
    tables = {table.name: table for table in api.Base.metadata.sorted_tables}
    engine = create_engine(address)
    with engine.connect() as connection:
        found = {name: [row._asdict() for row in connection.execute(select(table))] for name, table in tables.items()}
    engine.dispose()
    by_id = {(name, row["id"]): row for name, each in found.items() for row in each}

    def told(table: str, column: str, value: Any) -> Any:
        for key in tables[table].columns[column].foreign_keys:
            there = key.column.table.name
            if value is not None and there in NAMES:
                row = by_id[there, value]
                return (there, *(told(there, each, row[each]) for each in NAMES[there]))
        return value

    return {
        name: sorted(
            repr({column: told(name, column, value) for column, value in row.items() if not _lot(tables[name], column)})
            for row in each
        )
        for name, each in found.items()
    }


def everything(address: str) -> dict[str, list[tuple[object, ...]]]:
    """Read every table of a gradebook, ids included: for a copy, which has the same ones."""
    engine = create_engine(address)
    with engine.connect() as reader:
        found = {
            table.name: sorted((tuple(row) for row in reader.execute(select(table))), key=repr)
            for table in api.Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def _lot(table: Any, column: str) -> bool:
    """Whether a column holds nothing but a number that was drawn for this row."""
    return column == "id" and table.name not in {"student", "course"} and not table.columns[column].foreign_keys


def tree(folder: Path) -> dict[str, tuple[str, bytes]]:
    """Read every file below a folder, with its permissions."""
    return {
        path.relative_to(folder).as_posix(): (
            stat.filemode(path.lstat().st_mode),
            path.read_bytes() if path.is_file() else b"",
        )
        for path in sorted(folder.rglob("*"))
    }


def records(root: Path, stem: str) -> dict[str, Any]:
    """Read what the signed records say was entered."""
    room = ClassDirectory.find(root)
    found = {student.name: verdicts.load(room, stem, student.name) for student in room.intake.iterdir()}
    return {student: record.entered for student, record in found.items() if record}
