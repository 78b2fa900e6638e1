"""The folder that a worker may write to: empty, watched, and removed whatever has become of it."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

ROOM = 16 * 2**20
"""Bytes that a file may leave in it at any time."""
MOST = 2000
"""Files that it may hold."""
LEVELS = 100_000
"""Folders within folders that are taken away one by one; whoever can make more is not stopped by us."""


def make() -> str:
    """An empty folder, or "" where the system has no place for one (a file system that is read-only)."""
    try:
        return os.path.realpath(tempfile.mkdtemp(prefix="course-"))
    except OSError:
        return ""


def full(folder: str) -> bool:
    """Whether more has been written to it than it may hold; behind a wall it has no folders in it."""
    room = ROOM
    with suppress(OSError), os.scandir(folder) as entries:
        for number, each in enumerate(entries):
            with suppress(OSError):
                room -= each.stat(follow_symlinks=False).st_size
            if room < 0 or number >= MOST:
                return True
    return False


def remove(folder: str) -> None:
    """Remove it, however deep its folders go; what the system does not let us remove stays."""
    if not folder:
        return
    if os.path.islink(folder):  # without a wall a file can put one in its place: what it leads to is not ours
        os.unlink(folder)
        return
    with suppress(RecursionError):
        shutil.rmtree(folder, ignore_errors=True)
    for level in range(LEVELS):
        if not os.path.isdir(folder) or not _flatten(folder, level):
            return


def _flatten(folder: str, level: int) -> bool:
    """Empty the folder of files and take what lies in its folders up by one; whether anything was done."""
    done = False
    with suppress(OSError):
        for each in list(os.scandir(folder)):
            with suppress(OSError):
                if not each.is_dir(follow_symlinks=False):
                    os.unlink(each.path)
                    done = True
                    continue
                os.chmod(each.path, 0o700)
                for number, inner in enumerate(list(os.scandir(each.path))):
                    os.rename(inner.path, Path(folder, f"{level}-{each.inode()}-{number}"))
                    done = True
                os.rmdir(each.path)
                done = True
        os.rmdir(folder)
    return done
