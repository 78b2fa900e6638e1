"""Seccomp: from here on the kernel answers the system calls that computing needs, and no others.

Source: Documentation/userspace-api/seccomp_filter.rst of the Linux kernel. What is not listed does not exist (ENOSYS):
no process and no thread, no program, no socket, no shared memory, no signal to anybody else, no mode or owner of a
file. A list of what is allowed, because what will be invented is not on it.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct
import sys

from course.grading.confine.syscalls import ALLOWED, Architecture, architecture, libc

SET_MODE_FILTER, ALL_THREADS = 1, 1
PR_GET_SECCOMP = 21

LOAD, MASK, EQUAL, RETURN = 0x20, 0x54, 0x15, 0x06
"""Four instructions of the classic BPF: load a word, keep some of its bits, jump, return."""
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Where they are in what the filter is shown."""
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.ENOSYS
ALL_BITS = 0xFFFFFFFF

OPENING = 0o1003
OPEN_MODES = (0o0, 0o1, 0o2, 0o1001, 0o1002)
"""open: to read, to write, or both, and emptied only if it is to be written. Landlock asks neither about the fourth
mode, which is for control alone, nor, before version 3, about emptying a file that is opened to be read; and an
overlay, as containers have it, empties such a file before Landlock is asked."""
F_COMMANDS = (0, 1, 2, 3, 4, 1030)
"""fcntl: duplicate, flags. Not: who is told of what happens on a descriptor, leases, pipes' sizes, seals."""
IO_COMMANDS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""ioctl: is it a terminal, how large, how much can be read, does it wait, close on exec."""
PROCESS_NAMES = (15, 16, 0x53564D41)
"""prctl: the thread's name, and names for memory, which the C library gives."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def available() -> bool:
    """Return whether this kernel filters system calls, on an architecture that we know."""
    if sys.platform != "linux" or architecture() is None:
        return False
    try:
        return bool(libc().prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0)
    except (OSError, AttributeError):
        return False


def install() -> None:
    """Filter this process's system calls from now on; it must have given up new privileges before.

    Raises:
        OSError: this is no architecture that we know, or the kernel refuses.

    """
    known = architecture()
    if known is None:
        raise OSError(0, f"no list of system calls for {os.uname().machine}")
    code = program(known, os.getpid())
    wanted = _Program(len(code) // 8, code)
    library = libc()
    call = ctypes.c_long(known.numbers["seccomp"])
    if library.syscall(call, ctypes.c_uint(SET_MODE_FILTER), ctypes.c_uint(ALL_THREADS), ctypes.byref(wanted)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number) if number else "another thread of numpy's is in the way")


def program(known: Architecture, own: int) -> bytes:
    """Write the filter as the kernel reads it.

    Args:
        known: the architecture.
        own: this process's number: signals and limits are for itself alone.

    Returns:
        Eight bytes an instruction.

    """
    # What is not among these falls through to the end: x32's calls too, whose numbers begin at 2**30.
    numbers = known.numbers
    compared = {
        "open": (1, OPENING, OPEN_MODES),
        "openat": (2, OPENING, OPEN_MODES),
        "fcntl": (1, ALL_BITS, F_COMMANDS),
        "ioctl": (1, ALL_BITS, IO_COMMANDS),
        "prctl": (0, ALL_BITS, PROCESS_NAMES),
        "kill": (0, ALL_BITS, (own,)),
        "tkill": (0, ALL_BITS, (own,)),
        "tgkill": (0, ALL_BITS, (own,)),
        "prlimit64": (0, ALL_BITS, (0, own)),
        "sched_getaffinity": (0, ALL_BITS, (0, own)),
    }
    code = [_do(LOAD, ARCHITECTURE), _do(EQUAL, known.audit, 1, 0), _do(RETURN, KILL), _do(LOAD, NUMBER)]
    for name in sorted(ALLOWED & numbers.keys()):
        code += [_do(EQUAL, numbers[name], 0, 1), _do(RETURN, ALLOW)]
    for name, (argument, mask, values) in compared.items():
        if name in numbers:
            # The kernel takes the lower half of these arguments and nothing else.
            block = [_do(LOAD, ARGUMENTS + 8 * argument), _do(MASK, mask)]
            for value in values:
                block += [_do(EQUAL, value, 0, 1), _do(RETURN, ALLOW)]
            code += [_do(EQUAL, numbers[name], 0, len(block) + 1), *block, _do(RETURN, REFUSE)]
    return b"".join([*code, _do(RETURN, REFUSE)])


def _do(instruction: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", instruction, if_so, if_not, value)
