"""See what arrives in `submitted/`: a stamp for each student's folder, which changes with anything in it."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

from course.classroom import names
from course.classroom.entries import DEEPEST, MOST_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def stamps_of(submitted: Path) -> dict[str, int]:
    """Look at all students' folders. No file is opened and no link is followed.

    Args:
        submitted: the class's folder of what was handed in.

    Returns:
        By student, a number that changes when a file comes, goes, grows or is written; empty if there is no folder.

    """
    try:
        with os.scandir(submitted) as found:
            students = [each for each in found if not names.is_junk(each.name)]
    except OSError:
        return {}
    return {each.name: hash(tuple(itertools.islice(_within(each, DEEPEST), MOST_ENTRIES))) for each in students}


def _within(entry: os.DirEntry[str], left: int) -> Iterator[tuple[str, int, int, int]]:
    """What tells of a change, of an entry and of all that is below it."""
    try:
        seen = entry.stat(follow_symlinks=False)
        yield entry.path, seen.st_mtime_ns, seen.st_size, seen.st_ino
        if left and entry.is_dir(follow_symlinks=False):
            with os.scandir(entry.path) as found:
                inner = sorted(itertools.islice(found, MOST_ENTRIES), key=lambda each: each.name)
            for each in inner:
                if not names.is_junk(each.name):
                    yield from _within(each, left - 1)
    except OSError:  # gone since, or not ours to read: grading says which
        return
