"""One palette, and one way each to make a card, a table, a paragraph and a link."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import TYPE_CHECKING

import pytest

from course.grading import palette
from course.lab import look
from course.lab.parts import claims, progress, quiz
from course.system.workspace import ROOT
from course.text import set_language
from course.topic import FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COLOURS = {name: value for name, value in vars(palette).items() if name.isupper() and str(value)[0] == "#"}
MADE_BY_HAND = re.compile(r"<table|<t[dh]\b|border-left:|max-width:44em")
OWN_GROUND = {"course/lab/widget/still.py", "course/lab/piece.py"}
"""What is drawn for where there is no theme: on GitHub, in print, as a file of its own."""
ANY_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
GROUNDS = {"light": ("#FFFFFF", "#F5F5F5", "#E1F5FE"), "dark": ("#111111", "#212121", "#0E2F40")}
"""JupyterLab's page, every second row of a table, and the row under the mouse."""
NOT_FOR_WORDS = {"PALE", "FAINT", "GROUND", "PANEL", "GLOW"}
OWN = {"course/lab/look.py", "course/topics/choosing/tasks.py"}  # that lesson's is a grid of marks, no table of words


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def sources() -> dict[str, str]:
    """Every module of the course by its path."""
    return {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in sorted(ROOT.glob("course/**/*.py"))}


def colours(text: str) -> set[str]:
    """The palette's colours that a module writes out."""
    return {name for name, value in COLOURS.items() if re.search(rf"{value}\b", text, re.IGNORECASE)}


def test_colours_stand_in_the_palette_alone() -> None:
    found = {path: colours(text) for path, text in sources().items()}
    assert found.pop("course/grading/palette.py") == set(COLOURS)
    assert {path: names for path, names in found.items() if names} == {}
    assert colours(f'stroke="{palette.ORANGE.lower()}"') == {"ORANGE"}
    lessons = {path: text for path, text in sources().items() if path.startswith(("course/lab/", "course/topics/"))}
    assert {
        path: each for path, text in lessons.items() if path not in OWN_GROUND and (each := ANY_COLOUR.findall(text))
    } == {}
    assert ANY_COLOUR.findall('fill="#fff" stroke="#a67800"') == ["#fff", "#a67800"]


def contrast(one: str, other: str) -> float:
    """Contrast of two colours as WCAG 2 defines it."""

    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", sorted(set(COLOURS) - NOT_FOR_WORDS))
def test_words_of_every_colour_can_be_read_on_light_and_dark(name: str) -> None:
    light = COLOURS[name]
    shades = {"light": light, "dark": palette.DARK[light]}
    assert {theme: [contrast(shades[theme], ground) >= 4.5 for ground in GROUNDS[theme]] for theme in shades} == {
        "light": [True] * 3,
        "dark": [True] * 3,
    }


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)
    assert contrast("#D55E00", "#FFFFFF") < 4.5  # the orange of Okabe and Ito is for lines


def test_every_colour_has_a_shade_for_the_dark() -> None:
    assert set(palette.DARK) == set(COLOURS.values())
    assert all(contrast(palette.PALE, ground) >= 3 for ground in GROUNDS["light"])  # for lines and dots
    assert all(contrast(palette.DARK[palette.PALE], ground) >= 3 for ground in GROUNDS["dark"])


def test_formulas_are_in_a_colour_of_the_palette() -> None:
    """On a dark page of JupyterLab's, `lesson.css` gives them the dark shade."""
    used = {each for path in FOLDER.glob("*/lesson.md") for each in ANY_COLOUR.findall(path.read_text("utf-8"))}
    assert used == {palette.ORANGE}
    sheet = (ROOT / "course/learner/frontend/downhill-page/static/lesson.css").read_text("utf-8").upper()
    as_the_browser_has_it = ", ".join(str(int(palette.ORANGE[i : i + 2], 16)) for i in (1, 3, 5))
    assert f'[STYLE*="RGB({as_the_browser_has_it})"]' in sheet
    assert {palette.ORANGE, palette.DARK[palette.ORANGE]} <= set(ANY_COLOUR.findall(sheet))


def test_only_attributes_are_given_the_readers_theme() -> None:
    """What a learner wrote stays; what follows the theme already stays; a `>` in an attribute ends no tag."""
    fragment = f'<p title="a > b" style="color:{look.BLUE}">use {look.BLUE} &lt;b style="color:{look.BLUE}"&gt;</p>'
    once = palette.themed(fragment)
    assert once.count(f"var(--dh-0072b2,{look.BLUE})") == 1
    assert once.count(f'use {look.BLUE} &lt;b style="color:{look.BLUE}"&gt;') == 1
    assert once.count(palette.STYLE) == 1
    assert once.index(palette.STYLE) == once.index("use") - len(palette.STYLE)
    assert palette.themed(once) == once
    assert palette.themed(f"<i>{once}</i>").count(palette.STYLE) == 1


def test_lessons_have_their_cards_and_tables_from_one_place() -> None:
    parts = {path: text for path, text in sources().items() if path.startswith(("course/lab/", "course/topics/"))}
    assert {path for path, text in parts.items() if MADE_BY_HAND.search(text)} == OWN


def test_a_table_shows_any_text_and_only_asked_for_takes_html() -> None:
    drawn = ET.fromstring(look.table(["<b>", "x"], [["1 & 2", 3]]))  # noqa: S314 - our own table
    assert ["".join(cell.itertext()) for cell in drawn.iter() if cell.tag in {"th", "td"}] == ["<b>", "x", "1 & 2", "3"]
    assert len(drawn.findall("thead/tr/th")) == len(drawn.findall("tbody/tr/td")) == 2
    rich = ET.fromstring(look.table(["x"], [["<i>y</i>"]], cell=str, margin="0", leading="1.4"))  # noqa: S314 - the same
    assert rich.get("style") == "margin:0"
    (cell,) = rich.findall("tbody/tr/td")
    assert cell.findtext("i") == "y"
    assert "line-height:1.4" in cell.get("style", "")


def test_a_card_in_a_widget_is_read_out_and_an_output_is_not() -> None:
    for live in (True, False):
        drawn = ET.fromstring(look.card("head", "<br/>inside", look.BAD, live=live))  # noqa: S314 - our own card
        assert drawn.get("aria-live") == ("polite" if live else None)
        assert drawn.get("lang") == "en"
        assert f"solid var(--dh-a84300,{look.BAD})" in drawn.get("style", "")
        assert "".join(drawn.itertext()).removeprefix(palette.STYLE[7:-8]) == "headinside"


def test_parts_say_in_which_language_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for lang in ("en", "zh"):
        set_language(lang)
        question = quiz.quiz("momentum", "step-11")
        question.children[1].value = question.children[1].options[0]
        card = claims.conclude("momentum", "mom-1", "holds", delay={0.0: 1, 0.9: 4, 0.99: 9})._repr_html_()
        for shown in (
            question.children[0].value,
            question.children[2].value,
            card,
            progress.Progress(())._repr_html_(),
        ):
            assert f'lang="{lang}"' in shown
            assert f'lang="{"zh" if lang == "en" else "en"}"' not in shown
