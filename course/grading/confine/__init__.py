"""What the worker does to itself, by the operating system's means, before it runs a line of the learner's file.

Nothing here can be undone by the process that did it, whatever code runs in it afterwards: a Landlock domain, a seccomp
filter, dropped capabilities and hard limits stay until the process ends. Standard library only, and no other module of
ours: this is loaded where nothing can be trusted later on.
"""

from __future__ import annotations

import ctypes
import errno
import math
import os
import signal
import sys
import time
from contextlib import suppress
from typing import Any

from course.grading.confine import attempts, landlock, seccomp
from course.grading.confine.syscalls import architecture, libc

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
CLONE_THREAD = 0x10000
CAPABILITIES_V3 = 0x20080522
DAC_READ_SEARCH = 2


class NotStandingError(OSError):
    """A part of the wall could not be put up; `args` are its name and the system's reason."""


def enter(order: dict[str, Any], folder: str | None, rules: int | None = None) -> dict[str, Any]:
    """Put up every part of the wall that the judge has ordered, then try to get out.

    Args:
        order: `layers`, the names of the parts; `readable`, the paths that stay readable; `parent`, who started us, or
            0 where that is another namespace; `bait`, what must be out of reach.
        folder: the empty folder that the file may write to, if there is one.
        rules: Landlock's, where they have been written down ahead for the same `readable` and `folder`; closed here.

    Returns:
        What the judge is told: `layers`, those that stand, and `out`, every attempt to get out that succeeded.

    Raises:
        NotStandingError: a part that was ordered does not stand.

    """
    layers = order["layers"]
    die_with(order["parent"])
    if layers:
        no_new_privileges()
        drop_capabilities()
    if "landlock" in layers:
        own_thread_only()
        _stand("landlock", _shut, order["readable"], folder, rules)
    os.environ.clear()
    if "seccomp" in layers:
        _stand("seccomp", seccomp.install)
    return {"layers": layers, "out": attempts.succeeded(order["bait"]) if layers else []}


def _shut(readable: list[str], folder: str | None, rules: int | None) -> None:
    rules = landlock.ruleset(readable, folder) if rules is None else rules
    try:
        landlock.restrict(rules)
    finally:
        os.close(rules)


def _stand(name: str, put_up: Any, *arguments: Any) -> None:
    try:
        put_up(*arguments)
    except OSError as problem:
        raise NotStandingError(name, problem.strerror or repr(problem)) from problem


def die_with(parent: int) -> None:
    """End this process when the one that started it ends; where the judge is killed, nothing of ours goes on."""
    if sys.platform != "linux" or not parent:
        return
    _prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def own_thread_only() -> None:
    """Make sure that this is the only thread, as Landlock binds one.

    numpy starts no other where its libraries are told not to.

    Raises:
        NotStandingError: there are other threads.

    """
    library = libc()
    if library.unshare(CLONE_THREAD) == 0:  # does nothing, and only for a process with a single thread
        return
    several = ctypes.get_errno() == errno.EINVAL
    if not several:  # many containers refuse the call altogether; they have a /proc
        with suppress(FileNotFoundError):
            several = len(os.listdir("/proc/self/task")) > 1
    if several:
        raise NotStandingError("landlock", "numpy has started threads of its own")


def no_new_privileges() -> None:
    """Allow no program that is started from here more rights than this process has."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def drop_capabilities() -> None:
    """Give up root's powers. Where Python lies in a home closed to others, it may still read, and no more."""
    known = architecture()
    if known is None:
        return
    number = known.numbers["capset"]
    reading = 1 << DAC_READ_SEARCH
    seen = _seen()
    if _capabilities(number, 0, reading) and _seen() != seen:
        _capabilities(number, reading, reading)
    else:
        _capabilities(number, 0, 0)


def _seen() -> list[str]:
    """Return the folders of modules that one gets into."""
    return [each for each in sys.path if os.path.exists(os.path.join(each, "."))]


def _capabilities(number: int, effective: int, permitted: int) -> bool:
    """Keep these and no others, if they are to be had; all that matter have numbers below 32."""
    header = (ctypes.c_uint32 * 2)(CAPABILITIES_V3, 0)
    sets = (ctypes.c_uint32 * 6)(effective, permitted, 0, 0, 0, 0)  # and inheritable; low half, high half
    return bool(libc().syscall(ctypes.c_long(number), header, sets) == 0)


def limit(wanted: dict[str, int]) -> None:
    """Set what this platform can limit, for good."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = math.ceil(time.process_time())  # for starting up, which is not the file's doing
    for name, value in wanted.items():
        most = value + used if name == "RLIMIT_CPU" else value
        # The soft bound on CPU time ends the process by SIGXCPU, which says why; the hard one follows if it is ignored.
        hard = most + 2 if name == "RLIMIT_CPU" else most
        with suppress(OSError, ValueError, AttributeError):
            resource.setrlimit(getattr(resource, name), (most, hard))


def _prctl(option: int, value: int) -> None:
    library = libc()
    if library.prctl(option, ctypes.c_ulong(value), 0, 0, 0) != 0:
        number = ctypes.get_errno()
        raise NotStandingError("seccomp", os.strerror(number))
