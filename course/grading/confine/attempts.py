"""Ways out, tried by ourselves before the learner's file is: a wall counts only where all of them fail.

Each attempt does what is harmless if it succeeds, and raises OSError if it is stopped.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from typing import TYPE_CHECKING

from course.grading.confine.syscalls import libc

if TYPE_CHECKING:
    from collections.abc import Callable


def read(path: str) -> None:
    """Open a file of the course that tells the answer."""
    os.close(os.open(path, os.O_RDONLY))


def listing(path: str) -> None:
    """List a folder that is nobody's business here."""
    os.listdir(path)


def write(path: str) -> None:
    """Open for writing a file of Python's own, which would run in the judge; wait for nobody's lease on it."""
    os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))


def mode() -> None:
    """Set a file's mode, to what it was."""
    os.chmod(os.__file__, os.stat(os.__file__).st_mode & 0o7777)


def start() -> None:
    """Start a process."""
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def connect() -> None:
    """Open a socket."""
    import _socket  # the whole of `socket` takes longer to import than a check has time for

    _socket.socket(_socket.AF_UNIX).close()


def signalling() -> None:
    """Signal to whoever started us; number 0 does nothing but ask for leave."""
    os.kill(os.getppid() or -1, 0)


def limits() -> None:
    """Read another process's limits, which one may set where one may read them."""
    try:
        import resource
    except ImportError as missing:
        raise OSError("no limits here") from missing
    resource.prlimit(os.getppid() or 1, resource.RLIMIT_NOFILE)


def memory() -> None:
    """Open another process's memory."""
    os.close(os.open(f"/proc/{os.getppid() or 1}/mem", os.O_RDONLY))


def shared() -> None:
    """Make memory that others see."""
    library = libc()
    found = library.shmget(0, ctypes.c_size_t(4096), 0o1600)  # private, and made
    if found < 0:
        raise OSError(ctypes.get_errno(), "refused")
    library.shmctl(found, 0, None)  # and removed


def immortal() -> None:
    """Ask to live on when the one that started us ends."""
    library = libc()
    if library.prctl(1, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "refused")


def succeeded(bait: dict[str, str]) -> list[str]:
    """Return the names of the attempts that nothing has stopped.

    Args:
        bait: `answers`, a file of ours that must be out of reach; `secrets`, a folder that must be; `library`, a file
            of Python's own.

    """
    if sys.platform != "linux":
        return []
    tried: dict[str, Callable[[], None]] = {
        "read": lambda: read(bait["answers"]),
        "list": lambda: listing(bait["secrets"]),
        "write": lambda: write(bait["library"]),
        "mode": mode,
        "start": start,
        "connect": connect,
        "signal": signalling,
        "limits": limits,
        "memory": memory,
        "shared": shared,
        "immortal": immortal,
    }
    return [name for name, attempt in tried.items() if _out(attempt)]


def _out(attempt: Callable[[], None]) -> bool:
    try:
        attempt()
    except OSError:
        return False
    return True
