"""How long `make` takes when there is nothing to install, until the command itself starts."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from course.setup.environment import ensure
from course.system.workspace import ROOT
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows() -> Iterator[Row]:
    """The second call of `make lab`, without JupyterLab."""
    ensure("learner")
    seconds = []
    for _ in range(7):
        started = time.perf_counter()
        command = [sys.executable, "-I", "course/setup/bootstrap.py", "learner", "python", "-c", ""]
        subprocess.run(command, cwd=ROOT, check=True)
        seconds.append(time.perf_counter() - started)
    yield Row("make, a second time, until its command starts (median of 7)", statistics.median(seconds), "s", bar=1.0)
