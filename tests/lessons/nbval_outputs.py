"""A pytest plugin beside nbval: notes what every cell of a notebook put out, and how long it took, in a file.

`pytest -p tests.lessons.nbval_outputs --nbval-lax X.ipynb` with `NBVAL_OUTPUTS=FILE` in the environment.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

_cells: list[dict[str, Any]] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what nbval has collected for its comparison and would drop."""
    report = yield
    if report.when == "call":
        outputs = getattr(item, "test_outputs", None) or []
        _cells.append({"id": item.cell.id, "seconds": report.duration, "outputs": outputs})  # type: ignore[attr-defined]
    return report


def pytest_sessionfinish() -> None:
    """Write the notes."""
    Path(os.environ["NBVAL_OUTPUTS"]).write_text(json.dumps(_cells), "utf-8")
