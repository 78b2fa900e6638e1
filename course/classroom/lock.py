"""One writer at a time: whatever writes to a class's gradebook holds the class's lock, our commands and nbgrader's.

The lock is the operating system's, on an open file, and ends with its process, however that ends. Who holds it stands
in a file beside it, for the sentence to those who come second.
"""

from __future__ import annotations

import functools
import json
import os
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from course.classroom.copies import prepare, writing
from course.classroom.directory import own_place
from course.grading import folder
from course.system import atomic
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.classroom.directory import ClassDirectory


class BusyError(CourseError):
    """Another process, or another thread, holds the class's lock."""


@functools.cache
def _lock(file: Path) -> FileLock:
    """Return the one lock object of a class: a thread that holds it may take it again, any other may not."""
    return FileLock(file)


@contextmanager
def only_writer(room: ClassDirectory) -> Iterator[None]:
    """Hold the class's lock.

    Raises:
        BusyError: another process, or another thread, holds it.
        CourseError: it cannot be had on this file system.

    """
    lock = _lock(room.intake / ".lock")
    holder = room.intake / ".holder"
    again = lock.is_locked
    with writing(room):
        prepare(room)
        own_place(room.intake, ".lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise BusyError(_busy(holder)) from None
        except NotImplementedError as problem:
            raise CourseError(NO_LOCKS.format(root=room.root)) from problem
    try:
        if not again:
            _sign(holder)
            folder.clear()  # of a run that was killed
        yield
    finally:
        lock.release()


def _sign(holder: Path) -> None:
    """Write who holds the lock; that it cannot be written is no reason not to go on."""
    with suppress(OSError):
        now = datetime.now(UTC).isoformat(timespec="seconds")
        atomic.write(holder, json.dumps({"pid": os.getpid(), "since": now}))


def _busy(holder: Path) -> Text:
    """Return who holds the lock, as far as that is known."""
    who = Text(en="Another process", zh="另一个进程")
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(holder.read_text("ascii"))
        since = datetime.fromisoformat(told["since"]).astimezone().strftime("%H:%M:%S")
        pid = int(told["pid"])
        who = Text(en=f"Process {pid}, since {since},", zh=f"进程 {pid}（自 {since} 起）")
    return who + Text(
        en=" is writing to this class's gradebook, and two at once would lose marks: wait until it has finished, then "
        "run this again. Nothing was changed.",
        zh="正在写入这个班级的成绩册，两个同时写会丢失成绩。请等它结束，再运行一次。没有任何改动。",
    )


NO_LOCKS = Text(
    en="{root} lies on a file system without locks, where two runs at once would lose marks: keep the class on a local "
    "disk.",
    zh="{root} 所在的文件系统不支持文件锁，两个程序同时运行会丢失成绩。请把班级放在本地磁盘上。",
)
