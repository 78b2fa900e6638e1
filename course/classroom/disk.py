"""A student's files and folders, opened without trust: no link is followed, nothing is waited for (pipes, devices).

Every folder on the way is opened by itself and held, so that nobody can put a link in its place meanwhile.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = texts(__file__)

FOLLOWS_NOT = getattr(os, "O_NOFOLLOW", 0)
WAITS_NOT = getattr(os, "O_NONBLOCK", 0)
HELD = os.open in os.supports_dir_fd and bool(FOLLOWS_NOT)
"""Whether this system opens a file in a folder that is held open."""

Parts = tuple[str, ...]
"""The names on the way to a place, from the student's folder on."""

FOLDER = TEXTS["folder"]
KINDS = (
    (stat.S_ISLNK, TEXTS["link"]),
    (stat.S_ISFIFO, TEXTS["pipe"]),
    (stat.S_ISSOCK, TEXTS["socket"]),
    (stat.S_ISDIR, FOLDER),
)


class UnreadableError(Exception):
    """An entry cannot be read; its Text says why, as the end of a sentence that begins with its name."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


@contextmanager
def held(folder: Path, parts: Parts) -> Iterator[int | None]:
    """Open the folder that lies there, without following any link below the student's folder, itself included.

    Args:
        folder: the student's.
        parts: the names on the way from there to the folder that is to be opened.

    Yields:
        A descriptor, or None where the system cannot hold folders (Windows, where students have no links).

    Raises:
        OSError: one of them is no folder, or cannot be opened.

    """
    if not HELD:
        yield None
        return
    flags = os.O_RDONLY | os.O_DIRECTORY | FOLLOWS_NOT | getattr(os, "O_CLOEXEC", 0)
    here = os.open(folder, flags)
    try:
        for part in parts:
            deeper = os.open(part, flags, dir_fd=here)
            os.close(here)
            here = deeper
        yield here
    finally:
        os.close(here)


def kind_problem(mode: int) -> Text | None:
    """Return what is wrong with an entry of this mode, or None if it is a regular file."""
    if stat.S_ISREG(mode):
        return None
    return next((text for test, text in KINDS if test(mode)), TEXTS["device"])


def read(folder: Path, parts: Parts, limit: int) -> bytes:
    """Read a regular file, and nothing else; whatever is put in its place meanwhile is neither followed nor waited for.

    Args:
        folder: the folder below which nothing is followed.
        parts: the names on the way from there.
        limit: bytes.

    Returns:
        The content.

    Raises:
        UnreadableError: it is not a regular file, is longer than `limit` bytes, or cannot be read.

    """
    flags = os.O_RDONLY | WAITS_NOT | FOLLOWS_NOT | getattr(os, "O_BINARY", 0)
    try:
        with held(folder, parts[:-1]) as here:
            name = parts[-1] if here is not None else folder.joinpath(*parts)
            problem = kind_problem(os.stat(name, dir_fd=here, follow_symlinks=False).st_mode)
            if problem:
                raise UnreadableError(problem)
            descriptor = os.open(name, flags, dir_fd=here)
        with os.fdopen(descriptor, "rb") as opened:
            seen = os.fstat(descriptor)
            problem = kind_problem(seen.st_mode)
            if problem:
                raise UnreadableError(problem)
            if seen.st_size > limit:
                raise UnreadableError(too_large(limit))
            content = opened.read(limit + 1)
    except OSError as failed:
        raise UnreadableError(unreadable(failed)) from failed
    if len(content) > limit:
        raise UnreadableError(too_large(limit))
    return content


def handed_in(folder: Path, stem: str, limit: int) -> bytes | None:
    """Read a topic's file in a student's folder, or in one that is laid out like it.

    Args:
        folder: the folder.
        stem: the topic; its file is `STEM/STEM.py`.
        limit: bytes.

    Returns:
        The content; None if there is none that can be read.

    """
    try:
        return read(folder, (stem, f"{stem}.py"), limit)
    except UnreadableError:
        return None


def too_large(limit: int) -> Text:
    """Return the sentence on a file that has more bytes than that."""
    if limit >= 2**20:
        size = Text(en=f"{limit // 2**20} MiB", zh=f"{limit // 2**20} MiB")
    else:
        size = Text(en=f"{limit:,} bytes", zh=f"{limit:,} 字节")
    return TEXTS["too-large"].format(size=size)


def unreadable(problem: OSError) -> Text:
    """Return the sentence on a file that the system does not let us read."""
    return TEXTS["unreadable"].format(reason=problem.strerror or type(problem).__name__)
