"""A class made from its backup: all of it or none, in an empty directory.

The file may be damaged, cut off or somebody else's, so all of it is read and compared with its own list before anything
is written. What then goes wrong leaves a directory that is no class yet: the settings come last.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from course.classroom import archive
from course.classroom.archive import INSIDE, ROWS
from course.classroom.bar import bar
from course.classroom.directory import CONFIG, SEED
from course.classroom.trouble import said
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Iterator

    from course.classroom.archive import Manifest

TEXTS = texts(__file__)

CHECK = Text(en="check the backup", zh="检查备份")
RESTORE = Text(en="restore", zh="恢复")
UNFINISHED = ".restoring"
"""The folder that everything is written to first; of an earlier attempt it is removed."""
COURSE = "downhill"
"""What `nbgrader_config.py` calls every class."""


def restore(file: Path, directory: Path, *, database: str = "", progress: bool = True) -> Text:
    """Make a class from its backup.

    Args:
        file: what `backup` has written.
        directory: where; it must not exist or be empty.
        database: the URL of an empty database for a gradebook that was on a server; the same as before, if empty.
        progress: whether to show progress on standard error.

    Returns:
        What was restored.

    Raises:
        CourseError: the file is damaged, or no backup; the directory is not empty or cannot be written to; the database
            cannot be reached or is not empty. Nothing is ever overwritten.

    """
    file, root = file.expanduser().resolve(), directory.expanduser().resolve()
    _need_empty(root)
    with archive.opened(file) as tar:
        manifest = archive.manifest_of(tar, file)
        if not {INSIDE + CONFIG, INSIDE + SEED} <= manifest.files.keys():
            raise CourseError(TEXTS["no-class"].format(file=file))
        address = _need_database(tar, file, manifest, database, begun=(root / UNFINISHED).is_dir())
        for name, known in bar(CHECK, manifest.files.items(), shown=progress):
            for _ in archive.content(tar, file, name, known):
                pass
        unfinished = root / UNFINISHED
        try:
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir(mode=0o700, parents=True)
            _write(tar, file, manifest, unfinished, progress=progress)
            if address:
                _enter(tar, file, manifest, address)
            _move(unfinished, root)
        except OSError as problem:
            raise CourseError(TEXTS["not-made"].format(root=root, problem=said(problem))) from problem
    told = TEXTS["restored"].format(root=root, made=manifest.made, count=len(manifest.files))
    return told + TEXTS["database-changed"].format(database=_without_password(address)) if database else told


def _need_empty(root: Path) -> None:
    """Allow for what an earlier attempt has left."""
    try:
        there = {each.name for each in root.iterdir()}
    except FileNotFoundError:
        return
    except OSError as problem:
        raise CourseError(TEXTS["not-made"].format(root=root, problem=said(problem))) from problem
    if UNFINISHED in there and there != {UNFINISHED} and CONFIG not in there:
        raise CourseError(TEXTS["half"].format(root=root))
    if there - {UNFINISHED} or (root / UNFINISHED).is_symlink():
        raise CourseError(TEXTS["not-empty"].format(root=root))


def _need_database(tar: tarfile.TarFile, file: Path, manifest: Manifest, database: str, *, begun: bool) -> str:
    """Make sure that the gradebook's rows find an empty database; return its address, "" if the gradebook is a file.

    A restore that was begun in this directory and interrupted may have written the rows already.
    """
    if not manifest.database:
        if database:
            raise CourseError(TEXTS["no-rows"])
        return ""
    from course.classroom import gradebook, gradebook_rows

    address = database or manifest.database
    gradebook.need(address, COURSE)
    if not gradebook_rows.is_empty(address):
        with _rows(tar, file, manifest) as rows:
            if not begun or not gradebook_rows.are_the_same(rows, address):
                raise CourseError(TEXTS["database-in-use"].format(database=_without_password(address)))
    return address


def _without_password(address: str) -> str:
    from sqlalchemy.engine import make_url

    from course.classroom import gradebook

    return gradebook.shown(make_url(address))


def _write(tar: tarfile.TarFile, file: Path, manifest: Manifest, into: Path, *, progress: bool) -> None:
    for path in manifest.folders:
        into.joinpath(*path.split("/")).mkdir()
    ours = {name: known for name, known in manifest.files.items() if name != ROWS}
    for name, known in bar(RESTORE, ours.items(), shown=progress):
        place = into.joinpath(*name.removeprefix(INSIDE).split("/"))
        with place.open("xb") as opened:  # "x": two names that this disk takes for one are an error
            for piece in archive.content(tar, file, name, known):
                opened.write(piece)
        place.chmod(known.mode & 0o777)
        os.utime(place, ns=(known.modified, known.modified))
    for path, folder in reversed(manifest.folders.items()):
        place = into.joinpath(*path.split("/"))
        os.utime(place, ns=(folder.modified, folder.modified))
        place.chmod(folder.mode & 0o777 | 0o700)


def _enter(tar: tarfile.TarFile, file: Path, manifest: Manifest, address: str) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from course.classroom import gradebook, gradebook_rows

    with _rows(tar, file, manifest) as rows:
        try:
            gradebook_rows.copy(rows, address, COURSE)
        except SQLAlchemyError as problem:
            raise CourseError(gradebook.not_read(address, problem)) from problem


@contextmanager
def _rows(tar: tarfile.TarFile, file: Path, manifest: Manifest) -> Iterator[str]:
    """Take the gradebook's rows out of the backup; give the address of the database that they are in meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, ROWS)
        with copy.open("xb") as opened:
            for piece in archive.content(tar, file, ROWS, manifest.files[ROWS]):
                opened.write(piece)
        yield f"sqlite:///{copy}"


def _move(unfinished: Path, root: Path) -> None:
    """Move everything to its place, after it is on the disk; what has the settings is a whole class."""
    with suppress(AttributeError):  # on Windows
        os.sync()
    names = sorted((each.name for each in unfinished.iterdir()), key=lambda name: name == CONFIG)
    for name in names:
        (unfinished / name).rename(root / name)
    unfinished.rmdir()
    with suppress(AttributeError):
        os.sync()
