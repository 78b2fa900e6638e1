"""The optional GPU cells, their large networks taking one step from one seed at every rate.

Everywhere they run on the CPU; what only a GPU can show, that tensors of two devices never meet, `make gpu` does.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import pytest

from course import lab
from course.lab import batch_seconds
from course.lab.training.contest import contest
from course.lab.training.data import Data, digits
from course.topics.adamw.lab import decay_contest
from tests.learner import filled
from tests.lessons.shown import code_of, stems

if TYPE_CHECKING:
    from pathlib import Path

WITH_GPU_CELL = [stem for stem in stems() if any("gpu" in cell.tags for cell in code_of(stem))]


def names(tree: ast.AST, context: type[ast.expr_context]) -> set[str]:
    """The names that a cell uses (`ast.Load`) or makes (`ast.Store`)."""
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, context)}
    if context is ast.Store:
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                found |= {alias.asname or alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                found.add(node.name)
    return found


def with_what_it_needs(stem: str) -> list[str]:
    """The GPU cell of a lesson, after the cells before it that make the names it uses."""
    cells = code_of(stem)
    (at,) = [number for number, cell in enumerate(cells) if "gpu" in cell.tags]
    chosen: list[str] = []
    needed: set[str] = set()
    for cell in [cells[at], *reversed(cells[:at])]:
        source = cell.spoken("en")
        tree = ast.parse(source)
        if cell is cells[at] or needed & names(tree, ast.Store):
            needed |= names(tree, ast.Load) - names(tree, ast.Store)
            chosen.insert(0, source)
    return chosen


def small_contest(*contestants: Any, data: Data | None = None, **how: Any) -> Any:
    """A contest of one step from one seed, at every rate, and once more at the best."""
    whole = data or digits()
    one = Data(whole.train_x[:64], whole.train_y[:64], whole.test_x[:64], whole.test_y[:64])
    return contest(*contestants, data=one, **how | {"choosing": 1, "seeds": 1, "epochs": 1})


def small_decay_contest(*contestants: Any, **how: Any) -> Any:
    """Ten steps from one seed; ten are what its verdict looks at."""
    return decay_contest(*contestants, **how | {"choosing": 1, "seeds": 1, "steps": 10})


def few_seconds(_sizes: Any, **how: Any) -> Any:
    """Two batch sizes of five."""
    return batch_seconds((1, 8), **how)


@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)])
@pytest.mark.parametrize("stem", WITH_GPU_CELL)
def test_a_gpu_cell_runs(
    stem: str, device: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_LEARNER", str(filled(tmp_path, solved=True)))
    monkeypatch.setenv("COURSE_TRAINED", str(tmp_path / "trained"))
    small = {"contest": small_contest, "decay_contest": small_decay_contest, "batch_seconds": few_seconds}
    for name, function in {**small, "gpu": lambda: True}.items():
        monkeypatch.setitem(vars(lab), name, function)
    seen: dict[str, Any] = {}
    with mpl.rc_context({"backend": "agg"}):
        for source in with_what_it_needs(stem):
            exec(source.replace("{lang}", "en").replace('"cuda"', f'"{device}"'), seen)  # noqa: S102 - our own lessons
    assert capsys.readouterr().out
