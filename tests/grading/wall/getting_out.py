"""Sent to a worker in place of a learner's file: tries to get out in every way, and prints the ways that succeeded.

An attempt returns if it has succeeded and raises if it was stopped. Each is harmless where it succeeds: what is
written to, signalled or renamed is bait that the test has laid out.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import fcntl
import json
import mmap
import os
import platform
import signal
import socket
import stat
import sys
import termios
from pathlib import Path
from typing import Any

BAIT: dict[str, Any] = {}
"""Where the bait lies; `run` is told by the test."""
SYSTEM: Any = os
"""As above; what its functions return, nobody asks."""
LIBC = ctypes.CDLL(None, use_errno=True)
INTEL = platform.machine() == "x86_64"


class StoppedError(Exception):
    """An attempt that raised nothing by itself has come to nothing."""


def need(succeeded: object) -> None:
    """Stop the attempt if that is not true."""
    if not succeeded:
        raise StoppedError


def call(numbers: tuple[int, int], *arguments: int) -> int:
    """Make a system call by its number, on x86-64 or arm64."""
    number = numbers[0 if INTEL else 1]
    result = int(LIBC.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def reach(numbers: tuple[int, int], *arguments: int) -> None:
    """Return if the kernel has looked at the arguments at all, whatever it thought of them."""
    if numbers[0 if INTEL else 1] < 0:
        raise StoppedError
    try:
        call(numbers, *(arguments or (-1,) * 6))
    except OSError as problem:
        if problem.errno == errno.ENOSYS:
            raise


def opened(path: str, flags: int) -> int:
    """Open without a trace in Python's audit events."""
    found = int(LIBC.open(os.fsencode(path), flags | os.O_CLOEXEC, 0o600))
    if found < 0:
        raise OSError(ctypes.get_errno(), path)
    return found


def old_open(path: str, flags: int) -> int:
    """Open by the older of the two system calls, which arm64 does not have."""
    text = ctypes.create_string_buffer(os.fsencode(path))
    need(INTEL)
    return call((2, -1), ctypes.addressof(text), flags | os.O_CLOEXEC, 0)


def readable(path: str) -> None:
    """Read a file."""
    descriptor = opened(path, os.O_RDONLY)
    try:
        need(os.read(descriptor, 8))
    finally:
        os.close(descriptor)


def tidy(path: str) -> Any:
    """Remove what was made, if one may; to have made it is enough."""
    with contextlib.suppress(OSError):
        os.unlink(path)
    with contextlib.suppress(OSError):
        os.rmdir(path)


def forked(work: Any) -> None:
    """Do it in a process of its own, which must end with status 0."""
    made = os.fork()
    if made == 0:
        try:
            work()
            os._exit(0)
        finally:
            os._exit(1)
    need(os.waitstatus_to_exitcode(os.waitpid(made, 0)[1]) == 0)


ATTEMPTS: dict[str, Any] = {}


def attempt(work: Any) -> Any:
    """Put it on the list under its own name."""
    ATTEMPTS[work.__name__.replace("_", "-")] = work
    return work


def each(name: str, works: dict[str, Any]) -> None:
    """Put several on the list that differ in one thing."""
    ATTEMPTS.update({f"{name}-{kind}": work for kind, work in works.items()})


# --- What can be seen ------------------------------------------------------------------------------------------------


