"""Every chart of the course on a machine without fonts: no complaint, Chinese as wide as it will be, nothing on top.

The machine's own fonts are always hidden, so that a well-furnished one finds what fails on a bare one.
"""

from __future__ import annotations

import ast
import dataclasses
import functools
import io
import itertools
import json
import os
import re
import subprocess
import sys
import unicodedata
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest import mock

import pytest
from matplotlib import font_manager
from matplotlib import pyplot as plt
from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.text import Text as Words

from course.authoring import measuring_font, notebooks
from course.lab import fonts
from course.lesson.source import code, read
from course.system.workspace import ROOT
from course.text import LANGS, Lang, Text, set_language
from tests.bare import hide_fonts, without_fonts
from tests.lab.charts import CHARTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.figure import Figure

ALT = Text(en="a chart", zh="一张图")


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No fonts; a warning fails the test, and so does what matplotlib says through `logging`."""
    hide_fonts(monkeypatch)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    plt.close("all")
    assert [record.getMessage() for record in caplog.records if record.name.startswith("matplotlib")] == []


@pytest.fixture(params=LANGS)
def lang(request: pytest.FixtureRequest) -> Lang:
    return set_language(request.param)


@dataclasses.dataclass(frozen=True)
class Shown:
    """A chart that was shown."""

    by: str
    """The function that did, as `module.qualified.name`."""
    words: list[str]
    crowded: list[tuple[str, str]]
    nameless: list[str]
    svg: str


@functools.cache
def shown(name: str, lang: Lang) -> Shown:
    """Draw one of the charts, and keep what a test may ask about it."""
    charts: list[Shown] = []

    def show(figure: Figure, alt: Text) -> None:
        caller = sys._getframe(1)
        by = f"{caller.f_globals['__name__']}.{caller.f_code.co_qualname}"
        words = [each.get_text() for each in drawn(figure)]
        charts.append(Shown(by, words, crowded(figure), nameless(figure), fonts.svg(figure, alt)))

    set_language(lang)
    with mock.patch.object(fonts, "show", show):
        CHARTS[name]()
    (chart,) = charts
    return chart


def drawn(figure: Figure) -> list[Words]:
    """All words that a reader sees; an axis has labels outside of what it shows, too, which matplotlib skips."""
    found: list[Words] = []
    draw = Words.draw

    def note(words: Words, *args: Any, **options: Any) -> None:
        if words.get_visible() and words.get_text().strip():
            found.append(words)
        draw(words, *args, **options)

    with fonts.style(), mock.patch.object(Words, "draw", note):
        figure.canvas.draw()
    return found


def crowded(figure: Figure) -> list[tuple[str, str]]:
    """Words whose places overlap, in pairs, and words of one panel that run into another panel's frame."""
    with fonts.style():
        words = drawn(figure)
        boxes = [each.get_window_extent().padded(-1) for each in words]
        frames = [(axes, axes.get_window_extent()) for axes in figure.axes]
    placed = list(zip(words, boxes, strict=True))
    return [
        (one.get_text(), other.get_text())
        for (one, here), (other, there) in itertools.combinations(placed, 2)
        if here.overlaps(there)
    ] + [
        (each.get_text(), axes.get_title() or axes.get_ylabel())
        for (axes, frame), (each, box) in itertools.product(frames, placed)
        if each.axes not in {axes, None} and box.overlaps(frame)
    ]


def nameless(figure: Figure) -> list[str]:
    """Axes with numbers and without a name; panels that share an axis may share its name."""
    seen = {id(each) for each in drawn(figure)}
    found = []
    for axes in figure.axes:
        for side, axis, shared in (
            ("x", axes.xaxis, axes.get_shared_x_axes()),
            ("y", axes.yaxis, axes.get_shared_y_axes()),
        ):
            labels = [each.get_text() for each in axis.get_ticklabels() if id(each) in seen]
            named = any(getattr(each, f"get_{side}label")() for each in (axes, *shared.get_siblings(axes)))
            if any(re.search(r"^\W*\d", each.replace("$\\mathdefault{", "")) for each in labels) and not named:
                found.append(f"{side} of {axes.get_title() or axes.get_label()}: {' '.join(labels)}")
    return found


def ems(words: str, *, size: float = 20, **look: Any) -> float:
    """Return how wide an SVG's words are, in ems."""
    with fonts.style():
        figure = plt.figure(dpi=72)
        renderer = RendererSVG(400, 300, io.StringIO(), image_dpi=72)  # type: ignore[no-untyped-call]
        width = figure.text(0, 0, words, fontsize=size, **look).get_window_extent(renderer).width
    plt.close(figure)
    return float(width / size)


