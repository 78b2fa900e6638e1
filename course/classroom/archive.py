"""The file that a backup is: a tar archive of a class, with a manifest at its end that knows every file by its hash.

What is not in the manifest is not restored, and an archive that was cut off has none. No compression: most of a class
is small, and any tool can look into it.
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from course.text import CourseError, texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEXTS = texts(__file__)

KIND = "downhill-class"
SCHEMA = 1
INSIDE = "class/"
"""Before the path of each of the class's files."""
ROWS = "rows.db"
"""The gradebook's rows, where the gradebook is no file of the class."""
MANIFEST, MANIFEST_HASH = "manifest.json", "manifest.sha256"
LARGEST_MANIFEST = 2**30
CHUNK = 2**20


@dataclass(frozen=True)
class Member:
    """What is known of one file."""

    size: int
    sha256: str
    mode: int = 0o600
    modified: int = 0
    """In nanoseconds since 1970."""


@dataclass(frozen=True)
class Folder:
    """What is known of one folder."""

    mode: int
    modified: int


@dataclass
class Manifest:
    """What a backup holds."""

    made: str
    """When, in UTC."""
    course: str
    """The version of the course that wrote it."""
    database: str = ""
    """The address of a gradebook that is no file of the class; its rows are in `ROWS`."""
    files: dict[str, Member] = field(default_factory=dict)
    """By path: `INSIDE` and the path in the class, or `ROWS`."""
    folders: dict[str, Folder] = field(default_factory=dict)
    """By path in the class, outer ones first."""

    def written(self) -> bytes:
        """Return the form in which it is stored."""
        return json.dumps({"kind": KIND, "schema": SCHEMA, **asdict(self)}, indent=1).encode("ascii")

    @classmethod
    def read(cls, stored: bytes) -> Manifest:
        """Read what `written` has made.

        Raises:
            CourseError: it is of a later version of the course.
            ValueError: it is something else.

        """
        found: Any = json.loads(stored)
        try:
            if found.pop("kind") != KIND:
                raise ValueError("another kind")
            if (schema := found.pop("schema")) != SCHEMA:
                raise CourseError(TEXTS["newer"].format(schema=schema))
            files = {str(path): Member(**each) for path, each in found.pop("files").items()}
            folders = {str(path): Folder(**each) for path, each in found.pop("folders").items()}
            manifest = cls(files=files, folders=folders, **found)
            numbers = [number for each in files.values() for number in (each.size, each.mode, each.modified)]
            numbers += [number for each in folders.values() for number in (each.mode, each.modified)]
        except (KeyError, TypeError, AttributeError) as problem:
            raise ValueError("no manifest") from problem
        if not all(isinstance(number, int) for number in numbers):
            raise ValueError("no manifest")
        return manifest


def harmless(path: str) -> bool:
    """Return True if a path leads into the folder that it is taken from, on every system."""
    parts = path.split("/")
    return not any(part in {"", ".", ".."} or "\0" in part or "\\" in part for part in parts) and ":" not in parts[0]


def opened(file: Path) -> tarfile.TarFile:
    """Open a backup to be read.

    Raises:
        CourseError: it cannot be read, or is no tar archive.

    """
    try:
        return tarfile.open(file, "r:")
    except tarfile.TarError as problem:
        raise CourseError(TEXTS["no-archive"].format(file=file)) from problem
    except OSError as problem:
        raise CourseError(TEXTS["not-read"].format(file=file, reason=problem.strerror)) from problem


def manifest_of(tar: tarfile.TarFile, file: Path) -> Manifest:
    """Read a backup's manifest and compare its list with what is there; no content is looked at.

    Args:
        tar: the backup, open.
        file: its path, for the sentence.

    Returns:
        The manifest, whose paths are harmless and whose members are files.

    Raises:
        CourseError: it is no backup, was cut off, is damaged, or holds what no backup holds.

    """
    try:
        members = tar.getmembers()
        by_name = {each.name: each for each in members}
        if MANIFEST not in by_name or MANIFEST_HASH not in by_name:
            raise CourseError(TEXTS["no-manifest"].format(file=file))
        strange = next((each for each in members if not each.isreg() or not harmless(each.name)), None)
        if strange is not None:
            raise CourseError(TEXTS["strange"].format(file=file, name=ascii(strange.name)))
        stored, signed = (_small(tar, by_name[name]) for name in (MANIFEST, MANIFEST_HASH))
        if hashlib.sha256(stored).hexdigest().encode() != signed.strip():
            raise CourseError(TEXTS["damaged"].format(file=file, name=MANIFEST))
        manifest = Manifest.read(stored)
    except (tarfile.TarError, OSError, ValueError) as problem:
        raise CourseError(TEXTS["damaged"].format(file=file, name=MANIFEST)) from problem
    bad = next((path for path in (*manifest.files, *manifest.folders) if not harmless(path)), None)
    if bad is not None:
        raise CourseError(TEXTS["strange"].format(file=file, name=ascii(bad)))
    names = sorted(each.name for each in members if each.name not in {MANIFEST, MANIFEST_HASH})
    if names != sorted(manifest.files) or not all(name.startswith(INSIDE) or name == ROWS for name in names):
        raise CourseError(TEXTS["damaged"].format(file=file, name=MANIFEST))
    return manifest


def _small(tar: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    content = tar.extractfile(member)
    if content is None or member.size > LARGEST_MANIFEST:
        raise ValueError("no manifest")
    return content.read()


def content(tar: tarfile.TarFile, file: Path, name: str, known: Member) -> Iterator[bytes]:
    """Yield the content of one file piece by piece; it is right only if the last piece came without an error.

    Args:
        tar: the backup, open.
        file: its path, for the sentence.
        name: the member.
        known: what the manifest says of it.

    Yields:
        The pieces.

    Raises:
        CourseError: it is not what the manifest says.

    """
    hashed, size = hashlib.sha256(), 0
    try:
        stream = tar.extractfile(name)
        while stream is not None and (piece := stream.read(CHUNK)):
            hashed.update(piece)
            size += len(piece)
            yield piece
    except (tarfile.TarError, KeyError) as problem:
        raise CourseError(TEXTS["damaged"].format(file=file, name=name)) from problem
    if (size, hashed.hexdigest()) != (known.size, known.sha256):
        raise CourseError(TEXTS["damaged"].format(file=file, name=name))