def see() -> None:
    """Attempts to read, to list and to look at."""
    for kind, path in BAIT["files"].items():
        each("read", {kind: lambda path=path: readable(path)})
        each("stat", {kind: lambda path=path: os.stat(path)})
    for kind, (path, entry) in BAIT["folders"].items():
        each("list", {kind: lambda path=path, entry=entry: need(entry in os.listdir(path))})
    own = BAIT["judge"]
    system = {
        "read-passwd": lambda: readable("/etc/passwd"),
        "read-own-environment": lambda: readable("/proc/self/environ"),
        "read-own-maps": lambda: readable("/proc/self/maps"),
        "read-first-process": lambda: readable("/proc/1/cmdline"),
        "read-judge-environment": lambda: readable(f"/proc/{own}/environ"),
        "read-judge-memory": lambda: os.close(opened(f"/proc/{own}/mem", os.O_RDONLY)),
        "read-judge-root": lambda: os.close(opened(f"/proc/{own}/root/etc/passwd", os.O_RDONLY)),
        "read-status": lambda: readable("/proc/self/status"),
        "read-interfaces": lambda: readable("/proc/net/dev"),
        "list-root": lambda: need("proc" in os.listdir("/")),
        "list-processes": lambda: os.listdir("/proc"),
        "list-devices": lambda: need("shm" in os.listdir("/dev")),
        "list-interfaces": lambda: os.listdir("/sys/class/net"),
        "link-to-judge": lambda: os.readlink(f"/proc/{own}/cwd"),
        "link": lambda: os.readlink(BAIT["link"]),
        "enter": lambda: (SYSTEM.chdir(BAIT["folders"]["secrets"][0]), SYSTEM.chdir(BAIT["own"] or "/")),
        "path": lambda: os.close(opened(BAIT["files"]["secret"], os.O_PATH)),
        "no-access-mode": lambda: os.close(opened(BAIT["files"]["secret"], os.O_ACCMODE)),
        "no-access-mode-of-old": lambda: os.close(old_open(BAIT["files"]["secret"], os.O_ACCMODE)),
        "stat-process": lambda: os.stat(f"/proc/{BAIT['victim']}"),
        "hostname": lambda: need(os.uname().nodename == BAIT["hostname"]),
    }
    ATTEMPTS.update(system)


@attempt
def environment() -> None:
    """A variable that the judge has."""
    need(os.environ)


@attempt
def first_environment() -> None:
    """What lies in memory behind the arguments: the environment as it was at the start."""
    start = ctypes.c_void_p.in_dll(LIBC, "program_invocation_name").value or 0
    for number in range(300):
        string = ctypes.string_at(start)
        if BAIT["word"].encode() in string:
            return
        need(not number or os.fsdecode(string) != BAIT["python"])  # the last one is the program's name once more
        start += len(string) + 1
    raise StoppedError


@attempt
def descriptors() -> None:
    """A descriptor that leads anywhere but to the judge by a pipe."""
    for number in range(3, 200):
        with contextlib.suppress(OSError):
            mode = os.fstat(number).st_mode
            if not stat.S_ISFIFO(mode):
                return
    raise StoppedError


@attempt
def capabilities() -> None:
    """Anything that root may and others may not."""
    header, sets = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
    need(LIBC.syscall(ctypes.c_long(125 if INTEL else 90), header, sets) == 0)
    need(any(sets))


# --- What can be changed ---------------------------------------------------------------------------------------------


