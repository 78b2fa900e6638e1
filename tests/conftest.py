"""For every test: in CI, a test that skips because the machine lacks something fails instead."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Generator

HONEST = ("CUDA", "GPU", "not implemented")
"""CI has no GPU, and an exercise that a learner has not written yet is no test of ours: reasons to skip name these."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
    call: pytest.CallInfo[None],
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where `CI` says that everything is installed."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail") and report.when != "teardown":
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not any(name in reason for name in HONEST):
            report.outcome = "failed"
            report.longrepr = f"In CI nothing may be skipped, but this was: {reason}"
    return report
