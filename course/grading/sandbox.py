"""Starts the worker behind a wall, bounds what it may use, and takes in what it says; believes none of it (see `wire`).

What the wall is made of is decided in `wall`; a worker puts up what it can itself (`confine`), tries to get out, and is
sent the learner's file only after it has said what stands.

A fresh worker spends most of its life importing numpy. `prepare` starts one ahead of time, so that it is ready, its
wall included, when the next file is to be judged; every worker still serves one run and no more.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from course.grading import folder as folders
from course.grading import wall
from course.grading.reader import Reader
from course.grading.wall import Standing, bubblewrap, places
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from course.grading.case import Case
    from course.grading.wire import Answer

TEXTS = texts(__file__)

MIB = 2**20
PRINTED = 4096
"""Bytes that are kept of what the learner's file prints."""

KEPT = ("SYSTEMROOT", "TEMP", "LD_LIBRARY_PATH")
"""What a worker needs of the environment to start; on some machines Python itself is found by the last."""

SINGLE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "BLIS_NUM_THREADS")
"""What keeps numpy's libraries from starting threads."""

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
        """Return the limits that the worker sets on itself before it loads the learner's file."""
        return {
            "RLIMIT_CPU": self.cpu,
            "RLIMIT_AS": self.memory,
            "RLIMIT_FSIZE": folders.LARGEST,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_NOFILE": 64,  # a file that is removed and still open is seen by nobody, and takes room
            "RLIMIT_CORE": 0,
            "RLIMIT_MEMLOCK": 0,
            "RLIMIT_MSGQUEUE": 0,
        }


@dataclass
class Outcome:
    """Result of one worker: its answers and how it ended."""

    problem: dict[str, Any] | None = None
    """Why the file could not even be loaded."""
    answers: dict[int, Answer] = field(default_factory=dict)
    end: Literal["done", "timeout", "output", "files", "died", "nonsense"] = "done"
    code: int = 0
    printed: str = ""
    standing: Standing = field(default_factory=lambda: Standing(()))
    """The wall that it ran behind."""
    seconds: float = 0.0
    """From when it had its request to when it ended; a busy machine's slow start is not the file's."""


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


