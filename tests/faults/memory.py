"""A file system in memory that remembers every change, and what of it would be there after a loss of power.

The model is POSIX's promise and no more. What was written to a file is safe after `fsync` of the file; that a name
was made, removed or changed, after `fsync` of its folder. All else may be lost, and need not be lost together: a name
may be there without the data (an empty file), and of the data some pages. A change of name is never half done.
"""

from __future__ import annotations

import itertools
import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

ROOT = 1
PAGE = 4096
Survivors = Literal["nothing unsynced", "names without data", "some of both"]
SURVIVORS: tuple[Survivors, ...] = ("nothing unsynced", "names without data", "some of both")


class Change(NamedTuple):
    """One change, as it was asked for."""

    kind: Literal["make", "write", "size", "name", "unname", "rename", "sync"]
    node: int
    """The file; of a change of names, the folder."""
    name: str = ""
    other: int = 0
    """The file that gets the name; of `rename`, the folder that it moves to."""
    new: str = ""
    at: int = 0
    """Where it was written, or the new size."""
    data: bytes = b""


@dataclass
class Node:
    """A file, a folder or a link."""

    mode: int
    data: bytearray = field(default_factory=bytearray)
    names: dict[str, int] = field(default_factory=dict)
    links: int = 1
    modified: int = field(default_factory=time.time_ns)
    changed: int = field(default_factory=time.time_ns)


class Memory:
    """The file system as those who use it see it, with the log of all changes since it was made."""

    def __init__(self, source: Path) -> None:
        self.nodes = {ROOT: Node(stat.S_IFDIR | 0o755, links=2)}
        self.log: list[Change] = []
        self._take(source, ROOT)
        self.log.clear()  # what was there at the beginning is safe

    def _take(self, source: Path, folder: int) -> None:
        for each in sorted(source.iterdir()):
            found = each.lstat()
            made = self.make(folder, each.name, found.st_mode)
            if stat.S_ISDIR(found.st_mode):
                self._take(each, made)
            elif stat.S_ISLNK(found.st_mode):
                self.write(made, 0, os.fsencode(each.readlink()))
            else:
                self.write(made, 0, each.read_bytes())
            self.nodes[made].modified = found.st_mtime_ns

    def make(self, folder: int, name: str, mode: int) -> int:
        """Make a file, folder or link; return its number."""
        number = len(self.nodes) + 1
        self.nodes[number] = Node(mode, links=2 if stat.S_ISDIR(mode) else 1)
        self.log.append(Change("make", number, at=mode))
        self.name(folder, name, number)
        return number

    def name(self, folder: int, name: str, number: int) -> None:
        """Give a file a name."""
        self.nodes[folder].names[name] = number
        self._touch(folder)
        self.log.append(Change("name", folder, name, number))

    def unname(self, folder: int, name: str) -> None:
        """Take a name away; who has the file open still has it."""
        self.nodes[self.nodes[folder].names.pop(name)].links -= 1
        self._touch(folder)
        self.log.append(Change("unname", folder, name))

    def rename(self, folder: int, name: str, other: int, new: str) -> None:
        """Change a name; a file that had the new one loses it."""
        moved = self.nodes[folder].names.pop(name)
        if new in self.nodes[other].names:
            self.nodes[self.nodes[other].names[new]].links -= 1
        self.nodes[other].names[new] = moved
        self._touch(folder)
        self._touch(other)
        self.log.append(Change("rename", folder, name, other, new))

    def write(self, number: int, at: int, data: bytes) -> None:
        """Write into a file."""
        _write(self.nodes[number].data, at, data)
        self._touch(number)
        self.log.append(Change("write", number, at=at, data=data))

    def resize(self, number: int, size: int) -> None:
        """Cut a file off, or lengthen it with zeros."""
        _resize(self.nodes[number].data, size)
        self._touch(number)
        self.log.append(Change("size", number, at=size))

    def sync(self, number: int) -> None:
        """What is in this file, or the names in this folder, are safe from now on."""
        self.log.append(Change("sync", number))

    def _touch(self, number: int) -> None:
        self.nodes[number].modified = self.nodes[number].changed = time.time_ns()


def _write(content: bytearray, at: int, data: bytes) -> None:
    if len(content) < at:
        content.extend(bytes(at - len(content)))
    content[at : at + len(data)] = data


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))


