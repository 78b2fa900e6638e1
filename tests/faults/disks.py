"""Disks that refuse: full at some point of a step, read-only, or with one file in the way that may not be written."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tests.faults.command import run, temporary
from tests.faults.compare import held
from tests.faults.scene import STEPS
from tests.faults.table import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.faults.scene import Scene

ROOMY = 2**30
NO_OVERRIDE = ("setpriv", "--bounding-set=-dac_override")
"""Root, for whom permissions hold as for anybody else."""
COMPARED = "refusal in a sentence, then gradebook, trees, report"


@contextmanager
def mounted(place: Path, *arguments: str) -> Iterator[None]:
    """Mount something on a folder, which is made, and take it away again."""
    place.mkdir(parents=True, exist_ok=True)
    subprocess.run(["mount", *arguments, place], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", place], check=True)


def full(scene: Scene, work: Path, levels: int, steps: Sequence[str] = STEPS) -> Iterator[Row]:
    """Let a disk be full after so much of what a step writes, make room, and run it again.

    Args:
        scene: the class.
        work: a folder for the trials.
        levels: how many levels.
        steps: the steps.

    Yields:
        A row a step.

    """
    for step in steps:
        row = Row(f"full disk: {step}", COMPARED)
        refused = 0
        for level in range(levels):
            place = work / "disk"
            with mounted(place, "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs"):
                root = scene.copy(step, place / "class")
                least = used(place)
                most = max(_used_by(scene, step, work / "other"), least + 2**17)
                size = least + (most - least) * level // levels
                subprocess.run(["mount", "-o", f"remount,size={size}", place], check=True)
                outcome = run(step, root)
                faults, refused = outcome.faults(), refused + (outcome.status == 2)
                subprocess.run(["mount", "-o", f"remount,size={ROOMY}", place], check=True)
                again = run(step, root)
                faults += [f"then {each}" for each in again.faults(may_fail=False)]
                row.add(f"{level} of {levels}", faults + scene.differs(step, root) + temporary())
        row.remarks.append(f"{refused} times refused")
        yield row


def used(place: Path) -> int:
    """Return how many bytes are taken on the disk that is mounted here."""
    found = os.statvfs(place)
    return (found.f_blocks - found.f_bfree) * found.f_frsize


def _used_by(scene: Scene, step: str, place: Path) -> int:
    """Bytes that the class takes on such a disk after the step, undisturbed."""
    following = dict(zip(STEPS, (*STEPS[1:], "end"), strict=True))[step]
    with mounted(place, "-t", "tmpfs", "-o", f"size={ROOMY}", "tmpfs"):
        shutil.copytree(scene.before(following), place / "class", symlinks=True)
        return used(place)


def read_only(scene: Scene, work: Path, steps: Sequence[str] = STEPS) -> Iterator[Row]:
    """Run a step on a disk that is read-only, and again when it is not.

    Args:
        scene: the class.
        work: a folder for the trials.
        steps: the steps.

    Yields:
        A row.

    """
    row = Row("read-only disk", COMPARED)
    for step in steps:
        root = scene.copy(step, work / "class")
        with mounted(root, "--bind", str(root)):
            subprocess.run(["mount", "-o", "remount,bind,ro", root], check=True)
            outcome = run(step, root)
        row.add(step, _refused(outcome.status) + outcome.faults() + _once_more(scene, step, root))
    yield row


def file_in_the_way(scene: Scene, work: Path, steps: Sequence[str] = STEPS) -> Iterator[Row]:
    """Take away the right to write one file or folder of the class.

    Args:
        scene: the class.
        work: a folder for the trials.
        steps: the steps.

    Yields:
        A row a step.

    """
    for step in steps:
        row = Row(f"a file that may not be written: {step}", COMPARED)
        root = scene.copy(step, work / "class")
        places = sorted(
            each.name
            for each in root.iterdir()
            if each.name not in {"source", "submitted", "README.md", ".gitignore", "nbgrader_config.py"}
        )
        refused = 0
        for name in [*places, "."]:
            root = scene.copy(step, work / "class")
            path = root / name
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode & 0o555)
            outcome = run(step, root, prefix=NO_OVERRIDE)
            path.chmod(mode)
            refused += outcome.status == 2
            row.add(name, outcome.faults() + _once_more(scene, step, root))
        row.remarks.append(f"{refused} times refused")
        yield row


def _refused(status: int) -> list[str]:
    return [] if status == 2 else [f"status {status}, not 2"]


def _once_more(scene: Scene, step: str, root: Path) -> list[str]:
    again = run(step, root)
    return [f"then {each}" for each in again.faults(may_fail=False)] + scene.differs(step, root) + temporary()


def lost(scene: Scene, step: str, root: Path) -> list[str]:
    """What a refused step has lost of what was there before it."""
    before, now = held(scene.before(step)).files, held(root).files
    return [f"{path} is lost" for path in before if path not in now]
