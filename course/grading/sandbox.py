"""Starts the worker, bounds what it may use, and takes in its answers without trusting any of them.

The seam for a stronger sandbox is `command`: whatever it puts before the worker's own command line (bubblewrap, a
container) changes nothing else here.
"""

from __future__ import annotations

import json
import math
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

import numpy as np

from course.text import CourseError, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from course.grading.case import Array, Case

MIB = 2**20
WORKER = Path(__file__).with_name("worker.py")
PROBLEM_TEXT = 4096
"""No string in an answer is longer."""


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


@dataclass(frozen=True)
class Answer:
    """What the worker answered for one case: its trajectory up to the first slip, and the slip."""

    steps: int
    params: tuple[Array, ...]
    state: dict[str, tuple[Array, ...]]
    problem: dict[str, Any] | None


@dataclass
class Outcome:
    """What came back from one worker."""

    problem: dict[str, Any] | None = None
    """Why the file could not even be loaded."""
    answers: dict[int, Answer] = field(default_factory=dict)
    end: Literal["done", "timeout", "output", "died", "nonsense"] = "done"
    code: int = 0
    printed: str = ""


def command() -> list[str]:
    """The worker's command line, isolated from the user's site, PYTHON* variables and the working directory."""
    return [sys.executable, "-I", "-B", str(WORKER)]


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "LANG") if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Reader(threading.Thread):
    """Drains one pipe, keeps the first `keep` bytes, and tells when more than `most` have come."""

    def __init__(self, pipe: IO[bytes], keep: int, most: int, overflow: threading.Event) -> None:
        super().__init__(daemon=True)
        self.pipe, self.keep, self.most, self.overflow = pipe, keep, most, overflow
        self.kept = bytearray()

    def run(self) -> None:
        """Read until the other side closes."""
        total = 0
        while chunk := self.pipe.read1(65536):  # type: ignore[attr-defined]  # Popen's pipes are buffered readers
            total += len(chunk)
            if len(self.kept) < self.keep:
                self.kept += chunk[: self.keep - len(self.kept)]
            if total > self.most:
                self.overflow.set()


def _request(file: Path, class_name: str, state: Sequence[str], cases: Sequence[Case], limits: Limits) -> list[bytes]:
    head = {
        "file": str(file),
        "class": class_name,
        "state": list(state),
        "limits": limits.settings(),
        "cases": [
            {
                "hyperparameters": case.hyperparameters,
                "shapes": [list(param.shape) for param in case.params],
                "steps": case.steps,
                "schedule": {str(step): changes for step, changes in case.schedule.items()},
                "record_state": case.record_state,
            }
            for case in cases
        ],
    }
    blocks = [json.dumps(head).encode() + b"\n"]
    for case in cases:
        blocks += [param.astype("<f8").tobytes() for param in case.params]
        for i in range(len(case.params)):
            blocks.append(np.stack([grads[i] for grads in case.grads]).astype("<f8").tobytes())
    return blocks


def _most_bytes(case: Case, state: Sequence[str]) -> int:
    return 8 * case.steps * sum(param.size + 1 for param in case.params) * (1 + len(state)) + 16 * PROBLEM_TEXT


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the worker and whatever it may have started in its session."""
    if hasattr(os, "killpg"):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()


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

    """
    blocks = _request(file, class_name, state, cases, limits)
    overflow = threading.Event()
    with tempfile.TemporaryDirectory(prefix="course-") as empty:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=empty,
            env=_environment(),
            start_new_session=os.name == "posix",
        )
        assert process.stdin and process.stdout and process.stderr  # noqa: S101, PT018 - for the type checker
        room = MIB + sum(_most_bytes(case, state) for case in cases)
        replies = Reader(process.stdout, room, room, overflow)
        printed = Reader(process.stderr, 4096, limits.output, overflow)
        try:
            replies.start()
            printed.start()
            end = _feed_and_wait(process, blocks, limits, overflow)
        finally:
            _kill(process)
            process.wait()
        # A grandchild that escaped may hold the pipes open: do not wait for it.
        replies.join(1.0)
        printed.join(0.2)
    outcome = Outcome(end=end, code=process.returncode, printed=bytes(printed.kept).decode("utf-8", "replace"))
    _take_in(bytes(replies.kept), cases, state, outcome)
    return outcome


def _feed_and_wait(
    process: subprocess.Popen[bytes], blocks: list[bytes], limits: Limits, overflow: threading.Event
) -> Literal["done", "timeout", "output", "died"]:
    def feed() -> None:
        assert process.stdin  # noqa: S101 - for the type checker
        try:
            for block in blocks:
                process.stdin.write(block)
            process.stdin.close()
        except OSError:
            pass  # the worker is gone; how it ended tells why

    threading.Thread(target=feed, daemon=True).start()
    deadline = time.monotonic() + limits.wall
    while True:
        try:
            process.wait(min(0.1, max(0.0, deadline - time.monotonic())))
        except subprocess.TimeoutExpired:
            if overflow.is_set():
                return "output"
            if time.monotonic() >= deadline:
                return "timeout"
            continue
        if hasattr(signal, "SIGXCPU") and process.returncode == -signal.SIGXCPU:
            return "timeout"
        return "done" if process.returncode == 0 else "died"


def _take_in(replies: bytes, cases: Sequence[Case], state: Sequence[str], outcome: Outcome) -> None:
    """Read the answers, believing nothing: the first one that is not exactly as it must be ends the reading."""
    try:
        line, _, rest = replies.partition(b"\n")
        if not line:
            return
        outcome.problem = _problem(json.loads(line)["problem"])
        for number, case in enumerate(cases):
            line, newline, rest = rest.partition(b"\n")
            if not newline:
                return
            head = json.loads(line)
            answer, rest = _answer(head, rest, number, case, state)
            if answer is None:
                return
            outcome.answers[number] = answer
    except (ValueError, KeyError, TypeError, RecursionError):
        outcome.end = "nonsense"


def _answer(head: Any, rest: bytes, number: int, case: Case, state: Sequence[str]) -> tuple[Answer | None, bytes]:
    steps, names = head["steps"], head["state"]
    if head["case"] != number:
        raise ValueError("answers out of order")
    if type(steps) is not int or not 0 <= steps <= case.steps:
        raise ValueError("no such number of steps")
    if not isinstance(names, list) or names != sorted(set(names) & set(state)):
        raise ValueError("no such state")
    columns: list[Array] = []
    for name in ("", *names):
        for param in case.params:
            shape = (steps,) if name == "step" else (steps, *param.shape)
            size = 8 * math.prod(shape)
            if len(rest) < size:
                return None, b""  # cut off: the worker ended in the middle of this answer
            columns.append(np.frombuffer(rest[:size], dtype="<f8").reshape(shape))
            rest = rest[size:]
    count = len(case.params)
    problem = _problem(head["problem"])
    if problem is None and steps != case.steps:
        raise ValueError("neither finished nor explained")
    entries = {name: tuple(columns[count * (k + 1) : count * (k + 2)]) for k, name in enumerate(names)}
    return Answer(steps, tuple(columns[:count]), entries, problem), rest


def _problem(stored: Any) -> dict[str, Any] | None:
    """A problem as the worker tells it: a flat object of short strings and whole numbers."""
    if stored is None:
        return None
    if not isinstance(stored, dict) or not isinstance(stored["kind"], str):
        raise TypeError("no such problem")
    for value in stored.values():
        if not isinstance(value, (str, int, list, type(None))) or len(str(value)) > PROBLEM_TEXT:
            raise TypeError("no such fact")
    return stored
