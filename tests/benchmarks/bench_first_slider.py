"""How soon a newcomer moves a slider: from opening the first lesson in a browser to a picture that has changed.

JupyterLab is running, as after `make lab` or on Binder; the page is not in the browser's cache and the kernel not
started. The cell is run as soon as the kernel is ready; a reader, who first reads a few lines, waits less.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from course.system.workspace import ROOT
from tests.benchmarks.row import Row
from tests.browser.conftest import ARGUMENTS
from tests.browser.jupyter import open_notebook, serve
from tests.browser.test_index import first_slider
from tests.tools import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator


def rows() -> Iterator[Row]:
    """Measure once a language, each in a new JupyterLab and a new browser context."""
    found = chromium()
    if found is None:
        raise SystemExit("bench_first_slider needs Chromium on PATH")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        for lang in ("en", "zh"):
            page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
            with serve(ROOT, lang=lang) as server:
                begun = time.perf_counter()
                open_notebook(page, server, f"lessons/{lang}/index.ipynb")
                ready = time.perf_counter()
                first_slider(page)
                moved = time.perf_counter()
            yield Row(f"index ({lang}): opened to kernel ready", ready - begun, "s")
            yield Row(f"index ({lang}): opened to a slider that has moved", moved - begun, "s", bar=10)
        browser.close()