def full_width(words: str) -> bool:
    """Whether every character fills an em in any Chinese font: what Unicode calls wide or full-width."""
    return all(unicodedata.east_asian_width(each) in {"W", "F"} for each in words)


# ---- what is measured ----


@pytest.mark.parametrize("size", [8, 9, 11, 20])
@pytest.mark.parametrize(
    "words",
    [
        "损",
        "最终训练损失" * 5,
        "，。：；（）？！、《》【】",
        "𠮷龘",
        "カタカナひらがな",
        "한글",
        "ＡＢ１２",
        "\u3000\u3000",
    ],
)
def test_a_full_width_character_is_one_em(words: str, size: float, lang: Lang) -> None:
    assert full_width(words)
    for look in ({}, {"weight": "bold"}, {"style": "italic"}, {"rotation": 180}):
        assert ems(words, size=size, **look) == pytest.approx(len(words), rel=0.01)


def test_what_latin_words_measure_does_not_change(lang: Lang) -> None:
    """Matplotlib's own font measures them, with the box as without; mixed words are as wide as their parts."""
    with plt.rc_context({"font.family": "DejaVu Sans"}):
        words = "SGD+momentum, lr = 0.1 ≤ λγκ −1 … ✓"
        figure = plt.figure(dpi=72)
        renderer = RendererSVG(400, 300, io.StringIO(), image_dpi=72)  # type: ignore[no-untyped-call]
        plain = figure.text(0, 0, words, fontsize=20).get_window_extent(renderer)
    assert ems(words) == pytest.approx(plain.width / 20)
    assert ems(f"损失{words}") == pytest.approx(2 + plain.width / 20)


def test_every_character_of_the_course_can_be_measured(lang: Lang) -> None:
    """Whatever a label may come to say; the fixture lets no warning through."""
    sources = [*ROOT.glob("course/topics/*/lesson.md"), *ROOT.glob("course/**/*.py"), *ROOT.glob("course/**/*.toml")]
    known = sorted({each for path in sources for each in path.read_text("utf-8") if each.isprintable()} - {"$", "\\"})
    wide = "".join(filter(full_width, known))
    assert len(wide) > 1000
    assert ems(wide) == pytest.approx(len(wide), rel=0.01)
    ems("".join(known))


@pytest.mark.parametrize("words", ["नमस्ते", "ไทย", "ｱｲｳ", "🏴😀🫠", "\ue000", "x\ufe0f"])
def test_nothing_at_all_is_missing(words: str, lang: Lang) -> None:
    """A learner may give a contestant any name."""
    assert ems(words) > 0
    assert ems("ｱｲｳ") == pytest.approx(1.5, rel=0.01)


def test_without_the_box_the_tests_would_tell(lang: Lang, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "families", lambda: ["DejaVu Sans"])
    with pytest.raises(UserWarning, match=r"Glyph 25439 .* missing"):
        ems("损")


def test_a_chinese_font_of_the_machine_measures_first(lang: Lang) -> None:
    """Where there is one, all is as it was; where the list names one whose file is gone, there is none."""
    manager = font_manager.fontManager
    mono = next(font for font in manager.ttflist if font.name == "DejaVu Sans Mono" and font.weight == 400)
    narrow = ems("iiii")
    manager.ttflist.append(dataclasses.replace(mono, name="PingFang SC"))
    manager._findfont_cached.cache_clear()  # type: ignore[attr-defined]
    own, theirs = "DejaVu Sans", "PingFang SC"
    assert fonts.families() == [*((theirs, own) if lang == "zh" else (own, theirs)), fonts.EM]
    assert (ems("iiii") > 2 * narrow) == (lang == "zh")
    assert ems("损失") == pytest.approx(2, rel=0.01)  # this one has no Chinese after all: the box helps out


# ---- the charts ----


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_room_for_its_words(name: str, lang: Lang) -> None:
    chart = shown(name, lang)
    assert len(chart.words) > 5
    assert chart.crowded == []
    # A formula is set in one font, which no other helps out: in one with Chinese around it that would be missing.
    assert [words for words in chart.words if "$" in words and not words.isascii()] == []


@pytest.mark.parametrize("name", CHARTS)
def test_every_axis_of_a_chart_has_a_name(name: str, lang: Lang) -> None:
    assert shown(name, lang).nameless == []


