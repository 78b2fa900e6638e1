"""Bubblewrap: a worker in namespaces of its own, where nothing exists but what it needs.

It sees Python, numpy and a few files of ours, read-only, and one small empty folder in memory; no other process, no
network and no /proc. What is in its environment, `sandbox` chooses. Source: the manual page bwrap(1).
"""

from __future__ import annotations

import functools
import os
import shutil
from contextlib import suppress
from pathlib import Path

from course.grading import folder
from course.grading.wall import places

FOLDER = "/rule"
"""The one folder that a file may write to, in memory."""


@functools.cache
def program() -> str | None:
    """Return where bubblewrap is installed; None if it is not."""
    return shutil.which("bwrap") if os.name == "posix" else None


@functools.cache
def prefix(*, tied: bool = False) -> tuple[str, ...]:
    """Return the command line before the worker's own.

    Args:
        tied: whether what runs in it is to end with the thread that starts it.

    Returns:
        The program and its options.

    """
    found = program()
    assert found is not None  # noqa: S101 - asked only where it is
    line = [found, *(f"--unshare-{each}" for each in ("ipc", "pid", "net", "uts"))]
    line += ["--hostname", "downhill", *(["--die-with-parent"] if tied else [])]
    line += ["--cap-drop", "ALL"]
    # Root needs no user namespace, and in one it could not read a Python that lies in somebody else's home.
    line += ["--cap-add", "CAP_DAC_READ_SEARCH"] if os.geteuid() == 0 else ["--unshare-user"]
    for path in places.shared():
        line += ["--ro-bind", str(path), str(path)]
    for path in places.hidden():
        line += ["--tmpfs", str(path)]
    for path in (*places.packages(), *places.own()):
        line += ["--ro-bind", str(path), str(path)]
    for device in ("/dev/null", "/dev/zero", "/dev/urandom"):
        line += ["--dev-bind-try", device, device]
    line += [part for path in places.hidden() for part in ("--remount-ro", str(path))]
    line += ["--size", str(folder.MOST_BYTES), "--tmpfs", FOLDER, "--chdir", FOLDER, "--remount-ro", "/"]
    return tuple(line)


def crowded(process: int) -> bool:
    """Return whether there are too many files in the folder in memory; the kernel bounds only their bytes.

    Args:
        process: the number of bubblewrap itself; the worker is the child of its child.

    """
    worker = process
    with suppress(OSError):
        while children := Path(f"/proc/{worker}/task/{worker}/children").read_text("ascii").split():
            worker = int(children[0])
        held = os.statvfs(f"/proc/{worker}/root{FOLDER}")
        return worker != process and held.f_files - held.f_ffree > folder.MOST
    return False
