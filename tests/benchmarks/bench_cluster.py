"""A class judged on a cluster: submissions a minute with one worker and with two, bytes on the way, memory.

Scheduler and workers are processes of this machine, so a second worker is worth something where there is a core for it.
The submissions of a round may be changed in number by the environment variable COURSE_BENCH_CLUSTER.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cloudpickle
import psutil

from course.classroom.cluster import Cluster
from course.classroom.errand import call
from course.classroom.judging import fingerprint, judge_file
from course.grading.sandbox import Limits
from tests.benchmarks.bench_class import STEM, files
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

COUNT, ROUNDS = int(os.environ.get("COURSE_BENCH_CLUSTER", "100")), 3
MIB = 2**20


def _work(text: str) -> tuple[Any, ...]:
    return STEM, text.encode(), "a secret of sixteen bytes", asdict(Limits()), fingerprint()


@contextmanager
def _started(workers: int) -> Iterator[tuple[str, list[psutil.Process]]]:
    """A scheduler and so many workers of one thread; yields the address and the processes, the scheduler's first."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    dask = str(Path(sys.executable).parent / "dask")
    with tempfile.TemporaryDirectory() as place:
        file = Path(place, "scheduler.json")
        host = ["--host", "127.0.0.1", "--no-dashboard"]
        worker = ["worker", *host, "--nthreads", "1", "--scheduler-file", str(file), "--local-directory", place]
        lines = [["scheduler", *host, "--port", "0", "--scheduler-file", str(file)], *[worker] * workers]
        started = []
        try:
            for line in lines:
                process = subprocess.Popen(
                    [dask, *line], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
                )
                started.append(psutil.Process(process.pid))
                while not file.exists():
                    time.sleep(0.1)
            address = json.loads(file.read_text("utf-8"))["address"]
            yield address, started
        finally:
            for each in reversed(started):
                each.terminate()
            psutil.wait_procs(started, 10)


def _seconds(cluster: Cluster, texts: list[str]) -> tuple[float, list[str]]:
    """How long they take, no more of them asked for at once than a class does."""
    begin = time.monotonic()
    asked: list[Future[str]] = [cluster.submit(judge_file, *_work(text)) for text in texts]
    told = [each.result() for each in asked]
    return time.monotonic() - begin, told


def _memory(process: psutil.Process) -> float:
    """MiB of a process and all that it has started, what they share counted once."""
    return sum(float(each.memory_full_info().pss) for each in (process, *process.children(recursive=True))) / MIB


def _computed(processes: list[psutil.Process]) -> float:
    """Seconds of CPU of these and all that they have started, those that are gone included."""
    every = [each for process in processes for each in (process, *process.children(recursive=True))]
    return sum(sum(each.cpu_times()[:4]) for each in every)  # user, system, and those of children that have ended


def rows() -> Iterator[Row]:
    """One worker and two, in turn, so that what else the machine does slows both; the fastest round counts."""
    texts = [f"# {number}\n{text}" for number, text in enumerate(files(COUNT)) if text is not None]
    with ExitStack() as stack:
        clusters, started = {}, {}
        for workers in (1, 2):
            address, started[workers] = stack.enter_context(_started(workers))
            clusters[workers] = cluster = stack.enter_context(Cluster(address))
            while cluster.workers < workers:
                time.sleep(0.1)
            _seconds(cluster, texts[: 10 * workers])  # torch is imported, the processes are prepared
        processes, told = [each for several in started.values() for each in several], [""]
        before, here = _computed(processes), time.process_time()
        fastest = dict.fromkeys(clusters, 0.0)
        for _ in range(ROUNDS):
            for workers, cluster in clusters.items():
                seconds, told = _seconds(cluster, texts)
                fastest[workers] = max(fastest[workers], 60 * len(texts) / seconds)
        done = ROUNDS * len(clusters) * len(texts)
        computed, here = _computed(processes) - before, time.process_time() - here
        for workers, rate in fastest.items():
            yield Row(f"{STEM}, {workers} worker{'s' * (workers > 1)}, submissions a minute", rate, "/min")
        yield Row("  two workers ÷ twice one worker", fastest[2] / (2 * fastest[1]), "×", bar=0.8, at_least=True)
        yield Row("  computing for one submission, schedulers included", 1000 * computed / done, "ms")
        yield Row("  computing at the desk, to send and to receive it", 1000 * here / done, "ms")
        head, *others = started[2]
        yield Row("  memory of a worker", sum(map(_memory, others)) / len(others), "MiB")
        yield Row("  memory of the scheduler", _memory(head), "MiB")
    sent = [len(cloudpickle.dumps(call(judge_file, _work(text), {"trusted": False}))) for text in texts]
    yield Row("  bytes to a worker, a submission", sum(sent) / len(sent), "B")
    yield Row("  bytes back, a submission", sum(len(each.encode()) for each in told) / len(told), "B")
