"""A class: submissions a minute beside plain nbgrader, memory as the class grows, feedback and report, cost by stage.

`SIZES` may be made smaller by the environment variable COURSE_BENCH_CLASS, as in `COURSE_BENCH_CLASS=100,300`.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat as untyped
import psutil

from course import classroom
from course.classroom import judging as judge_module
from course.grading.mistakes.catalogue import catalogue
from course.grading.sandbox import Limits
from course.topic import Topic
from tests.benchmarks.row import Row
from tests.classroom.room import SKELETON, SOLUTION, nbgrader, new_class

if TYPE_CHECKING:
    from collections.abc import Iterator

nbformat: Any = untyped  # its functions have no annotations
STEM = "adam"
SIZES = tuple(map(int, os.environ.get("COURSE_BENCH_CLASS", "1000,10000").split(",")))
SAMPLE = 100
"""Submissions of which judge and workers are measured apart."""
PLAIN = 5
"""Submissions that plain nbgrader grades, after a first one that is not counted."""
SPOILT = ("return (", "return undefined,")
SHARES = {"right": 62, "one mistake": 16, "two mistakes": 8, "error": 5, "untouched": 5, "copied": 3, "missing": 1}
"""Of a class, in percent. A file that never ends costs its ten seconds, and is left out."""


def rename(text: str, number: int) -> str:
    """Write the same rule as another student would: other names, other comments, and no two files equal."""
    for name in ("step", "bias", "mean", "scale"):
        text = text.replace(f" {name}_", f" {name}{number}_")
    return f"# {number}\n{text}"


def files(count: int) -> Iterator[str | None]:
    """The files that a class of so many hands in, of mixed quality; None for one that does not."""
    topic = Topic.load(STEM)
    known, right, chance = catalogue(topic), SOLUTION[STEM], random.Random(0)  # noqa: S311
    kinds: dict[str, Callable[[int], str | None]] = {
        "right": lambda number: rename(right, number),
        "one mistake": lambda number: rename(known.source(chance.choice(known.singles)), number),
        "two mistakes": lambda number: rename(known.source(chance.choice(known.pairs)), number),
        "error": lambda number: rename(right.replace("return", chance.choice(SPOILT), 1), number),
        "untouched": lambda _: SKELETON[STEM],
        "copied": lambda _: right,
        "missing": lambda _: None,
    }
    for number in range(count):
        yield kinds[chance.choices(list(SHARES), list(SHARES.values()))[0]](number)


def hand_in(room: Path, first: int, last: int, texts: list[str | None]) -> None:
    """Hand in the files of these students, each with the worksheet as it was released and an answer."""
    notebook = (room / "release" / STEM / f"{STEM}.ipynb").read_bytes()
    for number in range(first, last):
        folder = room / "submitted" / f"s{number:05}" / STEM
        folder.mkdir(parents=True)
        (folder / f"{STEM}.ipynb").write_bytes(notebook)
        if (text := texts[number]) is not None:
            (folder / f"{STEM}.py").write_text(text, "utf-8")


@dataclass
class Spent:
    """What a command took."""

    wall: float
    own: float
    """Seconds of CPU of its own process: taking in, the store and the gradebook."""
    memory: float
    """MB, of its own process at its largest."""


def spent(room: Path, *command: str) -> Spent:
    """Run one of the instructor's commands in the class."""
    begin = time.monotonic()
    started = subprocess.Popen([sys.executable, "-c", TIMED, "class", *command], cwd=room, stdout=subprocess.PIPE)
    assert started.stdout is not None
    printed = started.stdout.read()
    assert started.wait() == 0, printed.decode("utf-8", "replace")
    told = printed.split(b"\n")[-2].split()
    return Spent(time.monotonic() - begin, *map(float, told))


TIMED = """
import re, resource, sys
from pathlib import Path
from course.cli import main
status = main(sys.argv[1:])
own = resource.getrusage(resource.RUSAGE_SELF)
print()
# Of this program alone: `ru_maxrss` begins with what the one that started it had at that moment.
peak = int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text("ascii"))[1])
print(own.ru_utime + own.ru_stime, peak / 1024)
sys.exit(status)
"""


PLAIN_TEST = """
import numpy as np
import torch

for seed in range(20):
    chance = np.random.default_rng(seed)
    param, grads = chance.normal(size=3), chance.normal(size=(100, 3))
    theirs = torch.tensor(param, requires_grad=True)
    optimizer = torch.optim.Adam([theirs], lr=0.1, weight_decay=0.1 * (seed % 2))
    rule = Adam(lr=0.1, weight_decay=0.1 * (seed % 2))
    state = rule.init(param)
    for grad in grads:
        param, state = rule.update(param, grad, state)
        theirs.grad = torch.tensor(grad)
        optimizer.step()
    np.testing.assert_allclose(param, theirs.detach().numpy(), rtol=1e-9)
"""


