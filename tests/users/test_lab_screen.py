"""`make lab` and `course lab` on a real terminal: a handful of lines, one Ctrl-C, and what a second call does."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from course.text import LANGS, Text
from tests.browser.copies import copy_working_tree
from tests.users.newcomer import commit
from tests.users.window import screen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from course.text import Lang

pytestmark = [pytest.mark.needs("environment"), pytest.mark.needs("terminal")]

NOISE = re.compile(r"LabApp|ServerApp|\[[IWCE] |web browser|trusted|encryption|Shut ?down|https?://127|Traceback|Error")
"""What JupyterLab says by itself, and make when it is interrupted."""
GOODBYE = Text(en="Goodbye", zh="再见")
COURSE = (sys.executable, "-m", "course.cli")
PORT = 28888
INTERRUPTED = """
import os
from tornado import tcpserver
accept = tcpserver.add_accept_handler
def interrupted(*arguments):
    os.kill(os.getpid(), {})
    return accept(*arguments)
tcpserver.add_accept_handler = interrupted
from course.cli import main
raise SystemExit(main(["lab"]))
"""
SLOW = """
import time
from tornado import tcpserver
listen = tcpserver.TCPServer.listen
def slow(*arguments):
    time.sleep(2)
    listen(*arguments)
tcpserver.TCPServer.listen = slow
from course.cli import main
raise SystemExit(main(["lab"]))
"""


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lab") / "downhill"
    copy_working_tree(folder)
    commit(folder)
    line = f'lab:\n\t@"{sys.executable}" -m course.cli lab\n'  # what `make lab` does where all is installed
    (folder.parent / "Makefile").write_text(line, "utf-8")
    return folder


@pytest.fixture(autouse=True)
def log(clone: Path) -> Iterator[None]:
    """Print what JupyterLab said, which pytest shows where a test fails."""
    yield
    with contextlib.suppress(OSError):
        print((clone / "learn/.jupyter/lab.log").read_text("utf-8", "replace")[-8000:])


def environment(clone: Path, lang: Lang, **more: str) -> dict[str, str]:
    """Return a user's environment, with a port that no other test takes, and without what the `make` around tells."""
    others = {"BROWSER", "DISPLAY", "COURSE_LEARNER", "MAKELEVEL", "MAKEFLAGS", "MFLAGS"}
    ours = {name: value for name, value in os.environ.items() if name not in others}
    runtime = {"JUPYTER_RUNTIME_DIR": str(clone.parent / "runtime"), "JUPYTER_CONFIG_DIR": str(clone.parent / "config")}
    told = {"PYTHONPATH": str(clone), "COURSE_LANG": lang, "TERM": "xterm", "JUPYTER_PORT": str(PORT)}
    return {**ours, **runtime, **told, **more}


@pytest.mark.parametrize("lang", LANGS)
def test_a_handful_of_lines_and_one_interrupt(lang: Lang, clone: Path) -> None:
    env = environment(clone, lang)
    with screen(["make", "-f", "../Makefile", "lab"], cwd=clone, env=env) as window:
        window.read(r"└─+┘\n.*Ctrl\+C")
        box = re.search(r"│ (http://localhost:\d+/\?token=\w+) │", window.shown)
        assert box
        assert len(box[1]) < 76, "it fits into a line"
        with screen([*COURSE, "lab"], cwd=clone / "learn", env=env) as second:
            second.read("└")
            assert second.process.wait(60) == 0
            assert box[1] in second.shown, "the one that runs"
            assert {"en": "running already", "zh": "已经在另一个终端里运行"}[lang] in second.shown
        window.press("\x03")
        window.read(GOODBYE[lang] + r".*\n")
        assert window.process.wait(60) == 0, "make has nothing to complain about"
        lines = window.shown.strip().split("\n")
    assert len(lines) <= 7, window.shown
    assert not NOISE.search(window.shown), window.shown
    with screen([*COURSE, "status"], cwd=clone, env=env) as after:
        after.read(r"\d+/\d+\]|/\d+")


def test_the_noise_is_in_the_log_and_is_noise(clone: Path) -> None:
    """Whatever is not shown is kept, and would have been found."""
    env = environment(clone, "en")
    with screen([*COURSE, "lab"], cwd=clone, env=env) as window:
        window.read(r"└─+┘\n.*Ctrl\+C")
        window.press("\x03")
        window.read("Goodbye")
        assert window.process.wait(60) == 0
    assert NOISE.search((clone / "learn/.jupyter/lab.log").read_text("utf-8"))


def test_an_address_is_told_when_somebody_answers_there(clone: Path) -> None:
    with screen([sys.executable, "-c", SLOW], cwd=clone, env=environment(clone, "en")) as lab:
        lab.read(r"└─+┘")
        port = re.search(r"localhost:(\d+)", lab.shown)
        assert port
        socket.create_connection(("localhost", int(port[1]))).close()
        lab.press("\x03")
        assert lab.process.wait(60) == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_it_ends_also_while_the_server_is_being_opened(number: signal.Signals, clone: Path) -> None:
    """The signal comes between two lines of tornado's, where the server can be neither used nor closed."""
    with screen(
        [sys.executable, "-c", INTERRUPTED.format(int(number))], cwd=clone, env=environment(clone, "en")
    ) as lab:
        lab.read("Goodbye")
        assert lab.process.wait(60) == 0


def test_a_browser_gets_a_page_that_leads_to_the_lesson(clone: Path) -> None:
    opener = clone.parent / "browser"
    opener.write_text(f'#!/bin/sh\ncp "${{1#file://}}" "{clone.parent}/opened"\n', "utf-8")
    opener.chmod(0o755)
    env = environment(clone, "zh", BROWSER=f"{opener} %s")
    with socket.socket() as busy:
        busy.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        busy.bind(("127.0.0.1", PORT))
        busy.listen()
        with screen([*COURSE, "lab"], cwd=clone, env=env) as window:
            window.read(r"└─+┘\n.*Ctrl\+C")
            assert "正在浏览器中打开" in window.shown
            assert f"端口 {PORT} 已被占用" in window.shown
            while not (clone.parent / "opened").exists():
                window.read("")
            window.press("\x03")
            assert window.process.wait(60) == 0
    page = (clone.parent / "opened").read_text("utf-8")
    assert re.search(r'url=http://localhost:\d+/lab/tree/lessons/zh/index.ipynb\?token=\w+"', page)
    assert (clone / "learn/.jupyter/open.html").stat().st_mode & 0o077 == 0


def test_what_went_wrong_is_told_with_the_log(clone: Path) -> None:
    config = clone.parent / "broken"
    config.mkdir()
    (config / "jupyter_server_config.py").write_text("c.ServerApp.ip = '203.0.113.1'  # of no machine\n", "utf-8")
    env = environment(clone, "en", JUPYTER_CONFIG_DIR=str(config))
    with screen([*COURSE, "lab"], cwd=clone, env=env) as window:
        window.read(r"last lines:\n  .*")
        assert window.process.wait(60) == 2
        assert str(clone / "learn/.jupyter/lab.log") in window.shown
        assert "Traceback" not in window.shown
    shutil.rmtree(config)
