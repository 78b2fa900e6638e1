"""Namespaces of its own for whatever runs hostile files: where the wall fails, nothing on this machine is hit.

Inside, processes see only each other, the network is an empty one, /tmp and /dev/shm are fresh, and the whole file
system can be read only; over Python and the checkout lies a layer that takes what is written there, and tells of it.
This is not the wall, and it must hide none of its holes: what a submission can reach in here counts as reached.
"""

from __future__ import annotations

import ctypes
import fcntl
import functools
import os
import shutil
import socket
import struct
import subprocess
import sys
import sysconfig
from pathlib import Path

from tests.hostile.corpus import COURSE

UNSHARE = ("unshare", "--pid", "--fork", "--kill-child", "--mount", "--ipc", "--net", "--uts")
PLACE = Path("/mnt")
"""An empty folder that every Linux has; the layers lie there."""

QUEUES = PLACE / "queues"
"""The message queues of POSIX, as files."""

MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE = 442, -100, 0x8000


@functools.cache
def available() -> bool:
    """Whether such namespaces can be had: on Linux, as root."""
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    tried = subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "none", str(PLACE)], capture_output=True, check=False)
    return tried.returncode == 0


def command(*arguments: str) -> list[str]:
    """Return the command line that runs a module of the tests in there, or without namespaces where none can be had."""
    python = [sys.executable, "-B", "-m", *arguments]
    return [*UNSHARE, *python] if available() else [*python, "--uncontained"]


class Contained:
    """The inside, once `enter` has made it: which folders lie under a layer, and what was written into them."""

    def __init__(self) -> None:
        self.layers: dict[Path, tuple[Path, Path]] = {}
        """By folder: what was written there, and the folder as it was."""

    def enter(self, *, readable: bool) -> None:
        """Make the mounts. To be called in the first process of the new namespaces.

        Args:
            readable: whether Python and the checkout must be open to every user, also below a folder that is not.

        """
        _mount("-t", "tmpfs", "hostile", str(PLACE))
        QUEUES.mkdir()
        kept = self._layered(_needed())
        _read_only("/")
        for path in self.layers:
            _read_only(str(kept[path]), not_any_more=True)
        for where, kind in (("/proc", "proc"), ("/dev/shm", "tmpfs"), (str(QUEUES), "mqueue")):  # noqa: S108 - ours alone
            _mount("-t", kind, "hostile", where)
        if Path("/sys/fs/cgroup").is_dir():
            _read_only("/sys/fs/cgroup", not_any_more=True)  # the wall may want a group of its own
        covered = {Path("/tmp"), Path("/var/tmp")}  # noqa: S108 - these are ours alone in here
        if readable:
            covered |= {closed for each in kept for closed in [_closed(each)] if closed}
        for each in sorted(covered):
            _mount("-t", "tmpfs", "-o", "mode=1777" if each.name == "tmp" else "mode=755", "hostile", str(each))
        for path, layer in kept.items():
            path.mkdir(parents=True, exist_ok=True)
            _mount("--bind", str(layer), str(path))
        os.chdir(COURSE)
        _loopback()

    def _layered(self, paths: list[Path]) -> dict[Path, Path]:
        """Put a layer over each folder; where a file system allows none, it can be read only."""
        kept = {}
        for number, path in enumerate(paths):
            lower, upper, work, merged = (PLACE / f"{name}-{number}" for name in ("lower", "upper", "work", "merged"))
            for each in (lower, upper, work, merged):
                each.mkdir()
            _mount("--bind", str(path), str(lower))
            options = f"lowerdir={lower},upperdir={upper},workdir={work}"
            if _mount("-t", "overlay", "-o", options, "hostile", str(merged), must=False):
                self.layers[path] = upper, lower
            else:
                _mount("--bind", str(path), str(merged))
            kept[path] = merged
        return kept

    def written(self) -> list[str]:
        """What was changed in Python or the checkout, by path within them."""
        found = []
        for upper, lower in self.layers.values():
            inner = (path.relative_to(upper) for path in upper.rglob("*"))
            found += [str(path) for path in inner if _differs(upper / path, lower / path)]
        return sorted(found)


def _differs(now: Path, before: Path) -> bool:
    """Whether a file is another one; to open it for writing copies it, and that alone is no change."""
    if not before.exists() or now.is_symlink() or now.is_dir() != before.is_dir():
        return True
    new, old = now.lstat(), before.lstat()
    attributes = {name for name in os.listxattr(now) if not name.startswith("trusted.overlay.")}
    if (new.st_mode, new.st_uid, attributes) != (old.st_mode, old.st_uid, set(os.listxattr(before))):
        return True
    return not now.is_dir() and (new.st_mtime_ns != old.st_mtime_ns or now.read_bytes() != before.read_bytes())


def _needed() -> list[Path]:
    """The folders that a run reads: the checkout, Python and its environment; none that lies in another one."""
    named = (str(COURSE), sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib"))
    whole = {Path(each).resolve() for each in named} - {Path("/usr"), Path("/usr/local"), Path("/")}
    return sorted(path for path in whole if not any(other in path.parents for other in whole))


def _closed(path: Path) -> Path | None:
    """The topmost folder above it that other users cannot enter."""
    return next((each for each in reversed(path.parents) if not each.stat().st_mode & 0o001), None)


def _mount(*arguments: str, must: bool = True) -> bool:
    done = subprocess.run(["mount", *arguments], capture_output=True, encoding="utf-8", check=False)
    if must and done.returncode:
        raise OSError(f"mount {' '.join(arguments)}: {done.stderr.strip()}")
    return done.returncode == 0


def _read_only(path: str, *, not_any_more: bool = False) -> None:
    """Turn a mount and all below it; the mount command of an older Debian cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    attributes = struct.pack("QQQQ", *((0, 1) if not_any_more else (1, 0)), 0, 0)
    if libc.syscall(MOUNT_SETATTR, AT_FDCWD, path.encode(), AT_RECURSIVE, attributes, len(attributes)):
        raise OSError(ctypes.get_errno(), f"mount_setattr {path}: {os.strerror(ctypes.get_errno())}")


def _loopback() -> None:
    """Switch it on: an attack on 127.0.0.1 must find somebody."""
    with socket.socket(type=socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh", b"lo", 1)  # IFF_UP
        fcntl.ioctl(any_socket, 0x8914, request)  # SIOCSIFFLAGS
