"""What a control says is heard where cells run: a rule that never ends is broken off, and no cell's output is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.browser.jupyter import run_all, write_notebook

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

RULE = """
class SGD:
    def __init__(self, lr=1e-3, weight_decay=0.0):
        self.lr, self.weight_decay = lr, weight_decay
    def init(self, param):
        return ()
    def update(self, param, grad, state):
        print("a step")
        while self.lr > 0.9:
            pass
        return param - self.lr * grad, state
"""
HEARD = """import threading, ipywidgets
knob, heard = ipywidgets.IntSlider(), ipywidgets.Label()
knob.observe(lambda _: setattr(heard, "value", threading.current_thread().name), names="value")
ipywidgets.VBox([knob, heard])"""
CELLS = (
    'from course.lab import descent, learner\ndescent("sgd", rule=learner("sgd"), lr=0.1)',
    HEARD,
    'print("printed", "aloud")',
)
PUSH = """(handle) => {
  handle.value = handle.max;
  for (const type of ["input", "change"]) handle.dispatchEvent(new Event(type, { bubbles: true }));
}"""


def test_a_control_is_heard_in_the_main_thread(page: Page, lab: Lab, tmp_path: Path) -> None:
    """From the second move on JupyterLab sends to a thread of its own; any widget is heard so, beside ours."""
    (tmp_path / "sgd.py").write_text(RULE, "utf-8")
    file = tmp_path / "threads.ipynb"
    write_notebook(file, *CELLS)
    lab.use(learner=tmp_path)
    lab.open(page, file)
    assert run_all(page) == []

    knob = page.locator(".noUi-handle")
    for _ in range(3):
        knob.focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(1_500)  # until the front end has its thread
        page.locator(".widget-label", has_text="MainThread").wait_for()

    page.locator(".course-slider", has_text="lr").locator("input[type=range]").evaluate(PUSH)
    page.locator(".downhill-notes", has_text="2").wait_for()
    page.evaluate("""() => {
      const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
      content.activeCellIndex = content.widgets.length - 1;
      return window.jupyterapp.commands.execute("notebook:run-cell");
    }""")
    page.locator(".jp-OutputArea-output", has_text="printed aloud").wait_for()
