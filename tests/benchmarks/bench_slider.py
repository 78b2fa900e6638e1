"""From a key pressed on a slider to changed pixels: the descent widget, and `interact` with inline matplotlib.

Both stand in one notebook, in one JupyterLab, driven by one kernel, drawing the same landscape, path and loss curve.
The clock is the page's: it starts at the key event and stops after the first frame in which the picture is another one.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from tests.benchmarks.row import Row
from tests.browser.conftest import ARGUMENTS
from tests.browser.jupyter import open_notebook, run_all, serve, write_notebook
from tests.tools import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

PRESSES = 40
WARM_UP = 5
PAUSE_MS = 60
"""Between a changed picture and the next key: the kernel is idle again, as when a reader moves a slider."""

WIDGET = """\
from course.lab import descent
descent("momentum", landscape="ravine")
"""

# What a lesson without the widget would do: the same sliders, the same ground, the same path, redrawn.
MATPLOTLIB = """\
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatLogSlider, FloatSlider, interact
from course.lab import reference
from course.lab.widget.descent import COLUMNS, ROWS, shade
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import walk

ground = landscape("ravine")
heights = shade(ground)
x = np.linspace(*ground.extent[:2], COLUMNS)
y = np.linspace(*ground.extent[2:], ROWS)

@interact(
    lr=FloatLogSlider(value=0.01, min=-4, max=0.5, step=0.02),
    momentum=FloatSlider(value=0.9, min=0, max=0.99, step=0.01),
    weight_decay=FloatSlider(value=0, min=0, max=1, step=0.05),
    dampening=FloatSlider(value=0, min=0, max=1, step=0.05),
)
def show(lr, momentum, weight_decay, dampening):
    make = lambda: reference("momentum")(lr=lr, momentum=momentum, weight_decay=weight_decay, dampening=dampening)
    done = walk(make, ground, ground.start, 200)
    figure, (map_, chart) = plt.subplots(1, 2, figsize=(9.3, 3.6), width_ratios=(4, 3))
    map_.imshow(heights, extent=ground.extent, origin="lower", interpolation="bilinear", cmap="YlGnBu_r")
    map_.contour(x, y, heights, levels=13, colors="k", linewidths=0.5, alpha=0.3)
    map_.plot(*done.points.T, "o-", markersize=3)
    map_.plot(*ground.start, "o", markersize=8, fillstyle="none")
    map_.plot(*np.transpose(ground.minima), "*")
    map_.set(xlim=ground.extent[:2], ylim=ground.extent[2:])
    chart.semilogy(done.losses)
    chart.set_title("Loss after each step")
    plt.show()
"""

# `look` is a number that differs when the picture does. It is taken after a frame's own drawing is done: a message
# posted in an animation frame arrives after the frame.
CLOCK = """
window.clock = ({ handle, look }) => new Promise((resolve) => {
  handle.addEventListener("keydown", (event) => {
    const before = look();
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      if (look() === before) requestAnimationFrame(frame);
      else resolve(performance.now() - event.timeStamp);
    };
    const frame = () => channel.port2.postMessage(0);
    requestAnimationFrame(frame);
  }, { once: true, capture: true });
});
const small = Object.assign(document.createElement("canvas"), { width: 120, height: 80 });
const context = small.getContext("2d", { willReadFrequently: true });
window.pixels = (picture) => {
  if (!picture || picture.complete === false) return window.lastLook;
  context.clearRect(0, 0, 120, 80);
  context.drawImage(picture, 0, 0, 120, 80);
  let sum = 0;
  const { data } = context.getImageData(0, 0, 120, 80);
  for (let i = 0; i < data.length; i += 4) sum = (31 * sum + data[i] + 7 * data[i + 1] + 13 * data[i + 2]) % 1000000007;
  return (window.lastLook = sum);
};
"""

START = """([slider, picture]) => {
  const handle = document.querySelector(slider);
  handle.focus();
  window.passed = null;
  window.clock({ handle, look: () => window.pixels(document.querySelector(picture)) })
    .then((milliseconds) => { window.passed = milliseconds; });
}"""


def _presses(page: Page, slider: str, picture: str) -> list[float]:
    """Milliseconds of each press, up and down in turns so that the slider stays where things happen."""
    page.evaluate("slider => document.querySelector(slider).closest('.jp-OutputArea').scrollIntoView()", slider)
    times: list[float] = []
    for press in range(WARM_UP + PRESSES):
        page.evaluate(START, [slider, picture])
        page.keyboard.press("ArrowRight" if press % 4 < 2 else "ArrowLeft")
        page.wait_for_function("() => window.passed !== null", polling=20, timeout=20_000)
        times.append(page.evaluate("() => window.passed"))
        page.wait_for_timeout(PAUSE_MS)
    return times[WARM_UP:]


def rows() -> Iterator[Row]:
    """Measure both in one page, one after the other."""
    found = chromium()
    if found is None:
        raise SystemExit("bench_slider needs Chromium on PATH")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_notebook(Path(folder) / "bench.ipynb", WIDGET, MATPLOTLIB)
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        with serve(Path(folder)) as server:
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            open_notebook(page, server, "bench.ipynb")
            errors = run_all(page)
            if errors:
                raise RuntimeError(f"the notebook to measure failed: {errors}")
            page.evaluate(CLOCK)
            page.wait_for_selector(".downhill-map")
            page.wait_for_selector(".jp-Cell:has(.widget-interact) img")
            page.wait_for_timeout(2000)
            ours = _presses(page, ".downhill-sliders .noUi-handle", ".downhill-map")
            theirs = _presses(page, ".widget-interact .noUi-handle", ".widget-interact img")
        browser.close()
    median, other = statistics.median(ours), statistics.median(theirs)
    yield Row("slider to pixels, median", median, "ms", bar=50)
    yield Row("slider to pixels, 90th percentile", statistics.quantiles(ours, n=10)[-1], "ms")
    yield Row("interact + inline matplotlib, median", other, "ms")
    yield Row("interact + inline matplotlib / descent widget", other / median, "×", bar=2.5, at_least=True)