class Disk:
    """What is on the disk while changes come in: what is safe, and what may still be lost."""

    def __init__(self) -> None:
        self.modes: dict[int, int] = {ROOT: stat.S_IFDIR | 0o755}
        self.data: dict[int, bytearray] = {}
        self.names: dict[int, dict[str, int]] = {ROOT: {}}
        self._current: dict[int, dict[str, int]] = {ROOT: {}}
        """With all changes of names; says which file a change is about."""
        self._data: dict[int, list[Change]] = {}
        self._names: list[tuple[Change, int]] = []
        """What is not safe yet."""

    @classmethod
    def of(cls, source: Path) -> Disk:
        """A disk that holds this folder, safely; the files' numbers are those that `Memory` gives them."""
        disk = cls()
        memory = Memory.__new__(Memory)
        memory.nodes, memory.log = {ROOT: Node(stat.S_IFDIR | 0o755)}, []
        memory._take(source, ROOT)
        for change in memory.log:
            disk.do(change)
        for number in list(disk.modes):
            disk.do(Change("sync", number))
        return disk

    def do(self, change: Change) -> None:
        """Take in one change."""
        if change.kind == "make":
            self.modes[change.node] = change.at
            if stat.S_ISDIR(change.at):
                self.names[change.node], self._current[change.node] = {}, {}
            else:
                self.data[change.node] = bytearray()
        elif change.kind in {"write", "size"}:
            self._data.setdefault(change.node, []).append(change)
        elif change.kind == "sync":
            self._sync(change.node)
        else:
            about = change.other if change.kind == "name" else self._current[change.node][change.name]
            _rename(self._current, change, about)
            self._names.append((change, about))

    def _sync(self, number: int) -> None:
        for change in self._data.pop(number, ()):
            _change(self.data[number], change)
        if number in self.names:
            for change, about in self._names:
                if _concerns(change, number):
                    _rename(self.names, change, about)
            self._names = [(change, about) for change, about in self._names if not _concerns(change, number)]

    def after_power_loss(self, survivors: Survivors, drawn: random.Random) -> None:
        """Lose what is not safe, or some of it."""
        kept = {"nothing unsynced": 0, "names without data": len(self._names)}.get(
            survivors, drawn.randint(0, len(self._names))
        )
        for change, about in self._names[:kept]:  # file systems keep a journal: the first ones
            _rename(self.names, change, about)
        if survivors == "some of both":
            for number, changes in self._data.items():
                for change in changes:
                    for piece in _pages(change):
                        if drawn.random() < 0.5:
                            _change(self.data[number], piece)
        self._names, self._data = [], {}

    def write_out(self, root: Path, times: dict[int, int]) -> None:
        """Write what is there to an empty folder.

        Args:
            root: the folder.
            times: when each file was modified, by number.

        """

        def out(folder: int, place: Path) -> None:
            place.mkdir(exist_ok=True)
            for name, number in self.names[folder].items():
                mode, path = self.modes[number], place / name
                if stat.S_ISDIR(mode):
                    out(number, path)
                elif stat.S_ISLNK(mode):
                    path.symlink_to(os.fsdecode(bytes(self.data[number])))
                    continue
                else:
                    path.write_bytes(self.data[number])
                path.chmod(stat.S_IMODE(mode))
                os.utime(path, ns=(times[number], times[number]))

        out(ROOT, root)


def _concerns(change: Change, folder: int) -> bool:
    return change.node == folder or (change.kind == "rename" and change.other == folder)


def _rename(names: dict[int, dict[str, int]], change: Change, about: int) -> None:
    """Do a change of names, if what it is about is still, or already, there."""
    if change.kind == "name":
        names[change.node][change.name] = about
    else:
        if names[change.node].get(change.name) == about:
            del names[change.node][change.name]
        if change.kind == "rename":
            names[change.other][change.new] = about


def _change(content: bytearray, change: Change) -> None:
    if change.kind == "size":
        _resize(content, change.at)
    else:
        _write(content, change.at, change.data)


def _pages(change: Change) -> Sequence[Change]:
    """The pieces of a write that reach the disk each for itself."""
    if change.kind == "size":
        return [change]
    cuts = [0, *range(PAGE - change.at % PAGE, len(change.data), PAGE), len(change.data)]
    return [
        change._replace(at=change.at + start, data=change.data[start:end]) for start, end in itertools.pairwise(cuts)
    ]
