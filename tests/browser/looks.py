"""How a lesson's page looks, measured in the page: contrast, words on words, and marks at the beginning of lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from playwright.sync_api import Page

THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}

# Contrast as WCAG 2 has it, of every piece of text in a lesson's prose and outputs and of every glyph of a formula,
# with what lies behind it: the grounds of all elements around it, and in a drawing the filled shapes below it. Disabled
# controls are exempt by the standard. JupyterLab's own (prompts, toolbars, the code's colours) is not looked at.
CONTRAST = r"""() => {
  const numbers = (colour) => {
    const found = colour.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return found.length > 3 ? found : [...found, 1];
  };
  const over = (a, b) => [0, 1, 2].map((i) => a[i] * a[3] + b[i] * (1 - a[3])).concat([1]);
  const light = (c) => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => {
    const v = c[i] / 255;
    return sum + part * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const seenThrough = (element) => {
    let opacity = 1;
    for (let each = element; each; each = each.parentElement) opacity *= Number(getComputedStyle(each).opacity);
    return opacity;
  };
  const around = (element) => {
    const layers = [];
    for (let each = element; each; each = each.parentElement)
      layers.unshift(numbers(getComputedStyle(each).backgroundColor));
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const behind = (words) => {
    const svg = words.closest("svg");
    if (!svg) return around(words);
    const box = words.getBoundingClientRect();
    const middle = new DOMPoint(box.x + box.width / 2, box.y + box.height / 2);
    let ground = around(svg);
    for (const shape of svg.querySelectorAll("rect, circle, path, polygon, text")) {
      if (shape === words) break;
      if (!shape.isPointInFill || shape.closest("defs, clipPath, symbol")) continue;
      const style = getComputedStyle(shape);
      const inside = middle.matrixTransform(shape.getScreenCTM().inverse());
      if (style.fill === "none" || !shape.isPointInFill(inside)) continue;
      const fill = numbers(style.fill);
      fill[3] *= Number(style.fillOpacity) * seenThrough(shape);
      ground = over(fill, ground);
    }
    const style = getComputedStyle(words);
    const halo = style.paintOrder.startsWith("stroke") && style.stroke !== "none" && parseFloat(style.strokeWidth) >= 2;
    return halo ? over(numbers(style.stroke), ground) : ground;
  };
  const poor = new Map();
  let seen = 0;
  const places = ".dh-lesson .jp-MarkdownOutput, .dh-lesson .jp-OutputArea-output";
  for (const element of document.querySelectorAll(places.split(", ").map((each) => `${each} *`).join(", "))) {
    if (element.closest("style, script, title, mjx-assistive-mml, .noUi-handle, :disabled, [disabled]")) continue;
    const glyph = element.localName === "mjx-c";
    if (!glyph && ![...element.childNodes].some((each) => each.nodeType === 3 && each.data.trim())) continue;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const opacity = seenThrough(element);
    if (!box.width || style.visibility === "hidden" || opacity === 0) continue;
    if (box.width <= 1 || style.clipPath === "inset(50%)") continue; // for screen readers alone
    const below = behind(element);
    const ink = numbers(element.closest("svg") ? style.fill : style.color);
    ink[3] *= opacity * (element.closest("svg") ? Number(style.fillOpacity) : 1);
    const [high, low] = [light(over(ink, below)), light(below)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    seen += 1;
    if (ratio < 4.5) {
      const told = glyph ? "formula" : element.textContent.trim().slice(0, 40);
      poor.set(`${told} (${element.localName}, ${style.color}, ${Math.round(ratio * 10) / 10})`, true);
    }
  }
  return [seen, [...poor.keys()]];
}"""

# The words of each drawing and chart, whose places must not meet; the height of a line is more than that of its ink.
COLLISIONS = r"""() => {
  const found = [];
  for (const svg of document.querySelectorAll(".dh-lesson .jp-OutputArea-output svg")) {
    const words = [...svg.querySelectorAll("text")].filter((each) => each.textContent.trim()).map((each) => {
      const box = each.getBoundingClientRect();
      const upright = box.height > box.width && each.textContent.trim().length > 2;
      const [x, y] = upright ? [box.width * 0.2, 1] : [1, box.height * 0.2];
      const told = each.textContent.trim();
      return { told, left: box.left + x, right: box.right - x, top: box.top + y, bottom: box.bottom - y };
    }).filter((each) => each.right > each.left);
    words.forEach((one, i) => words.slice(i + 1).forEach((other) => {
      if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)
        found.push(`${one.told} × ${other.told}`);
    }));
  }
  return found;
}"""

# Marks that a line's end parts from their formula: what begins the text after a formula stands left of the formula's
# right edge, or what ends the text before it stands right of its left edge.
PARTED = r"""() => {
  const parted = [];
  let seen = 0;
  const place = (node, at) => {
    const range = document.createRange();
    range.setStart(node, at);
    range.setEnd(node, at + 1);
    return range.getBoundingClientRect();
  };
  const prose = ".dh-lesson .jp-MarkdownOutput";
  for (const formula of document.querySelectorAll(`${prose} mjx-container:not([display="true"])`)) {
    const box = formula.querySelector("mjx-math").getBoundingClientRect();
    const told = formula.closest("p, li, td, th, h2, h3, summary")?.innerText.slice(0, 40);
    if (!box.width) continue;
    let [before, after] = [formula.previousSibling, formula.nextSibling];
    if (!after && formula.parentElement.localName === "strong") after = formula.parentElement.nextSibling;
    if (after?.nodeType === 3 && /^[^\s\p{Script=Han}（“‘《(\[—–·]/u.test(after.data)) {
      seen += 1;
      if (place(after, 0).left < box.right - 2) parted.push(`${told} ⟨…⟩ ${after.data.slice(0, 10)}`);
    }
    if (before?.nodeType === 3 && /[（“‘《(]$/.test(before.data)) {
      seen += 1;
      const mark = place(before, before.data.length - 1);
      if (mark.right > box.left + 2) parted.push(`${told}: ${before.data.slice(-10)} ⟨…⟩`);
    }
  }
  return [seen, parted];
}"""

# How wide the prose of a lesson is, in ems of its own, where it fills its lines: its paragraphs and its lists. What is
# nothing but a formula is no prose, and may be wider.
MEASURES = r"""() => [...document.querySelectorAll(".dh-lesson .jp-MarkdownOutput > :is(p, ul, ol)")]
  .filter((each) => [...each.childNodes].some((one) => one.localName !== "mjx-container" && one.textContent.trim()))
  .map((each) => each.getBoundingClientRect().width / parseFloat(getComputedStyle(each).fontSize))"""


def set_theme(page: Page, theme: str) -> None:
    """Change JupyterLab's theme while the lesson stays as it is.

    Args:
        page: with a notebook in front.
        theme: one of `THEMES`.

    """
    page.evaluate("(theme) => window.jupyterapp.commands.execute('apputils:change-theme', { theme })", THEMES[theme])
    page.wait_for_function(
        f"() => document.body.dataset.jpThemeLight === '{'true' if theme == 'light' else 'false'}'"
        " && getComputedStyle(document.body).getPropertyValue('--jp-layout-color0')"
        f".trim() === '{'white' if theme == 'light' else '#111'}'"
    )


def hard_to_read(page: Page) -> dict[str, list[str]]:
    """Return by theme what has too little contrast in the lesson in front, which must have text."""
    found = {}
    for theme in ("dark", "light"):
        set_theme(page, theme)
        seen, found[theme] = cast("tuple[int, list[str]]", page.evaluate(CONTRAST))
        assert seen > 10
    return found


def parted(page: Page, *widths: int) -> list[str]:
    """Return the formulas whose marks stand on another line, with the text around them.

    Args:
        page: with a lesson in front.
        widths: the windows' in which to look; the last one stays.

    """
    found: list[str] = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 1600})
        page.wait_for_timeout(300)  # the page is laid out anew
        found += cast("list[str]", page.evaluate(PARTED)[1])
    return found
