"""How long a check takes: cold in the terminal, beside `import torch` in the same run; and in a running kernel."""

from __future__ import annotations

import subprocess
import sys
import time
from statistics import median
from typing import TYPE_CHECKING

from jupyter_client.manager import start_new_kernel

from course.system.workspace import ROOT
from course.topic import topics
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

COLD_RUNS = 9
WARM_RUNS = 5
"""A topic; fifty checks in all."""


def _seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return time.perf_counter() - begin


def cold() -> Iterator[Row]:
    """Whole processes, in turn: a machine whose speed drifts slows both."""
    check = [sys.executable, "-m", "course.cli", "check", "momentum", "--submission", "solutions"]
    torch = [sys.executable, "-c", "import torch"]
    _seconds(check), _seconds(torch)  # the first run reads the disk
    pairs = [(_seconds(check), _seconds(torch)) for _ in range(COLD_RUNS)]
    yield Row("course check momentum, cold", 1000 * median(check for check, _ in pairs), "ms")
    yield Row("import torch", 1000 * median(torch for _, torch in pairs), "ms")
    yield Row("import torch ÷ course check", median(t / c for c, t in pairs), "×", bar=4, at_least=True)


def warm() -> Iterator[Row]:
    """From sending the cell to its report, in a kernel that has checked once before."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))
    try:
        client.execute_interactive("from course.lab import check", timeout=60)

        def run(stem: str) -> float:
            begin = time.perf_counter()
            reply = client.execute_interactive(f"check({stem!r}, 'solutions')", timeout=60, output_hook=lambda _: None)
            assert reply["content"]["status"] == "ok"
            seconds = time.perf_counter() - begin
            time.sleep(0.5)  # nobody checks twice in half a second; the next worker gets ready meanwhile
            return seconds

        stems = [topic.stem for topic in topics()]
        run(stems[0])
        times = {stem: [run(stem) for _ in range(WARM_RUNS)] for stem in stems}
        slowest = max(stems, key=lambda stem: median(times[stem]))
        everything = [seconds for each in times.values() for seconds in each]
        yield Row("check() in a running kernel, median of all topics", 1000 * median(everything), "ms", bar=70)
        yield Row(f"  the slowest topic, {slowest}", 1000 * median(times[slowest]), "ms", bar=250)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def rows() -> Iterator[Row]:
    """Both."""
    yield from cold()
    yield from warm()
