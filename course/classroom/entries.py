"""What lies in a student's folder, looked at without trust: names and sizes first, contents only of regular files.

Nothing is followed (links, the folders on the way included), nothing waits (pipes, devices), nothing is unpacked onto
the disk: the files in a zip archive are entries like all others, read into memory, up to a limit. No entry is opened by
looking. Every folder on the way is opened by itself and held, so that nobody can put a link in its place meanwhile.
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
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from course.classroom import names
from course.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
FOLLOWS_NOT = getattr(os, "O_NOFOLLOW", 0)
WAITS_NOT = getattr(os, "O_NONBLOCK", 0)
HELD = os.open in os.supports_dir_fd and bool(FOLLOWS_NOT)
"""Whether this system opens a file in a folder that is held open."""

Parts = tuple[str, ...]

FOLDER = Text(en="is a folder where a file belongs", zh="是文件夹，而这里应当是文件")
KINDS = (
    (stat.S_ISLNK, Text(en="is a link to another file and was not followed", zh="是指向其他文件的链接，没有读取")),
    (stat.S_ISFIFO, Text(en="is a named pipe, not a file, and was not opened", zh="是命名管道而不是文件，没有打开")),
    (stat.S_ISSOCK, Text(en="is a socket, not a file, and was not opened", zh="是套接字而不是文件，没有打开")),
    (stat.S_ISDIR, FOLDER),
)
DEVICE = Text(en="is a device, not a file, and was not opened", zh="是设备而不是文件，没有打开")


class UnreadableError(Exception):
    """An entry cannot be read; its Text says why, as the end of a sentence that begins with its name."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


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
            return read(self.folder, self.parts, limit)
        try:
            archive = _archive(read(self.folder, self.file, LARGEST_ARCHIVE))
            told = archive.getinfo(self.member).file_size
            with archive.open(self.member) as opened:
                content = opened.read(limit + 1) if told <= limit else b""
        except UnreadableError:
            raise
        except Exception as problem:  # a hostile archive may fail in any way
            raise UnreadableError(BROKEN_MEMBER) from problem
        if told > limit:
            raise UnreadableError(too_large(limit))
        if len(content) > limit:
            raise UnreadableError(too_large(limit))
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