def change() -> None:
    """Attempts on the file system: on what is readable, on what is not, in the folder that is its own."""
    target, shelf, own = BAIT["readable"], BAIT["shelf"], BAIT["own"] or "/"
    secret = BAIT["files"]["secret"]
    new, mine, outside = f"{shelf}/new", f"{own}/new", "/tmp/course-new"  # noqa: S108
    LIBC.mknod.argtypes = [ctypes.c_char_p, ctypes.c_uint, ctypes.c_ulong]

    def made(result: int) -> Any:
        need(result == 0)

    def socket_at(path: str) -> Any:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(path)

    def truncated(path: str, flags: int) -> None:
        SYSTEM.close(opened(path, flags | os.O_TRUNC))

    for kind, place in (("", new), ("own-", mine)):
        each(
            f"{kind}make",
            {
                "folder": lambda place=place: (SYSTEM.mkdir(place), tidy(place)),
                "pipe": lambda place=place: (SYSTEM.mkfifo(place), tidy(place)),
                "symlink": lambda place=place: (SYSTEM.symlink("/etc", place), tidy(place)),
                "link": lambda place=place: (SYSTEM.link(target, place), tidy(place)),
                "socket": lambda place=place: (socket_at(place), tidy(place)),
                "device": lambda place=place: (
                    made(LIBC.mknod(os.fsencode(place), stat.S_IFCHR | 0o600, os.makedev(0, 0))),
                    tidy(place),
                ),
                "block": lambda place=place: (
                    made(LIBC.mknod(os.fsencode(place), stat.S_IFBLK | 0o600, os.makedev(7, 0))),
                    tidy(place),
                ),
            },
        )
    each(
        "write",
        {
            "library": lambda: SYSTEM.close(opened(os.__file__, os.O_WRONLY)),
            "numpy": lambda: SYSTEM.close(opened(BAIT["numpy"], os.O_WRONLY)),
            "course": lambda: SYSTEM.close(opened(BAIT["worker"], os.O_WRONLY)),
            "readable": lambda: SYSTEM.close(opened(target, os.O_WRONLY)),
            "secret": lambda: SYSTEM.close(opened(secret, os.O_WRONLY | os.O_APPEND)),
            "new": lambda: (SYSTEM.close(opened(new, os.O_WRONLY | os.O_CREAT)), tidy(new)),
            "temp": lambda: (SYSTEM.close(opened(outside, os.O_WRONLY | os.O_CREAT)), tidy(outside)),
            "shared-memory": lambda: SYSTEM.close(opened(BAIT["shm"], os.O_WRONLY)),
            "unnamed": lambda: SYSTEM.close(opened(shelf, os.O_TMPFILE | os.O_RDWR)),
        },
    )
    each(
        "truncate",
        {
            "by-path": lambda: made(LIBC.truncate(os.fsencode(target), 3)),
            "by-open": lambda: truncated(target, os.O_RDONLY),
            "by-mode": lambda: truncated(target, os.O_ACCMODE),
            "secret-by-mode": lambda: truncated(secret, os.O_ACCMODE),
        },
    )
    each(
        "change",
        {
            "mode": lambda: made(LIBC.chmod(os.fsencode(target), 0o666)),
            "owner": lambda: made(LIBC.chown(os.fsencode(target), os.geteuid(), os.getegid())),
            "times": lambda: os.utime(target),
            "attribute": lambda: os.setxattr(target, "user.course", b"1"),
            "flags": lambda: flags(target),
        },
    )
    each(
        "move",
        {
            "within": lambda: (SYSTEM.rename(target, new), SYSTEM.rename(new, target)),
            "out": lambda: (SYSTEM.rename(target, mine), SYSTEM.rename(mine, target)),
            "in": lambda: (SYSTEM.close(opened(mine, os.O_WRONLY | os.O_CREAT)), SYSTEM.rename(mine, new), tidy(new)),
            "link-out": lambda: (SYSTEM.link(target, mine), tidy(mine)),
        },
    )
    each("remove", {"file": lambda: os.unlink(f"{shelf}/spare"), "folder": lambda: os.rmdir(f"{shelf}/empty")})


def flags(path: str) -> None:
    """Ask for a file's flags (what lsattr shows); who may ask by this call may set them."""
    with Path(path).open("rb") as file:
        fcntl.ioctl(file, 0x80086601, bytes(8))


# --- Other processes -------------------------------------------------------------------------------------------------


def touch() -> None:
    """Attempts on the judge and on another process of the same user."""
    victim, judge = BAIT["victim"], BAIT["judge"]
    each(
        "signal",
        {
            "parent": lambda: os.kill(os.getppid() or -1, 0),
            "judge": lambda: os.kill(judge, 0),
            "victim": lambda: os.kill(victim, 0),
            "group": lambda: os.kill(0, 0),
            "everybody": lambda: os.kill(-1, 0),
            "thread": lambda: call((200, 130), victim, 0),
            "thread-of": lambda: call((234, 131), victim, victim, 0),
            "queue": lambda: queue(victim),
            "descriptor": lambda: os.close(os.pidfd_open(victim)),
        },
    )
    each(
        "other",
        {
            "limits": lambda: prlimit(victim),
            "affinity": lambda: os.sched_getaffinity(victim),
            "set-affinity": lambda: os.sched_setaffinity(victim, os.sched_getaffinity(0)),
            "priority": lambda: os.setpriority(os.PRIO_PROCESS, victim, os.getpriority(os.PRIO_PROCESS, victim)),
            "group": lambda: os.getpgid(victim),
            "session": lambda: os.getsid(victim),
            "trace": lambda: traced(victim),
            "memory": lambda: other_memory(victim),
            "owner-of-events": owner,
        },
    )


