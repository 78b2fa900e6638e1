"""How soon a reader is in the lesson: the site's first picture and first slider, beside JupyterLab and a plain export.

A page is loaded with 1.5 Mbit/s, 150 ms a round trip and a processor that is four times as slow, from a server that
packs as GitHub Pages does; then redraws are counted while a slider is moved without a pause. The first picture is there
when a frame finds the page's first drawing with a height. `bench_lighthouse.py` has the rest.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from course.authoring.site import making
from course.system.workspace import ROOT
from course.text import LANGS
from tests.benchmarks.row import Row
from tests.browser.conftest import ARGUMENTS
from tests.browser.jupyter import open_notebook, serve
from tests.browser.test_index import first_slider
from tests.site.served import served
from tests.site.test_builder import needed
from tests.tools import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

SLOW = {"offline": False, "latency": 150, "downloadThroughput": 1.5e6 / 8, "uploadThroughput": 1.5e6 / 8}
SLOWER = 4
"""How many times as slow the processor of a phone is."""
MOVED = """() => new Promise((done) => {
  const place = document.querySelector(".live.descent");
  const input = place.querySelector("input[type=range]:not(.downhill-scrub)");
  const said = () => place.querySelector("canvas.downhill-chart").toDataURL();
  const before = said();
  input.value = input.max;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  const look = () => (said() === before ? requestAnimationFrame(look) : done(performance.now()));
  look();
})"""
PICTURED = """() => {
  const look = () => {
    const there = document.querySelector("main .drawing svg")?.getBoundingClientRect().height;
    if (there) window.pictured = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}"""
REDRAWN = """(seconds) => new Promise((done) => {
  const input = document.querySelector(".live.descent input[type=range]:not(.downhill-scrub)");
  const began = performance.now();
  let drawn = 0;
  const next = (now) => {
    input.value = String(Math.round((0.3 + 0.3 * Math.sin(drawn / 20)) * Number(input.max)));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    drawn += 1;
    if (now - began < 1000 * seconds) requestAnimationFrame(next);
    else done((1000 * (drawn - 1)) / (now - began));
  };
  requestAnimationFrame(next);
})"""
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}


def slowed(browser: Browser, slower: int, **options: Any) -> Page:
    """Open a page on a slow line, in a context of its own."""
    page = browser.new_context(service_workers="block", **options).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW)
    session.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return page


def rows() -> Iterator[Row]:
    """Measure the first lesson in English, which all readers open first."""
    found = chromium()
    if found is None:
        raise SystemExit("bench_site needs Chromium on PATH")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        out = published(Path(folder))
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        with served(out) as address:
            yield from _first(browser, f"{address}en/index.html")
            yield from _redraws(browser, f"{address}en/index.html")
        yield from _beside(browser, Path(folder))
        browser.close()
        for lang in LANGS:
            yield Row(
                f"site: the first lesson ({lang})", sum(needed(out, lang, "index.html").values()) / 1e3, "kB", bar=400
            )
            yield Row(f"site: everything in one language ({lang})", sum(needed(out, lang).values()) / 1e6, "MB", bar=5)


def published(folder: Path) -> Path:
    """Make the site in a folder as it is published, with what every notebook has shown; return where it is."""
    if left := [f"{lang}/{stem}" for (stem, lang), shown in making.runs(run=False).items() if shown is None]:
        raise SystemExit(f"Only whole pages are measured, and these have not been run: {', '.join(left)}; make site")
    making.build(folder / "site", run=False)
    return folder / "site"


def _first(browser: Browser, address: str) -> Iterator[Row]:
    page = slowed(browser, SLOWER, **PHONE)
    page.add_init_script(f"({PICTURED})()")
    page.goto(address, wait_until="commit")
    painted = page.wait_for_function("window.pictured", timeout=60_000).json_value() / 1000
    page.wait_for_selector(".live.descent[data-ready=true]", state="attached", timeout=60_000)
    moved = page.evaluate(MOVED) / 1000
    yield Row("site, 1.5 Mbit/s, 4 times slower: first picture", painted, "s", bar=1)
    yield Row("site, 1.5 Mbit/s, 4 times slower: a slider has moved", moved, "s", bar=2)
    page.context.close()


def _redraws(browser: Browser, address: str) -> Iterator[Row]:
    for name, slower, options, bar in (("desktop", 1, DESKTOP, 55), ("phone", SLOWER, PHONE, 30)):
        page = slowed(browser, slower, **options)
        page.goto(address)
        page.locator(".live.descent").scroll_into_view_if_needed()
        page.wait_for_selector(".live.descent[data-ready=true]", state="attached", timeout=60_000)
        yield Row(f"site, {name}: redraws while dragging", page.evaluate(REDRAWN, 3), "/s", bar=bar, at_least=True)
        page.context.close()


def _beside(browser: Browser, folder: Path) -> Iterator[Row]:
    """Yield the same of `make lab`, warm, and of the notebook as nbconvert exports it: without a delay of the line."""
    page = browser.new_context(**DESKTOP).new_page()
    with serve(ROOT, lang="en") as server:
        begun = time.perf_counter()
        open_notebook(page, server, "lessons/en/index.ipynb")
        first_slider(page)
        yield Row("make lab, warm, fast line: a slider has moved", time.perf_counter() - begun, "s")
    page.context.close()
    exported = folder / "index.html"
    exported.write_text(_exported(), "utf-8")
    page = browser.new_context(**DESKTOP).new_page()
    begun = time.perf_counter()
    page.goto(exported.as_uri())
    sliders = page.locator("input[type=range]").count()
    yield Row(f"plain export, fast line: loaded, with {sliders} sliders", time.perf_counter() - begun, "s")
    page.context.close()


def _exported() -> str:
    from nbconvert import HTMLExporter

    exporter: Any = HTMLExporter
    body, _ = exporter(require_js_url="", mathjax_url="").from_filename(str(ROOT / "lessons/en/index.ipynb"))
    return str(body)
