"""The report's links in JupyterLab: one click, and the section that is meant is in view, in either language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.grading.mistakes import catalogue
from course.grading.sections import heading
from course.system.workspace import ROOT
from course.text import LANGS, Lang
from course.topic import Topic

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

CHECK = 'check("momentum")'
RUN = """async ([first, source]) => {
  const notebook = window.jupyterapp.shell.currentWidget.content
  const cells = [...notebook.model.cells].map(cell => cell.toJSON())
  const code = cells.flatMap((cell, at) => cell.cell_type === 'code' ? [at] : [])
  const asked = cells.findIndex(cell => cell.cell_type === 'code' && String(cell.source).trim() === source)
  for (const at of first ? [code[0], asked] : [asked]) {
    notebook.deselectAll()
    notebook.activeCellIndex = at
    await window.jupyterapp.commands.execute('notebook:run-cell')
  }
  return asked
}"""
SEEN = """title => [...document.querySelectorAll('.jp-MarkdownOutput :is(h2, h3)')].some(each => {
  const box = each.getBoundingClientRect()
  const there = box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight
  return there && each.innerText.replace('¶', '').trim() === title
})"""


def wrong(name: str, folder: Path) -> None:
    book = catalogue(Topic.load("momentum"))
    (folder / "momentum.py").write_text(book.source([book[name]]), "utf-8")


@pytest.mark.parametrize(
    ("lang", "mode"),
    [
        pytest.param(lang, mode, marks=() if (lang, mode) in {("zh", "defer"), ("en", "full")} else pytest.mark.full)
        for lang in LANGS
        for mode in ("none", "defer", "full")
    ],
)
def test_a_link_leads_to_its_section(
    page: Page, lab: Lab, console_errors: list[str], tmp_path: Path, screenshots: Path, lang: Lang, mode: str
) -> None:
    """Whichever cells JupyterLab keeps in the page; by default some, with `none` all."""
    lab.use(lang=lang, learner=tmp_path, settings={"@jupyterlab/notebook-extension:tracker": {"windowingMode": mode}})
    wrong("lr-forgotten", tmp_path)
    lab.open(page, ROOT / f"lessons/{lang}/momentum.ipynb")
    topic, first = Topic.load("momentum"), True
    for name in ("lr-forgotten", "decay-sign"):
        wrong(name, tmp_path)
        section = catalogue(topic)[name].section
        title = heading(topic, section)[lang]
        page.evaluate(RUN, [first, CHECK])
        first = False
        link = page.locator(".dh a", has_text=title)
        link.wait_for()
        link.scroll_into_view_if_needed()
        page.screenshot(path=screenshots / f"report-{lang}-{mode}-{section}.png")
        assert name == "decay-sign" or not page.evaluate(SEEN, title)
        link.click()
        page.wait_for_function(SEEN, arg=title)
    assert page.evaluate("window.jupyterapp.shell.currentWidget.title.label").startswith("momentum")
    assert len(page.context.pages) == 1
    assert console_errors == []
