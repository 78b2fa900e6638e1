"""Class directories from before there was one store: a signed JSON file a submission, `verdicts/TOPIC/STUDENT.json`.

The first command that holds the class's lock takes them over: what is signed becomes rows of the store, what is not is
set aside, and the files are moved to `verdicts/older/`, not deleted. It can be killed at any moment. Rows are stored
before their files are moved, and a row that is there already is newer than the file.
"""

from __future__ import annotations

import errno
import itertools
import json
import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Any, BinaryIO

from course.classroom import aside
from course.classroom.bar import bar
from course.classroom.directory import own_place
from course.classroom.history import Attempt
from course.classroom.record import Entered, Record
from course.grading.verdict import Verdict
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from course.classroom.directory import ClassDirectory
    from course.classroom.seal import Place, Seal
    from course.classroom.store import Store

KEPT = "older"
"""The folder, in `verdicts/`, for files that have been taken over."""
LARGEST = 16 * 2**20
"""Bytes that a file may have; a verdict has some ten thousand."""
SEALED, HEAD_SEALED = "sealed", "history_sealed"
"""The signatures in a file: of all of it, and of its first line, the history."""
BATCH = 200
"""Files that are taken over at once."""
TAKING_OVER = Text(en="take over older verdicts", zh="转存旧的评判记录")


def is_there(room: ClassDirectory) -> bool:
    """Return True if the class has records of the older form."""
    return any(True for _ in _files(room))


def take_over(room: ClassDirectory, store: Store, seal: Seal) -> list[tuple[Place, Path]]:
    """Store what the older files hold and move them away; whoever asks for it holds the class's lock.

    Args:
        room: the class.
        store: its store, open.
        seal: its signature.

    Returns:
        The records that the class has not signed, by topic and student, and as which file each was set aside.

    Raises:
        CourseError: the store cannot be written.
        OSError: a file cannot be moved.

    """
    unsigned: list[tuple[Place, Path]] = []
    files = list(_files(room))
    shown = bar(TAKING_OVER, total=len(files), shown=bool(files), delay=2, leave=False)
    for batch in _batches(files):
        strange = set()
        with store.transaction():
            for path in batch:
                if not _stored(store, path, seal):
                    strange.add(path)
        for path in batch:
            if path in strange:
                place = _place(path)
                file = aside.place(room, *place)
                path.replace(file)
                unsigned.append((place, file))
            else:
                _keep(room, path)
        shown.update(len(batch))
    shown.close()
    for folder in {path.parent for path in files}:
        with suppress(OSError):  # something else is in it
            folder.rmdir()
    return unsigned


def _batches(files: Sequence[Path]) -> Iterator[Sequence[Path]]:
    yield from (files[first : first + BATCH] for first in range(0, len(files), BATCH))


def _files(room: ClassDirectory) -> Iterator[Path]:
    """The older records; a file that was being written begins with a dot."""
    with suppress(FileNotFoundError, NotADirectoryError), os.scandir(room.verdicts) as folders:
        for folder in folders:
            if folder.is_dir(follow_symlinks=False) and folder.name != KEPT:
                with os.scandir(folder.path) as files:
                    names = [each.name for each in files if each.name.endswith(".json") and each.name[0] != "."]
                yield from (room.verdicts / folder.name / name for name in names)


def _place(path: Path) -> Place:
    """Whose record lies there, and of which topic."""
    return path.parent.name, path.name.removesuffix(".json")


def _keep(room: ClassDirectory, path: Path) -> None:
    """Move a file to where it is kept, under a name that is free; a link holds nothing and is removed."""
    if path.is_symlink():
        path.unlink()
        return
    own_place(room.verdicts, KEPT, path.parent.name)
    folder = room.verdicts / KEPT / path.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    for number in itertools.count(1):
        kept = folder / (path.name + (f"-{number}" if number > 1 else ""))
        if not os.path.lexists(kept):
            path.replace(kept)
            return


def _stored(store: Store, path: Path, seal: Seal) -> bool:
    """Store what one file holds, unless something newer is there; return False if it is whole and not signed."""
    place = _place(path)
    try:
        with _opened(path) as file:
            content = file.read(LARGEST)
    except OSError:
        return True  # a link or a pipe holds nothing
    try:
        whole = json.loads(content)
    except (ValueError, RecursionError):
        whole = None
    if whole is not None and not _is_signed(whole, seal, place):
        return False
    if store.holds(*place):
        return True
    record = _record(whole) if whole is not None else None
    if record is not None:
        store.save(*place, record)
    elif rescued := _first_line(content, seal, place):
        store.save_history(*place, rescued)
    return True


def _record(whole: Any) -> Record | None:
    """What a signed file holds; None if another version of the course wrote it."""
    try:
        return Record(
            key=whole["key"],
            verdict=Verdict.from_json(whole["verdict"]),
            entered=Entered.from_json(whole["entered"]),
            history=_attempts(whole.get("history")),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_signed(whole: Any, seal: Seal, place: Place) -> bool:
    """Return True if a whole file was written by grading, for this student and this topic."""
    if not isinstance(whole, dict):
        return False
    content = {name: value for name, value in whole.items() if name != SEALED}
    return seal.holds("record", place, content, whole.get(SEALED))


def _first_line(content: bytes, seal: Seal, place: Place) -> tuple[Attempt, ...]:
    """The history in the first line of a file, which may be cut after it, as far as it is signed."""
    line, comma, _ = content.partition(b",\n")
    if not (comma and line.startswith(b'{"history"')):
        return ()
    try:
        head = json.loads(line + b"}")
        told = head.get("history")
        return _attempts(told) if seal.holds("history", place, told, head.get(HEAD_SEALED)) else ()
    except (TypeError, ValueError, RecursionError):
        return ()


def _attempts(stored: Any) -> tuple[Attempt, ...]:
    """Those that can be read."""
    found = []
    for each in stored if isinstance(stored, list) else ():
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            found.append(Attempt.from_json(each))
    return tuple(found)


def _opened(path: Path) -> BinaryIO:
    """Open a file: a regular one, no link, nothing that must be waited for.

    Raises:
        OSError: it is something else, or cannot be read.

    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    file = os.fdopen(os.open(path, flags), "rb", buffering=0)
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "no regular file", str(path))
    return file
