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
POOLED = ("grade", "feedback")
"""Steps that start a pool of processes for many submissions: every fourth time they do it here for a few."""
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
        rows: dict[str, Row] = {}
        seconds = {False: scene.seconds[step]}
        for turn in range(number):
            victim = VICTIMS[turn % len(VICTIMS)]
            pooled = step in POOLED and turn % 4 == 3
            if pooled not in seconds:
                seconds[pooled] = _undisturbed(scene, step, work / "class")
            at = seconds[pooled] * (turn + drawn.random()) / number
            kind = f"kill {victim}: {step}" + (", in a pool" if pooled else "")
            row = rows.setdefault(kind, Row(kind, COMPARED))
            _one(scene, step, work / "class", victim, at, drawn, row, pooled=pooled)
        yield from rows.values()


def _undisturbed(scene: Scene, step: str, root: Path) -> float:
    """Run a step in a pool of processes; return how long it took."""
    scene.copy(step, root)
    begun = time.monotonic()
    faults = run(step, root, pooled=True).faults(may_fail=False)
    took = time.monotonic() - begun
    if faults := faults + scene.differs(step, root) + temporary():
        raise RuntimeError(f"{step} in a pool fails undisturbed: {'; '.join(faults)}")
    return took


def _one(
    scene: Scene,
    step: str,
    root: Path,
    victim: Victim,
    at: float,
    drawn: random.Random,
    row: Row,
    *,
    pooled: bool,
) -> None:
    scene.copy(step, root)
    killed: list[str] = []
    outcome = run(step, root, pooled=pooled, meanwhile=killer(victim, at, drawn, killed))
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
    if "course.cli" in line or "cli.main" in line or line == " ".join(psutil.Process().cmdline()):
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
