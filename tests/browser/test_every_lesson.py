"""Every lesson as a reader goes through it: all cells run, show what they must, and every slider moves its picture.

The code is the same in both languages and is run in `tests/lessons/test_run.py`; a widget is the same in every lesson,
and pushed on every page of the site (`tests/site/test_pages.py`). So two lessons are read always, one in either
language, and all of them by `make test FULL=1`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT
from course.text import LANGS, Lang
from tests.browser import looks
from tests.browser.axe import violations
from tests.browser.conftest import PATIENCE
from tests.browser.jupyter import outputs, run_all, usage, write_notebook
from tests.browser.pictures import PIXELS
from tests.browser.predictions import open_experiments
from tests.learner import filled
from tests.lessons import shown
from tests.shares import shares

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

pytestmark = pytest.mark.split("stem")

OPEN = """async (path) => {
  const panel = await window.jupyterapp.commands.execute('docmanager:open', { path, factory: 'Notebook' });
  await panel.sessionContext.ready;
  await panel.sessionContext.shutdown();
}"""
"""Open a notebook before all that is open, without running it; its kernel is not needed."""
SET = """() => {
  const panel = window.jupyterapp.shell.currentWidget.node;
  const texts = [...panel.querySelectorAll('.jp-MarkdownOutput')].map((each) => each.innerText);
  return texts.length > 5 && !texts.some((text) => text.includes('$'));
}"""
"""Whether all formulas of the notebook in front have been typeset."""

# Every slider of the notebook, pushed to one end and, if its picture does not change, to the other; those
# whose picture stays as it is are named. Learning rates come last: at their end most paths leave the map, and there the
# others would have nothing to show. The rest come in their order: what dampening does shows once there is momentum. One
# that begins at its upper end is pushed to the other first, for its picture would be waited for in vain, and goes back:
# with RAdam's beta2 at 0, ε would do nothing. A picture is all that a cell shows: every canvas by its pixels, drawings
# by their markup, images by their source. One whose picture stays has one more push and all patience, for a machine
# that is busy elsewhere; what is named comes with what stands in its cell and with what its kernel does.
STILL = """async (patience) => {
  const pixels = PIXELS;
  const picture = (cell) => {
    const shown = [...cell.querySelectorAll("svg")].map((svg) => svg.outerHTML);
    shown.push(...[...cell.querySelectorAll("img")].map((image) => image.src));
    shown.push(...[...cell.querySelectorAll("canvas")].map(pixels));
    return shown.join("|");
  };
  const changes = async (cell, before, time) => {
    const begun = performance.now();
    while (performance.now() - begun < time) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (picture(cell) !== before) return true;
    }
    return false;
  };
  const told = (handle, cell) => [
    name(handle), `${handles.indexOf(handle) + 1} of ${handles.length}`,
    ...[...cell.querySelectorAll(".downhill-legend, .downhill-said, .downhill-notes")].map((each) => each.innerText),
    window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status,
    window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.connectionStatus,
  ].join(" | ");
  const still = [];
  const name = (handle) => `${handle.labels[0].textContent} ${handle.getAttribute("aria-valuetext")}`;
  const last = (handle) => Number(/^(inner\\.)?lr /.test(name(handle)));
  const handles = [...document.querySelectorAll(".jp-OutputArea-output .course-slider input[type=range]")];
  for (const handle of handles.toSorted((a, b) => last(a) - last(b))) {
    const cell = handle.closest(".jp-OutputArea-output");
    const push = (key, time = patience / 6) => {
      const before = picture(cell);
      handle.value = key === "End" ? handle.max : handle.min;
      for (const type of ["input", "change"]) handle.dispatchEvent(new Event(type, { bubbles: true }));
      return changes(cell, before, time);
    };
    const atItsEnd = handle.value === handle.max;
    const [first, other] = atItsEnd ? ["Home", "End"] : ["End", "Home"];
    const one = await push(first);
    if (!one && !(await push(other)) && !(await push(first, patience))) still.push(told(handle, cell));
    else if ((one ? first : other) === "Home") await push("End");
  }
  return { count: handles.length, still };
}""".replace("PIXELS", PIXELS)
# MathJax lays a copy of each formula over it for screen readers, clipped to a point but with its full width to the
# right of that point: at the end of a line it counts as wider than the page, in any notebook. That is not ours.
WIDER = """() => {
  const hide = document.createElement("style");
  hide.textContent = "mjx-container > mjx-assistive-mml { display: none !important }";
  document.head.append(hide);
  return [...document.querySelectorAll(".jp-RenderedHTMLCommon, .jp-OutputArea-output, .jp-CodeCell .cm-scroller")]
    .filter((each) => each.scrollWidth > each.clientWidth + 1).map((each) => each.textContent.slice(0, 80));
}"""

SEEN_IN_CHINESE = ("gradient-descent", "choosing")
"""The lessons whose own drawings and charts are the most; `test_index.py` and `test_lesson.py` see two more."""

ALWAYS = {("gradient-descent", "zh"), ("sgd", "en")}
"""One without a rule and one about a rule; `test_lesson.py` reads another one before its exercise is solved."""

SOLVED = [
    pytest.param(stem, lang, marks=() if (stem, lang) in ALWAYS else pytest.mark.full)
    for stem in shown.stems()
    for lang in LANGS
]


@pytest.mark.needs("node")
@pytest.mark.parametrize(("stem", "lang"), SOLVED)
def test_a_lesson_is_alive(
    page: Page, lab: Lab, console_errors: list[str], tmp_path: Path, stem: str, lang: Lang
) -> None:
    """The learner has solved every exercise: a map stays empty, whatever its sliders say, until there is a rule."""
    page.set_viewport_size({"width": 1200, "height": 1600})
    lab.use(lang=lang, learner=filled(tmp_path, solved=True))
    lab.open(page, ROOT / f"lessons/{lang}/{stem}.ipynb")
    assert run_all(page) == []
    found = shown.problems(stem, lang, outputs(page), solved=True)
    if found:
        pytest.fail(f"lessons/{lang}/{stem}.ipynb, " + "\n\n".join(found), pytrace=False)
    seconds, kilobytes = usage(page)
    print(f"{stem}, {lang}, solved: {seconds:.1f} s of processor time, {kilobytes / 1024:.0f} MB")
    assert seconds < shown.SECONDS
    assert kilobytes < shown.KILOBYTES
    open_experiments(page)

    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    assert page.locator("mjx-merror").count() == 0
    assert page.evaluate(WIDER) == []
    assert page.evaluate(looks.COLLISIONS) == []
    assert looks.hard_to_read(page) == {"dark": [], "light": []}
    assert looks.parted(page, 390, 1366, 1200) == []
    assert violations(page) == []
    sliders = page.evaluate(STILL, PATIENCE)
    assert sliders["count"] > 0
    assert sliders["still"] == []
    assert console_errors == []


@pytest.mark.parametrize("every", shares(5))
def test_every_lesson_fits_the_page_in_chinese(page: Page, lab: Lab, console_errors: list[str], every: int) -> None:
    """Its text, tables, formulas and code; the cells' outputs are another matter."""
    page.set_viewport_size({"width": 1200, "height": 1600})
    lab.use(lang="zh")
    for number, stem in enumerate(shown.stems()[::every]):
        path = ROOT / f"lessons/zh/{stem}.ipynb"
        if number == 0:
            lab.open(page, path)
        else:
            page.evaluate(OPEN, lab.path(path))
        page.wait_for_function(SET)
        assert page.locator("mjx-merror").count() == 0, stem
        assert page.evaluate(WIDER) == [], stem
        assert looks.parted(page, 390, 1366, 1200) == [], stem
    assert console_errors == []


DEAD = """\
from ipywidgets import HTML, VBox
from course.lab.slider import FloatSlider
first, second, drawn = FloatSlider(description="works"), FloatSlider(description="dead"), HTML("<svg/>")
first.observe(lambda change: setattr(drawn, "value", f"<svg width='{change['new']}'/>"), names="value")
VBox([first, second, drawn])
"""


def test_a_dead_slider_and_a_wide_output_are_named(page: Page, lab: Lab, tmp_path: Path) -> None:
    wide = "from IPython.display import HTML\nHTML('<p style=\"width: 3000px\">too wide</p>')"
    write_notebook(tmp_path / "dead.ipynb", DEAD, wide)
    lab.open(page, tmp_path / "dead.ipynb")
    assert run_all(page) == []
    page.wait_for_selector(".course-slider input[type=range]")
    sliders = page.evaluate(STILL, 3_000)
    assert sliders["count"] == 2
    assert [name.split()[0] for name in sliders["still"]] == ["dead"]
    assert set(page.evaluate(WIDER)) == {"too wide"}
