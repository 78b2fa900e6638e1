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

KINDS = (
    "fooled",
    "failed",
    "crashed",
    "hung",
    "slow",
    "leaked",
    "changed",
    "escaped",
    "left behind",
    "control",
    "hidden",
)
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
        seconds: of CPU time for a rule; None for 1 where it is expected to use it up, and 3 for others.
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
        slot = Slot(wall, user, command_line=command_line)
        try:
            while True:
                with lock:
                    if not waiting:
                        return
                    submission = waiting.popleft()
                row = slot.ask(submission, seconds)
                with lock:
                    rows.append(row)
                    told(row)
        except OSError as problem:
            broken.append(problem)
            waiting.clear()
        finally:
            slot.close()

    threads = [threading.Thread(target=serve) for _ in range(slots)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]
    return sorted(rows, key=lambda row: str(row["name"]))


class Slot:
    """One slot, from outside: started when it is asked first, and again when it has ended.

    Args:
        wall: the layers, as COURSE_WALL takes them; None for all that can be had.
        user: as whom the judge runs; None for whoever runs this.
        command_line: whether by `course check --json`.

    """

    def __init__(self, wall: str | None = None, user: str | None = None, *, command_line: bool = False) -> None:
        self.wall, self.user, self.command_line = wall, user, command_line
        self.process: subprocess.Popen[str] | None = None
        self.hidden = False
        """Whether it has imported torch, for those that are judged in a class."""
        self.standing = ""
        """The layers that stand in there."""

    def start(self, *, hidden: bool = False) -> None:
        """Start it, whatever was there before.

        Raises:
            OSError: it did not start.

        """
        self.close()
        options = [*(["--user", self.user] if self.user else []), *(["--command-line"] if self.command_line else [])]
        options += ["--hidden"] if hidden else []
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "CANARY_ENV": bait.ENVIRONMENT,
        }
        environment |= {"COURSE_WALL": self.wall} if self.wall is not None else {}
        self.process = subprocess.Popen(
            contain.command("tests.hostile.slot", *options),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            cwd=corpus.COURSE,
            env=environment,
        )
        self.hidden = hidden
        ready, _, self.standing = self._line().partition(" ")
        if ready != "ready":
            raise OSError("a slot did not start; what it said stands above")

    def close(self) -> None:
        """End it, if it runs."""
        if self.process is not None:
            try:
                self.process.communicate(timeout=3)  # nothing more is said to it, so it ends
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.communicate()
            self.process = None

    def ask(self, submission: corpus.Submission, seconds: int | None = None) -> dict[str, Any]:
        """Put one submission through the judge.

        Args:
            submission: which.
            seconds: of CPU time for its rule; None for 1 where it is expected to use it up, and 3 for others.

        Returns:
            Its row; also where the slot itself has died of it.

        Raises:
            OSError: a slot did not start.

        """
        if self.process is None or submission.hidden is not self.hidden:
            self.start(hidden=submission.hidden)
        line = self._line(json.dumps([submission.name, seconds or (1 if submission.loops else 3)]))
        try:
            answer = json.loads(line)
            row: dict[str, Any] = answer["row"]
        except ValueError:
            self.close()
            return {
                "name": submission.name,
                "expected": "|".join(submission.expected),
                "got": "CRASHED",
                "seconds": 0.0,
                "faults": [f"CRASHED the slot itself {line}"],
                "remarks": [],
                "tries": submission.tries,
            }
        if answer["spoiled"]:
            self.close()
        return row

    def _line(self, said: str = "") -> str:
        """Say a line and return the one that is answered; nothing, if none comes in time."""
        process = self.process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        given_up = threading.Timer(LONGEST, process.kill)
        given_up.start()
        try:
            if said:
                print(said, file=process.stdin, flush=True)
            return process.stdout.readline().strip()
        except OSError:
            return ""
        finally:
            given_up.cancel()


def counts(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """How many rows have each kind of fault."""
    return {kind: sum(any(f.startswith(kind.upper()) for f in row["faults"]) for row in rows) for kind in KINDS}
