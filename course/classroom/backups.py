"""A class in one file: everything in its directory that cannot be made again, as it was at one moment.

The file holds the class's secrets and what students wrote, so it is its owner's alone to read from the moment it is
made. Whatever writes to the class waits meanwhile: the lock is held. Databases are read through SQLite's own backup,
which also takes in what another program, formgrader for one, is just writing.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sqlite3
import stat
import tarfile
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import course
from course.classroom import names
from course.classroom.archive import CHUNK, INSIDE, MANIFEST, MANIFEST_HASH, ROWS, Folder, Manifest, Member
from course.classroom.bar import bar
from course.classroom.directory import INTAKE, ClassDirectory, own_place
from course.system import atomic
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable

TEXTS = texts(__file__)

BACKUP = Text(en="back up", zh="备份")
MADE_AGAIN = {INTAKE, ".ipynb_checkpoints", "__pycache__"}
"""Folders that are not in a backup: what is in them is made again from what is."""
NOT_MADE_AGAIN = ".intended"
"""What a run that ended too early was about to enter (see `intended`), in `.intake/`."""
NEAR = ".backup"
"""Where databases are copied to, in `.intake/`."""
STUDENTS = {"submitted", "autograded", "feedback"}
"""Folders with files of students, which are files and no more: none is opened as a database."""
SIDECARS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; its backup holds what is in them."""
MAGIC = b"SQLite format 3\0"
IN_MEMORY = 2**24


@dataclass
class _Found:
    """What is in a class."""

    folders: dict[str, Path] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    """Links, pipes and the like, which are nobody's work."""


def backup(directory: Path, file: Path, *, progress: bool = True) -> Text:
    """Write a class to one file, which `restore` makes a class of again.

    Args:
        directory: the class.
        file: the file to write; it must not exist, and lie outside the class.
        progress: whether to show progress on standard error.

    Returns:
        What was written, and what was left out.

    Raises:
        CourseError: the file exists, cannot be written or lies in the class; something in the class cannot be read, or
            another process is writing to it. No file is written then.

    """
    from course.classroom import nbgrader_steps
    from course.classroom.lock import only_writer

    room = ClassDirectory.find(directory)
    room.seed()
    file = file.expanduser().resolve()
    if file.is_relative_to(room.root):
        raise CourseError(TEXTS["inside"].format(file=file, root=room.root))
    if os.path.lexists(file):
        raise CourseError(TEXTS["exists"].format(file=file))
    with only_writer(room):
        database = nbgrader_steps.gradebook_elsewhere(room)
        near = room.intake / NEAR
        try:
            _clear(room)
            near.mkdir(mode=0o700)
            with atomic.making(file) as stream:
                found = _write(room, stream, database, near, progress=progress)
        except OSError as problem:
            raise CourseError(TEXTS["not-written"].format(file=file, reason=_reason(problem))) from problem
        finally:
            _clear(room)
    size = file.stat().st_size
    told = TEXTS["written"].format(file=file, count=len(found.files), size=f"{size / 1e6:.1f}")
    if found.left_out:
        told += TEXTS["left-out"].format(count=len(found.left_out), first=", ".join(found.left_out[:5]))
    return told


def _clear(room: ClassDirectory) -> None:
    """Remove the copies of databases: ours, and those of a run that was killed."""
    own_place(room.intake, NEAR)
    shutil.rmtree(room.intake / NEAR, ignore_errors=True)


def _reason(problem: OSError) -> Text:
    reason = problem.strerror or type(problem).__name__
    place = f" ({problem.filename})" if problem.filename else ""
    return Text(en=reason + place, zh=reason + place)


def _write(
    room: ClassDirectory, stream: IO[bytes], database: tuple[str, str] | None, near: Path, *, progress: bool
) -> _Found:
    """Write the archive; `near` is an empty folder for copies of databases."""
    found = _everything(room)
    manifest = Manifest(made=datetime.now(UTC).isoformat(timespec="seconds"), course=course.__version__)
    manifest.folders = {path: _folder(place) for path, place in found.folders.items()}
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        if database:
            manifest.database = database[0]
            manifest.files[ROWS] = _add(tar, ROWS, _rows(*database, near / ROWS), 0o600, 0)
        for path, place in bar(BACKUP, found.files.items(), shown=progress):
            member = _member(tar, path, place, near)
            if member:
                manifest.files[INSIDE + path] = member
        whole = manifest.written()
        for name, text in ((MANIFEST, whole), (MANIFEST_HASH, hashlib.sha256(whole).hexdigest().encode() + b"\n")):
            _add(tar, name, io.BytesIO(text), 0o600, 0)
    return found


