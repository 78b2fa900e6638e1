"""A lesson that is opened again, or whose kernel has restarted: pictures stay, and one sentence says what to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from course.lab.piece import ASLEEP
from course.lab.words import TEXTS
from course.text import LANGS, Lang
from tests.browser.jupyter import run_all, write_notebook
from tests.browser.pictures import FIRST_MAP

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

CELLS = (
    """
from course.lab import Text, descent, hint, pushed_box, quiz, set_language
set_language("{lang}")
quiz("momentum", "step-11")
""",
    "pushed_box()",
    'hint("adam")',
    'descent("sgd")',
    """
from course.lab.bar import counting
with counting(Text(en="training", zh="训练"), 3, Text(en=" networks", zh=" 个网络")) as bar:
    bar.update(3)
""",
)
ASLEEP_PIECES = 3
"""All but the map, which moves without a kernel, and the bar, which is no widget."""

CHAINS = """() => [...document.querySelectorAll('.jp-Notebook .jupyter-widgets-disconnected')].filter(each => {
  const before = getComputedStyle(each, '::before');
  return each.checkVisibility() && before.content !== 'none' && before.content !== 'normal';
}).length"""
"""The broken chains that ipywidgets draws before every widget without a kernel."""

CONTROLS = """() => [...document.querySelectorAll('.course-piece :is(button, input, select, [tabindex], .noUi-handle)')]
  .filter(each => each.checkVisibility({ visibilityProperty: true })).length"""
"""What could be clicked or reached by keyboard in the pieces that have no kernel."""

THEMES = {False: "JupyterLab Light", True: "JupyterLab Dark"}


def sentences(page: Page, lang: Lang) -> tuple[int, int]:
    """How often the sentence on pieces is seen, and the one on maps."""
    seen = page.locator(".course-asleep").get_by_text(ASLEEP[lang], exact=True)
    alone = page.get_by_text(TEXTS["alone"][lang])
    return (
        sum(seen.nth(at).is_visible() for at in range(seen.count())),
        sum(alone.nth(at).is_visible() for at in range(alone.count())),
    )


@pytest.mark.parametrize(
    ("lang", "dark"),
    [
        pytest.param(lang, dark, marks=() if dark == (lang == "zh") else pytest.mark.full)
        for lang in LANGS
        for dark in THEMES
    ],
)
def test_pieces_without_a_kernel(
    page: Page, lab: Lab, tmp_path: Path, screenshots: Path, lang: Lang, *, dark: bool
) -> None:
    page.set_viewport_size({"width": 1100, "height": 2000})
    notebook = lab.root / tmp_path.name / f"again-{lang}.ipynb"
    notebook.parent.mkdir(exist_ok=True)
    write_notebook(notebook, *(cell.replace("{lang}", lang) for cell in CELLS))
    lab.use(lang=lang, settings={"@jupyterlab/apputils-extension:themes": {"theme": THEMES[dark]}})
    lab.open(page, notebook)
    assert run_all(page) == []
    page.wait_for_function(f"() => document.querySelector('.downhill-map') && ({FIRST_MAP})() !== 0")
    page.locator(".course-piece svg").first.wait_for()
    assert sentences(page, lang) == (0, 0)
    assert page.evaluate(CONTROLS) > 0, "with a kernel there is something to move"
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")

    # The kernel restarts.
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.locator(".course-asleep:visible").first.wait_for()
    check(page, lang)
    page.screenshot(path=screenshots / f"restart-{lang}-{'dark' if dark else 'light'}.png")

    # One piece is run again: it alone is alive.
    page.evaluate(
        """async () => {
          const { content, sessionContext } = window.jupyterapp.shell.currentWidget;
          content.activeCellIndex = 0;
          await window.jupyterapp.commands.execute('notebook:run-cell');
        }"""
    )
    page.locator(".course-quiz input").first.wait_for()
    assert sentences(page, lang)[0] == ASLEEP_PIECES - 1

    # Another day: another page, and a kernel that knows nothing of what was run.
    again = page.context.new_page()
    page.close()
    lab.end_kernels()
    again.set_viewport_size({"width": 1100, "height": 2000})
    lab.open(again, notebook)
    again.locator(".course-asleep:visible").first.wait_for()
    again.wait_for_function(f"() => document.querySelector('.downhill-map') && ({FIRST_MAP})() !== 0")
    check(again, lang)
    again.screenshot(path=screenshots / f"second-visit-{lang}-{'dark' if dark else 'light'}.png")
    before = again.evaluate(FIRST_MAP)
    again.locator(".downhill .course-slider input[type=range]").first.press("ArrowRight")
    again.wait_for_function(f"before => ({FIRST_MAP})() !== before", arg=before)


def check(page: Page, lang: Lang) -> None:
    """Pictures, one sentence each, no broken chain and nothing that pretends to answer."""
    assert sentences(page, lang) == (ASLEEP_PIECES, 1)
    assert page.evaluate(CHAINS) == 0
    assert page.evaluate(CONTROLS) == 0
    assert page.locator(".course-piece svg:visible").count() == 1
    assert page.locator(".course-quiz .widget-radio-box label:visible").count() > 1
    assert page.get_by_text("not found").count() == 0
    assert page.get_by_text({"en": "3/3 networks", "zh": "3/3 个网络"}[lang]).is_visible()


def test_the_check_sees_broken_chains_and_dead_controls(page: Page, lab: Lab, tmp_path: Path) -> None:
    """A plain column of widgets has both; a check that saw none here would see none anywhere."""
    notebook = lab.root / tmp_path.name / "plain.ipynb"
    notebook.parent.mkdir(exist_ok=True)
    slider = "import ipywidgets as widgets\nwidgets.VBox([widgets.IntSlider()]).add_class('course-piece')"
    write_notebook(notebook, slider)
    lab.open(page, notebook)
    assert run_all(page) == []
    page.locator(".noUi-handle").wait_for()
    assert page.evaluate(CHAINS) == 0
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.locator(".jupyter-widgets-disconnected").first.wait_for()
    assert page.evaluate(CHAINS) > 0
    assert page.evaluate(CONTROLS) > 0


def test_a_notebook_that_nobody_trusts_shows_images(page: Page, lab: Lab, tmp_path: Path) -> None:
    """It came by mail, say: JupyterLab then builds no widgets, and shows what GitHub shows."""
    notebook = lab.root / tmp_path.name / "mailed.ipynb"
    notebook.parent.mkdir(exist_ok=True)
    write_notebook(notebook, *(cell.replace("{lang}", "en") for cell in CELLS))
    lab.open(page, notebook)
    assert run_all(page) == []
    page.evaluate("() => window.jupyterapp.shell.currentWidget.context.save()")
    lab.end_kernels()
    book = json.loads(notebook.read_text("utf-8"))
    book["cells"][0]["source"] = [*book["cells"][0]["source"], " "]  # its signature is another one
    mailed = notebook.with_name("by-mail.ipynb")
    for cell in book["cells"]:
        for output in cell["outputs"]:
            output.get("data", {}).pop("application/vnd.jupyter.widget-view+json", None)
    mailed.write_text(json.dumps(book), "utf-8")
    again = page.context.new_page()
    lab.open(again, mailed)
    images = again.locator(".jp-OutputArea img[src^='data:image/svg+xml']")
    images.nth(1).wait_for()
    assert images.count() == 2  # the box and the map
    for at in range(2):
        assert images.nth(at).evaluate("each => each.decode().then(() => each.naturalWidth)") > 0
        assert images.nth(at).get_attribute("alt")
    assert again.get_by_text("Sutskever's form").is_visible()


def test_pictures_that_were_looked_for_too_early_come_after_all(page: Page, lab: Lab, tmp_path: Path) -> None:
    """When ipywidgets' two restorations overtake each other, it says that a model is lost, and does not look again."""
    notebook = lab.root / tmp_path.name / "early.ipynb"
    notebook.parent.mkdir(exist_ok=True)
    write_notebook(notebook, CELLS[0].replace("{lang}", "en"), "pushed_box()")
    lab.open(page, notebook)
    assert run_all(page) == []
    page.locator(".course-piece svg").wait_for()
    lost = page.evaluate(
        """() => {
          const output = document.querySelector('.course-piece:has(svg)').closest('.jp-OutputArea-output');
          output.classList.add('jupyter-widgets');
          output.textContent = 'Error displaying widget: model not found';
          return document.querySelectorAll('.course-piece svg').length;
        }"""
    )
    assert lost == 0
    page.locator(".course-piece svg").wait_for()
