"""What lies in a student's folder, looked at without trust: names and sizes first, contents only of regular files.

Nothing is followed (links, the folders on the way included), nothing waits (pipes, devices), nothing is unpacked onto
the disk: the files in a zip archive are entries like all others, read into memory, up to a limit. No entry is opened by
looking. What lies on the disk is opened in `disk` alone.
"""

from __future__ import annotations

import errno
import functools
import io
import itertools
import os
import stat
import time
import zipfile
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from course.classroom import disk, names
from course.classroom.disk import Parts, UnreadableError
from course.text import Text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = texts(__file__)

MOST_ENTRIES = 1000
"""Files and folders that are looked at of one student, or in one archive."""
MOST_JUNK = 1000
"""Files of no interest in one folder that are passed over without counting."""
DEEPEST = 8
"""Folders within folders."""
LARGEST_ARCHIVE = 20 * 2**20
END_OF_ARCHIVE = b"PK\5\6"
LARGEST_TABLE = 2**20
"""Bytes of an archive's table of contents; that of a thousand files has a tenth."""
LONGEST_LOOK = 20.0
"""Seconds that looking at one student's files may take; an honest submission takes hundredths."""

TOO_MANY = TEXTS["too-many"].format(most=MOST_ENTRIES)
TOO_LONG = TEXTS["too-long"].format(seconds=LONGEST_LOOK)


@dataclass(frozen=True)
class Entry:
    """One file, or what lies where a file could."""

    parts: Parts
    """The names on the way to it, from the student's folder on; an archive is one of them."""
    folder: Path
    """The student's folder."""
    modified: int
    """In nanoseconds since 1970."""
    problem: Text | None = None
    """Why it cannot be read, if that is known from looking at it."""
    member: str | None = None
    """Its name in the archive."""
    file: Parts = ()
    """The names on the way to the archive, if it lies in one."""
    links: os.stat_result | None = None
    """What the system tells of a file that has more than one name on the disk (hard links)."""

    @property
    def name(self) -> str:
        """Its own name."""
        return self.parts[-1]

    @property
    def where(self) -> str:
        """The way to it, for a reader."""
        return "/".join(map(names.shown, self.parts))

    def read(self, limit: int) -> bytes:
        """Read the content.

        Raises:
            UnreadableError: it is not a regular file, is longer than `limit` bytes, or cannot be read.

        """
        if self.problem:
            raise UnreadableError(self.problem)
        if self.member is None:
            return disk.read(self.folder, self.parts, limit)
        try:
            archive = _archive(disk.read(self.folder, self.file, LARGEST_ARCHIVE))
            told = archive.getinfo(self.member).file_size
            with archive.open(self.member) as opened:
                content = opened.read(limit + 1) if told <= limit else b""
        except UnreadableError:
            raise
        except Exception as problem:  # a hostile archive may fail in any way
            raise UnreadableError(TEXTS["broken-member"]) from problem
        if told > limit or len(content) > limit:
            raise UnreadableError(disk.too_large(limit))
        return content


@dataclass
class Look:
    """One student's files being looked at: how much and how long that may go on."""

    seconds: float = LONGEST_LOOK
    begun: float = field(default_factory=time.monotonic)

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() - self.begun > self.seconds


