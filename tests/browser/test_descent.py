"""The descent widget as a reader meets it: in JupyterLab, in both languages, by mouse and by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from course.lab import descent, words
from course.lab.widget.landscapes import landscape
from course.lab.widget.walk import walk
from course.topic import Topic
from tests.browser.jupyter import run_all, write_notebook
from tests.browser.pictures import PIXELS
from tests.shares import mostly

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from course.lab.widget.descent import Descent
    from course.lab.widget.walk import Walk
    from course.text import Lang
    from tests.browser.jupyter import Lab

FIRST = 'from course.lab import descent\ndescent("momentum")'


def pixels(page: Page, which: str = "map") -> int:
    """A number that changes with the picture."""
    return int(page.eval_on_selector(f".downhill-{which}", PIXELS))


def wait_for_change(page: Page, before: int, which: str = "map") -> int:
    """Wait until the picture is another one and has come to rest."""
    page.wait_for_function(
        f"before => ({PIXELS})(document.querySelector('.downhill-{which}')) !== before", arg=before, polling=50
    )
    page.wait_for_timeout(400)
    return pixels(page, which)


def said(page: Page) -> str:
    """What the widget says in words beneath the pictures, once it has caught up."""
    page.wait_for_timeout(150)
    return page.inner_text(".downhill-said")


def shown(page: Page) -> None:
    page.wait_for_selector(".downhill-map")
    page.wait_for_function("() => document.querySelector('.downhill-said').textContent !== ''")


@pytest.mark.parametrize("lang", mostly("en"))
def test_a_reader_uses_it(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path, lang: Lang
) -> None:
    write_notebook(tmp_path / "lesson.ipynb", FIRST)
    lab.use(lang=lang)
    lab.open(page, tmp_path / "lesson.ipynb")
    assert run_all(page) == []
    shown(page)
    page.screenshot(path=screenshots / f"descent-{lang}.png")
    read_it(page, lang)
    measure_it(page)
    move_things(page)
    travel_in_time(page, lang)
    page.screenshot(path=screenshots / f"descent-{lang}-moved.png")
    assert console_errors == []


def read_it(page: Page, lang: Lang) -> None:
    """Everything a reader reads is in the reader's language, and a screen reader hears it too."""
    assert not page.is_visible(".downhill-alone")
    name = Topic.load("momentum").title[lang]
    assert said(page).startswith(name)
    assert words.WORDS["end"][lang].format(loss="9.9 × 10⁻⁹") in said(page)
    assert name in page.inner_text(".downhill-legend")
    assert page.inner_text(".downhill-about") == landscape("bowl").description[lang]
    assert page.get_attribute(".downhill-map", "aria-label") == words.WORDS["map"][lang]
    page.wait_for_function(
        "() => document.querySelector('.downhill-heard').textContent"
        " === document.querySelector('.downhill-said').textContent"
    )


def measure_it(page: Page) -> None:
    """Nothing hangs over the cell, and the pictures stand side by side."""
    boxes = [page.locator(f".downhill-{part}").bounding_box() for part in ("view", "map", "chart")]
    view, map_, chart = ((box["x"], box["y"], box["x"] + box["width"]) for box in boxes if box)
    assert map_[2] < chart[0]
    assert chart[2] <= view[2] + 1
    assert chart[1] == pytest.approx(map_[1], abs=1)


def move_things(page: Page) -> None:
    """A slider by keyboard; the start by mouse and by keyboard."""
    before = pixels(page)
    page.focus(".downhill-sliders input[type=range]")
    page.keyboard.press("ArrowRight")
    before = wait_for_change(page, before)

    box = page.locator(".downhill-map").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 5 / 6, box["y"] + box["height"] / 4, steps=4)
    page.mouse.up()
    before = wait_for_change(page, before)
    page.click(".downhill-back")
    page.wait_for_function(saying("(2, 1)"))

    page.focus(".downhill-map")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowUp")
    page.wait_for_function(saying("(1.9, 1.01)"))
    assert pixels(page) != before


def saying(part: str) -> str:
    return f"() => document.querySelector('.downhill-said').textContent.includes('{part}')"


