"""A real Chromium for the browser tests."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def chromium() -> str | None:
    """Return the path of an installed Chromium or Chrome; playwright's own download is never needed."""
    return next((found for found in map(shutil.which, NAMES) if found), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser a file. While it lives, playwright's event loop counts as running, which other tests must not see."""
    found = chromium()
    if found is None:
        reason = f"no browser on PATH (looked for {', '.join(NAMES)}): install Chromium to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield running
        running.close()


@pytest.fixture
def console_errors() -> list[str]:
    """What went wrong in `page`: errors on its console, uncaught exceptions, requests that leave this machine."""
    return []


@pytest.fixture
def page(browser: Browser, console_errors: list[str]) -> Iterator[Page]:
    """A page of a small laptop's size."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    opened = context.new_page()
    opened.on("console", lambda message: console_errors.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: console_errors.append(str(error)))

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
