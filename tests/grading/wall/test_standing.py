"""What stands is found by trying, lost once where it does not stand, and told in both languages."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from course.grading import confine, processes, sandbox, wall
from course.grading.confine import landlock, seccomp
from course.grading.judge import judge
from course.grading.pipes import Reader
from course.grading.sandbox import Limits
from course.grading.wall import Standing, bubblewrap, places
from course.system.workspace import ROOT
from course.text import CourseError
from course.topic import Topic
from tests.grading.wall import harness

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.grading.verdict import Verdict
    from course.text import Text


@pytest.fixture(autouse=True)
def _afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A judge that has not tried anything yet and is told nothing by its environment."""
    with harness.alone(()):
        monkeypatch.delenv(wall.VARIABLE)
        harness.forget()
        yield
    harness.forget()


@pytest.fixture
def no_bubblewrap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without it."""
    monkeypatch.setattr(bubblewrap, "program", lambda: None)


class Program(NamedTuple):
    """A program called `bwrap`, and where it writes down that it was called."""

    path: Path
    calls: Path

    def write(self, script: str) -> None:
        """Have it do this."""
        self.path.write_text(f'#!/bin/sh\necho called >> "{self.calls}"\n{script}\n', "utf-8")

    def called(self) -> int:
        """How many times it was started."""
        return len(self.calls.read_text("utf-8").splitlines()) if self.calls.exists() else 0


@pytest.fixture
def bwrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The first on PATH."""
    path = tmp_path / "bin" / "bwrap"
    path.parent.mkdir()
    path.write_text("", "utf-8")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")
    harness.forget()
    return Program(path, tmp_path / "calls")


def right() -> Verdict:
    """The verdict on a right rule."""
    return judge(Topic.load("sgd"), ROOT / "solutions")


def both(text: Text | None, *parts: str) -> None:
    """Fail unless a text has these parts in both languages, and two languages."""
    assert text is not None
    assert text.en != text.zh
    for part in parts:
        assert part in text.en, text.en
        assert part in text.zh, text.zh


DOES_NOT_STAND = {
    "too old": ('echo "bwrap: Unknown option --size" >&2; exit 1', "Unknown option --size"),
    "no namespaces": ('echo "bwrap: No permissions to create new namespace" >&2; exit 1', "No permissions"),
    "silent": ("exit 0", "–"),
    "another program": ('echo "hello"; exit 0', "–"),
    "killed": ("kill -9 $$", "–"),
}


@pytest.mark.parametrize("how", DOES_NOT_STAND)
def test_a_bubblewrap_that_does_not_stand_is_lost_once(
    how: str, bwrap: Program, capfd: pytest.CaptureFixture[str]
) -> None:
    script, reason = DOES_NOT_STAND[how]
    bwrap.write(script)
    assert wall.wanted() == harness.FULL[0]
    verdict = right()
    assert verdict.passed
    assert right().passed
    assert bwrap.called() == 1
    found = wall.standing()
    assert found == Standing(("landlock", "seccomp"))
    assert found.full
    assert found.why is None
    both(found.note, "Landlock", "seccomp")
    assert "bubblewrap" not in found.note.both()
    assert reason in wall._lost["bubblewrap"]
    assert "bubblewrap" not in verdict.message.both()
    assert capfd.readouterr() == ("", "")