def travel_in_time(page: Page, lang: Lang) -> None:
    """One step by key, the scrubber's own keys, play and pause."""
    before, chart = pixels(page), pixels(page, "chart")
    page.keyboard.press(".")
    wait_for_change(page, before)
    assert pixels(page, "chart") != chart, "the cursor in the chart has not moved along"
    page.focus(".downhill-scrub")
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    page.wait_for_timeout(300)
    assert page.input_value(".downhill-scrub") == "2"
    assert page.inner_text(".downhill-count") == words.WORDS["count"][lang].format(t=2, n=200)
    page.keyboard.press(" ")
    assert page.get_attribute(".downhill-play", "aria-label") == words.WORDS["pause"][lang]
    page.wait_for_function("() => Number(document.querySelector('.downhill-scrub').value) > 12")
    page.click(".downhill-play")
    page.wait_for_timeout(200)  # a frame that was due is still drawn
    stopped = page.input_value(".downhill-scrub")
    page.wait_for_timeout(300)
    assert page.input_value(".downhill-scrub") == stopped


def test_comparison_landscapes_and_divergence_in_the_dark(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path
) -> None:
    write_notebook(tmp_path / "lesson.ipynb", 'from course.lab import descent\ndescent("sgd", lr=0.0812)')
    theme = {"@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Dark"}}
    lab.use(settings=theme)
    lab.open(page, tmp_path / "lesson.ipynb")
    assert run_all(page) == []
    shown(page)
    assert "it has run away" in said(page)
    page.screenshot(path=screenshots / "descent-diverged-dark.png")
    before = pixels(page)
    compare = page.locator(".downhill-bar select").nth(1)
    compare.select_option(label="Adam")
    before = wait_for_change(page, before)
    assert page.locator(".downhill-said p").count() == 2
    assert page.locator(".downhill-panel").count() == 2
    page.locator(".downhill-bar select").first.select_option(label=landscape("ravine").title.en)
    before = wait_for_change(page, before)
    page.screenshot(path=screenshots / "descent-compare-dark.png")
    page.evaluate("window.jupyterapp.commands.execute('apputils:change-theme', { theme: 'JupyterLab Light' })")
    wait_for_change(page, before)
    page.screenshot(path=screenshots / "descent-compare-light.png")
    assert console_errors == []


def test_learners_code_appears_when_it_is_saved(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path
) -> None:
    source = Topic.load("momentum").solution.read_text("utf-8")
    file = tmp_path / "momentum.py"
    file.write_text(source.replace("return {", "raise NotImplementedError\n        return {"), "utf-8")
    cell = 'from course.lab import descent, learner\ndescent("momentum", rule=learner("momentum", "."))'
    write_notebook(tmp_path / "lesson.ipynb", cell)
    lab.use(lang="zh")
    lab.open(page, tmp_path / "lesson.ipynb")
    assert run_all(page) == []
    page.wait_for_selector(".downhill-notes p")
    assert "还没有写" in page.inner_text(".downhill-notes")
    assert page.inner_text(".downhill-count") == words.WORDS["count"]["zh"].format(t=0, n=0)
    page.screenshot(path=screenshots / "descent-not-written.png")
    file.write_text(f"{source}\n    def update(self, param, grad, state):\n        return None\n", "utf-8")
    page.locator(".downhill-notes code", has_text="update").wait_for()  # what stands between backticks
    assert "`" not in page.inner_text(".downhill-notes")
    before = pixels(page)
    file.write_text(source, "utf-8")
    wait_for_change(page, before)  # nobody has touched the page
    assert page.locator(".downhill-notes p").count() == 0
    assert "第 8 步（共 200 步）" in said(page)
    assert console_errors == []


RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def ends(done: Walk) -> str:
    """What is said of the end of a path."""
    loss = done.losses[-1]
    power = int(np.floor(np.log10(loss)))
    told = f"{loss:.3g}" if power >= -3 else f"{loss / 10.0**power:.1f} × 10{str(power).translate(RAISED)}"
    return words.WORDS["end"].en.format(loss=told)


