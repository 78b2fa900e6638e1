"""The folder that a worker may write to: empty, watched, and removed whatever has become of it."""

from __future__ import annotations

import functools
import os
import re
import shutil
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # on Windows a folder that was left stays
    fcntl = None  # type: ignore[assignment]

MOST_BYTES = 16 * 2**20
"""Bytes that a file may leave in it at any time."""
MOST = 2000
"""Files that it may hold."""
LARGEST = 2 * 2**20
"""Bytes that one file may hold, by the limit that the worker sets on itself."""
LEVELS = 100_000
"""Folders within folders that are taken away one by one; whoever can make more is not stopped by us."""


OURS = re.compile(r"downhill-[a-z0-9_]{8}\.tmp")
"""What our folders are called, and nobody else's."""

_held: dict[str, int] = {}
"""The folders that are in use, and the locks that say so to other processes; a lock ends with its process."""


def make() -> str:
    """Make an empty folder; return "" where the system has no place for one (a file system that is read-only).

    What processes have left that were killed is removed first, once a process.
    """
    try:
        clear()
        while True:
            made = os.path.realpath(tempfile.mkdtemp(prefix="downhill-", suffix=".tmp"))
            descriptor = _lock(made)
            if descriptor > 0:
                _held[made] = descriptor
            if os.path.isdir(made) and descriptor != HELD:
                return made
            remove(made)  # another process has taken it for one that was left
    except OSError:
        return ""


def clear() -> None:
    """Remove, once a process, what processes have left that were killed."""
    with suppress(OSError):
        _clear(tempfile.gettempdir())


@functools.cache
def _clear(base: str) -> None:
    """Remove our folders that no process holds any more."""
    if fcntl is None:
        return
    with suppress(OSError), os.scandir(base) as entries:
        for each in entries:
            with suppress(OSError):
                if OURS.fullmatch(each.name) and each.stat(follow_symlinks=False).st_uid == os.geteuid():
                    descriptor = _lock(each.path)
                    if descriptor > 0:
                        remove(each.path)
                        os.close(descriptor)


HELD = -1


def _lock(folder: str) -> int:
    """Lock a folder; return `HELD` if another process holds it, 0 if locks cannot be had here."""
    if fcntl is None:
        return 0
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError:
        return 0
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as problem:
        os.close(descriptor)
        return HELD if isinstance(problem, BlockingIOError) else 0
    return descriptor


def full(folder: str, process: int) -> bool:
    """Return whether more has been written to it than it may hold; behind a wall it has no folders in it.

    Args:
        folder: what `make` has returned.
        process: the number of the worker's, which may hold files that have no name any more.

    Returns:
        True if it holds too many bytes or files.

    """
    left = MOST_BYTES - _nameless(folder, process)
    with suppress(OSError), os.scandir(folder) as entries:
        for number, each in enumerate(entries):
            with suppress(OSError):
                left -= each.stat(follow_symlinks=False).st_size
            if left < 0 or number >= MOST:
                return True
    return left < 0


def _nameless(folder: str, process: int) -> int:
    """Count the bytes of removed files that a process has open, and the most that those it has mapped can hold."""
    total = 0
    with suppress(OSError), os.scandir(f"/proc/{process}/fd") as entries:
        for each in entries:
            with suppress(OSError):
                found = os.stat(each.path)
                if stat.S_ISREG(found.st_mode) and not found.st_nlink:
                    total += found.st_size
    with suppress(OSError), open(f"/proc/{process}/maps", "rb") as lines:
        removed = (line for line in lines if line.endswith(b" (deleted)\n") and os.fsencode(folder) in line)
        total += LARGEST * len({line.split()[4] for line in removed})
    return total


def remove(folder: str) -> None:
    """Remove it, however deep its folders go; what the system does not let us remove stays."""
    if not folder:
        return
    if folder in _held:
        os.close(_held.pop(folder))
    with suppress(OSError):
        if os.path.islink(folder):  # put in its place where there is no wall: what it leads to is not ours
            os.unlink(folder)
            return
        os.chmod(folder, 0o700)
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
                    if inner.is_dir(follow_symlinks=False):
                        os.chmod(inner.path, 0o700)  # it could not be moved without
                    os.rename(inner.path, Path(folder, f"{level}-{each.inode()}-{number}"))
                    done = True
                os.rmdir(each.path)
                done = True
        os.rmdir(folder)
    return done
