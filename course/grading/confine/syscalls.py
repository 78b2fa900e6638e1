"""The system calls that Python and numpy make while they compute, and their numbers.

The numbers are those of Linux's `asm/unistd_64.h` (x86-64) and `asm-generic/unistd.h` (arm64), and never change.
"""

from __future__ import annotations

import ctypes
import functools
import os
import sys
from dataclasses import dataclass

ALLOWED = frozenset(
    """
    access alarm arch_prctl brk chdir clock_getres clock_gettime clock_nanosleep close close_range dup dup2 dup3
    epoll_create1 epoll_ctl epoll_pwait epoll_wait eventfd2 exit exit_group faccessat faccessat2 fadvise64
    fchdir fdatasync fstat fsync ftruncate futex getcpu getcwd getdents64 getegid geteuid getgid getgroups
    getitimer getpgrp getpid getppid getrandom getresgid getresuid getrlimit getrusage
    gettid gettimeofday getuid lseek lstat madvise membarrier mincore mmap mprotect mremap munmap
    nanosleep newfstatat pause pipe pipe2 poll ppoll pread64 preadv pselect6 pwrite64 pwritev read
    readlink readlinkat readv rename renameat renameat2 restart_syscall rseq rt_sigaction rt_sigpending
    rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait sched_yield select set_robust_list setitimer
    setrlimit sigaltstack stat statx sysinfo time times umask uname unlink unlinkat wait4 waitid write writev
    """.split()
)
"""Those that are answered whatever their arguments are; what may be opened is for Landlock or the namespaces to say."""


@functools.cache
def libc() -> ctypes.CDLL:
    """Return the C library of this process, opened once."""
    return ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Architecture:
    """How one kind of processor counts its system calls."""

    audit: int
    """The number by which seccomp calls it (AUDIT_ARCH_…)."""
    numbers: dict[str, int]


# fmt: off
X86_64 = {
    "access": 21, "alarm": 37, "arch_prctl": 158, "brk": 12, "capset": 126, "chdir": 80, "clock_getres": 229,
    "clock_gettime": 228, "clock_nanosleep": 230, "close": 3, "close_range": 436, "dup": 32, "dup2": 33,
    "dup3": 292, "epoll_create1": 291, "epoll_ctl": 233, "epoll_pwait": 281, "epoll_wait": 232, "eventfd2": 290,
    "exit": 60, "exit_group": 231, "faccessat": 269, "faccessat2": 439, "fadvise64": 221, "fchdir": 81,
    "fcntl": 72, "fdatasync": 75, "fstat": 5, "fsync": 74, "ftruncate": 77, "futex": 202, "getcpu": 309,
    "getcwd": 79, "getdents64": 217, "getegid": 108, "geteuid": 107, "getgid": 104, "getgroups": 115,
    "getitimer": 36, "getpgrp": 111, "getpid": 39, "getppid": 110,
    "getrandom": 318, "getresgid": 120, "getresuid": 118, "getrlimit": 97, "getrusage": 98,
    "gettid": 186, "gettimeofday": 96, "getuid": 102, "ioctl": 16, "kill": 62, "lseek": 8, "lstat": 6,
    "madvise": 28, "membarrier": 324, "mincore": 27, "mmap": 9, "mprotect": 10, "mremap": 25, "munmap": 11,
    "nanosleep": 35, "newfstatat": 262, "open": 2, "openat": 257, "pause": 34, "pipe": 22, "pipe2": 293,
    "poll": 7, "ppoll": 271, "prctl": 157, "pread64": 17, "preadv": 295, "prlimit64": 302, "pselect6": 270,
    "pwrite64": 18, "pwritev": 296, "read": 0, "readlink": 89, "readlinkat": 267, "readv": 19, "rename": 82,
    "renameat": 264, "renameat2": 316, "restart_syscall": 219, "rseq": 334, "rt_sigaction": 13,
    "rt_sigpending": 127, "rt_sigprocmask": 14, "rt_sigreturn": 15, "rt_sigsuspend": 130,
    "rt_sigtimedwait": 128, "sched_getaffinity": 204, "sched_yield": 24, "seccomp": 317, "select": 23,
    "set_robust_list": 273, "setitimer": 38, "setrlimit": 160, "sigaltstack": 131, "stat": 4, "statx": 332,
    "sysinfo": 99, "tgkill": 234, "time": 201, "times": 100, "tkill": 200, "umask": 95, "uname": 63,
    "unlink": 87, "unlinkat": 263, "wait4": 61, "waitid": 247, "write": 1, "writev": 20,
}
ARM64 = {
    "brk": 214, "capset": 91,
    "chdir": 49, "clock_getres": 114, "clock_gettime": 113, "clock_nanosleep": 115, "close": 57,
    "close_range": 436, "dup": 23, "dup3": 24, "epoll_create1": 20, "epoll_ctl": 21, "epoll_pwait": 22,
    "eventfd2": 19, "exit": 93, "exit_group": 94, "faccessat": 48, "faccessat2": 439, "fadvise64": 223,
    "fchdir": 50, "fcntl": 25, "fdatasync": 83, "fstat": 80, "fsync": 82, "ftruncate": 46, "futex": 98,
    "getcpu": 168, "getcwd": 17, "getdents64": 61, "getegid": 177, "geteuid": 175, "getgid": 176,
    "getgroups": 158, "getitimer": 102, "getpid": 172, "getppid": 173,
    "getrandom": 278, "getresgid": 150, "getresuid": 148, "getrlimit": 163, "getrusage": 165,
    "gettid": 178, "gettimeofday": 169, "getuid": 174, "ioctl": 29, "kill": 129, "lseek": 62, "madvise": 233,
    "membarrier": 283, "mincore": 232, "mmap": 222, "mprotect": 226, "mremap": 216, "munmap": 215,
    "nanosleep": 101, "newfstatat": 79, "openat": 56, "pipe2": 59, "ppoll": 73, "prctl": 167, "pread64": 67,
    "preadv": 69, "prlimit64": 261, "pselect6": 72, "pwrite64": 68, "pwritev": 70, "read": 63, "readlinkat": 78,
    "readv": 65, "renameat": 38, "renameat2": 276, "restart_syscall": 128, "rseq": 293, "rt_sigaction": 134,
    "rt_sigpending": 136, "rt_sigprocmask": 135, "rt_sigreturn": 139, "rt_sigsuspend": 133,
    "rt_sigtimedwait": 137, "sched_getaffinity": 123, "sched_yield": 124, "seccomp": 277, "set_robust_list": 99,
    "setitimer": 103, "setrlimit": 164, "sigaltstack": 132, "statx": 291, "sysinfo": 179, "tgkill": 131,
    "times": 153, "tkill": 130, "umask": 166, "uname": 160, "unlinkat": 35, "wait4": 260, "waitid": 95,
    "write": 64, "writev": 66,
}
# fmt: on

ARCHITECTURES = {"x86_64": Architecture(0xC000003E, X86_64), "aarch64": Architecture(0xC00000B7, ARM64)}
"""By `os.uname().machine`."""


def architecture() -> Architecture | None:
    """Return how this process calls the kernel, if known: a Python of 32 bits counts otherwise, whatever the kernel."""
    return ARCHITECTURES.get(os.uname().machine) if sys.maxsize > 2**32 else None
