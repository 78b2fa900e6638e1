"""The lessons' own drawings: no words on top of others, a name at every axis, colours of the reader's theme."""

from __future__ import annotations

import re

import pytest

from course.grading import palette
from course.lab.svg import drawing, level, text, upright
from course.text import LANGS, Lang, Text
from tests.lab.drawings import collisions, drawings, makers, nameless

ALT = Text(en="a drawing", zh="一幅图")
NAMES = sorted(makers())


def test_all_drawings_are_looked_at() -> None:
    drawn = [name for name in NAMES if drawings(name, "en")]
    assert len(drawn) > 10
    assert all(len(drawings(name, "en")) > 2 for name in drawn)


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", NAMES)
def test_a_drawing_can_be_read(name: str, lang: Lang) -> None:
    """Wherever its sliders stand."""
    for svg in drawings(name, lang):
        assert collisions(svg) == []
        assert nameless(svg) == []
        painted = re.sub(r"var\([^)]*\)|<style>.*?</style>", "", svg)
        assert re.findall(r"#[0-9a-fA-F]{3,6}\b|\b(?:white|black|gr[ae]y)\b", painted) == []
        written = re.findall(r"<text[^>]* fill=\"([^\"]*)\"", svg)
        assert {shade[-8:-1] for shade in written} <= set(palette.DARK) - {*NOT_FOR_WORDS}


NOT_FOR_WORDS = (palette.PALE, palette.FAINT, palette.GROUND, palette.PANEL, palette.GLOW)


def ticks(x: float, y: float, *, along: bool) -> list[str]:
    """Three numbers of an axis that begins there."""
    if along:
        return [text(x + 100 * each, y, 10 * each, text_anchor="middle") for each in range(3)]
    return [level(x, x + 200, y - 50 * each, f"{each / 2:g}") for each in range(3)]


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([text(10, 20, "mean area of the squares"), text(150, 20, "loss")], ("mean area of the squares", "loss")),
        ([text(10, 20, "两个正方形面积的平均"), text(120, 20, "损失")], ("两个正方形面积的平均", "损失")),
        ([text(390, 20, "beyond the edge")], ("beyond the edge", "")),
        ([text(200, 20, "ends here", text_anchor="end"), text(190, 20, "begins")], ("ends here", "begins")),
        ([upright(20, 100, "height"), text(12, 90, "1")], ("height", "1")),
    ],
)
def test_words_on_words_are_found(parts: list[str], found: tuple[str, str]) -> None:
    assert collisions(drawing(ALT, 400, 200, *parts)) == [found]


@pytest.mark.parametrize(
    "parts",
    [
        [text(10, 20, "mean area of the squares"), text(250, 20, "loss")],
        [text(10, 20, "one line"), text(10, 36, "and the next")],
        [upright(20, 100, "height"), text(60, 100, "1", text_anchor="end")],
    ],
)
def test_words_beside_words_are_fine(parts: list[str]) -> None:
    assert collisions(drawing(ALT, 400, 200, *parts)) == []


def test_an_axis_without_a_name_is_found() -> None:
    across, up = ticks(60, 170, along=True), ticks(60, 150, along=False)
    assert nameless(drawing(ALT, 400, 200, *across, *up)) == ["across: 0 10 20", "upright: 1 0.5 0"]
    assert nameless(drawing(ALT, 400, 200, *across, text(160, 190, "step", text_anchor="middle"))) == []
    assert nameless(drawing(ALT, 400, 200, text(8, 170, "step"), *across)) == []
    assert nameless(drawing(ALT, 400, 200, *up, upright(14, 100, "loss"))) == []
    assert nameless(drawing(ALT, 400, 200, *up, text(60, 30, "loss", font_weight="bold"))) == []
    assert nameless(drawing(ALT, 400, 200, *up, text(260, 190, "far away"))) == ["upright: 1 0.5 0"]