def in_the_end(stops: int, key: str = "bowl") -> str:
    """What is said of the end of momentum's path on a landscape, its rate so many stops higher than at first."""
    widget = descent("momentum")
    slider = widget.sliders["lr"]
    at = round((np.log10(slider.value) - slider.min) / slider.step)
    slider.value = 10 ** (slider.min + (at + stops) * slider.step)
    return ends(walk(widget.knobs, landscape(key), landscape(key).start, 200))


def brought_to(key: str) -> Descent:
    """The widget after its landscape was changed, with a rate that suits it, and Adam beside it."""
    widget = descent("momentum", compare="adam")
    widget.landscape.value = key
    return widget


def test_it_moves_without_a_kernel(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path
) -> None:
    """First after the kernel has gone, then from what was saved with the notebook, before anything has been run."""
    write_notebook(tmp_path / "lesson.ipynb", FIRST)
    lab.open(page, tmp_path / "lesson.ipynb")
    assert run_all(page) == []
    shown(page)
    assert in_the_end(0) in said(page)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
    page.wait_for_timeout(500)
    move_without_help(page)

    page.goto("about:blank")
    lab.open(page, tmp_path / "lesson.ipynb")
    shown(page)
    assert page.evaluate("() => window.jupyterapp.shell.currentWidget.content.widgets[0].model.executionCount") == 1
    assert in_the_end(0) in said(page)
    assert page.is_visible(".downhill-alone")
    icons = "all => all.filter(each => getComputedStyle(each, '::before').content !== 'none').length"
    assert page.eval_on_selector_all(".downhill, .downhill .jupyter-widgets", icons) == 0
    move_without_help(page)
    page.screenshot(path=screenshots / "descent-saved.png")
    # That a slider has nobody to tell is ipywidgets' to say.
    assert [each for each in console_errors if not each.startswith("Could not send widget sync message")] == []


def move_without_help(page: Page) -> None:
    """Everything that the bar and the sliders offer: what is drawn and said is what Python would have said."""
    before = pixels(page)
    page.focus(".downhill-sliders input[type=range]")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    before = wait_for_change(page, before)
    assert in_the_end(3) in said(page)
    page.locator(".downhill-bar select").first.select_option(label=landscape("several").title.en)
    wait_for_change(page, before)
    page.wait_for_timeout(150)
    assert page.inner_text(".downhill-about") == landscape("several").description.en
    assert in_the_end(3, "several") in said(page), "a rate that the reader has chosen stays"

    page.get_by_role("button", name=str(words.RESET)).click()
    page.wait_for_function(saying(ends(brought_to("several").walk)))
    bar = page.locator(".downhill-bar select")
    bar.first.select_option(label=landscape("wavy").title.en)
    page.wait_for_function(saying(ends(brought_to("wavy").walk)))  # its rate has followed
    bar.nth(1).select_option(label="Adam")
    compared = brought_to("wavy").compare_walk
    assert compared is not None
    page.wait_for_function(saying(ends(compared)))
    assert page.locator(".downhill-said p").count() == 2
    bar.first.select_option(label=landscape("bowl").title.en)
    compared = brought_to("bowl").compare_walk
    assert compared is not None
    page.wait_for_function(saying(ends(compared)))
    assert in_the_end(0) in said(page)
    bar.nth(1).select_option(label=str(words.NOTHING))
    page.wait_for_function("() => document.querySelectorAll('.downhill-said p').length === 1")


def test_it_stacks_where_there_is_little_room(page: Page, lab: Lab, screenshots: Path, tmp_path: Path) -> None:
    write_notebook(tmp_path / "lesson.ipynb", FIRST)
    page.set_viewport_size({"width": 800, "height": 1100})
    lab.open(page, tmp_path / "lesson.ipynb")
    assert run_all(page) == []
    shown(page)
    map_, chart = (page.locator(f".downhill-{part}").bounding_box() for part in ("map", "chart"))
    assert map_ is not None
    assert chart is not None
    assert chart["y"] >= map_["y"] + map_["height"]
    assert chart["width"] == pytest.approx(map_["width"], abs=1)
    page.screenshot(path=screenshots / "descent-narrow.png")
