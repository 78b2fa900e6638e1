"""The editor in a lesson as a reader uses it: written in, saved and checked by keyboard, beside another editor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from course.system.workspace import ROOT
from course.text import Lang
from tests.browser.jupyter import run_all, write_notebook
from tests.learner import filled
from tests.shares import mostly

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

    from tests.browser.jupyter import Lab

PASSED = {"en": "passed", "zh": "通过"}
UNSAVED = {"en": "not saved yet", "zh": "尚未保存"}
BEHIND = {"en": "Show the other version", "zh": "显示另一个版本"}
ALONE = {"en": "This editor has no running kernel", "zh": "这个编辑器背后没有内核在运行"}
DARK = {"@jupyterlab/apputils-extension:themes": {"theme": "JupyterLab Dark"}}
WRITTEN = """\
        grad = grad + self.weight_decay * param
        buf = state["momentum_buffer"]
        if buf is None:
            buf = grad
        else:
            buf = (
                self.momentum * buf
                + grad
            )
        return param - self.lr * buf, {"momentum_buffer": buf}"""
TYPED = re.sub(r"\n +", "\n", WRITTEN)
"""What a reader types: most of the indents come by themselves; where one has to go, Backspace is pressed before."""
LESS = ("else:", ")", "return")
COVERS = """area => {
  const lines = [...area.parentElement.querySelectorAll('.course-editor-line')].map(each => each.textContent);
  return [area.scrollHeight - area.clientHeight, area.scrollWidth - area.clientWidth, lines.join('\\n') === area.value];
}"""
"""By how much the textarea overflows what is painted below it, and whether that is the same text; if not, the caret is
not where it seems to be."""
CONTRAST = """root => {
  const channel = each => (each /= 255) <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4;
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  return Math.min(...[...root.querySelectorAll('span, button, p, summary')]
    .filter(node => node.offsetParent && node.textContent.trim() && !node.closest('textarea'))
    .map(node => {
      const [one, other] = [light(parse(getComputedStyle(node).color)), light(behind(node))];
      return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    }));
}"""


def opened(page: Page, lab: Lab, folder: Path, lang: Lang = "en", **use: object) -> Locator:
    """Open a notebook with one exercise, run it, and return its areas to type in."""
    lab.use(lang=lang, learner=filled(folder), settings=DARK if use.get("dark") else None)
    notebook = folder / f"{folder.name}.ipynb"
    write_notebook(notebook, 'from course.lab import exercise\n\nexercise("momentum", landscape="ravine")')
    lab.open(page, notebook)
    assert run_all(page) == []
    page.wait_for_selector(".course-editor-area")
    return page.locator(".course-editor-area")


def write(page: Page, area: Locator, text: str) -> None:
    """Type a text in place of what is there, as a person does who lets the editor indent."""
    area.click()
    page.keyboard.press("ControlOrMeta+A")
    for number, line in enumerate(text.split("\n")):
        if number:
            page.keyboard.press("Enter")
        if line.startswith(LESS) and area.evaluate("each => each.value.split('\\n').at(-1).length") > 8:
            page.keyboard.press("Backspace")
        page.keyboard.type(line)


@pytest.mark.parametrize("lang", mostly("zh"))
def test_a_rule_is_written_saved_and_passes(
    page: Page, lab: Lab, console_errors: list[str], screenshots: Path, tmp_path: Path, lang: Lang
) -> None:
    areas = opened(page, lab, tmp_path, lang, dark=lang == "zh")
    file = tmp_path / "momentum.py"
    handed_out = file.read_text("utf-8")
    assert page.locator(".course-editor-doc[open]").count() == 0
    write(page, areas.nth(0), '        return {"momentum_buffer": None}')
    page.wait_for_selector(f".course-editor-state:text('{UNSAVED[lang]}')")
    write(page, areas.nth(1), TYPED)
    assert areas.nth(1).input_value() == WRITTEN
    for area in areas.all():
        assert area.evaluate(COVERS) == [0, 0, True]
    numbers = page.locator(".course-editor-line[data-number]").evaluate_all("all => all.map(e => e.dataset.number)")
    page.keyboard.press("ControlOrMeta+S")
    page.wait_for_selector(f".dh-s:text('{PASSED[lang]}')")
    assert page.locator(".course-editor-state").inner_text() == ""
    text = file.read_text("utf-8")
    assert WRITTEN in text
    assert "TODO" not in text
    assert text.startswith(handed_out[: handed_out.index("    def init")])
    lines = text.split("\n")
    assert lines[int(numbers[1]) - 1] == WRITTEN.split("\n", maxsplit=1)[0]
    assert page.evaluate(CONTRAST, page.locator(".course-editor").element_handle()) >= 4.5
    page.wait_for_function("() => !document.querySelector('.downhill-notes').textContent")  # the map follows
    page.screenshot(path=screenshots / f"exercise-{lang}.png")
    assert console_errors == []


def test_nothing_is_lost_when_another_editor_saves(page: Page, lab: Lab, tmp_path: Path) -> None:
    areas = opened(page, lab, tmp_path)
    file = tmp_path / "momentum.py"
    elsewhere = file.read_text("utf-8").replace("raise NotImplementedError", "return 1  # elsewhere", 1)
    file.write_text(elsewhere, "utf-8")
    page.wait_for_selector(".course-editor-painted:has-text('# elsewhere')")
    areas.nth(1).focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("  # mine")
    page.wait_for_timeout(600)
    other = (ROOT / "solutions/momentum.py").read_text("utf-8")
    file.write_text(other, "utf-8")
    page.get_by_role("button", name=BEHIND["en"]).wait_for()
    assert "# mine" in areas.nth(1).input_value()
    page.keyboard.press("ControlOrMeta+S")
    page.wait_for_selector(".course-editor-note:has-text('momentum.py.1.bak')")
    assert "# mine" in file.read_text("utf-8")
    assert (tmp_path / "momentum.py.1.bak").read_text("utf-8") == other


def test_keys_indent_undo_and_leave(page: Page, lab: Lab, tmp_path: Path) -> None:
    area = opened(page, lab, tmp_path).nth(1)
    before = area.input_value()
    area.focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("Enter")
    page.keyboard.type("x = 1")
    page.keyboard.press("Tab")
    page.keyboard.type("# y")
    assert area.input_value() == f"{before}\n    x = 1   # y"  # raise ends a block
    for _ in range(30):
        page.keyboard.press("ControlOrMeta+z")
    assert area.input_value() == before
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.press("Tab")
    assert area.input_value() == "\n".join(f"    {line}" for line in before.split("\n"))
    page.keyboard.press("Shift+Tab")
    assert area.input_value() == before
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert area.input_value() == before
    assert not area.evaluate("each => each === document.activeElement")


def test_a_narrow_page_has_one_below_the_other(page: Page, lab: Lab, screenshots: Path, tmp_path: Path) -> None:
    areas = opened(page, lab, tmp_path)
    beside = page.locator(".course-editor").bounding_box(), page.locator(".course-exercise .downhill").bounding_box()
    assert beside[0] is not None
    assert beside[1] is not None
    assert beside[1]["x"] >= beside[0]["x"] + beside[0]["width"]
    page.evaluate("() => window.jupyterapp.shell.collapseLeft()")
    page.set_viewport_size({"width": 390, "height": 1200})
    page.wait_for_function(
        """() => { const [one, other] = ['.course-editor', '.course-exercise .downhill']
          .map(each => document.querySelector(each).getBoundingClientRect()); return other.top >= one.bottom; }"""
    )
    page.get_by_role("button", name="Whole file").click()
    page.wait_for_function("() => document.querySelectorAll('.course-editor-area').length === 1")
    assert areas.first.evaluate(COVERS) == [0, 0, True]  # long lines, wrapped, with signs that few fonts have
    page.screenshot(path=screenshots / "exercise-phone.png")


@pytest.mark.parametrize("lang", mostly("en"))
def test_without_a_kernel_it_is_read_only_and_says_so(
    page: Page, lab: Lab, screenshots: Path, tmp_path: Path, lang: Lang
) -> None:
    """After the kernel has gone, and from what was saved with the notebook."""
    areas = opened(page, lab, tmp_path, lang)
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    assert page.locator(".course-editor-alone").is_hidden()
    page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    for _ in range(2):
        page.locator(f".course-editor-alone:has-text('{ALONE[lang]}')").wait_for(state="visible")
        assert areas.nth(0).evaluate("each => each.readOnly")
        assert "raise NotImplementedError" in areas.nth(1).input_value()
        assert page.locator(".course-editor-save").is_disabled()
        icons = "all => all.filter(each => getComputedStyle(each, '::before').content !== 'none').length"
        assert page.locator(".course-exercise, .course-exercise .jupyter-widgets").evaluate_all(icons) == 0
        page.goto("about:blank")
        lab.open(page, tmp_path / f"{tmp_path.name}.ipynb")
    page.screenshot(path=screenshots / f"exercise-saved-{lang}.png")


def test_an_endless_loop_says_how_long_it_has_been_computing(page: Page, lab: Lab, tmp_path: Path) -> None:
    areas = opened(page, lab, tmp_path)
    write(page, areas.nth(0), "        while True:\npass")
    page.keyboard.press("ControlOrMeta+S")
    page.wait_for_selector("p:has-text('Still computing, 3 s of 10.')")
    page.wait_for_selector(".dh-s:text('out of time')")
    assert page.get_by_text("Still computing").count() == 0
