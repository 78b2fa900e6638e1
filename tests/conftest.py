"""For every test: in CI, a skip for something that the machine lacks is a failure; no language is left over."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from course import text

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

ALLOWED = ("CUDA", "GPU", "not implemented")
"""What a reason to skip may name all the same: the one thing CI has not, and an exercise that its learner left open."""


BY_TOPIC = {"test_run.py", "test_every_lesson.py", "test_catalogue.py", "test_separation.py", "test_mutants.py"}
"""Files of minutes, in which the tests of one topic share what they have computed and no two topics do."""


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Group the tests for `--dist loadgroup`: a file's tests run in one process, those of long files topic by topic."""
    if not config.pluginmanager.hasplugin("xdist"):
        return  # a learner's environment: pytest alone
    for item in items:
        group = str(item.path)
        if item.path.name in BY_TOPIC and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            group += ":" + str(item.callspec.params.get("stem"))
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Stop where xdist does not see the groups: nothing would fail, but all that is shared would be computed twice."""
    if node.config.option.dist == "loadgroup" and not all("@" in each for each in ids):
        raise pytest.UsageError("pytest-xdist has lost the tests' groups; see pytest in pyproject.toml")


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
