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

from course.grading.confine.syscalls import ALLOWED, ARCHITECTURES, Architecture

SET_MODE_FILTER, ALL_THREADS = 1, 1
PR_GET_SECCOMP = 21

LOAD, EQUAL, AT_LEAST, AND, RETURN = 0x20, 0x15, 0x35, 0x54, 0x06
"""Five instructions of the classic BPF: load a word, two jumps, keep some bits, return."""
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
"""Where they stand in what the filter is shown."""
ALLOW, KILL, REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.ENOSYS
OTHER_ABI = 0x40000000
"""From here on x86-64 counts the calls of its 32-bit sister, x32."""

F_COMMANDS = (0, 1, 2, 3, 4, 1030)
"""fcntl: duplicate, flags. Not: who is told of what happens on a descriptor, leases, pipes' sizes, seals."""
IO_COMMANDS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
"""ioctl: is it a terminal, how large, how much can be read, does it wait, close on exec."""
FLAGS = {"open": 1, "openat": 2}
"""Which argument of theirs are the flags."""
PROCESS_NAMES = (15, 16, 0x53564D41)
"""prctl: the thread's name, and names for memory, which the C library gives."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def available() -> bool:
    """Whether this kernel filters system calls, on an architecture that we know."""
    if sys.platform != "linux" or os.uname().machine not in ARCHITECTURES:
        return False
    try:
        return bool(ctypes.CDLL(None).prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0)
    except (OSError, AttributeError):
        return False


def install() -> None:
    """Filter this process's system calls from now on; it must have given up new privileges before.

    Raises:
        OSError: this is no architecture that we know, or the kernel refuses.

    """
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        raise OSError(0, f"no list of system calls for {machine}")
    known = ARCHITECTURES[machine]
    code = program(known, os.getpid())
    wanted = _Program(len(code) // 8, code)
    libc = ctypes.CDLL(None, use_errno=True)
    call = ctypes.c_long(known.numbers["seccomp"])
    if libc.syscall(call, ctypes.c_uint(SET_MODE_FILTER), ctypes.c_uint(ALL_THREADS), ctypes.byref(wanted)) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number) if number else "another thread of numpy's is in the way")


def program(known: Architecture, own: int) -> bytes:
    """The filter as the kernel reads it: eight bytes an instruction.

    Args:
        known: the architecture.
        own: this process's number: signals and limits are for itself alone.

    """
    numbers = known.numbers
    compared = {
        "fcntl": (1, F_COMMANDS),
        "ioctl": (1, IO_COMMANDS),
        "prctl": (0, PROCESS_NAMES),
        "kill": (0, (own,)),
        "tkill": (0, (own,)),
        "tgkill": (0, (own,)),
        "prlimit64": (0, (0, own)),
        "sched_getaffinity": (0, (0, own)),
    }
    code = [_do(LOAD, ARCHITECTURE), _do(EQUAL, known.audit, 1, 0), _do(RETURN, KILL), _do(LOAD, NUMBER)]
    code += [_do(AT_LEAST, OTHER_ABI, 0, 1), _do(RETURN, REFUSE)]
    for name in sorted(ALLOWED & numbers.keys()):
        code += [_do(EQUAL, numbers[name], 0, 1), _do(RETURN, ALLOW)]
    # Truncated without being opened for writing: an overlay, as containers have it, empties the file before Landlock is
    # asked. What is opened for writing Landlock refuses in time. The third way to open, for neither, nobody needs.
    neither = os.O_WRONLY | os.O_RDWR
    for name, argument in FLAGS.items():
        if name in numbers:
            block = [_do(LOAD, ARGUMENTS + 8 * argument), _do(AND, neither | os.O_TRUNC)]
            for flags in (os.O_TRUNC, neither, neither | os.O_TRUNC):
                block += [_do(EQUAL, flags, 0, 1), _do(RETURN, REFUSE)]
            code += [_do(EQUAL, numbers[name], 0, len(block) + 1), *block, _do(RETURN, ALLOW)]
    for name, (argument, values) in compared.items():
        if name in numbers:
            # The kernel takes the lower half of these arguments and nothing else.
            block = [_do(LOAD, ARGUMENTS + 8 * argument)]
            for value in values:
                block += [_do(EQUAL, value, 0, 1), _do(RETURN, ALLOW)]
            code += [_do(EQUAL, numbers[name], 0, len(block) + 1), *block, _do(RETURN, REFUSE)]
    return b"".join([*code, _do(RETURN, REFUSE)])


def _do(instruction: int, value: int, if_so: int = 0, if_not: int = 0) -> bytes:
    return struct.pack("=HBBI", instruction, if_so, if_not, value)