def prlimit(process: int) -> None:
    """Read another process's limits; who may read them may set them."""
    import resource

    resource.prlimit(process, resource.RLIMIT_NOFILE)


def queue(process: int) -> None:
    """Send signal 0 with a word."""
    information = ctypes.create_string_buffer(128)
    ctypes.c_int.from_buffer(information, 8).value = -1  # SI_QUEUE
    call((129, 138), process, 0, ctypes.addressof(information))


def traced(process: int) -> None:
    """Attach as a debugger; the kernel lets go again when this process ends."""
    call((101, 117), 0x4206, process, 0, 0)  # PTRACE_SEIZE


def other_memory(process: int) -> None:
    """Read no byte of another process's memory, by leave."""
    call((310, 270), process, 0, 0, 0, 0, 0)


def owner() -> None:
    """Have signals of a pipe sent to somebody else."""
    fcntl.fcntl(2, fcntl.F_SETOWN, BAIT["victim"])


@attempt
def immortal() -> None:
    """Live on when the judge is gone."""
    need(LIBC.prctl(1, ctypes.c_ulong(signal.SIGKILL), 0, 0, 0) == 0)


@attempt
def untraceable() -> None:
    """Hide its memory from whoever watches."""
    need(LIBC.prctl(4, ctypes.c_ulong(0), 0, 0, 0) == 0)
    LIBC.prctl(4, ctypes.c_ulong(1), 0, 0, 0)  # or it could not look at itself either


@attempt
def terminal() -> None:
    """Type into the terminal of whoever started us; without one, the kernel says so."""
    try:
        fcntl.ioctl(2, termios.TIOCSTI, b"x")
    except OSError as problem:
        need(problem.errno not in {errno.ENOSYS, errno.EACCES})


@attempt
def device_control() -> None:
    """Give an order to a device that may be read."""
    with Path("/dev/urandom").open("rb") as device:
        fcntl.ioctl(device, 0x80045200, bytes(4))


# --- More processes, other programs ----------------------------------------------------------------------------------


@attempt
def fork() -> None:
    """A process of its own."""
    forked(lambda: None)


@attempt
def thread() -> None:
    """A thread of its own, made by the C library."""
    made, function = ctypes.c_ulong(), ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda _: None)
    need(LIBC.pthread_create(ctypes.byref(made), None, function, None) == 0)
    LIBC.pthread_join(made, None)


@attempt
def program() -> None:
    """Another program."""
    forked(lambda: os.execv(BAIT["program"], [BAIT["program"]]))


@attempt
def become() -> None:
    """The kernel looks for another program to become."""
    try:
        os.execv("/nowhere", ["/nowhere"])
    except OSError as problem:
        need(problem.errno == errno.ENOENT)


# --- Connections and shared memory -----------------------------------------------------------------------------------


def connect() -> None:
    """Attempts to talk to anybody."""
    kinds = {
        "unix": (socket.AF_UNIX, socket.SOCK_STREAM),
        "tcp": (socket.AF_INET, socket.SOCK_STREAM),
        "udp": (socket.AF_INET, socket.SOCK_DGRAM),
        "tcp6": (socket.AF_INET6, socket.SOCK_STREAM),
        "netlink": (getattr(socket, "AF_NETLINK", 0), socket.SOCK_RAW),
    }
    each("socket", {kind: lambda asked=asked: socket.socket(*asked).close() for kind, asked in kinds.items()})

    def to(family: int, address: Any) -> None:
        with socket.socket(family) as made:
            made.settimeout(1)
            made.connect(address)

    def bound() -> None:
        with socket.socket(socket.AF_INET) as made:
            made.bind(("127.0.0.1", 0))

    each(
        "connect",
        {
            "tcp": lambda: to(socket.AF_INET, ("127.0.0.1", BAIT["port"])),
            "unix": lambda: to(socket.AF_UNIX, BAIT["socket"]),
            "abstract": lambda: to(socket.AF_UNIX, f"\0{BAIT['word']}"),
        },
    )
    each("bind", {"tcp": bound})
    each("pair", {"unix": lambda: all(socket.socketpair())})
    each("interfaces", {"seen": lambda: need(len(socket.if_nameindex()) > BAIT["interfaces"] - 1)})
    each(
        "memory",
        {
            "system-v": lambda: need(LIBC.shmget(BAIT["key"], 0, 0) >= 0),
            "own-system-v": lambda: removed(LIBC.shmget(0, ctypes.c_size_t(4096), 0o1600)),
            "file": lambda: os.close(os.memfd_create("x")),
        },
    )


