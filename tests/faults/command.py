"""One `course class` command in a process of its own, killed or not; which processes and files it leaves behind."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from course.topic import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PR_SET_CHILD_SUBREAPER = 36
LONGEST = 300.0
"""Seconds after which a command hangs."""
TO_END = 15.0
"""Seconds in which what a command has started must end after it."""
TEMPORARY = Path(tempfile.mkdtemp(prefix="faults-tmp-"))
"""Where commands put temporary files: empty but for what was left behind."""


KEPT: set[int] = set()
"""Processes of ours that a command has not started."""


@dataclass
class Outcome:
    """How a command ended."""

    status: int
    output: str
    error: str
    left: list[str] = field(default_factory=list)
    """Processes that went on after it."""

    def faults(self, *, may_fail: bool = True) -> list[str]:
        """Say what is wrong with how it ended; a failure must be a sentence in both languages."""
        told = [f"still running: {each}" for each in self.left]
        if "Traceback" in self.error:
            told.append(f"a traceback: {self.error.strip().splitlines()[-1]}")
        elif self.status not in ({0, 2} if may_fail else {0}):
            told.append(f"status {self.status}: {self.error.strip()[-300:]}")
        elif self.status == 2 and not re.search("[\u4e00-\u9fff]", self.error):
            told.append(f"not in both languages: {self.error.strip()[-300:]}")
        return told


def adopt_orphans() -> None:
    """Let this process be the parent of whatever its commands leave behind."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def command(step: str, root: Path) -> list[str]:
    """Return a step's command line."""
    from tests.faults.scene import arguments

    jobs = ["--jobs", "2"] if step == "grade" else []
    return [sys.executable, "-m", "course.cli", "class", step, *arguments(step), "--dir", str(root), *jobs]


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return a command's environment, with these variables."""
    return {**os.environ, "TMPDIR": str(TEMPORARY), "OMP_NUM_THREADS": "1", **variables}


def run(
    step: str,
    root: Path,
    *,
    meanwhile: Callable[[psutil.Popen], None] | None = None,
    variables: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> Outcome:
    """Run a step to its end.

    Args:
        step: release, grade, feedback or report.
        root: the class.
        meanwhile: done while it runs.
        variables: of its environment, besides its own.
        prefix: the command line that runs the command.

    Returns:
        How it ended.

    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        process = psutil.Popen(
            [*prefix, *command(step, root)],
            cwd=ROOT,
            env=environment(variables or {}),
            stdout=output,
            stderr=error,
            start_new_session=True,
        )
        if meanwhile:
            meanwhile(process)
        try:
            status = process.wait(LONGEST)
        except psutil.TimeoutExpired:
            process.kill()
            status = process.wait()
        left = _left()
        texts = []
        for stream in (output, error):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    return Outcome(status, texts[0], texts[1], left)


def _left() -> list[str]:
    """What goes on after the command, and is ended now."""
    me, until = psutil.Process(), time.monotonic() + TO_END
    while True:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        alive = [each for each in me.children(recursive=True) if each.pid not in KEPT and each.is_running()]
        if not alive or time.monotonic() > until:
            break
        time.sleep(0.05)
    told = []
    for each in alive:
        with suppress(psutil.Error):
            told.append(" ".join(each.cmdline())[-120:])
            each.kill()
    return told


def temporary() -> list[str]:
    """Say which temporary files were left behind, and remove them."""
    found = sorted(each.name for each in TEMPORARY.iterdir())
    for each in TEMPORARY.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
    return [f"{TEMPORARY.name}/{each} was left behind" for each in found]
