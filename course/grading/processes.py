"""The processes that learners' files run in: one for each run, forked from one that is prepared where that is safe.

A fresh process spends most of its life importing numpy. On Linux, behind a wall that a worker cannot reach through, a
prepared process (`course.grading.worker.fork`) has done that once and forks every worker, each of which puts up what is
missing of the wall, itself, before it is sent a file. Elsewhere each worker is a process of its own from the start.
"""

from __future__ import annotations

import array
import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from typing import IO

from course.grading import folder as folders
from course.grading import wall
from course.grading.wall import bubblewrap, places

KEPT = ("SYSTEMROOT", "TEMP", "LD_LIBRARY_PATH")
"""What a worker needs of the environment to start; on some machines Python itself is found by the last."""

SINGLE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
"""What keeps numpy's libraries from starting threads."""

FORK, END = b"fork", b"end"
"""What a prepared process is told (`course.grading.worker.fork`)."""

LEAVE = 5.0
"""Seconds that a worker that was killed may take to be gone, on a machine that is busy beyond measure."""

PRINTED = 4096
"""Bytes of what a process that did not start has to say."""


def command() -> list[str]:
    """Return the worker's command line: no installed packages, user's site, PYTHON* variables or working directory."""
    return [
        places.python(),
        "-I",
        "-S",
        "-B",
        "-X",
        "utf8",
        str(places.WORKER),
        str(places.COURSE.parent),
        str(places.numpy()),
    ]


def readable(layers: tuple[str, ...]) -> tuple[str, ...]:
    """Return what Landlock leaves readable, if it is one of the layers."""
    return places.readable() if "landlock" in layers else ()


class Process:
    """A process that runs one file, and its three standard streams as pipes of ours, without buffers.

    Whoever uses a pipe closes it (`course.grading.pipes`).
    """

    stdin: IO[bytes]
    stdout: IO[bytes]
    stderr: IO[bytes]
    folder: str
    """The one that it may write to, "" for none; what is in it is gone after it."""
    parent: int
    """The number of the process that it must not outlive; 0 where numbers are another namespace's."""
    vanished = False
    """Whether it went with the process that it was forked from, which had served before: no doing of the file's."""

    @property
    def number(self) -> int:
        """The number of the process, or with bubblewrap that of bubblewrap itself."""
        raise NotImplementedError

    def poll(self, seconds: float = 0.0) -> int | None:
        """Return how it ended, negative for a signal; None if it has not after so many seconds."""
        raise NotImplementedError

    def end(self) -> None:
        """Kill it, whatever it may have started in its session."""
        raise NotImplementedError

    @property
    def complaint(self) -> bytes:
        """What a process of ours that did not start has said elsewhere than in its own stream."""
        return b""


class Started(Process):
    """A process of its own from the start."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        self.layers, self.line = layers, _line(layers, tied=True)
        self.process = _popen(self.line, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdin and self.process.stdout and self.process.stderr  # noqa: PT018, S101 - for mypy
        self.stdin, self.stdout, self.stderr = self.process.stdin, self.process.stdout, self.process.stderr
        self.inside = "bubblewrap" in layers
        self.parent = 0 if self.inside else os.getpid()
        self.folder = bubblewrap.FOLDER if self.inside else folders.make()

    @property
    def number(self) -> int:  # noqa: D102 - told above
        return self.process.pid

    def usable(self) -> bool:
        """Return whether it still runs."""
        return self.process.poll() is None

    def poll(self, seconds: float = 0.0) -> int | None:  # noqa: D102
        with suppress(subprocess.TimeoutExpired):
            code = self.process.wait(seconds)
            return 128 - code if self.inside and code > 128 else code  # bubblewrap tells a signal as a shell does
        return None

    def end(self) -> None:  # noqa: D102
        _kill(self.process)
        if not self.inside:
            folders.remove(self.folder)


class Prepared:
    """The process that workers are forked from, one at a time."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        self.layers, self.line, self.inside = layers, _line(layers, tied=False), "bubblewrap" in layers
        self.folder = bubblewrap.FOLDER if self.inside else folders.make()
        """The folder to which all of its workers write, in turn."""
        self.served = False
        """Whether it has ever forked a worker."""
        self.said = b""
        """What it has said once it has ended: why it did not start."""
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            try:
                self.process = _popen(self.line, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)
            except BaseException:
                self._leave()
                raise
        with suppress(OSError):  # it is gone already; the worker that it does not fork tells
            self.control.send(json.dumps({"folder": self.folder, "readable": readable(layers)}).encode())

    def fork(self) -> Forked:
        """Order a worker; it starts as soon as the process is ready."""
        return Forked(self)

    def usable(self) -> bool:
        """Return whether it still runs."""
        return self.process.poll() is None

    def end(self) -> None:
        """Kill it, and with it the worker that it may have."""
        _kill(self.process)
        errors = self.process.stderr
        if errors and not errors.closed:
            os.set_blocking(errors.fileno(), False)  # whoever holds the other end is not waited for
            self.said = errors.read(PRINTED) or b""
            errors.close()
        self._leave()

    def _leave(self) -> None:
        self.control.close()
        if not self.inside:
            folders.remove(self.folder)


