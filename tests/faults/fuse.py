"""Mounts `Memory` as a file system: the kernel's own protocol, spoken directly over /dev/fuse.

Source: the kernel's include/uapi/linux/fuse.h, whose names stand in the comments. Run as a process of its own, as
`python -m tests.faults.fuse SOURCE MOUNTPOINT LOG`, it copies SOURCE into memory, says "ready", and writes the log of
all changes when it is unmounted.
"""

from __future__ import annotations

import ctypes
import errno
import os
import pickle
import stat
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tests.faults.memory import Memory, Node

if TYPE_CHECKING:
    from collections.abc import Callable

MS_NOSUID, MS_NODEV = 2, 4
IN = struct.Struct("<IIQQIIIHH")  # fuse_in_header
OUT = struct.Struct("<IiQ")  # fuse_out_header
ATTR = struct.Struct("<QQQQQQIIIIIIIIII")  # fuse_attr
ENTRY = struct.Struct("<QQQQII")  # fuse_entry_out, without its attr
SETATTR = struct.Struct("<IIQQQQQQIIIIIIII")  # fuse_setattr_in
FATTR_MODE, FATTR_SIZE, FATTR_MTIME, FATTR_MTIME_NOW = 1, 8, 32, 256
RENAME_NOREPLACE = 1
LARGEST_WRITE = 2**17
BUFFER = 2**20
NANO = 10**9


