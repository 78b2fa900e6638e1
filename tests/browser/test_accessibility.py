"""What a screen reader hears and a keyboard reaches: axe-core over what lessons show, and sliders as they are told.

`test_every_lesson.py` asks axe-core of every lesson in English and of two in Chinese; here are the others in Chinese,
whose widgets are the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from course.lab.words import WORDS
from course.system.workspace import ROOT
from tests.browser.axe import violations
from tests.browser.jupyter import run_all, write_notebook
from tests.browser.test_every_lesson import SEEN_IN_CHINESE
from tests.learner import filled
from tests.lessons import shown

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from course.text import Lang
    from tests.browser.jupyter import Lab

pytestmark = [pytest.mark.needs("node"), pytest.mark.split("stem")]


@pytest.mark.full
@pytest.mark.parametrize("stem", [stem for stem in shown.stems() if stem not in SEEN_IN_CHINESE])
def test_nothing_that_a_lesson_shows_is_without_a_name(page: Page, lab: Lab, tmp_path: Path, stem: str) -> None:
    page.set_viewport_size({"width": 1200, "height": 1600})
    lab.use(lang="zh", learner=filled(tmp_path, solved=True))
    lab.open(page, ROOT / f"lessons/zh/{stem}.ipynb")
    assert run_all(page) == []
    page.wait_for_function("() => !document.body.innerText.includes('Loading widget')")
    assert violations(page) == []


WRONG = """\
from ipywidgets import HTML, FloatLogSlider, VBox
VBox([FloatLogSlider(value=0.06, description="lr"), HTML('<svg role="img" viewBox="0 0 9 9"></svg>')])
"""
RIGHT = """\
from ipywidgets import HTML, VBox
from course.lab.slider import FloatLogSlider
VBox([FloatLogSlider(value=0.06, description="lr"), HTML('<svg role="img" aria-label="nothing" viewBox="0 0 9 9"/>')])
"""


def test_a_slider_and_a_picture_without_a_name_are_found(page: Page, lab: Lab, tmp_path: Path) -> None:
    write_notebook(tmp_path / "wrong.ipynb", WRONG)
    lab.open(page, tmp_path / "wrong.ipynb")
    assert run_all(page) == []
    page.wait_for_selector(".noUi-handle")
    assert {each.split(" ", 1)[0] for each in violations(page)} == {"aria-input-field-name", "svg-img-alt"}
    write_notebook(tmp_path / "right.ipynb", RIGHT)
    lab.open_beside(page, tmp_path / "right.ipynb")
    assert run_all(page) == []
    page.wait_for_selector("input[type=range]")
    assert violations(page) == []


SLIDERS = """\
from course.lab.slider import FloatLogSlider, FloatSlider, IntSlider, SelectionSlider
from ipywidgets import VBox
made = [
    FloatLogSlider(value=0.06, min=-4, max=1, step=0.02, description="lr", tooltip="TOOLTIP", readout_format=".3"),
    FloatLogSlider(value=1e-8, min=-12, max=0, step=0.1, description="eps", readout_format=".1e"),
    FloatSlider(value=0.9, min=0, max=0.99, step=0.01, description="momentum"),
    IntSlider(value=5, min=1, max=20, description="k", interval=200),
    SelectionSlider(options=[("0", 0.0), ("1e-4", 1e-4), ("0.3", 0.3)], value=0.3, description="weight_decay"),
]
VBox(made)
"""
TELL = """\
import json
values = [each.index if hasattr(each, "index") else each.value for each in made]
open("told", "w", encoding="utf-8").write(json.dumps(values))
"""
ASK = "code => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code }).done"
HEARD = """() => [...document.querySelectorAll("input[type=range]")].map((each) =>
  [each.getAttribute("aria-label"), each.getAttribute("aria-valuetext")])"""


@pytest.mark.parametrize(
    ("lang", "tooltip", "name"),
    [pytest.param("en", "rate", "lr, rate", marks=pytest.mark.full), ("zh", "学习率", "lr，学习率")],
)
def test_a_slider_says_its_name_and_its_true_value_and_obeys(
    page: Page, lab: Lab, tmp_path: Path, lang: Lang, tooltip: str, name: str
) -> None:
    write_notebook(tmp_path / "sliders.ipynb", SLIDERS.replace("TOOLTIP", tooltip))
    lab.use(lang=lang)
    lab.open(page, tmp_path / "sliders.ipynb")
    assert run_all(page) == []
    page.wait_for_selector("input[type=range]")
    assert page.evaluate(HEARD) == [
        [name, "0.06"], ["eps", "1.0 × 10⁻⁸"], ["momentum", "0.90"], ["k", "5"], ["weight_decay", "0.3"],
    ]  # fmt: skip
    for number, key in enumerate(["ArrowRight", "ArrowRight", "Home", "ArrowLeft", "ArrowLeft"]):
        page.locator("input[type=range]").nth(number).press(key)
    heard = [value for _, value in page.evaluate(HEARD)]
    assert heard == ["0.0631", "1.3 × 10⁻⁸", "0.00", "4", "1.0 × 10⁻⁴"]
    typed = page.locator("input.course-slider-value").nth(2)
    typed.fill("0.5")
    typed.press("Enter")
    told: list[float] = []
    for _ in range(20):  # a message waits until the kernel has answered the one before
        page.evaluate(ASK, TELL)
        told = json.loads((tmp_path / "told").read_text("utf-8"))
        if told[2]:
            break
        page.wait_for_timeout(100)
    assert told == pytest.approx([10**-1.2, 10**-7.9, 0.5, 4, 1])
    for press in ("play", "pause"):
        page.get_by_role("button", name=WORDS[press][lang]).click()
        page.wait_for_timeout(900)
    at = page.evaluate(HEARD)[3][1]
    assert 5 < int(at) <= 20
    page.wait_for_timeout(300)
    assert page.evaluate(HEARD)[3][1] == at, "it does not pause"
    typed.fill("much")
    typed.press("Enter")
    assert typed.input_value() == "0.50"


PICTURED = """\
from course.lab.slider import FloatSlider
from course.lab.svg import drawing, pictured
from course.text import Text
pictured(
    lambda x: drawing(Text(en=f"it shows {x:.1f}", zh=f"图中是 {x:.1f}"), 90, 40),
    FloatSlider(value=0.2, max=1.0, step=0.1, description="x"),
)
"""
TOLD = """() => {
  const heard = document.querySelector(".course-slider-heard");
  window.told = [];
  new MutationObserver(() => window.told.push(heard.textContent)).observe(heard, { childList: true });
}"""


@pytest.mark.parametrize(
    ("lang", "heard"), [("en", "it shows 0.7"), pytest.param("zh", "图中是 0.7", marks=pytest.mark.full)]
)
def test_what_a_picture_shows_is_said_once_its_slider_rests(
    page: Page, lab: Lab, tmp_path: Path, lang: Lang, heard: str
) -> None:
    write_notebook(tmp_path / "pictured.ipynb", PICTURED)
    lab.use(lang=lang)
    lab.open(page, tmp_path / "pictured.ipynb")
    assert run_all(page) == []
    page.wait_for_selector("input[type=range]")
    page.evaluate(TOLD)
    for _ in range(5):
        page.locator("input[type=range]").press("ArrowRight")
    page.wait_for_function("() => window.told.length > 0")
    page.wait_for_timeout(1500)
    assert page.evaluate("() => window.told") == [heard]