def test_a_bubblewrap_that_hangs_is_given_up(bwrap: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    bwrap.write("sleep 100")
    usual = sandbox._until_ready

    def until_ready(replies: Reader) -> object:
        monkeypatch.setattr(sandbox, "START", 60.0 if wall._lost else 1.0)
        return usual(replies)

    monkeypatch.setattr(sandbox, "_until_ready", until_ready)
    assert right().passed
    assert wall._lost == {"bubblewrap": "no answer in 1 s"}
    assert wall.standing().layers == ("landlock", "seccomp")


def test_a_bubblewrap_that_is_no_program_is_lost(bwrap: Program) -> None:
    bwrap.path.write_bytes(b"\x7fELF\x00 and nothing else")
    processes.prepare()
    assert right().passed
    assert "Exec format error" in wall._lost["bubblewrap"]
    assert wall.standing().full


def test_without_landlock_that_bubblewrap_is_missed(bwrap: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    bwrap.write(DOES_NOT_STAND["too old"][0])
    monkeypatch.setattr(landlock, "version", lambda: 0)
    found = wall.standing()
    assert found.layers == ("seccomp",)
    assert not found.full
    both(found.why, "bwrap: Unknown option --size", "0.7", "5.13")
    both(found.note)
    with pytest.raises(CourseError, match="Unknown option --size") as refused:
        sandbox.run("rule.py", b"class Rule: pass", "Rule", {}, (), Limits(), full_wall=True)
    both(refused.value.text, "Unknown option --size")
    assert right().passed


@pytest.mark.usefixtures("no_bubblewrap")
def test_a_kernel_without_landlock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landlock, "version", lambda: 0)
    found = wall.standing()
    assert found.layers == ("seccomp",)
    both(found.why, "seccomp", "5.13")
    assert found.why is not None
    assert "Missing here: bubblewrap (not found), Landlock (not found)." in found.why.en
    assert "COURSE_WALL" not in found.why.en
    assert "only files that you trust" in found.note.en


@pytest.mark.usefixtures("no_bubblewrap")
@pytest.mark.parametrize("machine", ["riscv64", "i686", "s390x"])
def test_a_processor_without_a_list_of_system_calls(machine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = os.uname()
    monkeypatch.setattr(os, "uname", lambda: os.uname_result((*usual[:4], machine)))
    assert not seccomp.available()
    with pytest.raises(OSError, match=machine):
        seccomp.install()
    found = wall.standing()
    assert found.layers == ("landlock",)
    assert not found.full
    assert "start" in found.out
    both(found.why, "x86-64", "arm64", "Landlock")


def test_a_python_of_32_bits_on_a_kernel_of_64(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be killed at its first call by a filter for 64 bits, and mean another call by the number of one."""
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    assert not seccomp.available()
    with pytest.raises(OSError, match="no list of system calls"):
        seccomp.install()
    monkeypatch.setattr(confine, "_capabilities", lambda *_: pytest.fail("called by a number of another count"))
    confine.drop_capabilities()


@pytest.mark.usefixtures("no_bubblewrap")
def test_a_kernel_without_seccomp(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "available", lambda: False)
    found = wall.standing()
    assert found.layers == ("landlock",)
    both(found.why, "seccomp")


@pytest.mark.usefixtures("no_bubblewrap")
def test_a_kernel_with_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "available", lambda: False)
    monkeypatch.setattr(landlock, "version", lambda: 0)
    found = wall.standing()
    assert found == Standing(())
    assert found.why is not None
    assert "seccomp (not found)." in found.why.en
    assert "seccomp（没有找到）。" in found.why.zh
    assert right().passed


KERNEL_LIES = {
    "landlock": "from course.grading.confine import landlock as l; l.version = lambda: 0",
    "seccomp": "from course.grading.confine import seccomp as s; s.ALL_THREADS = 1 << 20",
}


@pytest.mark.parametrize("layer", KERNEL_LIES)
def test_a_layer_that_the_kernel_refuses_is_lost_with_its_reason(layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    code = harness.WORKER.format(light="", sabotage=KERNEL_LIES[layer], worker=str(places.WORKER))
    usual = processes.command()
    monkeypatch.setattr(processes, "command", lambda: [*usual[:6], "-c", code, *usual[-2:]])
    monkeypatch.setenv(wall.VARIABLE, "landlock,seccomp")
    found = wall.standing()
    assert found.layers == tuple(each for each in ("landlock", "seccomp") if each != layer)
    assert not found.full
    reasons = {"landlock": "this kernel has no Landlock", "seccomp": "Invalid argument"}
    both(found.why, reasons[layer], "COURSE_WALL")


def test_a_wall_with_holes_is_not_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bubblewrap that starts what it is given and does nothing else: found out by trying."""
    monkeypatch.setattr(bubblewrap, "program", lambda: "/usr/bin/env")
    monkeypatch.setattr(bubblewrap, "prefix", lambda **_: ("/usr/bin/env",))
    monkeypatch.setattr(bubblewrap, "FOLDER", str(tmp_path))
    monkeypatch.setenv(wall.VARIABLE, "bubblewrap,seccomp")
    found = wall.standing()
    assert found.layers == ("bubblewrap", "seccomp")
    assert {"read", "list"} <= set(found.out)
    assert not found.full
    both(found.why, "read, list")
    both(found.note)
    with pytest.raises(CourseError, match="read, list"):
        sandbox.run("rule.py", b"class Rule: pass", "Rule", {}, (), Limits(), full_wall=True)


@pytest.mark.parametrize(("given", "wanted"), [
    ("none", ()), ("", ()), (" , ", ()), ("seccomp", ("seccomp",)), (" seccomp , landlock", ("landlock", "seccomp")),
    ("landlock,none", ("landlock",)),
])  # fmt: skip
def test_layers_are_chosen_by_name(given: str, wanted: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(wall.VARIABLE, given)
    assert wall.wanted() == wanted


@pytest.mark.parametrize("given", ["all", "bwrap", "Landlock", "landlock seccomp", "landlock;seccomp"])
def test_a_name_that_is_none_is_refused(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(wall.VARIABLE, given)
    with pytest.raises(CourseError, match="COURSE_WALL") as refused:
        right()
    both(refused.value.text, given, "bubblewrap, landlock, seccomp")


@pytest.mark.parametrize("platform", ["darwin", "win32", "freebsd14"])
def test_elsewhere_there_is_no_wall(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert wall.wanted() == ()
    found = Standing(())
    assert not found.full
    both(found.why, "Linux")
    both(found.note)


def test_what_stands_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Event()
    usual = sandbox.Worker

    def counted(layers: tuple[str, ...]) -> sandbox.Worker:
        assert not started.is_set()
        started.set()
        return usual(layers)

    monkeypatch.setattr(sandbox, "Worker", counted)
    assert wall.standing() is wall.standing()


# --- Root's powers ---------------------------------------------------------------------------------------------------


def test_capabilities_are_kept_only_where_python_cannot_be_read_without(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, int]] = []

    def had(_number: int, effective: int, permitted: int) -> bool:
        asked.append((effective, permitted))
        return True

    monkeypatch.setattr(confine, "_capabilities", had)
    reading = 1 << confine.DAC_READ_SEARCH
    confine.drop_capabilities()
    assert asked == [(0, reading), (0, 0)]
    asked.clear()
    seen = iter([["/home/other/lib"], []])
    monkeypatch.setattr(confine, "_seen", lambda: next(seen))
    confine.drop_capabilities()
    assert asked == [(0, reading), (reading, reading)]
