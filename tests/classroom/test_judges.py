"""Judging processes: what was lost with one that is killed is asked again, and none outlives the one that asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from course import classroom
from course.classroom import judges as module
from course.classroom.judges import FEW, TRIES, Judges, Threads, local
from tests.classroom.room import SOLUTION, hand_in, mark, new_class

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def judges() -> Iterator[Judges]:
    """Two processes."""
    made = Judges(2)
    yield made
    made.end()


def dying(notes: Path, times: int) -> int:
    """Be killed so many times, then answer how often this has run."""
    notes.write_text(notes.read_text("utf-8") + "x" if notes.exists() else "x", "utf-8")
    tried = len(notes.read_text("utf-8"))
    if tried <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return tried


def square(number: int) -> int:
    """An ordinary task."""
    return number * number


def failing() -> None:
    """A task that raises."""
    raise ValueError("mine")


def test_tasks_are_run_and_their_problems_passed_on(judges: Judges) -> None:
    assert [each.result(60) for each in [judges.submit(square, number) for number in range(5)]] == [0, 1, 4, 9, 16]
    with pytest.raises(ValueError, match="mine"):
        judges.submit(failing).result(60)
    assert list(judges.map(square, [2, 3])) == [4, 9]


def test_what_was_lost_with_a_process_is_asked_again(judges: Judges, tmp_path: Path) -> None:
    others = [judges.submit(square, number) for number in range(20)]
    assert judges.submit(dying, tmp_path / "notes", 1).result(60) == 2
    assert [each.result(60) for each in others] == [number * number for number in range(20)]


def test_a_task_that_kills_every_process_is_given_up_and_the_others_go_on(judges: Judges, tmp_path: Path) -> None:
    with pytest.raises(BrokenProcessPool):
        judges.submit(dying, tmp_path / "notes", 1000).result(60)
    assert len((tmp_path / "notes").read_text("utf-8")) == TRIES
    assert judges.submit(square, 3).result(60) == 9


def test_nothing_is_taken_after_the_end(judges: Judges) -> None:
    running, waiting = judges.submit(time.sleep, 60), [judges.submit(time.sleep, 60) for _ in range(5)]
    begin = time.monotonic()
    judges.end()
    with pytest.raises((BrokenProcessPool, RuntimeError)):
        running.result(20)
    assert time.monotonic() - begin < 20
    assert all(each.cancelled() or each.exception(20) for each in waiting)
    with pytest.raises(RuntimeError):
        judges.submit(square, 1)


ASKS = """
import time
from course.classroom.judges import Judges
judges = Judges(2)
asked = [judges.submit(time.sleep, 60) for _ in range(2)]
print("asked", flush=True)
time.sleep(60)
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_no_process_outlives_the_one_that_asked(tmp_path: Path) -> None:
    script = tmp_path / "asks.py"
    script.write_text(ASKS, "utf-8")
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as started:
        assert started.stdout is not None
        started.stdout.readline()
        family = psutil.Process(started.pid)
        deadline = time.monotonic() + 30
        while len(family.children(recursive=True)) < 3 and time.monotonic() < deadline:
            time.sleep(0.1)
        children = family.children(recursive=True)
        assert len(children) >= 2
        started.kill()
    _, alive = psutil.wait_procs(children, timeout=10)
    assert not alive


UNGUARDED = """
from course.classroom.judges import Judges
print("once", flush=True)
judges = Judges(2)
print([each.result(60) for each in [judges.submit(pow, number, 2) for number in range(3)]], __file__)
judges.end()
"""


def test_a_script_that_was_not_written_for_processes_runs_once(tmp_path: Path) -> None:
    script = tmp_path / "grades.py"
    script.write_text(UNGUARDED, "utf-8")
    done = subprocess.run([sys.executable, str(script)], capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout.splitlines()) == (0, ["once", f"[0, 1, 4] {script}"]), done.stderr


def test_few_are_judged_without_waiting_for_processes() -> None:
    assert isinstance(local(2, FEW), Threads)
    many = local(2, FEW + 1)
    assert isinstance(many, Judges)
    many.end()


def test_a_class_is_graded_the_same_by_processes_when_one_of_them_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "FEW", 0)
    root = new_class(tmp_path / "class")
    classroom.release(root, ["sgd"], progress=False)
    right = SOLUTION["sgd"]
    for number in range(6):
        code = right if number % 2 else right.replace("self.lr", "2 * self.lr")
        hand_in(root, f"zz-{number}", "sgd", f"{code}# {number}\n")
    killer = threading.Thread(target=_kill_a_judge, daemon=True)
    killer.start()
    assert "Graded 6 submissions" in classroom.grade(root, progress=False).en
    killer.join(60)
    assert not killer.is_alive()
    assert [mark(root, f"zz-{number}", "sgd").auto for number in range(6)] == [0.0, 10.0] * 3


def _kill_a_judge() -> None:
    """Kill the first process that a forkserver of ours has made."""
    mine = psutil.Process()
    while True:
        for each in mine.children(recursive=True):
            with suppress(psutil.Error):
                if "forkserver" in " ".join(each.cmdline()) and each.ppid() != mine.pid:
                    each.kill()
                    return
        time.sleep(0.01)
