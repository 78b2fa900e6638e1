"""Figures whose pictures the page computes: its JavaScript draws what their Python draws."""

from __future__ import annotations

import importlib
import re
import shutil
import sys
from typing import TYPE_CHECKING, Any

import pytest

from course.authoring.site import capture, derive, refusal
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
DRIVER = """
import { readFileSync } from "node:fs";
import figure from "./figure.js";
import { python } from "./python.js";

const { scene, turns } = figure(python);
const answers = JSON.parse(readFileSync(0, "utf8")).map(([what, ...given]) =>
  what === "format" ? python.format(...given) : (what ? turns[what] : scene)(...given));
process.stdout.write(JSON.stringify(answers));
"""


def page_scripts(folder: Path, code: str) -> None:
    """Write derived code, and what it needs, to where Node.js can run it."""
    shutil.copy(ROOT / "course/lab/widget/js/numbers.js", folder)
    for name in ("python.js", "formats.js"):
        script = (ROOT / "course/authoring/site/js" / name).read_text("utf-8")
        (folder / name).write_text(script.replace("../../../lab/widget/js/", "./"), "utf-8")
    (folder / "figure.js").write_text(f"export default {code};\n", "utf-8")


def in_the_page(folder: Path, code: str, jobs: list[list[Any]]) -> list[Any]:
    """What derived code answers, run by Node.js: a scene for a job that names no turn."""
    page_scripts(folder, code)
    answers: list[Any] = node(folder, DRIVER, jobs)
    return answers


def same(drawn: str, wanted: str) -> None:
    """Hold one picture against another: the same words and elements, and every number written in the same way."""
    assert drawn == wanted.replace(STYLE, "")