class Server:
    """Answers the kernel."""

    def __init__(self, memory: Memory, descriptor: int) -> None:
        self.memory, self.descriptor = memory, descriptor
        self.answers: dict[int, Callable[[int, bytes], bytes]] = {
            1: self.lookup,
            3: self.getattr,
            4: self.setattr,
            5: lambda node, _: bytes(self.node(node).data),  # FUSE_READLINK
            6: self.symlink,
            8: self.mknod,
            9: self.mkdir,
            10: self.unlink,
            11: self.rmdir,
            12: lambda node, body: self.rename(node, body, 8),
            13: self.link,
            14: lambda *_: bytes(16),  # FUSE_OPEN
            15: self.read,
            16: self.write,
            17: lambda *_: struct.pack(
                "<QQQQQIII28x", 2**20, 2**19, 2**19, 2**20, 2**19, 4096, 255, 4096
            ),  # FUSE_STATFS
            18: lambda *_: b"",  # FUSE_RELEASE
            20: self.sync,
            25: lambda *_: b"",  # FUSE_FLUSH: a file is closed, which makes nothing safe
            26: self.init,
            27: lambda *_: bytes(16),  # FUSE_OPENDIR
            28: self.readdir,
            29: lambda *_: b"",  # FUSE_RELEASEDIR
            30: self.sync,  # FUSE_FSYNCDIR
            35: self.create,
            38: lambda *_: b"",  # FUSE_DESTROY
            45: lambda node, body: self.rename(node, body, 16),
        }

    def serve(self) -> None:
        """Answer until it is unmounted."""
        while True:
            try:
                request = os.read(self.descriptor, BUFFER)
            except OSError as problem:
                if problem.errno == errno.ENODEV:
                    return
                if problem.errno in {errno.EINTR, errno.ENOENT, errno.EAGAIN}:
                    continue
                raise
            _, code, unique, node, *_ = IN.unpack_from(request)
            if code in {2, 36, 42}:  # FUSE_FORGET, FUSE_INTERRUPT, FUSE_BATCH_FORGET want no answer
                continue
            body, failed = b"", 0
            try:
                body = self.answers[code](node, request[IN.size :]) if code in self.answers else b""
                failed = 0 if code in self.answers else errno.ENOSYS
            except OSError as problem:
                failed = problem.errno or errno.EIO
            except KeyError:
                failed = errno.ENOENT
            body = b"" if failed else body
            try:
                os.write(self.descriptor, OUT.pack(OUT.size + len(body), -failed, unique) + body)
            except OSError as problem:
                if problem.errno != errno.ENOENT:  # whoever asked was killed meanwhile
                    raise

    def node(self, number: int) -> Node:
        """Return a file by its number."""
        return self.memory.nodes[number]

    def init(self, _: int, body: bytes) -> bytes:
        """FUSE_INIT: no cache that holds writes back; whatever is written comes here at once."""
        readahead = struct.unpack_from("<III", body)[2]
        return struct.pack("<IIIIHHIIHHI28x", 7, 31, readahead, 1 << 5, 16, 12, LARGEST_WRITE, 1, 0, 0, 0)

    def attr(self, number: int) -> bytes:
        """Return a fuse_attr."""
        node = self.node(number)
        seconds, nanos = divmod(node.modified, NANO)
        size = len(node.data)
        times = (seconds, seconds, node.changed // NANO, nanos, nanos, node.changed % NANO)
        return ATTR.pack(number, size, (size + 511) // 512, *times, node.mode, node.links, 0, 0, 0, 4096, 0)

    def entry(self, number: int) -> bytes:
        """Return a fuse_entry_out."""
        return ENTRY.pack(number, 0, 1, 1, 0, 0) + self.attr(number)

    def lookup(self, folder: int, body: bytes) -> bytes:
        """FUSE_LOOKUP."""
        return self.entry(self.node(folder).names[_name(body)])

    def getattr(self, number: int, _: bytes) -> bytes:
        """FUSE_GETATTR."""
        return struct.pack("<QII", 1, 0, 0) + self.attr(number)

    def setattr(self, number: int, body: bytes) -> bytes:
        """FUSE_SETATTR."""
        valid, _, _, size, _, _, seconds, _, _, nanos, _, mode, *_ = SETATTR.unpack_from(body)
        node = self.node(number)
        if valid & FATTR_MODE:
            node.mode = stat.S_IFMT(node.mode) | stat.S_IMODE(mode)
        if valid & FATTR_SIZE:
            self.memory.resize(number, size)
        if valid & FATTR_MTIME and not valid & FATTR_MTIME_NOW:
            node.modified = seconds * NANO + nanos
        return self.getattr(number, b"")

    def _new(self, folder: int, name: str, mode: int) -> int:
        if name in self.node(folder).names:
            raise FileExistsError(errno.EEXIST, name)
        return self.memory.make(folder, name, mode)

    def symlink(self, folder: int, body: bytes) -> bytes:
        """FUSE_SYMLINK."""
        name, target, _ = body.split(b"\0")
        made = self._new(folder, os.fsdecode(name), stat.S_IFLNK | 0o777)
        self.memory.write(made, 0, target)
        return self.entry(made)

    def mknod(self, folder: int, body: bytes) -> bytes:
        """FUSE_MKNOD."""
        return self.entry(self._new(folder, _name(body[16:]), struct.unpack_from("<I", body)[0]))

    def mkdir(self, folder: int, body: bytes) -> bytes:
        """FUSE_MKDIR."""
        return self.entry(self._new(folder, _name(body[8:]), stat.S_IFDIR | struct.unpack_from("<I", body)[0]))

    def create(self, folder: int, body: bytes) -> bytes:
        """FUSE_CREATE."""
        return self.entry(self._new(folder, _name(body[16:]), struct.unpack_from("<II", body)[1])) + bytes(16)

    def unlink(self, folder: int, body: bytes) -> bytes:
        """FUSE_UNLINK."""
        self.memory.unname(folder, _name(body))
        return b""

    def rmdir(self, folder: int, body: bytes) -> bytes:
        """FUSE_RMDIR."""
        if self.node(self.node(folder).names[_name(body)]).names:
            raise OSError(errno.ENOTEMPTY, "not empty")
        return self.unlink(folder, body)

    def rename(self, folder: int, body: bytes, skip: int) -> bytes:
        """FUSE_RENAME, FUSE_RENAME2."""
        other = struct.unpack_from("<Q", body)[0]
        flags = struct.unpack_from("<I", body, 8)[0] if skip == 16 else 0
        name, new, _ = map(os.fsdecode, body[skip:].split(b"\0"))
        there = self.node(other).names.get(new)
        if flags & ~RENAME_NOREPLACE:
            raise OSError(errno.EINVAL, "not possible here")
        if there is not None and (flags & RENAME_NOREPLACE or self.node(there).names):
            raise OSError(errno.EEXIST if flags else errno.ENOTEMPTY, new)
        if name not in self.node(folder).names:
            raise FileNotFoundError(errno.ENOENT, name)
        self.memory.rename(folder, name, other, new)
        return b""

    def link(self, folder: int, body: bytes) -> bytes:
        """FUSE_LINK."""
        number, name = struct.unpack_from("<Q", body)[0], _name(body[8:])
        if name in self.node(folder).names:
            raise FileExistsError(errno.EEXIST, name)
        self.node(number).links += 1
        self.memory.name(folder, name, number)
        return self.entry(number)

    def read(self, number: int, body: bytes) -> bytes:
        """FUSE_READ."""
        _, offset, size = struct.unpack_from("<QQI", body)
        return bytes(self.node(number).data[offset : offset + size])

    def write(self, number: int, body: bytes) -> bytes:
        """FUSE_WRITE."""
        _, offset, size = struct.unpack_from("<QQI", body)
        self.memory.write(number, offset, body[40 : 40 + size])
        return struct.pack("<II", size, 0)

    def sync(self, number: int, _: bytes) -> bytes:
        """FUSE_FSYNC, FUSE_FSYNCDIR."""
        self.memory.sync(number)
        return b""

    def readdir(self, folder: int, body: bytes) -> bytes:
        """FUSE_READDIR."""
        _, offset, size = struct.unpack_from("<QQI", body)
        listed = b""
        for place, (name, number) in enumerate(list(self.node(folder).names.items()), 1):
            encoded = os.fsencode(name)
            each = (
                struct.pack("<QQII", number, place, len(encoded), stat.S_IFMT(self.node(number).mode) >> 12) + encoded
            )
            each += bytes(-len(each) % 8)
            if place > offset:
                if len(listed) + len(each) > size:
                    break
                listed += each
        return listed


def _name(body: bytes) -> str:
    return os.fsdecode(body[: body.index(b"\0")])


def mount(place: Path) -> int:
    """Mount a file system that whoever reads the descriptor answers for.

    Raises:
        OSError: the kernel does not let us.

    """
    descriptor = os.open("/dev/fuse", os.O_RDWR)
    options = f"fd={descriptor},rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"faults", os.fsencode(place), b"fuse", MS_NOSUID | MS_NODEV, options.encode()):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(place))
    return descriptor


def main() -> None:
    """Serve a copy of a folder until it is unmounted; write what has happened to a file."""
    source, place, log = map(Path, sys.argv[1:])
    memory = Memory(source)
    server = Server(memory, mount(place))
    print("ready", flush=True)
    server.serve()
    times = {number: node.modified for number, node in memory.nodes.items()}
    log.write_bytes(pickle.dumps((memory.log, times)))


if __name__ == "__main__":
    main()
