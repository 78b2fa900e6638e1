"""Figures whose pictures the page computes: its JavaScript draws what their Python draws."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from course.authoring.site import capture, derive
from course.grading.palette import STYLE
from course.lab import fit_a_line, scouts
from course.lab.piece import Piece
from course.system.workspace import ROOT
from course.text import LANGS, CourseError, speaking
from course.topics.sgd import lab as sgd
from tests.shares import mostly
from tests.site.served import node, opened
from tests.site.test_builder import needed

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

    from playwright.sync_api import Browser, Locator

    from course.text import Lang

pytestmark = [pytest.mark.together("site"), pytest.mark.needs("node")]

LARGEST = 30_000
"""Bytes that the figures of one page may take for what draws them."""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
DRIVER = """
import { readFileSync } from "node:fs";
import figure from "./figure.js";
import { python } from "./python.js";

const { scene, turns } = figure(python);
const answers = JSON.parse(readFileSync(0, "utf8")).map(([what, ...given]) =>
  what === "format" ? python.format(...given) : (what ? turns[what] : scene)(...given));
process.stdout.write(JSON.stringify(answers));
"""


def in_the_page(folder: Path, code: str, jobs: list[list[Any]]) -> list[Any]:
    """What derived code answers, run by Node.js: a scene for a job that names no turn."""
    shutil.copy(ROOT / "course/lab/widget/js/numbers.js", folder)
    script = (ROOT / "course/authoring/site/js/python.js").read_text("utf-8")
    (folder / "python.js").write_text(script.replace("../../../lab/widget/js/", "./"), "utf-8")
    (folder / "figure.js").write_text(f"export default {code};\n", "utf-8")
    answers: list[Any] = node(folder, DRIVER, jobs)
    return answers


def same(drawn: str, wanted: str) -> None:
    """Hold one picture against another: the same words and elements, and numbers within a tenth of a pixel."""
    wanted = wanted.replace(STYLE, "")
    assert NUMBER.split(drawn) == NUMBER.split(wanted)
    ours, theirs = (list(map(float, NUMBER.findall(each))) for each in (drawn, wanted))
    assert ours == pytest.approx(theirs, abs=0.101)


def line() -> ModuleType:
    """The module of the figure, as the lesson's own package has it."""
    return sys.modules[fit_a_line().scene.__module__]


@pytest.mark.parametrize("lang", LANGS)
def test_a_line_is_fitted_as_in_a_notebook(lang: Lang, tmp_path: Path) -> None:
    """Steps with one rate and then another, into the minimum and out of the picture, in fog and in view."""
    with speaking(lang):
        piece, module = fit_a_line(), line()
        step, again, place = piece.turns.values()
        assert piece.scene is not None
        jobs: list[list[Any]] = []
        wanted: list[Any] = []
        for start in (0.0, 1.15, 4.0):
            path = place([9.0], 0.1, start, 1)
            assert path == again([9.0], 0.1, start, 1) == [start]
            for lr in (0.02, 0.1, 0.1, 0.3, 0.42, *[0.5] * 8, 0.2):
                values = [lr, start, lr != 0.1]
                jobs += [["", path, *values], ["0", path, *values], ["1", path, *values]]
                after = step(path, *values)
                wanted += [piece.scene(path, *values), after, again(path, *values)]
                path = after
        made = in_the_page(tmp_path, derive.derived(piece, {"0": step, "1": again}), jobs)
    assert any(not module.LOWEST <= each[1][-1] <= module.HIGHEST for each in jobs)
    for (what, *_), ours, theirs in zip(jobs, made, wanted, strict=True):
        if what:
            assert ours == pytest.approx(theirs, rel=1e-12)
        else:
            same(ours, theirs)


@pytest.mark.parametrize("lang", LANGS)
def test_scouts_are_heard_as_in_a_notebook(lang: Lang, tmp_path: Path) -> None:
    jobs: list[list[Any]] = [
        ["", batch, lr, (at + batch) % 7] for batch in sgd.BATCHES for at, lr in enumerate((0.01, 0.1, 0.37, 0.5))
    ]
    with speaking(lang):
        made = in_the_page(tmp_path, derive.derived(scouts(), {}), jobs)
        for (_, *given), drawn in zip(jobs, made, strict=True):
            same(drawn, sgd.scene(*given))
    assert len(set(made)) > len(jobs) * 0.8  # all 64 at once are the same, whatever the order


def test_numbers_are_written_as_python_writes_them(tmp_path: Path) -> None:
    """Also those in the middle between two, which JavaScript writes away from 0 and Python to the even one."""
    numbers = [0.0, -0.0, 0.125, 0.375, -2.5, 3.5, 0.25, 1 / 3, -1e-5, 2e-5, 123456.789, 1e7, 0.05, 99.96, 0.1 + 0.2]
    asked = [(number, spec) for number in numbers for spec in (".0f", ".1f", ".2f", ".1g", ".3g", "g")]
    made = in_the_page(tmp_path, derive.derived(scouts(), {}), [["format", *each] for each in asked])
    for (number, spec), ours in zip(asked, made, strict=True):
        if spec.endswith("f") or number:
            assert ours == format(number, spec), (number, spec)