class Worker:
    """One process, started and told what wall to put up."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        self.layers = layers
        inside = "bubblewrap" in layers
        self.made = "" if inside else folders.make()
        """The folder on the disk that it may write to, to be removed after it."""
        environment = {name: os.environ[name] for name in KEPT if name in os.environ} | dict.fromkeys(SINGLE, "1")
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            [*(bubblewrap.prefix() if inside else ()), *command()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment,
            start_new_session=os.name == "posix",
        )
        order = {
            "layers": layers,
            "folder": bubblewrap.FOLDER if inside else self.made,
            "readable": places.readable() if "landlock" in layers else (),
            "parent": 0 if inside else os.getpid(),
            "bait": {
                "answers": str(places.GRADING / "judge.py"),
                "secrets": str(places.COURSE / "topics"),
                "library": os.__file__,
            },
        }
        with suppress(OSError):  # it is gone; how it ended tells why
            self.process.stdin.write(json.dumps(order).encode() + b"\n")  # type: ignore[union-attr]  # a pipe

    def crowded(self) -> bool:
        """Return whether its folder holds too much."""
        if "bubblewrap" in self.layers:
            return bubblewrap.crowded(self.process.pid)
        return bool(self.made) and folders.full(self.made, self.process.pid)

    def close(self) -> None:
        """End it, whatever it may have started in its session, and what it has written."""
        process = self.process
        if hasattr(os, "killpg"):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            with suppress(OSError):
                pipe.close()  # type: ignore[union-attr]  # all three are pipes
        folders.remove(self.made)


_ready: list[Worker] = []


def prepare() -> None:
    """Have one worker ready for the next run; from the main thread alone, as a worker ends with its thread."""
    if not _ready and threading.current_thread() is threading.main_thread():
        with suppress(OSError):  # the next run will say so
            _ready.append(Worker(wall.wanted()))


def _take() -> Worker:
    with suppress(IndexError):  # another thread may have been faster
        ready = _ready.pop()
        if ready.process.poll() is None and ready.layers == wall.wanted():
            return ready
        ready.close()
    return Worker(wall.wanted())


@atexit.register
def _dismiss() -> None:
    while _ready:
        _ready.pop().close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_ready.clear)  # they are the parent's


def run(
    name: str,
    source: bytes,
    class_name: str,
    state: Mapping[str, str],
    cases: Sequence[Case],
    limits: Limits,
    *,
    full_wall: bool = False,
) -> Outcome:
    """Run a file on the cases in a worker of its own.

    Args:
        name: what the learner's file is called.
        source: what is in it.
        class_name: the class that it must define.
        state: the names of the state entries to bring back where they exist, and whether each is a number or an array.
        cases: what to run, in this order.
        limits: what the worker may use.
        full_wall: whether to refuse where the wall is not full.

    Returns:
        Every valid answer that came in time, and how the worker ended.

    Raises:
        CourseError: the worker process did not start, or the wall is not full and has to be.

    """
    worker, replies, printed, overflow, standing = _begin(limits.output)
    from course.grading import wire  # not before the worker has started: both import numpy, side by side

    process = worker.process
    try:
        if full_wall and standing.why:
            raise CourseError(TEXTS["no-full-wall"].format(why=standing.why))
        replies.most = replies.keep = wire.room(cases, state)
        request = wire.request(name, source, class_name, state, cases, limits.settings())
        threading.Thread(target=_feed, args=(process, request), daemon=True).start()
        begun = time.monotonic()
        in_time, crowded = _wait(replies, limits.wall, overflow, worker)
        if in_time and not crowded:  # it has said all that it will say; it needs a moment to end, and no more
            with suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
            printed.join(0.2)  # a grandchild that escaped may hold this pipe open: do not wait for it
        code = _code(process.poll(), worker)
    finally:
        worker.close()
    said = bytes(replies.kept)
    outcome = Outcome(
        code=_code(process.returncode, worker) or 0,
        printed=wire.clean(bytes(printed.kept).decode("utf-8", "replace")),
        standing=standing,
        seconds=time.monotonic() - begun,
    )
    outcome.problem, outcome.answers, valid = wire.take_in(said, cases, state)
    if overflow.is_set():
        outcome.end = "output"
    elif crowded:
        outcome.end = "files"
    elif not in_time or _out_of_cpu(code, time.monotonic() - begun, limits.cpu):
        outcome.end = "timeout"
    elif not valid:
        outcome.end = "nonsense"
    elif code != 0:
        outcome.end = "died"
    return outcome


_found: dict[tuple[str, ...], Standing] = {}
"""What stands here, by what was wanted, as the last worker has told."""


def tried() -> Standing:
    """Return what wall a worker stands behind here; if none has told yet, start one that does nothing else."""
    wanted = wall.wanted()
    if wanted not in _found:
        worker, *_ = _begin(MIB)
        worker.close()
    return _found[wall.wanted()]  # there may be less by now than was wanted


def known() -> Standing | None:
    """Return what stands here if a worker has told, without starting one."""
    return _found.get(wall.wanted())


def notes() -> tuple[Text, ...]:
    """Say what wall stood, once a worker has told."""
    found = known()
    return (found.note,) if found else ()


def _begin(output: int) -> tuple[Worker, Reader, Reader, threading.Event, Standing]:
    """A worker whose wall stands, as much of it as this machine can have.

    Raises:
        CourseError: not even one without a wall has started.

    """
    while True:
        try:
            worker = _take()
        except OSError as problem:  # a bubblewrap that is no program, or no process to be had
            if "bubblewrap" not in wall.wanted():
                raise _not_started(str(problem)) from problem
            wall.lose("bubblewrap", str(problem))
            continue
        overflow = threading.Event()
        try:
            replies = Reader(worker.process.stdout, MIB, MIB, overflow)
            printed = Reader(worker.process.stderr, PRINTED, output, overflow)
            said = _until_ready(replies)
        except BaseException:  # interrupted: no process and no folder is left behind
            worker.close()
            raise
        if said and said["ready"]:
            found = _found[worker.layers] = Standing(tuple(said["layers"]), tuple(said["out"]))
            return worker, replies, printed, overflow, found
        silent = f"no answer in {START:.0f} s" if replies.is_alive() else "–"
        printed.join(0.5)  # before the pipe is closed: it may not have read to the end
        worker.close()
        complaint = bytes(printed.kept).decode("utf-8", "replace")
        last = next((line for line in reversed(complaint.splitlines()) if line.strip()), silent)
        lost, reason = (said["layer"], said["reason"]) if said else ("bubblewrap", last)
        if lost not in worker.layers:
            raise _not_started(reason)
        wall.lose(lost, reason)


def _until_ready(replies: Reader) -> dict[str, Any] | None:
    """The worker's first line; None if it ends, or takes too long, without one."""
    from course.grading import wire

    deadline = time.monotonic() + START
    while b"\n" not in replies.kept and replies.is_alive() and time.monotonic() < deadline:
        replies.heard.wait(0.5)
    return wire.ready(bytes(replies.kept))


def _code(code: int | None, worker: Worker) -> int | None:
    """How the process ended, negative for a signal; bubblewrap tells it as a shell does."""
    return 128 - code if code is not None and code > 128 and "bubblewrap" in worker.layers else code


def _out_of_cpu(code: int | None, seconds: float, cpu: int) -> bool:
    """Whether the limit on CPU time ended it: by SIGXCPU, or if the file ignored that, by SIGKILL soon after."""
    if code is None or os.name != "posix":
        return False
    return code == -signal.SIGXCPU or (code == -signal.SIGKILL and seconds >= cpu)


def _not_started(last: str) -> CourseError:
    """Our own fault, or the machine's: no verdict on anybody's file."""
    return CourseError(TEXTS["not-started"].format(last=last))


def _feed(process: subprocess.Popen[bytes], request: list[bytes]) -> None:
    assert process.stdin  # noqa: S101 - for the type checker
    with suppress(OSError, ValueError):  # the worker is gone; how it ended tells why
        whole = memoryview(b"".join(request))
        while whole:
            whole = whole[process.stdin.write(whole) :]
        process.stdin.close()


def _wait(replies: Reader, wall_time: float, overflow: threading.Event, worker: Worker) -> tuple[bool, bool]:
    """Until the worker has closed its answers, has said or written too much, or its time is up.

    Returns:
        Whether it was in time; whether its folder holds too much.

    """
    deadline = time.monotonic() + wall_time
    while replies.is_alive():
        if overflow.is_set():
            return True, False
        if worker.crowded():
            return True, True
        if (left := deadline - time.monotonic()) <= 0:
            return False, False
        replies.join(min(0.05, left))
    return True, worker.crowded()
