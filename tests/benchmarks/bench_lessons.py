"""How long every notebook runs, in both languages, with the exercises untouched and solved: 52 runs, two at a time.

Nothing is left from an earlier run: every contest trains all that it compares. Kernels work on one core each.
"""

from __future__ import annotations

import ast
import os
import resource
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest import mock

from tqdm import tqdm

from course.authoring import notebooks
from course.lab.training.contest import contest
from course.text import LANGS, Lang
from course.topics.choosing.lab import heat_maps
from tests.benchmarks.row import Row
from tests.learner import filled
from tests.lessons.shown import sources_of
from tests.lessons.test_run import run

if TYPE_CHECKING:
    from collections.abc import Iterator

TASKS = {"contest", "decay_contest", "batch_race"}
"""What trains the contestants of a lesson's real task."""


class Took(NamedTuple):
    """One notebook, run from top to bottom; seconds."""

    what: str
    whole: float
    task: float
    """The slowest of the cells that train contestants."""


def timed(stem: str, lang: Lang, *, solved: bool) -> Took:
    """Run a notebook in a learner's folder of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "room").mkdir()
        learner = filled(folder / "room", solved=solved)
        begun = time.perf_counter()
        cells = run(f"lessons/{lang}/{stem}.ipynb", learner, folder / "notes.json", trained=folder / "trained")
        whole = time.perf_counter() - begun
    training = [
        cell["seconds"]
        for cell, source in zip(cells, sources_of(stem), strict=True)
        if any(isinstance(node, ast.Name) and node.id in TASKS for node in ast.walk(ast.parse(source)))
    ]
    return Took(f"{stem} ({lang}, {'solved' if solved else 'untouched'})", whole, max(training, default=0.0))


def twice() -> tuple[float, float]:
    """How long a contest takes that finds nothing from before, and how long the same one takes right after it."""
    import torch

    rules: dict[Any, Any] = {
        "SGD": lambda params, lr: torch.optim.SGD(params, lr=lr),
        "Adam": lambda params, lr: torch.optim.Adam(params, lr=lr),
    }
    taken = []
    with tempfile.TemporaryDirectory() as scratch, mock.patch.dict(os.environ, {"COURSE_TRAINED": scratch}):
        for _ in range(2):
            begun = time.perf_counter()
            contest(rules, lrs=[0.01, 0.1], seeds=3, epochs=5)
            taken.append(time.perf_counter() - begun)
    return taken[0], taken[1]


def rows() -> Iterator[Row]:
    """Run everything, then tell of the slowest."""
    for task, steps in (("ravine", 200), ("iris", 100)):
        yield Row(f"choosing: 10 optimizers × 400 settings on {task}", heat_maps(task, steps).seconds, "s", bar=5)
    first, again = twice()
    yield Row("a contest of torch's optimizers: the first time / again", first / again, "×")
    stems = [path.parent.name for path in notebooks.sources()]
    every = [(stem, lang, solved) for stem in stems for lang in LANGS for solved in (False, True)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        running = pool.map(lambda each: timed(each[0], each[1], solved=each[2]), every)
        took = list(tqdm(running, total=len(every), desc="notebooks", unit=" runs"))
    yield Row(
        f"all {len(every)} runs of the notebooks, two at a time", (time.perf_counter() - begun) / 60, "min", bar=15
    )
    slowest = max(took, key=lambda each: each.whole)
    yield Row(f"slowest notebook: {slowest.what}", slowest.whole, "s", bar=90)
    slowest = max(took, key=lambda each: each.task)
    yield Row(f"slowest real task: {slowest.what}", slowest.task, "s", bar=30)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    yield Row("memory of the largest kernel", most, "MB", bar=1024)