def test_an_axis_without_a_name_is_found(lang: Lang) -> None:
    """One axis for two panels may have its name beside one of them; ticks that are words need none."""
    with fonts.style():
        figure, (left, right) = plt.subplots(1, 2, sharey=True)
        left.set(xlabel="γ", title="left")
        right.set_xticks([0, 1], ["SGD", "Adam"])
        assert [each[:9] for each in nameless(figure)] == ["y of left"]
        left.set_ylabel("loss")
        assert nameless(figure) == []
        right.set_xscale("log")
        assert [each[:4] for each in nameless(figure)] == ["x of"]


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_follows_the_readers_theme(name: str, lang: Lang) -> None:
    """Words and lines have no colour but those of the palette, each by its variable, and there is no ground."""
    fixed = re.sub(r"var\([^)]*\)|<style>@media.*?</style>|<image.*?>", "", shown(name, lang).svg, flags=re.DOTALL)
    assert re.findall(r"#[0-9a-fA-F]{6}\b", fixed) == []


def test_no_chart_of_the_course_is_left_out() -> None:
    calls = set()
    for path in ROOT.glob("course/**/*.py"):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(path.read_text("utf-8"))
        outer = [(node, node.name) for node in tree.body if isinstance(node, ast.FunctionDef)]
        outer += [
            (node, f"{kind.name}.{node.name}")
            for kind in tree.body
            if isinstance(kind, ast.ClassDef)
            for node in kind.body
            if isinstance(node, ast.FunctionDef)
        ]
        calls |= {f"{module}.{name}" for node, name in outer if "fonts.show(" in ast.unparse(node)}
    assert {shown(name, "en").by for name in CHARTS} == calls


def test_words_on_top_of_each_other_are_found(lang: Lang) -> None:
    """Long titles side by side, ticks too near; the same words on several lines are fine."""
    title = str(Text(en="a title that is much too long for it", zh="一个对这张图来说实在太长的标题"))
    found = []
    for words in (title, "\n".join(title[i : i + 8] for i in range(0, len(title), 8))):
        with fonts.style():
            figure, panels = plt.subplots(1, 2, figsize=(4, 3))
            for axes in panels:
                axes.set_title(words)
            figure.tight_layout()
        found.append(crowded(figure))
    assert (title, title) in found[0]
    assert found[1] == []
    with fonts.style():
        figure, axes = plt.subplots(figsize=(3, 2))
        axes.set_xticks([0, 0.1, 1], ["损失函数", "学习率", "轮"])
    assert ("损失函数", "学习率") in crowded(figure)


def test_a_chart_made_outside_of_the_style_is_refused(lang: Lang) -> None:
    figure, axes = plt.subplots()
    with fonts.style():
        axes.plot([0, 1])
    with pytest.raises(RuntimeError, match=r"with fonts\.style"):
        fonts.svg(figure, ALT)
    assert not plt.get_fignums()
    with fonts.style():
        figure = plt.figure()
        figure.subplots()  # whose ticks are made later, when somebody asks for them
    assert fonts.svg(figure, ALT).startswith("<svg")


IMPORTS = {
    "from matplotlib import pyplot as plt",
    "from matplotlib import ticker",
    "from matplotlib.colors import LinearSegmentedColormap",
    "from matplotlib.figure import Figure",
}
"""What the course takes from matplotlib, always by the same names."""


def strays(source: str) -> list[str]:
    """What draws outside of `with fonts.style():`, shows a figure past `fonts.show`, or imports unlike `IMPORTS`."""
    tree = ast.parse(source)
    styled = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.With) and any(ast.unparse(item.context_expr) == "fonts.style()" for item in node.items)
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        words = ast.unparse(node) if isinstance(node, ast.Call | ast.Import | ast.ImportFrom) else ""
        if words.startswith(("import matplotlib", "from matplotlib")):
            wrong = words not in IMPORTS
        elif isinstance(node, ast.Call) and words.startswith("plt."):
            wrong = id(node) not in styled or words.startswith("plt.show")
        else:
            wrong = isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".savefig")
        if wrong:
            found.append(words)
    return found


