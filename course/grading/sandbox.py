"""Starts the worker behind a wall, bounds what it may use, and takes in what it says; believes none of it (see `wire`).

What the wall is made of is decided in `wall`; a worker puts up what it can itself (`confine`), tries to get out, and is
sent the learner's file only after it has said what stands.

Every worker serves one run and no more; where it comes from is decided in `processes`.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from course.grading import folder as folders
from course.grading import processes, waiting, wall
from course.grading.pipes import Feeder, Reader
from course.grading.wall import Standing, bubblewrap, places
from course.text import CourseError, Text, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from course.grading.case import Case
    from course.grading.talk import Talk
    from course.grading.wire import Answer, Described

TEXTS = texts(__file__)

MIB = 2**20
PRINTED = 4096
"""Bytes that are kept of what the learner's file prints."""

KILLED = -getattr(signal, "SIGKILL", 9)
"""How a process ends that the system or somebody has killed; what a file does comes to the same again, and once more is
asked for no file's sake."""

TRIES = 3
"""How often a worker is asked for again that was killed before it was ready."""

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
    described: Described | None = None
    """How the class takes its hyperparameters, if that was asked."""
    printed: str = ""
    standing: Standing = field(default_factory=lambda: Standing(()))
    """The wall that it ran behind."""
    seconds: float = 0.0
    """From when it had its request to when it ended; a busy machine's slow start is not the file's."""


class Worker:
    """A process for one run, told what wall to put up."""

    def __init__(self, layers: tuple[str, ...]) -> None:
        self.layers = layers
        self.process = processes.take(layers)
        self.feeder: Feeder | None = None
        order = {
            "layers": layers,
            "folder": self.process.folder,
            "readable": processes.readable(layers),
            "parent": self.process.parent,
            "bait": {
                "answers": str(places.GRADING / "judge.py"),
                "secrets": str(places.COURSE / "topics"),
                "library": os.__file__,
            },
        }
        with suppress(OSError):  # it is gone; how it ended tells why
            self.process.stdin.write(json.dumps(order).encode() + b"\n")

    def crowded(self) -> bool:
        """Return whether its folder holds too much."""
        if "bubblewrap" in self.layers:
            return bubblewrap.crowded(self.process.number)
        return bool(self.process.folder) and folders.full(self.process.folder, self.process.number)

    def feed(self, request: list[bytes], talk: Talk) -> None:
        """Send it what to run, and what else the conversation has to say.

        Args:
            request: what to run.
            talk: the conversation.

        """
        self.feeder = Feeder(self.process.stdin, request, talk)

    def close(self) -> None:
        """End it, whatever it may have started in its session, and what it has written."""
        self.process.end()
        if self.feeder is None:
            self.process.stdin.close()


def run(
    name: str,
    source: bytes,
    class_name: str,
    state: Mapping[str, str],
    cases: Sequence[Case],
    limits: Limits,
    *,
    full_wall: bool = False,
    talk: Callable[[Sequence[Case], Mapping[str, str]], Talk] | None = None,
    meanwhile: Callable[[], object] | None = None,
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
        talk: what makes the conversation of cases and state; by default `course.grading.talk.Talk`.
        meanwhile: what is done here while the file runs, instead of waiting for it; a moment's work.

    Returns:
        Every valid answer that came in time, and how the worker ended.

    Raises:
        CourseError: the worker process did not start, or the wall is not full and has to be.

    """
    once = functools.partial(_once, name, source, class_name, state, cases, full_wall=full_wall, talk=talk)
    first, lost = once(limits, meanwhile)
    if not lost:
        return first
    second, _ = once(replace(limits, wall=max(0.1, limits.wall - first.seconds)))
    return replace(second, seconds=first.seconds + second.seconds)


def _once(
    name: str,
    source: bytes,
    class_name: str,
    state: Mapping[str, str],
    cases: Sequence[Case],
    limits: Limits,
    meanwhile: Callable[[], object] | None = None,
    *,
    full_wall: bool,
    talk: Callable[[Sequence[Case], Mapping[str, str]], Talk] | None,
) -> tuple[Outcome, bool]:
    """Run it in one worker; also return whether that was killed by somebody who may not do it again."""
    worker, replies, printed, overflow, standing = _begin(limits.output)
    from course.grading import wire  # not before the worker has started: both import numpy, side by side
    from course.grading.talk import Talk

    process = worker.process
    try:
        if full_wall and standing.why:
            raise CourseError(TEXTS["no-full-wall"].format(why=standing.why))
        said = (talk or Talk)(cases, state)
        replies.most = replies.keep = said.most_bytes()
        replies.talk = said
        worker.feed(said.request(name, source, class_name, limits.settings()), said)
        begun = time.monotonic()
        if meanwhile:
            meanwhile()
        in_time, crowded = _wait(replies, limits, overflow, worker)
        code = None
        if in_time and not crowded:  # it has said all that it will say; it needs a moment to end, and no more
            code = process.poll(1.0)
            printed.join(0.2)  # a grandchild that escaped may hold this pipe open: do not wait for it
    finally:
        worker.close()
    seconds = time.monotonic() - begun
    outcome = Outcome(
        code=process.poll() or 0,
        printed=wire.clean(bytes(printed.kept).decode("utf-8", "replace")),
        standing=standing,
        seconds=seconds,
    )
    outcome.problem, outcome.answers, valid = said.take_in(bytes(replies.kept))
    outcome.described = said.described(bytes(replies.kept))
    if overflow.is_set():
        outcome.end = "output"
    elif crowded:
        outcome.end = "files"
    elif not in_time or _out_of_cpu(code, seconds, limits.cpu):
        outcome.end = "timeout"
    elif not valid:
        outcome.end = "nonsense"
    elif code != 0:
        outcome.end = "died"
    return outcome, outcome.end == "died" and code == KILLED


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
    vanished = 0
    while True:
        try:
            worker = Worker(wall.wanted())
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
        printed.join(0.5)  # it may not have read to the end
        worker.close()
        complaint = (bytes(printed.kept) or worker.process.complaint).decode("utf-8", "replace")
        if worker.process.vanished and not complaint and vanished < TRIES:
            vanished += 1  # what it was to be forked from was killed
            continue
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


def _out_of_cpu(code: int | None, seconds: float, cpu: int) -> bool:
    """Whether the limit on CPU time ended it: by SIGXCPU, or if the file ignored that, by SIGKILL soon after."""
    if code is None or os.name != "posix":
        return False
    return code == -signal.SIGXCPU or (code == -signal.SIGKILL and seconds >= cpu)


def _not_started(last: str) -> CourseError:
    """Our own fault, or the machine's: no verdict on anybody's file."""
    return CourseError(TEXTS["not-started"].format(last=last))


def _wait(replies: Reader, limits: Limits, overflow: threading.Event, worker: Worker) -> tuple[bool, bool]:
    """Until the worker has closed its answers, has said or written too much, or its time is up.

    Returns:
        Whether it was in time; whether its folder holds too much.

    """
    deadline = time.monotonic() + limits.wall
    replies.join(min(0.05, limits.wall))  # most are done by then, and are looked at once
    left = limits.wall
    while replies.is_alive():
        if overflow.is_set():
            return True, False
        if worker.crowded():
            return True, True
        before, left = left, deadline - time.monotonic()
        if left <= 0:
            return False, False
        waiting.tell(limits.wall - before, limits.wall - left, limits.cpu, limits.wall)
        replies.join(min(0.05, left))
    return True, worker.crowded()
