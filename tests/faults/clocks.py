"""A clock that is wrong, or jumps; two instructors at once, whose clocks may differ.

The time of day is replaced in the command's process by a small library (clock.c), as libfaketime does; the kernel's own
clock, which writes a file's times, stays right. Files that are handed in have times of their own.
"""

from __future__ import annotations

import itertools
import shutil
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

import psutil

from tests.faults.command import Outcome, command, environment, run, temporary
from tests.faults.scene import STEPS, TERM
from tests.faults.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.faults.scene import Scene

YEAR = 365 * 86400
CLOCKS = {"a year back": -YEAR, "three years back": -3 * YEAR, "ten years forth": 10 * YEAR, "ten minutes back": -600}
COMPARED = "gradebook, trees, report"


def library(work: Path) -> Path:
    """Compile the library.

    Raises:
        CalledProcessError: there is no compiler.

    """
    work.mkdir(parents=True, exist_ok=True)
    made = work / "clock.so"
    source = __file__.replace("clocks.py", "clock.c")
    subprocess.run([shutil.which("cc") or "gcc", "-shared", "-fPIC", "-O1", "-o", made, source, "-ldl"], check=True)
    return made


def clocks(scene: Scene, work: Path, steps: Sequence[str] = STEPS) -> Iterator[Row]:
    """Run a step with a wrong clock, and again with the right one.

    With a clock that is before the time of the files, the times in the report differ, and nothing else.

    Args:
        scene: the class.
        work: a folder for the trials.
        steps: the steps.

    Yields:
        A row a clock.

    """
    shim = {"LD_PRELOAD": str(library(work))}
    for jumps in (False, True):
        for name, seconds in CLOCKS.items():
            row = Row(f"clock {name}{', in jumps' if jumps else ''}", COMPARED)
            for step in steps:
                root = scene.copy(step, work / "class")
                wrong = {**shim, "FAULTS_CLOCK": str(seconds), **({"FAULTS_JUMPS": "1"} if jumps else {})}
                outcome = run(step, root, variables=wrong)
                faults = outcome.faults(may_fail=False) + _once_more(scene, step, root)
                if time.time() + seconds < TERM:
                    # Work that comes from the future counts as handed in when it was graded; the report has that time.
                    row.remarks += [each for each in faults if each.startswith("report:")]
                    faults = [each for each in faults if not each.startswith("report:")]
                row.add(step, faults)
            yield row


TWO = (
    *((step, step, 0) for step in STEPS),
    *((ours, theirs, 0) for ours, theirs in itertools.pairwise(STEPS)),
    ("grade", "report", 0),
    *((step, step, -YEAR) for step in STEPS),
)
"""What two instructors run at the same time, and the seconds by which the first one's clock is wrong."""


def two(scene: Scene, work: Path, times: int, pairs: Sequence[tuple[str, str, int]] = TWO) -> Iterator[Row]:
    """Let two instructors run the same step, or one and the next, at the same time.

    Args:
        scene: the class.
        work: a folder for the trials.
        times: how often each pair.
        pairs: two steps each, and by how many seconds the first one's clock is wrong.

    Yields:
        A row a pair.

    """
    shim = {"LD_PRELOAD": str(library(work))} if any(seconds for *_, seconds in pairs) else {}
    for ours, theirs, seconds in pairs:
        told = f"two at once, {ours} and {theirs}" + (", clocks a year apart" if seconds else "")
        row = Row(told, f"one is told who holds the class; then {COMPARED}")
        for turn in range(times):
            root = scene.copy(ours, work / "class")
            wrong = {**shim, "FAULTS_CLOCK": str(seconds)} if seconds else {}
            outcome, other = _both(ours, theirs, root, wrong, scene.seconds[ours] * turn / times / 2)
            faults = outcome.faults() + other.faults()
            if "report" not in {ours, theirs} and 0 not in {outcome.status, other.status}:
                faults.append("neither was let in")
            last = ours
            if theirs not in {ours, "report"}:  # it may have been let in, before or after: now in its order
                faults += [f"then {each}" for each in run(ours, root).faults(may_fail=False)]
                last = theirs
            row.add(str(turn), faults + _once_more(scene, last, root))
        yield row


def _both(ours: str, theirs: str, root: Path, wrong: dict[str, str], after: float) -> tuple[Outcome, Outcome]:
    found: list[Outcome] = []

    def meanwhile(process: psutil.Process) -> None:
        with suppress(psutil.TimeoutExpired):
            process.wait(after)
        done = subprocess.run(
            command(theirs, root), env=environment(wrong), capture_output=True, encoding="utf-8", check=False
        )
        found.append(Outcome(done.returncode, done.stdout, done.stderr))

    return run(ours, root, meanwhile=meanwhile), found[0]


def _once_more(scene: Scene, step: str, root: Path) -> list[str]:
    again = run(step, root)
    return [f"then {each}" for each in again.faults(may_fail=False)] + scene.differs(step, root) + temporary()
