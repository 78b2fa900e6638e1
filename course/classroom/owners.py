"""Whose a file is that has more than one name on the disk (hard links): the one who had it first.

A hard link is the file itself, and nothing in it tells which name is older. But giving a file another name changes the
folder that the new name is in, and not the folder of the old one.
"""

from __future__ import annotations

import functools
import os
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from course.classroom import disk, entries
from course.text import Text

if TYPE_CHECKING:
    from pathlib import Path

    from course.classroom.entries import Entry


@dataclass(frozen=True)
class Name:
    """One name of a file."""

    student: str
    changed: int
    """When the folder that it is in was changed last."""
    owner: int
    """Whose that folder is."""


class Owners:
    """The files in `submitted/` that have more than one name; looked for when the first is met."""

    def __init__(self, submitted: Path) -> None:
        self._submitted = submitted

    def checked(self, entry: Entry) -> Entry:
        """Return the entry, with a problem if it may be a name for somebody else's file."""
        seen = entry.links
        if seen is None or entry.problem:
            return entry
        known = self._names.get((seen.st_dev, seen.st_ino), [])
        student = entry.folder.name
        own = [each for each in known if each.student == student]
        if len(own) >= seen.st_nlink:
            return entry
        elsewhere = seen.st_nlink > len(known)
        fitting = [each for each in known if each.owner == seen.st_uid]
        first = min((each.changed for each in fitting), default=0)
        if len({each.student for each in known}) > 1:
            had_it = not elsewhere and any(each in fitting and each.changed == first for each in own)
        else:
            had_it = any(each in fitting and each.changed < seen.st_ctime_ns for each in own)
        return entry if had_it else replace(entry, problem=SECOND_NAME)

    @functools.cached_property
    def _names(self) -> dict[tuple[int, int], list[Name]]:
        found: dict[tuple[int, int], list[Name]] = defaultdict(list)
        for folder in sorted(self._submitted.iterdir()):
            itself = entries.at(folder)
            for entry in filter(None, (itself, *entries.walk(folder, archives=False))):
                if entry.links:
                    found[entry.links.st_dev, entry.links.st_ino] += _named(entry)
        return found


def _named(entry: Entry) -> list[Name]:
    """Return the name that an entry is, if its folder can still be looked at."""
    folder, parts = (entry.folder, entry.parts[:-1]) if entry.parts else (entry.folder.parent, ())
    try:
        with disk.held(folder, parts) as here:
            beside = folder.joinpath(*parts).stat() if here is None else os.fstat(here)
    except OSError:
        return []
    return [Name(entry.folder.name, beside.st_ctime_ns, beside.st_uid)]


SECOND_NAME = Text(
    en="has another name elsewhere on the disk (a hard link), so it may be somebody else's file, and was not read: put "
    "a copy here",
    zh="在磁盘上别处还有一个名称（硬链接），可能是别人的文件，没有读取，请放入独立的副本",
)