class Forked(Process):
    """A worker that a prepared process has forked; where it ends, the other is free for the next."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared, self.worker = prepared, 0
        self.code: int | None = None
        self.folder = prepared.folder
        self.parent = 0 if prepared.inside else prepared.process.pid
        given, mine = zip(os.pipe(), os.pipe()[::-1], os.pipe()[::-1], strict=True)
        self.stdin = os.fdopen(mine[0], "wb", buffering=0)
        self.stdout, self.stderr = (os.fdopen(number, "rb", buffering=0) for number in mine[1:])
        streams = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", given))]
        try:
            with suppress(OSError):  # it is gone; `poll` finds out
                prepared.control.sendmsg([FORK], streams)
        finally:
            for number in given:
                os.close(number)

    @property
    def number(self) -> int:  # noqa: D102
        if not self.worker:
            self._hear(0.0)
        return self.prepared.process.pid if self.prepared.inside else self.worker

    def poll(self, seconds: float = 0.0) -> int | None:  # noqa: D102
        deadline = time.monotonic() + seconds
        while self.code is None and self._hear(max(0.0, deadline - time.monotonic())):
            pass
        return self.code

    def end(self) -> None:  # noqa: D102
        if self.code is None:
            with suppress(OSError):
                self.prepared.control.send(END)
        if self.poll(LEAVE) is not None and self.prepared.usable():
            _idle.append(self.prepared)
        else:
            self.prepared.end()

    @property
    def complaint(self) -> bytes:  # noqa: D102
        return self.prepared.said

    def _hear(self, seconds: float) -> bool:
        """Take in one message, if one comes in time; return whether one came."""
        control = self.prepared.control
        waiting = select.poll()
        waiting.register(control, select.POLLIN)
        if not waiting.poll(1000 * seconds):
            return False
        told = b""
        with suppress(OSError):
            told = control.recv(32)
        if not told:
            self.code, self.vanished = -signal.SIGKILL, self.prepared.served
        elif not self.worker:
            self.worker, self.prepared.served = int(told), True
        else:
            self.code = int(told)
        return True


_idle: list[Prepared | Started] = []


def forking(layers: tuple[str, ...]) -> bool:
    """Return whether workers behind these layers are forked: only seccomp keeps one from the process it comes from."""
    return sys.platform == "linux" and "seccomp" in layers


def prepare() -> None:
    """Have a process ready for the next run."""
    layers = wall.wanted()
    with suppress(OSError):  # the next run will say so
        if not _idle and forking(layers):
            _idle.append(Prepared(layers))
        elif not _idle and threading.current_thread() is threading.main_thread():  # it ends with its thread
            _idle.append(Started(layers))


def take(layers: tuple[str, ...]) -> Process:
    """Return a process for one run, behind these layers; the one that is ready, if there is one.

    Args:
        layers: of the wall.

    Returns:
        The process, which has not been told anything yet.

    Raises:
        OSError: none can be started.

    """
    line = _line(layers, tied=not forking(layers))
    while each := _pop():
        if each.usable() and (each.layers, each.line) == (layers, line):
            return each.fork() if isinstance(each, Prepared) else each
        _discard(each)
    return Prepared(layers).fork() if forking(layers) else Started(layers)


def _pop() -> Prepared | Started | None:
    with suppress(IndexError):  # another thread may have been faster
        return _idle.pop()
    return None


@atexit.register
def dismiss() -> None:
    """End what waits for a next run."""
    while each := _pop():
        _discard(each)


def _discard(each: Prepared | Started) -> None:
    """End one that was never asked."""
    each.end()
    if isinstance(each, Started):  # nobody else will use its pipes
        for pipe in (each.stdin, each.stdout, each.stderr):
            pipe.close()


def _forget() -> None:
    """In a forked process: what waits is the parent's, and must not take us for the parent when that has ended."""
    for each in _idle:
        if isinstance(each, Prepared):
            each.control.close()
    _idle.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def _line(layers: tuple[str, ...], *, tied: bool) -> list[str]:
    """Return what is started behind these layers."""
    return [*(bubblewrap.prefix(tied=tied) if "bubblewrap" in layers else ()), *command()]


def _popen(line: list[str], *, stdin: int, stdout: int) -> subprocess.Popen[bytes]:
    """Start the worker's program, with nothing of our environment but what it needs."""
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | dict.fromkeys(SINGLE, "1")
    return subprocess.Popen(  # noqa: S603 - our own command line
        line,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        bufsize=0,
        env=environment,
        start_new_session=os.name == "posix",
    )


def _kill(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
