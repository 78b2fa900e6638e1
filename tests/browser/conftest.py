"""A real Chromium for the browser tests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright

from tests.browser.jupyter import Lab
from tests.browser.jupyter import lab as running_lab
from tests.tools import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Error, Page

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE = 60_000
"""Milliseconds that a page may take: a busy machine is no fault of its."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One browser a process, for these tests alone: while it lives, its event loop counts as running for all others."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture(scope="package")
def jupyterlab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """One JupyterLab a process, started when first asked for."""
    with running_lab(tmp_path_factory.getbasetemp()) as running:
        yield running


@pytest.fixture
def lab(jupyterlab: Lab) -> Iterator[Lab]:
    """The JupyterLab, in English and with nobody's settings until the test says otherwise."""
    jupyterlab.use()
    yield jupyterlab
    jupyterlab.end_kernels()


@pytest.fixture
def console_errors() -> list[str]:
    """What went wrong in `page`: errors on its console, uncaught exceptions, requests that leave this machine."""
    return []


@pytest.fixture
def page(browser: Browser, console_errors: list[str]) -> Iterator[Page]:
    """A page of a small laptop's size."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()

    def note(message: ConsoleMessage) -> None:
        # The checkout is a link in the tests' folder (`jupyter.lab`), and Jupyter hands out no picture behind a link;
        # that the picture is there where no link is: test_badge.py.
        if message.type == "error" and not re.search(r"/files/downhill/lessons/../index\.svg", message.location["url"]):
            console_errors.append(message.text)

    def raised(error: Error) -> None:
        # JupyterLab asks each kernel for a thread of its own, and complains where another notebook is opened meanwhile.
        if "Canceled future for create_subshell_request" not in str(error):
            console_errors.append(str(error))

    opened.on("console", note)
    opened.on("pageerror", raised)

    def watch(url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {"127.0.0.1", "localhost"}:
            console_errors.append(f"request leaves this machine: {url}")

    opened.on("request", lambda request: watch(request.url))
    yield opened
    context.close()


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where tests leave pictures for a person to look at; git ignores it."""
    folder = Path(__file__).parent / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder
