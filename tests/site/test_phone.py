"""A page under a finger: what is pressed is big enough, what is written can be read, nothing jumps or sticks out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.together("site"), pytest.mark.needs("chromium", "chinese-fonts", "node")]

PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "is_mobile": True,
    "has_touch": True,
    "reduced_motion": "reduce",
}
JUMP = 30
"""Pixels by which a figure may be higher or lower than the picture that it comes in place of."""
OPENED = """() => {
  for (const each of document.querySelectorAll(".predict .skip")) each.click();
  for (const each of document.querySelectorAll("main details")) each.open = true;
}"""
HEIGHTS = "() => [...document.querySelectorAll('.live')].map((each) => each.offsetHeight)"
SMALL = """() => {
  const found = [];
  const told = (each) => `${each.tagName} ${each.className.baseVal ?? each.className} ${each.textContent.slice(0, 30)}`;
  const inputs = ["range", "text", "checkbox", "radio"].map((type) => `input[type=${type}]`);
  const pressed = ["a[href]", "button", "summary", "select", ...inputs].join();
  for (const each of document.querySelectorAll(pressed)) {
    const within = getComputedStyle(each).display === "inline" && !each.matches(".anchor");  // a link in a sentence
    if (!each.checkVisibility() || within || each.matches(".skip-link")) continue;
    const around = each.matches("input") && each.closest("label") ? each.closest("label") : each;
    const height = each.matches(".anchor")
      ? parseFloat(getComputedStyle(each, "::after").height) : around.getBoundingClientRect().height;
    if (height < 43.9) found.push(`${height.toFixed(0)} high: ${told(each)}`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const each = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !each.checkVisibility() || each.closest("math, script, style")) continue;
    const drawing = each.closest("svg");
    const own = drawing?.viewBox.baseVal.width;
    const shrunk = own ? drawing.getBoundingClientRect().width / own : 1;
    const size = parseFloat(getComputedStyle(each).fontSize) * shrunk;
    if (size < (drawing ? 10.9 : 11.9)) found.push(`${size.toFixed(1)} px: ${told(each)}`);
  }
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} wide`);
  for (const input of document.querySelectorAll(".live.frames input[type=range]")) {
    const box = input.getBoundingClientRect();
    if (box.right > page.clientWidth) found.push(`a slider ends at ${box.right}`);
  }
  return found;
}"""


@pytest.mark.parametrize(
    ("name", "lang", "scheme"),
    [("index", "zh", "dark"), ("adam", "en", "light"), ("gradient-descent", "zh", "light"), ("glossary", "en", "dark")],
)
def test_a_finger_reaches_all_and_nothing_is_too_small(
    browser: Browser, address: str, name: str, lang: str, scheme: Any
) -> None:
    context = browser.new_context(**PHONE, color_scheme=scheme, service_workers="block")
    page = context.new_page()
    page.goto(f"{address}{lang}/{name}.html")
    page.evaluate(OPENED)
    before = page.evaluate(HEIGHTS)
    for number in range(len(before)):
        place = page.locator(".live").nth(number)
        place.scroll_into_view_if_needed()
        page.wait_for_function(
            "number => document.querySelectorAll('.live')[number].dataset.ready === 'true'", arg=number
        )
    moved = [(old, new) for old, new in zip(before, page.evaluate(HEIGHTS), strict=True) if abs(new - old) > JUMP]
    found = page.evaluate(SMALL)
    context.close()
    assert found == []
    assert moved == []
