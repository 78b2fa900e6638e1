"""Every lesson, in both languages, as a reader goes through it: all cells run, and every slider moves its picture."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from course.syllabus import ROOT, lessons
from course.text import LANGS, Lang
from tests.browser.jupyter import end_kernel, open_notebook, run_all, serve, write_notebook
from tests.learner import room

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Server

# Every slider of the notebook, pushed by keyboard to one end and, if its picture does not change, to the other; those
# whose picture stays as it is are named. Learning rates come last: at their end most paths leave the map, and there the
# others would have nothing to show. The rest come in their order: what dampening does shows once there is momentum. One
# that began at its upper end goes back there: with RAdam's beta2 at 0, ε would do nothing. A picture is all that a cell
# shows: every canvas by its pixels, drawings by their markup, images by their source.
STILL = """async () => {
  const picture = (cell) => {
    const shown = [...cell.querySelectorAll("svg")].map((svg) => svg.outerHTML);
    shown.push(...[...cell.querySelectorAll("img")].map((image) => image.src));
    for (const canvas of cell.querySelectorAll("canvas")) {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
      let sum = 0;
      for (let i = 0; i < data.length; i++) sum = (31 * sum + data[i]) % 1000000007;
      shown.push(sum);
    }
    return shown.join("|");
  };
  const changes = async (cell, before) => {
    for (let waited = 0; waited < 3000; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (picture(cell) !== before) return true;
    }
    return false;
  };
  const still = [];
  const name = (handle) => handle.closest(".widget-slider").innerText.replaceAll("\\n", " ");
  const last = (handle) => Number(/^(inner\\.)?lr /.test(name(handle)));
  const handles = [...document.querySelectorAll(".jp-OutputArea-output .noUi-handle")];
  for (const handle of handles.toSorted((a, b) => last(a) - last(b))) {
    const cell = handle.closest(".jp-OutputArea-output");
    const push = (key) => {
      const before = picture(cell);
      handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      return changes(cell, before);
    };
    if (await push("End")) continue;
    if (!(await push("Home"))) still.push(name(handle));
    else await push("End");
  }
  return { count: handles.length, still };
}"""
WIDER = """() =>
  [...document.querySelectorAll(".jp-RenderedHTMLCommon, .jp-OutputArea-output, .jp-CodeCell .cm-scroller")]
  .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent.slice(0, 80))"""


@pytest.fixture(scope="module")
def server_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Lang], Server]]:
    """One JupyterLab a language, started when first asked for; the learner has solved every exercise.

    A learner's map stays empty, whatever its sliders say, until there is a rule.
    """
    running: dict[Lang, Server] = {}
    with contextlib.ExitStack() as stack:

        def server(lang: Lang) -> Server:
            if lang not in running:
                learner = room(tmp_path_factory.mktemp("room"), solved=True)
                running[lang] = stack.enter_context(serve(ROOT, lang=lang, env={"COURSE_LEARNER": str(learner)}))
            return running[lang]

        yield server


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("stem", [lesson.stem for lesson in lessons()])
def test_a_lesson_is_alive(
    page: Page, console_errors: list[str], server_in: Callable[[Lang], Server], stem: str, lang: Lang
) -> None:
    page.set_viewport_size({"width": 1200, "height": 1600})
    open_notebook(page, server_in(lang), f"lessons/{lang}/{stem}.ipynb")
    assert run_all(page) == []
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    assert page.locator("mjx-merror").count() == 0
    assert page.evaluate(WIDER) == []

    sliders = page.evaluate(STILL)
    assert sliders["count"] > 0
    assert sliders["still"] == []
    end_kernel(page)
    assert console_errors == []


DEAD = """\
from ipywidgets import FloatSlider, HTML, VBox
first, second, drawn = FloatSlider(description="works"), FloatSlider(description="dead"), HTML("<svg/>")
first.observe(lambda change: setattr(drawn, "value", f"<svg width='{change['new']}'/>"), names="value")
VBox([first, second, drawn])
"""


def test_a_dead_slider_is_named(page: Page, tmp_path: Path) -> None:
    write_notebook(tmp_path / "dead.ipynb", DEAD)
    with serve(tmp_path) as server:
        open_notebook(page, server, "dead.ipynb")
        assert run_all(page) == []
        page.wait_for_selector(".noUi-handle")
        sliders = page.evaluate(STILL)
    assert sliders["count"] == 2
    assert [name.split()[0] for name in sliders["still"]] == ["dead"]
