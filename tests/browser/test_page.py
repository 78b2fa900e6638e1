"""The page of a lesson: a measure for prose, room for what is wide, the middle of a wide screen, all of a phone's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from course.system.workspace import ROOT
from course.text import LANGS, Lang
from course.topic import lessons
from tests.browser import looks
from tests.browser.axe import violations
from tests.browser.jupyter import write_notebook
from tests.browser.test_every_lesson import SET, WIDER
from tests.shares import mostly

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

LOOSE = "很长很长的一句话，公式 $x + y$，再来一个 $a - b$。然后（$c$）还有 $d$；再长一点，更长一点 $e$：完。" * 6
CELL = """() => {
  const cell = document.querySelector(".dh-lesson .jp-CodeCell").getBoundingClientRect();
  const page = document.querySelector(".dh-lesson .jp-WindowedPanel-outer").getBoundingClientRect();
  const prose = document.querySelector(".dh-lesson .jp-MarkdownOutput > p").getBoundingClientRect();
  return { left: cell.left - page.left, right: page.right - cell.right, wide: cell.width, page: page.width, prose };
}"""


@pytest.mark.parametrize("lang", mostly("zh"))
def test_prose_has_a_measure_and_a_phone_is_filled(page: Page, lab: Lab, screenshots: Path, lang: Lang) -> None:
    lab.use(lang=lang)
    lab.open(page, ROOT / f"lessons/{lang}/momentum.ipynb")
    page.wait_for_function(SET)
    for width in (1920, 1366, 390):
        page.set_viewport_size({"width": width, "height": 900})
        if width == 390:  # as a phone opens it
            lab.open(page, ROOT / f"lessons/{lang}/momentum.ipynb")
            page.wait_for_function(SET)
        page.wait_for_timeout(500)
        page.screenshot(path=screenshots / f"page-{lang}-{width}.png")
        widest = max(page.evaluate(looks.MEASURES))
        seen = page.evaluate(CELL)
        if width > 1000:
            assert page.evaluate(WIDER) == []  # on a phone long lines of code move under the finger
            assert 43 <= widest <= 44.5
            assert seen["wide"] > 1.2 * seen["prose"]["width"]  # code, maps and tables may be wider
        if width == 1920:
            assert abs(seen["left"] - seen["right"]) < 40
            assert seen["wide"] < 1200
        if width == 390:
            assert seen["prose"]["width"] > 240


@pytest.mark.parametrize("lang", mostly("en"))
def test_the_lessons_stand_beside_the_page_in_teaching_order(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, lang: Lang
) -> None:
    lab.use(lang=lang)
    lab.open(page, ROOT / f"lessons/{lang}/momentum.ipynb")
    links = page.locator(".dh-contents nav a")
    expect(links).to_have_count(len(lessons()))
    titles = [text.split(" · ")[-1] for text in links.all_inner_texts()]
    assert titles == [each.title[lang] for each in lessons()]
    expect(page.locator(".dh-contents")).to_be_visible()  # in front at a first visit
    expect(page.locator(".dh-contents a[aria-current]")).to_contain_text(titles[3])
    assert violations(page, ".dh-contents") == []
    page.screenshot(path=screenshots / f"contents-{lang}.png")
    links.nth(4).click()
    expect(page.locator(".dh-contents a[aria-current]")).to_contain_text(titles[4])
    assert page.evaluate("window.jupyterapp.shell.currentWidget.context.path").endswith(f"{lang}/nesterov.ipynb")

    # A second visit: the reader has closed the panel, and it stays closed.
    page.locator(".lm-TabBar-tab[data-id='downhill-contents']").click()
    expect(page.locator(".dh-contents")).to_be_hidden()
    lab.open(page, ROOT / f"lessons/{lang}/momentum.ipynb")
    expect(page.locator(".lm-TabBar-tab[data-id='downhill-contents']")).to_be_visible()
    expect(page.locator(".dh-contents")).to_be_hidden()
    assert console_errors == []


def test_a_tab_has_the_lessons_title_and_the_file_keeps_its_name(page: Page, lab: Lab, tmp_path: Path) -> None:
    """JupyterLab renames a notebook after its tab's label, so the title is shown in another way; others have none."""
    write_notebook(tmp_path / "mine.ipynb", "1 + 1")
    lab.open(page, tmp_path / "mine.ipynb")
    assert page.locator("link[href*='downhill-page']").count() == 1
    assert page.locator(".dh-lesson, .lm-TabBar-tab[data-dh-title]").count() == 0
    for lang in LANGS:
        book = tmp_path / lang / "momentum.ipynb"
        book.parent.mkdir()
        book.write_bytes((ROOT / f"lessons/{lang}/momentum.ipynb").read_bytes())
        lab.open_beside(page, book)
        title = json.loads(book.read_text("utf-8"))["metadata"]["course"]["title"]
        tab = page.locator(f".lm-TabBar-tab[data-dh-title='{title}']")
        tab.wait_for()
        assert title in tab.evaluate("(each) => getComputedStyle(each, '::after').content")
        assert not tab.locator(".lm-TabBar-tabLabel").is_visible()
        page.wait_for_timeout(1000)
        assert [each.name for each in book.parent.glob("[!.]*")] == [book.name]


def test_a_mark_at_the_beginning_of_a_line_is_found(page: Page, lab: Lab, tmp_path: Path) -> None:
    """The same text as the builder of lessons would write it has none."""
    from course.authoring.marks import kept_together

    for name, prose in (("loose", LOOSE), ("kept", kept_together(LOOSE))):
        book = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"course": {}, "kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": prose}],
        }
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(book), "utf-8")
        (lab.open if name == "loose" else lab.open_beside)(page, tmp_path / f"{name}.ipynb")
        page.wait_for_selector(".dh-lesson:not(.lm-mod-hidden) mjx-container")
        found = looks.parted(page, *range(760, 1200, 40))
        assert bool(found) == (name == "loose")