RIGHT = {
    "loop": """
        words = ""
        for at, each in enumerate(POINTS):
            if 0 < each <= 3 and at != 1:
                words += circle(_x(each), height(each), 2, fill=BLUE)
        return drawing(Text(en="Some.", zh="几个。"), 10, 10, words)""",
    "comprehension": """
        few = [each for each in [POINTS[0], *POINTS[2:]] if 0 < each and each <= 3]
        return drawing(Text(en="Some.", zh="几个。"), 10, 10, "".join(dot(x) for x in few))""",
}
"""The same picture, written in two ways."""
WRONG = {
    "while": "while height(1) > 3:\n            pass\n        return str(1)",
    "chance": "return str(np.random.default_rng(0).normal())",
    "elsewhere": "return str(open('file').read())",
    "two loops": "return ''.join(str(a + b) for a in POINTS for b in POINTS)",
    "reserved": "new = 1\n        return f'{new}'",
}
MODULE = """
import numpy as np

from course.lab.look import BLUE
from course.lab.svg import circle, drawing, scale
from course.text import Text

POINTS = (1.0, 2.0, 3.0, 5.0)
_x = scale(0, 10, 0.0, 10.0)


def height(value, *, above=1):
    return value ** 2 / 2 + above


def dot(x):
    return circle(_x(x), height(x), 2, fill=BLUE)


def scene(times):
        {body}
"""


def written(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, body: str) -> Piece:
    """A figure that somebody writes."""
    (folder / f"{name}.py").write_text(MODULE.format(body=body.strip()), "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    piece = Piece([])
    piece.scene = importlib.import_module(name).scene
    return piece


@pytest.mark.parametrize("way", RIGHT)
def test_one_picture_may_be_written_in_several_ways(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    piece = written(tmp_path, monkeypatch, f"right_{way}", RIGHT[way])
    (drawn,) = in_the_page(tmp_path, derive.derived(piece, {}), [["", 0]])
    assert drawn.count("<circle") == 2
    same(drawn, piece.scene(0))  # type: ignore[misc]


@pytest.mark.parametrize("what", WRONG)
def test_what_no_page_can_compute_is_refused_with_its_line(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"wrong_{what.replace(' ', '_')}"
    piece = written(tmp_path, monkeypatch, name, WRONG[what])
    with pytest.raises(CourseError, match=rf"{name}\.py, line (?:19|2\d): "):
        derive.derived(piece, {})


def test_a_derived_figure_is_described_without_a_table() -> None:
    told = capture.describe(scouts(batch=4))
    assert told is not None
    assert "frames" not in told
    assert told["options"] == [list(sgd.BATCHES), None, None]
    told = capture.describe(fit_a_line())
    assert told is not None
    assert told["memory"] == [0.0]
    assert len(told["controls"]) == 3


@pytest.mark.parametrize("lang", LANGS)
def test_a_page_with_derived_figures_loads_their_script_and_keeps_it(site: Path, lang: Lang) -> None:
    scripts = {each.name for each in site.glob(f"figures-{lang}-*.js")}
    assert scripts == {f"figures-{lang}-{stem}.js" for stem in ("gradient-descent", "sgd")}
    assert scripts <= set(needed(site, lang))
    for page in (site / lang).glob("*.html"):
        named = re.findall(r'data-lab="([^"]*)"', page.read_text("utf-8"))[0]
        own = {each for each in scripts if f"../{each}?" in named}
        assert own == {f"figures-{lang}-{page.stem}.js"} & scripts
        assert sum(each.stat().st_size for each in map(site.joinpath, own)) < LARGEST


# --- In a browser ---------------------------------------------------------------------------------------------------


@pytest.mark.needs("chromium", "chinese-fonts")
@pytest.mark.parametrize("lang", mostly("en"))
def test_steps_in_fog_are_taken_in_the_page(browser: Browser, address: str, lang: Lang) -> None:
    """With the keyboard alone, and what the lesson says of the rates comes true."""
    viewport = {"width": 1366, "height": 900}
    page, shown, said = opened(browser, f"{address}{lang}/gradient-descent.html", "frames", viewport=viewport)
    buttons, sliders = shown.locator("button"), shown.locator("input[type=range]")
    told, curve = shown.locator("p[aria-live]"), shown.locator('polyline[stroke*="666666"]')
    buttons.nth(0).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert "θ = 1.50" in told.inner_text()
    assert curve.count() == 0
    shown.locator("input[type=checkbox]").focus()
    page.keyboard.press("Space")
    assert curve.count() == 1
    sliders.nth(0).focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert "θ = 1.50" in told.inner_text()  # another rate takes no step
    buttons.nth(1).focus()
    page.keyboard.press("Enter")
    assert "θ = 0.00" in told.inner_text()
    buttons.nth(0).focus()
    page.keyboard.press("Enter")
    assert "θ = 2.00" in told.inner_text()
    sliders.nth(1).focus()
    page.keyboard.press("End")
    assert "θ = 4.00" in told.inner_text()
    for _ in range(40):
        page.keyboard.press("End")
        shown.locator("button").first.click()
    assert shown.locator('svg[role="img"]').get_attribute("aria-label") == told.inner_text()
    page.context.close()
    assert said == []


@pytest.mark.needs("chromium", "chinese-fonts")
@pytest.mark.parametrize("lang", LANGS)
def test_on_a_phone_the_scouts_follow_a_finger(browser: Browser, address: str, lang: Lang) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    page, shown, said = opened(browser, f"{address}{lang}/sgd.html", "frames", **phone)
    alt = shown.locator('svg[role="img"]')
    sliders = shown.locator("input[type=range]")

    def tapped(slider: Locator, share: float) -> None:
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box
        page.touchscreen.tap(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)

    with speaking(lang):
        assert str(alt.get_attribute("aria-label")) in sgd.scene(1, 0.1, 0)
        before = alt.get_attribute("aria-label")
        shown.locator("button").tap()
        assert str(alt.get_attribute("aria-label")) in sgd.scene(1, 0.1, 1)
        tapped(sliders.nth(0), 0.5)
        assert str(alt.get_attribute("aria-label")) in sgd.scene(8, 0.1, 1)
        tapped(sliders.nth(1), 0.97)
        assert alt.get_attribute("aria-label") != before
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.context.close()
    assert said == []
