"""Judging processes: what was lost with one that is killed is asked again, and none outlives the one that asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psutil
import pytest

from course import classroom
from course.classroom import judges as module
from course.classroom.answering import Answering
from course.classroom.judges import FEW, TRIES, Judges, Threads, local
from course.grading import hidden
from course.topic import Topic
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


@pytest.mark.parametrize("problem", [EOFError(), ConnectionRefusedError(), BrokenPipeError()])
def test_what_processes_are_started_from_may_be_killed_meanwhile(
    judges: Judges, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """Then one cannot be started: once, and the task is run; every time, and it is given up, not waited for."""
    usual, left = ProcessPoolExecutor._spawn_process, [problem]  # type: ignore[attr-defined]

    def start(pool: ProcessPoolExecutor) -> None:
        if left:
            raise left.pop()
        usual(pool)

    monkeypatch.setattr(ProcessPoolExecutor, "_spawn_process", start)
    assert judges.submit(square, 3).result(60) == 9
    left[:] = TRIES * [problem]
    judges.forget(judges.processes())
    assert judges.submit(square, 3).exception(60) is problem
    assert judges.submit(square, 4).result(60) == 16


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
        deadline = time.monotonic() + 60
        while len(family.children(recursive=True)) < 3 and time.monotonic() < deadline:
            time.sleep(0.1)
        children = family.children(recursive=True)
        assert len(children) >= 2
        started.kill()
    _, alive = psutil.wait_procs(children, timeout=60)
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
    with Answering("a seed") as answering:
        assert isinstance(local(2, FEW, answering, ["sgd"]), Threads)
        many = local(2, FEW + 1, answering, ["sgd"])
        assert isinstance(many, Judges)
        many.end()


def torch_here() -> tuple[bool, list[str]]:
    """Whether this process has torch, and the topics of which it knows the answers."""
    return "torch" in sys.modules, sorted(hidden.all_known("a seed"))


def test_judges_are_handed_torchs_answers_and_need_no_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "_handed_over", {})
    right = hidden.answers(Topic.load("sgd"), "a seed")
    with Answering("a seed", at_once=True) as answering:
        many = local(1, FEW + 1, answering, ["sgd"])
        try:
            assert many.submit(torch_here).result(60) == (False, ["sgd"])
        finally:
            many.end()
    assert hidden.known("sgd", "a seed")
    assert not hidden.known("adam", "a seed")
    told = hidden.answers(Topic.load("sgd"), "a seed")
    assert told is not right
    assert told.keys() == right.keys()
    assert right
    for name, each in right.items():
        assert all(map(np.array_equal, each.params, told[name].params))
        assert {key: [part.tolist() for part in parts] for key, parts in each.state.items()} == {
            key: [part.tolist() for part in parts] for key, parts in told[name].state.items()
        }


def test_what_torch_cannot_answer_ahead_is_asked_again_by_whoever_judges(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "_handed_over", {})
    with Answering("a seed") as answering:
        assert answering.answers(["no-topic"]) == ("a seed", {})
    assert not hidden.known("no-topic", "a seed")


def test_what_was_handed_over_is_kept_for_the_last_seeds_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hidden, "_handed_over", {})
    for number in range(hidden.MOST + 1):
        hidden.know(f"seed {number}", {"sgd": {}})
    assert not hidden.known("sgd", "seed 0")
    assert hidden.known("sgd", "seed 1")
    assert hidden.all_known("seed 2") == {"sgd": {}}


def test_what_grading_imports_reads_no_grammar() -> None:
    code = "import course.classroom.graded, sys; print('nbformat' in sys.modules, 'lark' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.stdout.split() == ["True", "False"], done.stderr


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
    """Kill the first two processes that forkservers of ours have made: the one with torch, and a judge."""
    mine = psutil.Process()
    killed: set[int] = set()
    while len(killed) < 2:
        for each in mine.children(recursive=True):
            with suppress(psutil.Error):
                made = "forkserver" in " ".join(each.cmdline()) and each.ppid() != mine.pid
                if made and each.pid not in killed and len(killed) < 2:
                    each.kill()
                    killed.add(each.pid)
        time.sleep(0.01)
