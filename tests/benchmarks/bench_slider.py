"""From a slider to changed pixels: the descent widget, and `interact` with inline matplotlib.

All stand in one notebook, in one JupyterLab, driven by one kernel, drawing the same landscape, path and loss curve; a
second widget shows a rule of the reader's own, which the kernel runs. The clock is the page's. A key: it starts at the
key event and stops after the first frame in which the picture is another one. A drag: the times between two frames in
which it is another one, while the mouse moves along the slider and back. What is compared is measured by turns, a few
presses and one drag each, so that a busy machine slows all alike; of the drags, the median of the rounds is told.
"""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
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

ROUNDS = 5
PRESSES = 10
"""In each round, after one that does not count."""
DRAG_MS = 1500
FEWEST = 4
"""Redraws of a drag, however long they take."""
PAUSE_MS = 60
"""Between a changed picture and the next key: the kernel is idle again, as when a reader moves a slider."""

WIDGET = """\
from course.lab import descent
descent("momentum", landscape="ravine")
"""

OWN = """\
from course.lab import reference
class Own(reference("momentum")):
    pass
descent("momentum", rule=Own, landscape="ravine")
"""

# What a lesson without the widget would do: the same sliders, the same ground, the same path, redrawn.
MATPLOTLIB = """\
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import FloatLogSlider, FloatSlider, interact
from course.lab import reference
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import walk

ground = landscape("ravine")
x = np.linspace(*ground.extent[:2], 121)
y = np.linspace(*ground.extent[2:], 81)
heights = np.log1p(50 * ground.loss(np.stack(np.meshgrid(x, y), axis=-1)))

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

LOOK = "picture => window.pixels(document.querySelector(picture))"

# Looking at the pixels of every frame would take longer than drawing it: a canvas notes when it is drawn anew, and an
# image is another one.
FRAMES = """(picture) => {
  const times = window.redraws = [];
  const shown = document.querySelector(picture);
  if (shown instanceof HTMLCanvasElement && !shown.draws) {
    shown.draws = { count: 0 };
    const context = shown.getContext("2d");
    const draw = context.drawImage;
    context.drawImage = (...what) => { shown.draws.count++; return draw.apply(context, what); };
  }
  const look = () => shown.draws?.count ?? document.querySelector(picture)?.src;
  let last = look();
  const channel = new MessageChannel();
  channel.port1.onmessage = () => {
    if (times.done) return;
    if (look() !== last) times.push(performance.now());
    last = look();
    requestAnimationFrame(() => channel.port2.postMessage(0));
  };
  channel.port2.postMessage(0);
}"""

# The browser does not tell where the handle of its own slider is: it is some 16 pixels wide.
HANDLE = """(slider) => {
  const found = document.querySelector(slider);
  const { x, y, width, height } = found.getBoundingClientRect();
  const share = found instanceof HTMLInputElement ? Number(found.value) / Number(found.max) : 0.5;
  return [x + 8 + (width - 16) * share, y + height / 2];
}"""

CELLS = {
    "widget": (
        ".jp-Cell:nth-child(1 of .jp-CodeCell) .downhill-sliders input[type=range]",
        ".jp-Cell:nth-child(1 of .jp-CodeCell) .downhill-map",
    ),
    "own rule": (
        ".jp-Cell:nth-child(2 of .jp-CodeCell) .downhill-sliders input[type=range]",
        ".jp-Cell:nth-child(2 of .jp-CodeCell) .downhill-map",
    ),
    "interact": (".widget-interact .noUi-handle", ".widget-interact img"),
}
"""What is compared: its first slider, and its picture."""


def _presses(page: Page, slider: str, picture: str) -> list[float]:
    """Milliseconds of each press, up and down in turns so that the slider stays where things happen."""
    times: list[float] = []
    for press in range(1 + PRESSES):
        page.evaluate(START, [slider, picture])
        page.keyboard.press("ArrowRight" if press % 4 < 2 else "ArrowLeft")
        page.wait_for_function("() => window.passed !== null", polling=20, timeout=20_000)
        times.append(page.evaluate("() => window.passed"))
        page.wait_for_timeout(PAUSE_MS)
    return times[1:]


def _drag(page: Page, slider: str, picture: str) -> list[float]:
    """Milliseconds between two pictures while the mouse moves without a pause."""
    x, y = page.evaluate(HANDLE, slider)
    page.mouse.move(x, y)
    page.mouse.down()
    before = page.evaluate(LOOK, picture)
    page.evaluate(FRAMES, picture)
    end = time.monotonic() + DRAG_MS / 1000
    for move in itertools.count():
        page.mouse.move(x + (25 if move % 2 else -25), y, steps=25)  # to and fro, never still
        if time.monotonic() > end and page.evaluate("() => window.redraws.length") >= FEWEST:
            break
    times: list[float] = page.evaluate("() => { window.redraws.done = true; return [...window.redraws]; }")
    assert page.evaluate(LOOK, picture) != before, "what was drawn anew is the same picture"
    page.mouse.move(x, y)  # where it began: round by round it would come to where nothing changes
    page.mouse.up()
    page.wait_for_timeout(800)
    return [after - before for before, after in itertools.pairwise(times)]


def rows() -> Iterator[Row]:
    """Measure all in one page, by turns."""
    found = chromium()
    if found is None:
        raise SystemExit("bench_slider needs Chromium on PATH")
    presses: dict[str, list[float]] = {name: [] for name in CELLS}
    gaps: dict[str, list[list[float]]] = {name: [] for name in CELLS}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        write_notebook(Path(folder) / "bench.ipynb", WIDGET, OWN, MATPLOTLIB)
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
            for _, (name, (slider, picture)) in itertools.product(range(ROUNDS), CELLS.items()):
                page.evaluate(
                    "slider => document.querySelector(slider).closest('.jp-OutputArea').scrollIntoView()", slider
                )
                page.wait_for_timeout(300)
                presses[name] += _presses(page, slider, picture)
                gaps[name].append(_drag(page, slider, picture))
        browser.close()
    key = {name: statistics.median(times) for name, times in presses.items()}
    yield Row("key to pixels, median", key["widget"], "ms", bar=25)
    yield Row("key to pixels, 90th percentile", statistics.quantiles(presses["widget"], n=10)[-1], "ms")
    yield Row("key to pixels, a rule of the reader's own, median", key["own rule"], "ms")
    yield Row("key to pixels, interact + inline matplotlib, median", key["interact"], "ms")
    yield Row("interact / descent widget", key["interact"] / key["widget"], "×", bar=2.5, at_least=True)
    for name, bars in (("widget", (50, 33)), ("own rule", (None, None)), ("interact", (None, None))):
        rates = [1000 / statistics.mean(times) for times in gaps[name]]
        longest = [statistics.quantiles(times, n=20)[-1] for times in gaps[name]]
        yield Row(f"drag, {name}: redraws a second", statistics.median(rates), "/s", bar=bars[0], at_least=True)
        yield Row(f"drag, {name}: between two, 95th percentile", statistics.median(longest), "ms", bar=bars[1])
