"""The course's own runner: its faults are never told as the student's."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from course.grading import processes, sandbox, wall
from course.grading.judge import judge
from course.grading.wall import places
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import Topic

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Another program in the worker's place, without a wall: there it would not even exist."""
    script = tmp_path / "worker.py"
    monkeypatch.setenv(wall.VARIABLE, "none")
    processes.dismiss()
    started = [sys.executable, "-I", str(script), *processes.command()[-2:]]
    monkeypatch.setattr(processes, "command", lambda: started)
    yield script
    processes.dismiss()


def test_a_runner_that_does_not_start_is_no_verdict(script: Path) -> None:
    script.write_text("raise SystemExit('no numpy here')", "utf-8")
    with pytest.raises(CourseError, match="no numpy here") as told:
        judge(Topic.load("sgd"), ROOT / "solutions")
    assert "没有启动" in told.value.text.zh


def test_a_slow_start_is_not_charged_to_the_file(script: Path) -> None:
    script.write_text(
        f"import runpy, time; time.sleep(4); runpy.run_path({str(places.WORKER)!r}, run_name='__main__')", "utf-8"
    )
    verdict = judge(Topic.load("sgd"), ROOT / "solutions", limits=sandbox.Limits(cpu=5, wall=3.5))
    assert verdict.passed


def test_what_a_worker_says_before_it_is_ready_does_not_matter(script: Path) -> None:
    script.write_text(
        f"import runpy, sys; print('careful', file=sys.stderr); runpy.run_path({str(places.WORKER)!r},"
        " run_name='__main__')",
        "utf-8",
    )
    assert judge(Topic.load("sgd"), ROOT / "solutions").passed
