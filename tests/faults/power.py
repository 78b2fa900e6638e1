"""Power loss: a step runs on a file system that remembers every change; the power fails after any one of them.

One undisturbed run gives the log. For each cut, the disk is rebuilt as it would be found after it, and the step is run
again there, on an ordinary disk.
"""

from __future__ import annotations

import pickle
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from course.system.workspace import ROOT
from tests.faults import command
from tests.faults.memory import SURVIVORS, Change, Disk
from tests.faults.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.scene import Scene

CUTS = {"release": 2, "grade": 6, "feedback": 2, "report": 1}
"""Of the cuts, by step: shares of eleven."""


def possible() -> bool:
    """Whether this machine lets us make a file system."""
    return Path("/dev/fuse").exists()


def record(scene: Scene, step: str, work: Path) -> tuple[list[Change], dict[int, int], list[str]]:
    """Run a step on a file system of ours.

    Args:
        scene: the class.
        step: the step.
        work: an empty folder.

    Returns:
        All changes; when each file was modified; what was wrong with the run itself.

    """
    place, log = work / "disk", work / "log"
    place.mkdir(parents=True)
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.fuse", scene.before(step), place, log],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    command.KEPT.add(server.pid)
    try:
        assert server.stdout is not None
        if server.stdout.readline() != "ready\n":
            raise RuntimeError("no file system can be mounted here")
        outcome = command.run(step, place)
        shutil.copytree(place, work / "after", symlinks=True)  # to look is to write: a page of the report
        faults = outcome.faults(may_fail=False) + scene.differs(step, work / "after")
    finally:
        subprocess.run(["umount", place], check=False)
        server.wait(60)
        command.KEPT.discard(server.pid)
    changes, times = pickle.loads(log.read_bytes())  # noqa: S301 - our own process has written it
    return changes, times, faults


def cuts(scene: Scene, work: Path, times: int, seed: int) -> Iterator[Row]:
    """Cut the power and run again.

    Args:
        scene: the class.
        work: a folder for the trials.
        times: how many cuts in all, for each way in which what is not safe may be lost.
        seed: of the moments and of what survives.

    Yields:
        A row a step and way.

    """
    for step, share in CUTS.items():
        shutil.rmtree(work, ignore_errors=True)
        changes, modified, faults = record(scene, step, work)
        number = max(1, round(times * share / sum(CUTS.values())))
        synced = sum(change.kind == "sync" for change in changes)
        for survivors in SURVIVORS:
            row = Row(
                f"power loss, {survivors} is kept: {step}".replace("nothing unsynced is", "nothing unsynced"),
                "gradebook, trees, report",
            )
            row.remarks.append(f"{len(changes)} changes, {synced} times made safe")
            row.faults += faults
            drawn = random.Random(f"{seed} {step} {survivors}")  # noqa: S311 - to be repeated
            for turn in range(number):
                at = int(len(changes) * (turn + drawn.random()) / number)
                disk = Disk.of(scene.before(step))
                for change in changes[:at]:
                    disk.do(change)
                disk.after_power_loss(survivors, drawn)
                root = work / "class"
                shutil.rmtree(root, ignore_errors=True)
                disk.write_out(root, modified)
                again = command.run(step, root)
                row.add(f"{turn} after {at} changes", again.faults(may_fail=False) + _differs(scene, step, root))
            yield row


def _differs(scene: Scene, step: str, root: Path) -> list[str]:
    try:
        return scene.differs(step, root)
    except Exception as problem:  # noqa: BLE001 - what cannot even be read is the worst difference
        return [f"cannot be read: {problem!r}"]
