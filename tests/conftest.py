"""For every test: in CI, a skip for something that the machine lacks is a failure; no language is left over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from course import text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ALLOWED = ("CUDA", "GPU", "not implemented")
"""What a reason to skip may name all the same: the one thing CI has not, and an exercise that its learner left open."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where `CI` says that everything is installed."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(name in reason for name in ALLOWED):
            report.outcome = "failed"
            report.longrepr = f"In CI nothing may be skipped, but this was: {reason}"
    return report


@pytest.fixture(autouse=True)
def _no_language_chosen() -> Iterator[None]:
    """A test that chooses a language chooses it for itself alone."""
    text._chosen = None
    yield
    text._chosen = None
