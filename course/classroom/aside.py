"""Where records go that the class has not signed: files beside the store, which nobody believes and nobody deletes."""

from __future__ import annotations

import itertools
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from course.classroom.directory import own_place

if TYPE_CHECKING:
    from pathlib import Path

    from course.classroom.directory import ClassDirectory


def place(room: ClassDirectory, stem: str, student: str) -> Path:
    """Return a name that is free for a record that is set aside.

    Args:
        room: the class.
        stem: the topic.
        student: whose record it is.

    Returns:
        `verdicts/TOPIC/STUDENT.unsigned`, with a number if that is taken.

    """
    own_place(room.verdicts, stem)
    names = (f"{student}.unsigned" + (f"-{number}" if number > 1 else "") for number in itertools.count(1))
    return next(path for name in names if not os.path.lexists(path := room.verdicts / stem / name))


def write(room: ClassDirectory, stem: str, student: str, content: str) -> Path:
    """Write a record that is set aside, and let the disk have it before it is removed elsewhere.

    Args:
        room: the class.
        stem: the topic.
        student: whose record it is.
        content: the text of the file, in ASCII.

    Returns:
        The file.

    Raises:
        OSError: it cannot be written.

    """
    path = place(room, stem, student)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="ascii") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    with suppress(OSError):  # a folder is no file everywhere
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return path
