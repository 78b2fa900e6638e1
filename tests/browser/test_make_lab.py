"""`make lab` as a newcomer runs it: the first lesson in a real browser, in both languages.

The first call, from a bare checkout, is tests/users/newcomer.py's; tests/users/test_learner.py reads what it printed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from playwright.sync_api import expect

from tests.classroom.machines import until
from tests.house.test_jupyter import LOCALE, THEME
from tests.users.newcomer import newcomer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

START_SECONDS = 120.0
MENUS = {"en": ["File", "Edit", "View"], "zh": ["文件", "编辑", "查看"]}


@contextlib.contextmanager
def make_lab(checkout: Path, scratch: Path, *options: str, seconds: float) -> Iterator[tuple[str, Path]]:
    """Run `make lab` until it opens a browser; give the address that it opens and the file of what it prints."""
    opened, log = scratch / "opened", scratch / "log"
    opened.unlink(missing_ok=True)
    opener = scratch / "browser"
    opener.write_text(f'#!/bin/sh\ncp "${{1#file://}}" "{opened}.part" && mv "{opened}.part" "{opened}"\n', "utf-8")
    opener.chmod(0o755)
    plain = {name: value for name, value in os.environ.items() if name not in {"COURSE_LANG", "LANG", "LC_ALL"}}
    own = {"JUPYTER_CONFIG_DIR": str(scratch / "config"), "JUPYTER_RUNTIME_DIR": str(scratch / "runtime")}
    environment = {**plain, **own, "BROWSER": f"{opener} %s", "PYTHONFAULTHANDLER": "1"}
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["make", "lab", f"PYTHON={sys.executable}", *options],
            cwd=checkout,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        end = time.monotonic() + seconds
        while not opened.exists():
            assert process.poll() is None, log.read_text("utf-8")
            assert time.monotonic() < end, log.read_text("utf-8")
            time.sleep(0.2)
        found = re.search(r'url=([^"]+)"', opened.read_text("utf-8"))
        assert found
        try:
            yield found[1], log
        except BaseException:  # where it stands is in its log, printed for whoever looks for the fault
            os.killpg(process.pid, signal.SIGABRT)
            time.sleep(1)
            print((checkout / "learn/.jupyter/lab.log").read_text("utf-8", "replace")[-8000:])
            raise
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)
        until(lambda: not of_group(process.pid), 60, "its end, or the next call would find its server")


def of_group(group: int) -> list[int]:
    """Return the processes of a group."""
    found = []
    for each in psutil.pids():
        with contextlib.suppress(OSError, psutil.Error):
            if os.getpgid(each) == group and psutil.Process(each).status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found


def look(page: Page, address: str, lang: str) -> None:
    """Open the address as a browser would; find the menus and the lesson, and nothing in their way."""
    page.goto(address, timeout=120_000)  # a busy machine is no fault of the page
    expect(page.locator(".jp-NotebookPanel .jp-Notebook")).to_be_visible()
    expect(page.locator(".jp-Notebook h1").first).to_be_visible()
    for entry in MENUS[lang]:
        expect(page.locator("#jp-MainMenu").get_by_text(entry, exact=True)).to_be_visible()
    assert f"/lessons/{lang}/" in page.url
    expect(page.locator(".jp-Dialog, .Toastify__toast")).to_have_count(0)


@pytest.mark.needs("environment")
@pytest.mark.together("newcomer")
def test_make_lab_in_both_languages(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, page: Page, screenshots: Path
) -> None:
    checkout = newcomer(tmp_path_factory.getbasetemp() / "newcomer").checkout
    shutil.rmtree(checkout / "learn/.jupyter")  # as if this were the first call: the user's settings are copied then
    own = tmp_path / "config/lab/user-settings"
    for name, values in {LOCALE: {"locale": "fr_FR"}, THEME: {"theme": "JupyterLab Dark"}}.items():
        (own / name).parent.mkdir(parents=True, exist_ok=True)
        (own / name).write_text(json.dumps(values), "utf-8")
    before = {file: file.read_bytes() for file in (tmp_path / "config").rglob("*") if file.is_file()}

    with make_lab(checkout, tmp_path, "LANG_=zh", seconds=START_SECONDS) as (address, log):
        look(page, address, "zh")
        page.screenshot(path=screenshots / "make-lab-zh.png")
        assert "Traceback" not in log.read_text("utf-8")
    with make_lab(checkout, tmp_path, seconds=START_SECONDS) as (address, log):
        look(page, address, "en")
        page.screenshot(path=screenshots / "make-lab-en.png")
        assert "[1/3]" not in log.read_text("utf-8")

    after = {file: file.read_bytes() for file in own.rglob("*") if file.is_file()}
    assert after == {file: text for file, text in before.items() if file in after}
    assert not (tmp_path / "config/lab/workspaces").exists()
