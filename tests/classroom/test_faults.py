"""Faults on purpose, a few of each kind; `make faults` does them all (tests/faults)."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT
from tests.faults.compare import Held, different
from tests.faults.memory import ROOT as TOP
from tests.faults.memory import SURVIVORS, Disk, Memory, Survivors
from tests.tools import TOOLS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def told() -> str:
    """The table, of all kinds that are possible here: they begin with the same class, which takes a while to make."""
    kinds = ["kills", "disks", "copying", *(["power"] if TOOLS["fuse"].found() else [])]
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--short", *kinds],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " wrong" not in done.stdout
    return done.stdout


@pytest.mark.needs("namespaces")
@pytest.mark.parametrize(
    "fault",
    [
        *("kill the command: grade", "kill one of its processes: grade", "kill all of them: grade"),
        *("kill the command: release", "kill the command: feedback", "kill the command: report"),
        *("kill the command: grade, in a pool", "full disk: grade", "read-only disk"),
        *("kill: backup", "kill: restore", "full disk: backup, restore"),
    ],
)
def test_what_is_killed_or_refused_is_mended_by_one_more_run(told: str, fault: str) -> None:
    assert re.search(rf"^{fault} +[1-9]\d* .* the same$", told, re.MULTILINE)


@pytest.mark.needs("fuse")
@pytest.mark.parametrize("step", ["release", "grade", "feedback", "report"])
def test_a_loss_of_power_is_mended_by_one_more_run(told: str, step: str) -> None:
    for kept in ("nothing unsynced kept", "names without data is kept", "some of both is kept"):
        assert re.search(rf"^power loss, {kept}: {step} +[1-9]\d* .* the same$", told, re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "disk").mkdir()
    (tmp_path / "disk/old").write_text("old", "utf-8")
    return tmp_path / "disk"


def after(folder: Path, memory: Memory, survivors: Survivors, seed: int = 0) -> dict[str, str]:
    """What is on the disk when the power fails now."""
    disk = Disk.of(folder)
    for change in memory.log:
        disk.do(change)
    disk.after_power_loss(survivors, random.Random(seed))  # noqa: S311 - to be repeated
    out = folder.with_name(f"after {len(list(folder.parent.iterdir()))}")
    disk.write_out(out, {number: node.modified for number, node in memory.nodes.items()})
    return {path.relative_to(out).as_posix(): path.read_text("utf-8") for path in out.rglob("*") if path.is_file()}


def replace(memory: Memory, *, data: bool, name: bool) -> None:
    """Write "new" to a file beside "old" and let it take its place, safe or not."""
    made = memory.make(TOP, "part", 0o100600)
    memory.write(made, 0, b"new")
    if data:
        memory.sync(made)
    memory.rename(TOP, "part", TOP, "old")
    if name:
        memory.sync(TOP)


@pytest.mark.parametrize("survivors", SURVIVORS)
def test_what_was_made_safe_survives(folder: Path, survivors: Survivors) -> None:
    memory = Memory(folder)
    replace(memory, data=True, name=True)
    assert after(folder, memory, survivors) == {"old": "new"}


def test_what_was_not_made_safe_is_lost_in_every_way(folder: Path) -> None:
    memory = Memory(folder)
    replace(memory, data=False, name=False)
    assert after(folder, memory, "nothing unsynced") == {"old": "old"}
    assert after(folder, memory, "names without data") == {"old": ""}, "the file that everybody has seen"
    found = {str(after(folder, memory, "some of both", seed)) for seed in range(40)}
    assert {str({"old": "old"}), str({"old": ""}), str({"old": "new"})} < found


def test_data_alone_is_safe_without_a_name_and_names_alone_without_data(folder: Path) -> None:
    memory = Memory(folder)
    replace(memory, data=True, name=False)
    assert after(folder, memory, "nothing unsynced") == {"old": "old"}
    assert after(folder, memory, "names without data") == {"old": "new"}
    memory = Memory(folder)
    replace(memory, data=False, name=True)
    assert after(folder, memory, "nothing unsynced") == {"old": ""}


def test_a_removed_file_may_come_back_and_a_write_in_place_may_be_torn(folder: Path) -> None:
    (folder / "big").write_text("a" * 8192, "utf-8")
    memory = Memory(folder)
    memory.write(memory.nodes[TOP].names["big"], 0, b"b" * 8192)
    memory.unname(TOP, "old")
    assert after(folder, memory, "nothing unsynced") == {"old": "old", "big": "a" * 8192}
    torn = {
        after(folder, memory, "some of both", seed)["big"].replace("aaaa", "a").replace("bbbb", "b")[0]
        for seed in range(9)
    }
    assert torn == {"a", "b"}
    memory.sync(memory.nodes[TOP].names["big"])
    memory.sync(TOP)
    assert after(folder, memory, "nothing unsynced") == {"big": "b" * 8192}


def test_a_bar_has_no_lock_that_a_killed_process_could_keep() -> None:
    """One of tqdm's own is a semaphore, shared with every process that is forked, and a thread takes it at times."""
    script = """import sys, threading, tqdm
from course.classroom.bar import bar
from course.text import Text
kind = {make}
list(kind(range(3)))
print("multiprocessing.synchronize" in sys.modules, threading.active_count())"""
    for make, said in {
        "lambda over: bar(Text(en='take in', zh='收取'), over, shown=True)": "False 1",
        "tqdm.tqdm": "True 2",
    }.items():
        line = [sys.executable, "-c", script.replace("{make}", make)]
        done = subprocess.run(line, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
        assert done.stdout.strip() == said


def test_every_difference_is_told() -> None:
    one = Held({"grade": ["a", "b"]}, {"feedback/x": b"x", "feedback/y": b"y"}, "5 passed")
    assert different(one, Held({"grade": ["a", "b"]}, dict(one.files), "5 passed")) == []
    other = Held({"grade": ["a", "c"]}, {"feedback/x": b"z", "feedback/w": b""}, "4 passed", ["a.part"])
    assert different(one, other) == [
        "a.part was left behind",
        "grade: lost b",
        "grade: gained c",
        "feedback/w is new",
        "feedback/x differs (1 bytes, not 1)",
        "feedback/y is lost",
        "report: '4 passed', not '5 passed'",
    ]
    assert different(one, Held({"grade": ["a", "b", "b"]}, dict(one.files), "5 passed")) == ["grade: 3 rows, not 2"]
