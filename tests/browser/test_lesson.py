"""The momentum lesson as a reader meets it: opened in JupyterLab in either language, run, and played with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT
from course.text import Lang
from tests.browser.jupyter import outputs, run_all
from tests.browser.pictures import FIRST_MAP
from tests.browser.predictions import open_experiments
from tests.browser.test_every_lesson import WIDER
from tests.learner import filled
from tests.shares import mostly

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

WIDGET = "application/vnd.jupyter.widget-view+json"
RIGHT = {"en": "It moves on, a little shorter than before.", "zh": "继续向前，步长比刚才略小。"}
PRAISE = {"en": "Right.", "zh": "正确。"}
NUDGE = {"en": "1. A nudge", "zh": "1. 稍加点拨"}
PUSH = {"en": "▶ Push", "zh": "▶ 推一下"}


@pytest.mark.parametrize("lang", mostly("zh"))
def test_a_reader_works_through_the_lesson(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path, lang: Lang
) -> None:
    page.set_viewport_size({"width": 1200, "height": 1600})

    lab.use(lang=lang, learner=filled(tmp_path))
    lab.open(page, ROOT / f"lessons/{lang}/momentum.ipynb")
    assert run_all(page) == []
    views = [output for cell in outputs(page) for output in cell if WIDGET in output.get("data", {})]
    assert len(views) >= 10
    assert page.locator(".downhill").count() == 2, "those that run the learner's own code"
    open_experiments(page)
    page.wait_for_function("() => document.querySelectorAll('.downhill-map').length === 5")

    # Nothing is wider than the page, and no formula or widget failed to come out.
    assert page.evaluate(WIDER) == []
    assert page.locator("mjx-merror").count() == 0
    assert page.locator("mjx-container").count() > 50
    assert page.get_by_text("Loading widget").count() == 0

    # A slider of the first map, by keyboard.
    before = page.evaluate(FIRST_MAP)
    slider = page.locator(".downhill").first.locator(".course-slider input[type=range]").nth(1)
    slider.focus()
    for _ in range(10):
        slider.press("ArrowRight")
    page.wait_for_function(f"before => ({FIRST_MAP})() !== before", arg=before)

    # The box moves once it is pushed.
    page.get_by_role("button", name=PUSH[lang]).click()
    box = page.locator("svg[viewBox='0 0 760 362'] > rect[fill*='#B84C00']")
    first = box.evaluate("each => each.getBBox().x")
    page.wait_for_timeout(1000)
    assert abs(box.evaluate("each => each.getBBox().x") - first) > 10  # there, or on the way back

    # Hints and questions answer.
    page.get_by_role("button", name=NUDGE[lang]).click()
    page.wait_for_selector("ol[aria-live=polite] li")
    page.get_by_text(RIGHT[lang]).click()
    page.wait_for_selector(f".course-quiz :text('{PRAISE[lang]}')")

    # The learner saves a solution: the widget that follows the file draws its path.
    follows = page.locator(".downhill").nth(4)
    waiting = follows.inner_text()
    (tmp_path / "momentum.py").write_bytes((ROOT / "solutions" / "momentum.py").read_bytes())
    page.wait_for_function("before => document.querySelectorAll('.downhill')[4].innerText !== before", arg=waiting)
    follows.scroll_into_view_if_needed()
    page.screenshot(path=screenshots / f"lesson-{lang}.png")

    # The link to the exercise opens the learner's file in the editor beside the lesson.
    page.get_by_role("link", name="course/optim/momentum.py").click()
    page.wait_for_selector(".jp-FileEditor")
    assert console_errors == []
