"""The descent widget beside a sidebar, beside an editor and on a phone: what is needed is in sight, nothing is cut."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import pytest

from course.lab.widget.landscapes import landscape
from course.text import Lang
from tests.browser.conftest import PATIENCE
from tests.browser.jupyter import run_all, write_notebook
from tests.browser.pictures import PIXELS
from tests.lessons.shown import sources_of, stems
from tests.shares import mostly

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, CDPSession, Page

    from tests.browser.jupyter import Lab

HIGH = 600
"""Pixels that JupyterLab leaves a notebook on a small laptop, once its own bars are drawn."""

# Of every widget: how far it is from its top to the foot of the map and of the chart, and what is wider than it may be.
MEASURED = """() => [...document.querySelectorAll(".downhill")].map((each) => {
  const { top, right } = each.getBoundingClientRect();
  const boxes = [...each.querySelectorAll("canvas, input, select, button, label, p, li, span")]
    .map((part) => [part, part.getBoundingClientRect()]).filter(([, box]) => box.width);
  const pictures = [...each.querySelectorAll(".downhill-pictures canvas")].map((part) => part.getBoundingClientRect());
  const wide = ([part, box]) => box.right > right + 1 || part.scrollWidth > Math.max(part.clientWidth, box.width) + 1;
  const shown = [...each.querySelectorAll(".course-slider label")].filter((label) => label.offsetWidth);
  return { high: Math.max(...pictures.map(({ bottom }) => bottom)) - top,
    cut: boxes.filter(wide).map(([part]) => part.outerHTML.slice(0, 80)),
    sliders: shown.map((label) => label.textContent) };
})"""


def comparisons() -> list[str]:
    """The calls in the lessons that compare two optimizers, one a lesson."""
    found = []
    for stem in stems():
        calls = [node for source in sources_of(stem) for node in ast.walk(ast.parse(source)) if is_comparison(node)]
        found += [ast.unparse(calls[0])] if calls else []
    return found


def is_comparison(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "descent"
        and any(each.arg == "compare" for each in node.keywords)
        and all(each.arg != "rule" for each in node.keywords)
    )


@pytest.mark.parametrize("lang", mostly("en"))
def test_a_comparison_is_seen_without_scrolling(
    page: Page, lab: Lab, console_errors: list[str], tmp_path: Path, lang: Lang
) -> None:
    """JupyterLab with its sidebar; then its window so narrow that the notebook is as wide as beside an editor."""
    calls = comparisons()
    assert len(calls) > 8
    write_notebook(tmp_path / "lesson.ipynb", *(f"from course.lab import descent\n{call}" for call in calls))
    lab.use(lang=lang)
    lab.open(page, tmp_path / "lesson.ipynb")
    assert run_all(page) == []
    page.wait_for_function(
        "count => document.querySelectorAll('.downhill-said p').length === 2 * count", arg=len(calls)
    )
    for width in (1366, 992, 900):  # the output is 934, 560 and 468 wide
        page.set_viewport_size({"width": width, "height": 768})
        page.wait_for_timeout(500)
        measured = page.evaluate(MEASURED)
        assert len(measured) == len(calls)
        for call, each in zip(calls, measured, strict=True):
            assert each["high"] <= HIGH, (width, call)
            assert each["cut"] == [], (width, call)
    assert console_errors == []


OPENED = 'from course.lab import descent\ndescent("adam", compare="momentum", landscape="bowl", show=["eps"])'


def test_other_sliders_are_behind_a_button(page: Page, lab: Lab, console_errors: list[str], tmp_path: Path) -> None:
    write_notebook(tmp_path / "lesson.ipynb", OPENED)
    lab.open(page, tmp_path / "lesson.ipynb")
    assert run_all(page) == []
    page.wait_for_selector(".downhill-said p")
    first = ["lr", "beta1", "beta2", "eps", "lr"]
    assert page.evaluate(MEASURED)[0]["sliders"] == first
    more = page.get_by_role("button", name="More").first
    assert more.get_attribute("aria-expanded") == "false"
    assert not page.get_by_label("amsgrad").first.is_visible()
    more.focus()
    page.keyboard.press("Enter")
    assert page.evaluate(MEASURED)[0]["sliders"] == [*first[:4], "weight_decay", "schedule", "angle", "lr"]
    assert more.get_attribute("aria-expanded") == "true"
    page.get_by_label("amsgrad").first.check()
    before = page.eval_on_selector(".downhill-map", PIXELS)
    page.get_by_label("maximize").first.check()
    page.wait_for_function(f"before => ({PIXELS})(document.querySelector('.downhill-map')) !== before", arg=before)
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.get_by_role("button", name="More").first.click()
    assert page.evaluate(MEASURED)[0]["sliders"] == first
    assert console_errors == []


COMPARED = 'from course.lab import descent\ndescent("momentum", compare="adam", landscape="bowl")'
START = r"""() => /\(−?[\d.]+, −?[\d.]+\)/.exec(document.querySelector(".downhill-said").textContent)[0]"""
"""Where the path begins, as it is told once the widget shows step 0."""


def place(page: Page, point: str) -> tuple[float, float]:
    """Where on the screen a point of the bowl is."""
    x, y = ast.literal_eval(point.replace("−", "-"))
    x_from, x_to, y_from, y_to = landscape("bowl").extent
    box = page.locator(".downhill-map").bounding_box()
    assert box is not None
    left, top = (x - x_from) / (x_to - x_from), (y_to - y) / (y_to - y_from)
    return box["x"] + left * box["width"], box["y"] + top * box["height"]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, device_scale_factor=2)
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def swipe(touch: CDPSession, begin: tuple[float, float], by: tuple[float, float]) -> None:
    """Put a finger down, move it and lift it."""
    (x, y), (across, down) = begin, by
    points = [(x + across * i / 12, y + down * i / 12) for i in range(13)]
    for at, (px, py) in enumerate(points):
        kind = "touchStart" if at == 0 else "touchMove"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py}]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("lang", mostly("zh"))
def test_on_a_phone(phone: Page, lab: Lab, screenshots: Path, tmp_path: Path, lang: Lang) -> None:
    page = phone
    tall = "from IPython.display import HTML\nHTML('<div style=\"height: 900px\"></div>')"
    write_notebook(tmp_path / "lesson.ipynb", COMPARED, tall)
    lab.use(lang=lang)
    lab.open(page, tmp_path / "lesson.ipynb")
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    assert run_all(page) == []
    page.wait_for_selector(".downhill-said p")
    page.click(".downhill-back")
    page.locator(".downhill-map").scroll_into_view_if_needed()
    page.wait_for_timeout(500)
    page.screenshot(path=screenshots / f"descent-phone-{lang}.png")
    assert [each["cut"] for each in page.evaluate(MEASURED)] == [[]]
    touch = page.context.new_cdp_session(page)

    def state() -> tuple[float, str]:
        page.wait_for_timeout(600)
        return page.locator(".downhill-map").evaluate("map => map.getBoundingClientRect().y"), page.evaluate(START)

    before, start = state()
    assert start == "(−2.6, 1.4)"
    swipe(touch, place(page, "(1.5, -1)"), (4, -150))
    after, still = state()
    assert after < before - 50, "the page does not scroll under a finger"
    assert still == start, "a finger that scrolls past has moved the start"

    swipe(touch, place(page, start), (60, 30))
    held, moved = state()
    assert held == after, "the page scrolls while the start is dragged"
    assert moved != start

    swipe(touch, place(page, "(1.5, -1)"), (2, 2))
    held, tapped = state()
    assert held == after
    assert tapped not in {start, moved}, "a tap does not put the start anywhere"
