"""The first lesson as a newcomer meets it: one key, a slider that moves, and the way to the next lesson."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT
from course.text import Lang
from course.topic import lessons, topics
from tests.browser.jupyter import run_all
from tests.browser.pictures import FIRST_MAP
from tests.learner import filled
from tests.shares import mostly

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

STANDING = {"en": ("not implemented yet", "passed"), "zh": ("尚未实现", "通过")}


@pytest.mark.parametrize("lang", mostly("en"))
def test_a_newcomer_begins(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path, lang: Lang
) -> None:
    lab.use(lang=lang, learner=filled(tmp_path))
    lab.open(page, ROOT / f"lessons/{lang}/index.ipynb")
    first_slider(page)
    page.screenshot(path=screenshots / f"index-{lang}.png")

    assert run_all(page) == []
    table = page.locator("table:has(th + th + th + th)")
    assert table.locator("tbody tr").count() == len(lessons())
    not_yet, passed = STANDING[lang]
    assert table.get_by_text(not_yet).count() == len(topics())

    # The learner has solved one: the table says so when its cell runs again.
    (tmp_path / "momentum.py").write_bytes((ROOT / "solutions" / "momentum.py").read_bytes())
    assert run_all(page) == []
    assert table.get_by_text(not_yet).count() == len(topics()) - 1
    assert table.get_by_text(passed).count() == 1

    # A lesson in the table opens beside this one, in the same language.
    title = next(each.title for each in lessons() if each.stem == "momentum")
    table.get_by_role("link", name=title[lang], exact=True).click()
    page.wait_for_function(
        "path => window.jupyterapp.shell.currentWidget?.context?.path === path",
        arg=lab.path(ROOT / f"lessons/{lang}/momentum.ipynb"),
    )
    # The tab that is no longer in front says its title as well.
    tab = page.locator(".lm-DockPanel-tabBar .lm-TabBar-tab:not(.lm-mod-current)")
    assert tab.evaluate("each => getComputedStyle(each, '::after').content") == f'"{lessons()[0].title[lang]}"'
    assert console_errors == []


def first_slider(page: Page) -> None:
    """Run the first code cell with the keys that the text names, press an arrow on its first slider, see it redraw."""
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".downhill-map")
    page.wait_for_function(f"() => ({FIRST_MAP})() !== 0")
    before = page.evaluate(FIRST_MAP)
    slider = page.locator(".downhill .course-slider input[type=range]").first
    slider.focus()
    slider.press("ArrowRight")
    page.wait_for_function(f"before => ({FIRST_MAP})() !== before", arg=before)
