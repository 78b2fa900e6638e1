"""Folders of files that are made for a submission: each file whole or not at all, also if the power fails."""

from __future__ import annotations

import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Wanted = dict[Path, "Path | bytes"]
"""By the place in a folder, what is in a file, or which file it is a copy of."""
AT_ONCE = 16
"""Files that are waited for at the same time: a disk writes many as fast as one."""


class Placement:
    """A folder that is going to hold some files and no others.

    Args:
        folder: where.
        wanted: what it is going to hold.
        permissions: of the files.

    """

    def __init__(self, folder: Path, wanted: Wanted, permissions: int) -> None:
        self.folder, self.wanted, self.permissions = folder, wanted, permissions
        self.parts: dict[Path, Path] = {}
        """What is new, by where it belongs."""

    def write(self) -> None:
        """Write what is new beside where it belongs.

        Raises:
            OSError: something cannot be written.

        """
        self.folder.mkdir(parents=True, exist_ok=True)
        self._remove()
        for place, content in self.wanted.items():
            path = self.folder / place
            if _is_there(path, content, self.permissions):
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
            # Under this name nbgrader takes it for a notebook, and copies it nowhere, if this is interrupted.
            part = path.with_name(f".{path.name}.part.ipynb")
            part.unlink(missing_ok=True)
            if isinstance(content, bytes):
                part.write_bytes(content)
            else:
                shutil.copyfile(content, part)
            part.chmod(self.permissions)
            self.parts[path] = part

    def _remove(self) -> None:
        """Remove what does not belong there."""
        folders = {parent for place in self.wanted for parent in place.parents}
        for path in sorted(self.folder.rglob("*"), reverse=True):
            place, is_folder = path.relative_to(self.folder), path.is_dir() and not path.is_symlink()
            if is_folder and place not in folders:
                shutil.rmtree(path)
            elif not is_folder and place not in self.wanted:
                path.unlink()

    def finish(self) -> None:
        """Let what is new take its place.

        Raises:
            OSError: it cannot.

        """
        for path, part in self.parts.items():
            part.replace(path)

    def folders(self, base: Path) -> set[Path]:
        """Return the folders in which something may have changed, up to `base`."""
        inner = {parent for path in self.parts for parent in path.parents} | {self.folder, *self.folder.parents}
        return {each for each in inner if each.is_relative_to(base)}


def _is_there(path: Path, content: Path | bytes, permissions: int) -> bool:
    """Whether a file need not be written again."""
    try:
        kept = path.read_bytes() == (content if isinstance(content, bytes) else content.read_bytes())
        return kept and stat.S_IMODE(path.stat().st_mode) == permissions
    except OSError:
        return False


def sync(paths: Iterable[Path]) -> None:
    """Wait until files, or the names in folders, are on the disk.

    Args:
        paths: the files and folders; a folder counts where a system can wait for one.

    Raises:
        OSError: the disk does not take them.

    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(_sync, paths))


def _sync(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:
        if os.name == "posix":
            raise
        return  # Windows opens no folders
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
