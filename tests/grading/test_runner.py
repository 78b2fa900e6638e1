"""The course's own runner: its faults are never told as the student's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from course.grading import sandbox
from course.grading.judge import judge
from course.syllabus import ROOT, topic
from course.text import CourseError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies before it has looked at any file."""
    script = tmp_path / "worker.py"
    script.write_text("raise SystemExit('no numpy here')", "utf-8")
    sandbox._dismiss()
    monkeypatch.setattr(sandbox, "command", lambda: [sys.executable, "-I", str(script)])


@pytest.mark.usefixtures("broken")
def test_a_runner_that_does_not_start_is_no_verdict() -> None:
    with pytest.raises(CourseError, match="no numpy here") as told:
        judge(topic("sgd"), ROOT / "solutions")
    assert "没有启动" in told.value.text.zh


def test_a_slow_start_is_not_charged_to_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    script = tmp_path / "slow.py"
    script.write_text(
        f"import runpy, time; time.sleep(4); runpy.run_path({str(sandbox.WORKER)!r}, run_name='__main__')", "utf-8"
    )
    sandbox._dismiss()
    monkeypatch.setattr(sandbox, "command", lambda: [sys.executable, "-I", str(script)])
    verdict = judge(topic("sgd"), ROOT / "solutions", limits=sandbox.Limits(cpu=5, wall=3.5))
    assert verdict.passed