def at(folder: Path, *parts: str) -> Entry | None:
    """Look at one place in a student's folder.

    Args:
        folder: the student's.
        *parts: the names on the way from there; the folder itself without any.

    Returns:
        What lies there; None if nothing does, or only behind a link.

    """
    try:
        if not parts:
            seen = folder.lstat()
        else:
            with disk.held(folder, parts[:-1]) as here:
                name = parts[-1] if here is not None else folder.joinpath(*parts)
                seen = os.stat(name, dir_fd=here, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            return None
        return Entry(parts, folder, time.time_ns(), disk.unreadable(problem))
    return _entry(parts, folder, seen)


def _entry(parts: Parts, folder: Path, seen: os.stat_result) -> Entry:
    links = seen if stat.S_ISREG(seen.st_mode) and seen.st_nlink > 1 else None
    return Entry(parts, folder, seen.st_mtime_ns, disk.kind_problem(seen.st_mode), links=links)


def walk(folder: Path, look: Look | None = None, *, archives: bool = True) -> Iterator[Entry]:
    """Find every entry below a student's folder that is not junk and not a folder, archives' entries included.

    An entry with a problem stands for what was not looked at: a link, an archive that is damaged, a folder that cannot
    be opened, and for all the rest where there is too much, or where it takes too long.

    Args:
        folder: the student's.
        look: how long it may take.
        archives: whether to look into archives.

    Yields:
        The entries, folder by folder, by name.

    """
    look = look or Look()
    left = MOST_ENTRIES
    waiting: list[Parts] = [()]
    while waiting:
        parts = waiting.pop(0)
        try:
            several, more = _listed(folder, parts, left)
        except OSError as problem:
            yield Entry(parts or ("",), folder, time.time_ns(), disk.unreadable(problem))
            continue
        for entry in several:
            if look.over:
                yield Entry(parts or ("",), folder, time.time_ns(), TOO_LONG)
                return
            if entry.problem is not disk.FOLDER:
                for each in _opened(entry) if archives else (entry,):
                    left -= each.member is not None
                    yield each
                if left < 0:
                    yield Entry(parts or ("",), folder, time.time_ns(), TOO_MANY)
                    return
            elif len(entry.parts) < DEEPEST:
                waiting.append(entry.parts)
            else:
                yield replace(entry, problem=TEXTS["too-deep"])
        left -= len(several)
        if more:
            yield Entry(parts or ("",), folder, time.time_ns(), TOO_MANY)
            return


def _listed(folder: Path, parts: Parts, most: int) -> tuple[list[Entry], bool]:
    """What is in one folder and not junk, by name, and whether there is more; a huge folder is not read to its end."""
    with disk.held(folder, parts) as here, os.scandir(here if here is not None else folder.joinpath(*parts)) as found:
        several = [each.name for each in itertools.islice(found, most + MOST_JUNK + 1)]
        wanted = sorted(name for name in several if not names.is_junk(name))
        more = len(several) > most + MOST_JUNK or len(wanted) > most
        entries = []
        for name in wanted[:most]:
            try:
                place = name if here is not None else folder.joinpath(*parts, name)
                entries.append(_entry((*parts, name), folder, os.stat(place, dir_fd=here, follow_symlinks=False)))
            except FileNotFoundError:  # gone since
                continue
            except OSError as problem:
                entries.append(Entry((*parts, name), folder, time.time_ns(), disk.unreadable(problem)))
    return entries, more


def _opened(entry: Entry) -> Iterator[Entry]:
    """The entry, or what is in it if it is an archive."""
    if entry.problem is None and names.plain(entry.name).endswith(".zip"):
        yield from _inside(entry)
    elif entry.problem is None and names.is_archive(entry.name):
        yield replace(entry, problem=TEXTS["other-archive"])
    else:
        yield entry


def _inside(archive: Entry) -> Iterator[Entry]:
    """The files in a zip archive, by its table of contents."""

    def entry(problem: Text | None, parts: Parts = (), member: str | None = None) -> Entry:
        return Entry(archive.parts + parts, archive.folder, archive.modified, problem, member, archive.parts)

    try:
        members = _archive(disk.read(archive.folder, archive.parts, LARGEST_ARCHIVE)).infolist()
    except UnreadableError as refused:
        yield entry(refused.text)
        return
    except Exception:  # noqa: BLE001 - a hostile archive may fail in any way
        yield entry(TEXTS["broken-archive"])
        return
    if len(members) > MOST_ENTRIES:
        yield entry(TOO_MANY)
        return
    empty = True
    times = Counter(each.filename for each in members)
    for name, each in {each.filename: each for each in members}.items():
        inner = tuple(part for part in name.replace("\\", "/").split("/") if part not in {"", "."})
        if not each.is_dir() and inner and not any(names.is_junk(part) for part in inner if part != ".."):
            yield entry(TEXTS["twice"] if times[name] > 1 else _member_problem(each, inner), inner, name)
            empty = False
    if empty:
        yield entry(TEXTS["empty-archive"])


@functools.lru_cache(maxsize=1)
def _archive(content: bytes) -> zipfile.ZipFile:
    """The archive; its table of contents is read once, however many files of it are.

    Raises:
        UnreadableError: the table is so large that reading it would take long.
        Exception: anything, if it is hostile.

    """
    ends = {content.rfind(END_OF_ARCHIVE), len(content) - 22}  # where `zipfile` looks for it
    if any(int.from_bytes(content[at + 12 : at + 16], "little") > LARGEST_TABLE for at in ends if _ends(content, at)):
        raise UnreadableError(TOO_MANY)
    return zipfile.ZipFile(io.BytesIO(content))


def _ends(content: bytes, at: int) -> bool:
    """Whether the record that ends an archive is there."""
    return at >= 0 and content[at : at + 4] == END_OF_ARCHIVE


def _member_problem(member: zipfile.ZipInfo, inner: Parts) -> Text | None:
    """Why a file in an archive is not read, if it is not."""
    mode = member.external_attr >> 16
    if ".." in inner or member.filename.startswith(("/", "\\")) or ":" in inner[0]:
        return TEXTS["unsafe"]
    if member.flag_bits & 1:
        return TEXTS["encrypted"]
    if stat.S_IFMT(mode) and disk.kind_problem(mode):
        return disk.kind_problem(mode)
    return TEXTS["nested"] if names.is_archive(inner[-1]) else None
