"""Landlock: from here on this process opens nothing but what is listed, whoever it runs as.

Source: Documentation/userspace-api/landlock.rst of the Linux kernel. Landlock says nothing about looking at a file's
metadata, changing its mode or its times: the system calls for the last two are refused by `seccomp`.
"""

from __future__ import annotations

import ctypes
import os
import stat

from course.grading.confine.syscalls import libc

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
"""The same numbers on every architecture."""
VERSION = 1
PATH_BENEATH = 1

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR, REMOVE_DIR, REMOVE_FILE = (1 << bit for bit in range(6))
MAKE_REG = 1 << 8
TRUNCATE = 1 << 14
RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many rights on files each version of Landlock knows; later ones know no more."""
NETWORK = 0b11
"""To bind and to connect by TCP, from version 4."""
SCOPES = 0b11
"""Abstract sockets and signals, from version 6."""

READ = READ_FILE | READ_DIR
OWN = READ | WRITE_FILE | REMOVE_FILE | MAKE_REG | TRUNCATE
"""In its own folder: files and no folders, links, pipes, sockets or devices."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"  # Python 3.14 asks for it beside _pack_
    _fields_ = (("rights", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the version of Landlock that this kernel has switched on, 0 for none."""
    try:
        return max(0, _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION)))
    except (OSError, AttributeError):  # another kernel, or none of Linux's
        return 0


def ruleset(readable: list[str], own: str | None) -> int:
    """Write down what stays open; it costs an opening of each path, and serves any number of processes.

    Args:
        readable: files and folders that may be read.
        own: the folder that may be written to, if there is one.

    Returns:
        A descriptor, to be given to `restrict` and closed.

    Raises:
        OSError: the kernel has no Landlock, or refuses.

    """
    known = version()
    if not known:
        raise OSError(0, "this kernel has no Landlock, or it is switched off")
    every = (1 << RIGHTS[min(known, 5)]) - 1
    wanted = _Ruleset(every, NETWORK if known >= 4 else 0, SCOPES if known >= 6 else 0)
    size = 24 if known >= 6 else 16 if known >= 4 else 8
    made = _call(CREATE_RULESET, ctypes.byref(wanted), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for path in readable:
            _allow(made, path, READ)
        for path in DEVICES:
            _allow(made, path, READ_FILE | (WRITE_FILE if path == "/dev/null" else 0))
        if own is not None:
            _allow(made, own, OWN & every)
    except BaseException:
        os.close(made)
        raise
    return made


def restrict(rules: int) -> None:
    """Close the file system to this thread.

    Args:
        rules: what stays open, from `ruleset`.

    Raises:
        OSError: the kernel refuses.

    """
    _call(RESTRICT_SELF, ctypes.c_int(rules), ctypes.c_uint32(0))


def _allow(rules: int, path: str, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # what is not there, or not ours to open, needs no leave
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            rights &= ~(READ_DIR | REMOVE_FILE | MAKE_REG)
        rule = _Beneath(rights, opened)
        _call(ADD_RULE, ctypes.c_int(rules), ctypes.c_int(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(opened)


def _call(number: int, *arguments: object) -> int:
    library = libc()
    found = int(library.syscall(ctypes.c_long(number), *arguments))
    if found < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return found
