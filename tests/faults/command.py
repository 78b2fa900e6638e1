"""One `course class` command in a process of its own, killed or not; which processes and files it leaves behind."""

from __future__ import annotations

import atexit
import ctypes
import os
import re
import shutil
import sys
import tempfile
import threading
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from course.system.workspace import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

PR_SET_CHILD_SUBREAPER = 36
LONGEST = 300.0
"""Seconds after which a command hangs."""
TO_END = 15.0
"""Seconds in which what a command has started must end after it."""
TEMPORARY = Path(tempfile.mkdtemp(prefix="faults-tmp-"))
"""Where commands put temporary files: empty but for what was left behind."""


PYTHONS = re.compile(
    r"Traceback \(most recent call last\):\n"
    r"  File \"[^\"]*multiprocessing/resource_tracker.py\".*\n.*\nKeyError: '/mp-\w+'\n"
)
"""What Python's own tracker of semaphores prints in its own process when the one before it was killed. It tracks
nothing of ours, and there is no way to keep it quiet."""
TORCHS = "torchinductor_"
"""How torch's own cache is called, which it makes once for each user."""
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
        error = PYTHONS.sub("", self.error)
        if "Traceback" in error:
            told.append(f"a traceback: {error[error.index('Traceback') :][:1500]}")
        elif self.status not in ({0, 2} if may_fail else {0}):
            told.append(f"status {self.status}: {self.error.strip()[-300:]}")
        elif self.status == 2 and not re.search("[\u4e00-\u9fff]", self.error):
            told.append(f"not in both languages: {self.error.strip()[-300:]}")
        return told


def adopt_orphans() -> None:
    """Let this process be the parent of whatever its commands leave behind."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


BY_PROCESSES = """import sys
from course import cli
from course.classroom import judges, pages
judges.FEW = pages.FEW = 0
sys.exit(cli.main())"""
"""The course's command, which starts a pool of processes even for a few submissions."""


def command(step: str, root: Path, topics: Sequence[str] | None = None) -> list[str]:
    """Return a step's command line.

    Args:
        step: release, grade, feedback or report.
        root: the class.
        topics: for which; what comes next in the course is released, and the other steps are for all.

    """
    named = topics or (["momentum"] if step == "release" else [])
    jobs = ["--jobs", "2"] if step == "grade" else []
    return [sys.executable, "-m", "course.cli", "class", step, *named, "--dir", str(root), *jobs]


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Return a command's environment, with these variables."""
    return {**os.environ, "TMPDIR": str(TEMPORARY), "OMP_NUM_THREADS": "1", **variables}


def run(
    step: str,
    root: Path,
    *,
    topics: Sequence[str] | None = None,
    arguments: Sequence[object] = (),
    pooled: bool = False,
    meanwhile: Callable[[psutil.Process], None] | None = None,
    variables: Mapping[str, str] | None = None,
    prefix: Sequence[str] = (),
) -> Outcome:
    """Run a step to its end.

    Args:
        step: release, grade, feedback or report.
        root: the class.
        topics: as in `command`.
        arguments: what comes after the step, if not what `command` gives.
        pooled: whether it starts a pool of processes, as it does for many submissions.
        meanwhile: done while it runs.
        variables: of its environment, besides its own.
        prefix: the command line that runs the command.

    Returns:
        How it ended.

    """
    line = command(step, root, topics)
    if arguments:
        line = [*line[: line.index(step) + 1], *map(str, arguments)]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as error:
        if FORKED and not variables and not prefix:
            process = psutil.Process(_forked(line, output.fileno(), error.fileno(), pooled=pooled))
        else:
            if pooled:
                line[1:3] = ["-c", BY_PROCESSES]
            process = psutil.Popen(
                [*prefix, *line],
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


FORKED = False
"""Whether a command is forked from this process, which has imported what it needs, and not started anew: faster."""


def _forked(line: list[str], output: int, error: int, *, pooled: bool) -> int:
    """Run a command line of ours in a child; return its number."""
    import torch as _torch  # noqa: F401 - so that every child has it, as well as the next one

    from course import cli, text
    from course.classroom import judges, pages
    from course.classroom import nbgrader_steps as _  # noqa: F401

    child = os.fork()
    if child:
        return child
    status = 70
    try:
        os.setsid()
        os.chdir(ROOT)
        os.environ.update(environment({}))
        tempfile.tempdir, text._chosen = None, None
        if pooled:
            judges.FEW = pages.FEW = 0
        for target, descriptor in ((0, os.open(os.devnull, os.O_RDONLY)), (1, output), (2, error)):
            os.dup2(descriptor, target)
        sys.stdout, sys.stderr = (open(target, "w", encoding="utf-8", closefd=False) for target in (1, 2))  # noqa: SIM115 - the process's own
        status = cli.main(line[line.index("class") :])
        threading._shutdown()  # type: ignore[attr-defined]  # as at the end of every Python
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - nothing gets out of here
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


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
    found = sorted(each.name for each in TEMPORARY.iterdir() if not each.name.startswith(TORCHS))
    for each in TEMPORARY.iterdir():
        if each.is_dir():
            shutil.rmtree(each)
        else:
            each.unlink()
    return [f"{TEMPORARY.name}/{each} was left behind" for each in found]
