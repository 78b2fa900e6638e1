"""What the wall around a worker costs: from its start until it has tried to get out, each kind beside none."""

from __future__ import annotations

import time
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

import pytest

from course.grading import sandbox, wall
from tests.benchmarks.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

RUNS = 15
KINDS = ("none", "landlock,seccomp", "bubblewrap,seccomp", "bubblewrap,landlock,seccomp")


@contextmanager
def _kind(layers: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(wall.VARIABLE, layers)
        yield


def _start(layers: str) -> float:
    """Milliseconds until a worker of this kind is ready."""
    with _kind(layers):
        begin = time.perf_counter()
        worker, *_ = sandbox._begin(sandbox.MIB)
        spent = time.perf_counter() - begin
        worker.close()
    return 1000 * spent


def rows() -> Iterator[Row]:
    """The kinds that this machine can have."""
    kinds = []
    for layers in KINDS:
        with _kind(layers):
            if sandbox.tried().layers == tuple(each for each in layers.split(",") if each != "none"):
                kinds.append(layers)
    spent: dict[str, list[float]] = {layers: [] for layers in kinds}
    for _ in range(RUNS):
        for layers in kinds:
            spent[layers].append(_start(layers))
    for layers in kinds:
        yield Row(f"a worker is ready, {layers}", median(spent[layers]), "ms")
    for layers in kinds[1:]:
        more = [with_wall - without for with_wall, without in zip(spent[layers], spent["none"], strict=True)]
        yield Row(f"  more than without a wall, {layers}", median(more), "ms", bar=25)
