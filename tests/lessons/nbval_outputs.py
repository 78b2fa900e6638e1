"""A pytest plugin beside nbval: notes what every cell of a notebook put out, and what went wrong, in a file.

`pytest -p tests.lessons.nbval_outputs --nbval-lax X.ipynb` with `NBVAL_OUTPUTS=FILE` in the environment.
"""

from __future__ import annotations

import json
import os
import resource
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
    """Keep what nbval has collected for its comparison and would drop, and its error without the rest of the report."""
    report = yield
    if report.when == "call":
        error = None
        if call.excinfo is not None:
            error = getattr(call.excinfo.value, "inner_traceback", None) or str(call.excinfo.value)
        _cells.append(
            {
                "source": item.cell.source,  # type: ignore[attr-defined]
                "seconds": report.duration,
                "outputs": getattr(item, "test_outputs", None) or [],
                "error": error,
            }
        )
    return report


def pytest_sessionfinish() -> None:
    """Write the notes, each with the memory of the largest process up to now: by then the kernel has ended."""
    largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    Path(os.environ["NBVAL_OUTPUTS"]).write_text(json.dumps([{**each, "largest": largest} for each in _cells]), "utf-8")
