"""Backup and restore: killed at any moment, and on a disk without room; then once more, and all of it is there."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from typing import TYPE_CHECKING

from tests.faults.command import run, temporary
from tests.faults.compare import different, held
from tests.faults.disks import ROOMY, mounted, used
from tests.faults.kills import killer
from tests.faults.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.scene import Scene

COMPARED = "the restored class; nothing left behind"


def copying(scene: Scene, work: Path, times: int, seed: int) -> Iterator[Row]:
    """Kill backup and restore, let their disks be full, and do them again.

    Args:
        scene: the class.
        work: a folder for the trials.
        times: how often each.
        seed: of the moments.

    Yields:
        A row a fault.

    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    root, file, again = scene.copy("feedback", work / "class"), work / "backup", work / "again"
    before = held(root)
    drawn = random.Random(f"{seed} backup")  # noqa: S311 - to be repeated
    lines = {"backup": (file, "--dir", root), "restore": (file, again)}
    seconds = {}
    for step, line in lines.items():
        begun = time.monotonic()
        if faults := run(step, root, arguments=line).faults(may_fail=False):
            raise RuntimeError(f"{step} fails undisturbed: {faults}")
        seconds[step] = time.monotonic() - begun
    names = sorted(each.name for each in work.iterdir())

    def once_more(step: str) -> list[str]:
        faults = []
        if step == "backup":
            shutil.rmtree(again, ignore_errors=True)
            file.unlink(missing_ok=True)  # it is whole, or was never there
            faults += run("backup", root, arguments=lines["backup"]).faults(may_fail=False)
        elif again.exists() and not (again / "nbgrader_config.py").exists():
            shutil.rmtree(again)  # as the sentence says, where another try is not enough
        if not again.exists():
            faults += run("restore", root, arguments=lines["restore"]).faults(may_fail=False)
        faults += different(before, held(again)) + different(before, held(root)) + temporary()
        left = sorted(each.name for each in work.iterdir())
        return faults + ([] if left == names else [f"{left}, not {names}"])

    for step, line in lines.items():
        row = Row(f"kill: {step}", COMPARED)
        for turn in range(times):
            if step == "backup":
                file.unlink()
            else:
                shutil.rmtree(again)
            at, killed = seconds[step] * (turn + drawn.random()) / times, list[str]()
            outcome = run(step, root, arguments=line, meanwhile=killer("all of them", at, drawn, killed))
            row.add(f"{turn} after {at:.2f} s", [f"still running: {each}" for each in outcome.left] + once_more(step))
        yield row
    yield _full(work / "disk", root, file, times)


def _full(place: Path, root: Path, whole: Path, times: int) -> Row:
    row = Row("full disk: backup, restore", "refusal in a sentence, nothing left; then all of it")
    for turn in range(times):
        with mounted(place, "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs"):
            for step, line in {
                "backup": (place / "backup", "--dir", root),
                "restore": (whole, place / "again"),
            }.items():
                size = used(place) + 8192 + whole.stat().st_size * turn // times // 2
                subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)
                outcome = run(step, root, arguments=line)
                faults = outcome.faults() + ([] if outcome.status == 2 else [f"status {outcome.status}, not 2"])
                if step == "backup":
                    faults += [f"{each.name} was left behind" for each in place.iterdir()]
                subprocess.run(["mount", "-o", f"remount,size={ROOMY}", place], check=True)
                if step == "restore":
                    shutil.rmtree(place / "again", ignore_errors=True)
                faults += [f"then {each}" for each in run(step, root, arguments=line).faults(may_fail=False)]
                row.add(f"{step} {turn} of {times}", faults)
            row.faults += different(held(root), held(place / "again"))
    return row