def plain(place: Path) -> float:
    """Seconds a submission of nbgrader alone, whose notebook holds the rule and tests it against torch."""

    def marked(source: str, name: str, **marks: object) -> Any:
        usual = {"locked": False, "task": False, "solution": False, "grade": False}
        meta = {"schema_version": 3, "grade_id": name, **usual}
        return nbformat.v4.new_code_cell(source, metadata={"nbgrader": meta | marks})

    cells = [
        marked(SOLUTION[STEM], "rule", solution=True),
        marked(PLAIN_TEST, "test", grade=True, locked=True, points=10),
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
    source = place / "source" / STEM / f"{STEM}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    (place / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'plain'\n", "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = nbgrader(place, "generate_assignment", STEM, PATH=path)
    assert done.returncode == 0, done.stderr
    seconds = []
    for count in (1, PLAIN):
        for number in range(count):
            shutil.copytree(place / "source" / STEM, place / "submitted" / f"{count}-{number}" / STEM)
        begin = time.monotonic()
        done = nbgrader(place, "autograde", STEM, "--create", f"--student={count}-*", PATH=path)
        seconds.append(time.monotonic() - begin)
        assert done.returncode == 0, done.stderr
    return (seconds[1] - seconds[0]) / (PLAIN - 1)


@contextmanager
def new_room() -> Iterator[Path]:
    """Make a class with the topic released."""
    with tempfile.TemporaryDirectory() as folder:
        room = new_class(Path(folder) / "class")
        classroom.release(room, [STEM], progress=False)
        yield room


def judging(texts: list[str | None]) -> tuple[float, float]:
    """Return milliseconds of CPU a submission, of the judge and of the workers, in this process."""
    sent = [None if text is None else text.encode() for text in texts]
    fingerprint, limits = judge_module.fingerprint(), asdict(Limits())
    judge_module.judge_file(STEM, sent[0], "seed", limits, fingerprint, trusted=True)
    begin, before = time.process_time(), _workers()
    for source in sent:
        judge_module.judge_file(STEM, source, "seed", limits, fingerprint, trusted=True)
    spent_here, spent_there = time.process_time() - begin, _workers() - before
    return 1000 * spent_here / len(sent), 1000 * spent_there / len(sent)


def _workers() -> float:
    """Seconds of CPU of the prepared process and of all workers that it has had."""
    family = psutil.Process().children(recursive=True)
    times = [each.cpu_times() for each in family if "python" in each.name()]
    return float(sum(each.user + each.system + each.children_user + each.children_system for each in times))


def rows() -> Iterator[Row]:
    """Grade a class, then one ten times as large, and write its feedback and report."""
    few, many = SIZES
    texts = list(files(many))
    with tempfile.TemporaryDirectory() as folder:
        alone = plain(Path(folder))
    yield Row("plain nbgrader, with `import torch`, a submission", 1000 * alone, "ms")
    with new_room() as room:
        hand_in(room, 0, few, texts)
        first = spent(room, "grade")
        yield Row(f"class grade, {few} submissions of mixed quality", 60 * few / first.wall, "/min")
        yield Row("  plain nbgrader ÷ class grade", alone / (first.wall / few), "×", bar=100, at_least=True)
        yield Row("  a submission, wall", 1000 * first.wall / few, "ms")
        yield Row("  taking in, store and gradebook, CPU", 1000 * first.own / few, "ms")
        judge, worker = judging(texts[:SAMPLE])
        yield Row("  judge, CPU", judge, "ms")
        yield Row("  workers, CPU, the file's own computing included", worker, "ms")
        hand_in(room, few, many, texts)
        rest = spent(room, "grade")
        yield Row(f"class grade, {many - few} more", 60 * (many - few) / rest.wall, "/min")
        yield Row(f"  memory of the writer, {many} ÷ {few}", rest.memory / first.memory, "×", bar=1.5)
        yield Row("  memory of the writer", rest.memory, "MB")
        again = spent(room, "grade")
        yield Row(f"class grade, {many} unchanged", again.wall, "s")
        feedback, report = spent(room, "feedback"), spent(room, "report")
        yield Row(f"class feedback, {many}", feedback.wall, "s")
        yield Row(f"class report, {many}", report.wall, "s")
        yield Row("  both", feedback.wall + report.wall, "s", bar=120)