def test_a_number_that_is_written_in_another_way_is_no_longer_the_same() -> None:
    with pytest.raises(AssertionError):
        same("<text>loss 1</text>", "<text>loss 1.0</text>")
    same("<text>loss 1.0</text>", f"<text>{STYLE}loss 1.0</text>")


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
        assert ours == format(number, spec) or str(number) == "-0.0", (number, spec)  # JSON has no −0


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
    "while": ("unknown", "while height(1) > 3:\n            pass\n        return str(1)"),
    "chance": ("unknown", "return str(np.random.default_rng(0).normal())"),
    "elsewhere": ("unknown", "return str(open('file').read())"),
    "two loops": ("unknown", "return ''.join(f'{a:g}' for a in POINTS for b in POINTS)"),
    "a name of JavaScript's": ("reserved", "new = 1\n        return f'{new}'"),
    "the same in a loop": ("reserved", "return ''.join(f'{new:g}' for new in POINTS)"),
    "the same in a function": ("reserved", "turn = lambda null: null\n        return f'{turn(1):g}'"),
    "a float as text": ("untyped", "return f'{POINTS[0]}'"),
    "a float in a sentence": ("untyped", "return '{a}'.format(a=height(1.0))"),
    "a truth value as text": ("untyped", "return f'{times > 1}'"),
    "str of a float": ("unknown", "return str(1.5)"),
    "a float told by its class": ("untyped", "return 'float' if isinstance(times, float) else 'int'"),
    "representation": ("unknown", "return f'{times!r}'"),
    "width": ("format", "return f'{height(1):5.1f}'"),
    "thousands": ("format", "return f'{height(1):,}'"),
    "sign": ("format", "return f'{height(1):+.2e}'"),
    "exponent": ("format", "return f'{height(1):.2e}'"),
    "per cent": ("format", "return f'{height(1):.0%}'"),
    "a string in a format": ("format", "return f'{NAME:.2f}'"),
    "a slice with a step": ("step", "return dot(POINTS[::2][0])"),
    "a float as a place": ("index", "return dot(POINTS[height(1)])"),
    "a float in range": ("index", "return ''.join(f'{each}' for each in range(height(1)))"),
    "whole division": ("unknown", "return f'{7 // 2}'"),
    "round": ("unknown", "return f'{round(2.5)}'"),
    "sum": ("unknown", "return f'{sum(POINTS):g}'"),
    "sorted": ("unknown", "return f'{sorted(POINTS)[0]:g}'"),
    "max with a key": ("given", "return f'{max(POINTS, key=height):g}'"),
    "enumerate from 1": ("given", "return ''.join(f'{at}' for at, _ in enumerate(POINTS, 1))"),
    "an iterator that is kept": (
        "once",
        "pairs = zip(POINTS, POINTS)\n        return ''.join(f'{a:g}' for a, _ in pairs)",
    ),
    "a generator that is kept": ("once", "few = (f'{each:g}' for each in POINTS)\n        return ''.join(few)"),
    "a list as a default value": ("default", "return gathered(1.0)"),
    "a decorated function": ("unknown", "return f'{cached(1.0):g}'"),
    "equal lists": ("kind", "return 'yes' if POINTS == [1.0, 2.0] else 'no'"),
    "identity": ("kind", "return 'yes' if times is POINTS else 'no'"),
    "a list that grows in place": ("kind", "few = [1.0]\n        few += [2.0]\n        return f'{few[0]:g}'"),
    "keys that are numbers": ("key", "return f'{len({1: 2, 0: 3})}'"),
    "keys that are digits": ("key", "few = {'1': 2, '0': 3}\n        return f'{len(few)}'"),
    "keys that are computed": ("key", "return f'{len({NAME: 2})}'"),
    "a mean across": ("given", "return f'{np.mean(np.array([POINTS]), axis=1)[0]:g}'"),
    "numbers by name": ("given", "return f'{np.linspace(0, 1, num=3)[1]:g}'"),
    "an open end": ("given", "return f'{np.linspace(0, 1, 3, endpoint=False)[1]:g}'"),
    "a shape": ("field", "return f'{np.array(POINTS).shape[0]}'"),
    "a place that is assigned": ("unknown", "few = [1.0]\n        few[0] = 2.0\n        return f'{few[0]:g}'"),
    "a star in the middle": ("given", "return rect(*POINTS[:3], 1.0)"),
    "too few": ("given", "return circle(1.0, 2.0, fill=BLUE)"),
    "a sentence that is computed": ("filled", "return (NAME + '{a}').format(a=1)"),
    "a value that is missing": ("filled", "return '{a}'.format(b=1)"),
    "a dict in a sentence": ("filled", "return '{a}'.format(**{'a': 'b'})"),
    "a sentence that is compared": ("kind", "return 'yes' if SAID == NAME else 'no'"),
    "the length of a string": ("kind", "return f'{len(NAME)}'"),
    "membership": ("unknown", "return 'yes' if times in POINTS else 'no'"),
    "a set": ("unknown", "return ''.join({'a', 'b'})"),
    "a dict made in a loop": ("unknown", "return ''.join({f'{x:g}': x for x in POINTS})"),
    "a set made in a loop": ("unknown", "return ''.join({f'{x:g}' for x in POINTS})"),
    "walrus": ("unknown", "return f'{(n := 2)}'"),
    "plus": ("unknown", "return f'{+times}'"),
    "bits": ("unknown", "return f'{~times | times & 1 ^ 2 << 3 >> 1}'"),
    "matrices": ("unknown", "return f'{np.array([1.0]) @ np.array([1.0]):g}'"),
    "not a member": ("unknown", "return 'yes' if times not in POINTS else 'no'"),
    "a default of a lambda": ("unknown", "return (lambda x=1: 'a')()"),
    "an exception": ("unknown", "try:\n            return ''\n        except ValueError:\n            return 'a'"),
    "an assertion": ("unknown", "assert times\n        return ''"),
    "with": ("unknown", "with open('a') as b:\n            return ''"),
    "a match": ("unknown", "match times:\n            case 1:\n                return ''"),
    "raise": ("unknown", "raise ValueError"),
    "delete": ("unknown", "a = 1\n        del a\n        return ''"),
    "global": ("unknown", "global NAME\n        return NAME"),
    "import": ("unknown", "import math\n        return f'{math.pi:g}'"),
    "a function within": ("unknown", "def inner():\n            return ''\n        return inner()"),
    "a class within": ("unknown", "class Inner:\n            pass\n        return ''"),
    "break": ("unknown", "for each in POINTS:\n            break\n        return ''"),
    "continue": ("unknown", "for each in POINTS:\n            continue\n        return ''"),
    "for and else": (
        "unknown",
        "for each in POINTS:\n            a = 1\n        else:\n            a = 2\n        return ''",
    ),
    "nothing returned": ("unknown", "return"),
    "yield": ("unknown", "yield ''"),
    "minus in place": ("unknown", "a = 1\n        a -= 1\n        return f'{a}'"),
    "a huge number": ("unknown", "return f'{9007199254740993}'"),
    "bytes": ("unknown", "few = b'a'\n        return few"),
}
"""Which remedy each is told with."""
MODULE = """
import numpy as np

from course.lab.look import BLUE
from course.lab.svg import circle, drawing, rect, scale
from course.text import Text

NAME = "a name"
SAID = Text(en="said", zh="说")
POINTS = (1.0, 2.0, 3.0, 5.0)
_x = scale(0, 10, 0.0, 10.0)


def height(value, *, above=1):
    return value ** 2 / 2 + above


def same(function):
    return function


def gathered(value, several=[]):
    several.append(value)
    return f"{{len(several)}}"


@same
def cached(value):
    return value


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
def test_what_no_page_can_compute_is_refused_with_its_line_and_its_remedy(
    what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"wrong_{re.sub('[^a-z]', '_', what)}"
    why, body = WRONG[what]
    piece = written(tmp_path, monkeypatch, name, body)
    with pytest.raises(CourseError, match=rf"{name}\.py, line \d\d: ") as caught:
        derive.derived(piece, {})
    line = int(re.findall(r"line (\d+)", caught.value.text.en)[0])
    scene = (tmp_path / f"{name}.py").read_text("utf-8").splitlines().index("def scene(times):") + 1
    assert line >= scene or what in {"a list as a default value", "a decorated function"}
    assert caught.value.text.en.endswith(refusal.TEXTS[why].en)
    assert caught.value.text.zh.endswith(refusal.TEXTS[why].zh)


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
