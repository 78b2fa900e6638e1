"""For every test: in CI, a test that skips because the machine lacks something fails instead."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

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
