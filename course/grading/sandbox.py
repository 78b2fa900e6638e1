"""Starts the worker, bounds what it may use, and takes in what it says; believes none of it (see `wire`).

The seam for a stronger sandbox is `command`: whatever it puts before the worker's own command line (bubblewrap, a
container) changes nothing else here.

A fresh worker spends most of its life importing numpy. `prepare` starts one ahead of time, so that it is ready when the
next file is to be judged; every worker still serves one run and no more.
"""

from __future__ import annotations

import atexit
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Literal

from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Case
    from course.grading.wire import Answer

MIB = 2**20
WORKER = Path(__file__).with_name("worker.py")
PRINTED = 4096
"""Bytes that are kept of what the learner's file prints."""

KEPT = ("PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "LANG", "LD_LIBRARY_PATH")
"""What a worker needs of the environment to start; on some machines Python itself is found by the last."""

START = 60.0
"""Seconds that a worker may take until it is ready, on a machine that is busy beyond measure."""


def _seconds() -> int:
    given = os.environ.get("COURSE_SECONDS", "10")
    if not given.isdigit() or int(given) < 1:
        raise CourseError(
            Text(
                en=f"COURSE_SECONDS must be a whole number of seconds, not {given!r}.",
                zh=f"COURSE_SECONDS 应为整数（秒），而不是 {given!r}。",
            )
        )
    return int(given)


@dataclass(frozen=True)
class Limits:
    """What one worker may use: seconds of CPU and of wall time, bytes of memory and of output; no process of its own.

    A slow machine may be given more time through the environment variable COURSE_SECONDS.
    """

    cpu: int = field(default_factory=_seconds)
    wall: float = field(default_factory=lambda: 2.0 * _seconds())
    memory: int = 2048 * MIB
    output: int = 8 * MIB
    processes: int = 0

    def settings(self) -> dict[str, int]:
        """The limits that the worker sets on itself before it loads the learner's file."""
        return {
            "RLIMIT_CPU": self.cpu,
            "RLIMIT_AS": self.memory,
            "RLIMIT_FSIZE": self.output,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_CORE": 0,
        }

    @staticmethod
    def notes() -> tuple[Text, ...]:
        """What this platform cannot limit, in words."""
        if sys.platform == "win32":
            return (
                Text(
                    en="Windows cannot limit a program's CPU time and memory: only time and output are limited.",
                    zh="在 Windows 上无法限制程序的 CPU 时间和内存：这里只限制了运行时长和输出量。",
                ),
            )
        if sys.platform == "darwin":
            return (
                Text(
                    en="macOS enforces no limit on memory: time, output and processes are limited, memory is not.",
                    zh="macOS 不会强制限制内存：这里限制了时间、输出和进程数，但没有限制内存。",
                ),
            )
        if os.geteuid() == 0:
            return (
                Text(
                    en="The system does not count root's processes: new ones are refused inside Python only.",
                    zh="系统不限制 root 的进程数：这里只在 Python 内部拒绝新建进程。",
                ),
            )
        return ()


@dataclass
class Outcome:
    """What came back from one worker."""

    problem: dict[str, Any] | None = None
    """Why the file could not even be loaded."""
    answers: dict[int, Answer] = field(default_factory=dict)
    end: Literal["done", "timeout", "output", "died", "nonsense"] = "done"
    code: int = 0
    printed: str = ""
    seconds: float = 0.0
    """From when the worker was ready to when it ended; a busy machine's slow start is not the file's."""


def command() -> list[str]:
    """The worker's command line, isolated from the user's site, PYTHON* variables and the working directory."""
    return [sys.executable, "-I", "-B", str(WORKER)]


def _start() -> subprocess.Popen[bytes]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own command line
        command(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
        start_new_session=os.name == "posix",
    )


_ready: list[subprocess.Popen[bytes]] = []


def prepare() -> None:
    """Have one worker ready for the next run."""
    if not _ready:
        _ready.append(_start())


def _take() -> subprocess.Popen[bytes]:
    with suppress(IndexError):  # another thread may have been faster
        ready = _ready.pop()
        if ready.poll() is None:
            return ready
        _close(ready)
    return _start()


@atexit.register
def _dismiss() -> None:
    while _ready:
        _close(_ready.pop())


def _close(process: subprocess.Popen[bytes]) -> None:
    """End a worker and whatever it may have started in its session."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe:
            with suppress(OSError):
                pipe.close()


class Reader(threading.Thread):
    """Drains one pipe, keeps the first `keep` bytes, and tells when more than `most` have come."""

    def __init__(self, pipe: IO[bytes] | None, keep: int, most: int, overflow: threading.Event) -> None:
        super().__init__(daemon=True)
        self.pipe, self.keep, self.most, self.overflow = pipe, keep, most, overflow
        self.kept = bytearray()
        self.begun: float | None = None
        """When the first bytes came."""
        self.start()

    def run(self) -> None:
        """Read until the other side closes."""
        total = 0
        with suppress(OSError, ValueError):  # closed under our hands: a grandchild held it open for too long
            while chunk := self.pipe.read1(65536):  # type: ignore[union-attr]  # Popen's pipes are buffered readers
                self.begun = self.begun or time.monotonic()
                total += len(chunk)
                if len(self.kept) < self.keep:
                    self.kept += chunk[: self.keep - len(self.kept)]
                if total > self.most:
                    self.overflow.set()


def run(file: Path, class_name: str, state: Sequence[str], cases: Sequence[Case], limits: Limits) -> Outcome:
    """Run the file on the cases in a worker of its own.

    Args:
        file: the learner's file.
        class_name: the class that it must define.
        state: the names of the state entries to bring back where they exist.
        cases: what to run, in this order.
        limits: what the worker may use.

    Returns:
        Every valid answer that came in time, and how the worker ended.

    Raises:
        CourseError: the worker never got as far as the file.

    """
    process = _take()
    from course.grading import wire  # not before the worker has started: both import numpy, side by side

    begun = time.monotonic()
    overflow = threading.Event()
    room = wire.room(cases, state)
    replies = Reader(process.stdout, room, room, overflow)
    printed = Reader(process.stderr, PRINTED, limits.output, overflow)
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as empty:
        request = wire.request(file, class_name, state, cases, limits.settings(), empty)
        threading.Thread(target=_feed, args=(process, request), daemon=True).start()
        try:
            in_time = _wait(replies, limits.wall, overflow)
            if in_time:  # it has said all that it will say; it needs a moment to end, and no more
                with suppress(subprocess.TimeoutExpired):
                    process.wait(1.0)
                printed.join(0.2)  # a grandchild that escaped may hold this pipe open: do not wait for it
        finally:
            code = process.poll()
            _close(process)
    outcome = Outcome(code=process.returncode, printed=wire.clean(bytes(printed.kept).decode("utf-8", "replace")))
    outcome.seconds = time.monotonic() - (replies.begun or time.monotonic())
    if not wire.started(bytes(replies.kept)):
        raise _not_started(outcome.printed)
    outcome.problem, outcome.answers, valid = wire.take_in(bytes(replies.kept), cases, state)
    if overflow.is_set():
        outcome.end = "output"
    elif not in_time or _out_of_cpu(code, time.monotonic() - begun, limits.cpu):
        outcome.end = "timeout"
    elif not valid:
        outcome.end = "nonsense"
    elif code != 0:
        outcome.end = "died"
    return outcome


def _out_of_cpu(code: int | None, seconds: float, cpu: int) -> bool:
    """Whether the limit on CPU time ended it: by SIGXCPU, or if the file ignored that, by SIGKILL soon after."""
    if code is None or os.name != "posix":
        return False
    return code == -signal.SIGXCPU or (code == -signal.SIGKILL and seconds >= cpu)


def _not_started(printed: str) -> CourseError:
    """Our own fault, or the machine's: no verdict on anybody's file."""
    last = next((line for line in reversed(printed.splitlines()) if line.strip()), "–")
    return CourseError(
        Text(
            en="The course's own runner did not start, so nothing was judged. Try again; if it goes on, run"
            f" `make clean` and set the course up afresh. It said: {last}",
            zh="课程自己的运行程序没有启动，因此没有进行评判。请重试；如果问题依旧，请运行 `make clean` 后重新安装。"
            f"它的输出：{last}",
        )
    )


def _feed(process: subprocess.Popen[bytes], request: list[bytes]) -> None:
    assert process.stdin  # noqa: S101 - for the type checker
    with suppress(OSError, ValueError):  # the worker is gone; how it ended tells why
        for block in request:
            process.stdin.write(block)
        process.stdin.close()


def _wait(replies: Reader, wall: float, overflow: threading.Event) -> bool:
    """Until the worker has closed its answers, has said too much, or its time is up; tell whether it was in time.

    The clock starts when the worker is ready: a busy machine's slow start is not the file's.
    """
    deadline = time.monotonic() + START
    ready = False
    while replies.is_alive():
        if overflow.is_set():
            return True
        if not ready and b"\n" in replies.kept:
            ready, deadline = True, time.monotonic() + wall
        if (left := deadline - time.monotonic()) <= 0:
            return False
        replies.join(min(0.1 if ready else 0.02, left))
    return True
