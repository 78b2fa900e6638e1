"""Predictions as a reader makes them: nothing is shown before the vote, and a keyboard is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from course.lesson import words
from course.text import Lang
from tests.browser.jupyter import run_all, write_notebook
from tests.learner import filled
from tests.shares import mostly

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.jupyter import Lab

STEM = "momentum"
CELLS = (
    'from course.lab import descent, predict, predictions, pushed_box, set_language\nset_language("{lang}")',
    'predict("momentum", "turns-round", pushed_box())',
    'predict("momentum", "to-the-star", descent("momentum", landscape="ravine"))',
    'predictions("momentum")',
)
FOCUSED = "() => document.activeElement.innerText.trim()"


@pytest.mark.parametrize("lang", mostly("zh"))
def test_a_vote_opens_the_experiment(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path, lang: Lang
) -> None:
    page.set_viewport_size({"width": 1200, "height": 1400})
    lab.use(lang=lang, learner=filled(tmp_path))
    write_notebook(tmp_path / "predict.ipynb", *(cell.replace("{lang}", lang) for cell in CELLS))
    lab.open(page, tmp_path / "predict.ipynb")
    assert run_all(page) == []
    ballots = page.locator(".course-predict")
    page.wait_for_function("() => document.querySelectorAll('.course-predict button').length === 8")
    assert page.locator(".downhill, svg[viewBox='0 0 760 362'], .course-slider").count() == 0

    # By keyboard: the vote, and on to the experiment that it has opened.
    asked = words.prediction(STEM, "turns-round")
    first = ballots.nth(0)
    first.get_by_role("button").nth(1).focus()
    page.keyboard.press("Enter")
    first.locator("svg").wait_for()
    assert page.evaluate(FOCUSED) == "✓ B"
    assert asked.answers[1].text[lang] in first.inner_text()
    page.screenshot(path=screenshots / f"predict-voted-{lang}.png")
    score = page.locator(".jp-OutputArea-output table").last
    assert asked.right.text[lang] in score.inner_text(), "the score follows the vote"
    for _ in range(5):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED).startswith("▶"):
            break
    assert page.evaluate(FOCUSED).startswith("▶")
    assert "22" not in (first.locator("svg").text_content() or ""), "nothing is given away before the push"
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('.course-predict svg set')")
    compare = first.get_by_role("button").last
    compare.click()
    first.locator("[aria-live=polite] b", has_text="✓").wait_for()
    assert asked.right.why[lang] in first.inner_text()

    # The other one is opened without a vote.
    second = ballots.nth(1)
    second.get_by_role("button").last.click()
    second.locator("canvas").first.wait_for()
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    page.screenshot(path=screenshots / f"predict-compared-{lang}.png")
    assert console_errors == []
