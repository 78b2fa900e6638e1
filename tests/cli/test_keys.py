"""`course watch` on a terminal: keys without Enter, and the terminal as it was before, in whatever way it ends."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from course.system.workspace import ROOT
from tests.learner import filled
from tests.users.window import Screen, screen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.needs("terminal")


@pytest.fixture
def watching(tmp_path: Path) -> Iterator[Screen]:
    environment = {**os.environ, "COURSE_LEARNER": str(filled(tmp_path)), "COURSE_LANG": "en", "TERM": "xterm"}
    with screen([sys.executable, "-m", "course.cli", "watch"], cwd=ROOT, env=environment) as opened:
        yield opened


def until(found: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end
        time.sleep(0.05)


def interrupted(window: Screen) -> int:
    window.press("\x03")
    return window.process.wait(60)


def terminated(window: Screen) -> int:
    window.process.terminate()
    return window.process.wait(60)


def quitted(window: Screen) -> int:
    window.press("q")
    return window.process.wait(60)


@pytest.mark.parametrize(("ends", "status"), [(quitted, 0), (interrupted, 130), (terminated, 128 + signal.SIGTERM)])
def test_a_key_is_enough_and_the_terminal_is_as_before(
    ends: Callable[[Screen], int], status: int, watching: Screen
) -> None:
    before = watching.settings
    watching.read("q quit")
    assert "Enter" not in watching.shown
    until(lambda: watching.settings != before)
    for number in (1, 2):
        watching.press("h")
        watching.read(f"sgd {number}/3 ")
    watching.press("x")
    watching.read(r"(?s)q quit.*q quit")
    assert ends(watching) == status
    assert watching.settings == before
    assert "Traceback" not in watching.shown


def test_while_it_is_stopped_the_terminal_is_as_before(watching: Screen) -> None:
    """Ctrl-Z, then `fg`."""
    before = watching.settings
    watching.read("q quit")
    until(lambda: watching.settings != before)
    during, process = watching.settings, psutil.Process(watching.process.pid)
    watching.press("\x1a")
    until(lambda: process.status() == psutil.STATUS_STOPPED)
    assert watching.settings == before
    process.resume()
    until(lambda: watching.settings == during)
    assert quitted(watching) == 0
    assert watching.settings == before