def removed(segment: int) -> None:
    """Remove what was made."""
    need(segment >= 0)
    LIBC.shmctl(segment, 0, None)


# --- More than its share ---------------------------------------------------------------------------------------------


@attempt
def much_memory() -> None:
    """Addresses for 3 GiB; nothing is touched."""
    mmap.mmap(-1, 3 * 2**30, flags=mmap.MAP_PRIVATE | 0x4000).close()


@attempt
def locked_memory() -> None:
    """Memory that cannot be swapped out."""
    mmap.mmap(-1, 2**20, flags=mmap.MAP_PRIVATE | 0x2000).close()


@attempt
def many_files() -> None:
    """Three hundred open files."""
    made: list[int] = []
    try:
        made.extend(os.dup(2) for _ in range(300))
    finally:
        for number in made:
            os.close(number)


@attempt
def large_file() -> None:
    """A file of 12 MiB, without a byte in it."""
    path = f"{BAIT['own'] or '/'}/large"
    descriptor = opened(path, os.O_RDWR | os.O_CREAT)
    try:
        os.ftruncate(descriptor, 12 * 2**20)
    finally:
        os.close(descriptor)
        os.unlink(path)


@attempt
def core() -> None:
    """Leave its memory behind when it crashes."""
    import resource

    need(resource.getrlimit(resource.RLIMIT_CORE)[1] != 0)


@attempt
def message_queue() -> None:
    """A message queue that others see."""

    class Size(ctypes.Structure):
        _fields_ = (
            ("flags", ctypes.c_long),
            ("most", ctypes.c_long),
            ("size", ctypes.c_long),
            ("rest", ctypes.c_long * 5),
        )

    name, size = b"course-" + BAIT["word"].encode(), Size(0, 1, 64)
    made = LIBC.syscall(ctypes.c_long(240 if INTEL else 180), name, os.O_CREAT | os.O_RDWR, 0o600, ctypes.byref(size))
    need(made >= 0)
    os.close(made)
    LIBC.syscall(ctypes.c_long(241 if INTEL else 181), name)


def raised() -> None:
    """Attempts to have more than the hard limits."""
    import resource

    for name in ("AS", "NOFILE", "FSIZE", "CPU", "CORE"):
        which = getattr(resource, f"RLIMIT_{name}")

        def more(which: int = which) -> None:
            hard = resource.getrlimit(which)[1]
            need(hard != resource.RLIM_INFINITY)
            resource.setrlimit(which, (hard + 1, hard + 1))
            resource.setrlimit(which, (hard, hard))

        each("raise", {name.lower(): more})


# --- What the kernel should not even be asked ------------------------------------------------------------------------

