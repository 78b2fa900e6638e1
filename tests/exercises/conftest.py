"""`pytest -k adam` means the topic adam, as `check("adam")` does, and not adamw and radam, whose names contain it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.grading import caution
from course.topic import topics

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out other topics' exercises where `-k` is the name of one topic."""
    wanted = config.getoption("keyword")
    if wanted not in {topic.stem for topic in topics()}:
        return
    others = {item for item in items if item.path.parent == HERE and _topic(item) != wanted}
    config.hook.pytest_deselected(items=[item for item in items if item in others])
    items[:] = [item for item in items if item not in others]


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say what the other faces say below their first report."""
    if aside := caution.due():
        terminalreporter.line(str(aside))


def _topic(item: pytest.Item) -> str:
    assert isinstance(item, pytest.Function)
    return str(item.callspec.params["stem"])