def test_all_of_the_course_draws_inside_of_the_style() -> None:
    sources = [path.read_text("utf-8") for path in ROOT.glob("course/**/*.py") if path.name != "fonts.py"]
    for path in notebooks.sources():
        sources += [cell.spoken("zh") for cell in code(path.parent.name, read(path))]
    assert [stray for source in sources for stray in strays(source)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("figure = plt.figure()\nwith fonts.style():\n    plt.show()", ["plt.figure()", "plt.show()"]),
        ("import matplotlib.pyplot as p\np.plot([1])", ["import matplotlib.pyplot as p"]),
        ("with fonts.style():\n    figure.savefig('a.svg')", ["figure.savefig('a.svg')"]),
        ("with fonts.style(), other():\n    figure, axes = plt.subplots()\nfonts.show(figure, alt)", []),
        ("def f():\n    from matplotlib import pyplot as plt\n    with fonts.style():\n        x = [plt.figure()]", []),
    ],
)
def test_charts_outside_of_the_style_are_found(source: str, found: list[str]) -> None:
    assert sorted(strays(source)) == sorted(found)


# ---- what the browser is told ----


@pytest.mark.parametrize("name", CHARTS)
def test_the_browser_chooses_a_font_of_its_own(name: str, lang: Lang) -> None:
    """The best that its machine has, and without any of them its own choice; words that are no formula all alike."""
    chart = shown(name, lang)
    assert fonts.EM not in chart.svg
    assert len(re.findall("<(?:text|tspan)[ >]", chart.svg)) > 5
    for tag in re.findall("<(?:text|tspan) [^>]*>", chart.svg):
        (names,) = re.findall(r'style="[^"]*font(?:-family)?: (?:[^";\']*)([^";]*)', tag)
        families = names.split(", ")
        assert families[-1] == "sans-serif"
        assert {"'DejaVu Sans'", "'PingFang SC'", "'Microsoft YaHei'", "'Noto Sans CJK SC'"} < set(families)
        assert len(set(families)) == len(families)
        if tag.startswith("<text"):
            assert families[0] == ("'Noto Sans CJK SC'" if lang == "zh" else "'DejaVu Sans'")


def test_the_words_stay_words(lang: Lang) -> None:
    with fonts.style():
        figure, axes = plt.subplots()
        axes.set_title("A <b> 'font: 1px' 损失")
    assert ">A &lt;b&gt; 'font: 1px' 损失</text>" in fonts.svg(figure, ALT)


# ---- other processes ----

DRAW = r"""
import logging, re
from matplotlib import font_manager
from course.lab import fonts
from tests.lab.charts import CHARTS
logging.basicConfig(level=logging.WARNING)
own = {font.name for font in font_manager.fontManager.ttflist}
fonts.show = lambda figure, alt: print(sorted(own), re.sub("[mp]\w{10}", "", fonts.svg(figure, alt)))
CHARTS["rates"]()
"""


def _process(**environment: str) -> str:
    command = [sys.executable, "-W", "error::UserWarning", "-c", DRAW]
    environment = {**os.environ, "COURSE_LANG": "zh", **environment}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert ">最终训练损失" in done.stdout
    return done.stdout


def test_a_process_sees_no_fonts(tmp_path: Path) -> None:
    """As the notebooks' kernels; and the variable with which matplotlib ignores fonts does not hide the course's."""
    environment = without_fonts(tmp_path)
    known = json.loads(next((tmp_path / "matplotlib").glob("fontlist-*.json")).read_text("utf-8"))
    assert {each["name"] for each in known["ttflist"]} >= {"DejaVu Sans", "STIXGeneral"}
    assert not any(Path(each["fname"]).is_absolute() for each in known["ttflist"])  # in matplotlib's own folder
    assert without_fonts(tmp_path) == environment
    assert _process(**environment) == _process(**environment, MPL_IGNORE_SYSTEM_FONTS="1")


def test_a_font_that_was_removed_does_not_matter(tmp_path: Path) -> None:
    """Matplotlib's list, in the user's cache, still names it."""
    environment = without_fonts(tmp_path)
    cache = next((tmp_path / "matplotlib").glob("fontlist-*.json"))
    known = json.loads(cache.read_text("utf-8"))
    gone = next(each for each in known["ttflist"] if each["name"] == "DejaVu Sans")
    known["ttflist"].append({**gone, "name": "Noto Sans CJK SC", "fname": str(tmp_path / "removed.otf")})
    cache.write_text(json.dumps(known), "utf-8")
    _process(**environment)


def test_the_font_is_small_and_current() -> None:
    """Format 13 leads from a quarter of a million characters to two boxes in less than a kilobyte."""
    ((path, content),) = measuring_font.outputs().items()
    assert (ROOT / path).read_bytes() == content
    assert len(content) < 1024
    font = font_manager.get_font(str(ROOT / path))
    assert {font.get_char_index(ord(each)) for each in "A损𠮷🫠"} == {1}
    assert {font.get_char_index(ord(each)) for each in "ｱﾝ"} == {2}