FAMILIES: dict[str, dict[str, tuple[int, int]]] = {
    "processes": {"clone": (56, 220), "clone3": (435, 435)},
    "programs": {"execve": (59, 221), "execveat": (322, 281)},
    "mounts": {
        "mount": (165, 40), "umount2": (166, 39), "open_tree": (428, 428), "fsopen": (430, 430),
        "move_mount": (429, 429), "chroot": (161, 51), "pivot_root": (155, 41), "swapon": (167, 224),
    },
    "namespaces": {"unshare": (272, 97), "setns": (308, 268)},
    "debugging": {
        "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "kcmp": (312, 272),
        "move_pages": (279, 239), "migrate_pages": (256, 238), "process_madvise": (440, 440),
    },
    "process-descriptors": {"pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424)},
    "queued-signals": {"rt_sigqueueinfo": (129, 138), "rt_tgsigqueueinfo": (297, 240)},
    "scheduling": {
        "sched_setaffinity": (203, 122), "sched_setscheduler": (144, 119), "setpriority": (141, 140),
        "ioprio_set": (251, 30),
    },
    "handles": {"name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "openat2": (437, 437)},
    "surface": {
        "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282), "io_uring_setup": (425, 425),
        "landlock_create_ruleset": (444, 444), "seccomp": (317, 277),
    },
    "keys": {"keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218)},
    "machine": {
        "reboot": (169, 142), "syslog": (103, 116), "settimeofday": (164, 170), "clock_settime": (227, 112),
        "adjtimex": (159, 171), "sethostname": (170, 161), "acct": (163, 89),
    },
    "personality": {"personality": (135, 92)},
    "users": {
        "setuid": (105, 146), "setgid": (106, 144), "setgroups": (116, 159), "setpgid": (109, 154),
        "capset": (126, 91), "capget": (125, 90),
    },
    "sockets": {"socket": (41, 198), "socketpair": (53, 199)},
    "anonymous-files": {"memfd_create": (319, 279)},
    "queues": {"mq_open": (240, 180)},
    "file-modes": {
        "chmod": (90, -1), "fchmod": (91, 52), "fchmodat": (268, 53), "chown": (92, -1), "fchown": (93, 55),
        "fchownat": (260, 54), "utimensat": (280, 88), "utimes": (235, -1),
    },
    "attributes": {"setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7), "removexattr": (197, 14)},
    "truncate": {"truncate": (76, 45)},
    "making": {
        "mkdir": (83, -1), "mkdirat": (258, 34), "mknod": (133, -1), "mknodat": (259, 33), "symlink": (88, -1),
        "symlinkat": (266, 36), "link": (86, -1), "linkat": (265, 37), "rmdir": (84, -1),
    },
    "watching": {"inotify_init1": (294, 26), "fanotify_init": (300, 262), "signalfd4": (289, 74)},
    "copying": {"sendfile": (40, 71), "splice": (275, 76), "tee": (276, 77), "copy_file_range": (326, 285)},
}  # fmt: skip
"""Calls that no rule needs, by what they are for: on x86-64 and on arm64. All are made with nonsense for arguments."""
KEYED = {"msgget": (68, 186), "semget": (64, 190), "shmget": (29, 194)}
"""As above, asked for a key that nobody has."""
NO_KEY = 0x7FFF_DEAD


def ask() -> None:
    """Attempts to have the kernel look at a call at all."""
    for family, calls in FAMILIES.items():
        each(family, {name: lambda numbers=numbers: reach(numbers) for name, numbers in calls.items()})
    each("system-v", {name: lambda numbers=numbers: reach(numbers, NO_KEY, 0, 0) for name, numbers in KEYED.items()})


def machine_code(code: bytes) -> int:
    """Run a few instructions and return what they leave in the result's register."""
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(code)
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    return int(ctypes.CFUNCTYPE(ctypes.c_int)(address)())


OLD_GETPID = b"\xb8\x14\x00\x00\x00\xcd\x80\xc3"
"""mov eax, 20; int 0x80; ret: how 32-bit programs ask for their number; 20 is writev on x86-64."""


def succeeded(only: list[str]) -> list[str]:
    """Make the attempts, all or these.

    Args:
        only: names; none for all. `names` alone asks what there is.

    Returns:
        The names of those that succeeded.

    """
    for part in (see, change, touch, connect, raised, ask):
        part()
    if only == ["names"]:
        return list(ATTEMPTS)
    unknown = set(only) - set(ATTEMPTS)
    found = [f"no such attempt: {name}" for name in unknown]
    for name, work in ATTEMPTS.items():
        if not only or name in only:
            with contextlib.suppress(Exception):
                work()
                found.append(name)
    return found


def run(bait: dict[str, Any], only: list[str]) -> None:
    """Make the attempts and print what succeeded, as one line."""
    BAIT.update(bait)
    BAIT["own"] = os.getcwd()
    sys.stderr.write(json.dumps(succeeded(only)) + "\n")
    sys.stderr.flush()


class Rule:
    """What a learner's file must define."""
