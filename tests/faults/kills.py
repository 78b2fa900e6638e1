"""SIGKILL at moments spread over the whole of each step: to the command, to one of its processes, to all at once."""

from __future__ import annotations

import random
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import psutil

from tests.faults.command import run, temporary
from tests.faults.table import Row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.faults.scene import Scene

Victim = Literal["the command", "one of its processes", "all of them"]
SHARES = {"grade": 0.65, "feedback": 0.2, "release": 0.1, "report": 0.05}
"""Of the kills, by step."""
VICTIMS: tuple[Victim, ...] = ("the command", "one of its processes", "all of them")
COMPARED = "gradebook, trees, report; no process, no file left"


def kills(scene: Scene, work: Path, times: int, seed: int) -> Iterator[Row]:
    """Kill and run again.

    Args:
        scene: the class.
        work: a folder for the trials.
        times: how many kills in all.
        seed: of the moments and the victims.

    Yields:
        A row a step and kind of victim.

    """
    for step, share in SHARES.items():
        number = max(1, round(times * share))
        drawn = random.Random(f"{seed} {step}")  # noqa: S311 - to be repeated
        rows = {victim: Row(f"kill {victim}: {step}", COMPARED) for victim in VICTIMS}
        for turn in range(number):
            victim = VICTIMS[turn % len(VICTIMS)]
            at = scene.seconds[step] * (turn + drawn.random()) / number
            _one(scene, step, work / "class", victim, at, drawn, rows[victim])
        yield from (row for row in rows.values() if row.times)


def _one(scene: Scene, step: str, root: Path, victim: Victim, at: float, drawn: random.Random, row: Row) -> None:
    scene.copy(step, root)
    killed: list[str] = []
    outcome = run(step, root, meanwhile=killer(victim, at, drawn, killed))
    faults = (
        outcome.faults() if victim == "one of its processes" else [f"still running: {each}" for each in outcome.left]
    )
    row.remarks += killed
    again = run(step, root)
    faults += again.faults(may_fail=False)
    faults += scene.differs(step, root)
    faults += temporary()
    row.add(f"{row.times} after {at:.2f} s ({', '.join(killed) or 'nothing to kill'})", faults)


def killer(victim: Victim, at: float, drawn: random.Random, killed: list[str]) -> Callable[[psutil.Process], None]:
    """Make what kills a command, or some of its processes.

    Args:
        victim: what is killed.
        at: after how many seconds.
        drawn: chooses among the processes.
        killed: takes the names of what was killed.

    """

    def kill(process: psutil.Process) -> None:
        begun = time.monotonic()
        with suppress(psutil.TimeoutExpired):
            process.wait(at)
        while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
            with suppress(psutil.Error):
                inner = process.children(recursive=True)
                if victim == "one of its processes":
                    # One that has just been forked is still the command itself, and tells nothing.
                    inner = [each for each in inner if _name(each) != "command"]
                    if not inner:
                        time.sleep(0.01 * drawn.random())
                        continue
                    chosen = [drawn.choice(inner)]
                else:
                    chosen = [process] if victim == "the command" else [process, *inner]
                for each in chosen:
                    with suppress(psutil.NoSuchProcess):
                        name = _name(each)
                        each.kill()
                        killed.append(name)
                if killed:
                    return
            if time.monotonic() > begun + at + 60:
                return

    return kill


def _name(process: psutil.Process) -> str:
    """What a process is there for, by its command line."""
    line = " ".join(process.cmdline())
    if "course.cli" in line or line == " ".join(psutil.Process().cmdline()):
        return "command"
    marks = {
        "bwrap": "bubblewrap",
        "worker.py": "worker",
        "prepared": "prepared process",
        "spawn_main": "pool",
        "forkserver": "pool",
        "alembic": "alembic",
    }
    return next((name for mark, name in marks.items() if mark in line), process.name())