@contextmanager
def held(folder: Path, parts: Parts) -> Iterator[int | None]:
    """Open the folder that lies there, without following any link below the student's folder, itself included.

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


def at(folder: Path, *parts: str) -> Entry | None:
    """Look at one place in a student's folder; None if there is nothing, or only behind a link."""
    try:
        if not parts:
            seen = folder.lstat()
        else:
            with held(folder, parts[:-1]) as here:
                name = parts[-1] if here is not None else folder.joinpath(*parts)
                seen = os.stat(name, dir_fd=here, follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as problem:
        if problem.errno == errno.ELOOP:
            return None
        return Entry(parts, folder, time.time_ns(), unreadable(problem))
    return _entry(parts, folder, seen)


def _entry(parts: Parts, folder: Path, seen: os.stat_result) -> Entry:
    links = seen if stat.S_ISREG(seen.st_mode) and seen.st_nlink > 1 else None
    return Entry(parts, folder, seen.st_mtime_ns, kind_problem(seen.st_mode), links=links)


def kind_problem(mode: int) -> Text | None:
    """What is wrong with an entry of this mode, or None if it is a regular file."""
    if stat.S_ISREG(mode):
        return None
    return next((text for test, text in KINDS if test(mode)), DEVICE)


def read(folder: Path, parts: Parts, limit: int) -> bytes:
    """Read a regular file, and nothing else; whatever is put in its place meanwhile is neither followed nor waited for.

    Args:
        folder: the folder below which nothing is followed.
        parts: the names on the way from there.
        limit: bytes.

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


def walk(folder: Path, look: Look | None = None, *, archives: bool = True) -> Iterator[Entry]:
    """Every entry below a student's folder that is not junk and not a folder, archives' entries included.

    An entry with a problem stands for what was not looked at: a link, an archive that is damaged, a folder that cannot
    be opened, and for all the rest where there is too much, or where it takes too long.

    Args:
        folder: the student's.
        look: how long it may take.
        archives: whether to look into archives.

    """
    look = look or Look()
    left = MOST_ENTRIES
    waiting: list[Parts] = [()]
    while waiting:
        parts = waiting.pop(0)
        try:
            several, more = _listed(folder, parts, left)
        except OSError as problem:
            yield Entry(parts or ("",), folder, time.time_ns(), unreadable(problem))
            continue
        for entry in several:
            if look.over:
                yield Entry(parts or ("",), folder, time.time_ns(), TOO_LONG)
                return
            if entry.problem is not FOLDER:
                for each in _opened(entry) if archives else (entry,):
                    left -= each.member is not None
                    yield each
                if left < 0:
                    yield Entry(parts or ("",), folder, time.time_ns(), TOO_MANY)
                    return
            elif len(entry.parts) < DEEPEST:
                waiting.append(entry.parts)
            else:
                yield replace(entry, problem=TOO_DEEP)
        left -= len(several)
        if more:
            yield Entry(parts or ("",), folder, time.time_ns(), TOO_MANY)
            return


def _listed(folder: Path, parts: Parts, most: int) -> tuple[list[Entry], bool]:
    """What is in one folder and not junk, by name, and whether there is more; a huge folder is not read to its end."""
    with held(folder, parts) as here, os.scandir(here if here is not None else folder.joinpath(*parts)) as found:
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
                entries.append(Entry((*parts, name), folder, time.time_ns(), unreadable(problem)))
    return entries, more


def _opened(entry: Entry) -> Iterator[Entry]:
    """The entry, or what is in it if it is an archive."""
    if entry.problem is None and names.plain(entry.name).endswith(".zip"):
        yield from _inside(entry)
    elif entry.problem is None and names.is_archive(entry.name):
        yield replace(entry, problem=OTHER_ARCHIVE)
    else:
        yield entry


def _inside(archive: Entry) -> Iterator[Entry]:
    """The files in a zip archive, by its table of contents."""

    def entry(problem: Text | None, parts: Parts = (), member: str | None = None) -> Entry:
        return Entry(archive.parts + parts, archive.folder, archive.modified, problem, member, archive.parts)

    try:
        members = _archive(read(archive.folder, archive.parts, LARGEST_ARCHIVE)).infolist()
    except UnreadableError as refused:
        yield entry(refused.text)
        return
    except Exception:  # noqa: BLE001 - a hostile archive may fail in any way
        yield entry(BROKEN_ARCHIVE)
        return
    if len(members) > MOST_ENTRIES:
        yield entry(TOO_MANY)
        return
    empty = True
    times = Counter(each.filename for each in members)
    for name, each in {each.filename: each for each in members}.items():
        inner = tuple(part for part in name.replace("\\", "/").split("/") if part not in {"", "."})
        if not each.is_dir() and inner and not any(names.is_junk(part) for part in inner if part != ".."):
            yield entry(TWICE if times[name] > 1 else _member_problem(each, inner), inner, name)
            empty = False
    if empty:
        yield entry(EMPTY_ARCHIVE)


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
        return UNSAFE
    if member.flag_bits & 1:
        return ENCRYPTED
    if stat.S_IFMT(mode) and kind_problem(mode):
        return kind_problem(mode)
    return NESTED if names.is_archive(inner[-1]) else None


def too_large(limit: int) -> Text:
    """What is said of a file that has more bytes than that."""
    size = f"{limit // 2**20} MiB" if limit >= 2**20 else f"{limit:,}"
    return Text(
        en=f"is larger than {size if limit >= 2**20 else size + ' bytes'} and was not read",
        zh=f"超过 {size if limit >= 2**20 else size + ' 字节'}，没有读取",
    )


def unreadable(problem: OSError) -> Text:
    """What is said of a file that the system does not let us read."""
    reason = problem.strerror or type(problem).__name__
    return Text(en=f"cannot be read ({reason})", zh=f"无法读取（{reason}）")


TOO_MANY = Text(
    en=f"holds more than {MOST_ENTRIES} files, and not all of them were looked at",
    zh=f"含有超过 {MOST_ENTRIES} 个文件，没有全部查看",
)
TOO_LONG = Text(
    en=f"took more than {LONGEST_LOOK:g} seconds to look through, and not all of it was looked at",
    zh=f"查看时间超过 {LONGEST_LOOK:g} 秒，没有全部查看",
)
TWICE = Text(
    en="occurs more than once in the archive, so it is not clear which is meant",
    zh="在压缩包里出现不止一次，无法确定以哪个为准",
)
TOO_DEEP = Text(en="lies too deep and was not looked into", zh="层级太深，没有查看")
OTHER_ARCHIVE = Text(
    en="is an archive of a kind that is not looked into, so unpack it",
    zh="是压缩包，但这种格式不会自动解开，请手工解压",
)
BROKEN_ARCHIVE = Text(en="is not a zip archive, or a damaged one", zh="不是 zip 压缩包，或者已经损坏")
EMPTY_ARCHIVE = Text(en="is an archive without files", zh="是没有文件的压缩包")
BROKEN_MEMBER = Text(en="cannot be read from the archive", zh="无法从压缩包中读取")
NESTED = Text(
    en="is an archive in an archive and was not looked into, so unpack it",
    zh="是压缩包里的压缩包，没有查看，请手工解压",
)
ENCRYPTED = Text(en="is protected with a password", zh="有密码保护")
UNSAFE = Text(en="would be unpacked outside its folder and was not read", zh="解压后会落在文件夹之外，没有读取")
