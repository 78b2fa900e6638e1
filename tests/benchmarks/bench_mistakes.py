"""The catalogue in figures: its size, how far its mistakes lie apart, mutants, the time of a check with a diagnosis."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from jupyter_client.manager import start_new_kernel
from tqdm import tqdm

from course.grading.findings.fitting import defaults, varied_names
from course.grading.mistakes import catalogue
from course.grading.trail import EXACT
from course.system.workspace import ROOT
from course.topic import topics
from tests.benchmarks.row import Row
from tests.grading import catalogued, mutants
from tests.topics import corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.topic import Topic

STEMS = [topic.stem for topic in topics("rule")]
RUNS = 5
"""A topic and file."""

UPDATE = """
    def update(self, param, grad, state):
        new, state = super().update(param, grad, state)
        return {}, state
"""
CONSTANT = """
    def update(self, param, grad, state):
        self.{first} = {value}
        return super().update(param, grad, state)
"""
WRONG = {
    "named": UPDATE.format("2 * param - new"),
    "not recognised": UPDATE.format("param + np.tanh(3 * (new - param))"),
    "another default": """
    def __init__(self, **given):
        super().__init__(**{{"{first}": {value}, **given}})
""",
    "a constant": CONSTANT,
    "a constant and a mistake": """
    def update(self, param, grad, state):
        self.{first} = {value}
        new, state = super().update(param, grad, state)
        return 2 * param - new, state
""",
    "a constant and what nobody knows": """
    def update(self, param, grad, state):
        self.{first} = {value}
        new, state = super().update(param, grad, state)
        return param + np.tanh(3 * (new - param)), state
""",
}
"""What is written under the class, by kind: the step added, a mistake of every catalogue; a step of none, for which
every single mistake and every pair is tried, and the file is asked what it does; and what only asking it finds."""

FILE = """{solution}
import numpy as np
class {name}({name}):{wrong}
"""


THREE = "three at once"
"""A file of the corpus that makes three mistakes."""


def source(topic: Topic, kind: str) -> str:
    """A file with something wrong in it."""
    if kind == THREE:
        files = corpus(topic.stem, "named")
        return next(text for title, text in files.items() if title.partition(":")[0].count("+") == 2)
    first = varied_names(topic)[0]  # a rate, or Lookahead's count of steps
    value = 3 if isinstance(defaults(topic)[first], int) else 0.037
    return FILE.format(
        solution=topic.solution.read_text("utf-8"),
        name=topic.class_name,
        wrong=WRONG[kind].format(first=first, value=value),
    )


def size() -> Iterator[Row]:
    """How many there are."""
    books = [catalogue(topic) for topic in topics("rule")]
    yield Row("catalogued mistakes, all topics", sum(len(book.mistakes) for book in books), "", bar=80, at_least=True)
    yield Row("  under different ids", len({each.id for book in books for each in book.mistakes}), "")
    yield Row("  in the smallest topic", min(len(book.mistakes) for book in books), "", bar=5, at_least=True)


def separation() -> Iterator[Row]:
    """How far single mistakes lie apart, and how many pairs have a path of their own."""
    found = {stem: catalogued.separation(stem) for stem in tqdm(STEMS, desc="separation", leave=False)}
    right = min(each.from_right for each in found.values()) / EXACT.relative
    other = min(each.from_each_other for each in found.values()) / EXACT.relative
    yield Row("nearest mistake to the right rule ÷ tolerance", right, "×", bar=1000, at_least=True)
    yield Row("nearest two mistakes ÷ tolerance", other, "×", bar=1000, at_least=True)
    worst = min(STEMS, key=lambda stem: found[stem].told_apart / found[stem].pairs)
    pairs, told = sum(each.pairs for each in found.values()), sum(each.told_apart for each in found.values())
    yield Row(f"pairs told apart, of {pairs}", 100 * told / pairs, "%", bar=95, at_least=True)
    yield Row(
        f"  in the worst topic, {worst}", 100 * found[worst].told_apart / found[worst].pairs, "%", bar=95, at_least=True
    )


def rejected() -> Iterator[Row]:
    """Automatic mutants of the solutions."""
    counts = {stem: mutants.counts(stem) for stem in tqdm(STEMS, desc="mutants", leave=False)}
    for name in next(iter(counts.values())):
        yield Row(f"mutants: {name}", sum(each[name] for each in counts.values()), "")


def diagnosis() -> Iterator[Row]:
    """From sending the cell to its report, in a kernel that has checked once before."""
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(ROOT))
    try:
        client.execute_interactive("from course.lab import check", timeout=60)
        with tempfile.TemporaryDirectory() as folder:

            def run(stem: str) -> float:
                begin = time.perf_counter()
                reply = client.execute_interactive(
                    f"check({stem!r}, {folder!r})", timeout=60, output_hook=lambda _: None
                )
                assert reply["content"]["status"] == "ok"
                seconds = time.perf_counter() - begin
                time.sleep(0.5)  # nobody checks twice in half a second; the next worker gets ready meanwhile
                return seconds

            for kind in (*WRONG, THREE):
                times = {}
                for topic in topics("rule"):
                    text = source(topic, kind)
                    Path(folder, f"{topic.stem}.py").write_text(text, "utf-8")
                    run(topic.stem)
                    times[topic.stem] = median(run(topic.stem) for _ in range(RUNS))
                slowest = max(times, key=lambda stem: times[stem])
                yield Row(f"check() with diagnosis, {kind}: median", 1000 * median(times.values()), "ms", bar=150)
                yield Row(f"  the slowest topic, {slowest}", 1000 * times[slowest], "ms", bar=300)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


COLD = "named", "not recognised"
"""The kinds that are answered soonest and last."""


def cold() -> Iterator[Row]:
    """What a learner types in a shell, `course check STEM`, beside importing torch: whole processes, side by side."""

    def seconds(*command: str) -> float:
        begin = time.perf_counter()
        done = subprocess.run([sys.executable, *command], cwd=ROOT, check=False, capture_output=True)
        assert done.returncode == (0 if command[0] == "-c" else 1), done.stderr
        return time.perf_counter() - begin

    with tempfile.TemporaryDirectory() as folder:
        torch = min(seconds("-c", "import torch") for _ in range(RUNS))
        for kind in COLD:
            times = {}
            for topic in topics("rule"):
                Path(folder, f"{topic.stem}.py").write_text(source(topic, kind), "utf-8")
                check = ("-m", "course.cli", "check", topic.stem, "--submission", folder)
                times[topic.stem] = min(seconds(*check) for _ in range(RUNS))
            slowest = max(times, key=lambda stem: times[stem])
            yield Row(
                f"`course check` ÷ `import torch`, both from nothing, {kind}: median",
                median(times.values()) / torch,
                "×",
                bar=1 / 3,
            )
            yield Row(f"  the slowest topic, {slowest}", times[slowest] / torch, "×", bar=1 / 3)


def rows() -> Iterator[Row]:
    """All of it."""
    yield from size()
    yield from diagnosis()
    yield from cold()
    yield from separation()
    yield from rejected()
