"""For every test: what it needs, which process runs it, where networks are kept, no language left over.

The tests come in groups, by marker. What is unmarked runs everywhere, `needs(NAME)` wants a tool or minutes to make an
environment, `full` repeats in the rest of a matrix what others prove, `gpu` wants CUDA. `make test` runs the unmarked
ones, `make test REST=1` those with needs, `make test FULL=1` all that want no GPU, and `make gpu` the others.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from typing import TYPE_CHECKING, Any

import pytest

from course import text
from tests.tools import TOOLS

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

pytest_plugins = ("tests.database",)

# Before anything imports numpy, and for all that the tests start: threads of a library that find no core free spin.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ALLOWED = "not implemented"
"""What a reason to skip may say all the same: this exercise is one that its learner left open."""

LONG = {"environment", "networks"}
"""Needs of tests that take minutes in one process: they install, or wait for networks that are cut."""

AT_LENGTH = ("tests/lessons/test_run.py", "tests/site/", "tests/users/", "tests/topics/tuning/")
"""Of the others, the files that take longest in one process, and whose names would put them late."""

LEFT_OUT = pytest.StashKey[dict[str, int]]()
"""How many tests the run's `-m` has left out, by what they need."""

KEPT = pytest.StashKey[str]()
"""The folder of trained networks that this run has made and removes."""


def pytest_configure(config: pytest.Config) -> None:
    """Give the whole run one empty folder for trained networks: what it trains is trained once, and here."""
    config.stash[LEFT_OUT] = dict.fromkeys(RUN_WITH, 0)
    if "COURSE_TRAINED" not in os.environ:  # set by whoever runs the tests in parts; by now in the processes of xdist
        config.stash[KEPT] = os.environ["COURSE_TRAINED"] = tempfile.mkdtemp(prefix="trained-")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove it."""
    made = config.stash.get(KEPT, None)
    if made is not None:
        del os.environ["COURSE_TRAINED"]
        shutil.rmtree(made, ignore_errors=True)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Spare each process of `make test REST=1` the time and the memory for files in which no test has a need."""
    if not str(config.option.markexpr).startswith("needs and ") or not collection_path.match("test_*.py"):
        return None
    return None if _may_need(collection_path) else True


def _may_need(file: Path) -> bool:
    """Return True if a file speaks of needs or of a browser, or the conftest beside it does."""
    near = file.with_name("conftest.py")
    texts = [each.read_bytes() for each in (file, near) if each.is_file()]
    return any(word in text for word in (b"needs", b"browser") for text in texts)


@pytest.hookimpl(tryfirst=True)  # before -m reads the markers and xdist the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check the needs' names, and group the tests for `--dist loadgroup`: a file's in one process, but for `split`."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.needs("chromium", "chinese-fonts"))  # half of what is seen there is Chinese
        if unknown := _needs(item) - set(TOOLS):
            raise pytest.UsageError(
                f"{item.nodeid} needs {', '.join(unknown)}: say in tests/tools.py how that is found"
            )
        if _needs(item) and not _may_need(item.path):
            raise pytest.UsageError(f"{item.nodeid} has a need of which its file says nothing: no run would find it")
        together, split = item.get_closest_marker("together"), item.get_closest_marker("split")
        group = str(together.args[0] if together else item.path)
        if split is not None and isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            group += ":" + "-".join(str(item.callspec.params.get(name)) for name in split.args)
        if config.pluginmanager.hasplugin("xdist"):  # a learner has pytest alone
            item.add_marker(pytest.mark.xdist_group(group))
    # What takes minutes comes first: at the end of a run it would keep one process busy and the others waiting.
    items.sort(key=lambda item: (LONG.isdisjoint(_needs(item)), not item.nodeid.startswith(AT_LENGTH)))


def _needs(item: pytest.Item) -> set[str]:
    return {str(name) for mark in item.iter_markers("needs") for name in mark.args}


def _group(item: pytest.Item) -> str:
    """The one group that a test is in."""
    marked = next((name for name in ("gpu", "full") if item.get_closest_marker(name)), None)
    return marked or ("rest" if _needs(item) else "bare")


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Count what the groups' expressions leave out; with `-k` or another `-m` one knows what one wants."""
    for item in items:
        option = item.config.option
        if " " in option.markexpr and not option.keyword:
            item.config.stash[LEFT_OUT][_group(item)] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Take the counts of one process; all of them collect the same tests."""
    if not error:
        node.config.stash[LEFT_OUT] = node.workeroutput["left_out"]


RUN_WITH = {
    "bare": text.Text(en="that any machine can run: make test", zh="任何机器都能运行：make test"),
    "rest": text.Text(
        en="that need a browser, a server, a sandbox or an environment of their own: make test REST=1",
        zh="需要浏览器、服务器、沙箱或单独的环境：make test REST=1",
    ),
    "full": text.Text(
        en="that repeat the same in the rest of the matrix: make test FULL=1",
        zh="完整组合中的其余部分：make test FULL=1",
    ),
    "gpu": text.Text(en="that need a GPU: make gpu", zh="需要 GPU：make gpu"),
}
"""How to run what was left out."""


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say whether anything was skipped for want of a tool, and what was left out on purpose."""
    left = config.stash[LEFT_OUT]
    if not any(left.values()):
        return
    skipped = [str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", [])]
    wanting = [reason for reason in skipped if ALLOWED not in reason]
    if wanting:
        said = text.Text(
            en=f"{len(wanting)} tests were skipped because a tool is missing; the reasons stand above.",
            zh=f"有 {len(wanting)} 个测试因缺少工具而跳过，原因见上。",
        )
    else:
        said = text.Text(en="No test was skipped because a tool is missing.", zh="没有测试因缺少工具而跳过。")
    terminalreporter.section("Left out · 未运行")
    terminalreporter.line(said.both())
    for group, sentence in RUN_WITH.items():
        if left[group]:
            terminalreporter.line(f"{left[group]:5} {sentence.both().replace(chr(10), ' · ')}")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Stop where xdist does not see the groups: nothing would fail, but all that is shared would be computed twice."""
    if node.config.option.dist == "loadgroup" and not all("@" in each for each in ids):
        raise pytest.UsageError("pytest-xdist has lost the tests' groups; see pytest in pyproject.toml")


@pytest.hookimpl(tryfirst=True)  # before any fixture is made
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test where this machine lacks what it needs."""
    for name in sorted(_needs(item)):
        if not TOOLS[name].found():
            pytest.skip(TOOLS[name].missing)
    if item.get_closest_marker("gpu"):
        import torch

        if not torch.cuda.is_available():
            pytest.skip("torch finds no GPU here")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure where `CI` says that everything is installed."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if ALLOWED not in reason:
            report.outcome = "failed"
            report.longrepr = f"In CI nothing may be skipped, but this was: {reason}"
    return report


@pytest.fixture(autouse=True)
def _no_language_chosen() -> Iterator[None]:
    """A test that chooses a language chooses it for itself alone."""
    text._chosen = None
    yield
    text._chosen = None
