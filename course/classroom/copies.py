"""The copies in `.intake/`: written whole or not at all, and nothing there but what was taken in."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from course.classroom.directory import own_place
from course.system import atomic
from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from course.classroom.directory import ClassDirectory


def prepare(room: ClassDirectory) -> None:
    """Make `.intake/`, which is in no repository, whatever the class's own `.gitignore` says."""
    room.intake.mkdir(exist_ok=True)
    own_place(room.intake, ".gitignore")
    ignored = room.intake / ".gitignore"
    if not ignored.exists():
        atomic.write(ignored, "*\n")


@contextmanager
def writing(room: ClassDirectory) -> Iterator[None]:
    """Turn what goes wrong with writing to the class's directory into a sentence: it would for every student.

    Raises:
        CourseError: something could not be written.

    """
    try:
        yield
    except OSError as problem:
        raise CourseError(cannot_write(room, problem)) from problem


def cannot_write(room: ClassDirectory, problem: OSError) -> Text:
    """Say that the class's directory cannot be written to.

    Args:
        room: the class.
        problem: what the system said.

    Returns:
        The sentence.

    """
    reason = problem.strerror or type(problem).__name__
    return Text(
        en=f"The class's directory {room.root} cannot be written to ({reason}). Nothing that is stored is lost: make "
        "room or get the right to write there, then run this again.",
        zh=f"无法写入班级目录 {room.root}（{reason}）。已保存的内容没有丢失。请腾出空间或取得写入权限，再运行一次。",
    )


def write_folder(folder: Path, wanted: dict[tuple[str, ...], tuple[bytes, int]]) -> None:
    """Make the folder hold these files and no others; what is there already is not written again.

    Args:
        folder: where; made if it is not there.
        wanted: by the parts of the path in the folder, the content and the time of change, in nanoseconds.

    """
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.rglob("*"), reverse=True):
        parts = path.relative_to(folder).parts
        if path.is_dir() and not path.is_symlink():
            if not any(each[: len(parts)] == parts for each in wanted) or parts in wanted:
                shutil.rmtree(path)
        elif parts not in wanted:
            path.unlink()
    for parts, (content, modified) in wanted.items():
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        put(path, content)
        os.utime(path, ns=(modified, modified))


def put(path: Path, content: bytes) -> None:
    """Write a file that a reader sees whole or not at all.

    Args:
        path: the file; a link there is replaced.
        content: its bytes.

    """
    if path.is_symlink():
        path.unlink()
    with suppress(OSError):
        if path.read_bytes() == content:
            return
    atomic.write(path, content)


def put_reason(path: Path, reason: Text | None) -> None:
    """Write why a submission has no code, or remove the file if it has.

    Args:
        path: the file.
        reason: why there is no code; None if there is.

    """
    if reason is None:
        path.unlink(missing_ok=True)
    else:
        put(path, json.dumps(reason.to_json(), ensure_ascii=False).encode())
