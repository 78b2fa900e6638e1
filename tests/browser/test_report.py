"""The class report in a browser: it can be read in light, in dark and on paper, and a slide takes one sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from course.classroom import survey_page
from course.classroom.directory import ClassDirectory
from course.classroom.groups import FILE
from course.classroom.survey import survey
from tests.classroom.room import new_class
from tests.classroom.test_survey import KNOWN, a_class, attempt, put

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

LOWEST = 4.5
"""Contrast of text and its ground, by WCAG 2 AA."""
CONTRAST = """() => {
  const numbers = colour => { const c = colour.match(/[\\d.]+/g).map(Number); return c.length > 3 ? c : [...c, 1] }
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat([1])
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
    const v = c[i] / 255
    return sum + part * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  }, 0)
  const canvas = document.body.appendChild(document.createElement('p'))
  canvas.style.backgroundColor = 'Canvas'
  const ground = numbers(getComputedStyle(canvas).backgroundColor)
  canvas.remove()
  const behind = element => {
    const layers = []
    for (let each = element; each; each = each.parentElement)
      layers.unshift(numbers(getComputedStyle(each).backgroundColor))
    return layers.reduce((below, layer) => over(layer, below), ground)
  }
  const poor = []
  let seen = 0
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(each => each.nodeType === 3 && each.data.trim())
    const style = getComputedStyle(element)
    if (!own || element.closest('style, title, desc') || !element.getClientRects().length) continue
    const below = behind(element)
    const text = over(numbers(element.closest('svg') ? style.fill : style.color), below)
    const [high, low] = [light(text), light(below)].sort((a, b) => b - a)
    const ratio = (high + 0.05) / (low + 0.05)
    seen += 1
    if (ratio < LOWEST) poor.push([element.textContent.trim().slice(0, 40), ratio])
  }
  return [seen, poor]
}""".replace("LOWEST", str(LOWEST))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make the page of a class with everything in it: trends, slides, groups, unexplained paths, names."""
    root = new_class(tmp_path_factory.mktemp("report") / "class")
    students = a_class(60)
    for n in range(12):
        students[f"held-{n}"] = [attempt(1, KNOWN[n % 3]), attempt(20, KNOWN[n % 3])]
    put(root, "adam", students)
    lines = (f"{student},{'ABC'[n % 3]}\n" for n, student in enumerate(students))
    (root / FILE).write_text("".join(lines), "utf-8")
    figures = survey(ClassDirectory(root), progress=False)
    assert len(figures.obstacles) == 3
    assert figures.topics[0].groups
    path = root / "report.html"
    path.write_text(survey_page.page_of(figures, "en", names=True), "utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_can_be_read(page: Page, report: Path, scheme: str, console_errors: list[str]) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(report.as_uri())
    page.click("label[for=both]")
    seen, poor = page.evaluate(CONTRAST)
    assert seen > 200
    assert poor == []
    page.add_style_tag(content=".quiet { color: #999 !important; background: #888 }")
    assert page.evaluate(CONTRAST)[1], "grey on grey is noticed"
    assert console_errors == []


@pytest.mark.parametrize("box", ["only-en", "only-zh", "both"])
def test_a_slide_is_printed_on_one_sheet(page: Page, report: Path, box: str) -> None:
    page.goto(report.as_uri())
    page.click(f"label[for={box}]")

    def sheets() -> int:
        return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", margin={"top": "1cm", "bottom": "1cm"})))

    whole = sheets()
    page.evaluate("document.querySelector('#slides').remove()")
    assert whole - sheets() == 3


def test_the_page_is_no_wider_than_a_phone(page: Page, report: Path) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(report.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
