"""Several slots at once, each in namespaces of its own; one that dies is replaced, and what it died of is a row."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import deque
from typing import TYPE_CHECKING, Any

from tests.hostile import bait, contain, corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LONGEST = 150.0
"""Seconds after which a slot that does not answer is ended: it has been stopped from within."""

KINDS = ("fooled", "failed", "crashed", "hung", "slow", "leaked", "changed", "escaped", "left running", "control", "hidden")
"""How a row's faults begin, in capitals."""


def run(
    chosen: Iterable[corpus.Submission],
    *,
    slots: int = 2,
    wall: str | None = None,
    user: str | None = None,
    command_line: bool = False,
    seconds: int | None = None,
    told: Callable[[dict[str, Any]], object] = lambda _: None,
) -> list[dict[str, Any]]:
    """Put submissions through the judge.

    Args:
        chosen: which.
        slots: how many at once.
        wall: the layers, as COURSE_WALL takes them; None for all that can be had.
        user: as whom the judge runs; None for whoever runs this.
        command_line: whether by `course check --json`, rather than in forked children, which is far quicker.
        seconds: what a rule gets; None for 1 where it is expected to use it up, and 3 for others.
        told: called with each row as it comes in.

    Returns:
        A row for each, in the order of their names.

    Raises:
        OSError: a slot did not start.

    """
    waiting = deque(sorted(chosen, key=lambda each: (each.hidden, not each.loops, each.name)))
    rows: list[dict[str, Any]] = []
    lock, broken = threading.Lock(), list[OSError]()

    def serve() -> None:
        try:
            work()
        except OSError as problem:
            broken.append(problem)
            waiting.clear()

    def work() -> None:
        slot: subprocess.Popen[str] | None = None
        warmed = False
        while True:
            with lock:
                if not waiting:
                    break
                submission = waiting.popleft()
            if slot is None or slot.poll() is not None or submission.hidden is not warmed:
                if slot is not None:
                    slot.communicate()
                slot = _start(wall, user, command_line=command_line, hidden=submission.hidden)
                warmed = submission.hidden
            row = _ask(slot, submission, seconds or (1 if submission.loops else 3))
            with lock:
                rows.append(row)
                told(row)
        if slot is not None:
            slot.communicate()

    threads = [threading.Thread(target=serve) for _ in range(slots)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return sorted(rows, key=lambda row: str(row["name"]))


def _start(wall: str | None, user: str | None, *, command_line: bool, hidden: bool) -> subprocess.Popen[str]:
    options = [*(["--user", user] if user else []), *(["--command-line"] if command_line else [])]
    options += ["--hidden"] if hidden else []
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "CANARY_ENV": bait.ENVIRONMENT}
    environment |= {"COURSE_WALL": wall} if wall is not None else {}
    slot = subprocess.Popen(
        contain.command("tests.hostile.slot", *options),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        cwd=corpus.COURSE,
        env=environment,
    )
    assert slot.stdout
    if slot.stdout.readline() != "ready\n":
        raise OSError("a slot did not start: its own words stand above")
    return slot


def _ask(slot: subprocess.Popen[str], submission: corpus.Submission, seconds: int) -> dict[str, Any]:
    assert slot.stdin
    assert slot.stdout
    line = ""
    given_up = threading.Timer(LONGEST, slot.kill)
    given_up.start()
    try:
        print(json.dumps([submission.name, seconds]), file=slot.stdin, flush=True)
        line = slot.stdout.readline()
        answer = json.loads(line)
        row: dict[str, Any] = answer["row"]
        if answer["spoiled"]:
            slot.wait()
    except (OSError, ValueError):
        slot.kill()
        slot.wait()
        return {
            "name": submission.name,
            "expected": "|".join(submission.expected),
            "got": "CRASHED",
            "seconds": 0.0,
            "faults": [f"CRASHED the slot itself: {line or slot.returncode}"],
            "remarks": [],
            "tries": submission.tries,
        }
    finally:
        given_up.cancel()
    return row


def counts(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many rows have each kind of fault."""
    return {kind: sum(any(f.startswith(kind.upper()) for f in row["faults"]) for row in rows) for kind in KINDS}
