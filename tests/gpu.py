"""`make gpu`: run every test that needs CUDA, on whatever torch this Python has, and print one table.

`PYTHON -m tests.gpu` in the checkout. Nothing is installed: that Python needs torch and what the lessons import.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from course.text import Text

if TYPE_CHECKING:
    import pytest

TESTS = Path(__file__).parent
NEEDED = ("torch", "numpy", "matplotlib", "sklearn", "ipywidgets", "anywidget", "nbformat", "tqdm", "pytest")
"""Modules that the lessons and their tests import; what runs JupyterLab is not among them."""
MARKER = "pytest.mark.gpu"


class Row(NamedTuple):
    """Result of one test."""

    test: str
    result: str
    seconds: float


class Table:
    """A pytest plugin that collects the results."""

    def __init__(self) -> None:
        self.collected: list[str] = []
        self.rows: list[Row] = []

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Note what the markers have selected."""
        self.collected = [item.nodeid for item in session.items]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the result of a test, or of a setup or teardown that did not pass."""
        if report.when == "call" or not report.passed:
            self.rows.append(Row(report.nodeid.removeprefix("tests/"), report.outcome, report.duration))


def main(arguments: list[str]) -> int:
    """Run the tests, or with `--list` name them.

    Returns:
        0 if there is a GPU and all tests passed on it, 1 if a test did not pass, 2 if they could not run.

    """
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        return _stop(
            Text(
                en=f"This Python ({sys.executable}) lacks {', '.join(missing)}. Install them there, "
                "or name another one: make gpu PYTHON=/path/to/python",
                zh=f"这个 Python（{sys.executable}）缺少 {'、'.join(missing)}。请先在其中安装，或换一个 Python："
                "make gpu PYTHON=/path/to/python",
            )
        )
    import pytest
    import torch

    table = Table()
    files = [str(path) for path in sorted(TESTS.rglob("test_*.py")) if MARKER in path.read_text("utf-8")]
    command = [*files, "-m", "gpu", "--rootdir", str(TESTS.parent), "-p", "no:cacheprovider"]
    if "--list" in arguments:
        status = pytest.main([*command, "--collect-only", "-q"], plugins=[table])
        return int(status)
    if not torch.cuda.is_available():
        return _stop(
            Text(
                en=f"There is no GPU here: torch {torch.__version__} of {sys.executable} finds no CUDA device, "
                "so no test was run.",
                zh=f"这里没有 GPU：{sys.executable} 的 torch {torch.__version__} 找不到 CUDA 设备，"
                "因此没有运行任何测试。",
            )
        )
    status = pytest.main([*command, "-q"], plugins=[table])
    print("\n".join(lines(table.rows, torch.cuda.get_device_name())))
    return 0 if status == pytest.ExitCode.OK and table.rows else 1


def lines(rows: list[Row], device: str) -> list[str]:
    """Lay out the table: test, device, result, seconds.

    Args:
        rows: one a test.
        device: the GPU's name.

    """
    cells = [
        ("test", "device", "result", "seconds"),
        *((*row[:1], device, row.result, f"{row.seconds:.1f}") for row in rows),
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    passed = sum(row.result == "passed" for row in rows)
    return [
        *(
            "  ".join([*(f"{cell:{width}}" for cell, width in zip(row, widths, strict=False)), f"{row[3]:>7}"])
            for row in cells
        ),
        f"{passed} passed, {len(rows) - passed} failed",
    ]


def _stop(sentence: Text) -> int:
    print(sentence.both(), file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