def _everything(room: ClassDirectory) -> _Found:
    """List the class; links are followed in its own folder alone, where the instructor may have put one."""
    found = _Found()

    def walk(folder: Path, parts: tuple[str, ...]) -> None:
        with os.scandir(folder) as entries:
            for each in sorted(entries, key=lambda entry: entry.name):
                path = "/".join((*parts, each.name))
                follow = not parts
                if each.is_dir(follow_symlinks=follow):
                    if path == INTAKE and Path(each.path, NOT_MADE_AGAIN).is_file():
                        found.folders[path] = Path(each.path)
                        found.files[f"{path}/{NOT_MADE_AGAIN}"] = Path(each.path, NOT_MADE_AGAIN)
                    elif each.name not in MADE_AGAIN:
                        found.folders[path] = Path(each.path)
                        walk(Path(each.path), (*parts, each.name))
                elif not each.is_file(follow_symlinks=follow):
                    found.left_out.append(names.quoted(path))
                elif not (each.name.endswith(".part") and each.name.startswith(".")) and not _beside_database(
                    path, each
                ):
                    found.files[path] = Path(each.path)

    walk(room.root, ())
    return found


def _ours(path: str) -> bool:
    return path.split("/", maxsplit=1)[0] not in STUDENTS


def _beside_database(path: str, entry: os.DirEntry[str]) -> bool:
    return _ours(path) and any(
        entry.name.endswith(each) and Path(entry.path.removesuffix(each)).is_file() for each in SIDECARS
    )


def _folder(place: Path) -> Folder:
    found = place.stat()
    return Folder(stat.S_IMODE(found.st_mode), found.st_mtime_ns)


def _member(tar: tarfile.TarFile, path: str, place: Path, near: Path) -> Member | None:
    """Add one of the class's files; None if it is gone by now, as in `submitted/`, where others write."""
    try:
        opened = open(place, "rb", opener=_opener(follow="/" not in path))  # noqa: SIM115 - closed below
    except FileNotFoundError:
        return None
    with closing(opened):
        known = os.fstat(opened.fileno())
        if _ours(path) and opened.read(len(MAGIC)) == MAGIC:
            return _add(
                tar, INSIDE + path, _database(place, near / "copy.db"), stat.S_IMODE(known.st_mode), known.st_mtime_ns
            )
        opened.seek(0)
        # A copy first: the archive says a file's size before its content, and others may be writing to it.
        spool = tempfile.SpooledTemporaryFile(IN_MEMORY, dir=str(near))  # noqa: SIM115 - `_add` closes it
        shutil.copyfileobj(opened, spool, CHUNK)
        spool.seek(0)
        return _add(tar, INSIDE + path, spool, stat.S_IMODE(known.st_mode), known.st_mtime_ns)


def _opener(*, follow: bool) -> Callable[[str, int], int]:
    """Open without waiting for anybody at the other end of a pipe, and without following a link put there meanwhile."""
    flags = getattr(os, "O_NONBLOCK", 0) | (0 if follow else getattr(os, "O_NOFOLLOW", 0))
    return lambda path, mode: os.open(path, mode | flags)


def _database(place: Path, copy: Path) -> IO[bytes]:
    """Copy a database as SQLite sees it: with what is committed, and without what is not."""
    copy.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(place)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.Error as problem:
        raise CourseError(TEXTS["database"].format(file=place, reason=problem)) from problem
    return copy.open("rb")


def _rows(address: str, name: str, copy: Path) -> IO[bytes]:
    """Copy the rows of a gradebook that is no file of the class."""
    from sqlalchemy.exc import SQLAlchemyError

    from course.classroom import gradebook, gradebook_rows

    gradebook.need(address, name)
    try:
        gradebook_rows.copy(address, f"sqlite:///{copy}", name)
    except SQLAlchemyError as problem:
        raise CourseError(gradebook.not_read(address, problem)) from problem
    return copy.open("rb")


def _add(tar: tarfile.TarFile, name: str, content: Any, mode: int, modified: int) -> Member:
    """Add what a stream holds from its beginning to its end, and close it."""
    with closing(content):
        member = tarfile.TarInfo(name)
        member.size = content.seek(0, os.SEEK_END)
        member.mode, member.mtime = mode, modified // 10**9
        content.seek(0)
        hashed = _Hashed(content)
        tar.addfile(member, hashed)
    return Member(member.size, hashed.sha256.hexdigest(), mode, modified)


class _Hashed:
    """A stream that hashes what is read from it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.stream, self.sha256 = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and hash."""
        piece = self.stream.read(size)
        self.sha256.update(piece)
        return piece
